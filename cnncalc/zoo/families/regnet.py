"""RegNet X and Y: stages whose widths follow a quantised line, as in torchvision.

Radosavovic, Kosaraju, Girshick, He & Dollár 2020, "Designing network design spaces",
https://arxiv.org/abs/2003.13678, §3.3; the 128 GF network is of Goyal et al. 2021,
"Self-supervised pretraining of visual features in the wild",
https://arxiv.org/abs/2103.01988.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction

from cnncalc.blocks.regnet import XBlock
from cnncalc.network.sequential import Sequential
from cnncalc.sizes.number import divisible
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.member import members
from cnncalc.zoo.parts import stage

__all__ = ["regnet_x_1_6gf", "regnet_x_3_2gf", "regnet_x_8gf", "regnet_x_16gf"]
__all__ += ["regnet_x_32gf", "regnet_x_400mf", "regnet_x_800mf", "regnet_y_1_6gf"]
__all__ += ["regnet_y_3_2gf", "regnet_y_8gf", "regnet_y_16gf", "regnet_y_32gf"]
__all__ += ["regnet_y_128gf", "regnet_y_400mf", "regnet_y_800mf"]


_QUANTUM = 8  # of which a width is a multiple


def _power(ratio: Fraction, base: Fraction) -> int:
    """Return the logarithm of *ratio*, rounded: exactly, from the powers of *base*."""
    exponent = 0
    while ratio**2 > base ** (2 * exponent + 1):
        exponent += 1
    return exponent


# Depth, width of the first block, slope and step of the line, and width of a group.
_Design = tuple[int, int, str, str, int]


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


@members()
def _regnet(
    name: str,
    design: _Design,
    input: ShapeLike = (224, 224, 3),
    *,
    squeeze: int = 0,
    classes: int = 1000,
    stem: int = 32,
) -> Sequential:
    net = (
        Sequential(input, name=name)
        .conv(3, stem, stride=2, padding=1, bias=False, name="conv1")
        .norm(name="norm1")
        .relu(name="relu1")
    )
    for number, (depth, width, groups) in enumerate(_stages(*design), 1):
        blocks = [XBlock(width, 1 if i else 2, groups, squeeze) for i in range(depth)]
        net = net.add(stage(f"stage{number}", blocks))
    return net.adaptive_pool(1, name="avgpool").fc(classes, name="fc")


_X: dict[str, _Design] = {
    "400 million": (22, 24, "24.48", "2.54", 16),
    "800 million": (16, 56, "35.73", "2.28", 16),
    "1.6 billion": (18, 80, "34.01", "2.25", 24),
    "3.2 billion": (25, 88, "26.31", "2.25", 48),
    "8 billion": (23, 80, "49.56", "2.88", 120),
    "16 billion": (22, 216, "55.59", "2.1", 128),
    "32 billion": (23, 320, "69.86", "2.0", 168),
}
_Y: dict[str, _Design] = {
    "400 million": (16, 48, "27.89", "2.09", 8),
    "800 million": (14, 56, "38.84", "2.4", 16),
    "1.6 billion": (27, 48, "20.71", "2.65", 24),
    "3.2 billion": (21, 80, "42.63", "2.66", 24),
    "8 billion": (17, 192, "76.82", "2.19", 56),
    "16 billion": (18, 200, "106.23", "2.48", 112),
    "32 billion": (20, 232, "115.89", "2.53", 232),
    "128 billion": (27, 456, "160.83", "2.52", 264),
}


def _named(letter: str, work: str) -> tuple[str, str]:
    number, unit = work.replace(".", "_").split()
    name = f"regnet_{letter.lower()}_{number}{unit[0].replace('b', 'g')}f"
    return name, f"RegNet{letter} of {work} multiply-adds."


regnet_x_400mf, regnet_x_800mf, regnet_x_1_6gf, regnet_x_3_2gf, *_larger = [
    _regnet(*_named("X", work), design) for work, design in _X.items()
]
regnet_x_8gf, regnet_x_16gf, regnet_x_32gf = _larger
regnet_y_400mf, regnet_y_800mf, regnet_y_1_6gf, regnet_y_3_2gf, *_larger = [
    _regnet(*_named("Y", work), design, squeeze=4) for work, design in _Y.items()
]
regnet_y_8gf, regnet_y_16gf, regnet_y_32gf, regnet_y_128gf = _larger
