"""The Chinese introduction calls things as the Chinese reports do."""

import doctest
import re
from pathlib import Path

from cnncalc import zoo
from cnncalc.report.report import Report
from cnncalc.report.words import translate

FILE = Path(__file__).parent.parent / "docs" / "zh" / "index.md"
PAGE = FILE.read_text(encoding="utf-8")
TERMS = re.findall(
    r"^\| (\w+)\S* \| ([\w ]+) \| `(\w+)(?:\(\))?` \| \S.* \|$",
    PAGE,
    re.MULTILINE,
)
CALLS = re.findall(r"^\| \w+ \| [\w -]+ \| `\.(\w+)\(.*\)` \| \S", PAGE, re.MULTILINE)


def test_terms_are_those_of_the_reports():
    """A term of the glossary is the word that tables and explanations have."""
    assert len(TERMS) > 12
    for chinese, english, _ in TERMS:
        assert translate(english, "zh") == chinese


def test_names_in_the_glossary_are_there():
    """What stands behind a term is a question, a layer, or a column of a table."""
    net = zoo.lenet()
    for _, _, name in TERMS:
        if not hasattr(net, name):
            assert net.summary(columns=[name]).table.columns[0].key == name
    assert len(CALLS) > 5
    assert all(hasattr(net, call) for call in CALLS)


def test_tables_are_those_that_the_code_makes():
    """Each table on the page is that of the report that is made right before it."""
    scope = {}
    made = []
    for example in doctest.DocTestParser().get_examples(PAGE):
        if "Traceback" not in example.want:
            exec(compile(example.source, "page", "exec"), scope)
        if isinstance(result := scope.get(example.source.split()[0]), Report):
            made.append(result.to_markdown())

    assert 3 == len(made)
    assert all(f"```\n\n{table}\n" in PAGE for table in made)
