"""The boxes of a picture: nodes, folded groups, runs of equal groups.

Small nodes are merged into the box before them, groups are folded to a depth, and
where a picture would still be large, a run of equal groups becomes one box.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from itertools import groupby
from typing import Any, NamedTuple, TypeVar

from cnncalc.cost.rows import Row
from cnncalc.sizes.shape import Shape
from cnncalc.sizes.unknown import UNKNOWN

__all__ = [
    "FAMILIES",
    "Box",
    "NodeOrGroup",
    "boxes",
    "family",
    "fitting",
    "hidden_joins",
    "inputs_of",
    "levels",
    "nodes_or_groups",
]

# The families of roles, in the order of a legend, with the words for each.
FAMILIES = {
    "input": "input",
    "conv": "convolution",
    "pool": "pooling",
    "norm": "normalisation",
    "activation": "activation",
    "linear": "fully connected",
    "recurrent": "recurrent",
    "join": "join",
    "other": "other",
    "group": "group of layers",
}

_JOINS = frozenset({"add", "concat", "multiply"})
_RECURRENT = frozenset({"lstm", "gru", "rnn: tanh", "rnn: relu", "conv lstm"})
_BESIDE = frozenset({"dropout", "stochastic depth", "layer scale"})
_MANY = 40
_MOST, _LONGEST = 64, 40
_SKIPS, _EACH = 80, 3  # boxes of a chain with skips, and how many there are to each
_DEEPEST = 16


T = TypeVar("T")


class NodeOrGroup(NamedTuple):
    """A node, or all nodes of a folded group.

    Attributes:
        name: Its path.
        rows: Its nodes, in order.
        is_group: Whether it is a group, maybe of one node.
    """

    name: str
    rows: tuple[Row, ...]
    is_group: bool

    @property
    def paths(self) -> list[str]:
        """The paths of its nodes."""
        return [row.path for row in self.rows]

    @property
    def family(self) -> str:
        """The family that it has the colour of."""
        return "group" if self.is_group else family(self.rows[0].role)


class Box(NamedTuple):
    """One box of a picture.

    Attributes:
        name: What it is called: a path, or a run of them.
        rows: The nodes in it, in order; none for an input.
        output: The shape that it puts out.
        sources: The boxes before it, by number.
        family: The family of its first node's role, "input", or "group".
        scope: The names of the groups around it, outermost first.
        run: How many equal groups it stands for.
    """

    name: str
    rows: tuple[Row, ...]
    output: Shape
    sources: tuple[int, ...]
    family: str
    scope: tuple[str, ...] = ()
    run: int = 1

    @property
    def paths(self) -> list[str]:
        """The paths of its nodes."""
        return [row.path for row in self.rows]


def family(role: str) -> str:
    """Return the family of a role.

    Example:
        >>> family("transposed conv"), family("batch norm"), family("rbf")
        ('conv', 'norm', 'linear')
    """
    if role.startswith("activation"):
        return "activation"
    if role in _JOINS:
        return "join"
    if role in {"linear", "rbf"}:
        return "linear"
    if role in _RECURRENT:
        return "recurrent"
    return next((word for word in ("conv", "pool", "norm") if word in role), "other")


def inputs_of(rows: Sequence[Row]) -> dict[str, Shape]:
    """Return the shapes of what comes from outside, by path."""
    found: dict[str, Shape] = {}
    known: set[str] = set()
    for row in rows:
        for path, shape in zip(row.inputs, row.shapes, strict=True):
            if path not in known:
                found.setdefault(path, shape)
        known.add(row.path)
    return found


def levels(rows: Sequence[Row]) -> range:
    """Return the depths to try, from that at which nothing is folded, downward.

    Of groups in groups more than sixteen deep, no picture tells the levels apart.
    """
    deepest = max((len(row.scope) for row in rows), default=0) + 1
    return range(min(deepest, _DEEPEST), 0, -1)


def nodes_or_groups(rows: Sequence[Row], depth: int) -> list[NodeOrGroup]:
    """Return the nodes, but for each group that is deeper than *depth* only one line.

    Args:
        rows: The nodes.
        depth: How many levels of groups are told apart.
    """
    result = []
    for scope, run in groupby(rows, lambda row: row.scope[:depth]):
        if len(scope) < depth:
            result += [NodeOrGroup(row.path, (row,), is_group=False) for row in run]
        else:
            result.append(NodeOrGroup("/".join(scope), tuple(run), is_group=True))
    return result


def fitting(
    rows: Sequence[Row],
    depth: int | None,
    shown: Callable[[list[NodeOrGroup]], list[T]],
) -> list[T]:
    """Return what a chart shows of the lines, folded so that it is about forty things.

    Args:
        rows: The nodes.
        depth: How many levels of groups are told apart; None: as many as fit.
        shown: Tells what is shown of lines.
    """
    if depth is not None:
        return shown(nodes_or_groups(rows, depth))
    result: list[T] = []
    for level in levels(rows):
        result = shown(nodes_or_groups(rows, level))
        if len(result) <= _MANY:
            break
    return result


def boxes(
    rows: Sequence[Row],
    depth: int | None,
    shape: Shape | None,
    *,
    repeats: bool | None = None,
) -> list[Box]:
    """Return the boxes of a picture, inputs first, each after its sources.

    Args:
        rows: The nodes.
        depth: How many levels of groups are told apart; None shows as many as make a
            readable picture.
        shape: The shape of the input, for a network without nodes.
        repeats: Whether a run of equal groups is one box, if need be by folding more;
            None: where *depth* is not given and all would be too many.
    """
    if depth is not None:
        result = _boxes(rows, depth, shape)
        return _runs(result) if repeats else result
    if repeats and (folded := _repeated(rows, shape)):
        return folded
    result = []
    for level in levels(rows):
        result = _boxes(rows, level, shape)
        if _is_readable(result):
            break
        if repeats is not False:
            result = _runs(result)
        if len(result) <= _MANY:
            break
    return result


def _repeated(rows: Sequence[Row], shape: Shape | None) -> list[Box]:
    """Return the most boxes that are readable and among which are runs, if any are."""
    folded = [_runs(_boxes(rows, level, shape)) for level in levels(rows)]
    folded = [shown for shown in folded if any(box.run > 1 for box in shown)]
    return next(filter(_is_readable, folded), folded[-1] if folded else [])


def hidden_joins(rows: Sequence[Row], shown: Sequence[Box]) -> int:
    """Return the least depth that shows joins, where all are hidden in groups; else 0.

    Args:
        rows: The nodes.
        shown: The boxes of a picture of them.
    """
    joined = [len(row.scope) + 1 for row in rows if len(row.inputs) > 1]
    seen = any(len(box.sources) > 1 for box in shown)
    return 0 if seen else min(joined, default=0)


def _is_readable(result: list[Box]) -> bool:
    if len(result) <= _MANY:
        return True
    beyond = sum(len(box.sources) for box in result) - len(result) + 1
    if len(result) <= _SKIPS and 0 < beyond * _EACH <= len(result):
        return True
    # Branches stand above one another.
    length: list[int] = []
    for box in result:
        length.append(1 + max((length[source] for source in box.sources), default=0))
    return len(result) <= _MOST and max(length) <= _LONGEST


def _boxes(rows: Sequence[Row], depth: int, shape: Shape | None) -> list[Box]:
    """Return the boxes with all groups deeper than *depth* folded."""
    entering = inputs_of(rows)
    if not rows and shape is not None:
        entering["input"] = shape
    result = [Box(path, (), shape, (), "input") for path, shape in entering.items()]
    place = {box.name: number for number, box in enumerate(result)}
    shown = nodes_or_groups(rows, depth)
    uses = _uses(shown)
    for name, members, is_group in shown:
        head, put = members[0], members[-1].output or UNKNOWN
        inside = {row.path for row in members}
        outside = (path for row in members for path in row.inputs)
        sources = tuple({place[path]: None for path in outside if path not in inside})
        number = len(result)
        before = result[sources[0]] if sources else None  # a parameter has none
        if before and not is_group and _is_beside(head, before, uses):
            number = sources[0]
            box = result[number]
            result[number] = box._replace(rows=(*box.rows, head), output=put)
        else:
            kind = "group" if is_group else _family(head)
            scope = head.scope[: depth - 1 if is_group else depth]
            result.append(Box(name, members, put, sources, kind, scope))
        place |= dict.fromkeys(inside, number)
    return result


def _family(row: Row) -> str:
    known = family(row.role)
    return "join" if known == "other" and len(row.inputs) > 1 else known


def _uses(shown: list[NodeOrGroup]) -> Counter[str]:
    """Return how many lines use what each node puts out."""
    return Counter(
        path
        for line in shown
        for path in {path for row in line.rows for path in row.inputs}
    )


def _is_beside(row: Row, before: Box, uses: dict[str, int]) -> bool:
    """Tell whether a node is drawn with the box before it, for it has no other use."""
    role = row.role
    if family(role) not in {"norm", "activation"} and role not in _BESIDE:
        return False
    if before.family in {"input", "group"} or len(row.inputs) != 1:
        return False
    last = before.rows[-1]
    alone = row.inputs[0] == last.path and uses[last.path] == 1
    return alone and row.scope == last.scope


def _runs(before: list[Box]) -> list[Box]:
    """Return the boxes with runs of equal groups as one box each."""
    uses = [0] * len(before)
    for box in before:
        for source in box.sources:
            uses[source] += 1
    result: list[Box] = []
    moved: list[int] = []
    wiring: Any = None
    for number, box in enumerate(before):
        this = _wiring(box) if box.family == "group" else None
        follows = box.sources == (number - 1,) and uses[number - 1] == 1
        if follows and this is not None and this == wiring:
            last = result[-1]
            rows = (*last.rows, *box.rows)
            result[-1] = last._replace(rows=rows, run=last.run + 1)
        else:
            sources = tuple(moved[source] for source in box.sources)
            result.append(box._replace(sources=sources))
        wiring = this
        moved.append(len(result) - 1)
    return [box._replace(name=_span(box)) if box.run > 1 else box for box in result]


def _wiring(box: Box) -> list[Any]:
    """Return what makes two groups equal: layers, shapes, and links among them."""
    places = {row.path: number for number, row in enumerate(box.rows)}
    return [
        (row.layer, row.input, row.output, *map(places.get, row.inputs))
        for row in box.rows
    ]


def _span(box: Box) -> str:
    """Return the name of a run: ``layer3/1 … 35``."""
    depth = box.name.count("/")
    last = (*box.rows[-1].scope, "")[depth]
    return f"{box.name} … {last}"
