# ruff: noqa: RUF001 - Chinese has its own punctuation
"""Explanations: each number as general formula, formula with numbers, and result."""

import re
import shutil
import subprocess
import time
import xml.etree.ElementTree as ET
from fractions import Fraction
from html.parser import HTMLParser

import attrs
import pytest
from hypothesis import given, settings
from strategies import fitting, layers_on, shapes, spaces
from test_formats import HOSTILE
from test_layers import Mystery
from test_roles import KINDS, modes

import cnncalc
from cnncalc import (
    FC,
    Activation,
    Add,
    Builder,
    Conv1d,
    Conv2d,
    ConvTranspose1d,
    ConvTranspose2d,
    GlobalPool,
    Input,
    Layer,
    Multiply,
    Norm,
    OptionError,
    Parameter,
    PartialConv2d,
    Pool,
    Sequential,
    Shape,
    Shared,
    Unknown,
    UnknownNameError,
    Upsample,
    from_json,
    zoo,
)
from cnncalc.cost.totals import AtLeast
from cnncalc.explain import Step, as_html, as_latex, as_text, counts, writing
from cnncalc.explain.counts import published_in
from cnncalc.layers.base import Free
from cnncalc.report import words
from cnncalc.report.words import cited, translations

C1 = """\
C1: Conv2d(5, 6, name='C1') on 32×32×1
  output size, height and width: H_out = ⌊(H + p_t + p_b - k_h) / s_h⌋ + 1 = \
(32 + 0 + 0 - 5) / 1 + 1 = 28
  output size: H_out×W_out×F = 28×28×6
  parameters: k_h×k_w×C_in×F + F = 5×5×1×6 + 6 = 156
  connections: (k_h×k_w×C_in×F + F)×H_out×W_out = (5×5×1×6 + 6)×28×28 = 122,304
  MACs: k_h×k_w×C_in×F×H_out×W_out = 5×5×1×6×28×28 = 117,600
  memory of the output (float32): H_out×W_out×C_out×4 = 28×28×6×4 = \
18,816 B (18.375 KiB)
  memory of the parameters (float32): P×4 = 156×4 = 624 B
  receptive field, height and width: r_in + (k - 1)×j_in = 1 + (5 - 1)×1 = 5
  effective stride, height and width: j_in×s = 1×1 = 1
  effective padding, height and width: p_in + p×j_in = 0 + 0×1 = 0
  Source: LeCun et al. 1998, §II.B.
"""


def steps_of(net, path, **options):
    """Return the steps of one node, by name and axis."""
    (part,) = net.explain(path, **options).parts
    return {(step.what, step.axis): step for step in part.steps}


def texts_of(net, path, **options):
    """Return the steps of one node as text, without their names."""
    found = steps_of(net, path, **options)
    return {key: str(step).split(": ", 1)[1] for key, step in found.items()}


