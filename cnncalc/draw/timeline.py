"""The memory timeline: what the tensors alive at each step take."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby, islice
from typing import NamedTuple

from cnncalc.answers.table import Fact, Style
from cnncalc.draw.boxes import family
from cnncalc.draw.charts import legend, listed
from cnncalc.draw.page import Page
from cnncalc.draw.scene import Rectangle, straight
from cnncalc.graph.table import Table
from cnncalc.memory.liveness import Storage, bytes_alive, peak, storages
from cnncalc.memory.types import bounded, tensor_bytes
from cnncalc.report.cells import BINARY, DECIMAL, in_bytes, titled
from cnncalc.sizes.number import ceil_div

__all__ = ["PREFIXES", "ticks", "timeline"]

PREFIXES = ("", "k", "M", "G", "T", "P", "E", "Z", "Y", "R", "Q")  # of the SI

_SPACE = 8.0
_STEP = 19.0  # from the axis to the names below
_ACROSS, _HIGH = 900.0, 320.0
_TICKS = 5  # at most, beside 0
_AXIS = 90.0
_STEPS = 9  # named below
_FEW = 1000  # pieces that are always drawn
_PARTS = (100, 10)  # of the picture: what takes less is small


def timeline(table: Table, outputs: Sequence[int], page: Page) -> str:
    """Draw the memory of the tensors alive at each step; return its text alternative.

    Args:
        table: The nodes.
        outputs: Those that the network puts out.
        page: What is drawn on: also for how many inputs, and of which data type.
    """
    style = page.style
    sizes = tensor_bytes(table, style.dtype, style.batch)
    held = storages(table, outputs, sizes, inplace=True)
    count, most = len(table), max(peak(held), 1)
    left = page.left + _AXIS
    top = page.top + 12
    step = _ACROSS / max(count, 1)
    for tick, words in _ticks(most, style):
        y = top + _HIGH * (1 - tick / most)
        page.add(straight("grid", (left, y), (left + _ACROSS, y)))
        page.write(
            words,
            left - _SPACE,
            y + 4,
            size=10.0,
            width=_AXIS,
            anchor="end",
            look="soft",
        )
    used = set()
    for node, amount, under, first, last in _pieces(held, count, most):
        kind, words = _described(table, node, page)
        used.add(kind)
        tip = (f"{words}, {in_bytes(amount, style)}",)
        y = top + _HIGH * (1 - (under + amount) / most)
        x = left + first * step
        wide = (last + 1 - first) * step
        high = _HIGH * (amount / most)
        nodes = page.marked([] if node is None else [table.path(node)])
        page.add(Rectangle(x, y, wide, high, kind, tip=tip, nodes=nodes))
    return _annotated(table, held, page, used, left, top)


def _described(table: Table, node: int | None, page: Page) -> tuple[str, str]:
    """Return the family of what is drawn, and what it is."""
    if node is None:
        return "other", page.words("small tensors together")
    call = table.calls[node]
    kind = family(call.layer.role) if table.links[node] else "input"
    return kind, f"{table.path(node)}: {page.told(call.output, 'shape')}"


def _ticks(most: int, style: Style) -> list[tuple[int, str]]:
    """Return round sizes up to the largest, as numbers and in words.

    Example:
        >>> [words for _, words in _ticks(9 * 2**20, Style())]
        ['0', '2 MiB', '4 MiB', '6 MiB', '8 MiB']
    """
    decimal = style.byte_units == "decimal"
    return ticks(most, *((1000, DECIMAL) if decimal else (1024, BINARY)))


def ticks(
    most: int, base: int = 1000, names: Sequence[str] = PREFIXES
) -> list[tuple[int, str]]:
    """Return round numbers up to the largest, also in words.

    Args:
        most: The largest.
        base: How many of a unit are one of the next.
        names: Those of the units.

    Example:
        >>> [words for _, words in ticks(4_089_184_256)]
        ['0', '1 G', '2 G', '3 G', '4 G']
    """
    least = ceil_div(most, _TICKS)
    power = max(p for p in range(len(names)) if base**p <= max(least, 1))
    unit = base**power
    count = ceil_div(least, unit)
    ten = 10 ** (len(str(count)) - 1)
    step = next(n * ten for n in (1, 2, 5, 10) if n * ten >= count)
    if step == base:
        power, unit, step = power + 1, unit * base, 1
    sizes = range(0, most // unit + 1, step)
    words = [f"{n:,} {names[power]}".strip() if n else "0" for n in sizes]
    return [(n * unit, word) for n, word in zip(sizes, words, strict=True)]


class _Piece(NamedTuple):
    """A piece of a tensor's bar, over steps in which what is below stays the same.

    Attributes:
        node: The node that put it out; None of small tensors together.
        size: Its bytes.
        below: Those of all that is below it.
        first: The first of these steps.
        last: The last of them.
    """

    node: int | None
    size: int
    below: int
    first: int
    last: int


def _pieces(held: list[Storage], count: int, most: int) -> list[_Piece]:
    """Return what is drawn at each step: the tensors alive, the oldest lowest.

    Each tensor that dies moves all above it. Where many of many do, those that take
    less than such a part of the picture are drawn together, above the others.
    """
    few = _FEW + (_PARTS[-1] + 2) * count  # of those of the last part there are no more
    parts = (
        [s for s in held if part == 0 or s.size * part >= most] for part in (0, *_PARTS)
    )
    tries = ((s, list(islice(_stacked(s, count), few + 1))) for s in parts)
    large, found = next(each for each in tries if len(each[1]) <= few)
    drawn = {storage.node for storage in large}
    small = [storage for storage in held if storage.node not in drawn]
    return [*found, *_together(small, large, count)]


def _stacked(held: list[Storage], count: int) -> Iterator[_Piece]:
    starting: dict[int, list[Storage]] = {}
    dead: dict[int, list[Storage]] = {}  # by the step before which they died
    for storage in held:
        starting.setdefault(storage.first, []).append(storage)
        dead.setdefault(storage.last + 1, []).append(storage)
    stack: list[tuple[Storage, _Piece]] = []
    place: dict[Storage, int] = {}  # of each in it
    for step in sorted(starting.keys() | dead.keys()):
        lowest = min([place[storage] for storage in dead.get(step, ())], default=None)
        moved = [] if lowest is None else stack[lowest:]
        del stack[len(stack) - len(moved) :]
        yield from [piece._replace(last=min(step, count) - 1) for _, piece in moved]
        alive = [storage for storage, _ in moved if storage.last >= step]
        for storage in alive + starting.get(step, []):
            below = stack[-1][1].below + stack[-1][1].size if stack else 0
            place[storage] = len(stack)
            piece = _Piece(storage.node, storage.size, below, step, step)
            stack.append((storage, piece))


def _together(
    small: list[Storage], large: list[Storage], count: int
) -> Iterator[_Piece]:
    """Give small tensors as one, above the large ones."""
    sums = zip(bytes_alive(small, count), bytes_alive(large, count), strict=True)
    step = 0
    for (size, below), same in groupby(sums):
        first, step = step, step + sum(1 for _ in same)
        if size:
            yield _Piece(None, size, below, first, step - 1)


def _annotated(
    table: Table,
    held: list[Storage],
    page: Page,
    used: set[str],
    left: float,
    top: float,
) -> str:
    """Write where the peak is and what the steps are; return the text alternative."""
    style = page.style
    count, most = len(table), bounded(table, peak(held))
    at = bytes_alive(held, count).index(int(most))
    highest = page.words("peak {}", in_bytes(most, style))
    whole = titled(Fact("peak", highest, most, "bytes"), style)
    page.subtitle = words = page.words("{} while {} runs", whole, table.path(at))
    step = _ACROSS / count
    x = left + (at + 0.5) * step
    page.add(straight("mark", (x, top), (x, top + _HIGH)))
    every = -(-count // _STEPS)
    below = top + _HIGH + _STEP
    for k in range(0, count, every):
        start, room = left + k * step, every * step - _SPACE
        low = top + _HIGH
        page.add(straight("line", (start, low), (start, low + 5)))
        page.write(
            table.path(k), start, below, size=10.0, width=room, tail=True, look="soft"
        )
        page.reach(start + room, below)
    page.legend(legend(used))
    largest = sorted(held, key=lambda storage: -storage.size)
    tensors = listed(
        (f"{table.path(s.node)}: {in_bytes(s.size, style)}" for s in largest), page
    )
    about = page.words("Memory timeline over {} steps: {}", count, words)
    return f"{about}. {page.words('Largest tensors: {}', tensors)}"
