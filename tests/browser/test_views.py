"""What a notebook shows of every report, in a browser: all of them on one page."""

import pytest

from cnncalc import (
    Sequential,
    Unknown,
    check,
    compare,
    devices,
    fit,
    paddings,
    sweep,
    windows,
    zoo,
)


def build(filters=8):
    """Return a network of one setting."""
    return Sequential(input=(8, 8, 1)).conv(3, filters)


def views():
    """Give each report that a notebook can show."""
    net, small = zoo.mobilenet_v2(), zoo.lenet()
    unknown = Sequential(input=(8, 8, 3)).add(Unknown("fold", output=(4, 4, 3)))
    yield from (net, small, net.summary(units="M"), small.summary(language="zh"))
    yield from (compare(net, small), zoo.vgg16().diff(zoo.vgg16_bn()))
    yield from (sweep(build, {"filters": [2, 4]}), small.explain())
    yield from (net[3], net[3].explain(), net.totals, net.fields(), net.lint())
    yield from (net.region(5, 0, 0), net.complexity(), zoo.claims("lenet5"))
    yield from (net.memory_plan(), net.memory_report(), net.training_memory("adam"))
    yield from (net.patches("256 KiB"), net.fits("stm32h743"), devices.table())
    yield from (net.roofline("T4"), net.reconcile("fvcore"), net.backward_macs)
    yield from (
        unknown.unknown,
        check(net, max_params="1G"),
        fit(build, "filters", params=500),
    )
    yield from (windows(224, 55), paddings(224, kernel=3), small.symbolic())
    yield from (small.largest_input(params="100k"), net.largest_batch(memory="1 GiB"))


@pytest.fixture(scope="module")
def page_of_all(tmp_path_factory):
    """Write a page of all of them, and return its path."""
    shown = "<hr>".join(f"<section>{view._repr_html_()}</section>" for view in views())
    path = tmp_path_factory.mktemp("views") / "views.html"
    path.write_text(
        '<!DOCTYPE html><html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width">'
        '<meta name="color-scheme" content="light dark"><title>Views</title></head>'
        f"<body><main><h1>Views</h1>{shown}</main></body></html>",
        encoding="utf-8",
    )
    return path


@pytest.mark.parametrize("width", [400, 1400])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_everybody_can_read_them(
    width, scheme, page_of_all, visit, violations, sideways
):
    """No rule of axe's is broken, and wide tables scroll within themselves."""
    page = visit(page_of_all, width=width, scheme=scheme)

    assert [] == violations(page)
    assert sideways(page) == 0
