"""Which network a word of the command line means."""

from __future__ import annotations

import importlib
import os
import re
import sys
from typing import Any

from cnncalc import zoo
from cnncalc.errors import CnncalcError, ConfigError, OptionError
from cnncalc.network import Network
from cnncalc.shape import shown

__all__ = ["network", "shape_of"]

_MODULE = re.compile(r"([\w.]+):([\w.]+)")


def network(word: str, input: str | None = None) -> Network:
    """Return the network that *word* means.

    Args:
        word: The name of a network of the zoo; ``module:attribute``, a network or a
            function that returns one, looked for from the current directory, too; the
            path of a JSON file that ``save`` wrote, or ``-`` for the standard input.
        input: Another input shape, as text.

    Raises:
        CnncalcError: If there is none, or it cannot have that input.
    """
    shape = None if input is None else shape_of(input)
    if word == "-" or word.endswith(".json"):
        net = _saved(word)
    elif match := _MODULE.fullmatch(word):
        net = _attribute(*match.groups())
    else:
        return zoo.build(word, **({} if shape is None else {"input": shape}))
    return net if shape is None else net.on(shape)


def shape_of(text: str) -> int | tuple[int, ...]:
    """Return the shape that is written as 224x224x3, or 224×224×3, or 84.

    Raises:
        ConfigError: If it is none.
    """
    if not re.fullmatch(
        r"\d{1,18}([x×,]\d{1,18}){0,2}", text, re.ASCII | re.IGNORECASE
    ):
        raise ConfigError(
            f"{text!r} is no shape", "Write HxWxC, as in 224x224x3", "--input"
        )
    sizes = tuple(map(int, re.split("[x×,]", text, flags=re.IGNORECASE)))
    return sizes[0] if len(sizes) == 1 else sizes


def _saved(path: str) -> Network:
    from pathlib import Path

    from cnncalc.network.saved import from_json

    try:
        raw = sys.stdin.buffer.read() if path == "-" else Path(path).read_bytes()
        text = raw.decode("utf-8")
    except OSError as error:
        why = f"{path} cannot be read: {error.strerror}"
        raise OptionError(why, "Name a file that `cnncalc save` wrote") from None
    except UnicodeDecodeError:
        why = f"{path} is no text in UTF-8"
        raise OptionError(why, "Name a file that `cnncalc save` wrote") from None
    try:
        return from_json(text)
    except CnncalcError as error:
        raise error.at_place("standard input" if path == "-" else path) from None


def _attribute(module: str, path: str) -> Network:
    """Return the network that an attribute of a module is, or returns."""
    sys.path.insert(0, os.getcwd())  # noqa: PTH109 - where the user stands
    try:
        found: Any = importlib.import_module(module)
        for name in path.split("."):
            found = getattr(found, name)
        if callable(found) and not isinstance(found, Network):
            found = found()
    except CnncalcError:
        raise
    except Exception as error:  # noqa: BLE001 - whatever that module does
        why = f"{module}:{path} cannot be had: {type(error).__name__}: {error}"
        fix = "Name a module and, in it, a network or a function that returns one"
        raise ConfigError(why, fix) from None
    finally:
        sys.path.pop(0)
    if not isinstance(found, Network):
        why = f"{module}:{path} is {shown(found)}"
        raise ConfigError(why, "It must be a network, or a function that returns one")
    return found
