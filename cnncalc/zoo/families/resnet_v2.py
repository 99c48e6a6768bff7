"""ResNet as Keras has it: version 1 with biases, and version 2.

He, Zhang, Ren & Sun 2015, "Deep residual learning for image recognition",
https://arxiv.org/abs/1512.03385, and 2016, "Identity mappings in deep residual
networks", https://arxiv.org/abs/1603.05027, as https://keras.io/api/applications/ has
them. Version 1 strides in a stage's first convolution, version 2 in its last block.
"""

from __future__ import annotations

from cnncalc.blocks.resnet_keras import BiasedBottleneck, PreactivatedBottleneck
from cnncalc.graph.block import Block
from cnncalc.graph.wrappers import Named
from cnncalc.network.sequential import Sequential
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.claim import Claim
from cnncalc.zoo.member import member

__all__ = ["resnet50_keras", "resnet50_v2", "resnet101_v2", "resnet152_v2"]


def _resnet(
    name: str,
    *,
    depths: tuple[int, ...],
    preactivated: bool = True,
    input: ShapeLike = (224, 224, 3),
    classes: int = 1000,
    width: int = 64,
) -> Sequential:
    def block(stage: int, number: int) -> Block:
        filters, project = width * 2**stage, number == 0
        if preactivated:
            strides = stage < len(depths) - 1 and number == depths[stage] - 1
            return PreactivatedBottleneck(filters, 2 if strides else 1, project)
        return BiasedBottleneck(filters, 2 if stage > 0 and project else 1, project)

    net = (
        Sequential(input, name=name)
        .pad(3, name="conv1_pad")
        .conv(7, width, stride=2, name="conv1")
    )
    if not preactivated:
        net = net.norm(name="norm1").relu(name="relu1")
    net = net.pad(1, name="pool1_pad").pool(3, stride=2, name="pool1")
    for stage, depth in enumerate(depths):
        blocks = [Named(block(stage, i), str(i)) for i in range(depth)]
        net = net.add(Sequential(name=f"layer{stage + 1}").add(*blocks))
    if preactivated:
        net = net.norm(name="post_norm").relu(name="post_relu")
    return (
        net.global_pool(name="avgpool").fc(classes, name="fc").softmax(name="softmax")
    )


_STATE = "Keras' number has the running means and variances of the batch norms in it"


def _claims(params: str, why: str = "") -> tuple[Claim, ...]:
    return (Claim("params", params, "Keras Applications, available models", why=why),)


resnet50_keras = member(
    _resnet,
    "resnet50_keras",
    "ResNet-50, as in Keras.",
    module_less=("softmax",),
    claims=_claims("25.6M"),
    depths=(3, 4, 6, 3),
    preactivated=False,
)
resnet50_v2 = member(
    _resnet,
    "resnet50_v2",
    "ResNet-50 version 2, as in Keras.",
    module_less=("softmax",),
    claims=_claims("25.6M"),
    depths=(3, 4, 6, 3),
)
resnet101_v2 = member(
    _resnet,
    "resnet101_v2",
    "ResNet-101 version 2, as in Keras.",
    module_less=("softmax",),
    claims=_claims("44.7M", _STATE),
    depths=(3, 4, 23, 3),
)
resnet152_v2 = member(
    _resnet,
    "resnet152_v2",
    "ResNet-152 version 2, as in Keras.",
    module_less=("softmax",),
    claims=_claims("60.4M", _STATE),
    depths=(3, 8, 36, 3),
)
