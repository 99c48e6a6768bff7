"""Plans of memory in files: TensorFlow Lite Micro takes them, and answers the same.

``python tests/live/offline.py FILE ...`` writes each TFLite model with the plan of
``planner="best"``, in the file's order and in the best one, and runs the files in TFLM on
the same random numbers: the head must be what the plan says, and the outputs equal to
the bit. Without files it takes those in
`tests/data/tflite`. ``--tflm`` is the path of a Python that has tflite-micro.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from cnncalc import from_tflite
from cnncalc.interop.tflite.offline import with_offline_plan

DATA = Path(__file__).parents[1] / "data" / "tflite"
ASK = """
import json, sys
import numpy as np
from tflite_micro.python.tflite_micro import runtime
run = runtime.Interpreter.from_file(sys.argv[1], arena_size=1 << 27)
chance, found = np.random.default_rng(7), []
for _ in range(5):
    for n in range(int(sys.argv[2])):
        how = run.get_input_details(n)
        shape, dtype = how["shape"], how["dtype"]
        if np.issubdtype(dtype, np.integer):
            x = chance.integers(-128, 128, shape).astype(dtype)
        else:
            x = chance.normal(size=shape).astype(dtype)
        run.set_input(x, n)
    run.invoke()
    found += [run.get_output(n).tobytes().hex() for n in range(int(sys.argv[3]))]
run.print_allocations()
print(json.dumps(found))
"""


def ran(file: bytes, python: str, inputs: int, outputs: int) -> tuple[int, Any]:
    """Return the head that TFLM tells of a model, and what it puts out."""
    with tempfile.NamedTemporaryFile(suffix=".tflite") as kept:
        kept.write(file)
        kept.flush()
        words = [python, "-c", ASK, kept.name, str(inputs), str(outputs)]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
    head = [line for line in done.stderr.splitlines() if " head " in line]
    if not head:
        raise RuntimeError(done.stderr[-300:])
    told = int(head[0].split(" head ")[1].split()[0])
    return told, json.loads(done.stdout.splitlines()[-1])


def compared(path: Path, python: str) -> bool:
    """Print what a model takes with both plans, and tell whether all is as it says."""
    file = path.read_bytes()
    net: Any = from_tflite(file)
    ends = len(net.source.program.inputs), len(net.source.program.outputs)
    before, expected = ran(file, python, *ends)
    good = before == net.memory_plan(planner="tflm").arena_size
    told = f"{path.name}: {before:,}"
    for order in ("given", "best"):
        plan = net.memory_plan(planner="best", order=order)
        written = with_offline_plan(file, plan.offline_metadata(), plan.order)
        own: Any = from_tflite(written).memory_plan(planner="tflm")
        after, found = ran(written, python, *ends)
        good &= after == plan.arena_size == own.arena_size and expected == found
        least = "the fullest step" if after == plan.peak else f"at least {plan.peak:,}"
        told += f" -> {after:,} ({order} order, {least})"
    print(told, "ok" if good else "NO")
    return bool(good)


def main() -> int:
    """Write, run and compare."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--tflm", default=sys.executable)
    chosen = parser.parse_args()
    files = chosen.files or sorted(DATA.glob("*.tflite"))
    return sum(not compared(path, chosen.tflm) for path in files)


if __name__ == "__main__":
    sys.exit(main())
