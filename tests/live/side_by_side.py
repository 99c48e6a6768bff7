"""What tools say of 30 PyTorch models, how long it takes them, and how much memory.

``python tests/live/side_by_side.py`` writes docs/side_by_side.md. Each tool reads each
model in a process of its own, where it is imported before the clock starts: some patch
PyTorch while they count. The clock has the count alone, without building the model;
memory is what the process has at its peak beyond what it had before. A tool agrees if
it says PyTorch's own count, half of what torch.utils.flop_counter tells, to a
thousandth; and PyTorch's number of parameters.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import resource
import signal
import time
import warnings
from pathlib import Path
from typing import Any

PAGE = Path(__file__).parents[2] / "docs" / "side_by_side.md"
SECONDS = 300  # after which a tool is given up
PACKAGES = {
    "cnncalc": "cnncalc",
    "torchinfo": "torchinfo",
    "fvcore": "fvcore",
    "ptflops": "ptflops",
    "thop": "thop",
    "calflops": "calflops",
    "onnx-tool": "onnx-tool",
}
MODELS = """
torchvision:alexnet torchvision:vgg16 torchvision:resnet18 torchvision:resnet50
torchvision:densenet121 torchvision:googlenet torchvision:mobilenet_v2
torchvision:mobilenet_v3_large torchvision:shufflenet_v2_x1_0
torchvision:efficientnet_b0 torchvision:regnet_y_400mf torchvision:convnext_tiny
torchvision:vit_b_16 torchvision:swin_t torchvision:swin_v2_t torchvision:maxvit_t
torchvision:fcn_resnet50 torchvision:r3d_18 torchvision:s3d torchvision:mvit_v1_b
timm:mobilevit_s timm:coatnet_0_rw_224 timm:levit_128s timm:mixer_b16_224
timm:xcit_nano_12_p16_224 timm:halonet26t timm:twins_svt_small timm:nfnet_f0
timm:repvit_m0_9 timm:crossvit_9_240
""".split()  # noqa: SIM905 - thirty names read best so


def built(name: str) -> tuple[Any, tuple[int, ...]]:
    """Return a model, and the shape of its input with a batch of one."""
    import schemas  # noqa: F401 - before torchvision

    library, _, name = name.partition(":")
    if library == "timm":
        import timm

        model = timm.create_model(name)
        return model.eval(), (1, *model.default_cfg["input_size"])
    from torchvision import models

    options = {"weights": None}
    if name.startswith("fcn"):
        options["weights_backbone"] = None
    model = models.get_model(name, **options).eval()
    video = models.get_model_builder(name).__module__.split(".")[2] == "video"
    return model, (1, 3, 16, 224, 224) if video else (1, 3, 224, 224)


def by_cnncalc(model: Any, shape: Any) -> tuple[int, int]:
    from cnncalc import from_torch

    net = from_torch(model, shape[1:])
    return int(net.macs), int(net.params)


def by_torchinfo(model: Any, shape: Any) -> tuple[int, int]:
    from torchinfo import summary

    found = summary(model, input_size=shape, verbose=0, device="cpu")
    return found.total_mult_adds, found.total_params


def by_fvcore(model: Any, shape: Any) -> tuple[int, int]:
    import torch
    from fvcore.nn import FlopCountAnalysis, parameter_count

    counted = FlopCountAnalysis(model, torch.zeros(shape))
    counted = counted.unsupported_ops_warnings(enabled=False)
    counted = counted.uncalled_modules_warnings(enabled=False)
    return int(counted.total()), parameter_count(model)[""]


def by_ptflops(model: Any, shape: Any) -> tuple[int, int]:
    from ptflops import get_model_complexity_info

    macs, params = get_model_complexity_info(
        model, shape[1:], as_strings=False, print_per_layer_stat=False, verbose=False
    )
    return int(macs), int(params)


def by_thop(model: Any, shape: Any) -> tuple[int, int]:
    import torch
    from thop import profile

    macs, params = profile(model, inputs=(torch.zeros(shape),), verbose=False)
    return int(macs), int(params)


def by_calflops(model: Any, shape: Any) -> tuple[int, int]:
    from calflops import calculate_flops

    _, macs, params = calculate_flops(
        model, input_shape=shape, print_results=False, output_as_string=False
    )
    return int(macs), int(params)


def by_onnx_tool(model: Any, shape: Any) -> tuple[int, int]:
    import io

    import onnx
    import onnx_tool
    import torch

    file = io.BytesIO()
    torch.onnx.export(model, torch.zeros(shape), file, dynamo=False)
    found = onnx_tool.Model(onnx.load_from_string(file.getvalue()))
    found.graph.shape_infer(None)
    found.graph.profile()
    return int(found.graph.macs[0]), int(found.graph.params)


def by_truth(model: Any, shape: Any) -> tuple[int, int]:
    """Return PyTorch's own counts."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    torch.backends.mha.set_fastpath_enabled(False)
    model = model.to("meta").requires_grad_(False)
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        model(torch.zeros(shape, device="meta"))
    params = sum(x.numel() for x in model.parameters())
    return counter.get_total_flops() // 2, params


