"""Names of an ONNX file's nodes as paths: by their weights, else by their own."""

from __future__ import annotations

import re
from collections.abc import Sequence

from cnncalc.interop.names import Path, cleaned, path_of
from cnncalc.interop.onnx.node import Node

__all__ = ["path_of_node"]

# Names that exporters number, which say nothing: onnx::Conv_224, node_Conv_12, Conv_3.
_NUMBERED = re.compile(r"(onnx::|node_|val_|_val)?[A-Za-z0-9]+_\d+|\d+")


def path_of_node(node: Node) -> Path:
    """Return where a node stands.

    The name of its weight tells best: exporters fold norms into convolutions and give
    these the norm's name, while ``layer1.0.conv1.weight`` is still the convolution's.
    """
    for x in node.inputs[1:]:
        for root in sorted(x.roots) if x is not None else ():
            module, _, weight = root.rpartition(".")
            if module and weight and not _NUMBERED.fullmatch(root):
                return path_of(module)
    if "/" in node.name:
        return _of_scopes(node.name)
    return Path((), None)


def _of_scopes(name: str) -> Path:
    """Return the path in a name such as /layer1/layer1.0/conv1/Conv.

    Each part may repeat what is before it; the last one is the operator.
    """
    parts: list[str] = []
    before = ""
    for part in filter(None, name.split("/")):
        own = (
            part[len(before) + 1 :]
            if before and part.startswith(f"{before}.")
            else part
        )
        before = part
        parts.append(cleaned(own))
    return _shortened(parts)


def _shortened(parts: Sequence[str]) -> Path:
    *groups, last = parts
    if groups and _is_operator(last):
        *groups, last = groups
    return path_of(".".join(part.replace(".", "_") for part in (*groups, last)))


def _is_operator(name: str) -> bool:
    return name[:1].isupper()
