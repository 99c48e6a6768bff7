"""Lowering: what a part becomes is the same at any place and any depth."""

import pickle
from contextlib import nullcontext

import pytest

from cnncalc import (
    FC,
    Activation,
    Add,
    Block,
    Builder,
    Chain,
    Concat,
    ConfigError,
    Conv2d,
    Frozen,
    GraphError,
    Norm,
    Sequential,
    Shape,
    ShapeError,
    Shared,
    Unknown,
    Upsample,
)
from cnncalc.graph import Named
from cnncalc.graph.call import called
from cnncalc.graph.lowering import chained
from cnncalc.graph.remade import on_shapes, part_of


class Own(Block):
    """A block that a function lowers."""

    name, default_name, immutable = None, "own", True

    def __init__(self, lower):
        self._lower = lower

    def lower(self, g, *xs):
        return self._lower(g, *xs)


class Open(Own):
    """The same, whose nodes stand in the scope around it."""

    default_name = ""


class Inside(Own):
    """The same within another block, and that in a third, each after a layer."""

    def lower(self, g, *xs):
        g.add(FC(7), xs[0])

        def outer(g, *xs):
            g.add(FC(7), xs[0])
            return g.add(Open(self._lower), *xs)

        return g.add(Open(outer), *xs)


WHERE = pytest.mark.parametrize("kind", [Own, Open, Inside])


def built(block, *shapes):
    """Return the builder with a block on such inputs after a layer, and what it put out."""
    g = Builder()
    xs = [g.input(shape) for shape in shapes]
    g.add(FC(5), xs[0])
    y = g.add(block, *xs)
    return g, xs, y


# Which tensors go in, and which come out.


@WHERE
def test_inputs_are_told_apart(kind):
    """A block of three inputs returns, uses and follows the ones that it was given."""

    def lower(g, a, b, c):
        large = g.add(Upsample(2), c, follows=b)
        return c, [g.add(FC(1), b), large], {"a": a}

    g, (a, b, c), (first, (fc, large), rest) = built(
        kind(lower), (2, 2, 2), (3, 5, 3), (4, 4, 4)
    )
    table = g.table()

    assert (c, {"a": a}) == (first, rest)
    assert [(b.index,), (c.index,)] == [table[y.index].inputs for y in (fc, large)]
    assert {large.index: b.index} == table.follows
    assert Shape(3, 5, 4) == large.shape


@WHERE
def test_a_block_puts_out_what_it_took_in(kind):
    """Inputs that are returned in another order are the tensors that were given."""
    _, (a, b, c), swapped = built(kind(lambda g, a, b, c: (c, a, b)), 2, 3, 4)

    assert (c, a, b) == swapped


@WHERE
@pytest.mark.parametrize("first", [Conv2d(1, 3), Sequential().conv(3, 3).relu()])
def test_a_size_follows_any_step(kind, first):
    """What follows a step of a block follows the node that puts out what that does."""

    def lower(g, x):
        of = g.add(first, x)
        y = g.add(Upsample(2), g.add(Conv2d(1, 2), x), follows=of)
        return g.add(Upsample(2), y, follows=x), of, y

    g, (x,), (last, of, y) = built(kind(lower), (4, 6, 2))

    assert {y.index: of.index, last.index: x.index} == g.table().follows
    other = on_shapes(g.graph(last).table, [Shape(8, 6, 2)])
    assert other[last.index].output.space == (8, 6)


def test_tensors_from_around_are_told_apart():
    """A block of three inputs that takes two more from around takes just those."""
    g = Builder()
    xs = [g.input((2, 2, n)) for n in (2, 3, 4)]
    one, other = [g.add(Conv2d(1, n), xs[0]) for n in (5, 6)]
    y = g.add(Own(lambda g, *xs: g.add(Concat(), other, *xs, one)), *xs)

    assert (other.index, 0, 1, 2, one.index) == g.table()[y.index].inputs


@WHERE
@pytest.mark.parametrize("before", [0, 1, 2])
def test_what_runs_in_training_only_is_known_behind_its_block(kind, before):
    """Neither a block nor who adds it goes on from a step that runs in training only."""

    def lower(g, x, inside):
        for _ in range(before):
            g.add(FC(2), x)
        with g.training_only():
            y = g.add(FC(2), x)
        return g.add(FC(2), y) if inside else y

    def add(inside):
        g, _, y = built(kind(lambda g, x: lower(g, x, inside)), 3)
        return g.add(FC(2), y)

    for inside in (True, False):
        with pytest.raises(GraphError, match="its input runs in training only"):
            add(inside)


