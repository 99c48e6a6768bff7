"""The presets of conventions as data: which operations other tools count.

Each is a list of rules over roles, and reproduces its tool to the unit, quirks too.
docs/counting.md says what each was checked against.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from cnncalc.graph.call import Call
from cnncalc.operations import quantities as of
from cnncalc.operations.presets_files import FILE_PRESETS
from cnncalc.operations.presets_modules import BY_BATCH, TIMM_ATTENTION
from cnncalc.operations.presets_tflite import TFLITE_PRESETS
from cnncalc.operations.presets_torch import TORCH_PRESETS
from cnncalc.operations.recurrence import RECURRENCE, RECURRENT
from cnncalc.operations.rules import Convention, Rule

__all__ = ["PRESETS"]

_CONV = ("conv",)
_TRANSPOSED = ("transposed conv",)
_LINEAR = ("linear", "rbf")
_WEIGHTED = (*_CONV, *_TRANSPOSED, *_LINEAR)
_ATTENTION, _MATMUL, _EINSUM = ("attention",), ("matmul",), ("einsum",)
_COMPUTED = ("dynamic conv",)
_PRODUCTS = (*_ATTENTION, *_MATMUL, *_EINSUM, *_COMPUTED)
_BATCH = ("batch norm",)
_LAYER, _GROUP, _INSTANCE = ("layer norm",), ("group norm",), ("instance norm",)
_OTHER_NORMS = (*_LAYER, *_GROUP, *_INSTANCE)
_LOCAL = ("local norm",)
_MAX = ("max pool",)
_AVERAGE = ("average pool",)
_ADAPTIVE_MAX = ("adaptive max pool",)
_ADAPTIVE_AVERAGE = ("adaptive average pool",)
_ADAPTIVE = (*_ADAPTIVE_AVERAGE, *_ADAPTIVE_MAX)
_NEAREST, _BILINEAR = ("upsample: nearest",), ("upsample: bilinear",)
_LINEAR_UP = ("upsample: linear",)
_UPSAMPLING = ("upsample: *",)
_ADD, _MULTIPLY, _SCALE = ("add",), ("multiply",), ("layer scale",)
_SOFTMAX = ("activation: softmax",)


# A tool may see modules and not the functions that do the same, or the reverse.
_MODULE = ("",)  # one of PyTorch's own, by its class
_ANY_MODULE = ("", "module", "own module")
_HEADS = ("MultiheadAttention",)
_FUSED = ("", "function", *_HEADS)  # attentions that are one operator
_EQUATION = ("", "function")  # of an einsum that is one
_OPERATOR = ("operator",)  # which who replaces torch.matmul does not see

_module = partial(Rule, functional=False)
_function = partial(Rule, functional=True)


def _functions(*names: str) -> tuple[str, ...]:
    return tuple(f"activation: {name}" for name in names)


def _macs_of_others(call: Call) -> int | None:
    """The MACs of a kind that a user wrote; built-in kinds have rules of their own."""
    return 0 if call.layer.role in {*_WEIGHTED, *RECURRENT} else of.macs(call)


_MULTIPLY_ADDS = "multiply-adds"
_MACS = Rule(_MULTIPLY_ADDS, ("*",), of.macs)
_OTHER_MACS = Rule(_MULTIPLY_ADDS, ("*",), _macs_of_others)
_CONV_MODULES = Rule(_MULTIPLY_ADDS, _COMPUTED, of.macs, runs=("module",))
_LINEAR_MODULES = Rule(_MULTIPLY_ADDS, _LINEAR, of.macs, runs=_MODULE)
_BIAS = Rule("bias", _WEIGHTED, of.bias_uses)

# Products of activations that a tool does not see: they are functions.
_unseen = partial(Rule, "products that are not seen", quantity=of.macs, times=-1)

# A value that is normalised, and once more where it is scaled and shifted.


def _normed(
    name: str, roles: tuple[str, ...], times: int = 1, **runs: Any
) -> tuple[Rule, ...]:
    """Return rules of norms: so often their inputs, and again those with factors."""
    values = (of.inputs, of.affine_inputs)
    return tuple(Rule(name, roles, value, times, **runs) for value in values)


_BATCH_NORM = (
    *_normed("batch norm", _BATCH),
    Rule("batch norm", _BATCH, of.untracked_inputs, 3),
)
_FIVE_OF_A_NORM = (
    Rule("layer norm", _OTHER_NORMS, of.inputs, 4),
    Rule("layer norm", _OTHER_NORMS, of.affine_inputs),
)
# PyTorch's local_response_norm: a square, a padded pool, a factor and a sum.
_LOCAL_NORM = (
    Rule("local norm", _LOCAL, of.inputs, 3),
    Rule("local norm", _LOCAL, of.window_sums),
)

_SOFTMAX_WRITTEN = Rule("softmax", _ATTENTION, of.scores, runs=("softmax",))
_SEEN_MODULES = (
    _OTHER_MACS,
    _unseen(_PRODUCTS),
    _CONV_MODULES,
    _LINEAR_MODULES,
)

# torch.add and torch.mul are seen, `+` and `*` are not.
_TORCH_ADD = _function("additions", (*_ADD, *_MULTIPLY, *_SCALE), of.outputs)

PRESETS = (
    Convention(
        "torchvision",
        "One for each multiply-add by a weight of a convolution or linear layer: what "
        "torchvision publishes, and half of what PyTorch's own flop counter says.",
        (_MACS,),
    ),
    Convention(
        "torchinfo",
        "Parameters × positions for a convolution, parameters once for every other "
        "module, a linear layer over many positions too.",
        (
            _OTHER_MACS,
            _unseen(_PRODUCTS),
            Rule(_MULTIPLY_ADDS, _COMPUTED, of.macs, runs=("module", "own module")),
            Rule(_MULTIPLY_ADDS, _CONV, of.macs, runs=_ANY_MODULE),
            Rule(_MULTIPLY_ADDS, _TRANSPOSED, of.macs_by_outputs),
            Rule(_MULTIPLY_ADDS, _LINEAR, of.weights, runs=_MODULE),
            *RECURRENCE["torchinfo"],
            Rule("bias", (*_CONV, *_TRANSPOSED), of.bias_uses, runs=_ANY_MODULE),
            Rule("bias", _ADD, of.outputs, runs=("own module",)),
            Rule("bias", _LINEAR, of.biases, runs=_MODULE),
            Rule("norm parameters", ("* norm",), of.params, runs=_ANY_MODULE),
            *BY_BATCH,
            Rule("activation parameters", ("activation: *",), of.params),
            Rule("embedding parameters", ("embedding",), of.params),
        ),
    ),
    Convention(
        "fvcore",
        "Multiply-adds, 2 for each value of a batch norm, 5 of a layer norm, 1 of an "
        "adaptive average pool's input, if that is a map; a mean is not one.",
        (
            _MACS,
            _unseen(_EINSUM, runs=_EQUATION),
            _unseen(_ATTENTION, runs=(*_FUSED, "einsum")),
            Rule("einsum", _EINSUM, of.halved_einsum_text, runs=_EQUATION),
            Rule("einsum", _ATTENTION, of.halved_attention_text, runs=("einsum",)),
            *RECURRENCE["fvcore"],
            *_BATCH_NORM,
            *_FIVE_OF_A_NORM,
            Rule("global pool", _ADAPTIVE_AVERAGE, of.map_inputs),
            Rule("upsampling", _NEAREST, of.map_outputs),
            Rule("upsampling", _BILINEAR, of.outputs, 4),
        ),
    ),
    Convention(
        "ptflops-aten",
        "ptflops with its ATen backend: multiply-adds and biases; attention is one "
        "operator, which it does not see, and so is an LSTM.",
        (
            _MACS,
            _BIAS,
            _unseen(_ATTENTION, runs=_FUSED),
            *RECURRENCE["ptflops-aten"],
        ),
    ),
    Convention(
        "ptflops",
        "ptflops with its PyTorch backend: also norms, activations and pools, of which "
        "it sees many twice, as a module and as the function which that calls.",
        (
            _MACS,
            Rule("bias", (*_CONV, *_TRANSPOSED), of.bias_uses, runs=_MODULE),
            Rule("bias", _LINEAR, of.bias_uses, runs=(*_MODULE, *_HEADS)),
            _unseen(_EINSUM, runs=_EQUATION),
            _unseen(_COMPUTED),
            _CONV_MODULES,
            Rule(_MULTIPLY_ADDS, _CONV, of.macs, -1, runs=("function", "own module")),
            Rule(_MULTIPLY_ADDS, _LINEAR, of.macs, -1, runs=("function", *_OPERATOR)),
            _unseen(_MATMUL, runs=_OPERATOR),
            _unseen(_ATTENTION, runs=("", "function", "einsum", "second matmul")),
            Rule("product", _ATTENTION, of.second_product, runs=("second matmul",)),
            _SOFTMAX_WRITTEN,
            Rule("softmax", _ATTENTION, of.scores, runs=_HEADS),
            Rule("scaled queries", _ATTENTION, of.queries, runs=_HEADS),
            *RECURRENCE["ptflops"],
            *_normed("batch norm", _BATCH, runs=_MODULE),
            Rule("layer norm", _OTHER_NORMS, of.inputs, runs=_MODULE),
            Rule("layer norm", (*_GROUP, *_INSTANCE), of.affine_inputs, runs=_MODULE),
            *TIMM_ATTENTION,
            *_LOCAL_NORM,
            _module(
                "activations", _functions("relu", "gelu", "prelu", "elu"), of.inputs, 2
            ),
            _module(
                "activations",
                _functions("relu6", "leaky_relu", "silu", "softmax"),
                of.inputs,
            ),
            _function(
                "activations",
                _functions("relu", "gelu", "prelu", "elu", "relu6", "silu", "softmax"),
                of.inputs,
            ),
            _module("pools", (*_MAX, *_AVERAGE, *_ADAPTIVE), of.inputs, 2),
            _function("pools", (*_MAX, *_AVERAGE, *_ADAPTIVE), of.inputs),
            Rule("upsampling", _UPSAMPLING, of.outputs),
            _module("upsampling", _UPSAMPLING, of.outputs),
            _TORCH_ADD,
        ),
    ),
    Convention(
        "thop",
        "Multiply-adds, 4 for each value of a norm, and the softmaxes, average pools "
        "and upsamplings that are modules; transposed convolutions as if their inputs "
        "were their outputs.",
        (
            *_SEEN_MODULES,
            Rule(_MULTIPLY_ADDS, _CONV, of.macs, runs=_MODULE),
            Rule(_MULTIPLY_ADDS, _TRANSPOSED, of.macs_by_outputs),
            *RECURRENCE["thop"],
            *_normed("batch norm", _BATCH, 2, runs=_MODULE),
            *_normed("layer norm", (*_LAYER, *_INSTANCE), 2, runs=_MODULE),
            _module("activations", _functions("prelu"), of.inputs),
            _module("activations", _SOFTMAX, of.inputs, 3),
            _module("activations", _SOFTMAX, of.positions, -1),
            _module("average pool", _AVERAGE, of.outputs),
            _module("global pool", _ADAPTIVE_AVERAGE, of.inputs),
            _module("global pool", _ADAPTIVE_AVERAGE, of.outputs),
            _module("upsampling", _NEAREST, of.outputs),
            _module("upsampling", _LINEAR_UP, of.outputs, 5),
            _module("upsampling", _BILINEAR, of.outputs, 11),
        ),
    ),
    Convention(
        "calflops",
        "calflops' and DeepSpeed's FLOPs: two for a multiply-add, the biases of "
        "convolutions but not of linear layers, norms, some activations, and pools.",
        (
            Rule(_MULTIPLY_ADDS, ("*",), _macs_of_others, 2),
            Rule(_MULTIPLY_ADDS, (*_CONV, *_LINEAR), of.macs, 2),
            _unseen(_EINSUM, times=-2, runs=_EQUATION),
            _unseen(_MATMUL, times=-2, runs=_OPERATOR),
            Rule(
                "unseen", _functions("relu", "softmax"), of.inputs, -1, runs=_OPERATOR
            ),
            _unseen(_ATTENTION, times=-2, runs=(*_FUSED, "einsum", "second matmul")),
            Rule("product", _ATTENTION, of.second_product, 2, runs=("second matmul",)),
            Rule("einsum", _EINSUM, of.einsum_text, runs=_EQUATION),
            Rule("einsum", _ATTENTION, of.attention_text, runs=("einsum",)),
            _SOFTMAX_WRITTEN,
            Rule(_MULTIPLY_ADDS, _TRANSPOSED, of.macs_by_group, 2),
            *RECURRENCE["calflops"],
            Rule("bias", _CONV, of.bias_uses),
            Rule("bias", _TRANSPOSED, of.conv_biases),
            *_BATCH_NORM,
            *_FIVE_OF_A_NORM,
            *_LOCAL_NORM,
            Rule(
                "activations",
                _functions(
                    *("relu", "silu", "gelu", "elu", "leaky_relu", "prelu", "softmax")
                ),
                of.inputs,
            ),
            _function("activations", _functions("relu6"), of.inputs),
            Rule("pools", (*_MAX, *_AVERAGE, *_ADAPTIVE), of.inputs),
            Rule("upsampling", _UPSAMPLING, of.upsampled),
            _TORCH_ADD,
        ),
    ),
    Convention(
        "torchscan",
        "torch-scan's MACs: also batch norms and pools, of which it takes a window of "
        "k × k for one of k.",
        (
            *_SEEN_MODULES,
            Rule(_MULTIPLY_ADDS, _CONV, of.macs, runs=_ANY_MODULE),
            Rule(_MULTIPLY_ADDS, _TRANSPOSED, of.macs_by_outputs),
            *RECURRENCE["torchscan"],
            Rule("transposed padding", _TRANSPOSED, of.axis_count, 4),
            *_normed("batch norm", _BATCH, runs=_ANY_MODULE),
            _module("max pool", _MAX, of.one_side),
            _module("max pool", _MAX, of.outputs, -1),
            _module("average pool", _AVERAGE, of.one_side),
            _module("average pool", _AVERAGE, of.axial_outputs),
            _module("global pool", _ADAPTIVE, of.reduced),
            _module("global pool", _ADAPTIVE_AVERAGE, of.axial_outputs),
            _module("global pool", _ADAPTIVE_MAX, of.outputs, -1),
        ),
    ),
    *FILE_PRESETS,
    *TORCH_PRESETS,
    *TFLITE_PRESETS,
)
