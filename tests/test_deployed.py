"""Branches that are merged where a network is deployed."""

import pytest

from cnncalc import (
    FC,
    Add,
    Builder,
    Concat,
    Conv2d,
    DepthwiseConv2d,
    LayerScale,
    Multiply,
    Norm,
    Parameter,
    PartialConv2d,
    Reshape,
    SeparableConv2d,
    Sequential,
    Shared,
    Subtract,
)

X = (14, 14, 8)


def conv(filters, kernel, **more):
    """Return a convolution that keeps the size, and its norm."""
    layer = Conv2d(kernel, filters, padding=kernel // 2, bias=False, **more)
    return Sequential().add(layer).norm()


def merged(*arms, join=None):
    """Return the nodes of what is deployed of arms that are added up."""
    net = Sequential(input=X).branch(*arms, join=join or Add()).deployed()
    return [row.layer for row in net.nodes]


def repvgg_a0():
    """Return RepVGG-A0 as it trains: Ding et al. 2021, table 2, as in timm."""
    net = Sequential(input=(224, 224, 3))
    for filters, depth in ((48, 1), (48, 2), (96, 4), (192, 14), (1280, 1)):
        for place in range(depth):
            stride = 1 if place else 2
            arms = [conv(filters, k, stride=stride) for k in (1, 3)]
            arms = [*arms, *[Norm()][: place > 0]]
            net = net.branch(*arms, join=Add()).relu()
    return net.global_pool().fc(1000)


class TestRepVGG:
    def test_its_published_parameters(self):
        """9,108,968 while it trains, as timm counts; 8,309,384 when it is deployed.

        The MACs are those of its 3×3 convolutions and its last layer:
        9·(3·48·112² + 48·48·56² + 48·48·56² + ...) = 1,361,451,008.
        """
        net = repvgg_a0()
        small = net.deployed()

        assert (9_108_968, 8_309_384) == (net.params, small.params)
        assert 1_361_451_008 == small.macs
        assert 22 == sum(row.kind == "Conv2d" for row in small.nodes)
        assert 0 == sum(
            row.kind in {"Add", "Norm", "Activation"} for row in small.nodes
        )
        assert net.output == small.output

    def test_the_explanation_says_what_is_in_a_convolution(self):
        """Its norm, and the branches, by their paths, in both languages."""
        net = Sequential(input=X).branch(conv(8, 3), conv(8, 1), Norm(), join=Add())
        said = str(net.deployed().explain())

        assert "the norm branch1/arm1/norm1 is folded into its weights" in said
        assert (
            "the branches branch1/arm2/conv1, branch1/norm1 are merged into it" in said
        )
        assert "已并入其中" in str(net.deployed().explain(language="zh"))


class TestMobileOne:
    @pytest.mark.parametrize("groups", [8, 1])
    def test_branches_of_several_kernels(self, groups):
        """Four of the size itself, one of 1×1 and a norm: Vasu et al. 2023, figure 3."""
        arms = [conv(8, 3, groups=groups) for _ in range(4)]
        found = merged(*arms, conv(8, 1, groups=groups), Norm())

        assert [Conv2d(3, 8, padding=1, groups=groups)] == found

    def test_pairs_one_after_another(self):
        """As timm adds them: a sum of two, and one more, and one more."""
        g = Builder()
        x = g.input(X)
        y = g.add(Add(), g.add(conv(8, 1), x), g.add(Norm(), x))
        for _ in range(3):
            y = g.add(Add(), y, g.add(conv(8, 3), x))

        assert [Conv2d(3, 8, padding=1)] == [
            row.layer for row in g.graph(y).deployed().nodes
        ]


class TestRepViT:
    def test_a_norm_of_the_sum(self):
        """3×3 with a norm, 1×1 without, and the input; the sum's norm folds, too."""
        three = Sequential().add(DepthwiseConv2d(3, padding=1, bias=False)).norm()
        body = Sequential().branch(
            three, DepthwiseConv2d(1), Sequential(name="itself"), join=Add()
        )
        net = Sequential(input=X).add(body).norm().deployed()

        assert [DepthwiseConv2d(3, padding=1)] == [row.layer for row in net.nodes]
        assert 8 * 9 + 8 == net.params

    def test_its_two_heads(self):
        """A norm before a linear layer folds into it; the two are one: 8 · 10 + 10."""
        heads = [Sequential().norm().fc(10) for _ in "ab"]
        net = Sequential(input=8).branch(*heads, join=Add()).deployed()

        assert [FC(10)] == [row.layer for row in net.nodes]
        assert 8 * 10 + 10 == net.params


def mixer(factor=None):
    """Return FastViT's mixer: x + factors · (mixed(x) less norm(x)), of figure 2."""
    g = Builder()
    x = g.input(X)
    y = g.add(DepthwiseConv2d(3, padding=1, bias=False), x)
    y = g.add(Subtract(), g.add(Norm(), y), g.add(Norm(), x))
    y = g.add(LayerScale(), y) if factor is None else g.add(Multiply(), y, factor(g, x))
    return g.graph(g.add(Add(), x, y)).deployed()


def learned(*shape):
    """Return what makes factors of a parameter, put into another shape."""
    return lambda g, _: g.add(Reshape(shape), g.add(Parameter((8, 1, 1))))


def twice(g, _):
    """Return factors that are used in two places."""
    factors = g.add(Parameter((1, 1, 8)))
    g.add(LayerScale(), factors)
    return factors


class TestFastViT:
    @pytest.mark.parametrize("factor", [None, learned(1, 1, 8)])
    def test_its_mixer(self, factor):
        """Three branches, one of them subtracted, and factors are one convolution."""
        net = mixer(factor)

        assert [DepthwiseConv2d(3, padding=1)] == [row.layer for row in net.nodes]
        assert 8 * 9 + 8 == net.params

    @pytest.mark.parametrize(
        "factor",
        [
            lambda g, x: x,
            lambda g, x: g.add(Parameter((14, 14, 8))),
            lambda g, x: g.add(Add(), g.add(Parameter((8,))), g.add(Parameter((8,)))),
            twice,
        ],
    )
    def test_other_factors_stay(self, factor):
        """They depend on the input or the place, are computed, or used elsewhere."""
        kinds = {row.kind for row in mixer(factor).nodes}

        assert {"DepthwiseConv2d", "Multiply", "Add"} <= kinds

    def test_a_factor_of_what_is_no_branch_stays(self):
        """A scaled input is none; nor is a scaled convolution of something else."""
        scaled = Sequential().add(LayerScale())
        other = Sequential().relu().conv(3, 8, padding=1).add(LayerScale())

        assert LayerScale() in merged(Conv2d(3, 8, padding=1), scaled)
        assert LayerScale() in merged(Conv2d(3, 8, padding=1), other, Conv2d(1, 8))


class TestWhatStays:
    def test_a_linear_layer_and_its_input(self):
        """They are added, as everywhere; so is a layer of another kind."""
        net = Sequential(input=8).residual(Sequential().fc(8)).deployed()

        assert [FC(8), Add()] == [row.layer for row in net.nodes]

    def test_norms_before_linear_layers_for_another_runtime(self):
        """TensorFlow Lite multiplies and adds them; without a bias there is no place."""
        net = Sequential(input=8).norm().fc(8)
        shared = Shared(FC(8))

        assert 1 == len(net.deployed().nodes)
        assert 1 < len(net.deployed("tflite").nodes)
        assert Norm() in [
            row.layer
            for row in Sequential(input=8).norm().add(shared, shared).deployed().nodes
        ]

    def test_without_biases_there_is_none(self):
        """Where nothing adds anything, the merged convolution has no bias either."""
        plain = Conv2d(3, 8, padding=1, bias=False)

        assert [plain] == merged(plain, Conv2d(1, 8, bias=False))

    def test_what_does_not_fit_is_still_added(self):
        """Two of four merge; what sees elsewhere, or through other groups, stays."""
        found = merged(
            Conv2d(3, 8, padding=1),
            Conv2d(3, 8, padding=2, dilation=2),
            Conv2d(1, 8, groups=2),
            Conv2d(1, 8),
        )

        assert [Conv2d(3, 8, padding=1), Add()] == [found[0], found[-1]]
        assert 4 == len(found)

    def test_a_wider_window_holds_those_within(self):
        """Taps two apart are among those of 5×5; an even kernel begins elsewhere."""
        wide = Conv2d(5, 8, padding=2)
        even = Conv2d(2, 8, padding=((1, 0), (1, 0)))

        assert [wide] == merged(Conv2d(3, 8, padding=2, dilation=2), wide)
        assert [wide] == merged(wide, even, Conv2d((1, 5), 8, padding=(0, 2)))

    @pytest.mark.parametrize(
        "other",
        [
            Conv2d(1, 8, stride=1, padding_mode="reflect", groups=8),
            Conv2d(3, 8, padding=1, padding_mode="edge"),
            SeparableConv2d(3, 8, padding=1),
            PartialConv2d(3, [[n] for n in range(8)], padding=1),
            Sequential().conv(1, 8).relu(),
            Norm("layer"),
        ],
    )
    def test_what_is_no_sum_of_the_same_products(self, other):
        """Other borders, two stages, other groups and functions stay as they are."""
        assert Add() in merged(Conv2d(3, 8, padding=1), other)

    def test_strides(self):
        """A convolution that leaves positions out holds no norm of its input."""
        net = Sequential(input=(1, 1, 8)).branch(
            Conv2d(1, 8, stride=2), Norm(), join=Add()
        )

        assert 3 == len(net.deployed().nodes)

    def test_what_others_use(self):
        """What is put out, or has another user, keeps its own values."""
        g = Builder()
        x = g.input(X)
        one, three = g.add(Conv2d(1, 8), x), g.add(Conv2d(3, 8, padding=1), x)
        y = g.add(Add(), one, three)

        assert 3 == len(g.graph(y, one).deployed().nodes)
        assert 4 == len(g.graph(g.add(Concat(), y, three)).deployed().nodes)

    def test_shared_weights(self):
        """A convolution that another place uses, too, is not changed."""
        shared = Shared(Conv2d(1, 8))
        net = Sequential(input=X).add(shared)
        net = net.branch(shared, Conv2d(3, 8, padding=1), join=Add())

        assert 4 == len(net.deployed().nodes)

    def test_a_norm_of_two_convolutions(self):
        """Several norms one after another are all within, and told."""
        net = Sequential(input=X).conv(1, 4).norm().norm().deployed()

        assert 1 == len(net.nodes)
        assert "norm2 is folded" in str(net.explain())

    def test_what_is_spread(self):
        """A sum with what has other sizes is no sum of convolutions."""
        one = Sequential().global_pool(keep_map=True).conv(1, 8)

        assert Add() in merged(Conv2d(3, 8, padding=1), one)

    def test_a_shortcut_of_one_convolution(self):
        """The input itself is a convolution: with a 3×3 it is one."""
        net = Sequential(input=X).residual(Sequential().conv(3, 8, padding=1)).relu()

        assert [Conv2d(3, 8, padding=1)] == [row.layer for row in net.deployed().nodes]

    def test_other_axes(self):
        """Sequences and volumes merge likewise."""
        for rank, conv in ((1, "conv1d"), (3, "conv3d")):
            arms = [getattr(Sequential(), conv)(k, 4, padding=k // 2) for k in (3, 1)]
            net = Sequential(input=(*[6] * rank, 4)).branch(*arms, join=Add())

            assert 3**rank * 16 + 4 == net.deployed().params
