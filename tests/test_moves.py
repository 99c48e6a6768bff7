"""Moves, joins, reductions, functions and parameters: as PyTorch, papers and sums say."""

import gzip
import itertools
import json
from pathlib import Path

import pytest
from facts_moves import answer
from hypothesis import given
from hypothesis import strategies as st
from test_layers import Mystery

from cnncalc import (
    FC,
    Activation,
    Add,
    AtLeast,
    Builder,
    Concat,
    ConfigError,
    Constant,
    Conv2d,
    Divide,
    Elementwise,
    Expand,
    Function,
    Gather,
    GraphError,
    Input,
    Maximum,
    MaxUnpool,
    Multiply,
    Norm,
    Parameter,
    Permute,
    PixelShuffle,
    PixelUnshuffle,
    Reduce,
    Reshape,
    Roll,
    Select,
    Sequential,
    Shape,
    ShapeError,
    Shared,
    Slice,
    Split,
    Stack,
    Upsample,
    WithParameter,
    from_json,
)
from cnncalc.layers.elementwise import OPERATIONS

DATA = Path(__file__).parent / "data" / "moves.jsonl.gz"


def facts():
    """Return the facts by kind."""
    with gzip.open(DATA, "rt", encoding="utf-8") as file:
        found = [json.loads(line) for line in file]
    return {kind: list(few) for kind, few in itertools.groupby(found, kind_of)}


def kind_of(fact):
    return fact["kind"]


FACTS = facts()


class TestPyTorch:
    @pytest.mark.parametrize("kind", FACTS)
    def test_shapes_numbers_bytes_and_positions(self, kind):
        """Each case is what PyTorch 2.13.0 makes of it, or is refused by both."""
        for fact in FACTS[kind]:
            got = answer(fact)
            refused = "refused" in fact
            want = "refused" if refused else {key: fact[key] for key in got}

            assert want == got, fact

    def test_there_are_facts_of_each_kind(self):
        """Most cases are accepted; and bytes and positions are among them."""
        every = [fact for few in FACTS.values() for fact in few]

        assert len(FACTS) >= 25
        for key in ("refused", "saved", "output"):
            assert sum(key in fact for fact in every) > 30
        assert sum(fact.get("seen") not in {None, False, True} for fact in []) == 0
        assert sum(isinstance(fact.get("seen"), list) for fact in every) > 30


def on(shape, *layers):
    return Sequential(input=shape).add(*layers)


