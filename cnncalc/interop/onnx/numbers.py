"""Arithmetic on sizes: operators on a few numbers that are known.

Exporters compute shapes within the graph: Shape, Gather, Mul, Concat, Reshape. These
are followed number by number; what has more of them than is worth knowing is not.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable, Iterator, Sequence
from itertools import product as combinations
from typing import Any

from cnncalc.interop.joins import broadcast
from cnncalc.interop.reading import Unread
from cnncalc.interop.values import Dims

__all__ = ["MOST", "NUMBERS", "Numbers", "spread_indices", "strides_of", "taken_along"]

MOST = 20_000  # numbers that are worth knowing

# A shape, and its numbers in order.
Numbers = "tuple[Dims, Sequence[Any]]"

NUMBERS: dict[str, Callable[..., Any]] = {}


def strides_of(shape: Dims) -> list[int]:
    """Return how far apart numbers are along each axis.

    Example:
        >>> strides_of((2, 3, 4))
        [12, 4, 1]
    """
    steps = [1] * len(shape)
    for axis in range(len(shape) - 2, -1, -1):
        steps[axis] = steps[axis + 1] * shape[axis + 1]
    return steps


def spread_indices(shape: Dims, whole: Dims) -> list[int]:
    """Return where each number of a shape comes from that another is spread to.

    Example:
        >>> spread_indices((2, 1), (2, 3))
        [0, 0, 0, 1, 1, 1]
    """
    own = (1,) * (len(whole) - len(shape)) + tuple(shape)
    steps = [
        0 if size == 1 else step
        for size, step in zip(own, strides_of(own), strict=True)
    ]
    return _sums(
        [
            range(0, n * step, step) if step else [0] * n
            for n, step in zip(whole, steps, strict=True)
        ]
    )


def taken_along(shape: Dims, taken: Sequence[Sequence[int]]) -> list[int]:
    """Return where the numbers are that some positions along each axis have.

    Example:
        >>> taken_along((2, 3), [[1], [0, 2]])
        [3, 5]
    """
    return _sums(
        [
            [place * step for place in places]
            for places, step in zip(taken, strides_of(shape), strict=True)
        ]
    )


def _sums(parts: Sequence[Sequence[int]]) -> list[int]:
    return [sum(each) for each in combinations(*parts)]


def number_rule(*names: str) -> Callable[[Any], Any]:
    """Let a rule compute what operators of these names do with numbers."""

    def added(rule: Any) -> Any:
        for name in names:
            NUMBERS[name] = rule
        return rule

    return added


def _divided(a: Any, b: Any) -> Any:
    if isinstance(a, int) and isinstance(b, int):
        return int(a / b) if abs(a) < 1 << 50 else a // b
    return a / b


_PAIRS: dict[str, Callable[[Any, Any], Any]] = {
    "Add": operator.add,
    "Sub": operator.sub,
    "Mul": operator.mul,
    "Div": _divided,
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
_BOOLEAN = {"Equal", "Less", "Greater", "LessOrEqual", "GreaterOrEqual", "And", "Or"}
_SINGLE: dict[str, Callable[[Any], Any]] = {
    "Neg": operator.neg,
    "Abs": abs,
    "Floor": lambda a: type(a)(math.floor(a)),
    "Ceil": lambda a: type(a)(math.ceil(a)),
    "Round": lambda a: type(a)(round(a)),
    "Sqrt": lambda a: math.sqrt(a),
    "Not": operator.not_,
    "Reciprocal": lambda a: 1 / a,
    "Exp": math.exp,
    "Log": math.log,
    "Identity": lambda a: a,
    "Relu": lambda a: max(a, type(a)(0)),
}
_WHOLE = ("int64", "int32", "int16", "int8", "uint8", "uint16", "uint32", "uint64")


@number_rule(*_PAIRS)
def _pair(n: Any, a: Any, b: Any) -> Any:
    whole = broadcast([a.shape, b.shape])
    _worth(whole)
    rule = _PAIRS[n.op]
    pairs = zip(
        spread_indices(a.shape, whole), spread_indices(b.shape, whole), strict=True
    )
    dtype = "bool" if n.op in _BOOLEAN else a.dtype
    return whole, [rule(a.numbers[i], b.numbers[j]) for i, j in pairs], dtype


@number_rule("Pow")
def _power(n: Any, a: Any, b: Any) -> Any:
    if any(abs(x) > 64 for x in b.numbers) or any(abs(x) > 1 << 64 for x in a.numbers):  # noqa: PLR2004
        raise Unread("its powers are too large")
    _PAIRS["Pow"] = operator.pow
    return _pair(n, a, b)


@number_rule(*_SINGLE)
def _single(n: Any, a: Any) -> Any:
    return a.shape, [_SINGLE[n.op](x) for x in a.numbers], a.dtype


@number_rule("Where")
def _where(n: Any, chosen: Any, a: Any, b: Any) -> Any:
    whole = broadcast([chosen.shape, a.shape, b.shape])
    _worth(whole)
    places = [spread_indices(x.shape, whole) for x in (chosen, a, b)]
    numbers = [
        a.numbers[j] if chosen.numbers[i] else b.numbers[k]
        for i, j, k in zip(*places, strict=True)
    ]
    return whole, numbers, a.dtype


@number_rule("Cast")
def _cast(n: Any, a: Any) -> Any:
    dtype = n.dtype("to")
    kind = int if dtype in _WHOLE else bool if dtype == "bool" else float
    return a.shape, [kind(x) for x in a.numbers], dtype


@number_rule("Clip")
def _clip(n: Any, a: Any, *ends: Any) -> Any:
    low, high = n.limits()
    numbers = [x if low is None else max(x, low) for x in a.numbers]
    return a.shape, [x if high is None else min(x, high) for x in numbers], a.dtype


@number_rule("Range")
def _range(n: Any, start: Any, stop: Any, step: Any) -> Any:
    a, b, by = start.numbers[0], stop.numbers[0], step.numbers[0]
    count = max(0, math.ceil((b - a) / by))
    _worth((count,))
    return (count,), [a + i * by for i in range(count)], start.dtype


@number_rule("ConstantOfShape")
def _constant_of_shape(n: Any, shape: Any) -> Any:
    sizes = tuple(map(int, shape.numbers))
    filled = n.get("value")
    value = filled.numbers[0] if filled and filled.numbers else 0.0
    _worth(sizes)
    dtype = filled.dtype if filled else "float32"
    return sizes, [value] * math.prod(sizes), dtype


@number_rule("NonZero")
def _nonzero(n: Any, a: Any) -> Any:
    places = [i for i, x in enumerate(a.numbers) if x]
    steps = strides_of(a.shape)
    found = [
        place // step % size
        for step, size in zip(steps, a.shape, strict=True)
        for place in places
    ]
    return (len(a.shape), len(places)), found, "int64"


@number_rule("ReduceProd", "ReduceSum", "ReduceMax", "ReduceMin")
def _reduced(n: Any, a: Any, *_: Any) -> Any:
    axes = n.axes(len(a.shape))
    if len(axes) != len(a.shape) or not a.numbers:
        raise Unread("it reduces some axes of numbers")
    rule = {"ReduceProd": math.prod, "ReduceSum": sum, "ReduceMax": max}.get(n.op, min)
    kept = (1,) * len(a.shape) if n.get("keepdims", 1) else ()
    return kept, [rule(a.numbers)], a.dtype


@number_rule("CumSum")
def _cumulated(n: Any, a: Any, *_: Any) -> Any:
    if len(a.shape) != 1 or n.get("reverse") or n.get("exclusive"):
        raise Unread("it adds up several axes of numbers")
    total, found = 0, []
    for x in a.numbers:
        total += x
        found.append(total)
    return a.shape, found, a.dtype


@number_rule("Transpose")
def _transposed(n: Any, a: Any) -> Any:
    order = n.get("perm") or list(range(len(a.shape)))[::-1]
    steps = strides_of(a.shape)
    places = _sums([range(0, a.shape[k] * steps[k], steps[k]) for k in order])
    return tuple(a.shape[k] for k in order), [a.numbers[p] for p in places], a.dtype


@number_rule("Expand", "Tile")
def _expanded(n: Any, a: Any, sizes: Any) -> Any:
    if n.op == "Tile":
        whole = tuple(s * int(k) for s, k in zip(a.shape, sizes.numbers, strict=True))
        _worth(whole)
        taken = [[i % s for i in range(w)] for s, w in zip(a.shape, whole, strict=True)]
        return whole, [a.numbers[p] for p in taken_along(a.shape, taken)], a.dtype
    whole = broadcast([a.shape, tuple(map(int, sizes.numbers))])
    _worth(whole)
    return whole, [a.numbers[p] for p in spread_indices(a.shape, whole)], a.dtype


@number_rule("Concat")
def _concatenated(n: Any, *xs: Any) -> Any:
    axis = n.get("axis", 0) % len(xs[0].shape)
    shape = list(xs[0].shape)
    shape[axis] = sum(x.shape[axis] for x in xs)
    _worth(tuple(shape))
    runs = [math.prod(x.shape[axis:]) for x in xs]
    numbers = [
        number
        for outer in range(math.prod(shape[:axis]))
        for x, run in zip(xs, runs, strict=True)
        for number in x.numbers[outer * run : (outer + 1) * run]
    ]
    return tuple(shape), numbers, xs[0].dtype


@number_rule("Slice")
def _sliced(n: Any, a: Any, *_: Any) -> Any:
    taken = n.slices(a.shape)
    places = taken_along(a.shape, taken)
    return tuple(map(len, taken)), [a.numbers[p] for p in places], a.dtype


@number_rule("Gather")
def _gathered(n: Any, a: Any, indices: Any) -> Any:
    axis = n.get("axis", 0) % len(a.shape)
    shape = (*a.shape[:axis], *indices.shape, *a.shape[axis + 1 :])
    _worth(shape)
    size = a.shape[axis]
    if any(not -size <= i < size for i in indices.numbers):
        raise Unread("it takes positions that are not there")
    taken: list[Any] = [range(k) for k in a.shape]
    taken[axis] = [int(i) % size for i in indices.numbers]
    return shape, [a.numbers[p] for p in taken_along(a.shape, taken)], a.dtype


@number_rule("Reshape", "Squeeze", "Unsqueeze", "Flatten")
def _reshaped(n: Any, a: Any, *_: Any) -> Any:
    from cnncalc.interop.registry import TABLES

    n.inputs[0] = a.but(here=None)  # what is not here only gets another shape
    return TABLES["onnx"][n.op](n).shape, a.numbers, a.dtype


@number_rule("ScatterND")
def _scattered(n: Any, a: Any, indices: Any, updates: Any) -> Any:
    if len(a.shape) != 1:
        raise Unread("it writes into several axes of numbers")
    numbers = list(a.numbers)
    for i, x in zip(indices.numbers, updates.numbers, strict=True):
        numbers[int(i)] = x
    return a.shape, numbers, a.dtype


def _worth(shape: Dims) -> None:
    """Refuse what has more numbers than are worth knowing."""
    if math.prod(shape) > MOST:
        raise Unread("it has very many numbers")


def indices_in(shape: Dims) -> Iterator[tuple[int, ...]]:
    """Yield each position of a shape."""
    return combinations(*map(range, shape))
