"""Ultralytics' models, read from the YAML of an installed package, beside its figures.

``python tests/live/yolo.py`` looks for the package ``ultralytics``, which is not
imported, reads each YAML that tests/data/published/ultralytics_yaml.csv names, at each
scale, and compares parameters and GFLOPs with those published in its comments; all 165
rows are equal, or differ as `EXPLAINED` says. ``--models FOLDER`` names the folder
cfg/models itself. It also times the reading of YOLOv8.

The package's files are AGPL-3.0: none is copied here, and none of its code is run.

Figures of versions up to 12 are twice what thop counted of a picture as small as the
model takes, in training, which makes no boxes; times how often that fits into 640×640.
So what does not grow with a picture, as the weighing of words, counts 400 times. Those
of version 26 are of thop 2.2.
"""

from __future__ import annotations

import argparse
import csv
import importlib.util
import re
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from cnncalc import from_yolo

ROWS = Path(__file__).parents[1] / "data" / "published" / "ultralytics_yaml.csv"
V8 = {"n": 8.9, "s": 28.8, "m": 79.3, "l": 165.7, "x": 258.5}  # of YOLOv8's README
SIZES = {"yolo11-cls": 224, "yolo26-cls": 224, "yolo26-obb": 1024}
# Files whose comment is another's, word for word.
COPIED = {
    "11/yoloe-11.yaml": "11/yolo11.yaml",
    "11/yoloe-11-seg.yaml": "11/yolo11-seg.yaml",
    "26/yolo26-sem.yaml": "26/yolo26.yaml",
    "v8/yoloe-v8.yaml": "v8/yolov8-worldv2.yaml",
    "v8/yoloe-v8-seg.yaml": "v8/yolov8-world.yaml",
}
EXPLAINED = {
    "cls": "parameters of 11 and 12 are of 80 classes; GFLOPs of 11 and 26 are of 1000, "
    "at 224",
    "26-obb": "GFLOPs are at 1024",
    "rtdetr": "thop does not see the linear layers in PyTorch's own attention",
    "yoloe-26": "thop does not see the products with the embeddings of words",
}


def published(file: str, net: Any, small: Any, size: int) -> float:
    """Return the GFLOPs that the package tells of a model.

    Args:
        file: Its YAML.
        net: The model.
        small: The same for as small a picture as it takes.
        size: That of the picture that the figure is for.
    """
    if "rtdetr" in file:
        inside = sum(row.weight_macs for row in net.nodes if "/self_attn/" in row.path)
        return 2e-9 * (net.operations("thop") - inside)
    if file.startswith("26/"):
        count = small.operations("ultralytics-thop")
        for row in small.nodes:
            if "cv4/" in row.path:
                count -= row.product_macs
            if "nearest" in row.layer.role:
                count += row.output.size
    else:
        boxes = [row.macs for row in small.nodes if "/dfl/" in row.path]
        count = small.operations("thop") - sum(boxes)
    return 2e-9 * count * (size / least(file)) ** 2


def least(file: str) -> int:
    """Return the size of the smallest picture that a model takes."""
    return 64 if "p6" in file else 32


def compare(models: Path, file: str, scale: str) -> tuple[int, float]:
    """Return the parameters and GFLOPs of a model, as its comment counts them."""
    text = (models / file).read_text(encoding="utf-8")
    size = next((n for name, n in SIZES.items() if name in file), 640)
    net = from_yolo(text, scale, input=(size, size, 3))
    few = re.sub(r"nc: 1000", "nc: 80", text)
    n = least(file)
    small = from_yolo(few if "12-cls" in file else text, scale, input=(n, n, 3))
    params = net.params
    if "cls" in file and not file.startswith("26/"):
        params = from_yolo(few, scale).params
    return params, published(file, net, small, size)


def rows(models: Path) -> Iterator[tuple[str, str, str]]:
    """Yield each row's file, scale, and in what it differs."""
    with ROWS.open(encoding="utf-8") as lines:
        table = [row[:2] + row[3:] for row in list(csv.reader(lines))[1:]]
    known = {(file, scale): told for file, scale, *told in table}
    for file, scale, *told in table:
        if file in COPIED:
            differs = "" if told == known[COPIED[file], scale] else "no copy"
            yield file, scale, differs
            continue
        params, gflops = compare(models, file, scale)
        wanted = float(told[1]) if told[1] else V8[scale]
        differs = (
            "" if params == int(told[0]) else f"{params} parameters, not {told[0]}"
        )
        if abs(gflops - wanted) > 0.06:  # they are rounded
            differs += f" {gflops:.3f} GFLOPs, not {wanted}"
        yield file, scale, differs


def installed() -> Path:
    """Return the folder of an installed package's models."""
    spec = importlib.util.find_spec("ultralytics")
    if spec is None or not spec.submodule_search_locations:
        raise SystemExit("Install ultralytics, or name a folder: --models cfg/models")
    return Path(next(iter(spec.submodule_search_locations))) / "cfg" / "models"


def main() -> None:
    """Compare all rows, and say which differ."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--models", type=Path)
    models = parser.parse_args().models or installed()
    equal = number = 0
    for file, scale, differs in rows(models):
        number += 1
        equal += not differs
        if differs:
            print(file, scale, differs, sep="\t")
    print(f"{equal} of {number} rows are equal, with what is explained:")
    for name, why in {**COPIED, **EXPLAINED}.items():
        print(f"  {name}: {'the comment is that of ' if name in COPIED else ''}{why}")
    for scale in V8:
        start = time.perf_counter()
        from_yolo(models / "v8" / "yolov8.yaml", scale)
        print(f"YOLOv8{scale}: {1000 * (time.perf_counter() - start):.0f} ms")


if __name__ == "__main__":
    main()
