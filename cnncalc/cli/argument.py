"""One argument of a command, as data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cnncalc._typing import NamedTuple

__all__ = ["Argument"]


class Argument(NamedTuple):
    """One argument of a command.

    Attributes:
        name: Its name; that of an option begins with dashes.
        facts: What `argparse` is told of it.
        is_network: Whether it names a network, which shells can complete.
    """

    name: str
    facts: Mapping[str, Any]
    is_network: bool = False

    @property
    def is_option(self) -> bool:
        """Whether it may be left out, and is said by its name."""
        return self.name.startswith("-")

    @property
    def is_one_text(self) -> bool:
        """Whether it is one word, and any will do."""
        return not self.facts.keys() & {"nargs", "choices", "type", "action"}

    @property
    def key(self) -> str:
        """Its name among the options that a command gets."""
        key: str = self.facts.get("dest", self.name.lstrip("-").replace("-", "_"))
        return key

    @property
    def default(self) -> Any:
        """Its value if it is left out."""
        switch = self.facts.get("action") == "store_false"
        return self.facts.get("default", switch if "action" in self.facts else None)
