"""Constants, branches and loops."""

from __future__ import annotations

from typing import Any

from cnncalc.interop.moves import concatenated, split, stacked
from cnncalc.interop.onnx.node import Node, stored_value
from cnncalc.interop.onnx.schema import Stored
from cnncalc.interop.reading import Unread, known_shape
from cnncalc.interop.registry import operator
from cnncalc.interop.values import Value, fixed


@operator("onnx", "Constant")
def constant(n: Node) -> Value:
    tensor = n.get("value")
    if isinstance(tensor, Stored):
        named = tensor._replace(name=n.outputs[0])
        return stored_value(n.r, named, weighs=not n.graphs.has_weights)
    for name, dtype in (("value_int", "int64"), ("value_float", "float32")):
        if n.get(name) is not None:
            return fixed((), [n.get(name)], dtype)
    for name, dtype in (("value_ints", "int64"), ("value_floats", "float32")):
        numbers = n.get(name)
        if numbers is not None:
            return fixed((len(numbers),), numbers, dtype)
    raise Unread("its constant is sparse, or of text")


@operator("onnx", "Shape")
def shape(n: Node) -> Value:
    sizes = list(n.shape())[n.get("start", 0) : n.get("end", n.rank)]
    return fixed((len(sizes),), sizes, "int64")


@operator("onnx", "Size")
def size(n: Node) -> Value:
    from math import prod

    return fixed((), [prod(n.shape())], "int64")


@operator("onnx", "ConstantOfShape", "RandomNormalLike", "RandomUniformLike")
def filled(n: Node) -> Value:
    sizes = n.ints(0) if n.op == "ConstantOfShape" else list(n.shape())
    return fixed(tuple(sizes or ()))


@operator("onnx", "If")
def branch(n: Node) -> Any:
    chosen = n.numbers(0)
    if not chosen:
        raise Unread("which branch runs depends on data")
    graph = n.get("then_branch" if chosen[0] else "else_branch")
    known = n.graphs.within(graph, {})
    return [known.get(output.get("name", "")) for output in graph["outputs"]]


@operator("onnx", "SplitToSequence")
def split_to_sequence(n: Node) -> Any:
    axis = n.axis(0)
    size = n.shape()[axis]
    sizes = n.ints(1) or [1] * size
    if n.has(1) and n.shape(1) == ():
        sizes = [sizes[0]] * (size // sizes[0])
    return [split(n.r, n.x, axis, sizes)]


@operator("onnx", "SequenceConstruct")
def sequence(n: Node) -> Any:
    return [[n.value(place) for place in range(len(n.inputs))]]


@operator("onnx", "SequenceAt")
def sequence_at(n: Node) -> Value:
    several, place = n.inputs[0], n.ints(1)
    if not isinstance(several, list) or not place:
        raise Unread("it takes a part of no sequence that is known")
    if not -len(several) <= place[0] < len(several):
        raise Unread(f"its sequence has no place {place[0]}")
    found: Value = several[place[0]]
    return found


@operator("onnx", "ConcatFromSequence")
def concat_from_sequence(n: Node) -> Value:
    several = n.inputs[0]
    if not isinstance(several, list):
        raise Unread("it joins no sequence that is known")
    axis = n.get("axis", 0)
    rank = len(known_shape(several[0]))
    if n.get("new_axis", 0):
        return stacked(n.r, several, axis % (rank + 1))
    return concatenated(n.r, several, axis % rank)


@operator("onnx", "Loop")
def loop(n: Node) -> Any:
    """Read a loop of a known number of trips, trip by trip."""
    trips = n.maybe(0)
    if trips is None or not trips.numbers:
        raise Unread("how often its loop runs depends on data")
    count, body = int(trips.numbers[0]), n.get("body")
    if count > _MOST_TRIPS:
        raise Unread(f"its loop runs {count} times")
    names = [value.get("name", "") for value in body["inputs"]]
    outputs = [value.get("name", "") for value in body["outputs"]]
    carried = list(n.inputs[2:])
    stacks: list[list[Value]] = [[] for _ in outputs[1 + len(carried) :]]
    for trip in range(count):
        number = fixed((), [trip], "int64")
        going = fixed((), [True], "bool")
        known = n.graphs.within(
            body, dict(zip(names, [number, going, *carried], strict=False))
        )
        found = [known[name] for name in outputs]
        carried = found[1 : 1 + len(carried)]
        for stack, value in zip(stacks, found[1 + len(carried) :], strict=True):
            stack.append(value)
    return [*carried, *[stacked(n.r, stack, 0) for stack in stacks]]


_MOST_TRIPS = 1000
