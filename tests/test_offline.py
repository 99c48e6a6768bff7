"""Plans of memory in TFLite files, and what the planner makes of them."""

import struct
from pathlib import Path

import pytest
from flatbuffer_by_hand import flatbuffer, model

from cnncalc import ConfigError, OptionError, from_tflite, zoo
from cnncalc.cli import main
from cnncalc.interop.files import Paged
from cnncalc.interop.tflite.flatbuffer import root
from cnncalc.interop.tflite.offline import with_offline_plan
from cnncalc.interop.tflite.schema import parsed
from cnncalc.memory.liveness import Storage
from cnncalc.memory.lowered import program_of
from cnncalc.memory.packing import packed_best, packed_by_runtime
from cnncalc.memory.reordering import reordered

DATA = Path(__file__).parent / "data" / "tflite"
FILES = sorted(DATA.glob("*.tflite"))
N2 = DATA / "n2_i8.tflite"


def planned(path, **how):
    net = from_tflite(path)
    return net.memory_plan(planner="best", **how)


def written(path):
    return with_offline_plan(path.read_bytes(), planned(path).offline_metadata())


class TestFiles:
    @pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
    def test_a_plan_in_a_file(self, path):
        """All else stays, byte for byte; what was planned is what TFLM then does."""
        file = written(path)
        net = from_tflite(file)

        assert file.endswith(path.read_bytes())
        assert from_tflite(path).to_json() == net.to_json()
        assert from_tflite(path).source.tensors == net.source.tensors
        own = net.memory_plan(planner="tflm")
        assert planned(path).arena_size == own.arena_size
        assert planned(path).placed == own.placed

    def test_what_the_file_said_before(self):
        """Its version, description and notes are there, and those of another plan not."""
        before, after = (root(b) for b in (N2.read_bytes(), written(N2)))
        names = [table.text(0) for table in before.tables(6)]

        assert [*names, "OfflineMemoryAllocation"] == [
            t.text(0) for t in after.tables(6)
        ]
        assert before.text(3) == after.text(3)
        assert before.number(0, "I") == after.number(0, "I")
        assert len(before.tables(4)) + 1 == len(after.tables(4))
        again = with_offline_plan(written(N2), planned(N2).offline_metadata())
        assert len(names) + 1 == len(root(again).tables(6))

    def test_a_plan_again(self):
        """It stands where the one before stood, and all else stays as it is."""
        file = written(N2)
        plan = from_tflite(file).memory_plan(planner="tflm").offline_metadata()
        other = from_tflite(N2).memory_plan(planner="tflm").offline_metadata()
        at = file.index(plan)
        again = with_offline_plan(file, other)

        assert file == with_offline_plan(file, plan)
        assert file[:at] + other + file[at + len(other) :] == again

    def test_numbers_are_aligned(self):
        """The plan begins at a multiple of 16, and so does all that did before."""
        file = written(N2)
        plan = planned(N2).offline_metadata()

        assert 0 == file.index(plan) % 16
        assert 0 == (len(file) - len(N2.read_bytes())) % 16

    def test_a_file_with_little_in_it(self):
        """A model that has no metadata, and no signature, gets a plan, too."""
        file = two_steps()
        plan = from_tflite(file).memory_plan(planner="best")
        net = from_tflite(with_offline_plan(file, plan.offline_metadata()))

        assert plan.placed == net.memory_plan(planner="tflm").placed

    @pytest.mark.parametrize(
        "numbers",
        [
            (2, 0, 3, 0, 64, -1),
            (1, 1, 3, 0, 64, -1),
            (1, 0, 4, 0, 64, -1),
            (1, 0, 3, 0),
        ],
    )
    def test_plans_of_something_else(self, numbers):
        """Of another version, graph, or number of tensors it is none."""
        plan = struct.pack(f"<{len(numbers)}i", *numbers)

        assert () == parsed(with_offline_plan(two_steps(), plan)).offline

    def test_a_plan_in_part(self):
        """What it leaves to the runtime is put around what it places."""
        plan = struct.pack("<6i", 1, 0, 3, 1024, -1, -1)
        net = from_tflite(with_offline_plan(two_steps(), plan))

        assert (1024, 64, 0) == net.memory_plan(planner="tflm").placed

    def test_a_plan_that_is_nowhere(self):
        """A buffer that is not there is no plan."""
        graph = {0: [], 1: ("i", []), 2: ("i", []), 3: []}
        told = [{0: "OfflineMemoryAllocation", 1: ("I", 9)}]
        file = flatbuffer({0: ("I", 3), 1: [], 2: [graph], 4: [{}], 6: told})

        assert () == parsed(file).offline

    def test_places_beyond_all_devices(self):
        """A file has 32 bits for an offset."""
        tensors = [(name, (1, 2**16, 2**15), "int8", None) for name in "xyz"]
        steps = [("RELU", [0], [1], None), ("RELU", [1], [2], None)]
        net = from_tflite(model(tensors, steps, [0], [2]))

        with pytest.raises(OptionError, match="more than the 32 bits"):
            net.memory_plan(planner="tflm").offline_metadata()

    def test_weights_apart(self):
        """A file whose weights stand behind it is refused: they would move."""
        graph = {0: [], 1: ("i", []), 2: ("i", []), 3: []}
        file = flatbuffer({0: ("I", 3), 1: [], 2: [graph], 4: [{1: ("Q", 4096)}]})

        with pytest.raises(ConfigError, match="its weights stand apart"):
            with_offline_plan(file, b"")

    def test_a_large_file_is_read_where_it_is(self):
        """Only what is looked at is read: the same comes out."""
        with N2.open("rb", buffering=0) as file:
            paged = parsed(Paged(file, N2.stat().st_size))
            whole = parsed(N2.read_bytes())

            assert whole.subgraphs[0].tensors == paged.subgraphs[0].tensors

    def test_the_bytes_of_a_large_file(self, tmp_path):
        """Of two megabytes, read a byte here and there, each is what is in the file."""
        data = bytes(n % 251 for n in range(1 << 21))
        path = tmp_path / "large"
        path.write_bytes(data)
        with path.open("rb", buffering=0) as file:
            paged = Paged(file, len(data))
            found = [paged[place] for place in range(0, len(data), 4099)]

            assert list(data[::4099]) == found


