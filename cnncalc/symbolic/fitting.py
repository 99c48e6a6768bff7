"""The largest value of a setting with which a network keeps within limits."""

from __future__ import annotations

from collections.abc import Callable
from inspect import signature
from itertools import pairwise
from typing import Any, NamedTuple, TypeAlias

from cnncalc._typing import Unpack
from cnncalc.answers.table import Column
from cnncalc.checks import checked_range, for_message
from cnncalc.cost.asked import AnyNetwork
from cnncalc.door import guarded
from cnncalc.errors import CnncalcError, OptionError, unknown_name
from cnncalc.memory.types import DataTypes
from cnncalc.sizes.amount import Amount
from cnncalc.symbolic.cases import Case, all_cases
from cnncalc.symbolic.evaluation import evaluated
from cnncalc.symbolic.halving import first_where
from cnncalc.symbolic.largest import Bounds, Found, largest, nothing_keeps, over
from cnncalc.symbolic.limits import (
    Kept,
    Limits,
    Memory,
    at_least,
    checked_limits,
    numbers_of,
)

__all__ = ["Fit", "check_setting", "fit"]

_CASES = 16  # of a setting that are told apart by symbols
_EACH = 1_000  # values that are looked at one by one
_SAMPLED = 32  # of more than these, beside those that halves lead to
_FARTHEST = 2**20  # where nothing grew until there, nothing is found

# What is limited, by name, at a value of the setting; None where nothing can be built.
Numbers: TypeAlias = dict[str, int] | None


class _Fit(NamedTuple):
    setting: str
    value: int
    values: tuple[tuple[str, int], ...]
    limits: tuple[tuple[str, int], ...]
    binding: tuple[str, ...]
    checked: str
    assumed: str


class Fit(_Fit, Kept):
    """The largest value of a setting for which limits hold.

    Attributes:
        setting: What is set.
        value: The largest integer for it.
        values: What is limited, with what it is there.
        limits: With what it may be at most.
        binding: The limits that the next larger value does not keep; empty if there is
            no larger one.
        checked: For which values it is known.
        assumed: What is taken for granted beyond; "nothing" where it is proved.
    """

    _title = "fit"
    _what = (
        Column("setting", "setting", "text"),
        Column("value", "largest", "number"),
        Column("checked", "checked", "text"),
        Column("assumed", "assumed", "text"),
    )


@guarded
def fit(
    build: Callable[..., AnyNetwork],
    setting: str,
    *,
    macs: Amount | None = None,
    least: int = 1,
    most: int | None = None,
    dtype: DataTypes = "float32",
    batch: int = 1,
    **limits: Unpack[Limits],
) -> Fit:
    """Return the largest integer for a setting with which a network keeps limits.

    Where the function hands its setting on to layers, as their widths or kernels, it is
    called with a symbol, and all integers are told from expressions. Where it looks at
    its setting in Python, integers are tried: up to the first, doubled again and again,
    that breaks a limit, each of them if they are a thousand or fewer. What is then
    assumed, the answer says.

    Args:
        build: Returns a network for a setting, by its name. What it refuses with an
            error of ours is no value of it.
        setting: The name of the setting.
        macs: The most multiply-accumulates: an integer, or a text as "600M".
        least: The smallest integer that is asked for.
        most: The largest; None is any.
        dtype: The type of values in memory, as of `peak_memory`.
        batch: How many inputs are in memory at once.
        limits: Others, as of `Limits`: ``params="4M"``, ``peak_memory="2 MiB"``, and
            so on.

    Raises:
        OptionError: If nothing is limited, or by nothing that grows with the setting; a
            limit, *least* or *most* is no positive integer, or *most* below *least*; or
            no value keeps the limits, where the message says what the smallest has.
        UnknownNameError: If nothing of that name can be limited.

    Source:
        Its own; the numbers are those of the layers' rules, each with its source.

    Example:
        >>> from cnncalc import Sequential
        >>> def build(width):
        ...     net = Sequential(input=(32, 32, 3)).conv(3, width, padding=1).pool(2)
        ...     return net.conv(3, 2 * width, padding=1).global_pool().fc(10)
        >>> found = fit(build, "width", params="40k", macs="6M")
        >>> found.value, found.values, found.binding, found.assumed
        (33, (('macs', 5931156), ('params', 21262)), ('macs',), 'nothing')
    """
    known, written = checked_limits({"macs": macs, **limits})
    check_setting(build, setting)
    least, most = checked_range(least, most)
    how = Memory.checked(dtype, batch)

    def made(value: Any) -> AnyNetwork:
        net = build(**{setting: value})
        if not hasattr(net, "totals"):
            why = f"it returned {for_message(net)}"
            raise OptionError(why, "It must return a network")
        return net

    def read(value: int) -> Numbers:
        try:
            net = made(value)
        except CnncalcError:
            return None
        return numbers_of(net, known, how)

    search = _Search(setting, known, read, least, most)
    cases = _cases(lambda size: at_least(made(size), known, how), read, least)
    answer = search.by_cases(cases) if cases else search.by_trying()
    if answer is None:
        made(least)  # which says why it cannot be built
        why = f"no network can be built with {setting} from {least} on"
        raise OptionError(why, "Say between which integers it is: least=, most=")
    return answer._written(written)


