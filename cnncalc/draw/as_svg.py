"""Pictures as SVG: everything that goes through this writer comes out escaped.

Markup is a text of its own type; any other text is data, and is escaped where it is
put into an element. What XML cannot hold, and what would turn a line around, is
written as in Python's repr.

The style speaks of nothing outside the picture: lines and words have the colour of
the text around, or where the picture is a file of its own, dark on white, and light on
dark for those who prefer that.
"""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from zlib import crc32

from cnncalc.draw.looks import INK, LOOKS, Look
from cnncalc.draw.scene import Element, Group, Outline, Point, Scene, Text, Trace
from cnncalc.report.cells import written

__all__ = ["Markup", "element", "number", "render"]

_FONT = "system-ui,'Segoe UI',Roboto,'Helvetica Neue',Arial,'Noto Sans',sans-serif"

# A file of its own, opened or as an image in a page, has no text around to go by, nor
# does it know what is behind it: it paints its own ground.
_ROOT = f"""
svg.cnncalc-drawing{{max-width:100%;height:auto;font-family:{_FONT};background:none}}
.cnncalc-drawing .back{{fill:none}}
svg.cnncalc-drawing:root{{color:#1f2328;background:#fff}}
svg.cnncalc-drawing:root>.back{{fill:#fff}}
@media(prefers-color-scheme:dark){{
svg.cnncalc-drawing:root{{color:#e6edf3;background:#0d1117}}
svg.cnncalc-drawing:root>.back{{fill:#0d1117}}
}}
.cnncalc-drawing text{{fill:{INK}}}
"""


class Markup(str):
    """Text that is markup already, and is not escaped again."""

    __slots__ = ()


def number(value: float) -> str:
    """Return a coordinate with at most one decimal.

    Example:
        >>> number(2.0), number(0.25 + 1), number(-0.01)
        ('2', '1.2', '0')
    """
    shown = f"{value:.1f}".removesuffix(".0")
    return "0" if shown == "-0" else shown


def element(tag: str, *children: str, **attributes: str | float) -> Markup:
    """Return an element.

    Args:
        tag: What it is.
        children: What is in it; text that is not `Markup` is escaped.
        attributes: Its attributes: ``_`` stands for ``-``, but at the end for nothing.
            An empty one is left out.

    Example:
        >>> print(element("text", "a < b", x=1.5, font_size=11, class_="name"))
        <text x="1.5" font-size="11" class="name">a &lt; b</text>
    """
    facts = "".join(
        f' {key.rstrip("_").replace("_", "-")}="'
        f'{escape(value) if isinstance(value, str) else number(value)}"'
        for key, value in attributes.items()
        if value != ""
    )
    inside = "".join(
        child if isinstance(child, Markup) else escape(written(child, "text"))
        for child in children
    )
    end = f">{inside}</{tag}>" if inside else "/>"
    return Markup(f"<{tag}{facts}{end}")


def render(scene: Scene) -> str:
    """Return a picture as an SVG document."""
    title, description = scene.title, scene.description
    body = Markup("\n".join(map(_drawn, scene.parts)))
    mark = f"cnncalc-{crc32((body + description).encode(errors='replace')):08x}"
    wide, high = round(scene.width), round(scene.height)
    parts = (
        element("title", title, id=f"{mark}-title"),
        element("desc", description, id=f"{mark}-desc"),
        element("style", Markup(_ROOT + _rules(scene))),
        element("rect", width=wide, height=high, class_="back"),
        body,
    )
    picture = element(
        "svg",
        *(Markup(f"\n{part}") for part in parts),
        Markup("\n"),
        xmlns="http://www.w3.org/2000/svg",
        class_="cnncalc-drawing",
        role="img",
        aria_labelledby=f"{mark}-title {mark}-desc",
        viewBox=f"0 0 {wide} {high}",
        width=wide,
        height=high,
    )
    return str(picture)  # and no `Markup`: marimo shows a text of no other type


