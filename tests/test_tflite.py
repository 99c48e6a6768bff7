"""TFLite files: what TensorFlow wrote, what is written by hand, and what is damaged."""

import random
import struct
import tracemalloc

import pytest
from flatbuffer_by_hand import flatbuffer, model
from tflm_facts import DATA, NETWORKS, written

from cnncalc import (
    CnncalcError,
    ConfigError,
    Conv2d,
    Shape,
    from_tflite,
    interop,
)
from cnncalc.interop.registry import TABLES
from cnncalc.interop.tflite.flatbuffer import root


class TestFilesOfTensorFlow:
    @pytest.mark.parametrize("network", NETWORKS, ids=lambda network: network["id"])
    @pytest.mark.parametrize("dtype", ["f32", "i8"])
    def test_small_networks(self, network, dtype):
        """Of a network as it was written and as it was converted, MACs are equal."""
        net = from_tflite(DATA / f"n{network['id']}_{dtype}.tflite")
        own = written(network)

        assert {} == dict(net.unknown.reasons)
        assert own.macs == net.macs
        assert own.output == net.output
        assert ("tflite", "int8" if dtype == "i8" else "float32") == (
            net.source.format,
            net.source.tensors[0].dtype,
        )

    def test_an_autoencoder(self):
        """TensorFlow's graph of it has 6,715,464 MACs; its scales are one a channel."""
        net = from_tflite((DATA / "autoencoder_int8.tflite").read_bytes())
        weights = [t for t in net.source.tensors if len(t.scale) > 1]

        assert 6_715_464 == net.macs
        assert Shape(61, 45, 3) == net.input == net.output
        assert all(len(t.zero_point) == len(t.scale) for t in weights)
        assert weights


X, Y = ("x", (1, 8, 8, 3), "float32", None), ("y", (1, 8, 8, 3), "float32", None)


def one(name, shape, out, *others, options=None):
    """Return the network of one operator on a tensor and others with their numbers."""
    tensors = [("x", shape, "float32", None), *others]
    outs = out if isinstance(out, list) else [out]
    tensors += [(f"y{n}", each, "float32", None) for n, each in enumerate(outs)]
    first = len(others) + 1
    places = list(range(first, first + len(outs)))
    step = (name, list(range(first)), places, options)
    return from_tflite(model(tensors, [step], [0], places))


def ints(*numbers):
    """Return a tensor of whole numbers."""
    return ("n", (len(numbers),), "int32", numbers)


def weights(*shape):
    """Return a tensor of weights, of which only the sizes matter."""
    size = 1
    for n in shape:
        size *= n
    return ("w", shape, "float32", [0.5] * size)