@pytest.mark.parametrize("more", [0, 1])
@pytest.mark.parametrize("inputs", [0, 1])
def test_a_tensor_of_a_scope_that_failed_is_none(inputs, more):
    """It is refused, even when an equal step stands where the one was that made it."""
    g = Builder()
    made = [g.input(3) for _ in range(inputs)]

    def add():
        made.append(g.add(FC(3), made[-1]) if made else g.input(3))

    def refused():
        for x in lost:
            with pytest.raises(GraphError, match="no tensor of this builder"):
                g.add(FC(1), x)
            with pytest.raises(GraphError, match="no tensor of this builder"):
                x.index

    with pytest.raises(RuntimeError), g.scope("a"):
        for _ in range(more + 1):
            add()
        raise RuntimeError
    lost = made[inputs:]
    del made[inputs:]
    refused()
    with g.scope("a"):
        for _ in range(more + 1):
            add()
            refused()


@WHERE
def test_what_is_not_known_of_one_input_is_not_known_behind(kind):
    """A block that asks for an unknown size puts out what is unknown, once."""

    def lower(g, x, y):
        return g.add(FC(y.shape.channels), x)

    g = Builder()
    x = g.input((4, 4, 3))
    y = g.add(kind(lower), x, g.add(Unknown("A"), x))
    net = g.graph(g.add(Activation("relu"), y))
    last = len(net.table) - 1

    assert not y.shape
    assert (last - 1,) == net.table[last].inputs


# What may be remembered.


@pytest.mark.parametrize("before", [0, 1, 2])
def test_a_block_with_a_part_that_may_change_may_change(before):
    """It is lowered anew each time, however many parts in it cannot change."""
    layers = iter([FC(3), Activation("relu"), FC(3)])

    class Growing(Own):
        immutable = False

    part = Growing(lambda g, x: g.add(next(layers), x))
    block = Own(
        lambda g, x: [g.add(p, x) for p in [Sequential()] * before + [part]][-1]
    )
    net = Sequential(input=3).add(block, block, Sequential(name="s").add(block))

    assert ["FC", "Activation", "FC"] == [row.kind for row in net.nodes]


ROW = (Conv2d(3, 4, padding=1), Norm(), Shared(Conv2d(1, 4)), Activation("relu"))


def row_then_sum(*parts):
    """Return a block that applies parts one after another, and adds its input."""

    def lower(g, x):
        y = x
        for part in parts:
            y = g.add(part, y)
        return g.add(Add(), y, x)

    return Own(lower)


def test_a_step_in_a_row_is_one_wherever_it_stands():
    """Blocks with equal parts in a row have the very steps, at any place in them."""
    made = [
        chained(row_then_sum(*parts), (Shape(8, 8, 4),)).made.steps
        for parts in (ROW, (ROW[0], *ROW))
    ]

    assert made[0][0] is made[1][0] is made[1][1]
    assert made[0][1] is made[1][2]


@pytest.mark.parametrize("entry", [False, True], ids=["behind a step", "at the input"])
@pytest.mark.parametrize("idle", [False, True], ids=["at inference", "in training"])
def test_a_part_adds_to_what_is_around_it_while_it_is_lowered(entry, idle):
    """Where a part's input comes from is told before the part adds to its builder."""
    g = Builder()
    y = g.input((8, 8, 4))
    if not entry:
        y = g.add(Conv2d(1, 5), y)

    def lower(own, x):
        with g.training_only() if idle else nullcontext():
            g.add(Conv2d(1, 7), y)
        return own.add(Activation("relu"), x)

    net = g.graph(g.add(Own(lower), y))

    assert ("input1" if entry else "conv1",) == net["own1/relu1"].inputs
    assert [4 if entry else 5] == [x.channels for x in net["own1/relu1"].shapes]


def test_a_pickled_builder_goes_on():
    """A builder that was pickled has its nodes in their places, and takes more."""
    g = Builder()
    x = g.input((8, 8, 4))
    y = g.add(Conv2d(1, 6), g.add(Conv2d(1, 5), x))
    other, y = pickle.loads(pickle.dumps((g, y)))
    net = other.graph(other.add(Activation("relu"), y))

    assert [("input1",), ("conv1",), ("conv2",)] == [row.inputs for row in net.nodes]


