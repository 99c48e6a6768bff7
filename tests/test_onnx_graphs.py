"""ONNX graphs: branches, loops, functions, names, inputs, batch, notes."""

import pytest
from onnx_files import (
    BOOL,
    FLOAT,
    HALF,
    INT32,
    INT64,
    attribute,
    file_of,
    function,
    graph,
    model,
    node,
    put,
    read,
    tensor,
    traced,
    value,
)

from cnncalc import (
    Activation,
    ConfigError,
    OptionError,
    Shape,
    UnknownNameError,
    from_onnx,
    interop,
)
from cnncalc.interop.inputs import Stated, input_shapes, sized_one
from cnncalc.interop.names import Unique, path_of
from cnncalc.interop.registry import TABLES

MAP = {"x": (1, 3, 8, 8)}
ROWS = {"x": (1, 5, 6)}


# Branches and loops.


def branch(op):
    return graph([node(op, "x", "z")], (), [value("z")])


@pytest.mark.parametrize(("chosen", "expected"), [(1, "relu1"), (0, "sigmoid1")])
def test_a_branch_that_numbers_choose(chosen, expected):
    """An If that sizes decide runs the branch that they choose."""
    branches = {"then_branch": branch("Relu"), "else_branch": branch("Sigmoid")}
    net = read([("If", "c", "y", branches)], MAP, {}, {"c": (BOOL, [bool(chosen)])})

    assert [expected] == [row.path for row in net.nodes]


def test_a_branch_that_is_missing():
    """An If without the branch that is chosen is not followed."""
    net = read([("If", "c", "z"), ("Add", "x z", "y")], MAP, {}, {"c": (BOOL, [True])})

    assert "its graph 'then_branch' is missing" in str(net.unknown.reasons)


def loop_body():
    """Return the body of a loop: it multiplies what it carries by the same weights."""
    nodes = [
        node("MatMul", "s w", "t"),
        node("Identity", "go", "on"),
        node("ReduceMax", "t", "top", axes=[1], keepdims=0),
    ]
    inputs = [value("i"), value("go"), value("s")]
    return graph(nodes, inputs, [value("on"), value("t"), value("top")])


def test_a_loop_of_known_length():
    """A loop is read trip by trip; its weights count once, its products each time."""
    net = read(
        [("Loop", "n - x", "l y", {"body": loop_body()})],
        ROWS,
        {"w": (6, 6)},
        {"n": [4]},
        "l y",
    )

    assert (4 * 5 * 36, 36) == (net.macs, net.params)
    assert ("5×6", "4×6") == tuple(map(str, net.output))


def test_a_loop_that_a_number_ends():
    """A loop ends where its condition is known to be false."""
    body = graph(
        [node("Relu", "s", "t"), node("Not", "go", "on")],
        [value("i"), value("go"), value("s")],
        [value("on"), value("t")],
    )
    net = read(
        [("Loop", "n c x", "y", {"body": body})],
        ROWS,
        {},
        {"n": [4], "c": (BOOL, [True])},
    )

    assert ["relu1"] == [row.path for row in net.nodes]


@pytest.mark.parametrize(
    ("nodes", "reason"),
    [
        ([node("Relu", "s", "t"), node("Greater", "t i", "on")], "depends on data"),
        (
            [node("SequenceConstruct", "s", "k"), node("Identity", "go", "on")],
            "puts out a sequence",
        ),
    ],
)
def test_loops_that_are_not_followed(nodes, reason):
    """What data ends, and what puts out sequences, is not followed."""
    inputs, out = [value("i"), value("go"), value("s")], value("k")
    if reason == "depends on data":
        body = graph(nodes, inputs, [value("on"), value("t")])
        outputs = "y"
    else:
        body = graph(nodes, inputs, [value("on"), value("s"), out])
        outputs = "y k"
    net = read([("Loop", "n - x", outputs, {"body": body})], ROWS, {}, {"n": [4]})

    assert reason in str(net.unknown.reasons)


