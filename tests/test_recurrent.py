"""Recurrent layers: against a naive walk, PyTorch, Keras, and what tools say."""

import itertools
import pickle
from pathlib import Path

import pytest
from facts import read
from facts_recurrent import answer, expected, tools_of
from hypothesis import given, settings
from strategies import fitting, recurrent_on, sequences, volumes

from cnncalc import (
    FC,
    GRU,
    LSTM,
    RNN,
    AtLeast,
    ConfigError,
    Convention,
    ConvLSTM2d,
    Layer,
    Multiply,
    Rule,
    Sequential,
    Shape,
    ShapeError,
    from_json,
)
from cnncalc.operations import quantities as of
from cnncalc.operations.conventions import CONVENTIONS

FACTS = read(Path(__file__).parent / "data" / "ops_recurrent.jsonl.gz")
GATES = {LSTM: 4, GRU: 3, RNN: 1}


def walk(layer, x):
    """Return the output and counts of a recurrent layer, one use at a time."""
    steps, reached = x
    width = getattr(layer, "projection", None) or layer.units
    rows = {"torch": 2, "keras": 1, "none": 0}[layer.bias]
    if getattr(layer, "reset_after", False) and layer.bias == "keras":
        rows = 2
    weights, biases, macs, added = set(), set(), 0, 0
    directions = "→←" if layer.bidirectional else "→"
    for number in range(layer.layers):
        for step, way in itertools.product(range(steps), directions):
            for gate, unit in itertools.product(
                range(GATES[type(layer)]), range(layer.units)
            ):
                for value in range(reached + width):
                    weights.add((number, way, gate, unit, value))
                    macs += 1
                for row in range(rows):
                    biases.add((number, way, gate, unit, row))
                    added += 1
            if width != layer.units:
                for pair in itertools.product(range(width), range(layer.units)):
                    weights.add((number, way, "projection", *pair))
                    macs += 1
        together = len(directions) if layer.merge == "concat" else 1
        reached = width * together
    size = (steps, reached) if layer.sequences else (reached,)
    return size, len(weights) + len(biases), macs + added, macs


def walk_maps(layer, x):
    """Return the same of a recurrent convolution."""
    steps, *_, channels = x
    *space, filters = layer.output(x)[-3:]
    places = list(itertools.product(range(steps), *map(range, space)))
    weights, biases, links = set(), set(), 0
    taps = list(itertools.product(*map(range, layer.kernel)))
    for gate, filter_ in itertools.product(range(4), range(filters)):
        for tap, channel in itertools.product(taps, range(channels + filters)):
            weights.add((gate, filter_, tap, channel))
            links += len(places)
        if layer.bias:
            biases.add((gate, filter_))
    added = len(biases) * len(places)
    size = (*([steps] if layer.sequences else []), *space, filters)
    return size, len(weights) + len(biases), links + added, links


