"""A network that fails half way can be shown up to the layer that failed."""

import pickle

import pytest

from cnncalc import (
    Add,
    Builder,
    CnncalcError,
    ConfigError,
    Conv2d,
    Pool,
    Residual,
    Sequential,
    ShapeError,
    zoo,
)


def failure(make):
    """Return the error that *make* raises."""
    with pytest.raises(CnncalcError) as caught:
        make()
    return caught.value


def test_a_chain_has_what_came_before():
    """A 5×5 filter finds a map of 3×3: the network has the two layers before."""
    net = Sequential(input=(8, 8, 3)).conv(3, 4, name="C1").pool(2)
    error = failure(lambda: net.conv(5, 8).relu())

    assert net == error.network
    assert 112 == error.network.params
    assert "C1" in str(error.network.summary())
    assert str(error.network.summary()).startswith("network up to pool1: ")


def test_parts_that_are_added_at_once():
    """Of three layers added in one call, the one before the failing one is there."""
    error = failure(lambda: Sequential(input=(8, 8, 3)).add(Pool(2), Pool(5), Pool(1)))

    assert ["pool1"] == [row.name for row in error.network.nodes]


def test_inside_groups_that_are_open():
    """What a block had added is there, in its groups, with settled names."""
    body = Sequential(name="body").conv(3, 4, padding=1).conv(9, 4)
    error = failure(
        lambda: Sequential(input=(8, 8, 4)).relu().add(Residual(body), Residual(body))
    )
    paths = [row.path for row in error.network.nodes]

    assert ["relu1", "residual1/body/conv1"] == paths
    assert "residual1/body/conv2" == error.place


def test_a_shape_that_comes_later():
    """A network that cannot take another shape shows how far it would get."""
    net = zoo.lenet()
    error = failure(lambda: net.on((12, 12, 1)))
    again = failure(lambda: net.graph.on((12, 12, 1)))

    assert ["Conv1", "MaxPool1"] == [row.name for row in error.network.nodes][:2]
    assert error.network == again.network
    assert str(error) == str(again)


def test_a_zoo_network_on_a_small_image():
    """VGG-16 on 8×8 gets to its fourth pool: 10 convolutions, their relus, 3 pools."""
    error = failure(lambda: zoo.build("vgg16", input=(8, 8, 3)))
    kinds = [row.kind for row in error.network.nodes]

    assert ["Conv2d"] * 10 == [kind for kind in kinds if kind == "Conv2d"]
    assert 10 + 10 + 3 == len(kinds)
    assert "1×1×512" == str(error.network.output)


def test_a_builder():
    """What a builder had added is there, and its shared weights stay so."""

    def make():
        g = Builder()
        x = g.input((8, 8, 3))
        with g.scope("stem"):
            y = g.add(Conv2d(3, 4), x)
            g.add(Add(), x, y)

    error = failure(make)

    assert ["stem/conv1"] == [row.path for row in error.network.nodes]


def test_a_builder_goes_on():
    """Whoever catches the error goes on with automatic names as if nothing was."""
    g = Builder()
    x = g.input((8, 8, 3))
    with g.scope("stem"):
        y = g.add(Conv2d(3, 4), x)
        failure(lambda: g.add(Conv2d(9, 4), y))
        y = g.add(Conv2d(3, 4, name="conv1"), y)
    net = g.graph(y)

    assert ["stem/conv2", "stem/conv1"] == [row.path for row in net.nodes]


def test_where_no_network_is_made():
    """A layer on its own, and a first input that is none, have no network."""
    assert failure(lambda: Conv2d(0, 4)).network is None
    assert failure(lambda: Sequential(input=(0, 1, 1))).network is None
    assert failure(lambda: Sequential().conv(3, 4).summary()).network is None


def test_errors_still_pickle():
    """An error keeps its words when it is pickled; its network stays behind."""
    error = failure(lambda: Sequential(input=(8, 8, 3)).pool(9))
    again = pickle.loads(pickle.dumps(error))

    assert str(error) == str(again)
    assert isinstance(again, type(error))
    assert isinstance(error, (ShapeError, ConfigError))
