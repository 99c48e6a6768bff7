"""ShuffleNet V2, as in torchvision.

Ma, Zhang, Zheng & Sun 2018, "ShuffleNet V2: practical guidelines for efficient CNN
architecture design", https://arxiv.org/abs/1807.11164
"""

from __future__ import annotations

from cnncalc.blocks.chain import conv_norm_act
from cnncalc.blocks.shuffle import ShuffleUnit
from cnncalc.graph.wrappers import Named
from cnncalc.network.sequential import Sequential
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.claim import Claim
from cnncalc.zoo.member import member

__all__ = ["NETWORKS"]


def _shufflenet(
    name: str,
    *,
    channels: tuple[int, int, int],
    features: int,
    input: ShapeLike = (224, 224, 3),
    classes: int = 1000,
    depths: tuple[int, int, int] = (4, 8, 4),
) -> Sequential:
    net = (
        Sequential(input, name=name)
        .add(Named(conv_norm_act(24, 3, stride=2), "stem"))
        .pool(3, stride=2, padding=1, name="maxpool")
    )
    for stage, (filters, depth) in enumerate(zip(channels, depths, strict=True), 2):
        layer = Sequential(name=f"stage{stage}").add(
            Named(ShuffleUnit(filters, 2), "0")
        )
        for place in range(1, depth):
            layer = layer.add(Named(ShuffleUnit(filters), str(place)))
        net = net.add(layer)
    return (
        net.add(Named(conv_norm_act(features), "head"))
        .global_pool(name="avgpool")
        .fc(classes, name="fc")
    )


_MODULE_LESS = ("avgpool", "*/split*", "*/channel_shuffle*")
_TABLE_5 = "Ma et al. 2018, table 5"
_UNEQUAL = (
    "The first unit of stage 2 makes half of its channels in each branch here; in the "
    "authors' code one branch keeps its 24, and the other makes the rest: {} in all."
)

_ADDITIONS = (
    "The structure gives 40.48M, and 40.53M with the 50,176 additions of the last pool."
)

# How wide it is, channels and features, and what table 5 says: parameters, MACs, why.
_ROWS = {
    "0_5": (", half as wide", (48, 96, 192), 1024, "1.4M", "41M", _ADDITIONS),
    "1_0": ("", (116, 232, 464), 1024, "2.3M", "146M", _UNEQUAL.format("145.8M")),
    "1_5": (
        ", 1.5 times as wide",
        (176, 352, 704),
        1024,
        "3.5M",
        "299M",
        _UNEQUAL.format("299.0M"),
    ),
    "2_0": (
        ", twice as wide",
        (244, 488, 976),
        2048,
        "7.4M",
        "591M",
        _UNEQUAL.format("590.8M"),
    ),
}
NETWORKS = {
    f"shufflenet_v2_x{size}": member(
        _shufflenet,
        f"shufflenet_v2_x{size}",
        f"ShuffleNet V2{wide}.",
        module_less=_MODULE_LESS,
        claims=(
            Claim("params", params, _TABLE_5),
            Claim("macs", macs, _TABLE_5, why=why),
        ),
        channels=channels,
        features=features,
    )
    for size, (wide, channels, features, params, macs, why) in _ROWS.items()
}
