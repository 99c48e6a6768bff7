"""Arguments without names: what others mean by their places."""

from __future__ import annotations

import re
from collections.abc import Collection, Container, Iterator, Mapping
from typing import Any, TypeAlias

from cnncalc.words.shapes import meant_value
from cnncalc.words.table import normal, word_of

__all__ = [
    "KERAS",
    "MANY",
    "OURS",
    "POOL",
    "SHAPES",
    "activation_after",
    "file_after",
    "is_filters_first",
    "is_of_keras",
    "is_said",
    "likely",
    "meanings",
    "orders_of",
    "places_of",
    "regrouped",
]

_Places: TypeAlias = tuple[str, ...]

# By what places others give arguments; "" is left out. PyTorch begins with what comes
# in, Keras with the filters.
OURS = ("kernel", "filters", "stride", "padding", "dilation", "groups", "bias")
TORCH = ("", "filters", "kernel", *OURS[2:])
KERAS = ("filters", "kernel", "stride", "padding")
POOL = ("kernel", "stride", "padding", "dilation", "ceil")

# Arguments that are a shape, and what else a value is by its kind: alone, or several.
SHAPES = frozenset({"shape", "sizes", "value", "input"})
_BY_KIND = {
    (True, int): ("input", "axes"),
    (False, int): ("batch",),
    (True, str): ("columns",),
    (False, str): ("columns",),
}

MANY = 8  # a number from here on is one of filters


def places_of(
    plain: tuple[str, ...],
    known: Container[str],
    args: Any,
    named: Container[str],
    orders: Collection[_Places],
) -> Iterator[_Places]:
    """Give what arguments without names may be, the likeliest first.

    Args:
        plain: What they are here.
        known: All arguments that there are.
        args: The arguments.
        named: Those that came with names.
        orders: In which orders those of a convolution may be.
    """
    count = len(args)
    text = count > 1 and isinstance(args[1], str)
    if plain[:2] == OURS[:2]:
        yield from _places_of_conv(args, named, orders)
    elif plain[:1] == ("units",):
        third = "layers" if "layers" in known else "bias"
        places = ("units", "activation") if text else ("", "units", third)
        yield places if count > 1 else ("units",)
    elif plain[:1] == ("kernel",):
        turned = isinstance(args[0], str) if args else False
        yield ("kernel", "mode") if text else ("mode", "kernel") if turned else POOL
    else:
        if plain:
            yield plain
        # A number may be one of channels; a text or a flag is meant, and not left out.
        if not any(isinstance(x, (str, bool)) and not likely(x, known) for x in args):
            yield ()


def _places_of_conv(
    args: Any, named: Container[str], orders: Collection[_Places]
) -> Iterator[_Places]:
    count = len(args)
    if "kernel" in named:
        yield ("filters",) if count == 1 else ("", "filters", *OURS[2:])
    elif "filters" in named:
        yield ("kernel", *OURS[2:])
    elif count > 1 and isinstance(args[1], (tuple, list)):
        yield KERAS
    elif count <= len(OURS[:2]):
        if KERAS in orders:
            yield KERAS
        yield OURS
        if is_filters_first(args):
            yield KERAS
    else:
        yield from orders


def is_filters_first(args: Any) -> bool:
    """Tell whether two numbers are likely filters and a kernel, in this order."""
    numbers = [number for number in args if type(number) is int]
    if len(numbers) != len(OURS[:2]) or len(args) != len(numbers):
        return False
    filters, kernel = numbers
    return kernel < MANY <= filters


def _paired(parameters: Mapping[str, Any], plain: _Places, args: Any) -> Any:
    """Return arguments of which two each are one pair here; None if they are no such.

    Others may have the channels that come in before them.
    """
    pairs = [parameters[name].annotation == "PairLike" for name in plain]
    extra = len(args) - len(pairs) - sum(pairs)
    if not any(pairs) or extra not in {0, 1} or set(map(type, args)) != {int}:
        return None
    rest = iter(args[extra:])
    return tuple((next(rest), next(rest)) if pair else next(rest) for pair in pairs)


# What files of reports end with, and what writes them.
_WRITERS = {
    "csv": "to_csv",
    "htm": "to_html",
    "html": "to_html",
    "json": "to_json",
    "md": "to_markdown",
    "tex": "to_latex",
    "txt": "to_text",
}


