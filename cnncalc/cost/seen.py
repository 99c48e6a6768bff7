"""Questions about receptive fields: what units of a network see, and where."""

from __future__ import annotations

from operator import ge
from typing import Any, Final, Literal

from cnncalc._typing import Unpack, override
from cnncalc.answers.answer import Answer, Written
from cnncalc.answers.table import Column, Table, columns
from cnncalc.checks import integer, is_count
from cnncalc.cost import receptive_field as of_table
from cnncalc.cost.asked import AnyNetwork
from cnncalc.cost.receptive_field import NOTHING, VECTOR, Field, in_cell
from cnncalc.cost.region import Region, table_region
from cnncalc.cost.rows import Row
from cnncalc.errors import UnknownPositionError, shortened, unknown_name
from cnncalc.graph.table import Table as Nodes
from cnncalc.sizes.axes import Axes, kind_of
from cnncalc.sizes.shape import Shape
from cnncalc.sizes.window import GLOBAL

__all__ = [
    "Fields",
    "Regions",
    "fields",
    "receptive_field",
    "receptive_fields",
    "region",
]


class Fields(Answer, dict[str, Any]):
    """The part of the input that the units of each node see, by path.

    A `Field`; "global" where a unit sees the whole input; None where that is unknown.
    """

    @property
    @override
    def table(self) -> Table:
        """A line for each node."""
        lines = [(path, *_told(seen)) for path, seen in self.items()]
        return Table("receptive fields", _COLUMNS, tuple(lines), ())


_COLUMNS = (
    Column("layer", "layer", "text"),
    Column("size", "receptive field", "field"),
    *columns(
        "pair",
        stride="effective stride",
        padding="effective padding",
    ),
    Column("aligned", "aligned", "flag"),
    Column("note", "note", "words"),
)


def _told(seen: Any) -> tuple[Any, ...]:
    if isinstance(seen, Field):
        by_position = len(set(seen.sizes)) > 1
        note = "it depends on the position" if by_position else ""
        return in_cell(seen.sizes), *seen[1:4], note
    words = {None: "unknown", NOTHING: "nothing"}.get(seen, "the whole input")
    return *(None,) * len(Field._fields[:4]), words


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


def receptive_field(net: AnyNetwork) -> Axes | Literal["whole input"] | None:
    """The number of input positions that a unit sees along each axis, of the last map.

    Of a network that puts out no map it is the last before anything global. Where it
    depends on the position, this is the most that a unit sees: `receptive_fields` has
    the least as well. As in the literature, a field may be larger than the input;
    "whole input" stands for units that all see the whole, as of a fully connected
    network. None where branches of different strides meet, or a layer's window is
    unknown.

    Example:
        >>> from cnncalc import zoo
        >>> zoo.vgg16().receptive_field, zoo.unet().receptive_field
        ((212, 212), (204, 204))
        >>> zoo.unet().receptive_fields
        ((188, 188), (204, 204))
    """
    found = receptive_fields(net)
    return found[1] if isinstance(found, tuple) else found


def receptive_fields(
    net: AnyNetwork,
) -> tuple[Axes, Axes] | Literal["whole input"] | None:
    """The smallest and the largest of `receptive_field`, which differ by the position.

    They do behind layers that enlarge: of two units that come from one below, one may
    look beyond it where the other does not.
    """
    table, again = net._folded()
    seen = of_table.folded_fields(table, again)
    node = of_table.last_map(table, seen)
    field = seen[node]
    if isinstance(field, str):
        return WHOLE if field != NOTHING else None
    if field is None:
        return WHOLE if _sees_all(net.graph.table, node) else None
    least, most = field.sizes
    sizes = of_table.space_of(table) or ()
    enlarged = field.period and all(map(ge, least, sizes))
    return WHOLE if enlarged and _sees_all(table, node) else (least, most)


WHOLE: Final = "whole input"


def _sees_all(table: Nodes, node: int) -> bool:
    """Tell whether the first and the last unit of a node see the whole input."""
    sizes, output = of_table.space_of(table), table.calls[node].output
    if not (sizes and output and output.rank):
        return False
    whole = tuple(map(range, sizes))
    for unit in ((0,) * output.rank, tuple([size - 1 for size in output.space])):
        found = table_region(table, node, *unit)
        if not found or any(part != whole for part in found.values()):
            return False
    return True


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
    found = (
        (table.path(i), GLOBAL if field == VECTOR else field)
        for i, field in seen
        if i not in entries
    )
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
        kind = "vector" if shape.is_vector else kind_of(len(space))
        why = f"there is no unit {position} in a {kind} of {shape}"
        axes = {1: "its position", 2: "its row and its column"}
        fix = f"Give {axes.get(len(space), 'a position along each axis')}, from 0 on"
        if shape.is_vector:
            fix = "Give no position: it is seen as a whole"
        raise UnknownPositionError(why, fix)
    found = table_region(table, place, *position, gates=gates)
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
