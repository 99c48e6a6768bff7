"""Places for tensors in an arena: the runtime's own, and better ones.

Source:
    TensorFlow Lite Micro, `greedy_memory_planner.cc`; Pisarchyk & Lee 2020,
    https://arxiv.org/abs/2001.03288, for orders that start from the fullest step.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from random import Random

from cnncalc.memory.arena import offsets
from cnncalc.memory.liveness import Storage, bytes_alive

__all__ = ["end_of", "packed_best", "packed_by_runtime"]

_TRIES = 2000  # of few tensors; of many, fewer
_LOOKS = 400_000  # at pairs of tensors, in all tries together
_OFTEN = 0.7  # how often it is one of the highest that is moved
_HALF = 0.5


def end_of(held: Sequence[Storage], places: Sequence[int]) -> int:
    """Return the bytes that tensors take at such places."""
    ends = [place + each.size for each, place in zip(held, places, strict=True)]
    return max(ends, default=0)


def packed_by_runtime(
    held: Sequence[Storage], fixed: Mapping[int, int] = {}
) -> list[int]:
    """Return where TensorFlow Lite Micro puts tensors.

    The largest comes first, of equal sizes the last, each at the lowest place where it
    meets no other that is alive with it.

    Args:
        held: The tensors, in the order in which they are in the file.
        fixed: Where some of them lie, by their number, as a file has it.

    Example:
        >>> packed_by_runtime([Storage(0, 32, 0, 1), Storage(1, 32, 1, 2)])
        [32, 0]
        >>> packed_by_runtime([Storage(0, 32, 0, 1), Storage(1, 32, 1, 2)], {0: 0})
        [0, 32]
    """
    free = [n for n in range(len(held)) if n not in fixed]
    return _in_order(held, [*fixed, *_by_size(held, free)], list(fixed.values()))


def _by_size(held: Sequence[Storage], numbers: Iterable[int]) -> list[int]:
    """Return some tensors, the largest first, of equal sizes the last."""
    return sorted(numbers, key=lambda n: (-held[n].size, -n))


def _in_order(
    held: Sequence[Storage], order: Sequence[int], fixed: Sequence[int] = ()
) -> list[int]:
    """Return places of all, if they come in an order; the first of it may be fixed."""
    places = [0] * len(held)
    for n, place in zip(order, offsets([held[n] for n in order], fixed), strict=True):
        places[n] = place
    return places


def packed_best(held: Sequence[Storage], count: int | None = None) -> list[int]:
    """Return the best places that are found within a moment, the same each time.

    Orders in which tensors are put down are tried, and then changed as long as that
    makes the arena no larger, until it is as small as the fullest step.

    Args:
        held: The tensors, in the order in which they are in the file, and then what
            kernels need, which the runtime places around them.
        count: How many tensors there are; None are all.
    """
    count = len(held) if count is None else count
    least = max(bytes_alive(held, 1 + max(each.last for each in held)), default=0)
    kernels = _by_size(held, range(count, len(held)))
    orders = _orders(held[:count])
    starts = [(_in_order(held, [*order, *kernels]), order) for order in orders]
    best, order = min(starts, key=lambda start: end_of(held, start[0]))
    size = end_of(held, best)
    chance = Random(1)  # noqa: S311 - the same places each time
    tries = min(_TRIES, _LOOKS // len(held) ** 2 + 50)
    while size > least and tries:
        tries -= 1
        changed = _changed(held, order, best, size, chance)
        places = _in_order(held, [*changed, *kernels])
        if end_of(held, places) <= size:
            best, order, size = places, changed, end_of(held, places)
    return best


def _orders(held: Sequence[Storage]) -> list[list[int]]:
    """Return orders that often reach the fullest step."""
    alive = bytes_alive(held, 1 + max(each.last for each in held))
    full = [max(alive[each.first : each.last + 1]) for each in held]
    life = [each.last - each.first + 1 for each in held]
    keys = [
        [(-each.size, -n) for n, each in enumerate(held)],
        [(-most, n) for n, most in enumerate(full)],
        [(-most, -each.size) for most, each in zip(full, held, strict=True)],
        [
            (-each.size * steps, n)
            for n, (each, steps) in enumerate(zip(held, life, strict=True))
        ],
        [(-steps, n) for n, steps in enumerate(life)],
    ]
    return [sorted(range(len(held)), key=key.__getitem__) for key in keys]


def _changed(
    held: Sequence[Storage],
    order: Sequence[int],
    places: Sequence[int],
    size: int,
    chance: Random,
) -> list[int]:
    """Return an order in which a tensor, mostly one of the highest, comes earlier."""
    new = list(order)
    top = [n for n in order if places[n] + held[n].size == size]
    moved = chance.choice(top if top and chance.random() < _OFTEN else new)
    new.remove(moved)
    new.insert(chance.randrange(len(new) + 1) if chance.random() < _HALF else 0, moved)
    if len(new) > 1 and chance.random() < _HALF:
        a, b = chance.sample(range(len(new)), 2)
        new[a], new[b] = new[b], new[a]
    return new
