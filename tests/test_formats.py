"""Summaries as HTML, Markdown, CSV, JSON, LaTeX and data frames."""

import csv
import io
import json
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET

import pytest
from test_html import HOSTILE, PARAMS, TEXT, plain_rows, shown, table_of

from cnncalc import Builder, Concat, OptionError, Pool, Sequential, Shape, zoo
from cnncalc.cost.totals import AtLeast
from cnncalc.report.cells import map_unique
from cnncalc.report.render import (
    as_csv,
    as_html,
    as_json,
    as_latex,
    as_markdown,
    text,
)
from cnncalc.report.summary import Summary
from cnncalc.report.table import BareWindow, Change, Column, Fact, Table

# What is read back from each format: for each row its last numbers, and their totals.

KEYS = ("params", "connections", "macs", "activation_size")
TOTALS = ("Total params", "Connections", "Total mult-adds (MACs)", "Activations")
COUNT = len(KEYS)


def read_text(summary):
    lines = summary.to_text().splitlines()
    rule = max(i for i, line in enumerate(lines) if line.startswith("─"))
    end = lines.index("", rule)
    facts = dict(line.split(": ") for line in lines[end + 1 :])
    rows = [line.split()[-COUNT:] for line in lines[rule + 1 : end]]
    return rows, [facts[title] for title in TOTALS]


def read_html(summary):
    html = summary.to_html()
    texts = [element.text for element in ET.fromstring(html).find("dl")]
    facts = dict(zip(texts[::2], texts[1::2], strict=True))
    return [row[-COUNT:] for row in plain_rows(html)[1:]], [facts[t] for t in TOTALS]


def read_markdown(summary):
    lines = summary.to_markdown().splitlines()
    rows = [line for line in lines if line.startswith("|")][2:]
    facts = dict(line[2:].split(": ") for line in lines if line.startswith("- "))
    return [row.split("|")[-COUNT - 1 : -1] for row in rows], [facts[t] for t in TOTALS]


def read_csv(summary):
    rows = list(csv.reader(io.StringIO(summary.to_csv())))
    return [row[-COUNT:] for row in rows[1:]], None  # it has no totals


def read_json(summary):
    data = json.loads(summary.to_json())
    rows = [[row[key] for key in KEYS] for row in data["rows"]]
    return rows, [data["totals"][key] for key in (*KEYS[:-1], "activations")]


def read_latex(summary):
    _, rows, totals = summary.to_latex().split("\\midrule\n")[0:3]
    cells = [row.removesuffix(r" \\").split(" & ") for row in rows.splitlines()]
    facts = dict(re.findall(r"{l}{(.*): (.*)}", totals))
    plain = [[cell.replace(r"\,", "") for cell in row[-COUNT:]] for row in cells]
    return plain, [facts[title].replace(r"\,", "") for title in TOTALS]


def read_pandas(summary):
    pytest.importorskip("pandas")
    frame = summary.to_pandas()
    totals = frame.attrs["totals"]
    rows = frame[list(KEYS)].to_numpy().tolist()
    return rows, [totals[key] for key in (*KEYS[:-1], "activations")]


READERS = [
    read_text,
    read_html,
    read_markdown,
    read_csv,
    read_json,
    read_latex,
    read_pandas,
]


@pytest.mark.parametrize("options", [{}, {"batch": 3, "depth": 1, "layout": "CHW"}])
@pytest.mark.parametrize("name", ["lenet5", "googlenet", "resnet152", "densenet121"])
@pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__[5:])
def test_columns_sum_to_totals(read, name, options):
    """Read back from any format, each column sums to its total, the network's own."""
    net = zoo.build(name)
    summary = net.summary(columns=["layer", "output", *KEYS], **options)
    rows, totals = read(summary)
    numbers = [[int(str(cell).replace(",", "")) for cell in row] for row in rows]
    batch = options.get("batch", 1)
    sums = list(map(sum, zip(*numbers, strict=True)))

    assert len(summary.table.lines) == len(rows)
    assert [
        net.params,
        batch * net.connections,
        batch * net.macs,
        batch * net.activations,
    ] == sums
    if totals is not None:
        assert sums == [int(str(cell).replace(",", "")) for cell in totals]