def _drawn(part: Element) -> Markup:
    if isinstance(part, Text):
        return _text(part)
    tips = (_tip(part.tip),) if part.tip else ()
    if isinstance(part, Group):
        inside = map(_drawn, part.parts)
        return element("g", *tips, *inside, class_=part.look, data_node=part.nodes)
    if isinstance(part, Outline):
        way = "".join(map(_way, part.traces))
        dash = " ".join(map(number, part.dash))
        return element("path", *tips, d=way, class_=part.look, stroke_dasharray=dash)
    sides = {"x": part.x, "y": part.y, "width": part.width, "height": part.height}
    corners = {"rx": part.radius} if part.radius else {}
    return element(
        "rect", *tips, **sides, **corners, class_=part.look, data_node=part.nodes
    )


def _tip(lines: Iterable[str]) -> Markup:
    first, *others = lines
    return element("title", first, *(x for o in others for x in (Markup("\n"), o)))


def _text(part: Text) -> Markup:
    facts: dict[str, str | float] = {"x": part.x, "y": part.y, "font_size": part.size}
    if part.anchor != "start":
        facts["text_anchor"] = part.anchor
    facts["class_"] = part.look
    if not part.is_plain:
        # Of such letters the fonts differ too much to trust an estimate.
        facts |= {"textLength": part.width, "lengthAdjust": "spacingAndGlyphs"}
    more = (element("title", part.full),) if part.words != part.full else ()
    return element("text", part.words, *more, **facts)


def _way(trace: Trace) -> str:
    """Return a way as relative steps, between places that are rounded: no drift."""
    x, y = _tenths(trace.start)
    result = [f"M{_in_tenths(x)} {_in_tenths(y)}"]
    for step in trace.steps:
        points = [_tenths(point) for point in step]
        gaps = [(_in_tenths(a - x), _in_tenths(b - y)) for a, b in points]
        across, down = gaps[-1]
        if len(gaps) > 1:
            result.append(" qc"[len(gaps) - 1] + " ".join(map(" ".join, gaps)))
        elif down == "0":
            result.append(f"h{across}")
        else:
            result.append(f"v{down}" if across == "0" else f"l{across} {down}")
        x, y = points[-1]
    return "".join(result) + ("z" if trace.closed else "")


def _tenths(point: Point) -> tuple[int, int]:
    return round(point[0] * 10), round(point[1] * 10)


def _in_tenths(count: int) -> str:
    return str(count // 10) if count % 10 == 0 else f"{count / 10:.1f}"


def _rules(scene: Scene) -> str:
    """Return the style of the looks that a picture has."""
    used = {part.look for part in scene.elements()}
    used |= {look.partition(" ")[0] for look in used}
    rules = []
    for name, look in LOOKS.items():
        if name in used:
            first, _, more = name.partition(" ")
            base = LOOKS.get(first, Look()) if more else Look()
            selector = f".{name.replace(' ', '.')}"
            rules.append(f".cnncalc-drawing {selector}{{{_css(look, base)}}}\n")
    return "".join(rules)


def _css(look: Look, base: Look) -> str:
    """Return what a look has that another has not."""
    known = _facts(base)
    facts = {key: v for key, v in _facts(look).items() if known.get(key) != v}
    return ";".join(f"{key}:{value}" for key, value in facts.items())


def _facts(look: Look) -> dict[str, str]:
    facts: dict[str, str] = {}
    if look.fill or look.stroke:
        facts["fill"] = look.fill or "none"
    if look.stroke:
        facts |= {"stroke": look.stroke, "stroke-width": f"{look.width:g}"}
    for name in ("opacity", "fill_opacity", "stroke_opacity"):
        if (value := getattr(look, name)) != 1:
            facts[name.replace("_", "-")] = f"{value:g}"
    if look.dash:
        facts["stroke-dasharray"] = " ".join(map(number, look.dash))
    if look.bold:
        facts["font-weight"] = "600"
    return facts
