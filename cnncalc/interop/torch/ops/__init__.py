"""PyTorch's functions: one small function each, in one table."""

from cnncalc.interop.torch.ops import (
    dense,
    elementwise,
    moves,
    norms,
    reductions,
    sequences,
    windows,
)

__all__ = [
    "dense",
    "elementwise",
    "moves",
    "norms",
    "reductions",
    "sequences",
    "windows",
]
