"""Failures: where in a network a part was to be added that cannot be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cnncalc.errors import CnncalcError, noted, shortened
from cnncalc.graph.block import Tensor, is_layer, unwrapped
from cnncalc.graph.call import Call, described
from cnncalc.graph.fragment import Fragment, FragmentStep, Source
from cnncalc.graph.table import table_of
from cnncalc.graph.walk import walked

__all__ = ["captured_by", "failing", "note_trail", "placed_error"]

# Where an error, of whatever class, has the fragment so far, until somebody knows the
# whole.
_TRAIL = "_cnncalc_trail"


def note_trail(error: BaseException, fragment: Fragment) -> None:
    """Keep with an error the fragment up to and with the step that failed."""
    vars(error)[_TRAIL] = fragment


def captured_by(error: BaseException) -> Sequence[Tensor]:
    """Return the tensors from around a block that it took before it failed."""
    trail: Fragment | None = vars(error).get(_TRAIL)
    return trail.captured if trail else ()


def failing(
    error: BaseException, part: Any, name: str | None, inputs: tuple[Source, ...]
) -> FragmentStep:
    """Return a step that stands for a part which failed, after all that did not.

    Whoever has the whole network then finds its path: an automatic name may depend on
    what is around it, which the code that fails does not see.

    Args:
        error: The error, with the fragment so far if the fault lies within the part.
        part: The part; None of a group.
        name: The name that it was to have.
        inputs: Where its inputs come from.
    """
    inner, name, *_ = unwrapped(part, name)
    name = name or getattr(inner, "name", None)
    name = name if isinstance(name, str) else None  # or that is what failed
    trail: Fragment | None = vars(error).get(_TRAIL)
    made: Any = trail or Call(inner, (), None)  # type: ignore[arg-type]
    prefix = getattr(inner, "default_name", "")
    if not trail:  # it stands for itself, even if it would be no scope
        prefix = prefix or ("group" if part is None else type(inner).__name__.lower())
    return FragmentStep(made, inputs, name, prefix)


def placed_error(error: Exception) -> Exception:
    """Return an error with its place and layer, and the table of what did not fail.

    One that is not of cnncalc has them in a note.
    """
    trail: Fragment | None = vars(error).pop(_TRAIL, None)
    if trail is None:
        return error
    table, is_whole = table_of(trail), not walked(trail).outside
    last = len(table) - 1
    part: Any = table.calls[last].layer
    # What a block took from another builder stands nowhere here: that is no network.
    sources = [last + link for link in table.links[last] if last + link >= 0]
    if part is None:
        layer = ""
    elif not is_layer(part):
        layer = type(part).__name__
    elif len(sources) > 1:
        paths = [shortened(table.path(source)) for source in sources]
        shapes = [table.calls[source].output for source in sources]
        reached = [f"{x} ({path})" for x, path in zip(shapes, paths, strict=True)]
        layer = described(part, reached)
    else:
        layer = described(part, [table.calls[source].output for source in sources])
    found: Exception = noted(error, table.path(last), layer)
    if isinstance(found, CnncalcError) and is_whole:
        found.table = table.first(last)
    return found
