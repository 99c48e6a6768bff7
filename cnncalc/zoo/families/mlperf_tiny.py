"""Networks for microcontrollers: the four of MLPerf Tiny, and TensorFlow's person.

Banbury et al. 2021, "MLPerf Tiny benchmark", https://arxiv.org/abs/2106.07597, as its
reference code, https://github.com/mlcommons/tiny, builds them in Keras: keyword
spotting (kws), visual wake words (vww), image classification (ic) and anomaly detection
(ad). The person detector is the example of TensorFlow Lite Micro: MobileNet of a
quarter of the width on grey images, after Chowdhery et al. 2019, "Visual wake words
dataset", https://arxiv.org/abs/1906.05721.
"""

from __future__ import annotations

from cnncalc.blocks.combine import Residual
from cnncalc.network.sequential import Sequential
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.families.mobilenet import V1, mobilenet
from cnncalc.zoo.member import member
from cnncalc.zoo.parts import stage

__all__ = ["ad_autoencoder", "ic_resnet8", "kws_ds_cnn"]
__all__ += ["person_detect", "vww_mobilenet"]


def _conv(filters: int, kernel: int = 3, stride: int = 1) -> Sequential:
    conv = Sequential().conv(kernel, filters, stride=stride, padding="same")
    return conv.norm()


def _separable(filters: int, stride: int = 1) -> Sequential:
    depthwise = Sequential().depthwise(3, stride=stride, padding="same")
    return depthwise.norm().relu().add(_conv(filters, 1)).relu()


@member()
def kws_ds_cnn(
    name: str, input: ShapeLike = (49, 10, 1), *, classes: int = 12, width: int = 64
) -> Sequential:
    """Keyword spotting of MLPerf Tiny: DS-CNN, of depthwise separable convolutions."""
    net = Sequential(input, name=name)
    net = net.conv((10, 4), width, stride=2, padding="same").norm().relu().dropout(0.2)
    net = net.add(stage("blocks", [_separable(width)] * 4)).dropout(0.4)
    return net.global_pool().fc(classes).softmax()


@member()
def vww_mobilenet(
    name: str, input: ShapeLike = (96, 96, 3), *, classes: int = 2, width: float = 0.25
) -> Sequential:
    """Visual wake words of MLPerf Tiny: MobileNet with biases, a quarter as wide."""
    net = Sequential(input, name=name).add(_conv(int(32 * width), stride=2)).relu()
    blocks = [_separable(int(filters * width), stride) for filters, stride in V1]
    net = net.add(stage("blocks", blocks))
    return net.global_pool().fc(classes).softmax()


@member()
def ic_resnet8(
    name: str, input: ShapeLike = (32, 32, 3), *, classes: int = 10, width: int = 16
) -> Sequential:
    """Image classification of MLPerf Tiny: a residual network of eight layers."""
    net = Sequential(input, name=name).add(_conv(width)).relu()
    for number, multiple in enumerate((1, 2, 4), 1):
        filters, stride = multiple * width, min(number, 2)
        body = _conv(filters, stride=stride).relu().add(_conv(filters))
        shortcut = Sequential().conv(1, filters, stride=stride, padding="same")
        block = Residual(body, shortcut if stride > 1 else None, name=f"block{number}")
        net = net.add(block).relu()
    return net.global_pool().fc(classes).softmax()


@member()
def ad_autoencoder(
    name: str, input: ShapeLike = 640, *, width: int = 128, code: int = 8
) -> Sequential:
    """Anomaly detection of MLPerf Tiny: an autoencoder of linear layers."""
    net = Sequential(input, name=name)
    values = net.output.size
    for units in (*(width,) * 4, code, *(width,) * 4):
        net = net.fc(units).norm().relu()
    return net.fc(values)


@member()
def person_detect(
    name: str, input: ShapeLike = (96, 96, 1), *, classes: int = 2, width: float = 0.25
) -> Sequential:
    """TensorFlow Lite Micro's person detector: MobileNet, a quarter as wide."""
    whole = mobilenet(input, classes=classes, width=width)
    return Sequential(input, name=name).add(*whole.steps)
