"""Recurrent layers: what PyTorch, Keras and counting tools say, beside cnncalc.

``python tests/live/recurrent.py`` draws 200 of each kind, runs them there, and compares
shapes, parameters, MACs, what is saved for the backward pass, and each tool's number.
With ``--write FILE`` the facts are kept; tests/data/ has some.

PyTorch's counter sees nothing of a recurrent layer on a CPU, and all of it on the meta
device. What is saved is that of PyTorch's own code, without oneDNN.
"""

from __future__ import annotations

import argparse
import io
import json
import logging
import sys
from contextlib import redirect_stderr, redirect_stdout
from math import prod
from pathlib import Path
from random import Random
from unittest.mock import MagicMock

sys.path.insert(0, str(Path(__file__).parents[1]))  # facts_recurrent.py

import torch
from facts_recurrent import answer, expected, tools_of
from frameworks import counted, said, versions
from operations import write
from torch.autograd.graph import saved_tensors_hooks
from torch.utils.flop_counter import FlopCounterMode

TORCH = ("LSTM", "GRU", "RNN")
KERAS = ("LSTM", "GRU", "SimpleRNN", "ConvLSTM2D")


# What calflops imports, and does not need for a module that it is given.
_ABSENT = ("transformers", "accelerate", "accelerate.utils", "timm")


def drawn(rng: Random, op: str) -> tuple[dict, tuple[int, ...]]:
    """Return random arguments of a kind, and an input."""
    framework, kind = op.split(".")
    x = (rng.randint(1, 6), rng.randint(1, 7))
    if framework == "torch":
        args = {"hidden_size": rng.randint(2, 7), "num_layers": rng.randint(1, 3)}
        args |= {"bidirectional": rng.random() < 0.5, "bias": rng.random() < 0.7}
        if kind == "LSTM" and rng.random() < 0.4:
            args["proj_size"] = rng.randint(1, args["hidden_size"])
        if kind == "RNN":
            args["nonlinearity"] = rng.choice(["tanh", "relu"])
        return args, x
    args = {"use_bias": rng.random() < 0.7, "return_sequences": rng.random() < 0.5}
    if kind == "ConvLSTM2D":
        args |= {"filters": rng.randint(1, 4), "padding": rng.choice(["same", "valid"])}
        args |= {"kernel_size": (rng.randint(1, 3), rng.randint(1, 3))}
        either = {"strides": rng.randint(1, 3)}, {"dilation_rate": rng.randint(1, 2)}
        return args | rng.choice(either), (x[0], *rng.choices(range(1, 8), k=2), x[1])
    args["units"] = rng.randint(1, 7)
    if kind == "GRU":
        args["reset_after"] = rng.random() < 0.5
    if rng.random() < 0.5:
        args["merge_mode"] = rng.choice(["concat", "sum"])
    return args, x


