"""Bottlenecks, and what puts several of them together across stages."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from cnncalc.graph.block import Tensor
from cnncalc.interop.registry import operator
from cnncalc.interop.yolo.module import Module
from cnncalc.interop.yolo.modules.attention import attentive
from cnncalc.interop.yolo.modules.plain import of_ghosts
from cnncalc.layers import Activation, Add, Conv2d, Norm, Pool, Split

Rule = Callable[[Tensor], Tensor]

_NARROW = ((1, 1), (3, 3))  # the kernels of a bottleneck that narrows
_WIDE = ((3, 3), (3, 3))


def bottleneck(
    m: Module,
    x: Tensor,
    filters: int,
    shortcut: bool = True,
    kernels: Any = _WIDE,
    share: float = 0.5,
    groups: int = 1,
) -> Tensor:
    """Return two convolutions, and what reached them added, if that fits."""
    y = m.conv(x, int(filters * share), kernels[0], name="cv1")
    y = m.conv(y, filters, kernels[1], name="cv2", groups=groups)
    return m.joined(x, y, shortcut)


@operator("yolo", "Bottleneck")
def one_bottleneck(m: Module) -> Tensor:
    fields = {"groups": m.get(2, 1), "share": m.get(4, 0.5)}
    return bottleneck(m, m.x, m.filters, m.get(1, True), **fields)


def gathered(
    m: Module, x: Tensor, filters: int, half: int, rules: list[Rule]
) -> Tensor:
    """Return all of a chain's outputs together, on one half of the channels."""
    x = m.conv(x, 2 * half, name="cv1")
    parts = [m.add(Split(2, n), x) for n in (0, 1)]
    return m.conv(m.cat(*parts, *m.chained(parts[1], rules)), filters, name="cv2")


@operator("yolo", "C2f")
def c2f(m: Module) -> Tensor:
    half = int(m.filters * m.get(3, 0.5))
    rule = partial(bottleneck, m, filters=half, shortcut=m.get(1, False), share=1.0)
    return gathered(m, m.x, m.filters, half, [rule] * m.repeats)


@operator("yolo", "C2")
def c2(m: Module) -> Tensor:
    half = int(m.filters * m.get(3, 0.5))
    x = m.conv(m.x, 2 * half, name="cv1")
    first, second = (m.add(Split(2, n), x) for n in (0, 1))
    rule = partial(bottleneck, m, filters=half, shortcut=m.get(1, True), share=1.0)
    return m.conv(m.cat(m.repeated(first, rule), second), m.filters, name="cv2")


def two_ways(
    m: Module, x: Tensor, filters: int, half: int, rules: list[Rule]
) -> Tensor:
    """Return a chain and a single convolution, both on fewer channels, together."""
    chain = m.chained(m.conv(x, half, name="cv1"), rules)[-1]
    return m.conv(m.cat(chain, m.conv(x, half, name="cv2")), filters, name="cv3")


@operator("yolo", "C3", "C3x", "C3Ghost")
def c3(m: Module) -> Tensor:
    half = int(m.filters * m.get(3, 0.5))
    kernels = ((1, 3), (3, 1)) if m.kind == "C3x" else _NARROW
    fields = {"shortcut": m.get(1, True), "kernels": kernels, "share": 1.0}
    rule: Rule = partial(bottleneck, m, filters=half, **fields)
    if m.kind == "C3Ghost":
        rule = partial(of_ghosts, m, filters=half)
    return two_ways(m, m.x, m.filters, half, [rule] * m.repeats)


def c3k(m: Module, x: Tensor, filters: int, shortcut: bool = True) -> Tensor:
    """Return two bottlenecks of wide kernels beside a convolution."""
    half = filters // 2
    rule = partial(bottleneck, m, filters=half, shortcut=shortcut, share=1.0)
    return two_ways(m, x, filters, half, [rule] * 2)


