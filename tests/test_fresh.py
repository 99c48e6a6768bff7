"""Whatever was built before, a network answers as in a fresh process."""

import contextlib
import pickle
import sys
import threading

import pytest
from drawn import Auxiliary, after, chains_of_parts, of_channels
from fresh import forget, memos
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import maps

from cnncalc import (
    BasicBlock,
    Builder,
    Conv1d,
    Conv2d,
    Conv3d,
    Frozen,
    Repeat,
    Residual,
    Sequential,
    Shared,
)
from cnncalc.graph import Named

# What these run is measured by others: to trace it takes longer than to test.
pytestmark = pytest.mark.no_cover

few = settings(max_examples=min(settings.default.max_examples, 30))


def answers(net):
    """Return what a network says of itself."""
    rows = [(row, repr(row.layer), str(row.formula)) for row in net.nodes]
    numbers = (net.totals, net.output, net.peak_memory(), net.flops, net.training_flops)
    return rows, numbers, net.fields(), net.to_json()


@pytest.fixture(autouse=True)
def fresh():
    """Begin each test as a fresh process does."""
    forget()


def test_everything_is_forgotten():
    """What remembers is found, and is empty afterwards."""
    Sequential(input=(8, 8, 4)).add(Residual(Conv2d(3, 4, padding=1))).nodes
    sizes = [len(memo) for memo in memos() if isinstance(memo, dict)]
    forget()

    assert max(sizes) > 0
    assert {0} == {len(memo) for memo in memos() if isinstance(memo, dict)}


