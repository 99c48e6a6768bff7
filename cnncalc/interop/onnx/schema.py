"""The messages of an ONNX file, and its tensors.

Source:
    https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from cnncalc.interop.onnx.wire import (
    DOUBLE,
    FLOAT,
    INT,
    SPAN,
    TEXT,
    Field,
    Schema,
    decoded,
    refused,
)

__all__ = [
    "DTYPES",
    "GRAPH",
    "MODEL",
    "VALUE",
    "Stored",
    "attribute_of",
    "shape_of",
    "stored",
]

_KEPT = 4096  # bytes of a tensor whose numbers are read: sizes, axes, scales

_PAIR: Schema = {1: Field("key", TEXT), 2: Field("value", TEXT)}
_OPSET: Schema = {1: Field("domain", TEXT), 2: Field("version", INT)}
_TENSOR: Schema = {
    1: Field("dims", INT, True),
    2: Field("type", INT),
    4: Field("floats", SPAN, True),
    5: Field("ints", SPAN, True),
    7: Field("longs", SPAN, True),
    8: Field("name", TEXT),
    9: Field("raw", SPAN),
    10: Field("doubles", SPAN, True),
    11: Field("unsigned", SPAN, True),
    14: Field("location", INT),
}
_SPARSE: Schema = {1: Field("values", _TENSOR), 3: Field("dims", INT, True)}
_DIM: Schema = {1: Field("size", INT), 2: Field("name", TEXT)}
_TENSOR_TYPE: Schema = {
    1: Field("type", INT),
    2: Field("shape", {1: Field("dims", _DIM, True)}),
}
VALUE: Schema = {
    1: Field("name", TEXT),
    2: Field("type", {1: Field("tensor", _TENSOR_TYPE)}),
}
GRAPH: Schema = {}
_ATTRIBUTE: Schema = {
    1: Field("name", TEXT),
    2: Field("f", FLOAT),
    3: Field("i", INT),
    4: Field("s", TEXT),
    5: Field("t", _TENSOR),
    6: Field("g", GRAPH),
    7: Field("floats", FLOAT, True),
    8: Field("ints", INT, True),
    9: Field("strings", TEXT, True),
    20: Field("kind", INT),
    21: Field("refers", TEXT),
}
_NODE: Schema = {
    1: Field("inputs", TEXT, True),
    2: Field("outputs", TEXT, True),
    3: Field("name", TEXT),
    4: Field("op", TEXT),
    5: Field("attributes", _ATTRIBUTE, True),
    7: Field("domain", TEXT),
    9: Field("metadata", _PAIR, True),
}
GRAPH |= {
    1: Field("nodes", _NODE, True),
    2: Field("name", TEXT),
    5: Field("tensors", _TENSOR, True),
    11: Field("inputs", VALUE, True),
    12: Field("outputs", VALUE, True),
    13: Field("values", SPAN, True),  # what follows from the rest: read if asked for
    15: Field("sparse", _SPARSE, True),
}
_FUNCTION: Schema = {
    1: Field("name", TEXT),
    4: Field("inputs", TEXT, True),
    5: Field("outputs", TEXT, True),
    6: Field("parameters", TEXT, True),
    7: Field("nodes", _NODE, True),
    9: Field("opsets", _OPSET, True),
    10: Field("domain", TEXT),
    11: Field("defaults", _ATTRIBUTE, True),
}
MODEL: Schema = {
    1: Field("ir", INT),
    2: Field("producer", TEXT),
    3: Field("version", TEXT),
    7: Field("graph", GRAPH),
    8: Field("opsets", _OPSET, True),
    14: Field("metadata", _PAIR, True),
    25: Field("functions", _FUNCTION, True),
}

# Types of numbers: what NumPy calls them, and how `struct` reads them.
DTYPES: Mapping[int, tuple[str, str]] = {
    1: ("float32", "f"),
    2: ("uint8", "B"),
    3: ("int8", "b"),
    4: ("uint16", "H"),
    5: ("int16", "h"),
    6: ("int32", "i"),
    7: ("int64", "q"),
    8: ("str", ""),
    9: ("bool", "?"),
    10: ("float16", "e"),
    11: ("float64", "d"),
    12: ("uint32", "I"),
    13: ("uint64", "Q"),
    16: ("bfloat16", ""),
    17: ("float8", ""),
    21: ("uint4", ""),
    22: ("int4", ""),
}


class Stored(NamedTuple):
    """A tensor that a file has.

    Attributes:
        name: What it is called.
        shape: Its sizes.
        dtype: The type of its numbers.
        numbers: These, if they are few and in the file.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    numbers: Sequence[Any] | None


