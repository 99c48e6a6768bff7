"""Networks as text: JSON that is read back strictly, and Python source."""

import ast
import contextlib
import json
import sys
from functools import cache
from pathlib import Path
from types import ModuleType

import attrs
import pytest
from drawn import networks
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import chains_on, layers, layers_on, spaces

import cnncalc
from cnncalc import (
    FC,
    RBF,
    Activation,
    AdaptivePool,
    Add,
    Branch,
    Builder,
    ChannelShuffle,
    CnncalcError,
    Concat,
    ConfigError,
    Conv2d,
    ConvTranspose2d,
    Crop,
    DepthwiseConv2d,
    Dropout,
    Flatten,
    Frozen,
    GlobalPool,
    GraphError,
    Input,
    Layer,
    LayerScale,
    Multiply,
    Named,
    Norm,
    OpenNetworkError,
    Pad,
    PartialConv2d,
    Permute,
    Pool,
    SeparableConv2d,
    Sequential,
    Shape,
    ShapeError,
    Shared,
    Split,
    StochasticDepth,
    Upsample,
    from_json,
    zoo,
)
from cnncalc.graph import Block
from cnncalc.saving import limits, python_format

OLD = Path(__file__).parent / "data" / "saved"

build = cache(zoo.build)

PUBLIC = {name: getattr(cnncalc, name) for name in cnncalc.__all__}


def executed(text):
    """Return what a module of source text leaves as net."""
    variables = {}
    exec(compile(text, "saved", "exec"), variables)
    return variables["net"]


def all_of(net):
    """Return what equality leaves out, beside the network itself."""
    return net.graph, net.graph.name, net.module_less, net.params, net.macs


@attrs.frozen
class Maxout(Layer):
    """A layer of the user's."""

    units: int
    pieces: object = 2

    def output(self, x):
        """Return a vector."""
        return Shape.of(self.units)


class ByHand(Layer):
    """A layer of the user's that attrs does not make."""

    def __init__(self, units):
        super().__init__()
        object.__setattr__(self, "units", units)

    def output(self, x):
        """Return a vector."""
        return Shape.of(self.units)


class Called(Block):
    """A block of the user's, of any name."""

    def __init__(self, name):
        self.given = name

    @property
    def name(self):
        """Return what it was given."""
        return self.given

    def lower(self, g, /, x):
        """Add a layer."""
        return g.add(FC(2), x)


def added(give):
    """Give something to a builder that has an input."""
    g = Builder()
    return give(g, g.input(3))


class Evil:
    """A value whose repr is the name of something."""

    def __repr__(self):
        return "exit"


ASKED = []  # the channels of the inputs for which `Weighed` counted its parameters


@attrs.frozen
class Weighed(Layer):
    """A layer that notes when its parameters are counted."""

    def output(self, x):
        """Return what it gets."""
        return x

    def params(self, x):
        """Return five."""
        ASKED.append(x.channels)
        return 5


@attrs.frozen
class Twice(Block):
    """A block of the user's."""

    units: int

    @property
    def name(self):
        """Without a name."""

    def lower(self, g, /, x):
        """Add two layers."""
        return g.add(FC(self.units), g.add(FC(self.units), x))


def made_there(name, base=Layer, module="module_of_a_user", **more):
    """Return a class as if a module had it."""
    body = {"output": lambda self, x: x, "__module__": module, "__qualname__": name}
    return type(name, (base,), body | {"__slots__": ()} | more)


@pytest.fixture
def users(monkeypatch):
    """Give the classes of this file a module to import them from."""
    module = ModuleType("module_of_a_user")
    monkeypatch.setitem(sys.modules, module.__name__, module)
    for kind in (Maxout, Twice):
        monkeypatch.setattr(kind, "__module__", module.__name__)
        setattr(module, kind.__name__, kind)
    return module


def twins():
    """Return a network of all that a graph can have; its text of 0.1 is kept."""
    g = Builder()
    left, right = g.input((9, 9, 3), "left"), g.input((9, 9, 3))
    tower = Shared(Frozen(Sequential().conv(3, 8).relu()))
    with g.scope("towers"):
        one, two = g.add(tower, left), g.add(tower, right)
        with g.training_only():
            g.add(FC(2), one, name="head")
            g.add(Dropout(0.25), two)
    both = g.add(Concat(), one, two)
    out = g.add(PartialConv2d(3, [(0, 3), (1,)], padding=((0, 1), (2, 3))), both)
    net = g.graph(out, both, out, name="twins")
    return net.calling_as_functions("*/relu?", 'quote"')


def kinds():
    """Return a network of all kinds of layers of 0.1; its text of then is kept."""
    g = Builder()
    x = g.input((32, 32, 4), "image")
    for part in (
        Pad(((0, 1), (2, 3))),
        Conv2d(
            (3, 5),
            8,
            stride=(2, 1),
            padding=((0, 1), (2, 2)),
            dilation=2,
            groups=2,
            bias=False,
        ),
        Norm("group", groups=4, shift=False),
        Activation("relu"),
        PartialConv2d(3, [(0, 3), (1,), (2, 4, 5)], padding=1),
        DepthwiseConv2d(3, multiplier=2, padding="same", stride=2),
        Activation("prelu", shared=True),
        SeparableConv2d(3, 12, multiplier=2),
        Norm("local", size=3),
        ConvTranspose2d(
            (4, 2), 6, stride=2, padding=(1, 0), output_padding=1, groups=2
        ),
        Crop((1, 2)),
        Upsample(2, mode="bilinear"),
        Upsample(size=(8, 9)),
        Pool((2, 3), stride=1, mode="average", ceil=True),
        Pool(3, padding=((0, 1), (1, 0)), stride=2),
        ChannelShuffle(3),
    ):
        x = g.add(part, x)
    few, many = g.add(Split((2, 4), 0), x), g.add(Split((2, 4), 1), x)
    x = g.add(Concat(), many, few)
    gate = g.add(Activation("sigmoid"), g.add(GlobalPool(keep_map=True), x))
    x = g.add(LayerScale(), g.add(Multiply(), x, gate))
    x = g.add(Add(), x, g.add(StochasticDepth(0.25), x))
    for part in (
        Permute((2, 0, 1)),
        AdaptivePool((3, 2), "max"),
        Dropout(0.1),
        FC(7, flatten=False),
        Flatten(),
        FC(5, trainable=False, name="out"),
        RBF(3),
    ):
        x = g.add(part, x)
    return g.graph(x, name="kinds")


