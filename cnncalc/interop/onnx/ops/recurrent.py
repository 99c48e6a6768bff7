"""Layers that go through a sequence step by step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cnncalc.interop.moves import reshaped, selected, transposed
from cnncalc.interop.onnx.node import Flowing, OnnxNode
from cnncalc.interop.onnx.table import rule
from cnncalc.interop.reading import Unread
from cnncalc.interop.weighted import recurrent
from cnncalc.layers import GRU, LSTM, RNN

__all__: list[str] = []

_KINDS: dict[str, Any] = {
    "LSTM": LSTM,
    "GRU": GRU,
    "RNN": RNN,
    "DynamicQuantizeLSTM": LSTM,
}


@rule("LSTM", "GRU", "RNN", "com.microsoft::DynamicQuantizeLSTM")
def _recurrence(n: OnnxNode) -> Sequence[Flowing]:
    """Put out all steps, T×D×N×h, and the last states, which are a part of these.

    With the batch first, as layout 1 has it, they are N×T×D×h and N×D×h.
    """
    if n.has(7) and n.value(7).roots and n.op == "LSTM":
        raise Unread("its gates have peepholes")
    first = bool(n.integer("layout", 0))
    both = n.text("direction", "forward") == "bidirectional"
    units = n.integer("hidden_size", n.shape(2)[-1])
    layer = _KINDS[n.op](
        units, bidirectional=both, bias="torch" if n.has(3) else "none"
    )
    own = [n.value(place) for place in (1, 2, 3) if n.has(place)]
    found = recurrent(n.r, n.x, layer, 1 if first else 0, *own)
    apart = reshaped(n.r, found, (*n.shape()[:2], 2 if both else 1, units))
    out = apart if first else transposed(n.r, apart, (0, 2, 1, 3))
    if not any(n.outputs[1:]):
        return [out]
    time = 1 if first else 0
    last = selected(n.r, out, time, n.shape()[time] - 1)
    return [out, last, last][: len(n.outputs)]
