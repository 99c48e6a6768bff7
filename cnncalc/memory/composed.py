"""Operators of a program that TensorFlow's converter makes of one node.

Some functions and norms are several operators in a file. And what TensorFlow Lite
computes of floats alone has, among values of int8, a DEQUANTIZE before and a QUANTIZE
behind it.

Source:
    TensorFlow 2.21's converter, whose operators `tests/data/tflm_each.jsonl.gz` has.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Sequence
from itertools import count
from math import prod
from typing import NamedTuple

from cnncalc.memory.program import CONVS, Operator
from cnncalc.sizes.number import ceil_div

__all__ = ["Composed", "composed"]


class _Step(NamedTuple):
    """An operator among several.

    Attributes:
        name: What it is called.
        reads: What it takes: 0 is what reaches the node, n what step n puts out.
        form: What it puts out, as `_shape_of` tells.
    """

    name: str
    reads: tuple[int, ...]
    form: str = ""


def _steps(text: str) -> tuple[_Step, ...]:
    """Return steps from text: names, what each takes, and in which form it puts out."""
    found = []
    for step in text.split(", "):
        name, *reads = step.split()
        form = "" if reads[-1].isdigit() else reads.pop()
        found.append(_Step(name, tuple(map(int, reads)), form))
    return tuple(found)


# A group norm, up to the factors: its channels are two axes, groups and those in one.
_GROUPED = _steps(
    "RESHAPE 0 all, MEAN 1 group, NEG 2 group, SUB 1 2 all, SQUARE 4 all, "
    "MEAN 5 group, ADD 6 group, RSQRT 7 group"
)

_MADE = {
    "CELU": _steps("RELU 0, MINIMUM 0, EXP 2, SUB 3, ADD 1 4"),
    "CLIP": _steps("MINIMUM 0, MAXIMUM 1"),
    "GROUP_NORM": _GROUPED
    + _steps(
        "MUL 8 channel, MUL 3 9 channel, ADD 10 channel, MUL 1 9 all, ADD 12 11 all, "
        "RESHAPE 13"
    ),
    "GROUP_NORM_ALONE": _GROUPED
    + _steps("MUL 3 8 group, MUL 1 8 all, ADD 10 9 all, RESHAPE 11"),
    "HARDSIGMOID": _steps("ADD 0, MUL 1"),
    "LAYER_NORM": _steps(
        "MEAN 0 ., NEG 1 ., SQUARED_DIFFERENCE 0 1, MEAN 3 ., ADD 4 ., RSQRT 5 ., "
        "MUL 6, MUL 2 7, ADD 8, MUL 0 7, ADD 10 9"
    ),
    "LOG_SIGMOID": _steps("NEG 0, EXP 1, ADD 2, LOG 3, NEG 4"),
    "MISH": _steps("EXP 0, ADD 1, LOG 2, TANH 3, MUL 0 4"),
    "RMS_NORM": _steps("SQUARE 0, MEAN 1 ., ADD 2 ., RSQRT 3 ., MUL 0 4, MUL 5"),
    "SELU": _steps("GREATER 0, MUL 0, EXP 0, SUB 3, MUL 4, SELECT 1 2 5"),
    "SOFTPLUS": _steps("EXP 0, ADD 1, LOG 2"),
    "SOFTSIGN": _steps("ABS 0, ADD 1, DIV 0 2"),
}

# Behind a convolution its offset is part of the biases.
_SCALED = _steps("MUL 0")
_WEIGHING = CONVS | {"FULLY_CONNECTED"}

# The relus that the last of several operators computes along, where it is one of these.
_RELUS, _ENDS = frozenset({"RELU", "RELU6"}), frozenset({"ADD", "MUL", "DIV"})

# Operators that have no kernel for whole numbers.
_OF_FLOATS = frozenset({"COS", "ELU", "FLOOR", "NEG", "ROUND", "SIN", "SQUARE"})

_FLOATS = 4  # times as large as values of int8


class Composed(NamedTuple):
    """The operators that are made of some, and the tensors between them.

    Attributes:
        operators: Those that run.
        between: By the number of each tensor that only these have between them, its
            name, its bytes, and behind which others it stands in a file.
    """

    operators: tuple[Operator, ...]
    between: dict[int, tuple[str, int, tuple[int, int]]]


def composed(
    operators: Sequence[Operator],
    sizes: list[int],
    outputs: Collection[int] = (),
    *,
    whole: bool,
) -> Composed:
    """Return the operators that are made of some.

    Args:
        operators: Those of a network, each of one node, whose number it writes.
        sizes: The bytes of what each node puts out.
        outputs: What the network puts out.
        whole: Whether its values are int8.

    Example:
        >>> op = Operator("ELU", "a", (4,), (4,), reads=(0,), writes=(1,))
        >>> [each.name for each in composed([op], [4, 4], whole=True).operators]
        ['DEQUANTIZE', 'ELU', 'QUANTIZE']
    """
    made: list[Operator] = []
    between: dict[int, tuple[str, int, tuple[int, int]]] = {}
    ends: dict[int, int] = {}  # where the last of several stands, by what it puts out
    free = count(len(sizes))
    users = Counter([*outputs, *[read for op in operators for read in op.reads]])
    names = {op.writes[0]: op.name for op in operators}
    for op in operators:
        source = op.reads[0]
        before = names.get(source, "") if users[source] == 1 else ""
        end = ends.get(source, -1) if before else -1
        if end >= 0 and _goes_into(op, made[end]):
            made[end], ends[op.writes[0]] = _along(op, made[end]), end
            continue
        steps = _steps_of(op, before)
        if before == "RESHAPE" and _begins_so(steps) and made[-1].writes == op.reads:
            op = op._replace(reads=made.pop().reads)  # noqa: PLW2901 - of two the last
        parts = list(_parts(op, steps, free)) if steps else [op]
        numbered = count()
        for part in parts:
            chain = _of_floats(part, free) if whole else [part]
            for each in chain:
                made.append(each)
                (writes,) = each.writes
                if writes >= len(sizes):
                    place = op.writes[0] - 1, next(numbered)
                    wide = 1 if each is chain[-1] else _FLOATS
                    between[writes] = each.path, wide * _size(part, op, sizes), place
        if steps and _last_to_compute(parts) in _ENDS:
            ends[op.writes[0]] = len(made) - 1
    return Composed(tuple(made), between)


def _begins_so(steps: tuple[_Step, ...]) -> bool:
    """Tell whether steps begin with a reshaping, which takes any form."""
    return steps[:1] == _GROUPED[:1]


def _goes_into(op: Operator, last: Operator) -> bool:
    """Tell whether an operator is computed along with the last of several."""
    return op.name in _RELUS or op.name == last.name == "RESHAPE"


def _along(op: Operator, last: Operator) -> Operator:
    """Return the last of several with what an operator makes of what that puts out."""
    return last._replace(path=op.path, output=op.output, writes=op.writes)


def _last_to_compute(parts: Sequence[Operator]) -> str:
    """Return the last of several that a relu goes into: it goes before a reshaping."""
    return parts[-2 if parts[-1].name == "RESHAPE" else -1].name


def _steps_of(op: Operator, before: str) -> tuple[_Step, ...]:
    """Return the steps of an operator behind another, which nothing else uses."""
    is_scaled = op.name == "HARDSIGMOID" and before in _WEIGHING
    steps = _SCALED if is_scaled else _MADE.get(op.name, ())
    in_a_row = steps[: len(_GROUPED)] == _GROUPED and len(op.output) == len("wc")
    return _in_a_row(steps) if in_a_row else steps


def _in_a_row(steps: tuple[_Step, ...]) -> tuple[_Step, ...]:
    """Return a group norm's steps where the difference is squared at once."""
    squared = _Step("SQUARED_DIFFERENCE", (1, 2), "all")
    made = (*steps[:3], squared, *steps[5:])
    return tuple(
        [step._replace(reads=tuple([n - (n > 4) for n in step.reads])) for step in made]  # noqa: PLR2004
    )


