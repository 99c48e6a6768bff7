"""The documentation: what it says that a command prints, the command prints."""

import re
import shlex
from pathlib import Path

import pytest

from cnncalc.cli import main

ROOT = Path(__file__).parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def commands():
    """Yield each command of ours in a console block that shows its output."""
    for page in PAGES:
        for block in re.findall(
            r"```console\n(.*?)```", page.read_text("utf-8"), re.DOTALL
        ):
            for command in re.split(r"^\$ ", block, flags=re.MULTILINE)[1:]:
                line, _, output = command.partition("\n")
                if line.startswith("cnncalc ") and output.strip():
                    yield pytest.param(line, output, id=f"{page.stem}: {line}")


@pytest.mark.parametrize(("line", "output"), list(commands()))
def test_commands_print_what_the_page_shows(line, output, capsys, monkeypatch):
    """A command in the documentation prints just what is shown below it."""
    monkeypatch.setenv("COLUMNS", "120")
    main(shlex.split(line)[1:])

    assert output.strip() == capsys.readouterr().out.strip()
