"""Reports in a browser: what a reader can do there, at two widths and in two schemes."""

import re

import pytest

from cnncalc import Sequential, compare, zoo

WIDTHS = (400, 1400)
SCHEMES = ("light", "dark")
MADE = {
    "resnet18": lambda: zoo.resnet18().report(),
    "lenet": lambda: zoo.lenet().report(),
    "difference": lambda: zoo.lenet().diff(zoo.lenet(classes=100)).report(),
    "sliders": lambda: zoo.lenet().report(sliders=True),
    "comparison": lambda: compare(zoo.lenet(), zoo.lenet5(), zoo.resnet18()).report(),
}


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Give a function that writes a page, once, and returns its path."""
    folder = tmp_path_factory.mktemp("reports")

    def path_of(name):
        path = folder / f"{name}.html"
        if not path.exists():
            MADE[name]().to_html(path)
        return path

    return path_of


@pytest.fixture
def shown(written, visit):
    """Give a function that opens a page, and waits until it is ready."""

    def opened(name, **how):
        page = visit(written(name), **how)
        page.locator("body[data-ready]").wait_for()
        return page

    return opened


@pytest.fixture(params=[(w, s) for w in WIDTHS for s in SCHEMES], ids=str)
def resnet(request, shown):
    """Give the page of ResNet-18."""
    width, scheme = request.param
    return shown("resnet18", width=width, scheme=scheme)


def row(page, name):
    """Return the row of a layer, or of a group, by its whole path."""
    path = page.locator("#table tbody tr").filter(
        has=page.locator("th button", has_text=re.compile(f"^{name}$"))
    )
    return path.first


def lit(page, place):
    """Return what is lit in a part of the page: which nodes, of each mark."""
    marks = page.locator(f"{place} .lit")
    return [mark.get_attribute("data-node") for mark in marks.all()]


@pytest.mark.parametrize("name", MADE)
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("scheme", SCHEMES)
def test_everybody_can_use_it(name, width, scheme, shown, violations, sideways):
    """No rule of axe's is broken, with a row chosen; the page fits the window."""
    page = shown(name, width=width, scheme=scheme)
    page.locator("#table tbody button").first.click()
    page.locator("#arithmetic details").first.wait_for()

    assert [] == violations(page)
    assert sideways(page) == 0


@pytest.mark.parametrize("name", ["lenet", "sliders"])
def test_a_chosen_row_stays_in_sight(name, shown):
    """On a narrow page, where the arithmetic lies over what is below, too."""
    page = shown(name, width=400)
    page.evaluate("scrollTo(0, 0)")
    for button in page.locator("#table tbody button").all():
        button.click()
        page.locator("#arithmetic details").first.wait_for()
        row, aside = (page.locator(x).bounding_box() for x in ("#table .lit", "aside"))

        assert row["y"] + row["height"] <= aside["y"]


def test_a_row_lights_its_block_and_its_bar(resnet):
    """Who points at a row sees its block, its bar and its arithmetic, and of no other."""
    resnet.get_by_role("tab", name="Parameters by layer").click()
    row(resnet, "layer2/0/conv1").hover()
    arithmetic = resnet.locator("#arithmetic")
    arithmetic.get_by_text("layer2/0/conv1 Conv2d").wait_for()
    nodes = {int(node) for node in lit(resnet, "#table")}

    assert nodes == {18}  # the input is none; conv1 to maxpool, two blocks of seven
    assert ["18 19 20"] == lit(resnet, "#drawing")
    assert "73,728" in arithmetic.inner_text()  # 3*3*64*128
    assert lit(resnet, "#chart-3")
    for mark in lit(resnet, "[role=tabpanel]"):
        assert "18" in mark.split()


def test_what_is_pointed_at_lights_its_row(resnet):
    """Who points at a block sees the rows of all layers that are drawn in it."""
    block = resnet.locator("#drawing g[data-node='0 1 2']")
    block.hover()
    resnet.locator("#arithmetic").get_by_text("norm1 Norm").wait_for()

    assert ["0", "1", "2"] == lit(resnet, "#table")
    assert resnet.locator("#arithmetic details").count() == 3


