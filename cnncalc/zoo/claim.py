"""Claims: numbers that papers and articles print of a network, and whether they hold.

A claim is kept as it is printed, "4.2M" or "1,248,424", and holds if our number rounds
to just that; a bound, "< 25 million", holds if our number is less. Where a claim does
not hold, it says why. All of them are in ``claims.json``, which is read when somebody
asks; ``claims.schema.json`` says what is in it.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from cnncalc._typing import NamedTuple
from cnncalc.answers.table import Column, Table
from cnncalc.door import guarded
from cnncalc.network import Network

__all__ = ["Claim", "claims_of", "claims_table", "printed"]

_POWERS = {"": 0, "K": 1, "M": 2, "B": 3, "G": 3}
_WORDS = {"thousand": "K", "million": "M", "billion": "G"}
_PRINTED = r"(< )?([\d,]+(?:\.\d+)?) ?(K|M|B|G|thousand|million|billion)?"


@guarded
class Claim(NamedTuple):
    """A number that is printed of a network.

    Attributes:
        measure: Which of a network's or row's numbers it is: ``params``,
            ``trainable_params``, ``macs``, ``connections``, ``activation_size``, or
            ``receptive_field``; ``neurons``, the outputs of all layers with parameters;
            ``nodes: ROLE``, the number of nodes of a role such as ``nodes: conv``.
        says: The number as it is printed: "60 million", "4.2M", "1,248,424", "2.7K";
            "< 25 million" is an upper bound.
        source: Who prints it, and where.
        of: The path of the node or group that it is said of; empty for the network.
        why: Why our number is another; empty where it agrees.
        thousand: What a K is: 1000, or 1024.
    """

    measure: str
    says: str
    source: str
    of: str = ""
    why: str = ""
    thousand: int = 1000

    def ours(self, network: Network) -> int:
        """Return our number for what is claimed."""
        if self.measure == "neurons":
            return sum(row.activation_size for row in network.nodes if row.params)
        if self.measure.startswith("nodes: "):
            role = self.measure.removeprefix("nodes: ")
            return sum(row.role == role for row in network.nodes)
        part: Any = network.graph[self.of] if self.of else network
        value = getattr(part, self.measure)
        return int(value[0] if isinstance(value, tuple) else value)

    def holds(self, network: Network) -> bool:
        """Tell whether our number, rounded as the claim is, is the claimed one.

        Of an upper bound, tell whether our number is less.
        """
        match = re.fullmatch(_PRINTED, self.says)
        assert match is not None, self.says
        bound, digits, unit = match[1], match[2].replace(",", ""), match[3] or ""
        scale = self.thousand ** _POWERS[_WORDS.get(unit, unit)]
        _, _, decimals = digits.partition(".")
        from fractions import Fraction

        more = Fraction(digits) * scale - self.ours(network)
        step = Fraction(scale, 10 ** len(decimals))
        return bool(more > 0 if bound else abs(more) <= step / 2)


@cache
def printed(part: str) -> Any:
    """Return a part of ``claims.json``: the claims by network, or the articles."""
    import json
    from importlib.resources import files

    return json.loads(files("cnncalc.zoo").joinpath("claims.json").read_bytes())[part]


def claims_of(name: str) -> tuple[Claim, ...]:
    """Return what is printed of the network of that name."""
    return tuple(Claim(**claim) for claim in printed("networks").get(name, ()))


_COLUMNS = (
    Column("of", "of", "text"),
    Column("measure", "measure", "text"),
    Column("says", "printed", "text"),
    Column("ours", "counted", "count"),
    Column("holds", "agrees", "words"),
    Column("source", "source", "text"),
    Column("why", "why not", "text"),
)


def claims_table(member: Any) -> Table:
    """Return the claims of a network of the zoo, with our numbers, as a table."""
    network = member()
    lines = tuple(
        (
            claim.of,
            claim.measure,
            claim.says,
            claim.ours(network),
            "yes" if claim.holds(network) else "no",
            claim.source,
            claim.why,
        )
        for claim in member.claims
    )
    return Table(member.__name__, _COLUMNS, lines, ())
