"""TensorFlow Lite Micro's arena: heads, tails and scratch, and better plans."""

import csv
import gzip
import struct
from random import Random

import pytest
from flatbuffer_by_hand import model
from tflm_facts import DATA, EACH, FACTS, NETWORKS, operator_of, written

from cnncalc import (
    Activation,
    Add,
    AtLeast,
    Builder,
    Conv2d,
    Gather,
    LayerScale,
    Norm,
    OptionError,
    PixelShuffle,
    Reduce,
    Sequential,
    Slice,
    Unknown,
    from_tflite,
    zoo,
)
from cnncalc.memory.liveness import Storage
from cnncalc.memory.lowered import program_of
from cnncalc.memory.packing import end_of, packed_best, packed_by_runtime
from cnncalc.memory.program import Operator, Program, Window2d
from cnncalc.memory.scratch import CORES, requests, scratch_of
from cnncalc.memory.tail import persistent

CMSIS = DATA.with_name("cmsis.csv.gz")
with gzip.open(CMSIS, "rt", encoding="utf-8", newline="") as file:
    SCRATCH = [
        {key: int(value) if value.isdigit() else value for key, value in row.items()}
        for row in csv.DictReader(file)
    ]
DTYPES = {"int8": "i8", "float32": "f32"}


def plan_of(net, dtype="int8", planner="tflm", **how):
    return net.memory_plan(dtype, planner=planner, **how)


def a_file(number, dtype):
    """Return one of the files that TensorFlow wrote."""
    return from_tflite(DATA / f"n{number}_{DTYPES[dtype]}.tflite")


