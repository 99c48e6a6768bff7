"""A finished network as a part of another: its nodes, applied to other inputs."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from cnncalc._typing import Self
from cnncalc.errors import GraphError
from cnncalc.graph.block import Tensor
from cnncalc.graph.builder import Builder
from cnncalc.graph.table import Table
from cnncalc.graph.wrappers import Named, Shared

__all__ = ["lowered"]


def lowered(
    table: Table, outputs: Sequence[int], g: Builder, xs: tuple[Tensor, ...]
) -> Any:
    """Add the nodes of *table* to a builder and return what they put out.

    Args:
        table: The nodes.
        outputs: Which of them put something out.
        g: Where to add them.
        xs: What enters, in the order of the table's inputs.

    Raises:
        GraphError: If there are not as many inputs.
    """
    count = sum(not links for links in table.links)
    if count != len(xs):
        why = f"{len(xs)} inputs reached it, and it takes {count}"
        raise GraphError(why, "Give it one for each of its inputs")
    entering = iter(xs)
    owners = {
        owner: Shared(table.calls[owner].layer) for owner in table.owners.values()
    }
    made: list[Tensor] = []
    with _Groups(g) as groups:
        for index, (call, links) in enumerate(
            zip(table.calls, table.links, strict=True)
        ):
            if not links:
                made.append(next(entering))
                continue
            groups.go_to(table.scopes[index])
            part = owners.get(table.owners.get(index, index), call.layer)
            inputs = [made[index + link] for link in links]
            with g.training_only() if call.idle else nullcontext():
                made.append(g.add(Named(part, table.names[index]), *inputs))
    results = [made[index] for index in outputs]
    return results[0] if len(results) == 1 else tuple(results)


class _Groups:
    """The groups that are open in a builder, from one node to the next."""

    def __init__(self, g: Builder) -> None:
        self._builder = g
        self._open: list[tuple[str, AbstractContextManager[None]]] = []

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._close(0, error)

    def go_to(self, scope: tuple[str, ...]) -> None:
        """Close the groups that the next node is not in, and open those it is in."""
        names = tuple([name for name, _ in self._open])
        if names == scope:
            return
        pairs = enumerate(zip(names, scope, strict=False))
        same = next((n for n, (a, b) in pairs if a != b), min(len(names), len(scope)))
        self._close(same)
        for name in scope[same:]:
            group = self._builder.scope(name)
            group.__enter__()
            self._open.append((name, group))

    def _close(self, depth: int, error: Any = (None, None, None)) -> None:
        while len(self._open) > depth:
            self._open.pop()[1].__exit__(*error)
