"""Sweeps: a row of totals for each point of a grid, here or elsewhere."""

import contextlib
import multiprocessing
import os
import pickle
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from itertools import count, islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cnncalc import ConfigError, OptionError, Sequential, UnknownNameError, sweep, zoo
from cnncalc.report.table import Column
from cnncalc.sweeping.sweep import Sweep
from cnncalc.sweeping.variant import Variant

GRID = {"filters": [2, 4], "kernel": [1, 3, 9]}


def build(filters, kernel):
    """A network that cannot be for kernels of more than 8."""
    return Sequential(input=(8, 8, 1)).conv(kernel, filters)


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
        (row,) = sweep(zoo.resnet50, [{}], columns=["fvcore", "peak_memory", "layers"])

        assert [4_111_512_576, "fvcore"] == [row.of("fvcore"), next(iter(row.values))]

    def test_depths_of_a_network_of_the_zoo(self):
        """Stages of 1, 2, 3, 4, 3, 3, 1 blocks are scaled, and rounded up.

        Nodes: 9 around the stages; 5 in a block that does not widen and 8 in others,
        and an addition in all but the first of a stage.
        """
        half, double = sweep(zoo.mobilenet_v2, {"depth": [0.5, 2]}, columns="layers")

        assert 9 + 5 + 8 + 4 * (8 + 9) + 8 == half.of("layers")
        blocks = 5 + 6 + 6 * 8 + 9 * (3 + 5 + 7 + 5 + 5 + 1)
        assert 9 + blocks == double.of("layers")

    def test_limits_stop_early(self):
        """Beyond a limit nothing else is measured, and the row says which."""
        asked = []

        def told(filters, kernel):
            asked.append(filters)
            return build(filters, kernel)

        grid = {"filters": [2, 4], "kernel": [3]}
        small, large = sweep(told, grid, max_params=20, min_macs=1)
        (none,) = sweep(build, [{"filters": 2, "kernel": 1}], min_macs=1000)

        assert (True, "") == (small.ok, small.skipped)
        assert (False, "params 40 > 20") == (large.ok, large.skipped)
        assert (40, None) == (large.values["params"], large.values["macs"])
        assert "macs 128 < 1,000" == none.skipped

    def test_a_limit_on_what_is_no_column(self):
        """A limit may be on a number that is not shown."""
        (row,) = sweep(
            build, [{"filters": 2, "kernel": 1}], columns="macs", max_params=1
        )

        assert ({"macs": None}, "params 4 > 1") == (dict(row.values), row.skipped)

    def test_is_lazy(self):
        """Nothing runs before a row is asked for; a grid may be without end."""
        endless = ({"filters": n, "kernel": 1} for n in count(1))
        found = sweep(build, endless, columns="params")

        assert "<Sweep, not run yet>" == repr(found)
        assert "<Sweep of 6 variants, not run yet>" == repr(sweep(build, GRID))
        assert [2, 4, 6] == [row.of("params") for row in islice(found, 3)]

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
            ({"build": 3}, "build is 3"),
        ],
    )
    def test_are_checked_at_once(self, options, message):
        """What is wrong is said before anything runs."""
        arguments = {"build": build, "grid": GRID} | options
        with pytest.raises(OptionError, match=message):
            sweep(arguments.pop("build"), arguments.pop("grid"), **arguments)

    def test_what_is_no_mapping_of_settings(self):
        """An iterable of anything else is told when its first variant is wanted."""
        with pytest.raises(OptionError, match="the grid has 3"):
            list(sweep(build, [3]))


class TestPareto:
    def rows_of(self, points):
        rows = [Variant({"n": n}, {"a": a, "b": b}) for n, (a, b) in enumerate(points)]
        return Sweep(lambda: iter(rows), [Column(k, k, "count") for k in "ab"])

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
                dashboard_address=None,
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
