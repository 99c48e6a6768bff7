"""A check: does a network keep its limits, and is it what was agreed upon."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from os import PathLike
from typing import Any, NamedTuple

from cnncalc._typing import Unpack, override
from cnncalc.answers.answer import Answer, written_as
from cnncalc.answers.output import PathName
from cnncalc.answers.table import Column, Fact, Table, columns
from cnncalc.budget.limits import LOCKED, MaxLimits, amounts_of, max_limits
from cnncalc.budget.lock import changed_nodes, locked, read_lock, write_lock
from cnncalc.checks import checked_flag, for_message
from cnncalc.cost.asked import AnyNetwork, title_of
from cnncalc.devices.fits import fits
from cnncalc.door import guarded
from cnncalc.errors import OptionError
from cnncalc.memory.types import ACTIVATIONS, DataTypes, widths
from cnncalc.operations.roofline import Device
from cnncalc.report.compare import is_network
from cnncalc.sizes.bound import difference

__all__ = ["Check", "CheckedLine", "check", "verdict"]


class CheckedLine(NamedTuple):
    """One thing that was checked.

    Attributes:
        network: What the network is called.
        what: What was looked at: "macs", or the path of a node.
        rule: "at most", "on the device", or "as locked".
        limit: What there may be, or was; None if it was unknown, or for a node.
        found: What there is.
        change: By how much that is more.
        passed: Whether it may be so.
        note: What changed, or would help.
    """

    network: str
    what: str
    rule: str
    limit: int | None
    found: int | None
    change: int | None
    passed: bool
    note: str = ""


class Check(Answer, tuple[CheckedLine, ...]):  # noqa: SLOT001 - it keeps how it is written
    """Whether networks keep their limits: a line for each limit, and for each change.

    Example:
        >>> from cnncalc import check, zoo
        >>> found = check(zoo.lenet(), max_params="70k", max_ram="8 KiB")
        >>> found.passed, found[0].found, found[0].change
        (True, 61706, -8294)
    """

    @property
    def passed(self) -> bool:
        """Whether all is as it may be."""
        return all(line.passed for line in self)

    @property
    @override
    def table(self) -> Table:
        """A line for each limit and each change; how many do not hold below."""
        failed = sum(not line.passed for line in self)
        facts = (
            Fact("checked", "Checked", len(self), "number"),
            Fact("failed", "Failed", failed, "number"),
        )
        return Table("check", _COLUMNS, tuple(self), facts)

    to_github = written_as(
        "github",
        "Return the lines as GitHub's workflow commands, or write them to a file.",
        "cnncalc.budget",
    )
    to_junit = written_as(
        "junit", "Return the lines as JUnit's XML, or write it.", "cnncalc.budget"
    )


_COLUMNS = (
    *columns("text", network="network", what="limited"),
    Column("rule", "rule", "words"),
    *columns("number", limit="limit", found="there"),
    Column("change", "change", "change"),
    Column("passed", "passed", "flag"),
    Column("note", "note", "text"),
)


@guarded
def check(
    net: AnyNetwork,
    *,
    device: str | Device | None = None,
    lock: PathName | None = None,
    write_lock: bool = False,
    dtype: DataTypes | None = None,
    name: str | None = None,
    **limits: Unpack[MaxLimits],
) -> Check:
    """Return whether a network keeps its limits, if it does.

    A limit is kept by what is known to be no more: nothing unknown keeps one. What is
    locked must be as it was, numbers and nodes.

    Args:
        net: The network.
        device: A `Device`, or the name of one, into whose RAM and flash it has to fit,
            as `fits` has it.
        lock: The file with what was agreed upon.
        write_lock: Whether to agree upon what there is, and write it to that file.
        dtype: The type of values in memory, as of `memory_plan`; None is int8, or what
            a TFLite file has.
        name: What the network is called in the lock; None takes its own name.
        limits: Those of `MaxLimits`: ``max_params="1M"``, ``max_macs="20M"``,
            ``max_ram="256 KiB"``, and so on.

    Raises:
        AssertionError: If a limit is not kept, or something is not as it was locked;
            the message is the table.
        OptionError: If there is nothing to check, a limit is no positive amount, or a
            lock is to be written and not named.
        UnknownNameError: If there is no such limit, or device.
        ConfigError: If the lock cannot be read, or is none.

    Example:
        >>> from cnncalc import zoo
        >>> print(check(zoo.lenet(), max_params="70k", max_macs="500k"))
        check
        <BLANKLINE>
        network  limited  rule       limit    there   change  passed  note
        ───────  ───────  ───────  ───────  ───────  ───────  ──────  ────
        lenet    params   at most   70,000   61,706   -8,294  yes
        lenet    macs     at most  500,000  416,520  -83,480  yes
        <BLANKLINE>
        Checked: 2
        Failed:  0
    """
    found = verdict(
        net,
        device=device,
        lock=lock,
        write_lock=write_lock,
        dtype=dtype,
        name=name,
        **limits,
    )
    if not found.passed:
        raise AssertionError(f"\n{found}")
    return found


def verdict(
    net: AnyNetwork,
    *,
    device: str | Device | None = None,
    lock: PathName | None = None,
    write_lock: bool = False,
    dtype: DataTypes | None = None,
    name: str | None = None,
    **limits: Unpack[MaxLimits],
) -> Check:
    """Return what `check` finds, whether it holds or not; arguments are its own."""
    known, how = max_limits(limits)
    writes = checked_flag("write_lock", write_lock)
    if lock is None and (writes or not (known or device)):
        why = "there is no lock to write" if writes else "there is nothing to check"
        raise OptionError(
            why, 'Give a limit, as max_macs="20M", or lock="cnncalc.lock"'
        )
    for what, given, kinds in (("lock", lock, (str, PathLike)), ("name", name, str)):
        if not (given is None or isinstance(given, kinds)):
            why = f"{what} is {for_message(given)}"
            raise OptionError(why, "It must be a text")
    if not is_network(net):
        raise OptionError(
            f"{for_message(net)} is no network", "Give one: check(net, ...)"
        )
    if dtype is not None:  # there is such a type, whether a limit asks for it or not
        widths(net.graph.table, dtype, ACTIVATIONS)
    called = name or title_of(net)
    lines = list(_limits(net, called, known, dtype))
    if device is not None:
        lines += _on(net, called, device, dtype)
    if lock is not None:
        lines += _since(net, called, lock, dtype, writes=writes)
    return Check(lines)._written(how)


def _limits(
    net: AnyNetwork, name: str, limits: Mapping[str, int], dtype: DataTypes | None
) -> Iterator[CheckedLine]:
    for what, found in amounts_of(net, limits, dtype).items():
        limit = limits[what]
        passed = found is not None and found <= limit
        change = difference(limit, found)
        yield CheckedLine(name, what, "at most", limit, found, change, passed)


def _on(
    net: AnyNetwork, name: str, device: str | Device, dtype: Any
) -> Iterator[CheckedLine]:
    """Give a line for each memory of a device, with what would make the network fit."""
    found = fits(net, device, dtype)
    fitting = [each for each in found.remedies if each.fits]
    helped = "; ".join(f"fits: {each.what} {each.value}" for each in fitting)
    memories = (
        ("ram", found.ram, found.ram_there),
        ("flash", found.flash, found.flash_there),
    )
    for what, needed, there in memories:
        if there is not None:
            passed, change = needed <= there, difference(there, needed)
            note = "" if passed else helped
            yield CheckedLine(
                name, what, "on the device", there, needed, change, passed, note
            )


def _since(
    net: AnyNetwork,
    name: str,
    lock: PathName,
    dtype: DataTypes | None,
    *,
    writes: bool,
) -> Iterator[CheckedLine]:
    """Give what changed since a lock was written; written now, nothing did."""
    numbers = amounts_of(net, LOCKED, dtype)
    now = locked(net.graph, numbers)
    if writes:
        write_lock(lock, {name: now})
    before = read_lock(lock).get(name)
    changed = [("", "not in the lock")]
    if before is not None:
        for what in filter(numbers.__contains__, before.numbers):
            old, new = before.numbers[what], numbers[what]
            change, passed = difference(old, new), old == now.numbers[what]
            yield CheckedLine(name, what, "as locked", old, new, change, passed)
        changed = [*changed_nodes(net.graph, before, lock)]
    for path, note in changed:
        yield CheckedLine(name, path, "as locked", None, None, None, False, note)
