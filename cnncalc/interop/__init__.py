"""Other tools' models, read into networks.

Each reader translates names and attributes onto layers; nothing is counted here. What
is not known becomes `Unknown`, and totals print as ``≥ n``.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc._lazy import getter, names_in

if TYPE_CHECKING:
    from cnncalc.interop.keras.model import from_keras as from_keras
    from cnncalc.interop.loading import load as load
    from cnncalc.interop.onnx.model import from_onnx as from_onnx
    from cnncalc.interop.registry import operator as operator
    from cnncalc.interop.source import Source as Source
    from cnncalc.interop.tflite.model import from_tflite as from_tflite
    from cnncalc.interop.torch.module import from_torch as from_torch
    from cnncalc.interop.yolo.model import from_yolo as from_yolo

_PLACES = {
    "cnncalc.interop.keras.model": "from_keras",
    "cnncalc.interop.loading": "load",
    "cnncalc.interop.onnx.model": "from_onnx",
    "cnncalc.interop.registry": "operator",
    "cnncalc.interop.source": "Source",
    "cnncalc.interop.tflite.model": "from_tflite",
    "cnncalc.interop.torch.module": "from_torch",
    "cnncalc.interop.yolo.model": "from_yolo",
}

if not TYPE_CHECKING:
    __all__ = names_in(_PLACES)

__getattr__ = getter(__name__, _PLACES)
