"""Products of activations, norms and other kinds: what PyTorch and Keras do of them.

``python tests/live/products.py`` draws 200 of each kind, runs them there, and compares
shapes, parameters, buffers, MACs, and the bytes kept for the backward pass. With
``--write FILE`` the facts are kept; tests/data/ has some.
"""

from __future__ import annotations

import argparse
import copy
import json
import math
import sys
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # facts_products.py

import torch
from deformed import deform_conv2d
from facts_products import BATCH, answer, expected
from frameworks import versions
from operations import write
from torch import nn
from torch.nn import functional as F  # noqa: N812 - as everybody calls it
from torch.nn.utils import parametrizations
from torch.utils.flop_counter import FlopCounterMode

Fact = dict[str, Any]
# A kind, its arguments, the shapes of its inputs, and the same in PyTorch: a module
# that takes them with a batch before, in the order of the layer.
Drawn = tuple[str, dict[str, Any], list[tuple[int, ...]], nn.Module]


class Call(nn.Module):
    """A function as a module."""

    def __init__(self, run: Callable[..., Any]) -> None:
        super().__init__()
        self.run = run

    def forward(self, *xs: Any) -> Any:
        return self.run(*xs)


class Moved(nn.Module):
    """A module of channels first that is run on channels last, as a view."""

    def __init__(self, module: nn.Module) -> None:
        super().__init__()
        self.module = module

    def forward(self, x: Any, *others: Any) -> Any:
        moved = [each.movedim(-1, 1) for each in (x, *others)]
        return self.module(*moved).movedim(1, -1)


def some(rng: Random, low: int = 1, high: int = 7) -> int:
    return rng.randint(low, high)


def matmul(rng: Random) -> Drawn:
    a, b = rng.random() < 0.5, rng.random() < 0.5
    rows, inner, columns = some(rng), some(rng), some(rng)
    batch = [some(rng, 2, 5) for _ in range(rng.randint(0, 2))]
    other = [n if rng.random() < 0.8 else 1 for n in batch]
    one = (*batch, *((inner, rows) if a else (rows, inner)))
    two = (*other, *((columns, inner) if b else (inner, columns)))

    def run(x: Any, y: Any) -> Any:
        x, y = x.mT if a else x, y.mT if b else y
        return x @ y

    return "MatMul", {"transpose_a": a, "transpose_b": b}, [one, two], Call(run)


EQUATIONS = (
    *("lc,sc->ls", "hlc,hsc->hls", "lhc,shc->hls", "hls,shc->lhc", "lc,lc->l"),
    *("lc,lc->lc", "l,s->ls", "lc,cd->ld", "hwc,hwc->hc", "hwc,hc->hw", "hwc,kwc->hkw"),
    *("lc,sce->ls", "ncl,vw->ncvw", "ncwl,vw->ncvl", "bhwc,bhkc->bhwk", "lc->cl"),
    *("lc->c", "ij,jk,kl->il", "ab,bc,c->a", "aBc,cA->AaB", "lc,c->l", "ab,cb->ac"),
)


def einsum(rng: Random) -> Drawn:
    equation = rng.choice(EQUATIONS)
    sizes = {letter: some(rng) for letter in sorted({*equation} - {*",->"})}
    before, after = equation.split("->")
    shapes = [tuple(sizes[c] for c in letters) for letters in before.split(",")]
    batched = ",".join(f"z{letters}" for letters in before.split(","))

    def run(*xs: Any) -> Any:
        return torch.einsum(f"{batched}->z{after}", *xs)

    return "Einsum", {"equation": equation}, shapes, Call(run)


def heads_apart(x: Any, heads: int) -> Any:
    return x.unflatten(-1, (heads, -1)).transpose(-2, -3)


def attention(rng: Random) -> Drawn:
    heads, width = rng.choice((1, 2, 3, 4)), some(rng, 1, 5)
    kv = rng.choice([n for n in range(1, heads + 1) if heads % n == 0])
    kv = heads if rng.random() < 0.6 else kv
    value = width if rng.random() < 0.6 else some(rng, 1, 5)
    length, others = some(rng, 2, 9), some(rng, 2, 9)
    causal = rng.random() < 0.3
    others = length if causal else others
    shapes = [(length, heads * width), (others, kv * width), (others, kv * value)]
    if not causal and rng.random() < 0.4:
        one = () if heads == 1 else (heads,)
        shapes.append((*one, length, others))
    args = {"heads": heads, "causal": causal}
    args |= {} if kv == heads else {"kv_heads": kv}

    def run(q: Any, k: Any, v: Any, bias: Any = None) -> Any:
        if bias is not None and heads == 1:
            bias = bias.unsqueeze(1)
        y = F.scaled_dot_product_attention(
            heads_apart(q, heads),
            heads_apart(k, kv),
            heads_apart(v, kv),
            attn_mask=bias,
            is_causal=causal,
            enable_gqa=kv != heads,
        )
        return y.transpose(1, 2).flatten(2)

    return "Attention", args, shapes, Call(run)


