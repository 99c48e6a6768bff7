"""More presets of tools for PyTorch: torchstat, Ultralytics' thop, and activations.

As in `presets`, each reproduces its tool to the unit.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from cnncalc.graph.call import Call
from cnncalc.operations import quantities as of
from cnncalc.operations.recurrence import RECURRENCE, RECURRENT
from cnncalc.operations.rules import Convention, Rule
from cnncalc.sizes.axes import sides
from cnncalc.sizes.number import product

__all__ = ["TORCH_PRESETS"]

_CONV, _TRANSPOSED = ("conv",), ("transposed conv",)
_LINEAR = ("linear", "rbf")
_BATCH = ("batch norm",)
_NORMS = (*_BATCH, "layer norm", "rms norm", "group norm", "instance norm")
_MAX, _AVERAGE = ("max pool",), ("average pool",)
_SLIDING = (*_CONV, *_TRANSPOSED)
_GROUPS = ("group norm", "instance norm")
_ADAPTIVE = ("adaptive average pool", "adaptive max pool")
_COMPUTED = ("dynamic conv",)

_PRODUCTS = ("attention", "matmul", "einsum", *_COMPUTED)

_module = partial(Rule, functional=False)
_MACS, _UNSEEN = "multiply-adds", "products that are not seen"


def _functions(*names: str) -> tuple[str, ...]:
    return tuple(f"activation: {name}" for name in names)


# Quantities of these tools alone.


def _of_maps(quantity: Any) -> Any:
    """A quantity of what works on maps; torchstat sees no sequences and volumes."""

    def counted(call: Call) -> int | None:
        number: int | None = quantity(call)
        return number if call.output.rank == len(("h", "w")) else 0

    return counted


def _unbiased_inputs(call: Call) -> int:
    """Positions of the input × filters, without those of a bias."""
    x, y = call.shapes[0], call.output
    return 0 if of.biases(call) else x.positions * y.channels


def _window_inputs(call: Call) -> int | None:
    """Values in the windows of a pool, those of the padding too, but none beyond it."""
    x = call.shapes[0]
    kernel, stride, padding, *_ = call.geometry.along(x.rank)
    if kernel is None or stride is None or padding is None or isinstance(padding, str):
        return of.taps(call)
    seen = [
        sum(min(k, size + sum(ends) - step * i) for i in range(out))
        for size, out, k, step, ends in zip(
            x.space,
            call.output.space,
            kernel,
            stride,
            sides(padding, x.rank),
            strict=True,
        )
    ]
    return product(seen) * call.output.channels


def _adaptive_inputs(call: Call) -> int:
    """Values in the windows of an adaptive pool, which overlap where sizes differ."""
    x, y = call.shapes[0], call.output
    seen = [
        sum(-(-(j + 1) * size // out) - j * size // out for j in range(out))
        for size, out in zip(x.space, y.space or (1,) * x.rank, strict=True)
    ]
    return product(seen) * y.channels


def _seen_outputs(call: Call) -> int:
    """Its outputs, if its padding is in numbers: fvcore counts no other."""
    padding = call.geometry.padding
    return 0 if isinstance(padding, str) else of.outputs(call)


def _one(call: Call) -> int:  # noqa: ARG001 - of whatever there is
    """One, whatever it is: torchstat's softmax is of all values together."""
    return 1


