"""Functions of users that tell readers what an operator is, in every format."""

import pytest
from flatbuffer_by_hand import model
from onnx_files import read

from cnncalc import (
    Activation,
    Graph,
    OptionError,
    Sequential,
    from_keras,
    from_tflite,
    from_yolo,
    interop,
)
from cnncalc.interop.registry import TABLES, USERS
from cnncalc.interop.torch.reader import network_of
from cnncalc.interop.torch.trace import Called, Ref, Trace

X, Y = ("x", (1, 8, 8, 3), "float32", None), ("y", (1, 8, 8, 3), "float32", None)


def of_onnx():
    return read([("Swoosh", "x", "y")], {"x": (1, 3, 8, 8)})


def of_torch():
    x, y = (Ref(key, (1, 3, 8, 8), "float32") for key in (1, 2))
    calls = [Called("", 0, "Swoosh", (x,), {}, [y], False, [x])]
    nothing = {"leaves": frozenset(), "weights": {}, "buffers": {}, "flops": 0}
    return network_of(Trace("Net", "2.13.0", calls, [x], [y], **nothing))


def of_keras():
    entry = {"class_name": "InputLayer", "config": {"batch_shape": [None, 8, 8, 3]}}
    own = {"class_name": "Swoosh", "module": "mine", "config": {"name": "own"}}
    return from_keras({"class_name": "Sequential", "config": {"layers": [entry, own]}})


def of_tflite():
    return from_tflite(model([X, Y], [("Swoosh", [0], [1], None)], [0], [1]))


def of_yolo():
    return from_yolo("nc: 4\nbackbone:\n  - [-1, 1, Swoosh, []]\n")


READERS = {
    "onnx": of_onnx,
    "torch": of_torch,
    "keras": of_keras,
    "tflite": of_tflite,
    "yolo": of_yolo,
}


@pytest.fixture(params=READERS)
def reader(request, monkeypatch):
    """The name of a format, and what reads a network of it; its table is put back."""
    name = request.param
    monkeypatch.setitem(TABLES, name, {**TABLES[name]})
    monkeypatch.setitem(USERS, name, {*USERS[name]})
    return name, READERS[name]


def graph(x):
    """Return a network of a builder, which a function may return, too."""
    return Sequential(input=(8, 8, 3)).relu().graph


@pytest.mark.parametrize(
    "own",
    [
        lambda x: Activation("relu"),
        lambda x: Sequential().relu(),
        lambda x: Sequential(input=(8, 8, 3)).relu(),
        graph,
    ],
)
def test_what_it_returns_is_put_there(reader, own):
    """A layer is put there, and so is a chain of layers or a network."""
    name, network = reader
    interop.operator(name, "Swoosh")(own)
    net = network()

    assert isinstance(net, Graph)
    assert ["relu"] == [row.layer.function for row in net.nodes]
    assert {} == dict(net.unknown.reasons)


def test_letters_in_a_chain(reader):
    """A letter in place of a number is told, in a chain of layers as in one."""
    name, network = reader
    interop.operator(name, "Swoosh")(lambda x: Sequential().conv(1, "F"))

    assert "letters in place of numbers" in str(network().unknown.reasons)


@pytest.mark.parametrize(
    ("own", "error"),
    [
        (lambda x: 1 // 0, ZeroDivisionError),
        (lambda x: x.no_such_thing, AttributeError),
        (lambda: Activation("relu"), TypeError),
        (lambda x: {}["a"], KeyError),
    ],
)
def test_a_fault_of_its_own(reader, own, error):
    """What goes wrong in the function is raised as it is: the file is not to blame."""
    name, network = reader
    interop.operator(name, "Swoosh")(own)

    with pytest.raises(error):
        network()


def test_no_layer(reader):
    """What is neither a layer nor a block is told by what it is."""
    name, network = reader
    interop.operator(name, "Swoosh")(lambda x: 5)

    assert "5 is neither a layer nor a block" in str(network().unknown.reasons)


def test_what_an_operator_is_for_is_said():
    """A decorator without its format and names says how it is written."""
    with pytest.raises(OptionError, match=r'Write @operator\("onnx", "Relu"\)'):

        @interop.operator
        def swoosh(node):
            """Never made."""
