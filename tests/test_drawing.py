"""Drawings: what they show, that nothing overlaps, and that they are plain SVG."""

import re
import shutil
import subprocess
import xml.etree.ElementTree as ET
from itertools import combinations, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from scenes import outside, overlapping
from strategies import fitting, layers_on, spaces

from cnncalc import (
    FC,
    Activation,
    Add,
    Builder,
    CnncalcError,
    Conv1d,
    Conv2d,
    OptionError,
    Sequential,
    Shape,
    zoo,
)
from cnncalc.draw import KINDS, Drawing
from cnncalc.draw.as_svg import element, number, render
from cnncalc.draw.boxes import boxes, family
from cnncalc.draw.layout import Footprint, arranged, layers
from cnncalc.draw.scene import Scene, text
from cnncalc.draw.texts import clipped, extent
from cnncalc.layers.base import Layer
from cnncalc.layers.input import Join

SVG = "{http://www.w3.org/2000/svg}"
HOSTILE = [
    "<script>alert(1)</script>",
    "\"'&]]>",
    "a\nb\tc",
    "\u202egnp.exe",
    "שלום",
    "卷积层卷积层卷积层卷积层卷积层",
    "\x00\x1b\ufffe\ud800",
    "﷽" * 30,
    "x" * 500,
]


def picture(net, kind="architecture", **options):
    """Draw a network, under the title "net" if it has no name."""
    return net.draw(kind, title=net.name or "net", **options)


def texts(drawing):
    """Return the words that are written in a picture."""
    root = ET.fromstring(drawing.to_svg())
    return [node.text for node in root.iter(f"{SVG}text")]


@pytest.mark.no_cover
@pytest.mark.parametrize("name", zoo.names())
def test_pictures_of_the_zoo_are_readable(name):
    """Labels keep apart and inside; of boxes there are forty, or more in branches."""
    net = zoo.build(name)
    pictures = {kind: picture(net, kind) for kind in KINDS}
    for kind, drawing in pictures.items():
        assert [] == overlapping(drawing.labels), kind
        assert [] == outside(drawing), kind

    shown = boxes(net.nodes, None, None)
    edges = [(s, k) for k, box in enumerate(shown) for s in box.sources]
    assert len(net.nodes) == sum(len(box.rows) for box in shown)
    if 0 < len(edges) - len(shown) + 1 <= len(shown) / 3:  # a chain with skips
        assert len(shown) <= 80
    else:
        assert len(shown) <= 64
        assert max(layers(len(shown), edges)) < 40
    assert pictures["architecture"].scene.width <= 1300


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("hostile", HOSTILE)
def test_hostile_names_are_harmless(kind, hostile):
    """Whatever a name holds, the picture is well-formed, without scripts or links."""
    net = Sequential(input=(9, 9, 1), name=hostile).conv(3, 2, name=hostile).relu()
    drawing = picture(net, kind)
    root = ET.fromstring(drawing.to_svg())

    tags = {node.tag.removeprefix(SVG) for node in root.iter()}
    known = "svg title desc style g rect path line text"
    assert set() == tags - set(known.split())
    assert [] == overlapping(drawing.labels)
    assert [] == outside(drawing)
    assert not re.search(r"[\x00-\x08\x0b-\x1f\u202a-\u202e\ufffe]", drawing.to_svg())
    assert "href" not in drawing.to_svg()
    assert "url(" not in drawing.to_svg()


def test_pictures_speak_to_screen_readers():
    """Each has a role, a title and a description that the root refers to."""
    for kind, words in KINDS.items():
        drawing = picture(zoo.lenet5(), kind)
        root = ET.fromstring(drawing.to_svg())
        marked = {node.get("id"): node.text for node in root if node.get("id")}

        assert "img" == root.get("role")
        assert [drawing.title, drawing.description] == [
            marked[mark] for mark in root.get("aria-labelledby").split()
        ]
        assert words in drawing.title


def test_lenet_is_drawn_as_in_its_paper():
    """LeNet-5 shows the seven layers and shapes of LeCun et al. 1998, figure 2."""
    found = texts(picture(zoo.lenet5()))

    assert ["C1", "S2", "C3", "S4", "C5", "F6", "OUTPUT"] == [
        word for word in found if re.fullmatch(r"[CSF]\d|OUTPUT", word)
    ]
    for shape in ["32×32×1", "28×28×6", "14×14×6", "10×10×16", "5×5×16", "1×1×120"]:
        assert shape in found