def _floored_inputs(call: Call) -> int:
    """Outputs × the window of an adaptive pool as if it divided its input."""
    x, y = call.shapes[0], call.output
    sizes = zip(x.space, y.space or (1,) * x.rank, strict=True)
    return product([size // out for size, out in sizes]) * y.size


def _macs_of_others(call: Call) -> int | None:
    """The MACs of a kind that a user wrote; built-in kinds have rules of their own."""
    seen = {*_SLIDING, *_LINEAR, *RECURRENT}
    return 0 if call.layer.role in seen else of.macs(call)


def _others(times: int = 1) -> tuple[Rule, ...]:
    """Return what is counted of other kinds; products of activations are not seen."""
    return (
        Rule(_MACS, ("*",), _macs_of_others, times),
        Rule(_UNSEEN, _PRODUCTS, of.macs, -times),
    )


_SEEN_BY_MODULES = (
    *_others(),
    Rule(_MACS, (*_CONV, *_LINEAR), of.macs),
    Rule(_MACS, _TRANSPOSED, of.macs_by_outputs),
)


def _softmax(label: str) -> tuple[Rule, ...]:
    """An exponential, a sum and a quotient for each value, one sum less a position."""
    return (
        _module(label, _functions("softmax"), of.inputs, 3),
        _module(label, _functions("softmax"), of.positions, -1),
    )


TORCH_PRESETS = (
    Convention(
        "torchstat",
        "torchstat's Flops: multiply-adds and biases of convolutions, linear layers "
        "without theirs, batch norms, relus and pools, all of maps and as modules.",
        (
            *_others(),
            Rule(_MACS, _CONV, _of_maps(of.macs)),
            Rule(_MACS, _LINEAR, of.macs),
            Rule("bias", _CONV, _of_maps(of.bias_uses)),
            Rule("batch norm", _BATCH, _of_maps(of.inputs)),
            Rule("batch norm", _BATCH, _of_maps(of.affine_inputs)),
            _module(
                "activations",
                _functions("relu", "relu6", "prelu", "elu", "leaky_relu"),
                of.inputs,
            ),
            _module("pools", (*_MAX, *_AVERAGE), _of_maps(of.inputs)),
            _module("upsampling", ("upsample: *",), of.positions),
        ),
    ),
    Convention(
        "torchstat-madd",
        "torchstat's MAdd: multiplications and additions apart, one addition less "
        "without a bias, and always of a linear layer; 4 a value of a batch norm.",
        (
            *_others(2),
            Rule(_MACS, _SLIDING, _of_maps(of.macs), 2),
            Rule(_MACS, _LINEAR, of.macs, 2),
            Rule("bias", _CONV, _of_maps(of.unbiased_outputs), -1),
            Rule("bias", _TRANSPOSED, _of_maps(_unbiased_inputs), -1),
            Rule("bias", _LINEAR, of.outputs, -1),
            Rule("batch norm", _BATCH, _of_maps(of.inputs), 4),
            _module("activations", _functions("relu", "relu6"), of.inputs),
            _module("activations", _functions("softmax"), of.inputs, 3),
            _module("activations", _functions("softmax"), _one, -1),
            _module("pools", (*_MAX, *_AVERAGE), _of_maps(of.taps)),
            _module("pools", _MAX, _of_maps(of.outputs), -1),
        ),
    ),
    Convention(
        "ultralytics-thop",
        "Ultralytics' thop 2.2: multiply-adds, of products of activations and of "
        "transposed convolutions too, 4 for each value of any norm, and the softmaxes, "
        "average pools and upsamplings that are modules.",
        (
            Rule(_MACS, ("*",), of.macs),
            Rule(_UNSEEN, _COMPUTED, of.macs, -1),
            *RECURRENCE["ultralytics-thop"],
            Rule("norms", _NORMS, of.inputs, 2),
            Rule("norms", _NORMS, of.affine_inputs, 2),
            _module("activations", _functions("prelu"), of.inputs),
            *_softmax("activations"),
            _module("activations", _functions("log_softmax"), of.inputs, 3),
            _module("average pool", _AVERAGE, _window_inputs),
            _module("average pool", _AVERAGE, of.outputs),
            _module("global pool", ("adaptive average pool",), _adaptive_inputs),
            _module("global pool", ("adaptive average pool",), of.outputs),
            _module("upsampling", ("upsample: linear",), of.outputs, 5),
            _module("upsampling", ("upsample: bilinear",), of.outputs, 11),
            _module("upsampling", ("upsample: trilinear",), of.outputs, 31),
            _module("upsampling", ("upsample: bicubic",), of.outputs, 259),
        ),
    ),
    Convention(
        "activations",
        "No operations, but what RegNet's authors and timm call activations: the "
        "outputs of convolutions, linear layers and products of matrices.",
        (
            Rule("outputs of convolutions", (*_CONV, *_TRANSPOSED), _seen_outputs),
            Rule("outputs of convolutions", _COMPUTED, of.outputs),
            Rule("outputs of linear layers", _LINEAR, of.outputs),
            Rule("outputs of products", ("matmul", "einsum"), of.outputs),
        ),
    ),
    Convention(
        "thop-0.0.31",
        "thop as it was until 2021: also biases of convolutions, 2 for each value of a "
        "batch norm, LeakyReLU, average pools and upsamplings, as modules.",
        (
            *_SEEN_BY_MODULES,
            Rule("bias", _SLIDING, of.bias_uses),
            *RECURRENCE["thop"],
            _module("batch norm", _BATCH, of.inputs, 2),
            _module("activations", _functions("leaky_relu"), of.inputs),
            _module("average pool", _AVERAGE, of.outputs),
            _module("global pool", ("adaptive average pool",), _floored_inputs),
            _module("global pool", ("adaptive average pool",), of.outputs),
            _module("upsampling", ("upsample: linear",), of.outputs, 5),
            _module("upsampling", ("upsample: bilinear",), of.outputs, 11),
            _module("upsampling", ("upsample: bicubic",), of.outputs, 259),
        ),
    ),
    Convention(
        "ptflops-0.6",
        "ptflops 0.6 and before, which saw modules alone: also biases, norms, relus, "
        "pools and upsamplings, each once.",
        (
            *_SEEN_BY_MODULES,
            Rule("bias", _SLIDING, of.bias_uses),
            Rule("bias", _LINEAR, of.biases),
            *RECURRENCE["ptflops-0.6"],
            _module("batch norm", (*_BATCH, *_GROUPS), of.inputs),
            _module("batch norm", (*_BATCH, *_GROUPS), of.affine_inputs),
            _module(
                "activations",
                _functions("relu", "relu6", "prelu", "elu", "leaky_relu", "gelu"),
                of.outputs,
            ),
            _module("pools", (*_MAX, *_AVERAGE, *_ADAPTIVE), of.inputs),
            _module("upsampling", ("upsample: *",), of.outputs),
        ),
    ),
)
