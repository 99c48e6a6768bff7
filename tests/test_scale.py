"""Nothing recurses to death: nesting thousands deep, joins of a thousand arms."""

import copy
import pickle
import sys
import threading
from contextlib import ExitStack

import attrs
import pytest

from cnncalc import (
    Add,
    Branch,
    Builder,
    Chain,
    Concat,
    ConfigError,
    Conv2d,
    Frozen,
    LikelyMistake,
    Named,
    Repeat,
    Residual,
    Sequential,
    Shape,
    ShapeError,
    Shared,
    from_json,
)
from cnncalc.graph.block import DEEPEST
from cnncalc.graph.chain import Link
from cnncalc.graph.wrappers import Value

INNERMOST = Conv2d(3, 4, padding=1)

WRAP = {
    "network": lambda part: Sequential(name="s").add(part),
    "residual": Residual,
    "branch": lambda part: Branch((part,)),
    "repeat": lambda part: Repeat(1, part),
    "named": lambda part: Named(part, "n"),
    "frozen": Frozen,
    "chain": Chain,
}


def nested(wrap, levels=DEEPEST - 1, innermost=INNERMOST):
    part = innermost
    for _ in range(levels):
        part = wrap(part)
    return part


@pytest.mark.parametrize("wrap", WRAP.values(), ids=WRAP)
def test_values_nest_to_a_depth(wrap):
    """Such values are equal, hashed, printed, copied, pickled, lowered and saved."""
    one, other = nested(wrap), nested(wrap)
    net = Sequential(input=(8, 8, 4)).add(one)

    assert one == other != nested(wrap, innermost=Conv2d(5, 4, padding=2))
    assert hash(one) == hash(other)
    assert repr(one) == repr(other)
    assert pickle.loads(pickle.dumps(one)) == one
    assert copy.copy(one) is copy.deepcopy(one) is one
    assert 148 == net.params
    assert net == from_json(net.to_json())
    assert net == pickle.loads(pickle.dumps(net))


@attrs.frozen(eq=False, repr=False)
class Bare(Value):
    """A block without a field."""

    name = None

    def lower(self, g, /, *xs):
        return xs[0]


@pytest.mark.parametrize(
    ("innermost", "levels"),
    [
        *[(INNERMOST, 0), (Bare(), 1), (Sequential(name="i"), 1)],
        (Sequential(name="i").relu().relu(), 1),
    ],
)
@pytest.mark.parametrize("wrap", WRAP.values(), ids=WRAP)
def test_what_nests_deeper_is_refused(wrap, innermost, levels):
    """One level more than 100 is an error that says what the limit is."""
    part = nested(wrap, 100 - levels, innermost)

    assert part is copy.copy(part)
    with pytest.raises(ConfigError, match="nests 101 .* limit is 100"):
        wrap(part)


def test_shared_weights_nest():
    """What is shared at each of many levels counts once, and goes by identity."""
    one = nested(Shared)
    again = pickle.loads(pickle.dumps(Sequential(input=(8, 8, 4)).add(one, one)))

    assert one != nested(Shared)
    assert one == copy.copy(one)
    assert 148 == again.params


def test_blocks_around_shared_weights_and_closed_networks():
    """Within a value, these are equal to themselves and hash alike."""
    shared, closed = Shared(INNERMOST), Sequential(input=(8, 8, 4)).conv(1, 4)

    assert Residual(shared) == Residual(shared) != Residual(Shared(INNERMOST))
    assert hash(Residual(shared)) == hash(Residual(shared))
    assert Residual(closed) == Residual(Sequential(input=(8, 8, 4)).conv(1, 4))
    assert hash(Repeat(2, closed)) == hash(Repeat(2, closed))


def test_an_error_deep_inside_has_a_short_message():
    """The place of a fault many levels deep is told by its beginning and end."""
    part = nested(Residual, innermost=Conv2d(3, 5))
    with pytest.raises(ShapeError) as caught:
        Sequential(input=(8, 8, 4)).add(part)

    assert len(str(caught.value)) < 1_000
    assert str(caught.value).startswith("residual1/residual1/…/residual1/add1")


