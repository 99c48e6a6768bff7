"""Sequences, volumes and other ranks: what no test of maps says.

Numbers of frameworks: PyTorch's and Keras' layers of the same arguments.
"""

import ast
import enum
import itertools
import operator
import pickle
from pathlib import Path

import attrs
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import cnncalc
from cnncalc import (
    FC,
    Activation,
    AdaptivePool,
    Add,
    AtLeast,
    Builder,
    ChannelShuffle,
    Concat,
    ConfigError,
    Conv1d,
    Conv2d,
    Conv3d,
    ConvTranspose1d,
    ConvTranspose3d,
    Crop,
    DepthwiseConv1d,
    Dropout,
    Flatten,
    GlobalPool,
    Layer,
    Multiply,
    Norm,
    Pad,
    Permute,
    Pool,
    SeparableConv1d,
    Sequential,
    Shape,
    ShapeError,
    Split,
    Upsample,
    from_json,
)
from cnncalc.cost.region import Region
from cnncalc.layers.base import Saves
from cnncalc.sizes.window import Window

SPEECH = (
    Sequential(input=(16000, 1), name="speech")
    .conv1d(80, 32, stride=4)
    .norm()
    .relu()
    .pool(4)
    .conv1d(3, 64, padding="causal", dilation=2)
    .relu()
    .global_pool()
    .fc(10)
)
VIDEO = (
    Sequential(input=(16, 112, 112, 3), name="video")
    .conv3d((3, 7, 7), 64, stride=(1, 2, 2), padding=(1, 3, 3), bias=False)
    .norm()
    .relu()
    .pool(3, stride=2, padding=1)
    .global_pool()
    .fc(400)
)


