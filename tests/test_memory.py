"""Memory by its precise names: plans against brute force, training against PyTorch."""

import gzip
import itertools
import json
from pathlib import Path

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncalc import (
    FC,
    Activation,
    Add,
    Builder,
    Concat,
    Conv2d,
    ConvTranspose2d,
    DepthwiseConv2d,
    Dropout,
    Layer,
    LayerScale,
    Multiply,
    Named,
    Norm,
    OptionError,
    Pool,
    Sequential,
    Shape,
    Shared,
    Split,
    StochasticDepth,
    UnknownNameError,
    zoo,
)
from cnncalc.cost.totals import AtLeast
from cnncalc.graph.table import Table
from cnncalc.layers.activation import FUNCTIONS
from cnncalc.layers.base import Saves
from cnncalc.memory import order as orders_of
from cnncalc.memory import segments
from cnncalc.memory.arena import arena
from cnncalc.memory.liveness import Storage, peak, storages
from cnncalc.memory.saved import saved_tensors
from cnncalc.memory.types import BITS, tensor_bytes

DATA = Path(__file__).parent / "data"
with gzip.open(DATA / "networks.json.gz", "rt", encoding="utf-8") as file:
    TORCHVISION = json.load(file)["torchvision"]


def saved(net, **options):
    return saved_tensors(net.graph.table, **options)


# Plans.

STEPS = ["conv", "wide", "relu", "sigmoid", "split", "add", "add", "concat", "stop"]
STEPS += ["late", "idle"]


def _for_training(g, x=None):
    """Add a head of training, over an input that only training has if none is given."""
    with g.training_only():
        g.add(Conv2d(1, 4), x or g.input((2, 2, 99)))


@st.composite
def graphs(draw):
    """Draw a small graph of branches and joins, with inputs at any place."""
    g = Builder()
    if draw(st.integers(0, 4)) == 0:
        _for_training(g)
    xs = [g.input((2, 2, 2)) for _ in range(draw(st.integers(1, 2)))]
    for _ in range(draw(st.integers(1, 6))):
        x = draw(st.sampled_from(xs))
        step = draw(st.sampled_from(STEPS))
        if step == "late":
            y = g.input((2, 2, 4))
        elif step in {"conv", "wide"}:
            y = g.add(Conv2d(1, draw(st.integers(1, 3)) * 2), x)
        elif step in {"relu", "sigmoid"}:
            y = g.add(Activation(step), x)
        elif step == "split":
            y = g.add(Split(2, 1), x)
        elif step == "concat":
            y = g.add(Concat(), x, draw(st.sampled_from(xs)))
        elif step == "add":
            same = [z for z in xs if z.shape == x.shape]
            y = g.add(Add(), x, draw(st.sampled_from(same)))
        else:
            _for_training(g, x if step == "stop" else None)
            continue
        if y.shape.channels % 2:
            y = g.add(Conv2d(1, 2), y)
        xs.append(y)
    outputs = draw(st.sets(st.sampled_from(xs[-3:]), min_size=1))
    return g.graph(*sorted(outputs, key=lambda x: x.index))


def reordered(net, order):
    """Return peak and table of a network whose nodes run in another order."""
    table, moved = net.graph.table, {node: k for k, node in enumerate(order)}
    links = [[node + link for link in table.links[node]] for node in order]
    new = Table(
        tuple(table.calls[node] for node in order),
        tuple(tuple(moved[i] - k for i in into) for k, into in enumerate(links)),
        tuple(table.names[node] for node in order),
        tuple(table.scopes[node] for node in order),
        {},
    )
    return new, [moved[i] for i in net.graph.outputs]


def orders(net):
    """Yield every order in which the nodes can run, the inputs first, idle ones last."""
    table = net.graph.table
    idle = [i for i, call in enumerate(table.calls) if call.idle]
    inputs = [i for i, links in enumerate(table.links) if not (links or i in idle)]
    rest = set(range(len(table))) - {*inputs, *idle}

    def follow(done, left):
        if not left:
            yield [*done, *idle]
        for node in left:
            if all(node + link in done for link in table.links[node]):
                yield from follow([*done, node], left - {node})

    return follow(inputs, rest)


def peak_of(net, order, inplace):
    table, outputs = reordered(net, order)
    return peak(storages(table, outputs, tensor_bytes(table, 8), inplace=inplace))


# Steps, of which those of one span, or of neighbouring ones, are drawn more often.
spans = st.integers(0, 20) | st.integers(250, 260) | st.integers(0, 5000)


