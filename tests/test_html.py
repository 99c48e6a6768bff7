"""Summaries as HTML: what a notebook and a browser show."""

import json
import re
import shutil
import subprocess
import xml.etree.ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncalc import zoo
from cnncalc.report.render import as_html
from cnncalc.report.render.as_html import _groups
from cnncalc.report.table import Column, Fact, Style, Table

HOSTILE = [
    " =1",
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
PARAMS = Column("params", "parameters", "count", True)


def table_of(names, title="net"):
    """Return a table with these names, each with as many parameters as its place."""
    lines = tuple((name, place) for place, name in enumerate(names))
    total = sum(range(len(names)))
    fact = Fact("params", "Total parameters", total, "count")
    return Table(title, (TEXT, PARAMS), lines, (fact,))


def shown(name):
    """Return how a name is shown: what cannot be printed as its escape."""
    return "".join(
        c if c.isprintable() else c.encode("unicode_escape").decode() for c in name
    )


def plain_rows(html):
    """Return the texts of the cells of each row of a table, but of no group."""
    root = ET.fromstring(html)
    return [
        ["".join(cell.itertext()) for cell in row]
        for row in root.iter("tr")
        if row.get("class") != "cnncalc-group"
    ]


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

    def test_bars_are_shares_of_the_whole_network(self):
        """Where rows are hidden, a bar is still the share of all, and nothing folds."""
        columns = ["layer", "params"]
        net = zoo.resnet18()
        html = net.summary(columns=columns, where="FC").to_html()
        share = 1000 * (512 * 1000 + 1000) // net.params  # its one FC layer
        (cell,) = ET.fromstring(html).iter("td")

        assert f"--share:{share // 10}.{share % 10}%" == cell.get("style")
        assert "cnncalc-group" not in html.partition("<table>")[2].partition("<dl>")[0]

    def test_rounded_counts_sort_by_their_number(self):
        """Counts in millions carry their exact number, and keep their bar."""
        table = zoo.lenet().summary(columns=["layer", "params"], units="M").table
        first = next(ET.fromstring(as_html.render(table)).iter("td"))

        assert ("< 0.001 M", "156") == (first.text, first.get("data-value"))
        assert "--share:0.2%" == first.get("style")

    def test_a_page_is_in_its_language(self):
        """A page, and a part of one, say their language, for screen readers."""
        table = zoo.lenet().summary(language="zh").table

        assert as_html.render(table).startswith('<div class="cnncalc" lang="zh">')
        assert '<html lang="zh">' in as_html.render(table, page=True)
        assert "<dt>总参数量</dt>" in as_html.render(table)

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
            lines=(("a", 1), ("b", 1), ("c", 2)), scopes=scopes, totals=()
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

    @pytest.mark.parametrize(
        "html",
        [
            zoo.claims("lenet5").to_html(),
            zoo.lenet5().explain("C3").to_html(),
            zoo.vgg16().memory_plan()._repr_html_(),
        ],
    )
    def test_no_heading_is_empty(self, html):
        """A cell without words names no row and no column."""
        heads = list(ET.fromstring(html).iter("th"))

        assert all("".join(head.itertext()).strip() for head in heads)

    @pytest.mark.parametrize(
        "answer", [zoo.lenet().summary(), zoo.lenet().explain(), zoo.lenet().lint()]
    )
    def test_a_page_has_landmarks(self, answer, tmp_path):
        """All of it is in its main part, below one heading with the title."""
        answer.to_html(tmp_path / "a.html")
        page = (tmp_path / "a.html").read_text(encoding="utf-8")
        root = ET.fromstring(page.partition("\n")[2])
        (main,), (head,) = root.iter("main"), root.iter("h1")

        assert root.find("head/title").text == head.text
        assert [main] == list(root.find("body"))

    @pytest.mark.parametrize("kind", ["html", "markdown", "latex", "text"])
    def test_titles_are_translated(self, kind):
        """In whatever format: a memory plan is called so in Chinese."""
        plan = zoo.lenet().memory_plan(language="zh")

        assert "内存规划" in getattr(plan, f"to_{kind}")()

    @pytest.mark.skipif(not shutil.which("chromium"), reason="needs chromium")
    @pytest.mark.parametrize("units", ["exact", "auto"])
    def test_works_in_a_browser(self, tmp_path, units):
        """In chromium, of two tables on a page, one sorts and the other folds."""
        table = table_of(["x", "y", "z"])
        big = (("a2", 2**60 + 1), ("a10", 2**60), ("<b>", None))
        sorted_one = as_html.render(table._replace(lines=big, style=Style(units=units)))
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
