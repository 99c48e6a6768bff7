"""Blocks of any parts, and those that families of networks are made of."""

import pickle

import attrs
import pytest
from strategies import PUBLIC

import cnncalc
from cnncalc import (
    FC,
    Add,
    ArgumentError,
    Branch,
    Builder,
    Concat,
    ConfigError,
    Conv2d,
    Frozen,
    GlobalPool,
    Inception,
    Named,
    Norm,
    Pool,
    Repeat,
    Residual,
    Sequential,
    Shape,
    ShapeError,
    Shared,
    UnknownNameError,
    blocks,
    zoo,
)
from cnncalc.blocks.chain import Chain
from cnncalc.blocks.nasnet import NORMAL, Cell
from cnncalc.blocks.resnet import BasicBlock, Bottleneck
from cnncalc.graph.wrappers import Value

X = Shape(28, 28, 192)


def paths(net):
    return [row.path for row in net.nodes]


class TestBranch:
    def test_arms_are_stacked(self):
        """Arms are lowered in order and joined along the channels."""
        net = Sequential(X).branch(
            Sequential().conv(1, 64),
            Conv2d(3, 128, padding=1, name="wide"),
            Sequential(name="pool").pool(3, stride=1, padding=1),
            Sequential(),
        )

        assert [
            "branch1/arm1/conv1",
            "branch1/wide",
            "branch1/pool/pool1",
            "branch1/concat1",
        ] == paths(net)
        assert Shape(28, 28, 64 + 128 + 192 + 192) == net.output
        assert (
            "branch1/arm1/conv1",
            "branch1/wide",
            "branch1/pool/pool1",
            "input1",
        ) == (net["branch1/concat1"].inputs)

    def test_any_join_will_do(self):
        """What joins the arms is a layer of several inputs."""
        gate = Sequential().global_pool().fc(192).sigmoid()
        net = Sequential(X).branch(
            Sequential(), gate, join=cnncalc.Multiply(), name="se"
        )

        assert X == net.output
        assert ["se/arm2/global_pool1", "se/arm2/fc1"] == paths(net)[:2]

    def test_a_mismatch_names_the_arms_and_the_cure(self):
        """Arms that do not fit are named, with their shapes and what to do."""
        with pytest.raises(ShapeError) as caught:
            Sequential(X).branch(
                Sequential().conv(1, 64), Sequential(name="half").pool(2), name="mix"
            )

        assert (
            "mix/concat1: Concat on 28×28×64 (mix/arm1/conv1) and 14×14×192 "
            "(mix/half/pool1): its inputs 1 and 2 differ: 28×28×64 and 14×14×192. "
            "Use strides and paddings that bring input 2 to 28×28."
        ) == str(caught.value)

    @pytest.mark.parametrize("arms", [[], [3], [Sequential(), None]])
    def test_arms_are_layers_or_blocks(self, arms):
        """An arm that is no layer or block is refused, as is a branch without arms."""
        with pytest.raises(ConfigError, match="branch1: Branch: arms is .* It must be"):
            Sequential(X).branch(*arms)


