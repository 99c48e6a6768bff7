"""Figures for papers: styles, arrangements, and the formats beside SVG."""

import re
from importlib import import_module
from io import BytesIO
from itertools import pairwise
from math import inf, nan
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pypdfium2
import pytest
import reportlab
import resvg_py
from PIL import Image
from scenes import crowded, is_within, lines_of, outside, overlapping, rooms_of

from cnncalc import (
    Builder,
    Conv2d,
    LikelyMistake,
    OptionError,
    Pool,
    Sequential,
    Symbol,
    Upsample,
    curves,
    zoo,
)
from cnncalc.cli import main
from cnncalc.draw import as_pdf
from cnncalc.draw.boxes import FAMILIES, boxes
from cnncalc.draw.kinds import ARRANGEMENTS, KINDS, STYLE_NAMES
from cnncalc.draw.looks import LOOKS
from cnncalc.draw.mirror import arms
from cnncalc.draw.scene import Group, Outline, Rectangle
from cnncalc.draw.styles import STYLES

MIRRORED = [
    "ad_autoencoder",
    "fpn_resnet50",
    "pix2pix_generator",
    "segnet",
    "unet",
    "unet3d",
]


def words_of(drawing):
    """Return the words of a picture."""
    return [label.full for label in drawing.labels]


@pytest.mark.no_cover
@pytest.mark.parametrize("name", zoo.names())
def test_figures_of_the_zoo_keep_apart(name):
    """In no style do blocks or labels overlap, or leave the picture."""
    net = zoo.build(name)
    for style in STYLES:
        drawing = net.draw(style=style, dimensions=True)
        assert [] == overlapping(drawing.labels), style
        assert [] == crowded(drawing), style
        assert [] == outside(drawing), style
        for left, top, right, bottom in rooms_of(drawing):
            assert 0 <= left < right <= drawing.scene.width
            assert 0 <= top < bottom <= drawing.scene.height


@pytest.mark.parametrize("style", STYLES)
@pytest.mark.parametrize("name", MIRRORED)
def test_lines_of_a_u_cross_no_block(name, style):
    """Down, across and up again, each line goes around all blocks."""
    drawing = zoo.build(name).draw(style=style, arrangement="u")
    rooms = rooms_of(drawing)

    assert [] == [
        (line, room)
        for line in lines_of(drawing)
        for room in rooms
        if enters(line, room)
    ]


def enters(line, room):
    """Tell whether a step goes through a block; it may end at its sides."""
    (x, y), (to_x, to_y) = line
    left, right, top, bottom = *sorted((x, to_x)), *sorted((y, to_y))
    a, b, c, d = room
    if right <= a + 1 or c - 1 <= left or bottom <= b + 1 or d - 1 <= top:
        return False
    return not (top == bottom and (a < left or right < c))


@pytest.mark.no_cover
def test_what_shrinks_and_grows_again_is_a_u():
    """These are the encoders with decoders of the zoo, and no classifier is one."""
    found = [n for n in zoo.names() if arms(boxes(zoo.build(n).nodes, None, None))]

    assert MIRRORED == sorted(found)


def test_a_u_has_a_row_for_each_size():
    """U-Net has five: what is copied stands as high as where it goes to (figure 1)."""
    net = zoo.unet()
    shown = boxes(net.nodes, None, None)
    places = arms(shown)
    by_name = {box.name: place for box, place in zip(shown, places)}
    rooms = dict(zip([box.name for box in shown], rooms_of(net.draw())))

    for level in range(4):
        here, there = f"down{level}/conv2", f"up{level}/concat1"
        assert (level, False) == by_name[here]
        assert (level, True) == by_name[there]
        middles = [(rooms[n][1] + rooms[n][3]) / 2 for n in (here, there)]
        assert abs(middles[0] - middles[1]) < 30
        assert rooms[here][2] < rooms[there][0]
    assert (4, False) == by_name["down4/conv2"]
    lowest = max(rooms, key=lambda name: rooms[name][3])
    assert "down4" in lowest


