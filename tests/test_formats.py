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
from hypothesis import given
from hypothesis import strategies as st

from cnncalc import OptionError, Sequential, Shape, zoo
from cnncalc.analysis.cost import AtLeast
from cnncalc.report.render import as_csv, as_html, as_json, as_latex, as_markdown
from cnncalc.report.render.as_html import _groups
from cnncalc.report.render.once import each_once
from cnncalc.report.summary import Summary
from cnncalc.report.table import Column, Fact, Table

HOSTILE = [
    "<script>alert(1)</script>",
    "</script><img src=x onerror=alert(1)>",
    '"double"',
    "'single'",
    "a|b",
    "a\\|b",
    "$x$",
    "x_1",
    "_x_",
    "*x*",
    "one\ntwo",
    "one\r\ntwo",
    "\tone",
    "=1+1",
    "+1",
    "-1+1",
    "@SUM(A1)",
    "＝1+1",  # noqa: RUF001
    "שלום مرحبا",
    "\u202eexe.gpj",
    "卷积一",
    "&amp;",
    r"\input{x}",
    "50%~^#{}[]`",
    "[z]",
    "\x00",
    "\ud800",
    "]]>",
    "a,b;c",
]

TEXT = Column("layer", "layer", "text")
PARAMS = Column("params", "parameters", "count")


def table_of(names, title="net"):
    """Return a table with these names, each with as many parameters as its place."""
    lines = tuple((name, place) for place, name in enumerate(names))
    total = sum(range(len(names)))
    fact = Fact("params", "Total parameters", total, "count")
    return Table(title, (TEXT, PARAMS), lines, (fact,))


def plain_rows(html):
    """Return the texts of the cells of each row of a table, but of no group."""
    root = ET.fromstring(html)
    return [
        ["".join(cell.itertext()) for cell in row]
        for row in root.iter("tr")
        if row.get("class") != "cnncalc-group"
    ]


def shown(name):
    """Return how a name is shown: what cannot be printed as its escape."""
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode() for c in name
    )


# What is read back from each format: a column's values, and a total.


def read_text(summary):
    lines = summary.to_text().splitlines()
    rule = max(i for i, line in enumerate(lines) if line.startswith("─"))
    end = lines.index("", rule)
    total = next(line for line in lines if line.startswith("Total parameters"))
    return [line.split()[-1] for line in lines[rule + 1 : end]], total.split()[-1]


def read_html(summary):
    html = summary.to_html()
    totals = [element.text for element in ET.fromstring(html).iter("dd")]
    return [row[-1] for row in plain_rows(html)[1:]], totals[0]


def read_markdown(summary):
    lines = summary.to_markdown().splitlines()
    rows = [line for line in lines if line.startswith("|")][2:]
    total = next(line for line in lines if line.startswith("- Total parameters"))
    return [row.split("|")[-2] for row in rows], total.split()[-1]


def read_csv(summary):
    rows = list(csv.reader(io.StringIO(summary.to_csv())))
    return [row[-1] for row in rows[1:]], summary.table.totals[0].value


def read_json(summary):
    data = json.loads(summary.to_json())
    return [row["params"] for row in data["rows"]], data["totals"]["params"]


def read_latex(summary):
    _, rows, totals = summary.to_latex().split("\\midrule\n")[0:3]
    cells = [re.findall(r"& (\S+) \\\\", row)[-1] for row in rows.splitlines()]
    total = re.search(r"Total parameters: (\S+)}", totals)[1]
    return [cell.replace("\\,", "") for cell in cells], total.replace("\\,", "")


def read_pandas(summary):
    pytest.importorskip("pandas")
    frame = summary.to_pandas()
    return list(frame["params"]), frame.attrs["totals"]["params"]


READERS = [
    read_text,
    read_html,
    read_markdown,
    read_csv,
    read_json,
    read_latex,
    read_pandas,
]


@pytest.mark.parametrize("name", ["lenet5", "googlenet", "resnet152", "densenet121"])
@pytest.mark.parametrize("read", READERS, ids=lambda read: read.__name__[5:])
def test_columns_sum_to_totals(read, name):
    """Read back from any format, the parameters sum to the total."""
    net = zoo.build(name)
    cells, total = read(net.summary(columns=["layer", "output", "params"]))
    numbers = [int(str(cell).replace(",", "")) for cell in [*cells, total]]

    assert len(net.nodes) == len(cells)
    assert numbers[-1] == sum(numbers[:-1]) == net.params


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

    @pytest.mark.parametrize("name", HOSTILE)
    def test_no_cell_begins_a_formula(self, name):
        """A name reads back, behind a quote if a spreadsheet would calculate it."""
        rows = list(csv.reader(io.StringIO(as_csv.render(table_of([name])))))

        assert 2 == len(rows)
        assert rows[1] in ([shown(name), "0"], [f"'{shown(name)}", "0"])
        assert not re.match(r"[-=+@\t\r＝]", rows[1][0])  # noqa: RUF001

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


