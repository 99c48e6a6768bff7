"""The counts of recurrent layers by preset: most tools see them in their own way.

Each was asked for 200 random layers of each kind, by tests/live/recurrent.py. A tool
for PyTorch has never met a recurrent convolution; of that a preset counts the MACs.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from attrs import evolve

from cnncalc.graph.call import Call
from cnncalc.operations import quantities as of
from cnncalc.operations.rules import Rule

__all__ = ["RECURRENCE", "RECURRENT"]

_LSTM, _GRU, _RNN = ("lstm",), ("gru",), ("rnn: tanh", "rnn: relu")
RECURRENT = (*_LSTM, *_GRU, *_RNN)


# Quantities that reproduce a mistake of a tool.


def _projection_macs(call: Call) -> int | None:
    """The MACs of an LSTM's projections, which ptflops and calflops leave out."""
    tell, number = getattr(call.layer, "projection", None), of.states(call)
    return 0 if tell is None else number and number * tell


def _unprojected_macs(call: Call) -> int | None:
    """A recurrent layer's MACs as if it had no projection, which thop does not know."""
    if getattr(call.layer, "projection", None) is None:
        return of.macs(call)
    layer: Any = evolve(call.layer, projection=None)  # type: ignore[call-arg]
    return None if of.macs(call) is None else layer.macs_of(*call.shapes, call.output)


def _states_one_way(call: Call) -> int | None:
    """Values of the state in one direction, of which onnx-tool sees no other."""
    number, both = of.states(call), getattr(call.layer, "bidirectional", False)
    return number // 2 if number and both else number


def _fused(call: Call) -> int | None:
    """The MACs and biases of an LSTM that runs as one operator: without projection."""
    if getattr(call.layer, "projection", None) is not None:
        return 0
    number = of.macs(call)
    return None if number is None else number + of.bias_uses(call)


_MACS = Rule("multiply-adds", RECURRENT, of.macs)
_BIAS = Rule("bias", RECURRENT, of.bias_uses)
_UNSEEN = "recurrence that is not seen"


def _gates(lstm: int, gru: int, rnn: int) -> tuple[Rule, ...]:
    """Return what a tool counts for each value of the state, beside multiply-adds."""
    return (
        Rule("gates", _LSTM, of.states, lstm),
        Rule("gates", _GRU, of.states, gru),
        Rule("gates", _RNN, of.states, rnn),
    )


# Of presets that count the MACs of all nodes, what is to be added; of others, all.
RECURRENCE: Mapping[str, tuple[Rule, ...]] = {
    "torchinfo": (_MACS, _BIAS),
    "fvcore": (Rule(_UNSEEN, RECURRENT, of.macs, -1),),
    # An LSTM without projection is one operator of oneDNN's.
    "ptflops-aten": (_BIAS, Rule(_UNSEEN, _LSTM, _fused, -1)),
    "ptflops": (
        _BIAS,
        Rule("projections", _LSTM, _projection_macs, -1),
        *_gates(10, 7, 1),
    ),
    "thop": (
        Rule("multiply-adds", RECURRENT, _unprojected_macs),
        _BIAS,
        *_gates(8, 7, 1),
    ),
    "ptflops-0.6": (
        _MACS,
        _BIAS,
        Rule("projections", _LSTM, _projection_macs, -1),
        *_gates(10, 7, 1),
    ),
    "ultralytics-thop": (_BIAS, *_gates(8, 7, 1)),
    # Of two products with a gate's weights one addition less each.
    "calflops": (
        Rule("multiply-adds", RECURRENT, of.macs, 2),
        Rule("projections", _LSTM, _projection_macs, -2),
        _BIAS,
        *_gates(10 - 2 * 4, 7 - 2 * 3, 1 - 2),
    ),
    "torchscan": (_MACS, Rule(_UNSEEN, RECURRENT, of.macs, -1)),
    "onnx-tool": (
        _BIAS,
        Rule("gates", _LSTM, _states_one_way, 180),
        Rule("gates", _GRU, _states_one_way, 110),
    ),
}
