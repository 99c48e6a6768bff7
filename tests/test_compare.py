"""Comparisons: the totals of networks, side by side, in every format."""

import csv
import io
import json
import xml.etree.ElementTree as ET

import pytest
from test_layers import Mystery

from cnncalc import CnncalcError, Sequential, compare, zoo
from cnncalc.operations.conventions import CONVENTIONS
from cnncalc.report.compare import COMPARED
from cnncalc.report.render.as_json import schema


def values(comparison, key):
    """Return the values of a column."""
    place = [column.key for column in comparison.table.columns].index(key)
    return [line[place] for line in comparison.table.lines]


def dense(units, name=None):
    """Return a network of one layer: 4 × units weights, and as many biases."""
    return Sequential(input=4, name=name).fc(units)


class TestNumbers:
    def test_are_those_that_torchvision_publishes(self):
        """Each line has the parameters and MACs of its network."""
        nets = [zoo.vgg16(), zoo.resnet50(), zoo.mobilenet_v2()]
        comparison = compare(*nets)

        # Source: torchvision's table of weights; GFLOPS 15.47, 4.09, 0.30.
        assert ["vgg16", "resnet50", "mobilenet_v2"] == values(comparison, "name")
        assert [138357544, 25557032, 3504872] == values(comparison, "params")
        assert [15470264320, 4089184256, 300774272] == values(comparison, "macs")

    def test_percentages_are_of_the_first(self):
        """Twice as many parameters are 200 %, whatever comes between."""
        comparison = compare(dense(10), dense(5), dense(20))

        assert [50, 25, 100] == values(comparison, "params")
        assert [1.0, 0.5, 2.0] == values(comparison, "params_percent")
        assert "3 networks, % of Sequential" == comparison.table.title
        assert "200.00 %" in str(comparison)

    def test_there_is_no_percentage_of_nothing(self):
        """Where the first has none of it, or too little, no share is told."""
        pool = Sequential(input=(4, 4, 1)).global_pool()
        huge = Sequential(input=10**200).fc(10**200)
        comparison = compare(pool, dense(10), columns=["params_percent"])

        assert [None, None] == values(comparison, "params_percent")
        assert None is values(compare(dense(1), huge), "params_percent")[1]

    def test_unknown_numbers_are_lower_bounds(self):
        """A total that leaves out a layer is printed as such, and has no share."""
        mystery = dense(10).add(Mystery())
        comparison = compare(
            dense(10), mystery, columns=["params", "params_percent", "fvcore"]
        )

        assert "≥ 50 " in comparison.to_text().splitlines()[-1]
        assert "≥ 40" in comparison.to_text().splitlines()[-1]
        assert [1.0, None] == values(comparison, "params_percent")
        data = json.loads(comparison.to_json())
        assert [50, 50] == [row["params"] for row in data["rows"]]
        assert ["Sequential (2)/params", "Sequential (2)/fvcore"] == data[
            "lower_bounds"
        ]

    @pytest.mark.parametrize("key", COMPARED)
    def test_every_column_has_a_value_for_each(self, key):
        """No column fails, and each follows the name."""
        comparison = compare(zoo.resnet18(), zoo.lenet(), columns=[key])

        assert ["name", key] == [column.key for column in comparison.table.columns]
        assert None not in comparison.table.lines[0]


class TestColumns:
    @pytest.mark.parametrize(
        "columns",
        [
            ["params", "peak_memory"],
            ("Parameters", "peak memory", "params"),
            "params, peak_memory",
        ],
    )
    def test_are_chosen_by_key_or_title(self, columns):
        """Keys, titles, and a text with commas choose the same; each stands once."""
        table = compare(zoo.lenet(), zoo.lenet5(), columns=columns).table

        assert ["network", "parameters", "peak memory"] == [
            c.title for c in table.columns
        ]
        assert "2 networks" == table.title

    @pytest.mark.parametrize("column", ["fvcore", CONVENTIONS["fvcore"]])
    def test_may_be_a_convention(self, column):
        """The name of a tool, or a convention itself, is a column of operations."""
        comparison = compare(zoo.resnet50(), zoo.resnet50(), columns=[column])

        # What fvcore 0.1.5 prints for torchvision's model.
        assert [4111512576] * 2 == values(comparison, "fvcore")
        assert "operations (fvcore)" == comparison.table.columns[1].title
        assert comparison.table == compare(*[zoo.resnet50()] * 2, columns=column).table

    def test_have_chinese_titles(self):
        """In Chinese every title and the caption are translated."""
        texts = [
            str(compare(zoo.lenet(), zoo.lenet5(), columns=columns, language="zh"))
            for columns in (None, ["flops", "memory", "trainable", "thop"])
        ]

        assert "2 个网络, % 以 lenet 为基准" == texts[0].splitlines()[0]
        assert texts[1].startswith("2 个网络\n")
        for title in ("网络", "节点数", "参数量", "激活值", "感受野", "峰值内存"):
            assert title in texts[0].splitlines()[2]
        for title in ("浮点运算次数", "参数内存", "可训练", "运算次数 (thop)"):
            assert title in texts[1].splitlines()[2]


