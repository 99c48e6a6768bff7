"""Summaries: the table, its columns and totals, and what can be chosen."""

import json
from operator import attrgetter

import pytest
from test_layers import Mystery

from cnncalc import (
    FC,
    Activation,
    Add,
    Builder,
    Concat,
    GlobalPool,
    GraphError,
    OptionError,
    Parameter,
    Sequential,
    Shape,
    compare,
    zoo,
)
from cnncalc.cost.folding import folded
from cnncalc.report.cells import titled
from cnncalc.report.columns import ALIASES, COLUMNS, DEFAULT
from cnncalc.report.compare import COMPARED

size = attrgetter("size")


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
        """A column that does not exist is answered with the nearest, or with all."""
        near = {"prams": "The nearest: params"}.get(wrong, "There are: layer, kind")
        with pytest.raises(OptionError, match=f"there is no column .* {near}"):
            zoo.lenet().summary(columns=["layer", wrong])

    def test_totals_are_of_the_rows(self):
        """The totals below a table are sums of its rows."""
        net = zoo.lenet5()
        totals = {fact.key: fact.value for fact in net.summary().table.totals}
        activations = sum(row.output.size for row in net)

        assert {
            "params": 60_840,
            "trainable_params": 60_000,
            "fixed_params": 840,
            "buffers": 0,
            "connections": 340_908,
            "macs": sum(row.macs for row in net),
            "activations": activations,
            "input_memory": 4 * 32 * 32,
            "activation_memory": 4 * activations,
            "memory": 4 * 60_840,
            "total_memory": 4 * (32 * 32 + activations + 60_840),
            "peak_memory": 4 * (28 * 28 * 6 + 14 * 14 * 6),  # C1 and S2
        } == totals

    def test_none_at_all_is_refused(self):
        """A table without columns says nothing."""
        with pytest.raises(OptionError, match="none is named. Name some of: layer"):
            zoo.lenet().summary(columns=[])

    def test_other_tools_names_are_understood(self):
        """The names of torchinfo, and the headings of torchinfo and Keras, are known."""
        # https://github.com/TylerYep/torchinfo, enums.py; Keras' summary_utils.py.
        names = """input_size output_size num_params params_percent kernel_size groups
            mult_adds trainable"""
        headings = ["Layer (type)", "Output Shape", "Param #", "Connected to"]
        table = zoo.lenet().summary(columns=[*names.split(), *headings]).table

        assert [
            "input",
            "output",
            "params",
            "params_percent",
            "kernel",
            "groups",
            "macs",
            "trainable",
            "layer",
            "connected_to",
        ] == [column.key for column in table.columns]
        assert set(ALIASES.values()) <= {*COLUMNS, *COMPARED}

    @pytest.mark.parametrize(
        "name", ["Num-Params", "PARAMS", "param #", "参数量", " parameters"]
    )
    def test_spelling_does_not_matter(self, name):
        """Case, hyphens, blanks and the language of a column's name are free."""
        (column,) = zoo.lenet().summary(columns=[name]).table.columns

        assert "params" == column.key

    def test_each_is_shown_once(self):
        """A column that is asked for twice, under any names, is there once."""
        summary = zoo.lenet().summary(columns=["params", "num_params", "layer"])
        first = json.loads(summary.to_json(), object_pairs_hook=list)

        assert ["params", "layer"] == [column.key for column in summary.table.columns]
        assert ["params", "layer"] == [key for key, _ in dict(first)["rows"][0]]

    @pytest.mark.parametrize("name", ["lenet5", "resnet50", "nasnet_mobile", "unet"])
    @pytest.mark.parametrize("depth", [None, 1])
    def test_percents_sum_to_all(self, name, depth):
        """The shares of all rows make up the whole, and so do printed ones, rounded."""
        columns = ["params_percent", "macs_percent", "activation_percent"]
        summary = zoo.build(name).summary(columns=columns, depth=depth)
        lines = summary.table.lines
        printed = summary.to_markdown().splitlines()[4 : 4 + len(lines)]

        for place in range(3):
            shares = [line[place] for line in lines]
            cells = [row.split("|")[place + 1].strip(" %") for row in printed]
            texts = [0.0 if cell == "&lt; 0.01" else float(cell) for cell in cells]
            assert all(type(share) is float for share in shares)
            assert pytest.approx(1, abs=1e-9) == sum(shares)
            assert pytest.approx(100, abs=0.005 * len(lines) + 1e-6) == sum(texts)

    def test_there_is_no_share_of_nothing_or_the_unknown(self):
        """Shares of 0, or of what is known only in part, are not told."""
        net = Sequential(input=8).relu()
        unknown = Sequential(input=8).fc(2).add(Mystery())

        assert ((None,),) == net.summary(columns=["macs_percent"]).table.lines
        assert ((None,), (None,)) == unknown.summary(columns=["macs_percent"]).table[2]

    def test_connections_of_a_graph_are_shown(self):
        """The column says which nodes feed a node, all of them at a join."""
        lines = zoo.resnet18().summary(columns=["layer", "connected_to"]).table.lines
        links = dict(lines)

        assert ("layer2/0/norm2", "layer2/0/downsample/norm1") == links["layer2/0/add1"]
        assert ("input1",) == links["conv1"]

    def test_weights_have_the_shape_of_pytorchs(self):
        """Weights are (outputs, inputs of a group, height, width), or (units, inputs)."""
        net = Sequential(input=(32, 32, 6)).conv(3, 12, groups=2).depthwise(5)
        net = net.relu().conv(1, 4).conv_transpose(2, 8, stride=2).separable(3, 5).fc(7)
        lines = net.summary(columns=["weights", "groups", "dilation"]).table.lines

        size = net[-1].input.size
        assert [
            ((12, 3, 3, 3), 2, (1, 1)),
            ((12, 1, 5, 5), None, (1, 1)),
            (None, None, None),
            ((4, 12, 1, 1), 1, (1, 1)),
            ((8, 4, 2, 2), 1, (1, 1)),
            (None, None, (1, 1)),  # two arrays
            ((7, size), None, None),
        ] == list(lines)

    def test_weights_that_are_no_array_have_no_shape(self):
        """A partial convolution's weights, and those that are unknown, have none."""
        lenet5 = dict(zoo.lenet5().summary(columns=["layer", "weights"]).table.lines)
        net = Sequential(input=8).add(Mystery())

        assert lenet5["C3"] is None
        assert (6, 1, 5, 5) == lenet5["C1"]
        assert ((None,),) == net.summary(columns=["weights"]).table.lines

    def test_formulas_of_all_rules_can_be_shown(self):
        """Columns show the formulas; where nothing is counted, and of groups, none."""
        columns = ["macs_formula", "connections_formula", "output_formula", "formula"]
        net = Sequential(input=(9, 9, 1)).add(Sequential(name="g").conv(3, 2).relu())
        first, second = net.summary(columns=columns).table.lines

        assert ["3×3×1×2×7×7", "(3×3×1×2 + 2)×7×7"] == list(map(str, first[:2]))
        assert [None, None, None] == [second[0], second[1], second[3]]
        assert (None,) * 4 == net.summary(columns=columns, depth=1).table.lines[0]

    def test_bytes_are_of_the_data_type(self):
        """Columns and totals in bytes are of the type asked for, and say which."""
        columns = ["params_bytes", "activation_bytes"]
        table = zoo.lenet().summary(columns=columns, dtype="int8").table
        totals = {fact.key: fact for fact in table.totals}

        assert (156, 4704) == table.lines[0]
        assert "activation memory (int8)" == titled(table.columns[1], table.style)
        assert "Params size (int8)" == titled(totals["memory"], table.style)
        assert 61_706 == totals["memory"].value
        three = zoo.lenet().summary(columns=["params_bytes"], dtype=3).table
        assert ((156 * 3 + 7) // 8,) == three.lines[0]
        assert "parameter memory (3 bit)" == titled(three.columns[0], three.style)

    def test_bytes_of_the_unknown_are_unknown(self):
        """What is unknown takes unknown memory; totals of it are lower bounds."""
        net = Sequential(input=8).fc(2).add(Mystery())
        table = net.summary(columns=["params_bytes"], batch=2).table
        totals = {fact.key: fact.value for fact in table.totals}

        assert ((72,), (None,)) == table.lines
        assert "≥ 18" == str(totals["params"])
        assert "≥ 72" == str(totals["memory"])
        assert "≥ 32" == str(totals["macs"])
        assert "≥ 0" == str(totals["fixed_params"])


class TestBatch:
    def test_multiplies_what_grows_with_it(self):
        """MACs, connections and activations are those of all inputs; parameters stay."""
        columns = ["params", "buffers", "macs", "connections", "activation_size"]
        net = zoo.resnet18()
        one = net.summary(columns=columns).table
        many = net.summary(columns=columns, batch=32).table

        for a, b in zip(one.lines, many.lines, strict=True):
            assert (*a[:2], *(32 * number for number in a[2:])) == b
        one_totals = {fact.key: fact.value for fact in one.totals}
        for fact in many.totals:
            stays = {"params", "trainable_params", "fixed_params", "buffers", "memory"}
            if fact.key != "total_memory":
                factor = 1 if fact.key in stays else 32
                assert factor * one_totals[fact.key] == fact.value

    def test_what_is_done_once_does_not_grow(self):
        """Swin V2's biases come of parameters alone, and are computed once a batch."""
        # Half of what PyTorch's flop counter tells of 1, 2 and 8 inputs of torchvision's
        # swin_v2_t.
        counted = {1: 5_939_690_496, 2: 11_860_718_592, 8: 47_386_887_168}
        net = zoo.swin_v2_t()
        for batch, macs in counted.items():
            table = net.summary(columns=["macs"], depth=1, batch=batch).table
            totals = {fact.key: fact.value for fact in table.totals}
            compared = compare(net, net, columns=["macs", "torchvision"], batch=batch)

            assert [macs, macs] == [totals["macs"], sum(n for (n,) in table.lines)]
            assert (macs, macs) == compared.table.lines[0][-2:]

    def test_everything_else_knows_what_is_done_once(self):
        """Explanations, pictures, bounds and differences do not multiply it either."""
        g = Builder()
        bias = g.add(FC(3), g.add(Parameter((8,), name="table")))
        net = g.graph(g.add(Add(), g.add(FC(3), g.input(5)), bias))
        once, many = 8 * 3, 32 * 5 * 3
        explained = net.explain(batch=32)
        both = net.diff(net.graph, columns=["macs"], unchanged=True, batch=32)
        bounds = net.roofline("T4", batch=32)

        assert once + many == {s.what: s.result for s in explained.totals}["MACs"]
        assert f"{once + many} MACs" in str(net.draw("macs", batch=32))
        assert "3, 27 parameters, 24 MACs<" in str(net.draw(batch=32))
        assert [0, once, many, 0] == [line[-2] for line in both.table.lines]
        assert [2 * once + 3, 32 * 3] == [
            bounds["fc1"].flops,
            bounds["add1"].flops,
        ]
        assert 4 * (8 + 3 + 8 * 3 + 3) == bounds["fc1"].bytes
        assert 4 * (32 * 3 + 3 + 32 * 3) == bounds["add1"].bytes
        assert 4 * (32 * 3 + 3 + 32 * 3) == net.memory_report(batch=32).outputs
        assert 4 * (3 + 32 * (5 + 3)) == net.peak_memory(batch=32)
        assert [1 / 21, 20 / 21] == [
            line[0]
            for line in net.summary(columns=["macs_percent"], batch=32).table.lines
        ][1:3]

    def test_stands_before_the_shapes(self):
        """Shapes have the batch in front, and the heading and the title say so."""
        summary = zoo.lenet().summary(columns=["layer", "output", "filter"], batch=32)
        lines = summary.to_text().splitlines()

        assert "lenet: 32×32×1 → 10, batch size 32" == lines[0]
        assert ["layer", "output", "(N×H×W×C)", "filter"] == lines[2].split()
        assert ["Conv1", "32×28×28×6", "6@5×5×1"] == lines[4].split()
        assert ["FC3", "32×10", "10"] == lines[10].split()

    @pytest.mark.parametrize("wrong", [0, -1, True, 1.5, "1"])
    def test_is_a_positive_integer(self, wrong):
        """A batch that is none is refused."""
        with pytest.raises(OptionError, match="batch"):
            zoo.lenet().summary(batch=wrong)


class TestLayout:
    def test_puts_channels_first(self):
        """Shapes are C×H×W and say so; filters stay as they are."""
        columns = ["layer", "input", "filter", "output"]
        summary = zoo.unet().summary(columns=columns, layout="CHW")
        text = summary.to_text()

        assert text.startswith("unet: 1×572×572 → 2×388×388\n")
        assert "input (C×H×W)" in text
        assert "output (C×H×W)" in text
        row = next(line for line in text.splitlines() if line.startswith("down0/conv1"))
        assert ["1×572×572", "64@3×3×1", "64×570×570"] == row.split()[1:]
        assert " + " in text  # at a join

    @pytest.mark.parametrize(
        ("net", "options", "heading", "line"),
        [
            (
                Sequential(input=(100, 64)).conv1d(5, 128, stride=2, padding=2),
                {"layout": "CHW", "batch": 8},
                "output (N×C×L)",
                ["conv1", "128@5×64", "8×128×50"],
            ),
            (
                Sequential(input=(100, 64)).pool(2),
                {"batch": 8},
                "output (N×L×C)",
                ["pool1", "2", "8×50×64"],
            ),
            (
                Sequential(input=(16, 112, 112, 3)).pool((1, 2, 2)),
                {"layout": "CHW"},
                "output (C×D×H×W)",
                ["pool1", "1×2×2", "3×16×56×56"],
            ),
            (
                Sequential(input=(4, 4, 4, 4, 2)).pool(2).flatten(),
                {"layout": "CHW"},
                "output (C×…)",
                ["pool1", "2×2×2×2", "2×2×2×2×2"],
            ),
            (
                Sequential(input=10).fc(3),
                {"layout": "CHW"},
                "output (C×H×W)",
                ["fc1", "3", "3"],
            ),
        ],
    )
    def test_has_the_letters_of_the_axes(self, net, options, heading, line):
        """Of a sequence it is C×L, of a volume C×D×H×W; windows are no filters."""
        text = str(net.summary(columns="layer,filter,output", **options))

        assert heading in text
        assert line in [row.split() for row in text.splitlines()]

    def test_several_inputs_and_outputs_are_listed(self):
        """The title lists the shapes of several inputs or outputs, in the layout."""
        g = Builder()
        a, b = g.input((4, 5, 3)), g.input(7)
        outputs = g.add(Activation("relu"), a), g.add(FC(2), b)
        net = g.graph(*outputs, name="two")
        summary = net.summary(layout="CHW")
        totals = {fact.key: fact.value for fact in summary.table.totals}

        assert "two: 3×4×5, 7 → 3×4×5, 2" == summary.table.title
        assert 4 * (4 * 5 * 3 + 7) == totals["input_memory"]

    def test_parameters_are_no_inputs(self):
        """The input is the image alone, whatever weights are joined to what it gives."""
        summary = zoo.vit_b_16().summary()
        totals = {fact.key: fact.value for fact in summary.table.totals}

        assert 4 * 224 * 224 * 3 == totals["input_memory"]


class TestSort:
    def test_is_by_any_column(self):
        """Rows are sorted up or down, by a column that need not be shown."""
        net = zoo.lenet()
        up = net.summary(columns=["params"], sort="params").table
        down = net.summary(columns=["params"], sort="-num_params").table
        by_macs = net.summary(columns=["layer"], sort="-macs").table
        numbers = sorted(row.params for row in net)

        assert numbers == [n for (n,) in up.lines]
        assert numbers[::-1] == [n for (n,) in down.lines]
        assert ("Conv2",) == by_macs.lines[0]
        assert up.totals == net.summary().table.totals
        assert () == up.scopes

    def test_words_and_shapes_have_an_order(self):
        """Words are sorted with their numbers as numbers, shapes by size."""
        net = Sequential(input=(9, 9, 1)).conv(3, 2, name="a10").conv(3, 9, name="a2")
        net = net.conv(1, 1, name="B1").branch(Sequential(), Sequential())
        columns = ["layer", "output"]
        words = net.summary(columns=columns, sort="layer").table.lines
        shapes = net.summary(columns=["input"], sort="-input").table.lines
        sizes = [sum(map(size, s)) if type(s) is tuple else size(s) for (s,) in shapes]

        assert ["a2", "a10", "B1"] == [name for name, _ in words[:3]]
        assert sorted(sizes, reverse=True) == sizes

    @pytest.mark.parametrize("sort", ["kernel", "-kernel"])
    def test_what_is_unknown_comes_last(self, sort):
        """Rows without a value stand below, whichever way the others go."""
        lines = zoo.lenet().summary(columns=["kernel"], sort=sort).table.lines
        kernels = [(2, 2), (2, 2), (5, 5), (5, 5)]

        assert kernels[:: -1 if sort[0] == "-" else 1] == [k for (k,) in lines[:4]]
        assert [(None,)] * 3 == list(lines[4:])

    @pytest.mark.parametrize("wrong", ["prams", "-", "", 3])
    def test_by_no_column_is_refused(self, wrong):
        """A column that does not exist cannot be sorted by."""
        with pytest.raises(OptionError, match="there is no column"):
            zoo.lenet().summary(sort=wrong)


class TestWhere:
    @pytest.mark.parametrize(
        "where",
        [
            "Conv2d,FC",
            "conv2d, fc",
            ["Conv2d", "FC"],
            lambda row: row.params,
        ],
    )
    def test_hides_rows_but_keeps_totals(self, where):
        """Rows are chosen by kind or by a function; the totals are those of all."""
        net = zoo.lenet()
        table = net.summary(columns=["layer"], where=where).table
        *totals, hidden = table.totals

        assert ["Conv1", "Conv2", "FC1", "FC2", "FC3"] == [n for (n,) in table.lines]
        assert net.summary().table.totals == tuple(totals)
        assert ("hidden_rows", "Rows counted but not shown", 2, "number") == hidden

    def test_that_hides_nothing_says_nothing(self):
        """Where all rows are shown, groups stay and no row is said to be hidden."""
        net = zoo.resnet18()

        assert net.summary(where=lambda row: True).table == net.summary().table

    @pytest.mark.parametrize("format_", ["text", "html", "markdown", "csv", "latex"])
    def test_may_hide_all(self, format_):
        """Of a kind that the network has not people see totals, and programs titles."""
        summary = zoo.lenet().summary(where="Norm")
        text = getattr(summary, f"to_{format_}")()

        assert (format_ == "csv") == ("formula" in text)
        assert "Conv1" not in text

    def test_groups_are_a_kind(self):
        """Folded groups are rows like others."""
        table = zoo.resnet18().summary(columns=["layer"], depth=1, where="Group").table

        assert [(f"layer{n}",) for n in (1, 2, 3, 4)] == list(table.lines)

    @pytest.mark.parametrize(
        ("where", "count"),
        [
            ("Conv2d", 1),  # a kind, and nothing that only contains its name
            ("conv", 2),
            ("Depthwise-Conv", 1),
            ("batch norm", 1),
            ("relu", 2),
            ("stem", 3),
            ("STEM/conv", 1),
            ("stem, tail", 4),
        ],
    )
    def test_may_be_a_part_of_a_kind_or_path(self, where, count):
        """A word that is no kind picks what has it in its kind or role, or its path."""
        stem = Sequential(name="stem").conv(3, 4, name="conv_1").norm().relu()
        rest = Sequential(name="rest").depthwise(3, name="conv_2").relu(name="tail")
        net = Sequential(input=(9, 9, 1)).add(stem).add(rest)
        lines = net.summary(columns=["layer"], where=where).table.lines

        assert count == len(lines)

    @pytest.mark.parametrize("wrong", ["Conv4d", "", ["FC", 3]])
    def test_an_unknown_kind_is_refused(self, wrong):
        """A kind that does not exist is answered with those of the network."""
        with pytest.raises(OptionError, match="no layer or kind .* has: Conv2d, Pool"):
            zoo.lenet().summary(where=wrong)


class TestInput:
    def test_several_have_a_list_of_shapes(self):
        """Each input of a network gets its shape, in every report."""
        g = Builder()
        image, facts = g.input((8, 8, 3)), g.input(5)
        net = g.graph(g.add(Concat(), g.add(GlobalPool(), image), facts))
        shapes = [(4, 6, 2), 7]

        assert "4×6×2, 7 → 9" in net.summary(input=shapes).table.title
        assert "4×6×2" in net.draw(input=shapes).description
        assert "4×6×2" in net.explain(input=(Shape(4, 6, 2), 7)).to_text()
        with pytest.raises(GraphError, match="2 inputs"):
            net.summary(input=7)


class TestOptions:
    @pytest.mark.parametrize(
        "wrong",
        [
            {"units": "P"},
            {"units": None},
            {"byte_units": "MiB"},
            {"layout": "NCHW"},
            {"language": "fr"},
            {"language": ["zh"]},
            {"dtype": "float"},
        ],
    )
    def test_that_do_not_exist_are_refused(self, wrong):
        """An option of a wrong value is answered with the right ones."""
        with pytest.raises(OptionError):
            zoo.lenet().summary(**wrong)

    def test_spelling_does_not_matter(self):
        """Options are understood in any case, and a region is no other language."""
        table = (
            zoo.lenet()
            .summary(units="k", byte_units="Decimal", layout="c×h×w", language="ZH-cn")
            .table
        )

        assert ("K", "decimal", "CHW", 1, "zh") == table.style[:5]

    def test_all_titles_are_translated(self):
        """In Chinese no title, of columns and totals, is left in English."""
        summary = zoo.lenet().summary(
            columns=COLUMNS, language="zh", batch=2, where="FC"
        )
        english = zoo.lenet().summary(columns=COLUMNS, batch=2, where="FC").table
        table = summary.table

        assert "lenet: 32×32×1 → 10, 批大小 2" == table.title
        for ours, theirs in (
            *zip(english.columns, table.columns, strict=True),
            *zip(english.totals, table.totals, strict=True),
        ):
            english_title, title = (
                titled(ours, english.style),
                titled(theirs, table.style),
            )
            assert english_title != title
            assert any("一" <= character <= "鿿" for character in title)


class TestFolding:
    @pytest.mark.parametrize("name", ["resnet50", "googlenet", "nasnet_mobile"])
    @pytest.mark.parametrize("depth", [None, 1, 2])
    def test_operations_and_padding_add_up(self, name, depth):
        """FLOPs and MACs on padding, of nodes and of groups, sum to the network's."""
        net = zoo.build(name)
        columns = ["flops", "padding_macs"]
        lines = net.summary(columns=columns, depth=depth, batch=3).table.lines

        assert [3 * net.flops, 3 * net.padding_macs] == [
            sum(column) for column in zip(*lines, strict=True)
        ]

    def test_operations_of_unknown_layers_are_unknown(self):
        """Where one node of a group does not state its work, the group does not."""
        group = Sequential(name="g").conv(3, 2).add(Mystery())
        net = Sequential(input=(9, 9, 1)).add(group)
        lines = net.summary(columns=["flops"], depth=1).table.lines

        assert ((None,),) == lines

    @pytest.mark.parametrize("name", ["resnet50", "unet", "googlenet", "densenet121"])
    @pytest.mark.parametrize("depth", [1, 2])
    def test_what_is_hidden_is_named_by_its_group(self, name, depth):
        """Folded or not, each row is connected to rows and inputs that can be seen."""
        net = zoo.build(name)
        rows = folded(net.nodes, depth)
        seen = {row.path for row in rows} | {net.graph.table.path(0)}

        assert not [path for row in rows for path in row.inputs if path not in seen]
        assert all(len(row.inputs) == len(row.shapes) for row in rows)

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

        assert ("Group", "group", "layer1") == (row.kind, row.role, row.path)
        assert sum(r.macs for r in row.members) == row.macs > 0
        assert [None] * 4 == list(row.formulas.values())
        folded_away = zoo.resnet18().summary(columns="weight_shape", depth=1).table
        assert (None,) in folded_away.lines

    def test_a_group_of_several_inputs_shows_all(self):
        """A group that takes several maps shows each."""
        lines = zoo.unet().summary(columns=["layer", "input"], depth=1).table.lines

        assert 2 == max(len(x) for _, x in lines if type(x) is tuple)

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
