"""What torchvision's transformers and video networks are, and how ours compare."""

import gzip
import json
from fnmatch import fnmatchcase
from itertools import zip_longest
from pathlib import Path

from cnncalc import Convolve, zoo

DATA = Path(__file__).parent / "data" / "zoo_torchvision.json.gz"
IMAGE, LARGER = (224, 224, 3), (256, 256, 3)
SMALL_CLIP, CLIP = (16, 112, 112, 3), (16, 224, 224, 3)
# The networks, each with the crop of its weights.
INPUTS = {
    **dict.fromkeys(("vit_b_16", "vit_b_32", "vit_l_16", "vit_l_32"), IMAGE),
    **dict.fromkeys(("swin_t", "swin_s", "swin_b"), IMAGE),
    **dict.fromkeys(("swin_v2_t", "swin_v2_s", "swin_v2_b"), LARGER),
    "maxvit_t": IMAGE,
    **dict.fromkeys(("r3d_18", "mc3_18", "r2plus1d_18"), SMALL_CLIP),
    **dict.fromkeys(("s3d", "mvit_v1_b", "mvit_v2_s"), CLIP),
}
# What each module is here. An output of which the layout says nothing, such as an
# activation's, counts by the number of its values.
KINDS = {
    "Conv2d": "conv",
    "Conv3d": "conv",
    "Linear": "linear",
    "LayerNorm": "layer norm",
    "BatchNorm2d": "batch norm",
    "BatchNorm3d": "batch norm",
    "MaxPool3d": "max pool",
    "AvgPool2d": "average pool",
    "AvgPool3d": "average pool",
    "AdaptiveAvgPool2d": "adaptive average pool",
    "AdaptiveAvgPool3d": "adaptive average pool",
    "GELU": "=activation: gelu",
    "ReLU": "=activation: relu",
    "SiLU": "=activation: silu",
    "Sigmoid": "=activation: sigmoid",
    "Tanh": "=activation: tanh",
    "Dropout": "=dropout",
    "StochasticDepth": "=stochastic depth",
}
# What PyTorch runs as functions within one of its own modules, by family.
FUNCTIONAL = {"vit_": ("*/attention1/*",)}


def write(path, found):
    """Write facts by network, small."""
    text = json.dumps(found, separators=(",", ":"))
    path.write_bytes(gzip.compress(text.encode(), mtime=0))


def read():
    """Return the facts by network."""
    return json.loads(gzip.decompress(DATA.read_bytes()))


def layers(net):
    """Return role, output, parameters and MACs of what runs as a module there."""
    found = []
    functional = (*net.module_less, *FUNCTIONAL.get(net.name[:4], ()))
    for row in net.nodes:
        role = "conv" if row.role == "dynamic conv" else row.role
        params = row.params
        if isinstance(row.layer, Convolve):  # whose weights are a node of their own
            params = net[f"{'/'.join(row.scope)}/weights"].params
        for kind in (role, f"={role}"):
            if kind in KINDS.values() and not any(
                fnmatchcase(row.path, pattern) for pattern in functional
            ):
                sizes = row.output if kind == role else [row.output.size]
                found.append([kind, [*sizes], params, row.macs])
    return found


def attentions(net):
    """Return output, parameters and MACs by sort of each group that attends."""
    groups = [net.graph["/".join(r.scope)] for r in net.nodes if r.role == "attention"]
    return [
        [
            group.output.size,
            group.params,
            group.weight_macs,
            group.product_macs,
            group.constant_macs,
        ]
        for group in groups
    ]


def differences(name, fact):
    """Return in words where our network is another than torchvision's."""
    net = zoo.build(name)
    totals = {
        "input": [*net.input],
        "output": [*net.output],
        "params": net.params,
        "buffers": net.buffers,
        "macs": [
            net.weight_macs,
            net.product_macs,
            net.constant_macs,
        ],
    }
    wrong = [
        f"{key} {ours}, and there {fact[key]}"
        for key, ours in totals.items()
        if ours != fact[key]
    ]
    theirs = [[KINDS[kind], *rest] for kind, *rest in fact["layers"]]
    for word, here, there in (
        ("layer", layers(net), theirs),
        ("attention", attentions(net), [rest for _, *rest in fact["attentions"]]),
    ):
        wrong += [
            f"{word} {place}: {one}, and there {other}"
            for place, (one, other) in enumerate(zip_longest(here, there))
            if one != other
        ]
    return wrong
