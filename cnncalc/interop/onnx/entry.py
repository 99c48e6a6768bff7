"""The inputs of an ONNX graph: what they are called, and which axis is what."""

from __future__ import annotations

from collections import deque
from collections.abc import Container, Mapping, Sequence
from typing import Any, NamedTuple

from cnncalc.interop.inputs import Stated, is_size
from cnncalc.interop.onnx.schema import type_of_value
from cnncalc.interop.values import Dims, natural_order

__all__ = ["GraphInput", "entries_of", "sizes_of"]

# Operators of which the second axis is the channels.
_SECOND = {
    *("Conv", "ConvTranspose", "DeformConv", "QLinearConv", "ConvInteger", "FusedConv"),
    *("MaxPool", "AveragePool", "GlobalMaxPool", "GlobalAveragePool", "LRN"),
    *("BatchNormalization", "InstanceNormalization", "GroupNormalization"),
    *("DepthToSpace", "SpaceToDepth", "Resize", "Upsample", "GridSample"),
}
# Those of which the last one is, or that put the axes into that order.
_LAST = {
    *("Transpose", "MatMul", "Gemm", "MatMulInteger", "QLinearMatMul"),
    *("LayerNormalization", "RMSNormalization", "Gather", "Attention"),
}
_STEPS = {"LSTM", "GRU", "RNN"}  # which have the batch second
_LOOKED = 200  # nodes that are looked through for what tells the order
_MAP = 4  # axes of N×C×H×W


class GraphInput(NamedTuple):
    """An input of a graph.

    Attributes:
        stated: What the file says of it.
        dtype: The type of its numbers.
        order: Which of its axes there are here, the channels last.
    """

    stated: Stated
    dtype: str
    order: tuple[int, ...]

    @property
    def kept(self) -> tuple[int, ...]:
        """The order with the batch as an axis of its own, if there is one."""
        batch = self.stated.batch
        return self.order if batch is None else (batch, *self.order)

    def batch_of(self, shape: Dims) -> int:
        """Return the batch that an input of some shape has."""
        return 1 if self.stated.batch is None else shape[self.stated.batch]

    def batched(self, shape: Dims, batch: int) -> Dims:
        """Return a shape with that batch, if the file leaves it open."""
        place, own = self.stated.batch, self.stated.shape
        if place is None or (own is not None and is_size(own[place])):
            return shape
        return (*shape[:place], batch, *shape[place + 1 :])


def sizes_of(pairs: Sequence[tuple[GraphInput, Dims]]) -> dict[str, int] | None:
    """Return the sizes of axes that a file only names; None if it states others."""
    sizes: dict[str, int] = {}
    for entry, shape in pairs:
        for dim, size in zip(entry.stated.shape or shape, shape, strict=False):
            if isinstance(dim, str):
                sizes[dim] = size
            elif is_size(dim) and dim != size:
                return None
    return sizes


def entries_of(graph: Mapping[str, Any], tensors: Container[str]) -> list[GraphInput]:
    """Return the inputs of a graph but those that are tensors of it."""
    inputs = [v for v in graph["inputs"] if v.get("name", "") not in tensors]
    users: dict[str, list[Mapping[str, Any]]] = {}
    for node in graph["nodes"]:
        for name in node["inputs"]:
            users.setdefault(name, []).append(node)
    return [_entry(value, users) for value in inputs]


def _entry(value: Mapping[str, Any], users: Mapping[str, Any]) -> GraphInput:
    name = value.get("name", "")
    dtype, shape = type_of_value(value)
    rank = _MAP if shape is None else len(shape)
    if shape is not None and rank == 1 and is_size(shape[0]):  # a vector of features
        return GraphInput(Stated(name, shape, None, 0), dtype, (0,))
    if not rank:
        return GraphInput(Stated(name, shape, None, 0), dtype, ())
    first = _first_of(name, users)
    if first in _STEPS and rank == 3:  # noqa: PLR2004 - T×N×C
        return GraphInput(Stated(name, shape, 1, 2), dtype, (0, 2))
    second = first in _SECOND or (first not in _LAST and rank >= _MAP)
    order = tuple(natural_order(rank, second))
    return GraphInput(Stated(name, shape, 0, order[-1] if order else 0), dtype, order)


def _first_of(name: str, users: Mapping[str, Any]) -> str:
    """Return the first operator behind an input that tells which axis is what."""
    waiting, seen = deque([name]), {name}
    for _ in range(_LOOKED):
        if not waiting:
            break
        for node in users.get(waiting.popleft(), ()):
            op: str = node.get("op", "")
            if op in _SECOND or op in _LAST or op in _STEPS:
                return op
            for output in node["outputs"]:
                if output not in seen:
                    seen.add(output)
                    waiting.append(output)
    return ""
