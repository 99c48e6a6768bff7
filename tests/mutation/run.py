"""Mutation testing: change the code a little, and see whether a test fails.

``python tests/mutation/run.py --every 16`` makes every sixteenth of all mutants of the
rooms below, runs the tests on each in copies of the repository, those of its room first,
and prints how many were killed, how many never ended, and where the survivors are. It
needs cosmic-ray: the extra ``mutation``.

Left out are mutants that cannot change what runs: of annotations, and the removal of
decorators that only speak to type checkers.
"""

from __future__ import annotations

import argparse
import ast
import os
import shutil
import subprocess
import sys
import tempfile
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from itertools import product
from pathlib import Path

from cosmic_ray.work_db import WorkDB, use_db

HOME = Path(__file__).parents[2]
# Each room, and the tests that are most likely to fail if it is changed.
ROOMS = {
    "sizes": (
        *("shape", "sizes", "bounds", "ranks", "formula", "layers", "frameworks"),
        *("receptive_field", "columns", "polynomials", "symbolic", "backwards"),
        *("unknown", "words", "door"),
    ),
    "formula.py": ("formula", "layers"),
    "layers": (
        "layers",
        "interned",
        "formula",
        "oracle",
        "frameworks",
        "receptive_field",
        "memory",
    ),
    "graph": (
        *("lowering", "builder", "sequential", "blocks", "graph_as_part", "rows"),
        *("found", "scale", "questions", "fresh"),
    ),
    "cost": ("receptive_field", "rows", "operations"),
    "memory": ("memory",),
    "operations": ("operations",),
}
OTHERS = (
    *("shape", "sizes", "formula", "layers", "sequential", "builder", "blocks", "rows"),
    *("receptive_field", "operations", "memory", "networks", "zoo", "oracle"),
    *("frameworks", "errors", "partial", "graph_as_part", "interned", "laws", "scale"),
    *("found", "ranks", "roles", "fresh", "saving"),
)
SILENT = {"override", "final", "abstractmethod", "overload"}


def config(first: tuple[str, ...] = ()) -> str:
    """Return the configuration of cosmic-ray, with some tests run before the others."""
    modules = ", ".join(f'"cnncalc/{room}"' for room in ROOMS)
    names = dict.fromkeys((*first, *OTHERS))
    tests = [f"tests/test_{name}.py" for name in names]
    command = [sys.executable, "-m", "pytest", "-x", "-q", "--no-cov", *tests]
    return f"""
[cosmic-ray]
module-path = [{modules}]
timeout = 240.0
excluded-modules = []
test-command = "{" ".join(command)}"
[cosmic-ray.distributor]
name = "local"
"""


class Silent(ast.NodeVisitor):
    """Where in a module the code is that only type checkers read."""

    def __init__(self, path: Path) -> None:
        self.spans: list[tuple[tuple[int, int], tuple[int, int]]] = []
        self.visit(ast.parse(path.read_text(encoding="utf-8")))

    def _note(self, node: ast.expr | None) -> None:
        if node is not None:
            end = (node.end_lineno or 0, node.end_col_offset or 0)
            self.spans.append(((node.lineno, node.col_offset), end))

    def visit_arg(self, node: ast.arg) -> None:
        self._note(node.annotation)

    def visit_AnnAssign(self, node: ast.AnnAssign) -> None:
        self._note(node.annotation)
        if isinstance(node.annotation, ast.Name) and node.annotation.id == "TypeAlias":
            self._note(node.value)
        self.generic_visit(node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> None:
        self._note(node.returns)
        for decorator in node.decorator_list:
            self._decorator(decorator)
        self.generic_visit(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        for decorator in node.decorator_list:
            self._decorator(decorator)
        self.generic_visit(node)

    def _decorator(self, node: ast.expr) -> None:
        if isinstance(node, ast.Name) and node.id in SILENT:
            start = (node.lineno, node.col_offset - 1)
            self.spans.append((start, (node.lineno, 10_000)))

    def holds(self, place: tuple[int, int]) -> bool:
        """Tell whether a place is in such code."""
        return any(start <= place < end for start, end in self.spans)


def mutants(folder: Path, rooms: list[str], every: int, first: int) -> list:
    """Return a fixed part of all mutants of some rooms, in the order of the code."""
    (folder / "cr.toml").write_text(config(), encoding="utf-8")
    command = [
        shutil.which("cosmic-ray", path=_path()),
        "init",
        "cr.toml",
        "all.sqlite",
    ]
    subprocess.run(command, cwd=folder, check=True)
    with use_db(str(folder / "all.sqlite"), WorkDB.Mode.open) as db:
        items = list(db.work_items)
    silent: dict[str, Silent] = {}
    kept = []
    for item in items:
        (mutation,) = item.mutations
        name = str(mutation.module_path)
        spans = silent.setdefault(name, Silent(folder / name))
        if room_of(item) in rooms and not spans.holds(tuple(mutation.start_pos)):
            where = (name, *mutation.start_pos, mutation.operator_name)
            kept.append(
                ((*where, mutation.occurrence, str(mutation.operator_args)), item)
            )
    kept.sort(key=lambda pair: pair[0])
    print(f"{len(items)} mutants, {len(kept)} of code that runs", flush=True)
    return [item for _, item in kept[first::every]]


def _path() -> str:
    return os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])