class TestResidual:
    def test_adds_the_input(self):
        """The body comes first, then the shortcut, then the sum."""
        body = Sequential().conv(3, 64, padding=1)
        net = Sequential(X).residual(body, Conv2d(1, 64), name="r").relu()

        assert ["r/conv1", "r/conv2", "r/add1", "relu1"] == paths(net)
        assert ("r/conv1", "r/conv2") == net["r/add1"].inputs

    def test_without_a_shortcut_it_is_the_identity(self):
        """Without a shortcut the input itself is added."""
        net = Sequential(X).residual(Sequential().conv(3, 192, padding=1))

        assert ("residual1/conv1", "input1") == net["residual1/add1"].inputs

    def test_a_shortcut_that_is_a_network_is_a_group(self):
        """A shortcut of several layers stands in a scope of its own."""
        short = Sequential().conv(1, 64).norm()
        net = Sequential(X).residual(Sequential().conv(1, 64), short)

        assert "residual1/shortcut/norm1" == net.nodes[-2].path

    def test_a_mismatch_says_what_the_shortcut_needs(self):
        """Where body and shortcut differ, the cure is a 1×1 convolution."""
        with pytest.raises(
            ShapeError, match="Put a 1×1 convolution of 64 filters on input 2"
        ):
            Sequential(X).residual(Sequential().conv(1, 64))

    @pytest.mark.parametrize("wrong", [3, "conv"])
    def test_parts_are_layers_or_blocks(self, wrong):
        """Body and shortcut that are no layers or blocks are refused."""
        for make in (
            lambda: Residual(wrong),
            lambda: Residual(Conv2d(1, 1), wrong),
            lambda: Residual(Conv2d(1, 1), join=wrong),
            lambda: Repeat(2, wrong),
            lambda: Branch([Conv2d(1, 1)], wrong),
        ):
            with pytest.raises(ConfigError, match="It must be a layer"):
                make()


class TestRepeat:
    def test_copies_have_their_own_weights(self):
        """Each copy counts its own parameters, and stands in its own scope."""
        body = Sequential().conv(3, 192, padding=1, bias=False).relu()
        net = Sequential(X).repeat(3, body)

        assert 3 * 3 * 3 * 192 * 192 == net.params
        assert ["repeat1/1/conv1", "repeat1/1/relu1", "repeat1/2/conv1"] == paths(net)[
            :3
        ]
        assert 3 * 3 * 192 * 192 == net["repeat1/2"].params

    def test_a_layer_can_be_repeated(self):
        """A single layer is repeated under its number."""
        assert ["halve/1", "halve/2"] == paths(
            Sequential(X).repeat(2, Pool(2), name="halve")
        )

    @pytest.mark.parametrize("wrong", [0, -1, 2.0, True, "3"])
    def test_the_number_is_a_positive_integer(self, wrong):
        """A number of copies that cannot be is refused."""
        with pytest.raises(ConfigError, match="Repeat: count is"):
            Repeat(wrong, Pool(2))


class TestInception:
    def test_module_3a(self):
        """Module 3a of GoogLeNet has the paper's shape and 163,696 parameters."""
        net = Sequential(X).inception(64, (96, 128), (16, 32), 32)

        assert (Shape(28, 28, 256), 163_696) == (net.output, net.params)
        assert [64, 128, 32, 32] == [
            x.channels for x in net["inception1/concat1"].input
        ]
        assert 12_352 == net["inception1/branch1"].params
        assert 110_720 + 18_528 == net["inception1/branch2"].params
        assert 12_832 + 3_088 == net["inception1/branch3"].params
        assert 6_176 == net["inception1/branch4"].params

    def test_torchvisions_module_3a(self):
        """With norms for biases and 3×3 for 5×5 it is torchvision's module."""
        net = Sequential(X).inception(
            64, (96, 128), (16, 32), 32, norm=True, last_kernel=3
        )
        weights = 192 * 64 + 192 * 96 + 9 * 96 * 128 + 192 * 16 + 9 * 16 * 32 + 192 * 32

        assert weights + 2 * (64 + 96 + 128 + 16 + 32 + 32) == net.params

    @pytest.mark.parametrize(
        "make",
        [
            lambda: Inception(0, (1, 1), (1, 1), 1),
            lambda: Inception(1, 3, (1, 1), 1),
            lambda: Inception(1, (1, 1), (1, 2, 3), 1),
            lambda: Inception(1, (1, 1), (0, 1), 1),
            lambda: Inception(1, (1, 1), (1, 1), 1, norm=1),
        ],
    )
    def test_refuses_what_is_no_number_of_filters(self, make):
        """Numbers of filters are positive, and come in pairs where two are needed."""
        with pytest.raises(ConfigError, match="Inception: "):
            make()