class TestOneNode:
    def test_c1_of_lenet5(self):
        """The derivation of C1 has each number with its formulas, and the sources."""
        explanation = zoo.lenet5().explain("C1")
        text = explanation.to_text()

        assert text.startswith(C1)
        assert "Source of receptive field, effective stride" in text
        assert "distill.pub/2019/computing-receptive-fields" in text
        assert text.strip() == str(explanation) == repr(explanation)

    @pytest.mark.parametrize(
        ("layer", "source"),
        [
            (Conv2d(3, 2), "relationship 6"),
            (Pool(2), "relationship 6"),
            (Conv2d(3, 2, padding="same"), "TensorFlow"),
            (ConvTranspose2d(3, 2), "relationship 14"),
            (ConvTranspose2d(3, 2, padding="same"), "Keras"),
        ],
    )
    def test_a_size_has_its_own_source(self, layer, source):
        """How the size of an output comes about stands where its rule does."""
        (part,) = Sequential(input=(8, 8, 3)).add(layer).explain().parts
        (found,) = {step.source for step in part.steps if step.symbol == "H_out"}

        assert source in found

    def test_a_face_tells_what_is_derived(self):
        """What an explanation is about, and what its symbols are, can be asked for."""
        found = zoo.lenet5().explain("C1", language="zh-CN")

        assert ("C1", "zh", ()) == (found.title, found.language, found.totals)
        assert "height" == found.symbols["H"]
        assert found.derivation.parts[0].steps == found.steps["C1"]
        source = "LeCun et al. 1998, §II.B: a connection is a link into an output unit."
        assert ["connections"] == found.sources[source]

    def test_a_layer_of_ones_own_is_shown_as_it_is_written(self):
        """Whatever attrs makes of its repr: with what it was given, and no more."""

        @attrs.frozen
        class Maxout(Layer):
            units: int
            pieces: int = 2

            def output(self, x):
                return Shape.of(self.units)

        net = Sequential(input=9).add(Maxout(3, 5))

        assert "Maxout(3, 5)" in str(net.explain("maxout1"))

    def test_c3_of_lenet5(self):
        """C3's table of connections is the paper's table I, with its 60 kernels."""
        (part,) = zoo.lenet5().explain("C3").parts

        assert "kernels: 6×3 + 9×4 + 1×6 = 60" in str(part.steps[0])
        assert (0, 2, 3, 5) == part.grid.seen[14]
        text = zoo.lenet5().explain("C3").to_text()
        assert "\n   0  X           X  X  X        X  X  X  X     X  X\n" in text
        assert "\n   5           X  X  X        X  X  X  X     X  X  X\n" in text

    def test_axes_that_differ_stand_apart(self):
        """Of an oblong window height and width have a derivation each."""
        net = Sequential(input=(20, 30, 3)).add(
            Conv2d((3, 5), 8, stride=(1, 2), padding=((1, 0), (2, 2)), name="c")
        )
        found = texts_of(net, "c")

        assert (
            "H_out = ⌊(H + p_t + p_b - k_h) / s_h⌋ + 1 = (20 + 1 + 0 - 3) / 1 + 1 = 19"
            == found["output size", "height"]
        )
        assert (
            "W_out = ⌊(W + p_l + p_r - k_w) / s_w⌋ + 1 = ⌊(30 + 2 + 2 - 5) / 2⌋ + 1"
            " = 15" == found["output size", "width"]
        )
        assert "H_out×W_out×F = 19×15×8" == found["output size", ""]
        assert (
            "r_in_w + (k_w - 1)×j_in_w = 1 + (5 - 1)×1 = 5"
            == found["receptive field", "width"]
        )
        assert "j_in_w×s_w = 1×2 = 2" == found["effective stride", "width"]
        assert (
            "p_in_h + p_h×j_in_h = 0 + 1×1 = 1" == found["effective padding", "height"]
        )

    def test_dilation_widens_the_window(self):
        """A dilated kernel reaches over w = d(k - 1) + 1 positions."""
        net = Sequential(input=(20, 20, 3)).add(Conv2d(3, 8, dilation=2, name="c"))
        found = texts_of(net, "c")

        assert found["output size", "height and width"].startswith(
            "H_out = ⌊(H + p_t + p_b - k_h - (k_h - 1)×(d_h - 1)) / s_h⌋ + 1 = "
            "(20 + 0 + 0 - 3 - (3 - 1)×(2 - 1)) / 1 + 1"
        )
        assert (
            "r_in + (w - 1)×j_in = 1 + (5 - 1)×1 = 5"
            == found["receptive field", "height and width"]
        )

    def test_an_enlarging_layer_has_a_fraction_of_a_stride(self):
        """Upsampling by 2 halves the effective stride, exactly."""
        net = Sequential(input=(8, 8, 3)).add(Upsample(2, name="u")).conv(3, 4)
        found = texts_of(net, "u")
        after = texts_of(net, "conv1")

        assert (
            "j_in×s / u = 1×8 / 16 = 1/2"
            == found["effective stride", "height and width"]
        )
        assert (
            "r_in + (k - 1)×j_in = 1 + (3 - 1)×(1/2) = 2"
            == after["receptive field", "height and width"]
        )

    def test_what_sees_everything_says_since_when(self):
        """Past a global operation the receptive field is the whole input."""
        net = zoo.resnet18()

        assert (
            "receptive field: the whole input; each output sees every position"
            == str(steps_of(net, "avgpool")["receptive field", ""])
        )
        assert "receptive field: the whole input; as that of avgpool" == str(
            steps_of(net, "fc")["receptive field", ""]
        )

    def test_a_join_sees_the_hull(self):
        """Where branches meet, the field is the hull of theirs, and both are named."""
        net = zoo.resnet18()
        found = texts_of(net, "layer1/0/add1")

        assert (
            "max(p_i) + max(r_i - p_i) = max(13, 5) + max(27 - 13, 11 - 5) = 27; "
            "the hull of its inputs' fields"
            == found["receptive field", "height and width"]
        )
        title = str(net.explain("layer1/0/add1")).partition("\n")[0]
        assert (
            "layer1/0/add1: Add() on 56×56×64 from layer1/0/norm2 and 56×56×64 from "
            "maxpool" == title
        )

    def test_concatenation_adds_channels(self):
        """An inception module's channels are the sum of its branches', as in print."""
        net = zoo.googlenet()
        path = next(r.path for r in net.nodes if r.kind == "Concat")
        found = texts_of(net, path)

        assert found["output size", ""].endswith(
            "28×28×(64 + 128 + 32 + 32) = 28×28×256"
        )

    def test_a_gate_is_left_out(self):
        """Squeeze-excitation's gate sees everything, but is no part of the field."""
        g = Builder()
        x = g.add(Conv2d(3, 4), g.input((8, 8, 3)))
        gate = g.add(FC(4), g.add(GlobalPool(), x))
        net = g.graph(g.add(Multiply(name="scale"), x, gate))
        found = texts_of(net, "scale")

        assert (
            "r_in = 3; the gate, which sees everything, is left out"
            == found["receptive field", "height and width"]
        )

    def test_a_gate_beside_branches(self):
        """Where branches are gated their hull is the field, and the gate is named."""
        g = Builder()
        x = g.add(Conv2d(3, 4), g.input((8, 8, 3)))
        y = g.add(Conv2d(3, 4, padding=1), x)
        gate = g.add(FC(4), g.add(GlobalPool(), x))
        net = g.graph(g.add(Multiply(name="scale"), x, y, gate))
        found = texts_of(net, "scale")

        assert (
            "max(p_i) + max(r_i - p_i) = max(0, 1) + max(3 - 0, 5 - 1) = 5; the hull of "
            "its inputs' fields; the gate, which sees everything, is left out"
            == found["receptive field", "height and width"]
        )

    def test_a_join_of_ones_own_may_look_around(self):
        """A join with a window of its own has a field, of which the hull is a part."""

        @attrs.frozen(eq=False, repr=False)
        class Around(cnncalc.Join):
            def output(self, *xs):
                return xs[0]

            def reach(self, *xs):
                return Conv2d(3, 1, padding=1).reach(xs[0])

        g = Builder()
        x = g.input((8, 8, 3))
        net = g.graph(g.add(Around(), x, g.add(Conv2d(3, 3, padding=1), x)))
        found = texts_of(net, "around1")

        assert "5×5; the hull of its inputs' fields" == found["receptive field", ""]

    def test_weights_of_a_node_outside_are_said_to_be_its(self):
        """Of a group cut out, weights that a node outside counts are so explained."""
        conv = Shared(Conv2d(3, 4, padding=1))
        group = Sequential(name="grp").add(conv).relu()
        part = Sequential(input=(8, 8, 4)).add(conv).add(group)["grp"]
        for net in (part, from_json(part.to_json())):
            (found,) = [
                s for s in net.explain().parts[0].steps if s.what == "parameters"
            ]

            assert 0 == found.result
            assert "shared with a node outside, and counted there" in str(found)
        assert "此部分以外的节点" in str(part.explain(language="zh"))

    def test_shared_weights_are_counted_once(self):
        """A second use of the same weights says where they are counted."""
        net = shared_net()
        first, second = (row.path for row in net.nodes)
        found = texts_of(net, second)

        assert f"0; shared with {first}, and counted there" == found["parameters", ""]
        assert ("memory of the parameters (float32)", "") not in found
        assert "156" == texts_of(net, first)["parameters", ""][-3:]

    def test_what_runs_in_training_only_says_so(self):
        """An auxiliary head has parameters but no work, and a dropout does nothing."""
        net = zoo.googlenet(aux=True)
        idle = next(r.path for r in net.nodes if r.path.startswith("aux") and r.params)
        text = str(net.explain(idle))

        assert "runs in training only: at inference it does no work" in text
        assert "MACs: 0\n" in text
        assert "memory of the output (float32): 0 B\n" in text
        drop = next(row.path for row in net.nodes if row.kind == "Dropout")
        assert "at inference it passes on what reaches it" in str(net.explain(drop))
        assert "a view of its input's, no new values" in str(net.explain(drop))

    def test_fixed_weights_are_not_trainable(self):
        """LeNet-5's output layer has 840 weights, none of which is trained."""
        found = texts_of(zoo.lenet5(), "OUTPUT")

        assert found["parameters", ""].endswith("= 840; of these trainable: 0")

    def test_buffers_are_explained(self):
        """A batch norm keeps 2C values that are no parameters."""
        net = Sequential(input=(4, 4, 8)).norm()

        assert (
            "2×C_in = 2×8 = 16; state, not parameters"
            == (texts_of(net, "norm1")["buffers", ""])
        )

    def test_a_table_of_another_meaning_is_none(self):
        """What is called a table but names no input maps is left alone."""

        @attrs.frozen(eq=False, repr=False)
        class Lookup(Mystery):
            table = (("a",), ("b",))

        (part,) = Sequential(input=(4, 4, 2)).add(Lookup()).explain().parts

        assert part.grid is None

    def test_a_uniform_table_is_one_product(self):
        """Where all output maps see as many, the kernels are one product."""
        net = Sequential(input=(8, 8, 3)).add(PartialConv2d(3, [(0, 1), (1, 2)]))
        found = texts_of(net, "partial_conv1")

        assert found["kernels", ""].startswith("2×2 = 4; ")

    def test_a_layer_of_ones_own(self):
        """A plain class with a rule or two is explained by these, as any other."""

        class Mine(Layer):
            def __init__(self, size):
                super().__init__()
                object.__setattr__(self, "size", size)

            def output(self, x):
                return Shape(x.height, x.width, self.size)

            def params(self, x):
                return x.channels * self.size

        found = texts_of(Sequential(input=(4, 4, 2)).add(Mine(7)), "mine1")

        assert "H×W×7 = 4×4×7" == found["output size", ""]
        assert "C_in×7 = 2×7 = 14" == found["parameters", ""]


