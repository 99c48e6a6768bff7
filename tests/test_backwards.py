"""Questions backwards, against brute force."""

from random import Random

import pytest

from cnncalc import (
    CnncalcError,
    OptionError,
    Sequential,
    Shape,
    Symbol,
    paddings,
    windows,
    zoo,
)
from cnncalc.sizes.window import around, slide
from cnncalc.symbolic.evaluation import evaluated
from cnncalc.symbolic.growth import above_from
from cnncalc.symbolic.polynomial import variable
from cnncalc.symbolic.windows import WindowChoice


def led(before, kernel, stride, pads, dilation):
    """Return how many windows there are; 0 if none fits."""
    try:
        return slide((before,), (kernel,), (stride,), (pads,), (dilation,))[0]
    except CnncalcError:
        return 0


class TestWindows:
    def test_are_those_of_brute_force(self):
        """Of 1,000 questions each has all windows that trying finds."""
        chance = Random(12)
        for _ in range(1_000):
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
        """Of 1,000 questions each has all paddings that trying finds."""
        chance = Random(13)
        asked = 0
        while asked < 1_000:
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
            (lambda: windows(5, 2, padding=-1), "padding is 0"),
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
        """Of 1,000 questions each has all sizes that trying finds, up to 60."""
        chance = Random(14)
        for _ in range(250):
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


class TestTheLargest:
    def test_is_that_of_brute_force(self):
        """Of 1,000 questions each has the largest that trying finds."""
        chance = Random(15)
        for _ in range(250):
            net = drawn(chance, 30).fc(3)
            name = chance.choice(
                ["macs", "flops", "activations", "connections", "params"]
            )
            sizes = {n: on(net, n) for n in range(1, 61)}
            numbers = {n: getattr(x, name) for n, x in sizes.items() if x}
            for _ in range(4):
                limit = chance.choice(
                    [n for n in numbers.values() if n]
                ) + chance.randint(0, 9)
                if max(numbers) == 60 and limit >= numbers[60]:
                    continue
                wanted = max(n for n, number in numbers.items() if number <= limit)
                found = net.largest_input(**{name: limit})
                assert (wanted, wanted, 1) == found.shape
                assert ((name, numbers[wanted]),) == found.values

    def test_says_what_binds(self):
        """It is what the next larger input does not keep."""
        net = zoo.mobilenet_v2()
        found = net.largest_input(macs="1.5G", activations="5M")

        assert ("activations",) == found.binding
        assert net.on(found.shape).activations <= 5_000_000
        larger = Shape(found.shape[0] + 1, found.shape[1] + 1, 3)
        assert net.on(larger).activations > 5_000_000

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
            ({"params": "4M"}, "params does not grow with the input"),
            ({"macs": 5}, "the smallest input, 1×1×3, has macs 3,469,760"),
            ({"macs": "1G", "aspect": 2}, "aspect is 2"),
            ({"macs": "1G", "aspect": (0, 2)}, "aspect is"),
        ],
    )
    def test_bad_questions(self, how, said):
        """A limit is a positive integer, and something must meet it."""
        with pytest.raises(OptionError, match=said):
            zoo.mobilenet_v2().largest_input(**how)

    def test_of_no_axes(self):
        """A vector has no size to be solved for; a map may have none of an aspect."""
        with pytest.raises(OptionError, match="a vector alone"):
            zoo.ad_autoencoder().largest_input(macs="1M")
        with pytest.raises(OptionError, match="of that aspect there is no input"):
            Sequential(input=(9, 8, 1)).conv(3, 1).upsample(1.5).largest_input(macs=50)

    def test_of_a_sequence(self):
        """Its length is solved for."""
        net = Sequential(input=(8, 3)).conv1d(3, 2)

        assert (12, 3) == net.largest_input(macs=3 * 3 * 2 * 10).shape


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
