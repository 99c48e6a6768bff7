"""Reports as pages: what is in them, that it fits together, and that it is safe."""

import base64
import gzip
import json
import os
import re
import xml.etree.ElementTree as ET
from hashlib import sha256
from html.parser import HTMLParser
from importlib.resources import files

import pytest

from cnncalc import (
    Add,
    Builder,
    LikelyMistake,
    OptionError,
    Pool,
    Sequential,
    Unknown,
    compare,
    zoo,
)
from cnncalc.page import ReportPage

VOID = {"meta", "input", "img", "br", "hr", "link"}
CHARTS = ["memory", "receptive_field", "macs", "params", "activations"]


class Reader(HTMLParser):
    """Reads markup: its elements with their attributes, and which are not closed."""

    def __init__(self, text):
        super().__init__()
        self.open, self.wrong, self.elements = [], [], []
        self.feed(text)
        self.close()
        self.wrong += self.open

    def handle_starttag(self, tag, attrs):
        """Open an element."""
        names = [name for name, _ in attrs]
        if len(names) != len(set(names)):
            self.wrong.append(f"{tag}: {names}")
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        """Take an element of SVG or MathML, which closes itself."""
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        """Close the last element."""
        if not self.open or self.open.pop() != tag:
            self.wrong.append(f"/{tag}")

    def nodes(self, *tags):
        """Give the numbers of the nodes that elements stand for."""
        for tag, facts in self.elements:
            if tag in tags and "data-node" in facts:
                yield [int(number) for number in facts["data-node"].split()]


def packed(html, name):
    """Return what a page has packed, as its script opens it."""
    (text,) = re.findall(rf'<script type="application/gzip" id="{name}">(.*?)<', html)
    return json.loads(gzip.decompress(base64.b64decode(text)))


# One of each family: the others are of the same blocks. All are drawn in test_drawing.
@pytest.mark.no_cover
@pytest.mark.parametrize("name", [of.split()[0] for of in zoo._FAMILIES.values()])
def test_pages_of_the_zoo(name):
    """The page of a network is well-formed, and names each layer in all its parts."""
    net = zoo.build(name)
    html = net.report().to_html()
    views, explained = packed(html, "views"), packed(html, "explained")[""]
    page, table = Reader(html), ET.fromstring(views["table"])
    every = list(range(len(net.nodes)))
    rows = [row for row in table.iter("tr") if "group" not in row.get("class", "")]

    assert [] == page.wrong
    assert every == [int(row.get("data-node")) for row in rows if row.get("data-node")]
    assert set(every) == {node for block in page.nodes("g") for node in block}
    for kind, chart in zip(CHARTS, views["charts"], strict=True):
        marked = [part.get("data-node") or "" for part in ET.fromstring(chart).iter()]
        nodes = {int(node) for numbers in marked for node in numbers.split()}

        assert nodes <= set(every)
        assert nodes or kind == "receptive_field"  # of a vector there is none

    assert len(every) == len(explained["parts"])
    assert ET.fromstring(f"<table>{''.join(explained['steps'])}</table>") is not None


def test_the_arithmetic_is_that_of_the_layer():
    """A layer's part of the page has its name and its numbers, and alike ones share."""
    net = Sequential(input=(8, 8, 3))
    net = net.conv(3, 3, padding=1).conv(3, 3, padding=1)
    explained = packed(net.report().to_html(), "explained")[""]
    (first, steps, _), (second, others, _) = explained["parts"]
    lines = "".join(explained["steps"][place] for place in steps)

    assert "conv1" in first
    assert "conv2" in second
    assert set(steps) & set(others)
    assert "<mn>84</mn>" in lines  # 3*3*3 weights for each of 3 filters, and 3 biases


def test_it_is_small():
    """ResNet-152's page stays below 120 kB, with the arithmetic of all its layers."""
    html = zoo.resnet152().report().to_html()

    assert len(html.encode()) < 120_000


