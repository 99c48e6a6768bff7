"""What `from_torch` does with modules of every kind, and that it leaves them alone.

``python tests/live/torch_edges.py`` checks each, prints what it was told, and the
coverage of the parts that need PyTorch, which the suite cannot run; it fails if a line
or a branch of these is not run.
"""

from __future__ import annotations

import sys
import warnings
from dataclasses import dataclass
from typing import Any

import coverage
import torch
from torch import nn
from torch_odd import Call

from cnncalc import CnncalcError, from_torch

warnings.simplefilter("ignore")
torch.set_num_threads(1)

CONV = nn.Conv2d(3, 8, 3, padding=1)
SEQUENCE = nn.TransformerEncoderLayer(64, 4, batch_first=True).eval()


class Named(nn.Module):
    """A module with arguments by name, that puts out a dict."""

    def __init__(self) -> None:
        super().__init__()
        self.table = nn.Embedding(50, 8)
        self.mask = torch.ones(8)  # neither weight nor buffer

    def forward(self, ids: Any, scale: Any = None) -> Any:
        return {"out": self.table(ids) * self.mask * scale, "rest": [None, ids]}


@dataclass
class Result:
    """What a module returns that tells its parts by name."""

    one: Any
    other: Any


class Guarded(nn.Module):
    """A module that catches what a part of it raises."""

    def __init__(self) -> None:
        super().__init__()
        self.part = nn.Linear(7, 7)

    def forward(self, x: Any) -> Any:
        try:
            return self.part(x)
        except RuntimeError:
            return torch.relu(x)


def uncopied() -> nn.Module:
    module = nn.Sequential(CONV)
    module.lock = (n for n in range(3))  # which deepcopy refuses
    return module


def filled(x: Any) -> Any:
    x = x * 1
    x[:, 0] = 0
    return x[0, :, 1:3][..., torch.tensor([0, 1])] * 2


def numbers(x: Any, conv: Any) -> Any:
    return conv(x) if x.sum().item() > 0 or torch.equal(x, x + 1) else conv(x) + 1


def spread(x: Any) -> Any:
    """Return products with a bias that is a matrix, and one that is a column."""
    return torch.addmm(x[:, :1], x, x.T) + torch.addmm(x @ x.T, x, x.T)


def exported() -> Any:
    """Return a program of torch.export, in which operations stand by their own names."""
    parts = nn.Sequential(CONV, nn.BatchNorm2d(8), nn.Conv2d(8, 8, 1)).eval()
    module = Call(lambda x, parts: parts(x)[:, 2:4][..., torch.tensor([0, 1])], parts)
    return torch.export.export(module, (torch.zeros(1, 3, 8, 8),))


