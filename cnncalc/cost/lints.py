"""Lints: what is odd about the geometry of a network, and may be meant otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from cnncalc.cost.asked import AnyNetwork
from cnncalc.cost.receptive_field import Field, fields
from cnncalc.graph.call import Call
from cnncalc.sizes.shape import span

__all__ = ["Lint", "lint"]


class Lint(NamedTuple):
    """Something odd at a node.

    Attributes:
        path: The node.
        kind: "field exceeds input", "dropped border" or "kernel exceeds map".
        text: What it is, with its numbers.
    """

    path: str
    kind: str
    text: str


def lint(net: AnyNetwork) -> list[Lint]:
    """Return what is odd about the geometry, node by node.

    - A field that exceeds the input: units that look farther, down or across, than the
      whole input is large; also whether the units before saw all of it already.
    - A dropped border: a stride leaves rows or columns out at the bottom or the right.
    - A kernel larger than its map: most of its taps only ever meet padding.
    """
    found = []
    table = net.graph.table
    seen = fields(table)
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
    return found


def _common(entries: list[Any]) -> Any:
    """Return the input behind all of some nodes; None if there are several sizes."""
    sizes = {entry and (entry.height, entry.width) for entry in entries}
    return entries[0] if len(sizes) == 1 else None


def _exceeding(before: list[Any], field: Any, entry: Any) -> Iterator[tuple[str, str]]:
    others = [other for other in before if isinstance(other, Field)]
    if entry is None or not isinstance(field, Field) or len(others) < len(before):
        return
    sizes = (entry.height, entry.width)
    axes = [a for a in (0, 1) if field.size[a] > max(o.size[a] for o in others)]
    if not any(field.size[axis] > sizes[axis] for axis in axes):
        return
    text = (
        f"a unit sees {field.size[0]}×{field.size[1]}, and the input is "
        f"{sizes[0]}×{sizes[1]}"
    )
    if all(o.size[axis] >= sizes[axis] for o in others for axis in (0, 1)):
        text += ", which the units before it see already"
    yield "field exceeds input", text


def _geometry(call: Call) -> Iterator[tuple[str, str]]:
    kernel, stride, padding, *_ = call.layer.geometry
    if kernel is None or stride is None or len(call.shapes) != 1:
        return
    x, y = call.shapes[0], call.output
    reach: Any = call.layer.reach(x)
    if reach is None or isinstance(reach, str):
        return
    far = [span(k, d) for k, d in zip(kernel, reach.apart, strict=True)]
    if far[0] > x.height or far[1] > x.width:
        text = f"its kernel reaches over {far[0]}×{far[1]}, and its map is {x}"
        yield "kernel exceeds map", text
    if reach.up != (1, 1):
        return
    sizes, windows = (x.height, x.width), (y.height, y.width)
    ends = [
        (windows[axis] - 1) * stride[axis] - reach.padding[axis] + far[axis]
        for axis in (0, 1)
    ]
    dropped = [max(size - end, 0) for size, end in zip(sizes, ends, strict=True)]
    if any(dropped) and padding is not None:
        text = f"its stride leaves out {dropped[0]} rows and {dropped[1]} columns"
        yield "dropped border", text
