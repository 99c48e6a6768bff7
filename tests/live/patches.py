"""Patches of many random networks: brute force, beside cnncalc.

``python tests/live/patches.py [how many]`` draws networks of convolutions, depthwise
ones, pools, sums and concatenations, and for each a cut, a grid, and whether depthwise
convolutions work in place and the input is in memory. What patches read, cost and need
is found by masks of positions, and compared with `net.patches`. No framework is needed.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from masks import compared


def main(many: int) -> int:
    """Compare so many networks; return whether some differ."""
    wrong = []
    for seed in range(many):
        expected, found = compared(seed)
        if expected != found:
            wrong.append(seed)
    print(f"{many} networks, {len(wrong)} differ", *wrong[:20])
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 2_000))
