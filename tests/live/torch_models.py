"""PyTorch models as `from_torch` reads them, against what PyTorch says of them.

``python tests/live/torch_models.py`` reads torchvision whole, models of timm of each
of its files, and some odd ones, and prints what is equal, what differs and what stays
unknown. ``--sets torchvision odd`` and ``--names resnet18 vit_b_16`` choose.
``--write FILE`` keeps the runs and what PyTorch says of some of them, for the suite;
``--split DIR`` is a folder of facts with MACs told apart by which of their factors
depend on the input, ``macs_of_weights`` and so on, of models by their names.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import time
import warnings
from collections import Counter
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # facts_torch.py, traces.py

import schemas  # noqa: F401 - before torchvision
import torch
from facts_torch import differences
from torch import nn
from torch.utils.flop_counter import FlopCounterMode
from torch_odd import ODD
from traces import saved

from cnncalc.interop.torch.reader import network_of
from cnncalc.interop.torch.running import traced

torch.set_num_threads(1)
warnings.simplefilter("ignore")

Built = tuple[str, nn.Module, Any]

# What the suite has of torchvision and timm; all odd ones besides.
KEPT = """
alexnet densenet121 efficientnet_b0 googlenet inception_v3 mnasnet0_5 mobilenet_v2
mobilenet_v3_small regnet_y_400mf resnet18 shufflenet_v2_x1_0 squeezenet1_0 vgg11
convnext_tiny vit_b_32 swin_t swin_v2_t maxvit_t lraspp_mobilenet_v3_large
deeplabv3_mobilenet_v3_large fcn_resnet101 r3d_18 mc3_18 r2plus1d_18 s3d mvit_v1_b
fasterrcnn_resnet50_fpn_static retinanet_resnet50_fpn_static ssd300_vgg16_static
timm/coatnet_0_rw_224 timm/crossvit_9_240 timm/efficientformer_l1
timm/efficientvit_b0 timm/focalnet_tiny_srf timm/ghostnetv2_100 timm/halonet26t
timm/inception_next_atto timm/levit_128s timm/mixer_s32_224 timm/repvit_m0_9
timm/resnetv2_50x1_bit timm/skresnet18 timm/tf_efficientnet_b0 timm/tresnet_m
timm/twins_svt_small timm/vit_small_patch14_dinov2 timm/vit_tiny_patch16_224
timm/xcit_nano_12_p16_224
"""


class Static(nn.Module):
    """What a detector does before its sizes depend on data: backbone and heads."""

    def __init__(self, detector: nn.Module) -> None:
        super().__init__()
        self.backbone = detector.backbone
        self.head = detector.rpn.head if hasattr(detector, "rpn") else detector.head

    def forward(self, x: torch.Tensor) -> Any:
        maps = list(self.backbone(x).values())
        return maps, self.head(maps)


def of_torchvision(wanted: Collection[str]) -> Iterator[Built]:
    from torchvision import models

    sizes = {"inception_v3": (3, 299, 299), "raft_large": None, "raft_small": None}
    for name in models.list_models():
        if wanted and not {name, f"{name}_static"} & {*wanted}:
            continue
        quantised = name.startswith("quantized_")
        options = {"weights": None}
        if "rcnn" in name or name.startswith(("fcos", "retinanet", "ssd")):
            options["weights_backbone"] = None
        if name.startswith(("fcn", "deeplab", "lraspp")):
            options["weights_backbone"] = None
        if name in {"googlenet", "inception_v3"}:
            options["init_weights"] = False
        if quantised:
            options["quantize"] = False
        shape: Any = sizes.get(name, (3, 224, 224))
        if models.get_model_builder(name).__module__.startswith("torchvision.models.v"):
            video = models.get_model_builder(name).__module__.split(".")[2] == "video"
            shape = (3, 16, 224, 224) if video else shape
        if name.startswith("raft"):
            shape = [(3, 128, 128)] * 2
        reads = name.startswith(("swin", "regnet"))  # numbers, while it is built
        with torch.device("cpu" if reads else "meta"):
            model = models.get_model(name, **options)
        if "weights_backbone" in options and not hasattr(model, "classifier"):
            name, model, shape = f"{name}_static", Static(model), (3, 480, 640)
            shape = (3, 300, 300) if name.startswith("ssd300") else shape
        yield name, model, shape


def of_timm(wanted: Collection[str], each: int = 2) -> Iterator[Built]:
    """Yield models of each of timm's files, the first and the middle one, and KEPT."""
    import timm
    from timm.models import _registry

    files: dict[str, list[str]] = {}
    for name in timm.list_models():
        files.setdefault(_registry._model_to_module[name], []).append(name)
    names = [f"timm/{names[0]}" for names in files.values()]
    names += [f"timm/{names[len(names) // each]}" for names in files.values()]
    for name in dict.fromkeys(names + [name for name in KEPT.split() if "/" in name]):
        if not wanted or name in wanted:
            yield named_timm(name)


def named_timm(name: str) -> Built:
    import timm

    try:
        with torch.device("meta"):
            model = timm.create_model(name.partition("/")[2])
    except Exception:  # noqa: BLE001 - some read numbers while they are built
        model = timm.create_model(name.partition("/")[2])
    return name, model, model.default_cfg.get("input_size", (3, 224, 224))


