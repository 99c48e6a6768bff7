"""LeNet: the articles' version, the original of 1998, and a course's on RGB.

LeCun, Bottou, Bengio & Haffner 1998, "Gradient-based learning applied to document
recognition", http://yann.lecun.com/exdb/publis/pdf/lecun-98.pdf
"""

from __future__ import annotations

from cnncalc.network.sequential import Sequential
from cnncalc.sizes.shape import ShapeLike
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


@member()
def lenet(
    name: str, input: ShapeLike = (32, 32, 1), *, classes: int = 10
) -> Sequential:
    """LeNet as most articles tabulate it, with plain max pools."""
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


@member()
def lenet5(
    name: str, input: ShapeLike = (32, 32, 1), *, classes: int = 10
) -> Sequential:
    """LeNet-5 as published: trainable sub-sampling, partial C3, and fixed RBF units."""
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


@member()
def coursera_lenet(
    name: str, input: ShapeLike = (32, 32, 3), *, classes: int = 10
) -> Sequential:
    """The LeNet on RGB of Andrew Ng's course on convolutional networks, week 1."""
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
