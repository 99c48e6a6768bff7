"""The commands: each makes of its options the text that it prints."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from cnncalc import zoo
from cnncalc.cli.networks import CHOSEN, networks, the_network
from cnncalc.cli.output import (
    WRITTEN,
    Options,
    Printed,
    kept,
    output_of,
    passed,
    pictured,
    styled_as,
    written_report,
)
from cnncalc.errors import CnncalcError, OptionError, UnknownNameError
from cnncalc.network import Network

if TYPE_CHECKING:
    from cnncalc.report.compare import Comparison
    from cnncalc.report.diff import Difference

__all__ = [
    "claims",
    "compare",
    "diff",
    "draw",
    "explain",
    "listing",
    "report",
    "save",
    "summary",
]

# Options that mean the same in a summary, a comparison and a difference.
_ALIKE = ("dtype", "batch", *WRITTEN)
_DRAWN = (
    *("kind", "style", "depth", "repeats", "dimensions", "arrangement", "wrap"),
    *("title", "heading", "legend"),
)
_SUMMARY = (
    *("columns", "depth", "sort", "where", "totals", "input_row", "convention"),
    *_ALIKE,
)


def summary(options: Options) -> Printed:
    """Show a network's layers and totals.

    A network that fails half way is shown up to the layer that failed.
    """
    if options.convention and options.format == "csv":
        raise _without_totals()

    def shown(net: Network) -> Printed:
        return written_report(net.summary(**passed(options, *_SUMMARY)), options)

    try:
        net = the_network(options)
    except CnncalcError as error:
        so_far = error.network
        if so_far and so_far.nodes:
            with suppress(CnncalcError):  # the network's own error comes first
                error.output = shown(so_far)[0]
        raise
    return shown(net)


def explain(options: Options) -> Printed:
    """Explain how a network's numbers come about."""
    if options.convention is not None:
        return _reconciled(options)
    chosen = passed(options, *_ALIKE)
    explanation = the_network(options).explain(options.path, **chosen)
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
    net = the_network(options)
    sums = [str(net.reconcile(tool)) for tool in options.convention]
    return kept("\n".join(sums), options)


def compare(options: Options) -> Printed:
    """Compare the totals of networks."""
    from cnncalc.report.compare import COMPARED_BY_DEFAULT
    from cnncalc.report.compare import compare as compared

    columns = options.columns
    if options.convention is not None:
        columns = [*(columns or COMPARED_BY_DEFAULT), *options.convention]
    chosen = passed(options, *CHOSEN)
    nets = networks(options.networks, **chosen)
    names = [
        word if "(" in word else net.name or word
        for word, net in zip(options.networks, nets, strict=True)
    ]
    made = compared(*nets, columns=columns, names=names, **passed(options, *_ALIKE))
    return _written(made, options)


def _written(answer: Comparison | Difference, options: Options) -> Printed:
    """Return an answer as it is wanted: as a page, or in a format."""
    if options.report:
        return output_of(answer.report().to_html, options)
    return written_report(answer, options)


def diff(options: Options) -> Printed:
    """Show how one network differs from another."""
    if options.convention is not None and options.format == "csv":
        raise _without_totals()
    chosen = passed(options, *CHOSEN)
    before, after = networks((options.before, options.after), **chosen)
    asked = ("columns", "convention", "unchanged", "totals", *_ALIKE)
    difference = before.diff(after, **passed(options, *asked))
    text, _ = _written(difference, options)
    return text, int(options.exit_code and bool(difference))


def draw(options: Options) -> Printed:
    """Draw a network."""
    drawing = the_network(options).draw(**passed(options, *_DRAWN, *_ALIKE))
    return pictured(drawing, options)


def report(options: Options) -> Printed:
    """Show all that is known of a network, as one page."""
    page = the_network(options).report(**passed(options, "sliders", *_ALIKE))
    return output_of(page.to_html, options)


def claims(options: Options) -> Printed:
    """Show what papers print of a network, and whether it is so."""
    try:
        answer = zoo.claims(options.member)
    except UnknownNameError as error:
        fix = f"{error.fix}. Claims are of networks that `cnncalc list` prints"
        raise UnknownNameError(error.why, fix) from None
    return written_report(styled_as(answer, options), options)


def listing(options: Options) -> Printed:
    """List the networks of the zoo with their costs, or the settings of one."""
    from cnncalc.answers.answer import Report
    from cnncalc.cli.listing import networks_table, settings_table

    if options.names:
        return kept("\n".join(zoo.names()), options)
    table = settings_table(options.listed) if options.listed else networks_table()
    return written_report(styled_as(Report(table), options), options)


def save(options: Options) -> Printed:
    """Write a network as JSON, which all commands read, or as Python source."""
    return output_of(getattr(the_network(options), f"to_{options.format}"), options)


def _without_totals() -> OptionError:
    why = "CSV has the rows alone, and a tool's number stands below them"
    return OptionError(why, "Use another format, as json", "--convention")
