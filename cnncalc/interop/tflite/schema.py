"""The contents of a TFLite file: tensors and operators, without weights.

Source:
    https://github.com/tensorflow/tensorflow/blob/master/tensorflow/compiler/mlir/lite/
    schema/schema.fbs
"""

from __future__ import annotations

import struct
from typing import Any, NamedTuple

from cnncalc.interop.tflite.flatbuffer import Table, refused, root

__all__ = ["OFFLINE", "Model", "Operator", "Subgraph", "Tensor", "parsed"]

_KEPT = 4096  # bytes of a tensor whose numbers are read: sizes, axes, paddings
_DTYPES = {
    0: ("float32", "f"), 1: ("float16", "e"), 2: ("int32", "i"), 3: ("uint8", "B"),
    4: ("int64", "q"), 5: ("str", ""), 6: ("bool", "?"), 7: ("int16", "h"),
    9: ("int8", "b"), 10: ("float64", "d"), 12: ("uint64", "Q"), 15: ("uint32", "I"),
    16: ("uint16", "H"), 17: ("int4", ""), 13: ("resource", ""),
}  # fmt: skip
_CUSTOM = 32
OFFLINE = "OfflineMemoryAllocation"  # what TFLM calls a plan of memory

# The operators in the order of their numbers.
_NAMES = tuple(
    word
    for line in (
        "ADD AVERAGE_POOL_2D CONCATENATION CONV_2D DEPTHWISE_CONV_2D DEPTH_TO_SPACE",
        "DEQUANTIZE EMBEDDING_LOOKUP FLOOR FULLY_CONNECTED HASHTABLE_LOOKUP",
        "L2_NORMALIZATION L2_POOL_2D LOCAL_RESPONSE_NORMALIZATION LOGISTIC",
        "LSH_PROJECTION LSTM MAX_POOL_2D MUL RELU RELU_N1_TO_1 RELU6 RESHAPE",
        "RESIZE_BILINEAR RNN SOFTMAX SPACE_TO_DEPTH SVDF TANH CONCAT_EMBEDDINGS",
        "SKIP_GRAM CALL CUSTOM EMBEDDING_LOOKUP_SPARSE PAD",
        "UNIDIRECTIONAL_SEQUENCE_RNN GATHER BATCH_TO_SPACE_ND SPACE_TO_BATCH_ND",
        "TRANSPOSE MEAN SUB DIV SQUEEZE UNIDIRECTIONAL_SEQUENCE_LSTM STRIDED_SLICE",
        "BIDIRECTIONAL_SEQUENCE_RNN EXP TOPK_V2 SPLIT LOG_SOFTMAX DELEGATE",
        "BIDIRECTIONAL_SEQUENCE_LSTM CAST PRELU MAXIMUM ARG_MAX MINIMUM LESS NEG",
        "PADV2 GREATER GREATER_EQUAL LESS_EQUAL SELECT SLICE SIN TRANSPOSE_CONV",
        "SPARSE_TO_DENSE TILE EXPAND_DIMS EQUAL NOT_EQUAL LOG SUM SQRT RSQRT SHAPE",
        "POW ARG_MIN FAKE_QUANT REDUCE_PROD REDUCE_MAX PACK LOGICAL_OR ONE_HOT",
        "LOGICAL_AND LOGICAL_NOT UNPACK REDUCE_MIN FLOOR_DIV REDUCE_ANY SQUARE",
        "ZEROS_LIKE FILL FLOOR_MOD RANGE RESIZE_NEAREST_NEIGHBOR LEAKY_RELU",
        "SQUARED_DIFFERENCE MIRROR_PAD ABS SPLIT_V UNIQUE CEIL REVERSE_V2 ADD_N",
        "GATHER_ND COS WHERE RANK ELU REVERSE_SEQUENCE MATRIX_DIAG QUANTIZE",
        "MATRIX_SET_DIAG ROUND HARD_SWISH IF WHILE NON_MAX_SUPPRESSION_V4",
        "NON_MAX_SUPPRESSION_V5 SCATTER_ND SELECT_V2 DENSIFY SEGMENT_SUM",
        "BATCH_MATMUL PLACEHOLDER_FOR_GREATER_OP_CODES CUMSUM CALL_ONCE",
        "BROADCAST_TO RFFT2D CONV_3D IMAG REAL COMPLEX_ABS HASHTABLE HASHTABLE_FIND",
        "HASHTABLE_IMPORT HASHTABLE_SIZE REDUCE_ALL CONV_3D_TRANSPOSE VAR_HANDLE",
        "READ_VARIABLE ASSIGN_VARIABLE BROADCAST_ARGS RANDOM_STANDARD_NORMAL",
        "BUCKETIZE RANDOM_UNIFORM MULTINOMIAL GELU DYNAMIC_UPDATE_SLICE RELU_0_TO_1",
        "UNSORTED_SEGMENT_PROD UNSORTED_SEGMENT_MAX UNSORTED_SEGMENT_SUM ATAN2",
        "UNSORTED_SEGMENT_MIN SIGN BITCAST BITWISE_XOR RIGHT_SHIFT",
    )
    for word in line.split()
)


