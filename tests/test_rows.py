"""Rows of groups that recur are made once, and are what they would be otherwise."""

import operator
import pickle

import pytest
from drawn import networks
from hypothesis import given

from cnncalc import (
    BasicBlock,
    ConfigError,
    Conv2d,
    Frozen,
    Graph,
    Residual,
    Sequential,
    Shared,
    zoo,
)
from cnncalc.cache import Memo
from cnncalc.cost import rows as report
from cnncalc.cost.rows import rows
from cnncalc.graph.table import Table


def plain(table):
    """Return the same nodes, of which nothing is known to recur."""
    return Table(table.calls, table.links, table.names, table.scopes, table.owners)


@pytest.mark.parametrize("name", ["resnet18", "densenet121", "mobilenet_v3_small"])
def test_rows_of_known_pieces(name):
    """With and without what is remembered, the rows are the same."""
    for _ in range(3):  # a group is remembered when it is lowered again
        table = zoo.build(name, classes=7).graph.table

    assert table.pieces
    assert rows(plain(table)) == rows(table) == rows(table)


@given(networks())
def test_rows_of_random_networks(net):
    """The same holds for any network."""
    assert rows(plain(net.graph.table)) == rows(net.graph.table)


def test_the_same_block_elsewhere():
    """A block has other names, inputs and fields where it stands elsewhere."""
    block = Residual(Conv2d(3, 4, padding=1))
    net = Sequential(input=(8, 8, 4)).add(block, block).conv(3, 4, stride=2).add(block)

    assert ["residual1/conv1", "residual2/conv1", "residual3/conv1"] == [
        row.path for row in net.nodes if row.name == "conv1" and row.scope
    ]
    assert [(3, 3), (5, 5), (11, 11)] == [
        row.receptive_field for row in net.nodes if row.kind == "Add"
    ]


def test_frozen_and_shared_blocks():
    """What is frozen or shared afterwards is not taken for what it was before."""
    block = Residual(Conv2d(3, 4, padding=1))
    net = Sequential(input=(8, 8, 4)).add(block)
    shared = Shared(block)

    assert 148 == net.add(block).nodes[2].trainable
    assert 0 == net.add(Frozen(block)).nodes[2].trainable
    assert [148, 148, 0] == [
        row.params for row in net.add(shared, shared).nodes if row.kind == "Conv2d"
    ]
    assert [148, 0, 0] == [
        row.trainable
        for row in net.add(Frozen(shared), shared).nodes
        if row.kind == "Conv2d"
    ]


def test_a_group_without_nodes():
    """A group that is empty has no rows, and costs its neighbours none."""
    empty = Sequential(name="nothing")
    net = Sequential(input=(8, 8, 4)).relu().add(empty).relu()

    assert ["relu1", "relu2"] == [row.path for row in net.nodes]


def test_what_is_remembered_does_not_pickle():
    """A pickled table has its nodes alone."""
    graph = zoo.resnet18().graph
    again = pickle.loads(pickle.dumps(graph))

    assert graph == again
    assert isinstance(again, Graph)
    assert () == again.table.pieces


def test_what_is_remembered_is_bounded(monkeypatch):
    """A fragment keeps its rows for a number of places, and then begins anew."""
    monkeypatch.setattr(report, "_PLACES", 3)
    block = BasicBlock(8, name="b")
    kept = []
    for number in range(7):
        net = Sequential(input=(8, 8, 8)).conv(1, 8, name=f"c{number}").add(block)
        assert f"c{number}" == net["b/conv1"].inputs[0]
        ((start, piece),) = net.graph.table.pieces
        kept.append(len(piece.rows))

    assert 2 == start
    assert [1, 2, 3, 1, 2, 3, 1] == kept


def test_all_that_recurs_has_the_very_rows_that_it_had():
    """What is new behind several groups that recur is all that has new rows."""
    first = Sequential(input=(9, 9, 8)).add(*[BasicBlock(8, name=n) for n in "abc"])
    longer = first.relu()

    assert len(first.nodes) + 1 == len(longer.nodes)
    assert all(map(operator.is_, first.nodes, longer.nodes))


def test_what_is_kept_may_change():
    """What is put twice under one key is what it was last."""
    memo = Memo(most=3)
    memo.put("a", 1)
    memo.put("a", 2)

    assert (2, None, 1) == (memo.get("a"), memo.get("b"), len(memo))


def test_what_is_kept_weighs_what_it_was_last():
    """What is put again takes as much room as that, and not as both times together."""
    memo = Memo(most=32)
    memo.put("a", 1, weight=2)
    memo.put("a", 2)
    for key in range(31):
        memo.put(key, key)

    assert [32, 2] == [len(memo), memo.get("a")]
    memo.put("a", 3, weight=2)
    assert [31, None] == [len(memo), memo.get("a")]


def test_a_name_that_is_taken_where_a_group_recurs():
    """A group that is remembered is refused where its name is taken, as any other."""
    block = Residual(Conv2d(1, 4), name="r")
    for _ in range(3):
        net = Sequential(input=(8, 8, 4)).add(block)

    with pytest.raises(ConfigError, match='r: Residual: the name "r" is given twice'):
        net.add(block)
