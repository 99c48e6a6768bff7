"""Random networks with branches: PyTorch, module by module, beside cnncalc.

``python tests/live/networks.py`` draws 500 of them in 1-D, 3-D and 2-D, runs each in
PyTorch, and compares every node's output shape, parameters and MACs, in order, and the
totals. A network is a list of steps, from which both are made:

    ("torch.Conv1d", {...})              one operation
    ("group", [steps])                   a network within, under a name of its own
    ("residual", [steps], [steps])       what the second makes is added to the first's
    ("concat" | "add", [[steps], ...])   arms side by side, joined
"""

from __future__ import annotations

import argparse
import json
import math
import sys
import time
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # facts.py

import draws
from facts import layer
from frameworks import call, versions

Steps = list[tuple]
DRAWS = {
    draws.torch_conv: 30,
    draws.torch_depthwise: 8,
    draws.torch_transposed: 8,
    draws.torch_pool: 14,
    draws.torch_adaptive: 2,
    draws.torch_upsample: 4,
    draws.torch_pad: 5,
    draws.torch_crop: 2,
    draws.torch_norm: 14,
    draws.torch_linear: 4,
}
MOST = 200_000  # values in a map, for it to stay small
RELU = ("torch.ReLU", {})


class Drawn:
    """A network as it is drawn: each operation is run, and kept if PyTorch takes it."""

    draws = DRAWS

    def __init__(self, rng: Random, rank: int) -> None:
        self.rng, self.rank, self.facts = rng, rank, []

    def run(self, op: str, args: dict[str, Any], x: tuple[int, ...]) -> Any:
        """Return the output of an operation, or None if PyTorch refuses it."""
        fact = call("torch", op, args, x)
        if "refused" in fact:
            return None
        self.facts.append(fact)
        return fact["output"]

    def one(self, x: tuple[int, ...]) -> tuple[tuple, Any]:
        """Return an operation that fits, and its output."""
        while True:
            (draw,) = self.rng.choices(list(self.draws), list(self.draws.values()))
            op, args = draw(self.rng, self.rank, x)
            fact = call("torch", op, args, x)
            y = fact.get("output")
            if y and math.prod(y) <= MOST:
                self.facts.append(fact)
                return (f"torch.{op}", args), y

    def chain(self, x: tuple[int, ...], length: int, depth: int) -> tuple[Steps, Any]:
        """Return some steps, and what comes out of them."""
        steps: Steps = []
        for _ in range(length):
            step, x = self.part(x, depth) if depth else self.one(x)
            steps.append(step)
            if self.rng.random() < 0.3:
                x = self.run("ReLU", {}, x)
                steps.append(RELU)
        return steps, x

    def part(self, x: tuple[int, ...], depth: int) -> tuple[tuple, Any]:
        """Return an operation, or something made of several."""
        kind = self.rng.choices(
            ("one", "group", "residual", "concat", "add"), (6, 1, 1, 1, 1)
        )
        if kind == ["one"]:
            return self.one(x)
        length = self.rng.randint(1, 3)
        body, y = self.chain(x, length, depth - 1)
        if kind == ["group"]:
            return ("group", body), y
        if kind == ["residual"]:
            shortcut = [] if x == y else self.brought(x, y, channels=True)
            self.facts.append(_join(y, y))
            return ("residual", body, shortcut), y
        arms, outputs = [body], [y]
        for _ in range(self.rng.randint(1, 2)):
            arm, z = self.chain(x, self.rng.randint(0, 2), depth - 1)
            if z[:-1] != y[:-1] or (kind == ["add"] and z != y):
                arm += self.brought(z, y, channels=kind == ["add"])
                z = (*y[:-1], y[-1] if kind == ["add"] else z[-1])
            arms.append(arm)
            outputs.append(z)
        channels = y[-1] if kind == ["add"] else sum(z[-1] for z in outputs)
        y = (*y[:-1], channels)
        self.facts.append(_join(outputs[0], y))
        return (kind[0], arms), y

    def brought(self, x: tuple, y: tuple, *, channels: bool) -> Steps:
        """Return steps that bring a shape to the size of another, maybe its channels."""
        args: dict[str, Any] = {"output_size": y[:-1]}
        steps: Steps = [(f"torch.AdaptiveAvgPool{self.rank}d", args)]
        x = self.run(f"AdaptiveAvgPool{self.rank}d", args, x)
        if channels:
            args = {"in_channels": x[-1], "out_channels": y[-1], "kernel_size": 1}
            steps.append((f"torch.Conv{self.rank}d", args))
            self.run(f"Conv{self.rank}d", args, x)
        return steps


