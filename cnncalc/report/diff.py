"""Differences: two networks node by node, and what their differences did to numbers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from cnncalc._lazy import modules
from cnncalc._typing import override
from cnncalc.answers.answer import FOR_PROGRAMS, Report
from cnncalc.answers.output import PathName
from cnncalc.answers.report_page import ReportPage
from cnncalc.answers.table import Change, Column, Fact, Style, Table, Unit
from cnncalc.checks import checked_flag, for_message
from cnncalc.cost.asked import AnyGraph, AnyNetwork, title_of
from cnncalc.cost.batch import for_batch
from cnncalc.door import guarded
from cnncalc.errors import OptionError
from cnncalc.memory.types import DataTypes
from cnncalc.operations.conventions import Convention, conventions_of
from cnncalc.report.changes import Line, Sign, lines_of
from cnncalc.report.columns import column_named
from cnncalc.report.compare import (
    COMPARED,
    closed,
    distinct,
    is_network,
    named,
)
from cnncalc.report.style import lettered, styled
from cnncalc.report.words import names_of, translate
from cnncalc.sizes.bound import difference
from cnncalc.sizes.unknown import shown

__all__ = ["Difference", "diff"]

# What each sign says, in formats for programs.
_WORDS: dict[Sign, str] = {
    "+": "added",
    "-": "removed",
    "~": "changed",
    "=": "unchanged",
}

# What is told of the whole networks: columns of a comparison.
_TOTALS = (
    "nodes",
    "params",
    "trainable",
    "buffers",
    "macs",
    "flops",
    "connections",
    "activations",
    "peak_memory",
    "memory",
)

# The numbers of a row that the lines may tell, and those that they do by default.
_NUMBERS = (
    *("params", "trainable", "buffers", "connections", "macs", "activation_size"),
)
_DEFAULT = ("params", "macs")
_WORK = {"connections", "macs", "activation_size"}  # which grows with the batch


_modules = modules("cnncalc.page", "comparing")


class Difference(Report):
    """Two networks, node by node: what was added, removed or changed.

    It is true if the networks differ at all. The changes of all lines in parameters,
    MACs and whatever else is a sum over nodes add up to the change of the total.

    Attributes:
        lines: A line for each node of either network, in order, unchanged ones too.

    Example:
        >>> from cnncalc import zoo
        >>> difference = zoo.vgg16().diff(zoo.vgg19())
        >>> [line.after.path for line in difference.added if line.after.params]
        ['conv3_4', 'conv4_4', 'conv5_4']
        >>> bool(difference), difference.changed, difference.removed
        (True, (), ())
    """

    __slots__ = ("_equal", "_every", "_graphs", "_numbers", "lines")

    def __init__(
        self,
        table: Table,
        data: Table,
        lines: tuple[Line, ...],
        graphs: tuple[AnyGraph, AnyGraph],
        every: Callable[[], Table],
    ) -> None:
        super().__init__(table, table.as_shown())
        self._numbers, self.lines, self._graphs = data, lines, graphs
        self._equal, self._every = graphs[0] == graphs[1], every

    @property
    def added(self) -> tuple[Line, ...]:
        """The nodes that only the second network has."""
        return self._having("+")

    @property
    def removed(self) -> tuple[Line, ...]:
        """The nodes that only the first network has."""
        return self._having("-")

    @property
    def changed(self) -> tuple[Line, ...]:
        """The nodes that both have, but not as they were."""
        return self._having("~")

    def _having(self, sign: Sign) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.change == sign)

    def __bool__(self) -> bool:
        return not self._equal

    @guarded
    def report(self, path: PathName | None = None) -> ReportPage:
        """Return the difference as one page, with both networks' pictures and bars.

        The table has all nodes, with those that did not change. Who points at a row, a
        block or a bar sees the others of that node, and the arithmetic before and
        after. The page is like that of `Network.report`.

        Args:
            path: A file to write it to, too.

        Example:
            >>> from cnncalc import zoo
            >>> zoo.lenet().diff(zoo.lenet(classes=100)).report().title
            'lenet → lenet (2): 1 changed, 6 unchanged'
        """
        page: ReportPage = _modules["comparing"].difference_page(
            self._every(), self.lines, self._graphs, path
        )
        return page

    @override
    def _data(self, kind: str) -> Table:
        """Return the table; programs get words for signs, and each number by itself."""
        return self._numbers if kind in FOR_PROGRAMS else self._shown()


def diff(  # noqa: PLR0913 - each is a choice of its own
    net: AnyNetwork,
    other: AnyNetwork,
    *,
    columns: Sequence[str] | None = None,
    convention: str | Convention | Sequence[str | Convention] | None = None,
    unchanged: bool = False,
    totals: bool = True,
    dtype: DataTypes = "float32",
    batch: int = 1,
    units: str = "exact",
    byte_units: str = "binary",
    layout: str = "HWC",
    language: str = "en",
) -> Difference:
    """Return how another network differs from this one, node by node.

    Nodes are paired in order, by name or by what they do, whichever leaves fewer
    differences. Below stands what became of each number.

    Args:
        other: The network to compare with: the one that this one became.
        columns: Which numbers of a node to tell: "params", "trainable", "buffers",
            "connections", "macs", "activation_size"; None tells "params" and
            "macs".
        convention: A tool's, or several, whose numbers to tell below, too.
        unchanged: Whether to show also the nodes that did not change.
        totals: Whether to tell what became of the totals.
        dtype: As of `summary`, and so are the others: the values' data type.
        batch: How many inputs are run at once.
        units: How counts are written.
        byte_units: How bytes are.
        layout: How shapes are.
        language: "en" or "zh".

    Raises:
        OptionError: If *other* is no network, or there is no such column,
            convention or option.
        OpenNetworkError: If a network has no input shape.

    Example:
        >>> from cnncalc import zoo
        >>> difference = zoo.lenet().diff(zoo.lenet(classes=100))
        >>> [(line.after.path, line.what) for line in difference.changed]
        [('FC3', 'units 10 → 100')]
    """
    numbers = _numbers(_DEFAULT if columns is None else columns)
    style = styled(dtype, batch, units, byte_units, layout, language)
    unchanged, totals = (
        checked_flag("unchanged", unchanged),
        checked_flag("totals", totals),
    )
    if not is_network(other):
        why = f"a network has no difference from {for_message(other)}"
        raise OptionError(why, "Give another network: a.diff(b)")
    first, second = distinct((title_of(net), title_of(other)))
    graphs = closed(net, title_of(net)), closed(other, title_of(other))
    before, after = graphs
    lines = tuple(lines_of(before.nodes, after.nodes, style.language))
    title = f"{first} → {second}: {_told(lines, style, equal=before == after)}"
    shown = [line for line in lines if unchanged or line.change != "="]
    style = lettered(style, (row.output for row in (*before.nodes, *after.nodes)))
    pairs = [COMPARED[key] for key in _TOTALS] if totals else []
    pairs += [named(tool) for tool in conventions_of(convention)]
    changes = []
    for column, get in pairs:
        both = [get(graph, None, style) for graph in graphs]
        changes.append((column, Change(both[0], both[1], column.unit)))
    told = title, shown, changes, numbers, style
    every = partial(_table, title, lines, changes, numbers, style)
    return Difference(_table(*told), _data(*told), lines, graphs, every)


def _told(lines: Sequence[Line], style: Style, *, equal: bool) -> str:
    """Return how many nodes were added, removed, changed and not changed."""
    if equal:
        return translate("no difference", style.language)
    signs = Counter(line.change for line in lines)
    counts = [(f"{{}} {word}", signs[sign]) for sign, word in _WORDS.items()]
    counts.append(("{} renamed", sum(line.renamed for line in lines)))
    return ", ".join(
        translate(text, style.language).format(count) for text, count in counts if count
    )


def _numbers(names: Iterable[str]) -> dict[str, str]:
    """Return the numbers of these names, by key, with the titles of their columns.

    Raises:
        OptionError: If there is no such column, or it has no number of a node.
    """
    columns = [column_named(name)[0] for name in names_of(names, "columns")]
    for column in columns:
        if column.key not in _NUMBERS:
            why = f"a difference has no column {for_message(column.key)}"
            raise OptionError(why, f"There are: {', '.join(_NUMBERS)}")
    return {column.key: column.title for column in columns}


def _cells(line: Line, numbers: Iterable[str], batch: int) -> tuple[Any, ...]:
    """Return what both tables have of a line: its layer, outputs and numbers."""
    rows = (line.before, line.after)
    cells: list[Any] = [line.what, *(row and shown(row.output) for row in rows)]
    for key in numbers:
        times = batch if key in _WORK else 1
        # A node that is not there costs nothing.
        before, after = [for_batch(row, key, times) if row else 0 for row in rows]
        change = difference(before, after)
        cells += [before, after, change]
    return tuple(cells)


def _table(
    title: str,
    lines: Sequence[Line],
    totals: Sequence[tuple[Column, Change]],
    numbers: Mapping[str, str],
    style: Style,
) -> Table:
    """Return the table for people: one name for a node, signs, a line for a total."""
    columns = [
        Column("node", "node", "text"),
        Column("change", "±", "text"),
        Column("layer", "layer", "text"),
        Column("output_before", "output", "shape"),
        Column("output_after", "→ output", "shape"),
    ]
    for key, heading in numbers.items():
        columns += [
            Column(f"{key}_before", heading, "count"),
            Column(f"{key}_after", f"→ {heading}", "count"),
            Column(f"{key}_change", "change", "change"),
        ]
    cells = [
        (_node(line), line.change, *_cells(line, numbers, style.batch))
        for line in lines
    ]
    facts = [Fact(each.key, each.title, change, "change") for each, change in totals]
    return Table(title, tuple(columns), tuple(cells), tuple(facts), style=style)


def _node(line: Line) -> str:
    paths = dict.fromkeys(row.path for row in (line.before, line.after) if row)
    return " → ".join(paths)


def _data(
    title: str,
    lines: Sequence[Line],
    totals: Sequence[tuple[Column, Change]],
    numbers: Iterable[str],
    style: Style,
) -> Table:
    """Return the table for programs: keys as titles, words, and single numbers."""
    units: dict[str, Unit] = {
        "change": "text",
        "before": "text",
        "after": "text",
        "layer": "text",
        "output_before": "shape",
        "output_after": "shape",
    }
    for key in numbers:
        units |= dict.fromkeys(_three(key), "count")
    cells = []
    for line in lines:
        paths = (row and row.path for row in (line.before, line.after))
        cells.append((_WORDS[line.change], *paths, *_cells(line, numbers, style.batch)))
    facts = [
        Fact(key, key, number, column.unit)
        for column, change in totals
        for key, number in zip(
            _three(column.key), (*change[:2], change.difference), strict=True
        )
        if number is not None
    ]
    columns = tuple(Column(key, key, unit) for key, unit in units.items())
    # Keys are titles: they are the same in any language, and of any data type.
    plain = Style(layout=style.layout, batch=style.batch)
    return Table(title, columns, tuple(cells), tuple(facts), style=plain)


def _three(key: str) -> list[str]:
    return [f"{key}_{part}" for part in ("before", "after", "change")]
