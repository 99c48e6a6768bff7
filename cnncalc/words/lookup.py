"""Names that were not found: what they are called here, or the nearest."""

from __future__ import annotations

import re
import sys
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from inspect import ismodule
from types import MappingProxyType
from typing import Any

from cnncalc.errors import (
    CnncalcError,
    MissingImportError,
    MissingNameError,
    nearest,
)
from cnncalc.words.shapes import meant_value
from cnncalc.words.signatures import call_text, call_with_needed
from cnncalc.words.table import normal, word_of, words

__all__ = [
    "meant_settings",
    "missing_attribute",
    "missing_from_answer",
    "missing_from_block",
    "missing_from_builder",
    "missing_from_layer",
    "missing_from_module",
    "missing_from_network",
    "missing_from_rows",
    "missing_from_shape",
]


def missing_from_network(
    kind: str, name: str, names: Iterable[str], paths: Collection[str] = ()
) -> CnncalcError:
    """Return the error that a network has no such attribute or method.

    Args:
        kind: The class of the network.
        name: What was asked for.
        names: What it has.
        paths: The paths of its nodes and groups.
    """
    if name in paths:
        return MissingNameError(
            f"a {kind} has its nodes by path", f'Write net["{name}"]'
        )
    cures: dict[str, str] = {}
    rows = [
        (f"net{row.method}" if row.method else row.ours, row)
        for row in words("layer", "question")
    ]
    for written, _ in rows:
        cures.setdefault(normal(re.split(r"\W", f"{written[4:]} ")[0]), written)
    names = [known for known in names if known[0] != "_"]
    cures = {normal(known): f"net.{known}" for known in names} | cures
    for written, row in rows:
        for theirs in row.theirs:
            cures.setdefault(normal(theirs), written)
    for path in paths:
        cures.setdefault(normal(path), f'net["{path}"]')
    package = import_module(__name__.partition(".")[0])
    for known in package.__all__:  # what is no method
        cures.setdefault(normal(known), _IMPORTED + known)
    note = next((row.note for row in word_of(name, "question")), "")
    why = note or f"a {kind} has no {name[:60]}"
    return MissingNameError(why, _nearest(name, cures))


def missing_from_builder(kind: str, name: str, names: Iterable[str]) -> CnncalcError:
    """Return the error that a builder, or a tensor of one, has no such attribute.

    Args:
        kind: Its class.
        name: What was asked for.
        names: What it has, as it is typed.
    """
    cures = {normal(known.rpartition(".")[2]): known for known in names}
    for row in words("layer"):
        ours = row.ours.partition("(")[0], row.method.partition("(")[0]
        for word in (*row.theirs, *ours):
            cures.setdefault(normal(word), f"g.add({row.ours}, x)")
    return MissingNameError(
        f"a {kind} has no {name[:60]}", _nearest(name, _questions("g.graph(x)") | cures)
    )


# What frames of pandas have, and reports do with one.
_OF_REPORTS = {
    "save": 'report.to_csv("net.csv"), or report.to_html("net.html")',
    "sort": 'net.summary(sort="params"), or report.to_pandas().sort_values("params")',
    "toexcel": 'report.to_pandas().to_excel("net.xlsx")',
    "columns": "report.table.columns",
    "head": "report.to_pandas().head()",
}
_OF_REPORTS["sortvalues"] = _OF_REPORTS["sort"]


def missing_from_answer(kind: str, name: str, names: Iterable[str]) -> CnncalcError:
    """Return the error that an answer has no such attribute.

    Args:
        kind: Its class.
        name: What was asked for.
        names: What it has.
    """
    cures = {
        word: cure.replace("net.summary().", "report.")
        for word, cure in _questions("net").items()
    }
    cures |= dict.fromkeys(("show", "display", "print"), "print(report)")
    cures |= dict.fromkeys(("lines", "rows", "values", "data"), "report.table.lines")
    cures |= _OF_REPORTS | {normal(known): f"report.{known}" for known in names}
    return MissingNameError(f"a {kind} has no {name[:60]}", _nearest(name, cures))


# What arrays and textbooks have, and shapes otherwise.
_OF_SHAPES = {
    "list(shape)": "tolist to_list",
    "the shape itself, a tuple: shape[0], shape.channels": "shape dims",
    "shape.rank, the number of its axes without channels": "ndim dim",
    "shape.size": "numel prod neurons units count volume elements",
    "shape.positions": "area pixels spatial_size",
    "shape.channels": "C filters features maps feature_maps",
    "shape.height": "H rows",
    "shape.width": "W columns cols",
    "Shape.of((*shape.space, 64)), another one": "replace with_channels copy",
    "net.summary(batch=32): a batch is no part of a shape": "batch N batch_size",
    "shape.size * 4, for values of 4 bytes": "memory bytes nbytes",
}


