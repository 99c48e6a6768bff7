r"""Pictures as TikZ: one ``tikzpicture``, which needs no package but TikZ itself."""

from __future__ import annotations

from collections.abc import Iterator

from cnncalc.draw.as_svg import number
from cnncalc.draw.looks import LOOKS, Look, on_paper
from cnncalc.draw.scene import UNIT, Element, Group, Outline, Scene, Text, Trace, cubics
from cnncalc.report.cells import written
from cnncalc.report.render.as_latex import comment, escaped

__all__ = ["render"]

_MOST = 16_000.0  # points that TeX can count, nearly
_ANCHORS = {"start": "base west", "middle": "base", "end": "base east"}
_LINE = 1.2  # from one line to the next, in ems


def render(scene: Scene) -> str:
    """Return a picture as TikZ.

    Its looks are styles at its beginning; before each box its name stands in a comment.
    """
    unit = min(UNIT, _MOST / max(scene.width, scene.height))
    styles: dict[str, str] = {}  # by name
    body = [x for part in scene.parts for x in _drawn(part, unit, styles, Look())]
    colours = {word for facts in styles.values() for word in _words(facts)}
    lines = [
        rf"\begin{{tikzpicture}}[x={unit:.4g}pt,y=-{unit:.4g}pt]",
        *(rf"\definecolor{{{c}}}{{HTML}}{{{c[3:]}}}" for c in sorted(colours)),
        r"\tikzset{every node/.style={inner sep=0pt,outer sep=0pt}}",
        *(rf"\tikzset{{{name}/.style={{{facts}}}}}" for name, facts in styles.items()),
        *body,
        r"\end{tikzpicture}",
        "",
    ]
    shown = [line for line in lines if not line.startswith("%")]
    return "\n".join([comment(scene.title, shown, "tikz"), *lines])


def _words(facts: str) -> list[str]:
    """Return the colours among the facts of a style."""
    values = (fact.rpartition("=")[2] for fact in facts.split(","))
    return [value for value in values if value.startswith("cnn")]


def _drawn(
    part: Element, unit: float, styles: dict[str, str], around: Look
) -> Iterator[str]:
    """Yield the lines that draw an element, and note the styles that they need."""
    if isinstance(part, Group):
        if part.is_block:
            yield f"% {written(part.tip[0], 'text')}"
        for each in part.parts:
            yield from _drawn(each, unit, styles, LOOKS.get(part.look, around))
        return
    look = on_paper(LOOKS.get(part.look, LOOKS["tip"]), around)
    name = f"cnn {part.look or 'plain'}"
    if isinstance(part, Text):
        name += f" {part.size:g}"
        styles[name] = _font(look, part.size * unit)
        words = escaped(part.words)
        anchor = _ANCHORS[part.anchor]
        yield rf"\node[{name},anchor={anchor}] at {_at(part.x, part.y)} {{{words}}};"
        return
    styles[name] = _facts(look, unit)
    if isinstance(part, Outline):
        if part.dash:
            name += f",{_dashes(part.dash, unit)}"
        ways = " ".join(map(_way, part.traces))
        yield rf"\path[{name}] {ways};"
        return
    if part.radius:
        name += f",rounded corners={part.radius * unit:.4g}pt"
    ends = _at(part.x, part.y), _at(part.x + part.width, part.y + part.height)
    yield rf"\path[{name}] {ends[0]} rectangle {ends[1]};"


def _way(trace: Trace) -> str:
    result = _at(*trace.start)
    for *bends, end in cubics(trace):
        by = " and ".join(_at(x, y) for x, y in bends)
        result += f" .. controls {by} .. {_at(*end)}" if by else f" -- {_at(*end)}"
    return f"{result} -- cycle" if trace.closed else result


def _at(x: float, y: float) -> str:
    return f"({number(x)},{number(y)})"


def _font(look: Look, size: float) -> str:
    series = r"\bfseries" if look.bold else ""
    font = rf"\sffamily{series}\fontsize{{{size:.4g}}}{{{size * _LINE:.4g}}}\selectfont"
    return f"text={_named(look.fill)},font={font}"


def _facts(look: Look, unit: float) -> str:
    facts = []
    if look.fill:
        facts.append(f"fill={_named(look.fill)}")
    if look.fill_opacity < 1:
        facts.append(f"fill opacity={look.fill_opacity:g}")
    if look.stroke:
        facts.append(f"draw={_named(look.stroke)}")
        facts.append(f"line width={look.width * unit:.3g}pt")
    if look.dash:
        facts.append(_dashes(look.dash, unit))
    return ",".join(facts)


def _dashes(lengths: tuple[float, ...], unit: float) -> str:
    parts = zip(lengths[::2], lengths[1::2], strict=True)
    steps = " ".join(
        f"on {on * unit:.3g}pt off {off * unit:.3g}pt" for on, off in parts
    )
    return f"dash pattern={steps}"


def _named(colour: str) -> str:
    return f"cnn{colour[1:].upper()}"
