"""Operations under a convention, and why two differ: line by line."""

from __future__ import annotations

from cnncalc._typing import Unpack, override
from cnncalc.answers.answer import Answer, Written
from cnncalc.answers.table import Column, Fact, Table
from cnncalc.cost.asked import AnyNetwork
from cnncalc.cost.totals import AtLeast
from cnncalc.operations.conventions import convention as named
from cnncalc.operations.rules import Convention, Counted, counted

__all__ = ["Reconciliation", "operations", "operations_of", "reconcile"]


def operations(net: AnyNetwork, convention: str | Convention = "torchvision") -> int:
    """Return the number of operations as a tool or a paper counts them.

    Args:
        convention: A preset: "torchvision" (our own, also called "cnncalc"),
            "torchinfo", "fvcore", "ptflops", "ptflops-aten", "thop", "calflops",
            "torchscan", "onnx-tool", "netscope", "convnet-burden", "torchstat",
            "torchstat-madd", "ultralytics-thop", "thop-0.0.31", "ptflops-0.6",
            "activations", "tensorflow", "vela" or "st-edge-ai"; or a `Convention`.

    Raises:
        UnknownNameError: If there is no such preset.

    Example:
        >>> from cnncalc import zoo
        >>> net = zoo.resnet50()
        >>> net.operations(), net.operations("fvcore")
        (4089184256, 4111512576)
    """
    return operations_of(net, convention, 1)


def operations_of(net: AnyNetwork, convention: str | Convention, batch: int) -> int:
    """Return the same for a batch, of which some may be done once."""
    nodes, which = counted(net, batch), named(convention)
    number = sum(which.lines(nodes).values())
    return AtLeast(number) if which.unknown(nodes) else number


def reconcile(
    net: AnyNetwork,
    convention: str | Convention,
    *,
    base: str | Convention = "torchvision",
    **how: Unpack[Written],
) -> Reconciliation:
    """Return how one convention's number comes from another's, line by line.

    Args:
        convention: The convention to explain: a preset's name, or a `Convention`.
        base: The one to start from.
        how: As of `Written`: ``units=``, ``byte_units=``, ``layout=``, ``language=``.

    Raises:
        UnknownNameError: If there is no such preset.

    Example:
        >>> from cnncalc import zoo
        >>> zoo.resnet50().reconcile("fvcore")
        4,089,184,256 + batch norm 22,227,968 + global pool 100,352 = 4,111,512,576
    """
    found = Reconciliation(named(convention), named(base), counted(net))
    return found._written(how)


class Reconciliation(Answer):
    """The way from one convention's number to another's, line by line.

    Its `str` is the sum written out; its table has a line for each term.

    Attributes:
        convention: The convention that is explained.
        base: The one that it is compared with.
        start: What the base counts; a lower bound (`AtLeast`) if some is unknown.
        lines: What the convention counts more, or less, and of what; only what differs.
        total: What the convention counts; a lower bound like that.
        unknown: The nodes of which one of them cannot tell what they count.
    """

    __slots__ = ("_how", "base", "convention", "lines", "start", "total", "unknown")

    def __init__(
        self,
        convention: Convention,
        base: Convention,
        nodes: list[Counted],
    ) -> None:
        self.convention, self.base, self._how = convention, base, {}
        there, here = base.unknown(nodes), convention.unknown(nodes)
        self.unknown = tuple(dict.fromkeys([*there, *here]))
        mine, theirs = convention.lines(nodes), base.lines(nodes)
        start, end = sum(theirs.values()), sum(mine.values())
        self.start: int = AtLeast(start) if there else start
        self.total: int = AtLeast(end) if here else end
        labels = dict.fromkeys([*theirs, *mine])
        differences = {
            label: mine.get(label, 0) - theirs.get(label, 0) for label in labels
        }
        self.lines = tuple((k, v) for k, v in differences.items() if v)

    @property
    @override
    def table(self) -> Table:
        """A line for each term of the sum; the last two are what it comes to."""
        facts = (
            Fact("total", f"Operations ({self.convention.name})", self.total, "count"),
            Fact("unknown", "Unknown", self.unknown, "names"),
        )
        start = (self.base.name, self.start)
        heads = (
            Column("term", "term", "text"),
            Column("operations", "operations", "count"),
        )
        name = f"{self.base.name} → {self.convention.name}"
        return Table(name, heads, (start, *self.lines), facts[: 1 + bool(self.unknown)])

    @override
    def __str__(self) -> str:
        parts = [f"{self.start:,}"]
        for label, number in self.lines:
            parts.append(f"{'-' if number < 0 else '+'} {label} {abs(number):,}")
        text = f"{' '.join(parts)} = {self.total:,}"
        if self.unknown:
            return f"{text} (unknown: {', '.join(self.unknown)})"
        return text

    __repr__ = __str__
