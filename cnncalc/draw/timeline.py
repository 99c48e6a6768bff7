"""The memory timeline: what the tensors alive at each step take."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cnncalc.draw.boxes import family
from cnncalc.draw.charts import legend, listed
from cnncalc.draw.page import Page
from cnncalc.draw.svg import element
from cnncalc.graph.table import Table
from cnncalc.memory.liveness import Storage, peak, storages
from cnncalc.memory.types import tensor_bytes
from cnncalc.report.cells import BINARY, in_bytes
from cnncalc.sizes.number import ceil_div

__all__ = ["timeline"]

_SPACE = 8.0
_STEP = 19.0  # from the axis to the names below
_ACROSS, _HIGH = 900.0, 320.0
_TICKS = 5  # at most, beside 0
_AXIS = 90.0
_STEPS = 9  # named below


def timeline(table: Table, outputs: Sequence[int], page: Page) -> str:
    """Draw the memory of the tensors alive at each step; return its text alternative.

    Args:
        table: The nodes.
        outputs: Those that the network puts out.
        page: What is drawn on.
    """
    held = storages(table, outputs, tensor_bytes(table), inplace=True)
    count, most = len(table), peak(held)
    left = page.left + _AXIS
    top = page.top + 12
    step = _ACROSS / max(count, 1)
    for tick, words in _ticks(most):
        y = top + _HIGH * (1 - tick / most)
        page.add(element("path", d=f"M{left} {y:.1f}h{_ACROSS}", class_="grid"))
        page.write(
            words,
            left - _SPACE,
            y + 4,
            size=10.0,
            width=_AXIS,
            anchor="end",
            class_="soft",
        )
    used = set()
    for piece in _pieces(held, count):
        node = piece.storage.node
        role = table.calls[node].layer.role
        kind = family(role) if table.links[node] else "input"
        used.add(kind)
        size = in_bytes(piece.storage.size)
        tip = element(
            "title", f"{table.path(node)}: {table.calls[node].output}, {size}"
        )
        y = top + _HIGH * (1 - (piece.below + piece.storage.size) / most)
        x = left + piece.first * step
        wide = (piece.last + 1 - piece.first) * step
        high = _HIGH * (piece.storage.size / most)
        page.add(element("rect", tip, x=x, y=y, width=wide, height=high, class_=kind))
    return _annotated(table, held, page, used, left, top)


def _ticks(most: int) -> list[tuple[int, str]]:
    """Return round sizes up to the largest, as numbers and in words.

    Example:
        >>> [words for _, words in _ticks(9 * 2**20)]
        ['0', '2 MiB', '4 MiB', '6 MiB', '8 MiB']
    """
    least = ceil_div(most, _TICKS)
    power = min((least.bit_length() - 1) // 10, len(BINARY) - 1)
    unit = 1024**power
    count = ceil_div(least, unit)
    ten = 10 ** (len(str(count)) - 1)
    step = next(n * ten for n in (1, 2, 5, 10) if n * ten >= count)
    sizes = range(0, most // unit + 1, step)
    return [(n * unit, f"{n:,} {BINARY[power]}" if n else "0") for n in sizes]


class _Piece(NamedTuple):
    """A storage over steps in which what is below it stays the same."""

    storage: Storage
    below: int
    first: int
    last: int


def _pieces(held: list[Storage], count: int) -> list[_Piece]:
    """Return what is drawn: at each step the storages alive, the oldest lowest."""
    starting: dict[int, list[Storage]] = {}
    for storage in held:
        starting.setdefault(storage.first, []).append(storage)
    pieces: list[_Piece] = []
    growing: list[_Piece] = []
    for step in range(count):
        alive = [piece.storage for piece in growing if piece.storage.last >= step]
        below, now = 0, []
        known = {(piece.storage.node, piece.below): piece for piece in growing}
        for storage in alive + starting.get(step, []):
            piece = known.pop((storage.node, below), None)
            first = step if piece is None else piece.first
            now.append(_Piece(storage, below, first, step))
            below += storage.size
        pieces += known.values()
        growing = now
    return pieces + growing


def _annotated(
    table: Table,
    held: list[Storage],
    page: Page,
    used: set[str],
    left: float,
    top: float,
) -> str:
    """Write where the peak is and what the steps are; return the text alternative."""
    count, most = len(table), peak(held)
    at = next(k for k in range(count) if _alive(held, k) == most)
    size = in_bytes(most)
    page.subtitle = words = f"peak {size} (float32) while {table.path(at)} runs"
    step = _ACROSS / count
    x = left + (at + 0.5) * step
    line = {"x1": x, "x2": x, "y1": top, "y2": top + _HIGH}
    page.add(element("line", **line, class_="mark"))
    every = -(-count // _STEPS)
    below = top + _HIGH + _STEP
    for k in range(0, count, every):
        start, room = left + k * step, every * step - _SPACE
        page.add(element("path", d=f"M{start:.1f} {top + _HIGH:.1f}v5", class_="line"))
        page.write(
            table.path(k), start, below, size=10.0, width=room, tail=True, class_="soft"
        )
        page.reach(start + room, below)
    page.legend(legend(used))
    largest = sorted(held, key=lambda storage: -storage.size)
    tensors = listed(f"{table.path(s.node)}: {in_bytes(s.size)}" for s in largest)
    return f"Memory timeline over {count} steps: {words}. Largest tensors: {tensors}"


def _alive(held: list[Storage], step: int) -> int:
    return sum(s.size for s in held if s.first <= step <= s.last)
