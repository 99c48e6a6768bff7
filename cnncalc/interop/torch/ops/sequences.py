"""Layers that go through a sequence step by step."""

from __future__ import annotations

from typing import Any

from cnncalc.interop.joins import joined, unary
from cnncalc.interop.moves import (
    concatenated,
    reshaped,
    selected,
    sliced,
    split,
    squeezed,
    transposed,
    unsqueezed,
)
from cnncalc.interop.reading import Reading, Unread, known_shape
from cnncalc.interop.registry import operator
from cnncalc.interop.resizing import padded
from cnncalc.interop.torch.call import Call
from cnncalc.interop.values import Value, fixed
from cnncalc.interop.weighted import linear, recurrent
from cnncalc.layers import GRU, LSTM, RNN, Activation, Add, Multiply, Subtract


@operator("torch", "lstm", "gru", "rnn_tanh", "rnn_relu")
def recurrence(c: Call) -> Any:
    # Of packed sequences: also how many of them have each step, and no batch_first.
    more = 1 if isinstance(c.get(3, "has_biases", None), (tuple, list)) else 0
    weights, biases, layers = [c.get(place + more) for place in (2, 3, 4)]
    both, first = bool(c.get(7 + more)), not more and bool(c.get(8, default=False))
    units = weights[1].shape[0] // {"lstm": 4, "gru": 3}.get(c.name, 1)
    fields: dict[str, Any] = {
        "layers": layers,
        "bidirectional": both,
        "bias": "torch" if biases else "none",
    }
    layer: Any
    if c.name == "lstm":
        width = weights[1].shape[1]
        layer = LSTM(units, projection=width if width != units else None, **fields)
    elif c.name == "gru":
        layer = GRU(units, **fields)
    else:
        layer = RNN(units, function=c.name[4:], **fields)
    if c.rank == 2:  # noqa: PLR2004 - no batch
        found = recurrent(c.r, unsqueezed(c.r, c.x, [0]), layer, 1, *weights)
        states = _states(c, found, 1, 2 if both else 1)
        return [squeezed(c.r, found, [0]), *states]
    time = 1 if first else 0
    found = recurrent(c.r, c.x, layer, time, *weights)
    return [found, *_states(c, found, time, 2 if both else 1)]


@operator("torch", "_pack_padded_sequence")
def packed(c: Call) -> Any:
    """Take the steps that a sequence has; of several, how many there are is data."""
    batch, steps = (0, 1) if c.get(2, "batch_first") else (1, 0)
    if c.shape[batch] > 1:
        raise Unread("it packs several sequences: give it one, a batch of 1")
    found = sliced(c.r, c.x, steps, range(c.outputs[0][0]))
    return [squeezed(c.r, found, [batch]), fixed(c.outputs[1])]


@operator("torch", "_pad_packed_sequence")
def unpacked(c: Call) -> Any:
    """Put zeros behind a sequence, up to the length that is asked for."""
    batch, steps = (0, 1) if c.get(2, "batch_first") else (1, 0)
    shape, lengths = c.outputs
    behind = shape[steps] - c.shape[0]
    found = c.x if not behind else padded(c.r, c.x, [(0, behind), (0, 0)], "zeros")
    return [unsqueezed(c.r, found, [batch]), fixed(lengths)]


def _states(c: Call, found: Value, time: int, directions: int) -> list[Value]:
    """Return the last states of all layers: of those below they are as large."""
    if not any(c.wanted[1:]):
        return [fixed(shape) for shape in c.outputs[1:]]
    batch = known_shape(found)[1 - time]
    last = selected(c.r, found, time, -1)
    states = []
    for shape in c.outputs[1:]:
        if shape[-1] * directions != known_shape(found)[-1]:  # before a projection
            why = "it is a state that is not put out"
            states.append(c.r.unknown("state", [found], why, shape, params=0))
            continue
        own = reshaped(c.r, last, (batch, directions, shape[-1]))
        own = transposed(c.r, own, (1, 0, 2))
        every = concatenated(c.r, [own] * (shape[0] // directions), 0)
        states.append(reshaped(c.r, every, shape))
    return states


@operator("torch", "lstm_cell", "gru_cell", "rnn_tanh_cell", "rnn_relu_cell")
def cell(c: Call) -> Any:
    """One step: what enters and the state are weighed, and gates made of these."""
    with c.r.inside():
        return _step(c)


def _step(c: Call) -> Any:
    x, state = c.x, c.get(1, "hx")
    hidden = state[0] if isinstance(state, (tuple, list)) else state
    mine = _weighed(c, x, c.get(2, "w_ih"), c.get(4, "b_ih", None))
    theirs = _weighed(c, hidden, c.get(3, "w_hh"), c.get(5, "b_hh", None))
    if c.name.startswith("rnn"):
        activation = Activation(c.name[4:8])
        return unary(c.r, activation, joined(c.r, Add(), [mine, theirs]))
    if c.name == "gru_cell":
        return _gru_step(c.r, mine, theirs, hidden)
    return _lstm_step(c.r, joined(c.r, Add(), [mine, theirs]), state[1])


def _weighed(c: Call, x: Value, weight: Value, bias: Value | None) -> Value:
    return linear(c.r, x, weight, bias, known_shape(weight)[0])


def _gates(r: Reading, x: Value, count: int) -> list[Value]:
    axis = len(known_shape(x)) - 1
    size = known_shape(x)[axis] // count
    return split(r, x, axis, [size] * count)


def _gated(r: Reading, gate: Value, x: Value) -> Value:
    return joined(r, Multiply(), [unary(r, Activation("sigmoid"), gate), x])


def _lstm_step(r: Reading, gates: Value, before: Value) -> list[Value]:
    enter, forget, new, out = _gates(r, gates, 4)
    kept = _gated(r, forget, before)
    added = _gated(r, enter, unary(r, Activation("tanh"), new))
    state = joined(r, Add(), [kept, added])
    return [_gated(r, out, unary(r, Activation("tanh"), state)), state]


def _gru_step(r: Reading, mine: Value, theirs: Value, before: Value) -> Value:
    (reset, update, new), others = _gates(r, mine, 3), _gates(r, theirs, 3)
    reset, update = [
        joined(r, Add(), pair) for pair in ([reset, others[0]], [update, others[1]])
    ]
    new = joined(r, Add(), [new, _gated(r, reset, others[2])])
    new = unary(r, Activation("tanh"), new)
    change = joined(r, Subtract(), [before, new])
    return joined(r, Add(), [new, _gated(r, update, change)])
