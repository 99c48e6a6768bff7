"""Names of an ONNX file's nodes as paths: by their weights, else by their own."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import takewhile
from typing import Any, TypeAlias

from cnncalc.interop.names import Path, path_of
from cnncalc.interop.onnx.node import OnnxNode
from cnncalc.interop.values import Value

__all__ = ["Naming"]

_LONGEST = 1000  # characters of a name that is taken for a path
# Operators that make no node here: they do not tell whether a module is but one.
_SILENT = {
    *("Constant", "QuantizeLinear", "DequantizeLinear", "Cast", "Identity", "Shape"),
    *("Transpose", "Squeeze", "Unsqueeze"),
}
_SCOPES = "pkg.torch.onnx.name_scopes"
_QUOTED = re.compile(r"'([^']*)'")

Parts: TypeAlias = "tuple[str, ...]"


class Naming:
    """The places of a file's nodes, by the names that it has.

    Args:
        graph: Its graph.
    """

    def __init__(self, graph: Mapping[str, Any]) -> None:
        names = [t.get("name", "") for t in graph["tensors"]]
        told = set(map(_module_of, names))
        self._around = {m[:n] for m in told for n in range(1, len(m))}
        self._told = self._around | told
        owners = {name: self._owner(name) for name in names}
        nodes = [node for node in graph["nodes"] if node.get("op") not in _SILENT]
        modules = [_module(node, self._told) for node in nodes]
        self._modules = dict(
            zip([node.get("name", "") for node in nodes], modules, strict=True)
        )
        self._ops: dict[Parts, set[str]] = {}
        for node, module in zip(nodes, modules, strict=True):
            self._ops.setdefault(module or (), set()).add(node.get("op", ""))
        self._above = {m[:n] for m in self._ops for n in range(len(m))}
        self._behind = dict(_biased(nodes, owners))
        known = [
            module
            or self._behind.get("".join(node["outputs"][:1]))
            or _owned(node, owners)
            for node, module in zip(nodes, modules, strict=True)
        ]
        self._between = _between(nodes, modules, known)

    def _owner(self, weight: str) -> Parts:
        """Return the path of what has a weight: a module, or what is in one."""
        module = _module_of(weight)
        if module in self._around:
            return (*module, weight.rpartition(_separator(weight))[2])
        return module

    def path_of(self, node: OnnxNode) -> Path:
        """Return where a node stands.

        The name of its weight tells best: exporters fold norms into convolutions and
        give these the norm's name, while ``layer1.0.conv1.weight`` is still the
        convolution's, unless it has others, too, as where equal weights were made one.
        Then come its own name, if it is a path, and the scopes that
        PyTorch's exporter notes; else it stands in what is around it.
        """
        output = node.outputs[0] if node.outputs else ""
        named = node.name in self._modules  # nodes in functions are not
        module = self._modules[node.name] if named else _module(node.raw, self._told)
        for x in (*node.inputs[1:], *node.inputs[:1]):
            for root in sorted(x.roots) if isinstance(x, Value) else ():
                owner = self._owner(root)
                if owner and (module is None or node.r.uses.get(root, 1) == 1):
                    return _made(owner)
        if module is None and output in self._behind:
            return _made(self._behind[output])
        if module is None:
            return _group(self._between.get(output, ()))
        if module in self._above or len(self._ops.get(module, ())) > 1:
            return _group(module)
        return _made(module)


def _owned(node: Mapping[str, Any], owners: Mapping[str, Parts]) -> Parts | None:
    """Return the module of the first weight that a node has."""
    return next((owners[name] for name in node["inputs"] if owners.get(name)), None)


def _biased(
    nodes: Sequence[Mapping[str, Any]], owners: Mapping[str, Parts]
) -> Iterator[tuple[str, Parts]]:
    """Yield products with the modules of biases: their weights have but a number."""
    products = {
        "".join(node["outputs"][:1])
        for node in nodes
        if node.get("op") == "MatMul" and not _owned(node, owners)
    }
    for node in nodes:
        owner = _owned(node, owners)
        if node.get("op") == "Add" and owner:
            yield from ((name, owner) for name in node["inputs"] if name in products)


def _between(
    nodes: Sequence[Mapping[str, Any]],
    modules: Sequence[Parts | None],
    known: Sequence[Parts | None],
) -> dict[str, Parts]:
    """Return the groups of nodes without names: in them is what is before and behind.

    Args:
        nodes: All nodes.
        modules: The modules that they are of by their names.
        known: The same, also by the names of their weights.
    """
    found: dict[str, Parts] = {}
    waiting: list[str] = []
    before: Parts = ()
    for node, module, own in zip(nodes, known, modules, strict=True):
        if module is None:
            waiting += node["outputs"][:1] if own is None else ()
            continue
        found.update(dict.fromkeys(waiting, _common(before, module[:-1])))
        waiting, before = [], module[:-1]
    return found


def _common(one: Parts, other: Parts) -> Parts:
    """Return what two modules begin with."""
    same = takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False))
    return tuple([part for part, _ in same])


def _module(raw: Mapping[str, Any], told: Collection[Parts]) -> Parts | None:
    """Return the module that a node is of, outermost first; None if none is told.

    Args:
        raw: The node.
        told: The modules that weights are of.
    """
    name: str = raw.get("name", "")
    if "/" in name:
        return _of_path(name, told)
    for pair in raw["metadata"]:
        if pair.get("key") == _SCOPES:
            return _of_scopes(pair.get("value", ""))
    return None


def _module_of(weight: str) -> Parts:
    """Return the module that a weight is of: layer1.conv1 of layer1.conv1.weight.

    TensorFlow's names have slashes instead: block1/conv1/kernel.
    """
    if len(weight) > _LONGEST:
        return ()
    return tuple(filter(None, weight.split(_separator(weight))[:-1]))


def _separator(weight: str) -> str:
    return "/" if "/" in weight else "."


def _of_path(name: str, told: Collection[Parts]) -> Parts:
    """Return the module in a name such as /layer1/layer1.0/conv1/Conv.

    Each part may repeat what is before it, or be one of a list, as in /blocks.0/Add;
    the last one is the operator.
    """
    parts = [part for part in name.split("/") if part]
    if len(name) > _LONGEST:
        return ()
    found: Parts = ()
    before = ""
    for part in parts[:-1] if _is_operator(parts[-1:]) else parts:
        known = before and part.startswith(f"{before}.")
        own = part[len(before) + 1 :] if known else part
        listed = (*found, *own.split("."))
        found = listed if listed in told else (*found, own)
        before = part
    return found


def _is_operator(last: Sequence[str]) -> bool:
    return bool(last) and last[0][:1].isupper()


def _of_scopes(text: str) -> Parts:
    """Return the module in a list such as ['', 'layer1', 'layer1.0', 'relu'].

    The first is the model itself, and the last one what was called.
    """
    scopes = _QUOTED.findall(text)[1:-1]
    if not scopes or len(scopes[-1]) > _LONGEST:
        return ()
    return tuple(filter(None, scopes[-1].split(".")))


def _group(parts: Parts) -> Path:
    """Return the path of a node with an automatic name in a group."""
    return _made((*parts, "automatic"))._replace(name=None)


def _made(parts: Sequence[str]) -> Path:
    return path_of("/".join(part.replace("/", "_") for part in parts), "/")
