"""Operations under every convention, FLOPs, the backward pass, padding, bounds, lints."""

import csv
import gzip
import itertools
import json
import math
import pickle
from fractions import Fraction
from pathlib import Path

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import (
    convs_on,
    depthwise_on,
    fitting,
    layers_on,
    maps,
    partial_on,
    separable_on,
    spaces,
)
from test_layers import Mystery, Scale
from test_networks import REFERENCE, TORCHVISION
from test_oracle import placed
from test_shape import Index

import cnncalc
from cnncalc import (
    FC,
    GRU,
    LSTM,
    RNN,
    Activation,
    Add,
    AtLeast,
    Builder,
    Concat,
    ConfigError,
    Conv2d,
    ConvLSTM2d,
    ConvTranspose2d,
    Dropout,
    Function,
    Layer,
    LayerScale,
    Multiply,
    Norm,
    OptionError,
    PartialConv2d,
    Pool,
    Reduce,
    SeparableConv2d,
    Sequential,
    Shape,
    Shared,
    UnknownNameError,
    Upsample,
    zoo,
)
from cnncalc.graph.table import Call
from cnncalc.layers.base import Geometry
from cnncalc.operations import quantities as of
from cnncalc.operations.conventions import CONVENTIONS, Convention, Rule
from cnncalc.operations.flops import PER_VALUE
from cnncalc.operations.padding import _sum_of_floors
from cnncalc.operations.roofline import DEVICES, Device

DATA = Path(__file__).parent / "data"
with (DATA / "peers.csv").open(encoding="utf-8") as file:
    PEERS = list(csv.DictReader(file))
with (DATA / "tools.csv").open(encoding="utf-8") as file:
    MEASURED = list(csv.DictReader(file))


def in_role(told):
    """Return a network of a kind that tells its role, and no more than its output."""

    class Own(Layer):
        role = told

        def output(self, x):
            return x

    return Sequential(input=(8, 8, 4)).add(Own(name="own"))


# What a preset counts for a multiply-add, if that is not one.
TIMES = {"calflops": 2, "torchstat-madd": 2, "tensorflow": 2, "activations": 0}

# The tools of that file: our preset, and how many of its units they count for one.
TOOLS = {
    "calflops-flops": ("calflops", 1),
    "calflops-macs": ("torchvision", 1),
    "fvcore": ("fvcore", 1),
    "ptflops": ("ptflops", 1),
    "ptflops-aten": ("ptflops-aten", 1),
    "thop": ("thop", 1),
    "torch-flop-counter": ("torchvision", 2),
    "torchinfo": ("torchinfo", 1),
}


# What a tool says more, for reasons that no convention over nodes can know.
BEYOND = {
    # fvcore has no rule for PyTorch's padding in words, and warns.
    ("nn.Conv2d(8, 16, 3, padding='same')", "fvcore"): -294_912,
    ("nn.Conv2d(8, 16, 4, padding='same')", "fvcore"): -524_288,
    ("nn.Conv1d(8, 8, 3, padding='same')", "fvcore"): -9_600,
    ("nn.Conv3d(8, 8, 3, padding='same')", "fvcore"): -933_120,
    # calflops pads an even kernel's map by one too few, and sees 15×15 outputs.
    ("nn.Conv2d(8, 16, 4, padding='same')", "calflops"): (
        -(16 * 16 - 15 * 15) * 16 * (2 * 4 * 4 * 8 + 1)
    ),
    # PyTorch runs a linear layer on a strided map as a product and a sum.
    ("nn.Linear(8, 16) at each position, strided", "ptflops-aten"): -16 * 16 * 16,
    # onnx-tool does not know it, either, and sees one row, frame and column of outputs;
    ("nn.Conv3d(8, 8, 3, padding='same')", "onnx-tool"): 10_416 - 937_440,
    # counts 3 roots of 24, a quotient of 4, an addition and a remainder on shapes,
    ("F.scaled_dot_product_attention of 4 heads", "onnx-tool"): 3 * 24 + 4 + 1 + 1,
    # and 91 operations of the arithmetic on shapes.
    ("shufflenet_v2_x1_0", "onnx-tool"): 91,
}


def measured(row):
    """Return the network of a row of tools.csv."""
    if not row["ours"]:
        name, options = TORCHVISION.get(row["torch"], (row["torch"], {}))
        size = 299 if name == "inception_v3" else 224  # as the tools were asked
        return zoo.build(name, input=(size, size, 3), **options)
    shape = tuple(map(int, row["input"].split("×")))
    net = Sequential(input=shape if len(shape) > 1 else shape[0])
    names = {name: getattr(cnncalc, name) for name in cnncalc.__all__}
    net = eval(f"net.{row['ours']}", names | {"net": net})
    return net.calling_as_functions(*filter(None, row["functional"].split(", ")))


def called_before(net):
    """Return the values of relus that torchstat does not see: it keeps a module's last.

    A residual block of torchvision's calls one and the same relu after each addition
    and norm.
    """
    blocks = {}
    for row in net.nodes:
        if row.kind == "Activation" and row.scope and row.scope[-1].isdigit():
            blocks.setdefault(row.scope, []).append(row.activation_size)
    return sum(sum(sizes[:-1]) for sizes in blocks.values())


def vgg_f():
    """Return the fast network of Chatfield et al. 2014, table 1."""
    net = Sequential(input=(224, 224, 3)).conv(11, 64, stride=4).relu()
    net = net.add(Norm("local")).pool(3, stride=2, ceil=True)
    net = net.conv(5, 256, padding=2).relu()
    net = net.add(Norm("local")).pool(3, stride=2, ceil=True)
    net = net.repeat(3, Sequential().conv(3, 256, padding=1).relu())
    net = net.pool(3, stride=2, ceil=True)
    return net.fc(4096).relu().fc(4096).relu().fc(1000)


def caffenet(size, norm):
    """Return the reference CaffeNet, or MatConvNet's AlexNet, with their norms."""
    net = Sequential(input=(size, size, 3)).conv(11, 96, stride=4).relu()
    net = net.pool(3, stride=2, ceil=True).add(norm)
    net = net.conv(5, 256, padding=2, groups=2).relu()
    net = net.pool(3, stride=2, ceil=True).add(norm)
    net = net.conv(3, 384, padding=1).relu().conv(3, 384, padding=1, groups=2).relu()
    net = net.conv(3, 256, padding=1, groups=2).relu().pool(3, stride=2, ceil=True)
    return net.fc(4096).relu().fc(4096).relu().fc(1000)