RENDERERS = [as_csv, as_html, as_latex, as_markdown, text]


@pytest.mark.parametrize("name", HOSTILE)
@pytest.mark.parametrize("module", RENDERERS, ids=lambda m: m.__name__.split("_")[-1])
def test_names_are_as_harmless_as_text(module, name):
    """Names in a list are written just as a text is, whose tests say how."""
    names = Column("layer", "layer", "names")
    one = table_of([name])
    other = one._replace(columns=(names, PARAMS), lines=(((name,), 0),))

    assert module.render(one) == module.render(other).replace(
        'data-unit="names"', 'data-unit="text"'
    )


class TestExact:
    """Formats for programs, whatever is chosen for people."""

    def test_units_and_layout_change_nothing(self):
        """JSON and data frames keep exact integers and one order of shapes."""
        columns = ["output", "params", "macs", "params_bytes"]
        net, styles = zoo.lenet(), {"units": "M", "layout": "CHW"}
        styled = net.summary(columns=columns, byte_units="decimal", **styles)
        plain = net.summary(columns=columns)

        assert plain.to_json() == styled.to_json().replace(
            "1x32x32", "32x32x1"
        ).replace(r"1\u00d732\u00d732", r"32\u00d732\u00d71")
        rows = list(csv.reader(io.StringIO(styled.to_csv())))
        assert ["output (C×H×W)", "parameters", "MACs"] == rows[0][:3]
        assert ["6×28×28", "156", "117600", "624"] == rows[1]

    def test_percents_are_parts_of_one(self):
        """A percent is a fraction in JSON and data frames, a percentage in CSV."""
        pd = pytest.importorskip("pandas")
        net = Sequential(input=3).fc(1, bias=False).fc(1, bias=False)
        summary = net.summary(columns=["params_percent", "connected_to"])
        frame = summary.to_pandas()

        assert "75.0000" == summary.to_csv().splitlines()[1].split(",")[0]
        assert {"params_percent": 0.75, "connected_to": ["input1"]} == json.loads(
            summary.to_json()
        )["rows"][0]
        assert pd.Float64Dtype() == frame["params_percent"].dtype
        assert [0.75, 0.25] == list(frame["params_percent"])
        assert ("fc1",) == frame["connected_to"][1]

    def test_an_unknown_percent_is_missing(self):
        """Without a known total there are no shares: empty, null and missing."""
        pytest.importorskip("pandas")
        column = Column("params_percent", "parameters %", "percent", True)
        table = Table("t", (TEXT, column), (("a", None),), (), (("g",),))

        assert "a,\n" == as_csv.render(table).splitlines(keepends=True)[1]
        assert json.loads(as_json.render(table))["rows"][0]["params_percent"] is None
        assert Summary(table).to_pandas()["params_percent"].isna()[0]
        assert 'data-sum=""' in as_html.render(table)


class TestCsv:
    def test_is_one_rectangle(self):
        """Titles and rows have as many cells as there are columns, and no totals."""
        rows = list(csv.reader(io.StringIO(zoo.lenet().summary().to_csv())))

        assert [8] * 8 == [len(row) for row in rows]
        assert (
            "layer input filter stride padding output formula parameters"
            == " ".join(rows[0])
        )
        assert ["Conv1", "32×32×1", "6@5×5×1", "1", "0", "28×28×6"] == rows[1][:6]

    def test_a_name_may_look_like_a_number(self):
        """Of a name a minus is the beginning of a formula; of a number it is its own."""
        longer = Sequential(input=3).fc(4, name="-1").fc(5)
        lines = longer.diff(Sequential(input=3).fc(5)).to_csv().splitlines()

        assert any(line.startswith("removed,'-1,") for line in lines)
        assert any(",-16," in line for line in lines)

    @pytest.mark.parametrize("name", HOSTILE)
    def test_no_cell_begins_a_formula(self, name):
        """A name reads back, behind a quote if a spreadsheet would calculate it."""
        rows = list(csv.reader(io.StringIO(as_csv.render(table_of([name])))))

        assert 2 == len(rows)
        assert rows[1] in ([shown(name), "0"], [f"'{shown(name)}", "0"])
        assert not re.match(r"\s*[-=+@\t\r＝]", rows[1][0])  # noqa: RUF001

    def test_numbers_are_plain(self):
        """Numbers stay numbers: negative, large, unknown, or lower bounds."""
        columns = (
            PARAMS,
            Column("memory", "memory", "bytes"),
            Column("pad", "pad", "pair"),
        )
        lines = ((-5, 2**70, (-3, -3)), (None, None, None), (AtLeast(7), 1024, (1, 2)))
        text = as_csv.render(Table("t", columns, lines, ()))

        assert [
            "parameters,memory,pad",
            f"-5,{2**70},-3",
            ",,",
            "≥ 7,1024,1×2",
        ] == text.splitlines()


