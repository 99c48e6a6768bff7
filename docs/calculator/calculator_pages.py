"""The two pages of the calculator: one beside its files, and one that has all in it.

Both show a first network before Python is there: the report of an example, whose parts,
style and script the calculator goes on with.
"""

from __future__ import annotations

import ast
import gzip
import html
import re
from base64 import b64encode
from collections.abc import Iterable, Mapping
from pathlib import Path
from string import Template
from typing import NamedTuple

from cnncalc_live.calculator import calculate, exported

from cnncalc import zoo
from cnncalc.explain.as_html import EXPLAINED
from cnncalc.page.frame import hashed
from cnncalc.report.render.html_parts import STYLE

__all__ = ["FILES", "alone", "beside", "first_report"]

HOME = Path(__file__).resolve().parent
WEB = HOME / "web"

# What a worker loads, as the pages have it.
FILES = re.findall(r'^  "(.*)",$', (WEB / "files.js").read_text("utf-8"), re.MULTILINE)
# Each after those that it imports.
MODULES = ["files_within", "links", "markup", "python", "calculator"]
SHEETS = ["report", "calculator"]
EXAMPLES = ["lenet", "residual", "joined", "sequence", "own_layer"]

# What lets nothing out: the code of a link asks for files of ours, and for no others.
_POLICY = (
    "default-src 'none'; script-src {scripts} 'wasm-unsafe-eval'; connect-src {files}; "
    "worker-src blob:; style-src 'self' 'unsafe-inline'; base-uri 'none'; "
    "form-action 'none'"
)


class Report(NamedTuple):
    """The report of the first example, in parts.

    Attributes:
        main: Its main part with its title, as markup.
        packs: What is packed in it, as scripts.
        files: Its style and its scripts, by the names of their files.
    """

    main: str
    packs: str
    files: Mapping[str, str]


def first_report() -> Report:
    """Return the report of the first example."""
    calculate(example(EXAMPLES[0]))
    page = exported("html")

    def part(pattern: str) -> str:
        return "\n".join(re.findall(pattern, page, re.DOTALL))

    tables, report = re.findall(
        r'<script type="module">(.*?)</script>', page, re.DOTALL
    )
    style = part(r"<style>(.*?)</style>")
    files = {"tables.js": tables, "tables.css": f"{STYLE}{EXPLAINED}"}
    files |= {"report.js": report, "report.css": style}
    packs = part(r'<script type="application/gzip".*?</script>')
    main = part("<main .*</main>")
    facts = r'(<dl class="facts">.*?</dl>)'
    main = re.sub(facts, r'<div id="totals">\1</div>', main, count=1, flags=re.DOTALL)
    title = part("<bdi>(.*?)</bdi>")
    main = main.replace(">", f'><h2 id="title">{title}</h2>', 1)
    return Report(main, packs, files)


def example(name: str) -> str:
    """Return the source of an example."""
    return (HOME / "examples" / f"{name}.py").read_text("utf-8")


def beside(report: Report) -> str:
    """Return the page whose files stand beside it."""
    links = [f'<link rel="stylesheet" href="{name}.css">' for name in SHEETS]
    names = ["tables.js", "report.js", "calculator.js"]
    scripts = [f'<script type="module" src="{name}"></script>' for name in names]
    policy = _POLICY.format(scripts="'self'", files="'self'")
    return _page(report, policy, links, scripts)


def alone(report: Report, folder: Path) -> str:
    """Return the page that has all in it, given the folder that has its files."""
    texts = {path.name: path.read_text("utf-8") for path in WEB.iterdir()}
    texts |= report.files
    styles = [f"<style>{texts[f'{name}.css']}</style>" for name in SHEETS]
    modules = joined(texts[f"{name}.js"] for name in MODULES)
    sources = [texts["tables.js"], texts["report.js"], modules]
    allowed = " ".join(map(hashed, sources))
    policy = _POLICY.format(scripts=f"{allowed} blob:", files="blob:")
    packed = (
        f'<script type="application/gzip" data-file="{name}">'
        f"{_packed((folder / name).read_bytes())}</script>"
        for name in FILES
    )
    scripts = (f'<script type="module">{source}</script>' for source in sources)
    return _page(report, policy, styles, [*packed, *scripts])


def _packed(content: bytes) -> str:
    return b64encode(gzip.compress(content, mtime=0)).decode()


def joined(modules: Iterable[str]) -> str:
    r"""Return modules as one, whose names are told apart already.

    Example:
        >>> print(joined(["export const a = 1;", 'import { a } from "./a.js";\nf(a);']))
        const a = 1;
        f(a);
    """
    text = "\n".join(modules)
    text = re.sub(r'^import [^"]*from "\./[^"]*";\n+', "", text, flags=re.MULTILINE)
    text = re.sub("^export ", "", text, flags=re.MULTILINE)
    names = re.findall(r"^(?:const|let|class) (\w+)", text, re.MULTILINE)
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ValueError(f"two modules have a name for themselves: {sorted(twice)}")
    return text


def _page(
    report: Report, policy: str, styles: Iterable[str], scripts: Iterable[str]
) -> str:
    return Template((WEB / "index.html").read_text("utf-8")).substitute(
        policy=policy,
        styles="\n".join(styles),
        examples=_options(),
        source=html.escape(example(EXAMPLES[0])),
        main=report.main,
        packs=report.packs,
        scripts="\n".join(scripts),
    )


def _options() -> str:
    """Return what there is to choose: the examples, and all networks of the zoo."""
    texts = map(example, EXAMPLES)
    examples = {ast.get_docstring(ast.parse(text)) or "": text for text in texts}
    networks = {name: f"zoo.{name}()" for name in zoo.names()}
    return _group("Examples", examples) + _group("The zoo", networks)


def _group(label: str, sources: Mapping[str, str]) -> str:
    options = (
        f'<option value="{html.escape(source)}">{html.escape(title)}</option>'
        for title, source in sources.items()
    )
    return f'<optgroup label="{label}">{"".join(options)}</optgroup>'