def test_it_asks_no_network():
    """A page names no other place, and its policy lets nothing in but its scripts."""
    html = zoo.lenet().report().to_html()
    (policy,) = re.findall(r'Security-Policy" content="([^"]*)"', html)
    scripts = re.findall(r'<script type="module">(.*?)</script>', html, re.DOTALL)
    hashes = [
        base64.b64encode(sha256(script.encode()).digest()).decode()
        for script in scripts
    ]
    tags = {
        name
        for tag, facts in Reader(html).elements
        for name in ("src", "href")
        if name in facts
    }

    assert set() == tags
    assert "@import" not in html
    assert policy.startswith("default-src 'none'; ")
    assert hashes == re.findall("'sha256-([^']*)'", policy)


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        "</script><img src=x onerror=alert(1)>",
        '"><b onclick=x>',
        "'&amp;<!--",
        "\ud800\x00卷",
        "]]>",
    ],
)
def test_names_are_text(name):
    """Whatever names hold is text, in the page and in what is packed in it."""
    net = Sequential(input=(8, 8, 3), name=name).conv(3, 4, name=name)
    page = net.report()
    html = page.to_html()
    views, explained = packed(html, "views"), packed(html, "explained")[""]
    pieces = [html, views["table"], *views["charts"], *explained["steps"]]
    pieces += [f"{above}{below}" for above, _, below in explained["parts"]]
    pieces.append(page._repr_html_())
    made = [part for piece in pieces for part in Reader(piece).elements]

    assert "img" not in {tag for tag, _ in made}
    assert not [key for _, facts in made for key in facts if key.startswith("on")]
    assert html.count("<script") == 4  # two that are packed, and two that run


def test_a_notebook_frames_it():
    """A notebook shows the whole page in a frame, from which it cannot reach out."""
    page = zoo.lenet().report()
    frame = page._repr_html_()
    (tag, facts), script = Reader(frame).elements

    assert tag == "iframe"
    assert script == ("script", {})
    assert "</script>" not in frame.partition("<script>")[2][:-9]
    assert facts["srcdoc"] == page.to_html()
    assert facts["sandbox"] == "allow-scripts"
    assert facts["title"] == page.title


def test_it_is_written_to_a_file(tmp_path):
    """A path writes the page there; it is returned all the same."""
    path = tmp_path / "page.html"
    page = zoo.lenet().report(path)

    assert isinstance(page, ReportPage)
    assert path.read_text(encoding="utf-8") == page.to_html() == str(page)
    assert page.to_html(path) is None
    assert repr(page).startswith("<ReportPage 'lenet: 32×32×1 → 10': ")


@pytest.mark.parametrize("name", ["page.pdf", "page.txt", "a.b/page.svg"])
def test_a_name_of_something_else_is_refused(name, tmp_path):
    """A report is a page of HTML; it writes no picture, and no text."""
    with pytest.raises(OptionError, match=r"which is HTML. End it in \.html\."):
        zoo.lenet().report(tmp_path / name)


def test_a_page_needs_no_suffix(tmp_path):
    """A name without a suffix is taken as it is, whatever its folder is called."""
    (tmp_path / "v1.2").mkdir()
    zoo.lenet().report(tmp_path / "v1.2" / "page")

    assert (tmp_path / "v1.2" / "page").exists()


def test_a_page_is_written_to_any_path(tmp_path):
    """What has a path is a name by that, and not by how it is printed."""
    (tmp_path / "page.html").touch()
    (entry,) = os.scandir(tmp_path)
    zoo.lenet().report(entry)

    assert "<!DOCTYPE html>" in (tmp_path / "page.html").read_text("utf-8")


def test_options_reach_all_parts():
    """Types, batches, units and layouts are those of the table and the drawings."""
    html = zoo.lenet().report(dtype="int8", batch=2, layout="CHW", language="zh")
    html = html.to_html()
    views = packed(html, "views")

    assert '<html lang="zh">' in html
    assert ">搜索 <" in html
    assert "2×6×28×28" in views["table"]
    assert "内存时间线" in views["charts"][0]
    with pytest.raises(OptionError, match="language"):
        zoo.lenet().report(language="xx")


def test_a_network_without_layers():
    """A network of an input alone has a page, too."""
    with pytest.warns(LikelyMistake, match="no layer"):
        html = Sequential(input=(8, 8, 3)).report().to_html()

    assert [] == Reader(html).wrong
    assert [] == packed(html, "explained")[""]["parts"]


