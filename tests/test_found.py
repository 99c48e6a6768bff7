"""Faults that were found in version 0.1, each as a whole kind."""

import gc
import pickle
import sys

import pytest
from drawn import networks
from hypothesis import given, settings

from cnncalc import (
    FC,
    Add,
    Block,
    Builder,
    Chain,
    ConfigError,
    Conv2d,
    Frozen,
    GraphError,
    Layer,
    Named,
    Sequential,
    Shape,
    Shared,
    UnknownNameError,
    from_json,
)
from cnncalc.cache import Memo
from cnncalc.layers.base import Free


class Twice(Layer):
    """A layer of one's own, at the top level of a module, as pickles need it."""

    def output(self, x):
        return x


class TestFreezing:
    @pytest.mark.parametrize("net", [lambda net: net, lambda net: net.graph])
    def test_an_input_cannot_be_frozen(self, net):
        """It has no row, and is refused as what is not there: nothing is added."""
        with pytest.raises(UnknownNameError, match='There are: .*"fc1", "fc2"'):
            net(Sequential(input=8).fc(3).fc(5)).freeze("input1")

    @pytest.mark.parametrize("wrap", [lambda p: p, Shared, Frozen])
    @pytest.mark.parametrize("path", ["fc1", "fc2", "fc3", "g", "g/fc1", "fc4"])
    def test_a_name_is_the_same_node_with_and_without_an_input(self, wrap, path):
        """An open network freezes what it freezes once it has an input, and its graph."""
        pair = wrap(Sequential().fc(5).fc(6))
        group = Sequential(name="g").fc(7)
        net = Sequential().fc(3).add(pair, group).fc(2)
        frozen = net.on(8).freeze(path)

        assert net.on(8).graph.freeze(path) == frozen.graph
        assert frozen == net.freeze(path).on(8)
        assert frozen.trainable_params < net.on(8).params == frozen.params

    @given(networks())
    @settings(max_examples=60)
    def test_freezing_changes_what_is_trained_alone(self, net):
        """Each path can be frozen: nothing but the parameters that are trained changes."""
        for path in [row.path for row in net.nodes][:3]:
            frozen = net.freeze(path)

            assert [r.path for r in net.nodes] == [r.path for r in frozen.nodes]
            assert net.totals._replace(trainable=0) == frozen.totals._replace(
                trainable=0
            )
            assert frozen[path].trainable in {0, None}
            assert frozen.graph == net.graph.freeze(path)

    @pytest.mark.parametrize(
        "part", [Conv2d(1, 4), Shared(Conv2d(1, 4)), Conv2d(1, 4, name="c")]
    )
    def test_a_layer_is_frozen_by_its_own_name(self, part):
        """Around a layer alone, its given or automatic name means all of it."""
        names = ["", "conv1", *filter(None, [part.name])]

        for name in names:
            net = Sequential(input=(8, 8, 3)).add(Frozen(part, name))
            assert 0 == net.trainable_params
        with pytest.raises(UnknownNameError, match="no node 'conv2'"):
            Sequential(input=(8, 8, 3)).add(Frozen(part, "conv2"))
        assert "conv" == Frozen(part).default_name

    def test_an_open_network_knows_what_is_in_parts_without_a_name(self):
        """It freezes within chains and graphs, and says where only a shape tells."""

        class Own(Block):
            name, default_name = None, ""

            def lower(self, g, x):
                return g.add(FC(5), x)

        pair = Chain(FC(5), FC(6))
        sizes = [8 * 3 + 3, 3 * 5 + 5, 5 * 6 + 6]
        net = Sequential().fc(3).add(pair).freeze("fc3")
        assert sum(sizes[:2]) == net.on(8).trainable_params
        # The nodes of a graph have their names, for which automatic ones make way.
        net = Sequential().fc(3).add(Sequential(input=3).add(pair).graph)
        assert ["fc3", "fc1", "fc2"] == [row.path for row in net.on(8)]
        assert sum(sizes[1:]) == net.freeze("fc3").on(8).trainable_params
        with pytest.raises(ConfigError, match="Own: only an input shape tells"):
            Sequential().add(Own()).freeze("fc1")


