"""A drawing: SVG text that shows itself in a notebook and can be saved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any, final

import attrs

from cnncalc._typing import override
from cnncalc.answers.output import given
from cnncalc.answers.table import Style
from cnncalc.checks import checked_depth, for_message
from cnncalc.cost.asked import AnyGraph, AnyNetwork, graph_of, title_of
from cnncalc.door import guarded
from cnncalc.draw.architecture import architecture
from cnncalc.draw.charts import bars
from cnncalc.draw.field import growth
from cnncalc.draw.kinds import KINDS, SPELLED
from cnncalc.draw.page import Page
from cnncalc.draw.patches import tiles
from cnncalc.draw.svg import Label
from cnncalc.draw.timeline import timeline
from cnncalc.errors import MissingNameError, OptionError
from cnncalc.memory.types import DataTypes
from cnncalc.report.cells import written
from cnncalc.report.names import resolve
from cnncalc.report.style import lettered, styled
from cnncalc.report.words import translate
from cnncalc.sizes.shape import Shape, ShapeLike

if TYPE_CHECKING:
    from cnncalc.memory.patches import Patches

__all__ = ["Drawing", "draw", "draw_patches", "finished"]


@guarded
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
        >>> picture = zoo.lenet5().draw(title="LeNet-5")
        >>> picture.title, picture.to_svg()[:4]
        ('LeNet-5: architecture', '<svg')
    """

    title: str
    description: str
    labels: tuple[Label, ...] = attrs.field(repr=False)
    _svg: str = attrs.field(repr=False)

    if not TYPE_CHECKING:  # which tells of wrong names itself

        def __getattr__(self, name: str) -> Any:
            if name.startswith("_"):
                raise AttributeError(name)
            why = f"a picture has no {name[:60]}"
            fix = 'A notebook shows it, and a file has it: picture.save("net.svg")'
            raise MissingNameError(why, fix)

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
            why = f"{for_message(str(path))} is no name of an SVG file"
            raise OptionError(
                why, 'End it in ".svg"; browsers save that as other kinds'
            )
        given(self._svg, target)

    def _repr_svg_(self) -> str:
        return self._svg

    @override
    def __str__(self) -> str:
        return self._svg


def draw(  # noqa: PLR0913 - each is a choice of its own
    net: AnyNetwork,
    kind: str = "architecture",
    *,
    depth: int | None = None,
    title: str | None = None,
    input: ShapeLike | Sequence[ShapeLike] | None = None,
    dtype: DataTypes = "float32",
    batch: int = 1,
    units: str = "exact",
    byte_units: str = "binary",
    layout: str = "HWC",
    language: str = "en",
) -> Drawing:
    """Return a picture as SVG, which a notebook shows.

    Args:
        kind: "architecture": blocks sized by their shapes, and how they are linked;
            "params", "macs" or "activations": bars for the layers;
            "receptive_field": how much of the input units see, over the input's axes;
            "memory": what the tensors alive at each step take.
        depth: How many levels of groups to show; what is deeper is folded. None
            shows as many as stay readable: about forty boxes or bars, or eighty boxes
            of a chain with skips.
        title: What stands above it; None takes the network's name.
        input: Another input shape, or that of a network which has none yet; of
            several inputs, a list of shapes.
        dtype: The values' data type, or a number of bits, or a mapping as of
            `memory`, for "memory".
        batch: How many inputs are run at once; it multiplies all but parameters.
        units: As of `summary`, and so are the others: how counts are written.
        byte_units: How bytes are.
        layout: How shapes are.
        language: "en" or "zh".

    Raises:
        OptionError: If there is no such kind, *depth* is no positive integer, *title*
            is no text, or an option is none of those above.
        OpenNetworkError: If the network has no input shape.

    Example:
        >>> from cnncalc import zoo
        >>> zoo.lenet5().draw("macs").description[:48]
        'Multiply-accumulates by layer. C3: 150,000; C1: '
    """
    graph = graph_of(net, input)
    style = styled(dtype, batch, units, byte_units, layout, language)
    style = lettered(style, (row.output for row in graph.nodes))
    kind = resolve(kind, SPELLED, f"there is no drawing {for_message(kind)}", KINDS)
    depth = checked_depth(depth)
    title = title_of(net) if title in (None, "") else title
    shows = translate(KINDS[kind], style.language)
    paths = [row.path for row in graph.nodes]
    return finished(title, shows, style, partial(_drawn, graph, kind, depth), paths)


def draw_patches(found: Patches, title: str | None, style: Style) -> Drawing:
    """Return a picture of patches; `Patches.draw` tells what of.

    Args:
        found: What is drawn.
        title: What stands above it; None: what it shows.
        style: How numbers and words are written.
    """
    shows = translate("inference in patches", style.language)
    return finished(title or "", shows, style, partial(tiles, found))


def finished(
    title: Any,
    shows: str,
    style: Style,
    drawn: Callable[[Page], str],
    paths: Sequence[str] = (),
) -> Drawing:
    """Return a picture with a title, of which a function draws the rest on a page.

    Args:
        title: What stands above it.
        shows: What it shows, behind the title; either may be empty.
        style: How numbers and words are written.
        drawn: Draws the rest, and returns its text alternative.
        paths: The paths of the network's nodes, in order.

    Raises:
        OptionError: If the title is no text.
    """
    if not isinstance(title, str):
        raise OptionError(f"title is {for_message(title)}", "It must be a text")
    full = written(": ".join(filter(None, (title, shows))), "text")
    page = Page(full, style, paths)
    description = written(drawn(page), "text")
    svg = page.svg(description)
    return Drawing(full, description, tuple(page.labels), str(svg))


def _drawn(graph: AnyGraph, kind: str, depth: int | None, page: Page) -> str:
    """Draw a kind on the page; return its text alternative."""
    rows, shape = graph.nodes, graph.input
    shape = shape if isinstance(shape, Shape) else None
    if kind == "architecture":
        return architecture(rows, page, depth, shape)
    if kind == "receptive_field":
        return growth(rows, page, depth, shape)
    if kind == "memory":
        return timeline(graph.table, graph.outputs, page)
    return bars(rows, page, kind, depth)
