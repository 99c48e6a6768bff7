"""Products of two activations, and kinds beside: what they count and what they refuse."""

import itertools
import math
from collections import Counter
from pathlib import Path

import attrs
import pytest
from facts import read
from facts_products import answer, expected
from hypothesis import given, settings
from hypothesis import strategies as st
from test_layers import Mystery

import cnncalc
from cnncalc import (
    FC,
    Activation,
    Add,
    Attention,
    Builder,
    ConfigError,
    Constant,
    Conv2d,
    Convolve,
    DeformableConv2d,
    Dequantize,
    Einsum,
    Embedding,
    GlobalPool,
    GraphError,
    LayerScale,
    LocallyConnected1d,
    LocallyConnected2d,
    MatMul,
    MultiHeadAttention,
    Multiply,
    Norm,
    Parameter,
    Quantize,
    Reduce,
    Sequential,
    Shape,
    ShapeError,
    from_json,
)
from cnncalc.cost.folding import folded

FACTS = read(Path(__file__).parent / "data" / "ops_products.jsonl.gz")
CASES = {
    f"{kind}-{number}": fact
    for kind in sorted({fact["kind"] for fact in FACTS})
    for number, fact in enumerate([fact for fact in FACTS if fact["kind"] == kind])
}

# Shapes that are drawn may well look like others.
pytestmark = pytest.mark.filterwarnings("ignore::cnncalc.LikelyMistake")


def listed(value):
    """Return tuples as lists, as JSON has them."""
    return (
        [listed(part) for part in value] if isinstance(value, (tuple, list)) else value
    )


@pytest.mark.parametrize("fact", CASES.values(), ids=CASES)
def test_as_the_frameworks_have_it(fact):
    """Shapes, parameters, buffers, MACs and kept bytes are PyTorch's and Keras'."""
    assert {k: listed(v) for k, v in expected(fact).items()} == answer(fact)


def test_facts_have_every_kind():
    """Each kind has its share of facts."""
    counts = Counter(fact["kind"] for fact in FACTS)

    assert 11 * 60 == len(FACTS)
    assert {"MatMul", "Einsum", "Attention", "MultiHeadAttention"} < counts.keys()
    assert {"FC", "Norm", "Embedding", "DeformableConv2d", "Convolve"} < counts.keys()


def several(layer, *shapes):
    """Return a network of one layer with inputs of these shapes."""
    g = Builder()
    return g.graph(g.add(layer, *map(g.input, shapes)))


sizes = st.integers(1, 4)


