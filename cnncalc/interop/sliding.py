"""The operators that slide over space: convolutions, pools, shuffles of pixels."""

from __future__ import annotations

from collections.abc import Sequence
from math import gcd, prod
from typing import Any, NamedTuple

from cnncalc.interop.joins import joined
from cnncalc.interop.moves import (
    concatenated,
    order_of,
    reshaped,
    sliced,
    taken,
)
from cnncalc.interop.reading import Reading, Unread, known_shape
from cnncalc.interop.resizing import reduced
from cnncalc.interop.values import Dims, Value, placed_axes
from cnncalc.layers import (
    AdaptivePool,
    Add,
    ChannelShuffle,
    Conv1d,
    Conv2d,
    Conv3d,
    Convolve,
    ConvTranspose1d,
    ConvTranspose2d,
    ConvTranspose3d,
    DeformableConv2d,
    GlobalPool,
    PixelShuffle,
    PixelUnshuffle,
    Pool,
    Reshape,
)
from cnncalc.sizes.axes import Pads

__all__ = [
    "Sliding",
    "adapted",
    "biased",
    "convolved",
    "deformed",
    "globally_pooled",
    "moved_on",
    "one_by_one",
    "overlap_added",
    "pooled",
    "shuffled",
    "shuffled_channels",
]

_CONVS: tuple[Any, ...] = (Conv1d, Conv2d, Conv3d)


_TRANSPOSED: tuple[Any, ...] = (ConvTranspose1d, ConvTranspose2d, ConvTranspose3d)


class Sliding(NamedTuple):
    """The sliding of a window, with a number for each axis of the model's space.

    Attributes:
        kernel: Its sizes.
        stride: Its steps.
        padding: What is put before and behind each axis, or "same" or "valid".
        dilation: How far its taps are from each other.
        groups: Into how many groups channels are divided.
        output_padding: What a transposed convolution adds, or None.
    """

    kernel: Dims
    stride: Dims
    padding: Pads
    dilation: Dims
    groups: int = 1
    output_padding: Dims | None = None

    def wider(self, extra: int) -> Sliding:
        """Return it with axes more before its own, along which it does not look."""
        one = (1,) * extra
        padding: Any = self.padding
        if not isinstance(padding, str):
            padding = (((0, 0),) * extra) + tuple(padding)
        return self._replace(
            kernel=one + self.kernel,
            stride=one + self.stride,
            padding=padding,
            dilation=one + self.dilation,
            output_padding=self.output_padding and (0,) * extra + self.output_padding,
        )

    def fields(self, transposed: bool = False) -> dict[str, Any]:
        """Return what a convolution says of it, but its kernel."""
        names = ["stride", "padding", "dilation", "groups"]
        if transposed:
            names.append("output_padding")
        return {name: getattr(self, name) for name in names}


def _mapped(r: Reading, x: Value, channels: int, space: Sequence[int]) -> Any:
    """Return a value with space and channels last, and how many axes are before these.

    Such are windows, frames or whatever else the model has put into its batch.
    """
    others = [a for a in order_of([x]) if a != channels and a not in space]
    order = (*others, *space, channels)
    return r.arranged(x, order), order, len(others)


def convolved(
    r: Reading,
    x: Value,
    weight: Value,
    bias: Value | None,
    filters: int,
    how: Sliding,
    channels: int = 1,
    transposed: bool = False,
) -> Value:
    """Return a value convolved with weights.

    Args:
        r: The network in the making.
        x: What reaches it.
        weight: Its weights, as the model has them.
        bias: Its biases, if it has any.
        filters: How many channels it puts out.
        how: How it slides.
        channels: Which axis the channels are; those behind the batch else are space.
        transposed: Whether it is a transposed convolution.
    """
    space = [a for a in range(1, len(known_shape(x))) if a != channels]
    kinds = _TRANSPOSED if transposed else _CONVS
    others = [a for a in order_of([x]) if a != channels and a not in space]
    if len(space) + len(others) > len(kinds):

        def one(part: Value) -> Value:
            return convolved(r, part, weight, bias, filters, how, channels, transposed)

        return one_by_one(r, x, others[0], one, weight, bias)
    here, order, extra = _mapped(r, x, channels, space)
    wide = how.wider(extra)
    if weight.is_constant and r.owns(weight):
        inside = bias if bias is not None and r.owns(bias, with_=weight) else None
        kind, fields = kinds[len(wide.kernel) - 1], wide.fields(transposed)
        layer = kind(wide.kernel, filters, bias=inside is not None, **fields)
        here = r.put(layer, here, owning=(weight, inside))
        bias = None if inside is not None else bias
    elif transposed:
        raise Unread("it is transposed, and its weights are computed")
    else:
        here = _convolved_by(r, here, weight, wide, extra)
    found = moved_on(x, here, order)
    return found if bias is None else biased(r, found, bias, channels)


def _convolved_by(
    r: Reading, here: Any, weight: Value, how: Sliding, extra: int
) -> Any:
    """Return what is here convolved with weights that are computed."""
    turned = (*range(2, len(known_shape(weight))), 1, 0)
    kernel = r.arranged(weight, turned)
    if extra:
        kernel = r.put(Reshape((*(1,) * extra, *kernel.shape)), kernel)
    part = Convolve(per_sample=not weight.is_constant, **how.fields())
    return r.put(part, here, kernel)


