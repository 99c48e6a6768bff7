"""The kinds of layers, one file for each family.

Each class knows everything about its kind; see `cnncalc.layers.base` for what that
is, and for how to write one of your own.
"""

# ruff: noqa: F403 - checkers alone read what is imported so

from typing import TYPE_CHECKING

from cnncalc._lazy import getter, names_in

if TYPE_CHECKING:  # who read all that each family offers
    from cnncalc.layers.base import Layer as Layer
    from cnncalc.layers.activation import *
    from cnncalc.layers.choosing import *
    from cnncalc.layers.conv import *
    from cnncalc.layers.conv_depthwise import *
    from cnncalc.layers.conv_partial import *
    from cnncalc.layers.conv_transpose import *
    from cnncalc.layers.dropout import *
    from cnncalc.layers.elementwise import *
    from cnncalc.layers.input import *
    from cnncalc.layers.linear import *
    from cnncalc.layers.merge import *
    from cnncalc.layers.moves import *
    from cnncalc.layers.norm import *
    from cnncalc.layers.pixels import *
    from cnncalc.layers.pool import *
    from cnncalc.layers.rbf import *
    from cnncalc.layers.recurrent import *
    from cnncalc.layers.recurrent_conv import *
    from cnncalc.layers.reduce import *
    from cnncalc.layers.reshape import *
    from cnncalc.layers.reshaping import *
    from cnncalc.layers.resize import *
    from cnncalc.layers.unknown import *
    from cnncalc.layers.unpool import *
    from cnncalc.layers.attention import *
    from cnncalc.layers.conv_dynamic import *
    from cnncalc.layers.conv_local import *
    from cnncalc.layers.einsum import *
    from cnncalc.layers.embedding import *
    from cnncalc.layers.products import *
    from cnncalc.layers.quantize import *

# Each kind is imported when it is used.
_PLACES = {
    "cnncalc.layers.activation": "Activation",
    "cnncalc.layers.attention": "Attention",
    "cnncalc.layers.base": "Layer",
    "cnncalc.layers.choosing": "GridSample Where",
    "cnncalc.layers.conv": "Conv1d Conv2d Conv3d",
    "cnncalc.layers.conv_depthwise": (
        "DepthwiseConv1d DepthwiseConv2d DepthwiseConv3d SeparableConv1d "
        "SeparableConv2d"
    ),
    "cnncalc.layers.conv_dynamic": "Convolve DeformableConv2d",
    "cnncalc.layers.conv_local": "LocallyConnected1d LocallyConnected2d",
    "cnncalc.layers.conv_partial": "PartialConv2d",
    "cnncalc.layers.conv_transpose": (
        "ConvTranspose1d ConvTranspose2d ConvTranspose3d"
    ),
    "cnncalc.layers.dropout": "Dropout StochasticDepth",
    "cnncalc.layers.einsum": "Einsum",
    "cnncalc.layers.embedding": "Embedding",
    "cnncalc.layers.elementwise": (
        "Add Divide Elementwise Maximum Minimum Multiply Power Subtract"
    ),
    "cnncalc.layers.input": "Input Join",
    "cnncalc.layers.linear": "FC",
    "cnncalc.layers.merge": "Concat Constant Parameter Stack",
    "cnncalc.layers.moves": "Gather Roll Select Slice",
    "cnncalc.layers.norm": "LayerScale Norm",
    "cnncalc.layers.pixels": "PixelShuffle PixelUnshuffle",
    "cnncalc.layers.pool": "AdaptivePool GlobalPool Pool",
    "cnncalc.layers.products": "MatMul",
    "cnncalc.layers.quantize": "Dequantize Quantize",
    "cnncalc.layers.rbf": "RBF",
    "cnncalc.layers.recurrent": "GRU LSTM RNN",
    "cnncalc.layers.recurrent_conv": "ConvLSTM2d",
    "cnncalc.layers.reduce": "Function Reduce",
    "cnncalc.layers.reshape": "ChannelShuffle Flatten Permute Split",
    "cnncalc.layers.reshaping": "Expand Reshape",
    "cnncalc.layers.resize": "Crop Pad Upsample",
    "cnncalc.layers.unknown": "Unknown",
    "cnncalc.layers.unpool": "MaxUnpool",
}

if not TYPE_CHECKING:  # which reads the imports above
    __all__ = names_in(_PLACES)

__getattr__ = getter(__name__, _PLACES)
