"""The roles of cnncalc's own layers: what they do, in the words conventions go by.

Which number a tool counts for a node depends on its role alone. A layer class of
somebody else's may have any other role; what is no role of ours is in no preset.
"""

from __future__ import annotations

from typing import Literal, TypeAlias, get_args

__all__ = ["ROLES", "Role"]

Role: TypeAlias = Literal[
    "conv",  # filters slide over a map; depthwise and separable ones, too
    "transposed conv",  # each input paints the kernel on the output
    "local conv",  # other filters at each position
    "deformable conv",  # filters whose taps are moved
    "dynamic conv",  # filters that are computed
    "embedding",  # a row of a table
    "linear",  # each unit weighs all inputs
    "lstm",  # gates along a sequence, with a memory
    "gru",  # gates along a sequence
    "rnn: tanh",  # a state along a sequence, without gates
    "rnn: relu",  # likewise
    "conv lstm",  # an LSTM whose gates are convolutions
    "rbf",  # each unit's squared distance from a pattern
    "batch norm",  # with the statistics of a channel over a batch, kept from training
    "layer norm",  # with those of a position over its channels
    "rms norm",  # with their root mean square alone
    "group norm",  # with those of a group of channels
    "instance norm",  # with those of one channel
    "local norm",  # by the squares of neighbouring channels
    "layer scale",  # a factor for each channel
    "max pool",  # the largest value of a window
    "average pool",  # the mean of a window
    "subsample pool",  # the sum of a window, with a factor and a bias
    "adaptive max pool",  # the largest values of windows that cover the map
    "adaptive average pool",  # their means
    "global max pool",  # the largest value of a channel
    "global average pool",  # the mean of a channel
    "matmul",  # the product of two matrices that were computed
    "einsum",  # the same along any axes
    "attention",  # values, weighed by how well their keys fit a query
    "add",  # the sum of its inputs, value by value
    "multiply",  # their product
    "subtract",  # the first without the second
    "divide",  # the first by the second
    "maximum",  # the largest
    "minimum",  # the smallest
    "power",  # the first to the power of the second
    "floor_divide",  # the quotient, rounded down
    "remainder",  # what that leaves
    "arctan2",  # the angle of two
    "compare",  # a mask
    "where",  # the second where the first is true, else the third
    "grid sample",  # values at positions that are computed
    "function",  # a mathematical function of each value
    "reduce",  # one value for all along some axes
    "parameter",  # weights that are put out
    "move",  # values at other places
    "max unpool",  # values where a max pool found them
    "concat",  # its inputs, one channel after another
    "input",  # where data enters
    "flatten",  # a map as a vector
    "pad",  # zeros, or values of its own, around a map
    "crop",  # a map without its border
    "split",  # some of the channels
    "permute",  # axes in another order
    "channel shuffle",  # channels in another order
    "upsample: nearest",  # values repeated
    "upsample: linear",  # values between two
    "upsample: bilinear",  # values between four
    "upsample: trilinear",  # values between eight
    "quantize",  # values become integers
    "dequantize",  # and numbers again
    "upsample: bicubic",  # values between sixteen
    "dropout",  # values left out, in training
    "stochastic depth",  # branches left out, in training
    # A function of each value, or, as they say, of more.
    "activation: relu",
    "activation: relu6",
    "activation: leaky_relu",
    "activation: prelu",
    "activation: elu",
    "activation: celu",
    "activation: selu",
    "activation: gelu",
    "activation: silu",
    "activation: mish",
    "activation: softplus",
    "activation: softsign",
    "activation: sigmoid",
    "activation: log_sigmoid",
    "activation: hardsigmoid",
    "activation: hardswish",
    "activation: hardtanh",
    "activation: tanh",
    "activation: softmax",  # of all values of a position
    "activation: log_softmax",  # likewise
    "activation: identity",
]

ROLES: tuple[Role, ...] = get_args(Role)
