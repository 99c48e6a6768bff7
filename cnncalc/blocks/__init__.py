"""Layers made of layers: values that lower themselves onto the table of a network."""

# ruff: noqa: F403 - checkers alone read what is imported so

from typing import TYPE_CHECKING

from cnncalc._lazy import getter, names_in

if TYPE_CHECKING:
    from cnncalc.blocks.attention import MultiHeadAttention as MultiHeadAttention
    from cnncalc.blocks.chain import Chain as Chain
    from cnncalc.blocks.combine import (
        Branch as Branch,
        Repeat as Repeat,
        Residual as Residual,
        branch as branch,
    )
    from cnncalc.blocks.convnext import ConvNeXtBlock as ConvNeXtBlock
    from cnncalc.blocks.dense import DenseBlock as DenseBlock
    from cnncalc.blocks.fire import Fire as Fire
    from cnncalc.blocks.inception import *
    from cnncalc.blocks.learned import WithParameter as WithParameter
    from cnncalc.blocks.mobile import (
        FusedInvertedResidual as FusedInvertedResidual,
        InvertedResidual as InvertedResidual,
        SeparableUnit as SeparableUnit,
        ShuffleUnit as ShuffleUnit,
        SqueezeExcite as SqueezeExcite,
    )
    from cnncalc.blocks.multiscale import *
    from cnncalc.blocks.nasnet import Cell as Cell
    from cnncalc.blocks.regnet import XBlock as XBlock
    from cnncalc.blocks.resnet import (
        BasicBlock as BasicBlock,
        Bottleneck as Bottleneck,
    )
    from cnncalc.blocks.resnet_v2 import *
    from cnncalc.blocks.windows import *
    from cnncalc.blocks.xception import SeparableResidual as SeparableResidual

# Each kind is imported when it is used.
_PLACES = {
    "cnncalc.blocks.attention": "MultiHeadAttention",
    "cnncalc.blocks.chain": "Chain",
    "cnncalc.blocks.combine": "Branch Repeat Residual branch",
    "cnncalc.blocks.convnext": "ConvNeXtBlock",
    "cnncalc.blocks.dense": "DenseBlock",
    "cnncalc.blocks.fire": "Fire",
    "cnncalc.blocks.inception": "Inception InceptionResidual",
    "cnncalc.blocks.learned": "WithParameter",
    "cnncalc.blocks.mobile": "FusedInvertedResidual InvertedResidual SeparableUnit "
    "ShuffleUnit SqueezeExcite",
    "cnncalc.blocks.multiscale": "HeadConv3d MultiscaleAttention TokenPool",
    "cnncalc.blocks.nasnet": "Cell",
    "cnncalc.blocks.regnet": "XBlock",
    "cnncalc.blocks.resnet": "BasicBlock Bottleneck",
    "cnncalc.blocks.resnet_v2": "BiasedBottleneck PreactivatedBottleneck",
    "cnncalc.blocks.windows": "PatchMerging WindowAttention Windowed",
    "cnncalc.blocks.xception": "SeparableResidual",
}

if not TYPE_CHECKING:  # which reads the imports above
    __all__ = names_in(_PLACES)

__getattr__ = getter(__name__, _PLACES)
