"""VGG: stacks of 3×3 convolutions, with and without batch norm, as in torchvision.

Simonyan & Zisserman 2014, "Very deep convolutional networks for large-scale image
recognition", https://arxiv.org/abs/1409.1556
"""

from __future__ import annotations

from cnncalc.network.sequential import Sequential
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.claim import Claim
from cnncalc.zoo.member import member

__all__ = ["NETWORKS"]

# Table 1 of the paper: how many convolutions each of the five stages has.
_A, _B, _D, _E = (1, 1, 2, 2, 2), (2, 2, 2, 2, 2), (2, 2, 3, 3, 3), (2, 2, 4, 4, 4)
_STAGES = (1, 2, 4, 8, 8)  # filters, in multiples of the width


def _vgg(
    name: str,
    *,
    convolutions: tuple[int, ...],
    norm: bool,
    input: ShapeLike = (224, 224, 3),
    classes: int = 1000,
    width: int = 64,
    dropout: float = 0.5,
) -> Sequential:
    net = Sequential(input, name=name)
    stages = zip(convolutions, _STAGES, strict=True)
    for stage, (count, multiple) in enumerate(stages, 1):
        for number in range(1, count + 1):
            place = f"{stage}_{number}"
            net = net.conv(3, multiple * width, padding=1, name=f"conv{place}")
            if norm:
                net = net.norm(name=f"norm{place}")
            net = net.relu(name=f"relu{place}")
        net = net.pool(2, name=f"pool{stage}")
    net = net.adaptive_pool(7, name="avgpool")
    for number in (6, 7):
        net = (
            net.fc(4096, name=f"fc{number}")
            .relu(name=f"relu{number}")
            .dropout(dropout, name=f"dropout{number}")
        )
    return net.fc(classes, name="fc8")


def _params(says: str) -> Claim:
    return Claim("params", says, "Simonyan & Zisserman 2014, table 2")


_ARTICLES = "articles on VGG-16"
_CLAIMS_16 = (
    _params("138M"),
    Claim("receptive_field", "212", "Araujo et al. 2019"),
    Claim(
        "params",
        "250 million",
        _ARTICLES,
        why="the formula printed beside it counts nothing that the network has",
    ),
    Claim(
        "params",
        "25.68 million",
        _ARTICLES,
        why="the formula printed beside it counts nothing that the network has",
    ),
    Claim("nodes: conv", "12", _ARTICLES, why="there are 13"),
    Claim("nodes: conv", "16", _ARTICLES, why="16 counts the three FC layers too"),
    Claim("nodes: linear", "3", _ARTICLES),
)

_ROWS = {
    11: ("A", _A, (_params("133M"),)),
    13: ("B", _B, (_params("133M"),)),
    16: ("D", _D, _CLAIMS_16),
    19: ("E", _E, (_params("144M"),)),
}
NETWORKS = {
    **{
        f"vgg{depth}": member(
            _vgg,
            f"vgg{depth}",
            f"VGG of {depth} weighted layers: {letter}.",
            claims=claims,
            convolutions=convolutions,
            norm=False,
        )
        for depth, (letter, convolutions, claims) in _ROWS.items()
    },
    **{
        f"vgg{depth}_bn": member(
            _vgg,
            f"vgg{depth}_bn",
            f"vgg{depth} with batch norm.",
            convolutions=convolutions,
            norm=True,
        )
        for depth, (_, convolutions, _) in _ROWS.items()
    },
}
