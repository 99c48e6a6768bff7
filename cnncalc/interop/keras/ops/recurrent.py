"""Layers that go through a sequence step by step."""

from __future__ import annotations

from typing import Any

from cnncalc.interop.keras.layer import Call
from cnncalc.interop.moves import expanded, unsqueezed
from cnncalc.interop.reading import Unread, known_shape
from cnncalc.interop.registry import operator
from cnncalc.interop.values import Value
from cnncalc.layers import GRU, LSTM, RNN, ConvLSTM2d


def _layer(c: Call, kind: str, config: dict[str, Any], **fields: Any) -> Any:
    """Return the layer that a configuration says."""
    fields["bias"] = "keras" if config.get("use_bias", True) else "none"
    fields["sequences"] = bool(config.get("return_sequences", False))
    units = config.get("units")
    if kind == "LSTM":
        return LSTM(units, **fields)
    if kind == "GRU":
        return GRU(units, reset_after=bool(config.get("reset_after", False)), **fields)
    if kind == "SimpleRNN":
        return RNN(units, **fields)
    raise Unread(f"what it goes through a sequence with, {kind}, is not known")


def _ran(c: Call, layer: Any, width: int) -> Value:
    here = c.r.put(c.trained(layer), c.r.arranged(c.x, [1, 2]), owning=(c.weights,))
    batch, steps = c.shape[:2]
    if layer.sequences:
        return c.shaped((batch, steps, width), here, [1, 2])
    return c.shaped((batch, width), here, [1])


@operator("keras", "LSTM", "GRU", "SimpleRNN", "CuDNNLSTM", "CuDNNGRU")
def recurrence(c: Call) -> Any:
    kind = c.kind.removeprefix("CuDNN")
    config = c.config
    if c.kind.startswith("CuDNN"):
        config = {**config, "reset_after": True}
    layer = _layer(c, kind, config)
    found = _ran(c, layer, c.get("units"))
    if not c.get("return_state", False):
        return found
    state = found
    if layer.sequences:
        from cnncalc.interop.moves import selected

        state = selected(c.r, found, 1, -1)
    return [found, *([state] * (2 if kind == "LSTM" else 1))]


@operator("keras", "Bidirectional")
def bidirectional(c: Call) -> Value:
    inner = c.get("layer")
    kind, config = inner.get("class_name"), inner.get("config")
    merge = c.get("merge_mode", "concat")
    if merge not in {"concat", "sum", "ave", "mul"}:
        raise Unread("its two directions stay apart")
    word = "concat" if merge == "concat" else "sum"
    layer = _layer(c, kind, config, bidirectional=True, merge=word)
    units = config.get("units")
    return _ran(c, layer, 2 * units if merge == "concat" else units)


@operator("keras", "ConvLSTM1D", "ConvLSTM2D")
def conv_lstm(c: Call) -> Value:
    rank = int(c.kind[-2])
    pad = c.get("padding", "valid")
    kernel, stride = c.many("kernel_size", rank), c.many("strides", rank)
    dilation, x = c.many("dilation_rate", rank), c.x
    if rank == 1:  # a map of one row
        kernel, stride, dilation = (1, *kernel), (1, *stride), (1, *dilation)
        x = unsqueezed(c.r, x, [2])
    layer = ConvLSTM2d(
        kernel,
        c.get("filters"),
        stride=stride,
        padding=pad,
        dilation=dilation,
        bias=bool(c.get("use_bias", True)),
        sequences=bool(c.get("return_sequences", False)),
    )
    order = [1, 2, 3, 4]
    here = c.r.put(c.trained(layer), c.r.arranged(x, order), owning=(c.weights,))
    batch = c.shape[0]
    sizes = (batch, *here.shape)
    axes = list(range(1, len(sizes)))
    found = c.shaped(sizes, here, axes)
    if rank == 1:
        from cnncalc.interop.moves import squeezed

        found = squeezed(c.r, found, [len(sizes) - 3])
    return found


__all__ = ["expanded", "known_shape"]