class Heads(nn.Module):
    """PyTorch's multi-head attention, its output alone."""

    def __init__(self, **args: Any) -> None:
        super().__init__()
        self.module = nn.MultiheadAttention(batch_first=True, **args)

    def forward(self, q: Any, k: Any = None, v: Any = None) -> Any:
        k = q if k is None else k
        return self.module(q, k, k if v is None else v, need_weights=False)[0]


def multi_head(rng: Random) -> Drawn:
    heads = rng.choice((1, 2, 4))
    width, bias = heads * some(rng), rng.random() < 0.6
    shapes = [(some(rng, 2, 9), width)]
    args: dict[str, Any] = {"embed_dim": width, "num_heads": heads, "bias": bias}
    if rng.random() < 0.6:
        others = some(rng, 2, 9)
        shapes += [(others, some(rng)), (others, some(rng))]
        args |= {"kdim": shapes[1][-1], "vdim": shapes[2][-1]}
    # Its own `bias` is also that of its last layer.
    return "MultiHeadAttention", {"heads": heads, "bias": bias}, shapes, Heads(**args)


def keras_multi_head(rng: Random) -> Drawn:
    # Sizes of 1 are multiplied value by value there, by einsum.
    heads, width, bias = rng.randint(1, 4), some(rng, 2), rng.random() < 0.6
    key, value = some(rng, 2), some(rng, 2)
    others = some(rng, 2, 9)
    shapes = [(some(rng, 2, 9), width), (others, some(rng, 2)), (others, some(rng, 2))]
    args = {"key_dim": key, "value_dim": value, "use_bias": bias, "num_heads": heads}
    ours = {"key_dim": key, "value_dim": value, "bias": bias, "heads": heads}
    if rng.random() < 0.4:
        args["output_shape"] = ours["output_dim"] = some(rng, 2)
    import keras

    with keras.device("meta"):
        layer = keras.layers.MultiHeadAttention(**args)
        layer.build(*[(None, *shapes[n]) for n in (0, 2, 1)])

    class Keras(nn.Module):
        """Keras', which takes queries, values and keys."""

        params = sum(math.prod(w.shape) for w in layer.weights)

        def forward(self, q: Any, k: Any, v: Any) -> Any:
            with keras.device("meta"):
                return layer(q, v, k)

    return "MultiHeadAttention", ours, shapes, Keras()


class Along(nn.Module):
    """A linear layer along another axis."""

    def __init__(self, axis: int, inputs: int, units: int, bias: bool) -> None:
        super().__init__()
        self.axis, self.module = axis, nn.Linear(inputs, units, bias)

    def forward(self, x: Any) -> Any:
        return self.module(x.transpose(self.axis, -1)).transpose(self.axis, -1)


def linear(rng: Random) -> Drawn:
    x = tuple(some(rng, 2, 6) for _ in range(rng.randint(1, 4)))
    axis, units, bias = rng.randrange(-len(x), 0), some(rng), rng.random() < 0.5
    module = Along(axis, x[axis], units, bias)
    return "FC", {"units": units, "axis": axis, "bias": bias}, [x], module


def norm(rng: Random) -> Drawn:
    kind = rng.choice(("layer", "rms", "batch", "instance"))
    x = tuple(some(rng, 2, 6) for _ in range(3))
    affine = rng.random() < 0.7
    args: dict[str, Any] = {"kind": kind, "affine": affine}
    if kind in {"layer", "rms"}:
        count = rng.randint(1, 3)
        args |= {} if count == 1 else {"axes": list(range(-count, 0))}
        make = nn.LayerNorm if kind == "layer" else nn.RMSNorm
        return "Norm", args, [x], make(x[-count:], elementwise_affine=affine)
    kept = rng.random() < 0.5
    make = nn.BatchNorm2d if kind == "batch" else nn.InstanceNorm2d
    module = make(x[-1], affine=affine, track_running_stats=kept)
    return "Norm", args | {"statistics": kept}, [x], Moved(module)


