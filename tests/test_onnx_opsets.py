"""Operators of ONNX from opset 7 to 26: each of the standard, as its versions spell it."""

import gzip
import json
from functools import cache

import pytest
from onnx_files import (
    BOOL,
    DATA,
    FLOAT,
    INT8,
    INT64,
    file_of,
    graph,
    model,
    node,
    read,
    tensor,
    traced,
    value,
)
from test_onnx_operators import CASES

from cnncalc import from_onnx

OPSETS = range(7, 27)
MAP = {"x": (1, 4, 8, 8)}
ROWS = {"x": (1, 5, 6)}

# The standard's own list: of each version the least and the largest number of inputs, the
# attributes, and the types of those that must be there; null where it was withdrawn.
STANDARD = json.loads(gzip.decompress((DATA / "operators.json.gz").read_bytes()))

# A value of each type of attribute; "ij" is an equation, and no direction.
VALUES = {
    "INT": 1,
    "INTS": [1, 1],
    "FLOAT": 1.0,
    "STRING": "ij",
    "STRINGS": [1],
    "GRAPH": graph([]),
}

# What static counting does not follow on principle, and why.
UNFOLLOWED = {
    "depends on data": "Compress MaxRoiPool NonMaxSuppression RoiAlign Unique",
    "is a loss": "NegativeLogLikelihoodLoss SoftmaxCrossEntropyLoss",
    "works on text": (
        "RegexFullMatch StringConcat StringNormalizer StringSplit TfIdfVectorizer"
    ),
    "Fourier": "DFT STFT",
    "image file": "ImageDecoder",
    "determinant": "Det",
    "draws samples": "Multinomial",
}


def version_at(name, opset):
    """Return what an operator needs at an opset; None if there is none by that name."""
    versions = {int(n): told for n, told in STANDARD[name].items() if int(n) <= opset}
    return versions[max(versions)] if versions else None


def since(name, opset):
    """Return which version of an operator an opset has."""
    return max(n for n in map(int, STANDARD[name]) if n <= opset)


def is_new(name, opset):
    """Tell whether an opset changes an operator; the first here has all of them anew."""
    there = version_at(name, opset)
    return bool(there) and (opset == OPSETS[0] or since(name, opset) == opset)


def least(name, opset):
    """Return a file whose only node has what an operator must have at an opset."""
    number, _, _, attributes = version_at(name, opset)
    given = {key: VALUES[kind] for key, kind in attributes.items() if kind in VALUES}
    inputs = ["x", "w", "v", "u", "t"][:number]
    # Relu puts out something, where the node alone has no input.
    nodes = [(name, " ".join(inputs), "y", given), ("Relu", "x", "z")]
    weights = dict.fromkeys(inputs[1:], (4, 4, 3, 3))
    return file_of(nodes, MAP, weights, outputs="y z", opset=opset)


@pytest.mark.parametrize("opset", OPSETS)
def test_each_operator_of_the_standard_is_known(opset):
    """Each operator that an opset has is followed, or unknown by a reason of its own."""
    names = [name for name in STANDARD if is_new(name, opset)]
    told = {name: from_onnx(least(name, opset)).unknown.reasons for name in names}
    why = {name: reason for name, each in told.items() for reason in each.values()}

    assert names
    assert [] == [name for name in names if "no operator" in why.get(name, "")]
    assert [] == [name for name in why if not why[name]]


def test_operators_that_are_not_followed_are_few():
    """Only losses, text, images, transforms and what data decides are unknown always."""
    named = {name for names in UNFOLLOWED.values() for name in names.split()}

    assert named <= set(STANDARD)
    for why, names in UNFOLLOWED.items():
        for name in names.split():
            first = max(7, min(map(int, STANDARD[name])))
            [reason] = from_onnx(least(name, first)).unknown.reasons.values()
            assert why in reason or "missing" in reason or "not one number" in reason


# Operators of one input that puts out as much, and of two inputs.
SAME = """
Abs Acos Acosh Asin Asinh Atan Atanh Bernoulli BitwiseNot Ceil Celu Clip Cos Cosh Dropout
Elu Erf Exp Floor Gelu HardSigmoid HardSwish Hardmax Identity IsInf IsNaN LeakyRelu
Log LogSoftmax LpNormalization MeanVarianceNormalization Mish Neg Not
Reciprocal Round Selu Shrink Sigmoid Sign Sin Sinh Softplus Softsign Sqrt Swish Tan Tanh
ThresholdedRelu Trilu
"""
PAIRS = """
And BitShift BitwiseAnd BitwiseOr BitwiseXor Div Equal Greater GreaterOrEqual Less
LessOrEqual Max Mean Min Mod Mul Or Pow Sub Sum Xor
"""
REDUCTIONS = """
ReduceL1 ReduceL2 ReduceLogSum ReduceLogSumExp ReduceMax ReduceMean ReduceMin ReduceProd
ReduceSum ReduceSumSquare
"""

