"""Windows that slide, and products."""

from __future__ import annotations

from cnncalc.interop import moves
from cnncalc.interop.joins import multiplied
from cnncalc.interop.reading import known_shape
from cnncalc.interop.registry import operator
from cnncalc.interop.sliding import Sliding, convolved, pooled
from cnncalc.interop.tflite.node import Node
from cnncalc.interop.values import Value
from cnncalc.interop.weighted import embedded, linear
from cnncalc.sizes.axes import Pads

_SAME = 0  # the paddings' numbers: SAME and VALID


def _padding(n: Node) -> Pads:
    return "same" if n.option(0, "b") == _SAME else "valid"


@operator("tflite", "CONV_2D")
def conv(n: Node) -> Value:
    filters, *kernel, seen = n.shape(1)
    dilation = (n.option(5, default=1), n.option(4, default=1))
    how = Sliding(
        tuple(kernel),
        (n.option(2), n.option(1)),
        _padding(n),
        dilation,
        n.shape()[-1] // seen,
    )
    found = convolved(
        n.r, n.x, n.value(1), n.maybe(2), filters, how, channels=n.rank - 1
    )
    return n.activated(found, 3)


@operator("tflite", "DEPTHWISE_CONV_2D")
def depthwise(n: Node) -> Value:
    _, *kernel, filters = n.shape(1)
    dilation = (n.option(6, default=1), n.option(5, default=1))
    how = Sliding(
        tuple(kernel), (n.option(2), n.option(1)), _padding(n), dilation, n.shape()[-1]
    )
    found = convolved(
        n.r, n.x, n.value(1), n.maybe(2), filters, how, channels=n.rank - 1
    )
    return n.activated(found, 4)


@operator("tflite", "CONV_3D")
def conv_3d(n: Node) -> Value:
    *kernel, _, filters = n.shape(1)
    how = Sliding(
        tuple(kernel),
        (n.option(1), n.option(3), n.option(2)),
        _padding(n),
        (n.option(5, default=1), n.option(7, default=1), n.option(6, default=1)),
    )
    found = convolved(
        n.r, n.x, n.value(1), n.maybe(2), filters, how, channels=n.rank - 1
    )
    return n.activated(found, 4)


@operator("tflite", "TRANSPOSE_CONV")
def conv_transpose(n: Node) -> Value:
    filters, *kernel, _ = n.shape(1)
    stride = (n.option(2), n.option(1))
    x, wanted = n.value(2), n.output[1:3]
    ends, added = [], []
    for size, k, s, want in zip(
        known_shape(x)[1:3], kernel, stride, wanted, strict=True
    ):
        total = (size - 1) * s + k - want  # what is cut off, or added
        ends.append((max(total, 0) // 2, max(total, 0) - max(total, 0) // 2))
        added.append(max(-total, 0))
    how = Sliding(
        tuple(kernel),
        stride,
        tuple(ends),
        (1, 1),
        1,
        tuple(added) if any(added) else None,
    )
    found = convolved(
        n.r, x, n.value(1), n.maybe(3), filters, how, channels=3, transposed=True
    )
    return n.activated(found, 3)


@operator("tflite", "MAX_POOL_2D", "AVERAGE_POOL_2D", "L2_POOL_2D")
def pool(n: Node) -> Value:
    how = Sliding(
        (n.option(4), n.option(3)), (n.option(2), n.option(1)), _padding(n), (1, 1)
    )
    mode = "max" if n.op.startswith("MAX") else "average"
    return n.activated(pooled(n.r, n.x, mode, how, channels=n.rank - 1), 5)


@operator("tflite", "FULLY_CONNECTED")
def fully_connected(n: Node) -> Value:
    units, seen = n.shape(1)
    x = n.x
    if known_shape(x)[-1] != seen:
        rows = n.output[0] if len(n.output) > 1 else 1
        x = moves.reshaped(n.r, x, (rows, seen))
    if n.r.owns(n.value(1)):
        found = linear(n.r, x, n.value(1), n.maybe(2), units)
    else:
        found = multiplied(n.r, x, moves.transposed(n.r, n.value(1), (1, 0)))
    if known_shape(found) != n.output:
        found = moves.reshaped(n.r, found, n.output)
    return n.activated(found, 0)


@operator("tflite", "BATCH_MATMUL")
def batch_matmul(n: Node) -> Value:
    pair = [n.value(0), n.value(1)]
    for place in (0, 1):
        rank = len(known_shape(pair[place]))
        if n.option(place, "?"):
            order = (*range(rank - 2), rank - 1, rank - 2)
            pair[place] = moves.transposed(n.r, pair[place], order)
    return multiplied(n.r, *pair)


@operator("tflite", "EMBEDDING_LOOKUP")
def embedding(n: Node) -> Value:
    return embedded(n.r, n.value(1), n.value(0))