@pytest.mark.parametrize("trips", ["-", "most"])
@pytest.mark.parametrize("between", [0, 2])
def test_a_loop_that_a_number_of_its_own_ends(trips, between):
    """A loop without a number of trips, or a huge one, ends where its body says so."""
    nodes = [node("MatMul", "s w", "t"), node("Less", "i two", "on0")]
    nodes += [node("Identity", f"on{n}", f"on{n + 1}") for n in range(between)]
    entries = [value("i"), value("go"), value("s")]
    body = graph(nodes, entries, [value(f"on{between}"), value("t")])
    numbers = {"most": [(1 << 63) - 1], "two": [2], "yes": (BOOL, [True])}
    loop = ("Loop", f"{trips} yes x", "y", {"body": body})
    net = read([loop], ROWS, {"w": (6, 6)}, numbers)

    # while i < 2, told after the trip: three of 5×6 by 6×6
    assert (3 * 5 * 6 * 6, 36) == (net.macs, net.params)


def test_a_loop_that_never_ends():
    """What goes on and on is not read: neither by its condition nor without one."""
    nodes = [
        node("Relu", "s", "t"),
        node("Less", "i i", "off"),
        node("Not", "off", "on"),
    ]
    entries = [value("i"), value("go"), value("s")]
    for last in ("on", "go"):
        body = graph(nodes, entries, [value(last), value("t")])
        net = read(
            [("Loop", "- yes x", "y", {"body": body})],
            ROWS,
            {},
            {"yes": (BOOL, [True])},
        )

        assert "would be very many nodes" in str(net.unknown.reasons)


def test_a_loop_that_would_be_very_long():
    """A loop that becomes very many nodes is not read."""
    net = read(
        [("Loop", "n - x", "y k", {"body": loop_body()})],
        ROWS,
        {"w": (6, 6)},
        {"n": [10**6]},
    )

    assert "its loop runs 1000000 times" in str(net.unknown.reasons)


def test_a_scan():
    """A scan goes through its inputs step by step, with a state that is carried."""
    body = graph(
        [node("Add", "s p", "t"), node("MatMul", "t w", "u")],
        [value("s"), value("p")],
        [value("t"), value("u")],
    )
    net = read(
        [
            ("ReduceSum", "x a", "s", {"keepdims": 0}),
            (
                "Scan",
                "s x",
                "z y",
                {
                    "body": body,
                    "num_scan_inputs": 1,
                    "scan_input_axes": [1],
                    "scan_output_axes": [1],
                },
            ),
        ],
        ROWS,
        {"w": (6, 4)},
        {"a": [1]},
        "z y",
    )

    assert (5 * 24, 24) == (net.macs, net.params)
    assert ("6", "5×4") == tuple(map(str, net.output))


def test_a_map_over_a_sequence():
    """The body is read for each value of a sequence, with those of another."""
    body = graph([node("Add", "a b", "c")], [value("a"), value("b")], [value("c")])
    net = read(
        [
            ("SequenceConstruct", "x x x", "s"),
            ("SequenceMap", "s s", "t", {"body": body}),
            ("SequenceMap", "t x", "u", {"body": body}),
            ("ConcatFromSequence", "u", "y", {"axis": 1}),
        ],
        ROWS,
    )

    assert "15×6" == str(net.output)
    assert 6 == sum(row.name.startswith("add") for row in net.nodes)


def test_a_body_that_puts_out_nothing():
    """What the body of a map leaves out is not in the sequence."""
    body = graph([node("Optional", "", "c")], [value("a")], [value("c")])
    nodes = [
        ("SequenceConstruct", "x", "s"),
        ("SequenceMap", "s", "t", {"body": body}),
        ("SequenceLength", "t", "n"),
        ("Relu", "x", "y"),
    ]
    _, values = traced(file_of(nodes, ROWS))

    assert [0] == values["n"].numbers


def test_an_output_that_is_a_sequence():
    """Of a list of tensors that a graph puts out, each is an output."""
    net = read([("SequenceConstruct", "x x", "s")], ROWS, outputs="s")

    assert 2 == len(net.output)


def test_optional_values():
    """Whether an optional value is there is known, and what is not is none."""
    nodes = [
        ("Optional", "", "nothing"),
        ("OptionalHasElement", "nothing", "no"),
        ("OptionalHasElement", "x", "yes"),
        ("Relu", "x", "y"),
    ]
    _, values = traced(file_of(nodes, ROWS))

    assert ([False], [True]) == (values["no"].numbers, values["yes"].numbers)


