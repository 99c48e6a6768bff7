"""Summaries as text: how lines are wrapped, boxed and coloured."""

import os
import sys

import pytest
from test_html import HOSTILE, PARAMS, shown, table_of

from cnncalc import Add, OptionError, Sequential, zoo
from cnncalc.report.render import terminal, text
from cnncalc.report.table import Column, Fact, Table

LENET = """\
lenet: 32×32×1 → 10

layer     input     filter    stride  padding  output    formula           parameters
────────  ────────  ────────  ──────  ───────  ────────  ────────────────  ──────────
Conv1     32×32×1   6@5×5×1        1        0  28×28×6   5×5×1×6 + 6              156
MaxPool1  28×28×6   2×2            2        0  14×14×6                              0
Conv2     14×14×6   16@5×5×6       1        0  10×10×16  5×5×6×16 + 16          2,416
MaxPool2  10×10×16  2×2            2        0  5×5×16                               0
FC1       5×5×16    120                        120       5×5×16×120 + 120      48,120
FC2       120       84                         84        120×84 + 84           10,164
FC3       84        10                         10        84×10 + 10               850

Total params:                   61,706
Trainable params:               61,706
Non-trainable params:           0
Buffers:                        0
Connections:                    429,342
Total mult-adds (MACs):         416,520
Activations:                    8,094
Input size (float32):           4.000 KiB
Forward pass size (float32):    31.617 KiB
Params size (float32):          241.039 KiB
Estimated total size (float32): 276.656 KiB
Peak memory (float32):          22.969 KiB"""


class TestText:
    def test_is_the_articles_table(self):
        """LeNet's summary has the articles' columns, rows and totals."""
        assert LENET == zoo.lenet().summary().to_text()

    @pytest.mark.parametrize(
        "look", [{"width": "80"}, {"width": 0}, {"box": 1}, {"color": "always"}]
    )
    def test_what_is_no_look_is_refused(self, look):
        """A width is a positive integer, and the others are True or False."""
        (name,) = look

        with pytest.raises(OptionError, match=f"^{name} is"):
            zoo.lenet().summary().to_text(**look)

    @pytest.mark.parametrize("form", ["to_text", "to_markdown"])
    def test_a_wide_join_makes_no_wide_table(self, form):
        """Lines are not padded to a cell of many shapes; all of it is written."""

        def size(arms):
            one = Sequential().conv(1, 2)
            net = Sequential(input=(8, 8, 4)).branch(*[one] * arms, join=Add())
            written = getattr(net.summary(), form)()
            # One between shapes of the join, and one in the formula of each arm.
            assert arms - 1 + arms == written.count(" +")
            return len(written)

        assert size(1_200) < 2.2 * size(600)

    @pytest.mark.parametrize("title", [5, ["LeNet"]])
    def test_a_title_is_a_text(self, title):
        """Of a drawing, too, and nothing else."""
        with pytest.raises(OptionError, match="title is"):
            zoo.lenet().draw(title=title)

    @pytest.mark.parametrize("width", [50, 200])
    def test_printed_it_is_as_wide_as_the_terminal(self, monkeypatch, width):
        """Str and repr are the table, in the width of the terminal."""
        monkeypatch.setenv("COLUMNS", str(width))
        summary = zoo.lenet().summary()

        assert summary.to_text(width=width) == str(summary) == repr(summary)

    @pytest.mark.parametrize("name", ["lenet", "lenet5", "vgg16", "alexnet_2012"])
    @pytest.mark.parametrize("width", [60, 80, 100, 200])
    def test_fits_the_width_without_cutting_a_number(self, name, width):
        """Every line fits the width, and every number stands whole in some line."""
        net = zoo.build(name)
        lines = net.summary().to_text(width=width).splitlines()

        assert max(map(text.display_width, lines)) <= width
        for row in net.nodes:
            assert any(line.split()[-1:] == [f"{row.params:,}"] for line in lines)

    def test_a_formula_is_wrapped_at_its_signs(self):
        """A long formula goes on in the next line, and loses nothing but spaces."""
        net = zoo.lenet5()[2:3]
        lines = net.summary(columns=["layer", "formula"]).to_text(width=40).splitlines()
        start = lines[2].index("formula")
        body = lines[4 : lines.index("", 4)]

        assert len(body) > 1
        assert str(net[0].formula).replace(" ", "") == (
            "".join(line[start:] for line in body).replace(" ", "")
        )

    def test_wide_characters_stay_aligned(self):
        """Names of wide characters, and combining ones, keep the columns straight."""
        net = Sequential(input=(9, 9, 1), name="网络").conv(3, 2, name="卷积一")
        net = net.conv(3, 2, name="e\u0301tape").conv(3, 2, name="plain")
        lines = net.summary(columns=["layer", "params"]).to_text().splitlines()

        assert {text.display_width(lines[2])} == set(
            map(text.display_width, lines[2:7])
        )

    def test_the_terminal_tells_the_width(self, monkeypatch):
        """The variable COLUMNS, or else the terminal, tells how wide a line may be."""
        monkeypatch.setenv("COLUMNS", "50")
        assert 50 == terminal.terminal_width()

        monkeypatch.delenv("COLUMNS")
        size = os.terminal_size((77, 20))
        monkeypatch.setattr(terminal.sys, "stdout", sys.__stdout__)
        monkeypatch.setattr(terminal.os, "get_terminal_size", lambda _: size)
        assert 77 == terminal.terminal_width()

    def test_without_a_terminal_nothing_limits_the_width(self, monkeypatch):
        """Written to a file, a table is as wide as it is."""
        monkeypatch.delenv("COLUMNS", raising=False)
        monkeypatch.setattr(terminal.sys, "stdout", None)

        assert terminal.terminal_width() is None


