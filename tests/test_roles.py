"""Roles: all kinds have known ones, and each has its cost in our own FLOPs."""

import gc
import inspect
import re
from typing import ClassVar

import attrs
import pytest
from fresh import forget
from test_layers import Mystery

from cnncalc import (
    FC,
    GRU,
    LSTM,
    RBF,
    RNN,
    Activation,
    AdaptivePool,
    Add,
    Attention,
    Builder,
    ChannelShuffle,
    Concat,
    Constant,
    Conv2d,
    Convention,
    ConvLSTM2d,
    Convolve,
    ConvTranspose2d,
    Crop,
    DeformableConv2d,
    DepthwiseConv2d,
    Dequantize,
    Divide,
    Dropout,
    Einsum,
    Elementwise,
    Embedding,
    Flatten,
    Function,
    GlobalPool,
    GridSample,
    Input,
    Layer,
    LayerScale,
    LocallyConnected2d,
    MatMul,
    Maximum,
    MaxUnpool,
    Minimum,
    Multiply,
    Norm,
    Pad,
    Parameter,
    PartialConv2d,
    Permute,
    PixelShuffle,
    Pool,
    Power,
    Quantize,
    Reduce,
    Reshape,
    Rule,
    SeparableConv2d,
    Sequential,
    Shape,
    Split,
    StochasticDepth,
    Subtract,
    Unknown,
    UnknownNameError,
    Upsample,
    Where,
    layers,
)
from cnncalc.layers.activation import FUNCTIONS
from cnncalc.layers.elementwise import OPERATIONS
from cnncalc.layers.reduce import _FUNCTIONS
from cnncalc.layers.roles import ROLES
from cnncalc.operations.conventions import CONVENTIONS

# Of a 4×6×8 map: 192 values.
X = Shape(4, 6, 8)

# And as many of a sequence and a volume, for what is for those alone.
OTHER = {"upsample: linear": Shape(24, 8), "upsample: trilinear": Shape(2, 3, 4, 8)}
OTHER |= dict.fromkeys(("lstm", "gru", "rnn: tanh", "rnn: relu"), Shape(24, 8))
OTHER["conv lstm"] = Shape(2, 3, 4, 8)

# What reaches layers whose inputs are not alike, or more than two.
SEVERAL = {
    "deformable conv": (X, Shape(4, 6, 18)),
    "dynamic conv": (X, Shape(3, 3, 8, 5)),
    "attention": (X, X, X),
    "where": (X, X, X),
    "grid sample": (X, Shape(4, 6, 2)),
}

