"""FLOPs of our own, of the forward and the backward pass, and other ways to count work.

FLOPs are 2 × MACs, an addition for each biased output, and for every other kind a cost
for each value, by role: `PER_VALUE`. A comparison, a division and an exponential count
as one each; what only moves values costs nothing.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from cnncalc.answers.answer import Record
from cnncalc.answers.table import columns
from cnncalc.cost.asked import AnyNetwork
from cnncalc.cost.batch import times_run
from cnncalc.cost.rows import Row
from cnncalc.cost.totals import AtLeast, macs_in_training, total
from cnncalc.graph.call import Call
from cnncalc.memory.types import bits
from cnncalc.operations.quantities import merged
from cnncalc.sizes.number import in_symbols

__all__ = [
    "PER_VALUE",
    "Backward",
    "backward_flops",
    "backward_macs",
    "bit_operations",
    "flops",
    "inner_macs",
    "network_flops",
    "row_flops",
    "training_flops",
]

# For each role, how many operations a value of the output takes; of pools, a value of
# the window; of an RBF, a weight; of recurrent layers, a value of the state. What is
# not here is unknown.
PER_VALUE = {
    "conv": 0,  # beside its multiply-adds and biases
    "transposed conv": 0,
    "local conv": 0,
    "deformable conv": 4,  # of a value at a tap: a product for each neighbour
    "dynamic conv": 0,
    "embedding": 0,
    "linear": 0,
    "rbf": 1,  # the difference for each weight, whose square is its multiply-add
    # Three gates are sigmoids and one a tanh; f·c + i·g, and o·tanh(c).
    "lstm": 3 * 3 + 5 + 3 + 5 + 1,
    "conv lstm": 3 * 3 + 5 + 3 + 5 + 1,
    # Two are sigmoids and one a tanh; r·h, and (1 - z)·n + z·h.
    "gru": 2 * 3 + 5 + 1 + 4,
    "rnn: tanh": 5,
    "rnn: relu": 1,
    "batch norm": 2,  # a multiply-add, once its statistics are merged
    "layer norm": 5,  # mean and variance, then as a batch norm
    "rms norm": 4,  # a square and its addition, a scale and a factor
    "group norm": 5,
    "instance norm": 5,
    "local norm": 3,  # a scale, a power and a product, and see `PER_NEIGHBOUR`
    "layer scale": 1,
    "max pool": 1,  # a comparison
    "average pool": 1,  # an addition
    "subsample pool": 1,
    "adaptive max pool": 1,
    "adaptive average pool": 1,
    "global max pool": 1,
    "global average pool": 1,
    "add": 1,  # for each input but the first
    "multiply": 1,
    "subtract": 1,
    "divide": 1,
    "maximum": 1,
    "minimum": 1,
    "power": 1,
    "floor_divide": 2,  # a division, and a floor
    "remainder": 4,  # a division, a floor, a product, a difference
    "arctan2": 1,
    "compare": 1,
    "where": 1,
    "grid sample": 1,  # a product for each neighbour
    "function": 1,  # or what its kind says
    "reduce": 1,  # for each of its inputs: an operation less than there are, a division
    "parameter": 0,
    "move": 0,
    "max unpool": 0,
    "upsample: nearest": 0,
    "upsample: linear": 2,  # a product for each neighbour
    "upsample: bilinear": 4,
    "upsample: trilinear": 8,
    "upsample: bicubic": 16,
    "activation: identity": 0,
    "activation: relu": 1,
    "activation: relu6": 2,
    "activation: leaky_relu": 2,
    "activation: prelu": 2,
    "activation: elu": 3,
    "activation: celu": 3,
    "activation: selu": 4,
    "activation: gelu": 8,  # in its form with tanh, that one operation
    "activation: silu": 4,
    "activation: mish": 7,
    "activation: softplus": 3,
    "activation: softsign": 3,
    "activation: sigmoid": 3,
    "activation: log_sigmoid": 4,
    "activation: hardsigmoid": 4,
    "activation: hardswish": 5,
    "activation: hardtanh": 2,
    "activation: tanh": 5,
    "activation: softmax": 3,
    "activation: log_softmax": 4,
    "matmul": 0,  # beside its multiply-adds
    "einsum": 1,  # of a product that is not added up
    "attention": 4,  # of a score: a scale, and as of softmax
    "input": 0,
    "concat": 0,
    "flatten": 0,
    "pad": 0,
    "crop": 0,
    "split": 0,
    "permute": 0,
    "channel shuffle": 0,
    "quantize": 4,  # a division, rounding, and two comparisons
    "dequantize": 2,  # a difference and a factor
    "dropout": 0,
    "stochastic depth": 0,
}


# And for each channel that a value of the output is compared with: a square and its
# addition, of which one stands for the constant.
PER_NEIGHBOUR = {"local norm": 2}

_BY_TAP = {role for role in PER_VALUE if role.endswith(" pool")} | {"reduce"}
_BY_WEIGHT = {"rbf"}
_BY_STATE = {"lstm", "conv lstm", "gru", "rnn: tanh", "rnn: relu"}


def flops(call: Call, *, training: bool = False) -> int | None:
    """Return the floating-point operations of one call; None if they are unknown.

    Of a role that is not cnncalc's they are at least 2 × its MACs.

    Args:
        call: What a node does.
        training: Whether to count also what runs in training only.
    """
    layer, shapes = call.layer, call.shapes
    role = layer.role
    if call.idle and not training:
        return 0
    macs = macs_in_training(call)
    if macs is None:
        return None
    stated = layer.flops_per_value
    if (
        stated is None and role not in PER_VALUE
    ):  # of somebody's layer its multiply-adds are known
        return None if in_symbols((macs,)) else AtLeast(2 * macs)
    values: Any = call.output.size
    if role in _BY_TAP:
        values = layer.connections_of(*shapes, call.output)
    elif role in _BY_WEIGHT:
        values = macs
    elif role in _BY_STATE:
        values = layer.inner_values(*shapes, call.output)
    elif (inner := layer.inner_values(*shapes, call.output)) is not None:
        values = inner
    elif len(shapes) > 1:
        values *= len(shapes) - 1
    if values is None:
        return None
    each = PER_VALUE[role] if stated is None else stated
    each += PER_NEIGHBOUR.get(role, 0) * layer.channel_window
    added = layer.bias_uses(*shapes, call.output) + merged(call)
    work = each * values  # of sizes in symbols, too
    whole: int = work if isinstance(each, int) else int(work)
    return macs + macs + added + whole


def row_flops(row: Row) -> int | None:
    """Return the floating-point operations of a row; of a group, of all its rows."""
    if row.members:
        each = [row_flops(member) for member in row.members]
        return None if None in each else total(each)
    # What runs in training only puts nothing out.
    idle = row.activation_size == 0
    return flops(Call(row.layer, row.shapes, row.output, idle=idle))


def network_flops(net: AnyNetwork, batch: int = 1) -> int:
    """Floating-point operations of one evaluation.

    2 × MACs, an addition for each biased output, and a published cost for each
    value of every other kind: `cnncalc.operations.flops.PER_VALUE`.
    """
    table = net.graph.table
    times = times_run(table, batch)
    each = zip(times, map(flops, table.calls), strict=True)
    return total([None if work is None else work * runs for runs, work in each])


def training_flops(net: AnyNetwork) -> int:
    """FLOPs of one step of training, for one input, without the optimiser's.

    Those of the forward pass, and of the gradients of weights and of inputs; heads
    that run in training only are counted.

    Example:
        >>> from cnncalc import zoo
        >>> net = zoo.lenet()
        >>> net.flops, net.backward_flops, net.training_flops
        (845862, Backward(weights=833040, inputs=597840), 2276742)
    """
    forward = [flops(call, training=True) for call in net.graph.table.calls]
    return total([*forward, *backward_flops(net)])


def bit_operations(net: AnyNetwork, weight_bits: int, activation_bits: int) -> int:
    """Return MACs × the bits of a weight × the bits of an activation (BOPs).

    Products of two activations take the bits of both.

    Args:
        weight_bits: How many bits a weight has.
        activation_bits: How many bits an activation has.

    Raises:
        OptionError: If a number of bits is no positive integer.

    Source:
        Baskin et al. 2018, https://arxiv.org/abs/1804.10969, without accumulators.
    """
    wide = bits(activation_bits)
    parts = [(row.weight_macs, bits(weight_bits)) for row in net.nodes]
    parts += [(row.constant_macs, bits(weight_bits)) for row in net.nodes]
    parts += [(row.product_macs, wide) for row in net.nodes]
    return total([n if n is None else n * other * wide for n, other in parts])


class _Backward(NamedTuple):
    weights: int
    inputs: int


class Backward(_Backward, Record):
    """Multiply-accumulates of the backward pass.

    Attributes:
        weights: For the gradients of weights that are trained.
        inputs: For the gradients of inputs that something trained is behind.
    """

    __slots__ = ()

    _title = "backward pass"
    _columns = columns(
        "count", weights="gradients of weights", inputs="gradients of inputs"
    )


def backward_macs(net: AnyNetwork) -> Backward:
    """MACs of one backward pass, for the gradients of weights and of inputs.

    Each takes as many as the forward pass; a weight that is not trained takes none,
    nor does an input that nothing trained is behind, as the network's own. A product of
    two activations takes them for each of two inputs. Heads that run in training only
    are counted.
    """
    trained: list[bool] = []  # whether something trained is at or behind a node
    weights, inputs = [], []
    table = net.graph.table
    for index, (call, links) in enumerate(zip(table.calls, table.links, strict=True)):
        layer, shapes = call.rules, call.shapes
        macs, learns = macs_in_training(call), layer.trainable_params_of(*shapes) != 0
        behind = sum(trained[index + link] for link in links)
        trained.append(learns or behind > 0)
        weights.append(macs if learns else 0)
        if behind:
            inputs.append(macs)
            if behind > 1:
                inputs.append(layer.product_macs_of(*shapes, call.output))
        elif learns:
            inputs.append(inner_macs(call))
    return Backward(total(weights), total(inputs))


def backward_flops(net: AnyNetwork) -> Backward:
    """FLOPs of one backward pass through the weighted layers: 2 × its MACs."""
    weights, inputs = backward_macs(net)
    return Backward(total([weights] * 2), total([inputs] * 2))


def inner_macs(call: Call) -> int:
    """Return the multiply-accumulates of the stages behind a layer's first."""
    saves = call.rules.saves(*call.shapes, call.output)
    return saves.inner_macs if saves else 0