class TestMarkdown:
    def test_numbers_stand_right(self):
        """The line below the titles aligns numbers to the right and words to the left."""
        summary = zoo.lenet().summary(columns=["layer", "params"])

        assert "| :------- | ---------: |" == summary.to_markdown().splitlines()[3]

    @pytest.mark.parametrize("name", HOSTILE)
    def test_a_name_stays_in_its_cell(self, name):
        """No name ends its cell or its row, nor becomes markup."""
        text = as_markdown.render(table_of([name], title=name))
        row = text.split("\n")[4]

        assert 8 == len(text.split("\n"))
        assert 3 == len(re.findall(r"(?<!\\)(?:\\\\)*\|", row))
        assert not re.search(r"[<>]|(?<!\\)[`*$]|&(?!amp;|lt;|gt;)", row)

    def test_a_pipe_is_escaped(self):
        r"""A pipe is written as \|, and a backslash before it as two."""
        assert r"a\|b \\\|" == as_markdown.escaped(r"a|b \|")

    def test_wide_characters_stay_aligned(self):
        """The source of the table is aligned where characters take two columns."""
        lines = as_markdown.render(table_of(["卷积一", "plain"])).splitlines()

        assert ["| 卷积一 |          0 |", "| plain  |          1 |"] == lines[4:6]

    def test_may_have_no_columns_or_totals(self):
        """Without columns or totals there is a title alone."""
        assert "**t**\n" == as_markdown.render(Table("t", (), (), ()))


@pytest.fixture
def validate():
    """Return what checks a text against the schema that the package ships."""
    jsonschema = pytest.importorskip("jsonschema")
    schema = as_json.schema()
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    return lambda text: validator.validate(json.loads(text))


class TestJson:
    @pytest.mark.parametrize("name", ["lenet5", "googlenet", "alexnet_2012"])
    def test_follows_its_schema(self, validate, name):
        """All columns of a network validate against the schema."""
        from cnncalc.report.columns import COLUMNS

        validate(zoo.build(name).summary(columns=COLUMNS).to_json())

    def test_values_are_typed(self):
        """Integers are integers of any size, shapes lists, what is unknown null."""
        keys = ["text", "shape", "filters", "pair", "formula", "count", "bytes"]
        columns = tuple(Column(unit, unit.title(), unit) for unit in keys)
        shapes = (Shape(2, 3, 4), Shape.of(5))
        lines = (
            ("x", shapes[0], (6, 5, 5, 1), (2, 1), 12, 2**70, 8),
            ("y", shapes[1], None, "same", None, None, AtLeast(3)),
            ("z", shapes, BareWindow((2, 2)), ((0, 1), (2, 3)), "?", 0, 0),
        )
        totals = (Fact("a", "A", 2**70, "count"), Fact("b", "B", AtLeast(9), "bytes"))
        data = json.loads(as_json.render(Table("t", columns, lines, totals)))

        assert [
            ["x", [2, 3, 4], [6, 5, 5, 1], [2, 1], "12", 2**70, 8],
            ["y", [5], None, "same", None, None, 3],
            ["z", [[2, 3, 4], [5]], {"window": [2, 2]}, [[0, 1], [2, 3]], "?", 0, 0],
        ] == [[row[key] for key in keys] for row in data["rows"]]
        assert {"a": 2**70, "b": 9} == data["totals"]
        assert ["b"] == data["lower_bounds"]
        assert ("urn:cnncalc:summary:2", 2) == (data["schema"], data["version"])

    def test_keeps_every_name(self, validate):
        """Each hostile name reads back as it was, and ends no script around it."""
        text = as_json.render(table_of(HOSTILE, title=HOSTILE[0]))
        data = json.loads(text)
        validate(text)

        assert HOSTILE == [row["layer"] for row in data["rows"]]
        assert HOSTILE[0] == data["title"]
        assert "<" not in text

    def test_may_be_empty(self, validate):
        """A table without rows and columns is still an object."""
        validate(as_json.render(Table("t", (), (), ())))