# What is read: a module, its input, and its parameters and MACs.
READ: dict[str, tuple[Any, Any, int, int]] = {
    "numbers": (Call(numbers, CONV), (3, 8, 8), 224, 13_824),
    "on the meta device": (
        Call(numbers, nn.Conv2d(3, 8, 3, padding=1)).to("meta"),
        (3, 8, 8),
        224,
        13_824,
    ),
    "compiled": (torch.compile(nn.Sequential(CONV)), (3, 8, 8), 224, 13_824),
    "parallel": (nn.DataParallel(nn.Sequential(CONV)), (3, 8, 8), 224, 13_824),
    "one encoder": (SEQUENCE, (16, 64), 281_152, 4_489_216),
    "by name": (Named(), {"ids": (7,), "scale": (7, 8)}, 400, 0),
    "tensors": (CONV, torch.zeros(2, 3, 8, 8), 224, 13_824),
    "one of them": (Named(), {"ids": (7,), "scale": torch.ones(1, 7, 8)}, 400, 0),
    "no batch": (nn.Flatten(0, 1), (3, 4, 5), 0, 0),
    "four inputs": (Call(lambda *xs: sum(xs[1:])), [(3, 4)] * 4, 0, 0),
    "guarded": (Guarded(), (4,), 56, 0),
    "result": (Call(lambda x, c: Result(c(x), 3), CONV), (3, 8, 8), 224, 13_824),
    "operators": (Call(lambda x: torch.ops.aten.relu(x.T.real)), (8,), 0, 0),
    "of a type": (
        Call(lambda x: x.to(memory_format=torch.preserve_format)),
        (8,),
        0,
        0,
    ),
    "with state": (nn.BatchNorm2d(3), (3, 8, 8), 6, 0),
    "slices": (Call(filled), (3, 8, 8), 0, 0),
    "biases": (Call(spread), (4, 3), 0, 3 * 4 * 4 * 3),
    "exported": (exported(), (3, 8, 8), 224 + 16 + 72, 64 * (27 * 8 + 8 * 8)),
    "old weight norm": (nn.utils.weight_norm(nn.Conv1d(3, 8, 3)), (3, 8), 88, 432),
    "quantisable": (
        Call(lambda x, f: f.add(x, x), torch.ao.nn.quantized.FloatFunctional()),
        (3, 8),
        0,
        0,
    ),
}
# What is refused: a module, its input, and words of the message.
REFUSED: dict[str, tuple[Any, Any, str]] = {
    "no module": (len, (3, 8, 8), "is no torch.nn.Module"),
    "lazy": (nn.LazyConv2d(8, 3), (3, 8, 8), "Run it once before"),
    "scripted": (torch.jit.script(CONV), (3, 8, 8), "ScriptModule"),
    "quantised": (
        torch.ao.quantization.quantize_dynamic(nn.Sequential(nn.Linear(8, 8))),
        (8,),
        "export it to ONNX with QDQ",
    ),
    "not copied": (uncopied(), (3, 8, 8), "cannot be copied"),
    "another shape": (CONV, (224, 224, 3), "does not run on that"),
    "another tensor": (CONV, torch.zeros(1, 4, 8, 8), "does not run on that"),
    "too many inputs": (CONV, [(3, 8, 8)] * 2, "does not run on that"),
    "words": (CONV, "3x8x8", "Give a shape"),
    "zero": (CONV, (3, 0, 8), "Give a shape"),
    "another device": (CONV, (3, 8, 8), "nothing is computed elsewhere"),
    "no output": (Call(lambda x: len(x)), (3, 8, 8), "depends on its input"),
}


def state(module: Any) -> list[Any]:
    """Return what must be the same afterwards, of a module and of PyTorch."""
    known = torch.nn.modules.module
    found: list[Any] = [
        len(known._global_forward_hooks),
        len(known._global_forward_pre_hooks),
        torch.is_grad_enabled(),
    ]
    if isinstance(module, nn.Module):
        found += [
            (part.training, len(part._forward_hooks)) for part in module.modules()
        ]
        found += [(id(x), x.requires_grad, x._version) for x in module.parameters()]
    return found


def main() -> int:
    parts = [
        "*/torch/recording.py",
        "*/torch/running.py",
    ]  # imported when they are used
    cover = coverage.Coverage(branch=True, include=parts, config_file=False)
    cover.start()
    failed = 0
    for name, (module, given, params, macs) in READ.items():
        before = state(module)
        net = from_torch(module, given)
        fine = (net.params, net.macs, before) == (params, macs, state(module))
        failed += not fine
        print("fine  " if fine else "FAILED", name, net.params, net.macs, *net.notes)
    for name, (module, given, words) in REFUSED.items():
        before, device = state(module), "cuda" if name == "another device" else "meta"
        try:
            said = repr(from_torch(module, given, device))
        except CnncalcError as error:
            said = str(error)
        fine = words in said and before == state(module)
        failed += not fine
        print("fine  " if fine else "FAILED", name, "|", said[:160])
    cover.stop()
    covered = cover.report(show_missing=True)
    return int(failed > 0 or covered < 100)


if __name__ == "__main__":
    sys.exit(main())
