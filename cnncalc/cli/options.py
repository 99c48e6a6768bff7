"""The arguments of commands, as data: a parser is told of them, or they are read.

An option is written once, by its name, and means the same in every command that has it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from cnncalc._lazy import modules
from cnncalc.cli.argument import Argument
from cnncalc.cli.output import FORMATS
from cnncalc.report.style import CHOICES
from cnncalc.report.words import LANGUAGES

__all__ = ["named_arguments"]


_NETWORK = "a network of the zoo, a model's file, -, module:attribute, or its layers"
_SHORT = {"md": "markdown", "tex": "latex", "txt": "text", "htm": "html"}


def _format_of(word: str) -> str:
    return _SHORT.get(word.lower(), word.lower())


def _language_of(word: str) -> str:
    """Return the language of a locale, as zh_CN.UTF-8 or zh-CN."""
    return re.split("[-_.]", word.lower())[0]


def _listed(words: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in words.split(","))


def _dtype(word: str) -> str | int:
    return int(word) if word.isascii() and word.isdecimal() else word


def _dtype_option(default: str) -> dict[str, Any]:
    about = f"of what takes memory: float32, int8, ... or its bits; default: {default}"
    return {"help": about, "default": default, "type": _dtype}


def _choice(about: str, *choices: str, **facts: Any) -> dict[str, Any]:
    return {"help": about, "choices": choices, "default": choices[0], **facts}


def _number(about: str, **facts: Any) -> dict[str, Any]:
    return {"help": about, "type": int, "metavar": "N", **facts}


def _list(about: str) -> dict[str, Any]:
    return {"help": about, "type": _listed, "metavar": "A,B,..."}


def _switch(about: str, **facts: Any) -> dict[str, Any]:
    return {"help": about, "action": "store_true", **facts}


def _without(name: str, about: str) -> dict[str, Any]:
    return {"help": about, "action": "store_false", "dest": name}


def _amount(about: str, form: str = "600M") -> dict[str, Any]:
    return {"help": f"at most so many {about}", "metavar": form}


# Whose choices a command asks for that has them.
_later = {
    **modules("cnncalc.draw", "kinds"),
    **modules("cnncalc.memory", "scratch tail"),
}

_COUNTS = {
    "macs": "multiply-accumulates",
    "flops": "floating-point operations",
    "params": "parameters",
    "activations": "values that the nodes put out",
    "connections": "links into units",
}

# Every option, by its name. What a question of the library takes has its name there.
_OPTIONS: dict[str, dict[str, Any] | Callable[[], dict[str, Any]]] = {
    "--input": {
        "help": "another input shape, as 224x224x3, 16000x1, 10; by name: H=224",
        "metavar": "HxWxC",
    },
    "--torch": _switch("module:attribute is a model of PyTorch"),
    "--keras": _switch("module:attribute is a model of Keras"),
    "--deployed": _switch("as an inference engine runs it: norms folded, and so on"),
    "--columns": _list("which columns, by name, and their order"),
    "--depth": _number("fold groups deeper than N levels"),
    "--sort": {
        "help": "rows by that column; --sort=-COLUMN: largest first",
        "metavar": "COLUMN",
    },
    "--where": _list("only rows of these kinds"),
    "--batch": _number("how many inputs at once", default=1),
    "--dtype": _dtype_option("float32"),
    "--dtype=int8": _dtype_option("int8"),
    "--dtype=none": {
        **_dtype_option("int8, or what a TFLite file has"),
        "default": None,
    },
    "--units": _choice(
        "of counts: exact, the default; as fits; or one for all",
        *CHOICES["units"],
    ),
    "--byte-units": _choice("KiB, the default, or kB", *CHOICES["byte_units"]),
    "--layout": _choice(
        "of shapes: channels last, the default, or first", *CHOICES["layout"]
    ),
    "--convention": _list("tools whose numbers of operations are shown, too"),
    "--language": _choice(
        "of titles and words; default: en", *LANGUAGES, type=_language_of
    ),
    "--box": _switch("lines around the cells of text"),
    "--color": {
        "help": "of text; auto, the default, asks the terminal, NO_COLOR, FORCE_COLOR",
        "choices": ("auto", "always", "never"),
    },
    "--output": {"help": "write there, not here", "metavar": "FILE"},
    "--unchanged": _switch("show also what did not change"),
    "--exit-code": _switch("exit with 1 if there is anything to show"),
    "--sliders": _switch("height, width and batch can be moved in the page"),
    "--report": _switch("one page, with pictures and bars, to --output page.html"),
    "--kind": lambda: _choice(
        "what to draw; default: architecture", *_later["kinds"].KINDS
    ),
    "--style": lambda: _choice(
        "of an architecture; default: boxes", *_later["kinds"].STYLE_NAMES
    ),
    "--arrangement": lambda: _choice(
        "u: encoder and decoder face to face; default: auto",
        *_later["kinds"].ARRANGEMENTS,
    ),
    "--repeats": _switch("a run of equal groups is one block, marked ×n", default=None),
    "--dimensions": _switch("sizes stand at the edges of blocks"),
    "--wrap": _number("how wide a line may become; 96 are an inch", default=1240),
    "--no-heading": _without("heading", "leave out the title and the line below it"),
    "--no-legend": _without("legend", "leave out what colours mean"),
    "--title": {"help": "what stands above it; default: its name"},
    "--font": {
        "help": "a TrueType file to write PDF and PNG with, as for Chinese",
        "metavar": "FILE",
    },
    "--no-inplace": _without("inplace", "activations do not overwrite what they read"),
    "--optimizer": {"help": "what training keeps for it: sgd, momentum, adam, ..."},
    "--mask-bytes": _number("of a value of a dropout's mask: 1, as on CUDA, or 4"),
    "--no-totals": _without("totals", "leave out what stands below"),
    "--input-row": _switch("a row for the input, before the others"),
    "--mixed": _switch("half precision, with a master copy of the weights"),
    "--gates": _switch("also what only scales: the gates of squeeze and excitation"),
    "--base": {
        "help": "the convention to start from; default: torchvision",
        "default": "torchvision",
        "metavar": "NAME",
    },
    "--names": _switch("their names alone"),
    "--planner": {
        "help": "greedy, the default, TensorFlow Lite Micro's, or a better one",
        "choices": ("greedy", "tflm", "best"),
    },
    "--order": _choice(
        "of operators, with tflm and best: given, the default, or best", "given", "best"
    ),
    "--kernels": lambda: _choice(
        "of tflm and best: reference, the default, or Arm's", *_later["scratch"].KERNELS
    ),
    "--core": lambda: _choice(
        "of Arm's kernels: c, the default, dsp or mve", *_later["scratch"].CORES
    ),
    "--target": lambda: _choice(
        "where TFLM runs; default: x86-64", *_later["tail"].TARGETS
    ),
    "--linear-scales": lambda: _choice(
        "of int8 weights: one a layer, the default, or a unit",
        *_later["tail"].LINEAR_SCALES,
    ),
    "--write": {
        "help": "write the model there, with a better plan that TFLM takes from it",
        "metavar": "FILE",
    },
    **{f"--{name}": _amount(about) for name, about in _COUNTS.items()},
    **{f"--max-{name}": _amount(about, "20M") for name, about in _COUNTS.items()},
    "--peak-memory": _amount("bytes that are alive at once", "2MiB"),
    "--saved-for-backward": _amount("bytes that are kept in training", "2MiB"),
    "--reserved-ram": _amount("bytes of RAM for the program", "64KiB"),
    "--reserved-flash": _amount("bytes of flash for the program", "256KiB"),
    "--device": {"help": "its name, as esp32-s3", "metavar": "DEVICE"},
    "--memory": _amount("bytes of memory", "24GiB"),
    "--max-ram": _amount("bytes of a microcontroller's arena", "256KiB"),
    "--max-flash": _amount("bytes of parameters", "1MiB"),
    "--lock": {"help": "the file of what was agreed upon", "metavar": "FILE"},
    "--write-lock": _switch("agree upon what there is: write it there"),
    "--budget": {"help": "a file of limits of many networks", "metavar": "FILE"},
    "--cut": {"help": "the layer whose map is made in patches", "metavar": "LAYER"},
    "--grid": {"help": "into how many patches, along each axis", "metavar": "4x4"},
    "--depthwise-inplace": _switch("depthwise convolutions overwrite what they read"),
    "--input-in-memory": _switch("the whole input is in memory, too"),
    "--training": _switch("the batch is trained on"),
    "--aspect": {"help": "how height and width are to each other", "metavar": "9x16"},
    "--least": _number("the smallest integer of the setting"),
    "--most": _number("the largest integer of the setting"),
    "--kernel": _number("the largest kernel; default: 11"),
    "--stride": _number("the largest stride; default: 4"),
    "--padding": _number("the largest padding of a side; default: half the kernel"),
    "--dilation": _number("the largest dilation; default: 1"),
}

# What commands need, by the name that they have for it.
_NEEDED: dict[str, dict[str, Any]] = {
    "network": {"help": _NETWORK, "metavar": "NETWORK"},
    "network=none": {"help": _NETWORK, "metavar": "NETWORK", "nargs": "?"},
    "networks": {"help": _NETWORK, "metavar": "NETWORK", "nargs": "+"},
    "member": {"help": "a network of the zoo", "metavar": "NETWORK"},
    "listed": {"help": "a network whose settings are wanted", "nargs": "?"},
    "before": {"help": _NETWORK, "metavar": "BEFORE"},
    "after": {"help": _NETWORK, "metavar": "AFTER"},
    "path": {"help": "a node or group, as layer2/0/conv1; none: all", "nargs": "?"},
    "node": {"help": "a node, as layer2/0/conv1"},
    "position": {"help": "of a unit: row and column", "nargs": "*", "type": int},
    "layer": {"help": 'its call, as "conv(5, 6)"'},
    "file": {"help": "a file of safetensors", "metavar": "FILE"},
    "tool": {"help": "a convention", "metavar": "CONVENTION"},
    "setting": {
        "help": "input, the default, batch, or an integer setting of the network",
        "nargs": "?",
        "default": "input",
    },
    "size": {"help": "the size that they slide over", "type": int},
    "output_size": {"help": "how many of them there are", "type": int},
    "shell": {
        "help": "the shell that you use",
        "choices": ("bash", "fish", "tcsh", "zsh"),
    },
}
_NETWORKS = {"network", "networks", "member", "listed", "before", "after"}

_REPORTS = {"report", "drawn", "check"}  # which have cells and colours
_PICTURES = {"picture", "drawn"}
# What stands for several: how to count and to write.
_TOGETHER = {
    "counted": "--dtype --batch",
    "written": "--units --byte-units --layout --language",
}
_OF_REPORTS = f"{_TOGETHER['written']} --box --color"


def named_arguments(names: str) -> tuple[Argument, ...]:
    """Return arguments by their names; a sort of result stands for its options.

    Example:
        >>> [argument.name for argument in named_arguments("network --depth picture")]
        ['network', '--depth', '--format', '--output', '--font']
    """
    found = []
    for name in names.split():
        if formats := FORMATS.get(name):
            about = f"default: that of the file's suffix, or {formats[0]}"
            facts = {"help": about, "choices": formats, "type": _format_of}
            found.append(Argument("--format", facts))
            more = f"--output {_OF_REPORTS if name in _REPORTS else ''}"
            found += named_arguments(f"{more} --font" if name in _PICTURES else more)
        elif name in _TOGETHER:
            found += named_arguments(_TOGETHER[name])
        else:
            known = _OPTIONS if name.startswith("-") else _NEEDED
            said = name.partition("=")[0]  # behind which another default may stand
            stated: Any = known[name]
            stated = stated if isinstance(stated, Mapping) else stated()
            found.append(Argument(said, stated, said in _NETWORKS))
    return tuple(found)
