"""The pairs of two networks' nodes, and how the one network became the other."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from typing import Any, Literal, NamedTuple, TypeAlias

import attrs

from cnncalc.cost.rows import Row
from cnncalc.layers.base import Layer
from cnncalc.layers.fields import arguments, shortest
from cnncalc.report.align import aligned
from cnncalc.report.words import translate

__all__ = ["Line", "Sign", "lines_of"]

Sign: TypeAlias = Literal["=", "~", "-", "+"]

# All that is counted of a row: where none differs, nothing did.
_COUNTED = (
    "params",
    "trainable",
    "buffers",
    "connections",
    "macs",
    "activation_size",
)

_LONGEST = 60  # characters of a layer or field


class Line(NamedTuple):
    """A node of both networks, or of one of them.

    Attributes:
        change: "=" unchanged, "~" changed, "-" removed, "+" added.
        before: Its row in the first network; None if it was added.
        after: Its row in the second network; None if it was removed.
        what: What changed in it, or the layer that was added or removed.
    """

    change: Sign
    before: Row | None
    after: Row | None
    what: str

    @property
    def renamed(self) -> bool:
        """Whether it stands in both, under different paths."""
        return bool(self.before and self.after and self.before.path != self.after.path)


# Which nodes belong together.


def _pairs(a: Sequence[Row], b: Sequence[Row]) -> list[tuple[int, int]]:
    """Return which rows belong together.

    Once names lead, once layers: a layer that is widened keeps its name, and one that
    is put in may shift all automatic names behind it; and a layer that becomes one of
    another kind may keep its window. What leaves less to tell is taken; another name
    alone is half a difference.
    """
    layers: dict[Hashable, int] = {}
    numbers = {
        id(row.layer): layers.setdefault(row.layer, len(layers)) for row in (*a, *b)
    }

    def layer(row: Row) -> Hashable:
        return numbers[id(row.layer)]

    def work(row: Row) -> Hashable:
        return layer(row), row.input

    def path(row: Row) -> Hashable:
        return row.path

    def kind(row: Row) -> Hashable:
        return row.kind

    def window(row: Row) -> Hashable:
        return (row.kernel, row.stride) if row.kernel else row.kind

    def differing(pairs: list[tuple[int, int]]) -> int:
        halves = 2 * (len(a) + len(b) - len(pairs))
        for i, j in pairs:
            halves -= 2 * _same(a[i], b[j]) - (a[i].path != b[j].path)
        return halves

    ways = [
        (path, layer, kind),
        (work, layer, path, kind),
        (work, layer, window, kind),
    ]
    return min((aligned(a, b, keys) for keys in ways), key=differing)


def _same(a: Row, b: Row) -> bool:
    """Tell whether two nodes do and cost the same, whatever they are called."""
    alike = a.layer == b.layer and (a.input, a.output) == (b.input, b.output)
    return alike and all(getattr(a, name) == getattr(b, name) for name in _COUNTED)


def lines_of(a: Sequence[Row], b: Sequence[Row], language: str) -> list[Line]:
    """Return a line for each node of either network, in order.

    Args:
        a: The rows before.
        b: The rows after.
        language: That of what is told.
    """
    pairs = _pairs(a, b)
    sources_a = _sources(a, [i for i, _ in pairs])
    sources_b = _sources(b, [j for _, j in pairs])
    lines = []
    i = j = 0
    for i_next, j_next in [*pairs, (len(a), len(b))]:
        lines += [Line("-", row, None, _layer(row.layer)) for row in a[i:i_next]]
        lines += [Line("+", None, row, _layer(row.layer)) for row in b[j:j_next]]
        if i_next < len(a):
            moved = sources_a[i_next] != sources_b[j_next]
            lines.append(_line(a[i_next], b[j_next], language, moved=moved))
        i, j = i_next + 1, j_next + 1
    return lines


def _sources(rows: Sequence[Row], paired: list[int]) -> list[tuple[int, ...]]:
    """Return for each node where its inputs come from: pairs by number, inputs by -n.

    A node that the other network has not is looked through, to its first input.
    """
    number = {index: place for place, index in enumerate(paired)}
    known: dict[str, int] = {}
    entered = 0
    result = []
    for index, row in enumerate(rows):
        for path in row.inputs:
            if path not in known:
                entered += 1
                known[path] = -entered
        result.append(tuple(known[path] for path in row.inputs))
        if index in number:
            known[row.path] = number[index]
        elif row.inputs:  # what has none is an input, to who uses it
            known[row.path] = result[-1][0]
    return result


# What is told of them.


def _line(a: Row, b: Row, language: str, *, moved: bool) -> Line:
    if _same(a, b) and not moved:
        return Line("=", a, b, "")
    parts = _fields(a.layer, b.layer)
    if not parts and a.shapes != b.shapes:
        shapes = (" + ".join(map(str, row.shapes)) for row in (a, b))
        parts = [f"{translate('input', language)} {' → '.join(shapes)}"]
    if moved:
        names = (", ".join(row.inputs) for row in (a, b))
        parts.append(f"{translate('connected to', language)} {' → '.join(names)}")
    return Line("~", a, b, ", ".join(parts) or translate("counted otherwise", language))


def _fields(a: Layer, b: Layer) -> list[str]:
    """Return how one layer differs from another: by its fields, or altogether."""
    if a == b:
        return []
    if type(a) is not type(b):
        return [f"{_layer(a)} → {_layer(b)}"]
    pairs = [
        (field.alias, *[shortest(field, getattr(x, field.name)) for x in (a, b)])
        for field in attrs.fields(type(a))
        if field.eq
    ]
    return [f"{name} {_value(x)} → {_value(y)}" for name, x, y in pairs if x != y]


def _layer(layer: Layer) -> str:
    words = [word for word in arguments(layer) if not word.startswith("name=")]
    return _short(f"{layer.class_name}({', '.join(words)})")


def _value(value: Any) -> str:
    return _short(value if isinstance(value, str) else repr(value))


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "…"
