"""The program of a runtime: operators one after another, and tensors between them.

It is made of a file's own tensors, or of a network as the converter makes it, in the
order in which the file has them: its inputs, and then what each operator puts out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from cnncalc.memory.liveness import Storage
from cnncalc.sizes.axes import Axes
from cnncalc.sizes.number import ceil_div

__all__ = [
    "ALIGNMENT",
    "BIASED",
    "CONVS",
    "Buffer",
    "Operator",
    "Program",
    "Window2d",
    "lives",
    "to_alignment",
]

ALIGNMENT = 16  # bytes at whose multiples TFLM puts each tensor

# Operators that always have biases; and those with a scale for each channel.
BIASED = frozenset({"CONV_2D", "DEPTHWISE_CONV_2D"})
CONVS = BIASED | {"TRANSPOSE_CONV"}


def to_alignment(size: int, alignment: int = ALIGNMENT) -> int:
    """Return a size rounded up to the alignment.

    Example:
        >>> to_alignment(1), to_alignment(16), to_alignment(0)
        (16, 16, 0)
    """
    return ceil_div(size, alignment) * alignment


class Window2d(NamedTuple):
    """A window on a map, height and width in turns: what kernels ask for scratch by.

    Attributes:
        kernel: Its size.
        stride: Its steps.
        padding: What is put before the map.
        dilation: How far its taps are from each other.
    """

    kernel: Axes
    stride: Axes
    padding: Axes
    dilation: Axes


class Buffer(NamedTuple):
    """A tensor of a program.

    Attributes:
        name: The path of the node that puts it out, or its name in a file.
        size: Its bytes, before they are aligned.
        first: The step that writes it; inputs are there from step 0.
        last: The last step that reads it; outputs are read to the end.
        place: Which tensor of the file it is; without a file, which node puts it out.
    """

    name: str
    size: int
    first: int
    last: int
    place: int


class Operator(NamedTuple):
    """An operator of a program.

    Attributes:
        name: What TensorFlow Lite calls it.
        path: Of the node, or of the tensor that it puts out.
        input: The sizes of the map that reaches it, channels last, without a batch.
        output: Those of what it puts out.
        window: Of what slides one, that.
        channels: How many scales it multiplies its sums by, one a channel.
        filters: How many filters a depthwise convolution has for each channel.
        groups: How many groups of channels a group norm has.
        reads: The tensors that it takes, by their place.
        writes: Those that it puts out.
    """

    name: str
    path: str
    input: tuple[int, ...]
    output: tuple[int, ...]
    window: Window2d | None = None
    channels: int = 0
    filters: int = 1
    groups: int = 1
    reads: tuple[int, ...] = ()
    writes: tuple[int, ...] = ()


class Program(NamedTuple):
    """The program that a runtime executes.

    Attributes:
        tensors: Those that it computes, and its inputs, in the file's order.
        operators: In the order in which they run.
        places: How many tensors the file has, weights among them.
        inputs: The tensors that are its inputs, by their place.
        outputs: Those that are its outputs.
        dtype: The data type of its values: of most, if there are several.
        file: Whether the tensors are those of a file.
        known: Whether the sizes of all tensors are known.
        offline: Where the file puts some tensors, by their number in *tensors*.
        scaled: The inputs and outputs that have a scale.
        stored: The bytes of the file's numbers, of their scales, and of all of it.
    """

    tensors: tuple[Buffer, ...]
    operators: tuple[Operator, ...]
    places: int
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    dtype: str
    file: bool
    known: bool = True
    offline: tuple[tuple[int, int], ...] = ()
    scaled: tuple[int, ...] = ()
    stored: tuple[int, int, int] | None = None

    def buffers(self, scratch: Iterable[tuple[int, int]] = ()) -> list[Storage]:
        """Return what has to be placed, in the order in which the runtime adds it.

        Args:
            scratch: Bytes that operators need while they run, each with its step.
        """
        count = len(self.tensors)
        held = [
            Storage(number, to_alignment(size), first, last)
            for number, (_, size, first, last, _) in enumerate(self.tensors)
        ]
        held += [
            Storage(count + number, to_alignment(size), step, step)
            for number, (step, size) in enumerate(scratch)
        ]
        return held

    def reordered(self, order: Sequence[int]) -> Program:
        """Return the program that runs the operators in another order."""
        operators = tuple([self.operators[number] for number in order])
        alive = lives(self.inputs, operators, self.outputs)
        tensors = [
            Buffer(name, size, *alive[place], place)
            for name, size, _, _, place in self.tensors
        ]
        # Where a file puts tensors holds for the order that the file has.
        return self._replace(tensors=tuple(tensors), operators=operators, offline=())


def lives(
    inputs: Iterable[int],
    operators: Iterable[Operator],
    outputs: Iterable[int],
) -> dict[int, tuple[int, int]]:
    """Return the first and the last step of each tensor, by its number.

    Args:
        inputs: The tensors that are there from step 0.
        operators: Those that run, from step 1 on.
        outputs: The tensors that stay to the end.

    Source:
        TensorFlow Lite Micro's `AllocationInfoBuilder`.

    Example:
        >>> relu = Operator("RELU", "a", (4,), (4,))
        >>> ops = [relu._replace(reads=(n,), writes=(n + 1,)) for n in range(2)]
        >>> lives([0], ops, [2])
        {0: (0, 1), 1: (1, 2), 2: (2, 2)}
    """
    first: dict[int, int] = dict.fromkeys(inputs, 0)
    last, step = dict(first), 0
    for step, operator in enumerate(operators, 1):
        for tensor in operator.writes:
            first.setdefault(tensor, step)
        for tensor in (*operator.reads, *operator.writes):
            last[tensor] = step
    last.update(dict.fromkeys(outputs, step))
    return {tensor: (start, last[tensor]) for tensor, start in first.items()}