def stored(tensor: dict[str, Any]) -> Stored:
    """Return a tensor of a file; of a large one, or one of another file, no numbers.

    Raises:
        ConfigError: If it is none.
    """
    shape, name = tuple(tensor["dims"]), tensor.get("name", "")
    if any(size < 0 for size in shape):
        raise refused(f"its tensor {name[:60]!r} has a size below 0")
    dtype, form = DTYPES.get(tensor.get("type", 0), ("unknown", ""))
    numbers: list[Any] | None = None
    if tensor.get("location"):
        return Stored(name, shape, dtype, None)
    if "raw" in tensor and form:
        b, start, end = tensor["raw"]
        size = struct.calcsize(form)
        if end - start <= _KEPT:
            count = (end - start) // size
            numbers = list(
                struct.unpack(f"<{count}{form}", b[start : start + count * size])
            )
    else:
        numbers = _typed(tensor)
    return Stored(name, shape, dtype, numbers)


# The fields that hold a tensor's numbers one by one, and of what kind these are.
_TYPED = {
    "floats": FLOAT,
    "doubles": DOUBLE,
    "ints": INT,
    "longs": INT,
    "unsigned": INT,
}


def _typed(tensor: dict[str, Any]) -> list[Any] | None:
    for name, kind in _TYPED.items():
        spans = tensor[name]
        if spans and sum(end - start for _, start, end in spans) <= _KEPT:
            field = {1: Field("all", kind, True)}
            return [n for span in spans for n in _unpacked(span, field)]
    return None


def _unpacked(span: Any, field: Schema) -> list[Any]:
    b, start, end = span
    whole = bytes(b[start:end])
    head = b"\x0a" + _length(len(whole))
    found: list[Any] = decoded(head + whole, 0, len(head) + len(whole), field)["all"]
    return found


def _length(n: int) -> bytes:
    return bytes([n & 127 | 128, n >> 7]) if n > 127 else bytes([n])  # noqa: PLR2004


_MANY = {6: "floats", 7: "ints", 8: "strings"}


def attribute_of(attribute: dict[str, Any]) -> Any:
    """Return the value of an attribute: a number, text, list, tensor or graph."""
    for name in ("floats", "ints", "strings"):
        if attribute[name]:
            return attribute[name]
    for name in ("f", "i", "s", "g"):
        if name in attribute:
            return attribute[name]
    if "t" in attribute:
        return stored(attribute["t"])
    return (
        [] if attribute.get("kind") in _MANY else _ZEROS.get(attribute.get("kind", 0))
    )


_ZEROS = {1: 0.0, 2: 0, 3: ""}  # what protobuf does not write


def shape_of(value: dict[str, Any]) -> tuple[str, tuple[int | str | None, ...] | None]:
    """Return type and sizes of a value; a size is a number, a name, or None."""
    tensor = value.get("type", {}).get("tensor", {})
    dtype = DTYPES.get(tensor.get("type", 0), ("unknown", ""))[0]
    if "shape" not in tensor:
        return dtype, None
    dims = [dim.get("size", dim.get("name")) for dim in tensor["shape"]["dims"]]
    return dtype, tuple(dims)
