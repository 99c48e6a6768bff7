"""What the forward pass of training keeps for the backward pass, as PyTorch does.

What a kind keeps is a fact of its layer; this module adds up each tensor once, however
many nodes keep it. What PyTorch keeps besides inputs and outputs (statistics, masks,
indices) goes by role.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import NamedTuple

from cnncalc.analysis.cost import AtLeast, total
from cnncalc.analysis.memory import (
    ACTIVATIONS,
    DataTypes,
    batch_of,
    packed,
    stored,
    widths,
)
from cnncalc.graph.table import Call, Table

__all__ = ["Saved", "saved_for_backward"]

# Activations whose in-place version is differentiated from what it puts out. The
# others, made to work in place, first copy their input for the backward pass.
_FROM_RESULT = frozenset(
    f"activation: {name}" for name in ("relu", "leaky_relu", "elu", "celu", "selu")
)

# Without their in-place versions, these are differentiated from what reaches them.
_FROM_INPUT = _FROM_RESULT - {"activation: relu"}


class Saved(NamedTuple):
    """How many values a network keeps for its backward pass.

    Attributes:
        tensors: Values of inputs and outputs of nodes, for each input of the batch; a
            lower bound (`AtLeast`) if it is unknown of a node what it keeps.
        extra: Values in the same data type that a node computes to keep, for each
            input of the batch: factors of stochastic depth, and what a local norm
            divides by.
        statistics: Means and inverse deviations, for each input of the batch.
        fixed: Those of batch norms, once for the whole batch.
        masks: Values that a dropout lets pass or not, 1 byte each, for each input.
        indices: Where max pools found their maxima, int64, for each input.
        bits: Those of tensors and extra, in their data types, for each input.
    """

    tensors: int
    extra: int
    statistics: int
    fixed: int
    masks: int
    indices: int
    bits: int

    def bytes(self, batch: int = 1) -> int:
        """Return how many bytes they take; statistics are in float32.

        Args:
            batch: How many inputs go through together.

        Raises:
            OptionError: If *batch* is no positive integer.
        """
        batch = batch_of(batch)
        size = (
            packed([batch], [self.bits])
            + stored(batch * self.statistics + self.fixed, "float32")
            + batch * (self.masks + stored(self.indices, "int64"))
        )
        return AtLeast(size) if isinstance(self.tensors, AtLeast) else size


def _none(_: Call) -> int:
    return 0


def _outputs(call: Call) -> int:
    return call.output.size


# What PyTorch keeps besides, by role.
_EXTRA: dict[str, Callable[[Call], int]] = {
    "stochastic depth": lambda _: 1,
    "activation: softsign": _outputs,
    # The squares with zeros around their channels, their mean, and its power.
    "local norm": lambda call: (
        3 * call.output.size
        + (getattr(call.layer, "size", 1) - 1) * call.output.positions
    ),
}
_STATISTICS: dict[str, Callable[[Call], int]] = {
    "layer norm": lambda call: 2 * call.output.positions,
    "group norm": lambda call: 2 * getattr(call.layer, "groups", 1),
    # Its factors, too, are written out for each input.
    "instance norm": lambda call: (
        2 * call.output.channels + (call.layer.params(*call.shapes) or 0) // 2
    ),
}
_FIXED: dict[str, Callable[[Call], int]] = {
    "batch norm": lambda call: 2 * call.output.channels,
}
_INDICES: dict[str, Callable[[Call], int]] = dict.fromkeys(
    ("max pool", "adaptive max pool", "global max pool"), _outputs
)


def saved_for_backward(
    table: Table, dtypes: DataTypes = "float32", *, inplace: bool = True
) -> Saved:
    """Return what the forward pass of a training step keeps for the backward pass.

    As PyTorch does: each node keeps what its derivative is computed from, and a
    tensor that several nodes keep is there once. Parameters are not counted, nor is
    what only the loss keeps. Heads that run in training only are counted.

    - A convolution or fully connected layer keeps its input; a batch norm its input
      and 2C statistics; a max pool its input and indices; a dropout a mask; relu,
      sigmoid, tanh and softmax their output; other activations their input; a
      product its factors. An addition, Concat, a mean over all positions, padding and
      upsampling keep nothing.
    - Of a node of an unknown kind, whose layer does not say what it `keeps`, nothing is
      counted, and the number is a lower bound.
    - Before the first trainable parameter nothing is kept. A fully connected layer
      and a layer scale that are frozen keep nothing; other frozen layers keep what
      they keep otherwise, as PyTorch's do.

    Args:
        table: The nodes.
        dtypes: The data type of activations, as of `cnncalc.analysis.memory.widths`.
        inplace: Whether activations that PyTorch can apply in place are. Of these
            only relu, leaky_relu, elu, celu and selu save memory in training; the
            others copy their input first.

    Raises:
        OptionError: If there is no such type.
        UnknownNameError: If no node, group or kind has a name in the mapping.

    Source:
        PyTorch's `derivatives.yaml`; measured with `saved_tensors_hooks`.

    Example:
        >>> from cnncalc import Sequential
        >>> net = Sequential(input=(8, 8, 3)).conv(3, 4).relu().pool(2).fc(10)
        >>> saved = saved_for_backward(net.graph.table)
        >>> saved.tensors, saved.indices, saved.bytes()
        (372, 36, 1776)
    """
    walk = _Walk(table, inplace=inplace)
    width = widths(table, dtypes, ACTIVATIONS)
    learning = [table.calls[node] for node in walk.learning]
    kept = {node: table.calls[node].output.size for node in walk.kept}
    extra = [_of(_EXTRA, call) for call in learning]
    in_bits = [size * width[node] for node, size in kept.items()]
    in_bits += [
        values * width[node] for values, node in zip(extra, walk.learning, strict=True)
    ]
    unknown = [None for call in learning if call.layer.keeps is None]
    statistics, fixed, indices = (
        sum(_of(rules, call) for call in learning)
        for rules in (_STATISTICS, _FIXED, _INDICES)
    )
    masks = sum(call.output.size for call in learning if call.layer.keeps == "mask")
    tensors = total([*kept.values(), *unknown])
    return Saved(tensors, sum(extra), statistics, fixed, masks, indices, sum(in_bits))


def _of(rules: Mapping[str, Callable[[Call], int]], call: Call) -> int:
    return rules.get(call.layer.role, _none)(call)


class _Walk:
    """One forward pass in training.

    Attributes:
        kept: The nodes that first put out the tensors that are kept.
        learning: The nodes that run where gradients flow.
    """

    def __init__(self, table: Table, *, inplace: bool) -> None:
        self.kept: set[int] = set()
        self.learning: list[int] = []
        free = _overwritable(table) if inplace else set()
        owner: list[int] = []  # for each node the one whose memory it puts out
        flows: list[bool] = []  # for each node whether a gradient reaches it
        for node, (call, links) in enumerate(
            zip(table.calls, table.links, strict=True)
        ):
            sources = [node + link for link in links]
            trained = call.layer.trainable_params(*call.shapes) != 0
            flows.append(trained or any(flows[i] for i in sources))
            same = bool(sources) and _is_same(call)
            over = call.layer.role in _FROM_RESULT and sources[0] in free
            owner.append(owner[sources[0]] if same or over else node)
            if flows[node] and not same:
                self.learning.append(node)
                keeps = "output" if over else _keeps(call, trained)
                if keeps == "inputs":
                    self.kept |= {owner[i] for i in sources}
                elif keeps == "output":
                    self.kept.add(owner[node])


def _overwritable(table: Table) -> set[int]:
    """Return the nodes whose output the one node that uses it may overwrite."""
    uses = Counter(
        node + link for node, links in enumerate(table.links) for link in links
    )
    return {
        node
        for node, links in enumerate(table.links)
        if links and uses[node] == 1 and table.calls[node].layer.keeps != "output"
    }


def _is_same(call: Call) -> bool:
    """Tell whether a layer, in training, puts out the memory that reaches it."""
    if call.layer.training_only:
        return getattr(call.layer, "rate", 1) == 0
    return call.layer.is_view


def _keeps(call: Call, trained: bool) -> str | None:
    """Return what a node keeps when it works on new memory."""
    role = call.layer.role
    if role in _FROM_INPUT:
        return "inputs"
    if role in {"linear", "layer scale"} and not trained:
        return ""
    is_mean = role in {"global average pool", "adaptive average pool"}
    if is_mean and call.output.positions == 1:
        return ""
    return call.layer.keeps
