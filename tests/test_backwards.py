"""Questions backwards, against brute force."""

from contextlib import suppress
from random import Random

import pytest

from cnncalc import (
    FC,
    Add,
    Builder,
    CnncalcError,
    ConfigError,
    Constant,
    OptionError,
    Sequential,
    Shape,
    Symbol,
    Unknown,
    fit,
    paddings,
    windows,
    zoo,
)
from cnncalc.layers.base import Free
from cnncalc.sizes.amount import amount
from cnncalc.sizes.window import around, slide
from cnncalc.symbolic.evaluation import evaluated
from cnncalc.symbolic.growth import above_from
from cnncalc.symbolic.polynomial import variable
from cnncalc.symbolic.windows import WindowChoice

QUESTIONS = 80  # of each kind; tests/live/backwards.py asks 1,000


def led(before, kernel, stride, pads, dilation):
    """Return how many windows there are; 0 if none fits."""
    try:
        return slide((before,), (kernel,), (stride,), (pads,), (dilation,))[0]
    except CnncalcError:
        return 0


class TestWindows:
    def test_are_those_of_brute_force(self):
        """Each question has all windows that trying finds."""
        chance = Random(12)
        for _ in range(QUESTIONS):
            before, most = chance.randint(1, 40), chance.randint(0, 3)
            after = chance.randint(1, 20)
            found = windows(before, after, kernel=5, stride=3, padding=most, dilation=2)
            tried = {
                (k, s, (p, p), d)
                for k in range(1, 6)
                for s in range(1, 4)
                for p in range(most + 1)
                for d in ((1, 2) if k > 1 else (1,))
                if led(before, k, s, (p, p), d) == after
            }
            same = {one[:4] for one in found if one.same}
            assert tried == {one[:4] for one in found} - same | (tried & same)
            for k, s, ends, d in same:
                reach = (d * (k - 1) + 1,)
                assert (ends,) == around((before,), reach, (s,), "same")
                assert after == led(before, k, s, ends, d)

    def test_same_is_explained(self):
        """An odd padding goes behind, as TensorFlow has it."""
        assert WindowChoice(3, 2, (0, 1), 1, same=True) in windows(14, 7, kernel=3)
        assert "3       2  0×1             1  yes" in str(windows(14, 7, kernel=3))
        assert WindowChoice(3, 1, (1, 1), 1, same=True) in windows(14, 14, kernel=3)

    def test_paddings_are_those_of_brute_force(self):
        """Each question has all paddings that trying finds."""
        chance = Random(13)
        asked = 0
        while asked < QUESTIONS:
            size, kernel = chance.randint(1, 40), chance.randint(1, 7)
            stride, dilation = chance.randint(1, 4), chance.randint(1, 2)
            output = chance.randint(1, 40)
            how = (kernel, stride)
            every = [
                total
                for total in range(200)
                if led(size, *how, (0, total), dilation) == output
            ]
            if not every:
                with pytest.raises(OptionError, match="without a padding there are"):
                    paddings(
                        size,
                        kernel=kernel,
                        stride=stride,
                        dilation=dilation,
                        output=output,
                    )
                continue
            asked += 1
            found = paddings(
                size, kernel=kernel, stride=stride, dilation=dilation, output=output
            )
            assert (min(every), max(every)) == (found.least, found.most)
            assert tuple(total // 2 for total in every if total % 2 == 0) == found.both

    def test_paddings_that_keep_a_size(self):
        """Half of an odd kernel on each side; of an even one "same" alone."""
        assert (2,) == paddings(14, kernel=5).both
        assert ((), (1, 2)) == paddings(14, kernel=4)[3:]
        assert paddings(14, kernel=4, output=11).same is None

    @pytest.mark.parametrize(
        ("asked", "said"),
        [
            (lambda: windows(0, 5), "before is 0"),
            (lambda: windows(5, 2, kernel="a"), "kernel is 'a'"),
            (
                lambda: windows(5, 2, padding=-1),
                "padding is -1. It must be .* from 0 on",
            ),
            (lambda: windows(5, 2, padding="same"), "padding is 'same'"),
            (lambda: windows(5, 2, kernel=10**6, stride=9), "9,000,000 windows"),
            (lambda: paddings(5, kernel=1.5), "kernel is 1.5"),
            (lambda: paddings(9, kernel=3, output=2), "there are 7 windows, and not 2"),
        ],
    )
    def test_bad_questions(self, asked, said):
        """Each number is a positive integer."""
        with pytest.raises(OptionError, match=said):
            asked()


def drawn(chance, size):
    """Return a chain of some convolutions and pools on such a map."""
    while True:
        net = Sequential(input=(size, size, 1))
        try:
            for _ in range(chance.randint(1, 4)):
                kernel, stride = chance.randint(1, 5), chance.randint(1, 3)
                if chance.random() < 0.5:
                    net = net.conv(
                        kernel, 2, stride=stride, padding=chance.randint(0, 2)
                    )
                else:
                    ceil = chance.random() < 0.5
                    net = net.pool(kernel, stride=stride, ceil=ceil)
        except CnncalcError:
            continue
        return net


def on(net, size):
    try:
        return net.on((size, size, 1))
    except CnncalcError:
        return None


class TestInputs:
    def test_are_those_of_brute_force(self):
        """Each question has all sizes that trying finds, up to 60."""
        chance = Random(14)
        for _ in range(QUESTIONS // 4):
            net = drawn(chance, 40)
            sizes = [on(net, size) for size in range(1, 61)]
            for _ in range(4):
                output = chance.randint(1, 20)
                tried = {
                    n
                    for n, other in enumerate(sizes, 1)
                    if other and other.output.height == output
                }
                found = net.inputs_for((output, output))
                assert tried == {n for n in range(1, 61) if found.sizes["H"].has(n)}

    def test_are_all_in_order(self):
        """They are iterated, and checked one by one."""
        net = Sequential(input=(32, 32, 1)).conv(5, 6).pool(2)
        found = net.inputs_for(output=(14, 3, 6))

        assert [(32, 10, 1), (32, 11, 1), (33, 10, 1), (33, 11, 1)] == list(found)
        assert found.holds(H=33, W=10)
        assert not found.holds(H=34, W=10)
        assert "H     32 ≤ H ≤ 33" in str(found)

    def test_of_sizes_that_go_together(self):
        """A map that is added to itself, turned, is a square."""
        net = Sequential(input=(8, 8, 1)).residual(Sequential().permute((1, 0, 2)))

        assert [(8, 8, 1), (9, 9, 1)] == list(net.pool(2).inputs_for((4, 4)))

    def test_without_end(self):
        """What does not depend on the input has all, or none."""
        net = Sequential(input=(32, 32, 1)).conv(5, 6).adaptive_pool(3)
        none = net.inputs_for((2, 3))

        assert "H ≥ 5" == net.inputs_for((3, 3)).sizes["H"].words("H")
        assert [] == list(none)
        assert "nothing" in str(none)
        with pytest.raises(OptionError, match="no end of them: H ≥ 5"):
            next(iter(net.inputs_for((3, 3))))

    def test_conditions_of_several_sizes(self):
        """A table of positions takes so many patches, whatever their sides."""
        found = zoo.vit_b_16().inputs_for(1000)

        assert ["⌊H/16⌋·⌊W/16⌋ = 196"] == list(map(str, found.conditions))
        assert found.holds(H=112, W=448)
        assert not found.holds(H=112, W=224)
        assert "⌊H/16⌋·⌊W/16⌋ = 196" in str(found)

    def test_bad_questions(self):
        """The output is a size of each axis, of one output that is known."""
        net = Sequential(input=(32, 32, 1)).conv(5, 6)
        turned = Sequential(input=(8, 6, 1)).reshape((-1, 1))

        for output in [(1,), (0, 3), "a", (1, 2, 3, 4)]:
            with pytest.raises(OptionError, match="no size of an output"):
                net.inputs_for(output)
        with pytest.raises(OptionError, match="depends on H and W at once"):
            turned.inputs_for(48)
        with pytest.raises(OptionError, match="several inputs or outputs"):
            zoo.retinanet_resnet50_fpn().inputs_for((3, 3))
        with pytest.raises(OptionError, match="cannot be told by looking at few"):
            net.inputs_for((30_000, 30_000))


class TestAmounts:
    @pytest.mark.parametrize(
        ("text", "unit", "number"),
        [
            ("4M", "count", 4_000_000),
            ("1.5G", "count", 1_500_000_000),
            ("600_000", "count", 600_000),
            ("1,234.9", "count", 1_234),
            (" 7 k ", "count", 7_000),
            ("256 KiB", "bytes", 256 * 1024),
            ("24 GB", "bytes", 24 * 10**9),
            ("24GiB", "bytes", 24 * 2**30),
            ("0.5 kB", "bytes", 500),
            ("2Mi", "bytes", 2 * 2**20),
            ("9 bytes", "bytes", 9),
            ("256K", "bytes", 256_000),
            (5, "bytes", 5),
        ],
    )
    def test_are_read(self, text, unit, number):
        """A prefix is the SI's, and with an i that of 1,024."""
        assert number == amount("it", text, unit)

    @pytest.mark.parametrize(
        ("value", "unit"),
        [
            *[(0, "count"), (-1, "count"), ("-4M", "count"), ("4 MB", "count")],
            *[("4Ki", "count"), ("0.4", "count"), ("many", "count"), (1.5, "count")],
            *[(True, "count"), (None, "bytes"), ("4 ib", "bytes"), ("", "bytes")],
            *[("4 X", "bytes"), ("1e6", "count"), ("\uff14M", "count")],
        ],
    )
    def test_nothing_else_is(self, value, unit):
        """What is not positive, or of another unit, is refused with its name."""
        form = {"count": "600M", "bytes": "256 KiB"}[unit]
        with pytest.raises(
            OptionError, match=f'^it is .*integer, or a text as "{form}"'
        ):
            amount("it", value, unit)


LIMITED = [
    *("macs", "flops", "activations", "connections", "params"),
    *("peak_memory", "saved_for_backward"),
]


def number(net, name):
    """Return what is limited of a network, as it answers itself."""
    found = getattr(net, name)
    return found() if callable(found) else found


def allowing(chance, numbers):
    """Return a limit that some values keep, and not all."""
    each = sorted(set(numbers))
    return chance.randint(each[0], max(each[0], each[-1] - 1))


class TestTheLargest:
    @pytest.mark.no_cover
    def test_is_that_of_brute_force(self):
        """Each question has the largest that trying finds."""
        chance = Random(15)
        for _ in range(QUESTIONS // 4):
            net = drawn(chance, 30).fc(3)
            name = chance.choice(LIMITED)
            sizes = {n: on(net, n) for n in range(1, 61)}
            numbers = {n: number(x, name) for n, x in sizes.items() if x}
            for _ in range(4):
                limit = allowing(chance, numbers.values())
                if all(n <= limit for n in numbers.values()):
                    continue
                wanted = max(n for n, number in numbers.items() if number <= limit)
                found = net.largest_input(**{name: limit})
                assert (wanted, wanted, 1) == found.shape
                assert ((name, numbers[wanted]),) == found.values

    def test_of_all_cases(self):
        """A network with a branch by the size has the largest in any of them."""

        class Halves(Free):
            def output_of(self, x, /):
                return x if x.height % 3 else Shape(x.height // 3, x.width // 3, 1)

        net = Sequential(input=(8, 8, 1)).add(Halves()).conv(1, 7)

        # 7·23² = 3,703 for 69, a third of it; 7·24² = 4,032.
        assert (69, 69, 1) == net.largest_input(macs=4_000).shape
        assert ("macs",) == net.largest_input(macs=4_000).binding

    def test_of_several_limits(self):
        """All of them are kept, and what binds is what the next does not keep."""
        net = zoo.mobilenet_v2()
        found = net.largest_input(macs="1.5G", activations="5M")

        assert ("activations",) == found.binding
        assert net.on(found.shape).activations <= 5_000_000
        larger = Shape(found.shape[0] + 1, found.shape[1] + 1, 3)
        assert net.on(larger).activations > 5_000_000

    def test_of_memory(self):
        """The bytes are those of a type, and of a batch."""
        net = zoo.mobilenet_v2()
        found = net.largest_input(peak_memory="2 MiB", dtype="int8", batch=2)
        each = {"weights": "int8", "activations": "int8"}
        assert found == net.largest_input(peak_memory="2 MiB", dtype=each, batch=2)
        larger = net.on((found.shape[0] + 1, found.shape[1] + 1, 3))

        used = net.on(found.shape).peak_memory("int8", batch=2)
        assert (("peak_memory", used),) == found.values
        assert used <= 2**21 < larger.peak_memory("int8", batch=2)

    @pytest.mark.no_cover
    @pytest.mark.parametrize("name", ["swin_t", "maxvit_t"])
    def test_of_what_windows_keep(self, name):
        """Windows pad and roll as the size is: no size beyond is within the limit."""
        net = zoo.build(name)
        limit = 200_000_000
        found = net.largest_input(saved_for_backward=limit)
        (side, _, _) = found.shape

        assert found.values[0][1] == net.on(found.shape).saved_for_backward() <= limit
        for n in range(side + 1, side + 34):
            assert net.on((n, n, 3)).saved_for_backward() > limit

    def test_of_one_map_alone(self):
        """A vision transformer's positions are those of 14×14 patches of 16."""
        found = zoo.vit_b_16().largest_input(macs="20G")

        assert ((239, 239, 3), ()) == (found.shape, found.binding)

    def test_has_an_aspect(self):
        """Height and width are to each other as it says."""
        assert (9 * 28, 16 * 28, 3) == zoo.mobilenet_v2().largest_input(
            flops="1.5G", aspect=(9, 16)
        ).shape

    @pytest.mark.parametrize(
        ("how", "said"),
        [
            ({}, "nothing is limited"),
            ({"macs": 0}, "macs is 0"),
            ({"macs": "many"}, "macs is 'many'"),
            ({"macs": "5 MB"}, "macs is '5 MB'"),
            ({"peak_memory": -3}, "peak_memory is -3"),
            ({"params": "4M"}, "params does not grow with it"),
            (
                {"macs": 5},
                "the smallest, 1×1×3, has macs 3,469,760, 3,469,755 too many",
            ),
            ({"macs": "1G", "aspect": 2}, "aspect is 2"),
            ({"macs": "1G", "dtype": "int9"}, "no data type 'int9'"),
            ({"macs": "1G", "batch": 0}, "batch 0 is no positive integer"),
            ({"macs": "1G", "aspect": (0, 2)}, "aspect is"),
            ({"macs": "1G", "units": "heaps"}, "units is 'heaps'"),
        ],
    )
    def test_bad_questions(self, how, said):
        """A limit is a positive integer, and something must meet it."""
        with pytest.raises(OptionError, match=said):
            zoo.mobilenet_v2().largest_input(**how)

    def test_unknown_limits(self):
        """The nearest is named."""
        with pytest.raises(CnncalcError, match="there is no mac, but macs"):
            zoo.mobilenet_v2().largest_input(mac="1G")

    def test_of_no_axes(self):
        """A vector has no size to be solved for; nor has what takes one size alone."""
        net = Sequential(input=(9, 8, 1)).conv(3, 1).reshape((42,))

        with pytest.raises(OptionError, match="a vector alone"):
            zoo.ad_autoencoder().largest_input(macs="1M")
        with pytest.raises(OptionError, match="no network can be built"):
            net.largest_input(macs=50)
        assert (6, 7, 1) == (
            Sequential(input=(6, 7, 1))
            .reshape((42,))
            .fc(1)
            .largest_input(macs=50, aspect=(6, 7))
            .shape
        )

    def test_of_unknown_numbers(self):
        """A budget is not met by what is unknown, nor by symbols."""
        net = Sequential(input=(9, 8, 1)).add(Unknown("odd", output=(6, 6, 4)))
        wide = Sequential(input=(9, 8, 1)).conv(3, Symbol("F"))

        with pytest.raises(OptionError, match="macs is only known to be ≥ 0"):
            net.largest_input(macs=50)
        with pytest.raises(OptionError, match="macs is .* Give its symbols numbers"):
            wide.largest_input(macs=50)

    def test_of_too_many_cases(self):
        """Where each size is a case of its own, that is said."""

        class Alone(Free):
            def output_of(self, x, /):
                return Shape(int(x.height), x.width, 1)

        with pytest.raises(
            CnncalcError, match="not all sizes can be told apart by cases"
        ):
            Sequential(input=(9, 9, 1)).add(Alone()).largest_input(activations=50)

    def test_of_a_sequence(self):
        """Its length is solved for."""
        net = Sequential(input=(8, 3)).conv1d(3, 2)

        assert (12, 3) == net.largest_input(macs=3 * 3 * 2 * 10).shape

    def test_of_a_volume(self):
        """Its depth stays."""
        net = Sequential(input=(4, 9, 9, 3)).conv3d(3, 2)

        found = net.largest_input(macs=27 * 3 * 2 * 2 * 10 * 10)
        assert (4, 12, 12, 3) == found.shape

    def test_prints_a_line_for_each_limit(self):
        """With what there is, what there may be, and which binds."""
        found = zoo.mobilenet_v2().largest_input(macs="300M", peak_memory="1 GB")

        assert "macs           300,000,000  297,707,120  yes" in str(found)
        assert "input: 220×220×3" in str(found)


class TestTheLargestBatch:
    def test_is_that_of_brute_force(self):
        """Each question has the largest that trying finds."""
        chance = Random(17)
        for _ in range(QUESTIONS // 4):
            net = drawn(chance, 12).relu().dropout(0.5).fc(3)
            training, dtype = chance.random() < 0.5, chance.choice(["int4", "float32"])
            each = {}
            for batch in range(1, 31):
                each[batch] = net.memory(dtype) + net.peak_memory(dtype, batch=batch)
                if training:
                    memory = net.training_memory("adam", dtype=dtype, batch=batch)
                    each[batch] = memory.total
            for _ in range(4):
                limit = chance.randint(each[1], each[30] - 1)
                wanted = max(n for n, size in each.items() if size <= limit)
                how = {"training": training, "dtype": dtype, "optimizer": "adam"}
                found = net.largest_batch(limit, **how)
                assert wanted == found.batch
                assert (("memory", each[wanted]),) == found.values

    @pytest.mark.parametrize("rows", [2, 20])
    def test_where_less_is_alive_with_more(self, rows):
        """What is overwritten for some batches alone is seen, too."""
        g = Builder()
        x = g.input((5,))
        y = g.add(Add(), g.add(FC(10), x), g.add(Constant((rows, 10))))
        net = g.graph(g.add(FC(1), y))
        used = {n: net.memory() + net.peak_memory(batch=n) for n in range(1, 40)}

        limits = {size - less for size in used.values() for less in (0, 1)}
        for limit in limits & {*range(min(used.values()), used[30])}:
            wanted = max(n for n, size in used.items() if size <= limit)
            assert wanted == net.largest_batch(limit).batch

    @pytest.mark.parametrize(
        ("memory", "how", "said"),
        [
            (0, {}, "memory is 0"),
            ("24 Gi bytes of it", {}, "memory is '24 Gi"),
            ("1 kB", {}, "one input takes 270,344 bytes, 269,344 more than there are"),
            ("1 GB", {"training": "no"}, "training is 'no'"),
            ("1 GB", {"training": True, "optimizer": "best"}, "no optimiser 'best'"),
            ("1 GB", {"optimizer": "best"}, "no optimiser 'best'"),
        ],
    )
    def test_bad_questions(self, memory, how, said):
        """A memory is a positive amount that one input fits in."""
        with pytest.raises(OptionError, match=said):
            zoo.lenet().largest_batch(memory, **how)

    def test_that_has_no_end(self):
        """What keeps nothing fits for any batch; and what is unknown for none."""
        net = Sequential(input=(9, 9, 1)).relu()
        odd = Sequential(input=(9, 8, 1)).add(Unknown("odd"))

        with pytest.raises(OptionError, match="do not grow with the batch"):
            net.largest_batch("1 MB", training=True)
        with pytest.raises(OptionError, match="only known to be ≥"):
            odd.largest_batch("1 MB")


def plain(width, kernel=3):
    net = Sequential(input=(9, 9, 3)).conv(kernel, width, padding=1).relu()
    return net.conv(3, 2 * width).global_pool().fc(width)


def grouped(width):
    return Sequential(input=(9, 9, 3)).conv(3, width).conv(3, width, groups=3)


def looked_at(width):
    net = Sequential(input=(9, 9, 3))
    for _ in range(width):
        net = net.conv(3, 1 + width // 2, padding=1)
    return net


def falling(width):
    """Return a network with less for each eighth width."""
    return plain(1 if int(width) % 8 == 0 else int(width))


class TestFit:
    def test_of_no_network(self):
        """What a function returns must be one."""
        with pytest.raises(
            OptionError, match="it returned 5. It must return a network"
        ):
            fit(lambda width: 5, "width", params="1M")

    @pytest.mark.parametrize("build", [plain, grouped, looked_at, falling])
    def test_is_that_of_brute_force(self, build):
        """Each question has the largest that trying finds."""
        chance = Random(18)
        nets = {}
        for width in range(1, 48):
            with suppress(CnncalcError):
                nets[width] = build(width)
        for name in LIMITED:
            numbers = {n: number(net, name) for n, net in nets.items()}
            first = numbers[min(numbers)]
            for _ in range(1 + QUESTIONS // 28):
                limit = chance.randint(first, numbers[30])
                wanted = max(n for n in numbers if n < 40 and numbers[n] <= limit)
                most = 39 if build is falling else None
                found = fit(build, "width", most=most, **{name: limit})
                assert wanted == found.value
                assert ((name, numbers[wanted]),) == found.values

    def test_says_what_is_assumed(self):
        """Nothing where symbols tell, or each was looked at; else what that is."""
        told = fit(plain, "width", params="4k")
        tried = fit(looked_at, "width", params="4k")
        each = fit(looked_at, "width", params="4k", most=20)

        assert ("every integer, by expressions", "nothing") == told[-2:]
        assert ("each integer from 1 to 16", "beyond 16 no limit is kept again") == (
            tried[-2:]
        )
        assert ("each integer from 1 to 20", "nothing") == each[-2:]
        assert ("params",) == told.binding == tried.binding == each.binding

    def test_of_many_integers(self):
        """More than a thousand are told by halves, if nothing falls."""

        def wide(width):
            return Sequential(input=(width // 1,)).fc(max(width, 1) // 1 % 5_000 + 1)

        def odd(width):
            if int(width) % 2:
                raise ConfigError("odd", "Use another")
            return Sequential(input=(int(width),)).fc(1)

        def falls(width):
            return Sequential(input=(1,)).fc(1_600 - int(width))

        halves = fit(odd, "width", params=3_001, least=2)
        found = fit(falls, "width", params=1_700, most=1_500)

        assert 3_000 == halves.value
        assert "nothing falls as width grows" == halves.assumed
        assert (1_500, "each integer from 1 to 1500") == (found.value, found.checked)
        assert 700 == fit(wide, "width", params=700 * 701 + 701, most=1_700).value
        with pytest.raises(OptionError, match="the smallest, width 2, has params 3"):
            fit(odd, "width", params=1, least=1, most=2_000)

    def test_of_the_zoo(self):
        """The function of a network is one."""
        found = fit(zoo.resnet50, "classes", params="30M")

        # 23,508,032 without its head, which has 2,049 for each class.
        assert (30_000_000 - 23_508_032) // 2_049 == found.value

    def test_with_no_larger_value(self):
        """A kernel cannot outgrow its map: no limit binds."""
        found = fit(lambda kernel: plain(2, kernel), "kernel", params="1M")

        # 9 + 2 - kernel + 1 is 3 at least, for the next kernel.
        assert (9, ()) == (found.value, found.binding)

    @pytest.mark.parametrize(
        ("given", "said"),
        [
            ((plain, "width"), "nothing is limited"),
            ((plain, "widht"), "no setting 'widht'. The nearest: \"width\""),
            ((plain, 3), "the setting is 3"),
            ((7, "width"), "it is 7, and no function"),
        ],
    )
    def test_bad_questions(self, given, said):
        """A function has its setting by name."""
        limits = {} if said.startswith("nothing") else {"params": 9}
        with pytest.raises(CnncalcError, match=said):
            fit(*given, **limits)

    @pytest.mark.parametrize(
        ("how", "said"),
        [
            ({"params": 0}, "params is 0"),
            ({"params": "4 MB"}, "params is '4 MB'"),
            ({"params": 9, "least": 0}, "least is 0"),
            ({"params": 9, "least": 1.5}, "least is 1.5"),
            ({"params": 9, "most": "a"}, "most is 'a'"),
            ({"params": 9, "dtype": "int9"}, "no data type 'int9'"),
            ({"params": 9, "least": 5, "most": 4}, "most, 4, is below least, 5"),
            ({"params": 9}, "the smallest, width 1, has params 51, 42 too many"),
            (
                {"params": 99, "macs": 9},
                "nothing keeps the limits: the smallest, width 1, has macs",
            ),
        ],
    )
    def test_bad_limits(self, how, said):
        """Limits are positive integers, in order, and something keeps them."""
        with pytest.raises(OptionError, match=said):
            fit(plain, "width", **how)

    def test_what_does_not_grow(self):
        """It has no largest value."""
        of_kernel = lambda pad: plain(3).on((9 + 0 * pad, 9, 3))  # noqa: E731
        tried = lambda pad: plain(3 + 0 * len(range(pad)))  # noqa: E731

        for build in (of_kernel, tried):
            with pytest.raises(OptionError, match="params does not grow with"):
                fit(build, "pad", params="1M")

    def test_what_cannot_be_built(self):
        """The error is that of the smallest value."""

        def refuses(width):
            raise ConfigError(f"width {width} is odd", "Use another")

        def refuses_numbers(width):
            return refuses(len(range(width)))

        for build in (refuses, refuses_numbers):
            for how in ({}, {"most": 5}):
                with pytest.raises(ConfigError, match="width 1 is odd"):
                    fit(build, "width", params=9, **how)

    def test_what_refuses_integers(self):
        """What is built of a symbol alone is no network; nor is one of a second call."""
        calls = []

        def symbols_alone(width):
            if isinstance(width, int):
                raise ConfigError(f"width {width} is an integer", "Use another")
            return plain(width)

        def moody(width):
            calls.append({width})
            if len(calls) == 1:
                raise ConfigError("not today", "Ask again")
            return plain(width)

        with pytest.raises(ConfigError, match="width 1 is an integer"):
            fit(symbols_alone, "width", params=9)
        with pytest.raises(OptionError, match="no network can be built with width"):
            fit(moody, "width", params=99, most=1)

    def test_what_refuses_an_integer(self):
        """It is no value, and the next larger one says what binds."""
        largest = fit(plain, "width", params="9k").value

        def refusing(*refused):
            def build(width):
                if isinstance(width, int) and width in refused:
                    raise ConfigError("not this one", "Use another")
                return plain(width)

            return build

        for refused, value in ((largest, largest - 1), (largest + 1, largest)):
            found = fit(refusing(refused), "width", params="9k")
            assert value == found.value

    def test_a_function_that_tells_symbols_apart(self):
        """What it does with integers counts."""

        def build(width):
            return plain(width if isinstance(width, int) else 2 * width)

        assert fit(plain, "width", params="9k").value == (
            fit(build, "width", params="9k").value
        )


class TestGrowth:
    def test_from_there_on_it_is_above(self):
        """No larger size is within the limit, whatever is rounded or taken away."""
        chance, s = Random(16), variable("s")
        for _ in range(100):
            p = s * s * chance.randint(1, 3)
            for _ in range(3):
                floor = (s * chance.randint(1, 5) + 3) // chance.choice([2, 3, 8])
                p = p + floor * (floor - 1) + floor * chance.randint(-9, 9)
            p = p - s.common_divisor(6) * s + (s * (s // 2) // 3)
            limit = chance.randint(1, 10_000)
            start = above_from(p, limit)
            for n in range(start, start + 200):
                assert evaluated(p, {"s": n}) > limit

    @pytest.mark.parametrize("p", [Symbol("s") * 0 + 5, 3 - Symbol("s")])
    def test_what_does_not_grow(self, p):
        """It is never above from some size on, as far as that is told."""
        assert above_from(p.polynomial, 7) is None
