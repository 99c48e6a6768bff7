"""The zoo as the command ``list`` shows it."""

from __future__ import annotations

from typing import Any

from cnncalc import zoo
from cnncalc.answers.table import Column, Table

__all__ = ["networks_table", "settings_table"]


def networks_table() -> Table:
    """Return the networks of the zoo, with what each costs at its usual input."""
    columns = (
        Column("network", "network", "text"),
        Column("input", "input", "shape"),
        Column("params", "parameters", "count"),
        Column("macs", "MACs", "count"),
    )
    nets = [zoo.build(name) for name in zoo.names()]
    lines = [(net.name, net.input, net.params, net.macs) for net in nets]
    return Table("networks", columns, tuple(lines), ())


def settings_table(network: str) -> Table:
    """Return the settings of a network, each of which is an option, too.

    Raises:
        UnknownNameError: If there is no such network.
    """
    # Of another name, to build it says which are the nearest.
    member: Any = (
        getattr(zoo, network) if network in zoo.names() else zoo.build(network)
    )
    columns = (
        Column("setting", "setting", "text"),
        Column("default", "default", "text"),
        Column("expected", "what it may be", "text"),
    )
    lines = [
        (name, _written(name, setting.default), setting.expected)
        for name, setting in member.settings.items()
    ]
    title = f"{network}: settings, as in --classes 10, or {network}(classes=10)"
    return Table(title, columns, tuple(lines), ())


def _written(setting: str, default: Any) -> str:
    """Return a default as the command line takes it."""
    if isinstance(default, tuple):
        return ("x" if setting == "input" else ",").join(map(str, default))
    return str(default).lower()
