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


DEVICES: Mapping[str, Device] = {
    each.name: each
    for each in (
        Device(
            "NVIDIA A100 40GB",
            19_500_000_000_000,
            1_555_000_000_000,
            "NVIDIA A100 datasheet: FP32, PCIe",
        ),
        Device(
            "NVIDIA V100 PCIe",
            14_000_000_000_000,
            900_000_000_000,
            "NVIDIA V100 datasheet: FP32",
        ),
        Device(
            "NVIDIA T4",
            8_100_000_000_000,
            320_000_000_000,
            "NVIDIA T4 datasheet: FP32",
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
