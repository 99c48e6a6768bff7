"""Shapes, pairs, paddings, and the window arithmetic."""

import copy
import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import counts, small

from cnncalc import ConfigError, Shape, ShapeError
from cnncalc.checks import is_count, shown
from cnncalc.sizes.shape import by_axis, pads, pair, slide, span, spread


class Index:
    """An integer of another kind, such as numpy's."""

    def __init__(self, value):
        self.value = value

    def __index__(self):
        return self.value


class TestShape:
    def test_knows_its_sizes(self):
        """A map has height, width, channels, positions and a size."""
        x = Shape(28, 14, 6)

        assert (28, 14, 6) == (x.height, x.width, x.channels)
        assert (392, 2352, False) == (x.positions, x.size, x.is_vector)
        assert ("28×14×6", "Shape(28, 14, 6)") == (str(x), repr(x))

    def test_a_vector_prints_as_its_length(self):
        """A vector has height and width 1 and says that it is one."""
        x = Shape.of(84)

        assert (1, 1, 84) == (x.height, x.width, x.channels)
        assert (84, True) == (x.size, x.is_vector)
        assert ("84", "Shape.of(84)") == (str(x), repr(x))

    def test_a_vector_is_not_a_map_of_one_position(self):
        """A vector and a 1×1×n map have the same numbers and are not equal."""
        assert Shape.of(84) != Shape(1, 1, 84)
        assert Shape.of(84).size == Shape(1, 1, 84).size

    @pytest.mark.parametrize(
        "value",
        [Shape(4, 5, 6), (4, 5, 6), [4, 5, 6], (Index(4), Index(5), Index(6))],
    )
    def test_of_takes_what_means_a_map(self, value):
        """A shape, a tuple, a list and integers of any kind mean a map."""
        assert Shape(4, 5, 6) == Shape.of(value)

    @pytest.mark.parametrize("value", [84, (84,), Index(84)])
    def test_of_takes_what_means_a_vector(self, value):
        """An integer, alone or in a tuple, means a vector."""
        assert Shape(1, 1, 84, is_vector=True) == Shape.of(value)

    def test_chw_takes_channels_first(self):
        """The order of PyTorch has a constructor of its own."""
        assert Shape(224, 200, 3) == Shape.chw(3, 224, 200)

    @pytest.mark.parametrize(
        "value",
        [0, -3, True, 2.5, "8", None, (), (3, 3), (3, 3, 3, 3), (0, 3, 3), (3, 3, -1)]
        + [(3, True, 3), (3, 3.0, 3), ("3", 3, 3), (float("nan"), 3, 3)],
    )
    def test_refuses_what_is_no_shape(self, value):
        """Anything that is no positive integer, alone or three of them, is refused."""
        with pytest.raises(ConfigError, match="Shape: "):
            Shape.of(value)

    def test_a_vector_has_one_position(self):
        """A vector of more than one position is refused."""
        with pytest.raises(ConfigError, match="use Shape.of|Use Shape.of"):
            Shape(2, 1, 3, is_vector=True)

    def test_dimensions_have_no_limit(self):
        """Sizes beyond 64 bits are counted exactly."""
        assert 10**60 == Shape(10**20, 10**20, 10**20).size

    def test_is_a_value(self):
        """Equal shapes hash alike, and survive pickling and copying."""
        x = Shape(4, 5, 6)

        assert {x: 1}[Shape(4, 5, 6)] == 1
        assert x == pickle.loads(pickle.dumps(x)) == copy.deepcopy(x)
        with pytest.raises(AttributeError):
            x.height = 3


