"""Layers that shift and scale what they see: normalisations and layer scale."""

from __future__ import annotations

from typing import ClassVar, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.checks import integer
from cnncalc.layers.base import Free, Saves
from cnncalc.layers.fields import choice, count, flag
from cnncalc.sizes.shape import Shape
from cnncalc.sizes.window import whole_groups

__all__ = ["LayerScale", "Norm"]


@final
@frozen(eq=False, repr=False)
class Norm(Free):
    """Normalise its input.

    Args:
        kind: "batch", "layer" (over the channels), "group", "instance", or "local":
            AlexNet's local response normalisation, which has no parameters.
        affine: Whether it scales and shifts; False switches both off.
        scale: Whether each channel has a trainable factor.
        shift: Whether each channel has a trainable offset.
        groups: Into how many groups "group" divides the channels.
        size: How many neighbouring channels "local" looks at.
        name: What to call it.
        trainable: Whether training changes factors and offsets.

    Shape:
        Any → the same.

    Counting:
        Parameters: C factors and C offsets. Buffers: a batch norm's running mean and
        variance, 2C values that are state, not parameters. No connections, no MACs.

    Raises:
        ConfigError: If a field is no such thing.
        ShapeError: If the groups do not divide the channels.

    Source:
        Ioffe & Szegedy 2015, https://arxiv.org/abs/1502.03167, algorithm 1,
        for "batch";
        Ba, Kiros & Hinton 2016, https://arxiv.org/abs/1607.06450, §3, for "layer";
        Wu & He 2018, https://arxiv.org/abs/1803.08494, §3, for "group";
        Ulyanov et al. 2016, https://arxiv.org/abs/1607.08022, §2, for "instance";
        Krizhevsky et al. 2012, §3.3, for "local".

    Example:
        >>> from cnncalc import Norm, Shape
        >>> norm, x = Norm(), Shape(56, 56, 64)
        >>> norm.params(x), norm.buffers(x), norm.formula("params", x)
        (128, 128, 2×64)
    """

    stem: ClassVar[str] = "norm"

    kind: str = field(
        default="batch",
        metadata=choice("batch", "layer", "group", "instance", "local"),
    )
    affine: bool = field(default=True, kw_only=True, metadata=flag())
    scale: bool = field(default=True, kw_only=True, metadata=flag())
    shift: bool = field(default=True, kw_only=True, metadata=flag())
    groups: int = field(
        default=32, converter=integer, kw_only=True, metadata=count("G", divides=True)
    )
    size: int = field(default=5, converter=integer, kw_only=True, metadata=count("n"))

    @override
    def output_of(self, x: Shape, /) -> Shape:
        if self.kind == "group":
            whole_groups(x.channels, self.groups)
        return x

    @override
    def params_of(self, x: Shape, /) -> int:
        if not self.affine or self.kind == "local" or not (self.scale or self.shift):
            return 0
        return 2 * x.channels if self.scale and self.shift else x.channels

    @override
    def buffers_of(self, x: Shape, /) -> int:
        return 2 * x.channels if self.kind == "batch" else 0

    @property
    @override
    def channel_window(self) -> int:
        return self.size if self.kind == "local" else 1

    @override
    def saves(self, x: Shape, y: Shape, /) -> Saves:
        if self.kind == "batch":
            return Saves("inputs", fixed=2 * x.channels)
        if self.kind == "layer":
            return Saves("inputs", statistics=2 * x.positions)
        if self.kind == "group":
            return Saves("inputs", statistics=2 * self.groups)
        if self.kind == "instance":  # whose factors are written out for each input
            own = 2 * x.channels + self.params_of(x) // 2
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

    stem: ClassVar[str] = "layer_scale"
    task: ClassVar[str] = "layer scale"

    @override
    def params_of(self, x: Shape, /) -> int:
        return x.channels

    @override
    def saves(self, x: Shape, y: Shape, /) -> Saves:
        return Saves("inputs" if self.trainable else "")