def test_a_u_that_does_not_fit_is_drawn_in_rows():
    """It is so where a line may be no longer, or is asked for."""
    net = zoo.unet()
    wide, narrow = net.draw(arrangement="u", wrap=300), net.draw(wrap=300)

    assert net.draw(arrangement="rows", wrap=300).to_svg() == narrow.to_svg()
    assert wide.scene.width > 500 > narrow.scene.width
    assert net.draw(arrangement="rows").to_svg() != net.draw().to_svg()


def test_no_u_is_made_of_what_is_none():
    """A classifier is refused, with what a U needs; so is what is unknown."""
    with pytest.raises(OptionError, match=r"no encoder .* shrink twice"):
        zoo.lenet().draw(arrangement="u")
    assert [] == arms([])
    assert [] == arms(boxes(zoo.textcnn().nodes, None, None))


def grown(*sizes):
    """Return a network whose maps have such sides, one after another."""
    net = Sequential(input=(sizes[0], sizes[0], 4))
    for before, after in pairwise(sizes):
        factor = before // after
        net = net.pool(factor) if factor else net.add(Upsample(after // before))
    return arms(boxes(net.nodes, None, None))


@pytest.mark.parametrize(
    ("sizes", "levels"),
    [
        ((16, 8, 4, 8, 16), [0, 1, 2, 1, 0]),
        ((16, 8, 4, 2, 4, 8), [0, 1, 2, 3, 2, 1]),
        ((16, 8, 8, 4, 8, 8, 16), [0, 1, 1, 2, 1, 1, 0]),
        ((16, 8, 16), []),  # shrinks once
        ((16, 8, 4, 8), []),  # grows once
        ((16, 8, 4, 8, 16, 32), []),  # is larger than it was
        ((16, 8, 4, 8, 4, 8), []),  # shrinks again
        ((64, 8, 1, 8, 64), []),  # a gate of one value for all
    ],
)
def test_rows_follow_sizes(sizes, levels):
    """A row is how often a side has shrunk, less how often it has grown."""
    assert levels == [place.level for place in grown(*sizes)]


def test_outputs_beside_the_path_stand_where_they_come_from():
    """What nothing uses, and an input that comes late, have a row, too."""
    g = Builder()
    x = g.input((16, 16, 4))
    for _ in range(2):
        x = g.add(Pool(2), x)
    beside = g.add(Conv2d(1, 2, name="beside"), x)
    for _ in range(2):
        x = g.add(Upsample(2), x)
    alone = g.add(Conv2d(3, 1, name="alone"), g.input((5, 5, 1)))
    net = g.graph(x, beside, alone)
    shown = boxes(net.nodes, None, None)
    level = {box.name: place.level for box, place in zip(shown, arms(shown))}

    assert (2, 0) == (level["beside"], level["alone"])
    assert [] == crowded(net.draw())


def test_flat_blocks_have_fronts_alone():
    """They are rectangles, where blocks have a top and a side."""
    looks = {p.look for p in zoo.lenet5().draw(style="flat").scene.elements()}

    assert not any(look.endswith((" up", " side")) for look in looks)
    assert "conv side" in {p.look for p in zoo.lenet5().draw().scene.elements()}


def test_lenet_has_a_plane_for_each_channel():
    """C1's six maps are six planes, called 6@28x28 in LeCun et al. 1998, figure 2."""
    drawing = zoo.lenet5().draw(style="lenet")
    blocks = [p for p in drawing.scene.parts if getattr(p, "is_block", False)]
    planes = [sum(isinstance(each, Rectangle) for each in b.parts) for b in blocks]

    assert ["1@32×32", "6@28×28", "6@14×14", "16@10×10", "16@5×5"] == [
        word for word in words_of(drawing) if "@" in word
    ]
    assert [1, 6, 6, 8, 8] == planes[:5]


def test_sequences_and_groups_have_planes():
    """A plane of a sequence is a bar; a group's front has the shares of its layers."""
    sequence = Sequential(input=(64, 3)).conv1d(3, 4).draw(style="lenet")
    group = zoo.resnet50().draw(style="lenet", depth=1)

    assert {9.0} == {p.width for p in sequence.scene.parts[3].parts}
    assert [] == crowded(group)
    assert "group" in {part.look for part in group.scene.elements()}


def test_frames_of_a_graph_hold_their_words():
    """In the style of a graph all words about a layer are in its frame."""
    drawing = zoo.lenet5().draw(style="graph", legend=False)
    rooms = rooms_of(drawing)
    inside = [(x, y, x + w, y + h) for x, y, w, h, *_ in drawing.labels[2:]]

    assert all(any(is_within(label, room) for room in rooms) for label in inside)
    assert 21 == len(inside)


def test_dimensions_stand_at_edges():
    """Height, width and channels of each map are there, as in the figures of papers."""
    net = Sequential(input=(48, 32, 3)).conv(3, 20)
    found = words_of(net.draw(dimensions=True, legend=False))

    assert ["48", "32", "3", "input1", "46", "30", "20", "conv1", "3×3"] == found[2:]
    flat = words_of(net.draw(style="flat", dimensions=True))
    assert {"48×32", "46×30", "20"} <= set(flat)
    signal = Sequential(input=(16000, 1)).conv1d(80, 32, stride=16).global_pool()
    assert {"16000", "32"} <= set(words_of(signal.draw(dimensions=True)))
    clip = Sequential(input=(16, 112, 96, 3)).draw(dimensions=True)
    assert {"16×112", "96", "3"} <= set(words_of(clip))


def test_runs_of_equal_groups_are_marked():
    """ResNet-152's third stage is a first block and 35 equal ones (Table 1)."""
    net = zoo.resnet152()

    assert "×35 · 10 layers" in words_of(net.draw())
    assert "×35 · 10 layers" in words_of(net.draw(depth=2, repeats=True))
    assert not any("×35 ·" in word for word in words_of(net.draw(depth=2)))
    assert not any("×2 ·" in word for word in words_of(zoo.resnet50().draw()))
    assert "×2 · 10 layers" in words_of(zoo.resnet50().draw(repeats=True))
    assert not any(" ·" in w for w in words_of(net.draw(repeats=False)))


def test_a_figure_breaks_into_lines():
    """A narrow one has more of them, and none is wider."""
    wraps = (2000, 900, 600)
    scenes = [zoo.alexnet().draw(wrap=wrap).scene for wrap in wraps]
    heights = [scene.height for scene in scenes]

    assert [True] * 3 == [s.width <= wrap + 60 for s, wrap in zip(scenes, wraps)]
    assert sorted(heights) == heights
    assert heights[0] < heights[-1]


@pytest.mark.parametrize("kind", KINDS)
def test_heading_and_legend_may_be_left_out(kind):
    """A figure has a caption of its own, where the title would stand."""
    net = zoo.lenet5()
    full, bare = net.draw(kind), net.draw(kind, heading=False, legend=False)

    assert {full.title, "convolution"} <= set(words_of(full))
    assert not {full.title, "convolution"} & set(words_of(bare))
    assert full.title == bare.title
    assert bare.scene.height < full.scene.height
    assert [] == outside(bare)


@pytest.mark.parametrize("style", STYLES)
def test_the_legend_tells_the_colours_that_are_there(style):
    """What a style does not show, as a relu behind a convolution, it does not tell."""
    for net in (zoo.vgg16(), zoo.resnet18(), zoo.densenet121()):
        parts = net.draw(style=style).scene.parts
        blocks = [p for p in parts if isinstance(p, Group) and p.is_block]
        shown = {look for b in blocks for p in b.parts if (look := p.look) in FAMILIES}
        told = {p.look for p in parts if isinstance(p, Rectangle)} & {*FAMILIES}

        assert shown == told


def test_the_line_below_the_title_is_whole():
    """A picture that is narrower than the line is made as wide."""
    labels = zoo.efficientnet_b7().draw(style="graph").labels

    assert labels[1].text.endswith("shows skips and branches in groups")
    assert labels[1].text == labels[1].full


def test_skips_are_arcs():
    """A line over a block has its upper corners rounder than the lower ones."""
    drawing = zoo.resnet18().draw(depth=9)
    bends = [
        abs(step[0][1] - step[-1][1])
        for part in drawing.scene.elements()
        if isinstance(part, Outline) and part.look in {"line", "line thin"}
        for step in part.traces[0].steps
        if len(step) == 2
    ]

    assert max(bends) > 2 * min(bends)


@pytest.mark.parametrize(
    ("option", "value"),
    [
        ("style", "round"),
        ("style", None),
        ("arrangement", "circle"),
        ("wrap", 0),
        ("wrap", "wide"),
        ("repeats", "yes"),
        ("dimensions", 1),
        ("heading", None),
        ("legend", "no"),
    ],
)
def test_options_of_figures_are_checked(option, value):
    """What is no choice is refused by its name."""
    with pytest.raises(OptionError, match=option):
        zoo.lenet().draw(**{option: value})


def test_the_choices_of_a_command_are_those_of_styles():
    """What a command offers is what can be drawn."""
    assert list(STYLES) == list(STYLE_NAMES)
    assert set(ARRANGEMENTS) == {"auto", "rows", "u"}


@pytest.mark.parametrize("style", STYLES)
def test_figures_speak_chinese(style):
    """What is written in English alone are names and numbers."""
    drawing = zoo.resnet152().draw(style=style, language="zh")
    words = " ".join(words_of(drawing))

    assert [] == re.findall(r"layers|stride|convolution|parameters", words)
    assert [] == crowded(drawing)
    assert "ctex" in drawing.to_tikz().splitlines()[0]


def test_tikz_draws_what_svg_draws():
    """Each text is a node, each box has a comment, and braces are in pairs."""
    drawing = zoo.lenet5().draw()
    tikz = drawing.to_tikz()

    assert len(drawing.labels) == tikz.count("\\node[")
    assert 8 == len(re.findall("^% .*→|^% input1", tikz, re.MULTILINE))
    assert tikz.count("{") == tikz.count("}")
    assert "\\begin{tikzpicture}" == tikz.splitlines()[1].partition("[")[0]
    assert "\\end{tikzpicture}" == tikz.splitlines()[-1]
    assert tikz == drawing.to_tikz()


def test_charts_are_tikz_too():
    """Fields are seen through; marks are dashed, and so is a curve's second colour."""
    fields = zoo.lenet5().draw("receptive_field").to_tikz()
    lines = curves({f"n{k}": Symbol("H") + k for k in range(8)}, most=9).to_tikz()

    assert "fill opacity=0.08" in fields
    assert "dash pattern=on 3.75pt off 3pt" in fields
    assert 1 == lines.count("dash pattern=on 5.25pt off 3pt")


def test_names_are_escaped_in_tikz():
    """What means something to TeX is printed, and ends no comment."""
    name = "_%#\\{x}\n$"
    tikz = Sequential(input=(8, 8, 3)).conv(3, 4, name=name).draw().to_tikz()

    assert "{\\_\\%\\#\\textbackslash{}\\{x\\}" in tikz
    assert not any(line.startswith("$") for line in tikz.splitlines())


def test_tikz_stays_within_what_tex_can_count():
    """A picture of 16,383 points or more is drawn to a smaller scale."""
    net = Sequential(input=(8, 8, 1))
    for _ in range(400):
        net = net.conv(1, 1)
    head = net.draw(wrap=100).to_tikz().splitlines()[1]
    unit = float(re.search(r"x=([\d.]+)pt", head)[1])

    assert unit < 0.75
    assert unit * net.draw(wrap=100).scene.height < 16_383


FONTS = Path(reportlab.__file__).parent / "fonts"


def grey(image, scale, half, size=None):
    """Return a picture in grey, at half its size or another.

    Both drawers round sizes up to whole pixels, each in its own way: what is beyond the
    last whole pixel of *half* is left out, so that nothing is stretched.
    """
    box = (0, 0, *[2 * scale * n for n in half])
    made = image.convert("L").resize(size or half, Image.Resampling.BOX, box=box)
    return np.asarray(made, float)


def drawn_by_others(drawing):
    """Return a picture as its PDF and its SVG are drawn, with the letters of one font.

    The first has two pixels for a unit, and the other one.
    """
    page = pypdfium2.PdfDocument(drawing.to_pdf())[0]
    font = "font-family:'Bitstream Vera Sans'"
    made = resvg_py.svg_to_bytes(
        svg_string=re.sub("font-family:[^;]*", font, drawing.to_svg()),
        background="white",
        font_files=[str(FONTS / name) for name in ("Vera.ttf", "VeraBd.ttf")],
        skip_system_fonts=True,
    )
    return page.render(scale=4 / 1.5).to_pil(), Image.open(BytesIO(bytes(made)))


@pytest.mark.parametrize(
    ("name", "how"),
    [
        *(("googlenet", {"style": style, "dimensions": True}) for style in STYLES),
        ("unet", {}),
        ("resnet18", {"depth": 9}),
        *(("lenet5", {"kind": kind}) for kind in KINDS),
    ],
)
def test_a_pdf_looks_like_the_svg(name, how):
    """At half the size nearly all pixels are alike, and so is each part of the whole."""
    drawing = zoo.build(name).draw(**how)
    half = int(drawing.scene.width // 2), int(drawing.scene.height // 2)
    images = list(zip(drawn_by_others(drawing), (2, 1), strict=True))

    apart = np.subtract(*(grey(*image, half) for image in images))
    assert np.abs(apart).mean() < 3
    assert (np.abs(apart) > 64).mean() < 0.002
    coarse = np.subtract(*(grey(*image, half, (16, 16)) for image in images))
    assert np.abs(coarse).max() < 16


def test_a_pdf_brings_its_fonts():
    """Latin letters are embedded; Chinese ones are those of the reader."""
    drawing = zoo.lenet5().draw(language="zh")
    pdf = drawing.to_pdf()

    assert b"/FontFile2" in pdf
    assert b"STSong-Light" in pdf
    assert pdf == drawing.to_pdf()
    assert b"STSong-Light" not in zoo.lenet5().draw().to_pdf()
    assert zoo.lenet5().draw().title in pypdfium2.PdfDocument(
        zoo.lenet5().draw().to_pdf()
    ).get_metadata_value("Title")


OBLIQUE = Path(reportlab.__file__).parent / "fonts" / "VeraIt.ttf"


def test_a_font_of_ones_own_is_embedded():
    """It comes first, and what it has no letter for is written as without it."""
    drawing = zoo.lenet5().draw(language="zh")
    pdf = drawing.to_pdf(font=OBLIQUE)

    assert b"BitstreamVeraSans-Oblique" in pdf
    assert b"BitstreamVeraSans-Roman" not in pdf
    assert b"STSong-Light" in pdf
    latin = zoo.lenet5().draw()
    assert latin.to_png(scale=1, font=str(OBLIQUE)) != latin.to_png(scale=1)


@pytest.mark.parametrize("asked", ["method", "command"])
@pytest.mark.parametrize("name", ["net.pdf", "net.PNG"])
def test_a_file_is_saved_with_a_font(tmp_path, name, asked):
    """By its suffix, and by `cnncalc draw --font`; what is no PDF or PNG has none."""
    path, drawing = tmp_path / name, zoo.lenet5().draw()
    write = drawing.to_pdf if name.endswith("pdf") else drawing.to_png
    if asked == "method":
        drawing.save(path, font=OBLIQUE)
    else:
        assert 0 == main(
            ["draw", "lenet5", "--output", str(path), "--font", str(OBLIQUE)]
        )

    assert write(font=OBLIQUE) == path.read_bytes()


def test_a_font_is_for_pdf_and_png(tmp_path):
    """An SVG names a family, and LaTeX has its own."""
    with pytest.raises(OptionError, match="font does nothing to .svg"):
        zoo.lenet5().draw().save(tmp_path / "net.svg", font=OBLIQUE)


@pytest.mark.parametrize("font", ["none.ttf", __file__, 3])
def test_what_is_no_font_is_refused(font):
    """The file is named, and what it has to be."""
    with pytest.raises(OptionError, match=r"font is .* Give a TrueType file"):
        zoo.lenet5().draw().to_pdf(font=font)


def test_letters_without_a_font_are_told():
    """A letter of a name that neither ReportLab nor the reader has is named."""
    net = Sequential(input=(8, 8, 3)).conv(3, 4, name="слой")

    with pytest.warns(LikelyMistake, match="no font here has the letters 'йлос'"):
        net.draw().to_pdf()


@pytest.mark.parametrize("shade", [0, 255])
def test_a_png_tells_that_chinese_has_no_font(monkeypatch, shade):
    """A letter that is drawn to try leaves the page white where there is none."""
    page = Image.new("L", (20, 20), 255)
    page.putpixel((9, 9), shade)
    bitmap = SimpleNamespace(to_pil=lambda: page)
    paper = [SimpleNamespace(render=lambda **_: bitmap)]
    monkeypatch.setattr(pypdfium2, "PdfDocument", lambda _: paper)
    as_pdf._draws_chinese.cache_clear()
    drawing = zoo.lenet5().draw(language="zh")
    if shade:
        with pytest.warns(LikelyMistake, match="no font here has the letters"):
            drawing.to_png()
    else:
        drawing.to_png()
    as_pdf._draws_chinese.cache_clear()

    assert "卷积" in "".join(words_of(drawing))


def test_a_png_has_pixels_to_scale():
    """Two to a unit of the SVG, or as many as are asked for."""
    drawing = zoo.lenet5().draw()
    sizes = [Image.open(BytesIO(drawing.to_png(scale=k))).size for k in (1, 2)]

    assert [2 * side for side in sizes[0]] == pytest.approx(sizes[1], abs=2)
    assert sizes[0][0] == pytest.approx(drawing.scene.width, abs=2)
    for scale in (0, True, "2", nan, inf, 10**400):
        with pytest.raises(OptionError, match="scale is"):
            drawing.to_png(scale=scale)


def test_a_name_chooses_the_format(tmp_path):
    """What is saved is what the methods return."""
    drawing = zoo.lenet5().draw()
    for suffix, made in (
        ("svg", drawing.to_svg().encode()),
        ("tex", drawing.to_tikz().encode()),
        ("pdf", drawing.to_pdf()),
        ("png", drawing.to_png()),
    ):
        path = tmp_path / f"net.{suffix}"
        drawing.save(path)
        assert made == path.read_bytes()


@pytest.mark.parametrize(
    ("missing", "ask", "words"),
    [
        ("reportlab", "to_pdf", "PDF needs the package reportlab"),
        ("pypdfium2", "to_png", "PNG needs the package pypdfium2"),
    ],
)
def test_a_missing_extra_is_named(monkeypatch, missing, ask, words):
    """Without it, a message says what to install."""

    def without(name):
        if name.startswith(missing):
            raise ImportError(name)
        return import_module(name)

    monkeypatch.setattr(as_pdf, "import_module", without)
    with pytest.raises(OptionError, match=words) as caught:
        getattr(zoo.lenet5().draw(), ask)()
    assert "cnncalc[figures]" in str(caught.value)


def test_every_look_is_known():
    """What is drawn has a look of the one list, in every kind and style."""
    drawings = [zoo.googlenet().draw(kind) for kind in KINDS]
    drawings += [zoo.resnet152().draw(style=style) for style in STYLES]
    used = {part.look for drawing in drawings for part in drawing.scene.elements()}

    assert set() == used - LOOKS.keys() - {""}
