"""The source that a network was read from."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from attrs import field, frozen

from cnncalc.interop.names import readable

if TYPE_CHECKING:  # a TFLite file alone has one, and its reader imports it
    from cnncalc.memory.program import Program

__all__ = ["Source"]


def _lines(notes: Iterable[str]) -> tuple[str, ...]:
    return tuple(notes)


@frozen
class Source:
    """The facts of a model that a network was read from.

    Attributes:
        format: "onnx", "torch", "keras", "tflite" or "yolo".
        name: The path or name of the model; empty if it came as bytes.
        producer: What wrote it, with its version.
        version: Of the format, such as the opset.
        sha256: The hash of a small file's bytes; empty of others.
        notes: What the user should know of it, a line each.
        tensors: Of a TFLite file its tensors in its order, with name, shape, dtype,
            scale and zero_point.
        program: Of a TFLite file what a runtime executes, by which it is planned.
    """

    format: str
    name: str = ""
    producer: str = field(default="", converter=readable)
    version: str = ""
    sha256: str = ""
    notes: tuple[str, ...] = field(default=(), converter=_lines)
    tensors: tuple[Any, ...] = field(default=(), repr=False)
    program: Program | None = field(default=None, repr=False)
