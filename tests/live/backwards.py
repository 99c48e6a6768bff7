"""Questions backwards against brute force: as the suite asks them, but more.

    python tests/live/backwards.py [questions]

Of each kind there are 1,000 questions, or as many: windows, paddings, inputs for an
output, the largest input, the largest batch, and the largest value of a setting. Run it
from the folder that holds `tests`.
"""

import sys
import time
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[2]))

from tests import test_backwards as asked

if __name__ == "__main__":
    asked.QUESTIONS = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000
    tests = [
        asked.TestWindows().test_are_those_of_brute_force,
        asked.TestWindows().test_paddings_are_those_of_brute_force,
        asked.TestInputs().test_are_those_of_brute_force,
        asked.TestTheLargest().test_is_that_of_brute_force,
        asked.TestTheLargestBatch().test_is_that_of_brute_force,
    ]
    fits = asked.TestFit().test_is_that_of_brute_force
    builds = (asked.plain, asked.grouped, asked.looked_at, asked.falling)
    tests += [partial(fits, build) for build in builds]
    for test in tests:
        start = time.perf_counter()
        test()
        name = getattr(test, "__qualname__", "TestFit")
        print(f"{name:64} {time.perf_counter() - start:6.1f} s", flush=True)