def test_a_chosen_row_stays(resnet):
    """A click keeps a row, whatever is pointed at, and Escape lets it go."""
    button = row(resnet, "conv1").locator("button")
    button.click()
    row(resnet, "maxpool").hover()

    assert button.get_attribute("aria-pressed") == "true"
    assert ["0"] == lit(resnet, "#table")
    resnet.keyboard.press("Escape")
    assert button.get_attribute("aria-pressed") == "false"
    row(resnet, "norm1").hover()
    assert ["1"] == lit(resnet, "#table")


def test_a_chosen_block_shows_its_row(resnet):
    """A click on a block scrolls the table to its row, and chooses it."""
    resnet.locator("#drawing g[data-node]").last.click()
    chosen = resnet.locator("#table [aria-pressed=true]")
    chosen.wait_for()
    table = resnet.locator("#table .cnncalc-scroll").bounding_box()
    box = chosen.bounding_box()

    assert chosen.inner_text() == "fc"
    assert table["y"] <= box["y"] <= table["y"] + table["height"]


def test_the_keyboard_reaches_all_rows(resnet):
    """The rows are one stop of the Tab key; arrows, Home and End lead through them."""
    focused = resnet.locator("#table tbody button:focus")
    resnet.locator("#search").focus()
    resnet.keyboard.press("Tab")  # the table, which scrolls
    for _ in resnet.locator("#table thead button").all():
        resnet.keyboard.press("Tab")
    resnet.keyboard.press("Tab")
    names = [focused.inner_text()]
    for key in ("ArrowDown", "End", "ArrowUp", "Home"):
        resnet.keyboard.press(key)
        names.append(focused.inner_text())

    assert names == ["conv1", "norm1", "fc", "avgpool", "conv1"]
    assert ["0"] == lit(resnet, "#table")
    resnet.keyboard.press("Enter")
    assert resnet.locator("#arithmetic").get_attribute("aria-live") == "polite"
    resnet.keyboard.press("ArrowDown")
    resnet.keyboard.press("Tab")
    assert resnet.locator("#table tbody :focus").count() == 0


def test_groups_fold(resnet):
    """A group's button hides its rows and those of groups in it, and shows them again."""
    visible = resnet.locator("#table tbody tr:visible")
    every = visible.count()
    group = row(resnet, "layer1").locator("button")
    group.click()

    assert group.get_attribute("aria-expanded") == "false"
    assert visible.count() == every - 2 - 14  # two blocks of seven
    group.click()
    assert visible.count() == every


def test_columns_sort(resnet):
    """A click on a title sorts by it, largest first; then the other way; then not."""
    title = resnet.get_by_role("columnheader", name="parameters")
    first = resnet.locator("#table tbody tr:visible th").first
    names = []
    for _ in range(3):
        title.get_by_role("button").click()
        names.append((title.get_attribute("aria-sort"), first.inner_text()))
    (_, most), (_, least), (_, before) = names

    assert [way for way, _ in names] == ["descending", "ascending", "none"]
    assert most.startswith("layer4/")  # 3*3*512*512, where the first of equals stands
    assert least == "relu1"
    assert before == "conv1"


def test_search_finds_rows(resnet):
    """Rows with a text stay, with their groups, and their number is said."""
    resnet.locator("#search").fill("downsample")
    found = resnet.locator("#found")
    visible = resnet.locator("#table tbody tr:not(.cnncalc-group):visible")

    assert found.inner_text() == "6 / 68"
    assert visible.count() == 6
    resnet.locator("#search").fill("")
    assert found.inner_text() == ""
    assert visible.count() == 68


def test_tabs_follow_the_keyboard(resnet):
    """One chart is shown at a time, and arrows lead from tab to tab, and around."""
    panel = resnet.locator("[role=tabpanel]:visible")
    tabs = resnet.get_by_role("tab")
    tabs.first.focus()
    shown = []
    for key in ("ArrowRight", "ArrowLeft", "ArrowLeft", "ArrowRight"):
        resnet.keyboard.press(key)
        shown.append(panel.get_attribute("id"))

    assert shown == ["chart-1", "chart-0", "chart-4", "chart-0"]
    assert panel.locator("title").first.text_content() == "resnet18: memory timeline"
    assert "peak 6.1250 MiB" in panel.text_content()


