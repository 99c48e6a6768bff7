"""C3D: convolutions along time, height and width, over clips of 16 frames.

Tran, Bourdev, Fergus, Torresani & Paluri 2014, "Learning spatiotemporal features with
3D convolutional networks", https://arxiv.org/abs/1412.0767, figure 3, for the 487
classes of Sports-1M. As in its authors' network for Caffe pools round up.
"""

from __future__ import annotations

from cnncalc.network.sequential import Sequential
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.member import member
from cnncalc.zoo.parts import hidden

__all__ = ["c3d"]

# Of each stage, the convolutions, and their filters in multiples of the width.
_STAGES = ((1, 1), (1, 2), (2, 4), (2, 8), (2, 8))


@member()
def c3d(
    name: str,
    input: ShapeLike = (16, 112, 112, 3),
    *,
    classes: int = 487,
    width: int = 64,
    dropout: float = 0.5,
) -> Sequential:
    """C3D, of the paper."""
    net = Sequential(input, name=name)
    for stage, (count, multiple) in enumerate(_STAGES, 1):
        for letter in "ab"[:count]:
            place = f"{stage}{letter}"
            net = net.conv3d(3, multiple * width, padding=1, name=f"conv{place}")
            net = net.relu(name=f"relu{place}")
        window = (1, 2, 2) if stage == 1 else 2
        net = net.pool(window, ceil=True, name=f"pool{stage}")
    return hidden(net, dropout).fc(classes, name="fc8")