def test_larger_maps_are_higher():
    """The height of a block goes with the root of its map's: 28 is twice as 7."""
    net = Sequential(input=(28, 28, 8)).pool(2).pool(2)
    root = ET.fromstring(picture(net).to_svg())
    groups = [g for g in root.iter(f"{SVG}g") if g.find(f"{SVG}title") is not None]
    heights = [
        float(re.search(r"v([\d.]+)", group.find(f"{SVG}path").get("d"))[1])
        for group in groups
    ]

    assert pytest.approx(heights[0] / 2, abs=0.1) == heights[2]


def test_small_nodes_are_merged():
    """Norm, activation and dropout after a layer are drawn with it."""
    net = (
        Sequential(input=(8, 8, 3)).conv(3, 4).norm().relu().dropout().fc(10).softmax()
    )
    shown = boxes(net.nodes, None, None)

    assert [[], ["Conv2d", "Norm", "Activation", "Dropout"], ["FC", "Activation"]] == [
        [row.kind for row in box.rows] for box in shown
    ]
    svg = picture(net).to_svg()
    assert all(row.path in svg for row in net.nodes)


def test_used_twice_is_not_merged():
    """A node stays alone where something else also takes what is before it."""
    g = Builder()
    x = g.add(Conv2d(1, 3), g.input((8, 8, 3)))
    y = g.add(Activation("relu"), x)
    net = g.graph(g.add(Add(), x, y))

    assert [(), (0,), (1,), (1, 2)] == [b.sources for b in boxes(net.nodes, None, None)]


def test_what_begins_with_a_norm_has_a_box():
    """A norm of the input itself, or of a group's output, has no layer to go with."""
    net = Sequential(input=(8, 8, 3)).norm().relu()
    assert ["input", "norm"] == [box.family for box in boxes(net.nodes, None, None)]

    shown = boxes(zoo.build("densenet121").nodes, 1, None)
    assert ["group", "norm", "pool", "linear"] == [box.family for box in shown[-4:]]


def test_equal_groups_become_one_box():
    """ResNet-152 has 3, 8, 36, 3 blocks, the first of each stage another (Table 1)."""
    shown = boxes(zoo.resnet152().nodes, None, None)

    assert [1, 2, 1, 7, 1, 35, 1, 2] == [b.run for b in shown if b.family == "group"]
    assert "layer3/1 … 35" in [box.name for box in shown]


@pytest.mark.parametrize("name", ["resnet34", "resnet50", "mobilenet_v2", "xception"])
def test_skips_of_blocks_are_shown_while_that_is_readable(name):
    """Each join of a network of some fifty layers is a box that several lead to."""
    rows = zoo.build(name).nodes
    shown = boxes(rows, None, None)

    assert sum(len(row.inputs) > 1 for row in rows) == sum(
        len(box.sources) > 1 for box in shown
    )


def test_a_picture_says_which_depth_shows_skips():
    """Where all joins are folded away, the line below the title says how to see them."""
    words = "depth=2 shows skips and branches in groups"

    assert texts(picture(zoo.densenet121()))[1].endswith(words)
    assert "depth=" not in texts(picture(zoo.densenet121(), depth=2))[1]
    assert "depth=" not in texts(picture(zoo.vgg16()))[1]


def test_many_lines_are_thin():
    """The hundreds of lines of a dense block are thinner than those of a few."""
    assert 'class="lines many"' in picture(zoo.densenet121(), depth=2).to_svg()
    assert 'class="lines many"' not in picture(zoo.googlenet()).to_svg()


def test_depth_is_obeyed():
    """One level of ResNet-50 is a stem, four stages, pool and classifier."""
    shown = boxes(zoo.resnet50().nodes, 1, None)
    assert [
        "input1",
        "conv1",
        "maxpool",
        "layer1",
        "layer2",
        "layer3",
        "layer4",
        "avgpool",
        "fc",
    ] == [box.name for box in shown]

    every = boxes(zoo.resnet50().nodes, 9, None)
    assert 174 == sum(len(box.rows) for box in every)
    assert not any(box.family == "group" for box in every)
    assert [] == overlapping(picture(zoo.resnet50(), depth=9).labels)
    stages = texts(picture(zoo.resnet50(), "macs", depth=1))
    assert {"layer1", "layer2", "layer3", "layer4"} < set(stages)


