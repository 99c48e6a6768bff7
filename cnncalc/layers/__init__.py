"""The kinds of layers, one file for each family.

Each class knows everything about its kind; see `cnncalc.layers.base` for what that
is, and for how to write one of your own.
"""

from cnncalc.layers.activation import Activation, Dropout, StochasticDepth
from cnncalc.layers.base import Layer
from cnncalc.layers.conv import (
    Conv2d,
    ConvTranspose2d,
    DepthwiseConv2d,
    PartialConv2d,
    SeparableConv2d,
)
from cnncalc.layers.dense import FC, RBF
from cnncalc.layers.merge import Add, Concat, Input, Join, Multiply
from cnncalc.layers.norm import LayerScale, Norm
from cnncalc.layers.pool import AdaptivePool, GlobalPool, Pool
from cnncalc.layers.reshape import (
    ChannelShuffle,
    Flatten,
    Pad,
    Permute,
    Split,
    Upsample,
)

__all__ = [
    "FC",
    "RBF",
    "Activation",
    "AdaptivePool",
    "Add",
    "ChannelShuffle",
    "Concat",
    "Conv2d",
    "ConvTranspose2d",
    "DepthwiseConv2d",
    "Dropout",
    "Flatten",
    "GlobalPool",
    "Input",
    "Join",
    "Layer",
    "LayerScale",
    "Multiply",
    "Norm",
    "Pad",
    "PartialConv2d",
    "Permute",
    "Pool",
    "SeparableConv2d",
    "Split",
    "StochasticDepth",
    "Upsample",
]