def test_it_is_light_or_dark(resnet):
    """It begins as the reader prefers, and a button turns it."""
    colour = "() => getComputedStyle(document.body).backgroundColor"
    prefers = "() => matchMedia('(prefers-color-scheme: dark)').matches"
    light, dark = "rgb(255, 255, 255)", "rgb(13, 17, 23)"
    turned = (dark, light) if resnet.evaluate(prefers) else (light, dark)
    seen = [resnet.evaluate(colour)]
    resnet.locator("#scheme").click()
    seen.append(resnet.evaluate(colour))

    assert turned == tuple(seen)


CUT = """() =>
  [...document.querySelectorAll("#table *, .figure, .figure *")].filter((part) => {
    const hides = getComputedStyle(part).overflowX !== "visible";
    return hides && part.scrollWidth > part.clientWidth + 1;
  }).map((part) => part.outerHTML.slice(0, 80))
"""


@pytest.mark.parametrize("name", MADE)
def test_it_prints(name, shown):
    """On paper it is light and has all rows and charts, which no edge cuts."""
    page = shown(name, scheme="dark")
    page.emulate_media(media="print")
    colour = page.evaluate("() => getComputedStyle(document.body).backgroundColor")

    assert page.evaluate(CUT) == []
    assert colour == "rgb(255, 255, 255)"
    for chart in page.locator("[role=tabpanel]").all():
        assert chart.is_visible()
    assert not page.locator("#scheme").is_visible()
    assert page.pdf(format="A4").startswith(b"%PDF")


def test_a_difference_shows_both_sides(shown):
    """A node that changed is lit in both pictures, with its arithmetic before, after."""
    page = shown("difference")
    row(page, "FC3").hover()
    arithmetic = page.locator("#arithmetic details")
    arithmetic.first.wait_for()

    assert ["6"] == lit(page, "#drawing [data-side=before]")
    assert ["6"] == lit(page, "#drawing [data-side=after]")
    assert ["before6 after6"] == lit(page, "#table")
    assert ["850", "8,500"] == [
        part.get_by_text(total).first.text_content()
        for part, total in zip(arithmetic.all(), ("850", "8,500"), strict=True)
    ]
    assert row(page, "FC3").get_attribute("data-change") == "~"
    assert page.locator("#drawing .changed").count() == 2


def test_a_comparison_shows_the_network(shown):
    """Who points at a network sees its bar, and its picture."""
    page = shown("comparison")
    row(page, "resnet18").hover()
    page.locator("#arithmetic text").get_by_text("resnet18: architecture").wait_for()

    assert ["2"] == lit(page, "#chart-0")
    page.get_by_role("tab", name="Parameters").click()
    page.locator("#chart-2 g[data-node='0']").hover()
    page.locator("#arithmetic text").get_by_text("lenet: architecture").wait_for()
    assert ["0"] == lit(page, "#table")
    page.locator("#arithmetic g[data-node]").first.hover()
    assert ["0"] == lit(page, "#table")


@pytest.mark.parametrize("width", WIDTHS)
def test_a_notebook_shows_it_in_a_frame(width, visit, tmp_path, sideways):
    """Each frame is as high as its page, within the window, and works by itself."""
    answers = MADE["comparison"](), MADE["lenet"]()
    cells = "".join(f"<div>{answer._repr_html_()}</div>" for answer in answers)
    path = tmp_path / "notebook.html"
    path.write_text(f"<!DOCTYPE html><title>cells</title>{cells}", encoding="utf-8")
    page = visit(path, width=width)
    for number, answer in enumerate(answers):
        frame = page.frame_locator("iframe").nth(number)
        frame.locator("body[data-ready]").wait_for()
        frame.locator("#table tbody button").first.click()
        frame.locator("#arithmetic details").wait_for()
        high = frame.locator("html").evaluate("(root) => root.offsetHeight")
        outside = page.locator("iframe").nth(number)

        assert outside.get_attribute("title") == answer.title
        page.wait_for_function(
            "([frame, high]) => Math.abs(frame.offsetHeight - high) < 2",
            arg=[outside.element_handle(), min(high, 0.9 * 900)],
        )
    assert sideways(page) == 0