def test_very_deep_networks_are_drawn():
    """Without groups to fold, all of a long chain is drawn, its text cut off."""
    net = Sequential(input=(8, 8, 1))
    for _ in range(120):
        net = net.conv(1, 1)

    for kind in KINDS:
        drawing = picture(net, kind)
        assert [] == overlapping(drawing.labels)
    assert "and 21 more" in picture(net).description
    assert "and 80 more" in picture(net, "params").description


def test_empty_networks_are_drawn():
    """A network without layers shows its inputs, and no layer at all is no error."""
    net = Sequential(input=(32, 24, 3))
    g = Builder()
    several = g.graph(g.input((8, 8, 1)), g.input((4, 4, 1)))

    assert "32×24×3" in texts(picture(net))
    for kind in KINDS:
        assert picture(several, kind).to_svg().endswith("</svg>")
    assert "input1" in texts(picture(net, "memory"))


def test_several_inputs_are_drawn():
    """Two inputs meet; the later one stands just before its use."""
    g = Builder()
    x = g.input((8, 8, 3), name="left")
    y = g.input((8, 8, 4), name="right")
    x = g.add(Conv2d(1, 4), g.add(Conv2d(1, 4), x))
    net = g.graph(g.add(Add(), x, y))

    assert {"left", "right"} < set(texts(picture(net)))
    assert [0, 2, 1, 2, 3] == layers(5, [(0, 2), (2, 3), (1, 4), (3, 4)])


def test_bars_show_the_paper_s_numbers():
    """LeNet-5's bars have the parameters of LeCun et al. 1998, section II.B."""
    found = " ".join(texts(picture(zoo.lenet5(), "params")))

    for count in ["156", "1,516", "48,120", "10,164"]:
        assert f" {count} · " in found
    assert "12 · < 0.1 %" in found  # S2: a coefficient and a bias for each of six maps


def test_layers_without_a_cost_have_no_bar():
    """Bars leave out what has none, and say of how many layers."""
    net = Sequential(input=(8, 8, 3)).conv(3, 4, name="c").relu(name="r")
    found = texts(picture(net, "macs"))

    assert "1 layer with none not shown" in found
    assert "c" in found
    assert "r" not in found


class Mystery(Layer):
    """A layer of which only the output is known."""

    def output(self, x, /):
        return x


@pytest.mark.parametrize("kind", ["params", "macs", "receptive_field"])
def test_a_picture_without_bars_is_as_tidy(kind):
    """Where nothing has a bar, what is said of that has its room."""
    drawing = Sequential(input=(4, 4, 3)).flatten().relu().draw(kind)

    assert [] == overlapping(drawing.labels)
    assert [] == outside(drawing)


def test_unknown_costs_are_no_zeros():
    """A layer of unknown cost has a bar, with a question mark."""
    net = Sequential(input=(8, 8, 3)).add(Mystery(name="m"))

    assert ["m: ?"] == re.findall(r"m: \?", picture(net, "params").description)
    assert "other" == family(Mystery().role)


class Maximum(Join):
    """A join of a role that nothing knows."""

    def output(self, *xs):
        return xs[0]


def test_any_layer_of_several_inputs_is_a_join():
    """What joins has the colour of joins, whatever its role is called."""
    g = Builder()
    x, y = g.input((8, 8, 3)), g.input((8, 8, 3))
    net = g.graph(g.add(Maximum(), x, y))

    assert "join" == boxes(net.nodes, None, None)[-1].family


def test_receptive_fields_grow_as_counted():
    """Three 3×3 convolutions see 3, 5 and 7 positions (Simonyan & Zisserman, 2.3)."""
    net = Sequential(input=(9, 5, 1))
    for _ in range(3):
        net = net.conv(3, 1, padding=1)
    drawing = picture(net, "receptive_field")

    assert ["3×3", "5×5", "7×7"] == re.findall(r": (\d+×\d+)", drawing.description)
    wide = net.draw("receptive_field", input=(3, 3, 1))
    assert "larger ones are cut off at the edge" in texts(wide)


# Along other numbers of axes.

