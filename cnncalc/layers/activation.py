"""Layers that apply a function to each value, and change no shape."""

from __future__ import annotations

from typing import final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.errors import ConfigError
from cnncalc.layers.base import Free, Saves
from cnncalc.layers.fields import choice, flag
from cnncalc.sizes.shape import Shape

__all__ = ["Activation"]

FUNCTIONS = (
    "relu",
    "relu6",
    "leaky_relu",
    "prelu",
    "elu",
    "celu",
    "selu",
    "gelu",
    "silu",
    "mish",
    "softplus",
    "softsign",
    "sigmoid",
    "log_sigmoid",
    "hardsigmoid",
    "hardswish",
    "hardtanh",
    "tanh",
    "softmax",
    "log_softmax",
    "identity",
)


_INPLACE = {
    *("relu", "relu6", "leaky_relu", "elu", "celu", "selu", "silu", "mish"),
    *("hardsigmoid", "hardswish", "hardtanh"),
}
# Whose derivatives PyTorch computes from their output: always, and in place, where the
# others, made to work in place, first copy their input.
_FROM_OUTPUT = {"relu", "sigmoid", "tanh", "softmax", "log_softmax"}
_FROM_RESULT = {"relu", "leaky_relu", "elu", "celu", "selu"}


def _function(value: str) -> str:
    return "silu" if isinstance(value, str) and value == "swish" else value


@final
@frozen(eq=False, repr=False)
class Activation(Free):
    """Apply a function to each value; softmax is one of them.

    Args:
        function: "relu", "relu6", "leaky_relu", "prelu", "elu", "celu", "selu",
            "gelu", "silu" (or "swish"), "mish", "softplus", "softsign", "sigmoid",
            "log_sigmoid", "hardsigmoid", "hardswish", "hardtanh", "tanh", "softmax",
            "log_softmax" or "identity".
        shared: Let all channels share prelu's one slope, as PyTorch does by default;
            the paper has a slope for each channel.
        per_value: Give each value a slope of its own for prelu, as Keras does by
            default.
        name: What to call it.
        trainable: Whether training changes it; only "prelu" has parameters.

    Shape:
        Any → the same.

    Counting:
        Parameters: prelu's slopes, else none. No connections, no MACs.

    Raises:
        ConfigError: If a field is no such thing, or both *shared* and *per_value* are
            asked for.

    Source:
        PyTorch's function of that name; He et al. 2015,
        https://arxiv.org/abs/1502.01852, §2.1, for "prelu".

    Example:
        >>> from cnncalc import Activation, Shape
        >>> x = Shape(28, 28, 6)
        >>> Activation("relu").params(x), Activation("prelu").params(x)
        (0, 6)
        >>> Activation("prelu", per_value=True).params(Shape(24, 24, 32))
        18432
    """

    function: str = field(converter=_function, metadata=choice(*FUNCTIONS))
    shared: bool = field(default=False, kw_only=True, metadata=flag())
    per_value: bool = field(default=False, kw_only=True, metadata=flag())

    @override
    def check(self) -> None:
        if self.shared and self.per_value:
            why = "its slope is shared by all values, and each has its own"
            raise ConfigError(why, "Say one of both", self.class_name)

    @override
    def params_of(self, x: Shape, /) -> int:
        if self.function != "prelu":
            return 0
        if self.per_value:
            return x.size
        return 1 if self.shared else x.channels

    @property
    @override
    def inplace(self) -> bool:  # type: ignore[override]
        """Whether PyTorch's module of this function has an `inplace` argument."""
        return self.function in _INPLACE

    @property
    @override
    def is_view(self) -> bool:  # type: ignore[override]
        return self.function == "identity"

    @override
    def saves(self, x: Shape, y: Shape, /) -> Saves:
        """The tensors from which PyTorch computes the derivative of this function."""
        if self.function == "identity":
            return Saves(passes_input_through=True)
        return Saves(
            "output" if self.function in _FROM_OUTPUT else "inputs",
            extra=x.size if self.function == "softsign" else 0,
            output_if_inplace=self.function in _FROM_RESULT,
        )

    @property
    @override
    def default_name(self) -> str:
        ends_in_digit = self.function[-1].isdigit()  # relu6_1, not relu61
        return f"{self.function}_" if ends_in_digit else self.function

    @property
    @override
    def role(self) -> str:
        return f"activation: {self.function}"
