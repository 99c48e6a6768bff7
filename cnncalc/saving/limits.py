"""The format of a saved network, and the limits of its size.

The form is promised by ``network.schema.json``, which `schema` reads. A change that
breaks a reader gets another version.
"""

from __future__ import annotations

import inspect
import json
from collections.abc import Iterable
from importlib.resources import files
from typing import Any

from cnncalc import layers
from cnncalc.checks import for_message
from cnncalc.errors import ConfigError
from cnncalc.graph.table import Table
from cnncalc.layers.base import Layer
from cnncalc.layers.interned import attributes_beside
from cnncalc.sizes.number import in_symbols

__all__ = [
    "FORMAT",
    "LONGEST",
    "MOST_DIGITS",
    "MOST_GROUPS",
    "MOST_NESTED",
    "MOST_NODES",
    "VERSION",
    "check_attributes",
    "check_inputs",
    "check_text",
    "kinds",
    "limited",
    "network_schema",
]

FORMAT = "cnncalc network"
VERSION = 2  # 1, of cnncalc 0.1, is read as well

# What a text may have, and so a network that is saved.
LONGEST = 100_000_000  # characters
MOST_NODES = 1_000_000
MOST_GROUPS = 10_000  # groups around a node
MOST_DIGITS = 300  # of a number, also in a shape that is computed on reading
MOST_NESTED = 8  # lists within lists in the field of a layer


def network_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a saved network.

    Example:
        >>> network_schema()["properties"]["format"]
        {'const': 'cnncalc network'}
    """
    text = files("cnncalc.saving").joinpath("network.schema.json").read_text("utf-8")
    content: dict[str, Any] = json.loads(text)
    return content


def kinds(own: Iterable[type[Layer]] = ()) -> dict[str, type[Layer]]:
    """Return by name the classes of layers that a saved network may have.

    Args:
        own: Classes beyond those of cnncalc.

    Raises:
        ConfigError: If one is no class of layers, or its name is taken.

    Example:
        >>> kinds()["Conv2d"].__name__, "Layer" in kinds()
        ('Conv2d', False)
    """
    found: dict[str, type[Layer]] = {}
    named = (getattr(layers, name) for name in layers.__all__)
    ours = [kind for kind in named if not inspect.isabstract(kind)]
    if not isinstance(own, Iterable):
        raise ConfigError(
            f"kinds is {for_message(own)}", "Give a list: kinds=[MyLayer]"
        )
    for kind in (*ours, *own):
        of_layers = isinstance(kind, type) and issubclass(kind, Layer)
        if not of_layers or inspect.isabstract(kind):
            why = f"kinds has {for_message(kind)}, which is no class of layers"
            raise ConfigError(why, "Give subclasses of Layer: kinds=[MyLayer]")
        if found.setdefault(kind.__name__, kind) is not kind:
            why = f'kinds has another class of the name "{kind.__name__}"'
            raise ConfigError(why, "Rename one of the two")
    return found


def check_attributes(part: Any) -> None:
    """Refuse a layer that has more than its fields, which alone are saved.

    Raises:
        ConfigError: If it has.
    """
    if isinstance(part, Layer) and (more := ", ".join(attributes_beside(part))):
        why = f"its {more} would be lost: the class has an __init__ of its own"
        raise ConfigError(why, "Let attrs write that: @attrs.frozen", part.class_name)


def check_text(text: str, what: str) -> str:
    """Return a text that every file can hold.

    Raises:
        ConfigError: If it has half of a surrogate pair.
    """
    if not text.isascii():
        try:
            text.encode()
        except UnicodeEncodeError:
            why = f"{what} has half of a surrogate pair: {for_message(text)}"
            raise ConfigError(why, "Use characters of Unicode") from None
    return text


def check_inputs(table: Table) -> None:
    """Refuse a network that begins where no shape is known, or is in symbols.

    Raises:
        ConfigError: If it does.
    """
    for entry in table.entries():
        shape = table.calls[entry].output
        if not shape:
            why = "its shape is unknown, and a network is saved with its input shapes"
            fix = "Save the whole network, of which this is a part"
            raise ConfigError(why, fix, place=table.path(entry))
        if in_symbols(shape):
            why = f"its shape is {shape}, and symbols are not saved"
            fix = "Give its sizes as numbers: net.on((32, 32, 3))"
            raise ConfigError(why, fix, place=table.path(entry))


def limited(number: int, most: int, what: str) -> None:
    """Refuse more of something than is saved.

    Raises:
        ConfigError: If there is more.
    """
    if number > most:
        why = f"it has {number:,} {what}, and {most:,} are the most"
        raise ConfigError(why, "Save it in parts")
