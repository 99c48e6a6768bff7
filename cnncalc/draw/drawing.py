"""A drawing: SVG text that shows itself in a notebook and can be saved."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from os import fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any, final, overload

import attrs

from cnncalc._typing import override
from cnncalc.answers.output import PathName, given
from cnncalc.answers.table import Style
from cnncalc.checks import checked_count, checked_depth, checked_flag, for_message
from cnncalc.cost.asked import AnyGraph, AnyNetwork, graph_of, title_of
from cnncalc.door import guarded
from cnncalc.draw import as_pdf, as_svg, as_tikz
from cnncalc.draw.architecture import WRAP, How, architecture
from cnncalc.draw.charts import bars
from cnncalc.draw.field import growth
from cnncalc.draw.kinds import ARRANGEMENTS, KINDS, SPELLED, STYLE_NAMES
from cnncalc.draw.page import Page
from cnncalc.draw.patches import tiles
from cnncalc.draw.scene import Scene, Text
from cnncalc.draw.texts import Label
from cnncalc.draw.timeline import timeline
from cnncalc.errors import MissingNameError, OptionError
from cnncalc.memory.types import DataTypes
from cnncalc.refusals import NoSequence
from cnncalc.report.cells import written
from cnncalc.report.style import lettered, styled
from cnncalc.report.words import resolve, translate
from cnncalc.sizes.shape import Shape, ShapeLike

if TYPE_CHECKING:
    from cnncalc.memory.patches import Patches

__all__ = ["Drawing", "draw", "draw_patches", "finished"]

_LARGEST = 100  # pixels of a user unit


@guarded
@final
@attrs.frozen(repr=False)
class Drawing(NoSequence):
    """A finished picture.

    A notebook shows it; ``to_svg``, ``to_tikz``, ``to_pdf`` and ``to_png`` return it in
    a format, or write it to a file, as ``save`` does by the file's name.

    Attributes:
        scene: The picture as data, from which each format is written.

    Example:
        >>> from cnncalc import zoo
        >>> picture = zoo.lenet5().draw(title="LeNet-5")
        >>> picture.title, picture.to_svg()[:4]
        ('LeNet-5: architecture', '<svg')
    """

    scene: Scene

    _instead = 'picture.save("net.svg"), or picture.scene for its parts'

    if not TYPE_CHECKING:  # which tells of wrong names itself

        def __getattr__(self, name: str) -> Any:
            if name.startswith("_"):
                raise AttributeError(name)
            why = f"a picture has no {name[:60]}"
            fix = 'A notebook shows it, and a file has it: picture.save("net.svg")'
            raise MissingNameError(why, fix)

    @property
    def title(self) -> str:
        """The words that screen readers read out first."""
        return self.scene.title

    @property
    def description(self) -> str:
        """The text alternative."""
        return self.scene.description

    @property
    def labels(self) -> tuple[Label, ...]:
        """The room that each text takes; no two of them overlap."""
        parts = self.scene.elements()
        return tuple(part.label for part in parts if isinstance(part, Text))

    @overload
    def to_svg(self, path: None = None) -> str: ...
    @overload
    def to_svg(self, path: PathName) -> None: ...
    def to_svg(self, path: PathName | None = None) -> str | None:
        """Return the picture as an SVG document, or write it to a file."""
        return given(as_svg.render(self.scene), path)

    @overload
    def to_tikz(self, path: None = None) -> str: ...
    @overload
    def to_tikz(self, path: PathName) -> None: ...
    def to_tikz(self, path: PathName | None = None) -> str | None:
        r"""Return the picture as TikZ, or write it to a file.

        It is a ``tikzpicture`` for a document that loads the package ``tikz``, on white
        paper; pdfLaTeX has letters for all of it but names that are not Latin.

        Example:
            >>> from cnncalc import zoo
            >>> print(zoo.lenet5().draw().to_tikz()[:75])
            % lenet5: architecture. Needs tikz.
            \begin{tikzpicture}[x=0.75pt,y=-0.75pt]
        """
        return given(as_tikz.render(self.scene), path)

    @overload
    def to_pdf(self, path: None = None, font: PathName | None = None) -> bytes: ...
    @overload
    def to_pdf(self, path: PathName, font: PathName | None = None) -> None: ...
    def to_pdf(
        self, path: PathName | None = None, font: PathName | None = None
    ) -> bytes | None:
        """Return the picture as a PDF of one page, on white, or write it to a file.

        It takes the extra ``cnncalc[figures]``. Latin letters are embedded. Chinese is
        not, but with a font of yours: readers show it in theirs, if they have one.

        Args:
            path: Where to.
            font: A TrueType file to write with, which is embedded. Letters that no
                font has are left out, with a warning.

        Raises:
            OptionError: If the extra is missing, or the font is no such file.
        """
        return given(as_pdf.render(self.scene, font), path)

    @overload
    def to_png(
        self, path: None = None, scale: float = 2, font: PathName | None = None
    ) -> bytes: ...
    @overload
    def to_png(
        self, path: PathName, scale: float = 2, font: PathName | None = None
    ) -> None: ...
    def to_png(
        self,
        path: PathName | None = None,
        scale: float = 2,
        font: PathName | None = None,
    ) -> bytes | None:
        """Return the picture as PNG, on white, or write it to a file.

        It takes the extra ``cnncalc[figures]``.

        Args:
            path: Where to.
            scale: How many pixels a unit of the SVG has: above 0, and up to 100.
            font: As of `to_pdf`; Chinese takes a font of the machine without it.

        Raises:
            OptionError: If the extra is missing, *scale* is no such number, or the font
                is no such file.
        """
        is_number = isinstance(scale, int | float) and not isinstance(scale, bool)
        if not (is_number and 0 < scale <= _LARGEST):
            fix = f"Give a number up to {_LARGEST}, as 2"
            raise OptionError(f"scale is {for_message(scale)}", fix)
        return given(as_pdf.render_pixels(self.scene, scale, font), path)

    def save(self, path: PathName, font: PathName | None = None) -> None:
        """Write the picture to a file.

        Args:
            path: Where to; the name ends in ``.svg``, ``.tex``, ``.pdf`` or ``.png``.
            font: As of `to_pdf` and `to_png`.

        Raises:
            OptionError: If the name asks for another format, or what writes it is
                missing; if a font is given for a format without one, or is none.
        """
        writers: dict[str, Callable[..., None]] = {
            ".svg": self.to_svg,
            ".tex": self.to_tikz,
            ".pdf": self.to_pdf,
            ".png": self.to_png,
        }
        suffix = Path(fspath(path)).suffix.lower()
        if suffix not in writers:
            why = f"{for_message(str(path))} is no name of a picture"
            raise OptionError(why, f"End it in {', '.join(writers)}")
        if font is None:
            writers[suffix](path)
        elif suffix in {".pdf", ".png"}:
            writers[suffix](path, font=font)
        else:
            why = f"font does nothing to {suffix}: it is for .pdf and .png"
            raise OptionError(why, "Leave it out")

    def _repr_svg_(self) -> str:
        return self.to_svg()

    @override
    def __str__(self) -> str:
        return self.to_svg()

    @override
    def __repr__(self) -> str:
        return f"<Drawing {self.title!r}>"


def draw(  # noqa: PLR0913 - each is a choice of its own
    net: AnyNetwork,
    kind: str = "architecture",
    *,
    style: str = "boxes",
    depth: int | None = None,
    repeats: bool | None = None,
    dimensions: bool = False,
    arrangement: str = "auto",
    wrap: int = WRAP,
    title: str | None = None,
    heading: bool = True,
    legend: bool = True,
    input: ShapeLike | Sequence[ShapeLike] | None = None,
    dtype: DataTypes = "float32",
    batch: int = 1,
    units: str = "exact",
    byte_units: str = "binary",
    layout: str = "HWC",
    language: str = "en",
) -> Drawing:
    """Return a picture, which a notebook shows: as SVG, TikZ, PDF or PNG.

    Args:
        kind: "architecture": blocks sized by their shapes, and how they are linked;
            "params", "macs" or "activations": bars for the layers;
            "receptive_field": how much of the input units see, over the input's axes;
            "memory": what the tensors alive at each step take.
        style: Of an architecture, as are the next five but *depth*. "boxes": blocks in
            perspective; "flat": their fronts; "lenet": a plane for each channel, fewer
            where they are many; "graph": the words in frames.
        depth: How many levels of groups to show; what is deeper is folded. None
            shows as many as stay readable: about forty boxes or bars, or eighty boxes
            of a chain with skips.
        repeats: Whether a run of equal groups is one block, marked ×n; None: where
            *depth* is None and there would be too many.
        dimensions: Whether sizes stand at the edges of blocks, as in papers.
        arrangement: "u": an encoder goes down on the left, and its decoder up on the
            right; "rows": from left to right, in as many lines as it takes; "auto": a
            U, if the network is one and it fits.
        wrap: How wide a line may become, in units of the SVG; 96 are an inch.
        title: What stands above it; None takes the network's name.
        heading: Whether the title and the line below it are drawn.
        legend: Whether what the colours mean is.
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
        OptionError: If there is no such kind, *depth* or *wrap* is no positive integer,
            *title* is no text, a U is asked for and the network is none, or an option
            is none of those above.
        OpenNetworkError: If the network has no input shape.

    Example:
        >>> from cnncalc import zoo
        >>> zoo.lenet5().draw("macs").description[:48]
        'Multiply-accumulates by layer. C3: 150,000; C1: '
    """
    graph = graph_of(net, input)
    written_as = styled(dtype, batch, units, byte_units, layout, language)
    written_as = lettered(written_as, (row.output for row in graph.nodes))
    kind = resolve(kind, SPELLED, f"there is no drawing {for_message(kind)}", KINDS)
    how = _checked(How(style, depth, repeats, dimensions, arrangement, wrap))
    page = {
        "paths": [row.path for row in graph.nodes],
        "has_heading": checked_flag("heading", heading),
        "has_legend": checked_flag("legend", legend),
    }
    title = title_of(net) if title in (None, "") else title
    shows = translate(KINDS[kind], written_as.language)
    return finished(title, shows, written_as, partial(_drawn, graph, kind, how), **page)


def _checked(how: How) -> How:
    """Return choices as they are meant.

    Raises:
        OptionError: If one of them is none.
    """
    return How(
        _one_of("style", how.style, STYLE_NAMES),
        checked_depth(how.depth),
        None if how.repeats is None else checked_flag("repeats", how.repeats),
        checked_flag("dimensions", how.dimensions),
        _one_of("arrangement", how.arrangement, ARRANGEMENTS),
        checked_count("wrap", how.wrap),
    )


def _one_of(option: str, value: Any, known: Sequence[str]) -> str:
    """Return the choice that is meant.

    Raises:
        OptionError: If there is no such choice.
    """
    unknown = f"there is no {option} {for_message(value)}"
    return resolve(value, {name: name for name in known}, unknown, known)


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
    title: Any, shows: str, style: Style, drawn: Callable[[Page], str], **page: Any
) -> Drawing:
    """Return a picture with a title, of which a function draws the rest on a page.

    Args:
        title: What stands above it.
        shows: What it shows, behind the title; either may be empty.
        style: How numbers and words are written.
        drawn: Draws the rest, and returns its text alternative.
        page: What else a `Page` is told.

    Raises:
        OptionError: If the title is no text.
    """
    if not isinstance(title, str):
        raise OptionError(f"title is {for_message(title)}", "It must be a text")
    full = written(": ".join(filter(None, (title, shows))), "text")
    paper = Page(full, style, **page)
    description = written(drawn(paper), "text")
    return Drawing(paper.scene(description))


def _drawn(graph: AnyGraph, kind: str, how: How, page: Page) -> str:
    """Draw a kind on the page; return its text alternative."""
    rows, shape = graph.nodes, graph.input
    shape = shape if isinstance(shape, Shape) else None
    if kind == "architecture":
        return architecture(rows, page, shape, how)
    if kind == "receptive_field":
        return growth(rows, page, how.depth, shape)
    if kind == "memory":
        return timeline(graph.table, graph.outputs, page)
    return bars(rows, page, kind, how.depth)
