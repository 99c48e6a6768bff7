"""Formulas: terms remember how they were made, and layers write their own arithmetic."""

import pickle
import re
from fractions import Fraction

import attrs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import fitting, layers_on, shapes

from cnncalc import (
    FC,
    CnncalcError,
    Conv2d,
    DepthwiseConv2d,
    Layer,
    Norm,
    PartialConv2d,
    Pool,
    Sequential,
    Shape,
    zoo,
)
from cnncalc.formula import Formula, ceil_div, leaf, whole
from cnncalc.sizes import term
from cnncalc.sizes.term import added, as_term


def evaluated(text):
    """Evaluate the arithmetic of a formula, with nothing but Python's own integers."""
    text = text.replace("×", "*").replace("/", "//")
    # ⌈a / b⌉ is -(-(a) // b): every quotient has its dividend in brackets if it needs any
    while "⌈" in text:
        inner = re.search(r"⌈([^⌈⌉⌊⌋]*)//([^⌈⌉⌊⌋/]*)⌉", text)
        text = text.replace(inner[0], f"(-(-({inner[1]})//({inner[2]})))")
    text = text.replace("⌊", "(").replace("⌋", ")")
    assert re.fullmatch(r"[-+*/() 0-9]+", text), text
    return eval(text)


class TestTerm:
    def test_a_leaf_is_its_number_or_its_symbol(self):
        """A leaf prints its number, and in general its symbol."""
        term = leaf(5, "k")

        assert ("5", "k", 5) == (str(term), term.general, int(term))
        assert "5" == leaf(5).general

    @pytest.mark.parametrize(
        ("make", "text", "general", "value"),
        [
            (lambda a, b: a + b, "6 + 4", "a + b", 10),
            (lambda a, b: a - b, "6 - 4", "a - b", 2),
            (lambda a, b: a * b, "6×4", "a×b", 24),
            (lambda a, b: a // b, "⌊6 / 4⌋", "⌊a / b⌋", 1),
            (lambda a, b: (a * b) // 2, "6×4 / 2", "⌊a×b / 2⌋", 12),
            (lambda a, b: (a + b) * 3, "(6 + 4)×3", "(a + b)×3", 30),
            (lambda a, b: 3 * (a - b), "3×(6 - 4)", "3×(a - b)", 6),
            (lambda a, b: a - (b - 1), "6 - 4 + 1", "a - b + 1", 3),
            (lambda a, b: (a + b) // 3, "⌊(6 + 4) / 3⌋", "⌊(a + b) / 3⌋", 3),
            (lambda a, b: a // (b - 2), "6 / (4 - 2)", "⌊a / (b - 2)⌋", 3),
            (lambda a, b: a * (b // 2), "6×(4 / 2)", "a×⌊b / 2⌋", 12),
            (lambda a, b: a * (b // 3), "6×⌊4 / 3⌋", "a×⌊b / 3⌋", 6),
            (lambda a, b: 10 - a, "10 - 6", "10 - a", 4),
            (lambda a, b: 13 // a, "⌊13 / 6⌋", "⌊13 / a⌋", 2),
            (lambda a, b: 1 + a, "1 + 6", "1 + a", 7),
            (lambda a, b: -a + b, "-6 + 4", "-a + b", -2),
            (lambda a, b: b * -a, "4×(-6)", "b×(-a)", -24),
            (lambda a, b: b * (1 - a), "4×(1 - 6)", "b×(1 - a)", -20),
            (lambda a, b: b + leaf(-3) * a, "4 + (-3)×6", "b + (-3)×a", -14),
            (lambda a, b: a**2, "6×6", "a×a", 36),
            (lambda a, b: b**4, "4×4×4×4", "b×b×b×b", 256),
            (lambda a, b: ceil_div(a, b), "⌈6 / 4⌉", "⌈a / b⌉", 2),
            (lambda a, b: ceil_div(7, b), "⌈7 / 4⌉", "⌈7 / b⌉", 2),
            (lambda a, b: 2 * whole(a * b), "2×24", "2×a×b", 48),
            (lambda a, b: a // leaf(3, "G", divides=True), "6 / 3", "a / G", 2),
        ],
    )
    def test_arithmetic_is_remembered(self, make, text, general, value):
        """Each operation keeps the number, the arithmetic and the symbols."""
        term = make(leaf(6, "a"), leaf(4, "b"))

        assert (text, general, value) == (str(term), term.general, int(term))
        assert value == evaluated(str(term))

    @pytest.mark.parametrize(
        "make",
        [
            lambda a: a + 0,
            lambda a: 0 + a,
            lambda a: a - 0,
            lambda a: a // 1,
            lambda a: ceil_div(a, 1),
            lambda a: a + leaf(0, "p") * 3,
            lambda a: a**1,
        ],
    )
    def test_what_says_nothing_drops_out(self, make):
        """Adding 0, multiplying by 0 and dividing by 1 leave no trace."""
        term = make(leaf(6, "a"))

        assert ("6", "a") == (str(term), term.general)

    def test_a_product_with_zero_is_zero(self):
        """What is multiplied by 0 is written as 0."""
        assert "0" == str(leaf(6, "a") * 0)

    def test_other_operations_are_those_of_integers(self):
        """A term is an int, also where its making is not remembered."""
        term = leaf(6, "a")

        assert (0, 216, 1, True) == (term % 3, pow(term, 3), pow(term, 3, 5), term > 5)
        assert 6**9 == term**9
        assert 6 == {6: 6}[term]
        assert "<6 = 6>" == repr(term)
        assert 3 == whole(3)

    @pytest.mark.parametrize(
        "make",
        [
            lambda a: a + 0.5,
            lambda a: 0.5 + a,
            lambda a: a - 0.5,
            lambda a: 0.5 - a,
            lambda a: a * 0.25,
            lambda a: 0.25 * a,
            lambda a: a // 0.5,
            lambda a: 7.5 // a,
            lambda a: Fraction(15, 2) // a,
            lambda a: Fraction(1, 2) - a,
            lambda a: a / 4,
            lambda a: a**0.5,
            lambda a: a**2.0,
            lambda a: 2.0**a,
            lambda a: [1, 2] * a,
            lambda a: a * (1, 2),
            lambda a: "ab" * a,
        ],
    )
    def test_what_is_no_int_meets_the_int(self, make):
        """With a float, a fraction or a sequence a term gives what its int gives."""
        expected = make(6)

        assert expected == make(leaf(6, "a"))
        assert type(expected) is type(make(leaf(6, "a")))

    @pytest.mark.parametrize(
        "make", [lambda a: a + "", lambda a: "" - a, lambda a: "" // a]
    )
    def test_what_an_int_refuses_a_term_refuses(self, make):
        """What Python can not add to an int, it can not add to a term."""
        with pytest.raises(TypeError, match="unsupported operand"):
            make(leaf(6, "a"))

    def test_a_power_may_be_a_term(self):
        """A power that is a term is written out as one that is a number."""
        a, b = leaf(6, "a"), leaf(3, "b")

        assert ("6×6×6", 216) == (str(a**b), int(a**b))
        assert 6**5 == a ** leaf(5)

    def test_a_long_sum_is_not_a_deep_one(self):
        """A sum of ten thousand terms can be written."""
        total = sum(leaf(1, "a") for _ in range(10_000))

        assert 10_000 == total
        assert " + ".join(["1"] * 10_000) == str(total)

    @given(st.lists(st.sampled_from([0, 3, leaf(0, "z"), leaf(2, "a")])), st.data())
    def test_a_sum_made_at_once_is_that_of_its_addends(self, numbers, data):
        """It equals, and is written as, what adding them one by one gives."""
        more = data.draw(st.sampled_from([leaf(1, "b"), leaf(1, "b") + 4]))
        numbers.insert(data.draw(st.integers(0, len(numbers))), more)
        one_by_one = sum(numbers)

        assert one_by_one == added(numbers)
        # Numbers before the first term are added up as such.
        one_by_one = sum(map(as_term, numbers))
        assert str(one_by_one) == str(added(numbers))
        assert one_by_one.general == added(numbers).general

    def test_a_sum_without_terms_is_a_number(self):
        """Of nothing, of numbers, and of terms that are all 0."""
        zero = added([leaf(0, "z"), 0])

        assert (0, 3, 0) == (added([]), added([1, 2]), zero)
        assert [int, int] == [type(added([])), type(added([1, 2]))]
        assert "0" == str(zero)

    def test_a_sum_of_one_term_is_that(self):
        """It stands in a product without brackets."""
        assert "2×k" == (2 * added([leaf(5, "k"), 0])).general

    def test_a_long_formula_is_made_of_few_copies(self, monkeypatch):
        """Twice as many rows of a table are twice the parts that are put together."""

        def put_together(rows):
            made, plain = [], term._made

            def counted(value, op, parts):
                made.append(len(parts))
                return plain(value, op, parts)

            monkeypatch.setattr(term, "_made", counted)
            layer, x = PartialConv2d(1, [(0, 1), (0, 1, 2)] * rows), Shape(4, 4, 6)
            assert rows * (3 + 4) == layer.params(x)
            assert 2 * rows - 1 == str(layer.formula("params", x)).count(") + ")
            monkeypatch.undo()
            return sum(made)

        assert put_together(400) < 2.1 * put_together(200)


class TestFormula:
    @pytest.mark.parametrize(
        ("layer", "x", "rule", "text", "general"),
        [
            (
                Conv2d(5, 6),
                Shape(32, 32, 1),
                "params",
                "5×5×1×6 + 6",
                "k_h×k_w×C_in×F + F",
            ),
            (
                Conv2d(5, 6),
                Shape(32, 32, 1),
                "connections",
                "(5×5×1×6 + 6)×28×28",
                "(k_h×k_w×C_in×F + F)×H_out×W_out",
            ),
            (
                Conv2d(3, 8, groups=2, bias=False),
                Shape(9, 9, 4),
                "params",
                "3×3×(4 / 2)×8",
                "k_h×k_w×(C_in / G)×F",
            ),
            (
                Conv2d(7, 64, stride=2, padding=3),
                Shape(224, 224, 3),
                "output",
                "(⌊(224 + 3 + 3 - 7) / 2⌋ + 1)×(⌊(224 + 3 + 3 - 7) / 2⌋ + 1)×64",
                "(⌊(H + p_t + p_b - k_h) / s_h⌋ + 1)"
                "×(⌊(W + p_l + p_r - k_w) / s_w⌋ + 1)×F",
            ),
            (
                Conv2d(3, 2, padding="same", stride=2),
                Shape(9, 8, 4),
                "output",
                "⌈9 / 2⌉×(8 / 2)×2",
                "⌈H / s_h⌉×⌈W / s_w⌉×F",
            ),
            (
                FC(120),
                Shape(5, 5, 16),
                "params",
                "5×5×16×120 + 120",
                "H×W×C_in×U + U",
            ),
            (FC(84), Shape.of(120), "params", "120×84 + 84", "C_in×U + U"),
            (
                DepthwiseConv2d(3, bias=False),
                Shape(9, 9, 32),
                "params",
                "3×3×32×1",
                "k_h×k_w×C_in×M",
            ),
            (
                PartialConv2d(5, [(0,), (1,), (0, 1)]),
                Shape(9, 9, 2),
                "params",
                "2×(1×25 + 1) + 1×(2×25 + 1)",
                "2×(1×k_h×k_w + 1) + 1×(2×k_h×k_w + 1)",
            ),
            (
                Pool(2, mode="subsample"),
                Shape(28, 28, 6),
                "connections",
                "(2×2 + 1)×14×14×6",
                "(k_h×k_w + 1)×H_out×W_out×C_out",
            ),
            (Norm(), Shape(9, 9, 64), "params", "2×64", "2×C_in"),
        ],
    )
    def test_layers_write_their_arithmetic(self, layer, x, rule, text, general):
        """The formula of a rule has the numbers, and in general the symbols."""
        formula = layer.formula(rule, x)

        assert (text, general) == (str(formula), formula.general)

    @given(
        fitting(layers_on, shapes), st.sampled_from(["params", "connections", "macs"])
    )
    def test_the_text_evaluates_to_the_number(self, fit, rule):
        """Whatever the layer, its formula's text and int are the rule's number."""
        x, layer = fit
        formula = layer.formula(rule, x)

        assert getattr(layer, rule)(x) == int(formula) == evaluated(str(formula))

    @given(fitting(layers_on, shapes))
    def test_the_output_formula_is_the_output_size(self, fit):
        """The formula of the output evaluates to height × width × channels."""
        x, layer = fit
        formula = layer.formula("output", x)

        assert layer.output(x).size == int(formula) == evaluated(str(formula))

    def test_is_of_a_known_rule(self):
        """A formula of a rule that does not exist is refused."""
        with pytest.raises(CnncalcError, match="there is no rule 'param'"):
            Conv2d(5, 6).formula("param", Shape(32, 32, 1))

    def test_a_class_may_keep_other_things(self):
        """What a user's class keeps besides its fields is there for its rules."""
        from test_layers import Doubling

        layer = Doubling()
        object.__setattr__(layer, "factor", 3)

        assert "2×3 + 1" == str(layer.formula("params", Shape(2, 2, 3)))

    def test_a_class_may_have_no_slots(self):
        """The fields of a class without slots are terms like those of another."""

        @attrs.frozen(slots=False)
        class Wide(Layer):
            factor: int = 2

            def output(self, x):
                return x

            def params(self, x):
                return self.factor * x.channels

        assert "factor×C_in" == Wide(3).formula("params", Shape.of(4)).general

    @pytest.mark.parametrize(
        "rule",
        [
            lambda self, x: 2 * x.channels * int(x.channels * self.ratio),
            lambda self, x: x.channels * round(x.channels * 1.5),
            lambda self, x: x.channels * int(x.channels - 0.5),
            lambda self, x: x.channels**self.depth,
            lambda self, x: sum([x.channels] * self.depth),
            lambda self, x: sum((1,) * self.depth) * x.channels,
            lambda self, x: len("a" * self.depth) * x.channels,
            lambda self, x: self.depth * x.channels // 0.5,
        ],
    )
    def test_a_users_rule_may_use_any_arithmetic(self, rule):
        """Floats, repetition and powers give the formula the rule's own number."""

        @attrs.frozen(eq=False, repr=False)
        class Loose(Layer):
            ratio: float = 0.25
            depth: int = 3

            def output(self, x):
                return x

            def params(self, x):
                return int(rule(self, x))

        net = Sequential(input=(8, 8, 16)).add(Loose())
        row = net[0]

        assert row.params == int(row.formula)
        assert f"{row.params:,}" in str(net.summary())
        assert str(row.formula) in str(net.explain(row.path))

    def test_terms_stay_in_their_formula(self):
        """A rule that asks a network leaves no terms in other networks."""

        @attrs.frozen(eq=False, repr=False)
        class Stem(Layer):
            def output(self, x):
                inner = Sequential(input=x).conv(3, 9, stride=2)
                return Sequential(input=inner.output).add(Sequential().pool(2)).output

        x = Shape(227, 229, 3)
        size = Stem().formula("output", x).term()
        net = Sequential(input=x).conv(3, 9, stride=2)

        assert 56 * 57 * 9 == size
        assert "113×114×9" == str(net.output)
        assert [int] * 3 == [
            type(value)
            for value in (net.output.height, net.output.width, net.output.channels)
        ]
        assert "56×57×9" == str(net.pool(2).output)

    def test_is_a_value(self):
        """Equal layers on equal shapes have equal formulas, also after pickling."""
        a, b = (Conv2d(5, 6).formula("params", Shape(32, 32, 1)) for _ in range(2))

        assert a == b
        assert hash(a) == hash(b)
        assert a == pickle.loads(pickle.dumps(a))
        assert a != Conv2d(5, 7).formula("params", Shape(32, 32, 1))
        assert a != "5×5×1×6 + 6"
        assert "5×5×1×6 + 6" == repr(a)
        assert [0] * 156 == [0] * a.__index__()

    def test_of_what_is_unknown_is_a_question_mark(self):
        """A kind without a rule has no formula, and says so when asked for a number."""
        from test_layers import Mystery

        net = Sequential(input=8).add(Mystery())
        formula = net[0].formulas["macs"]

        assert ("?", "?") == (str(formula), formula.general)
        with pytest.raises(CnncalcError, match="Mystery: its macs are unknown"):
            int(formula)

    def test_joins_number_their_inputs(self):
        """At a join the symbols are those of each input."""
        from cnncalc import Concat

        shapes = (Shape(9, 9, 2), Shape(9, 9, 3))
        formula = Formula(Concat(), shapes, "output")

        assert "9×9×(2 + 3)" == str(formula)
        assert "H_1×W_1×(C_1 + C_2)" == formula.general

    def test_neighbours_round_the_end_are_of_one_sort(self):
        """C3 of LeNet-5 by its table: 6 and 6 rows of neighbours, 3 of pairs, 1 of all."""
        c3 = zoo.lenet5()["C3"]

        assert ("6×(3×25 + 1) + 6×(4×25 + 1) + 3×(4×25 + 1) + 1×(6×25 + 1)") == str(
            c3.formula
        )
