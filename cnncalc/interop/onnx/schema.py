"""The messages of an ONNX file, and its tensors.

Source:
    https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
"""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from math import prod
from typing import Any, NamedTuple

from cnncalc.checks import MOST
from cnncalc.interop.onnx.wire import (
    DOUBLE,
    FLOAT,
    INT,
    LATER,
    SPAN,
    TEXT,
    MessageField,
    Schema,
    decoded,
    no_model,
    unpacked,
)

__all__ = [
    "DTYPES",
    "MODEL",
    "StatedShapes",
    "Stored",
    "attribute_of",
    "is_weight",
    "sparse_tensor",
    "stored_tensor",
    "type_of_value",
]

_KEPT = 4096  # bytes of a tensor whose numbers are read: sizes, axes, scales

_PAIR: Schema = {1: MessageField("key", TEXT), 2: MessageField("value", TEXT)}
_OPSET: Schema = {1: MessageField("domain", TEXT), 2: MessageField("version", INT)}
_TENSOR: Schema = {
    1: MessageField("dims", INT, True),
    2: MessageField("type", INT),
    4: MessageField("floats", LATER, True),
    5: MessageField("ints", LATER, True),
    7: MessageField("longs", LATER, True),
    8: MessageField("name", TEXT),
    9: MessageField("raw", SPAN),
    10: MessageField("doubles", LATER, True),
    11: MessageField("unsigned", LATER, True),
    14: MessageField("location", INT),
}
_SPARSE: Schema = {
    1: MessageField("values", _TENSOR),
    3: MessageField("dims", INT, True),
}
_DIM: Schema = {1: MessageField("size", INT), 2: MessageField("name", TEXT)}
_TENSOR_TYPE: Schema = {
    1: MessageField("type", INT),
    2: MessageField("shape", {1: MessageField("dims", _DIM, True)}),
}
VALUE: Schema = {
    1: MessageField("name", TEXT),
    2: MessageField("type", {1: MessageField("tensor", _TENSOR_TYPE)}),
}
GRAPH: Schema = {}
_ATTRIBUTE: Schema = {
    1: MessageField("name", TEXT),
    2: MessageField("f", FLOAT),
    3: MessageField("i", INT),
    4: MessageField("s", TEXT),
    5: MessageField("t", _TENSOR),
    6: MessageField("g", GRAPH),
    7: MessageField("floats", FLOAT, True),
    8: MessageField("ints", INT, True),
    9: MessageField("strings", TEXT, True),
    20: MessageField("kind", INT),
    21: MessageField("refers", TEXT),
    22: MessageField("sparse", _SPARSE),
}
_NODE: Schema = {
    1: MessageField("inputs", TEXT, True),
    2: MessageField("outputs", TEXT, True),
    3: MessageField("name", TEXT),
    4: MessageField("op", TEXT),
    5: MessageField("attributes", _ATTRIBUTE, True),
    7: MessageField("domain", TEXT),
    8: MessageField("overload", TEXT),
    9: MessageField("metadata", _PAIR, True),
}
GRAPH |= {
    1: MessageField("nodes", _NODE, True),
    2: MessageField("name", TEXT),
    5: MessageField("tensors", _TENSOR, True),
    11: MessageField("inputs", VALUE, True),
    12: MessageField("outputs", VALUE, True),
    13: MessageField(
        "values", SPAN, True
    ),  # what follows from the rest: read if asked for
    15: MessageField("sparse", _SPARSE, True),
}
_FUNCTION: Schema = {
    1: MessageField("name", TEXT),
    4: MessageField("inputs", TEXT, True),
    5: MessageField("outputs", TEXT, True),
    6: MessageField("parameters", TEXT, True),
    7: MessageField("nodes", _NODE, True),
    9: MessageField("opsets", _OPSET, True),
    10: MessageField("domain", TEXT),
    11: MessageField("defaults", _ATTRIBUTE, True),
    13: MessageField("overload", TEXT),
}
MODEL: Schema = {
    1: MessageField("ir", INT),
    2: MessageField("producer", TEXT),
    3: MessageField("version", TEXT),
    7: MessageField("graph", GRAPH),
    8: MessageField("opsets", _OPSET, True),
    14: MessageField("metadata", _PAIR, True),
    25: MessageField("functions", _FUNCTION, True),
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
    14: ("complex64", ""),
    15: ("complex128", ""),
    16: ("bfloat16", ""),
    17: ("float8", ""),
    18: ("float8", ""),
    19: ("float8", ""),
    20: ("float8", ""),
    21: ("uint4", ""),
    22: ("int4", ""),
    23: ("float4", ""),
    24: ("float8", ""),
    25: ("uint2", ""),
    26: ("int2", ""),
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


def is_weight(tensor: Mapping[str, Any]) -> bool:
    """Tell whether a tensor of a file can be weights: numbers along axes.

    Those of bytes are what was quantised.
    """
    dtype = DTYPES.get(tensor.get("type", 0), _OTHER)[0]
    return bool(tensor["dims"]) and dtype.startswith(_WEIGHING)


_OTHER = ("unknown", "")
_WEIGHING = (*("float", "bfloat", "int8", "uint8", "int4", "uint4", "int2", "uint2"),)


def stored_tensor(tensor: Mapping[str, Any]) -> Stored:
    """Return a tensor of a file; of a large one, or one of another file, no numbers.

    Raises:
        ConfigError: If it is none.
    """
    shape, name = tuple(tensor["dims"]), tensor.get("name", "")
    if any(size < 0 for size in shape):
        raise no_model(f"its tensor {name[:60]!r} has a size below 0")
    count = prod(shape)
    if count >= MOST or len(shape) > _MOST_AXES:
        raise no_model(f"its tensor {name[:60]!r} cannot be as large as it says")
    dtype, form = DTYPES.get(tensor.get("type", 0), _OTHER)
    numbers: Sequence[Any] | None = None
    if count <= _KEPT and not tensor.get("location"):  # else it is in another file
        numbers = _numbers(tensor, form)
        if numbers is not None and len(numbers) != count:
            numbers = None
    return Stored(name, shape, dtype, numbers)


_MOST_AXES = 64


def sparse_tensor(tensor: Mapping[str, Any]) -> Stored:
    """Return a tensor of which a file has only the values that are not 0.

    Raises:
        ConfigError: If it is none.
    """
    return stored_tensor({**tensor["values"], "dims": tensor["dims"]})


def _numbers(tensor: Mapping[str, Any], form: str) -> Sequence[Any] | None:
    """Return the numbers of a tensor, if they are few and their type is known."""
    if "raw" not in tensor:
        return _typed(tensor, form)
    b, start, end = tensor["raw"]
    if not form or end - start > _KEPT:
        return None
    size = struct.calcsize(form)
    count = (end - start) // size
    return struct.unpack(f"<{count}{form}", b[start : start + count * size])


# The fields that hold a tensor's numbers one by one, and of what kind these are.
_TYPED = {
    "floats": FLOAT,
    "doubles": DOUBLE,
    "ints": INT,
    "longs": INT,
    "unsigned": INT,
}


def _typed(tensor: Mapping[str, Any], form: str) -> Sequence[Any] | None:
    """Return numbers that stand in a field of their type, one by one or together."""
    for name, kind in _TYPED.items():
        if not tensor[name]:
            continue
        spans = [each for each in tensor[name] if isinstance(each, tuple)]
        if sum(end - start for _, start, end in spans) > _KEPT:
            return None
        numbers: list[Any] = []
        for each in tensor[name]:
            if isinstance(each, tuple):
                numbers += unpacked(each[0], each[1], each[2], kind)
            elif isinstance(each, int) is (kind == INT):
                numbers.append(each)
            else:
                raise no_model(f"its field {name!r} has a value of another kind")
        return [_half(n) for n in numbers] if form == "e" else numbers
    return None


def _half(bits: int) -> float:
    found: float = struct.unpack("<e", struct.pack("<H", bits & 0xFFFF))[0]
    return found


_MANY = {6: "floats", 7: "ints", 8: "strings"}


def attribute_of(attribute: Mapping[str, Any]) -> Any:
    """Return the value of an attribute: a number, text, list, tensor or graph."""
    for name in ("floats", "ints", "strings"):
        if attribute[name]:
            return attribute[name]
    for name in ("f", "i", "s", "g"):
        if name in attribute:
            return attribute[name]
    if "t" in attribute:
        return stored_tensor(attribute["t"])
    if "values" in attribute.get("sparse", ()):
        return sparse_tensor(attribute["sparse"])
    return (
        [] if attribute.get("kind") in _MANY else _ZEROS.get(attribute.get("kind", 0))
    )


_ZEROS = {1: 0.0, 2: 0, 3: ""}  # what protobuf does not write


def type_of_value(value: Mapping[str, Any]) -> tuple[str, Any]:
    """Return type and sizes of a value; a size is a number, a name, or None."""
    tensor = value.get("type", {}).get("tensor", {})
    dtype = DTYPES.get(tensor.get("type", 0), _OTHER)[0]
    if "shape" not in tensor:
        return dtype, None
    dims = [dim.get("size", dim.get("name")) for dim in tensor["shape"]["dims"]]
    return dtype, tuple(dims)


class StatedShapes:
    """The shapes that a file states of its values, read when the first is asked for.

    Args:
        spans: Where they stand.
        sizes: The sizes of axes that have but a name.
    """

    def __init__(self, spans: Sequence[Any], sizes: Mapping[str, int]) -> None:
        self._spans, self._sizes = spans, sizes
        self._found: dict[str, Any] | None = None

    def get(self, name: str) -> Any:
        """Return the shape of a value, or None if the file does not state it all."""
        if self._found is None:
            values = [decoded(b, i, end, VALUE) for b, i, end in self._spans]
            self._found = {v.get("name", ""): type_of_value(v)[1] for v in values}
        shape = self._found.get(name)
        if shape is None:
            return None
        sizes = [self._sizes.get(dim, dim) for dim in shape]
        known = all(isinstance(n, int) and n > 0 for n in sizes)
        return tuple(sizes) if known else None
