"""Sweeps: a row of totals for each point of a grid, here or elsewhere."""

import contextlib
import gc
import json
import math
import multiprocessing
import os
import pickle
import weakref
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from itertools import count, islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncalc import (
    ConfigError,
    Layer,
    OptionError,
    Sequential,
    Shape,
    UnknownNameError,
    sweep,
    zoo,
)
from cnncalc.cost.totals import AtLeast
from cnncalc.operations.conventions import Convention, convention
from cnncalc.operations.rules import Rule
from cnncalc.report.table import Column
from cnncalc.sweeping.plan import Plan
from cnncalc.sweeping.sweep import Sweep
from cnncalc.sweeping.variant import Variant

GRID = {"filters": [2, 4], "kernel": [1, 3, 9]}
SMALL = [{"filters": 2, "kernel": 1}]


def build(filters, kernel):
    """A network that cannot be for kernels of more than 8."""
    return Sequential(input=(8, 8, 1)).conv(kernel, filters)


class Mystery(Layer):
    """A layer of which only the output is known."""

    def output(self, x, /):
        return x


class Reused:
    """Settings that are one dict, changed again and again."""

    def __iter__(self):
        settings = {}
        for number in (1, 2, 3):
            settings["number"] = number
            yield settings


def deadly(number):
    """A network whose worker dies at number 3."""
    if number == 3 and multiprocessing.parent_process():
        os._exit(1)
    return Sequential(input=4).fc(number + 1)


def broken(number):
    """A function with a fault of its own."""
    return 1 // number