# Functions.


def with_function(nodes, calls, *functions, weights=(), **more):
    """Return a file with local functions."""
    return file_of(calls, MAP, weights, functions=[nodes, *functions], my=1, **more)


def test_a_function_stands_for_its_nodes():
    """Attributes that refer to the caller's are filled; weights are shared by calls."""
    block = function(
        "Block",
        "x w",
        "z",
        [
            node("Conv", "x w", "c", refer={"pads": "around"}),
            node("Relu", "c", "z", refer={"alpha": "unset"}),
        ],
        ["around"],
    )
    calls = [
        ("my::Block", "x w", "a", {"around": [1, 1, 1, 1]}),
        ("my::Block", "a w", "y", {"around": [0, 0, 0, 0]}),
    ]
    net = from_onnx(with_function(block, calls, weights={"w": (3, 3, 3, 3)}))

    assert (81 * 64 + 81 * 36, 81) == (net.macs, net.params)
    assert "6×6×3" == str(net.output)


def test_functions_of_one_name():
    """A call says which of the functions that have its name it means."""
    narrow, wide = [
        function("Block", "x w", "z", [node("Conv", "x w", "z", pads=[n] * 4)])
        for n in (0, 1)
    ]
    calls = [
        put(1, node("my::Block", f"{x} w", y) + put(8, overload))
        for x, y, overload in (("x", "a", "narrow"), ("a", "y", "wide"))
    ]
    body = b"".join(calls) + graph(
        [], [value("x", (1, 3, 8, 8))], [value("y")], [tensor("w", (3, 3, 3, 3))]
    )
    functions = [narrow + put(13, "narrow"), wide + put(13, "wide")]
    net = from_onnx(model(body, functions=functions, my=1))

    assert (2 * 81 * 36, 81) == (net.macs, net.params)


def test_attributes_of_a_function_in_a_branch_of_it():
    """What refers to the caller's attributes may stand in a graph of the function."""
    inner = node("Conv", "x w", "c", refer={"pads": "around"})
    branch = graph([inner], [], [value("c")])
    yes = ("yes", [], BOOL, [True])
    chosen = node("If", "yes", "z", then_branch=branch, else_branch=branch)
    nodes = [node("Constant", "", "yes", value=yes), chosen]
    block = function("Block", "x w", "z", nodes, ["around"])
    calls = [("my::Block", "x w", "y", {"around": [1, 1, 1, 1]})]
    net = from_onnx(with_function(block, calls, weights={"w": (3, 3, 3, 3)}))

    assert "8×8×3" == str(net.output)


def test_constants_of_a_function_are_one_weight():
    """A weight within a function is the same at each call."""
    weight = ("w", [3, 3, 1, 1], FLOAT, [0.5] * 9)
    block = function(
        "Block",
        "x",
        "z",
        [node("Constant", "", "w", value=weight), node("Conv", "x w", "z")],
    )
    calls = [("my::Block", "x", "a"), ("my::Block", "a", "y")]
    net = from_onnx(with_function(block, calls))

    assert (2 * 9 * 64, 9) == (net.macs, net.params)


def test_outputs_that_a_function_lacks_are_none():
    """A call that puts out more than its function gets nothing for it."""
    block = function("Block", "x", "z q", [node("Relu", "x", "z")])
    calls = [("my::Block", "x", "a b c"), ("Identity", "a", "y")]
    _, values = traced(with_function(block, calls))

    assert values["b"] is None
    assert values["c"] is None


# Names.


def test_what_names_say_where_nodes_stand():
    """The weight's module, else the path of the node, else the exporter's scopes."""
    scopes = {"pkg.torch.onnx.name_scopes": "['', 'neck', 'neck.act', 'relu_1']"}
    nodes = [
        ("Conv", "x stem.conv1.weight", "a", "node_conv"),
        ("Relu", "a", "b", "/stem/stem.act/Relu"),
        ("Mul", "b stem.scale", "c", "node_mul"),
        ("Relu", "c", "d", "n7", {"meta": scopes}),
        ("Relu", "d", "e", "n8", {"meta": {"other": "?"}}),
        ("Sigmoid", "e", "f", "head/Sigmoid"),
        ("Tanh", "f", "y", "head/Tanh"),
    ]
    weights = {"stem.conv1.weight": (3, 3, 1, 1), "stem.scale": (3, 1, 1)}
    paths = [row.path for row in read(nodes, MAP, weights).nodes]

    assert ["stem/conv1", "stem/act", "stem/scale"] == paths[:3]
    assert ["neck/act", "relu1", "head/sigmoid1", "head/tanh1"] == paths[-4:]


