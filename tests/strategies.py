"""What hypothesis draws: shapes, layers of every kind, and networks of them."""

from hypothesis import strategies as st

import cnncalc
from cnncalc import (
    FC,
    RBF,
    Activation,
    AdaptivePool,
    Add,
    Branch,
    ChannelShuffle,
    CnncalcError,
    Concat,
    Conv2d,
    ConvTranspose2d,
    Crop,
    DepthwiseConv2d,
    Dropout,
    Flatten,
    Frozen,
    GlobalPool,
    LayerScale,
    Norm,
    Pad,
    PartialConv2d,
    Permute,
    Pool,
    Repeat,
    Residual,
    SeparableConv2d,
    Sequential,
    Shape,
    Shared,
    Split,
    StochasticDepth,
    Upsample,
)
from cnncalc.layers.activation import FUNCTIONS

# What `from cnncalc import *` brings, for what is written to be pasted back.
PUBLIC = {name: getattr(cnncalc, name) for name in cnncalc.__all__}

small = st.integers(1, 4)
either = st.booleans()
pairs = small | st.tuples(small, small)
counts = st.integers(0, 3)
sides = st.tuples(counts, counts)
numbers = counts | sides | st.tuples(sides, sides)
paddings = numbers | st.sampled_from(["same", "valid"])
maps = st.builds(Shape, st.integers(1, 9), st.integers(1, 9), small)
vectors = st.builds(Shape.of, st.integers(1, 50))
shapes = maps | vectors
common = {"name": st.none() | st.text(min_size=1, max_size=5), "trainable": either}


def grouped(kind, **fields):
    """Draw a layer whose filters are a multiple of its groups."""
    return st.tuples(small, small).flatmap(
        lambda g: st.builds(
            kind, pairs, st.just(g[0] * g[1]), groups=st.just(g[0]), **fields
        )
    )


sliding = {"stride": pairs, "padding": paddings, "bias": either, **common}
convs = grouped(Conv2d, dilation=pairs, **sliding)
depthwise = st.builds(
    DepthwiseConv2d, pairs, multiplier=small, dilation=pairs, **sliding
)
separable = st.builds(
    SeparableConv2d, pairs, small, multiplier=small, dilation=pairs, **sliding
)
transposed = grouped(ConvTranspose2d, dilation=pairs, **sliding)
tables = st.lists(
    st.lists(st.integers(0, 3), min_size=1, max_size=4, unique=True),
    min_size=1,
    max_size=6,
)
partial = st.builds(PartialConv2d, pairs, tables, **sliding)
modes = st.sampled_from(["max", "average", "subsample"])
pools = st.integers(1, 4).flatmap(
    lambda kernel: st.builds(
        Pool,
        st.just(kernel),
        stride=st.none() | pairs,
        padding=st.integers(0, kernel // 2) | st.sampled_from(["same", "valid"]),
        dilation=pairs,
        mode=modes,
        ceil=either,
        **common,
    )
)
norms = st.builds(
    Norm,
    st.sampled_from(["batch", "layer", "group", "instance", "local"]),
    affine=either,
    scale=either,
    shift=either,
    groups=small,
    **common,
)
layers = st.one_of(
    convs,
    depthwise,
    separable,
    transposed,
    partial,
    pools,
    norms,
    st.builds(GlobalPool, keep_map=either, **common),
    st.builds(AdaptivePool, pairs, **common),
    st.builds(FC, small, bias=either, flatten=either, **common),
    st.builds(RBF, small, **common),
    st.builds(Activation, st.sampled_from(FUNCTIONS), shared=either, **common),
    st.builds(Dropout, **common),
    st.builds(StochasticDepth, **common),
    st.builds(LayerScale, **common),
    st.builds(Flatten, **common),
    st.builds(Pad, numbers, **common),
    st.builds(Crop, counts, **common),
    st.builds(Upsample, pairs, **common),
    st.builds(Upsample, size=pairs, mode=st.just("bilinear"), **common),
    st.builds(ChannelShuffle, small, **common),
    st.builds(Permute, st.permutations([0, 1, 2]), **common),
    st.builds(Split, small, st.just(0), **common),
    st.builds(Split, st.lists(small, min_size=1, max_size=3), st.just(0), **common),
)

# Whole networks. Arms keep height and width, so that most of them can be joined.
keeping = st.one_of(
    st.builds(Conv2d, st.sampled_from([1, 3]), small, padding=st.just("same")),
    st.builds(DepthwiseConv2d, st.just(3), padding=st.just("same")),
    st.builds(Norm),
    st.builds(Activation, st.sampled_from(["relu", "sigmoid", "gelu"])),
)


@st.composite
def arms(draw, name=st.none()):
    """Draw an open network that keeps height and width."""
    return Sequential(name=draw(name)).add(*draw(st.lists(keeping, max_size=3)))


@st.composite
def residuals(draw):
    """Draw a residual block whose shortcut fits its body."""
    filters = draw(small)
    body = draw(arms()).conv(draw(st.sampled_from([1, 3])), filters, padding="same")
    return Residual(body, Conv2d(1, filters))


def chain(net, parts):
    """Return a network with those of the parts that can be where they would be."""
    for part in parts:
        try:
            net = net.add(part)
        except CnncalcError:
            continue
    return net


def around(inner):
    """Draw what holds other parts: groups, branches, repeats, shared and frozen."""
    several = st.lists(inner, min_size=1, max_size=3)
    return st.one_of(
        st.builds(Branch, several, join=st.sampled_from([Concat(), Add()])),
        st.builds(Repeat, small, inner),
        st.builds(
            lambda name, parts: chain(Sequential(name=name), parts), NAMES, several
        ),
        st.builds(Frozen, inner),
        st.builds(Shared, inner),
    )


NAMES = st.text("ab|$_/ <", min_size=1, max_size=4)
parts = st.recursive(st.one_of(arms(), residuals(), layers), around, max_leaves=6)


@st.composite
def networks(draw, most=6):
    """Draw a network of layers, groups, branches, residual blocks and repeats."""
    return chain(Sequential(input=draw(maps)), draw(st.lists(parts, max_size=most)))
