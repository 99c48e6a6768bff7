"""The parts of a network that somebody names: by paths, patterns, places and slices.

Most networks are asked for none, and do without this module.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Iterable, Sequence
from itertools import accumulate
from typing import Any, TypeVar, overload

from cnncalc.checks import for_message
from cnncalc.errors import UnknownPositionError, unknown_name
from cnncalc.graph.block import Block, children_of, unwrapped
from cnncalc.graph.fragment import FragmentStep
from cnncalc.graph.names import numbered_names

__all__ = ["freeze_steps", "items_at", "matching", "steps_of"]

T = TypeVar("T")


def freeze_steps(
    steps: Sequence[Any], paths: Iterable[str], made: Sequence[FragmentStep] | None
) -> list[Any]:
    """Return steps of a chain of which training does not change what is at some paths.

    Args:
        steps: The layers and blocks of the chain.
        paths: The paths of layers or groups.
        made: What they became; None if the chain is open.

    Raises:
        UnknownNameError: If there is no such layer or group.
        ConfigError: If the chain is open, and only a shape tells what is in a step.
    """
    from cnncalc.graph.wrappers import Frozen

    each = (
        [step.children() for step in made]
        if made is not None
        else [children_of(step) for step in steps]
    )
    homes = [(place, n) for place, one in enumerate(each) for n in range(len(one))]
    names = numbered_names([child for children in each for child in children])
    known = dict(zip(names, homes, strict=True))
    frozen = list(steps)
    for path in paths:
        ends = [at for at, c in enumerate(f"{path}/") if c == "/"]
        end = next((end for end in ends if path[:end] in known), None)
        if end is None:
            raise unknown_name("step", path, names)
        (place, child), inner = known[path[:end]], path[end + 1 :]
        if is_spliced(steps[place]):  # what is in it stands beside other steps
            own = numbered_names(each[place])[child]
            inner = f"{own}/{inner}" if inner else own
        frozen[place] = Frozen(frozen[place], inner)
    return frozen


def matching(pattern: Any, paths: Sequence[str]) -> list[str]:
    """Return the paths that a pattern means, without what is within one of them.

    Args:
        pattern: A path, or a pattern as of file names: ``*`` stands for any
            characters, ``?`` for one, ``[ab]`` for one of these.
        paths: All paths; a group before what is in it.

    Raises:
        UnknownNameError: If it means none.
    """
    from fnmatch import translate

    if not isinstance(pattern, str) or not re.search(r"[*?[]", pattern):
        found = [path for path in paths if path == pattern]
    else:
        matches = re.compile(translate(pattern)).match
        found = []
        for path in paths:
            if matches(path) and not (found and path.startswith(f"{found[-1]}/")):
                found.append(path)
    if not found:
        raise unknown_name("node or group", pattern, paths)
    return found


def is_spliced(part: Any) -> bool:
    """Tell whether a part's nodes stand in the scope around it."""
    inner, name, *_ = unwrapped(part)
    named = name or inner.name or inner.default_name
    return isinstance(inner, Block) and not named


def steps_of(sizes: Sequence[int], key: slice) -> tuple[list[int], int]:
    """Return the steps of a chain that have the rows of a slice.

    Args:
        sizes: How many rows each step has.
        key: The slice of rows.

    Returns:
        The steps, in the order of the slice, and where the first of them stands.

    Raises:
        UnknownPositionError: If a step has rows within the slice and others outside.
    """
    starts = list(accumulate(sizes, initial=0))
    chosen = range(starts[-1])[key]
    found = [
        place
        for place, (start, size) in enumerate(zip(starts, sizes, strict=False))
        if size and all(row in chosen for row in range(start, start + size))
    ]
    if sum(sizes[place] for place in found) < len(chosen):
        why = f"{key} cuts through a block"
        raise UnknownPositionError(why, "Slice its graph: net.graph[2:5]")
    first = found[0] if found else min(starts.index(chosen.start), len(sizes))
    return (found if chosen.step > 0 else found[::-1]), first


@overload
def items_at(items: Sequence[T], key: int) -> T: ...
@overload
def items_at(items: Sequence[int], key: slice) -> range: ...
def items_at(items: Sequence[Any], key: Any) -> Any:
    """Return the item at *key*, or with a slice the range from first to last item.

    Raises:
        UnknownPositionError: If there is none, or the slice has gaps.
    """
    if isinstance(key, slice):
        chosen = items[key]
        if key.step not in {None, 1} or not chosen:
            why = f"{key} is no run of one or more nodes"
            raise UnknownPositionError(why, "Use a slice such as [2:5]")
        return range(chosen[0], chosen[-1] + 1)
    try:
        return items[operator.index(key)]
    except (IndexError, TypeError):
        why = f"there is no position {for_message(key)} among {len(items)}"
        raise UnknownPositionError(why, "Positions are counted from 0") from None
