"""A network's rows: for each node, where it stands and what it costs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from cnncalc._lazy import modules
from cnncalc._typing import NamedTuple, Unpack, override
from cnncalc.answers.answer import Answer, Written
from cnncalc.answers.table import Table as Report
from cnncalc.cost.receptive_field import NOTHING, Field, extremes, grown, space_of
from cnncalc.cost.totals import costs
from cnncalc.door import guarded
from cnncalc.errors import ArgumentError
from cnncalc.formula import Formula
from cnncalc.graph.call import Call
from cnncalc.graph.table import Table
from cnncalc.graph.walk import walked
from cnncalc.layers.base import Layer
from cnncalc.layers.questions import RowElsewhere
from cnncalc.refusals import missing
from cnncalc.sizes.axes import Axes, Pads
from cnncalc.sizes.shape import Shape
from cnncalc.sizes.unknown import shown, stated

if TYPE_CHECKING:
    from cnncalc.cost.formulas import Formulas
    from cnncalc.formula import Term

__all__ = ["Row", "Rows", "rows"]


class _Row(NamedTuple):
    name: str
    scope: tuple[str, ...]
    inputs: tuple[str, ...]
    # From here on as `_facts` gives them.
    kind: str
    layer: Layer
    input: Shape | tuple[Shape, ...]
    output: Shape
    kernel: Axes | None
    stride: Axes | None
    padding: Pads | Axes | None
    params: int | None
    trainable: int | None
    buffers: int | None
    formula: Formula | Term | None
    connections: int | None
    macs: int | None
    activation_size: int
    # From here on as in `Field`; None where a unit sees the whole input, and where the
    # field is unknown or branches of different strides meet.
    receptive_field: Axes | None
    effective_stride: Axes | None
    effective_padding: Axes | None
    aligned: bool | None
    period: tuple[tuple[range, ...], ...] = ()
    members: tuple[Row, ...] = ()
    computed: int = 2


@guarded
class Row(Answer, RowElsewhere, _Row, is_read_often=True):
    """One node of a network, with its numbers.

    Attributes:
        name: Its name, unique in its scope.
        scope: The names of the groups around it, outermost first.
        inputs: The paths of the nodes that feed it.
        kind: The class of its layer.
        layer: The layer; None of a group.
        input: The shape that reaches it; at a join, all of them.
        output: The shape that it puts out; None if it is unknown, as an input may be.
        kernel: The size of its window along each axis, if it has one.
        stride: Steps of the window.
        padding: Padding: a number for each axis, by side, or a word.
        params: Weights and biases, trainable or not; 0 where weights are shared.
        trainable: How many of these training changes.
        buffers: Values kept that are not parameters.
        formula: The formula of *params*: `str` has the numbers, ``.general`` the
            symbols.
        connections: Links into its output units.
        macs: Multiply-accumulates for one input, by weights and of two activations.
        activation_size: Values that it puts out.
        receptive_field: Input positions that a unit sees along each axis; the most,
            where that depends on the position: `receptive_fields` has the least, too.
        effective_stride: Input positions from one unit to the next.
        effective_padding: Positions before the input's first that the first unit sees.
        aligned: Whether all branches behind it have the same centres.
        period: What each unit of one period sees, as of `Field`.
        members: Of a group that is folded into one row, its rows.
        computed: How many of its inputs depend on what enters the network: a product of
            two is one by weights if one does, and done once if none does.
    """

    __slots__ = ()

    @property
    @override
    def table(self) -> Report:
        """One line, with what is known of it."""
        from cnncalc.cost.row_columns import ROW_COLUMNS, line_of

        return Report(self.path, ROW_COLUMNS, (line_of(self),), ())

    @override
    def _shown(self) -> Report:
        return self.table.as_list()

    @property
    def flops(self) -> int | None:
        """Its floating-point operations, for one input; None if they are unknown."""
        number: int | None = _later["flops"].row_flops(self)
        return number

    def memory(self, dtype: str | int = "float32") -> int | None:
        """Return the bytes that its parameters take; None if they are unknown.

        Args:
            dtype: Their data type, such as "int8", or a number of bits.

        Raises:
            OptionError: If there is no such type.

        Example:
            >>> from cnncalc import Conv2d, Sequential
            >>> row = Sequential(input=(28, 28, 1)).add(Conv2d(5, 6))[0]
            >>> row.flops, row.memory(), row.memory("int4")
            (176256, 624, 78)
        """
        stored = _later["types"].stored
        size: int | None = None if self.params is None else stored(self.params, dtype)
        return size

    def explain(
        self,
        *,
        dtype: str | int = "float32",
        batch: int = 1,
        **how: Unpack[Written],
    ) -> Answer:
        """Return how its numbers come about, but for the receptive field.

        `net.explain(row.path)` explains that, too.

        Args:
            dtype: The values' data type, or a number of bits.
            batch: How many inputs are run at once.
            how: As of `Written`: units, byte_units, layout, language.

        Raises:
            OptionError: If there is no such data type or language.
        """
        made: Answer = _later["explanation"].explain_row(self, dtype, batch, how)
        return made

    @property
    def path(self) -> str:
        """The full name: ``layer2/0/conv1``."""
        return "/".join((*self.scope, self.name))

    @property
    def shapes(self) -> tuple[Shape, ...]:
        """The shapes that reach it; one that is not known is false, and prints "?"."""
        x: Any = self.input
        if x.__class__ is Shape:
            return (x,)
        known: tuple[Shape, ...] = shown(x if type(x) is tuple else (x,))
        return known

    @property
    def role(self) -> str:
        """The word for what its layer does, by which counting conventions go."""
        return "group" if self.members else self.layer.role

    @property
    def receptive_fields(self) -> tuple[Axes, Axes] | None:
        """The smallest and the largest field of its units along each axis."""
        if self.receptive_field is None:
            return None
        return extremes(self.receptive_field, self.period)

    @property
    def product_macs(self) -> int | None:
        """The *macs* that multiply two activations; None if that is unknown."""
        if self.members:
            return _sum([row.product_macs for row in self.members])
        if not self.macs or self.computed < min(_TWO, len(self.shapes)):
            return self.macs and 0
        return self.layer.product_macs_of(*self.shapes, self.output)

    @property
    def weight_macs(self) -> int | None:
        """The *macs* that multiply an activation by a weight: all others."""
        products, once = self.product_macs, self.constant_macs
        if self.macs is None or products is None or once is None:
            return None
        return self.macs - products - once

    @property
    def constant_macs(self) -> int | None:
        """The *macs* that are done once, since parameters alone are behind them."""
        if self.members:
            return _sum([row.constant_macs for row in self.members])
        return self.macs if self.computed == 0 else self.macs and 0

    @property
    def formulas(self) -> Formulas:
        """The formulas of "params", "connections", "macs" and "output".

        A group has none: its numbers are sums of those of its `members`.
        """
        from cnncalc.cost.formulas import Formulas

        return Formulas(self)


# Rooms below, which know more of a row, and are imported when they are asked.
_later = {
    **modules("cnncalc.memory", "types"),
    **modules("cnncalc.operations", "flops"),
    **modules("cnncalc.explain", "explanation"),
}


class Rows(tuple[Row, ...]):
    """The rows of a network, as a tuple."""

    __slots__ = ()

    if not TYPE_CHECKING:  # which tells of this itself
        __getattr__ = missing("missing_from_rows")

        def __getitem__(self, key: Any) -> Any:
            if isinstance(key, str):
                raise ArgumentError("rows are numbered here", f"Write net[{key!r}]")
            return tuple.__getitem__(self, key)


def rows(table: Table) -> Rows:
    """Return a row for each node of *table*, but none for an input.

    A fragment that recurs where it stood before, in this network or another, and that
    sees the same of the input, has the rows that it had.
    """
    made = _Rows(table)
    done = 0
    for start, piece in table.pieces:
        made.add(done, start)
        done = start + piece.size
        # Everything that its rows depend on, besides itself: the same piece has other
        # paths in another scope, and behind other nodes other inputs and fields.
        around: list[Any] = [table.scopes[start], made.space]
        for node, which, _ in walked(piece).outside:
            below = start + node + table.links[start + node][which]
            around += made.paths[below], made.seen[below]
        known = piece.rows.get(key := tuple(around))
        if known is not None:
            made.extend(*known)
            continue
        before = len(made.rows)
        made.add(start, done)
        if len(piece.rows) >= _PLACES:
            piece.rows.clear()
        piece.rows[key] = made.rows[before:], made.paths[start:], made.seen[start:]
    made.add(done, len(table.calls))
    return Rows(made.rows)


_PLACES = 32  # where a fragment's rows are kept for


class _Rows:
    """Rows in the making, with what later ones need of those before.

    Attributes:
        rows: The rows.
        paths: The path of each node.
        seen: How much of the input its units see.
        space: The sizes of the input.
    """

    def __init__(self, table: Table) -> None:
        self.table = table
        self.space = space_of(table)
        self.rows: list[Row] = []
        self.paths: list[str] = []
        self.seen: list[Any] = []

    def add(self, start: int, stop: int) -> None:
        """Make the rows of the nodes from *start* to *stop*, if there are any."""
        if start == stop:
            return
        table, paths, append = self.table, self.paths, self.rows.append
        calls, every = table.calls[start:stop], table.links[start:stop]
        columns = (table.names[start:stop], table.scopes[start:stop], every, calls)
        around: tuple[str, ...] | None = None
        prefix = ""
        done = self.seen
        try:
            grown(self.seen, calls, every, self.space)
            done = paths
            seen = self.seen[start:stop]
            for name, scope, links, call, field in zip(*columns, seen, strict=True):
                if scope is not around:
                    around, prefix = scope, "/".join((*scope, ""))
                if links or call.layer.is_parameter:
                    # A link counts back from here: from the end of the paths so far.
                    computed = 0 if field == NOTHING else len(links)
                    if len(links) == 1:
                        inputs: tuple[str, ...] = (paths[links[0]],)
                    else:
                        inputs = tuple([paths[link] for link in links])
                        place = len(paths)
                        behind = [self.seen[place + link] for link in links]
                        computed = len(links) - behind.count(NOTHING)
                    known = call.facts or _facts(call)
                    sees: Any = field if field.__class__ is Field else _NOWHERE
                    append(
                        Row._make((name, scope, inputs, *known, *sees, (), computed))
                    )
                paths.append(prefix + name)
        except Exception:
            call = table.calls[len(done)]  # whose rule it is
            with table.placing(len(done), call.layer, call.shapes):
                raise

    def extend(self, rows: list[Row], paths: list[str], seen: list[Any]) -> None:
        """Add rows that were made before."""
        self.rows += rows
        self.paths += paths
        self.seen += seen


def _sum(parts: list[int | None]) -> int | None:
    """Return the sum of numbers, or None if one is unknown."""
    return None if None in parts else sum(filter(None, parts))


_TWO = 2  # inputs that are computed, of a product of activations
_NOWHERE = (None, None, None, None, ())


def _facts(call: Call) -> tuple[Any, ...]:
    """Return all of a node's row that holds in any place, and keep it there."""
    layer, shapes = call.layer, call.shapes
    kernel, stride, padding, *_ = call.geometry
    params, trainable, buffers, *done = costs(call)
    formula: Formula | Term = Formula(layer, shapes, "params")
    if call.shared:
        from cnncalc.formula import leaf

        formula = leaf(0)
    call.facts = (
        layer.class_name,
        layer,
        stated(shapes[0] if len(shapes) == 1 else shapes),
        stated(call.output),
        kernel,
        stride,
        padding,
        params,
        trainable,
        buffers,
        formula,
        *done,
    )
    known: tuple[Any, ...] = call.facts
    return known
