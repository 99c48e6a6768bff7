"""Answers: whatever a question returns prints short, shows itself, and is written."""

import csv
import io
import json
import math
import pickle
import re
import xml.etree.ElementTree as ET
from concurrent.futures import Future, ProcessPoolExecutor
from importlib.resources import files
from pathlib import Path

import jsonschema
import pytest
from test_layers import Mystery

from cnncalc import (
    AtLeast,
    Builder,
    Conv2d,
    Device,
    OptionError,
    Sequential,
    Shape,
    check,
    compare,
    devices,
    fit,
    paddings,
    sweep,
    windows,
    zoo,
)
from cnncalc.answers.answer import Answer, Report
from cnncalc.answers.table import Column, Fact, Gap, Style, Table
from cnncalc.memory.saved import saved_tensors
from cnncalc.operations.conventions import CONVENTIONS
from cnncalc.report.cells import titled, written
from cnncalc.report.render.as_json import schema
from cnncalc.report.style import styled
from cnncalc.report.words import translations


def two_inputs():
    g = Builder()
    a, b = g.input((8, 8, 3), name="a"), g.input((8, 8, 3), name="b")
    return g.graph(g.add(Conv2d(3, 4), g.add(zoo_add(), a, b)))


def zoo_add():
    from cnncalc import Add

    return Add()


def plain(filters=2, kernel=3):
    """Build a network of a sweep."""
    return Sequential(input=(8, 8, 1)).conv(kernel, filters)


ANSWERS = {
    "summary": lambda net: net.summary(),
    "compare": lambda net: compare(net, zoo.lenet()),
    "diff": lambda net: net.diff(zoo.lenet()),
    "explain": lambda net: net.explain(),
    "plan": lambda net: net.memory_plan(),
    "check": lambda net: check(net, max_macs="1G", max_ram="4 MiB"),
    "patches": lambda net: net.patches(cut="stage3/0/conv2", grid=4),
    "memory report": lambda net: net.memory_report(),
    "training memory": lambda net: net.training_memory("adam"),
    "saved tensors": lambda net: saved_tensors(net.graph.table),
    "roofline": lambda net: net.roofline("T4"),
    "bound": lambda net: next(iter(net.roofline("T4").values())),
    "complexity": lambda net: net.complexity(),
    "fields": lambda net: net.fields(),
    "lint": lambda net: net.lint(),
    "row": lambda net: net.nodes[0],
    "group's row": lambda net: net.summary(depth=1) and zoo_group(),
    "region": lambda net: net.region(0, 0, 0),
    "regions": lambda _: two_inputs().region(1, 0, 0),
    "totals": lambda net: net.totals,
    "unknown": lambda net: net.unknown,
    "backward": lambda net: net.backward_flops,
    "reconcile": lambda net: net.reconcile("fvcore"),
    "symbolic": lambda net: net.symbolic(),
    "windows": lambda _: windows(56, 28, kernel=3),
    "paddings": lambda _: paddings(14, kernel=5),
    "inputs": lambda _: zoo.fcn_resnet50().inputs_for((64, 64)),
    "largest input": lambda net: net.largest_input(macs="100M"),
    "flash": lambda net: net.flash(),
    "fits": lambda net: net.fits("stm32f746"),
    "devices": lambda _: devices.table(),
    "runtime's plan": lambda net: net.memory_plan("int8", planner="tflm"),
    "largest batch": lambda net: net.largest_batch("1 GiB", training=True),
    "fit": lambda _: fit(zoo.mobilenet_v2, "classes", params="4M"),
    "convention": lambda _: CONVENTIONS["ptflops"],
    "claims": lambda _: zoo.claims("lenet5"),
    "row's explanation": lambda net: net.nodes[0].explain(),
    "sweep": lambda _: sweep(plain, {"filters": [2, 4], "kernel": [3, 9]}),
}


def zoo_group():
    from cnncalc.cost.folding import folded

    return next(row for row in folded(zoo.resnet18().nodes, 1) if row.members)


@pytest.fixture(scope="module", params=ANSWERS)
def answer(request):
    return ANSWERS[request.param](zoo.mobilenet_v2())


