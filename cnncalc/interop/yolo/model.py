"""Models of Ultralytics' YAML as networks."""

from __future__ import annotations

from pathlib import PurePath
from typing import Any

from cnncalc.door import guarded
from cnncalc.interop.names import cleaned
from cnncalc.interop.source import Source
from cnncalc.interop.yolo import modules as modules  # noqa: PLC0414 - fills the table
from cnncalc.interop.yolo.config import checked_rows, found, setup_of
from cnncalc.interop.yolo.module import YoloModel
from cnncalc.interop.yolo.reader import read_rows
from cnncalc.network.builder import Builder
from cnncalc.network.graph import Graph
from cnncalc.sizes.shape import ShapeLike

__all__ = ["from_yolo"]


@guarded
def from_yolo(
    source: Any,
    scale: str | None = None,
    input: ShapeLike = (640, 640, 3),
) -> Graph:
    """Return the network that a model's YAML in Ultralytics' format is.

    Versions 3 to 12 and 26 are known, with heads of detection, segmentation, poses,
    oriented boxes, classes and words, and RT-DETR. Neither PyTorch nor Ultralytics is
    imported. What is not known becomes `Unknown`.

    The numbers are those of the model as the framework builds it, not fused. Published
    GFLOPs are twice what thop counts: ``2 * net.operations("thop") / 1e9``, as a rule.

    Args:
        source: The path of a YAML, or its text; or a bare name, such as "yolov8n.yaml",
            which is looked up in an installed ultralytics.
        scale: "n", "s", "m", "l" or "x", or what else its scales are; None is that in
            the file's name, or else the first.
        input: The shape of the picture.

    Raises:
        ConfigError: If there is no such file, scale or row, or PyYAML is not there.

    Source:
        https://docs.ultralytics.com/guides/model-yaml-config/

    Example:
        >>> from cnncalc import from_yolo
        >>> net = from_yolo('''
        ... nc: 10
        ... backbone:
        ...   - [-1, 1, Conv, [16, 3, 2]]
        ...   - [-1, 2, C2f, [32, True]]
        ... head:
        ...   - [-1, 1, Classify, [nc]]
        ... ''')
        >>> print(net.params, net.output)
        68826 10
    """
    data, name, letter = found(source)
    rows = checked_rows(data)
    setup = setup_of(data, rows, scale, letter)
    g = Builder()
    x = g.input(input, name="images")
    outputs = read_rows(YoloModel(g, setup), rows, x)
    stem = PurePath(name).stem
    if setup.scale and not letter:
        stem = f"{stem} {setup.scale}".strip()
    net = g.graph(*outputs, name=cleaned(stem) or None)
    notes = []
    if setup.scale and scale is None and not letter:
        notes.append(f"its scale is {setup.scale!r}, the first that it has")
    return net.read_from(Source("yolo", name, "Ultralytics YAML", "", "", notes))