def of_odd(wanted: Collection[str]) -> Iterator[Built]:
    for name, (make, shape) in ODD.items():
        if not wanted or name in wanted:
            yield name, make(), shape


SETS = {"torchvision": of_torchvision, "timm": of_timm, "odd": of_odd}


def facts(model: nn.Module, shape: Any) -> dict[str, Any]:
    """Return what PyTorch says of a model: counts, and what each module puts out."""
    leaves: list[tuple[str, list[int]]] = []
    if isinstance(model, nn.DataParallel):
        model = model.module
    model = model.to("meta").eval().requires_grad_(False)
    for path, part in model.named_modules():
        if not part._modules:
            part.register_forward_hook(_hook(path, leaves))
    several = shape if isinstance(shape, list) else [shape]
    for dtype in (torch.float32, torch.int64):
        leaves.clear()
        xs = [torch.zeros(1, *each, dtype=dtype, device="meta") for each in several]
        try:
            counting = FlopCounterMode(display=False)
            with torch.no_grad(), torch.device("meta"), counting as counter:
                model(*xs)
            break
        except Exception:
            if dtype == torch.int64:
                raise
    # What is in several modules has one name there, and that of its caller here.
    every = list(model.named_modules(remove_duplicate=False))
    times = Counter(part for _, part in every)
    shared = {path for path, part in every if times[part] > 1}
    counts = {
        path.partition(".")[2]: sum(known.values()) // 2
        for path, known in counter.get_flop_counts().items()
    }
    modules = {path: n for path, n in counts.items() if path and path not in shared}
    kept = ("running_mean", "running_var")
    return {
        "params": sum(x.numel() for x in model.parameters()),
        "buffers": sum(x.numel() for n, x in model.named_buffers() if n.endswith(kept)),
        "macs": counter.get_total_flops() // 2,
        "modules": modules,
        "leaves": [(path, sizes) for path, sizes in leaves if path not in shared],
        "paths": [path for path, _ in model.named_modules() if path],
    }


def _hook(path: str, leaves: list[Any]) -> Any:
    def hook(_: Any, __: Any, output: Any) -> None:
        first = output[0] if isinstance(output, (tuple, list)) else output
        if isinstance(first, torch.Tensor) and path:
            leaves.append((path, sorted(n for n in first.shape if n != 1)))

    return hook


def chosen(sets: list[str], names: list[str]) -> Iterator[Built]:
    for name in sets:
        for built in SETS[name](names):
            if not names or built[0] in names:
                yield built


def split_of(folder: Path | None, name: str) -> dict[str, Any]:
    """Return MACs told apart, if there is a file of a model, with the rest it says."""
    path = folder and folder / f"{name.replace('/', '_')}.json"
    if not path or not path.exists():
        return {}
    known = json.loads(path.read_text(encoding="utf-8"))
    words = {"weight": "weights", "product": "two_activations", "constant": "constants"}
    told = {ours: known.get(f"macs_of_{word}", 0) for ours, word in words.items()}
    return {"split": told, "input": known["input"]}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sets", nargs="*", default=list(SETS))
    parser.add_argument("--names", nargs="*", default=[])
    parser.add_argument("--split", type=Path)
    parser.add_argument("--write", type=Path)
    options = parser.parse_args()
    names = options.names or ([*KEPT.split(), *ODD] if options.write else [])
    counts = dict.fromkeys(("equal", "differs", "unknown", "refused"), 0)
    lines = []
    for name, model, shape in chosen(options.sets, names):
        known = split_of(options.split, name)
        if known:
            shape = [tuple(each[1:]) for each in known.pop("input")]
            shape = shape[0] if len(shape) == 1 else shape
        sort, said, line = compared(name, model, shape, known)
        counts[sort] += 1
        print(f"{sort:8} {name:44} {said}", flush=True)
        lines.append(line)
    print(counts)
    if options.write:
        with gzip.GzipFile(options.write, "wb", mtime=0) as file:
            for line in lines:
                text = json.dumps(line, separators=(",", ":"), ensure_ascii=False)
                file.write(f"{text}\n".encode())


def compared(
    name: str, model: nn.Module, shape: Any, known: dict[str, Any]
) -> tuple[str, str, dict[str, Any]]:
    """Return how a model came out, what to say of it, and what to keep."""
    start = time.perf_counter()
    try:
        trace = traced(model, shape, "meta")
        net = network_of(trace)
        took = time.perf_counter() - start
        fact = facts(model, shape) | known | {"name": name}
    except Exception as error:  # noqa: BLE001 - whatever it is, it is said
        return "refused", f"{type(error).__name__}: {error}"[:200], {}
    line = fact | {"trace": saved(trace)}
    unknown = [row.path for row in net.nodes if row.macs is None]
    if unknown:
        return "unknown", ", ".join(unknown[:3]), line
    found = differences(fact, net)
    if found:
        return "differs", f"{len(found)}: " + "; ".join(found[:3]), line
    leaves = len(fact["leaves"])
    return (
        "equal",
        f"{took:.2f} s, {leaves} calls of {len(fact['paths'])} modules",
        line,
    )


if __name__ == "__main__":
    main()
