"""First tries: what people type who know PyTorch, Keras or a textbook.

`data/first_tries_*.txt` has a hundred of each, and what tutorials have besides: PyTorch's
of CIFAR-10, Keras' of its sequential models, CS231n's notes, "Dive into Deep Learning".
`again` has what a later walk through the same pages found.
A try begins with a question mark. If it is no answer yet, the line with an exclamation
mark is what whoever follows the message types next. The last line is the right number:
of a paper, of the library, or a sum.
"""

import ast
import re
from pathlib import Path

import pytest

import cnncalc
from cnncalc import CnncalcError, LikelyMistake

DATA = Path(__file__).parent / "data"

TRY = re.compile(r"^\? (.+)\n(?:! (.+)\n)?= (.+)$", re.MULTILINE)


def tries():
    """Yield what is tried, what is typed next, and the right number."""
    for path in sorted(DATA.glob("first_tries_*.txt")):
        people = path.stem.rpartition("_")[2]
        for number, found in enumerate(TRY.findall(path.read_text(encoding="utf-8"))):
            yield pytest.param(*found, id=f"{people}{number}: {found[0]}")


TRIES = list(tries())


def result(code):
    """Run statements, and return the value of the last, which is an expression."""
    space = {name: getattr(cnncalc, name) for name in cnncalc.__all__}
    *first, last = ast.parse(code).body
    exec(compile(ast.Module(first, []), "try", "exec"), space)
    return eval(compile(ast.Expression(last.value), "try", "eval"), space)


def cures(message):
    """Return what a message says to write; of an example, what it is an example of."""
    told = r"(?:[Ww]rite|nearest:|Give it one:|leave it out:) (.+?)(?=\.(?: |$)|$)"
    for code in re.findall(told, message):
        for one in code.split(", or "):
            yield one
            yield from re.findall(r"input=(\(.+?\))", one)
            # A name, whatever it is asked of and with.
            yield re.sub(r"^(net|layer|shape)(?=\W)", "", re.split(r"[(\"]", one)[0])
            yield from re.findall(r'^"\w+"|^net\["', one)


@pytest.mark.parametrize(("tried", "then", "right"), TRIES)
def test_each_is_answered_or_cured(tried, then, right):
    """A try gives the right number, or a message that leads to what does."""
    if then:
        with pytest.raises((CnncalcError, LikelyMistake)) as caught:
            result(tried)
        message = str(caught.value)

        assert any(len(code) > 1 and code in then for code in cures(message)), message
    assert eval(right) == result(then or tried)


def test_there_are_a_hundred_of_each():
    """People of PyTorch, of Keras, and students have as many tries."""
    people = [param.id.partition(":")[0].rstrip("0123456789") for param in TRIES]

    assert {
        "again": 31,
        "names": 40,
        "keras": 100,
        "students": 100,
        "torch": 100,
        "tutorials": 63,
    } == {name: people.count(name) for name in people}
