"""Sizes: expressions and terms, and the one writer of arithmetic in its notations."""

import copy
import math
import pickle
import re
import xml.etree.ElementTree as ET
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncalc.explain.as_html import MATHML
from cnncalc.explain.as_latex import LATEX
from cnncalc.sizes.arithmetic import (
    PLAIN,
    Arithmetic,
    Notation,
    made,
    substituted,
    symbols,
    write,
)
from cnncalc.sizes.number import ceil_div
from cnncalc.sizes.term import Term, as_term, leaf

LETTERS = {value: chr(ord("a") + 9 + value) for value in range(-9, 13)}
VALUES = {letter: Fraction(value) for value, letter in LETTERS.items()}


def a_leaf(value, symbol=""):
    return Arithmetic(value, symbol=symbol)


def put_together(op, *parts):
    """Return an expression; where it would divide by zero, its first part."""
    try:
        return made(op, *parts)
    except ZeroDivisionError:
        return parts[0]


def grown(parts):
    """Return expressions that are made of *parts*."""
    several = st.lists(parts, min_size=2, max_size=3)
    signed = st.lists(
        parts | st.builds(made, st.just("-"), parts), min_size=1, max_size=3
    )
    return st.one_of(
        several.map(lambda some: made("×", *some)),
        several.map(lambda some: made("max", *some)),
        signed.map(lambda some: made("+", *some)),
        st.builds(put_together, st.sampled_from("/⌊⌈"), parts, parts),
        st.builds(made, st.just("**"), parts, st.sampled_from([a_leaf(2), a_leaf(3)])),
        st.builds(made, st.just("-"), parts),
        st.builds(made, st.just("whole"), parts),
    )


leaves = st.one_of(
    st.integers(-9, 12).map(a_leaf),
    st.sampled_from(sorted(LETTERS)).map(lambda value: a_leaf(value, LETTERS[value])),
    st.fractions(Fraction(1, 9), 3, max_denominator=9)
    .filter(lambda value: value.denominator > 1)
    .map(a_leaf),
)
expressions = st.recursive(leaves, grown, max_leaves=8)


def value_of(code):
    """Evaluate Python's arithmetic over fractions, in which letters have their value."""
    code = re.sub(r"\d+", r"F(\g<0>)", code)
    names = {**VALUES, "F": Fraction, "max": lambda *values: max(values)}
    return eval(code, {**names, "floor": math.floor, "ceil": math.ceil})


def of_plain(text):
    """Evaluate plain text."""
    marks = {"×": "*", "⌊": "floor(", "⌈": "ceil(", "⌋": ")", "⌉": ")"}
    marks |= {"²": "**2", "³": "**3"}
    return value_of("".join(marks.get(letter, letter) for letter in text))


def of_latex(text):
    """Evaluate mathematics in LaTeX."""
    for mark, sign in {
        "{,}": "",
        r"\times": "*",
        r"\left\lfloor": "floor(",
        r"\left\lceil": "ceil(",
        r"\right\rfloor": ")",
        r"\right\rceil": ")",
        r"\left(": "(",
        r"\right)": ")",
        r"\max": "max",
    }.items():
        text = text.replace(mark, sign)
    text = re.sub(r"\^\{(\d)\}", r"**\1", text)
    while r"\frac" in text:
        text = re.sub(r"\\frac\{([^{}]*)\}\{([^{}]*)\}", r"((\1)/(\2))", text)
    return value_of(text)


def of_mathml(text):
    """Evaluate MathML."""
    marks = {"\u2212": "-", "×": "*", "⌊": "floor(", "⌈": "ceil("}
    marks |= {"⌋": ")", "⌉": ")"}

    def code(element):
        inner = [code(child) for child in element]
        if element.tag == "mfrac":
            return "(({})/({}))".format(*inner)
        if element.tag == "msup":
            return "{}**{}".format(*inner)
        own = (element.text or "").replace(",", "" if element.tag == "mn" else ",")
        return marks.get(own, own) + "".join(inner)

    return value_of(code(ET.fromstring(f"<math>{text}</math>")))


