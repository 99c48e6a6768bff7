"""ONNX files that mean harm, or are damaged: an answer, or an error that says why."""

import random
import resource
import sys

import pytest
from onnx_files import (
    BOOL,
    FLOAT,
    HALF,
    INT64,
    damaged,
    file_of,
    function,
    graph,
    model,
    node,
    put,
    read,
    stored,
    tensor,
    value,
    varint,
)

from cnncalc import CnncalcError, ConfigError, from_onnx, load
from cnncalc.interop.files import opened, sort_of

ONE = [value("x", (1, 3))]


def refused(data):
    """Return why a file is refused."""
    with pytest.raises(ConfigError) as error:
        from_onnx(data)
    return error.value.why


def calls(name, callee, times):
    """Return a function that calls another one, one time after another."""
    names = ["x", *(f"y{n}" for n in range(times))]
    nodes = [node(f"my::{callee}", names[n], names[n + 1]) for n in range(times)]
    return function(name, "x", names[-1], nodes)


@pytest.mark.parametrize("last", [("x", "y", [node("Relu", "x", "y")]), ("x", "x", [])])
def test_functions_that_become_very_many_nodes(last):
    """Twelve levels of functions of ten calls are 10¹² nodes of 3 kB: not tried.

    So are calls of what does nothing.
    """
    levels = [calls(f"f{n}", f"f{n + 1}", 10) for n in range(12)]
    levels.append(function("f12", *last))
    data = model(graph([node("my::f0", "x", "y")], ONE, [value("y")]), functions=levels)

    assert "its functions become more than 1,000,000 nodes" == refused(data)


def test_functions_that_call_themselves():
    """A function that calls itself, or is called by what it calls, is refused."""
    body = graph([node("my::f", "x", "y")], ONE, [value("y")])

    assert "'f' calls itself" in refused(model(body, functions=[calls("f", "f", 1)]))
    two = [calls("f", "g", 1), calls("g", "f", 1)]
    assert "'f' calls itself" in refused(model(body, functions=two))


@pytest.mark.parametrize("first", [(0,), (90, 60, 0)])
def test_functions_that_call_each_other_very_deep(first):
    """A chain of 100 functions is refused, wherever it begins."""
    chain = [calls(f"f{n}", f"f{n + 1}", 1) for n in range(100)]
    last = [function("f100", "x", "y", [node("Relu", "x", "y")])]
    nodes = [node(f"my::f{n}", "x", f"y{n}") for n in first]
    body = graph(nodes, ONE, [value("y0")])
    data = model(body, functions=[*chain, *last])

    assert "its functions call each other more than 30 deep" == refused(data)


def test_functions_that_call_each_other_deep_in_branches():
    """Branches within branches count as calls do, of which there are 20 here."""
    chain = [function("f20", "x", "y", [node("Relu", "x", "y")])]
    for number in range(20):
        inner = node(f"my::f{number + 1}", "x", "y")
        for _ in range(15):
            inner = node("If", "x", "y", then_branch=graph([inner], (), [value("y")]))
        chain.append(function(f"f{number}", "x", "y", [inner]))
    data = model(graph([node("my::f0", "x", "y")], ONE, [value("y")]), functions=chain)

    assert "more than 30 deep" in refused(data)


def test_functions_that_run_graphs_that_they_are_given():
    """A graph is not given to a function: one that calls its caller would never end."""
    refers = put(1, "then_branch") + put(21, "g") + put(20, 5)
    yes = node("Constant", "", "yes", value=("yes", [], BOOL, [True]))
    runs = function(
        "f", "x", "y", [yes, node("If", "yes", "y") + put(5, refers)], ["g"]
    )
    again = graph([node("my::h", "x", "z")], (), [value("z")])
    calls_again = function("h", "x", "y", [node("my::f", "x", "y", g=again)])
    data = model(
        graph([node("my::h", "x", "z"), node("Add", "x z", "y")], ONE, [value("y")]),
        functions=[runs, calls_again],
    )

    assert ["unknown1"] == [*from_onnx(data).unknown.reasons]


