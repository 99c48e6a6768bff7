"""Shapes of any rank, what is stated along axes, and the window arithmetic."""

import copy
import inspect
import math
import pickle
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import counts, small

from cnncalc import ArgumentError, ConfigError, LikelyMistake, Shape, ShapeError
from cnncalc.checks import for_message, is_count, plain
from cnncalc.sizes.arithmetic import write
from cnncalc.sizes.axes import (
    along,
    axes,
    axis_names,
    axis_of,
    by_axis,
    ends_of,
    folded_axes,
    kind_of,
    letters,
    sides,
    subscripts,
)
from cnncalc.sizes.number import (
    divisible,
    holds,
    is_one_of,
    less,
    product,
    structure_of,
    with_symbols,
    without_terms,
)
from cnncalc.sizes.places import behind, inside, slides
from cnncalc.sizes.shape import entered
from cnncalc.sizes.term import leaf
from cnncalc.sizes.window import (
    LOCAL,
    Window,
    around,
    needs_space,
    slide,
    span,
    spread,
    window_of,
)
from cnncalc.symbolic.expression import Symbol

sizes = st.lists(st.integers(1, 40), min_size=1, max_size=6)


class Index:
    """An integer of another kind, such as numpy's."""

    def __init__(self, value):
        self.value = value

    def __index__(self):
        return self.value


class Many(list):
    """Numbers of many cases at once, such as an array."""

    def all(self):
        return all(self)


