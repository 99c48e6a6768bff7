"""Keras' layers and operations: one small function each, in one table."""

from cnncalc.interop.keras.ops import (
    attention,
    dense,
    joins,
    lambdas,
    moves,
    recurrent,
    resizes,
    still,
    windows,
)

__all__ = [
    *("attention", "dense", "joins", "lambdas", "moves", "recurrent", "resizes"),
    *("still", "windows"),
]