def test_loops_of_what_becomes_very_many_nodes():
    """A loop of a call, or of a branch, is as long as what is in these."""
    yes = tensor("yes", [], BOOL, [True])
    relus = [node("Relu", f"r{n}", f"r{n + 1}") for n in range(100)]
    called = function("f", "r0", "r100", relus)
    branch = graph([node("Identity", "s", "r0"), *relus], (), [value("r100")])
    entries = [value("i"), value("go"), value("s")]
    for inner in (node("my::f", "s", "t"), node("If", "yes", "t", then_branch=branch)):
        body = graph([inner], entries, [value("go"), value("t")])
        body = graph(
            [node("Loop", "n yes x", "y", body=body)],
            ONE,
            [value("y")],
            [yes, tensor("n", [], INT64, [1000])],
        )
        net = from_onnx(model(body, functions=[called]))

        assert "runs 1000 times" in str(net.unknown.reasons)


def test_arithmetic_that_would_take_long(monkeypatch):
    """Numbers are computed until they are very many in all."""
    nodes = [("Abs", f"p{n}", f"p{n + 1}") for n in range(9)]
    nodes += [("Reshape", "x p9", "y")]
    entries = {"x": (1, 3)}, {}, {"p0": [3, 1]}

    assert {} == read(nodes, *entries).unknown.reasons

    monkeypatch.setattr("cnncalc.interop.onnx.reader._MOST_COMPUTED", 20)

    assert "depend on data" in str(read(nodes, *entries).unknown.reasons)


def test_graphs_that_nest_very_deep():
    """Graphs within graphs are read to some depth."""
    body = graph([node("Relu", "x", "y")], (), [value("y")])
    for _ in range(40):
        body = graph([node("If", "x", "y", then_branch=body)], (), [value("y")])

    assert "its graphs nest more than 20 deep" == refused(model(body))


@pytest.mark.parametrize("count", [1, 10_000])
def test_nodes_in_any_order(count):
    """Nodes are read in whatever order they stand, in one walk."""
    nodes = [node("Shape", f"v{n}", f"v{n + 1}") for n in range(count)][::-1]
    body = graph([*nodes, node("Relu", "v0", "y")], [value("v0", (1, 3))], [value("y")])

    assert 1 == len(from_onnx(model(body)).nodes)


def test_a_node_may_wait_for_several_values():
    """What uses several values stands behind the last of them."""
    nodes = [("Add", "a b", "y"), ("Relu", "x", "a"), ("Abs", "x", "b")]
    paths = [row.path for row in read(nodes, {"x": (1, 3)}).nodes]

    assert ["relu1", "abs1", "add1"] == paths


def test_a_cycle_is_refused():
    """What uses what it puts out is named."""
    nodes = [node("Relu", "b", "a", "r0"), node("Relu", "a", "b", "r1")]
    why = refused(model(graph(nodes, ONE, [value("a")])))

    assert "node 'r0' uses 'b', which nothing before it puts out" == why


def test_absurd_sizes_are_counted_exactly_or_refused():
    """Sizes of 2⁶² count as such; more than 300 digits are refused."""
    big = 1 << 62
    net = read(
        [("Conv", "x w", "y")], {"x": (1, 3, 1 << 41, big)}, {"w": (big, 3, 1, 1)}
    )

    assert (1 << 41) * big * big * 3 == net.macs
    assert "cannot be as large as it says" in refused(
        file_of([("Relu", "x", "y")], {"x": (1, 3)}, {"w": (big,) * 17})
    )
    assert "300 digits" in refused(file_of([("Relu", "x", "y")], {"x": (big,) * 17}))
    assert "a size below 0" in refused(
        file_of([("Relu", "x", "y")], {"x": (1, 3)}, {"w": (-1,)})
    )