def two_steps():
    """Return a model of two functions one after another."""
    tensors = [(name, (1, 4, 4, 4), "int8", None) for name in "xyz"]
    steps = [("RELU", [0], [1], None), ("RELU", [1], [2], None)]
    return model(tensors, steps, [0], [2])


class TestOrder:
    """The best order of operators, where it is asked for.

    The file has two arms. Each begins with a map of 16 x 16 x 16, but only the first is
    as large as 4 x 4 x 16 behind it: so the second goes first.
    """

    ARMS = DATA / "two_arms_i8.tflite"
    INPUT, WIDE, POOLED, SMALL = 1024, 4096, 256, 64

    def test_a_file(self):
        """The arm that keeps least goes first; what is alive then is less at most."""
        given, best = (planned(self.ARMS, order=order) for order in ("given", "best"))

        assert self.INPUT + self.WIDE + self.POOLED == given.arena_size
        assert self.INPUT + self.WIDE + self.SMALL == best.arena_size
        assert best.peak == given.best_peak == best.best_peak == best.lower_bound
        assert given.best_order == tuple([moment.node for moment in best.timeline])
        assert ((), (2, 3, 0, 1, 4, 5, 6)) == (given.order, best.order)

    def test_it_is_written(self):
        """The file's operators stand in that order; all else stays."""
        plan = planned(self.ARMS, order="best")
        file = self.ARMS.read_bytes()
        net = from_tflite(with_offline_plan(file, plan.offline_metadata(), plan.order))
        own = net.memory_plan(planner="tflm")

        assert (plan.arena_size, plan.placed) == (own.arena_size, own.placed)
        assert plan.timeline == own.timeline
        before = from_tflite(file)
        assert before.totals == net.totals
        assert {row.path for row in before.nodes} == {row.path for row in net.nodes}

    def test_the_command(self, capsys, tmp_path):
        """It is an option of the command, and the file has it."""
        out = tmp_path / "out.tflite"
        code = main(["plan", str(self.ARMS), "--order", "best", "--write", str(out)])

        assert 0 == code
        assert "5.063 KiB" in capsys.readouterr().out
        assert 5184 == from_tflite(out).memory_plan(planner="tflm").arena_size

    def test_a_network(self):
        """Without a file the converter's operators are ordered: a crop comes at once."""
        given, best = (
            zoo.unet().memory_plan("int8", planner="tflm", order=order)
            for order in ("given", "best")
        )

        assert 64 * (568**2 - 392**2) == given.peak - best.peak
        assert (best.peak, ()) == (given.best_peak, best.order)

    def test_a_chain_has_one_order(self):
        """Where each operator takes what the one before puts out, nothing changes."""
        net = zoo.vww_mobilenet()
        given, best = (
            net.memory_plan("int8", planner="best", order=order)
            for order in ("given", "best")
        )

        assert given == best

    def test_what_acts_elsewhere_stays(self):
        """An operator that puts out nothing, or what another does, may not be moved."""
        program = program_of(from_tflite(self.ARMS), None, 1)
        (first, second, *_) = operators = program.operators

        for puts_out in ((), second.writes):
            acts = (*operators, first._replace(writes=puts_out))
            found = reordered(program._replace(operators=acts), lambda _: [])
            assert tuple(range(len(acts))) == found.order

    def test_what_is_there_too_late(self):
        """A damaged file may have operators that take what only comes behind them."""
        program = program_of(from_tflite(self.ARMS), None, 1)
        (first, *others) = program.operators
        late = (first._replace(reads=others[-1].writes), *others)
        found = reordered(program._replace(operators=late), lambda _: [])

        assert [*range(len(late))] == sorted(found.order)

    def test_nothing_is_there(self):
        """Of a file of which no value has a known size there is nothing to plan."""
        tensors = [(name, (1, 4), "string", None) for name in "xy"]
        file = model(tensors, [("RELU", [0], [1], None)], [0], [1])
        plan = from_tflite(file).memory_plan(planner="tflm")

        assert (0, 0, 2) == (plan.peak, plan.arena_size, len(plan.timeline))

    @pytest.mark.parametrize(
        ("planner", "order"), [("greedy", "best"), ("best", "own"), ("tflm", None)]
    )
    def test_no_such_order(self, planner, order):
        """An order that is none is refused, and the best one of a plan that has none."""
        with pytest.raises(OptionError, match=f"order is {order!r} with"):
            zoo.lenet().memory_plan(planner=planner, order=order)


