"""Sweeps by NumPy: every row is that of the integers, and many are read at once."""

import operator
import pickle
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import count, islice
from math import ceil, floor, trunc
from types import SimpleNamespace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from test_layers import Mystery
from test_lowering import Own

from cnncalc import (
    Activation,
    Add,
    Chain,
    Conv2d,
    InvertedResidual,
    Norm,
    OptionError,
    Repeat,
    Sequential,
    Shape,
    Shared,
    SqueezeExcite,
    UnknownNameError,
    sweep,
    zoo,
)
from cnncalc.checks import Mixed
from cnncalc.cost.totals import AtLeast
from cnncalc.operations.conventions import Convention
from cnncalc.operations.rules import Rule
from cnncalc.sizes.number import greater, is_zero, less
from cnncalc.sizes.remembering import made_once, remembered
from cnncalc.sweeping.batch import array_of
from cnncalc.sweeping.chunk import chunks_of_grid
from cnncalc.sweeping.column import Frame
from cnncalc.sweeping.working import worked_out
from cnncalc.zoo import parts
from cnncalc.zoo.parts import Stage

TOTALS = ("params", "macs", "activations")


def told(row):
    """All that a row says, and of which types."""
    kinds = {key: type(value) for key, value in row.values.items()}
    error = type(row.error), str(row.error)
    return row.settings, row.values, kinds, error, row.skipped


def both(build, grid, **options):
    """Sweep by NumPy, after a look at whether its rows are those of the integers."""
    expected = list(map(told, sweep(build, grid, **options)))
    found = sweep(build, grid, engine="numpy", **options)
    rows = list(map(told, found))

    assert expected == rows
    return found


def one(filters, kernel):
    """A network that cannot be for kernels of more than 8."""
    return Sequential(input=(8, 8, 1)).conv(kernel, filters)


GRID = {"filters": [2, 4, 7], "kernel": [1, 3, 9, 10]}


# Networks of the zoo.

WIDTHS = {"width": [0.25, 0.3, 0.5, 0.75, 1.0, 1.3]}
FAMILIES = {
    "mobilenet": WIDTHS,
    "mobilenet_v2": WIDTHS | {"depth": [0.5, 1.0, 1.1, 2.0]},
    "mobilenet_v3_small": WIDTHS,
    "resnet18": {"width": [16, 24, 64, 96]},
    "resnet50": {"width_per_group": [32, 64, 100]},
    "regnet_y_400mf": {"squeeze": [3, 4, 8]},
    "regnet_x_400mf": {},
    "efficientnet_b0": WIDTHS,
    "vgg11": {"dropout": [0.0, 0.5]},
    "densenet121": {"growth": [12, 24, 32]},
}


@pytest.mark.parametrize("name", FAMILIES)
def test_families_of_the_zoo_take_columns(name):
    """Width and resolution of a family are columns, without one variant read alone."""
    sides = [(side, side, 3) for side in (64, 96, 100, 224)] + [(64, 97, 3)]
    grid = FAMILIES[name] | {"input": sides}

    assert {} == both(getattr(zoo, name), grid, columns=TOTALS).one_by_one


def test_other_columns():
    """Whatever a sweep tells is told of columns, too."""
    columns = ("flops", "peak_memory", "receptive_field", "output", "nodes", "input")
    grid = {"width": [0.5, 1.0, 1.25], "side": [96, 128]}

    def build(width, side):
        return zoo.mobilenet_v2(width=width, input=(side, side + 32, 3))

    assert {} == both(build, grid, columns=columns).one_by_one


def test_a_convention_counts_columns():
    """A rule of a convention may give a column, and one that is not whole may not."""
    rule = Rule("positions", ("*",), lambda call: call.output.positions)
    whole = Convention("own", "Ours", (rule,))
    half = Convention("half", "Ours", (Rule("halves", ("*",), lambda _: 0.5),))

    def build(side):
        return Sequential(input=(side, side, 3)).conv(3, 4).pool(2)

    both(build, {"side": [8, 9, 16]}, columns=[whole, half, "tensorflow"])


# What becomes of rows.