class TestPapers:
    def test_a_vision_transformers_tokens(self):
        """ViT-B/16: patches, a class token and positions (Dosovitskiy et al., table 1)."""
        net = Sequential(input=(224, 224, 3)).conv(16, 768, stride=16)
        net = net.reshape((-1, 768)).add_parameter((1, 768), Concat(0), first=True)
        net = net.add_parameter((197, 768)).select(0, axis=0)

        assert (768,) == net.output
        assert 590_592 + 768 + 197 * 768 == net.params
        assert 196 * 16 * 16 * 3 * 768 == net.macs

    def test_cbam(self):
        """Woo et al. 2018: a perceptron that two poolings share, and a 7×7 convolution."""
        g = Builder()
        x = g.input((32, 32, 64))
        shared = Shared(Sequential().fc(4).relu().fc(64))
        pooled = [g.add(Reduce(op, (0, 1)), x) for op in ("mean", "max")]
        both = g.add(Add(), *[g.add(shared, one) for one in pooled])
        x = g.add(Multiply(), x, g.add(Activation("sigmoid"), both))
        maps = [g.add(Reduce(op, keep=True), x) for op in ("mean", "max")]
        mask = g.add(Conv2d(7, 1, padding=3, bias=False), g.add(Concat(), *maps))
        net = g.graph(g.add(Multiply(), g.add(Activation("sigmoid"), mask), x))

        assert (64 * 4 + 4) + (4 * 64 + 64) + 7 * 7 * 2 == net.params
        assert 2 * (2 * 64 * 4) + 7 * 7 * 2 * 32 * 32 == net.macs
        assert (32, 32, 64) == net.output
        assert (7, 7) == net.receptive_field  # without the gate over all positions

    def test_coordinate_attention(self):
        """Hou et al. 2021: means along each axis, as one map through one convolution."""
        g = Builder()
        x = g.input((20, 30, 64))
        rows = g.add(Reduce("mean", 1, keep=True), x)
        columns = g.add(Permute((1, 0, 2)), g.add(Reduce("mean", 0, keep=True), x))
        both = g.add(Conv2d(1, 8), g.add(Concat(0), rows, columns))
        both = g.add(Sequential().norm().hardswish(), both)
        rows, columns = [g.add(Split((20, 30), n, axis=0), both) for n in (0, 1)]
        rows = g.add(Conv2d(1, 64), rows)
        columns = g.add(Conv2d(1, 64), g.add(Permute((1, 0, 2)), columns))
        net = g.graph(g.add(Multiply(), x, rows, columns))

        assert (64 * 8 + 8) + 2 * 8 + 2 * (8 * 64 + 64) == net.params
        assert 50 * 64 * 8 + 50 * 8 * 64 == net.macs
        assert (20, 30, 64) == net.output
        assert (1, 1) == net.receptive_field

    def test_eca(self):
        """Wang et al. 2019: 3 weights slide over the means of the channels."""
        gate = Sequential().global_pool().reshape((-1, 1))
        gate = gate.conv1d(3, 1, padding=1, bias=False).reshape(-1).sigmoid()
        net = Sequential(input=(14, 14, 256)).branch(
            Sequential(), gate, join=Multiply()
        )

        assert (3, 3 * 256) == (net.params, net.macs)
        assert (14, 14, 256) == net.output

    def test_espcn(self):
        """Shi et al. 2016, §3.2: three convolutions, and the last one's 9 maps unfold."""
        net = Sequential(input=(85, 85, 1)).conv(5, 64, padding=2).tanh()
        net = net.conv(3, 32, padding=1).tanh().conv(3, 9, padding=1).pixel_shuffle(3)

        assert (255, 255, 1) == net.output
        assert (25 * 64 + 64) + (9 * 64 * 32 + 32) + (9 * 32 * 9 + 9) == net.params
        assert (9, 9) == net.receptive_field

    def test_dcgan(self):
        """Radford et al. 2015, figure 1: a vector of 100 is projected and reshaped."""
        net = Sequential(input=100).fc(4 * 4 * 1024).reshape((4, 4, 1024))

        assert (4, 4, 1024) == net.output
        assert net.conv_transpose(5, 512, stride=2, padding="same").output == (
            8,
            8,
            512,
        )

    def test_layer_scale_is_a_parameter(self):
        """A factor a channel, as of Touvron et al. 2021, and one for all (ReZero)."""
        scaled = Sequential(input=(56, 56, 96)).add_parameter(96, Multiply())
        rezero = Sequential(input=(56, 56, 96)).add_parameter(1, Multiply())

        assert Sequential(input=(56, 56, 96)).layer_scale().params == scaled.params
        assert (1, (56, 56, 96)) == (rezero.params, rezero.output)

    def test_keras_prelu(self):
        """Keras has a slope for each value: 18,432 for 24×24×32, not 32."""
        net = Sequential(input=(24, 24, 32))

        assert 18_432 == net.prelu(per_value=True).params
        assert 32 == net.prelu().params
        assert 0 == Activation("relu", per_value=True).params((24, 24, 32))
        with pytest.raises(ConfigError, match="Say one of both"):
            Activation("prelu", shared=True, per_value=True)

    def test_a_fraction_is_rounded_down(self):
        """Of 32·1.8 = 57.6, 57 is left; a whole fraction is an integer."""
        assert (57, 57, 3) == Upsample(1.8, mode="bicubic").output((32, 32, 3))
        assert Upsample(2.0) == Upsample(2) == Upsample((2.0, 2))
        assert Upsample((1.5, 1.5)) == Upsample(1.5)
        assert "Upsample(1.5)" == repr(Upsample((1.5, 1.5)))
        assert (16, 3, 8) == Upsample((0.5, 1.5)).output((32, 2, 8))
        # PyTorch multiplies floats: 0.29 · 100 is 28.999999999999996, and 1.1 · 10 is 11.
        assert (28, 1) == Upsample(0.29).output((100, 1))
        assert (11, 1) == Upsample(1.1).output((10, 1))
        with pytest.raises(ShapeError, match="leaves nothing of 1×9×3"):
            Upsample(0.5).output((1, 9, 3))
        for wrong in (0.0, -1.5, float("nan"), float("inf"), "2", (), (1.5, 0), 0):
            with pytest.raises(ConfigError, match="It must be a positive number"):
                Upsample(wrong)


