"""The operators of ONNX and onnxruntime: one small function each, in one table."""

from cnncalc.interop.onnx.ops import (
    attention as attention,
)
from cnncalc.interop.onnx.ops import (
    dense as dense,
)
from cnncalc.interop.onnx.ops import (
    elementwise as elementwise,
)
from cnncalc.interop.onnx.ops import (
    flow as flow,
)
from cnncalc.interop.onnx.ops import (
    moves as moves,
)
from cnncalc.interop.onnx.ops import (
    norms as norms,
)
from cnncalc.interop.onnx.ops import (
    picking as picking,
)
from cnncalc.interop.onnx.ops import (
    recurrent as recurrent,
)
from cnncalc.interop.onnx.ops import (
    reduce as reduce,
)
from cnncalc.interop.onnx.ops import (
    sequences as sequences,
)
from cnncalc.interop.onnx.ops import (
    silent as silent,
)
from cnncalc.interop.onnx.ops import (
    sizes as sizes,
)
from cnncalc.interop.onnx.ops import (
    windows as windows,
)