class TestResidualBlocks:
    def test_a_bottleneck_projects_where_shapes_differ(self):
        """The first block of a stage has a projection, the others none."""
        one, other = Bottleneck(64, 256, 2), Bottleneck(64, 256)
        net = Sequential(X).add(Named(one, "0"), Named(other, "1"))

        assert Shape(14, 14, 256) == net.output
        assert "0/downsample/conv1" in net
        assert "1/downsample/conv1" not in net

    def test_the_stride_may_be_on_the_first_convolution(self):
        """The paper's bottleneck strides first, torchvision's in the middle."""
        first = Sequential(X).add(Bottleneck(64, 256, 2, stride_first=True))
        middle = Sequential(X).add(Bottleneck(64, 256, 2))

        assert [(2, 2), (1, 1)] == [first[i].stride for i in (0, 3)]
        assert [(1, 1), (2, 2)] == [middle[i].stride for i in (0, 3)]
        assert first.params == middle.params

    def test_a_basic_block(self):
        """A basic block is two 3×3 convolutions and an addition."""
        net = Sequential(X).add(BasicBlock(192))

        assert 2 * (9 * 192 * 192 + 2 * 192) == net.params
        assert ["add1", "relu2"] == [row.name for row in net.nodes[-2:]]


class TestValue:
    @pytest.mark.parametrize(
        "net",
        [
            Sequential(X).branch(Sequential().conv(1, 2), Pool(1), join=Concat()),
            Sequential(X).branch(Sequential(), Sequential(), join=Add(), name="b"),
            Sequential(X).residual(Sequential().conv(1, 192), Conv2d(1, 192)),
            Sequential(X).repeat(2, Sequential().relu()),
            Sequential(X).inception(64, (96, 128), (16, 32), 32, norm=True),
            Sequential(X).add(Named(Pool(2), "half"), Frozen(Conv2d(1, 2), "")),
            Sequential(X).add(Sequential(name="g").conv(1, 2)).freeze("g/conv1"),
            Sequential().add(Named(GlobalPool(), "x")),
        ],
    )
    def test_repr_can_be_pasted_back(self, net):
        """Networks of blocks are written as the calls that make them."""
        pasted = eval(repr(net), dict(PUBLIC))

        assert net == pasted
        assert hash(net) == hash(pasted)

    def test_chains_are_values(self):
        """A chain of parts equals one of equal parts, and writes them out."""
        chain = Chain(Conv2d(1, 2), Pool(2))

        assert Chain(Conv2d(1, 2), Pool(2)) == chain
        assert hash(Chain(Conv2d(1, 2), Pool(2))) == hash(chain)
        assert "Chain(Conv2d(1, 2), Pool(2))" == repr(chain)
        assert Chain(Pool(2)) != chain
        assert hash(Frozen(Pool(2), "x")) == hash(Frozen(Pool(2), "x"))
        assert hash(Chain(Conv2d(1, 2), Pool(3))) != hash(chain)
        assert chain == pickle.loads(pickle.dumps(chain))

    def test_a_value_equals_each_of_several_equal_ones(self):
        """It does whichever it was compared with before, and they hash alike."""

        @attrs.frozen(eq=False, repr=False)
        class Own(Value):
            part: object
            name = None

            def lower(self, g, /, *xs):
                return g.add(self.part, *xs)

        one, other = Own(Pool(2)), Own(Pool(3))

        for _ in range(3):
            again = Own(Pool(2))
            assert one == again == one != other
            assert hash(one) == hash(again)

    @pytest.mark.parametrize(
        "part", [Named(Pool(2), "a"), Frozen(Pool(2)), Shared(Pool(2))]
    )
    def test_what_is_around_a_part_says_what_it_lacks(self, part):
        """Lowered into nothing, it asks for a builder."""
        with pytest.raises(
            ArgumentError, match=r"g must be said\. It is wrapper\.lower"
        ):
            part.lower()

    def test_a_name_can_be_given_while_adding(self):
        """A builder adds a part under a name, or through a block that is named."""
        g = Builder()
        x = g.input(3)
        y = g.add(Conv2d(1, 1), g.input((2, 2, 1)), name="c")
        Named(Pool(1), "p").lower(g, y)
        g.add(GlobalPool(), y, name="g")

        assert x.index == 0
        assert ["c", "p", "g"] == [node.name for node in g.table()][2:]

    def test_a_cell_takes_what_already_fits(self):
        """A NASNet cell leaves the map before the last alone where it fits."""
        g = Builder()
        x, previous = g.input((8, 8, 4)), g.input((8, 8, 4))
        g.add(Cell(4, NORMAL), x, previous)

        assert not any("adjust" in node.scope for node in g.table())
        assert not any("adjust" == node.name for node in g.table())

    def test_dropout_of_a_dense_block(self):
        """DenseNet may drop values after each convolution."""
        rows = zoo.densenet121(dropout=0.2).nodes

        assert 58 == sum(row.role == "dropout" for row in rows)

    def test_names_are_no_part_of_a_blocks_equality(self):
        """Blocks that differ in name alone are equal; other wrappers are not."""
        assert Repeat(2, Pool(2), name="a") == Repeat(2, Pool(2))
        assert Named(Pool(2), "a") != Named(Pool(2), "b")
        assert Frozen(Pool(2)) != Frozen(Pool(2), "x")
        assert Named(Pool(2), "a") != Pool(2)
        assert Frozen(Pool(2)) != Pool(2)
        for wrap in (
            Frozen,
            lambda part: Named(part, "n"),
            lambda part: Repeat(2, part),
        ):
            assert wrap(Pool(2, name="a")) != wrap(Pool(2, name="b")) != wrap(Pool(2))


