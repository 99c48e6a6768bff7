"""Remedies: what would make a network fit into a device, each with its numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any, NamedTuple

from cnncalc.cost.asked import AnyNetwork
from cnncalc.errors import CnncalcError
from cnncalc.memory.flash import flash
from cnncalc.memory.patches import patches
from cnncalc.memory.plan import MemoryPlan, memory_plan
from cnncalc.operations.roofline import Device
from cnncalc.sizes.bound import AtLeast

__all__ = ["Remedy", "Room", "kernels_of", "remedies", "within"]

_STEPS = 20  # of widths up to 1
_WHOLE = (1, 32, 256)  # of what the size of an input is a multiple, where others differ

# Plans that may need less than TFLM's, each told where it needs less than those before.
_BETTER = {
    'planner="best"': {"planner": "best"},
    'planner="best", order="best"': {"planner": "best", "order": "best"},
}


class Remedy(NamedTuple):
    """A way to make a network smaller, with its numbers.

    Attributes:
        what: "largest input", "largest width", "patches" or "better plan".
        value: Which that is; empty where none was found.
        ram: The bytes of RAM that it then takes.
        flash: The bytes of flash.
        fits: Whether it then fits.
        note: What it costs, or takes.
    """

    what: str
    value: str
    ram: int | None
    flash: int | None
    fits: bool
    note: str


def within(needed: int, there: int | None) -> bool:
    """Tell whether what is needed is known, and there."""
    return not isinstance(needed, AtLeast) and (there is None or needed <= there)


def kernels_of(device: Device) -> dict[str, str]:
    """Return whose kernels run on a device, and for which core, by its processor.

    Example:
        >>> kernels_of(Device("STM32F746", core="Cortex-M7"))
        {'kernels': 'cmsis-nn', 'core': 'dsp'}
        >>> kernels_of(Device("ESP32", core="Xtensa LX6"))
        {}
    """
    core = device.core
    if core.startswith(("Cortex-M52", "Cortex-M55", "Cortex-M85")):
        return {"kernels": "cmsis-nn", "core": "mve"}
    if core.startswith(("Cortex-M4", "Cortex-M7", "Cortex-M33", "Cortex-M35")):
        return {"kernels": "cmsis-nn", "core": "dsp"}
    return {"kernels": "cmsis-nn"} if core.startswith("Cortex-M") else {}


class Room(NamedTuple):
    """The room that a device has for a network of some type of values."""

    device: Device
    dtype: str
    ram: int
    flash: int | None

    def plan(self, net: AnyNetwork, **chosen: str) -> MemoryPlan:
        """Return the plan of a network on the device; chosen as of `memory_plan`."""
        how: Any = {"planner": "tflm", **kernels_of(self.device), **chosen}
        return memory_plan(
            net, self.dtype, target="32-bit", linear_scales="unit", **how
        )

    def told(self, what: str, value: str, ram: int, size: int, note: str) -> Remedy:
        """Return a remedy with which a network needs so much."""
        good = within(ram, self.ram) and within(size, self.flash)
        return Remedy(what, value, ram, size, good, note)

    def tried(self, what: str, value: str, net: AnyNetwork) -> Remedy:
        """Return a smaller network as a remedy."""
        ram, size = self.plan(net).total_size, flash(net, self.dtype).file_size
        return self.told(what, value, ram, size, f"{net.totals.macs:,} MACs")


def remedies(
    net: AnyNetwork,
    room: Room,
    plan: MemoryPlan,
    size: int,
    build: Callable[..., AnyNetwork] | None,
    setting: str,
) -> Iterator[Remedy]:
    """Give what would make a network fit, in the order in which it is tried.

    Args:
        net: The network.
        room: What there is for it.
        plan: What of RAM it needs.
        size: What of flash.
        build: As of `fits`.
        setting: As there.
    """
    yield from _smaller_input(net, room)
    if build is not None:
        yield from _smaller_width(build, setting, room)
    yield from _patched(net, room, plan.persistent_size or 0, size)
    note = "TFLM takes it from the file: cnncalc plan --write"
    for value, chosen in _BETTER.items():
        better = room.plan(net, **chosen)
        if better.arena_size < plan.arena_size:
            plan = better
            yield room.told("better plan", value, better.total_size, size, note)


def _smaller_input(net: Any, room: Room) -> Iterator[Remedy]:
    """Give the largest input that the RAM has room for, of the same proportions."""
    shape: Any = net.graph.table.calls[0].output
    if len(net.graph.table.entries()) != 1 or not shape.rank:
        return

    def on(size: int) -> tuple[str, AnyNetwork]:
        space = [max(1, round(size * each / shape.space[0])) for each in shape.space]
        made = net.on((*space, shape.channels))
        return str(made.input), made

    yield _largest("largest input", shape.space[0], on, room, _WHOLE)


def _smaller_width(
    build: Callable[..., AnyNetwork], setting: str, room: Room
) -> Iterator[Remedy]:
    """Give the largest width that the RAM has room for.

    It is one of 1, 0.95 and so on; or less filters, where it is a number of these.
    """
    from inspect import signature

    usual: Any = getattr(signature(build).parameters.get(setting), "default", None)
    count = usual if type(usual) is int else 0

    def of(steps: int) -> tuple[str, AnyNetwork]:
        width = steps if count else steps / _STEPS
        return f"{width:g}", build(**{setting: width})

    yield _largest(f"largest {setting}", count or _STEPS + 1, of, room)


def _largest(
    what: str,
    above: int,
    made: Callable[[int], tuple[str, AnyNetwork]],
    room: Room,
    whole: tuple[int, ...] = (1,),
) -> Remedy:
    """Return the largest number below one for which there is RAM, found by halving.

    Args:
        what: What it is the largest of.
        above: The number.
        made: Tells what stands for a number, and makes the network; it fails for what
            is too small for its windows, and where branches do not meet.
        room: What there is for it.
        whole: Of what the number is a multiple; each is tried where those before fail.
    """
    found = Remedy(what, "", None, None, False, "none is small enough")
    few, many = 0, above
    while many - few > 1:
        size = (few + many) // 2
        for each in whole:
            with suppress(CnncalcError):
                remedy = room.tried(what, *made(max(size // each * each, 1)))
                break
        else:
            few = size
            continue
        if within(remedy.ram or 0, room.ram):
            few, found = size, remedy
        else:
            many = size
    return found


def _patched(net: AnyNetwork, room: Room, kept: int, size: int) -> Iterator[Remedy]:
    """Give the patches with which a network fits, or those that need least."""
    try:
        found = patches(net, max(room.ram - kept, 1), dtype=room.dtype)
    except CnncalcError:  # of what has no map, or is not known
        return
    if max(found.grid) == 1:
        return
    value = f"{'×'.join(map(str, found.grid))} up to {found.cut}"
    note = f"{found.macs:,} MACs; of a runtime that runs patches"
    yield room.told("patches", value, found.peak + kept, size, note)
