"""The moves of values: reshapes, transposes, slices, joins along an axis."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count, islice
from math import prod
from typing import Any

from cnncalc.interop.reading import Reading, Unread, known_shape
from cnncalc.interop.values import Dims, Value, fixed, placed_axes
from cnncalc.layers import (
    Concat,
    Expand,
    Flatten,
    Gather,
    Reshape,
    Select,
    Slice,
    Split,
)

__all__ = [
    "check_sizes",
    "concatenated",
    "expanded",
    "order_of",
    "repeated",
    "reshaped",
    "selected",
    "sliced",
    "split",
    "squeezed",
    "stacked",
    "taken",
    "transposed",
    "unsqueezed",
]


def check_sizes(shape: Sequence[Any]) -> None:
    """Refuse what a file has in place of sizes: a list times a number is a long one.

    Raises:
        Unread: If one is no integer.
    """
    if not all(isinstance(n, int) for n in shape):
        raise Unread("its sizes are no numbers")


def transposed(_: Reading, x: Value, order: Sequence[int]) -> Value:
    """Return a value with its axes in another order: no node, until one needs it."""
    shape = known_shape(x)
    if len(order) > len(shape):
        raise Unread(f"it orders {len(order)} axes, and there are {len(shape)}")
    if x.here is None:
        return fixed(tuple([shape[axis] for axis in order]), None, x.dtype)
    return x.but(
        shape=tuple([shape[axis] for axis in order]),
        axes=tuple([x.axes[axis] for axis in order]),
        numbers=None,
    )


def unsqueezed(_: Reading, x: Value, axes: Sequence[int]) -> Value:
    """Return a value with axes of size 1 more, at these places of the result."""
    shape, places = list(known_shape(x)), list(x.axes)
    for axis in sorted(axes):
        shape.insert(axis, 1)
        places.insert(axis, None)
    if x.here is None:
        return fixed(tuple(shape), x.numbers, x.dtype)
    return x.but(shape=tuple(shape), axes=tuple(places))


def squeezed(r: Reading, x: Value, axes: Sequence[int]) -> Value:
    """Return a value without some axes of size 1."""
    shape = known_shape(x)
    if any(shape[axis] != 1 for axis in axes):
        raise Unread("it takes an axis away that is not of size 1")
    kept = [axis for axis in range(len(shape)) if axis not in axes]
    return transposed(r, x, kept).but(numbers=x.numbers)


def reshaped(r: Reading, x: Value, shape: Dims) -> Value:
    """Return the same numbers in another shape of the model's.

    Axes that fall together, and what an axis falls into, are found by their products.
    Those that are one behind the other here, too, are merged where they stand; else
    they are first brought into the model's order.
    """
    old = known_shape(x)
    check_sizes(shape)
    if prod(old) != prod(shape) or 0 in old:
        raise Unread(f"{list(old)} does not become {list(shape)}")
    if x.here is None:
        return fixed(shape, x.numbers, x.dtype)
    moved = _runs(r, x, shape)
    if any(run != list(range(run[0], run[0] + len(run))) for run, _ in moved):
        if len(moved) == 1 and len(moved[0][1]) == 1:  # all into one: no order is left
            here = r.put(Flatten(), r.here(x))
            axes = placed_axes(len(shape), moved[0][1])
            return Value(shape, axes, here, x.numbers, x.dtype)
        wide = [a for a in range(len(old)) if x.axes[a] is not None and old[a] != 1]
        x = Value(old, placed_axes(len(old), wide), r.arranged(x, wide), None, x.dtype)
        return reshaped(r, x, shape)
    order = [axis for _, wide in sorted(moved) for axis in wide]
    axes = placed_axes(len(shape), order)
    sizes = tuple([shape[axis] for axis in order]) or (1,)
    here = r.here(x)
    there = [n for n, size in enumerate(here.shape) if size != 1]
    if here.shape.size == 1 or tuple([here.shape[n] for n in there]) == sizes:
        if tuple(here.shape) != sizes:  # axes of size 1 stand between: they stay there
            axes = tuple([a if a is None or not there else there[a] for a in axes])
        return Value(shape, axes, here, x.numbers, x.dtype)
    part = Flatten() if len(sizes) == 1 else Reshape(sizes)
    return Value(shape, axes, r.put(part, here), x.numbers, x.dtype)


def _runs(r: Reading, x: Value, shape: Dims) -> list[tuple[list[int], list[int]]]:
    """Return which axes here become which of a shape of the model's, but those of 1.

    Raises:
        Unread: If some fall together of which the batch is one.
    """
    old = known_shape(x)
    moved = []
    for mine, theirs in _pairs(old, shape):
        found = [x.axes[a] for a in mine if old[a] != 1]
        places = [place for place in found if place is not None]
        wide = [a for a in theirs if shape[a] != 1]
        size = prod(old[a] for a in mine)
        if places and size == prod(r.here(x).shape[place] for place in places):
            moved.append((places, wide))
        elif places or (wide and wide != theirs[:1] and size > 1):
            raise Unread("it mixes the batch with other axes")
    return moved


def _pairs(old: Dims, new: Dims) -> list[tuple[list[int], list[int]]]:
    """Return which axes become which: the smallest runs with equal products.

    Example:
        >>> _pairs((1, 64, 7, 7), (1, 64, 49))
        [([0], [0]), ([1], [1]), ([2, 3], [2])]
    """
    found: list[tuple[list[int], list[int]]] = []
    i = j = 0
    while i < len(old) or j < len(new):
        mine, theirs, a, b = [], [], 1, 1
        if i < len(old):
            mine, a, i = [i], old[i], i + 1
        if j < len(new):
            theirs, b, j = [j], new[j], j + 1
        while a != b:
            if a < b:
                mine, a, i = [*mine, i], a * old[i], i + 1
            else:
                theirs, b, j = [*theirs, j], b * new[j], j + 1
        found.append((mine, theirs))
    return found


def sliced(r: Reading, x: Value, axis: int, taken: range) -> Value:
    """Return a value with some positions along an axis of the model's."""
    shape = known_shape(x)
    if len(taken) == shape[axis] and taken.step == 1:
        return x
    new = (*shape[:axis], len(taken), *shape[axis + 1 :])
    if not len(taken):
        return fixed(new, (), x.dtype)
    if x.here is None:
        return fixed(new, None, x.dtype)
    if taken.step < 0:
        return _picked(r, x, axis, (len(taken),))
    place = _place(x, axis)
    part = Slice(taken.start, taken[-1] + 1, taken.step, axis=place)
    return x.but(shape=new, here=r.put(part, r.here(x)), numbers=None)