class TestWriter:
    @pytest.mark.parametrize("general", [False, True])
    @pytest.mark.parametrize(
        ("notation", "evaluated"),
        [(PLAIN, of_plain), (LATEX, of_latex), (MATHML, of_mathml)],
        ids=["plain", "latex", "mathml"],
    )
    @given(e=expressions)
    def test_the_text_has_the_value(self, notation, evaluated, general, e):
        """In each notation, in numbers and symbols, the text evaluates to the value."""
        assert e.value == evaluated(write(e, notation, general=general))

    @given(expressions)
    def test_latex_is_balanced(self, e):
        """Braces and delimiters that grow are closed as often as they are opened."""
        text = write(e, LATEX, general=True)

        assert text.count("{") == text.count("}")
        assert text.count(r"\left") == text.count(r"\right")

    @given(expressions)
    def test_no_bracket_stands_around_nothing(self, e):
        """No brackets stand around a number, a symbol, or other brackets."""
        text = str(e).replace("max(", "max[")

        assert not re.search(r"\(\w+\)", text)
        opened, pairs = [], set()
        for place, letter in enumerate(text):
            if letter in "([":
                opened.append(place)
            elif letter == ")":
                pairs.add((opened.pop(), place))
        assert not {(start + 1, end - 1) for start, end in pairs} & pairs
        assert (0, len(text) - 1) not in pairs

    @pytest.mark.parametrize(
        ("inner", "texts"),
        [
            (a_leaf(5), ["1 + 5", "1 - 5", "-5", "2×5", "5 / 3", "3 / 5", "5²"]),
            (
                a_leaf(-5),
                ["1 + (-5)", "1 - (-5)", "-(-5)", "2×(-5)", "(-5) / 3"]
                + ["3 / (-5)", "(-5)²"],
            ),
            (
                a_leaf(-1),
                ["1 + (-1)", "1 - (-1)", "-(-1)", "2×(-1)", "(-1) / 3"]
                + ["3 / (-1)", "(-1)²"],
            ),
            (
                made("+", a_leaf(4), a_leaf(6)),
                ["1 + (4 + 6)", "1 - (4 + 6)", "-(4 + 6)", "2×(4 + 6)"]
                + ["(4 + 6) / 3", "3 / (4 + 6)", "(4 + 6)²"],
            ),
            (
                made("×", a_leaf(4), a_leaf(6)),
                ["1 + 4×6", "1 - 4×6", "-4×6", "2×4×6", "4×6 / 3", "3 / (4×6)"]
                + ["(4×6)²"],
            ),
            (
                made("/", a_leaf(4), a_leaf(6)),
                ["1 + 4 / 6", "1 - 4 / 6", "-4 / 6", "2×(4 / 6)", "(4 / 6) / 3"]
                + ["3 / (4 / 6)", "(4 / 6)²"],
            ),
            (
                a_leaf(Fraction(1, 2)),
                ["1 + 1/2", "1 - 1/2", "-1/2", "2×(1/2)", "(1/2) / 3", "3 / (1/2)"]
                + ["(1/2)²"],
            ),
            (
                made("⌊", a_leaf(7), a_leaf(2)),
                ["1 + ⌊7 / 2⌋", "1 - ⌊7 / 2⌋", "-⌊7 / 2⌋", "2×⌊7 / 2⌋"]
                + ["⌊7 / 2⌋ / 3", "3 / ⌊7 / 2⌋", "⌊7 / 2⌋²"],
            ),
            (
                made("**", a_leaf(5), a_leaf(2)),
                ["1 + 5²", "1 - 5²", "-5²", "2×5²", "5² / 3", "3 / 5²", "(5²)²"],
            ),
            (
                made("max", a_leaf(4), a_leaf(6)),
                ["1 + max(4, 6)", "1 - max(4, 6)", "-max(4, 6)", "2×max(4, 6)"]
                + ["max(4, 6) / 3", "3 / max(4, 6)", "max(4, 6)²"],
            ),
        ],
    )
    def test_brackets_stand_where_they_are_needed(self, inner, texts):
        """One table of what binds how tightly decides, wherever a part stands."""
        one, two, three = map(a_leaf, (1, 2, 3))
        around = [
            made("+", one, inner),
            made("+", one, made("-", inner)),
            made("-", inner),
            made("×", two, inner),
            made("/", inner, three),
            made("/", three, inner),
            made("**", inner, two),
        ]

        assert texts == [str(e) for e in around]

    def test_a_bar_groups_by_itself(self):
        """A fraction with a bar needs no brackets, in it or around it."""
        half, total = a_leaf(Fraction(1, 2)), made("+", a_leaf(4), a_leaf(6))
        e = made("×", half, made("/", total, a_leaf(3)))

        assert r"\frac{1}{2} \times \frac{4 + 6}{3}" == write(e, LATEX)
        assert "(1/2)×((4 + 6) / 3)" == str(e)

    def test_signs_before_the_first(self):
        """Before the first addend a minus is a sign, and a plus is not written."""
        a, b = a_leaf(2), a_leaf(7, "a")
        e = made("+", made("-", a), made("-", b))

        assert ("-2 - 7", "-2 - a") == (str(e), e.general)
        assert "<mn>2</mn><mo>+</mo>" in write(made("+", a, b), MATHML)
        assert a is made("+", a) is made("×", a) is made("max", a)

    def test_rounding_is_shown_where_it_does_something(self):
        """A quotient that comes out even has no sign of rounding, but in general."""
        e = made("⌈", a_leaf(8, "H"), a_leaf(2, "s"))

        assert ("8 / 2", "⌈H / s⌉") == (str(e), e.general)

    def test_alike_candidates_stand_once(self):
        """Of candidates with one text one is shown."""
        e = made("max", a_leaf(3, "p_i"), a_leaf(5, "p_i"))

        assert ("max(3, 5)", "max(p_i)") == (str(e), e.general)

    def test_names_and_what_is_unknown(self):
        """An addend may show its name; one that is unknown is a question mark."""
        known = Arithmetic(2048, "named", symbol="layer_1")
        unknown = Arithmetic(None, "named")

        assert "2,048 (layer_1) + ?" == str(Arithmetic(2048, "+", (known, unknown)))
        assert r"\underbrace{2{,}048}_{\text{layer\_1}}" == write(known, LATEX)
        assert "2,048(layer_1)" == "".join(
            ET.fromstring(f"<math>{write(known, MATHML)}</math>").itertext()
        )

    def test_results_are_grouped(self):
        """A result has its thousands apart, a number of a formula only in mathematics."""
        assert ("2048", "2,048", "1/2") == (
            PLAIN.number(2048),
            PLAIN.result(2048),
            PLAIN.result(Fraction(1, 2)),
        )
        assert r"2{,}048" == LATEX.number(2048) == LATEX.result(2048)
        assert "<mn>2,048</mn>" == MATHML.number(2048) == MATHML.result(2048)

    def test_symbols_have_subscripts(self):
        """In mathematics what follows an underscore stands below; words are no letters."""
        assert r"C_{\mathrm{in}}" == LATEX.symbol("C_in")
        assert r"\text{λ}_{b,1}" == LATEX.symbol("λ_b_1")
        assert "<msub><mi>p</mi><mrow><mi>i</mi><mo>,</mo><mi>h</mi></mrow></msub>" == (
            MATHML.symbol("p_i_h")
        )
        assert "<mi>&lt;</mi>" == MATHML.symbol("<")

    def test_a_notation_is_a_table(self):
        """Whoever wants other signs names those that differ."""
        e = made("×", a_leaf(3, "a"), made("⌊", a_leaf(7, "b"), a_leaf(2)))
        python = Notation(times="*", floor="({})".format, quotient="{} // {}".format)

        assert "a*(b // 2)" == write(e, python, general=True)
        assert 9 == eval(write(e, python))
        signed = made("+", a_leaf(2), made("-", a_leaf(3)), a_leaf(4))
        words = Notation(plus=" plus ", minus=" minus ", negative="minus ")
        assert "2 minus 3 plus 4" == write(signed, words)
        assert "minus 3" == write(signed.parts[1], words)


