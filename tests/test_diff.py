"""Differences: which nodes of two networks belong together, and what that adds up to."""

import csv
import io
import json
import re
import xml.etree.ElementTree as ET
from itertools import pairwise
from unittest.mock import patch

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import chains_on
from test_layers import Mystery

from cnncalc import (
    Add,
    Builder,
    Conv2d,
    Layer,
    OpenNetworkError,
    OptionError,
    Parameter,
    Sequential,
    Shared,
    UnknownNameError,
    zoo,
)
from cnncalc.cost.totals import AtLeast
from cnncalc.report import align
from cnncalc.report.align import aligned, common
from cnncalc.report.cells import written
from cnncalc.report.render.as_json import schema
from cnncalc.report.table import Change

# Numbers of a network that are sums over its rows, by what the rows call them.
SUMS = {
    "params": "params",
    "trainable": "trainable_params",
    "buffers": "buffers",
    "connections": "connections",
    "macs": "macs",
    "activation_size": "activations",
}


def signs(difference):
    """Return how many lines have each sign: added, removed, changed."""
    return (
        len(difference.added),
        len(difference.removed),
        len(difference.changed),
    )


def whats(difference):
    """Return by path what was told of the nodes that changed."""
    return {line.after.path: line.what for line in difference.changed}


def assert_adds_up(a, b):
    """Check that the lines hold each node once, in order, and sum to the totals."""
    difference = a.diff(b, unchanged=True)
    lines = difference.lines

    assert list(a.nodes) == [line.before for line in lines if line.before]
    assert list(b.nodes) == [line.after for line in lines if line.after]
    for of_row, of_net in SUMS.items():
        changes = [
            (getattr(line.after, of_row) if line.after else 0)
            - (getattr(line.before, of_row) if line.before else 0)
            for line in lines
        ]
        hidden = [
            n for n, line in zip(changes, lines, strict=True) if line.change == "="
        ]

        assert getattr(b, of_net) - getattr(a, of_net) == sum(changes)
        assert not any(hidden)
    columns = [column.key for column in difference.table.columns]
    totals = {fact.key: fact.value for fact in difference.table.totals}
    for key in ("params", "macs"):
        place = columns.index(f"{key}_change")
        shown = sum(line[place] for line in a.diff(b).table.lines)

        assert totals[key].difference == shown
        assert (getattr(a, key), getattr(b, key)) == totals[key][:2]


@st.composite
def nets(draw):
    """Draw a network of the layers that fit."""
    net = Sequential(input=(9, 9, draw(st.sampled_from([2, 4]))))
    layers = draw(chains_on(net.input))
    return net.add(*(attrs.evolve(layer, name=None) for layer in layers))


class TestAlignment:
    @given(
        st.lists(st.sampled_from("abc")),
        st.lists(st.sampled_from("abc")),
        st.booleans(),
    )
    def test_is_a_longest_common_subsequence(self, a, b, halve):
        """What is common is in order in both, and as long as a plain table says."""
        lengths = [[0] * (len(b) + 1) for _ in range(len(a) + 1)]
        for i, x in enumerate(a):
            for j, y in enumerate(b):
                longer = max(lengths[i][j + 1], lengths[i + 1][j])
                lengths[i + 1][j + 1] = lengths[i][j] + 1 if x == y else longer
        with patch.object(align, "_MOST", 8 if halve else 2**20):
            matches = common(a, b)

        assert lengths[-1][-1] == len(matches)
        assert [a[i] for i, _ in matches] == [b[j] for _, j in matches]
        assert all(p[0] < q[0] and p[1] < q[1] for p, q in pairwise(matches))

    def test_of_thousands_of_equal_items_ends(self):
        """Five thousand equal items, which are slow for difflib, are all paired."""
        assert [(i, i) for i in range(4990)] == common(
            "a" * 4990, "a" * 4990 + "b" * 10
        )

    def test_later_keys_fill_the_gaps(self):
        """What the first key leaves is paired by the second, between its pairs."""
        a, b = ["x1", "y", "x2"], ["X1", "y", "X2", "X1"]

        assert [(1, 1)] == aligned(a, b, [str])
        assert [(0, 0), (1, 1), (2, 2)] == aligned(a, b, [str, str.lower])