class TestBlocks:
    def own(self, lower, **facts):
        return type("Own", (Block,), {"name": "own", "lower": lower, **facts})()

    def test_may_return_structures(self):
        """Tuples, lists and dictionaries of tensors come back as they are."""

        def lower(block, g, x):
            y = g.add(FC(2), x)
            return {"pair": (y, [x]), "word": "y"}

        g = Builder()
        x = g.input(8)
        found = g.add(self.own(lower, immutable=True), x)
        y, (same,) = found["pair"]

        assert ("y", x, (2,)) == (found["word"], same, tuple(y.shape))
        assert ["own/fc1"] == [row.path for row in g.graph(y).nodes]

    def test_may_take_tensors_from_around_several_times(self):
        """Each is one more input of the block, however often it is used."""
        g = Builder()
        x = g.input(8)
        beyond = g.add(FC(4), x)

        def lower(block, g, x):
            y = g.add(Add(), g.add(FC(4), x), beyond)
            return g.add(Add(), y, beyond)

        net = g.graph(g.add(self.own(lower), x))

        assert ("own/fc1", "fc1") == net["own/add1"].inputs
        assert ("own/add1", "fc1") == net["own/add2"].inputs
        with pytest.raises(GraphError, match="takes a tensor of a builder"):
            Sequential(input=8).add(self.own(lower))


class TestPaths:
    GROUP = Sequential(name="a").fc(2, name="b")

    @pytest.mark.parametrize(
        "add",
        [
            lambda net: net.add(TestPaths.GROUP).fc(3, name="a/b"),
            lambda net: net.fc(3, name="a/b").add(TestPaths.GROUP),
            lambda net: net.fc(3, name="a/b").fc(3, name="a"),
            lambda net: net.add(Named(FC(3), "a/b/c"), Named(FC(3), "a/b")),
        ],
    )
    def test_no_two_nodes_have_one_path(self, add):
        """A name with a slash is refused where it could make a path that is there."""
        with pytest.raises(
            ConfigError, match="could make a path that is there already"
        ):
            add(Sequential(input=8))

    def test_automatic_names_make_way(self):
        """An automatic name is none that would lead to a name with a slash."""
        net = Sequential(input=8).residual(FC(8)).fc(8, name="residual1/fc1")
        paths = [row.path for row in net.nodes]

        assert ["residual2/fc1", "residual2/add1", "residual1/fc1"] == paths

    @given(networks())
    @settings(max_examples=60)
    def test_paths_differ(self, net):
        """The paths of nodes and groups are all different."""
        paths = net.graph.paths()

        assert len(set(paths)) == len(paths)

    def test_a_part_is_saved_and_read(self):
        """The inputs of a part have names that can be read back."""
        group = Sequential(name="g").residual(FC(8)).residual(FC(8))
        part = Sequential(input=8).add(group)["g/residual2"]

        assert ["g.residual1.add1"] == [
            node.name for node in part.table if not node.inputs
        ]
        assert part == from_json(part.to_json())

    @pytest.mark.parametrize("name", ["/", "a//", "/a", "a/", "a//b"])
    @pytest.mark.parametrize(
        "give",
        [
            lambda name: FC(2, name=name),
            lambda name: Named(FC(2), name),
            lambda name: Sequential(name=name),
            lambda name: Builder().input(8, name=name),
            lambda name: Builder().scope(name).__enter__(),
            lambda name: from_json(
                Sequential(input=8)
                .fc(2, name="b")
                .to_json()
                .replace('"b"', f'"{name}"')
            ),
        ],
    )
    def test_no_part_of_a_path_is_empty(self, give, name):
        """A name that has nothing on one side of a slash is refused, wherever given."""
        with pytest.raises(ConfigError, match="an empty part at a slash"):
            give(name)