class TestEveryAnswer:
    def test_is_a_report(self, answer):
        """It has the one class that all have, and a table of typed columns."""
        assert isinstance(answer, Answer)
        table = answer.table
        assert all(len(table.columns) == len(line) for line in table.lines)
        assert len({column.key for column in table.columns}) == len(table.columns)

    def test_type_checkers_read_of_it(self, answer):
        """Its class stands in the code of a user that mypy and pyright read."""
        code = (Path(__file__).parent / "typing" / "reports.py").read_text("utf-8")

        assert re.search(rf"\b{type(answer).__name__}\b", code)

    def test_prints_short(self, answer):
        """What is printed has fewer lines than a screen or two, unless it is asked for."""
        long = isinstance(answer, Report) or hasattr(answer, "derivation")

        assert long or len(str(answer).splitlines()) < 60
        assert "0x" not in str(answer)

    def test_csv_has_a_line_for_each(self, answer):
        """It is a rectangle, with a line of titles and all of the lines."""
        rows = list(csv.reader(io.StringIO(answer.to_csv())))

        assert 1 == len(set(map(len, rows)))
        assert len(rows) - 1 == len(answer._data("csv").lines)

    def test_json_is_as_its_schema_says(self, answer):
        """Any JSON reader reads it, and the schema knows all that is in it."""
        content = json.loads(answer.to_json())
        jsonschema.validate(content, schema())

        assert len(content["rows"]) == len(answer._data("json").lines)

    def test_html_is_well_formed(self, answer):
        """A notebook gets an element that is XML; a page is a whole one."""
        element = ET.fromstring(answer._repr_html_())
        whole = ET.fromstring(answer.to_html())

        assert {"div"} == {element.tag, whole.tag}

    def test_pandas_has_a_column_for_each_key(self, answer):
        """A data frame has as many columns and rows."""
        frame = answer.to_pandas()
        table = answer._data("pandas")

        assert [column.key for column in table.columns] == list(frame.columns)
        assert len(table.lines) == len(frame) or not table.columns

    def test_markdown_latex_and_text_have_all_of_it(self, answer):
        """What is not short is whole where it is written."""
        lines = len(answer.table.lines)
        for text in (answer.to_markdown(), answer.to_latex(), answer.to_text()):
            assert text.count("\n") >= min(lines, 9)
            assert "more\n" not in text

    def test_is_written_to_a_file(self, answer, tmp_path):
        """With a path the text stands there, and nothing is returned."""
        for kind in ("csv", "json", "latex", "markdown", "html", "text"):
            path = tmp_path / f"answer.{kind}"

            assert None is getattr(answer, f"to_{kind}")(path)
            assert path.stat().st_size > 0

    def test_can_be_written_otherwise(self, answer):
        """Units, bytes, layout and language may be changed when it is there."""
        other = answer.styled(
            units="K", byte_units="decimal", layout="CHW", language="zh"
        )

        assert answer.table.lines == other.table.lines
        assert ("K", "decimal", "zh") == (
            other.table.style.units,
            other.table.style.byte_units,
            other.table.style.language,
        )
        assert isinstance(answer, Report) or len(str(other).splitlines()) < 60
        with pytest.raises(OptionError, match="units is 'thousand'. There are: exact"):
            answer.styled(units="thousand")

    def test_titles_are_translated(self, answer):
        """In Chinese no title of an answer's own is left in English."""
        table = answer.table
        if table.title == "Sweep":
            return  # whose columns somebody named
        style = Style(language="zh")
        words = {titled(part, style) for part in (*table.columns, *table.totals)}
        english = {
            word
            for word in words
            if re.fullmatch(r"[ -~≥→]*[a-z]{3}[ -~≥→]*", word)
            and not word.startswith(("Operations as", "lenet"))
        }

        assert set() == english

    def test_survives_a_pickle(self, answer):
        """What comes back is equal, or at least the same table."""
        if hasattr(answer, "rules") or hasattr(answer, "convention"):
            return  # whose rules are functions
        other = pickle.loads(pickle.dumps(answer))

        assert type(answer) is type(other)
        assert answer.to_csv() == other.to_csv()


class TestWithoutLines:
    """What found nothing has totals alone, below no titles of columns."""

    answers = pytest.mark.parametrize(
        "answer",
        [
            zoo.lenet().fits("esp32"),
            zoo.lenet().diff(zoo.lenet()),
            zoo.lenet().lint(),
        ],
        ids=["fits", "diff", "lint"],
    )

    @answers
    def test_text(self, answer):
        """Below the title stand the totals."""
        assert 1 == str(answer).count("\n\n")
        assert "─" not in str(answer)

    @answers
    def test_documents(self, answer):
        """Neither Markdown nor HTML nor LaTeX opens a table for nothing."""
        assert "|" not in answer.to_markdown()
        assert "<table" not in answer.to_html()
        assert r"\midrule" not in answer.to_latex()

    def test_programs_have_its_columns(self):
        """In data the titles of columns stand, as where there are lines."""
        fits = zoo.lenet().fits("esp32")

        assert "part,what,RAM,flash,fits,note" == fits.to_csv().strip()


