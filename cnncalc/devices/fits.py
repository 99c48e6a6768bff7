"""The fit of a network into a device: what is too large, and what would help."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from cnncalc._typing import Unpack, override
from cnncalc.answers.answer import Answer, Written
from cnncalc.answers.table import Column, Fact, Table, columns, facts
from cnncalc.checks import for_message
from cnncalc.cost.asked import AnyNetwork, title_of
from cnncalc.devices.boards import find
from cnncalc.devices.remedies import Remedy, Room, remedies, within
from cnncalc.errors import OptionError
from cnncalc.memory.flash import Flash, flash, types_of
from cnncalc.memory.lowered import dtype_or_own
from cnncalc.memory.plan import MemoryPlan
from cnncalc.memory.types import WEIGHTS
from cnncalc.operations.roofline import Device
from cnncalc.sizes.amount import Amount, amount

__all__ = ["Culprit", "Fits", "fits"]

_SHOWN = 3  # culprits of each sort


class Culprit(NamedTuple):
    """A layer that takes much of what is too little.

    Attributes:
        layer: Its path.
        memory: "ram" or "flash".
        bytes: What is alive while it runs, or what its parameters take.
    """

    layer: str
    memory: str
    bytes: int


class _Fits(NamedTuple):
    network: str
    device: Device
    plan: MemoryPlan
    file: Flash
    reserved_ram: int
    reserved_flash: int
    culprits: tuple[Culprit, ...]
    remedies: tuple[Remedy, ...]


class Fits(Answer, _Fits):
    """The needs of a network, and what a device has for them.

    Attributes:
        network: What it is called.
        device: The device.
        plan: The plan of its arena, as TensorFlow Lite Micro makes it.
        file: What it takes in flash.
        reserved_ram: The bytes of RAM that are kept for the program.
        reserved_flash: Those of flash.
        culprits: The layers that take more than there is, or most of it.
        remedies: What would make it fit, if it does not: the largest input, the largest
            width, patches, a better plan.
    """

    @property
    def ram(self) -> int:
        """The bytes of RAM that it needs: the arena, with what the runtime keeps."""
        return self.plan.total_size

    @property
    def ram_there(self) -> int:
        """The bytes of RAM that there are in one piece, without what is reserved."""
        return _piece(self.device) - self.reserved_ram

    @property
    def flash(self) -> int:
        """The bytes of flash that its file takes."""
        return self.file.file_size

    @property
    def flash_there(self) -> int | None:
        """The bytes of flash that there are; None where there is none, or a card."""
        whole = self.device.flash
        return None if whole is None else whole - self.reserved_flash

    @property
    def fits(self) -> bool:
        """Whether it is known to fit into both."""
        return within(self.ram, self.ram_there) and within(self.flash, self.flash_there)

    def __bool__(self) -> bool:
        return self.fits

    @property
    @override
    def table(self) -> Table:
        """A line for each culprit and each remedy; what is needed, and there, below."""
        lines: list[tuple[Any, ...]] = [
            (f"most {each.memory}", each.layer, *_either(each), None, "")
            for each in self.culprits
        ]
        lines += [
            (
                each.what,
                each.value or "none",
                each.ram,
                each.flash,
                each.fits,
                each.note,
            )
            for each in self.remedies
        ]
        sure = "exact" if self.file.exact else "estimated"
        unplanned = self.plan.unplanned
        arena = "Arena (at least)" if unplanned else "Arena (exact)"
        totals = (
            Fact("device", "Device", self.device.name, "text"),
            *facts(self, _TOTALS),
            Fact("fits", "Fits", "unknown", "words")
            if _is_open(self)
            else Fact("fits", "Fits", self.fits, "flag"),
            Fact("arena_size", arena, self.plan.arena_size, "bytes"),
            Fact("kept", "Kept besides (fitted)", self.plan.persistent_size, "bytes"),
            Fact("parameters", "Parameters (exact)", self.file.parameters, "bytes"),
            Fact("structure", f"Rest of the file ({sure})", _rest(self.file), "bytes"),
        )
        if unplanned:
            what = "Planned in a converted file only"
            totals += (Fact("unplanned", what, unplanned, "names"),)
        title = f"{self.network} on {self.device.name}"
        return Table(title, _COLUMNS, tuple(lines), totals)


_COLUMNS = (
    Column("part", "part", "text"),
    Column("what", "what", "text"),
    Column("ram", "RAM", "bytes"),
    Column("flash", "flash", "bytes"),
    Column("fits", "fits", "flag"),
    Column("note", "note", "text"),
)
_TOTALS = (
    *columns(
        "bytes",
        ram="RAM needed",
        ram_there="RAM there",
        flash="Flash needed",
        flash_there="Flash there",
    ),
)


def _is_open(found: Fits) -> bool:
    """Tell whether what is known of its needs is there, and something is not known."""
    least = int(found.ram), int(found.flash)
    there = found.ram_there, found.flash_there
    return not found.fits and all(map(within, least, there))


def _either(culprit: Culprit) -> tuple[int | None, int | None]:
    is_ram = culprit.memory == "ram"
    return (culprit.bytes, None) if is_ram else (None, culprit.bytes)


def _rest(file: Flash) -> int:
    return file.scales + file.structure


def _piece(device: Device) -> int:
    """Return the RAM of a device in one piece."""
    return device.block or device.ram or 0


def fits(
    net: AnyNetwork,
    device: str | Device,
    dtype: str | None = None,
    *,
    build: Callable[..., AnyNetwork] | None = None,
    setting: str = "width",
    reserved_ram: Amount = 0,
    reserved_flash: Amount = 0,
    **how: Unpack[Written],
) -> Fits:
    """Return whether a network fits into a device, and what would make it fit.

    It is taken as TensorFlow's converter makes it, and as TensorFlow Lite Micro runs it
    on 32 bits: with CMSIS-NN's kernels on a Cortex-M, and a scale for each unit of
    linear layers. An arena has to lie in one piece. What the program itself needs is
    not known, and can be reserved.

    Args:
        device: A `Device`, or the name of one: `cnncalc.devices.names` has them.
        dtype: The type of its values: "int8", or "float32". None is int8, or what a
            TFLite file has.
        build: Returns the network for a setting, as a function of the zoo does; with it
            the largest width is looked for.
        setting: The setting that makes it smaller.
        reserved_ram: The bytes of RAM that the program needs: an integer, or a text as
            "32 KiB".
        reserved_flash: Those of flash.
        how: As of `Written`: ``units=``, ``byte_units=``, ``layout=``, ``language=``.

    Raises:
        UnknownNameError: If there is no such device, or *build* has no such setting.
        OptionError: If there is no such type, or a file's is another; or an amount is
            none, or more than there is; or *build* is no function.

    Source:
        As of `memory_plan` and `flash`; each device has its own.

    Example:
        >>> from cnncalc import zoo
        >>> found = zoo.vww_mobilenet().fits("stm32f746")
        >>> found.fits, found.ram, found.ram_there
        (True, 100620, 327680)
        >>> found = zoo.mobilenet((96, 96, 3), width=0.25).fits("stm32l476")
        >>> found.fits, found.culprits[0], len(found.remedies)
        (False, Culprit(layer='block1/conv1', memory='ram', bytes=55296), 2)
        >>> [(remedy.what, remedy.value, remedy.fits) for remedy in found.remedies]
        [('largest input', '88×88×3', True), ('better plan', 'planner="best"', True)]
    """
    board = find(device)
    if build is not None:
        from cnncalc.symbolic.fitting import check_setting

        check_setting(build, setting)
    kept = []
    for name, given, whole in (
        ("reserved_ram", reserved_ram, _piece(board)),
        ("reserved_flash", reserved_flash, board.flash),
    ):
        less = amount(name, given, "bytes") if given else 0
        if whole is not None and less >= whole:
            why = f"{name} is {for_message(less)}, and {board.name} has {whole}"
            raise OptionError(why, "Reserve less")
        kept.append(less)
    asked = dtype_or_own(net, dtype)
    whole = board.flash
    room = Room(board, asked, _piece(board) - kept[0], whole and whole - kept[1])
    plan, file = room.plan(net), flash(net, asked)
    found = Fits(title_of(net), board, plan, file, kept[0], kept[1], (), ())
    if not (found.fits or _is_open(found)):
        helping = tuple(remedies(net, room, plan, file.file_size, build, setting))
        found = found._replace(culprits=_culprits(net, found, asked), remedies=helping)
    return found._written(how)


def _culprits(net: AnyNetwork, found: Fits, dtype: str) -> tuple[Culprit, ...]:
    """Return the layers that take most of what is too little."""
    culprits = []
    if not within(found.ram, found.ram_there):
        steps = sorted(found.plan.timeline, key=lambda step: -step.bytes)[:_SHOWN]
        culprits += [Culprit(step.node, "ram", int(step.bytes)) for step in steps]
    if not within(found.flash, found.flash_there):
        rows = sorted(net.nodes, key=lambda row: -int(row.params or 0))[:_SHOWN]
        kind = types_of(dtype)[0][WEIGHTS]
        sizes = [int(row.memory(kind) or 0) for row in rows]
        culprits += [
            Culprit(row.path, "flash", size)
            for row, size in zip(rows, sizes, strict=True)
        ]
    return tuple(culprits)