BOXED = """\
┌───────┬────────┬────────────┐
│ layer │ output │ parameters │
├───────┼────────┼────────────┤
│ 卷积  │ 7×7×2  │         20 │
│ relu1 │ 7×7×2  │          0 │
└───────┴────────┴────────────┘"""


class TestBox:
    def test_has_lines_around_the_cells(self):
        """With box lines, wide characters keep the lines straight."""
        net = Sequential(input=(9, 9, 1)).conv(3, 2, name="卷积").relu()
        summary = net.summary(columns=["layer", "output", "params"])
        lines = summary.to_text(box=True).splitlines()

        assert BOXED.splitlines() == lines[2:8]

    @pytest.mark.parametrize("name", ["lenet5", "googlenet"])
    @pytest.mark.parametrize("width", [60, 80, 120])
    def test_wrapped_cells_stay_in_their_box(self, name, width):
        """Each line fits the width, and has its bars where the line above has."""
        summary = zoo.build(name).summary(columns=["layer", "formula", "params"])
        lines = summary.to_text(width=width, box=True).splitlines()
        body = lines[2 : lines.index("", 2)]
        bars = [i for i, c in enumerate(body[0]) if c in "┌┬┐"]

        assert len(zoo.build(name)) < len(body)
        for line in body:
            assert max(bars) + 1 == len(line) <= width
            assert bars == [i for i, c in enumerate(line) if c in "┌┬┐│├┼┤└┴┘"]

    def test_the_first_column_leads_each_turn(self):
        """What does not fit beside comes below, with the names again, not squeezed."""
        columns = ["layer", "input", "output", "params", "macs", "connections"]
        text_ = zoo.lenet().summary(columns=columns).to_text(width=50, box=True)

        assert 2 == text_.count("│ layer    │")
        assert "│ 28×28×6  │" in text_
        assert 7 * 2 == sum(line.startswith("│ ") for line in text_.splitlines()) - 2


class TestHostile:
    @pytest.mark.parametrize("name", [*HOSTILE, "\x1b[31mred", "\x9b31m", "\x07\b"])
    @pytest.mark.parametrize("box", [False, True])
    def test_no_name_reaches_the_terminal(self, name, box):
        """Wherever a name stands, it neither ends a line nor commands the terminal."""
        table = table_of([name, "plain"], title=name)
        column, fact = Column("a", name, "text"), Fact("b", name, 1, "count")
        table = table._replace(columns=(column, PARAMS), totals=(fact,))
        lines = text.render(table, box=box).split("\n")

        assert (10 if box else 8) == len(lines)
        assert all(line.isprintable() for line in lines)
        assert shown(name) == lines[0]

    def test_chinese_titles_stay_straight(self):
        """The lines of a box end in one column where titles are wide."""
        columns = ["layer", "output", "params", "macs"]
        summary = zoo.lenet().summary(columns=columns, language="zh", layout="CHW")
        lines = summary.to_text(box=True).splitlines()

        assert "输出 (C×H×W)" in lines[3]
        assert 1 == len(set(map(text.display_width, lines[2 : lines.index("", 2)])))