# For each role a layer, and its operations on X, each counted by hand; a comparison, a
# division and an exponential are one each. Sources: LeCun et al. 1998 (LeNet-5), the
# papers of the kinds, PyTorch's documentation of each function, fvcore's flop_count.py.
COSTS = [
    # A multiplication and an addition for each tap and channel; a bias. PyTorch's
    # flop_counter.py counts 2 for each multiply-add.
    ("conv", Conv2d(3, 5, padding=1), 24 * 5 * (9 * 8 * 2 + 1)),
    ("conv", DepthwiseConv2d(3, padding=1, bias=False), 192 * 9 * 2),
    ("conv", SeparableConv2d(3, 5, padding=1), 192 * 9 * 2 + 24 * 5 * (8 * 2 + 1)),
    ("conv", PartialConv2d(1, [(0, 1), (2,)]), 24 * ((2 * 2 + 1) + (2 + 1))),
    # Each input is multiplied by each weight, and added; a bias for each output.
    ("transposed conv", ConvTranspose2d(2, 5, stride=2), 192 * 20 * 2 + 8 * 12 * 5),
    ("linear", FC(3), 3 * (192 * 2 + 1)),
    # Taigman et al. 2014, figure 2: as a convolution, by other weights at each of 2×4
    # positions.
    ("local conv", LocallyConnected2d(3, 5), 8 * 5 * (9 * 8 * 2 + 1)),
    # torchvision's deform_conv2d_kernel.cpp: four neighbours, each by its weight, for
    # each tap and channel; then a convolution.
    (
        "deformable conv",
        DeformableConv2d(3, 5, padding=1),
        24 * 9 * 8 * 4 + 24 * 5 * (9 * 8 * 2 + 1),
    ),
    ("dynamic conv", Convolve(padding=1), 24 * 5 * 9 * 8 * 2),
    # PyTorch's flop_counter.py: 2·L·K·N for each of four matrices; of einsum likewise.
    ("matmul", MatMul(transpose_b=True), 4 * 6 * 6 * 8 * 2),
    ("einsum", Einsum("hlc,hsc->hls"), 4 * 6 * 6 * 8 * 2),
    # Value by value it is a product, which is not added to anything.
    ("einsum", Einsum("hlc,hsc->hlsc"), 4 * 6 * 6 * 8),
    # Vaswani et al. 2017, equation 1, of four sequences of 6, and two heads: products
    # of queries and keys, a division by √d_k, an exponential, its addition, a division,
    # and products of these with the values.
    ("attention", Attention(2), 4 * 6 * 6 * (8 * 2 + 2 * 4 + 8 * 2)),
    # LeCun et al. 1998, equation 7: a difference, its square, and their sum.
    ("rbf", RBF(3), 3 * 192 * 3),
    # PyTorch's documentation of LSTM: sigmoids of i, f and o (exp add divide), a tanh of
    # g and of c (exp exp subtract add divide), f·c + i·g, o·tanh(c); 2 biases a gate.
    ("lstm", LSTM(3), 24 * (4 * 3 * (11 * 2 + 2) + 3 * (3 * 3 + 2 * 5 + 3 + 1))),
    (
        "lstm",  # 2 values of 3 are put out, and go into the next step
        LSTM(3, projection=2, bias=False),
        24 * (4 * 3 * 10 * 2 + 3 * 2 * 2 + 3 * (3 * 3 + 2 * 5 + 3 + 1)),
    ),
    # GRU: sigmoids of r and z, a tanh of n, r·(...), (1 - z)·n + z·h.
    ("gru", GRU(3), 24 * (3 * 3 * (11 * 2 + 2) + 3 * (2 * 3 + 5 + 1 + 4))),
    (
        "gru",  # two directions, a bias of each gate, and their sum
        GRU(3, bidirectional=True, merge="sum", bias="keras", reset_after=False),
        2 * 24 * (3 * 3 * (11 * 2 + 1) + 3 * (2 * 3 + 5 + 1 + 4)) + 24 * 3,
    ),
    ("rnn: tanh", RNN(3), 24 * 3 * (11 * 2 + 2 + 5)),
    ("rnn: relu", RNN(3, function="relu"), 24 * 3 * (11 * 2 + 2 + 1)),
    # Shi et al. 2015, equation 3, as an LSTM at each position of 2 maps.
    (
        "conv lstm",
        ConvLSTM2d(1, 3),
        2 * 12 * (4 * 3 * (11 * 2 + 1) + 3 * (3 * 3 + 2 * 5 + 3 + 1)),
    ),
    # Ioffe & Szegedy 2015, algorithm 2, line 11: x·scale + shift, once trained.
    ("batch norm", Norm(), 192 * 2),
    # Ba et al. 2016, equation 4: a sum for the mean; a square and a sum for the
    # variance, as E(x²) - E(x)²; a scale and a shift. So do Wu & He 2018 and Ulyanov
    # et al. 2016.
    ("layer norm", Norm("layer"), 192 * 5),
    ("group norm", Norm("group", groups=2), 192 * 5),
    # Zhang & Sennrich 2019, equation 4: a square and a sum, a division, a factor.
    ("rms norm", Norm("rms"), 192 * 4),
    ("instance norm", Norm("instance"), 192 * 5),
    # Krizhevsky et al. 2012, §3.3: 5 squares, 4 additions, a factor, a constant, a power,
    # a product.
    ("local norm", Norm("local", size=5), 192 * (5 + 4 + 1 + 1 + 1 + 1)),
    # Touvron et al. 2021, §2: a product.
    ("layer scale", LayerScale(), 192),
    # PyTorch's MaxPoolKernel.cpp begins at -∞ and compares each tap.
    ("max pool", Pool(2), 48 * 4),
    ("adaptive max pool", AdaptivePool((2, 3), "max"), 48 * 4),
    ("global max pool", GlobalPool("max"), 192),
    # Additions of all taps but the first, and a division.
    ("average pool", Pool(2, mode="average"), 48 * (3 + 1)),
    ("adaptive average pool", AdaptivePool((2, 3)), 48 * (3 + 1)),
    ("global average pool", GlobalPool(), 8 * (23 + 1)),
    # LeCun et al. 1998, §II.B: four inputs are added, multiplied by a coefficient,
    # added to a bias.
    ("subsample pool", Pool(2, mode="subsample"), 48 * (3 + 1 + 1)),
    # He et al. 2015, equation 1, and Hu et al. 2017, equation 4; of 2 inputs.
    ("add", Add(), 192),
    ("multiply", Multiply(), 192),
    # fvcore: elementwise_flop_counter(0, 4), the weights of four neighbours; so of two
    # along one axis, and of eight along three.
    ("upsample: linear", Upsample(2, mode="linear"), 2 * 192 * 2),
    ("upsample: bilinear", Upsample(2, mode="bilinear"), 4 * 192 * 4),
    ("upsample: trilinear", Upsample(2, mode="trilinear"), 8 * 192 * 8),
    # One operation for each value of the output, of 2 inputs; Python's a // b and a % b
    # are ⌊a / b⌋ and a - b·⌊a / b⌋.
    ("subtract", Subtract(), 192),
    ("divide", Divide(), 192),
    ("maximum", Maximum(), 192),
    ("minimum", Minimum(), 192),
    ("power", Power(), 192),
    ("floor_divide", Elementwise("floor_divide"), 192 * 2),
    ("remainder", Elementwise("remainder"), 192 * 4),
    ("arctan2", Elementwise("arctan2"), 192),
    ("compare", Elementwise("less"), 192),
    ("where", Where(), 192),
    # Jaderberg et al. 2015, equation 5: four products of a value and its weights.
    ("grid sample", GridSample(), 192 * 4),
    ("grid sample", GridSample("nearest"), 0),
    ("grid sample", GridSample("bicubic"), 192 * 16),
    # A function is one; log1p is log(1 + x), and rsqrt 1 / √x.
    ("function", Function("exp"), 192),
    ("function", Function("log1p"), 192 * 2),
    ("function", Function("rsqrt"), 192 * 2),
    # For each of 24 positions 7 additions, and a division.
    ("reduce", Reduce("mean"), 24 * (7 + 1)),
    ("reduce", Reduce("max", (0, 1)), 192),
    # Keys 1981: cubic convolution, of 4 neighbours along each axis.
    ("upsample: bicubic", Upsample(2, mode="bicubic"), 4 * 192 * 16),
    # What only moves values computes none: their definitions have no arithmetic.
    ("upsample: nearest", Upsample(2), 0),
    ("concat", Concat(), 0),
    ("flatten", Flatten(), 0),
    ("pad", Pad(1), 0),
    ("crop", Crop(1), 0),
    ("split", Split(2), 0),
    ("move", Reshape(-1), 0),
    ("move", PixelShuffle(2), 0),
    ("max unpool", MaxUnpool(2), 0),
    ("permute", Permute((1, 0, 2)), 0),
    ("channel shuffle", ChannelShuffle(2), 0),
    ("embedding", Embedding(10, 3), 0),
    # ONNX' QuantizeLinear: a division, rounding, and saturation to both sides; and
    # DequantizeLinear: a difference and a factor.
    ("quantize", Quantize(), 192 * 4),
    ("dequantize", Dequantize(), 192 * 2),
    # At inference the identity: Srivastava et al. 2014, §1; Huang et al. 2016, §3.
    ("dropout", Dropout(), 0),
    ("stochastic depth", StochasticDepth(), 0),
]

