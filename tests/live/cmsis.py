"""The scratch of CMSIS-NN's int8 kernels: its C functions, and cnncalc.

``python tests/live/cmsis.py PATH`` compiles the functions that tell it of a checkout of
CMSIS-NN (https://github.com/ARM-software/CMSIS-NN) with the C compiler ``cc``, asks them
10,000 random convolutions for each core, depthwise ones, pools and linear layers, and
compares. ``--write FILE`` keeps so many of the cases as ``--count`` says for the tests.
"""

from __future__ import annotations

import argparse
import csv
import ctypes
import gzip
import subprocess
import sys
import tempfile
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # tflm_facts.py

from tflm_facts import operator_of

from cnncalc.memory.scratch import CORES, scratch_of

INT = ctypes.c_int32
FIELDS = (
    *("kind", "core", "height", "width", "channels", "multiplier", "kernel_h"),
    *("kernel_w", "stride_h", "stride_w", "pad_h", "pad_w", "dilation_h", "dilation_w"),
    *("out_h", "out_w", "bytes"),
)


class Pair(ctypes.Structure):
    _fields_ = (("w", INT), ("h", INT))


class Sizes(ctypes.Structure):
    _fields_ = (("n", INT), ("h", INT), ("w", INT), ("c", INT))


class Conv(ctypes.Structure):
    _fields_ = (
        *(("input_offset", INT), ("output_offset", INT), ("stride", Pair)),
        *(("padding", Pair), ("dilation", Pair), ("activation", Pair)),
    )


class Depthwise(ctypes.Structure):
    _fields_ = (
        *(("input_offset", INT), ("output_offset", INT), ("ch_mult", INT)),
        *(("stride", Pair), ("padding", Pair), ("dilation", Pair)),
        ("activation", Pair),
    )


SOURCES = (
    "ConvolutionFunctions/arm_convolve_get_buffer_sizes_s8.c",
    "ConvolutionFunctions/arm_depthwise_conv_get_buffer_sizes_s8.c",
    "FullyConnectedFunctions/arm_fully_connected_get_buffer_sizes_s8.c",
    "PoolingFunctions/arm_avgpool_get_buffer_sizes_s8.c",
)
SUFFIX = {"c": "", "dsp": "_dsp", "mve": "_mve"}


def compiled(path: Path, folder: str) -> Any:
    """Return the functions of a checkout."""
    library = f"{folder}/sizes.so"
    sources = [f"{path}/Source/{name}" for name in SOURCES]
    subprocess.run(
        ["cc", "-shared", "-fPIC", f"-I{path}/Include", *sources, "-o", library],
        check=True,
    )
    return ctypes.CDLL(library)


def drawn(rng: Random) -> dict[str, Any] | None:
    """Draw what slides a window; nothing, if the window does not fit."""
    case: dict[str, Any] = dict.fromkeys(FIELDS, 1)
    case["kind"] = rng.choice(("conv", "conv", "depthwise", "pool", "linear"))
    case["height"] = rng.choice((1, 1, *range(1, 65)))
    case["width"] = rng.randint(1, 64)
    case["channels"] = rng.choice((1, 2, 3, 4, 8, 12, 16, 32, 64, 100))
    case["multiplier"] = rng.choice((1, 1, 1, 2, 8, 16))
    row = case["height"] == 1
    case["kernel_h"] = 1 if row else rng.choice((1, 1, 2, 3, 5, 7))
    case["kernel_w"] = rng.choice((1, 1, 3, 5, 7, 10))
    case["stride_h"], case["stride_w"] = rng.choice((1, 2)), rng.choice((1, 1, 2, 3))
    case["pad_h"] = 0 if case["kernel_h"] == 1 else rng.randrange(case["kernel_h"])
    case["pad_w"] = rng.randrange(case["kernel_w"])
    case["dilation_h"], case["dilation_w"] = rng.choice(((1, 1), (1, 1), (2, 2)))
    for side, axis in (("height", "h"), ("width", "w")):
        reach = case[f"dilation_{axis}"] * (case[f"kernel_{axis}"] - 1) + 1
        room = case[side] + 2 * case[f"pad_{axis}"] - reach
        case[f"out_{axis}"] = room // case[f"stride_{axis}"] + 1
    return case if min(case["out_h"], case["out_w"]) >= 1 else None


def told(library: Any, case: dict[str, Any], core: str) -> int:
    """Return the bytes that CMSIS-NN tells."""
    pairs = [
        Pair(case[f"{what}_w"], case[f"{what}_h"])
        for what in ("stride", "pad", "dilation")
    ]
    x = Sizes(1, case["height"], case["width"], case["channels"])
    end = SUFFIX[core]
    if case["kind"] == "pool":
        ask = getattr(library, f"arm_avgpool_s8_get_buffer_size{end}")
        return int(ask(case["out_w"], case["channels"]))
    if case["kind"] == "linear":
        ask = getattr(library, f"arm_fully_connected_s8_get_buffer_size{end}")
        units = Sizes(1, 1, 1, case["channels"])
        return int(ask(ctypes.byref(units)))
    range_ = Pair(-128, 127)
    if case["kind"] == "conv":
        how: Any = Conv(0, 0, *pairs, range_)
        filters = 8
        weights = Sizes(filters, case["kernel_h"], case["kernel_w"], case["channels"])
        ask = getattr(library, f"arm_convolve_wrapper_s8_get_buffer_size{end}")
    else:
        how = Depthwise(0, 0, case["multiplier"], *pairs, range_)
        filters = case["channels"] * case["multiplier"]
        weights = Sizes(1, case["kernel_h"], case["kernel_w"], filters)
        ask = getattr(library, f"arm_depthwise_conv_wrapper_s8_get_buffer_size{end}")
    y = Sizes(1, case["out_h"], case["out_w"], filters)
    return int(ask(*map(ctypes.byref, (how, x, weights, y))))


def main() -> int:
    """Draw, ask and compare, and keep some."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("path", type=Path)
    parser.add_argument("--write", type=Path)
    parser.add_argument("--count", type=int, default=1200)
    chosen = parser.parse_args()
    rng, cases = Random(7), []
    with tempfile.TemporaryDirectory() as folder:
        library = compiled(chosen.path, folder)
        while len(cases) < 10_000 * len(CORES):
            case = drawn(rng)
            for core in CORES if case else ():
                size = told(library, case or {}, core)
                cases.append({**(case or {}), "core": core, "bytes": size})
    wrong = [c for c in cases if scratch_of(operator_of(c), c["core"]) != c["bytes"]]
    for case in wrong[:10]:
        print(f"{case}: cnncalc says {scratch_of(operator_of(case), case['core'])}")
    print(f"{len(wrong)} of {len(cases)} differ")
    if chosen.write:
        with gzip.open(chosen.write, "wt", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, FIELDS)
            writer.writeheader()
            writer.writerows(cases[: chosen.count])
    return len(wrong) > 0


if __name__ == "__main__":
    sys.exit(main())
