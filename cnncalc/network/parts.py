"""What a network takes over from the networks that are parts of it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

__all__ = ["functional_of"]


def functional_of(parts: Iterable[Any]) -> Iterator[str]:
    """Give the patterns of what runs as functions within parts, where they stand.

    Args:
        parts: Layers, blocks and networks, or what stands around one.
    """
    for part in parts:
        inner = part
        while hasattr(inner, "part"):
            inner = inner.part
        group = f"{part.name}/" if part.name else ""
        for pattern in getattr(inner, "functional", ()):
            yield f"{group}{pattern}"
