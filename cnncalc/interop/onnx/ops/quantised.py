"""What quantises while it runs."""

from __future__ import annotations

from typing import Any

from cnncalc.interop.onnx.node import Node
from cnncalc.interop.registry import operator
from cnncalc.interop.values import Value, fixed


@operator("onnx", "DynamicQuantizeLinear")
def dynamic(n: Node) -> Any:
    number = fixed(())
    return [n.x.but(dtype="uint8"), number, number]
