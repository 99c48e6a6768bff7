"""Write the page of all methods: ``python docs/methods.py > docs/methods.md``.

A code host shows pages as they are and computes nothing, so the signatures are written
out. A test holds the page to what there is.
"""

from __future__ import annotations

import inspect
from typing import Any

import cnncalc
from cnncalc import Sequential
from cnncalc.network.fluent import FluentMethods

HEAD = """\
# All methods

Every public method of a network, with its signature and what it returns or does.
Arguments, units, errors and examples are in `help(...)` and in
[the reference](reference/network.md). `python docs/methods.py` writes this page.
"""


def page() -> str:
    """Return the whole page."""
    fluent = [name for name in vars(FluentMethods) if not name.startswith("_")]
    shown = [name for name in dir(Sequential()) if not name.startswith("_")]
    own = [name for name in shown if name not in fluent]
    facts = [name for name in own if not callable(called(name))]
    calls = [name for name in own if name not in facts]
    functions = [
        name for name in cnncalc.__all__ if inspect.isroutine(getattr(cnncalc, name))
    ]
    sections = (
        ("Layers and blocks", "Each returns a longer network.", fluent, Sequential),
        ("Facts", "Attributes, without brackets.", facts, Sequential),
        ("Questions", "And what gives another network.", calls, Sequential),
        ("Functions", "Of `cnncalc` itself.", functions, cnncalc),
    )
    return "\n".join([HEAD, *[section(*each) for each in sections]])


def called(name: str) -> Any:
    """Return the method of that name of a chain; None if it is an attribute."""
    is_fact = isinstance(inspect.getattr_static(Sequential, name), property)
    return None if is_fact else getattr(Sequential, name)


def section(title: str, about: str, names: list[str], home: Any) -> str:
    """Return a section with a line for each name."""
    lines = [
        f"| `{signature(home, name)}` | {about_of(home, name)} |" for name in names
    ]
    head = "| name | what it is |" if title == "Facts" else "| call | what it does |"
    return "\n".join([f"## {title}", "", about, "", head, "|---|---|", *lines, ""])


def signature(home: Any, name: str) -> str:
    """Return a call with its arguments and defaults, without types."""
    found = getattr(home, name)
    if home is Sequential and not callable(called(name)):
        return name
    made = inspect.signature(found)
    plain = [
        p.replace(annotation=inspect.Parameter.empty)
        for p in made.parameters.values()
        if p.name not in {"self", "net"}
    ]
    arguments = made.replace(
        parameters=plain, return_annotation=inspect.Signature.empty
    )
    return f"{name}{arguments}".replace("|", "\\|")


def about_of(home: Any, name: str) -> str:
    """Return the first sentence of a docstring."""
    text = inspect.getdoc(getattr(home, name)) or ""
    return " ".join(text.split("\n\n")[0].split()).replace("|", "\\|")


if __name__ == "__main__":
    print(page(), end="")
