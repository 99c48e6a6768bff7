"""What single layers see, against numbered values, loops and sizes by hand."""

import numpy as np
import pytest

from cnncalc import (
    LSTM,
    AdaptivePool,
    Add,
    Builder,
    ConfigError,
    ConvTranspose1d,
    Dropout,
    Einsum,
    GlobalPool,
    MatMul,
    MaxUnpool,
    Norm,
    Parameter,
    Reduce,
    Reshape,
    Select,
    Sequential,
    Shape,
    Split,
    Stack,
    Upsample,
)
from cnncalc.cost.periods import Seeing, seen_together
from cnncalc.memory.saved import saved_tensors
from cnncalc.sizes.window import GLOBAL, LOCAL

X = Shape(4, 5, 3)


@pytest.mark.parametrize(
    ("layer", "size", "expected"),
    [
        (GlobalPool(), (1, 1, 3), LOCAL),
        (GlobalPool(), (1, 2, 3), GLOBAL),
        (Reshape(48), (4, 4, 3), GLOBAL),
        (Reshape((1, 1, 48)), (4, 4, 3), GLOBAL),
        (Reduce(axes=-1), (1, 1, 3), LOCAL),
        (Reduce(axes=-1), (1, 2, 3), None),
        (Stack(), (1, 1, 3), LOCAL),
        (Stack(), (1, 2, 3), None),
        (Stack(), (2, 2, 3), None),
    ],
)
def test_what_is_one_position(layer, size, expected):
    """To look at all of one position is to look at one."""
    assert expected == layer.reach(Shape(*size))


@pytest.mark.parametrize("axis", range(3))
@pytest.mark.parametrize("here", range(2))
def test_places_in_a_stack(axis, here):
    """An axis is added; along the others, an input is where the output is."""
    numbers = np.arange(X.size).reshape(X)
    both = np.stack([-1 - numbers, numbers], axis)  # those of the first are below 0
    place = [slice(1, 3), slice(0, 2), slice(2, 4)]
    place[axis] = slice(here, here + 1)
    seen = both[tuple(place)]
    found = Stack(axis).input_place(
        1, (X, X), tuple(range(along.start, along.stop) for along in place)
    )

    if here:
        assert _places(seen[seen >= 0], X) == [set(along) for along in found]
    else:
        assert all(seen.ravel() < 0)
        assert (range(0),) == found


@pytest.mark.parametrize(("first", "last"), [(0, 1), (1, 3), (2, 7), (4, 6)])
def test_places_before_a_reshape(first, last):
    """A volume is laid along one axis, as NumPy does it."""
    x = Shape(2, 2, 2, 3)
    values = np.arange(x.size).reshape(8, 3)[first:last]
    found = Reshape((8, 3)).input_positions(x, (range(first, last),))

    assert _places(values, x) == [set(along) for along in found]


def _places(values, x):
    """Return the positions along each axis where some of the numbers of x are."""
    along = np.unravel_index(values.ravel(), x)[:-1]
    return [set(axis.tolist()) for axis in along]


def test_a_part_begins_along_its_axis_alone():
    """The second half of the columns begins at a column, and at the first row."""
    assert (0, -2) == Split(2, 1, axis=1).reach(Shape(4, 4, 3)).padding
    assert (-3, 0) == Split((3, 1), 1, axis=0).reach(Shape(4, 4, 3)).padding


@pytest.mark.parametrize("padding", [0, 1])
@pytest.mark.parametrize("dilation", [1, 2, 3, 4, 6])
@pytest.mark.parametrize("stride", [1, 2, 3, 4])
@pytest.mark.parametrize("kernel", [1, 2, 3, 4])
def test_what_paints_an_output(kernel, stride, dilation, padding):
    """Each input of a transposed convolution adds to the outputs that its taps meet."""
    layer = ConvTranspose1d(
        kernel, 1, stride=stride, dilation=dilation, padding=padding
    )
    window = layer.reach(Shape(20, 1))
    taps = [tap * dilation - padding for tap in range(kernel)]
    near = range(-40, 60)
    most = 1
    for output in range(3 * stride):
        seen = [i for i in near if output - i * stride in taps]
        most = max(most, seen[-1] - seen[0] + 1) if seen else most

        assert seen == list(window.each[0](output))
    begins = [i for i in near if i * stride + taps[-1] >= 0]
    painted = [i for i in near if -i * stride in taps]

    assert (most,) == window.size
    assert (-(painted or begins)[0],) == window.padding


