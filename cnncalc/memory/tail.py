"""The tail of an arena: what TensorFlow Lite Micro keeps besides the tensors.

It is found as the runtime finds it: each thing that it allocates, in its order, is put
below what is there, and aligned. The sizes are those of the C structures.

Source:
    TensorFlow Lite Micro, `micro_allocator.cc`, `micro_interpreter.cc` and the kernels'
    ``Init`` and ``Prepare``; `tests/live/tflm.py` compares.
"""

from __future__ import annotations

from typing import NamedTuple

from cnncalc.checks import for_message
from cnncalc.errors import OptionError
from cnncalc.memory.program import ALIGNMENT, Operator, Program, to_alignment

__all__ = ["LINEAR_SCALES", "TARGETS", "Persistent", "Target", "persistent"]


class Target(NamedTuple):
    """The sizes of TFLM's structures on some machines, in bytes.

    Attributes:
        fixed: Its allocator and planner.
        pointer: An address.
        graph: What it notes of a graph.
        tensor: What it notes of a tensor: `TfLiteEvalTensor`.
        node: What it notes of an operator: `NodeAndRegistration`.
        end: What it notes of an input or an output: `TfLiteTensor`.
        scale: How that is quantised.
        kernels: Which of the two sizes of a kernel's data it has.
        exact: Whether all of these were measured.
    """

    fixed: int
    pointer: int
    graph: int
    tensor: int
    node: int
    end: int
    scale: int
    kernels: int
    exact: bool


TARGETS = {
    # What the package tflite-micro is built for, which records what it allocates.
    "x86-64": Target(448, 8, 24, 24, 64, 64, 24, 0, True),
    # The pointers half as long, nothing recorded, and no tensors compressed.
    "32-bit": Target(120, 4, 8, 12, 32, 40, 12, 1, False),
    # In WebAssembly, 2,128 bytes more of each of the networks that were measured.
    "wasm32": Target(2248, 4, 8, 12, 32, 40, 12, 1, False),
}

# By operator: its options, and the data of its kernel in 64 and in 32 bits.
_SIZES = {
    "ABS": (0, 28, 28),
    "ADD": (8, 60, 60),
    "ARG_MAX": (4, 0, 0),
    "AVERAGE_POOL_2D": (40, 32, 32),
    "BATCH_TO_SPACE_ND": (0, 4, 4),
    "BROADCAST_TO": (0, 0, 0),
    "CAST": (2, 0, 0),
    "CEIL": (0, 0, 0),
    "CONCATENATION": (8, 80, 24),
    "CONV_2D": (28, 80, 56),
    "COS": (0, 0, 0),
    "CUMSUM": (2, 0, 0),
    "DEPTHWISE_CONV_2D": (28, 80, 56),
    "DEPTH_TO_SPACE": (4, 20, 20),
    "DEQUANTIZE": (0, 32, 32),
    "DIV": (4, 28, 28),
    "ELU": (0, 256, 256),
    "EXP": (0, 0, 0),
    "FLOOR": (0, 0, 0),
    "FLOOR_DIV": (0, 0, 0),
    "FULLY_CONNECTED": (32, 72, 32),
    "GATHER": (8, 20, 20),
    "HARD_SWISH": (0, 20, 20),
    "L2_NORMALIZATION": (4, 4, 4),
    "LEAKY_RELU": (4, 24, 24),
    "LOG": (0, 0, 0),
    "LOGISTIC": (0, 16, 16),
    "MAXIMUM": (0, 0, 0),
    "MAX_POOL_2D": (40, 32, 32),
    "MEAN": (1, 44, 44),
    "MINIMUM": (0, 0, 0),
    "MIRROR_PAD": (4, 20, 20),
    "MUL": (4, 36, 36),
    "NEG": (0, 0, 0),
    "PACK": (8, 0, 0),
    "PAD": (0, 56, 56),
    "PADV2": (0, 56, 56),
    "PRELU": (0, 28, 28),
    "QUANTIZE": (0, 32, 32),
    "REDUCE_MAX": (1, 44, 44),
    "REDUCE_MIN": (1, 44, 44),
    "RELU": (0, 28, 28),
    "RELU6": (0, 8, 8),
    "RESHAPE": (36, 0, 0),
    "RESIZE_BILINEAR": (2, 0, 0),
    "RESIZE_NEAREST_NEIGHBOR": (2, 0, 0),
    "REVERSE_V2": (0, 0, 0),
    "ROUND": (0, 0, 0),
    "RSQRT": (0, 28, 28),
    "SIN": (0, 0, 0),
    "SLICE": (0, 0, 0),
    "SOFTMAX": (4, 80, 56),
    "SPACE_TO_BATCH_ND": (0, 4, 4),
    "SPACE_TO_DEPTH": (4, 20, 20),
    "SPLIT": (4, 0, 0),
    "SPLIT_V": (4, 0, 0),
    "SQRT": (0, 0, 0),
    "SQUARE": (0, 0, 0),
    "SQUARED_DIFFERENCE": (0, 112, 112),
    "STRIDED_SLICE": (24, 84, 84),
    "SUB": (8, 52, 52),
    "SUM": (1, 44, 44),
    "TANH": (0, 16, 16),
    "TRANSPOSE": (0, 0, 0),
    "TRANSPOSE_CONV": (20, 88, 72),
    "UNPACK": (8, 0, 0),
}  # fmt: skip