class TestTools:
    @pytest.mark.parametrize("row", MEASURED, ids=[row["torch"] for row in MEASURED])
    def test_what_each_says(self, row):
        """Each preset gives what the tool itself answered for the layer or network."""
        net = measured(row)
        for column, answer in itertools.islice(row.items(), 4, None):
            if answer:
                preset = column.split()[0]
                beyond = BEYOND.get((row["torch"], preset), 0)
                if preset.startswith("torchstat") and "resne" in row["torch"]:
                    beyond -= called_before(net)

                assert int(answer) == net.operations(preset) + beyond, preset

    def test_shared_weights_take_up_any_norm(self):
        """PyTorch's export folds a norm into each use of a shared convolution."""
        g, shared = Builder(), Shared(Conv2d(1, 8, bias=False))
        x = g.add(Norm(), g.add(shared, g.input((16, 16, 8))))
        net = g.graph(g.add(Norm(), g.add(shared, x)))

        # As onnx-tool answered: the multiply-adds, and a bias for each value.
        assert 36_864 == 2 * 16 * 16 * (8 * 8 + 8) == net.operations("onnx-tool")

    def test_what_runs_in_training_only_is_no_user(self):
        """An auxiliary head does not keep a norm from being folded."""
        g = Builder()
        x = g.add(Conv2d(1, 4, bias=False), g.input((4, 4, 1)))
        with g.training_only():
            g.add(Conv2d(1, 2), x)
        net = g.graph(g.add(Norm(), x))

        assert 64 + 64 == net.operations("onnx-tool")

    def test_a_norm_that_is_not_folded_is_dear(self):
        """A norm costs 31 a value where the export leaves it, as DenseNet's do."""
        net = Sequential(input=(4, 4, 2)).norm().conv(1, 3).norm()

        text = "96 + bias 48 + batch norm 992 = 1,136"

        assert text == str(net.reconcile("onnx-tool"))

    @pytest.mark.parametrize(
        ("net", "millions"),
        [
            (zoo.squeezenet1_0(), 837),
            (zoo.squeezenet1_1(), 360),
            (zoo.mobilenet(), 579),
            (caffenet(227, Norm("batch")), 727),
            (caffenet(224, Norm("local")), 724),
            (vgg_f(), 727),
        ],
    )
    def test_published_by_convnet_burden(self, net, millions):
        """convnet-burden's README prints these figures, in millions."""
        assert millions == round(net.operations("convnet-burden") / 1e6)

    def test_convnet_burden_on_other_layers(self):
        """Its source counts factors once, and a local norm as a sum over all channels."""
        net = Sequential(input=(4, 4, 8)).add(LayerScale(), Norm("local"))
        gated = Sequential(input=(4, 4, 8)).branch(
            Sequential(), Sequential(), join=Multiply()
        )

        assert 128 + (1 + 1 + 2 * 8) * 16 + 128 == net.operations("convnet-burden")
        assert 128 == gated.operations("convnet-burden")

    def test_netscope_on_other_layers(self):
        """Its source has multiply-adds for local norms and factors, not for products."""
        net = Sequential(input=(4, 4, 8)).add(LayerScale(), Norm("local", size=5))
        gated = Sequential(input=(4, 4, 8)).branch(
            Sequential(), Sequential(), join=Multiply()
        )

        assert 128 + 5 * 128 == net.operations("netscope")
        assert 0 == gated.operations("netscope")

    @settings(deadline=None, max_examples=30)
    @given(fitting(layers_on))
    def test_every_preset_counts_every_kind(self, fit):
        """A preset has a number, and a whole one, for any layer that is legal."""
        x, layer = fit
        net = Sequential(x).add(layer)

        assert {int} == {type(net.operations(preset)) for preset in CONVENTIONS}

    def test_padding_in_words_of_a_transposed_convolution(self):
        """calflops' mistake needs a padding in numbers; without, biases are right."""
        net = Sequential(input=(4, 4, 2)).conv_transpose(2, 3, stride=2, padding="same")

        assert 2 * 4 * 4 * 2 * 3 * 4 + 8 * 8 * 3 == net.operations("calflops")


