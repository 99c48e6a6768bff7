"""Masks, choices and samples: what PyTorch keeps for the backward pass, beside cnncalc.

``python tests/live/choices.py`` draws 200 comparisons whose mask chooses between two
tensors, and 200 samples at computed positions, with inputs that learn or do not, and
compares the output's shape and the bytes that are kept.
"""

from __future__ import annotations

import argparse
import sys
from random import Random
from typing import Any

import torch
from frameworks import versions
from torch.nn import functional as F  # noqa: N812 - as everybody calls it

from cnncalc import (
    Builder,
    Elementwise,
    Function,
    GridSample,
    Multiply,
    Parameter,
    Shape,
    Where,
)

torch.set_num_threads(1)

COMPARISONS = {
    "equal": torch.eq,
    "not_equal": torch.ne,
    "less": torch.lt,
    "less_equal": torch.le,
    "greater": torch.gt,
    "greater_equal": torch.ge,
    "logical_and": torch.logical_and,
    "logical_or": torch.logical_or,
    "logical_xor": torch.logical_xor,
}


class Both:
    """The same network in both: inputs, of which some are scaled by what learns."""

    def __init__(self, shapes: list[list[int]], learn: list[bool]) -> None:
        self.g, self.scales, self.kept = Builder(), [], {}
        self.shapes, self.learn = shapes, learn

    def ours(self) -> list[Any]:
        found = []
        for sizes, learns in zip(self.shapes, self.learn, strict=True):
            x = self.g.input(Shape(*sizes))
            own = [x, self.g.add(Parameter(1))] if learns else []
            found.append(self.g.add(Multiply(), *own) if own else x)
        return found

    def theirs(self) -> list[torch.Tensor]:
        found = []
        for sizes, learns in zip(self.shapes, self.learn, strict=True):
            x = torch.rand(1, *sizes)
            if learns:
                self.scales.append(torch.rand(1, requires_grad=True))
            found.append(x * self.scales[-1] if learns else x)
        return found

    def pack(self, tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        self.kept[storage.data_ptr()] = storage.nbytes()
        return tensor

    def saved(self) -> int:
        for scale in self.scales:
            self.kept.pop(scale.untyped_storage().data_ptr(), None)
        return sum(self.kept.values())


def choice(rng: Random) -> tuple[str, Any, Any]:
    """Return a case in words, and what both say: shape, and bytes kept."""
    sizes = [rng.randint(1, 5) for _ in range(rng.randint(1, 3))]
    shapes = [[n if rng.random() < 0.6 else 1 for n in sizes] for _ in range(3)]
    both = Both(shapes, [rng.random() < 0.5 for _ in range(3)])
    name = rng.choice(list(COMPARISONS))
    a, b, c = both.ours()
    y = both.g.add(Where(), both.g.add(Elementwise(name), a, b), b, c)
    net = both.g.graph(both.g.add(Function("square"), y))
    with torch.autograd.graph.saved_tensors_hooks(both.pack, lambda tensor: tensor):
        a, b, c = both.theirs()
        z = torch.square(torch.where(COMPARISONS[name](a, b), b, c))
    theirs = tuple(z.shape[1:]), both.saved()
    ours = tuple(net.output), net.saved_for_backward()
    return f"{name} {shapes} {both.learn}", ours, theirs


def sample(rng: Random) -> tuple[str, Any, Any]:
    """Return a case in words, and what both say: shape, and bytes kept."""
    rank = rng.choice((2, 2, 3))
    shapes = [[rng.randint(1, 5) for _ in range(rank + 1)] for _ in range(2)]
    shapes[1][-1] = rank
    mode = rng.choice(["bilinear", "nearest", *["bicubic"][: rank == 2]])
    both = Both(shapes, [rng.random() < 0.6 for _ in range(2)])
    net = both.g.graph(both.g.add(GridSample(mode), *both.ours()))
    with torch.autograd.graph.saved_tensors_hooks(both.pack, lambda tensor: tensor):
        x, grid = both.theirs()
        y = F.grid_sample(x.movedim(-1, 1), grid, mode=mode, align_corners=False)
    theirs = tuple(y.movedim(1, -1).shape[1:]), both.saved()
    ours = tuple(net.output), net.saved_for_backward()
    return f"{mode} {shapes} {both.learn}", ours, theirs


def main() -> None:
    """Draw, run and compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=200, help="of each kind")
    parser.add_argument("--seed", type=int, default=0)
    chosen, wrong = parser.parse_args(), 0
    for kind in (choice, sample):
        rng = Random(f"{chosen.seed} {kind.__name__}")
        for _ in range(chosen.count):
            what, ours, theirs = kind(rng)
            if ours != theirs:
                wrong += 1
                print(f"{what}: {ours}, and there {theirs}")
    print(f"{versions()}: {2 * chosen.count} cases, {wrong} disagree")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
