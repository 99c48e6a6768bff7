"""The largest batch that a network can take within a memory."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, NamedTuple

from cnncalc._typing import Unpack
from cnncalc.answers.answer import Written
from cnncalc.answers.table import Column
from cnncalc.checks import checked_flag
from cnncalc.cost.asked import AnyNetwork
from cnncalc.errors import OptionError
from cnncalc.memory.liveness import peak_memory
from cnncalc.memory.parameters import memory as weights_memory
from cnncalc.memory.training import state_values, training_memory
from cnncalc.memory.types import DataTypes, tensor_bytes
from cnncalc.sizes.amount import Amount, amount
from cnncalc.sizes.bound import AtLeast
from cnncalc.symbolic.halving import first_where
from cnncalc.symbolic.limits import Kept

__all__ = ["LargestBatch", "largest_batch"]


class _LargestBatch(NamedTuple):
    batch: int
    values: tuple[tuple[str, int], ...]
    limits: tuple[tuple[str, int], ...]
    binding: tuple[str, ...]


class LargestBatch(_LargestBatch, Kept):
    """The largest batch within a memory.

    Attributes:
        batch: How many inputs go through together.
        values: The bytes that they take: ``(("memory", n),)``.
        limits: The bytes that there are, likewise.
        binding: What one input more does not keep.
    """

    _title = "largest batch"
    _what = (Column("batch", "batch", "number"),)


def largest_batch(
    net: AnyNetwork,
    memory: Amount,
    *,
    training: bool = False,
    optimizer: str = "sgd",
    mixed: bool = False,
    dtype: DataTypes = "float32",
    inplace: bool = True,
    mask_bytes: int = 1,
    **written: Unpack[Written],
) -> LargestBatch:
    """Return how many inputs at once a network can take within a memory.

    In training that is the total of `training_memory`, which never falls with the
    batch. Otherwise it is the parameters and the largest sum of tensors that are alive
    at once, `memory` and `peak_memory`.

    Args:
        memory: The bytes that there are: an integer, or a text as "24 GiB".
        training: Whether it is trained.
        optimizer: As of `training_memory`. So the others:
        mixed: Mixed precision, in training alone.
        dtype: The type of values.
        inplace: Whether activations overwrite what they read.
        mask_bytes: How many bytes a value of a dropout's mask takes.
        written: As of `Written`: ``units=``, ``byte_units=`` and so on.

    Raises:
        OptionError: If *memory* is no positive amount, one input does not fit in it,
            nothing grows with the batch, or as of `training_memory`.
        UnknownNameError: If no node, group or kind has a name in the mapping.

    Source:
        Its own; the bytes are those of `training_memory` and `peak_memory`.

    Example:
        >>> from cnncalc import zoo
        >>> found = zoo.resnet50().largest_batch("24 GiB", training=True)
        >>> found.batch, found.values
        (297, (('memory', 25719791424),))
    """
    limit = amount("memory", memory, "bytes")
    own: dict[str, Any] = {"dtype": dtype, "inplace": inplace}
    training = checked_flag("training", training)
    state_values(optimizer)  # refuses what there is not, also where it is not trained
    if training:
        own |= {"optimizer": optimizer, "mixed": mixed, "mask_bytes": mask_bytes}
    used = partial(_trained if training else _run, net, own)
    one = used(1)
    if isinstance(one, AtLeast):
        why = f"the bytes that it takes are only known to be {one}"
        raise OptionError(why, "See net.unknown: what it needs to be known")
    odd = set[int]() if training else _odd_batches(net, dtype)
    batch = _last_within(limit, used, odd)
    if batch is None:
        why = f"one input takes {one:,} bytes, {one - limit:,} more than there are"
        raise OptionError(why, "Use more memory, or values of fewer bits")
    ends = (("memory", used(batch)),), (("memory", limit),)
    return LargestBatch(batch, *ends, ("memory",))._written(written)


def _last_within(limit: int, used: Callable[[int], int], odd: set[int]) -> int | None:
    """Return the largest batch within a limit; None if there is none.

    From 8 on the bytes never fall, but to odd batches and from them. A tensor has
    ⌈n·bits / 8⌉ of them, or as many for any batch, so that two have as many only if
    they have for all that are not odd: what overwrites what stays.

    Args:
        limit: The bytes that there are.
        used: Gives those of a batch.
        odd: As of `_odd_batches`.

    Raises:
        OptionError: If there is no largest.
    """
    many = _BYTE * (limit + 1)  # what grows has a bit more for each
    if used(many) <= limit:
        why = "the bytes that it takes do not grow with the batch"
        raise OptionError(why, "Any batch fits")

    def usual(batch: int) -> int:
        return next(n for n in range(batch, -1, -1) if n not in odd)

    first_over = first_where(_BYTE, many, lambda n: used(usual(n)) > limit)
    tried = {usual(first_over - 1), *odd, *range(1, _BYTE)}
    return next((n for n in sorted(tried, reverse=True) if used(n) <= limit), None)


def _odd_batches(net: AnyNetwork, dtype: DataTypes) -> set[int]:
    """Return batches for which a tensor of each input is as large as one of all."""
    table = net.graph.table
    sizes = [tensor_bytes(table, dtype, batch) for batch in (_BYTE, 2 * _BYTE)]
    pairs = list(zip(*sizes, strict=True))
    shared = {size for size, same in pairs if 0 < size == same}
    bits = {more - less for less, more in pairs if less < more}
    return {
        batch
        for size in shared
        for each in bits
        for batch in range(_BYTE * (size - 1) // each + 1, _BYTE * size // each + 1)
    }


_BYTE = 8  # bits


def _trained(net: AnyNetwork, how: Any, batch: int) -> int:
    """Return the bytes of training, which never fall with the batch."""
    return training_memory(net, batch=batch, **how).total


def _run(net: AnyNetwork, how: Any, batch: int) -> int:
    """Return the bytes of parameters and of the most values that are alive."""
    return weights_memory(net, how["dtype"]) + peak_memory(net, batch=batch, **how)