class TestNaive:
    @settings(deadline=None)
    @given(st.lists(sizes, max_size=2), sizes, sizes, sizes, st.booleans())
    def test_matmul(self, batch, rows, inner, columns, turned):
        """Each output is a row of the first by a column of the second, added up."""
        a = Shape(*batch, rows, inner)
        b = Shape(*batch, *((columns, inner) if turned else (inner, columns)))
        layer = MatMul(transpose_b=turned)
        outputs, products = set(), 0
        for *place, k in itertools.product(*map(range, (*batch, rows, columns, inner))):
            outputs.add(tuple(place))
            products += 1

        assert len(outputs) == layer.output(a, b).size
        assert products == layer.macs(a, b) == layer.connections(a, b)
        assert 0 == layer.params(a, b)

    @settings(deadline=None)
    @given(sizes, sizes, sizes, sizes, sizes)
    def test_attention(self, heads, length, others, key, value):
        """Each score is a query by a key, and each output all scores by values."""
        q, k, v = (
            Shape(length, heads * key),
            Shape(others, heads * key),
            Shape(others, heads * value),
        )
        scores = sum(1 for _ in itertools.product(*map(range, (heads, length, others))))
        products = sum(1 for _ in range(scores) for _ in range(key + value))
        layer = Attention(heads)

        assert (length, heads * value) == layer.output(q, k, v)
        assert products == layer.macs(q, k, v)
        assert 2 * products + 4 * scores == several(layer, q, k, v).flops

    @settings(deadline=None)
    @given(
        st.sampled_from(["ab,bc->ac", "abc,cd->abd", "ab,ab->a", "aab,b->a"]), st.data()
    )
    def test_einsum(self, equation, data):
        """Each combination of letters is a product, where some are added up."""
        letters = sorted({*equation} - {*",->"})
        size = {letter: data.draw(st.integers(2, 4)) for letter in letters}
        before, after = equation.split("->")
        xs = [Shape(*(size[c] for c in part)) for part in before.split(",")]
        products = sum(1 for _ in itertools.product(*(range(size[c]) for c in letters)))

        assert tuple(size[c] for c in after) == Einsum(equation).output(*xs)
        assert products == Einsum(equation).macs(*xs)

    @settings(deadline=None)
    @given(st.integers(3, 6), st.integers(3, 6), sizes, sizes, st.booleans())
    def test_locally_connected(self, height, width, channels, filters, bias):
        """Each output has weights of its own, and each is used once."""
        x = Shape(height, width, channels)
        layer = LocallyConnected2d((2, 3), filters, bias=bias)
        weights, biases = set(), set()
        for row, column, f in itertools.product(
            range(height - 1), range(width - 2), range(filters)
        ):
            biases |= {(row, column, f)} if bias else set()
            for tap in itertools.product(range(2), range(3), range(channels)):
                weights.add((row, column, f, tap))

        assert len(weights) + len(biases) == layer.params(x) == layer.connections(x)
        assert len(weights) == layer.macs(x)

    def test_locally_connected_along_a_sequence(self):
        """8 outputs of 3·4·8 weights and 8 biases each."""
        layer = LocallyConnected1d(3, 8)

        assert 8 * (3 * 4 * 8 + 8) == layer.params((10, 4))
        assert (8, 3, 4) == layer.filters_of(Shape(10, 4))


class TestKnown:
    def test_multi_head_attention(self):
        """nn.MultiheadAttention(768, 12) has 2,362,368 parameters."""
        net = Sequential(input=(197, 768)).attention(12)

        assert 4 * (768 * 768 + 768) == net.params == 2_362_368
        assert 4 * 197 * 768**2 == net.weight_macs
        assert 2 * 197**2 * 768 == net.product_macs
        assert net.macs == net.weight_macs + net.product_macs

    def test_an_encoder_layer_of_pytorch(self):
        """nn.TransformerEncoderLayer(64, 4) of 16 tokens: 4,489,216 MACs."""
        attention = Sequential().attention(4)
        feedforward = Sequential().fc(2048, axis=-1).relu().fc(64, axis=-1)
        net = Sequential(input=(16, 64)).residual(attention).norm("layer")
        net = net.residual(feedforward).norm("layer")

        assert (
            16 * (4 * 64**2 + 2 * 64 * 2048) + 2 * 16**2 * 64 == net.macs == 4_489_216
        )
        assert 281_152 == net.params  # sum(p.numel() for p in module.parameters())

    def test_an_encoder_layer_of_vit(self):
        """ViT-B/16's has 7,087,872 parameters; 12 of them are 85,054,464."""
        attention = Sequential().norm("layer").attention(12)
        mlp = Sequential().norm("layer").fc(3072, axis=-1).gelu().fc(768, axis=-1)
        net = Sequential(input=(197, 768)).residual(attention).residual(mlp)

        assert 7_087_872 == net.params
        assert 197 * (4 + 8) * 768**2 == net.weight_macs

    def test_deepface(self):
        """Its locally connected L4 has 9×9×16×16 weights at 55×55 places."""
        l4 = LocallyConnected2d(9, 16, bias=False)

        assert 55 * 55 * 9 * 9 * 16 * 16 == l4.params((63, 63, 16))

    def test_frozen_batch_norm(self):
        """torchvision's FrozenBatchNorm2d(64) has four buffers of 64, and no parameter."""
        norm, x = Norm(frozen=True), Shape(8, 8, 64)

        assert (0, 4 * 64) == (norm.params(x), norm.buffers(x))
        assert 64 == norm.saves(x, x).fixed

    def test_layer_norm_of_a_map(self):
        """nn.LayerNorm((4, 5, 6)) has 240 factors and offsets."""
        norm = Norm("layer", axes=(0, 1, 2))

        assert 2 * 4 * 5 * 6 == norm.params((4, 5, 6))
        assert norm.params((4, 5, 6)) == Norm("layer", axes=[-1, 0, 1]).params(
            (4, 5, 6)
        )
        assert 2 * 5 == Norm("layer", axes=1).params((4, 5, 6))

    def test_a_word_embedding(self):
        """10,000 words of 300 numbers: 3,000,000 parameters, nothing multiplied."""
        net = Sequential(input=50).embedding(10_000, 300)

        assert ((50, 300), 3_000_000, 0) == (net.output, net.params, net.macs)
        assert 50 * 300 == net.connections
        assert (50, 300) == Embedding(10_000, 300).output((50, 1))
        assert (4, 50, 300) == Embedding(10_000, 300).output((4, 50))
        assert 0 == net.embedding(3, 4).freeze("embedding1").nodes[0].trainable

    def test_fields_of_a_text_network(self):
        """Of words one after another a unit's field is known; of a vector, not."""
        net = Sequential(input=(50, 1)).embedding(10, 8).conv1d(5, 16)

        assert (5,) == net.receptive_field
        assert None is Sequential(input=50).embedding(10, 8).nodes[-1].receptive_field