class TestJson:
    @pytest.fixture
    def validate(self):
        """Return what checks a text against the schema that the package ships."""
        jsonschema = pytest.importorskip("jsonschema")
        schema = as_json.schema()
        jsonschema.Draft202012Validator.check_schema(schema)
        validator = jsonschema.Draft202012Validator(schema)
        return lambda text: validator.validate(json.loads(text))

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
            ("z", shapes, (2, 2), ((0, 1), (2, 3)), "?", 0, 0),
        )
        totals = (Fact("a", "A", 2**70, "count"), Fact("b", "B", AtLeast(9), "bytes"))
        data = json.loads(as_json.render(Table("t", columns, lines, totals)))

        assert [
            ["x", [2, 3, 4], [6, 5, 5, 1], [2, 1], "12", 2**70, 8],
            ["y", [5], None, "same", None, None, None],
            ["z", [[2, 3, 4], [5]], [2, 2], [[0, 1], [2, 3]], "?", 0, 0],
        ] == [[row[key] for key in keys] for row in data["rows"]]
        assert {"a": 2**70, "b": 9} == data["totals"]
        assert ["b"] == data["lower_bounds"]
        assert ("urn:cnncalc:summary:1", 1) == (data["schema"], data["version"])

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

    def test_a_title_stays_in_its_comment(self):
        """The title is one line, a comment."""
        lines = as_latex.render(table_of([], title="a\n\\input{x}")).split("\n")

        assert [r"% a\n\input{x}", r"\begin{tabular}{lr}"] == lines[:2]

    def test_may_have_no_columns_or_totals(self):
        """Without columns there is still a tabular of one."""
        text = as_latex.render(Table("t", (), (), ()))

        assert r"\begin{tabular}{l}" in text
        assert 1 == text.count(r"\midrule")

    @pytest.mark.skipif(not shutil.which("pdflatex"), reason="needs LaTeX")
    def test_compiles(self, tmp_path):
        """A document with hostile names compiles, those that its fonts have."""
        names = [name for name in HOSTILE if shown(name).isascii()]
        tabular = as_latex.render(table_of(names, title=names[0]))
        text = "\\documentclass{article}\\usepackage{booktabs}\\begin{document}\n"
        source = tmp_path / "page.tex"
        source.write_text(f"{text}{tabular}\\end{{document}}\n", "utf-8")
        command = ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "page"]
        run = subprocess.run(
            command, cwd=tmp_path, capture_output=True, timeout=100, check=False
        )

        assert 0 == run.returncode, run.stdout[-2000:]


