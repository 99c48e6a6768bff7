"""Networks as Python source: a module that leaves the network as ``net``.

A chain is written as the calls that made it. Where these cannot say it (weights are
shared, a block is of a class of the user's), and for a graph, the source puts the nodes
together by a `Builder`.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from inspect import getattr_static
from keyword import iskeyword
from typing import Any

import attrs

from cnncalc import blocks, layers
from cnncalc.cost.asked import AnyNetwork
from cnncalc.errors import CnncalcError, ConfigError
from cnncalc.graph.block import Block
from cnncalc.graph.names import Entry, common_depth, numbered_names, outline
from cnncalc.graph.table import Table
from cnncalc.layers.base import Layer
from cnncalc.layers.fields import arguments
from cnncalc.layers.input import Input
from cnncalc.layers.interned import changed
from cnncalc.report.output import PathName, given
from cnncalc.saving.limits import check_attributes, check_inputs
from cnncalc.saving.python_format import (
    WIDTH,
    assigned,
    flat,
    imports,
    names_used,
    quoted,
)
from cnncalc.sizes.shape import shape_source

__all__ = ["to_python"]

_CLASSES = {name for name in (*layers.__all__, *blocks.__all__) if name[0].isupper()}
_PUBLIC = {*_CLASSES, "Builder", "Frozen", "Named", "Sequential", "Shape", "Shared"}
_VARIABLES = re.compile(r"g|net|ExitStack|(x|shared|group)\d*")
_TITLE = '"""A network, written by cnncalc."""'
_MOST_WITH = 8  # Python allows about 20 within one another


def to_python(net: AnyNetwork, path: PathName | None = None) -> str | None:
    """Return a Python module that leaves an equal network as ``net``, or write it.

    Raises:
        ConfigError: If no source says it: a class of layers cannot be imported, or
            weights are those of a node outside, or shared in an open network.

    Example:
        >>> from cnncalc import Sequential
        >>> print(Sequential(input=8).fc(2, name="out").to_python())
        \"\"\"A network, written by cnncalc.\"\"\"
        <BLANKLINE>
        from cnncalc import Sequential
        <BLANKLINE>
        net = Sequential(input=8).fc(2, name="out")
        <BLANKLINE>
    """
    return given(_source(net), path)


def _source(net: AnyNetwork) -> str:
    closed = net.input is not None
    if closed:
        check_inputs(net.graph.table)
    if not (closed and net.graph is net):
        chain = _chain(net, closed)
        if chain is not None:
            return chain
        if not closed:
            why = "an open network with shared weights or other classes has no source"
            raise ConfigError(why, "Give it an input: net.on((32, 32, 3)).to_python()")
    return _Pen(net.graph).written()


# A chain of calls.


def _chain(net: Any, closed: bool) -> str | None:
    """Return the calls that made a network; None where they do not tell it all."""
    if closed and (net.graph.table.owners or net.graph.table.follows):
        return None
    try:
        tree = ast.parse(repr(net), mode="eval").body
        used = names_used(tree)
        classes = _classes(net)
        own = {c.__name__: c for c in classes if not _is_ours(c)}
        if len({c.__name__ for c in classes}) < len(classes):
            return None
        if any(not f.init for c in own.values() for f in _fields(c)):
            return None  # which attrs' own repr has, and no call
        blockish = closed and any(not issubclass(c, Layer) for c in own.values())
        known = (_PUBLIC - own.keys()) | {c.__name__ for c in classes}
        if blockish or not used <= known or "Shared" in used:
            return None
        head = _head(used - own.keys(), [c for c in own.values() if c.__name__ in used])
        lines = [*head, "", *assigned("net", tree)]
        module = "\n".join(lines) + "\n"
        ast.parse(module)  # Python's parser has limits of its own
    except (SyntaxError, RecursionError, MemoryError):
        return None
    return module


def _is_ours(kind: type) -> bool:
    return kind.__name__ in _PUBLIC and kind.__module__.startswith("cnncalc.")


def _classes(value: Any) -> set[type]:
    """Return the classes of all layers and blocks that a value is made of."""
    classes: set[type] = set()
    stack, seen = [value], set()
    while stack:
        part = stack.pop()
        if isinstance(part, (tuple, list)):
            stack += part
        elif isinstance(part, (Layer, Block)) and id(part) not in seen:
            seen.add(id(part))
            check_attributes(part)
            classes.add(type(part))
            stack += _parts(part)
    return classes


def _fields(kind: Any) -> tuple[Any, ...]:
    return attrs.fields(kind) if attrs.has(kind) else ()


def _parts(part: Any) -> Iterator[Any]:
    yield from [getattr(part, f.name) for f in _fields(type(part))]
    for held in ("part", "parts", "steps"):
        # To ask for one in vain would cost a search for what was meant.
        if getattr_static(part, held, None) is not None:
            yield getattr(part, held)


def _head(public: set[str], own: list[type]) -> list[str]:
    """Return the lines before the network: what the module is, and its imports.

    Raises:
        ConfigError: If a class cannot be imported by its name.
    """
    homes: dict[str, set[str]] = {}
    for kind in own:
        name, module = kind.__name__, kind.__module__
        words = [name, *module.split(".")]
        fits = all(word.isidentifier() and not iskeyword(word) for word in words)
        if not fits or kind.__qualname__ != name or _VARIABLES.fullmatch(name):
            why = f"the class {name[:60]!r} cannot be imported from {module[:60]!r}"
            raise ConfigError(why, "Define it at the top level of a module")
        homes.setdefault(module, set()).add(name)
    taken = [*public, *(kind.__name__ for kind in own)]
    if len(set(taken)) < len(taken):
        twice = next(name for name in taken if taken.count(name) > 1)
        why = f"there are two classes of the name {twice!r}"
        raise ConfigError(why, "Rename one of the two")
    lines = imports("cnncalc", public)
    for module in sorted(homes):
        lines += imports(module, homes[module])
    return [_TITLE, "", *lines]


# A graph, node by node.


class _Pen:
    """Writes the calls of a builder, in the groups that are open."""

    def __init__(self, graph: Any) -> None:
        self.graph, self.table = graph, graph.table
        self.lines: list[str] = ["g = Builder()"]
        self.open: tuple[str | None, ...] = ()  # the groups that are open
        self.deepest = 0
        self.used = {"Builder"}
        self.own: set[type] = set()
        self.texts: dict[str, str] = {}
        self.owners = set(self.table.owners.values())

    def written(self) -> str:
        """Return the module."""
        table, outputs = self.table, self.graph.outputs
        variables = _variables(table, outputs)
        automatic = _automatic(table)
        for index, call in enumerate(table.calls):
            self._enter((*table.scopes[index], *[None] * call.idle))
            try:
                self._node(index, variables, index in automatic)
            except CnncalcError as error:
                raise error.at_place(table.path(index)) from None
        self._enter(())
        arguments = [variables[index] for index in outputs]
        if self.graph.name is not None:
            arguments.append(f"name={self.graph.name!r}")
        self._statement("net", f"g.graph({', '.join(arguments)})")
        if patterns := ", ".join(map(repr, self.graph.module_less)):
            self._statement("net", f"net.calling_as_functions({patterns})")
        head = _head(self.used, sorted(self.own, key=lambda kind: kind.__name__))
        if self.deepest > _MOST_WITH:
            head[2:2] = ["from contextlib import ExitStack", ""]
        return "\n".join([*head, "", *self.lines]) + "\n"

    def _statement(self, target: str, text: str) -> None:
        """Write an assignment, in as many lines as it needs."""
        indent = 4 * min(len(self.open), _MOST_WITH)
        line = f"{' ' * indent}{target} = {text}" if target else " " * indent + text
        if len(line) <= WIDTH and "'" not in line:
            self.lines.append(line)
        else:
            tree = ast.parse(text, mode="eval").body
            self.lines += assigned(target, tree, indent)

    def _enter(self, inside: tuple[str | None, ...]) -> None:
        """Close and open groups up to these; None stands for training alone."""
        kept, margin = common_depth(self.open, inside), " " * 4 * _MOST_WITH
        for depth in reversed(range(max(kept, _MOST_WITH), len(self.open))):
            self.lines.append(f"{margin}group{depth}.close()")
        for depth, name in enumerate(inside[kept:], kept):
            text = "training_only()" if name is None else f"scope({quoted(name)})"
            if depth < _MOST_WITH:
                self.lines.append(f"{' ' * 4 * depth}with g.{text}:")
            else:
                self.lines.append(f"{margin}group{depth} = ExitStack()")
                self.lines.append(f"{margin}group{depth}.enter_context(g.{text})")
        self.open, self.deepest = inside, max(self.deepest, len(inside))

    def _node(self, index: int, variables: dict[int, str], automatic: bool) -> None:
        table, call = self.table, self.table.calls[index]
        owner = table.owners.get(index)
        if call.shared and owner is None:
            why = "it shares the weights of a node that is not in this network"
            raise ConfigError(why, "Write the whole network, or use to_json()")
        if owner is not None and call.layer != table.calls[owner].layer:
            why = f"it differs from {table.path(owner)}, whose weights it shares"
            raise ConfigError(why, "Use to_json()")
        if call.layer == Input(call.output):
            shape, name = call.output, table.names[index]
            words = [shape_source(shape)]
            self.used |= {"Shape"} if words[0].startswith("Shape") else set()
            words += [] if automatic else [quoted(name)]
            self._statement(variables.get(index, ""), f"g.input({', '.join(words)})")
            return
        text = self._layer(call.layer)
        if owner is not None or index in self.owners:
            shared = f"shared{index if owner is None else owner}"
            if owner is None:
                self.used.add("Shared")
                self._statement(shared, f"Shared({text})")
            text = shared
        words = [text, *(variables[index + link] for link in table.links[index])]
        if not automatic:
            words.append(f"name={quoted(table.names[index])}")
        if index in table.follows:
            words.append(f"follows={variables[table.follows[index]]}")
        self._statement(variables.get(index, ""), f"g.add({', '.join(words)})")

    def _layer(self, layer: Layer) -> str:
        """Return the call that makes a layer, whatever its name."""
        kind = type(layer)
        check_attributes(layer)
        words = arguments(changed(layer, name=None))
        text = f"{kind.__name__}({', '.join(words)})"
        if not _is_ours(kind):
            self.own.add(kind)
        if text not in self.texts:
            try:
                tree = ast.parse(text, mode="eval").body
            except (SyntaxError, RecursionError, MemoryError):
                why = f"the {kind.__name__} has fields without source text"
                raise ConfigError(
                    why, "Use numbers, texts, and tuples of these"
                ) from None
            used = names_used(tree) - {kind.__name__}
            if not used <= _PUBLIC:
                why = f"a field needs {min(used - _PUBLIC)[:60]!r}"
                raise ConfigError(why, "Use numbers, texts, and tuples of these")
            self.used |= used | ({kind.__name__} if _is_ours(kind) else set())
            self.texts[text] = flat(tree)
        return self.texts[text]


def _variables(table: Table, outputs: tuple[int, ...]) -> dict[int, str]:
    """Return for each node that is used what its output is called.

    That is ``x`` where only the next node uses it, and ``x7`` for node 7 where not.
    """
    used: dict[int, set[int]] = {}
    for index, links in enumerate(table.links):
        for link in links:
            used.setdefault(index + link, set()).add(index)
    for index, other in table.follows.items():
        used.setdefault(other, set()).add(index)
    for index in outputs:
        used.setdefault(index, set()).add(len(table))
    return {
        index: "x" if users == {index + 1} else f"x{index}"
        for index, users in used.items()
    }


def _automatic(table: Table) -> set[int]:
    """Return the nodes that get their names by themselves."""
    groups: list[list[Entry]] = [[]]  # what stands directly in each
    opened = [groups[0]]
    for entry in outline(table.scopes):
        depth, _, stop = entry
        del opened[depth:]
        opened[-1].append(entry)
        if stop is not None:
            groups.append([])
            opened.append(groups[-1])
    return {node for group in groups for node in _free(table, group)}


def _free(table: Table, group: list[Entry]) -> list[int]:
    """Return the nodes directly in a group that need no name."""
    found: list[str] = []
    given: list[tuple[str | None, str]] = []
    free: list[int] = []
    for depth, start, stop in group:
        found.append((*table.scopes[start], table.names[start])[depth - 1])
        prefix = table.calls[start].layer.default_name if stop is None else ""
        numbered = re.fullmatch(rf"{re.escape(prefix)}\d+", found[-1])
        if stop is None and numbered:
            free.append(start)
            given.append((None, prefix))
        else:
            given.append((found[-1], prefix))
    return free if numbered_names(given) == found else []
