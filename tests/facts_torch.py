"""What PyTorch says of a model, beside what a network that was read says of it."""

from __future__ import annotations

from collections import Counter
from typing import Any

from cnncalc.interop.names import path_of

Fact = dict[str, Any]


def differences(fact: Fact, net: Any) -> list[str]:
    """Return what differs between PyTorch and a network, a line each; none is best."""
    found = [
        f"{name}: {fact[name]:,} in PyTorch, {getattr(net, name)} here"
        for name in ("params", "buffers", "macs")
        if fact[name] != getattr(net, name)
    ]
    split = {
        name: getattr(net, f"{name}_macs") for name in ("weight", "product", "constant")
    }
    if fact.get("split", split) != split:
        found.append(f"MACs: {fact['split']} in PyTorch, {split} here")
    places = _places(net, {_path(path) for path in fact["paths"]})
    found += _of_modules(fact, places)
    return found + _of_leaves(fact, places)


def _places(net: Any, paths: set[tuple[str, ...]]) -> list[tuple[tuple[str, ...], Any]]:
    """Return each node with the path of the module that it is in, or is."""
    found = []
    for row in net.nodes:
        path: tuple[str, ...] = ()
        for part in row.path.replace("/", ".").split("."):
            base = part.rpartition("_")[0]  # of a module that was entered once more
            longer = [(*path, part), (*path, base)]
            known = [each for each in longer if each in paths]
            if not known:
                break
            path = known[0]
        found.append((path, row))
    return found


def _path(text: str) -> tuple[str, ...]:
    """Return the path of a module as it is here."""
    groups, name = path_of(text)
    return (*groups, name or "")


def _of_modules(fact: Fact, places: list[tuple[tuple[str, ...], Any]]) -> list[str]:
    ours: Counter[tuple[str, ...]] = Counter()
    for path, row in places:
        for length in range(1, len(path) + 1):
            ours[path[:length]] += row.macs
    return [
        f"{path}: {macs:,} MACs in PyTorch, {ours[_path(path)]:,} here"
        for path, macs in fact["modules"].items()
        if ours[_path(path)] != macs
    ]


def _of_leaves(fact: Fact, places: list[tuple[tuple[str, ...], Any]]) -> list[str]:
    """Compare what each module without others puts out, whatever the order of axes.

    Of one that makes tables of fixed numbers only its products are nodes.
    """
    ours: dict[tuple[str, ...], list[list[int]]] = {}
    for path, row in places:
        ours.setdefault(path, []).append(_sizes(row.output))
    for path, row in places:
        if row.kind == "MatMul" and row.constant_macs:
            ours.pop(path, None)
    return [
        f"{path}: {sizes} in PyTorch, {ours[_path(path)]} here"
        for path, sizes in fact["leaves"]
        if sizes not in ours.get(_path(path), [sizes])
    ]


def _sizes(shape: Any) -> list[int]:
    """Return sizes in order: a batch of one, and where the channels are, say nothing."""
    return sorted(n for n in shape if n != 1)
