"""Patches by brute force: masks of positions, loops over taps, and a memory of buffers.

The suite compares `net.patches` with them on 200 random networks, with cuts, grids and
options that are drawn, too; ``tests/live/patches.py`` on as many as one likes.
"""

from itertools import product
from random import Random

from cnncalc import (
    Activation,
    Add,
    Builder,
    Concat,
    Conv2d,
    DepthwiseConv2d,
    GlobalPool,
    Pool,
)


class Drawn:
    """A network that is drawn, and its nodes as plain facts beside it.

    A node is its kind, its inputs, its rows, columns and channels, and for what slides
    also kernel, stride, padding before, and dilation.
    """

    def __init__(self, seed):
        self.random, self.g = Random(seed), Builder()
        size = (self.random.randint(9, 16), self.random.randint(9, 16))
        channels = self.random.randint(1, 3)
        x = self.g.input((*size, channels))
        self.nodes = [("input", (), *size, channels, None)]
        self.paths, self.tensors, self.cuts = [None], [x], []
        last = 0
        for _ in range(self.random.randint(2, 4)):
            step = self.random.choice(["slide", "slide", "residual", "branches"])
            last = getattr(self, step)(last)
            self.cuts.append(last)
        channels = self.nodes[last][4]
        last = self.add(GlobalPool(), "pool", (last,), 1, 1, channels)
        self.net = self.g.graph(self.tensors[last])

    def add(self, layer, kind, inputs, rows, columns, channels, window=None):
        """Add a node to both; a ReLU may follow, which an engine computes with it."""
        y = self.g.add(layer, *[self.tensors[i] for i in inputs])
        path = self.g.graph(y).nodes[-1].path
        if kind in {"conv", "depthwise"} and self.random.random() < 0.5:
            y = self.g.add(Activation("relu"), y)
        self.nodes.append((kind, inputs, rows, columns, channels, window))
        self.paths.append(path)
        self.tensors.append(y)
        return len(self.nodes) - 1

    def slide(self, source, stride=None, same=False):
        """Slide something over a node's output."""
        _, _, *space, channels, _ = self.nodes[source]
        kernel = [self.random.choice([1, 2, 3]) for _ in space]
        kind = self.random.choice(["conv", "conv", "depthwise", "pool"])
        apart = [1, 1, 2] if kind != "pool" else [1]
        dilation = [self.random.choice(apart) for _ in space]
        steps = [stride or self.random.choice([1, 2]) for _ in space]
        if same:
            kernel = [self.random.choice([1, 3]) for _ in space]
        before = [(k - 1) * d // 2 for k, d in zip(kernel, dilation)]
        if not same and self.random.random() < 0.3:
            before = [0, 0]
        sizes = [
            sum(at + (k - 1) * d < n + 2 * pad for at in range(0, n + 2 * pad, step))
            for n, k, d, step, pad in zip(space, kernel, dilation, steps, before)
        ]
        for n, size, *window in zip(space, sizes, kernel, steps, before, dilation):
            taps = [set(slid(at, *window)) & {*range(n)} for at in range(size)]
            if not taps or set() in taps:  # nothing fits, or one sees padding alone
                return source
        how = {
            "stride": tuple(steps),
            "padding": tuple((pad, pad) for pad in before),
            "dilation": tuple(dilation),
        }
        window = (kernel, steps, before, dilation)
        if kind == "conv":
            filters = self.random.randint(1, 6)
            layer = Conv2d(tuple(kernel), filters, **how)
        elif kind == "depthwise":
            filters, layer = channels, DepthwiseConv2d(tuple(kernel), **how)
        else:
            filters, layer = channels, Pool(tuple(kernel), **how)
        return self.add(layer, kind, (source,), *sizes, filters, window)

    def residual(self, source):
        """Add what two layers make of a node's output to it."""
        x = self.slide(source)
        y = self.slide(x, stride=1, same=True)
        if x == y:
            return x
        _, _, *space, channels, _ = self.nodes[x]
        plain = ([1, 1], [1, 1], [0, 0], [1, 1])
        y = self.add(Conv2d(1, channels), "conv", (y,), *space, channels, plain)
        return self.add(Add(), "add", (y, x), *space, channels)

    def branches(self, source):
        """Put two branches beside each other."""
        x = self.slide(source)
        arms = [self.slide(x, stride=1, same=True) for _ in range(2)]
        if x in arms or arms[0] == arms[1]:
            return x
        _, _, *space, _, _ = self.nodes[x]
        channels = sum(self.nodes[arm][4] for arm in arms)
        return self.add(Concat(), "concat", tuple(arms), *space, channels)


def slid(at, kernel, step, before, dilation):
    """Return the positions along an axis that a window takes in, padding too."""
    return [at * step - before + tap * dilation for tap in range(kernel)]


def behind(node, positions):
    """Return the positions of its input that a node takes in at some of its output."""
    window = node[-1]
    if window is None:
        return set(positions)
    return {
        place
        for position in positions
        for place in product(*map(slid, position, *window))
    }


def box(positions):
    """Return all positions of the smallest rectangle around some."""
    if not positions:
        return set()
    rows, columns = zip(*positions)
    return set(
        product(range(min(rows), max(rows) + 1), range(min(columns), max(columns) + 1))
    )


def needed(nodes, cut, patch):
    """Return the rectangle of each node's output that a patch of the cut needs."""
    found = [set() for _ in range(cut)] + [set(patch)]
    for n in range(cut, -1, -1):
        found[n] = box(found[n])
        for source in nodes[n][1]:
            _, _, rows, columns, _, _ = nodes[source]
            found[source] |= {
                (row, column)
                for row, column in behind(nodes[n], found[n])
                if 0 <= row < rows and 0 <= column < columns
            }
    return found


def macs_of(nodes, n, positions):
    """Return the multiply-accumulates of some positions, one by one."""
    kind, inputs, _, _, channels, window = nodes[n]
    if kind not in {"conv", "depthwise"}:
        return 0
    seen = nodes[inputs[0]][4] if kind == "conv" else 1
    taps = product(range(channels), range(seen), *map(range, window[0]))
    return len(positions) * sum(1 for _ in taps)


def buffers(nodes, last, sizes, stays, *, inplace):
    """Return the most bytes that are alive at a step, of buffers taken and given back.

    A sum overwrites an operand of its size that nothing needs any more, and so, if
    asked, does a depthwise convolution, which takes one channel besides.
    """
    uses = {
        n: max([m for m in range(n, last + 1) if n in nodes[m][1]], default=n)
        for n in range(last + 1)
    }
    for n in stays:
        uses[n] = last + 1
    where, live, high = {}, {}, []
    for n in range(last + 1):
        kind, inputs, *_, channels, _ = nodes[n]
        free = [
            where[i]
            for i in inputs
            if where[i] != 0
            and all(uses[m] <= n for m in where if where[m] == where[i])
        ]
        same = [b for b in free if live[b] == sizes[n]]
        where[n] = same[0] if kind == "add" and same else n
        live[where[n]] = sizes[n]
        total = sum(live.values())
        if inplace and kind == "depthwise" and free and sizes[n] <= live[free[0]]:
            total -= sizes[n] - -(-sizes[n] // channels)
        high.append(total)
        for b in list(live):
            if all(uses[m] <= n for m in where if where[m] == b):
                del live[b]
    return high


def by_masks(drawn, cut, grid, *, inplace, kept):
    """Return what patches read and cost, and the peaks of patches, rest and whole."""
    nodes = drawn.nodes
    _, _, rows, columns, _, _ = nodes[cut]
    parts = [
        [range(size * i // n, size * (i + 1) // n) for i in range(n)]
        for size, n in zip((rows, columns), grid)
    ]
    whole = [r * c * k for _, _, r, c, k, _ in nodes]
    last = len(nodes) - 1
    whole_peaks = buffers(nodes, last, whole, [last], inplace=inplace)
    macs, peak, reads = 0, 0, set()
    fixed = whole[cut] + (whole[0] if kept else 0)
    for patch in product(*parts):
        found = needed(nodes, cut, product(*patch))
        macs += sum(macs_of(nodes, n, found[n]) for n in range(cut + 1))
        sizes = [len(found[n]) * nodes[n][4] for n in range(cut + 1)]
        sizes[0] = sizes[cut] = 0
        high = buffers(nodes, cut, sizes, [cut], inplace=inplace)
        peak = max(peak, fixed + max(high))
        reads.add(tuple(len(set(axis)) for axis in zip(*found[0])) or (0, 0))
    own = sum(
        macs_of(nodes, n, set(product(range(nodes[n][2]), range(nodes[n][3]))))
        for n in range(cut + 1)
    )
    return {
        "patch": tuple(map(max, zip(*reads))),
        "patch_peak": peak,
        "redundant_macs": macs - own,
        "whole_peak": max(whole_peaks),
        "rest_peak": max([whole[cut], *whole_peaks[cut + 1 :]]),
    }


def compared(seed):
    """Return what masks and cnncalc say of a network, at a cut and a grid."""
    drawn = Drawn(seed)
    choose = drawn.random
    cut = choose.choice(drawn.cuts)
    _, _, rows, columns, _, _ = drawn.nodes[cut]
    grid = choose.randint(1, min(rows, 4)), choose.randint(1, min(columns, 4))
    how = {"inplace": choose.random() < 0.5, "kept": choose.random() < 0.5}
    expected = by_masks(drawn, cut, grid, **how)
    found = drawn.net.patches(
        cut=drawn.paths[cut],
        grid=grid,
        depthwise_inplace=how["inplace"],
        input_in_memory=how["kept"],
    )
    return expected, {name: getattr(found, name) for name in expected}
