"""AlexNet: the original of 2012, its halves merged, and torchvision's version.

Krizhevsky, Sutskever & Hinton 2012, "ImageNet classification with deep convolutional
neural networks", https://papers.nips.cc/paper/4824; Krizhevsky 2014, "One weird trick
for parallelizing convolutional neural networks", https://arxiv.org/abs/1404.5997, for
torchvision's.
"""

from __future__ import annotations

from cnncalc.network.sequential import Sequential
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.claim import Claim
from cnncalc.zoo.member import member

__all__ = ["alexnet", "alexnet_2012", "alexnet_merged"]


def _alexnet(
    name: str,
    *,
    input: ShapeLike = (224, 224, 3),
    classes: int = 1000,
    dropout: float = 0.5,
) -> Sequential:
    net = Sequential(input, name=name)
    # Kernel, filters, stride, padding, and whether a pool follows.
    for number, (kernel, filters, stride, padding, pool) in enumerate(
        [
            (11, 64, 4, 2, True),
            (5, 192, 1, 2, True),
            (3, 384, 1, 1, False),
            (3, 256, 1, 1, False),
            (3, 256, 1, 1, True),
        ],
        1,
    ):
        net = net.conv(
            kernel, filters, stride=stride, padding=padding, name=f"conv{number}"
        ).relu(name=f"relu{number}")
        if pool:
            net = net.pool(3, stride=2, name=f"pool{number}")
    net = net.adaptive_pool(6, name="avgpool")
    for number in (6, 7):
        net = (
            net.dropout(dropout, name=f"dropout{number}")
            .fc(4096, name=f"fc{number}")
            .relu(name=f"relu{number}")
        )
    return net.fc(classes, name="fc8")


def _alexnet_2012(
    name: str, *, input: ShapeLike = (227, 227, 3), classes: int = 1000
) -> Sequential:
    net = Sequential(input, name=name)
    # Kernel, filters, stride, padding, groups, and whether a norm and a pool follow.
    for number, (kernel, filters, stride, padding, groups, norm, pool) in enumerate(
        [
            (11, 96, 4, 0, 1, True, True),
            (5, 256, 1, 2, 2, True, True),
            (3, 384, 1, 1, 1, False, False),
            (3, 384, 1, 1, 2, False, False),
            (3, 256, 1, 1, 2, False, True),
        ],
        1,
    ):
        net = net.conv(
            kernel,
            filters,
            stride=stride,
            padding=padding,
            groups=groups,
            name=f"conv{number}",
        ).relu(name=f"relu{number}")
        if norm:
            net = net.norm("local", name=f"norm{number}")
        if pool:
            net = net.pool(3, stride=2, name=f"pool{number}")
    for number in (6, 7):
        net = (
            net.fc(4096, name=f"fc{number}")
            .relu(name=f"relu{number}")
            .dropout(name=f"dropout{number}")
        )
    return net.fc(classes, name="fc8").softmax(name="softmax")


def _alexnet_merged(
    name: str, *, input: ShapeLike = (227, 227, 3), classes: int = 1000
) -> Sequential:
    return (
        Sequential(input, name=name)
        .conv(11, 96, stride=4, name="Conv1")
        .pool(3, stride=2, name="MaxPool1")
        .norm("local", name="Norm1")
        .conv(5, 256, padding=2, name="Conv2")
        .pool(3, stride=2, name="MaxPool2")
        .norm("local", name="Norm2")
        .conv(3, 384, padding=1, name="Conv3")
        .conv(3, 384, padding=1, name="Conv4")
        .conv(3, 256, padding=1, name="Conv5")
        .pool(3, stride=2, name="MaxPool3")
        .fc(4096, name="FC6")
        .fc(4096, name="FC7")
        .fc(classes, name="FC8")
    )


_PAPER = "Krizhevsky et al. 2012"
_FIGURE_2 = "Krizhevsky et al. 2012, figure 2"
_FIELD = Claim("receptive_field", "195", "Araujo et al. 2019")

alexnet = member(
    _alexnet,
    "alexnet",
    "The single-column AlexNet of 2014, as in torchvision.",
    claims=(_FIELD,),
)
alexnet_2012 = member(
    _alexnet_2012,
    "alexnet_2012",
    "AlexNet as published: convolutions 2, 4 and 5 in two groups, one for each GPU.",
    claims=(
        _FIELD,
        Claim(
            "params", "60 million", _PAPER, why="it is 61 million when rounded, not cut"
        ),
        Claim(
            "neurons",
            "650,000",
            _PAPER,
            why="with 290,400 in the first layer, not 253,440, there are 659,272; "
            "with 253,440 there are 622,312",
        ),
        Claim(
            "activation_size",
            "253,440",
            _FIGURE_2,
            of="conv1",
            why="it is 55×48×96, but the map is square: 55×55×96",
        ),
        Claim("activation_size", "186,624", _FIGURE_2, of="conv2"),
        Claim("activation_size", "64,896", _FIGURE_2, of="conv3"),
        Claim("activation_size", "64,896", _FIGURE_2, of="conv4"),
        Claim("activation_size", "43,264", _FIGURE_2, of="conv5"),
        Claim("nodes: conv", "5", _PAPER),
        Claim("nodes: linear", "3", _PAPER),
        Claim(
            "nodes: conv",
            "8",
            "an article on AlexNet",
            why="eight is the number of weighted layers: five convolutions, three FC",
        ),
    ),
)
alexnet_merged = member(
    _alexnet_merged,
    "alexnet_merged",
    "AlexNet as the articles tabulate it: both halves merged, weighted layers only.",
)
