"""README, changelog and the page for contributors say what the code says."""

import builtins
import re
from pathlib import Path

from test_house import HOME, ROOMS

import cnncalc
from cnncalc import from_tflite, zoo
from cnncalc.cli.known import COMMANDS

ROOT = Path(__file__).parent.parent
PAGE = (ROOT / "docs" / "contributing.md").read_text(encoding="utf-8")
CHANGELOG = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
README = (ROOT / "README.md").read_text(encoding="utf-8")


def section(title):
    """Return the text below a heading."""
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def commands(text):
    return re.findall(r"^\$ (.*)$", text, re.MULTILINE)


def test_the_rooms_are_those_of_the_house():
    """The page lists the rooms that the imports are held to, in their order."""
    rows = re.findall(
        r"^\| `(\w+)` \| .", section("The rooms of the house"), re.MULTILINE
    )

    assert ROOMS == ["" if room == "cnncalc" else room for room in rows]


def test_every_room_is_there():
    """A room is a directory or a file of the package, if it is not said to come."""
    for room in ROOMS:
        told = f"| `{room}` | other tools' models, in and out; not there yet |"
        there = (HOME / room).is_dir() or (HOME / f"{room}.py").is_file()
        assert there is not (told in PAGE), room


def test_linting_and_building_are_what_the_gate_does():
    """Who runs these commands has run what `.ci/run` will."""
    gate = (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines()

    assert len(commands(section("Lint"))) >= 4
    for command in commands(section("Lint")):
        assert command in gate
    wheel, install, pages, *_ = commands(section("Build"))
    assert any(line.startswith(f"{wheel} ") for line in gate)
    assert install.replace("-e", "--quiet") in gate
    assert pages in gate


def test_the_test_command_is_that_of_the_readme():
    """Both pages test with the same command, once it is installed; CI covers, too."""
    command, covered = commands(section("Test"))

    assert f'$ python -m pip install -e ".[test]" && {command}\n' in README
    assert set(command.split()) | {"--cov"} == set(covered.split())


def test_files_that_are_named_are_there():
    """A path on the page leads to a file, but for those that are only an example."""
    named = set(re.findall(r"`((?:cnncalc|tests|docs|\.ci)/[^` ]*)`", PAGE))
    missing = {path for path in named if not (ROOT / path).exists()}

    assert {"cnncalc/report/render/as_asciidoc.py"} == missing


def test_the_picture_in_the_readme_is_up_to_date():
    """The picture is what the network in the table below it draws of itself."""
    (path,) = re.findall(r"!\[[^]]+\]\((docs/\S+\.svg)\)", README)
    saved = (ROOT / path).read_text(encoding="utf-8")

    assert zoo.lenet().draw().to_svg().splitlines() == saved.splitlines()


def test_links_in_the_readme_lead_somewhere():
    """Every page that the README links to is there."""
    links = re.findall(r"\]\(((?!https?:)[^)#]+)", README)

    assert len(links) > 5
    for link in links:
        assert (ROOT / link).exists(), link


def test_the_changelog_has_this_version_first():
    """The newest version in the changelog is the one that the package has."""
    versions = re.findall(
        r"^## \[(\d[^]]*)\] - \d{4}-\d\d-\d\d$", CHANGELOG, re.MULTILINE
    )

    assert cnncalc.__version__ == versions[0]


def test_names_in_the_changelog_are_there():
    """What the changelog says that there is, can be had."""
    chain, graph = zoo.lenet(), from_tflite(ROOT / "tests/data/tflite/n11_i8.tflite")
    there = {*dir(type(chain)), *dir(type(graph))}
    questions = set(re.findall(r"`net\.(\w+)", CHANGELOG))
    names = set(re.findall(r"`(?:cnncalc\.)?([A-Z]\w+)`", CHANGELOG))
    methods = set(re.findall(r"`\.(\w+)`", CHANGELOG))
    old = re.search(r"`cnncalc (\w+)`, (.*?) for a network", CHANGELOG, re.DOTALL)
    new = re.search(r"the commands (.*?);", CHANGELOG, re.DOTALL)
    commands = [old[1], *re.findall(r"`(\w+)`", old[2] + new[1])]

    assert not (questions | methods) - there
    assert names - {*dir(builtins)} <= set(cnncalc.__all__)
    assert len(questions) > 20
    assert sorted(COMMANDS) == sorted(commands)


def test_the_number_of_networks_is_right():
    """Where a page says how many networks there are, there are so many."""
    why = (ROOT / "docs" / "why.md").read_text(encoding="utf-8")
    count = len(zoo.names())

    assert f"list` names all {count}, " in README
    assert f"{count} networks, and [errata]" in README
    assert f"`cnncalc.zoo`: {count} networks, " in CHANGELOG
    assert f"| {count}, with their papers' claims | " in why
