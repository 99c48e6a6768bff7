"""Lints: what is odd about the geometry of a network, and may be meant otherwise."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

from cnncalc.analysis.receptive_field import Field, fields
from cnncalc.graph.table import Call, Table
from cnncalc.shape import span

__all__ = ["Lint", "lints"]


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


def lints(table: Table) -> list[Lint]:
    """Return what is odd, node by node.

    - A field that exceeds the input: the layer, the first of several, sees nothing that
      the one before it did not see.
    - A dropped border: a stride leaves rows or columns out at the bottom or the right.
    - A kernel larger than its map: most of its taps only ever meet padding.
    """
    found = []
    seen = fields(table)
    nodes = list(zip(table.calls, table.links, strict=True))
    entry = next(call.output for call, links in nodes if not links)
    for index, (call, links) in enumerate(nodes):
        if links and not call.idle:
            before, field = seen[index + links[0]], seen[index]
            found += [
                Lint(table.path(index), kind, text)
                for kind, text in (
                    *_exceeding(before, field, entry.height, entry.width),
                    *_geometry(call),
                )
            ]
    return found


def _exceeding(
    before: Any, field: Any, height: int, width: int
) -> Iterator[tuple[str, str]]:
    if not (isinstance(before, Field) and isinstance(field, Field)):
        return
    grown = field.size != before.size
    if grown and before.size[0] >= height and before.size[1] >= width:
        text = f"a unit before it sees {before.size[0]}×{before.size[1]} already, "
        yield "field exceeds input", text + f"and the input is {height}×{width}"


def _geometry(call: Call) -> Iterator[tuple[str, str]]:
    kernel, stride, padding = call.layer.geometry
    if kernel is None or stride is None or len(call.shapes) != 1:
        return
    x, y = call.shapes[0], call.output
    reach: Any = call.layer.reach(x)
    dilation = getattr(call.layer, "dilation", (1, 1))
    far = [span(k, d) for k, d in zip(kernel, dilation, strict=True)]
    if far[0] > x.height or far[1] > x.width:
        text = f"its kernel reaches over {far[0]}×{far[1]}, and its map is {x}"
        yield "kernel exceeds map", text
    if reach is None or isinstance(reach, str) or reach.up != (1, 1):
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