SEQUENCE = """\
conv1: Conv1d(5, 128, stride=2, padding=2) on 100×64
  output size, length: L_out = ⌊(L + p_l + p_r - k) / s⌋ + 1 = \
⌊(100 + 2 + 2 - 5) / 2⌋ + 1 = 50
  output size: L_out×F = 50×128
  parameters: k×C_in×F + F = 5×64×128 + 128 = 41,088
  connections: (k×C_in×F + F)×L_out = (5×64×128 + 128)×50 = 2,054,400
  MACs: k×C_in×F×L_out = 5×64×128×50 = 2,048,000
  memory of the output (float32): L_out×C_out×4 = 50×128×4 = 25,600 B (25.000 KiB)
  memory of the parameters (float32): P×4 = 41088×4 = 164,352 B (160.500 KiB)
  receptive field, length: r_in + (k - 1)×j_in = 1 + (5 - 1)×1 = 5
  effective stride, length: j_in×s = 1×2 = 2
  effective padding, length: p_in + p×j_in = 0 + 2×1 = 2
  Source: """
VOLUME = (16, 112, 112, 3)


class TestAnyRank:
    def test_a_sequence(self):
        """One axis needs no subscripts: 41,088 parameters are PyTorch's for this."""
        text = (
            Sequential(input=(100, 64))
            .conv1d(5, 128, stride=2, padding=2)
            .explain("conv1")
            .to_text()
        )

        assert text.startswith(SEQUENCE)
        assert "Symbols: L length, C channels" in text
        assert "\nSubscripts: l, r on one side; in, out" in text

    def test_a_volume(self):
        """What is the same for two of three axes is told once for both."""
        net = Sequential(input=VOLUME).conv3d(
            (3, 7, 7), 64, stride=(1, 2, 2), padding=(1, 3, 3), bias=False
        )
        found = texts_of(net, "conv1")

        assert (
            "D_out = ⌊(D + p_front + p_back - k_d) / s_d⌋ + 1 = "
            "(16 + 1 + 1 - 3) / 1 + 1 = 16" == found["output size", "depth"]
        )
        assert (
            "H_out = ⌊(H + p_t + p_b - k_h) / s_h⌋ + 1 = "
            "⌊(112 + 3 + 3 - 7) / 2⌋ + 1 = 56"
            == found["output size", "height and width"]
        )
        assert "D_out×H_out×W_out×F = 16×56×56×64" == found["output size", ""]
        assert "k_d×k_h×k_w×C_in×F = 3×7×7×3×64 = 28,224" == found["parameters", ""]
        assert (
            "r_in_d + (k_d - 1)×j_in_d = 1 + (3 - 1)×1 = 3"
            == found["receptive field", "depth"]
        )
        assert (
            "r_in_h + (k_h - 1)×j_in_h = 1 + (7 - 1)×1 = 7"
            == found["receptive field", "height and width"]
        )
        assert (
            "D_out×H_out×W_out×C_out×4 = 16×56×56×64×4 = 12,845,056 B (12.2500 MiB)"
            == found["memory of the output (float32)", ""]
        )
        text = str(net.explain())
        assert (
            "\nSubscripts: d, h, w along depth, height and width; front, back" in text
        )

    def test_axes_that_are_alike_need_not_be_neighbours(self):
        """Depth and width may go together, and all three where none differs."""
        net = Sequential(input=(9, 9, 9, 1)).conv3d((3, 5, 3), 2, stride=2)
        found = texts_of(net, "conv1")

        assert found["output size", "depth and width"].startswith("D_out = ⌊(D + ")
        assert found["output size", "height"].endswith("(9 + 0 + 0 - 5) / 2 + 1 = 3")
        assert (
            "j_in×s = 1×2 = 2" == found["effective stride", "depth, height and width"]
        )

    def test_more_axes_are_numbered(self):
        """Beyond three there are no names: all are meant, or they are counted."""
        pool = Sequential(input=(4, 4, 4, 4, 2)).pool(2)
        some = Sequential(input=(4, 4, 4, 6, 2)).pool(2)

        assert (
            "j_in×s = 1×2 = 2"
            == texts_of(pool, "pool1")["effective stride", "all axes"]
        )
        assert texts_of(some, "pool1")["output size", "axis 4"].endswith(" = 3")
        assert ("output size", "axis 1, axis 2 and axis 3") in texts_of(some, "pool1")
        assert "\nSubscripts: 1, 2, ... along axes; a, z" in str(pool.explain())

    def test_causal_padding(self):
        """All of it is before the first position, w - 1 of them, and the length stays."""
        net = Sequential(input=(16000, 1)).conv1d(3, 32, padding="causal", dilation=4)
        found = texts_of(net, "conv1")
        steps = steps_of(net, "conv1")

        assert "L_out = ⌈L / s⌉ = 16000 / 1 = 16,000" == found["output size", "length"]
        assert (
            "r_in + (w - 1)×j_in = 1 + (9 - 1)×1 = 9"
            == found["receptive field", "length"]
        )
        assert "p_in + p×j_in = 0 + 8×1 = 8" == found["effective padding", "length"]
        assert "1609.03499" in steps["output size", "length"].source

    def test_repeated_values_are_padding_too(self):
        """How a padding is filled changes no number of the derivation."""
        plain, filled = (
            Sequential(input=(16, 64)).conv1d(3, 8, padding=1, padding_mode=mode)
            for mode in ("zeros", "reflect")
        )

        assert "padding_mode='reflect'" in str(filled.explain("conv1"))
        assert texts_of(plain, "conv1") == texts_of(filled, "conv1")

    def test_what_enlarges(self):
        """A transposed convolution of a sequence, and an upsampled volume."""
        long = Sequential(input=(50, 16)).conv_transpose1d(4, 8, stride=2, padding=1)
        found = texts_of(long, "conv_transpose1")

        assert (
            "L_out = (L - 1)×s + k - p_l - p_r = (50 - 1)×2 + 4 - 1 - 1 = 100"
            == found["output size", "length"]
        )
        assert "j_in×s / u = 1×1 / 2 = 1/2" == found["effective stride", "length"]
        deep = Sequential(input=(4, 8, 8, 3)).upsample((1, 2, 2))
        found = texts_of(deep, "upsample1")
        assert "D_out = D×s_d = 4×1 = 4" == found["output size", "depth"]
        assert "H_out = H×s_h = 8×2 = 16" == found["output size", "height and width"]

    def test_nothing_is_padded_by_nothing(self):
        """A padding of 0 sees what is before it, and has no window to speak of."""
        found = texts_of(Sequential(input=(8, 8, 3)).pad(0), "pad1")

        assert "r_in = 1" == found["receptive field", "height and width"]
        assert ("effective stride", "height and width") not in found

    @given(fitting(layers_on, spaces))
    @settings(max_examples=100, deadline=None)
    def test_numbers_give_the_result(self, fit):
        """Of any layer along any axes every formula, evaluated, gives its result."""
        x, layer = fit
        net = Sequential(input=x).add(layer)
        for step in net.explain().parts[0].steps:
            if step.formula and isinstance(step.result, int):
                assert step.result == python_value(step.numbers), step
            elif step.formula and isinstance(step.result, Shape):
                assert step.result.size == python_value(step.numbers), step

    @pytest.mark.parametrize("language", ["en", "zh"])
    def test_every_format_has_every_axis(self, language):
        """Depth is in words, and its padding in symbols, in each format."""
        net = Sequential(input=(4, 8, 8, 3)).conv3d((3, 1, 1), 4)
        explanation = net.explain(language=language)
        depth = {"en": "depth", "zh": "深"}[language]

        for text in (explanation.to_text(), explanation.to_markdown()):
            assert depth in text
            assert "D + p_front + p_back - k_d" in text.replace("\\", "")
        assert r"D + p_{\mathrm{front}} + p_{\mathrm{back}}" in explanation.to_latex()
        assert "<msub><mi>p</mi><mrow><mi>front</mi></mrow></msub>" in (
            explanation.to_html()
        )
        assert depth in explanation.to_latex()
        assert depth in explanation.to_html()