RANKED = {
    1: Sequential(input=(9, 4)).conv1d(3, 6, dilation=2).pool(2),
    2: Sequential(input=(9, 9, 4)).conv((3, 2), 6, dilation=2).pool(2),
    3: Sequential(input=(9, 9, 9, 4)).conv3d((3, 2, 1), 6, dilation=2).pool(2),
    4: Sequential(input=(4, 4, 4, 4, 6)).pool(2),
}
RANKED_COLUMNS = ["layer", "output", "filter", "stride", "dilation", "weight_shape"]


class TestRanks:
    """Layers along any number of axes, in every format."""

    @pytest.mark.parametrize(
        ("rank", "conv", "pool"),
        [
            (1, ("5×6", "6@3×4", "1", "2", "6×4×3"), ("2×6", "2", "2", "1", "")),
            (
                2,
                ("5×7×6", "6@3×2×4", "1", "2", "6×4×3×2"),
                ("2×3×6", "2×2", "2", "1", ""),
            ),
            (
                3,
                ("5×7×9×6", "6@3×2×1×4", "1", "2", "6×4×3×2×1"),
                ("2×3×4×6", "2×2×2", "2", "1", ""),
            ),
            (4, None, ("2×2×2×2×6", "2×2×2×2", "2", "1", "")),
        ],
    )
    def test_a_window_is_told_from_filters(self, rank, conv, pool):
        """However many numbers they have: CSV and the other formats of text agree."""
        summary = RANKED[rank].summary(columns=RANKED_COLUMNS)
        rows = {
            row[0]: tuple(row[1:]) for row in csv.reader(summary.to_csv().splitlines())
        }
        expected = {"pool1": pool} | ({"conv1": conv} if conv else {})

        assert expected == {name: rows[name] for name in expected}
        for name, cells in expected.items():
            for made in (summary.to_markdown(), summary.to_text(), summary.to_html()):
                line = next(li for li in made.splitlines() if name in li)
                assert [c for c in cells if c and c not in line] == []
            line = next(li for li in summary.to_latex().splitlines() if name in li)
            assert [c for c in cells if c.replace("×", r"$\times$") not in line] == []

    @pytest.mark.parametrize("rank", RANKED)
    def test_json_says_which_is_which(self, rank, validate):
        """A bare window is an object, filters are an array."""
        text = RANKED[rank].summary(columns=RANKED_COLUMNS).to_json()
        validate(text)
        rows = {row["layer"]: row for row in json.loads(text)["rows"]}

        assert {"window": [2] * rank} == rows["pool1"]["filter"]
        assert [2] * rank == rows["pool1"]["stride"]
        assert [1] * rank == rows["pool1"]["dilation"]
        if "conv1" in rows:
            assert [6, *[3, 2, 1][:rank], 4] == rows["conv1"]["filter"]

    def test_fractions_are_numbers(self, validate):
        """Behind a map that was enlarged a unit sees halves of what is before it."""
        up = Sequential(input=(4, 4, 8)).conv_transpose(4, 4, stride=2, padding=1)
        text = up.summary(columns=["layer", "effective_stride"]).to_json()
        validate(text)

        assert [0.5, 0.5] == json.loads(text)["rows"][0]["effective_stride"]

    def test_a_join_of_thousands_is_cut_in_text_alone(self):
        """No line is wider than a cell of 2,000 characters; CSV has all of it."""
        g = Builder()
        x = g.input((3, 3, 2))
        net = g.graph(g.add(Concat(), *[g.add(Pool(1), x) for _ in range(1000)]))
        summary = net.summary(columns=["layer", "input", "output"])

        assert 2200 > max(map(len, summary.to_text().splitlines()))
        assert " + ".join(["3×3×2"] * 1000) in summary.to_csv()

    @pytest.mark.parametrize("rank", RANKED)
    def test_data_frames_keep_tuples(self, rank):
        """Shapes and windows are tuples of as many numbers."""
        pytest.importorskip("pandas")
        frame = RANKED[rank].summary(columns=RANKED_COLUMNS).to_pandas()

        assert (2,) * rank == frame["filter"].iloc[-1] == frame["stride"].iloc[-1]
        assert RANKED[rank].output == frame["output"].iloc[-1]