@pytest.mark.parametrize(
    "parts",
    [
        (Chain(Conv2d(3, 4), Norm()), Activation("relu")),
        (Chain(Chain(), Chain()), FC(4), Chain(FC(3), FC(2))),
        (Sequential().fc(3).fc(2), Chain(), FC(3)),
        (Chain(), Sequential(name="s").fc(3), Chain(FC(2), Sequential())),
    ],
)
def test_an_open_network_stands_for_its_parts(parts):
    """What is added with an open network are its parts, whatever these consist of."""
    given = Sequential(input=(8, 8, 3)).add(Sequential().add(*parts)).dropout(0.5)
    alone = Sequential(input=(8, 8, 3)).add(*parts).dropout(0.5)

    assert alone == given
    assert alone.steps == given.steps
    assert repr(alone) == repr(given)
    assert [*map(str, alone.nodes)] == [*map(str, given.nodes)]
    last = alone.nodes[-2].path
    assert alone.freeze(last).steps == given.freeze(last).steps
    assert pickle.loads(pickle.dumps(given)) == alone


def test_a_chain_of_chains_is_lowered_once_for_all_of_equal_shapes():
    """A chain that stands twice in each of many is no more work than one in each."""
    chain = Chain(Activation("relu"))
    for _ in range(60):
        chain = Chain(chain, chain)
    made = chained(chain, (Shape(8, 8, 4),)).made

    assert 2**60 == made.size
    assert 2 == len(made.steps)


@pytest.mark.parametrize("inside", [0, 1, 2])
def test_a_block_that_took_a_tensor_from_around_fails_at_its_place(inside):
    """What cannot be added says where, also in a block with more than its inputs."""
    g = Builder()
    x = g.input((8, 8, 3))

    def lower(own, y):
        return own.add(Conv2d(99, 3), own.add(Add(), y, x))

    with pytest.raises(ShapeError, match="^own1/conv1: Conv2d on 8×8×3: "):
        g.add(Own(lambda own, _: own.add(Conv2d(99, 3), x)), x)
    block = Own(lower)
    for _ in range(inside):
        block = Own(lambda own, y, part=block: own.add(part, own.add(Norm(), y)))
    with pytest.raises(ShapeError) as error:
        g.add(block, g.add(Norm(), x))

    assert "/".join(["own1"] * (1 + inside) + ["conv1"]) == error.value.place
    with pytest.raises(ShapeError) as error:
        Sequential(input=(8, 8, 3)).norm().add(block)
    assert error.value.place.endswith("own1/conv1")


@pytest.mark.parametrize(
    "fails", [Conv2d(99, 3), Chain(Norm(), Conv2d(99, 3)), Sequential().conv(99, 3)]
)
@pytest.mark.parametrize("kind", [Own, Open])
def test_what_fails_on_a_tensor_from_around_has_its_place(fails, kind):
    """A part within blocks that is given a tensor from around them says where it was."""
    g = Builder()
    x = g.input((8, 8, 3))
    inner = kind(lambda own, y: own.add(fails, y))
    outer = Own(lambda own, _: own.add(inner, x))
    second = Own(lambda own, y: own.add(Own(lambda of, y, x: of.add(fails, x)), y, x))

    for block in (outer, second):
        with pytest.raises(ShapeError, match="conv1: Conv2d on 8×8×3: ") as error:
            g.add(block, g.add(Norm(), x))
        assert error.value.place.startswith("own1/")
        kinds = {row.kind for row in error.value.network.nodes}
        assert {"Norm"} == kinds


def test_what_fails_on_one_of_several_tensors_from_around():
    """Each tensor that a block took from far around is told from the others."""
    g = Builder()
    a, b = g.input((8, 8, 3)), g.input((9, 9, 5))

    def lower(own, y):
        return own.add(Conv2d(99, 3), b, name=own.add(Add(), y, a) and "last")

    block = Own(lambda own, y: own.add(Own(lower), y))

    with pytest.raises(ShapeError, match="^own1/own1/last: Conv2d on 9×9×5: "):
        g.add(block, a)


