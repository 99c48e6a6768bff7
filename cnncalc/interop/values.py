"""The values of another tool's model while it is read, and where they are here.

A model says shapes in an order of its own, with a batch: N×C×H×W, N×L×C. Here a tensor
has its channels last and no batch. A `Value` knows both, and which axis is which:

    shape (1, 64, 56, 28)  axes (None, 2, 0, 1)  here a tensor of 56×28×64

An axis of size 1 need not be here at all: it is None, as the batch is. So what only
reorders axes, or adds and takes away those of size 1, makes no node: transposing
N×C×H×W to N×H×W×C gives axes (None, 0, 1, 2) over the same tensor.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, TypeAlias

from attrs import frozen, has

from cnncalc.checks import SYMBOLIC
from cnncalc.graph.block import Block, Tensor
from cnncalc.layers.base import Layer
from cnncalc.layers.interned import PLAIN_TYPES, values_of
from cnncalc.sizes.shape import Shape

__all__ = [
    "Constant",
    "Dims",
    "Series",
    "Value",
    "fixed",
    "letters_in",
    "natural_order",
    "placed_axes",
]

Dims: TypeAlias = "tuple[int, ...]"


@frozen(eq=False)
class Constant:
    """A value that depends on no input: a weight, or computed of weights alone.

    It becomes nodes only where it is used as a value. A weight that a layer owns is
    counted by that layer.

    Attributes:
        part: What makes it: a `Parameter`, or a layer on others.
        inputs: These.
        shape: Its shape here.
        roots: The names of the weights that are in it.
        name: What to call it.
        groups: Where it was computed; None of a weight, which stands where it is used.
        runs: How PyTorch runs what makes it, if not as a module: see `run_as`.
    """

    part: Layer | Block
    inputs: tuple[Constant, ...]
    shape: Shape
    roots: frozenset[str]
    name: str | None = None
    groups: tuple[str, ...] | None = None
    runs: str = ""


@frozen(eq=False)
class Value:
    """A value that flows in a model.

    Attributes:
        shape: Its sizes as the model says them, with the batch; None if unknown.
        axes: Which axis of it here each of them is; None of one that is not here.
        here: A tensor of the network, a constant, or None: known by its numbers alone.
        numbers: Its numbers in order, where they are few and known.
        dtype: The type of its numbers, as NumPy calls it.
    """

    shape: Dims | None
    axes: tuple[int | None, ...] = ()
    here: Tensor | Constant | None = None
    numbers: Sequence[Any] | None = None
    dtype: str = "float32"

    def but(self, **changes: Any) -> Value:
        """Return the same value with something changed."""
        own: dict[str, Any] = {  # by hand: attrs' evolve takes four times as long
            "shape": self.shape,
            "axes": self.axes,
            "here": self.here,
            "numbers": self.numbers,
            "dtype": self.dtype,
            **changes,
        }
        return Value(**own)

    @property
    def is_constant(self) -> bool:
        """Whether it depends on no input."""
        return not isinstance(self.here, Tensor)

    @property
    def roots(self) -> frozenset[str]:
        """The names of the weights that it is made of."""
        if isinstance(self.here, Tensor):  # which would look for what was meant
            return frozenset()
        roots: frozenset[str] = getattr(self.here, "roots", frozenset())
        return roots


@frozen(eq=False)
class Series:
    """Several values, one after another: a list of tensors.

    Attributes:
        values: These.
    """

    values: tuple[Value, ...]


def fixed(
    shape: Dims, numbers: Sequence[Any] | None = None, dtype: str = "float32"
) -> Value:
    """Return a value that never changes and is no weight: a size, a mask, zeros.

    It has no node until something needs one, and all of its axes then.
    """
    return Value(tuple(shape), tuple(range(len(shape))), None, numbers, dtype)


def placed_axes(rank: int, order: Sequence[int]) -> tuple[int | None, ...]:
    """Return where each of a model's axes is in a tensor that has them in an order.

    Args:
        rank: How many the model's value has.
        order: Which of them the tensor has, one after another.

    Example:
        >>> placed_axes(4, (2, 3, 1))
        (None, 2, 0, 1)
    """
    places = {axis: place for place, axis in enumerate(order)}
    return tuple([places.get(axis) for axis in range(rank)])


def natural_order(rank: int, channels_first: bool = True) -> list[int]:
    """Return in which order a model's axes stand here, the first being the batch.

    Example:
        >>> natural_order(4), natural_order(4, channels_first=False)
        ([2, 3, 1], [1, 2, 3])
    """
    if channels_first and rank > 2:  # noqa: PLR2004 - N×C has no other order
        return [*range(2, rank), 1]
    return list(range(1, rank)) if rank > 1 else list(range(rank))


def letters_in(value: Any) -> Iterator[str]:
    """Yield the symbols that a value of fields has."""
    kind = type(value)
    if kind in PLAIN_TYPES:
        return
    if kind in SYMBOLIC:
        yield from value.polynomial.symbols
    elif isinstance(value, (Layer, Block)):
        # A chain of calls, which has no fields, has steps.
        of = values_of(value) if has(kind) else getattr(value, "steps", ())
        yield from letters_in(of)
    elif isinstance(value, tuple):
        for each in value:
            yield from letters_in(each)
