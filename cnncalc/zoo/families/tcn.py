"""Temporal convolutional network: residual blocks of causal convolutions that dilate.

Bai, Kolter & Koltun 2018, "An empirical evaluation of generic convolutional and
recurrent networks for sequence modeling", https://arxiv.org/abs/1803.01271, as in its
authors' code for PyTorch, on MNIST pixel by pixel. Its convolutions are weight-normed.
"""

from __future__ import annotations

from cnncalc.layers import Conv1d
from cnncalc.network.sequential import Sequential
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.member import member

__all__ = ["tcn"]


@member()
def tcn(
    name: str,
    input: ShapeLike = (784, 1),
    *,
    classes: int = 10,
    width: int = 25,
    depth: int = 8,
    kernel: int = 7,
    dropout: float = 0.05,
) -> Sequential:
    """TCN of eight levels, for sequential MNIST."""
    net = Sequential(input, name=name)
    for level in range(depth):
        body = Sequential()
        for _ in range(2):
            conv = Conv1d(
                kernel,
                width,
                dilation=2**level,
                padding="causal",
                parametrization="weight_norm",
            )
            body = body.add(conv).relu().dropout(dropout)
        narrow = net.output.channels != width
        shortcut = Sequential().conv1d(1, width) if narrow else None
        net = net.residual(body, shortcut, name=f"level{level}")
        net = net.relu(name=f"relu{level}")
    return net.select(-1, axis=0, name="last").fc(classes).log_softmax()
