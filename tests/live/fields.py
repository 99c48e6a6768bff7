"""Receptive fields: what gradients show in PyTorch, beside cnncalc.

``python tests/live/fields.py`` draws 200 networks in 1-D and 3-D, with dilation, strides,
transposed convolutions, upsampling, every padding, and branches. All weights are one and
all pools averages, so that no two paths cancel: an input position has a gradient just if
the unit depends on it. Compared are

    the region of sampled units of sampled nodes (`net.region`), and
    on an input so long that a central unit's field lies within it, the size of the field
    (`net.receptive_field`), where no layer's size is fixed.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import sys
import time
from collections import Counter
from random import Random
from typing import Any

import draws
import torch
from frameworks import versions
from networks import Drawn, Steps, ours
from torch.nn import functional

DRAWS = {
    draws.torch_conv: 30,
    draws.torch_depthwise: 8,
    draws.torch_transposed: 14,
    draws.torch_pool: 14,
    draws.torch_adaptive: 2,
    draws.torch_upsample: 8,
    draws.torch_pad: 12,
    draws.torch_crop: 4,
}
MOST = 30_000_000  # MACs and values of a network on a long input
CONVS = {1: functional.conv1d, 2: functional.conv2d, 3: functional.conv3d}


class Few(Drawn):
    """A network of few channels, of layers that tell positions apart."""

    draws = DRAWS


def linear(op: str, args: dict[str, Any], x: torch.Tensor) -> torch.Tensor:
    """Return an operation's output, with weights of one and averages for maxima."""
    name, rank = op.removeprefix("torch."), x.dim() - 2
    if name == "ReLU":
        return x
    if name.startswith("AdaptiveMax"):
        name = name.replace("Max", "Avg")
    module = getattr(torch.nn, name)(**args).double().eval()
    for parameter in module.parameters():
        parameter.data.fill_(1.0)
    return _windows(module, x, rank) if name.startswith("MaxPool") else module(x)


def _windows(pool: Any, x: torch.Tensor, rank: int) -> torch.Tensor:
    """Return the sums of the windows of a max pool, which may be dilated."""
    axes = [
        _axes(v, rank)
        for v in (pool.kernel_size, pool.stride, pool.padding, pool.dilation)
    ]
    outputs = pool(x.detach()).shape[2:]
    sides = []
    for size, y, (k, s, p, d) in zip(x.shape[2:], outputs, zip(*axes), strict=True):
        sides[:0] = [p, max((y - 1) * s + (k - 1) * d + 1 - size - p, 0)]
    ones = torch.ones(x.shape[1], 1, *axes[0], dtype=x.dtype)
    padded = functional.pad(x, sides)
    y = CONVS[rank](padded, ones, stride=axes[1], dilation=axes[3], groups=x.shape[1])
    return y[(..., *(slice(n) for n in outputs))]