class TestLatex:
    @pytest.mark.parametrize(
        ("name", "expected"),
        [
            ("<a>|", r"\textless{}a\textgreater{}\textbar{}"),
            (r"\input{x}", r"\textbackslash{}input\{x\}"),
            ("a_b & c #1 50% $x$", r"a\_b \& c \#1 50\% \$x\$"),
            ("^~", r"\textasciicircum{}\textasciitilde{}"),
            ("[x]*", r"{[}x]{*}"),
            ('"q"', "''q''"),
            ("--,,''?`", r"-{}-,{},'{}'?{}\`{}"),
            ("5×5", r"5$\times$5"),
            ("שלום 卷积", "שלום 卷积"),
            ("one\ntwo", r"one\textbackslash{}ntwo"),
        ],
    )
    def test_prints_a_name_as_it_is(self, name, expected):
        """What LaTeX would act on is escaped."""
        row = as_latex.render(table_of([name])).splitlines()[5]

        assert rf"{expected} & 0 \\" == row

    @pytest.mark.parametrize(
        ("name", "needs"),
        [
            ("5×5 … é", "booktabs."),
            ("卷积", "booktabs and, for XeLaTeX or LuaLaTeX, ctex."),
            ("שלום", "booktabs and, for XeLaTeX or LuaLaTeX, a font that has"),
        ],
    )
    def test_says_what_its_letters_need(self, name, needs):
        """The comment goes by the letters of the text, in whatever language it is."""
        first = as_latex.render(table_of([name])).split("\n")[0]

        assert f". Needs {needs}" in first

    def test_thousands_stand_alike(self):
        """Negative numbers and changes have the same thin spaces as counts."""
        change = Column("x", "x", "change")
        totals = (Fact("y", "y", Change(61_706, 69_356), "change"),)
        text = as_latex.render(Table("t", (change,), ((-1516,),), totals))

        assert r"-1\,516 \\" in text
        assert r"61\,706 $\rightarrow$ 69\,356 (+7\,650, +12.40 \%)" in text

    def test_a_title_stays_in_its_comment(self):
        """The title is one line, a comment."""
        lines = as_latex.render(table_of([], title="a\n\\input{x}")).split("\n")

        assert [r"% a\n\input{x}. Needs booktabs.", r"\begin{tabular}{lr}"] == lines[:2]

    def test_may_have_no_columns_or_totals(self):
        """Without columns there is still a tabular of one."""
        text = as_latex.render(Table("t", (), (), ()))

        assert r"\begin{tabular}{l}" in text
        assert 1 == text.count(r"\midrule")

    @pytest.mark.skipif(not shutil.which("pdflatex"), reason="needs LaTeX")
    def test_compiles(self, tmp_path):
        """A document with hostile names, and with every column, compiles."""
        from cnncalc.report.columns import COLUMNS

        names = [name for name in HOSTILE if shown(name).isascii()]
        odd = Sequential(input=(15, 15, 3)).conv(2, 4, stride=2).pool(3, ceil=True)
        tables = (
            table_of(names, title=names[0]),
            odd.fc(5).summary(columns=COLUMNS, batch=2, units="M").table,
            zoo.lenet5().summary(columns=COLUMNS, layout="CHW", units="auto").table,
        )
        tabulars = "\n\n".join(map(as_latex.render, tables))
        text = "\\documentclass{article}\\usepackage{booktabs}\\begin{document}\n"
        source = tmp_path / "page.tex"
        source.write_text(f"{text}{tabulars}\\end{{document}}\n", "utf-8")
        command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "page"]
        run = subprocess.run(
            command, cwd=tmp_path, capture_output=True, timeout=100, check=False
        )

        assert r"\lfloor" in tabulars
        assert 0 == run.returncode, run.stdout[-2000:]


