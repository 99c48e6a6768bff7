"""Shapes, windows, and arithmetic that is kept; no layer is known here."""