class TestConventions:
    @pytest.mark.parametrize("model", sorted({row["model"] for row in PEERS}))
    def test_every_tool_to_the_unit(self, model):
        """Each preset gives what the tool itself answers for the network."""
        name, options = TORCHVISION[model]
        net = zoo.build(name, **options)
        for row in PEERS:
            if row["model"] == model:
                preset, times = TOOLS[row["tool"]]

                assert int(row["value"]) == times * net.operations(preset), row["tool"]

    @pytest.mark.parametrize("name", TORCHVISION)
    def test_torchinfo_and_fvcore_on_every_file(self, name):
        """Both tools' figures in the networks' own files agree too."""
        ours, options = TORCHVISION[name]
        net, reference = zoo.build(ours, **options), REFERENCE["torchvision"][name]

        assert reference["torchinfo_mult_adds"] == net.operations("torchinfo")
        assert reference["fvcore_flops"] == net.operations("fvcore")

    @pytest.mark.parametrize(
        ("convention", "number"),
        [
            ("torchvision", 4_089_184_256),
            ("cnncalc", 4_089_184_256),
            ("netscope", 4_089_184_256),
            ("ptflops-aten", 4_089_185_256),
            ("torchinfo", 4_089_238_376),
            ("fvcore", 4_111_512_576),
            ("torchscan", 4_111_916_032),
            ("onnx-tool", 4_117_342_184),
            ("ptflops", 4_132_436_968),
            ("thop", 4_133_742_592),
            ("calflops", 8_211_108_352),
        ],
    )
    def test_resnet50(self, convention, number):
        """ResNet-50 has the number that each tool gives for it."""
        assert number == zoo.resnet50().operations(convention)

    def test_convnet_burden(self):
        """convnet-burden counts relus twice a value and pools by their stride."""
        net = (
            Sequential(input=(8, 8, 3)).conv(3, 4, padding=1).relu().pool(2).upsample(2)
        )
        macs, values = 8 * 8 * 27 * 4, 8 * 8 * 4

        assert macs + values + 2 * values + 2 * (values // 4) * 4 + 4 * values == (
            net.operations("convnet-burden")
        )

    def test_a_convention_of_ones_own(self):
        """A convention is a value over roles, and can be one's own."""
        inputs = Convention(
            "inputs",
            "Values in.",
            (Rule("in", ("max *",), lambda c: c.shapes[0].size),),
        )

        assert 4704 + 1600 == zoo.lenet().operations(inputs)

    @pytest.mark.parametrize("bound", [None, AtLeast(5)])
    def test_a_quantity_may_be_unknown(self, bound):
        """What a rule cannot tell of a node makes a lower bound, and is named."""

        def taken(call):
            return bound if call.output.is_vector else 7

        net = Sequential(input=(4, 4, 3)).conv(3, 2).flatten().fc(1)
        own = Convention("own", "Of maps alone.", (Rule("in", ("*",), taken),))
        number = net.operations(own)

        assert AtLeast is type(number)
        assert 7 + 7 + 2 * (bound or 0) == number
        assert ("flatten1", "fc1") == net.reconcile(own).unknown
        assert str(net.reconcile(own)).endswith(f"= {number} (unknown: flatten1, fc1)")

    @pytest.mark.parametrize("wrong", [2.0, "3", Fraction(1)])
    def test_a_quantity_must_be_an_integer(self, wrong):
        """A rule whose quantity is no integer is refused by name and node."""
        net = Sequential(input=8).fc(4)
        own = Convention("own", "Wrong.", (Rule("in", ("linear",), lambda _: wrong),))

        with pytest.raises(ConfigError, match="Rule 'in': its quantity is .* for fc1"):
            net.operations(own)

    def test_a_quantity_may_be_an_integer_of_another_kind(self):
        """What supports __index__ is counted as the int that it is."""
        own = Convention(
            "own", "Index.", (Rule("in", ("linear",), lambda _: Index(3)),)
        )
        number = Sequential(input=8).fc(4).operations(own)

        assert (3, int) == (number, type(number))

    @pytest.mark.parametrize("wrong", ["fvcor", 3, None])
    def test_one_that_is_not_there_is_refused(self, wrong):
        """A preset that does not exist is answered with the nearest."""
        with pytest.raises(UnknownNameError, match="there is no convention"):
            zoo.lenet().operations(wrong)

    @pytest.mark.parametrize("role", ["transposed conv", "upsample: nearest", "conv"])
    @pytest.mark.parametrize("tool", sorted(CONVENTIONS))
    def test_a_kind_of_ones_own_may_have_a_known_role(self, role, tool):
        """Of a kind that tells its role alone, the rest is unknown; no tool fails."""
        assert str(in_role(role).operations(tool)).startswith("≥")

    def test_what_calflops_would_need_is_unknown_one_by_one(self):
        """Without geometry, or groups, the biases of calflops are unknown."""

        class Up(Layer):
            role = "transposed conv"

            @property
            def geometry(self):
                return Geometry((3, 3), (2, 2), (1, 1))

            def output(self, x):
                return x

            def params(self, x):
                return 4

            def macs(self, x):
                return 8

        class Grouped(Up):
            @property
            def geometry(self):
                return Geometry((3, 3), (2, 2), (1, 1), (1, 1), 2)

            def biases(self, x):
                return 4

        x = Shape(9, 9, 3)
        bare, grouped = (Call(layer, (x,), x) for layer in (Up(), Grouped()))

        assert of.macs_by_group(bare) is of.conv_biases(bare) is None
        assert (4, 2 * 25) == (of.macs_by_group(grouped), of.conv_biases(grouped))

    def test_what_does_not_tell_its_windows_wastes_an_unknown_number(self):
        """Padding MACs are unknown of a kind without a reach, or after such a pad."""

        class Tapped(Layer):
            geometry = Geometry((3, 3), (1, 1), (1, 1))

            def output(self, x):
                return x

            def macs(self, x):
                return 9 * x.size

        class Wrapping(Layer):
            role = "pad"

            def output(self, x):
                return Shape(x.height + 2, x.width + 2, x.channels)

            def macs(self, x):
                return 0

        net = Sequential(input=(8, 8, 3))

        assert AtLeast(0) == net.add(Tapped()).padding_macs
        assert AtLeast is type(net.add(Tapped()).padding_macs)
        assert AtLeast is type(net.add(Wrapping()).conv(3, 4).padding_macs)

    def test_what_is_known_of_a_kind_in_a_role_is_counted(self):
        """What a kind of one's own does state enters what tools count of its role."""

        class Up(Layer):
            role = "transposed conv"

            def output(self, x):
                return x

            def params(self, x):
                return 4 * x.channels

            def macs(self, x):
                return 4 * x.size

        call = Call(Up(), (Shape(2, 2, 3),), Shape(2, 2, 3))

        assert (12, 12 * 4) == (of.weights(call), of.macs_by_outputs(call))
        assert 4 * 12 == of.macs_by_filters(call)

    def test_a_pool_without_connections_does_an_unknown_number(self):
        """A kind with the role of a pool that tells its MACs alone has no known FLOPs."""

        class Own(Layer):
            role = "max pool"

            def output(self, x):
                return x

            def macs(self, x):
                return 0

        net = Sequential(input=(4, 4, 2)).add(Own(name="own"))

        assert AtLeast is type(net.flops)
        assert ("own",) == net.unknown["flops"]
        for tool in ("torchscan", "onnx-tool", "convnet-burden"):  # which need a window
            assert AtLeast is type(net.operations(tool))

    def test_unknown_work_makes_a_lower_bound(self):
        """A kind without a rule makes the number a lower bound, and is named."""
        net = Sequential(input=8).fc(4).add(Mystery())

        assert "≥ 32" == str(net.operations())
        assert "≥ 32 + bias 4 = ≥ 36 (unknown: mystery1)" == str(
            net.reconcile("ptflops-aten")
        )

    def test_a_kind_that_no_convention_knows_is_named(self):
        """What a tool would count of it besides its MACs is unknown, but to our own."""
        net = Sequential(input=(4, 4, 3)).relu().add(Scale(2, name="mine"))

        assert str(net.macs) == str(net.operations())
        for preset in {*CONVENTIONS} - {"torchvision", "cnncalc"}:
            assert str(net.operations(preset)).startswith("≥")
            assert ("mine",) == net.reconcile(preset).unknown
        assert {
            "params": (),
            "connections": ("mine",),
            "macs": (),
            "flops": ("mine",),
        } == (net.unknown)

    def test_what_runs_as_a_function_has_a_line_of_its_own(self):
        """mobilenet_v2's last pool is a function: 7×7×1280 values, seen or not."""
        net = zoo.mobilenet_v2()
        lines = {tool: dict(net.reconcile(tool).lines) for tool in CONVENTIONS}

        assert 62_720 == lines["calflops"]["functional pools"]
        assert 62_720 == lines["ptflops"]["functional pools"]
        assert 62_720 == lines["fvcore"]["functional global pool"]
        assert (
            -62_720
            == dict(net.reconcile("thop", base="fvcore").lines)[
                "functional global pool"
            ]
        )
        assert "global pool" not in lines["thop"]

    def test_macs_of_ones_own_kind_count(self):
        """A user's kind that states its MACs counts under every convention."""
        net = Sequential(input=(4, 4, 3)).add(Scale(2))

        for preset in CONVENTIONS:
            assert TIMES.get(preset, 1) * net.macs == net.operations(preset)

    def test_parts_keep_what_is_functional(self):
        """Slices and groups know which of their nodes run as functions."""
        net = zoo.mobilenet_v2()

        assert net.operations("thop") == net[:].operations("thop")
        assert net.module_less == net.graph[:].module_less == net["head"].functional

    def test_each_has_a_name_and_says_what_it_counts(self):
        """Every preset is found under its own name and says what it counts."""
        for name, preset in CONVENTIONS.items():
            assert name in {preset.name, "cnncalc"}
            assert preset.about.endswith(".")

    def test_quirks_of_transposed_convolutions_and_separate_layers(self):
        """Tools that take outputs for inputs do so; bilinear upsampling has its cost."""
        net = Sequential(input=(16, 16, 8)).conv_transpose(4, 16, stride=2, padding=1)
        up = Sequential(input=(64, 64, 8)).add(Upsample(2, mode="bilinear"))

        assert 524_288 == net.operations()
        assert (
            2_097_152 == net.operations("thop") == net.operations("torchinfo") - 16_384
        )
        assert [131_072 * 4 // 4 * k for k in (4, 11)] == [
            up.operations(tool) // 1 for tool in ("fvcore", "thop")
        ]

    def test_norms_without_affine(self):
        """fvcore counts one less for a norm that neither scales nor shifts."""
        for kind, plain in (("batch", 1), ("layer", 4)):
            net = Sequential(input=(4, 4, 3)).add(Norm(kind), Norm(kind, affine=False))

            assert 48 * (plain + 1 + plain) == net.operations("fvcore")


