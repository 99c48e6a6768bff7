"""One variant of a sweep: its settings, and what was measured of its network."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from cnncalc.errors import CnncalcError, ConfigError, OptionError, UnknownNameError
from cnncalc.report.compare import is_network, named
from cnncalc.shape import is_count, shown

__all__ = ["Build", "Limit", "Variant", "limits_of", "measured"]

Build = Callable[..., Any]


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


class Limit(NamedTuple):
    """A bound on a column: ``max_params=1_000_000``."""

    column: str
    most: bool
    bound: int

    def broken_by(self, value: Any) -> bool:
        """Tell whether a value is beyond it."""
        return bool(value > self.bound if self.most else value < self.bound)

    def words(self, value: Any) -> str:
        """Return why a variant with that value is skipped."""
        return f"{self.column} {value:,} {'>' if self.most else '<'} {self.bound:,}"


def limits_of(limits: Mapping[str, int]) -> tuple[Limit, ...]:
    """Return the limits with these names: ``max_`` or ``min_`` and a column.

    Raises:
        OptionError: If a name is none such, or a bound is no integer from 0 on.
    """
    found = []
    for name, bound in limits.items():
        side, _, column = name.partition("_")
        if side not in {"max", "min"} or not column:
            fix = "Limits are called max_params, min_macs and the like"
            raise OptionError(f"there is no option {name!r}", fix)
        named(column, "en")
        if not is_count(bound, 0):
            raise OptionError(f"{name} is {shown(bound)}", "It must be an integer")
        found.append(Limit(column, side == "max", int(bound)))
    return tuple(found)


def measured(
    build: Build,
    variants: Iterable[Mapping[str, Any]],
    columns: Sequence[str],
    limits: Sequence[Limit],
) -> list[Variant]:
    """Build the networks with these settings and measure each."""
    getters = {name: named(name, "en")[1] for name in columns}
    bounds = [(limit, named(limit.column, "en")[1]) for limit in limits]
    return [_measured(build, settings, getters, bounds) for settings in variants]


def _measured(
    build: Build,
    settings: Mapping[str, Any],
    getters: Mapping[str, Callable[[Any, Any], Any]],
    bounds: Sequence[tuple[Limit, Callable[[Any, Any], Any]]],
) -> Variant:
    nothing: dict[str, Any] = dict.fromkeys(getters)
    try:
        net = build(**settings)
        if not is_network(net):
            why = f"it returned {shown(net)}"
            raise ConfigError(why, "It must return a network", _name(build))
        for limit, get in bounds:
            value = get(net, net)
            if limit.broken_by(value):
                if limit.column in nothing:
                    nothing[limit.column] = value
                return Variant(settings, nothing, skipped=limit.words(value))
        return Variant(settings, {name: get(net, net) for name, get in getters.items()})
    except CnncalcError as error:
        error.network = error.table = None  # what a row keeps is what it says
        return Variant(settings, nothing, error)
    except Exception as error:  # noqa: BLE001 - whatever the function does
        why = f"it raised {type(error).__name__}: {error}"
        return Variant(settings, nothing, ConfigError(why, "", _name(build)))


def _name(build: Build) -> str:
    return getattr(build, "__qualname__", type(build).__name__)