class TestZoo:
    def test_vgg19_has_three_convolutions_more(self):
        """Configuration E of the paper has a fourth convolution in blocks 3 to 5."""
        difference = zoo.vgg16().diff(zoo.vgg19())

        assert ["conv3_4", "relu3_4", "conv4_4", "relu4_4", "conv5_4", "relu5_4"] == [
            line.after.path for line in difference.added
        ]
        assert (6, 0, 0) == signs(difference)
        assert "vgg16 → vgg19: 6 added, 39 unchanged" == difference.table.title
        # 3×3×256×256 + 256, and twice 3×3×512×512 + 512.
        assert "(+5,309,696, +3.84 %)" in str(difference)

    @pytest.mark.parametrize("wrong", ["input", "params", 3, ["fvcore", "none"]])
    def test_only_conventions_are_conventions(self, wrong):
        """A column of numbers is none, and is refused with those that there are."""
        with pytest.raises(UnknownNameError, match="no convention .*torchinfo"):
            zoo.vgg16().diff(zoo.vgg19(), convention=wrong)

    def test_several_conventions_in_any_form(self):
        """A list, a set of one, or names with commas."""
        a, b = zoo.vgg11(), zoo.vgg13()
        named, listed = (
            a.diff(b, convention=c) for c in ("fvcore,thop", ["fvcore", "thop"])
        )

        assert named.to_json() == listed.to_json()
        assert "fvcore" in a.diff(b, convention={"fvcore"}).to_json()

    def test_what_lenet5_became(self):
        """C3 came to see all of S2, and pools had nothing to learn any more."""
        difference = zoo.lenet5().diff(zoo.lenet())
        pairs = [(line.before, line.after) for line in difference.changed]

        assert [
            ("S2", "MaxPool1"),
            ("C3", "Conv2"),
            ("S4", "MaxPool2"),
            ("F6", "FC2"),
        ] == [(a.path, b.path) for a, b in pairs]

    def test_resnet101_has_17_blocks_more(self):
        """Table 1 of the paper: conv4_x has 23 blocks and not 6; all else is the same."""
        difference = zoo.resnet50().diff(zoo.resnet101())
        scopes = {line.after.scope for line in difference.added}

        assert {("layer3", str(block)) for block in range(6, 23)} == scopes
        assert (17 * 10, 0, 0) == signs(difference)

    def test_resnext_has_wide_grouped_convolutions(self):
        """Table 1 of the paper: each 3×3 convolution is twice as wide, in 32 groups."""
        difference = zoo.resnet50().diff(zoo.resnext50_32x4d())
        what = whats(difference)

        assert "filters 64 → 128, groups 1 → 32" == what["layer1/0/conv2"]
        assert 16 == sum("groups 1 → 32" in text for text in what.values())
        assert (0, 0) == signs(difference)[:2]

    def test_batch_norms_are_13_added_nodes(self):
        """Only norms are added: what they stand between counts as unchanged."""
        difference = zoo.vgg16().diff(zoo.vgg16_bn())

        assert {"Norm"} == {line.after.kind for line in difference.added}
        assert (13, 0, 0) == signs(difference)
        assert (0, 13, 0) == signs(zoo.vgg16_bn().diff(zoo.vgg16()))

    def test_another_number_of_classes_is_one_change(self):
        """Only the classifier changes, from 1000 to 10 units."""
        difference = zoo.vgg16().diff(zoo.vgg16(classes=10))

        assert {"fc8": "units 1000 → 10"} == whats(difference)
        assert (0, 0, 1) == signs(difference)

    def test_another_input_changes_shapes_alone(self):
        """With larger images nothing is added, and no parameter changes."""
        difference = zoo.resnet18().diff(zoo.resnet18(input=(288, 288, 3)))

        assert (0, 0) == signs(difference)[:2]
        assert "input 224×224×3 → 288×288×3" == whats(difference)["conv1"]
        assert all(line.before.params == line.after.params for line in difference.lines)

    @pytest.mark.parametrize(
        ("a", "b"),
        [
            ("vgg16", "vgg19"),
            ("resnet18", "resnet50"),
            ("resnet50", "resnext50_32x4d"),
            ("alexnet", "lenet5"),
            ("googlenet", "inception_v3"),
            ("efficientnet_b0", "mobilenet_v3_large"),
            ("unet", "squeezenet1_0"),
        ],
    )
    def test_lines_sum_to_totals(self, a, b):
        """Between any two, the changes of the lines add up to those of the totals."""
        assert_adds_up(zoo.build(a), zoo.build(b))