def selected(r: Reading, x: Value, axis: int, index: int) -> Value:
    """Return one position along an axis, which is gone then."""
    shape = known_shape(x)
    if shape[axis] == 1:
        return squeezed(r, x, [axis])
    if x.here is None:
        return fixed((*shape[:axis], *shape[axis + 1 :]), None, x.dtype)
    place, here = _place(x, axis), r.here(x)
    if here.shape.rank == 0:
        one = sliced(r, x, axis, range(index % shape[axis], index % shape[axis] + 1))
        return squeezed(r, one, [axis])
    here = r.put(Select(index % shape[axis], axis=place), here)
    axes = [a if a is None or a < place else a - 1 for a in x.axes]
    del axes[axis]
    return Value((*shape[:axis], *shape[axis + 1 :]), tuple(axes), here, None, x.dtype)


def split(r: Reading, x: Value, axis: int, sizes: Sequence[int]) -> list[Value]:
    """Return a value cut into parts of these sizes along an axis of the model's."""
    shape = known_shape(x)
    if sum(sizes) != shape[axis] or min(sizes, default=0) < 0:
        raise Unread(f"its parts {list(sizes)} do not make up {shape[axis]}")
    shapes = [(*shape[:axis], size, *shape[axis + 1 :]) for size in sizes]
    if x.here is None:
        return [fixed(new, None, x.dtype) for new in shapes]
    there = [size for size in sizes if size]
    if len(there) == 1:
        return [x if new[axis] else fixed(new, (), x.dtype) for new in shapes]
    place = _place(x, axis)
    parts = len(there) if len({*there}) == 1 else tuple(there)
    found, number = [], 0
    for new in shapes:
        if not new[axis]:
            found.append(fixed(new, (), x.dtype))
            continue
        here = r.put(Split(parts, number, axis=place), r.here(x), named=not number)
        found.append(x.but(shape=new, here=here, numbers=None))
        number += 1
    return found


def _place(x: Value, axis: int) -> int:
    """Return which axis here one of the model's is; -1 if it is the last."""
    place = x.axes[axis]
    if place is None or x.here is None:
        raise Unread("it takes parts of the batch")
    return -1 if place == x.here.shape.rank else place


