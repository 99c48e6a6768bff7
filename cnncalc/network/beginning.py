"""How a network begins, and what others begin one with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cnncalc.errors import ArgumentError, CnncalcError
from cnncalc.graph.block import is_part
from cnncalc.sizes.shape import ShapeLike

__all__ = ["begun", "misbegun"]


def begun(input: ShapeLike | None = None, *, name: str | None = None) -> None:
    """Stand for what a network begins with."""


def misbegun(*given: Any, error: Exception | None = None, **words: Any) -> Exception:
    """Return the error that a network was to begin with something else.

    Args:
        given: What came without names.
        error: The error that was raised, if any.
        words: What came with names.
    """
    named = {name: value for name, value in words.items() if value is not None}
    parts = list(_parts(given))
    sizes = [each for each in given if not is_part(each)]
    if any(map(is_part, parts)):
        why = "a network begins with an input shape, and layers are added to it"
        shape = next((f"input={x!r}" for x in sizes if type(x) in {tuple, int}), "")
        added = ", ".join(repr(part) for part in parts if is_part(part))
        return ArgumentError(
            why, f"Write Sequential({shape}).add({added})", "Sequential"
        )
    if len(given) > 1 and set(map(type, given)) == {int}:
        why = "an input shape is one argument"
        return ArgumentError(why, f"Write Sequential(input={given!r})", "Sequential")
    if isinstance(error, CnncalcError):
        return error.at_door()
    from cnncalc.words.calls import helped

    args = given[:1] if given[:1] == (None,) and not given[1:] else given
    found = helped(
        TypeError(),
        begun,
        "Sequential",
        tuple(a for a in args if a is not None),
        named,
        tried=False,
    )
    return found


def _parts(given: Any) -> Iterator[Any]:
    """Give what is given, and what is in lists of it."""
    for each in given:
        if isinstance(each, Mapping):
            yield from each.values()
        elif isinstance(each, (list, tuple)):
            yield from _parts(each)
        else:
            yield each
