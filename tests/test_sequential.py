"""Sequential: immutable, fluent, open or with an input, a sequence and a value."""

import copy
import inspect
import pickle
import threading

import pytest
from drawn import PUBLIC, chains_of_parts
from hypothesis import given
from hypothesis import strategies as st
from strategies import chains_on, maps

import cnncalc
from cnncalc import (
    FC,
    ConfigError,
    Conv2d,
    Graph,
    GraphError,
    Norm,
    OpenNetworkError,
    Pool,
    Sequential,
    Shape,
    ShapeError,
    UnknownNameError,
    UnknownPositionError,
    zoo,
)
from cnncalc.blocks import Chain
from cnncalc.graph import Block


class Two(Block):
    """A block that puts out two tensors."""

    name = None

    def lower(self, g, *xs):
        return xs[0], xs[0]


def lenet(**settings):
    return Sequential(**settings).conv(5, 6).pool(2).conv(5, 16).pool(2).fc(120)


class TestGrowing:
    def test_each_call_gives_a_longer_network(self):
        """A fluent call returns a new network and leaves the old one as it was."""
        short = Sequential(input=(32, 32, 1)).conv(5, 6)
        long = short.pool(2)

        assert (1, 2) == (len(short), len(long))
        assert (Shape(28, 28, 6), Shape(14, 14, 6)) == (short.output, long.output)

    def test_one_beginning_may_grow_two_ways(self):
        """Two networks made from the same one do not see each other."""
        trunk = Sequential(input=(32, 32, 1)).conv(5, 6)
        a, b = trunk.pool(2).fc(3), trunk.conv(3, 8)

        assert (["conv1", "pool1", "fc1"], ["conv1", "conv2"]) == (
            [row.name for row in a.nodes],
            [row.name for row in b.nodes],
        )
        assert 1 == len(trunk)

    @given(chains_of_parts(), st.data())
    def test_pieces_equal_the_whole(self, drawn, data):
        """Building in one go, step by step, or by adding networks is the same."""
        x, parts = drawn
        whole = Sequential(x).add(*parts)
        cut = data.draw(st.integers(0, len(parts)))
        stepwise = Sequential(x)
        for part in parts:
            stepwise = stepwise.add(part)
        head, tail = Sequential().add(*parts[:cut]), Sequential().add(*parts[cut:])

        assert whole == stepwise == Sequential(x).add(head, tail)
        assert hash(whole) == hash(stepwise)

    @given(maps, st.data())
    def test_shapes_are_those_of_a_walk(self, x, data):
        """Each row's output is what its layer makes of the row before."""
        layers = data.draw(chains_on(x, least=1, most=8))
        net, shape = Sequential(x).add(*layers), x
        for layer in layers:
            shape = layer.output(shape)

        assert shape == net.output
        assert [r.input for r in net.nodes][1:] == [r.output for r in net.nodes][:-1]

    def test_a_failed_call_changes_nothing(self):
        """After an error the network still stands, and can be gone on from."""
        net = lenet(input=(32, 32, 1))
        before = net.nodes
        for _ in range(2):
            with pytest.raises(ShapeError):
                net.add(FC(4), Conv2d(3, 3))

        assert before == net.nodes
        assert ["fc1", "fc2"] == [row.name for row in net.fc(4).nodes][-2:]

    def test_adding_nothing_is_the_same_network(self):
        """An empty addition gives an equal network."""
        net = lenet(input=(32, 32, 1))

        assert net == net.add() == net.add(Sequential())

    def test_many_threads_may_share_a_network(self):
        """Threads that extend one network at once each get their own."""
        trunk = Sequential(input=(32, 32, 1)).conv(5, 6)
        results = {}

        def grow(filters):
            net = trunk
            for _ in range(20):
                net = net.conv(1, filters)
            results[filters] = [row.output.channels for row in net.nodes]

        threads = [threading.Thread(target=grow, args=(n,)) for n in range(1, 40)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

        assert {n: [6] + [n] * 20 for n in range(1, 40)} == results


class TestErrors:
    @pytest.mark.parametrize(
        ("make", "kind", "message"),
        [
            (
                lambda net: net.fc(9).conv(3, 8),
                ShapeError,
                "conv1: Conv2d on 9: it works on a map, and a vector of 9 reached it. "
                "Put it before the layer that makes the vector.",
            ),
            (
                lambda net: net.conv(29, 8, name="big"),
                ShapeError,
                "big: Conv2d on 28×28×6: its kernel 29×29 is larger than the padded map "
                "28×28. Use a smaller kernel, more padding or a larger input.",
            ),
            (
                lambda net: net.conv(0, 8),
                ConfigError,
                "conv1: Conv2d: kernel is 0. It must be a positive integer, or a pair "
                "(height, width) of them.",
            ),
            (
                lambda net: net.conv(3, 8, name="C"),
                ConfigError,
                'C: Conv2d on 28×28×6: the name "C" is given twice in this scope. '
                "Choose another, or leave it out.",
            ),
            (
                lambda net: net.pool("2", name="P"),
                ConfigError,
                "P: Pool: kernel is '2'. It must be a positive integer, or a tuple "
                "of them, one for each axis.",
            ),
            (
                lambda net: net.pool(2, name=7),
                ConfigError,
                "pool1: Pool: name is 7. It must be a text that is not empty, nor has "
                "an empty part at a slash.",
            ),
            (
                lambda net: net.add(Sequential(name="g").conv(3, 4).fc(2).pool(2)),
                ShapeError,
                "g/pool1: Pool on 2: it works on a map, and a vector of 2 reached it. "
                "Put it before the layer that makes the vector.",
            ),
            (
                lambda net: net.add(3),
                ConfigError,
                "3 is neither a layer nor a block. Add a layer, such as Conv2d(5, 6), "
                "or a Sequential.",
            ),
            (
                lambda net: net.add(Two()),
                GraphError,
                "Two: it puts out several tensors, and a chain goes on from one. "
                "Use a Builder.",
            ),
        ],
    )
    def test_say_where_what_why_and_what_to_do(self, make, kind, message):
        """A message has place, layer, what arrived, the reason and the cure."""
        net = Sequential(input=(32, 32, 1)).conv(5, 6, name="C")

        with pytest.raises(kind) as caught:
            make(net)

        assert message == str(caught.value)
        assert caught.value.__suppress_context__ or not caught.value.__context__

    @pytest.mark.parametrize("wrong", ["", 3, ["x"]])
    def test_a_name_is_a_text(self, wrong):
        """A network's name is a text that is not empty."""
        with pytest.raises(ConfigError, match="Sequential: name is "):
            Sequential(name=wrong)

    @pytest.mark.parametrize("wrong", [0, (3, 0), "x", (0, 3, 3), 2.5, True])
    def test_an_input_is_a_shape(self, wrong):
        """An input that is no shape is refused."""
        with pytest.raises(ConfigError, match="Shape: "):
            Sequential(input=wrong)

    def test_an_open_network_checks_names_too(self):
        """Without an input, a name that is given twice is refused all the same."""
        net = Sequential().conv(5, 6, name="C")

        with pytest.raises(ConfigError, match='C: the name "C" is given twice'):
            net.conv(5, 6, name="C")

    def test_an_open_network_says_where_a_layer_would_stand(self):
        """Without an input, a wrong field names the layer's place."""
        with pytest.raises(ConfigError, match="conv2: Conv2d: filters is 0"):
            Sequential().conv(5, 6).conv(5, 0)


class TestOpen:
    @pytest.mark.parametrize(
        "ask",
        [
            lambda net: net.params,
            lambda net: net.macs,
            lambda net: net.output,
            lambda net: net.nodes,
            lambda net: net.summary(),
            lambda net: net["conv1"],
            lambda net: net[0],
            lambda net: list(net),
            lambda net: net.memory(),
            lambda net: net.receptive_field,
            lambda net: "conv1" in net,
        ],
    )
    def test_a_question_names_the_missing_call(self, ask):
        """Asked for a number, an open network says how to give it an input."""
        with pytest.raises(
            OpenNetworkError, match=r"Give it one: net.on\(\(32, 32, 1\)\)"
        ):
            ask(Sequential().conv(5, 6))

    def test_on_gives_it_a_shape(self):
        """An open network gets its shape later, as often as one likes."""
        net = lenet()

        assert net.input is None
        assert lenet(input=(32, 32, 1)) == net.on((32, 32, 1))
        assert Shape(61, 61, 16) == net.on((256, 256, 3))[:4].output

    def test_a_network_with_a_shape_can_get_another(self):
        """A network that has an input can be asked about another."""
        net = lenet(input=(32, 32, 1), name="x")

        assert lenet(input=(64, 64, 3)) == net.on((64, 64, 3))
        assert "x" == net.on((64, 64, 3)).name

    def test_summary_takes_the_shape(self):
        """The summary of an open network takes its input."""
        assert str(lenet(input=(32, 32, 1)).summary()) == str(
            lenet().summary(input=(32, 32, 1))
        )


class TestNames:
    def test_are_automatic_by_kind(self):
        """Names count each kind; an activation is named after its function."""
        net = lenet(input=(32, 32, 1)).relu().norm().activation("relu").softmax()
        names = [row.name for row in net.nodes]

        assert ["conv1", "pool1", "conv2", "pool2", "fc1"] == names[:5]
        assert ["relu1", "norm1", "relu2", "softmax1"] == names[5:]

    def test_automatic_names_make_way_for_given_ones(self):
        """A given name is never taken by an automatic one, before it or after."""
        net = Sequential(input=9).fc(1).fc(2, name="fc1").fc(3).fc(4, name="fc4").fc(5)

        assert ["fc2", "fc1", "fc3", "fc4", "fc5"] == [row.name for row in net.nodes]

    def test_a_longer_network_does_not_rename_a_shorter_one(self):
        """The names of a network do not depend on what was made from it."""
        short = Sequential(input=9).fc(1)
        short.fc(2, name="fc1")

        assert ["fc1"] == [row.name for row in short.nodes]

    def test_a_named_network_is_a_group(self):
        """A network with a name is added as a group, one without is not."""
        block = Sequential().conv(3, 8, name="c")
        net = Sequential(input=(9, 9, 3)).add(
            block, Sequential(name="g").add(block, Sequential(name="h").add(block))
        )

        assert ["c", "g/c", "g/h/c"] == [row.path for row in net.nodes]
        assert [(), ("g",), ("g", "h")] == [row.scope for row in net.nodes]
        assert [("input1",), ("c",), ("g/c",)] == [row.inputs for row in net.nodes]

    def test_an_empty_group_is_nothing(self):
        """A group without layers leaves no node."""
        net = Sequential(input=3).add(Sequential(name="g"))

        assert ((), Shape.of(3)) == (net.nodes, net.output)
        assert 0 == len(net)


class TestSequence:
    def test_a_network_alone_is_empty(self):
        """An input alone has output = input, no nodes, and totals of 0."""
        net = Sequential(input=(32, 32, 1))

        assert (net.input, 0, ()) == (net.output, len(net), net.nodes)
        assert (0,) * 6 == (
            net.params,
            net.trainable_params,
            net.buffers,
            net.connections,
            net.macs,
            net.activations,
        )
        assert net

    def test_positions_and_names_give_rows(self):
        """A step is found by position, from either end, and by name."""
        net = lenet(input=(32, 32, 1))

        assert net.nodes[2] == net[2] == net[-3] == net["conv2"]
        assert list(net.nodes) == list(net)
        assert "conv2" in net
        assert "conv9" not in net
        assert 2 not in net

    def test_a_group_is_a_network(self):
        """A group is found by position or name, and has its subtotals."""
        group = Sequential(name="g").conv(3, 8).conv(3, 8)
        net = Sequential(input=(9, 9, 3)).conv(1, 3).add(group).fc(2)

        assert isinstance(net["g"], Graph)
        assert net[1] == net["g/conv1"]
        assert 3 * 3 * 3 * 8 + 8 + 3 * 3 * 8 * 8 + 8 == net["g"].params
        assert (Shape(9, 9, 3), Shape(5, 5, 8)) == (net["g"].input, net["g"].output)
        assert 4 == len(net)

    def test_slices_are_networks(self):
        """A slice is a network on the shape that reaches it."""
        net = lenet(input=(32, 32, 1))

        assert Sequential(input=(14, 14, 6)).conv(5, 16).pool(2) == net[2:4]
        assert Sequential(input=(32, 32, 1)) == net[:0]
        assert net == net[:]
        assert Sequential().pool(2) == lenet()[1:2]
        assert net[:0].add(net[::2]) == Sequential(input=(32, 32, 1)).conv(5, 6).conv(
            5, 16
        ).fc(120)

    def test_what_is_not_there_is_told_with_what_is(self):
        """A wrong name is answered with the nearest, a wrong position with the count."""
        net = lenet(input=(32, 32, 1))

        with pytest.raises(
            UnknownNameError, match="no node or group 'Conv3'. The near"
        ):
            net["Conv3"]
        with pytest.raises(UnknownNameError, match='There are: "input1", "conv1"'):
            net["zzz"]
        with pytest.raises(UnknownPositionError, match="no position 5 among 5"):
            net[5]

    def test_iterates_as_its_graph_does(self):
        """What is equal has the same length and rows: a step may have several."""
        net = Sequential(input=(8, 8, 3)).add(Chain(Conv2d(3, 8), Norm())).conv(1, 4)

        assert net == net.graph
        assert ["conv1", "norm1", "conv2"] == [row.path for row in net]
        assert list(net) == list(net.graph)
        assert (3, 2) == (len(net), len(net.steps))
        assert [net.graph[i] for i in range(3)] == [net[i] for i in range(3)]

    def test_a_list_takes_its_rows(self):
        """Rows can be added to a list, as what any iterable has; a row to a tuple."""
        net = Sequential(input=(8, 8, 3)).conv(3, 8).relu()
        rows = [net[0]]
        rows += net

        assert [net[0], net[0], net[1]] == rows
        assert ("lenet", *net[0]) == ("lenet",) + net[0]

    def test_a_slice_is_one_of_whole_steps(self):
        """A slice of rows is a network of their steps, and cuts through none."""
        pair = Chain(Conv2d(3, 8), Norm())
        net = Sequential(input=(8, 8, 3)).add(pair).conv(1, 4).relu()

        assert Sequential(input=(8, 8, 3)).add(pair) == net[:2]
        assert Sequential(input=(6, 6, 8)).conv(1, 4).relu() == net[2:]
        for cut in (slice(1, 3), slice(0, 1), slice(None, None, 3)):
            with pytest.raises(UnknownPositionError, match="cuts through a block"):
                net[cut]

    @pytest.mark.parametrize("net", [lenet(input=(32, 32, 1)), Sequential(input=8)])
    def test_an_input_has_no_row(self, net):
        """It is no node that counts, and asked for by its name it is refused."""
        with pytest.raises(UnknownNameError, match="no row 'input1'"):
            net["input1"]


class TestValue:
    def test_equals_what_has_equal_tables(self):
        """Networks are equal if layers, names and input are, whatever their own name."""
        net = lenet(input=(32, 32, 1))

        assert net == lenet(input=(32, 32, 1), name="other") == net.graph
        assert net.graph == net
        assert net.graph != lenet()
        assert hash(net) == hash(net.graph)
        assert net != lenet(input=(32, 32, 3))
        assert net != lenet()
        assert lenet() != net
        assert lenet() == lenet()
        assert hash(lenet()) == hash(lenet())
        assert lenet() != lenet().relu()
        assert net != net[:4].fc(120, name="x")
        assert lenet() != lenet()[:4].fc(120, name="x")
        assert lenet() != 3
        assert net != 3

    @given(chains_of_parts(sharing=False))
    def test_repr_can_be_pasted_back(self, drawn):
        """The repr of a network, open or not, makes an equal network."""
        x, parts = drawn
        net = Sequential(x, name="it's").add(*parts)
        for each in (net, Sequential().add(*net.steps), Sequential().add(net)):
            pasted = eval(repr(each), dict(PUBLIC))

            assert each == pasted
            assert each.name == pasted.name

    def test_repr_is_the_calls(self):
        """The repr is what one would write."""
        net = (
            Sequential(input=(32, 32, 1), name="x").conv(5, 6, name="C1").pool(2).relu()
        )

        assert (
            "Sequential(input=(32, 32, 1), name='x')"
            ".conv(5, 6, name='C1').pool(2).activation('relu')" == repr(net)
        )
        assert "Sequential(input=9).add(Sequential(name='g').fc(2))" == repr(
            Sequential(input=9).add(Sequential(name="g").fc(2))
        )

    def test_a_long_repr_can_be_pasted_back_too(self):
        """A chain that Python could not parse is written as one call."""
        net = Sequential(input=9)
        for _ in range(3000):
            net = net.relu()

        assert net == eval(repr(net), dict(PUBLIC))

    def test_survives_pickling_and_copying(self):
        """A pickled network is equal; a copy is the same, since it cannot change."""
        net = lenet(input=(32, 32, 1), name="x")

        for each in (net, lenet(), net.graph, net["conv1"]):
            assert each == pickle.loads(pickle.dumps(each))
        assert "x" == pickle.loads(pickle.dumps(net)).name
        assert net is copy.copy(net) is copy.deepcopy(net)


class TestFluent:
    def test_methods_have_the_signature_of_their_layer(self):
        """What inspect and help show of a fluent method is the layer's own."""
        net = Sequential()

        assert inspect.signature(Conv2d).parameters == dict(
            inspect.signature(net.conv).parameters
        )
        assert Conv2d.__doc__ == net.conv.__doc__ == Sequential.conv.__doc__
        assert "pool" == net.pool.__name__
        assert net is net.pool.__self__
        assert "relu" in net.relu.__doc__
        with pytest.raises(AttributeError):
            net.pool.nothing
        assert net.conv(5, 6) == Sequential.conv(net, 5, 6)

    def test_what_equal_arguments_make_is_made_once(self):
        """Equal calls make one open network, and in others one layer."""
        one, other = (
            Sequential(name="a").conv(3, 8, padding=1).norm() for _ in range(2)
        )
        left, right = (Sequential(input=(8, 8, 8)).residual(one) for _ in range(2))

        assert one is other
        assert one is not Sequential(name="b").conv(3, 8, padding=1).norm()
        assert left is not right
        assert left.steps[0] is right.steps[0]
        assert left.dropout(0.5).steps[1] is right.dropout(0.5).steps[1]

    @pytest.mark.parametrize("net", [Sequential(), Sequential(input=(8, 8, 4))])
    def test_no_wrong_argument_passes_for_a_right_one(self, net):
        """What equals a right argument, but is of another type, is refused."""
        net.conv(1, 1).conv((1, 1), 1).norm(affine=True).norm(affine=False)
        for wrong in (True, 1.0, (1, True), (1.0, 1)):
            with pytest.raises(ConfigError, match="kernel is"):
                net.conv(wrong, 1)
        for wrong in (True, 1.0):
            with pytest.raises(ConfigError, match="filters is"):
                net.conv(1, wrong)
        for wrong in (0, 1):
            with pytest.raises(ConfigError, match="affine is"):
                net.norm(affine=wrong)

    @pytest.mark.parametrize("net", [Sequential(), Sequential(input=(8, 8, 4))])
    def test_what_may_differ_later_is_made_anew(self, net):
        """What is made of lists, or of parts with other names, is not taken for equal."""
        kernel = [3, 3]
        wide = net.conv(kernel, 8)
        kernel[0] = 1
        a, b = (net.residual(Conv2d(1, 4, name=name)) for name in "ab")

        assert (Conv2d(3, 8), Conv2d((1, 3), 8)) == (
            wide.steps[-1],
            net.conv(kernel, 8).steps[-1],
        )
        assert Conv2d((1, 3), 8) == net.conv((1, kernel[1]), 8).steps[-1]
        assert ("a", "b") == (a.steps[-1].body.name, b.steps[-1].body.name)
        assert "-0.0" in repr((net.dropout(0.0), net.dropout(-0.0))[1])
        with pytest.raises(ConfigError, match="size is"):
            net.adaptive_pool((1, [2]))

    def test_every_activation_method_names_its_function(self):
        """The method of an activation adds that activation."""
        methods = [
            "relu",
            "relu6",
            "leaky_relu",
            "prelu",
            "elu",
            "selu",
            "gelu",
            "silu",
        ]
        methods += ["mish", "sigmoid", "hardsigmoid", "hardswish", "tanh", "softmax"]
        for method in methods:
            net = getattr(Sequential(), method)(name="x", trainable=False)

            assert (cnncalc.Activation(method, trainable=False),) == net.steps

    def test_steps_are_the_layers(self):
        """The steps of a network are the layers that were added."""
        assert (Conv2d(5, 6), Pool(2)) == Sequential().conv(5, 6).pool(2).steps

    def test_memory_is_of_the_parameters(self):
        """The parameters' bytes depend on their type; odd bits are packed."""
        net = lenet(input=(32, 32, 1)).fc(84).fc(10)

        assert 61_706 * 4 == net.memory()
        assert 61_706 == net.memory("int8")
        assert 30_853 == net.memory("int4")
        assert (3 * 61_706 + 7) // 8 == net.memory(3)
        for wrong in ("float33", 0, True, 2.5, ()):
            with pytest.raises(cnncalc.OptionError, match="there is no data type"):
                net.memory(wrong)


class TestPathsInSlices:
    def test_end_with_what_they_name(self):
        """A network is cut at a name, which is in it, as in pandas' ``loc``."""
        net = zoo.vgg16()

        assert (7, 7, 512) == net[:"pool5"].output
        assert 14_714_688 == net[:"pool5"].params  # Keras' vgg16(include_top=False)
        assert (net.params - 14_714_688) == net["pool5":].params
        assert ["fc7", "relu7"] == [row.name for row in net["fc7":"relu7"]]

    def test_may_name_groups(self):
        """A group stands for all of its rows, at either end."""
        net = zoo.resnet18()

        assert (14, 14, 256) == net[:"layer3"].output == net.graph[:"layer3"].output
        assert (14, 14, 256) == net["layer2":"layer3"].output
        assert net["layer2":"layer3"].params == sum(
            row.params for row in net if row.path.startswith(("layer2/", "layer3/"))
        )

    def test_are_names_that_there_are(self):
        """A name that nothing has is refused, and so is a cut through a block."""
        net = zoo.resnet18()

        with pytest.raises(UnknownNameError, match="no node or group 'layer9'"):
            net[:"layer9"]
        with pytest.raises(UnknownPositionError, match="cuts through a block"):
            net[:"layer3/0"]
        with pytest.raises(OpenNetworkError, match="the network is open"):
            Sequential().relu()[:"relu1"]


class TestFreezingByPattern:
    @pytest.mark.parametrize("build", [lambda net: net, lambda net: net.graph])
    def test_freezes_all_that_match(self, build):
        """The pattern is one of file names; a layer or group is frozen whole."""
        net = build(zoo.resnet18())
        convolutions = sum(row.params for row in net if "conv" in row.name)

        # What is left are the first convolution, its norm, and the last layer.
        assert 9_408 + 128 + 513_000 == net.freeze("layer*").trainable_params
        assert net.params - convolutions == net.freeze("*conv?").trainable_params
        assert 0 == net.freeze("*").trainable_params

    def test_within_blocks(self):
        """What matches within a block is frozen there."""
        net = Sequential(input=8).add(Sequential(name="a").fc(2).fc(3)).fc(4)

        # 8·2 + 2, 2·3 + 3 and 3·4 + 4 parameters
        assert 9 == net.freeze("*fc1").trainable_params
        assert 9 + 16 == net.freeze("a/fc1").trainable_params
        assert 16 == net.freeze("a").trainable_params

    def test_names_something(self):
        """A pattern that nothing matches is refused."""
        with pytest.raises(UnknownNameError, match="no node or group 'conv\\*'"):
            Sequential(input=8).fc(2).freeze("conv*")