class TestReconciliation:
    def test_explains_line_by_line(self):
        """The sum from one convention to another is written out."""
        text = "4,089,184,256 + batch norm 22,227,968 + global pool 100,352 = 4,111,512,576"

        assert text == str(zoo.resnet50().reconcile("fvcore"))

    def test_an_operator_is_neither_a_function_nor_a_module(self):
        """A rule for either one leaves out what runs by an operator of tensors."""
        net = Sequential(input=(4, 4, 3)).relu().relu()
        net = net.calling_as_functions("relu1 as operator", "relu2")
        rules = [
            Rule("values", ("activation: relu",), of.outputs, functional=functional)
            for functional in (True, False, None)
        ]

        assert [48, 0, 96] == [
            net.operations(Convention("mine", "Mine.", (rule,))) for rule in rules
        ]

    def test_names_what_is_functional(self):
        """What torchvision runs as a function has a line of its own."""
        lines = dict(zoo.googlenet().reconcile("ptflops").lines)

        assert {"functional activations", "bias", "batch norm", "pools"} <= set(lines)

    def test_between_any_two(self):
        """Lines always add up from one convention to the other, either way."""
        net = zoo.mobilenet_v2()
        for a, b in itertools.permutations(["thop", "fvcore", "calflops"], 2):
            found = net.reconcile(a, base=b)

            assert found.total == found.start + sum(n for _, n in found.lines)
            assert (net.operations(a), net.operations(b)) == (found.total, found.start)
            assert str(found) == repr(found)


SIGMOID, TANH = len(["exp", "plus", "divide"]), 5


class TestFlops:
    def test_lenet_by_hand(self):
        """FLOPs are twice the MACs, biases, and a comparison a tap of a max pool."""
        biases = 4704 + 1600 + 120 + 84 + 10

        assert 2 * 416_520 + biases + 4704 + 1600 == zoo.lenet().flops

    def test_joins_and_activations_by_hand(self):
        """An addition of n inputs is n - 1 for each value; a relu is one."""
        net = Sequential(input=(4, 4, 2)).residual(Sequential().norm()).relu()

        assert 32 * (2 + 1 + 1) == net.flops

    @pytest.mark.parametrize(
        ("layer", "x", "each"),
        [
            (LSTM(8, bias=False), (5, 4), 3 * SIGMOID + TANH + 3 + TANH + 1),
            (
                ConvLSTM2d(3, 8, padding=1, bias=False),
                (5, 6, 6, 4),
                3 * SIGMOID + TANH + 3 + TANH + 1,
            ),
            (GRU(8, bias=False), (5, 4), 2 * SIGMOID + TANH + 1 + 4),
            (RNN(8, bias=False), (5, 4), TANH),
            (RNN(8, bias=False, function="relu"), (5, 4), 1),
        ],
    )
    def test_cells_by_hand(self, layer, x, each):
        """Beside multiply-adds: sigmoids, tanhs, and f·c + i·g, o·tanh(c) or (1 - z)·n + z·h."""
        net = Sequential(input=x).add(layer)

        assert each * net.output.size == net.flops - 2 * net.macs

    @pytest.mark.parametrize(
        ("layer", "steps"),
        [
            (Activation("sigmoid"), "exp plus divide"),
            (Activation("log_sigmoid"), "exp plus divide log"),
            (Activation("softplus"), "exp plus log"),
            (Activation("softsign"), "abs plus divide"),
            (Activation("silu"), "exp plus divide times"),
            (Activation("elu"), "compare exp minus"),
            (Activation("selu"), "compare exp minus times"),
            (Activation("leaky_relu"), "compare times"),
            (Activation("relu6"), "max min"),
            (Activation("hardtanh"), "max min"),
            (Activation("hardsigmoid"), "divide plus max min"),
            (Activation("hardswish"), "divide plus max min times"),
            (LayerScale(), "times"),
            *[(Function(kind), kind) for kind in ("abs", "cos", "exp", "log", "scale")],
            *[(Function(kind), kind) for kind in ("shift", "sign", "sqrt", "square")],
            (Function("clip"), "max min"),
            (Function("expm1"), "exp minus"),
            (Function("log1p"), "plus log"),
            (Function("rsqrt"), "sqrt divide"),
            (Reduce("sum", axes=0, keep=True), "plus"),
        ],
    )
    def test_values_by_hand(self, layer, steps):
        """Each of 5·4 values takes so many steps."""
        assert 20 * len(steps.split()) == Sequential(input=(5, 4)).add(layer).flops

    @given(fitting(layers_on))
    def test_every_kind_has_a_cost(self, fit):
        """Every built-in kind's FLOPs are known, and are at least twice its MACs."""
        x, layer = fit
        net = Sequential(x).add(layer)

        assert layer.role in PER_VALUE
        assert net.flops >= 2 * net.macs

    def test_a_kind_without_a_cost_is_unknown(self):
        """A user's kind makes FLOPs a lower bound."""
        assert "≥ 68" == str(Sequential(input=8).fc(4).add(Mystery()).flops)

    def test_idle_nodes_do_nothing(self):
        """Auxiliary heads do no work in evaluation."""
        assert zoo.googlenet().flops == zoo.googlenet(aux=True).flops

    def test_the_backward_pass(self):
        """Gradients of weights take the MACs again; of inputs, all but the first's."""
        net = zoo.lenet()

        assert (net.macs, net.macs - net["Conv1"].macs) == net.backward_macs
        assert tuple(2 * macs for macs in net.backward_macs) == net.backward_flops
        assert net.flops + sum(net.backward_flops) == net.training_flops

    def test_heads_that_run_in_training_are_trained(self):
        """GoogLeNet's auxiliary heads take their forward pass and both gradients.

        Each: 5×5 averages at 4×4, 128 1×1 filters, 2048 → 1024 → 1000; all learn, and
        so does what is before them.
        """
        net, plain = zoo.googlenet(aux=True, input=(224, 224, 3)), zoo.googlenet()
        fc = 2048 * 1024 + 1024 * 1000
        macs = 2 * fc + 16 * 128 * (512 + 528)
        more = [
            a - b for a, b in zip(net.backward_macs, plain.backward_macs, strict=True)
        ]

        assert [macs, macs] == more
        assert net.training_flops - plain.training_flops > 3 * 2 * macs

    def test_the_first_stage_learns_through_the_second(self):
        """A separable convolution counts as a depthwise and a 1×1 convolution do."""
        x = Sequential(input=(8, 8, 4))
        one = x.separable(3, 8, multiplier=2, padding=1)
        two = x.depthwise(3, multiplier=2, padding=1, bias=False).conv(1, 8)

        assert 64 * 8 * 8 == one.backward_macs.inputs
        assert two.backward_macs == one.backward_macs
        assert two.conv(1, 1).backward_macs == one.conv(1, 1).backward_macs

    def test_a_distance_takes_three_operations(self):
        """Difference, square and sum for each of 84 × 10 weights."""
        assert 3 * 840 == Sequential(input=84).rbf(10).flops

    @pytest.mark.parametrize("size", [3, 5, 9])
    def test_a_local_norm_by_its_neighbours(self, size):
        """n squares, n - 1 additions, a scale, a constant, a power and a product."""
        net = Sequential(input=(4, 4, 16)).norm("local", size=size)

        assert 256 * (size + (size - 1) + 4) == net.flops

    def test_what_is_frozen_has_no_gradient(self):
        """A frozen beginning takes no backward pass."""
        net = zoo.lenet().freeze("Conv1").freeze("Conv2")
        fc = [net[name].macs for name in ("FC1", "FC2", "FC3")]

        assert (sum(fc), sum(fc[1:])) == net.backward_macs


