"""The operators of TFLite: one small function each, in one table."""

from cnncalc.interop.tflite.ops import moves, values, windows

__all__ = ["moves", "values", "windows"]
