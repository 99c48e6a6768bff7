"""The words of others: what they are called here, and what errors say of them."""

import inspect
import pydoc
import re
import subprocess
import sys
import traceback
from pathlib import Path

import numpy as np
import pytest

import cnncalc
from cnncalc import (
    FC,
    Activation,
    ArgumentError,
    Builder,
    CnncalcError,
    ConfigError,
    Conv2d,
    Layer,
    MissingImportError,
    MissingNameError,
    Norm,
    OpenNetworkError,
    Pool,
    Sequential,
    Shape,
    ShapeError,
    from_json,
    zoo,
)
from cnncalc.answers.answer import Answer
from cnncalc.door import guarded
from cnncalc.layers.activation import FUNCTIONS
from cnncalc.words.calls import helped
from cnncalc.words.page import tables
from cnncalc.words.shapes import meant_shape, with_channels_last, without_batch
from cnncalc.words.table import normal, word_of, words

DATA = Path(__file__).parent / "data"
DOCS = Path(__file__).parent.parent / "docs"
SECTIONS = (
    "layer",
    "import",
    "zoo",
    "question",
    "argument",
    "left out",
    "value",
    "no part",
)

PUBLIC = {name: getattr(cnncalc, name) for name in cnncalc.__all__}


def raised(code):
    """Return the error of a piece of code, which must be one of ours."""
    space = {**PUBLIC, "net": Sequential(input=(32, 32, 3), name="net"), "np": np}
    space["g"] = Builder()
    space["x"] = space["g"].input((8, 8, 3))
    with pytest.raises(CnncalcError) as caught:
        exec(code, space)
    return caught.value


def test_a_wrong_call_on_symbols():
    """What is wrong with the call is said, and nothing of what it would depend on."""
    net = Sequential(input=("H", "W", 3)).conv("k", "F", padding="same")

    with pytest.raises(ArgumentError, match="conv2: there is no foo"):
        net.conv(3, "G", foo=3)


class TestTable:
    """One table has all words."""

    @pytest.mark.parametrize("row", words("layer"), ids=lambda row: row.ours)
    def test_what_is_ours_can_be_typed(self, row):
        """Each layer can be made, and its method adds what it makes, or a block of it."""
        layer = eval(row.ours, PUBLIC)
        rank = {"LSTM": 1, "GRU": 1, "RNN": 1, "ConvLSTM2d": 3, "Expand": 1}.get(
            type(layer).__name__, getattr(layer, "rank", 2)
        )
        net = Sequential(input=(*[8] * (rank or 2), 64))
        longer = eval(f"net{row.method}", {**PUBLIC, "net": net})

        assert len(longer) > 0 or not row.method
        if row.method and isinstance(layer, Layer) and not layer.arity[1] > 1:
            assert net.add(layer) == longer

    @pytest.mark.parametrize("row", words("question"), ids=lambda row: row.ours)
    def test_what_is_asked_can_be_asked(self, row):
        """Each question can be typed for a network."""
        net = Sequential(input=(32, 32, 3)).conv(3, 8)
        if "pandas" in row.ours:
            pytest.importorskip("pandas")

        assert eval(row.ours, {**PUBLIC, "net": net}) is not None

    @pytest.mark.parametrize("row", words("import"), ids=lambda row: row.ours)
    def test_what_is_imported_can_be_imported(self, row):
        """Each import runs."""
        exec(row.ours, {})

    @pytest.mark.parametrize("row", words("value"), ids=lambda row: row.ours)
    def test_what_options_are_called_is_an_option(self, row):
        """Each value is one that some option of ours takes."""
        takes = [
            lambda v: Conv2d(3, 8, padding=v),
            lambda v: cnncalc.Conv1d(3, 8, padding=v),
            lambda v: Conv2d(3, 8, padding_mode=v),
            lambda v: Pool(2, mode=v),
            lambda v: Norm(v),
            lambda v: Activation(v),
            lambda v: cnncalc.Upsample(2, mode=v),
            lambda v: zoo.lenet().memory(v),
            lambda v: zoo.lenet().summary(layout=v),
        ]

        def taken(take):
            try:
                return take(eval(row.ours)) is not None
            except CnncalcError:
                return False

        assert any(map(taken, takes))

    def test_arguments_are_those_of_ours(self):
        """Each name of an argument is one of a layer, a question or the zoo."""
        made = [getattr(cnncalc, name) for name in cnncalc.__all__]
        asked = [getattr(cnncalc.Network, name) for name in dir(cnncalc.Network)]
        names = {name for each in zoo.names() for name in getattr(zoo, each).settings}
        for each in (*made, *asked):
            if callable(each) and not inspect.ismodule(each):
                try:
                    names |= set(inspect.signature(each).parameters)
                except ValueError:
                    continue

        assert {row.ours for row in words("argument")} <= names

    def test_a_word_has_one_meaning(self):
        """No two layers or questions are called alike elsewhere."""
        for sections in (("layer",), ("question", "import")):
            theirs = [
                normal(w)
                for row in words(*sections)
                for w in {*map(normal, row.theirs)}
            ]

            assert len(theirs) == len({*theirs})

    def test_what_is_ours_is_no_word_of_others(self):
        """A method of networks is not said to be called otherwise."""
        theirs = {word for row in words("question") for word in row.theirs}

        assert set() == theirs & set(dir(zoo.lenet()))

    def test_every_function_is_a_class_elsewhere(self):
        """Each activation has the name of its class in PyTorch."""
        known = {row.ours for row in words("layer") if row.torch}

        assert {f'Activation("{name}")' for name in FUNCTIONS} <= known

    def test_words_are_found_in_any_writing(self):
        """Case and underscores do not matter."""
        for writing in ("MaxPool2d", "max_pool_2d", "maxpool2d", "MAXPOOL2D"):
            assert ["Pool(2)"] == [row.ours for row in word_of(writing, "layer")]

    def test_of_a_long_text_the_beginning_is_looked_up(self):
        """A whole file that is passed in the wrong way is no word of anybody's."""
        assert 100 == len(normal("x" * 100_000))

    def test_the_page_shows_the_table(self):
        """The page for who comes from elsewhere has each row of the table."""
        text = (DOCS / "coming-from.md").read_text(encoding="utf-8")

        assert text.partition("## Layers")[2] == tables().partition("## Layers")[2]


