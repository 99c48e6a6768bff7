"""Write what papers and zoos print: ``python docs/published.py > docs/published.md``.

The rows, and what explains those that differ, stand in ``tests/printed*.py``. A test
holds the page to them.
"""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from printed import Figure, Row, Source
from printed_by_imgclsmob import imgclsmob
from printed_by_tools import burden, keras, ptflops, st_edge_ai, torchvision

HEAD = """\
# What papers and zoos print

Every row that torchvision, Keras, ptflops, convnet-burden, ST Edge AI and imgclsmob
print of a network that the [zoo](zoo/index.md) has, beside what is counted here. Arenas
that were measured stand with the [devices](devices.md). A number is
compared at the precision that it is printed with; what another counts besides is added,
each term with its reason. What single papers print stands with each network of the zoo,
and in the [errata](errata.md). `python docs/published.py` writes this page, and a test
holds it to the networks.

| printed by | rows | of networks that the zoo has | equal | explained |
|---|---:|---:|---:|---:|
"""
SOURCES = (torchvision, keras, ptflops, burden, st_edge_ai, imgclsmob)


def page() -> str:
    """Return the whole page."""
    sources = [source() for source in SOURCES]
    return HEAD + "".join(map(counts, sources)) + "".join(map(section, sources))


def counts(source: Source) -> str:
    """Return the line of a source in the table of all."""
    found: Counter[str] = Counter()
    for row in source.rows:
        found[row.status] += row.times
    numbers = (source.printed, found.total(), found["equal"], found["explained"])
    return f"| {source.title} | {' | '.join(f'{n:,}' for n in numbers)} |\n"


def section(source: Source) -> str:
    """Return the section of a source: how it counts, and a line for each row."""
    whats = list(dict.fromkeys(f.what for row in source.rows for f in row.figures))
    columns = ["there", "here", *[cell for w in whats for cell in (w, "counted")]]
    rule = ["---", "---", *["---:"] * (2 * len(whats)), "---"]
    lines = [[*columns, "why"], rule]
    for row in source.rows:
        name = row.of if row.times == 1 else f"{row.of}, {row.times} rows"
        figures = {figure.what: figure for figure in row.figures}
        cells = [cell for what in whats for cell in pair(figures.get(what))]
        lines.append([name, f"`{row.call}`", *cells, why(row)])
    table = "".join(f"| {' | '.join(line)} |\n" for line in lines)
    return f"\n## {source.title}\n\n{source.about}\n\n{table}"


def pair(figure: Figure | None) -> tuple[str, str]:
    """Return what is printed, and what is counted without any term."""
    return (figure.printed, f"{figure.counted:,}") if figure else ("", "")


def why(row: Row) -> str:
    """Return what explains a row."""
    terms = [
        f"{term.number:+,} {figure.what}: {term.why}"
        for figure in row.figures
        for term in figure.terms
    ]
    return "; ".join([*terms, *([row.note] if row.note else [])])


if __name__ == "__main__":
    print(page(), end="")