def missing_from_rows(kind: str, name: str, names: Iterable[str]) -> CnncalcError:
    """Return the error that rows were asked for what each of them has.

    Args:
        kind: Their class.
        name: What was asked for.
        names: What they have.
    """
    del kind, names
    why = f"rows have no {name[:60]}, but each may"
    return MissingNameError(why, f"Write [row.{name[:60]} for row in net.nodes]")


def missing_from_shape(kind: str, name: str, names: Iterable[str]) -> CnncalcError:
    """Return the error that a shape has no such attribute.

    Args:
        kind: Its class.
        name: What was asked for.
        names: What it has.
    """
    cures = {
        normal(word): cure for cure, all_ in _OF_SHAPES.items() for word in all_.split()
    }
    cures |= {normal(known): f"shape.{known}" for known in names}
    return MissingNameError(f"a {kind} has no {name[:60]}", _nearest(name, cures))


# What layers elsewhere have, and ours are asked for with what reaches them.
_OF_LAYERS = {
    "layer.params((32, 32, 3))": "num_params count_params num_parameters numel n_params"
    " total_params param_count parameters weight weights get_weights size gamma beta",
    "layer.trainable_params((32, 32, 3))": "trainable_weights trainable_variables",
    "layer.output((32, 32, 3))": "output_shape output_size out_shape forward call shape"
    " compute_output_shape get_output_shape",
    "layer.macs((32, 32, 3))": "mult_adds mac madds",
    "layer.output((32, 32, 3)); what comes in is the network's": "in_channels input"
    " in_features num_features input_shape input_size in_dim input_dim",
}


def missing_from_layer(kind: str, name: str, names: Iterable[str]) -> CnncalcError:
    """Return the error that a layer has no such attribute.

    Args:
        kind: Its class.
        name: What was asked for.
        names: What it has.
    """
    cures = {normal(w): cure for cure, all_ in _OF_LAYERS.items() for w in all_.split()}
    return _missing_from_part("layer", cures, kind, name, names)


def missing_from_block(kind: str, name: str, names: Iterable[str]) -> CnncalcError:
    """Return the error that a block has no such attribute: it has no numbers itself.

    Args:
        kind: Its class.
        name: What was asked for.
        names: What it has.
    """
    return _missing_from_part("block", {}, kind, name, names)


def _missing_from_part(
    noun: str, others: dict[str, str], kind: str, name: str, names: Iterable[str]
) -> CnncalcError:
    net = f"Sequential(input=(32, 32, 3)).add({noun})"
    questions = dir(import_module(__name__.partition(".")[0]).Network)
    cures = {normal(known): f"{net}.{known}" for known in questions if known[0] != "_"}
    methods: dict[str, str] = {}  # each as it is written shortest
    for row in words("layer"):
        written = net + (row.method or f".add({row.ours})")
        for word in (row.ours.partition("(")[0], *row.theirs):
            cures.setdefault(normal(word), written)
        method = normal(row.method.partition("(")[0])
        methods[method] = min(methods.get(method, written), written, key=len)
    cures |= methods | _questions(net) | others
    own = {normal(known): f"{noun}.{known}" for known in names}
    if "units" in own:  # as filters are called there
        own.setdefault("filters", own["units"])
    for row in words("argument"):
        if row.ours in own:
            cures |= {normal(theirs): own[row.ours] for theirs in row.theirs}
    return MissingNameError(f"a {kind} has no {name[:60]}", _nearest(name, cures | own))


def _questions(asked: str) -> dict[str, str]:
    """Return what to write for what networks are asked, by the words of all."""
    cures: dict[str, str] = {}
    for row in words("question"):
        written = row.ours.replace("net", asked, 1)
        for word in (*re.findall(r"net\.(\w+)", row.ours), *row.theirs):
            cures.setdefault(normal(word), written)
    return cures