class TestCounts:
    @settings(deadline=None)
    @given(fitting(recurrent_on, sequences))
    def test_a_naive_walk_counts_as_many(self, fit):
        """Each step meets each weight of each cell once."""
        x, layer = fit
        y = layer.output(x)
        found = tuple(y), layer.params(x), layer.connections(x), layer.macs(x)

        assert walk(layer, x) == found
        assert layer.params(x) - layer.weights(x) == layer.biases(x)
        assert layer.biases(x) * x[0] == layer.bias_uses(x, y)

    @settings(deadline=None, max_examples=30)
    @given(fitting(recurrent_on, volumes))
    def test_a_naive_walk_over_maps_counts_as_many(self, fit):
        """A recurrent convolution meets each weight at each position of each step."""
        x, layer = fit
        found = tuple(layer.output(x)), layer.params(x)

        assert walk_maps(layer, x) == (*found, layer.connections(x), layer.macs(x))

    @pytest.mark.parametrize("fact", FACTS, ids=lambda fact: fact["op"])
    def test_as_frameworks_and_tools_have_it(self, fact):
        """Shape, parameters, MACs, saved values and gradients are those that they have."""
        assert expected(fact) == answer(fact)
        assert [] == list(tools_of(fact))

    @pytest.mark.parametrize(
        ("layer", "x", "params"),
        [
            # Keras' documentation of its models: what `summary` prints.
            (LSTM(64, bias="keras"), (10, 32), 24_832),
            (RNN(24, bias="keras"), (20, 64), 2_136),
            (GRU(64, bias="keras"), (20, 32), 18_816),
            (GRU(64, bias="keras", reset_after=False), (20, 32), 18_624),
            (ConvLSTM2d(3, 16, padding="same"), (8, 40, 40, 1), 9_856),
            (ConvLSTM2d(3, 8, padding="same"), (8, 40, 40, 16), 6_944),
            # 2 × (4·128·(64 + 128) + 4·128), and 2 × (4·64·(256 + 64) + ...) of a sum.
            (LSTM(128, bias="keras", bidirectional=True), (32, 64), 197_632),
            # PyTorch's: 4·16·(8 + 16) + 2·4·16.
            (LSTM(16), (5, 8), 1_664),
            (LSTM(256, bidirectional=True), (41, 512), 1_576_960),
            (GRU(128, bidirectional=True), (26, 512), 493_056),
        ],
    )
    def test_published_sums(self, layer, x, params):
        """Parameters as the frameworks' summaries print them."""
        assert params == layer.params(x)

    def test_flop_counters_see_all_on_the_meta_device(self):
        """PyTorch's flop counter says 15,360 for 5 steps of LSTM(8, 16): 2 a MAC."""
        net = Sequential(input=(5, 8)).lstm(16)

        assert 15_360 == 2 * net.macs == 2 * net.operations("torchvision")
        assert 0 == net.operations("fvcore") == net.operations("ptflops-aten")

    def test_reconcile_says_why(self):
        """What a tool does not see, or sees otherwise, has a line of its own."""
        net = Sequential(input=(5, 8)).lstm(16)

        assert "7,680 - recurrence that is not seen 7,680 = 0" == str(
            net.reconcile("fvcore")
        )
        assert "7,680 + bias 640 + gates 800 = 9,120" == str(net.reconcile("ptflops"))
        assert "7,680 + bias 640 + gates 14,400 = 22,720" == str(
            net.reconcile("onnx-tool")
        )
        assert "7,680 + bias 640 - recurrence that is not seen 8,320 = 0" == str(
            net.reconcile("ptflops-aten")
        )

    def test_a_recurrent_convolution_counts_in_every_preset(self):
        """No tool for PyTorch has met one: it counts by its MACs."""
        net = Sequential(input=(2, 4, 4, 1)).conv_lstm(1, 2, bias=False)

        for name in CONVENTIONS:
            times = {"calflops": 2, "torchstat-madd": 2, "tensorflow": 2}
            times["activations"] = 0  # no convolution that runs by itself
            assert times.get(name, 1) * net.macs == net.operations(name), name

    @pytest.mark.parametrize(
        ("net", "operations"),
        [
            # 5 steps of 3 units: 11 weights a gate, 2 biases, sigmoids and tanhs.
            (Sequential(input=(5, 8)).lstm(3), 5 * 3 * (4 * (22 + 2) + 23)),
            # Two directions, and their sum, in both of two layers.
            (
                Sequential(input=(5, 8)).rnn(
                    3, layers=2, bidirectional=True, merge="sum", function="relu"
                ),
                5 * 3 * (2 * (22 + 2 + 1) + 1 + 2 * (12 + 2 + 1) + 1),
            ),
            (
                Sequential(input=(2, 4, 4, 8)).conv_lstm(1, 3),
                2 * 16 * 3 * (4 * (22 + 1) + 23),
            ),
        ],
        ids=str,
    )
    def test_our_own_flops(self, net, operations):
        """A step takes its multiply-adds, its biases, its functions and its sums."""
        assert operations == net.flops

    @pytest.mark.parametrize("role", ["lstm", "gru", "rnn: tanh"])
    def test_a_kind_of_ones_own_may_have_the_role(self, role):
        """Of a kind that tells its role and MACs alone, no tool fails."""

        class Own(Layer):
            @property
            def role(self):
                return role

            def output(self, x):
                return x

            def macs(self, x):
                return 7

        net = Sequential(input=(5, 8)).add(Own())

        for name in CONVENTIONS:
            assert net.operations(name) is not None
        assert AtLeast is type(net.flops)
        assert AtLeast is type(net.operations("thop"))

    def test_a_convention_of_ones_own(self):
        """States are a quantity, of other layers unknown."""
        own = Convention("own", "States.", (Rule("states", ("lstm",), of.states),))

        assert 5 * 16 * 2 == Sequential(input=(5, 8)).lstm(16, layers=2).operations(own)


