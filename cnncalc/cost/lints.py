"""Lints: what is odd about a network, and may be meant otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from cnncalc._typing import Unpack, override
from cnncalc.answers.answer import Answer, Record, Written
from cnncalc.answers.table import Fact, Table, columns
from cnncalc.cost.asked import AnyNetwork
from cnncalc.cost.receptive_field import Field, table_fields
from cnncalc.graph.call import Call
from cnncalc.graph.mistakes import mistakes
from cnncalc.sizes.axes import axis_names, kind_of
from cnncalc.sizes.window import Window, span

__all__ = ["Lint", "Lints", "lint"]


class _Lint(NamedTuple):
    path: str
    kind: str
    text: str


class Lint(_Lint, Record):
    """Something odd at a node.

    Attributes:
        path: The node.
        kind: "field exceeds input", "dropped border" or "kernel exceeds map"; or the
            name of a likely mistake.
        text: What it is, with its numbers.
    """

    __slots__ = ()

    _title = "lint"
    _columns = (
        *columns("text", path="layer"),
        *columns("words", kind="kind"),
        *columns("text", text="what it is"),
    )


class Lints(Answer, list[Lint]):
    """The oddities of a network, node by node; empty if there are none."""

    @property
    @override
    def table(self) -> Table:
        """A line for each."""
        facts = () if self else (Fact("odd", "What is odd", "nothing", "words"),)
        return Table("lint", Lint._columns if self else (), tuple(self), facts)


def lint(net: AnyNetwork, **how: Unpack[Written]) -> Lints:
    """Return what is likely to be a mistake, and what is odd about the geometry.

    - Channels first, a batch in the shape, filters first (a kernel of 12 or more with
      at most 4 filters); a network without a layer; a batch norm of the last scores; a
      softmax before a fully connected layer, or of one value; the same activation or
      norm twice in a row.
    - A field that exceeds the input: units that look farther along an axis than the
      whole input is large; also whether the units before saw all of it already.
    - A dropped border: a stride leaves rows or columns out at the bottom or the right.
    - A kernel larger than its map: most of its taps only ever meet padding.

    Args:
        how: As of `Written`: ``units=``, ``byte_units=``, ``layout=``, ``language=``.
    """
    found = Lints([Lint(*mistake) for mistake in mistakes(net)])
    table = net.graph.table
    seen = table_fields(table)
    entries: list[Any] = []  # for each node the sides of the inputs that reach it
    nodes = list(zip(table.calls, table.links, strict=True))
    for index, (call, links) in enumerate(nodes):
        sides = [entries[index + link] for link in links]
        entries.append(_common(sides) if links else call.output)
        if links and not call.idle:
            before = [seen[index + link] for link in links]
            found += [
                Lint(table.path(index), kind, text)
                for kind, text in (
                    *_exceeding(before, seen[index], entries[index]),
                    *_geometry(call),
                )
            ]
    return found._written(how)


def _common(entries: list[Any]) -> Any:
    """Return the input behind all of some nodes; None if there are several sizes."""
    sizes = {entry and entry.space for entry in entries}
    return entries[0] if len(sizes) == 1 else None


def _exceeding(before: list[Any], field: Any, entry: Any) -> Iterator[tuple[str, str]]:
    others = [other for other in before if isinstance(other, Field)]
    if entry is None or not isinstance(field, Field) or len(others) < len(before):
        return
    sizes = entry.space or (1,) * len(field.size)
    most = map(max, zip(*[other.size for other in others], strict=True))
    grown = zip(field.size, most, sizes, strict=True)
    if not any(now > ago and now > size for now, ago, size in grown):
        return
    text = f"a unit sees {_times(field.size)}, and the input is {_times(sizes)}"
    if all(n >= size for o in others for n, size in zip(o.size, sizes, strict=True)):
        text += ", which the units before it see already"
    yield "field exceeds input", text


def _geometry(call: Call) -> Iterator[tuple[str, str]]:
    if len(call.shapes) != 1 or not call.is_known:
        return
    x, y = call.shapes[0], call.output
    geometry: Any = call.layer.geometry.along(x.rank)
    kernel, stride, padding, *_ = geometry
    reach: Any = call.layer.reach(x)
    if kernel is None or stride is None or not isinstance(reach, Window):
        return
    stated = reach.along(x.rank)[2:5]
    axes = [
        _Axis(*axis)
        for axis in zip(x.space, y.space, kernel, stride, *stated, strict=True)
    ]
    far = [span(axis.kernel, axis.apart) for axis in axes]
    if any(wide > size for wide, size in zip(far, x.space, strict=True)):
        text = (
            f"its kernel reaches over {_times(far)}, and its {kind_of(x.rank)} is {x}"
        )
        yield "kernel exceeds map", text
    if any(axis.up != 1 for axis in axes):
        return
    ends = [
        (axis.windows - 1) * axis.stride - axis.before + wide
        for axis, wide in zip(axes, far, strict=True)
    ]
    dropped = [max(size - end, 0) for size, end in zip(x.space, ends, strict=True)]
    if any(dropped) and padding is not None:
        named = zip(dropped, axis_names(x.rank), strict=True)
        parts = [f"{n} {_ALONG.get(axis, 'positions')}" for n, axis in named]
        text = f"its stride leaves out {_listed(parts)}"
        yield "dropped border", text


class _Axis(NamedTuple):
    size: int
    windows: int
    kernel: int
    stride: int
    before: int
    up: int
    apart: int


# What stands side by side along an axis.
_ALONG = {"depth": "slices", "height": "rows", "width": "columns"}


def _listed(parts: list[str]) -> str:
    """Return a list in words: 1 slices, 2 rows and 3 columns."""
    return " and ".join([part for part in (", ".join(parts[:-1]), parts[-1]) if part])


def _times(sizes: Iterable[int]) -> str:
    return "×".join(map(str, sizes))
