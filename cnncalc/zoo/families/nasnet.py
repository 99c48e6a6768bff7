"""NASNet, as in Keras.

Zoph, Vasudevan, Shlens & Le 2017, "Learning transferable architectures for scalable
image recognition", https://arxiv.org/abs/1707.07012.
"""

from __future__ import annotations

from cnncalc.blocks.nasnet import NORMAL, REDUCTION, Cell
from cnncalc.layers import FC, Activation, Conv2d, GlobalPool, Norm
from cnncalc.network import Builder, Graph
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.member import member

__all__ = ["nasnet_mobile"]


@member("softmax")
def nasnet_mobile(
    name: str,
    input: ShapeLike = (224, 224, 3),
    *,
    classes: int = 1000,
    repeats: int = 4,
    penultimate: int = 1056,
    stem: int = 32,
) -> Graph:
    """NASNet-A (4 @ 1056), as in Keras."""
    filters = penultimate // 24  # six values stacked, each of four times as many
    cells = [("stem_1", filters // 4, REDUCTION), ("stem_2", filters // 2, REDUCTION)]
    for stage in range(3):
        width = filters * 2**stage
        if stage:
            cells.append((f"reduction_{stage}", width, REDUCTION))
        cells += [(f"normal_{stage}_{i}", width, NORMAL) for i in range(repeats)]

    g = Builder()
    x = g.input(input)
    x = g.add(Conv2d(3, stem, stride=2, bias=False), x, name="conv1")
    inputs = [g.add(Norm(), x, name="norm1")]
    for place, width, plan in cells:
        inputs = [g.add(Cell(width, plan), *inputs, name=place), inputs[0]]
    x = g.add(Activation("relu"), inputs[0], name="relu")
    x = g.add(GlobalPool(), x, name="avgpool")
    x = g.add(FC(classes), x, name="fc")
    return g.graph(g.add(Activation("softmax"), x, name="softmax"), name=name)
