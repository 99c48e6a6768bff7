"""Counting conventions: which operations tools count, each as a table over roles.

A convention is a value: for the roles that layers tell of themselves, how often which
quantity of a node counts. The presets reproduce other tools to the unit, with their
quirks. No layer class is named here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from typing import Any, NamedTuple

from attrs import frozen

from cnncalc.analysis.cost import facts
from cnncalc.errors import unknown_name
from cnncalc.graph.table import Call

__all__ = ["CONVENTIONS", "Convention", "Rule", "convention", "known"]


def _macs(call: Call) -> int | None:
    return facts(call).macs


def _inputs(call: Call) -> int:
    return sum(shape.size for shape in call.shapes)


def _outputs(call: Call) -> int:
    return call.output.size


def _biased(call: Call) -> int:
    return call.layer.bias_uses(*call.shapes)


def _biases(call: Call) -> int:
    return call.layer.biases(*call.shapes)


def _params(call: Call) -> int | None:
    return call.layer.params(*call.shapes)


def _weights(call: Call) -> int:
    return (_params(call) or 0) - _biases(call)


def _weights_at_outputs(call: Call) -> int:
    return _weights(call) * call.output.positions


def _affine_inputs(call: Call) -> int:
    """The inputs of a norm that scales or shifts; of another, 0."""
    return _inputs(call) if _params(call) else 0


def _side(call: Call) -> int:
    """Outputs × the height of the window, where a tool takes k for k × k."""
    kernel = call.layer.geometry.kernel or (1, 1)
    return _outputs(call) * kernel[0]


def _taps(call: Call) -> int:
    kernel = call.layer.geometry.kernel or (1, 1)
    return _outputs(call) * kernel[0] * kernel[1]


def _strides(call: Call) -> int:
    stride = call.layer.geometry.stride or (1, 1)
    return _outputs(call) * stride[0] * stride[1]


def _reduced(call: Call) -> int:
    """Outputs × how many inputs there are for each, as of whole adaptive windows."""
    x, y = call.shapes[0], call.output
    return _outputs(call) * (x.height // y.height) * (x.width // y.width)


def _macs_of_others(call: Call) -> int | None:
    """The MACs of a kind that a user wrote; built-in kinds have rules of their own."""
    return 0 if call.layer.role in _WEIGHTED else _macs(call)


class Rule(NamedTuple):
    """What counts of the nodes of some roles.

    Attributes:
        label: What it is called where conventions are compared.
        roles: Patterns of roles.
        quantity: What is counted of a node.
        times: How often.
        functional: Count only nodes that torchvision runs as functions (True), or as
            modules (False); None counts both.
    """

    label: str
    roles: tuple[str, ...]
    quantity: Callable[[Call], int | None]
    times: int = 1
    functional: bool | None = None

    def counts(self, role: str, *, functional: bool) -> bool:
        """Tell whether it counts nodes of that role."""
        if self.functional is not None and functional != self.functional:
            return False
        return any(fnmatchcase(role, pattern) for pattern in self.roles)


@frozen
class Convention:
    """Which operations count, and how often.

    Attributes:
        name: What it is called.
        about: What it counts, in a sentence.
        rules: What counts of which nodes; where several apply, all do.
    """

    name: str
    about: str
    rules: tuple[Rule, ...]

    def lines(self, calls: Iterable[tuple[Call, bool]]) -> dict[str, int]:
        """Return the sums of its rules by label, in their order.

        Args:
            calls: What the nodes do, and whether torchvision runs it as a function.
        """
        sums = {rule.label: 0 for rule in self.rules}
        for call, functional in calls:
            if not call.idle:
                role = call.layer.role
                for rule in self.rules:
                    if rule.counts(role, functional=functional):
                        sums[rule.label] += rule.times * (rule.quantity(call) or 0)
        return sums


_CONV = ("conv",)
_TRANSPOSED = ("transposed conv",)
_LINEAR = ("linear", "rbf")
_WEIGHTED = (*_CONV, *_TRANSPOSED, *_LINEAR)
_BATCH = ("batch norm",)
_LAYER = ("layer norm", "group norm", "instance norm")
_MAX = ("max pool",)
_AVERAGE = ("average pool",)
_ADAPTIVE = ("adaptive average pool", "adaptive max pool")
_ADAPTIVE_AVERAGE = ("adaptive average pool",)
_MEAN = ("global average pool",)
_NEAREST, _BILINEAR = ("upsample: nearest",), ("upsample: bilinear",)
_ADD = ("add",)


def _functions(*names: str) -> tuple[str, ...]:
    return tuple(f"activation: {name}" for name in names)


_MULTIPLY_ADDS = "multiply-adds"
_MACS = Rule(_MULTIPLY_ADDS, ("*",), _macs)
_OTHER_MACS = Rule(_MULTIPLY_ADDS, ("*",), _macs_of_others)
_BIAS = Rule("bias", _WEIGHTED, _biased)

_PRESETS = (
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
            Rule(_MULTIPLY_ADDS, _CONV, _macs),
            Rule(_MULTIPLY_ADDS, _TRANSPOSED, _weights_at_outputs),
            Rule(_MULTIPLY_ADDS, _LINEAR, _weights),
            Rule("bias", (*_CONV, *_TRANSPOSED), _biased),
            Rule("bias", _LINEAR, _biases),
            Rule("norm parameters", ("* norm",), _params),
            Rule("activation parameters", ("activation: *",), _params),
        ),
    ),
    Convention(
        "fvcore",
        "Multiply-adds, 2 for each value of a batch norm, 5 of a layer norm, 1 of an "
        "adaptive average pool's input; a mean is not one.",
        (
            _MACS,
            Rule("batch norm", _BATCH, _inputs),
            Rule("batch norm", _BATCH, _affine_inputs),
            Rule("layer norm", _LAYER, _inputs, 4),
            Rule("layer norm", _LAYER, _affine_inputs),
            Rule("global pool", _ADAPTIVE_AVERAGE, _inputs),
            Rule("upsampling", _NEAREST, _outputs),
            Rule("upsampling", _BILINEAR, _outputs, 4),
        ),
    ),
    Convention(
        "ptflops-aten",
        "ptflops with its ATen backend: multiply-adds and biases.",
        (_MACS, _BIAS),
    ),
    Convention(
        "ptflops",
        "ptflops with its PyTorch backend: also norms, activations and pools, of which "
        "it sees many twice, as a module and as the function which that calls.",
        (
            _MACS,
            _BIAS,
            Rule("batch norm", _BATCH, _inputs, 2),
            Rule("layer norm", _LAYER, _inputs, functional=False),
            Rule(
                "activations",
                _functions("relu", "gelu", "prelu", "elu"),
                _inputs,
                2,
                functional=False,
            ),
            Rule(
                "activations",
                _functions("relu6", "leaky_relu", "silu"),
                _inputs,
                functional=False,
            ),
            Rule(
                "functional activations",
                _functions("relu", "gelu", "prelu", "elu", "relu6", "silu"),
                _inputs,
                functional=True,
            ),
            Rule("pools", (*_MAX, *_AVERAGE, *_ADAPTIVE), _inputs, 2, functional=False),
            Rule(
                "functional pools",
                (*_MAX, *_AVERAGE, *_ADAPTIVE),
                _inputs,
                functional=True,
            ),
            Rule("upsampling", ("upsample: *",), _outputs, 2),
        ),
    ),
    Convention(
        "thop",
        "Multiply-adds, 4 for each value of a norm, and the average pools that are "
        "modules; transposed convolutions as if their inputs were their outputs.",
        (
            _OTHER_MACS,
            Rule(_MULTIPLY_ADDS, (*_CONV, *_LINEAR), _macs),
            Rule(_MULTIPLY_ADDS, _TRANSPOSED, _weights_at_outputs),
            Rule("batch norm", _BATCH, _inputs, 4),
            Rule("layer norm", _LAYER, _inputs, 4, functional=False),
            Rule("average pool", _AVERAGE, _outputs, functional=False),
            Rule("global pool", _ADAPTIVE_AVERAGE, _reduced, functional=False),
            Rule("global pool", _ADAPTIVE_AVERAGE, _outputs, functional=False),
            Rule("upsampling", _BILINEAR, _outputs, 11),
        ),
    ),
    Convention(
        "calflops",
        "calflops' and DeepSpeed's FLOPs: two for a multiply-add, the biases of "
        "convolutions but not of linear layers, norms, some activations, and pools.",
        (
            Rule(_MULTIPLY_ADDS, ("*",), _macs, 2),
            Rule("bias", (*_CONV, *_TRANSPOSED), _biased),
            Rule("batch norm", _BATCH, _inputs, 2),
            Rule("layer norm", _LAYER, _inputs, 5),
            Rule(
                "activations",
                _functions("relu", "silu", "gelu", "elu", "leaky_relu", "prelu"),
                _inputs,
            ),
            Rule("pools", (*_MAX, *_AVERAGE, *_ADAPTIVE), _inputs),
            Rule("upsampling", ("upsample: *",), _inputs),
        ),
    ),
    Convention(
        "torchscan",
        "torch-scan's MACs: also batch norms and pools, of which it takes a window of "
        "k × k for one of k.",
        (
            _OTHER_MACS,
            Rule(_MULTIPLY_ADDS, (*_CONV, *_LINEAR), _macs),
            Rule(_MULTIPLY_ADDS, _TRANSPOSED, _weights_at_outputs),
            Rule("batch norm", _BATCH, _inputs, 2),
            Rule("max pool", _MAX, _side, functional=False),
            Rule("max pool", _MAX, _outputs, -1, functional=False),
            Rule("average pool", _AVERAGE, _side, functional=False),
            Rule("average pool", _AVERAGE, _outputs, functional=False),
            Rule("global pool", _ADAPTIVE, _reduced, functional=False),
            Rule("global pool", _ADAPTIVE, _outputs, functional=False),
        ),
    ),
    Convention(
        "onnx-tool",
        "onnx-tool's MACs on an export whose batch norms are folded into convolutions, "
        "where each leaves a bias; also activations, additions and pools.",
        (
            _MACS,
            _BIAS,
            Rule("folded batch norm", _BATCH, _outputs),
            Rule("relu", _functions("relu"), _inputs),
            Rule("additions", _ADD, _outputs),
            Rule("pools", (*_MAX, *_AVERAGE), _taps),
            Rule("global pool", (*_ADAPTIVE_AVERAGE, *_MEAN), _inputs),
            Rule("global pool", (*_ADAPTIVE_AVERAGE, *_MEAN), _outputs, 4),
            Rule("upsampling", _BILINEAR, _outputs, 4),
        ),
    ),
    Convention(
        "netscope",
        "Netscope's MACC column: multiply-adds; all else stands in other columns.",
        (_MACS,),
    ),
    Convention(
        "convnet-burden",
        "convnet-burden: also biases, 2 for each value of a relu, and pools by their "
        "stride; batch norms are merged away.",
        (
            _MACS,
            _BIAS,
            Rule("relu", _functions("relu"), _outputs, 2),
            Rule("pools", (*_MAX, *_AVERAGE), _strides, 2),
            Rule("global pool", (*_ADAPTIVE_AVERAGE, *_MEAN), _inputs),
            Rule("additions", _ADD, _outputs),
            Rule("upsampling", ("upsample: *",), _outputs, 4),
        ),
    ),
)

# The presets by name; "cnncalc" is our own, which is torchvision's.
CONVENTIONS: Mapping[str, Convention] = {
    **{preset.name: preset for preset in _PRESETS},
    "cnncalc": _PRESETS[0],
}


def known(calls: Iterable[tuple[Call, bool]]) -> bool:
    """Tell whether the number of every node is known that runs in evaluation."""
    return all(call.idle or facts(call).macs is not None for call, _ in calls)


def convention(which: str | Convention) -> Convention:
    """Return the convention of that name; one that is given stays.

    Raises:
        UnknownNameError: If there is no such preset.
    """
    found: Any = CONVENTIONS.get(which) if isinstance(which, str) else which
    if not isinstance(found, Convention):
        raise unknown_name("convention", str(which), CONVENTIONS)
    return found
