"""Constants, branches and loops."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import ceil, prod
from typing import Any

from cnncalc.interop.moves import selected, stacked
from cnncalc.interop.onnx.node import Flowing, OnnxNode, axis_in, stored_value
from cnncalc.interop.onnx.schema import Stored
from cnncalc.interop.onnx.table import rule
from cnncalc.interop.reading import Unread, known_shape
from cnncalc.interop.values import Dims, Value, fixed

__all__: list[str] = []


@rule("Constant")
def _constant(n: OnnxNode) -> Value:
    tensor = n.get("value", n.get("sparse_value"))
    floats = n.integers("value_floats")
    if floats is not None:
        tensor = Stored("", (len(floats),), "float32", floats)
    if isinstance(tensor, Stored):
        named = tensor._replace(name=n.scope.prefix + n.outputs[0])
        return stored_value(n.r, named, weighs=not n.scope.has_weights)
    whole = n.integers("value_ints")
    if whole is not None:
        return fixed((len(whole),), whole, "int64")
    for name, dtype in (("value_int", "int64"), ("value_float", "float32")):
        if n.get(name) is not None:
            return fixed((), [n.get(name)], dtype)
    raise Unread("its constant is of text")


@rule("Shape")
def _shape(n: OnnxNode) -> Value:
    sizes = list(n.shape())[n.integer("start", 0) : n.integer("end", n.rank)]
    return fixed((len(sizes),), sizes, "int64")


@rule("Size")
def _size(n: OnnxNode) -> Value:
    return fixed((), [prod(n.shape())], "int64")


@rule("ConstantOfShape", "RandomNormal", "RandomUniform")
def _filled(n: OnnxNode) -> Value:
    sizes = n.ints(0) if n.op == "ConstantOfShape" else n.integers("shape")
    return fixed(_sizes(sizes or ()))


def _sizes(sizes: Dims | list[int]) -> Dims:
    if any(size < 0 for size in sizes):
        raise Unread(f"its shape {list(sizes)} is none")
    return tuple(sizes)


@rule("RandomNormalLike", "RandomUniformLike", "EyeLike")
def _filled_alike(n: OnnxNode) -> Value:
    return fixed(n.shape())


@rule("Range")
def _range(n: OnnxNode) -> Value:
    start, stop, step = [n.number(place) for place in range(3)]
    return fixed((max(0, ceil((stop - start) / step)),), None, n.x.dtype)


@rule("HannWindow", "HammingWindow", "BlackmanWindow")
def _window(n: OnnxNode) -> Value:
    return fixed(_sizes([int(n.number(0))]))


@rule("MelWeightMatrix")
def _mel(n: OnnxNode) -> Value:
    return fixed(_sizes([int(n.number(1)) // 2 + 1, int(n.number(0))]))


@rule("If")
def _branch(n: OnnxNode) -> Sequence[Flowing]:
    numbers = n.value(0).numbers
    if not numbers:
        raise Unread("which branch runs depends on data")
    graph = n.graph("then_branch" if numbers[0] else "else_branch")
    found: Sequence[Flowing] = n.scope.within(graph)
    return found


@rule("Loop")
def _loop(n: OnnxNode) -> Sequence[Flowing]:
    """Read a loop of a known number of trips, trip by trip."""
    trips = n.maybe(0)
    numbers = trips.numbers if trips else [_ENDLESS]
    if not numbers:
        raise Unread("how often its loop runs depends on data")
    count, body = max(0, int(numbers[0])), n.graph("body")
    may_stop = _may_stop(body)
    if not may_stop:
        n.scope.unroll(body, count)
    carried = list(n.inputs[2:])
    series: list[list[Value]] = [[] for _ in body["outputs"][1 + len(carried) :]]
    going = n.inputs[1] if n.has(1) else fixed((), [True], "bool")
    for trip in range(count):
        if _stops(going):
            break
        if may_stop:
            n.scope.unroll(body, 1)
        number = fixed((), [trip], "int64")
        going, *found = n.scope.within(body, [number, going, *carried])
        carried = found[: len(carried)]
        _collect(series, found[len(carried) :])
    return [*carried, *[stacked(n.r, each, 0) for each in series]]


_ENDLESS = 1 << 63  # trips


def _may_stop(body: Mapping[str, Any]) -> bool:
    """Tell whether the body of a loop computes if there is another trip."""
    last = body["outputs"][0].get("name", "")
    makers = {name: node for node in body["nodes"] for name in node["outputs"]}
    maker = makers.pop(last, None)
    while maker and maker.get("op") == "Identity":
        maker = makers.pop(maker["inputs"][0], None)
    return maker is not None and maker.get("op") != "Constant"


def _stops(going: Flowing) -> bool:
    """Tell whether a loop ends here.

    Raises:
        Unread: If that depends on data.
    """
    if not isinstance(going, Value) or not going.numbers:
        raise Unread("when its loop ends depends on data")
    return not going.numbers[0]


def _collect(series: list[list[Value]], found: Sequence[Flowing]) -> None:
    """Add what a trip puts out to what those before it did."""
    for each, value in zip(series, found, strict=True):
        if not isinstance(value, Value):
            raise Unread("its loop puts out a sequence at each trip")
        each.append(value)


@rule("Scan")
def _scan(n: OnnxNode) -> Sequence[Flowing]:
    """Read a scan step by step: of each input a part, with a state that is carried."""
    body, several = n.graph("body"), n.integer("num_scan_inputs", 0)
    first = len(n.inputs) - several
    if n.opset < 9 or not 0 < several <= len(n.inputs):  # noqa: PLR2004
        raise Unread("it scans as no version from 9 on does")
    xs, carried = n.values[first:], list(n.inputs[:first])
    axes = n.integers("scan_input_axes") or [0] * several
    places = [axis_in(a, len(known_shape(x))) for a, x in zip(axes, xs, strict=True)]
    count = known_shape(xs[0])[places[0]]
    n.scope.unroll(body, count)
    series: list[list[Value]] = [[] for _ in body["outputs"][first:]]
    for step in range(count):
        parts = [
            selected(n.r, x, place, step) for x, place in zip(xs, places, strict=True)
        ]
        found = n.scope.within(body, [*carried, *parts])
        carried = found[:first]
        _collect(series, found[first:])
    along = n.integers("scan_output_axes") or [0] * len(series)
    stacks = [
        stacked(n.r, each, axis_in(axis, len(known_shape(each[0])) + 1))
        for axis, each in zip(along, series, strict=True)
    ]
    return [*carried, *stacks]
