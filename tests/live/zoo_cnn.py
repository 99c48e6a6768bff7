"""Convolutional networks of the zoo: timm, torchvision and Keras beside cnncalc.

``python tests/live/zoo_cnn.py`` builds each network of `facts_cnn.NETWORKS` where it is
from, runs it, and compares every convolution, linear layer, norm, pool and attention in
the order of execution: output shape, parameters and MACs; and the totals. ``--write
FILE`` writes what is found there, for the suite.

PyTorch's are run on the meta device, which computes shapes alone. MACs are half of what
its flop counter tells, of each module while that runs.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import sys
from functools import partial
from pathlib import Path
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "torch")
sys.path.insert(0, str(Path(__file__).parents[1]))  # facts_cnn.py

import torch
from facts_cnn import NETWORKS, ours
from frameworks import run_keras_layer
from torch.nn import functional
from torch.overrides import TorchFunctionMode
from torch.utils.flop_counter import FlopCounterMode

# What a class of modules is here; classes of timm's derive from these.
ROLES = (
    (torch.nn.Conv2d, "conv"),
    (torch.nn.Linear, "linear"),
    (torch.nn.BatchNorm2d, "batch norm"),
    (torch.nn.LayerNorm, "layer norm"),
    (torch.nn.MaxPool2d, "max pool"),
    (torch.nn.AvgPool2d, "average pool"),
)
ROLES_KERAS = {
    "Conv2D": "conv",
    "DepthwiseConv2D": "conv",
    "Dense": "linear",
    "BatchNormalization": "batch norm",
}


def sizes(y: torch.Tensor, *, channels_last: bool) -> list[int]:
    """Return the sizes of an output with channels last, without a batch of one."""
    one, *found = y.shape
    if not channels_last and len(found) > 1:
        found = [*found[1:], found[0]]
    return found if one == 1 else [one, *found]


class Seen(TorchFunctionMode):
    """Rows of the modules that run, and of the attentions that they call."""

    def __init__(self, model: torch.nn.Module, counter: FlopCounterMode) -> None:
        super().__init__()
        self.rows: list[list] = []
        self.counter, self.before = counter, {}
        self.counted: set = set()  # what several places share counts at the first
        for module in model.modules():
            for kind, role in ROLES:
                if isinstance(module, kind):
                    module.register_forward_pre_hook(self.starts)
                    module.register_forward_hook(partial(self.ends, role))

    @property
    def macs(self) -> int:
        return self.counter.get_total_flops() // 2

    def starts(self, module: torch.nn.Module, _: Any) -> None:
        self.before[module] = self.macs

    def ends(self, role: str, module: torch.nn.Module, _: Any, y: Any) -> None:
        last = role in {"linear", "layer norm"} and "2d" not in type(module).__name__
        once = {p for p in module.parameters() if p not in self.counted}
        self.counted |= once
        params = sum(p.numel() for p in once)
        macs = self.macs - self.before[module]
        self.rows.append([role, sizes(y, channels_last=last), params, macs])

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        before = self.macs
        y = func(*args, **(kwargs or {}))
        if func is functional.scaled_dot_product_attention:
            joined = y.transpose(1, 2).flatten(2)  # heads next to channels
            shape = sizes(joined, channels_last=True)
            self.rows.append(["attention", shape, 0, self.macs - before])
        return y


def run(model: torch.nn.Module, x: torch.Tensor, call: Any) -> dict[str, Any]:
    """Return rows and totals of a module that is called so."""
    with (
        torch.no_grad(),
        FlopCounterMode(display=False) as counter,
        Seen(model, counter) as seen,
    ):
        call(x)
    return {
        "input": sizes(x, channels_last=False),
        "params": sum(p.numel() for p in model.parameters()),
        "buffers": sum(b.numel() for b in model.buffers() if b.is_floating_point()),
        "macs": seen.macs,
        "rows": seen.rows,
    }


def timm(name: str, size: int) -> dict[str, Any]:
    from timm import create_model

    with torch.device("meta"):
        model = create_model(name).eval()
        return run(model, torch.zeros(1, 3, size, size), model)


def torchvision(name: str, size: int) -> dict[str, Any]:
    """A detector's backbone and head, without what resizes and what chooses boxes."""
    from torchvision.models import detection

    with torch.device("meta"):
        model = getattr(detection, name)(weights=None, weights_backbone=None).eval()
        x = torch.zeros(1, 3, size, size)
        return run(model, x, lambda x: model.head(list(model.backbone(x).values())))


def keras(name: str, size: int) -> dict[str, Any]:
    """The layers of a network, each of them run alone."""
    from keras import applications

    model = getattr(applications, name)(weights=None)
    found = [
        (type(layer).__name__, run_keras_layer(layer, layer.input.shape[1:]))
        for layer in model.layers
        if type(layer).__name__ in ROLES_KERAS
    ]
    assert (None, size, size, 3) == model.input_shape
    params = sum(fact["params"] for _, fact in found)
    buffers = sum(fact["buffers"] for _, fact in found)
    assert params + buffers == model.count_params()
    return {
        "input": [size, size, 3],
        "params": params,
        "buffers": buffers,
        "macs": sum(fact["macs"] for _, fact in found),
        "rows": [
            [ROLES_KERAS[kind], [*fact["output"]], fact["params"], fact["macs"]]
            for kind, fact in found
        ],
    }


RUN = {"timm": timm, "torchvision": torchvision, "Keras": keras}


def differences(here: dict[str, Any], there: dict[str, Any]) -> list[str]:
    """Return in words where two descriptions of a network differ."""
    wrong = [
        f"{key}: {here[key]}, and there {there[key]}"
        for key in ("input", "params", "buffers", "macs")
        if here[key] != there[key]
    ]
    if len(here["rows"]) != len(there["rows"]):
        wrong.append(f"{len(here['rows'])} rows, and there {len(there['rows'])}")
    pairs = zip(here["rows"], there["rows"], strict=False)
    rows = [
        f"row {place}: {mine}, and there {row}"
        for place, (mine, row) in enumerate(pairs)
        if mine != row
    ]
    return wrong + rows[:3]


def main() -> None:
    """Run all, and compare or write."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("names", nargs="*", metavar="NAME", default=[*NETWORKS])
    parser.add_argument("--write", type=Path, metavar="FILE")
    chosen = parser.parse_args()
    found, wrong = {}, 0
    for name in chosen.names:
        framework, theirs = NETWORKS[name]
        mine = ours(name)
        found[name] = RUN[framework](theirs, mine["input"][0])
        differ = differences(mine, found[name])
        wrong += bool(differ)
        print(
            f"{name} ({framework}'s {theirs}): {len(mine['rows'])} rows",
            *differ,
            sep="\n    ",
        )
    if chosen.write:
        text = json.dumps(found, separators=(",", ":")).encode()
        chosen.write.write_bytes(gzip.compress(text, mtime=0))
    print(f"{len(found)} networks, {wrong} disagree")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
