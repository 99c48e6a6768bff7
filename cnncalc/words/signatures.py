"""Calls and signatures as people write them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from inspect import Parameter, Signature, signature, unwrap
from typing import Any

from cnncalc.errors import ArgumentError

__all__ = [
    "bound",
    "call_text",
    "call_with_needed",
    "is_refused",
    "misasked",
    "misfit",
    "parameters_of",
    "says_all",
    "usage",
]

# Arguments that are written by their names, though they may stand without.
_NAMED = ("stride", "input")


def parameters_of(make: Callable[..., Any]) -> Mapping[str, Parameter]:
    """Return the arguments of what is called; options that are typed together apart.

    Args:
        make: What is called: ``**how: Unpack[Written]`` are the options of `Written`.
    """
    found = dict(signature(make).parameters)
    for name, p in signature(make).parameters.items():
        together = re.fullmatch(r"Unpack\[(\w+)\]", str(p.annotation))
        if together:
            space: Any = getattr(unwrap(make), "__globals__", {})
            del found[name]
            for option in space[together[1]].__annotations__:
                found[option] = Parameter(option, p.KEYWORD_ONLY, default=None)
    return found


def bound(make: Callable[..., Any], args: Any, kwargs: Any) -> dict[str, Any] | None:
    """Return arguments by name; None if they do not fit a signature."""
    parameters = parameters_of(make)
    try:
        fitting = Signature(list(parameters.values())).bind(*args, **kwargs).arguments
    except TypeError:
        return None
    rest = (n for n, p in parameters.items() if p.kind is Parameter.VAR_KEYWORD)
    words = fitting.pop(next(rest, ""), {})
    return {**fitting, **words}


def is_refused(make: Callable[..., Any], args: Any, kwargs: Any) -> bool:
    """Tell whether arguments do not fit a signature."""
    return bound(make, args, kwargs) is None


def call_text(called: str, plain: Sequence[Any], arguments: Mapping[Any, Any]) -> str:
    """Return a call as source text.

    Args:
        called: What is called.
        plain: The arguments that may stand without their names.
        arguments: All that are given, by name.

    Example:
        >>> call_text("fc", ("units",), {"units": 10, "bias": False})
        'fc(10, bias=False)'
    """
    words, by_name = [], False
    for name in dict.fromkeys((*plain, *arguments)):
        if name not in arguments:
            by_name = True  # those behind it need theirs
            continue
        by_name = by_name or name not in plain or name in _NAMED
        value = _written(arguments[name])
        words.append(f"{name}={value}" if by_name else value)
    return f"{called}({', '.join(words)})"


def _written(value: Any) -> str:
    """Return a value as source text, or … for what has none, or a long one."""
    text = repr(value)
    return "…" if text.startswith("<") or len(text) > _LONGEST else text


_LONGEST = 200  # characters of a value that a message repeats


def misfit(
    plain: Sequence[str], parameters: Mapping[str, Parameter], args: Any, kwargs: Any
) -> str:
    """Return what does not fit a signature: what is missing, or too much."""
    by_name = [n for n, p in parameters.items() if p.kind is p.KEYWORD_ONLY]
    needed = [
        name
        for name in (*plain[len(args) :], *by_name)
        if parameters[name].default is Parameter.empty and name not in kwargs
    ]
    if needed:
        return f"{' and '.join(needed)} must be said"
    kinds = {p.kind for p in parameters.values()}
    strange = [name for name in kwargs if name not in parameters]
    if strange and Parameter.VAR_KEYWORD not in kinds:
        return f"there is no {' and no '.join(strange)}"
    most = {0: "no arguments", 1: "one argument"}.get(
        len(plain), f"{len(plain)} arguments"
    )
    return f"it takes {most} without names, not {len(args)}"


def misasked(
    question: str, arity: tuple[int, int], shapes: Any, words: Any
) -> ArgumentError:
    """Return the error of a layer that is asked with something else than shapes.

    Args:
        question: What it is asked.
        arity: How many inputs it takes, at least and at most.
        shapes: What came without names.
        words: What came with names.
    """
    least, most = arity
    given = [*shapes, *words.values()]
    if words:
        why = f"there is no {' and no '.join(words)}"
    elif len(given) > most and all(isinstance(size, int) for size in given):
        why, given = "a shape is one argument", [tuple(given)]
    else:
        several = "a shape" if (least, most) == (1, 1) else "the shapes"
        why = f"it takes {several} of what reaches the layer, not {len(given)}"
    if not given or not least <= len(given) <= most:
        given = [_EXAMPLE] * max(least, 1)
    return ArgumentError(why, f"Write {question}({', '.join(map(_written, given))})")


_EXAMPLE = (32, 32, 3)


def usage(called: str, parameters: Mapping[str, Parameter]) -> str:
    """Return a signature in words: ``conv(kernel, filters, stride=1, ...)``."""
    words = []
    for name, p in parameters.items():
        if name in {"name", "trainable"} and p.kind is Parameter.KEYWORD_ONLY:
            continue
        star = "*" if p.kind is Parameter.VAR_POSITIONAL else ""
        star = "**" if p.kind is Parameter.VAR_KEYWORD else star
        plain = isinstance(p.default, (int, float, str, tuple, type(None)))
        default = f"={p.default!r}" if plain else "=..."
        words.append(f"{star}{name}{'' if p.default is Parameter.empty else default}")
    return f"{called}({', '.join(words)})"


def call_with_needed(called: str, make: Callable[..., Any]) -> str:
    """Return a call with the names of what must be said: ``BasicBlock(filters)``."""
    needed = [
        f"*{name}" if p.kind is p.VAR_POSITIONAL else name
        for name, p in parameters_of(make).items()
        if p.default is p.empty and p.kind is not p.VAR_KEYWORD
    ]
    return f"{called}({', '.join(needed)})"


def says_all(
    given: Mapping[str, Any], said: Mapping[str, Any], parameters: Mapping[str, Any]
) -> bool:
    """Tell whether a call leaves out nothing but what is of another kind.

    A value that is only wrong, as the rate of a dropout, is not mended so.

    Args:
        given: What was given, by the names of its places.
        said: The arguments of the call.
        parameters: The parameters of what is called.
    """
    for name, value in given.items():
        usual = parameters[name].default
        both = isinstance(value, int | float) and isinstance(usual, int | float)
        if name not in said and (both or isinstance(value, type(usual))):
            return value in said.values()
    return True