def copied(folder: Path) -> Path:
    """Copy the repository, without what tools left in it."""
    ignore = shutil.ignore_patterns(".*", "__pycache__", "build", "dist")
    shutil.copytree(HOME, folder, ignore=ignore)
    return folder


def main() -> None:
    """Run the mutants, and print what became of them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--every", type=int, default=16)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--rooms", default=",".join(ROOMS), help="separated by commas")
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folders = [copied(Path(name) / str(n)) for n in range(options.workers)]
        rooms = options.rooms.split(",")
        items = mutants(folders[0], rooms, options.every, options.first)
        print(f"{len(items)} are run", flush=True)
        with ThreadPoolExecutor(options.workers) as pool:
            shares = [
                items[number :: options.workers] for number in range(len(folders))
            ]
            list(pool.map(run, folders, shares))
        report(folders)


def run(folder: Path, items: list) -> None:
    """Run some mutants in a copy, room by room."""
    environment = {
        **os.environ,
        "PYTHONPATH": str(folder),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HYPOTHESIS_PROFILE": "quick",
    }
    for room, first in ROOMS.items():
        mine = [item for item in items if room_of(item) == room]
        (folder / "cr.toml").write_text(config(first), encoding="utf-8")
        with use_db(str(folder / f"{room}.sqlite"), WorkDB.Mode.create) as db:
            db.add_work_items(mine)
        cosmic_ray = shutil.which("cosmic-ray", path=_path())
        command = [cosmic_ray, "exec", "cr.toml", f"{room}.sqlite"]
        subprocess.run(command, cwd=folder, env=environment, check=True)
        print(f"{folder.name}: {room} is done", flush=True)


def room_of(item) -> str:
    """Return the room of a mutant."""
    return str(item.mutations[0].module_path).split("/")[1]


def report(folders: list[Path]) -> None:
    """Print how many mutants were killed, by room, and where the others are.

    One that did not end in time was not seen to fail a test: it is told apart.
    """
    counts = {room: Counter() for room in ROOMS}
    places = []
    for folder, room in product(folders, ROOMS):
        with use_db(str(folder / f"{room}.sqlite"), WorkDB.Mode.open) as db:
            results = dict(db.results)
            for item in db.work_items:
                (mutation,) = item.mutations
                result = results[item.job_id]
                outcome = result.test_outcome.value if result.test_outcome else "?"
                if result.output == "timeout":
                    outcome = "endless"
                counts[room][outcome] += 1
                if outcome != "killed":
                    row, column = mutation.start_pos
                    places.append(
                        f"{outcome}: {mutation.module_path}:{row}:{column} "
                        f"{mutation.operator_name} {mutation.occurrence} "
                        f"{mutation.operator_args}"
                    )
    for room, count in [*counts.items(), ("all", sum(counts.values(), Counter()))]:
        killed, every = count["killed"], max(count.total(), 1)
        print(f"{room:12}{killed:6} of {every:6} killed ({100 * killed / every:.1f} %)")
    print("\n".join(sorted(places)))


if __name__ == "__main__":
    main()