def test_every_id_is_there_once():
    """What the script and labels speak of by name is in the page, once."""
    elements = Reader(zoo.lenet().report().to_html()).elements
    ids = [facts["id"] for _, facts in elements if "id" in facts]
    script = files("cnncalc.page").joinpath("report.js").read_text("utf-8")
    asked = set(re.findall(r'(?:byId|opened)\("([\w-]+)"\)', script))
    for _, facts in elements:
        for name in ("aria-labelledby", "aria-controls", "for"):
            asked.update((facts.get(name) or "").split())

    assert len(ids) == len(set(ids))
    assert set() == asked - set(ids)


def test_a_difference_has_both_networks():
    """Each node of either network has a row, and blocks and arithmetic on its side."""
    before, after = zoo.resnet18(), zoo.resnet34()
    html = before.diff(after).report().to_html()
    views, explained = packed(html, "views"), packed(html, "explained")
    rows = [row.get("data-node") for row in ET.fromstring(views["table"]).iter("tr")]
    nodes = [node for row in rows if row for node in row.split()]
    sides = {"before": len(before.nodes), "after": len(after.nodes)}

    assert [] == Reader(html).wrong
    assert sides == {side: len(told["parts"]) for side, told in explained.items()}
    assert sorted(nodes) == sorted(
        f"{side}{n}" for side, count in sides.items() for n in range(count)
    )
    assert html.count('data-side="before"') == html.count('data-side="after"') == 1
    for chart in views["charts"]:
        assert [] == Reader(chart).wrong
        assert chart.count("<svg") == 2


def test_a_difference_without_changes():
    """The page of two equal networks has all their nodes, and every id once."""
    page = zoo.lenet().diff(zoo.lenet()).report()
    views = packed(page.to_html(), "views")
    ids = re.findall(r' id="([^"]*)"', page.to_html() + "".join(views["charts"]))

    assert page.title == "lenet → lenet (2): no difference"
    assert views["table"].count('data-node="before') == 7
    assert len(ids) == len(set(ids))


def test_a_comparison_has_bars_and_pictures():
    """Each network has a row, a bar for each number, and its picture."""
    nets = zoo.lenet(), zoo.lenet5()
    columns = ["input", "params", "macs_percent", "peak_memory", "fvcore"]
    html = compare(*nets, columns=columns, layout="CHW").report().to_html()
    views, explained = packed(html, "views"), packed(html, "explained")[""]
    titles = re.findall(r'role="tab" [^>]*>([^<]*)<', html)

    assert [] == Reader(html).wrong
    assert ["Parameters", "Peak memory", "Operations (fvcore)"] == titles
    for chart in views["charts"]:
        assert [[0], [1]] == list(Reader(chart).nodes("g"))
    assert "61,706" in views["charts"][0]
    assert len(explained["parts"]) == 2
    assert ">6×28×28<" in explained["parts"][0][0]
    assert "1×32×32" in views["table"]


def test_pages_of_several_are_written(tmp_path):
    """A path writes the page of a comparison, or of a difference."""
    both = zoo.lenet(), zoo.lenet5()
    for name, answer in (("a", compare(*both)), ("b", both[0].diff(both[1]))):
        page = answer.report(tmp_path / name)

        assert str(page) == (tmp_path / name).read_text(encoding="utf-8")
        assert page.title == answer.table.title


def test_what_is_unknown_has_no_bar():
    """A network whose number is only known in part has a bar of what is known."""
    net = Sequential(input=(8, 8, 3)).conv(3, 4).add(Unknown("?", output=9))
    html = compare(net, zoo.lenet(), columns=["macs"]).report().to_html()
    (chart,) = packed(html, "views")["charts"]

    assert "≥ 3,888" in chart  # 3*3*3*4 at 6*6 places


@pytest.mark.parametrize("sliders", [False, True])
def test_what_puts_out_what_nobody_knows_is_on_the_page(sliders):
    """What reads such a shape has a row, and its numbers are lower bounds."""
    net = Sequential(input=(8, 8, 3)).conv(3, 4).add(Unknown("Wavelet")).fc(10)
    html = net.report(sliders=sliders).to_html()
    rows = list(ET.fromstring(packed(html, "views")["table"]).iter("tr"))

    assert ["0", "1", "2"] == [n for row in rows if (n := row.get("data-node"))]
    assert "≥ 112" in html  # 3*3*3*4 + 4


