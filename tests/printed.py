"""What papers and zoos print of networks, beside what the zoo counts of them.

What they print stands in ``data/published``. A row of a network that the zoo has is
compared at the precision that is printed; where the two differ, terms say what the
other counts besides, and must add up to it.
"""

from __future__ import annotations

import csv
import gzip
from fractions import Fraction
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from cnncalc import Network, zoo

DATA = Path(__file__).parent / "data" / "published"


class Term(NamedTuple):
    """What another counts besides, and why."""

    number: int
    why: str


class Figure(NamedTuple):
    """A number that is printed, and ours.

    Attributes:
        what: What it is of.
        printed: It as it is printed, without its unit.
        counted: Ours, before any term.
        unit: What the printed one is a multiple of.
        terms: What is added to ours.
    """

    what: str
    printed: str
    counted: int
    unit: int = 1
    terms: tuple[Term, ...] = ()

    @property
    def rounded(self) -> str:
        """Ours with its terms, at the precision that is printed."""
        total = Fraction(self.counted + sum(t.number for t in self.terms), self.unit)
        digits = len(self.printed.partition(".")[2])
        return f"{float(round(total, digits)):.{digits}f}"

    @property
    def agrees(self) -> bool:
        """Whether that is what is printed."""
        return self.rounded == self.printed


BUILDERS: dict[str, Any] = {}  # of networks that the zoo has in another form


@cache
def _built(name: str, settings: tuple[tuple[str, Any], ...]) -> Network:
    make = BUILDERS.get(name) or getattr(zoo, name)
    net: Network = make(**dict(settings))
    return net


class Call(NamedTuple):
    """The network of the zoo that a row is of, with its settings."""

    name: str
    settings: tuple[tuple[str, Any], ...] = ()

    @property
    def net(self) -> Network:
        """The network, which is built once."""
        return _built(self.name, self.settings)

    def __str__(self) -> str:
        return f"{self.name}({', '.join(f'{k}={v!r}' for k, v in self.settings)})"


class Row(NamedTuple):
    """A network as somebody prints it, and as the zoo has it.

    Attributes:
        of: What it is called there.
        call: What builds it here.
        figures: What is printed of it.
        note: Why another network stands for it, if one does.
        times: How many rows say the same.
    """

    of: str
    call: Call
    figures: tuple[Figure, ...]
    note: str = ""
    times: int = 1

    @property
    def status(self) -> str:
        """Whether it is equal, explained by terms or a note, or neither."""
        if not all(figure.agrees for figure in self.figures):
            return "open"
        terms = any(figure.terms for figure in self.figures)
        return "explained" if terms or self.note else "equal"


class Source(NamedTuple):
    """Who prints the rows, how they are counted there, and how many there are."""

    title: str
    about: str
    printed: int
    rows: tuple[Row, ...]


def table(name: str) -> list[dict[str, str]]:
    """Return the rows of a file of what is printed."""
    path = DATA / name
    if path.suffix == ".gz":
        lines = gzip.decompress(path.read_bytes()).decode().splitlines()
    else:
        lines = path.read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(lines))


def call(name: str, **settings: Any) -> Call:
    """Return a network of the zoo, or one of `BUILDERS`, with settings."""
    return Call(name, tuple(settings.items()))


def norms(net: Network, *, values: bool = False) -> int:
    """Return the channels of all batch norms, or all values that they put out."""
    outputs = [row.output for row in net.nodes if row.role == "batch norm"]
    return sum(x.size if values else x.channels for x in outputs)


def functions(*names: str) -> tuple[str, ...]:
    """Return the roles of activations."""
    return tuple(f"activation: {name}" for name in names)
