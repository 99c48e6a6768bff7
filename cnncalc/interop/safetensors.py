"""Files of safetensors: names and shapes of weights, which have no graph.

Source:
    https://github.com/huggingface/safetensors
"""

from __future__ import annotations

from typing import Any

from cnncalc.checks import is_count
from cnncalc.errors import ConfigError
from cnncalc.interop.files import REFUSED, opened, sort_of

__all__ = ["safetensors_params"]

_HEAD = 64  # bytes, which tell what a file is
_LEAST = 2  # bytes of a header: {}
_MOST = 100_000_000  # bytes of a header, as the format has it
_FIX = (
    "Check that the file is whole, and of safetensors; "
    "of a model, ask for `cnncalc summary FILE`"
)


def safetensors_params(path: Any) -> dict[str, tuple[int, ...]]:
    """Return the shape of each tensor of a file of safetensors, by its name.

    Its header is read, and no weight.

    Args:
        path: The path of the file, or its bytes.

    Raises:
        ConfigError: If it is no such file.

    Example:
        >>> from cnncalc.interop.safetensors import safetensors_params
        >>> shapes = safetensors_params("model.safetensors")  # doctest: +SKIP
    """
    import json

    with opened(path) as b:
        sort = sort_of(b[:_HEAD])
        if sort not in {"", "safetensors"}:
            raise ConfigError(f"it is {REFUSED[sort][0]}", _FIX)
        size = int.from_bytes(b[:8], "little")
        if not _LEAST <= size <= _MOST:
            why = f"it is no file of safetensors: its header would have {size} bytes"
            raise ConfigError(why, _FIX)
        raw = bytes(b[8 : 8 + size])
    try:
        header = json.loads(raw)
    except (ValueError, RecursionError):
        raise ConfigError("its header is no JSON", _FIX) from None
    if len(raw) < size or not isinstance(header, dict):
        raise ConfigError("its header is cut off, or no table", _FIX)
    tensors = {name: told for name, told in header.items() if name != "__metadata__"}
    return {name: _shape(name, told) for name, told in tensors.items()}


def _shape(name: str, told: Any) -> tuple[int, ...]:
    shape = told.get("shape") if isinstance(told, dict) else None
    fits = isinstance(shape, list) and all(is_count(n, least=0) for n in shape)
    if not fits:
        raise ConfigError(f"its tensor {name[:60]!r} has no shape", _FIX)
    found: tuple[int, ...] = tuple(shape or ())
    return found
