"""Comparisons: the totals of networks, side by side."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from cnncalc._typing import override
from cnncalc.checks import for_message
from cnncalc.cost.asked import AnyNetwork, title_of
from cnncalc.cost.totals import AtLeast
from cnncalc.errors import OpenNetworkError, OptionError
from cnncalc.operations.conventions import CONVENTIONS, Convention, convention
from cnncalc.report.columns import spelled
from cnncalc.report.names import names_of, resolve
from cnncalc.report.output import PathName
from cnncalc.report.report import Report
from cnncalc.report.table import Column, Fact, Style, Table
from cnncalc.report.words import said, understood

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


# What a column has for a network, given also the first of those compared.
Getter = Callable[[Any, Any], Any]

_FACTS: tuple[tuple[Column, Callable[[Any], Any]], ...] = (
    (Column("input", "input", "shape"), lambda net: net.input),
    (Column("output", "output", "shape"), lambda net: net.output),
    (Column("layers", "layers", "count"), lambda net: len(net.nodes)),
    (Column("params", "parameters", "count"), lambda net: net.params),
    (Column("trainable", "trainable", "count"), lambda net: net.trainable_params),
    (Column("buffers", "buffers", "count"), lambda net: net.buffers),
    (Column("connections", "connections", "count"), lambda net: net.connections),
    (Column("macs", "MACs", "count"), lambda net: net.macs),
    (Column("flops", "FLOPs", "count"), lambda net: net.flops),
    (Column("activations", "activations", "count"), lambda net: net.activations),
    (Column("peak_memory", "peak memory", "bytes"), lambda net: net.peak_memory()),
    (Column("memory", "parameter memory", "bytes"), lambda net: net.memory()),
    (
        Column("receptive_field", "receptive field", "pair"),
        lambda net: net.receptive_field,
    ),
)


def _alone(get: Callable[[Any], Any]) -> Getter:
    return lambda net, _: get(net)


def _relative(get: Callable[[Any], Any]) -> Getter:
    def share(net: Any, first: Any) -> float | None:
        number, base = get(net), get(first)
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
    COMPARED[_column.key] = _column, _alone(_get)
    if _column.unit in {"count", "bytes"}:
        _share = Column(f"{_column.key}_percent", f"{_column.title} %", "percent")
        COMPARED[_share.key] = _share, _relative(_get)

COMPARED_BY_DEFAULT = (
    "input",
    "output",
    "layers",
    "params",
    "params_percent",
    "macs",
    "macs_percent",
    "activations",
    "peak_memory",
    "receptive_field",
)


class Comparison(Report):
    """A table with a line of totals for each network."""

    __slots__ = ()

    # What programs read has the totals, by network and column, where all reports do.

    @override
    def to_json(self, path: PathName | None = None) -> Any:
        table = self.table
        facts = [
            Fact(f"{line[0]}/{column.key}", column.title, value, column.unit)
            for line in table.lines
            for column, value in zip(table.columns, line, strict=True)
            if column.unit in {"count", "bytes"}
        ]
        return Report(table._replace(totals=tuple(facts))).to_json(path)


def compare(
    *networks: AnyNetwork,
    columns: Iterable[str | Convention] | None = None,
    names: Sequence[str] | None = None,
    language: str = "en",
) -> Comparison:
    """Return the totals of two or more networks, side by side.

    Memory is of float32 values, the peak of evaluation for one input. What is only
    known in part is printed as a lower bound, ``≥ n``.

    Args:
        networks: The networks; percentages are of the first.
        columns: What to tell of each beside its name: "input", "output", "layers",
            "params", "trainable", "buffers", "connections", "macs", "flops",
            "activations", "peak_memory", "memory", "receptive_field"; of a number
            also its share of the first network's, as "macs_percent"; or a counting
            convention, as "fvcore". None tells the usual.
        names: What to call the networks; None takes their own names. Equal names are
            told apart by a number.
        language: "en" or "zh".

    Raises:
        OptionError: If there are fewer than two, one is no network, there is no such
            column or language, or not a name for each.
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
    language = understood(language)
    if len(networks) < 2:  # noqa: PLR2004
        why = f"a comparison of {len(networks)} networks was asked for"
        raise OptionError(why, "Give at least two: compare(a, b)")
    titles = distinct(_names(networks, names))
    pairs = _chosen(columns, language)
    graphs = [closed(net, title) for net, title in zip(networks, titles, strict=True)]
    lines = tuple(
        (title, *(get(graph, graphs[0]) for _, get in pairs))
        for title, graph in zip(titles, graphs, strict=True)
    )
    name = Column("name", said("network", language), "text")
    heads = [name, *(column for column, _ in pairs)]
    relative = any(column.unit == "percent" for column in heads)
    title = said("{} networks, % of {}" if relative else "{} networks", language)
    return Comparison(
        Table(
            title.format(len(networks), titles[0]),
            tuple(heads),
            lines,
            (),
            style=Style(language=language),
        )
    )


def _names(networks: Sequence[AnyNetwork], names: Any) -> list[str]:
    for place, net in enumerate(networks, 1):
        if not is_network(net):
            why = (
                f"number {place} of what is compared is no network: {for_message(net)}"
            )
            raise OptionError(why, "Give the networks one by one: compare(a, b)")
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


def _chosen(names: Any, language: str) -> list[tuple[Column, Getter]]:
    if names is None:
        names = COMPARED_BY_DEFAULT
    pairs = [named(name, language) for name in wanted(names)]
    return list({column.key: (column, get) for column, get in pairs}.values())


def wanted(names: Any) -> list[Any]:
    """Return the columns that somebody names, of which one may be a convention.

    Raises:
        OptionError: If they are no names.
    """
    return [names] if isinstance(names, Convention) else names_of(names, "columns")


def named(name: Any, language: str) -> tuple[Column, Getter]:
    """Return the column of a name, which may be a key, a title or a convention.

    Raises:
        OptionError: If there is no such column.
    """
    if isinstance(name, Convention):
        return _operations(name.name, name, language)
    known = spelled(column for column, _ in COMPARED.values())
    known |= {word: word for word in CONVENTIONS if word not in known}
    choices = [f"{', '.join(COMPARED)}; and: {', '.join(CONVENTIONS)}"]
    key = resolve(name, known, f"there is no column {for_message(name)}", choices)
    if key not in COMPARED:
        return _operations(key, convention(key), language)
    column, get = COMPARED[key]
    return column._replace(title=said(column.title, language)), get


def _operations(key: str, rule: Convention, language: str) -> tuple[Column, Getter]:
    """Return the column of a convention's operations."""
    title = said("operations ({})", language).format(key)
    return Column(key, title, "count"), lambda net, _: net.operations(rule)
