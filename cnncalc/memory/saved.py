"""Saved tensors: those that PyTorch keeps from the forward for the backward pass.

What a kind keeps is a fact of its layer; this module adds up each tensor once, however
many nodes keep it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from cnncalc.answers.answer import Record
from cnncalc.answers.table import columns
from cnncalc.checks import (
    checked_batch,
    checked_flag,
    for_message,
    integer,
    is_count,
)
from cnncalc.cost.asked import AnyNetwork
from cnncalc.cost.batch import times_run
from cnncalc.cost.totals import AtLeast, total
from cnncalc.door import guarded
from cnncalc.errors import OptionError
from cnncalc.graph.call import Call, checked_fact
from cnncalc.graph.table import Table
from cnncalc.layers.base import Saves
from cnncalc.memory.types import (
    ACTIVATIONS,
    DataTypes,
    packed,
    stored,
    widths,
)

__all__ = ["Saved", "saved_for_backward", "saved_tensors"]


class _Saved(NamedTuple):
    tensors: int
    extra: int
    statistics: int
    fixed: int
    masks: int
    indices: int
    bits: int
    once: int


@guarded
class Saved(_Saved, Record):
    """The values that a network keeps for its backward pass.

    Attributes:
        tensors: Values of inputs and outputs of nodes, for each input of the batch; a
            lower bound (`AtLeast`) if it is unknown of a node what it keeps.
        extra: Values in the same data type that a node computes to keep, for each
            input of the batch: factors of stochastic depth, padded copies, and what
            a local norm divides by.
        statistics: Means and inverse deviations, for each input of the batch.
        fixed: Those of batch norms, once for the whole batch.
        masks: Values that a dropout lets pass or not, for each input.
        indices: Where max pools found their maxima, int64, for each input.
        bits: Those of tensors and extra, in their data types, for each input.
        once: Bits of what parameters alone are behind, once for the whole batch; in
            the other numbers it is not.
    """

    __slots__ = ()

    _title = "saved for the backward pass"
    _columns = columns(
        "count",
        tensors="tensors",
        extra="computed to be kept",
        statistics="statistics",
        fixed="statistics of a batch",
        masks="masks",
        indices="indices",
        bits="bits of tensors",
        once="bits that are kept once",
    )

    def bytes(self, batch: int = 1, mask_bytes: int = 1) -> int:
        """Return how many bytes they take; statistics are in float32.

        Args:
            batch: How many inputs go through together.
            mask_bytes: How many bytes a value of a dropout's mask takes.

        Raises:
            OptionError: If *batch* or *mask_bytes* is no positive integer.
        """
        batch, mask_bytes = checked_batch(batch), integer(mask_bytes)
        if not is_count(mask_bytes):
            why = f"mask_bytes is {for_message(mask_bytes)}"
            raise OptionError(why, "Use 1, as on CUDA, or 4, as on a CPU")
        size = (
            packed([batch, 1], [self.bits, self.once])
            + stored(batch * self.statistics + self.fixed, "float32")
            + batch * (self.masks * mask_bytes + stored(self.indices, "int64"))
        )
        return AtLeast(size) if isinstance(self.tensors, AtLeast) else size


def saved_for_backward(
    net: AnyNetwork,
    dtype: DataTypes = "float32",
    *,
    batch: int = 1,
    inplace: bool = True,
    mask_bytes: int = 1,
) -> int:
    """Return the bytes that PyTorch keeps from the forward for the backward pass.

    Each node keeps what its derivative is computed from, and a
    tensor that several nodes keep is there once. Parameters are not counted, nor is
    what only the loss keeps. Heads that run in training only are counted.

    - A convolution or fully connected layer keeps its input, or the copy that PyTorch
      pads: where "same" pads one side more, and by all but zeros, where "reflect" and
      "edge" keep the input, too, if it has a gradient; a batch norm its input and 2C
      statistics; a max pool its input and indices; a dropout a mask, of a byte a value
      as on a GPU, and one that drops all a single number; relu, sigmoid, tanh and
      softmax their output; other activations their input; a product its factors. An
      addition, Concat, a mean over all positions, upsampling and padding by zeros or
      "wrap" keep nothing. On a CPU a log_sigmoid keeps a second tensor, which is not
      counted, and the mask of a dropout has the data type of its input.
    - Of a node of an unknown kind, whose layer does not say what it `saves`, nothing is
      counted, and the number is a lower bound.
    - Before the first trainable parameter nothing is kept. A fully connected layer
      and a layer scale that are frozen keep nothing; other frozen layers keep what
      they keep otherwise, as PyTorch's do.

    Args:
        dtype: As of `peak_memory`.
        batch: How many inputs are run at once.
        inplace: Whether activations that PyTorch can apply in place are. Of these
            only relu, leaky_relu, elu, celu and selu save memory in training; the
            others copy their input first.
        mask_bytes: How many bytes a value of a dropout's mask takes: 1 on CUDA, 4 on a
            CPU in float32.

    Raises:
        OptionError: As of `peak_memory`, or *mask_bytes* is no positive integer.
        UnknownNameError: If no node, group or kind has a name in the mapping.

    Source:
        PyTorch's `derivatives.yaml`; measured with `saved_tensors_hooks`.
    """
    inplace = checked_flag("inplace", inplace)
    saved = saved_tensors(net.graph.table, dtype, inplace=inplace)
    return saved.bytes(batch, mask_bytes)


def saved_tensors(
    table: Table,
    dtypes: DataTypes = "float32",
    *,
    inplace: bool = True,
    there: Callable[[Call], Any] = lambda _: 1,
) -> Saved:
    """Return what `saved_for_backward` counts, apart by what it is.

    Args:
        table: The nodes.
        dtypes: As of `saved_for_backward`.
        inplace: As there: whether activations are applied in place.
        there: Gives 1 for a node that is there, and 0 else. What takes its place is
            then not counted.

    Example:
        >>> from cnncalc import Sequential
        >>> net = Sequential(input=(8, 8, 3)).conv(3, 4).relu().pool(2).fc(10)
        >>> saved = saved_tensors(net.graph.table)
        >>> saved.tensors, saved.indices, saved.bytes()
        (372, 36, 1776)
    """
    walk = _Walk(table, inplace=inplace)
    width = widths(table, dtypes, ACTIVATIONS)
    grows = [runs > 1 for runs in times_run(table, 2)]
    kept = {
        node: table.calls[node].output.size * there(table.calls[node])
        for node in walk.kept
        if not table.calls[node].layer.is_parameter
    }
    own = {node: saves for node, saves in walk.learning.items() if saves}
    masks = {
        node: table.calls[node].output.size if saves.tensors == "mask" else 0
        for node, saves in own.items()
    }
    unknown = [None] * (len(walk.learning) - len(own))
    in_bits, once = 0, 0
    for node, size in kept.items():
        in_bits += grows[node] * size * width[node]
        once += (not grows[node]) * size * width[node]
    for node in [node for node in own if not grows[node]]:
        saves = own.pop(node)
        once += saves.extra * width[node] + (saves.statistics + saves.fixed) * 32
        once += masks.pop(node) * 8 + saves.indices * 64
    in_bits += sum(saves.extra * width[node] for node, saves in own.items())
    return Saved(
        total([*[size for node, size in kept.items() if grows[node]], *unknown]),
        sum(saves.extra for saves in own.values()),
        sum(saves.statistics for saves in own.values()),
        sum(saves.fixed for saves in own.values()),
        sum(masks.values()),
        sum(saves.indices for saves in own.values()),
        in_bits,
        once,
    )


class _Walk:
    """One forward pass in training.

    Attributes:
        kept: The nodes that first put out the tensors that are kept.
        learning: The nodes that run where gradients flow, and what each saves.
    """

    def __init__(self, table: Table, *, inplace: bool) -> None:
        self.kept: set[int] = set()
        self.learning: dict[int, Saves | None] = {}
        uses = Counter(
            node + link for node, links in enumerate(table.links) for link in links
        )
        owner: list[int] = []  # for each node the one whose memory it puts out
        flows: list[bool] = []  # for each node whether a gradient reaches it
        fixed: list[bool] = []  # for each node whether it needs what it puts out
        for node, (call, links) in enumerate(
            zip(table.calls, table.links, strict=True)
        ):
            layer, sources = call.rules, [node + link for link in links]
            with table.placing(node, layer, call.shapes):
                trained = layer.trainable_params_of(*call.shapes) != 0
                told = layer.saves(*call.shapes, call.output)
                saves = _UNKNOWN if told is None else told
                checked_fact(layer, "saves", saves, Saves)
            flow = trained or any(flows[i] for i in sources)
            flows.append(flow and not saves.stops)
            same = bool(sources) and saves.passes_input_through
            over = (
                inplace
                and saves.output_if_inplace
                and uses[sources[0]] == 1
                and not fixed[sources[0]]
            )
            keeps = "output" if over else saves.tensors
            fixed.append(keeps in _OUTPUT or not links)
            owner.append(owner[sources[0]] if same or over else node)
            if flows[node] and not same:
                self.learning[node] = told
                self.kept |= {owner[sources[place]] for place in saves.inputs}
                self.kept |= {owner[i] for i in _kept(keeps, node, sources, flows)}
                if keeps in _PAIRS:
                    learn = [(owner[i], flows[i]) for i in sources]
                    self._keep_pairs(node, keeps, learn)

    def _keep_pairs(
        self, node: int, keeps: str, sources: list[tuple[int, bool]]
    ) -> None:
        """Keep what a node needs of its inputs, which it puts together one by one.

        Args:
            node: The node.
            keeps: The word for what it needs of a pair.
            sources: For each input whose memory it is, and whether it has a gradient.
        """
        saves: Any = self.learning[node]
        rule, extra = _PAIRS[keeps], saves.extra
        (first, flows), *others = sources
        left: int | None = first  # None: what comes of those before, of that size
        for size, (right, learns) in zip((0, *saves.between), others, strict=True):
            if flows or learns:
                of_left, of_right = [
                    (flows and by_first) or (learns and by_second)
                    for by_first, by_second in rule
                ]
                if of_left and left is None:
                    extra += size
                elif of_left and left is not None:
                    self.kept.add(left)
                if of_right:
                    self.kept.add(right)
            left, flows = None, flows or learns
        self.learning[node] = saves._replace(extra=extra)


def _kept(
    tensors: str, node: int, sources: list[int], flows: list[bool]
) -> Iterable[int]:
    """Return the nodes whose tensors one keeps that saves them, as `Saves` has it.

    But for those of pairs.
    """
    if tensors == "inputs with gradients":
        return [i for i in sources if flows[i]]
    inputs = sources if tensors in {"inputs", "inputs and output"} else []
    return [*inputs, node] if tensors in _OUTPUT else inputs


_OUTPUT = {"output", "inputs and output", "pair and output"}
# For the first and for the second of a pair, whether it is kept where the first has a
# gradient, and where the second has one.
_PAIRS = {
    "factors": ((False, True), (True, False)),
    "quotient": ((False, True), (True, True)),
    "pair": ((True, True), (True, True)),
    "pair and output": ((True, True), (True, True)),
    "pair for the second": ((False, True), (False, True)),
}
_UNKNOWN = Saves()  # counted as nothing, and so a lower bound
