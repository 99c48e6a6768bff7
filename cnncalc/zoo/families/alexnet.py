"""AlexNet: the original of 2012, its halves merged, and torchvision's version.

Krizhevsky, Sutskever & Hinton 2012, "ImageNet classification with deep convolutional
neural networks", https://papers.nips.cc/paper/4824; Krizhevsky 2014, "One weird trick
for parallelizing convolutional neural networks", https://arxiv.org/abs/1404.5997, for
torchvision's.
"""

from __future__ import annotations

from cnncalc.network.sequential import Sequential
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.member import member
from cnncalc.zoo.parts import hidden

__all__ = ["alexnet", "alexnet_2012", "alexnet_merged"]

_POOLED = {1, 2, 5}

# Kernel, filters, stride, padding and groups of each convolution.
_Convolution = tuple[int, int, int, int, int]
_2014 = ((11, 64, 4, 2, 1), (5, 192, 1, 2, 1), (3, 384, 1, 1, 1))
_2014_LAST = ((3, 256, 1, 1, 1),) * 2
_2012 = ((11, 96, 4, 0, 1), (5, 256, 1, 2, 2), (3, 384, 1, 1, 1))
_2012_LAST = ((3, 384, 1, 1, 2), (3, 256, 1, 1, 2))


def _convolved(
    net: Sequential, rows: tuple[_Convolution, ...], normed: tuple[int, ...] = ()
) -> Sequential:
    """Return the network with convolutions, some of them with a norm and a pool."""
    for number, (kernel, filters, stride, padding, groups) in enumerate(rows, 1):
        net = net.conv(
            kernel,
            filters,
            stride=stride,
            padding=padding,
            groups=groups,
            name=f"conv{number}",
        ).relu(name=f"relu{number}")
        if number in normed:
            net = net.norm("local", name=f"norm{number}")
        if number in _POOLED:
            net = net.pool(3, stride=2, name=f"pool{number}")
    return net


@member()
def alexnet(
    name: str,
    input: ShapeLike = (224, 224, 3),
    *,
    classes: int = 1000,
    dropout: float = 0.5,
) -> Sequential:
    """The single-column AlexNet of 2014, as in torchvision."""
    net = _convolved(Sequential(input, name=name), (*_2014, *_2014_LAST))
    net = net.adaptive_pool(6, name="avgpool")
    for number in (6, 7):
        net = net.dropout(dropout, name=f"dropout{number}")
        net = net.fc(4096, name=f"fc{number}").relu(name=f"relu{number}")
    return net.fc(classes, name="fc8")


@member()
def alexnet_2012(
    name: str, input: ShapeLike = (227, 227, 3), *, classes: int = 1000
) -> Sequential:
    """AlexNet as published: convolutions 2, 4 and 5 in two groups, one for each GPU."""
    net = Sequential(input, name=name)
    net = hidden(_convolved(net, (*_2012, *_2012_LAST), normed=(1, 2)), 0.5)
    return net.fc(classes, name="fc8").softmax(name="softmax")


@member()
def alexnet_merged(
    name: str, input: ShapeLike = (227, 227, 3), *, classes: int = 1000
) -> Sequential:
    """AlexNet as the articles tabulate it: both halves merged, weighted layers only."""
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
