"""The arithmetic of symbols: polynomials over floors, and for which sizes they compare."""

import math
import pickle
from random import Random

import numpy as np
import pytest

from cnncalc import (
    ArgumentError,
    AtLeast,
    OptionError,
    Sequential,
    ShapeError,
    Symbol,
    zoo,
)
from cnncalc.errors import UndecidedError
from cnncalc.sizes.number import common_divisor
from cnncalc.symbolic.allowed import ANY, allowed_by, compared
from cnncalc.symbolic.cases import all_cases
from cnncalc.symbolic.conditions import Among, Assumptions, Relation
from cnncalc.symbolic.evaluation import evaluated
from cnncalc.symbolic.growth import above_from
from cnncalc.symbolic.polynomial import Polynomial, variable
from cnncalc.symbolic.size import noting, size_named
from cnncalc.symbolic.together import meeting
from cnncalc.symbolic.writing import as_text

_BY = ["3", "b", "(a + b)"]
_SIGNS = ["+", "-", "*", "//", "%", "/"]
H, W, h = variable("H"), variable("W"), Symbol("h")
S, T = variable("s"), variable("t")


def drawn(chance):
    """Return a polynomial of sizes, and the same as Python's integers have it."""
    p, text = H, "H"
    for _ in range(chance.randint(1, 5)):
        times, plus, by = (
            chance.choice(s)
            for s in ([-3, -1, 1, 2, 5], range(-9, 9), [-4, 1, 2, 3, 4, 7])
        )
        p, text = (p * times + plus) // by, f"(({text}) * {times} + {plus}) // {by}"
        more = chance.choice(["", " + 2 * H", " - W", " % 3", " + W // 4", " * H"])
        text = f"({text}){more}"
        match more:
            case " + 2 * H":
                p = p + 2 * H
            case " - W":
                p = p - W
            case " % 3":
                p = p % 3
            case " + W // 4":
                p = p + W // 4
            case " * H":
                p = p * H
    return p, eval(f"lambda H, W: {text}")