# How many scales the weights of an int8 linear layer have: one, as in the files of
# MLPerf Tiny, or one for each unit, as TensorFlow 2.21's converter makes them.
LINEAR_SCALES = ("layer", "unit")

_WITH_POINTERS = frozenset({"FULLY_CONNECTED"})  # whose options are aligned as those

# Of values of other types some kernels keep tables besides, or cannot run.
_KNOWN_DTYPES = frozenset({"int8", "float32"})

_INT = 4  # bytes of a multiplier, of a shift, and of a zero point with its count


class Persistent(NamedTuple):
    """The memory that TFLM keeps for as long as a network is loaded, in bytes.

    Attributes:
        size: All of it: the tail of the arena.
        requested: What kernels and the interpreter ask for, before it is aligned: what
            TFLM calls persistent buffers.
        target: On which machines.
        exact: Whether it is to the byte; else sizes of *unknown* operators are left
            out, or the target's are fitted, or the tensors are not those of a file.
        unknown: The operators whose data is not known.
    """

    size: int
    requested: int
    target: str
    exact: bool
    unknown: tuple[str, ...]


def persistent(
    program: Program, target: str, scratches: int, linear_scales: str = "layer"
) -> Persistent:
    """Return what a runtime keeps of a program.

    Args:
        program: What it executes.
        target: One of `TARGETS`.
        scratches: How many buffers its kernels ask for while they run.
        linear_scales: One of `LINEAR_SCALES`; a file's operators have their own.

    Raises:
        OptionError: If there is no such target, or they have no such scales.
    """
    sizes = TARGETS.get(target)
    if sizes is None:
        why = f"there is no target {for_message(target)}"
        raise OptionError(why, f"Use one of {', '.join(TARGETS)}")
    if linear_scales not in LINEAR_SCALES:
        why = f"linear_scales is {for_message(linear_scales)}"
        raise OptionError(why, f"Use {' or '.join(LINEAR_SCALES)}")
    operators = program.operators
    if linear_scales == "unit" and program.dtype == "int8" and not program.file:
        operators = tuple(map(_with_scales, operators))
    unknown = tuple(sorted({op.name for op in operators} - _SIZES.keys()))
    tail = _Tail(sizes.fixed)
    tail.add(2 * sizes.pointer, sizes.pointer)  # who allocates options
    tail.add(sizes.graph, sizes.pointer)
    tail.add(sizes.tensor * program.places, sizes.pointer)
    tail.add(sizes.node * len(operators), sizes.pointer)
    for op in operators:
        options = _of(op)[0]
        alignment = min(options, _INT) if options % _INT else _INT
        tail.add(options, sizes.pointer if op.name in _WITH_POINTERS else alignment)
    for op in operators:
        tail.request(_of(op)[1 + sizes.kernels])
    for op in operators:
        tail.request(_INT * op.channels)  # multipliers
        tail.request(_INT * op.channels)  # shifts
    tail.add(sizes.pointer * scratches, sizes.pointer)
    for ends in (program.inputs, program.outputs):
        tail.request(sizes.pointer * len(ends))
        for end in ends:
            tail.add(sizes.end, sizes.pointer)
            if end in program.scaled:
                tail.add(sizes.scale, sizes.pointer)
                tail.add(2 * _INT, _INT)
    known = program.dtype in _KNOWN_DTYPES and not unknown
    exact = sizes.exact and program.file and known
    return Persistent(tail.size, tail.requested, target, exact, unknown)


def _with_scales(operator: Operator) -> Operator:
    """Return an operator with a scale for each unit, if it is a linear layer."""
    if operator.name != "FULLY_CONNECTED":
        return operator
    return operator._replace(channels=operator.output[-1])


def _of(operator: Operator) -> tuple[int, int, int]:
    return _SIZES.get(operator.name, (0, 0, 0))


class _Tail:
    """Memory that grows downwards."""

    def __init__(self, fixed: int) -> None:
        self.size, self.requested = fixed, 0

    def add(self, size: int, alignment: int) -> None:
        """Put something below all else."""
        if size:
            self.size = to_alignment(self.size + size, alignment)

    def request(self, size: int) -> None:
        """Put there what a kernel asked for."""
        self.requested += size
        self.add(size, ALIGNMENT)
