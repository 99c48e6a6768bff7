"""Single operations in 1-D and 3-D: what PyTorch and Keras say, beside cnncalc.

``python tests/live/operations.py`` draws 5,000 for each framework, runs them there, and
compares shapes, parameters, buffers, MACs and refusals. It takes about two minutes.
With ``--write FILE`` the facts are kept; tests/data/ has some.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import time
from collections import Counter, defaultdict
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).parents[1]))  # facts.py

from draws import operation
from facts import answer, expected, needless
from frameworks import call, versions


def drawn(framework: str, rank: int, count: int, seed: int) -> list[dict]:
    """Return the facts of so many random operations; those drawn twice once."""
    rng, found = Random(f"{seed} {framework} {rank}"), {}
    while len(found) < count:
        what = operation(rng, framework, rank)
        found.setdefault(json.dumps(what), what)
    return [call(framework, *what) for what in found.values()]


def write(facts: list[dict], file: str) -> None:
    """Write facts as gzipped lines of JSON, the same bytes whenever it is done."""
    lines = [json.dumps(fact, separators=(",", ":")) for fact in facts]
    data = "\n".join([*sorted(lines), ""]).encode()
    Path(file).write_bytes(gzip.compress(data, 9, mtime=0))


def effort(fact: dict) -> int:
    """Return how much there is to read of a fact: the smallest example is shown."""
    return len(json.dumps(fact)) * 10 + sum(fact["input"])


def compare(facts: list[dict]) -> int:
    """Print how many facts agree, the smallest that does not of each sort."""
    wrong, alone = defaultdict(list), Counter()
    for fact in facts:
        want, got = expected(fact), answer(fact)
        reason = needless(fact)
        if want == got:
            continue
        if reason:
            alone[fact["op"].split(".")[0], reason] += 1
        else:
            sort = "refused" if want is None else "accepted"
            wrong[fact["op"], sort, got is None].append((fact, want, got))
    for (framework, reason), count in sorted(alone.items()):
        print(f"  {count:5}  with {framework} alone: {reason}")
    for (op, sort, _), cases in sorted(wrong.items()):
        fact, want, got = min(cases, key=lambda case: effort(case[0]))
        print(f"  {len(cases):5}  {op} {sort}, and here not so, as {json.dumps(fact)}")
        print(f"         there {want}, here {got}")
    return sum(map(len, wrong.values()))


def main() -> None:
    """Draw, run, write and compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=5_000, help="for each framework")
    parser.add_argument("--ranks", type=int, nargs="+", default=(1, 3))
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--write", metavar="FILE", help="keep the facts: .jsonl.gz")
    parser.add_argument("--no-compare", action="store_true", help="only draw")
    chosen = parser.parse_args()
    print(f"{versions()}, seed {chosen.seed}")
    every, wrong = [], 0
    for framework in ("torch", "keras"):
        for rank in chosen.ranks:
            start = time.perf_counter()
            facts = drawn(
                framework, rank, chosen.count // len(chosen.ranks), chosen.seed
            )
            seconds = time.perf_counter() - start
            every += facts
            refused = sum("refused" in fact for fact in facts)
            print(
                f"{framework} {rank}-D: {len(facts)}, {refused} refused, {seconds:.0f} s"
            )
            if not chosen.no_compare:
                wrong += compare(facts)
    if chosen.write:
        write(every, chosen.write)
    if wrong:
        sys.exit(f"{wrong} disagree")


if __name__ == "__main__":
    main()
