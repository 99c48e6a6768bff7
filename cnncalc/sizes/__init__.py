"""Shapes, windows, and arithmetic that is kept; no layer is known here."""

from cnncalc._lazy import getter

__getattr__ = getter(__name__, {})
