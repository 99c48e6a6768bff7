"""Pictures of a network, as SVG that is drawn here without any other tool."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.later import getter
from cnncalc.report.drawing.kinds import KINDS

if TYPE_CHECKING:
    from cnncalc.report.drawing.drawing import Drawing, draw
    from cnncalc.report.drawing.svg import Label

__all__ = ["KINDS", "Drawing", "Label", "draw"]

__getattr__ = getter(
    __name__,
    {
        "cnncalc.report.drawing.drawing": "Drawing draw",
        "cnncalc.report.drawing.svg": "Label",
    },
)
