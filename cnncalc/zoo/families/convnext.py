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

__all__ = ["convnext_base", "convnext_large", "convnext_small", "convnext_tiny"]


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


convnext_tiny = member(
    _convnext,
    "convnext_tiny",
    "ConvNeXt-T.",
    module_less=_MODULE_LESS,
    claims=_claims("29M", "4.5G"),
    depths=(3, 3, 9, 3),
    width=96,
    stochastic_depth=0.1,
)
convnext_small = member(
    _convnext,
    "convnext_small",
    "ConvNeXt-S.",
    module_less=_MODULE_LESS,
    claims=_claims("50M", "8.7G"),
    depths=(3, 3, 27, 3),
    width=96,
    stochastic_depth=0.4,
)
convnext_base = member(
    _convnext,
    "convnext_base",
    "ConvNeXt-B.",
    module_less=_MODULE_LESS,
    claims=_claims("89M", "15.4G"),
    depths=(3, 3, 27, 3),
    width=128,
    stochastic_depth=0.5,
)
convnext_large = member(
    _convnext,
    "convnext_large",
    "ConvNeXt-L.",
    module_less=_MODULE_LESS,
    claims=_claims("198M", "34.4G"),
    depths=(3, 3, 27, 3),
    width=192,
    stochastic_depth=0.5,
)
