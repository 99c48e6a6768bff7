"""Convolutional networks of the zoo beside those of timm, torchvision and Keras.

``data/networks_cnn.json.gz`` has what `tests/live/zoo_cnn.py` finds there: totals, and
in the order of execution a row for each convolution, linear layer, norm and pool, and
for each attention: role, output with channels last, parameters, MACs.
"""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from cnncalc import zoo

FILE = Path(__file__).parent / "data" / "networks_cnn.json.gz"

# Where each is from, and what it is called there.
NETWORKS = {
    "repvgg_a0": ("timm", "repvgg_a0"),
    "ghostnet": ("timm", "ghostnet_100"),
    "nfnet_f0": ("timm", "nfnet_f0"),
    "coatnet_0": ("timm", "coatnet_0_224"),
    "mobilevit_s": ("timm", "mobilevit_s"),
    "ssd300": ("torchvision", "ssd300_vgg16"),
    "retinanet_resnet50_fpn": ("torchvision", "retinanet_resnet50_fpn"),
    "efficientnet_v2_b0": ("Keras", "EfficientNetV2B0"),
    "efficientnet_v2_b1": ("Keras", "EfficientNetV2B1"),
    "efficientnet_v2_b2": ("Keras", "EfficientNetV2B2"),
    "efficientnet_v2_b3": ("Keras", "EfficientNetV2B3"),
}

ROLES = {
    *("conv", "linear", "attention", "batch norm", "layer norm"),
    *("max pool", "average pool"),
}


def ours(name: str) -> dict[str, Any]:
    """Return what the zoo's network has of these."""
    net = zoo.build(name)
    return {
        "input": list(net.input),
        "params": net.params,
        "buffers": net.buffers,
        "macs": net.macs,
        "rows": [
            [row.role, list(row.output), row.params, row.macs]
            for row in net.nodes
            if row.role in ROLES
        ],
    }


def facts() -> dict[str, Any]:
    """Return what the frameworks say, by our names."""
    with gzip.open(FILE, "rt", encoding="utf-8") as file:
        found: dict[str, Any] = json.load(file)
    return found
