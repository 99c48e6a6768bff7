"""Layers that take values where a mask, or a grid of positions, says."""

from __future__ import annotations

from typing import ClassVar, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.errors import ShapeError
from cnncalc.layers.base import Free, Saves
from cnncalc.layers.elementwise import Broadcast
from cnncalc.layers.fields import choice
from cnncalc.sizes.axes import kind_of
from cnncalc.sizes.number import holds, product
from cnncalc.sizes.shape import Shape
from cnncalc.sizes.window import Reach

__all__ = ["GridSample", "Where"]


@final
class Where(Broadcast):
    """Take values of the second input where the first, a mask, is true; else the third.

    A mask is what an `Elementwise` comparison puts out, or a `Constant`.

    Args:
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        As of `Add`, of a mask and two inputs.

    Counting:
        Nothing counts. FLOPs: one a value, as of a comparison.

    Raises:
        ShapeError: If the inputs cannot be spread to one shape.

    Source:
        NumPy's `where`.

    Example:
        >>> from cnncalc import Shape, Where
        >>> print(Where().output(Shape(49, 49, 1), Shape(49, 49, 12), 1))
        49×49×12
    """

    __slots__ = ()

    arity: ClassVar[tuple[int, int]] = (3, 3)
    flowing_type: ClassVar[str | None] = ""  # not that of the mask
    operation = "where"

    @override
    def inner_values(self, *xs_and_y: Shape) -> int:
        return xs_and_y[-1].size

    @override
    def saves(self, *xs_and_y: Shape) -> Saves:
        return Saves(inputs=(0,))


@final
@frozen(eq=False, repr=False)
class GridSample(Free):
    """Take values of a map at positions that a network computes, the second input.

    Args:
        mode: "bilinear", between the neighbours of a position: 2 along each axis;
            "nearest"; or "bicubic", between 4 along each axis of a map.
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        H×W×C and positions H′×W′×2 → H′×W′×C; of a volume D′×H′×W′×3; of N maps side
        by side, N×H×W×C, N×H′×W′×2.

    Counting:
        Nothing counts. FLOPs: a product for each neighbour of a value.

        Its receptive field depends on the positions: it is unknown.

    Raises:
        ConfigError: If there is no such mode.
        ShapeError: If no map or volume reaches it, or the positions do not have as many
            coordinates as that has axes.

    Source:
        Jaderberg et al. 2015, https://arxiv.org/abs/1506.02025, equation 5; PyTorch's
        `grid_sample`.

    Example:
        >>> from cnncalc import GridSample, Shape
        >>> print(GridSample().output(Shape(28, 28, 64), Shape(14, 14, 2)))
        14×14×64
    """

    task: ClassVar[str] = "grid sample"
    arity: ClassVar[tuple[int, int]] = (2, 2)

    mode: str = field(
        default="bilinear", metadata=choice("bilinear", "nearest", "bicubic")
    )

    @override
    def output_of(self, *xs: Shape) -> Shape:
        x, grid = xs
        axes = _coordinates(x, grid)
        volume = axes > min(_RANKS)
        if axes not in _RANKS or axes > x.rank or (volume and self.mode == "bicubic"):
            why = f"it takes values of a map, and a {kind_of(x.rank)} of {x} reached it"
            fix = "Give it a map; volumes have the other two modes, too"
            raise ShapeError(why, fix)
        before = x.rank - axes  # axes of maps side by side
        fits = grid.rank == x.rank and holds(grid.channels == axes)
        if not fits or not holds(grid[:before] == x[:before]):
            why = f"its positions are {grid}, and those in {x} have {x.rank} numbers"
            sizes = "×".join([*("n" * x.rank), str(x.rank)])
            raise ShapeError(why, f"Compute them as a {kind_of(x.rank)} of {sizes}")
        return Shape.made(grid.space, x.channels)

    @override
    def inner_values(self, *xs_and_y: Shape) -> int:
        """The neighbours of all values; of the nearest nothing is computed."""
        _, grid, y = xs_and_y
        along = {"nearest": 0, "bilinear": 2, "bicubic": 4}[self.mode]
        return product((along,) * _coordinates(y, grid)) * y.size

    @override
    def saves(self, *xs_and_y: Shape) -> Saves:
        return Saves("inputs")

    @override
    def reach(self, *xs: Shape) -> Reach:
        return None


_RANKS = (2, 3)


def _coordinates(x: Shape, grid: Shape) -> int:
    """Return how many numbers a position in a map, or in a volume, has."""
    return min(_RANKS) if holds(grid.channels == min(_RANKS)) else x.rank