def test_what_occurs_twice_at_each_level_is_looked_at_once():
    """A value with 2^60 leaves is compared, hashed and pickled by its 60 levels."""
    one, other = (nested(lambda part: Branch((part, part)), 60) for _ in "ab")

    assert one == other
    assert hash(one) == hash(other)
    assert pickle.loads(pickle.dumps(one)) == one


def test_questions_to_a_deep_network():
    """A network of residual blocks one in another answers as any other does."""
    levels = DEEPEST - 3
    net = Sequential(input=(8, 8, 4)).add(nested(Residual, levels))

    assert levels + 1 == len(net.nodes)
    assert 1 == len(net.summary(depth=1).table.lines)
    assert 0 == net.freeze("residual1").trainable_params
    assert net == pickle.loads(pickle.dumps(net)) == net.graph


def test_a_join_of_a_thousand_arms():
    """A sum of a thousand 1×1 convolutions has a thousand times their weights."""
    arms = [Sequential().conv(1, 4) for _ in range(1_000)]
    net = Sequential(input=(8, 8, 4)).branch(*arms, join=Add())

    assert 1_000 * 20 == net.params
    assert 1_000 == len(net.nodes[-1].inputs)
    assert (1, 1) == net.receptive_field


# What is asked of a join of many arms, and what tells of the last of them.
FACES = {
    "summary": (lambda net: str(net.summary()), "arm1000"),
    "page": (lambda net: net.summary().to_html(), "arm1000"),
    "explanation": (lambda net: str(net.explain("branch1/concat1")), "arm1000"),
    "formula": (lambda net: net.nodes[-1].formulas["output"].general, "C_1000"),
    "picture": (lambda net: net.draw(depth=2).to_svg(), "4,000"),
    "json": (lambda net: net.to_json(), "arm1000"),
    "source": (lambda net: net.to_python(), ".conv(1, 4)"),
    "difference": (lambda net: str(net.diff(net, unchanged=True)), "arm1000"),
}


@pytest.mark.parametrize(("ask", "last"), FACES.values(), ids=FACES)
def test_every_face_of_a_join_of_a_thousand_arms(ask, last):
    """Whatever can be printed of such a network is printed, down to its last arm."""
    arms = [Sequential().conv(1, 4) for _ in range(1_000)]
    net = Sequential(input=(8, 8, 4)).branch(*arms, join=Concat())

    assert last in ask(net)


