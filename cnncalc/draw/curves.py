"""Curves of expressions over the size of an input, several in one picture."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import partial
from typing import Any

from cnncalc.checks import checked_count, checked_range, for_message
from cnncalc.door import guarded
from cnncalc.draw.charts import listed
from cnncalc.draw.drawing import Drawing, finished
from cnncalc.draw.looks import COLOURS
from cnncalc.draw.page import Page
from cnncalc.draw.scene import Outline, Point, straight, trace
from cnncalc.draw.timeline import ticks
from cnncalc.errors import OptionError
from cnncalc.report.style import styled
from cnncalc.sizes.number import ceil_div
from cnncalc.symbolic.expression import Expression

__all__ = ["curves"]

_LEFT = 60.0  # for the words of the axis
_WIDE, _HIGH = 640.0, 320.0
_SIZE, _SPACE, _STEP = 10.0, 8.0, 16.0
_COLOURS = [name for name in COLOURS if name not in {"input", "other", "group"}]
# The lines of those that have a colour again.
_LINES = ("{}", "{}, dashed", "{}, dotted", "{}, dashed and dotted")
_DASHES: tuple[tuple[float, ...], ...] = ((), (7, 4), (2, 3), (9, 3, 2, 3))

Points = list[tuple[int, int]]  # sizes where an expression holds, with its values


@guarded
def curves(
    expressions: Mapping[str, Expression] | Expression,
    *,
    least: int = 1,
    most: int = 512,
    title: str | None = None,
    language: str = "en",
) -> Drawing:
    """Return a picture of expressions over a size, which all their symbols have.

    There is a gap where an expression does not hold. Of more than 640 sizes it is each
    second, each third, and so on.

    Args:
        expressions: By name: ``{"ResNet-50": zoo.resnet50().symbolic().macs}``; or one.
        least: The smallest size.
        most: The largest.
        title: What stands above it.
        language: "en" or "zh".

    Raises:
        OptionError: If they are no expressions, or too many to be told apart; a size is
            no positive integer, or *most* is below *least*; nothing holds for any size;
            or *title* is no text.

    Example:
        >>> from cnncalc import curves, zoo
        >>> nets = zoo.resnet18(), zoo.resnet50()
        >>> picture = curves({net.name: net.symbolic().macs for net in nets})
        >>> print(picture.description[:63])
        Curves over sizes from 1 to 512. resnet18: 9,475,444,736 at 512
    """
    known = _checked(expressions)
    first, last = checked_range(least, checked_count("most", most))
    style = styled(language=language)
    sizes = range(first, last + 1, ceil_div(last - first + 1, round(_WIDE)))
    each = {name: _points(number, sizes) for name, number in known.items()}
    if not any(each.values()):
        why = f"nothing holds for any size from {first} to {last}"
        raise OptionError(why, "Choose other sizes: see .conditions")
    full: Any = ", ".join(known) if title in (None, "") else title
    return finished(full, "", style, partial(_drawn, each=each, sizes=sizes))


def _checked(expressions: Any) -> dict[str, Expression]:
    """Return expressions by name.

    Raises:
        OptionError: If they are none, or too many.
    """
    if isinstance(expressions, Expression):
        expressions = {str(expressions): expressions}
    known = dict(expressions) if isinstance(expressions, Mapping) else {}
    if not (known and all(isinstance(e, Expression) for e in known.values())):
        why = f"{for_message(expressions)} is no expression, nor some by name"
        raise OptionError(why, "Give net.symbolic().macs, or {name: expression}")
    most = len(_COLOURS) * len(_DASHES)
    if len(known) > most:
        why = f"{len(known)} curves cannot be told apart"
        raise OptionError(why, f"Draw {most} at most")
    return {str(name): expression for name, expression in known.items()}


def _points(expression: Expression, sizes: Iterable[int]) -> Points:
    names = expression.symbols
    function = expression.function(*names)
    return [
        (size, function(*[size] * len(names)))
        for size in sizes
        if expression.holds(**dict.fromkeys(names, size))
    ]


def _drawn(page: Page, each: Mapping[str, Points], sizes: range) -> str:
    """Draw curves with their axes; return their text alternative."""
    first, last = sizes[0], sizes.stop - 1
    most = max(1, *[value for points in each.values() for _, value in points])
    left = page.left + _LEFT
    top = page.top + 12
    across = _WIDE / max(1, last - first)
    up = _HIGH / most
    for tick, words in ticks(most):
        y = top + _HIGH - tick * up
        page.add(straight("grid", (left, y), (left + _WIDE, y)))
        place = {"width": _LEFT, "anchor": "end", "look": "soft"}
        page.write(words, left - _SPACE, y + 4, size=_SIZE, **place)
    for tick, words in ticks(last):
        if tick >= first:
            x = left + (tick - first) * across
            low = top + _HIGH
            page.add(straight("grid", (x, low), (x, low + 4)))
            place = {"width": _LEFT, "anchor": "middle", "look": "soft"}
            page.write(words, x, top + _HIGH + _STEP, size=_SIZE, **place)
    for number, (name, points) in enumerate(each.items()):
        places = [
            (size, (left + (size - first) * across, y))
            for size, y in [(size, top + _HIGH - value * up) for size, value in points]
        ]
        page.add(_curve(name, number, places, sizes.step))
    page.reach(left + _WIDE + _SPACE, top + _HIGH + _STEP)
    page.legend(
        (_COLOURS[n % len(_COLOURS)], page.words(_LINES[n // len(_COLOURS)], name))
        for n, name in enumerate(each)
    )
    ends = [
        page.words("{}: {} at {}", name, f"{points[-1][1]:,}", points[-1][0])
        for name, points in each.items()
        if points
    ]
    about = page.words("Curves over sizes from {} to {}", first, last)
    return f"{about}. {listed(ends, page)}"


def _curve(
    name: str, number: int, places: list[tuple[int, Point]], step: int
) -> Outline:
    """Return a curve through places, with gaps where sizes are left out."""
    runs: list[list[Point]] = []
    before = None
    for size, place in places:
        if before != size - step:
            runs.append([])
        runs[-1].append(place)
        before = size
    look = f"{_COLOURS[number % len(_COLOURS)]} curve"
    dash = _DASHES[number // len(_COLOURS)]
    return Outline(tuple(trace(*run) for run in runs), look, dash, (name,))
