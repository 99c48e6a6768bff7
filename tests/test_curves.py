"""Curves of expressions: where they run, and what is refused."""

import pytest

from cnncalc import OptionError, Sequential, Symbol, curves, zoo
from cnncalc.draw.scene import Outline

H = Symbol("H")


def paths(drawing):
    """Return the curves by name: for each a list of runs of places."""
    return {
        part.tip[0]: [
            [trace.start, *(step[-1] for step in trace.steps)] for trace in part.traces
        ]
        for part in drawing.scene.elements()
        if part.look.endswith("curve") and isinstance(part, Outline)
    }


def test_a_curve_goes_through_its_values():
    """From the smallest size at the left to the largest value at the top right."""
    drawing = curves({"square": H * H, "line": H}, most=5)
    found = paths(drawing)
    (square,) = found["square"]
    heights = [y for _, y in square]
    low = heights[0] + (heights[0] - heights[-1]) / 24  # of 0: 1 and 25 are drawn

    assert {"square", "line"} == found.keys()
    assert pytest.approx([1, 4, 9, 16, 25], abs=0.02) == [
        25 * (low - y) / (low - heights[-1]) for y in heights
    ]
    assert "square, line" == drawing.title
    assert "Curves over sizes from 1 to 5. square: 25 at 5; line: 5 at 5" == (
        drawing.description
    )


def test_there_are_gaps_where_it_does_not_hold():
    """Two arms agree for even sizes, and one is spread over the other's two for 3."""
    arm = Sequential().conv(3, 8, stride=2, padding=1)
    net = Sequential(input=(32, 32, 8)).residual(arm, shortcut=Sequential().pool(2))
    drawing = net.symbolic().macs.draw(most=9, title="MACs")

    (runs,) = paths(drawing).values()
    assert [3, 1, 1] == [len(run) for run in runs]
    assert "MACs" == drawing.title


def test_many_sizes_are_thinned():
    """More than there are points across are each second, and stay one curve."""
    (run,) = paths(curves(H, most=1_280))[str(H)]

    assert 640 == len(run)


def test_many_curves_are_told_apart():
    """What has a colour again has another line, which the legend says."""
    drawing = curves({f"n{k}": H + k for k in range(8)}, most=9)
    written = {label.text for label in drawing.labels}

    assert {"n0", "n7, dashed"} <= written
    assert 'stroke-dasharray="7 4"' in drawing.to_svg()
    chinese = curves({f"n{k}": H + k for k in range(8)}, most=9, language="zh")
    assert "\u865a\u7ebf" in chinese.to_svg()


def test_a_number_is_a_level_line():
    """What does not depend on the size is the same at each."""
    (run,) = paths(curves({"params": zoo.resnet18().symbolic().params}))["params"]

    assert 1 == len({y for _, y in run})


@pytest.mark.parametrize(
    ("expressions", "how", "said"),
    [
        ({}, {}, "is no expression"),
        (5, {}, "5 is no expression"),
        ({"a": 5}, {}, "is no expression"),
        ({str(k): H for k in range(99)}, {}, "99 curves cannot be told apart"),
        (H, {"least": 0}, "least is 0"),
        (H, {"most": "many"}, "most is 'many'"),
        (H, {"least": 9, "most": 5}, "most, 5, is below least, 9"),
        (H, {"title": 5}, "title is 5"),
        (zoo.vgg16().symbolic().macs, {"most": 31}, "nothing holds for any size"),
    ],
)
def test_what_cannot_be_drawn(expressions, how, said):
    """Each message says what is wrong."""
    with pytest.raises(OptionError, match=said):
        curves(expressions, **how)
