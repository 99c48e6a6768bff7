"""Configurations of Keras models: from files, texts and models, as plain data.

Nothing that a configuration names is imported, and no code in it is run.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from cnncalc.checks import for_message
from cnncalc.errors import CnncalcError, ConfigError
from cnncalc.interop.files import check_sort

__all__ = ["config_of", "path_from"]

_MOST = 64 << 20  # bytes of a configuration; those of real models are below 2 MB


def config_of(source: Any) -> dict[str, Any]:
    """Return the configuration of a model.

    Args:
        source: A live model; the text of its ``to_json()``; the path of that, or of a
            .keras or .h5 file.

    Raises:
        ConfigError: If that is none of these, or says no model.
    """
    if hasattr(source, "to_json"):
        return _parsed(_json_of(source))
    if isinstance(source, dict):
        return _checked(source)
    path = path_from(source)
    return _parsed(_text_of(path) if path else source)


def path_from(source: Any) -> str:
    """Return the path that a source is; empty if it is none, but the thing itself.

    Raises:
        ConfigError: If it is no path, and no text of JSON.
    """
    if isinstance(source, dict) or hasattr(source, "to_json"):
        return ""
    if isinstance(source, str) and source.lstrip()[:1] == "{":
        return ""
    try:
        return str(os.fspath(source))
    except TypeError:
        why = f"{for_message(source)} is no model, path or text of JSON"
        raise ConfigError(why, "Pass the model, or model.to_json()") from None


def _json_of(model: Any) -> str:
    """Return the configuration of a live model, as this writes it.

    Raises:
        ConfigError: If it cannot: a layer of it does not say its arguments.
    """
    try:
        return str(model.to_json())
    except (NotImplementedError, TypeError, ValueError) as error:
        why = f"the model does not write its configuration: {for_message(str(error))}"
        fix = "Give its own layers a get_config, or export it to ONNX, and read that"
        raise ConfigError(why, fix) from None


def _text_of(path: Any) -> str:
    """Return the text of a file's configuration, of which no more is read than fits."""
    try:
        with Path(path).open("rb") as file:
            sort = check_sort(file.read(64), "model of Keras", "zip", "hdf5", "json")
            if sort == "zip":
                raw = _from_zip(path)
            elif sort == "hdf5":
                raw = _from_hdf5(path)
            else:
                file.seek(0)
                raw = file.read(_MOST + 1)
    except CnncalcError:  # which is a ValueError, too
        raise
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or error
        why = f"the file {str(path)!r} cannot be read: {reason}"
        raise ConfigError(why, "Check the path") from None
    if len(raw) > _MOST:
        raise ConfigError(f"its configuration is larger than {_MOST >> 20} MiB", _FIX)
    return raw.decode("utf-8", "replace")


_FIX = "Check that the file was saved by Keras"


def _from_zip(path: Any) -> bytes:
    """Return config.json of an archive: what this says of its size may be a lie."""
    import zipfile
    import zlib

    try:
        with zipfile.ZipFile(path) as archive:
            entry = archive.getinfo("config.json")
            if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
                raise ConfigError("its config.json is packed in an unusual way", _FIX)
            with archive.open(entry) as file:
                return file.read(_MOST + 1)
    except KeyError:
        why = "the zip archive has no config.json: it is no .keras file"
        raise ConfigError(why, _FIX) from None
    except (zipfile.BadZipFile, zlib.error, RuntimeError, EOFError) as error:
        raise ConfigError(f"the zip archive is damaged: {error}", _FIX) from None


def _from_hdf5(path: Any) -> bytes:
    """Return the attribute of a file of HDF5 that has the configuration."""
    import warnings

    reader = _reader_of_hdf5()
    try:
        with warnings.catch_warnings(), reader.File(path, "r") as file:
            warnings.simplefilter("ignore")  # of damaged attributes: those are None
            found = file.attrs.get("model_config")
    except Exception as error:  # noqa: BLE001 - damage ends in errors of any class
        reason = for_message(str(error) or type(error).__name__)
        why = f"the HDF5 file is damaged: {reason}"
        raise ConfigError(why, _FIX) from None
    if not isinstance(found, (bytes, str)):
        why = "the HDF5 file has weights alone, and no configuration"
        raise ConfigError(why, "Save the whole model, or pass model.to_json()")
    return found.encode() if isinstance(found, str) else bytes(found)


def _reader_of_hdf5() -> Any:
    """Return the package that reads HDF5.

    That of Python alone comes first: a damaged file can end the process in HDF5's own
    library, which h5py calls.
    """
    from importlib import import_module

    for name in ("pyfive", "h5py"):
        try:
            return import_module(name)
        except ImportError:
            pass
    why = "an .h5 file takes the package pyfive or h5py, and neither is installed"
    fix = 'Install one: pip install "cnncalc[h5]"; or pass model.to_json()'
    raise ConfigError(why, fix)


def _parsed(text: str) -> dict[str, Any]:
    import json

    try:
        found = json.loads(text)
    except RecursionError:
        raise ConfigError("its JSON nests too deeply", _FIX) from None
    except ValueError as error:
        raise ConfigError(f"it is no JSON: {error}", _FIX) from None
    return _checked(found)


def _checked(config: Any) -> dict[str, Any]:
    if not isinstance(config, dict) or not isinstance(config.get("class_name"), str):
        raise ConfigError("it is no configuration of a Keras model", _FIX)
    if not isinstance(config.get("config"), (dict, list)):
        raise ConfigError("its configuration has no layers", _FIX)
    return config