class TestSplit:
    def test_macs_by_what_they_multiply(self):
        """A row, a group and a network tell products apart, and what is unknown."""
        net = Sequential(input=(9, 8)).attention(2).fc(3)
        rows = net.nodes

        assert [9 * 64, 0] == [rows[0].weight_macs, rows[0].product_macs]
        assert [0, 2 * 81 * 8] == [rows[3].weight_macs, rows[3].product_macs]
        assert 2 * 81 * 8 == net.product_macs == net.macs - net.weight_macs
        assert 0 == net.constant_macs

    def test_tables_of_biases(self):
        """Swin v2's tables of position biases, torchvision's swin_v2_t: 12 small networks.

        Each has a linear layer of 512 units on 15·15 pairs of coordinates, and one of as
        many as there are heads: 2·225·512 MACs and 225·512·heads.
        """
        heads = [*[3] * 2, *[6] * 2, *[12] * 6, *[24] * 2]
        g = Builder()
        x = g.input((64, 64, 3))
        for count in heads:
            table = g.add(Constant((15, 15, 2)))
            table = g.add(FC(512, axis=-1), table)
            table = g.add(
                FC(count, bias=False, axis=-1), g.add(Activation("relu"), table)
            )
            table = g.add(Reduce("mean", axes=(0, 1, 2)), table)
            x = g.add(Add(), x, table)
        net = g.graph(x)

        first = [row.macs for row in net.nodes if row.kind == "FC" and row.layer.bias]
        assert 2_764_800 == sum(first) == 12 * 225 * 2 * 512
        assert 18_662_400 == net.constant_macs == net.macs
        assert 0 == net.weight_macs == net.product_macs
        assert 12 * 15 * 15 * 2 == net.buffers

    def test_a_product_with_weights(self):
        """What multiplies an activation by a parameter does so by a weight."""
        g = Builder()
        x, weights = g.input((9, 8)), g.add(Parameter((8, 5)))
        y = g.add(MatMul(), x, g.add(Activation("tanh"), weights))
        scores = g.add(MatMul(transpose_b=True), y, y)
        own = g.add(MatMul(), weights, g.add(Parameter((5, 7))))
        net = g.graph(scores, own)

        assert 9 * 8 * 5 == net.weight_macs
        assert 81 * 5 == net.product_macs
        assert 8 * 5 * 7 == net.constant_macs
        assert [9 * 8 * 5, 81 * 5] == [row.macs for row in net.nodes if row.macs][:2]

    def test_a_gate_before_parameters(self):
        """A gate that is computed makes what it scales computed, too."""
        g = Builder()
        gate = g.add(GlobalPool(), g.input((9, 9, 8)))
        x = g.add(Multiply(), gate, g.add(Parameter((5, 5, 8))))
        net = g.graph(g.add(Conv2d(3, 4), x))

        assert 0 == net.constant_macs
        assert "global" == net.fields()["conv1"]

    def test_what_is_unknown(self):
        """Of a kind that tells no MACs, both are unknown, and totals lower bounds."""
        net = Sequential(input=(9, 8)).attention(2).add(Mystery())

        assert (None, None) == (net.nodes[-1].product_macs, net.nodes[-1].weight_macs)
        assert "≥ 1296" == str(net.product_macs)
        assert "≥ 2304" == str(net.weight_macs)
        assert "≥ 0" == str(net.constant_macs)

    def test_what_is_done_once(self):
        """Of parameters alone work is done once, however large a batch is."""
        g = Builder()
        table = g.add(FC(5, axis=-1), g.add(Parameter((9, 3))))
        net = g.graph(g.add(MatMul(), g.add(FC(9, axis=-1), g.input((4, 8))), table))
        once = 9 * 3 * 5

        assert once == net.constant_macs
        assert once + 4 * 8 * 9 + 4 * 9 * 5 == net.macs

    def test_an_einsum_by_weights(self):
        """Where a factor comes from parameters alone, its MACs are by weights."""
        g = Builder()
        x, table = g.input((7, 8)), g.add(Parameter((7, 5, 8)))
        net = g.graph(g.add(Einsum("hc,hkc->hk"), x, table))

        assert (7 * 5 * 8, 0) == (net.weight_macs, net.product_macs)
        assert (7 * 5 * 8, 7 * 5 * 8) == (net.nodes[-1].weight_macs, net.connections)

    def test_of_folded_groups(self):
        """A group's are the sums of its nodes', or unknown."""
        net = Sequential(input=(9, 8)).attention(2)
        odd = Sequential(name="odd").fc(3).add(Mystery())
        unknown = Sequential(input=8).add(odd)
        (group,) = folded(net.nodes, 1)
        (open_group,) = folded(unknown.nodes, 1)

        assert (2304, 1296) == (group.weight_macs, group.product_macs)
        assert (None, None) == (open_group.weight_macs, open_group.product_macs)

    def test_filters_that_are_computed(self):
        """Filters for each input make products; those of parameters alone do not."""
        x, kernels = Shape(8, 8, 4), Shape(3, 3, 4, 2)
        own = several(Convolve(per_sample=True), x, kernels)
        weights = several(Convolve(), x, kernels)

        assert (0, 6 * 6 * 72) == (own.weight_macs, own.product_macs)
        assert (6 * 6 * 72, 0) == (weights.weight_macs, weights.product_macs)
        assert (3, 3) == several(Convolve(), x, kernels).nodes[0].layer.reach(
            x, kernels
        ).size

    def test_backward(self):
        """A product takes its MACs for each of two inputs that learn."""
        g = Builder()
        x = g.input((5, 6))
        y, z = g.add(FC(6, axis=-1), x), g.add(FC(6, axis=-1), x)
        net = g.graph(g.add(MatMul(transpose_b=True), y, z))
        one = g.graph(g.add(MatMul(transpose_b=True), y, x))

        assert 2 * 150 == net.backward_macs.inputs
        assert 2 * 150 + 150 == one.backward_macs.inputs

    def test_bits(self):
        """A product takes the bits of two activations."""
        net = several(MatMul(), (2, 3), (3, 4))

        assert 24 * 8 * 8 == net.bit_operations(4, 8)

    def test_bits_of_what_is_done_once(self):
        """What parameters alone are behind is by weights, too."""
        g = Builder()
        bias = g.add(FC(3, axis=-1), g.add(Constant((15, 2))))
        net = g.graph(g.add(MatMul(), g.input((9, 15)), bias))

        assert (90 + 405) * 4 * 8 == net.bit_operations(4, 8)