def cut():
    """Return a part that was cut out of a network; its text of 0.1 is kept."""
    body = Sequential().conv(3, 4, padding=1).relu()
    block = Sequential().residual(body, name="r").residual(body, name="s")
    return Sequential(input=(6, 6, 4)).repeat(2, block, name="stage").graph["stage/2/s"]


def read(text):
    """Return the network that is written there; None if it is refused."""
    with contextlib.suppress(CnncalcError):
        return from_json(text)
    return None


scopes = st.text(min_size=1, max_size=3).filter(lambda text: "/" not in text)


@st.composite
def graphs(draw):
    """Draw a graph of any layers, with branches, groups, shared and idle nodes."""
    g = Builder()
    tensors = [g.input(draw(spaces)) for _ in range(draw(st.integers(1, 2)))]
    idle = []  # what nothing may use that runs at inference
    for k in range(draw(st.integers(1, 6))):
        x = draw(st.sampled_from(tensors))
        equal = [y for y in tensors if y.shape == x.shape]
        part = draw(st.sampled_from([Add(), Concat(), draw(layers_on(x.shape))]))
        joins = part in {Add(), Concat()}
        reached = [x, draw(st.sampled_from(equal))] if joins else [x]
        part = draw(st.sampled_from([part, Shared(part)]))
        with g.scope(draw(scopes) + str(k)):
            tensors.append(g.add(part, *reached))
            if draw(st.booleans()):
                with g.training_only():
                    idle.append(g.add(part, *reached, name=f"again{k}"))
    ends = st.sampled_from(tensors + idle)
    return g.graph(*draw(st.lists(ends, min_size=1, max_size=3)))


@st.composite
def chains(draw):
    """Draw a chain of any layers."""
    net = Sequential(draw(spaces), name=draw(st.none() | st.text(min_size=1)))
    return net.add(*draw(chains_on(net.input)))


class TestRoundTrip:
    """What is saved comes back."""

    @pytest.mark.no_cover
    @pytest.mark.parametrize("name", zoo.names())
    def test_every_network_of_the_zoo_comes_back_from_json(self, name):
        """JSON holds all of a network, and is the same when it is written again."""
        net = build(name)
        text = net.to_json()
        read = from_json(text)

        assert (net.graph, net.name, net.module_less) == (
            read,
            read.name,
            read.module_less,
        )
        assert text == read.to_json()

    @pytest.mark.no_cover
    @pytest.mark.parametrize("name", zoo.names())
    def test_every_network_of_the_zoo_comes_back_from_source(self, name):
        """Source leaves an equal network: a chain by its calls, others node by node."""
        net = build(name)
        source = net.to_python()
        read = executed(source)

        assert (net, net.name, net.module_less) == (read, read.name, read.module_less)
        if isinstance(net, Sequential):
            assert net == eval(repr(net), dict(PUBLIC))
            assert "Builder" not in source

    def test_all_that_a_graph_can_have_comes_back(self):
        """Inputs, outputs, shared and frozen weights, idle nodes, names: all stay."""
        net = twins()
        for read in (from_json(net.to_json()), executed(net.to_python())):
            assert all_of(net) == all_of(read)
            # The tower once: 3×3×3×8 + 8; by the table 9×(2 + 1) + 2; 7×7×8×2 + 2.
            assert 224 + 29 + 786 == read.params
            assert 29 + 786 == read.trainable_params

    @settings(max_examples=60)
    @given(graphs() | chains() | networks())
    def test_random_networks_come_back(self, net):
        """Whatever the layers and their links, both texts give the network again."""
        for read in (from_json(net.to_json()), executed(net.to_python())):
            assert (net.graph, net.name) == (read, read.name)

    @settings(max_examples=30)
    @given(st.lists(layers, max_size=5))
    def test_open_networks_come_back_from_source(self, parts):
        """A chain without an input has source, too."""
        net = Sequential()
        for part in parts:
            if part.name is None:
                net = net.add(part)

        assert net == executed(net.to_python())

    @pytest.mark.parametrize(
        "name",
        [
            "'",
            '"',
            "'\"",
            "\\",
            "\n",
            "\r\u2028",
            "\u202e",
            "\u05d0\u05d1",
            "\U000e0001",
        ]
        + ["</script>", '"""', "x = 1 # ", "{x}", "\0\x7f", "深", "a/b", "%s"],
    )
    def test_names_cannot_break_out(self, name):
        """A hostile name is a name in both texts, and nothing in them is hidden."""
        g = Builder()
        with g.scope(name):
            x = g.add(FC(2), g.input(3, name), name=f"{name}1")
        net = g.graph(x, name=name).calling_as_functions(name)
        chain = Sequential(input=3, name=name).fc(2, name=name)
        for one in (net, chain):
            for text in (one.to_json(), one.to_python()):
                assert all(map(str.isprintable, text.split("\n")))
                assert "<" not in one.to_json()
            assert all_of(one) == all_of(from_json(one.to_json()))
            assert all_of(one) == all_of(executed(one.to_python()))

    def test_integers_stay_integers_of_any_size(self):
        """Numbers beyond 2⁶³ come back to the unit."""
        net = Sequential(input=2**64 + 1).fc(10**40 + 7)

        assert (2**64 + 2) * (10**40 + 7) == from_json(net.to_json()).params

    @pytest.mark.parametrize("shape", [(5,), (1, 5), (1, 1, 5), (1, 1, 1, 5), (1,) * 6])
    def test_shapes_of_any_rank_are_told_apart(self, shape):
        """A shape of one length is a vector, a 1×1 map is a map; likewise all others."""
        net = Sequential(input=shape).relu()

        assert shape == from_json(net.to_json()).input
        assert shape == executed(net.to_python()).input
        assert shape == executed(net.graph.to_python()).input

    def test_a_part_whose_weights_are_elsewhere(self):
        """A group that shares weights of a node outside has none of its own in JSON."""
        g, tower = Builder(), Shared(Conv2d(3, 8))
        x, y = g.input((9, 9, 3)), g.input((9, 9, 3))
        with g.scope("a"):
            x = g.add(tower, x)
        with g.scope("b"):
            y = g.add(tower, y)
        part = g.graph(g.add(Add(), x, y))["b"]

        assert 0 == part.params == from_json(part.to_json()).params
        with pytest.raises(ConfigError, match="not in this network"):
            part.to_python()

    def test_deployed_networks_come_back(self):
        """What an engine runs is a network like any other."""
        net = build("resnet18").deployed()

        assert net == from_json(net.to_json()) == executed(net.to_python())

    def test_long_and_deep_networks(self):
        """Thousands of nodes in a row, groups within groups, a join of 1,000 arms."""
        body = Sequential().relu()
        for _ in range(90):
            body = Sequential(name="a").add(body)
        g = Builder()
        x = g.input((3, 3, 2))
        arms = [g.add(Pool(1), x) for _ in range(1000)]
        chain = Sequential(input=9).add(*[FC(9) for _ in range(1000)])
        for net in (
            Sequential(input=3).add(body),
            g.graph(g.add(Concat(), *arms)),
            chain,
        ):
            assert net == from_json(net.to_json()) == executed(net.to_python())

    def test_files(self, tmp_path):
        """With a path, a file is written, and nothing is returned."""
        net = Sequential(input=3, name="深").fc(2)

        assert (None, None) == (
            net.to_json(tmp_path / "a"),
            net.to_python(tmp_path / "b"),
        )
        assert net.to_json() == (tmp_path / "a").read_text("utf-8")
        assert net.to_python() == (tmp_path / "b").read_text("utf-8")


