"""Presets of TensorFlow's profiler, and of what compiles its networks for devices.

As in `presets`, each reproduces its tool to the unit.
"""

from __future__ import annotations

from typing import Any

from cnncalc.graph.call import Call
from cnncalc.operations import quantities as of
from cnncalc.operations.recurrence import RECURRENT
from cnncalc.operations.rules import Convention, Rule
from cnncalc.sizes.number import ceil_div, product

__all__ = ["TFLITE_PRESETS"]

_CONV, _TRANSPOSED = ("conv",), ("transposed conv",)
_LINEAR = ("linear", "rbf")
_WEIGHTED = (*_CONV, *_TRANSPOSED, *_LINEAR)
_POOLS = ("max pool", "average pool")
_MEANS = ("global average pool", "adaptive average pool")
_BATCH, _LAYER, _RMS = ("batch norm",), ("layer norm",), ("rms norm",)
_GROUP = ("group norm", "instance norm")


# What TensorFlow computes a function of each value by, and counts; of others nothing.
_FUNCTIONS = {
    "celu": 5,
    "softmax": 5,
    "gelu": 4,
    "hardswish": 3,
    "prelu": 3,
    "silu": 2,
    "log_sigmoid": 2,
    "hardtanh": 2,
    "hardsigmoid": 2,
    "mish": 1,
}


# Quantities of TensorFlow alone.


def _macs_of_others(call: Call) -> int | None:
    """The MACs of a kind that a user wrote; built-in kinds have rules of their own."""
    ruled = {*_WEIGHTED, *RECURRENT, "matmul", "einsum", "attention", "dynamic conv"}
    return 0 if call.layer.role in ruled else of.macs(call)


def _macs(call: Call) -> int | None:
    """The MACs of a convolution as it runs: dilated on blocks, of groups not at all."""
    number, geometry = of.macs(call), call.layer.geometry.along(call.output.rank)
    channels = call.shapes[0].channels
    if number is None or geometry.groups not in {1, channels}:
        return 0
    dilation: Any = geometry.dilation
    if dilation is None:
        return number
    sizes = zip(call.output.space, dilation, strict=True)
    blocks = product([ceil_div(size, apart) * apart for size, apart in sizes])
    return number // call.output.positions * blocks


def _transposed(call: Call) -> int | None:
    """A transposed convolution's weights × outputs, by the area of its stride."""
    weights, stride = of.weights(call), call.geometry.stride
    if weights is None or stride is None:
        return None
    return 2 * weights * of.positions(call) // product(stride)


def _unused_inputs(call: Call) -> int:
    """The values of a join's further inputs: a sum of n has n - 1 additions."""
    return of.outputs(call) * (len(call.shapes) - 1)


def _meant(call: Call) -> int:
    """The inputs of a mean of whole maps; of parts of them there is no layer."""
    return of.inputs(call) if of.positions(call) == 1 else 0


def _taps(call: Call) -> int | None:
    """The taps of a pool's windows; those of volumes are not seen."""
    return of.taps(call) if call.output.rank <= len(("h", "w")) else 0


def _channels(call: Call) -> int:
    return call.output.channels


def _affine_channels(call: Call) -> int:
    """The channels of a norm that has a factor for each; of another, 0."""
    layer = call.layer
    scaled = getattr(layer, "affine", True) and getattr(layer, "scale", True)
    return call.output.channels if of.params(call) and scaled else 0


def _shifted_inputs(call: Call) -> int:
    """The inputs of a norm that has an offset; of another, 0."""
    shifted = getattr(call.layer, "shift", True)
    return of.inputs(call) if of.params(call) and shifted else 0


def _affine_positions(call: Call) -> int:
    return of.positions(call) if of.params(call) else 0


def _groups(call: Call) -> int | None:
    """Into how many groups a norm divides the channels."""
    if call.layer.role == "instance norm":
        return call.output.channels
    number: int | None = getattr(call.layer, "groups", None)
    return number


def _affine_groups(call: Call) -> int | None:
    return _groups(call) if of.params(call) else 0


def _unbiased_filters(call: Call) -> int:
    """The filters that have no bias of their own."""
    return call.output.channels if not of.biases(call) else 0


TFLITE_PRESETS = (
    Convention(
        "tensorflow",
        "What TensorFlow's profiler says of a Keras network at inference: two for a "
        "multiply-add, and what is computed value by value; relu, sigmoid and tanh are "
        "free.",
        (
            Rule("multiply-adds", ("*",), _macs_of_others, 2),
            Rule("multiply-adds", _CONV, _macs, 2),
            Rule("multiply-adds", _TRANSPOSED, _transposed),
            Rule("multiply-adds", (*_LINEAR, "matmul"), of.macs, 2),
            Rule("bias", _WEIGHTED, of.bias_uses),
            Rule("attention", ("attention",), of.scores, 6),
            Rule("batch norm", _BATCH, of.inputs, 2),
            Rule("batch norm", _BATCH, _channels, 5),
            Rule("batch norm", _BATCH, _affine_channels),
            Rule("layer norm", _LAYER, of.inputs, 6),
            Rule("layer norm", _LAYER, of.positions, 5),
            Rule("layer norm", _LAYER, of.affine_inputs, 2),
            Rule("layer norm", _LAYER, _shifted_inputs),
            Rule("layer norm", _LAYER, _affine_positions, -1),
            Rule("layer norm", _RMS, of.inputs, 3),
            Rule("layer norm", _RMS, of.affine_inputs),
            Rule("layer norm", _RMS, of.positions, 3),
            Rule("layer norm", _GROUP, of.inputs, 6),
            Rule("layer norm", _GROUP, _groups, 5),
            Rule("layer norm", _GROUP, _affine_groups, -1),
            Rule("layer norm", _GROUP, _affine_channels, 3),
            *(
                Rule("activations", (f"activation: {name}",), of.inputs, times)
                for name, times in _FUNCTIONS.items()
            ),
            Rule("activations", ("activation: prelu",), of.params),
            Rule(
                "additions", ("add", "subtract", "maximum", "minimum"), _unused_inputs
            ),
            Rule("products", ("multiply",), _unused_inputs),
            Rule("products", ("layer scale",), of.outputs),
            Rule("pools", _POOLS, _taps),
            Rule("global pool", _MEANS, _meant),
            Rule("upsampling", ("upsample: nearest",), of.axis_count),
        ),
    ),
    Convention(
        "vela",
        "The MACs that Arm's Vela prints of a network for an Ethos-U: also a pool's "
        "taps, and the inputs of a mean.",
        (
            Rule("multiply-adds", ("*",), of.macs),
            Rule("pools", _POOLS, of.taps),
            Rule("global pool", _MEANS, of.inputs),
        ),
    ),
    Convention(
        "st-edge-ai",
        "ST Edge AI's MACC: also each bias once, batch norms merged away, a pool's "
        "taps, additions, and 15 for each value of a softmax.",
        (
            Rule("multiply-adds", ("*",), of.macs),
            Rule("bias", _WEIGHTED, of.biases),
            Rule("bias", _WEIGHTED, _unbiased_filters, folded=True),
            Rule("pools", _POOLS, of.taps),
            Rule("global pool", _MEANS, of.inputs),
            Rule("additions", ("add",), of.outputs),
            Rule("activations", ("activation: softmax",), of.inputs, 15),
        ),
    ),
)