class TestMethods:
    """What means the same beyond doubt is a method."""

    @pytest.mark.parametrize(
        ("theirs", "ours"),
        [
            (".max_pool(2)", ".pool(2)"),
            (".max_pool(3, 2, padding=1, ceil=True)", ".pool(3, stride=2, padding=1, ceil=True)"),
            (".avg_pool(2)", ".pool(2, mode='average')"),
            (".avg_pool(3, 1, padding=1)", ".pool(3, stride=1, padding=1, mode='average')"),
            (".batch_norm()", ".norm()"),
            (".batch_norm(affine=False)", ".norm(affine=False)"),
            (".layer_norm()", ".norm('layer')"),
            (".group_norm(3)", ".norm('group', groups=3)"),
            (".instance_norm(name='i')", ".norm('instance', name='i')"),
            (".linear(10)", ".fc(10)"),
            (".dense(10, bias=False)", ".fc(10, bias=False)"),
            (".conv2d(3, 8)", ".conv(3, 8)"),
            (".pool(2, 2)", ".pool(2, stride=2)"),
            (".pool(3, (2, 1))", ".pool(3, stride=(2, 1))"),
        ],
    )  # fmt: skip
    def test_it_is_saved_under_our_name(self, theirs, ours):
        """The network is the same, and its source and JSON have our words."""
        net = Sequential(input=(30, 30, 3))
        first, second = (eval(f"net{call}", {"net": net}) for call in (theirs, ours))

        assert first == second
        assert [row.name for row in first.nodes] == [row.name for row in second.nodes]
        assert repr(first).endswith(ours)
        assert first.to_json() == second.to_json()
        assert first.to_python() == second.to_python()
        assert from_json(first.to_json()) == second.graph

    @pytest.mark.parametrize(
        "name", ["max_pool", "avg_pool", "batch_norm", "group_norm"]
    )
    def test_it_is_documented(self, name):
        """Help shows its signature with what it returns, and what it stands for."""
        text = pydoc.plain(pydoc.render_doc(getattr(Sequential, name)))

        assert re.search(rf"{name}\(self, /, .*\) -> '?Sequential'?", text)
        assert re.search("see `(Pool|Norm)`", text)

    def test_help_shows_what_a_method_returns(self):
        """A method returns a network, not None as its layer's `__init__` does."""
        for name in ("conv", "fc", "relu", "residual"):
            signature = inspect.signature(getattr(Sequential, name))

            assert "Sequential" == signature.return_annotation

    def test_an_error_has_the_node_that_would_be_made(self):
        """The place in an error is the automatic name, not the word of others."""
        net = Sequential(input=(8, 8, 3)).pool(2)
        with pytest.raises(ShapeError, match="pool2: Pool on 4×4×3"):
            net.max_pool(9)
        with pytest.raises(ConfigError, match="norm1: Norm: groups is 0"):
            net.group_norm(0)


