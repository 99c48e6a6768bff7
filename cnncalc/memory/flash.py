"""The bytes of a network where it is kept: parameters, their scales, and a file."""

from __future__ import annotations

from typing import NamedTuple

from cnncalc._typing import Unpack
from cnncalc.answers.answer import Record, Written
from cnncalc.answers.table import columns
from cnncalc.cost.asked import AnyNetwork
from cnncalc.memory.lowered import dtype_or_own, program_of, runtime_graph
from cnncalc.memory.types import (
    BIASES,
    WEIGHTS,
    DataType,
    biases_of,
    parameter_bytes,
    scales_of,
)

__all__ = ["Flash", "flash", "types_of"]

_SCALE = 12  # bytes: a scale of 32 bits, and a zero point of 64
_TENSOR = 220  # bytes of a file for each tensor: of its name, its sizes, its operator

# The types of parameters of quantised networks in TensorFlow Lite, and their scales.
_TFLITE: dict[str, tuple[dict[str, DataType], int]] = {
    "int8": ({WEIGHTS: "int8", BIASES: "int32"}, _SCALE),
    "int16": ({WEIGHTS: "int8", BIASES: "int64"}, _SCALE),
}


def types_of(dtype: str) -> tuple[dict[str, DataType], int]:
    """Return the types of parameters in a TFLite file, and the bytes of a scale.

    Example:
        >>> types_of("int8"), types_of("float32")
        (({'weights': 'int8', 'biases': 'int32'}, 12), ({'weights': 'float32'}, 0))
    """
    return _TFLITE.get(dtype, ({WEIGHTS: dtype}, 0))


class _Flash(NamedTuple):
    parameters: int
    scales: int
    structure: int
    exact: bool


class Flash(_Flash, Record):
    """The bytes of a network in a TFLite file.

    Attributes:
        parameters: Weights and biases.
        scales: Of quantised ones, a scale and a zero point for each channel of weights.
        structure: What the file has besides. Of a network that was not read from a file
            it is an estimate: 220 bytes a tensor, and the scales of biases and values.
        exact: Whether it is not.
    """

    _title = "flash"
    _columns = (
        *columns("bytes", parameters="parameters", scales="scales"),
        *columns("bytes", structure="structure of the file"),
        *columns("flag", exact="exact"),
    )

    @property
    def file_size(self) -> int:
        """The bytes of the file; an estimate, unless they are *exact*."""
        return self.parameters + self.scales + self.structure


def flash(net: AnyNetwork, dtype: str | None = None, **how: Unpack[Written]) -> Flash:
    """Return what a network takes in a TFLite file, which lies in a device's flash.

    It is taken as the converter makes it, as ``deployed("tflite")`` is. Of a network
    that was read from a TFLite file it is the file's own.

    Args:
        dtype: The data type: "int8" has biases of 32 bits, and scales; "int16" weights
            of int8, and biases of 64 bits. None is the file's, and "int8" of a network
            that was read from none.
        how: As of `Written`: ``units=``, ``byte_units=``, ``layout=``, ``language=``.

    Raises:
        OptionError: If there is no such type, or a file's is another.

    Example:
        >>> from cnncalc import zoo
        >>> found = zoo.person_detect().flash()
        >>> found.parameters, found.scales, found.exact
        (218920, 32856, False)
        >>> found.file_size  # TensorFlow's has 300,568
        304816
    """
    asked = dtype_or_own(net, dtype)
    program = program_of(net, asked, 1)
    if program.stored:
        parameters, scales, whole = program.stored
        found = Flash(parameters, scales, whole - parameters - scales, True)
        return found._written(how)
    table, _ = runtime_graph(net)
    types, scale = types_of(asked)
    parameters = parameter_bytes(table, types)
    scales = scale * sum(table.each(scales_of))
    structure = _TENSOR * program.places
    structure += scale * (len(program.tensors) + sum(table.each(biases_of)))
    return Flash(parameters, scales, structure, False)._written(how)
