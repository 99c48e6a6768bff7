"""The largest size that keeps a network within limits, and the largest input."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple, TypeAlias

from cnncalc._typing import Unpack
from cnncalc.answers.table import Column
from cnncalc.checks import for_message, integer, is_count
from cnncalc.cost.asked import AnyNetwork
from cnncalc.errors import OptionError
from cnncalc.memory.types import DataTypes
from cnncalc.sizes.amount import Amount
from cnncalc.sizes.axes import axis_names
from cnncalc.sizes.shape import Shape
from cnncalc.symbolic.cases import Case, all_cases, top_of
from cnncalc.symbolic.evaluation import evaluated
from cnncalc.symbolic.limits import (
    Kept,
    Limits,
    Memory,
    at_least,
    checked_limits,
    numbers_of,
)
from cnncalc.symbolic.polynomial import Polynomial

__all__ = [
    "Bounds",
    "Found",
    "LargestInput",
    "largest",
    "largest_input",
    "nothing_keeps",
    "over",
]

Bounds: TypeAlias = Mapping[str, tuple[Polynomial, ...]]


class Found(NamedTuple):
    """The largest value for which limits hold.

    Attributes:
        value: It.
        numbers: By name, what is limited there.
        binding: The limits that the next value does not keep; empty if there is none.
    """

    value: int
    numbers: dict[str, int]
    binding: tuple[str, ...]


def largest(
    cases: list[Case[Bounds]],
    limits: Mapping[str, int],
    read: Callable[[int], Mapping[str, int] | None],
    word: Callable[[int], str],
    least: int = 1,
    most: int | None = None,
) -> Found:
    """Return the largest value that keeps limits, among all positive integers.

    Args:
        cases: The cases that they fall into, each with what is limited at least.
        limits: By name, what there may be at most.
        read: Gives what is limited at a value; None where there is nothing.
        word: What a value is called in a message.
        least: The smallest value that is asked for.
        most: The largest; None is any.

    Raises:
        OptionError: If there is no end of them, or none keeps the limits.
    """
    tops = [_top(case, limits) for case in cases]
    if most is None and None in tops:
        word_of_many = "does" if len(limits) == 1 else "do"
        why = f"{' and '.join(limits)} {word_of_many} not grow with it"
        raise OptionError(why, "Limit something that does, as macs")
    ends = [top for top in (*tops, most) if top is not None]
    top = max(ends) if most is None else min(max(ends), most)
    for value in range(top, least - 1, -1):
        if _may_keep(value, cases, limits):
            numbers = read(value)
            if numbers is not None and not over(numbers, limits):
                binding = next(_binding(value, cases, limits, read), ())
                return Found(value, dict(numbers), binding)
    built = [case.sizes for case in cases if case.made is not None]
    firsts = [sizes.least_from(least) for sizes in built]
    first = min([n for n in firsts if n is not None], default=None)
    raise nothing_keeps(limits, read, first, word)


def over(numbers: Mapping[str, int], limits: Mapping[str, int]) -> tuple[str, ...]:
    """Return which limits are not kept."""
    return tuple([name for name, limit in limits.items() if numbers[name] > limit])


def _top(case: Case[Bounds], limits: Mapping[str, int]) -> int | None:
    made = case.made or {}
    return top_of(case, [(made[name], limits[name]) for name in made])


def _case_of(value: int, cases: list[Case[Bounds]]) -> Case[Bounds]:
    return next(case for case in cases if case.sizes.has(value))


def _may_keep(value: int, cases: list[Case[Bounds]], limits: Mapping[str, int]) -> bool:
    """Tell whether nothing that is known in symbols is more than a limit."""
    case = _case_of(value, cases)
    return case.made is not None and all(
        evaluated(polynomial, dict.fromkeys(polynomial.symbols, value)) <= limits[name]
        for name, several in case.made.items()
        for polynomial in several
    )


def _binding(
    value: int,
    cases: list[Case[Bounds]],
    limits: Mapping[str, int],
    read: Callable[[int], Mapping[str, int] | None],
) -> Iterator[tuple[str, ...]]:
    """Give which limits the next larger values do not keep."""
    ends = [case.sizes.most for case in cases if case.made is not None]
    last = None if None in ends else max([end for end in ends if end is not None])
    while last is None or value < last:
        value += 1
        if _case_of(value, cases).made is not None:
            numbers = read(value)
            if numbers is not None:
                yield over(numbers, limits)


def nothing_keeps(
    limits: Mapping[str, int],
    read: Callable[[int], Mapping[str, int] | None],
    first: int | None,
    word: Callable[[int], str],
) -> OptionError:
    """Return the error that says how near the smallest comes.

    Args:
        limits: As of `largest`; so *read* and *word*.
        read: As there.
        first: The smallest value; None if there is none.
        word: As there.
    """
    numbers = None if first is None else read(first)
    if first is None or numbers is None:
        return OptionError("no network can be built", "Ask for others")
    there = ", ".join(
        f"{name} {numbers[name]:,}, {numbers[name] - limits[name]:,} too many"
        for name in over(numbers, limits)
    )
    why = f"nothing keeps the limits: the smallest, {word(first)}, has {there}"
    return OptionError(why, "Use larger limits")


class _LargestInput(NamedTuple):
    shape: Shape
    values: tuple[tuple[str, int], ...]
    limits: tuple[tuple[str, int], ...]
    binding: tuple[str, ...]


class LargestInput(_LargestInput, Kept):
    """The largest input within limits.

    Attributes:
        shape: Its shape.
        values: What is limited, with what it is on that.
        limits: With what it may be at most.
        binding: The limits that the next larger input does not keep; empty if there is
            no larger one.
    """

    _title = "largest input"
    _what = (Column("shape", "input", "shape"),)


def largest_input(
    net: AnyNetwork,
    macs: Amount | None = None,
    *,
    aspect: tuple[int, int] = (1, 1),
    dtype: DataTypes = "float32",
    batch: int = 1,
    **limits: Unpack[Limits],
) -> LargestInput:
    """Return the largest input on which a network keeps within limits.

    It is the largest among all integers. Where its rules go one way or another by the
    size, each case is looked at; beyond a size that follows from how the numbers grow
    none keeps the limits, and below it each is compared, the largest first.

    Args:
        macs: The most multiply-accumulates: an integer, or a text as "600M".
        aspect: How height and width are to each other: (9, 16). The length of a
            sequence is found, too; the depth of a volume stays.
        dtype: The type of values in memory, as of `peak_memory`.
        batch: How many inputs are in memory at once.
        limits: Others, as of `Limits`: ``flops=``, ``params=``, ``activations=``,
            ``connections=``, ``peak_memory=``, ``saved_for_backward=``, these two as
            "256 KiB" or "24 GB".

    Raises:
        OptionError: If nothing is limited, or by nothing that grows with the input; a
            limit is no positive integer; or no input keeps them, where the message says
            what the smallest has.
        ArgumentError: If there are too many cases.
        UnknownNameError: If nothing of that name can be limited.

    Source:
        Its own; the numbers are those of the layers' rules, each with its source.

    Example:
        >>> from cnncalc import zoo
        >>> found = zoo.mobilenet_v2().largest_input(macs="300M")
        >>> print(found.shape, found.values, found.binding)
        220×220×3 (('macs', 297707120),) ('macs',)
    """
    known, written = checked_limits({"macs": macs, **limits})
    shape_of, first = _in_one_size(net, aspect)
    how = Memory.checked(dtype, batch)

    def bounds(size: Any) -> Bounds:
        return at_least(net.on(shape_of(size)), known, how)

    def read(size: int) -> dict[str, int]:
        return numbers_of(net.on(shape_of(size)), known, how)

    numbers_of(net, known, how)  # refuses what is not known
    cases = all_cases(bounds, first)
    found = largest(cases, known, read, lambda size: str(shape_of(size)))
    answer = LargestInput(
        shape_of(found.value),
        tuple(found.numbers.items()),
        tuple(known.items()),
        found.binding,
    )
    return answer._written(written)


def _in_one_size(net: AnyNetwork, aspect: Any) -> tuple[Callable[[Any], Shape], int]:
    """Return the input of some size, and a size to begin with.

    Raises:
        OptionError: If *aspect* is no pair of positive integers, or the network has
            several inputs, or one without axes.
    """
    pair = tuple(map(integer, aspect)) if isinstance(aspect, (tuple, list)) else ()
    if len(pair) != len(("height", "width")) or not all(map(is_count, pair)):
        why = f"aspect is {for_message(aspect)}"
        raise OptionError(why, "Give height and width to each other, as (9, 16)")
    shape = net.input
    if not isinstance(shape, Shape) or not shape.rank:
        why = "it has several inputs, or a vector alone"
        raise OptionError(why, "Ask a network of one input with axes")
    names = axis_names(shape.rank)
    of_aspect: dict[str, int] = dict(zip(("height", "width"), pair, strict=True))
    times = [0 if name == "depth" else of_aspect.get(name, 1) for name in names]

    def shape_of(size: Any) -> Shape:
        each = zip(times, shape.space, strict=True)
        return Shape.made(
            tuple([t * size if t else n for t, n in each]), shape.channels
        )

    return shape_of, max(1, shape.space[-1] // times[-1])