CALLS = [
    # What is typed, what is wrong with it, and what to type.
    ("Conv2d(3, 64, kernel_size=3)", "kernel_size is called kernel", "Conv2d(3, 64)"),
    ("Conv2d(3, 64, 7)", "what comes in is known", "Conv2d(7, 64), or Conv2d(3, 64, stride=7)"),
    ("Conv2d(32, (3, 3))", "Filters first?", "Conv2d((3, 3), 32)"),
    ("Conv2d(3, 64, activation='relu')", "a layer of its own", 'Conv2d(3, 64), Activation("relu")'),
    ("Conv2d(3, 64, activation='linear')", "a layer of its own", "Conv2d(3, 64)"),
    ("Conv2d(3, 64, activation=None)", "a layer of its own", "Conv2d(3, 64)"),
    ("Conv2d(3, 64, padding='SAME')", '"SAME" is called "same"', "Conv2d(3, 64, padding='same')"),
    ("Conv2d(64, 3, groups=64)", "Filters first?", "Conv2d(3, 64, groups=64)"),
    ("Conv2d(64)", "takes a kernel and filters", "Conv2d(3, 64)"),
    ("Conv2d(5)", "takes a kernel and filters", "Conv2d(5, 64)"),
    ("Conv2d(3, fliters=8, name='a')", "there is no fliters, but filters", "Conv2d(3, 8, name='a')"),
    ("Conv2d(3, 64, foo=1)", "there is no foo", "Conv2d(3, 64)"),
    ("Pool(3, 2, 1)", "padding is said by its name", "Pool(3, stride=2, padding=1)"),
    ("Pool(2, 'avg')", '"avg" is called "average"', "Pool(2, mode='average')"),
    ("FC(400, 120)", "what comes in is known", "FC(120)"),
    ("FC(400, 120, False)", "what comes in is known", "FC(120, bias=False)"),
    ("FC(120, 'relu')", "a layer of its own", 'FC(120), Activation("relu")'),
    ("Norm(64)", "64 is left out", "Norm()"),
    ("Flatten(1)", "1 is left out", "Flatten()"),
    ("MatMul(True)", "no arguments without names, not 1", "It is MatMul(transpose_a=False, transpose_b=False)"),
    ("net.conv(5, 6, 2)", "stride is said by its name", "conv(5, 6, stride=2)"),
    ("net.conv(3, 64, 7)", "what comes in is known", "conv(7, 64)"),
    ("net.conv(3, 8, strides=2).relu()", "strides is called stride", "conv(3, 8, stride=2)"),
    ("net.conv(3, 8, activation='relu')", "a layer of its own", "conv(3, 8).relu()"),
    ("net.conv(3, 8, use_bias=False, name='c')", "use_bias is called bias", "conv(3, 8, bias=False, name='c')"),
    ("net.conv(filters=8, kernel_size=3)", "kernel_size is called kernel", "conv(3, 8)"),
    ("net.conv(8, kernel_size=3)", "kernel_size is called kernel", "conv(3, 8)"),
    ("net.conv(3, filters=8, strides=2)", "strides is called stride", "conv(3, 8, stride=2)"),
    ("net.fc(120, activation='relu')", "a layer of its own", "fc(120).relu()"),
    ("net.relu(inplace=True)", "changes no number", "relu()"),
    ("net.inception(64, 96, 128, 16, 32, 32)", "a pair with them", "inception(64, (96, 128), (16, 32), 32)"),
    ("net.residual()", "body must be said", "It is residual(body, shortcut=None, join=...)"),
    ("net.repeat(2)", "body must be said", "It is repeat(count, body)"),
    ("net.branch(join=3, foo=2)", "there is no foo", "It is branch(*arms, join=..."),
    ("Sequential(Conv2d(5, 6))", "layers are added", "Sequential().add(Conv2d(5, 6))"),
    ("Sequential((8, 8, 3), Conv2d(5, 6))", "layers are added", "Sequential(input=(8, 8, 3)).add(Conv2d(5, 6))"),
    ("Sequential(8, 8, 3)", "one argument", "Sequential(input=(8, 8, 3))"),
    ("Sequential(input_shape=(8, 8, 3))", "input_shape is called input", "Sequential(input=(8, 8, 3))"),
    ("Sequential(input_size=(1, 3, 24, 24))", "input_size is called input", "Sequential(input=(24, 24, 3))"),
    ("Sequential('8x8x3')", "is no shape", "(8, 8, 3)"),
    ("Sequential((None, 8, 8, 3))", "A batch is no part", "(8, 8, 3)"),
    ("Sequential((-1, 784))", "A batch is no part", "784"),
    ("net.relu().summary(input_size=(3, 24, 24))", "input_size is called input", "net.summary(input=(24, 24, 3))"),
    ("net.relu().summary(col_names=['params'])", "col_names is called columns", "net.summary(columns=['params'])"),
    ("net.relu().peak_memory(foo=1)", "there is no foo", "net.peak_memory()"),
    ("zoo.lenet(num_classes=5)", "no setting", "lenet(classes=5)"),
    ("zoo.lenet(weights=None)", "networks have no weights", "lenet()"),
    ("zoo.lenet(kernel_size=3)", "no setting", "It has: input, classes"),
    ("zoo.lenet(foo=None)", "no setting 'foo'", "It has: input, classes"),
]  # fmt: skip


class TestCalls:
    """A call that fails says what was meant, as it would be typed."""

    @pytest.mark.parametrize(("code", "why", "cure"), CALLS)
    def test_it_says_what_to_type(self, code, why, cure):
        """The message has the reason, and the cure with the values that were given."""
        text = str(raised(code))

        assert why in text
        assert cure in text
        assert "__init__" not in text

    def test_a_text_is_not_left_out(self):
        """Without its heads as a text it would be another layer."""
        assert "Write" not in str(raised("Attention('4')"))

    def test_wrong_arguments_are_of_python_too(self):
        """Who catches a TypeError catches them."""
        for code in (
            "Conv2d(1, 2, 3)",
            "net.conv()",
            "net.summary(1)",
            "Sequential(1, 2)",
        ):
            assert isinstance(raised(code), (ArgumentError, TypeError)), code

    def test_classes_of_ones_own_are_answered_too(self):
        """A class of a user's tells its arguments; what fails within it stays."""

        class Mine(Layer):
            def __init__(self, size):
                super().__init__()
                if size is None:
                    len(size)

            def output_of(self, x):
                return x

        with pytest.raises(
            ArgumentError, match=r"size must be said. It is Mine\(size\)"
        ):
            Mine()
        with pytest.raises(ArgumentError, match=r"there is no sizes, but size"):
            Mine(sizes=2)
        with pytest.raises(TypeError, match="NoneType") as caught:
            Mine(None)
        assert not isinstance(caught.value, CnncalcError)
        with pytest.raises(TypeError, match="NoneType"):
            Sequential(input=8).add(Mine(None))

    def test_a_fault_from_within_a_method_stays(self, monkeypatch):
        """What a layer's own code does wrong is not taken for a wrong call."""

        def broken(layer, x):
            return x.channels + None

        monkeypatch.setattr(FC, "output_of", broken)
        with pytest.raises(TypeError) as caught:
            Sequential(input=(7, 5, 3)).fc(11)
        assert not isinstance(caught.value, CnncalcError)

    def test_what_cannot_be_made_is_not_offered(self):
        """A cure that would fail is none."""
        error = raised("Conv2d('one', 'two', 'three')")

        assert "Write" not in str(error)
        assert "It is Conv2d(kernel, filters, stride=1" in str(error)

    def test_right_values_get_no_hint(self):
        """Where only a number is wrong, nothing else is guessed."""
        for code in ("Conv2d(0, 3)", "Pool(5, padding=4)", "net.conv(3, 8, groups=5)"):
            assert "Write" not in str(raised(code))

    def test_a_hint_goes_along(self):
        """Who has the error has the hint, also in another process."""
        error = raised("net.pool(2, mode='avg')")

        assert (
            error.hint == '"avg" is called "average". Write pool(2, mode=\'average\')'
        )
        assert error.at_place("a").hint == error.hint

    def test_who_asks_for_help_may_have_no_error(self):
        """What was called may have failed with any error."""
        error = ValueError("other")

        assert error is helped(error, Conv2d, "Conv2d", (3, 8), {})


