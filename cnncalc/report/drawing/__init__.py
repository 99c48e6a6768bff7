"""Pictures of a network, as SVG that is drawn here without any other tool."""

from cnncalc.report.drawing.drawing import KINDS, Drawing, draw
from cnncalc.report.drawing.svg import Label

__all__ = ["KINDS", "Drawing", "Label", "draw"]
