"""The shapes with which a model is read: its own, and what the user gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from cnncalc.checks import for_message, is_count, plain
from cnncalc.errors import ConfigError
from cnncalc.interop.values import Dims

__all__ = ["Stated", "sized"]

# The name of an input, and its sizes: numbers, names of what is open, or None.
Stated: TypeAlias = "tuple[str, tuple[int | str | None, ...] | None]"


def sized(stated: Sequence[Stated], given: Any, batch: int) -> list[Dims]:
    """Return the shape of each input, with its batch.

    Args:
        stated: What the model says of them.
        given: What the user says: a shape, a list of shapes, a dict of shapes by the
            input's name, or of sizes by the axis's name; None for nothing.
        batch: The size of a batch that is open.

    Raises:
        ConfigError: If a size is not told, or does not fit.
    """
    shapes, sizes = _parted(stated, given)
    return [_sized(name, own, shapes.get(name), sizes, batch) for name, own in stated]


def _parted(
    stated: Sequence[Stated], given: Any
) -> tuple[dict[str, Any], dict[str, int]]:
    """Return shapes by the names of inputs, and sizes by the names of axes."""
    names = [name for name, _ in stated]
    if given is None:
        return {}, {}
    if isinstance(given, Mapping):
        shapes = {name: given[name] for name in given if name in names}
        sizes = {name: given[name] for name in given if name not in names}
        axes = {dim for _, own in stated for dim in own or () if isinstance(dim, str)}
        for name in sizes:
            if name not in axes:
                every = ", ".join(map(repr, [*names, *sorted(axes)]))
                why = f"there is no input or axis {for_message(name)}"
                raise ConfigError(why, f"There are {every}")
        return shapes, sizes
    several = len(names) > 1 or any(isinstance(each, (tuple, list)) for each in given)
    if not several:
        return {names[0]: given}, {}
    if len(given) != len(names):
        why = f"{len(given)} shapes were given, and there are {len(names)} inputs"
        raise ConfigError(why, f"Give one for each of {', '.join(names)}")
    return dict(zip(names, given, strict=True)), {}


def _sized(
    name: str, own: Any, given: Any, sizes: Mapping[str, int], batch: int
) -> Dims:
    if given is not None:
        return _fitting(name, own, _counts(name, given), batch)
    if own is None:
        raise ConfigError(
            f"input {name!r} states no shape", "Give it: input=(3, 224, 224)"
        )
    shape, left = [], []
    for axis, dim in enumerate(own):
        if isinstance(dim, int) and dim > 0:
            shape.append(dim)
        elif dim in sizes:
            shape.append(sizes[dim])
        elif axis == 0:
            shape.append(batch)
        else:
            left.append(dim or f"axis {axis}")
    if left:
        why = f"input {name!r} leaves {', '.join(map(repr, left))} open"
        raise ConfigError(why, f"Give sizes: {_advice(left)}")
    return tuple(shape)


def _advice(left: Sequence[str]) -> str:
    named = ", ".join(f"{dim!r}: 224" for dim in left)
    return f"input={{{named}}}"


def _counts(name: str, given: Any) -> list[int]:
    shape = (
        [plain(n) for n in given]
        if isinstance(given, (tuple, list))
        else [plain(given)]
    )
    if not all(map(is_count, shape)):
        why = f"the shape of input {name!r} is {for_message(given)}"
        raise ConfigError(why, "Give positive integers")
    return [int(n) for n in shape]


def _fitting(name: str, own: Any, given: list[int], batch: int) -> Dims:
    """Return a shape that the user gave, in the model's order and with its batch.

    It may be in the model's order, with the batch or without, or channels last.
    """
    if own is None:
        return tuple(given)
    tries = [given, [batch, *given], [batch, given[-1], *given[:-1]]]
    for shape in tries:
        if len(shape) == len(own) and all(
            not isinstance(dim, int)
            or dim <= 0
            or dim == size
            or (axis == 0 and shape is not given)
            for axis, (dim, size) in enumerate(zip(own, shape, strict=True))
        ):
            first = own[0] if isinstance(own[0], int) and own[0] > 0 else shape[0]
            return (first, *shape[1:])
    sizes = "×".join(str(dim or "?") for dim in own)
    why = f"input {name!r} is {sizes}, and {'×'.join(map(str, given))} was given"
    raise ConfigError(why, "Give a shape that fits, in that order or channels last")


def sized_one(given: Any) -> Any:
    """Return what gives each input of a Keras model its shape, in turn.

    Args:
        given: What the user says: a shape without its batch, a list of such, or a dict
            by the inputs' names; None for nothing.
    """
    left = None
    if isinstance(given, (list, tuple)) and any(isinstance(g, (list, tuple)) for g in given):
        left = list(given)

    def shape_of(name: str, own: Any) -> Dims:
        stated = tuple(own) if isinstance(own, (list, tuple)) else None
        chosen = given.get(name) if isinstance(given, Mapping) else given
        if left is not None:
            chosen = left.pop(0) if left else None
        if stated is None and isinstance(chosen, (list, tuple)):
            stated = (None,) * (len(chosen) + 1)  # which says the batch, too
        return _sized(name, stated, chosen, {}, 1)

    return shape_of
