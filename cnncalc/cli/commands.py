"""What each command does: from its options to the text that it prints."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, TypeAlias

from cnncalc import zoo
from cnncalc.cli.networks import network
from cnncalc.errors import CnncalcError, OptionError
from cnncalc.network import Network

if TYPE_CHECKING:
    import argparse

__all__ = [
    "SUMMARY",
    "Options",
    "claims",
    "compare",
    "completion",
    "diff",
    "draw",
    "explain",
    "listing",
    "save",
    "summary",
]

Options: TypeAlias = "argparse.Namespace | SimpleNamespace"
Printed = tuple[str, int]  # the text, and the exit code

# The options of `Network.summary` that a command may set.
SUMMARY = (
    *("depth", "sort", "where", "batch", "dtype", "convention"),
    *("units", "byte_units", "layout", "language"),
)

_COLOURS = {"always": True, "never": False, "auto": None}


def summary(options: Options) -> Printed:
    """Show a network's layers and totals.

    A network that fails half way is shown, as text, up to the layer that failed.
    """
    columns = _listed(options.columns)
    chosen = {name: getattr(options, name) for name in SUMMARY}

    def shown(net: Network) -> Printed:
        return _report(net.summary(columns=columns, **chosen), options)

    try:
        return shown(network(options.network, options.input))
    except CnncalcError as error:
        so_far = error.network
        if options.format == "text" and not options.output and so_far and so_far.nodes:
            error.output = shown(so_far)[0]
        raise


def explain(options: Options) -> Printed:
    """Explain how a network's numbers come about."""
    net = network(options.network, options.input)
    if options.convention is not None:
        return _kept(str(net.reconcile(options.convention)), options)
    explanation = net.explain(options.path, language=options.language)
    return _written(getattr(explanation, f"to_{options.format}"), options)


def compare(options: Options) -> Printed:
    """Compare the totals of networks."""
    from cnncalc.report.compare import DEFAULT
    from cnncalc.report.compare import compare as compared

    columns = _listed(options.columns)
    if options.convention is not None:
        columns = [*(columns or DEFAULT), *options.convention.split(",")]
    networks = [network(word, options.input) for word in options.networks]
    return _report(
        compared(*networks, columns=columns, language=options.language), options
    )


def diff(options: Options) -> Printed:
    """Show how one network differs from another."""
    before, after = (
        network(word, options.input) for word in (options.before, options.after)
    )
    difference = before.diff(
        after, unchanged=options.unchanged, language=options.language
    )
    text, _ = _report(difference, options)
    return text, int(options.exit_code and bool(difference))


def draw(options: Options) -> Printed:
    """Draw a network."""
    net = network(options.network, options.input)
    drawing = net.draw(options.kind, depth=options.depth, title=options.title)
    return _kept(drawing.to_svg(), options)


def claims(options: Options) -> Printed:
    """Show what papers print of a network, and whether it is so."""
    from cnncalc.report.report import Report

    return _report(Report(zoo.claims(options.network)), options)


def listing(_: Options) -> Printed:
    """List the networks of the zoo."""
    return "\n".join(zoo.names()), 0


def save(options: Options) -> Printed:
    """Write a network as JSON, which all commands read, or as Python source."""
    net = network(options.network, options.input)
    text = net.to_json() if options.format == "json" else net.to_python()
    return _kept(text.rstrip("\n"), options)


def completion(options: Options) -> Printed:
    """Print the script by which a shell completes commands."""
    try:
        import shtab
    except ImportError:
        why = "shell completion needs the package shtab"
        raise OptionError(
            why, "Install it: pip install 'cnncalc[completion]'"
        ) from None
    from cnncalc.cli.parser import COMPLETION, parser

    preamble = COMPLETION.get(options.shell, "")
    text = shtab.complete(parser(), shell=options.shell, preamble=preamble)
    return text.rstrip("\n"), 0


def _listed(words: str | None) -> list[str] | None:
    return None if words is None else words.split(",")


def _report(report: Any, options: Options) -> Printed:
    """Return a report in the format that is wanted, or write it to a file."""
    if options.format == "text" and not options.output:
        return _text(report, options), 0
    return _written(getattr(report, f"to_{options.format}"), options)


def _text(report: Any, options: Options) -> str:
    from cnncalc.report.render.terminal import terminal_width

    colour = _COLOURS[options.color]
    text: str = report.to_text(width=terminal_width(), box=options.box, color=colour)
    return text


def _written(write: Callable[..., Any], options: Options) -> Printed:
    """Return what *write* gives, or let it write the file that is named."""
    if not options.output:
        return str(write()).rstrip("\n"), 0
    try:
        write(options.output)
    except OSError as error:
        why = f"{options.output} cannot be written: {error.strerror}"
        raise OptionError(why, "Name another file", "--output") from None
    return "", 0


def _kept(text: str, options: Options) -> Printed:
    """Return *text*, or write it to the file that is named."""
    from cnncalc.report.output import given

    return _written(lambda path=None: given(text, path), options)
