"""ShuffleNet V2, as in torchvision.

Ma, Zhang, Zheng & Sun 2018, "ShuffleNet V2: practical guidelines for efficient CNN
architecture design", https://arxiv.org/abs/1807.11164
"""

from __future__ import annotations

from cnncalc.blocks.chain import unit
from cnncalc.blocks.shuffle import ShuffleUnit
from cnncalc.graph.wrappers import Named
from cnncalc.network.sequential import Sequential
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.claim import Claim
from cnncalc.zoo.member import member

__all__ = [
    "shufflenet_v2_x0_5",
    "shufflenet_v2_x1_0",
    "shufflenet_v2_x1_5",
    "shufflenet_v2_x2_0",
]


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
        .add(Named(unit(24, 3, stride=2), "stem"))
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
        net.add(Named(unit(features), "head"))
        .global_pool(name="avgpool")
        .fc(classes, name="fc")
    )


_MODULE_LESS = ("avgpool", "*/split*", "*/channel_shuffle*")
_TABLE_5 = "Ma et al. 2018, table 5"
_UNEQUAL = (
    "The first unit of stage 2 makes half of its channels in each branch here; in the "
    "authors' code one branch keeps its 24, and the other makes the rest: {} in all."
)

shufflenet_v2_x0_5 = member(
    _shufflenet,
    "shufflenet_v2_x0_5",
    "ShuffleNet V2, half as wide.",
    module_less=_MODULE_LESS,
    claims=(
        Claim("params", "1.4M", _TABLE_5),
        Claim(
            "macs",
            "41M",
            _TABLE_5,
            why="The structure gives 40.48M, and 40.53M with the 50,176 additions of "
            "the last pool.",
        ),
    ),
    channels=(48, 96, 192),
    features=1024,
)
shufflenet_v2_x1_0 = member(
    _shufflenet,
    "shufflenet_v2_x1_0",
    "ShuffleNet V2.",
    module_less=_MODULE_LESS,
    claims=(
        Claim("params", "2.3M", _TABLE_5),
        Claim("macs", "146M", _TABLE_5, why=_UNEQUAL.format("145.8M")),
    ),
    channels=(116, 232, 464),
    features=1024,
)
shufflenet_v2_x1_5 = member(
    _shufflenet,
    "shufflenet_v2_x1_5",
    "ShuffleNet V2, 1.5 times as wide.",
    module_less=_MODULE_LESS,
    claims=(
        Claim("params", "3.5M", _TABLE_5),
        Claim("macs", "299M", _TABLE_5, why=_UNEQUAL.format("299.0M")),
    ),
    channels=(176, 352, 704),
    features=1024,
)
shufflenet_v2_x2_0 = member(
    _shufflenet,
    "shufflenet_v2_x2_0",
    "ShuffleNet V2, twice as wide.",
    module_less=_MODULE_LESS,
    claims=(
        Claim("params", "7.4M", _TABLE_5),
        Claim("macs", "591M", _TABLE_5, why=_UNEQUAL.format("590.8M")),
    ),
    channels=(244, 488, 976),
    features=2048,
)
