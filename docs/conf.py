"""How the documentation is built.

``python -m sphinx -W --keep-going docs build/docs`` runs every cell, checks every
reference, and refuses a page that would need the network when it is read.

``python docs/calculator/build.py build/docs/calculator`` puts the calculator beside the
pages; with ``-t calculator`` they lead to it, and the lessons' cells are live.

``python -m sphinx -b linkcheck docs build/links`` asks the network whether what the
pages link to is there.
"""

from __future__ import annotations

import inspect
import re
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from docutils import nodes
from sphinx.application import Sphinx
from sphinx.errors import SphinxError
from sphinx.transforms import SphinxTransform
from sphinx.util.nodes import make_refnode

import cnncalc
from cnncalc.zoo import pages

project = "cnncalc"
author = "The cnncalc maintainers"
project_copyright = author
release = version = cnncalc.__version__

extensions = ["myst_nb", "sphinx.ext.autodoc", "sphinx.ext.napoleon"]

# Every reference must lead somewhere.
nitpicky = True
default_role = "code"  # docstrings name many things that are nobody's pages
myst_enable_extensions = ["colon_fence"]
myst_heading_anchors = 3

# Every cell is run, always; one that fails stops the build unless it says it may.
nb_execution_mode = "force"
nb_execution_timeout = 120
nb_execution_raise_on_error = True
nb_merge_streams = True

autodoc_member_order = "bysource"
autodoc_class_signature = "mixed"
autodoc_typehints = "signature"
napoleon_use_rtype = False
_SECTIONS = ["Shape", "Counting", "Source"]
napoleon_custom_sections = _SECTIONS
python_use_unqualified_type_names = True
python_maximum_signature_line_length = 88

html_theme = "furo"
html_title = f"cnncalc {release}"
html_static_path = ["_static"]
html_css_files = ["cnncalc.css"]
html_copy_source = False
html_show_sphinx = False
html_theme_options = {"navigation_with_keys": True}

# A signature's `bytes` is Python's, though attributes have that name.
suppress_warnings = ["ref.python"]
# What signatures name that is not ours, and has no page here.
nitpick_ignore_regex = [
    (r"py:.*", r"(collections|concurrent|os|pathlib|pandas|pd|typing)\b.*"),
    (
        r"py:.*",
        r"((typing_extensions|cnncalc\.typed)\.)?(Any|Self|Literal|override|P|N)",
    ),
    (r"py:.*", r"(Callable|Iterable|Iterator|Mapping|Sequence|PathLike|Executor)"),
    (r"py:.*", r"cnncalc\.zoo\.member\.N_co"),  # what a network of the zoo is
    (r"py:.*", r"Source"),  # two integers, which FragmentStep explains
    (r"py:.*", r"Place"),  # for each axis of a map which of its positions
    (r"py:.*", r"cnncalc\.cost\.asked\.AnyGraph"),  # what `AnyNetwork` is within
    (r"py:.*", r"cnncalc\.draw\.scene\.Scene"),  # what a picture is drawn from
    (r"py:.*", r"CellPlan"),  # what a NASNet cell joins, in nested tuples
    (r"py:.*", r"Watcher"),  # a function that hears how many of how many are done
    (r"py:.*", r"Element|Point"),  # what is drawn, and two coordinates
    (r"py:.*", r"Lot"),  # rows of a sweep that come together
    (r"py:.*", r"Taken"),  # a function from an output to the inputs of its window
    (r"py:.*", r"(cnncalc\.memory\.program\.)?Program"),  # what a file has TFLM run
    (r"py:.*", r"cnncalc\.devices\.boards\.Boards"),  # a mapping of names to devices
    (r"py:.*", r"cnncalc\.explain\.derivation\.\w+"),  # explained in prose
    (r"py:.*", r"cnncalc\.interop\.registry\.F"),  # a function that reads an operator
    (r"py:.*", r"cnncalc\.answers\.answer\.Written"),  # a method that writes
    # What an expression is made of within.
    (r"py:.*", r"(cnncalc\.symbolic\.\w+\.)?(Polynomial|Allowed|SizeSign)"),
]


class InlineDrawings(SphinxTransform):
    """Put the SVG of a cell into the page, where it has the theme's colours."""

    default_priority = 400

    def apply(self, **_: Any) -> None:
        """Replace each image that a cell made by its text."""
        for image in list(self.document.findall(nodes.image)):
            path = Path(self.app.srcdir, image["uri"].lstrip("/"))
            if "jupyter_execute" in image["uri"] and path.suffix == ".svg":
                svg = path.read_text(encoding="utf-8")
                image.replace_self(nodes.raw("", svg, format="html"))


