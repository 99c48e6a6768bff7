"""The only window arithmetic of cnncalc, along any number of axes.

Everything that slides over a map, a convolution, a pool or a transposed convolution,
takes its output size from here, and which positions of its input are behind which of
its output. All is plain integer arithmetic over axes, so that it also runs on terms.

Nothing here has a default that knows how many axes there are, and whatever is stated
along axes is expanded by `along` or walked with ``strict=True``: a pair that met three
axes would silently cut them to two.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from cnncalc._typing import NamedTuple, made_tuple
from cnncalc.door import guarded
from cnncalc.errors import ShapeError
from cnncalc.sizes.axes import Axes, Pads, Sides, along, kind_of
from cnncalc.sizes.number import ceil_div, greater, holds, in_symbols
from cnncalc.sizes.shape import Shape, sizes_text

__all__ = [
    "GLOBAL",
    "LOCAL",
    "Reach",
    "Taken",
    "Window",
    "around",
    "needs_space",
    "slide",
    "span",
    "spread",
    "whole_groups",
    "window_of",
]


def span(kernel: int, dilation: int) -> int:
    """Return how many input positions a dilated kernel reaches over.

    Source:
        d(k - 1) + 1, written so that a dilation of 1 leaves the kernel alone.
    """
    return kernel + (kernel - 1) * (dilation - 1)


def needs_space(x: Shape, rank: int | None = None) -> None:
    """Refuse a vector, and what has not the axes that a layer works along.

    Args:
        x: What reaches the layer.
        rank: How many axes it works along; None means any number.

    Raises:
        ShapeError: If it cannot work on that.
    """
    found = len(x) - 1
    if not found:
        why = f"it works on a {kind_of(rank or 2)}, and a vector of {x} reached it"
        raise ShapeError(why, "Put it before the layer that makes the vector")
    if rank is not None and found != rank:
        axes = "axis" if rank == 1 else "axes"
        why = f"it works along {rank} {axes}, and {x}, a {kind_of(found)}, reached it"
        fix = f"Use the layer whose name ends in {found}d"
        if found == rank + 1:
            fix += f". If {x[0]} is a batch, leave it out: {tuple(x[1:])}"
        elif found == rank - 1:
            fix += f". If the channels are missing, write {(*x, 1)}"
        raise ShapeError(why, fix)


def whole_groups(
    channels: int, groups: int, fix: str = "Use a number of groups that divides them"
) -> None:
    """Refuse groups that do not divide the channels.

    Raises:
        ShapeError: If they do not.
    """
    if not holds(channels % groups == 0):
        why = f"its {groups} groups do not divide the {channels} channels that reach it"
        raise ShapeError(why, fix)


def around(space: Axes, reach: Axes, stride: Axes, pads: Pads) -> Sides:
    """Return what a padding puts before and behind each axis, if it is a word too.

    Of what "same" pads, an odd one goes behind.

    Source:
        https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2
    """
    if isinstance(pads, tuple):
        return pads
    found = []
    for size, wide, step in zip(space, reach, stride, strict=True):
        if pads == "valid":
            found.append((0, 0))
        elif pads == "causal":
            found.append((wide - 1, 0))
        else:
            every = greater((ceil_div(size, step) - 1) * step + wide - size, 0)
            found.append((every // 2, every - every // 2))
    return tuple(found)


def slide(
    space: Axes,
    kernel: Axes,
    stride: Axes,
    pads: Pads,
    dilation: Axes,
    *,
    ceil: bool = False,
) -> Axes:
    """Return how many windows fit along each axis.

    Args:
        space: The sizes of what they slide over.
        kernel: The size of the window along each axis, and so the others.
        stride: Steps.
        pads: Padding by side, or "same" or "valid" in TensorFlow's sense, or "causal"
            in Keras'.
        dilation: Distances between neighbouring taps.
        ceil: Round up, as PyTorch's pools do: a last window may be cut off by the
            border, but must start inside the input or the padding before it.

    Raises:
        ShapeError: If no window fits.

    Source:
        Dumoulin & Visin 2016, https://arxiv.org/abs/1603.07285, relationship 6;
        TensorFlow, https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2
    """
    if type(pads) is not tuple:
        if pads != "valid":  # "causal" is as long as "same": it pads before
            return tuple(map(ceil_div, space, stride))
        pads = ((0, 0),) * len(space)
    fits = []
    for size, k, step, (before, after), d in zip(
        space, kernel, stride, pads, dilation, strict=True
    ):
        room = size + before + after - (k + (k - 1) * (d - 1))
        windows = _ceil(room, step, size + before) if ceil else room // step + 1
        if (one := windows >= 1) is not True and not holds(one):
            raise _too_large(space, kernel, pads, dilation)
        fits.append(windows)
    return tuple(fits)


def _ceil(room: int, step: int, start: int) -> int:
    """Return how many windows start before *start*, but at most one beyond the room."""
    if holds(start < room + step):
        return ceil_div(start, step)
    return ceil_div(room, step) + 1


def _too_large(space: Axes, kernel: Axes, ends: Sides, dilation: Axes) -> ShapeError:
    reach = sizes_text(map(span, kernel, dilation))
    padded = sizes_text(n + a + b for n, (a, b) in zip(space, ends, strict=True))
    dilated = " (dilated)" if set(dilation) != {1} else ""
    why = f"its kernel {reach}{dilated} is larger than the padded "
    why += f"{kind_of(len(space))} {padded}"
    return ShapeError(why, "Use a smaller kernel, more padding or a larger input")


def spread(
    space: Axes,
    kernel: Axes,
    stride: Axes,
    pads: Pads,
    dilation: Axes,
    output_padding: Axes | None,
) -> Axes:
    """Return the sizes of a transposed convolution's output.

    Args:
        space: The sizes of what reaches it.
        kernel: The size of the kernel along each axis, and so the others.
        stride: Steps in the output.
        pads: What is cut off the output by side, or "same" or "valid" as in Keras.
        dilation: Distances between neighbouring taps.
        output_padding: What is added behind. With a word, None leaves the size to the
            word alone.

    Raises:
        ShapeError: If nothing is left of the output, or with "same" and an output
            padding it is no size from which a convolution leads back.

    Source:
        PyTorch, https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose2d.html;
        Keras, `compute_conv_transpose_output_shape`.
    """
    reach = tuple(map(span, kernel, dilation))
    sizes = []
    if output_padding is None and not isinstance(pads, tuple):
        for size, step, wide in zip(space, stride, reach, strict=True):
            same = pads == "same"
            sizes.append(size * step if same else (size - 1) * step + max(wide, step))
    else:
        extra = output_padding or (0,) * len(kernel)
        ends: Any = pads
        if not isinstance(pads, tuple):
            ends = [(2 * (wide // 2) if pads == "same" else 0, 0) for wide in reach]
        for size, step, wide, (before, after), more in zip(
            space, stride, reach, ends, extra, strict=True
        ):
            sizes.append((size - 1) * step + wide - before - after + more)
    found = tuple(sizes)
    if not all(holds(size >= 1) for size in found):
        why = f"its padding cuts away the whole output ({sizes_text(found)})"
        raise ShapeError(why, "Use less padding or a larger kernel")
    if pads == "same" and output_padding is not None:
        back = tuple([-(-n // step) for n, step in zip(found, stride, strict=True)])
        if back != space:
            whole = sizes_text(found)
            why = f"no convolution with padding same leads from {whole} back"
            raise ShapeError(why, "Use another output_padding, or None")
    return found


# The positions behind an output along one axis, some of which may lie outside.
Taken: TypeAlias = Callable[[int], range]


@guarded("window", but=("along",))
class Window(NamedTuple):
    """The positions behind output position i: *size* from i·stride / up - padding on.

    Each is stated along all axes by an int, or along each by a tuple.

    Attributes:
        size: Positions that it reaches over; of an enlarging layer, at most.
        stride: By how many input positions the window moves, in *up* steps.
        padding: Positions before the input's first.
        up: How many output positions there are for each *stride*.
        apart: How far its taps are from each other.
        outside: What stands around the input: "zeros", or what it has itself,
            repeated as "reflect", "edge" or "wrap" say.
        each: For each axis what tells the positions behind an output, where they are
            others than that; *up* outputs on they are *stride* farther on.
    """

    size: int | Axes
    stride: int | Axes
    padding: int | Axes
    up: int | Axes = 1
    apart: int | Axes = 1
    outside: str = "zeros"
    each: tuple[Taken, ...] = ()

    def along(self, rank: int) -> AxialWindow:
        """Return the same with a number for each of so many axes.

        Raises:
            ShapeError: If one is stated for another number of axes.
        """
        stated: list[Any] = [along(part, rank) for part in self[:5]]
        return AxialWindow._make((*stated, *self[5:]))


if TYPE_CHECKING:

    class AxialWindow(NamedTuple):
        """A `Window` with a number for each axis."""

        size: Axes
        stride: Axes
        padding: Axes
        up: Axes
        apart: Axes
        outside: str
        each: tuple[Taken, ...]

else:  # what checkers tell apart
    AxialWindow = Window


LOCAL: Final = Window(1, 1, 0)
GLOBAL: Final = "global"

# A layer tells how far it sees in one of three ways: as a window, which `LOCAL` is for
# a layer that looks at each position by itself; as `GLOBAL`, when an output depends on
# all positions; or as None, when it is not known.
Reach: TypeAlias = Window | Literal["global"] | None


def window_of(
    space: Axes,
    kernel: Axes,
    stride: Axes,
    pads: Pads,
    dilation: Axes,
    outside: str = "zeros",
) -> Window:
    """Return the window of a layer that slides over a space, as `slide` has it."""
    reach = tuple(map(span, kernel, dilation))
    ends = around(space, reach, stride, pads)
    before = tuple([a for a, _ in ends])
    # One that is wide along its first axis, as most are, is told fast; and what is in
    # symbols, whatever it is, is no other window.
    wide = bool(reach) and type(reach[0]) is int and reach[0] > 1
    plain = not wide and not in_symbols((*reach, *stride, *before))
    if plain and set(reach) == set(stride) == {1} and not any(before):
        return LOCAL
    if outside != "zeros" and not in_symbols(before) and not any(map(any, ends)):
        outside = "zeros"
    found = (reach, stride, before, 1, dilation, outside, ())
    return made_tuple(Window, found)  # type: ignore[no-any-return]