class TestConvolutions:
    @pytest.mark.parametrize(
        ("layer", "x", "y", "params", "macs"),
        [
            # PyTorch: Conv1d(64, 128, 5, stride=2, padding=2) has 41,088.
            (Conv1d(5, 128, stride=2, padding=2), (100, 64), (50, 128), 41_088)
            + (50 * 5 * 64 * 128,),
            # PyTorch: Conv3d(3, 64, (3, 7, 7), ..., bias=False) has 28,224.
            (
                Conv3d((3, 7, 7), 64, stride=(1, 2, 2), padding=(1, 3, 3), bias=False),
                (16, 112, 112, 3),
                (16, 56, 56, 64),
                28_224,
                16 * 56 * 56 * 28_224,
            ),
            # Keras: Conv1D(32, 3, padding="causal", dilation_rate=4) on (100, 16).
            (Conv1d(3, 32, padding="causal", dilation=4), (100, 16), (100, 32), 1_568)
            + (100 * 3 * 16 * 32,),
            # Keras: Conv1D(8, 4, strides=3, padding="causal") on (10, 2).
            (Conv1d(4, 8, stride=3, padding="causal"), (10, 2), (4, 8), 72, 4 * 64),
            # PyTorch: Conv1d(8, 4, 3, groups=4).
            (Conv1d(3, 4, groups=4), (9, 8), (7, 4), 28, 7 * 24),
            # Keras: DepthwiseConv1D(31, padding="same") on (400, 256).
            (DepthwiseConv1d(31, padding="same"), (400, 256), (400, 256), 8_192)
            + (400 * 31 * 256,),
            # Keras: SeparableConv1D(128, 3) on (100, 64): 3·64 + 64·128 + 128.
            (SeparableConv1d(3, 128), (100, 64), (98, 128), 8_512, 98 * 8_384),
            # PyTorch: ConvTranspose1d(256, 128, 16, stride=8, padding=4).
            (ConvTranspose1d(16, 128, stride=8, padding=4), (50, 256), (400, 128))
            + (524_416, 50 * 16 * 256 * 128),
            # PyTorch: ConvTranspose3d(64, 32, 2, stride=2).
            (ConvTranspose3d(2, 32, stride=2), (8, 14, 14, 64), (16, 28, 28, 32))
            + (16_416, 8 * 14 * 14 * 16_384),
        ],
        ids=str,
    )
    def test_are_those_of_the_frameworks(self, layer, x, y, params, macs):
        """Output, parameters and multiply-adds are those of the layer of that name."""
        assert (y, params, macs) == (layer.output(x), layer.params(x), layer.macs(x))

    def test_formulas_have_subscripts_by_rank(self):
        """One axis needs none; three have depth, height and width."""
        line, space = Shape(100, 64), Shape(16, 112, 112, 3)
        conv1, conv3 = Conv1d(5, 8, padding=((1, 2),)), Conv3d(3, 8, padding=1)

        assert "k×C_in×F×L_out" == conv1.formula("macs", line).general
        assert "(L + p_l + p_r - k + 1)×F" == conv1.formula("output", line).general
        assert (
            "k_d×k_h×k_w×C_in×F×D_out×H_out×W_out"
            == conv3.formula("macs", space).general
        )
        assert (
            "(D + p_front + p_back - k_d + 1)×(H + p_t + p_b - k_h + 1)"
            "×(W + p_l + p_r - k_w + 1)×F"
        ) == conv3.formula("output", space).general
        assert "⌈L / s⌉×F" == (
            Conv1d(5, 8, stride=2, padding="causal").formula("output", line).general
        )
        assert "k_h×k_w×H_out×W_out×C_out" == (
            Pool(2).formula("connections", (8, 8, 3)).general
        )
        assert "k×L_out×C_out" == Pool(2).formula("connections", (8, 3)).general

    def test_fields_of_ones_own(self):
        """A number, or two, for each axis of the input have its sign in a formula."""

        @attrs.frozen
        class Own(Layer):
            step: tuple[int, ...]
            around: tuple[tuple[int, int], ...]
            other: tuple[int, ...]

            def output_of(self, x):
                return x

            def params_of(self, x):
                parts = (*self.step, *self.around[0], *self.other)
                return x.channels * sum(parts[1:], parts[0])

        own = Own((2, 3), ((4, 5), (6, 7)), (8, 9, 10))

        assert (
            "C_in×(step_h + step_w + around_t + around_b + 8 + 9 + 10)"
            == own.formula("params", (9, 9, 3)).general
        )
        assert "C_in×41" == own.formula("params", (9, 3)).general

    def test_a_layer_refuses_other_axes(self):
        """The message says along how many it works, what arrived, and what to use."""
        for layer, x, message in (
            (
                Conv1d(3, 4),
                (32, 32, 3),
                "along 1 axis, and 32×32×3, a map, reached it. U",
            ),
            (Conv2d(3, 4), (9, 3), "along 2 axes, and 9×3, a sequence, reached it"),
            (ConvTranspose3d(3, 4), (9, 9, 3), "whose name ends in 2d"),
            (Conv1d(3, 4), 7, "works on a sequence, and a vector of 7 reached it"),
            (Conv3d(3, 4, padding_mode="wrap"), 7, "works on a volume, and a vector"),
        ):
            with pytest.raises(ShapeError, match=message):
                layer.output(x)

    def test_only_time_has_a_before(self):
        """Causal padding is for one axis, and not for what enlarges."""
        for make in (
            lambda: Conv2d(3, 4, padding="causal"),
            lambda: ConvTranspose1d(3, 4, padding="causal"),
        ):
            with pytest.raises(ConfigError, match="padding is causal"):
                make()

    def test_paddings_are_stated_for_the_axes(self):
        """One axis has ((before, after),); a pair of numbers would be for two axes."""
        assert (12, 4) == Conv1d(3, 4, padding=((3, 1),)).output((10, 2))
        with pytest.raises(ConfigError, match=r"on, \(\(before, after\),\)"):
            Conv1d(3, 4, padding=(3, 1))
        with pytest.raises(ConfigError, match=r"or a triple \(depth, height, width\)"):
            Conv3d((3, 3), 4)
        with pytest.raises(ConfigError, match=r"kernel is \(3, 3\). .* integer\.$"):
            Conv1d((3, 3), 4)

    def test_axes_beyond_three(self):
        """A class of one's own may work along more axes: they are counted."""

        class Conv4d(type(Conv2d(1, 1)).__base__):
            __slots__ = ()
            rank = 4

        layer, x = Conv4d(3, 2, padding=1), Shape(5, 5, 5, 5, 2)

        assert (5, 5, 5, 5, 2) == layer.output(x)
        assert 81 * 2 * 2 + 2 == layer.params(x)
        assert "k_1×k_2×k_3×k_4×C_in×F + F" == layer.formula("params", x).general
        assert "p_1_a" in layer.formula("output", x).general


