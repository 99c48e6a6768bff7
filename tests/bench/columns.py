"""Networks that a sweep by NumPy counts in a second, beside a sweep by integers.

``python tests/bench/columns.py`` takes about a minute. It measures processor time, both
sides of a ratio in one run; before each block all layers, calls and groups that were
met before are forgotten. Each peak of memory is that of a process of its own.
"""

from __future__ import annotations

import random
import sys
import time
from collections import deque
from collections.abc import Callable
from functools import partial

from run import forget, memory, of_zoo

from cnncalc import sweep

TOTALS = ("params", "macs", "activations")
DEFAULT = (*TOTALS, "receptive_field")
SAMPLE = 5_000

# The benchmark's 10,000 variants, and 1,000,000.
TEN_THOUSAND = {
    "width": [0.25 + 0.05 * n for n in range(25)],
    "depth": [0.5 + 0.1 * n for n in range(20)],
    "side": list(range(96, 256, 8)),
}
MILLION = {
    "width": [0.25 + 0.015 * n for n in range(100)],
    "depth": [0.5 + 0.1 * n for n in range(20)],
    "side": list(range(96, 596)),
}


def seconds(run: Callable[[], object]) -> float:
    """Return the processor time that something takes."""
    start = time.process_time()
    run()
    return time.process_time() - start


def afresh(run: Callable[[], object], blocks: int) -> float:
    """Return the least processor time of some runs, none of which knows another."""
    times = []
    for _ in range(blocks):
        forget()
        times.append(seconds(run))
    return min(times)


def by_integers(columns: tuple[str, ...] = TOTALS) -> None:
    """Count the 10,000 variants one by one."""
    deque(sweep(of_zoo, TEN_THOUSAND, columns=columns), 0)


def rows(columns: tuple[str, ...] = TOTALS) -> None:
    """Make all rows of the 10,000 variants by NumPy."""
    deque(sweep(of_zoo, TEN_THOUSAND, columns=columns, engine="numpy"), 0)


def arrays(columns: tuple[str, ...] = TOTALS) -> None:
    """Give the columns of the 10,000 variants by NumPy."""
    found = sweep(of_zoo, TEN_THOUSAND, columns=columns, engine="numpy")
    for name in columns:
        found.column(name)


def million() -> None:
    """Give the columns of 1,000,000 variants by NumPy."""
    found = sweep(of_zoo, MILLION, columns=TOTALS, engine="numpy")
    for name in TOTALS:
        found.column(name)


def million_rows() -> None:
    """Make all rows of 1,000,000 variants by NumPy, and keep none."""
    deque(sweep(of_zoo, MILLION, columns=TOTALS, engine="numpy"), 0)


def sampled() -> int:
    """Return in how many rows of a sample of the million the integers differ."""
    found = sweep(of_zoo, MILLION, columns=TOTALS, engine="numpy")
    names = (*MILLION, *TOTALS)
    columns = [found.column(name) for name in names]
    wrong = 0
    for place in random.Random(1).sample(range(len(columns[0])), SAMPLE):
        *variant, params, macs, activations = [
            column[place].item() for column in columns
        ]
        net = of_zoo(*variant)
        wrong += (net.params, net.macs, net.activations) != (params, macs, activations)
    return wrong


def main() -> None:
    """Measure, and print a line for each."""
    arrays()  # what is imported for it
    for columns in (TOTALS, DEFAULT):
        alone = afresh(partial(by_integers, columns), 2)
        print(f"10,000 variants, {', '.join(columns)}: {alone:.2f} s one by one")
        for run in (rows, arrays):
            taken = afresh(partial(run, columns), 10)
            told = f"{alone / taken:.0f} × (aim: 200 ×)"
            print(f"  {run.__name__} by NumPy: {taken:.3f} s, {told}")
    for run in (million, million_rows):
        taken = afresh(run, 3)
        code = f"import sys\nsys.path.insert(0, {sys.path[0]!r})\nimport columns\n"
        peak = memory(f"{code}columns.{run.__name__}()") / 1024
        speed = f"{1e6 / taken:,.0f} networks/s (aim: 500,000)"
        print(f"1,000,000 variants, {run.__name__}: {taken:.2f} s, {speed}")
        print(f"  at its peak the process holds {peak:.0f} MiB (aim: 286)")
    print(f"of {SAMPLE:,} of their rows {sampled()} differ from the integers'")


if __name__ == "__main__":
    main()
