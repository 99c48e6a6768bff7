"""Lower bounds: a total of which some is unknown never passes for a number."""

import copy
import pickle

import pytest
from test_layers import Mystery

from cnncalc import AtLeast, OptionError, Sequential

BOUND = AtLeast(36)


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (BOUND * 2, "≥ 72"),
        (2 * BOUND, "≥ 72"),
        (BOUND - 1, "≥ 35"),
        (BOUND + 1, "≥ 37"),
        (1 + BOUND, "≥ 37"),
        (BOUND + AtLeast(4), "≥ 40"),
        (BOUND * AtLeast(2), "≥ 72"),
        (BOUND // 5, "≥ 7"),
        (BOUND / 8, "≥ 4.5"),
        (BOUND / 8 + 1, "≥ 5.5"),
        (sum([BOUND, 4]), "≥ 40"),
    ],
)
def test_what_is_made_of_a_bound_is_one(made, text):
    """Sums, products and quotients of a lower bound say so."""
    assert text == str(made) == f"{made}"
    assert repr(made) == f"AtLeast({text[2:]})"


def test_a_part_of_a_bound_is_one():
    """What it is multiplied with may be less than 1, and 0."""
    assert ["≥ 18.0", "≥ 0"] == [str(BOUND * part) for part in (0.5, 0)]


def test_it_is_written_in_any_format():
    """A format applies to the number behind the sign."""
    assert "≥ 1,234,000" == f"{AtLeast(1_234_000):,}"
    assert "≥ 1.23 M" == f"{AtLeast(1_234_000) / 1e6:.2f} M"


@pytest.mark.parametrize(
    "make",
    [
        lambda: 100 - BOUND,
        lambda: -BOUND,
        lambda: BOUND - AtLeast(1),
        lambda: BOUND * -1,
        lambda: BOUND // AtLeast(2),
        lambda: BOUND / -2,
    ],
)
def test_what_would_be_no_bound_is_refused(make):
    """An upper bound, or a difference of two bounds, is not taken for a number."""
    with pytest.raises(OptionError, match=r"is not known. Take int\(\)"):
        make()


@pytest.mark.parametrize(
    "make", [lambda: BOUND + "1", lambda: BOUND * {}, lambda: {} - BOUND]
)
def test_what_is_no_number_is_left_to_python(make):
    """What is none is refused as of any number."""
    with pytest.raises(TypeError, match="unsupported operand"):
        make()


def test_it_is_below_nothing():
    """Whether it fits a budget is unknown, and so never true; that it exceeds one may be."""
    for budget in (1, 36, 10**9, 36.5, AtLeast(10**9)):
        assert not BOUND <= budget
        assert not BOUND < budget
        if not isinstance(budget, float):  # which does not ask what is on its right
            assert not budget >= BOUND
            assert not budget > BOUND

    assert BOUND > 35
    assert BOUND >= 36
    assert BOUND >= 35
    assert 35 < BOUND
    assert 36 <= BOUND
    assert not BOUND > 36
    assert not BOUND >= 37
    assert not BOUND > AtLeast(1)
    assert not BOUND >= AtLeast(1)


def test_equal_bounds_are_equal():
    """Two of the same number are equal values, also after a pickle and a copy."""
    assert AtLeast(36) == BOUND == pickle.loads(pickle.dumps(BOUND))
    assert AtLeast is type(copy.deepcopy(BOUND))
    assert 1 == len({BOUND, AtLeast(36)})
    assert 36 == int(BOUND)


def test_a_budget_of_a_network_of_unknown_layers():
    """A test of a budget fails where a layer does not tell what it costs."""
    net = Sequential(input=8).fc(4).add(Mystery())

    assert not net.macs <= 10**12
    assert ("≥ 64", "≥ 31") == (str(net.macs * 2), str(net.macs - 1))


def test_a_kind_that_tells_bounds_of_its_own():
    """Rules may return lower bounds; every report takes them."""

    class Bounded(Mystery):
        def params(self, x):
            return AtLeast(40)

        def macs(self, x):
            return AtLeast(50)

    net = Sequential(input=8).fc(4).add(Bounded())
    frozen = net.freeze("bounded1")

    assert ("≥ 76", "≥ 82") == (str(net.params), str(net.macs))
    assert "≥ 76" in str(frozen.summary())
    assert "≥ 40" in str(net.diff(Sequential(input=8).fc(4)))
    for kind in ("params", "macs"):
        assert "≥" in net.draw(kind).to_svg()
    for text in (net.summary().to_html(), str(net.explain()), net.summary().to_json()):
        assert "40" in text
