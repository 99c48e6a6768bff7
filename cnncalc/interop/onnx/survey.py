"""The survey of a file: what its graphs become, told before they are read.

Functions that call functions can make 10¹² nodes of a file of 3 kB: here each function
is looked at once, and what is too much is refused before a node is read.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

from attrs import frozen

from cnncalc.interop.onnx.wire import no_model

__all__ = [
    "FunctionKey",
    "Survey",
    "called_by",
    "function_prefix",
    "functions_of",
    "subgraphs",
    "surveyed",
]

# What a function is called by: its domain, its name, and which of those of that name.
FunctionKey: TypeAlias = "tuple[str, str, str]"
Functions: TypeAlias = "Mapping[FunctionKey, Mapping[str, Any]]"

_MOST_NODES = 1_000_000  # that functions within functions may become
_DEEPEST = 30  # functions that call each other, with the graphs that they do so in
_LOOPS = {"Loop", "Scan", "SequenceMap"}


@frozen
class Survey:
    """The survey of a graph or function: what it becomes.

    Attributes:
        nodes: How many nodes, those that call functions among them.
        height: How many functions and graphs of nodes stand one within the other in it.
        uses: How often each value is used; twice means several times, within a loop.
    """

    nodes: int
    height: int
    uses: Counter[str]


def surveyed(graph: Mapping[str, Any], functions: Functions) -> Survey:
    """Return what a graph becomes with the functions that it calls.

    Raises:
        ConfigError: If that is more than can be read, or a function calls itself.
    """
    whole = _of_nodes(graph["nodes"], functions, {}, "", 0)
    if whole.nodes > max(_MOST_NODES, len(graph["nodes"])):
        raise no_model(f"its functions become more than {_MOST_NODES:,} nodes")
    return whole


def _of_nodes(
    nodes: Sequence[Mapping[str, Any]],
    functions: Functions,
    known: dict[FunctionKey, Survey | None],
    prefix: str,
    depth: int,
) -> Survey:
    count, height, uses = 0, 0, Counter[str]()
    constants: list[str] = []
    for node in nodes:
        key, count = called_by(node), count + 1
        if key in functions:
            inner = _of_function(key, functions, known, depth)
            height = max(height, inner.height + 1)
            _count_call(uses, functions[key], node, inner.uses)
            count += inner.nodes
            continue
        uses.update(filter(None, node["inputs"]))
        times = 2 if node.get("op") in _LOOPS else 1
        for graph in subgraphs(node):
            inner = _of_nodes(graph["nodes"], functions, known, prefix, depth + 1)
            count, height = count + inner.nodes, max(height, inner.height + 1)
            for name, used in inner.uses.items():
                uses[name] += times * used
        if node.get("op") == "Constant" and prefix:
            constants += node["outputs"]
    uses.update({prefix + name: max(1, uses[name]) for name in constants})
    return Survey(count, height, uses)


def _of_function(
    key: FunctionKey,
    functions: Functions,
    known: dict[FunctionKey, Survey | None],
    depth: int,
) -> Survey:
    if key not in known:
        known[key] = None  # and if it is met again meanwhile, it calls itself
        nodes = functions[key]["nodes"]
        if depth > _DEEPEST:
            raise _too_deep()
        known[key] = _of_nodes(nodes, functions, known, function_prefix(key), depth + 1)
    found = known[key]
    if found is None:
        raise no_model(f"its function {key[1][:60]!r} calls itself")
    if found.height > _DEEPEST:
        raise _too_deep()
    return found


def _too_deep() -> Exception:
    return no_model(f"its functions call each other more than {_DEEPEST} deep")


def _count_call(
    uses: Counter[str],
    function: Mapping[str, Any],
    node: Mapping[str, Any],
    within: Counter[str],
) -> None:
    """Add what a call uses: of its inputs as often as the function does."""
    given = dict(zip(function["inputs"], node["inputs"], strict=False))
    for name, used in within.items():
        if name in given:
            uses[given[name]] += used
        elif name.startswith(_MARK):
            uses[name] += used


_MARK = "\0"  # begins what no file should, so that names in functions stand apart


def function_prefix(key: FunctionKey) -> str:
    """Return what stands before the names of constants within a function."""
    return f"{_MARK}{'.'.join(key)}."


def called_by(node: Mapping[str, Any], name: str = "op") -> FunctionKey:
    """Return the function that a node calls, if it calls one."""
    return node.get("domain", ""), node.get(name, ""), node.get("overload", "")


def functions_of(model: Mapping[str, Any]) -> Functions:
    """Return the functions that a file has of its own."""
    return {called_by(each, "name"): each for each in model["functions"]}


def subgraphs(node: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Yield the graphs that a node has as attributes."""
    for attribute in node["attributes"]:
        if "g" in attribute:
            yield attribute["g"]