# The operations of each function's definition in PyTorch's documentation of torch.nn;
# gelu in its form with tanh, which counts as one there; of softmax, the sum takes one
# addition a value.
STEPS = {
    "identity": "",
    "relu": "compare",
    "relu6": "compare compare",
    "hardtanh": "compare compare",
    "leaky_relu": "compare multiply",
    "prelu": "compare multiply",
    "sigmoid": "exp add divide",
    "log_sigmoid": "exp add divide log",
    "silu": "exp add divide multiply",
    "softsign": "abs add divide",
    "hardsigmoid": "multiply add compare compare",
    "hardswish": "multiply add compare compare multiply",
    "tanh": "exp exp subtract add divide",
    "softmax": "exp add divide",
    "elu": "compare exp subtract",
    "celu": "compare exp subtract",
    "selu": "compare exp subtract multiply",
    "mish": "exp add square subtract add divide multiply",
    "softplus": "exp add log",
    "gelu": "cube multiply add multiply tanh add multiply multiply",
    "log_softmax": "exp add divide log",
}
COSTS += [
    (f"activation: {name}", Activation(name), 192 * len(steps.split()))
    for name, steps in STEPS.items()
]


@pytest.mark.parametrize(
    ("role", "layer", "operations"), COSTS, ids=[str(case[1]) for case in COSTS]
)
def test_our_own_flops(role, layer, operations):
    """A layer's FLOPs are the operations of its definition, each one."""
    builder = Builder()
    several = (X, X) if layer.arity[1] > 1 else (OTHER.get(role, X),)
    inputs = [builder.input(x) for x in SEVERAL.get(role, several)]
    net = builder.graph(builder.add(layer, *inputs))

    assert role == net.nodes[-1].role
    assert operations == net.flops


