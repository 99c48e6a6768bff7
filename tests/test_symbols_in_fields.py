"""A symbol in each field of each kind: the integer reading, or a refusal.

The integer reading is held against frameworks elsewhere.
"""

from random import Random

import attrs
import pytest

import cnncalc
from cnncalc import (
    FC,
    GRU,
    LSTM,
    RBF,
    RNN,
    AdaptivePool,
    Attention,
    Builder,
    ChannelShuffle,
    CnncalcError,
    Constant,
    Conv1d,
    Conv2d,
    Conv3d,
    ConvLSTM2d,
    ConvTranspose1d,
    ConvTranspose2d,
    ConvTranspose3d,
    Crop,
    DeformableConv2d,
    DepthwiseConv1d,
    DepthwiseConv2d,
    DepthwiseConv3d,
    Embedding,
    Expand,
    Gather,
    InvertedResidual,
    LocallyConnected1d,
    LocallyConnected2d,
    MaxUnpool,
    MultiHeadAttention,
    Norm,
    Pad,
    Parameter,
    Permute,
    PixelShuffle,
    PixelUnshuffle,
    Pool,
    Reduce,
    Reshape,
    Roll,
    Select,
    SeparableConv1d,
    SeparableConv2d,
    Shape,
    Slice,
    Split,
    SqueezeExcite,
    Stack,
    Symbol,
    Unknown,
    Upsample,
)
from cnncalc.layers.base import Layer
from cnncalc.symbolic.counting import QUANTITIES

# Layers and blocks, and what reaches them.
CASES = [
    (Conv1d(3, 8, stride=2, padding=1, dilation=2, groups=2), (40, 4)),
    (Conv2d((3, 5), 12, stride=(2, 3), dilation=(2, 1), groups=4), (30, 33, 8)),
    (Conv3d(3, 8, stride=2, padding=1, groups=2), (8, 9, 10, 4)),
    (ConvTranspose1d(4, 6, stride=2, padding=1, output_padding=1), (12, 4)),
    (ConvTranspose2d(4, 6, stride=2, padding=1, groups=2), (12, 9, 4)),
    (ConvTranspose3d(2, 6, stride=2), (4, 5, 6, 4)),
    (DepthwiseConv1d(3, multiplier=2, padding=1), (20, 6)),
    (DepthwiseConv2d(3, multiplier=2, padding=1, dilation=2), (20, 20, 6)),
    (DepthwiseConv3d(3, multiplier=2), (6, 7, 8, 6)),
    (SeparableConv1d(3, 8, multiplier=2), (20, 6)),
    (SeparableConv2d(3, 8, multiplier=2, padding=1), (20, 20, 6)),
    (LocallyConnected1d(3, 8, stride=2), (21, 6)),
    (LocallyConnected2d(3, 8), (9, 9, 6)),
    (DeformableConv2d(3, 8, padding=1), (9, 9, 4), (9, 9, 18)),
    (Pool(3, stride=2, padding=1), (20, 20, 6)),
    (Pool(2, ceil=True), (21, 6)),
    (Pool((2, 3, 2)), (8, 9, 10, 4)),
    (AdaptivePool((4, 5)), (20, 20, 6)),
    (MaxUnpool(2), (4, 5, 3)),
    (Upsample(2), (5, 6, 3)),
    (Upsample(size=(10, 12)), (5, 6, 3)),
    (Pad(((1, 2), (0, 3))), (5, 6, 3)),
    (Crop(1), (5, 6, 3)),
    (PixelShuffle(2), (5, 6, 16)),
    (PixelUnshuffle(2), (8, 6, 4)),
    (ChannelShuffle(2), (8, 6, 4)),
    (FC(10), (3, 3, 5)),
    (FC(10, axis=0), (7, 5)),
    (RBF(10), (7,)),
    (Norm("group", groups=2), (5, 6, 8)),
    (Norm("local"), (5, 6, 8)),
    (Embedding(100, 16), (9,)),
    (Attention(4), (9, 16), (7, 16), (7, 16)),
    (Attention(4, kv_heads=2), (9, 16), (7, 8), (7, 8)),
    (LSTM(12, layers=2), (9, 5)),
    (GRU(12), (9, 5)),
    (RNN(12), (9, 5)),
    (ConvLSTM2d(3, 8, padding=1), (4, 9, 9, 3)),
    (Reshape((4, 9)), (6, 6)),
    (Expand((4, 6, 3)), (1, 6, 3)),
    (Roll(2, axis=0), (6, 3)),
    (Slice(1, 4), (6, 8)),
    (Split(4), (6, 8)),
    (Select(2, axis=0), (6, 8)),
    (Permute((1, 0)), (6, 8)),
    (Stack(axis=1), (4, 5), (4, 5)),
    (Reduce("mean", axes=(1,)), (6, 8)),
    (Gather(4), (9, 5)),
    (Parameter(Shape(4, 5)),),
    (Constant(Shape(4, 5)),),
    (Unknown("x", output=(4, 5), params=3), (4, 5)),
    (MultiHeadAttention(4), (9, 16)),
    (SqueezeExcite(4), (9, 9, 16)),
    (InvertedResidual(24, 8, 3, 1), (9, 9, 8)),
]

