"""Bounds on time: bytes moved, arithmetic intensity, and a device's roofline.

These are bounds from peak rates, never measurements: no device reaches both peaks.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import inf
from typing import Any, NamedTuple

from attrs import field, frozen

from cnncalc._typing import Unpack, override
from cnncalc.answers.answer import Answer, Record, Written
from cnncalc.answers.table import Column, Fact, Style, Table, columns
from cnncalc.checks import checked_batch, for_message, integer, is_count
from cnncalc.cost.asked import AnyNetwork
from cnncalc.cost.batch import times_run
from cnncalc.cost.totals import AtLeast
from cnncalc.door import guarded
from cnncalc.errors import ConfigError, OptionError, unknown_name
from cnncalc.graph.call import Call
from cnncalc.memory.types import bits, stored
from cnncalc.operations.flops import flops
from cnncalc.sizes.amount import amount
from cnncalc.sizes.bound import total

__all__ = ["DEVICES", "Bound", "Device", "Roofline", "device", "roofline"]


def _bytes(name: str, value: Any) -> int | None:
    return None if value is None else amount(name, value, "bytes")


def _ram_bytes(value: Any) -> int | None:
    return _bytes("ram", value)


def _block_bytes(value: Any) -> int | None:
    return _bytes("block", value)


def _flash_bytes(value: Any) -> int | None:
    return _bytes("flash", value)


def _rates(rate: Any) -> Any:
    if rate is None:
        return None
    if isinstance(rate, Mapping):
        return {dtype: integer(number) for dtype, number in rate.items()}
    return integer(rate)


@guarded
@frozen
class Device:
    """The limits of a machine, as far as they are known.

    Args:
        name: What it is called.
        rate: Operations in a second, at its peak: a number for all data types, or a
            mapping from data types to numbers.
        bandwidth: Bytes from and to memory in a second, at its peak.
        source: Who says so.
        ram: The bytes of its RAM: an integer, or a text as "256 KiB".
        block: How many of these are in one piece; None are all.
        flash: The bytes of its flash; None where it has none, or a card.
        core: What its processor is called: "Cortex-M4".
        clock: How often it ticks in a second.

    Raises:
        ConfigError: If a rate, the bandwidth or the clock is no positive integer, or a
            name is no text.
        OptionError: If RAM or flash are no positive amounts.

    Example:
        >>> from cnncalc import Device, zoo
        >>> board = Device("mine", {"int8": 2 * 10**9}, 10**9, "its data sheet")
        >>> bound = zoo.lenet().roofline(board, "int8")["Conv1"]
        >>> bound.flops, bound.bytes, bound.limit
        (239904, 5884, 'compute')
    """

    name: str
    rate: int | Mapping[str, int] | None = field(
        default=None, converter=_rates, hash=False
    )
    bandwidth: int | None = field(default=None, converter=_rates)
    source: str = ""
    ram: int | None = field(default=None, converter=_ram_bytes, kw_only=True)
    block: int | None = field(default=None, converter=_block_bytes, kw_only=True)
    flash: int | None = field(default=None, converter=_flash_bytes, kw_only=True)
    core: str = field(default="", kw_only=True)
    clock: int | None = field(default=None, converter=_rates, kw_only=True)

    def __attrs_post_init__(self) -> None:
        rates = self.rate.values() if isinstance(self.rate, Mapping) else [self.rate]
        numbers = [("rate", rate) for rate in rates]
        numbers += [("bandwidth", self.bandwidth), ("clock", self.clock)]
        for what, number in numbers:
            if not (number is None or is_count(number)):
                why = f"{what} is {for_message(number)}"
                raise ConfigError(why, "It must be a positive integer", "Device")
        for what in ("name", "core", "source"):
            if not isinstance(text := getattr(self, what), str):
                why = f"{what} is {for_message(text)}"
                raise ConfigError(why, "It must be a text", "Device")

    def rate_of(self, dtype: str | int) -> int:
        """Return its peak for a data type.

        Raises:
            OptionError: If none is known; that of another type would be no bound.
        """
        if self.rate is None or self.bandwidth is None:
            why = f"the rate and the bandwidth of {self.name} are not known"
            raise OptionError(why, "Say them: Device(name, rate, bandwidth, source)")
        if not isinstance(self.rate, Mapping):
            return self.rate
        if not isinstance(dtype, str) or dtype not in self.rate:
            why = f"the rate of {self.name} for {for_message(dtype)} is not known"
            raise OptionError(why, f"It is for {', '.join(self.rate)}")
        return self.rate[dtype]


_TERA, _GIGA = 10**12, 10**9


def _tensor(full: int, half: int, eighth: int) -> dict[str, int]:
    """Return the rates of a device with matrix units for small types."""
    return {"float32": full, "float16": half, "bfloat16": half, "int8": eighth}


# Peaks of dense operations: of float32 without matrix units (so without TF32), of
# smaller types with them; and of the memory.
DEVICES: Mapping[str, Device] = {
    name: Device(name, rate, bandwidth, source)
    for name, rate, bandwidth, source in (
        (
            "NVIDIA H100 SXM",
            _tensor(67 * _TERA, 989_400 * _GIGA, 1_978_900 * _GIGA),
            3_350 * _GIGA,
            "NVIDIA H100 architecture white paper",
        ),
        (
            "NVIDIA A100 40GB",
            _tensor(19_500 * _GIGA, 312 * _TERA, 624 * _TERA),
            1_555 * _GIGA,
            "NVIDIA A100 data sheet, PCIe",
        ),
        (
            "NVIDIA V100 PCIe",
            {"float32": 14 * _TERA, "float16": 112 * _TERA},
            900 * _GIGA,
            "NVIDIA V100 data sheet",
        ),
        (
            "NVIDIA T4",
            {"float32": 8_100 * _GIGA, "float16": 65 * _TERA, "int8": 130 * _TERA},
            320 * _GIGA,
            "NVIDIA T4 data sheet",
        ),
        (
            "NVIDIA RTX 3090",
            {
                "float32": 35_600 * _GIGA,
                "float16": 142 * _TERA,
                "bfloat16": 71 * _TERA,
                "int8": 284 * _TERA,
            },
            936 * _GIGA,
            "NVIDIA Ampere GA102 white paper; float16 with sums in float16",
        ),
        (
            "Apple M1",
            {"float32": 2_600 * _GIGA},
            68_250 * 10**6,
            "Apple 2020: 2.6 teraflops; LPDDR4X-4266 on 128 bits",
        ),
        (
            "Raspberry Pi 4",
            {"float32": 48 * _GIGA},
            12_800 * 10**6,
            "4 Cortex-A72 cores × 1.5 GHz × 8 operations; LPDDR4-3200 on 32 bits",
        ),
    )
}


class _Bound(NamedTuple):
    flops: int
    bytes: int
    intensity: float
    seconds: float
    limit: str


class Bound(_Bound, Record):
    """The least time that a node can take on a device: a bound, not a measurement.

    Attributes:
        flops: Its floating-point operations.
        bytes: Its inputs, parameters, buffers and outputs, each moved once; of a view,
            which moves nothing, 0.
        intensity: Operations for each byte moved; 0 where nothing is.
        seconds: The larger of the times for operations and for bytes.
        limit: What bounds it: "compute" or "memory".
    """

    __slots__ = ()

    _title = "roofline"
    _columns = (
        *columns("count", flops="FLOPs"),
        *columns("bytes", bytes="bytes moved"),
        *columns("ratio", intensity="FLOPs a byte"),
        *columns("seconds", seconds="least time"),
        *columns("words", limit="limit"),
    )


class Roofline(Answer, dict[str, "Bound | None"]):
    """The bound of each node by path; None where its operations are unknown.

    Attributes:
        device: The device.
        dtype: The data type of the values, or their bits.
        batch: How many inputs are run at once.
    """

    def __init__(
        self,
        bounds: Iterable[tuple[str, Bound | None]],
        device: Device,
        dtype: str | int,
        batch: int,
    ) -> None:
        super().__init__(bounds)
        self.device, self.dtype, self.batch = device, dtype, batch

    @property
    def seconds(self) -> float:
        """The least time of all nodes of which it is known, one after another."""
        return sum(bound.seconds for bound in self.values() if bound)

    @property
    @override
    def table(self) -> Table:
        """A line for each node."""
        heads = (Column("layer", "layer", "text"), *Bound._columns)
        unknown = (None,) * len(Bound._columns)
        lines = [(path, *(bound or unknown)) for path, bound in self.items()]
        flops = total(bound and bound.flops for bound in self.values())
        moved = total(bound and bound.bytes for bound in self.values())
        facts = (
            Fact("device", "Device", self.device.name, "text"),
            Fact("flops", "FLOPs", flops, "count"),
            Fact("bytes", "Bytes moved", moved, "bytes"),
            Fact("seconds", "Least time", self.seconds, "seconds"),
        )
        style = Style(batch=self.batch, dtype=self.dtype)
        return Table("roofline", heads, tuple(lines), facts, style=style)


def device(which: str | Device) -> Device:
    """Return the device of that name, or of which that is a part; one given stays.

    Raises:
        UnknownNameError: If there is no such device, or several.
    """
    if isinstance(which, Device):
        return which
    part = which.lower() if isinstance(which, str) else ""
    found = [on for name, on in DEVICES.items() if part and part in name.lower()]
    if len(found) != 1:
        raise unknown_name("device", str(which), DEVICES)
    return found[0]


def roofline(
    net: AnyNetwork,
    on: str | Device,
    dtype: str | int = "float32",
    *,
    batch: int = 1,
    **how: Unpack[Written],
) -> Roofline:
    """Return for each node its roofline bound on a device: no measurement.

    Args:
        on: A `Device`, or the name of one, or a part that only one has.
        dtype: The values' data type, or a number of bits.
        batch: How many inputs are run at once: parameters are moved once for all.
        how: As of `Written`: ``units=``, ``byte_units=``, ``layout=``, ``language=``.

    Returns:
        By path the bound; None where a node's operations are unknown.

    Raises:
        UnknownNameError: If there is no such device.
        OptionError: If there is no such type, the device has no rate for it, or
            *batch* is no positive integer.

    Source:
        Williams, Waterman & Patterson 2009, https://doi.org/10.1145/1498765.1498785

    Example:
        >>> from cnncalc import zoo
        >>> bound = zoo.vgg16().roofline("T4", "float16")["fc6"]
        >>> bound.limit, round(1000 * bound.seconds, 2)
        ('memory', 0.64)
    """
    machine, table, batch = device(on), net.graph.table, checked_batch(batch)
    times = times_run(table, batch)
    bounds = []
    for index, (call, links) in enumerate(zip(table.calls, table.links, strict=True)):
        if call.shapes and not call.idle:
            runs = [times[index], *[times[index + link] for link in links]]
            bounds.append((table.path(index), _bound(call, machine, dtype, runs)))
    return Roofline(bounds, machine, dtype, batch)._written(how)


def _bound(call: Call, on: Device, dtype: str | int, runs: list[int]) -> Bound | None:
    """Return the bound of one call; None if its operations are unknown.

    *runs* is how often it runs, and what each of its inputs comes from.
    """
    rate, layer, shapes = on.rate_of(dtype), call.rules, call.shapes
    operations, params = flops(call), layer.params_of(*shapes)
    buffers = layer.buffers_of(*shapes)
    if operations is None or params is None or buffers is None:
        return None
    if isinstance(operations, AtLeast):
        return None
    each = zip(runs, (call.output, *shapes), strict=True)
    values = sum(times * shape.size for times, shape in each)
    operations *= runs[0]
    moved = 0 if layer.is_view else stored(values + params + buffers, bits(dtype))
    compute, memory = _quotient(operations, rate), _quotient(moved, on.bandwidth or 1)
    limit = "compute" if compute >= memory and operations else "memory"
    intensity = _quotient(operations, moved) if moved else 0.0
    return Bound(operations, moved, intensity, max(compute, memory), limit)


def _quotient(number: int, rate: float) -> float:
    """Return a quotient; infinity where it is beyond all floats."""
    try:
        return number / rate
    except OverflowError:
        return inf
