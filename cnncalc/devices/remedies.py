"""Remedies: what would make a network fit into a device, each with its numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from cnncalc.cost.asked import AnyNetwork
from cnncalc.errors import CnncalcError
from cnncalc.memory.flash import flash
from cnncalc.memory.patches import patches
from cnncalc.memory.plan import MemoryPlan, memory_plan
from cnncalc.operations.roofline import Device
from cnncalc.sizes.bound import AtLeast

__all__ = ["Need", "Remedy", "kernels_of", "remedies", "within"]

_STEPS = 20  # of widths up to 1


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


class Need(NamedTuple):
    """A device, and what of it is there for a network."""

    device: Device
    dtype: str
    ram: int
    flash: int | None

    def plan(self, net: AnyNetwork, planner: str = "tflm") -> MemoryPlan:
        """Return the plan of a network on the device."""
        how: Any = kernels_of(self.device)
        return memory_plan(net, self.dtype, planner=planner, target="32-bit", **how)

    def tried(self, what: str, value: str, net: AnyNetwork, note: str = "") -> Remedy:
        """Return what a network needs, as a remedy."""
        ram, size = self.plan(net).total_size, flash(net, self.dtype).file_size
        good = within(ram, self.ram) and within(size, self.flash)
        return Remedy(what, value, ram, size, good, note or _macs(net))


def _macs(net: AnyNetwork) -> str:
    return f"{net.totals.macs:,} MACs"


def remedies(
    net: AnyNetwork,
    question: Need,
    build: Callable[..., AnyNetwork] | None,
    setting: str,
) -> Iterator[Remedy]:
    """Give what would make a network fit, in the order in which it is tried."""
    yield from _smaller_input(net, question)
    if build is not None:
        yield from _smaller_width(build, setting, question)
    yield from _patched(net, question)
    best = question.plan(net, "best")
    if best.arena_size < question.plan(net).arena_size:
        size = flash(net, question.dtype).file_size
        good = within(best.total_size, question.ram) and within(size, question.flash)
        note = "TFLM takes it from the file: cnncalc plan --write"
        yield Remedy("better plan", 'planner="best"', best.total_size, size, good, note)


def _smaller_input(net: Any, question: Need) -> Iterator[Remedy]:
    """Give the largest input that the RAM has room for, of the same proportions."""
    shape: Any = net.graph.table.calls[0].output
    if len(net.graph.table.entries()) != 1 or not shape.rank:
        return

    def tried(size: int) -> Remedy:
        space = [max(1, round(size * each / shape.space[0])) for each in shape.space]
        made = net.on((*space, shape.channels))
        return question.tried("largest input", str(made.input), made)

    yield _largest("largest input", shape.space[0], tried, question)


def _smaller_width(
    build: Callable[..., AnyNetwork], setting: str, question: Need
) -> Iterator[Remedy]:
    """Give the largest width that the RAM has room for, of 1, 0.95 and so on."""
    what = f"largest {setting}"

    def tried(steps: int) -> Remedy:
        width = steps / _STEPS
        return question.tried(what, f"{width:g}", build(**{setting: width}))

    yield _largest(what, _STEPS + 1, tried, question)


def _largest(
    what: str, above: int, tried: Callable[[int], Remedy], question: Need
) -> Remedy:
    """Return the largest number below one for which there is RAM, found by halving."""
    found = Remedy(what, "", None, None, False, "none is small enough")
    few, many = 0, above
    while many - few > 1:
        size = (few + many) // 2
        try:
            remedy = tried(size)
        except CnncalcError:  # what is too small for its windows
            few = size
            continue
        if within(remedy.ram or 0, question.ram):
            few, found = size, remedy
        else:
            many = size
    return found


def _patched(net: AnyNetwork, question: Need) -> Iterator[Remedy]:
    """Give the patches with which a network fits, or those that need least."""
    kept = question.plan(net).persistent_size or 0
    room = question.ram - kept
    try:
        found = patches(net, max(room, 1), dtype=question.dtype)
    except CnncalcError:  # of what has no map, or is not known
        return
    size = flash(net, question.dtype).file_size
    ram = found.peak + kept
    good = within(ram, question.ram) and within(size, question.flash)
    if max(found.grid) == 1:
        return
    grid = "×".join(map(str, found.grid))
    note = f"{found.macs:,} MACs; of a runtime that runs patches"
    yield Remedy("patches", f"{grid} up to {found.cut}", ram, size, good, note)