class TestRows:
    def test_every_point_of_a_grid(self):
        """Settings are combined in all ways, the last one fastest."""
        rows = list(sweep(build, {"filters": [2, 4], "kernel": [1, 3]}))

        assert [(2, 1), (2, 3), (4, 1), (4, 3)] == [
            (row.settings["filters"], row.settings["kernel"]) for row in rows
        ]
        assert [4, 20, 8, 40] == [row.values["params"] for row in rows]
        assert all(row.ok for row in rows)

    def test_what_cannot_be_has_an_error_in_its_row(self):
        """A kernel of 9 on a map of 8 is an error in its row, and the sweep goes on."""
        rows = list(sweep(build, GRID))

        assert [True, True, False] * 2 == [row.ok for row in rows]
        assert "its kernel 9×9" in str(rows[2].error)
        assert {"params", "macs", "activations", "receptive_field"} == set(
            rows[2].values
        )
        assert {None} == set(rows[2].values.values())

    def test_other_errors_stand_in_the_row_too(self):
        """Whatever a function raises, or returns instead of a network, is told."""
        rows = list(sweep(broken, {"number": [0, 1]}))

        assert "broken: it raised ZeroDivisionError" in str(rows[0].error)
        assert "broken: it returned 1" in str(rows[1].error)

    def test_columns_are_those_of_comparisons(self):
        """Any number that `compare` tells, or a convention, is a column."""
        (row,) = sweep(zoo.resnet50, [{}], columns=["fvcore", "peak_memory", "nodes"])

        assert [4_111_512_576, "fvcore"] == [row.of("fvcore"), next(iter(row.values))]

    def test_depths_of_a_network_of_the_zoo(self):
        """Stages of 1, 2, 3, 4, 3, 3, 1 blocks are scaled, and rounded up.

        Nodes: 9 around the stages; 5 in a block that does not widen and 8 in others,
        and an addition in all but the first of a stage.
        """
        half, double = sweep(zoo.mobilenet_v2, {"depth": [0.5, 2]}, columns="layers")

        assert 9 + 5 + 8 + 4 * (8 + 9) + 8 == half.of("nodes")
        blocks = 5 + 6 + 6 * 8 + 9 * (3 + 5 + 7 + 5 + 5 + 1)
        assert 9 + blocks == double.of("nodes")

    def test_limits_stop_early(self):
        """Beyond a limit nothing else is measured, and the row says which."""
        counted = []
        rule = Rule("calls", ("*",), lambda call: counted.append(call.output.channels))
        columns = ["params", "macs", Convention("mine", "", (rule,))]
        grid = {"filters": [2, 4], "kernel": [3]}
        small, large = sweep(build, grid, columns=columns, max_params=20, min_macs=1)
        (none,) = sweep(build, [{"filters": 2, "kernel": 1}], min_macs=1000)

        assert (True, "") == (small.ok, small.skipped)
        assert (False, "params 40 > 20") == (large.ok, large.skipped)
        assert {"params": 40, "macs": None, "mine": None} == dict(large.values)
        assert {1, 2} == set(
            counted
        )  # the channels of the input and of the small network
        assert "macs 128 < 1,000" == none.skipped

    @pytest.mark.parametrize("engine", ["python", "numpy"])
    @pytest.mark.parametrize(
        ("limit", "skipped"),
        [
            ({"max_params": "0.02k"}, "params 40 > 20"),
            ({"max_params": 0}, "params 40 > 0"),
            ({"max_memory": "0.1 KiB"}, "memory 160 > 102"),
            ({"min_macs": "1M"}, "macs 1,296 < 1,000,000"),
        ],
    )
    def test_limits_as_people_write_them(self, engine, limit, skipped):
        """A limit is an integer, or a text as everywhere: "20M", "256 KiB"."""
        grid = {"filters": [4], "kernel": [3]}
        (row,) = sweep(build, grid, engine=engine, **limit)

        assert skipped == row.skipped

    def test_a_limit_on_what_is_no_column(self):
        """A limit may be on a number that is not shown."""
        (row,) = sweep(
            build, [{"filters": 2, "kernel": 1}], columns="macs", max_params=1
        )

        assert ({"macs": None}, "params 4 > 1") == (dict(row.values), row.skipped)

    def test_is_lazy(self):
        """Nothing runs before a row is asked for; a grid may be without end."""
        asked = []

        def told(filters, kernel):
            asked.append(filters)
            return build(filters, kernel)

        endless = ({"filters": n, "kernel": 1} for n in count(1))
        found = sweep(told, endless, columns="params")

        assert "<Sweep, not run yet>" == repr(found)
        assert [] == asked
        assert "<Sweep of 6 variants, not run yet>" == repr(sweep(build, GRID))
        assert [2, 4, 6] == [row.of("params") for row in islice(found, 3)]
        assert [1, 2, 3] == asked

    def test_progress(self):
        """The callback has the number of rows so far, and of all where that is known."""
        seen = []
        sweep(build, GRID, progress=lambda *now: seen.append(now)).rows()
        list(
            sweep(
                build,
                iter([{"filters": 1, "kernel": 1}]),
                progress=lambda *now: seen.append(now),
            )
        )

        assert [*((n, 6) for n in range(1, 7)), (1, None)] == seen

    def test_rows_pickle_and_tell_columns_and_settings(self):
        """A row is asked by name for either; an unknown one is told."""
        (row,) = sweep(build, [{"filters": 2, "kernel": 1}])

        assert row == pickle.loads(pickle.dumps(row))
        assert (4, 2) == (row.of("params"), row.of("filters"))
        with pytest.raises(UnknownNameError, match="There are: params"):
            row.of("depth")

    def test_measuring_that_fails_is_told_apart(self):
        """What a rule of somebody's own raises is not said to come from the function."""
        rule = Rule("nothing", ("*",), lambda call: 1 // 0)
        (row,) = sweep(build, SMALL, columns=Convention("mine", "", (rule,)))

        assert str(row.error).startswith("measuring its network raised ZeroDivision")

    def test_an_error_keeps_no_frames_alive(self):
        """What a function had in hand when it failed is let go of."""
        kept = []

        class Held:
            """What a function has in hand."""

        def fails(kind):
            held = Held()
            kept.append(weakref.ref(held))
            try:
                raise KeyError(kind)
            except KeyError as error:
                if kind == "own":
                    raise ConfigError("it cannot be") from error
                raise ValueError("no") from error

        rows = sweep(fails, {"kind": ["own", "other"]}).rows()
        gc.collect()

        assert [None, None] == [reference() for reference in kept]
        assert [(None, None, None)] * 2 == [
            (r.error.__traceback__, r.error.__cause__, r.error.__context__)
            for r in rows
        ]


class TestColumns:
    def test_a_convention_of_ones_own(self):
        """A convention is counted itself, though a preset has its name, as compared."""
        mine = Convention("thop", "mine", ())
        (row,) = sweep(zoo.lenet, [{}], columns=[mine], max_thop=0)
        (alone,) = sweep(zoo.lenet, [{}], columns=mine)

        assert {"thop": 0} == dict(row.values) == dict(alone.values)
        assert "" == row.skipped
        assert 0 < zoo.lenet().operations("thop")

    def test_a_preset_pickles_to_processes(self):
        """A convention itself may go to an executor's processes."""
        with ProcessPoolExecutor(1) as executor:
            (row,) = sweep(
                zoo.lenet, [{}], columns=convention("fvcore"), executor=executor
            )

        assert zoo.lenet().operations("fvcore") == row.of("fvcore")

    def test_columns_of_one_name(self):
        """Where two columns would have one name, it is told; the same one is no other."""
        with pytest.raises(OptionError, match="two columns are called 'note'"):
            sweep(build, GRID, columns=Convention("note", "mine", ()))
        with pytest.raises(OptionError, match="two columns are called 'thop'"):
            sweep(build, GRID, columns=["thop", Convention("thop", "mine", ())])
        (row,) = sweep(build, SMALL, columns=["MACs", "macs"])

        assert ["macs"] == list(row.values)

    def test_names_with_commas_between(self):
        """Names may be in one text."""
        (row,) = sweep(build, SMALL, columns="params,MACs")

        assert {"params": 4, "macs": 128} == dict(row.values)

    @pytest.mark.parametrize("name", ["params", "parameters", "note"])
    def test_no_setting_has_the_name_of_a_column(self, name):
        """A setting that would be one column with another is refused when it is seen."""
        message = f"'{name}' is the name of a setting and of a column"
        with pytest.raises(OptionError, match=message):
            sweep(build, {name: [1]})
        found = iter(sweep(lambda **_: build(1, 1), [{"n": 1}, {name: 1}]))
        assert 1 == next(found).of("n")
        with pytest.raises(OptionError, match=message):
            next(found)

    def test_keys_are_told_once(self):
        """A line of JSON has every setting and column, each once."""
        found = sweep(build, {"filters": [2], "kernel": [1]}, columns="params")
        names = [column["key"] for column in json.loads(found.to_json())["columns"]]

        assert ["filters", "kernel", "params", "note"] == names


class TestGrids:
    def test_an_iterator_serves_once(self):
        """What is left of an iterator is never told as if it was all."""
        found = sweep(build, ({"filters": i, "kernel": 1} for i in (1, 2, 3)))
        first = next(iter(found))

        assert 1 == first.of("filters")
        for look in (found.rows, lambda: list(found)):
            with pytest.raises(OptionError, match="its variants are used up"):
                look()

    def test_rows_of_an_iterator_stay(self):
        """Rows that are kept are there as often as somebody looks."""
        found = sweep(build, iter([{"filters": 1, "kernel": 1}]))

        assert found.rows() == found.rows() == tuple(found)

    def test_one_dict_changed_again_and_again(self):
        """Each row has the settings that there were, with an executor and without."""

        def named(number):
            return build(number, 1)

        with ThreadPoolExecutor(1) as executor:
            there = sweep(named, Reused(), executor=executor).rows()
        here = sweep(named, Reused()).rows()

        expected = [({"number": n}, 2 * n) for n in (1, 2, 3)]
        assert expected == [(row.settings, row.of("params")) for row in here]
        assert expected == [(row.settings, row.of("params")) for row in there]

    @pytest.mark.parametrize("executor", [None, lambda: ThreadPoolExecutor(1)])
    def test_what_is_no_mapping_of_settings(self, executor):
        """An iterable of anything else is told when its turn comes, and not before."""
        with pytest.raises(OptionError, match="the grid has 3"):
            list(sweep(build, [3], executor=executor))
        found = iter(sweep(build, [*SMALL, 3], executor=executor))

        assert 4 == next(found).of("params")
        with pytest.raises(OptionError, match="the grid has 3"):
            next(found)


class TestLimits:
    def test_a_lower_bound_is_below_no_minimum(self):
        """A network that may have more is not skipped; one that has too many is."""

        def unknown():
            return Sequential(input=(2, 2, 1)).conv(1, 1).add(Mystery())

        (kept,) = sweep(unknown, [{}], min_params=100)
        (beyond,) = sweep(unknown, [{}], max_params=1)

        assert (True, 2) == (kept.ok, kept.of("params"))
        assert isinstance(kept.of("params"), AtLeast)
        assert "params ≥ 2 > 1" == beyond.skipped

    def test_the_value_stands_under_the_key(self):
        """However a limit spells its column, the value is noted in it."""
        (row,) = sweep(build, SMALL, columns="macs", max_MACs=0)

        assert ({"macs": 128}, "macs 128 > 0") == (dict(row.values), row.skipped)

    def test_integers_of_numpy(self):
        """Whatever is an integer is taken for a limit, and for a chunk."""
        np = pytest.importorskip("numpy")
        (row,) = sweep(build, SMALL, max_params=np.int64(3), chunk=np.uint8(2))

        assert "params 4 > 3" == row.skipped


class TestOptions:
    @pytest.mark.parametrize(
        ("options", "message"),
        [
            ({"columns": ["parms"]}, "there is no column 'parms'"),
            ({"max_parms": 3}, "there is no column 'parms'"),
            ({"most_params": 3}, "there is no option 'most_params'"),
            ({"max_params": 1.5}, "max_params is 1.5"),
            ({"chunk": 0}, "chunk is 0"),
            ({"grid": 3}, "grid is 3"),
            ({"grid": {"filters": 3}}, "the grid has 3 for 'filters'"),
            ({"grid": "ab"}, "grid is 'ab'"),
            ({"grid": {"kernel": "same"}}, "the grid has 'same' for 'kernel'"),
            ({"build": 3}, "build is 3"),
            ({"columns": 5}, "columns is 5"),
            ({"columns": None}, "columns is None"),
            ({"columns": [5]}, "there is no column 5"),
            ({"progress": 3}, "progress is 3. It must be a function[.]$"),
            ({"executor": 3}, "executor is 3"),
            ({"executor": ThreadPoolExecutor}, "executor is <class"),
            ({"max_receptive_field": 3}, "'receptive_field', which is no count"),
            ({"max_input": 3}, "'input', which is no count"),
            ({"min_macs_percent": 0}, "'macs_percent', which is no count"),
            (
                {"min_params": -1},
                "min_params is -1. It must be a positive integer, or a text as",
            ),
            ({"max_params": True}, "max_params is True"),
            ({"chunk": 1.0}, "chunk is 1.0"),
        ],
    )
    def test_are_checked_at_once(self, options, message):
        """What is wrong is said before anything runs."""
        arguments = {"build": build, "grid": GRID} | options
        with pytest.raises(OptionError, match=message):
            sweep(arguments.pop("build"), arguments.pop("grid"), **arguments)


class TestPareto:
    def rows_of(self, points):
        rows = [Variant({"n": n}, {"a": a, "b": b}) for n, (a, b) in enumerate(points)]
        return Sweep(Plan(lambda: iter(rows)), [Column(k, k, "count") for k in "ab"])

    def test_no_other_row_is_better_in_both(self):
        """Of 1-9, 2-5, 3-7, 4-5, 5-1 the front is 1-9, 2-5, 5-1."""
        found = self.rows_of([(3, 7), (5, 1), (4, 5), (1, 9), (2, 5), (None, 0)])

        assert [3, 4, 1] == [row.of("n") for row in found.pareto("a", "b")]
        assert [1] == [row.of("n") for row in found.pareto("-a", "b")]

    @given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=12))
    def test_against_every_pair(self, points):
        """A row is on the front just when none is better in one and as good in both."""
        front = {(r.of("a"), r.of("b")) for r in self.rows_of(points).pareto("a", "b")}
        best = {
            (a, b)
            for a, b in points
            if not any((c <= a and d <= b) and (c, d) != (a, b) for c, d in points)
        }

        assert best == front

    def test_impossible_and_skipped_variants_are_no_part(self):
        """What was not measured is on no front."""
        front = sweep(build, GRID, max_params=30).pareto("params", "-kernel")

        assert [(2, 1), (2, 3)] == [
            (row.of("filters"), row.of("kernel")) for row in front
        ]

    @pytest.mark.parametrize(
        ("unit", "values", "best"),
        [
            ("count", [3, 5, None, AtLeast(9)], [1]),
            ("bytes", [5, 3, AtLeast(9), 5], [0]),
            ("percent", [0.1, 0.3, math.nan, None], [1]),
            ("pair", [(2, 9), (4, 4), None, (3, 6)], [0]),
            ("shape", [Shape(2, 2, 3), Shape.of(13), (Shape.of(7), Shape.of(7))], [2]),
        ],
    )
    def test_each_unit_is_one_number(self, unit, values, best):
        """Pairs count as areas and shapes as sizes; what is not known is left out."""
        rows = [Variant({"n": 0}, {"a": value}) for value in values]
        found = Sweep(Plan(lambda: iter(rows)), [Column("a", "a", unit)])

        assert best == [rows.index(row) for row in found.pareto("n", "-a")]

    def test_receptive_fields(self):
        """More is seen by larger kernels, which cost more: all are on the front."""
        grid = {"filters": [2, 4], "kernel": [1, 3]}
        found = sweep(build, grid).pareto("macs", "-receptive_field")

        assert [(2, 1), (2, 3)] == [
            (row.of("filters"), row.of("kernel")) for row in found
        ]

    @pytest.mark.parametrize("grid", [GRID, [], [{"filters": 2, "kernel": 1}]])
    @pytest.mark.parametrize("name", ["depth", "-depth", "", 3])
    def test_names_are_looked_up_first(self, grid, name):
        """An unknown one is an error, though there may be no row."""
        found = sweep(build, grid)
        for names in [("macs", name), (name, "macs")]:
            with pytest.raises(UnknownNameError, match="There are: params, macs"):
                found.pareto(*names)

    def test_a_grid_without_rows(self):
        """Its settings are known all the same, and nothing is on the front."""
        found = sweep(build, {"filters": [], "kernel": [1]})

        assert [] == found.pareto("filters", "-kernel")

    def test_settings_that_are_no_numbers(self):
        """Texts have no order that anybody means."""
        found = sweep(lambda kind: build(1, 1), {"kind": ["a", "b"]})
        with pytest.raises(OptionError, match="the setting 'kind' is 'a', which is no"):
            found.pareto("kind", "macs")

    def test_unsigned_settings(self):
        """Integers of NumPy are compared as integers, also where more is better."""
        np = pytest.importorskip("numpy")
        numbers = np.array([0, 3, 1], "uint8")
        found = sweep(lambda n: build(1, 1), {"n": numbers}).pareto("macs", "-n")

        assert [3] == [row.of("n") for row in found]

    def test_rows_without_a_setting(self):
        """A row that lacks a setting, or has none for it, is left out."""
        grid = [{"n": 1}, {}, {"n": None}, {"n": 2}]
        found = sweep(lambda n=0: build(1, 1), grid).pareto("-n", "macs")

        assert [2] == [row.of("n") for row in found]


