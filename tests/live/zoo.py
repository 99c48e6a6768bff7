"""Transformers and video networks of the zoo beside torchvision, layer by layer.

``python tests/live/zoo.py`` builds each on PyTorch's meta device, runs it once in
evaluation mode, and compares every layer that it runs, in order, each attention as a
whole, and the totals. ``--write FILE`` keeps what was found, for the suite;
`tests/zoo_facts.py` has the networks and the comparison.
"""

from __future__ import annotations

import argparse
import math
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))  # zoo_facts.py

import schemas  # noqa: F401 - before torchvision
import torch
import torchvision
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import flop_registry
from zoo_facts import INPUTS, KINDS, differences, write

torch.set_num_threads(1)
torch.backends.mha.set_fastpath_enabled(False)  # which the counter does not see

# Which arguments of an operation are multiplied.
FACTORS = {"addmm": (1, 2), "baddbmm": (1, 2)}
SORTS = ("weights", "products", "constants")


class Work(TorchDispatchMode):
    """What runs: each product's MACs, told apart by what depends on the input."""

    def __init__(self, x: torch.Tensor) -> None:
        super().__init__()
        self.kept: dict[int, torch.Tensor] = {id(x): x}  # what depends on the input
        self.others: list[Any] = []  # lest an identity is used again
        self.done = dict.fromkeys(SORTS, 0)

    def __torch_dispatch__(
        self, func: Any, _types: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        given = [id(x) for x in tensors((args, kwargs))]
        moving = any(x in self.kept for x in given)
        for y in tensors(result):
            if moving:
                self.kept[id(y)] = y
            else:
                self.others.append(y)
        packet = func._overloadpacket
        if packet in flop_registry:
            flops = flop_registry[packet](*args, **(kwargs or {}), out_val=result)
            name = packet.__name__
            factors = [
                args[n]
                for n in FACTORS.get(name, range(3 if "attention" in name else 2))
            ]
            varying = sum(id(x) in self.kept for x in factors)
            self.done[SORTS[{0: 2, 1: 0}.get(varying, 1)]] += flops // 2
        return result


def tensors(value: Any) -> Iterator[torch.Tensor]:
    """Yield the tensors in nested lists, tuples and dictionaries."""
    if isinstance(value, torch.Tensor):
        yield value
    elif isinstance(value, dict):
        yield from tensors(list(value.values()))
    elif isinstance(value, (list, tuple)):
        for each in value:
            yield from tensors(each)


def sizes(kind: str, y: torch.Tensor) -> list[int]:
    """Return an output's sizes, channels last; heads that are a batch are channels."""
    batch, *others = y.shape
    if len(others) > 1 and kind.endswith(("1d", "2d", "3d")):
        channels, *space = others
        return [*space, batch * channels]
    return others if batch == 1 else [batch, *others]


@contextmanager
def watched(
    model: torch.nn.Module, before: Callable, after: Callable
) -> Iterator[None]:
    """Call functions around each run of each module."""
    hooks: list[Any] = []
    for name, module in model.named_modules():
        hooks += [
            module.register_forward_pre_hook(lambda *_, n=name: before(n)),
            module.register_forward_hook(lambda m, _, y, n=name: after(n, m, y)),
        ]
    try:
        yield
    finally:
        for hook in hooks:
            hook.remove()


def count(tensors: Any) -> int:
    return sum(x.numel() for x in tensors)


def facts(name: str) -> dict[str, Any]:
    """Return what torchvision's network of that name is and does."""
    *space, channels = INPUTS[name]
    with torch.device("meta"):
        model = torchvision.models.get_model(name).eval()
        x = torch.zeros(1, channels, *space)
    work, started = Work(x), {}
    layers: list[list[Any]] = []
    attentions: list[list[Any]] = []

    def before(path: str) -> None:
        started[path] = list(work.done.values())

    def after(path: str, module: torch.nn.Module, y: Any) -> None:
        names = [each.__name__ for each in type(module).__mro__]
        kind = next((name for name in names if name in KINDS), names[0])
        done = [
            now - then
            for now, then in zip(work.done.values(), started[path], strict=True)
        ]
        found = [
            kind,
            sizes(kind, y[0] if isinstance(y, tuple) else y),
            count(module.parameters()),
        ]
        if kind in KINDS and not any(module.children()):
            if KINDS[kind].startswith("="):  # of whose output the layout says nothing
                found[1] = [math.prod(found[1])]
            layers.append([*found, sum(done)])
        elif (
            "Attention" in kind
            and count(module.parameters())
            and "Partition" not in kind
        ):
            attentions.append([kind, math.prod(found[1]), found[2], *done])

    with torch.no_grad(), watched(model, before, after), work:
        y = model(x)
    weights = torchvision.models.get_model_weights(name)["DEFAULT"]
    return {
        "input": list(INPUTS[name]),
        "output": sizes("", y),
        "params": count(model.parameters()),
        "buffers": count(b for b in model.buffers() if b.is_floating_point()),
        "macs": list(work.done.values()),
        "published": [weights.meta["num_params"], weights.meta["_ops"]],
        "layers": layers,
        "attentions": attentions,
    }


def main() -> None:
    """Run and compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("networks", nargs="*", default=list(INPUTS), metavar="NETWORK")
    parser.add_argument("--write", type=Path, metavar="FILE")
    parser.add_argument("--no-compare", action="store_true", help="only run them")
    chosen = parser.parse_args()
    found = {name: facts(name) for name in chosen.networks}
    wrong = 0
    for name, fact in found.items():
        lines = [] if chosen.no_compare else differences(name, fact)
        wrong += bool(lines)
        params, gmacs = fact["published"]
        same = fact["params"] == params and round(sum(fact["macs"]) / 1e9, 3) == gmacs
        says = "as published" if same else f"published {params:,} and {gmacs} G"
        layers, attentions = len(fact["layers"]), len(fact["attentions"])
        print(
            f"{name}: {fact['params']:,} parameters, {fact['macs']} MACs ({says});",
            end=" ",
        )
        print(f"{layers} layers and {attentions} attentions, {len(lines)} differences")
        print("".join(f"    {line}\n" for line in lines[:8]), end="")
    if chosen.write:
        write(chosen.write, found)
    print(
        f"PyTorch {torch.__version__}, torchvision {torchvision.__version__}: ", end=""
    )
    print(f"{len(found)} networks, {wrong} disagree")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