OTHERS = (DATA / "names_of_others.txt").read_text(encoding="utf-8")

NAMES = [
    ("net.maxpool", "net.max_pool(2)"),
    ("net.MaxPooling2D", "net.max_pool(2)"),
    ("net.num_params", "net.params"),
    ("net.count_params", "net.params"),
    ("net.output_shape", "net.output"),
    ("net.layers", "net.nodes"),
    ("net.gflops", "net.flops / 1e9"),
    ("net.plot", "net.draw()"),
    ("net.to_dict", "net.to_json()"),
    ("net.bn", "net.batch_norm()"),
    ("net.se", "net.add(SqueezeExcite(4))"),
    ("net.deconv", "net.conv_transpose(2, 64, stride=2)"),
    ("net.dwconv", "net.depthwise(3)"),
    ("net.fully_connected", "net.linear(10)"),
    ("net.flattten", "net.flatten()"),
    ("net.prams", "net.params"),
    ("net.relu().graph.num_params", "net.params"),
    ("net.zzzzzz", "dir() lists"),
    ("Conv2d(3, 8).out_channels", "layer.filters"),
    ("Conv2d(3, 8).kernel_size", "layer.kernel"),
    ("Pool(2).pool_size", "layer.kernel"),
    ("FC(8).out_features", "layer.units"),
    ("Conv2d(3, 8).num_params", "layer.params((32, 32, 3))"),
    ("zoo.ResNet50", "zoo.resnet50"),
    ("zoo.vgg61", "zoo.vgg16"),
    # What only lacks its end, whatever else is as like it.
    ("zoo.resnet20", "The nearest: zoo.resnet20_cifar."),
    ("zoo.dcgan", "zoo.dcgan_generator, or zoo.dcgan_discriminator"),
    ("zoo.list", "zoo.names()"),
    ("zoo.create_model", 'zoo.build("resnet18")'),
    ("Conv2d(3, 8).weight", "a Conv2d has no weight. Write layer.params"),
    ("net.relu()[0].output_shape", "a Row has no output_shape. Write row.output"),
    ("net.relu()[0].weight", "a Row has no weight. Write row.params"),
    ("net.relu().totals.prams", "report.params"),
    ("net.relu().summary().total_params", "net.params"),
    ("net.relu().summary().to_dataframe", "report.to_pandas()"),
    ("net.memory_plan().plot", "net.draw()"),
    ("net.relu().summary().show()", "Write print(report)"),
    ("net.relu().summary().sort('params')", 'net.summary(sort="params")'),
    ("net.relu()[0].strides", "Write row.stride"),
    ("net.relu()[0].to_dict()", "Write row._asdict()"),
    ("net.relu().totals['prams']", "The nearest: report.params"),
    (
        "Conv2d(3, 8).summary((8, 8, 3))",
        "Sequential(input=(32, 32, 3)).add(layer).summary()",
    ),
    (
        "SqueezeExcite(4).params",
        "Sequential(input=(32, 32, 3)).add(block).params",
    ),
    (
        "zoo.resnet18.params",
        "resnet18 is a function, which builds a network. Write zoo.resnet18().params",
    ),
    ("net.relu().draw().to_jpeg", 'picture.save("net.svg")'),
    ("net.cross_entropy", "Leave it out: a loss is no part of a network"),
    ("zoo.RandomFlip", "Leave it out: data is no part of a network"),
    ("g.conv(3, 8)", "g.add(Conv2d(3, 64), x)"),
    ("g.Dense", "g.add(FC(10), x)"),
    ("g.Input", "g.input"),
    ("g.summary", "g.graph(x).summary()"),
    ("x.relu", 'g.add(Activation("relu"), x)'),
    ("x.output_shape", "g.graph(x).output"),
    # A method that was not called, and what all rows have.
    ("net.relu.pool(2)", "net.relu is a method, which was not called. Write net.relu(), and"),
    ("net.conv.relu.pool(2)", "Write net.conv(kernel, filters), and then what follows"),

    ("net.relu().summary.to_csv()", "Write net.summary().to_csv"),
    ("net.relu().deployed.params", "Write net.deployed().params"),
    ("net.relu().nodes.params", "Write [row.params for row in net.nodes]"),
    ("net.relu(name='Act1').act1", 'Write net["Act1"]'),
    # Of a layer or block what people do with those of other libraries, and slips.
    ("Conv2d(3, 8).relu()", "Write Sequential(input=(32, 32, 3)).add(layer).relu()"),
    ("Conv2d(3, 8).conv(3, 8)", "Write Sequential(input=(32, 32, 3)).add(layer).conv(3, 64)"),
    ("FC(8).trainable_variables", "Write layer.trainable_params((32, 32, 3))"),
    ("SqueezeExcite(4).naem", "The nearest: block.name"),
    ("Conv2d(3, 8).shape", "Write layer.output((32, 32, 3))"),
    ("FC(8).out_channels", "Write layer.units"),
    ("LSTM(8).hidden_size", "Write layer.units"),
    ("SqueezeExcite(4).conv(3, 8)", "Write Sequential(input=(32, 32, 3)).add(block).conv"),
    ("devices.stm32f746", 'Write devices.find("stm32f746")'),
    ("devices.keys()", "Write devices.names()"),
]  # fmt: skip

