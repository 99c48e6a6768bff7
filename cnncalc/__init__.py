"""Exact sizes, costs and formulas of convolutional networks, without a framework.

Example:
    >>> from cnncalc import Sequential
    >>> net = Sequential(input=(32, 32, 1)).conv(5, 6).pool(2).conv(5, 16).pool(2)
    >>> net = net.fc(120).fc(84).fc(10)
    >>> print(net.params, net.macs, net["conv1"].formula)
    61706 416520 5×5×1×6 + 6
"""

# ruff: noqa: F403 - checkers alone read what is imported so

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc import layers
from cnncalc._lazy import getter, names_in

if TYPE_CHECKING:
    from cnncalc import devices as devices, interop as interop, zoo as zoo
    from cnncalc.budget.checking import check as check
    from cnncalc.interop.keras.model import from_keras as from_keras
    from cnncalc.interop.loading import load as load
    from cnncalc.interop.onnx.model import from_onnx as from_onnx
    from cnncalc.interop.tflite.model import from_tflite as from_tflite
    from cnncalc.interop.torch.module import from_torch as from_torch
    from cnncalc.interop.yolo.model import from_yolo as from_yolo
    from cnncalc.operations.conventions import Convention as Convention, Rule as Rule
    from cnncalc.sizes.bound import AtLeast as AtLeast
    from cnncalc.cost.receptive_field import Field as Field
    from cnncalc.cost.region import Region as Region
    from cnncalc.operations.roofline import Device as Device
    from cnncalc.blocks import (
        BasicBlock as BasicBlock,
        BiasedBottleneck as BiasedBottleneck,
        Bottleneck as Bottleneck,
        Branch as Branch,
        Cell as Cell,
        Chain as Chain,
        ConvNeXtBlock as ConvNeXtBlock,
        DenseBlock as DenseBlock,
        Fire as Fire,
        FusedInvertedResidual as FusedInvertedResidual,
        HeadConv3d as HeadConv3d,
        Inception as Inception,
        InceptionResidual as InceptionResidual,
        InvertedResidual as InvertedResidual,
        MultiHeadAttention as MultiHeadAttention,
        MultiscaleAttention as MultiscaleAttention,
        PatchMerging as PatchMerging,
        PreactivatedBottleneck as PreactivatedBottleneck,
        Repeat as Repeat,
        Residual as Residual,
        SeparableResidual as SeparableResidual,
        SeparableUnit as SeparableUnit,
        ShuffleUnit as ShuffleUnit,
        SqueezeExcite as SqueezeExcite,
        TokenPool as TokenPool,
        WindowAttention as WindowAttention,
        Windowed as Windowed,
        WithParameter as WithParameter,
        XBlock as XBlock,
    )
    from cnncalc.errors import (
        ArgumentError as ArgumentError,
        CnncalcError as CnncalcError,
        ConfigError as ConfigError,
        GraphError as GraphError,
        LikelyMistake as LikelyMistake,
        MissingImportError as MissingImportError,
        MissingNameError as MissingNameError,
        OpenNetworkError as OpenNetworkError,
        OptionError as OptionError,
        ShapeError as ShapeError,
        UnknownNameError as UnknownNameError,
        UnknownPositionError as UnknownPositionError,
        UnknownShapeError as UnknownShapeError,
    )
    from cnncalc.graph import (
        Block as Block,
        Frozen as Frozen,
        Named as Named,
        Shared as Shared,
    )
    from cnncalc.layers import *
    from cnncalc.network import Builder as Builder, Graph as Graph, Network as Network
    from cnncalc.network.sequential import Sequential as Sequential
    from cnncalc.saving.from_json import from_json as from_json
    from cnncalc.saving.from_text import from_text as from_text
    from cnncalc.report.compare import compare as compare
    from cnncalc.sizes.shape import Shape as Shape
    from cnncalc.sizes.window import Window as Window
    from cnncalc.sweeping import sweep as sweep
    from cnncalc.draw.curves import curves as curves
    from cnncalc.symbolic.answer import Symbolic as Symbolic
    from cnncalc.symbolic.expression import Expression as Expression, Symbol as Symbol
    from cnncalc.symbolic.fitting import fit as fit
    from cnncalc.symbolic.windows import paddings as paddings, windows as windows
    from cnncalc.zoo.claim import Claim as Claim

__version__ = "0.1.0"

# Everything is imported when it is used.
_PLACES = {
    "cnncalc.operations.conventions": "Convention Rule",
    "cnncalc.sizes.bound": "AtLeast",
    "cnncalc.budget.checking": "check",
    "cnncalc.cost.receptive_field": "Field",
    "cnncalc.cost.region": "Region",
    "cnncalc.operations.roofline": "Device",
    "cnncalc.zoo.claim": "Claim",
    "cnncalc.blocks": (
        "Branch Inception Repeat Residual Chain ConvNeXtBlock DenseBlock Fire "
        "InceptionResidual FusedInvertedResidual InvertedResidual SeparableUnit Cell "
        "BasicBlock Bottleneck ShuffleUnit SqueezeExcite SeparableResidual "
        "BiasedBottleneck MultiHeadAttention PreactivatedBottleneck WithParameter "
        "WindowAttention Windowed XBlock HeadConv3d "
        "MultiscaleAttention PatchMerging TokenPool"
    ),
    "cnncalc.errors": (
        "ArgumentError CnncalcError ConfigError GraphError LikelyMistake "
        "MissingImportError MissingNameError OpenNetworkError OptionError "
        "ShapeError UnknownNameError UnknownPositionError UnknownShapeError"
    ),
    "cnncalc.graph": "Block Frozen Named Shared",
    "cnncalc.layers": " ".join(layers.__all__),
    "cnncalc.network": "Builder Graph Network",
    "cnncalc.saving.from_json": "from_json",
    "cnncalc.saving.from_text": "from_text",
    "cnncalc.report.compare": "compare",
    "cnncalc.sweeping": "sweep",
    "cnncalc.draw.curves": "curves",
    "cnncalc.symbolic.answer": "Symbolic",
    "cnncalc.symbolic.expression": "Expression Symbol",
    "cnncalc.symbolic.fitting": "fit",
    "cnncalc.symbolic.windows": "paddings windows",
    "cnncalc.network.sequential": "Sequential",
    "cnncalc.sizes.shape": "Shape",
    "cnncalc.sizes.window": "Window",
    "cnncalc.interop.keras.model": "from_keras",
    "cnncalc.interop.loading": "load",
    "cnncalc.interop.onnx.model": "from_onnx",
    "cnncalc.interop.tflite.model": "from_tflite",
    "cnncalc.interop.torch.module": "from_torch",
    "cnncalc.interop.yolo.model": "from_yolo",
    "": "devices interop zoo",
}

if not TYPE_CHECKING:  # which reads the imports above
    __all__ = names_in(_PLACES)

# Rooms that are asked by dotted names, as `cnncalc.errors.ShapeError`, and imported
# from here, though they are no names of the package.
_ROOMS = "blocks cache checks door errors formula graph network refusals report sizes"

__getattr__ = getter(__name__, _PLACES, _ROOMS)


def __dir__() -> list[str]:
    return sorted({*globals(), *names_in(_PLACES)})
