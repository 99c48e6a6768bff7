"""Layers that go through a sequence step by step, and what wraps layers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cnncalc.interop.keras.calls import as_dict
from cnncalc.interop.keras.layer import Call
from cnncalc.interop.moves import selected, split, squeezed, unsqueezed
from cnncalc.interop.reading import Unread, known_shape
from cnncalc.interop.registry import operator
from cnncalc.interop.values import Value
from cnncalc.layers import GRU, LSTM, RNN, ConvLSTM2d

_KINDS = ("LSTM", "GRU", "SimpleRNN")


def _layer(kind: str, config: Mapping[str, Any], **fields: Any) -> Any:
    """Return the layer that a configuration says, of a layer or of its cell."""
    units: Any = config.get("units")
    fields["bias"] = "keras" if config.get("use_bias", True) else "none"
    if kind == "GRU":
        return GRU(units, reset_after=config.get("reset_after") is True, **fields)
    if kind not in _KINDS:
        raise Unread(f"it goes through a sequence with {kind}, which is not known")
    return (LSTM if kind == "LSTM" else RNN)(units, **fields)


def _cells(kind: str, config: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return the kind and configuration of each of a layer's cells."""
    if kind.startswith("CuDNN"):
        return [(kind.removeprefix("CuDNN"), {**config, "reset_after": True})]
    if kind != "RNN":
        return [(kind, config)]
    cell = as_dict(config.get("cell"))
    inner = as_dict(cell.get("config"))
    if cell.get("class_name") != "StackedRNNCells":
        return [(str(cell.get("class_name")).removesuffix("Cell"), inner)]
    return [found for each in inner["cells"] for found in _cells("RNN", {"cell": each})]


def _ran(c: Call, kind: str, config: Mapping[str, Any], **fields: Any) -> Any:
    """Return what each step puts out, or the last; and states, if these are wanted."""
    x, steps = c.x, bool(config.get("return_sequences", False))
    cells = _cells(kind, config)
    if c.lead > 1:
        raise Unread("it goes through several sequences side by side")
    for number, (each, inner) in enumerate(cells):
        every = steps or number < len(cells) - 1
        layer = c.trained(_layer(each, inner, sequences=every, **fields))
        own = c.weights if len(cells) == 1 else c.part(str(number))
        here = c.r.put(layer, c.r.arranged(x, [1, 2]), owning=(own,))
        sizes = (c.shape[0], *here.shape)
        x = c.shaped(sizes, here, list(range(1, len(sizes))))
    if not config.get("return_state", False):
        return x
    last = selected(c.r, x, 1, -1) if steps else x
    width = known_shape(last)[1] // 2
    both = fields.get("merge") == "concat"
    ways = split(c.r, last, 1, [width, width]) if both else [last]
    ways *= 2 // len(ways) if fields else 1
    states = 2 if cells[-1][0] == "LSTM" else 1
    return [x, *[way for way in ways for _ in range(states)]]


@operator("keras", *_KINDS, "CuDNNLSTM", "CuDNNGRU", "RNN")
def recurrence(c: Call) -> Any:
    return _ran(c, c.kind, c.config)


@operator("keras", "Bidirectional")
def bidirectional(c: Call) -> Any:
    inner = as_dict(c.get("layer"))
    merge = c.config.get("merge_mode", "concat")
    if merge not in {"concat", "sum", "ave", "mul"}:
        raise Unread("its two directions stay apart")
    word = "concat" if merge == "concat" else "sum"
    kind = str(inner.get("class_name"))
    return _ran(c, kind, as_dict(inner.get("config")), bidirectional=True, merge=word)


@operator("keras", "ConvLSTM1D", "ConvLSTM2D")
def conv_lstm(c: Call) -> Value:
    """Go through a sequence of maps; one of rows is of maps with one row each."""
    rank = int(c.kind[-2])
    if c.rank != rank + 3 or c.get("data_format") == "channels_first":
        raise Unread("its maps do not have their channels last")
    one = (1,) * (2 - rank)
    x = unsqueezed(c.r, c.x, [2]) if one else c.x
    layer = ConvLSTM2d(
        one + c.many("kernel_size", rank),
        c.get("filters"),
        stride=one + c.many("strides", rank),
        padding=c.get("padding", "valid"),
        dilation=one + c.many("dilation_rate", rank),
        bias=bool(c.get("use_bias", True)),
        sequences=bool(c.get("return_sequences", False)),
    )
    order = [1, 2, 3, 4]
    here = c.r.put(c.trained(layer), c.r.arranged(x, order), owning=(c.weights,))
    sizes = (c.shape[0], *here.shape)
    found = c.shaped(sizes, here, list(range(1, len(sizes))))
    return squeezed(c.r, found, [len(sizes) - 3]) if one else found


@operator("keras", "TimeDistributed")
def time_distributed(c: Call) -> list[Value]:
    """Apply a layer at each step: what is before its own axes is a batch to it."""
    return c.within(c.get("layer"), 1)
