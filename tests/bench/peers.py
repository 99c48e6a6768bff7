"""How long other tools take for the same networks, where they are installed.

Each runs in a process of its own: what it takes to import, then for each network the
first run and a second. The models of PyTorch are built before, and not timed.
"""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec

__all__ = ["compare"]

NETWORKS = ("resnet152", "vgg16", "mobilenet_v2", "densenet201")

# What counts `model` once.
TOOLS = {
    "torchinfo": "torchinfo.summary(model, (1, 3, 224, 224), verbose=0)",
    "fvcore": "fvcore.nn.FlopCountAnalysis(model, torch.rand(1, 3, 224, 224)).total()",
    "ptflops": "ptflops.get_model_complexity_info("
    "model, (3, 224, 224), print_per_layer_stat=False, as_strings=False)",
    "calflops": "calflops.calculate_flops("
    "model, (1, 3, 224, 224), print_results=False, print_detailed=False)",
}

_PEER = """
import logging, time, torch, torchvision, {modules}
logging.disable()
def run(network):
    return lambda model=getattr(torchvision.models, network)().eval(): {call}
"""
_OURS = """
import time
from cnncalc import zoo
def run(network):
    def count():
        net = zoo.build(network)
        return net.macs, str(net.summary())
    return count
"""
_TIMED = """
import sys
imported = time.process_time()
numbers = []
for network in {networks}:
    counted = run(network)
    for _ in range(2):
        start = time.perf_counter()
        counted()
        numbers.append(time.perf_counter() - start)
(peak,) = [line.split()[1] for line in open("/proc/self/status") if "VmHWM" in line]
print(imported, *numbers, peak, file=sys.stderr)
"""


def compare() -> None:
    """Print a line for each tool: what it takes to import, then first and again."""
    torch = find_spec("torch") and find_spec("torchvision")
    tools = [tool for tool in TOOLS if torch and find_spec(tool)]
    if missing := sorted(TOOLS.keys() - tools):
        print(f"\nnot installed, so not compared: {', '.join(missing)}")
    titles = "".join(f"{network:>18}" for network in NETWORKS)
    print(f"\n{'ms, first and again':20}{'import':>8}{titles}{'MiB':>7}")
    _show("cnncalc", _OURS)
    for tool in tools:
        modules = "fvcore.nn" if tool == "fvcore" else tool
        _show(tool, _PEER.format(modules=modules, call=TOOLS[tool]))


def _show(title: str, code: str) -> None:
    code += _TIMED.format(networks=NETWORKS)
    command = [sys.executable, "-W", "ignore", "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"{title:20} failed: {done.stderr.strip().splitlines()[-1]}")
        return
    imported, *times, peak = map(float, done.stderr.splitlines()[-1].split())
    pairs = zip(times[::2], times[1::2], strict=True)
    cells = "".join(f"{1000 * a:10,.0f}{1000 * b:8,.0f}" for a, b in pairs)
    print(f"{title:20}{1000 * imported:8,.0f}{cells}{peak / 1024:7,.0f}", flush=True)