class TestPaddingModes:
    @pytest.mark.parametrize(
        ("mode", "most"), [("reflect", 4), ("wrap", 5), ("edge", 99), ("zeros", 99)]
    )
    @pytest.mark.parametrize("kind", [Conv1d, DepthwiseConv1d, SeparableConv1d, Pad])
    def test_repeat_no_more_than_there_is(self, kind, mode, most):
        """PyTorch mirrors less than all of 5, wraps all of it, and repeats an edge."""

        def padded(n):
            if kind is Pad:
                return Pad(((0, n),), padding_mode=mode)
            more = () if kind is DepthwiseConv1d else (2,)
            return kind(1, *more, padding=((0, n),), padding_mode=mode)

        assert 5 + most == padded(most).output((5, 2)).length
        if most < 99:
            with pytest.raises(ShapeError, match=f"padding {most + 1} repeats more"):
                padded(most + 1).output((5, 2))

    def test_are_words(self):
        """Another word is refused, with those that there are."""
        with pytest.raises(
            ConfigError, match='one of "zeros", "reflect", "edge", "wrap"'
        ):
            Conv1d(3, 4, padding_mode="circular")

    def test_meet_no_zeros(self):
        """No product is with a zero; those of a pad of zeros are, as before."""
        x = Sequential(input=(9, 1))
        conv = {"padding": 1, "padding_mode": "edge"}

        assert 2 == x.conv1d(3, 1, padding=1).padding_macs
        assert 0 == x.conv1d(3, 1, **conv).padding_macs
        assert 0 == x.pad(1, padding_mode="wrap").conv1d(3, 1).padding_macs
        assert 2 == x.pad(1).conv1d(3, 1).padding_macs
        assert 2 == x.pad(1, padding_mode="wrap").pad(1).conv1d(3, 1).padding_macs
        # Without any padding the word says nothing.
        plain = x.pad(1).conv1d(3, 1, padding_mode="wrap")
        assert 2 == plain.padding_macs

    @pytest.mark.parametrize(
        ("mode", "row", "seen"),
        [
            ("zeros", 0, range(3)),
            ("reflect", 0, range(3)),
            ("edge", 0, range(3)),
            ("wrap", 0, range(9)),  # 7, 8, 0, 1, 2
            ("wrap", 4, range(2, 7)),
        ],
    )
    def test_see_what_stands_there(self, mode, row, seen):
        """A window of 5 at the border sees what is copied there."""
        net = Sequential(input=(9, 1)).conv1d(5, 1, padding=2, padding_mode=mode)

        assert (seen,) == net.region("conv1", row)
        assert (5,) == net.receptive_field

    def test_a_window_in_the_padding_alone(self):
        """Each copy, before and behind, sees the value that NumPy puts there."""
        for mode, size in itertools.product(("reflect", "edge", "wrap"), (8, 9)):
            net = Sequential(input=(size, 1)).pad(4, padding_mode=mode)

            for row, seen in enumerate(np.pad(range(size), 4, mode)):
                assert (range(seen, seen + 1),) == net.region("pad1", row)
        assert (range(0),) == Sequential(input=(9, 1)).pad(4).region("pad1", 0)

    LEARNT = "inputs with gradients"

    @pytest.mark.parametrize(
        ("layer", "saved"),
        [
            (Conv1d(3, 4, padding=1), Saves("inputs")),
            (Conv1d(3, 4, padding="same"), Saves("inputs")),
            (Conv1d(4, 4, padding="same"), Saves(extra=11 * 2)),
            (Conv1d(3, 4, padding="causal"), Saves(extra=12 * 2)),
            (Conv1d(3, 4, padding=1, padding_mode="wrap"), Saves(extra=12 * 2)),
            (Conv1d(3, 4, padding=1, padding_mode="edge"), Saves(LEARNT, 12 * 2)),
            (Conv1d(3, 4, padding=1, padding_mode="reflect"), Saves(LEARNT, 12 * 2)),
            (Conv1d(3, 4, padding_mode="reflect"), Saves(LEARNT, 10 * 2)),
            (Conv1d(3, 4, padding_mode="wrap"), Saves(extra=10 * 2)),
            (Pad(1), Saves()),
            (Pad(1, padding_mode="wrap"), Saves()),
            (Pad(1, padding_mode="edge"), Saves("inputs")),
        ],
        ids=str,
    )
    def test_what_the_backward_pass_needs(self, layer, saved):
        """As PyTorch's `pad` saves: the padded copy, and of two modes the input."""
        x = Shape(10, 2)

        assert saved == layer.saves(x, layer.output(x))

    # Values that PyTorch 2.13.0 keeps (`saved_tensors_hooks`) of a network that begins
    # with a convolution of 2 channels with a kernel of 3, not padded and padded by 1,
    # then of one in which it follows a pointwise one; and of a pad by 1 behind that.
    @pytest.mark.parametrize(
        ("mode", "size", "first", "second", "pad"),
        [
            ("zeros", (9, 2), (18, 18), (36, 36), 18),
            ("reflect", (9, 2), (18, 22), (54, 58), 36),
            ("edge", (9, 2), (18, 22), (54, 58), 36),
            ("wrap", (9, 2), (18, 22), (36, 40), 18),
            ("zeros", (5, 6, 2), (60, 60), (120, 120), 60),
            ("reflect", (5, 6, 2), (60, 112), (180, 232), 120),
            ("edge", (5, 6, 2), (60, 112), (180, 232), 120),
            ("wrap", (5, 6, 2), (60, 112), (120, 172), 60),
            ("zeros", (4, 5, 3, 2), (120, 120), (240, 240), 120),
            ("reflect", (4, 5, 3, 2), (120, 420), (360, 660), 240),
            ("edge", (4, 5, 3, 2), (120, 420), (360, 660), 240),
            ("wrap", (4, 5, 3, 2), (120, 420), (240, 540), 120),
        ],
    )
    def test_what_a_network_keeps(self, mode, size, first, second, pad):
        """The gradient of a padding needs the input only where it goes on from there."""
        conv = getattr(cnncalc, f"Conv{len(size) - 1}d")
        padded = [conv(3, 3, padding=n, padding_mode=mode) for n in (0, 1)]
        net = Sequential(input=size)
        inner = net.add(conv(1, 2))
        kept = [
            tuple(one.add(layer).saved_for_backward() // 4 for layer in padded)
            for one in (net, inner)
        ]

        assert [first, second] == kept
        assert 4 * pad == inner.pad(1, padding_mode=mode).saved_for_backward()
        assert 0 == net.pad(1, padding_mode=mode).saved_for_backward()


class TestOthers:
    """Layers that work along any number of axes."""

    @pytest.mark.parametrize(
        ("layer", "x", "y"),
        [
            (Pool(2), (9, 3), (4, 3)),
            (Pool(2), (8, 9, 10, 3), (4, 4, 5, 3)),
            (Pool((2, 3)), (9, 9, 3), (4, 3, 3)),
            (Pool((1, 2, 2), stride=2), (8, 8, 8, 3), (4, 4, 4, 3)),
            (Pool(3, stride=2, padding=1, ceil=True), (10, 3), (6, 3)),
            (Pool(3, padding="same", stride=2), (9, 3), (5, 3)),
            (GlobalPool(), (9, 3), (3,)),
            (GlobalPool("max", keep_map=True), (4, 5, 6, 3), (1, 1, 1, 3)),
            (AdaptivePool(4), (9, 3), (4, 3)),
            (AdaptivePool((1, 7, 7)), (8, 14, 14, 3), (1, 7, 7, 3)),
            (Upsample(2), (9, 3), (18, 3)),
            (Upsample((1, 2, 2), mode="trilinear"), (2, 3, 4, 5), (2, 6, 8, 5)),
            (Upsample(size=20, mode="linear"), (9, 3), (20, 3)),
            (Pad(((1, 2),)), (9, 3), (12, 3)),
            (Pad((0, 1, (2, 3))), (2, 3, 4, 5), (2, 5, 9, 5)),
            (Crop(1), (2 + 2, 3 + 2, 4 + 2, 5), (2, 3, 4, 5)),
            (Norm(), (9, 3), (9, 3)),
            (Norm("layer"), (4, 4, 4, 3), (4, 4, 4, 3)),
            (FC(7), (9, 3), (7,)),
            (FC(7, flatten=False), (9, 3), (9, 7)),
            (FC(7, flatten=False), (2, 3, 4, 5), (2, 3, 4, 7)),
            (Flatten(), (9, 3), (27,)),
            (Split(3, 1), (9, 3), (9, 1)),
            (ChannelShuffle(3), (9, 3), (9, 3)),
            (Permute((1, 0)), (9, 3), (3, 9)),
            (Permute((3, 0, 1, 2)), (2, 3, 4, 5), (5, 2, 3, 4)),
            (Permute(), (2, 3, 4, 5), (2, 3, 4, 5)),
            (Activation("relu"), (9, 3), (9, 3)),
        ],
        ids=str,
    )
    def test_shapes(self, layer, x, y):
        """Each axis goes as that of a map does."""
        assert y == layer.output(x)
        assert Shape is type(layer.output(x))

    def test_joins(self):
        """Joins take any axes, if all inputs have the same."""
        line, volume = Shape(9, 3), Shape(2, 3, 4, 3)

        assert (9, 6) == Concat().output(line, line)
        assert volume == Add().output(volume, volume)
        for gate in (Shape.of(3), Shape(1, 3), Shape(9, 1), Shape(1, 1)):
            assert line == Multiply().output(line, gate)
        for join, message in (
            (Add(), "reshape input 2 to what spreads to 9×3, as 1×3 does"),
            (Multiply(), "reshape input 2 to what spreads to 9×3, as 1×3 does"),
            (Concat(), "bring input 2 to 9"),
        ):
            with pytest.raises(ShapeError, match=message):
                join.output(line, volume)
        with pytest.raises(
            ShapeError, match="Put a 1 convolution of 3 filters on input 2"
        ):
            Add().output(line, Shape(9, 4))
        with pytest.raises(
            ShapeError, match="Put a linear layer of 3 units on input 2"
        ):
            Add().output(3, 4)

    @pytest.mark.parametrize(
        ("layer", "x", "message"),
        [
            (Upsample(2, mode="bilinear"), (9, 3), "Use linear or nearest"),
            (
                Upsample(2, mode="linear"),
                (1, 2, 3, 4, 5),
                "a space of 4 axes. Use nearest",
            ),
            (Crop((1, 2, 1)), (9, 4, 9, 1), "cuts off 2×4×2 and leaves nothing"),
            (Permute((1, 0, 2)), (9, 3), "Name every axis and the channels"),
            (Pool(2), 9, "works on a map, and a vector of 9 reached it"),
            (Pool(12), (9, 3), "its kernel 12 is larger than the padded sequence 9"),
        ],
    )
    def test_what_cannot_be(self, layer, x, message):
        """Messages have the words of the rank."""
        with pytest.raises(ShapeError, match=message):
            layer.output(x)

    def test_what_means_the_same_is_equal(self):
        """A number for all axes is kept, and two that are equal are that number."""
        assert Pool(2) == Pool((2, 2)) == Pool([2, 2, 2], padding=((0, 0),) * 3)
        assert 2 == Pool((2, 2)).kernel
        assert "Pool((2, 3))" == repr(Pool((2, 3)))
        assert "Pad(((0, 1),))" == repr(Pad([[0, 1]]))
        assert (2, 2) == Sequential(input=(8, 8, 3)).pool(2).nodes[0].kernel
        assert (2,) == Sequential(input=(8, 3)).pool(2).nodes[0].kernel

    def test_a_norm_of_a_sequence(self):
        """A layer norm has two statistics a position, as PyTorch's of the last axis."""
        x = Shape(100, 64)

        assert (128, 0) == (Norm("layer").params(x), Norm("layer").buffers(x))
        assert 200 == Norm("layer").saves(x, x).statistics


class TestNetworks:
    def test_a_network_of_sequences(self):
        """Every column comes about: PyTorch's parameters; fields by 80 + 4·(4 - 1) + ..."""
        net = SPEECH
        params = 80 * 32 + 32 + 64 + 3 * 32 * 64 + 64 + 64 * 10 + 10
        # 80; the pool adds 3 steps of 4; two taps more, 2 · 16 apart.
        fields = [80, 80, 80, 80 + 3 * 4, 80 + 3 * 4 + 2 * 2 * 16]

        assert params == net.params
        assert 3981 * 80 * 32 + 995 * 3 * 32 * 64 + 640 == net.macs
        assert [(n,) for n in fields] == [r.receptive_field for r in net.nodes[:5]]
        assert (fields[-1],) == net.receptive_field
        assert [(3981, 32), (995, 32), (995, 64), (64,)] == [
            net[name].output for name in ("conv1", "pool1", "conv2", "global_pool1")
        ]

    def test_a_network_of_volumes(self):
        """C3D's kind: fields grow along each axis by its own window."""
        assert [(3, 7, 7), (5, 11, 11)] == [
            VIDEO[name].receptive_field for name in ("conv1", "pool1")
        ]
        assert [(1, 2, 2), (2, 4, 4)] == [
            VIDEO[name].effective_stride for name in ("conv1", "pool1")
        ]
        assert Region(range(2), range(4), range(4)) == VIDEO.region("conv1", 0, 0, 0)
        assert 28_224 + 128 + 64 * 400 + 400 == VIDEO.params

    @pytest.mark.parametrize("net", [SPEECH, VIDEO], ids=lambda net: net.name)
    def test_is_saved_and_read(self, net):
        """JSON and Python source bring the same network back."""
        assert net == from_json(net.to_json())
        assert net == eval(repr(net), vars(cnncalc))

    def test_what_tools_count(self):
        """By rule: fvcore 2 a normalised value; torchinfo parameters × positions."""
        net = Sequential(input=(100, 8)).conv1d(3, 16, padding=1).norm().relu()
        macs, values = 100 * 3 * 8 * 16, 100 * 16

        assert macs + 2 * values == net.operations("fvcore")
        assert macs + values + 32 == net.operations("torchinfo")
        assert macs + values + 2 * values + values + values == net.operations("ptflops")
        assert macs + 4 * values == net.operations("thop")
        deep = Sequential(input=(4, 4, 4, 2)).conv3d(3, 5, padding=1).pool(2)
        assert 64 * (27 * 10 + 5) == deep.operations("torchinfo")
        assert 64 * 27 * 10 == deep.operations("fvcore")
        # onnx-tool: pools by one side of a window; convnet-burden: by strides, twice.
        assert 64 * (27 * 10 + 5) + 8 * 5 * 2 == deep.operations("onnx-tool")
        assert 64 * (27 * 10 + 5) + 2 * 8 * 5 * 8 == deep.operations("convnet-burden")
        # torch-scan: k for a window of k × k, less one; an adaptive pool's estimate.
        scan = 64 * 27 * 10 + 8 * 5 * 2 - 8 * 5
        assert scan == deep.operations("torchscan")
        # It counts a sum along all axes but one, so that it has none of a sequence.
        pooled = Sequential(input=(9, 3)).adaptive_pool(4)
        assert 4 * 3 * 2 == pooled.operations("torchscan")  # as torch-scan answered

    def test_what_calflops_would_count(self):
        """Biases of a transposed convolution as if it made a sequence shorter."""
        net = Sequential(input=(10, 2)).conv_transpose1d(3, 4, stride=2)

        assert 2 * 10 * 3 * 2 * 4 + 4 * 4 == net.operations("calflops")

    def test_complexity_has_powers_of_the_rank(self):
        """A cube's three equal sides are one, to the third."""
        line = Sequential(input=(28, 3)).conv1d(5, 6).complexity()["conv1"]
        cube = Sequential(input=(8, 8, 8, 3)).conv3d(3, 4, padding=1).complexity()

        assert "O(M·K·C_in·C_out) = O(24·5·3·6) = 2,160" == str(line.time)
        assert "O(M³·K³·C_in·C_out) = O(8³·3³·3·4) = 165,888" == str(cube["conv1"].time)

    def test_lints(self):
        """What a stride drops is told along each axis."""
        line = Sequential(input=(10, 1)).conv1d(3, 1, stride=4)
        deep = Sequential(input=(6, 7, 8, 1)).conv3d(3, 1, stride=4)
        far = Sequential(input=(4, 1)).conv1d(9, 1, padding=4)

        assert ["its stride leaves out 3 positions"] == [o.text for o in line.lint()]
        assert ["its stride leaves out 3 slices, 0 rows and 1 columns"] == [
            odd.text for odd in deep.lint()
        ]
        assert [
            "a unit sees 9, and the input is 4",
            "its kernel reaches over 9, and its sequence is 4×1",
        ] == [odd.text for odd in far.lint()]

    def test_our_own_conventions_and_memory_answer(self):
        """Every question about work and memory has a number, for each network."""
        for net in (SPEECH, VIDEO):
            for number in (
                net.flops,
                net.training_flops,
                net.peak_memory(),
                net.memory_plan().arena_size,
                net.saved_for_backward(),
                net.padding_macs,
            ):
                assert number > 0
                assert not isinstance(number, AtLeast)


class TestRegions:
    def test_a_part_with_an_empty_axis_is_none(self):
        """Behind a unit whose row lies in the padding, its column is not seen.

        Of two branches, one is the corner of a pad above the map, row -1 and column 0;
        the other sees columns 4 and 5 of row 0.
        """
        g = Builder()
        x = g.input((6, 6, 1))
        corner = g.add(Crop(((0, 6), (0, 5))), g.add(Pad(((1, 0), (0, 0))), x))
        inner = g.add(Conv2d((1, 2), 1), g.add(Crop(((0, 5), (4, 0))), x))
        net = g.graph(g.add(Concat(), corner, inner))

        assert Region(range(1), range(4, 6)) == net.region(net.nodes[-1].path, 0, 0)

    @given(st.integers(1, 3), st.data())
    def test_branches_see_what_sets_of_positions_see(self, rank, data):
        """A unit sees the hull of the positions that reach it, followed one by one.

        A trunk parts into branches, and what some of them see of it may be padding.
        """
        size = 4
        moves = st.lists(st.tuples(*[st.integers(-2, 2)] * rank), max_size=3)
        kernels = st.lists(st.sampled_from([1, 3]), max_size=2)
        whole = list(itertools.product(range(size), repeat=rank))
        g = Builder()

        def drawn(y, behind):
            """Return a node over one, and the positions behind each of its units."""
            for step in data.draw(moves):
                y = g.add(Pad(tuple((max(n, 0), max(-n, 0)) for n in step)), y)
                y = g.add(Crop(tuple((max(-n, 0), max(n, 0)) for n in step)), y)
                behind = {
                    at: behind.get(tuple(map(operator.sub, at, step)), set())
                    for at in whole
                }
            for kernel in data.draw(kernels):
                y = g.add(Pool(kernel, stride=1, padding=kernel // 2), y)
                near = range(-(kernel // 2), kernel // 2 + 1)
                taps = list(itertools.product(near, repeat=rank))
                behind = {
                    at: set().union(
                        *(behind.get(tuple(map(operator.add, at, t)), ()) for t in taps)
                    )
                    for at in whole
                }
            return y, behind

        x = g.input((size,) * rank + (1,))
        trunk = drawn(x, {at: {at} for at in whole})
        arms = [drawn(*trunk) for _ in range(data.draw(st.integers(2, 3)))]
        net = g.graph(g.add(Add(), *[y for y, _ in arms]))
        at = data.draw(st.sampled_from(whole))
        seen = set().union(*(behind[at] for _, behind in arms))
        axes = list(zip(*seen, strict=True))
        hulls = [range(min(axis), max(axis) + 1) for axis in axes]

        assert (hulls or [range(0)] * rank) == list(net.region("add1", *at))

    def test_rows_of_one_arm_do_not_meet_columns_of_another(self):
        """Of a map with a row of padding above, an arm sees row 0, another column 5.

        Together they see the first row's first position; row 0, column 5 is behind
        neither.
        """
        arms = Crop(((0, 1), (5, 0))), Crop(((1, 0), (0, 5)))
        net = Sequential(input=(1, 6, 1)).pad(((1, 0), (0, 0))).branch(*arms)

        assert Region(range(1), range(1)) == net.region(net.nodes[-1].path, 0, 0)

    def test_an_arm_that_sees_only_padding(self):
        """What lies in the padding along one axis adds nothing along the other."""
        arms = Sequential().conv((1, 3), 1, padding=(1, 1)), Pad(((0, 2), (0, 0)))
        net = Sequential(input=(1, 4, 1)).branch(*arms)

        assert Region(range(1), range(1, 2)) == net.region(net.nodes[-1].path, 0, 1)

    def test_a_sum_of_one_position_in_the_padding(self):
        """Whose window holds padding alone sees nothing of a sum behind it."""
        net = Sequential(input=(1, 1, 1)).residual(Sequential().conv(1, 1))
        net = net.conv(1, 1, padding=1)

        assert Region(range(0), range(0)) == net.region("conv1", 0, 0)
        assert Region(range(1), range(1)) == net.region("conv1", 1, 1)

    def test_many_places_are_followed_as_their_hull(self):
        """Of 17 places along a diagonal the hull is followed, of 16 each by itself.

        The first place is in the padding; the hull has its column.
        """
        each, hull = Region(range(15), range(1, 16)), Region(range(16), range(17))
        for arms, seen in ((16, each), (17, hull)):
            crops = [Crop(((n, 16 - n), (n, 16 - n))) for n in range(arms)]
            net = Sequential(input=(16, 17, 1)).pad(((1, 0), (0, 0))).branch(*crops)

            assert seen == net.region(net.nodes[-1].path, 0, 0)

    def test_what_nobody_asks_is_not_asked(self):
        """A layer that sees everything, of which nothing is seen, sees nothing."""
        net = Sequential(input=(4, 4, 1)).adaptive_pool(3).pad(1)
        gate = Sequential(input=(4, 4, 1)).global_pool(keep_map=True).pad(1)

        assert Region(range(0), range(0)) == net.region("pad1", 0, 2)
        assert Region(range(0), range(0)) == gate.region("pad1", 0, 1)
        assert Region(range(4), range(4)) == gate.region("pad1", 1, 1)

    def test_of_several_inputs_those_that_reach_it(self):
        """An input of which only padding is seen is not among them."""
        g = Builder()
        a, b = g.input((5, 5, 1), name="a"), g.input((5, 5, 1), name="b")
        net = g.graph(
            g.add(
                Add(), g.add(Pad(((5, 0), (0, 0))), a), g.add(Pad(((0, 5), (0, 0))), b)
            )
        )

        assert {"b": Region(range(1), range(2, 3))} == net.region("add1", 0, 2)
        assert {"a": Region(range(4, 5), range(2, 3))} == net.region("add1", 9, 2)

    def test_positions_are_for_the_axes_of_the_node(self):
        """A unit of a sequence has one number, of a volume three."""
        for net, at in (
            (SPEECH, (0, 0)),
            (SPEECH, ()),
            (VIDEO, (0, 0)),
            (VIDEO, (0,) * 4),
        ):
            with pytest.raises(cnncalc.UnknownPositionError, match="there is no unit"):
                net.region("conv1", *at)
        with pytest.raises(
            cnncalc.UnknownPositionError, match="in a vector .* Give no"
        ):
            Sequential(input=(8, 3)).fc(4).region("fc1", 3)
        with pytest.raises(cnncalc.UnknownPositionError, match="its row and its col"):
            Sequential(input=(8, 8, 3)).relu().region("relu1", 3)
        with pytest.raises(
            cnncalc.UnknownPositionError, match="in a sequence of 3981×32"
        ):
            SPEECH.region("conv1", 3981)

    def test_a_change_of_layout_alone_keeps_places(self):
        """What keeps the order of the axes is seen through, at any rank."""
        for size in ((9,), (9, 8), (9, 8, 7)):
            net = Sequential(input=(*size, 2)).permute()
            one = (3,) * len(size)

            assert tuple(range(n, n + 1) for n in one) == net.region("permute1", *one)

    def test_of_no_positions_there_are_none(self):
        """Nothing is behind no outputs, along each axis by itself."""
        seen = Conv2d(3, 1).input_positions(Shape(9, 9, 1), (range(0), range(2)))

        assert (range(0), range(4)) == seen

    def test_a_region_says_its_axes(self):
        """Of a map it has rows and columns; it is a tuple, and survives a pickle."""
        part = Region(range(3), range(4))

        assert (range(3), range(4)) == (part.rows, part.columns) == part
        assert "Region(range(0, 3))" == repr(Region(range(3)))
        assert part == pickle.loads(pickle.dumps(part))

    def test_a_layer_that_makes_other_axes(self):
        """Behind one that does not say what it sees, fields are unknown, not wrong."""

        @attrs.frozen
        class Frames(Layer):
            def output_of(self, x):
                return Shape(x.length // 4, 4, x.channels)

            def reach(self, x):
                return Window(4, 4, 0)

        net = Sequential(input=(64, 1)).add(Frames()).conv(3, 8)

        assert [(4,), None] == [row.receptive_field for row in net.nodes]
        assert net.receptive_field is None


class Act(str, enum.Enum):
    """A word of somebody's enumeration."""

    RELU = "relu"
    MAX = "max"


class TestPlainValues:
    def test_words_of_enumerations(self):
        """A word is what it says: roles, names and equality are those of the text."""
        layer = Activation(Act.RELU)

        assert Activation("relu") == layer
        assert ("activation: relu", str) == (layer.role, type(layer.function))
        assert "max pool" == Pool(2, mode=Act.MAX).role
        assert "Activation('relu')" == repr(layer)

    def test_counts_as_tools_count(self):
        """thop takes a network for what it is, and an export folds it."""
        plain, worded = (
            Sequential(input=(8, 8, 3)).conv(3, 4, bias=False).norm().activation(word)
            for word in ("relu", Act.RELU)
        )

        assert plain == worded
        assert plain.operations("thop") == worded.operations("thop")
        assert plain.deployed() == worded.deployed()

    def test_floats_of_other_types(self):
        """A subclass of float, as NumPy's, is taken as the float that it is."""

        class Float64(float):
            def __repr__(self):
                return "np.float64(0.25)"

        layer = Dropout(Float64(0.25))

        assert float is type(layer.rate)
        assert "Dropout(0.25)" == repr(layer)

    def test_names_and_paddings(self):
        """So are names, and words of paddings."""

        class Word(str, enum.Enum):
            SAME = "same"

        layer = Conv2d(3, 4, padding=Word.SAME, name=Word.SAME)

        assert ("same", str, str) == (
            layer.padding,
            type(layer.padding),
            type(layer.name),
        )


ROOMS = ["layers", "graph", "cost", "operations", "memory", "report", "explain", "draw"]
HOME = Path(cnncalc.__file__).parent

# What has a height and a width but is no shape: columns of a text, things in a picture.
PICTURED = {"c", "column", "frame", "self", "block", "cell", "cells", "layout", "page"}
PICTURED |= {"routes", "scene", "look", "part", "room"}


def owner(node):
    """Return the last name of what an attribute is asked of."""
    value = node.value
    while isinstance(value, ast.Subscript):
        value = value.value
    return getattr(value, "attr", getattr(value, "id", ""))


def pairs_of(tree):
    """Yield lines that take a shape for a map: by its height or width, or as a pair."""
    for node in ast.walk(tree):
        sized = isinstance(node, ast.Attribute) and node.attr in {"height", "width"}
        if sized and owner(node) not in PICTURED:
            yield node.lineno
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Tuple):
            names = [getattr(e, "id", "") for e in node.targets[0].elts]
            if (
                len({"height", "width", "rows", "columns", "top", "left"} & {*names})
                > 1
            ):
                yield node.lineno


@pytest.mark.parametrize(
    "path",
    [p for room in ROOMS for p in sorted((HOME / room).rglob("*.py"))],
    ids=lambda p: f"{p.parent.name}.{p.stem}",
)
def test_no_place_counts_axes_by_hand(path):
    """Outside `sizes`, no rule asks for height and width, for there may be others."""
    assert [] == list(pairs_of(ast.parse(path.read_text(encoding="utf-8"))))


def test_the_check_would_find_some():
    """It finds both forms, and is asked about what it should be."""
    found = list(
        pairs_of(ast.parse("rows, columns = x.space\ny = x.height\nz = cells[0].width"))
    )

    assert [1, 2] == found
