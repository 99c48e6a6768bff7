"""Networks in symbols: expressions against the integer reading, and their conditions."""

import math
import pickle
import sys
from random import Random
from types import SimpleNamespace

import attrs
import pytest
from attrs import field, frozen

from cnncalc import (
    FC,
    AdaptivePool,
    Add,
    ArgumentError,
    AtLeast,
    Builder,
    CnncalcError,
    ConfigError,
    Constant,
    Conv2d,
    Elementwise,
    InvertedResidual,
    MatMul,
    Norm,
    OptionError,
    Pool,
    Sequential,
    Shape,
    ShapeError,
    SqueezeExcite,
    Symbol,
    Unknown,
    UnknownNameError,
    zoo,
)
from cnncalc.checks import integer
from cnncalc.errors import UndecidedError
from cnncalc.layers.base import Free, Layer
from cnncalc.symbolic.counting import QUANTITIES


def holding(net, found, sizes):
    """Compare expressions with the integer reading, and return on how many they hold."""
    count = 0
    for height, width in sizes:
        given = {"H": height, "W": width}
        known = {name: given[name] for name in found.symbols}
        try:
            other = net.on(*[shape.at(**known) for shape in found.inputs])
        except CnncalcError:
            assert not found.holds(**known), known
            continue
        if not found.holds(**known):
            with pytest.raises(ShapeError):
                found.macs.at(**known)
            continue
        count += 1
        for name in QUANTITIES:
            assert getattr(other, name) == getattr(found, name).at(**known), known
    return count


SIZES = [(1, 1), (7, 7), (33, 97), (224, 224), (225, 300), (572, 571), (1021, 1999)]


class TestTheZoo:
    def test_resnet_50_is_as_by_hand(self):
        """Its MACs come from large maps to small: 7·7·3·64 on ⌈H/2⌉×⌈W/2⌉ first."""
        found = zoo.resnet50().symbolic()

        assert (
            "9,408·⌈H/2⌉·⌈W/2⌉ + 245,760·⌈H/4⌉·⌈W/4⌉ + 1,310,720·⌈H/8⌉·⌈W/8⌉ + "
            "7,471,104·⌈H/16⌉·⌈W/16⌉ + 14,417,920·⌈H/32⌉·⌈W/32⌉ + 2,048,000"
        ) == str(found.macs)
        assert () == found.conditions
        assert 25_557_032 == found.params

    @pytest.mark.parametrize(
        ("name", "count"),
        {
            "lenet": 5,
            "alexnet": 4,
            "vgg16": 5,
            "googlenet": 5,
            "resnet18": 7,
            "densenet121": 5,
            "mobilenet_v3_small": 7,
            "shufflenet_v2_x0_5": 7,
            "efficientnet_b0": 7,
            "nasnet_mobile": 2,
            "vit_b_16": 1,
            "mobilevit_s": 0,
            "swin_t": 6,
            "maxvit_t": 7,
            "mvit_v1_b": 2,
            "unet": 4,
            "fcn_resnet50": 7,
            "retinanet_resnet50_fpn": 7,
            "dcgan_discriminator": 4,
            "srcnn": 5,
            "crnn": 5,
        }.items(),
    )
    def test_expressions_are_the_integer_reading(self, name, count):
        """They equal it where they hold, refuse elsewhere, and hold for no bad size."""
        net = zoo.build(name)

        assert count == holding(net, net.symbolic(depth=None), SIZES)

    def test_an_arm_of_one_position(self):
        """An odd half is spread: on 192 and 384 samples the last two strides differ."""
        net, found = zoo.ecg_resnet(), zoo.ecg_resnet().symbolic()
        there = [n for n in range(1, 1100) if found.holds(L=n)]

        assert [192, 256, 384, 512, 768, 1024] == there
        for size in there:
            other = net.on((size, 1))
            for name in QUANTITIES:
                assert getattr(other, name) == getattr(found, name).at(L=size)
        with pytest.raises(ShapeError):
            net.on((320, 1))

    def test_a_volume_and_a_sequence(self):
        """Any axes have symbols; those that are None stay numbers."""
        volume, sequence = zoo.r3d_18(), zoo.tcn()
        of_volume, of_sequence = volume.symbolic(depth=None), sequence.symbolic()
        channels = sequence.input.channels

        assert ("H", "W") == of_volume.symbols
        assert volume.on((16, 97, 131, 3)).macs == of_volume.macs.at(H=97, W=131)
        assert ("L",) == of_sequence.symbols
        assert sequence.on((500, channels)).macs == of_sequence.macs.at(L=500)

    def test_a_vector_has_no_symbols(self):
        """Without axes all is a number; so it is with none that has a name."""
        vector, named = zoo.ad_autoencoder(), zoo.lenet()

        assert vector.macs == vector.symbolic().macs.at()
        assert named.macs == named.symbolic(height=None, width=None).macs

    def test_rows_and_shapes(self):
        """Each node has the same by its path, and its shape."""
        found = zoo.resnet18().symbolic()
        row = found["layer2/0/conv1"]

        assert "Conv2d" == row.kind
        assert "⌈H/8⌉×⌈W/8⌉×128" == str(row.output)
        assert Shape(13, 17, 128) == row.output.at(H=97, W=131)
        assert row.macs == row.connections == 3 * 3 * 64 * row.activations
        assert "(H - 4)×(W - 4)×6" == str(zoo.lenet5().symbolic()["C1"].output)
        with pytest.raises(UnknownNameError, match="there is no node 'conv9'"):
            found["conv9"]

    def test_totals_are_the_sums_of_rows(self):
        """What is added up is what stands in the rows."""
        found = zoo.squeezenet1_1().symbolic()

        assert found.macs == sum(row.macs for row in found.rows)
        assert found.trainable_params == sum(row.trainable_params for row in found.rows)
        assert found.buffers == 0
        assert found.connections == found.totals["connections"]
        assert found.activations == found.totals["activations"]
        assert found.flops == found.totals["flops"]


