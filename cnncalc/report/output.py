"""Where a text goes: back to who asked for it, or to a file."""

from __future__ import annotations

from os import PathLike
from typing import TypeAlias

__all__ = ["PathName", "given"]

PathName: TypeAlias = str | PathLike[str]


def given(text: str, path: PathName | None) -> str | None:
    """Return a text, or write it to the file of that name."""
    if path is None:
        return text
    from pathlib import Path

    Path(path).write_text(text, encoding="utf-8", newline="\n")
    return None