# Those whose fields have no place for a size, and the bases of others.
OTHERS = {
    *("Activation", "Add", "Concat", "Convolve", "Dequantize", "Divide", "Dropout"),
    *("Einsum", "Elementwise", "Flatten", "Function", "GlobalPool", "GridSample"),
    *("Input", "Join", "Layer", "LayerScale", "MatMul", "Maximum", "Minimum"),
    *("Multiply", "PartialConv2d", "Power", "Quantize", "StochasticDepth"),
    *("Subtract", "Where"),
}


# Fields that take no symbol: places, and what another size leaves one number for.
REFUSED = {
    *("Permute.order", "Reduce.axes", "Reshape.shape", "Select.index", "Slice.start"),
    *("Slice.stop", "Stack.axis", "InvertedResidual.filters"),
    *("InvertedResidual.stride", "DeformableConv2d.kernel", "DeformableConv2d.padding"),
    *("DeformableConv2d.dilation", "DeformableConv2d.groups"),
    *("DeformableConv2d.offset_groups",),
}
PARTLY = {"Expand.shape"}  # an axis of 1 is spread to any size


def network(part, shapes):
    """Return a part alone, on inputs of these shapes."""
    g = Builder()
    return g.graph(g.add(part, *[g.input(shape) for shape in shapes]))


def numbers(value, place=()):
    """Give each positive integer in a field, and where it stands."""
    if type(value) is tuple:
        for n, each in enumerate(value):
            yield from numbers(each, (*place, n))
    elif type(value) is int and value > 0:
        yield place, value


def with_number(value, place, number):
    """Return a field with another number at a place."""
    if not place:
        return number
    n, *inner = place
    return (*value[:n], with_number(value[n], inner, number), *value[n + 1 :])


def fields(part):
    """Give the fields that have sizes: their names, and what makes others of a size."""
    for field in attrs.fields(type(part)):
        value = getattr(part, field.name) if field.init else None
        for place, number in numbers(value):
            yield (
                f"{type(part).__name__}.{field.name}",
                number,
                lambda size, f=field, v=value, p=place: attrs.evolve(
                    part, **{f.alias: with_number(v, p, size)}
                ),
            )


@pytest.mark.parametrize("case", CASES, ids=lambda case: repr(case[0]))
def test_is_the_integer_reading(case):
    """Where it holds the numbers are those of integers; where they refuse it does not."""
    part, *shapes = case
    chance = Random(1)
    for name, number, made in fields(part):
        try:
            net = network(made(Symbol("z", like=number)), shapes)
            found = net.symbolic(height=None, width=None, depth=None, length=None)
        except CnncalcError:
            assert name in REFUSED | PARTLY
            continue
        assert name not in REFUSED
        some = {chance.randint(1, 3 * number + 8) for _ in range(20)}
        for size in {number, number + 1, 2 * number, *some}:
            holds = found.holds(z=size)
            try:
                other = network(made(size), shapes)
                wanted = [getattr(other, name) for name in QUANTITIES]
            except CnncalcError:
                assert not holds
                continue
            assert holds or size != number
            if holds:
                each = [getattr(found, name).at(z=size) for name in QUANTITIES]
                assert wanted == each
                assert other.output == found.output.at(z=size)


def test_every_kind_is_tried():
    """Each has its field here, or no field for a size."""
    kinds = {name for name in cnncalc.__all__ if _is_kind(getattr(cnncalc, name))}

    assert kinds == OTHERS | {
        type(part).__name__ for part, *_ in CASES if isinstance(part, Layer)
    }


def _is_kind(value):
    return isinstance(value, type) and issubclass(value, Layer)
