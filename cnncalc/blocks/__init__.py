"""Layers made of layers: values that lower themselves onto the table of a network."""

from typing import TYPE_CHECKING

from cnncalc._lazy import getter

if TYPE_CHECKING:
    from cnncalc.blocks.chain import Chain
    from cnncalc.blocks.combine import Branch, Repeat, Residual, branch
    from cnncalc.blocks.convnext import ConvNeXtBlock
    from cnncalc.blocks.dense import DenseBlock
    from cnncalc.blocks.fire import Fire
    from cnncalc.blocks.inception import Inception
    from cnncalc.blocks.inception_resnet import InceptionResidual
    from cnncalc.blocks.mobile import (
        FusedInvertedResidual,
        InvertedResidual,
        SeparableUnit,
    )
    from cnncalc.blocks.nasnet import Cell
    from cnncalc.blocks.regnet import XBlock
    from cnncalc.blocks.residual import BasicBlock, Bottleneck
    from cnncalc.blocks.resnet_keras import BiasedBottleneck, PreactivatedBottleneck
    from cnncalc.blocks.shuffle import ShuffleUnit
    from cnncalc.blocks.squeeze import SqueezeExcite
    from cnncalc.blocks.xception import SeparableResidual

__all__ = [
    "BasicBlock",
    "BiasedBottleneck",
    "Bottleneck",
    "Branch",
    "Cell",
    "Chain",
    "ConvNeXtBlock",
    "DenseBlock",
    "Fire",
    "FusedInvertedResidual",
    "Inception",
    "InceptionResidual",
    "InvertedResidual",
    "PreactivatedBottleneck",
    "Repeat",
    "Residual",
    "SeparableResidual",
    "SeparableUnit",
    "ShuffleUnit",
    "SqueezeExcite",
    "XBlock",
    "branch",
]

# Each kind is imported when it is used.
_PLACES = {
    "cnncalc.blocks.convnext": "ConvNeXtBlock",
    "cnncalc.blocks.dense": "DenseBlock",
    "cnncalc.blocks.fire": "Fire",
    "cnncalc.blocks.inception_resnet": "InceptionResidual",
    "cnncalc.blocks.mobile": "FusedInvertedResidual InvertedResidual SeparableUnit",
    "cnncalc.blocks.nasnet": "Cell",
    "cnncalc.blocks.regnet": "XBlock",
    "cnncalc.blocks.residual": "BasicBlock Bottleneck",
    "cnncalc.blocks.resnet_keras": "BiasedBottleneck PreactivatedBottleneck",
    "cnncalc.blocks.shuffle": "ShuffleUnit",
    "cnncalc.blocks.squeeze": "SqueezeExcite",
    "cnncalc.blocks.xception": "SeparableResidual",
    "cnncalc.blocks.chain": "Chain",
    "cnncalc.blocks.combine": "Branch Repeat Residual branch",
    "cnncalc.blocks.inception": "Inception",
}

__getattr__ = getter(__name__, _PLACES)
