"""The commands that put a question to a network, and print the report it answers."""

from __future__ import annotations

import shlex
from typing import Any

from cnncalc.answers.answer import Report
from cnncalc.answers.table import Column, Fact, Table
from cnncalc.cli.networks import made_of, shape_of, the_network, value_of
from cnncalc.cli.output import (
    PICTURE,
    WRITTEN,
    Options,
    Printed,
    passed,
    pictured,
    styled_as,
    written_report,
)
from cnncalc.cost.asked import title_of
from cnncalc.errors import ConfigError, OptionError
from cnncalc.memory.planned import MemoryPlan
from cnncalc.network import Network

__all__ = [
    "device_fit",
    "fit",
    "known_devices",
    "lint",
    "memory",
    "one_layer",
    "parameters",
    "patched",
    "peak_of",
    "planned",
    "reconcile",
    "region",
    "sweep",
    "symbolic",
    "windows",
]


def _answered(options: Options, question: str, *given: Any, **chosen: Any) -> Printed:
    """Put a question of the library to a network, and print the report it returns."""
    answer = getattr(the_network(options), question)(*given, **chosen)
    return written_report(styled_as(answer, options), options)


def planned(options: Options) -> Printed:
    """Show what is alive at each step, and where it may lie, or write that down."""
    net: Any = the_network(options)
    names = "inplace batch order kernels core target linear_scales"
    chosen = passed(options, *names.split())
    chosen["planner"] = options.planner or ("best" if options.write else None)
    chosen["dtype"] = options.dtype
    plan = net.memory_plan(**chosen)
    if options.write:
        _write_plan(options, plan)
    return written_report(styled_as(plan, options), options)


def known_devices(options: Options) -> Printed:
    """Show all devices."""
    from cnncalc.devices.boards import devices_table

    return written_report(styled_as(devices_table(), options), options)


def device_fit(options: Options) -> Printed:
    """Show whether a network fits into a device, and what would help.

    Raises:
        OptionError: If no device is named; the message names all.
    """
    if options.device is None:
        from cnncalc.devices.boards import device_names

        fix = f"Name one of {', '.join(device_names())}"
        raise OptionError("no device is named", fix, "--device")
    net: Any = the_network(options)
    amounts = passed(options, "reserved_ram", "reserved_flash")
    given = {name: each for name, each in amounts.items() if each is not None}
    answer = net.fits(options.device, options.dtype, **given)
    text, _ = written_report(styled_as(answer, options), options)
    return text, int(not answer.fits)


def _write_plan(options: Options, plan: MemoryPlan) -> None:
    """Write the model that was read, with a plan of memory.

    Raises:
        OptionError: If it cannot be written.
    """
    from pathlib import Path

    from cnncalc.interop.tflite.offline import with_offline_plan

    metadata = plan.offline_metadata()
    file = Path(options.network).read_bytes()
    file = with_offline_plan(file, metadata, plan.order)
    try:
        Path(options.write).write_bytes(file)
    except OSError as error:
        why = f"{options.write} cannot be written: {error.strerror}"
        raise OptionError(why, "Name another file", "--write") from None


def patched(options: Options) -> Printed:
    """Show how the first part of a network fits, run in patches."""
    chosen = passed(
        options, "memory", "cut", "dtype", "depthwise_inplace", "input_in_memory"
    )
    if options.grid is not None:
        chosen["grid"] = value_of(options.grid.replace("x", ","))
    found: Any = the_network(options).patches(**chosen)
    if options.format in PICTURE:
        drawing = found.draw(**passed(options, *WRITTEN))
        return pictured(drawing, options)
    return written_report(styled_as(found, options), options)


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
    net = the_network(options)
    chosen = passed(options, "dtype", "inplace", "batch")
    fact = Fact("peak_memory", "Peak memory", net.peak_memory(**chosen), "bytes")
    report = Report(Table(title_of(net), (), (), (fact,)))
    return written_report(styled_as(report, options), options)


def lint(options: Options) -> Printed:
    """Show what may be meant otherwise."""
    found = the_network(options).lint()
    text, _ = written_report(styled_as(found, options), options)
    return text, int(options.exit_code and bool(found))