SIGNAL = Sequential(input=(8000, 1)).conv1d(80, 32, stride=16).relu().pool(4).fc(35)
CLIP = (
    Sequential(input=(16, 112, 112, 3))
    .conv3d((3, 7, 7), 64, stride=(1, 2, 2), padding=(1, 3, 3))
    .norm()
    .pool(2)
    .conv3d(3, 128)
    .global_pool()
)
FOUR = Sequential(input=(4, 4, 4, 6, 2)).pool(2).flatten()


def fronts(drawing):
    """Return the size of each block's fronts, from the rearmost of a deck."""
    root = ET.fromstring(drawing.to_svg())
    groups = [g for g in root.iter(f"{SVG}g") if g.find(f"{SVG}title") is not None]
    shape = re.compile(r"M[\d.]+ [\d.]+h([\d.]+)v([\d.]+)h")
    return [
        [
            (float(found[1]), float(found[2]))
            for path in group.iter(f"{SVG}path")
            if (found := shape.match(path.get("d")))
        ]
        for group in groups
    ]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("net", [SIGNAL, CLIP, FOUR], ids=["signal", "clip", "four"])
def test_any_number_of_axes_is_drawn(net, kind):
    """Labels keep apart and inside, whatever the network works along."""
    drawing = net.draw(kind)

    assert [] == overlapping(drawing.labels)
    assert [] == outside(drawing)
    assert drawing.to_svg().endswith("</svg>")


@given(fitting(layers_on, spaces))
def test_any_layer_along_any_axes_is_drawn(fit):
    """So they do for any layer, in the pictures that show shapes."""
    x, layer = fit
    net = Sequential(input=x).add(layer)
    for kind in ("architecture", "receptive_field"):
        drawing = net.draw(kind)
        assert [] == overlapping(drawing.labels)
        assert [] == outside(drawing)


def test_a_sequence_is_a_bar():
    """It is as high as the root of its length, and reaches no further back."""
    net = Sequential(input=(64, 8)).pool(4).pool(4)
    blocks = fronts(net.draw())
    sides = re.findall(r'd="M[\d. ]+l([\d.]+) ', net.draw().to_svg())

    assert [1, 1, 1] == [len(deck) for deck in blocks]
    assert pytest.approx([2, 2], abs=0.02) == [
        blocks[n][0][1] / blocks[n + 1][0][1] for n in range(2)
    ]
    assert {"4"} == set(sides)


def test_a_volume_is_a_deck():
    """The deeper it is, the more blocks: one more each time the depth doubles."""
    depths = [1, 2, 3, 4, 8, 16, 64, 300]
    nets = [Sequential(input=(depth, 8, 8, 3)) for depth in depths]
    decks = [fronts(net.draw())[0] for net in nets]

    assert [1, 2, 2, 3, 4, 5, 6, 6] == [len(deck) for deck in decks]
    assert all(len(set(deck)) == 1 for deck in decks)
    assert fronts(Sequential(input=(8, 8, 3)).draw())[0] == decks[0]


def test_bars_and_blocks_have_scales_of_their_own():
    """Beside a long signal a small map is still seen."""
    g = Builder()
    long, small = g.input((16000, 1)), g.input((8, 8, 3))
    both = g.graph(g.add(Activation("relu"), long), g.add(Activation("tanh"), small))
    heights = {deck[0][1] for deck in fronts(both.draw())}

    assert 1 == len(heights)


def test_a_window_along_one_axis_is_said_to_be_one():
    """A bare number below a box would say nothing; a stride of 1 goes without saying."""
    signal, clip = texts(SIGNAL.draw()), texts(CLIP.draw())

    assert "kernel 80, stride 16" in signal
    assert "3×7×7, stride 1×2×2" in clip
    assert "3×3×3" in clip


def test_the_field_of_a_sequence_is_a_strip():
    """Dilations of 1, 2, 4 and 8 see 2, 4, 8 and 16 (van den Oord et al., figure 3)."""
    net = Sequential(input=(32, 4))
    for dilation in (1, 2, 4, 8):
        net = net.conv1d(2, 4, padding="causal", dilation=dilation)
    drawing = net.draw("receptive_field")
    root = ET.fromstring(drawing.to_svg())
    wide = [
        float(rect.get("width"))
        for rect in root.iter(f"{SVG}rect")
        if "field" in rect.get("class")
    ]

    assert ["2", "4", "8", "16"] == re.findall(r": (\d+)", drawing.description)
    assert "up to 16 of an input of 32" in texts(drawing)
    assert "length" in texts(drawing)
    assert pytest.approx([190, 95, 47.5, 23.75], abs=0.1) == wide
    high = {float(r.get("height")) for r in root.iter(f"{SVG}rect") if r.get("x")}
    assert max(high) < 60


