"""The beginning of a network and its parts: what it takes over from them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

from cnncalc.errors import ArgumentError, ConfigError, OpenNetworkError
from cnncalc.graph.block import is_part, unwrapped
from cnncalc.graph.names import checked_name
from cnncalc.graph.table import Table
from cnncalc.sizes.shape import Shape, ShapeLike, entered

__all__ = [
    "begin",
    "begun",
    "checked_table",
    "misbegun",
    "module_less_of",
    "not_begun",
    "patterns_of",
]

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
    # Where networks keep it: of a public name a block would tell that it lacks it.
    patterns: Sequence[str] = getattr(inner, "_module_less", ())
    name = name or inner.name
    if patterns and name:
        return [f"{name}/{pattern}" for pattern in patterns]
    return patterns
