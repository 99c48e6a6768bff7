"""Layers made of layers: values that lower themselves onto the table of a network."""

from typing import TYPE_CHECKING

from cnncalc.later import getter

if TYPE_CHECKING:
    from cnncalc.blocks.combine import Branch, Repeat, Residual, branch
    from cnncalc.blocks.inception import Inception

__all__ = ["Branch", "Inception", "Repeat", "Residual", "branch"]

# Each kind is imported when it is used.
_PLACES = {
    "cnncalc.blocks.combine": "Branch Repeat Residual branch",
    "cnncalc.blocks.inception": "Inception",
}

__getattr__ = getter(__name__, _PLACES)
