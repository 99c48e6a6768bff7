"""Every kind of layer has all that a kind must have: one loop over all of them."""

import doctest
import inspect
import re

import attrs
import pytest
from strategies import PUBLIC
from test_fluent import METHODS, is_chained
from test_formula import evaluated
from test_roles import KINDS, OTHER, SEVERAL, X, modes

from cnncalc import Builder, Crop, Expand, Input, MatMul, Reshape, Shape, from_json
from cnncalc.layers.roles import ROLES
from cnncalc.operations.flops import PER_VALUE

RANKS = {1: Shape(24, 8), 2: X, 3: Shape(2, 3, 4, 8)}
# Kinds of which a 2 for each number fits nothing.
FITTING = {
    Crop: [Crop(1)],
    Expand: [Expand((2, 4, 6, 8))],
    MatMul: [MatMul(transpose_b=True)],
    Reshape: [Reshape((24, 8))],
}
EVERY = [
    layer
    for kind in KINDS
    if kind is not Input
    for layer in FITTING.get(kind) or modes(kind)
]
FORMULAS = ("params", "connections", "macs")


def entering(layer):
    """Return the shapes of what a layer of that kind takes."""
    if layer.role == "deformable conv":
        return (X, Shape(3, 5, 8))
    if layer.role in SEVERAL:
        return SEVERAL[layer.role]
    low, high = layer.arity
    x = OTHER.get(layer.role) or RANKS.get(getattr(layer, "rank", None), X)
    return (x,) * (low if layer.role == "einsum" else max(low, min(high, 2)))


def alone(layer):
    """Return a network of that layer."""
    g = Builder()
    return g.graph(g.add(layer, *[g.input(x) for x in entering(layer)]))


@pytest.fixture(params=EVERY, ids=[f"{n} {layer}" for n, layer in enumerate(EVERY)])
def layer(request):
    """Return a layer, of every kind in every mode."""
    return request.param


class TestEveryKind:
    def test_has_formulas(self, layer):
        """Its numbers come of formulas, which evaluate to them."""
        row = alone(layer).nodes[-1]
        for rule in FORMULAS:
            number = getattr(row, rule)

            assert number is not None
            assert number == evaluated(str(row.formulas[rule]))

    def test_tells_what_it_sees(self, layer):
        """The field of a unit is in numbers, or a word says that it is not, and why."""
        net = alone(layer)
        (row,) = net.nodes
        steps = net.explain(row.path).steps[row.path]
        told = [step for step in steps if step.what.startswith("receptive field")]

        assert told
        for step in told:
            assert (row.receptive_field is None) == (step.unit == "words")
            if step.unit == "words":
                assert step.result.text in {"the whole input", "nothing", "unknown"}
                assert step.notes

    def test_tells_what_it_saves(self, layer):
        """What it keeps for the backward pass is known, where PyTorch has the kind."""
        told = layer.saves(*entering(layer), alone(layer).output)

        assert (told is None) == (layer.role in {"conv lstm", "local conv"})

    def test_has_a_role_and_flops(self, layer):
        """Its role is of the list, and has a cost."""
        assert layer.role in ROLES
        assert layer.role in PER_VALUE
        assert isinstance(alone(layer).flops, int)

    def test_has_a_complexity(self, layer):
        """Where it multiplies by weights, its time is its MACs; else it may have none."""
        net = alone(layer)
        (row,) = net.nodes
        orders = net.complexity()

        assert [row.macs] * bool(orders) == [
            each.time.value for each in orders.values()
        ]
        assert orders or not row.weight_macs

    @pytest.mark.parametrize("language", ["en", "zh"])
    def test_is_explained(self, layer, language):
        """It is explained in both languages, with its source."""
        net = alone(layer)
        text = str(net.explain(net.nodes[-1].path, language=language))
        source = {"en": "\n  Source: ", "zh": "\n  来源"}[language]

        assert source in text
        assert bool(re.search("[一-鿿]", text)) == (language == "zh")

    def test_is_drawn(self, layer):
        """It stands in the picture of the network, in a colour."""
        net = alone(layer)
        picture = str(net.draw())

        assert f"{net.nodes[-1].path}: {layer.class_name}" in picture

    def test_comes_back(self, layer):
        """JSON and Python source make it again."""
        net, space = alone(layer), dict(PUBLIC)
        exec(net.to_python(), space)

        assert net == from_json(net.to_json())
        assert net in [x for x in space.values() if isinstance(x, type(net))]
        assert layer == eval(repr(layer), PUBLIC)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.__name__)
class TestEveryClass:
    def test_says_what_it_is(self, kind):
        """Its docstring has shapes, counting, errors, a source, and runs an example."""
        text = inspect.getdoc(kind)
        example = doctest.DocTestParser().get_examples(text)

        assert {"Shape", "Counting", "Source", "Example"} <= {
            *re.findall(r"^(\w+):$", text, re.MULTILINE)
        }
        assert example
        # Nothing can be wrong with what has no field but its name.
        if {f.name for f in attrs.fields(kind)} - {"name", "trainable"}:
            assert "\nRaises:\n" in text

    def test_is_a_method(self, kind):
        """What takes one input is added by a method of a chain."""
        makes = [method.make for method in METHODS.values()]

        assert is_chained(kind) == (kind in makes)