class TestPadding:
    @settings(deadline=None)
    @given(
        fitting(convs_on, spaces)
        | fitting(depthwise_on, spaces)
        | fitting(separable_on)
        | fitting(partial_on)
    )
    def test_macs_on_padding_by_a_walk(self, fit):
        """The MACs that meet padding are those of taps outside the map."""
        x, layer = fit
        net = Sequential(x).add(layer)
        dilation = getattr(layer, "dilation", (1,) * x.rank)
        outside = 0
        for window in itertools.product(*placed(layer, x)):
            for tap in itertools.product(*map(range, layer.kernel)):
                at = [w + t * d for w, t, d in zip(window, tap, dilation, strict=True)]
                inside = [0 <= n < size for n, size in zip(at, x.space, strict=True)]
                outside += not all(inside)
        if getattr(layer, "padding_mode", "zeros") != "zeros":
            outside = 0  # what stands there is no zero
        weights = layer.weights(x)
        if isinstance(layer, SeparableConv2d):
            weights -= x.channels * layer.multiplier * layer.filters
        per_tap = weights // math.prod(layer.kernel)

        assert outside * per_tap == net.padding_macs

    @given(maps, st.integers(1, 3), st.integers(0, 3), st.data())
    def test_pads_before_it_are_padding(self, x, rows, columns, data):
        """Zeros of a pad are met as those of the layer's own padding are."""
        sides = ((rows, 0), (columns, rows))
        padded = Shape(x.height + rows, x.width + columns + rows, x.channels)
        unpadded = {"padding": st.just(0)}
        layer = data.draw(
            convs_on(padded, **unpadded) | depthwise_on(padded, **unpadded)
        )
        layer = attrs.evolve(layer, padding_mode="zeros")
        own = Sequential(x).add(attrs.evolve(layer, padding=sides))
        net = Sequential(x).pad(((1, 0), (0, 0)))
        net = net.pad(((rows - 1, 0), (columns, rows))).add(layer)

        assert own.output == net.output
        assert own.padding_macs == net.padding_macs

    def test_nothing_else_meets_padding(self):
        """A transposed convolution multiplies inputs alone; FC has no padding."""
        net = Sequential(input=(4, 4, 2)).conv_transpose(3, 4, padding=1).fc(2)

        assert 0 == net.padding_macs