class TestTensors:
    @pytest.mark.parametrize("use", [0, 1])
    def test_of_a_scope_that_failed_stand_for_nothing(self, use):
        """They are refused, also once another node has the place of theirs."""
        g = Builder()
        x = g.input(8)
        with pytest.raises(ZeroDivisionError), g.scope("a"):
            lost = g.add(FC(4), x), g.add(FC(5), x)
            _ = 1 / 0
        there = g.add(FC(6), x), g.add(FC(7), x)
        with pytest.raises(GraphError, match="no tensor of this builder"):
            g.add(FC(2), lost[use])
        with pytest.raises(GraphError, match="no tensor of this builder"):
            g.graph(lost[use])
        with pytest.raises(GraphError, match="no tensor of this builder"):
            _ = lost[use].index

        assert [1, 2] == [tensor.index for tensor in there]

    def test_of_a_scope_that_failed_are_none_of_a_block_around(self):
        """A block that kept such a tensor cannot take it from around itself."""
        g = Builder()
        x = g.input(8)
        with pytest.raises(ZeroDivisionError), g.scope("a"):
            lost = g.add(FC(8), x)
            _ = 1 / 0
        g.add(FC(8), x)
        block = own(lambda self, g, x: g.add(Add(), x, lost))
        with pytest.raises(GraphError, match="own/add1: Add on 8: its input is no"):
            g.add(block, x)


def own(lower):
    """Return a block of one's own."""
    return type("Own", (Block,), {"name": "own", "lower": lower})()


class TestBlocksThatReturnNoTensor:
    @pytest.mark.parametrize(
        ("returned", "shown"),
        [
            (None, "None"),
            (5, "5"),
            ((), "()"),
            ("x", "'x'"),
            (lambda x: (x,), "(a tensor,)"),
            (lambda x: {"y": x}, "{'y': a tensor}"),
        ],
    )
    def test_the_message_says_what_they_returned(self, returned, shown):
        """A chain goes on from one tensor, and not from what holds one."""
        block = own(lambda self, g, x: returned(x) if callable(returned) else returned)
        with pytest.raises(GraphError) as caught:
            Sequential(input=8).add(block)

        assert f"its lower() returned {shown}" in caught.value.why

    def test_several_tensors_are_several(self):
        """Of more than one it is said that there are several."""
        block = own(lambda self, g, x: (x, x))
        with pytest.raises(GraphError, match="it puts out several tensors"):
            Sequential(input=8).add(block)

    @pytest.mark.parametrize("wrong", [FC(2), 5, None, (), []])
    def test_what_a_generator_yields_is_a_part_with_inputs(self, wrong):
        """A bare layer, or what is no part at all, is refused with its place."""

        def lower(self, g, x):
            yield wrong

        with pytest.raises(GraphError, match=r"own: Own: its lower\(\) yielded"):
            Sequential(input=8).add(own(lower))


@pytest.mark.parametrize("kind", [Conv2d, Sequential, FC, Add])
@pytest.mark.parametrize(
    "add",
    [
        lambda part: Sequential(input=8).add(part),
        lambda part: Sequential().add(part),
        lambda part: Builder().add(part),
    ],
)
def test_a_class_is_no_layer(add, kind):
    """Where a class is added, the message says so, and how a layer of it is written."""
    with pytest.raises(ConfigError, match=rf"is the class.*Write {kind.__name__}\("):
        add(kind)


class Broken(Free):
    """A layer of which one rule does what it is told."""

    def __init__(self, rule, act):
        super().__init__()
        object.__setattr__(self, "act", act)
        object.__setattr__(self, "rule", rule)

    def __getattribute__(self, name):
        if name == object.__getattribute__(self, "__dict__").get("rule"):
            return lambda *xs: self.act()
        return object.__getattribute__(self, name)


