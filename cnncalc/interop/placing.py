"""The places of the nodes of a network in the making: their groups and names."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Any

from cnncalc.interop.names import Path, Unique
from cnncalc.network.builder import Builder

__all__ = ["Placing"]


class Placing:
    """A network in the making that knows where its next node stands.

    Attributes:
        builder: What the nodes are added to.
        visit: In which run of a module the next node stands.
    """

    def __init__(self) -> None:
        self.builder = Builder()
        self.visit = 0
        self._open: list[tuple[tuple[str, ...], AbstractContextManager[None]]] = []
        self._around: list[str] = []  # what the groups that are open are called
        self._names = Unique()
        self._met: dict[Path, int] = {}  # in which visit
        self._path = self._latest = Path((), None)
        self._again = False

    @contextmanager
    def at(self, path: Path) -> Iterator[None]:
        """Let what is added meanwhile stand at a path: the first has its name."""
        outer = self._path, self._again
        self._path, self._again = path, self._comes_again(path)
        try:
            yield
        finally:
            self._path, self._again = outer

    @contextmanager
    def inside(self) -> Iterator[None]:
        """Let what one node of the model becomes stand in a group of its name."""
        outer = self._path
        if outer.name is not None:
            self._path = Path((*outer.groups, outer.name), None)
        try:
            yield
        finally:
            self._path = outer

    def _comes_again(self, path: Path) -> bool:
        """Tell whether a path is met once more, and not by the next node alone."""
        before = None if path == self._latest else self._met.get(path)
        self._latest, self._met[path] = path, self.visit
        return before is not None and (path.name is not None or before != self.visit)

    def _enter(self, groups: tuple[str, ...], name: str | None, part: Any) -> Any:
        """Open the groups around a node, and no others; return its own name there.

        A group that was left is not opened again. What comes later in it has the names
        of both in one, "blocks.1" or "attn.scale"; only a path that comes again, as the
        parts of a module that runs once more, is in a group with a number.
        """
        kept = depth = 0
        for covered, _ in self._open:
            if groups[depth : depth + len(covered)] != covered:
                break
            kept, depth = kept + 1, depth + len(covered)
        while len(self._open) > kept:
            self._open.pop()[1].__exit__(None, None, None)
        del self._around[kept:]
        joined: tuple[str, ...] = ()
        for group in groups[depth:]:
            joined = (*joined, group)
            if self._again or not self._names.has(self._around, ".".join(joined)):
                self._open_group(joined)
                joined = ()
        if joined:
            name = ".".join((*joined, name or part.default_name))
        return None if name is None else self._names.name(self._around, name)

    def _open_group(self, covered: tuple[str, ...]) -> None:
        name = self._names.name(self._around, ".".join(covered))
        scope = self.builder.scope(name)
        scope.__enter__()
        self._open.append((covered, scope))
        self._around.append(name)
