"""What version 0.1 could not say, in one line each, with the right value.

The kinds are those that people asked for in public: the values come from the papers,
from PyTorch and Keras, or from a sum by hand that stands beside them.
"""

import pytest

from cnncalc import (
    FC,
    Add,
    Builder,
    ConfigError,
    Constant,
    Conv2d,
    Convolve,
    DeformableConv2d,
    DenseBlock,
    Elementwise,
    GridSample,
    MatMul,
    Maximum,
    Multiply,
    Norm,
    Pad,
    Parameter,
    Reduce,
    Sequential,
    Shape,
    ShapeError,
    Where,
    from_json,
)

net = Sequential


def several(part, *shapes):
    """Return a network of one part with as many inputs."""
    g = Builder()
    return g.graph(g.add(part, *[g.input(x) for x in shapes]))


def wavenet(net, layers):
    """Return layers of causal convolutions, of which each doubles the dilation."""
    for power in range(layers):
        net = net.conv1d(2, 8, padding="causal", dilation=2**power)
    return net


# What is asked, the network, what of it, and the value.
SAID = [
    # Sequences. Conv1d(9, 64, 5): 5·9·64 + 64.
    ("a sequence", net((128, 9)).conv1d(5, 64), "params", 2944),
    # Bai et al. 2018, figure 1: kernel 2, dilations 1, 2, 4, 8: 1 + (1 + 2 + 4 + 8).
    ("a TCN", wavenet(net((100, 1)), 4), "receptive_field", (16,)),
    # van den Oord et al. 2016, §2.1: dilations to 512 see 1,024.
    ("WaveNet", wavenet(net((16000, 1)), 10), "receptive_field", (1024,)),
    # Kim 2014, §3.1: kernels 3, 4, 5 of 100 over 300: 100·300·(3 + 4 + 5) + 300.
    (
        "a text CNN",
        net((53, 300)).branch(
            *[net().conv1d(k, 100).global_pool("max") for k in (3, 4, 5)]
        ),
        "params",
        360_300,
    ),
    # Attention: Dosovitskiy et al. 2020: 4·197·768² + 2·197²·768.
    ("attention", net((197, 768)).attention(12), "macs", 524_391_936),
    ("its scores", net((197, 768)).attention(12), "product_macs", 2 * 197**2 * 768),
    ("a product", several(MatMul(), (9, 8), (8, 7)), "macs", 9 * 8 * 7),
    # PyTorch's LSTM(8, 16) on 5 steps: 4·16·(8 + 16) weights, two biases a gate.
    ("an LSTM", net((5, 8)).lstm(16), "macs", 7680),
    ("its biases", net((5, 8)).lstm(16), "params", 4 * 16 * (8 + 16 + 2)),
    # Volumes: Tran et al. 2015: 3·3·3·3·64 + 64.
    ("a volume", net((16, 112, 112, 3)).conv3d(3, 64, padding=1), "params", 5248),
    ("unpooling", net((7, 7, 64)).max_unpool(2), "output", (14, 14, 64)),
    # Free parameters: a scalar, a position embedding, the lengths of 5 filters.
    ("a learned scalar", net((7, 7, 64)).add_parameter(1), "params", 1),
    ("positions", net((197, 768)).add_parameter((197, 768)), "params", 151_296),
    (
        "weight norm",
        net((8, 8, 3)).conv(3, 5, parametrization="weight_norm"),
        "params",
        3 * 3 * 3 * 5 + 5 + 5,
    ),
    ("a reshape", net((7, 7, 64)).reshape((49, 64)), "output", (49, 64)),
    ("shuffled pixels", net((9, 9, 27)).pixel_shuffle(3), "output", (27, 27, 3)),
    ("space to depth", net((8, 8, 3)).space_to_depth(2), "output", (4, 4, 12)),
    # He et al. 2015, §3.3, option A: zeros stand for the channels that are more.
    ("channels of zeros", net((16, 16, 16)).pad(0, channels=8), "output", (16, 16, 32)),
    # Keras' PReLU on 24×24×32 has a slope for each value.
    ("slopes", net((24, 24, 32)).activation("prelu", per_value=True), "params", 18_432),
    # PyTorch's interpolate: ⌊32 · 1.8⌋.
    ("a fraction", net((32, 32, 3)).upsample(1.8), "output", (57, 57, 3)),
    # PyTorch's LayerNorm((3, 8, 8)); without factors; with running statistics.
    ("all axes", net((8, 8, 3)).norm("layer", axes=(0, 1, 2)), "params", 2 * 192),
    ("no statistics", net((8, 8, 3)).norm(statistics=False), "buffers", 0),
    ("of instances", net((8, 8, 3)).norm("instance", statistics=True), "buffers", 6),
    ("frozen", net((8, 8, 3)).norm(frozen=True), "buffers", 12),
    # Dai et al. 2017: as a convolution, whose 9 taps have two offsets each.
    (
        "deformable",
        several(DeformableConv2d(3, 64, padding=1), (28, 28, 32), (28, 28, 18)),
        "params",
        9 * 32 * 64 + 64,
    ),
    # Keras' LocallyConnected2D(4, 3) on 6×6×3: 16 positions of 27·4 weights and 4 biases.
    ("local", net((6, 6, 3)).locally_connected2d(3, 4), "params", 16 * (27 * 4 + 4)),
    ("a table", net(Shape.of(50)).embedding(10_000, 300), "params", 3_000_000),
    # A window over what is reflected meets no zeros.
    (
        "reflected",
        net((8, 8, 3)).conv(3, 4, padding=1, padding_mode="reflect"),
        "padding_macs",
        0,
    ),
    (
        "the edge",
        net((8, 8, 3)).conv(3, 4, padding=1, padding_mode="edge"),
        "padding_macs",
        0,
    ),
    (
        "around",
        net((8, 8, 3)).conv(3, 4, padding=1, padding_mode="wrap"),
        "padding_macs",
        0,
    ),
    # Huang et al. 2016, §4.1: DenseNet-40 grows by 12 at each layer, and has no 1×1.
    (
        "a dense block",
        net((32, 32, 16)).add(DenseBlock(12, 12, bottleneck=0)),
        "output",
        (32, 32, 16 + 12 * 12),
    ),
    # Its convolutions: 9 · 12 · (16 + 28 + … + 148), and norms: 2 · (16 + … + 148).
    (
        "its weights",
        net((32, 32, 16)).add(DenseBlock(12, 12, bottleneck=0)),
        "params",
        (9 * 12 + 2) * sum(range(16, 16 + 12 * 12, 12)),
    ),
    # Woo et al. 2018, §3: the mean over channels, one value a position.
    (
        "over channels",
        net((7, 7, 64)).reduce("mean", -1, keep=True),
        "output",
        (7, 7, 1),
    ),
    # Hou et al. 2021, §3.2.1: the mean along one axis.
    ("along one", net((7, 9, 64)).reduce("mean", 1, keep=True), "output", (7, 1, 64)),
    ("the largest", several(Maximum(), (7, 7, 64), (7, 7, 64)), "output", (7, 7, 64)),
    # What is spread: Cao et al. 2019 (GC), Perez et al. 2017 (FiLM), noise maps.
    ("GC", several(Add(), (7, 7, 64), (1, 1, 64)), "output", (7, 7, 64)),
    ("FiLM", several(Multiply(), 64, (7, 7, 64)), "output", (7, 7, 64)),
    ("noise", several(Add(), (7, 7, 64), (7, 7, 1)), "output", (7, 7, 64)),
    ("rows", several(Multiply(), (7, 1, 64), (7, 7, 64)), "output", (7, 7, 64)),
    # Masks and positions.
    (
        "a comparison",
        several(Elementwise("greater"), (49, 49), (1, 49)),
        "output",
        (49, 49),
    ),
    ("a choice", several(Where(), (49, 1), (49, 8), 1), "output", (49, 8)),
    (
        "a sample",
        several(GridSample(), (28, 28, 64), (14, 14, 2)),
        "output",
        (14, 14, 64),
    ),
]