class TestPlan:
    @given(graphs(), st.booleans())
    def test_the_best_order_by_brute_force(self, net, inplace):
        """No order of all needs less than the best, and the best needs that much."""
        plan = net.memory_plan(inplace=inplace, dtype=8)
        places = {net.graph.table.path(i): i for i in range(len(net.graph.table))}
        best = [places[path] for path in plan.best_order]
        best += [i for i in places.values() if i not in best]

        assert plan.exact
        assert min(peak_of(net, order, inplace) for order in orders(net)) == (
            plan.best_peak
        )
        assert plan.best_peak == plan.lower_bound == peak_of(net, best, inplace)

    @given(graphs(), st.booleans())
    def test_too_many_sets_leave_a_bound(self, net, inplace):
        """A search that is stopped early has a bound below and an order above."""
        most = orders_of._MOST_SETS
        orders_of._MOST_SETS = 1
        try:
            plan = net.memory_plan(inplace=inplace)
        finally:
            orders_of._MOST_SETS = most
        best = net.memory_plan(inplace=inplace)
        places = {net.graph.table.path(i): i for i in range(len(net.graph.table))}
        order = [places[path] for path in plan.best_order]
        order += [i for i in places.values() if i not in order]

        assert 4 * peak_of(net, order, inplace) == plan.best_peak
        assert plan.lower_bound <= best.best_peak <= plan.best_peak <= plan.peak
        assert (plan.lower_bound == plan.best_peak) is plan.exact

    @given(graphs(), st.booleans())
    def test_the_timeline_adds_up(self, net, inplace):
        """What is alive in a step sums to its bytes; the highest step is the peak."""
        plan = net.memory_plan(inplace=inplace)
        sizes = {slot.tensor: slot.size for slot in plan.arena}

        assert net.peak_memory(inplace=inplace) == plan.peak
        assert max(step.bytes for step in plan.timeline) == plan.peak
        for step in plan.timeline:
            assert sum(sizes[name] for name in step.tensors) == step.bytes
        assert plan.tensors in {
            step.tensors for step in plan.timeline if step.node == plan.at
        }

    @given(graphs(), st.booleans(), st.sampled_from(["float32", "int8", "int4", 3]))
    def test_nothing_in_the_arena_overlaps(self, net, inplace, dtype):
        """Tensors that are alive together share no byte; the arena holds them all."""
        plan = net.memory_plan(inplace=inplace, dtype=dtype)
        byte_of_step = [
            (step, byte)
            for slot in plan.arena
            for step in range(slot.first, slot.last + 1)
            for byte in range(slot.offset, slot.offset + slot.size)
        ]

        assert len(byte_of_step) == len(set(byte_of_step))
        assert max(byte for _, byte in byte_of_step) + 1 == plan.arena_size
        assert 0 <= plan.overhead == plan.arena_size - plan.peak

    def test_the_arena_by_hand(self):
        """The largest lie first, at the lowest offset that is free for their time."""
        net = Sequential(input=(4, 4, 1)).conv(1, 3).conv(1, 2).conv(1, 1)
        plan = net.memory_plan(dtype="int8")

        assert [
            ("input1", 48, 16),
            ("conv1", 0, 48),
            ("conv2", 48, 32),
            ("conv3", 0, 16),
        ] == [slot[:3] for slot in plan.arena]
        assert (80, 80, 0) == (plan.peak, plan.arena_size, plan.overhead)

    @given(st.lists(st.tuples(st.integers(0, 9), spans, spans), min_size=1))
    def test_the_arena_by_a_naive_loop(self, drawn):
        """Each tensor lies at the first byte that is free for all of its time."""
        held = [
            Storage(node, size, min(steps), max(steps))
            for node, (size, *steps) in enumerate(drawn)
        ]
        expected = {}
        for node, size, first, last in sorted(held, key=lambda s: (-s[1], s[2], s[0])):
            meets = [
                (offset, offset + held[other].size)
                for other, offset in expected.items()
                if held[other].first <= last and first <= held[other].last
            ]
            expected[node] = next(
                at
                for at in itertools.count()
                if not any(start < at + size and at < end for start, end in meets)
            )
        slots = arena(held, range(len(held)))

        assert expected == {slot.tensor: slot.offset for slot in slots}

    def test_an_order_that_needs_less(self):
        """Of two branches, one should end before the other begins; which, is equal."""
        g = Builder()
        x = g.input((4, 4, 1))
        left = g.add(Conv2d(1, 6, name="large"), x)
        right = g.add(Conv2d(1, 8, name="huge"), x)
        right = g.add(Conv2d(4, 1, name="small"), right)
        left = g.add(Conv2d(4, 1, name="tiny"), left)
        plan = g.graph(g.add(Concat(), left, right)).memory_plan(dtype="int8")

        # 16 + 96 + 128 while both are there; 16 + 128 + 1 otherwise.
        assert (240, "huge", ("input1", "large", "huge")) == (
            plan.peak,
            plan.at,
            plan.tensors,
        )
        assert 145 == plan.best_peak == plan.lower_bound
        assert plan.best_order in {
            ("input1", "huge", "small", "large", "tiny", "concat1"),
            ("input1", "large", "tiny", "huge", "small", "concat1"),
        }

    def test_an_unused_input_dies_at_once(self):
        """An input that nothing uses is there in the beginning only."""
        g = Builder()
        x = g.input((4, 4, 1))
        g.input((4, 4, 3))
        plan = g.graph(g.add(Conv2d(1, 2), x)).memory_plan(dtype="int8")

        assert (64, "input1") == (plan.peak, plan.at)
        assert 64 == plan.best_peak

    def test_an_unused_input_that_is_declared_late_dies_as_early(self):
        """Where an input is declared does not matter, nor that training uses it."""
        g = Builder()
        x = g.add(Conv2d(1, 2, name="conv"), g.input((4, 4, 1), "x"))
        late = g.input((4, 4, 3), "late")
        with g.training_only():
            g.add(Conv2d(1, 9), late)
        net = g.graph(x)
        plan = net.memory_plan(dtype="int8")

        assert 16 + 48 == net.peak_memory("int8") == plan.peak == plan.best_peak
        assert [("x", "late"), ("x", "conv"), ("conv",)] == [
            step.tensors for step in plan.timeline
        ]

    @pytest.mark.parametrize("first", [True, False])
    def test_an_input_of_training_is_never_alive(self, first):
        """Declared within training only, it is no tensor of the plan, even as first."""
        g = Builder()
        if first:
            _for_training(g)
        x = g.input((4, 4, 1), "x")
        if not first:
            _for_training(g)
        net = g.graph(g.add(Conv2d(1, 2, name="conv"), x))
        plan = net.memory_plan(dtype="int8")

        assert 16 + 32 == net.peak_memory("int8") == plan.peak == plan.best_peak
        assert ("x", "conv") == plan.best_order
        assert [("x",), ("x", "conv")] == [step.tensors for step in plan.timeline]

    @pytest.mark.parametrize("name", ["resnet50", "googlenet", "shufflenet_v2_x1_0"])
    def test_peaks_of_torchvision(self, name):
        """The peak is what storages in a traced PyTorch sum to."""
        plan = zoo.build(name).memory_plan()

        assert TORCHVISION[name]["liveness_peak_bytes"] == plan.peak
        assert plan.exact

    def test_resnext_has_a_better_order(self):
        """In ResNeXt-101 32×8d the shortcut should run first.

        Where layer2 begins, the map has 56²×256 values. Body first: with it there are
        two of 56²×512 in the first batch norm, 5 × 3,211,264 bytes. Shortcut first:
        28²×512 more beside those without it, 4.5 × 3,211,264 bytes.
        """
        plan = zoo.resnext101_32x8d().memory_plan()

        assert 5 * 3_211_264 == plan.peak
        assert 9 * 3_211_264 // 2 == plan.best_peak
        assert plan.exact

    def test_no_such_type(self):
        """A data type that there is not is refused."""
        with pytest.raises(OptionError, match="no data type 'float33'"):
            zoo.lenet5().memory_plan(dtype="float33")