class TestVersion1:
    """Texts that version 0.1 wrote, which lie in tests/data/saved."""

    @pytest.mark.parametrize(
        ("made", "params", "macs"),
        # The numbers are those that version 0.1 had for them.
        [(kinds, 1_188, 201_825), (twins, 1_039, 22_788), (cut, 148, 5_184)],
    )
    def test_they_are_read_as_the_same_networks(self, made, params, macs):
        """A text of version 1 comes back equal, and is written in version 2."""
        text = (OLD / f"{made.__name__}.json").read_text("utf-8")
        net = from_json(text)

        assert '"version": 1' in text
        assert '"version": 2' in net.to_json()
        assert (made(), made().name, params, macs) == (
            net,
            net.name,
            net.params,
            net.macs,
        )
        assert net == from_json(net.to_json())

    def test_inputs_of_parts_had_paths_for_names(self):
        """A slash in the name of an input is a dot today, and in no other name."""
        net = from_json((OLD / "cut.json").read_text("utf-8"))

        assert "stage.2.r.add1" == net.table.names[0]
        assert "stage/2/s" == net.name

    def test_what_follows_no_form_is_refused_as_ever(self):
        """Only a text of version 1 that is right is read."""
        for old, new in (("6, 6, 4", "6, 6, {}"), ('"name": "stage/2/r/add1", ', "")):
            text = (OLD / "cut.json").read_text("utf-8")
            with pytest.raises(ConfigError, match="node 0"):
                from_json(text.replace(old, new))


class TestNames:
    """Names are looked at where they are given, so that what is saved can be read."""

    @pytest.mark.parametrize("name", ["", 3, b"a", ("a",), ["a"], 2.5])
    @pytest.mark.parametrize(
        "give",
        [
            lambda name: FC(2, name=name),
            lambda name: Sequential(name=name),
            lambda name: Sequential().add(Named(FC(2), name)),
            lambda name: Sequential(input=(4, 4, 2)).residual(Sequential(), name=name),
            lambda name: Builder().input(3, name),
            lambda name: added(lambda g, x: g.add(FC(2), x, name=name)),
            lambda name: added(lambda g, x: g.scope(name).__enter__()),
            lambda name: added(lambda g, x: g.graph(x, name=name)),
            lambda name: Sequential(input=3).calling_as_functions(name),
            lambda name: Sequential(input=3).graph.calling_as_functions(name),
            lambda name: Sequential(input=3).add(Called(name)),
        ],
    )
    def test_only_texts_with_something_in_them_are_names(self, give, name):
        """Whatever else is given is refused there and then."""
        with pytest.raises(ConfigError, match="is not empty"):
            give(name)

    @pytest.mark.parametrize("name", ["a", "a/b", "é", " ", "\n"])
    def test_every_other_text_is_one(self, name):
        """A network of such names comes back."""
        g = Builder()
        with g.scope(name):
            net = g.graph(g.add(FC(2), g.input(3), name=name), name=name)

        assert all_of(net) == all_of(from_json(net.to_json()))


