"""Heads that tell boxes and classes, and for each box a mask, points or an angle."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import prod
from typing import Any, NamedTuple

from cnncalc.graph.block import Tensor
from cnncalc.interop.registry import operator
from cnncalc.interop.yolo.module import Module
from cnncalc.layers import (
    Activation,
    Add,
    Concat,
    Constant,
    Conv2d,
    ConvTranspose2d,
    Function,
    Gather,
    Parameter,
    Reduce,
    Reshape,
    Split,
    Subtract,
    Upsample,
)

__all__ = [
    "More",
    "by_levels",
    "classes_of",
    "idle",
    "positions_of",
    "predicted",
    "two_convs",
]

_MOST = 300  # boxes that a head without suppression puts out


class More(NamedTuple):
    """The facts that a head tells of each box besides.

    Attributes:
        channels: How many numbers these are.
        rule: What makes them of the maps, and the prefix of their group's name.
    """

    channels: int
    rule: Callable[[str], list[Tensor]]


def by_levels(
    m: Module, name: str, rule: Callable[[Tensor], Tensor], xs: Sequence[Tensor] = ()
) -> list[Tensor]:
    """Return what a rule makes of the map of each level, numbered in a group."""
    found = []
    with m.at(name):
        for number, x in enumerate(xs or m.xs):
            with m.at(str(number)):
                found.append(rule(x))
    return found


def two_convs(m: Module, x: Tensor, width: int, out: int) -> Tensor:
    """Return two convolutions of 3×3, and one of 1×1 without a norm."""
    x = m.conv(m.conv(x, width, 3, name="0"), width, 3, name="1")
    return m.add(Conv2d(1, out), x, name="2")


def classes_of(m: Module, x: Tensor, out: int) -> Tensor:
    """Return what tells classes: with depthwise convolutions from version 10 on."""
    width = max(m.xs[0].shape.channels, min(m.setup.classes, 100))
    if not (m.setup.modern or m.kind == "v10Detect"):
        return two_convs(m, x, width, out)
    for name in "01":
        with m.at(name):
            x = m.depthwise(x, x.shape.channels, 3, name="0")
            x = m.conv(x, width, name="1")
    return m.add(Conv2d(1, out), x, name="2")


def positions_of(m: Module, maps: Sequence[Tensor]) -> Tensor:
    """Return the positions of all maps behind one another: A×C."""
    flat = [m.add(Reshape((-1, x.shape.channels)), x) for x in maps]
    return m.add(Concat(0), *flat) if len(flat) > 1 else flat[0]


def idle(m: Module, name: str, params: int, buffers: int = 0) -> None:
    """Add weights that are used in training alone, or before the network runs."""
    with m.model.g.training_only():
        m.add(Parameter(params), name=name)
        if buffers:
            m.add(Constant(buffers), name=f"{name}.state")


def predicted(
    m: Module,
    more: Sequence[More] = (),
    classes: Callable[[str], list[Tensor]] | None = None,
) -> list[Tensor]:
    """Return boxes with the scores of their classes, and what is told of them besides.

    A head of versions 10 and 26 has two of everything: the first is for training, and
    runs along all the same, as in the framework; the second needs no suppression.

    Args:
        m: The row.
        more: What is told besides.
        classes: What makes scores, given the prefix of a group's name; None is the
            convolutions of `classes_of`.
    """
    two = m.setup.end_to_end or m.kind == "v10Detect"
    bins, first = m.setup.bins, m.xs[0].shape.channels
    width = max(16, first // 4, 4 * bins)

    def scores(prefix: str) -> list[Tensor]:
        rule = lambda x: classes_of(m, x, m.setup.classes)  # noqa: E731
        return by_levels(m, f"{prefix}cv3", rule)

    found = []
    for prefix in ("", "one2one_") if two else ("",):
        boxes = by_levels(m, f"{prefix}cv2", lambda x: two_convs(m, x, width, 4 * bins))
        told = [positions_of(m, (classes or scores)(prefix))]
        told += [positions_of(m, each.rule(prefix)) for each in more]
        rows = positions_of(m, boxes)
        if two and not prefix:
            found.append(m.cat(rows, *told))
            continue
        told[0] = m.add(Activation("sigmoid"), told[0])
        found.insert(0, m.cat(_boxes(m, rows), *told))
    if two:
        found[0] = _best(m, found[0], sum(each.channels for each in more))
    return found


def _boxes(m: Module, x: Tensor) -> Tensor:
    """Return centres and sizes, of distances from a position to the sides of its box.

    A distance is the mean of its bins, weighed by 16 fixed numbers: the distribution
    focal loss of Li et al. 2020, https://arxiv.org/abs/2006.04388, equation 3.
    """
    if m.setup.bins > 1:
        with m.at("dfl"):
            x = m.add(Activation("softmax"), m.add(Reshape((-1, 4, m.setup.bins)), x))
            x = m.add(Conv2d(1, 1, bias=False, trainable=False), x, name="conv")
            x = m.add(Reshape((-1, 4)), x)
    near, far = (m.add(Function("shift"), m.add(Split(2, n), x)) for n in (0, 1))
    centre = m.add(Function("scale"), m.add(Add(), near, far))
    box = m.cat(centre, m.add(Subtract(), far, near))
    return m.add(Function("scale"), box)


def _best(m: Module, x: Tensor, more: int) -> Tensor:
    """Return the boxes of the highest scores: 4 sides, score, class, and the rest."""
    number = min(_MOST, int(x.shape[0]))
    x = m.add(Gather(number, axis=0), x)
    sizes = (4, m.setup.classes, *filter(None, [more]))
    parts = [m.add(Split(sizes, n), x) for n in range(len(sizes))]
    score, label = (m.add(Reduce("max", -1, keep=True), parts[1]) for _ in "sl")
    return m.cat(parts[0], score, label, *parts[2:])


def _branch(
    m: Module, channels: int, wide: int | None = None, name: str = "cv4"
) -> More:
    """Return numbers that convolutions of 3×3 tell besides."""
    width = max(m.xs[0].shape.channels // 4, wide or channels)

    def rule(prefix: str) -> list[Tensor]:
        return by_levels(
            m, f"{prefix}{name}", lambda x: two_convs(m, x, width, channels)
        )

    return More(channels, rule)


@operator("yolo", "Detect", "v10Detect")
def detect(m: Module) -> Any:
    return predicted(m)


@operator("yolo", "OBB", "OBB26")
def oriented(m: Module) -> Any:
    return predicted(m, [_branch(m, m.get(1, 1))])


@operator("yolo", "Pose")
def pose(m: Module) -> Any:
    return predicted(m, [_branch(m, prod(_points(m)))])


def _points(m: Module) -> tuple[int, ...]:
    stated = m.get(1)
    return tuple(stated) if isinstance(stated, list) else m.setup.keypoints


@operator("yolo", "Pose26")
def pose_26(m: Module) -> Any:
    """Tell points; how sure these are, and a flow of them, are for training alone."""
    count, out = _points(m)[0], prod(_points(m))
    width = max(m.xs[0].shape.channels // 4, out + 2 * count)

    def rule(prefix: str) -> list[Tensor]:
        convs = lambda x: m.conv(  # noqa: E731
            m.conv(x, width, 3, name="0"), width, 3, name="1"
        )
        xs = by_levels(m, f"{prefix}cv4", convs)
        with m.at(f"{prefix}cv4_kpts"):
            ys = [m.add(Conv2d(1, out), x, name=str(n)) for n, x in enumerate(xs)]
        idle(m, f"{prefix}cv4_sigma", len(xs) * 2 * count * (width + 1))
        return ys

    found = predicted(m, [More(out, rule)])
    # A flow of 6 pairs of layers 2 → 64 → 64 → 2.
    idle(m, "flow_model", 12 * (3 * 64 + 65 * 64 + 65 * 2))
    return found


@operator("yolo", "Segment", "Segment26")
def segment(m: Module) -> list[Tensor]:
    return masked(m, m.get(1, 32), m.get(2, 256))


def masked(
    m: Module,
    masks: int,
    width: int,
    classes: Callable[[str], list[Tensor]] | None = None,
    name: str = "cv4",
) -> list[Tensor]:
    """Return boxes with how much of each prototype is in their mask, and prototypes."""
    width = m.setup.channels(width)
    with m.at("proto"):
        x = _fused(m, width) if m.kind.endswith("26") else m.x
        y = m.conv(x, width, 3, name="cv1")
        y = m.add(ConvTranspose2d(2, width, stride=2), y, name="upsample")
        y = m.conv(m.conv(y, width, 3, name="cv2"), masks, name="cv3")
    return [*predicted(m, [_branch(m, masks, name=name)], classes), y]


def _fused(m: Module, width: int) -> Tensor:
    """Return the maps of all levels added, at the size of the first."""
    x, *deeper = m.xs
    with m.at("feat_refine"):
        for number, each in enumerate(deeper):
            y = m.conv(each, x.shape.channels, name=str(number))
            x = m.add(Add(), x, m.add(Upsample(size=tuple(x.shape.space)), y))
    y = m.conv(x, width, 3, name="feat_fuse")
    # Two convolutions of 3×3 with norms, and one to classes.
    first = 9 * x.shape.channels * width + 2 * width
    second = 9 * width * width + 2 * width
    last = (width + 1) * m.setup.classes
    idle(m, "semseg", first + second + last, 4 * width)
    return y


@operator("yolo", "SemanticSegment")
def semantic(m: Module) -> Tensor:
    """Tell the class of each position; a second head is for training alone."""
    classes, width = m.get(0), m.xs[0].shape.channels
    with m.at("classifier"):
        y = m.add(Conv2d(1, classes), m.conv(m.x, width, 3, name="0"), name="1")
    if len(m.xs) > 1:
        deep = m.xs[1].shape.channels
        own = 9 * deep * width + 2 * width + (width + 1) * classes
        idle(m, "aux_head", own, 2 * width)
    return y


@operator("yolo", "Depth")
def depth(m: Module) -> Tensor:
    """Tell how far each position is, from the maps of all levels."""
    width = m.get(0, 256)
    with m.at("proj"):
        maps = [m.conv(x, width, name=str(n)) for n, x in enumerate(m.xs)]
    x = maps[-1]
    with m.at("refine"):
        for number, each in enumerate(maps[-2::-1]):
            x = m.add(Upsample(size=tuple(each.shape.space), mode="bilinear"), x)
            x = m.add(Add(), each, x)
            with m.at(str(number)):
                x = m.conv(m.conv(x, width, 3, name="0"), width, 3, name="1")
    with m.at("head"):
        x = m.conv(x, width // 2, 3, name="0")
        x = m.add(ConvTranspose2d(2, width // 2, stride=2), x, name="1")
        x = m.conv(x, width // 4, 3, name="2")
        return m.add(Conv2d(1, 1), x, name="3")