class TestUnknown:
    def test_a_rule_that_refuses_other_paddings(self):
        """A kind whose rule cannot be asked for padding is explained as it is."""

        @attrs.frozen(eq=False, repr=False)
        class Framed(Layer):
            frame: int = attrs.field(default=1, metadata={"symbol": "p"})

            def output(self, x):
                if self.frame > 1:
                    raise ValueError
                return Shape(x.height + 2 * self.frame, x.width, x.channels)

        net = Sequential(input=(4, 5, 1)).add(Framed(name="frame"))
        texts = texts_of(net, "frame")

        assert "H_out = H + 2×p = 4 + 2×1 = 6" == texts["output size", "height"]

    def test_says_so_and_why(self):
        """Numbers without a rule are unknown; nothing is made up."""
        net = Sequential(input=(4, 4, 2)).add(Mystery()).relu()
        found = texts_of(net, "mystery1")

        for what in ("parameters", "connections", "MACs"):
            assert "unknown; Mystery does not state it" == found[what, ""]
        assert (
            "unknown; the layer does not state what it sees"
            == (found["receptive field", ""])
        )
        assert (
            "unknown; that of mystery1 is unknown"
            == (texts_of(net, "relu1")["receptive field", ""])
        )
        assert "" == published_in(Mystery())
        assert "Source: " not in str(net.explain("mystery1"))

    def test_strides_that_differ(self):
        """Branches of different strides have no common field, and both are named."""
        g = Builder()
        x = g.input((8, 8, 3))
        a, b = g.add(Conv2d(1, 4, stride=2), x), g.add(Conv2d(5, 4), x)
        net = g.graph(g.add(Add(name="join"), a, b))

        assert (
            "unknown; the effective strides differ: 2×2 at conv1, 1×1 at conv2"
            == texts_of(net, "join")["receptive field", ""]
        )

    @pytest.mark.parametrize("to", ["text", "markdown", "latex", "html"])
    def test_sums_are_lower_bounds(self, to):
        """A sum with an unknown addend is at least that of the others."""
        net = Sequential(input=(32, 32, 1)).conv(5, 6).add(Mystery())
        text = getattr(net.explain(), f"to_{to}")()

        assert "156 + ?" in text
        assert re.search(r"156 \+ \?\$? *(≥|\\geq) *156", text)
        assert re.search(r"(≥|\\geq) *624", text)

    def test_a_bare_lower_bound_says_so(self):
        """A lower bound without a formula has its sign before it."""
        step = Step("parameters", AtLeast(156), "count")

        assert "parameters: ≥ 156" == str(step)


