"""Weights that several nodes have, and which node owns them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cnncalc.graph.call import Call, check_sharing
from cnncalc.graph.fragment import Fragment, FragmentStep
from cnncalc.graph.walk import Walk, Weights, walked

__all__ = ["Owners", "owned"]


class Owners:
    """The weights that were shared so far, each with a call that has them."""

    __slots__ = ("_calls",)

    def __init__(self, calls: Mapping[Weights, Call] | None = None) -> None:
        self._calls = calls or {}

    def __bool__(self) -> bool:
        return bool(self._calls)

    def and_also(self, step: FragmentStep) -> Owners:
        """Return these and those of one more step.

        Raises:
            GraphError: If a node in it would need other weights than those it shares.
        """
        new: dict[Weights, Call] = {}
        for weights, call in _weights(step):
            owner = self._calls.get(weights) or new.setdefault(weights, call)
            check_sharing(call, owner)
        return Owners({**self._calls, **new}) if new else self


def _weights(step: FragmentStep) -> Iterator[tuple[Weights, Call]]:
    """Give the weights that nodes of a step share, with their calls."""
    if step.shares:
        inputs = tuple([(~n, 0) for n in range(len(step.inputs))])
        whole = Fragment([step._replace(inputs=inputs)], None, ())
        columns = walked(whole)
        for node, weights in columns.weights.items():
            yield weights, columns.calls[node]


def owned(columns: Walk) -> tuple[list[Call], dict[int, int]]:
    """Return the calls of a whole network, and which node owns shared weights.

    The first node that has some weights owns them. Training changes them nowhere, or
    wherever they are used.
    """
    calls, owners = list(columns.calls), dict(columns.owners)
    first: dict[Any, int] = {}
    for node in sorted(columns.weights):
        owner = first.setdefault(columns.weights[node], node)
        if owner != node:
            owners[node] = owner
            calls[node] = calls[node].variant(shared=True)
    # An owner within a part may have turned out to share what an earlier node owns.
    for node, owner in owners.items():
        owners[node] = owners.get(owner, owner)
    family = {owners.get(node, node) for node in (*owners, *columns.weights)}
    every = [(node, owners.get(node, node)) for node in (*owners, *family)]
    frozen = {owner for node, owner in every if not calls[node].layer.trainable}
    for node, owner in every:
        if owner in frozen:
            calls[node] = calls[node].variant(frozen=True)
    return calls, owners
