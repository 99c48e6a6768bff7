"""The operators of ONNX and onnxruntime: one small function each, in one table."""

from cnncalc.interop.onnx.ops import (
    attention as attention,
    dense as dense,
    elementwise as elementwise,
    flow as flow,
    moves as moves,
    norms as norms,
    picking as picking,
    recurrent as recurrent,
    reduce as reduce,
    sequences as sequences,
    silent as silent,
    windows as windows,
)
