"""Windows backwards: which kernels, strides and paddings lead from one size to another.

All of them are found, by solving ⌊(n + a + b - d·(k - 1) - 1) / s⌋ + 1 = m for the
padding; none is tried.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from cnncalc._typing import override
from cnncalc.answers.answer import Answer, Record
from cnncalc.answers.table import Column, Fact, Table, columns
from cnncalc.checks import checked_count, for_message, integer, is_count
from cnncalc.door import guarded
from cnncalc.errors import OptionError
from cnncalc.sizes.number import ceil_div
from cnncalc.sizes.window import around, span

__all__ = ["Paddings", "WindowChoice", "Windows", "paddings", "windows"]

_MOST = 1_000_000  # windows that are looked at


class WindowChoice(NamedTuple):
    """One window that leads from a size to another.

    Attributes:
        kernel: Its taps.
        stride: Its step.
        padding: What is padded before and behind.
        dilation: How far neighbouring taps are apart.
        same: Whether that is what "same" pads, in TensorFlow's sense.
    """

    kernel: int
    stride: int
    padding: tuple[int, int]
    dilation: int
    same: bool


class Windows(Answer, tuple[WindowChoice, ...]):  # noqa: SLOT001 - it has a style
    """All windows that lead from a size to another, small kernels first."""

    @property
    @override
    def table(self) -> Table:
        """A line for each."""
        heads = (
            *columns("number", kernel="kernel", stride="stride"),
            Column("padding", "padding", "sizes"),
            Column("dilation", "dilation", "number"),
            Column("same", "same", "flag"),
        )
        words = "pads (⌈n/s⌉ - 1)·s + d·(k - 1) + 1 - n in all, an odd one behind"
        same = Fact("same", "same", words, "text")
        return Table("windows", heads, tuple(map(tuple, self)), (same,))


def _positive(**numbers: Any) -> list[int]:
    """Return numbers as plain integers.

    Raises:
        OptionError: If one is no positive integer.
    """
    return list(map(checked_count, numbers, numbers.values()))


def _totals(before: int, after: int, reach: int, stride: int) -> tuple[int, int]:
    """Return the least and the most that is padded in all, if at least nothing is."""
    least = (after - 1) * stride + reach - before
    return max(least, 0), least + stride - 1


def _same(before: int, after: int, reach: int, stride: int) -> tuple[int, int] | None:
    """Return what "same" pads before and behind; None if it leads to another size."""
    if ceil_div(before, stride) != after:
        return None
    (ends,) = around((before,), (reach,), (stride,), "same")
    return ends


@guarded
def windows(
    before: int,
    after: int,
    *,
    kernel: int = 11,
    stride: int = 4,
    padding: int | None = None,
    dilation: int = 1,
) -> Windows:
    """Return all windows that lead from one size to another, along one axis.

    Paddings are the same on both sides, or as "same" has them, which puts an odd one
    behind.

    Args:
        before: The size that they slide over.
        after: How many of them there are.
        kernel: The largest kernel.
        stride: The largest stride.
        padding: The largest padding of a side; None is half of what a kernel reaches
            over, as pools have it.
        dilation: The largest dilation.

    Raises:
        OptionError: If one is no positive integer, but for a padding of 0; or more than
            a million windows are to be looked at.

    Source:
        Dumoulin & Visin 2016, https://arxiv.org/abs/1603.07285, relationship 6.

    Example:
        >>> for one in windows(224, 55, stride=4, kernel=11):
        ...     print(one.kernel, one.stride, one.padding)
        5 4 (0, 0)
        6 4 (0, 0)
        7 4 (0, 0)
        7 4 (1, 1)
        8 4 (0, 0)
        8 4 (1, 1)
        9 4 (1, 1)
        9 4 (2, 2)
        10 4 (1, 1)
        10 4 (2, 2)
        11 4 (2, 2)
        11 4 (3, 3)
    """
    before, after, kernel, stride, dilation = _positive(
        before=before, after=after, kernel=kernel, stride=stride, dilation=dilation
    )
    if padding is not None and not is_count(padding := integer(padding), 0):
        why = f"padding is {for_message(padding)}"
        raise OptionError(why, "It must be an integer from 0 on")
    if kernel * stride * dilation > _MOST:
        why = f"{kernel * stride * dilation:,} windows would be looked at"
        raise OptionError(why, "Use smaller limits of kernel, stride and dilation")
    found = [
        WindowChoice(k, s, ends, d, same)
        for k in range(1, kernel + 1)
        for s in range(1, stride + 1)
        for d in range(1, dilation + 1 if k > 1 else 2)
        for ends, same in _ends(before, after, (k, s, d), padding)
    ]
    return Windows(found)


def _ends(
    before: int, after: int, window: tuple[int, int, int], padding: int | None
) -> list[tuple[tuple[int, int], bool]]:
    """Return what may be padded, and whether that is what "same" pads."""
    k, s, d = window
    reach = span(k, d)
    least, most = _totals(before, after, reach, s)
    limit = reach // 2 if padding is None else padding
    each = range(ceil_div(least, 2), min(most // 2, limit) + 1)
    found = {(p, p): False for p in each}
    same = _same(before, after, reach, s)
    if same and max(same) <= limit:
        found[same] = True
    return sorted(found.items())


class _Paddings(NamedTuple):
    output: int
    least: int
    most: int
    both: tuple[int, ...]
    same: tuple[int, int] | None


class Paddings(_Paddings, Record):
    """The paddings with which a window leads to a size.

    Attributes:
        output: That size.
        least: What is padded in all, at least.
        most: What is padded in all, at most.
        both: The paddings that are the same on both sides: ``padding=2``.
        same: What "same" pads before and behind; None if it leads to another size.
    """

    __slots__ = ()

    _title = "paddings"
    _columns = (
        *columns("number", output="output", least="at least", most="at most"),
        Column("both", "both sides", "sizes"),
        Column("same", "same", "sizes"),
    )


@guarded
def paddings(
    size: int,
    *,
    kernel: int,
    stride: int = 1,
    dilation: int = 1,
    output: int | None = None,
) -> Paddings:
    """Return the paddings by which a window leads from a size to another.

    Args:
        size: The size that it slides over.
        kernel: Its taps.
        stride: Its step.
        dilation: How far neighbouring taps are apart.
        output: How many windows there are to be; None is ⌈size / stride⌉, which keeps
            the size with a stride of 1.

    Raises:
        OptionError: If one is no positive integer, or there are more windows without
            any padding.

    Source:
        Dumoulin & Visin 2016, https://arxiv.org/abs/1603.07285, relationship 6.

    Example:
        >>> print(paddings(14, kernel=5).both, paddings(14, kernel=4).both)
        (2,) ()
        >>> paddings(14, kernel=4).same, paddings(224, kernel=7, stride=2).same
        ((1, 2), (2, 3))
    """
    if output is None:
        output = ceil_div(*_positive(size=size, stride=stride))
    size, kernel, stride, dilation, output = _positive(
        size=size, kernel=kernel, stride=stride, dilation=dilation, output=output
    )
    reach = span(kernel, dilation)
    least, most = _totals(size, output, reach, stride)
    if most < 0:
        there = (size - reach) // stride + 1
        why = f"without a padding there are {there} windows, and not {output}"
        raise OptionError(why, "Use a larger stride or kernel")
    both = tuple(range(ceil_div(least, 2), most // 2 + 1))
    same = _same(size, output, reach, stride)
    return Paddings(output, least, most, both, same)