class TestRefused:
    @pytest.mark.parametrize(
        ("layer", "shapes", "why"),
        [
            (MatMul(), (8, (8, 3)), "input 1 is a vector of 8"),
            (MatMul(), ((2, 3), (2, 3)), "do not fit: 2×3 and 2×3"),
            (MatMul(transpose_a=True), ((2, 3), (4, 3)), "2×3, transposed and 4×3"),
            (MatMul(), ((2, 4, 3), (3, 3, 4)), "axes before its matrices differ"),
            (Einsum("ab,bc->ac"), ((2, 3),), "for 2 inputs, and 1 reached it"),
            (Einsum("ab->ba"), ((2, 3, 4),), "'ab' is not for input 1, 2×3×4"),
            (Einsum("aa->a"), ((2, 3),), "diagonal of input 1, 2×3"),
            (Einsum("ab,bc->ac"), ((2, 3), (4, 5)), "'b' is 3, and of input 2 it is 4"),
            (Attention(), (8, (3, 8), (3, 8)), "attends to positions, and input 1"),
            (
                Attention(3),
                ((5, 8),) * 3,
                "3 heads do not divide the 8 channels of que",
            ),
            (Attention(2), ((5, 8), (4, 8), (5, 8)), "keys 4×8 and values 5×8 do not"),
            (
                Attention(2),
                ((5, 8), (4, 4), (4, 8)),
                "a head has 4 channels of queries",
            ),
            (
                Attention(2),
                (*((5, 8),) * 3, (3, 5)),
                "cannot be added to scores of 2×5×5",
            ),
            (Attention(), (*((5, 8),) * 3, (1, 1, 5, 5)), "scores of 5×5"),
            (DeformableConv2d(3, 4), ((8, 8, 4), (6, 6, 9)), "it needs 6×6×18"),
            (
                DeformableConv2d(3, 4),
                ((8, 8, 4), (6, 6, 18), (6, 6, 8)),
                "mask are 6×6×8",
            ),
            (
                DeformableConv2d(3, 4, offset_groups=3),
                ((8, 8, 4), (6, 6, 54)),
                "3 groups",
            ),
            (Convolve(), ((8, 8, 4), (3, 3, 5, 2)), "on 8×8×4 it needs k×k×4×"),
            (Convolve(), ((8, 8, 4), 7), "its filters are 7"),
            (
                Convolve(groups=2),
                ((8, 8, 4), (3, 3, 2, 3)),
                "do not divide its 3 filters",
            ),
            (FC(3, axis=2), ((8, 8),), "there is no axis 2"),
            (Norm("layer", axes=3), ((8, 8),), "there is no axis 3"),
            (Norm("layer", axes=(1, -1)), ((8, 8),), "name one of 8×8 twice"),
        ],
        ids=str,
    )
    def test_shapes(self, layer, shapes, why):
        """What does not fit is refused, with what it is and what to do."""
        with pytest.raises(ShapeError, match=why):
            layer.output(*shapes)

    @pytest.mark.parametrize(
        ("make", "why"),
        [
            (lambda: Einsum("ab,bc"), "It must be letters"),
            (lambda: Einsum(7), "It must be letters"),
            (lambda: Einsum("ab->aa"), "'aa' has 'a' twice"),
            (lambda: Einsum("ab->ac"), "no input has it"),
            (lambda: Attention(4, kv_heads=3), "3 heads of keys do not divide its 4"),
            (lambda: Attention(4, kv_heads="2"), "a positive integer, or None"),
            (lambda: FC(3, axis="channels"), "axes are counted from 0"),
            (lambda: Norm(axes=0), "axes is \\(0,\\), and it is a batch norm"),
            (lambda: Norm("layer", axes=(0, 0)), "different integers"),
            (lambda: Norm("layer", statistics=True), "it is a layer norm"),
            (lambda: Norm("instance", frozen=True), "it is a instance norm"),
            (lambda: Conv2d(3, 4, parametrization="norm"), '"spectral_norm", or None'),
            (lambda: Quantize("float8"), '"int8"'),
        ],
    )
    def test_fields(self, make, why):
        """Fields that are no such thing are refused where they are given."""
        with pytest.raises(ConfigError, match=why):
            make()

    def test_heads_that_do_not_divide(self):
        """PyTorch's embed_dim must be divisible by num_heads; with key_dim it need not."""
        with pytest.raises(ConfigError, match="3 heads do not divide the 8 channels"):
            Sequential(input=(5, 8)).attention(3)
        assert (5, 8) == Sequential(input=(5, 8)).attention(3, key_dim=2).output

    def test_too_many_inputs(self):
        """Queries, keys and values are all that it takes."""
        with pytest.raises(GraphError, match="4 inputs reached it"):
            several(MultiHeadAttention(2), *((5, 8),) * 4)


