"""Rows of a YAML, one after another: each a module, put onto what it names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cnncalc.checks import for_message
from cnncalc.errors import CnncalcError, ConfigError
from cnncalc.graph.block import Tensor
from cnncalc.interop.names import cleaned, readable
from cnncalc.interop.reading import UNFIT, Unread
from cnncalc.interop.registry import TABLES, reason_of
from cnncalc.interop.yolo.config import ModuleRow
from cnncalc.interop.yolo.module import MOST_LAYERS, Module, TooManyError, YoloModel
from cnncalc.layers import Unknown

__all__ = ["read_rows"]

# Modules that repeat what is in them; of the others several are put one after another.
_REPEATING = {
    *("BottleneckCSP", "C1", "C2", "C2f", "C2fAttn", "C2fCIB", "C2fPSA", "C2PSA"),
    *("C3", "C3Ghost", "C3k2", "C3x", "A2C2f", "HGBlock", "RepC3"),
}
_WORDS = {"None": None, "True": True, "False": False}


def read_rows(model: YoloModel, rows: Sequence[ModuleRow], x: Tensor) -> list[Tensor]:
    """Add all rows of a YAML, and return what the last puts out.

    Args:
        model: The model in the making.
        rows: The rows.
        x: The picture.

    Raises:
        ConfigError: If a row names what is not there.
    """
    outputs: list[Any] = []
    with model.g.scope("model"):
        for number, row in enumerate(rows):
            outputs.append(_put_row(model, number, row, outputs or [x]))
    last = outputs[-1] if outputs else x
    return last if isinstance(last, list) else [last]


def _put_row(
    model: YoloModel, number: int, row: ModuleRow, outputs: Sequence[Any]
) -> Any:
    """Return what a row puts out; if that is nothing, what reached it."""
    words = {**_WORDS, "nc": model.setup.classes, "kpt_shape": [*model.setup.keypoints]}
    args = [words.get(a, a) if isinstance(a, str) else a for a in row.args]
    for place in row.sources:
        if not -len(outputs) <= place < number:
            why = f"row {number} takes what row {for_message(place)} puts out"
            raise ConfigError(why, "Name one before it, or -1")
    xs = [outputs[place] for place in row.sources]
    repeats = row.repeats
    if repeats > 1:
        repeats = max(round(repeats * model.setup.depth), 1)
    if repeats > MOST_LAYERS:
        raise TooManyError(f"row {number} is repeated too often", "Give less depth")
    with model.g.scope(str(number)):
        put = _computed(Module(model, row.kind, args, xs, repeats))
    return put if put is not None else xs[0]


def _computed(m: Module) -> Any:
    try:
        rule = TABLES["yolo"].get(m.kind)
        if rule is None:
            raise Unread("it is no module that is known here")
        if m.kind in _REPEATING or m.repeats == 1:
            return _put(m, rule)
        return _in_a_row(m, rule)
    except TooManyError:
        raise
    except (Unread, CnncalcError, *UNFIT) as error:
        why = reason_of(error, "yolo", m.kind, "its arguments are damaged")
    flat = [x[-1] if isinstance(x, list) else x for x in m.xs]
    return m.add(Unknown(cleaned(m.kind) or "module", reason=readable(why)), *flat)


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
