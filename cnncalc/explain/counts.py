"""The sums behind sizes, counts and memory of a node, from its layer's own rules.

All of it depends on a layer and on what reaches it, not on where it stands, but for
weights that it shares with another node.
"""

from __future__ import annotations

import ast
import inspect
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import lru_cache
from textwrap import dedent
from typing import Any

import attrs

from cnncalc.cost.totals import costs
from cnncalc.explain.derivation import ConnectionGrid, Phrase, Step
from cnncalc.formula import Formula, shape_terms, stand_in, standing
from cnncalc.graph.call import Call
from cnncalc.layers.base import Layer
from cnncalc.operations.unknown import silence
from cnncalc.sizes.arithmetic import Arithmetic, made, substituted
from cnncalc.sizes.axes import axis_names
from cnncalc.sizes.shape import Shape
from cnncalc.sizes.term import Term, as_term, leaf

__all__ = [
    "alike",
    "counting_steps",
    "grid_of",
    "published_in",
    "sized",
]

_LINKS = "LeCun et al. 1998, §II.B: a connection is a link into an output unit."

_COUNTED = re.compile(r": [^:;.]*\d (parameters|connections)\b[^:;.]*")


def published_in(layer: Layer) -> str:
    """Return the source that a layer's documentation names for its rules.

    What is 'for "local"' alone is left out of all others. So is what the source counts
    of a layer of its own: it is true of that layer.

    Example:
        >>> from cnncalc import FC, Norm
        >>> published_in(FC(10)), published_in(Norm("local"))
        ('LeCun et al. 1998, §II.B.', 'Krizhevsky et al. 2012, §3.3.')
    """
    values = [getattr(layer, field.name) for field in attrs.fields(type(layer))]
    words = {value for value in values if isinstance(value, str)}
    found = []
    for source in _sources(type(layer)):
        text, _, only = source.partition(', for "')
        if not only or only.removesuffix('"') in words:
            found.append(text)
    return f"{'; '.join(found)}." if found else ""


# Without it `python -OO`, which leaves texts out, reads the file of each layer anew.
@lru_cache(maxsize=1024)
def _sources(kind: type) -> list[str]:
    match = re.search(r"^Source:\n((?:    .*\n?)+)", _documentation(kind), re.MULTILINE)
    text = re.sub("[`*]", "", " ".join(match[1].split())) if match else ""
    return _COUNTED.sub("", text).removesuffix(".").split("; ") if text else []


def _documentation(kind: type) -> str:
    """Return the docstring of a class, also where Python was told to drop them all."""
    doc = kind.__doc__
    if doc is None:
        with suppress(OSError, TypeError, SyntaxError):
            (tree,) = ast.parse(dedent(inspect.getsource(kind))).body
            doc = ast.get_docstring(tree)  # type: ignore[arg-type]
    return inspect.cleandoc(doc or "")


# Sizes.


def sized(call: Call) -> tuple[Step, ...]:
    """Return how the output's shape comes about, axis by axis where it is computed."""
    layer, shapes, result = call.layer, call.shapes, call.output
    if not call.is_known:
        why = Phrase(*silence(layer, shapes))
        return (Step("output size", None, "shape", notes=(why,)),)
    source = published_in(layer)
    *space, channels = _sizes(layer, shapes, result)
    if len(shapes) > 1 or not any(size.op for size in space):
        size = made("×", *space, channels)
        return (Step("output size", result, "shape", size, source=source),)
    *out, _ = shape_terms(result, "{}_out".format)
    whole = made("×", *out, channels)
    rule = _size_source(layer) or source
    steps = [
        Step(
            "output size",
            result[axis],
            "count",
            space[axis],
            name,
            out[axis].symbol,
            source=rule,
        )
        for axis, name in alike(space)
    ]
    return (*steps, Step("output size", result, "shape", whole, source=source))


def alike(sizes: Sequence[object]) -> list[tuple[int, str]]:
    """Return the axes along which arithmetic is the same: the first, and all in words.

    Example:
        >>> alike([leaf(3, "k_d"), leaf(7, "k_h"), leaf(7, "k_w")])
        [(0, 'depth'), (1, 'height and width')]
    """
    groups: dict[str, list[int]] = {}
    for axis, size in enumerate(sizes):
        groups.setdefault(str(size), []).append(axis)
    names = axis_names(len(sizes))
    if len(groups) == 1 and len(sizes) > len(("depth", "height", "width")):
        return [(0, "all axes")]
    return [(axes[0], _listed([names[n] for n in axes])) for axes in groups.values()]


def _listed(names: list[str]) -> str:
    *before, last = names
    return f"{', '.join(before)} and {last}" if before else last


def _size_source(layer: Layer) -> str:
    """Return where the rule stands of how often a window fits; "" if in its layer's."""
    kernel, _, padding, *_ = layer.geometry
    if kernel is None or layer.role not in _SLIDING or padding == "causal":
        return ""
    by_word, in_numbers = _SLIDING[layer.role]
    return by_word if isinstance(padding, str) else in_numbers


_FITS = (
    "TensorFlow, https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2.",
    "Dumoulin & Visin 2016, https://arxiv.org/abs/1603.07285, relationship 6.",
)
# Of each role the sources for a padding that is a word, and for one in numbers.
_SLIDING = {
    **dict.fromkeys(("conv", "max pool", "average pool", "subsample pool"), _FITS),
    "transposed conv": (
        "Keras, compute_conv_transpose_output_shape.",
        "Dumoulin & Visin 2016, https://arxiv.org/abs/1603.07285, relationship 14.",
    ),
}


