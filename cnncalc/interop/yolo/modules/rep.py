"""Convolutions that become one when deployed, and stages of versions 9 and 10."""

from __future__ import annotations

from functools import partial
from typing import Any

from cnncalc.graph.block import Tensor
from cnncalc.interop.registry import operator
from cnncalc.interop.yolo.module import Module
from cnncalc.interop.yolo.modules.csp import gathered, two_ways
from cnncalc.layers import Activation, Add, Pad, Pool, Split


def rep_conv(
    m: Module,
    x: Tensor,
    filters: int,
    kernels: tuple[int, int] = (3, 1),
    names: tuple[str, str] = ("conv1", "conv2"),
    **fields: Any,
) -> Tensor:
    """Return two convolutions of different kernels, added.

    Source:
        Ding et al. 2021, https://arxiv.org/abs/2101.03697, figure 4.
    """
    ways = [
        m.conv(x, filters, kernel, name=name, act=False, **fields)
        for kernel, name in zip(kernels, names, strict=True)
    ]
    return m.add(Activation(m.setup.activation), m.add(Add(), *ways), name="act")


@operator("yolo", "RepC3")
def rep_c3(m: Module) -> Tensor:
    half = int(m.filters * m.get(1, 1.0))
    rule = partial(rep_conv, m, filters=half)
    x = m.repeated(m.conv(m.x, half, name="cv1"), rule)
    x = m.add(Add(), x, m.conv(m.x, half, name="cv2"))
    return x if half == m.filters else m.conv(x, m.filters, name="cv3")


def _rep_bottleneck(m: Module, x: Tensor, filters: int) -> Tensor:
    with m.at("cv1"):
        y = rep_conv(m, x, filters)
    return m.joined(x, m.conv(y, filters, 3, name="cv2"))


def _rep_csp(m: Module, x: Tensor, filters: int, times: int) -> Tensor:
    half = filters // 2
    return two_ways(
        m, x, filters, half, [partial(_rep_bottleneck, m, filters=half)] * times
    )


@operator("yolo", "RepNCSPELAN4", "ELAN1")
def elan(m: Module) -> Tensor:
    """Gather two stages, each on the one before.

    Source:
        Wang et al. 2024, https://arxiv.org/abs/2402.13616, figure 4.
    """
    wide, narrow, times = m.get(1), m.get(2), m.get(3, 1)
    x = m.conv(m.x, wide, name="cv1")
    ys = [m.add(Split(2, n), x) for n in (0, 1)]
    for name in ("cv2", "cv3"):
        if m.kind == "ELAN1":
            ys.append(m.conv(ys[-1], narrow, 3, name=name))
            continue
        with m.at(name):
            with m.at("0"):
                y = _rep_csp(m, ys[-1], narrow, times)
            ys.append(m.conv(y, narrow, 3, name="1"))
    return m.conv(m.cat(*ys), m.filters, name="cv4")


@operator("yolo", "ADown")
def a_down(m: Module) -> Tensor:
    """Halve a map: half of its channels by a convolution, half by a pool."""
    x, half = m.add(Pool(2, 1, mode="average"), m.x), m.filters // 2
    first, second = (m.add(Split(2, n), x) for n in (0, 1))
    first = m.conv(first, half, 3, 2, name="cv1")
    second = m.conv(m.add(Pool(3, 2, padding=1), second), half, name="cv2")
    return m.cat(first, second)


@operator("yolo", "AConv")
def a_conv(m: Module) -> Tensor:
    return m.conv(m.add(Pool(2, 1, mode="average"), m.x), m.filters, 3, 2, name="cv1")


@operator("yolo", "SCDown")
def sc_down(m: Module) -> Tensor:
    """Change channels first, and halve the map by a depthwise convolution then."""
    x = m.conv(m.x, m.filters, name="cv1")
    return m.conv(
        x, m.filters, m.get(1, 3), m.get(2, 2), groups=m.filters, name="cv2", act=False
    )


@operator("yolo", "C2fCIB")
def c2f_cib(m: Module) -> Tensor:
    half = int(m.filters * m.get(4, 0.5))
    rule = partial(_cib, m, shortcut=m.get(1, False), large=m.get(2, False))
    return gathered(m, m.x, m.filters, half, [rule] * m.repeats)


def _cib(m: Module, x: Tensor, shortcut: bool, large: bool) -> Tensor:
    """Return a compact inverted block: depthwise and pointwise convolutions.

    Source:
        Wang et al. 2024, https://arxiv.org/abs/2405.14458, figure 3 (b).
    """
    width = x.shape.channels
    with m.at("cv1"):
        y = m.conv(x, width, 3, groups=width, name="0")
        y = m.conv(y, 2 * width, name="1")
        if large:
            with m.at("2"):
                y = rep_conv(
                    m, y, 2 * width, (7, 3), ("conv", "conv1"), groups=2 * width
                )
        else:
            y = m.conv(y, 2 * width, 3, groups=2 * width, name="2")
        y = m.conv(y, width, name="3")
        y = m.conv(y, width, 3, groups=width, name="4")
    return m.joined(x, y, shortcut)


@operator("yolo", "HGStem")
def hg_stem(m: Module) -> Tensor:
    """Quarter an image, by convolutions beside a pool.

    Source:
        PaddleDetection's PP-HGNet, https://arxiv.org/abs/2304.08069, §5.
    """
    middle, filters = m.get(0), m.get(1)
    end = Pad(((0, 1), (0, 1)))
    x = m.add(end, m.conv(m.x, middle, 3, 2, name="stem1", act="relu"))
    y = m.conv(x, middle // 2, 2, padding=0, name="stem2a", act="relu")
    y = m.conv(m.add(end, y), middle, 2, padding=0, name="stem2b", act="relu")
    x = m.cat(m.add(Pool(2, 1, ceil=True), x, name="pool"), y)
    x = m.conv(x, middle, 3, 2, name="stem3", act="relu")
    return m.conv(x, filters, name="stem4", act="relu")


@operator("yolo", "HGBlock")
def hg_block(m: Module) -> Tensor:
    middle, filters, kernel = m.get(0), m.get(1), m.get(2, 3)
    light, shortcut = m.get(3, False), m.get(4, False)

    def rule(x: Tensor) -> Tensor:
        if not light:
            return m.conv(x, middle, kernel, act="relu")
        x = m.conv(x, middle, name="conv1", act=False)
        return m.depthwise(x, middle, kernel, name="conv2", act="relu")

    x = m.cat(m.x, *m.chained(m.x, [rule] * m.repeats))
    x = m.conv(x, filters // 2, name="sc", act="relu")
    return m.joined(m.x, m.conv(x, filters, name="ec", act="relu"), shortcut)