def test_rows_that_cannot_be():
    """A variant that cannot be has its error in its row, and is masked in columns."""
    found = both(one, GRID, columns=["params", "output"])

    assert [False, False, True, True] * 3 == found.column("params").mask.tolist()
    assert [4, 20, None, None] == found.column("params").tolist()[:4]
    assert Shape(6, 6, 7) == found.column("output")[-3]
    assert [1, 3, 9, 10] * 3 == found.column("kernel").tolist()


def test_errors_that_each_have_of_their_own():
    """An error that says a setting is each variant's own, made for it alone."""
    ((why, rows),) = both(one, {"filters": [1, 2, 3], "kernel": [9]}).one_by_one.items()

    assert "with many values for its settings conv1: Conv2d on 8×8×1: its" in why
    assert 3 == rows


def test_one_error_for_many():
    """Where all have the same error it is found once."""

    def build(width):
        return Sequential(input=(8, 8, 1)).conv(9, 3).conv(1, width)

    found = both(build, {"width": range(1, 50)})

    assert {} == found.one_by_one
    assert found.column("params").mask.all()


def test_limits():
    """Of a variant beyond a limit the rest is not told, and each limit counts alone."""
    limits = {"max_macs": 1_000, "min_params": 18, "max_params": 60}
    found = both(one, {"filters": [2, 4, 7], "kernel": [1, 2, 3]}, **limits)
    params = [4, 10, 20, 8, 20, None, 14, None, None]
    macs = [None, None, 648, None, 784, 1296, None, 1372, 2268]

    assert {} == found.one_by_one
    assert params == found.column("params").tolist()
    assert macs == found.column("macs").tolist()


def test_limits_on_what_has_no_size():
    """A lower bound is compared with limits as that of one network is."""

    def build(width):
        return Sequential(input=(4, 4, 1)).conv(1, width).add(Mystery())

    found = both(build, {"width": [1, 2, 9]}, max_macs=100, columns=["macs"])

    assert [AtLeast(16), AtLeast(32), AtLeast(144)] == list(found.column("macs"))