@operator("yolo", "C3k2")
def c3k2(m: Module) -> Tensor:
    half = int(m.filters * m.get(2, 0.5))
    shortcut, deep = m.get(5, True), m.get(1, False) or m.setup.scale in {*"mlx"}

    def attended(x: Tensor) -> Tensor:
        with m.at("0"):
            x = bottleneck(m, x, half, shortcut)
        with m.at("1"):
            return attentive(m, x, max(half // 64, 1))

    rule: Rule = partial(
        c3k if deep else bottleneck, m, filters=half, shortcut=shortcut
    )
    chosen = attended if m.get(3, False) else rule
    return gathered(m, m.x, m.filters, half, [chosen] * m.repeats)


@operator("yolo", "C1")
def c1(m: Module) -> Tensor:
    x = m.conv(m.x, m.filters, name="cv1")
    return m.add(Add(), m.repeated(x, lambda y: m.conv(y, m.filters, 3)), x)


@operator("yolo", "BottleneckCSP")
def bottleneck_csp(m: Module) -> Tensor:
    """Add bottlenecks to one way of two, and normalise both together.

    Source:
        Wang et al. 2019, https://arxiv.org/abs/1911.11929, figure 3.
    """
    half = int(m.filters * m.get(3, 0.5))
    fields = {"shortcut": m.get(1, True), "share": 1.0}
    x = m.repeated(
        m.conv(m.x, half, name="cv1"), partial(bottleneck, m, filters=half, **fields)
    )
    ways = [
        m.add(Conv2d(1, half, bias=False), y, name=name)
        for y, name in ((x, "cv3"), (m.x, "cv2"))
    ]
    y = m.add(Norm(), m.cat(*ways), name="bn")
    return m.conv(m.add(Activation("silu"), y, name="act"), m.filters, name="cv4")


@operator("yolo", "SPP")
def spp(m: Module) -> Tensor:
    x = m.conv(m.x, m.x.shape.channels // 2, name="cv1")
    pools = [m.pool(x, size) for size in m.get(1, (5, 9, 13))]
    return m.conv(m.cat(x, *pools), m.filters, name="cv2")


@operator("yolo", "SPPF")
def sppf(m: Module) -> Tensor:
    """Pool several times, and put all of it together.

    The first convolution had an activation until 2025; it has none now.
    """
    ys = [m.conv(m.x, m.x.shape.channels // 2, name="cv1", act=False)]
    for _ in range(m.get(2, 3)):
        ys.append(m.pool(ys[-1], m.get(1, 5)))
    return m.joined(m.x, m.conv(m.cat(*ys), m.filters, name="cv2"), m.get(3, False))


@operator("yolo", "SPPELAN")
def spp_elan(m: Module) -> Tensor:
    ys = [m.conv(m.x, m.get(1), name="cv1")]
    for number in (2, 3, 4):
        ys.append(m.pool(ys[-1], m.get(2, 5), name=f"cv{number}"))
    return m.conv(m.cat(*ys), m.filters, name="cv5")


@operator("yolo", "ResNetLayer")
def resnet_layer(m: Module) -> Tensor:
    """Return a stage of a ResNet; its arguments are channels in, out, stride, first, n.

    Source:
        He et al. 2015, https://arxiv.org/abs/1512.03385, table 1.
    """
    _, filters, stride, is_first, times = (m.get(n, 1) for n in range(5))
    wide = filters * m.get(5, 4)
    if is_first is True:
        with m.at("layer"):
            x = m.conv(m.x, filters, 7, 2, name="0", act="relu")
            return m.add(Pool(3, 2, padding=1), x, name="1")

    def block(x: Tensor, step: int) -> Tensor:
        y = m.conv(x, filters, name="cv1", act="relu")
        y = m.conv(y, filters, 3, step, name="cv2", act="relu")
        y = m.conv(y, wide, name="cv3", act=False)
        if step != 1 or x.shape.channels != wide:
            x = m.conv(x, wide, 1, step, name="shortcut", act=False)
        return m.add(Activation("relu"), m.add(Add(), y, x))

    steps = [stride, *[1] * (times - 1)]
    return m.chained(m.x, [partial(block, step=s) for s in steps], "layer")[-1]