class TestSums:
    def test_few_nodes_one_by_one(self):
        """LeNet's parameters add up in one line, as the articles have it."""
        totals = zoo.lenet().explain().totals

        assert (
            "parameters: 156 + 0 + 2,416 + 0 + 48,120 + 10,164 + 850 = 61,706"
            == str(totals[0])
        )

    def test_lenet5_is_the_papers(self):
        """LeNet-5 has the paper's 60,000 trainable parameters, 340,908 connections."""
        texts = list(map(str, zoo.lenet5().explain().totals))

        assert "of these trainable: 60,000" in texts
        assert any(text.endswith("= 340,908") for text in texts)

    def test_many_nodes_by_group(self):
        """ResNet-18's stages add up to its published 11,689,512 parameters."""
        text = str(zoo.resnet18().explain().totals[0])

        assert text.startswith("parameters: 9,408 (conv1) + 128 (norm1) + ")
        assert " + 525,568 (layer2) + " in text
        assert text.endswith(" + 513,000 (fc) = 11,689,512")

    def test_a_group_is_its_own_whole(self):
        """A group's explanation ends in the group's subtotals."""
        net = zoo.resnet18()
        explanation = net.explain("layer2")

        assert [row.path for row in net.nodes if row.scope[:1] == ("layer2",)] == list(
            explanation.steps
        )
        assert [
            net["layer2"].params,
            net["layer2"].connections,
            net["layer2"].macs,
        ] == [step.result for step in explanation.totals[:3]]
        assert "(0) + " in str(explanation.totals[0]).replace("layer2/", "")

    @pytest.mark.parametrize("name", ["vgg16", "googlenet", "mobilenet_v2", "unet"])
    def test_totals_are_the_networks(self, name):
        """What stands below all nodes are the network's own totals."""
        net = zoo.build(name)
        totals = {step.what: step for step in net.explain().totals}

        assert net.params == totals["parameters"].result
        assert net.connections == totals["connections"].result
        assert net.macs == totals["MACs"].result
        assert net.memory() == totals["memory of the parameters (float32)"].result

    def test_nothing_at_all_adds_up_to_zero(self):
        """Many nodes without parameters have none in all."""
        net = Sequential(input=(4, 4, 2))
        for _ in range(13):
            net = net.relu()

        assert "parameters: 0" == str(net.explain().totals[0])

    def test_a_network_without_nodes(self):
        """Where there is nothing to explain nothing is said."""
        explanation = Sequential(input=(4, 4, 2)).explain()

        assert "" == str(explanation)
        assert () == explanation.totals

    def test_one_node_has_no_sum(self):
        """Where only one node is explained nothing is added up."""
        assert () == zoo.lenet().explain("FC1").totals


class TestOptions:
    def test_a_path_must_exist(self):
        """A path that is not there is answered with the nearest."""
        with pytest.raises(UnknownNameError, match="no node or group 'c1'.*\"C1\""):
            zoo.lenet5().explain("c1")

    def test_a_language_must_exist(self):
        """A language that is not there is answered with those that are."""
        with pytest.raises(OptionError, match="'fr'.*en, zh"):
            zoo.lenet5().explain(language="fr")

    def test_another_input(self):
        """An open network is explained on the input that it is given."""
        net = Sequential().conv(5, 6)

        assert "28×28×6" in str(net.explain(input=(32, 32, 1)))

    @pytest.mark.parametrize("to", ["text", "markdown", "latex", "html"])
    def test_writes_files(self, to, tmp_path):
        """With a path the text is written there, HTML as a whole page."""
        explanation = zoo.lenet().explain("Conv1")
        write = getattr(explanation, f"to_{to}")
        path = tmp_path / "file"

        assert write(path) is None
        assert write() in path.read_text("utf-8")

    def test_all_nodes_in_time(self):
        """All of ResNet-152 is explained about as fast as one reads a line."""
        net = zoo.resnet152()
        start = time.process_time()
        text = net.explain().to_text()

        assert 5 > time.process_time() - start  # half a second when alone
        assert [row.path for row in net.nodes] == [
            line.split(":")[0] for line in re.findall(r"(?m)^\S.* on \d.*$", text)
        ]

    def test_counting_does_not_pay_for_it(self):
        """Nothing of explanations is loaded where nothing is explained."""
        code = (
            "import sys; from cnncalc import zoo; str(zoo.lenet().summary()); "
            "print(*(m for m in sys.modules if 'explain' in m))"
        )
        run = subprocess.run(
            [shutil.which("python") or "python", "-c", code],
            capture_output=True,
            text=True,
            check=True,
        )

        assert "" == run.stdout.strip()


