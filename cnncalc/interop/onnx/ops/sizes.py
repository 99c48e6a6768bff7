"""Arithmetic on sizes: what operators make of a few numbers that are known."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Mapping
from itertools import accumulate
from typing import Any

from cnncalc.interop.joins import broadcast
from cnncalc.interop.onnx.node import OnnxNode, axis_in
from cnncalc.interop.onnx.numbers import (
    MOST_NUMBERS,
    Numbers,
    number_rule,
    places,
    spread_indices,
    strides_of,
    taken_along,
)
from cnncalc.interop.onnx.table import OPERATORS
from cnncalc.interop.reading import Unread, known_shape
from cnncalc.interop.values import Value

__all__: list[str] = []

# One by one.


def _divided(a: Any, b: Any) -> Any:
    """Return a quotient; of whole numbers rounded towards 0, as C does."""
    if isinstance(a, int) and isinstance(b, int):
        return abs(a) // abs(b) * (1 if (a < 0) == (b < 0) else -1)
    return a / b


def _raised(a: Any, b: Any) -> Any:
    if abs(b) > 64:  # noqa: PLR2004 - no size is raised so high
        raise Unread("its powers are too large")
    return a**b


_PAIRS: Mapping[str, Callable[[Any, Any], Any]] = {
    "Add": operator.add,
    "Sub": operator.sub,
    "Mul": operator.mul,
    "Div": _divided,
    "Pow": _raised,
    "Mod": operator.mod,
    "Max": max,
    "Min": min,
    "Equal": operator.eq,
    "Less": operator.lt,
    "Greater": operator.gt,
    "LessOrEqual": operator.le,
    "GreaterOrEqual": operator.ge,
    "And": lambda a, b: bool(a) and bool(b),
    "Or": lambda a, b: bool(a) or bool(b),
    "Xor": lambda a, b: bool(a) != bool(b),
}
_SINGLE: Mapping[str, Callable[[Any], Any]] = {
    "Neg": operator.neg,
    "Abs": abs,
    "Floor": lambda a: type(a)(math.floor(a)),
    "Ceil": lambda a: type(a)(math.ceil(a)),
    "Round": lambda a: type(a)(round(a)),
    "Sign": lambda a: type(a)((a > 0) - (a < 0)),
    "Sqrt": math.sqrt,
    "Not": operator.not_,
    "Reciprocal": lambda a: 1 / a,
    "Exp": math.exp,
    "Log": math.log,
    "Identity": lambda a: a,
    "Relu": lambda a: max(a, type(a)(0)),
}
_MASKS = {
    "Equal",
    "Less",
    "Greater",
    "LessOrEqual",
    "GreaterOrEqual",
    "And",
    "Or",
    "Xor",
}


@number_rule(*_PAIRS)
def _pair(n: OnnxNode, *xs: Value) -> Numbers:
    rule, numbers, shape = _PAIRS[n.op], list(xs[0].numbers or ()), known_shape(xs[0])
    if n.op == "Mod" and n.integer("fmod", 0):
        rule = math.fmod
    for x in xs[1:]:
        whole = broadcast([shape, known_shape(x)])
        mine, theirs = (
            spread_indices(shape, whole),
            spread_indices(known_shape(x), whole),
        )
        other = x.numbers or ()
        numbers = [
            rule(numbers[i], other[j]) for i, j in zip(mine, theirs, strict=True)
        ]
        shape = whole
    return shape, numbers, "bool" if n.op in _MASKS else xs[0].dtype


@number_rule(*_SINGLE)
def _single(n: OnnxNode, a: Any) -> Numbers:
    dtype = "bool" if n.op == "Not" else a.dtype
    return a.shape, [_SINGLE[n.op](x) for x in a.numbers], dtype


@number_rule("Where")
def _where(_: OnnxNode, chosen: Any, a: Any, b: Any) -> Numbers:
    whole = broadcast([chosen.shape, a.shape, b.shape])
    places = [spread_indices(x.shape, whole) for x in (chosen, a, b)]
    numbers = [
        a.numbers[j] if chosen.numbers[i] else b.numbers[k]
        for i, j, k in zip(*places, strict=True)
    ]
    return whole, numbers, a.dtype


@number_rule("Cast", "CastLike")
def _cast(n: OnnxNode, a: Any, *like: Value) -> Numbers:
    dtype = like[0].dtype if like else n.dtype("to")
    kind = bool if dtype == "bool" else int if "int" in dtype else float
    return a.shape, [kind(x) for x in a.numbers], dtype


@number_rule("Clip")
def _clip(n: OnnxNode, a: Any, *_: Any) -> Numbers:
    low, high = n.limits()
    numbers = [x if low is None else max(x, low) for x in a.numbers]
    return a.shape, [x if high is None else min(x, high) for x in numbers], a.dtype


# Made, and reduced.


@number_rule("Range")
def _range(_: OnnxNode, start: Any, stop: Any, step: Any) -> Numbers:
    a, b, by = start.numbers[0], stop.numbers[0], step.numbers[0]
    count = max(0, math.ceil((b - a) / by))
    if count > MOST_NUMBERS:
        raise Unread("it has very many numbers")
    return (count,), [a + i * by for i in range(count)], start.dtype


@number_rule("ConstantOfShape")
def _constant_of_shape(n: OnnxNode, shape: Any) -> Numbers:
    sizes = tuple(map(int, shape.numbers))
    if math.prod(sizes) > MOST_NUMBERS or any(size < 0 for size in sizes):
        raise Unread("it has very many numbers, or no such shape")
    filled = n.get("value")
    value = filled.numbers[0] if filled and filled.numbers else 0.0
    dtype = filled.dtype if filled else "float32"
    return sizes, [value] * math.prod(sizes), dtype


@number_rule("NonZero")
def _nonzero(_: OnnxNode, a: Any) -> Numbers:
    places = [i for i, x in enumerate(a.numbers) if x]
    found = [
        place // step % size
        for step, size in zip(strides_of(a.shape), a.shape, strict=True)
        for place in places
    ]
    return (len(a.shape), len(places)), found, "int64"


_REDUCED: Mapping[str, Callable[[Any], Any]] = {
    "ReduceProd": math.prod,
    "ReduceSum": sum,
    "ReduceMax": max,
    "ReduceMin": min,
}


@number_rule(*_REDUCED)
def _reduced(n: OnnxNode, a: Any, *_: Any) -> Numbers:
    axes = n.axes(len(a.shape))
    if len(axes) != len(a.shape) or not a.numbers:
        raise Unread("it reduces some axes of numbers")
    kept = (1,) * len(a.shape) if n.integer("keepdims", 1) else ()
    return kept, [_REDUCED[n.op](a.numbers)], a.dtype


@number_rule("CumSum")
def _cumulated(n: OnnxNode, a: Any, *_: Any) -> Numbers:
    if len(a.shape) != 1 or n.get("reverse") or n.get("exclusive"):
        raise Unread("it adds up several axes of numbers")
    return a.shape, list(accumulate(a.numbers)), a.dtype


# Moved.


@number_rule("Transpose")
def _transposed(n: OnnxNode, a: Any) -> Numbers:
    rank = len(a.shape)
    order = n.integers("perm") or [*range(rank)][::-1]
    if sorted(order) != [*range(rank)]:
        raise Unread("it does not name each axis once")
    shape, steps = tuple([a.shape[k] for k in order]), strides_of(a.shape)
    moved = places([range(n) for n in shape], [steps[k] for k in order])
    return shape, [a.numbers[p] for p in moved], a.dtype


@number_rule("Expand")
def _expanded(_: OnnxNode, a: Any, sizes: Any) -> Numbers:
    whole = broadcast([a.shape, tuple(map(int, sizes.numbers))])
    return whole, [a.numbers[p] for p in spread_indices(a.shape, whole)], a.dtype


@number_rule("Tile")
def _tiled(_: OnnxNode, a: Any, times: Any) -> Numbers:
    pairs = list(zip(a.shape, map(int, times.numbers), strict=True))
    if math.prod(s * k for s, k in pairs) > MOST_NUMBERS:
        raise Unread("it has very many numbers")
    shape = tuple([s * k for s, k in pairs])
    if 0 in shape:  # other axes may be very long all the same
        return shape, [], a.dtype
    taken = [[i % s for i in range(s * k)] for s, k in pairs]
    return shape, [a.numbers[p] for p in taken_along(a.shape, taken)], a.dtype


@number_rule("Concat")
def _concatenated(n: OnnxNode, *xs: Any) -> Numbers:
    axis = axis_in(n.integer("axis", 0), len(xs[0].shape))
    if len({(*x.shape[:axis], *x.shape[axis + 1 :]) for x in xs}) > 1:
        raise Unread("its inputs differ along another axis, too")
    shape = list(xs[0].shape)
    shape[axis] = sum(x.shape[axis] for x in xs)
    if 0 in shape:
        return tuple(shape), [], xs[0].dtype
    runs = [math.prod(x.shape[axis:]) for x in xs]
    numbers = [
        number
        for outer in range(math.prod(shape[:axis]))
        for x, run in zip(xs, runs, strict=True)
        for number in x.numbers[outer * run : (outer + 1) * run]
    ]
    return tuple(shape), numbers, xs[0].dtype


@number_rule("Slice")
def _sliced(n: OnnxNode, a: Any, *_: Any) -> Numbers:
    taken = n.slices(a.shape)
    numbers = [a.numbers[p] for p in taken_along(a.shape, taken)]
    return tuple(map(len, taken)), numbers, a.dtype


@number_rule("Split")
def _parted(n: OnnxNode, a: Any, *_: Any) -> list[Numbers]:
    axis, start = n.axis(0), 0
    parts: list[Numbers] = []
    for size in n.parts(a.shape[axis]):
        taken = [range(k) for k in a.shape]
        taken[axis], start = range(start, start + size), start + size
        numbers = [a.numbers[p] for p in taken_along(a.shape, taken)]
        parts.append((tuple(map(len, taken)), numbers, a.dtype))
    return parts


@number_rule("Gather")
def _gathered(n: OnnxNode, a: Any, indices: Any) -> Numbers:
    axis = axis_in(n.integer("axis", 0), len(a.shape))
    shape = (*a.shape[:axis], *indices.shape, *a.shape[axis + 1 :])
    taken: list[Any] = [range(size) for size in a.shape]
    taken[axis] = [range(a.shape[axis])[int(i)] for i in indices.numbers]
    return shape, [a.numbers[p] for p in taken_along(a.shape, taken)], a.dtype


@number_rule("Reshape", "Squeeze", "Unsqueeze", "Flatten")
def _reshaped(n: OnnxNode, a: Any, *_: Any) -> Numbers:
    n.inputs[0] = a.but(here=None)  # what is not here only gets another shape
    found = OPERATORS[n.op](n)
    n.inputs[0] = a
    return found.shape, a.numbers, a.dtype


@number_rule("ScatterND")
def _scattered(n: OnnxNode, a: Any, indices: Any, updates: Any) -> Numbers:
    if len(a.shape) != 1 or n.text("reduction", "none") != "none":
        raise Unread("it writes into several axes of numbers, or adds to them")
    numbers = list(a.numbers)
    for i, x in zip(indices.numbers, updates.numbers, strict=True):
        numbers[int(i)] = x
    return a.shape, numbers, a.dtype
