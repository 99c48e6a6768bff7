"""Layers that go through a sequence step by step."""

from __future__ import annotations

from typing import Any

from cnncalc.interop.moves import concatenated, reshaped, selected
from cnncalc.interop.reading import Unread
from cnncalc.interop.registry import operator
from cnncalc.interop.torch.call import Call
from cnncalc.interop.values import Value
from cnncalc.interop.weighted import recurrent
from cnncalc.layers import GRU, LSTM, RNN


@operator("torch", "lstm", "gru", "rnn_tanh", "rnn_relu")
def recurrence(c: Call) -> Any:
    weights = c.get(2, "params")
    if not isinstance(weights, (tuple, list)) or c.rank != 3:  # noqa: PLR2004
        raise Unread("its sequences are packed, or have no batch")
    layers, both = c.get(4, "num_layers"), bool(c.get(7, "bidirectional"))
    first = bool(c.get(8, "batch_first", False))
    units = weights[1].shape[0] // {"lstm": 4, "gru": 3}.get(c.name, 1)
    fields: dict[str, Any] = {
        "layers": layers,
        "bidirectional": both,
        "bias": "torch" if c.get(3, "has_biases") else "none",
    }
    layer: Any
    if c.name == "lstm":
        width = weights[1].shape[1]
        layer = LSTM(units, projection=width if width != units else None, **fields)
    elif c.name == "gru":
        layer = GRU(units, **fields)
    else:
        layer = RNN(units, function=c.name[4:], **fields)
    time = 1 if first else 0
    found = recurrent(c.r, c.x, layer, time, *weights)
    return [found, *_states(c, found, time, 2 if both else 1)][: len(c.outputs)]


def _states(c: Call, found: Value, time: int, directions: int) -> list[Value]:
    """Return the last states of all layers: of those below they are as large."""
    batch = c.shape[1 - time]
    last = selected(c.r, found, time, -1)
    states = []
    for shape in c.outputs[1:]:
        own = reshaped(c.r, last, (batch, directions, shape[-1]))
        own = own.but(
            shape=(directions, batch, shape[-1]),
            axes=(own.axes[1], own.axes[0], own.axes[2]),
        )
        states.append(concatenated(c.r, [own] * (shape[0] // directions), 0))
    return states
