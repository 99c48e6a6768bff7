"""Shapes, and the only window arithmetic of cnncalc.

Everything that slides over a map, a convolution, a pool or a transposed
convolution, takes its output size from the few functions here. They are plain
integer arithmetic, so that they also run on terms.
"""

from __future__ import annotations

from typing import Any, Literal, TypeAlias, cast

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.checks import MOST, IntLike, integer, is_count, shown
from cnncalc.errors import ConfigError, ShapeError
from cnncalc.sizes.term import ceil_div

__all__ = [
    "Pads",
    "PadsLike",
    "Pair",
    "PairLike",
    "Shape",
    "ShapeLike",
    "by_axis",
    "needs_map",
    "optional_pair",
    "pads",
    "pair",
    "slide",
    "span",
    "spread",
]

Pair: TypeAlias = tuple[int, int]
# In normal form: ((top, bottom), (left, right)), or the word.
Pads: TypeAlias = tuple[Pair, Pair] | Literal["same", "valid"]

# What people may write for them.
PairLike: TypeAlias = IntLike | tuple[IntLike, IntLike]
SidesLike: TypeAlias = tuple[tuple[IntLike, IntLike], tuple[IntLike, IntLike]]
PadsLike: TypeAlias = PairLike | SidesLike | str


def pair(value: PairLike) -> Pair:
    """Return an int as a (height, width) pair; leave what is neither as it is."""
    anything: Any = value
    if type(anything) is int:
        return anything, anything
    if isinstance(anything, (tuple, list)):
        return cast("Pair", tuple(map(integer, anything)))
    number: Any = integer(anything)
    if isinstance(number, int) and not isinstance(number, bool):
        return number, number
    return cast("Pair", number)


def optional_pair(value: PairLike | None) -> Pair | None:
    """Return None as None, and all else as `pair` does."""
    return None if value is None else pair(value)


def pads(value: PadsLike) -> Pads:
    """Return a padding as ((top, bottom), (left, right)), or the word that it is."""
    anything: Any = pair(cast("PairLike", value))
    if isinstance(anything, tuple) and len(anything) == len(("h", "w")):
        return cast("Pads", tuple(map(pair, anything)))
    return cast("Pads", anything)


def by_axis(padding: Any) -> Any:
    """Return a padding that is the same on both sides as a pair (height, width).

    Example:
        >>> by_axis(((2, 2), (0, 0))), by_axis(((0, 1), (0, 1))), by_axis("same")
        ((2, 0), ((0, 1), (0, 1)), 'same')
    """
    match padding:
        case ((top, bottom), (left, right)) if top == bottom and left == right:
            return top, left
    return padding


@frozen(repr=False, init=False)
class Shape:
    """The shape of a map: height × width × channels, without a batch.

    A vector has height = width = 1, says `is_vector` and prints as its length. A
    1×1×n map has the same numbers, but is a map: a layer that slides over a map
    takes it, and refuses the vector.

    Args:
        height: Rows.
        width: Columns.
        channels: Channels (feature maps).
        is_vector: Not a map; `Shape.of` sets it.

    Raises:
        ConfigError: If a dimension is not a positive integer.

    Example:
        >>> from cnncalc import Shape
        >>> x = Shape(28, 28, 6)
        >>> print(x, x.size, Shape.of(10), Shape.chw(3, 224, 224))
        28×28×6 4704 10 224×224×3
    """

    height: int = field(metadata={"symbol": "H"})
    width: int = field(metadata={"symbol": "W"})
    channels: int = field(metadata={"symbol": "C"})
    is_vector: bool = field(default=False, kw_only=True)

    def __init__(
        self,
        height: IntLike,
        width: IntLike,
        channels: IntLike,
        *,
        is_vector: bool = False,
    ) -> None:
        h: Any = height
        w: Any = width
        c: Any = channels
        usual = type(h) is type(w) is type(c) is int
        if not (usual and 0 < h < MOST and 0 < w < MOST and 0 < c < MOST):
            h, w, c = map(integer, (h, w, c))
            _check_sizes(height=h, width=w, channels=c)
        if is_vector and not h == w == 1:
            msg = f"a vector has height and width 1, not {h} and {w}"
            raise ConfigError(msg, "Use Shape.of(n)", "Shape")
        # Written out, for nothing is made more often.
        put = object.__setattr__
        put(self, "height", h)
        put(self, "width", w)
        put(self, "channels", c)
        put(self, "is_vector", is_vector)

    @classmethod
    def of(cls, value: ShapeLike) -> Shape:
        """Return the shape that *value* means.

        Args:
            value: A shape, (height, width, channels), or a vector's length.

        Example:
            >>> from cnncalc import Shape
            >>> Shape.of((32, 32, 1)), Shape.of(10)
            (Shape(32, 32, 1), Shape.of(10))
        """
        anything: Any = value
        if isinstance(anything, cls):
            return anything
        if isinstance(anything, (tuple, list)):
            dimensions = 3
            if len(anything) == dimensions:
                return cls(*anything)
            if len(anything) == 1:
                return cls.of(anything[0])
        elif isinstance(integer(anything), int) and not isinstance(anything, bool):
            return cls(1, 1, anything, is_vector=True)
        msg = f"{shown(value)} is no shape"
        fix = "Give (height, width, channels), or an integer for a vector"
        raise ConfigError(msg, fix, "Shape")

    @classmethod
    def chw(cls, channels: int, height: int, width: int) -> Shape:
        """Return a shape from the order channels, height, width."""
        return cls(height, width, channels)

    @property
    def positions(self) -> int:
        """Height × width."""
        return self.height * self.width

    @property
    def size(self) -> int:
        """Height × width × channels; of a vector, its length."""
        return self.channels if self.is_vector else self.positions * self.channels

    @override
    def __str__(self) -> str:
        if self.is_vector:
            return str(self.channels)
        return f"{self.height}×{self.width}×{self.channels}"

    @override
    def __repr__(self) -> str:
        if self.is_vector:
            return f"Shape.of({int(self.channels)})"
        return f"Shape({int(self.height)}, {int(self.width)}, {int(self.channels)})"


