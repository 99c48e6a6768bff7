"""The calculator's own Python, without a browser: answers, cells, pages."""

import json
import re
from pathlib import Path

import pytest
from calculator_pages import EXAMPLES, example, joined
from cnncalc_live import calculator, cells

from cnncalc import Sequential, zoo

WEB = Path(__file__).parents[1] / "docs" / "calculator" / "web"


def calculated(source):
    return json.loads(calculator.calculate(source))


@pytest.mark.parametrize(
    "source",
    [
        "zoo.lenet()",
        "zoo.lenet",
        "net = zoo.lenet()\nother = 3",
        "from cnncalc import zoo as animals\nanimals.lenet()",
        "def made():\n    return zoo.lenet()\nmade",
    ],
)
def test_a_source_ends_with_a_network(source):
    """Its last expression is one, or makes one, or it has a name for one."""
    assert "lenet: 32×32×1 → 10" == calculated(source)["title"]


@pytest.mark.parametrize(
    ("source", "line", "words"),
    [
        ("1 +", 1, "SyntaxError"),
        ("\nundefined", 2, "NameError"),
        ("raise SystemExit(3)", 1, "SystemExit: 3"),
        ("compile('(', 'elsewhere', 'exec')", None, "SyntaxError"),
        ("width = 3", None, "there is no network here"),
        ("net = Sequential(input=(8, 8, 3))\nnet.conv(9, 4)", 2, "conv1"),
    ],
)
def test_an_error_has_its_line(source, line, words):
    """An error is told with the line of the source that it comes from, if one is."""
    found = calculated(source)

    assert line == found["line"]
    assert words in found["error"]
    assert "table" not in found


def test_what_is_printed_is_kept():
    """So are warnings, which stand where they arose."""
    source = "import warnings\nprint(1)\nwarnings.warn('two')\nprint(3)\nzoo.lenet()"

    assert "1\ntwo\n3\n" == calculated(source)["printed"]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("import torch.nn as nn", "Write from cnncalc import Sequential, Conv2d"),
        ("import neither", "Here is cnncalc, and what comes with Python"),
        ("lenet", "zoo.lenet()"),
        ("Conv2D(3, 8)", "Write cnncalc.Conv2d."),
        ("eval('Conv' + '1d')", "Write cnncalc.Conv1d."),
        ("qqqq", "NameError: name 'qqqq' is not defined"),
        ("zoo.lenet().summary()", "there is no network here"),
        ("[Conv2d(3, 8), Activation('relu')]", "there is no network here"),
    ],
)
def test_an_error_says_what_to_write(source, words):
    """A name that others have, or nearly ours, is answered with ours."""
    assert words in calculated(source)["error"]


def test_what_it_ends_with_is_printed():
    """It may be no network: the last one that has a name is shown."""
    found = calculated("net = zoo.lenet()\nnet.params")

    assert "61706\n" == found["printed"]
    assert "lenet: 32×32×1 → 10" == found["title"]
    assert calculated("zoo.lenet().summary()")["printed"].startswith("lenet: 32")


def test_a_session_is_run():
    """An example with prompts is taken without them, and without what it printed."""
    source = (
        ">>> net = zoo.lenet(\n...     input=(28, 28, 1),\n... )\n>>> net.params\n44426"
    )

    assert "lenet: 28×28×1 → 10" == calculated(source)["title"]
    assert 3 == calculated(">>> net = 1\n1\n>>> net.nothing")["line"]


def test_a_network_on_symbols_is_shown_in_symbols():
    """Its table has expressions, nothing is drawn, and its report has sliders."""
    found = calculated('Sequential(input=("H", "W", 3)).conv(3, 8)')

    assert "216·H·W - 432·H - 432·W + 864" in found["table"]  # 3·3·3·8·(H - 2)·(W - 2)
    assert "sliders" in found["printed"]
    assert {""} == set(json.loads(calculator.drawings()).values())
    assert "<math" in json.loads(calculator.arithmetic([0]))["steps"][0]
    assert "216·H·W" in calculator.exported("csv")
    assert 'id="sliders"' in calculator.exported("html")


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_are_networks(name):
    """Each is counted, and has a title."""
    found = calculated(example(name))

    assert found["error"] is None
    assert found["table"].count("<tr") > 3
    assert '"""' == example(name)[:3]


def test_a_file_is_kept_by_its_name(tmp_path, monkeypatch):
    """What it is read by is its name alone, wherever it came from."""
    monkeypatch.chdir(tmp_path)
    net = Sequential(input=(8, 8, 3)).conv(3, 4)
    source = calculator.keep("../some where/a.json", net.to_json().encode())

    assert 'load("a.json")' == source
    assert net.to_json() == (tmp_path / "a.json").read_text("utf-8")


def test_markup_is_let_in():
    """The page lets in every element that the library puts into tables and drawings."""
    kept = re.search("`(.*?)`", (WEB / "markup.js").read_text("utf-8"), re.DOTALL)
    found = set()
    for name in ("lenet", "resnet18", "googlenet", "vit_b_16"):
        parts = calculated(f"zoo.{name}()")
        count = range(0, len(zoo.build(name).nodes), 3)
        texts = [parts["totals"], parts["table"], calculator.drawings()]
        texts += json.loads(calculator.arithmetic(count))["steps"]
        found |= {
            tag.lower() for text in texts for tag in re.findall("<([a-z]+)", text)
        }

    assert {"table", "svg", "math"} <= found
    assert {"style"} >= found - set(kept[1].split())  # of a drawing it is kept, too


def test_modules_are_joined_if_their_names_differ():
    """What two modules call alike is not put into one."""
    with pytest.raises(ValueError, match=r"a name for themselves: \['a'\]"):
        joined(["const a = 1;\n", "let a = 2;\n"])


def test_cells_go_on():
    """A cell sees what those before it left, until one begins again."""
    cells.start()
    shown = [json.loads(cells.run(source)) for source in ("a = 2", "a + 1", "1 / 0")]
    cells.start()
    forgotten = json.loads(cells.run("a"))

    assert [{"printed": ""}, {"printed": "", "text": "3"}] == shown[:2]
    assert "ZeroDivisionError: division by zero" == shown[2]["error"]
    assert "NameError: name 'a' is not defined" == forgotten["error"]


def test_cells_show_what_a_notebook_shows():
    """A table is HTML, a drawing is SVG, and a class is its name."""
    cells.start()
    kinds = ["zoo.lenet().summary()", "zoo.lenet().draw()", "zoo.lenet().__class__"]
    cells.run("from cnncalc import zoo")
    shown = [json.loads(cells.run(kind)) for kind in kinds]

    assert ["html", "svg", "text"] == [[*each][-1] for each in shown]