def test_values_that_would_be_very_large_are_not_made():
    """A tensor of 10¹² zeros, powers of powers, and very many copies are only shapes."""
    numbers = {"s": [10**6, 10**6], "t": [1, 10**6], "n": [10**12], "h": [0, 10**12]}
    numbers["v"] = [10**12, 0]  # of which there are none, along a very long axis
    square = [("Mul", f"p{n} p{n}", f"p{n + 1}") for n in range(60)]
    nodes = [
        ("ConstantOfShape", "s", "zeros"),
        ("ReduceMax", "n", "p0", {"keepdims": 0}),
        *square,
        ("Range", "z n o", "many"),
        ("Tile", "x t", "y"),
        ("SplitToSequence", "x", "parts"),
        ("Gather", "x h", "g"),
        ("Expand", "x s", "e"),
        ("Expand", "o v", "none"),
        ("Add", "none o", "fewer"),
        ("ConstantOfShape", "u", "wide"),  # of [0, 10¹²]
        ("Tile", "wide q", "tiled"),
        ("Concat", "wide wide", "joined", {"axis": 1}),
        ("Transpose", "wide", "across", {"perm": [1, 0]}),
        ("Transpose", "wide", "twice", {"perm": [0, 0]}),
        ("ConstantOfShape", "c", "narrow"),
        ("Concat", "wide narrow", "uneven", {"axis": 1}),
    ]
    ends = {"z": [0], "o": [1], "u": [10**12, 0], "q": [1, 10**12], "c": [1, 5]}
    net = read(nodes, {"x": (1, 3)}, {}, {**numbers, **ends})

    assert "repeats an axis very often" in str(net.unknown.reasons)


def test_nodes_that_are_no_nodes():
    """A node that puts nothing out, and an attribute of another type, stop nothing."""
    nodes = [
        ("Add", "w w", ""),
        ("ConstantOfShape", "s", "filled", {"value": 1.5}),
        ("Relu", "x", "y"),
    ]
    net = read(nodes, {"x": (1, 3)}, {"w": (3,)}, {"s": [3]})

    assert "relu1" in [row.path for row in net.nodes]


def test_shapes_that_grow_beyond_all_counts():
    """What a graph spreads to more than 300 digits is unknown."""
    nodes = [("Unsqueeze", f"x{n}", f"x{n + 1}", {"axes": [0]}) for n in range(17)]
    nodes += [("Expand", "x17 s", "y")]
    net = read(nodes, {"x0": (1, 3)}, {}, {"s": [1 << 62] * 17 + [1, 3]}, opset=11)

    assert "300 digits" in str(net.unknown.reasons)


def test_data_of_other_files_is_never_opened(monkeypatch):
    """A path in a file, wherever it leads, is not followed."""
    monkeypatch.setattr("builtins.open", None)
    weights = [tensor("w", (4, 3, 1, 1), external=True)]
    body = graph(
        [node("Conv", "x w", "y")], [value("x", (1, 3, 8, 8))], [value("y")], weights
    )

    assert 64 * 12 == from_onnx(model(body)).macs


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"\x08", "breaks off"),
        (b"\x08" + b"\xff" * 11, "breaks off"),
        (b"\x09\0\0", "breaks off"),
        (b"\x0f\0", "begins nothing that a protobuf message has"),
        (b"\x12\x7fab", "a field of 127 bytes, and 2 are left: it is cut off"),
        (put(1, 8), "there is no graph in it"),
        (put(7, b""), "there is no graph in it"),
        (put(1, b"") + put(7, b""), "there is no graph in it"),
        (put(1, 8) + put(7, 5), "its field 'graph' has a value of another kind"),
        (put(1, 8) + put(2, 5), "its field 'producer' has a value of another kind"),
        (put(1, 8) + put(7, b""), "it puts out nothing that depends on an input"),
        (
            model(
                graph(
                    [node("Relu", "w", "y")], ONE, [value("y")], [tensor("w", (2,))] * 2
                )
            ),
            "two of its tensors have one name",
        ),
        (
            model(
                graph(
                    [node("Add", "x w", "y")],
                    ONE,
                    [value("y")],
                    [put(1, 1) + put(2, HALF) + put(8, "w") + put(5, 1.5)],
                )
            ),
            "its field 'ints' has a value of another kind",
        ),
    ],
)
def test_what_is_no_model(data, why):
    """Files that are cut off, or have other bytes, are refused with what is wrong."""
    assert why in refused(data)


