"""Python source as a formatter would leave it: expressions in lines of 88.

An expression comes in as text, such as a `repr`, and is parsed, never run.
"""

from __future__ import annotations

import ast
from collections.abc import Iterable
from unicodedata import bidirectional

__all__ = ["WIDTH", "assigned", "flat", "imports", "names_used", "quoted"]

WIDTH = 88
_RIGHT_TO_LEFT = {"R", "AL", "AN"}  # they would reorder what stands beside them


def quoted(text: str) -> str:
    r"""Return a text as a literal in which every character is where it seems to be.

    Example:
        >>> print(quoted("a"), quoted('"'), quoted("\n"), quoted("\u05d0"))
        "a" '"' "\n" "\u05d0"
    """
    turned = not text.isascii() and _RIGHT_TO_LEFT & set(map(bidirectional, text))
    literal = ascii(text) if turned else repr(text)
    return f'"{literal[1:-1]}"' if '"' not in literal else literal


def names_used(node: ast.AST) -> set[str]:
    """Return the names that an expression needs."""
    return {n.id for n in ast.walk(node) if isinstance(n, ast.Name)}


def flat(node: ast.expr) -> str:
    """Return an expression in one line.

    Example:
        >>> flat(ast.parse("f('a',(1,),k = [2])", mode="eval").body)
        'f("a", (1,), k=[2])'
    """
    kept = vars(node)  # or each level of brackets would write it again
    if "flat" not in kept:
        kept["flat"] = _flat(node)
    text: str = kept["flat"]
    return text


def _flat(node: ast.expr) -> str:
    match node:
        case ast.Constant(value=str() as text):
            return quoted(text)
        case ast.Call(func=func):
            return f"{flat(func)}({', '.join(_arguments(node))})"
        case ast.Attribute(value=value, attr=attribute):
            return f"{flat(value)}.{attribute}"
        case ast.Tuple(elts=[one]):
            return f"({flat(one)},)"
        case ast.Tuple(elts=items):
            return f"({', '.join(map(flat, items))})"
        case ast.List(elts=items):
            return f"[{', '.join(map(flat, items))}]"
    return ast.unparse(node)


def _arguments(call: ast.Call) -> list[str]:
    keywords = [f"{keyword.arg}={flat(keyword.value)}" for keyword in call.keywords]
    return [*map(flat, call.args), *keywords]


def assigned(target: str, node: ast.expr, indent: int = 0) -> list[str]:
    """Return the lines of an assignment; one without a target is a statement."""
    head = f"{target} = " if target else ""
    margin = " " * indent
    line = f"{margin}{head}{flat(node)}"
    if len(line) <= WIDTH:
        return [line]
    if _links(node):
        inner = " " * (indent + 4)
        chain = _broken("", node, indent + 4)
        return [f"{margin}{head}(", f"{inner}{chain[0]}", *chain[1:], f"{margin})"]
    first, *rest = _broken(head, node, indent)
    return [margin + first, *rest]


def _links(node: ast.expr) -> list[ast.Call]:
    """Return the calls of a chain of two or more methods, in their order."""
    links = []
    while isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute):
        links.append(node)
        node = node.func.value
    return links[::-1] if len(links) > 1 else []


def _broken(head: str, node: ast.expr, indent: int, after: str = "") -> list[str]:
    """Return the lines of an expression within brackets, at an indent.

    The first line is without its margin, and begins with *head*; the last ends with
    *after*.
    """
    line = f"{head}{flat(node)}{after}"
    if indent + len(line) <= WIDTH:
        return [line]
    margin = " " * indent
    if links := _links(node):
        first: ast.Attribute = links[0].func  # type: ignore[assignment]
        lines = _broken(head, first.value, indent)
        for link in links:
            attribute: ast.Attribute = link.func  # type: ignore[assignment]
            end = after if link is links[-1] else ""
            dotted, *rest = _listed(f".{attribute.attr}(", link, indent, f"){end}")
            lines += [margin + dotted, *rest]
        return lines
    if isinstance(node, ast.Call):
        return _listed(f"{head}{flat(node.func)}(", node, indent, f"){after}")
    if isinstance(node, ast.Tuple):
        return _listed(f"{head}(", node, indent, f"){after}")
    return [line]


def _listed(head: str, node: ast.Call | ast.Tuple, indent: int, end: str) -> list[str]:
    """Return the lines of a call or a tuple: all in one, all but the ends, or each."""
    items = [("", item) for item in _positional(node)]
    if isinstance(node, ast.Call):
        items += [(f"{keyword.arg}=", keyword.value) for keyword in node.keywords]
    texts = [key + flat(item) for key, item in items]
    single = "," if len(items) == 1 and isinstance(node, ast.Tuple) else ""
    line, inner = f"{head}{', '.join(texts)}{single}{end}", " " * (indent + 4)
    if indent + len(line) <= WIDTH or not items:
        return [line]
    middle = f"{inner}{', '.join(texts)}"
    if len(middle) <= WIDTH and isinstance(node, ast.Call):
        return [head, middle, " " * indent + end]
    lines = [head]
    alone = len(items) == 1 and isinstance(node, ast.Call)
    for key, item in items:
        first, *rest = _broken(key, item, indent + 4, "" if alone else ",")
        lines += [inner + first, *rest]
    return [*lines, " " * indent + end]


def _positional(node: ast.Call | ast.Tuple) -> list[ast.expr]:
    return node.args if isinstance(node, ast.Call) else node.elts


def imports(module: str, wanted: Iterable[str]) -> list[str]:
    """Return the lines that import names from a module, sorted as by isort.

    Example:
        >>> imports("cnncalc", ["Pool", "FC", "Add"])
        ['from cnncalc import FC, Add, Pool']
    """
    ordered = sorted(wanted, key=lambda name: (not name.isupper(), name))
    line = f"from {module} import {', '.join(ordered)}"
    if len(line) <= WIDTH:
        return [line]
    return [f"from {module} import (", *(f"    {name}," for name in ordered), ")"]