class TestBackward:
    def test_a_frozen_layer_keeps_what_its_input_needs(self):
        """PyTorch's LSTM(2, 7) keeps 210 values at 5 steps if its weights are frozen."""
        x = Shape(5, 2)

        for layer, kept in ((LSTM(7), 210), (GRU(7), 210), (RNN(7), 35)):
            saved = type(layer)(7, trainable=False).saves(x, layer.output(x))

            assert (kept, "") == (saved.extra, saved.tensors)

    def test_what_a_recurrent_convolution_keeps_is_unknown(self):
        """Keras does not tell: the number is a lower bound."""
        net = Sequential(input=(2, 4, 4, 1)).conv_lstm(3, 2)

        assert str(net.saved_for_backward()).startswith("≥")


class TestFields:
    @pytest.mark.parametrize("both", [False, True])
    def test_a_unit_sees_what_came_before(self, both):
        """Of one direction step i sees the steps up to i; of two it sees all."""
        net = Sequential(input=(6, 3)).rnn(2, bidirectional=both).conv1d(2, 1)

        assert range(6 if both else 4) == net.region("conv1", 2)[0]
        assert {"rnn1": "global", "conv1": "global"} == net.fields()

    def test_the_last_state_sees_all(self):
        """A vector is behind all steps, and a linear layer behind it too."""
        net = Sequential(input=(6, 3)).lstm(2, sequences=False).fc(1)

        assert range(6) == net.region("fc1")[0]

    def test_one_step_sees_itself(self):
        """A sequence of one step has nothing before."""
        assert (1,) == Sequential(input=(1, 3)).gru(2).receptive_field

    def test_that_of_a_recurrent_convolution_is_unknown(self):
        """It grows with each step, and is said to be unknown."""
        net = Sequential(input=(2, 9, 9, 1)).conv_lstm(3, 2)

        assert net.fields() == {"conv_lstm1": None}
        assert net.region("conv_lstm1", 0, 0, 0) is None
        assert "does not state what it sees" in str(net.explain())

    def test_it_is_explained(self):
        """Who sees less than all is not said to see all."""
        text = str(Sequential(input=(6, 3)).lstm(2, bidirectional=True).explain())

        assert "each output sees every position" in text
        assert "together they see every position" in str(
            Sequential(input=(6, 3)).lstm(2).explain()
        )


