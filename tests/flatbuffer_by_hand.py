"""A writer of flatbuffers, and of TFLite models, for tests: a table is a dict.

Values of a dict, by the number of the field: ``("i", 3)`` is a number in a form of
`struct`; a text, bytes, a tuple ``("i", [1, 2])`` with a list of numbers; a dict is a
table, and a list of dicts a list of tables.
"""

import struct

from cnncalc.interop.tflite.schema import _NAMES

NUMBERS = {name: number for number, name in enumerate(_NAMES)}
FORMS = {"float32": (0, "f"), "int32": (2, "i"), "int8": (9, "b"), "bool": (6, "?")}
FORMS["string"] = (5, "")  # which no file here has numbers of


def flatbuffer(root, mark=b"TFL3"):
    """Return the bytes of a table and of all that it refers to."""
    out = bytearray(4) + mark
    struct.pack_into("<I", out, 0, _table(out, root))
    return bytes(out)


def _table(out, fields):
    """Write a table and what it refers to behind it; return where it stands."""
    size = 4
    places = {}
    for number, value in sorted(fields.items()):
        form = value[0] if _is_number(value) else "I"
        width = struct.calcsize(form)
        size += -size % width
        places[number] = size
        size += width
    count = max(fields, default=-1) + 1
    entries = [places.get(number, 0) for number in range(count)]
    while len(out) % 8:
        out.append(0)
    start = len(out)
    out += struct.pack(f"<HH{count}H", 4 + 2 * count, size, *entries)
    while len(out) % 8:
        out.append(0)
    at = len(out)
    out += bytes(size + 8)
    struct.pack_into("<i", out, at, at - start)
    for number, value in fields.items():
        place = at + places[number]
        if _is_number(value):
            struct.pack_into(f"<{value[0]}", out, place, value[1])
        else:
            struct.pack_into("<I", out, place, _other(out, value) - place)
    return at


def _is_number(value):
    return isinstance(value, tuple) and not isinstance(value[1], list)


def _other(out, value):
    """Write what a field refers to; return where it stands."""
    if isinstance(value, dict):
        return _table(out, value)
    while len(out) % 8 != 4:  # so that what follows the length is in place
        out.append(0)
    at = len(out)
    if isinstance(value, str):
        out += struct.pack("<I", len(value)) + value.encode() + b"\0"
    elif isinstance(value, bytes):
        out += struct.pack("<I", len(value)) + value
    elif isinstance(value, tuple):
        out += struct.pack(f"<I{len(value[1])}{value[0]}", len(value[1]), *value[1])
    else:
        out += struct.pack("<I", len(value)) + bytes(4 * len(value))
        for number, each in enumerate(value):
            place = at + 4 + 4 * number
            struct.pack_into("<I", out, place, _table(out, each) - place)
    return at


def model(tensors, operators, inputs, outputs):
    """Return a TFLite model with one graph.

    Args:
        tensors: For each name, shape, type, and its numbers or None.
        operators: For each its name, the places of its inputs and outputs, and its
            options as the fields of a table.
        inputs: The places of the tensors that enter.
        outputs: Those of the tensors that come out.
    """
    buffers, written = [{}], []
    for name, shape, dtype, numbers in tensors:
        code, form = FORMS[dtype]
        place = 0
        if numbers is not None:
            place = len(buffers)
            raw = struct.pack(f"<{len(numbers)}{form}", *numbers)
            buffers.append({0: raw})
        written.append(
            {0: ("i", list(shape)), 1: ("b", code), 2: ("I", place), 3: name}
        )
    names = sorted({operator[0] for operator in operators})
    codes = [_code(name) for name in names]
    steps = [
        {0: ("I", names.index(name)), 1: ("i", list(ins)), 2: ("i", list(outs))}
        | ({4: options} if options else {})
        for name, ins, outs, options in operators
    ]
    graph = {0: written, 1: ("i", list(inputs)), 2: ("i", list(outputs)), 3: steps}
    return flatbuffer({0: ("I", 3), 1: codes, 2: [graph], 3: "by hand", 4: buffers})


def _code(name):
    number = NUMBERS.get(name)
    if number is None:
        return {0: ("b", 32), 1: name, 3: ("i", 32)}
    return {0: ("b", min(number, 127)), 3: ("i", number)}
