"""Summaries: the table, its columns and totals, and how it looks as text."""

import pytest
from test_layers import Mystery

from cnncalc import OptionError, Sequential, Shape, zoo
from cnncalc.analysis.cost import AtLeast
from cnncalc.report.columns import COLUMNS, DEFAULT
from cnncalc.report.render import text
from cnncalc.report.render.cells import in_bytes, written
from cnncalc.report.rows import folded

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

Total parameters:           61,706
Trainable:                  61,706
Fixed:                      0
Parameter memory (float32): 241.039 KiB"""


class TestText:
    def test_is_the_articles_table(self):
        """LeNet's summary has the articles' columns, rows and totals."""
        assert LENET == zoo.lenet().summary().to_text()

    def test_a_notebook_shows_the_table(self):
        """Str and repr are the table, in the width of the terminal."""
        summary = zoo.lenet().summary()

        assert str(summary) == repr(summary)

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
        assert 50 == text.terminal_width()

        monkeypatch.delenv("COLUMNS")
        monkeypatch.setattr(text.os, "get_terminal_size", lambda _: (77, 20))
        monkeypatch.setattr(text.sys, "stdout", open(0, closefd=False))  # noqa: SIM115
        monkeypatch.setattr(
            text.os,
            "get_terminal_size",
            lambda _: type("Size", (), {"columns": 77})(),
        )
        assert 77 == text.terminal_width()

    def test_without_a_terminal_nothing_limits_the_width(self, monkeypatch):
        """Written to a file, a table is as wide as it is."""
        monkeypatch.delenv("COLUMNS", raising=False)
        monkeypatch.setattr(text.sys, "stdout", None)

        assert text.terminal_width() is None


class TestColumns:
    def test_are_chosen_by_name(self):
        """Columns are chosen by key or title, in the order asked for."""
        summary = zoo.lenet().summary(
            columns=["MACs", "activation size", "kernel", "layer"]
        )

        assert ("macs", "activation_size", "kernel", "layer") == tuple(
            column.key for column in summary.table.columns
        )
        assert (117_600, 4_704, (5, 5), "Conv1") == summary.table.lines[0]

    def test_cells_are_typed(self):
        """A cell holds a value, not its text."""
        table = zoo.lenet().summary(columns=list(COLUMNS)).table
        numbers = [
            place
            for place, column in enumerate(table.columns)
            if column.unit == "count"
        ]

        assert all(
            type(line[place]) is int for line in table.lines for place in numbers
        )
        assert len(DEFAULT) == len(zoo.lenet().summary().table.columns)

    @pytest.mark.parametrize("wrong", ["prams", 3, None, ""])
    def test_one_that_is_not_there_is_refused(self, wrong):
        """A column that does not exist is answered with those that do."""
        with pytest.raises(
            OptionError, match="there is no column .* The columns are: la"
        ):
            zoo.lenet().summary(columns=["layer", wrong])

    def test_totals_are_of_the_rows(self):
        """The totals below a table are sums of its rows."""
        net = zoo.lenet5()
        totals = {fact.key: fact.value for fact in net.summary().table.totals}

        assert {
            "params": 60_840,
            "trainable_params": 60_000,
            "fixed_params": 840,
            "memory": 4 * 60_840,
        } == totals


class TestFolding:
    @pytest.mark.parametrize("name", ["resnet18", "googlenet", "nasnet_mobile", "unet"])
    @pytest.mark.parametrize("depth", [1, 2, 3])
    def test_changes_no_total(self, name, depth):
        """Subtotals of folded groups add up to the totals of the network."""
        net = zoo.build(name)
        keys = ["params", "trainable", "buffers", "connections", "macs"]
        table = net.summary(columns=[*keys, "activation_size"], depth=depth).table

        assert len(table.lines) <= len(net.nodes)
        assert tuple(map(sum, zip(*table.lines, strict=True))) == (
            net.params,
            net.trainable_params,
            net.buffers,
            net.connections,
            net.macs,
            net.activations,
        )
        assert net.summary(depth=depth).table.totals == net.summary().table.totals

    def test_a_group_is_one_line(self):
        """A folded group has its name, inputs from outside, and its last output."""
        columns = ["layer", "kind", "input", "filter", "output", "formula"]
        lines = zoo.resnet18().summary(columns=columns, depth=1).table.lines

        assert (
            "layer1",
            "Group",
            Shape(56, 56, 64),
            None,
            Shape(56, 56, 64),
            None,
        ) == (lines[4])

    def test_a_group_tells_what_it_is(self):
        """What stands for a group in its row calls itself one."""
        row = folded(zoo.resnet18().nodes, 1)[4]

        assert ("Group", "Group", "layer1") == (
            row.kind,
            row.layer.class_name,
            row.path,
        )
        assert Shape.of(3) == row.layer.output(Shape.of(3))

    def test_a_group_of_several_inputs_shows_all(self):
        """A group that takes several maps shows each."""
        lines = zoo.unet().summary(columns=["layer", "input"], depth=1).table.lines

        assert 2 == max(len(x) for _, x in lines if isinstance(x, tuple))

    def test_unknown_stays_unknown(self):
        """A group with an unknown number has no subtotal."""
        net = Sequential(input=8).add(Sequential(name="g").fc(2).add(Mystery()))

        assert (None,) == net.summary(columns=["macs"], depth=1).table.lines[0]

    @pytest.mark.parametrize("wrong", [0, -1, True, 1.5, "1"])
    def test_a_depth_is_a_positive_integer(self, wrong):
        """A depth that is none is refused."""
        with pytest.raises(OptionError, match="depth is"):
            zoo.lenet().summary(depth=wrong)


class TestFormulas:
    def test_a_row_has_a_formula_for_each_rule(self):
        """The formulas of a row are a mapping, and know only its rules."""
        row = zoo.lenet()["Conv1"]

        assert {
            "params": "5×5×1×6 + 6",
            "connections": "(5×5×1×6 + 6)×28×28",
            "macs": "5×5×1×6×28×28",
            "output": "(32 - 5 + 1)×(32 - 5 + 1)×6",
        } == {rule: str(formula) for rule, formula in row.formulas.items()}
        assert 4 == len(row.formulas)
        with pytest.raises(KeyError, match="no rule 'memory'"):
            row.formulas["memory"]


class TestCells:
    @pytest.mark.parametrize(
        ("value", "unit", "expected"),
        [
            (1234567, "count", "1,234,567"),
            (None, "count", "?"),
            (AtLeast(1234), "count", "≥ 1,234"),
            ("a\nb", "text", "a\\nb"),
            (None, "pair", ""),
            ((Shape(2, 2, 3), Shape.of(4)), "shape", "2×2×3 + 4"),
            ((2, 2), "pair", "2"),
            ((2, 1), "pair", "2×1"),
            (((0, 1), (2, 3)), "pair", "0,1,2,3"),
            ("same", "pair", "same"),
            ((6, 5, 5, 1), "filters", "6@5×5×1"),
            ((120,), "filters", "120"),
            ((2, 2), "filters", "2×2"),
            (246_824, "bytes", "241.039 KiB"),
        ],
    )
    def test_are_written_by_unit(self, value, unit, expected):
        """What a value looks like depends on its unit."""
        assert expected == written(value, unit)

    @pytest.mark.parametrize(
        ("value", "expected"),
        [
            (0, "0 B"),
            (1023, "1,023 B"),
            (1024, "1.000 KiB"),
            (1024**2 - 1, "1,023.999 KiB"),
            (4 * 62_378_344, "237.9545 MiB"),
            (4 * 138_357_544, "527.7921 MiB"),
            (1024**3, "1.0000 GiB"),
            (3 * 1024**6, "3.0000 EiB"),
            (5000 * 1024**6, "5,000.0000 EiB"),
            (AtLeast(2048), "≥ 2.000 KiB"),
        ],
    )
    def test_bytes_are_in_the_unit_that_fits(self, value, expected):
        """Bytes are printed 1024-based, with decimals that tell them apart."""
        assert expected == in_bytes(value)