# Deployment.


class TestDeployed:
    @pytest.mark.parametrize("init", [True, False])
    def test_a_norm_stays_where_a_bias_is_no_argument(self, init):
        """A kind whose bias is fixed by its class, or no argument, takes up no norm."""

        class Fixed(Layer):
            role = "conv"
            bias = False

            def output(self, x):
                return x

        @attrs.frozen(eq=False, repr=False)
        class Told(Layer):
            role = "conv"
            bias: bool = attrs.field(default=False, init=init)

            def output(self, x):
                return x

        fixed = Sequential(input=(4, 4, 2)).add(Fixed(name="own")).norm()
        told = Sequential(input=(4, 4, 2)).add(Told(name="own")).norm()

        assert ["own", "norm1"] == [row.name for row in fixed.deployed().nodes]
        assert (1 if init else 2) == len(told.deployed().nodes)

    def test_resnet50(self):
        """ResNet-50 has MCUNet's 7.2 MB, its batch norms are biases now.

        It has 26,560 channels that are normalised, each with two parameters.
        """
        net = zoo.resnet50()
        small = net.deployed()

        assert 7_225_344 == small.peak_memory()
        assert net.params - 2 * 26_560 + 26_560 == small.params
        assert (0, net.macs) == (small.buffers, small.macs)
        assert {"Conv2d", "Pool", "Add", "AdaptivePool", "Flatten", "FC"} >= {
            row.kind for row in small.nodes
        }

    def test_what_stays(self):
        """Norms before their convolution, prelu and softmax stay; names stay."""
        net = (
            Sequential(input=(8, 8, 4))
            .norm(name="before")
            .conv(3, 4, name="plain")
            .prelu(name="slopes")
            .conv(3, 4, bias=False, name="weighed")
            .norm(name="after")
            .relu(name="cut")
            .sigmoid(name="second")
            .dropout(name="dropped")
            .fc(10, name="fc")
            .softmax(name="out")
        )
        small = net.deployed()

        assert ["before", "plain", "slopes", "weighed", "second", "fc", "out"] == [
            row.name for row in small.nodes
        ]
        assert 3 * 3 * 4 * 4 + 4 == small["weighed"].params
        assert net.output == small.output

    @pytest.mark.parametrize("function", ["softmax", "log_softmax"])
    def test_what_needs_all_values_is_not_fused(self, function):
        """A pointwise function is computed with what it follows, a sum over all is not."""
        net = Sequential(input=(8, 8, 3)).conv(3, 8)

        assert 2 == len(net.activation(function).deployed().nodes)
        assert 1 == len(net.relu().deployed().nodes)

    def test_what_others_use_is_not_fused(self):
        """A convolution that two nodes use keeps its norm, and a norm its activation."""
        g = Builder()
        x = g.add(Conv2d(1, 4, bias=False), g.input((8, 8, 4)))
        y = g.add(Activation("relu"), g.add(Norm(), x))
        net = g.graph(g.add(Add(), x, y))

        assert [row.name for row in net.nodes] == [
            row.name for row in net.deployed().nodes
        ]

    def test_an_output_keeps_its_own_node(self):
        """What the network puts out before an activation is not fused with that."""
        g = Builder()
        x = g.add(Conv2d(1, 4), g.input((8, 8, 4)))
        small = g.graph(x, g.add(Activation("relu"), x)).deployed()

        assert ["conv1", "relu1"] == [row.name for row in small.nodes]
        assert 2 == len(small.output)

    def test_addition_and_stochastic_depth(self):
        """A residual block is its convolutions and an addition; relus are within."""
        body = Sequential().conv(1, 4).relu().conv(1, 4, bias=False).norm()
        body = body.add(StochasticDepth(0.1))
        small = Sequential(input=(8, 8, 4)).residual(body).relu().dropout().deployed()

        assert ["Conv2d", "Conv2d", "Add"] == [row.kind for row in small.nodes]
        assert Shape(8, 8, 4) == small.output

    def test_auxiliary_heads_are_gone(self):
        """What runs in training only leaves neither nodes nor parameters."""
        plain, aux = (zoo.googlenet(aux=aux).deployed() for aux in (False, True))

        assert plain.params == aux.params
        assert [row.path for row in plain.nodes] == [row.path for row in aux.nodes]

    def test_an_output_of_training_is_gone(self):
        """An output that exists in training only is none any more."""
        g = Builder()
        x = g.add(Conv2d(1, 4), g.input((8, 8, 4)))
        with g.training_only():
            aux = g.add(FC(10), x)
        small = g.graph(g.add(FC(5), x), aux).deployed()

        assert Shape.of(5) == small.output
        assert 16 + 4 + 8 * 8 * 4 * 5 + 5 == small.params

    def test_shared_weights_with_their_own_norms(self):
        """Two norms after the same weights cannot both be folded into them."""
        g = Builder()
        conv = Shared(Conv2d(1, 4, bias=False))
        x = g.input((8, 8, 4))
        x = g.add(Norm(), g.add(conv, x))
        x = g.add(Norm(), g.add(conv, x))
        net = g.graph(x)

        assert 16 + 8 + 8 == net.deployed().params == net.params

    def test_shared_weights_with_one_norm(self):
        """A norm that is shared with the weights is folded into them once."""
        g = Builder()
        block = Shared(Sequential().conv(1, 4, bias=False).norm())
        small = g.graph(g.add(block, g.add(block, g.input((8, 8, 4))))).deployed()

        assert 16 + 4 == small.params
        assert ["Conv2d", "Conv2d"] == [row.kind for row in small.nodes]

    def test_shared_weights_that_one_uses_without(self):
        """Weights that are used without a norm, too, take up none."""
        g = Builder()
        conv = Shared(Conv2d(1, 4, bias=False))
        x = g.add(Pool(1), g.add(conv, g.input((8, 8, 4))))
        net = g.graph(g.add(Norm(), g.add(conv, x)))

        assert 16 + 8 == net.deployed().params

    def test_heirs_of_shared_weights(self):
        """Weights whose first use is gone count where they are used next."""
        g = Builder()
        conv = Shared(Conv2d(1, 4))
        x = g.input((8, 8, 4))
        with g.training_only():
            g.add(conv, x)
        x = g.add(conv, g.add(Pool(1), g.add(conv, x)))
        small = g.graph(x).deployed()

        assert [20, 0, 0] == [row.params for row in small.nodes]

    @given(graphs())
    def test_macs_and_outputs_stay(self, net):
        """Deployment changes neither MACs nor what comes out."""
        small = net.deployed()

        assert net.macs == small.macs
        assert {net.graph.table.calls[i].output for i in net.graph.outputs} == {
            small.graph.table.calls[i].output for i in small.graph.outputs
        }