class TestEquality:
    """What tells networks apart is saved, and what is saved tells them apart."""

    @pytest.mark.parametrize(
        "made",
        [
            lambda a: Sequential().residual(Sequential().fc(3, name=a)),
            lambda a: Sequential().residual(Sequential(), Sequential().fc(3, name=a)),
            lambda a: Sequential().repeat(2, Sequential().fc(3, name=a)),
            lambda a: Sequential().branch(
                Sequential().fc(3), Sequential().fc(3, name=a)
            ),
            lambda a: Sequential().add(Shared(FC(3, name=a)).part),
            lambda a: Sequential().add(Frozen(Sequential(name=a).fc(3))),
            lambda a: Sequential().add(Named(FC(3), a)),
            lambda a: Sequential().fc(3).calling_as_functions(a),
            lambda a: Sequential(name="x").add(
                Sequential(name="y").fc(3).calling_as_functions(a)
            ),
        ],
    )
    def test_names_and_functions_tell_networks_apart(self, made):
        """However deep they stand; open and closed, equal are only those of equal ones."""
        for net in (made, lambda a: made(a).on(3), lambda a: made(a).on(3).graph):
            assert net("a") == net("a")
            assert hash(net("a")) == hash(net("a"))
            assert net("a") != net("b")

    def test_classes_with_an_init_of_their_own(self):
        """Their attributes tell them apart; these are no fields, and are not saved."""
        net = Sequential(input=4).add(ByHand(3))

        assert net == Sequential(input=4).add(ByHand(3))
        assert net != Sequential(input=4).add(ByHand(5))
        assert hash(ByHand(3)) == hash(ByHand(3))
        for one in (net, net.graph, Sequential().add(ByHand(3)).on(4)):
            for write in (one.to_json, one.to_python):
                with pytest.raises(ConfigError, match="its units would be lost"):
                    write()
        with pytest.raises(ConfigError, match="its units would be lost"):
            Sequential().add(ByHand(3)).to_python()


class TestSchema:
    """The form that the package promises."""

    @pytest.mark.parametrize("net", [twins, zoo.lenet5, zoo.unet, zoo.googlenet])
    def test_networks_follow_it(self, net):
        """What is written validates against the schema, which allows no more."""
        jsonschema = pytest.importorskip("jsonschema")
        jsonschema.Draft202012Validator.check_schema(limits.network_schema())
        validator = jsonschema.Draft202012Validator(limits.network_schema())
        document = json.loads(net().to_json())
        validator.validate(document)
        document["nodes"][0]["more"] = 1

        assert not validator.is_valid(document)

    def test_it_has_the_limits_of_the_reader(self):
        """The numbers in the schema are those that are checked."""
        nodes, node = (
            limits.network_schema()["properties"]["nodes"],
            limits.network_schema()["$defs"]["node"],
        )

        assert limits.MOST_NODES == nodes["maxItems"]
        assert limits.MOST_GROUPS == node["properties"]["scope"]["maxItems"]

    def test_a_line_for_each_node(self):
        """A network of n nodes is an object of n + 9 lines."""
        net = build("resnet18")

        assert len(net.graph.table) + 9 == len(net.to_json().splitlines())


GOOD = twins().to_json()


def changed(old, new):
    """Return a good text in which something is replaced."""
    text = Sequential(input=(9, 9, 3), name="n").conv(3, 8, name="c").fc(2).to_json()
    assert old in text
    return text.replace(old, new, 1)


def texts(*nodes, **more):
    """Return a document of these nodes after an input of 9×9×3."""
    first = {"name": "in", "kind": "Input", "fields": {"shape": [9, 9, 3]}}
    document = {"format": "cnncalc network", "version": 2, "name": None}
    document |= {"functional": [], "nodes": [first, *nodes], "outputs": [0]}
    return json.dumps(document | more)


def node(kind="Conv2d", name="c", inputs=(0,), fields=None, **more):
    """Return a node of a document."""
    if fields is None and kind == "Conv2d":
        fields = {"kernel": 3, "filters": 8}
    return {"name": name, "kind": kind, "fields": fields or {}, "inputs": inputs} | more