class TestReport:
    def test_a_table_of_all_rows(self):
        """Settings, columns and notes are a table in every format."""
        found = sweep(build, GRID, columns="params", max_params=30)
        lines = found.to_csv().splitlines()

        assert "filters,kernel,parameters,note" == lines[0]
        assert "2,1,4," == lines[1]
        assert "4,3,40,params 40 > 30" == lines[5]
        assert "Skipped" in str(found)
        assert repr(found) == str(found)
        assert [4, 20] == found.to_pandas()["params"].dropna().tolist()[:2]

    def test_runs_once(self):
        """What needs all rows runs the sweep once, and keeps them."""
        asked = []

        def told(number):
            asked.append(number)
            return Sequential(input=4).fc(number)

        found = sweep(told, {"number": [1, 2]})
        found.pareto("params", "macs")
        found.to_text()

        assert found.rows() == tuple(found)
        assert [1, 2] == asked


class TestExecutors:
    NUMBERS = tuple({"number": n} for n in range(6))

    @pytest.mark.parametrize("chunk", [1, 4, 100])
    def test_rows_are_in_order(self, chunk):
        """The rows of threads are those that there are without, in their order."""
        with ThreadPoolExecutor(2) as executor:
            rows = list(sweep(build, GRID, executor=executor, chunk=chunk))

        here = list(sweep(build, GRID))
        assert [row.values for row in here] == [row.values for row in rows]
        assert [str(row.error) for row in here] == [str(row.error) for row in rows]

    def test_a_function_must_make_executors(self):
        """One that returns anything else is told when it is called."""
        found = sweep(build, GRID, executor=lambda: None)
        with pytest.raises(OptionError, match="returned None. It must return an exec"):
            next(iter(found))

    def test_a_function_must_make_executors_again(self):
        """Also when it is asked for another one, for the first broke."""
        made = [ProcessPoolExecutor(1), ThreadPoolExecutor]
        found = sweep(deadly, [{"number": 3}], executor=lambda: made.pop(0))
        with pytest.raises(OptionError, match="returned <class"):
            found.rows()

    def test_an_endless_grid_stays_lazy(self):
        """An executor gets a few chunks ahead, and what is left over is called off."""
        taken = []

        def endless():
            for number in count(1):
                taken.append(number)
                yield {"filters": number, "kernel": 1}

        with ThreadPoolExecutor(1) as executor:
            found = iter(sweep(build, endless(), executor=executor, chunk=2))
            first = [next(found).of("filters") for _ in range(3)]
            found.close()

        assert [1, 2, 3] == first
        assert len(taken) < 100

    def test_processes(self):
        """A pool of processes gives the same."""
        with ProcessPoolExecutor(1) as executor:
            rows = list(sweep(build, GRID, executor=executor, chunk=4))

        assert [row.values for row in sweep(build, GRID)] == [
            row.values for row in rows
        ]

    def test_a_worker_that_dies_takes_one_variant_with_it(self):
        """With a function that makes executors, all others are measured."""
        found = sweep(
            deadly, self.NUMBERS, executor=lambda: ProcessPoolExecutor(1), chunk=3
        )
        rows = list(found)

        assert [0, 1, 2, 4, 5] == [row.settings["number"] for row in rows if row.ok]
        assert "its worker failed: BrokenProcessPool" in str(rows[3].error)

    def test_a_pool_that_is_broken_stays_so(self):
        """Without one, the rest has the error in its rows, and nothing hangs."""
        with ProcessPoolExecutor(1) as executor:
            rows = list(sweep(deadly, self.NUMBERS, executor=executor, chunk=3))

        assert [0, 1, 2] == [row.settings["number"] for row in rows if row.ok]
        assert [ConfigError] * 3 == [type(row.error) for row in rows[3:]]

    def test_what_does_not_pickle_is_told(self):
        """A function that cannot be sent is an error in each row."""
        with ProcessPoolExecutor(1) as executor:
            (row,) = sweep(lambda: None, [{}], executor=executor)

        assert "pickle" in str(row.error)

    @contextlib.contextmanager
    def cluster(self, *, processes):
        """Start a local cluster of one worker, which may die as often as it likes."""
        distributed = pytest.importorskip("distributed")
        import dask

        with (
            dask.config.set({"distributed.scheduler.allowed-failures": 0}),
            distributed.LocalCluster(
                n_workers=1,
                threads_per_worker=1,
                processes=processes,
                dashboard_address=":0",
            ) as cluster,
            distributed.Client(cluster) as client,
        ):
            yield client.get_executor(retries=0)

    def test_dask(self):
        """A cluster of dask.distributed serves as any executor does."""
        with self.cluster(processes=False) as executor:
            rows = list(sweep(build, GRID, executor=executor, chunk=2))

        assert [row.values for row in sweep(build, GRID)] == [
            row.values for row in rows
        ]

    def test_a_worker_of_dask_that_dies(self):
        """A cluster of processes starts another one, and all others are measured."""
        with self.cluster(processes=True) as executor:
            rows = list(sweep(deadly, self.NUMBERS, executor=executor, chunk=3))

        assert [0, 1, 2, 4, 5] == [row.settings["number"] for row in rows if row.ok]
        assert "its worker failed: KilledWorker" in str(rows[3].error)


