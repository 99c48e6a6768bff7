"""The report of a network: totals, picture, table, charts and arithmetic, linked."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cnncalc._typing import Unpack
from cnncalc.answers.answer import Written
from cnncalc.answers.output import PathName
from cnncalc.answers.report_page import ReportPage
from cnncalc.answers.table import Fact, Table
from cnncalc.checks import checked_flag
from cnncalc.cost.asked import AnyGraph, AnyNetwork, graph_of, title_of
from cnncalc.cost.receptive_field import in_cell
from cnncalc.cost.seen import receptive_fields
from cnncalc.draw.drawing import draw
from cnncalc.draw.kinds import KINDS
from cnncalc.explain.explanation import explain
from cnncalc.memory.types import DataTypes
from cnncalc.page.arithmetic import arithmetic
from cnncalc.page.parts import Parts, as_tiles, page_of
from cnncalc.page.sliding import sliding_page
from cnncalc.report.render.as_html import numbered_rows
from cnncalc.report.style import styled
from cnncalc.report.summary import summary
from cnncalc.report.words import translate
from cnncalc.sizes.number import in_symbols
from cnncalc.sizes.shape import ShapeLike

__all__ = ["CHARTS", "PAGE_COLUMNS", "on_symbols", "report", "told_totals"]

# The charts behind the tabs.
CHARTS = ("memory", "receptive_field", "macs", "params", "activations")

# The columns of the table: what a row has besides is told by its arithmetic.
PAGE_COLUMNS = (
    *("layer", "filter", "stride", "padding", "output", "params", "macs"),
    *("activation_size", "receptive_field"),
)


def report(
    net: AnyNetwork,
    path: PathName | None = None,
    *,
    input: ShapeLike | Sequence[ShapeLike] | None = None,
    dtype: DataTypes = "float32",
    batch: int = 1,
    sliders: bool = False,
    **how: Unpack[Written],
) -> ReportPage:
    """Return all that is known of it as one page, which opens anywhere.

    It has the totals, the picture of the architecture, a table of the layers to sort,
    fold and search, what memory holds over time, the growth of the receptive field, and
    bars of the costs. Who points at a row, a block or a bar sees the others of the same
    layer, and its arithmetic. All is in the page; it asks no network for anything, and
    what names hold is text in it.

    With sliders it has what follows the sizes of the input, by expressions alone: the
    totals, the table, memory and bars, and the expressions themselves in place of the
    arithmetic. So has the page of a network on symbols, or with symbols in its layers.

    Args:
        path: A file to write it to, too.
        input: Another input shape, or that of a network which has none yet; of
            several inputs, a list of shapes.
        dtype: The values' data type, or a number of bits, or a mapping as of `memory`.
        batch: How many inputs are run at once; it multiplies all but parameters and
            buffers.
        sliders: Whether height, width and batch can be moved in the page.
        how: As of `Written`: ``units=``, ``byte_units=``, ``layout=``, ``language=``.

    Raises:
        OptionError: If an option is none of those above.
        ArgumentError: If there are sliders, and something has no number in symbols.
        OpenNetworkError: If the network has no input shape.

    Example:
        >>> from cnncalc import zoo
        >>> zoo.lenet().report().title
        'lenet: 32×32×1 → 10'
    """
    chosen: dict[str, Any] = {"dtype": dtype, "batch": batch, **how}
    graph, name = graph_of(net, input), title_of(net)
    if checked_flag("sliders", sliders) or on_symbols(graph):
        return sliding_page(graph, styled(**chosen), path, name)
    table = summary(net, input=input, columns=PAGE_COLUMNS, **chosen).table
    parts = Parts(
        kind="network",
        title=table.title,
        style=table.style,
        above=as_tiles(told_totals(graph, table), table.style),
        drawings=draw(graph, title=name, **chosen).to_svg(),
        rows=numbered_rows(table),
        charts={
            translate(KINDS[kind], table.style.language): draw(
                graph, kind, title=name, **chosen
            ).to_svg()
            for kind in CHARTS
        },
        explained={"": arithmetic(explain(graph, **chosen).derivation)},
    )
    return page_of(parts, path)


def told_totals(net: AnyGraph, table: Table) -> tuple[Fact, ...]:
    """Return the totals of a network's table, and what an output sees, if known."""
    seen = in_cell(receptive_fields(net))
    if seen is None:
        return table.totals
    return *table.totals, Fact("receptive_field", "Receptive field", seen, "field")


def on_symbols(graph: AnyGraph) -> bool:
    """Tell whether a shape in a network has symbols."""
    shapes = (x for call in graph.table.calls for x in (call.output, *call.shapes))
    return any(in_symbols(x) for x in shapes if x)  # an unknown one has no sizes