def _axes(value: Any, rank: int) -> tuple[int, ...]:
    values = value if isinstance(value, tuple) else (value,)
    return values * (rank // len(values))


def outputs(steps: Steps, x: torch.Tensor, seen: list) -> torch.Tensor:
    """Return the last output, and put all nodes' in *seen*, in order."""
    for op, *rest in steps:
        if op == "group":
            x = outputs(rest[0], x, seen)
            continue
        if op == "residual":
            body, shortcut = (outputs(arm, x, seen) for arm in rest)
            x = body + shortcut
        elif op in {"concat", "add"}:
            arms = [outputs(arm, x, seen) for arm in rest[0]]
            x = torch.cat(arms, 1) if op == "concat" else sum(arms)
        else:
            x = linear(op, rest[0], x)
        seen.append(x)
    return x


def start(x: tuple[int, ...]) -> torch.Tensor:
    """Return an input of ones that gradients reach."""
    return torch.ones(1, x[-1], *x[:-1], dtype=torch.float64, requires_grad=True)


def seen_by(y: torch.Tensor, unit: tuple[int, ...], x: torch.Tensor) -> list[range]:
    """Return the hull of the positions behind a unit, for each axis; empty if none."""
    y = y[(0, slice(None), *unit)].sum()
    (gradient,) = torch.autograd.grad(y, x, retain_graph=True, allow_unused=True)
    if gradient is None:
        return [range(0)] * (x.dim() - 2)
    gradient = gradient[0].sum(0)
    # A weight of an interpolation that is 0 may be so but for rounding.
    places = (gradient > gradient.max() * 1e-9).nonzero()
    if not len(places):
        return [range(0)] * (x.dim() - 2)
    lowest, highest = places.min(0).values.tolist(), places.max(0).values.tolist()
    return [range(a, b + 1) for a, b in zip(lowest, highest, strict=True)]


def regions(
    rng: Random, steps: Steps, x: tuple[int, ...], counts: Counter
) -> list[str]:
    """Return where a region differs from what gradients show."""
    net, given, nodes, wrong = ours(steps).on(x), start(x), [], []
    outputs(steps, given, nodes)
    places = {len(nodes) - 1, rng.randrange(len(nodes)), rng.randrange(len(nodes))}
    for place in sorted(places):
        y = nodes[place]
        units = {(0,) * (y.dim() - 2), tuple(n - 1 for n in y.shape[2:])}
        units |= {tuple(rng.randrange(n) for n in y.shape[2:]) for _ in range(6)}
        for unit in sorted(units):
            here = net.region(place, *unit)
            there = seen_by(y, unit, given)
            counts["units"] += 1
            if here is None:
                counts["of no known region"] += 1
                continue
            # What sees nothing along one axis sees nothing.
            here = list(here) if all(map(len, here)) else [range(0)] * len(there)
            if here != there:
                wrong.append(
                    f"node {place}, unit {unit}: {here}, and gradients {there}"
                )
    return wrong


def sizes(steps: Steps, x: tuple[int, ...], counts: Counter) -> list[str]:
    """Return where the size of the last node's field differs from the gradients'."""
    row = ours(steps).on(x).nodes[-1]
    field, stride = row.receptive_field, row.effective_stride
    words = json.dumps(steps)
    if not isinstance(field, tuple) or "Adaptive" in words or '"size"' in words:
        counts["sizes not asked"] += 1
        return []
    sides = [
        math.ceil(2 * size + 16 * step) + 12  # so that central units see no end
        for size, step in zip(field, stride, strict=True)
    ]
    longer = ours(steps).on((*sides, x[-1]))
    if longer.macs + 100 * longer.activations > MOST:
        counts["sizes too long"] += 1
        return []
    given = start((*sides, x[-1]))
    y = outputs(steps, given, [])
    around = [range(n // 2, min(n // 2 + 6, n)) for n in y.shape[2:]]
    found = [seen_by(y, unit, given) for unit in itertools.islice(zip(*around), 6)]
    largest = tuple(max(map(len, axis)) for axis in zip(*found, strict=True))
    if "Transpose" in words or "Upsample" in words:
        # Behind a stride that is a fraction a size is a mean, and no unit's.
        counts[
            f"sizes behind enlarging, {'the same' if largest == field else 'other'}"
        ] += 1
        return []
    counts["sizes"] += 1
    return [] if largest == field else [f"field {field}, and gradients {largest}"]


def main() -> None:
    """Draw, run and compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--ranks", type=int, nargs="+", default=(1, 3))
    chosen = parser.parse_args()
    began, wrong, counts = time.perf_counter(), 0, Counter()
    for number in range(chosen.count):
        rng = Random(f"{chosen.seed} field {number}")
        rank = chosen.ranks[number % len(chosen.ranks)]
        x = (*draws.shape(rng, rank)[:-1], rng.choice((1, 2, 3)))
        steps, _ = Few(rng, rank).chain(x, rng.randint(1, 5), rng.choice((0, 0, 1)))
        found = regions(rng, steps, x, counts) + sizes(steps, x, counts)
        if found:
            wrong += 1
            print(f"network {number} on {x}: {json.dumps(steps)}")
            print("".join(f"    {line}\n" for line in found[:3]), end="")
    print(
        f"{versions()}: {chosen.count} networks, {time.perf_counter() - began:.0f} s;"
    )
    print(f"{', '.join(f'{count} {what}' for what, count in counts.items())}")
    print(f"{wrong} disagree")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
