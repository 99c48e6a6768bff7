"""A plan of memory within a TFLite file, where TensorFlow Lite Micro looks for it.

The file stays as it is. What refers to the plan is put before all of it, since what a
flatbuffer refers to stands behind it.

Source:
    TensorFlow Lite Micro, ``docs/memory_management.md``;
    https://flatbuffers.dev/internals/
"""

from __future__ import annotations

import struct
from collections.abc import Sequence

from cnncalc.interop.tflite.flatbuffer import Table, refused, root
from cnncalc.interop.tflite.schema import OFFLINE, parsed

__all__ = ["with_offline_plan"]

_ALIGNMENT = 16  # of all numbers in a file
_FIELDS = 10  # of a model: its version, a number, and what it refers to
_GRAPHS, _BUFFERS, _METADATA = 2, 4, 6
_OPERATORS = 3  # the field of a graph
_OUTSIDE = 1  # the field of a buffer whose bytes stand behind the flatbuffer


def with_offline_plan(file: bytes, plan: bytes, order: Sequence[int] = ()) -> bytes:
    """Return a TFLite file by which TensorFlow Lite Micro plans its memory.

    Args:
        file: The bytes of a model.
        plan: What `MemoryPlan.offline_metadata` returns; it takes the place of another,
            and its bytes, if it has as many.
        order: The plan's *order*: in which the operators run, if not in the file's.

    Raises:
        ConfigError: If it is no TFLite model, or its weights stand apart.

    Example:
        >>> from pathlib import Path
        >>> from cnncalc import from_tflite
        >>> file = Path("tests/data/tflite/n2_i8.tflite").read_bytes()
        >>> plan = from_tflite(file).memory_plan(planner="best")
        >>> planned = with_offline_plan(file, plan.offline_metadata())
        >>> len(file), len(planned), from_tflite(planned).params
        (19824, 20304, 10664)
    """
    parsed(file)
    whole = root(file)
    buffers = whole.tables(_BUFFERS)
    if any(buffer.number(_OUTSIDE, "Q") for buffer in buffers):
        raise refused("its weights stand apart from its tables")
    metadata, graph = whole.tables(_METADATA), whole.tables(_GRAPHS)[0]
    kept = [table for table in metadata if table.text(0) != OFFLINE]
    told = [table.number(1, "I") for table in metadata if table.text(0) == OFFLINE]
    there = [buffers[number] for number in told if number < len(buffers)]
    if [buffer.size(0) for buffer in there] == [len(plan)]:
        at = there[0].target(0) + 4
        changed = b"".join((file[:at], plan, file[at + len(plan) :]))
        return _reordered(changed, graph, order)
    behind = {field: whole.target(field) for field in range(1, _FIELDS)}
    behind |= dict.fromkeys((_BUFFERS, _METADATA), 1)  # there in any case
    front = _Front()
    known = [0, *[field for field in behind if behind[field]]]
    model = front.table(whole.number(0, "I"), *[0] * (_FIELDS - 1), there=known)
    holders = front.words(len(buffers) + 1, *[0] * (len(buffers) + 1))
    notes = front.words(len(kept) + 1, *[0] * (len(kept) + 1))
    buffer = front.table(0, there=[0])
    entry = front.table(0, len(buffers), there=[0, 1])
    name = front.text(OFFLINE.encode() + b"\0", len(OFFLINE))
    front.fill(4)
    numbers = front.text(plan, len(plan))
    front.fill(0)
    shift = len(front.bytes)
    front.refer(0, model)
    moved = {field: shift + behind[field] for field in known[1:]}
    for field, place in {**moved, _BUFFERS: holders, _METADATA: notes}.items():
        front.refer(model + 4 + 4 * field, place)
    for at, old, new in ((holders, buffers, buffer), (notes, kept, entry)):
        for number, place in enumerate([*[shift + t.at for t in old], new], 1):
            front.refer(at + 4 * number, place)
    front.refer(buffer + 4, numbers)
    front.refer(entry + 4, name)
    return bytes(front.bytes) + _reordered(file, graph, order)


def _reordered(file: bytes, graph: Table, order: Sequence[int]) -> bytes:
    """Return a file with another order of operators, of what refers to them."""
    found = bytearray(file)
    operators = graph.tables(_OPERATORS)
    first = graph.target(_OPERATORS) + 4  # behind how many there are
    for step, number in enumerate(order):
        slot = first + 4 * step
        struct.pack_into("<I", found, slot, operators[number].at - slot)
    return bytes(found)


class _Front:
    """Bytes that are put before a file."""

    def __init__(self) -> None:
        self.bytes = bytearray(b"\0\0\0\0TFL3")

    def words(self, *numbers: int) -> int:
        """Write numbers of 32 bits, and return where they stand."""
        at = len(self.bytes)
        self.bytes += struct.pack(f"<{len(numbers)}I", *numbers)
        return at

    def table(self, *numbers: int, there: list[int]) -> int:
        """Write a table of numbers of 32 bits, and return where it stands.

        Args:
            numbers: Its fields.
            there: Those that it has; the room of others is left empty.
        """
        at, count = len(self.bytes), len(numbers)
        places = [4 + 4 * field if field in there else 0 for field in range(count)]
        head = (4 + 2 * count, 4 + 4 * count)
        self.bytes += struct.pack(f"<{2 + count}H", *head, *places)
        self.bytes += bytes(-len(self.bytes) % 4)
        return self.words(len(self.bytes) - at, *numbers)

    def text(self, text: bytes, length: int) -> int:
        """Write bytes behind their length, and return where this stands."""
        at = self.words(length)
        self.bytes += text + bytes(-len(text) % 4)
        return at

    def fill(self, before: int) -> None:
        """Fill up so that what stands so many bytes on is aligned."""
        self.bytes += bytes(-(len(self.bytes) + before) % _ALIGNMENT)

    def refer(self, at: int, place: int) -> None:
        """Let a number refer to a place behind it."""
        struct.pack_into("<I", self.bytes, at, place - at)