class TestWhatTheyAre:
    def test_a_plan_is_a_tuple(self):
        """Its parts have their names, and their places."""
        plan = zoo.lenet().memory_plan()
        timeline, peak, at, *_ = plan

        assert (23_520, "MaxPool1") == (peak, at)
        assert plan.timeline is timeline
        assert plan == plan._replace()
        assert plan.table.lines[1] == ("Conv1", 2, 22_912, 0, 18_816)

    def test_dictionaries_and_lists_stay_such(self):
        """They are equal to plain ones, and are indexed as these are."""
        net = zoo.lenet()

        assert isinstance(net.fields(), dict)
        assert dict(net.fields()) == net.fields()
        assert [] == net.lint()
        assert [*zoo.mobilenet_v2().lint()] == zoo.mobilenet_v2().lint()
        assert {"FC1", "FC2", "FC3"} <= net.complexity().keys()
        assert ("weights", 1) == ("weights", len(net.roofline("T4")) - 6)

    def test_small_ones_say_how_they_are_made(self):
        """The repr of a tuple of a few numbers has their names."""
        net = zoo.lenet()

        assert repr(net.backward_macs).startswith("Backward(weights=416520, inputs=")
        assert repr(net.memory_report()).startswith("Sums(parameters=246824, ")
        assert str(net.memory_report()).startswith(
            "memory of all values\n\nparameters:"
        )

    def test_a_row_is_a_tuple_and_a_list_of_facts(self):
        """`net["conv1"]` prints what is known of it, one below the other."""
        row = zoo.lenet()["Conv1"]

        assert row == zoo.lenet()[0]
        assert "Conv1\n\nlayer:" in str(row)
        assert re.search(r"MACs: +117,600\n", str(row))
        assert str(row) == repr(row)
        assert 156 == row[row._fields.index("params")]

    def test_fields_that_are_unknown_say_so(self):
        """A layer that does not tell what it sees leaves the fields behind it unknown."""
        net = Sequential(input=(8, 8, 3)).add(Mystery()).conv(3, 4).global_pool()
        notes = [line[-1] for line in net.fields().table.lines]

        assert ["unknown", "unknown", "unknown"] == notes

    def test_nothing_odd_is_said(self):
        """A network without lints says so."""
        assert "lint\n\nWhat is odd: nothing" == str(zoo.lenet().lint())

    @pytest.mark.parametrize(
        "name", ["lenet5", "mobilenet_v2", "densenet121", "nasnet_mobile", "unet"]
    )
    def test_a_plan_of_any_network_is_short(self, name):
        """It prints in fewer than sixty lines."""
        assert len(str(zoo.build(name).memory_plan()).splitlines()) < 60


class OfOnesOwn(Answer):
    """An answer that tells by itself whether there is something in it."""

    def __init__(self, found):
        self.found = found

    def __bool__(self):
        return self.found


def test_an_answer_may_be_false():
    """What a class says of itself is kept; without that an answer is something."""
    found = [OfOnesOwn(found=found) for found in (True, False)]

    assert [True, False] == [bool(each) for each in found]
    assert bool(zoo.lenet().summary())


class TestNotebook:
    def test_a_network_alone_is_its_summary(self):
        """A short one has all rows; its repr stays its source."""
        net = zoo.lenet()

        assert net.summary().to_html() == net._repr_html_()
        assert repr(net).startswith("Sequential(input=(32, 32, 1)")
        assert None is Sequential().conv(3, 4)._repr_html_()

    @pytest.mark.parametrize("name", ["resnet152", "densenet121", "nasnet_mobile"])
    def test_a_long_one_is_folded(self, name):
        """What a notebook shows of hundreds of nodes has a hundred rows at most."""
        html = zoo.build(name)._repr_html_()

        assert 5 < html.count("<tr") <= 101

    def test_a_long_chain_is_cut(self):
        """Where there are no groups to fold, the middle is left out."""
        net = Sequential(input=8)
        for _ in range(75):
            net = net.fc(8).relu()

        assert "… 45 more" in net._repr_html_()
        assert 107 == net._repr_html_().count("<tr")