class TestValues:
    def test_a_linear_layer_over_channels_is_said_in_one_way(self):
        """axis=-1 is flatten=False."""
        assert FC(3, flatten=False) == FC(3, axis=-1)
        assert FC(3, axis=0) == FC(3, axis=0, flatten=False)
        assert "FC(3, flatten=False)" == repr(FC(3, axis=-1))

    def test_a_linear_layer_along_an_axis(self):
        """Of 6×4×5 along its first axis: 6·3 weights at 20 places."""
        layer = FC(3, axis=0)

        assert (3, 4, 5) == layer.output((6, 4, 5))
        assert (21, 20 * 18, 20 * 21) == (
            layer.params((6, 4, 5)),
            layer.macs((6, 4, 5)),
            layer.connections((6, 4, 5)),
        )

    def test_what_a_linear_layer_sees(self):
        """Along a sequence all of it, along one of two axes it is not told."""
        tokens = Sequential(input=(6, 5)).fc(3, axis=0)
        maps = Sequential(input=(6, 4, 5)).fc(3, axis=0)

        assert "global" == tokens.fields()["fc1"]
        assert None is maps.fields()["fc1"]
        assert (1, 1) == Sequential(input=(6, 4, 5)).fc(3, axis=-1).receptive_field
        assert 4 * 30 == tokens.saved_for_backward()
        assert 0 == tokens.freeze("fc1").saved_for_backward()

    def test_what_products_see(self):
        """All of a sequence; of maps it is not told."""
        sequence = several(Attention(), *((5, 8),) * 3)
        windows = several(Attention(), *((4, 5, 8),) * 3)
        deformed = several(DeformableConv2d(3, 4), (8, 8, 4), (6, 6, 18))

        assert ["global", None, None] == [
            [*net.fields().values()][-1] for net in (sequence, windows, deformed)
        ]

    @pytest.mark.parametrize(
        "net",
        [
            several(MatMul(transpose_a=True), (3, 2), (3, 4)),
            several(Einsum("ab,bc->ac"), (2, 3), (3, 4)),
            several(Attention(4, kv_heads=2, causal=True), (5, 8), (5, 4), (5, 4)),
            several(MultiHeadAttention(2, key_dim=3, out_bias=False), (5, 8), (4, 6)),
            several(DeformableConv2d(3, 4), (8, 8, 4), (6, 6, 18), (6, 6, 9)),
            several(Convolve(padding="same"), (8, 8, 4), (3, 3, 4, 2)),
            Sequential(input=(6, 4, 5)).fc(3, axis=1).norm("rms", axes=(0, 2)),
            Sequential(input=(9, 1)).embedding(9, 4).quantize("int4").dequantize(),
            Sequential(input=(9, 9, 2)).locally_connected2d(3, 4, stride=2),
            Sequential(input=(9, 9, 2)).conv(3, 4, parametrization="weight_norm"),
            Sequential(input=(9, 9, 2)).norm(frozen=True).norm(statistics=False),
        ],
        ids=repr,
    )
    def test_saved_and_read(self, net):
        """JSON and Python source make the same network again."""
        scope = {}
        exec(net.to_python(), scope)

        assert net == from_json(net.to_json()) == scope["net"]
        assert net.explain().to_html()
        assert "<svg" in str(net.draw())

    def test_biased(self):
        """What is added to scores counts an addition for each of them."""
        x = (5, 8)
        plain = several(Attention(2), x, x, x)
        biased = several(Attention(2), x, x, x, (2, 5, 5))

        assert 2 * 25 == biased.flops - plain.flops
        assert plain.macs == biased.macs

    @pytest.mark.parametrize("bias", [True, False])
    @pytest.mark.parametrize("mask", [(), (6, 6, 9)])
    def test_what_a_deformable_convolution_keeps(self, bias, mask):
        """Its inputs, and zeros for a mask and biases that it has not, in float32.

        torchvision's csrc/ops/autograd/deform_conv2d_kernel.cpp saves input, weight,
        offset, mask and bias; its Python makes zeros: one for each input of a batch for
        the mask, one for each filter for the biases.
        """
        xs = [(8, 8, 4), (6, 6, 18), *([mask] if mask else [])]
        net = several(DeformableConv2d(3, 5, bias=bias), *xs)
        each = 8 * 8 * 4 + 6 * 6 * 18 + (6 * 6 * 9 if mask else 1)

        assert 4 * (2 * each + 5 * (not bias)) == net.saved_for_backward(batch=2)

    def test_what_moved_and_computed_filters_keep(self):
        """All inputs for each other's gradients; of filters of one's own, not told."""
        learns = LayerScale()
        g = Builder()
        xs = [g.add(learns, g.input(x)) for x in ((8, 8, 4), (6, 6, 18))]
        net = g.graph(g.add(DeformableConv2d(3, 5), *xs))
        computed = Convolve().saves(Shape(8, 8, 4), Shape(3, 3, 4, 2), Shape(6, 6, 2))
        local = Sequential(input=(8, 8, 4)).locally_connected2d(3, 2)

        assert 2 * 4 * (256 + 648) + 4 == net.saved_for_backward()
        assert "factors" == computed.tensors
        assert str(local.saved_for_backward()).startswith("≥")
        assert (5, 3, 3, 4) == DeformableConv2d(3, 5).filters_of(Shape(8, 8, 4))

    def test_masked(self):
        """A mask multiplies each value at a tap."""
        shapes = (8, 8, 4), (6, 6, 18)
        plain = several(DeformableConv2d(3, 4), *shapes)
        masked = several(DeformableConv2d(3, 4), *shapes, (6, 6, 9))

        assert 36 * 9 * 4 == masked.flops - plain.flops
        assert (0, 4 * 9 * 4 + 4) == (plain.buffers, plain.params)

    def test_einsums_of_one_input(self):
        """Adding up takes an addition a value, and moving axes nothing."""
        assert 6 == several(Einsum("ab->a"), (2, 3)).flops
        assert 0 == several(Einsum("ab->ba"), (2, 3)).flops
        assert [0, None, None] == [
            None if saves is None else saves.extra
            for saves in (
                Einsum("ab->ba").saves(Shape(2, 3), Shape(3, 2)),
                Einsum("aab,b->a").saves(Shape(2, 2, 3), Shape.of(3), Shape.of(2)),
                Einsum("a,a,a->a").saves(*[Shape.of(2)] * 4),
            )
        ]

    def test_what_einsum_tells_fvcore(self):
        """A text of four digits: 2·157,325 + 1 is read as 314,700."""
        net = several(Einsum("hlc,hsc->hls"), (7, 29, 25), (7, 31, 25))

        assert (157_350, 314_700) == (
            net.operations("fvcore"),
            net.operations("calflops"),
        )
        assert 71 == several(Einsum("lc->cl"), (2, 35)).operations("calflops")
        assert 1905 == several(Einsum("lc->c"), (28, 34)).operations("calflops")
        three = several(Einsum("a,b,c->abc"), 2, 3, 4)
        assert str(three.operations("fvcore")).startswith("≥")
        assert 6480 == several(Convolve(), (8, 8, 4), (3, 3, 4, 5)).operations("fvcore")