class TestShape:
    def test_a_map_knows_its_sizes(self):
        """A map has height, width, channels, positions and a size."""
        x = Shape(28, 14, 6)

        assert (28, 14, 6) == (x.height, x.width, x.channels)
        assert (392, 2352, False) == (x.positions, x.size, x.is_vector)
        assert ("28×14×6", "Shape(28, 14, 6)") == (str(x), repr(x))

    def test_a_sequence_and_a_volume_know_theirs(self):
        """A sequence has a length, a volume a depth too; other axes are 1."""
        x, v = Shape(100, 64), Shape(16, 112, 96, 3)

        assert (100, 64, 100, 6400) == (x.length, x.channels, x.positions, x.size)
        assert (1, 1, 1) == (x.height, x.width, x.depth)
        assert (16, 112, 96, 1) == (v.depth, v.height, v.width, v.length)
        assert (16 * 112 * 96, 16 * 112 * 96 * 3) == (v.positions, v.size)
        assert ["100×64", "16×112×96×3"] == [str(x), str(v)]
        assert (1, 1) == (Shape(4, 5, 6).length, Shape(4, 5, 6).depth)

    def test_a_vector_prints_as_its_length(self):
        """A vector has no axes: its channels are its length."""
        x = Shape.of(84)

        assert (1, 1, 84) == (x.height, x.width, x.channels)
        assert (84, 1, True, ()) == (x.size, x.positions, x.is_vector, x.space)
        assert ("84", "Shape.of(84)") == (str(x), repr(x))
        assert x == Shape(84)

    def test_a_vector_is_not_a_map_of_one_position(self):
        """A vector and a 1×1×n map have as many values and are not equal."""
        assert Shape.of(84) != Shape(1, 1, 84)
        assert Shape.of(84).size == Shape(1, 1, 84).size

    @given(sizes)
    def test_any_number_of_axes(self, sizes):
        """Whatever the rank: space and channels, their products, and a way back."""
        x = Shape(*sizes)

        assert (*x.space, x.channels) == tuple(sizes) == tuple(x)
        assert len(sizes) - 1 == x.rank == len(x.space)
        assert math.prod(sizes[:-1]) == x.positions
        assert math.prod(sizes) == x.size
        assert (x.rank == 0) == x.is_vector
        assert x == eval(repr(x)) == Shape.of(sizes) == Shape.made(x.space, x.channels)
        assert x == Shape.chw(x.channels, *x.space)

    def test_a_list_takes_its_numbers(self):
        """What can be walked over can be added to a list, as any tuple can."""
        sizes = [1]
        sizes += Shape(28, 28, 6)

        assert [1, 28, 28, 6] == sizes

    def test_a_tuple_takes_its_numbers(self):
        """A tuple before it is added to it, as to any tuple."""
        assert (1, 28, 28, 6) == (1,) + Shape(28, 28, 6)
        assert (28, 28, 6) == sum([(28,), Shape(28, 6)], ())

    def test_a_number_takes_no_shape(self):
        """A number and a shape have no sum."""
        with pytest.raises(ArgumentError, match=r"it is no number. Write shape.size"):
            1 + Shape(28, 28, 6)

    def test_is_a_tuple_of_its_numbers(self):
        """It unpacks, and equals the same plain tuple, with the same hash."""
        height, width, channels = Shape(28, 14, 6)

        assert (28, 14, 6) == (height, width, channels) == Shape(28, 14, 6)
        assert hash((28, 14, 6)) == hash(Shape(28, 14, 6))
        assert {(28, 14, 6): 1}[Shape(28, 14, 6)] == 1
        assert Shape(28, 14) != Shape(28, 14, 1)

    @pytest.mark.parametrize(
        "value",
        [Shape(4, 5, 6), (4, 5, 6), [4, 5, 6], (Index(4), Index(5), Index(6))],
    )
    def test_of_takes_what_means_a_map(self, value):
        """A shape, a tuple, a list and integers of any kind mean a map."""
        assert Shape(4, 5, 6) == Shape.of(value)
        assert {int} == set(map(type, Shape.of(value)))

    @pytest.mark.parametrize("value", [84, (84,), Index(84)])
    def test_of_takes_what_means_a_vector(self, value):
        """An integer, alone or in a tuple, means a vector."""
        assert Shape(1, 1, 84, is_vector=True) == Shape.of(value)

    def test_chw_takes_channels_first(self):
        """The order of PyTorch has a constructor of its own."""
        assert Shape(224, 200, 3) == Shape.chw(3, 224, 200)
        assert Shape(100, 64) == Shape.chw(64, 100)

    @pytest.mark.parametrize(
        "value",
        [0, -3, True, 2.5, "8", None, (), (0, 3), (3, 3, 3, 0), (0, 3, 3), (3, 3, -1)]
        + [(3, True, 3), (3, 3.0, 3), ("3", 3, 3), (float("nan"), 3, 3), ((3, 3), 1)],
    )
    def test_refuses_what_is_no_shape(self, value):
        """Anything but positive integers, alone or several, is refused."""
        with pytest.raises(ConfigError, match="Shape: "):
            Shape.of(value)

    def test_says_which_size_is_wrong(self):
        """A message names the axis, by what it is called at that rank."""
        for wrong, named in (
            ((0, 4), "length is 0"),
            ((4, 0, 3), "width is 0"),
            ((0, 4, 4, 3), "depth is 0"),
            ((4, 0, 4, 4, 3), "axis 2 is 0"),
            ((4, 4, 0), "channels is 0"),
            (((3, 5), 1), r"its first size is \(3, 5\). Write Shape\(3, 5\)"),
            ((-1, 3, 5), "its first size is -1. A batch is no part of a shape"),
            ((None, 3, 5), "its first size is None. A batch is no part of a shape"),
            ((3, 5, None), "channels is None"),
        ):
            with pytest.raises(ConfigError, match=named):
                Shape(*wrong)

    def test_something_is_there(self):
        """A shape without any number is none."""
        with pytest.raises(ConfigError, match="it has no sizes"):
            Shape()

    @pytest.mark.parametrize("sizes", [(2, 1), (1, 2), (5,), (1, 2, 3)])
    def test_a_vector_has_one_position(self, sizes):
        """A vector of more than one position is refused, along whichever axis."""
        found = "×".join(map(str, sizes))

        with pytest.raises(
            ConfigError, match=rf"has one position, not {found}. Use Shape.of\(n\)"
        ):
            Shape(*sizes, 3, is_vector=True)

    @pytest.mark.parametrize(
        ("sizes", "rule"),
        [
            ((3, 224, 224), "channels come last. Write input=(224, 224, 3)"),
            ((4, 224, 224), "channels come last. Write input=(224, 224, 4)"),
            ((3, 8, 64, 64), "channels come last. Write input=(8, 64, 64, 3)"),
            ((1, 28, 28, 1), "a batch is no part of a shape. Write input=(28, 28, 1)"),
        ],
    )
    def test_what_begins_with_channels_or_a_batch_is_said(self, sizes, rule):
        """A tuple is taken as it stands, and a warning says what it looks like."""
        with pytest.warns(LikelyMistake, match=re.escape(f"Here {rule}, or input=")):
            assert sizes == entered(sizes)

    def test_dimensions_have_no_limit(self):
        """Sizes beyond 64 bits are counted exactly."""
        assert 10**60 == Shape(10**20, 10**20, 10**20).size

    def test_is_a_value(self):
        """Equal shapes hash alike, survive pickling and copying, and cannot change."""
        for x in (Shape(4, 5, 6), Shape.of(3), Shape(7, 2)):
            assert {x: 1}[Shape.of(tuple(x))] == 1
            assert x == pickle.loads(pickle.dumps(x)) == copy.deepcopy(x)
            assert Shape is type(pickle.loads(pickle.dumps(x)))
            with pytest.raises(AttributeError):
                x.height = 3


