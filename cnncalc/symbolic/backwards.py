"""Questions asked backwards: which inputs lead to an output, or keep within limits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any, NamedTuple

from cnncalc._typing import Unpack, override
from cnncalc.answers.answer import Answer, Record, Written
from cnncalc.answers.table import Column, Fact, Table
from cnncalc.checks import for_message, integer, is_count
from cnncalc.cost.asked import AnyNetwork
from cnncalc.errors import OptionError
from cnncalc.sizes.shape import Shape
from cnncalc.symbolic.allowed import ANY, Allowed, allowed_by
from cnncalc.symbolic.answer import Symbolic, SymbolicShape, symbolic
from cnncalc.symbolic.conditions import Among, Condition
from cnncalc.symbolic.expression import Symbol, SymbolicExpression
from cnncalc.symbolic.growth import above_from

__all__ = ["Inputs", "LargestInput", "inputs_for", "largest_input"]


class Inputs(Answer):
    """The inputs of a network that lead to an output.

    Attributes:
        name: The network's name.
        sizes: By symbol, which sizes lead there.
        conditions: What these must be like besides, together.
    """

    def __init__(
        self,
        name: str,
        shape: SymbolicShape,
        sizes: Mapping[str, Allowed],
        conditions: tuple[Condition, ...],
    ) -> None:
        self.name, self.sizes, self.conditions = name, sizes, conditions
        self._shape = shape

    def holds(self, **sizes: int) -> bool:
        """Tell whether an input of such sizes leads there."""
        each = all(some.has(sizes[name]) for name, some in self.sizes.items())
        return each and all(condition.holds(**sizes) for condition in self.conditions)

    def __iter__(self) -> Iterator[Shape]:
        """Give the shapes of the inputs, small ones first.

        Raises:
            OptionError: If there is no end of them.
        """
        for name, some in self.sizes.items():
            if some.remainders:
                why = f"there is no end of them: {some.words(name)}"
                raise OptionError(why, "Ask .holds(...) of one, or look at .sizes")
        each = [sorted(some.few) for some in self.sizes.values()]
        for values in product(*each):
            known = dict(zip(self.sizes, values, strict=True))
            if self.holds(**known):
                yield self._shape.at(**known)

    @property
    @override
    def table(self) -> Table:
        """A line for each size, with what it may be."""
        heads = Column("size", "size", "text"), Column("may_be", "may be", "text")
        lines = [
            (name, some.words(name) or "nothing") for name, some in self.sizes.items()
        ]
        facts = [
            Fact(f"condition{n}", "holds for", str(condition), "text")
            for n, condition in enumerate(self.conditions, 1)
        ]
        return Table(f"inputs of {self.name}", heads, tuple(lines), tuple(facts))


def inputs_for(net: AnyNetwork, output: Any, **how: Unpack[Written]) -> Inputs:
    """Return all sizes of its input that lead to an output of some size.

    They are solved for, and none is tried: all are found for which the rules of the
    network go as on its own input, which `Network.symbolic` says when they do.

    Args:
        output: The size of the output along each axis: (10, 10); or a shape of it.
        how: As of `Written`: ``units=``, ``byte_units=``, ``layout=``, ``language=``.

    Raises:
        OptionError: If the output is no such size, or an axis of it depends on several
            sizes of the input at once.

    Source:
        Its own; sizes are those of the layers' rules, each with its source.

    Example:
        >>> from cnncalc import Sequential
        >>> net = Sequential(input=(32, 32, 1)).conv(5, 6).pool(2).conv(5, 16).pool(2)
        >>> found = net.inputs_for((5, 6))
        >>> print(found.sizes["H"].words("H"), len(list(found)))
        32 ≤ H ≤ 35 16
    """
    found = symbolic(net)
    shape = found.output
    if not isinstance(shape, SymbolicShape) or len(found.inputs) != 1:
        why = "it has several inputs or outputs, or an output that is not known"
        raise OptionError(why, "Ask a network of one input and one output")
    asked = _sizes(output, shape)
    sizes = dict.fromkeys(found.symbols, ANY)
    rest = []
    for condition in found.conditions:
        if isinstance(condition, Among):
            (name,) = condition.symbols
            sizes[name] = _both(sizes[name], condition.allowed)
        else:
            rest.append(condition)
    for axis, size in zip(shape, asked, strict=False):
        _narrow(sizes, axis - size)
    return Inputs(found.name, found.inputs[0], sizes, tuple(rest))._written(how)


def _sizes(output: Any, shape: SymbolicShape) -> tuple[int, ...]:
    """Return the sizes that are asked for, of the space or of the whole shape.

    Raises:
        OptionError: If they are none.
    """
    asked = output if isinstance(output, (tuple, list)) else (output,)
    known = tuple(map(integer, asked))
    if not all(map(is_count, known)) or len(shape) - len(known) not in {0, 1}:
        why = f"{for_message(output)} is no size of an output {shape}"
        raise OptionError(why, "Give a positive integer for each of its axes")
    return known


def _both(some: Allowed, other: Allowed | None) -> Allowed:
    """Return what two allow.

    Raises:
        OptionError: If that cannot be told.
    """
    both = None if other is None else some.both(other)
    if both is None:
        why = "which sizes lead there cannot be told by looking at few"
        raise OptionError(why, "Ask net.symbolic().output, and try some")
    return both


def _narrow(sizes: dict[str, Allowed], difference: SymbolicExpression) -> None:
    """Leave the sizes for which a difference is 0.

    Raises:
        OptionError: If it has several symbols.
    """
    polynomial = difference.polynomial
    names = polynomial.symbols
    if len(names) > 1:
        why = f"an axis of its output depends on {' and '.join(sorted(names))} at once"
        raise OptionError(why, "Ask net.symbolic().output, and try some")
    if names:
        (name,) = names
        sizes[name] = _both(sizes[name], allowed_by(polynomial, "="))
    elif polynomial.constant:
        for name in sizes:  # no input leads there
            sizes[name] = Allowed(frozenset(), 1, 1, frozenset())


class _LargestInput(NamedTuple):
    shape: Shape
    values: tuple[tuple[str, int], ...]
    binding: tuple[str, ...]


class LargestInput(_LargestInput, Record):
    """The largest input within limits.

    Attributes:
        shape: Its shape.
        values: What is limited, with what it is on that.
        binding: The limits that the next larger input does not keep.
    """

    __slots__ = ()

    _title = "largest input"
    _columns = (
        Column("shape", "input", "shape"),
        Column("values", "limited", "value"),
        Column("binding", "what limits it", "names"),
    )


_PREFIXES = {"": 1, "k": 10**3, "m": 10**6, "g": 10**9, "t": 10**12}


def _limit(name: str, limit: Any) -> int:
    """Return a limit as an integer, also of a text: "4M", "1.5G".

    Raises:
        OptionError: If it is none.
    """
    number: Any = integer(limit)
    if isinstance(number, str):
        found = re.fullmatch(r"(\d+)(?:\.(\d+))? ?([kKMGT]?)", number)
        if found:
            whole, digits, prefix = found[1], found[2] or "", found[3].lower()
            number = int(whole + digits) * _PREFIXES[prefix] // 10 ** len(digits)
    if not is_count(number):
        why = f"{name} is {for_message(limit)}"
        raise OptionError(why, 'It must be a positive integer, or a text as "600M"')
    return int(number)


def largest_input(
    net: AnyNetwork,
    macs: int | str | None = None,
    *,
    flops: int | str | None = None,
    params: int | str | None = None,
    activations: int | str | None = None,
    connections: int | str | None = None,
    aspect: tuple[int, int] = (1, 1),
    **how: Unpack[Written],
) -> LargestInput:
    """Return the largest input on which a network keeps within limits.

    It is the largest among all integers: beyond a size that follows from how the
    expressions grow none keeps them, and below it each is looked at, the largest first.
    Sizes on which a rule goes another way than on its own input are left out; see
    `Network.symbolic`.

    Args:
        macs: The most multiply-accumulates: an integer, or a text as "600M".
        flops: The most floating-point operations, likewise. So the others:
        params: Parameters, which grow where a linear layer takes the whole map.
        activations: Values that the nodes put out.
        connections: Links.
        aspect: How height and width are to each other: (9, 16).
        how: As of `Written`: ``units=``, ``byte_units=``, ``layout=``, ``language=``.

    Raises:
        OptionError: If nothing is limited, or by nothing that grows with the input; a
            limit is no positive integer; or no input keeps them, where the message says
            what the smallest has.

    Source:
        Its own; the numbers are those of the layers' rules, each with its source.

    Example:
        >>> from cnncalc import zoo
        >>> found = zoo.mobilenet_v2().largest_input(macs="300M")
        >>> print(found.shape, found.values, found.binding)
        220×220×3 (('macs', 297707120),) ('macs',)
    """
    given = {
        "macs": macs,
        "flops": flops,
        "params": params,
        "activations": activations,
        "connections": connections,
    }
    limits = {name: _limit(name, n) for name, n in given.items() if n is not None}
    if not limits:
        raise OptionError("nothing is limited", 'Give a limit, as macs="600M"')
    found = symbolic(net, depth=None)
    numbers, shape = _in_one_size(found, limits, aspect)
    bounds = [above_from(numbers[name].polynomial, limits[name]) for name in limits]
    known = [bound for bound in bounds if bound is not None]
    if not known:
        why = f"{' and '.join(limits)} does not grow with the input"
        raise OptionError(why, "Limit something that does, as macs")
    first = max(min(known), *net.input.space)  # the network's own is a case
    return _largest(numbers, shape, limits, first)._written(how)


def _largest(
    numbers: Mapping[str, SymbolicExpression],
    shape: SymbolicShape,
    limits: Mapping[str, int],
    first: int,
) -> LargestInput:
    """Return the largest input from a size on downward.

    Raises:
        OptionError: If none keeps the limits.
    """
    broken: dict[str, int] = {}  # of the smallest input so far, what is too much
    smallest = "of that aspect there is no input"
    for size in range(first, 0, -1):
        if not numbers[next(iter(limits))].holds(s=size):
            continue
        values = {name: numbers[name].at(s=size) for name in limits}
        over = {name: n for name, n in values.items() if n > limits[name]}
        if not over:
            return LargestInput(shape.at(s=size), tuple(values.items()), tuple(broken))
        broken = over
        there = ", ".join(f"{name} {n:,}" for name, n in over.items())
        smallest = f"the smallest input, {shape.at(s=size)}, has {there}"
    raise OptionError(smallest, "Use larger limits, or another aspect")


def _in_one_size(
    found: Symbolic, limits: Mapping[str, int], aspect: Any
) -> tuple[dict[str, SymbolicExpression], SymbolicShape]:
    """Return what is limited, and the input, in terms of one size.

    Raises:
        OptionError: If *aspect* is no pair of positive integers, or the network has
            several inputs, or one without axes.
    """
    if len(found.inputs) != 1 or not found.symbols:
        why = "it has several inputs, or a vector alone"
        raise OptionError(why, "Ask a network of one input with axes")
    pair = tuple(map(integer, aspect)) if isinstance(aspect, (tuple, list)) else ()
    if len(pair) != len(("height", "width")) or not all(map(is_count, pair)):
        why = f"aspect is {for_message(aspect)}"
        raise OptionError(why, "Give height and width to each other, as (9, 16)")
    times: dict[str, int] = dict(zip(("H", "W"), pair, strict=True))
    terms = {name: times.get(name, 1) * Symbol("s") for name in found.symbols}
    numbers = {name: getattr(found, name).in_terms_of(**terms) for name in limits}
    shape = [
        size.in_terms_of(**terms) if size.symbols else size for size in found.inputs[0]
    ]
    return numbers, SymbolicShape(shape)
