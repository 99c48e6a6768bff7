"""Exact sizes, costs and formulas of convolutional networks, without a framework.

Example:
    >>> from cnncalc import Sequential
    >>> net = Sequential(input=(32, 32, 1)).conv(5, 6).pool(2).conv(5, 16).pool(2)
    >>> net = net.fc(120).fc(84).fc(10)
    >>> print(net.params, net.macs, net["conv1"].formula)
    61706 416520 5×5×1×6 + 6
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

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
from cnncalc.graph import Block, Shared
from cnncalc.layers import (
    FC,
    RBF,
    Activation,
    AdaptivePool,
    Add,
    ChannelShuffle,
    Concat,
    Conv2d,
    ConvTranspose2d,
    DepthwiseConv2d,
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
    SeparableConv2d,
    Split,
    StochasticDepth,
    Upsample,
)
from cnncalc.network import Builder, Graph, Network
from cnncalc.sequential import Sequential
from cnncalc.shape import Shape

if TYPE_CHECKING:
    from cnncalc import zoo

__all__ = [
    "FC",
    "RBF",
    "Activation",
    "AdaptivePool",
    "Add",
    "Block",
    "Builder",
    "ChannelShuffle",
    "CnncalcError",
    "Concat",
    "ConfigError",
    "Conv2d",
    "ConvTranspose2d",
    "DepthwiseConv2d",
    "Dropout",
    "Flatten",
    "GlobalPool",
    "Graph",
    "GraphError",
    "Input",
    "Join",
    "Layer",
    "LayerScale",
    "Multiply",
    "Network",
    "Norm",
    "OpenNetworkError",
    "OptionError",
    "Pad",
    "PartialConv2d",
    "Permute",
    "Pool",
    "SeparableConv2d",
    "Sequential",
    "Shape",
    "ShapeError",
    "Shared",
    "Split",
    "StochasticDepth",
    "UnknownNameError",
    "UnknownPositionError",
    "Upsample",
    "zoo",
]

__version__ = "0.1.0"


def __getattr__(name: str) -> Any:
    # Loaded when they are used, which keeps the import light.
    if name == "zoo":
        from importlib import import_module

        return import_module("cnncalc.zoo")
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)
