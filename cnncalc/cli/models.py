"""Models of other tools that a word of the command line means."""

from __future__ import annotations

import sys
from typing import Any

from cnncalc.errors import ConfigError
from cnncalc.network import Network

__all__ = ["file_network", "framework_network"]


def file_network(path: str, shape: Any) -> Network:
    """Return the network that a file holds, of any format that is known.

    Args:
        path: The path.
        shape: Another input shape, in the file's own order or channels last.

    Raises:
        CnncalcError: If it holds none, or cannot have that input.
    """
    from cnncalc.interop.loading import load

    return load(path, shape)


def framework_network(found: Any, shape: Any, flags: tuple[str, ...]) -> Network | None:
    """Return the network that a module of PyTorch or a model of Keras is, or None.

    Neither is imported here: who has one has imported it.

    Args:
        found: What may be one.
        shape: The shape of its input, in its own order or channels last.
        flags: "torch" or "keras", if it must be one of that.

    Raises:
        ConfigError: If it must be one, and is not.
    """
    if _is_torch(found):
        from cnncalc.interop.torch.module import from_torch

        return from_torch(found, _first(shape or (3, 224, 224)))
    if hasattr(found, "to_json") and hasattr(found, "layers"):
        from cnncalc.interop.keras.model import from_keras

        return from_keras(found, shape)
    if flags:
        why = f"it is a {type(found).__name__}, and no model of {flags[0]}"
        raise ConfigError(why, "Name a model, or a function that returns one")
    return None


def _is_torch(found: Any) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(found, torch.nn.Module)


_FEW = 4  # channels that an image may have


def _first(shape: Any) -> Any:
    """Return a shape with its channels first, as PyTorch has them.

    What ends with an image's few channels, and does not begin so, is taken for channels
    last.
    """
    if isinstance(shape, int):
        return (shape,)
    *space, channels = shape
    if space and channels <= _FEW < space[0]:
        return (channels, *space)
    return shape
