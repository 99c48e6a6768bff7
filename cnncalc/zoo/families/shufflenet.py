"""ShuffleNet V2, as in torchvision.

Ma, Zhang, Zheng & Sun 2018, "ShuffleNet V2: practical guidelines for efficient CNN
architecture design", https://arxiv.org/abs/1807.11164
"""

from __future__ import annotations

from cnncalc.blocks.chain import conv_norm_act
from cnncalc.blocks.mobile import ShuffleUnit
from cnncalc.graph.wrappers import Named
from cnncalc.network.sequential import Sequential
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.member import members
from cnncalc.zoo.parts import stage

__all__ = ["shufflenet_v2_x0_5", "shufflenet_v2_x1_0"]
__all__ += ["shufflenet_v2_x1_5", "shufflenet_v2_x2_0"]


@members("avgpool", "*/split*", "*/channel_shuffle*")
def _shufflenet(
    name: str,
    channels: tuple[int, int, int, int],
    input: ShapeLike = (224, 224, 3),
    *,
    classes: int = 1000,
    depths: tuple[int, int, int] = (4, 8, 4),
) -> Sequential:
    *widths, features = channels
    net = (
        Sequential(input, name=name)
        .add(Named(conv_norm_act(24, 3, stride=2), "stem"))
        .pool(3, stride=2, padding=1, name="maxpool")
    )
    for number, (filters, depth) in enumerate(zip(widths, depths, strict=True), 2):
        units = [ShuffleUnit(filters, 2)] + [ShuffleUnit(filters)] * (depth - 1)
        net = net.add(stage(f"stage{number}", units))
    return (
        net.add(Named(conv_norm_act(features), "head"))
        .global_pool(name="avgpool")
        .fc(classes, name="fc")
    )


# Table 5 of the paper: channels of the stages, and of the last convolution.
shufflenet_v2_x0_5, shufflenet_v2_x1_0, shufflenet_v2_x1_5, shufflenet_v2_x2_0 = [
    _shufflenet(f"shufflenet_v2_x{size}", f"ShuffleNet V2{words}.", channels)
    for size, words, channels in [
        ("0_5", ", half as wide", (48, 96, 192, 1024)),
        ("1_0", "", (116, 232, 464, 1024)),
        ("1_5", ", 1.5 times as wide", (176, 352, 704, 1024)),
        ("2_0", ", twice as wide", (244, 488, 976, 2048)),
    ]
]
