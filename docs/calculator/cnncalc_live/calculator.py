"""The answers of the calculator: each is text, for what asks is no Python.

All but the first are of the network that was calculated last.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from types import FunctionType, NoneType
from typing import Any

import cnncalc
from cnncalc import ConfigError, Network, zoo
from cnncalc.answers.answer import Answer
from cnncalc.answers.table import Style
from cnncalc.page.arithmetic import arithmetic as packed
from cnncalc.page.parts import as_tiles
from cnncalc.page.reporting import CHARTS, PAGE_COLUMNS, on_symbols, told_totals
from cnncalc.page.sliding import expressions
from cnncalc.report.render.as_html import numbered_rows
from cnncalc.zoo.member import Member
from cnncalc_live.evaluation import evaluate

__all__ = ["arithmetic", "calculate", "drawings", "exported", "keep", "start"]

# What can be taken along, by the suffix of its file.
EXPORTS: dict[str, Callable[[Any], str]] = {
    "json": lambda net: net.to_json(),
    "py": lambda net: net.to_python(),
    "svg": lambda net: net.draw().to_svg(),
    "csv": lambda net: table_of(net).to_csv(),
    "html": lambda net: net.report().to_html(),
}

_last: list[Any] = []


def start() -> None:
    """Load what most texts need, so that the first is as fast as those after it."""
    first = zoo.lenet()
    first_parts(first)
    pictures(first)


def calculate(source: str) -> str:
    r"""Return totals and table of a source's network as JSON; or an error and its line.

    Example:
        >>> json.loads(calculate("zoo.lenet()"))["title"]
        'lenet: 32×32×1 → 10'
        >>> json.loads(calculate("net = zoo.lenet(\n)\nnet.cnv(3, 4)"))["line"]
        3
    """
    begin = time.perf_counter()
    source = _without_prompts(source)
    # All public names are there; what is not written is not imported.
    names = {*re.findall(r"\w+", source)}.intersection(cnncalc.__all__)
    space = {name: getattr(cnncalc, name) for name in names}
    space |= {"__name__": "__main__", "cnncalc": cnncalc}
    before = dict(space)

    def shown(value: Any) -> dict[str, str]:
        new = [found for name, found in space.items() if found is not before.get(name)]
        if not isinstance(value, (NoneType, Network, FunctionType, Member)):
            print(repr(value))
        net = _network(value, new)
        parts = first_parts(net)
        _last[:] = [net]
        return parts

    done = evaluate(source, space, shown)
    took = (time.perf_counter() - begin) * 1e3
    return json.dumps(
        {**(done.value or {}), **done._asdict(), "value": None, "ms": took}
    )


def _without_prompts(source: str) -> str:
    """Return what is typed in an example of a session; what it printed is blank."""
    if not source.lstrip().startswith(">>> "):
        return source
    lines = (re.match(r"\s*(?:>>>|\.\.\.) ?(.*)", x) for x in source.splitlines())
    return "\n".join(line[1] if line else "" for line in lines)


def _network(value: Any, named: Sequence[Any]) -> Network:
    if isinstance(value, (FunctionType, Member)):
        value = value()
    for found in (value, *reversed(named)):
        if isinstance(found, Network):
            return found
    raise ConfigError("there is no network here", "End with one, or give one a name")


def table_of(net: Network) -> Answer:
    """Return the numbers of a network: a summary, or expressions of one on symbols."""
    return net.symbolic() if on_symbols(net.graph) else net.summary()


def first_parts(net: Network) -> dict[str, str]:
    """Return what is shown of a network first: title, totals and rows, as markup.

    On symbols all are expressions.
    """
    graph = net.graph
    if on_symbols(graph):
        print("Sizes are symbols. Download the report: it has sliders for them.")
        table = table_of(net).table
        facts = table.totals
    else:
        table = net.summary(columns=PAGE_COLUMNS).table
        facts = told_totals(graph, table)
    totals = as_tiles(facts, table.style)
    return {"title": table.title, "totals": totals, "table": numbered_rows(table)}


def drawings() -> str:
    """Return the pictures of the network as JSON: SVG by their kinds.

    Example:
        >>> found = calculate("zoo.lenet()")
        >>> list(json.loads(drawings()))[:2]
        ['drawing', 'chart-0']
    """
    (net,) = _last
    return json.dumps(pictures(net))


def pictures(net: Network) -> dict[str, str]:
    """Return the pictures of a network: SVG, by the places of the page.

    On symbols nothing is drawn.
    """
    kinds = {"drawing": "architecture"}
    kinds |= {f"chart-{place}": kind for place, kind in enumerate(CHARTS)}
    if on_symbols(net.graph):
        return dict.fromkeys(kinds, "")
    return {place: net.draw(kind).to_svg() for place, kind in kinds.items()}


def arithmetic(nodes: Sequence[int]) -> str:
    """Return how the numbers of nodes come about, as JSON of what a report packs.

    Example:
        >>> found = calculate("zoo.lenet()")
        >>> len(json.loads(arithmetic([0, 1]))["parts"])
        2
    """
    (net,) = _last
    if on_symbols(net.graph):
        found = net.graph.symbolic().rows
        return json.dumps(expressions([found[node] for node in nodes], Style()))
    rows = net.nodes
    told = [rows[node].explain().derivation for node in nodes]
    parts = tuple(part for derivation in told for part in derivation.parts)
    return json.dumps(packed(told[0]._replace(parts=parts)))


def exported(kind: str) -> str:
    """Return the network as a file of a kind: "json", "py", "svg", "csv" or "html".

    Example:
        >>> found = calculate("zoo.lenet()")
        >>> exported("csv").splitlines()[1].split(",")[0]
        'Conv1'
    """
    (net,) = _last
    return EXPORTS[kind](net)


def keep(name: str, content: bytes) -> str:
    """Keep a file of a model, and return the source that reads it."""
    path = Path(name).name
    Path(path).write_bytes(content)
    return f"load({json.dumps(path)})"
