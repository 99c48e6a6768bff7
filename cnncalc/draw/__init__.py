"""Pictures of a network: as data, and written as SVG, TikZ, PDF and PNG."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc._lazy import getter
from cnncalc.draw.kinds import KINDS

if TYPE_CHECKING:
    from cnncalc.draw.drawing import Drawing, draw
    from cnncalc.draw.texts import Label

__all__ = ["KINDS", "Drawing", "Label", "draw"]

__getattr__ = getter(
    __name__,
    {
        "cnncalc.draw.drawing": "Drawing draw",
        "cnncalc.draw.texts": "Label",
    },
)