def built(part):
    """Return a graph of one part."""
    g = Builder()
    return g.graph(g.add(part, g.input(8)))


def bad():
    """Fail as somebody's own code may."""
    raise ZeroDivisionError


NUMBERS = ["params_of", "buffers_of", "connections_of", "macs_of"]


class TestRulesThatFail:
    def within(self, layer):
        """Return networks that have a layer at m/broken1, or at it of a run."""
        part = Sequential(name="m").fc(8).add(layer)
        run = Sequential().fc(8).add(part)
        return [
            lambda: Sequential(input=8).add(part),
            lambda: Sequential(input=8).add(run),
            lambda: Sequential(input=8).residual(FC(8)).add(part).graph,
            lambda: built(part),
        ]

    @pytest.mark.parametrize("rule", ["output_of", "reach", *NUMBERS])
    def test_an_error_of_ones_own_says_where(self, rule):
        """It stays what it is, and has a note of the layer and its path."""
        notes = []
        for make in self.within(Broken(rule, bad)):
            with pytest.raises(ZeroDivisionError) as caught:
                _ = make().nodes
            notes += getattr(caught.value, "__notes__", [])

        has_notes = hasattr(ZeroDivisionError, "add_note")
        expected = ["In the network at m/broken1: Broken on 8."] * 4 * has_notes
        assert expected == notes

    @pytest.mark.parametrize("rule", NUMBERS)
    def test_so_does_one_that_totals_meet(self, rule):
        """Totals ask for the same numbers, without the rows."""
        for make in self.within(Broken(rule, bad)):
            with pytest.raises(ZeroDivisionError) as caught:
                _ = make().totals
            if hasattr(caught.value, "add_note"):
                assert ["In the network at m/broken1: Broken on 8."] == (
                    caught.value.__notes__
                )

    @pytest.mark.parametrize("rule", NUMBERS)
    @pytest.mark.parametrize("wrong", [2.5, -3, True, "4", (1, 2)])
    @pytest.mark.parametrize("ask", ["nodes", "totals"])
    def test_what_is_no_number_is_refused(self, rule, wrong, ask):
        """The message has the place, the layer, what came and what is expected."""
        name = rule.removesuffix("_of")
        for make in self.within(Broken(rule, lambda: wrong)):
            with pytest.raises(ConfigError) as caught:
                getattr(make(), ask)

            assert ("m/broken1", "Broken on 8") == (
                caught.value.place,
                caught.value.layer,
            )
            assert f"its {name}() returned {wrong!r}" in caught.value.why
            assert "an integer from 0 on" in caught.value.fix

    @pytest.mark.parametrize("wrong", [(3, 3), 3, "local", True])
    def test_what_is_no_window_is_refused(self, wrong):
        """The same holds for how far a layer sees."""
        for make in self.within(Broken("reach", lambda: wrong)):
            with pytest.raises(ConfigError, match="m/broken1: Broken on 8: its reach"):
                _ = make().nodes

    @pytest.mark.parametrize("wrong", [None, (8,), 8])
    def test_what_is_no_shape_is_refused(self, wrong):
        """And for what it puts out."""
        for make in self.within(Broken("output_of", lambda: wrong)):
            with pytest.raises(ConfigError, match="m/broken1: Broken on 8: its output"):
                make()

    def test_what_a_builder_was_asked_first_is_as_good(self):
        """An error in `lower` has the block's path, and its cause."""

        def lower(self, g, x):
            g.add(FC(2), x)
            raise KeyError("x") from OSError("why")

        g = Builder()
        with pytest.raises(KeyError) as caught, g.scope("s"):
            g.add(own(lower), g.input(8))

        assert isinstance(caught.value.__cause__, OSError)
        if hasattr(caught.value, "add_note"):
            assert ["In the network at s/own: Own."] == caught.value.__notes__

    @pytest.mark.parametrize("of", [lambda net: net, lambda net: net.graph])
    def test_so_does_one_on_another_input(self, of):
        """A network that is given another input has the place as well."""
        there = [Shape.of(8)]
        net = of(Sequential(input=8).add(Broken("output_of", there.pop)))
        with pytest.raises(IndexError) as caught:
            net.on(9)

        if hasattr(caught.value, "add_note"):
            assert ["In the network at broken1: Broken on 9."] == (
                caught.value.__notes__
            )

    def test_a_trained_share_may_be_stated(self):
        """A rule of one's own for what training changes is asked."""

        class Half(FC):
            def trainable_params_of(self, x):
                return self.params_of(x) // 2

        assert (8 * 4 + 4) // 2 == Sequential(input=8).add(Half(4)).trainable_params