def test_what_fails_with_a_tensor_of_elsewhere_has_no_network():
    """A network up to the fault is told only if all of it is there."""
    other = Builder().input((8, 8, 5))
    block = Own(lambda own, y: own.add(Conv2d(99, 3), own.add(Concat(), y, other)))
    g = Builder()
    x = g.input((8, 8, 3))
    starts = [lambda: g.add(block, x), lambda: Sequential(input=(8, 8, 3)).add(block)]

    for start in starts:
        with pytest.raises(ShapeError, match="own1/conv1: Conv2d on 8×8×8") as error:
            start()
        assert error.value.network is None


def test_a_builder_pickles_whatever_its_blocks_are():
    """What a block became is pickled, and not the block, which may be unable to."""
    g = Builder()
    y = g.add(Own(lambda own, x: own.add(Conv2d(1, 2), x)), g.input((8, 8, 3)))
    other, y = pickle.loads(pickle.dumps((g, y)))
    net = other.graph(other.add(Norm(), y))

    assert ["own1/conv1", "norm1"] == [row.path for row in net.nodes]


def test_what_fails_by_itself_takes_no_tensor_from_around():
    """A layer that cannot be added, alone or in a group, leaves a block as it was."""
    x = Builder().input((8, 8, 5))

    def lower(g, y):
        with pytest.raises(ShapeError):
            g.add(Conv2d(99, 3), x)
        with pytest.raises(ShapeError), g.scope("a"):
            g.add(Conv2d(99, 3), g.add(Norm(), x))
        return g.add(Activation("relu"), y)

    net = Sequential(input=(8, 8, 3)).add(Own(lower))

    assert [("own1/relu1", ("input1",))] == [(r.path, r.inputs) for r in net.nodes]


def test_what_fails_takes_no_tensor_from_around():
    """A block that goes on after what failed has only its inputs, as a chain wants."""
    x = Builder().input((8, 8, 4))
    fails = Own(lambda own, y: own.add(Conv2d(99, 3), own.add(Add(), y, x)))

    def lower(g, y):
        with pytest.raises(ShapeError):
            g.add(Chain(Own(lambda own, y: own.add(Add(), y, x)), fails), y)
        return g.add(Activation("relu"), y)

    net = Sequential(input=(8, 8, 4)).add(Own(lower))

    assert ["own1/relu1"] == [row.path for row in net.nodes]


def test_a_tensor_of_another_builder_in_a_block_that_fails():
    """What is no tensor of a builder is no input of what failed, which has its place."""
    other = Builder().input((8, 8, 4))
    fails = Own(lambda own, y: own.add(Conv2d(99, 3), own.add(Add(), y, other)))
    g = Builder()

    with pytest.raises(ShapeError, match="^own1/conv1: Conv2d on 8×8×4: "):
        g.add(fails, g.input((8, 8, 4)))
    alone = Own(lambda own, _: own.add(Conv2d(99, 3), other))
    with pytest.raises(ShapeError, match="^own1/conv1: Conv2d: its kernel"):
        g.add(alone, g.input((8, 8, 4)))


def test_equal_places_have_one_call():
    """A call is the same each time: as it is, and in a place that others have."""
    call = called(Conv2d(1, 2), (Shape(4, 4, 2),))

    assert call is call.variant() is call.variant(shared=False)
    assert call.variant(idle=True) is call.variant(idle=True) is not call
    assert call.variant(shared=True) is call.variant(shared=True) is not call


@pytest.mark.parametrize("layer", [Conv2d(1, 2), Activation("relu")])
def test_a_layer_that_recurs_has_one_call(layer):
    """On equal shapes it is one call in all places and networks, and counted once."""
    net = Sequential(input=(4, 4, 2)).add(layer, Sequential(name="s").add(layer))
    calls, which = net.graph.table.distinct

    assert [0, 1, 1] == which
    assert calls[1] is Sequential(input=Shape(4, 4, 2)).add(layer).graph.table.calls[1]


def test_what_is_put_out_is_a_shape_that_can_be_printed():
    """A size of 300 digits may come out of a layer, and one of 301 may not."""
    most = 10**300 - 1

    assert most == called(Concat(), (Shape.of(most - 1), Shape.of(1))).output.channels
    with pytest.raises(ConfigError, match="channels is 1000"):
        called(Concat(), (Shape.of(most), Shape.of(1)))


# Names.


