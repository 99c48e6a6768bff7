"""The memory that numbers take: data types, and the bytes of what nodes have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import TypeAlias

from cnncalc._typing import NamedTuple, Unpack
from cnncalc.answers.answer import Record, Written
from cnncalc.answers.table import columns
from cnncalc.checks import checked_batch, for_message, integer, is_count
from cnncalc.cost.asked import AnyNetwork
from cnncalc.cost.batch import times_run
from cnncalc.cost.totals import AtLeast, costs, total
from cnncalc.errors import OptionError, unknown_name
from cnncalc.graph.call import Call
from cnncalc.graph.table import Table
from cnncalc.sizes.number import ceil_div

__all__ = [
    "ACTIVATIONS",
    "BIASES",
    "BITS",
    "SCALES",
    "WEIGHTS",
    "DataType",
    "DataTypes",
    "Sums",
    "biases_of",
    "bits",
    "bounded",
    "first_unknown",
    "memory_report",
    "packed",
    "parameter_bytes",
    "scales_of",
    "stored",
    "tensor_bytes",
    "widths",
]

# Bits of a value, by data type.
BITS = {
    "float64": 64,
    "float32": 32,
    "bfloat16": 16,
    "float16": 16,
    "float8": 8,
    "int64": 64,
    "int32": 32,
    "int16": 16,
    "int8": 8,
    "uint8": 8,
    "int4": 4,
    "int2": 2,
    "int1": 1,
}

# What a mapping of data types may call all weights, and all that nodes put out.
WEIGHTS, ACTIVATIONS = "weights", "activations"
BIASES, SCALES = "biases", "scales"

# Roles whose weights are quantised by channel, and not together.
_BY_CHANNEL = frozenset({"conv", "transposed conv", "linear"})

DataType: TypeAlias = str | int
DataTypes: TypeAlias = DataType | Mapping[str, DataType]


def bits(dtype: DataType) -> int:
    """Return the bits of one value.

    Args:
        dtype: The name of a data type, such as "float32", or a number of bits.

    Raises:
        OptionError: If there is no such type.

    Example:
        >>> bits("float32"), bits("int4"), bits(3)
        (32, 4, 3)
    """
    number = BITS.get(dtype, 0) if isinstance(dtype, str) else integer(dtype)
    if is_count(number):
        return number
    why = f"there is no data type {for_message(dtype)}"
    error = OptionError(why, f"Use a number of bits, or one of {', '.join(BITS)}")
    from cnncalc.words.table import word_of

    name = str(getattr(dtype, "__name__", dtype)).rpartition(".")[2]  # of NumPy's, too
    found = [name, *[row.ours.strip('"') for row in word_of(name, "value")]]
    error.hint = next((f'Write dtype="{name}"' for name in found if name in BITS), "")
    raise error


def stored(values: int, dtype: DataType) -> int:
    """Return the bytes that so many values take, packed without gaps.

    Example:
        >>> stored(61_706, "float32"), stored(3, "int4")
        (246824, 2)
    """
    size = ceil_div(values * bits(dtype), 8)
    return AtLeast(size) if isinstance(values, AtLeast) else size


def widths(table: Table, dtypes: DataTypes, of: str) -> list[int]:
    """Return the bits of a value of each node.

    Args:
        table: The nodes.
        dtypes: A data type, or a number of bits; or a mapping to these from the paths
            of nodes, or of groups, from kinds, such as "Conv2d", and from "weights"
            and "activations". A node's own path counts before those of its groups,
            these before its kind, and this before what all have; what is not in the
            mapping is float32.
        of: Which values are asked for: "weights" or "activations".

    Raises:
        OptionError: If there is no such type.
        UnknownNameError: If no node, group or kind has a name in the mapping.
    """
    if not isinstance(dtypes, Mapping):
        return _flowing(table, [bits(dtypes)] * len(table), of)
    known = {name: bits(dtype) for name, dtype in dtypes.items()}
    rest = known.get(of, bits("float32"))
    found = []
    names = {WEIGHTS, ACTIVATIONS}
    for node, call in enumerate(table.calls):
        scope = table.scopes[node]
        groups = ["/".join(scope[:depth]) for depth in range(len(scope), 0, -1)]
        own = [table.path(node), *groups, call.layer.class_name]
        names.update(own)
        found.append(next((known[n] for n in own if n in known), rest))
    for name in known:
        if name not in names:
            raise unknown_name("node, group or kind", name, sorted(names))
    return _flowing(table, found, of)


def _flowing(table: Table, asked: list[int], of: str) -> list[int]:
    """Return the bits of a value of each node, where some set what flows from them on.

    Args:
        table: The nodes.
        asked: The bits that values have where none does.
        of: As of `widths`; weights do not flow.
    """
    calls, _ = table.distinct
    if of == WEIGHTS or not any(call.layer.flowing_type for call in calls):
        return asked
    told = table.each(lambda call: call.layer.flowing_type)
    for node, links in enumerate(table.links):
        if told[node] is None and links:
            told[node] = told[node + links[0]]
    return [bits(own) if own else n for own, n in zip(told, asked, strict=True)]


def tensor_bytes(
    table: Table, dtypes: DataTypes = "float32", batch: int = 1
) -> list[int]:
    """Return the bytes of what each node puts out; of what never runs, 0.

    What is unknown has none here either, and what is made of them is `bounded`.

    Parameters are weights, and no tensors that a network computes.

    Args:
        table: The nodes.
        dtypes: As of `widths`. A tensor begins at a whole byte.
        batch: How many inputs go through together.

    Raises:
        OptionError: If there is no such type, or *batch* is no positive integer.
        UnknownNameError: If no node, group or kind has a name in the mapping.
    """
    times = times_run(table, checked_batch(batch))
    values = table.each(
        lambda call: (
            0
            if call.idle or call.layer.is_parameter or not call.output
            else call.output.size
        )
    )
    each = zip(times, values, widths(table, dtypes, ACTIVATIONS), strict=True)
    # Rounded up, as `ceil_div` has it: here, for every node, without a call.
    return [-(-runs * size * width // 8) for runs, size, width in each]


def first_unknown(table: Table) -> int:
    """Return the first node whose tensor is unknown; how many there are, if none is."""
    calls, which = table.distinct
    unknown = {n for n, call in enumerate(calls) if not (call.output or call.idle)}
    return min(map(which.index, unknown), default=len(which))


def bounded(table: Table, number: int) -> int:
    """Return bytes of tensors; a lower bound, if some of these are unknown."""
    return number if first_unknown(table) == len(table) else AtLeast(number)


def packed(values: Sequence[int | None], each: Sequence[int]) -> int:
    """Return the bytes of so many values of so many bits, packed without gaps."""
    taken = [
        None if number is None else number * width
        for number, width in zip(values, each, strict=True)
    ]
    size = total(taken)
    if isinstance(size, AtLeast):
        return AtLeast(ceil_div(size.known, 8))
    return ceil_div(size, 8)


def parameter_bytes(table: Table, dtypes: DataTypes) -> int:
    """Return the bytes that parameters take, and the scales of quantised ones.

    Args:
        table: The nodes.
        dtypes: As of `widths`; a mapping may have "biases", which have the type of
            weights otherwise, and "scales", the bits that each channel has besides.

    Raises:
        OptionError: If there is no such type.
        UnknownNameError: If no node, group or kind has a name in the mapping.
    """
    numbers = table.each(lambda call: costs(call).params)
    each = widths(table, _of_weights(dtypes), WEIGHTS)
    if not isinstance(dtypes, Mapping):
        return packed(numbers, each)
    if BIASES in dtypes:
        biases = table.each(biases_of)
        pairs = zip(numbers, biases, strict=True)
        weights = [None if n is None else n - own for n, own in pairs]
        numbers = [*weights, *biases]
        each = each + [bits(dtypes[BIASES])] * len(biases)
    if SCALES in dtypes:
        scales = table.each(scales_of)
        numbers, each = [*numbers, *scales], each + [bits(dtypes[SCALES])] * len(scales)
    return packed(numbers, each)


def _of_weights(dtypes: DataTypes) -> DataTypes:
    """Return data types without those of biases and scales."""
    if not isinstance(dtypes, Mapping):
        return dtypes
    return {k: each for k, each in dtypes.items() if k not in {BIASES, SCALES}}


def biases_of(call: Call) -> int:
    """Return how many of a node's parameters are biases."""
    return call.layer.biases(*call.shapes) if costs(call).params and call.shapes else 0


