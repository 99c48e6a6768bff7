"""Mutated models of other tools: an answer or a `CnncalcError`, within a second.

``python tests/live/hostile.py --format keras --number 1000000`` reads as many mutated
models, and prints each that ends in another error, or takes longer than a second of the processor, or
512 MB. ``--seed`` begins elsewhere; an error tells its seed.
"""

from __future__ import annotations

import argparse
import gzip
import json
import random
import resource
import sys
import time
import traceback
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # mutants.py

from mutants import mutated

from cnncalc import CnncalcError, from_keras, from_onnx, from_yolo

TESTS = Path(__file__).parents[1]
Reading = Callable[[random.Random], Callable[[], Any]]


def keras() -> Reading:
    """Return what mutates a configuration of Keras, and reads it."""
    with gzip.open(TESTS / "data" / "keras.json.gz") as file:
        models = [each["config"] for each in json.load(file).values()]
    models = sorted(models, key=lambda config: len(str(config)))[:60]

    def read(chance: random.Random) -> Callable[[], Any]:
        config = mutated(chance.choice(models), chance)
        return lambda: from_keras(config).params

    return read


def yolo() -> Reading:
    """Return what mutates a YAML of a YOLO, and reads it."""
    import yaml
    from yolo_texts import TEXTS

    models = [yaml.safe_load(text) for text in TEXTS.values()]

    def read(chance: random.Random) -> Callable[[], Any]:
        text = yaml.safe_dump(mutated(chance.choice(models), chance))
        return lambda: from_yolo(text + "\n", input=(64, 64, 3)).params

    return read


def onnx() -> Reading:
    """Return what changes bytes of an ONNX file, and reads it."""
    from onnx_files import DATA, damaged

    paths = sorted(DATA.glob("*.onnx.gz"), key=lambda path: path.stat().st_size)[:20]
    files = [gzip.decompress(path.read_bytes()) for path in paths]

    def read(chance: random.Random) -> Callable[[], Any]:
        data = damaged(chance.choice(files), chance)

        def answers() -> tuple[str, str, Any]:
            net = from_onnx(data)
            return str(net.macs), str(net.params), net.unknown

        return answers

    return read


FORMATS: dict[str, Callable[[], Reading]] = {
    "keras": keras,
    "onnx": onnx,
    "yolo": yolo,
}


def faults(read: Reading, seeds: range) -> Iterator[str]:
    """Yield what went wrong, with the seed that it went wrong with."""
    for seed in seeds:
        work = read(random.Random(seed))
        start = time.process_time()
        try:
            work()
        except CnncalcError:
            pass
        except Exception:  # noqa: BLE001 - which is what is looked for
            yield f"seed {seed}\n{traceback.format_exc(limit=-4)}"
        took = time.process_time() - start
        if took > 1:
            yield f"seed {seed}: {took:.1f} s"


def main() -> None:
    """Read as many as are asked for, and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--format", choices=FORMATS, required=True)
    parser.add_argument("--number", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    asked = parser.parse_args()
    seeds = range(asked.seed, asked.seed + asked.number)
    number = 0
    for fault in faults(FORMATS[asked.format](), seeds):
        number += 1
        print(fault, flush=True)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    print(f"{len(seeds):,} read, {number} faults, {peak} MB at most")


if __name__ == "__main__":
    main()
