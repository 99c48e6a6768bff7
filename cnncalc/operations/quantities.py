"""Quantities that conventions count: inputs, outputs, biases, taps, tools' mistakes.

Each is a function of a `Call`. Those that reproduce a mistake of a tool say so.
"""

from __future__ import annotations

from typing import Any

from cnncalc.cost.totals import costs
from cnncalc.graph.call import Call
from cnncalc.sizes.axes import sides
from cnncalc.sizes.number import product
from cnncalc.sizes.window import span

__all__ = [
    "affine_inputs",
    "attention_text",
    "axial_outputs",
    "axis_count",
    "bias_uses",
    "biases",
    "conv_biases",
    "divisions",
    "einsum_text",
    "halved_attention_text",
    "halved_einsum_text",
    "inputs",
    "macs",
    "macs_by_filters",
    "macs_by_group",
    "macs_by_outputs",
    "map_inputs",
    "map_outputs",
    "merged",
    "neighbours",
    "one_side",
    "outputs",
    "params",
    "positions",
    "queries",
    "reduced",
    "scores",
    "second_product",
    "states",
    "strides",
    "taps",
    "unbiased_outputs",
    "upsampled",
    "weights",
    "window_sums",
]


def macs(call: Call) -> int | None:
    """Its multiply-accumulates."""
    return costs(call).macs


def inputs(call: Call) -> int:
    """Values that reach it."""
    return sum(shape.size for shape in call.shapes)


def outputs(call: Call) -> int:
    """Values that it puts out."""
    return call.output.size


def positions(call: Call) -> int:
    """Positions of its output."""
    return call.output.positions


def params(call: Call) -> int | None:
    """Its weights and biases, those that it shares too."""
    return call.layer.params_of(*call.shapes)


def biases(call: Call) -> int:
    """Its biases."""
    return call.layer.biases(*call.shapes)


def weights(call: Call) -> int | None:
    """Its weights."""
    number = params(call)
    return None if number is None else number - biases(call)


def bias_uses(call: Call) -> int:
    """Outputs to which it adds a bias."""
    return call.layer.bias_uses(*call.shapes, call.output)


def unbiased_outputs(call: Call) -> int:
    """Outputs to which it adds none."""
    return outputs(call) - bias_uses(call)


def affine_inputs(call: Call) -> int | None:
    """The inputs of a norm that scales or shifts; of another, 0."""
    number = params(call)
    return inputs(call) if number else number


def untracked_inputs(call: Call) -> int:
    """The inputs of a batch norm that keeps no statistics, and so finds them anew."""
    return 0 if call.layer.buffers_of(*call.shapes) else inputs(call)


def params_along(call: Call, axis: int) -> int | None:
    """Its weights and biases once more for each part of an axis but one."""
    number = params(call)
    return None if number is None else number * (call.output[axis] - 1)


def neighbours(call: Call) -> int:
    """Inputs × how many channels a local response norm looks at for each."""
    return inputs(call) * call.layer.channel_window


def window_sums(call: Call) -> int:
    """The inputs of a local response norm with the channels padded to them."""
    return positions(call) * (call.output.channels + call.layer.channel_window - 1)


def taps(call: Call) -> int | None:
    """Outputs × the taps of its window."""
    kernel = call.geometry.kernel
    return None if kernel is None else outputs(call) * product(kernel)


def strides(call: Call) -> int | None:
    """Outputs × the area of its stride."""
    stride = call.geometry.stride
    return None if stride is None else outputs(call) * product(stride)


def divisions(call: Call) -> int:
    """The outputs of a pool over the whole map; of another, 0."""
    return outputs(call) if positions(call) == 1 else 0


def states(call: Call) -> int | None:
    """Values of the state that a recurrent layer computes, at all steps."""
    return call.layer.inner_values(*call.shapes, call.output)


def merged(call: Call) -> int:
    """Sums of what two directions of a recurrent layer put out."""
    tell = getattr(call.layer, "merged", None)
    return 0 if tell is None else tell(*call.shapes, call.output)


def scores(call: Call) -> int | None:
    """The scores of an attention, of all heads."""
    number: int | None = call.layer.inner_values(*call.shapes, call.output)
    return number


def second_product(call: Call) -> int | None:
    """The MACs of scores and values, one of attention's two products."""
    two = _products(call)
    return None if two is None else two[1]


