"""The house: imports run downward, no dispatch on kinds, every test has a sentence."""

import ast
import importlib
import inspect
import os
import pkgutil
import re
import subprocess
import sys
import zipfile
from functools import cache
from pathlib import Path

import pytest

import cnncalc
from cnncalc._lazy import getter
from cnncalc.errors import MissingNameError
from cnncalc.layers import base

HOME = Path(cnncalc.__file__).parent
TESTS = Path(__file__).parent

# Each room may import itself and what stands above it.
ROOMS = [
    "_typing",
    "_lazy",
    "cache",
    "errors",
    "checks",
    "words",
    "refusals",
    "door",
    "sizes",
    "formula",
    "answers",
    "layers",
    "graph",
    "blocks",
    "cost",
    "memory",
    "operations",
    "symbolic",
    "devices",
    "report",
    "explain",
    "draw",
    "page",
    "network",
    "saving",
    "budget",
    "sweeping",
    "zoo",
    "interop",
    "",  # the package itself, which offers the names
    "cli",
    "__main__",
]

MODULES = sorted(HOME.rglob("*.py"))


@cache
def read(path):
    """Return the tree of a file, which nobody changes."""
    return ast.parse(path.read_text(encoding="utf-8"))


@cache
def nodes(path):
    """Return all nodes of a file."""
    return tuple(ast.walk(read(path)))


def room(module):
    """Return the room of a dotted module name."""
    return module.split(".")[1] if "." in module else ""


def imported(nodes):
    """Yield line and dotted name of each import among nodes."""
    for node in nodes:
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            for alias in node.names:
                yield node.lineno, f"{node.module}.{alias.name}"


def dotted(path):
    parts = path.relative_to(HOME.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


@pytest.mark.parametrize("path", MODULES, ids=dotted)
def test_imports_run_downward(path):
    """A room imports only what stands above it in the list."""
    here = ROOMS.index(room(dotted(path)))
    for line, name in imported(nodes(path)):
        if name.split(".")[0] == "cnncalc" and dotted(path) != "cnncalc":
            there = room(name)
            there = there if there in ROOMS else ""
            assert ROOMS.index(there) <= here, f"{path}:{line} imports {name}"


def run_time_imports(nodes):
    """Yield the names of imports that are run: within functions too, not for types."""
    skipped = {
        id(inner)
        for node in nodes
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.dump(node.test)
        for statement in node.body
        for inner in ast.walk(statement)
    }
    for node in nodes:
        if isinstance(node, (ast.Import, ast.ImportFrom)) and id(node) not in skipped:
            yield from (name for _, name in imported([node]))


def circles(graph):
    """Return the sets of modules each of which leads to all others of its set."""
    reached = {}
    for start in graph:
        seen, left = set(), [start]
        while left:
            new = graph[left.pop()] - seen
            seen |= new
            left += new
        reached[start] = seen
    return {
        tuple(sorted({a, *(b for b in reached[a] if a in reached[b])}))
        for a in graph
        if a in reached[a]
    }


NAMES = {dotted(path) for path in MODULES}


@cache
def asked_by(path):
    """Return the modules that a file imports, or imports something of."""
    found = run_time_imports(nodes(path))
    return NAMES & {
        name if name in NAMES else name.rpartition(".")[0] for name in found
    }


def test_no_import_runs_in_a_circle():
    """Data below, writers beside, faces above: no module leads back to itself."""
    graph = {dotted(path): asked_by(path) for path in MODULES}

    assert set() == circles(graph)


def test_circles_are_found():
    """The search finds a circle behind a way in, and one module that leads to itself."""
    graph = {"a": {"b"}, "b": {"c"}, "c": {"b", "d"}, "d": set(), "e": {"e"}}
    code = """
import cnncalc.a
if TYPE_CHECKING:
    import cnncalc.b
def later():
    from cnncalc.c import d
"""

    assert {("b", "c"), ("e",)} == circles(graph)
    assert ["cnncalc.a", "cnncalc.c.d"] == list(
        run_time_imports([*ast.walk(ast.parse(code))])
    )


@pytest.mark.parametrize("path", MODULES, ids=dotted)
def test_data_asks_no_renderer(path):
    """Renderers are asked for by faces and by each other: not by what is rendered."""
    faces = {
        "cnncalc.answers.answer",
        "cnncalc.draw.drawing",
        "cnncalc.explain.explanation",
    }
    module = dotted(path)
    above = module in faces or room(module) in {"cli", "page", "zoo"}

    assert above or is_renderer(module) or not any(map(is_renderer, asked_by(path)))


def is_renderer(module):
    """Tell whether a module writes one format."""
    return ".render" in module or module.rpartition(".")[2].startswith("as_")


KINDS = {
    name
    for name, kind in ((name, getattr(cnncalc, name)) for name in cnncalc.__all__)
    if isinstance(kind, type) and issubclass(kind, base.Layer)
} - {"Layer", "Join", "Input"}


@pytest.mark.parametrize("path", MODULES, ids=dotted)
def test_no_dispatch_on_layer_classes(path):
    """Outside layers/, nothing asks which class a layer is."""
    if room(dotted(path)) == "layers":
        return
    for node in nodes(path):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "isinstance":
            names = {n.id for n in ast.walk(node.args[1]) if isinstance(n, ast.Name)}
            assert not names & KINDS, f"{path}:{node.lineno}"


def documented(node):
    """Return how many lines the documentation of a node takes."""
    if not ast.get_docstring(node):
        return 0
    return node.body[0].end_lineno - node.body[0].lineno + 1


@pytest.mark.parametrize("path", MODULES, ids=dotted)
def test_files_and_functions_stay_short(path):
    """A file has 300 lines at most and a function 40, without documentation."""
    text = path.read_text(encoding="utf-8")
    parts = nodes(path)
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef)
    docs = sum(documented(node) for node in parts if isinstance(node, kinds))
    long = [
        node.name
        for node in parts
        if isinstance(node, ast.FunctionDef)
        and node.end_lineno - node.lineno + 1 - documented(node) > 40
    ]

    assert [] == long
    assert len(text.splitlines()) - docs <= 300


