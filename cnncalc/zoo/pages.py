"""The zoo as a book: an overview, and a page for each family, as Markdown.

``python -m cnncalc.zoo.pages docs/zoo`` writes them; the documentation does so when it
is built. All that a page shows is what the networks answer when it is written.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator, Mapping
from importlib import import_module
from os import PathLike
from pathlib import Path
from typing import Any

from cnncalc import zoo
from cnncalc.network import Network
from cnncalc.report.compare import compare
from cnncalc.report.output import given
from cnncalc.report.render.as_markdown import render
from cnncalc.report.summary import Summary
from cnncalc.zoo.member import Setting

__all__ = ["family_page", "index_page", "pages", "write_pages"]

_LINES = 60  # of a table, or of source code, that are still read

_TOTALS = ("input", "params", "macs", "activations", "peak_memory", "receptive_field")
_COLUMNS = (
    *("layer", "filter", "stride", "padding", "output"),
    *("formula", "params", "macs"),
)

_INDEX = """\
# The zoo

{count} networks in {families} families. `zoo.names()` and `python -m cnncalc list`
name them, `zoo.build("{example}")` builds one by its name, and
`zoo.claims("{example}")` tells what papers print of it.

{table}
The input of each is the one that it is published with, which is its default here. The
page of a family has a drawing and a table of each of its networks, its totals, what
papers print beside what we count, and the code that builds it. These pages are made
with the documentation, by `python -m cnncalc.zoo.pages docs/zoo`.

```{{toctree}}
:maxdepth: 1

{pages}
```
"""

# A picture that is wider than the page scrolls, so that its words can be read.
_PICTURE = """\
<div style="overflow-x: auto" tabindex="0">
{svg}
</div>
"""

_SOURCE = """\
<details><summary>The same, layer by layer</summary>

```python
{source}```

</details>
"""


def index_page() -> str:
    """Return the overview of all networks."""
    names = zoo.names()
    families = list(zoo._FAMILIES)
    return _INDEX.format(
        count=len(names),
        families=len(families),
        example=names[0],
        table=_totals(names),
        pages="\n".join(f"{family} <{family}>" for family in families),
    )


def family_page(family: str) -> str:
    """Return the page of a family.

    Args:
        family: Its name, that of a module in `cnncalc.zoo.families`.

    Example:
        >>> print(family_page("unet").splitlines()[0])
        # U-Net: a contracting path, and an expanding one that is handed its maps
    """
    names = zoo._FAMILIES[family].split()
    doc = str(import_module(f"cnncalc.zoo.families.{family}").__doc__)
    title, _, sources = doc.partition("\n\n")
    parts = [f"# {title.strip().removesuffix('.')}\n", _linked(sources)]
    if len(names) > 1:
        parts.append(_totals(names))
    for name in names:
        parts += _section(name)
    return "\n".join(parts)


def pages() -> Iterator[tuple[str, str]]:
    """Yield each page with the name of its file, the overview last.

    Example:
        >>> name, text = next(pages())
        >>> name, text.splitlines()[0].split(":")[0]
        ('lenet.md', '# LeNet')
    """
    for family in zoo._FAMILIES:
        yield f"{family}.md", family_page(family)
    yield "index.md", index_page()


def write_pages(directory: str | PathLike[str]) -> None:
    """Write all pages.

    A page that is there already as it should be is left alone, so that a tool which
    builds only what is new does not build it again.

    Args:
        directory: Where to; it is made if it is not there.
    """
    home = Path(directory)
    home.mkdir(parents=True, exist_ok=True)
    for name, text in pages():
        path = home / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            given(text, path)


def _totals(names: Any) -> str:
    table = compare(*map(zoo.build, names), columns=_TOTALS).table
    return render(table).partition("\n\n")[2]


def _linked(text: str) -> str:
    """Return text in which addresses are links."""
    return re.sub(r"https?://[^\s,;]*[^\s,;.]", r"<\g<0>>", text)


def _section(name: str) -> Iterator[str]:
    """Yield the parts of what a page has of one network."""
    member = getattr(zoo, name)
    network = member()
    yield f"## {name}\n\n{member.about}\n"
    yield _PICTURE.format(svg=network.draw().to_svg())
    yield _readable(network).to_markdown()
    if member.claims:
        claims = zoo.claims(name).table._replace(title=f"What is printed of {name}")
        yield render(claims)
    yield _built(name, member.settings, network)
    source = network.to_python()
    if len(source.splitlines()) <= _LINES:
        yield _SOURCE.format(source=source)


def _readable(network: Network) -> Summary:
    """Return the summary, with as many levels of groups as stay readable."""
    summary = network.summary(columns=_COLUMNS, depth=1)
    deepest = max(len(row.scope) for row in network.nodes)
    for depth in range(2, deepest + 2):
        deeper = network.summary(columns=_COLUMNS, depth=depth)
        if len(deeper.table.lines) > _LINES:
            break
        summary = deeper
    return summary


def _built(name: str, settings: Mapping[str, Setting], network: Network) -> str:
    """Return code that builds a network with all its settings, and what it answers."""
    given = ", ".join(f"{key}={its.default!r}" for key, its in settings.items())
    field = network.receptive_field
    return f"""\
To build it:

```python
>>> from cnncalc import zoo
>>> net = zoo.{name}({given})
>>> net.params, net.macs, net.flops
({int(network.params)}, {int(network.macs)}, {int(network.flops)})
>>> net.peak_memory(), net.receptive_field
({network.peak_memory()}, {field!r})

```
"""


if __name__ == "__main__":
    write_pages(sys.argv[1])