TOLD = [
    ("partial_conv", [(1, ((0,),)), (1, ((0, 1),))], "table ((0,),) → ((0, 1),)"),
    ("reshape", [((16, 16),), ((256, 1),)], "shape (16, 16) → (256, 1)"),
    ("pool", [((2, 2),), ((3, 2),)], "kernel 2 → (3, 2)"),
]


@pytest.mark.parametrize(("method", "options", "told"), TOLD)
def test_fields_are_told_as_they_are_written(method, options, told):
    """Only what is stated along axes is one number where it is the same along all."""
    net = Sequential(input=(8, 8, 4))
    a, b = (getattr(net, method)(*given) for given in options)

    assert [told] == list(whats(a.diff(b)).values())


@settings(max_examples=50)
@given(nets(), nets())
def test_lines_sum_to_totals(a, b):
    """Between random networks too, and the lines hold every node once."""
    assert_adds_up(a, b)


@settings(max_examples=50)
@given(nets())
def test_a_network_does_not_differ_from_itself(net):
    """Equal networks have no difference, and every line says so."""
    difference = net.diff(net)

    assert not difference
    assert {"="} >= {line.change for line in difference.lines}
    assert difference.table.title.endswith(": no difference")
    assert not difference.table.lines


class TestLines:
    def test_a_layer_put_in_is_one_line(self):
        """Where automatic names shift, layers are paired, and not names."""
        net = Sequential(input=(32, 32, 3)).conv(3, 8).relu()
        rest = Sequential().conv(3, 16).relu().conv(3, 32).relu().conv(3, 64).relu()
        difference = net.add(rest).diff(net.conv(5, 8, padding=2).relu().add(rest))

        assert ["conv2", "relu2"] == [line.after.path for line in difference.added]
        assert (2, 0, 0) == signs(difference)

    def test_other_names_are_no_change_but_a_difference(self):
        """Networks that only call a layer otherwise differ, in no line of the table."""
        a, b = (Sequential(input=4, name="n").fc(2, name=name) for name in "ab")
        difference = a.diff(b)

        assert difference
        assert (0, 0, 0) == signs(difference)
        assert [True] == [line.renamed for line in difference.lines]
        assert "n → n (2): 1 unchanged, 1 renamed" == difference.table.title

    def test_another_kind_of_layer_is_written_out(self):
        """A layer that took another's place is told in full, without its name."""
        a = Sequential(input=(8, 8, 4)).conv(3, 4, name="mix")
        b = Sequential(input=(8, 8, 4)).depthwise(3, name="mix", stride=2)

        assert {"mix": "Conv2d(3, 4) → DepthwiseConv2d(3, stride=2)"} == whats(
            a.diff(b)
        )

    def test_fields_are_written_short(self):
        """Pairs are folded, words stand bare, and long tables are cut."""
        a = Sequential(input=(9, 9, 3)).partial_conv(3, [[0, 1]] * 30).pool((2, 1))
        b = Sequential(input=(9, 9, 3)).partial_conv(3, [[0, 2]] * 30)
        b = b.pool(2, mode="average")
        what = whats(a.diff(b))

        assert "kernel (2, 1) → 2, mode max → average" == what["pool1"]
        assert re.fullmatch(r"table .{60}… → .{60}…", what["partial_conv1"])

    def test_another_connection_is_a_change(self):
        """A skip that comes from elsewhere is told, and so are branches that swap."""

        def net(skip):
            g = Builder()
            x = g.input((8, 8, 4))
            nodes = [
                x,
                g.add(Conv2d(1, 4), x, name="a"),
                g.add(Conv2d(1, 4), x, name="b"),
            ]
            return g.graph(g.add(Add(), nodes[2], nodes[skip], name="sum"))

        assert {"sum": "connected to b, a → b, input1"} == whats(net(1).diff(net(0)))

    def test_a_node_without_inputs_is_one_that_came(self):
        """A parameter that the other network has not is an input to who uses it."""
        g = Builder()
        x = g.input((4, 8))
        owned = g.graph(g.add(Add(), x, g.add(Parameter((4, 8))), name="sum"))
        plain = Sequential(input=(4, 8)).relu()

        assert (0, 0, 0) == signs(owned.diff(owned))
        assert (1, 2, 0) == signs(owned.diff(plain))

    def test_a_block_put_around_is_looked_through(self):
        """A layer behind what was put in is fed by what comes before that."""
        net = Sequential(input=(8, 8, 4)).conv(1, 4)
        wrapped = net.residual(Sequential().conv(3, 4, padding=1)).relu()

        assert (0, 0) == signs(net.relu().diff(wrapped))[1:]

    def test_shared_weights_are_a_change(self):
        """A layer that reuses another's weights is equal to it, but costs nothing."""
        shared, conv = Shared(Conv2d(1, 4)), Conv2d(1, 4)
        a = Sequential(input=(8, 8, 4)).add(conv).add(conv)
        b = Sequential(input=(8, 8, 4)).add(shared).add(shared)
        difference = a.diff(b)

        assert ["counted otherwise"] == list(whats(difference).values())
        assert_adds_up(a, b)

    def test_other_outputs_are_a_difference(self):
        """A graph that puts out another node differs, though all nodes are the same."""

        def net(which):
            g = Builder()
            nodes = [g.input((8, 8, 4))]
            for _ in range(2):
                nodes.append(g.add(Conv2d(1, 4), nodes[-1]))
            return g.graph(nodes[which], name="net")

        assert net(1).diff(net(2))
        assert "net → net (2): 2 unchanged" == net(1).diff(net(2)).table.title

    def test_unknown_numbers_stay_unknown(self):
        """Of an unknown layer no change is told, and of bounds none either."""
        a = Sequential(input=4, name="a").fc(2)
        difference = a.diff(a.add(Mystery()))
        data = json.loads(difference.to_json())

        assert [None] == [row["params_change"] for row in data["rows"]]
        assert "10 → ≥ 10\n" in difference.to_text()
        assert "params_change" not in data["totals"]
        assert "params_after" in data["lower_bounds"]

    def test_fields_may_be_lists(self):
        """A layer of one's own may be given a list, which becomes a tuple."""

        @attrs.frozen(eq=False, repr=False)
        class Listing(Layer):
            items: list = attrs.field(factory=list)

            def output(self, x):
                return x

        nets = [Sequential(input=4).add(Listing(items)) for items in ([1], [1], [2])]

        assert not nets[0].diff(nets[1])
        assert {"listing1": "items (1,) → (2,)"} == whats(nets[0].diff(nets[2]))