class TestFormulas:
    @given(fitting(layers_on, shapes))
    @settings(max_examples=100, deadline=None)
    def test_is_written_as_the_formula_is(self, fit):
        """Of any layer the arithmetic, and its text, are those of its formulas."""
        x, layer = fit
        net = Sequential(input=x).add(layer)
        (row,) = net.nodes
        found = {step.what: step for step in net.explain().parts[0].steps}
        rules = {"parameters": "params", "connections": "connections", "MACs": "macs"}
        for what, rule in rules.items():
            step = found[what]
            if step.formula:
                assert row.formulas[rule].general == step.general
                assert str(row.formulas[rule]) == step.numbers

    @given(fitting(layers_on, shapes))
    @settings(max_examples=100, deadline=None)
    def test_numbers_give_the_result(self, fit):
        """Every formula with its numbers, evaluated by Python, gives its result."""
        x, layer = fit
        net = Sequential(input=x).add(layer)
        for step in net.explain().parts[0].steps:
            if step.formula and isinstance(step.result, int):
                assert step.result == python_value(step.numbers), step
            elif step.formula and isinstance(step.result, Shape):
                assert step.result.size == python_value(step.numbers), step


def python_value(text):
    """Return what Python makes of a formula with numbers."""
    code = re.sub(r"⌊([^⌊⌋]*) / ([^⌊⌋]*)⌋", r"((\1)//(\2))", text)
    code = re.sub(r"⌈([^⌈⌉]*) / ([^⌈⌉]*)⌉", r"(-(-(\1)//(\2)))", code)
    return Fraction(eval(code.replace("×", "*")))


def shared_net():
    """Return a network that uses the same weights twice."""
    g, tower = Builder(), Shared(Conv2d(5, 6))
    first, second = g.input((32, 32, 1)), g.input((32, 32, 1))
    return g.graph(g.add(tower, first), g.add(tower, second))


def hostile():
    """Return a network whose nodes have the worst of names."""
    net = Sequential(input=(8, 8, 3), name=HOSTILE[0])
    for name in HOSTILE:
        net = net.conv(1, 3, name=name)
    return net


class TestFormats:
    def test_markdown_is_tables(self):
        """Every row of a table in Markdown has as many cells as its heading."""
        text = hostile().explain().to_markdown()
        tables = re.findall(r"(?m)(?:^\|.*\n)+", text)

        assert len(HOSTILE) == len(tables)
        for table in tables:
            rows = [re.split(r"(?<!\\)\|", row) for row in table.splitlines()]
            assert {6} == {len(row) for row in rows}
        assert "<script" not in text
        assert r"a\|b" in text

    def test_latex_mathematics(self):
        """Formulas are mathematics: fractions, floors, subscripts and thousands."""
        text = zoo.resnet18().explain("conv1").to_latex()

        assert (
            r"$H_{\mathrm{out}} = \left\lfloor \frac{H + p_{t} + p_{b} - k_{h}}{s_{h}} "
            r"\right\rfloor + 1 = \left\lfloor \frac{224 + 3 + 3 - 7}{2} "
            r"\right\rfloor + 1 = 112$" in text
        )
        assert "= 118{,}013{,}952$" in text

    def test_latex_writes_other_letters_as_text(self):
        """A symbol of one's own need not be a Latin letter."""

        @attrs.frozen(eq=False, repr=False)
        class Wide(Layer):
            growth: int = attrs.field(default=2, metadata={"symbol": "宽"})

            def output_of(self, x, /):
                return Shape(*x.space, self.growth * x.channels)

        text = Sequential(input=(4, 4, 3)).add(Wide()).explain().to_latex()

        assert r"H \times W \times \text{宽} \times C_{\mathrm{in}}" in text

    @pytest.mark.skipif(not shutil.which("pdflatex"), reason="needs LaTeX")
    def test_latex_compiles(self, tmp_path):
        """Sums, tables of connections and hostile names compile with two packages."""
        net = Sequential(input=(8, 8, 3), name=HOSTILE[0])
        for name in HOSTILE:
            if name.isascii():
                net = net.conv(1, 3, name=name)
        parts = [
            net.explain(),
            zoo.lenet5().explain(),
            zoo.resnet18().explain("layer2"),
            Sequential(input=(4, 4, 2)).add(Mystery()).add(Upsample(2)).explain(),
        ]
        body = "\n".join(part.to_latex() for part in parts)
        packages = r"\usepackage{amsmath}\usepackage{booktabs}"
        text = rf"\documentclass{{article}}{packages}\begin{{document}}"
        (tmp_path / "page.tex").write_text(
            f"{text}\n{body}\\end{{document}}\n", "utf-8"
        )
        command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "page"]
        run = subprocess.run(
            command, cwd=tmp_path, capture_output=True, timeout=100, check=False
        )

        assert 0 == run.returncode, run.stdout[-2000:]

    @pytest.mark.parametrize("page", [False, True])
    def test_html_is_well_formed(self, page):
        """HTML parses as XML; names are text, and nothing comes from outside."""
        html = as_html.render(hostile().explain().derivation, page=page)
        root = ET.fromstring(html)
        names = ["".join(b.itertext()) for b in root.iterfind(".//summary/b/bdi")]

        assert [row.path for row in hostile().nodes if row.path.isprintable()] == [
            name for name in names if name in {row.path for row in hostile().nodes}
        ]
        assert len(HOSTILE) == len(names) == len(list(root.iter("details")))
        tags = {element.tag for element in root.iter()}
        assert not tags & {"img", "link", "iframe", "script"}
        keys = {key for element in root.iter() for key in element.attrib}
        assert not keys & {"src", "href", "id"}

    def test_html_closes_what_it_opens(self):
        """A parser of HTML, too, sees every element closed in its order."""
        opened = []

        class Nesting(HTMLParser):
            def handle_starttag(self, tag, attrs):
                opened.append(tag)

            def handle_endtag(self, tag):
                assert tag == opened.pop()

        parser = Nesting()
        parser.feed(zoo.lenet5().explain()._repr_html_())
        parser.close()

        assert [] == opened

    def test_html_shows_what_the_text_says(self):
        """The mathematics of each row begins with its symbols and ends in its result."""
        html = zoo.lenet5().explain("C1").to_html()
        rows = {
            "".join(row[0].itertext()): " ".join("".join(row[1].itertext()).split())
            for row in ET.fromstring(html).iter("tr")
        }

        assert "kh×kw×Cin×F+F =5×5×1×6+6 =156" == rows["parameters"]
        assert "Hout×Wout×F =28×28×6" == rows["output size"]
        assert "P×4 =156×4 =624\xa0B".replace("\xa0", " ") == rows[
            "memory of the parameters (float32)"
        ].replace("\xa0", " ")

    def test_only_a_few_are_open(self):
        """One node is shown open; of a whole network each is folded."""
        assert 1 == zoo.lenet().explain("FC1").to_html().count("<details open")
        assert 0 == zoo.lenet().explain().to_html().count("<details open")

    def test_text_is_one_line_for_each_step(self):
        """Whatever a name holds, no line of the text begins or ends in it."""
        text = hostile().explain().to_text()

        assert text.isprintable() or set("\n") == {
            c for c in text if not c.isprintable()
        }