def public(app: Sphinx, env: Any, node: Any, content: Any) -> Any:
    """Lead a name that the code uses to the page of the public name.

    A signature says ``Graph`` or ``cnncalc.network.graph.Graph``; the reference has it
    as ``cnncalc.Graph``.
    """
    if node.get("refdomain") != "py":
        return None
    last = node["reftarget"].rpartition(".")[2]
    places = {  # a public name and the one inside are one place
        (entry.docname, entry.node_id)
        for name, entry in env.get_domain("py").objects.items()
        if name.rpartition(".")[2] == last and entry.objtype in _CLASSES
    }
    if len(places) != 1:
        return None
    ((page, anchor),) = places
    source = node.get("refdoc", env.docname)
    return make_refnode(app.builder, source, page, anchor, content, last)


_CLASSES = {"class", "exception", "type"}


def with_headings(_: Sphinx, _what: str, name: str, thing: Any, *more: Any) -> None:
    """Refuse a docstring with a section of ours that is not set under its own name."""
    *_options, lines = more
    for section in _SECTIONS:
        written = re.search(f"^{section}:$", inspect.getdoc(thing) or "", re.MULTILINE)
        if written and f".. rubric:: {section}" not in lines:
            raise SphinxError(f"{name}: its section {section!r} has no such heading")


def whole_sentence(_: Sphinx, what: str, *more: Any) -> None:
    """Put together what napoleon took apart: ``this: that`` has no type."""
    *_others, lines = more
    for place, line in enumerate(lines):
        if what == "property" and line.startswith(":type: "):
            lines[0] = f"{line.removeprefix(':type: ')}: {lines[0]}"
            del lines[place]
            break


class _Loads(HTMLParser):
    """Collect what a page loads when it is read; links to click are no such thing."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            loads = name in {"src", "srcset", "poster", "data"} or (
                name == "href" and tag in {"link", "use", "image"}
            )
            if loads and value and value.startswith(("http:", "https:", "//")):
                self.found.append(f"<{tag} {name}={value}>")


def offline(app: Sphinx, error: Exception | None) -> None:
    """Refuse pages and styles that load something from the network."""
    if error or app.builder.format != "html":
        return
    faults = []
    for path in sorted(Path(app.outdir).rglob("*.*")):
        if path.suffix == ".html":
            page = _Loads()
            page.feed(path.read_text(encoding="utf-8"))
            faults += [f"{path.name}: {found}" for found in page.found]
        if path.suffix in {".html", ".css"}:
            text = path.read_text(encoding="utf-8")
            outside = re.findall(
                r"(?:url\(|@import)\s*[\"']?(?:https?:)?//[^)\s]*", text
            )
            faults += [f"{path.name}: {found}" for found in outside]
    if faults:
        raise SphinxError("pages that need the network:\n" + "\n".join(faults))


def in_its_language(
    _app: Sphinx, name: str, _template: str, context: dict[str, Any], _doctree: Any
) -> None:
    """Say which language a page is in, so that it is read and broken as such."""
    if name.startswith("zh/"):
        context["language"] = "zh"


# The pages whose cells can be changed and run, if the calculator was built.
_LIVE = ("tutorial/", "zh/")


def live(
    app: Sphinx, name: str, _template: str, context: dict[str, Any], _doctree: Any
) -> None:
    """Make the cells of a lesson live, where the calculator stands beside the pages."""
    if app.tags.has("calculator") and name.startswith(_LIVE) and "body" in context:
        place = context["pathto"]("calculator/live.js", 1)
        context["body"] += f'<script type="module" src="{place}"></script>'


def with_calculator(app: Sphinx, error: Exception | None) -> None:
    """Refuse pages that lead to a calculator which is not there."""
    place = Path(app.outdir, "calculator", "index.html")
    if not error and app.tags.has("calculator") and not place.exists():
        raise SphinxError(
            f"{place} is missing: python docs/calculator/build.py makes it"
        )


def setup(app: Sphinx) -> None:
    """Write the pages of the zoo, and add what stands above."""
    pages.write_pages(Path(app.srcdir, "zoo"))
    app.add_transform(InlineDrawings)
    app.connect("missing-reference", public)
    app.connect("autodoc-process-docstring", with_headings, priority=600)
    app.connect("autodoc-process-docstring", whole_sentence, priority=600)
    app.connect("html-page-context", in_its_language)
    app.connect("html-page-context", live)
    app.connect("build-finished", offline)
    app.connect("build-finished", with_calculator)
