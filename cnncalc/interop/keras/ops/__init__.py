"""Keras' layers and operations: one small function each, in one table."""

from cnncalc.interop.keras.ops import attention as attention
from cnncalc.interop.keras.ops import dense as dense
from cnncalc.interop.keras.ops import joins as joins
from cnncalc.interop.keras.ops import lambdas as lambdas
from cnncalc.interop.keras.ops import moves as moves
from cnncalc.interop.keras.ops import recurrent as recurrent
from cnncalc.interop.keras.ops import resizes as resizes
from cnncalc.interop.keras.ops import still as still
from cnncalc.interop.keras.ops import windows as windows