class TestArithmetic:
    def test_other_numbers_can_be_put_in(self):
        """The same arithmetic with other numbers has their value and keeps the rest."""
        h, pad = a_leaf(32, "H"), a_leaf(2, "p")
        size = made("+", h, made("-", pad), made("⌊", pad, a_leaf(2)))
        other = substituted(size, {"H": 9, "p": 0})

        assert ("9 - 0 + 0 / 2", 9) == (str(other), other.value)
        assert size.general == other.general
        assert ("32 - 2 + 2 / 2", 31) == (str(size), size.value)

    def test_an_indicator_is_1_where_two_numbers_are_equal(self):
        """With other numbers in it, too; of other numbers it is 0."""
        e = made("=", a_leaf(1000, "H"), a_leaf(int("1000")))

        assert ("[1000 = 1000]", "[H = 1000]", 1) == (str(e), e.general, e.value)
        assert [0, 1, 0] == [substituted(e, {"H": n}).value for n in (999, 1000, 1001)]

    def test_symbols_are_those_of_leaves(self):
        """Numbers have no symbols, and a name is none."""
        named = Arithmetic(3, "named", symbol="conv1")
        e = Arithmetic(8, "+", (a_leaf(5, "k"), named, made("-", a_leaf(0, "p"))))

        assert {"k", "p"} == symbols(e)
        assert set() == symbols(a_leaf(3))

    def test_shows_its_value(self):
        """At a prompt it is its text, and what comes out."""
        assert "<3 + 1/2 = 7/2>" == repr(made("+", a_leaf(3), a_leaf(Fraction(1, 2))))

    @pytest.mark.parametrize("again", [copy.copy, copy.deepcopy])
    def test_can_be_copied_and_pickled(self, again):
        """A copy is the same arithmetic, be it a term or not."""
        for e in (made("×", a_leaf(2, "a"), leaf(3, "b")), 2 * leaf(3, "b") - 1):
            for other in (again(e), pickle.loads(pickle.dumps(e))):
                assert (str(e), e.general, e.value) == (
                    str(other),
                    other.general,
                    other.value,
                )