class TestOthers:
    def test_unknown_stays_unknown(self):
        """What is unknown makes every number of work a lower bound."""
        net = Sequential(input=(8, 8, 3)).conv(3, 4, padding=1).add(Mystery())

        assert str(net.bit_operations(4, 8)).startswith("≥")
        assert str(net.padding_macs).startswith("≥")
        assert str(net.backward_macs.weights).startswith("≥")
        assert str(net.backward_flops.weights).startswith("≥")
        assert str(net.training_flops).startswith("≥")

    def test_the_share_of_padding(self):
        """Of the 9 × 9 taps on 3×3 positions, 7 × 7 meet the map: 32 of 81 are wasted."""
        net = Sequential(input=(3, 3, 2)).conv(3, 4, padding=1)

        assert 2 * 4 * 32 == net.padding_macs
        assert 32 / 81 == net.padding_share
        assert 0 == Sequential(input=(3, 3, 2)).relu().padding_share
        assert net.add(Mystery()).padding_share is None

    def test_padding_of_the_widest_kernels(self):
        """What a kernel of 10^15 meets is told at once: of n taps at each of n places,
        ⌊(n - 1) / 2⌋ = h positions from a border, n² - h·(h + 1) / 2 - (n-h-1)·(n-h) / 2.
        """
        n = 10**15
        h = (n - 1) // 2
        inside = n * n - h * (h + 1) // 2 - (n - h - 1) * (n - h) // 2
        net = Sequential(input=(n, 1, 1)).conv((n, 1), 1, padding="same")

        assert n * n - inside == net.padding_macs

    def test_bit_operations(self):
        """Bit operations are MACs times both widths."""
        assert 416_520 * 4 * 8 == zoo.lenet().bit_operations(4, 8)
        with pytest.raises(OptionError):
            zoo.lenet().bit_operations(0, 8)

    def test_complexity_as_the_articles_write_it(self):
        """Time is O(M² K² C_in C_out), space weights and outputs; a pool has none."""
        orders = zoo.lenet().complexity()

        assert (
            "time O(M²·K²·C_in·C_out) = O(28²·5²·1·6) = 117,600; "
            "space O(K²·C_in·C_out + M²·C_out) = O(5²·1·6 + 28²·6) = 4,854"
        ) == str(orders["Conv1"])
        assert "O(N²·C_in·C_out) = O(5²·16·120) = 48,000" == str(orders["FC1"].time)
        assert "O(C_in·C_out) = O(84·10) = 840" == str(orders["FC3"].time)
        assert ["Conv1", "Conv2", "FC1", "FC2", "FC3"] == list(orders)

    @pytest.mark.parametrize(
        ("layer", "time", "space"),
        [
            (
                Conv2d((3, 1), 6, groups=2, padding="same"),
                "O(M_h·M_w·K_h·K_w·(C_in/G)·C_out) = O(5·4·3·1·(4/2)·6) = 720",
                "O(K_h·K_w·(C_in/G)·C_out + M_h·M_w·C_out) "
                "= O(3·1·(4/2)·6 + 5·4·6) = 156",
            ),
            (
                SeparableConv2d(3, 8, padding=1),
                "O(M_h·M_w·(K²·C_in·D + C_in·D·C_out)) "
                "= O(5·4·(3²·4·1 + 4·1·8)) = 1,360",
                "O(K²·C_in·D + C_in·D·C_out + M_h·M_w·C_out) "
                "= O(3²·4·1 + 4·1·8 + 5·4·8) = 228",
            ),
            (
                ConvTranspose2d(2, 3, stride=2),
                "O(N_h·N_w·K²·C_in·C_out) = O(5·4·2²·4·3) = 960",
                "O(K²·C_in·C_out + M_h·M_w·C_out) = O(2²·4·3 + 10·8·3) = 288",
            ),
            (
                PartialConv2d(3, [[0, 1], [1, 2, 3]]),
                "O(M_h·M_w·(1·2·K² + 1·3·K²)) = O(3·2·(1·2·3² + 1·3·3²)) = 270",
                "O(1·2·K² + 1·3·K² + M_h·M_w·C_out) = O(1·2·3² + 1·3·3² + 3·2·2) = 57",
            ),
            (
                FC(7),
                "O(N_h·N_w·C_in·C_out) = O(5·4·4·7) = 560",
                "O(N_h·N_w·C_in·C_out + C_out) = O(5·4·4·7 + 7) = 567",
            ),
        ],
    )
    def test_complexity_of_other_kinds(self, layer, time, space):
        """Whatever a kind's own rules say is written in the letters of the articles."""
        (orders,) = Sequential(input=(5, 4, 4)).add(layer).complexity().values()

        assert (time, space) == (str(orders.time), str(orders.space))

    def test_complexity_of_a_kind_of_ones_own(self):
        """A kind that says what it multiplies has one; if it knows its parameters."""

        class Twice(Layer):
            def output(self, x):
                return x

            def params(self, x):
                return 2 * x.channels

            def macs(self, x):
                return 2 * x.size

        class Vague(Twice):
            def params(self, x):
                return None

        class Mixed(Twice):
            def macs(self, x):
                return (x.channels + x.height) * 3

        (orders,) = Sequential(input=(5, 5, 4)).add(Mixed()).complexity().values()
        assert "O(3·(C_in + N_h)) = O(3·(4 + 5)) = 27" == str(orders.time)
        (orders,) = Sequential(input=(5, 5, 4)).add(Twice()).complexity().values()

        assert "O(N²·2·C_in) = O(5²·2·4) = 200" == str(orders.time)
        assert "O(2·C_in + M²·C_out) = O(2·4 + 5²·4) = 108" == str(orders.space)
        assert {} == Sequential(input=(5, 5, 4)).add(Vague()).complexity()

    def test_roofline_bounds(self):
        """A bound is the larger of the times that operations and bytes take."""
        slow = Device("x", rate=1_000_000, bandwidth=1_000, source="made up")
        fast = Device("y", rate=1_000, bandwidth=10**12, source="made up")
        net = Sequential(input=8).fc(4)

        bound = net.roofline(slow)["fc1"]
        assert (68, 4 * (8 + 36 + 4), "memory") == (
            bound.flops,
            bound.bytes,
            bound.limit,
        )
        assert pytest.approx(0.192) == bound.seconds
        assert pytest.approx(68 / 192) == bound.intensity
        assert "compute" == net.roofline(fast)["fc1"].limit
        assert net.add(Mystery()).roofline(slow)["mystery1"] is None

    def test_named_devices(self):
        """Devices are found by name and tell their source."""
        for name, device in DEVICES.items():
            assert device.source
            assert zoo.lenet().roofline(name) == zoo.lenet().roofline(device)
        assert zoo.lenet().roofline("NVIDIA T4") == zoo.lenet().roofline("t4")
        for wrong in ("abacus", ["x"], "nvidia", ""):
            with pytest.raises(UnknownNameError, match="there is no device"):
                zoo.lenet().roofline(wrong)

    def test_a_rate_of_another_type_is_no_bound(self):
        """What a device does in float32 says nothing of int8, if it is not told."""
        with pytest.raises(OptionError, match="Apple M1 for 'int8' is not known"):
            zoo.lenet().roofline("Apple M1", "int8")
        with pytest.raises(OptionError, match="no data type"):
            zoo.lenet().roofline(Device("x", 1, 1, "me"), "int5")

    @pytest.mark.parametrize(
        ("rate", "bandwidth"), [(0, 1), (1, 0), (1.5, 1), ({"int8": 0}, 1), (True, 1)]
    )
    def test_rates_are_positive(self, rate, bandwidth):
        """A device that does nothing is refused when it is made."""
        with pytest.raises(ConfigError, match=r"Device: (rate|bandwidth) is"):
            Device("x", rate, bandwidth, "me")

    def test_what_is_moved(self):
        """Shared weights at each use, running statistics, and no views."""
        shared = Shared(FC(64, bias=False))
        net = Sequential(input=64).add(shared, shared)
        norm = Sequential(input=(4, 4, 8)).norm().dropout().flatten()
        one, two = net.roofline("T4").values()
        moved = [bound.bytes for bound in norm.roofline("T4").values()]

        assert 4 * (64 + 64 * 64 + 64) == one.bytes == two.bytes
        assert [4 * (2 * 128 + 2 * 8 + 2 * 8), 0, 0] == moved
        assert (0, 0.0, 0.0, "memory") == norm.roofline("T4")["flatten1"][1:]

    def test_a_batch_moves_parameters_once(self):
        """Operations and values grow with the batch; an intensity grows too."""
        net = Sequential(input=64).fc(64, bias=False)
        one, many = net.roofline("T4")["fc1"], net.roofline("T4", batch=10)["fc1"]

        assert 10 * one.flops == many.flops
        assert 4 * (10 * 128 + 64 * 64) == many.bytes
        with pytest.raises(OptionError, match="batch"):
            net.roofline("T4", batch=0)

    def test_devices_are_values(self):
        """Equal ones are one key, with a rate for each type or for all."""
        made = [Device("x", {"int8": 5}, 1, "me") for _ in range(2)]

        assert 1 == len({*made})
        assert pickle.loads(pickle.dumps(made[0])) == made[1]