class TestFreezing:
    net = (
        Sequential(input=(9, 9, 3))
        .conv(3, 4)
        .add(Sequential(name="g").conv(3, 4).add(Sequential(name="h").conv(1, 4).fc(2)))
    )

    @pytest.mark.parametrize(
        ("path", "trainable"),
        [
            ("conv1", [0, 148, 20, 202]),
            ("g", [112, 0, 0, 0]),
            ("g/conv1", [112, 0, 20, 202]),
            ("g/h", [112, 148, 0, 0]),
            ("g/h/fc1", [112, 148, 20, 0]),
        ],
    )
    def test_a_part_is_frozen_by_its_path(self, path, trainable):
        """Of a frozen part nothing is trainable; its parameters still count."""
        for net in (self.net, self.net.graph):
            frozen = net.freeze(path)

            assert trainable == [row.trainable for row in frozen.nodes]
            assert net.params == frozen.params
            assert sum(trainable) == frozen.trainable_params
            assert paths(net) == paths(frozen)

    def test_freezing_changes_no_network_that_is_there(self):
        """Weights that are shared are frozen in the longer network alone."""
        fc = Shared(FC(8))
        net = Sequential(input=8).add(fc)
        used = net.add(fc)
        frozen = used.add(Frozen(fc))
        other = used.add(fc)

        assert (72, 72, 0, 72) == tuple(
            n.trainable_params for n in (net, used, frozen, other)
        )
        assert (0, 72) == tuple(n.add(fc).trainable_params for n in (frozen, used))
        assert 0 == frozen.graph.trainable_params

    def test_a_failed_addition_freezes_nothing(self):
        """What failed leaves the weights that it shares as they were."""
        g, fc = Builder(), Shared(FC(8))
        y = g.add(fc, g.input(8))
        with pytest.raises(ShapeError):
            g.add(Sequential().add(Frozen(fc)).pool(2), y)

        assert 72 == g.graph(y).trainable_params

    @pytest.mark.parametrize("path", ["conv1", "norm1", "conv2"])
    def test_a_step_may_be_several_nodes(self, path):
        """The chain freezes what its graph does, where a step leaves no group."""
        net = Sequential(input=(8, 8, 3)).add(Chain(Conv2d(3, 8), Norm())).conv(1, 4)

        assert (
            net.graph.freeze(path).trainable_params
            == net.freeze(path).trainable_params
            < net.trainable_params
        )

    @pytest.mark.parametrize("path", ["conv1", "norm1", "conv2"])
    def test_an_open_chain_is_frozen_alike(self, path):
        """What a chain's parts are called is known before an input is."""
        net = Sequential().add(Chain(Conv2d(3, 8), Norm())).conv(1, 4)
        shape = (8, 8, 3)

        assert net.on(shape).freeze(path) == net.freeze(path).on(shape)

    def test_a_part_without_a_name_is_frozen_in_part(self):
        """The path begins at the part's own layers where it is no group."""
        part = Frozen(Sequential().fc(4).fc(4), "fc1")

        assert 20 == Sequential(input=4).add(part).trainable_params
        assert 20 == Sequential(input=4).residual(part).trainable_params

    @pytest.mark.parametrize("name", ["head", None])
    def test_a_path_that_leads_nowhere_freezes_nothing(self, name):
        """It is refused, with the paths that there are."""
        head = Sequential(name=name).fc(10).fc(2)

        with pytest.raises(UnknownNameError, match='There are: "fc1", "fc2"'):
            Sequential(input=5).add(Frozen(head, "nope"))

    def test_a_frozen_network_goes_on(self):
        """A frozen network can be made longer, frozen again, and used as a piece."""
        net = self.net.freeze("conv1").relu().freeze("g/h")
        piece = Sequential().add(*net.steps)

        assert [0, 148, 0, 0, 0] == [row.trainable for row in net.nodes]
        assert net == piece.on((9, 9, 3))
        assert 148 == piece.freeze("conv1").on((9, 9, 3)).trainable_params

    def test_shared_weights_are_frozen_wherever_they_are_used(self):
        """Freezing one use of shared weights freezes them all."""
        shared = cnncalc.Shared(Conv2d(3, 3, padding=1, bias=False))
        net = Sequential(input=(8, 8, 3)).add(Named(shared, "p"), Named(shared, "q"))

        for path in ("p", "q"):
            for frozen in (net.freeze(path), net.graph.freeze(path)):
                assert 0 == frozen.trainable_params
                assert 0 == frozen.backward_macs.weights

    def test_a_name_with_a_slash_can_be_frozen(self):
        """A node whose name has a slash in it is frozen by its name."""
        net = Sequential(input=(8, 8, 3)).conv(3, 4, name="a/b").conv(1, 1)

        assert 5 == net.freeze("a/b").trainable_params

    def test_what_is_not_there_cannot_be_frozen(self):
        """A path that is not there is answered with the nearest."""
        for net in (self.net, self.net.graph, Sequential().conv(3, 4)):
            with pytest.raises(UnknownNameError, match="no .* 'conv9'.*\"conv1\""):
                net.freeze("conv9")

    def test_a_shared_part_can_be_named_and_frozen(self):
        """Wrappers go together: a shared part may have a name, or be frozen."""
        shared = cnncalc.Shared(Conv2d(1, 3))
        net = Sequential(input=(9, 9, 3)).add(Named(shared, "a"), Frozen(shared))

        assert [("a", 12, 0), ("conv1", 0, 0)] == [
            (row.name, row.params, row.trainable) for row in net.nodes
        ]


