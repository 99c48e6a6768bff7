"""Every network of the zoo, at every size: its expressions against the integer reading.

    python tests/live/symbols.py [every] [networks ...]

Each network is asked on squares from 1 to 300, and on 50 random maps up to 2,000, height
and width apart; of a video the length is as it is, and a sequence is as long. Where its
conditions hold, all its expressions are the numbers of the network on that size; where
they do not hold, they refuse; where no network can be built, they do not hold. It takes
half an hour; with *every* 10 it is each tenth square.
"""

import random
import sys
import time

from cnncalc import zoo
from cnncalc.errors import CnncalcError
from cnncalc.symbolic.counting import QUANTITIES

LARGEST, RANDOM, FARTHEST = 300, 50, 2_000


def sizes(every):
    """Give the heights and widths."""
    yield from ((n, n) for n in range(1, LARGEST + 1, every))
    chance = random.Random(18)
    for _ in range(RANDOM):
        yield chance.randint(1, FARTHEST), chance.randint(1, FARTHEST)


def checked(name, every):
    """Return how often its expressions hold, refuse, and nothing can be built."""
    net = zoo.build(name)
    start = time.process_time()
    found = net.symbolic(depth=None)
    took = time.process_time() - start
    counts = {"holds": 0, "another case": 0, "no network": 0}
    for height, width in sizes(every):
        known = {"H": height, "W": width, "L": height * width}
        known = {symbol: known[symbol] for symbol in found.symbols}
        holds = found.holds(**known)
        try:
            other = net.on(*[shape.at(**known) for shape in found.inputs])
        except CnncalcError:
            assert not holds, (name, known)
            counts["no network"] += 1
            continue
        counts["holds" if holds else "another case"] += 1
        for quantity in QUANTITIES:
            number = getattr(found, quantity)
            if holds:
                assert getattr(other, quantity) == number.at(**known), (name, known)
                continue
            try:
                number.at(**known)
            except CnncalcError:
                continue
            raise AssertionError((name, known, quantity))
        if holds:
            shapes = found.output if len(net.graph.outputs) > 1 else [found.output]
            ours = [shape.at(**known) for shape in shapes]
            theirs = other.output if len(ours) > 1 else [other.output]
            assert list(theirs) == ours, (name, known)
    return took, counts


if __name__ == "__main__":
    every = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    for name in sys.argv[2:] or zoo.names():
        took, counts = checked(name, every)
        print(f"{name:28} {took * 1000:6.0f} ms  {counts}", flush=True)
