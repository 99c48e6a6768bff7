"""The operators of ONNX and onnxruntime: one small function each, in one table."""

from cnncalc.interop.onnx.ops import (
    attention,
    dense,
    elementwise,
    flow,
    moves,
    norms,
    quantised,
    recurrent,
    reduce,
    windows,
)

__all__ = [
    "attention",
    "dense",
    "elementwise",
    "flow",
    "moves",
    "norms",
    "quantised",
    "recurrent",
    "reduce",
    "windows",
]
