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
from math import ceil
from pathlib import Path
from typing import Any
from unittest.mock import patch

from loops import CFG, divisible, mobilenet, resnet152
from peers import compare

from cnncalc import Conv2d, Sequential, zoo
from cnncalc.cache import Memo

FRESH = itertools.count(1001)


def seconds(run: Callable[[], object]) -> float:
    """Return how long something takes."""
    start = time.perf_counter()
    run()
    return time.perf_counter() - start


def least(run: Callable[[], object], blocks: int) -> float:
    """Return the seconds of the fastest of some runs."""
    return min(seconds(run) for _ in range(blocks))


def ratio(run: Callable[[], object], loop: Callable[[], object]) -> float:
    """Return how many times the time of *loop* something takes, both run by turns."""
    times = [(seconds(run), seconds(loop), seconds(loop)) for _ in range(200)]
    return min(t for t, _, _ in times) / min(min(pair) for _, *pair in times)


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

    return least(run, 8 if layers > 10_000 else 20) / layers


Build = Callable[[float, float, int], Sequential]


def of_zoo(width: float, depth: float, side: int) -> Sequential:
    """Return a variant of the zoo's MobileNetV2, which keeps its blocks."""
    return zoo.mobilenet_v2(width=width, depth=depth, input=(side, side, 3))


def fluent(width: float, depth: float, side: int) -> Sequential:
    """Return the same of plain calls, of which the caller keeps nothing."""
    c = divisible(32 * width)
    net = Sequential(input=(side, side, 3))
    net = net.conv(3, c, stride=2, padding=1, bias=False).norm().relu6()
    for t, f, r, s in CFG:
        f = divisible(f * width)
        for i in range(ceil(r * depth)):
            stride = s if i == 0 else 1
            body = Sequential()
            if t != 1:
                body = body.conv(1, c * t, bias=False).norm().relu6()
            body = body.depthwise(3, stride=stride, padding=1, bias=False)
            body = body.norm().relu6().conv(1, f, bias=False).norm()
            adds = stride == 1 and c == f
            net = net.residual(body) if adds else net.add(body)
            c = f
    last = divisible(1280 * max(1, width))
    net = net.conv(1, last, bias=False).norm().relu6()
    return net.adaptive_pool(1).dropout(0.2).fc(1000)


def totals(build: Build, *variant: Any) -> tuple[int, ...]:
    """Return the totals of a variant of MobileNetV2, in the order of the loop's."""
    net = build(*variant)
    return net.params, net.macs, net.connections, net.activations


def sweep(build: Build) -> float:
    """Return how many times the loop's time 10,000 variants of MobileNetV2 take.

    Both are timed by turns, twenty variants each, so that they meet the same machine.
    """
    forget()
    widths = [0.25 + 0.05 * n for n in range(25)]
    depths = [0.5 + 0.1 * n for n in range(20)]
    ours = theirs = 0.0
    for width, depth in itertools.product(widths, depths):
        variants = [(width, depth, side) for side in range(96, 256, 8)]
        start = time.process_time()
        found = [totals(build, *variant) for variant in variants]
        middle = time.process_time()
        expected = [mobilenet(*variant)[:4] for variant in variants]
        ours += middle - start
        theirs += time.process_time() - middle
        assert expected == found
    return ours / theirs


def forget() -> None:
    """Forget all layers, calls and groups that were met before."""
    for module in [m for name, m in sys.modules.items() if name.startswith("cnncalc")]:
        for value in vars(module).values():
            if isinstance(value, Memo):
                value.clear()


def unseen(build: Build) -> float:
    """Return the least time of a MobileNetV2 no part of which was met, by the loop's."""

    def run() -> float:
        forget()
        return seconds(lambda: totals(build, 1.0, 1.0, 224))

    loop = least(lambda: mobilenet(1.0, 1.0, 224), 200)
    return min(run() for _ in range(100)) / loop


def anew() -> float:
    """Return the seconds for each layer of a chain when nothing is remembered.

    Each is made, applied and counted, and has its row, as if it were the first.
    """

    def run() -> None:
        net = Sequential(input=(64, 64, 8))
        for _ in range(250):
            net = net.conv(3, 8, padding=1).norm().relu()
            net = net.max_pool(3, stride=1, padding=1)
        _ = net.nodes[-1].macs

    forget()
    with patch.object(Memo, "put", new=lambda *_, **__: None):
        return least(run, 20) / 1000


def main() -> None:
    """Measure, and print a line for each."""
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} processors")
    print(f"the bare loop of ResNet-152: {least(resnet152, 400) * 1e6:.0f} µs\n")

    def show(what: str, times: float, most: float | None = None) -> None:
        aim = f"   (aim: {most} ×)" if most else ""
        print(f"{what:58}{times:8.2f} ×{aim}", flush=True)

    show("ResNet-152 afresh, every column read", ratio(afresh, resnet152), 3.9)
    net = zoo.resnet152()
    table = net.summary()
    renderings = {
        "its text table": table.to_text,
        "its HTML table": table.to_html,
        "the summary made and written as text": lambda: net.summary().to_text(),
        "the summary made and written as HTML": lambda: net.summary().to_html(),
    }
    for what, render in renderings.items():
        show(what, ratio(render, resnet152), 25)
    show("a layer of 100,000 / of 1,000", chain(100_000) / chain(1_000), 1.36)
    print(f"a layer with nothing remembered: {anew() * 1e6:.1f} µs   (aim: 20 µs)")
    show("10,000 variants of MobileNetV2, totals of each", sweep(of_zoo), 4.5)
    show("one of them, when no part of it was met before", unseen(of_zoo))
    show("10,000 variants of plain fluent calls", sweep(fluent), 8)
    show("one of them, when no part of it was met before", unseen(fluent))
    with tempfile.TemporaryDirectory() as folder:  # byte code is written, as usual
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = folder
        os.environ["PYTHONPATH"] = str(Path(__file__).parents[2])
        base = process("-c", "import attrs, typing_extensions")
        process("-m", "cnncalc", "summary", "resnet152", runs=1)
        for code in ("import cnncalc", "from cnncalc import Sequential"):
            show(f"{code} / its dependencies", process("-c", code) / base, 1.22)
        command = process("-m", "cnncalc", "summary", "resnet152")
        summary = "the process of `cnncalc summary resnet152` / the same"
        show(summary, command / base, 1.72)
        run = "from cnncalc.cli import main\nmain(['summary', 'resnet152'])"
        peak = memory(run) / memory("import attrs")
        show("its peak memory / that of `import attrs`", peak, 1.24)
    compare()


if __name__ == "__main__":
    main()