def test_what_is_seen_of_several_inputs_has_no_tile():
    """Where strides differ there is no field of all, and nothing stands empty."""
    g = Builder()
    halved = g.add(Pool(2), g.input((16, 16, 3)))
    net = g.graph(g.add(Add(), halved, g.input((8, 8, 3))))
    html = net.report().to_html()

    assert "<dd></dd>" not in html
    assert "<dt>Receptive field</dt>" not in html
    assert "<dt>Receptive field</dt><dd>16</dd>" in zoo.lenet().report().to_html()


def test_a_network_without_a_name_has_one_title():
    """It is called by its class on the page as above a summary, on any input."""
    net = Sequential(input=(8, 8, 3)).conv(3, 4)

    assert "Sequential: 8×8×3 → 6×6×4" == net.report().title
    assert "Sequential: 9×9×3 → 7×7×4" == net.report(input=(9, 9, 3)).title


def test_sliders_have_all_numbers():
    """The numbers of a page with sliders are those of the rows, blocks and bars."""
    net = zoo.resnet18()
    html = net.report(sliders=True, batch=2).to_html()
    sizes, views = packed(html, "sizes"), packed(html, "views")
    page, every = Reader(html), list(range(len(net.nodes)))
    rows = ET.fromstring(views["table"]).iter("tr")
    numbers = [row.get("data-node") for row in rows if "group" not in str(row.attrib)]

    assert [] == page.wrong
    assert [224, 224, 2] == sizes["own"]
    assert every == [int(number) for number in numbers if number]
    assert set(every) == {node for block in page.nodes("g") for node in block}
    assert (
        len(every) == len(sizes["rows"]) == len(packed(html, "explained")[""]["parts"])
    )
    for chart in views["charts"]:
        assert [[node] for node in every] == list(Reader(chart).nodes("rect"))
    assert "<math" in packed(html, "explained")[""]["steps"][0]


def test_sliders_of_symbols():
    """A network on symbols has sliders by itself, and symbols of layers theirs."""
    net = Sequential(input=("H", "W", "d")).conv(("m", "n"), "k")
    html = net.report(language="zh", byte_units="decimal", layout="CHW").to_html()
    sizes = packed(html, "sizes")
    labels = re.findall(r'<label for="size-\d">([^<]*)<', html)

    assert ["H (高)", "W (宽)", "d", "k", "m", "n", "N (批大小)"] == labels
    assert 224 == sizes["own"][0]
    assert ["B", "kB"] == sizes["units"]["names"][:2]
    assert sizes["first"]
    assert "<svg" not in html


def test_sliders_of_symbols_in_layers_alone():
    """A network on numbers whose layers have symbols has sliders by itself, too."""
    net = Sequential(input=(8, 8, 3)).conv(3, "F").fc(10)
    html = net.report().to_html()

    assert ["H (height)", "W (width)", "F", "N (batch)"] == re.findall(
        r'<label for="size-\d">([^<]*)<', html
    )


def test_groups_of_sliders_are_the_networks():
    """A stroke in a name, as files have them, makes no group; blocks are groups."""
    plain = Sequential(input=(8, 8, 3)).conv(3, 4, name="a/b")
    block = zoo.resnet18()
    groups = [
        re.findall(r'<tr class="cnncalc-group"', packed(html, "views")["table"])
        for net in (plain, block)
        for html in [net.report(sliders=True).to_html(), net.report().to_html()]
    ]

    assert [0, 0, 15, 15] == [len(found) for found in groups]  # 4 stages, 8 blocks, 3


def test_sliders_with_several_inputs():
    """The inputs of a graph have their sizes, equal ones one slider."""
    g = Builder()
    x, y = g.input((8, 8, 3), name="x"), g.input((8, 8, 3), name="y")
    net = g.graph(g.add(Add(), x, y))
    page = net.report(sliders=True)

    assert [8, 8, 1] == packed(page.to_html(), "sizes")["own"]
    assert packed(net.report().to_html(), "views")["table"].count("<tr") == 2


def test_sliders_count_exactly():
    """Other units of counts are refused, with what to do, and so is no flag."""
    with pytest.raises(OptionError, match="sliders count exactly. Leave it out"):
        zoo.lenet().report(sliders=True, units="auto")
    with pytest.raises(OptionError, match="sliders"):
        zoo.lenet().report(sliders="yes")
