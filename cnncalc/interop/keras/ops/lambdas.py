"""Functions of TensorFlow that Keras 2 has as layers."""

from __future__ import annotations

from typing import Any

from cnncalc.interop.keras.layer import Call
from cnncalc.interop.reading import Unread
from cnncalc.interop.registry import TABLES, operator

# TensorFlow's names of functions, and Keras 3's of the operations that they are.
_NAMES = {
    "add": "Add", "subtract": "Subtract", "multiply": "Multiply", "truediv": "Divide",
    "divide": "Divide", "maximum": "Maximum", "minimum": "Minimum", "pow": "Power",
    "reduce_mean": "Mean", "reduce_sum": "Sum", "reduce_max": "Max", "matmul": "Matmul",
    "reshape": "Reshape", "transpose": "Transpose", "expand_dims": "ExpandDims",
    "squeeze": "Squeeze", "concat": "Concatenate", "stack": "Stack", "relu": "Relu",
    "relu6": "Relu6", "sigmoid": "Sigmoid", "tanh": "Tanh", "softmax": "Softmax",
    "gelu": "Gelu", "silu": "Silu", "swish": "Silu", "exp": "Exp", "sqrt": "Sqrt",
    "square": "Square", "abs": "Abs", "cast": "Cast", "clip_by_value": "Clip",
    "sub": "Subtract", "mul": "Multiply", "getitem": "GetItem", "resize": "Resize",
    "identity": "Identity", "stop_gradient": "StopGradient", "neg": "Negative",
    "negative": "Negative", "l2_normalize": "Normalize",
}  # fmt: skip


@operator("keras", "TFOpLambda")
def lambda_of_tensorflow(c: Call) -> Any:
    """Apply the operation of Keras 3 that a function of TensorFlow is."""
    name = str(c.get("function")).rpartition(".")[2].strip("_")
    if name not in _NAMES:
        raise Unread(f"the function {name!r} is not known here")
    layer = {**c.node.layer, "class_name": _NAMES[name]}
    node = c.node._replace(layer=layer)
    return TABLES["keras"][_NAMES[name]](Call(c.models, node, c.xs, c.named, c.place))
