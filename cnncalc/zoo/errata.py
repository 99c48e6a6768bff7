"""Errata: what papers and articles print that is not so, as ``docs/errata.md``.

``python -m cnncalc.zoo.errata`` writes the page. Numbers come from the claims of the
networks; what is said of no network's number is listed beside these.
"""

from __future__ import annotations

from collections.abc import Iterator
from math import prod
from typing import NamedTuple

from cnncalc import zoo
from cnncalc.zoo.claim import printed

__all__ = ["Erratum", "articles", "page"]

_MEBIBYTES = 4 / 2**20  # of a number of 32 bits


class Erratum(NamedTuple):
    """A sentence that is printed somewhere, and what is right.

    Attributes:
        says: What is printed.
        why: What is so, in which ``{sum}``, ``{total}`` and ``{mebibytes}`` stand for
            the terms, for what they add up to, and for its bytes at 4 each.
        source: Who prints it.
        terms: Products, each as its factors, whose sum is the right number.
    """

    says: str
    why: str
    source: str = ""
    terms: tuple[tuple[int, ...], ...] = ()

    @property
    def printed(self) -> str:
        """The number that is printed, and where."""
        return f"{self.says} ({self.source})" if self.source else self.says

    @property
    def total(self) -> int:
        """The sum of the terms."""
        return sum(map(prod, self.terms))

    @property
    def right(self) -> str:
        """The number that is right, with the sum that shows it."""
        products = ("×".join(map(str, factors)) for factors in self.terms)
        return self.why.format(
            sum=" + ".join(products),
            total=f"{self.total:,}",
            mebibytes=f"{self.total * _MEBIBYTES:.1f} MiB",
        )


def articles() -> tuple[Erratum, ...]:
    """Return the sentences that are said of no network's number."""
    return tuple(Erratum(**each) for each in printed("articles"))


_HEAD = """\
# Errata

What papers and articles print, and what their structures really give. This page is
written by `python -m cnncalc.zoo.errata`; a test holds it to the networks.

## Numbers of networks

| network | measure | printed | counted | why, and where it is printed |
|---|---|---:|---:|---|
"""

_TAIL = """
## Other sentences

| printed | right |
|---|---|
"""


def _rows() -> Iterator[str]:
    for name in zoo.names():
        table = zoo.claims(name).table
        for of, measure, says, ours, holds, source, why in table.lines:
            if holds == "no":
                place = f"{name}/{of}" if of else name
                cells = (place, measure, says, f"{ours:,}", f"{why} ({source})")
                yield f"| {' | '.join(cells)} |\n"


def page() -> str:
    """Return the page on errata, as Markdown."""
    others = (f"| {each.printed} | {each.right} |\n" for each in articles())
    return _HEAD + "".join(_rows()) + _TAIL + "".join(others)


if __name__ == "__main__":
    print(page(), end="")
