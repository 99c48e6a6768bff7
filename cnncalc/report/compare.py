"""Comparisons: the totals of networks, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from cnncalc._lazy import modules
from cnncalc._typing import override
from cnncalc.answers.answer import Report
from cnncalc.answers.output import PathName
from cnncalc.answers.report_page import ReportPage
from cnncalc.answers.table import COUNTED, Column, Fact, Style, Table
from cnncalc.checks import for_message
from cnncalc.cost.asked import AnyGraph, AnyNetwork, title_of
from cnncalc.cost.batch import total_for_batch
from cnncalc.cost.receptive_field import in_cell
from cnncalc.cost.totals import costs
from cnncalc.door import guarded
from cnncalc.errors import OpenNetworkError, OptionError
from cnncalc.graph.call import Call
from cnncalc.memory.liveness import peak_memory
from cnncalc.memory.parameters import memory
from cnncalc.memory.plan import arena_size
from cnncalc.memory.types import DataTypes
from cnncalc.operations.conventions import CONVENTIONS, Convention, convention
from cnncalc.operations.flops import network_flops
from cnncalc.operations.reconcile import operations_of
from cnncalc.report.columns import spelled
from cnncalc.report.style import lettered, styled
from cnncalc.report.words import names_of, resolve, translate
from cnncalc.sizes.bound import AtLeast
from cnncalc.sizes.unknown import shown

__all__ = [
    "COMPARED",
    "COMPARED_BY_DEFAULT",
    "Comparison",
    "closed",
    "compare",
    "distinct",
    "is_network",
    "named",
    "wanted",
]


# What a column has for a network, given also the first of those compared, and for how
# many inputs of which data type.
Getter = Callable[[Any, Any, Style], Any]
Measure = Callable[[Any, Style], Any]


def _weighted(net: Any) -> list[bool]:
    """Tell of each node whether it is a layer that multiplies by weights of its own."""
    calls: Iterable[Call] = net.graph.table.calls
    return [bool(call.shapes and costs(call).macs and call.params) for call in calls]


def _nodes(net: Any) -> int:
    """Return how many nodes there are, but for inputs."""
    table = net.graph.table
    return len(table.calls) - len(list(table.entries()))


def _deepest(net: Any) -> int:
    """Return the most layers with weights on a way from an input to an output.

    Source:
        The depth that articles call networks by: He et al. 2016,
        https://arxiv.org/abs/1512.03385, table 1, without projections of shortcuts;
        Szegedy et al. 2015, https://arxiv.org/abs/1409.4842, "22 layers deep when
        counting only layers with parameters".

    Example:
        >>> from cnncalc import zoo
        >>> [_deepest(net()) for net in (zoo.vgg16, zoo.resnet50, zoo.googlenet_2014)]
        [16, 50, 22]
    """
    graph: AnyGraph = net.graph
    found: list[int] = []
    for links, weighted in zip(graph.table.links, _weighted(net), strict=True):
        found.append(weighted + max([found[link] for link in links], default=0))
    return max(found[node] for node in graph.outputs)


def _of_batch(field: str) -> Measure:
    """Return what sums up a number of each node that grows with the batch."""
    return lambda net, how: total_for_batch(net, field, how.batch)


def _alone(get: Callable[[Any], Any]) -> Measure:
    return lambda net, _: get(net)


_FACTS: tuple[tuple[Column, Measure], ...] = (
    (Column("input", "input", "shape"), _alone(lambda net: net.input)),
    (Column("output", "output", "shape"), _alone(lambda net: shown(net.output))),
    (Column("nodes", "nodes", "number"), _alone(_nodes)),
    (
        Column("weighted", "weighted layers", "number"),
        _alone(lambda net: sum(_weighted(net))),
    ),
    (Column("depth", "layers deep", "number"), _alone(_deepest)),
    (Column("params", "parameters", "count"), _alone(lambda net: net.params)),
    (Column("trainable", "trainable", "count"), _alone(lambda n: n.trainable_params)),
    (Column("buffers", "buffers", "count"), _alone(lambda net: net.buffers)),
    (
        Column("connections", "connections", "count"),
        _of_batch("connections"),
    ),
    (Column("macs", "MACs", "count"), _of_batch("macs")),
    (Column("flops", "FLOPs", "count"), lambda net, how: network_flops(net, how.batch)),
    (
        Column("activations", "activations", "count"),
        _of_batch("activation_size"),
    ),
    (
        Column("peak_memory", "peak memory", "bytes"),
        lambda net, how: peak_memory(net, how.dtype, batch=how.batch),
    ),
    (
        Column("arena", "arena", "bytes"),
        lambda net, how: arena_size(net, how.dtype, how.batch),
    ),
    (
        Column("memory", "parameter memory", "bytes"),
        lambda net, how: memory(net, how.dtype),
    ),
    (
        Column("receptive_field", "receptive field", "field"),
        _alone(lambda net: in_cell(net.receptive_fields)),
    ),
)


def _own(get: Measure) -> Getter:
    return lambda net, _, how: get(net, how)


def _relative(get: Measure) -> Getter:
    def share(net: Any, first: Any, how: Style) -> float | None:
        number, base = get(net, how), get(first, how)
        if isinstance(number, AtLeast) or isinstance(base, AtLeast) or not base:
            return None
        try:
            return float(number / base)
        except OverflowError:  # more times than a float can say
            return None

    return share


# The columns by key; a number also has one as a share of the first network's.
COMPARED: dict[str, tuple[Column, Getter]] = {}
for _column, _get in _FACTS:
    COMPARED[_column.key] = _column, _own(_get)
    if _column.unit in {"count", "bytes"}:
        _share = Column(f"{_column.key}_percent", f"{_column.title} %", "percent")
        COMPARED[_share.key] = _share, _relative(_get)

COMPARED_BY_DEFAULT = (
    "input",
    "output",
    "nodes",
    "depth",
    "params",
    "params_percent",
    "macs",
    "macs_percent",
    "activations",
    "peak_memory",
    "receptive_field",
)


_modules = modules("cnncalc.page", "comparing")


class Comparison(Report):
    """A table with a line of totals for each network."""

    __slots__ = ("_graphs",)

    def __init__(self, table: Table, graphs: tuple[AnyGraph, ...]) -> None:
        super().__init__(table)
        self._graphs = graphs

    @guarded
    def report(self, path: PathName | None = None) -> ReportPage:
        """Return the comparison as one page, with bars and the networks' pictures.

        Who points at a network or a bar sees the others of that network, and its
        picture. The page is like that of `Network.report`.

        Args:
            path: A file to write it to, too.

        Example:
            >>> from cnncalc import compare, zoo
            >>> compare(zoo.resnet18(), zoo.resnet34()).report().title
            '2 networks, % of resnet18'
        """
        page: ReportPage = _modules["comparing"].comparison_page(
            self.table, self._graphs, path
        )
        return page

    @override
    def _data(self, kind: str) -> Table:
        """Return the table; in JSON it has the totals where all reports have them."""
        if kind != "json":
            return self.table
        facts = [
            Fact(f"{line[0]}/{column.key}", column.title, value, column.unit)
            for line in self.table.lines
            for column, value in zip(self.table.columns, line, strict=True)
            if column.unit in COUNTED
        ]
        return self.table._replace(totals=tuple(facts))


@guarded
def compare(
    *networks: AnyNetwork,
    columns: Iterable[str | Convention] | None = None,
    names: Sequence[str] | None = None,
    dtype: DataTypes = "float32",
    batch: int = 1,
    units: str = "exact",
    byte_units: str = "binary",
    layout: str = "HWC",
    language: str = "en",
) -> Comparison:
    """Return the totals of two or more networks, side by side.

    The peak of memory is that of evaluation. What is only known in part is printed as a
    lower bound, ``≥ n``.

    Args:
        networks: The networks; percentages are of the first.
        columns: What to tell of each beside its name: "input", "output", "nodes",
            "weighted" (layers with weights), "depth" (the most of these one after
            another, which articles call a network by), "params", "trainable",
            "buffers", "connections", "macs", "flops", "activations", "peak_memory",
            "arena", "memory", "receptive_field"; of a number also its share of the
            first network's, as "macs_percent"; or a counting convention, as "fvcore".
            None tells the usual.
        names: What to call the networks; None takes their own names. Equal names are
            told apart by a number.
        dtype: As of `summary`, and so are the others: the values' data type.
        batch: How many inputs are run at once.
        units: How counts are written.
        byte_units: How bytes are.
        layout: How shapes are.
        language: "en" or "zh".

    Raises:
        OptionError: If there are fewer than two, one is no network, there is no such
            column or option, or not a name for each.
        OpenNetworkError: If a network has no input shape.

    Example:
        >>> from cnncalc import compare, zoo
        >>> columns = ["params", "macs", "fvcore"]
        >>> nets = zoo.resnet50(), zoo.resnet101()
        >>> print(compare(*nets, columns=columns).to_text())
        2 networks
        <BLANKLINE>
        network    parameters           MACs  operations (fvcore)
        ─────────  ──────────  ─────────────  ───────────────────
        resnet50   25,557,032  4,089,184,256        4,111,512,576
        resnet101  44,549,160  7,801,405,440        7,833,969,664
        <BLANKLINE>
    """
    style = styled(dtype, batch, units, byte_units, layout, language)
    titles = distinct(_names(networks, names))
    if len(networks) < 2:  # noqa: PLR2004
        why = f"a comparison of {len(networks)} networks was asked for"
        raise OptionError(why, "Give at least two: compare(a, b)")
    pairs = _chosen(columns)
    graphs = [closed(net, title) for net, title in zip(networks, titles, strict=True)]
    lines = tuple(
        (title, *(get(graph, graphs[0], style) for _, get in pairs))
        for title, graph in zip(titles, graphs, strict=True)
    )
    heads = [Column("name", "network", "text"), *(column for column, _ in pairs)]
    relative = any(column.unit == "percent" for column in heads)
    title = translate(
        "{} networks, % of {}" if relative else "{} networks", style.language
    )
    shapes = (shape for graph in graphs for shape in (graph.input, shown(graph.output)))
    return Comparison(
        Table(
            title.format(len(networks), titles[0]),
            tuple(heads),
            lines,
            (),
            style=lettered(style, shapes),
        ),
        tuple(graphs),
    )


def _names(networks: Sequence[AnyNetwork], names: Any) -> list[str]:
    for place, net in enumerate(networks, 1):
        if not is_network(net):
            told = for_message(net)
            why = f"number {place} of what is compared is no network: {told}"
            fix = "Give the networks one by one: compare(a, b), or compare(*networks)"
            if isinstance(net, str):
                fix = f"Write zoo.build({net!r})"
            elif isinstance(net, dict):
                fix = "Write compare(*networks.values(), names=list(networks))"
            elif callable(net):
                fix = f"It builds one. Write {getattr(net, '__name__', 'build')}()"
            raise OptionError(why, fix)
    if names is None:
        return [title_of(net) for net in networks]
    given = [] if isinstance(names, str) else list(names)
    if len(given) != len(networks) or not all(isinstance(n, str) for n in given):
        why = f"names is {for_message(names)} for {len(networks)} networks"
        raise OptionError(why, "Give a text for each")
    return given


def is_network(thing: Any) -> bool:
    """Tell whether *thing* can be compared."""
    # Of its class: an open network has no answers yet.
    kind = type(thing)
    return all(hasattr(kind, question) for question in ("graph", "operations"))


def closed(net: AnyNetwork, title: str) -> Any:
    """Return a network as a graph, which counts everything once.

    Args:
        net: The network.
        title: What to call it in a message.

    Raises:
        OpenNetworkError: If it has no input shape.
    """
    if net.input is None:
        why = "the network is open: it has no input shape yet"
        raise OpenNetworkError(why, "Give it one: net.on((32, 32, 1))", place=title)
    return net.graph


def distinct(names: Iterable[str]) -> list[str]:
    """Return the names, each again with a number behind it where it is taken.

    Example:
        >>> distinct(["lenet", "vgg16", "lenet"])
        ['lenet', 'vgg16', 'lenet (2)']
    """
    taken: dict[str, None] = {}
    for name in names:
        new, number = name, 1
        while new in taken:
            number += 1
            new = f"{name} ({number})"
        taken[new] = None
    return list(taken)


def _chosen(names: Any) -> list[tuple[Column, Getter]]:
    names = COMPARED_BY_DEFAULT if names is None else names
    pairs = [named(name) for name in wanted(names)]
    return list({column.key: (column, get) for column, get in pairs}.values())


def wanted(names: Any) -> list[Any]:
    """Return the columns that somebody names, of which one may be a convention.

    Raises:
        OptionError: If they are no names.
    """
    return [names] if isinstance(names, Convention) else names_of(names, "columns")


def named(name: Any) -> tuple[Column, Getter]:
    """Return the column of a name, which may be a key, a title or a convention.

    Raises:
        OptionError: If there is no such column.
    """
    if isinstance(name, Convention):
        return _operations(name.name, name)
    known = spelled(column for column, _ in COMPARED.values())
    known |= {word: word for word in CONVENTIONS if word not in known}
    choices = [f"{', '.join(COMPARED)}; and: {', '.join(CONVENTIONS)}"]
    key = resolve(name, known, f"there is no column {for_message(name)}", choices)
    return COMPARED.get(key) or _operations(key, convention(key))


def _operations(key: str, rule: Convention) -> tuple[Column, Getter]:
    """Return the column of a convention's operations."""
    column = Column(key, f"operations ({key})", "count")
    return column, _own(lambda net, how: operations_of(net, rule, how.batch))