class TestFaces:
    @pytest.mark.parametrize(
        "net",
        [
            Sequential(input=(9, 4)).lstm(3, layers=2, projection=2).fc(2),
            Sequential(input=(9, 4)).gru(3, bias="keras", reset_after=False),
            Sequential(input=(9, 4)).rnn(3, function="relu", merge="sum"),
            Sequential(input=(3, 9, 9, 4)).conv_lstm((3, 2), 3, sequences=False),
            Sequential(input=(9, 4)).lstm(3, bidirectional=True, bias=False).gru(2),
        ],
        ids=str,
    )
    def test_it_is_saved_and_read(self, net):
        """JSON, Python source and a pickle bring the same network back."""
        names = {}
        exec(net.to_python(), names)

        assert net == from_json(net.to_json()) == names["net"]
        assert net == pickle.loads(pickle.dumps(net))

    def test_in_every_report(self):
        """It is summarised, explained in two languages, and drawn in its own colour."""
        net = Sequential(input=(28, 32)).lstm(20).gru(10).rnn(7, sequences=False).fc(3)

        assert "4×20×(32 + 20) + 2×4×20" in str(net.summary())
        assert "4×U×(C_in + U)" in str(net.explain())
        assert "单元数" in net.explain(language="zh").to_text()
        assert "recurrent" in net.draw().to_svg()
        assert "O(N·4·C_out·(C_in + C_out))" == net.complexity()["lstm1"].time.general

    def test_a_bias_is_told_as_of_other_layers(self):
        """True and False stand for PyTorch's and none."""
        assert LSTM(3) == LSTM(3, bias=True) == LSTM(3, bias=False).biased()
        assert LSTM(3, bias="none") == LSTM(3, bias=False)

    @pytest.mark.parametrize(
        ("make", "message"),
        [
            (lambda: LSTM(0), "units is 0. It must be a positive integer"),
            (lambda: LSTM(3, layers=0), "layers is 0"),
            (lambda: LSTM(3, projection=0), "a positive integer, or None"),
            (lambda: LSTM(3, projection=3), "projection 3 is not below its 3 units"),
            (lambda: GRU(3, bias="onnx"), 'one of "torch", "keras", "none"'),
            (lambda: RNN(3, function="elu"), 'one of "tanh", "relu"'),
            (lambda: RNN(3, merge="mul"), 'one of "concat", "sum"'),
            (lambda: ConvLSTM2d(3, 2, padding="causal"), "padding is 'causal'"),
        ],
    )
    def test_a_wrong_field_is_refused(self, make, message):
        """A message says which, and what it must be."""
        with pytest.raises(ConfigError, match=message):
            make()

    @pytest.mark.parametrize(
        ("layer", "x", "message"),
        [
            (LSTM(3), 8, "goes through a sequence, and 8, a vector, reached it"),
            (GRU(3), (4, 4, 8), "and 4×4×8, a map, reached it. Bring it to steps×ch"),
            (ConvLSTM2d(3, 2), (4, 4, 8), "a volume, and 4×4×8, a map, reached it"),
            (ConvLSTM2d(5, 2), (3, 4, 4, 8), "5×5 is larger than the padded map 4×4"),
        ],
    )
    def test_a_wrong_shape_is_refused(self, layer, x, message):
        """A message says what arrived, and to what to bring it."""
        with pytest.raises(ShapeError, match=message):
            layer.output(x)


def test_crnn():
    """Both recurrences of CRNN, as PyTorch counts them on 26 and on 41 steps.

    Shi et al. 2015, https://arxiv.org/abs/1507.05717, table 1, with GRUs of 128 and
    LSTMs of 256 units; a linear layer stands behind each.
    """
    gru = Sequential(input=(26, 512)).gru(128, bidirectional=True)
    gru = gru.fc(128, flatten=False).gru(128, bidirectional=True).fc(37, flatten=False)
    lstm = Sequential(input=(41, 512)).lstm(256, bidirectional=True)
    lstm = lstm.fc(256, flatten=False).lstm(256, bidirectional=True)
    lstm = lstm.fc(37, flatten=False)
    cnn = 5_551_360  # its convolutions and norms, in both

    assert [493_056, 32_896, 198_144, 9_509] == [row.params for row in gru]
    assert [12_779_520, 851_968, 5_111_808, 246_272] == [row.macs for row in gru]
    assert 6_284_965 == cnn + gru.params
    assert 8_331_301 == cnn + lstm.params
    assert 1_117_444_608 == 1_003_814_912 + lstm.macs
    assert Shape(41, 37) == lstm.output


def test_a_text_cnn():
    """Three widths of filters over words: Kim 2014, as Keras counts them.

    https://arxiv.org/abs/1408.5882, figure 1; 64 values a word, and 64 filters a width.
    """
    words = Sequential(input=(200, 64))
    branches = [Sequential().conv1d(k, 64).relu().global_pool("max") for k in (3, 4, 5)]
    net = words.branch(*branches).fc(1)

    assert 689_537 - 640_000 == net.params  # but the words' own values
    assert 9_674_944 == net.macs
    assert Shape.of(1) == net.output


def test_a_tcn():
    """A temporal convolutional network: Bai et al. 2018, as PyTorch counts it.

    https://arxiv.org/abs/1803.01271, figure 1, on 784 pixels: 8 blocks of 25 channels,
    whose convolutions pad both ends, and cut off what looks ahead.
    """

    def chomped(d):
        return Sequential().conv1d(7, 25, padding=6 * d, dilation=d).crop(((0, 6 * d),))

    net = Sequential(input=(784, 1))
    for level in range(8):
        d = 2**level
        body = Sequential().add(chomped(d)).relu().add(chomped(d)).relu()
        shortcut = Sequential() if level else Sequential().conv1d(1, 25)
        net = net.residual(body, shortcut=shortcut).relu()
    last = net.add(FC(10)).params - net.params  # of one step PyTorch has 25·10 + 10
    steps = 15 * 25 + 25  # the lengths that weight normalisation keeps apart

    assert 66_910 == net.params + 260 + steps
    assert 64_969_350 - 250 == net.macs
    assert (1 + 2 * 6 * 255,) == net.receptive_field
    assert 784 * 250 + 10 == last