BAD = [
    # No JSON, or too much of it.
    ("", "it is no JSON: Expecting value, in line 1 at 1"),
    ("{}{}", "it is no JSON: Extra data"),
    ("[" * 1_000_000, "nested too deeply"),
    ('{"a":' * 1_000_000, "nested too deeply"),
    ("[" * 1_000_000 + "]" * 1_000_000, "nested too deeply"),
    (" " * 100_000_001, "it has 100,000,001 characters, and 100,000,000 are the most"),
    ("9" * 5000, "a number is too long. Use at most 300 digits"),
    ("[NaN]", "the text is a list. It must be an object"),
    ('{"format": 1, "format": 1}', "the key 'format' is given twice. Leave one out"),
    # The document.
    ("{}", 'its "format" is null. A network that was saved has "cnncalc network"'),
    (changed("cnncalc network", "onnx"), "its \"format\" is 'onnx'"),
    (changed('"version": 2', '"version": 3'), "This cnncalc reads versions 1 to 2"),
    (changed('"version": 2', '"version": 0'), "This cnncalc reads versions 1 to 2"),
    (changed('"version": 2', '"version": true'), '"version" is true. It must be an int'),
    (changed('"version": 2', '"version": -Infinity'), "-Infinity is no finite number"),
    (changed('"functional": [],', ""), 'the network lacks "functional". Add it'),
    (changed('"functional"', '"author": 1, "functional"'), "has no 'author'"),
    (texts(functional="a"), "functional is 'a'. It must be a list"),
    (texts(functional=[1]), "a functional pattern is 1. It must be a text"),
    (texts(name=5), "the network's name is 5"),
    (texts(nodes={}), "nodes is an object. It must be a list"),
    (texts(nodes=[]), "its outputs name node 0. Nodes are counted from 0, and 0 stand"),
    (texts(nodes=[[]] * 1_000_001), "it has 1,000,001 nodes"),
    (texts(outputs=[]), "a network needs an output"),
    (texts(outputs=[1]), "its outputs name node 1"),
    (texts(outputs=[0.0]), "one of its outputs is 0.0 (a float). It must be an integer"),
    # A node.
    (texts(5), "node 1: it is 5. It must be an object"),
    (texts({}), 'node 1: a node lacks "name"'),
    (texts(node(scope=["a"], color=1)), "node 1, a/c: a node has no 'color'"),
    (texts(node(name="")), "node 1: its name is empty"),
    (texts(node(name=None)), "node 1: its name is null. It must be a text"),
    (texts(node(name="\ud800")), "its name has half of a surrogate pair"),
    (texts(node(name="in")), 'node 1, in: the name "in" is given twice'),
    (texts(node(scope="a")), "its scope is 'a'. It must be a list"),
    (texts(node(scope=[1])), "a name of its scope is 1"),
    (texts(node(scope=["in"])), 'the name "in" is given twice'),
    (texts(node(name="in/a")), 'the name "in/a" could make a path that is there already'),
    (texts(node(scope=["a"] * 10_001)), "it has 10,001 groups around it"),
    (
        texts(node(scope=["a"]), node(name="d"), node(scope=["a"], name="e")),
        'node 3, a/e: the name "a" is given twice in this scope',
    ),
    (texts(node("Conv4d")), "its kind is 'Conv4d', which is no layer of cnncalc"),
    (texts(node("Layer")), "its kind is 'Layer', which is no layer"),
    (texts(node("Join")), "its kind is 'Join', which is no layer"),
    (texts(node("__import__")), "which is no layer"),
    (texts(node(["Conv2d"])), "its kind is a list"),
    (texts(node(training_only=1)), "its training_only is 1. It must be true"),
    (
        texts(node(training_only=True), node("Pool", "p", [1], {"kernel": 2})),
        "node 2, p: its input runs in training only",
    ),
    # Its links.
    (texts(node(inputs=[1])), "node 1, c: its inputs name node 1. Nodes are counted"),
    (texts(node(inputs=[2]), node(name="d", inputs=[1])), "its inputs name node 2"),
    (texts(node(inputs=[-1])), "its inputs name node -1"),
    (texts(node(inputs=[False])), "one of its inputs is false"),
    (texts(node(inputs=[])), "0 inputs reached it, and it takes 1"),
    (texts(node(inputs=[0, 0])), "Join several by Add, Concat or Multiply"),
    (texts(node("Input", fields={"shape": [1]})), "1 input reached it, and it takes 0"),
    (texts(node(shares=1)), "its shares name node 1"),
    (texts(node(shares="c")), "one of its shares is 'c'"),
    (texts(node(shares=0)), "it shares 0 parameters, but would need 224 here"),
    (
        texts(node(), node(name="d", shares=1, fields={"kernel": 3, "filters": 9})),
        "node 2, d: Conv2d: it shares 224 parameters, but would need 252 here",
    ),
    (
        texts(node("Pool", fields={"kernel": 2}), node("Flatten", "d", shares=1)),
        "node 2, d: Flatten: it is a Flatten, and shares the weights of a Pool",
    ),
    (
        texts(node(), node(name="d", shares=1, fields={"kernel": 3, "filters": 8, "trainable": False})),
        "node 2, d: training changes the weights of node 1 in one place only",
    ),
    (
        texts(node(), node(name="d", shares=1), node(name="e", shares=2)),
        "node 3, e: its owner, node 2, shares its weights itself",
    ),
    # Its fields.
    (texts(node(fields=[])), 'node 1, c: Conv2d lacks "kernel"'),
    (texts(node("FC", fields={"unit": 3})), "FC has no 'unit'. It has units, "),
    (texts(node("FC", fields={"units": 3, "name": "a"})), "FC has no 'name'"),
    (texts(node("Add", fields={"x": 3})), "Add has no 'x'. It has trainable"),
    (texts(node("FC", fields={"units": True})), "units is True (a bool). It must be"),
    (texts(node("FC", fields={"units": 3.0})), "units is 3.0 (a float)"),
    (texts(node("FC", fields={"units": None})), "units is None"),
    (texts(node("FC", fields={"units": {}})), "its units has an object in it"),
    (texts(node("FC", fields={"units": float("nan")})), "NaN is no finite number"),
    (texts(node("FC", fields={"units": "\udfff"})), "its units has half of a surr"),
    (texts(node("FC", fields={"units": [[[[[[[[[1]]]]]]]]]})), "has a list in it"),
    (texts(node("FC", fields={"units": 10**301})), "a number is too long"),
    (texts(node("Dropout", fields={"rate": 0.5}), outputs=[1]).replace("0.5", "1e999"),
     "1e999 is no finite number"),
    (texts(node("Dropout", fields={"rate": 1}), outputs=[1]).replace("1}", "0." + "1" * 400 + "}"),
     "is no finite number"),
    # What cannot be counted.
    (texts(node(fields={"kernel": 10, "filters": 8})), "node 1, c: Conv2d on 9×9×3: its ker"),
    (
        texts(*[node("Upsample", f"u{i}", [i], {"scale": 10**200}) for i in range(2)]),
        "of at most 300 digits",
    ),
]  # fmt: skip