class TestTraining:
    def test_inference_takes_nothing_that_runs_in_training_only(self):
        """It is refused where it is added, and may be used in training."""
        g = Builder()
        x = g.input(8)
        with g.training_only():
            head = g.add(FC(4), x)
        with pytest.raises(
            GraphError, match="fc2: FC on 4: its input runs in training"
        ):
            g.add(FC(2), head)
        with g.training_only():
            assert 4 == g.add(FC(2), head).shape.channels + 2

        assert 8 * 4 + 4 + 4 * 2 + 2 == g.graph(x).params

    def test_nor_what_a_block_puts_out_that_runs_in_training_only(self):
        """The same holds for the output of a block or of a network as a part."""

        class Head(Block):
            name = None

            def lower(self, g, x, /):
                with g.training_only():
                    return x, g.add(FC(4), x)

        g = Builder()
        x, head = g.add(Head(), g.input(8))
        with pytest.raises(GraphError, match="fc1: FC on 4: its input runs in tr"):
            g.add(FC(2), head)
        trained = g.graph(head)
        with pytest.raises(GraphError, match="Graph: it puts out what runs in tr"):
            Sequential(input=8).add(trained)
        with g.training_only():
            g.add(FC(2), head)

        assert 8 * 3 + 3 == g.graph(g.add(FC(3), x)).deployed().params


class TestValues:
    def test_fields_of_ones_own_are_compared(self):
        """Layers with a plain `__init__` are equal if their attributes are."""

        class Scale(Layer):
            def __init__(self, by):
                super().__init__()
                object.__setattr__(self, "by", by)

            def output(self, x):
                return x

        assert Scale(2) == Scale(2) != Scale(3)

    def test_a_layer_of_ones_own_pickles_as_python_has_it(self):
        """What is made by an `__init__` of its own is not made anew from fields."""
        again = pickle.loads(pickle.dumps(Sequential(input=8).add(Twice())))

        assert [Twice()] == [row.layer for row in again.nodes]


class TestMemory:
    def test_large_things_are_not_kept(self):
        """Of what is made of a long text, nothing is remembered once it is dropped."""
        before = kept()
        for place in range(20):
            name = f"{place}{'x' * 100_000}"
            assert Sequential(input=(3, 3, 1)).conv(1, 2, name=name).params == 4
        gc.collect()

        assert kept() - before < 1_000_000


def kept():
    """Return the characters of all texts in the keys of what is remembered."""
    memos = [value for value in gc.get_objects() if isinstance(value, Memo)]
    return sum(
        _size(key) + _size(value) for memo in memos for key, value in memo.items()
    )


def _size(value):
    if isinstance(value, str):
        return sys.getsizeof(value)
    if isinstance(value, tuple):
        return sum(map(_size, value))
    return sys.getsizeof(getattr(value, "name", None) or "")


def test_layers_of_one_kind_share_weights():
    """Two kinds of layers with equally many parameters have no weights in common."""
    text = Sequential(input=(1, 1, 3)).conv(1, 3).conv(1, 3).to_json()
    other = text.replace('"kind": "Conv2d"', '"kind": "FC"')

    assert Conv2d(1, 3).params((1, 1, 3)) == FC(3).params(3)
    assert text != other
