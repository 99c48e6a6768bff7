"""YAML of models: found, read as plain data, and what it says of all rows."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from cnncalc.checks import for_message
from cnncalc.errors import ConfigError, unknown_name
from cnncalc.interop.files import check_sort
from cnncalc.interop.names import cleaned
from cnncalc.interop.yolo.module import Setup

__all__ = ["Found", "ModuleRow", "checked_rows", "found", "setup_of"]

_MOST_ROWS = 2000
_MOST = 1 << 16  # bytes of a YAML; those of real models are below 5,000
_DEEPEST = 50  # lists within lists; those of real models are three
_FIX = "Check that it is the YAML of a model, with a backbone and a head"

# The letter of a scale in a file's name: yolov8n.yaml, yolo11x-seg.yaml.
_LETTER = re.compile(r"^(yolo(?:e-)?(?:v?\d+(?:\.\d+)?)|rtdetr-)([nslmx])(?=[-.]|$)")


class Found(NamedTuple):
    """A YAML that was found.

    Attributes:
        data: What it says, a mapping.
        name: The path or name of its file; empty if it came as a text.
        letter: The scale that this names; empty if it names none.
    """

    data: Mapping[str, Any]
    name: str
    letter: str


class ModuleRow(NamedTuple):
    """A row of a YAML.

    Attributes:
        sources: The rows whose outputs reach it: their numbers, or from the end.
        repeats: How often what is in it is repeated, before that is scaled.
        kind: The module.
        args: What the row gives it.
    """

    sources: list[int]
    repeats: int
    kind: str
    args: list[Any]


def found(source: Any) -> Found:
    """Return the YAML that a path, a text or a name is of.

    Raises:
        ConfigError: If there is no such file, or it is no such YAML.
    """
    if isinstance(source, str) and "\n" in source:
        return Found(_parsed(source), "", "")
    try:
        path = Path(os.fspath(source))
    except TypeError:
        why = f"{for_message(source)} is no path, text or name"
        raise ConfigError(why, 'Write a path, such as "yolov8n.yaml"') from None
    match = _LETTER.match(path.name)
    return Found(_parsed(_text(path)), str(source), match[2] if match else "")


def _text(path: Path) -> str:
    """Return the text of the first file that a path or a name may mean."""
    for each in _places(path):
        try:
            with each.open("rb") as file:
                raw = file.read(_MOST + 1)
        except (OSError, ValueError):
            continue
        check_sort(raw[:64], "YAML of a model", "json")
        return raw.decode("utf-8", "replace")
    why = f"there is no file {str(path)!r}, and no model of that name"
    fix = (
        "Write its path; names are looked up in the package ultralytics, if it is there"
    )
    raise ConfigError(why, fix)


def _places(path: Path) -> list[Path]:
    """Return where a file may be: as it is said, without its scale, or installed."""
    name = path.name if path.suffix in {".yaml", ".yml"} else f"{path.name}.yaml"
    plain = _LETTER.sub(r"\1", name).replace("rtdetr-.", "rtdetr-l.")
    places = [path, path.parent / name, path.parent / plain]
    if path.name == str(path):  # a bare name
        folder = _installed()
        for each in dict.fromkeys((name, plain)):
            places += sorted(folder.rglob(each)) if folder else []
    return places


def _installed() -> Path | None:
    """Return the folder of an installed ultralytics' models; it is not imported."""
    from importlib.util import find_spec

    spec = find_spec("ultralytics")
    for place in (spec.submodule_search_locations if spec else None) or ():
        return Path(place) / "cfg" / "models"
    return None


def _parsed(text: str) -> Mapping[str, Any]:
    """Return a YAML as plain data, by PyYAML's safe loader.

    References are refused: no model has them, and a few lines of them are gigabytes.
    So are types that a value is said to have, and lists that nest deeply.
    """
    try:
        import yaml
    except ImportError:
        why = "a YAML takes the package PyYAML"
        raise ConfigError(why, 'Install it: pip install "cnncalc[yolo]"') from None
    if len(text) > _MOST:
        raise ConfigError(f"it is longer than {_MOST >> 10} KiB", _FIX)
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    data = None
    try:
        why = _refusal(yaml, yaml.parse(text, loader))
        if not why:
            data = yaml.load(text, loader)  # noqa: S506 - which is a safe one
    except (yaml.YAMLError, ValueError, ArithmeticError) as error:
        why = f"it is no YAML: {for_message(str(error).partition(chr(10))[0])}"
    if why:
        raise ConfigError(why, _FIX)
    if not isinstance(data, dict) or not isinstance(data.get("backbone"), list):
        raise ConfigError("it has no backbone", _FIX)
    return data