def test_the_field_of_a_volume_is_a_grid_and_a_strip():
    """Height and width have a grid, and depth a strip to its own scale."""
    net = Sequential(input=(16, 64, 64, 1)).conv3d((3, 7, 5), 1, name="c")
    drawing = net.draw("receptive_field")
    root = ET.fromstring(drawing.to_svg())
    grid, strip = (
        (float(rect.get("width")), float(rect.get("height")))
        for rect in root.iter(f"{SVG}rect")
        if "field" in rect.get("class")
    )

    assert pytest.approx((380 * 5 / 64, 380 * 7 / 64), abs=0.1) == grid
    assert pytest.approx(380 * 3 / 16, abs=0.1) == strip[0]
    assert ["height and width", "depth"] == [
        words for words in texts(drawing) if words in {"height and width", "depth"}
    ]
    assert "c: 3×7×5" in drawing.description
    cut = net.draw("receptive_field", input=(3, 64, 64, 1)).description
    assert "an input of 3×64×64" in cut


def test_depth_may_be_cut_off_alone():
    """A field that is deeper than its strip says so, however wide the grid is."""
    net = Sequential(input=(4, 64, 64, 1))
    for _ in range(4):
        net = net.conv3d((3, 1, 1), 1, padding=(1, 0, 0))

    assert "larger ones are cut off at the edge" in texts(net.draw("receptive_field"))


def test_fields_over_another_input_are_left_out():
    """Of inputs with different axes the first is drawn, with what sees it."""
    g = Builder()
    image, sound = g.input((8, 8, 3)), g.input((100, 2))
    seen = g.add(Conv2d(3, 4, name="image"), image)
    net = g.graph(seen, g.add(Conv1d(5, 4, name="sound"), sound))

    assert "an input of 8×8. image: 3×3" in net.draw("receptive_field").description
    assert "sound" not in net.draw("receptive_field").description


def test_memory_peak_is_that_of_the_walk():
    """The peak of a chain is its largest input and output at once: C1's and S2's."""
    drawing = picture(zoo.lenet5(), "memory")

    # 4 · (28·28·6 + 14·14·6) bytes = 22.96875 KiB
    assert "peak 22.969 KiB (float32) while S2 runs" in drawing.description


@pytest.mark.parametrize(
    ("count", "ticks"),
    [
        (2, ["0", "5 B", "10 B", "15 B"]),
        (5_000, ["0", "10 KiB", "20 KiB", "30 KiB"]),
        (10**6, ["0", "2 MiB", "4 MiB", "6 MiB"]),
        (10**21, ["0", "2,000 EiB", "4,000 EiB", "6,000 EiB"]),
    ],
)
def test_memory_is_marked_at_round_sizes(count, ticks):
    """Beside the timeline stand 1, 2 or 5 times a power of ten of a unit."""
    net = Sequential(input=count).relu(name="r").fc(count, name="f")
    found = texts(picture(net, "memory"))

    assert ticks == [
        word for word in found if re.fullmatch(r"0|[\d,]+ [KME]?i?B", word)
    ]


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("architecture", "60,840 parameters, 326,520 MACs"),
        ("params", "60,840 parameters"),
        ("macs", "326,520 MACs"),
        ("activations", "8,094 activations"),
        ("receptive_field", "up to 32×32 of an input of 32×32"),
        ("memory", "peak 22.969 KiB (float32) while S2 runs"),
    ],
)
def test_below_the_title_stands_what_the_picture_sums_up(kind, words):
    """A chart's own total stands above it."""
    assert words == texts(picture(zoo.lenet5(), kind))[1]


@pytest.mark.parametrize("kind", KINDS)
def test_numbers_may_be_larger_than_floats(kind):
    """Counts of hundreds of digits are drawn to scale."""
    net = Sequential(input=(10**200, 10**200, 1)).conv(3, 4).conv(10**160, 1)
    drawing = picture(net, kind)

    assert [] == outside(drawing)
    assert "nan" not in drawing.to_svg()


