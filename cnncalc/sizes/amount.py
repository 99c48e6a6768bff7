"""Amounts as people write them: 600_000_000, "600M", "24 GiB"."""

from __future__ import annotations

import re
from typing import Any, Literal, TypeAlias

from cnncalc.checks import for_message, integer, is_count
from cnncalc.errors import OptionError

__all__ = ["Amount", "amount"]

Amount: TypeAlias = int | str  # as people give it

_FORM = re.compile(
    r"(\d[\d,_]*)(?:\.(\d+))?\s*(?:([kKMGTPE])(i?))?(B|bytes?)?", re.ASCII
)
_PREFIXES = " KMGTPE"  # each a thousand times the one before, or 1,024 times: KiB


def amount(name: str, value: Any, unit: Literal["count", "bytes"] = "count") -> int:
    """Return an amount as an integer, rounded down.

    A prefix alone is of the SI, for bytes too: "256K" and "256 kB" are 256,000, and
    "256 KiB" is 262,144.

    Args:
        name: What it is called in a message.
        value: A positive integer, or a text.
        unit: What it is of; only bytes may say "B", and "Ki".

    Raises:
        OptionError: If it is none.

    Source:
        IEC 80000-13:2008, for KiB, MiB and GiB.

    Example:
        >>> amount("macs", "1.5G"), amount("memory", "24 GiB", "bytes")
        (1500000000, 25769803776)
    """
    number: Any = integer(value)
    found = _FORM.fullmatch(number.strip()) if isinstance(number, str) else None
    if found and (unit == "bytes" or not (found[4] or found[5])):
        whole, digits = re.sub("[,_]", "", found[1]), found[2] or ""
        base = 1024 if found[4] else 1000
        times = base ** _PREFIXES.index((found[3] or " ").upper())
        number = int(whole + digits) * times // 10 ** len(digits)
    if is_count(number):
        return int(number)
    form = '"256 KiB" or "24 GB"' if unit == "bytes" else '"600M"'
    why = f"{name} is {for_message(value)}"
    raise OptionError(why, f"It must be a positive integer, or a text as {form}")
