"""Tables as JSON, for programs: typed values, and totals as integers.

What it looks like is promised by ``summary.schema.json``, which `schema` reads. A
change that breaks a reader gets another version.
"""

from __future__ import annotations

import json
from importlib.resources import files
from math import isfinite
from typing import Any

from cnncalc.answers.table import BareWindow, Column, Style, Table, Unit
from cnncalc.report.cells import by_column, map_unique, titled
from cnncalc.report.words import translate
from cnncalc.sizes.bound import AtLeast
from cnncalc.sizes.shape import Shape

__all__ = ["SCHEMA", "SCHEMA_VERSION", "render", "schema"]

SCHEMA_VERSION = 2
SCHEMA = f"urn:cnncalc:summary:{SCHEMA_VERSION}"


def schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of what `render` returns.

    Example:
        >>> schema()["$id"] == SCHEMA
        True
    """
    text = files("cnncalc.report").joinpath("summary.schema.json").read_text("utf-8")
    content: dict[str, Any] = json.loads(text)
    return content


def render(table: Table) -> str:
    r"""Return *table* as JSON: an object with a line for each row.

    Whatever the style, integers are integers of any size; a map's shape, of one input,
    is [height, width, channels], a vector's [length], those of a join a list of shapes;
    filters are [number, height, width, depth] or [number], a window without channels is
    {"window": [height, width]}; formulas are text. What is unknown is null. A total
    that is a lower bound is named in ``lower_bounds``. Counts and totals are those of
    the whole ``batch``.

    Example:
        >>> from cnncalc import Sequential
        >>> net = Sequential(input=(9, 9, 1), name="tiny").conv(3, 2, name="C1")
        >>> print(render(net.summary(columns=["layer", "output", "params"]).table))
        {
          "schema": "urn:cnncalc:summary:2",
          "version": 2,
          "title": "tiny: 9\u00d79\u00d71 \u2192 7\u00d77\u00d72",
          "batch": 1,
          "columns": [
            {"key": "layer", "title": "layer", "unit": "text"},
            {"key": "output", "title": "output", "unit": "shape"},
            {"key": "params", "title": "parameters", "unit": "count"}
          ],
          "rows": [
            {"layer": "C1", "output": [7, 7, 2], "params": 20}
          ],
          "totals": {"params": 20, "trainable_params": 20, "fixed_params": 0,
            "buffers": 0, "connections": 980, "macs": 882, "activations": 98,
            "input_memory": 324, "activation_memory": 392, "memory": 80,
            "total_memory": 796, "peak_memory": 716},
          "lower_bounds": []
        }
        <BLANKLINE>
    """
    totals = {fact.key: _value(fact.value, fact.unit) for fact in table.totals}
    bounds = [fact.key for fact in table.totals if isinstance(fact.value, AtLeast)]
    parts = {
        "schema": json.dumps(SCHEMA),
        "version": str(SCHEMA_VERSION),
        "title": json.dumps(translate(table.title, table.style.language)),
        "batch": str(table.style.batch),
        "columns": _lines([_column(column, table.style) for column in table.columns]),
        "rows": _lines(_rows(table)),
        "totals": _dumped(totals),
        "lower_bounds": json.dumps(bounds),
    }
    inside = ",\n".join(f'  "{key}": {text}' for key, text in parts.items())
    # A page may hold it in a script: no text ends that.
    return f"{{\n{inside}\n}}\n".replace("<", "\\u003c")


def _lines(items: list[str]) -> str:
    return "[\n    " + ",\n    ".join(items) + "\n  ]" if items else "[]"


def _column(column: Column, style: Style) -> str:
    title = titled(column, style)
    return json.dumps({"key": column.key, "title": title, "unit": column.unit})


def _rows(table: Table) -> list[str]:
    columns = []
    for column, values in zip(table.columns, by_column(table), strict=True):
        key, unit = json.dumps(column.key), column.unit

        def pair(value: Any, key: str = key, unit: Unit = unit) -> str:
            return f"{key}: {_dumped(_value(value, unit))}"

        columns.append(map_unique(pair, values))
    return [f"{{{', '.join(row)}}}" for row in zip(*columns, strict=True)]


def _dumped(value: Any) -> str:
    """Return JSON of what a cell has, with fractions of enlarged maps as numbers."""
    return json.dumps(value, default=float)


def _value(value: Any, unit: Unit) -> Any:
    """Return what stands for a cell in JSON; a lower bound is its number."""
    if value is None:
        return None
    if isinstance(value, AtLeast):
        return int(value)
    if unit in {"ratio", "seconds", "value"}:
        number = isfinite(value) if isinstance(value, float) else False
        return value if number or isinstance(value, (int, str)) else str(value)
    if isinstance(value, BareWindow):  # of three axes it is as long as other filters
        return {"window": list(value)}
    if unit == "shape":
        return _shape(value) if isinstance(value, Shape) else list(map(_shape, value))
    return str(value) if unit in {"text", "words", "formula"} else value


def _shape(shape: Shape) -> list[int] | None:
    return list(shape) if shape else None
