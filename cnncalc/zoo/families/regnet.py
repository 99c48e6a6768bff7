"""RegNet X and Y: stages whose widths follow a quantised line, as in torchvision.

Radosavovic, Kosaraju, Girshick, He & Dollár 2020, "Designing network design spaces",
https://arxiv.org/abs/2003.13678, §3.3; the 128 GF network is of Goyal et al. 2021,
"Self-supervised pretraining of visual features in the wild",
https://arxiv.org/abs/2103.01988.
"""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from typing import Any, NamedTuple

from cnncalc.blocks.mobile import divisible
from cnncalc.blocks.regnet import XBlock
from cnncalc.graph.wrappers import Named
from cnncalc.network.sequential import Sequential
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.claim import Claim
from cnncalc.zoo.member import member

__all__ = ["NETWORKS"]


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


_PYCLS = "Radosavovic et al. 2020, the model zoo of its code (pycls)"
_GROUPS_X = "of a last stage of 392, 24.5 groups, torchvision makes 25, the authors 24"
_GROUPS_Y = (
    "of stages of 8.5 and 48.5 groups torchvision makes 9 and 49, the authors 8 and 48"
)
_FIRST = (
    "of a first stage of 192 torchvision makes 224, since 168 is less than nine tenths "
    "of it; the authors make 168"
)


class _Row(NamedTuple):
    """A network: its line, the width of a group, and what pycls says of it."""

    line: tuple[int, int, str, str]
    group_width: int
    macs: str = ""
    params: str = ""
    why_params: str = ""
    why_macs: str = ""

    @property
    def claims(self) -> tuple[Claim, ...]:
        """What is claimed, if anything is."""
        if not self.macs:
            return ()
        return (
            Claim("macs", self.macs, _PYCLS, why=self.why_macs),
            Claim("params", self.params, _PYCLS, why=self.why_params),
        )


_X = {
    "400mf": _Row((22, 24, "24.48", "2.54"), 16, "0.4B", "5.2M", _GROUPS_X),
    "800mf": _Row((16, 56, "35.73", "2.28"), 16, "0.8B", "7.3M"),
    "1_6gf": _Row((18, 80, "34.01", "2.25"), 24, "1.6B", "9.2M"),
    "3_2gf": _Row((25, 88, "26.31", "2.25"), 48, "3.2B", "15.3M"),
    "8gf": _Row((23, 80, "49.56", "2.88"), 120, "8.0B", "39.6M"),
    "16gf": _Row((22, 216, "55.59", "2.1"), 128, "15.9B", "54.3M"),
    "32gf": _Row((23, 320, "69.86", "2.0"), 168, "31.7B", "107.8M"),
}
_Y = {
    "400mf": _Row((16, 48, "27.89", "2.09"), 8, "0.4B", "4.3M"),
    "800mf": _Row((14, 56, "38.84", "2.4"), 16, "0.8B", "6.3M", _GROUPS_Y),
    "1_6gf": _Row((27, 48, "20.71", "2.65"), 24, "1.6B", "11.2M"),
    "3_2gf": _Row((21, 80, "42.63", "2.66"), 24, "3.2B", "19.4M"),
    "8gf": _Row((17, 192, "76.82", "2.19"), 56, "8.0B", "39.2M", _FIRST, _FIRST),
    "16gf": _Row((18, 200, "106.23", "2.48"), 112, "15.9B", "83.6M"),
    "32gf": _Row((20, 232, "115.89", "2.53"), 232, "32.3B", "145.0M"),
    "128gf": _Row((27, 456, "160.83", "2.52"), 264),
}


def _networks(letter: str, rows: dict[str, _Row], **fixed: Any) -> dict[str, Any]:
    made = {}
    for size, row in rows.items():
        name = f"regnet_{letter.lower()}_{size}"
        number = size[:-2].replace("_", ".")
        work = f"{number} {'million' if size.endswith('mf') else 'billion'}"
        made[name] = member(
            _regnet,
            name,
            f"RegNet{letter} of {work} multiply-adds.",
            claims=row.claims,
            line=row.line,
            group_width=row.group_width,
            **fixed,
        )
    return made


NETWORKS = {**_networks("X", _X), **_networks("Y", _Y, squeeze=4)}
