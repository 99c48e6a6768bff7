"""Presets of tools that read files of networks: ONNX, Caffe's and MatConvNet's.

As in `presets`, each reproduces its tool to the unit.
"""

from __future__ import annotations

from cnncalc.graph.call import Call
from cnncalc.operations import quantities as of
from cnncalc.operations.recurrence import RECURRENCE
from cnncalc.operations.rules import Convention, Rule
from cnncalc.sizes.axes import axis_of
from cnncalc.sizes.number import product

__all__ = ["FILE_PRESETS"]

_CONV, _TRANSPOSED, _LINEAR = ("conv",), ("transposed conv",), ("linear", "rbf")
_BATCH, _LAYER, _GROUP = ("batch norm",), ("layer norm",), ("group norm",)
_OTHER_NORMS = (*_LAYER, *_GROUP, "instance norm")
_LOCAL = ("local norm",)
_POOLS = ("max pool", "average pool")
_MEAN = ("adaptive average pool",)
_GLOBAL = (*_MEAN, "adaptive max pool", "global average pool", "global max pool")
_SCALE = ("layer scale",)
_LINEAR_UP = tuple(f"upsample: {way}" for way in ("linear", "bilinear", "trilinear"))

_MULTIPLY_ADDS = "multiply-adds"
_MACS = Rule(_MULTIPLY_ADDS, ("*",), of.macs)
_BIAS = Rule("bias", (*_CONV, *_TRANSPOSED, *_LINEAR), of.bias_uses)
_SUMS = (
    Rule("additions", ("add",), of.outputs),
    Rule("products", ("multiply", *_SCALE), of.outputs),
)

# What onnx-tool takes a value of each activation for; PyTorch's export writes some as
# several operators. It refuses celu and selu.
_ACTIVATIONS = {
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
_ATTENTION = ("attention",)
_FUSED = ("", "function", "MultiheadAttention")  # which is one operator to PyTorch
_SCALED = (*_FUSED, "matmul", "einsum")  # whose queries are scaled, not their scores


# Quantities of onnx-tool alone.


def _pool_taps(call: Call) -> int | None:
    """Outputs × taps of a pool, of volumes × the first side of its window."""
    kernel = call.geometry.kernel
    if kernel is None or call.output.rank < len(("d", "h", "w")):
        return of.taps(call)
    side: int = kernel[0]
    return of.outputs(call) * side


def _tracked(call: Call) -> int:
    """The inputs of a norm with statistics of its own, as a batch norm has them."""
    return of.inputs(call) if call.layer.buffers_of(*call.shapes) else 0


def _means(call: Call) -> int:
    """The means of a norm; of several axes, as if it were along the first alone."""
    axes = getattr(call.layer, "axes", None) or (-1,)
    first = min(axis_of(axis, call.output) for axis in axes)
    return product([n for axis, n in enumerate(call.output) if axis != first])


def _keys(call: Call) -> int:
    """The values of an attention's keys."""
    return sum(keys.size for keys in call.shapes[1:2])


def _masked(call: Call) -> int | None:
    """The scores of an attention to which something is added."""
    return of.scores(call) if len(call.shapes) > len("qkv") else 0


_RELUS = tuple(f"activation: {name}" for name in ("relu", "relu6", "leaky_relu"))

FILE_PRESETS = (
    Convention(
        "onnx-tool",
        "onnx-tool's MACs on PyTorch's export to ONNX, which folds a batch norm into "
        "the convolution before it: also the norms that stay, biases, activations, "
        "additions and pools.",
        (
            _MACS,
            Rule(_MULTIPLY_ADDS, _TRANSPOSED, of.macs, -1),
            Rule(_MULTIPLY_ADDS, _TRANSPOSED, of.macs_by_filters),
            _BIAS,
            *RECURRENCE["onnx-tool"],
            Rule("folded batch norm", _CONV, of.unbiased_outputs, folded=True),
            Rule("batch norm", _BATCH, of.inputs, 31, folded=False),
            Rule("layer norm", _OTHER_NORMS, of.inputs, 7),
            Rule("layer norm", ("instance norm",), _tracked, 31 - 7),
            Rule("layer norm", _LAYER, _means, 29),
            Rule("layer norm", _GROUP, of.inputs, 2),
            *(
                Rule(
                    name if name == "relu" else "other activations",
                    (f"activation: {name}",),
                    of.inputs,
                    times,
                )
                for name, times in _ACTIVATIONS.items()
            ),
            *_SUMS,
            Rule("softmax", _ATTENTION, of.scores, _ACTIVATIONS["softmax"]),
            Rule("scaled queries", _ATTENTION, of.queries, runs=_SCALED),
            Rule("scaled keys", _ATTENTION, _keys, runs=_FUSED),
            Rule("additions", _ATTENTION, _masked),
            Rule("pools", _POOLS, _pool_taps),
            Rule("global pool", _GLOBAL, of.inputs),
            Rule("global pool", _MEAN, of.divisions, 4),
            Rule("upsampling", _LINEAR_UP, of.outputs, 4),
            Rule("upsampling", ("upsample: bicubic",), of.outputs, 8),
        ),
    ),
    Convention(
        "netscope",
        "Netscope's MACC column: multiply-adds, those of a local response norm and of "
        "a layer that scales too; all else stands in other columns.",
        (
            _MACS,
            Rule("local norm", _LOCAL, of.neighbours),
            Rule("products", _SCALE, of.outputs),
        ),
    ),
    Convention(
        "convnet-burden",
        "convnet-burden: also biases, 2 for each value of a relu, and pools by their "
        "stride; batch norms are merged away.",
        (
            _MACS,
            _BIAS,
            Rule("relu", _RELUS, of.outputs, 2),
            Rule("local norm", _LOCAL, of.outputs, 3),
            Rule("local norm", _LOCAL, of.positions, 2),
            Rule("pools", _POOLS, of.strides, 2),
            Rule("global pool", _GLOBAL, of.inputs),
            *_SUMS,
            Rule("upsampling", ("upsample: *",), of.outputs, 4),
        ),
    ),
)
