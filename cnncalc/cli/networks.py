"""The network that a word of the command line means."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Sequence
from typing import Any

from cnncalc import zoo
from cnncalc.cli.output import Options, passed, read
from cnncalc.cli.settings import Given, Settings, checked_settings
from cnncalc.errors import CnncalcError, ConfigError, OptionError
from cnncalc.network import Network

__all__ = [
    "CHOSEN",
    "made_of",
    "network",
    "networks",
    "shape_of",
    "the_network",
    "value_of",
]

CHOSEN = (
    "input",
    "settings",
    "deployed",
    "torch",
    "keras",
)  # what a command may say of its networks

_MODULE = r"([^:]+\.py|[\w.]+):([\w.]+)"
_TEXT = re.compile(r"[(\s]")  # what no name of a network has
_WORDS = {
    **dict.fromkeys(("true", "yes"), "True"),
    **dict.fromkeys(("false", "no"), "False"),
    "none": "None",
}


def networks(words: Sequence[str], **chosen: Any) -> list[Network]:
    """Return the network that each word means; equal words mean the same one.

    Raises:
        CnncalcError: If one means none, or its network cannot have that input.
    """
    found = {word: network(word, **chosen) for word in dict.fromkeys(words)}
    return [found[word] for word in words]


def network(
    word: str,
    input: str | None = None,
    settings: Settings = {},  # noqa: B006 - nobody writes to it
    *,
    deployed: bool = False,
    torch: bool = False,
    keras: bool = False,
) -> Network:
    """Return the network that *word* means.

    Args:
        word: The name of a network of the zoo, which may have settings in brackets;
            the path of a model: of ONNX, TFLite, Keras, YAML, or of JSON that ``save``
            wrote, or ``-`` for that on the standard input; ``module:attribute``, a
            network, a model of PyTorch or Keras, or a function that returns one,
            looked for from the current directory, too; or layers, as `from_text`
            reads them. It means the first of these that it can.
        input: Another input shape, as text.
        settings: Those of the zoo's network, or of the function, as text.
        deployed: Whether an inference engine runs it.
        torch: Whether it must be a module of PyTorch.
        keras: Whether it must be a model of Keras.

    Raises:
        CnncalcError: If there is none, or it cannot have that input or setting.
    """
    shape = None if input is None else _input_of(input)
    values = Given((name, value_of(text)) for name, text in settings.items())
    values.options = getattr(settings, "options", ())
    flags = tuple([n for n, on in (("torch", torch), ("keras", keras)) if on])
    made = made_of(word, shape, values, flags)
    return made.deployed() if deployed else made


def the_network(options: Options) -> Network:
    """Return the network that a command is about."""
    return network(options.network, **passed(options, *CHOSEN))


def made_of(
    word: str, shape: Any, settings: dict[str, Any], flags: tuple[str, ...] = ()
) -> Network:
    """Return the network that a word means, on that shape and with those settings."""
    name, own = _call(word)
    if name in zoo.names():
        checked_settings(settings, getattr(zoo, name).settings)
        given = {} if shape is None else {"input": shape}
        return zoo.build(name, **{**settings, **own, **given})
    if word == "-":
        net = _saved()
    elif _is_file(word):
        from cnncalc.cli.models import file_network

        checked_settings(settings, ())
        return file_network(word, shape)
    elif match := re.fullmatch(_MODULE, word):
        from cnncalc.cli.users import attribute_of

        return attribute_of(match[1], match[2], settings, shape, flags)
    elif _TEXT.search(word):
        from cnncalc.saving.from_text import from_text

        net = from_text(word)
    else:
        return zoo.build(word)  # which says what it may mean
    checked_settings(settings, ())
    return _on(shape, net)


def _on(shape: Any, net: Network) -> Network:
    return net if shape is None else net.on(shape)


def value_of(text: str | bool) -> Any:
    """Return the value that the text of a setting means: 0.5, (3, 4), True or a word.

    Example:
        >>> [value_of(text) for text in ("0.5", "3,4", "true", "same")]
        [0.5, (3, 4), True, 'same']
    """
    if not isinstance(text, str):
        return text
    try:
        return ast.literal_eval(_WORDS.get(text.lower(), text))
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        return text


def _call(word: str) -> tuple[str, dict[str, Any]]:
    """Return the name of a network and the settings that stand behind it in brackets.

    Raises:
        OptionError: If what stands there are no settings.
    """
    name, bracket, _ = word.partition("(")
    if not bracket or name not in zoo.names():
        return word, {}
    try:
        made: Any = ast.parse(word, mode="eval").body
        if not made.args:
            return name, {k.arg: ast.literal_eval(k.value) for k in made.keywords}
    except (SyntaxError, ValueError, AttributeError, MemoryError, RecursionError):
        pass
    why = "its settings cannot be read"
    raise OptionError(why, f"Write them as in {name}(classes=10)", place=word)


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


def _input_of(text: str) -> int | tuple[int, ...] | dict[str, Any]:
    """Return the shape of an input, or by names those of several, or sizes.

    They are written as x=3x64x64,ids=128 or H=224,W=224, which files of models have.
    """
    if "=" not in text:
        return shape_of(text)
    parts = [part.partition("=") for part in re.split(",(?=[^,=]*=)", text)]
    return {name: shape_of(sizes) for name, _, sizes in parts}


def _is_file(word: str) -> bool:
    """Tell whether a word is the path of a file or a pipe, or can be nothing else."""
    if os.path.exists(word) and not os.path.isdir(word):  # noqa: PTH110, PTH112
        return True
    named = "/" in word or word.endswith(_SUFFIXES)
    return named and not re.fullmatch(_MODULE, word) and "(" not in word


_SUFFIXES = (".json", ".onnx", ".tflite", ".keras", ".h5", ".yaml", ".pt", ".pth")


def _saved() -> Network:
    """Return the network that the standard input holds, as ``save`` wrote it."""
    from cnncalc.saving.from_json import from_json

    try:
        text = read().decode("utf-8-sig")  # as editors of Windows write it, too
    except UnicodeDecodeError:
        why = "the standard input is no text in UTF-8"
        raise OptionError(why, "Give it what `cnncalc save` wrote") from None
    try:
        return from_json(text)
    except CnncalcError as error:
        raise error.at_place("standard input") from None
