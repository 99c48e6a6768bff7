"""Faults that were found in version 0.1, each as a whole kind."""

import dataclasses
import enum
import gc
import json
import math
import pickle
import sys

import attrs
import numpy as np
import pytest
from drawn import networks
from fresh import forget
from hypothesis import given, settings

from cnncalc import (
    FC,
    RBF,
    Activation,
    AdaptivePool,
    Add,
    Block,
    Builder,
    Chain,
    CnncalcError,
    ConfigError,
    Conv2d,
    Dropout,
    Frozen,
    GlobalPool,
    GraphError,
    Input,
    Layer,
    LikelyMistake,
    Named,
    Norm,
    Pad,
    Pool,
    Sequential,
    Shape,
    ShapeError,
    Shared,
    UnknownNameError,
    Upsample,
    from_json,
    zoo,
)
from cnncalc.cache import Memo
from cnncalc.cli import main
from cnncalc.cost.totals import AtLeast
from cnncalc.draw import timeline
from cnncalc.layers.base import Free
from cnncalc.layers.resize import Crop
from cnncalc.memory.liveness import peak, storages
from cnncalc.memory.types import tensor_bytes


class Twice(Layer):
    """A layer of one's own, at the top level of a module, as pickles need it."""

    def output(self, x):
        return x


