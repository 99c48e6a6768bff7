"""The cost of activations by onnx-tool, on networks that PyTorch exported."""

from __future__ import annotations

__all__ = ["ONNX_ACTIVATIONS"]

# What onnx-tool takes a value of each activation for; PyTorch's export writes some as
# several operators. It refuses celu and selu.
ONNX_ACTIVATIONS = {
    "relu": 1,
    "relu6": 2,
    "hardtanh": 2,
    "leaky_relu": 2,
    "prelu": 2,
    "hardsigmoid": 4,
    "hardswish": 5,
    "softsign": 6,
    "sigmoid": 32,
    "silu": 33,
    "gelu": 34,
    "elu": 35,
    "softmax": 36,
    "log_sigmoid": 75,
    "softplus": 76,
    "tanh": 76,
    "log_softmax": 80,
    "mish": 153,
}