class TestHead:
    @pytest.mark.parametrize("dtype", DTYPES)
    @pytest.mark.parametrize("fact", NETWORKS, ids=lambda fact: fact["id"])
    def test_small_networks(self, fact, dtype):
        """What TFLM told of a file, from the file and from the calls of the network."""
        plan = plan_of(a_file(fact["id"], dtype), None)

        assert fact[dtype]["head"] == plan.arena_size
        assert fact[dtype]["tail_x86_64"] == plan.persistent_size
        assert plan.persistent.exact
        assert fact[dtype]["head"] == plan_of(written(fact), dtype).arena_size

    @pytest.mark.parametrize("dtype", DTYPES)
    @pytest.mark.parametrize("number", range(len(FACTS)))
    def test_random_networks(self, number, dtype):
        """Heads to the byte, and all of the arena within 3 %, before there is a file."""
        fact = FACTS[number]
        plan = plan_of(written(fact), dtype)

        assert fact[dtype]["head"] == plan.arena_size
        told = fact[dtype]["head"] + fact[dtype]["tail"]
        assert pytest.approx(told, rel=0.03) == plan.total_size

    @pytest.mark.parametrize("dtype", DTYPES)
    @pytest.mark.parametrize("number", range(len(FACTS)))
    def test_scales_of_each_unit(self, number, dtype):
        """With those of the converter's linear layers nearly all arenas are exact.

        Of the 60 one has a reshaping that its float32 model has, too, though it puts a
        vector into the shape of a vector.
        """
        fact = FACTS[number]
        plan = plan_of(written(fact), dtype, linear_scales="unit")

        assert fact[dtype]["tail"] - plan.persistent_size == (
            160 if number == 53 else 0
        )

    @pytest.mark.parametrize("dtype", DTYPES)
    @pytest.mark.parametrize("number", range(len(EACH)))
    def test_what_is_several_operators(self, number, dtype):
        """Functions, norms and sequences one by one, as the converter makes them.

        What TFLM has no kernel for it refuses. An offset that biases take up may be
        left among the numbers here.
        """
        fact = EACH[number]
        told, net = fact[dtype], written(fact)
        plan = plan_of(net, dtype, linear_scales="unit")
        names = [op.name for op in program_of(net, dtype, 1).operators]

        assert [name for name, *_ in told["operators"]] == names
        assert plan.unplanned == ()
        if told["head"] is not None:
            assert told["head"] == plan.arena_size
            assert plan.persistent_size - told["tail"] in {0, 16}

    def test_group_norms(self):
        """A group norm is twelve operators or more: what TFLM told of Keras' files."""
        maps, same = Sequential(input=(8, 8, 8)), {"padding": "same"}
        conv = maps.conv(3, 8, **same)
        alone = maps.add(Norm("group", groups=2, affine=False)).conv(1, 4)
        row = Sequential(input=(16, 8)).group_norm(2).conv1d(3, 4)
        two = maps.group_norm(2).residual(Sequential().conv(3, 8, **same))
        told = [
            (conv.group_norm(4).relu().conv(1, 4), (6176, 3328), (4624, 3888)),
            (conv.group_norm(1).conv(1, 4), (6176, 3328), (4624, 3888)),
            (maps.group_norm(8).conv(1, 4), (6176, 3008), (4624, 3568)),
            (alone, (6176, 2656), (4624, 3216)),
        ]
        for net, *arenas in told:
            for dtype, arena in zip(("float32", "int8"), arenas, strict=True):
                plan = plan_of(net, dtype)

                assert arena == (plan.arena_size, plan.persistent_size)
                assert plan.unplanned == ()
        between = Sequential(input=(16, 4)).conv1d(3, 6, **same).group_norm(2).relu()
        between = between.conv1d(3, 6, **same)
        heads = [plan_of(between, d).arena_size for d in ("float32", "int8")]

        assert [848, 272] == heads
        assert [1104, 336] == [plan_of(row, d).arena_size for d in ("float32", "int8")]
        assert plan_of(two).unplanned == ()

    def test_layers_that_are_not_planned(self):
        """What recurrences have between their steps is in a converted file alone."""
        net = Sequential(input=(8, 4)).lstm(6)
        plan, found = plan_of(net), net.fits("stm32l476")
        gelu = Sequential(input=(8, 8, 4)).conv(1, 4).gelu()

        assert plan.unplanned == ("lstm1",)
        assert "converted file only: lstm1" in str(plan)
        assert "Arena (at least):" in str(found)
        assert "converted file only: lstm1" in str(found)
        assert "Arena (exact):" in str(Sequential(input=(8, 4)).fc(6).fits("stm32l476"))
        assert plan_of(gelu).unplanned == ()  # one operator, without a kernel in TFLM

    @pytest.mark.parametrize(("dtype", "head"), [("int8", 1440), ("float32", 5760)])
    def test_factors_of_channels(self, dtype, head):
        """They are one product there; int8 local norms have other operators around."""
        front = Sequential(input=(12, 12, 4)).conv(3, 6, padding="same").relu().pool(2)
        scaled = front.add(LayerScale()).conv(3, 3, padding="same")
        local = front.add(Norm("local")).conv(3, 3, padding="same")
        plan = scaled.memory_plan(dtype, planner="tflm")

        assert head == plan.arena_size
        assert () == plan.unplanned
        assert ("norm1",) == local.memory_plan(dtype, planner="tflm").unplanned

    def test_a_sum_of_three_that_is_spread(self):
        """Values of other sizes are added in turns: the sum has the size of both."""
        g = Builder()
        a, b, c = (g.input(shape) for shape in ((4, 1, 3), (1, 6, 3), (4, 6, 3)))
        net = g.graph(g.add(Add(), a, b, c))

        # 4·6·3 is 80 bytes aligned, 4·1·3 16, and 6·3 32: the last sum and its inputs.
        assert [(4, 6, 3)] * 2 == [
            op.output for op in program_of(net, "int8", 1).operators
        ]
        assert 3 * 80 == plan_of(net).arena_size

    def test_what_follows_the_last_of_several(self):
        """A relu is computed along with that, and with nothing that stands between."""
        g = Builder()
        x = g.input((8, 8, 4))
        soft, conv = g.add(Activation("softsign"), x), g.add(Conv2d(3, 6), x)
        net = g.graph(g.add(Activation("relu"), soft), conv)
        ops = program_of(net, "int8", 1).operators

        assert ["ABS", "ADD", "DIV", "CONV_2D"] == [op.name for op in ops]
        assert ["relu1", "conv1"] == [op.path for op in ops[2:]]

    @pytest.mark.parametrize(
        ("head", "best", "net", "dtype"),
        [
            (73_728, 55_296, zoo.vww_mobilenet(), "int8"),
            (55_296, 55_296, zoo.person_detect(), "int8"),
            (49_152, 49_152, zoo.ic_resnet8(), "int8"),
            (16_000, 16_000, zoo.kws_ds_cnn(), "int8"),
            (768, 768, zoo.ad_autoencoder(), "int8"),
            (294_912, 221_184, zoo.mobilenet((96, 96, 3), width=0.25), "float32"),
            (4_816_896, None, zoo.mobilenet(), "float32"),
            (1_769_472, None, zoo.resnet50((96, 96, 3)), "float32"),
        ],
    )
    def test_known_networks(self, head, best, net, dtype):
        """MLPerf Tiny's and Keras' networks: what TFLM told, and their fullest step."""
        assert head == plan_of(net, dtype).arena_size
        if best is not None:
            plan = plan_of(net, dtype, "best")
            assert best == plan.arena_size == plan.peak

    def test_the_order_of_equal_sizes(self):
        """The one added later comes first, and so takes the lowest place."""
        held = [Storage(n, 16, 0, 9) for n in range(3)]

        assert [32, 16, 0] == packed_by_runtime(held)

    def test_against_a_naive_planner(self):
        """Each is put at the lowest multiple of 16 where it meets no other alive."""
        rng = Random(3)
        for _ in range(200):
            held = random_tensors(rng)
            order = sorted(range(len(held)), key=lambda n: (-held[n].size, -n))
            places = {}
            for n in order:
                place = 0
                while any(
                    meets(held[n], place, held[m], at) for m, at in places.items()
                ):
                    place += 16
                places[n] = place

            assert [places[n] for n in range(len(held))] == packed_by_runtime(held)

    def test_nothing_is_in_place(self):
        """A reshape has its input and its output, though both are the same numbers."""
        net = Sequential(input=(8, 8, 4)).flatten()

        assert 512 == plan_of(net).arena_size

    def test_without_a_runtimes_planner(self):
        """Without a planner the network is planned as it is, without any alignment."""
        net = Sequential(input=(3, 3, 1)).conv(1, 1)

        assert ("greedy", 18) == (
            net.memory_plan("int8").planner,
            net.memory_plan("int8").arena_size,
        )
        assert 32 == plan_of(net).arena_size
        assert net.memory_plan("int8").persistent_size is None
        assert 18 == net.memory_plan("int8").total_size


