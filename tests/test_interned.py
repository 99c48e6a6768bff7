"""What equal arguments make is made once; nothing that may change is kept."""

import inspect

import pytest
from attrs import frozen

from cnncalc import ConfigError, Conv2d, Dropout, InvertedResidual, Layer, Sequential
from cnncalc.cache import Memo
from cnncalc.layers import interned


class Counted(Layer):
    """A layer of a user's, which is made anew each time."""

    def output(self, x, /):
        return x


@frozen
class Scaled(Layer):
    by: int

    def output(self, x, /):
        return x


def test_equal_arguments_make_the_same_layer():
    """A layer or block of equal arguments is the same object."""
    assert Conv2d(3, 8, padding=(1, 2)) is Conv2d(3, 8, padding=(1, 2))
    assert Dropout(0.5) is Dropout(0.5)
    assert InvertedResidual(96, 24) is InvertedResidual(96, 24)
    assert Conv2d(3, 8, name="a") is not Conv2d(3, 8, name="b")


def test_the_users_own_classes_make_their_own():
    """Of a class that is not cnncalc's, each value is made anew."""
    assert Counted() is not Counted()
    assert Scaled(2) is not Scaled(2)
    assert Scaled(2) == Scaled(2)


def test_no_wrong_argument_passes_for_a_right_one():
    """What equals a right argument, but is of another type, is refused."""
    Conv2d(1, 1, padding=(1, 0))
    for wrong in [(True, 1), (1.0, 1), (1, True), (1, 1.0), ((1, 1.0), 1)]:
        with pytest.raises(ConfigError):
            Conv2d(*wrong)
    with pytest.raises(ConfigError):
        Conv2d(1, 1, padding=(1, False))


def test_what_may_change_is_not_kept():
    """A layer made of a list is made anew; and zeros of two signs are two."""
    kernel = [3, 3]
    first = Conv2d(kernel, 8)
    kernel[0] = 1

    assert (3, 3) == first.kernel
    assert (1, 3) == Conv2d(kernel, 8).kernel
    assert ["Dropout(0.0)", "Dropout(-0.0)"] == [repr(Dropout(x)) for x in (0.0, -0.0)]
    assert Conv2d((3, 3), 8) == first
    with pytest.raises(ConfigError):
        Conv2d((3, [3]), 8)


def test_what_is_kept_is_bounded(monkeypatch):
    """Only so many layers are kept, and the oldest go first."""
    monkeypatch.setattr(interned, "_MADE", Memo(most=2))
    first, *_ = [Conv2d(1, filters) for filters in range(1, 5)]

    assert 2 == len(interned._MADE)
    assert first is not Conv2d(1, 1)
    assert first == Conv2d(1, 1)


def test_a_class_tells_its_arguments():
    """Each kind has the signature that its fields give it."""
    assert ["kernel", "filters"] == list(inspect.signature(Conv2d).parameters)[:2]


def test_equal_parts_make_one_open_network():
    """The same calls on open networks of one beginning make one network."""

    def body():
        return Sequential().conv(1, 4).residual(Sequential().conv((3, 1), 4)).relu()

    assert body() is body()
    assert body() is not body().calling_as_functions("relu1").relu()
    assert Sequential(name="a").relu() is not Sequential(name="b").relu()
    assert Sequential().add(Counted()) is not Sequential().add(Counted())


def test_a_block_refuses_a_float_that_equals_what_it_had():
    """A block of 24.0 filters is refused, also after one of 24."""
    net = Sequential(input=(8, 8, 16)).add(InvertedResidual(96, 24))

    with pytest.raises(ConfigError, match="filters is 24.0"):
        Sequential(input=(8, 8, 16)).add(InvertedResidual(96, 24.0))
    assert 24 == net.output.channels
