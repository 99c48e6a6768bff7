"""The shapes with which a model is read: its own, and what the user gives."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from cnncalc.checks import MOST, for_message, is_count, plain
from cnncalc.errors import ConfigError
from cnncalc.interop.values import Dims
from cnncalc.sizes.shape import Shape

__all__ = ["Stated", "input_shapes", "is_size", "sized_one"]

# Sizes as a model states them: numbers, names of what is open, or None.
Open: TypeAlias = "tuple[int | str | None, ...]"


class Stated(NamedTuple):
    """An input, as a model states it.

    Attributes:
        name: What it is called.
        shape: Its sizes; None if it states none.
        batch: Which axis the batch is; None if there is none.
        channels: Which axis the channels are.
    """

    name: str
    shape: Open | None
    batch: int | None = 0
    channels: int = -1


def input_shapes(stated: Sequence[Stated], given: Any, batch: int = 1) -> list[Dims]:
    """Return the shape of each input, in the model's order and with its batch.

    Args:
        stated: What the model says of them.
        given: What the user says: a shape, a list of shapes, a dict of shapes by the
            input's name, or of sizes by the axis's name; None for nothing. A shape may
            be in the model's order or have its channels last, with the batch or
            without, and may be of another size in space than the model states.
        batch: The size of a batch that is open.

    Raises:
        ConfigError: If a size is not told, or does not fit.
    """
    shapes, sizes = _parted(stated, given)
    found = []
    for each in stated:
        chosen = shapes.get(each.name)
        if chosen is None:
            found.append(_filled(each, sizes, batch))
        else:
            found.append(_fitting(each, chosen, batch))
    return found


def _parted(
    stated: Sequence[Stated], given: Any
) -> tuple[dict[str, Any], dict[str, int]]:
    """Return shapes by the names of inputs, and sizes by the names of axes."""
    names = [each.name for each in stated]
    if given is None:
        return {}, {}
    if isinstance(given, Mapping):
        return _by_name(stated, given)
    several = isinstance(given, (tuple, list)) and any(
        isinstance(each, (tuple, list)) for each in given
    )
    given = given if several else [given]
    if len(given) != len(names):
        why = f"shapes given: {len(given)}, and inputs of the model: {len(names)}"
        raise ConfigError(why, f"Give one for each of {_listed(names)}")
    return dict(zip(names, given, strict=True)), {}


def _by_name(
    stated: Sequence[Stated], given: Mapping[Any, Any]
) -> tuple[dict[str, Any], dict[str, int]]:
    names = [each.name for each in stated]
    axes = {dim for each in stated for dim in each.shape or () if isinstance(dim, str)}
    shapes, sizes = {}, {}
    for name, value in given.items():
        if name in names:
            shapes[name] = value
        elif name not in axes:
            why = f"there is no input or axis {for_message(name)}"
            raise ConfigError(why, f"There are {_listed([*names, *sorted(axes)])}")
        elif not is_count(plain(value)):
            why = f"the size of {name!r} is {for_message(value)}"
            raise ConfigError(why, "Give a positive integer")
        else:
            sizes[name] = int(value)
    return shapes, sizes


def _listed(names: Sequence[str]) -> str:
    return ", ".join(map(repr, names)) or "its inputs, of which there are none"


def _filled(each: Stated, sizes: Mapping[str, int], batch: int) -> Dims:
    """Return the shape that a model states, with sizes for what it leaves open."""
    if each.shape is None:
        why = f"input {each.name!r} states no shape"
        fix = f"Give it, with its batch: input={{{each.name!r}: (1, 3, 224, 224)}}"
        raise ConfigError(why, fix)
    shape: list[int] = []
    left: list[str] = []
    for axis, dim in enumerate(each.shape):
        if isinstance(dim, int) and dim > 0:
            shape.append(dim)
        elif isinstance(dim, str) and dim in sizes:
            shape.append(sizes[dim])
        elif axis == each.batch:
            shape.append(batch)
        else:
            left.append(dim if isinstance(dim, str) and dim else "")
    if left:
        raise _open(each, left)
    return _possible(each, shape)


def _open(each: Stated, left: Sequence[str]) -> ConfigError:
    """Return the error that a model leaves sizes open, which says how to give them."""
    named = {name: 224 for name in left if name}
    if len(named) == len({*left}):
        why = f"input {each.name!r} leaves {_listed([*named])} open"
        return ConfigError(why, f"Give sizes: input={named}")
    sizes = [
        dim if isinstance(dim, int) and dim > 0 else 224
        for axis, dim in enumerate(each.shape or ())
        if axis != each.batch
    ]
    why = f"input {each.name!r} is {_written(each)}, of which sizes are open"
    return ConfigError(why, f"Give its shape: input={{{each.name!r}: {tuple(sizes)}}}")


def _fitting(each: Stated, given: Any, batch: int) -> Dims:
    """Return a shape that the user gave, in the model's order and with its batch.

    Sizes that the model states are kept, if that is possible; else those of space may
    be others.
    """
    sizes = _counts(each, given)
    if each.shape is None:
        return _possible(each, sizes)
    orders = list(_orders(each, sizes, isinstance(given, Shape), batch))
    rank = len(each.shape)
    every: set[int | None] = {*range(rank)}
    for kept in (every, {each.batch, each.channels % rank if rank else None}):
        for shape in orders:
            if _agrees(each.shape, shape, kept):
                return _possible(each, shape)
    why = f"input {each.name!r} is {_written(each)}, and "
    why += f"{'×'.join(map(str, sizes))} was given"
    raise ConfigError(why, "Give a shape that fits, in that order or channels last")


def _orders(
    each: Stated, sizes: list[int], is_ours: bool, batch: int
) -> Iterator[list[int]]:
    """Yield what sizes may mean in the model's order, the likeliest first.

    Args:
        each: The input.
        sizes: What the user gave.
        is_ours: Whether that is a `Shape`, whose channels are last.
        batch: The size of a batch that is open.
    """
    own = each.shape or ()
    rank = len(own)
    first = each.batch if rank else None
    inner = [axis for axis in range(rank) if axis != first]
    last = sorted(inner, key=lambda axis: axis == each.channels % rank)
    orders = [last] if is_ours else [inner, last]
    if len(sizes) == rank - 1 and first is not None:
        stated = own[first]
        size = stated if isinstance(stated, int) and stated > 0 else batch
        given = [[(first, size), *zip(order, sizes, strict=True)] for order in orders]
    elif len(sizes) == rank:
        ends = [] if first is None else [first]
        orders = [list(range(rank)), [*ends, *last]]
        given = [list(zip(order, sizes, strict=True)) for order in orders]
    else:
        return
    yield from ([size for _, size in sorted(pairs)] for pairs in given)


def _agrees(own: Open, shape: Sequence[int], kept: set[int | None]) -> bool:
    """Tell whether a shape has the sizes that a model states of some axes."""
    return all(
        dim == size or axis not in kept or not is_size(dim)
        for axis, (dim, size) in enumerate(zip(own, shape, strict=True))
    )


def is_size(dim: Any) -> bool:
    """Tell whether a model states a size: no name of one, and not that it is open."""
    return isinstance(dim, int) and dim > 0


def _counts(each: Stated, given: Any) -> list[int]:
    several = given if isinstance(given, (tuple, list)) else [given]
    sizes = [plain(n) for n in several]
    if not all(map(is_count, sizes)):
        why = f"the shape of input {each.name!r} is {for_message(given)}"
        raise ConfigError(why, "Give positive integers")
    return [int(n) for n in sizes]


def _possible(each: Stated, shape: Sequence[int]) -> Dims:
    """Return a shape of which counts can be printed.

    Raises:
        ConfigError: If it has too many values.
    """
    size = 1
    for n in shape:
        size *= n
        if size >= MOST:
            why = f"input {each.name!r} has more values than a number of 300 digits"
            raise ConfigError(why, "Give it another shape")
    return tuple(shape)


def _written(each: Stated) -> str:
    return "×".join(str(dim or "?") for dim in each.shape or ()) or "a single number"


def sized_one(given: Any) -> Callable[[str, Any], Dims]:
    """Return what gives each input of a Keras model its shape, in turn.

    Args:
        given: What the user says: a shape without its batch, a list of such, or a dict
            by the inputs' names; None for nothing.
    """
    left: list[Any] | None = None
    if isinstance(given, (list, tuple)):
        left = list(given) if any(isinstance(g, (list, tuple)) for g in given) else None

    def shape_of(name: str, own: Any) -> Dims:
        several = isinstance(own, (list, tuple)) and len(own) > 0
        stated = Stated(name, tuple(own) if several else None)
        chosen = given.get(name) if isinstance(given, Mapping) else given
        if left is not None:
            chosen = left.pop(0) if left else None
        if stated.shape is None and isinstance(chosen, (list, tuple)):
            stated = Stated(name, (None,) * (len(chosen) + 1))  # the batch, too
        if chosen is None:
            return _filled(stated, {}, 1)
        return _fitting(stated, chosen, 1)

    return shape_of