class TestColour:
    @pytest.fixture(autouse=True)
    def plain(self, monkeypatch):
        """Let no variable of the environment decide."""
        for name in ("NO_COLOR", "FORCE_COLOR", "TERM"):
            monkeypatch.delenv(name, raising=False)

    def asked(self, monkeypatch, *, tty):
        """Let standard output be a terminal, or none."""
        stream = type("Stream", (), {"isatty": lambda self: tty})()
        monkeypatch.setattr(terminal.sys, "stdout", stream)

    def test_titles_are_bold_and_zeros_dim(self):
        """Coloured, titles are bold and zeros dim; without the codes nothing differs."""
        summary = zoo.lenet().summary(columns=["layer", "stride", "params"])
        plain, coloured = summary.to_text(color=False), summary.to_text(color=True)
        lines = coloured.splitlines()

        assert "\x1b[1mlenet: 32×32×1 → 10\x1b[0m" == lines[0]
        assert "\x1b[1mlayer   \x1b[0m" == lines[2][:16]
        assert "\x1b[2m         0\x1b[0m" == lines[5][-18:]
        assert "\x1b[" not in lines[4]
        for code in ("\x1b[1m", "\x1b[2m", "\x1b[0m"):
            coloured = coloured.replace(code, "")
        assert plain == "\n".join(line.rstrip() for line in coloured.splitlines())

    def test_a_name_that_is_0_is_no_zero(self):
        """Only numbers are dimmed, wrapped or not."""
        table = Table("t", (Column("a", "a", "text"),), (("0",),), ())

        assert "\x1b[2m" not in text.render(table, colour=True)

    @pytest.mark.parametrize(
        ("variables", "tty", "expected"),
        [
            ({}, True, True),
            ({}, False, False),
            ({"TERM": "dumb"}, True, False),
            ({"TERM": "xterm"}, True, True),
            ({"NO_COLOR": "1"}, True, False),
            ({"NO_COLOR": ""}, True, True),  # no-color.org: when not empty
            ({"FORCE_COLOR": "1"}, False, True),
            ({"FORCE_COLOR": "1", "TERM": "dumb"}, False, True),
            ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, True, False),
        ],
    )
    def test_is_for_a_terminal_that_wants_it(
        self, monkeypatch, variables, tty, expected
    ):
        """A terminal gets colour, a pipe none, and the variables overrule that."""
        for name, value in variables.items():
            monkeypatch.setenv(name, value)
        self.asked(monkeypatch, tty=tty)
        summary = zoo.lenet().summary()

        assert expected == ("\x1b[" in summary.to_text())
        assert expected == ("\x1b[" in str(summary))

    def test_without_output_there_is_none(self, monkeypatch):
        """Where there is no standard output, as under pythonw, nothing is coloured."""
        monkeypatch.setattr(terminal.sys, "stdout", None)

        assert not terminal.wants_colour()

    def test_a_file_has_none(self, monkeypatch, tmp_path):
        """A file is not coloured unless that is asked for."""
        self.asked(monkeypatch, tty=True)
        summary = zoo.lenet().summary()
        summary.to_text(tmp_path / "plain")
        summary.to_text(tmp_path / "coloured", color=True)

        assert "\x1b[" not in (tmp_path / "plain").read_text("utf-8")
        assert "\x1b[1m" in (tmp_path / "coloured").read_text("utf-8")


def test_a_table_may_have_no_columns():
    """Without columns there is a title alone."""
    assert "t" == text.render(Table("t", (), (), ()))
    assert "t" == text.render(Table("t", (), (), ()), 40, box=True)