class TestHostileText:
    """Any text answers with a network or a CnncalcError."""

    @pytest.mark.parametrize(
        ("text", "message"), BAD, ids=[f"{m[:40]}-{i}" for i, (_, m) in enumerate(BAD)]
    )
    def test_what_is_wrong_is_said(self, text, message):
        """A message says where, what arrived, why not and what to do."""
        with pytest.raises((ConfigError, ShapeError, GraphError)) as caught:
            from_json(text)

        assert message in str(caught.value)

    @pytest.mark.parametrize("text", [b"{}", None, 5, ["{}"]])
    def test_only_a_text_is_read(self, text):
        """Bytes, and whatever else is no str, are refused."""
        with pytest.raises(ConfigError, match=f"this is a {type(text).__name__}"):
            from_json(text)

    @given(st.text())
    def test_random_text(self, text):
        """Text that is no network is refused."""
        with pytest.raises(CnncalcError):
            from_json(text)

    values = st.recursive(
        st.none() | st.booleans() | st.integers(-3, 9) | st.floats() | st.text(max_size=3)
        | st.sampled_from([10**400, 2**63, "\ud800", "Conv2d", "Input", "same"]),
        lambda inner: st.lists(inner, max_size=3)
        | st.dictionaries(st.text(max_size=3) | st.sampled_from(["name", "kind"]), inner, max_size=3),
        max_leaves=5,
    )  # fmt: skip

    @given(values)
    def test_random_values(self, value):
        """JSON that is no network is refused."""
        with pytest.raises(CnncalcError):
            from_json(json.dumps(value))

    @settings(max_examples=150)
    @given(st.data())
    def test_mutated_documents(self, data):
        """Whatever part of a document is replaced, it is read or refused."""
        document = json.loads(GOOD)
        part = document
        while True:
            keys = list(part) if isinstance(part, dict) else range(len(part))
            key = data.draw(st.sampled_from(keys))
            if not part[key] or not isinstance(part[key], (dict, list)):
                break
            if not data.draw(st.integers(0, 4)):
                break
            part = part[key]
        if data.draw(st.booleans()):
            part[key] = data.draw(self.values)
        else:
            del part[key]
        net = read(json.dumps(document))

        assert net is None or net == from_json(net.to_json())

    @given(
        st.integers(0, len(GOOD)),
        st.text('{}[]",:0123456789ntf', max_size=4),
        st.integers(0, 5),
    )
    def test_mutated_text(self, place, inserted, deleted):
        """Whatever characters are replaced, the text is read or refused."""
        net = read(GOOD[:place] + inserted + GOOD[place + deleted :])

        assert net is None or net == from_json(net.to_json())


class TestOwners:
    """Shared weights are looked at once for each node, however many share them."""

    def test_the_weights_of_an_owner_are_counted_once(self):
        """The work for nodes that share weights is in proportion to their number."""
        ASKED.clear()
        owner = [node("FC", "fc", fields={"units": 7}), node("Weighed", "w", [1])]
        more = [node("Weighed", f"w{i}", shares=2) for i in range(9)]
        net = from_json(texts(*owner, *more, outputs=[2]), kinds=[Weighed])

        assert 12 == len(net.table)
        assert [3, 3, 3, 3, 3, 3, 3, 3, 3, 7] == sorted(ASKED)


class TestHalf:
    """A network that fails half way on being read is there up to that node."""

    def test_what_was_read_is_in_the_error(self):
        """The error has the network up to the node that failed, with its name."""
        bad = node(name="d", inputs=[1], fields={"kernel": 10, "filters": 8})
        with pytest.raises(ShapeError, match=r"node 2, d: Conv2d on 7×7×8") as caught:
            from_json(texts(node(), bad, name="half"))

        assert "half up to c" == caught.value.network.name
        assert ["c"] == [row.name for row in caught.value.network.nodes]

    def test_before_the_first_node_there_is_none(self):
        """Where no node could be read, there is no network."""
        with pytest.raises(ConfigError) as caught:
            from_json(texts(nodes=[5]))

        assert caught.value.network is None