def check_setting(build: Any, setting: Any) -> None:
    """Refuse what is no function with such a setting.

    Raises:
        OptionError: If it is none.
        UnknownNameError: If it has no such setting.
    """
    if not callable(build):
        why = f"it is {for_message(build)}, and no function that returns a network"
        raise OptionError(why, "Give one, as lambda width: ...")
    if not isinstance(setting, str):
        why = f"the setting is {for_message(setting)}"
        raise OptionError(why, 'Give its name, as "width"')
    takes = signature(build).parameters
    if setting not in takes and all(
        p.kind is not p.VAR_KEYWORD for p in takes.values()
    ):
        raise unknown_name("setting", setting, takes)


def _cases(
    bounds: Callable[[Any], Bounds],
    read: Callable[[int], Numbers],
    first: int,
) -> list[Case[Bounds]]:
    """Return the cases of a setting, or none where these cannot be told.

    A function may look at its setting in ways that no symbol notices: each case must
    have, at one of its values, what the integer has.
    """
    try:
        found = all_cases(bounds, first, _CASES)
    except Exception:  # noqa: BLE001 - somebody's function, with what it does not expect
        return []
    for case in found:
        value = case.sizes.least
        numbers = read(value)
        if (case.made is None) != (numbers is None):
            return []
        for name, several in (case.made or {}).items():
            there = [evaluated(p, dict.fromkeys(p.symbols, value)) for p in several]
            exact = name != "peak_memory"
            number = (numbers or {})[name]
            if max(there) > number or (exact and max(there) != number):
                return []
    return found


class _Search:
    """The search for the largest value; no network is measured twice."""

    def __init__(
        self,
        setting: str,
        limits: dict[str, int],
        measure: Callable[[int], Numbers],
        least: int,
        most: int | None,
    ) -> None:
        self.setting, self.limits, self.measure = setting, limits, measure
        self.least, self.most = least, most
        self.seen: dict[int, Numbers] = {}

    def by_cases(self, cases: list[Case[Bounds]]) -> Fit | None:
        """Return what expressions show; None if no network can be built.

        Raises:
            OptionError: If nothing grows, or no value keeps the limits.
        """
        if all(case.made is None for case in cases):
            return None
        found = largest(
            cases, self.limits, self._read, self._word, self.least, self.most
        )
        return self._fit(found, "every integer, by expressions", "nothing")

    def by_trying(self) -> Fit | None:
        """Return what integers show, each of them or some; None likewise.

        Raises:
            OptionError: If nothing grows, or no value keeps the limits.
        """
        seen, last = self.seen, self.most or self._first_over()
        if last is None:
            return None
        each = last - self.least < _EACH
        value = None if each else self._bisected(last)
        for n in () if each else range(last, self.least, -(last // _SAMPLED)):
            self._read(n)
        if value is None or not _never_falls(seen):
            each, value = True, self._highest(last)
        if value is None:
            first = next((n for n in sorted(seen) if seen[n] is not None), None)
            if first is None:
                return None
            raise nothing_keeps(self.limits, self._read, first, self._word)
        checked = f"each integer from {self.least} to {last}"
        assumed = "nothing"
        if not each:
            checked = f"{len(seen)} integers, along which nothing falls"
            assumed = f"nothing falls as {self.setting} grows"
        elif self.most is None:
            assumed = f"beyond {last} no limit is kept again"
        above = range(value + 1, last + 1)
        there = map(self._read, above)
        binding = next((over(n, self.limits) for n in there if n is not None), ())
        numbers = seen[value] or {}
        return self._fit(Found(value, numbers, binding), checked, assumed)

    def _first_over(self) -> int | None:
        """Return the first value, doubled again and again, that breaks a limit.

        None if no network can be built.

        Raises:
            OptionError: If none does.
        """
        value = self.least
        while value <= _FARTHEST:
            if not self._keeps(value) and self.seen[value] is not None:
                return value
            value *= 2
        if not any(self.seen.values()):
            return None
        why = f"{' and '.join(self.limits)} does not grow with {self.setting}"
        raise OptionError(why, "Limit something that does, or give most=")

    def _bisected(self, last: int) -> int | None:
        """Return the largest value that keeps the limits, if nothing falls."""
        start = self.least

        def breaks(value: int) -> bool:
            while value > start and not self._read(value):
                value -= 1  # which cannot be built
            return not self._keeps(value)

        value = first_where(start, last + 1, breaks) - 1
        while value >= start and not self._keeps(value):
            value -= 1
        return value if value >= start else None

    def _highest(self, last: int) -> int | None:
        values = range(last, self.least - 1, -1)
        return next((n for n in values if self._keeps(n)), None)

    def _keeps(self, value: int) -> bool:
        numbers = self._read(value)
        return numbers is not None and not over(numbers, self.limits)

    def _read(self, value: int) -> Numbers:
        if value not in self.seen:
            self.seen[value] = self.measure(value)
        return self.seen[value]

    def _word(self, value: int) -> str:
        return f"{self.setting} {value}"

    def _fit(self, found: Found, checked: str, assumed: str) -> Fit:
        values = tuple(found.numbers.items())
        ends = values, tuple(self.limits.items()), found.binding
        return Fit(self.setting, found.value, *ends, checked, assumed)


def _never_falls(seen: dict[int, Numbers]) -> bool:
    """Tell whether nothing is less at a larger value, among those that were seen."""
    numbers = [seen[n] for n in sorted(seen)]
    known = [each for each in numbers if each is not None]
    return all(one[k] <= two[k] for one, two in pairwise(known) for k in one)
