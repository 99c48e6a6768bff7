"""Runs of PyTorch modules as JSON, and back: the suite reads them without PyTorch."""

from __future__ import annotations

import gzip
import json
from pathlib import Path
from typing import Any

from cnncalc.interop.torch.trace import Called, Ref, Trace

FILE = Path(__file__).parent / "data" / "torch_traces.jsonl.gz"


def read(path: Path = FILE) -> list[dict[str, Any]]:
    """Return what is kept of each model, a line each."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def saved(trace: Trace) -> dict[str, Any]:
    """Return a trace as what JSON can say: each tensor stands once, in a table."""
    every = [*trace.inputs, *trace.outputs]
    for called in trace.calls:
        every += [*called.refs, *called.outputs]
    return trace._asdict() | {
        "refs": sorted({ref.key: list(ref) for ref in every}.values()),
        "calls": [_call(called) for called in trace.calls],
        "inputs": [ref.key for ref in trace.inputs],
        "outputs": [ref.key for ref in trace.outputs],
        "leaves": sorted(trace.leaves),
        "own": sorted(trace.own),
        "timm": sorted(trace.timm),
    }


def restored(kept: dict[str, Any]) -> Trace:
    """Return the trace that was kept."""
    table = [(key, tuple(shape), *rest) for key, shape, *rest in kept["refs"]]
    refs = {row[0]: Ref(*row) for row in table}
    fields = {name: kept[name] for name in Trace._fields if name in kept}
    return Trace(**fields)._replace(
        calls=[_called(call, refs) for call in kept["calls"]],
        inputs=[refs[key] for key in kept["inputs"]],
        outputs=[refs[key] for key in kept["outputs"]],
        leaves=frozenset(kept["leaves"]),
        own=frozenset(kept["own"]),
        timm=frozenset(kept.get("timm", ())),
        weights={name: tuple(shape) for name, shape in kept["weights"].items()},
        buffers={name: tuple(shape) for name, shape in kept["buffers"].items()},
        notes=tuple(kept["notes"]),
        names=tuple(kept["names"]),
    )


def _call(called: Called) -> list[Any]:
    outputs = [ref.key for ref in called.outputs]
    given = [_plain(list(called.args)), _plain(dict(called.kwargs))]
    what = [called.module, called.visit, called.name]
    return [*what, *given, outputs, called.several, int(called.operator)]


def _plain(given: Any) -> Any:
    if isinstance(given, Ref):
        return {"ref": given.key}
    if isinstance(given, tuple):
        return {"tuple": _plain(list(given))}
    if isinstance(given, slice):
        return {"slice": [_plain(n) for n in (given.start, given.stop, given.step)]}
    if given is Ellipsis:
        return {"dots": 0}
    if isinstance(given, dict):
        return {"dict": {name: _plain(each) for name, each in given.items()}}
    return [_plain(each) for each in given] if isinstance(given, list) else given


def _called(call: list[Any], refs: dict[int, Ref]) -> Called:
    module, visit, name, args, kwargs, outputs, several, operator = call
    found: list[Ref] = []
    given = _given(args, refs, found), _given(kwargs, refs, found)
    put_out = [refs[key] for key in outputs]
    what = module, visit, name, *given, put_out, several, found
    return Called(*what, bool(operator))


def _given(kept: Any, refs: dict[int, Ref], found: list[Ref]) -> Any:
    if isinstance(kept, list):
        return [_given(each, refs, found) for each in kept]
    if not isinstance(kept, dict):
        return kept
    ((kind, inner),) = kept.items()
    if kind == "ref":
        found.append(refs[inner])
        return refs[inner]
    if kind == "dots":
        return Ellipsis
    if kind == "dict":
        return {name: _given(each, refs, found) for name, each in inner.items()}
    several = _given(inner, refs, found)
    return slice(*several) if kind == "slice" else tuple(several)