def test_a_group_that_was_left_and_comes_back():
    """What stands in it then has both names in one; what comes again, a number."""
    nodes = [
        ("Conv", "x head.0.weight", "a", "/head/head.0/Conv"),
        ("Relu", "a", "b", "/act/Relu"),
        ("Conv", "b head.1.weight", "c", "/head.1/Conv"),
        ("Relu", "c", "d", "/act/Relu"),
        ("Sigmoid", "d", "e", "/head/Sigmoid"),
        ("Tanh", "e", "f", "/head/Tanh"),
        ("Relu", "f", "g", "/act/Relu"),
        ("Conv", "g head.0.weight", "y", "/head/head.0/Conv"),
    ]
    weights = {f"head.{n}.weight": (3, 3, 1, 1) for n in range(2)}
    paths = [row.path for row in read(nodes, MAP, weights).nodes]

    assert ["head/0", "act", "head.1", "act_2", "head.sigmoid"] == paths[:5]
    assert ["head.tanh", "act_3", "head_2/0"] == paths[5:]


def test_names_that_are_no_paths():
    """Very long names, scopes of nothing, and nodes that put out nothing."""
    long = "a/" * 600
    scopes = {"pkg.torch.onnx.name_scopes": "['']"}
    deep = {"pkg.torch.onnx.name_scopes": f"['', '{'m.' * 600}', 'relu']"}
    nodes = [
        ("Relu", "x", "a", long),
        ("Relu", "a", "b", "n", {"meta": scopes}),
        ("Relu", "b", "c", "m", {"meta": deep}),
        ("Mul", f"c {'w.' * 600}", "d"),
        ("Relu", "d", "y"),
    ]
    net = read(nodes, MAP, {"w." * 600: (3, 1, 1)})

    assert ["relu1", "relu2", "relu3"] == [row.path for row in net.nodes][:3]


HOSTILE = [
    "<script>alert(1)</script>",
    "$(rm -rf ~)`id`",
    "\\end{document}\\input{/etc/passwd}",
    '=HYPERLINK("http://x")',
    "a|b\n| --- |",
    "\x1b[2J\x00\u202e",
    "'); import os  # {{7*7}} %s",
    "x" * 5000,
    '"],"cnncalc":[',
]


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_names_are_harmless_in_every_format(name):
    """A name from a file is text wherever it is written, and shortened."""
    weights = {f"{name}.weight": (3, 3, 1, 1)}
    data = model(
        graph(
            [
                put(1, "x") + put(1, f"{name}.weight") + put(2, "a") + put(4, "Conv"),
                node(name[:100].replace("::", ""), "a", "y", name),
            ],
            [value("x", (1, 3, 8, 8))],
            [value("y")],
            [tensor(each, dims) for each, dims in weights.items()],
            name=name,
        )
    )
    net = from_onnx(data)
    summary = net.summary()

    assert 2 == len(net.nodes)
    assert max(len(row.path) for row in net.nodes) < 200
    assert "<script>alert" not in summary.to_html() + net.draw().to_svg()
    written = [x for x in summary.to_latex().splitlines() if not x.startswith("%")]
    assert not any("\\input{" in line for line in written)
    for text in (str(summary), summary.to_markdown(), summary.to_csv(), net.to_json()):
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert "x" * 200 not in text
    assert all(not line.startswith("=") for line in summary.to_csv().splitlines())


def test_paths_of_names():
    """What does not print goes; what is very deep is one name with dots."""
    assert ((), None) == path_of("...")
    assert 20 == len(path_of("a." * 30 + "z").groups) + 1


def test_names_are_given_once():
    """A number that is taken is passed over."""
    names = Unique()

    assert ["a", "a_2", "a_3"] == [
        names.name((), wanted) for wanted in ("a", "a_2", "a_3")
    ]
    assert "a_4" == names.name((), "a")


