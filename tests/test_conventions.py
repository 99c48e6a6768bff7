"""Presets against what their tools answered: TensorFlow, Arm's Vela, ST and others."""

import csv
from pathlib import Path

import pytest
from peers import BEYOND, OURS

import cnncalc
from cnncalc import Add, Sequential, from_json, zoo

DATA = Path(__file__).parent / "data"
NAMES = {name: getattr(cnncalc, name) for name in cnncalc.__all__}


def rows(name):
    """Return the rows of a file of facts."""
    with (DATA / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))


TENSORFLOW, VELA = rows("tensorflow.csv"), rows("vela.csv")
BEYOND_MAPS = rows("peers_nd.csv")


@pytest.mark.parametrize(
    "row", TENSORFLOW, ids=[f"{row['keras']} {row['input']}" for row in TENSORFLOW]
)
def test_tensorflow(row):
    """TensorFlow's profiler says so of that Keras layer or application."""
    if row["input"]:
        shape = tuple(map(int, row["input"].split("×")))
        net = eval(f"net.{row['ours']}", NAMES | {"net": Sequential(input=shape)})
    else:
        name, _, rest = row["ours"].partition(".")
        net = eval(f"net.{rest}" if rest else "net", {"net": zoo.build(name)})

    assert int(row["tensorflow 2.21.0"]) == net.operations("tensorflow")
    assert net.operations("tensorflow") == net.reconcile("tensorflow").total


@pytest.mark.parametrize("row", VELA)
def test_vela(row):
    """Vela prints so many MACs of the int8 network, but for relus that it runs apart.

    Those it cannot merge, since their scales differ, are a pool of one value each.
    """
    net = eval(row["ours"], NAMES)
    apart = int(row["relus that it runs apart"])

    assert int(row["vela 5.2.0"]) - apart == net.operations("vela")


def test_st_edge_ai():
    """The two networks whose MACC ST publishes: person detection, and keywords."""
    person = zoo.mobilenet(input=(96, 96, 1), width=0.25, classes=2)
    words = Sequential(input=(49, 10, 1)).conv((10, 4), 64, stride=2, padding="same")
    for _ in range(4):
        words = words.depthwise(3, padding="same").conv(1, 64)
    words = words.pool((25, 5), mode="average").fc(12).softmax()

    assert 7_162_960 == person.operations("st-edge-ai")
    assert 2_665_536 == words.operations("st-edge-ai")


def test_st_edge_ai_adds():
    """An addition is one for each value."""
    net = Sequential(input=(4, 4, 2)).residual(Sequential().relu())

    assert 4 * 4 * 2 == net.operations("st-edge-ai")


def nats_bench():
    """Return architecture 0 of NATS-Bench's topology space, on CIFAR-10.

    A cell has two convolutions of 1×1, an average pool and skips; between the stages
    of five cells are residual blocks whose shortcut is an average pool and a
    convolution.
    """

    def conv(kernel, filters, stride=1):
        net = Sequential().relu()
        padding = kernel // 2
        return net.conv(
            kernel, filters, stride=stride, padding=padding, bias=False
        ).batch_norm()

    def cell(net, filters):
        pool = Sequential().avg_pool(3, 1, padding=1)
        net = net.branch(pool, Sequential(), join=Add())
        return net.add(conv(1, filters)).branch(
            Sequential(), conv(1, filters), join=Add()
        )

    net = Sequential(input=(32, 32, 3)).conv(3, 16, padding=1, bias=False).batch_norm()
    for filters in (16, 32, 64):
        if filters > 16:
            short = Sequential().avg_pool(2, 2).conv(1, filters, bias=False)
            long = conv(3, filters, 2).add(conv(3, filters))
            net = net.branch(long, short, join=Add())
        for _ in range(5):
            net = cell(net, filters)
    return net.batch_norm().relu().adaptive_pool(1).fc(10)


def test_three_tools_and_one_network():
    """All three numbers of NATS-Bench's issue 24 are right, each of its version.

    Its authors count biases, thop two a value of a batch norm, and ptflops relus and
    pools besides; today's thop says four, and today's ptflops counts both twice.
    """
    net = nats_bench()

    assert 15_647_370 == net.operations("ptflops-aten")
    assert 16_464_576 == net.operations("thop-0.0.31")
    assert 16_810_634 == net.operations("ptflops-0.6")
    assert "norm" in str(net.reconcile("thop", base="thop-0.0.31"))


