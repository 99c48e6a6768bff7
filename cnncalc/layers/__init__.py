"""The kinds of layers, one file for each family.

Each class knows everything about its kind; see `cnncalc.layers.base` for what that
is, and for how to write one of your own.
"""

from typing import TYPE_CHECKING

from cnncalc._lazy import getter, names_in

if TYPE_CHECKING:
    from cnncalc.layers.activation import (
        Activation as Activation,
        Dropout as Dropout,
        StochasticDepth as StochasticDepth,
    )
    from cnncalc.layers.attention import Attention as Attention
    from cnncalc.layers.base import Layer as Layer
    from cnncalc.layers.conv import (
        Conv1d as Conv1d,
        Conv2d as Conv2d,
        Conv3d as Conv3d,
        DepthwiseConv1d as DepthwiseConv1d,
        DepthwiseConv2d as DepthwiseConv2d,
        DepthwiseConv3d as DepthwiseConv3d,
        SeparableConv1d as SeparableConv1d,
        SeparableConv2d as SeparableConv2d,
    )
    from cnncalc.layers.conv_dynamic import (
        Convolve as Convolve,
        DeformableConv2d as DeformableConv2d,
    )
    from cnncalc.layers.conv_local import (
        LocallyConnected1d as LocallyConnected1d,
        LocallyConnected2d as LocallyConnected2d,
    )
    from cnncalc.layers.conv_partial import PartialConv2d as PartialConv2d
    from cnncalc.layers.conv_transpose import (
        ConvTranspose1d as ConvTranspose1d,
        ConvTranspose2d as ConvTranspose2d,
        ConvTranspose3d as ConvTranspose3d,
    )
    from cnncalc.layers.einsum import Einsum as Einsum
    from cnncalc.layers.embedding import Embedding as Embedding
    from cnncalc.layers.input import Input as Input, Join as Join
    from cnncalc.layers.linear import FC as FC, RBF as RBF
    from cnncalc.layers.merge import (
        Add as Add,
        Concat as Concat,
        Multiply as Multiply,
    )
    from cnncalc.layers.norm import LayerScale as LayerScale, Norm as Norm
    from cnncalc.layers.pool import (
        AdaptivePool as AdaptivePool,
        GlobalPool as GlobalPool,
        Pool as Pool,
    )
    from cnncalc.layers.products import MatMul as MatMul
    from cnncalc.layers.quantize import Dequantize as Dequantize, Quantize as Quantize
    from cnncalc.layers.reshape import (
        ChannelShuffle as ChannelShuffle,
        Flatten as Flatten,
        Permute as Permute,
        Split as Split,
    )
    from cnncalc.layers.resize import Crop as Crop, Pad as Pad, Upsample as Upsample

# Each kind is imported when it is used.
_PLACES = {
    "cnncalc.layers.activation": "Activation Dropout StochasticDepth",
    "cnncalc.layers.attention": "Attention",
    "cnncalc.layers.base": "Layer",
    "cnncalc.layers.conv": (
        "Conv1d Conv2d Conv3d DepthwiseConv1d DepthwiseConv2d DepthwiseConv3d "
        "SeparableConv1d SeparableConv2d"
    ),
    "cnncalc.layers.conv_dynamic": "Convolve DeformableConv2d",
    "cnncalc.layers.conv_local": "LocallyConnected1d LocallyConnected2d",
    "cnncalc.layers.conv_partial": "PartialConv2d",
    "cnncalc.layers.conv_transpose": (
        "ConvTranspose1d ConvTranspose2d ConvTranspose3d"
    ),
    "cnncalc.layers.einsum": "Einsum",
    "cnncalc.layers.embedding": "Embedding",
    "cnncalc.layers.input": "Input Join",
    "cnncalc.layers.linear": "FC RBF",
    "cnncalc.layers.merge": "Add Concat Multiply",
    "cnncalc.layers.norm": "LayerScale Norm",
    "cnncalc.layers.pool": "AdaptivePool GlobalPool Pool",
    "cnncalc.layers.products": "MatMul",
    "cnncalc.layers.quantize": "Dequantize Quantize",
    "cnncalc.layers.reshape": "ChannelShuffle Flatten Permute Split",
    "cnncalc.layers.resize": "Crop Pad Upsample",
}

if not TYPE_CHECKING:  # which reads the imports above
    __all__ = names_in(_PLACES)

__getattr__ = getter(__name__, _PLACES)