def test_limits_come_before_errors():
    """A variant beyond a limit is not measured any further, nor has that's errors."""
    rule = Rule("fails", ("*",), lambda _: 1 // 0)
    fails = Convention("fails", "Fails", (rule,))

    def build(width):
        return Sequential(input=(4, 4, 1)).conv(1, width)

    found = both(build, {"width": [1, 2, 50]}, max_params=10, columns=[fails])

    assert [True, True, False] == [row.error is not None for row in found]


def test_settings_that_differ_in_kind():
    """Texts, types and structures of different lengths have networks of their own."""

    def build(first, second):
        net = Sequential(input=(8, 8, 2)).conv(3, 4, padding=first)
        return net if second is None else net.conv(second, 2)

    firsts = ["same", 0, 1, (1, 1), [2, 1], 2]
    seconds = [None, 1, 3, (1, 3), (3, 1)]

    assert {} == both(build, {"first": firsts, "second": seconds}).one_by_one


def test_settings_of_other_values():
    """Settings that cannot be looked up, and floats that are no numbers, are kept."""

    def build(extra, share):
        width = 2 if share > 9 else trunc(share)
        return Sequential(input=(8, 8, 2)).conv(1, width + len(extra["a"]))

    extras = [{"a": "b"}, {"a": "bc"}]
    shares = [1.5, 2.5, float("inf"), 7.0]

    both(build, {"extra": extras, "share": shares})


def test_a_function_that_looks_at_its_settings():
    """Variants are parted where a function asks, and each part is read at once."""

    def build(depth, width):
        net = Sequential(input=(32, 32, 3))
        for _ in range(depth):
            net = net.conv(3, min(width, 20), padding=1)
        return net

    found = both(build, {"depth": [1, 2, 3], "width": range(1, 40)})
    (batch,) = found._batches()

    assert (6, {}) == (batch.structures, found.one_by_one)


def structures(found):
    """Of a sweep that parted no variants but by structure, how many there were."""
    (batch,) = found._batches()

    assert {} == found.one_by_one
    return batch.structures


def padded(filters=6, kernel=3):
    """A convolution that keeps the map's height and width."""
    return Sequential().conv(kernel, filters, padding=kernel // 2).relu()


FIELD = (*TOTALS, "buffers", "connections", "receptive_field")
TIMES = {"times": [1, 2, 5], "side": [8, 9]}


def test_repeats_are_columns():
    """A block that keeps its shape is read once, however often it is repeated."""

    def build(times, side):
        net = Sequential(input=(side, side, 3)).conv(3, 6, padding=1)
        body = Sequential().residual(padded()).norm()
        return net.repeat(times, body).pool(2).repeat(times + 1, padded()).fc(3)

    assert 1 == structures(both(build, TIMES, columns=FIELD))


def test_what_is_repeated_may_have_no_field():
    """Behind a gate nothing changes; and who sees all sees all."""

    def build(times):
        net = Sequential(input=(8, 8, 6)).repeat(times, SqueezeExcite(2))
        return net.fc(4).repeat(times, Sequential().fc(4).relu())

    assert 1 == structures(both(build, {"times": [1, 2, 5]}, columns=FIELD))


ODD = {
    "shapes": lambda: Sequential().conv(3, 6),
    "channels": lambda: padded(7),
    "weights": lambda: Shared(padded()),
    "nested": lambda: Sequential().repeat(2, padded()),
    "strides": lambda: Sequential().conv(3, 6, stride=2, padding=1).upsample(2),
    "everything": lambda: Sequential().conv(9, 6, padding=4).global_pool().resize(8),
    "nothing": Sequential,
    "larger": lambda: Sequential().conv(9, 6),
    "a dead end": lambda: Own(
        lambda g, x: [g.add(padded(), x), g.add(padded(6, 5), x)][0]
    ),
}


@pytest.mark.parametrize("part", ODD)
def test_other_repeats_are_those_of_each_network(part):
    """Parts with another shape behind them, weights of others, and fields of others."""

    def build(times):
        return Sequential(input=(8, 8, 6)).repeat(times, ODD[part]()).conv(1, 2)

    both(build, {"times": [1, 2, 3]}, columns=FIELD)


@pytest.mark.parametrize("more", [0, 2])
@pytest.mark.parametrize("column", ["nodes", "peak_memory", "flops"])
def test_who_asks_for_nodes_gets_all(column, more):
    """A walk over the nodes has so many as a network has."""

    def build(times, side):
        net = Sequential(input=(side, side, 6)).repeat(times, padded())
        return net.repeat(more, Sequential().repeat(times, padded())) if more else net

    assert 3 == structures(both(build, TIMES, columns=[column]))


@pytest.mark.parametrize("name", [None, "s"])
@pytest.mark.parametrize("kernel", [1, 5])
def test_repeats_stand_anywhere(name, kernel):
    """A repeat within blocks, on what is before or on any of their inputs, is a column."""

    def build(times):
        def lower(g, a, b):
            wide = g.add(Conv2d(7, 6, padding=3), a)
            one = g.add(Repeat(times, padded(6, kernel)), b)
            other = g.add(Repeat(times + 1, padded()), wide)
            return g.add(Add(), g.add(padded(), one), other)

        def whole(g, x):
            return g.add(Own(lower), x, g.add(padded(), g.add(padded(), x)))

        net = Sequential(input=(8, 8, 6)).add(padded())
        body = Sequential(name=name).add(padded()).norm().add(Own(whole)).pool(2)
        return net.add(body).add(padded()).repeat(times, padded()).conv(2, 3)

    assert {} == both(build, {"times": [1, 2, 5]}, columns=FIELD).one_by_one


@pytest.mark.parametrize("behind", [(), (Activation("relu"),), (Conv2d(1, 6), Norm())])
@pytest.mark.parametrize("kernel", [1, 3])
def test_copies_that_take_a_tensor_from_around_are_no_column(kernel, behind):
    """What takes more than the copy before it differs in each, wherever in it that is."""

    def build(times):
        def lower(g, x):
            around = g.add(Conv2d(7, 6, padding=3), x)

            def inner(own, y):
                return own.add(Add(), own.add(padded(6, kernel), y), around)

            copies = Repeat(times, Chain(Own(inner), *behind))
            return g.add(copies, g.add(Conv2d(1, 6), x))

        return Sequential(input=(16, 16, 6)).add(Own(lower)).pool(2)

    both(build, {"times": [1, 2, 3, 5]}, columns=FIELD)


def test_repeats_within_repeats():
    """What is repeated within is repeated so often each time."""

    def build(outer, inner):
        body = Sequential().repeat(inner, padded()).norm()
        return Sequential(input=(8, 8, 6)).repeat(outer, body)

    grid = {"outer": [1, 2, 3], "inner": [1, 4]}

    assert 1 == structures(both(build, grid, columns=TOTALS))
    both(build, grid, columns=FIELD)


def test_copies_that_are_nowhere():
    """A stage of one block has no copies of another, which need not fit."""

    def build(depth, side):
        stages = Stage(1, 8, 1, 1, 5), Stage(1, 16, 1, 1, 1)

        def make(row, channels, filters, stride, drop):
            kernel = row.kernel if filters == channels else 3
            return Sequential().conv(kernel, filters, stride=stride)

        body = parts.stages(make, stages, 3, 1.0, depth)
        return Sequential(input=(side, side, 3)).add(*body)

    both(build, {"depth": [0.5, 1.0, 2.0], "side": [6, 12]}, columns=TOTALS)


def test_networks_that_differ_too_much():
    """Where each variant is of its own structure it says why it read them alone."""

    def build(depth):
        parts = [Sequential().conv(1, 1)] * int(depth)
        return Sequential(input=(4, 4, 1)).add(*parts)

    found = both(build, {"depth": range(1, 60)})
    ((why, alone),) = found.one_by_one.items()

    assert "its networks differ too much: it was made an integer at" in why
    assert 0 < alone < 59


def test_a_function_that_behaves_differently_alone():
    """A network of all that is not that of one alone is not believed."""
    kinds = []

    def build(width):
        kinds.append(type(width))
        return Sequential(input=(4, 4, 1)).conv(1, 1 if type(width) is int else width)

    found = both(build, {"width": [2, 3]})

    assert {"a network of one variant alone is not that of all": 2} == found.one_by_one
    assert [2, 2] == found.column("params").tolist()


def test_a_question_without_an_end():
    """What is never settled is read one by one."""

    def build(width):
        if isinstance(width, int):
            return Sequential(input=(4, 4, 1)).conv(1, width)
        raise Mixed(np.zeros(1), "asked for ever")

    found = both(build, {"width": [1, 2]})

    assert {"it was asked for ever at test_columns.py": 2} == {
        why.rpartition(":")[0]: number for why, number in found.one_by_one.items()
    }


def test_a_column_that_is_one_number():
    """A size that comes out equal for all is that number from then on."""
    lists = {0: 1, 4: 2}

    def build(width):
        even = (width + width) % 2
        return Sequential(input=(4, 4, 1)).conv(1, lists[even] + width)

    assert {} == both(build, {"width": [1, 2, 3, 8]}).one_by_one


def test_counts_beyond_64_bits():
    """Counts that no 64 bits hold are exact, and of the integers' type."""

    def build(a, b):
        return Sequential(input=a).fc(b).fc(3 * a)

    sizes = [1, 2**31, 3 * 2**31, 2**62, 2**64 + 1]
    found = both(build, {"a": sizes, "b": sizes[::-1]}, columns=["params", "macs"])

    assert {} == found.one_by_one
    assert found.column("macs").dtype == object


def test_limits_beyond_64_bits():
    """Counts that no 64 bits hold are compared with limits."""

    def build(a):
        return Sequential(input=a).fc(a)

    found = both(build, {"a": [2, 2**40]}, max_params=7, columns=["macs"])

    assert [4, None] == found.column("macs").tolist()


# How it is run.


@pytest.mark.parametrize("chunk", [1, 2, 3, 5, 12, 100])
def test_chunks(chunk):
    """Rows are the same, in the same order, however few are measured together."""
    both(one, GRID, chunk=chunk)
    axes = {name: tuple(values) for name, values in GRID.items()}
    chunks = list(chunks_of_grid(axes, chunk))

    assert 12 == sum(each.size for each in chunks)
    assert max(each.size for each in chunks) <= chunk
    assert list(sweep(one, GRID))[-1].settings == list(chunks[-1].settings())[-1]


def test_a_grid_without_values():
    """A grid of which a setting has no values has no rows, and empty columns."""
    found = both(one, {"filters": [], "kernel": [1]})

    assert 0 == len(found.column("params"))
    assert 1 == len(both(lambda: Sequential(input=3).fc(2), {}).rows())


def test_variants_that_are_listed():
    """Variants may be listed, and have different settings."""
    variants = [
        {"filters": 1, "kernel": 1},
        {"filters": 2, "kernel": 3},
        {"kernel": 1, "filters": 3},
        {"filters": 4},
        {"filters": 5},
    ]

    def build(filters, kernel=2):
        return one(filters, kernel)

    found = both(build, variants)

    assert [2, 20, 6, 20, 25] == found.column("params").tolist()
    assert [1, 3, 1, None, None] == found.column("kernel").tolist()


def test_an_endless_grid():
    """A grid without an end is measured as far as rows are asked for."""
    endless = ({"filters": number, "kernel": 1} for number in count(1))
    found = sweep(one, endless, engine="numpy", chunk=4)

    assert [2, 4, 6, 8, 10] == [row.of("params") for row in islice(found, 5)]


def test_columns_of_a_sweep():
    """A column is found without rows, kept, and told of; an unknown one is refused."""
    calls = []
    found = sweep(
        one,
        {"filters": [1, 2], "kernel": [1, 3, 2]},
        engine="numpy",
        chunk=2,
        progress=lambda *what: calls.append(what),
    )

    assert [2, 10, 5, 4, 20, 10] == found.column("params").tolist()
    assert [1, 1, 1, 2, 2, 2] == found.column("filters").tolist()
    assert [(2, 6), (3, 6), (5, 6), (6, 6)] == calls
    assert [2, 10, 5, 4, 20, 10] == [row.of("params") for row in found.rows()]
    found = sweep(one, {"filters": [1, 2], "kernel": [1, 3, 2]}, engine="numpy")
    assert 6 == len(found.rows())
    assert [2, 10, 5, 4, 20, 10] == found.column("params").tolist()
    assert [2, 10, 5, 4, 20, 10] == list(
        pickle.loads(pickle.dumps(found)).column("params")
    )
    with pytest.raises(UnknownNameError, match="there is no column 'flop'"):
        found.column("flop")


def test_columns_of_rows():
    """A sweep by integers has columns, too, as lists."""
    found = sweep(one, GRID)

    assert [4, 20, None, None] == found.column("params")[:4]
    assert [1, 3, 9, 10] == found.column("kernel")[:4]
    assert {} == found.one_by_one


def test_going_on_with_rows():
    """Rows of an earlier run are not measured again."""
    known = list(sweep(one, {"filters": [2], "kernel": [1, 3]}))
    found = sweep(one, GRID, engine="numpy", resume=known)

    assert known[0] is next(iter(found))
    assert list(map(told, sweep(one, GRID))) == list(map(told, found))
    assert [4, 20, None, None] == found.column("params")[:4]


def test_chunks_are_tasks_of_an_executor():
    """Each chunk is a task of an executor, and columns are put together."""
    tasks = []

    class Pool(ThreadPoolExecutor):
        """An executor that tells what it was given."""

        def submit(self, work, *task):
            tasks.append(task[1].size)
            return super().submit(work, *task)

    with Pool(2) as pool:
        found = sweep(one, GRID, engine="numpy", chunk=5, executor=pool)

        assert list(map(told, sweep(one, GRID))) == list(map(told, found))
    assert [4, 4, 4] == tasks


def test_a_task_that_fails():
    """Variants of a chunk whose worker failed are tried one by one."""

    class Broken:
        """An executor that cannot do much at once."""

        def submit(self, work, build, lot, measures):
            future = Future()
            if len(lot) == 1 and type(lot) is list:
                future.set_result(work(build, lot, measures))
            else:
                future.set_exception(MemoryError("too much"))
            return future

    grid = {"filters": [2, 4], "kernel": [1, 3]}
    found = sweep(one, grid, engine="numpy", executor=Broken())

    assert list(sweep(one, grid)) == list(found)
    assert [4, 20, 8, 40] == found.column("params").tolist()
    assert [2, 2, 4, 4] == found.column("filters").tolist()


def test_bad_engines():
    """Another engine, a chunk of nothing and a machine without NumPy are told."""
    with pytest.raises(OptionError, match="engine is 'fast'. It must be"):
        sweep(one, GRID, engine="fast")
    with pytest.raises(OptionError, match="chunk is 0"):
        sweep(one, GRID, engine="numpy", chunk=0)


def test_without_numpy(monkeypatch):
    """Where NumPy is not installed the error says how to get it."""
    for name in [name for name in sys.modules if name.startswith("cnncalc.sweeping")]:
        monkeypatch.setitem(sys.modules, name, sys.modules[name])
    monkeypatch.delitem(sys.modules, "cnncalc.sweeping.vectors")
    monkeypatch.setitem(sys.modules, "numpy", None)
    for name in ("batch", "column", "filling", "working", "arithmetic", "bounds"):
        monkeypatch.delitem(sys.modules, f"cnncalc.sweeping.{name}", raising=False)

    with pytest.raises(OptionError, match="pip install 'cnncalc.numpy.'"):
        sweep(one, GRID, engine="numpy")


# Arithmetic.

A = [-7, -1, 0, 2, 9]
B = [1, 3, 4]
F = [-2.5, 0.5, 1.5, 3.0]
WORK = [
    lambda a, b, f: a + b * a - 3,
    lambda a, b, f: (a - b) * (b + 2) * (a + 1) * (a + b),
    lambda a, b, f: 5 - a,
    lambda a, b, f: a // b + a % b + 100 // b + 100 % b,
    lambda a, b, f: divmod(a, b)[1] + divmod(50, b)[0],
    lambda a, b, f: a // 2 * 2 + a // 1 + a * 1 + 0 + a,
    lambda a, b, f: 2 * (3 * a) + (4 + a) + 5 - (a - 2),
    lambda a, b, f: -a + +b,
    lambda a, b, f: abs(a) + abs(b),
    lambda a, b, f: a / b + 1 / b,
    lambda a, b, f: a * f + f * b - f / b,
    lambda a, b, f: 2.0 * a + a * 0.5 + (1.5 - a),
    lambda a, b, f: f // 1 + f % 2,
    lambda a, b, f: trunc(f) + floor(f) * 10 + ceil(f) * 100 + round(f) * 1000,
    lambda a, b, f: trunc(a) + floor(a) + ceil(a) + round(a),
    lambda a, b, f: a**3 + a**0,
    lambda a, b, f: greater(a, b) + greater(a, 3) + greater(2, b) + greater(1, 2),
    lambda a, b, f: less(a, b) + less(a, 3) * 10 + less(2, b) + less(1, 2),
    lambda a, b, f: greater(f, 1.0) + less(f, a),
    lambda a, b, f: a * True + a - a,
    lambda a, b, f: (a + 2**62) * 4 - b * 2**65,
    lambda a, b, f: (a * a + 1) * (b * b + 1) * 2**60,
    lambda a, b, f: (a * b * 2) * (a + b) + (a + b) * (a * b),
    lambda a, b, f: (a * b - a * b) * 7 + (a * b) * (a + b),
]


def cell(column, place):
    """Return the number of a column in one variant."""
    if not hasattr(column, "axes"):
        return column
    found = np.broadcast_to(worked_out([column])[0], (5, 3, 4))[place]
    return found if isinstance(found, int) else found.item()


@pytest.fixture
def columns():
    """Columns along three axes: of integers, of others, and of floats."""
    frame = Frame()
    return [
        frame.column(np.array(A).reshape(5, 1, 1), 0),
        frame.column(np.array(B).reshape(1, 3, 1), 1),
        frame.column(np.array(F).reshape(1, 1, 4), 2),
    ]


@pytest.mark.parametrize("work", WORK)
def test_arithmetic(columns, work):
    """Arithmetic of columns is that of Python, in each variant, types included."""
    found = work(*columns)
    for i, a in enumerate(A):
        for j, b in enumerate(B):
            for k, f in enumerate(F):
                expected, number = work(a, b, f), cell(found, (i, j, k))

                assert (expected, type(expected)) == (number, type(number))


@given(
    st.recursive(
        st.sampled_from("abf") | st.integers(-9, 9),
        lambda inner: st.tuples(st.sampled_from("+-*"), inner, inner),
        max_leaves=12,
    )
)
def test_sums_of_products(tree):
    """Any sum of products of columns is that of Python's integers and floats."""
    frame = Frame()
    numbers = {
        "a": frame.column(np.array(A).reshape(5, 1, 1), 0),
        "b": frame.column(np.array(B).reshape(1, 3, 1), 1),
        "f": frame.column(np.array([2, 5, 7, 11]).reshape(1, 1, 4), 2),
    }
    work = {"+": operator.add, "-": operator.sub, "*": operator.mul}

    def value(node, leaves):
        if isinstance(node, tuple):
            op, left, right = node
            return work[op](value(left, leaves), value(right, leaves))
        return leaves[node] if isinstance(node, str) else node

    found = value(tree, numbers)
    for place in ((0, 0, 0), (4, 2, 3), (2, 1, 2), (1, 2, 0)):
        i, j, k = place
        leaves = {"a": A[i], "b": B[j], "f": [2, 5, 7, 11][k]}

        assert value(tree, leaves) == cell(found, place)


COMPARED = [
    operator.lt,
    operator.le,
    operator.gt,
    operator.ge,
    operator.eq,
    operator.ne,
]


@pytest.mark.parametrize("compare", COMPARED)
def test_comparisons(columns, compare):
    """A comparison has one answer for all, or says that there are several."""
    a, b, _ = columns
    for one, other in (
        (a, 100),
        (a, -100),
        (b, b),
        (a, b),
        (a % 2, a % 2 * 1),
        (b, 2.5),
    ):
        answers = {
            compare(cell(one, (i, j, 0)), cell(other, (i, j, 0)))
            for i in range(5)
            for j in range(3)
        }
        if len(answers) == 1:
            assert answers == {compare(one, other)}
        else:
            with pytest.raises(Mixed, match="compared"):
                compare(one, other)
    assert compare(5, 3) == compare(b * 0 + 5, 3)


def test_comparisons_that_bounds_do_not_answer(columns):
    """What no bounds tell is looked at, once."""
    a, b, f = columns
    odd = b * 2 + 1

    assert odd != 4
    assert odd != 4
    assert bool(odd)
    assert a != "a"
    assert f != 9.5


@pytest.mark.parametrize(
    ("question", "words"),
    [
        (hash, "looked up"),
        (bool, "compared"),
        (int, "made an integer"),
        (float, "made a float"),
        (str, "written"),
        (repr, "written"),
        ("{:,}".format, "written"),
        (range, "made an integer"),
        (lambda a: a**-1, "raised to a power"),
        (lambda a: 2.0 ** (a * 1.0), "a power"),
        (lambda a: (a * 1.0) ** 2, "raised to a power"),
        (lambda a: round(a * 1.0, 1), "rounded"),
        (lambda a: round(a, 1), "made an integer"),
        (lambda a: 3 // a, "compared"),
    ],
)
def test_questions_without_one_answer(columns, question, words):
    """What has another answer in each variant is no error of a rule's: it is asked."""
    with pytest.raises(Mixed, match=words):
        question(columns[0])


def test_questions_with_one_answer(columns):
    """A column whose numbers turn out to be equal answers as that number does."""
    b = columns[1]
    four = (b + 2) // 100 * b + 4 - b // 100

    assert [4, 4.0, "4", "4", "4.0", range(4)] == [
        int(four),
        float(four),
        str(four),
        repr(four),
        f"{four:.1f}",
        range(four),
    ]
    assert [0.25, 16.0, 4.1, 4] == [
        four**-1,
        2.0 ** (four * 1.0),
        round(four * 1.025, 1),
        round(four, 0),
    ]


def test_wrong_arithmetic(columns):
    """A division by 0, and what is no number, are Python's errors."""
    a, _, f = columns
    for work in (
        lambda: a // 0,
        lambda: a % 0,
        lambda: a / 0,
        lambda: f // 0.0,
    ):
        with pytest.raises(ZeroDivisionError):
            work()
    for wrong in (lambda: a + "a", lambda: "a" - a, lambda: f * [], lambda: a < "a"):
        with pytest.raises(TypeError):
            wrong()


def test_floats_beyond_their_range(columns):
    """What floats or 64 bits do not hold is asked of each variant by itself."""
    _, b, f = columns
    for work in (
        lambda: (b * 2**60) / 2,
        lambda: f * 1e308 * 1e10,
        lambda: trunc(f * 1e30),
    ):
        with pytest.raises(Mixed):
            work()


def test_equal_columns_are_one(columns):
    """Equal numbers are a number, equal arrays one column, equal work one result."""
    a, b, _ = columns
    frame = a.frame

    assert 3 == frame.column(np.array([3, 3]), 0)
    assert a is frame.column(np.array(A).reshape(5, 1, 1), 0)
    assert a + b is a + b
    assert (a + 2) + 3 is a + 5
    big = np.array([2**70, 1], object)
    assert frame.column(big, 0) is frame.column(big.copy(), 0)


def test_arrays_of_values():
    """Values of one type are numbers in an array; others stay what they are."""
    assert [np.dtype(kind) for kind in (np.int64, float, bool, object, object)] == [
        array_of(values).dtype
        for values in ([1, 2], [0.5], [True], [1, 0.5], [2**70, 1])
    ]


def test_remembering_columns():
    """What was made of a column is found again, and of what is no column as before."""
    made = []

    @remembered()
    def make(*what):
        made.append(what)
        return len(made)

    frame = Frame()
    a = frame.column(np.array([1, 2]), 0)

    assert "make" == make.__name__
    assert [1, 1, 2, 2, 3, 3] == [
        make(n, "b") for n in (1, 1, a, a, (a, Shape(2, 2)), (a, Shape(2, 2)))
    ]
    assert [4, 5] == [make(a, []) for _ in range(2)]
    assert [6, 7] == [make(a, ([],)) for _ in range(2)]
    frame.close()
    assert 8 == make(a, ([],))
    assert [9, 10, 11] == [make(n) for n in (1, True, 1.0)]


@pytest.mark.parametrize("immutable", [True, False])
def test_what_is_made_once(immutable):
    """What is made of a thing and of columns is kept, unless it may change."""
    made = []

    def make(thing, sizes):
        made.append((thing, sizes))
        return SimpleNamespace(immutable=immutable)

    sizes = ((Frame().column(np.array([1, 2]), 0),),)
    given = (make, "a", sizes, {})

    assert immutable is (made_once(*given) is made_once(*given))
    assert made == [("a", sizes)] * (2 - immutable)


def test_what_is_remembered_may_fail():
    """A question that a function itself asks of columns is not taken for a look-up."""
    asked = []

    @remembered()
    def make(width, question):
        asked.append(question)
        raise Mixed(width, question)

    for width in (3, Frame().column(np.array([1, 2]), 0)):
        for question in ("compared", "printed"):
            with pytest.raises(Mixed, match=question):
                make(width, question)
    assert ["compared", "printed"] * 2 == asked


def test_products_of_settings_are_summed_as_products():
    """A sum of many products over axes is worked out with few large arrays."""
    frame = Frame()
    a = frame.column(np.arange(1, 2001).reshape(-1, 1), 0)
    b = frame.column(np.arange(1, 2001).reshape(1, -1), 1)
    total = sum((a + n) * (b + n) for n in range(50))
    (found,) = worked_out([total])

    assert (2000, 2000) == found.shape
    assert sum((7 + n) * (9 + n) for n in range(50)) == found[6, 8]


@pytest.mark.parametrize("drop", [None, 0.2])
def test_some_networks_add_their_input(drop):
    """Where channels are alike for some the sum is counted for these, in one go."""

    def build(channels, side):
        block = InvertedResidual(24, 8, drop=drop)
        return Sequential(input=(side, side, channels)).add(block).conv(1, channels)

    grid = {"channels": [4, 8, 12, 24], "side": [5, 6, 9]}
    columns = ("params", "macs", "activations", "connections", "receptive_field")
    found = both(build, grid, columns=columns)

    assert 2 == structures(found)  # 24 channels are not widened


def test_brackets_of_columns():
    """They are 1 where a number is 0."""
    column = Frame().column(np.array([-2, 0, 1, 0]), 0)

    assert [0, 1, 0, 1] == is_zero(column).array.tolist()