SLIDES = {"kernel_shape": [2, 2], "strides": [2, 2]}
BRANCH = graph([node("Relu", "x", "z")], (), [value("z")])
TRIP = graph(
    [node("Add", "s s", "t"), node("Identity", "go", "on")],
    [value("i"), value("go"), value("s")],
    [value("on"), value("t")],
)
STEP = graph(
    [node("Add", "s p", "t"), node("MatMul", "p w", "u")],
    [value("s"), value("p")],
    [value("t"), value("u")],
)
EACH = graph([node("Relu", "a", "b")], [value("a")], [value("b")])
SCANS = {"num_scan_inputs": 1, "body": STEP}
SCANNED = {"scan_input_axes": [1], "scan_output_axes": [1], **SCANS}
GATES = {"w": (1, 3, 6), "r": (1, 3, 3), "b": (1, 6)}

# As the cases of `test_onnx_operators`: nodes, inputs, weights, numbers; then the output
# here, MACs, and parameters. What older versions have as attributes newer ones have as
# inputs, and so there are two of some.
SPELLED = {
    "clip": (([("Clip", "x", "y", {"min": 0.0, "max": 6.0})], MAP), ("8×8×4", 0, 0)),
    "pad": (
        ([("Pad", "x", "y", {"pads": [0, 0, 1, 1, 0, 0, 1, 2]})], MAP),
        ("10×11×4", 0, 0),
    ),
    "pad by an input": (
        ([("Pad", "x p", "y")], MAP, {}, {"p": [0, 0, 1, 1, 0, 0, 1, 2]}),
        ("10×11×4", 0, 0),
    ),
    "pad some axes": (
        ([("Pad", "x p - a", "y")], MAP, {}, {"p": [1, 2], "a": [-1]}),
        ("8×11×4", 0, 0),
    ),
    "slice": (
        ([("Slice", "x", "y", {"starts": [1], "ends": [7], "axes": [2]})], MAP),
        ("6×8×4", 0, 0),
    ),
    "slice by inputs": (
        ([("Slice", "x b e a", "y")], MAP, {}, {"b": [1], "e": [7], "a": [2]}),
        ("6×8×4", 0, 0),
    ),
    "split": (
        ([("Split", "x", "a y", {"axis": 1, "split": [3, 1]})], MAP),
        ("8×8×1", 0, 0),
    ),
    "split into a number of parts": (
        ([("Split", "x", "y a b", {"axis": 2, "num_outputs": 3})], MAP),
        ("3×8×4", 0, 0),
    ),
    "squeeze and unsqueeze": (
        (
            [
                ("Unsqueeze", "x", "u", {"axes": [2, 3]}),
                ("Squeeze", "u", "s", {"axes": [2, 3]}),
                ("Relu", "s", "y"),
            ],
            MAP,
        ),
        ("8×8×4", 0, 0),
    ),
    "the largest": (([("TopK", "x", "y i", {"k": 3})], ROWS), ("5×3", 0, 0)),
    "the largest by an input": (
        ([("TopK", "x k", "y i")], ROWS, {}, {"k": [3]}),
        ("5×3", 0, 0),
    ),
    "dropout": (([("Dropout", "x", "y", {"ratio": 0.5})], MAP), ("8×8×4", 0, 0)),
    "upsample": (
        ([("Upsample", "x", "y", {"scales": [1.0, 1.0, 2.0, 3.0]})], MAP),
        ("16×24×4", 0, 0),
    ),
    "resize by a number": (
        ([("Resize", "x s", "y")], MAP, {}, {"s": [1, 1, 2, 3]}),
        ("16×24×4", 0, 0),
    ),
    "upsample by a number": (
        ([("Upsample", "x s", "y")], MAP, {}, {"s": [1, 1, 2, 3]}),
        ("16×24×4", 0, 0),
    ),
    "a factor of each group": (
        (
            [("GroupNormalization", "x s b", "y", {"num_groups": 2})],
            MAP,
            {"s": (2,), "b": (2,)},
        ),
        ("8×8×4", 0, 4),
    ),
    "a factor of each channel": (
        (
            [("GroupNormalization", "x s b", "y", {"num_groups": 2})],
            MAP,
            {"s": (4,), "b": (4,)},
        ),
        ("8×8×4", 0, 8),
    ),
    "pools": (
        (
            [("MaxPool", "x", "p", SLIDES), ("LpPool", "p", "q", SLIDES)]
            + [("AveragePool", "q", "r", SLIDES), ("GlobalAveragePool", "r", "s")]
            + [("GlobalMaxPool", "s", "t"), ("GlobalLpPool", "t", "y")],
            MAP,
        ),
        ("1×1×4", 0, 0),
    ),
    "type and back": (
        (
            [("Cast", "x", "c", {"to": INT8}), ("Cast", "c", "d", {"to": 1})]
            + [("Add", "x d", "y")],
            MAP,
        ),
        ("8×8×4", 0, 0),
    ),
    "bits of another type": (
        ([("BitCast", "x", "c", {"to": 6}), ("Add", "x c", "y")], MAP),
        ("8×8×4", 0, 0),
    ),
    "constants": (
        (
            [("Constant", "", "c", {"value": ("c", [2], INT64, [4, 64])})]
            + [("Reshape", "x c", "r"), ("Shape", "r", "s"), ("Size", "x", "n")]
            + [("Concat", "r r", "t", {"axis": 1}), ("Relu", "t", "y")],
            {"x": (1, 4, 8, 8)},
        ),
        ("128×4", 0, 0),
    ),
    "running products": (
        ([("CumProd", "x i", "y")], MAP, {}, {"i": [1]}),
        ("8×8×4", 0, 0),
    ),
    "fixed windows": (
        (
            [("HammingWindow", "n", "h"), ("BlackmanWindow", "n", "b")]
            + [("Mul", "x h", "m"), ("Mul", "m b", "y")],
            ROWS,
            {},
            {"n": [6]},
        ),
        ("5×6", 0, 0),
    ),
    "random numbers": (
        (
            [("RandomNormal", "", "a", {"shape": [5, 6]})]
            + [("RandomUniform", "", "b", {"shape": [5, 6]})]
            + [("RandomUniformLike", "x", "d"), ("EyeLike", "a", "e")]
            + [("Sum", "x a b d e", "y")],
            ROWS,
        ),
        ("5×6", 0, 0),
    ),
    "a range": (
        (
            [("Range", "z n o", "r"), ("Cast", "r", "f", {"to": 1})]
            + [("Mul", "x f", "y")],
            ROWS,
            {},
            {"z": [0], "n": [6], "o": [1]},
        ),
        ("5×6", 0, 0),
    ),
    "places that are not zero": (
        (
            [("NonZero", "n", "p"), ("Squeeze", "p", "i"), ("Gather", "x i", "y")],
            {"x": (4, 6)},
            {},
            {"n": [0, 3, 0, 5]},
        ),
        ("2×6", 0, 0),
    ),
    "best": (([("ArgMin", "x", "y", {"axis": 2})], ROWS), ("5×1", 0, 0)),
    "coordinates": (
        (
            [("Unsqueeze", "i z", "c"), ("GatherND", "x c", "y")],
            {"x": (5, 6)},
            {},
            {"i": [1, 2], "z": [1]},
        ),
        ("2×6", 0, 0),
    ),
    "coordinates, of old": (
        (
            [("Constant", "", "c", {"value": ("c", [2, 1], INT64, [1, 2])})]
            + [("GatherND", "x c", "y")],
            {"x": (5, 6)},
        ),
        ("2×6", 0, 0),
    ),
    "writing": (
        (
            [("ScatterElements", "x i x", "y")],
            {"x": (1, 5, 6), "i": ((1, 5, 6), INT64)},
        ),
        ("5×6", 0, 0),
    ),
    "writing, of old": (
        ([("Scatter", "x i x", "y")], {"x": (1, 5, 6), "i": ((1, 5, 6), INT64)}),
        ("5×6", 0, 0),
    ),
    "writing into a cache": (
        (
            [("TensorScatter", "x u", "y")],
            {"x": (1, 3, 8, 4), "u": (1, 3, 1, 4)},
        ),
        ("8×4×3", 0, 0),
    ),
    "reversing": (
        ([("ReverseSequence", "x n", "y", {"batch_axis": 0})], ROWS, {}, {"n": [3]}),
        ("5×6", 0, 0),
    ),
    "a product of bytes": (
        (
            [("DynamicQuantizeLinear", "x", "q s z"), ("MatMulInteger", "q w", "y")],
            ROWS,
            {"w": (6, 4)},
        ),
        ("5×4", 120, 24),
    ),
    "a quantised product": (
        ([("QLinearMatMul", "x - - w - - - -", "y")], ROWS, {"w": (6, 4)}),
        ("5×4", 120, 24),
    ),
    "a quantised convolution": (
        ([("QLinearConv", "x - - w - - - -", "y")], MAP, {"w": (2, 4, 1, 1)}),
        ("8×8×2", 512, 8),
    ),
    "a recurrent layer": (
        ([("RNN", "x w r b", "y", {"hidden_size": 3})], {"x": (5, 1, 6)}, GATES),
        ("5×3", 5 * 3 * 9, 18 + 9 + 6),
    ),
    "a gated recurrent layer": (
        (
            [("GRU", "x w r b", "y", {"hidden_size": 2})],
            {"x": (5, 1, 6)},
            {"w": (1, 6, 6), "r": (1, 6, 2), "b": (1, 12)},
        ),
        ("5×2", 5 * 6 * 8, 36 + 12 + 12),
    ),
    "a branch": (
        (
            [("If", "t", "y", {"then_branch": BRANCH, "else_branch": BRANCH})],
            MAP,
            {},
            {"t": (BOOL, [True])},
        ),
        ("8×8×4", 0, 0),
    ),
    "a loop": (
        ([("Loop", "n - x", "y", {"body": TRIP})], MAP, {}, {"n": [3]}),
        ("8×8×4", 0, 0),
    ),
    "a scan": (
        (
            [("ReduceSum", "x a", "s", {"keepdims": 0})]
            + [("Scan", "s x", "z y", SCANNED)],
            ROWS,
            {"w": (6, 4)},
            {"a": [1]},
        ),
        ("5×4", 120, 24),
    ),
    "a scan, of old": (
        (
            [("ReduceSum", "x", "s", {"axes": [1], "keepdims": 0})]
            + [("Scan", "s x", "z y", SCANNED)],
            ROWS,
            {"w": (6, 4)},
        ),
        ("5×4", 120, 24),
    ),
    "sequences": (
        (
            [("SequenceEmpty", "", "e"), ("SequenceInsert", "e x", "s")]
            + [("SequenceMap", "s", "m", {"body": EACH})]
            + [("SequenceAt", "m z", "y")],
            MAP,
            {},
            {"z": [0]},
        ),
        ("8×8×4", 0, 0),
    ),
    "an empty sequence": (
        (
            [("SequenceEmpty", "", "e"), ("SequenceInsert", "e x", "s")]
            + [("SequenceAt", "s z", "y")],
            MAP,
            {},
            {"z": [0]},
        ),
        ("8×8×4", 0, 0),
    ),
    "an optional": (
        (
            [("OptionalHasElement", "x", "t")]
            + [("If", "t", "y", {"then_branch": BRANCH, "else_branch": BRANCH})],
            MAP,
        ),
        ("8×8×4", 0, 0),
    ),
    "scores of attention": (
        (
            [("Attention", "x k v m", "y - - s")],
            {"x": (1, 3, 4, 8), "k": (1, 3, 6, 8), "v": (1, 3, 6, 8), "m": (4, 6)},
            {},
            {},
            "s",
        ),
        ("3×4×6", 2 * 3 * 4 * 6 * 8, 0),
    ),
    "weights of attention": (
        (
            [("Attention", "x k k", "y - - s", {"qk_matmul_output_mode": 3})]
            + [("ReduceMean", "s n", "z", {"keepdims": 0})],
            {"x": (1, 6, 4, 8), "k": (1, 2, 6, 8)},
            {},
            {"n": [-1]},
            "z",
        ),
        ("6×4", 2 * 6 * 4 * 6 * 8, 0),
    ),
}
SPELLED |= {op: (([(op, "x", "y")], MAP), ("8×8×4", 0, 0)) for op in SAME.split()}
SPELLED |= {op: (([(op, "x x", "y")], MAP), ("8×8×4", 0, 0)) for op in PAIRS.split()}
SPELLED |= {
    op: (([(op, "x", "y", {"axes": [2, 3], "keepdims": 0})], MAP), ("4", 0, 0))
    for op in REDUCTIONS.split()
}
SPELLED |= {
    f"{op} by an input": (
        ([(op, "x a", "y", {"keepdims": 0})], MAP, {}, {"a": [2, 3]}),
        ("4", 0, 0),
    )
    for op in REDUCTIONS.split()
}
LAST = {"resize by a number": 10}  # opset: then its second input was another