def ends():
    """Return a network of two outputs."""
    g = Builder()
    x = g.input((8, 8, 3))
    return g.graph(g.add(Conv2d(3, 4), x), g.add(Conv2d(5, 2), x))


def pair(first, second):
    """Return a network of two inputs, each with a convolution."""
    g = Builder()
    a, b = g.input(first), g.input(second)
    return g.graph(g.add(Conv2d(3, 2), a), g.add(Conv2d(3, 2), b))


class TestInputs:
    def test_several_outputs(self):
        """Of several outputs each has its shape."""
        found = ends().symbolic()

        assert ["(H - 2)×(W - 2)×4", "(H - 4)×(W - 4)×2"] == list(
            map(str, found.output)
        )
        assert "(H - 2)×(W - 2)×4, (H - 4)×(W - 4)×2" in str(found)

    def test_equal_sizes_have_one_symbol(self):
        """Of several inputs, axes that are as long are named once."""
        assert ("H", "W") == pair((8, 9, 1), (8, 9, 3)).symbolic().symbols
        assert ("H", "W", "H_2") == pair((8, 9, 1), (5, 9, 3)).symbolic().symbols
        assert "18·H·W + 54·H_2·W - 36·H - 108·H_2 - 144·W + 288" == str(
            pair((8, 9, 1), (5, 9, 3)).symbolic().macs
        )

    def test_one_symbol_for_both_axes(self):
        """A square map may have one symbol; one that is no square may not."""
        found = zoo.resnet18().symbolic(height="S", width="S")

        assert ("S",) == found.symbols
        assert zoo.resnet18().on((97, 97, 3)).macs == found.macs.at(S=97)
        assert str(found.macs).startswith("9,408·⌈S/2⌉² + ")
        with pytest.raises(OptionError, match="S stands for 8 and for 9"):
            Sequential(input=(8, 9, 3)).symbolic(height="S", width="S")

    @pytest.mark.parametrize("name", ["", "2", "a b", 3])
    def test_bad_names(self, name):
        """A symbol is a name."""
        with pytest.raises(OptionError, match="is no name of a symbol"):
            zoo.lenet().symbolic(height=name)

    @pytest.mark.parametrize("axes", [{"length": "T"}, {"depth": []}])
    def test_other_axes(self, axes):
        """A symbol for an axis that no input has is refused."""
        with pytest.raises(OptionError, match="no input has a .* Its axes are height"):
            on(8, 8, 3).symbolic(**axes)
        with pytest.raises(OptionError, match="no input has a .* Leave it out"):
            on(8).symbolic(**axes)

    def test_a_batch(self):
        """It multiplies what is done for each input, and no weights."""
        net = zoo.lenet()
        found, three = net.symbolic(batch="N"), net.symbolic(batch=3)

        assert ("H", "W", "N") == found.symbols
        assert net.macs * 7 == found.macs.at(H=32, W=32, N=7)
        assert net.flops * 3 == three.flops.at(H=32, W=32)
        assert net.params == found.params.at(H=32, W=32, N=7)
        assert str(found.macs).endswith("·N")

    def test_what_parameters_alone_are_behind_is_done_once(self):
        """As `constant_macs` has it: 15·2·3 multiply-adds, however large the batch."""
        g = Builder()
        bias = g.add(FC(3, axis=-1), g.add(Constant((15, 2))))
        net = g.graph(g.add(MatMul(), g.input((9, 15)), bias))

        assert 90 == net.constant_macs
        found = net.symbolic(batch="N")
        assert "45·L·N + 90" == str(found.macs)
        assert ("45·L·N", "90") == (str(found.weight_macs), str(found.constant_macs))

    def test_products_are_told_apart(self):
        """Of attention, four projections of L·C² by weights; L²·C twice are products."""
        net = on(10, 64).attention(4)
        found = net.symbolic(batch="N")

        assert "16,384·L·N" == str(found.weight_macs)
        assert "128·L²·N" == str(found.product_macs)
        assert "128·L²·N" == str(found.rows[-2].product_macs)
        assert net.product_macs == found.product_macs.at(L=10, N=1)
        assert 0 == found.constant_macs

    @pytest.mark.parametrize(
        ("batch", "said"), [("H", "H stands for a size"), (0, "0")]
    )
    def test_bad_batches(self, batch, said):
        """It is a positive integer, or a symbol of its own."""
        with pytest.raises(OptionError, match=said):
            zoo.lenet().symbolic(batch=batch)