def scales_of(call: Call) -> int:
    """Return how many scales a node's quantised weights have: one a channel, or one."""
    if not costs(call).params:
        return 0
    return call.output.channels if call.layer.role in _BY_CHANNEL else 1


class _Sums(NamedTuple):
    parameters: int
    buffers: int
    outputs: int


class Sums(_Sums, Record):
    """The bytes that all values of a network take.

    Attributes:
        parameters: Weights and biases.
        buffers: Running statistics of norms.
        outputs: What the nodes put out, all of it; the inputs are not in it.
    """

    _title = "memory of all values"
    _columns = columns(
        "bytes", parameters="parameters", buffers="buffers", outputs="outputs"
    )


def memory_report(
    net: AnyNetwork,
    dtype: DataTypes = "float32",
    *,
    activations: DataTypes | None = None,
    batch: int = 1,
    **how: Unpack[Written],
) -> Sums:
    """Return the bytes of parameters, buffers and outputs, each summed.

    Values are packed without gaps, also those of 4 bits.

    Args:
        dtype: As of `memory`.
        activations: Another type, or mapping, for what the nodes put out.
        batch: How many inputs are run at once; it multiplies outputs alone.
        how: As of `Written`: ``units=``, ``byte_units=``, ``layout=``, ``language=``.

    Raises:
        OptionError: If there is no such type, or *batch* is no positive integer.
        UnknownNameError: If no node, group or kind has a name in the mapping.

    Example:
        >>> from cnncalc import Sequential
        >>> net = Sequential(input=(32, 32, 1)).conv(5, 6, name="C1").pool(2).fc(10)
        >>> net.memory_report()
        Sums(parameters=47704, buffers=0, outputs=23560)
        >>> net.memory_report({"C1": "int8", "FC": "int4"}, activations=8)
        Sums(parameters=6041, buffers=0, outputs=5890)
    """
    table = net.graph.table
    batch = checked_batch(batch)
    parameters, dtype = parameter_bytes(table, dtype), _of_weights(dtype)
    of_weights = widths(table, dtype, WEIGHTS)
    of_outputs = widths(
        table, dtype if activations is None else activations, ACTIVATIONS
    )
    # Most nodes are equal: each call is asked once.
    times = times_run(table, batch)
    kinds = Counter(zip(table.calls, of_weights, of_outputs, times, strict=True))
    every = [costs(call) for call, *_ in kinds]
    weights = [width * n for (_, width, _, _), n in kinds.items()]
    outputs = [width * runs * n for (_, _, width, runs), n in kinds.items()]
    sums = Sums(
        parameters,
        packed([cost.buffers for cost in every], weights),
        packed(
            [
                cost.activation_size if call.shapes else 0
                for cost, (call, *_) in zip(every, kinds, strict=True)
            ],
            outputs,
        ),
    )
    return sums._written(how)
