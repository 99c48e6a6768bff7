"""Attention within windows of a map, with a learned bias for each distance."""

from __future__ import annotations

from typing import Any, ClassVar, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.blocks.chain import PART, Composite
from cnncalc.checks import integer
from cnncalc.errors import ShapeError
from cnncalc.graph.block import Block, Tensor
from cnncalc.graph.making import Making
from cnncalc.graph.sometimes import added_if, presence
from cnncalc.layers import (
    FC,
    Activation,
    Add,
    Attention,
    Constant,
    Crop,
    Function,
    Gather,
    Layer,
    Multiply,
    Norm,
    Pad,
    Parameter,
    Permute,
    PixelUnshuffle,
    Reshape,
    Roll,
    Select,
    Split,
)
from cnncalc.layers.fields import FROM_0, count, flag
from cnncalc.sizes.number import is_any, is_zero

__all__ = ["PatchMerging", "WindowAttention", "Windowed"]

_HIDDEN = 512  # units between coordinates and biases


@final
@frozen(eq=False, repr=False)
class Windowed(Composite):
    """Cut a map into windows, apply a part to the tokens of each, and join them.

    A map that they do not divide is padded, and cropped again.

    Args:
        body: What is applied to windows×tokens×C. If they are shifted, its second input
            is a mask, which is added to scores: tokens that the shift brought together
            do not see each other.
        window: The side of a window.
        shift: By how much the map is rolled before it is cut, and back again; an axis
            of a single window is not.
        grid: Whether the tokens of a window stand evenly over the whole map, and not
            beside each other.
        name: What to call its scope.

    Shape:
        H×W×C → H×W×C′, of whatever channels the body puts out.

    Raises:
        ConfigError: If a field is no such thing.
        ShapeError: If no map reaches it.

    Source:
        Liu et al. 2021, https://arxiv.org/abs/2103.14030, §3.2; Tu et al. 2022,
        https://arxiv.org/abs/2204.01697, §3.1, for a grid.

    Example:
        >>> from cnncalc import Sequential, WindowAttention, Windowed
        >>> body = WindowAttention(3, 7)
        >>> net = Sequential(input=(56, 56, 96)).add(Windowed(body, 7, shift=3))
        >>> print(net["windowed1/window_attention1/qkv"].output, net.output)
        64×49×288 56×56×96
    """

    body: Layer | Block = field(metadata=PART)
    window: int = field(converter=integer, metadata=count(""))
    shift: int = field(default=0, converter=integer, kw_only=True, metadata=FROM_0)
    grid: bool = field(default=False, kw_only=True, metadata=flag())

    @override
    def lower(self, g: Making, /, *xs: Tensor) -> Any:
        (x,) = xs
        side = self.window
        *sizes, channels = x.shape
        if len(sizes) != len(("height", "width")):
            why = f"it cuts maps into windows, and {x.shape} reached it"
            raise ShapeError(why, "Give it a map H×W×C", type(self).__name__)
        more = [-size % side for size in sizes]
        padded = is_any(more)
        x = added_if(g, padded, Pad(tuple([(0, n) for n in more])), x)
        rows, columns = [-(-size // side) for size in sizes]
        shifts = [self.shift * (1 - is_zero(n - 1)) for n in (rows, columns)]
        shifted = is_any(shifts)
        x = added_if(g, shifted, Roll(tuple([-n for n in shifts]), (0, 1)), x)

        axes, order, back = (rows, side, columns, side), (0, 2, 1, 3), (0, 2, 1, 3)
        if self.grid:
            axes, order, back = (side, rows, side, columns), (1, 3, 0, 2), (2, 0, 3, 1)
        x = g.add(Permute((*order, 4)), g.add(Reshape((*axes, channels)), x))
        count, tokens = rows * columns, side * side
        x = g.add(Reshape((count, tokens, channels)), x)
        mask = Constant((count, 1, tokens, tokens), kept=False, name="mask")
        masks = filter(None, [added_if(g, shifted, mask)])
        x = g.add(self.body, x, *masks)
        channels = x.shape.channels
        x = g.add(Reshape((rows, columns, side, side, channels)), x)
        x = g.add(Permute((*back, 4)), x)
        x = g.add(Reshape((rows * side, columns * side, channels)), x)

        x = added_if(g, shifted, Roll(tuple(shifts), (0, 1)), x)
        return added_if(g, padded, Crop(tuple([(0, n) for n in more])), x)


@final
@frozen(eq=False, repr=False)
class WindowAttention(Composite):
    """Let the tokens of each window attend to each other, near and far differently.

    To the score of two tokens a bias is added, which each head has for each distance
    between them in the window. A second input is added to scores, too.

    Args:
        heads: The number of heads.
        window: The side of a window.
        cosine: Let scores be cosines, times a learned factor for each head, and biases
            come of the distances by two linear layers; else they are a table.
        name: What to call its scope.

    Shape:
        windows×tokens×C, of window² tokens, and maybe a mask windows×1×tokens×tokens →
        windows×tokens×C.

    Raises:
        ConfigError: If a field is no such thing.
        ShapeError: If the heads do not divide the channels, or windows have another
            number of tokens.

    Source:
        Liu et al. 2021, https://arxiv.org/abs/2103.14030, equation 4; Liu et al. 2021,
        https://arxiv.org/abs/2111.09883, §3.2 and §3.3, for *cosine*.

    Example:
        >>> from cnncalc import Sequential, WindowAttention
        >>> net = Sequential(input=(64, 49, 96)).add(WindowAttention(3, 7))
        >>> net.params, net.weight_macs, net.product_macs
        (37755, 115605504, 29503488)
    """

    arity: ClassVar[tuple[int, int] | None] = (1, 2)
    _name_stem: ClassVar[str | None] = "window_attention"

    heads: int = field(converter=integer, metadata=count(""))
    window: int = field(converter=integer, metadata=count(""))
    cosine: bool = field(default=False, kw_only=True, metadata=flag())

    @override
    def lower(self, g: Making, /, *xs: Tensor) -> Any:
        x, *masks = xs
        bias = self._bias(g)
        for mask in masks:
            bias = added_if(g, presence(mask), Add(), bias, mask)
        if self.heads == 1:  # whose scores have no axis of heads
            bias = g.add(Select(0, axis=-3), bias)
        channels = x.shape.channels
        whole = g.add(FC(3 * channels, axis=-1, name="qkv"), x)
        q, k, v = [g.add(Split(3, part), whole) for part in range(3)]
        if self.cosine:
            scale = g.add(Parameter((self.heads, 1), name="scale"))
            scale = g.add(Function("exp"), g.add(Function("clip"), scale))
            q, k = self._unit(g, q, scale), self._unit(g, k)
        y = g.add(Attention(self.heads), q, k, v, bias)
        return g.add(FC(channels, axis=-1, name="out"), y)

    def _bias(self, g: Making) -> Any:
        """Add what each head adds to the score of each two tokens of a window."""
        span, tokens = 2 * self.window - 1, self.window**2
        if self.cosine:
            y = g.add(Constant((span, span, 2), name="coordinates"))
            y = g.add(Activation("relu"), g.add(FC(_HIDDEN, axis=-1), y))
            y = g.add(FC(self.heads, bias=False, axis=-1), y)
            y = g.add(Reshape((-1, self.heads)), y)
        else:
            y = g.add(Parameter((span**2, self.heads), name="table"))
        y = g.add(Gather((tokens, tokens), axis=0), y)
        y = g.add(Permute((2, 0, 1)), y)
        if self.cosine:
            y = g.add(Activation("sigmoid"), y)
        return y

    def _unit(self, g: Making, x: Tensor, *scale: Tensor) -> Any:
        """Add what gives the row of each head one length, or that times a factor."""
        apart = g.add(Reshape((*x.shape.space, self.heads, -1)), x)
        # A length of 1, but for a factor, is a mean square of 1.
        y = g.add(Norm("rms", affine=False), apart)
        for factor in scale:
            y = g.add(Multiply(), y, factor)
        return g.add(Reshape(tuple(x.shape)), y)


@final
@frozen(eq=False, repr=False)
class PatchMerging(Composite):
    """Make one token of each 2×2, with twice the channels of one.

    A map with an odd side is padded.

    Args:
        norm_last: Whether the norm is behind the linear layer, and not before it.
        name: What to call its scope.

    Shape:
        H×W×C → ⌈H / 2⌉×⌈W / 2⌉×2C.

    Raises:
        ConfigError: If *norm_last* is no flag.
        ShapeError: If no map reaches it.

    Source:
        Liu et al. 2021, https://arxiv.org/abs/2103.14030, §3.1; Liu et al. 2021,
        https://arxiv.org/abs/2111.09883, appendix A1, for *norm_last*.

    Example:
        >>> from cnncalc import PatchMerging, Sequential
        >>> net = Sequential(input=(56, 56, 96)).add(PatchMerging())
        >>> print(net.output, net.params)
        28×28×192 74496
    """

    _name_stem: ClassVar[str | None] = "patch_merging"

    norm_last: bool = field(default=False, kw_only=True, metadata=flag())

    @override
    def lower(self, g: Making, /, *xs: Tensor) -> Any:
        (x,) = xs
        channels, odd = x.shape.channels, [-n % 2 for n in x.shape.space]
        x = added_if(g, is_any(odd), Pad(tuple([(0, n) for n in odd])), x)
        x = g.add(PixelUnshuffle(2), x)
        norm, linear = Norm("layer"), FC(2 * channels, bias=False, axis=-1)
        first, last = (linear, norm) if self.norm_last else (norm, linear)
        return g.add(last, g.add(first, x))
