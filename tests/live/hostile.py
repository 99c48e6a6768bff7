"""Mutated models of other tools: an answer or a `CnncalcError`, within a second.

``python tests/live/hostile.py --format keras --number 1000000`` reads as many mutated
models, and prints each that ends in another error, or takes longer than a second of the processor, or
512 MB. ``--seed`` begins elsewhere; an error tells its seed.
"""

from __future__ import annotations

import argparse
import gzip
import io
import json
import math
import random
import resource
import sys
import tempfile
import time
import traceback
import zipfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # mutants.py

from mutants import mutated
from onnx_files import INT64

from cnncalc import CnncalcError, from_keras, from_onnx, from_tflite, from_yolo, load
from cnncalc.interop.safetensors import safetensors_params
from cnncalc.interop.tflite.offline import with_offline_plan

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
            return str(net.macs), str(net.params), str(net.unknown)

        return answers

    return read


def onnx_graphs() -> Reading:
    """Return what joins operators, of numbers that few files have, and reads them."""
    from onnx_files import model

    def read(chance: random.Random) -> Callable[[], Any]:
        data = model(random_graph(chance), chance.choice((7, 11, 13, 17, 20, 23)))

        def counted() -> Any:
            net = from_onnx(data)
            return str(net.macs), str(net.unknown)

        return counted

    return read


SIZES = (0, 1, 1, 2, 3, 4, 8, 10**6, 10**12, 1 << 62)
NUMBERS = (*SIZES, *SIZES[:6], -1, -2, -(1 << 63))
WORDS = ("axis", "axes", "perm", "shape", "pads", "strides", "group", "kernel_shape")
MORE = ("keepdims", "to", "split", "num_outputs", "blocksize", "hidden_size", "mode")


def random_graph(chance: random.Random) -> bytes:
    """Return a graph of a few operators, of tensors that may be empty or very long."""
    from onnx_files import graph, node, tensor, value

    from cnncalc.interop.onnx.table import OPERATORS

    def some(of: Sequence[Any], most: int) -> list[Any]:
        return chance.choices(of, k=chance.randint(0, most))

    known, nodes, tensors = ["x", "n", "-"], [], []
    for number in range(3):
        known.append(f"c{number}")
        dims = some(SIZES[:6], 3)
        numbers = [chance.choice(NUMBERS) for _ in range(math.prod(dims))]
        tensors.append(tensor(known[-1], dims, INT64, numbers))
    for number in range(chance.randint(1, 5)):
        attributes = {
            name: chance.choice((chance.choice(NUMBERS), some(NUMBERS, 4)))
            for name in some(WORDS + MORE, 3)
        }
        op, given = chance.choice(list(OPERATORS)), " ".join(some(known, 4))
        known.append(f"y{number}")
        nodes.append(node(op, given, known[-1], **attributes))
    inputs = [value("x", some(SIZES, 4)), value("n", some(SIZES, 2), INT64)]
    return graph(nodes, inputs, [value(name) for name in known[-1:]], tensors)


def tflite() -> Reading:
    """Return what changes bytes of a TFLite file, and reads it."""
    from onnx_files import damaged

    paths = sorted((TESTS / "data" / "tflite").glob("*.tflite"))
    files = [path.read_bytes() for path in paths if path.stat().st_size < _SMALL]

    def read(chance: random.Random) -> Callable[[], Any]:
        data = damaged(chance.choice(files), chance)

        def answers() -> Any:
            net = from_tflite(data)
            plan = net.memory_plan(planner="tflm", kernels="cmsis-nn", core="mve")
            again = from_tflite(with_offline_plan(data, plan.offline_metadata()))
            asked = str(plan), net.flash().file_size, str(again.macs)
            return *asked, str(net.params), str(net.unknown)

        return answers

    return read


_SMALL = 100_000  # bytes


def of_files(name: str, files: list[bytes], use: Callable[[str], Any]) -> Reading:
    """Return what changes bytes of a file, writes it, and reads it."""
    from onnx_files import damaged

    path = Path(tempfile.mkdtemp()) / name

    def read(chance: random.Random) -> Callable[[], Any]:
        path.write_bytes(damaged(chance.choice(files), chance))
        return lambda: use(str(path))

    return read


def zipped(members: dict[str, bytes]) -> Iterator[bytes]:
    """Yield an archive of these, as it is and packed."""
    for how in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w", how) as archive:
            for name, data in members.items():
                archive.writestr(name, data)
        yield file.getvalue()


def small_configs() -> list[bytes]:
    """Return some short configurations of Keras models."""
    with gzip.open(TESTS / "data" / "keras.json.gz") as file:
        texts = [json.dumps(each["config"]) for each in json.load(file).values()]
    return [text.encode() for text in sorted(texts, key=len)[:20]]


def keras_files() -> Reading:
    """Return what changes bytes of a .keras file, and reads it."""
    said = {"metadata.json": b"{}", "model.weights.h5": bytes(100)}
    configs = [{"config.json": text, **said} for text in small_configs()]
    files = [file for members in configs for file in zipped(members)]
    return of_files("model.keras", files, lambda path: load(path).params)


def hdf5() -> Reading:
    """Return what changes bytes of an .h5 file, and reads it (by pyfive)."""
    with gzip.open(TESTS / "data" / "keras_cnn.h5.gz") as file:
        files = [file.read()]
    return of_files("model.h5", files, lambda path: load(path).params)


def safetensors() -> Reading:
    """Return what changes bytes of a file of safetensors, and reads it."""
    told = {"dtype": "F32", "shape": [64, 3, 7, 7], "data_offsets": [0, 37632]}
    tables = [
        {"__metadata__": {"a": "b"}, "w": told},
        {f"w{n}": told for n in range(9)},
    ]
    texts = [json.dumps(table).encode() for table in tables]
    files = [len(text).to_bytes(8, "little") + text + bytes(99) for text in texts]
    return of_files("model.safetensors", files, safetensors_params)


def archives() -> Reading:
    """Return what changes bytes of an archive of PyTorch's, which is refused."""
    kept = {"m/data.pkl": b"\x80\2}q\0.", "m/data/0": bytes(64), "m/version": b"3"}
    code = {"m/code/__torch__.py": b"pass", "m/constants.pkl": b"\x80\2).", **kept}
    files = [file for members in (kept, code) for file in zipped(members)]
    return of_files("model.pt", files, load)


FORMATS: dict[str, Callable[[], Reading]] = {
    "archives": archives,
    "hdf5": hdf5,
    "keras": keras,
    "keras files": keras_files,
    "onnx": onnx,
    "onnx graphs": onnx_graphs,
    "safetensors": safetensors,
    "tflite": tflite,
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