class TestFormats:
    difference = zoo.lenet(input=(32, 32, 1)).diff(zoo.lenet5())

    def test_unchanged_lines_are_shown_on_request(self):
        """By default only what changed is in the table."""
        net, other = zoo.vgg16(), zoo.vgg16(classes=10)

        assert ["~"] == [line[1] for line in net.diff(other).table.lines]
        assert 39 == len(net.diff(other, unchanged=True).table.lines)

    def test_text_and_html_have_signed_numbers(self):
        """People read signs, and each total in one line."""
        difference = zoo.lenet().diff(zoo.lenet(classes=100))
        html = ET.fromstring(difference.to_html())

        assert ["FC3", "~", "units", "10", "→", "100", "10"] == str(
            difference
        ).splitlines()[4].split()[:7]
        assert "parameters:       61,706 → 69,356 (+7,650, +12.40 %)" in str(difference)
        assert "+7,650" in ["".join(cell.itertext()) for cell in html.iter("td")]

    def test_programs_read_words_and_integers(self):
        """CSV and JSON have a word for a sign, and each number by itself."""
        rows = list(csv.DictReader(io.StringIO(self.difference.to_csv())))
        data = json.loads(self.difference.to_json())

        assert {"added", "removed", "changed"} >= {row["change"] for row in rows}
        assert len(self.difference.table.lines) == len(rows) == len(data["rows"])
        for key, total in (
            ("params", 60840 - 61706),
            ("macs", zoo.lenet5().macs - 416520),
        ):
            assert total == sum(int(row[f"{key}_change"]) for row in rows)
            assert total == sum(row[f"{key}_change"] for row in data["rows"])
            assert total == data["totals"][f"{key}_change"]
        assert (61706, 60840) == (
            data["totals"]["params_before"],
            data["totals"]["params_after"],
        )

    def test_json_is_as_its_schema_says(self):
        """A difference is a table as any other."""
        jsonschema = pytest.importorskip("jsonschema")

        jsonschema.validate(json.loads(self.difference.to_json()), schema())

    def test_files_are_written(self, tmp_path):
        """With a path, CSV and JSON go to the file."""
        for name in ("csv", "json"):
            write = getattr(self.difference, f"to_{name}")

            assert write(tmp_path / name) is None
            assert write() == (tmp_path / name).read_text("utf-8")

    def test_markdown_and_latex_have_a_line_for_each(self):
        """Both have as many rows as there are lines, and the totals below."""
        lines = len(self.difference.table.lines)

        assert lines + 2 == self.difference.to_markdown().count("\n|")
        assert lines + 1 == self.difference.to_latex().count(" & ") // 10
        assert r"(-866, -1.40 \%)" in self.difference.to_latex()

    def test_pandas_has_typed_columns(self):
        """A data frame can be summed."""
        pytest.importorskip("pandas")
        frame = self.difference.to_pandas()

        assert 60840 - 61706 == frame["params_change"].sum()
        assert "Int64" == frame["macs_change"].dtype

    def test_titles_say_what_became_of_what(self):
        """No title is a bare arrow: each names its noun."""
        titles = [c.title for c in zoo.lenet().diff(zoo.lenet5()).table.columns]

        assert {"→ output", "→ parameters", "→ MACs"} <= set(titles)
        assert "→" not in titles

    def test_chinese(self):
        """In Chinese, titles, counts and what changed are translated."""
        net = zoo.resnet18()
        text = str(net.diff(zoo.resnet18(input=(288, 288, 3)), language="zh"))

        assert text.startswith("resnet18 → resnet18 (2): 改变 67, 未变 1\n")
        assert "输入 224×224×3 → 288×288×3" in text
        assert "峰值内存:" in text
        assert "没有差异" in str(net.diff(net, language="zh"))


