"""What hypothesis draws: shapes, and layers that fit them; see `drawn` for networks.

A shape is drawn first, then only what can take it; so no draw has to be thrown away,
and no test has to ask whether it has anything to test.
"""

from functools import cache

import attrs
from hypothesis import strategies as st
from naive import each, ends

import cnncalc
from cnncalc import (
    FC,
    GRU,
    LSTM,
    RBF,
    RNN,
    Activation,
    AdaptivePool,
    ChannelShuffle,
    Conv1d,
    Conv2d,
    Conv3d,
    ConvLSTM2d,
    ConvTranspose1d,
    ConvTranspose2d,
    ConvTranspose3d,
    Crop,
    DepthwiseConv1d,
    DepthwiseConv2d,
    DepthwiseConv3d,
    Dequantize,
    Dropout,
    Einsum,
    Expand,
    Flatten,
    Function,
    Gather,
    GlobalPool,
    LayerScale,
    LocallyConnected1d,
    LocallyConnected2d,
    MaxUnpool,
    Norm,
    Pad,
    PartialConv2d,
    Permute,
    PixelShuffle,
    PixelUnshuffle,
    Pool,
    Quantize,
    Reduce,
    Reshape,
    Roll,
    Select,
    SeparableConv1d,
    SeparableConv2d,
    Shape,
    Slice,
    Split,
    StochasticDepth,
    Upsample,
)
from cnncalc.layers.activation import FUNCTIONS


def composite(function):
    """Return a strategy's function as `st.composite` does, which makes each once.

    Hypothesis looks long at a strategy that it has not seen; one that is asked for
    again, for the same shape, is the same.
    """
    return cache(st.composite(function))


# What `from cnncalc import *` brings, for what is written to be pasted back.
PUBLIC = {name: getattr(cnncalc, name) for name in cnncalc.__all__}

small = st.integers(1, 4)
either = st.booleans()
pairs = small | st.tuples(small, small)
counts = st.integers(0, 3)
sides = st.tuples(counts, counts)
words = st.sampled_from(["same", "valid"])
PARAMETRIZATIONS = st.sampled_from([None, None, "weight_norm", "spectral_norm"])
repeating = st.sampled_from(["zeros", "reflect", "edge", "wrap"])
sequences = st.builds(Shape, st.integers(1, 40), small)
volumes = st.builds(Shape, *[st.integers(1, 6)] * 3, small)
maps = st.builds(Shape, st.integers(1, 9), st.integers(1, 9), small)
vectors = st.builds(Shape.of, st.integers(1, 50))
shapes = maps | vectors
spaces = sequences | maps | volumes

# The convolutions, by the number of axes along which they work.
CONVS = {1: Conv1d, 2: Conv2d, 3: Conv3d}
TRANSPOSED = {1: ConvTranspose1d, 2: ConvTranspose2d, 3: ConvTranspose3d}
DEPTHWISE = {1: DepthwiseConv1d, 2: DepthwiseConv2d, 3: DepthwiseConv3d}
SEPARABLE = {1: SeparableConv1d, 2: SeparableConv2d}
LOCAL = {1: LocallyConnected1d, 2: LocallyConnected2d}
UNPADDED = {PartialConv2d, *LOCAL.values()}  # without taps apart, and modes

# Names that are given. No automatic name has such letters, but for the last, which
# automatic ones must make way for.
NAMES = ["a", "b", "a b", "é", "|", "$_", "<", "conv1"]
common = {"name": st.none() | st.sampled_from(NAMES), "trainable": either}

LARGEST = 36  # a side that is not enlarged any more


@cache
def stated(x, each=small):
    """Draw what is stated along the axes of *x*: a number for all, or one for each."""
    return each | st.tuples(*[each] * x.rank)


@cache
def numbers(x):
    """Draw a padding of *x* in numbers."""
    return stated(x, counts) | st.tuples(*[sides] * x.rank)


def all_sides(padding, rank):
    """Return what is put before and after each axis; by words, nothing is added."""
    if isinstance(padding, str):
        return ((0, 0),) * rank
    return ends(padding, rank)


@cache
def divisors(number):
    """Draw what divides *number*."""
    return st.sampled_from([d for d in range(1, number + 1) if number % d == 0])