@pytest.mark.parametrize("depth", range(3))
@pytest.mark.parametrize("name", ["d", None])
def test_names_of_a_block_without_a_scope_are_names_around_it(name, depth):
    """They are refused where they are taken; those within its groups are not."""

    def lower(g, x):
        x = g.add(FC(3, name="a"), x)
        with g.scope("b"), g.scope("c"):
            return g.add(FC(3), x, name=name)

    block = Open(lower)
    for _ in range(depth):
        block = Open(lambda g, x, block=block: g.add(block, x))
    net = Sequential(input=3).add(block).fc(3, name="c").fc(3, name="d")

    assert ["a", f"b/c/{name or 'fc1'}", "c", "d"] == [row.path for row in net.nodes]
    for taken in "ab":
        with pytest.raises(ConfigError, match=f'the name "{taken}" is given twice'):
            net.fc(3, name=taken)
        with pytest.raises(ConfigError, match=f'the name "{taken}" is given twice'):
            Sequential(input=3).fc(3, name=taken).add(block)


@pytest.mark.parametrize("count", range(1, 9))
def test_any_of_many_names_is_taken(count):
    """Whichever of so many names is given again is refused, by its path."""
    net = Sequential(input=3)
    for n in range(count):
        net = net.fc(3, name=f"z{n}" if n % 2 else f"a{n}")

    for row in net.nodes:
        with pytest.raises(ConfigError, match=f"^{row.name}: FC on 3: the name"):
            net.fc(3, name=row.name)


@pytest.mark.parametrize("net", [Sequential(), Sequential(input=3)])
@pytest.mark.parametrize("second", [FC(3, name="a"), Named(FC(3), "a")])
@pytest.mark.parametrize("first", [FC(3, name="a"), Named(FC(3), "a")])
def test_a_name_is_taken_however_it_was_given(net, first, second):
    """A layer's own name and one that is put on it are the same to a network."""
    with pytest.raises(ConfigError, match='the name "a" is given twice'):
        net.add(first, second)


@pytest.mark.parametrize("depth", range(3))
def test_names_in_a_scope_are_free_around_it(depth):
    """However many blocks without a scope of their own are around it."""
    block = Own(lambda g, x: g.add(FC(3), x, name="a"))
    for _ in range(depth):
        block = Open(lambda g, x, block=block: g.add(block, x))
    net = Sequential(input=3).add(block).fc(3, name="a")

    assert ["own1/a", "a"] == [row.path for row in net.nodes]


def test_automatic_names_make_way_for_groups_in_given_ones():
    """What a name with a slash could be the path through is called so by nothing else."""
    net = Sequential(input=3).fc(3, name="fc1/a").fc(3)

    assert ["fc1/a", "fc2"] == [row.path for row in net.nodes]


@pytest.mark.parametrize("name", [5, "", b"a", ["a"], True])
def test_a_name_is_a_text_wherever_it_is_given(name):
    """Of a part, and of a group that is opened by hand."""
    g = Builder()
    x = g.input(3)

    with pytest.raises(ConfigError, match="name is "):
        g.add(FC(3), x, name=name)
    with pytest.raises(ConfigError, match="name is "), g.scope(name):
        pass


@pytest.mark.parametrize("name", ["a", "zz"])
def test_a_name_that_is_given_to_shared_weights_is_given_once(name):
    """Only the name that a shared part brings may be there again, with a number."""
    g, fc = Builder(), Shared(FC(3, name="m"))
    x = g.input(3)
    g.add(fc, x, name=name)
    g.add(fc, g.add(fc, x))

    assert [name, "m", "m2"] == [node.name for node in g.table()][1:]
    with pytest.raises(ConfigError, match=f'the name "{name}" is given twice'):
        g.add(fc, x, name=name)


@pytest.mark.parametrize(
    "parts",
    [
        [Named(FC(3, name="a"), "b"), FC(3)],
        [Named(FC(3, name="a"), "b"), FC(3, name="a")],
        [Shared(FC(3, name="a")), FC(3), Shared(FC(3, name="a"))],
        [Shared(FC(3)), Named(Shared(FC(3)), "a"), FC(3)],
        [Sequential().fc(3).fc(3, name="a"), FC(3)],
    ],
)
def test_an_open_network_names_its_parts_as_one_with_an_input(parts):
    """What a part is called is known before what reaches it."""
    net = Sequential().add(*parts)
    known = net.on(3)

    for row in known.nodes:
        assert known.freeze(row.path) == net.freeze(row.path).on(3)


