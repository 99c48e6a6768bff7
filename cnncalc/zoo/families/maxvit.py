"""MaxViT, as in torchvision: convolutions, and attention near by and far away in turn.

Tu et al. 2022, "MaxViT: multi-axis vision transformer",
https://arxiv.org/abs/2204.01697
"""

from __future__ import annotations

from cnncalc.blocks.chain import activated
from cnncalc.blocks.combine import branch
from cnncalc.blocks.mobile import SqueezeExcite
from cnncalc.blocks.windows import WindowAttention, Windowed
from cnncalc.layers import Add, Conv2d, DepthwiseConv2d
from cnncalc.network.sequential import Sequential
from cnncalc.sizes.remembering import remembered
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.member import member
from cnncalc.zoo.parts import stage

__all__ = ["maxvit_t"]

_EXPANSION = 4  # of convolutions and perceptrons
_HEAD = 32  # channels of a head
_WINDOW = 7


# Equal blocks are one value, and are lowered once: it takes a seventh of the time.
@remembered()
def _convolutions(channels: int, filters: int, stride: int, drop: float) -> Sequential:
    """Return an inverted residual block with a norm before it."""
    shortcut = Sequential(name="shortcut")
    if stride > 1:
        shortcut = shortcut.avg_pool(3, stride, padding=1)
    if stride > 1 or channels != filters:
        shortcut = shortcut.conv(1, filters)
    body = Sequential(name="body").batch_norm()
    inner = _EXPANSION * filters
    depthwise = DepthwiseConv2d(3, stride=stride, padding=1, bias=False)
    for conv in (Conv2d(1, inner, bias=False), depthwise):
        body = body.add(activated(conv, "gelu"))
    body = body.add(SqueezeExcite(filters // 4, "silu")).conv(1, filters)
    if drop:
        body = body.stochastic_depth(drop)
    return Sequential().add(branch(shortcut, body, join=Add(), name="convolutions"))


@remembered()
def _attention(width: int, drop: float, dropout: float, *, grid: bool) -> Windowed:
    """Return attention within windows or a grid, and a perceptron."""
    attention = Sequential().norm("layer").add(WindowAttention(width // _HEAD, _WINDOW))
    attention = attention.dropout(dropout).stochastic_depth(drop)
    mlp = Sequential().norm("layer").fc(_EXPANSION * width, axis=-1).gelu()
    mlp = mlp.fc(width, axis=-1).dropout(dropout).stochastic_depth(drop)
    body = Sequential().residual(attention, name="attention").residual(mlp, name="mlp")
    return Windowed(body, _WINDOW, grid=grid, name="grid" if grid else "windows")


@member("*/attention1 as einsum, softmax")
def maxvit_t(
    name: str,
    input: ShapeLike = (224, 224, 3),
    *,
    classes: int = 1000,
    dropout: float = 0.0,
) -> Sequential:
    """MaxViT-T."""
    net = Sequential(input, name=name)
    stem = activated(Conv2d(3, 64, stride=2, padding=1, bias=False), "gelu")
    net = net.add(Sequential(name="stem").add(stem).conv(3, 64, padding=1))
    depths, channels = (2, 2, 5, 2), 64
    drops = iter([0.2 * i / (sum(depths) - 1) for i in range(sum(depths))])
    for number, depth in enumerate(depths):
        width, blocks = 64 * 2**number, []
        for stride in (2, *[1] * (depth - 1)):
            drop = next(drops)
            block = _convolutions(channels, width, stride, drop)
            near, far = (
                _attention(width, drop, dropout, grid=grid) for grid in (False, True)
            )
            blocks.append(block.add(near, far))
            channels = width
        net = net.add(stage(f"stage{number + 1}", blocks))
    net = net.adaptive_pool(1, name="avgpool").flatten(name="flatten")
    net = net.norm("layer", name="norm").fc(channels, name="fc").tanh(name="tanh")
    return net.fc(classes, bias=False, name="head")