def test_memory_is_drawn_to_its_area():
    """The area of the tensors is the sum of what is alive at each step."""
    net = zoo.build("googlenet")
    root = ET.fromstring(picture(net, "memory").to_svg())
    drawn = [r for r in root.iter(f"{SVG}rect") if r.find(f"{SVG}title") is not None]
    area = sum(float(r.get("width")) * float(r.get("height")) for r in drawn)
    steps = len(net.graph.table)
    alive = [0] * steps
    from cnncalc.memory.liveness import storages
    from cnncalc.memory.types import tensor_bytes

    table = net.graph.table
    for held in storages(table, net.graph.outputs, tensor_bytes(table), inplace=True):
        for step in range(held.first, min(held.last, steps - 1) + 1):
            alive[step] += held.size

    assert pytest.approx(sum(alive) / max(alive) / steps, rel=0.02) == area / 900 / 320


@pytest.mark.parametrize(
    ("spelling", "kind"),
    [
        ("MACs", "macs"),
        ("Parameters", "params"),
        ("receptive-field", "receptive_field"),
    ],
)
def test_kinds_are_understood_however_they_are_written(spelling, kind):
    """A kind of drawing may be called as a reader of reports calls it."""
    net = zoo.lenet5()

    assert net.draw(kind).to_svg() == net.draw(spelling).to_svg()


def test_options_are_checked():
    """What cannot be drawn is refused with what can."""
    draw = zoo.lenet5().draw
    with pytest.raises(OptionError, match="receptive_field"):
        draw("pie")
    with pytest.raises(OptionError, match="there is no drawing"):
        draw(["params"])
    for depth in (0, -1, True, 1.0, "1"):
        with pytest.raises(OptionError, match="positive integer"):
            draw(depth=depth)
    with pytest.raises(OptionError, match="title is 3"):
        draw(title=3)
    with pytest.raises(CnncalcError):
        draw(input=(0, 0, 0))


def test_drawings_are_saved(tmp_path):
    """A file holds the picture; a name of another format is refused."""
    drawing = picture(zoo.lenet5())
    drawing.save(tmp_path / "net.svg")
    drawing.save(str(tmp_path / "NET2.SVG"))

    assert drawing.to_svg() == (tmp_path / "net.svg").read_text(encoding="utf-8")
    assert drawing.to_svg() == drawing._repr_svg_() == str(drawing)
    assert isinstance(drawing, Drawing)
    assert "<svg" not in repr(drawing)
    with pytest.raises(OptionError, match=r"End it in \.svg, \.tex, \.pdf, \.png"):
        drawing.save(tmp_path / "net.gif")


def test_drawings_are_the_same_each_time():
    """Two drawings of the same network are equal to the byte."""
    for kind in KINDS:
        assert picture(zoo.build("unet"), kind) == picture(zoo.build("unet"), kind)


@st.composite
def dags(draw_):
    """Draw sizes of cells and edges that lead onward."""
    count = draw_(st.integers(1, 14))
    sizes = st.tuples(st.integers(10, 90), st.integers(10, 90))
    cells = [
        Footprint(w, h, w / 4, w / 2, h / 2)
        for w, h in draw_(st.lists(sizes, min_size=count, max_size=count))
    ]
    ends = [(a, b) for b in range(count) for a in range(b)]
    edges = draw_(st.lists(st.sampled_from(ends), unique=True)) if ends else []
    return cells, edges


def crossing(first, second, box):
    """Tell whether the straight line between two points enters the inside of a box."""
    (x, y), (to_x, to_y) = first, second
    left, top, right, bottom = box
    return any(
        left + 0.5 < x + (to_x - x) * k / 40 < right - 0.5
        and top + 0.5 < y + (to_y - y) * k / 40 < bottom - 0.5
        for k in range(41)
    )


@given(dags(), st.sampled_from([150, 400, 2000]))
def test_layouts_keep_apart(dag, width):
    """Cells do not overlap, and no line crosses a cell that it does not end at."""
    cells, edges = dag
    layout = arranged(cells, edges, [""] * len(cells), width=width)
    rooms = [
        (x, y, x + cell.width, y + cell.height)
        for cell, (x, y) in zip(cells, layout.corners)
    ]

    for (a, b, c, d), (e, f, g, h) in combinations(rooms, 2):
        assert c <= e or g <= a or d <= f or h <= b
    for left, top, right, bottom in rooms:
        assert 0 <= left < right <= layout.width
        assert -0.01 <= top < bottom <= layout.height + 0.01
    for (source, target), points in zip(edges, layout.routes):
        x, y = layout.corners[source]
        assert (x + cells[source].right, y + cells[source].port) == pytest.approx(
            points[0]
        )
        x, y = layout.corners[target]
        assert (x + cells[target].left, y + cells[target].port) == pytest.approx(
            points[-1]
        )
        for node, room in enumerate(rooms):
            if node not in {source, target}:
                assert not any(crossing(p, q, room) for p, q in pairwise(points))