def symbolic(options: Options) -> Printed:
    """Show a network's numbers as expressions in the size of its input.

    As text it shows the totals alone: lines of expressions are too long for a screen.
    """
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

    try:
        shapes = safetensors_params(options.file)
    except ConfigError as error:
        raise error.at_place(options.file) from None
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

    shape = None if options.input is None else shape_of(options.input)
    rows = from_text(options.layer, shape).nodes
    if len(rows) != 1:
        given = shlex.quote(options.layer)
        asked = given if options.input is None else f"{given} --input {options.input}"
        raise OptionError(
            f"these are {len(rows)} layers", f"Write cnncalc summary {asked}"
        )
    return written_report(styled_as(rows[0], options), options)


def sweep(options: Options) -> Printed:
    """Show the totals of a network for each combination of its settings.

    Raises:
        CnncalcError: If there is no network for any of them: that of the first.
    """
    from cnncalc import sweeping

    grid = {name: _values(text) for name, text in options.settings.items()}
    if options.input is not None:
        grid["input"] = [shape_of(word) for word in options.input.split(",")]
    chosen = passed(options, "dtype", "batch", *WRITTEN)
    if options.columns:
        chosen["columns"] = options.columns
    made = sweeping.sweep(_builder(options, {}), grid, **chosen)
    errors = [row.error for row in made]
    if errors and errors[0] and all(errors):
        raise errors[0]
    return written_report(made, options)


def fit(options: Options) -> Printed:
    """Show the largest input, batch, or value of a setting within limits."""
    from cnncalc.symbolic.fitting import fit as fitted
    from cnncalc.symbolic.limits import LIMITED

    chosen: dict[str, Any] = passed(options, *LIMITED, "dtype", "batch")
    _check_taken(options)
    if options.setting == "batch":
        how = passed(options, "training", "mixed", "dtype")
        optimizer = options.optimizer or "sgd"
        made: Any = the_network(options)
        answer = made.largest_batch(options.memory, optimizer=optimizer, **how)
    elif options.setting == "input":
        aspect = value_of((options.aspect or "1x1").replace("x", ","))
        answer = the_network(options).largest_input(aspect=aspect, **chosen)
    else:
        least = 1 if options.least is None else options.least
        settings = {name: value_of(text) for name, text in options.settings.items()}
        if options.input is not None:
            settings["input"] = shape_of(options.input)
        build, most = _builder(options, settings), options.most
        answer = fitted(build, options.setting, least=least, most=most, **chosen)
    return written_report(styled_as(answer, options), options)


_OF_BATCH = ("memory", "training", "mixed", "optimizer")


def _check_taken(options: Options) -> None:
    """Refuse options that belong to another setting.

    Raises:
        OptionError: If there are some, or a batch has no memory.
    """
    from cnncalc.symbolic.limits import LIMITED

    theirs = {"batch": _OF_BATCH, "input": (*LIMITED, "aspect")}
    mine = theirs.get(options.setting, (*LIMITED, "least", "most"))
    for name in dict.fromkeys((*_OF_BATCH, *LIMITED, "aspect", "least", "most")):
        if name not in mine and getattr(options, name) not in {None, False}:
            why = f"--{name.replace('_', '-')} is nothing for {options.setting}"
            raise OptionError(why, "Leave it out, or see --help")
    if options.setting == "batch" and options.memory is None:
        raise OptionError("nothing is limited", 'Give --memory "24 GiB"')


def _builder(options: Options, settings: dict[str, Any]) -> Any:
    """Return what makes the network of a command with more settings, or an input."""

    def build(**given: Any) -> Network:
        chosen = settings | given
        net = made_of(options.network, chosen.pop("input", None), chosen)
        return net.deployed() if options.deployed else net

    return build


def windows(options: Options) -> Printed:
    """Show the windows that lead from a size to another."""
    from cnncalc.symbolic.windows import windows as those

    limits = passed(options, "kernel", "stride", "padding", "dilation")
    given = {name: limit for name, limit in limits.items() if limit is not None}
    answer = those(options.size, options.output_size, **given)
    return written_report(styled_as(answer, options), options)


def _values(text: str | bool) -> list[Any]:
    """Return the values that a setting takes in turn."""
    values = value_of(text)
    if isinstance(values, str):
        return values.split(",")
    return list(values) if isinstance(values, tuple) else [values]
