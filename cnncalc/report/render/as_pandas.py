"""Tables as data frames of pandas, which the extra ``cnncalc[pandas]`` brings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from cnncalc.answers.table import COUNTED, Table, Unit
from cnncalc.errors import OptionError
from cnncalc.report.cells import by_column, map_unique
from cnncalc.sizes.bound import AtLeast
from cnncalc.sizes.unknown import stated

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["render"]

_LARGEST = 2**63 - 1

# None: that of the values.
_TYPES: dict[str, str | None] = {
    **dict.fromkeys(("percent", "ratio", "seconds"), "Float64"),
    "flag": "boolean",
    "value": None,
}


def render(table: Table) -> pd.DataFrame:
    """Return *table* as a data frame with a column for each key.

    Counts and bytes are ``Int64``, or Python's integers where one is larger than that
    holds; percents, from 0 to 1, and other numbers are ``Float64``; texts and formulas
    are ``string``; settings of a sweep are what they are; shapes stay `Shape`, pairs
    stay tuples. What is unknown is missing. The title and the totals are in the frame's
    ``attrs``.

    Raises:
        OptionError: If pandas is not installed.
    """
    try:
        import pandas as pd
    except ImportError:
        why = "data frames need pandas, which is not installed"
        raise OptionError(why, "Run: pip install 'cnncalc[pandas]'") from None
    frame = pd.DataFrame(
        {
            column.key: pd.Series(*_typed(values, column.unit))
            for column, values in zip(table.columns, by_column(table), strict=True)
        }
    )
    frame.attrs["title"] = table.title
    frame.attrs["totals"] = {fact.key: fact.value for fact in table.totals}
    return frame


def _typed(values: Sequence[Any], unit: Unit) -> tuple[list[Any], None, str | None]:
    """Return the values of a column, no index, and their type."""
    if unit in COUNTED:
        known = [None if isinstance(value, AtLeast) else value for value in values]
        fits = all(value is None or abs(value) <= _LARGEST for value in known)
        return known, None, "Int64" if fits else "object"
    if unit in {"text", "words", "formula"}:
        return (
            map_unique(lambda v: None if v is None else str(v), values),
            None,
            "string",
        )
    if unit == "shape":
        values = list(map(stated, values))
    return list(values), None, _TYPES.get(unit, "object")
