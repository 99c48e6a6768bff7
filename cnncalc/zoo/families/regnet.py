"""RegNet X and Y: stages whose widths follow a quantised line, as in torchvision.

Radosavovic, Kosaraju, Girshick, He & Dollár 2020, "Designing network design spaces",
https://arxiv.org/abs/2003.13678, §3.3; the 128 GF network is of Goyal et al. 2021,
"Self-supervised pretraining of visual features in the wild",
https://arxiv.org/abs/2103.01988.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

from cnncalc.blocks.mobile import divisible
from cnncalc.blocks.regnet import XBlock
from cnncalc.graph.wrappers import Named
from cnncalc.network.sequential import Sequential
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.claim import Claim
from cnncalc.zoo.member import member

__all__ = [
    "regnet_x_1_6gf",
    "regnet_x_3_2gf",
    "regnet_x_8gf",
    "regnet_x_16gf",
    "regnet_x_32gf",
    "regnet_x_400mf",
    "regnet_x_800mf",
    "regnet_y_1_6gf",
    "regnet_y_3_2gf",
    "regnet_y_8gf",
    "regnet_y_16gf",
    "regnet_y_32gf",
    "regnet_y_128gf",
    "regnet_y_400mf",
    "regnet_y_800mf",
]


_QUANTUM = 8  # of which a width is a multiple


def _power(ratio: Fraction, base: Fraction) -> int:
    """Return the logarithm of *ratio*, rounded: exactly, from the powers of *base*."""
    exponent = 0
    while ratio**2 > base ** (2 * exponent + 1):
        exponent += 1
    return exponent


def _stages(
    depth: int, start: int, slope: str, step: str, group_width: int
) -> list[tuple[int, int, int]]:
    """Return each stage's depth, width and groups.

    The widths of the blocks are on a line, from which each goes to the nearest of
    ``start``, ``start * step``, ``start * step**2``, ... by the logarithm.

    Args:
        depth: Number of blocks.
        start: Width of the first block, the paper's w_0.
        slope: By how much the line rises with each block, w_a, in decimal.
        step: By how much each stage is wider, w_m, in decimal.
        group_width: Channels of a group.
    """
    rise, base = Fraction(slope), Fraction(step)
    widths: Counter[int] = Counter()
    for block in range(depth):
        power = _power(1 + rise * block / start, base)
        widths[round(start * base**power / _QUANTUM) * _QUANTUM] += 1
    stages = []
    for width, blocks in widths.items():
        group = min(group_width, width)
        fitting = divisible(width, group)
        stages.append((blocks, fitting, fitting // group))
    return stages


def _regnet(
    name: str,
    *,
    line: tuple[int, int, str, str],
    group_width: int,
    squeeze: int = 0,
    input: ShapeLike = (224, 224, 3),
    classes: int = 1000,
    stem: int = 32,
) -> Sequential:
    net = (
        Sequential(input, name=name)
        .conv(3, stem, stride=2, padding=1, bias=False, name="conv1")
        .norm(name="norm1")
        .relu(name="relu1")
    )
    stages = _stages(*line, group_width)
    for stage, (depth, width, groups) in enumerate(stages, 1):
        blocks = [
            Named(XBlock(width, 1 if i else 2, groups, squeeze), str(i))
            for i in range(depth)
        ]
        net = net.add(Sequential(name=f"stage{stage}").add(*blocks))
    return net.adaptive_pool(1, name="avgpool").fc(classes, name="fc")


def _claims(
    macs: str, params: str, why: str = "", *, why_macs: str = ""
) -> tuple[Claim, ...]:
    source = "Radosavovic et al. 2020, the model zoo of its code (pycls)"
    return (
        Claim("macs", macs, source, why=why_macs),
        Claim("params", params, source, why=why),
    )


regnet_x_400mf = member(
    _regnet,
    "regnet_x_400mf",
    "RegNetX of 400 million multiply-adds.",
    claims=_claims(
        "0.4B",
        "5.2M",
        "of a last stage of 392, 24.5 groups, torchvision makes 25, the authors 24",
    ),
    line=(22, 24, "24.48", "2.54"),
    group_width=16,
)
regnet_x_800mf = member(
    _regnet,
    "regnet_x_800mf",
    "RegNetX of 800 million multiply-adds.",
    claims=_claims("0.8B", "7.3M"),
    line=(16, 56, "35.73", "2.28"),
    group_width=16,
)
regnet_x_1_6gf = member(
    _regnet,
    "regnet_x_1_6gf",
    "RegNetX of 1.6 billion multiply-adds.",
    claims=_claims("1.6B", "9.2M"),
    line=(18, 80, "34.01", "2.25"),
    group_width=24,
)
regnet_x_3_2gf = member(
    _regnet,
    "regnet_x_3_2gf",
    "RegNetX of 3.2 billion multiply-adds.",
    claims=_claims("3.2B", "15.3M"),
    line=(25, 88, "26.31", "2.25"),
    group_width=48,
)
regnet_x_8gf = member(
    _regnet,
    "regnet_x_8gf",
    "RegNetX of 8 billion multiply-adds.",
    claims=_claims("8.0B", "39.6M"),
    line=(23, 80, "49.56", "2.88"),
    group_width=120,
)
regnet_x_16gf = member(
    _regnet,
    "regnet_x_16gf",
    "RegNetX of 16 billion multiply-adds.",
    claims=_claims("15.9B", "54.3M"),
    line=(22, 216, "55.59", "2.1"),
    group_width=128,
)
regnet_x_32gf = member(
    _regnet,
    "regnet_x_32gf",
    "RegNetX of 32 billion multiply-adds.",
    claims=_claims("31.7B", "107.8M"),
    line=(23, 320, "69.86", "2.0"),
    group_width=168,
)
regnet_y_400mf = member(
    _regnet,
    "regnet_y_400mf",
    "RegNetY of 400 million multiply-adds.",
    claims=_claims("0.4B", "4.3M"),
    line=(16, 48, "27.89", "2.09"),
    group_width=8,
    squeeze=4,
)
regnet_y_800mf = member(
    _regnet,
    "regnet_y_800mf",
    "RegNetY of 800 million multiply-adds.",
    claims=_claims(
        "0.8B",
        "6.3M",
        "of stages of 8.5 and 48.5 groups torchvision makes 9 and 49, the authors "
        "8 and 48",
    ),
    line=(14, 56, "38.84", "2.4"),
    group_width=16,
    squeeze=4,
)
regnet_y_1_6gf = member(
    _regnet,
    "regnet_y_1_6gf",
    "RegNetY of 1.6 billion multiply-adds.",
    claims=_claims("1.6B", "11.2M"),
    line=(27, 48, "20.71", "2.65"),
    group_width=24,
    squeeze=4,
)
regnet_y_3_2gf = member(
    _regnet,
    "regnet_y_3_2gf",
    "RegNetY of 3.2 billion multiply-adds.",
    claims=_claims("3.2B", "19.4M"),
    line=(21, 80, "42.63", "2.66"),
    group_width=24,
    squeeze=4,
)
_FIRST = (
    "of a first stage of 192 torchvision makes 224, since 168 is less than nine tenths "
    "of it; the authors make 168"
)
regnet_y_8gf = member(
    _regnet,
    "regnet_y_8gf",
    "RegNetY of 8 billion multiply-adds.",
    claims=_claims("8.0B", "39.2M", _FIRST, why_macs=_FIRST),
    line=(17, 192, "76.82", "2.19"),
    group_width=56,
    squeeze=4,
)
regnet_y_16gf = member(
    _regnet,
    "regnet_y_16gf",
    "RegNetY of 16 billion multiply-adds.",
    claims=_claims("15.9B", "83.6M"),
    line=(18, 200, "106.23", "2.48"),
    group_width=112,
    squeeze=4,
)
regnet_y_32gf = member(
    _regnet,
    "regnet_y_32gf",
    "RegNetY of 32 billion multiply-adds.",
    claims=_claims("32.3B", "145.0M"),
    line=(20, 232, "115.89", "2.53"),
    group_width=232,
    squeeze=4,
)
regnet_y_128gf = member(
    _regnet,
    "regnet_y_128gf",
    "RegNetY of 128 billion multiply-adds.",
    line=(27, 456, "160.83", "2.52"),
    group_width=264,
    squeeze=4,
)
