"""Parts of a network that can be ordered one by one, and what is alive in them.

A node that is before or after every other one cuts the network into segments. How much
is alive after some nodes of a segment have run depends on which these are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

__all__ = ["Lifetimes", "Reached", "Segment", "nodes_in"]


class Lifetimes:
    """The tensors between segments: who puts out which, and how long it stays."""

    def __init__(
        self,
        links: Sequence[Sequence[int]],
        works: Sequence[str],
        outputs: Sequence[int],
        sizes: Sequence[int],
    ) -> None:
        count = len(links)
        self.links, self.sizes = links, sizes
        self.tensor = list(range(count))  # for each node the one whose tensor it has
        self.last_use = [-1] * count  # of each tensor; -1 where nothing needs it
        self.overwrites = [False] * count
        self.nodes: list[int] = []  # all that run, but for the inputs
        for node, (work, into) in enumerate(zip(works, links, strict=True)):
            if work == "none" or not into:
                continue
            self.nodes.append(node)
            if work == "hands on":
                self.tensor[node] = self.tensor[node + into[0]]
            self.overwrites[node] = work == "overwrites"
            for link in into:
                self.last_use[self.tensor[node + link]] = node
        for node in outputs:
            self.last_use[self.tensor[node]] = count

    def segments(self) -> list[list[int]]:
        """Cut the nodes where all paths meet, so that each part goes by itself.

        All nodes before a cut lead to it: each has a user that is not behind it. And
        all nodes behind it come from it: each needs one that is not before it.
        """
        nodes, links = self.nodes, self.links
        first_user = dict.fromkeys(nodes, len(links))
        for node in reversed(nodes):
            for link in links[node]:
                first_user[node + link] = node
        cuts = set()
        behind = len(links)  # the earliest of what the nodes behind need last
        for node in reversed(nodes):
            if behind >= node:
                cuts.add(node)
            needed = [node + link for link in links[node]]
            behind = min(behind, max([i for i in needed if links[i]], default=-1))
        parts: list[list[int]] = [[]]
        before = 0  # the latest first user of all nodes before
        for node in nodes:
            parts[-1].append(node)
            if before <= node and node in cuts:
                parts.append([])
            before = max(before, first_user[node])
        return [part for part in parts if part]


class _Tensor(NamedTuple):
    """A tensor and its views, as a segment sees it.

    Attributes:
        size: Its bytes.
        users: The nodes of the segment that need it.
        stays: Whether it is needed behind the segment.
        entered: Whether it is an input of the network, which nothing may overwrite.
    """

    size: int
    users: int
    stays: bool
    entered: bool


class Reached(NamedTuple):
    """A point of a run: what has run, what can be next, and what is alive."""

    done: int
    ready: int
    alive: int


class Segment:
    """Nodes that run between two cuts, numbered from 0: a set of them is an integer.

    Attributes:
        nodes: Their numbers in the table.
        least: What is alive in the highest step, whatever the order.
    """

    def __init__(self, whole: Lifetimes, nodes: list[int]) -> None:
        links = whole.links
        place = {node: k for k, node in enumerate(nodes)}
        self.nodes = nodes
        self.needs = [0] * len(nodes)
        self.followers = [0] * len(nodes)
        self.overwrites = [whole.overwrites[node] for node in nodes]
        reads: list[list[int]] = []
        users = dict.fromkeys([whole.tensor[node] for node in nodes], 0)
        for k, node in enumerate(nodes):
            for link in links[node]:
                before = place.get(node + link)
                if before is not None:
                    self.needs[k] |= 1 << before
                    self.followers[before] |= 1 << k
            reads.append(sorted({whole.tensor[node + link] for link in links[node]}))
            for tensor in reads[k]:
                users[tensor] = users.get(tensor, 0) | 1 << k
        tensors = {
            i: _Tensor(whole.sizes[i], u, whole.last_use[i] > nodes[-1], not links[i])
            for i, u in users.items()
        }
        self.reads = [[tensors[i] for i in each] for each in reads]
        # What a node makes; None where it hands on a view.
        self.makes = [
            tensors[node] if whole.tensor[node] == node else None for node in nodes
        ]
        self.least = max(self._needs_at_least(k) for k in range(len(nodes)))

    def start(self, alive: int) -> Reached:
        """Return where a run begins, with so many bytes alive."""
        first = [node for node, needs in enumerate(self.needs) if not needs]
        return Reached(0, sum(1 << node for node in first), alive)

    def takes(self, node: int, done: int) -> int:
        """Return how much more is alive while *node* runs than before it."""
        own = self.makes[node]
        if own is None:
            return 0
        if self.overwrites[node]:
            for source in self.reads[node]:
                free = not (source.stays or source.entered)
                dies = source.users & ~done == 1 << node
                if free and dies and source.size == own.size:
                    return 0
        return own.size

    def adds(self, node: int, done: int) -> int:
        """Return how much more is alive after *node* than before it; often less."""
        own = self.makes[node]
        after = ~(done | 1 << node)
        return (own.size if own and (own.users or own.stays) else 0) - sum(
            source.size
            for source in self.reads[node]
            if not source.stays and not source.users & after
        )

    def after(self, node: int, place: Reached) -> Reached:
        """Return where *node* leads."""
        done = place.done | 1 << node
        ready = place.ready & ~(1 << node)
        for other in nodes_in(self.followers[node]):
            if not self.needs[other] & ~done:
                ready |= 1 << other
        return Reached(done, ready, place.alive + self.adds(node, place.done))

    def _needs_at_least(self, node: int) -> int:
        """Return what is alive while *node* runs, whatever else has run before."""
        read = sum(source.size for source in self.reads[node])
        return read + self.takes(node, ~(1 << node))


def nodes_in(nodes: int) -> Iterator[int]:
    """Give the numbers in a set of nodes."""
    while nodes:
        lowest = nodes & -nodes
        yield lowest.bit_length() - 1
        nodes ^= lowest
