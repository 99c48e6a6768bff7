"""The operators that users teach the readers, by format and name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

from cnncalc.errors import CnncalcError, OptionError, unknown_name
from cnncalc.interop.reading import Unread

__all__ = ["TABLES", "USERS", "operator", "reason_of"]

F = TypeVar("F", bound=Callable[..., Any])

TABLES: dict[str, dict[str, Callable[..., Any]]] = {
    "onnx": {},
    "torch": {},
    "keras": {},
    "tflite": {},
    "yolo": {},
}
# The names that users have added: those that come with readers leave them alone.
USERS: dict[str, set[str]] = {name: set() for name in TABLES}


def reason_of(error: Exception, of: str, name: str, unfit: str = "") -> str:
    """Return why a node is unknown; a fault of a user's own function is raised.

    Args:
        error: What the rule of the node raised.
        of: The format, as of `operator`.
        name: What the node is called there.
        unfit: What an error of `UNFIT` means there; "" is what it says itself.
    """
    if isinstance(error, CnncalcError):
        return error.why
    if name in USERS[of] and not isinstance(error, Unread):
        raise error
    return str(error) if isinstance(error, Unread) else unfit or str(error)


def operator(format: str, *names: str) -> Callable[[F], F]:  # noqa: A002 - as documented
    """Let readers take an operator, a function or a layer that they do not know.

    What is decorated is called with the node, which has its ``name``, ``shapes`` (of
    what reaches it, as here: channels last and no batch) and ``get("attribute")``. It
    returns a layer or block, which is put there. It also takes the place of what the
    readers know by that name.

    Args:
        format: "onnx", "torch", "keras", "tflite" or "yolo".
        names: What it is called there: "my.domain::Swoosh" or "Relu" in ONNX,
            "mypkg.swoosh" in PyTorch, "MyLayer" in Keras, "MyBlock" in a YOLO YAML.

    Raises:
        UnknownNameError: If there is no such format.
        OptionError: If no name is given, or no format, but the function.

    Example:
        >>> from cnncalc import Activation, interop
        >>> @interop.operator("onnx", "my.domain::Swoosh")
        ... def swoosh(node):
        ...     return Activation("silu")
    """
    if callable(format):
        why = "what it is for was not said"
        raise OptionError(why, 'Write @operator("onnx", "Relu") above the function')
    if format not in TABLES:
        raise unknown_name("format", format, TABLES)
    if not names or not all(isinstance(name, str) for name in names):
        why = "no name of an operator was given"
        raise OptionError(why, 'Write operator("onnx", "Relu")')

    def added(function: F) -> F:
        ours = _is_ours(function)
        for name in names:
            if not ours:
                USERS[format].add(name)
            if not (ours and name in USERS[format]):
                TABLES[format][name] = function
        return function

    return added


def _is_ours(function: Callable[..., Any]) -> bool:
    """Tell whether a function comes with the readers, whenever these are imported."""
    inner = getattr(function, "func", function)  # of a partial
    return str(getattr(inner, "__module__", "")).startswith("cnncalc.interop.")
