"""The kinds of layers, one file for each family.

Each class knows everything about its kind; see `cnncalc.layers.base` for what that
is, and for how to write one of your own.
"""

from typing import TYPE_CHECKING

from cnncalc._lazy import getter

if TYPE_CHECKING:
    from cnncalc.layers.activation import Activation, Dropout, StochasticDepth
    from cnncalc.layers.base import Layer
    from cnncalc.layers.conv import (
        Conv1d,
        Conv2d,
        Conv3d,
        DepthwiseConv1d,
        DepthwiseConv2d,
        DepthwiseConv3d,
        SeparableConv1d,
        SeparableConv2d,
    )
    from cnncalc.layers.conv_partial import PartialConv2d
    from cnncalc.layers.conv_transpose import (
        ConvTranspose1d,
        ConvTranspose2d,
        ConvTranspose3d,
    )
    from cnncalc.layers.linear import FC, RBF
    from cnncalc.layers.merge import Add, Concat, Input, Join, Multiply
    from cnncalc.layers.norm import LayerScale, Norm
    from cnncalc.layers.pool import AdaptivePool, GlobalPool, Pool
    from cnncalc.layers.reshape import ChannelShuffle, Flatten, Permute, Split
    from cnncalc.layers.resize import Crop, Pad, Upsample

__all__ = [
    "FC",
    "RBF",
    "Activation",
    "AdaptivePool",
    "Add",
    "ChannelShuffle",
    "Concat",
    "Conv1d",
    "Conv2d",
    "Conv3d",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "ConvTranspose3d",
    "Crop",
    "DepthwiseConv1d",
    "DepthwiseConv2d",
    "DepthwiseConv3d",
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
    "SeparableConv1d",
    "SeparableConv2d",
    "Split",
    "StochasticDepth",
    "Upsample",
]

# Each kind is imported when it is used.
_PLACES = {
    "cnncalc.layers.activation": "Activation Dropout StochasticDepth",
    "cnncalc.layers.base": "Layer",
    "cnncalc.layers.conv": (
        "Conv1d Conv2d Conv3d DepthwiseConv1d DepthwiseConv2d DepthwiseConv3d "
        "SeparableConv1d SeparableConv2d"
    ),
    "cnncalc.layers.conv_partial": "PartialConv2d",
    "cnncalc.layers.conv_transpose": (
        "ConvTranspose1d ConvTranspose2d ConvTranspose3d"
    ),
    "cnncalc.layers.linear": "FC RBF",
    "cnncalc.layers.merge": "Add Concat Input Join Multiply",
    "cnncalc.layers.norm": "LayerScale Norm",
    "cnncalc.layers.pool": "AdaptivePool GlobalPool Pool",
    "cnncalc.layers.reshape": "ChannelShuffle Flatten Permute Split",
    "cnncalc.layers.resize": "Crop Pad Upsample",
}

__getattr__ = getter(__name__, _PLACES)
