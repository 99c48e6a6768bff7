"""Layers made of layers: values that lower themselves onto the table of a network."""

from typing import TYPE_CHECKING

from cnncalc._lazy import getter, names_in

if TYPE_CHECKING:
    from cnncalc.blocks.attention import MultiHeadAttention as MultiHeadAttention
    from cnncalc.blocks.chain import Chain as Chain
    from cnncalc.blocks.combine import (
        Branch as Branch,
        Repeat as Repeat,
        branch as branch,
    )
    from cnncalc.blocks.convnext import ConvNeXtBlock as ConvNeXtBlock
    from cnncalc.blocks.dense import DenseBlock as DenseBlock
    from cnncalc.blocks.fire import Fire as Fire
    from cnncalc.blocks.inception import Inception as Inception
    from cnncalc.blocks.inception_resnet import InceptionResidual as InceptionResidual
    from cnncalc.blocks.mobile import (
        FusedInvertedResidual as FusedInvertedResidual,
        InvertedResidual as InvertedResidual,
        SeparableUnit as SeparableUnit,
    )
    from cnncalc.blocks.nasnet import Cell as Cell
    from cnncalc.blocks.regnet import XBlock as XBlock
    from cnncalc.blocks.residual import Residual as Residual
    from cnncalc.blocks.resnet import (
        BasicBlock as BasicBlock,
        Bottleneck as Bottleneck,
    )
    from cnncalc.blocks.resnet_keras import (
        BiasedBottleneck as BiasedBottleneck,
        PreactivatedBottleneck as PreactivatedBottleneck,
    )
    from cnncalc.blocks.shuffle import ShuffleUnit as ShuffleUnit
    from cnncalc.blocks.squeeze import SqueezeExcite as SqueezeExcite
    from cnncalc.blocks.xception import SeparableResidual as SeparableResidual

# Each kind is imported when it is used.
_PLACES = {
    "cnncalc.blocks.attention": "MultiHeadAttention",
    "cnncalc.blocks.convnext": "ConvNeXtBlock",
    "cnncalc.blocks.dense": "DenseBlock",
    "cnncalc.blocks.fire": "Fire",
    "cnncalc.blocks.inception_resnet": "InceptionResidual",
    "cnncalc.blocks.mobile": "FusedInvertedResidual InvertedResidual SeparableUnit",
    "cnncalc.blocks.nasnet": "Cell",
    "cnncalc.blocks.regnet": "XBlock",
    "cnncalc.blocks.residual": "Residual",
    "cnncalc.blocks.resnet": "BasicBlock Bottleneck",
    "cnncalc.blocks.resnet_keras": "BiasedBottleneck PreactivatedBottleneck",
    "cnncalc.blocks.shuffle": "ShuffleUnit",
    "cnncalc.blocks.squeeze": "SqueezeExcite",
    "cnncalc.blocks.xception": "SeparableResidual",
    "cnncalc.blocks.chain": "Chain",
    "cnncalc.blocks.combine": "Branch Repeat branch",
    "cnncalc.blocks.inception": "Inception",
}

if not TYPE_CHECKING:  # which reads the imports above
    __all__ = names_in(_PLACES)

__getattr__ = getter(__name__, _PLACES)