class TestOperators:
    def test_convolutions(self):
        """Strides, dilations and paddings are where the schema has them."""
        stride = {0: ("b", 1), 1: ("i", 2), 2: ("i", 1), 4: ("i", 1), 5: ("i", 2)}
        net = one(
            "CONV_2D",
            (1, 9, 9, 3),
            (1, 5, 4, 8),
            weights(8, 3, 3, 3),
            weights(8),
            options=stride,
        )
        deep = {0: ("b", 0), 1: ("i", 2), 2: ("i", 2), 3: ("i", 2), 4: ("b", 3)}
        depth = one(
            "DEPTHWISE_CONV_2D",
            (1, 8, 8, 3),
            (1, 4, 4, 6),
            weights(1, 3, 3, 6),
            weights(6),
            options=deep,
        )

        assert (3 * 3 * 3 * 8 + 8, 3 * 3 * 3 * 8 * 20) == (net.params, net.macs)
        assert (3 * 3 * 6 + 6, 3 * 3 * 6 * 16) == (depth.params, depth.macs)
        assert "relu6" == depth.nodes[-1].layer.function

    def test_convolutions_of_volumes(self):
        """The depth's stride stands before those of width and height."""
        options = {0: ("b", 0), 1: ("i", 1), 2: ("i", 2), 3: ("i", 2)}
        net = one(
            "CONV_3D",
            (1, 4, 8, 8, 2),
            (1, 4, 4, 4, 5),
            weights(3, 3, 3, 2, 5),
            options=options,
        )

        assert 27 * 2 * 5 * 64 == net.macs

    @pytest.mark.parametrize(
        ("size", "kernel", "stride", "out"),
        [(4, 3, 2, 8), (4, 2, 2, 8), (4, 1, 2, 8), (4, 4, 1, 7)],
    )
    def test_transposed_convolutions(self, size, kernel, stride, out):
        """Of the size that the file says: each input times the kernel is a MAC."""
        tensors = [
            ("n", (4,), "int32", (1, out, out, 5)),
            weights(5, kernel, kernel, 3),
            ("x", (1, size, size, 3), "float32", None),
            ("y", (1, out, out, 5), "float32", None),
        ]
        options = {0: ("b", 0), 1: ("i", stride), 2: ("i", stride)}
        net = from_tflite(
            model(tensors, [("TRANSPOSE_CONV", [0, 1, 2], [3], options)], [2], [3])
        )

        assert kernel * kernel * 3 * 5 * size * size == net.macs

    def test_linear_layers(self):
        """A map is a vector to one; more rows are kept."""
        flat = one(
            "FULLY_CONNECTED", (1, 2, 2, 3), (1, 10), weights(10, 12), weights(10)
        )
        rows = one("FULLY_CONNECTED", (1, 7, 3), (1, 7, 5), weights(5, 3))

        assert (130, 120) == (flat.params, flat.macs)
        assert (15, 7 * 15) == (rows.params, rows.macs)

    def test_products(self):
        """A product of two activations, one of them transposed."""
        tensors = [
            ("a", (1, 4, 6), "float32", None),
            ("b", (1, 5, 6), "float32", None),
            ("y", (1, 4, 5), "float32", None),
            ("w", (7, 6), "float32", [1.0] * 42),
            ("v", (7, 6), "float32", [1.0] * 42),
            ("s", (7, 6), "float32", None),
            ("z", (1, 4, 7), "float32", None),
        ]
        steps = [("BATCH_MATMUL", [0, 1], [2], {1: ("?", True)})]
        net = from_tflite(model(tensors, steps, [0, 1], [2]))
        steps = [("ADD", [3, 4], [5], None), ("FULLY_CONNECTED", [0, 5], [6], None)]
        computed = from_tflite(model(tensors, steps, [0], [6]))

        assert 4 * 5 * 6 == net.product_macs == net.macs
        assert (84, 4 * 7 * 6) == (computed.params, computed.macs)

    @pytest.mark.parametrize(
        ("name", "shape", "out", "others", "options"),
        [
            ("MAX_POOL_2D", (1, 8, 8, 3), (1, 4, 4, 3), (), {0: ("b", 1), 1: ("i", 2), 2: ("i", 2), 3: ("i", 2), 4: ("i", 2)}),
            ("AVERAGE_POOL_2D", (1, 9, 9, 3), (1, 5, 5, 3), (), {0: ("b", 0), 1: ("i", 2), 2: ("i", 2), 3: ("i", 2), 4: ("i", 2)}),
            ("RESHAPE", (1, 8, 8, 3), (1, 64, 3), (), None),
            ("SQUEEZE", (1, 1, 8, 3), (1, 8, 3), (), None),
            ("TRANSPOSE", (1, 4, 5, 6), (1, 6, 4, 5), (ints(0, 3, 1, 2),), None),
            ("PAD", (1, 4, 5, 6), (1, 6, 5, 6), (ints(0, 0, 1, 1, 0, 0, 0, 0),), None),
            ("MIRROR_PAD", (1, 4, 5, 6), (1, 6, 5, 6), (ints(0, 0, 1, 1, 0, 0, 0, 0),), None),
            ("MIRROR_PAD", (1, 4, 5, 6), (1, 6, 5, 6), (ints(0, 0, 1, 1, 0, 0, 0, 0),), {0: ("b", 1)}),
            ("RESIZE_BILINEAR", (1, 4, 4, 3), (1, 8, 8, 3), (ints(8, 8),), None),
            ("RESIZE_NEAREST_NEIGHBOR", (1, 4, 4, 3), (1, 6, 8, 3), (ints(6, 8),), None),
            ("MEAN", (1, 4, 4, 3), (1, 3), (ints(1, 2),), None),
            ("ARG_MAX", (1, 4, 4, 3), (1, 4, 4), (ints(-1),), None),
            ("DEPTH_TO_SPACE", (1, 4, 4, 8), (1, 8, 8, 2), (), {0: ("i", 2)}),
            ("SPACE_TO_DEPTH", (1, 4, 4, 2), (1, 2, 2, 8), (), {0: ("i", 2)}),
            ("BROADCAST_TO", (1, 1, 1, 3), (1, 4, 4, 3), (ints(1, 4, 4, 3),), None),
            ("TILE", (1, 2, 2, 3), (1, 4, 2, 3), (ints(1, 2, 1, 1),), None),
            ("SLICE", (1, 4, 4, 3), (1, 2, 4, 3), (ints(0, 1, 0, 0), ints(1, 2, 4, 3)), None),
            ("STRIDED_SLICE", (1, 4, 4, 3), (1, 2, 3), (ints(0, 0, 1, 0), ints(1, 4, 2, 3), ints(1, 2, 1, 1)), {0: ("i", 1), 1: ("i", 1), 4: ("i", 4)}),
            ("GATHER", (1, 4, 4, 3), (1, 2, 4, 3), (ints(1, 3),), {0: ("i", 1)}),
            ("GATHER", (1, 4, 4, 3), (1, 4, 3), (("n", (), "int32", (1,)),), {0: ("i", 1)}),
            ("SOFTMAX", (1, 10), (1, 10), (), None),
            ("EXP", (1, 10), (1, 10), (), None),
            ("QUANTIZE", (1, 10), (1, 10), (), None),
        ],
    )  # fmt: skip
    def test_what_weighs_nothing(self, name, shape, out, others, options):
        """Moves, pools and functions put out what the file says, and count nothing."""
        net = one(name, shape, out, *others, options=options)

        assert {} == dict(net.unknown.reasons)
        assert (0, 0) == (net.params, net.macs)
        assert out[1:] == tuple(net.output)

    def test_parts(self):
        """Splits and unpacked rows are several tensors."""
        split = one("SPLIT_V", (1, 4, 6), [(1, 4, 2), (1, 4, 4)], ints(2, 4), ints(2))
        rows = one(
            "UNPACK", (1, 2, 6), [(1, 6), (1, 6)], options={0: ("i", 2), 1: ("i", 1)}
        )
        tensors = [("n", (1,), "int32", (2,)), ("x", (1, 4, 6), "float32", None)]
        tensors += [(name, (1, 4, 3), "float32", None) for name in "ab"]
        equal = from_tflite(
            model(tensors, [("SPLIT", [0, 1], [2, 3], None)], [1], [2, 3])
        )

        assert ((4, 2), (4, 4)) == split.output
        assert ((6,), (6,)) == rows.output
        assert ((4, 3), (4, 3)) == equal.output

    def test_joins(self):
        """Two values, or one and a number, are put together one by one; or stacked."""
        tensors = [
            X,
            ("z", (1, 8, 8, 3), "float32", None),
            Y,
            ("c", (), "float32", (2.0,)),
        ]
        add = from_tflite(
            model(tensors, [("ADD", [0, 1], [2], {0: ("b", 1)})], [0, 1], [2])
        )
        scaled = from_tflite(model(tensors, [("MUL", [0, 3], [2], None)], [0], [2]))
        tensors[2] = ("y", (1, 8, 8, 6), "float32", None)
        cat = from_tflite(
            model(
                tensors, [("CONCATENATION", [0, 1], [2], {0: ("i", -1)})], [0, 1], [2]
            )
        )
        tensors[2] = ("y", (1, 2, 8, 8, 3), "float32", None)
        pack = from_tflite(
            model(
                tensors,
                [("PACK", [0, 1], [2], {0: ("i", 2), 1: ("i", 1)})],
                [0, 1],
                [2],
            )
        )

        assert ["add", "activation: relu"] == [row.role for row in add.nodes]
        assert [Shape(8, 8, 3), Shape(8, 8, 6)] == [scaled.output, cat.output]
        assert (2, 8, 8, 3) == pack.output

    def test_weights_of_values(self):
        """A bias by itself and slopes are parameters; a table of words is looked up."""
        bias = one("ADD", (1, 8, 8, 3), (1, 8, 8, 3), weights(3))
        slopes = one("PRELU", (1, 8, 8, 3), (1, 8, 8, 3), weights(1, 1, 3))
        tensors = [
            ("x", (1, 5), "int32", None),
            weights(100, 16),
            ("y", (1, 5, 16), "float32", None),
        ]
        for step in (
            ("EMBEDDING_LOOKUP", [0, 1], [2], None),
            ("GATHER", [1, 0], [2], None),
        ):
            assert 1600 == from_tflite(model(tensors, [step], [0], [2])).params

        assert (3, 3) == (bias.params, slopes.params)

    def test_sizes_are_numbers(self):
        """What is made of sizes alone is no node."""
        tensors = [
            X,
            ("s", (4,), "int32", None),
            ("a", (2,), "int32", (1, 2)),
            ("b", (2,), "int32", None),
            ("f", (4,), "float32", None),
            Y,
        ]
        steps = [
            ("SHAPE", [0], [1], None),
            ("ADD", [2, 2], [3], None),
            ("FILL", [1, 2], [4], None),
            ("RELU", [0], [5], None),
        ]
        net = from_tflite(model(tensors, steps, [0], [5]))

        assert ["activation: relu"] == [row.role for row in net.nodes]

    def test_what_is_not_known(self):
        """An operator of somebody's own is unknown, and has the shape that is stated."""
        net = one("MyOp", (1, 8, 8, 3), (1, 4, 4, 3))
        odd = one(
            "STRIDED_SLICE",
            (1, 4, 6),
            (1, 4, 6),
            ints(0, 0),
            ints(1, 4),
            ints(1, 1),
            options={2: ("i", 1)},
        )
        wrong = one("RELU", (1, 8, 8, 3), (1, 4, 4, 3))
        moved = one("TRANSPOSE", (1, 4, 6), (1, 6, 4), ("n", (3,), "int32", None))

        assert ["unknown: MyOp"] == [row.role for row in net.nodes]
        assert Shape(4, 4, 3) == net.output
        assert "it is no operator that is known here" in str(net.unknown)
        assert "an ellipsis" in str(odd.unknown)
        assert "the file says" in str(wrong.unknown)
        assert "is missing" in str(moved.unknown)

    def test_numbers_alone(self):
        """A sum of two numbers is a number, and no node."""
        one, two = ("one", (), "float32", [1.0]), ("two", (), "float32", [2.0])
        three = ("three", (), "float32", None)
        steps = [("ADD", [1, 2], [3], None), ("RELU", [0], [4], None)]
        net = from_tflite(model([X, one, two, three, Y], steps, [0], [4]))

        assert ["relu"] == [row.layer.function for row in net.nodes]


