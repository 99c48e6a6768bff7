"""The table of ONNX operators: each function says what one of them is here."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeAlias

__all__ = ["OPERATORS", "OnnxRule", "rule"]

# From a node to what it puts out: a value, or one for each output.
OnnxRule: TypeAlias = Callable[..., Any]

OPERATORS: dict[str, OnnxRule] = {}


def rule(*names: str) -> Callable[[OnnxRule], OnnxRule]:
    """Let a function say what operators of these names are.

    Those of another domain than ONNX' own are written "com.microsoft::FusedConv".
    """

    def added(function: OnnxRule) -> OnnxRule:
        OPERATORS.update(dict.fromkeys(names, function))
        return function

    return added