class TestOwnLayers:
    """Classes that the user wrote."""

    def test_they_are_read_when_they_are_named(self):
        """A class comes from the caller alone; without it the message asks for it."""
        net = Sequential(input=4).add(Maxout(3, (1, (2.5, "a", None, True))))
        text = net.to_json()

        assert net == from_json(text, kinds=[Maxout])
        with pytest.raises(ConfigError, match=r"kinds=\[MyLayer\]"):
            from_json(text)

    @pytest.mark.parametrize("kinds", [Maxout, [5], ["Maxout"], [int]])
    def test_kinds_are_classes_of_layers(self, kinds):
        """Whatever else is given as kinds is refused."""
        with pytest.raises(ConfigError, match="kinds"):
            from_json(texts(), kinds=kinds)

    def test_a_name_stands_for_one_class(self):
        """A class of the name of ours is neither read nor written."""
        other = made_there("Conv2d")
        with pytest.raises(ConfigError, match='another class of the name "Conv2d"'):
            from_json(texts(), kinds=[other])
        with pytest.raises(ConfigError, match=r"\w+1: its class has the name"):
            Sequential(input=4).add(other()).to_json()

    def test_what_json_cannot_hold(self):
        """A field that is neither number nor text nor tuple of these is refused."""
        deep = (((((((((1,),),),),),),),),)
        for bad in (object(), frozenset({"a"}), float("inf"), 10**300, deep, "\ud800"):
            with pytest.raises(ConfigError, match=r"maxout1: its pieces (is|has)"):
                Sequential(input=4).add(Maxout(3, bad)).to_json()

    def test_what_it_puts_out_is_checked(self):
        """An output that is no shape is refused, as on building."""
        bad = made_there("Bad", output=lambda self, x: 5)
        with pytest.raises(
            ConfigError, match=r"node 1, c: Bad on 9×9×3: its output\(\)"
        ):
            from_json(texts(node("Bad")), kinds=[bad])

    def test_their_source_imports_them(self, users):
        """A module imports the classes of layers from where they are."""
        net = Sequential(input=4).add(Maxout(3, "it's")).fc(2)
        graph = from_json(net.to_json(), kinds=[Maxout])
        for one in (net, graph, net[:1].on(4), Sequential().add(Maxout(3))):
            text = one.to_python()
            assert "from module_of_a_user import Maxout" in text
            assert one == executed(text)

    def test_fields_that_are_no_arguments(self, users):
        """A field that the class makes itself is neither saved nor written."""

        @attrs.frozen
        class Made(Layer):
            units: int
            made: int = attrs.field(default=7, init=False)

            def output(self, x):
                return x

        Made.__qualname__, Made.__module__ = "Made", users.__name__
        users.Made = Made
        net = Sequential(input=4).add(Made(3))

        assert net == executed(net.to_python())
        assert net == from_json(net.to_json(), kinds=[Made])

    def test_source_of_blocks(self, users):
        """A closed network is written out; an open one imports the blocks."""
        net = Sequential(input=4).add(Twice(3))
        piece = Sequential().add(Branch((Twice(3), FC(2))))

        assert "Twice" not in net.to_python()
        assert net == executed(net.to_python())
        assert "from module_of_a_user import Twice\n" in piece.to_python()
        assert piece == executed(piece.to_python())

    def test_classes_that_cannot_be_imported(self):
        """A class within a function, or of a name that the source needs, is refused."""
        local = made_there("Local", __qualname__="f.<locals>.Local")
        for kind in (
            local,
            made_there("g"),
            made_there("A", module="1"),
        ):
            for net in (Sequential(input=4).add(kind()), Sequential().add(kind())):
                with pytest.raises(ConfigError, match="top level of a module"):
                    net.to_python()

    def test_two_classes_of_a_name(self):
        """Source cannot tell classes of one name apart."""
        other = made_there("FC")
        for first in (FC(3), made_there("FC", module="another")()):
            net = Sequential().add(first, other())
            with pytest.raises(ConfigError, match="other classes has no source"):
                net.to_python()
            with pytest.raises(ConfigError, match="two classes of the name 'FC'"):
                net.on(4).to_python()

    @pytest.mark.parametrize("bad", [object(), Evil()])
    def test_fields_without_source(self, bad):
        """A field whose repr is no source of ours is refused."""
        net = Sequential(input=4).add(Maxout(3, bad))
        with pytest.raises(ConfigError, match="maxout1: "):
            net.to_python()


CHAIN = '''"""A network, written by cnncalc."""

from cnncalc import Branch, Sequential

net = (
    Sequential(input=(9, 9, 64))
    .residual(
        Sequential()
        .conv(3, 64, padding=1)
        .norm()
        .activation("relu")
        .conv(3, 64, padding=1)
        .norm()
    )
    .add(
        Branch(
            (
                Sequential().conv(3, 64, padding=1).norm().activation("relu"),
                Sequential().pool(3, stride=1, padding=1),
            ),
            name="b",
        )
    )
    .calling_as_functions("*/relu*")
)
'''

GRAPH = '''"""A network, written by cnncalc."""

from cnncalc import (
    FC,
    Activation,
    Builder,
    Concat,
    Conv2d,
    Dropout,
    PartialConv2d,
    Shared,
)

g = Builder()
x0 = g.input((9, 9, 3), "left")
x1 = g.input((9, 9, 3))
with g.scope("towers"):
    shared2 = Shared(Conv2d(3, 8, trainable=False))
    x = g.add(shared2, x0)
    shared3 = Shared(Activation("relu", trainable=False))
    x3 = g.add(shared3, x)
    x = g.add(shared2, x1)
    x5 = g.add(shared3, x)
    with g.training_only():
        g.add(FC(2), x3, name="head")
        g.add(Dropout(0.25), x5)
x8 = g.add(Concat(), x3, x5)
x = g.add(PartialConv2d(3, ((0, 3), (1,)), padding=((0, 1), (2, 3))), x8)
net = g.graph(x, x8, x, name="twins")
net = net.calling_as_functions("*/relu?", 'quote"')
'''


