"""Names of an ONNX file's nodes as paths: by their weights, else by their own."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias

from cnncalc.interop.names import Path, path_of
from cnncalc.interop.onnx.node import Node
from cnncalc.interop.values import Value

__all__ = ["Naming"]

_LONGEST = 1000  # characters of a name that is taken for a path
_SCOPES = "pkg.torch.onnx.name_scopes"
_QUOTED = re.compile(r"'([^']*)'")
_NO_MODULE = Path((), None)

Parts: TypeAlias = "tuple[str, ...]"


class Naming:
    """Where the nodes of a file stand, by the names that it has.

    Args:
        graph: Its graph.
    """

    def __init__(self, graph: Mapping[str, Any]) -> None:
        owners = [_owner(t.get("name", "")) for t in graph["tensors"]]
        self._around = {o[:n] for o in owners for n in range(1, len(o))}
        self._nodes: Counter[Parts] = Counter()
        for node in graph["nodes"]:
            if node.get("op") != "Constant":
                self._nodes[self._module(node)] += 1
        self._above = {m[:n] for m in self._nodes for n in range(len(m))}

    def path_of(self, node: Node) -> Path:
        """Return where a node stands.

        The name of its weight tells best: exporters fold norms into convolutions and
        give these the norm's name, while ``layer1.0.conv1.weight`` is still the
        convolution's. Then come its own name, if it is a path, and the scopes that
        PyTorch's exporter notes.
        """
        for x in node.inputs[1:]:
            for root in sorted(x.roots) if isinstance(x, Value) else ():
                owner = _owner(root)
                if owner in self._around:  # of a module that has others
                    return _made((*owner, root.rpartition(".")[2]))
                if owner:
                    return _made(owner)
        module = self._module(node.raw)
        if not module:
            return _NO_MODULE
        if module in self._above or self._nodes[module] > 1:
            return _made((*module, "automatic"))._replace(name=None)
        return _made(module)

    def _module(self, raw: Mapping[str, Any]) -> Parts:
        """Return the module that a node is of, from the outermost on."""
        name: str = raw.get("name", "")
        if "/" in name:
            return _of_path(name)
        for pair in raw["metadata"]:
            if pair.get("key") == _SCOPES:
                return _of_scopes(pair.get("value", ""))
        return ()


def _owner(weight: str) -> Parts:
    """Return the module that a weight is of: layer1.0.conv1 of layer1.0.conv1.weight."""
    if len(weight) > _LONGEST:
        return ()
    return tuple(filter(None, weight.split(".")[:-1]))


def _of_path(name: str) -> Parts:
    """Return the module in a name such as /layer1/layer1.0/conv1/Conv.

    Each part may repeat what is before it; the last one is the operator.
    """
    parts = [part for part in name.split("/") if part]
    if len(name) > _LONGEST:
        return ()
    found: list[str] = []
    before = ""
    for part in parts[:-1] if _is_operator(parts[-1:]) else parts:
        known = before and part.startswith(f"{before}.")
        found.append(part[len(before) + 1 :] if known else part)
        before = part
    return tuple(found)


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


def _made(parts: Sequence[str]) -> Path:
    return path_of("/".join(part.replace("/", "_") for part in parts), "/")