def slid(page):
    """Return the totals, and the rows, as the page shows them."""
    totals = {
        part.get_attribute("id").removeprefix("total-"): part.inner_text()
        for part in page.locator(".facts dd").all()
    }
    rows = page.locator("#table tbody tr").all()
    return totals, [row.locator("th, td").all_inner_texts() for row in rows]


@pytest.mark.parametrize(("width", "scheme"), [(400, "light"), (1400, "dark")])
def test_sliders_move_all_numbers(width, scheme, shown):
    """Totals, rows and bars are those of the network that is built of those sizes."""
    page = shown("sliders", width=width, scheme=scheme)
    page.locator("body[data-slides]").wait_for()
    before, _ = slid(page)
    page.locator("#size-0").fill("61")
    page.locator("#range-1").fill("48")
    page.locator("#size-2").fill("3")
    totals, rows = slid(page)
    net = zoo.lenet().on((61, 48, 1))
    columns = ["layer", "output", "params", "macs", "flops", "activation_size", "peak"]
    told = net.summary(columns=columns, batch=3).to_markdown()
    expected = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in told.splitlines()
        if line.startswith("| ") and not re.search("layer|--", line)
    ]

    assert before["macs"] == "416,520"
    assert before["peak_memory"] == "22.969 KiB"
    assert totals["macs"] == f"{3 * net.macs:,}"
    assert totals["params"] == f"{net.params:,}"
    assert rows == [[cell.removeprefix("3×") for cell in row] for row in expected]
    heights = [
        float(bar.get_attribute("height"))
        for bar in page.locator("#chart-1 rect").all()
    ]
    assert heights == pytest.approx(
        [200 * row.macs / max(row.macs for row in net.nodes) for row in net.nodes],
        abs=0.02,
    )
    page.get_by_role("button", name="Reset").click()
    page.locator("#total-macs", has_text="416,520").wait_for()


def test_sizes_that_cannot_be_are_said(shown):
    """Where the network cannot be built, it is said why, and no number is shown."""
    page = shown("sliders")
    page.locator("body[data-slides]").wait_for()
    page.locator("#size-0").fill("3")
    totals, rows = slid(page)
    told = page.locator("#holds").inner_text()

    assert "H ≥ 16" in told  # two kernels of 5, two pools: ((16 - 4)/2 - 4)/2 = 1
    assert {"?"} == set(totals.values())
    assert {"?"} == {cell for row in rows for cell in row[1:]}
    page.locator("#size-0").fill("16")
    assert "" == page.locator("#holds").text_content()
    assert "?" not in slid(page)[0].values()


def test_what_is_no_size_is_said(shown):
    """A field that is empty, or has no whole number, leaves the numbers, and says so."""
    page = shown("sliders")
    page.locator("body[data-slides]").wait_for()
    before = slid(page)
    size = page.locator("#size-0")
    for wrong in ("", "0", "-3", "2.5", "1e30"):
        size.fill(wrong)

        assert "a whole number from 1" in page.locator("#holds").inner_text()
        assert "true" == size.get_attribute("aria-invalid")
        assert before == slid(page)

    size.fill("32")
    assert "" == page.locator("#holds").text_content()
    assert "false" == size.get_attribute("aria-invalid")


def test_names_do_nothing(visit, tmp_path):
    """What names hold is text, wherever the page shows it."""
    bad = "<img src=x onerror=alert(1)>"
    path = tmp_path / "bad.html"
    net = Sequential(input=(8, 8, 3), name=bad).conv(3, 4, name=bad).relu()
    net.report(path)
    page = visit(path)
    page.locator("body[data-ready]").wait_for()
    page.locator("#table tbody button").first.click()
    page.locator("#arithmetic details").first.wait_for()

    assert page.locator("img").count() == 0
    assert page.locator("#arithmetic").get_by_text(bad).count()
