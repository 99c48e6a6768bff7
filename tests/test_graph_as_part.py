"""A finished network can be a part of another one."""

import pytest
from drawn import networks
from hypothesis import given

from cnncalc import (
    FC,
    Add,
    Builder,
    Concat,
    Conv2d,
    GraphError,
    Named,
    Sequential,
    Shape,
    ShapeError,
    Shared,
    from_json,
    zoo,
)


def test_a_named_graph_is_a_group():
    """A loaded network is added under its name, and goes on being built upon."""
    lenet = from_json(zoo.lenet().to_json())
    net = Sequential(input=(32, 32, 1)).add(lenet).fc(2)

    assert [f"lenet/{row.path}" for row in lenet.nodes] == [
        row.path for row in net.nodes[:-1]
    ]
    assert 61_706 + 22 == net.params


def test_a_graph_that_recurs_is_a_piece():
    """What follows from its nodes is found once, wherever it stands."""
    part = Sequential(input=(8, 8, 4)).conv(1, 4).relu().graph
    net = Sequential(input=(8, 8, 4)).add(Named(part, "a")).norm().add(Named(part, "b"))
    (start, one), (later, other) = net.graph.table.pieces

    assert (1, 4, 2) == (start, later, one.size)
    assert one is other


def test_a_graph_takes_the_input_that_reaches_it():
    """Shapes are those of the new place: lenet on 64×64 has larger fully connected layers."""
    net = Sequential(input=(64, 64, 1)).add(zoo.lenet().graph)

    assert zoo.build("lenet", input=(64, 64, 1)).params == net.params


@pytest.mark.parametrize("name", ["googlenet", "inception_v3", "nasnet_mobile"])
def test_networks_of_the_zoo(name):
    """Groups, branches and heads that run in training only stay what they are."""
    graph = zoo.build(name)
    whole = Sequential(input=graph.input)
    inside = Builder()
    outputs = inside.add(graph, inside.input(graph.input))
    outputs = outputs if isinstance(outputs, tuple) else (outputs,)
    built = inside.graph(*outputs, name=graph.name)

    assert graph.params == built[graph.name].params
    assert (graph.macs, graph.buffers) == (built.macs, built.buffers)
    assert graph.peak_memory() == built.peak_memory()
    assert len(whole) == 0


@given(networks())
def test_adding_a_graph_adds_its_nodes(net):
    """Without a name of its own, a graph's nodes are those of the longer network."""
    again = Sequential(input=net.input).add(net.graph)

    assert net == again
    assert [r.params for r in net.nodes] == [r.params for r in again.nodes]


def test_several_inputs_and_outputs():
    """A graph of two inputs and two outputs is added by a builder."""
    g = Builder()
    a, b = g.input((8, 8, 2)), g.input((8, 8, 2))
    tower = Shared(Conv2d(3, 4, padding=1))
    left, right = g.add(tower, a), g.add(tower, b)
    pair = g.graph(g.add(Add(), left, right), g.add(Concat(), left, right))

    h = Builder()
    x = h.input((8, 8, 2))
    total, both = h.add(pair, x, x)
    net = h.graph(h.add(FC(3), total), h.add(FC(3), both))

    assert (Shape(8, 8, 4), Shape(8, 8, 8)) == (total.shape, both.shape)
    assert 76 + (256 + 1) * 3 + (512 + 1) * 3 == net.params


def test_inputs_keep_their_order_at_any_depth():
    """Inputs that a graph hands on, uses or puts out are those that it was given."""

    def add(g, a, b):
        return g.add(Concat(), b, g.add(Conv2d(1, 4), a), a), b, a

    part = None
    for _ in range(3):  # a graph, within another, within a third
        g = Builder()
        a, b = g.input((8, 8, 2)), g.input((8, 8, 3))
        part = g.graph(*(g.add(part, a, b) if part else add(g, a, b)))
    nets = []
    for whole in (lambda g, a, b: g.add(part, a, b), add):
        g = Builder()
        b, a = g.input((8, 8, 3)), g.input((8, 8, 2))
        joined, *both = whole(g, a, b)
        nets.append(g.graph(joined, *[g.add(FC(2), x) for x in both]))

    assert nets[0] == nets[1]
    assert [8 * 8 * 3 * 2 + 2, 8 * 8 * 2 * 2 + 2] == [
        row.params for row in nets[0].nodes if row.kind == "FC"
    ]


def test_what_does_not_fit():
    """Too few inputs, several outputs in a chain, and a wrong shape are refused."""
    g = Builder()
    a, b = g.input(3), g.input(3)
    pair = g.graph(g.add(Add(), a, b))
    split = g.graph(a, b)

    with pytest.raises(GraphError, match="1 input reached it, and it takes 2"):
        Sequential(input=3).add(pair)
    with pytest.raises(GraphError, match="2"):
        Sequential(input=3).add(split)
    with pytest.raises(ShapeError, match="lenet/Conv2: Conv2d on 1×1×6") as caught:
        Sequential(input=(6, 6, 1)).add(zoo.lenet().graph)
    assert ["lenet/Conv1", "lenet/MaxPool1"] == [
        row.path for row in caught.value.network.nodes
    ]