# Inputs.

STATED = Stated("x", ("N", 3, "H", "W"), 0, 1)
FIXED = Stated("x", (1, 3, 224, 224), 0, 1)


@pytest.mark.parametrize(
    ("stated", "given", "expected"),
    [
        (STATED, (3, 64, 48), (1, 3, 64, 48)),
        (STATED, (64, 48, 3), (1, 3, 64, 48)),
        (STATED, (2, 3, 64, 48), (2, 3, 64, 48)),
        (STATED, (2, 64, 48, 3), (2, 3, 64, 48)),
        (STATED, Shape(3, 48, 3), (1, 3, 3, 48)),
        (STATED, {"x": (3, 4, 5)}, (1, 3, 4, 5)),
        (STATED, {"H": 4, "W": 5, "N": 6}, (6, 3, 4, 5)),
        (STATED, [(3, 4, 5)], (1, 3, 4, 5)),
        (FIXED, None, (1, 3, 224, 224)),
        (FIXED, (3, 64, 32), (1, 3, 64, 32)),
        (FIXED, (64, 32, 3), (1, 3, 64, 32)),
        (Stated("v", (1, 10), 0, 1), 10, (1, 10)),
        (Stated("v", (10,), None, 0), (10,), (10,)),
        (Stated("v", (), None), (), ()),
        (Stated("v", None), (1, 2, 3), (1, 2, 3)),
        (Stated("t", (10, 1, 8), 1, 2), (10, 8), (10, 1, 8)),
    ],
)
def test_shapes_that_users_give(stated, given, expected):
    """In the file's order or channels last, with or without batch, by input or axis."""
    assert [expected] == input_shapes([stated], given)


@pytest.mark.parametrize(
    ("stated", "given", "message"),
    [
        ([STATED], None, "leaves 'H', 'W' open"),
        ([STATED], {"Q": 3}, "no input or axis 'Q'. There are 'x', 'H', 'N', 'W'"),
        ([STATED], {"H": 0}, "the size of 'H' is 0"),
        ([STATED], (1, 2), "is N×3×H×W, and 1×2 was given"),
        ([FIXED], (8, 3, 224, 224), "is 1×3×224×224, and 8×3×224×224 was given"),
        ([STATED], "3x4", "the shape of input 'x' is '3x4'"),
        ([STATED], (3, 0, 2), "the shape of input 'x' is (3, 0, 2)"),
        (
            [STATED],
            [(3, 1, 2), (3, 4, 4)],
            "shapes given: 2, and inputs of the model: 1",
        ),
        ([], (1,), "Give one for each of its inputs, of which there are none"),
        ([Stated("v", ("n", None, 3))], None, "Give its shape: input={'v': (224, 3)}"),
        ([Stated("v", None)], None, "input 'v' states no shape"),
        ([STATED], (3, 10**200, 10**200), "a number of 300 digits"),
    ],
)
def test_shapes_that_do_not_fit(stated, given, message):
    """What is missing or wrong is said by name, with what to write."""
    with pytest.raises(ConfigError) as error:
        input_shapes(stated, given)

    assert message in str(error.value)


def test_shapes_of_a_keras_model_in_turn():
    """A list gives each input its shape; what is left over takes the model's."""
    shape_of = sized_one([(4, 4, 3)])

    assert (1, 4, 4, 3) == shape_of("a", (None, 4, 4, 3))
    assert (1, 5) == shape_of("b", (None, 5))
    assert (1, 5) == sized_one({"b": (5,)})("b", [None, None])
    assert (1, 7) == sized_one((7,))("c", None)


@pytest.mark.parametrize(
    ("op", "shape", "expected"),
    [
        ("Conv", (1, 3, 8, 8), (8, 8, 3)),
        ("MatMul", (1, 5, 4, 6), (5, 4, 6)),
        ("Relu", (1, 3, 8, 8), (8, 8, 3)),
        ("Relu", (1, 5, 6), (5, 6)),
        ("Relu", (6,), (6,)),
        ("Relu", (), (1,)),
        ("Relu", ("n",), (1,)),
    ],
)
def test_the_order_of_an_input_follows_from_its_use(op, shape, expected):
    """What first uses an input tells where its channels are, else its axes do."""
    weights = {"Conv": (4, 3, 1, 1), "MatMul": (6, 2)}
    inputs = "h w" if op in weights else "h"
    nodes = [("Abs", "x", "h"), ("Abs", "x", "q"), (op, inputs, "y")]
    net = read(nodes, {"x": shape}, {"w": weights[op]} if op in weights else {})

    assert expected == tuple(net.input)


