"""The numbers of a network as expressions in the size of its input."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from cnncalc._typing import Never, Unpack, override
from cnncalc.answers.answer import Answer, Written
from cnncalc.answers.table import Column, Fact, Table, columns
from cnncalc.checks import for_message
from cnncalc.cost.asked import AnyGraph, AnyNetwork
from cnncalc.door import guarded
from cnncalc.errors import UnknownNameError
from cnncalc.sizes.shape import Shape, sizes_text
from cnncalc.symbolic.conditions import Assumptions, Condition
from cnncalc.symbolic.counting import APART, QUANTITIES, counted_in_symbols
from cnncalc.symbolic.entered import Entered, entered_by
from cnncalc.symbolic.expression import Expression
from cnncalc.symbolic.polynomial import Polynomial
from cnncalc.symbolic.size import noting, polynomial_of
from cnncalc.symbolic.together import conditions_text

__all__ = ["Symbolic", "SymbolicRow", "SymbolicShape", "expressed", "symbolic"]


class SymbolicShape(tuple[Expression, ...]):
    """The sizes of a shape as expressions, the channels last."""

    __slots__ = ()

    def at(self, *unnamed: Never, **sizes: int) -> Shape:
        """Return the shape for some sizes.

        Raises:
            OptionError: As of `Expression.at`.
            ShapeError: Likewise.
        """
        *space, channels = [size.at(*unnamed, **sizes) for size in self]
        return Shape.made(tuple(space), channels)

    @override
    def __str__(self) -> str:
        return sizes_text(self)


class SymbolicRow(NamedTuple):
    """One node of a network, with its numbers as expressions.

    Attributes:
        path: Its path.
        kind: The class of its layer.
        output: The shape that it puts out; None if that is unknown.
        params: Parameters, trainable or not; 0 where weights are shared.
        trainable_params: Those that training changes.
        buffers: Values kept that are not parameters.
        connections: Links into its units.
        macs: Multiply-accumulates.
        flops: Floating-point operations.
        activations: Values that it puts out.
        weight_macs: The MACs that multiply an activation by a weight.
        product_macs: Those that multiply two activations.
        constant_macs: Those that are done once, however large a batch is.
    """

    path: str
    kind: str
    output: SymbolicShape | None
    params: Expression
    trainable_params: Expression
    buffers: Expression
    connections: Expression
    macs: Expression
    flops: Expression
    activations: Expression
    weight_macs: Expression
    product_macs: Expression
    constant_macs: Expression


@guarded("symbolic")
class Symbolic(Answer):
    """The numbers of a network as expressions in the size of its input.

    It has each of them by its name, as the network has: ``params``, ``macs`` and so on;
    what it prints leaves out by what MACs multiply.

    Attributes:
        name: The network's name.
        symbols: The names of the sizes, in the order of the input.
        conditions: For which sizes the expressions hold; empty if for all.
        inputs: The shapes of its inputs, for which nothing is assumed.
        output: The shape that the network puts out; of several a tuple; None if it is
            unknown.
        rows: The same numbers for each node, in execution order.
        totals: Those of the whole network, by name.
    """

    def __init__(
        self,
        name: str,
        symbols: tuple[str, ...],
        conditions: tuple[Condition, ...],
        inputs: tuple[SymbolicShape, ...],
        output: Any,
        rows: tuple[SymbolicRow, ...],
    ) -> None:
        self.name, self.symbols, self.conditions = name, symbols, conditions
        self.inputs, self.output, self.rows = inputs, output, rows
        self.totals = {
            key: _sum([getattr(row, key) for row in rows], (symbols, conditions))
            for key in (*QUANTITIES, *APART)
        }

    @property
    def params(self) -> Expression:
        """Number of parameters, trainable or not; shared ones count once."""
        return self.totals["params"]

    @property
    def trainable_params(self) -> Expression:
        """Number of parameters that training changes."""
        return self.totals["trainable_params"]

    @property
    def buffers(self) -> Expression:
        """Number of values kept that are not parameters."""
        return self.totals["buffers"]

    @property
    def connections(self) -> Expression:
        """Number of links into units, those of biases included."""
        return self.totals["connections"]

    @property
    def macs(self) -> Expression:
        """Number of multiply-accumulates."""
        return self.totals["macs"]

    @property
    def weight_macs(self) -> Expression:
        """Number of MACs that multiply an activation by a weight."""
        return self.totals["weight_macs"]

    @property
    def product_macs(self) -> Expression:
        """Number of MACs that multiply two activations, as those of attention do."""
        return self.totals["product_macs"]

    @property
    def constant_macs(self) -> Expression:
        """Number of MACs that are done once, however large a batch is."""
        return self.totals["constant_macs"]

    @property
    def flops(self) -> Expression:
        """Floating-point operations, as of `Network.flops`."""
        return self.totals["flops"]

    @property
    def activations(self) -> Expression:
        """Number of values that the nodes put out."""
        return self.totals["activations"]

    def __getitem__(self, path: str) -> SymbolicRow:
        """Return the row of a node.

        Raises:
            UnknownNameError: If there is no such node.
        """
        for row in self.rows:
            if row.path == path:
                return row
        why = f"there is no node {for_message(path)}"
        raise UnknownNameError(why, "The rows have their paths: row.path")

    def holds(self, *unnamed: Never, **sizes: int) -> bool:
        """Tell whether the expressions hold for some sizes.

        Raises:
            OptionError: If a size is no positive integer, is missing, or is of no
                symbol.
        """
        return self.macs.holds(*unnamed, **sizes)

    @property
    @override
    def table(self) -> Table:
        """A line for each node, and the totals."""
        heads = (
            Column("layer", "layer", "text"),
            Column("output", "output", "text"),
            *columns("formula", **QUANTITIES),
        )
        lines = [
            (row.path, _text(row.output), *[getattr(row, key) for key in QUANTITIES])
            for row in self.rows
        ]
        return Table(self.name, heads, tuple(lines), self._facts())

    @override
    def _shown(self) -> Table:
        """Return the totals alone: lines of expressions are long."""
        return self.table._replace(columns=(), lines=())

    def _facts(self) -> tuple[Fact, ...]:
        words = conditions_text(self.conditions) or "every size"
        totals = [
            Fact(key, title, self.totals[key], "formula")
            for key, title in QUANTITIES.items()
        ]
        shape = Fact("output", "output", _text(self.output), "text")
        return *totals, shape, Fact("conditions", "holds for", words, "words")


def symbolic(
    net: AnyNetwork,
    *,
    height: str | None = "H",
    width: str | None = "W",
    length: str | None = "L",
    depth: str | None = "D",
    batch: str | int | None = None,
    **how: Unpack[Written],
) -> Symbolic:
    """Return its numbers as exact expressions in the size of its input.

    The rules of its layers are read once more, on symbols. An expression holds for
    every size on which the layers can work, and where a rule goes one way or another by
    the size, for those on which it goes as on the network's own; its conditions say for
    which. Those of other sizes are asked of the network on such a size:
    ``net.on(shape).symbolic()``. Sizes of inputs that are equal have one symbol.

    Args:
        height: The symbol of the height; None leaves that a number. So the others:
        width: Of the width.
        length: Of the length of a sequence.
        depth: Of the depth of a volume.
        batch: How many inputs go through together, as a symbol or a number:
            connections, MACs, FLOPs and activations are then of all.
        how: As of `Written`: ``units=``, ``byte_units=``, ``layout=``, ``language=``.

    Raises:
        OptionError: If a symbol is no name, or stands for two sizes that differ.

    Source:
        Its own; the sum is that of the rules, each with its source.

    Example:
        >>> from cnncalc import zoo
        >>> found = zoo.vgg16().symbolic()
        >>> print(found.params, found.output, *found.conditions)
        138,357,544 1,000 H ≥ 32 W ≥ 32
        >>> found.macs.at(H=224, W=224), found.macs.at(H=512, W=384)
        (15470264320, 60257370112)
    """
    names = {"height": height, "width": width, "length": length, "depth": depth}
    entered = entered_by(net, names, batch)
    with noting(both_ways=True) as assumed:
        graph = entered.read(net, assumed)
        counted = list(counted_in_symbols(graph.table, entered.times))
    return expressed(entered, graph, counted, assumed)._written(how)


def expressed(
    entered: Entered, graph: AnyGraph, counted: Iterable[Any], assumed: Assumptions
) -> Symbolic:
    """Return the numbers of a network that was read in symbols.

    Args:
        entered: What entered it.
        graph: The network on that.
        counted: Its nodes with their numbers, as of `counted_in_symbols`.
        assumed: What was assumed meanwhile.
    """
    known = entered.symbols, _in_order(assumed.conditions, entered.symbols)
    rows = [_row(who, found, known) for who, found in counted]
    shapes = [_shape(graph.table.calls[node].output, known) for node in graph.outputs]
    output = shapes[0] if len(shapes) == 1 else tuple(shapes)
    inputs: Any = tuple([_shape(x, (entered.symbols, ())) for x in entered.inputs])
    return Symbolic(entered.title, *known, inputs, output, tuple(rows))


def _in_order(
    conditions: Iterable[Condition], symbols: tuple[str, ...]
) -> tuple[Condition, ...]:
    """Return conditions of one symbol first, in the order of the symbols."""

    def place(condition: Condition) -> tuple[int, int]:
        names = condition.symbols
        return len(names), min(map(symbols.index, names))

    return tuple(sorted(conditions, key=place))


def _row(who: tuple[str, str, Shape], found: Any, known: Any) -> SymbolicRow:
    path, kind, output = who
    numbers = [Expression(p, *known, is_bound=bound) for p, bound in found]
    return SymbolicRow(path, kind, _shape(output, known), *numbers)


def _shape(shape: Shape, known: Any) -> SymbolicShape | None:
    if not shape:
        return None
    return SymbolicShape([Expression(polynomial_of(n), *known) for n in shape])


def _sum(numbers: Sequence[Expression], known: Any) -> Expression:
    """Return the sum of expressions with the same conditions."""
    whole = Polynomial.total([number.polynomial for number in numbers])
    bound = any(number.is_bound for number in numbers)
    return Expression(whole, *known, is_bound=bound)


def _text(output: Any) -> str:
    """Return a shape in words, or several."""
    if isinstance(output, SymbolicShape) or output is None:
        return "?" if output is None else str(output)
    return ", ".join(map(_text, output))