def stands_at(nodes, opset):
    """Tell whether nodes are as an opset has them: their inputs and attributes."""
    for op, *rest in nodes:
        given = rest[2] if len(rest) > 2 else {}
        told = version_at(op, opset) if op in STANDARD else None
        if told is None:
            return False
        fewest, most, attributes, _ = told
        if not fewest <= len(rest[0].split()) <= most or {*given} - {*attributes}:
            return False
    return True


@cache
def asked_at(opset):
    """Return what came out otherwise at an opset, and the versions that came out so.

    Asked are the cases with something that the opset changes.
    """
    other, seen = {}, set()
    for name, (given, expected) in {**CASES, **SPELLED}.items():
        nodes, inputs, *more = given
        if not stands_at(nodes, opset) or opset > LAST.get(name, opset):
            continue
        if not any(is_new(op, opset) for op, *_ in nodes):
            continue
        more = [*more, *((), (), "y")[len(more) :]][:3]  # some name an opset
        net = read(nodes, inputs, *more, opset=opset)
        found = str(net.output), net.macs, net.params
        if net.unknown.reasons or found != expected:
            other[name] = (*found, net.unknown.reasons)
        seen |= {(op, since(op, opset)) for op, *_ in nodes}
    return other, seen


@pytest.mark.parametrize("opset", OPSETS)
def test_operators_at_each_opset(opset):
    """What an opset spells another way than the last one comes out as it says."""
    assert {} == asked_at(opset)[0]