def of_rank(x, width):
    """Return a network along the axes of its input."""
    net = Sequential(input=x)
    conv = {1: net.conv1d, 2: net.conv, 3: net.conv3d}[net.input.rank]
    return conv(3, width, padding=1).pool(2)


def test_inputs_of_any_rank_stand_in_one_sweep():
    """Fields are compared by what they hold, shapes by their values, whatever axes."""
    grid = {"x": [(64, 3), (8, 8, 3), Shape(4, 8, 8, 3)], "width": [4, 8]}
    found = sweep(of_rank, grid, columns=["output", "params", "receptive_field"])
    rows = [row.values for row in found]

    # 3^rank weights of each of 3 channels for each filter, and a bias.
    assert [40, 80, 112, 224, 328, 656] == [row["params"] for row in rows]
    assert [(4,), (4, 4), (4, 4, 4)] == [row["receptive_field"] for row in rows[::2]]
    assert [(2, 4, 4, 8)] == [rows[-1]["output"]]
    best = found.pareto("-receptive_field", "params")
    assert [4**3, 4**2, 4] == [math.prod(row.values["receptive_field"]) for row in best]


def test_rows_are_equal_by_what_they_say():
    """An impossible variant is as impossible again, of the same reason alone."""
    first, again, other = [
        next(iter(sweep(build, [{"filters": n, "kernel": 1}]))) for n in (0, 0, -1)
    ]

    assert first == again
    assert (first != again) is False
    assert first != other._replace(settings=first.settings)
    assert first != Variant(first.settings, first.values)
    assert first == pickle.loads(pickle.dumps(first))
    assert first == tuple(first)
    assert first != "first"
    with pytest.raises(TypeError):
        hash(first)