# Names that stay as they are in Chinese.
NAMES = {
    *("Araujo", "Chollet", "Dumoulin", "Howard", "Huang", "Ioffe", "Krizhevsky"),
    *("LeCun", "Lin", "Norris", "Sim", "Srivastava", "Szegedy", "Visin", "Zhang"),
    *("Dai", "Jacob", "Kim", "Sennrich", "Taigman", "Vaswani", "Zhu"),
    *("DeepFace", "Embedding", "NumPy", "ONNX", "QuantizeLinear", "einsum", "matmul"),
    "torchvision",
    *("Oord", "Tran", "den", "van", "back", "front"),
    *("Keras", "PyTorch", "Upsample", "prelu", "KiB", "MiB", "max", "out", "Mystery"),
}


def deformable_net():
    """A convolution whose taps are moved, and what is computed of its output."""
    g = cnncalc.Builder()
    x = g.input((9, 9, 4))
    moved = g.add(cnncalc.Conv2d(3, 36, padding=1), x)
    layer = cnncalc.DeformableConv2d(3, 4, padding=1, offset_groups=2)
    y = g.add(cnncalc.MatMul(transpose_b=True), g.add(layer, x, moved), x)
    return g.graph(g.add(cnncalc.Einsum("hwc->wc"), y))


class TestChinese:
    def explained(self):
        """Return explanations that together have every phrase."""
        g = Builder()
        x = g.input((8, 8, 3))
        a, b = g.add(Conv2d(1, 4, stride=2), x), g.add(Conv2d(5, 4), x)
        split = g.graph(g.add(Add(), a, b))
        g = Builder()
        x = g.add(Conv2d(3, 4), g.input((8, 9, 3)))
        y = g.add(Conv2d((3, 1), 4, padding=(1, 0), dilation=(1, 2)), x)
        z = g.add(Multiply(), g.add(Add(), x, y), g.add(FC(4), g.add(GlobalPool(), y)))
        gate = g.graph(z)
        odd = Sequential(input=(8, 8, 8)).separable(3, 4).norm("group", groups=2)
        odd = odd.conv_transpose(3, 4, stride=2, output_padding=1).adaptive_pool(3)
        odd = (
            odd.upsample(2)
            .upsample(size=5)
            .conv(1, 4, groups=2)
            .add(cnncalc.Split(2, 0))
        )
        unknown = Sequential(input=(4, 4, 2)).add(Mystery()).relu()
        nets = [zoo.lenet5(), zoo.googlenet(aux=True), shared_net(), split, gate, odd]
        deep = Sequential(input=(9, 9, 9, 1)).conv3d((3, 5, 3), 2).conv3d((3, 3, 5), 2)
        deep = deep.conv3d((1, 1, 3), 2, stride=(1, 1, 2)).pool((2, 1, 1))
        nets += [
            deep,
            Sequential(input=(50, 3)).conv1d(3, 4, padding="causal").separable1d(3, 4),
            Sequential(input=(4, 4, 4, 4, 2)).pool(2),
            Sequential(input=(9, 1)).embedding(10, 8).attention(2, kv_heads=1),
            Sequential(input=(9, 9, 4)).quantize().locally_connected2d(3, 2),
            deformable_net(),
        ]
        return [net.explain(language="zh") for net in (*nets, unknown)]

    def test_every_phrase_has_an_entry(self, monkeypatch):
        """Whatever is asked of the dictionary is in it."""
        asked = set()

        def translate(text, language="en"):
            asked.add(text if text in translations("zh") else text.partition(" (")[0])
            return words.translate(text, "zh")

        for module in (writing, as_text, as_latex, as_html):
            if hasattr(module, "translate"):
                monkeypatch.setattr(module, "translate", translate)
        monkeypatch.setattr(
            "cnncalc.explain.as_markdown.translate", translate, raising=True
        )
        for explanation in self.explained():
            for to in ("text", "markdown", "latex", "html"):
                getattr(explanation, f"to_{to}")()

        assert set() == asked - set(translations("zh")) - {""}
        assert 60 < len(asked)

    def test_no_english_is_left(self):
        """Without names, addresses and symbols no English word remains."""
        english = set()
        for explanation in self.explained():
            text = explanation.to_text().replace(explanation.title, "")
            for part in explanation.parts:
                for name in (part.layer, part.path, *(path for path, _ in part.inputs)):
                    text = text.replace(name, "")
            text = re.sub(r"https?://[\w./-]*", "", text)
            english |= set(re.findall(r"(?<![A-Za-z_])[A-Za-z]{3,}(?![\w_])", text))

        assert set() == english - NAMES

    @pytest.mark.parametrize(
        "layer",
        [
            Unknown("odd"),
            *[layer for kind in KINDS if kind is not Input for layer in modes(kind)],
        ],
        ids=repr,
    )
    def test_every_layers_source_has_chinese(self, layer):
        """Each kind's source is written in Chinese, too, but for names."""
        chinese = re.sub(r"https?://[\w./-]*", "", cited(published_in(layer), "zh"))
        english = re.findall(r"(?<![A-Za-z_])[A-Za-z]{3,}(?![\w_])", chinese)

        assert set() == {word for word in english if word.islower()} - {
            *("den", "van", "einsum", "matmul", "torchvision"),
            *("amax", "divide", "expand", "minimum", "permute", "power", "reshape"),
            *("select", "slice", "stack", "subtract", "where"),
        }
        assert not set(",;'") & set(chinese)

    def test_a_source_is_that_of_what_the_layer_does(self):
        """A ReLU is not of the paper of prelu, nor a norm of all norms' papers."""
        sources = {kind: published_in(Norm(kind)) for kind in ("batch", "local")}

        assert "PyTorch's function of that name." == published_in(Activation("relu"))
        assert "1502.01852" in published_in(Activation("prelu"))
        assert ["1502.03167" in s for s in sources.values()] == [True, False]
        assert ["Krizhevsky" in s for s in sources.values()] == [False, True]
        assert "Oord" in published_in(Conv1d(3, 4, padding="causal"))
        assert "Keras' and PyTorch's Conv1d." == published_in(Conv1d(3, 4))

    def test_sources_are_there_without_docstrings(self, monkeypatch):
        """Python leaves them out with -OO; the file still has them."""
        own = type("Own", (Layer,), {"output": lambda self, x: x})
        counts._sources.cache_clear()
        monkeypatch.setattr(FC, "__doc__", None)

        assert "LeCun et al. 1998, §II.B." == published_in(FC(7))
        assert "" == published_in(own())
        counts._sources.cache_clear()

    def test_gaps_are_kept(self):
        """A translation has as many gaps as what it translates."""
        for english, chinese in translations("zh").items():
            assert english.count("{}") == chinese.count("{}"), english

    def test_in_the_words_of_the_field(self):
        """C1's derivation reads as a Chinese textbook has it."""
        text = zoo.lenet5().explain("C1", language="zh").to_text()

        assert "  参数量：k_h×k_w×C_in×F + F = 5×5×1×6 + 6 = 156\n" in text
        assert "  感受野（高和宽）：r_in + (k - 1)×j_in = 1 + (5 - 1)×1 = 5\n" in text
        assert "输出尺寸" in text
        assert 'lang="zh"' in zoo.lenet5().explain(language="zh").to_html()


