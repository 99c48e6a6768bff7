"""Conventions: what counting tools say of whole networks, beside their presets.

``python tests/live/conventions.py`` asks each tool about torchvision's transformers and
video networks, and about M5 and a network of LSTMs, and compares its number with what
the preset of its name says of the zoo's network.
What peers.BEYOND explains is no difference. Each question has a process of its
own, since some tools patch PyTorch while they count. With ``--write FILE`` the answers
are kept, as in tests/data/peers_nd.csv.
"""

from __future__ import annotations

import argparse
import csv
import logging
import os
import sys
import tempfile
import traceback
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any
from unittest.mock import MagicMock

sys.path.insert(0, str(Path(__file__).parents[1]))  # the networks without torchvision

from peers import BEYOND, OURS
from side_by_side import by_fvcore, by_onnx_tool, by_thop, by_torchinfo

# What calflops imports, and does not need for a module that it is given.
ABSENT = ("transformers", "accelerate", "accelerate.utils", "timm")


def by_ptflops(model: Any, shape: Any, backend: str = "pytorch") -> tuple[int, int]:
    from ptflops import get_model_complexity_info

    macs, params = get_model_complexity_info(
        *(model, shape[1:]),
        as_strings=False,
        print_per_layer_stat=False,
        backend=backend,
        verbose=False,
    )
    return int(macs), int(params)


def by_ptflops_aten(model: Any, shape: Any) -> tuple[int, int]:
    return by_ptflops(model, shape, "aten")


def by_calflops(model: Any, shape: Any) -> tuple[int, int]:
    for absent in ABSENT:
        sys.modules.setdefault(absent, MagicMock())
    from calflops import calculate_flops

    flops, _, params = calculate_flops(
        model, input_shape=shape, print_results=False, output_as_string=False
    )
    return int(flops), int(params)


def by_torchscan(model: Any, shape: Any) -> tuple[int, int]:
    from torchscan import crawl_module

    return crawl_module(model, shape[1:])["totals"]["macs"]["known_value"], 0


TOOLS: dict[str, Callable[[Any, Any], tuple[int, int]]] = {
    "torchinfo": by_torchinfo,
    "fvcore": by_fvcore,
    "ptflops": by_ptflops,
    "ptflops-aten": by_ptflops_aten,
    "thop": by_thop,
    "calflops": by_calflops,
    "torchscan": by_torchscan,
    "onnx-tool": by_onnx_tool,
}


def m5() -> Any:
    """Return M5 (Dai et al. 2016) on 32,000 samples, as torchaudio's tutorial has it."""
    from torch import nn

    layers: list[Any] = []
    channels = 1
    for kernel, filters, step in ((80, 128, 4), (3, 128, 1), (3, 256, 1), (3, 512, 1)):
        conv = nn.Conv1d(channels, filters, kernel, step)
        layers += [conv, nn.BatchNorm1d(filters), nn.ReLU(), nn.MaxPool1d(4)]
        channels = filters
    return nn.Sequential(
        *layers, nn.AdaptiveAvgPool1d(1), nn.Flatten(), nn.Linear(512, 10)
    )


def lstm() -> Any:
    """Return two layers of an LSTM in both directions, and a linear layer on steps."""
    from torch import nn

    class Model(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.lstm = nn.LSTM(40, 64, 2, batch_first=True, bidirectional=True)
            self.fc = nn.Linear(128, 10)

        def forward(self, x: Any) -> Any:
            return self.fc(self.lstm(x)[0])

    return Model()


def built(name: str) -> Any:
    """Return the model of that name."""
    import schemas  # noqa: F401 - before torchvision
    from torchvision import models

    if name in globals():
        return globals()[name]().eval()
    return models.get_model(name, weights=None).eval()


def asked(tool: str, name: str, shape: tuple[int, ...]) -> int | None:
    """Return a tool's number of a model, from a process of its own; None if it fails."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        path = Path(tempfile.gettempdir(), f"conventions-{tool}-{name}.log")
        log = os.open(path, os.O_WRONLY | os.O_CREAT)
        os.dup2(log, 1)
        os.dup2(log, 2)
        try:
            import torch

            torch.set_num_threads(1)
            logging.disable(logging.CRITICAL)
            warnings.simplefilter("ignore")
            number, _ = TOOLS[tool](built(name), shape)
            os.write(writer, str(number).encode())
        except Exception:  # noqa: BLE001 - it is seen by the answer that is not there
            traceback.print_exc()
        finally:
            sys.stdout.flush()
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as file:
        text = file.read()
    os.waitpid(child, 0)
    return int(text) if text else None


def main() -> None:
    """Ask, compare and write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--models", nargs="*", default=list(OURS))
    parser.add_argument("--tools", nargs="*", default=list(TOOLS))
    parser.add_argument("--write", type=Path)
    chosen = parser.parse_args()
    rows, wrong = [], 0
    for name in chosen.models:
        net = OURS[name]()
        *space, channels = net.input
        for tool in chosen.tools:
            # A sequence of vectors has its channels last in PyTorch, too.
            shape = (*space, channels) if name == "lstm" else (channels, *space)
            there, here = asked(tool, name, (1, *shape)), net.operations(tool)
            here += BEYOND.get((name, tool), 0)
            if there is None:
                print(f"{name}: {tool} fails", flush=True)
                continue
            rows.append((name, tool, there))
            wrong += there != here
            print(f"{name}: {tool} {there}, here {here}, {there - here:+}", flush=True)
    if chosen.write:
        with chosen.write.open("w", newline="", encoding="utf-8") as file:
            written = csv.writer(file, lineterminator="\n")
            written.writerows([("model", "tool", "value"), *rows])
    print(f"{len(rows)} answers, {wrong} differ")


if __name__ == "__main__":
    main()
