"""Shapes: the sizes of a space, and channels.

Those that enter a network may be written as plain tuples, which may be in the order of
another library. Such a one is taken as it stands, but it is said; who writes `Shape`
knows the order.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from operator import itemgetter
from typing import TYPE_CHECKING, Any, TypeAlias

from cnncalc._typing import Self, override
from cnncalc.checks import MOST, IntLike, for_message, integer, is_count
from cnncalc.door import guarded
from cnncalc.errors import ConfigError, warn_of
from cnncalc.refusals import NoNumber, Unchanging, missing
from cnncalc.sizes.axes import axis_names
from cnncalc.sizes.number import in_symbols, product, with_symbols

__all__ = [
    "Doubtful",
    "Shape",
    "ShapeLike",
    "entered",
    "shape_source",
    "sizes_text",
]


@guarded("shape", but=("made",))
class Shape(tuple[int, ...], NoNumber, Unchanging):
    """A shape: sizes along any number of axes, and channels, without a batch.

    A map has two axes, height and width, a sequence one and a volume three. A vector
    has none: it says `is_vector` and prints as its length. A 1×1×n map has as many
    values, but is a map: a layer that slides over a map takes it, and refuses the
    vector.

    A shape is a tuple of its numbers: it unpacks, and equals the same plain tuple.

    Args:
        sizes: The sizes along the axes, from the outermost, and the channels (feature
            maps): ``Shape(28, 28, 6)``, ``Shape(100, 64)``, ``Shape(16, 112, 112, 3)``.
        is_vector: Leave out a height and a width of 1; `Shape.of` is shorter.

    Raises:
        ConfigError: If a size is not a positive integer.

    Example:
        >>> from cnncalc import Shape
        >>> x = Shape(28, 28, 6)
        >>> print(x, x.size, Shape.of(10), Shape.chw(3, 224, 224), Shape(100, 64))
        28×28×6 4704 10 224×224×3 100×64
        >>> height, width, channels = x
        >>> x == (28, 28, 6), x.space, Shape(16, 112, 112, 3).depth
        (True, (28, 28), 16)
    """

    __slots__ = ()

    _another = "Shape(height, width, channels), another one"
    _instead = "shape.size, or Shape.of(n // 2 for n in shape) for another shape"

    if not TYPE_CHECKING:  # which tells of wrong names itself
        __mul__ = __rmul__ = NoNumber._as_number

        def __add__(self, other: Any) -> Any:
            is_tuple = isinstance(other, tuple)
            return tuple.__add__(self, other) if is_tuple else self._as_number(other)

        __getattr__ = missing("missing_from_shape")

    def __new__(cls, *sizes: IntLike, is_vector: bool = False) -> Self:
        """Return a shape of sizes that anybody gave, checked."""
        found: Any = sizes
        for n in found:
            if type(n) is not int or not 0 < n < MOST:
                found = _checked(sizes)
                break
        if is_vector or not found:
            found = _vector(found)
        return tuple.__new__(cls, found)

    @classmethod
    def made(cls, space: tuple[int, ...], channels: int) -> Self:
        """Return a shape of sizes that a rule computed, unchecked."""
        return tuple.__new__(cls, (*space, channels))

    @classmethod
    def of(cls, value: ShapeLike) -> Shape:
        """Return the shape that *value* means.

        Args:
            value: A shape, a tuple of sizes and channels, or a vector's length.

        Example:
            >>> from cnncalc import Shape
            >>> Shape.of((32, 32, 1)), Shape.of(10)
            (Shape(32, 32, 1), Shape.of(10))
        """
        anything: Any = value
        if isinstance(anything, cls):
            return anything
        sizes: Any = anything
        if isinstance(anything, (tuple, list)):
            if anything:
                return cls(*sizes)
        elif isinstance(integer(sizes), int) and not isinstance(sizes, bool):
            return cls(sizes)
        msg = f"{for_message(value)} is no shape"
        fix = "Give sizes and channels, such as (height, width, channels) or (length, "
        fix += "channels), or an integer for a vector"
        if sizes_in(anything):
            fix = f"Write ({', '.join(sizes_in(anything))})"
        raise ConfigError(msg, fix, "Shape")

    @classmethod
    def chw(cls, channels: int, *space: int) -> Shape:
        """Return a shape from the order of PyTorch: channels, height, width."""
        return cls(*space, channels)

    if TYPE_CHECKING:

        @property
        def space(self) -> tuple[int, ...]:
            """The sizes along its axes: (height, width); of a vector, none."""
            ...

        @property
        def channels(self) -> int:
            """Channels (feature maps); of a vector, its length."""
            ...

    else:  # without a function of Python's, for nothing is asked more often
        space = property(
            itemgetter(slice(-1)),
            doc="The sizes along its axes: (height, width); of a vector, none.",
        )
        channels = property(
            itemgetter(-1), doc="Channels (feature maps); of a vector, its length."
        )

    @property
    def rank(self) -> int:
        """The number of its axes: 0 of a vector, 1 of a sequence, 2 of a map."""
        return len(self) - 1

    @property
    def is_vector(self) -> bool:
        """Whether it has no axes."""
        return len(self) == 1

    @property
    def positions(self) -> int:
        """The product of the sizes along its axes; of a vector, 1."""
        if len(self) == len(("height", "width", "channels")):  # told faster: no slice
            return self[0] * self[1]
        return product(self[:-1])

    @property
    def size(self) -> int:
        """The number of values: positions × channels."""
        return product(self)

    # Sizes by name. An axis that a shape does not have is 1.

    @property
    def length(self) -> int:
        """The size of a sequence along its axis."""
        return self._named("length")

    @property
    def depth(self) -> int:
        """The size of a volume along its first axis."""
        return self._named("depth")

    @property
    def height(self) -> int:
        """The rows of a map or a volume."""
        return self._named("height")

    @property
    def width(self) -> int:
        """The columns of a map or a volume."""
        return self._named("width")

    def _named(self, name: str) -> int:
        names = axis_names(len(self) - 1)
        return self[names.index(name)] if name in names else 1

    def __getnewargs__(self) -> tuple[int, ...]:
        return tuple(self)

    @override
    def __str__(self) -> str:
        return sizes_text(self)

    @override
    def __repr__(self) -> str:
        sizes = ", ".join([str(int(n)) for n in self])
        return f"Shape.of({sizes})" if self.is_vector else f"Shape({sizes})"


def sizes_text(sizes: Iterable[Any]) -> str:
    """Return sizes as a shape is written, a sum of symbols in brackets.

    Example:
        >>> sizes_text((28, 28, 6)), sizes_text(("H - 2", "C"))
        ('28×28×6', '(H - 2)×C')
    """
    texts = [str(size) for size in sizes]
    return "×".join([f"({text})" if " " in text else text for text in texts])


ShapeLike: TypeAlias = Shape | IntLike | tuple[IntLike, ...]


def _checked(sizes: tuple[Any, ...]) -> tuple[int, ...]:
    found: Any = with_symbols(tuple(map(integer, sizes)))
    first = sizes[0]
    if isinstance(first, (tuple, list)):
        why, inner = f"its first size is {for_message(first)}", (*first,)
        raise ConfigError(why, f"Write Shape{inner}, or Shape.of({inner})", "Shape")
    if found[0] is None or found[0] == -1:  # as a batch of any size is written
        from cnncalc.words.shapes import meant_shape

        why = f"its first size is {found[0]}"
        fix = f"A batch is no part of a shape. Write {meant_shape(found)}"
        raise ConfigError(why, fix, "Shape")
    for name, size in zip(
        (*axis_names(len(found) - 1), "channels"), found, strict=True
    ):
        if not is_count(size):
            why = f"{name} is {for_message(size)}"
            fix = "It must be a positive integer of at most 300 digits"
            if len(found) == 1 and sizes_in(size):
                fix = f"Write Shape({', '.join(sizes_in(size))})"
            raise ConfigError(why, fix, "Shape")
    return tuple(found)


def sizes_in(text: Any) -> list[str]:
    """Return the sizes that stand in a text: ``"32x32x3"``; none of anything else."""
    return re.findall(r"\d+", text) if isinstance(text, str) else []


def _vector(sizes: tuple[int, ...]) -> tuple[int, ...]:
    """Return the sizes of a vector that were written as those of a map."""
    if not sizes:
        raise ConfigError("it has no sizes", "Give sizes and channels", "Shape")
    if any(n != 1 for n in sizes[:-1]):
        msg = f"a vector has one position, not {sizes_text(sizes[:-1])}"
        raise ConfigError(msg, "Use Shape.of(n)", "Shape")
    return sizes[-1:]


# Those that enter a network, as people write them.


class Doubtful(Shape):
    """A shape that was written as a tuple, and is likely to be meant otherwise."""

    __slots__ = ()

    @property
    def mistake(self) -> tuple[str, str]:
        """The name of the mistake, and what is said of it."""
        from cnncalc.words.shapes import meant_shape, with_channels_last

        last, meant = with_channels_last(self), meant_shape(tuple(self))
        name = "channels first" if last else "batch in the shape"
        rule = "channels come last" if last else "a batch is no part of a shape"
        text = f"the input is {tuple(self)}: {name}? Here {rule}. Write input={meant}"
        return name, f"{text}, or input={self!r} if it is meant"


def entered(value: ShapeLike) -> Shape:
    """Return the shape of what enters a network, checked.

    Raises:
        ConfigError: If it is no shape.

    Warns:
        LikelyMistake: If it is a plain tuple that begins with its channels, or with a
            batch.
    """
    if isinstance(value, Shape):
        return value
    shape = Shape.of(value)
    if not _is_odd(shape):
        return shape
    found = Doubtful(*shape)
    warn_of(found.mistake[1])
    return found


def shape_source(shape: Shape) -> str:
    """Return the source text of a shape that enters a network.

    Of one that was written as `Shape`, and a tuple would be warned of, that again.

    Example:
        >>> shape_source(Shape(8, 8, 3)), shape_source(Shape.of(10))
        ('(8, 8, 3)', '10')
        >>> shape_source(Shape(3, 224, 224))
        'Shape(3, 224, 224)'
    """
    if shape.is_vector:
        return str(shape.channels)
    meant = not isinstance(shape, Doubtful) and _is_odd(shape)
    return repr(shape) if meant else str(tuple(shape))


def _is_odd(shape: Any) -> bool:
    if (
        len(shape) < len("HWC")
        or in_symbols(shape)
        or (len(shape) == len("HWC") and shape[0] > len("RGBD"))
    ):
        return False  # as most are, and without an import
    from cnncalc.words.shapes import with_channels_last, without_batch

    return with_channels_last(shape) is not None or without_batch(shape) is not None
