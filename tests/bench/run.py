"""How long cnncalc takes, beside what its arithmetic costs in a bare loop.

``python tests/bench/run.py`` prints ratios; it takes about a minute. Both sides of each
are measured in one run, as the least of many short blocks, or of whole processes.
"""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from loops import mobilenet, resnet152

from cnncalc import Conv2d, Sequential, zoo

FRESH = itertools.count(1001)


def least(run: Callable[[], object], blocks: int) -> float:
    """Return the seconds of the fastest of some runs."""
    best = float("inf")
    for _ in range(blocks):
        start = time.perf_counter()
        run()
        best = min(best, time.perf_counter() - start)
    return best


def process(*words: str, runs: int = 12) -> float:
    """Return the least processor time of a process."""
    best = float("inf")
    for _ in range(runs):
        child = subprocess.Popen([sys.executable, *words], stdout=subprocess.DEVNULL)
        _, _, used = os.wait4(child.pid, 0)
        best = min(best, used.ru_utime + used.ru_stime)
    return best


def memory(code: str) -> int:
    """Return the KiB that a process with this code holds at its peak, on Linux."""
    told = "print(open('/proc/self/status').read(), file=sys.stderr)"
    command = [sys.executable, "-c", f"import sys\n{code}\n{told}"]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    (line,) = [line for line in done.stderr.splitlines() if line.startswith("VmHWM")]
    return int(line.split()[1])


def afresh() -> None:
    """Build ResNet-152 with new classes, and read every column of its rows."""
    for row in zoo.build("resnet152", classes=next(FRESH)).nodes:
        _ = (row.name, row.kind, row.scope, row.input, row.inputs, row.output)
        _ = (row.kernel, row.stride, row.padding, row.params, row.trainable)
        _ = (row.buffers, row.formula, row.connections, row.macs, row.activation_size)
        _ = (row.receptive_field, row.effective_stride, row.effective_padding)


def chain(layers: int) -> float:
    """Return the seconds for each layer of a chain, made and counted."""
    parts = [Conv2d(1, 2)] * layers

    def run() -> None:
        _ = Sequential(input=(2, 2, 2)).add(*parts).nodes[-1].macs

    return least(run, 3 if layers > 10_000 else 20) / layers


def sweep(sides: range) -> tuple[float, float]:
    """Return the seconds of variants of MobileNetV2, ours and the loop's."""
    grid = list(itertools.product([0.25 + 0.05 * n for n in range(25)], sides))
    start = time.process_time()
    for width, side in grid:
        net = zoo.mobilenet_v2(width=width, input=(side, side, 3))
        _ = (net.params, net.macs, net.connections, net.activations)
    middle = time.process_time()
    for width, side in grid:
        mobilenet(width, 1, side)
    return middle - start, time.process_time() - middle


def main() -> None:
    """Measure, and print a line for each."""
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} processors")
    loop = least(resnet152, 400)
    print(f"the bare loop of ResNet-152: {loop * 1e6:.0f} µs\n")

    def show(what: str, ratio: float, most: float) -> None:
        print(f"{what:58}{ratio:8.2f} ×   (aim: {most} ×)", flush=True)

    show("ResNet-152 afresh, every column read", least(afresh, 60) / loop, 8)
    net = zoo.resnet152()
    table = net.summary()
    show("its text table", least(lambda: table.to_text(), 30) / loop, 25)
    show("its HTML table", least(lambda: table.to_html(), 30) / loop, 25)
    show(
        "the summary made and written as text",
        least(lambda: net.summary().to_text(), 30) / loop,
        25,
    )
    show(
        "the summary made and written as HTML",
        least(lambda: net.summary().to_html(), 30) / loop,
        25,
    )
    show("a layer of 100,000 / of 1,000", chain(100_000) / chain(1_000), 2)
    ours, theirs = sweep(range(96, 256, 8))
    show("500 variants of MobileNetV2 (width × resolution)", ours / theirs, 4.5)
    with tempfile.TemporaryDirectory() as folder:  # byte code is written, as usual
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = folder
        os.environ["PYTHONPATH"] = str(Path(__file__).parents[2])
        base = process("-c", "import attrs, typing_extensions")
        process("-m", "cnncalc", "summary", "resnet152", runs=1)
        show(
            "import cnncalc / its two dependencies",
            process("-c", "import cnncalc") / base,
            1.7,
        )
        command = process("-m", "cnncalc", "summary", "resnet152")
        show(
            "the process of `cnncalc summary resnet152` / the same", command / base, 2.5
        )
        run = "from cnncalc.cli import main\nmain(['summary', 'resnet152'])"
        peak = memory(run) / memory("import attrs")
        show("its peak memory / that of `import attrs`", peak, 1.25)


if __name__ == "__main__":
    main()
