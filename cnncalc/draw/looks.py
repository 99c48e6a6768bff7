"""The looks of what is drawn, by name: the one list that all writers go by.

Lines and words have the colour of the text around; where there is none, as on paper,
it is that of the ink. Blocks have middle tones that stand out on light and on dark; the
hues are those of Okabe & Ito, which colour-blind readers can tell apart.
"""

from __future__ import annotations

from typing import NamedTuple

__all__ = ["COLOURS", "INK", "LOOKS", "Look", "on_paper"]

COLOURS = {
    "input": "#a9b4c2",
    "conv": "#3f8fd2",
    "pool": "#dd6236",
    "norm": "#c77aab",
    "activation": "#eebb24",
    "linear": "#1f9e78",
    "recurrent": "#7aa83a",
    "join": "#8a6fd1",
    "other": "#8d959e",
    "group": "#6f8aa8",
}

INK = "currentColor"
_ON_PAPER = "#1f2328"


class Look(NamedTuple):
    """The look of something that is drawn.

    Attributes:
        fill: The colour inside, or of letters; none if it is empty.
        stroke: The colour of its line; none if it is empty.
        width: That of the line.
        opacity: That of the whole.
        fill_opacity: That of the fill.
        stroke_opacity: That of the line.
        dash: The lengths of dashes and of gaps between them, if there are any.
        bold: Whether letters are.
    """

    fill: str = ""
    stroke: str = ""
    width: float = 1.0
    opacity: float = 1.0
    fill_opacity: float = 1.0
    stroke_opacity: float = 1.0
    dash: tuple[float, ...] = ()
    bold: bool = False


def _shade(colour: str, by: float) -> str:
    """Return a lighter (*by* above 0) or darker tone."""
    return _blend("#ffffff" if by > 0 else "#000000", colour, abs(by))


def _blend(above: str, below: str, opacity: float) -> str:
    """Return the colour of one over another."""
    pairs = (
        (int(above[place : place + 2], 16), int(below[place : place + 2], 16))
        for place in (1, 3, 5)
    )
    return "#" + "".join(f"{round(b + (a - b) * opacity):02x}" for a, b in pairs)


def _all_looks() -> dict[str, Look]:
    looks = {
        "name": Look(INK, bold=True),
        "soft": Look(INK, opacity=0.75),
        "inside": Look("#0b0d10"),
        "inside name": Look("#0b0d10", bold=True),
        "lines": Look(opacity=0.6),
        "lines many": Look(opacity=0.45),
        "line": Look(stroke=INK, width=1.3),
        "line thin": Look(stroke=INK, width=0.6),
        "tip": Look(INK),
        "ground": Look(INK, fill_opacity=0.055),
        "grid": Look(stroke=INK, stroke_opacity=0.18),
        "mark": Look(stroke=INK, stroke_opacity=0.8, dash=(5, 4)),
    }
    for name, colour in COLOURS.items():
        block = Look(colour, _shade(colour, -0.3), 0.6)
        looks |= {
            name: block,
            f"{name} up": block._replace(fill=_shade(colour, 0.3)),
            f"{name} side": block._replace(fill=_shade(colour, -0.18)),
            f"{name} field": Look(colour, colour, 1.6, fill_opacity=0.08),
            f"{name} curve": Look(stroke=colour, width=2.0),
        }
    return looks


LOOKS = _all_looks()


def on_paper(look: Look, around: Look | None = None) -> Look:
    """Return a look in the colours that it has on white paper.

    What is drawn over nothing else needs no opacity there.

    Args:
        look: The look.
        around: That of the group that it is in.

    Example:
        >>> on_paper(LOOKS["line"], LOOKS["lines"]).stroke
        '#797b7e'
    """
    whole = look.opacity * (around.opacity if around else 1)
    see_through = look.fill_opacity < 1 and bool(look.stroke)

    def seen(colour: str, part: float) -> str:
        solid = _ON_PAPER if colour == INK else colour
        return colour and _blend(solid, "#ffffff", whole * part)

    fill = seen(look.fill, 1.0 if see_through else look.fill_opacity)
    stroke = seen(look.stroke, look.stroke_opacity)
    opacity = look.fill_opacity if see_through else 1.0
    return look._replace(
        fill=fill, stroke=stroke, opacity=1.0, fill_opacity=opacity, stroke_opacity=1.0
    )
