"""The rules of convolutions, which slide weighted kernels along any number of axes.

The kinds with a number of axes are in `cnncalc.layers.conv` and its neighbours.
"""

from __future__ import annotations

from typing import ClassVar

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.checks import integer
from cnncalc.errors import ConfigError, ShapeError
from cnncalc.layers.base import Geometry, Saves, Weighted
from cnncalc.layers.fields import (
    ONE,
    PARAMETRIZATION,
    ZERO,
    axiswise,
    choice,
    count,
    flag,
    paddings,
)
from cnncalc.sizes.axes import Axes, Pads, Sides, axes, pads
from cnncalc.sizes.number import holds, product
from cnncalc.sizes.shape import Shape
from cnncalc.sizes.window import (
    Reach,
    around,
    needs_space,
    slide,
    span,
    whole_groups,
    window_of,
)

__all__ = [
    "DIVIDING",
    "Conv",
    "Padded",
    "Sliding",
    "checked_padding",
    "whole_filters",
]

DILATION = axiswise("d")
GROUPS = count("G", divides=True)
MODE = choice("zeros", "reflect", "edge", "wrap")


@frozen(eq=False, repr=False)
class Sliding(Weighted):
    """The base of all convolutions: weighted kernels that slide over space."""

    task: ClassVar[str] = "conv"

    kernel: Axes = field(converter=axes, metadata=axiswise("k"))
    stride: Axes = field(
        default=ONE, converter=axes, kw_only=True, metadata=axiswise("s")
    )
    padding: Pads = field(
        default=ZERO,
        converter=pads,
        kw_only=True,
        metadata=paddings("same", "valid", "causal"),
    )
    bias: bool = field(default=True, kw_only=True, metadata=flag())

    @override
    def check(self) -> None:
        if self.padding == "causal" and len(self.kernel) > 1:
            why = "its padding is causal, and it works along several axes"
            raise ConfigError(
                why, "Only time has a before: use Conv1d", self.class_name
            )

    @property
    def spacing(self) -> Axes:
        """The distance of its taps along each axis."""
        return (1,) * len(self.kernel)

    @property
    @override
    def geometry(self) -> Geometry:
        groups = getattr(self, "groups", 1)
        return Geometry(self.kernel, self.stride, self.padding, self.spacing, groups)

    @override
    def reach(self, x: Shape, /) -> Reach:
        return window_of(x.space, self.kernel, self.stride, self.padding, self.spacing)

    @override
    def saves(self, x: Shape, y: Shape, /) -> Saves | None:
        return Saves("inputs")

    def uses(self, x: Shape, y: Shape, /) -> int:
        """Return how many times each weight is used: once an output position."""
        return y.positions

    @override
    def connections_of(self, x: Shape, y: Shape, /) -> int:
        return self.linked(x) * self.uses(x, y)

    @override
    def macs_of(self, x: Shape, y: Shape, /) -> int:
        return self.weights(x) * self.uses(x, y)


@frozen(eq=False, repr=False)
class Padded(Sliding):
    """A convolution whose taps may be apart, and whose padding need not be zeros."""

    dilation: Axes = field(default=ONE, converter=axes, kw_only=True, metadata=DILATION)
    padding_mode: str = field(default="zeros", kw_only=True, metadata=MODE)

    @property
    @override
    def spacing(self) -> Axes:
        return self.dilation

    def window(self, x: Shape) -> Axes:
        """Return how many windows fit along each axis."""
        space = x[:-1]
        if len(space) != len(self.kernel):
            needs_space(x, len(self.kernel))
        if self.padding_mode != "zeros":
            checked_padding(x, self.sides(x), self.padding_mode)
        return slide(space, self.kernel, self.stride, self.padding, self.dilation)

    def sides(self, x: Shape) -> Sides:
        """Return what it pads before and behind each axis."""
        reach = tuple(map(span, self.kernel, self.dilation))
        return around(x.space, reach, self.stride, self.padding)

    @override
    def reach(self, x: Shape, /) -> Reach:
        return window_of(
            x.space,
            self.kernel,
            self.stride,
            self.padding,
            self.dilation,
            self.padding_mode,
        )

    @override
    def saves(self, x: Shape, y: Shape, /) -> Saves:
        """Its inputs; where PyTorch pads a copy of them, that copy instead.

        It does so where "same" or "causal" pads one side more, and for every mode but
        zeros, even if nothing is padded; the gradients of two of these need the inputs.
        """
        more = [before + after for before, after in self.sides(x)]
        tensors = ""
        if self.padding_mode == "zeros":
            if self.padding == "same" and set(self.stride) == {1}:
                more = [odd % 2 for odd in more]
            elif self.padding != "causal":
                more = []
            if not any(more):
                return Saves("inputs")
        elif self.padding_mode != "wrap":
            tensors = "inputs with gradients"
        copy = [size + extra for size, extra in zip(x.space, more, strict=True)]
        return Saves(tensors, extra=product(copy) * x.channels)


def checked_padding(x: Shape, ends: Sides, mode: str) -> None:
    """Refuse a padding that repeats more than there is.

    Raises:
        ShapeError: If a side is longer than what it repeats.

    Source:
        PyTorch's `pad`: "reflect" leaves out the border, "circular" repeats once.
    """
    for size, (before, after) in zip(x.space, ends, strict=True):
        most = size - 1 if mode == "reflect" else size
        if mode != "edge" and not holds(max(before, after) <= most):
            why = (
                f"its padding {max(before, after)} repeats more than an axis of {size}"
            )
            fix = f"Pad at most {most}, or by edge or zeros"
            raise ShapeError(f"{why} has", fix)


DIVIDING = "Use a number of groups that divides both channels and filters"


def whole_filters(filters: int, groups: int, kind: str) -> None:
    """Refuse groups that do not divide the filters.

    Raises:
        ConfigError: If they do not.
    """
    if filters % groups:
        why = f"its {groups} groups do not divide its {filters} filters"
        raise ConfigError(why, DIVIDING, kind)


@frozen(eq=False, repr=False)
class Conv(Padded):
    """Filters that each see all channels of their group, along any number of axes."""

    stem: ClassVar[str] = "conv"

    filters: int = field(converter=integer, metadata=count("F"))
    groups: int = field(default=1, converter=integer, kw_only=True, metadata=GROUPS)
    parametrization: str | None = field(
        default=None, kw_only=True, metadata=PARAMETRIZATION
    )

    @override
    def check(self) -> None:
        super().check()
        whole_filters(self.filters, self.groups, self.class_name)

    @override
    def output_of(self, x: Shape, /) -> Shape:
        if self.groups != 1:
            whole_groups(x.channels, self.groups, DIVIDING)
        return Shape.made(self.window(x), self.filters)

    @override
    def weights(self, x: Shape, /) -> int:
        return product(self.kernel) * (x.channels // self.groups) * self.filters

    @override
    def biases(self, x: Shape, /) -> int:
        return self.filters if self.bias else 0

    @override
    def filters_of(self, x: Shape, /) -> tuple[int, ...]:
        return (self.filters, *self.kernel, x.channels // self.groups)
