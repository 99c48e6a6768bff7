"""The table of devices, of which each has a source."""

from __future__ import annotations

import csv
import re
from collections.abc import Mapping
from importlib import resources

from cnncalc._typing import override
from cnncalc.answers.answer import Answer
from cnncalc.answers.table import Column, Table
from cnncalc.errors import OptionError, unknown_name
from cnncalc.operations.roofline import Device

__all__ = ["BOARDS", "Boards", "device_names", "devices_table", "find"]

_KIB = 1024


def _read() -> dict[str, Device]:
    file = resources.files("cnncalc.devices") / "devices.csv"
    rows = csv.DictReader(file.read_text("utf-8").splitlines())
    return {
        row["name"]: Device(
            row["title"],
            source=row["source"],
            ram=_KIB * int(row["ram"]),
            block=_KIB * int(row["block"]),
            flash=_KIB * int(row["flash"]) if row["flash"] else None,
            core=row["core"],
            clock=10**6 * int(row["clock"]),
        )
        for row in rows
    }


# By name, in the order of the table.
BOARDS: Mapping[str, Device] = _read()


def device_names() -> tuple[str, ...]:
    """Return the names of all devices.

    Example:
        >>> device_names()[:3]
        ('stm32f401', 'stm32f407', 'stm32f411')
    """
    return tuple(BOARDS)


def find(device: str | Device) -> Device:
    """Return a device by its name, whatever its capitals and signs; or the one given.

    Args:
        device: A name of `device_names`, or a `Device` of yours.

    Raises:
        UnknownNameError: If there is no such device.
        OptionError: If how much RAM it has is not known.

    Example:
        >>> find("ESP32_S3").name
        'ESP32-S3-WROOM-1-N8'
    """
    if isinstance(device, Device):
        if device.ram is None:
            why = f"the RAM of {device.name} is not known"
            raise OptionError(why, 'Say it: Device(name, ram="256 KiB")')
        return device
    asked = _plain(str(device))
    found = [board for name, board in BOARDS.items() if _plain(name) == asked]
    if not found:
        raise unknown_name("device", str(device), BOARDS)
    return found[0]


def _plain(name: str) -> str:
    return re.sub("[^a-z0-9]", "", name.lower())


class Boards(Answer, dict[str, Device]):
    """The devices by name."""

    @property
    @override
    def table(self) -> Table:
        """A line for each device."""
        lines = [
            (name, on.name, on.core, on.ram, on.block, on.flash, on.clock, on.source)
            for name, on in self.items()
        ]
        return Table("devices", _COLUMNS, tuple(lines), ())


_COLUMNS = (
    Column("device", "device", "text"),
    Column("title", "title", "text"),
    Column("core", "core", "text"),
    Column("ram", "RAM", "bytes"),
    Column("block", "in one piece", "bytes"),
    Column("flash", "flash", "bytes"),
    Column("clock", "clock (Hz)", "count"),
    Column("source", "source", "text"),
)


def devices_table() -> Boards:
    """Return all devices as a report, with who says so.

    Example:
        >>> devices_table()["rp2040"].ram
        270336
    """
    return Boards(BOARDS)