@pytest.mark.parametrize(
    ("function", "options"),
    [
        (axis_of, ["more"]),
        (behind, ["gapless", "outside"]),
        (leaf, ["divides"]),
        (slide, ["ceil"]),
        (with_symbols, ["like"]),
        (write, ["general"]),
    ],
)
def test_options_are_given_by_name(function, options):
    """What a bare True or 1 would say is read at no call."""
    parameters = inspect.signature(function).parameters.values()

    assert options == [p.name for p in parameters if p.kind is p.KEYWORD_ONLY]


class TestNumbers:
    def test_a_check_holds_in_all_cases(self):
        """An int's truth counts; of many cases at once, all of them have to."""
        assert [True, False, True, False] == [holds(n) for n in (True, False, 3, 0)]
        assert [True, False] == [holds(Many([1, 2])), holds(Many([1, 0]))]

    def test_products(self):
        """Of no sizes it is 1, of others what multiplying gives."""
        assert (1, 7, 75) == (product(()), product((7,)), product((3, 5, 5)))
        assert ["3×5", "5×3"] == [
            str(product(sizes)) for sizes in ((leaf(3, "k"), 5), (5, leaf(3, "k")))
        ]

    def test_comparisons(self):
        """A number is less than larger ones alone, and one of those that equal it."""
        assert [1, 0, 0] == [less(3, 5), less(5, 5), less(5, 3)]
        assert [True, False] == [is_one_of(n, (3, int("1000"))) for n in (1000, 999)]

    def test_terms_become_integers_and_symbols_stay(self):
        """What remembers how it was made is forgotten; what has no number is kept."""
        s = Symbol("s").as_size

        assert (int, 3) == (type(without_terms(leaf(3, "k"))), without_terms(3))
        assert s is without_terms(s)

    def test_structures_of_symbols_can_be_compared(self):
        """Those of equal expressions are equal and hash alike; others are others."""
        one, same, other = [
            structure_of(((Symbol(name).as_size + 1, 3), "same")) for name in "sst"
        ]

        assert one == same != other
        assert {one: 1}[same] == 1

    def test_channels_that_are_divisible(self):
        """As MobileNet's code rounds: half goes up, and down by at most a tenth."""
        for channels in (1, 2.5, 10.4, 12, 52.4, 52.5, 57.5, 99.9):
            for by in (5, 8):
                rounded = max(by, int(channels + by / 2) // by * by)
                rounded += by * (rounded < 0.9 * channels)

                assert rounded == divisible(channels, by)


class TestAxes:
    def test_axes_have_names_and_signs_by_their_number(self):
        """Sequences, maps and volumes have those of the field; others are counted."""
        assert ("vector", "map", "space of 5 axes") == tuple(map(kind_of, (0, 2, 5)))
        assert [(), ("L",), ("H", "W"), ("D", "H", "W")] == list(map(letters, range(4)))
        assert ("N_1", "N_2", "N_3", "N_4") == letters(4)
        assert ("N_1", "N_2", "N_3", "N_4", "N_5") == letters(5)
        assert ("axis 1", "axis 2", "axis 3", "axis 4") == axis_names(4)
        assert ("axis 1", "axis 5") == (axis_names(5)[0], axis_names(5)[-1])
        assert [(), ("",), ("_h", "_w"), ("_d", "_h", "_w")] == [
            subscripts(rank) for rank in range(4)
        ]
        assert ("_1", "_2", "_3", "_4") == subscripts(4)
        assert ("_1", "_2", "_3", "_4", "_5") == subscripts(5)
        assert (("_l", "_r"),) == ends_of(1)
        assert (("_t", "_b"), ("_l", "_r")) == ends_of(2)
        assert ("_front", "_back") == ends_of(3)[0]
        assert 8 == len({end for pair in ends_of(4) for end in pair})

    @pytest.mark.parametrize(
        ("value", "normal"),
        [
            (3, 3),
            ((3, 5), (3, 5)),
            ([3, 5, Index(7)], (3, 5, 7)),
            (Index(3), 3),
            (((0, 1), [2, 3]), ((0, 1), (2, 3))),
            (True, True),
            (2.0, 2.0),
            ("same", "same"),
            (None, None),
        ],
    )
    def test_plain_integers(self, value, normal):
        """Integers become plain; what is none is left for its field's check."""
        assert normal == axes(value)

    def test_an_int_stands_for_all_axes(self):
        """It is expanded, a tuple is taken as it is, and one of other axes refused."""
        assert [(), (2,), (2, 2), (2, 2, 2)] == [along(2, rank) for rank in range(4)]
        assert (1, 2, 3) == along((1, 2, 3), 3)
        with pytest.raises(
            ShapeError, match=r"\(1, 2\) is stated along 2 axes, and a sequence has 1"
        ):
            along((1, 2), 1)
        with pytest.raises(
            ShapeError, match=r"\(1,\) is stated along 1 axis, and a map"
        ):
            along((1,), 2)
        with pytest.raises(ShapeError, match=r"\(\) is stated along 0 axes, and a map"):
            along((), 2)

    def test_axes_are_counted_from_either_end(self):
        """Of a map -1 is the channels and -3 the rows; a new axis has one more place."""
        x = (28, 14, 6)

        assert [0, 1, 2] * 2 == [axis_of(n, x) for n in range(-3, 3)]
        assert [0, 1, 2, 3] * 2 == [axis_of(n, x, more=1) for n in range(-4, 4)]
        for axis in (-4, 3):
            with pytest.raises(
                ShapeError, match=rf"no axis {axis} in .* has 3 .* from 0 to 2, and"
            ):
                axis_of(axis, x)
        for axis in (-5, 4):
            with pytest.raises(
                ShapeError, match=rf"no place {axis} for an axis among 4.* 0 to 3, and"
            ):
                axis_of(axis, x, more=1)

    def test_a_padding_has_two_sides_along_each_axis(self):
        """One number stands for both sides, alone or beside pairs."""
        assert ((2, 2), (2, 2)) == sides(2, 2)
        assert ((1, 1), (2, 2)) == sides((1, 2), 2)
        assert ((0, 1), (2, 3)) == sides(((0, 1), (2, 3)), 2)
        assert ((0, 1), (5, 5), (2, 3)) == sides(((0, 1), 5, (2, 3)), 3)

    @pytest.mark.parametrize(
        ("value", "short"),
        [
            (((2, 2), (3, 3)), (2, 3)),
            (((2, 2), (3, 4)), ((2, 2), (3, 4))),
            (((1, 2), (3, 3)), ((1, 2), (3, 3))),
            (((2, 2),), (2,)),
            (((10**9, int("1000000000")),), (10**9,)),
            ("valid", "valid"),
        ],
    )
    def test_by_axis(self, value, short):
        """Where both sides of each axis are equal, one number for each says it."""
        assert short == by_axis(value)

    def test_a_padding_in_symbols_is_not_compared(self):
        """Whether both sides are equal is not asked, as it would be a condition."""
        p = Symbol("p").as_size

        for value in (((p, 1),), ((1, p),), ((p, p),)):
            assert value is by_axis(value)

    @given(st.integers(1, 4), st.integers(0, 9))
    def test_folding_undoes_expanding(self, rank, n):
        """The shortest form of what an int was expanded to is that int."""
        assert n == folded_axes(along(n, rank)) == folded_axes(sides(n, rank))

    @pytest.mark.parametrize(
        ("value", "short"),
        [
            ((2, 2.0), 2),
            ((300, int("300")), 300),
            ((0.5, 0.5, 0.5), 0.5),
            ((), ()),
            ((1, 2, 1), (1, 2, 1)),
            ((True, True), (True, True)),
            (("a", "a"), ("a", "a")),
            ((2, "a"), (2, "a")),
        ],
    )
    def test_equal_numbers_alone_are_folded(self, value, short):
        """What is no int and no float is left for its field's check, as it is."""
        assert short == folded_axes(value)

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
        assert text == for_message(value)

    def test_only_texts_and_floats_are_made_plain(self):
        """What is neither a text nor a float stays the same object."""
        other = object()

        assert other is plain(other)
        assert [float, str] == [type(plain(2.5)), type(plain("x"))]


def walked(size, kernel, stride, before, after, dilation):
    """Return the starts of windows that stay inside a padded axis, one by one."""
    reach = [tap * dilation for tap in range(kernel)][-1] + 1
    return [
        s for s in range(-before, size + after, stride) if s + reach <= size + after
    ]


axis = st.tuples(st.integers(1, 20), small, small, counts, counts, small)


class TestWindows:
    @given(st.lists(axis, min_size=1, max_size=4))
    def test_slide_counts_the_windows_that_fit(self, axes):
        """Along each axis there are as many as starts from which one stays inside."""
        space, kernel, stride, before, after, dilation = zip(*axes, strict=True)
        found = [len(walked(*one)) for one in axes]
        arguments = (kernel, stride, tuple(zip(before, after, strict=True)), dilation)

        if all(found):
            assert tuple(found) == slide(space, *arguments)
        else:
            with pytest.raises(ShapeError, match="is larger than the padded"):
                slide(space, *arguments)

    @given(st.integers(1, 40), small, small, small)
    def test_ceil_also_counts_a_window_that_the_border_cuts_off(
        self, size, kernel, stride, dilation
    ):
        """With ceil a window may overhang by less than a stride, if it starts inside."""
        padding = kernel // 2
        reach = dilation * (kernel - 1) + 1
        overhang = size + padding - reach + stride
        starts = [s for s in range(-padding, overhang, stride) if s < size]
        pads = ((padding, padding), (0, 0))
        arguments = ((kernel, 1), (stride, 1), pads, (dilation, 1))

        if starts:
            assert (len(starts), 99) == slide((size, 99), *arguments, ceil=True)
        else:
            with pytest.raises(ShapeError, match="larger than the padded map"):
                slide((size, 99), *arguments, ceil=True)

    @given(st.integers(1, 40), small, small, small)
    def test_same_divides_by_the_stride_and_rounds_up(self, size, kernel, stride, d):
        """TensorFlow's "same" takes a window for each stride, whatever the kernel."""
        found = slide((size, size), (kernel, 1), (stride, 1), "same", (d, 1))

        assert (len(range(0, size, stride)), size) == found

    @given(axis)
    def test_words_are_paddings(self, one):
        """What a word pads leads by numbers to the size that the word leads to."""
        size, kernel, stride, _, _, dilation = one
        reach = (span(kernel, dilation),)
        given = ((kernel,), (stride,))

        for word in ("same", "valid", "causal"):
            pads = around((size,), reach, (stride,), word)
            try:
                found = slide((size,), *given, word, (dilation,))
            except ShapeError:
                found = ()
            assert len(walked(size, kernel, stride, *pads[0], dilation)) == sum(found)

    def test_causal_pads_before_alone(self):
        """A kernel of 4 looks 3 back, and one of 3 with gaps 8: nothing later is seen."""
        assert ((3, 0),) == around((100,), (4,), (1,), "causal")
        assert ((8, 0),) == around((100,), (span(3, 4),), (1,), "causal")
        assert ((1, 2),) == around((6,), (5,), (2,), "same")

    def test_a_window_that_needs_no_padding_has_none(self):
        """Steps larger than the kernel may end before the map does."""
        for size in (4, 5, 6, 7):
            assert ((0, 0),) == around((size,), (1,), (3,), "same")

    def test_valid_is_no_padding(self):
        """The word "valid" is a padding of 0."""
        assert (13, 13) == slide((27, 27), (3, 3), (2, 2), "valid", (1, 1))

    def test_all_are_stated_for_as_many_axes(self):
        """A pair that meets three axes is a mistake of ours, and cuts nothing off."""
        three, kernel, one, none = (9, 9, 9), (3, 3), (1, 1), ((0, 0), (0, 0))

        for mistaken in (
            lambda: slide(three, kernel, one, none, one),
            lambda: around(three, kernel, one, "same"),
            lambda: spread(three, kernel, one, none, one, None),
            lambda: spread(three, kernel, one, "valid", one, None),
            lambda: inside(LOCAL, three, (range(1),) * 2),
            lambda: slides(Window(1, 1, 0, each=(range,) * 2), 3),
        ):
            with pytest.raises(ValueError, match="zip"):
                mistaken()
        with pytest.raises(ShapeError, match="stated along 2 axes"):
            Window((3, 3), 1, 0).along(3)

    @given(st.integers(1, 12), small, small, counts, counts, small, counts)
    def test_spread_undoes_slide(self, size, kernel, stride, before, after, d, extra):
        """A transposed convolution gives the size from which its input would come."""
        pads = ((before, after), (0, 0))
        y = (size - 1) * stride + span(kernel, d) - before - after + extra
        arguments = ((kernel, 1), (stride, 1), pads, (d, 1), (extra, 0))

        if y < 1:
            with pytest.raises(ShapeError, match="cuts away the whole output"):
                spread((size, 1), *arguments)
        else:
            assert (y, 1) == spread((size, 1), *arguments)
            assert (y,) == spread((size,), *[part[:1] for part in arguments])

    def test_a_dilated_kernel_spans_its_gaps(self):
        """A kernel of 3 with dilation 2 reaches over 5 positions."""
        assert (5, 3, 1) == (span(3, 2), span(3, 1), span(1, 9))

    def test_refuses_what_has_other_axes(self):
        """A vector has none, and a layer for one axis refuses two."""
        for rank, message in (
            (None, "works on a map, and a vector of 10 reached it. Put it before"),
            (1, "works on a sequence, and a vector of 10 reached it"),
        ):
            with pytest.raises(ShapeError, match=message):
                needs_space(Shape.of(10), rank)
        batch = ". If 5 is a batch, leave it out: "
        channels = ". If the channels are missing, write "
        for sizes, rank, message in (
            ((5, 6, 3), 1, f"2d{batch}(6, 3)"),
            ((5, 6, 7, 3), 2, f"3d{batch}(6, 7, 3)"),
            ((5, 6, 7, 3), 1, "3d"),
            ((5, 3), 3, "1d"),
            ((5, 3), 2, f"1d{channels}(5, 3, 1)"),
            ((5, 6, 3), 3, f"2d{channels}(5, 6, 3, 1)"),
        ):
            x = Shape(*sizes)
            axes = f"{rank} ax{'i' if rank == 1 else 'e'}s"
            why = f"it works along {axes}, and {x}, a {kind_of(x.rank)}, reached it. "

            with pytest.raises(ShapeError) as refused:
                needs_space(x, rank)
            cure = f"Use the layer whose name ends in {message}."
            assert f"{why}{cure}" == str(refused.value)

    def test_all_axes_are_told_of_a_window_that_does_not_fit(self):
        """The message has the kernel with its gaps and the map with its padding."""
        pads = ((1, 0), (2, 3))

        with pytest.raises(
            ShapeError,
            match=r"its kernel 5×4 \(dilated\) is larger than the padded map 4×14",
        ):
            slide((3, 9), (3, 4), (1, 1), pads, (2, 1))
        with pytest.raises(ShapeError, match="its kernel 1×15 is larger than .* 4×14"):
            slide((3, 9), (1, 15), (1, 1), pads, (1, 1))
        with pytest.raises(
            ShapeError, match="its kernel 4 is .* the padded sequence 3"
        ):
            slide((3,), (4,), (1,), "valid", (1,))
        with pytest.raises(ShapeError, match=r"its kernel 5 \(dilated\) is larger"):
            slide((3,), (3,), (1,), "valid", (2,))

    def test_an_output_that_is_cut_away_is_told_with_its_size(self):
        """What a transposed convolution would have left stands in the message."""
        for pads, left in (((1, 1), (0, 0)), "0×2"), (((0, 0), (1, 2)), "2×-1"):
            with pytest.raises(ShapeError, match=rf"whole output \({left}\)"):
                spread((1, 1), (2, 2), (1, 1), pads, (1, 1), (0, 0))

    def test_words_cut_as_keras_does(self):
        """Of 4 rows with stride 3 and kernel 5: 12 with "same", 14 with "valid"."""
        x, steps, one = (4, 4), (3, 3), (1, 1)

        assert (12, 12) == spread(x, (5, 5), steps, "same", one, None)
        assert (14, 12) == spread(x, (5, 2), steps, "valid", one, None)
        # With an output padding p: (4 - 1)·3 + 7 - 2·3 + p, 5 - 2·2, and without those.
        assert (11, 10) == spread(x, (7, 5), steps, "same", one, (1, 0))
        assert (15, 14) == spread(x, (5, 5), steps, "valid", one, (1, 0))
        # Convolutions lead from 9 and from 13 to 3 and to 5 rows.
        for kernel, extra in ((2, 0), (5, 3)):
            with pytest.raises(ShapeError, match="no convolution with padding same"):
                spread((4,), (kernel,), (3,), "same", (1,), (extra,))

    def test_a_window_of_one_position_is_local(self):
        """A kernel of 1 looks at each position by itself, unless it steps or is padded."""
        one, none = (1, 1), ((0, 0), (0, 0))
        padded = ((0, 0), (1, 1))

        assert Window(1, 1, 0) == LOCAL == window_of((5, 5), one, one, none, (2, 3))
        assert (range(7, 8),) == inside(LOCAL, (9,), (range(7, 8),))
        for kernel, stride, pads in (
            ((1, 3), one, none),
            ((3, 1), one, none),
            (one, (1, 2), none),
            (one, (2, 1), none),
            (one, one, padded),
        ):
            found = window_of((5, 5), kernel, stride, pads, one)

            assert (kernel, stride) == (found.size, found.stride)

    def test_a_window_in_symbols_is_not_local(self):
        """Whether it has one position is not asked, as it would be a condition."""
        s, one = Symbol("s").as_size, (1, 1)

        for kernel, pads in (
            ((s, 3), ((0, 0), (0, 0))),
            ((3, s), ((0, 0), (0, 0))),
            ((s, 1), ((0, 0), (0, 0))),
            ((1, s), ((0, 0), (0, 0))),
            (one, ((s, s), (0, 0))),
            (one, ((0, 0), (s, s))),
        ):
            assert LOCAL is not window_of((5, 5), kernel, one, pads, one)

    def test_what_stands_around_matters_with_a_padding_alone(self):
        """Values that are repeated where nothing is padded are as good as zeros."""
        for pads, outside in ((((0, 0),), "zeros"), (((0, 1),), "edge")):
            arguments = ((9,), (3,), (1,), pads, (1,), "edge")

            assert outside == window_of(*arguments).outside


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
