"""Every kind of layer by itself: what PyTorch and Keras say, beside cnncalc.

``python tests/live/kinds.py`` draws 200 cases of each kind that has a loop here, and
compares shape, parameters, buffers, MACs by weights and of two activations, and the
bytes that are saved for the backward pass of a batch of two. Of what Keras has it
compares all but these bytes. It says by which script the other kinds are run, and fails
if a kind of cnncalc's is run by none.
"""

from __future__ import annotations

import argparse
import copy
import math
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # facts.py

import draws
import facts
import torch
from frameworks import call, run_keras_layer, versions
from keras import layers as kl
from products import Call, Moved, kept, some
from torch import nn
from torch.nn import functional as F  # noqa: N812 - as everybody calls it
from torch.utils.flop_counter import FlopCounterMode

import cnncalc
from cnncalc import CnncalcError, Shape, layers
from cnncalc.layers.activation import FUNCTIONS

torch.set_num_threads(1)
torch.backends.mkldnn.enabled = False  # which may crash on small depthwise maps

Sizes = tuple[int, ...]
# A layer of ours, and a module that takes the same with a batch before; None where
# there is none, and something else is drawn.
Case = tuple[Any, nn.Module]
Draw = Callable[[Random, Sizes], Case | None]
BATCH = 2


def last(module: nn.Module) -> nn.Module:
    """Return a module of channels first, which is run on channels last."""
    return Moved(module)


def called(draw: Any) -> Draw:
    """Return what draws a call of PyTorch's own module."""

    def case(rng: Random, x: Sizes) -> Case | None:
        name, args = draw(rng, len(x) - 1, x)
        try:
            made = getattr(nn, name)(**args)
        except (ValueError, RuntimeError):
            return None
        own = made if name in {"LayerNorm", "Linear", "Flatten"} else last(made)
        return facts.layer(f"torch.{name}", facts._tupled(args)), own

    return case


def window(rng: Random) -> dict[str, Any]:
    return {"stride": some(rng, 1, 2), "padding": some(rng, 0, 1)}


def depthwise(rng: Random, x: Sizes) -> Case | None:
    rank, k, times, words = len(x) - 1, some(rng, 1, 3), some(rng, 1, 3), window(rng)
    words |= {"bias": rng.random() < 0.5, "dilation": some(rng, 1, 2)}
    module = getattr(nn, f"Conv{rank}d")(x[-1], x[-1] * times, k, groups=x[-1], **words)
    kind = getattr(cnncalc, f"DepthwiseConv{rank}d")
    return kind(k, multiplier=times, **words), last(module)


def separable(rng: Random, x: Sizes) -> Case | None:
    rank, k, times, words = len(x) - 1, some(rng, 1, 3), some(rng, 1, 3), window(rng)
    filters, bias = some(rng), rng.random() < 0.5
    conv, middle = getattr(nn, f"Conv{rank}d"), x[-1] * times
    # The first has no bias: Keras' separable convolution.
    module = nn.Sequential(
        conv(x[-1], middle, k, groups=x[-1], bias=False, **words),
        conv(middle, filters, 1, bias=bias),
    )
    kind = getattr(cnncalc, f"SeparableConv{rank}d")
    return kind(k, filters, multiplier=times, bias=bias, **words), last(module)


class Local(nn.Module):
    """A convolution with filters of its own at each position, as Keras 2 had it."""

    def __init__(self, taps: int, filters: int, places: int, args: Any) -> None:
        super().__init__()
        self.args = args
        self.weight = nn.Parameter(torch.rand(places, taps, filters))
        self.bias = nn.Parameter(torch.rand(places, filters)) if args["bias"] else None

    def forward(self, x: Any) -> Any:
        for axis, (k, s) in enumerate(self.args["windows"]):
            x = x.unfold(2 + axis, k, s)
        rank = len(self.args["windows"])
        space = x.shape[2 : 2 + rank]
        x = x.flatten(2, 1 + rank).movedim(1, 2).flatten(2)
        y = torch.bmm(x.transpose(0, 1), self.weight).transpose(0, 1)
        y = y if self.bias is None else y + self.bias
        return y.movedim(-1, 1).unflatten(-1, space)


