"""Exact sizes, costs and formulas of convolutional networks, without a framework.

Example:
    >>> from cnncalc import Sequential
    >>> net = Sequential(input=(32, 32, 1)).conv(5, 6).pool(2).conv(5, 16).pool(2)
    >>> net = net.fc(120).fc(84).fc(10)
    >>> print(net.params, net.macs, net["conv1"].formula)
    61706 416520 5×5×1×6 + 6
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc._lazy import getter
from cnncalc.network.sequential import Sequential

if TYPE_CHECKING:
    from cnncalc import zoo
    from cnncalc.blocks import (
        BasicBlock,
        BiasedBottleneck,
        Bottleneck,
        Branch,
        Cell,
        Chain,
        ConvNeXtBlock,
        DenseBlock,
        Fire,
        FusedInvertedResidual,
        Inception,
        InceptionResidual,
        InvertedResidual,
        PreactivatedBottleneck,
        Repeat,
        Residual,
        SeparableResidual,
        SeparableUnit,
        ShuffleUnit,
        SqueezeExcite,
        XBlock,
    )
    from cnncalc.cost.receptive_field import Field, Region
    from cnncalc.cost.totals import AtLeast
    from cnncalc.errors import (
        CnncalcError,
        ConfigError,
        GraphError,
        OpenNetworkError,
        OptionError,
        ShapeError,
        UnknownNameError,
        UnknownPositionError,
    )
    from cnncalc.graph import Block, Frozen, Named, Shared
    from cnncalc.layers import (
        FC,
        RBF,
        Activation,
        AdaptivePool,
        Add,
        ChannelShuffle,
        Concat,
        Conv1d,
        Conv2d,
        Conv3d,
        ConvTranspose1d,
        ConvTranspose2d,
        ConvTranspose3d,
        Crop,
        DepthwiseConv1d,
        DepthwiseConv2d,
        DepthwiseConv3d,
        Dropout,
        Flatten,
        GlobalPool,
        Input,
        Join,
        Layer,
        LayerScale,
        Multiply,
        Norm,
        Pad,
        PartialConv2d,
        Permute,
        Pool,
        SeparableConv1d,
        SeparableConv2d,
        Split,
        StochasticDepth,
        Upsample,
    )
    from cnncalc.network import Builder, Graph, Network
    from cnncalc.operations.conventions import Convention, Rule
    from cnncalc.operations.roofline import Device
    from cnncalc.report.compare import compare
    from cnncalc.saving.from_json import from_json
    from cnncalc.sizes.shape import Shape
    from cnncalc.sweeping import sweep
    from cnncalc.zoo.claim import Claim

__all__ = [
    "FC",
    "RBF",
    "Activation",
    "AdaptivePool",
    "Add",
    "AtLeast",
    "BasicBlock",
    "BiasedBottleneck",
    "Block",
    "Bottleneck",
    "Branch",
    "Builder",
    "Cell",
    "Chain",
    "ChannelShuffle",
    "Claim",
    "CnncalcError",
    "Concat",
    "ConfigError",
    "Conv1d",
    "Conv2d",
    "Conv3d",
    "ConvNeXtBlock",
    "ConvTranspose1d",
    "ConvTranspose2d",
    "ConvTranspose3d",
    "Convention",
    "Crop",
    "DenseBlock",
    "DepthwiseConv1d",
    "DepthwiseConv2d",
    "DepthwiseConv3d",
    "Device",
    "Dropout",
    "Field",
    "Fire",
    "Flatten",
    "Frozen",
    "FusedInvertedResidual",
    "GlobalPool",
    "Graph",
    "GraphError",
    "Inception",
    "InceptionResidual",
    "Input",
    "InvertedResidual",
    "Join",
    "Layer",
    "LayerScale",
    "Multiply",
    "Named",
    "Network",
    "Norm",
    "OpenNetworkError",
    "OptionError",
    "Pad",
    "PartialConv2d",
    "Permute",
    "Pool",
    "PreactivatedBottleneck",
    "Region",
    "Repeat",
    "Residual",
    "Rule",
    "SeparableConv1d",
    "SeparableConv2d",
    "SeparableResidual",
    "SeparableUnit",
    "Sequential",
    "Shape",
    "ShapeError",
    "Shared",
    "ShuffleUnit",
    "Split",
    "SqueezeExcite",
    "StochasticDepth",
    "UnknownNameError",
    "UnknownPositionError",
    "Upsample",
    "XBlock",
    "compare",
    "from_json",
    "sweep",
    "zoo",
]

__version__ = "0.1.0"

# What a network needs is imported with it, all else when it is used.
_PLACES = {
    "cnncalc.operations.conventions": "Convention Rule",
    "cnncalc.cost.totals": "AtLeast",
    "cnncalc.cost.receptive_field": "Field Region",
    "cnncalc.operations.roofline": "Device",
    "cnncalc.zoo.claim": "Claim",
    "cnncalc.blocks": (
        "Branch Inception Repeat Residual Chain ConvNeXtBlock DenseBlock Fire "
        "InceptionResidual FusedInvertedResidual InvertedResidual SeparableUnit Cell "
        "BasicBlock Bottleneck ShuffleUnit SqueezeExcite SeparableResidual "
        "BiasedBottleneck PreactivatedBottleneck XBlock"
    ),
    "cnncalc.errors": (
        "CnncalcError ConfigError GraphError OpenNetworkError OptionError "
        "ShapeError UnknownNameError UnknownPositionError"
    ),
    "cnncalc.graph": "Block Frozen Named Shared",
    "cnncalc.layers": (
        "FC RBF Activation AdaptivePool Add ChannelShuffle Concat Conv1d Conv2d "
        "Conv3d ConvTranspose1d ConvTranspose2d ConvTranspose3d Crop "
        "DepthwiseConv1d DepthwiseConv2d DepthwiseConv3d Dropout Flatten GlobalPool "
        "Input Join Layer LayerScale Multiply Norm Pad PartialConv2d Permute Pool "
        "SeparableConv1d SeparableConv2d Split StochasticDepth Upsample"
    ),
    "cnncalc.network": "Builder Graph Network",
    "cnncalc.saving.from_json": "from_json",
    "cnncalc.report.compare": "compare",
    "cnncalc.sweeping": "sweep",
    "cnncalc.sizes.shape": "Shape",
    "": "zoo",
}

__getattr__ = getter(__name__, _PLACES)


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
