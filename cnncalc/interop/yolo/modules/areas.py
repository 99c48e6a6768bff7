"""Attention of areas, as version 12 has it."""

from __future__ import annotations

from functools import partial

from cnncalc.graph.block import Tensor
from cnncalc.interop.registry import operator
from cnncalc.interop.yolo.module import Module
from cnncalc.interop.yolo.modules.attention import attentive
from cnncalc.interop.yolo.modules.csp import c3k
from cnncalc.layers import Add, LayerScale


@operator("yolo", "A2C2f")
def a2c2f(m: Module) -> Tensor:
    """Gather attention of areas, or bottlenecks where that is off."""
    half, large = int(m.filters * m.get(5, 0.5)), m.setup.scale in {*"lx"}
    attends, areas = m.get(1, True), m.get(2, 1)
    residual, wide = m.get(3, large), m.get(4, 1.2 if large else 2.0)
    rule = partial(
        attentive, m, heads=half // 32, share=1.0, wide=wide, names=("attn", "mlp"),
        kernel=7, areas=max(areas, 1),
    )  # fmt: skip

    def pair(x: Tensor) -> Tensor:
        for number in "01":
            with m.at(number):
                x = rule(x)
        return x

    x = m.conv(m.x, half, name="cv1")
    one = pair if attends else partial(c3k, m, filters=half)
    y = m.conv(m.cat(x, *m.chained(x, [one] * m.repeats)), m.filters, name="cv2")
    if not (attends and residual):
        return y
    return m.add(Add(), m.x, m.add(LayerScale(), y, name="gamma"))
