"""The closed forms against a naive walk that counts one by one.

The walk places every window, visits every tap, and counts each weight it meets, each
link and each multiply; it shares no arithmetic with the library.
"""

import itertools
import math

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from naive import each, ends
from strategies import (
    convs_on,
    depthwise_on,
    fitting,
    maps,
    partial_on,
    pools_on,
    separable_on,
    sequences,
    shapes,
    spaces,
    transposed_on,
)

from cnncalc import FC, RBF, AdaptivePool, GlobalPool

# What these run is measured by others: to trace it takes longer than to test.
pytestmark = pytest.mark.no_cover


def starts(size, kernel, stride, dilation, sides, *, ceil=False):
    """Return where windows start along one axis, counted from the first pixel."""
    reach = dilation * (kernel - 1) + 1
    if sides == "same":
        count = len(range(0, size, stride))
        missing = max((count - 1) * stride + reach - size, 0)
        first = -(missing // 2)
        return [first + i * stride for i in range(count)]
    words = {"valid": (0, 0), "causal": (reach - 1, 0)}
    before, after = words[sides] if isinstance(sides, str) else sides
    stop = size + after - reach + 1
    if ceil:
        return [s for s in range(-before, stop + stride - 1, stride) if s < size]
    return list(range(-before, stop, stride))


def placed(layer, x, **more):
    """Return the starts of all windows along each axis."""
    stated = (layer.kernel, layer.stride or layer.kernel, getattr(layer, "dilation", 1))
    along = zip(
        x.space,
        *[each(part, x.rank) for part in stated],
        ends(layer.padding, x.rank),
        strict=True,
    )
    return [starts(*axis, **more) for axis in along]


def walk(layer, x, sees, filters, *, bias):
    """Return the output size and the counts of a convolution, one use at a time.

    Args:
        sees: For each filter, the channels that it sees.
    """
    windows = placed(layer, x)
    weights, biases, connections, macs = set(), set(), 0, 0
    taps = list(itertools.product(*map(range, layer.kernel)))
    for *_, filter_ in itertools.product(*windows, range(filters)):
        for tap, channel in itertools.product(taps, sees(filter_)):
            weights.add((filter_, tap, channel))
            connections += 1
            macs += 1
        if bias:
            biases.add(filter_)
            connections += 1
    size = (*map(len, windows), filters)
    return size, len(weights) + len(biases), connections, macs


def answers(layer, x):
    """Return what the layer itself says."""
    y = layer.output(x)
    # Without the lengths that a weight norm has, which link nothing.
    params = getattr(layer, "linked", layer.params)(x)
    return tuple(y), params, layer.connections(x), layer.macs(x)


class TestConvolutions:
    @settings(deadline=None)
    @given(fitting(convs_on, spaces))
    def test_conv(self, fit):
        """A convolution's filters see the channels of their own group."""
        x, layer = fit
        found = answers(layer, x)
        members, share = x.channels // layer.groups, layer.filters // layer.groups

        def sees(filter_):
            group = filter_ // share
            return range(group * members, (group + 1) * members)

        assert walk(layer, x, sees, layer.filters, bias=layer.bias) == found

    @settings(deadline=None)
    @given(fitting(depthwise_on, spaces))
    def test_depthwise(self, fit):
        """A depthwise convolution's filters see one channel."""
        x, layer = fit
        filters = x.channels * layer.multiplier

        def sees(filter_):
            return [filter_ // layer.multiplier]

        found = answers(layer, x)

        assert walk(layer, x, sees, filters, bias=layer.bias) == found

    @settings(deadline=None)
    @given(fitting(separable_on, sequences | maps))
    def test_separable(self, fit):
        """A separable convolution is a depthwise one, then 1×1 filters over it."""
        x, layer = fit
        found = answers(layer, x)
        middle = x.channels * layer.multiplier

        def one(filter_):
            return [filter_ // layer.multiplier]

        (*space, _), *first = walk(layer, x, one, middle, bias=False)
        params, connections, macs = 0, 0, 0
        for _ in itertools.product(*map(range, space), range(layer.filters)):
            connections += middle + layer.bias
            macs += middle
        params = middle * layer.filters + layer.bias * layer.filters
        second = (params, connections, macs)
        summed = tuple(a + b for a, b in zip(first, second, strict=True))

        assert ((*space, layer.filters), *summed) == found

    @settings(deadline=None)
    @given(fitting(partial_on))
    def test_partial(self, fit):
        """A partial convolution's filters see what the table names."""
        x, layer = fit
        found = answers(layer, x)

        walked = walk(
            layer, x, layer.table.__getitem__, len(layer.table), bias=layer.bias
        )

        assert walked == found
        assert layer.weights(x) + layer.biases(x) == layer.linked(x)

    @settings(deadline=None)
    @given(fitting(transposed_on, spaces))
    def test_transposed(self, fit):
        """A transposed convolution paints each input through every filter of its group."""
        x, layer = fit
        (*space, channels), params, connections, macs = answers(layer, x)
        share = layer.filters // layer.groups
        weights, painted = set(), 0
        positions = itertools.product(*map(range, x.space))
        for _, channel in itertools.product(positions, range(x.channels)):
            group = channel // (x.channels // layer.groups)
            for filter_ in range(group * share, (group + 1) * share):
                for tap in itertools.product(*map(range, layer.kernel)):
                    weights.add((channel, filter_, tap))
                    painted += 1
        outputs = len(list(itertools.product(*map(range, space)))) * channels

        assert len(weights) + layer.bias * layer.filters == params
        assert painted == macs
        assert painted + layer.bias * outputs == connections
        if isinstance(layer.padding, tuple):
            for axis, size in enumerate(space):
                touched = [
                    start + tap * layer.dilation[axis]
                    for start in range(
                        0,
                        x.space[axis] * layer.stride[axis],
                        layer.stride[axis],
                    )
                    for tap in range(layer.kernel[axis])
                ]
                assert max(touched) + 1 - sum(layer.padding[axis]) == size


class TestPools:
    @settings(deadline=None)
    @given(fitting(pools_on, spaces))
    def test_pool(self, fit):
        """A pool takes whole windows, channel by channel."""
        x, layer = fit
        size, params, connections, macs = answers(layer, x)
        windows = placed(layer, x, ceil=layer.ceil)
        trained = layer.mode == "subsample"
        links = 0
        for _ in itertools.product(*windows, range(x.channels)):
            for _ in itertools.product(*map(range, each(layer.kernel, x.rank))):
                links += 1
            links += trained  # its bias

        assert (*map(len, windows), x.channels) == size
        assert (2 * x.channels * trained, links, 0) == (params, connections, macs)

    @given(spaces, st.data())
    def test_adaptive_pool(self, x, data):
        """An adaptive pool's windows are those that PyTorch's kernel walks."""
        outputs = data.draw(st.tuples(*[st.integers(1, 12)] * x.rank))
        layer = AdaptivePool(outputs)

        def taps(size, windows):
            count = 0
            for i in range(windows):
                start, stop = int(i * size / windows), -int(-(i + 1) * size // windows)
                count += len(range(start, stop))
            return count

        expected = math.prod(map(taps, x.space, outputs)) * x.channels

        assert expected == layer.connections(x)

    @given(spaces)
    def test_global_pool(self, x):
        """A global pool sees each input once."""
        seen = sum(1 for _ in itertools.product(*map(range, x)))

        assert seen == GlobalPool().connections(x)


class TestDense:
    @given(shapes, st.integers(1, 4), st.booleans())
    def test_fc(self, x, units, bias):
        """A fully connected layer links every input with every unit, once."""
        inputs = list(
            itertools.product(range(x.height), range(x.width), range(x.channels))
        )
        weights = sum(1 for _ in itertools.product(inputs, range(units)))
        layer = FC(units, bias=bias)
        links = weights + bias * units

        assert (links, links, weights) == (
            layer.params(x),
            layer.connections(x),
            layer.macs(x),
        )

    @given(maps, st.integers(1, 4), st.booleans())
    def test_fc_at_each_position(self, x, units, bias):
        """Without flattening, the same weights are used at each position."""
        layer = FC(units, bias=bias, flatten=False)
        weights, links, macs = set(), 0, 0
        for _ in itertools.product(range(x.height), range(x.width)):
            for unit in range(units):
                links += bias
                for channel in range(x.channels):
                    weights.add((unit, channel))
                    links += 1
                    macs += 1

        assert len(weights) + bias * units == layer.params(x)
        assert (links, macs) == (layer.connections(x), layer.macs(x))

    @given(shapes, st.integers(1, 4))
    def test_rbf(self, x, units):
        """An RBF layer has a fixed weight for each input and unit."""
        layer = RBF(units)
        links = sum(1 for _ in range(units) for _ in range(x.size))

        assert (links, 0, links) == (
            layer.params(x),
            layer.trainable_params(x),
            layer.connections(x),
        )
