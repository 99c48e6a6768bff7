"""What hypothesis draws is worth testing: few networks are trivial, many have it all."""

from collections import Counter

import pytest
from drawn import Auxiliary, networks
from hypothesis import HealthCheck, Phase, given, settings
from strategies import fitting, layers_on, maps, sequences, vectors, volumes

from cnncalc import Frozen, Sequential, layers

DRAWS = 100

# What these run is measured by others: to trace it takes longer than to test.
pytestmark = pytest.mark.no_cover


def drawn(strategy, facts, draws=DRAWS):
    """Return of how many of all draws each fact holds."""
    found = Counter()

    @settings(
        max_examples=draws,
        derandomize=True,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(strategy)
    def draw(value):
        found["draws"] += 1
        found.update(name for name, holds in facts.items() if holds(value))

    draw()
    return found


def holds(kind):
    """Return what tells whether a network has a part of that kind, at any depth."""

    def within(part):
        parts = getattr(part, "steps", None) or [getattr(part, "part", None)]
        return isinstance(part, kind) or any(
            map(within, [inner for inner in parts if inner is not None])
        )

    return within


def recurs(net):
    """Tell whether a block stands there more than once."""
    steps = [id(step) for step in net.steps if hasattr(step, "lower")]
    return len(steps) > len(set(steps))


FACTS = {
    "a join": lambda net: any(len(row.inputs) > 1 for row in net.nodes),
    "a group": lambda net: any(row.scope for row in net.nodes),
    "shared weights": lambda net: bool(net.graph.table.owners),
    "frozen parts": holds(Frozen),
    "parts in training only": holds(Auxiliary),
    "a block that recurs": recurs,
}


def test_networks_have_all_that_networks_can_have():
    """At most 5 % of networks have fewer than 3 nodes, and 30 % have each of the rest."""
    trivial = {"trivial": lambda net: len(net.nodes) < 3}
    found = drawn(networks(), FACTS | trivial)

    assert DRAWS == found["draws"]
    assert found["trivial"] <= DRAWS * 5 // 100
    assert [] == [fact for fact in FACTS if found[fact] < DRAWS * 30 // 100]


def test_every_kind_is_drawn_where_it_fits():
    """Any layer takes the shape that it was drawn for; and every kind is drawn."""
    kinds = Counter()

    def takes(pair):
        shape, layer = pair
        kinds[layer.class_name] += 1
        return Sequential(input=shape).add(layer).nodes[0].output == layer.output(shape)

    for shapes in (sequences, maps, volumes, vectors):
        found = drawn(fitting(layers_on, shapes), {"takes": takes}, draws=600)

        assert found["draws"] == found["takes"]
    several = {
        "Input",
        "Join",
        "Layer",
        "Parameter",
        "Constant",
        "Concat",
        "Stack",
        "Elementwise",
    }
    several |= {"Add", "Subtract", "Multiply", "Divide", "Maximum", "Minimum", "Power"}
    several |= {"MatMul", "Attention", "Convolve", "DeformableConv2d"}
    several |= {"GridSample", "Where"}
    # An embedding looks up numbers, which no other layer puts out.
    assert set(kinds) == set(layers.__all__) - several - {"Embedding", "Unknown"}


def test_sharing_can_be_left_out():
    """Networks are drawn without shared weights, too."""
    found = drawn(networks(sharing=False), FACTS)

    rest = FACTS.keys() - {"shared weights"}

    assert 0 == found["shared weights"]
    assert [] == [fact for fact in rest if found[fact] < DRAWS * 30 // 100]