REFUSED = [
    ("net[0] = FC(10)", "net = net[:-1].add(part)"),
    ("del net[0]", "a network never changes"),
    ("net.fc = FC(10)", "Sequential: it never changes. Write net = net.add(part)"),
    ("net.foo = 3", "it never changes"),
    ("del net.fc", "it never changes"),
    ("net.relu().graph.input = 3", "Graph: it never changes"),
    ("net.input.height = 3", "Shape: it never changes. Write Shape(height, width, "),
    ("net.relu()[0].params = 3", "Row: it never changes"),
    ("Conv2d(3, 8).stride = 2", "Write attrs.evolve(layer, stride=2)"),
    ("del Conv2d(3, 8).stride", "Write attrs.evolve(layer, ...)"),
    ("net + net", "net.add(other)"),
    ("sum([net, net])", "sum(net.params for net in nets)"),
    ("net * 2", "Sequential(input=shape).repeat(2, part)"),
    ("net > 3", "Sequential: it is no number. Write net.params, or net.macs"),
    ("f'{net:.2f}'", "it is no number"),
    ("dict(net)", "{row.path: row for row in net.nodes}"),
    ("dict(net.relu()[0])", "Write row._asdict()"),
    ("net.relu().totals['params']", "Write report.params"),
    ("net.relu().summary()[0]", "report.table.lines"),
    ("len(net.relu().summary())", "report.table.lines"),
    ("list(net.relu().summary())", "report.table.lines"),
    ("net.relu().summary()()", "print(report)"),
    ("net.relu().fields()['x']", "there is no line 'x'"),
    (
        "Conv2d(3, 8) + Conv2d(3, 8)",
        "Sequential(input=(32, 32, 3)).add(layer).add(other)",
    ),
    ("SqueezeExcite(4)(x)", "g.add(block, x) in a Builder"),
    ("zoo['resnet18']", "Write zoo.resnet18()"),
    ("zoo['resnet19']", "there is no network 'resnet19'. The nearest"),
    ("zoo('resnet18')", "zoo.resnet18(), or zoo.build(name)"),
    ("zoo.resnet18 + zoo.resnet34", "zoo.resnet18().params"),
    ("Graph(x, x)", "Write g.graph(x)"),
    ("Graph('a', 'b')", "a Graph is made of a table of nodes"),
    ("g(x)", "x = g.add(Conv2d(3, 8), x)"),
    ("x[0]", "g.add(Slice(0, 8), x)"),
    ("x @ x", "g.add(MatMul(), x, y)"),
    ("net.add([Conv2d(1, 3), FC(3)])", "Write add(Conv2d(1, 3), FC(3))"),
    ("net.add(zoo.lenet)", "It builds one. Write lenet()"),
    (
        "net.branch([Conv2d(1, 8), Conv2d(1, 8)])",
        "Write branch(Conv2d(1, 8), Conv2d(1, 8))",
    ),
    (
        "net.repeat(Conv2d(1, 3), 2)",
        "The order is repeat(count, body). Write repeat(2, Conv2d(1, 3))",
    ),
    ("net.permute(2, 0, 1)", "Write permute((2, 0, 1))"),
    ("net.pool('max', 2)", "Write pool(2, mode='max')"),
    ("net.conv(kernel=3, out=8)", "out is called filters. Write conv(3, 8)"),
    ("net.summary((1, 3, 32, 32))", "Write net.summary(input=(32, 32, 3))"),
    ("compare([net, net])", "compare(*networks)"),
    ("compare(zoo.lenet, net)", "It builds one. Write lenet()"),
    (
        "sweep(zoo.mobilenet_v2, width=[0.5, 1.0])",
        "Write sweep(build, {'width': [0.5, 1.0]})",
    ),
    (
        "sweep(zoo.mobilenet_v2, width=0.5)",
        "Write sweep(build, {'width': [0.5]})",
    ),
    ("sweep(zoo.mobilenet_v2)", "Write sweep(build, {'width': [0.5, 1.0]})"),
    (
        "sweep(zoo.lenet(), {'classes': [10]})",
        "Give the function that builds it",
    ),
    (
        "sweep('lenet', {'classes': [10]})",
        "It must be a function, as zoo.mobilenet_v2 is",
    ),
    ("x + x", "g.add(Add(), x, y)"),
    ("x * x", "g.add(Multiply(), x, y)"),
    ("Conv2d(3, 8)(x)", "g.add(layer, x)"),
    ("g.add(Conv2d(3, 8))", "g.add(Conv2d(...), x)"),
    ("g.add(x, Conv2d(3, 8))", "<Tensor 8×8×3> (a Tensor) is neither a layer nor"),
    ("g.add(x, Conv2d(3, 8))", "What is added comes first: g.add(Conv2d(5, 6), x)"),
    ("net.summary(32, 32, 3)", "net.summary(input=(32, 32, 3))"),
    ('net.memory("half")', 'Write dtype="float16"'),
    ('net.memory("4bit")', 'Write dtype="int4"'),
    ("net.relu.summary['params']", "Write net.relu(), and then what follows"),
    ("len(Conv2d(3, 8))", "it has no items. Write layer.params((32, 32, 3))"),
    ("Conv2d(3, 8)[0]", "it has no items"),
    ("[*Conv2d(3, 8)]", "it has no items"),
    ("8 in Conv2d(3, 8)", "it has no items"),
    ("SqueezeExcite(4)[0]", "Sequential(input=(32, 32, 3)).add(block).params"),
    ("zoo.resnet18[0]", "zoo.resnet18().params"),
    ("net.relu().draw()[0]", 'picture.save("net.svg")'),
    ("net.relu().nodes['relu1']", "Write net['relu1']"),
    ("net.relu().symbolic().macs(H=8)", "macs.at(H=224, W=224)"),
    ("Sequential.conv(5, 6)", "Write Sequential(input=(32, 32, 3)).conv(5, 6)"),
    ("Sequential.relu()", "Write Sequential(input=(32, 32, 3)).relu()"),
    ("Sequential.add(FC(10))", "Write Sequential(input=(32, 32, 3)).add(FC(10))"),
    ("Conv2d.output((8, 8, 3))", "Write Conv2d(5, 6).output((8, 8, 3))"),
    ("devices['stm32f746']", 'Write devices.find("stm32f746")'),
    ("devices['stm32f747']", "there is no device 'stm32f747'. The nearest"),
    ("devices('stm32f746')", 'Write devices.find("stm32f746")'),
    ("Shape('32x32x3')", "Write Shape(32, 32, 3)"),
    ("net.draw('out.svg')", "Write net.draw().save('out.svg')"),
    ("net.draw('macs', 'out.svg')", "Write net.draw('macs').save('out.svg')"),
    ("net.draw(path='out.svg')", "Write net.draw().save('out.svg')"),
    ("net.draw(depth=1, file='a.svg')", "Write net.draw(depth=1).save('a.svg')"),
    ("net.relu().summary(file='x.txt')", "Write net.summary().to_text('x.txt')"),
    ("net.explain(0, file='x.md')", "Write net.explain(0).to_markdown('x.md')"),
    ("net.relu().summary('x.csv')", "Write net.summary().to_csv('x.csv')"),
    ("net.relu().memory_plan('x.md')", "Write net.memory_plan().to_markdown('x.md')"),
    (
        "Inception(192, 64, 96, 128, 16, 32, 32)",
        "Inception(64, (96, 128), (16, 32), 32)",
    ),
    ("net.memory(np.float16)", 'Write dtype="float16"'),
    ('net.memory(np.dtype("int8"))', 'Write dtype="int8"'),
]