def test_an_ecg_resnet():
    """A residual network for ECGs, whose layers are those that Keras counts.

    In the manner of Hannun et al. 2019, https://doi.org/10.1038/s41591-018-0268-3, with
    separable convolutions: 12 leads, 5,000 samples.
    """
    net = Sequential(input=(5000, 12)).conv1d(
        15, 64, stride=2, padding="same", bias=False
    )
    net = net.norm().relu().pool(3, stride=2, padding="same")
    for filters, stride in ((64, 1), (128, 2), (256, 2)):
        body = Sequential().separable1d(
            7, filters, stride=stride, padding="same", bias=False
        )
        body = body.norm().relu().dropout(0.2).conv1d(7, filters, padding="same")
        shortcut = Sequential()
        if stride > 1:
            shortcut = Sequential().conv1d(1, filters, stride=stride, padding="same")
        net = net.residual(body.norm(scale=False), shortcut=shortcut).relu()

    assert 711_301 - 3_072 - 2_565 == net.params + net.buffers
    assert Shape(313, 256) == net.output


def test_wavenet():
    """A stack of gated dilated causal convolutions sees 1,024 samples.

    van den Oord et al. 2016, https://arxiv.org/abs/1609.03499, §2.1 and §2.3: dilations
    1, 2, 4, ..., 512 with filters of two taps; each layer multiplies a tanh by a sigmoid.
    """
    net = Sequential(input=(16_000, 1)).conv1d(1, 32)
    for level in range(10):
        gate = [
            Sequential()
            .conv1d(2, 32, padding="causal", dilation=2**level)
            .activation(function)
            for function in ("tanh", "sigmoid")
        ]
        body = Sequential().branch(*gate, join=Multiply()).conv1d(1, 32)
        net = net.residual(body)

    assert (1_024,) == net.receptive_field
    assert 64 + 10 * (2 * (2 * 32 * 32 + 32) + 32 * 32 + 32) == net.params
    assert 16_000 * (32 + 10 * (2 * 2 * 32 * 32 + 32 * 32)) == net.macs
    assert Shape(16_000, 32) == net.output


@pytest.mark.parametrize("kind", [LSTM, GRU, RNN])
def test_rows_are_sequences_by_themselves(kind):
    """Rows of a map cost what so many sequences do, with weights that are there once."""
    one, row, x = kind(16), Shape(5, 8), Shape(3, 5, 8)
    rows = kind(16, rows=True, bidirectional=False)

    assert Shape(3, 5, 16) == rows.output(x)
    assert one.params(row) == rows.params(x)
    assert 3 * one.macs(row) == rows.macs(x)
    assert 3 * one.connections(row) == rows.connections(x)
    last = kind(16, rows=True, sequences=False)
    assert Shape(3, 16) == last.output(x)


def test_a_row_sees_itself():
    """A step sees those before it in its row, and all of it from both ends."""
    x = Shape(3, 5, 8)

    assert ((1,), range(3)) == LSTM(16, rows=True).input_positions(x, ((1,), (0, 2)))
    both = LSTM(16, rows=True, bidirectional=True)
    assert ((1,), range(5)) == both.input_positions(x, ((1,), (2,)))
    assert LSTM(16, rows=True).reach(x) is None
    assert LSTM(16, rows=True).reach(Shape(3, 1, 8)) is not None


def test_training_of_rows():
    """Kept values, and gradients, are those of so many sequences."""
    one = Sequential(input=(5, 8)).add(LSTM(16))
    rows = Sequential(input=(3, 5, 8)).add(LSTM(16, rows=True))

    assert [3 * n for n in one.backward_macs] == [*rows.backward_macs]
    assert 3 * one.saved_for_backward() == rows.saved_for_backward()


def test_rows_need_a_map():
    """A sequence alone has no rows."""
    with pytest.raises(ShapeError, match="it goes through a map"):
        LSTM(16, rows=True).output(Shape(5, 8))
