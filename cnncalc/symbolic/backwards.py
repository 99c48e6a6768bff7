"""Inputs that lead to an output."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any

from cnncalc._typing import Unpack, override
from cnncalc.answers.answer import Answer, Written
from cnncalc.answers.table import Column, Fact, Table
from cnncalc.checks import for_message, integer, is_count
from cnncalc.cost.asked import AnyNetwork
from cnncalc.errors import OptionError
from cnncalc.sizes.shape import Shape
from cnncalc.symbolic.allowed import ANY, Allowed, allowed_by
from cnncalc.symbolic.answer import SymbolicShape, symbolic
from cnncalc.symbolic.conditions import Among, Condition
from cnncalc.symbolic.expression import Expression

__all__ = ["Inputs", "inputs_for"]


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


def _narrow(sizes: dict[str, Allowed], difference: Expression) -> None:
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