class TestTheSameBlockElsewhere:
    """What a block was somewhere is not what it is everywhere."""

    def test_behind_what_sees_more(self):
        """A block's fields follow from what is before it: 3 or 7, and 2 for each conv."""
        block = BasicBlock(8, name="b")
        fields = []
        for kernel in (3, 7, 3):
            net = Sequential(input=(32, 32, 3))
            net = net.conv(kernel, 8, padding=kernel // 2, name="c").add(block)
            fields.append(
                [row.receptive_field for row in net.nodes if row.kind == "Conv2d"]
            )
        small, large = [(3, 3), (5, 5), (7, 7)], [(7, 7), (9, 9), (11, 11)]

        assert [small, large, small] == fields

    def test_on_a_larger_input_of_which_as_much_is_seen(self):
        """One position that saw 3×3 saw the whole of 3×3, and a part of 4×4."""
        block = Repeat(1, Sequential().upsample(2).conv(1, 4))
        fields = []
        for side in (3, 4, 3):
            net = Sequential(input=(side, side, 4)).conv(3, 4, stride=2).add(block)
            fields.append([row.receptive_field for row in net.nodes])
        whole, part = [(3, 3), None, None], [(3, 3), (3, 3), (3, 3)]

        assert [whole, part, whole] == fields

    def test_in_another_group(self):
        """A block's paths begin with the group that it is in now."""
        block = Residual(Conv2d(3, 4, padding=1))
        for name in ("a", "b", "a", "b"):
            group = Sequential(name=name).add(block)
            rows = Sequential(input=(8, 8, 4)).add(group).nodes
            named = Sequential(input=(8, 8, 4)).add(Named(block, name)).nodes
            inside = f"{name}/residual1"

            assert [f"{inside}/conv1", f"{inside}/add1"] == [row.path for row in rows]
            assert (f"{inside}/conv1", "input1") == rows[1].inputs
            assert [f"{name}/conv1", f"{name}/add1"] == [row.path for row in named]
            assert (f"{name}/conv1", "input1") == named[1].inputs

    def test_in_training_only(self):
        """A head that runs in training only does no work, though it did elsewhere."""
        head = Residual(Conv2d(3, 16, padding=1, bias=False))
        g = Builder()
        x = g.input((8, 8, 16))
        y = g.add(head, x)
        with g.training_only():
            g.add(head, x)
        net = g.graph(y)
        macs = 3 * 3 * 16 * 16 * 8 * 8  # of one of the two convolutions

        assert macs == net.macs
        assert [macs, 0, 0, 0] == [row.macs for row in net.nodes]
        assert [2304, 2304] == [row.params for row in net.nodes if row.params]

    def test_at_a_place_where_it_ran_otherwise(self):
        """A head that runs in training only is none of a network that runs it."""
        head = Residual(Conv2d(3, 16, padding=1, bias=False))
        macs = []
        for idle in (False, True, False):
            g = Builder()
            x = g.input((8, 8, 16))
            with g.training_only() if idle else contextlib.nullcontext():
                g.add(head, x)
            macs.append(g.graph(g.add(Conv2d(1, 4), x)).nodes[0].macs)

        assert [3 * 3 * 16 * 16 * 8 * 8, 0, 3 * 3 * 16 * 16 * 8 * 8] == macs

    def test_of_shared_weights(self):
        """Shared weights count once: in the rows, and in their sum."""
        block = BasicBlock(8)
        own = 2 * (3 * 3 * 8 * 8 + 2 * 8)  # two convolutions without bias, two norms
        alone = Sequential(input=(8, 8, 8)).add(block)
        tower = Shared(block)
        net = Sequential(input=(8, 8, 8)).add(tower, tower)

        assert own == alone.params == net.params
        assert own == sum(row.params for row in net.nodes)
        assert own + own == alone.add(block).params

    def test_of_shared_weights_whose_numbers_were_asked_for(self):
        """It does not matter when somebody asks."""
        tower = Shared(BasicBlock(8))
        once = Sequential(input=(8, 8, 8)).add(tower)
        before = (once.params, [row.params for row in once.nodes])
        twice = once.add(tower)
        after_ = [row.params for row in twice.nodes]

        assert before[0] == twice.params == sum(after_)
        assert before[1] == after_[: len(before[1])]
        assert [0] * len(before[1]) == after_[len(before[1]) :]


@st.composite
def elsewhere(draw, part, x):
    """Draw another network that has *part*, behind other layers, in another role."""
    if x.is_vector:
        before = of_channels(x, x.channels)
    else:
        kind = (Conv1d, Conv2d, Conv3d)[x.rank - 1]
        before = kind(draw(st.sampled_from([1, 3, 5])), x.channels, padding="same")
    name = draw(st.sampled_from(["a", "b", "conv1", "other"]))
    group = Sequential(name=name).add(before, part)
    return draw(
        st.sampled_from(
            [
                Sequential().add(before, part),
                Sequential().add(part),
                group,
                Sequential().add(before, group),
                Auxiliary(part),
                Auxiliary(group),
                Frozen(part),
                Frozen(group),
                Shared(part),
                Shared(group),
                Named(part, name),
                Sequential(name=name).add(Shared(part)),
                Sequential(name=name).add(Auxiliary(part)),
            ]
        )
    )


def reached(x, parts):
    """Give each part with the shape that reaches it."""
    for part in parts:
        yield part, x
        x = after(x, part)


@given(chains_of_parts(), st.data())
def test_whatever_was_built_before(drawn, data):
    """A network answers the same after others of the same parts, and as the first."""
    x, parts = drawn
    text = pickle.dumps(parts)
    for part, shape in [*reached(x, parts)]:
        other = data.draw(elsewhere(part, shape))
        answers(Sequential(input=shape).add(other))
    found = answers(Sequential(input=x).add(*parts))
    forget()
    alone = answers(Sequential(input=x).add(*pickle.loads(text)))

    assert alone == found


@given(maps.flatmap(lambda x: chains_of_parts(at=st.just(x))), st.data())
def test_whatever_was_built_before_behind_something_else(drawn, data):
    """The same holds where only the layer before the parts differs, or its group."""
    x, parts = drawn
    text = pickle.dumps(parts)
    kernels = data.draw(st.permutations([1, 3, 5]))
    groups = data.draw(st.sampled_from([["", "", ""], ["a", "b", "a"]]))

    def built(parts, kernel, group):
        net = Sequential(input=x).conv(kernel, x.channels, padding="same")
        return answers(
            net.add(*([Sequential(name=group).add(*parts)] if group else parts))
        )

    found = [built(parts, *where) for where in zip(kernels, groups, strict=True)]
    forget()

    assert built(pickle.loads(text), kernels[-1], groups[-1]) == found[-1]


@given(chains_of_parts(), st.data())
def test_whatever_was_built_before_by_a_builder(drawn, data):
    """The same holds for parts within scopes, and within what runs in training only."""
    x, parts = drawn
    text = pickle.dumps(parts)
    plan = [data.draw(st.tuples(*[st.booleans()] * 2)) for _ in parts]

    def built(parts, plan):
        g = Builder()
        y = g.input(x)
        for number, (part, (scoped, idle)) in enumerate(zip(parts, plan, strict=True)):
            name = f"scope{number}" if scoped else "scope"
            running = g.training_only() if idle else contextlib.nullcontext()
            with running, g.scope(f"aside{number}"):
                g.add(part, y)
            with g.scope(f"{name}.{number}"):
                y = g.add(part, y)
        return answers(g.graph(y))

    built(parts, [(not scoped, not idle) for scoped, idle in plan])
    found = built(parts, plan)
    forget()

    assert built(pickle.loads(text), plan) == found


@given(chains_of_parts(), st.integers(0, 6))
def test_whatever_grew_from_it(drawn, at):
    """A network that others were grown from answers as if nobody had."""
    x, parts = drawn
    text = pickle.dumps(parts)
    base = Sequential(input=x).add(*parts[:at])
    for longer in (base.add(*parts[at:]), base.relu(), base.add(*parts[at:])):
        answers(longer)
    found = answers(base), answers(base.add(*parts[at:]))
    forget()
    alone = pickle.loads(text)

    assert answers(Sequential(input=x).add(*alone[:at])) == found[0]
    assert answers(Sequential(input=x).add(*alone)) == found[1]


@contextlib.contextmanager
def switching():
    """Let threads take turns as often as they can."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        yield
    finally:
        sys.setswitchinterval(before)


def at_once(*tasks):
    """Run tasks in threads of their own, and return what they returned or raised."""
    results = {}
    ready = threading.Barrier(len(tasks))

    def run(number, task):
        ready.wait()
        try:
            results[number] = task()
        except Exception as error:  # noqa: BLE001 - whatever it is, it is compared
            results[number] = error

    threads = [
        threading.Thread(target=run, args=numbered) for numbered in enumerate(tasks)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return [results[number] for number in range(len(tasks))]


@few
@given(chains_of_parts(sharing=False), st.integers(0, 6))
def test_whoever_builds_at_the_same_time(drawn, at):
    """Threads that grow one network in different ways each get what they would alone."""
    x, parts = drawn
    text = pickle.dumps(parts)
    base = Sequential(input=x).add(*parts[:at])
    tasks = [
        lambda: answers(base.add(*parts[at:])),
        lambda: answers(base),
        lambda: answers(base.relu().add(*parts[at:])),
        lambda: answers(base.running_as_functions()),
        lambda: answers(base.add(*parts[at:])),
    ]
    with switching():
        found = at_once(*tasks)
    forget()
    alone = pickle.loads(text)
    start = Sequential(input=x).add(*alone[:at])
    whole, after_relu = start.add(*alone[at:]), start.relu().add(*alone[at:])
    expected = [whole, start, after_relu, start, whole]

    assert [answers(net) for net in expected] == found


def test_whoever_reads_while_another_one_grows_it():
    """A network is read as it is while longer ones are grown from it, weights shared."""
    tower = Shared(Conv2d(3, 4, padding=1))
    found = []

    def grow(net):
        for _ in range(200):
            net = net.add(tower)

    def read(net):
        for _ in range(10):
            net.running_as_functions().graph

    with switching():
        for _ in range(300):
            net = Sequential(input=(4, 4, 4)).add(*[tower] * 100)
            found += at_once(lambda net=net: grow(net), lambda net=net: read(net))
            if any(found):
                break

    assert {None} == set(found)
