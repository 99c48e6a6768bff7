"""Auxiliary heads, which read a network halfway and are there for its training."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from contextlib import nullcontext

from cnncalc.errors import ConfigError
from cnncalc.graph.block import Block
from cnncalc.layers import Layer
from cnncalc.network import Builder, Graph
from cnncalc.sizes.shape import ShapeLike

__all__ = ["with_heads"]


def with_heads(
    name: str,
    input: ShapeLike,
    parts: Iterable[tuple[str, Layer | Block]],
    head: Layer | Block,
    places: Mapping[str, str],
    *,
    aux: bool,
    training: bool,
) -> Graph:
    """Return named parts one after another, and a head behind some of them.

    Args:
        name: The name of the network.
        input: What reaches it.
        parts: Its parts and their names.
        head: The auxiliary head.
        places: The names of heads, by the part that each reads.
        aux: Whether it has its heads.
        training: Whether they are outputs, as in training; else they are parts that
            run in training only.

    Raises:
        ConfigError: If its heads are to be outputs, and it has none.
    """
    if training and not aux:
        why = "only its auxiliary heads run in training alone, and it has none"
        raise ConfigError(why, "Pass aux=True too", name)
    g = Builder()
    x = g.input(input)
    heads = []
    for place, part in parts:
        x = g.add(part, x, name=place)
        if aux and place in places:
            with nullcontext() if training else g.training_only():
                heads.append(g.add(head, x, name=places[place]))
    return g.graph(x, *(heads if training else []), name=name)
