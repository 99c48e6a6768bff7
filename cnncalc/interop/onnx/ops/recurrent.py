"""Layers that go through a sequence step by step."""

from __future__ import annotations

from typing import Any

from cnncalc.interop.moves import reshaped, split, squeezed, unsqueezed
from cnncalc.interop.onnx.node import Node
from cnncalc.interop.reading import Unread
from cnncalc.interop.registry import operator
from cnncalc.interop.values import Value
from cnncalc.interop.weighted import recurrent
from cnncalc.layers import GRU, LSTM, RNN

_KINDS: dict[str, Any] = {"LSTM": LSTM, "GRU": GRU, "RNN": RNN}


@operator("onnx", *_KINDS)
def recurrence(n: Node) -> Any:
    """Put out the steps T×D×N×h; the last states are a part of these."""
    if n.get("layout", 0):
        raise Unread("its layout has the batch first")
    both = n.get("direction", "forward") == "bidirectional"
    units = n.shape(2)[2]
    bias = "torch" if n.has(3) else "none"
    layer = _KINDS[n.op](units, bidirectional=both, bias=bias)
    own = [x for x in (n.value(1), n.value(2), n.maybe(3)) if x is not None]
    found = recurrent(n.r, n.x, layer, 0, *own)
    steps, batch = n.shape()[:2]
    directions = 2 if both else 1
    shaped = reshaped(n.r, found, (steps, batch, directions, units))
    out = shaped.but(
        shape=(steps, directions, batch, units),
        axes=(shaped.axes[0], shaped.axes[2], shaped.axes[1], shaped.axes[3]),
    )
    from cnncalc.interop.moves import selected

    last = None
    if any(n.outputs[1:]):
        last = selected(n.r, out, 0, steps - 1)
    return [out, last, last]