def test_a_recurrent_layer_has_its_batch_second():
    """Of T×N×C, which LSTMs of ONNX take, the second axis is the batch."""
    nodes = [("RNN", "x w r", "y")]
    weights = {"w": (1, 4, 6), "r": (1, 4, 4)}
    net = read(nodes, {"x": (5, "batch", 6)}, weights, batch=3)

    assert (5, 6) == tuple(net.input)
    assert (5 * 4 * 10, ()) == (net.macs, net.notes)


def test_inputs_that_are_tensors_of_the_file_are_none():
    """Older files list their weights among the inputs."""
    data = model(
        graph(
            [node("Conv", "x w", "y")],
            [value("x", (1, 3, 8, 8)), value("w", (4, 3, 1, 1))],
            [value("y")],
            [tensor("w", (4, 3, 1, 1))],
        )
    )

    assert (8, 8, 3) == from_onnx(data).input


def test_an_input_without_a_shape():
    """What states no shape is given one, with its batch."""
    data = file_of([("Conv", "x w", "y")], {"x": None}, {"w": (4, 3, 1, 1)})

    assert 64 * 12 == from_onnx(data, (1, 3, 8, 8)).macs
    with pytest.raises(ConfigError, match="input 'x' states no shape"):
        from_onnx(data)


# The batch.


def test_a_fixed_batch_is_divided_out():
    """What states a batch of 100 counts one input, if all of it scales."""
    net = read([("Conv", "x w", "y")], {"x": (100, 3, 8, 8)}, {"w": (4, 3, 1, 1)})

    assert (64 * 12, ()) == (net.macs, net.notes)


def test_a_batch_that_mixes_is_counted_whole():
    """What mixes a fixed batch with other axes is counted with all of it, and says so."""
    nodes = [("Reshape", "x s", "r"), ("MatMul", "r w", "y")]
    net = read(nodes, {"x": (4, 6)}, {"w": (24, 5)}, {"s": [1, 24]})

    assert 24 * 5 == net.macs
    assert "counts are of all 4 of its batch" in net.notes[0]


@pytest.mark.parametrize(
    ("nodes", "expected"),
    [
        ([("Slice", "x z o", "y")], "1×6"),
        ([("ReduceSum", "x z", "y", {"keepdims": 0})], "6"),
        ([("Concat", "x x", "y", {"axis": 0})], "8×6"),
        ([("Expand", "v s", "e"), ("Add", "x e", "y")], "4×6"),
    ],
)
def test_a_batch_of_which_parts_are_taken(nodes, expected):
    """What takes parts of a fixed batch, or reduces it, has it as an axis."""
    numbers = {"z": [0], "o": [1], "s": [4, 6]}
    net = read(nodes, {"x": (4, 6)}, {"v": (1, 6)}, numbers)

    assert {} == net.unknown.reasons
    assert expected == str(net.output)


def test_what_does_not_scale_is_noted():
    """A file with an open batch that only works at 1 says so."""
    nodes = [("Reshape", "x s", "r"), ("MatMul", "r w", "y")]
    net = read(nodes, {"x": ("N", 6)}, {"w": (6, 5)}, {"s": [1, 6]})

    assert 30 == net.macs
    assert "does not scale with the batch: at 2 counts differ" in net.notes[0]


def test_the_batch_is_a_count():
    """The batch is checked."""
    with pytest.raises(OptionError):
        read([("Relu", "x", "y")], MAP, batch=0)


# Notes, unknown operators, and those of users.


