"""The documentation: what it says that something gives, it gives.

Examples with ``>>>`` are run by pytest's own doctests. Here stands what these do not
see: cells, commands, numbers in sentences, and whether the reference is complete.
"""

import ast
import contextlib
import io
import re
import runpy
import shlex
import tempfile
from pathlib import Path

import pytest

import cnncalc
from cnncalc.cli import main
from cnncalc.cli.parser import parser
from cnncalc.operations.conventions import CONVENTIONS

ROOT = Path(__file__).parent.parent
DOCS = ROOT / "docs"

# The pages of the zoo but its overview are written when the documentation is built.
PAGES = [
    ROOT / "README.md",
    *(
        page
        for page in sorted(DOCS.rglob("*.md"))
        if page.parent != DOCS / "zoo" or page.stem == "index"
    ),
]

# A comment before a block, if it has one, what the block is in, and what is in it.
BLOCK = re.compile(
    r"(?:^<!-- (not run: .+) -->\n+)?"
    r"^(?P<fence>[`~:]{3,}) *(?P<word>\{?[\w-]+\}?) *(?P<more>[^\n]*)\n(?P<text>.*?)"
    r"^(?P=fence)$",
    re.DOTALL | re.MULTILINE,
)

# What stands above the code of a cell.
OPTIONS = re.compile(r"\A(?:---\n.*?^---\n|(?::[^\n]*\n)+)", re.DOTALL | re.MULTILINE)


def read(page):
    return page.read_text(encoding="utf-8")


def name(page):
    return page.relative_to(ROOT).as_posix()


def blocks(text):
    """Yield language, text and mark of each block, of those in other blocks too."""
    for match in BLOCK.finditer(text):
        word, more = match["word"], match["more"]
        language = more if word in {"{code-block}", "{code}", "{sourcecode}"} else word
        yield language.strip(), match["text"], match[1]
        yield from blocks(match["text"])


def commands():
    """Yield each command of ours in a console block, with what is shown below it."""
    for page in PAGES:
        for language, text, mark in blocks(read(page)):
            if language == "console" and not mark:
                for command in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
                    line, _, output = command.partition("\n")
                    if line.startswith("cnncalc "):
                        yield pytest.param(line, output, id=f"{name(page)}: {line}")


@pytest.mark.parametrize(("line", "output"), list(commands()))
def test_commands_print_what_the_page_shows(
    line, output, capsys, monkeypatch, tmp_path
):
    """A command in the documentation works, and prints what is shown below it."""
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.chdir(tmp_path)
    code = main(shlex.split(line)[1:])

    assert code == 0
    assert output.strip() in {"", capsys.readouterr().out.strip()}


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_every_block_of_python_is_run(page):
    """Python in a page is an example with prompts, or a cell, or says why not."""
    cells = "file_format: mystnb" in read(page).partition("\n# ")[0]
    for language, text, mark in blocks(read(page)):
        if language == "{code-cell}":
            assert cells, f"cells are run in pages of file_format: mystnb\n{text}"
        elif language.lower() in {"python", "python3", "py", "pycon", "ipython"}:
            assert ">>> " in text or mark, f"this is not run:\n{text}"


def test_blocks_are_found():
    """Blocks are told apart by their fences, those within others are found too."""
    text = """\
```python
1
```

<!-- not run: it takes a day -->
````{code-block} python
2
````

:::{note}
```{code-cell}
3
```
:::
"""
    found = [(language, mark) for language, _, mark in blocks(text)]

    assert found == [
        ("python", None),
        ("python", "not run: it takes a day"),
        ("{note}", None),
        ("{code-cell}", None),
    ]


NOTEBOOKS = [page for page in PAGES if "```{code-cell}" in read(page)]


def run(page):
    """Run the cells of a page; return all that they print or leave."""
    space = {"__name__": "__main__"}
    printed = io.StringIO()
    for language, text, _ in blocks(read(page)):
        if language == "{code-cell}":
            tree = ast.parse(OPTIONS.sub("", text))
            last = tree.body.pop() if isinstance(tree.body[-1], ast.Expr) else None
            with contextlib.redirect_stdout(printed):
                exec(compile(tree, page.name, "exec"), space)
                if last is not None:
                    code = compile(ast.Expression(last.value), page.name, "eval")
                    left = eval(code, space)
                    printed.write("" if left is None else f"{left}\n")
    return printed.getvalue()


def integers(text):
    """Return the integers in a text, with commas or without."""
    return {int(found.replace(",", "")) for found in re.findall(r"\d[\d,]*", text)}


# A sentence with a number of thousands; in code, tables and links it may be any.
LARGE = re.compile(r"(?<![\d,.])\d{1,3}(?:,\d{3})+(?![\d,])")