def run_torch(kind: str, args: dict, x: tuple[int, int]) -> dict:
    module = getattr(torch.nn, kind)(x[1], batch_first=True, **args)
    on_meta = getattr(torch.nn, kind)(x[1], batch_first=True, device="meta", **args)
    with FlopCounterMode(display=False) as counter:
        y, state = on_meta(torch.zeros(1, *x, device="meta"))
        forward = counter.get_total_flops()
        y.sum().backward()
    fact = {"output": tuple(y.shape[1:]), "macs": forward // 2}
    fact["inputs"] = (counter.get_total_flops() - 2 * forward) // 2
    last = state[0] if isinstance(state, tuple) else state
    directions = 2 if args["bidirectional"] else 1
    fact["last"] = prod(last[-directions:].shape)
    fact["params"] = sum(p.numel() for p in module.parameters())
    fact["saved"] = saved(module, x)
    fact["tools"] = tools(kind, args, x)
    return fact


def saved(module: torch.nn.Module, x: tuple[int, int]) -> int:
    """Return how many values are saved, those of its input too, each storage once."""
    own = {p.untyped_storage().data_ptr() for p in module.parameters()}
    kept = {}

    def pack(tensor: torch.Tensor) -> torch.Tensor:
        storage = tensor.untyped_storage()
        kept[storage.data_ptr()] = tensor  # which keeps it alive
        return tensor

    with torch.backends.mkldnn.flags(enabled=False):
        with saved_tensors_hooks(pack, lambda tensor: tensor):
            y = module(torch.zeros(1, *x, requires_grad=True))
        del y
    return sum(
        t.untyped_storage().nbytes() // t.element_size()
        for place, t in kept.items()
        if place not in own
    )


class Alone(torch.nn.Module):
    """A network of one recurrent layer, which puts out its steps."""

    def __init__(self, kind: str, channels: int, args: dict) -> None:
        super().__init__()
        self.layer = getattr(torch.nn, kind)(channels, batch_first=True, **args)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return self.layer(x)[0]


def tools(kind: str, args: dict, x: tuple[int, int]) -> dict[str, int]:
    """Return what each counting tool says of a network of that layer."""
    for absent in _ABSENT:
        sys.modules.setdefault(absent, MagicMock())
    import calflops
    import fvcore.nn
    import ptflops
    import thop
    import torchinfo
    import torchscan

    def net() -> torch.nn.Module:
        return Alone(kind, x[1], args).eval()

    given, found = torch.zeros(1, *x), {}
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        found["torchinfo"] = torchinfo.summary(
            net(), input_data=given, verbose=0
        ).total_mult_adds
        found["thop"] = thop.profile(net(), inputs=(given,), verbose=False)[0]
        for name, backend in (("ptflops", "pytorch"), ("ptflops-aten", "aten")):
            found[name], _ = ptflops.get_model_complexity_info(
                net(),
                x,
                backend=backend,
                as_strings=False,
                print_per_layer_stat=False,
            )
        found["calflops"], *_ = calflops.calculate_flops(
            net(),
            input_shape=(1, *x),
            output_as_string=False,
            print_results=False,
            print_detailed=False,
        )
        found["fvcore"] = fvcore.nn.FlopCountAnalysis(net(), given).total()
        counted = torchscan.crawl_module(net(), x)["totals"]
        found["torchscan"] = counted["macs"]["known_value"]
    if kind != "RNN" and args["bias"] and "proj_size" not in args:
        found["onnx-tool"] = exported(net(), given)
    return {name: int(number or 0) for name, number in found.items()}


def exported(net: torch.nn.Module, given: torch.Tensor) -> int:
    """Return what onnx-tool says of PyTorch's export; it has no RNN, and needs biases."""
    import onnx
    import onnx_tool

    file = io.BytesIO()
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        torch.onnx.export(net, given, file, dynamo=False)
        model = onnx_tool.Model(onnx.load_model_from_string(file.getvalue()))
        model.graph.shape_infer()
        model.graph.profile()
    return model.graph.macs[0]


def run_keras(kind: str, args: dict, x: tuple[int, ...]) -> dict:
    import keras

    args = dict(args)
    merge = args.pop("merge_mode", None)
    layer = getattr(keras.layers, kind)(**args)
    if merge:
        layer = keras.layers.Bidirectional(layer, merge_mode=merge)
    layer.build((None, *x))
    y, macs = counted(layer, torch.zeros(1, *x))
    params = sum(prod(w.shape) for w in layer.trainable_weights)
    return {"output": tuple(y.shape[1:]), "params": params, "macs": macs}


RUN = {"torch": run_torch, "keras": run_keras}


def call(op: str, args: dict, x: tuple[int, ...]) -> dict:
    """Return the facts of a layer on an input, or why it is refused."""
    framework, kind = op.split(".")
    fact = {"op": op, "args": args, "input": x}
    try:
        return fact | RUN[framework](kind, args, x)
    except (ValueError, RuntimeError) as error:
        return fact | {"refused": said(error)}


def main() -> None:
    """Draw, run, write and compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--count", type=int, default=200, help="of each kind")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--write", metavar="FILE", help="keep the facts: .jsonl.gz")
    chosen = parser.parse_args()
    logging.disable(logging.CRITICAL)
    print(f"{versions()}, seed {chosen.seed}")
    every, wrong = [], 0
    for op in [*(f"torch.{k}" for k in TORCH), *(f"keras.{k}" for k in KERAS)]:
        rng = Random(f"{chosen.seed} {op}")
        facts = [call(op, *drawn(rng, op)) for _ in range(chosen.count)]
        facts = json.loads(json.dumps(facts))
        every += facts
        bad = [f for f in facts if expected(f) != answer(f) or any(tools_of(f))]
        wrong += len(bad)
        refused = sum("refused" in fact for fact in facts)
        print(f"{op}: {len(facts)}, {refused} refused, {len(bad)} disagree")
        for fact in sorted(bad, key=lambda fact: len(json.dumps(fact)))[:1]:
            print(f"  {fact}\n  there {expected(fact)}\n  here  {answer(fact)}")
            print(f"  tools {list(tools_of(fact))}")
    if chosen.write:
        write(every, chosen.write)
    if wrong:
        sys.exit(f"{wrong} disagree")


if __name__ == "__main__":
    main()
