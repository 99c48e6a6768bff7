"""The pages of the zoo: all networks are there, and the code on them runs."""

import doctest
import re
from functools import cache
from pathlib import Path

import pytest

from cnncalc import zoo
from cnncalc.zoo.pages import family_page, index_page, pages, write_pages

DOCS = Path(__file__).parent.parent / "docs"
FAMILIES = sorted(
    path.stem
    for path in Path(zoo.__file__).parent.glob("families/*.py")
    if path.stem != "__init__"
)
# Chains, graphs, groups that fold, one network and several, claims and none: what takes
# long is asked of these.
SOME = ["lenet", "alexnet", "googlenet", "densenet", "nasnet", "unet"]
SOURCE = re.compile(r"```python\n(\"\"\".*?)```", re.DOTALL)


def test_the_overview_is_up_to_date():
    """The overview leads to each family, and is what the networks give today."""
    index = index_page()
    listed = re.findall(r"^(\w+) <\1>$", index, re.MULTILINE)

    assert (DOCS / "zoo" / "index.md").read_text(encoding="utf-8") == index
    assert FAMILIES == sorted(listed)
    assert zoo.names() == re.findall(r"^\| (\w+) +\| \d", index, re.MULTILINE)


@cache
def page_of(family):
    return family_page(family)


@pytest.fixture(params=SOME)
def page(request):
    return page_of(request.param)


def sections(page):
    """Return the part of a page on each network, by name."""
    _, *rest = re.split(r"^## (\w+)\n", page, flags=re.MULTILINE)
    return dict(zip(rest[::2], rest[1::2], strict=True))


@pytest.mark.no_cover
def test_a_page_shows_each_network(page):
    """A network has a drawing, a table with its totals, and what is printed of it."""
    for name, section in sections(page).items():
        member = getattr(zoo, name)
        assert section.strip().startswith(member.about)
        assert 1 == section.count("<svg ")
        assert 1 == section.count("\n- Total params: ")
        for claim in member.claims:
            line = next(
                line
                for line in section.splitlines()
                if line.startswith(f"| {claim.of} ")
                and f" {claim.measure} " in line
                and f" {claim.says} " in line
            )
            assert claim.source in line.replace("&amp;", "&")


def test_pictures_are_blocks_of_markup(page):
    """No blank line ends a picture early, which Markdown would take for its end."""
    for start in re.finditer("<div style=", page):
        block = page[start.start() :].partition("\n\n")[0]
        assert block.rstrip().endswith("</div>")


@pytest.mark.parametrize(
    "family",
    [
        pytest.param(family, marks=() if family in SOME else pytest.mark.no_cover)
        for family in FAMILIES
    ],
)
def test_the_code_of_a_page_runs(family):
    """The call that builds a network gives the numbers that are shown below it."""
    page = page_of(family)
    test = doctest.DocTestParser().get_doctest(page, {}, "page", None, 0)
    outcome = doctest.DocTestRunner().run(test)

    assert 4 * len(sections(page)) == outcome.attempted
    assert 0 == outcome.failed


@pytest.mark.no_cover
def test_the_source_on_a_page_is_the_network(page):
    """What is shown layer by layer leaves an equal network."""
    for name, section in sections(page).items():
        for source in SOURCE.findall(section):
            scope = {}
            exec(source, scope)
            assert zoo.build(name) == scope["net"]


def test_small_networks_show_their_source():
    """LeNet's seven layers are written out; NASNet's thousand lines are not."""
    assert 3 == len(SOURCE.findall(page_of("lenet")))
    assert not SOURCE.findall(page_of("nasnet"))


def test_tables_are_folded_to_what_can_be_read():
    """A table opens groups while it has at most 60 lines."""
    section = sections(page_of("densenet"))["densenet201"]
    lines = [line for line in section.splitlines() if line.startswith("| ")]

    # The stem, four blocks with a transition of one line after three of them, the
    # last norm, and the classifier: DenseNet's table 1, folded to its blocks.
    assert "| layer " == lines[0][:8]
    assert any(line.startswith("| denseblock4 ") for line in lines)
    assert len(lines) < 60


def test_addresses_are_links():
    """The papers of a family can be opened, without the full stop behind them."""
    assert "<http://yann.lecun.com/exdb/publis/pdf/lecun-98.pdf>" in page_of("lenet")
    assert "<https://arxiv.org/abs/1409.4842>.\n" in page_of("googlenet")


def test_pages_that_are_right_are_left_alone(tmp_path, monkeypatch):
    """A page is written if it is not there, or is another one."""
    some = {"index.md": "# The zoo\n", "vgg.md": "# VGG\n", "new.md": "# New\n"}
    monkeypatch.setattr("cnncalc.zoo.pages.pages", some.items)
    home = tmp_path / "docs" / "zoo"
    home.mkdir(parents=True)
    (home / "index.md").write_text(some["index.md"], encoding="utf-8")
    (home / "vgg.md").write_text("old", encoding="utf-8")
    (home / "index.md").chmod(0o444)
    before = (home / "index.md").stat().st_mtime_ns

    write_pages(home)

    assert some == {path.name: path.read_text("utf-8") for path in home.iterdir()}
    assert before == (home / "index.md").stat().st_mtime_ns


def test_all_pages_come_with_their_names(monkeypatch):
    """The overview comes last, and is called as a web server expects."""
    monkeypatch.setattr("cnncalc.zoo.pages.family_page", "page of {}".format)
    monkeypatch.setattr("cnncalc.zoo.pages.index_page", lambda: "all")
    every = dict(pages())

    assert "index.md" == list(every)[-1]
    assert "page of vgg" == every["vgg.md"]
    assert len(FAMILIES) + 1 == len(every)