def test_another_size_than_the_file_states_is_noted():
    """A file of 8 × 8 may be read at 16 × 16; shapes that it states do not hold."""
    nodes = [("Conv", "x w", "c"), ("Odd", "c", "y")]
    stated = {"y": (1, 4, 8, 8)}
    net = read(nodes, MAP, {"w": (4, 3, 1, 1)}, given=(3, 16, 16), values=stated)

    assert "input 'x' is 1×3×8×8 in the file, and 1×3×16×16 here" == net.notes[0]
    assert (
        "256×12" == str(net.nodes[0].formulas["macs"])[:6] or net.nodes[0].macs == 3072
    )
    assert net.nodes[1].output is None


def test_shapes_that_the_file_states_help_behind_what_is_unknown():
    """Behind an operator that is not known, the file's own shape goes on."""
    nodes = [("Odd", "x", "o"), ("Conv", "o w", "y")]
    stated = {"o": ("N", 3, 4, 4)}
    net = read(nodes, {"x": ("N", 3, 8, 8)}, {"w": (5, 3, 1, 1)}, values=stated)

    assert 16 * 15 == net["conv1"].macs
    assert "what is not known: Odd 1×; see net.unknown" in net.notes
    missing = {"o": ("N", 3, "h", 4)}
    net = read(nodes, {"x": ("N", 3, 8, 8)}, {"w": (5, 3, 1, 1)}, values=missing)
    assert None is net.output
    assert "≥ 0" == str(net.macs)


def test_what_reaches_an_unknown_operator_of_weights_counts_once():
    """Weights of what is not known are its parameters."""
    net = read([("Odd", "x w", "a"), ("Odd", "a w", "y")], MAP, {"w": (5, 3)})

    assert 15 == net.params


def test_unused_weights_are_noted():
    """Tensors of weights that nothing uses count nothing."""
    net = read([("Relu", "x", "y")], MAP, {"w": (5, 3), "v": (2,)})

    assert ("17 numbers of 2 tensors are never used",) == net.notes
    assert 0 == net.params


@pytest.fixture
def table():
    """The operators of users, which are forgotten afterwards."""
    before = dict(TABLES["onnx"])
    yield TABLES["onnx"]
    TABLES["onnx"].clear()
    TABLES["onnx"].update(before)


def test_an_operator_of_a_user(table):
    """A user's function says which layer an operator is, from its node."""

    @interop.operator("onnx", "my.domain::Swoosh", "Odd")
    def swoosh(node):
        assert "swoosh" == node.name
        assert [(8, 8, 3)] == [*node.shapes]
        return Activation("silu" if node.get("beta", 0) == 2 else "relu")

    net = read([("my.domain::Swoosh", "x", "y", "swoosh", {"beta": 2})], MAP)

    assert ["silu1"] == [row.path for row in net.nodes]


def test_a_user_may_replace_an_operator_that_is_known(table):
    """What a user says of an operator goes before what the reader knows."""
    from cnncalc import FC

    interop.operator("onnx", "MatMul")(lambda node: FC(2, axis=-1, bias=False))
    net = read([("MatMul", "x w", "y")], ROWS, {"w": (6, 2)})

    assert ("5×2", 12) == (str(net.output), net.params)


def test_what_a_user_returns_may_not_fit(table):
    """A layer that changes the number of axes, or has no input, is not known."""
    from cnncalc import Flatten

    interop.operator("onnx", "Odd")(lambda node: Flatten())
    net = read([("Odd", "x", "y")], MAP)
    constant = read([("Odd", "w", "o"), ("Add", "x o", "y")], MAP, {"w": (3, 1, 1)})

    assert "another number of axes" in str(net.unknown.reasons)
    assert "nothing that depends on the input" in str(constant.unknown.reasons)


def test_operators_are_registered_by_format_and_name():
    """A format that is not known, or no name, is an error."""
    with pytest.raises(UnknownNameError):
        interop.operator("caffe", "Relu")
    with pytest.raises(OptionError):
        interop.operator("onnx")


# Tensors.


@pytest.mark.parametrize(
    "data",
    [
        put(7, 2) + put(7, 3),
        put(7, bytes([2, 3])),
        put(9, (2).to_bytes(8, "little") + (3).to_bytes(8, "little")),
    ],
)
def test_numbers_however_they_are_stored(data):
    """Numbers of a tensor may be packed, or each for itself, or raw bytes."""
    shape = put(1, 2) + put(2, INT64) + put(8, "n")
    body = graph(
        [node("Expand", "x n", "y")], [value("x", (1, 1))], [value("y")], [shape + data]
    )

    assert (2, 3) == tuple(from_onnx(model(body)).output)