@pytest.mark.parametrize(
    ("asked", "of", "value"),
    [(of, asked, value) for _, asked, of, value in SAID],
    ids=[name for name, *_ in SAID],
)
def test_what_is_asked(asked, of, value):
    """It is said in one line, has the right value, and comes back from a file."""
    assert value == getattr(of, asked)
    assert of == from_json(of.to_json()) or of.graph == from_json(of.to_json()).graph


class TestWeightsThatAreComputed:
    def test_standardised_weights(self):
        """Qiao et al. 2019: weights less their mean, by their deviation, then a convolution.

        9·32·64 parameters; its MACs are by weights: none multiplies two activations.
        """
        g = Builder()
        weights = g.add(Parameter((3, 3, 32, 64)))
        mean = g.add(Reduce("mean", axes=(0, 1, 2), keep=True), weights)
        weights = g.add(Elementwise("subtract"), weights, mean)
        net = g.graph(g.add(Convolve(padding=1), g.input((28, 28, 32)), weights))

        assert 9 * 32 * 64 == net.params
        assert 28 * 28 * 9 * 32 * 64 == net.macs == net.weight_macs

    def test_a_norm_by_computed_factors(self):
        """Huang & Belongie 2017: an instance norm, scaled and shifted by another input."""
        g = Builder()
        x, style = g.input((28, 28, 64)), g.input(512)
        scale, shift = g.add(FC(64), style), g.add(FC(64), style)
        y = g.add(Norm("instance", affine=False), x)
        net = g.graph(g.add(Add(), g.add(Multiply(), y, scale), shift))

        assert (28, 28, 64) == net.output
        assert 2 * (512 * 64 + 64) == net.params

    def test_weights_through_a_norm(self):
        """timm's nfnet: a parameter goes through a norm without factors, and is fixed work."""
        g = Builder()
        weights = g.add(
            Norm(affine=False, statistics=False), g.add(Parameter((288, 64)))
        )
        net = g.graph(g.add(MatMul(), g.input((784, 288)), weights))

        assert 288 * 64 == net.params
        assert 784 * 288 * 64 == net.weight_macs == net.macs