def random_tensors(rng):
    """Return tensors of sizes that often are equal."""
    found = []
    for number in range(rng.randint(1, 12)):
        first = rng.randint(0, 9)
        size = 16 * rng.randint(1, 5)
        found.append(Storage(number, size, first, rng.randint(first, 10)))
    return found


def meets(one, place, other, at):
    """Tell whether two tensors are alive at once, and have a byte in common."""
    together = one.first <= other.last and other.first <= one.last
    return together and place < at + other.size and at < place + one.size


class TestBetterPlans:
    def test_they_are_plans(self):
        """No two tensors overlap; none is above TFLM's, none below the fullest step."""
        rng = Random(5)
        for _ in range(100):
            held = random_tensors(rng)
            places = packed_best(held)
            pairs = list(zip(held, places, strict=True))
            alive = [
                sum(t.size for t in held if t.first <= step <= t.last)
                for step in range(11)
            ]

            assert not any(
                meets(*pairs[n], *pairs[m]) for n in range(len(pairs)) for m in range(n)
            )
            assert max(alive) <= end_of(held, places)
            assert end_of(held, places) <= end_of(held, packed_by_runtime(held))

    def test_they_are_the_same_each_time(self):
        """Chance begins anew with each plan."""
        held = random_tensors(Random(8))

        assert packed_best(held) == packed_best(list(held))

    def test_the_numbers_that_a_file_takes(self):
        """Version 1, graph 0, all tensors, and -1 for those that hold weights."""
        net = a_file(2, "int8")
        plan = plan_of(net, None, "best")
        numbers = struct.unpack("<38i", plan.offline_metadata())
        tensors = net.source.tensors

        assert (1, 0, 35) == numbers[:3]
        assert [bool(t.stored) for t in tensors] == [n == -1 for n in numbers[3:]]
        assert 24_576 == plan.arena_size < plan_of(net, None).arena_size
        slots = {slot.tensor: slot.offset for slot in plan.arena}
        assert [slots.get(t.name, -1) for t in tensors] == list(numbers[3:])

    def test_without_a_file(self):
        """A network that is not converted has no tensors with numbers."""
        with pytest.raises(OptionError, match="not those of a file"):
            plan_of(zoo.vww_mobilenet(), planner="best").offline_metadata()