class TestLints:
    def kinds(self, net):
        return [(lint.path, lint.kind) for lint in net.lint()]

    def test_a_stride_may_drop_a_border(self):
        """A stride that leaves out rows or columns is told, with how many."""
        net = Sequential(input=(9, 10, 1)).pool(2)

        (lint,) = net.lint()

        assert ("pool1", "dropped border") == lint[:2]
        assert "its stride leaves out 1 rows and 0 columns" == lint.text

    def test_a_kernel_may_exceed_its_map(self):
        """A kernel that reaches further than its map is told, and so does its field."""
        assert [
            ("conv1", "field exceeds input"),
            ("conv1", "kernel exceeds map"),
        ] == self.kinds(Sequential(input=(3, 3, 1)).conv(5, 1, padding=2))

    def test_a_field_may_exceed_the_input(self):
        """A layer whose units look beyond the input is told, where it adds to that."""
        net = Sequential(input=(5, 5, 1)).conv(5, 1, padding=2).conv(3, 1, padding=1)

        assert [("conv2", "field exceeds input")] == self.kinds(net.relu().conv(1, 1))

    def test_each_input_has_its_own_size(self):
        """A field is held against the input behind it; of several sizes, against none."""
        g = Builder()
        large, small = g.input((64, 64, 1)), g.input((8, 8, 1))
        x = g.add(Pool(8), g.add(Conv2d(3, 1, padding=1), large))
        y = small
        for _ in range(4):
            y = g.add(Conv2d(3, 1, padding=1, name=f"c{y.index}"), y)
        both = g.add(Conv2d(3, 1, padding=1), g.add(Concat(), x, y))

        assert [("c6", "field exceeds input")] == self.kinds(g.graph(both))

    def test_a_window_that_is_not_told_is_not_judged(self):
        """Of a kind that has a kernel, but does not say what it reaches, nothing is odd."""

        class Vague(Mystery):
            geometry = Conv2d(9, 1).geometry

        assert [] == Sequential(input=(3, 3, 1)).add(Vague()).lint()

    def test_what_is_fine_is_not_told(self):
        """Windows that fit, and layers without one, are fine."""
        net = (
            Sequential(input=(8, 8, 3))
            .conv(3, 4, padding="same")
            .conv_transpose(2, 4, stride=2)
            .pool(2)
            .fc(2)
            .add(Mystery())
        )

        assert [] == net.lint()
        assert [] == zoo.googlenet(aux=True)["aux1"].lint()


class TestFacts:
    def test_joins_have_no_biases(self):
        """A join has no biases, and no windows that padding could fall into."""
        x = Shape(2, 2, 1)

        assert (0, 0) == (Add().biases(x, x), Add().bias_uses(x, x, x))
        assert Add().geometry.kernel is None

    def test_what_the_backward_pass_keeps(self):
        """An activation's gradient is computed from its output or from its input."""
        x = Shape(2, 2, 1)

        assert ("output", "inputs") == (
            Activation("relu").saves(x, x).tensors,
            Activation("gelu").saves(x, x).tensors,
        )


class TestPeakMemory:
    @pytest.mark.parametrize("name", TORCHVISION)
    def test_is_what_tracing_found(self, name):
        """The peak is that of the traced network, with and without in-place work."""
        ours, options = TORCHVISION[name]
        net, reference = zoo.build(ours, **options), REFERENCE["torchvision"][name]

        assert reference["liveness_peak_bytes"] == net.peak_memory()
        assert reference["liveness_peak_bytes_no_inplace_act"] == (
            net.peak_memory(inplace=False)
        )

    def test_by_hand(self):
        """A tensor lives until its last use; a relu may overwrite what dies."""
        net = Sequential(input=(4, 4, 1)).conv(1, 2).relu().conv(1, 1)

        assert (32 + 16) * 4 == net.peak_memory()
        assert 64 * 4 == net.peak_memory(inplace=False)
        assert 32 + 16 == net.peak_memory("int8")

    def test_a_batch_multiplies_it(self):
        """Several inputs at once take as many times the memory."""
        net = zoo.lenet()

        assert 3 * net.peak_memory() == net.peak_memory(batch=3)
        with pytest.raises(OptionError, match="batch"):
            net.peak_memory(batch=0)

    def test_an_input_is_not_overwritten(self):
        """An activation of the network's input needs room of its own."""
        assert 2 * 16 * 4 == Sequential(input=(4, 4, 1)).relu().peak_memory()

    def test_a_view_keeps_its_source_alive(self):
        """A split makes nothing new, and what it was split from stays."""
        net = Sequential(input=(4, 4, 2)).conv(1, 4).split(2).conv(1, 4)

        assert (64 + 64) * 4 == net.peak_memory()


def test_data_is_whole():
    """The reference files hold all networks that they are said to hold."""
    with gzip.open(DATA / "networks.json.gz", "rt", encoding="utf-8") as packed:
        data = json.load(packed)

    assert (26, 10) == (len(data["torchvision"]), len(data["keras"]))
    assert Shape.chw(3, 224, 224) == Shape.chw(*data["torchvision"]["vgg16"]["input"])
    assert 1 == len({Conv2d(1, 1), Conv2d(1, 1)})