@pytest.mark.parametrize("path", MODULES, ids=dotted)
def test_documentation_names_what_it_is_about(path):
    """It begins with a noun: "The output of ...", not "What ..." or "How ..."."""
    kinds = (ast.Module, ast.ClassDef, ast.FunctionDef)
    texts = [
        ast.get_docstring(node) or "" for node in nodes(path) if isinstance(node, kinds)
    ]

    assert [] == [text for text in texts if text.startswith(QUESTION_WORDS)]


QUESTION_WORDS = ("What ", "Which ", "How ", "Where ", "When ", "Who ", "Why ", "That ")


@pytest.mark.parametrize("path", sorted(TESTS.rglob("test_*.py")), ids=lambda p: p.stem)
def test_every_test_has_a_sentence(path):
    """Each test says in one sentence what it specifies."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef) and node.name.startswith("test_"):
            assert (ast.get_docstring(node) or "").endswith("."), node.name


# What is called alike in several modules, and means the same in each.
READER = re.compile(r"cnncalc\.interop\.(onnx|torch|keras|tflite|yolo)\.")
TWINS = {
    "paddings": "the facts of a field, and the question which of them lead to a size",
    "render": "each format writes a report or an explanation",
    "escaped": "each format escapes what means something in it",
    **dict.fromkeys(
        (
            *("claims", "compare", "diff", "draw", "explain", "summary", "sweep"),
            *(
                "lint",
                "memory",
                "reconcile",
                "region",
                "symbolic",
                "fit",
                "windows",
                "check",
                "report",
            ),
        ),
        "the command asks the question of that name",
    ),
    **dict.fromkeys(
        (
            "Constant",
            "Source",
            "Value",
            "attended",
            "normalised",
            "product",
            "reduced",
        ),
        "of another tool's model, beside the house's own",
    ),
    "Table": "that of a report is in the documentation of 0.1; the other is the graph's",
}


def offered(path):
    """Return the names that a module defines, and offers in its `__all__`."""
    defined, named = set(), set()
    for node in read(path).body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            defined.add(node.name)
        targets = getattr(node, "targets", [getattr(node, "target", None)])
        for target in targets:
            if isinstance(target, ast.Name):
                defined.add(target.id)
                if target.id == "__all__" and isinstance(node.value, ast.List):
                    named |= set(ast.literal_eval(node.value))
    return defined & named


def test_a_name_has_one_meaning():
    """No two modules offer different things by one name."""
    homes = {}
    for path in MODULES:
        # What a reader offers stays within it: each has nodes, tables and schemas.
        for name in () if READER.match(dotted(path)) else offered(path):
            homes.setdefault(name, []).append(dotted(path))
    several = {name: places for name, places in homes.items() if len(places) > 1}

    assert set() == several.keys() - TWINS.keys(), several
    assert set() == TWINS.keys() - several.keys()


def test_every_public_name_is_there_and_documented():
    """What __all__ names exists, and every class says what it is."""
    for name in cnncalc.__all__:
        assert getattr(cnncalc, name).__doc__, name


def test_every_module_names_what_it_offers():
    """Each module's __all__ names things that it has."""
    for info in pkgutil.walk_packages([str(HOME)], "cnncalc."):
        if info.name != "cnncalc.__main__":
            module = importlib.import_module(info.name)
            for name in getattr(module, "__all__", []):
                assert hasattr(module, name), f"{info.name}.{name}"


@pytest.mark.parametrize("package", ["cnncalc", "cnncalc.layers", "cnncalc.blocks"])
def test_type_checkers_are_told_of_every_name(package):
    """What checkers read of a package's names is what it offers at run time."""
    module = importlib.import_module(package)
    tree = ast.parse(Path(module.__file__).read_text(encoding="utf-8"))
    told = []
    for node in ast.walk(tree):
        for alias in node.names if isinstance(node, ast.ImportFrom) else ():
            if alias.name == "*":
                told += importlib.import_module(node.module).__all__
            elif alias.asname == alias.name:
                told.append(alias.name)

    assert len(told) >= 20
    assert sorted(told) == sorted(module.__all__)