BAD_FIELDS = [
    (lambda: BasicBlock("a b"), "BasicBlock", "filters"),
    (lambda: BasicBlock(4, 0), "BasicBlock", "stride"),
    (lambda: Bottleneck(4, 8, stride_first="no"), "Bottleneck", "stride_first"),
    (lambda: Bottleneck(4, 8, groups=True), "Bottleneck", "groups"),
    (lambda: blocks.BiasedBottleneck(4, project=1), "BiasedBottleneck", "project"),
    (lambda: blocks.PreactivatedBottleneck([4]), "PreactivatedBottleneck", "width"),
    (lambda: Cell(4, "x"), "Cell", "plan"),
    (lambda: Cell(4.0, NORMAL), "Cell", "filters"),
    (lambda: Chain(Add(), 3), "Chain", "parts"),
    (lambda: blocks.ConvNeXtBlock(8, 2), "ConvNeXtBlock", "drop"),
    (lambda: blocks.DenseBlock(-1, 4), "DenseBlock", "layers"),
    (lambda: blocks.DenseBlock("a b", 4), "DenseBlock", "layers"),
    (lambda: blocks.DenseBlock(1, 4, dropout=[0]), "DenseBlock", "dropout"),
    (lambda: blocks.Fire(16.0, 64), "Fire", "squeeze"),
    (lambda: blocks.InvertedResidual(16, 8, (3, 5)), "InvertedResidual", "kernel"),
    (lambda: blocks.InvertedResidual(16, 8, squeeze=4), "InvertedResidual", "squeeze"),
    (lambda: blocks.InvertedResidual(1, 8, drop="x"), "InvertedResidual", "drop"),
    (
        lambda: blocks.FusedInvertedResidual(16, 8, activation="x"),
        "FusedInvertedResidual",
        "activation",
    ),
    (lambda: blocks.InceptionResidual(3), "InceptionResidual", "branches"),
    (lambda: blocks.InceptionResidual(Add(), 1), "InceptionResidual", "activation"),
    (lambda: blocks.SeparableResidual(5), "SeparableResidual", "filters"),
    (lambda: blocks.SeparableResidual(()), "SeparableResidual", "filters"),
    (lambda: blocks.SeparableResidual((8, 2.0)), "SeparableResidual", "filters"),
    (lambda: blocks.SeparableResidual((8,), "no"), "SeparableResidual", "halve"),
    (lambda: blocks.SeparableUnit(8, multiplier=0), "SeparableUnit", "multiplier"),
    (lambda: blocks.ShuffleUnit(7), "ShuffleUnit", "filters"),
    (lambda: blocks.ShuffleUnit("a b"), "ShuffleUnit", "filters"),
    (lambda: blocks.SqueezeExcite(None), "SqueezeExcite", "squeeze_channels"),
    (lambda: blocks.SqueezeExcite(4, gate="x"), "SqueezeExcite", "gate"),
    (lambda: blocks.XBlock(8, squeeze=1.5), "XBlock", "squeeze"),
]