class TestMoves:
    @pytest.mark.parametrize(
        ("layer", "x", "why"),
        [
            (Reshape((7, 8)), (7, 9), "63 values, and its shape 7×8 takes 56. Choose"),
            (Reshape((8, -1)), (7, 9), "takes 8 or a multiple of that"),
            (Expand(8), (7, 9), "has 2 axes with its channels, and its shape is 8"),
            (Expand((-1, 7, 9)), (7, 9), "Name as many sizes"),
            (Expand((7, 8)), (7, 9), "to a size of 8 where it has 9"),
            (Slice(9, axis=0), (7, 9), "nothing is left of the 7 positions of axis 0"),
            (Slice(axis=2), (7, 9), "no axis 2 in 7×9, which has 2 with its channels"),
            (Select(9), (7, 9), "no position 9 among the 9 of axis -1"),
            (Select(0), 9, "Use Slice, which keeps the axis"),
            (
                Roll(1, 2),
                (7, 9),
                "Axes are counted from 0 to 1, and -1 is the channels",
            ),
            (Gather(3, 2), (7, 9), "no axis 2 in 7×9, which has 2 with its channels"),
            (Split(2, axis=0), (7, 9), "do not make up the 7 positions of axis 0"),
            (PixelShuffle(2), (7, 9, 6), "2×2 positions do not divide the 6 channels"),
            (PixelShuffle(2), 8, "a vector of 8"),
            (PixelUnshuffle(2), (7, 8, 6), "its blocks of 2×2 do not divide 7×8×6"),
            (MaxUnpool(2), 8, "a vector of 8"),
            (MaxUnpool(2, size=9), (4, 4, 8), None),
            (MaxUnpool(2, size=10), (4, 4, 8), "leads from no 10×10 to 4×4×8. Reach"),
            (Reduce(axes=(0, -2)), (7, 9), r"its axes \(0, -2\) name one of 7×9 twice"),
            (Reduce(axes=5), (7, 9), "no axis 5"),
        ],
    )
    def test_what_cannot_be(self, layer, x, why):
        """The message says what arrived, why it cannot be, and what helps."""
        if why is None:
            assert layer.output(x)
        else:
            with pytest.raises(ShapeError, match=why):
                layer.output(x)

    @pytest.mark.parametrize(
        ("make", "why"),
        [
            (lambda: Reshape((-1, -1)), "leaves several sizes open"),
            (lambda: Reshape((0, 2)), "the sizes of an output"),
            (lambda: Reshape(()), "the sizes of an output"),
            (lambda: Reshape("8"), "the sizes of an output"),
            (lambda: Slice(step=0), "a positive integer"),
            (lambda: Slice(stop="3"), "None for the end"),
            (lambda: Slice(1.0), "counted from the end"),
            (lambda: Select(None), "counted from the end"),
            (lambda: Select(0, 0.5), "-1 is the channels"),
            (lambda: Roll((1, 2)), "it has 2 shifts, and axes: 1"),
            (lambda: Roll(()), "an integer, or a tuple of them"),
            (lambda: Gather(0), "a positive integer, or a tuple of them"),
            (lambda: Gather(()), "a positive integer, or a tuple of them"),
            (lambda: Gather(3, 0.5), "-1 is the channels"),
            (lambda: Constant((0, 3)), "positive integer"),
            (lambda: Constant(3, kept=1), "True or False"),
            (lambda: Reduce(axes=(0, 0)), "name one twice"),
            (lambda: Reduce(axes="0"), "an axis, a tuple of them, or None"),
            (lambda: Reduce("median"), "one of"),
            (lambda: Function("cot"), "one of"),
            (lambda: Elementwise("plus"), "one of"),
            (lambda: Parameter((0, 3)), "positive integer"),
        ],
    )
    def test_fields(self, make, why):
        """A field that is no such thing is refused, with what it must be."""
        with pytest.raises(ConfigError, match=why):
            make()

    def test_one_number_stays_one(self):
        """A tuple of one number means that number, and is written so."""
        assert "Roll(2)" == repr(Roll((2,), (-1,)))
        assert "Reduce('max', 0)" == repr(Reduce("max", (0,))).replace('"', "'")
        assert Reshape(8) == Reshape((8,))

    def test_stacking(self):
        """Frames become a volume; of one input an axis is added; all must be alike."""
        assert (16, 9, 9, 3) == Stack().output(*[Shape(9, 9, 3)] * 16)
        assert (9, 3, 1) == Stack(-1).output(Shape(9, 3))
        with pytest.raises(ShapeError, match="Bring input 2 to 9×3"):
            Stack().output((9, 3), (3, 9))
        with pytest.raises(ShapeError, match="no place 3 for an axis among 3"):
            Stack(3).output((9, 3))

    def test_concatenating_along_an_axis(self):
        """Sizes along it add up; the others must be equal."""
        assert (5, 4, 8) == Concat(0).output((2, 4, 8), (3, 4, 8))
        with pytest.raises(ShapeError, match="Bring input 2 to any×4×8"):
            Concat(0).output((2, 4, 8), (3, 5, 8))

    @given(st.integers(1, 4), st.integers(1, 4), st.integers(0, 2), st.integers(1, 6))
    def test_what_an_unpooled_value_may_come_from(self, kernel, step, pad, size):
        """These are the windows that the place stands in, counted one by one."""
        step, pad = min(step, kernel), min(pad, kernel // 2)
        layer = MaxUnpool(kernel, stride=step, padding=pad)
        x = Shape(size, 1)
        if (size - 1) * step + kernel <= 2 * pad:
            return
        for place in range(layer.output(x)[0]):
            behind = [
                window
                for window in range(size)
                if window * step - pad <= place < window * step - pad + kernel
            ]
            (found,) = layer.input_positions(x, (range(place, place + 1),))

            assert behind == list(found)


class TestJoins:
    @given(st.lists(st.integers(1, 3), min_size=1, max_size=4), st.data())
    def test_spread_as_numpys(self, sizes, data):
        """A gate may stand first or second; shapes are NumPy's."""
        numpy = pytest.importorskip("numpy")
        other = [data.draw(st.sampled_from([1, n])) for n in sizes]
        other = other[data.draw(st.integers(0, len(other) - 1)) :]
        for xs in ((sizes, other), (other, sizes)):
            want = numpy.broadcast_shapes(*map(tuple, xs))
            for name in OPERATIONS:
                assert want == Elementwise(name).output(*[Shape(*x) for x in xs])

    def test_operations_have_classes(self):
        """What an operation is does not depend on how it is written."""
        x, gate = Shape(4, 4, 8), Shape(4, 1, 8)
        for kind in (Add, Multiply, Maximum, Divide):
            one, other = kind(), Elementwise(kind.operation)
            for fact in ("role", "is_gate", "inplace", "arity", "default_name"):
                assert getattr(one, fact) == getattr(other, fact), (kind, fact)
            y = one.output(x, gate)

            assert one.saves(x, gate, y) == other.saves(x, gate, y)
        assert "arctan2_" == Elementwise("arctan2").default_name

    def test_of_two_alone(self):
        """Where the order matters there are two inputs."""
        g = Builder()
        x = g.input(4)
        with pytest.raises(GraphError, match="3 inputs reached it, and it takes 2"):
            g.add(Divide(), x, x, x)
        said = (
            r"1 input reached it, and it takes 2\..*g.add\(Elementwise\(...\), x, y\)"
        )
        with pytest.raises(GraphError, match=said):
            g.add(Elementwise("remainder"), x)

    def test_the_gate_is_left_out_wherever_it_stands(self):
        """The field of a gated map is that of the map; with gates, it is everything."""
        for first in (True, False):
            g = Builder()
            x = g.input((9, 9, 4))
            y = g.add(Conv2d(3, 4, padding=1), x)
            gate = g.add(FC(4), g.add(Reduce(axes=(0, 1)), y))
            net = g.graph(g.add(Multiply(), *((gate, y) if first else (y, gate))))

            assert (3, 3) == net.receptive_field
            assert (3, 3) == net.fields()["multiply1"].size
            assert "global" == net.fields(gates=True)["multiply1"]
            assert "the gate, which sees everything" in str(net.explain("multiply1"))
            assert range(3, 6) == net.region("multiply1", 4, 4).rows
            assert range(9) == net.region("multiply1", 4, 4, gates=True).rows

    def test_gates_alone_are_no_gates(self):
        """Of two that are spread, neither is left out."""
        g = Builder()
        x = g.input((8, 8, 4))
        rows = g.add(Reduce(axes=0, keep=True), x)
        columns = g.add(Reduce(axes=1, keep=True), x)
        net = g.graph(g.add(Multiply(), rows, columns))

        assert net.fields()["multiply1"] is None
        assert "strides differ" in str(net.explain("multiply1"))
        assert (range(8), range(8)) == tuple(net.region("multiply1", 2, 3))

    def test_gates_along_one_axis(self):
        """Means along an axis are gates, too, and the explanation says so."""
        g = Builder()
        x = g.input((8, 8, 4))
        rows = g.add(Reduce(axes=0, keep=True), x)
        net = g.graph(g.add(Multiply(), x, rows))

        assert (1, 1) == net.receptive_field
        assert "gates, which are spread, are left out" in str(net.explain("multiply1"))


class TestParameters:
    @staticmethod
    def net():
        g = Builder()
        x = g.input((8, 8, 4), name="x")
        table = g.add(Parameter((8, 8, 1), name="table"))
        scale = g.add(Parameter(1, name="scale", trainable=False))
        y = g.add(Add(), g.add(Multiply(), x, scale), table)
        y = g.add(Add(), g.add(Conv2d(1, 4), y), g.add(Function("exp"), table))
        return g.graph(y, name="net")

    def test_they_count_once(self):
        """A node that is used twice owns its weights once."""
        net = self.net()

        assert (64 + 1 + 20, 64 + 20) == (net.params, net.trainable_params)
        assert (8, 8, 4) == net.input == net.output
        assert ["table", "scale"] == [row.path for row in net.nodes][:2]
        assert (0, "8×8×1") == (
            net["table"].activation_size,
            str(net["table"].formula),
        )
        assert 20 == net.freeze("table").trainable_params

    def test_they_are_weights_and_no_activations(self):
        """Neither activations, nor the peak, nor what is saved has them."""
        net, x = self.net(), 8 * 8 * 4

        assert 4 * x + 64 == net.activations
        # Before the last addition: what the convolution puts out, and exp's 64 values.
        assert 4 * max(2 * x, x + 64 + x) >= net.peak_memory()
        # Of multiply, whose scale is fixed, nothing; the convolution's input; exp's own.
        assert 4 * (x + 64) == net.saved_for_backward()

    def test_nothing_is_seen_through_them(self):
        """A field is that of the rest; of parameters alone it is nothing."""
        net = self.net()
        fields = net.fields()

        assert ["nothing"] * 3 == [fields[n] for n in ("table", "scale", "exp1")]
        assert (1, 1) == net.receptive_field
        assert range(2, 3) == net.region("add2", 2, 3).rows
        text = str(net.explain("table"))
        assert "receptive field: nothing; parameters alone are behind it" in text
        assert "these are the parameters themselves" in text
        assert "其后只有参数" in net.explain("table", language="zh").to_text()

    def test_constants_are_no_weights(self):
        """What never changes is a buffer if it is kept, and else no number at all."""
        g = Builder()
        x = g.input((8, 8, 4))
        mask = g.add(Constant((8, 8, 1), kept=False, name="mask"))
        y = g.add(Multiply(), g.add(Add(), x, mask), g.add(Constant(4, name="scale")))
        net = g.graph(y)

        assert (0, 4, 0) == (net.params, net.buffers, net.macs)
        assert 2 * 8 * 8 * 4 == net.activations
        assert ["nothing"] * 2 == [net.fields()[name] for name in ("mask", "scale")]
        assert "parameters themselves" not in str(net.explain("mask"))
        assert net == from_json(net.to_json())

    def test_they_are_saved_and_drawn(self):
        """JSON, Python and a picture have them; and so has a part."""
        net = self.net()
        space = {}
        exec(net.to_python(), space)

        assert net == from_json(net.to_json()) == space["net"]
        assert "table" in net.draw().to_svg()
        assert "table" in str(net.summary())
        assert [] == net.lint()
        assert net.deployed().params == net.params
        assert 2 == len(net[:2])
        assert net.params == Sequential(input=(8, 8, 4)).add(net).params

    def test_other_inputs(self):
        """On another shape the parameters stay what they are."""
        g = Builder()
        x = g.input((9, 9, 4))
        net = g.graph(g.add(Multiply(), x, g.add(Parameter(4))))

        assert (3, 3, 4) == net.on((3, 3, 4)).output
        with pytest.raises(
            ShapeError, match="Put a linear layer of 5 units on input 2"
        ):
            net.on((3, 3, 5))

    def test_in_a_chain(self):
        """A chain takes one with what joins it; by itself it has no input."""
        with pytest.raises(GraphError, match="Add it in a Builder, and join it"):
            Sequential(input=4).add(Parameter(4))
        frozen = Sequential(input=4).add_parameter(4, trainable=False)

        assert (4, 0) == (frozen.params, frozen.trainable_params)
        assert "with_parameter1/parameter1" == frozen.nodes[0].path
        assert WithParameter((4,), trainable=False) == frozen.steps[0]
        assert frozen == eval(repr(frozen))

    def test_shared_ones(self):
        """Two nodes of a shared parameter have its weights together."""
        g, table = Builder(), Shared(Parameter((3, 4)))
        x = g.input((3, 4))
        y = g.add(Add(), g.add(Add(), x, g.add(table)), g.add(table))

        assert 12 == g.graph(y).params

    def test_a_network_of_parameters(self):
        """Without an input there is one of no shape, and units see nothing."""
        g = Builder()
        net = g.graph(g.add(Add(), g.add(Parameter(3)), g.add(Parameter(3))))

        assert ((), 6) == (net.input, net.params)
        assert "nothing" == net.fields()["add1"]
        assert {} == net.region("add1")


class TestFields:
    def test_unknown_ones_say_why(self):
        """A layer that makes other axes and tells no field is said to do so."""
        net = on((6, 6, 2), Conv2d(3, 2), Select(0, 0))
        assert net.fields()["select1"] is None
        assert "does not state what it sees" in str(net.explain("select1"))

    def test_a_window_of_other_axes(self):
        """A window along other axes than the field has is unknown, with the reason."""
        net = on(100, Reshape(100)).add(Expand((4, -1))).conv1d(2, 3)

        assert "global" == net.fields()["conv1"]
        net = Sequential(input=(1, 1, 5)).reshape((1, 5)).conv1d(3, 5, padding=1)

        assert net.fields()["conv1"] is None
        assert "other axes than what is before it" in str(net.explain("conv1"))

    def test_reductions(self):
        """Along one axis a field is that whole axis; along all, everything."""
        x = Shape(6, 8, 4)

        assert (1, 8) == on(x, Reduce(axes=1, keep=True)).receptive_field
        assert on(x, Reduce(axes=1)).receptive_field is None
        assert "global" == on(x, Reduce(axes=(0, 1))).fields()["reduce1"]
        assert "global" == on(x, Reduce(axes=None)).fields()["reduce1"]
        assert (1, 1) == on(x, Reduce(keep=True)).receptive_field
        assert on(x, Reduce()).fields()["reduce1"] is None
        assert (1,) == Reduce(axes=None).output(x)
        assert (1, 1, 1) == Reduce(axes=None, keep=True).output(x)

    def test_a_layer_that_says_its_flops(self):
        """A layer of one's own says what a value takes, whatever its role."""

        class Own(Mystery):
            flops_per_value = 3

            def macs_of(self, *xs, **_):
                return 0

        assert 3 * 8 == on(8, Own()).flops
        assert AtLeast is type(on(8, Mystery()).flops)

    def test_inputs_have_no_arity(self):
        """An input is where data enters: nothing reaches it."""
        assert (0, 0) == Input.arity == Parameter.arity


def test_names_of_functions_that_end_in_digits():
    """An automatic name has its number apart."""
    net = on(4, Function("log2"), Function("exp"), Function("log10"))

    assert ["log2_1", "exp1", "log10_1"] == [row.name for row in net.nodes]


def test_what_is_behind_parameters_alone_sees_nothing():
    """Whatever is done to a parameter, no input is seen through it."""
    g = Builder()
    x = g.input((8, 8, 3))
    swept = g.add(Conv2d(3, 3, padding=1), g.add(Parameter((1, 1, 3))))
    token = g.add(Norm(), swept)
    net = g.graph(g.add(Add(), g.add(Conv2d(3, 3, padding=1), x), token))

    assert "nothing" == net.fields()["norm1"]
    assert (3, 3) == net.fields()["add1"].size


def test_an_input_of_one_position_is_spread():
    """Of a join of one's own, what has one position is behind all of the output."""
    shapes = Shape(8, 8, 3), Shape(1, 1, 3)
    place = range(2, 3), range(4, 5)

    assert (range(1), range(1)) == Norm().input_place(1, shapes, place)
    assert place == Norm().input_place(0, shapes, place)