def test_dimensions_beyond_64_bits():
    """Integers have no end: a map of 2^70 rows and columns is counted exactly."""
    side = 2**70
    net = Sequential(input=(side, side, 3)).conv(3, 8, padding=1).pool(2)

    assert Shape(side // 2, side // 2, 8) == net.output
    assert side * side * 8 * 27 == net.macs


def test_many_threads_share_one_network():
    """Thousands of threads ask one network, and grow it their own ways."""
    base = Sequential(input=(16, 16, 3)).conv(3, 8)
    results = {}

    def grow(number):
        net, size = base.conv(1, number).relu(), base.activations
        row = net.nodes[-1]
        results[number] = (net.params, len(net.nodes), row.output.channels, size)

    threads = [threading.Thread(target=grow, args=(n,)) for n in range(1, 3_001)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert {n: (224 + 9 * n, 3, n, 14 * 14 * 8) for n in range(1, 3_001)} == results
    assert 224 == base.params


def test_a_long_chain():
    """A chain of 5,000 layers, made in one call or one by one, is the same."""
    layers = [Conv2d(1, 2, bias=False)] * 5_000
    at_once = Sequential(input=(2, 2, 2)).add(*layers)
    one_by_one = Sequential(input=(2, 2, 2))
    for layer in layers:
        one_by_one = one_by_one.add(layer)
    g = Builder()
    x = g.input((2, 2, 2))
    for layer in layers:
        x = g.add(layer, x)

    assert 20_000 == at_once.params
    assert at_once == one_by_one
    assert [row.output for row in at_once.nodes] == [
        row.output for row in g.graph(x).nodes
    ]


def test_a_slice_of_a_long_chain(monkeypatch):
    """Its steps are listed once, not once for each of them."""
    net = Sequential(input=(8, 8, 4)).add(*[Conv2d(1, 4)] * 100)
    listed, parts = [], Link.parts
    counting = lambda link, *behind: (  # noqa: E731
        listed.append(link.count) or parts(link, *behind)
    )
    monkeypatch.setattr(Link, "parts", counting)

    assert 90 == len(net[5:-5])
    assert 1 == listed.count(100)


def test_freezing_by_a_pattern_is_no_square():
    """All steps that a pattern means are frozen at once."""
    net = Sequential(input=(1, 1, 1)).add(*[Conv2d(1, 1)] * 3_000)

    assert 0 == net.freeze("conv*").trainable_params


def test_open_networks_grow_in_steps_of_equal_cost():
    """Ten thousand calls, each of which knows what names are taken, and then reading."""
    net = Sequential()
    for _ in range(10_000):
        net = net.conv(1, 1)
    net = net.conv(1, 1, name="last")
    whole = net.on((2, 2, 1))

    assert 10_001 == len(net)
    assert {2} == {whole[place].params for place in range(len(whole))}
    assert {2} == {whole.graph[place].params for place in range(len(whole))}
    assert {2} == {whole[f"conv{number}"].params for number in range(1, 10_001)}
    with pytest.raises(ConfigError, match='"last" is given twice'):
        net.conv(1, 1, name="last")


def calls(run):
    """Return how many functions are called while something runs, C's among them."""
    count = 0

    def note(frame, event, arg):
        nonlocal count
        count += event in {"call", "c_call"}

    sys.setprofile(note)
    try:
        run()
    finally:
        sys.setprofile(None)
    return count


def beside(number):
    """Return the paths of a network of so many groups that stand side by side."""
    g = Builder()
    x = g.input((2, 2, 4))
    for place in range(number):
        with g.scope(f"a{place}"):
            x = g.add(Conv2d(1, 4), x)
    return g.graph(x).paths()


def around(number):
    """Return the paths of a network of residual blocks, one after another."""
    net = Sequential(input=(2, 2, 4))
    for _ in range(number):
        net = net.residual(Sequential().conv(1, 4))
    return [row.path for row in net]


def frozen(number):
    """Return those of a network without a name of which one layer is frozen."""
    body = Sequential().add(*[Conv2d(1, 4)] * number)
    net = Sequential(input=(2, 2, 4)).add(Frozen(body, "conv7"))
    return [row.path for row in net]


def noted(number):
    """Return those of a chain, made while a mistake of another one is known."""
    with pytest.warns(LikelyMistake):
        other = Sequential(input=(224, 224, 3)).conv(64, 3)
    net = Sequential(input=(2, 2, 4))
    for _ in range(number):
        net = net.add(Conv2d(1, 4))
    return [row.path for row in (*other, *net)]


def named(number):
    """Return those of a chain, each of them asked for by its path."""
    net = Sequential(input=(2, 2, 4)).add(*[Conv2d(1, 4)] * number)
    return [net[f"conv{place}"].path for place in range(1, number + 1)]


@pytest.mark.parametrize("build", [beside, around, frozen, noted, named])
def test_twice_as_many_take_twice_as_long(build):
    """No step looks at all that were there before."""
    build(9)
    few, many = calls(lambda: build(150)), calls(lambda: build(300))

    assert many < 2.2 * few


def test_groups_that_are_opened_by_hand_nest_as_deep_as_anybody_likes():
    """They are no blocks: nothing calls itself for each."""
    g = Builder()
    x = g.input((2, 2, 4))
    with ExitStack() as groups:
        for _ in range(1500):
            groups.enter_context(g.scope("a"))
        x = g.add(Conv2d(1, 4), x)
    net = g.graph(x)

    assert ["/".join(["a"] * 1500 + ["conv1"])] == [row.path for row in net]
