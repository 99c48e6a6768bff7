"""Swin transformers, as in torchvision: attention within windows that shift.

Liu et al. 2021, "Swin transformer: hierarchical vision transformer using shifted
windows", https://arxiv.org/abs/2103.14030; Liu et al. 2021, "Swin transformer V2:
scaling up capacity and resolution", https://arxiv.org/abs/2111.09883.
"""

from __future__ import annotations

from typing import NamedTuple

from cnncalc.blocks.windows import PatchMerging, WindowAttention, Windowed
from cnncalc.layers import Norm, StochasticDepth
from cnncalc.network.sequential import Sequential
from cnncalc.sizes.remembering import remembered
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.member import members
from cnncalc.zoo.parts import perceptron, stage

__all__ = ["swin_b", "swin_s", "swin_t", "swin_v2_b", "swin_v2_s", "swin_v2_t"]


class _Design(NamedTuple):
    """The numbers that tell the networks apart.

    Attributes:
        width: Channels of the first stage, which double with each.
        heads: Heads of the first stage, which do, too.
        depths: Blocks of each stage.
        drop: The rate to which stochastic depth rises.
        window: The side of a window.
        second: Whether it is of version 2.
    """

    width: int
    heads: int
    depths: tuple[int, int, int, int]
    drop: float
    window: int = 7
    second: bool = False


# Equal blocks are one value, and are lowered once: it takes a sixth of the time.
@remembered()
def _block(
    design: _Design, heads: int, width: int, drop: float, dropout: float, *, odd: bool
) -> Sequential:
    """Return attention within windows, every other time shifted, and a perceptron."""
    window = design.window
    attention = WindowAttention(heads, window, cosine=design.second)
    shift = window // 2 if odd else 0
    net = Sequential()
    for part, name in (
        (Windowed(attention, window, shift=shift), "attention"),
        (perceptron(4 * width, width, dropout), "mlp"),
    ):
        norm = Norm("layer")  # which version 2 has behind the part
        parts = (part, norm) if design.second else (norm, part)
        body = Sequential().add(*parts, StochasticDepth(drop))
        net = net.residual(body, name=name)
    return net


# torchvision runs the linear layers of attention, and a sigmoid, as functions.
_FUNCTIONS = ("*/qkv", "*/out", "*/sigmoid*")
_PRODUCTS = "*/attention1 as matmul, softmax"
_SECOND = "*/attention1 as second matmul, softmax"


@members(*_FUNCTIONS, _PRODUCTS)
def _swin(
    name: str,
    design: _Design,
    input: ShapeLike = (224, 224, 3),
    *,
    classes: int = 1000,
    dropout: float = 0.0,
) -> Sequential:
    width, heads = design.width, design.heads
    net = Sequential(input, name=name).conv(4, width, stride=4, name="patches")
    net = net.norm("layer", name="norm1")
    before, last = 0, sum(design.depths) - 1
    for number, depth in enumerate(design.depths, 1):
        if number > 1:
            width, heads = 2 * width, 2 * heads
            merging = PatchMerging(norm_last=design.second, name=f"merge{number}")
            net = net.add(merging)
        blocks = [
            _block(
                design,
                heads,
                width,
                design.drop * (before + i) / last,
                dropout,
                odd=i % 2 == 1,
            )
            for i in range(depth)
        ]
        net, before = net.add(stage(f"stage{number}", blocks)), before + depth
    net = net.norm("layer", name="norm2").adaptive_pool(1, name="avgpool")
    return net.flatten(name="flatten").fc(classes, name="head")


# Width and heads of the first stage, and depths and stochastic depth of either version.
_SMALL, _DEEP = (2, 2, 6, 2), (2, 2, 18, 2)
_SIZES = {
    "t": (96, 3, _SMALL, 0.2),
    "s": (96, 3, _DEEP, 0.3),
    "b": (128, 4, _DEEP, 0.5),
}

swin_t, swin_s, swin_b = [
    _swin(f"swin_{size}", f"Swin-{size.upper()}.", _Design(*design))
    for size, design in _SIZES.items()
]
swin_v2_t, swin_v2_s, swin_v2_b = [
    _swin(
        f"swin_v2_{size}",
        f"Swin V2-{size.upper()}, of windows of 8×8.",
        _Design(*design, window=8, second=True),
        module_less=(*_FUNCTIONS, _SECOND),
        input=(256, 256, 3),
    )
    for size, design in _SIZES.items()
]