def _join(x: tuple, y: tuple) -> dict:
    return {"op": "join", "input": x, "output": y, "params": 0, "buffers": 0, "macs": 0}


def drawn(rng: Random, rank: int) -> tuple[Steps, tuple, list[dict]]:
    """Return a network's steps, its input, and the facts of each operation in order."""
    network = Drawn(rng, rank)
    x = draws.shape(rng, rank)
    steps, y = network.chain(x, rng.randint(2, 6), 2)
    if rng.random() < 0.5:
        (n,) = network.run("Flatten", {}, y)
        args = {"in_features": n, "out_features": 10}
        steps += [("torch.Flatten", {}), ("torch.Linear", args)]
        network.run("Linear", args, (n,))
    return steps, x, network.facts


def ours(steps: Steps) -> Any:
    """Return the open network of some steps."""
    from cnncalc import Add, Concat, Sequential

    net = Sequential()
    for number, (op, *rest) in enumerate(steps):
        if op == "group":
            net = net.add(Sequential(name=f"group{number}").add(*ours(rest[0]).steps))
        elif op == "residual":
            body, shortcut = rest
            net = net.residual(ours(body), ours(shortcut) if shortcut else None)
        elif op in {"concat", "add"}:
            join = Concat() if op == "concat" else Add()
            net = net.branch(*map(ours, rest[0]), join=join)
        else:
            net = net.add(layer(op, rest[0]))
    return net


def differences(steps: Steps, x: tuple, facts: list[dict]) -> list[str]:
    """Return in words where cnncalc has other numbers than PyTorch."""
    net = ours(steps).on(x)
    there = [(f["output"], f["params"], f["macs"]) for f in facts]
    here = [(tuple(row.output), row.params, row.macs) for row in net.nodes]
    if len(here) != len(there):
        return [f"{len(here)} nodes, and there {len(there)}"]
    wrong = [
        f"node {place} ({fact['op']}): {ours}, and there {theirs}"
        for place, (fact, ours, theirs) in enumerate(
            zip(facts, here, there, strict=True)
        )
        if ours != theirs
    ]
    totals = [
        sum(fact[name] for fact in facts) for name in ("params", "buffers", "macs")
    ]
    if totals != [net.params, net.buffers, net.macs]:
        wrong.append(f"totals {net.params, net.buffers, net.macs}, and there {totals}")
    return wrong


def main() -> None:
    """Draw, run and compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=500)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--ranks", type=int, nargs="+", default=(1, 3, 1, 3, 2))
    parser.add_argument("--no-compare", action="store_true", help="only draw")
    chosen = parser.parse_args()
    start, nodes, wrong, branched = time.perf_counter(), 0, 0, 0
    for number in range(chosen.count):
        rng = Random(f"{chosen.seed} network {number}")
        steps, x, facts = drawn(rng, chosen.ranks[number % len(chosen.ranks)])
        nodes += len(facts)
        branched += any(fact["op"] == "join" for fact in facts)
        found = [] if chosen.no_compare else differences(steps, x, facts)
        if found:
            wrong += 1
            print(f"network {number} on {x}: {json.dumps(steps)}")
            print("".join(f"    {line}\n" for line in found[:3]), end="")
    seconds = time.perf_counter() - start
    print(f"{versions()}: {chosen.count} networks of {nodes} nodes, {seconds:.0f} s;")
    print(f"{branched} have branches, {wrong} disagree")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