# Weights.

TOWER = Shared(Conv2d(1, 4))
GRAPH = Sequential(input=(8, 8, 4)).conv(1, 4).add(TOWER).relu().add(TOWER, TOWER).graph


@pytest.mark.parametrize(
    ("part", "owners"),
    [
        (GRAPH, {6: 4, 7: 4, 11: 9, 12: 9}),
        (Shared(GRAPH), {6: 4, 7: 4, 8: 3, 9: 4, 11: 4, 12: 4}),
    ],
)
def test_owners_are_those_of_the_first_use(part, owners):
    """A graph with shared weights that is used twice has its own twice, or shares them."""
    net = Sequential(input=(8, 8, 4)).conv(1, 4).norm()
    table = net.add(Named(part, "a"), Named(part, "b")).graph.table

    assert owners == {a: b for a, b in table.owners.items() if table.calls[a].params}
    assert all(table.calls[node].shared for node in owners)


@pytest.mark.parametrize("path", ["conv2", "conv3", "conv4"])
@pytest.mark.parametrize("part", [GRAPH, Sequential(name="g").add(GRAPH)])
def test_weights_are_frozen_by_any_of_their_uses(part, path):
    """All uses of weights that a graph shares are frozen, in its nodes and its totals."""
    net = Sequential(input=(8, 8, 4)).relu().add(Frozen(part, path))

    assert [0, 20, 0, 0, 0, 0] == [row.trainable for row in net.nodes]
    assert 20 == net.trainable_params
    assert 8 * 8 * 4 * 4 == net.backward_macs.weights


@pytest.mark.parametrize(
    ("first", "second"), [(FC(4), Conv2d(1, 4)), (Conv2d(1, 4), FC(4))]
)
def test_weights_of_another_kind_are_not_shared(first, second):
    """As many parameters of another kind of layer are refused, with both kinds."""
    g, owner = Builder(), Shared(first)
    x = g.input((1, 1, 3))
    kinds = [type(layer).__name__ for layer in (second, first)]
    g.add(owner, x)

    with pytest.raises(
        GraphError, match="is a {}, and shares the .* a {}".format(*kinds)
    ):
        g.add(Shared(second, owner), x)


# Parts of a table.


def test_the_first_nodes_are_the_table_so_far():
    """They have the owners of weights, and the sizes that follow others, of their own."""
    g, conv = Builder(), Shared(Conv2d(1, 4))
    of = y = g.input((8, 8, 4))
    tables = []
    for _ in range(3):
        y = g.add(conv, g.add(Conv2d(3, 4), y))
        y = g.add(Upsample(2), y, follows=of)
        tables += [g.table()]
    whole = tables[-1]
    again = [whole.first(length) for length in range(1, len(whole) + 1)]

    assert {5: 2, 8: 2} == whole.owners
    assert {3: 0, 6: 0, 9: 0} == whole.follows
    assert tables == again[3::3]
    assert [1, 1, 2] == [sum(map(len, (t.owners, t.follows))) for t in again[3:6]]


def test_the_first_use_in_a_part_owns_the_weights():
    """Of a part without their owner; the later uses in it share them."""
    conv = Shared(Conv2d(1, 2))
    net = Sequential(input=(4, 4, 2)).add(conv).norm().relu().relu().relu()
    part = part_of(net.add(conv, conv).graph.table, 3, 8, [7])[0]

    assert {5: 4} == part.owners
    assert [4] == [n for n, c in enumerate(part.calls) if c.params and not c.shared]


def test_a_group_that_nothing_uses_puts_out_its_last():
    """A group with a dead end is a network of its own, to its last node."""
    g = Builder()
    x = g.input(3)
    with g.scope("aux"):
        for n in (5, 6, 7):
            x = g.add(FC(n), x)
    net = g.graph(g.add(FC(2), g.add(FC(4), g.input(3))))

    assert Shape.of(7) == net["aux"].output


@pytest.mark.parametrize("count", [1, 3, 4])
def test_a_graph_takes_a_shape_for_each_input(count):
    """More or fewer shapes than inputs are refused."""
    g = Builder()
    net = g.graph(g.add(Add(), g.input(3), g.input(3)))

    with pytest.raises(GraphError, match=f"{count} input shapes .* for 2 inputs"):
        net.on(*[4] * count)
