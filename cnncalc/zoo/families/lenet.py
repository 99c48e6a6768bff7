"""LeNet: the articles' version, the original of 1998, and a course's on RGB.

LeCun, Bottou, Bengio & Haffner 1998, "Gradient-based learning applied to document
recognition", http://yann.lecun.com/exdb/publis/pdf/lecun-98.pdf
"""

from __future__ import annotations

from cnncalc.network.sequential import Sequential
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.claim import Claim
from cnncalc.zoo.member import member

__all__ = ["coursera_lenet", "lenet", "lenet5"]

# Table I of the paper: for each map of C3, the maps of S2 that it sees.
_C3 = (
    *((0, 1, 2), (1, 2, 3), (2, 3, 4), (3, 4, 5), (0, 4, 5), (0, 1, 5)),
    *((0, 1, 2, 3), (1, 2, 3, 4), (2, 3, 4, 5)),
    *((0, 3, 4, 5), (0, 1, 4, 5), (0, 1, 2, 5)),
    *((0, 1, 3, 4), (1, 2, 4, 5), (0, 2, 3, 5)),
    (0, 1, 2, 3, 4, 5),
)


def _lenet(
    name: str, *, input: ShapeLike = (32, 32, 1), classes: int = 10
) -> Sequential:
    return (
        Sequential(input, name=name)
        .conv(5, 6, name="Conv1")
        .pool(2, name="MaxPool1")
        .conv(5, 16, name="Conv2")
        .pool(2, name="MaxPool2")
        .fc(120, name="FC1")
        .fc(84, name="FC2")
        .fc(classes, name="FC3")
    )


def _lenet5(
    name: str, *, input: ShapeLike = (32, 32, 1), classes: int = 10
) -> Sequential:
    return (
        Sequential(input, name=name)
        .conv(5, 6, name="C1")
        .pool(2, mode="subsample", name="S2")
        .partial_conv(5, _C3, name="C3")
        .pool(2, mode="subsample", name="S4")
        .conv(5, 120, name="C5")
        .fc(84, name="F6")
        .rbf(classes, name="OUTPUT")
    )


def _coursera_lenet(
    name: str, *, input: ShapeLike = (32, 32, 3), classes: int = 10
) -> Sequential:
    return (
        Sequential(input, name=name)
        .conv(5, 8, name="CONV1")
        .pool(2, name="POOL1")
        .conv(5, 16, name="CONV2")
        .pool(2, name="POOL2")
        .fc(120, name="FC3")
        .fc(84, name="FC4")
        .fc(classes, name="Softmax")
    )


_PAPER = "LeCun et al. 1998, §II.B"
_COURSE = "a course's table of LeNet on RGB"
_DEPTH = "it forgets that each filter sees all input channels"

lenet = member(
    _lenet, "lenet", "LeNet as most articles tabulate it, with plain max pools."
)
lenet5 = member(
    _lenet5,
    "lenet5",
    "LeNet-5 as published: trainable sub-sampling, partial C3, and fixed RBF units.",
    claims=(
        Claim("trainable_params", "60,000", _PAPER),
        Claim("connections", "340,908", _PAPER),
        Claim("params", "156", _PAPER, of="C1"),
        Claim("connections", "122,304", _PAPER, of="C1"),
        Claim("params", "12", _PAPER, of="S2"),
        Claim("connections", "5,880", _PAPER, of="S2"),
        Claim("params", "1,516", _PAPER, of="C3"),
        Claim("connections", "151,600", _PAPER, of="C3"),
        Claim("params", "32", _PAPER, of="S4"),
        Claim("connections", "2,000", _PAPER, of="S4"),
        Claim("connections", "48,120", _PAPER, of="C5"),
        Claim("params", "10,164", _PAPER, of="F6"),
    ),
)
coursera_lenet = member(
    _coursera_lenet,
    "coursera_lenet",
    "The LeNet on RGB of Andrew Ng's course on convolutional networks, week 1.",
    claims=(
        Claim("params", "208", _COURSE, of="CONV1", why=_DEPTH),
        Claim("params", "416", _COURSE, of="CONV2", why=_DEPTH),
    ),
)
