"""What training and storage take: saved activations, gradients, optimiser state.

What a kind keeps for the backward pass is a fact of its layer; this module adds up
each tensor once, however many nodes keep it. What PyTorch keeps besides inputs and
outputs (statistics, masks, indices) goes by role.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from cnncalc.analysis.cost import AtLeast, facts, total
from cnncalc.analysis.memory import batch_of, bits, stored
from cnncalc.errors import OptionError, unknown_name
from cnncalc.formula import ceil_div
from cnncalc.graph.table import Call, Table
from cnncalc.shape import shown

__all__ = [
    "OPTIMIZERS",
    "Saved",
    "Sums",
    "TrainingMemory",
    "memory_of",
    "saved_for_backward",
    "training_memory",
]

# How many values an optimiser remembers for each parameter that it changes.
OPTIMIZERS = {"sgd": 0, "momentum": 1, "adam": 2, "adamw": 2}

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
    """

    tensors: int
    extra: int
    statistics: int
    fixed: int
    masks: int
    indices: int

    def bytes(self, dtype: str | int = "float32", batch: int = 1) -> int:
        """Return how many bytes they take.

        Args:
            dtype: The data type of activations. Statistics are in float32.
            batch: How many inputs go through together.

        Raises:
            OptionError: If there is no such type, or *batch* is no positive integer.
        """
        batch = batch_of(batch)
        size = (
            stored(batch * (self.tensors + self.extra), dtype)
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


def saved_for_backward(table: Table, *, inplace: bool = True) -> Saved:
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
        inplace: Whether activations that PyTorch can apply in place are. Of these
            only relu, leaky_relu, elu, celu and selu save memory in training; the
            others copy their input first.

    Source:
        PyTorch's `derivatives.yaml`; measured with `saved_tensors_hooks`.

    Example:
        >>> from cnncalc import Sequential
        >>> net = Sequential(input=(8, 8, 3)).conv(3, 4).relu().pool(2).fc(10)
        >>> saved = saved_for_backward(net.graph.table)
        >>> saved.tensors, saved.indices, saved.bytes()
        (372, 36, 1776)
    """
    walk = _Walk(table, inplace)
    kept = [table.calls[owner].output.size for owner in walk.kept]
    tensors = total([*kept, *[None for call in walk.learning if _is_unknown(call)]])
    masks = sum(
        call.output.size for call in walk.learning if call.layer.keeps == "mask"
    )
    extra, statistics, fixed, indices = (
        _sum(walk, rules) for rules in (_EXTRA, _STATISTICS, _FIXED, _INDICES)
    )
    return Saved(tensors, extra, statistics, fixed, masks, indices)


def _sum(walk: _Walk, rules: Mapping[str, Callable[[Call], int]]) -> int:
    return sum(rules.get(call.layer.role, _none)(call) for call in walk.learning)


class _Walk:
    """One forward pass in training.

    Attributes:
        kept: The nodes that first put out the tensors that are kept.
        learning: What runs where gradients flow.
    """

    def __init__(self, table: Table, inplace: bool) -> None:
        self.kept: set[int] = set()
        self.learning: list[Call] = []
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
                self.learning.append(call)
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


def _is_unknown(call: Call) -> bool:
    """Tell whether a layer does not say what it keeps."""
    return call.layer.keeps is None


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


class TrainingMemory(NamedTuple):
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

    parameters: int
    gradients: int
    master: int
    state: int
    saved: int

    @property
    def total(self) -> int:
        """All parts together."""
        return total(self)


def training_memory(
    table: Table,
    optimizer: str = "sgd",
    *,
    mixed: bool = False,
    batch: int = 1,
    dtype: str | int = "float32",
    inplace: bool = True,
) -> TrainingMemory:
    """Return what a training step needs: parameters + gradients + state + saved.

    Args:
        table: The nodes.
        optimizer: "sgd", "momentum", "adam" or "adamw": 0, 1, 2 and 2 values that it
            remembers for each trainable parameter.
        mixed: Mixed precision: parameters, gradients and activations of 16 bits; a
            copy of the trainable parameters and the optimiser's state in float32.
        batch: How many inputs go through together.
        dtype: The data type of all parts; with *mixed* "float32" means that 16-bit
            values are float16.
        inplace: As in `saved_for_backward`.

    Raises:
        OptionError: If there is no such optimiser or type, *batch* is no positive
            integer, or *mixed* goes with a type that has not 16 bits.

    Source:
        Micikevicius et al. 2017, https://arxiv.org/abs/1710.03740, §3.1; Rajbhandari
        et al. 2019, https://arxiv.org/abs/1910.02054, §3.1: 2 + 2 + 12 bytes for a
        parameter with Adam.

    Example:
        >>> from cnncalc import Sequential
        >>> net = Sequential(input=(8, 8, 3)).conv(3, 4).relu().pool(2).fc(10)
        >>> memory = training_memory(net.graph.table, "adam", batch=2)
        >>> memory.parameters, memory.state, memory.saved, memory.total
        (1928, 3856, 3552, 11264)
    """
    if not isinstance(optimizer, str) or optimizer not in OPTIMIZERS:
        why = f"there is no optimiser {shown(optimizer)}"
        raise OptionError(why, f"Use one of {', '.join(OPTIMIZERS)}")
    if mixed and dtype == "float32":
        dtype = "float16"
    if mixed and bits(dtype) != bits("float16"):
        why = f"mixed precision computes in 16 bits, not in {shown(dtype)}"
        raise OptionError(why, 'Use "float16" or "bfloat16"')
    of_state = "float32" if mixed else dtype
    params = total([facts(call).params for call in table.calls])
    trained = total([facts(call).trainable for call in table.calls])
    remembered = _times(trained, OPTIMIZERS[optimizer])
    saved = saved_for_backward(table, inplace=inplace)
    return TrainingMemory(
        stored(params, dtype),
        stored(trained, dtype),
        stored(trained, "float32") if mixed else 0,
        stored(remembered, of_state),
        saved.bytes(dtype, batch),
    )


def _times(values: int, factor: int) -> int:
    product = values * factor
    return AtLeast(product) if isinstance(values, AtLeast) else product


class Sums(NamedTuple):
    """The bytes that all values of a network take.

    Attributes:
        parameters: Weights and biases.
        buffers: Running statistics of norms.
        outputs: What the nodes put out, all of it; the inputs are not in it.
    """

    parameters: int
    buffers: int
    outputs: int


DataTypes = str | int | Mapping[str, str | int]


def memory_of(
    table: Table,
    dtypes: DataTypes = "float32",
    *,
    activations: DataTypes | None = None,
    batch: int = 1,
) -> Sums:
    """Return what parameters, buffers and the sum of all outputs take.

    Values are packed without gaps, also those of 4 bits.

    Args:
        table: The nodes.
        dtypes: A data type, or a number of bits; or a mapping to these from the paths
            of nodes, or of groups, and from kinds, such as "Conv2d". A node's own
            path counts before those of its groups, and these before its kind; what is
            not in the mapping is float32.
        activations: The same for what the nodes put out; None means as *dtypes*.
        batch: How many inputs go through together; it multiplies outputs alone.

    Raises:
        OptionError: If there is no such type, or *batch* is no positive integer.
        UnknownNameError: If no node, group or kind has a name in the mapping.

    Example:
        >>> from cnncalc import Sequential
        >>> net = Sequential(input=(32, 32, 1)).conv(5, 6, name="C1").pool(2).fc(10)
        >>> memory_of(net.graph.table)
        Sums(parameters=47704, buffers=0, outputs=23560)
        >>> memory_of(net.graph.table, {"C1": "int8", "FC": "int4"}, activations=8)
        Sums(parameters=6041, buffers=0, outputs=5890)
    """
    batch = batch_of(batch)
    of_weights = _widths(table, dtypes)
    of_outputs = of_weights if activations is None else _widths(table, activations)
    costs = [facts(call) for call in table.calls]
    outputs = [
        cost.activation_size * batch if links else 0
        for cost, links in zip(costs, table.links, strict=True)
    ]
    return Sums(
        _packed([cost.params for cost in costs], of_weights),
        _packed([cost.buffers for cost in costs], of_weights),
        _packed(outputs, of_outputs),
    )


def _packed(values: Sequence[int | None], widths: Sequence[int]) -> int:
    """Return the bytes of so many values of these bits."""
    taken = [
        None if number is None else number * width
        for number, width in zip(values, widths, strict=True)
    ]
    size = total(taken)
    packed = ceil_div(int(size), 8)
    return AtLeast(packed) if isinstance(size, AtLeast) else packed


def _widths(table: Table, dtypes: DataTypes) -> list[int]:
    """Return the bits of a value of each node."""
    if not isinstance(dtypes, Mapping):
        return [bits(dtypes)] * len(table)
    widths = {name: bits(dtype) for name, dtype in dtypes.items()}
    found = []
    names: set[str] = set()
    for node, call in enumerate(table.calls):
        scope = table.scopes[node]
        groups = ["/".join(scope[:depth]) for depth in range(len(scope), 0, -1)]
        own = [table.path(node), *groups, call.layer.class_name]
        names.update(own)
        found.append(next((widths[n] for n in own if n in widths), bits("float32")))
    for name in widths:
        if name not in names:
            raise unknown_name("node, group or kind", name, sorted(names))
    return found
