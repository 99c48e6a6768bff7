"""What hypothesis draws: shapes, layers of every kind, and networks of them."""

from hypothesis import strategies as st

import cnncalc
from cnncalc import (
    FC,
    RBF,
    Activation,
    AdaptivePool,
    ChannelShuffle,
    Conv2d,
    ConvTranspose2d,
    Crop,
    DepthwiseConv2d,
    Dropout,
    Flatten,
    GlobalPool,
    LayerScale,
    Norm,
    Pad,
    PartialConv2d,
    Permute,
    Pool,
    SeparableConv2d,
    Shape,
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
