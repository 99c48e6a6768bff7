"""Faults that were found in version 0.1, each as a whole kind."""

import gc
import json
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
    CnncalcError,
    ConfigError,
    Conv2d,
    Frozen,
    GraphError,
    Input,
    Layer,
    Named,
    Norm,
    Sequential,
    ShapeError,
    Shared,
    UnknownNameError,
    Upsample,
    from_json,
    zoo,
)
from cnncalc.cache import Memo
from cnncalc.layers.resize import Crop


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
            (Input(3), "input2: Input on 16×19×5: 1 inputs reached it, and it takes 0"),
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
