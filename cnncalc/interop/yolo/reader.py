"""Rows of a YAML, one after another: each a module, put onto what it names."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from cnncalc.checks import for_message
from cnncalc.errors import CnncalcError, ConfigError
from cnncalc.graph.block import Tensor
from cnncalc.interop.names import cleaned
from cnncalc.interop.reading import Unread
from cnncalc.interop.registry import TABLES
from cnncalc.interop.yolo.module import Model, Module, TooMany
from cnncalc.layers import Unknown

__all__ = ["read"]

# Modules that repeat what is in them; of the others several are put one after another.
_REPEATING = {
    *("BottleneckCSP", "C1", "C2", "C2f", "C2fAttn", "C2fCIB", "C2fPSA", "C2PSA"),
    *("C3", "C3Ghost", "C3k2", "C3x", "A2C2f", "HGBlock", "RepC3"),
}
_MOST_ROWS = 2000
_WORDS = {"None": None, "True": True, "False": False}
_FIX = "Write it as [from, repeats, module, arguments]"


def read(model: Model, data: Mapping[str, Any], x: Tensor) -> list[Tensor]:
    """Add all rows of a YAML, and return what the last puts out.

    Args:
        model: The model in the making.
        data: What the YAML says.
        x: The picture.

    Raises:
        ConfigError: If a row is none, or names what is not there.
    """
    head = data.get("head")
    rows = [*data["backbone"], *(head if isinstance(head, list) else ())]
    if len(rows) > _MOST_ROWS:
        raise ConfigError(f"it has more than {_MOST_ROWS} rows", _FIX)
    outputs: list[Any] = []
    with model.g.scope("model"):
        for number, row in enumerate(rows):
            outputs.append(_row(model, number, row, outputs, x))
    last = outputs[-1] if outputs else x
    return last if isinstance(last, list) else [last]


def _row(model: Model, number: int, row: Any, outputs: list[Any], x: Tensor) -> Any:
    """Return what a row puts out; if that is nothing, what the row before did."""
    if not isinstance(row, list) or len(row) != 4 or not isinstance(row[3], list):  # noqa: PLR2004
        raise ConfigError(f"row {number} is {for_message(row)}", _FIX)
    sources, repeats, kind, args = row
    words = {**_WORDS, "nc": model.setup.classes, "kpt_shape": [*model.setup.keypoints]}
    args = [words.get(a, a) if isinstance(a, str) else a for a in args]
    xs = _sources(number, sources, outputs, x)
    if type(repeats) is not int or not 0 < repeats < _MOST_ROWS:
        raise ConfigError(
            f"row {number} is repeated {for_message(repeats)} times", _FIX
        )
    if repeats > 1:
        repeats = max(round(repeats * model.setup.depth), 1)
    module = Module(model, cleaned(str(kind)) or "module", args, xs, repeats)
    with model.g.scope(str(number)):
        found = _computed(module)
    return found if found is not None else xs[0]


def _sources(number: int, sources: Any, outputs: Sequence[Any], x: Tensor) -> list[Any]:
    """Return what rows put out, by their numbers, or counted from the end."""
    found = []
    for place in sources if isinstance(sources, list) else [sources]:
        if type(place) is not int or not -number <= place < number:
            if place == -1 and not number:
                found.append(x)
                continue
            why = f"row {number} takes what row {for_message(place)} puts out"
            raise ConfigError(why, "Name one before it, or -1")
        found.append(outputs[place])
    if not found:
        raise ConfigError(f"nothing reaches row {number}", _FIX)
    return found


def _computed(m: Module) -> Any:
    try:
        rule = TABLES["yolo"].get(m.kind)
        if rule is None:
            raise Unread("it is no module that is known here")
        if m.kind in _REPEATING or m.repeats == 1:
            return _put(m, rule)
        return _in_a_row(m, rule)
    except TooMany:
        raise
    except (Unread, CnncalcError) as error:
        why = error.why if isinstance(error, CnncalcError) else str(error)
    except (TypeError, ValueError, ArithmeticError, LookupError, AttributeError):
        why = "its arguments are damaged"
    flat = [x[-1] if isinstance(x, list) else x for x in m.xs]
    return m.add(Unknown(m.kind, reason=why), *flat)


def _put(m: Module, rule: Any) -> Any:
    found = rule(m)
    if found is None or isinstance(found, (Tensor, list)):
        return found
    return m.add(found, *m.xs)  # a user's: a layer or block


def _in_a_row(m: Module, rule: Any) -> Any:
    """Return what the last of several modules puts out."""
    xs: Any = m.xs
    for number in range(m.repeats):
        with m.at(str(number)):
            xs = [_put(Module(m.model, m.kind, m.args, xs), rule)]
    return xs[0]
