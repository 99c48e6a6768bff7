"""VGG: stacks of 3×3 convolutions, with and without batch norm, as in torchvision.

Simonyan & Zisserman 2014, "Very deep convolutional networks for large-scale image
recognition", https://arxiv.org/abs/1409.1556
"""

from __future__ import annotations

from cnncalc.network.sequential import Sequential
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.member import members
from cnncalc.zoo.parts import hidden

__all__ = ["vgg11", "vgg11_bn", "vgg13", "vgg13_bn"]
__all__ += ["vgg16", "vgg16_bn", "vgg19", "vgg19_bn"]

# Table 1 of the paper: how many convolutions each of the five stages has.
_A, _B, _D, _E = (1, 1, 2, 2, 2), (2, 2, 2, 2, 2), (2, 2, 3, 3, 3), (2, 2, 4, 4, 4)
_STAGES = (1, 2, 4, 8, 8)  # filters, in multiples of the width


@members()
def _vgg(
    name: str,
    design: tuple[tuple[int, ...], bool],
    input: ShapeLike = (224, 224, 3),
    *,
    classes: int = 1000,
    width: int = 64,
    dropout: float = 0.5,
) -> Sequential:
    convolutions, norm = design
    net = Sequential(input, name=name)
    rows = zip(convolutions, _STAGES, strict=True)
    for stage, (count, multiple) in enumerate(rows, 1):
        for number in range(1, count + 1):
            place = f"{stage}_{number}"
            net = net.conv(3, multiple * width, padding=1, name=f"conv{place}")
            if norm:
                net = net.norm(name=f"norm{place}")
            net = net.relu(name=f"relu{place}")
        net = net.pool(2, name=f"pool{stage}")
    net = hidden(net.adaptive_pool(7, name="avgpool"), dropout)
    return net.fc(classes, name="fc8")


vgg11 = _vgg("vgg11", "VGG of 11 weighted layers: A.", (_A, False))
vgg13 = _vgg("vgg13", "VGG of 13 weighted layers: B.", (_B, False))
vgg16 = _vgg("vgg16", "VGG of 16 weighted layers: D.", (_D, False))
vgg19 = _vgg("vgg19", "VGG of 19 weighted layers: E.", (_E, False))
vgg11_bn = _vgg("vgg11_bn", "vgg11 with batch norm.", (_A, True))
vgg13_bn = _vgg("vgg13_bn", "vgg13 with batch norm.", (_B, True))
vgg16_bn = _vgg("vgg16_bn", "vgg16 with batch norm.", (_D, True))
vgg19_bn = _vgg("vgg19_bn", "vgg19 with batch norm.", (_E, True))
