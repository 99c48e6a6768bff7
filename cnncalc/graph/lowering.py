"""Lowering: what layers and blocks become on given shapes, found once."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cnncalc._lazy import modules
from cnncalc.cache import Memo
from cnncalc.checks import Mixed
from cnncalc.errors import ConfigError, UndecidedError, UnknownShapeError
from cnncalc.graph.block import WRAPPERS, Block, is_layer_class, unwrapped
from cnncalc.graph.call import Call, called
from cnncalc.graph.fragment import (
    BEFORE,
    Fragment,
    FragmentStep,
    Source,
    unknown_fragment,
)
from cnncalc.graph.mistakes import note
from cnncalc.graph.walk import with_assumed
from cnncalc.layers.base import Layer
from cnncalc.layers.interned import weight_in_memo
from cnncalc.sizes.shape import Shape

__all__ = ["chained", "forget_lowered", "placed"]

_making = modules("cnncalc.graph", "making")["making"]  # which lowers what it is given
_size = modules("cnncalc.symbolic", "size")["size"]


def chained(part: Any, shapes: tuple[Shape, ...]) -> FragmentStep:
    """Return the step that a layer or block becomes in a chain; asked again, the same.

    Raises:
        CnncalcError: If it cannot take such shapes.
    """
    key = (id(part), *shapes)
    try:
        known: FragmentStep | None = _LOWERED.get(key)
    except TypeError:  # sizes in symbols, of which each branch is decided anew
        return FragmentStep.of(part, _lower(part, shapes))
    except Mixed as mixed:  # columns, which are looked up by what they are
        from cnncalc.sizes.remembering import made_once

        memo = mixed.of.frame.memo
        return FragmentStep.of(part, made_once(_lower, part, shapes, memo))
    if known is None:
        made = _lower(part, shapes)
        known = FragmentStep.of(part, made)
        if made.immutable:
            if isinstance(made, Fragment):
                weight = 1 + len(made.steps)
            else:
                weight = weight_in_memo(part)
            _LOWERED.put(key, known, weight)
    return known


def _lower(part: Any, shapes: tuple[Shape, ...]) -> Call | Fragment:
    made: Call | Fragment
    try:
        if is_layer_class(type(part)):
            made = called(part, shapes)
            note(made)
        else:
            made = _making.Making(shapes).lowered(part)
    except UndecidedError as error:  # of sizes in symbols: as what they are like
        with _size.taken_alike(error) as assumed:
            made = _lower(part, shapes)
        return with_assumed(made, assumed.conditions)
    except UnknownShapeError:
        if all(shapes):  # what it put out itself is unknown to it
            raise
        return unknown_fragment(part, shapes)
    except RecursionError:
        why = "its blocks nest too deeply for Python's stack"
        raise ConfigError(why, "Add parts one after another") from None
    return made


# What parts became on which shapes. That has the part itself, whose identity is the
# key. It buys all that recurs: without it a sweep takes ten times as long, and
# ResNet-152 with other classes 26 times.
_LOWERED = Memo(most=100_000)  # steps, and one for each


def forget_lowered() -> None:
    """Let all parts be lowered anew from now on."""
    _LOWERED.clear()


def placed(
    part: Layer | Block,
    name: str | None,
    inputs: tuple[Source, ...],
    shapes: tuple[Shape, ...],
    idle: bool = False,
    group: tuple[str, ...] = (),
) -> FragmentStep:
    """Return the step that a part becomes: lowered, and with what it is wrapped in.

    Args:
        part: A layer or block.
        name: The name that it is given here, whatever its own.
        inputs: Where its inputs come from.
        shapes: The shapes of these.
        idle: Whether it runs in training only.
        group: The names of the groups around it that were opened by hand.

    Raises:
        CnncalcError: If it cannot take what reaches it.
    """
    weights = None
    paths: Sequence[str] = ()
    if type(part) in WRAPPERS:
        part, name, weights, paths = unwrapped(part, name)
    step = chained(part, shapes)
    bare = name is None and weights is None and not paths
    if inputs is BEFORE and bare and not (idle or group):
        return step  # wherever the part stands so; most steps of blocks do
    made, _, own_name, prefix, _, _, _, _ = step
    if name is None:
        name = own_name
        if weights is not None and name:  # wherever it stands, it brings its name
            prefix = name
    if paths:
        from cnncalc.graph.freezing import frozen_at

        made = frozen_at(made, paths, name, prefix)
    return FragmentStep._make((made, inputs, name, prefix, weights, idle, group, None))