class TestMasks:
    def test_a_mask_takes_a_byte(self):
        """PyTorch's masks are of one byte; what is chosen has the type of the network."""
        g = Builder()
        x, y = g.input((49, 49)), g.input((49, 49))
        mask = g.add(Elementwise("less"), x, y)
        net = g.graph(g.add(Where(), mask, x, y))

        assert 49 * 49 * (1 + 4) == net.memory_report().outputs

    def test_what_is_kept_for_the_backward_pass(self):
        """PyTorch keeps the mask, a byte a value, and what a product by it needs of it."""
        g = Builder()
        x = g.add(FC(8, axis=-1), g.input((49, 8)))
        mask = g.add(Elementwise("greater"), x, g.add(Constant(1)))
        net = g.graph(g.add(Where(), mask, x, g.add(Constant(1))))
        scaled = g.graph(g.add(Multiply(), x, mask))

        assert 49 * 8 * (4 + 1) == net.saved_for_backward()
        assert 49 * 8 * (4 + 1) == scaled.saved_for_backward()

    @pytest.mark.parametrize(
        ("part", "shapes", "message"),
        [
            (
                GridSample(),
                [(28, 64), (14, 2)],
                "takes values of a map, and a sequence",
            ),
            (GridSample("bicubic"), [(2, 3, 4, 5)] * 2, "and a volume of 2×3×4×5"),
            (GridSample(), [(28, 28, 64), (14, 14, 3)], "are 14×14×3, and those in"),
            (GridSample(), [(5, 8, 8, 4), (6, 3, 3, 2)], "are 6×3×3×2, and those in"),
            (Where(), [(4, 4), (3, 4), (3, 4)], "inputs 1 and 2 differ"),
        ],
    )
    def test_what_does_not_fit(self, part, shapes, message):
        """A message says what arrived, and what is needed."""
        with pytest.raises(ShapeError, match=message):
            several(part, *shapes)

    def test_fields_of_what_is_chosen(self):
        """A choice sees what its inputs see; a sample may see anything."""
        net = several(Where(), (7, 1), (7, 8), (7, 8))
        sample = several(GridSample("nearest"), (7, 7, 8), (3, 3, 2))

        assert (1,) == net.receptive_field
        assert None is sample.receptive_field
        assert 0 == sample.flops

    def test_samples_side_by_side(self):
        """Each of 5 maps has positions of its own; a value is made of 4 neighbours."""
        net = several(GridSample(), (5, 8, 8, 4), (5, 3, 6, 2))

        assert (5, 3, 6, 4) == tuple(net.output)
        assert 4 * 5 * 3 * 6 * 4 == net.flops

    def test_a_sample_keeps_both(self):
        """The gradients of each need the other, and where the other is, itself."""
        g = Builder()
        x = g.add(Conv2d(1, 8), g.input((7, 7, 8)))
        grid = g.add(Conv2d(1, 2), x)
        net = g.graph(g.add(GridSample(), x, grid))

        assert 4 * 7 * 7 * (8 + 8 + 2) == net.saved_for_backward()


class TestChannelsOfZeros:
    def test_a_pair(self):
        """Before and behind: 4 + 16 + 12."""
        layer = Pad(((0, 1), (0, 1)), channels=(4, 12))

        assert (9, 9, 32) == layer.output((8, 8, 16))
        assert "Pad(((0, 1), (0, 1)), channels=(4, 12))" == repr(layer)
        assert layer == eval(repr(layer), {"Pad": Pad})

    @pytest.mark.parametrize(
        ("make", "message"),
        [
            (lambda: Pad(0, channels=-1), "an integer from 0 on, or a pair"),
            (lambda: Pad(0, channels=(1, 2, 3)), "an integer from 0 on, or a pair"),
            (lambda: Pad(1, channels=1, padding_mode="edge"), "its padding is edge"),
        ],
    )
    def test_a_wrong_one(self, make, message):
        """A message says what it must be."""
        with pytest.raises(ConfigError, match=message):
            make()