# What a layer of one's own needs.
RULES = {"output": lambda self, x: x, "params": lambda self, x: getattr(self, "by", 1)}


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

    def test_one_that_takes_no_notes_stays_what_it_is(self):
        """Errors of Python 3.10 have none, and the network is no reason for another."""

        class OldError(Exception):
            add_note = None

        def fail():
            raise OldError

        with pytest.raises(OldError):
            Sequential(input=8).add(Broken("output_of", fail))

    def test_what_fails_once_is_raised(self):
        """A rule that answers when it is asked again, to find the place, has failed."""
        left = [0]
        net = Sequential(input=8).add(
            Broken("macs_of", lambda: 1 // left.pop() if left else 1)
        )
        with pytest.raises(ZeroDivisionError):
            _ = net.totals

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


def again(net):
    """Return a network as it comes back in every way: saved, pickled, as a part."""
    names = {}
    exec(net.to_python(), names)
    part = Sequential(input=net.input).add(net).graph
    return [
        from_json(net.to_json()),
        names["net"],
        pickle.loads(pickle.dumps(net)),
        part,
    ]


def enlarged(part, *, of=None):
    """Return a network whose resize or crop follows its input, or is of a part."""
    g = Builder()
    image = g.input((33, 40, 3))
    x = g.add(Conv2d(3, 5, stride=2), image)
    return g.graph(g.add(part, x, follows=of or image))


class TestFollowing:
    @pytest.mark.parametrize(
        "name", ["fcn_resnet50", "deeplabv3_resnet50", "lraspp_mobilenet_v3_large"]
    )
    def test_a_network_that_comes_back_is_the_same_on_another_input(self, name):
        """What a resize follows comes back: classes of each pixel, of every image."""
        for net in again(zoo.build(name)):
            assert (256, 320, 21) == net.on((256, 320, 3)).output

    def test_a_crop_follows(self):
        """The paper's 572 puts out 388; without padding each 16 more put out as many.

        The maps are cut in their middle: 64 rows are cut to 56, by 4 on each side.
        """
        for net in again(zoo.unet()):
            crops = [row.layer for row in net if row.kind == "Crop"]
            assert (388, 388, 2) == net.output
            assert (388 + 32, 388 + 64, 2) == net.on((572 + 32, 572 + 64, 1)).output
            assert 4 == crops[0].padding

    @pytest.mark.parametrize(
        "change",
        [
            lambda net: net,
            lambda net: net.freeze("conv1"),
            lambda net: net.deployed(),
            lambda net: net.calling_as_functions("conv*"),
            lambda net: net[:],
            lambda net: Sequential(input=net.input).add(net, Norm()).graph,
        ],
    )
    @pytest.mark.parametrize(
        "part",
        [
            Upsample(2),
            Upsample(size=7, mode="bilinear", name="up"),
            Named(Upsample(2), "up"),
            Shared(Frozen(Upsample(2))),
        ],
    )
    def test_whatever_is_made_of_a_network_follows_as_well(self, change, part):
        """Whatever the part is wrapped in, and whatever becomes of the network."""
        for net in again(change(enlarged(part))):
            assert (33, 40, 5) == net.output
            assert (65, 31, 5) == net.on((65, 31, 3)).output

    def test_a_block_may_follow_what_is_around_it(self):
        """So may a part within a group, at inference or in training only."""

        class Within(Block):
            name = "within"

            def lower(self, g, x, /):
                return g.add(Upsample(2), g.add(Conv2d(3, 5), x), follows=image)

        g = Builder()
        image = g.input((33, 40, 3))
        half = g.add(Conv2d(3, 5, stride=2), image)
        with g.training_only():
            g.add(Upsample(2), half, follows=image)
        for net in again(g.graph(g.add(Within(), half))):
            sizes = [row.output.space for row in net.on((65, 32, 3))]
            assert [(32, 15), (65, 32), (30, 13), (65, 32)] == sizes

    def test_a_part_that_is_cut_out_keeps_the_size_it_had(self):
        """What it followed is not in it: another input changes no size."""
        net = enlarged(Upsample(2))["upsample1"]

        assert (33, 40) == net.layer.size
        cut = enlarged(Upsample(2))[1:]
        assert (33, 40, 5) == cut.on((8, 8, 5)).output

    @pytest.mark.parametrize(
        ("part", "message"),
        [
            (Conv2d(3, 5), "conv2: Conv2d on 16×19×5: it follows the size of no other"),
            (Chain(Upsample(2)), "chain1: Chain: a Chain follows the size of no other"),
            (Add(), "add1: Add on 16×19×5: it follows the size of no other tensor"),
            (Crop(0), "crop1: Crop on 16×19×5: 33×40×3, whose size it follows, is l"),
            (Input(3), "input2: Input on 16×19×5: 1 input reached it, and it takes 0"),
        ],
    )
    def test_what_cannot_follow_is_refused(self, part, message):
        """Before it is added, with the place."""
        with pytest.raises(CnncalcError, match=message):
            enlarged(part)

    def test_only_what_has_such_axes_is_followed(self):
        """Not a vector, and a crop cuts off along the axes that it has."""
        g = Builder()
        sequence, vector = g.input((8, 3)), g.input(8)
        x = g.input((33, 40, 3))
        for part, of in ((Upsample(2), vector), (Crop(0), sequence)):
            with pytest.raises(ShapeError, match="it works "):
                g.add(part, x, follows=of)

    @pytest.mark.parametrize(
        ("change", "message"),
        [
            ({"follows": 2}, "its follows name node 2"),
            ({"follows": None}, "one of its follows is null"),
            ({"follows": 1}, "it does not make the size of node 1, which it follows"),
            ({"inputs": []}, "0 inputs reached it, and it takes 1"),
            ({"kind": "Flatten", "fields": {}}, "it follows the size of no other"),
        ],
    )
    def test_what_is_read_must_follow(self, change, message):
        """A saved resize has the size of what it follows, or is refused."""
        document = json.loads(enlarged(Upsample(2)).to_json())
        document["nodes"][2] |= change

        with pytest.raises(CnncalcError, match=f"node 2, upsample1: .*{message}"):
            from_json(json.dumps(document))


class TestClasses:
    """Layer classes of one's own, made in every way that Python has."""

    @pytest.mark.parametrize("slots", [False, True])
    def test_a_frozen_dataclass_is_one(self, slots):
        """It is told apart, frozen and pickled as attrs' classes are."""
        kind = dataclasses.dataclass(frozen=True, slots=slots)(
            type("Own", (Layer,), {"__annotations__": {"by": int}, **RULES})
        )
        net = Sequential(input=8).add(kind(3)).freeze("own1")

        assert kind(3) == kind(3) != kind(4)
        assert (None, True, 3) == (kind(3).name, kind(3).trainable, kind(3).by)
        assert (3, 0) == (net.params, net.trainable_params)
        assert 3 == net["own1"].layer.by

    @pytest.mark.parametrize("decorate", [lambda kind: kind, dataclasses.dataclass])
    def test_what_changes_is_refused_with_the_cure(self, decorate):
        """An `__init__` that sets attributes: layers are values, which never change."""

        def __init__(self, by):  # noqa: N807
            self.by = by

        own = {"__init__": __init__, "__annotations__": {"by": int}, **RULES}
        kind = decorate(type("Own", (Layer,), own))
        with pytest.raises(ConfigError, match="Own: its __init__ sets .*@attrs.frozen"):
            kind(3)

    @pytest.mark.parametrize("eq", [True, False])
    def test_lists_become_tuples(self, eq):
        """As what is read from JSON has tuples, so that it is equal."""
        own = {"by": attrs.field(), **RULES, "params": lambda self, x: len(self.by)}
        kind = attrs.frozen(eq=eq)(type("Own", (Layer,), own))
        net = Sequential(input=8).add(kind([1, [2, 3]]))

        assert (1, (2, 3)) == net[0].layer.by
        assert 2 == net.params
        assert kind((1, (2, 3))) == kind([1, [2, 3]])
        assert net == from_json(net.to_json(), kinds=[kind])

    @pytest.mark.parametrize("value", [{}, (1, {2}), np.array([1, 2])])
    def test_what_may_change_is_refused(self, value):
        """It would be what it is not any more, for all that remember it."""
        own = {"by": attrs.field(), **RULES}
        kind = attrs.frozen(type("Own", (Layer,), own))
        with pytest.raises(ConfigError, match="Own: it may change: unhashable type"):
            kind(value)

    @pytest.mark.parametrize(
        "value", [-5, 2.5, "x", True, pytest.param(10**4400, id="huge"), (3, 3)]
    )
    @pytest.mark.parametrize(
        "rule", ["params", "trainable_params", "buffers", "connections", "macs"]
    )
    def test_counts_are_counts(self, rule, value):
        """What is no number of things is refused, with the layer's name."""
        kind = type("Own", (Layer,), {**RULES, rule: lambda self, *xs: value})
        with pytest.raises(ConfigError, match=rf"Own on 8: its {rule}\(\) returned"):
            Sequential(input=8).add(kind()).summary()

    @pytest.mark.parametrize("value", [(3, 3), 2.5, "all", ()])
    @pytest.mark.parametrize("fact", ["reach", "saves", "geometry"])
    def test_facts_are_records(self, fact, value):
        """What is no window, or no record, is refused, with the layer's name."""
        stated = property(lambda self: value)
        stated = stated if fact == "geometry" else lambda self, *xs: value
        net = Sequential(input=8).add(type("Own", (Layer,), {**RULES, fact: stated})())
        with pytest.raises(
            ConfigError, match=rf"Own( on 8)?: its {fact}(\(\) returned| is) "
        ):
            (net.saved_for_backward() if fact == "saves" else net.summary())


class TestOptions:
    """Words of an enumeration, and NumPy's values, are what they stand for."""

    LAYERS = (
        (lambda v: Activation(v("relu")), "activation: relu"),
        (lambda v: Activation("prelu", shared=v(True)), "activation: prelu"),
        (lambda v: Pool(2, mode=v("average"), ceil=v(True)), "average pool"),
        (lambda v: GlobalPool(v("max"), keep_map=v(True)), "global max pool"),
        (lambda v: AdaptivePool(2, v("max")), "adaptive max pool"),
        (lambda v: Upsample(2, mode=v("bilinear")), "upsample: bilinear"),
        (lambda v: Pad(1, padding_mode=v("edge")), "pad"),
        (lambda v: Conv2d(1, 2, padding=v("same"), bias=v(False)), "conv"),
        (lambda v: Norm(v("layer"), scale=v(False)), "layer norm"),
        (lambda v: Dropout(v(0.25), name=v("d")), "dropout"),
        (lambda v: FC(2, flatten=v(False), trainable=v(False)), "linear"),
    )

    @pytest.mark.parametrize(("make", "role"), LAYERS)
    def test_layers(self, make, role):
        """They are the same layers, in all that is written of them."""
        plain = make(lambda value: value)

        assert role == plain.role
        for value in (numpy_value, enumerated):
            made = make(value)
            assert (plain, plain.role, repr(plain)) == (made, made.role, repr(made))

    @pytest.mark.parametrize("value", [np.array(["relu", "x"]), [], {}])
    def test_what_is_none_of_them(self, value):
        """It is refused in our words, whatever it does when it is compared."""
        for make in (Activation, Norm, GlobalPool, lambda v: FC(2, bias=v)):
            with pytest.raises(ConfigError, match="It must be"):
                make(value)

    def test_networks(self):
        """So are the options of questions, and names."""
        for v in (numpy_value, enumerated):
            net = Sequential(input=8, name=v("net")).fc(2, name=v("out"))
            assert type(net.name) is type(net[0].name) is str
            assert 18 == net.memory(v("int8"))
            assert 40 == net.peak_memory(v("float32"), inplace=v(False))
            assert 16 == net.operations(v("torchvision"))
            assert "out: FC(" in str(net.explain(v("out"), language=v("en")))


def numpy_value(value):
    """Return a text, number or flag as NumPy has it."""
    return np.array([value])[0]


def enumerated(value):
    """Return a text as a member of an enumeration; all else as it is."""
    if not isinstance(value, str):
        return value
    return enum.Enum("Words", {"ONE": value}, type=str).ONE


class TestNumbers:
    def test_multiply_adds_of_a_role_of_ones_own_are_a_bound(self):
        """Each is a multiplication and an addition; what else it does is unknown."""
        kind = type("Own", (Layer,), {**RULES, "macs": lambda self, x: 100})
        net = Sequential(input=8).fc(4, bias=False).add(kind())

        assert AtLeast(2 * (8 * 4 + 100)) == net.flops
        assert AtLeast is type(net.flops)
        assert ("own1",) == net.unknown["flops"]
        assert net.roofline("T4")["own1"] is None

    def test_fields_that_nobody_can_print_are_unknown(self):
        """A stride of 299 digits, twenty times, has 5,980: Python prints 4,300."""
        net = Sequential(input=(3, 3, 1))
        for _ in range(20):
            net = net.conv(1, 1, stride=10**299)
        columns = ["layer", "receptive_field", "effective_stride", "effective_padding"]
        summary = net.summary(columns=columns)

        assert (10**299, 10**299) == net[0].effective_stride
        assert net[1].effective_stride is None
        assert "its numbers have more than 300 digits" in str(net.explain("conv2"))
        assert "that of conv2 is unknown" in str(net.explain("conv3"))
        for form in ("text", "markdown", "html", "latex", "csv", "json"):
            assert getattr(summary, f"to_{form}")()
        for form in ("text", "markdown", "html", "latex"):
            assert getattr(net.explain(), f"to_{form}")()
        assert str(net.fields()), str(net.draw("receptive_field"))

    def test_times_beyond_all_floats_are_infinite(self):
        """Work of hundreds of digits takes for ever, on any device."""
        net = Sequential(input=(10**290, 10**290, 3)).conv(3, 10**290)

        assert math.inf == net.roofline("T4")["conv1"].seconds


def test_what_is_used_once_is_no_factor():
    """A formula has no factor of 1 that stands for a single use."""
    once = [(FC(3), "macs"), (FC(3), "connections"), (RBF(3), "connections")]
    written = [layer.formula(rule, 8).general for layer, rule in once]

    assert ["C_in×U", "C_in×U + U", "C_in×U"] == written


def many_inputs(large):
    """Return a network of 300 inputs, each of which dies when it is used."""
    g = Builder()
    xs = [g.input((4, 4, 50 if n < large else 1)) for n in range(300)]
    x = g.input((4, 4, 1))
    for y in xs:
        x = g.add(Add(), x, g.add(Conv2d(1, 1), y))
    return g.graph(x)


def long_lives(steps):
    """Return a network of 600 tensors, each of which lives for so many steps."""
    g = Builder()
    xs = [g.input((4, 4, 1))]
    for n in range(600):
        xs.append(g.add(Add(), g.add(Conv2d(1, 1), xs[-1]), xs[max(0, n - steps)]))
    return g.graph(xs[-1])


class TestFiles:
    def test_a_mark_of_the_byte_order(self, tmp_path, capsys):
        """It is refused in our words, and read from files, where editors put it."""
        text = "\ufeff" + zoo.lenet().to_json()
        path = tmp_path / "net.json"
        path.write_text(text, "utf-8")
        with pytest.raises(ConfigError, match='a mark of the byte order.*"utf-8-sig"'):
            from_json(text)

        assert 0 == main(["summary", str(path)])
        assert "lenet: 32×32×1 → 10" in capsys.readouterr().out

    def test_pages_fit_a_telephone(self, tmp_path):
        """Written pages say that they are as wide as the screen."""
        net = zoo.lenet()
        for made in (net.summary(), net.explain(), net.diff(zoo.lenet5())):
            made.to_html(tmp_path / "page.html")
            page = (tmp_path / "page.html").read_text("utf-8")
            assert 1 == page.count('<meta name="viewport" content="width=device-width')

    @pytest.mark.parametrize(
        "make",
        [lambda: many_inputs(2), lambda: many_inputs(60), lambda: long_lives(60)],
    )
    def test_pictures_of_memory_are_no_squares(self, make):
        """Each tensor that dies moves all above it: small ones are drawn as one.

        The area stays the sum of all tensors over the steps in which they are alive.
        """
        net = make()
        sizes = tensor_bytes(net.table)
        held = storages(net.table, net.outputs, sizes, inplace=True)
        most, count = peak(held), len(net.table)
        pieces = timeline._pieces(held, count, most)
        picture = net.draw("memory").to_svg()

        assert sum(
            s.size * (min(s.last, count - 1) - s.first + 1) for s in held
        ) == sum(p.size * (p.last - p.first + 1) for p in pieces)
        assert len(pieces) < 12 * count + 1000
        assert picture.count("small tensors together") > 100
        assert len(picture) < 400 * len(pieces) + 20_000

    def test_an_explanation_says_nothing_twice(self):
        """What many nodes do alike is written once in HTML; all else is there."""
        net = Sequential(input=(8, 8, 3))
        for _ in range(100):
            net = net.conv(3, 3, padding=1)
        page = net.explain().to_html()

        assert 1 == page.count('<th scope="row">parameters</th>')
        assert 99 == page.count("as that of conv1</p>")
        assert 100 == page.count('<th scope="row">receptive field, height and width')
        assert str(3 + 2 * 99) in page


class TestMemory:
    def test_large_things_are_not_kept(self):
        """Of what is made of a long text, nothing is remembered once it is dropped."""
        forget()
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
    if isinstance(value, tuple) and value:  # nothing is in an unknown shape
        return sum(map(_size, value))
    return sys.getsizeof(getattr(value, "name", None) or "")


def test_layers_of_one_kind_share_weights():
    """Two kinds of layers with equally many parameters have no weights in common."""
    text = Sequential(input=(1, 1, 3)).conv(1, 3).conv(1, 3).to_json()
    other = text.replace('"kind": "Conv2d"', '"kind": "FC"')

    assert Conv2d(1, 3).params((1, 1, 3)) == FC(3).params(3)
    assert text != other


class TestSharedNames:
    """A part with shared weights brings its name wherever it is applied."""

    PART = Shared(FC(8, name="fc"))
    TOWER = Shared(Sequential(name="tower").fc(8).relu())

    @pytest.mark.parametrize(
        "net",
        [
            lambda part: Sequential(input=8).add(part, part, part),
            lambda part: Sequential().add(part, part, part).on(8),
            lambda part: (
                Sequential(input=8).add(Sequential().add(part, part)).add(part)
            ),
            lambda part: thrice(part),
        ],
    )
    def test_it_stands_in_a_scope_several_times(self, net):
        """The first has the name, and others a number; parameters count once."""
        made = net(self.PART)

        assert ["fc", "fc2", "fc3"] == [row.path for row in made.nodes]
        assert 8 * 8 + 8 == made.params == made.freeze("fc2").params
        assert 0 == made.freeze("fc2").trainable_params
        assert made.graph == from_json(made.to_json())
        names = {}
        exec(made.to_python(), names)
        assert made.graph == names["net"].graph

    def test_so_does_a_block(self):
        """Its scope is numbered."""
        made = Sequential(input=8).add(self.TOWER, self.TOWER)

        expected = ["tower/fc1", "tower/relu1", "tower2/fc1", "tower2/relu1"]
        assert expected == [row.path for row in made.nodes]
        assert 8 * 8 + 8 == made.params

    def test_automatic_names_make_way(self):
        """Of the same beginning, they count on."""
        net = Sequential(input=8).add(FC(8), self.PART, self.PART, FC(8))

        assert ["fc1", "fc", "fc2", "fc3"] == [row.path for row in net.nodes]

    def test_what_is_given_by_hand_still_differs(self):
        """A name that somebody gives is no other's."""
        with pytest.raises(ConfigError, match='the name "a" is given twice'):
            Sequential(input=8).add(Named(self.PART, "a"), Named(self.PART, "a"))
        with pytest.raises(ConfigError, match='the name "fc" is given twice'):
            Sequential(input=8).fc(8, name="fc").fc(8, name="fc")


def thrice(part):
    """Return a graph that applies a part three times."""
    g = Builder()
    x = g.input(8)
    for _ in range(3):
        x = g.add(part, x)
    return g.graph(x)


class Odd(Layer):
    """A layer of which one rule is none."""

    role = "conv"

    def output(self, x):
        return x

    def params(self, x):
        return 3


# Rules of a layer, and a question that asks for each.
ASKED = {
    "saves": lambda net: net.saved_for_backward(),
    "filters_of": lambda net: net.summary(columns=["layer", "filter", "weight shape"]),
    "bias_uses": lambda net: net.operations("ptflops"),
    "input_positions": lambda net: net.region("m/odd1", 0, 0),
    "product_macs_of": lambda net: net.product_macs,
}


class TestEveryRule:
    @pytest.mark.parametrize("rule", ASKED)
    @pytest.mark.parametrize("graph", [False, True])
    def test_an_error_in_it_says_where(self, rule, graph):
        """Whatever question asked for it, and whatever it raises."""
        rules = {rule: lambda *_: bad(), "macs_of": lambda *_: 4}
        odd = type("Odd", (Odd,), rules)
        part = Sequential(name="m").relu().add(odd())
        with pytest.raises(ZeroDivisionError) as caught:
            net = Sequential(input=(8, 8, 4)).add(part)
            ASKED[rule](net.graph if graph else net)

        has_notes = hasattr(ZeroDivisionError, "add_note")
        notes = ["In the network at m/odd1: Odd on 8×8×4."] * has_notes
        assert notes == getattr(caught.value, "__notes__", [])

    @pytest.mark.parametrize(
        ("rule", "value"), [("saves", 5), ("filters_of", "x"), ("bias_uses", "x")]
    )
    def test_what_it_may_not_return_is_refused(self, rule, value):
        """With the path, the layer and what came."""
        odd = type("Odd", (Odd,), {rule: lambda *_: value})
        part = Sequential(name="m").add(odd())
        with pytest.raises(ConfigError) as caught:
            ASKED[rule](Sequential(input=(8, 8, 4)).add(part))

        assert "m/odd1" in str(caught.value)
        assert repr(value) in caught.value.why


class TestShapesWrittenOut:
    NET = Sequential(input=Shape(3, 224, 224)).conv(7, 64, stride=2, padding=3)

    @pytest.mark.parametrize("net", [NET, NET.graph])
    @pytest.mark.parametrize("way", [repr, lambda net: net.to_python()])
    def test_nobody_is_warned_again(self, net, way, recwarn):
        """Who wrote `Shape` knows the order, in whatever is written of the network."""
        if way is repr and net is not self.NET:
            net = self.NET
        space = {"Sequential": Sequential, "Shape": Shape}
        text = way(net)
        exec(text if "net = " in text else f"net = {text}", space)

        assert net == space["net"]
        assert "Shape(3, 224, 224)" in text
        assert [] == list(recwarn)

    def test_who_was_warned_is_warned_again(self):
        """A tuple stays one."""
        with pytest.warns(LikelyMistake):
            net = Sequential(input=(3, 224, 224))

        assert "Sequential(input=(3, 224, 224))" == repr(net)


def test_a_group_is_asked_by_the_names_within_it():
    """Its graph has the paths of the network, and those from the group on."""
    net = zoo.resnet18()
    conv = net["layer1/0/conv1"]

    assert conv.params == net["layer1"]["0/conv1"].params == 64 * 64 * 9
    assert conv.params == net["layer1"]["layer1/0/conv1"].params
    assert conv.params == net["layer1/0"]["conv1"].params
    with pytest.raises(UnknownNameError, match="no node or group '0/conv9'"):
        net["layer1"]["0/conv9"]