# Training.

# Bytes that PyTorch 2.14.1 and torchvision 0.29.1 keep on a CPU, for 2 inputs of 64×64
# in training: `saved_tensors_hooks`, each storage once, without parameters and
# buffers. Dropout is `torch.native_dropout`, as on a GPU: masks of 1 byte.
SAVED = {
    "resnet18": 3_663_360,
    "vgg11": 8_294_400,
    "mobilenet_v2": 12_916_480,
    "densenet121": 21_625_600,
    "squeezenet1_1": 2_902_848,
    "mobilenet_v3_large": 7_424_384,
    "convnext_tiny": 17_832_792,
    "alexnet": 674_816,
    "efficientnet_b0": 14_715_528,
    "shufflenet_v2_x1_0": 3_400_400,
    "mnasnet1_0": 7_389_824,
    "regnet_y_400mf": 5_672_064,
    "googlenet": 8_169_344,
}

# Values that single PyTorch modules keep of a 4×3×3 map, in this order: without and
# with `inplace=True` if they have it.
KEPT = {
    "relu": "y y",
    "relu6": "x x",
    "leaky_relu": "x y",
    "prelu": "x x",
    "elu": "x y",
    "celu": "x y",
    "selu": "x y",
    "gelu": "x x",
    "silu": "x x",
    "mish": "x x",
    "softplus": "x x",
    "sigmoid": "y y",
    "hardsigmoid": "x x",
    "hardswish": "x x",
    "hardtanh": "x x",
    "tanh": "y y",
    "softmax": "y y",
    "log_softmax": "y y",
    "softsign": "x x",
}