class TestAttention:
    """Whether a tool sees an attention depends on how PyTorch's code runs it."""

    @pytest.mark.no_cover
    @pytest.mark.parametrize("name", OURS)
    def test_networks_beyond_maps(self, name):
        """Each tool says so of transformers, sequences, volumes and recurrence."""
        net = OURS[name]()
        there = {row["tool"]: row for row in BEYOND_MAPS if row["model"] == name}

        assert there
        for tool, row in there.items():
            beyond = BEYOND.get((name, tool), 0)
            assert int(row["value"]) == net.operations(tool) + beyond, tool
            assert net.operations(tool) == net.reconcile(tool).total

    @pytest.mark.parametrize("preset", ["thop", "torchinfo", "torchscan"])
    def test_a_module_that_a_tool_does_not_know_is_nothing(self, preset):
        """Of nn.MultiheadAttention alone they say 0, and the difference is all of it."""
        net = Sequential(input=(16, 64)).attention(4)
        heads = net.calling_as_functions("attention1/* as MultiheadAttention")
        text = str(heads.reconcile(preset, base="torchvision"))

        assert 0 == heads.operations(preset)
        assert "MultiheadAttention's multiply-adds" in text
        assert heads == from_json(heads.to_json())

    def test_the_first_pattern_that_fits_holds(self):
        """Later ones are for other paths; what is no word of how one runs is a name."""
        net = Sequential(input=(16, 64)).attention(4, name="seen as such")
        first = net.calling_as_functions("*/attention1 as einsum", "*/attention1")
        named = net.calling_as_functions("seen as such/*")

        # Each einsum of 16²·64 multiply-adds is one too many: (2 · 16,384 + 1) / 2.
        whole = 4 * 16 * 64**2 + 2 * 16_384
        assert whole + 2 == first.operations("fvcore")
        assert 0 == named.operations("ptflops")


@pytest.mark.parametrize(
    ("network", "millions"),
    [("resnet50", 11.1), ("resnet18", 2.5), ("vgg16", 13.6), ("densenet121", 6.9)],
)
def test_activations_of_timm(network, millions):
    """So many millions of activations print timm's model cards."""
    assert millions == round(zoo.build(network).operations("activations") / 1e6, 1)


@pytest.mark.parametrize(
    "preset",
    ["tensorflow", "vela", "st-edge-ai", "torchstat", "torchstat-madd", "activations"]
    + ["ultralytics-thop", "thop-0.0.31", "ptflops-0.6"],
)
class TestEveryPreset:
    def test_is_explained(self, preset):
        """A reconciliation leads from our MACs to its number, and back."""
        for net in (zoo.mobilenet_v2(), zoo.unet(), zoo.vit_b_16(), nats_bench()):
            there = net.reconcile(preset)
            back = net.reconcile("torchvision", base=preset)

            assert net.macs + sum(n for _, n in there.lines) == there.total
            assert net.macs == back.total

    def test_what_is_unknown_stays_unknown(self, preset):
        """A layer of somebody's own that tells nothing makes it a lower bound."""

        class Own(cnncalc.Layer):
            role = "conv"

            def output(self, x):
                return x

        net = Sequential(input=(8, 8, 4)).add(Own()).fc(3)

        assert net.reconcile(preset).unknown or preset == "activations"


class TestKindsOfOnesOwn:
    """A kind that tells a role of ours, and not what a preset looks at."""

    def odd(self, told, **facts):
        """Return a network of such a kind."""

        class Own(cnncalc.Layer):
            role = told

            def output(self, x):
                return x

            def macs(self, x):
                return 100

            def params(self, x):
                return 10

        for name, fact in facts.items():
            setattr(Own, name, fact)
        return Sequential(input=(8, 8, 4)).add(Own())

    def test_a_convolution_without_a_window(self):
        """No dilation is stated: the multiply-adds are those that it states."""
        geometry = cnncalc.layers.base.Geometry(groups=1)

        assert 200 == self.odd("conv", geometry=geometry).operations("tensorflow")
        assert self.odd("transposed conv").reconcile("tensorflow").unknown

    def test_a_norm_without_groups(self):
        """Into how many groups it divides the channels nobody knows.

        An instance norm has a group for each channel.
        """
        instance = Sequential(input=(8, 8, 4)).instance_norm()
        group = Sequential(input=(8, 8, 4)).group_norm(4)

        assert group.operations("tensorflow") == instance.operations("tensorflow")
        assert self.odd("group norm").reconcile("tensorflow").unknown

    def test_an_attention_without_heads(self):
        """Which two products it is made of nobody knows, where a tool sees one of them."""
        for run, presets in {
            "einsum": ("fvcore", "calflops"),
            "second matmul": ("ptflops", "calflops"),
        }.items():
            net = self.odd("attention").calling_as_functions(f"* as {run}")

            for preset in presets:
                assert net.reconcile(preset).unknown

    def test_a_pool_without_a_window(self):
        """Its taps are unknown; with a padding in words they are all of its window."""
        net = Sequential(input=(8, 8, 4)).avg_pool(3, 2, padding="same")

        assert 4 * 4 * 4 * (9 + 1) == net.operations("ultralytics-thop")
        assert self.odd("average pool").reconcile("ultralytics-thop").unknown