class TestHtml:
    @pytest.mark.parametrize("page", [False, True])
    def test_is_well_formed(self, page):
        """All names come out as text, and the whole parses as XML."""
        html = as_html.render(table_of(HOSTILE, title=HOSTILE[0]), page=page)
        rows = plain_rows(html)

        assert [shown(name) for name in HOSTILE] == [row[0] for row in rows[1:]]
        elements = list(ET.fromstring(html).iter())
        assert not {element.tag for element in elements} & {"img", "link", "iframe"}
        assert not {key for e in elements for key in e.attrib} & {"src", "href", "id"}
        assert not re.search(r"https?:|@import|url\(", html)

    @given(st.text(min_size=1))
    def test_any_name_is_text(self, name):
        """Whatever the name, it is the text of its cell."""
        table = table_of([name], title=name)

        assert shown(name) == plain_rows(as_html.render(table))[1][0]

    def test_bars_show_the_share(self):
        """A bar is as wide as its row's share; nothing has none, nor has a 0."""
        lines = tuple((f"c{n}", n) for n in (1, 0, 2)) + (("?", None),)
        html = as_html.render(Table("t", (TEXT, PARAMS), lines, ()))
        cells = [cell.get("style") for cell in ET.fromstring(html).iter("td")]

        assert ["--share:33.3%", None, "--share:66.6%", None] == cells

    def test_bytes_sort_by_their_number(self):
        """Bytes, whose text is rounded, carry their exact number."""
        column = Column("memory", "memory", "bytes")
        html = as_html.render(
            Table("t", (TEXT, column), (("a", 2048), ("b", None)), ())
        )
        cells = [(c.text, c.get("data-value")) for c in ET.fromstring(html).iter("td")]

        assert [("2.000 KiB", "2048"), (None, None)] == cells

    def test_groups_have_the_sums_of_their_rows(self):
        """Before a group's rows stands its own row, with the sum of their counts."""
        html = zoo.resnet50().summary(columns=["layer", "output", "params"]).to_html()
        rows = [
            (row[0][0].text, row[1].get("data-sum"), row[2].get("data-sum"))
            for row in ET.fromstring(html).iter("tr")
            if row.get("class") == "cnncalc-group"
        ]

        # He et al. 2016, first block: three convolutions, each with a batch norm, and
        # the projection.
        block = 64 * 64 + 64 * 64 * 9 + 64 * 256 + 2 * (64 + 64 + 256)
        projection = 64 * 256 + 2 * 256
        assert ("layer1/0", None, f"{block + projection:,}") == rows[1]
        assert ("layer1/0/downsample", None, f"{projection:,}") == rows[2]

    def test_groups_have_bars(self):
        """A group's bar is its share of the whole network."""
        scopes = ((), ("g",), ("g",))
        table = table_of(["a", "b", "c"])._replace(
            lines=(("a", 1), ("b", 1), ("c", 2)), scopes=scopes
        )
        root = ET.fromstring(as_html.render(table))
        bars = [cell.get("style") for cell in root.iter("td")]

        assert ["25.0%", "75.0%", "25.0%", "50.0%"] == [bar[8:] for bar in bars]

    def test_an_unknown_makes_a_lower_bound(self):
        """A group with an unknown number has a lower bound."""
        table = table_of(["a", "b"])._replace(lines=(("a", 5), ("b", None)))
        html = as_html.render(table._replace(scopes=(("g",), ("g",))))

        cells = list(ET.fromstring(html).iter("td"))

        assert "≥ 5" == cells[0].get("data-sum")
        assert [None, "5", "?"] == [cell.text for cell in cells]

    def test_groups_nest_and_return(self):
        """Groups stand outer before inner; one that comes again is told."""
        scopes = [(), ("a", "b"), ("a", "b"), ("a",), ("c",), ("a", "b"), ("a", "d")]

        assert [
            (("a",), 1, 4, False),
            (("a", "b"), 1, 3, False),
            (("c",), 4, 5, False),
            (("a",), 5, 7, True),
            (("a", "b"), 5, 6, True),
            (("a", "d"), 6, 7, False),
        ] == [tuple(group) for group in _groups(scopes)]
        table = table_of("abcdefg")._replace(scopes=tuple(scopes))
        assert 2 == as_html.render(table).count(" …</button>")

    def test_may_have_no_columns_or_totals(self):
        """Without columns, rows or totals it is still well-formed."""
        ET.fromstring(as_html.render(Table("t", (), (), ())))

    @pytest.mark.skipif(not shutil.which("chromium"), reason="needs chromium")
    def test_works_in_a_browser(self, tmp_path):
        """In chromium, of two tables on a page, one sorts and the other folds."""
        table = table_of(["x", "y", "z"])
        big = (("a2", 2**60 + 1), ("a10", 2**60), ("<b>", None))
        sorted_one = as_html.render(table._replace(lines=big))
        scopes = (("g", "h"), ("g",), ())
        folded = as_html.render(table._replace(scopes=scopes))
        clicks = """<script>
        const seen=[], tables=document.querySelectorAll('table');
        const note=t=>seen.push([...t.tBodies[0].rows].filter(r=>r.offsetHeight)
            .map(r=>r.cells[0].textContent).join(' '));
        const heads=tables[0].querySelectorAll('th button');
        for(const n of [1,1,1,0]){heads[n].click();note(tables[0]);}
        const groups=tables[1].querySelectorAll('[aria-expanded]');
        groups[1].click();note(tables[1]);
        groups[0].click();note(tables[1]);
        groups[0].click();note(tables[1]);
        tables[1].querySelectorAll('thead button')[1].click();note(tables[1]);
        tables[1].querySelectorAll('thead button')[0].click();
        tables[1].querySelectorAll('thead button')[0].click();
        tables[1].querySelectorAll('thead button')[0].click();note(tables[1]);
        document.body.textContent='SEEN'+JSON.stringify(seen)+'SEEN';
        </script>"""
        page = tmp_path / "page.html"
        page.write_text(f"<meta charset=utf-8>{sorted_one}{folded}{clicks}", "utf-8")
        options = ["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"]
        profile = f"--user-data-dir={tmp_path / 'profile'}"
        run = subprocess.run(
            ["chromium", *options, profile, page.as_uri()],
            capture_output=True,
            encoding="utf-8",
            timeout=100,
            check=True,
        )
        seen = run.stdout.split("SEEN")[1].replace("&lt;", "<").replace("&gt;", ">")

        assert [
            "a2 a10 <b>",  # descending
            "<b> a10 a2",  # ascending
            "a2 a10 <b>",  # as it was
            "<b> a2 a10",  # by name, numbers in names as numbers
            "g g/h y z",  # the inner group is folded
            "g z",  # and the outer
            "g g/h y z",  # which remembers the inner
            "z y x",  # sorted without groups
            "g g/h y z",
        ] == json.loads(seen)


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
    @pytest.mark.parametrize("kind", ["html", "markdown", "csv", "json", "latex"])
    def test_a_path_gets_the_text(self, tmp_path, kind):
        """With a path, the text is in the file, in UTF-8, and nothing is returned."""
        summary = Sequential(input=9, name="网络").fc(3).summary()
        write = getattr(summary, f"to_{kind}")

        assert write(tmp_path / "a") is write(str(tmp_path / "b")) is None
        text = (tmp_path / "a").read_bytes().decode("utf-8")
        assert text == (tmp_path / "b").read_bytes().decode("utf-8")
        assert write() in text
        assert text.endswith("\n")

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

    assert ["1000", "≥ 1000", "1000"] == each_once(make, [one, bound, one])
    assert 2 == len(asked)
