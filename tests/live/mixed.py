"""Random networks that mix all kinds: PyTorch on the meta device, beside cnncalc.

``python tests/live/mixed.py`` draws 1,000 graphs of windows, moves, products,
recurrence, also of maps, joins that spread their inputs, masks, parameters, constants,
reductions, types, what is unknown, and all that kinds.py draws, and compares each node's shape, the parameters, the buffers, and
the MACs: those by weights, those of two activations, and those that are done once.
PyTorch tells these apart by itself: what depends on the input has a gradient, and what
is done once does not grow with the batch.
"""

from __future__ import annotations

import argparse
import math
import sys
import time
from collections import Counter
from collections.abc import Callable
from random import Random
from typing import Any

import torch
from frameworks import versions
from kinds import KINDS
from torch import nn
from torch.nn import functional as F  # noqa: N812 - as everybody calls it
from torch.overrides import TorchFunctionMode
from torch.utils.flop_counter import FlopCounterMode

import cnncalc
from cnncalc import Builder, CnncalcError, Shape

torch.set_num_threads(1)
torch.set_default_device("meta")
torch.backends.mha.set_fastpath_enabled(False)

Run = Callable[..., torch.Tensor]
# A layer, the numbers of its inputs, and the same in PyTorch: a function of tensors
# that have a batch before, in the order of the layer; a module owns its weights.
Step = tuple[Any, list[int], Any]
MOST = 60_000  # values in a tensor, for it to stay small


def last(module: Any) -> Run:
    """Return what runs a module of channels first on channels last."""
    return lambda x: module(x.movedim(-1, 1)).movedim(1, -1)


class Drawn:
    """A graph in the making: values with their shapes, and the steps that made them."""

    def __init__(self, rng: Random) -> None:
        self.rng = rng
        rank = rng.choice((0, 1, 1, 2, 2, 2, 3))
        most = {0: 0, 1: 24, 2: 12, 3: 7}[rank]
        space = [rng.randint(2, most) for _ in range(rank)]
        self.shapes = [Shape(*space, rng.choice((2, 4, 6, 8)))]
        self.values = [torch.empty(1, *self.shapes[0])]
        self.steps: list[Step] = []
        self.modules: list[Any] = []
        self.masks: set[int] = set()  # which nothing but a choice takes
        self.kinds: Counter[str] = Counter()

    def own(self, module: Any) -> Any:
        self.modules.append(module)
        return module

    def add(self, layer: Any, inputs: list[int], run: Any) -> int | None:
        """Add a step; return the number of what it puts out, None if it cannot be."""
        try:
            y = layer.output(*[self.shapes[i] for i in inputs])
        except CnncalcError:
            return None
        if y.size > MOST or y.rank > 4:
            return None
        try:  # PyTorch may refuse it, as a norm of one value
            made = called(run, [self.values[i] for i in inputs])
        except (RuntimeError, ValueError):
            return None
        self.values.append(made)
        self.steps.append((layer, inputs, run))
        self.shapes.append(y)
        self.kinds[type(layer).__name__] += 1
        return len(self.shapes) - 1

    def parameter(self, sizes: tuple[int, ...]) -> int:
        """Add a parameter or a constant, and return its number."""
        constant = self.rng.random() < 0.3
        kind = cnncalc.Constant if constant else cnncalc.Parameter
        holder = self.own(nn.Module())
        values = torch.empty(sizes)
        if constant:
            holder.register_buffer("own", values)
        else:
            holder.own = nn.Parameter(values)
        place = self.add(kind(sizes), [], lambda: holder.own)
        assert place is not None
        return place

    def some(self) -> int:
        """Return a value, mostly a late one."""
        values = [i for i in range(len(self.shapes)) if i not in self.masks]
        return max(self.rng.choice(values), self.rng.choice(values))

    def step(self) -> None:
        """Add something that fits a value."""
        place = self.some()
        draw = self.rng.choices(list(DRAWS), list(DRAWS.values()))[0]
        draw(self, place, self.shapes[place])


# Draws.


