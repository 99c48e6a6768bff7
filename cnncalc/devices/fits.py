"""The fit of a network into a device: what is too large, and what would help."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

from cnncalc._typing import Unpack, override
from cnncalc.answers.answer import Answer, Written
from cnncalc.answers.table import Column, Fact, Table
from cnncalc.checks import for_message
from cnncalc.cost.asked import AnyNetwork, title_of
from cnncalc.devices.boards import find
from cnncalc.errors import CnncalcError, OptionError
from cnncalc.memory.flash import Flash, flash
from cnncalc.memory.patches import patches
from cnncalc.memory.plan import MemoryPlan, memory_plan
from cnncalc.operations.roofline import Device
from cnncalc.sizes.amount import Amount, amount
from cnncalc.sizes.bound import AtLeast

__all__ = ["Culprit", "Fits", "Remedy", "fits"]

_SHOWN = 3  # culprits of each sort
_STEPS = 20  # of widths up to 1


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


class Remedy(NamedTuple):
    """What would help, with its numbers.

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
    """What a network needs of a device, and what there is.

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
        return _ram(self.plan)

    @property
    def ram_there(self) -> int:
        """The bytes of RAM that there are in one piece, without what is reserved."""
        return _there(self.device)[0] - self.reserved_ram

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
        return _within(self.ram, self.ram_there) and _within(
            self.flash, self.flash_there
        )

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
        facts = (
            Fact("device", "Device", self.device.name, "text"),
            Fact("ram", "RAM needed", self.ram, "bytes"),
            Fact("ram_there", "RAM there", self.ram_there, "bytes"),
            Fact("flash", "Flash needed", self.flash, "bytes"),
            Fact("flash_there", "Flash there", self.flash_there, "bytes"),
            Fact("fits", "Fits", self.fits, "flag"),
            Fact("arena_size", "Arena (exact)", self.plan.arena_size, "bytes"),
            Fact("kept", "Kept besides (fitted)", self.plan.persistent_size, "bytes"),
            Fact("parameters", "Parameters (exact)", self.file.parameters, "bytes"),
            Fact("structure", f"Rest of the file ({sure})", _rest(self.file), "bytes"),
        )
        title = f"{self.network} on {self.device.name}"
        return Table(title, _COLUMNS, tuple(lines), facts)


_COLUMNS = (
    Column("part", "part", "text"),
    Column("what", "what", "text"),
    Column("ram", "RAM", "bytes"),
    Column("flash", "flash", "bytes"),
    Column("fits", "fits", "flag"),
    Column("note", "note", "text"),
)


def _either(culprit: Culprit) -> tuple[int | None, int | None]:
    is_ram = culprit.memory == "ram"
    return (culprit.bytes, None) if is_ram else (None, culprit.bytes)


def _rest(file: Flash) -> int:
    return file.scales + file.structure


def _there(device: Device) -> tuple[int, int | None]:
    """Return the RAM of a device in one piece, and its flash."""
    return device.block or device.ram or 0, device.flash


def _within(needed: int, there: int | None) -> bool:
    """Tell whether what is needed is known, and there."""
    return not isinstance(needed, AtLeast) and (there is None or needed <= there)


def _ram(plan: MemoryPlan) -> int:
    return plan.total_size


def kernels_of(device: Device) -> dict[str, str]:
    """Return whose kernels run on a device, and for which core, by its processor.

    Example:
        >>> kernels_of(find("stm32f746")), kernels_of(find("esp32"))
        ({'kernels': 'cmsis-nn', 'core': 'dsp'}, {})
    """
    core = device.core
    if core.startswith(("Cortex-M52", "Cortex-M55", "Cortex-M85")):
        return {"kernels": "cmsis-nn", "core": "mve"}
    if core.startswith(("Cortex-M4", "Cortex-M7", "Cortex-M33", "Cortex-M35")):
        return {"kernels": "cmsis-nn", "core": "dsp"}
    return {"kernels": "cmsis-nn"} if core.startswith("Cortex-M") else {}


class _Question(NamedTuple):
    """What is asked of each network that is tried."""

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
        ram, size = _ram(self.plan(net)), flash(net, self.dtype).file_size
        good = _within(ram, self.ram) and _within(size, self.flash)
        return Remedy(what, value, ram, size, good, note or _macs(net))


def _macs(net: AnyNetwork) -> str:
    return f"{net.totals.macs:,} MACs"


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
    on 32 bits: with CMSIS-NN's kernels on a Cortex-M. An arena has to lie in one piece.
    What the program itself needs is not known, and can be reserved.

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
        UnknownNameError: If there is no such device.
        OptionError: If there is no such type, or a file's is another; or an amount is
            none, or more than there is.

    Source:
        As of `memory_plan` and `flash`; each device has its own.

    Example:
        >>> from cnncalc import zoo
        >>> found = zoo.vww_mobilenet().fits("stm32f746")
        >>> found.fits, found.ram, found.ram_there
        (True, 100604, 327680)
        >>> found = zoo.mobilenet((96, 96, 3), width=0.25).fits("stm32l476")
        >>> found.fits, found.culprits[0], len(found.remedies)
        (False, Culprit(layer='block1/conv1', memory='ram', bytes=55296), 2)
        >>> [(remedy.what, remedy.value, remedy.fits) for remedy in found.remedies]
        [('largest input', '88×88×3', True), ('better plan', 'planner="best"', True)]
    """
    board = find(device)
    ram, room = _there(board)
    kept = [
        amount(name, given, "bytes") if given else 0
        for name, given in (
            ("reserved_ram", reserved_ram),
            ("reserved_flash", reserved_flash),
        )
    ]
    for name, less, whole in (
        ("reserved_ram", kept[0], ram),
        ("reserved_flash", kept[1], room),
    ):
        if whole is not None and less >= whole:
            why = f"{name} is {for_message(less)}, and {board.name} has {whole}"
            raise OptionError(why, "Reserve less")
    own = getattr(net.graph.source, "program", None)
    asked = dtype or ("int8" if own is None else own.dtype)
    question = _Question(board, asked, ram - kept[0], room and room - kept[1])
    plan, file = question.plan(net), flash(net, asked)
    found = Fits(title_of(net), board, plan, file, kept[0], kept[1], (), ())
    if not found.fits:
        remedies = tuple(_remedies(net, question, build, setting))
        found = found._replace(culprits=_culprits(net, found), remedies=remedies)
    return found._written(how)