@pytest.mark.parametrize("count", [1, 2, 3, 4, 6])
def test_windows_of_different_sizes(count):
    """The reach of an adaptive pool is that of its longest window."""
    for size in range(count + 1, 25):
        ends = [-(-(i + 1) * size // count) for i in range(count)]
        longest = max(end - i * size // count for i, end in enumerate(ends))
        reach = AdaptivePool(count).reach(Shape(size, 2))

        assert reach == GLOBAL if count == 1 else (longest,) == reach.size


@pytest.mark.parametrize(("kernel", "stride"), [(2, 2), (3, 2), (3, 3), (5, 2)])
def test_windows_of_a_pool_that_is_undone(kernel, stride):
    """The first position was in as many windows as begin so far before it, or at it."""
    window = MaxUnpool(kernel, stride=stride).reach(Shape(8, 2))

    assert ((kernel - 1) // stride,) == window.padding


@pytest.mark.parametrize(
    ("times", "expected"),
    [(2.0, (5, 10)), (2.1, (5, 10)), (1.9, (10, 19))],
)
def test_sizes_that_a_factor_leads_to(times, expected):
    """PyTorch goes by a size that is the same or twice as large, else by the factor."""
    window = Upsample(times).reach(Shape(5, 2))

    assert expected == (*window.stride, *window.up)


@pytest.mark.parametrize(
    ("scale", "trainable", "expected"),
    [(True, True, 48), (True, False, 0), (False, True, 0), (False, False, 0)],
)
def test_an_rms_norm_keeps_what_its_factors_learn_from(scale, trainable, expected):
    """The normalised values are kept for the gradients of factors that are trained."""
    x = Shape(4, 4, 3)

    assert expected == Norm("rms", scale=scale, trainable=trainable).saves(x, x).extra


def test_products_of_spread_matrices():
    """One matrix for five is written out five times; the other is kept as it is."""
    a, b = Shape(1, 2, 3), Shape(5, 3, 4)
    y = MatMul().output(a, b)
    saves = MatMul().saves(a, b, y)

    assert (5, 2, 4) == y == MatMul().output(Shape(5, 2, 3), Shape(1, 3, 4))
    assert (5 * 2 * 3, (1,)) == (saves.extra, saves.inputs)


@pytest.mark.parametrize(
    ("equation", "other", "expected"),
    [("abc,bcd->ad", (3, 4, 5), 0), ("abc,cbd->ad", (4, 3, 5), 60)],
)
def test_letters_that_are_summed_together(equation, other, expected):
    """Two letters are one axis where they lie side by side; else there is a copy."""
    x, other = Shape(2, 3, 4), Shape(*other)
    layer = Einsum(equation)

    assert expected == layer.saves(x, other, layer.output(x, other)).extra


def test_what_tells_of_a_layer():
    """A part of a tensor is a view of it, and a norm is along some axis."""
    assert True is Select(0).is_view
    with pytest.raises(ConfigError, match=r"axes is \(\)"):
        Norm("layer", axes=())


@pytest.mark.parametrize(
    ("layer", "bits"),
    [(Norm("layer"), 2 * 32), (Dropout(0.5), 8 * 8)],
)
def test_what_is_done_to_a_parameter_is_kept_once(layer, bits):
    """A mean and a deviation, or a byte for each value, whatever the batch is."""
    g = Builder()
    net = g.graph(g.add(Add(), g.input((8,)), g.add(layer, g.add(Parameter(8)))))
    saved = saved_tensors(net.graph.table)

    assert bits == 8 * saved.bytes(batch=1) == 8 * saved.bytes(batch=3)


@pytest.mark.parametrize(("stop", "expected"), [(5, True), (4, False)])
def test_ranges_of_one_centre(stop, expected):
    """1 to 3 has the middle of 0 to 4, and not that of 0 to 3."""
    ranges = [Seeing((seen,), 1) for seen in (range(1, 4), range(stop))]

    assert expected is seen_together(*ranges)[1]


def test_two_directions_side_by_side_are_not_added():
    """They take what two layers of one direction do."""
    one, two = (
        Sequential(input=(7, 4)).add(LSTM(5, bidirectional=both)).flops
        for both in (False, True)
    )

    assert 2 * one == two


def test_tables_with_a_line_for_each_layer():
    """They have a value for each column, and of each layer that has some."""
    net = Sequential(input=(8, 8, 3)).conv(3, 4).relu()
    orders, bounds = net.complexity().table, net.roofline("t4").table

    assert (9 * 3 * 4 * 36, 9 * 3 * 4 + 4 * 36) == orders.lines[0][2::2]
    assert ["conv1", "relu1"] == [line[0] for line in bounds.lines]
