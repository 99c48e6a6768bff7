"""Errors say where, what, why and what to do, and are the standard kinds too."""

import pickle

import pytest

import cnncalc
from cnncalc import errors

KINDS = [name for name in errors.__all__ if name[0].isupper()]


@pytest.mark.parametrize("name", [n for n in KINDS if n != "CnncalcError"])
def test_each_is_of_the_family_and_of_a_standard_kind(name):
    """Every error is a CnncalcError, a standard error, and public."""
    kind = getattr(cnncalc, name)

    assert issubclass(kind, cnncalc.CnncalcError)
    assert issubclass(kind, (ValueError, LookupError))


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