def parametrized(rng: Random) -> Drawn:
    which = rng.choice(("weight_norm", "spectral_norm"))
    kind = rng.choice(("Conv2d", "ConvTranspose2d", "DepthwiseConv2d", "FC"))
    x, bias = (some(rng, 4, 9), some(rng, 4, 9), some(rng)), rng.random() < 0.5
    units, kernel = some(rng), rng.choice((1, 2, 3))
    args: dict[str, Any] = {"parametrization": which, "bias": bias}
    if kind == "FC":
        module: nn.Module = nn.Linear(x[-1], units, bias)
        args |= {"units": units, "flatten": False}
    elif kind == "DepthwiseConv2d":
        filters = x[-1] * units
        module = nn.Conv2d(x[-1], filters, kernel, groups=x[-1], bias=bias)
        args |= {"kernel": kernel, "multiplier": units}
    else:
        groups = x[-1] if rng.random() < 0.3 else 1
        filters = units * groups
        module = getattr(nn, kind)(x[-1], filters, kernel, groups=groups, bias=bias)
        args |= {"kernel": kernel, "filters": filters, "groups": groups}
    module = getattr(parametrizations, which)(module)
    return kind, args, [x], module if kind == "FC" else Moved(module)


def embedding(rng: Random) -> Drawn:
    rows, features = some(rng, 1, 50), some(rng)
    x = tuple(some(rng, 2, 9) for _ in range(rng.randint(1, 2)))
    return (
        "Embedding",
        {"rows": rows, "features": features},
        [x],
        nn.Embedding(rows, features),
    )


class Deformable(nn.Module):
    """A convolution whose taps are moved in training alone: what counts is the same."""

    def __init__(self, *args: Any, **words: Any) -> None:
        super().__init__()
        self.module = nn.Conv2d(*args, **words)

    def forward(self, x: Any, offsets: Any, mask: Any = None) -> Any:
        if not self.training:
            return self.module(x)
        names = ("weight", "bias", "stride", "padding", "dilation")
        own = {name: getattr(self.module, name) for name in names}
        return deform_conv2d(x, offsets, mask=mask, **own)