class TestPandas:
    def test_columns_are_typed(self):
        """Counts are Int64 with missing values, words strings, shapes shapes."""
        pd = pytest.importorskip("pandas")
        frame = zoo.lenet().summary(
            columns=["layer", "output", "stride", "formula", "params"]
        )
        frame = frame.to_pandas()

        assert [
            pd.StringDtype(),
            "object",
            "object",
            pd.StringDtype(),
            "Int64",
        ] == list(frame.dtypes)
        assert ["Conv1", Shape(28, 28, 6), (1, 1), "5×5×1×6 + 6", 156] == list(
            frame.iloc[0]
        )
        assert frame["formula"].isna()[1]
        assert "lenet: 32×32×1 → 10" == frame.attrs["title"]

    def test_what_is_unknown_is_missing(self):
        """Unknown numbers and lower bounds are missing; huge ones stay exact."""
        pd = pytest.importorskip("pandas")
        columns = (PARAMS, Column("macs", "MACs", "count"))
        lines = ((None, 2**70), (AtLeast(3), None), (5, 1))
        frame = Summary(Table("t", columns, lines, ())).to_pandas()

        assert [True, True, False] == list(frame["params"].isna())
        assert pd.Int64Dtype() == frame["params"].dtype
        assert 2**70 == frame["macs"][0]

    def test_says_what_to_install(self, monkeypatch):
        """Without pandas the error tells the extra that brings it."""
        monkeypatch.setitem(sys.modules, "pandas", None)

        with pytest.raises(OptionError, match=r"cnncalc\[pandas\]"):
            zoo.lenet().summary().to_pandas()


class TestFiles:
    @pytest.mark.parametrize(
        "kind", ["text", "html", "markdown", "csv", "json", "latex"]
    )
    def test_a_path_gets_the_text(self, tmp_path, kind):
        """With a path, the same text is in the file, in UTF-8; of HTML a whole page."""
        summary = Sequential(input=9, name="网络").fc(3).summary()
        write = getattr(summary, f"to_{kind}")

        assert write(tmp_path / "a") is write(str(tmp_path / "b")) is None
        text = (tmp_path / "a").read_bytes().decode("utf-8")
        assert text == (tmp_path / "b").read_bytes().decode("utf-8")
        assert write() in text if kind == "html" else write() == text

    def test_a_file_of_html_is_a_page(self, tmp_path):
        """HTML as a file says its encoding, which a browser would guess."""
        path = tmp_path / "net.html"
        zoo.lenet().summary().to_html(path)
        html = path.read_text("utf-8")

        assert html.startswith("<!DOCTYPE html>")
        assert '<meta charset="utf-8"/>' in html

    def test_a_notebook_shows_html(self):
        """A notebook is given the element."""
        summary = zoo.lenet().summary()

        assert summary.to_html() == summary._repr_html_()


def test_each_object_is_rendered_once():
    """Equal values of different kinds are kept apart, the same one is made once."""
    asked = []
    one, bound = 1000, AtLeast(1000)

    def make(value):
        asked.append(value)
        return str(value)

    assert ["1000", "≥ 1000", "1000"] == map_unique(make, [one, bound, one])
    assert 2 == len(asked)
