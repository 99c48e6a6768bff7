"""Constants, branches and loops."""

from __future__ import annotations

from typing import Any

from cnncalc.interop.onnx.node import Node, stored_value
from cnncalc.interop.onnx.schema import Stored
from cnncalc.interop.reading import Unread, known_shape
from cnncalc.interop.registry import operator
from cnncalc.interop.values import Value


@operator("onnx", "Constant")
def constant(n: Node) -> Value:
    tensor = n.get("value")
    if isinstance(tensor, Stored):
        return stored_value(n.r, tensor._replace(name=n.outputs[0]))
    for name, dtype in (("value_int", "int64"), ("value_float", "float32")):
        if n.get(name) is not None:
            return Value((), (), None, [n.get(name)], dtype)
    for name, dtype in (("value_ints", "int64"), ("value_floats", "float32")):
        numbers = n.get(name)
        if numbers is not None:
            return Value((len(numbers),), (None,), None, numbers, dtype)
    raise Unread("its constant is sparse, or of text")


@operator("onnx", "Shape")
def shape(n: Node) -> Value:
    sizes = list(n.shape())[n.get("start", 0) : n.get("end", n.rank)]
    return Value((len(sizes),), (None,), None, sizes, "int64")


@operator("onnx", "Size")
def size(n: Node) -> Value:
    from math import prod

    return Value((), (), None, [prod(n.shape())], "int64")


@operator("onnx", "ConstantOfShape", "RandomNormalLike", "RandomUniformLike")
def filled(n: Node) -> Value:
    sizes = n.ints(0) if n.op == "ConstantOfShape" else list(n.shape())
    return Value(tuple(sizes or ()), (None,) * len(sizes or ()), None, None)


@operator("onnx", "If")
def branch(n: Node) -> Any:
    chosen = n.numbers(0)
    if not chosen:
        raise Unread("which branch runs depends on data")
    graph = n.get("then_branch" if chosen[0] else "else_branch")
    known = n.graphs(graph, {})
    return [known.get(output.get("name", "")) for output in graph["outputs"]]
