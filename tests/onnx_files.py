"""A writer of small ONNX files: protobuf by hand, as the reader reads it."""

import gzip
import json
import struct
from pathlib import Path
from unittest.mock import patch

from cnncalc import from_onnx
from cnncalc.interop.onnx.reader import Graphs

DATA = Path(__file__).parent / "data" / "onnx"
FLOAT, UINT8, INT8, INT32, INT64, BOOL, HALF = 1, 2, 3, 6, 7, 9, 10
_FORMS = {FLOAT: "f", UINT8: "B", INT8: "b", INT32: "i", INT64: "q", BOOL: "?"}


def facts():
    """Return what others say of the files in tests/data/onnx."""
    return json.loads(gzip.decompress((DATA / "facts.json.gz").read_bytes()))


def stored(name):
    """Return the bytes of a file in tests/data/onnx."""
    return gzip.decompress((DATA / f"{name}.onnx.gz").read_bytes())


def traced(data, given=None):
    """Return the network of a file, and all values of its graph by name.

    A file is read twice if its batch may be several: with all of it if that mixes.
    """
    readings, within, run = [], [], Graphs.run

    def watched(self, graph, known, prefix=""):
        within.append(graph)
        found = run(self, graph, known, prefix)
        within.pop()
        if not within:
            readings.append(dict(found))
        return found

    with patch.object(Graphs, "run", watched):
        net = from_onnx(data, given)
    mixes = any(note.startswith("counts are of all") for note in net.notes)
    return net, readings[-1 if mixes else 0]


def damaged(source, rng):
    """Return a file with some bytes changed, or cut, or a part missing."""
    data = bytearray(source)
    if rng.random() < 0.1:
        return bytes(data[: rng.randrange(len(data))])
    for _ in range(rng.choice((1, 1, 2, 5, 20))):
        place = rng.randrange(len(data))
        other = data[place] ^ 1 << rng.randrange(8)
        data[place] = rng.choice((0, 255, 127, 128, rng.randrange(256), other))
    if rng.random() < 0.1:
        first, last = sorted(rng.randrange(len(data)) for _ in range(2))
        del data[first:last]
    return bytes(data)


def varint(n):
    n %= 1 << 64
    found = bytearray()
    while n > 127:
        found.append(n & 127 | 128)
        n >>= 7
    return bytes([*found, n])


def put(number, value):
    """Return a field: of an int, a float, a text or bytes."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    if isinstance(value, float):
        return varint(number << 3 | 5) + struct.pack("<f", value)
    data = value.encode() if isinstance(value, str) else value
    return varint(number << 3 | 2) + varint(len(data)) + data


def tensor(name, dims, kind=FLOAT, numbers=None, *, external=False, raw=None):
    """Return a tensor; without numbers its data is elsewhere, or not there at all."""
    found = b"".join(put(1, n) for n in dims) + put(2, kind) + put(8, name)
    if numbers is not None:
        raw = struct.pack(f"<{len(numbers)}{_FORMS[kind]}", *numbers)
    if raw is not None:
        found += put(9, raw)
    if external:
        location = put(1, "location") + put(2, "../../etc/passwd")
        found += put(13, location) + put(14, 1)
    return found


def attribute(name, value):
    """Return an attribute of the type that a value has; bytes are a graph."""
    kinds = {int: (3, 2), float: (2, 1), str: (4, 3)}
    if isinstance(value, bytes):
        return put(1, name) + put(6, value) + put(20, 5)
    if isinstance(value, tuple):  # a tensor
        return put(1, name) + put(5, tensor(*value)) + put(20, 4)
    if isinstance(value, list):
        number, kind = (7, 6) if value and isinstance(value[0], float) else (8, 7)
        each = b"".join(put(number, n) for n in value)
        return put(1, name) + each + put(20, kind)
    number, kind = kinds[type(value)]
    return put(1, name) + put(number, value) + put(20, kind)


def node(op, inputs="", outputs="", name="", *, meta=None, refer=None, **attributes):
    """Return a node; inputs and outputs are words, "-" for what is left out."""
    domain, _, op = op.rpartition("::")
    found = b"".join(put(1, "" if x == "-" else x) for x in inputs.split())
    found += b"".join(put(2, y) for y in outputs.split())
    found += put(3, name) + put(4, op) + put(7, domain)
    for each in attributes.items():
        found += put(5, attribute(*each))
    for own, outer in (refer or {}).items():
        found += put(5, put(1, own) + put(21, outer) + put(20, 7))
    for key, value in (meta or {}).items():
        found += put(9, put(1, key) + put(2, value))
    return found


def value(name, dims=None, kind=FLOAT):
    """Return an input or output; a size may be a name, or None."""
    if dims is None:
        return put(1, name)
    each = [
        b"" if n is None else put(2, n) if isinstance(n, str) else put(1, n)
        for n in dims
    ]
    shape = b"".join(put(1, dim) for dim in each)
    return put(1, name) + put(2, put(1, put(1, kind) + put(2, shape)))


def graph(nodes, inputs=(), outputs=(), tensors=(), values=(), name="g"):
    """Return a graph of messages that are made already."""
    parts = [(1, nodes), (5, tensors), (11, inputs), (12, outputs), (13, values)]
    fields = [put(number, each) for number, several in parts for each in several]
    return b"".join(fields) + put(2, name)


def function(name, inputs, outputs, nodes, attributes=(), domain="my"):
    """Return a local function."""
    parts = [(4, inputs.split()), (5, outputs.split()), (6, attributes), (7, nodes)]
    fields = [put(number, each) for number, several in parts for each in several]
    opset = put(9, put(1, "") + put(2, 17))
    return put(1, name) + b"".join(fields) + opset + put(10, domain)


def model(body, opset=17, functions=(), **domains):
    """Return a file."""
    found = put(1, 8) + put(2, "tests") + put(3, "1") + put(7, body)
    found += put(8, put(1, "") + put(2, opset))
    for domain, version in domains.items():
        found += put(8, put(1, domain) + put(2, version))
    return found + b"".join(put(25, each) for each in functions)


def file_of(nodes, inputs, weights=(), numbers=(), outputs="y", opset=17, **more):
    """Return a file of nodes.

    Args:
        nodes: Each as the arguments of `node`, the last of which may be a dict.
        inputs: Shapes by name; a pair is a shape and a type.
        weights: Shapes of float tensors by name, whose numbers are not in the file.
        numbers: Lists of whole numbers by name, or pairs of a type and a list.
        outputs: The names of outputs.
        opset: The version of the operators.
        more: What `model` takes, and ``values``: stated shapes by name.
    """
    made = []
    for each in nodes:
        own = each[-1] if isinstance(each[-1], dict) else {}
        made.append(node(*[part for part in each if part is not own], **own))
    tensors = [tensor(name, dims) for name, dims in dict(weights).items()]
    for name, several in dict(numbers).items():
        kind, each = several if isinstance(several, tuple) else (INT64, several)
        tensors.append(tensor(name, [len(each)], kind, each))
    entries = [
        value(name, *(dims if isinstance((dims or [0])[0], tuple) else [dims]))
        for name, dims in inputs.items()
    ]
    values = [value(*each) for each in more.pop("values", {}).items()]
    ends = [value(name) for name in outputs.split()]
    return model(graph(made, entries, ends, tensors, values), opset, **more)


def read(*args, given=None, batch=1, **more):
    """Return the network of a file that `file_of` writes."""
    return from_onnx(file_of(*args, **more), given, batch)