class TestMemoryQuestions:
    def test_resnet50_deployed(self):
        """ResNet-50 as an engine runs it needs 7,225,344 bytes at its peak."""
        net = zoo.resnet50().deployed()

        assert 7_225_344 == net.peak_memory()
        assert "resnet50" == net.name

    def test_norms_in_a_row_become_one_bias(self):
        """An engine folds several norms into the convolution before them."""
        net = Sequential(input=(4, 4, 2)).conv(1, 3, bias=False).norm().norm()

        assert [2 * 3 + 3] == [row.params for row in net.deployed().nodes]

    def test_a_plan_has_the_peak(self):
        """The plan's peak is the network's; an arena holds at least that."""
        net = zoo.squeezenet1_0()
        plan = net.memory_plan()

        assert net.peak_memory() == plan.peak <= plan.arena_size

    def test_training_is_its_parts(self):
        """Training takes parameters, gradients, the optimiser's state, and what is kept."""
        net = zoo.lenet()
        memory = net.training_memory("adam", batch=2)

        assert 4 * 4 * 61_706 + net.saved_for_backward(batch=2) == memory.total

    def test_sums_of_each_sort(self):
        """Parameters, buffers and outputs are summed for a type each."""
        sums = zoo.vgg11_bn().memory_report("int8", activations="float16", batch=2)

        assert 132_868_840 == sums.parameters
        assert 2 * 2 * zoo.vgg11_bn().activations == sums.outputs

    def test_an_idle_view_keeps_nothing_alive(self):
        """A view that runs in training only does not prolong its source's life."""
        g = Builder()
        x = g.add(Conv2d(1, 4), g.input((4, 4, 1)))
        with g.training_only():
            g.add(Dropout(), x)
        y = g.add(Conv2d(1, 1), g.add(Conv2d(1, 4), x))

        assert (64 + 64) * 4 == g.graph(y).peak_memory()


@pytest.mark.parametrize(
    ("name", "rate", "bandwidth"),
    [
        ("NVIDIA H100 SXM", 67e12, 3.35e12),
        ("NVIDIA A100 40GB", 19.5e12, 1555e9),
        ("NVIDIA V100 PCIe", 14e12, 900e9),
        ("NVIDIA T4", 8.1e12, 320e9),
        ("NVIDIA RTX 3090", 35.6e12, 936e9),
        ("Apple M1", 2.6e12, 68.25e9),
        ("Raspberry Pi 4", 4 * 1.5e9 * 8, 3200e6 * 4),
    ],
)
def test_devices_do_what_their_datasheets_say(name, rate, bandwidth):
    """Operations and bytes in a second."""
    device = DEVICES[name]

    assert (rate, bandwidth) == (device.rate_of("float32"), device.bandwidth)


@pytest.mark.parametrize(
    ("name", "dtype", "rate"),
    [
        ("NVIDIA H100 SXM", "bfloat16", 989.4e12),
        ("NVIDIA H100 SXM", "int8", 1978.9e12),
        ("NVIDIA A100 40GB", "float16", 312e12),
        ("NVIDIA A100 40GB", "int8", 624e12),
        ("NVIDIA V100 PCIe", "float16", 112e12),
        ("NVIDIA T4", "float16", 65e12),
        ("NVIDIA T4", "int8", 130e12),
        ("NVIDIA RTX 3090", "float16", 142e12),
        ("NVIDIA RTX 3090", "bfloat16", 71e12),
        ("NVIDIA RTX 3090", "int8", 284e12),
    ],
)
def test_matrix_units_have_rates_of_their_own(name, dtype, rate):
    """Dense operations in a second, without any sparsity."""
    assert rate == DEVICES[name].rate_of(dtype)


def test_lints_have_both_axes_in_their_text():
    """Everything odd is told, node by node, with height before width."""
    net = (
        Sequential(input=(5, 7, 1))
        .conv((5, 7), 1, padding=(2, 3), name="a")
        .conv((7, 3), 1, padding=(3, 1), name="b")
        .conv((3, 9), 1, padding=(1, 4), name="c")
        .pool((2, 3), name="d")
    )

    seen = "a unit sees {}, and the input is 5×7, which the units before it see already"
    assert [
        ("b", "field exceeds input", seen.format("11×9")),
        (
            "b",
            "kernel exceeds map",
            "its kernel reaches over 7×3, and its map is 5×7×1",
        ),
        ("c", "field exceeds input", seen.format("13×17")),
        (
            "c",
            "kernel exceeds map",
            "its kernel reaches over 3×9, and its map is 5×7×1",
        ),
        ("d", "field exceeds input", seen.format("14×19")),
        ("d", "dropped border", "its stride leaves out 1 rows and 1 columns"),
    ] == net.lint()


def test_convnet_burden_takes_the_area_of_a_stride():
    """A pool costs twice its stride's area for each output: 2·2·3·(4·3·5)."""
    net = Sequential(input=(8, 9, 5)).pool((2, 3))

    assert 2 * 2 * 3 * 60 == net.operations("convnet-burden")
    assert 8 * 9 * 5 == Sequential(input=(8, 9, 5)).pool((2, 3)).flops


def test_a_field_may_exceed_one_axis_alone():
    """A layer that sees more rows than there are is told, though not of all columns."""
    net = (
        Sequential(input=(5, 9, 1))
        .conv((5, 1), 1, padding=(2, 0))
        .conv(3, 1, padding=1)
    )

    assert [
        ("conv2", "field exceeds input", "a unit sees 7×3, and the input is 5×9")
    ] == net.lint()


def test_integers_of_other_kinds_are_taken_as_options():
    """What supports `__index__` is an integer wherever one is asked for."""

    class Number:
        def __init__(self, value):
            self.value = value

        def __index__(self):
            return self.value

    two, net = Number(2), Sequential(input=(8, 8, 3)).conv(3, 4).pool(2).fc(10)
    device = Device("mine", Number(10), Number(5), "me")

    assert net.peak_memory(batch=2) == net.peak_memory(batch=two)
    assert net.memory(2) == net.memory(two) == net.memory({"weights": two})
    assert net.bit_operations(2, 2) == net.bit_operations(two, two)
    assert net.region(2, 0, 0) == net.region(two, Number(0), Number(0))
    assert str(net.summary(depth=2, batch=2)) == str(net.summary(depth=two, batch=two))
    assert net.summary().to_text(width=90) == net.summary().to_text(width=Number(90))
    assert net.draw(depth=2).to_svg() == net.draw(depth=two).to_svg()
    assert (10, 5) == (device.rate_of("float32"), device.bandwidth)


@given(st.integers(0, 40), st.integers(0, 60), st.integers(0, 60), st.integers(1, 30))
def test_floors_along_a_line_are_summed(count, step, start, divisor):
    """In a few steps the same as one by one."""
    one_by_one = sum((start + i * step) // divisor for i in range(count))

    assert one_by_one == _sum_of_floors(count, step, start, divisor)
