"""Calls and signatures as people write them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from inspect import Parameter, signature
from typing import Any

__all__ = ["call_text", "is_refused", "misfit", "usage"]

# Arguments that are written by their names, though they may stand without.
_NAMED = ("stride", "input")


def is_refused(make: Callable[..., Any], args: Any, kwargs: Any) -> bool:
    """Tell whether arguments do not fit a signature."""
    try:
        signature(make).bind(*args, **kwargs)
    except TypeError:
        return True
    return False


def call_text(called: str, plain: Sequence[str], arguments: Mapping[str, Any]) -> str:
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
        words.append(
            f"{name}={arguments[name]!r}" if by_name else repr(arguments[name])
        )
    return f"{called}({', '.join(words)})"


def misfit(
    plain: Sequence[str], parameters: Mapping[str, Parameter], args: Any, kwargs: Any
) -> str:
    """Return what does not fit a signature: what is missing, or too much."""
    needed = [
        name
        for name in plain[len(args) :]
        if parameters[name].default is Parameter.empty and name not in kwargs
    ]
    if needed:
        return f"{' and '.join(needed)} must be said"
    return f"it takes {len(plain)} arguments without names, not {len(args)}"


def usage(called: str, parameters: Mapping[str, Parameter]) -> str:
    """Return a signature in words: ``conv(kernel, filters, stride=1, ...)``."""
    words = []
    for name, p in parameters.items():
        if name in {"name", "trainable"}:
            continue
        star = "*" if p.kind is Parameter.VAR_POSITIONAL else ""
        plain = isinstance(p.default, (int, float, str, tuple, type(None)))
        default = f"={p.default!r}" if plain else "=..."
        words.append(f"{star}{name}{'' if p.default is Parameter.empty else default}")
    return f"{called}({', '.join(words)})"