def _shape_of(step: _Step, op: Operator) -> tuple[int, ...]:
    """Return the shape of what a step puts out.

    Its form is "" for that of the node; "." for one value a position; and of channels
    in groups "all", or one value a "group", or a "channel".
    """
    *space, channels = op.output
    if step.form in {"", "."}:
        return (*space, 1 if step.form else channels)
    first = space if step.form == "all" else [1] * len(space)
    each = 1 if step.form == "group" else channels // op.groups
    return (*first, op.groups, each)


def _parts(
    op: Operator, steps: tuple[_Step, ...], free: Iterator[int]
) -> Iterator[Operator]:
    """Give the operators that an operator is made of."""
    written = [op.reads[0]]
    shapes = [op.input]
    for number, step in enumerate(steps, 1):
        last = number == len(steps)
        shape = _shape_of(step, op)
        written.append(op.writes[0] if last else next(free))
        shapes.append(shape)
        yield Operator(
            step.name,
            op.path if last else f"{op.path}_{number}",
            shapes[step.reads[0]],
            shape,
            reads=tuple([written[read] for read in step.reads]),
            writes=(written[-1],),
        )


def _of_floats(op: Operator, free: Iterator[int]) -> list[Operator]:
    """Return an operator of floats with what makes floats of int8, and int8 of them."""
    if op.name not in _OF_FLOATS:
        return [op]
    x, y, before, behind = op.input, op.output, next(free), next(free)
    return [
        Operator(
            "DEQUANTIZE", f"{op.path}_float", x, x, reads=op.reads, writes=(before,)
        ),
        op._replace(path=f"{op.path}_of", reads=(before,), writes=(behind,)),
        Operator("QUANTIZE", op.path, y, y, reads=(behind,), writes=op.writes),
    ]


def _size(part: Operator, op: Operator, sizes: list[int]) -> int:
    """Return the bytes of what a part puts out."""
    return ceil_div(sizes[op.writes[0]] * prod(part.output), prod(op.output))