class TestSource:
    @pytest.mark.parametrize("length", range(1, 30))
    def test_a_tuple_of_one_keeps_its_comma(self, length):
        """However long its line is, and wherever it is broken."""
        arm = Sequential(name="s" * length).conv(3, 4, padding=1, bias=False).relu()
        net = Sequential(input=(4, 4, 4)).add(Branch((arm,), Add()))
        made = {}
        exec(net.to_python(), made)

        assert net == made["net"]

    """What the source looks like."""

    def test_a_chain(self):
        """A call stands in each line, as a formatter would leave it."""
        body = Sequential().conv(3, 64, padding=1).norm().relu()
        net = Sequential(input=(9, 9, 64)).residual(body.conv(3, 64, padding=1).norm())
        net = net.add(
            Branch((body, Sequential().pool(3, stride=1, padding=1)), name="b")
        )
        net = net.calling_as_functions("*/relu*")

        assert net == executed(net.to_python())
        assert CHAIN == net.to_python()

    def test_a_graph(self):
        """Groups are blocks, and what only the next node uses is x."""
        assert GRAPH == twins().to_python()

    def test_deep_groups(self):
        """Python nests no more than 20 blocks: what is deeper is entered by a stack."""
        g = Builder()
        x = g.input(3)
        for depth in (9, 12, 10):
            body = FC(3)
            for level in range(depth):
                body = Sequential(name=f"n{level}").add(body)
            x = g.add(Sequential(name=f"top{depth}").add(body), x)
        net = g.graph(x)

        assert net == executed(net.to_python())
        assert "from contextlib import ExitStack\n" in net.to_python()

    def test_a_chain_that_shares_weights(self):
        """The calls of a chain cannot say that two are one: the builder's can."""
        fc = Shared(FC(3))
        net = Sequential(input=3).add(fc).relu().add(fc)

        assert 12 == net.params == executed(net.to_python()).params
        assert net == executed(net.to_python())

    def test_names_that_are_not_automatic_are_given(self):
        """A name is left out where the node gets it by itself, and only there."""
        net = Sequential(input=3).fc(3).fc(3, name="fc2")
        assert "name" not in net.graph.to_python()

        net = Sequential(input=3).fc(3, name="fc2").fc(3)
        assert 2 == net.graph.to_python().count("name=")
        assert net == executed(net.graph.to_python())

    def test_dead_ends(self):
        """An output that nobody uses has no variable."""
        g = Builder()
        x = g.input(3)
        g.add(FC(2), x)
        net = g.graph(g.add(FC(4, trainable=False), x))

        assert "\ng.add(FC(2), x0)\n" in net.to_python()
        assert net == executed(net.to_python())

    def test_inputs_that_are_not_trainable(self):
        """An input with fields of its own is added as a layer."""
        g = Builder()
        net = g.graph(g.add(FC(2), g.add(Input(Shape(3, 3, 1), trainable=False))))

        assert net == executed(net.to_python()) == from_json(net.to_json())

    def test_what_python_cannot_parse(self, users):
        """Blocks nest less than Python's parser allows; a field of more has no source."""
        body, deep = Sequential().fc(3), 1
        for _ in range(33):
            body = Sequential(name="a").add(Branch((body,), Add()))
        for _ in range(300):
            deep = (deep,)
        net = Sequential().add(body)

        assert net == executed(net.to_python())
        with pytest.raises(ConfigError, match="fields without source text"):
            Sequential(input=4).add(Maxout(3, deep)).to_python()

    def test_an_open_network(self):
        """Without an input there is no JSON, and no source of shared weights."""
        net = Sequential().fc(3)
        with pytest.raises(OpenNetworkError, match="Give it one"):
            net.to_json()
        with pytest.raises(ConfigError, match="shared weights"):
            net.add(Shared(FC(3))).to_python()

    def test_layers_that_share_without_being_equal(self):
        """A Builder cannot say that different layers share weights."""
        text = texts(node("Pool", fields={"kernel": 2}))
        document = json.loads(text)
        document["nodes"].append(node("Pool", "d", [0], {"kernel": 3}, shares=1))
        with pytest.raises(ConfigError, match="d: it differs from c, whose weights"):
            from_json(json.dumps(document)).to_python()


class TestPen:
    """Expressions in lines, as a formatter would leave them."""

    @pytest.mark.parametrize(
        ("text", "lines"),
        [
            ("f(a)", ["v = f(a)"]),
            ("-1", ["v = -1"]),
            (f"f({'a' * 70}, 'b')", ["v = f(" + "a" * 70 + ', "b")']),
            (f"f({'a' * 79}, 'b')", ["v = f(", f'    {"a" * 79}, "b"', ")"]),
            (f"f({'a' * 80}, k=['b'])", ["v = f(", f"    {'a' * 80},", '    k=["b"],', ")"]),
            (f"f(({'a' * 80},))", ["v = f(", f"    ({'a' * 80},)", ")"]),
            (f"f({'a' * 90})", ["v = f(", f"    {'a' * 90}", ")"]),
            (f"{'a' * 90}()", [f"v = {'a' * 90}()"]),
            (
                f"f(({'a' * 60}, {'b' * 60}), c)",
                ["v = f(", "    (", f"        {'a' * 60},", f"        {'b' * 60},", "    ),", "    c,", ")"],
            ),
            (
                f"f({'a' * 40}().b({'c' * 40}))",
                ["v = f(", f"    {'a' * 40}().b(", f"        {'c' * 40}", "    )", ")"],
            ),
        ],
    )  # fmt: skip
    def test_lines(self, text, lines):
        """What fits stays in a line; what does not is broken at its brackets."""
        tree = ast.parse(text, mode="eval").body

        assert lines == python_format.assigned("v", tree)

    def test_long_imports(self):
        """Imports that do not fit stand each in a line, constants first."""
        names = ["B" + "b" * 50, "AA", "A" + "a" * 50]

        assert [
            "from m import (",
            "    AA,",
            f"    {names[2]},",
            f"    {names[0]},",
            ")",
        ] == (python_format.imports("m", names))


class TestSizes:
    """What could not be read back is not written."""

    @pytest.mark.parametrize(
        ("limit", "what"),
        [("MOST_NODES", "nodes"), ("LONGEST", "characters"), ("MOST_GROUPS", "groups")],
    )
    def test_limits(self, monkeypatch, limit, what):
        """A network beyond a limit is refused when it is written."""
        monkeypatch.setattr(f"cnncalc.saving.to_json.{limit}", 1)
        net = Sequential(input=3).add(
            Sequential(name="a").add(Sequential(name="b").fc(2))
        )
        with pytest.raises(ConfigError, match=f"{what}.*1 are the most"):
            net.to_json()

    def test_names_that_are_no_text(self):
        """A network whose name no file can hold is refused."""
        net = Sequential(input=3, name="\ud800").fc(2)
        with pytest.raises(ConfigError, match="half of a surrogate pair"):
            net.to_json()
