"""Sweeps: many networks from one function, and a row of totals for each."""

from cnncalc.sweeping.sweep import Sweep, sweep
from cnncalc.sweeping.variant import Variant

__all__ = ["Sweep", "Variant", "sweep"]
