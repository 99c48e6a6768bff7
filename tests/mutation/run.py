"""Mutation testing: change the code a little, and see whether a test fails.

``python tests/mutation/run.py --every 16`` makes every sixteenth of all mutants of the
rooms below, runs the tests on each in copies of the repository, and prints how many
were killed, and where the survivors are. It needs cosmic-ray: the extra ``mutation``.

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
from pathlib import Path

from cosmic_ray.work_db import WorkDB, use_db

HOME = Path(__file__).parents[2]
ROOMS = ["shape.py", "formula.py", "layers", "graph", "analysis"]
TESTS = [
    *("shape", "formula", "layers", "sequential", "builder", "blocks", "rows"),
    *("receptive_field", "operations", "memory", "networks", "zoo", "oracle"),
    *("frameworks", "errors", "partial", "scale", "graph_as_part", "laws"),
]
SILENT = {"override", "final", "abstractmethod", "overload"}


def config() -> str:
    """Return the configuration of cosmic-ray."""
    modules = ", ".join(f'"cnncalc/{room}"' for room in ROOMS)
    tests = [f"tests/test_{name}.py" for name in TESTS]
    tests = [path for path in tests if (HOME / path).exists()]
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


def mutants(folder: Path, every: int, first: int) -> list:
    """Return a fixed part of all mutants, in the order of the code."""
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
        if not spans.holds(tuple(mutation.start_pos)):
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
    parser.add_argument("--workers", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folders = [copied(Path(name) / str(n)) for n in range(options.workers)]
        items = mutants(folders[0], options.every, options.first)
        print(f"{len(items)} are run", flush=True)
        running = [
            start(folder, items[number :: options.workers])
            for number, folder in enumerate(folders)
        ]
        for process in running:
            process.wait()
        report(folders)


def start(folder: Path, items: list) -> subprocess.Popen:
    """Begin to run some mutants in a copy."""
    (folder / "cr.toml").write_text(config(), encoding="utf-8")
    with use_db(str(folder / "part.sqlite"), WorkDB.Mode.create) as db:
        db.add_work_items(items)
    environment = {
        **os.environ,
        "PYTHONPATH": str(folder),
        "PYTHONDONTWRITEBYTECODE": "1",
        "HYPOTHESIS_PROFILE": "quick",
    }
    command = [
        shutil.which("cosmic-ray", path=_path()),
        "exec",
        "cr.toml",
        "part.sqlite",
    ]
    return subprocess.Popen(command, cwd=folder, env=environment)


def report(folders: list[Path]) -> None:
    """Print how many mutants were killed, by room, and where the others are."""
    killed: Counter[str] = Counter()
    run: Counter[str] = Counter()
    survivors = []
    for folder in folders:
        with use_db(str(folder / "part.sqlite"), WorkDB.Mode.open) as db:
            results = dict(db.results)
            for item in db.work_items:
                (mutation,) = item.mutations
                path = str(mutation.module_path)
                room = path.split("/")[1]
                outcome = results[item.job_id].test_outcome
                run[room] += 1
                if outcome is not None and outcome.value != "survived":
                    killed[room] += 1
                else:
                    row, column = mutation.start_pos
                    survivors.append(
                        f"{path}:{row}:{column} {mutation.operator_name} "
                        f"{mutation.occurrence} {mutation.operator_args}"
                    )
    for room in run:
        print(f"{room:12}{killed[room]:6} of {run[room]:6} killed")
    total = sum(run.values())
    print(f"{'all':12}{sum(killed.values()):6} of {total:6} killed", end="")
    print(f" ({100 * sum(killed.values()) / total:.1f} %)")
    print("\n".join(sorted(survivors)))


if __name__ == "__main__":
    main()
