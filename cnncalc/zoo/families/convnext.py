"""ConvNeXt, as in torchvision.

Liu et al. 2022, "A ConvNet for the 2020s", https://arxiv.org/abs/2201.03545.
"""

from __future__ import annotations

from cnncalc.blocks.convnext import ConvNeXtBlock
from cnncalc.graph.wrappers import Named
from cnncalc.network.sequential import Sequential
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.claim import Claim
from cnncalc.zoo.member import member

__all__ = ["NETWORKS"]


def _convnext(
    name: str,
    *,
    depths: tuple[int, ...],
    width: int,
    stochastic_depth: float,
    input: ShapeLike = (224, 224, 3),
    classes: int = 1000,
) -> Sequential:
    net = (
        Sequential(input, name=name)
        .conv(4, width, stride=4, name="conv1")
        .norm("layer", name="norm1")
    )
    before, last = 0, max(sum(depths) - 1, 1)
    for stage, depth in enumerate(depths):
        filters = width * 2**stage
        if stage > 0:
            downsample = Sequential(name=f"downsample{stage}")
            net = net.add(downsample.norm("layer").conv(2, filters, stride=2))
        blocks = [
            Named(
                ConvNeXtBlock(filters, stochastic_depth * (before + i) / last), str(i)
            )
            for i in range(depth)
        ]
        net = net.add(Sequential(name=f"stage{stage + 1}").add(*blocks))
        before += depth
    return (
        net.adaptive_pool(1, name="avgpool")
        .norm("layer", name="norm2")
        .flatten(name="flatten")
        .fc(classes, name="fc")
    )


# torchvision's LayerNorm2d, a module of its own around torch.nn.functional.layer_norm.
_MODULE_LESS = ("norm?", "downsample?/norm1")


def _claims(params: str, macs: str) -> tuple[Claim, ...]:
    source = "Liu et al. 2022, table 1"
    return Claim("params", params, source), Claim("macs", macs, source)


# Depths, width, rate of stochastic depth, and what the paper says: parameters, MACs.
_ROWS: dict[str, tuple[tuple[int, ...], int, float, str, str]] = {
    "tiny": ((3, 3, 9, 3), 96, 0.1, "29M", "4.5G"),
    "small": ((3, 3, 27, 3), 96, 0.4, "50M", "8.7G"),
    "base": ((3, 3, 27, 3), 128, 0.5, "89M", "15.4G"),
    "large": ((3, 3, 27, 3), 192, 0.5, "198M", "34.4G"),
}
NETWORKS = {
    f"convnext_{size}": member(
        _convnext,
        f"convnext_{size}",
        f"ConvNeXt-{size[0].upper()}.",
        module_less=_MODULE_LESS,
        claims=_claims(params, macs),
        depths=depths,
        width=width,
        stochastic_depth=drop,
    )
    for size, (depths, width, drop, params, macs) in _ROWS.items()
}