@given(dags(), st.sampled_from([150, 400, 2000]), st.randoms())
def test_grounds_hold_their_own_group_alone(dag, width, random):
    """On the ground of a group stand its cells, whole, and none of another group."""
    cells, edges = dag
    layer = layers(len(cells), edges)
    group = [random.choice(["", "a", "b"]) for _ in cells]
    groups = [group[place] for place in layer]
    layout = arranged(cells, edges, groups, width=width)

    for band in layout.bands:
        for cell, (x, y), name in zip(cells, layout.corners, groups):
            across = band.left < x + cell.width and x < band.right
            if across and band.top < y + cell.height and y < band.bottom:
                assert name == band.name
                assert band.left <= x
                assert x + cell.width <= band.right
                assert y + cell.height <= band.bottom


@pytest.mark.parametrize(
    ("words", "tail", "expected"),
    [
        ("layer2/0/downsample/conv1", True, "…/conv1"),
        ("a very long name of a net", False, "a very long…"),
        ("x" * 30, True, "…xxxxxxxxxxxxx"),
    ],
)
def test_texts_are_cut_between_names(words, tail, expected):
    """A path is cut at a stroke and a title at a blank, if there is one."""
    assert expected == clipped(words, 10, 100, tail=tail)


@given(st.text(max_size=30), st.integers(10, 200))
def test_shortened_text_fits(words, width):
    """What is left of a text fits its room, from either end."""
    for tail in (False, True):
        left = clipped(words, 10, width, tail=tail)
        assert extent(left, 10) <= max(width, 10)
        kept = left.removesuffix("…") if not tail else left.removeprefix("…")
        assert kept in words


@given(st.text())
def test_any_text_is_well_formed(words):
    """Any text at all makes well-formed XML, in an element and in an attribute."""
    line = text(words, 0, 0, size=10, width=50)
    root = ET.fromstring(render(Scene(words, words, 9, 9, (line,))))

    assert "text" == root[-1].tag.removeprefix(SVG)
    assert "a" == ET.fromstring(element("a", words)).tag


def test_numbers_are_short():
    """Coordinates have one decimal, and there is no negative zero."""
    assert ["0", "0", "1.5", "-2"] == [number(x) for x in (-0.01, 0, 1.5, -2.0)]


def test_a_file_paints_its_own_ground():
    """Words of a file of its own have a ground beside each colour, light and dark."""
    svg = picture(zoo.lenet5()).to_svg()
    root = ET.fromstring(svg)
    first = next(root.iter(f"{SVG}rect"))
    style = root.find(f"{SVG}style").text

    assert ("back", root.get("width"), root.get("height")) == (
        first.get("class"),
        first.get("width"),
        first.get("height"),
    )
    inks = re.findall(r":root\{color:(#\w+);background:(#\w+)\}", style)
    assert [("#1f2328", "#fff"), ("#e6edf3", "#0d1117")] == inks
    assert [back for _, back in inks] == re.findall(
        r":root>.back\{fill:(#\w+)\}", style
    )
    assert ".back{fill:none}" in style


@pytest.mark.skipif(not shutil.which("chromium"), reason="needs chromium")
def test_a_browser_opens_it(tmp_path):
    """Chromium finds all boxes of a picture in its document."""
    drawing = picture(Sequential(input=(8, 8, 3)).conv(3, 4, name="first").add(FC(5)))
    drawing.save(tmp_path / "net.svg")
    flags = ["--headless", "--no-sandbox", "--disable-gpu", "--dump-dom"]
    seen = subprocess.run(
        ["chromium", *flags, f"file://{tmp_path}/net.svg"],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    ).stdout

    assert "first" in seen
    assert "parsererror" not in seen
    assert str(Shape(6, 6, 4)) in seen