def move(d: Drawn, i: int, x: Shape) -> None:
    rng, count = d.rng, len(x)
    axis = rng.randrange(count)
    kind = rng.choice(
        ("reshape", "permute", "slice", "select", "roll", "split", "expand", "gather")
    )
    if kind == "reshape":
        first = rng.choice([n for n in range(1, x.size + 1) if x.size % n == 0])
        sizes = (first, x.size // first) if rng.random() < 0.7 else (x.size,)
        d.add(cnncalc.Reshape(sizes), [i], lambda t: t.reshape(t.shape[0], *sizes))
    elif kind == "permute" and count > 1:
        order = rng.sample(range(count), count)
        d.add(
            cnncalc.Permute(tuple(order)),
            [i],
            lambda t: t.permute(0, *[n + 1 for n in order]),
        )
    elif kind == "slice":
        stop, step = rng.randint(1, x[axis]), rng.randint(1, 2)
        d.add(
            cnncalc.Slice(0, stop, step, axis=axis),
            [i],
            lambda t: t[(*[slice(None)] * (axis + 1), slice(0, stop, step))],
        )
    elif kind == "select" and count > 1:
        at = rng.randrange(x[axis])
        d.add(cnncalc.Select(at, axis), [i], lambda t: t.select(axis + 1, at))
    elif kind == "gather":
        places = torch.zeros(rng.randint(1, 9), dtype=torch.long)
        d.add(
            cnncalc.Gather(len(places), axis),
            [i],
            lambda t: t.index_select(axis + 1, places),
        )
    elif kind == "roll":
        d.add(cnncalc.Roll(2, axis), [i], lambda t: t.roll(2, axis + 1))
    elif kind == "split":
        parts = rng.choice([n for n in range(1, x[axis] + 1) if x[axis] % n == 0])
        d.add(
            cnncalc.Split(parts, 0, axis=axis),
            [i],
            lambda t: t.chunk(parts, axis + 1)[0],
        )
    elif kind == "expand":
        d.add(
            cnncalc.Expand((2, *[-1] * count)),
            [i],
            lambda t: t[:, None].expand(-1, 2, *t.shape[1:]),
        )


def window(d: Drawn, i: int, x: Shape) -> None:
    rng, rank = d.rng, x.rank
    if rank not in {1, 2, 3}:
        return
    kind = rng.choice(
        ("conv", "conv", "transposed", "pool", "adaptive", "up", "pixels")
    )
    k, s = rng.randint(1, 3), rng.randint(1, 2)
    if kind == "conv":
        groups = rng.choice(
            [g for g in range(1, x.channels + 1) if x.channels % g == 0]
        )
        filters, bias = groups * rng.randint(1, 3), rng.random() < 0.5
        more: dict[str, Any] = {"stride": s, "padding": k // 2, "groups": groups}
        layer = getattr(cnncalc, f"Conv{rank}d")(k, filters, bias=bias, **more)
        made = getattr(nn, f"Conv{rank}d")(x.channels, filters, k, bias=bias, **more)
    elif kind == "transposed":
        filters = rng.randint(1, 6)
        layer = getattr(cnncalc, f"ConvTranspose{rank}d")(k, filters, stride=s)
        made = getattr(nn, f"ConvTranspose{rank}d")(x.channels, filters, k, stride=s)
    elif kind == "pool":
        mode = rng.choice(("max", "average"))
        name = f"{'Max' if mode == 'max' else 'Avg'}Pool{rank}d"
        layer, made = cnncalc.Pool(k, s, mode=mode), getattr(nn, name)(k, s)
    elif kind == "adaptive":
        layer, made = cnncalc.AdaptivePool(s), getattr(nn, f"AdaptiveAvgPool{rank}d")(s)
    elif kind == "up":
        layer, made = cnncalc.Upsample(2), nn.Upsample(scale_factor=2)
    elif rank == 2 and x.channels % 4 == 0 and rng.random() < 0.5:
        layer, made = cnncalc.PixelShuffle(2), nn.PixelShuffle(2)
    elif rank == 2 and x.height % 2 == x.width % 2 == 0:
        layer, made = cnncalc.PixelUnshuffle(2), nn.PixelUnshuffle(2)
    else:
        layer, made = cnncalc.MaxUnpool(2), Unpool(rank)
    if d.add(layer, [i], last(made)) is not None:
        d.own(made)


class Unpool(nn.Module):
    """Values at places that are told, somewhere."""

    def __init__(self, rank: int) -> None:
        super().__init__()
        self.run = getattr(F, f"max_unpool{rank}d")

    def forward(self, t: torch.Tensor) -> torch.Tensor:
        return self.run(t, torch.zeros(t.shape, dtype=torch.long), 2)


def linear(d: Drawn, i: int, x: Shape) -> None:
    units, bias = d.rng.randint(1, 9), d.rng.random() < 0.5
    made = nn.Linear(x.channels, units, bias=bias)
    if d.add(cnncalc.FC(units, bias=bias, axis=-1), [i], made) is not None:
        d.own(made)


def norm(d: Drawn, i: int, x: Shape) -> None:
    kind = d.rng.choice(("batch", "layer", "group"))
    if kind == "layer":
        made = nn.LayerNorm(x.channels)
        run: Any = made
    elif x.rank not in {1, 2, 3}:
        return
    elif kind == "group":
        made = nn.GroupNorm(1, x.channels)
        run = last(made)
    else:
        made = getattr(nn, f"BatchNorm{x.rank}d")(x.channels).eval()
        run = last(made)
    groups = {"groups": 1} if kind == "group" else {}
    if d.add(cnncalc.Norm(kind, **groups), [i], run) is not None:
        d.own(made)


def function(d: Drawn, i: int, x: Shape) -> None:
    name, run = d.rng.choice(
        (
            *((each, getattr(F, each)) for each in ("relu", "gelu", "silu")),
            ("softmax", lambda t: t.softmax(-1)),
            *((each, getattr(torch, each)) for each in ("exp", "sqrt", "abs")),
        )
    )
    ours = cnncalc.Function if name in {"exp", "sqrt", "abs"} else cnncalc.Activation
    d.add(ours(name), [i], run)


def reduction(d: Drawn, i: int, x: Shape) -> None:
    rng = d.rng
    axes = tuple(rng.sample(range(len(x)), rng.randint(1, len(x))))
    op, keep = rng.choice(("mean", "sum", "max", "min")), rng.random() < 0.5
    if not keep and len(axes) == len(x):
        return  # a tensor of PyTorch without axes, and here a vector of one
    run = {"mean": torch.mean, "sum": torch.sum, "max": torch.amax, "min": torch.amin}
    dims = [axis + 1 for axis in axes]
    d.add(
        cnncalc.Reduce(op, axes, keep=keep),
        [i],
        lambda t: run[op](t, dims, keepdim=keep),
    )


def spread(*ts: torch.Tensor) -> list[torch.Tensor]:
    """Return tensors with as many axes, the new ones behind the batch."""
    most = max(t.dim() for t in ts)
    return [t.reshape(t.shape[0], *[1] * (most - t.dim()), *t.shape[1:]) for t in ts]


JOINS: dict[str, Any] = {
    "add": torch.add,
    "subtract": torch.sub,
    "multiply": torch.mul,
    "divide": torch.div,
    "maximum": torch.maximum,
    "power": torch.pow,
    "less": torch.lt,
    "equal": torch.eq,
}


def join(d: Drawn, i: int, x: Shape) -> None:
    rng = d.rng
    alike = [n for n, y in enumerate(d.shapes) if y == x and n != i]
    alike = [n for n in alike if n not in d.masks]
    if alike and rng.random() < 0.5:
        other = rng.choice(alike)
    else:
        sizes = tuple(n if rng.random() < 0.6 else 1 for n in x)
        other = d.parameter(sizes[rng.randrange(len(sizes)) :])
    name = rng.choice(list(JOINS))
    if name in {"less", "equal"}:
        mask = d.add(
            cnncalc.Elementwise(name), [i, other], lambda *ts: JOINS[name](*spread(*ts))
        )
        if mask is not None:
            d.masks.add(mask)
            d.add(
                cnncalc.Where(), [mask, i, other], lambda *ts: torch.where(*spread(*ts))
            )
    elif rng.random() < 0.3 and alike:
        axis = rng.randrange(len(x))
        d.add(
            cnncalc.Concat(axis), [i, other], lambda *ts: torch.cat(both(*ts), axis + 1)
        )
    elif rng.random() < 0.1 and alike:
        d.add(cnncalc.Stack(0), [i, other], lambda *ts: torch.stack(both(*ts), 1))
    else:
        pair = [i, other] if rng.random() < 0.7 else [other, i]
        d.add(cnncalc.Elementwise(name), pair, lambda *ts: JOINS[name](*spread(*ts)))


def both(*ts: torch.Tensor) -> list[torch.Tensor]:
    """Return tensors of one batch."""
    most = max(t.shape[0] for t in ts)
    return [t.expand(most, *t.shape[1:]) for t in ts]


def product(d: Drawn, i: int, x: Shape) -> None:
    rng, kind = (
        d.rng,
        d.rng.choice(("own", "weights", "einsum", "attention", "convolve")),
    )
    if kind == "convolve" and x.rank == 2:
        kernel = (2, 2, x.channels, rng.randint(1, 4))
        d.add(
            cnncalc.Convolve(),
            [i, d.parameter(kernel)],
            lambda t, w: last(lambda c: F.conv2d(c, w[0].permute(3, 2, 0, 1)))(t),
        )
    elif x.rank < 1:
        return
    elif kind == "own":
        d.add(cnncalc.MatMul(transpose_b=True), [i, i], lambda a, b: a @ b.mT)
    elif kind == "weights":
        other = d.parameter((x.channels, rng.randint(1, 9)))
        d.add(cnncalc.MatMul(), [i, other], lambda a, b: torch.matmul(*spread(a, b)))
    elif kind == "einsum" and x.rank == 1:
        d.add(
            cnncalc.Einsum("lc,sc->ls"),
            [i, i],
            lambda a, b: torch.einsum("blc,bsc->bls", a, b),
        )
    elif kind == "attention" and x.rank == 1:
        heads = rng.choice([h for h in (1, 2, 4) if x.channels % h == 0])

        def attend(*ts: torch.Tensor) -> torch.Tensor:
            q, k, v = [t.unflatten(-1, (heads, -1)).transpose(1, 2) for t in ts]
            y = F.scaled_dot_product_attention(q, k, v)
            return y.transpose(1, 2).flatten(2)

        d.add(cnncalc.Attention(heads), [i, i, i], attend)


def recurrence(d: Drawn, i: int, x: Shape) -> None:
    if x.rank != 1:
        return
    rng, name = d.rng, d.rng.choice(("LSTM", "GRU", "RNN"))
    units, both_ways, layers = rng.randint(2, 6), rng.random() < 0.5, rng.randint(1, 2)
    made = getattr(nn, name)(
        x.channels, units, layers, bidirectional=both_ways, batch_first=True
    )
    layer = getattr(cnncalc, name)(units, layers=layers, bidirectional=both_ways)
    if d.add(layer, [i], lambda t: made(t)[0]) is not None:
        d.own(made)


def sample(d: Drawn, i: int, x: Shape) -> None:
    if x.rank != 2:
        return
    made = d.own(nn.Conv2d(x.channels, 2, 1))
    grid = d.add(cnncalc.Conv2d(1, 2), [i], last(made))
    d.add(
        cnncalc.GridSample(),
        [i, grid],
        lambda t, g: F.grid_sample(t.movedim(-1, 1), g, align_corners=False).movedim(
            1, -1
        ),
    )


def looked_up(d: Drawn, i: int, x: Shape) -> None:
    """Take values for numbers of rows; to PyTorch they depend on nothing then."""
    if x.channels == 1:
        return  # a channel of numbers is no axis of its own here
    rows, features = d.rng.randint(1, 50), d.rng.randint(1, 9)
    made = nn.Embedding(rows, features)
    layer = cnncalc.Embedding(rows, features)
    run = lambda t: made(t.long()) + 0 * t.sum()  # noqa: E731 - as all steps here
    if d.add(layer, [i], run) is not None:
        d.own(made)


def deformed(d: Drawn, i: int, x: Shape) -> None:
    """Move the taps of a convolution, which multiplies as if none were moved."""
    if x.rank != 2:
        return
    k = d.rng.randint(1, 3)
    made, kept = nn.Conv2d(x.channels, 2 * k * k, k), nn.Conv2d(x.channels, 3, k)
    moves = d.add(cnncalc.Conv2d(k, 2 * k * k), [i], last(made))
    if moves is not None:
        d.own(made)
        layer = cnncalc.DeformableConv2d(k, 3)
        run = lambda t, m: last(kept)(t) + 0 * m.sum()  # noqa: E731
        if d.add(layer, [i, moves], run) is not None:
            d.own(kept)


def alone(d: Drawn, i: int, x: Shape) -> None:
    """Add any kind of one input, as kinds.py draws it."""
    # But for distances, of which PyTorch counts nothing.
    names = [name for name in KINDS if x.rank in KINDS[name][1]]
    try:
        drawn = KINDS[d.rng.choice(names)][0](d.rng, tuple(x)) if names else None
    except (CnncalcError, RuntimeError, ValueError):
        return
    if drawn is not None:
        layer, module = drawn
        if d.add(layer, [i], module.eval()) is not None:
            d.own(module)


class Gates(nn.Module):
    """An LSTM whose gates are convolutions, over a sequence of maps, channels last."""

    def __init__(self, channels: int, filters: int, kernel: int) -> None:
        super().__init__()
        self.over_map = nn.Conv2d(channels, 4 * filters, kernel, padding=kernel // 2)
        self.over_state = nn.Conv2d(
            filters, 4 * filters, kernel, padding="same", bias=False
        )

    def forward(self, t: torch.Tensor) -> torch.Tensor:
        steps = [self.over_map(x).chunk(4, 1) for x in t.movedim(-1, 2).unbind(1)]
        state = cell = torch.zeros_like(steps[0][0])
        found = []
        for gates in steps:
            fed = self.over_state(state).chunk(4, 1)
            i, f, o, g = (a + b for a, b in zip(gates, fed, strict=True))
            cell = f.sigmoid() * cell + i.sigmoid() * g.tanh()
            state = o.sigmoid() * cell.tanh()
            found.append(state)
        return torch.stack(found, 1).movedim(2, -1)


def maps(d: Drawn, i: int, x: Shape) -> None:
    """Go through a sequence of maps."""
    filters, kernel = d.rng.randint(1, 3), d.rng.randint(1, 3)
    if x.rank == 3:
        module = Gates(x.channels, filters, kernel)
        layer = cnncalc.ConvLSTM2d(kernel, filters, padding=kernel // 2)
        if d.add(layer, [i], module) is not None:
            d.own(module)


def marked(d: Drawn, i: int, x: Shape) -> None:
    """Say of what type values are, or that it is not known what is done."""
    kind = d.rng.choice(("quantize", "dequantize", "unknown"))
    if kind != "unknown":
        layers = {"quantize": cnncalc.Quantize, "dequantize": cnncalc.Dequantize}
        d.add(layers[kind](), [i], lambda t: t.clone())
        return
    holder = nn.Module()
    holder.own = nn.Parameter(torch.empty(d.rng.randint(1, 9)))
    layer = cnncalc.Unknown("odd", tuple(x), len(holder.own))
    if d.add(layer, [i], lambda t: t.clone()) is not None:
        d.own(holder)


def table(d: Drawn, i: int, x: Shape) -> None:
    """Start again from a parameter, on which work is done once."""
    d.parameter(tuple(d.rng.randint(1, 9) for _ in range(d.rng.randint(1, 3))))


DRAWS = {
    move: 8,
    window: 8,
    linear: 4,
    norm: 4,
    function: 4,
    reduction: 3,
    join: 7,
    product: 7,
    recurrence: 3,
    sample: 1,
    looked_up: 1,
    deformed: 1,
    alone: 10,
    maps: 2,
    marked: 2,
    table: 2,
}


# Run, and compare.


class Split(TorchFunctionMode):
    """What PyTorch counts, by whether two of what is multiplied depend on the input."""

    def __init__(self, counter: FlopCounterMode) -> None:
        super().__init__()
        self.counter, self.weights, self.products = counter, 0, 0

    def __torch_function__(
        self, func: Any, types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        before = self.counter.get_total_flops()
        y = func(*args, **(kwargs or {}))
        done = (self.counter.get_total_flops() - before) // 2
        flat = [
            a
            for arg in args
            for a in (arg if isinstance(arg, (tuple, list)) else [arg])
        ]
        depend = sum(isinstance(a, torch.Tensor) and a.requires_grad for a in flat)
        if depend > 1:
            self.products += done
        else:
            self.weights += done
        return y


def called(call: Run, inputs: list[torch.Tensor]) -> torch.Tensor:
    """Return what a step makes; what parameters alone are behind has a batch of 1."""
    return call(*inputs) if inputs else call()[None]


def run(drawn: Drawn, batch: int) -> tuple[list[tuple[int, ...]], int, int]:
    """Return the shapes, and the MACs by weights and of two activations."""
    x = torch.empty(batch, *drawn.shapes[0]).requires_grad_()
    values = [x]
    shapes = []
    with FlopCounterMode(display=False) as counter, Split(counter) as split:
        for _, inputs, call in drawn.steps:
            y = called(call, [values[i] for i in inputs])
            values.append(y)
            shapes.append(tuple(y.shape[1:]))
    return shapes, split.weights, split.products


def differences(drawn: Drawn) -> list[str]:
    """Return in words where cnncalc has other numbers than PyTorch."""
    for module in drawn.modules:
        for parameter in module.parameters():
            parameter.requires_grad_(False)
    shapes, weights, products = run(drawn, 1)
    twice = sum(run(drawn, 2)[1:])
    once = 2 * (weights + products) - twice
    params = sum(p.numel() for m in drawn.modules for p in m.parameters())
    buffers = sum(
        b.numel() for m in drawn.modules for b in m.buffers() if b.is_floating_point()
    )
    g = Builder()
    tensors = [g.input(drawn.shapes[0])]
    for layer, inputs, _ in drawn.steps:
        tensors.append(g.add(layer, *[tensors[i] for i in inputs]))
    net = g.graph(*tensors[1:])
    # Where an operation is unknown, all are at least so many; and of distances, which
    # PyTorch's counter does not see, ours are taken out.
    apart = [row for row in net.nodes if row.kind == "RBF"]
    own = (
        sum(row.weight_macs or 0 for row in net.nodes if row not in apart),
        sum(row.product_macs or 0 for row in net.nodes),
        sum(row.constant_macs or 0 for row in net.nodes if row not in apart),
        int(net.params),
        int(net.buffers),
    )
    theirs = weights - once, products, once, params, buffers
    names = ("by weights", "of products", "done once", "parameters", "buffers")
    wrong = [
        f"{name}: {a}, and there {b}"
        for name, a, b in zip(names, own, theirs, strict=True)
        if a != b
    ]
    for place, (row, shape) in enumerate(zip(net.nodes, shapes, strict=True)):
        if tuple(row.output) != shape:
            wrong.append(f"node {place} ({row.kind}): {row.output}, and there {shape}")
    known = sum(row.macs or 0 for row in net.nodes)
    found = known - sum(row.macs for row in apart)
    if found != weights + products or int(net.macs) != known:
        wrong.append(f"MACs {net.macs}, and there {weights + products}")
    return wrong


def main() -> None:
    """Draw, run and compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=1000)
    parser.add_argument("--seed", type=int, default=0)
    chosen = parser.parse_args()
    start, nodes, wrong, kinds = time.perf_counter(), 0, 0, Counter[str]()
    for number in range(chosen.count):
        rng = Random(f"{chosen.seed} mixed {number}")
        drawn = Drawn(rng)
        while len(drawn.steps) < 4 or rng.random() < 0.93:
            drawn.step()
            if math.prod(drawn.shapes[-1]) > MOST:
                break
        nodes += len(drawn.steps)
        kinds += drawn.kinds
        found = differences(drawn)
        if found:
            wrong += 1
            steps = [(layer, inputs) for layer, inputs, _ in drawn.steps]
            print(f"network {number} on {drawn.shapes[0]}: {steps}")
            print("".join(f"    {line}\n" for line in found[:4]), end="")
    seconds = time.perf_counter() - start
    print(f"{versions()}: {chosen.count} networks of {nodes} nodes, {seconds:.0f} s;")
    print(
        f"{len(kinds)} kinds: {', '.join(f'{n} {k}' for k, n in sorted(kinds.items()))}"
    )
    print(f"{wrong} disagree")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
