"""Brackets: what is there for some sizes alone, in expressions for all sizes."""

import pickle

import numpy as np
import pytest

from cnncalc import (
    CnncalcError,
    PatchMerging,
    Sequential,
    Shape,
    Symbol,
    WindowAttention,
    Windowed,
)
from cnncalc.errors import UndecidedError
from cnncalc.layers.base import Free
from cnncalc.sizes.number import is_any, is_one_of, is_zero
from cnncalc.symbolic.allowed import allowed_by
from cnncalc.symbolic.counting import QUANTITIES
from cnncalc.symbolic.evaluation import evaluated
from cnncalc.symbolic.expression import Expression
from cnncalc.symbolic.growth import above_from
from cnncalc.symbolic.polynomial import as_polynomial, variable
from cnncalc.symbolic.size import noting, size_named

H, W = variable("H"), variable("W")
ODD = 1 - (H % 2).bracket()
NET = (
    Sequential(input=(16, 20, 4))
    .add(Windowed(WindowAttention(2, 3), 3, shift=1))
    .add(PatchMerging())
    .conv(1, 5)
)


class TestBrackets:
    @pytest.mark.parametrize(
        "p",
        [H - 3, H % 4, (H + 1) // 3 - 2, 2 * H - 6, H * 0, H * 0 + 2, 2 * H + 1, ODD],
    )
    def test_are_one_where_something_is_zero(self, p):
        """And zero elsewhere, also of a bracket, and of its product with itself."""
        found = p.bracket()

        for n in range(1, 20):
            wanted = int(evaluated(p, {"H": n}) == 0)
            assert wanted == evaluated(found, {"H": n})
            assert wanted == evaluated(found * found, {"H": n})
        assert found == found * found

    @pytest.mark.parametrize(
        ("p", "one"), [(ODD, 1), (3 * ODD, 1), (2 - 2 * ODD, 0), (5 + ODD, None)]
    )
    def test_of_brackets(self, p, one):
        """What has two values is 0 in one of them, or in none."""
        wanted = as_polynomial(0) if one is None else (1 - ODD if one else ODD)

        assert wanted == p.bracket()

    def test_are_the_same_if_they_say_the_same(self):
        """Whatever the factor and its sign."""
        assert (H - W).bracket() == (3 * W - 3 * H).bracket()

    def test_of_numbers(self):
        """Of integers, and of arrays at once."""
        assert [1, 0, 0] == [is_zero(n) for n in (0, 1, -5)]
        assert [1, 0, 0] == is_zero(np.array([0, 1, -5])).tolist()
        assert (1, 0) == (is_any((0, 2)), is_any((0, 0)))
        assert is_one_of(3, (1, 3))
        assert not is_one_of(2, (1, 3))

    def test_are_written(self):
        """In plain text, LaTeX and MathML."""
        e = Expression(5 * (H % 3).bracket() + H, ("H",))

        assert "H + 5·[H = 3·⌊H/3⌋]" == str(e)
        assert r"\left[H = 3 \cdot \left\lfloor" in e.to_latex()
        assert "<mo>[</mo>" in e.to_mathml()

    def test_are_evaluated_everywhere(self):
        """By numbers, arrays and other expressions, and behind a pickle."""
        e = Expression(5 * (H % 3).bracket() + H, ("H",))
        wanted = [1, 2, 8, 4, 5, 11]

        assert wanted == [e.at(H=n) for n in range(1, 7)]
        assert wanted == e.function()(np.arange(1, 7)).tolist()
        assert "3·h + 5" == str(e.in_terms_of(H=3 * Symbol("h")))
        assert e == pickle.loads(pickle.dumps(e))

    def test_are_solved(self):
        """One repeats where what is in it does; of a growing sum they are bounded."""
        assert "H mod 3 = 0" == allowed_by((H % 3).bracket() - 1, "=").words("H")
        assert allowed_by((H - 5).bracket() - 1, "=") is None
        assert allowed_by((H * H // 3).bracket() + H * 0 - 1, "=") is None
        start = above_from(H - 40 * (H % 3).bracket(), 100)
        assert all(
            evaluated(H - 40 * (H % 3).bracket(), {"H": n}) > 100
            for n in range(start, start + 9)
        )

    def test_are_decided_where_one_way_is_gone(self):
        """Then it is noted which."""
        with noting() as assumed:
            found = is_zero(size_named("H", 6) % 3)
        assert (1, ["H mod 3 = 0"]) == (found, list(map(str, assumed.conditions)))


class TestNetworks:
    @pytest.mark.parametrize("net", [NET, NET.on((7, 9, 4)), NET.on((3, 3, 4))])
    def test_are_the_integer_reading(self, net):
        """Windows that do not divide a map, one or several, odd maps: all in one."""
        found = net.symbolic()

        assert () == found.conditions
        for height in range(1, 20):
            for width in (1, 2, 3, 5, 6, 12, 13, height):
                other = NET.on((height, width, 4))
                known = {"H": height, "W": width}
                assert other.output == found.output.at(**known)
                for name in QUANTITIES:
                    assert getattr(other, name) == getattr(found, name).at(**known)

    @pytest.mark.parametrize("name", ["macs", "activations", "peak_memory", "flops"])
    def test_are_solved(self, name):
        """The largest input is that of brute force."""
        numbers = {}
        for n in range(1, 70):
            other = NET.on((n, n, 4))
            got = getattr(other, name)
            numbers[n] = got() if callable(got) else got
        for limit in range(numbers[9], numbers[40], (numbers[40] - numbers[9]) // 9):
            wanted = max(n for n in numbers if numbers[n] <= limit)
            found = NET.largest_input(**{name: limit})
            assert (wanted, wanted, 4) == found.shape
            assert ((name, numbers[wanted]),) == found.values

    def test_of_what_is_kept(self):
        """That is told by cases, of which a small network has few."""
        net = Sequential(input=(16, 16, 4)).add(PatchMerging())
        saved = {n: net.on((n, n, 4)).saved_for_backward() for n in range(1, 60)}

        for limit in (saved[9], saved[20] + 3):
            wanted = max(n for n in saved if saved[n] <= limit)
            assert wanted == net.largest_input(saved_for_backward=limit).shape.height


class TestWhatCannotBeTold:
    @staticmethod
    def on(rule):
        class Odd(Free):
            def output_of(self, x, /):
                rule(*x)
                return x

        return Sequential(input=(9, 9, 3)).add(Odd()).conv(1, 2)

    def test_a_size_is_no_key(self):
        """What is looked up by a size is no rule of all sizes."""
        net = self.on(lambda height, *_: {height: 1})

        with pytest.raises(UndecidedError, match="nothing is looked up"):
            net.largest_input(macs=999)

    def test_what_neither_grows_nor_falls(self):
        """Its sizes are not known."""
        net = self.on(lambda height, *_: height * (height % 3) >= 5)

        with pytest.raises(UndecidedError, match="not all sizes can be told apart"):
            net.largest_input(macs=999)

    def test_what_is_bounded_anyway(self):
        """A greatest common divisor is 1 at least, and no condition."""

        def rule(height, width, _):
            return (
                height.common_divisor(7) + width > 1
                if not isinstance(height, int)
                else True
            )

        assert () == self.on(rule).symbolic().conditions


def test_a_networks_own_numbers_are_expressions():
    """They are asked as those are, and have nothing else."""
    net = Sequential(input=("H", "W", "d")).conv(("m", "n"), "k")

    assert 4_864 == net.params.at(d=3, m=5, n=5, k=64)
    assert ("d", "k", "m", "n") == net.params.symbols
    assert "(d·m·n + 1)·H·k" == str(Symbol("H") * net.params)
    assert not hasattr(net.params, "shape")


def test_a_symbol_of_several_sizes_may_be_one():
    """A join of an axis that is 1 or as long as another says which it is."""
    assert isinstance(Shape("H", 3), Shape)
    with noting() as assumed:
        assert is_one_of(size_named("H", 3) * size_named("W", 2), (1, 6))
        assert not is_one_of(size_named("H", 3), (1, 2))
    assert "H·W = 6" in list(map(str, assumed.conditions))


def test_errors_are_of_ours():
    """A number in symbols that is not decided outside is refused."""
    with pytest.raises(CnncalcError, match="depends on whether"):
        is_zero(size_named("H", 3) - 3)