class TestNormalForms:
    @pytest.mark.parametrize(
        ("value", "normal"),
        [
            (3, (3, 3)),
            ((3, 5), (3, 5)),
            ([3, 5], (3, 5)),
            (Index(3), (3, 3)),
            (True, True),
            (2.0, 2.0),
            ("3", "3"),
            (None, None),
            ((1, 2, 3), (1, 2, 3)),
        ],
    )
    def test_pair(self, value, normal):
        """A pair is made of an int; what cannot be one is left for its field's check."""
        assert normal == pair(value)

    @pytest.mark.parametrize(
        ("value", "normal"),
        [
            (2, ((2, 2), (2, 2))),
            ((1, 2), ((1, 1), (2, 2))),
            (((0, 1), (2, 3)), ((0, 1), (2, 3))),
            ([[0, 1], [2, 3]], ((0, 1), (2, 3))),
            ("same", "same"),
        ],
    )
    def test_pads(self, value, normal):
        """A padding is told side by side, or is a word."""
        assert normal == pads(value)

    @pytest.mark.parametrize(
        ("value", "short"),
        [
            (((2, 2), (3, 3)), (2, 3)),
            (((2, 2), (3, 4)), ((2, 2), (3, 4))),
            (((2, 2), (4, 3)), ((2, 2), (4, 3))),
            (((1, 2), (3, 3)), ((1, 2), (3, 3))),
            (((2, 1), (3, 3)), ((2, 1), (3, 3))),
            ("valid", "valid"),
        ],
    )
    def test_by_axis(self, value, short):
        """Where both sides of each axis are equal, two numbers say it."""
        assert short == by_axis(value)

    @pytest.mark.parametrize(
        ("value", "text"),
        [
            (3, "3"),
            ("x", "'x'"),
            (None, "None"),
            (True, "True (a bool)"),
            (2.5, "2.5 (a float)"),
            ("x" * 99, "'" + "x" * 59 + "…"),
            pytest.param(10**5000, "an integer of very many digits", id="huge"),
        ],
    )
    def test_a_wrong_value_is_shown_shortly(self, value, text):
        """A message repeats what arrived, in one short line."""
        assert text == shown(value)