def on(*shape):
    return Sequential(input=shape)


@pytest.mark.parametrize("question", ["to_json", "to_python"])
def test_symbols_are_not_saved(question):
    """Neither those of an input, nor of a layer: no file says what they stand for."""
    for net in (on("H", "W", 3).conv(3, 8), on(8, 8, 3).conv(3, Symbol("k"))):
        with pytest.raises(ConfigError, match="numbers"):
            getattr(net, question)()


class TestConditions:
    @pytest.mark.parametrize(
        ("net", "output", "conditions"),
        [
            # A window must fit: of 5, and then of 2 on H - 4.
            (
                on(9, 9, 3).conv(5, 1).pool(2),
                "(⌊H/2⌋ - 2)×(⌊W/2⌋ - 2)×1",
                "H ≥ 6 W ≥ 6",
            ),
            # ⌈H/2⌉ = ⌊H/2⌋ for even sizes alone.
            (
                on(8, 8, 3).residual(
                    Sequential().conv(3, 3, stride=2, padding=1),
                    shortcut=Sequential().pool(2),
                ),
                "⌈H/2⌉×⌈W/2⌉×3",
                "H = 3 or H mod 2 = 0 W = 3 or W mod 2 = 0",
            ),
            (
                on(8, 8, 3).space_to_depth(4),
                "⌊H/4⌋×⌊W/4⌋×48",
                "H mod 4 = 0 W mod 4 = 0",
            ),
            (on(9, 9, 3).reshape((81, -1)), "81×⌊H·W/27⌋", "H·W = 27·⌊H·W/27⌋"),
            (on(9, 9, 3).upsample(1.8), "(2·H - ⌈H/5⌉)×(2·W - ⌈W/5⌉)×3", ""),
            # As a float a hundred times this is below 29: no rule of integers has it.
            (on(9, 9, 3).upsample(0.29), "2×2×3", "H = 9 W = 9"),
            # A last window counts if it starts inside: it does in front of any size.
            (on(8, 8, 3).pool(2, ceil=True), "⌈H/2⌉×⌈W/2⌉×3", ""),
            (
                on(8, 8, 3).pool(3, stride=2, ceil=True, padding=1),
                "(⌊H/2⌋ + 1)×(⌊W/2⌋ + 1)×3",
                "",
            ),
            (
                on(9, 9, 3).slice(2, None, axis=0).slice(-3, None, axis=1),
                "(H - 2)×3×3",
                "H ≥ 3 W ≥ 3",
            ),
            (
                on(4, 4, 3).conv(3, 3, padding=1, padding_mode="reflect"),
                "H×W×3",
                "H ≥ 2 W ≥ 2",
            ),
            (on(6, 8, 3).roll((2, 1), axis=(0, 1)), "H×W×3", ""),
            # A gate is spread over whatever there is.
            (on(6, 8, 3).add(SqueezeExcite(1)), "H×W×3", ""),
        ],
    )
    def test_are_in_words(self, net, output, conditions):
        """They say for which sizes no rule goes another way."""
        found = net.symbolic()

        assert output == str(found.output)
        assert conditions == " ".join(map(str, found.conditions))
        words = conditions.replace(" W", " and W") or "every size"
        if " or " in conditions:
            words = f"({conditions.replace(' W', ') and (W', 1)}"
        assert words in str(found)
        assert holding(net, found, [(a, b) for a in range(1, 30) for b in (8, 9, a)])

    def test_a_join_with_one_position(self):
        """What is 1 at the network's own size is spread, and is 1 then."""
        g = Builder()
        x, gate = g.input((8, 9, 3)), g.input((1, 9, 3))
        found = g.graph(g.add(Add(), x, gate)).symbolic()

        assert "H×W×3" == str(found.output)
        assert ["H ≥ 2", "H_2 = 1"] == list(map(str, found.conditions))

    def test_arms_that_differ_too_late(self):
        """Where no few sizes tell when arms agree, they are said to."""
        slow, slower = [Sequential().conv(1, 8, stride=(n, 1)) for n in (211, 212)]
        found = on(100, 9, 8).residual(slow, shortcut=slower).symbolic()

        assert ["⌈H/211⌉ = ⌈H/212⌉"] == list(map(str, found.conditions))

    def test_what_does_not_hold_is_refused(self):
        """The message has what is missing, what arrived, and where to ask."""
        macs = zoo.vgg16().symbolic().macs

        assert macs.holds(H=32, W=32)
        assert not macs.holds(H=31, W=32)
        with pytest.raises(ShapeError) as caught:
            macs.at(H=31, W=31)
        assert (
            "it holds for H ≥ 32 and W ≥ 32, and not for H = 31, W = 31. "
            "Ask the network on that size: net.on(shape).symbolic()."
        ) == str(caught.value)

    def test_a_rule_of_ones_own_is_not_decided_in_silence(self):
        """What it compares, and what it takes as an integer, is a condition."""

        class Halves(Free):
            def output_of(self, x, /):
                if x.height > 4:
                    return Shape(
                        x.height // 2, int(x.width) // 2, math.gcd(x.channels, 6)
                    )
                return x

        found = on(8, 9, 3).add(Halves()).symbolic()

        assert "⌊H/2⌋×4×3" == str(found.output)
        assert ["H ≥ 5", "W = 9"] == list(map(str, found.conditions))

    def test_expressions_carry_them(self):
        """What is put together of two holds where both do."""
        lenet, vgg = zoo.lenet().symbolic(), zoo.vgg16().symbolic()
        both = lenet.macs + vgg.macs

        assert ["H ≥ 32", "W ≥ 32"] == list(map(str, both.conditions))
        assert "<H ≥ 32>" not in repr(both)


