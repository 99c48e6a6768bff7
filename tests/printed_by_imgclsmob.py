"""What the readmes of osmr/imgclsmob print of networks."""

from __future__ import annotations

import math
from itertools import pairwise
from typing import Any

from printed import (
    BUILDERS,
    Call,
    Figure,
    Row,
    Source,
    Term,
    call,
    functions,
    norms,
    table,
)

from cnncalc import Convention, InvertedResidual, Network, Rule, Sequential
from cnncalc.blocks import XBlock
from cnncalc.blocks.chain import conv_norm_act
from cnncalc.operations import quantities as of

# Networks that others call as the zoo calls one of its own, and build otherwise.


def regnet(
    depths: tuple[int, ...], widths: tuple[int, ...], group: int, squeeze: int = 0
) -> Sequential:
    """A RegNet whose stages have these blocks and channels."""
    net = Sequential((224, 224, 3)).conv(3, 32, stride=2, padding=1, bias=False)
    net = net.norm().relu()
    for depth, width in zip(depths, widths, strict=True):
        for place in range(depth):
            groups = width // group
            net = net.add(XBlock(width, 1 if place else 2, groups, squeeze))
    return net.adaptive_pool(1).fc(1000)


_V2 = ((1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2))
_V2 += ((6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1))


def mobilenet_v2_cut(width: float, *, widens: bool) -> Sequential:
    """A MobileNet V2 whose numbers of channels are cut, and not rounded to 8."""
    channels = int(32 * width)
    net = Sequential((224, 224, 3))
    net = net.add(conv_norm_act(channels, 3, stride=2, activation="relu6"))
    if widens:
        net = net.add(conv_norm_act(channels, activation="relu6"))
    for expansion, filters, depth, stride in _V2:
        for place in range(depth):
            expanded, out = expansion * channels, int(filters * width)
            by = 1 if place else stride
            net = net.add(InvertedResidual(expanded, out, stride=by))
            channels = out
    net = net.add(conv_norm_act(1280, activation="relu6")).adaptive_pool(1)
    return net.conv(1, 1000, bias=False)


BUILDERS |= {"regnet": regnet, "mobilenet_v2_cut": mobilenet_v2_cut}


# What is summed up of a network for terms.


def pairs(net: Network) -> int:
    """Return filters × channels of all convolutions, without those of groups."""
    shapes = [r.layer.filters_of(*r.shapes) for r in net.nodes if r.role == "conv"]
    return sum(shape[0] * shape[-1] for shape in shapes)


def biases(net: Network) -> int:
    """Return the biases of all convolutions."""
    rows = [row for row in net.nodes if row.role == "conv"]
    return sum(row.layer.biases(*row.shapes) for row in rows)


def means(net: Network, *, last: bool) -> int:
    """Return what means over whole maps take, but one a channel of the classifier's.

    Args:
        net: The network.
        last: Whether the classifier's, which is the last, is among them.
    """
    *others, final = [
        row
        for row in net.nodes
        if row.role.endswith("average pool") and row.output.positions == 1
    ]
    taken = final.input.size - final.output.size if last else 0
    return sum(row.input.size for row in others) + taken


def depthwise(net: Network) -> tuple[int, int]:
    """Return the parameters and values of norms behind depthwise convolutions."""
    rows = list(net.nodes)
    behind = [norm for conv, norm in pairwise(rows) if conv.kind == "DepthwiseConv2d"]
    return sum(row.params for row in behind), sum(row.output.size for row in behind)


def cropped(net: Network) -> int:
    """Return what NASNet's cells take for a row and a column that they then cut off.

    Those that halve a map pad it at the top and the left, for all operations but the
    second convolution of a pair.
    """
    found = 0
    for row in net.nodes:
        cell, *_ = row.path.split("/")
        padded = cell == "stem_2" or cell.startswith("reduction")
        halves = row.stride == (2, 2) and row.kernel != (1, 1)
        if padded and (halves or row.path.endswith("5/left/separable1")):
            work = 2 * row.macs or row.output.size * math.prod(row.kernel)
            more = (row.output.height + 1) ** 2 - row.output.height**2
            found += work // row.output.positions * more
    return found