@cache
def factors(x):
    """Draw how many times a map may be enlarged along each axis."""
    return st.tuples(*[st.integers(1, max(1, min(4, LARGEST // n))) for n in x.space])


def drawn(draw, fields):
    """Draw each of some fields."""
    return {name: draw(value) for name, value in fields.items()}


# Layers by kind: each function draws those that can take *x*.


def one_of(kinds, x):
    """Draw one of some kinds for *x*: only its strategy is made, which takes long."""
    return st.sampled_from(kinds).flatmap(lambda kind: kind(x))


def whatever(strategy):
    """Return the kind of a layer that takes any shape."""
    return lambda x: strategy


@composite
def slid(draw, x, padding=None):
    """Draw kernel, stride, padding and dilation of windows of which one fits at least."""
    padding = draw(numbers(x) | words if padding is None else padding)
    stride, dilation = draw(stated(x)), draw(stated(x))
    most = [
        4 if padding == "same" else min(4, (size + sum(zeros) - 1) // apart + 1)
        for size, zeros, apart in zip(
            x.space, all_sides(padding, x.rank), each(dilation, x.rank), strict=True
        )
    ]
    kernel = tuple(draw(st.integers(1, limit)) for limit in most)
    facts = {"stride": stride, "padding": padding, "dilation": dilation}
    return {"kernel": kernel, **facts}


@composite
def sliding(draw, kind, x, *, padding=None, **fields):
    """Draw a convolution of that kind whose windows fit."""
    window = draw(slid(x, padding))
    room = min(x.space) > 3 and window["padding"] != "same"  # for 3 and what is there
    if room and kind not in UNPADDED:
        fields["padding_mode"] = repeating
    if kind in UNPADDED:  # whose taps are never apart: nearer ones fit as well
        del window["dilation"]
    more = {**fields, "bias": either, **common}
    return kind(**window, **drawn(draw, more))


@cache
def grouped(x):
    """Draw filters and groups that divide them and the channels."""
    return st.tuples(divisors(x.channels), small).map(lambda g: (g[0] * g[1], g[0]))


@composite
def convs_on(draw, x, **more):
    filters, groups = map(st.just, draw(grouped(x)))
    more["parametrization"] = PARAMETRIZATIONS
    return draw(sliding(CONVS[x.rank], x, filters=filters, groups=groups, **more))


def depthwise_on(x, **more):
    more["parametrization"] = PARAMETRIZATIONS
    return sliding(DEPTHWISE[x.rank], x, multiplier=small, **more)


@cache
def separable_on(x):
    return sliding(SEPARABLE[x.rank], x, filters=small, multiplier=small)


@cache
def partial_on(x):
    row = st.lists(
        st.integers(0, x.channels - 1), min_size=1, max_size=4, unique=True
    ).map(tuple)
    table = st.lists(row, min_size=1, max_size=6).map(tuple)
    return sliding(PartialConv2d, x, table=table)


@composite
def transposed_on(draw, x):
    """Draw a transposed convolution whose padding leaves something."""
    filters, groups = draw(grouped(x))
    kernel, dilation, stride = draw(stated(x)), draw(stated(x)), draw(factors(x))
    full = [
        (size - 1) * step + (k - 1) * apart + 1
        for size, step, k, apart in zip(
            x.space, stride, each(kernel, x.rank), each(dilation, x.rank), strict=True
        )
    ]
    befores = [draw(st.integers(0, min(3, whole - 1))) for whole in full]
    cut = tuple(
        (before, draw(st.integers(0, min(3, whole - 1 - before))))
        for before, whole in zip(befores, full, strict=True)
    )
    fields = {"stride": stride, "padding": draw(st.just(cut) | words), "groups": groups}
    more = {"bias": either, "parametrization": PARAMETRIZATIONS, **common}
    return TRANSPOSED[x.rank](
        kernel,
        filters,
        dilation=dilation,
        **fields,
        **drawn(draw, more),
    )


@composite
def pools_on(draw, x):
    """Draw a pool that pads at most half of its kernel, and of which a window fits."""
    word = draw(st.none() | words)
    kernel, padding, dilation = [], [], []
    for size in x.space:
        window = draw(st.integers(1, min(4, size) if word == "valid" else 4))
        halves = range(window // 2 + 1) if word is None else range(1)
        fits = [
            (before, after)
            for before in halves
            for after in halves
            if word or window <= size + before + after
        ]
        zeros = draw(st.sampled_from(fits))
        free = word == "same" or window == 1
        most = 4 if free else min(4, (size + sum(zeros) - 1) // (window - 1))
        kernel.append(window)
        padding.append(zeros)
        dilation.append(draw(st.integers(1, most)))
    fields = {"stride": st.none() | stated(x), "mode": modes, "ceil": either, **common}
    return Pool(
        tuple(kernel),
        padding=word or tuple(padding),
        dilation=tuple(dilation),
        **drawn(draw, fields),
    )


modes = st.sampled_from(["max", "average", "subsample"])


@cache
def pads_on(x):
    """Draw a pad of zeros, or where there are enough of what is there."""
    mode = repeating if min(x.space) > 3 else st.just("zeros")
    return st.builds(Pad, numbers(x), padding_mode=mode, **common)


@cache
def crops_on(x):
    """Draw a crop that leaves something."""

    def side(size):
        return st.integers(0, min(3, size - 1)).flatmap(
            lambda a: st.tuples(st.just(a), st.integers(0, min(3, size - 1 - a)))
        )

    return st.builds(Crop, st.tuples(*map(side, x.space)), **common)


@cache
def upsamples_on(x):
    larger = st.tuples(*[st.integers(1, 20)] * x.rank)
    between = {1: "linear", 2: "bilinear", 3: "trilinear"}[x.rank]
    between = {2: ["bilinear", "bicubic"]}.get(x.rank, [between])
    mode = st.sampled_from(["nearest", *between])
    return st.builds(Upsample, factors(x), mode=mode, **common) | st.builds(
        Upsample, size=larger, mode=mode, **common
    )


@composite
def splits_on(draw, x):
    """Draw a split by a number that divides the channels, or by sizes that sum to them."""
    parts = draw(divisors(x.channels))
    if x.channels > 1 and draw(either):
        first = draw(st.integers(1, x.channels - 1))
        parts = (first, x.channels - first)
    count = len(parts) if isinstance(parts, tuple) else parts
    return Split(parts, draw(st.integers(0, count - 1)), **drawn(draw, common))


@composite
def norms_on(draw, x):
    kind = draw(KINDS)
    fields = {"affine": either, "scale": either, "shift": either}
    fields |= {"groups": divisors(x.channels), "size": small}
    if kind in {"batch", "instance"}:
        fields["statistics"] = MAYBE
    if kind == "batch":
        fields["frozen"] = either
    if kind in {"layer", "rms"}:
        fields["axes"] = normalised_axes(x.rank)
    return Norm(kind, **drawn(draw, {**fields, **common}))


KINDS = st.sampled_from(["batch", "layer", "rms", "group", "instance", "local"])
MAYBE = st.none() | either


@cache
def normalised_axes(rank):
    """Draw the axes along which a norm goes; None stands for the usual ones."""
    axes = st.lists(st.integers(0, rank), min_size=1, unique=True)
    return st.none() | axes.map(tuple)


@cache
def linear_on(x):
    """Draw a linear layer, along an axis or not."""
    along = {"axis": st.none() | st.integers(-len(x), x.rank), "flatten": either}
    return st.builds(
        FC, small, bias=either, parametrization=PARAMETRIZATIONS, **along, **common
    )


@cache
def einsums_on(x):
    """Draw an einsum of one input that moves its axes."""
    letters = "abcdefgh"[: len(x)]
    orders = st.permutations(letters).map("".join)
    return st.builds(Einsum, orders.map(lambda y: f"{letters}->{y}"), **common)


_POOLED = st.sampled_from(["average", "max"])

# What works along axes alone, and has no weights.
SHAPING = [
    pools_on,
    whatever(st.builds(GlobalPool, _POOLED, keep_map=either, **common)),
    lambda x: st.builds(AdaptivePool, stated(x), _POOLED, **common),
    pads_on,
    crops_on,
    upsamples_on,
    lambda x: st.builds(MaxUnpool, factors(x), **common),
    lambda x: st.builds(Permute, st.permutations(range(len(x))), **common),
]


@cache
def places(x):
    """Draw an axis of *x*, from the front or the end."""
    return st.integers(-len(x), len(x) - 1)


@cache
def some_axes(x):
    """Draw several axes of *x*, each once."""
    return st.permutations(range(-len(x), 0)).flatmap(
        lambda order: st.integers(1, len(order)).map(lambda n: tuple(order[:n]))
    )


@composite
def moves_on(draw, x):
    """Draw what puts values at other places, along any axis."""
    kinds = [Slice, Roll, Gather, Reshape]
    kinds += [Expand] if x.rank < max(CONVS) else []
    kinds += [] if x.is_vector else [Select, PixelUnshuffle, PixelShuffle]
    kind = draw(st.sampled_from(kinds))
    axis = draw(places(x))
    if kind is Slice:
        start = draw(st.integers(0, x[axis] - 1))
        stop = draw(st.none() | st.integers(start + 1, x[axis] + 1))
        return Slice(start, stop, draw(small), axis=axis)
    if kind is Roll:
        axes = draw(some_axes(x))
        return Roll(tuple(draw(st.integers(-9, 9)) for _ in axes), axes)
    if kind is Select:
        return Select(draw(st.integers(-x[axis], x[axis] - 1)), axis)
    if kind in {PixelUnshuffle, PixelShuffle}:
        sizes, power = ((x.channels,), x.rank) if kind is PixelShuffle else (x.space, 1)
        fits = [r for r in (1, 2, 3) if all_divide(sizes, r**power)]
        return kind(draw(st.sampled_from(fits)))
    if kind is Gather:
        return Gather(draw(small), axis)
    return Expand((2, *[-1] * len(x))) if kind is Expand else draw(reshapes(x.size))


@cache
def reshapes(size):
    """Draw a reshape of so many values, to a vector or a shape of one axis."""
    return st.builds(
        Reshape, divisors(size).map(lambda first: (first, -1)) | st.just(-1)
    )


def all_divide(sizes, number):
    """Tell whether a number divides all sizes."""
    return all(size % number == 0 for size in sizes)


@cache
def reduces_on(x):
    """Draw what computes one value of several."""
    ops = st.sampled_from(["mean", "sum", "max", "min"])
    return st.builds(Reduce, ops, st.none() | some_axes(x), keep=either, **common)


_COMPUTED = st.sampled_from(["exp", "log2", "clip", "rsqrt", "sign"])

# What takes maps and vectors alike.
ANYWHERE = [
    moves_on,
    reduces_on,
    norms_on,
    splits_on,
    linear_on,
    einsums_on,
    lambda x: st.builds(ChannelShuffle, divisors(x.channels), **common),
    *map(
        whatever,
        [
            st.builds(Function, _COMPUTED, **common),
            st.builds(Quantize, st.sampled_from(["int8", "int4"]), **common),
            st.builds(Dequantize, **common),
            st.builds(RBF, small, **common),
            st.builds(Activation, st.sampled_from(FUNCTIONS), shared=either, **common),
            st.builds(Dropout, **common),
            st.builds(StochasticDepth, **common),
            st.builds(LayerScale, **common),
            st.builds(Flatten, **common),
        ],
    ),
]


@cache
def local_on(x):
    return sliding(LOCAL[x.rank], x, filters=small)


@cache
def recurrent_on(x):
    """Draw a recurrent layer that goes through a sequence, or a sequence of maps."""
    kinds = [LSTM, GRU, RNN] if x.rank == 1 else [ConvLSTM2d]
    return st.one_of([cells_on(x, kind) for kind in kinds])


@composite
def cells_on(draw, x, kind):
    """Draw a recurrent layer of that kind."""
    if kind is ConvLSTM2d:
        fields = draw(slid(Shape(*x[1:]), words))
        more = {"filters": small, "bias": either, "sequences": either, **common}
        return ConvLSTM2d(**fields, **drawn(draw, more))
    fields = {"units": small, "layers": small, "bidirectional": either}
    fields |= {"bias": st.sampled_from(["torch", "keras", "none"])}
    fields |= {"merge": st.sampled_from(["concat", "sum"]), "sequences": either}
    fields |= {GRU: {"reset_after": either}}.get(kind, {})
    fields |= {RNN: {"function": st.sampled_from(["tanh", "relu"])}}.get(kind, {})
    found = drawn(draw, {**fields, **common})
    if kind is LSTM and found["units"] > 1:
        found["projection"] = draw(st.none() | st.integers(1, found["units"] - 1))
    return kind(**found)


def weighing(x):
    """Return the kinds of convolutions that have the axes of *x*."""
    kinds = [convs_on, depthwise_on, transposed_on]
    kinds += [separable_on] if x.rank in SEPARABLE else []
    kinds += [partial_on] if x.rank == PartialConv2d.rank else []
    kinds += [local_on] if x.rank in LOCAL else []
    return kinds


@cache
def layers_on(x):
    """Draw a layer of any kind that can take *x*."""
    if x.is_vector:
        return one_of(ANYWHERE, x)
    recurrent = [recurrent_on] if x.rank in {1, 3} else []
    return one_of([*weighing(x), *SHAPING, *ANYWHERE, *recurrent], x)


def fitting(kind, at=maps):
    """Draw a shape, and a layer that can take it: ``convs_on``, ``layers_on``, ..."""
    return at.flatmap(lambda x: st.tuples(st.just(x), kind(x)))


@composite
def chains_on(draw, x, kind=layers_on, least=0, most=6):
    """Draw layers of which each can take what the one before puts out."""
    chain, taken = [], {None}
    for _ in range(draw(st.integers(least, most))):
        layer = draw(kind(x))
        if layer.name in taken:
            layer = attrs.evolve(layer, name=None)
        taken.add(layer.name)
        chain.append(layer)
        x = layer.output(x)
    return chain


layers = shapes.flatmap(layers_on)

# What keeps height and width, and takes any map.
keeping = st.one_of(
    st.builds(Conv2d, st.sampled_from([1, 3]), small, padding=st.just("same")),
    st.builds(DepthwiseConv2d, st.just(3), padding=st.just("same")),
    st.builds(Norm),
    st.builds(Activation, st.sampled_from(["relu", "sigmoid", "gelu"])),
)