class TestQuantized:
    def test_types_that_flow(self):
        """Behind a marker values have its type, up to the one that ends it."""
        net = Sequential(input=(8, 8, 4)).relu().quantize().conv(1, 8).dequantize()

        assert 4 * 256 + 256 + 512 + 4 * 512 == net.memory_report().outputs
        assert (
            2 * 256 + 256 + 512 + 2 * 512
            == net.memory_report(activations="float16").outputs
        )
        assert 4 * (4 * 8 + 8) == net.memory_report().parameters

    def test_types_that_are_asked_for(self):
        """A mapping sets what no marker does."""
        net = Sequential(input=(8, 8, 4)).relu().quantize("int4").conv(1, 4)
        report = net.memory_report(activations={"relu1": "float64", "Conv2d": "int8"})

        assert 8 * 256 + 128 + 128 == report.outputs

    def test_branches(self):
        """Of several inputs the first tells the type."""
        g = Builder()
        x = g.input((4, 4, 2))
        low = g.add(Quantize(), x)
        net = g.graph(g.add(cnncalc.Add(), low, low), g.add(Dequantize(), low))

        assert 32 + 32 + 4 * 32 == net.memory_report().outputs

    def test_what_training_keeps(self):
        """A marker keeps a byte a value, of what it did not cut off."""
        net = Sequential(input=(4, 4, 2)).add(LayerScale(), Quantize())

        assert 4 * 32 + 32 == net.saved_for_backward()


