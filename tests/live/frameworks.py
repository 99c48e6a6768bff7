"""What PyTorch and Keras themselves say of one operation: run, or refused."""

from __future__ import annotations

import math
import os
import warnings
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "torch")

import schemas  # noqa: F401 - torchvision is imported by counting tools
import torch
from torch.utils.flop_counter import FlopCounterMode

torch.set_num_threads(1)
warnings.simplefilter("ignore")  # of what is drawn wrong on purpose

CHANNELS_LAST = {"Linear", "LayerNorm"}  # PyTorch's that work on the last axis


def call(
    framework: str, op: str, arguments: dict[str, Any], x: tuple[int, ...]
) -> dict:
    """Return the facts of an operation: ``output`` and numbers, or why it is refused."""
    fact = {"op": f"{framework}.{op}", "args": arguments, "input": x}
    try:
        found = RUN[framework](op, arguments, x)
    except Exception as error:  # noqa: BLE001 - a refusal comes as any kind of error
        return fact | {"refused": said(error)}
    return fact | ({"refused": "(nothing is left)"} if 0 in found["output"] else found)


def said(error: Exception) -> str:
    """Return the sentence of an error that tells it, without what Keras puts around."""
    lines = [line for line in str(error).splitlines() if line.strip()]
    if lines and lines[0].startswith("Exception encountered when calling"):
        lines = lines[1:]
    line = lines[0] if lines else ""
    return line.replace("\x1b[1m", "").replace("\x1b[0m", "")[:90]


def counted(run: Any, x: Any) -> tuple[Any, int]:
    """Return an output, and MACs: half of the FLOPs that PyTorch's counter tells."""
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        y = run(x)
    return y, counter.get_total_flops() // 2


def run_torch(op: str, arguments: dict[str, Any], x: tuple[int, ...]) -> dict:
    module = getattr(torch.nn, op)(**arguments).eval()
    *space, channels = x
    last = op in CHANNELS_LAST
    y, macs = counted(
        module, torch.zeros(1, *x) if last else torch.zeros(1, channels, *space)
    )
    sizes = tuple(y.shape[1:])
    if not last and len(sizes) > 1:
        sizes = (*sizes[1:], sizes[0])
    buffers = sum(b.numel() for b in module.buffers() if b.is_floating_point())
    params = sum(p.numel() for p in module.parameters())
    return {"output": sizes, "params": params, "buffers": buffers, "macs": macs}


def run_keras(op: str, arguments: dict[str, Any], x: tuple[int, ...]) -> dict:
    import keras

    layer = getattr(keras.layers, op)(**arguments)
    layer.build((None, *x))
    return run_keras_layer(layer, x)


def run_keras_layer(layer: Any, x: tuple[int, ...]) -> dict:
    said = tuple(layer.compute_output_shape((1, *x)))[1:]
    y, macs = counted(layer, torch.zeros(1, *x))
    sizes = tuple(y.shape[1:])
    if sizes != said:
        msg = f"(runs to {sizes}, and says {said})"
        raise ValueError(msg)
    params = sum(math.prod(w.shape) for w in layer.trainable_weights)
    buffers = sum(math.prod(w.shape) for w in layer.non_trainable_weights)
    return {"output": sizes, "params": params, "buffers": buffers, "macs": macs}


RUN = {"torch": run_torch, "keras": run_keras}


def versions() -> str:
    """Return what is asked here, with versions."""
    import keras

    return f"PyTorch {torch.__version__.split('+')[0]}, Keras {keras.__version__}"