class TestUnknownNumbers:
    def test_are_lower_bounds(self):
        """A total over something unknown is at least what is known."""
        found = on(8, 8, 3).conv(3, 4).add(Unknown("odd", output=(6, 6, 4))).symbolic()

        assert "≥ 108·H·W - 216·H - 216·W + 432" == str(found.macs)
        assert AtLeast(432) == found.macs.at(H=4, W=4)
        assert found.macs.at(H=4, W=4) >= 432
        assert found.macs.to_latex().startswith(r" \geq 108 \cdot H")
        assert found.weight_macs.is_bound
        assert "≥ 0" == str(found.product_macs)

    def test_products_of_a_layer_of_ones_own(self):
        """If it does not say how many multiply two activations, weights may none."""

        class Odd(Layer):
            def output_of(self, x, /):
                return x

            def macs_of(self, x, y, /):
                return x.size

            def product_macs_of(self, x, y, /):
                return None

        found = on(4, 4, 3).add(Odd()).symbolic()

        assert ("3·H·W", "≥ 0") == (str(found.macs), str(found.weight_macs))

    def test_shapes_too(self):
        """A shape that is unknown is a question mark."""
        found = on(8, 8, 3).add(Unknown("odd")).symbolic()

        assert found.output is None
        assert "output:      ?" in str(found)

    def test_bounds_are_only_added_to(self):
        """Whatever else they are put into is no lower bound."""
        macs = on(8, 8, 3).add(Unknown("odd")).symbolic().macs

        assert (macs + 1).is_bound
        assert macs + 1 == AtLeast(1)
        assert macs + 1 != 1
        with pytest.raises(OptionError, match="only a lower bound"):
            macs * 2
        with pytest.raises(UndecidedError, match="no more than a lower bound"):
            _ = macs > 2

    def test_flops_of_a_role_of_ones_own(self):
        """They are at least twice the MACs; in symbols that is unknown."""

        class Odd(Layer):
            def output_of(self, x, /):
                return x

            def macs_of(self, x, y, /):
                return x.size

        found = on(4, 4, 3).add(Odd()).symbolic()

        assert "3·H·W" == str(found.macs)
        assert "≥ 0" == str(found.flops)