class TestNames:
    def test_are_unique(self):
        """Equal names are told apart, also from one that looks like it."""
        nets = [dense(1, "a"), dense(2, "a"), dense(3, "a (2)"), dense(4)]

        assert ["a", "a (2)", "a (2) (2)", "Sequential"] == values(
            compare(*nets), "name"
        )

    def test_may_be_given(self):
        """Other names can be given, one for each."""
        comparison = compare(dense(1), dense(2), names=("small", "big"))

        assert ["small", "big"] == values(comparison, "name")


@pytest.mark.parametrize(
    ("networks", "options", "message"),
    [
        ([], {}, "a comparison of 0 networks .*at least two"),
        ([dense(1)], {}, "a comparison of 1 networks"),
        ([dense(1), 7], {}, "number 2 of what is compared is no network: 7"),
        ([[dense(1), dense(2)], dense(3)], {}, "number 1 .*one by one"),
        ([dense(1), Sequential(name="b").fc(2)], {}, "b: the network is open.*Give"),
        ([dense(1)] * 2, {"names": ["a"]}, "names is .* for 2 networks"),
        ([dense(1)] * 2, {"names": "ab"}, "names is 'ab' .*a text for each"),
        ([dense(1)] * 2, {"names": [1, 2]}, "names is .*a text for each"),
        (
            [dense(1)] * 2,
            {"columns": ["x"]},
            "no column 'x'. There are: input, .*fvcore",
        ),
        ([dense(1)] * 2, {"columns": ["fvcor"]}, "The nearest: fvcore"),
        ([dense(1)] * 2, {"columns": [3]}, "no column 3"),
        ([dense(1)] * 2, {"language": "xx"}, "no language 'xx'"),
    ],
)
def test_what_cannot_be_compared_is_refused(networks, options, message):
    """A wrong argument is answered with what is wrong and what to do."""
    with pytest.raises(CnncalcError, match=message):
        compare(*networks, **options)


def test_columns_are_those_of_summaries_by_any_name():
    """Other tools' names of columns are understood here too, and conventions' names."""
    names = ["num_params", "Mult-Adds", "ptflops_aten", "参数量"]
    table = compare(dense(1), dense(2), columns=names).table

    assert ["name", "params", "macs", "ptflops-aten"] == [c.key for c in table.columns]


class TestFormats:
    comparison = compare(dense(10, "=1+1|<b>"), dense(20, "b"))

    def test_json_is_as_its_schema_says(self):
        """Programs get integers, and shares as parts of one."""
        jsonschema = pytest.importorskip("jsonschema")
        data = json.loads(self.comparison.to_json())
        jsonschema.validate(data, schema())

        assert [50, 100] == [row["params"] for row in data["rows"]]
        assert [1.0, 2.0] == [row["params_percent"] for row in data["rows"]]
        assert 100 == data["totals"]["b/params"]
        assert {int} == set(map(type, data["totals"].values()))

    def test_csv_is_a_rectangle_without_formulas(self):
        """A name that looks like a formula is no formula."""
        rows = list(csv.reader(io.StringIO(self.comparison.to_csv())))

        assert {12} == {len(row) for row in rows}
        assert ["network", "'=1+1|<b>", "b"] == [row[0] for row in rows]
        assert ["parameters", "50", "100"] == [row[5] for row in rows]

    def test_html_is_a_row_for_each(self):
        """The table parses as XML, with a line of titles and a row for each."""
        rows = ET.fromstring(self.comparison.to_html()).findall(".//tr")

        assert ["network", "=1+1|<b>", "b"] == ["".join(r[0].itertext()) for r in rows]

    def test_markdown_and_latex_escape_names(self):
        """What these languages act on is escaped."""
        assert r"=1+1\|&lt;b&gt;" in self.comparison.to_markdown()
        assert (
            r"=1+1\textbar{}\textless{}b\textgreater{} &" in self.comparison.to_latex()
        )

    def test_pandas_has_typed_columns(self):
        """A data frame has integers where there are integers."""
        pytest.importorskip("pandas")
        frame = self.comparison.to_pandas()

        assert "Int64" == frame["params"].dtype
        assert [50, 100] == list(frame["params"])