class TestTail:
    @pytest.mark.parametrize(
        ("requested", "tail", "esp32", "wasm32", "net"),
        [
            (24_272, 29_968, 82_300, 84_428, zoo.person_detect()),
            (24_248, 29_952, None, 102_796, zoo.vww_mobilenet()),
            (3_788, 6_832, 54_364, 56_492, zoo.ic_resnet8()),
            (5_528, 8_272, 22_780, 24_908, zoo.kws_ds_cnn()),
            (736, 3_216, 2_380, 4_508, zoo.ad_autoencoder()),
        ],
    )
    def test_known_networks(self, requested, tail, esp32, wasm32, net):
        """Of the files of MLPerf Tiny, whose means are pools; and arenas, measured."""
        plan = plan_of(net)
        means = sum(op == "global average pool" for op in roles(net))

        assert requested == plan.persistent.requested - 12 * means  # a pool has 32
        assert pytest.approx(tail, rel=0.03) == plan.persistent_size
        assert not plan.persistent.exact
        for arena, target in ((esp32, "32-bit"), (wasm32, "wasm32")):
            if arena:
                small = plan_of(net, target=target).total_size
                assert pytest.approx(arena, rel=0.005) == small

    def test_what_is_not_known(self):
        """Operators whose kernels are not known are named, and nothing is exact then."""
        program = Program(
            (), (Operator("SVDF", "a", (4,), (4,)),), 4, (0,), (3,), "int8", True
        )
        found = persistent(program, "x86-64", 0)

        assert (False, ("SVDF",)) == (found.exact, found.unknown)

    def test_what_kernels_ask_for(self):
        """The bytes that TFLM told of files with one such operator, beside 16."""
        told = {"ABS": 28, "CAST": 0, "DEPTH_TO_SPACE": 20, "DEQUANTIZE": 32, "DIV": 28}
        told |= {"ELU": 256, "GATHER": 20, "L2_NORMALIZATION": 4, "QUANTIZE": 32}
        told |= {"REDUCE_MIN": 44, "RSQRT": 28, "SPACE_TO_BATCH_ND": 4, "SUM": 44}
        told |= {"SPACE_TO_DEPTH": 20, "SQUARED_DIFFERENCE": 112, "NEG": 0, "SLICE": 0}
        for name, size in told.items():
            program = Program(
                (), (Operator(name, "a", (4,), (4,)),), 2, (0,), (1,), "int8", True
            )
            found = persistent(program, "x86-64", 0)

            assert (16 + size, ()) == (found.requested, found.unknown)

    def test_what_enters_with_a_scale(self):
        """Of a file of int8 whose ends are floats nothing is kept for their scales."""
        program = Program((), (), 2, (0,), (1,), "int8", True, scaled=(0, 1))
        plain = program._replace(scaled=())

        sizes = [persistent(each, "x86-64", 0).size for each in (program, plain)]
        assert 2 * (24 + 8) == sizes[0] - sizes[1]

    def test_options_of_a_linear_layer(self):
        """They stand at a multiple of 8, as TFLM told of a network of seven operators."""
        names = ["CONV_2D", "CONV_2D", "ADD", "AVERAGE_POOL_2D", "RESHAPE"]
        names += ["FULLY_CONNECTED", "SOFTMAX"]
        ops = tuple(
            [
                Operator(name, "a", (8,), (8,), channels=8 * (name[0] == "C"))
                for name in names
            ]
        )
        program = Program((), ops, 13, (0,), (12,), "float32", True)
        found = persistent(program, "x86-64", 0)

        assert (2144, 548, True) == (found.size, found.requested, found.exact)
        whole = persistent(program._replace(dtype="int16"), "x86-64", 0)
        assert not whole.exact

    def test_a_linear_layer_by_channels(self):
        """A scale for each unit makes two numbers for each."""
        ops = [Operator("FULLY_CONNECTED", "a", (4,), (8,), channels=n) for n in (0, 8)]
        one, each = (
            persistent(Program((), (op,), 4, (0,), (3,), "int8", True), "x86-64", 0)
            for op in ops
        )

        assert 2 * 8 * 4 == each.requested - one.requested

    def test_unknown_targets(self):
        """A target that is not known is refused."""
        with pytest.raises(OptionError, match="no target 'avr'"):
            plan_of(zoo.lenet(), target="avr")


def roles(net):
    return [row.role for row in net.deployed("tflite").nodes]


