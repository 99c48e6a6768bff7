"""A lock: a file with the networks that were agreed upon, and their numbers.

It is JSON, with a line for each node, so that what changed can be read in a review.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from cnncalc.answers.output import PathName, given
from cnncalc.checks import for_message
from cnncalc.cost.asked import AnyGraph
from cnncalc.errors import CnncalcError, ConfigError
from cnncalc.report.diff import diff
from cnncalc.saving.from_json import from_json
from cnncalc.saving.to_json import to_json

__all__ = ["Locked", "changed_nodes", "locked", "read_lock", "write_lock"]

_FORMAT = "cnncalc lock"
_VERSION = 1


class Locked(NamedTuple):
    """A network as it was agreed upon.

    Attributes:
        numbers: What it had, by what a budget limits.
        network: It, as `to_json` wrote it.
    """

    numbers: Mapping[str, int | None]
    network: Any


def locked(net: AnyGraph, numbers: Mapping[str, int | None]) -> Locked:
    """Return a network to be locked, with its numbers."""
    known = {
        name: None if number is None else int(number)
        for name, number in numbers.items()
    }
    return Locked(known, json.loads(str(to_json(net))))


def read_lock(path: PathName) -> dict[str, Locked]:
    """Return the networks of a lock, by name.

    Raises:
        ConfigError: If it cannot be read, is none, or is of another version.
    """
    fix = "Write it: write_lock=True, or --write-lock"
    anew = f"Name another file, or delete this one. {fix}"
    try:
        document = json.loads(Path(path).read_text("utf-8"))
        if document["format"] != _FORMAT:
            raise KeyError(_FORMAT)
        networks = {
            name: Locked(dict(of["numbers"]), of["network"])
            for name, of in document["networks"].items()
        }
        version = document["version"]
    except OSError as error:
        why = f"it cannot be read: {error.strerror}"
        raise ConfigError(why, fix, str(path)) from None
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise ConfigError("it is no lock of cnncalc", anew, str(path)) from None
    if version != _VERSION:
        why = f"its version is {for_message(version)}, and this reads {_VERSION}"
        raise ConfigError(why, anew, str(path))
    return networks


def write_lock(path: PathName, networks: Mapping[str, Locked]) -> None:
    """Write networks to a lock, beside others that it has; equal names are replaced.

    Raises:
        ConfigError: If there is a file that is no lock.
        OSError: If it cannot be written.
    """
    known = read_lock(path) if Path(path).exists() else {}
    every = {**known, **networks}
    parts = ",\n".join(_written(name, every[name]) for name in sorted(every))
    head = f'"format": "{_FORMAT}", "version": {_VERSION}'
    given(f'{{{head}, "networks": {{\n{parts}\n}}}}\n', path)


def _written(name: str, one: Locked) -> str:
    nodes = ",\n".join(map(json.dumps, one.network["nodes"]))
    rest = {key: value for key, value in one.network.items() if key != "nodes"}
    network = f'{json.dumps(rest)[:-1]}, "nodes": [\n{nodes}\n]}}'
    numbers = json.dumps(one.numbers)
    return f'{json.dumps(name)}: {{"numbers": {numbers},\n"network": {network}}}'


def changed_nodes(
    net: AnyGraph, before: Locked, path: PathName
) -> Iterator[tuple[str, str]]:
    """Give the nodes that changed since a network was locked, and what of them did.

    Args:
        net: The network.
        before: What was locked.
        path: The lock, which errors name.

    Raises:
        ConfigError: If the lock's network cannot be read any more.
    """
    own = {type(call.layer) for call in net.table.calls}
    kinds = [kind for kind in own if not kind.__module__.startswith("cnncalc.")]
    try:
        agreed = from_json(json.dumps(before.network), kinds=kinds)
    except CnncalcError as error:
        why = f"its network cannot be read: {error.why}"
        raise ConfigError(why, "Write the lock anew", str(path)) from None
    for line in diff(agreed, net).lines:
        row = line.after or line.before
        if line.change != "=" and row is not None:
            yield row.path, f"{line.change} {line.what}"
