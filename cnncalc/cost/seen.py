"""Questions about receptive fields: what units of a network see, and where."""

from __future__ import annotations

from typing import Any

from cnncalc._typing import Unpack, override
from cnncalc.answers.answer import Answer, Written
from cnncalc.answers.table import Column, Table, columns
from cnncalc.checks import integer, is_count
from cnncalc.cost import receptive_field as of_table
from cnncalc.cost.asked import AnyNetwork
from cnncalc.cost.receptive_field import Field, Region
from cnncalc.cost.rows import Row
from cnncalc.errors import UnknownPositionError, shortened, unknown_name
from cnncalc.sizes.axes import Axes, kind_of
from cnncalc.sizes.shape import Shape

__all__ = ["Fields", "Regions", "fields", "receptive_field", "region"]


class Fields(Answer, dict[str, Any]):
    """The part of the input that the units of each node see, by path.

    A `Field`; "global" where a unit sees the whole input; None where that is unknown.
    """

    @property
    @override
    def table(self) -> Table:
        """A line for each node."""
        nothing = (None,) * len(Field._fields)
        lines = [
            (path, *(seen if isinstance(seen, Field) else nothing), _told(seen))
            for path, seen in self.items()
        ]
        return Table("receptive fields", _COLUMNS, tuple(lines), ())


_COLUMNS = (
    Column("layer", "layer", "text"),
    *columns(
        "pair",
        size="receptive field",
        stride="effective stride",
        padding="effective padding",
    ),
    Column("aligned", "aligned", "flag"),
    Column("note", "note", "words"),
)


def _told(seen: Any) -> str:
    if seen is None:
        return "unknown"
    return "" if isinstance(seen, Field) else "the whole input"


class Regions(Answer, dict[str, Region]):
    """The part of each input that one unit depends on, by the input's name."""

    @property
    @override
    def table(self) -> Table:
        """A line for each input."""
        parts = [(name, *part.table.lines[0]) for name, part in self.items()]
        heads = next((part.table.columns for part in self.values()), ())
        return Table(
            "region", (Column("input", "input", "text"), *heads), tuple(parts), ()
        )


def receptive_field(net: AnyNetwork) -> Axes | None:
    """The input positions that a unit of the last map before anything global sees.

    None where branches of different strides meet, or a layer's window is unknown.
    """
    table = net.graph.table
    field = of_table.last_map(table, of_table.table_fields(table))
    return field.size if isinstance(field, Field) else None


def fields(net: AnyNetwork, *, gates: bool = False, **how: Unpack[Written]) -> Fields:
    """Return by path how much of the input the units of each node see.

    Args:
        gates: Whether to count the path through the gate of a squeeze-excitation,
            which the literature, and the columns of rows, leave out.
        how: As of `Written`: ``units=``, ``byte_units=``, ``layout=``, ``language=``.

    Returns:
        A `Field` of size, stride, padding and alignment; "global" where a unit sees
        the whole input, "nothing" where parameters alone are behind it; None where the
        field is unknown, or branches of different strides meet.

    Example:
        >>> from cnncalc import zoo
        >>> zoo.lenet().fields()["Conv2"].size, zoo.lenet().fields()["FC1"]
        ((14, 14), 'global')
    """
    table = net.graph.table
    seen = enumerate(of_table.table_fields(table, gates=gates))
    entries = set(table.entries())
    found = ((table.path(i), field) for i, field in seen if i not in entries)
    return Fields(found)._written(how)


def region(
    net: AnyNetwork,
    node: str | int | Row,
    *position: int,
    gates: bool = False,
    **how: Unpack[Written],
) -> Any:
    """Return the exact part of the input that one unit depends on.

    Args:
        node: The path of a node, its number in `nodes`, or its row.
        position: Where the unit stands along each axis: of a map, row and column; of
            a vector, nothing.
        gates: As of `fields`.
        how: As of `Written`: ``units=``, ``byte_units=``, ``layout=``, ``language=``.

    Returns:
        A `Region` of rows and columns, the hull of all positions that reach the
        unit, without padding; of a network of several inputs a dictionary by name, of
        those that reach it. None where a layer's window is unknown.

    Raises:
        UnknownNameError: If there is no node of that path.
        UnknownPositionError: If there is no such node, or no such unit.

    Example:
        >>> from cnncalc import zoo
        >>> zoo.lenet().region("Conv2", 0, 9)
        Region(rows=range(0, 14), columns=range(18, 32))
    """
    table, place = net.graph.table, _place(net, node)
    shape = table.calls[place].output
    if not shape:
        return None
    space = shape.space or (1, 1)  # a vector is taken for a map of one position
    position = tuple(map(integer, position))
    if shape.is_vector and not position:
        position = (0, 0)
    inside = len(position) == len(space) and all(
        is_count(n, 0) and n < size for n, size in zip(position, space, strict=True)
    )
    if not inside:
        why = f"there is no unit {position} in a {kind_of(len(space))} of {shape}"
        axes = "Rows and columns" if len(space) == len(("h", "w")) else "Positions"
        raise UnknownPositionError(why, f"{axes} are counted from 0")
    found = of_table.table_region(table, place, *position, gates=gates)
    if found is None:
        return None
    regions = Regions((table.path(index), part) for index, part in found.items())
    if not isinstance(net.input, Shape):
        return regions._written(how)
    nothing = Region.around([(range(0),) * net.input.rank])  # in the padding alone
    return next(iter(regions.values()), nothing)._written(how)


def _place(net: AnyNetwork, node: Any) -> int:
    """Return where a node stands in the table: by its path, number or row."""
    graph = net.graph
    rows, node = graph.nodes, integer(node)
    if is_count(node, 0):
        if node >= len(rows):
            why = f"there is no node {node} among {len(rows)}"
            raise UnknownPositionError(why, "Nodes are counted from 0")
        node = rows[node]
    path = getattr(node, "path", node)
    place = graph.place(path) if isinstance(path, str) else None
    if not isinstance(place, int):
        raise unknown_name("node", shortened(str(path)), [row.path for row in rows])
    return place