@pytest.mark.parametrize("page", NOTEBOOKS, ids=name)
def test_cells_run_and_say_what_the_sentences_say(page, monkeypatch, tmp_path):
    """Every cell runs, and large numbers in the sentences are among its results."""
    monkeypatch.setenv("COLUMNS", "84")
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    results = integers(run(page))
    sentences = BLOCK.sub("", read(page))

    assert results >= integers(" ".join(LARGE.findall(sentences)))


# What the reference has.

REFERENCE = "\n".join(map(read, sorted((DOCS / "reference").glob("*.md"))))


@pytest.mark.parametrize("public", cnncalc.__all__)
def test_the_reference_has_every_public_name(public):
    """Each public name has an entry, made of its docstring."""
    entry = rf"^\.\. auto(class|exception|function|module):: cnncalc\.{public}$"

    assert re.search(entry, REFERENCE, re.MULTILINE)


def test_the_reference_has_every_convention():
    """Each preset is in the table of quirks, and has its rules shown; no other has."""
    table = read(DOCS / "counting.md").partition("| convention |")[2].split("\n\n")[0]
    first = re.findall(r"^\| (`[^|]+`) \|", table, re.MULTILINE)

    rules = read(DOCS / "reference" / "conventions.md")

    assert sorted(CONVENTIONS) == sorted(re.findall(r"`([^`]+)`", " ".join(first)))
    titles = re.findall(r"^## (.+)$", rules, re.MULTILINE)
    assert [*CONVENTIONS, "FLOPs of our own", "Devices"] == titles
    assert list(CONVENTIONS) == re.findall(
        r'^CONVENTIONS\["(.+)"\]$', rules, re.MULTILINE
    )


def test_the_reference_has_every_term_of_memory():
    """Each question about memory stands where the terms are told apart."""
    asked = [
        question
        for question in dir(cnncalc.Network)
        if re.search("memory|saved|deployed|activations", question)
    ]
    page = read(DOCS / "fields-and-memory.md")

    assert len(asked) >= 7
    assert [] == [question for question in asked if f"`net.{question}" not in page]


def test_the_reference_has_every_schema():
    """Each JSON schema of the package is shown, from its file."""
    home = Path(cnncalc.__file__).parent
    shown = re.findall(r"literalinclude\} (.+)", read(DOCS / "reference" / "json.md"))
    paths = {(DOCS / "reference" / path).resolve() for path in shown}

    assert {path.resolve() for path in home.rglob("*.schema.json")} == paths


def test_the_reference_has_every_command():
    """Each command has a section, which prints its help."""
    page = read(DOCS / "reference" / "cli.md")
    (group,) = parser()._subparsers._group_actions

    assert list(group.choices) == re.findall(r"^## (.+)$", page, re.MULTILINE)
    assert list(group.choices) == re.findall(r'^help_of\("(.+)"\)$', page, re.MULTILINE)


def test_the_page_of_methods_is_up_to_date():
    """It has every method with its signature, as `docs/methods.py` writes it."""
    written = runpy.run_path(str(DOCS / "methods.py"))["page"]()

    assert read(DOCS / "methods.md") == written


def test_the_reference_raises_every_error():
    """Each class of errors has an example that raises it."""
    errors = {kind for kind in cnncalc.__all__ if kind.endswith("Error")}
    page = read(DOCS / "reference" / "errors.md")
    raised = set(re.findall(r"^cnncalc\.errors\.(\w+): ", page, re.MULTILINE))

    assert errors == raised | {"CnncalcError"}


def test_the_tutorial_has_a_lesson_for_each_page():
    """The lessons are listed, and what is listed is there."""
    home = DOCS / "tutorial"
    listed = re.search(r"maxdepth: 1\n\n(.+?)\n```", read(home / "index.md"), re.DOTALL)
    pages = {page.stem for page in home.glob("*.md")} - {"index"}

    assert pages == set(listed[1].split())


# What people search for, and the lesson that is to be found first.
SOUGHT = {
    **dict.fromkeys(["1-D", "1D", "causal", "TCN", "text", "audio"], "sequences"),
    **dict.fromkeys(["3-D", "3D", "video", "volume"], "volumes"),
    **dict.fromkeys(["attention", "transformer", "GPT"], "attention"),
}


@pytest.mark.parametrize("word", SOUGHT)
def test_the_search_finds_the_lesson(word):
    """A word is a main entry of the index, which the search puts first, of one page."""
    entry = re.compile(rf"^```{{index}} .*! {re.escape(word)}(,|$)", re.MULTILINE)

    assert [SOUGHT[word]] == [page.stem for page in PAGES if entry.search(read(page))]