def test_a_whole_network_ends_with_its_macs_on_any_input():
    """With few terms, with its sizes, and with what these must be like."""
    net = Sequential(input=(32, 30, 3)).conv(3, 8)
    step = net.explain(batch=2).totals[-1]

    assert "MACs on any input" == step.what
    assert "432×H×W - 864×H - 864×W + 1728" == step.general
    assert 2 * 216 * 30 * 28 == step.result == 2 * net.macs
    assert str(step).endswith("it holds for H ≥ 3, W ≥ 3")


@pytest.mark.parametrize("shape", [(7,), (9, 5, 8)])
def test_the_macs_on_any_input_are_not_of_a_parameter(shape):
    """A parameter that stands before the input is no input."""
    g = Builder()
    learned = g.add(Parameter(shape))
    net = g.graph(g.add(Conv2d(3, 8), g.input((32, 30, 3))), learned)

    assert 216 * 30 * 28 == net.explain().totals[-1].result


@pytest.mark.parametrize(
    "net",
    [
        Sequential(input=(5,)).fc(3),
        Sequential(input=(9, 9, 1)).add(Unknown("odd")).conv(1, 1),
        zoo.nasnet_mobile(),
    ],
)
def test_what_is_no_formula_of_few_terms_has_none(net):
    """A number, a lower bound, or a sum of many terms."""
    assert "MACs on any input" not in {step.what for step in net.explain().totals}


def test_of_a_rule_that_takes_numbers_alone():
    """What refuses symbols is explained without them."""

    class Odd(Free):
        def output_of(self, x, /):
            return Shape(*{n: n for n in x})

    net = Sequential(input=(9, 8, 3)).add(Odd())

    assert "MACs on any input" not in {step.what for step in net.explain().totals}


def test_a_field_larger_than_ranges_can_count():
    """Seven steps of 2⁶² on a map of twice the size span 7·2⁶¹, and both their ends."""
    far = 1 << 62
    wide = Conv1d(8, 4, dilation=far, padding=4 * far)
    net = Sequential(input=(9, 4)).add(ConvTranspose1d(3, 4, stride=2), wide)

    assert f"{7 * 2**61 + 1} to {7 * 2**61 + 2}" in str(net.explain())
