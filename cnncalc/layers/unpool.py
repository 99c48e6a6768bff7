"""The layer that undoes a max pool."""

from __future__ import annotations

from functools import partial
from typing import ClassVar, final

from attrs import evolve, field, frozen

from cnncalc._typing import override
from cnncalc.errors import ShapeError
from cnncalc.layers.base import Free
from cnncalc.layers.fields import ZERO, axiswise
from cnncalc.sizes.axes import Axes, along, axes, optional_axes
from cnncalc.sizes.number import ceil_div, holds
from cnncalc.sizes.shape import Shape
from cnncalc.sizes.window import Reach, Window, needs_space

__all__ = ["MaxUnpool"]


@final
@frozen(eq=False, repr=False)
class MaxUnpool(Free):
    """Put each value where a max pool found it, and zeros around.

    Args:
        kernel: The window of that pool: an int, or one for each axis.
        stride: Its steps; None means the kernel.
        padding: Its padding on both sides: an int, or one for each axis.
        size: The size to reach, which the pool may have had before it: an int, or one
            for each axis; None is the smallest.
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        H×W×C → ((H - 1)·stride - 2·padding + kernel)×(...)×C, or size×C.

    Counting:
        Nothing counts. The places that it needs are those that the pool keeps.

    Raises:
        ConfigError: If a field is no such thing.
        ShapeError: If a vector reaches it, or the pool leads from no such size to this.

    Source:
        Badrinarayanan et al. 2015, https://arxiv.org/abs/1511.00561, §3; PyTorch's
        `MaxUnpool2d`.

    Example:
        >>> from cnncalc import MaxUnpool, Shape
        >>> x = Shape(11, 15, 512)
        >>> print(MaxUnpool(2).output(x), MaxUnpool(2, size=(22, 31)).output(x))
        22×30×512 22×31×512
    """

    task: ClassVar[str] = "max unpool"

    kernel: int | Axes = field(converter=axes, metadata=axiswise("k"))
    stride: int | Axes | None = field(
        default=None,
        converter=optional_axes,
        kw_only=True,
        metadata=axiswise("s", optional=True),
    )
    padding: int | Axes = field(
        default=ZERO, converter=axes, kw_only=True, metadata=axiswise("p", least=0)
    )
    size: int | Axes | None = field(
        default=None,
        converter=optional_axes,
        kw_only=True,
        metadata=axiswise("n", optional=True),
    )

    def _stated(self, x: Shape) -> list[tuple[int, int, int]]:
        """Return kernel, stride and padding for each axis."""
        stride = self.kernel if self.stride is None else self.stride
        stated = [along(part, x.rank) for part in (self.kernel, stride, self.padding)]
        return list(zip(*stated, strict=True))

    @override
    def output_of(self, x: Shape, /) -> Shape:
        needs_space(x)
        stated = self._stated(x)
        smallest = [
            (n - 1) * step + kernel - pad - pad
            for n, (kernel, step, pad) in zip(x.space, stated, strict=True)
        ]
        sizes = smallest if self.size is None else list(along(self.size, x.rank))
        if not all(
            holds((size >= 1) & (least - step < size) & (size < least + step))
            for size, least, (_, step, _) in zip(sizes, smallest, stated, strict=True)
        ):
            why = f"its pool leads from no {'×'.join(map(str, sizes))} to {x}"
            fix = f"Reach about {'×'.join(map(str, smallest))}: less than a stride away"
            raise ShapeError(why, fix)
        return Shape.made(tuple(sizes), x.channels)

    @override
    def fitted(self, x: Shape, other: Shape, /) -> MaxUnpool:
        """Return what makes of its input the size that the pool had before it."""
        needs_space(x, other.rank)
        return evolve(self, size=other.space)

    @override
    def reach(self, x: Shape, /) -> Reach:
        stated = self._stated(x)
        reach = tuple([ceil_div(kernel, step) for kernel, step, _ in stated])
        before = tuple([(kernel - 1 - pad) // step for kernel, step, pad in stated])
        steps = tuple([step for _, step, _ in stated])
        each = tuple([partial(_pooled, *axis) for axis in stated])
        return Window(reach, 1, before, steps, each=each)


def _pooled(kernel: int, step: int, pad: int, output: int) -> range:
    """Return which windows of a pool took in a position along one axis."""
    first = ceil_div(output + pad - kernel + 1, step)
    return range(first, (output + pad) // step + 1)