def _products(call: Call) -> tuple[int, int] | None:
    """The MACs of queries and keys, and of their scores and the values."""
    done, number, heads = macs(call), scores(call), getattr(call.layer, "heads", None)
    if done is None or number is None or heads is None:
        return None
    first: int = number * (call.shapes[0].channels // heads)
    return first, done - first


def queries(call: Call) -> int:
    """The values of an attention's queries."""
    return call.shapes[0].size


# Mistakes of tools.


def attention_text(call: Call) -> int | None:
    """FLOPs of an attention by two einsums, each of four digits as NumPy tells them."""
    two = _products(call)
    return None if two is None else sum(_four_digits(2 * n + 1) for n in two)


def halved_attention_text(call: Call) -> int | None:
    """Half of these, each rounded down: fvcore."""
    two = _products(call)
    return None if two is None else sum(_four_digits(2 * n + 1) // 2 for n in two)


def _four_digits(number: int) -> int:
    return int(float(f"{number:.3e}"))


def einsum_text(call: Call) -> int | None:
    """An einsum's FLOPs as NumPy tells them: one more, of which four digits are read.

    fvcore and calflops read it off a text. Of three inputs and more NumPy may take
    another order: unknown.
    """
    inner: Any = call.layer.inner_values(*call.shapes, call.output)
    done = macs(call)
    if done is None or len(call.shapes) > len(("a", "b")):
        return None
    if len(call.shapes) == 1:  # its values, and additions where there are some
        inner = inner + inner or inputs(call)
    return _four_digits(done + done + inner + 1)


def halved_einsum_text(call: Call) -> int | None:
    """Half of these, rounded down: fvcore."""
    number = einsum_text(call)
    return None if number is None else number // 2


def map_inputs(call: Call) -> int:
    """The inputs where these are maps; fvcore sees no sequences and volumes."""
    return inputs(call) if call.output.rank == len(("h", "w")) else 0


def map_outputs(call: Call) -> int:
    """The outputs where these are maps: fvcore, too."""
    return outputs(call) if call.output.rank == len(("h", "w")) else 0


def one_side(call: Call) -> int | None:
    """Outputs × k for a window of k × k: torch-scan, of a kernel that is an int."""
    kernel = call.geometry.kernel
    if kernel is None or len(set(kernel)) > 1:
        return taps(call)
    side: int = kernel[0]
    return outputs(call) * side


def reduced(call: Call) -> int:
    """Outputs × the window of an adaptive pool as torch-scan estimates it."""
    x, y = call.shapes[0], call.output
    sizes = [
        n % m + 1 if n % m else n // m for n, m in zip(x.space, y.space, strict=True)
    ]
    return outputs(call) * product(sizes)


def axis_count(call: Call) -> int:
    """The axes that it works along: torch-scan pads by so many."""
    return call.output.rank


def axial_outputs(call: Call) -> int:
    """Outputs × the axes but one, as torch-scan counts the sum of an average."""
    return outputs(call) * (axis_count(call) - 1)


def macs_by_outputs(call: Call) -> int | None:
    """A transposed convolution's weights × outputs, where inputs would be right."""
    number = weights(call)
    return None if number is None else number * positions(call)


def macs_by_filters(call: Call) -> int | None:
    """A transposed convolution's taps × filters × outputs, as onnx-tool has it."""
    number = weights(call)
    if number is None:
        return None
    return number // call.shapes[0].channels * outputs(call)


def macs_by_group(call: Call) -> int | None:
    """A transposed convolution's MACs, by the groups once too often: calflops."""
    done, groups = macs(call), call.layer.geometry.groups
    return None if done is None or groups is None else done // groups


def conv_biases(call: Call) -> int | None:
    """A transposed convolution's biases as if it made a map smaller: calflops."""
    x = call.shapes[0]
    kernel, stride, padding, dilation, groups = call.layer.geometry.along(x.rank)
    if isinstance(padding, str):  # which PyTorch's has not
        return bias_uses(call)
    if kernel is None or stride is None or padding is None:
        return None
    if dilation is None or groups is None:
        return None
    stated: Any = (kernel, stride, sides(padding, x.rank), dilation)
    smaller = [
        (size + sum(ends) - span(wide, apart)) // step + 1
        for size, wide, step, ends, apart in zip(x.space, *stated, strict=True)
    ]
    return biases(call) // groups * product(smaller)


def upsampled(call: Call) -> int | None:
    """An upsampling's inputs, or positions where a size was given: calflops."""
    size = getattr(call.layer, "size", _UNTOLD)
    if size is _UNTOLD:
        return None
    return inputs(call) if size is None else positions(call)


_UNTOLD = object()  # a kind of somebody else's, which has no such field