def head(layers: int, old: int, new: int, size: int = 49) -> tuple[int, int]:
    """Return what other filters of ShuffleNet's last convolution add to it.

    Args:
        layers: Channels that reach it.
        old: Its filters in torchvision.
        new: Its filters there.
        size: Positions of its map.
    """
    more = new - old
    params = more * (layers + 2 + 1000)
    flops = more * (2 * size * layers - layers + 6 * size + 2 * 1000)
    return params, flops


# imgclsmob's FLOPs, by the code that prints them.


def _lost(node: Any) -> int:
    """Filters × channels of a convolution without biases, which are taken off it."""
    layer, shapes = node.layer, node.shapes
    if of.bias_uses(node):
        return 0
    filters = layer.filters_of(*shapes)
    rest = (of.weights(node) or 0) - math.prod(filters)  # of a separable one
    return filters[0] * filters[-1] + rest


def _mean(node: Any) -> int:
    """The inputs of a mean over a whole map."""
    return of.inputs(node) if of.positions(node) == 1 else 0


IMGCLSMOB = Convention(
    "imgclsmob",
    "FLOPs of osmr/imgclsmob's `measure_model`",
    (
        Rule("multiply-adds", ("conv", "linear"), of.macs, 2),
        Rule("no biases", ("conv",), _lost, -1),
        Rule("activations", functions("relu", "relu6", "hardsigmoid"), of.inputs),
        Rule("activations", functions("hardswish"), of.inputs, 2),
        Rule("activations", functions("sigmoid"), of.inputs, 4),
        Rule("activations", functions("silu"), of.inputs, 5),
        Rule("batch norm", ("batch norm",), of.inputs, 4),
        Rule("pools", ("max pool", "average pool"), of.taps),
        Rule("means", ("adaptive average pool", "global average pool"), _mean),
        Rule("shuffles", ("channel shuffle",), of.inputs),
    ),
)


# imgclsmob.

