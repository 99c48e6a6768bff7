"""The gate: networks against their limits, for a shell, a hook or a server of tests."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from configparser import ConfigParser, Error
from pathlib import Path
from typing import Any

from cnncalc.budget.checking import Check, CheckedLine, verdict
from cnncalc.budget.limits import BUDGETED
from cnncalc.cli.networks import network, the_network, value_of
from cnncalc.cli.output import (
    REPORT,
    Options,
    Printed,
    kept,
    passed,
    styled_as,
    written_report,
)
from cnncalc.errors import CnncalcError, OptionError, unknown_name

__all__ = ["check"]

_LIMITS = tuple(f"max_{name}" for name in BUDGETED)
# What the command may say of a network, and, but for write_lock, a budget.
_CHOSEN = ("device", "lock", "write_lock", "dtype", *_LIMITS)


def check(options: Options) -> Printed:
    """Show whether networks keep their limits; exit with 1 if one does not."""
    chosen = passed(options, *_CHOSEN)
    if options.budget is not None:
        lines = [*_budgets(options, chosen)]
    elif options.network is None:
        why = "no network is named, and no budget"
        raise OptionError(why, "Name a network, or give --budget cnncalc.ini")
    else:
        lines = [*verdict(the_network(options), name=options.network, **chosen)]
    found = Check(lines)
    if options.format in REPORT:
        text, _ = written_report(styled_as(found, options), options)
    else:
        text, _ = kept(getattr(found, f"to_{options.format}")(), options)
    return text, int(not found.passed)


def _budgets(options: Options, chosen: dict[str, Any]) -> Iterator[CheckedLine]:
    """Give what is found of the networks of a file of limits, or of the one named.

    Raises:
        OptionError: If the file cannot be read, or has no networks.
        UnknownNameError: If it has no such network, or says what there is not.
    """
    budgets = _read(options.budget)
    names = budgets.sections()
    if options.network is not None:
        if options.network not in names:
            raise unknown_name("network", options.network, names)
        names = [options.network]
    given = {key: value for key, value in chosen.items() if value not in {None, False}}
    for name in names:
        try:
            yield from _budget(name, budgets[name], options, given)
        except CnncalcError as error:
            raise error.at_place(f"{options.budget} [{name}]") from None


def _budget(
    name: str, section: Mapping[str, str], options: Options, given: dict[str, Any]
) -> Check:
    """Return what is found of a network; the command goes before what the file says."""
    # Many write texts in quotes, as other formats of settings have them.
    stated = {key.replace("-", "_"): text.strip("\"'") for key, text in section.items()}
    word, input = stated.pop("network", name), stated.pop("input", options.input)
    deployed = value_of(stated.pop("deployed", "no")) is True or options.deployed
    for key in stated:
        if (spelled := key.replace("_", "-")) not in _KEYS:
            raise unknown_name("key", spelled, _KEYS)
    if "dtype" in stated:
        stated["dtype"] = value_of(stated["dtype"])
    net = network(word, input, deployed=deployed)
    how: dict[str, Any] = {"name": name, **stated, **given}
    return verdict(net, **how)


_KEYS = (
    *("network", "input", "deployed", "device", "lock", "dtype"),
    *[name.replace("_", "-") for name in _LIMITS],
)


def _read(path: str) -> ConfigParser:
    budgets = ConfigParser(
        delimiters=("=",), inline_comment_prefixes=("#",), interpolation=None
    )
    try:
        budgets.read_string(Path(path).read_text("utf-8"), path)
    except (OSError, UnicodeError, Error) as error:
        told = getattr(error, "strerror", None) or str(error)
        why = f"the budget cannot be read: {' '.join(told.split())}"
        fix = "Write a section for each network: [lenet], and below max-macs = 20M"
        raise OptionError(why, fix, path) from None
    if not budgets.sections():
        raise OptionError(
            "it has no networks", "Write a section for each: [lenet]", path
        )
    return budgets
