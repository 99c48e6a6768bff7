"""Bounds on time: bytes moved, arithmetic intensity, and a device's roofline.

These are bounds from peak rates, never measurements: no device reaches both peaks.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import NamedTuple

from attrs import frozen

from cnncalc.analysis.cost import facts
from cnncalc.analysis.flops import flops
from cnncalc.analysis.memory import stored
from cnncalc.errors import unknown_name
from cnncalc.graph.table import Call

__all__ = ["DEVICES", "Bound", "Device", "bound", "device"]


@frozen
class Device:
    """What a machine can do at most.

    Attributes:
        name: What it is called.
        rate: Floating-point operations in a second, at its peak.
        bandwidth: Bytes from and to memory in a second, at its peak.
        source: Who says so.
    """

    name: str
    rate: int
    bandwidth: int
    source: str


_TERA, _GIGA = 10**12, 10**9

# Peaks of 32-bit floating point, without tensor cores, and of the memory.
DEVICES: Mapping[str, Device] = {
    name: Device(name, rate, bandwidth, source)
    for name, rate, bandwidth, source in (
        (
            "NVIDIA H100 SXM",
            67 * _TERA,
            3_350 * _GIGA,
            "NVIDIA H100 datasheet: FP32",
        ),
        (
            "NVIDIA A100 40GB",
            19_500 * _GIGA,
            1_555 * _GIGA,
            "NVIDIA A100 datasheet: FP32, PCIe",
        ),
        ("NVIDIA V100 PCIe", 14 * _TERA, 900 * _GIGA, "NVIDIA V100 datasheet: FP32"),
        ("NVIDIA T4", 8_100 * _GIGA, 320 * _GIGA, "NVIDIA T4 datasheet: FP32"),
        (
            "NVIDIA RTX 3090",
            35_600 * _GIGA,
            936 * _GIGA,
            "NVIDIA Ampere GA102 whitepaper, FP32",
        ),
        (
            "Apple M1",
            2_600 * _GIGA,
            68_250 * 10**6,
            "Apple 2020: 2.6 teraflops; LPDDR4X-4266 on 128 bits",
        ),
        (
            "Raspberry Pi 4",
            48 * _GIGA,
            12_800 * 10**6,
            "4 Cortex-A72 cores × 1.5 GHz × 8 operations; LPDDR4-3200 on 32 bits",
        ),
    )
}


class Bound(NamedTuple):
    """The least time that a node can take on a device: a bound, not a measurement.

    Attributes:
        flops: Its floating-point operations.
        bytes: Its inputs, parameters and outputs, each moved once.
        intensity: Operations for each byte moved.
        seconds: The larger of the times for operations and for bytes.
        limit: What bounds it: "compute" or "memory".
    """

    flops: int
    bytes: int
    intensity: float
    seconds: float
    limit: str


def device(which: str | Device) -> Device:
    """Return the device of that name; one that is given stays.

    Raises:
        UnknownNameError: If there is no such device.
    """
    if isinstance(which, Device):
        return which
    if not isinstance(which, str) or which not in DEVICES:
        raise unknown_name("device", str(which), DEVICES)
    return DEVICES[which]


def bound(call: Call, on: Device, dtype: str | int = "float32") -> Bound | None:
    """Return the roofline bound of one call; None if its operations are unknown.

    Source:
        Williams, Waterman & Patterson 2009, https://doi.org/10.1145/1498765.1498785
    """
    operations, params = flops(call), facts(call).params
    if operations is None or params is None:
        return None
    values = sum(shape.size for shape in call.shapes) + params + call.output.size
    moved = stored(values, dtype)
    compute, memory = operations / on.rate, moved / on.bandwidth
    limit = "compute" if compute >= memory else "memory"
    return Bound(operations, moved, operations / moved, max(compute, memory), limit)