def file_after(value: Any, called: str) -> str:
    """Return what writes a file behind a question that was given its name; or "".

    Args:
        value: What the question was given.
        called: What it is called by.
    """
    if not isinstance(value, str) or not re.fullmatch(r".+\.\w{2,5}", value):
        return ""
    if called.endswith(("draw", "curves")):
        return f".save({value!r})"
    writer = _WRITERS.get(value.rpartition(".")[2].lower())
    return f".{writer}({value!r})" if writer else ""


def _is_shape(plain: tuple[str, ...], args: Any) -> bool:
    """Tell whether the sizes of one shape came as so many arguments."""
    first = plain[0] if plain else "shape"  # of a question, by its name
    return (
        first in {*SHAPES, "order"} and len(args) > 1 and set(map(type, args)) == {int}
    )


def regrouped(
    parameters: Mapping[str, Any], plain: _Places, args: Any, asked: str
) -> tuple[Any, list[str], str]:
    """Return arguments of which several are one here, or one is the name of a file.

    Args:
        parameters: All arguments that there are.
        plain: Those that may stand without their names.
        args: The arguments.
        asked: What a question is called by; "" of a layer.

    Returns:
        The arguments; why they are others; and what writes a file, behind the call.
    """
    pairs = _paired(parameters, plain, args)
    files = [value for value in args if asked and file_after(value, asked)]
    if _is_shape(plain, args):
        return (args,), ["a shape is one argument"], ""
    if pairs:
        return pairs, ["filters before others are a pair with them"], ""
    if files:
        rest = tuple(value for value in args if value not in files)
        why = "a file is written by the answer"
        return rest, [why], file_after(files[0], asked)
    return args, [], ""


def orders_of(
    args: Any, words: Collection[str], channels: int | None, *, is_class: bool
) -> list[_Places]:
    """Return in which orders a convolution's arguments may be, the likeliest first.

    Args:
        args: Those without names.
        words: Names of others that came, too.
        channels: How many reach it: who knows that is sure whether they are said.
        is_class: Whether a class is called, which does not know them.
    """
    keras = "activation" in words or any(map(is_of_keras, words))
    if keras and is_filters_first(args[:2]):
        return [KERAS]
    if channels is not None:  # symbols are not compared: that could be undecided
        said = {type(size) for size in (*args[:1], channels)} == {int}
        return [TORCH if said and args[:1] == (channels,) else OURS]
    return [TORCH, OURS] if is_class else [OURS, TORCH]


def likely(value: Any, known: Container[str]) -> str:
    """Return what a value is likely to be, which is said by its name only.

    Args:
        value: The value.
        known: The arguments that there are.
    """
    several = isinstance(value, (tuple, list))
    kinds = set(map(type, value)) if several else {type(value)}
    names = _BY_KIND.get((several, *kinds), ())
    return next((name for name in names if name in known), "")


def meanings(value: Any) -> Iterator[Any]:
    """Give a value, and if it is a word, what it may be called here."""
    yield value
    if isinstance(value, str):
        yield value.lower()
        for row in word_of(value, "value", "layer"):
            yield from re.findall(r'"(\w+)"', row.ours)


def is_said(name: str, value: Any) -> bool:
    """Tell whether an argument is given, and not what goes without saying."""
    return value is None or meant_value(name, value) is not None


def is_of_keras(name: str) -> bool:
    """Tell whether Keras alone has an argument of that name."""
    rows = [*word_of(name, "argument", "left out")]
    torch, keras = (
        normal(name)
        in {normal(word) for row in rows for word in getattr(row, whose).split()}
        for whose in ("torch", "keras")
    )
    return keras and not torch


def activation_after(value: Any, called: str) -> tuple[str, str]:
    """Return what adds an activation behind a layer, and why.

    Args:
        value: What others give a layer as its activation.
        called: What the layer is called by: a class, or the method of a network.
    """
    rows = word_of(value, "layer") if isinstance(value, str) else ()
    ours = (row for row in rows if row.ours.startswith("Activation"))
    after = (f", {row.ours}" if called[0].isupper() else row.method for row in ours)
    return next(after, ""), "an activation is a layer of its own"