class TestScratch:
    def test_the_runtime_puts_it_around_the_plan(self):
        """What kernels need has no place in a file: it goes where there is a gap."""
        held = [Storage(0, 64, 0, 1), Storage(1, 64, 1, 2), Storage(2, 32, 1, 1)]
        places = packed_best(held, 2)

        assert places == packed_by_runtime(held, {0: places[0], 1: places[1]})
        assert 128 == places[2]

    def test_in_a_plan(self):
        """The arena of a plan has what kernels need, too."""
        plan = planned(N2, kernels="cmsis-nn")
        net = from_tflite(with_offline_plan(N2.read_bytes(), plan.offline_metadata()))
        own = net.memory_plan(planner="tflm", kernels="cmsis-nn")

        assert plan.arena_size == own.arena_size
        assert plan.arena == own.arena


class TestCommand:
    def test_write(self, capsys, tmp_path):
        """It prints the plan, and writes the model with it."""
        out = tmp_path / "out.tflite"
        code = main(["plan", str(N2), "--write", str(out)])

        assert 0 == code
        assert "24.000 KiB" in capsys.readouterr().out
        assert written(N2) == out.read_bytes()

    @pytest.mark.parametrize(
        ("words", "why"),
        [
            (["lenet", "--write", "out.tflite"], "not those of a file"),
            ([str(N2), "--write", "/nowhere/out.tflite"], "--write: /nowhere/out"),
            ([str(N2), "--planner", "tflm", "--batch", "2"], "a batch of its own"),
            (
                [str(N2), "--dtype", "int4", "--planner", "tflm"],
                "are int8, and not int4",
            ),
        ],
    )
    def test_what_cannot_be(self, capsys, words, why):
        """A network of no file has no tensors with places; a folder must be there."""
        code = main(["plan", *words])

        assert 2 == code
        assert why in capsys.readouterr().err

    def test_planners(self, capsys):
        """A runtime's planner, kernels, core and target can be chosen."""
        words = "plan vww_mobilenet --dtype int8 --planner tflm --kernels cmsis-nn"
        code = main([*words.split(), "--core", "mve", "--target", "32-bit"])

        assert 0 == code
        assert "72.000 KiB" in capsys.readouterr().out