class TestWeightNorms:
    @pytest.mark.parametrize(
        ("layer", "lengths"),
        [
            (Conv2d(3, 8, parametrization="weight_norm"), 8),
            (cnncalc.DepthwiseConv2d(3, parametrization="weight_norm"), 4),
            (cnncalc.ConvTranspose2d(3, 8, parametrization="weight_norm"), 4),
            (FC(8, axis=-1, parametrization="weight_norm"), 8),
        ],
        ids=repr,
    )
    def test_weight_norm(self, layer, lengths):
        """PyTorch's has a length for each slice along the first axis of its weights."""
        x = Shape(9, 9, 4)
        plain = attrs.evolve(layer, parametrization=None)

        assert lengths == layer.params(x) - plain.params(x)
        assert layer.connections(x) == plain.connections(x)
        assert layer.macs(x) == plain.macs(x)

    def test_spectral_norm(self):
        """PyTorch's keeps a vector for the filters, and one for their weights."""
        layer, x = Conv2d(3, 8, parametrization="spectral_norm"), Shape(9, 9, 4)
        turned = cnncalc.ConvTranspose2d(3, 8, parametrization="spectral_norm")

        assert 8 + 3 * 3 * 4 == layer.buffers(x)
        assert 8 + 3 * 3 * 4 == turned.buffers(x)
        assert Conv2d(3, 8).params(x) == layer.params(x)
        assert math.prod((3, 3, 4, 8)) == layer.weights(x)
