"""Fragments of which training does not change a part."""

from __future__ import annotations

from collections.abc import Iterable

from cnncalc.errors import unknown_name
from cnncalc.graph.call import Call
from cnncalc.graph.fragment import Fragment
from cnncalc.graph.remade import sharing
from cnncalc.graph.walk import labels_of, walked

__all__ = ["frozen_at"]


def frozen_at(
    made: Call | Fragment, paths: Iterable[str], name: str | None, prefix: str
) -> Call | Fragment:
    """Return what a part became with what is at some paths in it frozen.

    Args:
        made: What it became.
        paths: The paths; an empty one is all of it.
        name: The name that it is given, if any.
        prefix: The beginning of an automatic one.

    Raises:
        UnknownNameError: If nothing has one of the paths.
    """
    for path in paths:
        # A layer by itself is what its own name says, given or automatic.
        own = isinstance(made, Call) and path in {name, f"{prefix}1"}
        made = _freeze(made, "" if own else path)
    return made


def _freeze(made: Call | Fragment, path: str) -> Call | Fragment:
    """Return what a part became with what is at a path, or all, frozen.

    Raises:
        UnknownNameError: If nothing has that path.
    """
    if isinstance(made, Call):
        if path:
            raise unknown_name("node", path, [])
        return made.variant(frozen=True)
    known = made.frozen.get(path)
    if known is None:
        nodes = sharing(walked(made).owners, _nodes_at(made, path))
        known = made.frozen[path] = _with_frozen(made, nodes)
    return known


def _nodes_at(fragment: Fragment, path: str) -> list[int]:
    """Return the nodes that stand at a path; all, if it is empty."""
    every = range(fragment.size)
    if not path:
        return list(every)
    labels = zip(*labels_of(fragment), strict=True)
    paths = ["/".join((*scope, name)) for name, scope in labels]
    found = [n for n in every if f"{paths[n]}/".startswith(f"{path}/")]
    if not found:
        raise unknown_name("node", path, paths)
    return found


def _with_frozen(fragment: Fragment, nodes: set[int]) -> Fragment:
    """Return a fragment of which training does not change some nodes."""
    steps, at = [], 0
    for step in fragment.steps:
        made = step.made
        size = made.size
        inner = {node for node in range(size) if at + node in nodes}
        if inner:
            made = (
                _with_frozen(made, inner)
                if isinstance(made, Fragment)
                else made.variant(frozen=True)
            )
        steps.append(step._replace(made=made))
        at += size
    return Fragment(
        steps,
        fragment.result,
        fragment.shapes,
        immutable=fragment.immutable,
        captured=fragment.captured,
    )