def test_layers_document_themselves_in_one_order():
    """Every kind tells its shape, counting, errors, source and an example."""
    for name in cnncalc.__all__:
        kind = getattr(cnncalc, name)
        if isinstance(kind, type) and issubclass(kind, base.Layer):
            if name in {"Layer", "Join"}:
                continue
            sections = ["Args:", "Shape:", "Counting:", "Source:", "Example:"]
            text = inspect.getdoc(kind)  # without the indentation, as 3.13 keeps it
            places = [text.find(f"\n{section}") for section in sections]
            assert -1 not in places, (name, sections[places.index(-1)])
            assert sorted(places) == places, name


def test_import_stays_light():
    """Importing the package loads no room of it, and neither of what it needs."""
    code = "import sys, cnncalc; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    ours = {name for name in loaded if name.startswith("cnncalc")}

    assert {"cnncalc", "cnncalc._lazy", "cnncalc.layers"} == ours
    assert not {"attr", "attrs", "typing_extensions"} & set(loaded)


@pytest.mark.parametrize(
    "name",
    [
        *("blocks.Chain", "checks.integer", "errors.ShapeError", "formula.Formula"),
        *("graph.Block", "layers.Conv2d", "network.Graph", "report", "sizes"),
        *("graph.making.Making", "layers.base.Layer", "sizes.shape.Shape", "door"),
    ],
)
def test_rooms_are_found_by_dotted_names(name):
    """What stands in a room is found through the package, which alone is imported."""
    room = name.partition(".")[0]
    code = f"import cnncalc; print(cnncalc.{name}); from cnncalc import {room}"
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert name.rpartition(".")[2] in done.stdout
    assert room not in cnncalc.__all__


def test_rooms_are_suggested_to_nobody():
    """What is written wrong is told of classes and functions."""
    for wrong, right in (("GRAPH", "cnncalc.Graph"), ("Networks", "cnncalc.Network")):
        with pytest.raises(MissingNameError, match=rf"{right}\b"):
            getattr(cnncalc, wrong)
    for module in (cnncalc.graph, cnncalc.sizes, cnncalc.formula):
        with pytest.raises(MissingNameError):
            _ = module.making_of_none
        assert not hasattr(module, "making.Making")


def test_a_network_loads_what_it_is_made_of():
    """Making a network loads no zoo, no renderer and no command line."""
    code = (
        "import sys; from cnncalc import Sequential; Sequential(8).fc(4); "
        "print(*(m for m in sys.modules if m.startswith('cnncalc')))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()

    assert "cnncalc.network.sequential" in loaded
    for heavy in ("cnncalc.zoo", "cnncalc.cli", "cnncalc.report.render"):
        assert heavy not in loaded


def test_a_command_loads_what_it_runs():
    """A summary in a shell loads neither the gate nor what else other commands need."""
    code = (
        "import sys; from cnncalc.cli import main; main(['summary', 'lenet']); "
        "print(*(m for m in sys.modules if m.startswith('cnncalc')))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()

    assert "cnncalc.report.summary" in loaded
    rooms = {name.split(".")[1] for name in loaded if "." in name}
    heavy = {"budget", "devices", "interop", "operations", "saving", "sweeping"}
    assert not rooms & heavy


FROM_A_ZIP = """
from cnncalc import CnncalcError, compare, from_json, zoo
net = zoo.lenet()
try:
    net.cnv(3, 4)
except CnncalcError as error:
    assert "conv" in str(error), error
net.report(), net.summary().to_html(), net.summary().to_json(), net.draw().to_svg()
from_json(net.to_json()), net.fits("arduino-nano-33-ble"), zoo.claims("lenet5")
compare(net, zoo.alexnet(), language="zh").report()
"""


def test_the_package_runs_from_a_zip_file(tmp_path):
    """What it reads of its own is found there too: words, schemas, scripts, boards."""
    packed = tmp_path / "cnncalc.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        for path in HOME.rglob("*.*"):
            if "__pycache__" not in path.parts:
                archive.write(path, path.relative_to(HOME.parent))
    ran = subprocess.run(
        [sys.executable, "-c", FROM_A_ZIP],
        env={**os.environ, "PYTHONPATH": str(packed)},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=False,
    )

    assert "" == ran.stderr


def test_there_is_no_other_attribute():
    """A name that the package does not have is an AttributeError."""
    with pytest.raises(AttributeError, match="cnncalc has no nothing"):
        cnncalc.nothing


def test_dir_has_every_public_name():
    """What an editor or a shell completes has all public names."""
    assert set(cnncalc.__all__) <= set(dir(cnncalc))
    assert "__version__" in dir(cnncalc)


def test_a_module_comes_when_it_is_asked_for():
    """A module of the package is an attribute, imported when it is asked for."""
    assert cnncalc.zoo is getter("cnncalc", {"": "zoo"})("zoo")