def test_what_has_no_input_costs_nothing():
    """Where data enters, and where weights are put out, nothing is computed."""
    net = Sequential(input=8).add_parameter(8, Concat())
    roles = [call.layer.role for call in net.graph.table.calls]

    assert ["input", "parameter", "concat"] == roles
    assert 0 == net.flops


def test_every_role_has_a_cost():
    """The table above has each role, and no other."""
    assert {*ROLES} == {"input", "parameter", *(role for role, _, _ in COSTS)}
    assert len(ROLES) == len({*ROLES})


RECURRENT = [
    {"units": 2, "bidirectional": True, "merge": merge, "bias": bias}
    for merge in ("concat", "sum")
    for bias in ("torch", "keras", "none")
]


def modes(kind):
    """Give layers of a kind, in all modes that its roles go by."""
    words = {
        Activation: [{"function": name} for name in FUNCTIONS],
        Norm: [
            {"kind": kind, "groups": 2}
            for kind in ("batch", "layer", "rms", "group", "instance", "local")
        ],
        Pool: [{"kernel": 2, "mode": mode} for mode in ("max", "average", "subsample")],
        GlobalPool: [{"mode": mode} for mode in ("max", "average")],
        AdaptivePool: [{"size": 2, "mode": mode} for mode in ("max", "average")],
        Upsample: [
            {"scale": 2, "mode": mode}
            for mode in ("nearest", "linear", "bilinear", "trilinear", "bicubic")
        ],
        Input: [{"shape": X}],
        LSTM: RECURRENT,
        GRU: RECURRENT,
        RNN: [
            {**fields, "function": f} for fields in RECURRENT for f in ("tanh", "relu")
        ],
        Parameter: [{"shape": X}],
        Constant: [{"shape": X}],
        GridSample: [{"mode": mode} for mode in ("bilinear", "nearest", "bicubic")],
        Elementwise: [{"operation": name} for name in OPERATIONS],
        Function: [{"function": name} for name in _FUNCTIONS],
        Reduce: [{"op": op} for op in ("mean", "sum", "max", "min")],
        PartialConv2d: [{"kernel": 1, "table": [[0]]}],
        DeformableConv2d: [{"kernel": 2, "filters": 2}],
        Einsum: [{"equation": "hlc->lc"}],
        Quantize: [
            {"dtype": dtype} for dtype in ("int8", "uint8", "int16", "int4", "int32")
        ],
    }
    numbers = {
        name: 2
        for name, field in attrs.fields_dict(kind).items()
        if field.default is attrs.NOTHING
    }
    found = words.get(kind, [numbers])
    if "parametrization" in attrs.fields_dict(kind):
        found += [
            {**fields, "parametrization": norm}
            for fields in found
            for norm in ("weight_norm", "spectral_norm")
        ]
    if "padding_mode" in attrs.fields_dict(kind) and kind is not DeformableConv2d:
        around = ("zeros", "reflect", "edge", "wrap")
        found = [{**fields, "padding_mode": m} for fields in found for m in around]
    return [kind(**fields) for fields in found]


