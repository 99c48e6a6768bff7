"""The bytes of parameters."""

from __future__ import annotations

from cnncalc.cost.asked import AnyNetwork
from cnncalc.memory.types import DataTypes, parameter_bytes, stored

__all__ = ["memory"]


def memory(net: AnyNetwork, dtype: DataTypes | None = None) -> int:
    """Return the bytes that the parameters take, packed without gaps.

    "tflite-int8" are those of the network in a TFLite file: as the converter makes it,
    with weights of int8, biases of int32, and for each channel a scale of float32 and a
    zero point of int64.

    Args:
        dtype: Their data type, such as "float32" or "int8", or a number of bits; None
            is float32, or what a TFLite file has of each; "tflite-int8"; or a mapping
            to types from nodes, groups and kinds, from "weights" and "activations",
            which stand for all that are not named, from "biases", and from "scales",
            the bits that each channel of weights has besides.

    Raises:
        OptionError: If there is no such type.
        UnknownNameError: If no node, group or kind has a name in the mapping.

    Example:
        >>> from cnncalc import zoo
        >>> zoo.lenet().memory(), zoo.lenet().memory({"FC": "int4", "weights": 8})
        (246824, 32139)
        >>> zoo.kws_ds_cnn().memory({"weights": "int8", "biases": "int32"})
        25520
        >>> zoo.kws_ds_cnn().memory("tflite-int8")
        31424
    """
    if dtype is None:
        from cnncalc.memory.lowered import own_program

        own = own_program(net)
        if own is not None and own.stored:
            return own.stored[0]
        dtype = "float32"
    if dtype == "tflite-int8":
        from cnncalc.memory.flash import flash

        found = flash(net, "int8")
        return found.parameters + found.scales
    if isinstance(dtype, (str, int)):
        return stored(net.totals.params, dtype)
    return parameter_bytes(net.graph.table, dtype)
