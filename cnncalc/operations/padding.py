"""The multiply-accumulates that only meet zero padding."""

from __future__ import annotations

from typing import Any

from cnncalc.cost.asked import AnyNetwork
from cnncalc.cost.totals import AtLeast, costs, total
from cnncalc.graph.table import Table
from cnncalc.operations.flops import inner_macs
from cnncalc.sizes.axes import Axes, along
from cnncalc.sizes.number import ceil_div, product
from cnncalc.sizes.window import Window

__all__ = ["network_padding_macs", "padding_macs", "padding_share"]


def network_padding_macs(net: AnyNetwork) -> int:
    """The MACs that only meet zero padding, a layer's own or a pad's."""
    table = net.graph.table
    return total([padding_macs(table, node) for node in range(len(table))])


def padding_share(net: AnyNetwork) -> float | None:
    """The share of the MACs that only meet zero padding; None if it is unknown.

    Example:
        >>> from cnncalc import zoo
        >>> net = zoo.vgg16()
        >>> net.padding_macs, round(net.padding_share, 4)
        (500440320, 0.0323)
    """
    wasted, every = network_padding_macs(net), net.totals.macs
    if AtLeast in (type(wasted), type(every)):
        return None
    return wasted / every if every else 0.0


def padding_macs(table: Table, node: int) -> int | None:
    """Return the multiply-accumulates of a node that only meet zero padding.

    Zeros that pads directly before it put around the map are padding, too.
    """
    call = table.calls[node]
    macs, kernel = costs(call).macs, call.geometry.kernel
    if macs is None:
        return None
    # A transposed convolution multiplies inputs only, never padding; and later stages
    # have no window.
    slid = macs - inner_macs(call)
    if not slid or kernel is None or call.layer.role == "transposed conv":
        return 0
    reach = call.layer.reach(*call.shapes)
    if not isinstance(reach, Window):
        return None
    if reach.outside != "zeros":
        return 0
    inside = _taps_inside(table, node, kernel, reach)
    if inside is None:
        return None
    taps = product(kernel) * call.output.positions
    return slid // taps * (taps - product(inside))


def _taps_inside(
    table: Table, node: int, kernel: Axes, reach: Window
) -> list[int] | None:
    """Return for each axis how many taps of all windows fall inside the map.

    None where a pad does not tell how much it pads.
    """
    call = table.calls[node]
    rank = call.output.rank
    window = reach.along(rank)
    begin: Any = window.padding  # before the map; it ends its size behind
    source = node + table.links[node][0]
    while table.calls[source].layer.role == "pad":
        around = table.calls[source].layer.reach(*table.calls[source].shapes)
        if not isinstance(around, Window):
            return None
        if around.outside != "zeros":
            break
        begin = [a + b for a, b in zip(begin, along(around.padding, rank), strict=True)]
        source += table.links[source][0]
    x = table.calls[source].output
    stated = zip(
        begin,
        x.space,
        call.output.space,
        window.stride,
        kernel,
        window.apart,
        strict=True,
    )
    return [
        _taps_before(before + size, *given) - _taps_before(before, *given)
        for before, size, *given in stated
    ]


def _taps_before(limit: int, windows: int, stride: int, taps: int, apart: int) -> int:
    """Return how many taps of all windows stand before a position, in closed form.

    Tap t of window i stands at i·stride + t·apart. A window that begins before the
    limit has ⌈(limit - i·stride) / apart⌉ taps there, if it has so many.
    """
    some = min(max(ceil_div(limit, stride), 0), windows)
    every = min(max(ceil_div(limit - (taps - 1) * apart, stride), 0), some)
    last = limit - (some - 1) * stride  # what is before it for the last such window
    partly = _sum_of_floors(some - every, stride, last + apart - 1, apart)
    return every * taps + partly


def _sum_of_floors(count: int, step: int, start: int, divisor: int) -> int:
    """Return the sum of ⌊(start + i·step) / divisor⌋ over i from 0 to count - 1.

    As in Euclid's algorithm, what a line cuts off a grid is counted by whole columns,
    then along the other axis.
    """
    result = 0
    while count > 0:
        result += count * (count - 1) // 2 * (step // divisor)
        result += count * (start // divisor)
        step, start = step % divisor, start % divisor
        high = start + count * step
        count, start = divmod(high, divisor)
        step, divisor = divisor, step
    return result