class TestNames:
    """A name that is not there is answered with what it is called."""

    @pytest.mark.parametrize(("code", "cure"), NAMES)
    def test_an_attribute_is_answered(self, code, cure):
        """The message has what to write; it is an AttributeError, too."""
        error = raised(code)

        assert isinstance(error, MissingNameError)
        assert isinstance(error, AttributeError)
        assert cure in str(error)

    @pytest.mark.parametrize(("code", "cure"), REFUSED)
    def test_what_others_do_is_answered(self, code, cure):
        """Operators, calls and types of other libraries have what to write as well."""
        assert cure in str(raised(code))

    @pytest.mark.parametrize(
        ("home", "name"),
        [
            pytest.param(home, name, id=f"{home}.{name}")
            for home, listed in re.findall(r"\[(.*)\]\n([^[]*)", OTHERS)
            for name in listed.split()
        ],
    )
    def test_each_class_and_function_of_others_is_answered(self, home, name):
        """It is here under that name, or what it is called here is told, or why it is not."""
        asked = zoo.lenet() if "functional" in home else cnncalc
        if not hasattr(asked, name):
            with pytest.raises(MissingNameError, match=r"\. (Write|Leave it out:) "):
                getattr(asked, name)

    @pytest.mark.parametrize("call", ["Dropout(50)", "Norm('x')", "Reduce('x')"])
    def test_a_wrong_value_is_not_left_out(self, call):
        """Whoever says a rate wants one, so that a call without it is no cure."""
        assert "Write" not in str(raised(call))

    def test_the_zoo_is_asked_for_all_of_its_networks(self):
        """As a dictionary it would have its names."""
        assert zoo.names() == list(zoo)
        assert len(zoo.names()) == len(zoo)
        assert bool(zoo)

    def test_text_as_it_is_has_no_form(self):
        """A network stands in an f-string as its text."""
        net = zoo.lenet()

        assert str(net) == f"{net}"

    def test_what_fails_within_an_answer_says_so_itself(self):
        """An attribute that is there, and raises, is no missing name."""

        class Broken(Answer):
            @property
            def rows(self):
                raise AttributeError("from within")

        with pytest.raises(AttributeError, match="from within"):
            _ = Broken().rows
        assert not hasattr(Broken(), "_inner")
        assert not hasattr(Builder(), "_inner")
        assert not hasattr(Builder().input(8), "_inner")

    def test_layers_show_their_own_names(self):
        """Completion has none of those that are told of, and a layer is no empty list."""
        names = set(dir(Conv2d(3, 8)))

        assert {"filters", "kernel", "output"} <= names
        assert set() == names & {"kernel_size", "out_channels", "relu"}
        assert bool(Conv2d(3, 8))

    def test_what_fails_within_a_function_is_left(self):
        """An attribute that our own code, or somebody's, asks for in vain is no slip."""

        @guarded
        class Asked:
            def ask(self, value):
                return value.foo

        with pytest.raises(AttributeError, match="'int' object has no attribute 'foo'"):
            Asked().ask(3)

    def test_facts_of_a_method_are_left_to_python(self):
        """What is read, and not called, would pass silently if it were told of there."""
        assert not hasattr(zoo.lenet().relu, "params")
        assert not hasattr(zoo.lenet().relu, "in_features")
        assert not hasattr(zoo.lenet().relu.pool, "_inner")
        assert not hasattr(zoo.lenet().summary, "_inner")

    def test_rows_leave_slips_to_python(self):
        """What tells of them makes each attribute slower, and rows are read by thousands.

        Words of others are told: they are attributes.
        """
        (row,) = Sequential(input=8).fc(3).nodes

        assert not hasattr(type(row), "__getattr__")
        with pytest.raises(MissingNameError, match=r"row\.params"):
            _ = row.num_params

    @pytest.mark.parametrize(
        ("theirs", "cure"),
        [
            ("heigth", "shape.height"),
            ("channel", "shape.channels"),
            ("C", "shape.channels"),
            ("area", "shape.positions"),
            ("neurons", "shape.size"),
            ("ndim", "shape.rank"),
            ("batch", "a batch is no part of a shape"),
        ],
    )
    def test_of_a_shape(self, theirs, cure):
        """A shape tells of what arrays, textbooks and hasty fingers call it."""
        with pytest.raises(MissingNameError, match=re.escape(cure)):
            getattr(Shape(28, 28, 6), theirs)
        assert not hasattr(Shape(28, 28, 6), "_inner")

    @pytest.mark.parametrize(
        "code", ["Shape(8, 8, 3) + 1", "Shape(8, 8, 3) * 2", "2 * Shape(8, 8, 3)"]
    )
    def test_a_shape_is_no_number(self, code):
        """Arithmetic with a shape is refused, and not done with its tuple."""
        assert "Write shape.size" in str(raised(code))
        assert (8, 8, 3, 1) == Shape(8, 8, 3) + (1,)

    @pytest.mark.parametrize(
        ("asked", "cure"),
        [
            ("compare", "from cnncalc import compare; compare(*networks)"),
            ("windows", "from cnncalc import windows; windows(before, after)"),
            ("devices", "from cnncalc import devices"),
            ("basic_block", "net.add(BasicBlock(filters))"),
            ("concat", "net.add(Concat())"),
            ("likely_mistake", "from cnncalc import LikelyMistake"),
        ],
    )
    def test_of_what_is_imported(self, asked, cure):
        """What is no method, but a name of the package, is told as it is used."""
        assert str(raised(f"net.{asked}")).endswith(f"Write {cure}.")

    def test_what_runs_networks_elsewhere(self):
        """Who wants to train is told that nothing is run here."""
        assert "cnncalc runs no network, but counts it" in str(raised("net.fit(1, 2)"))

    def test_asking_whether_there_is_such_a_name(self):
        """`hasattr` and `getattr` do what they do for any object."""
        net = zoo.lenet()

        assert not hasattr(net, "num_params")
        assert 3 == getattr(net, "num_params", 3)
        assert not hasattr(net, "_secret")
        assert not hasattr(cnncalc, "MaxPool2d")
        assert not hasattr(cnncalc, "__wrapped__")
        assert not hasattr(Conv2d(3, 8), "out_channels")

    @pytest.mark.parametrize(
        ("module", "name", "cure"),
        [
            ("cnncalc", "MaxPool2d", "from cnncalc import Pool; Pool(2)"),
            ("cnncalc", "Linear", "from cnncalc import FC; FC(10)"),
            ("cnncalc", "Dense", "from cnncalc import FC; FC(10)"),
            ("cnncalc", "Conv2D", "from cnncalc import Conv2d"),
            ("cnncalc", "ReLU", 'from cnncalc import Activation; Activation("relu")'),
            ("cnncalc", "nn", "from cnncalc import Sequential"),
            ("cnncalc", "summary", "net.summary()"),
            ("cnncalc", "Sequental", "from cnncalc import Sequential"),
            ("cnncalc", "Zzzz", "dir() lists"),
            ("cnncalc.layers", "Dense", "from cnncalc import FC; FC(10)"),
            ("cnncalc.zoo", "ResNet50", "from cnncalc.zoo import resnet50"),
        ],
    )
    def test_an_import_is_answered(self, module, name, cure):
        """The message has what to import; it is an ImportError, too."""
        with pytest.raises(MissingImportError) as caught:
            exec(f"from {module} import {name}", {})
        assert isinstance(caught.value, ImportError)
        assert cure in str(caught.value)

    def test_modules_are_imported_as_before(self):
        """A module that was not imported yet is found by an import of its name."""
        code = "from cnncalc import cli, cost; print(cli.main.__module__)"
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True
        )

        assert "cnncalc.cli.main" == done.stdout.strip()

    def test_a_module_is_no_missing_name(self, monkeypatch):
        """An import of a module that is no attribute yet is not answered, but done."""
        from cnncalc import cost

        monkeypatch.delattr(cnncalc, "cost")
        space = {}
        exec("from cnncalc import cost", space)

        assert cost is space["cost"]

    def test_a_module_that_asks_while_it_is_imported(self, tmp_path, monkeypatch):
        """An attribute that is asked for within an import is no import."""
        code = "import cnncalc\nfound = hasattr(cnncalc, 'MaxPool2d')\n"
        (tmp_path / "asking.py").write_text(code)
        monkeypatch.syspath_prepend(tmp_path)
        import asking

        assert asking.found is False

    def test_dir_has_what_people_use(self):
        """Completion shows questions and layers, and no names of the inner workings."""
        shown = {name for name in dir(zoo.lenet()) if name[0] != "_"}

        assert {"conv", "max_pool", "params", "summary", "steps", "input"} <= shown
        assert set() == shown & {"lower", "default_name", "immutable", "next_name"}
        assert set() == shown & {"bounds", "functional", "running_as_functions"}
        assert "__class__" in dir(zoo.lenet())
        assert not {"_link", "_and"} & set(dir(zoo.lenet()))
        assert set() == {"place", "row", "remade_by", "told"} & set(
            dir(zoo.lenet().graph)
        )

    def test_an_open_network_says_that_it_is_empty(self):
        """What was added to a network that was not kept is missed."""
        net = Sequential()
        net.conv(3, 8)
        with pytest.raises(
            OpenNetworkError, match=r"no layer either. Write net = net\."
        ):
            net.summary()
        with pytest.raises(OpenNetworkError, match=r"input=\(32, 32, 1\)\)\.$"):
            net.conv(3, 8).summary()