ShapeLike: TypeAlias = Shape | IntLike | tuple[IntLike, ...]


def _check_sizes(**sizes: Any) -> None:
    for name, value in sizes.items():
        if not is_count(value):
            why = f"{name} is {shown(value)}"
            fix = "It must be a positive integer of at most 300 digits"
            raise ConfigError(why, fix, "Shape")


def span(kernel: int, dilation: int) -> int:
    """Return how many input positions a dilated kernel reaches over.

    Source:
        d(k - 1) + 1, written so that a dilation of 1 leaves the kernel alone.
    """
    return kernel + (kernel - 1) * (dilation - 1)


def needs_map(x: Shape) -> None:
    """Refuse a vector.

    Raises:
        ShapeError: If *x* is one.
    """
    if x.is_vector:
        why = f"it works on a map, and a vector of {x} reached it"
        raise ShapeError(why, "Put it before the layer that makes the vector")


def slide(
    x: Shape,
    kernel: Pair,
    stride: Pair,
    pads: Pads,
    dilation: Pair,
    *,
    ceil: bool = False,
) -> Pair:
    """Return how many windows fit along each axis of a map.

    Args:
        x: The map.
        kernel: Height and width of the window.
        stride: Steps.
        pads: Padding by side, or "same" or "valid" in TensorFlow's sense.
        dilation: Distances between neighbouring taps.
        ceil: Round up, as PyTorch's pools do: a last window may be cut off by the
            border, but must start inside the input or its top or left padding.

    Raises:
        ShapeError: If no window fits.

    Source:
        Dumoulin & Visin 2016, https://arxiv.org/abs/1603.07285, relationship 6;
        TensorFlow, https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2
    """
    needs_map(x)
    if pads == "same":
        return ceil_div(x.height, stride[0]), ceil_div(x.width, stride[1])
    (top, bottom), (left, right) = ((0, 0), (0, 0)) if pads == "valid" else pads
    reach_h, reach_w = span(kernel[0], dilation[0]), span(kernel[1], dilation[1])
    fit = _fit_ceil if ceil else _fit
    rows = fit(x.height, top, bottom, reach_h, stride[0])
    columns = fit(x.width, left, right, reach_w, stride[1])
    if rows < 1 or columns < 1:
        height, width = x.height + top + bottom, x.width + left + right
        dilated = " (dilated)" if dilation != (1, 1) else ""
        why = f"its kernel {reach_h}×{reach_w}{dilated} is larger than the padded map"
        why += f" {height}×{width}"
        raise ShapeError(why, "Use a smaller kernel, more padding or a larger input")
    return rows, columns


def _fit(size: int, before: int, after: int, reach: int, stride: int) -> int:
    return (size + before + after - reach) // stride + 1


def _fit_ceil(size: int, before: int, after: int, reach: int, stride: int) -> int:
    steps = ceil_div(size + before + after - reach, stride)
    return steps if steps * stride >= size + before else steps + 1


def spread(
    x: Shape,
    kernel: Pair,
    stride: Pair,
    pads: Pads,
    dilation: Pair,
    output_padding: Pair | None,
) -> Pair:
    """Return height and width of a transposed convolution's output.

    Args:
        x: The map.
        kernel: Height and width of the kernel.
        stride: Steps in the output.
        pads: What is cut off the output by side, or "same" or "valid" as in Keras.
        dilation: Distances between neighbouring taps.
        output_padding: What is added at the bottom and the right. With a word,
            None leaves the size to the word alone.

    Raises:
        ShapeError: If nothing is left of the output, or with "same" and an output
            padding it is no size from which a convolution leads back.

    Source:
        PyTorch, https://docs.pytorch.org/docs/stable/generated/torch.nn.ConvTranspose2d.html;
        Keras, `compute_conv_transpose_output_shape`.
    """
    needs_map(x)
    sizes = []
    for axis, size in enumerate((x.height, x.width)):
        step, reach = stride[axis], span(kernel[axis], dilation[axis])
        extra = output_padding[axis] if output_padding else 0
        if isinstance(pads, tuple):
            before, after = pads[axis]
            sizes.append((size - 1) * step + reach - before - after + extra)
        elif output_padding is not None:
            cut = 2 * (reach // 2) if pads == "same" else 0
            sizes.append((size - 1) * step + reach - cut + extra)
        elif pads == "same":
            sizes.append(size * step)
        else:
            sizes.append((size - 1) * step + max(reach, step))
    rows, columns = sizes
    if rows < 1 or columns < 1:
        why = f"its padding cuts away the whole output ({rows}×{columns})"
        raise ShapeError(why, "Use less padding or a larger kernel")
    if pads == "same" and output_padding is not None:
        back = -(-rows // stride[0]), -(-columns // stride[1])
        if back != (x.height, x.width):
            why = f"no convolution with padding same leads from {rows}×{columns} back"
            raise ShapeError(why, "Use another output_padding, or None")
    return rows, columns
