"""The layer that stands for what is not known."""

from __future__ import annotations

import sys
from typing import Any, ClassVar, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.checks import integer
from cnncalc.layers.base import Layer
from cnncalc.layers.fields import FROM_0, LABEL, optional
from cnncalc.sizes.shape import Shape, ShapeLike
from cnncalc.sizes.unknown import UNKNOWN

__all__ = ["Unknown"]


def _shape(value: ShapeLike | None) -> Shape | None:
    return None if value is None else Shape.of(value)


@final
@frozen(eq=False, repr=False)
class Unknown(Layer):
    """Stand for an operation that is not known here.

    What it does not state is unknown, and so is everything behind an unknown shape:
    totals are lower bounds, and print as ``≥ n``.

    Args:
        kind: What it is called where it comes from: "NonMaxSuppression".
        output: The shape that it puts out; None if that is unknown.
        params: Its parameters; None if they are unknown.
        reason: Why it is not known.
        name: What to call it.
        trainable: Whether training changes its parameters.

    Shape:
        Any inputs → *output*.

    Counting:
        Parameters: *params*. Buffers, connections, MACs and all else are unknown.

    Raises:
        ConfigError: If a field is no such thing.

    Source:
        The tool that it comes from.

    Example:
        >>> from cnncalc import Sequential, Unknown
        >>> net = Sequential(input=(8, 8, 3)).conv(3, 4).add(Unknown("Wavelet")).fc(10)
        >>> print(net.params, net.macs, net["fc1"].output, net["fc1"].macs)
        ≥ 112 ≥ 3888 None None
        >>> net.unknown.reasons["fc1"]
        'the shape that reaches it is unknown'
    """

    arity: ClassVar[tuple[int, int]] = (1, sys.maxsize)

    kind: str = field(metadata=LABEL)
    # No rule computes with these, so they have no symbol.
    output_shape: Shape | None = field(
        default=None,
        alias="output",
        converter=_shape,
        metadata={"symbol": None, "by_name": True},
    )
    number: int | None = field(
        default=None, alias="params", converter=integer, metadata=optional(FROM_0)
    )
    reason: str | None = field(default=None, kw_only=True, metadata=optional(LABEL))

    @override
    def output_of(self, *xs: Shape) -> Shape:
        return self.output_shape or UNKNOWN

    @override
    def params_of(self, *xs: Any, **_: Any) -> int | None:
        return self.number

    @override
    def buffers_of(self, *xs: Any, **_: Any) -> int | None:
        return None

    @property
    @override
    def role(self) -> str:
        return f"unknown: {self.kind}"