class TestOperatorsOfOnesOwn:
    def test_it_is_told_of_shapes(self, monkeypatch):
        """A custom operator is taken by the function that is told for it."""
        monkeypatch.setitem(TABLES, "tflite", {**TABLES["tflite"]})
        seen = []

        @interop.operator("tflite", "Swoosh")
        def swoosh(node):
            seen.append(node.shapes)
            return node.x

        step = ("Swoosh", [0], [1], None)
        net = from_tflite(model([X, Y], [step], [0], [1]))

        assert [((8, 8, 3),)] == seen
        assert {} == dict(net.unknown.reasons)

    def test_another_shape_than_the_files(self, monkeypatch):
        """What it returns is compared with what the file says, which is right."""
        monkeypatch.setitem(TABLES, "tflite", {**TABLES["tflite"]})
        interop.operator("tflite", "Swoosh")(lambda node: Conv2d(3, 5))

        net = from_tflite(model([X, Y], [("Swoosh", [0], [1], None)], [0], [1]))

        assert [
            "unknown: Swoosh: it makes (1, 6, 6, 5), and the file says (1, 8, 8, 3)"
        ] == [*net.unknown.reasons.values()]


class TestDamage:
    WHOLE = (DATA / "n11_i8.tflite").read_bytes()

    @pytest.mark.parametrize("count", range(0, len(WHOLE), 97))
    def test_a_file_that_is_cut_off(self, count):
        """A part of a file is refused in one line, wherever it ends."""
        with pytest.raises(ConfigError):
            from_tflite(self.WHOLE[:count])

    def test_bytes_that_changed(self):
        """Whatever a byte becomes, it is an answer or one of our errors."""
        draws = random.Random(7)
        for _ in range(1500):
            raw = bytearray(self.WHOLE)
            for _ in range(draws.choice([1, 1, 2, 8])):
                raw[draws.randrange(8, len(raw))] = draws.randrange(256)
            try:
                net = from_tflite(bytes(raw))
            except CnncalcError:
                continue
            assert net.macs >= 0

    @pytest.mark.parametrize(
        ("table", "words"),
        [
            ({0: ("I", 3)}, "there is no graph"),
            ({2: [{3: [{}]}]}, "of kind 0 among 0"),
            ({1: [{}], 2: [{3: [{1: ("i", [4])}]}]}, "has tensor 4 among 0"),
            ({2: [{1: ("i", [2])}]}, "the graph has tensor 2"),
            ({2: [{0: [{0: ("i", [-5])}]}]}, "a size below 0"),
            ({2: [{0: [{2: ("I", 9)}]}]}, "has buffer 9"),
        ],
    )
    def test_places_that_are_not_there(self, table, words):
        """A place that points nowhere is named."""
        with pytest.raises(ConfigError, match=words):
            from_tflite(flatbuffer(table))

    def test_an_operator_without_output(self):
        """What it would make is asked of the file, which does not say."""
        net = from_tflite(model([X], [("RESHAPE", [0], [], None)], [0], [0]))

        assert Shape(8, 8, 3) == net.output

    def test_sizes_that_depend_on_data(self):
        """An order of axes that another input states is not known."""
        order = ("order", (4,), "int32", None)
        turned = ("y", (1, 3, 8, 8), "float32", None)
        step = ("TRANSPOSE", [0, 1], [2], None)
        net = from_tflite(model([X, order, turned], [step], [0, 1], [2]))

        assert "depend on data" in str(net.unknown)

    def test_a_list_that_ends_behind_the_file(self):
        """A list of numbers may end where the file does, and no byte further."""
        raw = bytearray(flatbuffer({4: ("i", [1, 2, 3])}))
        place = raw.index(struct.pack("<4i", 3, 1, 2, 3))
        table = root(bytes(raw[: place + 16]))

        assert (1, 2, 3) == table.numbers(4)
        with pytest.raises(ConfigError, match="a list of 3 does not fit"):
            root(bytes(raw[: place + 15])).numbers(4)

    def test_other_formats(self, tmp_path):
        """What is something else is called by its name."""
        (tmp_path / "a.tflite").write_bytes(b"PK\3\4....")

        with pytest.raises(ConfigError, match="zip archive"):
            from_tflite(tmp_path / "a.tflite")
        with pytest.raises(ConfigError, match="are not TFL3"):
            from_tflite(b"something else")
        with pytest.raises(ConfigError, match="cannot be read"):
            from_tflite(tmp_path / "b.tflite")

    def test_a_second_graph(self):
        """Of several graphs the first is read, and a note says so."""
        tensors = [{0: ("i", [1, 4]), 3: "x"}]
        graph = {0: tensors, 1: ("i", [0]), 2: ("i", [0]), 3: []}
        net = from_tflite(flatbuffer({2: [graph, graph]}))

        assert ("1 graphs beside the first are not read",) == net.notes


def test_a_large_file_is_read_where_it_is(tmp_path):
    """Of 17 MB a tenth is never in memory; of so large a file no hash is made."""
    taps = ("w", (16, 3, 3, 3), "float32", [0.5] * 432)
    tensors = [X, taps, ("y", (1, 8, 8, 16), "float32", None)]
    options = {0: ("b", 0), 1: ("i", 1), 2: ("i", 1)}
    raw = model(tensors, [("CONV_2D", [0, 1], [2], options)], [0], [2])
    path = tmp_path / "large.tflite"
    path.write_bytes(raw + bytes(17 << 20))
    from_tflite(raw)
    tracemalloc.start()
    net = from_tflite(path)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert 432 * 64 == net.macs
    assert peak < (17 << 20) / 10
    assert ("", 3) == (net.source.sha256, len(net.source.tensors))


def test_an_input_of_nothing():
    """An input of which a size is 0 has no values, and is refused by its name."""
    tensors = [(name, (1, 0, 3), "float32", None) for name in "xy"]

    with pytest.raises(ConfigError, match="input 'x' is 1×0×3, which has a size of 0"):
        from_tflite(model(tensors, [("RELU", [0], [1], None)], [0], [1]))
