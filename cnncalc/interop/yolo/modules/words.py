"""Modules that compare a picture with the names of classes (YOLO-World, YOLOE)."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from cnncalc.graph.block import Tensor
from cnncalc.interop.registry import operator
from cnncalc.interop.yolo.module import Module
from cnncalc.interop.yolo.modules.csp import bottleneck
from cnncalc.interop.yolo.modules.heads import (
    by_levels,
    classes_of,
    idle,
    masked,
    predicted,
)
from cnncalc.layers import (
    FC,
    Activation,
    AdaptivePool,
    Add,
    Attention,
    Concat,
    Conv2d,
    Einsum,
    Function,
    Multiply,
    Norm,
    Parameter,
    Reduce,
    Reshape,
    Split,
)


@operator("yolo", "C2fAttn")
def c2f_attn(m: Module) -> Tensor:
    """Gather bottlenecks, and attention that the names of classes guide.

    Source:
        Cheng et al. 2024, https://arxiv.org/abs/2401.17270, §3.3.
    """
    half = int(m.filters * m.get(6, 0.5))
    heads = m.get(2, 1)
    if heads > 1:
        most = m.setup.most // 2 // 32
        heads = max(round(min(heads, most) * m.setup.width), 1)
    x = m.conv(m.x, 2 * half, name="cv1")
    parts = [m.add(Split(2, n), x) for n in (0, 1)]
    rule = partial(bottleneck, m, filters=half, shortcut=m.get(4, False), share=1.0)
    parts += m.chained(parts[1], [rule] * m.repeats)
    with m.at("attn"):
        parts.append(_guided(m, parts[-1], int(heads)))
    return m.conv(m.cat(*parts), m.filters, name="cv2")


def _guided(m: Module, x: Tensor, heads: int) -> Tensor:
    """Return a map of which each position is weighed by the word that fits it best."""
    space, width = tuple(x.shape.space), x.shape.channels
    guide = m.add(FC(width, flatten=False), m.texts(), name="gl")
    guide = m.add(Reshape((-1, heads, width // heads)), guide)
    y = m.add(Reshape((-1, heads, width // heads)), x)
    y = m.add(Reduce("max", -1, keep=True), m.add(Einsum("pmc,nmc->pmn"), y, guide))
    y = m.add(
        Add(), m.add(Function("scale"), y), m.add(Parameter((heads, 1)), name="bias")
    )
    y = m.add(Activation("sigmoid"), y)
    x = m.conv(x, width, 3, name="proj_conv", act=False)
    x = m.add(Reshape((-1, heads, width // heads)), x)
    return m.add(Reshape((*space, width)), m.add(Multiply(), x, y))


@operator("yolo", "ImagePoolingAttn")
def image_pooling(m: Module) -> None:
    """Let the names of classes attend to 3×3 maxima of each map; no map comes out."""
    embed, heads, size = m.get(0, 256), m.get(3, 8), m.get(4, 3)
    texts = m.texts()
    pools = []
    for number, x in enumerate(m.xs):
        x = m.add(Conv2d(1, embed), x, name=f"projections.{number}")  # noqa: PLW2901
        x = m.add(AdaptivePool(size, "max"), x, name=f"im_pools.{number}")  # noqa: PLW2901
        pools.append(m.add(Reshape((size * size, embed)), x))
    seen = m.add(Concat(0), *pools)

    def normed(name: str, x: Tensor) -> Tensor:
        with m.at(name):
            x = m.add(Norm("layer"), x, name="0")
            return m.add(FC(embed, flatten=False), x, name="1")

    q, k, v = normed("query", texts), normed("key", seen), normed("value", seen)
    x = m.add(FC(texts.shape.channels, flatten=False), m.add(Attention(heads), q, k, v))
    m.texts.became(m.add(Add(), x, texts))


def _compared(m: Module, embed: int, normed: bool) -> Callable[[str], list[Tensor]]:
    """Return what scores classes: how near their names are to what a position shows."""
    texts = m.texts.first()

    def rule(prefix: str) -> list[Tensor]:
        maps = by_levels(m, f"{prefix}cv3", lambda x: classes_of(m, x, embed))
        return by_levels(m, f"{prefix}cv4", score, maps)

    def score(x: Tensor) -> Tensor:
        part = Norm() if normed else Function("scale")
        x = m.add(part, x, name="norm")
        x = m.add(Einsum("hwc,kc->hwk"), x, m.add(Function("scale"), texts))
        x = m.add(Multiply(), x, m.add(Parameter(1), name="logit_scale"))
        return m.add(Add(), x, m.add(Parameter(1), name="bias"))

    return rule


@operator("yolo", "WorldDetect")
def world(m: Module) -> list[Tensor]:
    return predicted(m, (), _compared(m, m.get(1, 512), m.get(2, False)))


@operator("yolo", "YOLOEDetect")
def open_words(m: Module) -> list[Tensor]:
    found = predicted(m, (), _compared(m, m.get(1, 512), m.get(2, False)))
    _prompts(m, m.get(1, 512))
    return found


@operator("yolo", "YOLOESegment", "YOLOESegment26")
def open_masks(m: Module) -> list[Tensor]:
    embed = m.get(3, 512)
    classes = _compared(m, embed, m.get(4, False))
    found = masked(m, m.get(1, 32), m.get(2, 256), classes, "cv5")
    _prompts(m, embed)
    return found


def _prompts(m: Module, embed: int) -> None:
    """Add what makes embeddings of words and of boxes, before the network runs.

    Source:
        Wang et al. 2025, https://arxiv.org/abs/2503.07465, §3.2 and §3.3.
    """
    idle(m, "reprta", (embed + 1) * 4 * embed + (2 * embed + 1) * embed)
    width = max(m.xs[0].shape.channels, min(m.setup.classes, 100))
    params = 0
    for x in m.xs:  # two convolutions of 3×3 and one of 1×1, with norms
        params += (9 + 1) * x.shape.channels * width + 9 * width * width + 6 * width
    wide = len(m.xs) * width
    params += (wide + 1) * embed  # 1×1, and four of 3×3 at 16 channels
    params += (9 * wide + 1) * 16 + (9 + 1) * 16
    params += 9 * 32 * 16 + 2 * 16 + (9 * 16 + 1) * 16
    idle(m, "savpe", params, 6 * wide + 2 * 16)
