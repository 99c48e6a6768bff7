"""A layer and a convention of one's own, by public names alone."""

from typing import ClassVar

import attrs
import pytest

from cnncalc import (
    Builder,
    Conv2d,
    Convention,
    GraphError,
    Layer,
    Rule,
    Sequential,
    Shape,
    Window,
    zoo,
)
from cnncalc.operations.conventions import CONVENTIONS


@attrs.frozen
class Nothing(Layer):
    """It states 0 of everything, and sees each position by itself."""

    is_local: ClassVar[bool] = True

    def output_of(self, x):
        return x

    def params_of(self, x):
        return 0

    def connections_of(self, x, y):
        return 0

    def macs_of(self, x, y):
        return 0


class Blend(Nothing):
    """It takes two inputs, as its rule says."""

    @property
    def role(self):
        return "blend"

    def output_of(self, x, y):
        return x

    def params_of(self, x, y):
        return x.channels

    def connections_of(self, x, y, out):
        return 2 * out.size

    def macs_of(self, x, y, out):
        return out.size


def blended():
    """Return a network that blends a map that sees 3 positions with one that sees 5."""
    g = Builder()
    x = g.input((32, 32, 3))
    one, two = g.add(Conv2d(3, 8, padding=1), x), g.add(Conv2d(5, 8, padding=2), x)
    return g.graph(g.add(Conv2d(3, 8), g.add(Blend(), one, two)))


class TestLayers:
    def test_a_rule_tells_how_many_inputs_there_are(self):
        """A class takes as many inputs as its rule, or its question, has arguments."""

        class Any(Layer):
            def output_of(self, *xs):
                return xs[0]

        class Maybe(Layer):
            def output(self, x, y=None):
                return x

        class Same(Blend):
            pass

        class Stated(Layer):
            arity: ClassVar[tuple[int, int]] = (2, 3)

            def output_of(self, *xs):
                return xs[0]

        class More(Stated):
            def output_of(self, *xs):
                return xs[-1]

        assert (1, 1) == Nothing.arity
        assert (2, 2) == Blend.arity == Same.arity
        assert (1, 2) == Maybe.arity
        assert (2, 3) == Stated.arity == More.arity
        assert 1 == Any.arity[0] < 100 < Any.arity[1]

    def test_too_few_inputs_are_refused(self):
        """A layer of two inputs is refused in a chain."""
        with pytest.raises(GraphError, match="1 input reached it, and it takes 2"):
            Sequential(input=(8, 8, 3)).add(Blend())

    def test_what_mixes_no_positions_needs_no_window(self):
        """Its field is that of its inputs: 5, and 7 behind another 3×3."""
        net = blended()

        assert (5, 5) == net["blend1"].receptive_field
        assert (7, 7) == net.receptive_field
        assert net.params == 3 * 3 * 3 * 8 + 8 + 5 * 5 * 3 * 8 + 8 + 8 + 3 * 3 * 64 + 8

    def test_a_window_is_public(self):
        """A layer that sees three positions says so by a `Window`."""

        class Blur(Nothing):
            def reach(self, x):
                return Window(3, 1, 1)

        net = Sequential(input=(32, 32, 3)).add(Blur()).conv(3, 8)

        assert (5, 5) == net.receptive_field

    @pytest.mark.parametrize("name", CONVENTIONS)
    def test_what_states_nothing_costs_nothing(self, name):
        """Every convention counts a network with it as one without it."""
        net = Sequential(input=(32, 32, 3)).conv(3, 8)
        with_it = net.add(Nothing())

        assert net.operations(name) == with_it.operations(name)
        assert str(net.operations(name)) == str(with_it.operations(name))

    def test_what_does_something_is_unknown_to_others(self):
        """A role that a tool does not have makes its number a lower bound."""
        assert str(blended().operations("thop")).startswith("≥")
        assert blended().macs == 1024 * (216 + 600 + 8) + 900 * 576


def test_a_convention_has_rules_for_ones_own_roles():
    """A rule counts what a function of a node says, of a role of one's own too."""
    mine = Convention(
        "mine",
        "What is blended.",
        (Rule("blends", ("blend",), lambda node: node.output.size, times=3),),
    )

    assert 3 * 32 * 32 * 8 == blended().operations(mine)
    assert 0 == zoo.lenet().operations(mine)
    assert Shape(32, 32, 8) == blended()["blend1"].output
