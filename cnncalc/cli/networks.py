"""Which network a word of the command line means."""

from __future__ import annotations

import importlib
import os
import re
import sys
from collections.abc import Sequence
from contextlib import redirect_stdout, suppress
from typing import Any

from cnncalc import zoo
from cnncalc.checks import for_message
from cnncalc.cli.streams import read, told
from cnncalc.errors import CnncalcError, ConfigError, OptionError
from cnncalc.network import Network

__all__ = ["network", "networks", "shape_of"]

_MODULE = r"([^:]+\.py|[\w.]+):([\w.]+)"


def networks(words: Sequence[str], input: str | None = None) -> list[Network]:
    """Return the network that each word means; equal words mean the same one.

    Raises:
        CnncalcError: If one means none, or its network cannot have that input.
    """
    found = {word: network(word, input) for word in dict.fromkeys(words)}
    return [found[word] for word in words]


def network(word: str, input: str | None = None) -> Network:
    """Return the network that *word* means.

    Args:
        word: The name of a network of the zoo; the path of a JSON file that ``save``
            wrote, or ``-`` for the standard input; ``module:attribute``, a network or
            a function that returns one, looked for from the current directory, too.
            It means the first of these that it can.
        input: Another input shape, as text.

    Raises:
        CnncalcError: If there is none, or it cannot have that input.
    """
    shape = None if input is None else shape_of(input)
    if word in zoo.names():
        return zoo.build(word, **({} if shape is None else {"input": shape}))
    if word == "-" or _is_file(word):
        net = _saved(word)
    elif match := re.fullmatch(_MODULE, word):
        net = _attribute(*match.groups())
    else:
        return zoo.build(word)  # which says what it may mean
    return net if shape is None else net.on(shape)


def shape_of(text: str) -> int | tuple[int, ...]:
    """Return the shape that is written as 224x224x3, or 16000×1, or 84.

    Raises:
        ConfigError: If it is none.
    """
    if not re.fullmatch(r"\d{1,18}([x×,]\d{1,18})*", text, re.ASCII | re.IGNORECASE):
        fix = "Write sizes and channels, as in 224x224x3, 16000x1 or 10"
        raise ConfigError(f"{text!r} is no shape", fix, "--input")
    sizes = tuple(map(int, re.split("[x×,]", text, flags=re.IGNORECASE)))
    return sizes[0] if len(sizes) == 1 else sizes


def _is_file(word: str) -> bool:
    """Tell whether a word is the path of a file or a pipe, or can be nothing else."""
    if os.path.exists(word) and not os.path.isdir(word):  # noqa: PTH110, PTH112
        return True
    return not re.fullmatch(_MODULE, word) and ("/" in word or word.endswith(".json"))


def _saved(path: str) -> Network:
    from pathlib import Path

    from cnncalc.saving.from_json import from_json

    try:
        raw = read() if path == "-" else Path(path).read_bytes()
        text = raw.decode("utf-8-sig")  # as editors of Windows write it, too
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


def _attribute(module: str, attribute: str) -> Network:
    """Return the network that an attribute of a module is, or returns.

    What the module prints goes to the standard error: the output is the command's.
    """
    if module.endswith(".py"):
        why = f"{module} is a file, and a module is called without its suffix"
        folder, name = os.path.split(module.removesuffix(".py"))
        where = f", in the folder {folder}" if folder else ""
        raise ConfigError(why, f"Write {name}:{attribute}{where}")
    here = os.getcwd()  # noqa: PTH109 - where the user stands
    path = sys.path
    path.insert(0, here)
    try:
        with redirect_stdout(sys.stderr):
            found: Any = importlib.import_module(module)
            for name in attribute.split("."):
                found = getattr(found, name)
            if callable(found) and not isinstance(found, Network):
                found = found()
    except CnncalcError:
        raise
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever it does
        why = f"{module}:{attribute} cannot be had: {told(error)}"
        fix = "Name a module and, in it, a network or a function that returns one"
        raise ConfigError(why, fix) from None
    finally:
        sys.path = path  # whatever the module made of it
        with suppress(ValueError):
            path.remove(here)
    if not isinstance(found, Network):
        why = f"{module}:{attribute} is {for_message(found)}"
        raise ConfigError(why, "It must be a network, or a function that returns one")
    return found