class Counting:
    """An integer beside the term that does the same."""

    def __init__(self, number, term):
        self.number, self.term = number, term


def both(operation, left, right):
    try:
        number = operation(left.number, right.number)
    except ZeroDivisionError:
        return left
    return Counting(number, operation(left.term, right.term))


OPERATIONS = [
    lambda a, b: a + b,
    lambda a, b: a - b,
    lambda a, b: a * b,
    lambda a, b: a // b,
    lambda a, b: -a - b,
    lambda a, b: -(a - b) * 2,
    lambda a, b: 3 - a + b,
    lambda a, b: 7 // (b * b + 1) + a,
    lambda a, b: a**2 - b**3,
    ceil_div,
]

terms = st.recursive(
    st.sampled_from(sorted(LETTERS)).map(
        lambda value: Counting(value, leaf(value, LETTERS[value]))
    ),
    lambda parts: st.builds(both, st.sampled_from(OPERATIONS), parts, parts),
    max_leaves=6,
)


class TestTerm:
    @given(terms)
    def test_text_symbols_and_number_agree(self, drawn):
        """Whatever is done with terms, number, text and symbols give what ints give."""
        term = as_term(drawn.term)

        assert drawn.number == int(term) == term.value
        assert drawn.number == of_plain(str(term)) == of_plain(term.general)

    @given(terms)
    def test_structure_is_flat(self, drawn):
        """Sums hold no sums and products no products; nothing in them is zero."""

        def walk(e):
            for part in e.parts:
                assert e.op not in {"+", "×"} or (part.op != e.op and part.value)
                walk(part)

        walk(as_term(drawn.term))

    def test_structure_can_be_read(self):
        """A term tells its operator, its parts and its symbols."""
        k, g = leaf(5, "k"), leaf(3, "G", divides=True)
        size = k * 6 // g - k

        assert ("+", 5) == (size.op, size.value)
        quotient, taken = size.parts
        assert ("/", [30, 3]) == (quotient.op, [part.value for part in quotient.parts])
        assert ("-", (k,), "k") == (taken.op, taken.parts, taken.parts[0].symbol)
        assert ["×", ""] == [part.op for part in quotient.parts]
        assert int is type(size.value)

    def test_two_signs_are_none(self):
        """The negative of a negative is the term itself, and of zero nothing."""
        a = leaf(6, "a")

        assert a is -(-a)
        assert "0" == str(-leaf(0, "p"))
        assert "-a + b" == (-(a - leaf(4, "b"))).general

    def test_quotients_are_rounded_up(self):
        """The dividend, the divisor or both may be terms."""
        h, s = leaf(7, "H"), leaf(2, "s")

        assert ["⌈H / 2⌉", "⌈7 / s⌉", "⌈H / s⌉"] == [
            ceil_div(*pair).general for pair in ((h, 2), (7, s), (h, s))
        ]

    def test_powers_of_more_than_four_are_numbers(self):
        """A power that a reader takes in at a glance is written out, no longer one."""
        k = leaf(2, "k")

        assert ("k×k×k×k", 16) == ((k**4).general, int(k**4))
        assert (32, int) == (k**5, type(k**5))
        assert (1, int) == (k**0, type(k**0))

    def test_what_is_a_term_stays_one(self):
        """A number becomes a leaf; a term is not wrapped again."""
        a = leaf(6, "a")

        assert a is as_term(a)
        assert ("7", Term) == (as_term(7).general, type(as_term(7)))