@frozen
class LookedUp(Free):
    """A layer that looks its field up, which a symbol has no place in."""

    times: int = field(converter=lambda n: {1: 1, 2: 2}[integer(n)])

    def output_of(self, x, /):
        return x


class TestFields:
    """Symbols in the fields of layers."""

    def test_parameters_are_the_articles(self):
        """ "(m·n·d + 1)·k" of a convolution: m×n kernels of depth d, k of them."""
        m, n = Symbol("m", like=3), Symbol("n", like=3)
        net = on(Symbol("H"), Symbol("W"), Symbol("d")).conv((m, n), Symbol("k"))
        found = net.symbolic()

        assert "(d·m·n + 1)·k" == str(found.params)
        assert ("H", "W", "d", "k", "m", "n") == found.symbols
        assert ["H ≥ m", "W ≥ n"] == list(map(str, found.conditions))
        wanted = on(9, 8, 5).conv((3, 4), 7)
        assert wanted.connections == found.connections.at(H=9, W=8, d=5, m=3, n=4, k=7)

    def test_a_sum_in_a_shape_has_brackets(self):
        """H - m + 1×k would be another shape."""
        net = on("H", 8, 3).conv(("m", 3), "k")

        assert "(H - m + 1)×6×k" == str(net.output)

    def test_size_of_an_adaptive_pool(self):
        """Its overlaps have a common divisor, of which one number must be known."""
        net = on(32, 32, 6).add(AdaptivePool(Symbol("F", like=7)))
        found, wanted = net.symbolic(), on(32, 32, 6).add(AdaptivePool(7))

        assert "F = 7" in map(str, found.conditions)
        assert wanted.connections == found.connections.at(F=7, H=32, W=32)
        assert not found.holds(F=8, H=32, W=32)

    @pytest.mark.parametrize(
        ("ask", "said"),
        [
            (lambda axis: Norm("layer", axes=axis), "axes is .* different integers"),
            (LookedUp, "nothing is looked up by a size in symbols"),
            (
                lambda step: str(on(9, 9, 3).pool(3, stride=step).summary()),
                "is no number",
            ),
        ],
    )
    def test_where_there_is_no_place_for_one(self, ask, said):
        """It is refused in words."""
        with pytest.raises(CnncalcError, match=said):
            ask(Symbol("F"))

    def test_widths(self):
        """A width goes through a network, and groups must divide it."""

        def built(width, *shape):
            net = on(*shape).conv(3, width, padding=1).norm().relu().pool(2)
            net = net.conv(3, 2 * width, groups=4, padding=1).global_pool()
            return net.fc(width).fc(10)

        found = built(Symbol("F"), 32, 32, 3).symbolic()

        assert ["H ≥ 2", "W ≥ 2", "F mod 4 = 0"] == list(map(str, found.conditions))
        for width in (4, 12, 64):
            wanted = built(width, 17, 40, 3)
            for name in QUANTITIES:
                expression = getattr(found, name)
                assert getattr(wanted, name) == expression.at(H=17, W=40, F=width)

    def test_of_a_vector_nothing_is_remembered(self):
        """What was assumed when a part was lowered first is assumed again."""
        body = Sequential().conv(1, Symbol("F"), groups=4).conv(1, 12)
        net = on(8, 8, 12).residual(body)

        for _ in range(2):
            found = net.symbolic(height=None, width=None)
            assert ["F mod 4 = 0"] == list(map(str, found.conditions))

    def test_its_numbers_have_symbols(self):
        """A network answers in symbols itself; what needs a number says so."""
        net = on(8, 8, 3).conv(3, Symbol("F"))

        assert "28·F" == f"{net.params:,}" == str(net.params)
        assert "6×6×F" == str(net.output)
        with pytest.raises(ArgumentError, match=r"Ask net\.symbolic\(\)"):
            net.summary()
        assert "144·F + 768" == str(net.peak_memory())
        # 768 + 144·F bytes at the first, 4,224 at the last.
        with pytest.raises(ArgumentError, match="depends on whether F ≥ 2[45]"):
            net.conv(3, 2).conv(1, 64).peak_memory()
        with pytest.raises(ArgumentError, match="nothing is looked up by a size"):
            {net.output.channels}

    @pytest.mark.parametrize("like", [0, -1, "a"])
    def test_bad_stand_ins(self, like):
        """What a symbol is taken for is a positive integer."""
        with pytest.raises(OptionError, match=f"like is {like!r}"):
            Symbol("F", like=like)

    def test_a_letter_is_a_symbol(self):
        """One with an index is, too; a typo stays an error, and takes `Symbol`."""
        net = Sequential(input=("H", "W", "d")).conv(("m", "n"), "k")
        found = net.fc("C_2").symbolic()

        assert "(d·m·n + 1)·k" == str(net.params)
        assert ("H", "W", "d", "C_2", "k", "m", "n") == found.symbols
        assert "H ≥ m and W ≥ n" == " and ".join(map(str, found.conditions))
        with pytest.raises(CnncalcError, match="filters is 'width'"):
            on(8, 8, 3).conv(3, "width")
        with pytest.raises(CnncalcError, match="height is 'tall'"):
            Shape("tall", 8, 3)

    def test_strides_divide(self):
        """⌊(H + 2·p - k)/s⌋ + 1 positions; strides behind each other are one."""
        net = on("H", "W", 3).conv("k", 8, stride="s", padding="p")
        found = net.symbolic()

        assert "(⌊(H - k + 2·p)/s⌋ + 1)×(⌊(W - k + 2·p)/s⌋ + 1)×8" == str(found.output)
        assert ["H + 2·p ≥ k", "W + 2·p ≥ k"] == list(map(str, found.conditions))
        output = net.conv(1, 4, stride="t").symbolic().output
        assert "⌊(H - k + 2·p)/(s·t)⌋ + 1" == str(output[0])
        assert "⌊H/k⌋×⌊W/k⌋×3" == str(on("H", "W", 3).pool("k").symbolic().output)

    @pytest.mark.parametrize("seed", range(4))
    def test_strides_are_those_of_integers(self, seed):
        """Of any kernel, stride and padding that is as its conditions say."""

        def built(k, s, p, t, *shape):
            net = on(*shape).conv(k, 4, stride=s, padding=p)
            behind = (
                lambda: net.conv(3, 4, stride=t, padding=1),
                lambda: net.pool(2).conv(3, 4, stride=t, padding="same"),
                lambda: net.conv(1, 4, stride=s).conv(2, 3, stride=t),
                lambda: net.pool(3, stride=t, padding=1, ceil=True).relu(),
            )
            return behind[seed]()

        like = {"k": 3, "s": 2, "p": 1, "t": 3, "H": 200, "W": 180}
        symbols = [Symbol(name, like=size) for name, size in like.items()]
        found = built(*symbols, 3).symbolic()
        chance, count = Random(seed), 0
        for _ in range(200):
            known = {
                name: chance.randint(1, 60 if name in "HW" else 4) for name in like
            }
            if not found.holds(**known):
                continue
            net = built(*known.values(), 3)
            count += 1
            for name in QUANTITIES:
                assert getattr(net, name) == getattr(found, name).at(**known), known
        assert count > 50

    def test_no_symbol_is_taken_for_a_number_in_silence(self):
        """Sizes are divided by what is positive, whatever its symbols are."""
        with pytest.raises(ArgumentError, match=r"whether s = 3\. Give it a number"):
            on(30, 30, 3).conv(3, 8, stride=Symbol("s", like=3) - 1)

    def test_are_equal_as_they_are_written(self):
        """Layers and networks compare, hash and are looked up by their text."""
        pool, net = Pool(Symbol("k")), on("H", "W", 3).conv(3, "F")
        places = {pool: 1, Pool(3): 2, Pool("j"): 3}

        assert [1, 2, 3] == [places[Pool(k)] for k in ("k", 3, "j")]
        assert Pool(3) != pool
        assert Pool(4) not in [pool, Pool("j")]
        assert net == on("H", "W", 3).conv(3, "F")
        assert net != on("H", "W", 3).conv(3, 8)
        assert hash(Sequential().conv(3, "F")) == hash(Sequential().conv(3, "F"))

    @pytest.mark.parametrize("seed", range(3))
    def test_strides_are_sums(self, seed):
        """A stride of a + 1, and behind it of a + 2·b, is that of integers."""
        chance = Random(seed)

        def built(a, b, height=70, width=64):
            net = on(height, width, 3).conv(3, 8, stride=a + 1)
            return net.conv(2, 4, stride=a + 2 * b, padding=1).relu()

        found = built(Symbol("a", like=1), Symbol("b", like=1)).symbolic()
        for _ in range(50):
            known = {name: chance.randint(1, 4) for name in "ab"}
            sizes = {name: chance.randint(3, 80) for name in "HW"}
            net = built(*known.values(), *sizes.values())
            for name in QUANTITIES:
                assert getattr(net, name) == getattr(found, name).at(**known, **sizes)

    def test_a_factor_and_a_block(self):
        """Maps are enlarged by a symbol, and what blocks compare is noted."""
        larger = on(5, 6, 3).upsample(Symbol("r", like=2)).symbolic().output
        block = InvertedResidual(Symbol("t", like=48), 8, 3)
        found = on(9, 9, 8).add(block).symbolic()

        assert "H·r×W·r×3" == str(larger)
        assert "t ≤ 7 or t ≥ 9" == str(found.conditions[0])
        assert on(9, 9, 8).add(attrs.evolve(block, expanded=30)).macs == found.macs.at(
            H=9, W=9, t=30
        )

    def test_a_number_of_copies_is_a_number(self):
        """Each is a row, and there is no row for a letter."""
        with pytest.raises(CnncalcError, match="it is repeated n times. Give a number"):
            on("H", "W", 3).repeat("n", Sequential().conv(1, 3))

    def test_fields_are_sums_of_kernels(self):
        """What a unit of VGG-16 sees: 1 + Σ (k - 1)·j, with j doubled by each pool."""
        net, number, jump, wanted = on("H", "W", 3), 0, 1, 1
        for several in (2, 2, 3, 3, 3):
            for _ in range(several):
                number += 1
                net = net.conv(f"k{number}", "F", padding="same")
                wanted += (Symbol(f"k{number}") - 1) * jump
            net = net.pool(2)
            wanted, jump = wanted + jump, 2 * jump
        height, width = net.receptive_field

        assert wanted == height.in_terms_of() == width.in_terms_of()
        assert 212 == height.at(**{f"k{n}": 3 for n in range(1, 14)})
        assert (212, 212) == zoo.vgg16().receptive_field

    def test_fields_that_depend_on_a_symbol(self):
        """A shortcut beside a 1×1 convolution sees as far as that, but not beside 3×3."""
        body = Sequential().conv("k", 3, padding="same")

        with pytest.raises(ArgumentError, match="this depends on whether k ≥ 2"):
            _ = on("H", "W", 3).conv(3, 3).residual(body).receptive_field


