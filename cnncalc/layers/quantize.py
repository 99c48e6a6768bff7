"""Markers of data types: where values become integers, and numbers again."""

from __future__ import annotations

from typing import ClassVar, final

from attrs import field, frozen

from cnncalc._typing import override
from cnncalc.layers.base import Free, Saves
from cnncalc.layers.fields import choice
from cnncalc.sizes.shape import Shape

__all__ = ["Dequantize", "Quantize"]


@final
@frozen(eq=False, repr=False)
class Quantize(Free):
    """Round what flows to integers: from here on it has their data type.

    Args:
        dtype: "int8", "uint8", "int16", "int4" or "int32".
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        Any → the same.

    Counting:
        Nothing counts. What it puts out, and all that follows up to a `Dequantize`,
        takes the memory of that type, whatever type is asked for.

    Raises:
        ConfigError: If *dtype* is none of these.

    Source:
        Jacob et al. 2017, https://arxiv.org/abs/1712.05877, §2.1; ONNX'
        `QuantizeLinear`.

    Example:
        >>> from cnncalc import Quantize, Sequential
        >>> net = Sequential(input=(8, 8, 4)).add(Quantize()).relu()
        >>> net.memory_report().outputs
        512
    """

    task: ClassVar[str] = "quantize"

    dtype: str = field(
        default="int8", metadata=choice("int8", "uint8", "int16", "int4", "int32")
    )

    @property
    @override
    def flowing_type(self) -> str:  # type: ignore[override]
        return self.dtype

    @override
    def saves(self, x: Shape, y: Shape, /) -> Saves:
        return Saves("mask")  # of what was not cut off


@final
class Dequantize(Free):
    """Turn integers into numbers: from here on they have the network's data type.

    Args:
        name: What to call it.
        trainable: Without effect: it has no parameters.

    Shape:
        Any → the same.

    Counting:
        Nothing counts.

    Source:
        Jacob et al. 2017, https://arxiv.org/abs/1712.05877, §2.1; ONNX'
        `DequantizeLinear`.

    Example:
        >>> from cnncalc import Dequantize, Quantize, Sequential
        >>> net = Sequential(input=(8, 8, 4)).add(Quantize(), Dequantize())
        >>> net.memory_report().outputs
        1280
    """

    __slots__ = ()

    task: ClassVar[str] = "dequantize"
    flowing_type: ClassVar[str | None] = ""
