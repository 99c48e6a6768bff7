"""The parts of a network: what it takes over from them, and which are frozen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from cnncalc.errors import unknown_name
from cnncalc.graph.names import settled
from cnncalc.graph.wrappers import Frozen, is_group
from cnncalc.layers.base import Layer

__all__ = ["frozen", "module_less_of"]


def module_less_of(parts: Iterable[Any]) -> Iterator[str]:
    """Give the patterns of what runs as functions within parts, where they stand.

    Args:
        parts: Layers, blocks and networks, or what stands around one.
    """
    for part in parts:
        inner = part
        while hasattr(inner, "part"):
            inner = inner.part
        group = f"{part.name}/" if part.name else ""
        for pattern in getattr(inner, "module_less", ()):
            yield f"{group}{pattern}"


def frozen(
    steps: Sequence[Any], path: str, graph: Any, starts: Sequence[int]
) -> list[Any]:
    """Return steps of a chain of which training does not change what is at a path.

    Args:
        steps: The layers and blocks of the chain.
        path: The path of a layer or group.
        graph: What they became; None if the chain is open.
        starts: The node of that with which each step begins.

    Raises:
        UnknownNameError: If there is no such layer or group.
    """
    if graph is None:
        names = settled([(step.name, step.default_name) for step in steps])
        around = [n for n in names if path == n or str(path).startswith(f"{n}/")]
        if not around:
            raise unknown_name("step", path, names)
        place, group = names.index(around[0]), around[0]
    else:
        found = graph.place(path)
        if found is None:
            raise unknown_name("node or group", path, graph.paths())
        node = found.start if isinstance(found, range) else found
        place = sum(start <= node for start in starts[: len(steps)]) - 1
        group = next(iter(graph.table.scopes[node]), "")
    step = steps[place]
    if is_group(step):
        inner = path[len(group) + 1 :]
    else:  # its nodes stand beside those of other steps
        inner = "" if isinstance(step, Layer) else path
    return [*steps[:place], Frozen(step, inner), *steps[place + 1 :]]
