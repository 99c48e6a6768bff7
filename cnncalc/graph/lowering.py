"""Lowering: what layers and blocks become on given shapes, found once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cnncalc.cache import Memo
from cnncalc.errors import ConfigError
from cnncalc.graph.block import Block, is_layer
from cnncalc.graph.call import Call, called
from cnncalc.graph.fragment import Fragment, Source, Step
from cnncalc.graph.names import Child
from cnncalc.graph.walk import frozen
from cnncalc.graph.wrappers import Frozen, Named, Shared
from cnncalc.layers.base import Layer
from cnncalc.sizes.shape import Shape

__all__ = ["children_of", "lowered", "placed", "unwrapped"]


def lowered(part: Any, shapes: tuple[Shape, ...]) -> Call | Fragment:
    """Return what a layer or block becomes on such shapes; asked again, the same.

    Raises:
        CnncalcError: If it cannot take them.
    """
    key = (id(part), *shapes)
    known = _LOWERED.get(key)
    if known is not None:
        made: Call | Fragment = known[1]
        return made
    if is_layer(part):
        made = called(part, shapes)
        _LOWERED.put(key, (part, made), weight=part.bulk)
        return made
    from cnncalc.graph.making import Making

    try:
        made = Making(shapes).lowered(part)
    except RecursionError:
        why = "its blocks nest too deeply for Python's stack"
        raise ConfigError(why, "Add parts one after another") from None
    if made.immutable:
        _LOWERED.put(key, (part, made), weight=1 + len(made.steps))
    return made


# What parts became on which shapes. A part is kept with it, since its identity is the
# key. It buys all that recurs: without it a layer of a chain costs 5 times as much, and
# ResNet-152 with other classes 30 times.
_LOWERED = Memo(most=100_000)  # steps, and one for each


def placed(
    part: Layer | Block,
    name: str | None,
    inputs: tuple[Source, ...],
    shapes: tuple[Shape, ...],
    *,
    idle: bool = False,
) -> Step:
    """Return the step that a part becomes: lowered, and with what it is wrapped in.

    Args:
        part: A layer or block.
        name: The name that it is given here, whatever its own.
        inputs: Where its inputs come from.
        shapes: The shapes of these.
        idle: Whether it runs in training only.

    Raises:
        CnncalcError: If it cannot take what reaches it.
    """
    inner, name, weights, paths = unwrapped(part, name)
    made = lowered(inner, shapes)
    for path in paths:
        made = frozen(made, path)
    if name is None:
        name = inner.name
    return Step(made, inputs, name, inner.default_name, weights, idle)


def unwrapped(
    part: Any, name: str | None = None
) -> tuple[Any, str | None, Shared | None, list[str]]:
    """Return a part without what is around it, and what that says.

    Returns:
        The part; the name that it is given, if any; whose weights it has, if it shares
        them; and the paths in it that are frozen.
    """
    weights: Shared | None = None
    paths: list[str] = []
    while type(part) in _WRAPPERS:
        if type(part) is Shared:
            weights = part  # the innermost says most exactly whose weights these are
        elif type(part) is Frozen:
            paths.insert(0, part.path)
        elif name is None:
            name = part.name
        part = part.part
    return part, name, weights, paths


_WRAPPERS = {Named, Shared, Frozen}


def children_of(part: Any) -> Sequence[Child]:
    """Return what a part adds to the names of its scope, whatever reaches it.

    Raises:
        ConfigError: If only a shape tells that.
    """
    inner, name, *_ = unwrapped(part)
    name = name or inner.name
    if is_layer(inner) or name or inner.default_name:
        return ((name, inner.default_name),)
    children: Sequence[Child] = inner._children()
    return children