KINDS = [getattr(layers, name) for name in layers.__all__]
KINDS = [kind for kind in KINDS if not inspect.isabstract(kind)]
KINDS.remove(Unknown)  # whose role is none that a convention could know


def test_every_kind_has_known_roles():
    """Each kind has in every mode a role of the list; and each role is some kind's."""
    found = {layer.role for kind in KINDS for layer in modes(kind)}

    assert {*ROLES} == found


def test_every_mode_is_asked_for():
    """The words that fields with a choice take are all tried above."""
    for kind in KINDS:
        for name, field in attrs.fields_dict(kind).items():
            expected = field.metadata.get("expected", "")
            if str(expected).startswith("one of "):
                words = re.findall(r'"(\w+)"', expected)
                tried = {getattr(layer, name) for layer in modes(kind)} - {None}

                assert len(words) >= 2
                assert {*words} == tried, (kind, name)


class Folding(Layer):
    """A layer of a user's, with a role of its own."""

    role: ClassVar[str] = "folding"

    def output(self, x, /):
        return x

    def macs(self, x, /):
        return 3 * x.size


@attrs.frozen(eq=False, repr=False)
class Reshaped(Layer):
    """A layer of a user's, with a role as those of cnncalc have theirs."""

    @property
    def role(self):
        return "space to depth"

    def output(self, x, /):
        return x


class TestRules:
    @pytest.mark.parametrize(
        ("role", "nearest"),
        [("lineer", '"linear"'), ("max pools", '"max pool"'), ("fc", "There are: ")],
    )
    def test_a_role_that_does_not_exist(self, role, nearest):
        """A rule for no role is refused, with the nearest that there is."""
        with pytest.raises(
            UnknownNameError, match=f"there is no role '{role}'"
        ) as told:
            Rule("own", ("conv", role), lambda call: 1)

        assert nearest in str(told.value)

    def test_a_pattern_of_no_role(self):
        """A pattern that no role has is refused, and one that some have is taken."""
        with pytest.raises(UnknownNameError, match="there is no role 'pool \\*'"):
            Rule("own", ("pool *",), lambda call: 1)

        assert ("* pool",) == Rule("own", ("* pool",), lambda call: 1).roles

    @pytest.mark.parametrize(
        ("layer", "role"),
        [
            (Folding(), "folding"),
            (Reshaped(), "space to depth"),
            (Mystery(), "Mystery"),
        ],
        ids=str,
    )
    def test_a_role_of_ones_own(self, layer, role):
        """A layer class of a user's may have any role, and rules may be for it."""
        own = Convention("own", "Of one.", (Rule("own", (role,), lambda call: 7),))
        net = Sequential(input=X).relu().add(layer)

        assert 7 == int(net.operations(own))

    def test_asking_for_a_formula_changes_nothing(self):
        """What does not exist is refused after formulas were written, too."""
        for layer in (Pool(2), Norm(), Activation("relu")):
            assert str(layer.formula("output", X))
            assert str(layer.formula("macs", X)) == "0"
        with pytest.raises(UnknownNameError):
            Rule("own", ("fc",), lambda call: 1)

    def test_a_role_that_depends_on_fields(self):
        """Where a class's role cannot be told without its fields, any may be meant."""

        def counted():
            class Folded(Layer):
                @property
                def role(self):
                    return f"folded: {self.name}"

                def output(self, x, /):
                    return x

            rule = Rule("own", ("folded: a",), lambda call: 7)
            net = Sequential(input=X).add(Folded(name="a"), Folded(name="b"))
            return int(net.operations(Convention("own", "Of one.", (rule,))))

        found = counted()
        forget()
        gc.collect()  # the class goes, or rules could be for any role from here on

        assert 7 == found
        with pytest.raises(UnknownNameError):
            Rule("own", ("folded: a",), lambda call: 7)

    def test_a_role_without_a_cost_of_ours(self, monkeypatch):
        """A kind of ours that had no FLOPs would still be one that presets know."""
        from cnncalc.operations import flops

        monkeypatch.delitem(flops.PER_VALUE, "channel shuffle")
        net = Sequential(input=X).conv(1, 4).channel_shuffle(2)

        for name in CONVENTIONS:
            assert int is type(net.operations(name)), name
        assert str(net.flops).startswith("≥")