def meant_settings(
    called: str, given: Mapping[str, Any], known: Mapping[str, Any]
) -> str:
    """Return what is meant by settings of which a network lacks some.

    Args:
        called: The network's name.
        given: All settings that were given.
        known: Those that it has, with what they usually are.

    Returns:
        Why, and the call; "" if nobody knows what one of them means.
    """
    found, why = {}, []
    for name, value in given.items():
        rows = [*word_of(name, "argument", "left out")]
        ours = [name] if name in known else [r.ours for r in rows if r.ours in known]
        notes = [row.note for row in rows if row.note]
        if ours:
            found[ours[0]] = value if name in known else meant_value(ours[0], value)
        elif notes[:1] == [_KNOWN] and "input" in known:
            found["input"] = (*known["input"][:-1], value)
        elif notes:
            why.append(f"{name} is left out: {notes[0]}. ")
        else:
            return ""
    return f"{''.join(why)}Write {call_text(called, (), found)}"


_KNOWN = "what comes in is known"


def missing_attribute(kind: str, name: str, cure: str) -> CnncalcError:
    """Return the error that a layer, a row or a shape has no such attribute.

    Args:
        kind: Its class.
        name: What was asked for.
        cure: What to write.
    """
    return MissingNameError(f"a {kind} has no {name}", f"Write {cure}")


def missing_from_module(
    module: str,
    name: str,
    names: Iterable[str],
    more: Mapping[str, str] = MappingProxyType({}),
) -> AttributeError | ImportError:
    """Return the error that a module has no such name.

    Args:
        module: Its name.
        name: What was asked for, or is to be imported.
        names: What it has.
        more: What to write for other names.
    """
    why = f"{module} has no {name[:60]}"
    imported = _is_import()
    if imported and find_spec(f"{module}.{name}"):
        return AttributeError(why)  # as a module, it is found by who imports it
    way = f"from {module} import " if imported else f"{module.rpartition('.')[2]}."
    kind = MissingImportError if imported else MissingNameError
    cures = _cures_of(module, way, tuple(names)) | {
        normal(other): cure for other, cure in more.items()
    }
    return kind(why, _nearest(name, cures))


@cache  # tools ask each module for many a name that they hardly expect
def _cures_of(module: str, way: str, names: tuple[str, ...]) -> dict[str, str]:
    """Return what to write for what a module has, by the words of all."""
    package = module.partition(".")[0]
    cures = {normal(known): f"{way}{known}" for known in names}
    for row in words("zoo") if module == f"{package}.zoo" else ():
        for theirs in row.theirs:
            cures.setdefault(normal(theirs), row.ours)
    for row in words("layer"):
        written = f"from {package} import {row.ours.partition('(')[0]}; {row.ours}"
        for theirs in row.theirs:
            cures.setdefault(normal(theirs), written)
    if module == package:
        zoo = import_module(f"{package}.zoo")
        for known in zoo.names():
            cures.setdefault(normal(known), f"from {package} import zoo; zoo.{known}()")
    for row in words("import", *(["question"] if module == package else [])):
        for theirs in (*row.theirs, *re.findall(r"net\.(\w+)", row.ours)):
            cures.setdefault(normal(theirs), row.ours)
    return cures


def _nearest(name: str, cures: Mapping[str, str]) -> str:
    """Return the cure of a name, or those of the nearest names."""
    wanted = normal(name)
    found = cures.get(wanted)
    if found is not None:
        return f"Write {_typed(found)}"
    for apart in word_of(name, "no part"):
        return f"Leave it out: {apart.note}"
    near = [_typed(cures[match]) for match in nearest(wanted, cures)]
    return f"The nearest: {', or '.join(dict.fromkeys(near))}" if near else _TEACH


_IMPORTED = "import "  # and a name of the package's, which is loaded if it is wanted


def _typed(cure: str) -> str:
    """Return a cure as it is typed."""
    if not cure.startswith(_IMPORTED):
        return cure
    name, package = cure.removeprefix(_IMPORTED), __name__.partition(".")[0]
    thing = getattr(import_module(package), name)
    room = f"{getattr(thing, '__module__', '')}..".split(".")[1]
    if ismodule(thing) or room == "errors":  # which nobody calls
        return f"from {package} import {name}"
    code = call_with_needed(name, thing)
    if room in {"layers", "blocks"}:
        return f"net.add({code})"
    return f"from {package} import {name}; {code}"


_TEACH = "What there is, dir() lists"


def _is_import() -> bool:
    """Tell whether an import statement asks a module, whose ``__getattr__`` asks here.

    It has another error to raise then: of an AttributeError, Python shows nothing.
    """
    asking = sys._getframe(3)  # behind this function, the one above, and the module's
    return asking.f_globals.get("__name__") == "importlib._bootstrap"
