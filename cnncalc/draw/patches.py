"""Patches: which part of the input each reads, and what that saves."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.draw.charts import LONG, SIZE, STEP, Bar, draw_bars
from cnncalc.draw.page import Page
from cnncalc.draw.scene import Rectangle
from cnncalc.report.cells import in_bytes, written

if TYPE_CHECKING:
    from cnncalc.memory.patches import Patches

__all__ = ["tiles"]

_LONGEST = 320.0  # the longer side of the input
_STRIP = 56.0  # how high a sequence is
_BELOW = 28.0


def tiles(found: Patches, page: Page) -> str:
    """Draw patches over the input, and bars of memory below; return both in words.

    Of a volume its last two axes are drawn.

    Args:
        found: What is drawn.
        page: What is drawn on.
    """
    across = written(found.input.space, "sizes")
    grid, patch = written(found.grid, "sizes"), written(found.patch, "sizes")
    where = page.words("each reads {} of {}", patch, across)
    page.subtitle = f"{page.words('{} patches', grid)}, {where}"
    top = page.top + 8
    below = _draw_reads(found, page, top)
    shown = {
        "Peak without patches": found.whole_peak,
        "Peak of the patches": found.patch_peak,
        "Peak behind the cut": found.rest_peak,
        "Memory": found.memory,
    }
    known = {page.words(name): size for name, size in shown.items() if size is not None}
    sizes = {name: in_bytes(size, page.style) for name, size in known.items()}
    bars = [
        Bar(name, {"input" if size == found.memory else "conv": size}, sizes[name], "")
        for name, size in known.items()
    ]
    draw_bars(bars, page, page.left, below, max(known.values()))
    told = "; ".join(f"{name}: {size}" for name, size in sizes.items())
    return f"{page.subtitle}. {told}"


def _draw_reads(found: Patches, page: Page, top: float) -> float:
    """Draw what each patch reads, one of them marked; return what is below."""
    space, reads = found.input.space[-2:], found.reads[-2:]
    if len(space) == 1:  # a sequence is a strip
        space, reads = (1, *space), ((range(1),), *reads)
    scale = _LONGEST / max(space)
    tall = space[0] * scale if len(found.input.space) > 1 else _STRIP
    high = tall / space[0]
    page.add(Rectangle(page.left, top, space[1] * scale, tall, "ground"))
    middle = [max(parts, key=len) for parts in reads]
    for rows in reads[0]:
        for columns in reads[1]:
            x, y = page.left + columns.start * scale, top + rows.start * high
            size = len(columns) * scale, len(rows) * high
            page.add(Rectangle(x, y, *size, "conv field"))
            if [rows, columns] == middle:
                page.add(Rectangle(x, y, *size, "mark"))
    words = page.words("neighbours share {} positions", written(found.halo, "sizes"))
    below = top + tall + STEP
    page.write(words, page.left, below, size=SIZE, width=LONG, look="soft")
    page.reach(page.left, below)
    return below + _BELOW