@pytest.mark.parametrize(
    ("head", "sort", "what"),
    [
        (b"PK\3\4", "zip", "a zip archive"),
        (b"\x89HDF", "hdf5", "an HDF5 file"),
        (b"version https://git-lfs.github.com", "lfs", "a Git LFS pointer"),
        (b"\x80\2", "pickle", "a pickle"),
        (b"GGUF", "gguf", "a GGUF file"),
        (b"\0\0\0\0ORTM", "ort", "onnxruntime's own .ort format"),
        (b"\0\0\0\0TFL3", "tflite", "a TFLite model"),
        (b'\x40\0\0\0\0\0\0\0{"w"', "safetensors", "a file of safetensors"),
        (b"<html>", "page", "a page of HTML"),
        (b'{"a": 1}', "json", "a text of JSON"),
    ],
)
def test_other_formats_are_named(head, sort, what):
    """What is no ONNX model is called by its name, and what to do is said."""
    assert sort == sort_of(head)
    assert what in refused(head + bytes(60))


def test_files_that_cannot_be_read(tmp_path):
    """A missing or empty file, a folder, and what is no path."""
    (tmp_path / "empty.onnx").write_bytes(b"")

    assert "cannot be read: No such file" in refused(tmp_path / "missing.onnx")
    assert "is empty" in refused(tmp_path / "empty.onnx")
    assert "cannot be read" in refused(tmp_path)
    assert "cannot be read: embedded null byte" in refused("a\0b")
    assert "3 (a int)" in refused(3) or "neither a path nor bytes" in refused(3)
    assert "the bytes are empty" == refused(b"")
    assert "the bytes are empty" == refused(memoryview(b""))


def test_a_large_file_is_not_read(tmp_path):
    """Weights of 17 MB are stepped over."""
    size = 17 << 20
    weights = put(1, size // 4) + put(2, FLOAT) + put(8, "w") + varint(9 << 3 | 2)
    weights += varint(size) + bytes(size)
    body = graph([node("Mul", "x w", "y")], [value("x", (1, size // 4))], [value("y")])
    path = tmp_path / "large.onnx"
    path.write_bytes(model(body + put(5, weights)))
    net = from_onnx(path)

    assert size // 4 == net.params == load(path).params
    assert "" == net.source.sha256
    with opened(path) as whole:
        assert bytes(whole) == path.read_bytes()


def test_what_the_reader_raises_closes_the_file(tmp_path):
    """An error of who reads is not taken for one of the file."""
    path = tmp_path / "a.onnx"
    path.write_bytes(b"1")

    with pytest.raises(OSError, match="mine"), opened(path):
        raise OSError("mine")


SEEDS = ["cbam", "siamese_scopes", "odd_functions", "crnn_gru", "tcn"]


@pytest.mark.parametrize("name", SEEDS)
def test_damaged_files_give_an_answer_or_an_error(name):
    """Whatever is changed in a file: an answer, or an error of ours; no other.

    A million are tried by ``tests/live/hostile.py --format onnx``.
    """
    source, rng = stored(name), random.Random(name)
    answers = errors = 0
    for _ in range(150):
        try:
            net = from_onnx(damaged(source, rng))
            answers += bool(str(net.macs) and str(net.params) and str(net.unknown))
        except CnncalcError:
            errors += 1

    assert 150 == answers + errors
    assert min(answers, errors) > 5


def test_reading_takes_no_memory_of_the_numbers():
    """What is read of a file of weights is their shapes."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    data = file_of([("MatMul", "x w", "y")], {"x": (1, 10**6)}, {"w": (10**6, 10**6)})
    net = from_onnx(data)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    scale = 1 if sys.platform == "darwin" else 1024

    assert 10**12 == net.macs
    assert (after - before) * scale < 50 << 20