def _sizes(layer: Layer, shapes: tuple[Shape, ...], result: Shape) -> list[Arithmetic]:
    """Return the sizes and channels of the output as arithmetic.

    In the arithmetic of a rule what carries no information drops out: a padding of 0,
    a stride of 1. Here it is to be seen. So the rule is asked for a layer that has
    some of both, and then the true numbers are put in; where the rule has another
    arithmetic for these, the result is wrong, and what drops out stays out.
    """
    if len(shapes) == 1:
        values = {
            term.symbol: int(term)
            for term in (*_leaves(stand_in(layer, shapes)), *standing(shapes)[0])
        }
        try:
            general = _outline(_padded_and_strided(layer, shapes), shapes)
            full = [substituted(size, values) for size in general]
        except (ValueError, ArithmeticError, LookupError):
            full = []
        if tuple(size.value for size in full) == result:
            return full
    return _outline(stand_in(layer, shapes), shapes)


def _outline(standing_in: Any, shapes: tuple[Shape, ...]) -> list[Arithmetic]:
    """Return the sizes and channels of the output, as the rule has them."""
    y = standing_in.output_of(*standing(shapes))
    return [as_term(size) for size in y]


def _padded_and_strided(layer: Layer, shapes: tuple[Shape, ...]) -> Any:
    """Return a stand-in for a layer with strides and paddings of at least 2."""
    copy = stand_in(layer, shapes)
    for field in attrs.fields(type(layer)):
        if field.metadata.get("symbol") in {"s", "p"}:
            more = _at_least_2(getattr(copy, field.name))
            object.__setattr__(copy, field.name, more)
    return copy


def _at_least_2(value: Any) -> Any:
    if isinstance(value, tuple):
        return tuple(map(_at_least_2, value))
    if isinstance(value, Term):
        return leaf(max(int(value), 2), value.symbol)
    return value  # a word, or None


def _leaves(value: Any) -> Iterator[Term]:
    """Yield the terms among the fields of a stand-in."""
    for field in attrs.fields(type(value)):
        yield from _flat(getattr(value, field.name))


def _flat(value: Any) -> Iterator[Term]:
    if isinstance(value, Term):
        yield value
    elif isinstance(value, tuple):
        for part in value:
            yield from _flat(part)


# Counts.


def counting_steps(
    call: Call, owner: str | Phrase = "", batch: int = 1
) -> tuple[Step, ...]:
    """Return how parameters, buffers, connections and MACs come about.

    Args:
        call: What a node does.
        owner: Where its parameters are counted, if not here.
        batch: How many inputs are run at once; it multiplies connections and MACs.
    """
    known = costs(call)
    source = published_in(call.layer)
    if call.shared:
        notes: tuple[Phrase, ...] = (
            Phrase("shared with {}, and counted there", (owner,)),
        )
    elif known.trainable is not None and known.trainable != known.params:
        notes = (Phrase("of these trainable: {}", (f"{known.trainable:,}",)),)
    else:
        notes = ()
    steps = [_count("parameters", known.params, call, "params", notes, source)]
    if known.buffers != 0:
        state = (Phrase("state, not parameters"),) if known.buffers else ()
        steps.append(_count("buffers", known.buffers, call, "buffers", state, source))
    done = (
        _count("connections", known.connections, call, "connections", (), _LINKS),
        _count("MACs", known.macs, call, "macs", (), source),
    )
    return (*steps, *[_batched(step, batch) for step in done])


def _batched(step: Step, batch: int) -> Step:
    """Return a step for so many inputs."""
    if batch == 1 or not step.result:
        return step
    formula = step.formula and made("×", leaf(batch, "B"), step.formula)
    return step._replace(result=step.result * batch, formula=formula)


def _count(
    what: str,
    number: int | None,
    call: Call,
    rule: str,
    notes: tuple[Phrase, ...],
    source: str,
) -> Step:
    if number is None:
        why = Phrase(*silence(call.layer, call.shapes))
        return Step(what, None, "count", notes=(*notes, why))
    if number == 0:
        return Step(what, 0, "count", notes=notes)
    term = Formula(call.layer, call.shapes, rule).term()
    return Step(what, number, "count", term, notes=notes, source=source)


# Which inputs an output sees.


def grid_of(layer: Layer) -> tuple[ConnectionGrid, Step] | None:
    """Return which maps each output map sees, and the number of kernels.

    A layer whose outputs do not all see all inputs tells it by a field *table*: for
    each output map, the input maps.
    """
    table: Any = getattr(layer, "table", None)
    if not _is_table(table):
        return None
    grid = ConnectionGrid(1 + max(map(max, table)), table)
    sizes = Counter(sorted(map(len, table)))
    products = [made("×", leaf(maps), leaf(seen)) for seen, maps in sizes.items()]
    notes = (
        Phrase("output maps × input maps that each sees, one kernel for each link"),
    )
    return grid, Step(
        "kernels", sum(map(len, table)), "count", made("+", *products), notes=notes
    )


def _is_table(table: Any) -> bool:
    return (
        isinstance(table, tuple)
        and bool(table)
        and all(isinstance(row, tuple) and row for row in table)
        and all(isinstance(i, int) and i >= 0 for row in table for i in row)
    )
