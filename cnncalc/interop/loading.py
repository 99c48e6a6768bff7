"""Models of any format, known by what is in the file."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from cnncalc.checks import for_message
from cnncalc.door import guarded
from cnncalc.errors import CnncalcError, ConfigError
from cnncalc.interop.files import REFUSED, sort_of
from cnncalc.network.graph import Graph

__all__ = ["load"]

_TORCH = (
    "a zip archive with a pickle, as torch.save writes it, which is never loaded",
    "Pass the module itself to from_torch, or export it to ONNX",
)


@guarded
def load(path: Any, input: Any = None) -> Graph:
    """Return the network of a file of any format that is known, told by its content.

    These are ONNX, TFLite, .keras, Keras' JSON, networks that were saved here, and
    Ultralytics' YAML. A PyTorch module is passed to `from_torch`.

    Args:
        path: The path of the file.
        input: The shape of its input, as the reader of the format takes it.

    Raises:
        ConfigError: If it is none of these; the message says what to do.

    Example:
        >>> from cnncalc import load
        >>> net = load("model.onnx")  # doctest: +SKIP
    """
    name = _path(path)
    try:
        return _read(name, input)
    except CnncalcError as error:
        raise error.at_place(name) from None


def _read(name: str, given: Any) -> Graph:
    from cnncalc import interop  # whose readers are imported when they are asked for

    sort = sort_of(_head(name))
    if sort == "tflite":
        return _on(interop.from_tflite(name), given)
    if sort == "zip":
        return _of_archive(name, given)
    if sort == "hdf5":
        return interop.from_keras(name, given)
    if name.lower().endswith(".py"):
        fix = f'Import it; a command takes "{Path(name).stem}:net"'
        raise ConfigError("it is Python source, which is no model's file", fix)
    if sort == "json" or name.lower().endswith(".json"):
        return _of_json(name, given)
    if name.lower().endswith((".yaml", ".yml")):
        return _on(interop.from_yolo(name), given)
    if sort not in {"", "onnx"}:
        what, fix = REFUSED[sort]
        raise ConfigError(f"it is {what}", fix)
    return interop.from_onnx(name, given)


def _path(path: Any) -> str:
    if isinstance(path, (bytes, bytearray, memoryview)):
        fix = "Read them by from_onnx or from_tflite, or write them to a file"
        raise ConfigError("bytes are no path", fix)
    try:
        return str(os.fspath(path))
    except TypeError:
        why = f"{for_message(path)} is no path"
        raise ConfigError(why, 'Write a path, such as "model.onnx"') from None


def _head(name: str) -> bytes:
    try:
        with Path(name).open("rb") as file:
            return file.read(64)
    except (OSError, ValueError) as error:  # no text with a null byte is a path
        if os.path.isdir(name):  # noqa: PTH112 - which no name makes fail
            raise _no_file(Path(name)) from None
        why = f"it cannot be read: {getattr(error, 'strerror', None) or error}"
        from cnncalc import zoo

        in_zoo = f"It is in the zoo: zoo.build({name!r})"
        fix = in_zoo if name in zoo.names() else "Check the path"
        raise ConfigError(why, fix) from None


def _no_file(folder: Path) -> ConfigError:
    """Return the error of a folder, by what is in it."""
    if (folder / "saved_model.pb").exists():
        why = "it is a SavedModel of TensorFlow, whose graph is code of its own"
        return ConfigError(why, "Convert it to ONNX by tf2onnx, or to TFLite")
    return ConfigError("it is a folder", "Name the file of the model")


def _of_archive(name: str, given: Any) -> Graph:
    """Return the network of a .keras file; other archives are refused by name."""
    import zipfile

    from cnncalc.interop.keras.model import from_keras

    try:
        with zipfile.ZipFile(name) as archive:
            members = archive.namelist()
    except (zipfile.BadZipFile, OSError, RuntimeError, ValueError) as error:
        why = f"it is a zip archive that is damaged: {error}"
        raise ConfigError(why, "Write it again") from None
    if "config.json" in members:
        return from_keras(name, given)
    if any(member.endswith(("data.pkl", "constants.pkl")) for member in members):
        scripted = any("/code/" in member for member in members)
        what, fix = _TORCH
        if scripted:
            what = "an archive of TorchScript, which has code, and is never loaded"
        raise ConfigError(f"it is {what}", fix)
    if any(member.endswith("/archive_format") for member in members):
        why = "it is a program of torch.export, which PyTorch alone can load"
        raise ConfigError(why, f"Say from_torch(torch.export.load({name!r}))")
    raise ConfigError("it is a zip archive of something else", "Unpack it")


def _of_json(name: str, given: Any) -> Graph:
    """Return the network of a text of JSON: saved here, or by Keras."""
    from cnncalc.interop.keras.model import from_keras
    from cnncalc.saving.from_json import from_json
    from cnncalc.saving.limits import FORMAT

    with Path(name).open(encoding="utf-8-sig", errors="replace") as file:
        text = file.read(_MOST + 1)
    if f'"{FORMAT}"' in text[:200]:
        return _on(from_json(text), given)
    return from_keras(name, given)


_MOST = 100_000_000


def _on(net: Graph, shape: Any) -> Graph:
    """Return a network on another input shape, channels last, if there is one."""
    return net if shape is None else net.on(shape)