def _refusal(yaml: Any, events: Iterable[Any]) -> str:
    """Return what a YAML has that no model has; empty if nothing."""
    depth = 0
    for event in events:
        if isinstance(event, yaml.AliasEvent):
            return "it has references (*name), as no model has"
        if getattr(event, "tag", None):  # how to read a value: !!timestamp x
            return f"it has types ({for_message(event.tag)}), as no model has"
        depth += isinstance(event, yaml.CollectionStartEvent)
        depth -= isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            return f"its lists nest more than {_DEEPEST} deep"
    return ""


def checked_rows(data: Mapping[str, Any]) -> list[ModuleRow]:
    """Return the rows of a YAML's backbone and head.

    Raises:
        ConfigError: If one is no row, or there are too many.
    """
    head = data.get("head")
    rows = [*data["backbone"], *(head if isinstance(head, list) else ())]
    if len(rows) > _MOST_ROWS:
        raise ConfigError(f"it has more than {_MOST_ROWS} rows", _FIX)
    return [_row(number, row) for number, row in enumerate(rows)]


def _row(number: int, row: Any) -> ModuleRow:
    fix = "Write it as [from, repeats, module, arguments]"
    try:
        sources, repeats, kind, args = row
    except (TypeError, ValueError):
        raise ConfigError(f"row {number} is {for_message(row)}", fix) from None
    if not isinstance(args, list):
        why = f"row {number} gives its module {for_message(args)}"
        raise ConfigError(why, fix)
    if type(repeats) is not int or not 0 < repeats < _MOST_ROWS:
        raise ConfigError(f"row {number} is repeated {for_message(repeats)} times", fix)
    sources = sources if isinstance(sources, list) else [sources]
    if not sources or not all(type(n) is int for n in sources):
        raise ConfigError(f"row {number} is from {for_message(sources)}", fix)
    return ModuleRow(sources, repeats, cleaned(str(kind)) or "module", args)


def setup_of(
    data: Mapping[str, Any], rows: Sequence[ModuleRow], scale: str | None, letter: str
) -> Setup:
    """Return what a YAML says of all its rows, at a scale.

    Args:
        data: What it says.
        rows: Its rows.
        scale: The scale that is asked for, or None.
        letter: That which the file's name has, if it has one.

    Raises:
        ConfigError: If there is no such scale, or a value is none.
    """
    scales = data.get("scales")
    scales = scales if isinstance(scales, dict) else {}
    if scale is not None and scale not in scales:
        if not scales:
            raise ConfigError("it has no scales", "Leave scale out")
        raise unknown_name("scale", scale, scales)
    chosen = scale or (letter if letter in scales else next(iter(scales), ""))
    plain = [data.get("depth_multiple", 1.0), data.get("width_multiple", 1.0)]
    depth, width, *most = _numbers(f"scale {chosen!r}", scales.get(chosen, plain))
    points = data.get("kpt_shape")
    return Setup(
        _count(data, "nc", 80), depth, width, most[0] if most else float("inf"),
        str(chosen), _activation(data.get("activation")),
        tuple(points) if isinstance(points, list) else (17, 3),
        _count(data, "reg_max", 16), data.get("end2end") is True,
        any(row.kind in {"C3k2", "A2C2f"} for row in rows),
    )  # fmt: skip


def _numbers(name: str, value: Any) -> list[float]:
    good = isinstance(value, list) and len(value) in {2, 3}
    if not good or not all(type(n) in {int, float} and 0 < n < _HUGE for n in value):
        why = f"its {name} is {for_message(value)}"
        raise ConfigError(why, "Give depth, width and the most channels")
    return [float(n) for n in value]


_HUGE = 1e9


def _count(data: Mapping[str, Any], name: str, default: int) -> int:
    value = data.get(name, default)
    if type(value) is not int or not 0 < value < _HUGE:
        why = f"its {name} is {for_message(value)}"
        raise ConfigError(why, "Give a positive integer")
    return value


def _activation(text: Any) -> str:
    """Return the activation that a YAML names by its class: torch.nn.ReLU()."""
    match = re.search(r"(\w+)\(", str(text or ""))
    name = match[1].lower() if match else "silu"
    return {"leakyrelu": "leaky_relu", "prelu": "prelu"}.get(name, name)
