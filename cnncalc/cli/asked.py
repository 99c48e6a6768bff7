"""The commands that put a question to a network, and print the report it answers."""

from __future__ import annotations

from typing import Any

from cnncalc.answers.answer import Report
from cnncalc.answers.table import Column, Fact, Table
from cnncalc.cli.networks import made_of, shape_of, the_network, value_of
from cnncalc.cli.output import (
    REPORT,
    Options,
    Printed,
    passed,
    settle,
    styled_as,
    written_report,
)
from cnncalc.cost.asked import title_of
from cnncalc.errors import OptionError
from cnncalc.network import Network

__all__ = [
    "lint",
    "memory",
    "one_layer",
    "parameters",
    "peak_of",
    "planned",
    "reconcile",
    "region",
    "sweep",
    "symbolic",
]


def _answered(options: Options, question: str, *given: Any, **chosen: Any) -> Printed:
    """Put a question of the library to a network, and print the report it returns."""
    settle(options, REPORT)
    answer = getattr(the_network(options), question)(*given, **chosen)
    return written_report(styled_as(answer, options), options)


def planned(options: Options) -> Printed:
    """Show what is alive at each step, and where it may lie, or write that down."""
    settle(options, REPORT)
    net: Any = the_network(options)
    chosen = passed(options, "inplace", "batch", "kernels", "core", "target")
    chosen["planner"] = options.planner or ("best" if options.write else "greedy")
    if options.dtype != "float32":  # what a file has is its own
        chosen["dtype"] = options.dtype
    plan = net.memory_plan(**chosen)
    if options.write:
        _write_plan(options, plan.offline_metadata())
    return written_report(styled_as(plan, options), options)


def _write_plan(options: Options, metadata: bytes) -> None:
    """Write the model that was read, with a plan of memory.

    Raises:
        OptionError: If it cannot be written.
    """
    from pathlib import Path

    from cnncalc.interop.tflite.offline import with_offline_plan

    file = with_offline_plan(Path(options.network).read_bytes(), metadata)
    try:
        Path(options.write).write_bytes(file)
    except OSError as error:
        why = f"{options.write} cannot be written: {error.strerror}"
        raise OptionError(why, "Name another file", "--write") from None


def memory(options: Options) -> Printed:
    """Show the bytes of weights and activations, or, with an optimizer, of training."""
    if options.optimizer is None and not options.mixed:
        return _answered(options, "memory_report", options.dtype, batch=options.batch)
    chosen = passed(options, "mixed", "batch", "dtype", "inplace")
    if options.mask_bytes is not None:
        chosen["mask_bytes"] = options.mask_bytes
    return _answered(options, "training_memory", options.optimizer or "sgd", **chosen)


def peak_of(options: Options) -> Printed:
    """Show the bytes that are alive at most."""
    settle(options, REPORT)
    net = the_network(options)
    chosen = passed(options, "dtype", "inplace", "batch")
    fact = Fact("peak_memory", "Peak memory", net.peak_memory(**chosen), "bytes")
    report = Report(Table(title_of(net), (), (), (fact,)))
    return written_report(styled_as(report, options), options)


def lint(options: Options) -> Printed:
    """Show what may be meant otherwise."""
    settle(options, REPORT)
    found = the_network(options).lint()
    text, _ = written_report(styled_as(found, options), options)
    return text, int(options.exit_code and bool(found))


def symbolic(options: Options) -> Printed:
    """Show a network's numbers as expressions in the size of its input.

    As text it shows the totals alone: lines of expressions are too long for a screen.
    """
    settle(options, REPORT)
    answer: Any = the_network(options).symbolic()
    if options.format == "text":
        answer = Report(answer.table._replace(columns=(), lines=()))
    return written_report(styled_as(answer, options), options)


def reconcile(options: Options) -> Printed:
    """Show how a tool's number of operations comes from another's."""
    return _answered(options, "reconcile", options.tool, base=options.base)


def region(options: Options) -> Printed:
    """Show what a unit sees of the input."""
    given = (options.node, *options.position)
    return _answered(options, "region", *given, gates=options.gates)


def parameters(options: Options) -> Printed:
    """Show the weights that a file of safetensors has, which is no network."""
    from math import prod

    from cnncalc.interop.safetensors import safetensors_params

    settle(options, REPORT)
    shapes = safetensors_params(options.file)
    columns = (
        Column("name", "name", "text"),
        Column("shape", "shape", "sizes"),
        Column("params", "parameters", "count"),
    )
    lines = tuple([(name, shape, prod(shape)) for name, shape in shapes.items()])
    whole = Fact("params", "Total params", sum(n for *_, n in lines), "count")
    report = Report(Table(options.file, columns, lines, (whole,)))
    return written_report(styled_as(report, options), options)


def one_layer(options: Options) -> Printed:
    """Show the numbers of a layer alone."""
    from cnncalc.saving.from_text import from_text

    settle(options, REPORT)
    shape = None if options.input is None else shape_of(options.input)
    (row,) = from_text(options.layer, shape).nodes
    return written_report(styled_as(row, options), options)


def sweep(options: Options) -> Printed:
    """Show the totals of a network for each combination of its settings."""
    from cnncalc import sweeping

    settle(options, REPORT)
    grid = {name: _values(text) for name, text in options.settings.items()}
    if options.input is not None:
        grid["input"] = [shape_of(word) for word in options.input.split(",")]

    def build(**settings: Any) -> Network:
        shape = settings.pop("input", None)
        net = made_of(options.network, shape, settings)
        return net.deployed() if options.deployed else net

    chosen = passed(
        options, "dtype", "batch", *("units", "byte_units", "layout", "language")
    )
    if options.columns:
        chosen["columns"] = options.columns
    made = sweeping.sweep(build, grid, **chosen)
    return written_report(made, options)


def _values(text: str | bool) -> list[Any]:
    """Return the values that a setting takes in turn."""
    values = value_of(text)
    if isinstance(values, str):
        return values.split(",")
    return list(values) if isinstance(values, tuple) else [values]