_SIZES = [(11, 13, 16, 19), (50, 101, 152), (121, 161, 169, 201)]
_REGNETS = {"800MF": "800mf", "1.6GF": "1_6gf", "3.2GF": "3_2gf", "8.0GF": "8gf"}
_REGNETS |= {"400MF": "400mf", "16GF": "16gf", "32GF": "32gf"}
_WIDTHS = ("0.25", "0.5", "0.75", "1.0")
_IMAGES = {
    "AlexNet": call("alexnet_merged"),
    "AlexNet-b": call("alexnet"),
    **{f"VGG-{n}": call(f"vgg{n}") for n in _SIZES[0]},
    **{f"BN-VGG-{n}{b}": call(f"vgg{n}_bn") for n in _SIZES[0] for b in ("", "b")},
    **{f"ResNet-{n}": call(f"resnet{n}") for n in (18, 34)},
    **{f"ResNet-{n}": call(f"resnet{n}_v1") for n in _SIZES[1]},
    **{f"ResNet-{n}b": call(f"resnet{n}") for n in _SIZES[1]},
    "ResNeXt-50 (32x4d)": call("resnext50_32x4d"),
    "ResNeXt-101 (32x4d)": call("resnet101", groups=32, width_per_group=4),
    "ResNeXt-101 (64x4d)": call("resnext101_64x4d"),
    "WRN-50-2": call("wide_resnet50_2"),
    **{f"RegNetX-{n}": call(f"regnet_x_{ours}") for n, ours in _REGNETS.items()},
    **{f"RegNetY-{n}": call(f"regnet_y_{ours}") for n, ours in _REGNETS.items()},
    "RegNetX-400MF": call(
        "regnet", depths=(1, 2, 7, 12), widths=(32, 64, 160, 384), group=16
    ),
    "RegNetY-800MF": call(
        "regnet", depths=(1, 3, 8, 2), widths=(64, 128, 320, 768), group=16, squeeze=4
    ),
    "RegNetY-8.0GF": call(
        "regnet",
        depths=(2, 4, 10, 1),
        widths=(168, 448, 896, 2016),
        group=56,
        squeeze=4,
    ),
    **{f"DenseNet-{n}": call(f"densenet{n}") for n in _SIZES[2]},
    **{f"SqueezeNet v1.{n}": call(f"squeezenet1_{n}") for n in (0, 1)},
    **{
        f"ShuffleNetV2{b} x{n}": call(f"shufflenet_v2_x{n.replace('.', '_')}")
        for n in ("0.5", "1.0", "1.5", "2.0")
        for b in ("", "b")
    },
    **{
        f"MobileNet{b} x{n}": call("mobilenet", width=float(n))
        for n in _WIDTHS
        for b in ("", "b")
    },
    **{
        f"MobileNetV2{b} x{n}": call("mobilenet_v2_cut", width=float(n), widens=not b)
        for n in _WIDTHS
        for b in ("", "b")
    },
    "MobileNetV3 L/224/1.0": call("mobilenet_v3_large"),
    "MnasNet-B1": call("mnasnet1_0"),
    "Xception": call("xception"),
    "InceptionV3": call("inception_v3"),
    "InceptionResNetV2": call("inception_resnet_v2"),
    "NASNet-A 4@1056": call("nasnet_mobile"),
    **{
        f"EfficientNet-B{n}{b}": call(f"efficientnet_b{n}")
        for n in range(8)
        for b in ("", "b", "c*")
    },
}
_DENSE = ((40, 12, 0), (100, 12, 0), (100, 24, 0), (40, 12, 4), (40, 24, 4))
_DENSE += ((40, 36, 4), (100, 12, 4), (190, 40, 4), (250, 24, 4))
_SMALL = {
    **{f"ResNet-{n}": call(f"resnet{n}_cifar", project=True) for n in (20, 56, 110)},
    **{
        f"DenseNet-{'BC-' if narrow else ''}{n} (k={k})": call(
            "densenet40", layers=n, growth=k, bottleneck=narrow, compression=0.5
        )
        for n, k, narrow in _DENSE
    },
    **{
        f"WRN-{n}-{k}": call("wrn_28_10", layers=n, widen=k)
        for n, k in ((16, 10), (28, 10), (40, 8))
    },
}
_IMGCLSMOB: dict[str, tuple[dict[str, Call], int]] = {
    "ImageNet-1K": (_IMAGES, 1000),
    "Pretrained models (ImageNet-1K)": (_IMAGES, 1000),
    "CUB-200-2011": (_IMAGES, 200),
    "CIFAR-10": (_SMALL, 10),
    "CIFAR-100": (_SMALL, 100),
    "SVHN": (_SMALL, 10),
}
_NOTES = {
    "RegNetX-400MF": "its 392 channels are 384, in torchvision 400: both are multiples of 16",
    "RegNetY-800MF": "its 776 channels are 768, in torchvision 784: both are multiples of 16",
    "RegNetY-8.0GF": "its 192 channels are 168, in torchvision 224: both are multiples of 56",
    "MobileNetV2b": "channels are cut, not rounded to 8, and its classifier is a convolution without biases",
    "MobileNetV2": "as MobileNetV2b, and its first block has a convolution of 1×1 too",
}
_HEADS = {"1.5": (704, 1024, 1553), "2.0": (976, 2048, 2153)}
_HALVES = {"1.0": 58, "1.5": 88, "2.0": 122}
_RELUS = 54**2 * 96 + 27**2 * 256 + 13**2 * (384 + 384 + 256) + 2 * 4096