class TestTracebacks:
    """A traceback shows the user's line, and one line or two of ours."""

    @pytest.mark.parametrize(
        ("code", "most"),
        [
            ("Sequential(input=(8, 8, 3)).conv(9, 3)", 1),
            ("Sequential(input=(8, 8, 3)).residual(Sequential().conv(9, 3))", 1),
            ("Sequential(input=(8, 8, 3)).conv(9)", 1),
            ("Conv2d(3, 64, 7)", 1),
            ("Conv2d(3, 'many')", 1),
            ("Sequential(Conv2d(3, 4))", 1),
            ("zoo.lenet().summary(columns=['foo'])", 1),
            ("zoo.lenet().summary(foo=1)", 1),
            ("zoo.lenet().num_params", 1),
            ("zoo.vgg61", 1),
            ("Sequential(input=(8, 8, 3)).add(Conv2d(9, 3))", 1),
            ("zoo.vgg16(input=(8, 8, 3))", 1),
            ("zoo.vgg16(foo=3)", 1),
            ("zoo.lenet()['foo']", 1),
            ("zoo.lenet().graph['foo']", 1),
            ("zoo.lenet().relu.pool(2)", 1),
            ("zoo.lenet().nodes['foo']", 1),
            ("devices['foo']", 1),
            ("Conv2d(9, 3).output((8, 8, 3))", 1),
            ("Conv2d(9, 3).params(foo=3)", 1),
            ("Conv2d.params((8, 8, 3))", 1),
            ("len(Conv2d(9, 3))", 1),
        ],
    )
    def test_it_is_short(self, code, most):
        """No more frames of ours are shown than that."""
        error = raised(code)
        frames = [frame.filename for frame in traceback.extract_tb(error.__traceback__)]
        ours = [name for name in frames if "/cnncalc/" in name.replace("\\", "/")]

        assert len(ours) <= most
        assert error.__cause__ is None
        assert error.__suppress_context__ or error.__context__ is None

    def test_a_builder_shows_one_line(self):
        """A failed `add` of a builder is shown so, too."""
        g = Builder()
        x = g.input((8, 8, 3))
        with pytest.raises(ShapeError) as caught:
            g.add(Conv2d(9, 3), x)
        assert 2 == len(traceback.extract_tb(caught.value.__traceback__))