@pytest.mark.parametrize(
    ("change", "text"),
    [
        (Change(100, 250), "100 → 250 (+150, +150.00 %)"),
        (Change(1000, 1), "1,000 → 1 (-999, -99.90 %)"),
        (Change(0, 5), "0 → 5 (+5)"),
        (Change(10**6, 10**6 - 1), "1,000,000 → 999,999 (-1, < 0.01 %)"),
        (Change(5, 5), "5 (±0)"),
        (Change(AtLeast(5), 8), "≥ 5 → 8"),
        (Change(2048, 1024, "bytes"), "2.000 KiB → 1.000 KiB (-1.000 KiB, -50.00 %)"),
        (-1000, "-1,000"),
        (0, "0"),
        (None, "?"),
    ],
)
def test_changes_are_written_with_signs(change, text):
    """A change has its sign, and of a total both numbers and the percentage."""
    assert text == written(change, "change")


@pytest.mark.parametrize(
    ("other", "options", "kind", "message"),
    [
        (3, {}, OptionError, "no difference from 3.*another network"),
        (Sequential(name="b").fc(2), {}, OpenNetworkError, "b: the network is open"),
        (Sequential(input=4), {"language": "xx"}, OptionError, "no language 'xx'"),
    ],
)
def test_what_has_no_difference_is_refused(other, options, kind, message):
    """A wrong argument is answered with what is wrong."""
    with pytest.raises(kind, match=message):
        Sequential(input=4).fc(2).diff(other, **options)


def test_the_numbers_of_a_node_can_be_chosen():
    """The numbers that are named are told of each node, in every format."""
    columns = ["trainable", "activation_size"]
    difference = zoo.lenet().diff(zoo.lenet(classes=100), columns=columns)

    expected = "FC3,FC3,units 10 → 100,10,100,850,8500,7650,10,100,90"
    assert f"changed,{expected}" == difference.to_csv().splitlines()[1]
    titles = [column.title for column in difference.table.columns]
    assert {"trainable", "activation size"} <= set(titles)
    assert "parameters" not in titles


def test_conventions_stand_below():
    """What tools count of both networks is told with the totals, as one number."""
    before, after = zoo.vgg11(), zoo.vgg11_bn()
    told = {
        fact.key: fact.value
        for fact in before.diff(after, convention="fvcore").table.totals
    }

    assert before.operations("fvcore") == told["fvcore"].before
    assert after.operations("fvcore") == told["fvcore"].after


@pytest.mark.parametrize("name", ["kernel", "nothing"])
def test_a_column_without_numbers_of_a_node_is_refused(name):
    """What is no number of a node is no column of a difference."""
    with pytest.raises(OptionError, match=f"no column '{name}'"):
        zoo.lenet().diff(zoo.lenet(), columns=[name])