class TestScratch:
    def test_the_functions_of_cmsis_nn(self):
        """As its C code answers, for each core."""
        assert 1200 == len(SCRATCH)
        assert {*CORES} == {case["core"] for case in SCRATCH}
        for case in SCRATCH:
            found = scratch_of(operator_of(case), case["core"])
            assert case["bytes"] == found, case

    @pytest.mark.parametrize(
        ("net", "heads"),
        [
            (zoo.ic_resnet8(), (49_728, 49_728, 49_728)),
            (zoo.kws_ds_cnn(), (16_000, 16_000, 20_464)),
            (zoo.vww_mobilenet(), (73_728, 73_728, 73_728)),
            (zoo.person_detect(), (55_296, 55_296, 55_296)),
        ],
    )
    def test_it_is_in_the_arena(self, net, heads):
        """A buffer of its step, placed among the tensors."""
        found = [
            plan_of(net, kernels="cmsis-nn", core=core).arena_size for core in CORES
        ]

        assert list(heads) == found

    def test_it_is_named(self):
        """A slot, and a line of the timeline, say whose it is."""
        net = Sequential(input=(8, 8, 4)).conv(3, 4, name="a").relu()
        plan = plan_of(net, kernels="cmsis-nn")

        assert ("scratch of a", 144) in {(s.tensor, s.size) for s in plan.arena}
        assert ("input1", "a", "scratch of a") == plan.timeline[1].tensors

    def test_tflms_own_kernels(self):
        """Means of int8 have sums of 32 bits; all have places for their axes."""
        net = Sequential(input=(8, 8, 6)).global_pool()

        assert 384 + 16 + 32 + 16 + 16 == plan_of(net).arena_size
        assert 1536 + 32 + 16 + 16 == plan_of(net, "float32").arena_size

    def test_of_floats_there_is_none(self):
        """CMSIS-NN's kernels are those of int8."""
        net = zoo.ic_resnet8()

        assert (
            plan_of(net, "float32").arena_size
            == plan_of(net, "float32", kernels="cmsis-nn").arena_size
        )

    @pytest.mark.parametrize(
        ("layer", "names", "head"),
        [
            (Reduce("sum", (0, 1)), ["SUM"], {"int8": 208, "float32": 576}),
            (Reduce("min", 0), ["REDUCE_MIN"], {"int8": 192, "float32": 672}),
            (Reduce("max", (0, 1)), ["REDUCE_MAX"], {"int8": 176, "float32": 576}),
            (Slice(0, 1, axis=0), ["STRIDED_SLICE"], {"int8": 160, "float32": 640}),
            (PixelShuffle(2), ["DEPTH_TO_SPACE"], {"int8": 256, "float32": 1024}),
            (Gather(2), ["GATHER"], {"int8": 160, "float32": 640}),
        ],
    )
    def test_heads_of_one_operator(self, layer, names, head):
        """As TFLM told them of a file with that alone, on 4×4×8."""
        net = Sequential(input=(4, 4, 8)).add(layer)
        operators = program_of(net, "int8", 1).operators

        assert names == [op.name for op in operators]
        assert head == {dtype: plan_of(net, dtype).arena_size for dtype in head}

    def test_other_operators(self):
        """A mirrored border and a transposed convolution have theirs; a sum has none."""
        program = Program(
            (),
            (
                Operator("MIRROR_PAD", "a", (4, 4, 3), (6, 6, 3)),
                Operator("TRANSPOSE_CONV", "b", (4, 4, 3), (8, 8, 2)),
                Operator("REDUCE_MAX", "c", (4, 4, 3), (3,)),
                Operator("ADD", "d", (4, 4, 3), (4, 4, 3)),
                Operator("CONV_2D", "e", (4, 4, 4, 3), (4, 4, 4, 3)),
            ),
            *(9, (0,), (8,), "int8", True),
        )

        assert [(1, 16), (1, 16), (2, 512), (3, 16), (3, 8)] == requests(
            program, "cmsis-nn"
        )

    def test_numbers_without_axes(self):
        """A file may say that a convolution puts out a single number."""
        tensors = [("x", (1, 8, 8, 3), "int8", None), ("y", (), "int8", None)]
        weights = ("w", (1, 3, 3, 3), "int8", [1] * 27)
        for name in ("DEPTHWISE_CONV_2D", "CONV_2D"):
            file = model([*tensors, weights], [(name, [0, 2], [1], None)], [0], [1])
            plan = plan_of(from_tflite(file), None, kernels="cmsis-nn")

            assert 192 + 16 == plan.arena_size

    @pytest.mark.parametrize(
        ("sizes", "kernel", "stride", "before", "expected"),
        [
            # 20 taps in blocks of 16, four rows of them, as of any other.
            ((1, 1, 4), 5, 1, 2, 4 * 32),
            # Of two outputs, one takes zeros before and both take zeros behind.
            ((2, 2, 4), 4, 1, 1, 4 * 16),
            # One takes zeros before, and the other behind: the window and its zeros.
            ((2, 2, 2), 4, 2, 2, (4 + 2) * 2),
        ],
    )
    def test_rows_that_are_shorter_than_their_windows(
        self, sizes, kernel, stride, before, expected
    ):
        """Helium runs them along the row where no output takes zeros at both ends."""
        (given, put_out, maps) = sizes
        window = Window2d((1, kernel), (1, stride), (0, before), (1, 1))
        op = Operator("CONV_2D", "a", (1, given, maps), (1, put_out, 8), window)

        assert expected == scratch_of(op, "mve")

    def test_operators_that_put_nothing_out(self):
        """A file may have one: it takes its step, and nothing else."""
        tensors = [(name, (1, 4), "int8", None) for name in "xy"]
        steps = [("RELU", [0], [], None), ("RELU", [0], [-1], None)]
        file = model(tensors, [*steps, ("RELU", [0], [1], None)], [0], [1])
        plan = plan_of(from_tflite(file), None)

        assert ["x", "RELU", "RELU", "y"] == [step.node for step in plan.timeline]
        assert 32 == plan.arena_size

    def test_files_that_say_nonsense(self):
        """A step of 0, or weights without axes, have no window, and no scratch."""
        zero = {1: ("i", 0), 2: ("i", 1)}
        tensors = [("x", (1, 8, 8, 3), "int8", None), ("y", (1, 8, 8, 3), "int8", None)]
        flat = ("w", (9,), "int8", [1] * 9)
        pool = model(tensors, [("MAX_POOL_2D", [0], [1], zero)], [0], [1])
        conv = model([*tensors, flat], [("CONV_2D", [0, 2], [1], zero)], [0], [1])

        for file in (pool, conv):
            plan = plan_of(from_tflite(file), None, kernels="cmsis-nn")
            assert 2 * 192 == plan.arena_size

    @pytest.mark.parametrize(
        "how", [{"kernels": "mine"}, {"core": "m4"}, {"linear_scales": "channel"}]
    )
    def test_what_there_is_not(self, how):
        """Other kernels, cores and scales are refused, with those that there are."""
        with pytest.raises(OptionError, match="Use (one of|layer or unit)"):
            plan_of(zoo.lenet(), **how)


