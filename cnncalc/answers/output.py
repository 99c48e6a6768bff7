"""The way of a text: back to who asked for it, or to a file."""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING, TypeAlias, TypeVar

if TYPE_CHECKING:
    from pathlib import Path

__all__ = ["PathName", "given"]

PathName: TypeAlias = str | PathLike[str]
T = TypeVar("T", str, bytes)


def given(text: T, path: PathName | None) -> T | None:
    """Return a text, or the bytes of a picture, or write it to the file of that name.

    If it cannot be written whole, a file that was there stays as it was.
    """
    if path is None:
        return text
    import os
    from pathlib import Path

    file = Path(os.path.realpath(path))
    if file.exists() and not file.is_file():  # a pipe or a device, which is no file
        _write(text, file)
        return None
    beside = file.with_name(f".{os.urandom(8).hex()}.tmp")
    try:
        _write(text, beside)
        if file.exists():
            beside.chmod(file.stat().st_mode)
        beside.replace(file)
    except OSError as error:
        error.filename = os.fspath(path)  # and not that beside it
        raise
    finally:
        beside.unlink(missing_ok=True)
    return None


def _write(text: str | bytes, file: Path) -> None:
    file.write_bytes(text.encode() if isinstance(text, str) else text)