def local(rng: Random, x: Sizes) -> Case | None:
    rank, filters, bias = len(x) - 1, some(rng), rng.random() < 0.5
    windows = [(some(rng, 1, 3), some(rng, 1, 2)) for _ in range(rank)]
    kernel, stride = [tuple(pair) for pair in zip(*windows, strict=True)]
    sizes = [(n - k) // s + 1 for n, (k, s) in zip(x[:-1], windows, strict=True)]
    if min(sizes) < 1:
        return None
    args = {"bias": bias, "windows": windows}
    module = Local(math.prod(kernel) * x[-1], filters, math.prod(sizes), args)
    kind = getattr(cnncalc, f"LocallyConnected{rank}d")
    return kind(kernel, filters, stride=stride, bias=bias), last(module)


class Table(nn.Module):
    """Filters that see some of the maps each: a convolution for each."""

    def __init__(self, table: Any, kernel: int, args: Any) -> None:
        super().__init__()
        self.table = table
        self.convs = nn.ModuleList(
            nn.Conv2d(len(maps), 1, kernel, **args) for maps in table
        )

    def forward(self, x: Any) -> Any:
        pairs = zip(self.table, self.convs, strict=True)
        return torch.cat([conv(x[:, list(maps)]) for maps, conv in pairs], 1)


def partial(rng: Random, x: Sizes) -> Case | None:
    kernel, args = some(rng, 1, 3), {**window(rng), "bias": rng.random() < 0.5}
    table = [
        tuple(sorted(rng.sample(range(x[-1]), rng.randint(1, x[-1]))))
        for _ in range(some(rng, 1, 5))
    ]
    module = Table(table, kernel, args)
    return cnncalc.PartialConv2d(kernel, table, **args), last(module)


def global_pool(rng: Random, x: Sizes) -> Case | None:
    keep, mode = rng.random() < 0.5, rng.choice(("average", "max"))
    axes = list(range(2, len(x) + 1))
    mean = Call(lambda t: t.mean(axes, keepdim=True))
    pool = (
        mean if mode == "average" else getattr(nn, f"AdaptiveMaxPool{len(x) - 1}d")(1)
    )
    module = last(pool) if keep else nn.Sequential(last(pool), nn.Flatten())
    return cnncalc.GlobalPool(mode, keep_map=keep), module


def local_norm(rng: Random, x: Sizes) -> Case | None:
    size = rng.choice((1, 3, 5))
    return cnncalc.Norm("local", size=size), last(nn.LocalResponseNorm(size))


def untrained_norm(rng: Random, x: Sizes) -> Case | None:
    """Draw a batch norm whose factors stay as they are, but not its statistics."""
    module = getattr(nn, f"BatchNorm{len(x) - 1}d")(x[-1]).requires_grad_(False)
    return cnncalc.Norm(trainable=False), last(module)


class Fixed(nn.Module):
    """A batch norm that is but factors and offsets: torchvision's frozen one."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        for name in ("weight", "bias", "mean", "variance"):
            self.register_buffer(name, torch.ones(channels))

    def forward(self, x: Any) -> Any:
        scale = self.weight * (self.variance + 1e-5).rsqrt()
        return x * scale + (self.bias - self.mean * scale)


def fixed_norm(rng: Random, x: Sizes) -> Case | None:
    return cnncalc.Norm(frozen=True), Fixed(x[-1])


def dropout(rng: Random, x: Sizes) -> Case | None:
    rate = rng.choice((0.0, 0.2, 0.5))
    # As on a GPU: the mask has a byte a value. One of nothing is not run.
    dropped = Call(lambda t: torch.native_dropout(t, rate, True)[0])
    return cnncalc.Dropout(rate), dropped if rate else nn.Identity()


class Drop(nn.Module):
    """Whole inputs that are dropped, as torchvision's stochastic depth by rows."""

    def __init__(self, rate: float) -> None:
        super().__init__()
        self.rate = rate

    def forward(self, x: Any) -> Any:
        if not self.training or not self.rate:
            return x
        noise = torch.empty([len(x)] + [1] * (x.dim() - 1))
        return x * noise.bernoulli_(1 - self.rate).div_(1 - self.rate)


def stochastic_depth(rng: Random, x: Sizes) -> Case | None:
    rate = rng.choice((0.0, 0.2, 0.5))
    return cnncalc.StochasticDepth(rate), Drop(rate)


class Scale(nn.Module):
    """A learned factor for each channel."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.factors = nn.Parameter(torch.rand(channels))

    def forward(self, x: Any) -> Any:
        return x * self.factors


def layer_scale(rng: Random, x: Sizes) -> Case | None:
    return cnncalc.LayerScale(), Scale(x[-1])


def shuffled(rng: Random, x: Sizes) -> Case | None:
    groups = rng.choice([g for g in range(1, x[-1] + 1) if x[-1] % g == 0])
    return cnncalc.ChannelShuffle(groups), last(nn.ChannelShuffle(groups))


# PyTorch's functions by ours; all others have our name.
ACTIVATIONS: dict[str, Any] = {
    "softmax": lambda x: x.softmax(-1),
    "log_softmax": lambda x: x.log_softmax(-1),
    "log_sigmoid": F.logsigmoid,
    "sigmoid": torch.sigmoid,
    "tanh": torch.tanh,
    "identity": lambda x: x,
}


def activation(rng: Random, x: Sizes) -> Case | None:
    # A CPU keeps a second tensor of a log_sigmoid, which is not counted.
    name = rng.choice([f for f in FUNCTIONS if f not in {"prelu", "log_sigmoid"}])
    function = ACTIVATIONS.get(name) or getattr(F, name)
    return cnncalc.Activation(name), Call(function)


def prelu(rng: Random, x: Sizes) -> Case | None:
    shared = rng.random() < 0.5
    module = last(nn.PReLU(1 if shared else x[-1]))
    return cnncalc.Activation("prelu", shared=shared), module


class Distances(nn.Module):
    """Squared distances to centres: the output of LeNet-5."""

    def __init__(self, units: int, inputs: int) -> None:
        super().__init__()
        self.centres = nn.Parameter(torch.rand(units, inputs))

    def forward(self, x: Any) -> Any:
        return torch.square(x[:, None] - self.centres).sum(-1)


def rbf(rng: Random, x: Sizes) -> Case | None:
    units = some(rng)
    return cnncalc.RBF(units), Distances(units, x[-1])


_ALL = (1, 2, 3)
# How each kind is drawn, and along how many axes it works.
KINDS: dict[str, tuple[Draw, Sizes]] = {
    **{f"Conv{n}d": (called(draws.torch_conv), (n,)) for n in _ALL},
    **{f"ConvTranspose{n}d": (called(draws.torch_transposed), (n,)) for n in _ALL},
    **{f"DepthwiseConv{n}d": (depthwise, (n,)) for n in _ALL},
    **{f"SeparableConv{n}d": (separable, (n,)) for n in (1, 2)},
    **{f"LocallyConnected{n}d": (local, (n,)) for n in (1, 2)},
    "PartialConv2d": (partial, (2,)),
    "Pool": (called(draws.torch_pool), _ALL),
    "AdaptivePool": (called(draws.torch_adaptive), _ALL),
    "GlobalPool": (global_pool, _ALL),
    "Upsample": (called(draws.torch_upsample), _ALL),
    "Pad": (called(draws.torch_pad), _ALL),
    "Crop": (called(draws.torch_crop), _ALL),
    "Norm": (called(draws.torch_norm), _ALL),
    "Norm (local)": (local_norm, _ALL),
    "Norm (untrained)": (untrained_norm, _ALL),
    "Norm (frozen)": (fixed_norm, _ALL),
    "FC": (called(draws.torch_linear), _ALL),
    "Flatten": (called(draws.torch_flatten), _ALL),
    "Activation": (activation, _ALL),
    "Activation (prelu)": (prelu, _ALL),
    "Dropout": (dropout, _ALL),
    "StochasticDepth": (stochastic_depth, _ALL),
    "LayerScale": (layer_scale, _ALL),
    "ChannelShuffle": (shuffled, (2,)),
    "RBF": (rbf, (0,)),
}
# Keras' draws, and along how many axes each works.
KERAS: dict[str, tuple[Any, Sizes]] = {
    "Conv": (draws.keras_conv, _ALL),
    "ConvTranspose": (draws.keras_transposed, _ALL),
    "DepthwiseConv": (draws.keras_depthwise, (1, 2)),
    "SeparableConv": (draws.keras_separable, (1, 2)),
    "Pool": (draws.keras_pool, _ALL),
    "GlobalPool": (draws.keras_global, _ALL),
    "AdaptivePool": (draws.keras_adaptive, _ALL),
    "Upsample": (draws.keras_upsampling, _ALL),
    "Pad": (draws.keras_pad, _ALL),
    "Crop": (draws.keras_crop, _ALL),
    "Norm": (draws.keras_norm, _ALL),
    "FC": (draws.keras_dense, _ALL),
    "Flatten": (draws.keras_flatten, _ALL),
}


# Keras' functions by ours; all others have our name.
OF_KERAS = {
    "identity": "linear",
    "hardsigmoid": "hard_sigmoid",
    "hardswish": "hard_silu",
    "hardtanh": "hard_tanh",
}


def keras_activation(rng: Random, x: Sizes) -> Any:
    name = rng.choice([f for f in FUNCTIONS if f != "prelu"])
    theirs = kl.Activation(OF_KERAS.get(name, name))
    return cnncalc.Activation(name), theirs


def keras_prelu(rng: Random, x: Sizes) -> Any:
    """Draw a slope for each value, each channel, or all of them."""
    over = rng.choice((0, len(x) - 1, len(x)))
    shared = {"shared": over == len(x), "per_value": not over}
    theirs = kl.PReLU(shared_axes=list(range(1, over + 1)) or None)
    return cnncalc.Activation("prelu", **shared), theirs


def keras_rms(rng: Random, x: Sizes) -> Any:
    return cnncalc.Norm("rms"), kl.RMSNormalization()


def keras_dropout(rng: Random, x: Sizes) -> Any:
    rate = rng.choice((0.0, 0.2, 0.5))
    return cnncalc.Dropout(rate), kl.Dropout(rate)


def keras_reshape(rng: Random, x: Sizes) -> Any:
    sizes = rng.sample(x, len(x))
    if rng.random() < 0.5:
        sizes[rng.randrange(len(x))] = -1
    return cnncalc.Reshape(sizes), kl.Reshape(sizes)


def keras_permute(rng: Random, x: Sizes) -> Any:
    order = rng.sample(range(len(x)), len(x))
    return cnncalc.Permute(order), kl.Permute([n + 1 for n in order])


# Layers of both, and along how many axes each works.
LAYERS_OF_KERAS: dict[str, tuple[Any, Sizes]] = {
    "Activation": (keras_activation, _ALL),
    "Activation (prelu)": (keras_prelu, _ALL),
    "Norm (rms)": (keras_rms, _ALL),
    "Dropout": (keras_dropout, _ALL),
    "Reshape": (keras_reshape, _ALL),
    "Permute": (keras_permute, _ALL),
}
# What PyTorch has no operator for: it keeps what its parts here do, and counts nothing
# of distances.
UNASKED = {
    "LocallyConnected1d": {"saved"},
    "LocallyConnected2d": {"saved"},
    "PartialConv2d": {"saved"},
    "RBF": {"saved", "weights"},
}
# Which script runs the other kinds; what no framework runs has its reason.
ELSEWHERE = {
    "moves.py": "Reshape Expand Slice Select Split Roll Gather Permute Concat Stack "
    "PixelShuffle PixelUnshuffle MaxUnpool Reduce Function Parameter Add Multiply "
    "Subtract Divide Maximum Minimum Power Elementwise",
    "choices.py": "Where GridSample",
    "products.py": "MatMul Einsum Attention Embedding DeformableConv2d Convolve",
    "recurrent.py": "LSTM GRU RNN ConvLSTM2d",
    "mixed.py": "Constant",
    "none: a network's beginning": "Input",
    "none: a contract": "Layer Join",
    "none: values keep their places, in another type": "Quantize Dequantize",
    "none: nobody knows what it does": "Unknown",
}


def there(module: nn.Module, x: tuple[int, ...]) -> dict[str, Any]:
    """Return what PyTorch says of a module."""
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        y = copy.deepcopy(module).to("meta").eval()(torch.empty(1, *x, device="meta"))
    return {
        "output": tuple(y.shape[1:]) or (1,),
        "params": sum(p.numel() for p in module.parameters()),
        "buffers": sum(b.numel() for b in module.buffers() if b.is_floating_point()),
        "weights": counter.get_total_flops() // 2,
        "products": 0,
        "saved": kept(module, [torch.rand(BATCH, *x)]),
    }


def here(layer: Any, x: tuple[int, ...]) -> dict[str, Any]:
    """Return the same as cnncalc says it; a factor before it gives it a gradient."""
    g = cnncalc.Builder()
    alone = g.graph(g.add(layer, g.input(x)))
    g = cnncalc.Builder()
    behind = g.graph(g.add(layer, g.add(cnncalc.LayerScale(), g.input(x))))
    before = 4 * BATCH * math.prod(x)
    return {
        "output": tuple(alone.output),
        "params": alone.params,
        "buffers": alone.buffers,
        "weights": alone.weight_macs,
        "products": alone.product_macs,
        "saved": behind.saved_for_backward(batch=BATCH, inplace=False) - before,
    }


def drawn(name: str, rng: Random) -> tuple[Any, ...]:
    """Return a layer that both take, on what, and what each says of it."""
    draw, ranks = KINDS[name]
    while True:
        rank = rng.choice(ranks)
        x = draws.shape(rng, rank) if rank else (some(rng, 2, 40),)
        try:
            case = draw(rng, x)
            if case is not None:
                return case[0], x, here(case[0], x), there(case[1], x)
        except (CnncalcError, RuntimeError, ValueError):
            pass  # one refuses it, of which operations.py says more


def asked_of_keras(name: str, rng: Random) -> str:
    """Return where Keras has other numbers of a layer that both take; "" if it has none."""
    draw, ranks = KERAS[name]
    while True:
        rank = rng.choice(ranks)
        x = draws.shape(rng, rank)
        kind, args = draw(rng, rank, x)
        if rank > 1 and draw in draws.ONE_AXIS:
            kind = kind.replace("1", str(rank))
        fact = call("keras", kind, args, x)
        ours, theirs = facts.answer(fact), facts.expected(fact)
        if ours is not None and theirs is not None and not facts.needless(fact):
            return "" if ours == theirs else f"{kind} {args} on {x}: {ours}, {theirs}"


def beside_keras(name: str, rng: Random) -> str:
    """Return where Keras has other numbers of a layer; "" if it has none."""
    draw, ranks = LAYERS_OF_KERAS[name]
    x = draws.shape(rng, rng.choice(ranks))
    layer, theirs = draw(rng, x)
    theirs.build((None, *x))
    there = run_keras_layer(theirs, x)
    ours = layer.output(x), layer.params(x), layer.buffers(x), layer.macs(x)
    same = ours == tuple(there.values())
    return "" if same else f"{layer} on {Shape.of(x)}: {ours}, {there}"


def main() -> None:
    """Draw, run and compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=200, help="of each kind")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kinds", nargs="+", default=list(KINDS))
    chosen, wrong = parser.parse_args(), 0
    print(f"{versions()}, seed {chosen.seed}")
    for name in chosen.kinds:
        start, rng, bad = time.perf_counter(), Random(f"{chosen.seed} {name}"), []
        for _ in range(chosen.count):
            layer, x, ours, theirs = drawn(name, rng)
            asked = ours.keys() - UNASKED.get(name, set())
            found = {k: (ours[k], theirs[k]) for k in asked if ours[k] != theirs[k]}
            if found:
                bad.append(f"{layer} on {Shape.of(x)}, here and there: {found}")
        seconds = time.perf_counter() - start
        print(
            f"{name}: {chosen.count}, {len(bad)} disagree, {seconds:.0f} s", flush=True
        )
        for line in sorted(bad, key=len)[:3]:
            print(f"    {line}")
        wrong += len(bad)
    of_keras = [(asked_of_keras, name) for name in KERAS]
    of_keras += [(beside_keras, name) for name in LAYERS_OF_KERAS]
    for asked, name in of_keras if chosen.kinds == list(KINDS) else ():
        rng = Random(f"{chosen.seed} Keras {name}")
        bad = [asked(name, rng) for _ in range(chosen.count)]
        bad = [line for line in bad if line]
        print(f"{name} of Keras: {chosen.count}, {len(bad)} disagree", flush=True)
        for line in sorted(bad, key=len)[:3]:
            print(f"    here and there: {line}")
        wrong += len(bad)
    known = {name.partition(" ")[0] for name in KINDS}
    for script, names in ELSEWHERE.items():
        print(f"{script}: {names}")
        known |= set(names.split())
    missing = set(layers.__all__) - known
    print(f"{wrong} disagree; kinds that nothing runs: {sorted(missing) or 'none'}")
    sys.exit(wrong > 0 or bool(missing))


if __name__ == "__main__":
    main()