class TestFiles:
    def test_their_types_are_their_own(self):
        """Another type, or a batch, would be another file."""
        net = a_file(3, "int8")

        assert plan_of(net, "int8") == plan_of(net, None) == net.memory_plan()
        assert net.memory({"weights": "int8", "biases": "int32"}) == net.memory()
        assert "greedy" == net.memory_plan("float32").planner
        assert "greedy" == net.memory_plan(batch=2).planner
        with pytest.raises(OptionError, match="are int8, and not float32"):
            plan_of(net, "float32")
        with pytest.raises(OptionError, match="a batch of its own"):
            plan_of(net, None, batch=2)
        assert plan_of(net, None) == plan_of(net.deployed("tflite"), None)
        ready = zoo.vww_mobilenet().deployed("tflite")
        assert plan_of(zoo.vww_mobilenet()) == plan_of(ready)

    def test_what_is_made_of_them_is_not_the_file(self):
        """Another input makes another network, which is planned as any other."""
        net = a_file(3, "int8").on((14, 14, 4))

        assert not plan_of(net).placed


class TestAnswer:
    def test_what_it_prints(self):
        """The tail, and both together, are below the table."""
        text = str(plan_of(zoo.vww_mobilenet()))

        assert "Kept besides" in text
        assert "In all" in text

    def test_other_planners(self):
        """One that is not known is refused."""
        with pytest.raises(OptionError, match="Use greedy, tflm or best"):
            zoo.lenet().memory_plan(planner="linear")

    def test_what_is_not_known(self):
        """The rest is a lower bound, and says so."""
        net = Sequential(input=(8, 8, 3)).conv(3, 4).add(Unknown("thing")).relu()
        plan = plan_of(net)

        assert isinstance(plan.arena_size, AtLeast)
        assert isinstance(plan.peak, AtLeast)
        assert 192 + 144 == plan.arena_size
        assert not plan.exact
        assert "≥ 336 B" in str(plan)

    def test_batches(self):
        """Twice as many inputs take twice the room."""
        net = zoo.vww_mobilenet()

        assert 2 * 73_728 == plan_of(net, batch=2).arena_size

    def test_mixed_types(self):
        """A type for each kind counts, and most tell which kernels run."""
        net = Sequential(input=(16, 16, 3)).conv(3, 8).pool(2)
        plan = plan_of(net, {"activations": "int8"})

        assert plan.arena_size == plan_of(net).arena_size