@pytest.mark.parametrize(
    ("tensor_", "expected"),
    [
        (put(1, 1) + put(2, HALF) + put(5, 0x4000), [2.0]),
        (put(1, 1) + put(2, FLOAT) + put(4, 2.0), [2.0]),
        (put(1, 1) + put(2, FLOAT) + put(4, b"\0\0\0@"), [2.0]),
        (put(1, 1) + put(2, 11) + put(10, b"\0\0\0\0\0\0\0@"), [2.0]),
        (put(1, 1) + put(2, 13) + put(11, 2), [2]),
        (put(1, 2) + put(2, INT32) + put(5, 2), None),
        (put(1, 1) + put(2, 16) + put(9, b"\0\0"), None),
        (put(1, 2000) + put(2, INT32) + put(9, bytes(8000)), None),
        (put(1, 1) + put(2, INT32) + put(14, 1), None),
        (put(1, 0) + put(2, INT32), []),
        (put(1, 2000) + put(2, INT64) + put(7, b"\xff\xff\x01" * 2000), None),
    ],
)
def test_the_numbers_of_a_tensor(tensor_, expected):
    """Half precision, doubles, unsigned; none of what does not fit, or is elsewhere."""
    body = graph(
        [node("Relu", "x", "y")],
        [value("x", (1, 3))],
        [value("y")],
        [tensor_ + put(8, "n")],
    )
    _, values = traced(model(body))
    numbers = values["n"].numbers

    assert expected == (None if numbers is None else list(numbers))


def test_sparse_tensors_are_weights():
    """A sparse tensor has the shape that it stands for."""
    sparse = put(1, tensor("w", (7,))) + b"".join(put(3, n) for n in (4, 3, 1, 1))
    body = graph([node("Conv", "x w", "y")], [value("x", (1, 3, 8, 8))], [value("y")])
    net = from_onnx(model(body + put(15, sparse) + put(15, b"")))

    assert 12 == net.params

    constant = put(1, "sparse_value") + put(22, sparse) + put(20, 11)
    first = node("Constant", "", "w") + put(5, constant)
    body = graph(
        [first, node("Conv", "x w", "y")], [value("x", (1, 3, 8, 8))], [value("y")]
    )

    assert 12 == from_onnx(model(body)).params


def test_floats_of_a_constant_are_weights():
    """A constant that lists its numbers is the weight that its shape makes of it."""
    nodes = [
        ("Constant", "", "f", {"value_floats": [0.5] * 6}),
        ("Constant", "", "s", {"value_ints": [2, 3, 1, 1]}),
        ("Reshape", "f s", "w"),
        ("Conv", "x w", "y"),
    ]
    net = read(nodes, MAP)

    assert (6 * 64, 6) == (net.macs, net.params)


@pytest.mark.parametrize(
    ("attribute_", "expected"),
    [
        ({"value_ints": [2, 3]}, [2, 3]),
        ({"value_floats": [2.0]}, [2.0]),
        ({"value_float": 2.0}, [2.0]),
        ({"value": ("", [2], INT64, [4, 5])}, [4, 5]),
        ({"value": ("", [], INT64, [4])}, [4]),
    ],
)
def test_constants(attribute_, expected):
    """Constants are a tensor, a number or several."""
    nodes = [("Constant", "", "c", attribute_), ("Relu", "x", "y")]
    _, values = traced(file_of(nodes, MAP))

    assert expected == list(values["c"].numbers)


def test_attributes_that_protobuf_does_not_write():
    """An attribute that is 0 or empty has but its type."""
    empty = put(1, "axes") + put(20, 7)
    zero = put(1, "keepdims") + put(20, 2)
    odd = put(1, "other") + put(20, 99)
    raw = put(1, "x") + put(2, "y") + put(4, "ReduceSum")
    raw += put(5, empty) + put(5, zero) + put(5, odd)
    body = graph([raw], [value("x", (1, 5, 6))], [value("y")])

    assert "1" == str(from_onnx(model(body, opset=11)).output)
    assert attribute("a", 1) != attribute("a", 2)
