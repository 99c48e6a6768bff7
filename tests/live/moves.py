"""Moves, joins, reductions and functions: what PyTorch says, beside cnncalc.

``python tests/live/moves.py`` draws 200 cases of each kind, runs them on PyTorch, and
compares the shape, the bytes that it saves for the backward pass, and which positions of
the input have a gradient. With ``--write FILE`` some facts are kept; tests/data/ has
them.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from functools import reduce as reduce_by
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # facts_moves.py

import torch
from facts_moves import answer
from torch.nn import functional
from torch.utils.flop_counter import FlopCounterMode

torch.set_num_threads(1)

# Drawn: what is asked, as cnncalc has it: the kind, its arguments, and the shapes.


def space(rng: Random, low: int = 0, high: int = 3) -> list[int]:
    """Return sizes along some axes, and channels."""
    return [rng.randint(1, 6) for _ in range(rng.randint(low, high) + 1)]


def axis(rng: Random, x: list[int]) -> int:
    return rng.randint(-len(x), len(x) - 1)


def reshape(rng: Random) -> Any:
    x = space(rng)
    left, sizes = math.prod(x), []
    for _ in range(rng.randint(0, 3)):
        sizes.append(rng.choice([d for d in range(1, left + 1) if left % d == 0]))
        left //= sizes[-1]
    sizes.insert(rng.randint(0, len(sizes)), left if rng.random() < 0.5 else -1)
    if rng.random() < 0.1:
        sizes[0] += 1
    return "Reshape", {"shape": sizes}, [x]


def expand(rng: Random) -> Any:
    x = [rng.choice((1, n)) for n in space(rng)]
    sizes = [rng.randint(1, 4) if n == 1 else rng.choice((n, -1)) for n in x]
    if rng.random() < 0.1:
        sizes[-1] = 7
    return "Expand", {"shape": space(rng)[: rng.randint(0, 1)] + sizes}, [x]


def slices(rng: Random) -> Any:
    x = space(rng)
    fields = {"start": rng.randint(-3, 4), "step": rng.randint(1, 3)}
    if rng.random() < 0.7:
        fields["stop"] = rng.randint(-3, 7)
    return "Slice", {**fields, "axis": axis(rng, x)}, [x]


def select(rng: Random) -> Any:
    x = space(rng, 1)
    return "Select", {"index": rng.randint(-4, 4), "axis": axis(rng, x)}, [x]


def split(rng: Random) -> Any:
    x = space(rng)
    along = axis(rng, x)
    size = x[along]
    if rng.random() < 0.5:
        first = rng.randint(1, size)
        parts: Any = [first, size - first] if size > first else [size]
        count = len(parts)
    else:
        parts = count = rng.choice([d for d in range(1, size + 1) if size % d == 0])
    return (
        "Split",
        {
            "parts": parts,
            "index": rng.randrange(count),
            "axis": along,
        },
        [x],
    )


def roll(rng: Random) -> Any:
    x = space(rng)
    axes = rng.sample(range(-len(x), 0), rng.randint(1, len(x)))
    return "Roll", {"shift": [rng.randint(-7, 7) for _ in axes], "axis": axes}, [x]


def gather(rng: Random) -> Any:
    x = space(rng)
    shape = [rng.randint(1, 9) for _ in range(rng.randint(1, 3))]
    return "Gather", {"shape": shape, "axis": axis(rng, x)}, [x]


def permute(rng: Random) -> Any:
    x = space(rng, 1)
    return "Permute", {"order": rng.sample(range(len(x)), len(x))}, [x]


def concat(rng: Random) -> Any:
    x = space(rng)
    along = axis(rng, x)
    others = [list(x) for _ in range(rng.randint(0, 2))]
    for other in others:
        other[along] = rng.randint(1, 6)
        if rng.random() < 0.05:
            other[0] += 1
    return "Concat", {"axis": along}, [x, *others]


def stack(rng: Random) -> Any:
    x = space(rng, 0, 2)
    along = rng.randint(-len(x) - 1, len(x))
    return "Stack", {"axis": along}, [x] * rng.randint(1, 3)


def pixels(rng: Random) -> Any:
    factor = rng.randint(1, 3)
    h, w, c = (rng.randint(1, 6) for _ in range(3))
    c = c * factor**2 if rng.random() < 0.9 else c
    return "PixelShuffle", {"factor": factor}, [[h, w, c]]


def unpixels(rng: Random) -> Any:
    factor = rng.randint(1, 3)
    h, w, c = (rng.randint(1, 4) for _ in range(3))
    if rng.random() < 0.9:
        h, w = h * factor, w * factor
    return "PixelUnshuffle", {"factor": factor}, [[h, w, c]]


def unpool(rng: Random) -> Any:
    rank = rng.randint(1, 3)
    kernel = rng.randint(1, 4)
    fields = {"kernel": kernel}
    if rng.random() < 0.5:
        fields["stride"] = rng.randint(1, kernel)
    if rng.random() < 0.4:
        fields["padding"] = rng.randint(0, kernel // 2)
    x = [*[rng.randint(1, 5) for _ in range(rank)], rng.randint(1, 3)]
    if rng.random() < 0.5:
        step, pad = fields.get("stride", kernel), fields.get("padding", 0)
        sizes = [(n - 1) * step - 2 * pad + kernel for n in x[:-1]]
        fields["size"] = [max(n + rng.randint(-step, step), 1) for n in sizes]
    return "MaxUnpool", fields, [x]


def upsample(rng: Random) -> Any:
    mode = rng.choice(("nearest", "linear", "bilinear", "trilinear", "bicubic"))
    ranks = {"linear": 1, "bilinear": 2, "bicubic": 2, "trilinear": 3}
    rank = ranks.get(mode, rng.randint(1, 3))
    x = [*[rng.randint(1, 9) for _ in range(rank)], rng.randint(1, 3)]
    if rng.random() < 0.3:
        return "Upsample", {"size": [rng.randint(1, 14)] * rank, "mode": mode}, [x]
    scale = rng.choice((rng.randint(1, 4), round(rng.uniform(0.3, 3.5), 1)))
    return "Upsample", {"scale": scale, "mode": mode}, [x]


def joined(name: str, most: int = 2) -> Any:
    def draw(rng: Random) -> Any:
        x = space(rng)
        xs = []
        for _ in range(rng.randint(2, most)):
            own = [rng.choice((1, n, n)) for n in x][rng.choice((0, 0, 1)) :]
            xs.append(own or [x[-1]])
        if rng.random() < 0.1:
            xs[-1][0] += 1
        return name, {}, xs

    return draw


def reduce(rng: Random) -> Any:
    x = space(rng)
    axes = rng.sample(range(-len(x), 0), rng.randint(1, len(x)))
    fields = {"op": rng.choice(("mean", "sum", "max", "min")), "axes": axes}
    return "Reduce", {**fields, "keep": rng.random() < 0.5}, [x]


def function(rng: Random) -> Any:
    return "Function", {"function": rng.choice(sorted(FUNCTIONS))}, [space(rng)]


def prelu(rng: Random) -> Any:
    return (
        "Activation",
        {"function": "prelu", "shared": rng.random() < 0.5},
        [space(rng, 1, 2)],
    )


def parameter(rng: Random) -> Any:
    name, _, (x, other) = joined(rng.choice(("Add", "Multiply", "Divide")))(rng)
    return f"With{name}", {"shape": other}, [x]


FUNCTIONS = {
    "clip": lambda x: torch.clip(x, -1, 1),
    **{
        name: getattr(torch, name)
        for name in (
            *("abs", "ceil", "cos", "cosh", "erf", "exp", "expm1", "floor", "log"),
            *("log10", "log1p", "log2", "negative", "reciprocal", "round", "rsqrt"),
            *("sign", "sin", "sinh", "sqrt", "square", "tan"),
        )
    },
}
JOINS = {
    "Add": torch.add,
    "Subtract": torch.subtract,
    "Multiply": torch.multiply,
    "Divide": torch.divide,
    "Maximum": torch.maximum,
    "Minimum": torch.minimum,
    "Power": torch.pow,
    "Elementwise.remainder": torch.remainder,
    "Elementwise.arctan2": torch.arctan2,
}
REDUCED = {"mean": torch.mean, "sum": torch.sum, "max": torch.amax, "min": torch.amin}
DRAWS = {
    "Reshape": reshape,
    "Expand": expand,
    "Slice": slices,
    "Select": select,
    "Split": split,
    "Roll": roll,
    "Gather": gather,
    "Permute": permute,
    "Concat": concat,
    "Stack": stack,
    "PixelShuffle": pixels,
    "PixelUnshuffle": unpixels,
    "MaxUnpool": unpool,
    "Upsample": upsample,
    "Reduce": reduce,
    "Function": function,
    "prelu": prelu,
    "Parameter": parameter,
    **{
        name: joined(
            name, 3 if name in {"Add", "Multiply", "Maximum", "Minimum"} else 2
        )
        for name in JOINS
    },
}
TINY = 1e-5  # a gradient that comes of rounding alone
CHANNELS_FIRST = {
    "PixelShuffle",
    "PixelUnshuffle",
    "MaxUnpool",
    "Upsample",
    "Activation",
}


# Run.


def first(x: torch.Tensor) -> torch.Tensor:
    """Return a tensor with channels last with channels first."""
    return x.movedim(-1, 1)


def dim(place: int, count: int) -> int:
    """Return which axis of a tensor with a batch one of a shape is."""
    if not -count <= place < count:
        raise IndexError(place)
    return place if place < 0 else place + 1


def expanded(x: torch.Tensor, fields: dict) -> torch.Tensor:
    new = max(len(fields["shape"]) - x.dim() + 1, 0)
    return x.reshape(1, *[1] * new, *x.shape[1:]).expand(1, *fields["shape"])


def sliced(x: torch.Tensor, fields: dict) -> torch.Tensor:
    index = [slice(None)] * x.dim()
    which = slice(fields["start"], fields.get("stop"), fields["step"])
    index[dim(fields["axis"], x.dim() - 1)] = which
    return x[tuple(index)]


def gathered(x: torch.Tensor, fields: dict) -> torch.Tensor:
    place = dim(fields["axis"], x.dim() - 1) % x.dim()
    where = torch.randint(x.shape[place], fields["shape"])
    return x[(*[slice(None)] * place, where)]


def part(x: torch.Tensor, fields: dict) -> torch.Tensor:
    place, parts = dim(fields["axis"], x.dim() - 1), fields["parts"]
    parts = x.shape[place] // parts if isinstance(parts, int) else parts
    return x.split(parts, place)[fields["index"]]


def unpooled(x: torch.Tensor, fields: dict, extra: dict) -> torch.Tensor:
    module = getattr(torch.nn, f"MaxUnpool{x.dim() - 2}d")
    made = module(fields["kernel"], fields.get("stride"), fields.get("padding", 0))
    return made(x, extra["indices"], fields.get("size"))


def interpolated(x: torch.Tensor, fields: dict) -> torch.Tensor:
    size, scale = fields.get("size"), fields.get("scale")
    return functional.interpolate(x, size, scale, fields["mode"])


def reduced(x: torch.Tensor, fields: dict) -> torch.Tensor:
    axes = [dim(a, x.dim() - 1) for a in fields["axes"]]
    return REDUCED[fields["op"]](x, axes, keepdim=fields["keep"])


# What each kind is of one tensor, and of several.
SINGLE = {
    "Reshape": lambda x, f: x.reshape(1, *f["shape"]),
    "Expand": expanded,
    "Slice": sliced,
    "Select": lambda x, f: x.select(dim(f["axis"], x.dim() - 1), f["index"]),
    "Split": part,
    "Roll": lambda x, f: x.roll(f["shift"], [dim(a, x.dim() - 1) for a in f["axis"]]),
    "Gather": gathered,
    "Permute": lambda x, f: x.permute(0, *[n + 1 for n in f["order"]]),
    "PixelShuffle": lambda x, f: functional.pixel_shuffle(x, f["factor"]),
    "PixelUnshuffle": lambda x, f: functional.pixel_unshuffle(x, f["factor"]),
    "Upsample": interpolated,
    "Reduce": reduced,
    "Function": lambda x, f: FUNCTIONS[f["function"]](x),
}
SEVERAL = {
    "Concat": lambda xs, f: torch.cat(xs, dim(f["axis"], xs[0].dim() - 1)),
    "Stack": lambda xs, f: torch.stack(xs, dim(f["axis"], xs[0].dim())),
}


def applied(kind: str, fields: dict, xs: list[torch.Tensor], extra: dict) -> Any:
    """Return what PyTorch makes of tensors with a batch of 1."""
    if kind in SINGLE:
        return SINGLE[kind](xs[0], fields)
    if kind in SEVERAL:
        return SEVERAL[kind](xs, fields)
    if kind == "MaxUnpool":
        return unpooled(xs[0], fields, extra)
    if kind == "Activation":
        return functional.prelu(xs[0], extra["slopes"])
    return reduce_by(JOINS[kind], xs)


def run(case: dict) -> dict:
    """Return what PyTorch says of one case: shape, bytes, parameters, positions."""
    kind, fields = case["kind"], case["fields"]
    join = kind.removeprefix("With") if kind.startswith("With") else kind
    learned: list[torch.Tensor] = []
    extra: dict = {}

    def own(*sizes: int) -> torch.Tensor:
        learned.append((torch.rand(*sizes) + 0.5).requires_grad_())
        return learned[-1]

    entering = [torch.rand(1, *x) + 0.5 for x in case["inputs"]]
    if kind in CHANNELS_FIRST:
        entering = [first(x).contiguous() for x in entering]
    scales = [own(1) if learns else None for learns in case["learns"]]
    if kind.startswith("With"):
        extra["own"] = own(1, *fields["shape"])
    if kind == "Activation":
        extra["slopes"] = own(1 if fields["shared"] else case["inputs"][0][-1])
    before = [x.requires_grad_() for x in entering] if case["seen"] else entering
    if kind == "MaxUnpool":  # each value to a place of its own
        extra["indices"] = _indices(fields, before[0])
    kept: dict = {}

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        kept[tensor.untyped_storage().data_ptr()] = tensor.untyped_storage().nbytes()
        return tensor

    with (
        torch.autograd.graph.saved_tensors_hooks(pack, lambda tensor: tensor),
        FlopCounterMode(display=False) as counter,
    ):
        xs = [
            x if scale is None else x * scale
            for x, scale in zip(before, scales, strict=True)
        ]
        xs += [extra["own"]] if "own" in extra else []
        y = applied(join, fields, xs, extra)
        end = torch.square(y) if case["squared"] else y
    for tensor in [*learned, *([extra["indices"]] if "indices" in extra else [])]:
        kept.pop(tensor.untyped_storage().data_ptr(), None)
    if join in CHANNELS_FIRST:
        y = y.movedim(1, -1)
        end = end.movedim(1, -1)
    shape = list(y.shape[1:]) or [1]
    params = sum(tensor.numel() for tensor in learned)
    found = {"output": shape, "params": params, "macs": counter.get_total_flops() // 2}
    if 0 in shape:
        return {"refused": "nothing is left"}
    if not case["seen"]:
        return {**found, "saved": sum(kept.values())}
    return {**found, "seen": _seen(end, before, case, join)}


def _indices(fields: dict, x: torch.Tensor) -> torch.Tensor:
    rank = x.dim() - 2
    kernel = fields["kernel"]
    step, pad = fields.get("stride", kernel), fields.get("padding", 0)
    sizes = fields.get("size") or [
        (n - 1) * step - 2 * pad + kernel for n in x.shape[2:]
    ]
    if min(sizes) < 1:
        raise ValueError("nothing is left")
    # The last place of each window that is inside.
    places = torch.zeros(x.shape[2:], dtype=torch.int64)
    for axis_, size in enumerate(sizes):
        line = torch.tensor(
            [min(max(n * step - pad, 0), size - 1) for n in range(x.shape[2 + axis_])]
        )
        line = line.reshape([-1 if n == axis_ else 1 for n in range(rank)])
        places = places * size + line
    return places.expand(x.shape).contiguous()


def _seen(y: torch.Tensor, before: list, case: dict, join: str) -> Any:
    """Return for each input the hull of positions behind one unit, along each axis."""
    rng = Random(case["seed"])
    unit = [rng.randrange(n) for n in y.shape[1:-1]] if y.dim() > 2 else []
    if y.dim() < 2:
        y = y.reshape(1, 1)
    if not y.requires_grad:
        return None
    gradients = torch.autograd.grad(y[0][tuple(unit)].sum(), before, allow_unused=True)
    found = []
    for gradient in gradients:
        if gradient is None:
            found.append(None)
            continue
        if join in CHANNELS_FIRST:
            gradient = gradient.movedim(1, -1)
        where = (gradient[0].abs().sum(-1) > TINY).nonzero()
        if not len(where):
            found.append(None)
        else:
            low, high = where.min(0).values, where.max(0).values
            found.append([[int(a), int(b) + 1] for a, b in zip(low, high, strict=True)])
    return [unit, found]


def drawn(name: str, count: int, seed: int) -> list[dict]:
    """Return so many cases of a kind, with what PyTorch says."""
    rng, found = Random(f"{seed} {name}"), []
    while len(found) < count:
        kind, fields, inputs = DRAWS[name](rng)
        case = {
            "kind": kind,
            "fields": fields,
            "inputs": inputs,
            "learns": [rng.random() < 0.7 for _ in inputs],
            "squared": rng.random() < 0.5,
            "seen": rng.random() < 0.4 and not _by_value(kind, fields),
            "seed": rng.randrange(10**6),
        }
        try:
            torch.manual_seed(0)
            case |= run(case)
        except (RuntimeError, IndexError, ValueError) as error:
            case["refused"] = str(error).splitlines()[0][:80]
        found.append(case)
    return found


def _by_value(kind: str, fields: dict) -> bool:
    """Tell whether the values say which of them have a gradient."""
    flat = {"ceil", "clip", "floor", "round", "sign"}
    chosen = {fields.get("op"), fields.get("function")} & {"max", "min", *flat}
    return bool(chosen) or kind in {
        "MaxUnpool",
        "Maximum",
        "Minimum",
        "Elementwise.remainder",
    }


def main() -> None:
    """Draw, run, write and compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=200, help="for each kind")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--write", metavar="FILE", help="keep the facts: .jsonl.gz")
    chosen = parser.parse_args()
    print(f"PyTorch {torch.__version__.split('+')[0]}, seed {chosen.seed}")
    every, wrong = [], 0
    for name in DRAWS:
        cases = drawn(name, chosen.count, chosen.seed)
        every += cases
        bad = []
        for case in cases:
            got = answer(case)
            want = {key: case[key] for key in got} if "refused" not in case else None
            want = "refused" if want is None else want
            if got != want:
                bad.append((case, want, got))
        wrong += len(bad)
        refused = sum("refused" in case for case in cases)
        print(f"{name}: {len(cases)} cases, {refused} refused, {len(bad)} differ")
        for case, want, got in bad[:2]:
            print("   ", json.dumps(case))
            print("    there", want, "here", got)
    if chosen.write:
        from operations import write

        write(every, chosen.write)
    if wrong:
        sys.exit(f"{wrong} differ")


if __name__ == "__main__":
    main()
