"""Protobuf messages, read by a table of their fields.

A message is a run of fields: a number, a wire type and a value. What is not in the
table is stepped over; so are the bytes of tensors, by their length, such that a
gigabyte of weights costs one addition.

Source:
    https://protobuf.dev/programming-guides/encoding/
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Any, NamedTuple, TypeAlias

from cnncalc.errors import ConfigError

__all__ = [
    "DOUBLE",
    "FLOAT",
    "INT",
    "LATER",
    "SPAN",
    "TEXT",
    "MessageField",
    "Schema",
    "decoded",
    "no_model",
    "unpacked",
]

Buffer: TypeAlias = Any  # bytes, or a file of which parts are read

# What a field holds, and by which wire types it may come. Numbers may be packed.
INT, FLOAT, DOUBLE, TEXT, SPAN = "int", "float", "double", "text", "span"
LATER = "numbers"  # which are read later, if at all: a span, or one number
_WIRES = {
    INT: (0, 2),
    FLOAT: (5, 2),
    DOUBLE: (1, 2),
    TEXT: (2,),
    SPAN: (2,),
    LATER: (0, 1, 2, 5),
}
_SIZES = {FLOAT: (4, "f"), DOUBLE: (8, "d")}

_SMALL = 1 << 16  # a message up to this size is read at once: that is faster
_DEEPEST = 60  # messages within messages: a graph in an attribute in a node is three
_NUMBER_BITS = 63


class MessageField(NamedTuple):
    """A field of a message.

    Attributes:
        name: What it is called.
        kind: What it holds: one of the words above, or the schema of a message.
        many: Whether it may come several times.
    """

    name: str
    kind: Any
    many: bool = False


# The fields of a message by their numbers. It is a class for messages within messages.
Schema: TypeAlias = "dict[int, MessageField]"


def no_model(why: str) -> ConfigError:
    """Return the error that a file is no such model."""
    fix = "Check that the file is whole, and was written as an ONNX model"
    return ConfigError(why, fix)


def decoded(b: Buffer, start: int, end: int, schema: Schema, depth: int = 0) -> Any:
    """Return the fields of a message by name, those that may come again as lists.

    Args:
        b: The bytes.
        start: Where it begins.
        end: Where it ends.
        schema: Its fields.
        depth: Within how many messages it is.

    Raises:
        ConfigError: If it is no such message.
    """
    if end - start <= _SMALL and type(b) is not bytes:
        b, start, end = bytes(b[start:end]), 0, end - start
    found: dict[str, Any] = {f.name: [] for f in schema.values() if f.many}
    for number, wire, value in _fields(b, start, end):
        field = schema.get(number)
        if field is None:
            continue
        name, many = field.name, field.many
        read = _read(b, field, wire, value, depth)
        if many:
            found[name] += read
        elif read:
            found[name] = read[-1]
    return found


def _read(
    b: Buffer, field: MessageField, wire: int, value: Any, depth: int
) -> list[Any]:
    """Return the values of a field: several, if they are packed."""
    kind = field.kind
    is_message = type(kind) is not str
    if wire not in (_WIRES[SPAN] if is_message else _WIRES[kind]):
        raise no_model(f"its field {field.name!r} has a value of another kind")
    if is_message:
        if depth > _DEEPEST:
            raise no_model(f"its graphs nest more than {_DEEPEST // 3} deep")
        return [decoded(b, value[0], value[1], kind, depth + 1)]
    if kind == TEXT:
        start, end = value
        return [bytes(b[start:end]).decode("utf-8", "replace")]
    if kind in {SPAN, LATER} and wire == 2:  # noqa: PLR2004
        return [(b, *value)]
    if wire == 0:
        return [_signed(value)]
    if wire == 2:  # noqa: PLR2004 - several
        return list(unpacked(b, value[0], value[1], kind))
    return list(struct.unpack("<f" if wire == 5 else "<d", value))  # noqa: PLR2004


def unpacked(b: Buffer, i: int, end: int, kind: str) -> Iterator[Any]:
    """Yield numbers that stand one after another."""
    if kind == INT:
        while i < end:
            value, i = _varint(b, i, end)
            yield _signed(value)
        return
    size, form = _SIZES[kind]
    count = (end - i) // size
    yield from struct.unpack(f"<{count}{form}", b[i : i + count * size])


def _signed(value: int) -> int:
    return value - (1 << 64) if value >> 63 else value


def _varint(b: Buffer, i: int, end: int) -> tuple[int, int]:
    """Return a number of seven bits a byte, and where the next field begins."""
    value = shift = 0
    while True:
        if i >= end or shift > _NUMBER_BITS:
            raise no_model("a number in it breaks off")
        byte = b[i]
        i += 1
        value |= (byte & 127) << shift
        if byte < 128:  # noqa: PLR2004
            return value & 0xFFFFFFFFFFFFFFFF, i
        shift += 7


def _fields(b: Buffer, i: int, end: int) -> Iterator[tuple[int, int, Any]]:
    """Yield number, wire type and value; of what has a length, where it stands."""
    while i < end:
        key, i = (b[i], i + 1) if b[i] < 128 else _varint(b, i, end)  # noqa: PLR2004
        wire = key & 7
        if wire == 0:
            value, i = _varint(b, i, end)
            yield key >> 3, 0, value
        elif wire == 2:  # noqa: PLR2004
            length, i = _varint(b, i, end)
            if length > end - i:
                why = (
                    f"a field of {length} bytes, and {end - i} are left: it is cut off"
                )
                raise no_model(why)
            yield key >> 3, 2, (i, i + length)
            i += length
        elif wire in {1, 5}:
            size = 8 if wire == 1 else 4
            if size > end - i:
                raise no_model("a number in it breaks off")
            yield key >> 3, wire, bytes(b[i : i + size])
            i += size
        else:
            raise no_model(f"byte {i} begins nothing that a protobuf message has")
