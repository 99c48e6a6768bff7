"""Sequences of tensors."""

from __future__ import annotations

from collections.abc import Sequence

from cnncalc.interop.moves import concatenated, split, squeezed, stacked
from cnncalc.interop.onnx.node import Flowing, OnnxNode, axis_in
from cnncalc.interop.onnx.table import rule
from cnncalc.interop.reading import Unread, known_shape
from cnncalc.interop.values import Series, Value, fixed

__all__: list[str] = []

_MOST = 1000  # values that a sequence has


@rule("SplitToSequence")
def _split(n: OnnxNode) -> Series:
    axis = n.axis(0)
    size, parts = n.shape()[axis], n.ints(1)
    alone = parts is None
    if parts is None or n.shape(1) == ():
        each = 1 if parts is None else parts[0]
        if each < 1 or size // each > _MOST:
            raise Unread(f"it makes a sequence of parts of {each} from {size}")
        parts = [each] * (size // each) + ([size % each] if size % each else [])
    found = split(n.r, n.x, axis, parts)
    if alone and not n.integer("keepdims", 1):
        found = [squeezed(n.r, x, [axis]) for x in found]
    return Series(tuple(found))


@rule("SequenceConstruct", "SequenceEmpty")
def _sequence(n: OnnxNode) -> Series:
    return Series(tuple(n.values))


@rule("SequenceLength")
def _length(n: OnnxNode) -> Value:
    return fixed((), [len(n.series())], "int64")


@rule("SequenceAt")
def _at(n: OnnxNode) -> Value:
    several = n.series()
    return several[axis_in(int(n.number(1)), len(several))]


@rule("SequenceInsert")
def _inserted(n: OnnxNode) -> Series:
    several = n.series()
    if len(several) >= _MOST:
        raise Unread(f"its sequence becomes longer than {_MOST}")
    place = int(n.number(2)) if n.has(2) else len(several)
    place += len(several) if place < 0 else 0
    return Series((*several[:place], n.value(1), *several[place:]))


@rule("SequenceErase")
def _erased(n: OnnxNode) -> Series:
    several = list(n.series())
    del several[axis_in(int(n.number(1)) if n.has(1) else -1, len(several))]
    return Series(tuple(several))


@rule("ConcatFromSequence")
def _concatenated(n: OnnxNode) -> Value:
    several = n.series()
    if not several:
        raise Unread("its sequence is empty")
    rank, axis = len(known_shape(several[0])), n.integer("axis", 0)
    if n.integer("new_axis", 0):
        return stacked(n.r, several, axis_in(axis, rank + 1))
    return concatenated(n.r, several, axis_in(axis, rank))


@rule("SequenceMap")
def _mapped(n: OnnxNode) -> Sequence[Flowing]:
    """Read the body for each value of the first sequence, with those of the others."""
    body, others = n.graph("body"), n.inputs[1:]
    several = n.series()
    n.scope.unroll(body, len(several))
    found: list[list[Value]] = [[] for _ in body["outputs"]]
    for number, x in enumerate(several):
        given = [
            other.values[number] if isinstance(other, Series) else other
            for other in others
        ]
        for each, value in zip(found, n.scope.within(body, [x, *given]), strict=True):
            if isinstance(value, Value):
                each.append(value)
    return [Series(tuple(each)) for each in found]