def expanded(r: Reading, x: Value, shape: Dims) -> Value:
    """Return a value spread to a shape of the model's, as NumPy broadcasts it."""
    check_sizes(shape)
    x = unsqueezed(r, x, range(len(shape) - len(known_shape(x))))
    if x.shape == shape:
        return x
    order = order_of([x], [a for a in range(len(shape)) if shape[a] != 1])
    here = r.arranged(x, order)
    here = r.put(Expand(tuple([shape[axis] for axis in order])), here)
    return Value(shape, placed_axes(len(shape), order), here, None, x.dtype)


def concatenated(r: Reading, xs: Sequence[Value], axis: int) -> Value:
    """Return values one behind the other along an axis of the model's."""
    xs = [x for x in xs if 0 not in known_shape(x)] or list(xs[:1])
    if len(xs) == 1:
        return xs[0]
    first = known_shape(xs[0])
    order = order_of(xs, [axis])
    parts = [r.arranged(x, order) for x in xs]
    place = order.index(axis)
    here = r.put(Concat(-1 if place == len(order) - 1 else place), *parts)
    size = sum(known_shape(x)[axis] for x in xs)
    shape = (*first[:axis], size, *first[axis + 1 :])
    return Value(shape, placed_axes(len(shape), order), here, None, xs[0].dtype)


def taken(
    r: Reading, x: Value, axis: int, indices: Sequence[int] | None, shape: Dims
) -> Value:
    """Return the positions of an axis that fixed numbers name, in their shape.

    Args:
        r: The network in the making.
        x: The value.
        axis: Along which of the model's axes.
        indices: The positions; None if they are fixed, and not known.
        shape: The shape of these.
    """
    old = known_shape(x)
    new = (*old[:axis], *shape, *old[axis + 1 :])
    if x.here is None:
        return fixed(new, None, x.dtype)
    if indices and [*indices] == [*islice(count(indices[0]), len(indices))]:
        run = sliced(r, x, axis, range(indices[0], indices[-1] + 1))
        return reshaped(r, run, new)
    if not shape:  # one position, and its axis is gone then
        return squeezed(r, _picked(r, x, axis, (1,)), [axis])
    return _picked(r, x, axis, shape)


def _picked(r: Reading, x: Value, axis: int, shape: Dims) -> Value:
    """Return so many positions of an axis, in a shape of theirs, wherever they are."""
    old = known_shape(x)
    new = (*old[:axis], *shape, *old[axis + 1 :])
    order = order_of([x], [axis])
    place = order.index(axis)
    wide = [n for n, size in enumerate(shape) if size != 1]
    sizes = [shape[n] for n in wide] or [1]
    part = Gather(tuple(sizes) if len(sizes) > 1 else sizes[0], axis=place)
    here = r.put(part, r.arranged(x, order))
    axes = [a if a < axis else a + len(shape) - 1 for a in order]
    axes[place : place + 1] = [axis + n for n in wide] or [axis]
    return Value(new, placed_axes(len(new), axes), here, None, x.dtype)


_MOST_TIMES = 64


def repeated(r: Reading, x: Value, times: Sequence[int]) -> Value:
    """Return a value several times behind itself along its axes."""
    check_sizes(times)
    shape = known_shape(x)
    if all(n == 1 or size == 1 for n, size in zip(times, shape, strict=True)):
        return expanded(r, x, tuple([n * s for n, s in zip(times, shape, strict=True)]))
    for axis, n in enumerate(times):
        if n > _MOST_TIMES:
            raise Unread("it repeats an axis very often")
        x = concatenated(r, [x] * n, axis)
    return x


def stacked(r: Reading, xs: Sequence[Value], axis: int) -> Value:
    """Return values side by side along a new axis of the model's."""
    return concatenated(r, [unsqueezed(r, x, [axis]) for x in xs], axis)


def order_of(xs: Sequence[Value], needed: Sequence[int] = ()) -> list[int]:
    """Return which of the model's axes values of one rank have here, and in what order.

    It is the order of the largest; axes that this lacks come first.

    Args:
        xs: The values.
        needed: Axes that must be there, of size 1, too.
    """
    shapes = [known_shape(x) for x in xs]
    base = max(xs, key=lambda x: prod(known_shape(x)))

    def wanted(axis: int) -> bool:
        if axis in needed:
            return True
        return any(
            x.axes[axis] is not None and shape[axis] != 1
            for x, shape in zip(xs, shapes, strict=True)
        )

    places = {a: place for a, place in enumerate(base.axes) if place is not None}
    own = sorted(filter(wanted, places), key=places.__getitem__)
    return [a for a in range(len(shapes[0])) if wanted(a) and a not in places] + own
