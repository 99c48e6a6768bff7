"""One set of options: what is said of how to count and to write means the same anywhere."""

import inspect

import pytest

from cnncalc import ArgumentError, Layer, OptionError, Sequential, compare, sweep, zoo
from cnncalc.answers.answer import Answer, Written

NET = zoo.lenet5()


def build(classes):
    """Return a network of a sweep."""
    return zoo.lenet5(classes=classes)


# Every question whose answer is a report, with what else it needs.
QUESTIONS = {
    "summary": lambda **how: NET.summary(**how),
    "compare": lambda **how: compare(NET, NET, **how),
    "diff": lambda **how: NET.diff(zoo.lenet(), **how),
    "sweep": lambda **how: sweep(build, {"classes": [3]}, **how),
    "explain": lambda **how: NET.explain(**how),
    "row.explain": lambda **how: NET["C1"].explain(**how),
    "memory_plan": lambda **how: NET.memory_plan(**how),
    "memory_report": lambda **how: NET.memory_report(**how),
    "training_memory": lambda **how: NET.training_memory(**how),
    "roofline": lambda **how: NET.roofline("T4", **how),
    "draw": lambda **how: NET.draw("memory", **how),
    "reconcile": lambda **how: NET.reconcile("fvcore", **how),
    "complexity": lambda **how: NET.complexity(**how),
    "fields": lambda **how: NET.fields(**how),
    "lint": lambda **how: NET.lint(**how),
    "region": lambda **how: NET.region("C3", 0, 0, **how),
}
COUNTING = list(QUESTIONS)[:11]  # what depends on a data type and a batch
TOLD = [
    {"language": "zh"},
    {"layout": "CHW"},
    {"units": "K"},
    {"byte_units": "decimal"},
]


@pytest.mark.parametrize("name", QUESTIONS)
class TestEveryReport:
    @pytest.mark.parametrize("how", TOLD, ids=[next(iter(told)) for told in TOLD])
    def test_takes_how_it_is_written(self, name, how):
        """The answer is what it was, and its numbers stay the same."""
        plain, told = QUESTIONS[name](), QUESTIONS[name](**how)

        assert type(plain) is type(told)
        if isinstance(told, tuple):
            assert tuple(plain) == tuple(told)
        if isinstance(told, Answer) and name not in {"explain", "diff"}:  # in words
            assert plain.table.lines == told.table.lines

    def test_language_is_seen(self, name):
        """What is written is Chinese; a picture is a text itself."""
        plain, told = QUESTIONS[name](), QUESTIONS[name](language="zh")
        if isinstance(told, Answer):
            plain, told = plain.to_text(), told.to_text()

        assert str(plain) != str(told)

    @pytest.mark.parametrize(
        "wrong", [{"units": "x"}, {"language": "xx"}, {"layout": 3}, {"byte_units": ""}]
    )
    def test_refuses_what_there_is_not(self, name, wrong):
        """The message names the option, when the question is asked."""
        with pytest.raises(OptionError, match=next(iter(wrong)).replace("_", ".")):
            QUESTIONS[name](**wrong)

    def test_tells_what_was_meant(self, name):
        """`unit` and `lang` are answered like anywhere else."""
        with pytest.raises((ArgumentError, OptionError), match="units"):
            QUESTIONS[name](unit="K")


@pytest.mark.parametrize("name", COUNTING)
def test_types_and_batches(name):
    """Whatever counts bytes takes a data type and a batch, and each changes it."""
    ask = QUESTIONS[name]
    plain, small, many = str(ask()), str(ask(dtype="int8")), str(ask(batch=2))

    if name not in {"compare", "sweep"}:  # which tell the peak if they are asked
        assert plain != small
    assert plain != many


@pytest.mark.parametrize("name", COUNTING)
def test_a_batch_is_a_batch(name):
    """It is refused alike where it is none."""
    with pytest.raises(OptionError, match="batch"):
        QUESTIONS[name](batch=0)


class TestExplanations:
    def test_a_batch_multiplies_what_is_done(self):
        """LeNet-5's C1 (LeCun et al. 1998): 122,304 connections, 117,600 MACs."""
        steps = {step.what: step for step in NET.explain("C1", batch=32).steps["C1"]}

        assert 32 * 122_304 == steps["connections"].result
        assert 32 * 117_600 == steps["MACs"].result
        assert 32 * 28 * 28 * 6 * 4 == steps["memory of the output (float32)"].result
        assert 156 == steps["parameters"].result
        assert "32×28×28×6×4" == steps["memory of the output (float32)"].numbers
        assert "B×k_h×k_w×C_in×F×H_out×W_out" == steps["MACs"].general

    def test_totals_are_of_the_batch(self):
        """What is added up is what stands above it; parameters are what they were."""
        once, twice = NET.explain(), NET.explain(batch=2)

        results = {step.what: step.result for step in once.totals}
        assert results["parameters"] == twice.totals[0].result
        assert {"connections": 2, "MACs": 2}.items() <= {
            step.what: step.result // (results[step.what] or 1) for step in twice.totals
        }.items()

    def test_shapes_are_in_the_order_that_is_asked_for(self):
        """The shape, the way to it, and what reaches the layer."""
        text = NET.explain("C1", layout="CHW").to_text()

        assert "on 1×32×32" in text
        assert "output size: F×H_out×W_out = 6×28×28" in text

    def test_counts_are_exact_and_also_short(self):
        """A size is no count, and what is short already is said once."""
        text = NET.explain("C1", units="auto", byte_units="decimal").to_text()

        assert "= 117,600 (117.60 K)" in text
        assert "= 156\n" in text
        assert "= 18,816 B (18.816 kB)" in text

    def test_an_unknown_count_stays_unknown(self):
        """A batch of nothing known is not known either."""

        class Own(Layer):
            def output(self, x):
                return x

        explained = Sequential(input=8).add(Own()).explain(batch=3)
        steps = {step.what: step.result for step in explained.steps["own1"]}

        assert (None, None) == (steps["MACs"], steps["connections"])


class TestPictures:
    def test_numbers_are_of_the_batch(self):
        """117,600 MACs of C1 are 235,200 of two inputs, and 28×28×6 are two of these."""
        assert "C1: 235,200" in NET.draw("macs", batch=2).description
        assert "2×6×28×28" in NET.draw(batch=2, layout="CHW").description
        assert "C5: 48.120 K" in NET.draw("params", batch=2, units="K").description


def test_the_options_are_those_of_a_summary():
    """They have the names, the order and the defaults of a summary's."""
    of = inspect.signature(type(NET).summary).parameters

    assert list(Written.__annotations__) == [name for name in of if name in TOLD_NAMES]


TOLD_NAMES = {name for told in TOLD for name in told}