def _culprits(net: AnyNetwork, found: Fits) -> tuple[Culprit, ...]:
    """Return the layers that take most of what is too little."""
    culprits = []
    if not _within(found.ram, found.ram_there):
        steps = sorted(found.plan.timeline, key=lambda step: -step.bytes)[:_SHOWN]
        culprits += [Culprit(step.node, "ram", int(step.bytes)) for step in steps]
    if not _within(found.flash, found.flash_there):
        rows = sorted(net.nodes, key=lambda row: -int(row.params or 0))[:_SHOWN]
        sizes = [int(row.memory("int8") or 0) for row in rows]
        culprits += [
            Culprit(row.path, "flash", size)
            for row, size in zip(rows, sizes, strict=True)
        ]
    return tuple(culprits)


def _remedies(
    net: AnyNetwork,
    question: _Question,
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
        good = _within(_ram(best), question.ram) and _within(size, question.flash)
        note = "TFLM takes it from the file: cnncalc plan --write"
        yield Remedy("better plan", 'planner="best"', _ram(best), size, good, note)


def _smaller_input(net: Any, question: _Question) -> Iterator[Remedy]:
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
    build: Callable[..., AnyNetwork], setting: str, question: _Question
) -> Iterator[Remedy]:
    """Give the largest width that the RAM has room for, of 1, 0.95 and so on."""
    what = f"largest {setting}"

    def tried(steps: int) -> Remedy:
        width = steps / _STEPS
        return question.tried(what, f"{width:g}", build(**{setting: width}))

    yield _largest(what, _STEPS + 1, tried, question)


def _largest(
    what: str, above: int, tried: Callable[[int], Remedy], question: _Question
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
        if _within(remedy.ram or 0, question.ram):
            few, found = size, remedy
        else:
            many = size
    return found


def _patched(net: AnyNetwork, question: _Question) -> Iterator[Remedy]:
    """Give the patches with which a network fits, or those that need least."""
    kept = question.plan(net).persistent_size or 0
    room = question.ram - kept
    try:
        found = patches(net, max(room, 1), dtype=question.dtype)
    except CnncalcError:  # of what has no map, or is not known
        return
    size = flash(net, question.dtype).file_size
    ram = found.peak + kept
    good = _within(ram, question.ram) and _within(size, question.flash)
    if max(found.grid) == 1:
        return
    grid = "×".join(map(str, found.grid))
    note = f"{found.macs:,} MACs; of a runtime that runs patches"
    yield Remedy("patches", f"{grid} up to {found.cut}", ram, size, good, note)