class TestShortened:
    COLUMNS = Column("a", "a", "text"), Column("params", "n", "bytes", adds=True)

    def test_head_and_tail(self):
        """The first lines and the last are kept, and what lies between is counted."""
        table = Table("t", self.COLUMNS, tuple(("x", n) for n in range(99)), ())
        shown = table.shortened(20, 5)

        assert [*range(20), *range(94, 99)] == [
            n for _, n in shown.lines if not isinstance(n, Gap)
        ]
        assert "… 74 more" == shown.lines[20][0]
        assert table is table.shortened(60, 38)

    def test_groups_go_with_their_lines(self):
        """A table of groups keeps as many scopes as lines, in every format."""
        lines = tuple(("x", n) for n in range(9))
        table = Table("t", self.COLUMNS, lines, (), (("g",),) * 9).shortened(2, 2)
        report = Report(table)

        assert len(table.scopes) == len(table.lines) == 5
        assert "… 5 more" in report.to_html()
        assert "… 5 more" in str(report)

    def test_an_answer_of_ones_own_states_a_table(self):
        """All else it has from the class."""
        with pytest.raises(NotImplementedError):
            Answer().table


class TestOptions:
    NETS = zoo.lenet(), zoo.lenet5()

    def asked(self):
        """Give each report that takes all options, as a function of these."""
        one, two = self.NETS
        yield one.summary
        yield lambda **how: compare(one, two, **how)
        yield lambda **how: one.diff(two, **how)
        yield lambda **how: sweep(plain, {"filters": [2]}, **how)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"units": "k1"},
            {"units": None},
            {"byte_units": "MiB"},
            {"layout": "NCHW"},
            {"language": "fr"},
            {"dtype": "int9"},
            {"batch": 0},
            {"batch": True},
        ],
    )
    def test_are_refused_alike(self, wrong):
        """What one does not take none does, and the message has the choices."""
        messages = set()
        for ask in self.asked():
            with pytest.raises(OptionError) as caught:
                ask(**wrong)
            messages.add(str(caught.value))

        assert 1 == len(messages)

    def test_mean_the_same(self):
        """MACs are of the batch, and bytes of the data type, in each."""
        how = {"batch": 3, "dtype": "int8"}
        summary, compared, diff, swept = (ask(**how) for ask in self.asked())
        below = {fact.key: fact.value for fact in summary.table.totals}
        lenet = dict(
            zip(
                [column.key for column in compared.table.columns],
                compared.table.lines[0],
                strict=True,
            )
        )
        changes = {fact.key: fact.value for fact in diff.table.totals}

        assert {3 * 416_520} == {below["macs"], lenet["macs"], changes["macs"].before}
        assert {61_706} == {below["memory"], changes["memory"].before}
        # Conv1's and MaxPool1's outputs, of a byte each.
        peak = 3 * (28 * 28 * 6 + 14 * 14 * 6)
        assert {peak} == {
            below["peak_memory"],
            lenet["peak_memory"],
            changes["peak_memory"].before,
        }
        assert [3 * 9 * 2 * 36] == [row.of("macs") for row in swept]

    @pytest.mark.parametrize(
        ("units", "expected"),
        [
            ("G", "4.089 G"),
            ("M", "4,089.184 M"),
            ("Mi", "3,899.750 Mi"),
            ("Gi", "3.808 Gi"),
            ("T", "0.004 T"),
        ],
    )
    def test_papers_units(self, units, expected):
        """ResNet-50's 4,089,184,256 MACs, in units of 1000 and of 1024."""
        net = zoo.resnet50()
        summary = net.summary(columns=["layer"], units=units)
        latex = summary.to_latex()

        assert f"(MACs): {expected}".replace(",", r"\,") in latex
        assert f"(MACs): {expected}" in summary.to_markdown()

    def test_int8_gets_through(self):
        """A network of int8 has a quarter of the bytes wherever it is asked."""
        net = zoo.mobilenet_v2()
        row = compare(net, net, columns="peak,arena,memory", dtype="int8").table.lines[
            0
        ]
        (variant,) = sweep(
            zoo.mobilenet_v2, [{}], columns=["peak_memory", "arena"], dtype="int8"
        )
        # The largest layer and its norm: 112·112·96 values each.
        assert (2 * 112 * 112 * 96, 2 * 112 * 112 * 96, 3_504_872) == row[1:]
        assert [*row[1:3]] == [*variant.values.values()]
        assert "peak 2.2969 MiB (int8)" in net.draw("memory", dtype="int8").description
        steps = net.explain("fc", dtype="int8").steps["fc"]
        sizes = {step.what: step.result for step in steps if step.unit == "bytes"}
        assert {
            "memory of the output (int8)": 1000,
            "memory of the parameters (int8)": 1_281_000,
        } == sizes

    def test_a_mapping_of_types(self):
        """Weights of 4 bits and activations of 8: each column has its own."""
        table = (
            zoo.lenet()
            .summary(
                columns=["params_bytes", "activation_bytes"],
                dtype={"weights": 4, "activations": 8, "FC1": "int8"},
            )
            .table
        )
        totals = {fact.key: fact.value for fact in table.totals}

        assert (156 // 2, 4704) == table.lines[0]
        assert (48_120, 120) == table.lines[4]
        assert 48_120 + (61_706 - 48_120) // 2 == totals["memory"]
        assert "Params size (mixed)" == titled(table.totals[9], table.style)

    def test_explanations_of_types_that_differ(self):
        """Of a mapping each step says how many bits it is of."""
        explanation = zoo.lenet().explain(dtype={"weights": 4, "activations": 8})
        what = {step.what for part in explanation.parts for step in part.steps}

        assert "memory of the parameters (4 bit)" in what
        assert "memory of the output (8 bit)" in what
        assert 30_853 == explanation.totals[-1].result
        both = zoo.lenet().explain(dtype={"FC1": 8})
        assert 48_120 + 4 * (61_706 - 48_120) == both.totals[-1].result

    def test_totals_and_inputs_are_a_choice(self):
        """A table for a paper may have the input's row, and no totals."""
        table = (
            zoo.lenet()
            .summary(columns="layer,kind,output,params", totals=False, input_row=True)
            .table
        )

        assert () == table.totals
        assert ("input1", "Input", Shape(32, 32, 1), 0) == table.lines[0]
        assert 8 == len(table.lines) == len(table.scopes)
        assert () == zoo.lenet().diff(zoo.lenet5(), totals=False).table.totals
        for flag in ("totals", "input_row"):
            with pytest.raises(OptionError, match=f"^{flag} is 1"):
                zoo.lenet().summary(**{flag: 1})

    def test_what_is_alive_is_a_column(self):
        """The largest is the peak; a group has that of its worst node."""
        for depth in (None, 1):
            summary = zoo.resnet18().summary(columns=["layer", "peak"], depth=depth)
            most = max(line[1] for line in summary.table.lines)

            assert zoo.resnet18().peak_memory() == most

    def test_layouts_have_the_letters_of_the_axes(self):
        """Channels first of a sequence is C×L."""
        net = Sequential(input=(16, 3), name="s").conv1d(3, 4)
        heads = compare(net, net, columns=["output"], layout="CHW").to_text()
        row = net.memory_plan().styled(layout="CHW").table.style.layout

        deep = (
            Sequential(input=(4, 8, 8, 2)).conv3d(3, 4).summary(layout="CHW", batch=2)
        )
        again = deep.styled(units="K").to_text()

        assert "output (N×C×D×H×W)" in again
        assert "output (C×L)" in heads
        assert "4×14" in heads
        assert "CHW" == row


class TestLayersOfArticles:
    @pytest.mark.parametrize(
        ("name", "depth"),
        [
            ("vgg16", 16),  # Simonyan & Zisserman 2014
            ("vgg19", 19),
            ("googlenet_2014", 22),  # Szegedy et al. 2015, §5
            ("resnet18", 18),  # He et al. 2016, table 1
            ("resnet50", 50),
            ("resnet152", 152),
            ("densenet121", 121),  # Huang et al. 2017, table 1
            ("mobilenet", 28),  # Howard et al. 2017, §3.2
        ],
    )
    def test_depth_is_what_they_are_called_by(self, name, depth):
        """The most layers with weights on one way is the number in the name."""
        net = zoo.build(name)
        table = compare(net, net, columns=["depth"]).table

        assert depth == table.lines[0][1]

    def test_nodes_are_not_layers(self):
        """ResNet-50: 53 convolutions and an FC; with norms and all, 174 nodes."""
        net = zoo.resnet50()
        table = compare(net, net, columns=["layers", "weighted"]).table

        assert ["name", "nodes", "weighted"] == [c.key for c in table.columns]
        assert (174, 54) == table.lines[0][1:]


class TestRows:
    def test_flops_sum_up(self):
        """Those of all rows, and of groups, are the network's."""
        from cnncalc.cost.folding import folded

        net = zoo.resnet18()

        assert net.flops == sum(row.flops for row in net.nodes)
        assert net.flops == sum(row.flops for row in folded(net.nodes, 1))

    def test_a_dropout_does_no_work(self):
        """What runs in training only has no FLOPs."""
        net = Sequential(input=8).fc(4).dropout(0.5)

        assert [8 * 4 * 2 + 4, 0] == [row.flops for row in net.nodes]

    def test_unknown_ones_are_unknown(self):
        """A layer that tells nothing has no FLOPs and no memory."""
        from cnncalc.cost.folding import folded

        net = Sequential(input=8).add(Sequential(name="g").add(Mystery()).fc(4))
        row = net.nodes[0]

        assert (None, None) == (row.flops, row.memory())
        assert None is folded(net.nodes, 1)[0].flops

    def test_memory_is_of_a_type(self):
        """156 parameters of 32, 8, 4 and 3 bits."""
        row = zoo.lenet()["Conv1"]

        assert [624, 156, 78, 59] == [row.memory(t) for t in ("float32", 8, "int4", 3)]

    def test_explains_itself(self):
        """Its steps are those of the network's explanation, without the field's."""
        net = zoo.lenet()
        steps = net["Conv2"].explain().steps["Conv2"]

        assert [*map(str, steps)] == [
            *map(str, net.explain("Conv2").steps["Conv2"][: len(steps)])
        ]
        assert "参数量" in str(net["Conv2"].explain(language="zh"))

    def test_a_group_explains_its_rows(self):
        """It adds them up, too; weights that are shared are counted elsewhere."""
        explanation = zoo_group().explain(dtype="int8")

        assert 6 < len(explanation.parts)
        assert zoo_group().params == explanation.totals[0].result


class TestLowerBounds:
    NET = Sequential(input=8).fc(10).add(Mystery())

    def test_arithmetic_keeps_them(self):
        """Twice at least 80 is at least 160."""
        macs = self.NET.macs

        assert ["≥ 160", "≥ 79", "≥ 160", "≥ 40", "≥ 81", "≥ 160", "≥ 40.0"] == [
            str(number)
            for number in (
                macs * 2,
                macs - 1,
                2 * macs,
                macs // 2,
                1 + macs,
                macs + macs,
                macs / 2,
            )
        ]
        assert "≥ 0.08" == f"{macs / 1e3:.2f}"
        assert "AtLeast(40.0)" == repr(macs / 2)
        assert 80 == int(macs)

    @pytest.mark.parametrize(
        "refused",
        [
            lambda n: 100 - n,
            lambda n: 100 / n,
            lambda n: 100 // n,
            lambda n: n * -1,
            lambda n: n - n,
            lambda n: n / n,
        ],
    )
    def test_what_is_no_lower_bound_is_refused(self, refused):
        """How much of a budget is left is not known."""
        with pytest.raises(OptionError, match="at least|only known to be ≥ 80"):
            refused(self.NET.macs)

    def test_no_budget_is_met(self):
        """What is unknown is below nothing, and above what it is sure to be above."""
        macs = self.NET.macs

        assert not macs <= 10**9
        assert not macs < 10**9
        assert not 10**9 >= macs
        assert not macs / 1e9 <= 4.1
        assert macs >= 80
        assert macs > 79
        assert 79 < macs
        assert not macs > 80
        assert 80 == macs

    def test_others_are_not_taken(self):
        """Text and lists are no numbers."""
        for wrong in ("a", []):
            with pytest.raises(TypeError):
                self.NET.macs + wrong
            with pytest.raises(TypeError):
                wrong - self.NET.macs


class TestLargeNumbers:
    def deep(self):
        """Make a network whose field has over 4,300 digits."""
        size = 10**299
        net = Sequential(input=(3, 3, 1))
        for _ in range(20):
            net = net.conv(1, 1, stride=size, padding=0)
        return net.conv(3, 1, padding=1)

    def test_reports_of_large_fields(self):
        """A field of thousands of digits is unknown, and no report fails for it."""
        net = self.deep()
        columns = ["layer", "receptive_field", "effective_stride"]
        for report in (
            net.summary(columns=columns),
            compare(net, net, columns=["receptive_field"]),
            net.fields(),
            net.nodes[-1],
            net.explain(),
            sweep(lambda: net, [{}], columns=["receptive_field"]),
        ):
            assert report.to_text()
            assert report.to_html()
            jsonschema.validate(json.loads(report.to_json()), schema())

    def test_a_roofline_of_very_many(self):
        """Beyond what a float can say, a time is without end."""
        net = Sequential(input=10**150).fc(10**290)
        board = Device("slow", 1, 10**9, "no one")
        (bound,) = net.roofline(board).values()

        assert math.inf == bound.seconds
        assert "compute" == bound.limit
        json.loads(net.roofline(board).to_json())


class TestFractions:
    def generator(self):
        return (
            Sequential(input=(4, 4, 8), name="g")
            .conv_transpose(4, 4, stride=2)
            .conv(3, 1)
        )

    def test_are_numbers_in_json(self):
        """A stride of a half, behind a transposed convolution, is 0.5."""
        net = self.generator()
        columns = ["effective_stride"]
        rows = json.loads(net.summary(columns=columns).to_json())["rows"]

        assert [0.5, 0.5] == rows[0]["effective_stride"]
        for report in (
            compare(net, net, columns=["receptive_field"]),
            sweep(self.generator, [{}], columns=["receptive_field"]),
            net.fields(),
        ):
            jsonschema.validate(json.loads(report.to_json()), schema())


class TestMasks:
    def test_are_of_a_byte_or_four(self):
        """PyTorch keeps a byte a value on CUDA, and a float on a CPU."""
        # torch 2.7, saved_tensors_hooks: AlexNet's dropouts are on 9,216 and 4,096.
        net = zoo.alexnet()
        cuda = net.saved_for_backward(batch=2)

        assert cuda + 2 * 3 * (9216 + 4096) == net.saved_for_backward(
            batch=2, mask_bytes=4
        )
        assert net.training_memory(batch=2).saved == cuda
        assert net.training_memory(batch=2, mask_bytes=4).saved > cuda
        with pytest.raises(OptionError, match="mask_bytes is 0"):
            net.saved_for_backward(mask_bytes=0)


def exits(filters):
    """Leave the process, or build a network."""
    if filters == 3:
        raise SystemExit(3)
    return plain(filters)


class UnreadableError(OptionError):
    """An error that cannot be made again from its arguments."""

    def __init__(self, one, two):
        super().__init__(f"{one} {two}")


def unreadable(filters):
    """Fail with such an error, or build a network."""
    if filters == 3:
        raise UnreadableError("a", "b")
    return plain(filters)


class Short:
    """An executor that loses a row, or makes one up."""

    def __init__(self, extra):
        self.extra = extra

    def submit(self, task, build, variants, measures):
        future = Future()
        rows = task(build, variants, measures)
        future.set_result(rows[:-1] if self.extra < 0 else rows * 2)
        return future


class TestSweeps:
    def endless(self):
        n = 0
        while True:
            n += 1
            yield {"filters": n}

    def test_one_without_end_shows_its_beginning(self):
        """A notebook shows the first hundred rows; more can be asked for."""
        found = sweep(plain, self.endless(), columns=["params"])
        text = str(found)

        assert "<Sweep, not run yet>" == repr(found)
        assert text.splitlines()[-1].startswith("…")
        assert 104 == text.count("\n") == len(text.splitlines()) - 1
        assert found._repr_html_().count("<tr") == 102
        assert str(found) == text
        first = [row.settings["filters"] for row, _ in zip(found, range(150))]
        assert [*range(1, 151)] == first

    def test_a_long_one_says_how_many_more(self):
        """Where the grid is finite, what is not shown is counted."""
        found = sweep(plain, {"filters": range(1, 201)}, columns=["params"])

        assert "… 100 more" in str(found)
        assert 200 == len(found.rows())
        assert "… 100 more" in str(found)
        assert 200 == found.to_csv().count("\n") - 1

    def test_settings_stay_numbers(self):
        """They sort as numbers do, in data frames and JSON."""
        grid = {"filters": [128, 16, 32], "rate": [0.5], "name": ["a"], "bias": [True]}

        def build(filters, rate, name, bias):
            return plain(filters)

        found = sweep(build, grid, columns=["params"])
        frame = found.to_pandas()
        rows = json.loads(found.to_json())["rows"]

        assert [16, 32, 128] == sorted(frame.filters)
        assert 2 == len(frame[frame.filters > 16])
        assert [128, 0.5, "a", True] == [
            rows[0][key] for key in ("filters", "rate", "name", "bias")
        ]
        jsonschema.validate(json.loads(found.to_json()), schema())

    def test_settings_of_any_kind_are_told(self):
        """What JSON has no word for is text."""
        found = sweep(
            lambda layer: plain(), [{"layer": Conv2d(3, 4)}], columns=["macs"]
        )

        assert "Conv2d(3, 4)" == json.loads(found.to_json())["rows"][0]["layer"]

    def test_exits_and_odd_errors_end_their_own_row(self):
        """Neither leaves this process, nor breaks the pool for the others."""
        with ProcessPoolExecutor(1) as pool:
            for build in (exits, unreadable):
                rows = sweep(
                    build, {"filters": [2, 3, 4]}, executor=pool, columns=["params"]
                ).rows()

                assert [True, False, True] == [row.ok for row in rows]
                assert [20, None, 40] == [row.of("params") for row in rows]
            assert "SystemExit: 3" in str(
                next(iter(sweep(exits, [{"filters": 3}]))).error
            )

    @pytest.mark.parametrize("extra", [-1, 1])
    def test_an_executor_that_miscounts_is_not_believed(self, extra):
        """Rows are told apart by their place: too few or many are none."""
        rows = sweep(
            plain, {"filters": [2, 3]}, executor=Short(extra), columns=["params"]
        ).rows()

        assert 2 == len(rows)
        assert all("rows for 1" in str(row.error) for row in rows)

    def test_a_pickled_one_has_its_rows(self):
        """It is run, and what comes back needs no function."""
        found = sweep(lambda filters: plain(filters), {"filters": [2, 3]})
        other = pickle.loads(pickle.dumps(found))

        assert found.rows() == other.rows() == tuple(other)
        assert found.to_csv() == other.to_csv()

    @pytest.mark.parametrize("pooled", [False, True])
    def test_one_that_was_stopped_goes_on(self, pooled):
        """Rows that are there are not built again; their order is the grid's."""
        built = []

        def build(filters):
            built.append(filters)
            return plain(filters)

        class Here:
            def submit(self, task, *arguments):
                future = Future()
                future.set_result(task(*arguments))
                return future

        pool = Here() if pooled else None
        grid = {"filters": [2, 3, 4, 5, 6]}
        kept = [
            row for row in sweep(build, grid) if row.settings["filters"] in {3, 4, 6}
        ]
        built.clear()
        found = sweep(build, grid, resume=kept, executor=pool, chunk=1).rows()

        assert [2, 5] == built
        assert [2, 3, 4, 5, 6] == [row.settings["filters"] for row in found]
        built.clear()
        sweep(build, grid, resume=kept, columns=["flops"]).rows()
        assert 5 == len(built)
        with pytest.raises(OptionError, match="resume has 3"):
            sweep(build, grid, resume=3)


def test_the_styles_fields_are_the_options():
    """What `styled` takes is what a style has."""
    style = styled("int8", 2, "Mi", "decimal", "chw", "zh-CN")

    assert Style("Mi", "decimal", "CHW", 2, "zh", "int8") == style


def test_drawings_are_plain_text():
    """What asks for exactly a str gets one."""
    picture = zoo.lenet().draw()

    assert {str} == {
        type(text) for text in (picture.to_svg(), picture._repr_svg_(), str(picture))
    }


def test_a_fact_of_a_time_is_short():
    """Seconds are told in the unit that fits."""
    assert ["2.50 s", "2.50 ms", "0.25 ns"] == [
        written(n, "seconds") for n in (2.5, 0.0025, 0.25e-9)
    ]
    assert "peak (8 bit)" == titled(Fact("a", "peak", 1, "bytes"), Style(dtype=8))
    assert ["yes", "否"] == [
        written(True, "flag"),
        written(False, "flag", Style(language="zh")),
    ]


def test_translations_are_a_file_of_data():
    """Each word is there once, whatever part of the file it stands in."""
    file = files("cnncalc.report").joinpath("words.zh.json")
    parts = json.loads(file.read_text("utf-8"))
    assert 9 < len(parts.pop("citations"))

    assert sum(map(len, parts.values())) == len(translations("zh")) > 200


def test_bounds_add_up():
    """A sum over what is unknown is a lower bound."""
    assert AtLeast(3) == sum([AtLeast(1), 2])
    assert isinstance(sum([AtLeast(1), 2]), AtLeast)