class TestSavedForBackward:
    def test_a_mask_is_of_bytes_as_on_cuda(self):
        """Unless it is said otherwise, a dropout's mask takes a byte for each value."""
        net = Sequential(input=(4, 4, 2)).conv(1, 2).dropout()
        saved = saved_tensors(net.graph.table)

        assert (
            saved.bytes(mask_bytes=1) == saved.bytes() == saved.bytes(mask_bytes=2) - 32
        )

    @pytest.mark.parametrize("name", SAVED)
    def test_networks_of_torchvision(self, name):
        """To the byte what PyTorch keeps."""
        settings = {"aux": True} if name == "googlenet" else {}
        net = zoo.build(name, input=(64, 64, 3), **settings)

        assert SAVED[name] == saved(net).bytes(2)

    def test_what_parameters_alone_are_behind_is_kept_once(self):
        """Swin's biases, which it looks up in tables, do not grow with the batch."""
        # `saved_tensors_hooks` of torchvision 0.29.1 on PyTorch 2.13.0's meta device.
        kept, net = {2: 213_498_928, 8: 853_304_224}, zoo.swin_t()

        assert kept == {n: net.saved_for_backward(batch=n) for n in kept}

    @pytest.mark.parametrize("name", KEPT)
    def test_activations(self, name):
        """An activation keeps its input or output, in place or not, as PyTorch's."""
        net = (
            Sequential(input=(3, 3, 4)).add(LayerScale()).add(Activation(name)).pool(3)
        )
        x = y = 36  # of the activation; the input of the layer scale is kept, too

        for inplace, kept in zip((False, True), KEPT[name].split(), strict=True):
            both = x + y if kept == "x" else y  # the pool keeps y
            assert 36 + both == saved(net, inplace=inplace).tensors

    def test_in_place_needs_an_input_of_its_own(self):
        """What something else needs, or is the network's input, is not overwritten."""
        g = Builder()
        x = g.add(Conv2d(1, 4), g.input((3, 3, 4)))
        y = g.add(Activation("leaky_relu"), x)
        both = g.graph(g.add(Multiply(), x, y))
        first = Sequential(input=(3, 3, 4)).activation("elu").conv(1, 4)
        after_output = (
            Sequential(input=(3, 3, 4))
            .conv(1, 4)
            .sigmoid()
            .add(Activation("leaky_relu"))
        )

        assert 36 + 36 + 36 == saved(both).tensors
        assert 36 == saved(first).tensors
        assert 36 + 36 == saved(after_output).tensors
        # The convolution behind keeps one more: sigmoid's output is not overwritten.
        assert 36 + 36 + 36 == saved(after_output.conv(1, 4)).tensors

    def test_norms(self):
        """Norms keep their input and the statistics of PyTorch's, on a 4×3×3 map."""
        assert (36, 0, 8) == self.of(Norm())
        assert (36, 2 * 9, 0) == self.of(Norm("layer"))
        assert (36, 2 * 2, 0) == self.of(Norm("group", groups=2))
        assert (36, 3 * 4, 0) == self.of(Norm("instance"))

    def of(self, layer):
        """Return tensors, statistics and fixed values that a layer keeps."""
        net = Sequential(input=(3, 3, 4)).conv(1, 4).add(layer)
        kept = saved(net)
        return kept.tensors - 36, kept.statistics, kept.fixed

    def test_local_norm(self):
        """Of a 4×3×3 map PyTorch's LocalResponseNorm(3) keeps 36 + 54 + 36 + 36."""
        net = Sequential(input=(3, 3, 4)).conv(1, 4).norm("local", size=3)

        assert 36 + 36 == saved(net).tensors
        assert 54 + 36 + 36 == saved(net).extra

    def test_dropouts(self):
        """Masks take a byte; a rate of 0 leaves the tensor as it is."""
        net = Sequential(input=(3, 3, 4)).conv(1, 4)
        mask = net.dropout().conv(1, 1)
        none = net.add(Dropout(0.0)).conv(1, 1)
        depth = net.add(StochasticDepth(0.5)).conv(1, 1)

        assert (72, 36) == (saved(mask).tensors, saved(mask).masks)
        assert 4 * 72 + 36 == saved(mask).bytes()
        # PyTorch multiplies by a zero, whatever the batch: `_dropout_impl`.
        every = net.add(Dropout(1)).conv(1, 1)
        assert 4 * (2 * 72 + 1) == saved(every).bytes(2)
        assert 2 * (2 * 72 + 36) == saved(mask, dtypes="float16").bytes(2)
        assert (72, 0) == (saved(none).tensors, saved(none).masks)
        assert (72, 1) == (saved(depth).tensors, saved(depth).extra)

    def test_frozen_layers(self):
        """Before the first trainable parameter nothing is kept; after it as PyTorch."""
        net = Sequential(input=(3, 3, 4)).conv(1, 4).conv(1, 2).fc(5, name="fc")
        body = net.freeze("conv1").freeze("conv2")

        assert 18 == saved(body).tensors
        assert 36 + 36 == saved(net.freeze("fc")).tensors
        assert 0 == saved(body.freeze("fc")).bytes()

    def test_only_softsign_computes_what_it_keeps(self):
        """Of all activations PyTorch's softsign alone keeps more than a tensor."""
        x = Shape(2, 3, 4)
        computed = {
            name: tuple(Activation(name).saves(x, x))[1:5] for name in FUNCTIONS
        }

        assert (24, 0, 0, 0) == computed.pop("softsign")
        assert {(0, 0, 0, 0)} == set(computed.values())

    def test_a_sub_sampling_keeps_its_input(self):
        """LeNet-5's S2 adds, and remembers no places; a maximum remembers its own."""
        net = Sequential(input=(4, 4, 1)).conv(1, 2)
        sums, most = (net.pool(2, mode=mode) for mode in ("subsample", "max"))

        assert 4 * (16 + 32) == sums.saved_for_backward()
        assert 4 * (16 + 32) + 8 * 8 == most.saved_for_backward()

    def test_a_mean_keeps_nothing(self):
        """A mean over all positions keeps nothing, a maximum its input and indices."""
        net = Sequential(input=(3, 3, 4)).conv(1, 4)
        largest = saved(net.global_pool("max"))

        assert 36 == saved(net.global_pool()).tensors
        assert 36 == saved(net.adaptive_pool(1)).tensors
        assert 36 + 36 == saved(net.adaptive_pool(2)).tensors
        assert (72, 4) == (largest.tensors, largest.indices)
        assert largest == saved(net.adaptive_pool(1, "max"))

    def test_an_identity_is_what_reaches_it(self):
        """PyTorch's Identity hands on its input: it takes and keeps nothing."""
        net = Sequential(input=(8, 8, 3)).conv(1, 30)

        assert 4 * 64 * 33 == net.activation("identity").conv(1, 3).peak_memory()
        assert (
            net.pool(2, mode="average").saved_for_backward()
            == net.activation("identity").pool(2, mode="average").saved_for_backward()
        )

    @pytest.mark.parametrize(
        ("layers", "size"),
        [
            (
                [
                    Conv2d(3, 4),
                    Activation("relu"),
                    Conv2d((4, 3), 5, padding="same"),
                    Activation("relu"),
                ],
                3160,
            ),
            ([Conv2d(3, 4), Conv2d(4, 5, padding="same")], 1760),
            (
                [
                    Conv2d((2, 3), 4, padding="same", dilation=(1, 2)),
                    Conv2d((4, 2), 5, padding="same", dilation=(2, 1)),
                ],
                2252,
            ),
            ([DepthwiseConv2d(4, padding="same"), Conv2d(1, 5)], 1944),
            ([Conv2d(1, 2), ConvTranspose2d(2, 1, padding="same")], 4 * 72 * 5),
        ],
    )
    def test_an_uneven_padding_keeps_a_copy(self, layers, size):
        """As measured with PyTorch, which pads a copy of its input on one side."""
        net = Sequential(input=(8, 9, 3)).add(*layers)

        assert size == net.saved_for_backward()

    def test_a_separable_convolution_keeps_what_is_between_its_stages(self):
        """As a depthwise and a 1×1 convolution do, one after the other."""
        x = Sequential(input=(8, 8, 4)).conv(1, 4)
        one = x.separable(3, 8, multiplier=2, padding=1, bias=False)
        two = x.depthwise(3, multiplier=2, padding=1, bias=False).conv(1, 8, bias=False)

        assert two.saved_for_backward() == one.saved_for_backward()
        assert 4 * 64 * (4 + 4 + 8) == one.saved_for_backward()

    def test_a_product_keeps_what_the_other_factor_needs(self):
        """A factor is kept for the gradient of the other; the input has none."""
        net = Sequential(input=(8, 8, 2))
        scaled = net.branch(
            Sequential().relu(), Sequential().conv(1, 2), join=Multiply()
        )
        learnt = net.branch(
            Sequential().conv(1, 3), Sequential().conv(1, 3), join=Multiply()
        )

        # The convolution's input, and the relu for the convolution's gradient.
        assert 4 * 64 * (2 + 2) == scaled.saved_for_backward()
        assert 4 * 64 * (2 + 3 + 3) == learnt.saved_for_backward()

    def test_views(self):
        """Two views of one tensor are kept as one."""
        g = Builder()
        x = g.add(Conv2d(1, 4), g.input((3, 3, 4)))
        a, b = (g.add(Conv2d(1, 2), g.add(Split(2, k), x)) for k in (0, 1))

        assert 36 + 36 == saved(g.graph(g.add(Concat(), a, b))).tensors