class TestFields:
    @pytest.mark.parametrize(("make", "block", "name"), BAD_FIELDS)
    def test_bad_ones_are_named(self, make, block, name):
        """The message has the block and its field."""
        with pytest.raises(ConfigError) as caught:
            make()

        assert caught.value.layer == block
        assert caught.value.why.startswith(f"{name} ")

    def test_good_ones_make_blocks_with_a_hash(self):
        """A list of filters becomes a tuple, and a sum without a function is a block."""
        residual = blocks.SeparableResidual([8, 8])
        bare = blocks.InceptionResidual(Branch([Chain()]), None)

        assert hash(blocks.SeparableResidual((8, 8))) == hash(residual)
        assert bare.activation is None

    def test_functions_have_their_other_names(self):
        """What an activation calls by two names, a block does too."""
        nets = [
            Sequential(input=(8, 8, 8)).add(blocks.SqueezeExcite(4, function))
            for function in ("silu", "swish")
        ]

        assert [row.kind for row in nets[0].nodes] == [r.kind for r in nets[1].nodes]
        assert nets[0].macs == nets[1].macs

    def test_shuffling_keeps_the_depth_at_stride_1(self):
        """A shuffle unit of another depth than its input's is refused, without stride."""
        net = Sequential(input=(8, 8, 8))

        with pytest.raises(ShapeError, match="8 channels reach it, and it has 16"):
            net.add(blocks.ShuffleUnit(16))

        assert net.add(blocks.ShuffleUnit(16, 2)).output == Shape(4, 4, 16)
        assert net.add(blocks.ShuffleUnit(8)).output == Shape(8, 8, 8)
