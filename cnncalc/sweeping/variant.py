"""One variant of a sweep: its settings, and what was measured of its network."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from cnncalc._typing import override
from cnncalc.answers.table import COUNTED, Style
from cnncalc.checks import for_message, integer, is_count
from cnncalc.door import guarded
from cnncalc.errors import CnncalcError, ConfigError, OptionError, UnknownNameError
from cnncalc.operations.conventions import Convention
from cnncalc.report.compare import is_network, named, wanted
from cnncalc.sizes.amount import amount
from cnncalc.sizes.bound import AtLeast

__all__ = [
    "NOTE",
    "Build",
    "Columns",
    "Getters",
    "Limit",
    "Measures",
    "Variant",
    "columns_of",
    "getters_of",
    "limits_of",
    "measured",
    "variant_of",
]

NOTE = "note"  # the column of a table that says what became of a variant

Build = Callable[..., Any]
# By key what a column is asked for by, which pickles where its getter does not: its
# key, or a convention of somebody's own.
Columns = Mapping[str, "str | Convention"]


@guarded
class Variant(NamedTuple):
    """A row of a sweep.

    Attributes:
        settings: What the network was built with.
        values: The columns that were asked for; None where it was not measured.
        error: Why there is no such network; None if there is.
        skipped: Which limit it is beyond; empty if it is within all.
    """

    settings: Mapping[str, Any]
    values: Mapping[str, Any]
    error: CnncalcError | None = None
    skipped: str = ""

    @override
    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Variant):
            return tuple(self) == other
        return self._told() == other._told()

    @override
    def __ne__(self, other: object) -> bool:
        return not self == other

    @override
    def __hash__(self) -> int:
        return hash(self._told())

    def _told(self) -> tuple[Any, ...]:
        """Return what it has, with what its error says: no two of these are equal."""
        return (*self._replace(error=None), type(self.error), str(self.error))

    @property
    def ok(self) -> bool:
        """Whether all of it was measured."""
        return self.error is None and not self.skipped

    def of(self, name: str) -> Any:
        """Return a column or a setting by name.

        Raises:
            UnknownNameError: If there is neither.
        """
        for place in (self.values, self.settings):
            if name in place:
                return place[name]
        known = ", ".join([*self.values, *self.settings])
        raise UnknownNameError(f"there is no column {name!r}", f"There are: {known}")


_ANY = (Exception, SystemExit)  # one that exits ends its own variant, and no other


class Limit(NamedTuple):
    """A bound on a column: ``max_params=1_000_000``."""

    column: str
    most: bool
    bound: int
    asked: str | Convention

    def broken_by(self, value: int) -> bool:
        """Tell whether a value is beyond it; a lower bound is below no minimum."""
        if self.most:
            return value > self.bound
        return value < self.bound and not isinstance(value, AtLeast)

    def words(self, value: Any) -> str:
        """Return why a variant with that value is skipped."""
        return f"{self.column} {value:,} {'>' if self.most else '<'} {self.bound:,}"

    def skipped(
        self, settings: Mapping[str, Any], value: Any, keys: Iterable[str]
    ) -> Variant:
        """Return the row of a variant that is beyond it."""
        values = dict.fromkeys(keys)
        if self.column in values:
            values[self.column] = value
        return Variant(settings, values, skipped=self.words(value))

    @property
    def key(self) -> str:
        """A name apart from those of columns, and of other limits."""
        return f"{'max' if self.most else 'min'}_{self.column} {self.bound}"


class Measures(NamedTuple):
    """The questions to each network; unlike getters, they pickle.

    Attributes:
        columns: What is told of it.
        limits: What it is to be within.
        style: For how many inputs, and of which data type.
    """

    columns: Columns
    limits: tuple[Limit, ...]
    style: Style


def columns_of(names: Any) -> Columns:
    """Return the columns of these names, as `compare` takes them.

    Raises:
        OptionError: If there is no such column, or two have one name.
    """
    found: dict[str, str | Convention] = {}
    for name in wanted(names):
        key = named(name)[0].key
        asked = name if isinstance(name, Convention) else key
        if key == NOTE or found.setdefault(key, asked) != asked:
            why = f"two columns are called {for_message(key)}"
            raise OptionError(why, "Give a convention of your own another name")
    return found


def limits_of(limits: Mapping[str, Any], columns: Columns) -> tuple[Limit, ...]:
    """Return the limits with these names: ``max_`` or ``min_`` and a column.

    Args:
        limits: The bounds by name.
        columns: The columns of the sweep; a limit on one is on what it counts.

    Raises:
        OptionError: If a name is none such, or a bound is no integer from 0 on.
    """
    return tuple(_limit(name, bound, columns) for name, bound in limits.items())


def _limit(name: str, bound: Any, columns: Columns) -> Limit:
    side, _, word = name.partition("_")
    if side not in {"max", "min"} or not word:
        fix = "Limits are called max_params, min_macs and the like"
        raise OptionError(f"there is no option {name!r}", fix)
    column, _ = named(columns.get(word, word))
    if column.unit not in COUNTED:
        why = f"{name} is a limit on the column {column.key!r}, which is no count"
        raise OptionError(why, "Limits are on counts and bytes: max_params, max_memory")
    if not is_count(integer(bound), 0):
        bound = amount(name, bound, "bytes" if column.unit == "bytes" else "count")
    asked = columns.get(column.key, column.key)
    return Limit(column.key, side == "max", int(bound), asked)


def measured(
    build: Build,
    variants: Iterable[Mapping[str, Any]],
    measures: Measures,
) -> list[Variant]:
    """Build the networks with these settings and measure each."""
    getters = getters_of(measures)
    bounds = [(limit, getters.pop(limit.key)) for limit in measures.limits]
    return [variant_of(build, settings, getters, bounds) for settings in variants]


def getters_of(measures: Measures) -> dict[str, Callable[[Any], Any]]:
    """Return what measures a network, by column, and by the keys of limits."""

    def getter(asked: str | Convention) -> Callable[[Any], Any]:
        _, get = named(asked)
        return lambda net: get(net, net, measures.style)

    found = {key: getter(asked) for key, asked in measures.columns.items()}
    return found | {limit.key: getter(limit.asked) for limit in measures.limits}


Getters = Mapping[str, Callable[[Any], Any]]
Bounds = Sequence[tuple[Limit, Callable[[Any], Any]]]


def variant_of(
    build: Build, settings: Mapping[str, Any], getters: Getters, bounds: Bounds
) -> Variant:
    """Return the row of some settings, whatever happens on the way."""
    place = getattr(build, "__qualname__", type(build).__name__)
    try:
        net = build(**settings)
    except _ANY as error:  # whatever the function does
        return _failed(settings, getters, error, "it raised", place)
    if not is_network(net):
        fault = ConfigError(
            f"it returned {for_message(net)}", "It must return a network"
        )
        return _failed(settings, getters, fault.at_place(place))
    try:
        return _measured(net, settings, getters, bounds)
    except _ANY as error:  # layers and rules of anybody's own
        return _failed(settings, getters, error, "measuring its network raised")


def _measured(
    net: Any, settings: Mapping[str, Any], getters: Getters, bounds: Bounds
) -> Variant:
    for limit, get in bounds:
        value = get(net)
        if limit.broken_by(value):
            return limit.skipped(settings, value, getters)
    return Variant(settings, {key: get(net) for key, get in getters.items()})


def _failed(
    settings: Mapping[str, Any],
    getters: Getters,
    error: BaseException,
    what: str = "it raised",
    place: str = "",
) -> Variant:
    """Return the row of an error; what it keeps is what it says, and no frames.

    Of a class of somebody's own it is told in one of ours: another process may not be
    able to make one of theirs again, and loses all that comes with it.
    """
    if type(error).__module__ != CnncalcError.__module__ or not isinstance(
        error, CnncalcError
    ):
        why = f"{what} {type(error).__name__}: {error}"
        error = ConfigError(why, place=place)
    error.network = error.table = error.__cause__ = error.__context__ = None
    return Variant(settings, dict.fromkeys(getters), error.with_traceback(None))
