"""The memory of a training step: parameters, gradients, state, saved tensors."""

from __future__ import annotations

from typing import NamedTuple

from cnncalc._typing import Unpack, override
from cnncalc.answers.answer import Record, Written
from cnncalc.answers.table import Fact, Table, columns
from cnncalc.checks import checked_flag, for_message
from cnncalc.cost.asked import AnyNetwork
from cnncalc.cost.totals import costs, total
from cnncalc.errors import OptionError
from cnncalc.memory.saved import saved_tensors
from cnncalc.memory.types import (
    ACTIVATIONS,
    WEIGHTS,
    DataTypes,
    bits,
    packed,
    widths,
)

__all__ = ["OPTIMIZERS", "TrainingMemory", "state_values", "training_memory"]

# How many values an optimiser remembers for each parameter that it changes.
OPTIMIZERS = {"sgd": 0, "momentum": 1, "adam": 2, "adamw": 2}


def state_values(optimizer: str) -> int:
    """Return how many values an optimiser remembers for each parameter.

    Raises:
        OptionError: If there is no such optimiser.

    Example:
        >>> state_values("sgd"), state_values("Adam")
        (0, 2)
    """
    name = optimizer.lower() if isinstance(optimizer, str) else optimizer
    if not isinstance(name, str) or name not in OPTIMIZERS:
        why = f"there is no optimiser {for_message(optimizer)}"
        raise OptionError(why, f"Use one of {', '.join(OPTIMIZERS)}")
    return OPTIMIZERS[name]


class _TrainingMemory(NamedTuple):
    parameters: int
    gradients: int
    master: int
    state: int
    saved: int


class TrainingMemory(_TrainingMemory, Record):
    """The bytes that a training step needs, by what they are for.

    What operations need while they run (workspaces, gradients of activations) is not
    in it.

    Attributes:
        parameters: The parameters that the network computes with.
        gradients: Of each trainable parameter.
        master: With mixed precision, the parameters in float32.
        state: What the optimiser remembers.
        saved: What the forward pass keeps for the backward pass.
    """

    _title = "memory of a training step"
    _columns = columns(
        "bytes",
        parameters="parameters",
        gradients="gradients",
        master="parameters in float32",
        state="state of the optimiser",
        saved="saved for the backward pass",
    )

    @property
    @override
    def table(self) -> Table:
        """The table as data: a column for each part, and the total."""
        whole = Fact("total", "total", self.total, "bytes")
        return super().table._replace(totals=(whole,))

    @property
    def total(self) -> int:
        """All parts together."""
        return total(self)


def training_memory(
    net: AnyNetwork,
    optimizer: str = "sgd",
    *,
    mixed: bool = False,
    batch: int = 1,
    dtype: DataTypes = "float32",
    inplace: bool = True,
    mask_bytes: int = 1,
    **how: Unpack[Written],
) -> TrainingMemory:
    """Return the bytes that training takes, part by part.

    Args:
        optimizer: "sgd", "momentum", "adam" or "adamw", in any case: 0, 1, 2 and 2
            values that it remembers for each trainable parameter.
        mixed: Mixed precision: parameters, gradients and activations of 16 bits; a
            copy of the trainable parameters and the optimiser's state in float32.
        batch: How many inputs are run at once.
        dtype: As of `memory`; a mapping may set "weights" and "activations" apart.
            With *mixed* "float32" means that 16-bit values are float16.
        inplace: As of `saved_for_backward`.
        mask_bytes: As of `saved_for_backward`.
        how: As of `Written`: ``units=``, ``byte_units=``, ``layout=``, ``language=``.

    Raises:
        OptionError: If there is no such optimiser or type, *mixed* or *inplace* is
            neither True nor False, *mixed* goes with a type that has not 16 bits, or
            *batch* or *mask_bytes* is no positive integer.
        UnknownNameError: If no node, group or kind has a name in the mapping.

    Source:
        Micikevicius et al. 2017, https://arxiv.org/abs/1710.03740, §3.1; Rajbhandari
        et al. 2019, https://arxiv.org/abs/1910.02054, §3.1: 2 + 2 + 12 bytes for a
        parameter with Adam.

    Example:
        >>> from cnncalc import Sequential
        >>> net = Sequential(input=(8, 8, 3)).conv(3, 4).relu().pool(2).fc(10)
        >>> memory = net.training_memory("adam", batch=2)
        >>> memory.parameters, memory.state, memory.saved, memory.total
        (1928, 3856, 3552, 11264)
    """
    mixed, inplace = checked_flag("mixed", mixed), checked_flag("inplace", inplace)
    each = state_values(optimizer)
    if mixed and dtype == "float32":
        dtype = "float16"
    table = net.graph.table
    width = widths(table, dtype, WEIGHTS)
    saved = saved_tensors(table, dtype, inplace=inplace)
    every = {*width, *widths(table, dtype, ACTIVATIONS)}
    if mixed and every != {bits("float16")}:
        why = f"mixed precision computes in 16 bits, not in {for_message(dtype)}"
        raise OptionError(why, 'Use "float16" or "bfloat16"')
    params = [costs(call).params for call in table.calls]
    trained = [costs(call).trainable for call in table.calls]
    full = [bits("float32")] * len(width)
    state = packed(trained, full if mixed else width)
    memory = TrainingMemory(
        packed(params, width),
        packed(trained, width),
        packed(trained, full) if mixed else 0,
        total([state] * each),
        saved.bytes(batch, mask_bytes),
    )
    return memory._written(how)