class TestTrainingMemory:
    @pytest.mark.parametrize(
        ("optimizer", "each"), [("SGD", 0), ("momentum", 1), ("adam", 2), ("AdamW", 2)]
    )
    def test_lenet(self, optimizer, each):
        """LeNet-5 as PyTorch's tutorial has it: 61,706 parameters of 4 bytes."""
        net = Sequential(input=(32, 32, 1)).conv(5, 6).pool(2).conv(5, 16).pool(2)
        net = net.fc(120).fc(84).fc(10)
        memory = net.training_memory(optimizer)
        kept = saved(net).bytes()

        assert (246_824, 246_824, 0, each * 246_824, kept) == memory
        assert (2 + each) * 246_824 + kept == memory.total

    def test_sixteen_bytes_for_each_parameter(self):
        """Mixed precision with Adam takes 2 + 2 + 12 bytes (Rajbhandari et al.)."""
        net = zoo.resnet18()
        memory = net.training_memory("adam", mixed=True, batch=3)
        same = net.training_memory("adam", mixed=True, batch=3, dtype="bfloat16")

        assert 16 * net.params == memory.total - memory.saved
        assert saved(net, dtypes="float16").bytes(3) == memory.saved
        assert memory == same

    def test_frozen_parameters_have_no_gradient(self):
        """What training does not change has neither gradient nor state."""
        net = Sequential(input=(8, 8, 1)).conv(3, 2).fc(10).freeze("conv1")
        memory = net.training_memory("momentum", dtype="float64")

        assert (8 * 750, 8 * 730, 0, 8 * 730) == memory[:4]

    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"optimizer": "adm"}, "no optimiser 'adm'"),
            ({"optimizer": 3}, "no optimiser 3"),
            ({"batch": 0}, "batch 0 is no positive"),
            ({"mixed": True, "dtype": "int8"}, "16 bits, not in 'int8'"),
            ({"dtype": "float33"}, "no data type"),
        ],
    )
    def test_options(self, options, message):
        """Options that there are not are refused."""
        with pytest.raises(OptionError, match=message):
            zoo.lenet5().training_memory(**options)


class TestBatch:
    def test_a_plan_of_a_batch(self):
        """All sizes and offsets of a plan are those of one input times the batch."""
        net = zoo.squeezenet1_0()
        one, four = net.memory_plan(), net.memory_plan(batch=4)

        assert [4 * slot.offset for slot in one.arena] == [
            slot.offset for slot in four.arena
        ]
        assert 4 * one.peak == four.peak == net.peak_memory(batch=4)
        assert (one.best_order, 4 * one.best_peak) == (four.best_order, four.best_peak)

    def test_no_batch(self):
        """A batch of nothing is refused."""
        with pytest.raises(OptionError, match="batch 0 is no positive"):
            zoo.lenet5().memory_plan(batch=0)
        with pytest.raises(OptionError, match=r"batch True \(a bool\) is no positive"):
            zoo.lenet5().peak_memory(batch=True)


class TestUnknown:
    def test_totals_are_lower_bounds(self):
        """With a kind whose parameters are unknown, sums are lower bounds."""

        class Mystery(Layer):
            def output(self, x):
                return x

        net = Sequential(input=(2, 2, 1)).conv(1, 1).add(Mystery())
        memory = net.training_memory("adam")
        sums = net.memory_report()

        for size in (
            memory.parameters,
            memory.state,
            memory.saved,
            memory.total,
            sums.parameters,
        ):
            assert isinstance(size, AtLeast)
        assert (8, 0, 32) == sums

    def test_what_is_kept_may_be_stated(self):
        """A kind that says what it keeps is counted exactly: conv and it, 2×2 each."""

        class Squash(Layer):
            def output(self, x):
                return x

            def saves(self, x, y):
                return Saves("output")

        net = Sequential(input=(2, 2, 1)).conv(1, 1).add(Squash())
        saved = net.saved_for_backward()

        assert 4 * (4 + 4) == saved
        assert not isinstance(saved, AtLeast)


