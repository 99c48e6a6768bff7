"""ResNet as Keras has it: version 1 with biases, and version 2.

He, Zhang, Ren & Sun 2015, "Deep residual learning for image recognition",
https://arxiv.org/abs/1512.03385, and 2016, "Identity mappings in deep residual
networks", https://arxiv.org/abs/1603.05027, as https://keras.io/api/applications/ has
them. Version 1 strides in a stage's first convolution, version 2 in its last block.
"""

from __future__ import annotations

from cnncalc.blocks.resnet_v2 import BiasedBottleneck, PreactivatedBottleneck
from cnncalc.network.sequential import Sequential
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.member import members
from cnncalc.zoo.parts import stage

__all__ = ["resnet50_keras", "resnet50_v2", "resnet101_v2", "resnet152_v2"]

_Design = tuple[tuple[int, ...], bool]  # the depths of the stages, and the version


@members("softmax")
def _resnet(
    name: str,
    design: _Design,
    input: ShapeLike = (224, 224, 3),
    *,
    classes: int = 1000,
    width: int = 64,
) -> Sequential:
    depths, preactivated = design
    net = (
        Sequential(input, name=name)
        .pad(3, name="conv1_pad")
        .conv(7, width, stride=2, name="conv1")
    )
    if not preactivated:
        net = net.norm(name="norm1").relu(name="relu1")
    net = net.pad(1, name="pool1_pad").pool(3, stride=2, name="pool1")
    block = PreactivatedBottleneck if preactivated else BiasedBottleneck
    for number, depth in enumerate(depths, 1):
        strides = [1] * depth
        if preactivated and number < len(depths):
            strides[-1] = 2
        elif not preactivated and number > 1:
            strides[0] = 2
        filters = width * 2 ** (number - 1)
        blocks = [block(filters, stride, i == 0) for i, stride in enumerate(strides)]
        net = net.add(stage(f"layer{number}", blocks))
    if preactivated:
        net = net.norm(name="post_norm").relu(name="post_relu")
    net = net.global_pool(name="avgpool").fc(classes, name="fc")
    return net.softmax(name="softmax")


_50, _101, _152 = (3, 4, 6, 3), (3, 4, 23, 3), (3, 8, 36, 3)

resnet50_keras = _resnet("resnet50_keras", "ResNet-50, as in Keras.", (_50, False))
resnet50_v2 = _resnet("resnet50_v2", "ResNet-50 version 2, as in Keras.", (_50, True))
resnet101_v2 = _resnet(
    "resnet101_v2", "ResNet-101 version 2, as in Keras.", (_101, True)
)
resnet152_v2 = _resnet(
    "resnet152_v2", "ResNet-152 version 2, as in Keras.", (_152, True)
)
