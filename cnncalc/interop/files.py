"""Files of models: opened, and known by their first bytes."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from cnncalc.checks import for_message
from cnncalc.errors import ConfigError

__all__ = ["REFUSED", "Paged", "check_sort", "hash_of", "opened", "sort_of"]

# What files begin with, and what such a file is; of some the mark stands further on.
_MARKS = (
    (0, b"PK\3\4", "zip"),
    (0, b"\x89HDF", "hdf5"),
    (0, b"version https://git-lfs", "lfs"),
    (0, b"\x80\2", "pickle"),
    (0, b"\x80\3", "pickle"),
    (0, b"\x80\4", "pickle"),
    (0, b"\x80\5", "pickle"),
    (0, b"GGUF", "gguf"),
    (4, b"ORTM", "ort"),
    (4, b"TFL3", "tflite"),
    (8, b'{"', "safetensors"),
    (0, b"<", "page"),
    (0, b"{", "json"),
    (0, b"\x08", "onnx"),  # a number of the message's first field, its version
)

_PICKLE = (
    "a pickle, which could run any code, and is never loaded",
    "Pass the module itself to from_torch, or export it to ONNX",
)
# What is refused, and what to do instead.
REFUSED = {
    "zip": ("a zip archive", "Read a .keras file by from_keras, or unpack it"),
    "hdf5": ("an HDF5 file, as Keras wrote before version 3", "Use from_keras"),
    "lfs": (
        "a Git LFS pointer, in whose place the file was not downloaded",
        "Run git lfs pull",
    ),
    "pickle": _PICKLE,
    "gguf": (
        "a GGUF file, which has weights and no graph",
        "Read the model that it was made of",
    ),
    "ort": (
        "onnxruntime's own .ort format",
        "Read the ONNX file that it was made of",
    ),
    "onnx": ("an ONNX model", "Use from_onnx"),
    "tflite": ("a TFLite model", "Use from_tflite"),
    "page": ("a page of HTML or XML", "Download the file itself"),
    "json": ("a text of JSON", "Use from_json or from_keras"),
    "safetensors": (
        "a file of safetensors, which has weights and no graph",
        "Read the model that they are of; `cnncalc params FILE` lists them",
    ),
}

_READ_WHOLE = 1 << 24  # bytes; a small file is faster to read at once
_PAGE = 1 << 12
_PAGES = 256  # that are kept at a time


def sort_of(head: bytes) -> str:
    """Return what a file is by its first bytes; "" if these tell nothing.

    Example:
        >>> sort_of(b"GGUF...."), sort_of(b"version https://git-lfs.github.com/spec/v1")
        ('gguf', 'lfs')
    """
    for place, mark, sort in _MARKS:
        if head.startswith(mark, place):
            return sort
    return ""


def check_sort(head: bytes, kind: str, *ours: str) -> str:
    """Return what a file is by its first bytes.

    Args:
        head: They.
        kind: What a reader reads.
        ours: What files of that are, if their first bytes tell anything.

    Raises:
        ConfigError: If it is something else.
    """
    sort = sort_of(head)
    if sort and sort not in ours:
        what, fix = REFUSED[sort]
        raise ConfigError(f"this is {what}, no {kind}", fix)
    return sort


def hash_of(b: Any) -> str:
    """Return the hash of the bytes of a small file; "" of a large one."""
    return hashlib.sha256(b).hexdigest() if len(b) <= _READ_WHOLE else ""


class Paged:
    """The bytes of a large file, of which only what is looked at is read.

    Mapping it would be as fast, but systems map 16 pages and more around each that is
    looked at: of 600 tensors 40 MB.

    Args:
        file: The file, open.
        size: How many bytes it has.
    """

    def __init__(self, file: IO[bytes], size: int) -> None:
        self._file, self._size = file, size
        self._pages: dict[int, bytes] = {}

    def __len__(self) -> int:
        return self._size

    def __bytes__(self) -> bytes:
        return bytes(self[:])

    def __getitem__(self, place: Any) -> Any:
        if not isinstance(place, slice):
            return self._page(place // _PAGE)[place % _PAGE]
        start, stop, _ = place.indices(self._size)
        number, within = divmod(start, _PAGE)
        if within + stop - start <= _PAGE:
            return self._page(number)[within : within + stop - start]
        self._file.seek(start)
        return self._file.read(stop - start)

    def _page(self, number: int) -> bytes:
        page = self._pages.get(number)
        if page is None:
            if len(self._pages) >= _PAGES:
                self._pages.clear()
            self._file.seek(number * _PAGE)
            page = self._pages[number] = self._file.read(_PAGE)
        return page


@contextmanager
def opened(source: Any) -> Iterator[Any]:
    """Give the bytes of a path, or bytes as they are; of a large file where they are.

    Raises:
        ConfigError: If there is no such file, or nothing is in it.
    """
    if isinstance(source, (bytes, bytearray, memoryview)):
        if not len(source):
            raise ConfigError("the bytes are empty", "Pass those of a model")
        yield bytes(source)
        return
    with _file(source) as file:
        size = os.fstat(file.fileno()).st_size
        if size == 0:
            why = f"the file {os.fspath(source)!r} is empty"
            raise ConfigError(why, "Write it again")
        yield file.read() if size <= _READ_WHOLE else Paged(file, size)


def _file(source: Any) -> IO[bytes]:
    """Return the file of a path, open.

    Raises:
        ConfigError: If it is no path, or cannot be opened.
    """
    try:
        path = os.fspath(source)
    except TypeError:
        why = f"{for_message(source)} is neither a path nor bytes"
        raise ConfigError(why, 'Write a path, such as "model.onnx"') from None
    try:
        return Path(os.fsdecode(path)).open("rb", buffering=0)
    except (OSError, ValueError) as error:  # no text with a null byte is a path
        reason = getattr(error, "strerror", None) or str(error)
        why = f"the file {for_message(path)} cannot be read: {reason}"
        raise ConfigError(why, "Check the path") from None
