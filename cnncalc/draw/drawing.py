"""A drawing: SVG text that shows itself in a notebook and can be saved."""

from __future__ import annotations

from collections.abc import Sequence
from os import PathLike, fspath
from pathlib import Path
from typing import Any, final

import attrs

from cnncalc._typing import override
from cnncalc.checks import integer, is_count, shown
from cnncalc.cost.rows import Row
from cnncalc.draw.architecture import architecture
from cnncalc.draw.charts import bars, growth
from cnncalc.draw.kinds import KINDS, SPELLED
from cnncalc.draw.page import Page
from cnncalc.draw.svg import Label
from cnncalc.draw.timeline import timeline
from cnncalc.errors import OptionError
from cnncalc.graph.table import Table
from cnncalc.report.names import meant
from cnncalc.report.render.cells import written
from cnncalc.sizes.shape import Shape, ShapeLike

__all__ = ["Drawing", "draw"]


@final
@attrs.frozen
class Drawing:
    """A finished picture.

    A notebook shows it; ``to_svg`` returns it as text and ``save`` writes it.

    Attributes:
        title: What the picture shows, as screen readers read it out first.
        description: Its text alternative.
        labels: The room that each text in it takes; no two of them overlap.

    Example:
        >>> from cnncalc import zoo
        >>> picture = draw(zoo.lenet5().nodes, title="LeNet-5")
        >>> picture.title, picture.to_svg()[:4]
        ('LeNet-5: architecture', '<svg')
    """

    title: str
    description: str
    labels: tuple[Label, ...] = attrs.field(repr=False)
    _svg: str = attrs.field(repr=False)

    def to_svg(self) -> str:
        """Return the picture as an SVG document."""
        return self._svg

    def save(self, path: str | PathLike[str]) -> None:
        """Write the picture to a file.

        Args:
            path: Where to; the name ends in ``.svg``.

        Raises:
            OptionError: If the name asks for another format.
        """
        target = Path(fspath(path))
        if target.suffix.lower() != ".svg":
            why = f"{shown(str(path))} is no name of an SVG file"
            raise OptionError(
                why, 'End it in ".svg"; browsers save that as other kinds'
            )
        target.write_text(self._svg, encoding="utf-8", newline="\n")

    def _repr_svg_(self) -> str:
        return self._svg

    @override
    def __str__(self) -> str:
        return self._svg


def draw(
    rows: Sequence[Row],
    *,
    title: str,
    kind: str = "architecture",
    depth: int | None = None,
    input: ShapeLike | None = None,
    table: Table | None = None,
    outputs: Sequence[int] | None = None,
) -> Drawing:
    """Return a picture of a network with these rows.

    Args:
        rows: The network's nodes.
        title: What stands above it, such as the network's name.
        kind: "architecture": blocks sized by their shapes, and how they are linked;
            "params", "macs" or "activations": bars for the layers;
            "receptive_field": how much of the input units see, over the input's grid;
            "memory": what the tensors alive at each step take, in float32.
        depth: How many levels of groups are shown; what is deeper is folded. None
            shows as many as stay readable: about forty boxes or bars, or eighty boxes
            of a chain with skips.
        input: The shape of the input; None takes it from the rows.
        table: The network's table, for "memory".
        outputs: Which of its nodes the network puts out; None takes the last.

    Raises:
        OptionError: If there is no such kind, *depth* is no positive integer, *title*
            no text, or "memory" is asked for without a table.
        CnncalcError: If *input* is no shape.

    Example:
        >>> from cnncalc import zoo
        >>> net = zoo.lenet5()
        >>> draw(net.nodes, title="LeNet-5", kind="macs").description[:48]
        'Multiply-accumulates by layer. C3: 150,000; C1: '
    """
    kind = meant(kind, SPELLED, f"there is no drawing {shown(kind)}", KINDS)
    depth = None if depth is None else integer(depth)
    if depth is not None and not is_count(depth):
        raise OptionError(f"depth is {shown(depth)}", "It must be a positive integer")
    if not isinstance(title, str):
        raise OptionError(f"title is {shown(title)}", "It must be a text")
    shape = None if input is None else Shape.of(input)
    full = written(f"{title}: {KINDS[kind]}", "text")
    page = Page(full)
    drawn = _drawn(rows, page, kind, depth, shape, table, outputs)
    description = written(drawn, "text")
    svg = page.svg(description)
    return Drawing(full, description, tuple(page.labels), svg)


def _drawn(
    rows: Sequence[Row], page: Page, kind: str, depth: int | None, *more: Any
) -> str:
    """Draw a kind on the page; return its text alternative."""
    shape, table, outputs = more
    if kind == "architecture":
        return architecture(rows, page, depth, shape)
    if kind == "receptive_field":
        return growth(rows, page, depth, shape)
    if kind == "memory":
        if table is None:
            why = "a memory timeline needs the network's table"
            raise OptionError(why, "Give table=net.graph.table, or use net.draw")
        ends = [len(table) - 1] if outputs is None else outputs
        return timeline(table, ends, page)
    return bars(rows, page, kind, depth)