class TestMemoryOf:
    NET = Sequential(input=(4, 4, 1)).conv(3, 5, name="a").norm().fc(3, name="b")

    def test_data_types(self):
        """50 + 10 + 63 parameters, 10 buffers and 20 + 20 + 3 outputs, by type."""
        report = self.NET.memory_report

        assert (4 * 123, 40, 4 * 43 * 2) == report(batch=2)
        assert (246, 20, 43) == report("bfloat16", activations="int8")
        assert (62, 5, 22) == report("int4")
        assert (47, 4, 4 * 43) == report(3, activations="float32")

    def test_mappings(self):
        """A path counts before its groups, these before the kind; the rest float32."""
        report = self.NET.memory_report
        group = Sequential(input=(4, 4, 1)).add(Named(self.NET, "g"))

        assert (50 + 40 + 252, 40, 20 + 80 + 12) == report({"a": "int8"})
        assert (200 + 40 + 63, 40, 43 * 2) == report(
            {"FC": "int8"}, activations="float16"
        )
        assert (50 + 20 + 252, 20, 20 + 40 + 12) == group.memory_report(
            {"g": 16, "g/a": 8, "Conv2d": 1, "g/b": 32}
        )

    @pytest.mark.parametrize("path", ["out", "out/mid", "out/mid/in"])
    def test_a_group_at_any_depth(self, path):
        """All layers of a group have its data type, however deep they stand in it."""
        net = self.NET
        for name in ("in", "mid", "out"):
            net = Sequential(input=(4, 4, 1)).add(Named(net, name))

        assert 123 == net.memory({path: "int8"})

    @pytest.mark.parametrize(
        ("bits", "names"),
        [
            (64, "float64 int64"),
            (32, "float32 int32"),
            (16, "float16 bfloat16 int16"),
            (8, "float8 int8 uint8"),
            (4, "int4"),
            (2, "int2"),
            (1, "int1"),
        ],
    )
    def test_the_bits_of_each_type(self, bits, names):
        """A value takes as many bits as its type's name says; 123 values, packed."""
        for name in names.split():
            assert -(-123 * bits // 8) == self.NET.memory(name)

    def test_no_such_name(self):
        """A name that no node, group or kind has is answered with the nearest."""
        with pytest.raises(UnknownNameError, match='"Conv2d"'):
            self.NET.memory_report({"Conv3d": "int8"})
        with pytest.raises(OptionError, match="no data type 'int5'"):
            self.NET.memory_report("int5")
        with pytest.raises(OptionError, match="batch -1"):
            self.NET.memory_report(batch=-1)


def crossings(number):
    """Return a chain of parts in which one branch should end before the other begins."""
    g = Builder()
    x = g.input((4, 4, 1))
    for _ in range(number):
        large, huge = g.add(Conv2d(1, 6), x), g.add(Conv2d(1, 8), x)
        arms = [g.add(Conv2d(4, 1, padding="same"), arm) for arm in (huge, large)]
        x = g.add(Add(), *arms)
    return g.graph(x)


def test_a_chain_of_small_parts_is_searched_part_by_part(monkeypatch):
    """A limit that is enough for one part is enough for any number of them."""

    def exact(number, most):
        monkeypatch.setattr(orders_of, "_MOST_SETS", most)
        return crossings(number).memory_plan().exact

    least = next(most for most in itertools.count() if exact(1, most))

    assert least > 0
    assert exact(20, least + 2)


@pytest.mark.parametrize("number", [1, 2, 5])
def test_where_the_best_order_is_given_up_a_good_one_is_found(monkeypatch, number):
    """Branches that the given order begins together: one after another is best.

    The parts are made one segment by a tensor that goes around all of them. While the
    input of 16 values stays, and one for the way round, the huge branch of 8 × 16 ends
    before the large one of 6 × 16 begins.
    """
    g = Builder()
    x = around = g.input((4, 4, 1))
    for _ in range(number):
        large, huge = g.add(Conv2d(1, 6), x), g.add(Conv2d(1, 8), x)
        arms = [g.add(Conv2d(4, 1, padding="same"), arm) for arm in (huge, large)]
        x = g.add(Add(), *arms)
    net = g.graph(g.add(Add(), x, around))
    best = net.memory_plan(dtype=8)
    monkeypatch.setattr(orders_of, "_MOST_SETS", 2)
    plan = net.memory_plan(dtype=8)

    assert best.exact
    assert best.best_peak == plan.best_peak < plan.peak
    assert {*plan.best_order} == {*best.best_order}
    monkeypatch.setattr(orders_of, "_MOST_PAIRS", 0)
    assert plan.peak == net.memory_plan(dtype=8).best_peak


def test_a_wide_join_is_given_up_early(monkeypatch):
    """Where many nodes can be next, few sets are looked at, and the bound stays true."""
    looks = []
    takes = segments.Segment.takes
    monkeypatch.setattr(
        segments.Segment, "takes", lambda *args: looks.append(1) or takes(*args)
    )
    monkeypatch.setattr(orders_of, "_MOST_LOOKS", 10_000)
    arms = [Sequential().conv(3, 4, padding=1).relu()] * 100
    plan = (
        Sequential(input=(4, 4, 4)).branch(*arms, join=Add()).memory_plan(dtype="int8")
    )

    # All arms and the input; the bound does not know of the input.
    assert (101 * 64, 101 * 64, 100 * 64) == (
        plan.peak,
        plan.best_peak,
        plan.lower_bound,
    )
    assert not plan.exact
    assert len(looks) < 5 * 10_000


@given(graphs(), st.booleans())
def test_an_order_that_is_already_best_stays(net, inplace):
    """Where no order needs less, the given one is the best."""
    plan = net.memory_plan(inplace=inplace)
    table = net.graph.table
    as_given = [table.path(i) for i, call in enumerate(table.calls) if not call.idle]

    assert plan.best_peak < plan.peak or as_given == [*plan.best_order]


class TestDataTypes:
    """A network 4×4×1 → conv 4×4×4 → relu → conv 4×4×2, with 40 and 74 parameters."""

    NET = (
        Sequential(input=(4, 4, 1))
        .conv(3, 4, padding=1, name="a")
        .relu(name="r")
        .conv(3, 2, padding=1, name="b")
    )

    @pytest.mark.parametrize("name", BITS)
    def test_a_types_name_ends_in_its_bits(self, name):
        """Whatever it is of: integers, floats, and those of fewer bits than a byte."""
        assert name.endswith(f"t{BITS[name]}")

    @pytest.mark.parametrize(
        ("dtype", "parameters", "peak"),
        [
            ("float32", 4 * 114, 4 * 96),
            ("bfloat16", 2 * 114, 2 * 96),
            ("int4", 57, 48),
            (3, 43, 36),  # 114 and 96 values of 3 bits
            ({"weights": "int8"}, 114, 4 * 96),
            ({"activations": "int8"}, 4 * 114, 96),
            ({"weights": 8, "activations": 16}, 114, 2 * 96),
            ({"Conv2d": "int8"}, 114, 64 + 64 * 4),  # a's map, and the relu's own
            ({"Conv2d": "int8", "activations": "int8"}, 114, 96),
            # The relu has another type than what it would overwrite.
            ({"a": "int8"}, 40 + 4 * 74, 64 * 4 + 32 * 4),
            ({"b": "int8"}, 4 * 40 + 74, 64 * 4 + 16 * 4),
            ({"a": 16, "r": 16, "input1": 8}, 2 * 40 + 4 * 74, 64 * 2 + 32 * 4),
        ],
    )
    def test_each_question_takes_them(self, dtype, parameters, peak):
        """One type, weights and activations apart, or one for a kind or a node."""
        net = self.NET
        plan = net.memory_plan(dtype)

        assert parameters == net.memory(dtype) == net.memory_report(dtype).parameters
        assert peak == net.peak_memory(dtype) == plan.peak == plan.best_peak
        assert parameters == net.training_memory(dtype=dtype).parameters
        assert net.saved_for_backward(dtype) == (
            net.training_memory("adam", dtype=dtype).saved
        )

    def test_what_is_saved_has_the_type_of_who_made_it(self):
        """The relu's output serves the relu and the convolution behind, once."""
        net = self.NET

        assert 16 * 4 + 64 * 4 == net.saved_for_backward()
        assert 16 * 1 + 64 * 4 == net.saved_for_backward({"input1": "int8"})
        # In place the relu's output is where the convolution's was.
        assert 16 * 4 + 64 * 1 == net.saved_for_backward({"a": "int8"})
        assert 16 * 4 + 64 * 2 == net.saved_for_backward({"r": 16}, inplace=False)

    def test_training_takes_weights_and_activations_apart(self):
        """Gradients and state are of the weights' type."""
        memory = self.NET.training_memory(
            "adam", dtype={"weights": 16, "activations": 8}, batch=3
        )

        assert (228, 228, 0, 2 * 228, 3 * 80) == memory

    def test_mixed_precision_takes_any_half_types(self):
        """Weights in bfloat16 and activations in float16 are both of 16 bits."""
        halves = {"weights": "bfloat16", "activations": "float16"}
        memory = self.NET.training_memory(mixed=True, dtype=halves)

        assert self.NET.training_memory(mixed=True) == memory
        with pytest.raises(OptionError, match="computes in 16 bits"):
            self.NET.training_memory(mixed=True, dtype={"weights": "bfloat16"})

    @pytest.mark.parametrize(
        "ask",
        [
            lambda net, d: net.memory(d),
            lambda net, d: net.peak_memory(d),
            lambda net, d: net.memory_plan(d),
            lambda net, d: net.saved_for_backward(d),
            lambda net, d: net.training_memory(dtype=d),
            lambda net, d: net.memory_report(d),
        ],
    )
    def test_bad_types_are_refused(self, ask):
        """A type that there is not, or a name that no node has, is answered so."""
        with pytest.raises(OptionError, match="no data type 'int5'"):
            ask(self.NET, "int5")
        with pytest.raises(OptionError, match="no data type 'int5'"):
            ask(self.NET, {"a": "int5"})
        with pytest.raises(UnknownNameError, match='"Conv2d"'):
            ask(self.NET, {"Conv3d": "int8"})

    @pytest.mark.parametrize(
        "ask",
        [
            lambda net: net.peak_memory(inplace=3),
            lambda net: net.memory_plan(inplace="yes"),
            lambda net: net.saved_for_backward(inplace=None),
            lambda net: net.training_memory(inplace=1),
            lambda net: net.training_memory(mixed=1),
        ],
    )
    def test_flags_are_true_or_false(self, ask):
        """A choice that is neither True nor False is refused."""
        with pytest.raises(
            OptionError, match=r"(inplace|mixed) is .* Say True or False"
        ):
            ask(self.NET)


def test_a_plan_of_a_long_chain():
    """A plan takes time in proportion to the layers: each is a part of its own."""
    net = Sequential(input=(4, 4, 1)).repeat(5_000, Sequential().conv(1, 2).relu())
    plan = net.memory_plan("int8")

    assert 10_001 == len(plan.timeline) == len(plan.best_order)
    assert 64 == plan.peak == plan.arena_size
    assert plan.exact


def test_inputs_that_come_late_cut_nothing():
    """A second input in the middle of the table is there from the beginning."""
    g = Builder()
    x = g.add(Conv2d(1, 2), g.input((4, 4, 1)))
    late = g.input((4, 4, 3))
    y = g.add(Conv2d(1, 5), late)
    plan = g.graph(g.add(Concat(), x, y)).memory_plan(dtype="int8")

    assert plan.exact
    assert 16 * (2 + 5 + 7) == plan.peak == plan.best_peak