def test_each_version_of_each_operator_is_followed():
    """Of each operator of opsets 7 to 26 each version is asked, but of what is unknown."""
    unfollowed = {name for names in UNFOLLOWED.values() for name in names.split()}
    seen = set().union(*[asked_at(opset)[1] for opset in OPSETS])
    there = {
        (name, since(name, opset))
        for opset in OPSETS
        for name in STANDARD
        if name not in unfollowed and version_at(name, opset)
    }

    # The first Scan, of opset 8 alone, has a batch that its body does not have.
    assert {("Scan", 8)} == there - seen
    assert 518 == len(there)


@pytest.mark.parametrize(("opset", "expected"), [(17, "6×2×5"), (20, "4×2×8")])
def test_the_axis_of_a_fourier_transform(opset, expected):
    """Its axis was the second of all before opset 20, and is the last but one since."""
    net = read([("DFT", "x", "y", {"onesided": 1})], {"x": (1, 8, 6, 1)}, opset=opset)

    assert expected == str(net.output)


@pytest.mark.parametrize("kind", [INT8, *range(17, 27)])
def test_weights_of_few_bits(kind):
    """Weights are weights in every type that opsets 19 to 26 added to 8 bits."""
    nodes = [node("DequantizeLinear", "w s", "d"), node("MatMul", "x d", "y")]
    tensors = [tensor("w", (6, 4), kind, raw=bytes(3)), tensor("s", (), FLOAT, [1.0])]
    body = graph(nodes, [value("x", (1, 5, 6))], [value("y")], tensors)
    net = from_onnx(model(body, opset=25))

    assert (5 * 6 * 4, 24) == (net.macs, net.params)


def test_types_that_attributes_say():
    """What is quantised has the type of its zero point, or else the one that is said."""
    nodes = [
        ("QuantizeLinear", "x s", "a"),
        ("QuantizeLinear", "x s", "b", {"output_dtype": 3}),
        ("QuantizeLinear", "x s z", "c", {"output_dtype": 2}),
        ("DequantizeLinear", "c s", "d"),
        ("DequantizeLinear", "c s", "e", {"output_dtype": 10}),
        ("BitCast", "x", "f", {"to": 6}),
        ("Relu", "x", "y"),
    ]
    numbers = {"s": (FLOAT, [1.0]), "z": (INT8, [0])}
    _, values = traced(file_of(nodes, MAP, (), numbers, opset=26))

    types = [values[name].dtype for name in "abcdef"]

    assert ["uint8", "int8", "int8", "float32", "float16", "int32"] == types
