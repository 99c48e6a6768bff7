"""The nodes of a graph in an order in which they can be read."""

from __future__ import annotations

from collections import deque
from collections.abc import Container, Iterator, Mapping, Sequence
from typing import Any

from cnncalc.interop.onnx.survey import subgraphs
from cnncalc.interop.onnx.wire import no_model

__all__ = ["ordered_nodes"]


def ordered_nodes(
    nodes: Sequence[dict[str, Any]], known: Container[str]
) -> Iterator[dict[str, Any]]:
    """Yield nodes such that each comes after those whose values it uses.

    Files have them so, as a rule; in whatever order they are, this is one walk.

    Args:
        nodes: The nodes of a graph.
        known: The names of values that are there before.

    Raises:
        ConfigError: If there is a cycle, or a value is missing.
    """
    there: set[str] = set()
    waiting: dict[str, list[int]] = {}
    missing: dict[int, int] = {}
    for place, node in enumerate(nodes):
        needed = {n for n in _used(node) if n not in there and n not in known}
        if needed:
            missing[place] = len(needed)
            for name in needed:
                waiting.setdefault(name, []).append(place)
            continue
        ready = deque([place])
        while ready:
            found = nodes[ready.popleft()]
            yield found
            for name in {*found["outputs"]} - there:
                there.add(name)
                for other in waiting.pop(name, ()):
                    missing[other] -= 1
                    if not missing[other]:
                        del missing[other]
                        ready.append(other)
    if missing:
        raise _unfinished(nodes[min(missing)], waiting)


def _unfinished(node: dict[str, Any], waiting: Container[str]) -> Exception:
    """Return the error that a node waits for a value that never comes."""
    name = next(name for name in _used(node) if name in waiting)
    what = node.get("name") or node.get("op", "")
    why = f"node {what[:60]!r} uses {name[:60]!r}, which nothing before it puts out"
    return no_model(why)


def _used(node: Mapping[str, Any]) -> Iterator[str]:
    """Yield the names of values that a node uses, in the graphs within it, too."""
    yield from filter(None, node["inputs"])
    for graph in subgraphs(node):
        own = {t.get("name", "") for t in (*graph["tensors"], *graph["inputs"])}
        own.update(name for inner in graph["nodes"] for name in inner["outputs"])
        for inner in graph["nodes"]:
            yield from (name for name in _used(inner) if name not in own)
