"""Errors say where, what, why and what to do, and are the standard kinds too."""

import pickle

import pytest

import cnncalc
from cnncalc import errors

KINDS = [name for name in errors.__all__ if name.endswith("Error")]


@pytest.mark.parametrize("name", [n for n in KINDS if n != "CnncalcError"])
def test_each_is_of_the_family_and_of_a_standard_kind(name):
    """Every error is a CnncalcError, a standard error, and public."""
    kind = getattr(cnncalc, name)

    assert issubclass(kind, cnncalc.CnncalcError)
    assert issubclass(
        kind, (ValueError, LookupError, TypeError, AttributeError, ImportError)
    )


@pytest.mark.parametrize("name", KINDS)
def test_each_reads_the_same_after_pickling(name):
    """An error keeps its class and its message through a pickle."""
    error = getattr(errors, name)("why", "Fix", "Conv2d on 3×3×1", "a/b")
    copy = pickle.loads(pickle.dumps(error))

    assert type(error) is type(copy)
    assert "a/b: Conv2d on 3×3×1: why. Fix." == str(error) == str(copy)


def test_a_long_list_of_names_is_cut():
    """A message lists a few of the names that there are, and how many more."""
    error = errors.unknown_name("word", "zzz", [f"a{n}" for n in range(30)])

    assert str(error).endswith('"a8", "a9" and 20 more.')


def test_what_is_known_of_a_place_stays():
    """A place or layer is filled in once; what is further out does not replace it."""
    error = errors.ShapeError("why").at_layer("Pool").at_layer("Add")
    error = error.at_place("in").at_place("out")

    assert ("Pool", "in") == (error.layer, error.place)
    assert "in: Pool: why." == str(error)


def test_hostile_names_stay_within_the_line():
    """What does not print is escaped, so a message is one line that UTF-8 can hold."""
    name = "\x1b[31m\nred\ud800\u202e"
    with pytest.raises(cnncalc.ShapeError) as caught:
        cnncalc.Sequential(input=(4, 4, 3)).conv(9, 1, name=name)
    text = str(caught.value)

    assert text.startswith(r"\x1b[31m\nred\ud800\u202e: Conv2d on 4×4×3: its kernel")
    assert name == caught.value.place
    assert text.encode().decode() == text


def test_a_message_is_of_bounded_length():
    """Of what is very long, a message has the beginning and the end."""
    error = errors.ShapeError("w" * 10**6, "f" * 10**6, "l" * 10**6, "p" * 10**6)

    assert len(str(error)) < 3000
    assert [*map(str(error).count, "…wflp")] == [4, 1000, 1000, 300, 300]


def test_what_was_made_goes_along_with_the_place():
    """An error that gets its place or layer keeps the network up to it."""
    error = errors.ShapeError("why")
    error.network, error.table = "network", "table"
    moved = error.at_layer("Pool").at_place("in")

    assert ("network", "table") == (moved.network, moved.table)
