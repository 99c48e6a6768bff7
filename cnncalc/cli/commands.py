"""The commands: each makes of its options the text that it prints."""

from __future__ import annotations

from contextlib import suppress

from cnncalc import zoo
from cnncalc.cli.networks import network, networks
from cnncalc.cli.output import (
    EXPLANATION,
    PICTURE,
    REPORT,
    SOURCE,
    Options,
    Printed,
    kept,
    output_of,
    settle,
    written_report,
)
from cnncalc.errors import CnncalcError, OptionError, UnknownNameError
from cnncalc.network import Network

__all__ = [
    "PASSED_TO_SUMMARY",
    "claims",
    "compare",
    "diff",
    "draw",
    "explain",
    "listing",
    "save",
    "summary",
]

# The options of `Network.summary` that a command may set.
PASSED_TO_SUMMARY = (
    *("depth", "sort", "where", "batch", "dtype"),
    *("units", "byte_units", "layout", "language"),
)


def summary(options: Options) -> Printed:
    """Show a network's layers and totals.

    A network that fails half way is shown up to the layer that failed.
    """
    settle(options, REPORT)
    conventions = _listed(options.convention)
    if conventions and options.format == "csv":
        raise _without_totals()
    columns = _listed(options.columns)
    chosen = {name: getattr(options, name) for name in PASSED_TO_SUMMARY}

    def shown(net: Network) -> Printed:
        made = net.summary(columns=columns, convention=conventions, **chosen)
        return written_report(made, options)

    try:
        net = network(options.network, options.input)
    except CnncalcError as error:
        so_far = error.network
        if so_far and so_far.nodes:
            with suppress(CnncalcError):  # the network's own error comes first
                error.output = shown(so_far)[0]
        raise
    return shown(net)


def explain(options: Options) -> Printed:
    """Explain how a network's numbers come about."""
    settle(options, EXPLANATION)
    if options.convention is not None:
        return _reconciled(options)
    net = network(options.network, options.input)
    explanation = net.explain(options.path, language=options.language)
    return output_of(getattr(explanation, f"to_{options.format}"), options)


def _reconciled(options: Options) -> Printed:
    """Explain the number of a tool, which is one of the whole network.

    Raises:
        OptionError: If a part, or another format or language is asked for.
    """
    for what, asked, only in (
        (f"of {options.path}", options.path, None),
        (f"in {options.format}", options.format, "text"),
        (f"in the language {options.language}", options.language, "en"),
    ):
        if asked != only:
            why = f"a tool's number is not explained {what}"
            fix = "It is of the whole network, in English, and text: leave that out"
            raise OptionError(why, fix, "--convention")
    net = network(options.network, options.input)
    return kept(str(net.reconcile(options.convention)), options)


def compare(options: Options) -> Printed:
    """Compare the totals of networks."""
    from cnncalc.report.compare import COMPARED_BY_DEFAULT
    from cnncalc.report.compare import compare as compared

    settle(options, REPORT)
    columns = _listed(options.columns)
    if options.convention is not None:
        columns = [
            *(columns or COMPARED_BY_DEFAULT),
            *(_listed(options.convention) or ()),
        ]
    nets = networks(options.networks, options.input)
    made = compared(*nets, columns=columns, language=options.language)
    return written_report(made, options)


def diff(options: Options) -> Printed:
    """Show how one network differs from another."""
    settle(options, REPORT)
    if options.convention is not None and options.format == "csv":
        raise _without_totals()
    before, after = networks((options.before, options.after), options.input)
    difference = before.diff(
        after,
        columns=_listed(options.columns),
        convention=_listed(options.convention),
        unchanged=options.unchanged,
        language=options.language,
    )
    text, _ = written_report(difference, options)
    return text, int(options.exit_code and bool(difference))


def draw(options: Options) -> Printed:
    """Draw a network."""
    settle(options, PICTURE)
    net = network(options.network, options.input)
    drawing = net.draw(options.kind, depth=options.depth, title=options.title)
    return kept(drawing.to_svg(), options)


def claims(options: Options) -> Printed:
    """Show what papers print of a network, and whether it is so."""
    settle(options, REPORT)
    try:
        answer = zoo.claims(options.network)
    except UnknownNameError as error:
        fix = f"{error.fix}. Claims are of networks that `cnncalc list` prints"
        raise UnknownNameError(error.why, fix) from None
    return written_report(answer.styled(language=options.language), options)


def listing(options: Options) -> Printed:
    """List the networks of the zoo."""
    from cnncalc.report.report import Report
    from cnncalc.report.table import Column, Table

    settle(options, REPORT)
    if options.format == "text":
        return kept("\n".join(zoo.names()), options)
    column = Column("network", "network", "text")
    lines = tuple((name,) for name in zoo.names())
    return written_report(Report(Table("networks", (column,), lines, ())), options)


def save(options: Options) -> Printed:
    """Write a network as JSON, which all commands read, or as Python source."""
    settle(options, SOURCE)
    net = network(options.network, options.input)
    return output_of(getattr(net, f"to_{options.format}"), options)


def _without_totals() -> OptionError:
    why = "CSV has the rows alone, and a tool's number stands below them"
    return OptionError(why, "Use another format, as json", "--convention")


def _listed(words: str | None) -> list[str] | None:
    return None if words is None else [word.strip() for word in words.split(",")]