def deformable(rng: Random) -> Drawn:
    groups, offsets = rng.choice((1, 1, 2)), rng.choice((1, 1, 2))
    channels, filters = groups * offsets * some(rng, 1, 3), groups * some(rng, 1, 4)
    kernel, stride, padding = some(rng, 1, 3), some(rng, 1, 2), some(rng, 0, 2)
    x, bias = (some(rng, 5, 9), some(rng, 5, 9), channels), rng.random() < 0.5
    window = {"stride": stride, "padding": padding, "groups": groups, "bias": bias}
    window["dilation"] = dilation = some(rng, 1, 2)
    module = Deformable(channels, filters, kernel, **window)
    reach = dilation * (kernel - 1) + 1
    space = tuple((n + 2 * padding - reach) // stride + 1 for n in x[:2])
    taps = offsets * kernel * kernel
    shapes = [x, (*space, 2 * taps)]
    if rng.random() < 0.5:
        shapes.append((*space, taps))
    args = {"kernel": kernel, "filters": filters, **window, "offset_groups": offsets}
    return "DeformableConv2d", args, shapes, Moved(module)


def convolve(rng: Random) -> Drawn:
    rank = rng.choice((1, 2, 3))
    groups = rng.choice((1, 1, 2))
    seen, filters = some(rng, 1, 3), groups * some(rng, 1, 3)
    kernel = tuple(some(rng, 1, 3) for _ in range(rank))
    x = (*(some(rng, 4, 7) for _ in range(rank)), groups * seen)
    own = rng.random() < 0.5
    window = {"stride": some(rng, 1, 2), "padding": some(rng, 0, 2), "groups": groups}
    run = getattr(F, f"conv{rank}d")

    def whole(x: Any, w: Any) -> Any:
        many = [w[n].movedim(-1, 0).movedim(-1, 1) for n in range(len(w))]
        count, x = len(w), x.movedim(-1, 1)
        if not own:
            return run(x, many[0], **window).movedim(1, -1)
        joined = x.reshape(1, -1, *x.shape[2:])
        wide = {**window, "groups": groups * count}
        y = run(joined, torch.cat(many), **wide)
        return y.reshape(count, filters, *y.shape[2:]).movedim(1, -1)

    args = {**window, "per_sample": own}
    return "Convolve", args, [x, (*kernel, seen, filters)], Call(whole)


KINDS = {
    "MatMul": matmul,
    "Einsum": einsum,
    "Attention": attention,
    "MultiHeadAttention": multi_head,
    "MultiHeadAttention (Keras)": keras_multi_head,
    "FC": linear,
    "Norm": norm,
    "weight and spectral norm": parametrized,
    "Embedding": embedding,
    "DeformableConv2d": deformable,
    "Convolve": convolve,
}
# Of these it is compared what is kept: where PyTorch runs what a network has written.
SAVED = {
    *("MatMul", "Einsum", "Attention", "MultiHeadAttention", "FC", "Norm"),
    *("Embedding", "Convolve", "DeformableConv2d"),
}


def inputs(kind: str, shapes: list[tuple[int, ...]], batch: int) -> list[Any]:
    if kind == "Embedding":
        return [torch.zeros(batch, *shape, dtype=torch.long) for shape in shapes]
    return [torch.rand(batch, *shape) for shape in shapes]


def kept(module: nn.Module, xs: list[Any]) -> int:
    """Return the bytes that are saved, each storage once, but for what a module has."""
    own = [*module.parameters(), *module.buffers()]
    known = {each.untyped_storage().data_ptr() for each in own}
    found, alive = {}, []

    def pack(x: Any) -> Any:
        storage = x.untyped_storage()
        alive.append(x)
        if storage.data_ptr() not in known:
            found[storage.data_ptr()] = storage.nbytes()
        return x

    xs = [x.requires_grad_() if x.is_floating_point() else x for x in xs]
    with torch.autograd.graph.saved_tensors_hooks(pack, lambda x: x):
        module.train()(*xs)
    return sum(found.values())


def fact_of(name: str, drawn: Drawn) -> Fact:
    kind, args, shapes, module = drawn
    # On the CPU fused attention counts for nothing, and so does its fast path.
    meta = [x.to("meta") for x in inputs(kind, shapes, 1)]
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        y = copy.deepcopy(module).to("meta").eval()(*meta)
    macs = counter.get_total_flops() // 2
    owned = sum(p.numel() for p in module.parameters())
    fact = {
        "kind": kind,
        "args": args,
        "inputs": [list(shape) for shape in shapes],
        "output": list(y.shape[1:]),
        "params": getattr(module, "params", owned),
        "buffers": sum(b.numel() for b in module.buffers() if b.is_floating_point()),
        "macs": macs,
    }
    unknown = kind == "Einsum" and len(shapes) > len("ab")
    if name in SAVED and not unknown:
        fact["saved"] = kept(module, inputs(kind, shapes, BATCH))
    return fact


def differs(fact: Fact) -> dict[str, Any]:
    """Return what is not the same here and there, and what only is a lower bound."""
    try:
        here, there = answer(fact), expected(fact)
    except Exception as error:  # noqa: BLE001 - it is told, whatever it is
        return {"error": repr(error)}
    return {
        name: (here[name], there[name]) for name in there if here[name] != there[name]
    }


def main() -> None:
    """Draw, run, write and compare."""
    torch.backends.mha.set_fastpath_enabled(False)
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=200, help="of each kind")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--kinds", nargs="+", default=list(KINDS))
    parser.add_argument("--write", metavar="FILE", help="keep the facts: .jsonl.gz")
    chosen = parser.parse_args()
    print(f"{versions()}, seed {chosen.seed}")
    every, wrong = [], 0
    for name in chosen.kinds:
        start, rng = time.perf_counter(), Random(f"{chosen.seed} {name}")
        facts = [fact_of(name, KINDS[name](rng)) for _ in range(chosen.count)]
        found = [(fact, bad) for fact in facts if (bad := differs(fact))]
        seconds = time.perf_counter() - start
        print(f"{name}: {len(facts)}, {len(found)} disagree, {seconds:.0f} s")
        for fact, bad in sorted(found, key=lambda one: len(json.dumps(one[0])))[:2]:
            print(f"    {json.dumps(fact)}\n    {bad}")
        every += facts
        wrong += len(found)
    if chosen.write:
        write(every, chosen.write)
    if wrong:
        sys.exit(f"{wrong} disagree")


if __name__ == "__main__":
    main()