class TestTheReport:
    def test_prints_the_totals(self):
        """The lines of nodes, which are long, are in the formats."""
        found = zoo.lenet5().symbolic()

        assert 11 == len(str(found).splitlines())
        assert len(found.rows) == len(found.to_pandas())
        assert "156·H·W - 624·H - 624·W + 2,496" == found.to_pandas()["connections"][0]

    def test_survives_a_pickle(self):
        """All of it does, and holds for the same."""
        found = zoo.vgg16().symbolic()
        again = pickle.loads(pickle.dumps(found))

        assert found.macs == again.macs
        assert found.conditions == again.conditions
        assert hash(found.macs) == hash(again.macs)

    def test_speaks_chinese(self):
        """Titles are translated."""
        assert "适用于" in str(zoo.resnet18().symbolic(language="zh"))


class TestDeeply:
    """Rules that take other ways on symbols."""

    def test_operations_that_round(self):
        """A layer with a cost of a fraction is as it is at its own size."""

        class Half(Free):
            flops_per_value = 0.5

        found = on(4, 6, 1).add(Half()).symbolic()

        assert 12 == found.flops.at(H=4, W=6)
        assert ["H·W = 24"] == list(map(str, found.conditions))

    def test_transposed_back(self):
        """A transposed convolution undoes a convolution of any size."""
        net = on(9, 9, 3).conv(3, 4, padding="same", stride=2)
        found = net.conv_transpose(3, 3, stride=2, padding="same").symbolic()

        assert "2·⌈H/2⌉×2·⌈W/2⌉×3" == str(found.output)

    def test_nothing_is_looked_up_by_a_size(self):
        """A layer that keeps what it found by the size of its input is refused."""

        class Kept(Free):
            def output_of(self, x, /):
                return {x: x}[x]

        with pytest.raises(ArgumentError, match="nothing is looked up by a size"):
            on(4, 6, 1).add(Kept()).symbolic()

    def test_elementwise_of_two(self):
        """Joins of equal shapes compare nothing."""
        g = Builder()
        x = g.input((5, 5, 3))
        found = g.graph(g.add(Elementwise("maximum"), x, x)).symbolic()

        assert () == found.conditions


def test_sympy_gets_it(monkeypatch):
    """It is built of positive integer symbols; without SymPy the message has the way."""
    made = []

    def symbol(name, **facts):
        made.append((name, facts))
        return {"H": 6, "W": 10}[name]

    stand_in = SimpleNamespace(Symbol=symbol, sympify=lambda value: ("exact", value))
    monkeypatch.setitem(sys.modules, "sympy", stand_in)

    assert ("exact", 9408 * 3 * 5) == zoo.resnet18().symbolic()["conv1"].macs.to_sympy()
    assert [("H", {"integer": True, "positive": True})] == sorted(made)[:1]
    monkeypatch.setitem(sys.modules, "sympy", None)
    with pytest.raises(OptionError, match=r"pip install 'cnncalc\[symbolic\]'"):
        Symbol("H").to_sympy()