class TestShapes:
    """Shapes as others write them."""

    @pytest.mark.parametrize(
        ("theirs", "ours"),
        [
            ((3, 224, 224), (224, 224, 3)),
            ((1, 3, 224, 224), (224, 224, 3)),
            ((None, 32, 32, 3), (32, 32, 3)),
            ((None, 3, 32, 32), (32, 32, 3)),
            ((None, 784), 784),
            ((64, 3, 32, 32), (32, 32, 3)),
            ((1, 16, 112, 112), (16, 112, 112, 1)),
            ((224, 224, 3), (224, 224, 3)),
            ((None, "a"), (None, "a")),
            ((3, "a", "b"), (3, "a", "b")),
            (784, 784),
            ((), ()),
            (Shape(8, 8, 3), (8, 8, 3)),
        ],
    )
    def test_what_is_meant(self, theirs, ours):
        """Batch and order are mended where they are likely to be wrong."""
        assert ours == meant_shape(theirs)

    def test_what_is_not_doubted(self):
        """A map or a volume of ours is neither."""
        assert with_channels_last((32, 32, 3)) is None
        assert without_batch((16, 32, 32, 3)) is None
        assert without_batch((32, 32, 3)) is None


def test_who_makes_no_mistake_loads_no_table():
    """The table of words is read where something failed."""
    code = (
        "import sys\nfrom cnncalc import Sequential\n"
        "net = Sequential(input=(32, 32, 3)).conv(3, 8).max_pool(2).linear(10)\n"
        "net.summary()\n"
        "print(*(m for m in sys.modules if m.startswith('cnncalc.words')))\n"
        "hasattr(net, 'num_params')\n"
        "print('cnncalc.words.table' in sys.modules)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )

    assert ["", "True"] == done.stdout.splitlines()