class TestPolynomials:
    @pytest.mark.parametrize("seed", range(10))
    def test_are_the_arithmetic_of_integers(self, seed):
        """Whatever is done to sizes, their values are Python's own."""
        chance = Random(seed)
        for _ in range(100):
            p, plain = drawn(chance)
            for _ in range(5):
                height, width = chance.randint(1, 400), chance.randint(1, 400)
                assert plain(height, width) == evaluated(p, {"H": height, "W": width})

    @pytest.mark.parametrize("seed", range(5))
    def test_are_divided_by_symbols(self, seed):
        """Quotients by strides, within one another, are Python's own."""
        chance = Random(seed)
        for _ in range(60):
            p, text = H, "H"
            for _ in range(chance.randint(1, 4)):
                by = chance.choice(["s", "t", "(2 * s)", "(s * t)", "(s + 2 * t)", "3"])
                times, plus = chance.choice([-2, -1, 1, 3]), chance.randint(-9, 9)
                more = chance.choice(["", " + W", " - s", " % t", " * W"])
                text = f"((({text}) * {times} + {plus}) // {by}){more}"
                p = (p * times + plus) // eval(by, {"s": S, "t": T})
                p = eval(f"p{more}", {"p": p, "W": W, "s": S, "t": T})
            for _ in range(5):
                known = {name: chance.randint(1, 60) for name in "HW"}
                known |= {name: chance.randint(1, 6) for name in "st"}
                assert eval(text, known.copy()) == evaluated(p, known)

    @pytest.mark.parametrize(
        ("one", "other"),
        [
            ((H + 1) // 2 + 1, (H + 3) // 2),
            (((H + 1) // 2 + 1) // 2, (H + 3) // 4),  # Concrete Mathematics, 3.11
            (-(-H // 7), (H + 6) // 7),
            (-(-H // 2), (H + 1) // 2),
            ((5 * H + 7) // 2, 2 * H + 3 + (H + 1) // 2),
            ((2 * H + 3) // 4, (H + 1) // 2),
            ((4 * H + 8) // 4, H + 2),
            ((H - (H + 2) // 3) // 5, (3 * H - H - 2 + 2) // 15),
            (H // -2, -((H + 1) // 2)),
            ((H + W) * (H - W), H * H - W * W),
            ((6 * H).common_divisor(4), 2 * (3 * H).common_divisor(2)),
            ((4 * H + 8).common_divisor(4), 4),
            ((4 * H + 6).common_divisor(4), 2),
            (H - H, 0),
            ((H // S + 3) // 2, (H + 3 * S) // (2 * S)),
            ((H // 2 - W) // S, (H - 2 * W) // (2 * S)),
            ((W - H // S) // T, (W * S + S - 1 - H) // (S * T)),
            ((H + 3 * S) // S, H // S + 3),
            (-(-H // S), (H - 1) // S + 1),
            ((6 * H + 4) // (2 * S), (3 * H + 2) // S),
            (-1 // S, -1 + 0 * S),
            ((H * S) // S, H),
            ((H * S + H) // (S + 1), H),
            ((2 * S + 2 * T + H) // (S + T), H // (S + T) + 2),
            ((H // (S + 1) + 4) // T, (H + 4 * S + 4) // (S * T + T)),
            ((2 * H + 4) // (2 * S + 2), (H + 2) // (S + 1)),
        ],
    )
    def test_are_canonical(self, one, other):
        """What is equal is the same value, and hashes alike."""
        assert one == other
        assert hash(one) == hash(other)
        assert one == pickle.loads(pickle.dumps(one))

    def test_of_what_nobody_can_print_there_are_none(self):
        """A divisor of hundreds of digits is refused, as counts of them are."""
        with pytest.raises(ArgumentError, match="more than can be printed"):
            H // 10**300

    def test_differ_from_others(self):
        """Others are not equal, nor what is no polynomial."""
        assert H // 2 != (H + 1) // 2
        assert H != "H"
        assert 1 != H

    @pytest.mark.parametrize(
        ("p", "text"),
        [
            (H * H * 49 - W, "49·H² - W"),
            (-(-H // 32) * 3 + H, "H + 3·⌈H/32⌉"),
            ((H + 1) // 4 * W - 5, "W·⌊(H + 1)/4⌋ - 5"),
            (H * W + H, "(W + 1)·H"),
            (-H, "-H"),
            (H - H, "0"),
            (H.common_divisor(6) * 2 + H, "H + 2·gcd(H, 6)"),
            ((H - W) // (2 * S) * H + 1, "H·⌊(H - W)/(2·s)⌋ + 1"),
            ((H - W) // (2 * S + 1) + 0 * H // (S - 1), "⌊(H - W)/(2·s + 1)⌋"),
        ],
    )
    def test_are_written_from_large_to_small(self, p, text):
        """What grows fastest stands first; what all terms have is taken out."""
        assert text == as_text(p)

    @pytest.mark.parametrize(
        ("p", "divisor", "quotient"),
        [
            (6 * H * W + 2 * H, 2 * H, 3 * W + 1),
            (6 * H + 3, 2 * H, None),
            (6 * H + 3, Polynomial({(): 2}), None),
            (H, H + 1, None),
        ],
    )
    def test_divide_exactly_or_not(self, p, divisor, quotient):
        """A single term divides what has it in every term."""
        assert quotient == p.divided(divisor)

    def test_arrays_are_evaluated_at_once(self):
        """NumPy's floors and divisors are Python's."""
        p = H.common_divisor(12) * 5 + (3 * H + 1) // 4
        sizes = np.arange(1, 50)

        assert [5 * math.gcd(n, 12) + (3 * n + 1) // 4 for n in range(1, 50)] == list(
            evaluated(p, {"H": sizes})
        )
        for number in (9, 12):
            for kind in (int, object):  # of objects are numbers beyond 64 bits
                assert [math.gcd(n, number) for n in range(1, 50)] == list(
                    common_divisor(sizes.astype(kind), number)
                )


class TestWhatIsAllowed:
    @pytest.mark.parametrize("sign", ["≥", "=", "≠"])
    def test_is_found_by_looking_at_few(self, sign):
        """It is what looking at each of 300 sizes gives."""
        chance = Random(7)
        for _ in range(150):
            p = H * chance.randint(-2, 2) + chance.randint(-60, 60)
            for _ in range(chance.randint(1, 3)):
                floor = (H * chance.randint(-2, 2) + 5) // chance.choice([2, 3, 4, 8])
                p = p + floor * chance.randint(-2, 2) + H.common_divisor(6)
            found = allowed_by(p, sign) if not p.is_constant else ANY
            for n in range(1, 300) if found != ANY else ():
                assert found.has(n) == compared(evaluated(p, {"H": n}), sign)

    def test_both_and_behind(self):
        """Two together, and the sizes behind a line, are as each by itself."""
        even, large = allowed_by(H % 2, "="), allowed_by(H - 9, "≥")
        both, behind = even.both(large), large.behind(4, 1)

        assert [n for n in range(1, 30) if n % 2 == 0 and n >= 9] == [
            n for n in range(1, 30) if both.has(n)
        ]
        assert [n for n in range(1, 30) if 4 * n + 1 >= 9] == [
            n for n in range(1, 30) if behind.has(n)
        ]
        assert (10, None) == (both.least, both.most)

    @pytest.mark.parametrize(
        ("p", "sign", "words"),
        [
            (H - 32, "≥", "H ≥ 32"),
            (H // 4 - 56, "=", "224 ≤ H ≤ 227"),
            (7 - H, "≥", "H ≤ 7"),
            (H - 7, "=", "H = 7"),
            (H - 7, "≠", "H ≤ 6 or H ≥ 8"),
            (H % 32 - 3, "≥", None),
            (H % 4 * ((H + 2) % 4), "=", "H mod 2 = 0"),
        ],
    )
    def test_in_words(self, p, sign, words):
        """Runs, bounds and remainders have words."""
        found = allowed_by(p, sign)

        assert words is None or found is None or words == found.words("H")

    def test_of_quotients_by_symbols_none(self):
        """Nothing is told of what falls as a symbol grows, nor of its divisors."""
        assert allowed_by(100 // S - 3, "≥") is None
        assert allowed_by((100 // S).common_divisor(6) - 3, "=") is None
        assert above_from(H * (100 // S), 5) is None

    def test_of_too_many_none(self):
        """What neither grows nor falls, or repeats too late, is not looked at."""
        primes = H % 211, H % 199
        one, other = [allowed_by(p, "=") for p in primes]

        assert allowed_by(H * (H % 3) - 5, "≥") is None
        assert allowed_by(H - 30_000, "≥") is None
        assert "H ≥ 2" == allowed_by(H * H - 4, "≥").words("H")
        assert one.both(other) is None
        assert (30, 30) == (allowed_by(H - 30, "=").least, allowed_by(H - 30, "=").most)


class TestSizes:
    """What rules are run on."""

    def test_do_what_integers_do(self):
        """Arithmetic from either side is that of the value at the network's own size."""
        x, y = size_named("H", 12), size_named("W", 5)
        with noting():
            found = [x + y, 3 + x, x - y, 30 - x, x * y, 2 * x, x // 5, -x, x % 5, x**2]
            found += [*divmod(x, 5), (x * y) // y, x / 4, x * 0.5, 0.5 * x, 100 // x]
            found += [100 % x, x // y, 100 // (x - y), 100 % (x - y), x // (x - y)]
        wanted = [
            17,
            15,
            7,
            18,
            60,
            24,
            2,
            -12,
            2,
            144,
            2,
            2,
            12,
            3.0,
            6.0,
            6.0,
            8,
            4,
            2,
            14,
            2,
            1,
        ]

        assert wanted == [getattr(n, "value", n) for n in found]
        assert x - x + 3 == 3
        assert type(x - x + 3) is int
        assert "H + 1" == f"{x + 1:,}" == repr(x + 1)

    @pytest.mark.parametrize("other", ["a", None, 1.5j])
    def test_take_numbers_alone(self, other):
        """With anything else there is no arithmetic, and nothing is equal."""
        x = size_named("H", 12)
        with pytest.raises(UndecidedError, match="H is no number"):
            x**-1

        for work in (
            lambda: x + other,
            lambda: other + x,
            lambda: x // other,
            lambda: x >= other,
        ):
            with pytest.raises(TypeError):
                work()
        assert (x == other) is False
        assert (x != other) is True

    def test_what_follows_is_not_noted(self):
        """Sizes are positive, and what was assumed holds from then on."""
        x, y = size_named("H", 14), size_named("W", 5)
        with noting() as assumed:
            answers = [
                x >= 1,
                x < 1,
                x + y > 1,
                x * y == 0,
                x // 4 - x <= 0,
                x == 1 * x,
            ]
            assert () == assumed.conditions
            answers += [x > 12, x >= 11, x != 12, x * y >= 5, bool(x - 4)]

        assert [True, False, True, False, True, True, *[True] * 5] == answers
        assert ["H ≥ 13"] == list(map(str, assumed.conditions))

    def test_what_does_not_is(self):
        """Each comparison that the sizes do not decide is a condition, once."""
        x, y = size_named("H", 12), size_named("W", 5)
        with noting() as assumed:
            answers = [x == y, x == y, x % y == 2, x * y == 60, 2 * x * y == 121]

        assert [False, False, True, True, False] == answers
        noted = ["H ≠ W", "H = W·⌊H/W⌋ + 2", "H·W = 60"]
        assert noted == list(map(str, assumed.conditions))

    def test_few_sizes_decide_all(self):
        """Where only some sizes are left, they are looked at one by one."""
        x, y = size_named("H", 12), size_named("W", 5)
        with noting() as assumed:
            answers = [x // 4 == 3, y == 5, x * y >= 60, x * y <= 75, x * x == 144]

        assert [True] * 5 == answers
        assert ["H = 12", "W = 5"] == list(map(str, assumed.conditions))

    def test_remainders_decide(self):
        """Where all sizes have a remainder, floors of them are exact."""
        x, y = size_named("H", 56), size_named("W", 28)
        with noting() as assumed:
            answers = [x % 28 == 0, y % 28 == 0, x // 7 * 7 * y == x * (y // 4) * 4]

        assert [True] * 3 == answers
        assert ["H mod 28 = 0", "W mod 28 = 0"] == list(map(str, assumed.conditions))

    def test_quotients_by_symbols_are_bounded(self):
        """They are from 0 on where what is divided is, and at least 0 as that is."""
        x, y, z = size_named("H", 12), size_named("s", 5), size_named("W", 7)
        with noting() as assumed:
            assert x // y + z >= 1
            assert 200 // y >= 0
        assert () == assumed.conditions
        with noting() as assumed:
            assert (x - z) // y + z >= 1
            assert (x - 3) // y + 1 >= 1
        assert ["H ≥ 3", "W + ⌊(H - W)/s⌋ ≥ 1"] == list(map(str, assumed.conditions))

    def test_brackets_alone_are_conditions(self):
        """Where not both ways are read, a size is 0 or it is not."""
        x = size_named("H", 12)
        with noting() as assumed:
            assert 0 == (x - 3).bracket()

        assert ["H ≤ 2 or H ≥ 4"] == list(map(str, assumed.conditions))

    def test_cases_that_never_end_are_refused(self):
        """Squares have remainders again and again, which is not told here."""
        with pytest.raises(ArgumentError, match="not all sizes can be told apart"):
            all_cases(lambda size: size * size % 7 == 0, 14)

    def test_of_too_many_remainders_it_is_noted(self):
        """What would take hundreds of cases to see is a condition instead."""
        x, y = size_named("H", 12), size_named("W", 5)
        with noting() as assumed:
            answers = [x % 97 != 0, x * y != 97, (x - y) // 2 * x >= 0]

        assert [True] * 3 == answers
        assert "H·W ≠ 97" == str(assumed.conditions[1])
        assert "H·⌊(H - W)/2⌋ ≥ 0" == str(assumed.conditions[2])

    def test_have_no_number_by_themselves(self):
        """Outside of a reading nothing is taken for what it is like."""
        with pytest.raises(ArgumentError, match="H is no number. Ask net.symbolic"):
            int(size_named("H", 12))

    def test_greatest_common_divisors(self):
        """They are at least 1, and at most the number."""
        x = size_named("H", 12)
        with noting() as assumed:
            common = common_divisor(x, 9)
            answers = [common >= 1, common <= 9, common * x >= 1, common.value]

        assert [True, True, True, 3] == answers
        assert () == assumed.conditions
        assert 3 == common_divisor(3 * x, 3)


class TestConditions:
    def test_relations_hold_and_are_restated(self):
        """They have words, and stay true of other names of the sizes."""
        relation = Relation(H // 4 - W // 4, "=")

        assert "⌊H/4⌋ = ⌊W/4⌋" == str(relation)
        assert relation.holds(H=7, W=4)
        assert not relation.holds(H=8, W=7)
        assert relation.restated({"H": 4 * H, "W": 4 * W}) == Relation(H - W, "=")
        assert relation.restated({"H": 7, "W": 5}) is True
        assert relation.restated({"H": 8, "W": 5}) is False
        assert "W ≤ 3" == str(relation.restated({"H": 2, "W": W}))
        assert relation.restated({"H": W, "W": W}) is True
        nine = Relation(H * W - 9, "=")
        assert "W = 3" == str(nine.restated({"H": W, "W": W}))
        assert Relation(W * (W % 3) - 9, "=") == nine.restated({"H": W, "W": W % 3})

    def test_sizes_among_some_are_restated(self):
        """What is behind a line is found; of anything else it is said."""
        some = Among(H, allowed_by(H - 32, "≥"))

        assert some.restated({"H": 32 * H}) is True
        assert "H ≥ 4" == str(some.restated({"H": 8 * H}))
        assert "H + W ≥ 32" == str(some.restated({"H": H + W}))
        assert "-H + 90 ≥ 32" == str(some.restated({"H": 90 - H}))
        assert some.restated({"H": 31}) is False
        assert some.restated({"H": 31 + 1}) is True

    def test_a_condition_that_is_always_so_is_none(self):
        """A difference that no divisor fits is never zero."""
        assumed = Assumptions()

        assert assumed.decide(2 * H * W - 1, "≠", truth=True)
        assert not assumed.decide(4 * H * W - 2, "=", truth=False)
        assert () == assumed.conditions


class TestExpressions:
    @pytest.mark.parametrize("question", ["at", "holds"])
    def test_sizes_have_names(self, question):
        """Of an expression, a shape and a network; who gives none is told of them."""
        net = Sequential(input=("H", "W", 3)).conv(3, 4).symbolic()
        for asked in [net.macs, net.output if question == "at" else net]:
            with pytest.raises(ArgumentError, match=f"{question}.H=224, W=8.[.]"):
                getattr(asked, question)(224, 8)

    def test_arithmetic(self):
        """They add up with each other and with integers, from either side."""
        assert "32·h - 1" == str(32 * h - 1)
        assert "-32·h + 1" == str(1 - 32 * h) == str(-(32 * h - 1))
        assert h + 1 == 1 + h
        assert h - h == 0
        assert h != "h"
        assert len({h, h + 0, Symbol("h")}) == 1
        assert "<h>" == repr(h)
        for other in ("a", 1.5, True, None):
            with pytest.raises(TypeError):
                h + other
            with pytest.raises(TypeError):
                other * h

    @pytest.mark.parametrize("seed", range(5))
    def test_have_the_operators_of_integers(self, seed):
        """What they give is Python's own, for any sizes, or is refused."""
        chance = Random(seed)
        letters = {"a": Symbol("a"), "b": Symbol("b")}
        every = letters["a"] + letters["b"]
        count = 0
        for _ in range(100):
            a, b, c = [chance.choice(["a", "b", "(2*a + 4*b)", "6"]) for _ in "123"]
            first, second = [chance.choice(_SIGNS) for _ in "12"]
            text = f"divmod(((a + {a}) {first} {b}) {second} {c}, {chance.choice(_BY)})"
            try:
                found = eval(text, letters.copy())
            except OptionError:  # a rest, or a divisor that may be 0
                continue
            for _ in range(5):
                known = {name: chance.randint(1, 9) for name in "ab"}
                plain = eval(text.replace(" / ", " // "), known.copy())
                values = [(each + every).at(**known) for each in found]

                assert list(plain) == [n - sum(known.values()) for n in values]
                count += 1
        assert count > 100

    def test_a_reversed_division(self):
        """Integers are divided by them, too, and parts of a whole are whole."""
        assert (7 // h, 7 % h) == divmod(7, h)
        assert ["h + 1", "⌊7/h⌋", "7"] == list(
            map(str, ((h * h + h) / h, 7 // h, +h * 7 / h))
        )
        assert h is round(h) is +h
        assert "h² + 2·h + 1" == str((h + 1) ** 2)
        assert 1 == (h + 1) ** 0

    def test_are_compared_where_all_sizes_are_alike(self):
        """Sizes are at least 1; whatever else depends on them is refused."""
        assert h >= 1
        assert not h < 1
        assert h * h + h > 1
        assert 3 > h - h <= 0
        assert bool(h)
        assert not h - h
        with pytest.raises(TypeError, match="not supported between"):
            _ = h < "H"
        for ask in (lambda: h > 1, lambda: 7 <= h, lambda: bool(h - 1)):
            with pytest.raises(
                UndecidedError, match=r"whether.*expression\.at\(h=224\)"
            ):
                ask()

    @pytest.mark.parametrize(
        "kind", [int, float, range, "{:.2f}".format, [1].__getitem__]
    )
    def test_are_numbers_without_symbols_alone(self, kind):
        """One that has any says how its number is asked for."""
        with pytest.raises(UndecidedError, match="as h may be any. Ask for its number"):
            kind(h)
        assert kind(0) == kind(h - h)

    def test_are_written_in_columns(self):
        """Separators are there by themselves, and widths are those of texts."""
        assert "2,000·h   2" == f"{2000 * h:<10,}{h - h + 2:d}"

    @pytest.mark.parametrize(
        ("ask", "said"),
        [
            (
                lambda: h + 1.5,
                r"1.5 \(a float\) is no integer.*expression\.at\(h=224\)",
            ),
            (lambda: True * h, r"True \(a bool\) is no integer"),
            (lambda: h < 3.5, r"3.5 \(a float\) is no integer"),
            (lambda: h // 0, "divided by 0. Divide by another"),
            (lambda: h % (h - h), "divided by 0. Divide by another"),
            (lambda: h / 2, "divided by 2 it may leave a rest. Write //"),
            (lambda: h // (h - 1), "divided by h - 1, which may be 0 or less"),
            (lambda: h**-1, "the power of -1. It must be an integer from 0 to 100"),
            (lambda: 2**h, "the power of h. It must"),
            (lambda: (h + Symbol("a") + Symbol("b") + 1) ** 60, "has 39,711 terms"),
        ],
    )
    def test_what_they_are_not_joined_with(self, ask, said):
        """Each is refused with what to write."""
        with pytest.raises((OptionError, ArgumentError), match=said):
            ask()

    def test_in_other_terms(self):
        """A multiple of what divides gives a plain polynomial; by hand 37,011,456·h²."""
        found = zoo.resnet18().symbolic()
        macs = found.macs.in_terms_of(H=32 * h, W=32 * h)

        assert "37,011,456·h² + 512,000" == str(macs)
        assert zoo.resnet18().on((96, 96, 3)).macs == macs.at(h=3)
        assert ("h",) == macs.symbols
        assert ("H", "h") == found.macs.in_terms_of(W="h").symbols
        assert zoo.resnet18().on((64, 96, 3)).macs == found.macs.in_terms_of(H=64).at(
            W=96
        )

    def test_conditions_go_along(self):
        """They are restated, fall away, or are never so."""
        macs = zoo.vgg16().symbolic().macs

        assert ["W ≥ 32", "h ≥ 4"] == sorted(
            map(str, macs.in_terms_of(H=8 * h).conditions)
        )
        assert () == macs.in_terms_of(H=32 * h, W=64).conditions
        with pytest.raises(ShapeError, match="H ≥ 32, and that is never so then"):
            macs.in_terms_of(H=31)

    def test_are_put_together_with_their_conditions(self):
        """Each is said once; what is of several sizes stays as it is."""
        vit, vgg = zoo.vit_b_16().symbolic().macs, zoo.vgg16().symbolic().macs
        both = vit + vgg + vit

        assert ["H ≥ 32", "W ≥ 32", "⌊H/16⌋·⌊W/16⌋ = 196"] == list(
            map(str, both.conditions)
        )

    def test_of_long_periods_each_is_said(self):
        """What repeats too late together stays apart."""
        one, other = [Among(H, allowed_by(H % n, "=")) for n in (211, 199)]

        assert (one, other) == meeting([one], [other])
        assert (one,) == meeting([one], [one])

    @pytest.mark.parametrize(
        ("sizes", "said"),
        [
            ({"H": 224}, "W must be known. Give W=224"),
            ({}, "H and W must be known. Give H=224, W=224"),
            ({"H": 0, "W": 1}, "H is 0. It must be a positive integer"),
            ({"H": 224.0, "W": 1}, "H is 224.0 .a float.. It must be a positive"),
            ({"H": 1, "W": 1, "L": 1}, "no symbol L. Its symbols are H and W"),
        ],
    )
    def test_sizes_are_checked(self, sizes, said):
        """Each symbol needs a positive integer, and there are no others."""
        with pytest.raises(OptionError, match=said):
            zoo.resnet18().symbolic().macs.at(**sizes)

    def test_other_terms_are_checked(self):
        """They are of symbols that there are, and integers or expressions."""
        macs = zoo.resnet18().symbolic().macs

        with pytest.raises(OptionError, match="no symbol h"):
            macs.in_terms_of(h=32)
        with pytest.raises(
            OptionError, match=r"H is 1.5 \(a float\). Give a positive integer, or"
        ):
            macs.in_terms_of(H=1.5)
        with pytest.raises(OptionError, match="H is <0> .*Give a positive integer"):
            macs.in_terms_of(H=0 * h)
        with pytest.raises(OptionError, match=r"H is '32\*h'. Give .*32 \* Symbol"):
            macs.in_terms_of(H="32*h")
        with pytest.raises(OptionError, match="no symbol x. Its symbols are none"):
            zoo.ad_autoencoder().symbolic().macs.at(x=1)

    def test_as_a_function(self):
        """It takes sizes in the order that is asked for, and arrays of them."""
        net = zoo.alexnet()
        flops = net.symbolic().flops
        sizes = np.array([224, 97, 1021])

        assert net.flops == flops.function()(224, 224)
        assert net.on((300, 97, 3)).flops == flops.function("W", "H")(97, 300)
        assert [net.on((n, 224, 3)).flops for n in (224, 97, 1021)] == list(
            flops.function("H", "W")(sizes, 224)
        )
        assert flops.function().__doc__.startswith("Return 46,592·⌊(H + 1)/4⌋·")
        with pytest.raises(OptionError, match="W must be known"):
            flops.function("H")

    def test_in_other_notations(self):
        """LaTeX has floors and fractions, and so has MathML."""
        macs = (zoo.resnet18().symbolic()["conv1"]).macs

        assert (
            r"$9{,}408 \cdot \left\lceil \frac{H}{2} \right\rceil \cdot "
            r"\left\lceil \frac{W}{2} \right\rceil$"
        ) == macs._repr_latex_()
        assert "<mfrac>" in macs.to_mathml()
        assert "<mn>9,408</mn><mo>·</mo>" in macs.to_mathml()
        assert r"\gcd(\left\lfloor" in zoo.vgg16().symbolic().flops.to_latex()

    def test_bounds_are_told_apart(self):
        """A lower bound is no number, and adds up to a lower bound."""
        bound = h + AtLeast(3)

        assert "≥ h + 3" == str(bound)
        assert AtLeast(5) == bound.at(h=2)
        assert isinstance(bound.at(h=2), AtLeast)
        assert bound != h + 3
        assert bound == pickle.loads(pickle.dumps(bound))