def _alike(kind: str, width: str, net: Network) -> list[tuple[int, int, str]]:
    """Return what a network has besides: parameters, FLOPs, and why."""
    convs, channels = pairs(net), norms(net)
    found: list[tuple[int, int, str]] = []
    match kind:
        case "AlexNet":
            less = -2 * (55**2 - 54**2) * 11 * 11 * 3 * 96
            smaller = "its first convolution puts out 54×54 of an image of 224×224"
            found = [
                (0, less, smaller),
                (0, _RELUS, "ReLU, which the zoo's table lacks"),
            ]
        case "BN-VGG-11" | "BN-VGG-13" | "BN-VGG-16" | "BN-VGG-19":
            found = [(-biases(net), -convs, "its convolutions have no biases")]
        case "WRN-50-2":
            why = "it has biases where torchvision has batch norms"
            found = [(-channels, convs - 4 * norms(net, values=True), why)]
        case "ShuffleNetV2" | "ShuffleNetV2b":
            found = _shuffled(kind, width)
        case "MobileNetb":
            params, values = depthwise(net)
            why = "no norm and no function is behind its depthwise convolutions"
            found = [(-params, -5 * values, why)]
        case "MobileNetV3":
            why = "its first hidden layer has no biases"
            found = [(-1280, -1280 * 960, why)]
        case "NASNet-A 4@1056":
            why = "a row and a column that its reduction cells compute and cut off"
            found = [(0, cropped(net), why)]
        case "InceptionResNetV2":
            found = [(channels, 0, "its norms have factors, which Keras leaves out")]
    return found


def _shuffled(kind: str, width: str) -> list[tuple[int, int, str]]:
    found = []
    if width in _HEADS:
        why = f"its last convolution has {_HEADS[width][2]:,} filters"
        found.append((*head(*_HEADS[width]), why))
    if kind.endswith("b") and width in _HALVES:
        more = (_HALVES[width] - 24) ** 2
        why = "one branch of its first unit keeps 24 channels, and the other makes the rest"
        found.append((more, 2 * 28 * 28 * more - more, why))
    return found


def _unseen(model: str, readmes: str) -> bool:
    """Tell whether means over a whole map were functions, which its hooks do not see."""
    names = ("EfficientNet", "MobileNetV3", "RegNet")
    if not model.startswith(names):
        return False
    tensorflow = model.startswith(names[:2]) and not model.endswith("c*")
    return "gluon" in readmes or (tensorflow and "tensorflow2" in readmes)


def imgclsmob() -> Source:
    """What the readmes of imgclsmob print."""
    printed = table("imgclsmob.csv.gz")
    rows: dict[tuple[Any, ...], list[str]] = {}
    for each in printed:
        networks, classes = _IMGCLSMOB.get(each["section"], ({}, 0))
        model = each["model"]
        if model not in networks:
            continue
        its = networks[model]
        if its.name not in BUILDERS and classes != its.net.output.size:
            its = call(its.name, **dict(its.settings), classes=classes)
        key = (
            model,
            its,
            each["params"],
            each["mflops"],
            _unseen(model, each["readmes"]),
        )
        rows.setdefault(key, []).append(each["section"])
    about = (
        "Its FLOPs, of which it prints halves in M: two a multiply-add, less filters ×"
        " channels of each convolution without biases; four a value of a batch norm;"
        " one a value of ReLU, two of hard swish, four of sigmoid, five of swish; and"
        " one for each tap of a pool, and each value of a mean or a shuffle."
    )
    found = tuple(_row(*key, len(sections)) for key, sections in rows.items())
    return Source("osmr/imgclsmob", about, len(printed), found)


_UNSEEN = "means over whole maps: hooks see none, or a window of 1×1"


def _row(
    model: str, its: Call, params: str, mflops: str, unseen: bool, times: int
) -> Row:
    kind, _, width = model.replace(" L/224/", " x").partition(" x")
    terms = _alike(kind, width, its.net)
    if unseen:
        last = not model.startswith("MobileNetV3")
        less = -means(its.net, last=last)
        terms = [*terms, (0, less, _UNSEEN)]
    figures = (
        Figure(
            "parameters",
            params,
            its.net.params,
            1,
            tuple(Term(n, why) for n, _, why in terms if n),
        ),
        Figure(
            "MFLOPs / 2",
            mflops,
            its.net.operations(IMGCLSMOB),
            2 * 10**6,
            tuple(Term(n, why) for _, n, why in terms if n),
        ),
    )
    note = _NOTES.get(model, _NOTES.get(kind, ""))
    return Row(model, its, figures, note, times)
