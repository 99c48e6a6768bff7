"""Layers that shift and scale what they see: normalisations and layer scale."""

from __future__ import annotations

from typing import Any, ClassVar, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.checks import integer
from cnncalc.errors import ConfigError, ShapeError
from cnncalc.layers.base import Free, Saves
from cnncalc.layers.fields import choice, count, flag, optional
from cnncalc.sizes.axes import axis_of
from cnncalc.sizes.number import product
from cnncalc.sizes.shape import Shape
from cnncalc.sizes.window import whole_groups

__all__ = ["LayerScale", "Norm"]


def _axes(value: Any) -> Any:
    if isinstance(value, (tuple, list)):
        return tuple(map(integer, value))
    return None if value is None else (integer(value),)


def _are_axes(value: Any) -> bool:
    return (
        type(value) is tuple
        and all(type(axis) is int for axis in value)
        and 0 < len({*value}) == len(value)
    )


@final
@frozen(eq=False, repr=False)
class Norm(Free):
    """Normalise its input.

    Args:
        kind: "batch", "layer" (over the channels), "rms" (the same by the root mean
            square, without an offset), "group", "instance", or "local": AlexNet's
            local response normalisation, which has no parameters.
        axes: Over which axes "layer" and "rms" work, each with factors of its own, as
            PyTorch's *normalized_shape* does: (0, 1, 2) is all of a map. None are the
            channels.
        affine: Whether it scales and shifts; False switches both off.
        scale: Whether each channel has a trainable factor.
        shift: Whether each channel has a trainable offset.
        statistics: Whether a batch or instance norm keeps a running mean and variance;
            None as usual: a batch norm does.
        frozen: Whether factors and offsets of a batch norm are buffers, and not
            parameters, as in torchvision's FrozenBatchNorm2d.
        groups: Into how many groups "group" divides the channels.
        size: How many neighbouring channels "local" looks at.
        name: What to call it.
        trainable: Whether training changes factors and offsets.

    Shape:
        Any → the same.

    Counting:
        Parameters: C factors and C offsets; along *axes*, as many as there are values
        along these. Buffers: a batch norm's running mean and variance, 2C values that
        are state, not parameters. No connections, no MACs.

    Raises:
        ConfigError: If a field is no such thing, or nothing of that *kind*.
        ShapeError: If the groups do not divide the channels, or there are no such axes.

    Source:
        Ioffe & Szegedy 2015, https://arxiv.org/abs/1502.03167, algorithm 1,
        for "batch";
        Ba, Kiros & Hinton 2016, https://arxiv.org/abs/1607.06450, §3, for "layer";
        Wu & He 2018, https://arxiv.org/abs/1803.08494, §3, for "group";
        Ulyanov et al. 2016, https://arxiv.org/abs/1607.08022, §2, for "instance";
        Zhang & Sennrich 2019, https://arxiv.org/abs/1910.07467, equation 4, for "rms";
        Krizhevsky et al. 2012, §3.3, for "local".

    Example:
        >>> from cnncalc import Norm, Shape
        >>> norm, x = Norm(), Shape(56, 56, 64)
        >>> norm.params(x), norm.buffers(x), norm.formula("params", x)
        (128, 128, 2×64)
    """

    kind: str = field(
        default="batch",
        metadata=choice("batch", "layer", "rms", "group", "instance", "local"),
    )
    axes: tuple[int, ...] | None = field(
        default=None,
        converter=_axes,
        kw_only=True,
        metadata={
            "symbol": None,
            "good": lambda value: value is None or _are_axes(value),
            "expected": "different integers, -1 for the channels, or None",
        },
    )
    affine: bool = field(default=True, kw_only=True, metadata=flag())
    scale: bool = field(default=True, kw_only=True, metadata=flag())
    shift: bool = field(default=True, kw_only=True, metadata=flag())
    statistics: bool | None = field(
        default=None, kw_only=True, metadata=optional(flag())
    )
    frozen: bool = field(default=False, kw_only=True, metadata=flag())
    groups: int = field(
        default=32, converter=integer, kw_only=True, metadata=count("G", divides=True)
    )
    size: int = field(default=5, converter=integer, kw_only=True, metadata=count("n"))

    @override
    def check(self) -> None:
        for name, stated, kinds in (
            ("axes", self.axes is not None, ("layer", "rms")),
            ("statistics", self.statistics is not None, ("batch", "instance")),
            ("frozen", self.frozen, ("batch",)),
        ):
            if stated and self.kind not in kinds:
                why = f"{name} is {getattr(self, name)}, and it is a {self.kind} norm"
                fix = f"Only a norm of {' or '.join(kinds)} has that"
                raise ConfigError(why, fix, self.class_name)

    def _normalised(self, x: Shape) -> int:
        """Return for how many values it has a factor."""
        if self.axes is None:
            return x.channels
        places = {axis_of(axis, x) for axis in self.axes}
        if len(places) < len(self.axes):
            why = f"its axes {self.axes} name one of {x} twice"
            raise ShapeError(why, "Name each once, counted from 0 or from the channels")
        return product([x[place] for place in sorted(places)])

    @override
    def output_of(self, x: Shape, /) -> Shape:
        if self.axes is not None:
            self._normalised(x)
        if self.kind == "group":
            whole_groups(x.channels, self.groups)
        return x

    def _factors(self, x: Shape) -> int:
        """Return the number of factors and offsets."""
        if not self.affine or self.kind == "local":
            return 0
        sorts = self.scale + (self.shift and self.kind != "rms")
        values = self._normalised(x)
        return values if sorts == 1 else sorts * values

    @override
    def params_of(self, x: Shape, /) -> int:
        return 0 if self.frozen else self._factors(x)

    @override
    def buffers_of(self, x: Shape, /) -> int:
        usual = self.kind == "batch"
        kept = usual if self.statistics is None else self.statistics
        running = 2 * x.channels if kept else 0
        return running + self._factors(x) if self.frozen else running

    @property
    @override
    def channel_window(self) -> int:  # type: ignore[override]
        return self.size if self.kind == "local" else 1

    @override
    def saves(self, x: Shape, y: Shape, /) -> Saves:
        if self.frozen:  # a product with factors that are no parameters
            return Saves(fixed=x.channels)
        if self.kind == "batch":
            return Saves("inputs", fixed=2 * x.channels)
        if self.kind in {"layer", "rms"}:
            rows = x.size // self._normalised(x)
            if self.kind == "layer":
                return Saves("inputs", statistics=2 * rows)
            trained = self.trainable and self.params_of(x) > 0
            return Saves("inputs", statistics=rows, extra=x.size if trained else 0)
        if self.kind == "group":
            return Saves("inputs", statistics=2 * self.groups)
        if self.kind == "instance":  # whose factors are written out for each input
            own = 2 * x.channels + self.params_of(x) // 2 + self.buffers_of(x)
            return Saves("inputs", statistics=own)
        # The squares with zeros around their channels, their mean, and its power.
        return Saves("inputs", extra=3 * x.size + (self.size - 1) * x.positions)

    @property
    @override
    def role(self) -> str:
        return f"{self.kind} norm"


@final
class LayerScale(Free):
    """Multiply each channel by a trainable factor.

    Args:
        name: What to call it.
        trainable: Whether training changes the factors.

    Shape:
        Any → the same.

    Counting:
        Parameters: C factors. No connections, no MACs.

    Source:
        Touvron et al. 2021, https://arxiv.org/abs/2103.17239, §2.

    Example:
        >>> from cnncalc import LayerScale, Shape
        >>> LayerScale().params(Shape(56, 56, 96))
        96
    """

    __slots__ = ()

    task: ClassVar[str] = "layer scale"

    @override
    def params_of(self, x: Shape, /) -> int:
        return x.channels

    @override
    def saves(self, x: Shape, y: Shape, /) -> Saves:
        return Saves("inputs" if self.trainable else "")
