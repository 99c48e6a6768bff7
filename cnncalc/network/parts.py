"""The beginning of a network and its parts: what it takes over from them."""

from __future__ import annotations

import operator
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from typing import Any, TypeVar, overload

from cnncalc.checks import for_message
from cnncalc.errors import (
    ArgumentError,
    ConfigError,
    OpenNetworkError,
    UnknownPositionError,
    unknown_name,
)
from cnncalc.graph.block import Block, children_of, is_part, unwrapped
from cnncalc.graph.fragment import FragmentStep
from cnncalc.graph.names import checked_name, numbered_names
from cnncalc.graph.table import Table
from cnncalc.layers.interned import field_of
from cnncalc.sizes.shape import Shape, ShapeLike, entered

__all__ = [
    "begin",
    "begun",
    "checked_table",
    "freeze_steps",
    "items_at",
    "matching",
    "misbegun",
    "module_less_of",
    "not_begun",
    "patterns_of",
    "steps_of",
]

T = TypeVar("T")


# What a network begins with, and what others begin one with.


def begun(input: ShapeLike | None = None, *, name: str | None = None) -> None:
    """Stand for what a network begins with."""


def begin(input: ShapeLike) -> Shape:
    """Return the shape that a network begins with.

    Raises:
        CnncalcError: If it is none.
    """
    try:
        return entered(input)
    except ConfigError as error:
        raise misbegun(input, error=error) from None


def not_begun(name: str | None, count: int) -> OpenNetworkError:
    """Return the error that a network has no input shape, and of how many parts."""
    why = "the network is open: it has no input shape yet"
    fix = "Give it one: net.on((32, 32, 1)) or net.summary(input=(32, 32, 1))"
    error = OpenNetworkError(why, fix, "Sequential", name or "")
    if not count:
        error.hint = "It has no layer either. Write net = net.conv(3, 64)"
    return error


def misbegun(*given: Any, error: Exception | None = None, **words: Any) -> Exception:
    """Return the error that a network was to begin with something else.

    Args:
        given: What came without names.
        error: The error that was raised, if any.
        words: What came with names.
    """
    from cnncalc.words.calls import helped

    parts = [part for part in _parts((*given, *words.values())) if is_part(part)]
    if parts:
        why = "a network begins with an input shape, and layers are added to it"
        shapes = [each for each in given if type(each) in {tuple, int}]
        begun_with = [f"input={shapes[0]!r}"] if shapes else []
        begun_with += [f"name={words['name']!r}"] if words.get("name") else []
        code = f"Sequential({', '.join(begun_with)}).add({', '.join(map(repr, parts))})"
        return ArgumentError(why, f"Write {code}")
    if len(given) > 1 and set(map(type, given)) == {int}:
        why = "an input shape is one argument"
        return ArgumentError(why, f"Write Sequential(input={given!r})")
    named = {name: value for name, value in words.items() if value is not None}
    plain = tuple([each for each in given if each is not None])
    found = error or TypeError()
    return helped(found, begun, "Sequential", plain, named, tried=False)


def _parts(given: Any) -> Iterator[Any]:
    """Give what is given, and what is in lists of it."""
    for each in given:
        if isinstance(each, Mapping):
            yield from each.values()
        elif isinstance(each, (list, tuple)):
            yield from _parts(each)
        else:
            yield each


# Its parts.


def checked_table(table: Any) -> Table:
    """Return the table of a network; refuse all else.

    Raises:
        ArgumentError: If it is none.
    """
    if not isinstance(table, Table):
        why = "a Graph is made of a table of nodes, as a Builder makes it"
        raise ArgumentError(why, "Write g.graph(x), with what its nodes put out")
    return table


def patterns_of(patterns: Iterable[Any]) -> tuple[str, ...]:
    """Return patterns of what runs as functions, which must be texts.

    Raises:
        ConfigError: If one is not.
    """
    found = tuple(patterns)
    for pattern in found:
        checked_name(pattern, "a pattern")
    return found


def module_less_of(part: Any) -> Sequence[str]:
    """Return the patterns of what runs as functions within a part, where it stands.

    Args:
        part: A layer, block or network, or what stands around one.
    """
    inner, name, *_ = unwrapped(part)
    patterns: Sequence[str] = field_of(inner, "module_less") or ()
    name = name or inner.name
    if patterns and name:
        return [f"{name}/{pattern}" for pattern in patterns]
    return patterns


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