class TestWindows:
    @given(st.integers(1, 40), small, small, counts, counts, small)
    def test_slide_counts_the_windows_that_fit(
        self, size, kernel, stride, before, after, dilation
    ):
        """There are as many windows as starts from which a window stays inside."""
        reach = dilation * (kernel - 1) + 1
        starts = range(-before, size + after - reach + 1, stride)
        x, padding = Shape(size, 99, 1), ((before, after), (0, 0))
        arguments = ((kernel, 1), (stride, 1), padding, (dilation, 1))

        if starts:
            assert (len(starts), 99) == slide(x, *arguments)
        else:
            with pytest.raises(ShapeError, match="larger than the padded map"):
                slide(x, *arguments)

    @given(st.integers(1, 40), small, small, small)
    def test_ceil_also_counts_a_window_that_the_border_cuts_off(
        self, size, kernel, stride, dilation
    ):
        """With ceil a window may overhang by less than a stride, if it starts inside."""
        padding = kernel // 2
        reach = dilation * (kernel - 1) + 1
        overhang = size + padding - reach + stride
        starts = [s for s in range(-padding, overhang, stride) if s < size]
        x, sides = Shape(size, 99, 1), ((padding, padding), (0, 0))
        arguments = ((kernel, 1), (stride, 1), sides, (dilation, 1))

        if starts:
            assert (len(starts), 99) == slide(x, *arguments, ceil=True)
        else:
            with pytest.raises(ShapeError, match="larger than the padded map"):
                slide(x, *arguments, ceil=True)

    @given(st.integers(1, 40), small, small, small)
    def test_same_divides_by_the_stride_and_rounds_up(self, size, kernel, stride, d):
        """TensorFlow's "same" takes a window for each stride, whatever the kernel."""
        x = Shape(size, size, 1)

        found = slide(x, (kernel, 1), (stride, 1), "same", (d, 1))

        assert (len(range(0, size, stride)), size) == found

    def test_valid_is_no_padding(self):
        """The word "valid" is a padding of 0."""
        assert (13, 13) == slide(Shape(27, 27, 1), (3, 3), (2, 2), "valid", (1, 1))

    @given(st.integers(1, 12), small, small, counts, counts, small, counts)
    def test_spread_undoes_slide(self, size, kernel, stride, before, after, d, extra):
        """A transposed convolution gives the size from which its input would come."""
        x, pads = Shape(size, 1, 1), ((before, after), (0, 0))
        y = (size - 1) * stride + span(kernel, d) - before - after + extra
        arguments = ((kernel, 1), (stride, 1), pads, (d, 1), (extra, 0))

        if y < 1:
            with pytest.raises(ShapeError, match="cuts away the whole output"):
                spread(x, *arguments)
        else:
            assert (y, 1) == spread(x, *arguments)

    def test_a_dilated_kernel_spans_its_gaps(self):
        """A kernel of 3 with dilation 2 reaches over 5 positions."""
        assert (5, 3, 1) == (span(3, 2), span(3, 1), span(1, 9))

    def test_refuses_a_vector(self):
        """What slides over a map refuses a vector, also a transposed convolution."""
        x, one = Shape.of(10), (1, 1)
        for refuse in (
            lambda: slide(x, one, one, "valid", one),
            lambda: spread(x, one, one, "valid", one, None),
        ):
            with pytest.raises(ShapeError, match="a vector of 10 reached it"):
                refuse()

    def test_both_axes_are_told_of_a_window_that_does_not_fit(self):
        """The message has the kernel with its gaps and the map with its padding."""
        x, sides = Shape(3, 9, 1), ((1, 0), (2, 3))

        with pytest.raises(
            ShapeError,
            match=r"its kernel 5×4 \(dilated\) is larger than the padded map 4×14",
        ):
            slide(x, (3, 4), (1, 1), sides, (2, 1))
        with pytest.raises(ShapeError, match="its kernel 1×15 is larger than .* 4×14"):
            slide(x, (1, 15), (1, 1), sides, (1, 1))

    def test_an_output_that_is_cut_away_is_told_with_its_size(self):
        """What a transposed convolution would have left stands in the message."""
        for sides, left in (((1, 1), (0, 0)), "0×2"), (((0, 0), (1, 2)), "2×-1"):
            with pytest.raises(ShapeError, match=rf"whole output \({left}\)"):
                spread(Shape(1, 1, 1), (2, 2), (1, 1), sides, (1, 1), (0, 0))

    def test_words_cut_as_keras_does(self):
        """Of 4 rows with stride 3 and kernel 5: 12 with "same", 14 with "valid"."""
        x, steps, one = Shape(4, 4, 1), (3, 3), (1, 1)

        assert (12, 12) == spread(x, (5, 5), steps, "same", one, None)
        assert (14, 12) == spread(x, (5, 2), steps, "valid", one, None)
        # With an output padding p: (4 - 1)·3 + 5 - 2·2 + p, and without the 2·2.
        assert (11, 10) == spread(x, (5, 5), steps, "same", one, (1, 0))
        assert (15, 14) == spread(x, (5, 5), steps, "valid", one, (1, 0))


@pytest.mark.parametrize(
    "size",
    [(10**300, 1, 1), (1, 10**300, 1), 10**300, 10**5000],
    ids=["height", "width", "vector", "beyond print"],
)
def test_a_size_has_at_most_300_digits(size):
    """A shape of larger sizes is refused when it is made, not when it is printed."""
    assert 10**300 - 1 == Shape.of(10**300 - 1).size
    with pytest.raises(ConfigError, match="at most 300 digits"):
        Shape.of(size)


def test_a_count_has_at_most_300_digits():
    """Python prints it; a bool is none, and what is too small is none."""
    assert is_count(10**300 - 1)
    assert not is_count(10**300)
    assert (True, False, False) == (is_count(1), is_count(0), is_count(True))
    assert (True, False) == (is_count(0, 0), is_count(-1, 0))