class Tensor(NamedTuple):
    """A tensor of a file.

    Attributes:
        name: What it is called.
        shape: Its sizes.
        dtype: The type of its numbers, as NumPy calls it.
        stored: How many bytes of it are in the file: 0 of what is computed.
        numbers: These, if they are few.
        scale: What whole numbers stand for, one for all or one a channel.
        zero_point: Which of them stands for 0.
        variable: Whether it keeps its numbers from run to run.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    stored: int
    numbers: tuple[Any, ...] | None
    scale: tuple[float, ...] = ()
    zero_point: tuple[int, ...] = ()
    variable: bool = False


class Operator(NamedTuple):
    """An operator of a file: its name, the places of its tensors, and its options."""

    name: str
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    options: Table | None


class Subgraph(NamedTuple):
    """A graph of a file: its tensors and operators, and which tensors are its ends."""

    tensors: list[Tensor]
    operators: list[Operator]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]


class Model(NamedTuple):
    """A file: its version, what it says of itself, its graphs, and a plan of memory.

    The plan has an offset for each tensor of the first graph, or -1; mostly there is
    none.
    """

    version: int
    description: str
    subgraphs: list[Subgraph]
    offline: tuple[int, ...] = ()


def parsed(b: Any) -> Model:
    """Return what a file says.

    Raises:
        ConfigError: If it is no TFLite model, or damaged.
    """
    if b[4:8] != b"TFL3":
        raise refused("its bytes 4 to 8 are not TFL3")
    whole = root(b)
    codes = [_name(table) for table in whole.tables(1)]
    buffers = whole.tables(4)
    graphs = [_subgraph(table, codes, buffers) for table in whole.tables(2)]
    if not graphs:
        raise refused("there is no graph in it")
    offline = _offline(whole, buffers, len(graphs[0].tensors))
    return Model(whole.number(0, "I"), whole.text(3), graphs, offline)


def _offline(whole: Table, buffers: list[Table], tensors: int) -> tuple[int, ...]:
    """Return the plan of memory that a file has for so many tensors, if it has one."""
    for told in whole.tables(6):
        place = told.number(1, "I")
        if told.text(0) != OFFLINE or place >= len(buffers):
            continue
        raw = buffers[place].bytes(0)
        numbers = struct.unpack(f"<{len(raw) // 4}i", raw[: len(raw) // 4 * 4])
        if numbers[:3] == (1, 0, tensors) and len(numbers) - 3 == tensors:
            return numbers[3:]
    return ()


def _name(code: Table) -> str:
    number = max(code.number(0, "b"), code.number(3, "i"))  # a byte was too small once
    if number == _CUSTOM:
        return code.text(1)
    known = 0 <= number < len(_NAMES)
    return _NAMES[number] if known else f"operator {number}"


def _subgraph(graph: Table, codes: list[str], buffers: list[Table]) -> Subgraph:
    tensors = [_tensor(table, buffers) for table in graph.tables(0)]
    operators = []
    for table in graph.tables(3):
        code = table.number(0, "I")
        if code >= len(codes):
            raise refused(f"an operator is of kind {code} among {len(codes)}")
        reads, writes = table.numbers(1), table.numbers(2)
        for place in (*reads, *writes):
            if not -1 <= place < len(tensors):
                raise refused(f"an operator has tensor {place} among {len(tensors)}")
        operators.append(Operator(codes[code], reads, writes, table.table(4)))
    inputs, outputs = graph.numbers(1), graph.numbers(2)
    for place in (*inputs, *outputs):
        if not 0 <= place < len(tensors):
            raise refused(f"the graph has tensor {place} among {len(tensors)}")
    return Subgraph(tensors, operators, inputs, outputs)


def _tensor(table: Table, buffers: list[Table]) -> Tensor:
    shape = table.numbers(0)
    if any(size < 0 for size in shape):
        raise refused(f"its tensor {table.text(3)[:60]!r} has a size below 0")
    dtype, form = _DTYPES.get(table.number(1, "b"), ("unknown", ""))
    place = table.number(2, "I")
    if place >= len(buffers) and place:
        raise refused(f"a tensor has buffer {place} among {len(buffers)}")
    stored, numbers = 0, None
    if place:
        held = buffers[place]
        stored = held.size(0) or held.number(2, "Q")
        if form and 0 < held.size(0) <= _KEPT:
            raw = held.bytes(0)
            count = len(raw) // struct.calcsize(form)
            numbers = struct.unpack_from(f"<{count}{form}", raw)
    how = table.table(4)
    scale = how.numbers(2, "f") if how else ()
    zero = how.numbers(3, "q") if how else ()
    variable = bool(table.number(5, "?"))
    return Tensor(table.text(3), shape, dtype, stored, numbers, scale, zero, variable)
