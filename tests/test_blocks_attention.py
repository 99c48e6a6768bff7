"""Blocks of attention within windows, and among tokens that are pooled."""

import numpy as np
import pytest

from cnncalc import (
    Builder,
    ConfigError,
    HeadConv3d,
    MultiscaleAttention,
    PatchMerging,
    Pool,
    Roll,
    Sequential,
    Shape,
    ShapeError,
    TokenPool,
    WindowAttention,
    Windowed,
    from_json,
)

EVERY = [
    ((8, 8, 16), Windowed(WindowAttention(2, 4), 4, shift=2)),
    ((8, 8, 16), Windowed(Sequential().fc(8, axis=-1), 4, grid=True)),
    ((64, 16, 6), WindowAttention(1, 4, cosine=True)),
    ((7, 8, 4), PatchMerging(norm_last=True)),
    ((33, 8), TokenPool(Pool(2), (2, 4, 4))),
    ((2, 4, 4, 8), HeadConv3d(2, (1, 2, 2))),
    (
        (33, 8),
        MultiscaleAttention(2, 12, (2, 4, 4), (1, 2, 2), (1, 4, 4), relative=True),
    ),
]


@pytest.mark.parametrize(("shape", "block"), EVERY)
def test_they_are_values(shape, block):
    """A block is what its text says, and JSON and Python have what it becomes."""
    net, space = Sequential(input=shape).add(block), {}
    exec(net.to_python(), space)

    assert net == space["net"] == from_json(net.to_json())
    assert block.default_name in net.nodes[0].path


@pytest.mark.parametrize(
    ("make", "why"),
    [
        (lambda: Windowed(3, 7), "Windowed: body is 3"),
        (lambda: Windowed(Sequential(), 0), "Windowed: window is 0"),
        (lambda: Windowed(Sequential(), 7, shift=-1), "Windowed: shift is -1"),
        (lambda: Windowed(Sequential(), 7, grid=1), "Windowed: grid is 1"),
        (lambda: WindowAttention(0, 7), "WindowAttention: heads is 0"),
        (lambda: WindowAttention(1, 7, cosine=2), "WindowAttention: cosine is 2"),
        (lambda: PatchMerging(norm_last=1), "PatchMerging: norm_last is 1"),
        (lambda: TokenPool(Pool(2), (2, 2)), r"TokenPool: grid is \(2, 2\)"),
        (lambda: HeadConv3d(2, 2), "HeadConv3d: stride is 2"),
        (
            lambda: MultiscaleAttention(1, 8, (1, 2, 2), (0, 1, 1), (1, 1, 1)),
            "MultiscaleAttention: stride_q is",
        ),
    ],
)
def test_fields_that_are_refused(make, why):
    """A message has the block, its field, and what arrived."""
    with pytest.raises(ConfigError, match=why):
        make()