def asked(tool: str, model: Any, shape: Any) -> dict[str, Any]:
    """Return what a tool says of a model, and what that took."""
    import torch

    if tool in PACKAGES:
        importlib.import_module(PACKAGES[tool].replace("-", "_"))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    with torch.no_grad():
        macs, params = globals()[f"by_{tool.replace('-', '_')}"](model, shape)
    took = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    return {"macs": macs, "params": params, "seconds": took, "kib": peak}


def apart(tool: str, model: Any, shape: Any) -> dict[str, Any]:
    """Return what a process of its own answers, which has the model already."""
    reader, writer = os.pipe()
    child = os.fork()
    if not child:
        signal.alarm(SECONDS)
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        os.dup2(1, 2)
        try:
            os.write(writer, json.dumps(asked(tool, model, shape)).encode())
        finally:
            os._exit(0)
    os.close(writer)
    with os.fdopen(reader) as file:
        text = file.read()
    os.waitpid(child, 0)
    return dict(json.loads(text)) if text else {}


def middle(numbers: list[float]) -> float:
    return sorted(numbers)[len(numbers) // 2] if numbers else float("nan")


def page(answers: dict[str, dict[str, dict[str, Any]]]) -> str:
    """Return the page: a line a tool, and a line a model."""
    lines = [INTRODUCTION]
    for tool, package in PACKAGES.items():
        told = {name: found[tool] for name, found in answers.items() if found[tool]}
        agree = [
            name
            for name, said in told.items()
            if abs(said["macs"] / answers[name]["truth"]["macs"] - 1) <= 1e-3
        ]
        params = [
            name
            for name, said in told.items()
            if said["params"] == answers[name]["truth"]["params"]
        ]
        seconds = middle([said["seconds"] for said in told.values()])
        mebibytes = middle([said["kib"] / 1024 for said in told.values()])
        version = importlib.metadata.version(package) if tool != "cnncalc" else ""
        lines.append(
            f"| {tool} {version} | {len(told)} | {len(agree)} | {len(params)} "
            f"| {seconds:.2f} s | {mebibytes:,.0f} MiB |"
        )
    lines += ["", "MACs in millions; **bold** is what PyTorch's own counter says.", ""]
    lines.append(f"| model | PyTorch | {' | '.join(PACKAGES)} |")
    lines.append("|---" * (len(PACKAGES) + 2) + "|")
    for name, found in answers.items():
        cells = [f"{found['truth']['macs'] / 1e6:,.1f}"]
        for tool in PACKAGES:
            said = found[tool].get("macs")
            text = "–" if said is None else f"{said / 1e6:,.1f}"
            cells.append(f"**{text}**" if text == cells[0] else text)
        lines.append(f"| {name.partition(':')[2]} | {' | '.join(cells)} |")
    return "\n".join([*lines, ""])


INTRODUCTION = """# Side by side

Thirty PyTorch models, asked of seven tools: `python tests/live/side_by_side.py` wrote
this page. Each tool read each model in a process of its own, on one thread of a CPU;
times are of the processor for the count alone, without importing anything or building the
model, and memory is what that took beyond what the process had. Middle values of the models that
a tool answered. A tool agrees if its MACs are within a thousandth of half of what
`torch.utils.flop_counter` tells; some count other things on purpose, as
[Counting](counting.md) says.

| tool | answered | agrees in MACs | in parameters | time | memory |
|---|---|---|---|---|---|"""


def main() -> None:
    import torch

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", nargs="*", default=MODELS)
    options = parser.parse_args()
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    answers: dict[str, dict[str, dict[str, Any]]] = {}
    for name in options.models:
        model, shape = built(name)
        tools = ("truth", *PACKAGES)
        answers[name] = {tool: apart(tool, model, shape) for tool in tools}
        said = {tool: known.get("macs") for tool, known in answers[name].items()}
        print(name, said, flush=True)
        PAGE.write_text(page(answers), encoding="utf-8")


if __name__ == "__main__":
    main()