def one_by_one(
    r: Reading, x: Value, axis: int, applied: Any, *weights: Value | None
) -> Value:
    """Return what a layer with the same weights puts out for each place of an axis."""
    count = known_shape(x)[axis]
    if count > _MOST_PARTS:
        raise Unread(
            f"it has {count} maps side by side, along more axes than are known"
        )
    for weight in weights:
        for name in weight.roots if weight is not None else ():
            r.uses[name] = r.uses.get(name, 1) * count + 1
    with r.inside():
        parts = [sliced(r, x, axis, range(n, n + 1)) for n in range(count)]
        return concatenated(r, [applied(part) for part in parts], axis)


_MOST_PARTS = 64


def biased(r: Reading, x: Value, bias: Value, channels: int) -> Value:
    """Return a value with biases added that others own, too."""
    shape = [1] * len(known_shape(x))
    shape[channels] = prod(known_shape(bias))

    return joined(r, Add(), [x, reshaped(r, bias, tuple(shape))])


def pooled(
    r: Reading,
    x: Value,
    mode: str,
    how: Sliding,
    ceil: bool = False,
    channels: int = 1,
) -> Value:
    """Return a value pooled along the axes behind the batch but the channels."""
    rank = len(known_shape(x))
    space = [a for a in range(1, rank) if a != channels]
    here, order, extra = _mapped(r, x, channels, space)
    how = how.wider(extra)
    part = Pool(
        how.kernel,
        how.stride,
        padding=how.padding,
        dilation=how.dilation,
        mode=mode,
        ceil=ceil,
    )
    return moved_on(x, r.put(part, here), order)


def moved_on(x: Value, here: Any, order: Sequence[int]) -> Value:
    """Return what became of a value that has these axes here, in this order."""
    shape = list(known_shape(x))
    for place, axis in enumerate(order):
        shape[axis] = here.shape[place]
    return Value(tuple(shape), placed_axes(len(shape), order), here, None, x.dtype)


def globally_pooled(r: Reading, x: Value, mode: str, channels: int = 1) -> Value:
    """Return a value pooled over all its space, which stays as axes of size 1."""
    rank = len(known_shape(x))
    space = [a for a in range(1, rank) if a != channels]
    here, order, extra = _mapped(r, x, channels, space)
    if extra:
        return reduced(r, x, "mean" if mode == "average" else "max", space, keep=True)
    here = r.put(GlobalPool(mode, keep_map=True), here)
    return moved_on(x, here, order)


def deformed(
    r: Reading,
    x: Value,
    others: Sequence[Value],
    weight: Value,
    bias: Value | None,
    filters: int,
    how: Sliding,
    offset_groups: int,
) -> Value:
    """Return a map convolved at taps that offsets, and maybe a mask, tell."""
    order = (2, 3, 1)
    layer = DeformableConv2d(
        how.kernel,
        filters,
        stride=how.stride,
        padding=how.padding,
        dilation=how.dilation,
        groups=how.groups,
        offset_groups=offset_groups,
        bias=bias is not None,
    )
    parts = [r.arranged(each, order) for each in (x, *others)]
    return moved_on(x, r.put(layer, *parts, owning=(weight, bias)), order)


def overlap_added(r: Reading, x: Value, sizes: Dims, how: Sliding) -> Value:
    """Return windows put together again: what overlaps is added up.

    Args:
        r: The network in the making.
        x: The windows, N×(C·k)×L, as PyTorch's `unfold` makes them.
        sizes: The space that they come from.
        how: How they were taken.
    """
    batch, channels, count = known_shape(x)
    taps = prod(how.kernel)
    x = reshaped(r, x, (batch, channels // taps, taps * count))
    # How many of the windows of an axis have a tap at the same position.
    meet = [
        -(-k * gcd(step, reach) // step)
        for k, step, reach in zip(how.kernel, how.stride, how.dilation, strict=True)
    ]
    found = taken(r, x, 2, None, (prod(sizes), prod(meet)))
    found = reduced(r, found, "sum", [3], keep=False)
    return reshaped(r, found, (batch, channels // taps, *sizes))


def shuffled(
    r: Reading, x: Value, factor: int, *, out: bool, channels: int = 1
) -> Value:
    """Return a map with its channels unfolded into space, or space folded into them."""
    rank = len(known_shape(x))
    space = [a for a in range(1, rank) if a != channels]
    here, order, extra = _mapped(r, x, channels, space)
    if extra:
        return one_by_one(r, x, order[0], lambda one: shuffled(r, one, factor, out=out))
    part = PixelShuffle(factor) if out else PixelUnshuffle(factor)
    return moved_on(x, r.put(part, here), order)


def shuffled_channels(r: Reading, x: Value, groups: int, channels: int = 1) -> Value:
    """Return a value with the channels of its groups interleaved."""
    order = [a for a in order_of([x]) if a != channels] + [channels]
    return moved_on(x, r.put(ChannelShuffle(groups), r.arranged(x, order)), order)


def adapted(r: Reading, x: Value, mode: str, sizes: Dims, channels: int = 1) -> Value:
    """Return a value pooled to as many positions as are asked for."""
    rank = len(known_shape(x))
    space = [a for a in range(1, rank) if a != channels]
    here, order, extra = _mapped(r, x, channels, space)
    sizes = (*here.shape[:extra], *sizes)
    return moved_on(x, r.put(AdaptivePool(sizes, mode), here), order)