class TestWindows:
    @pytest.mark.parametrize("grid", [False, True])
    def test_tokens_come_back(self, grid):
        """What is cut, permuted and joined again stands where it stood."""
        net = Sequential(input=(6, 4, 1)).add(Windowed(Sequential(), 2, grid=grid))
        moves = [row.layer for row in net.nodes]
        values = np.arange(24).reshape(6, 4, 1)
        steps = []
        for move in moves:
            turned = hasattr(move, "order")
            values = (
                values.transpose(move.order) if turned else values.reshape(move.shape)
            )
            steps.append(values)
        first = [int(value) for value in steps[2][0].ravel()]

        # The first window: neighbours, or tokens three rows and two columns apart.
        assert ([0, 2, 12, 14] if grid else [0, 1, 4, 5]) == first
        assert [*range(24)] == [int(value) for value in values.ravel()]

    def test_a_map_that_is_not_divided_is_padded(self):
        """Rows and columns are padded to whole windows, and cropped again."""
        net = Sequential(input=(10, 13, 8)).add(Windowed(WindowAttention(2, 4), 4))
        rows = {row.kind: row for row in net.nodes}

        assert (10, 13, 8) == net.output
        assert (12, 16, 8) == rows["Pad"].output == rows["Crop"].input
        assert (3 * 4, 4 * 4, 8) == rows["Attention"].output

    def test_a_single_window_is_not_shifted(self):
        """Along an axis with one window nothing is rolled, and all see each other."""
        part = Windowed(WindowAttention(2, 4), 4, shift=2)

        def kinds(height, width):
            return [
                row.layer
                for row in Sequential(input=Shape(height, width, 8)).add(part).nodes
            ]

        assert Roll((-2, -2), (0, 1)) in kinds(8, 8)
        assert Roll((0, -2), (0, 1)) in kinds(4, 8)
        assert not {"Roll", "Constant"} & {layer.class_name for layer in kinds(4, 4)}

    def test_only_maps_are_cut(self):
        """A message says that a map is needed."""
        with pytest.raises(ShapeError, match=r"maps into windows, and 9×8 reached it"):
            Sequential(input=(9, 8)).add(Windowed(Sequential(), 3))

    @pytest.mark.parametrize("cosine", [False, True])
    def test_parameters_by_hand(self, cosine):
        """Four linear layers, and a bias for each distance or what computes it."""
        heads, width, window = 3, 96, 7
        net = Sequential(input=(64, 49, width))
        net = net.add(WindowAttention(heads, window, cosine=cosine))
        table = heads * (2 * window - 1) ** 2
        computed = 2 * 512 + 512 + 512 * heads + heads

        assert 4 * width * (width + 1) + (computed if cosine else table) == net.params
        assert 64 * 49 * 49 * 2 * width == net.product_macs
        assert 13 * 13 * 2 * cosine == net.buffers

    def test_merging_by_hand(self):
        """Of each 2×2 tokens, with those of a padding, a linear layer makes one."""
        last, first = (
            Sequential(input=(7, 9, 4)).add(PatchMerging(norm_last=norm_last))
            for norm_last in (True, False)
        )

        assert (4, 5, 8) == last.output == first.output
        assert (16 * 8 + 2 * 8, 16 * 8 + 2 * 16) == (last.params, first.params)
        assert "Norm" == last.nodes[-1].kind
        assert "Pad" not in [row.kind for row in last.on((8, 8, 4)).nodes]

    def test_one_head(self):
        """Scores of one head have no axis of heads, and neither have bias and mask."""
        net = Sequential(input=(8, 8, 16))
        net = net.add(Windowed(WindowAttention(1, 4), 4, shift=2))

        assert Shape(8, 8, 16) == net.output

    def test_windows_of_other_sizes(self):
        """Where windows have other tokens than biases, the message has both."""
        with pytest.raises(ShapeError, match=r"3×16×16 cannot be added to scores of"):
            Sequential(input=(4, 49, 96)).add(WindowAttention(3, 4))


class TestTokens:
    def test_heads_share_filters(self):
        """Each head has the parameters once, and all its multiply-adds."""
        one, two = (
            Sequential(input=(4, 6, 6, 16)).add(HeadConv3d(heads, (1, 2, 2)))
            for heads in (1, 2)
        )

        assert (27 * 16, 27 * 8) == (one.params, two.params)
        assert 4 * 3 * 3 * 27 * 16 == one.macs == two.macs == two.weight_macs

    def test_the_class_token_is_left_out(self):
        """All other tokens stand in a volume, which the part is applied to."""
        net = Sequential(input=(1 + 2 * 4 * 6, 8)).add(TokenPool(Pool(2), (2, 4, 6)))

        assert (1 + 1 * 2 * 3, 8) == net.output
        with pytest.raises(ShapeError, match="48 values"):
            Sequential(input=(7, 8)).add(TokenPool(Pool(2), (2, 4, 6)))

    def test_positions_by_hand(self):
        """A vector for each distance along each axis; rows and columns have as many."""
        plain, relative = (
            Sequential(input=(1 + 2 * 4 * 6, 8)).add(
                MultiscaleAttention(
                    2, 8, (2, 4, 6), (1, 2, 2), (1, 2, 2), relative=relative
                )
            )
            for relative in (False, True)
        )
        # Behind the pools are 2 frames, 2 rows and 3 columns, and heads of 4 channels.
        queries = keys = 2 * 2 * 3
        tables = (2 * 2 - 1) + 2 * (2 * 3 - 1)
        pools = 3 * (27 * 4 + 2 * 4)

        assert 4 * 8 * 9 + pools == plain.params
        assert 4 * tables == relative.params - plain.params
        assert queries * 8 * (2 + 2 + 3) == relative.weight_macs - plain.weight_macs
        assert 2 * 8 * (queries + 1) * (keys + 1) == relative.product_macs
        assert relative.product_macs == plain.product_macs

    def test_without_a_pool(self):
        """Queries that are not pooled have no norm of their own."""
        block = MultiscaleAttention(2, 8, (2, 4, 6), None, (1, 2, 2))
        net = Sequential(input=(49, 8)).add(block)

        assert (49, 8) == net.output
        assert 2 == [row.kind for row in net.nodes].count("Norm")


def test_a_mask_joins_in_a_builder():
    """A mask of one's own is a second input."""
    g = Builder()
    x, mask = g.input(Shape(4, 16, 8)), g.input(Shape(4, 1, 16, 16))

    assert (4, 16, 8) == g.graph(g.add(WindowAttention(2, 4), x, mask)).output
