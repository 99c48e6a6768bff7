"""Operators of ONNX one by one: shapes, MACs and parameters by hand."""

import pytest
from onnx_files import (
    FLOAT,
    HALF,
    INT8,
    INT64,
    UINT8,
    file_of,
    read,
    traced,
)

MAP = {"x": (1, 3, 8, 8)}
ROWS = {"x": (1, 5, 6)}
TOKENS = {"x": ((1, 7), INT64)}
MS = "com.microsoft::"


def conv(**more):
    return [("Conv", "x w b", "y", more)]


# Nodes, inputs, weights, numbers; then the output here, MACs, and parameters.
CASES = {
    "conv": (
        (conv(pads=[1, 1, 1, 1]), MAP, {"w": (4, 3, 3, 3), "b": (4,)}),
        ("8×8×4", 8 * 8 * 4 * 27, 4 * 27 + 4),
    ),
    "conv, strides and dilations": (
        (conv(strides=[2, 1], dilations=[1, 2]), MAP, {"w": (4, 3, 3, 3), "b": (4,)}),
        ("3×4×4", 3 * 4 * 4 * 27, 112),
    ),
    "conv, depthwise, same": (
        (conv(auto_pad="SAME_LOWER", group=3), MAP, {"w": (3, 1, 5, 5), "b": (3,)}),
        ("8×8×3", 8 * 8 * 3 * 25, 3 * 25 + 3),
    ),
    "conv, valid": (
        (conv(auto_pad="VALID"), MAP, {"w": (4, 3, 3, 3), "b": (4,)}),
        ("6×6×4", 36 * 4 * 27, 112),
    ),
    "conv along one axis": (
        ([("Conv", "x w", "y")], {"x": (1, 4, 10)}, {"w": (8, 4, 3)}),
        ("8×8", 8 * 8 * 12, 96),
    ),
    "conv along three axes": (
        ([("Conv", "x w", "y")], {"x": (1, 2, 4, 4, 4)}, {"w": (3, 2, 2, 2, 2)}),
        ("3×3×3×3", 27 * 3 * 16, 48),
    ),
    "conv, fused": (
        (
            [(MS + "FusedConv", "x w b", "y", {"activation": "Relu"})],
            MAP,
            {"w": (4, 3, 1, 1), "b": (4,)},
        ),
        ("8×8×4", 64 * 12, 16),
    ),
    "conv, transposed": (
        (
            [
                (
                    "ConvTranspose",
                    "x w",
                    "y",
                    {"strides": [2, 2], "output_padding": [1, 1]},
                )
            ],
            MAP,
            {"w": (3, 5, 3, 3)},
        ),
        ("18×18×5", 64 * 3 * 5 * 9, 135),
    ),
    "conv, transposed, to a size": (
        (
            [
                (
                    "ConvTranspose",
                    "x w",
                    "y",
                    {"strides": [2, 2], "output_shape": [16, 18]},
                )
            ],
            MAP,
            {"w": (3, 5, 3, 3)},
        ),
        ("16×18×5", 64 * 3 * 5 * 9, 135),
    ),
    "conv, deformable": (
        (
            [("DeformConv", "x w o b m", "y", {"pads": [1, 1, 1, 1]})],
            {"x": (1, 3, 8, 8), "o": (1, 18, 8, 8), "m": (1, 9, 8, 8)},
            {"w": (4, 3, 3, 3), "b": (4,)},
        ),
        ("8×8×4", 64 * 4 * 27, 112),
    ),
    "max pool that rounds up": (
        (
            [
                (
                    "MaxPool",
                    "x",
                    "y",
                    {"kernel_shape": [3, 3], "strides": [2, 2], "ceil_mode": 1},
                )
            ],
            MAP,
        ),
        ("4×4×3", 0, 0),
    ),
    "pool that pads more than half its window": (
        (
            [
                (
                    "AveragePool",
                    "x",
                    "y i",
                    {"kernel_shape": [2, 2], "pads": [2, 2, 2, 2]},
                )
            ],
            MAP,
        ),
        ("11×11×3", 0, 0),
    ),
    "pool, same": (
        (
            [("LpPool", "x", "y", {"kernel_shape": [3, 3], "auto_pad": "SAME_UPPER"})],
            MAP,
        ),
        ("8×8×3", 0, 0),
    ),
    "max unpool": (
        (
            [
                ("MaxPool", "x", "p i", {"kernel_shape": [2, 2], "strides": [2, 2]}),
                ("MaxUnpool", "p i", "y", {"kernel_shape": [2, 2], "strides": [2, 2]}),
            ],
            MAP,
        ),
        ("8×8×3", 0, 0),
    ),
    "max unpool to a size": (
        (
            [
                ("MaxPool", "x", "p i", {"kernel_shape": [2, 2], "strides": [2, 2]}),
                (
                    "MaxUnpool",
                    "p i s",
                    "y",
                    {"kernel_shape": [2, 2], "strides": [2, 2]},
                ),
            ],
            {"x": (1, 3, 9, 9)},
            {},
            {"s": [1, 3, 9, 9]},
        ),
        ("9×9×3", 0, 0),
    ),
    "global pool": (([("GlobalMaxPool", "x", "y")], MAP), ("1×1×3", 0, 0)),
    "resize by sizes": (
        (
            [("Resize", "x - - s", "y", {"mode": "cubic"})],
            MAP,
            {},
            {"s": [1, 3, 12, 10]},
        ),
        ("12×10×3", 0, 0),
    ),
    "resize by scales": (
        (
            [("Resize", "x - s", "y", {"mode": "linear"})],
            MAP,
            {},
            {"s": (FLOAT, [1.0, 1.0, 2.0, 1.6])},
        ),
        ("16×12×3", 0, 0),  # 1.6 is stored as 1.60000002…, and 8 of it are 12
    ),
    "resize in proportion": (
        (
            [
                (
                    "Resize",
                    "x - - s",
                    "y",
                    {"keep_aspect_ratio_policy": "not_larger", "axes": [2, 3]},
                )
            ],
            MAP,
            {},
            {"s": [4, 6]},
        ),
        ("4×4×3", 0, 0),
    ),
    "resize in proportion, outside": (
        (
            [
                (
                    "Resize",
                    "x - - s",
                    "y",
                    {"keep_aspect_ratio_policy": "not_smaller", "axes": [2, 3]},
                )
            ],
            MAP,
            {},
            {"s": [4, 6]},
        ),
        ("6×6×3", 0, 0),
    ),
    "grid sample": (
        (
            [("GridSample", "x g", "y", {"mode": "linear"})],
            {"x": (1, 3, 8, 8), "g": (1, 5, 4, 2)},
        ),
        ("5×4×3", 0, 0),
    ),
    "columns": (  # 3×3 windows of 2×2, of which up to 4 meet
        (
            [("Col2Im", "x s k", "y")],
            {"x": (1, 12, 9)},
            {},
            {"s": [4, 4], "k": [2, 2]},
        ),
        ("3×4×4", 0, 0),
    ),
    "columns that do not overlap": (
        (
            [("Col2Im", "x s k", "y", {"strides": [2, 3], "dilations": [1, 1]})],
            {"x": (1, 12, 6)},
            {},
            {"s": [4, 9], "k": [2, 2]},
        ),
        ("3×4×9", 0, 0),
    ),
    "affine grid": (
        (
            [("AffineGrid", "x s", "y")],
            {"x": (1, 2, 3)},
            {},
            {"s": [1, 3, 5, 4]},
        ),
        ("5×4×2", 20 * 3 * 2, 0),
    ),
    "linear": (
        (
            [("Gemm", "x w b", "y", {"transB": 1})],
            {"x": (1, 6)},
            {"w": (4, 6), "b": (4,)},
        ),
        ("4", 24, 28),
    ),
    "linear, transposed": (
        (
            [("Gemm", "x w b", "y", {"transA": 1})],
            {"x": (6, 1)},
            {"w": (6, 4), "b": (4,)},
        ),
        ("4", 24, 28),
    ),
    "linear, whose bias is a matrix": (
        ([("Gemm", "x w b", "y")], {"x": (1, 6)}, {"w": (6, 4), "b": (1, 4)}),
        ("4", 24, 28),
    ),
    "linear, a product and an addition": (
        (
            [("MatMul", "x w", "m"), ("Add", "b m", "y")],
            ROWS,
            {"w": (6, 4), "b": (4,)},
        ),
        ("5×4", 5 * 24, 28),
    ),
    "linear, by packed numbers": (
        (
            [(MS + "MatMulNBits", "x w s - - b", "y", {"K": 6, "N": 4})],
            ROWS,
            {"w": (4, 1, 6), "s": (4,), "b": (4,)},
        ),
        ("5×4", 5 * 24, 28),
    ),
    "product of two values": (
        (
            [("MatMul", "a b", "y")],
            {"a": (1, 2, 5, 6), "b": (1, 2, 6, 7)},
        ),
        ("2×5×7", 2 * 5 * 6 * 7, 0),
    ),
    "product, fused": (
        (
            [(MS + "FusedMatMul", "a b", "y", {"transA": 1, "transB": 1})],
            {"a": (1, 6, 5), "b": (1, 7, 6)},
        ),
        ("5×7", 210, 0),
    ),
    "einsum": (
        (
            [("Einsum", "a b", "y", {"equation": "bij,bkj->bik"})],
            {"a": (1, 5, 6), "b": (1, 7, 6)},
        ),
        ("5×7", 210, 0),
    ),
    "einsum to a number": (
        (
            [("Einsum", "a b", "y", {"equation": "bd,bd->b"})],
            {"a": (1, 6), "b": (1, 6)},
        ),
        ("1", 6, 0),
    ),
    "gemm of values": (
        (
            [("Transpose", "x", "t"), ("Gemm", "x t b", "y", {"transB": 0})],
            {"x": (3, 3)},
            {"b": (3,)},
        ),
        ("3×3", 27, 3),
    ),
    "quantised": (
        (
            [
                ("DynamicQuantizeLinear", "x", "q s z"),
                (MS + "MatMulIntegerToFloat", "q w s - z - b", "y"),
            ],
            ROWS,
            {"w": (6, 4), "b": (4,)},
        ),
        ("5×4", 120, 28),
    ),
    "quantised conv": (
        (
            [("QLinearConv", "x - - w - - - - b", "y"), ("DequantizeLinear", "y", "d")],
            {"x": ((1, 3, 4, 4), UINT8)},
            {"w": (2, 3, 1, 1), "b": (2,)},
            {},
            "d",
        ),
        ("4×4×2", 96, 8),
    ),
    "quantised linear": (
        (
            [(MS + "QGemm", "x - - w - - b", "y", {"transB": 1})],
            {"x": (1, 6)},
            {"w": (4, 6), "b": (4,)},
        ),
        ("4", 24, 28),
    ),
    "conv of bytes, whose third input is a zero point": (
        (
            [("ConvInteger", "x w z", "y")],
            {"x": ((1, 3, 4, 4), UINT8)},
            {"w": (2, 3, 1, 1)},
            {"z": (UINT8, [3])},
        ),
        ("4×4×2", 96, 6),
    ),
    "batch norm": (
        ([("BatchNormalization", "x s b m v", "y")], MAP, dict.fromkeys("sbmv", (3,))),
        ("8×8×3", 0, 6),
    ),
    "batch norm in training": (
        (
            [("BatchNormalization", "x s b m v", "y p q", {"training_mode": 1})],
            {"x": (1, 3, 8)},
            {},
            {k: (FLOAT, [1.0] * 3) for k in "sbmv"},
            "y",
        ),
        ("8×3", 0, 6),
    ),
    "instance norm": (
        ([("InstanceNormalization", "x s b", "y")], MAP, {"s": (3,), "b": (3,)}),
        ("8×8×3", 0, 6),
    ),
    "group norm": (
        (
            [("GroupNormalization", "x s b", "y", {"num_groups": 3})],
            {"x": (1, 6, 8, 8)},
            {"s": (6,), "b": (6,)},
        ),
        ("8×8×6", 0, 12),
    ),
    "group norm, channels last": (
        (
            [(MS + "GroupNorm", "x s b", "y", {"groups": 3, "activation": 1})],
            {"x": (1, 8, 8, 6)},
            {"s": (6,), "b": (6,)},
        ),
        ("8×8×6", 0, 12),
    ),
    "layer norm": (
        ([("LayerNormalization", "x s b", "y m d")], ROWS, {"s": (6,), "b": (6,)}),
        ("5×6", 0, 12),
    ),
    "rms norm": (
        ([("RMSNormalization", "x s", "y")], ROWS, {"s": (6,)}),
        ("5×6", 0, 6),
    ),
    "skip norm": (
        (
            [(MS + "SkipLayerNormalization", "a b s t c", "y - - z")],
            {"a": (1, 5, 6), "b": (1, 5, 6)},
            {"s": (6,), "t": (6,), "c": (6,)},
        ),
        ("5×6", 0, 18),
    ),
    "skip norm, simple": (
        (
            [(MS + "SkipSimplifiedLayerNormalization", "a b s", "y")],
            {"a": (1, 5, 6), "b": (1, 5, 6)},
            {"s": (6,)},
        ),
        ("5×6", 0, 6),
    ),
    "norm of embeddings": (
        (
            [(MS + "EmbedLayerNormalization", "x g w p s a b", "y m")],
            {"x": ((1, 7), INT64), "g": ((1, 7), INT64)},
            {"w": (100, 4), "p": (20, 4), "s": (2, 4), "a": (4,), "b": (4,)},
        ),
        ("7×4", 0, 400 + 80 + 8 + 8),
    ),
    "norm of embeddings, without segments": (
        (
            [(MS + "EmbedLayerNormalization", "x - w p - a b", "y")],
            TOKENS,
            {"w": (100, 4), "p": (20, 4), "a": (4,), "b": (4,)},
        ),
        ("7×4", 0, 400 + 80 + 8),
    ),
    "local norm": (([("LRN", "x", "y", {"size": 3})], MAP), ("8×8×3", 0, 0)),
    "embedding": (([("Gather", "t x", "y")], TOKENS, {"t": (50, 4)}), ("7×4", 0, 200)),
    "one hot": (
        (
            [("OneHot", "x d v", "y")],
            TOKENS,
            {},
            {"d": [5], "v": (FLOAT, [0.0, 1.0])},
        ),
        ("5×7", 0, 0),  # the classes stand first here
    ),
    "prelu": (([("PRelu", "x s", "y")], MAP, {"s": (3, 1, 1)}), ("8×8×3", 0, 3)),
    "lstm, both ways": (
        (
            [
                (
                    "LSTM",
                    "x w r b",
                    "y h c",
                    {"direction": "bidirectional", "hidden_size": 4},
                )
            ],
            {"x": (5, 1, 6)},
            {"w": (2, 16, 6), "r": (2, 16, 4), "b": (2, 32)},
        ),
        ("5×2×4", 5 * 2 * 16 * 10, 2 * (16 * 10 + 32)),
    ),
    "gru, the batch first": (
        (
            [("GRU", "x w r", "s y", {"layout": 1, "direction": "reverse"})],
            {"x": (1, 5, 6)},
            {"w": (1, 12, 6), "r": (1, 12, 4)},
        ),
        ("4", 5 * 12 * 10, 120),
    ),
    "attention with heads as an axis": (
        (
            [("Attention", "q k v m", "y")],
            {"q": (1, 2, 5, 4), "k": (1, 2, 7, 4), "v": (1, 2, 7, 3), "m": (5, 7)},
        ),
        ("2×5×3", 2 * 5 * 7 * 7, 0),
    ),
    "attention with fewer heads of keys": (
        (
            [("Attention", "q k v", "y")],
            {"q": (1, 4, 5, 8), "k": (1, 2, 7, 8), "v": (1, 2, 7, 8)},
        ),
        ("4×5×8", 4 * 5 * 7 * 16, 0),
    ),
    "attention within the channels": (
        (
            [
                (
                    "Attention",
                    "q q q",
                    "y",
                    {"q_num_heads": 2, "kv_num_heads": 2, "is_causal": 1},
                )
            ],
            {"q": (1, 5, 8)},
        ),
        ("5×8", 5 * 5 * 16, 0),
    ),
    "attention with a past": (
        (
            [
                (
                    "Attention",
                    "q q q - k k",
                    "y p v",
                    {"q_num_heads": 2, "kv_num_heads": 2},
                )
            ],
            {"q": (1, 5, 8), "k": (1, 2, 3, 4)},
        ),
        ("5×8", 2 * 5 * 8 * 8, 0),
    ),
    "attention, packed": (
        (
            [(MS + "Attention", "x w b", "y", {"num_heads": 2})],
            ROWS,
            {"w": (6, 12), "b": (12,)},
        ),
        ("5×4", 5 * 72 + 5 * 5 * 8, 84),
    ),
    "attention of many heads": (
        (
            [(MS + "MultiHeadAttention", "q k v b", "y", {"num_heads": 2})],
            {"q": (1, 5, 4), "k": (1, 7, 4), "v": (1, 7, 4)},
            {"b": (12,)},
        ),
        ("5×4", 5 * 7 * 8, 12),
    ),
    "attention of many heads, with a past": (
        (
            [(MS + "MultiHeadAttention", "q q q - - - p p", "y k v", {"num_heads": 2})],
            {"q": (1, 5, 4), "p": (1, 2, 3, 2)},
        ),
        ("5×4", 5 * 8 * 8, 0),
    ),
    "attention, grouped": (
        (
            [
                (
                    MS + "GroupQueryAttention",
                    "x - - p p",
                    "y k v",
                    {"num_heads": 4, "kv_num_heads": 2},
                )
            ],
            {"x": (1, 5, 16), "p": (1, 2, 3, 2)},
        ),
        ("5×8", 4 * 5 * 8 * 4, 0),
    ),
    "attention, grouped, apart": (
        (
            [
                (
                    MS + "GroupQueryAttention",
                    "q k k",
                    "y",
                    {"num_heads": 4, "kv_num_heads": 2},
                )
            ],
            {"q": (1, 5, 8), "k": (1, 5, 4)},
        ),
        ("5×8", 4 * 5 * 5 * 4, 0),
    ),
    "rotary embedding": (
        (
            [("RotaryEmbedding", "x c s", "y")],
            {"x": (1, 2, 5, 4)},
            {"c": (9, 2), "s": (9, 2)},
        ),
        ("5×4×2", 0, 0),
    ),
    "reduce": (
        (
            [("ReduceL2", "x", "y", {"axes": [-1], "keepdims": 0})],
            ROWS,
            {},
            {},
            "y",
            11,
        ),
        ("5", 0, 0),
    ),
    "reduce with axes as an input": (
        ([("ReduceLogSumExp", "x a", "y")], ROWS, {}, {"a": [1]}, "y", 18),
        ("1×6", 0, 0),
    ),
    "reduce nothing": (
        ([("ReduceSum", "x", "y", {"noop_with_empty_axes": 1})], ROWS),
        ("5×6", 0, 0),
    ),
    "arg max": (([("ArgMax", "x", "y", {"axis": 2})], ROWS), ("5×1", 0, 0)),
    "softmax": (([("Softmax", "x", "y")], ROWS), ("5×6", 0, 0)),
    "bias and gelu": (
        ([(MS + "BiasGelu", "x b", "y")], ROWS, {"b": (6,)}),
        ("5×6", 0, 6),
    ),
    "clip": (
        (
            [("Clip", "x a b", "y")],
            ROWS,
            {},
            {"a": (FLOAT, [0.0]), "b": (FLOAT, [6.0])},
        ),
        ("5×6", 0, 0),
    ),
    "clip without a limit": (
        ([("Clip", "x", "y", {"min": 0.0})], ROWS, {}, {}, "y", 10),
        ("5×6", 0, 0),
    ),
    "comparison": (
        (
            [("Less", "x z", "m"), ("Where", "m x z", "y")],
            ROWS,
            {},
            {"z": (FLOAT, [0.0])},
        ),
        ("5×6", 0, 0),
    ),
    "weights and a value": (
        ([("Mul", "x g", "y")], MAP, {"g": (3, 1, 1)}),
        ("8×8×3", 0, 3),
    ),
    "quantised sum": (
        ([(MS + "QLinearAdd", "x - - x", "y")], ROWS),
        ("5×6", 0, 0),
    ),
    # An order of axes alone is none here: what needs another puts a Permute.
    "transpose": (([("Transpose", "x", "y")], {"x": (1, 2, 3)}), ("2×3", 0, 0)),
    "depth to space": (
        ([("DepthToSpace", "x", "y", {"blocksize": 2})], {"x": (1, 8, 3, 3)}),
        ("6×6×2", 0, 0),
    ),
    "space to depth": (
        ([("SpaceToDepth", "x", "y", {"blocksize": 2})], {"x": (1, 2, 6, 6)}),
        ("3×3×8", 0, 0),
    ),
    "pad": (
        (
            [("Pad", "x p - a", "y", {"mode": "edge"})],
            MAP,
            {},
            {"p": [1, 2, 3, 4], "a": [2, 3]},
        ),
        ("12×14×3", 0, 0),
    ),
    "pad by an attribute": (
        (
            [("Pad", "x", "y", {"pads": [0, 0, 1, 0, 0, 0, 0, -1]})],
            MAP,
            {},
            {},
            "y",
            10,
        ),
        ("9×7×3", 0, 0),
    ),
    "crop or pad": (
        (
            [("CenterCropPad", "x s", "y", {"axes": [2, 3]})],
            MAP,
            {},
            {"s": [5, 11]},
        ),
        ("5×11×3", 0, 0),
    ),
    "tile": (([("Tile", "x t", "y")], ROWS, {}, {"t": [1, 2, 1]}), ("10×6", 0, 0)),
    "expand": (
        ([("Expand", "x s", "y")], {"x": (1, 1, 6)}, {}, {"s": [1, 4, 6]}),
        ("4×6", 0, 0),
    ),
    "split": (
        ([("Split", "x", "a y", {"axis": 2})], ROWS),
        ("5×3", 0, 0),
    ),
    "split by an attribute": (
        ([("Split", "x", "a y", {"axis": 1, "split": [2, 3]})], ROWS, {}, {}, "y", 11),
        ("3×6", 0, 0),
    ),
    "split with an empty part": (
        ([("Split", "x s", "a b y", {"axis": 1})], ROWS, {}, {"s": [2, 0, 3]}),
        ("3×6", 0, 0),
    ),
    "slice": (
        (
            [("Slice", "x a b c d", "y")],
            ROWS,
            {},
            {"a": [4, 1], "b": [-(2**63), 2**63 - 1], "c": [1, 2], "d": [-2, 2]},
        ),
        ("3×3", 0, 0),
    ),
    "slice by attributes": (
        (
            [("Slice", "x", "y", {"starts": [1], "ends": [3], "axes": [1]})],
            ROWS,
            {},
            {},
            "y",
            9,
        ),
        ("2×6", 0, 0),
    ),
    "squeeze and unsqueeze": (
        ([("Unsqueeze", "x a", "u"), ("Squeeze", "u", "y")], ROWS, {}, {"a": [1]}),
        ("5×6", 0, 0),
    ),
    "flatten": (([("Flatten", "x", "y", {"axis": -2})], ROWS), ("30", 0, 0)),
    "gather one": (
        (
            [
                ("Constant", "", "i", {"value_int": 2}),
                ("Gather", "x i", "y", {"axis": 1}),
            ],
            ROWS,
        ),
        ("6", 0, 0),
    ),
    "gather some": (
        ([("Gather", "x i", "y", {"axis": 1})], ROWS, {}, {"i": [0, 3, 1]}),
        ("3×6", 0, 0),
    ),
    "gather at coordinates": (
        (
            [
                ("Constant", "", "i", {"value": ("i", [2, 1], INT64, [0, 3])}),
                ("GatherND", "x i", "y", {"batch_dims": 1}),
            ],
            {"x": (2, 5, 6)},
        ),
        ("6", 0, 0),
    ),
    "gather by element": (
        (
            [
                ("Constant", "", "i", {"value": ("i", [1, 2, 6], INT64, [0] * 12)}),
                ("GatherElements", "x i", "y", {"axis": 1}),
            ],
            ROWS,
        ),
        ("2×6", 0, 0),
    ),
    "the largest": (
        ([("TopK", "x k", "y i")], ROWS, {}, {"k": [2]}),
        ("5×2", 0, 0),
    ),
    "the largest, of old": (
        ([("TopK", "x", "y i", {"k": 2, "axis": 1})], ROWS, {}, {}, "y", 9),
        ("2×6", 0, 0),
    ),
    "scatter": (
        ([("ScatterND", "x i u", "y")], {"x": (1, 5, 6), "u": (1, 6)}, {}, {"i": [0]}),
        ("5×6", 0, 0),
    ),
    "sequence": (
        (
            [
                ("SplitToSequence", "x p", "s", {"axis": 1}),
                ("SequenceLength", "s", "n"),
                ("SequenceInsert", "s x", "t"),
                ("SequenceErase", "t", "u"),
                ("SequenceAt", "u z", "a"),
                ("ConcatFromSequence", "u", "y", {"axis": 1}),
            ],
            ROWS,
            {},
            {"p": [2, 3], "z": [1]},
        ),
        ("5×6", 0, 0),
    ),
    "sequence of slices": (
        (
            [
                ("SplitToSequence", "x", "s", {"axis": 1, "keepdims": 0}),
                ("ConcatFromSequence", "s", "y", {"axis": 2, "new_axis": 1}),
            ],
            ROWS,
        ),
        ("5×6", 0, 0),
    ),
    "sequence, made and put in front": (
        (
            [
                ("SequenceConstruct", "x x", "s"),
                ("SequenceInsert", "s x z", "t"),
                ("ConcatFromSequence", "t", "y", {"axis": 1}),
            ],
            ROWS,
            {},
            {"z": [-2]},
        ),
        ("15×6", 0, 0),
    ),
    "optional": (
        ([("Optional", "x", "o"), ("OptionalGetElement", "o", "y")], ROWS),
        ("5×6", 0, 0),
    ),
    "type of another": (
        ([("Cast", "x", "c", {"to": INT64}), ("CastLike", "c x", "y")], ROWS),
        ("5×6", 0, 0),
    ),
    "cumulated": (([("CumSum", "x a", "y")], ROWS, {}, {"a": [1]}), ("5×6", 0, 0)),
    "bytes": (
        (
            [("QuantizeLinear", "x s", "q"), ("DequantizeLinear", "q s", "y")],
            ROWS,
            {},
            {"s": (FLOAT, [0.1])},
        ),
        ("5×6", 0, 0),
    ),
    "quantised concat": (
        (
            [(MS + "QLinearConcat", "s z x s z x s z", "y", {"axis": 1})],
            ROWS,
            {},
            {"s": (FLOAT, [1.0]), "z": (INT8, [0])},
        ),
        ("10×6", 0, 0),
    ),
    "a table of noise": (
        ([("RandomNormalLike", "x", "n"), ("Add", "x n", "y")], ROWS),
        ("5×6", 0, 0),
    ),
    "vectors and matrices": (
        (
            [("MatMul", "v x", "a"), ("MatMul", "a u", "y")],
            ROWS,
            {"v": (5,), "u": (6,)},
        ),
        ("1", 36, 11),
    ),
    "einsum without an output": (
        (
            [("Einsum", "a b", "y", {"equation": "...ij,jk"})],
            {"a": (1, 5, 6), "b": (6, 7)},
        ),
        ("5×7", 210, 0),
    ),
    "a number for each of more rows": (
        (
            [("ConstantOfShape", "s", "c"), ("Add", "x c", "y")],
            {"x": (1, 1, 6)},
            {},
            {"s": [1, 5, 1]},
        ),
        ("5×6", 0, 0),
    ),
    "attention whose mask lacks what is padded": (
        (
            [("Attention", "q k k m", "y")],
            {"q": (1, 2, 5, 4), "k": (1, 2, 7, 4), "m": (5, 5)},
        ),
        ("2×5×4", 2 * 5 * 7 * 8, 0),
    ),
    "attention with one head of keys": (
        ([("Attention", "q k k", "y")], {"q": (1, 4, 5, 8), "k": (1, 1, 7, 8)}),
        ("4×5×8", 4 * 5 * 7 * 16, 0),
    ),
    "one number of a vector": (
        (
            [
                ("Constant", "", "i", {"value_int": 2}),
                ("Gather", "x i", "y", {"axis": 1}),
            ],
            {"x": (1, 6)},
        ),
        ("1", 0, 0),
    ),
    "one row of constants": (
        (
            [
                ("Constant", "", "i", {"value_int": 0}),
                ("ConstantOfShape", "s", "c"),
                ("Gather", "c i", "d"),
                ("Gather", "d i", "e"),
                ("Add", "x e", "y"),
            ],
            ROWS,
            {},
            {"s": [200, 200]},
        ),
        ("5×6", 0, 0),
    ),
    "a resize to the same size": (
        (
            [("Resize", "x - - s", "r"), ("Relu", "r", "y")],
            MAP,
            {},
            {"s": [1, 3, 8, 8]},
        ),
        ("8×8×3", 0, 0),
    ),
    "weights that are computed, and an open batch": (
        (
            [("Mul", "w g", "k"), ("Conv", "x k b", "y")],
            {"x": ("N", 3, 8, 8)},
            {"w": (4, 3, 1, 1), "g": (4, 1, 1, 1), "b": (4,)},
        ),
        ("8×8×4", 64 * 12, 12 + 4 + 4),
    ),
    "weights on the left": (
        ([("MatMul", "w x", "y")], ROWS, {"w": (4, 5)}),
        ("4×6", 4 * 5 * 6, 20),
    ),
    "embedding of one word": (
        ([("Gather", "t x", "y")], {"x": ((1, 1), INT64)}, {"t": (50, 4)}),
        ("1×4", 0, 200),
    ),
    "embedding of a number": (
        ([("Gather", "t x", "y")], {"x": ((), INT64)}, {"t": (50, 4)}),
        ("4", 0, 200),
    ),
    "depth to space of an open batch": (
        ([("DepthToSpace", "x", "y", {"blocksize": 2})], {"x": ("N", 8, 3, 3)}),
        ("6×6×2", 0, 0),
    ),
    "choices of constants": (
        (
            [
                ("ConstantOfShape", "s", "c"),
                ("Where", "c c c", "d"),
                ("Add", "x d", "y"),
            ],
            {"x": (1, 300, 100)},
            {},
            {"s": [300, 100]},
        ),
        ("300×100", 0, 0),
    ),
    "parts of constants": (
        (
            [
                ("ConstantOfShape", "s", "c"),
                ("Slice", "c a b", "d"),
                ("Split", "d", "e f"),
                ("Gather", "f a", "g"),
                ("Gather", "f i", "h"),
                ("Squeeze", "g z", "k"),
                ("Add", "k h", "l"),
                ("Unsqueeze", "l z", "m"),
                ("Abs", "m", "n"),
                ("Add", "x n", "y"),
            ],
            {"x": (1, 1, 150)},
            {},
            {"s": [400, 150], "a": [0], "b": [200], "z": [0], "i": [0]},
        ),
        ("1×150", 0, 0),
    ),
    "a product and an addition of more than a vector": (
        (
            [("MatMul", "x w", "m"), ("Add", "m b", "y")],
            ROWS,
            {"w": (6, 4), "b": (5, 4)},
        ),
        ("5×4", 120, 24 + 20),
    ),
    "windows": (
        (
            [
                ("HannWindow", "n", "h"),
                ("MelWeightMatrix", "m n k l h", "f"),
                ("Mul", "x h", "y"),
            ],
            {"x": (1, 5, 6)},
            {},
            {"n": [6], "m": [4], "k": [6], "l": [8]},
        ),
        ("5×6", 0, 0),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_an_operator(name):
    """An operator puts out what ONNX says, and counts what is multiplied."""
    given, expected = CASES[name]
    net = read(*given)

    assert {} == net.unknown.reasons
    assert expected == (str(net.output), net.macs, net.params)


@pytest.mark.parametrize(
    ("scale", "expected"),
    [(2.0, "20×24×4"), (0.7, "7×8×4"), (1.3, "13×15×4"), (7 / 3, "23×28×4")],
)
def test_a_scale_is_kept(scale, expected):
    """What is resized by a factor is so on another input, ⌊size · factor⌋ as PyTorch's.

    A factor is a number of 32 bits, and so is what it makes: ten sevenths of 7 are 10.
    """
    nodes = [("Upsample", "x", "y", {"scales": [1.0, 1.0, scale, scale]})]
    net = read(nodes, {"x": (1, 4, 20, 24)}, opset=7)

    assert expected == str(net.on((10, 12, 4)).output)
    assert expected == str(read(nodes, {"x": (1, 4, 10, 12)}, opset=7).output)


def test_a_scale_that_is_no_short_fraction():
    """A factor is kept that no fraction of small numbers was rounded to."""
    nodes = [("Upsample", "x", "y", {"scales": [1.0, 1.0, 1 / 4096, 1 / 4096]})]
    net = read(nodes, {"x": (1, 4, 4096, 4096)}, opset=7)

    assert "1×1×4" == str(net.output)
    assert "2×3×4" == str(net.on((8192, 12288, 4)).output)


ARITHMETIC = {
    "shape": ([("Shape", "x", "n", {"start": -2})], [5, 6]),
    "size": ([("Size", "x", "n")], [30]),
    "sums": ([("Add", "a b", "c"), ("Sub", "c b", "d"), ("Mul", "d b", "n")], [4, 6]),
    "quotients": ([("Neg", "a", "m"), ("Div", "m b", "q"), ("Abs", "q", "n")], [1, 1]),
    "rest": ([("Mod", "a b", "n")], [0, 1]),
    "rest with its sign": (
        [("Neg", "a", "m"), ("Mod", "m b", "n", {"fmod": 1})],
        [0, -1],
    ),
    "power": ([("Pow", "a b", "n")], [4, 9]),
    "roots": (
        [("Constant", "", "h", {"value_float": 0.5}), ("Pow", "a h", "n")],
        [1, 1],
    ),
    "8 bits": (
        [("Mul", "a hundred", "m"), ("Cast", "m", "n", {"to": INT8})],
        [-56, 44],
    ),
    "8 bits without a sign": (
        [("Mul", "a hundred", "m"), ("Cast", "m", "n", {"to": UINT8})],
        [200, 44],
    ),
    "16 bits": (
        [
            ("Mul", "a hundred", "m"),
            ("Add", "m large", "s"),
            ("Cast", "s", "f", {"to": HALF}),
            ("Cast", "f", "n", {"to": INT64}),
        ],
        [2248, 2348],
    ),
    "32 bits": (
        [
            ("Constant", "", "s", {"value_float": 0.7}),
            ("Cast", "five", "f", {"to": FLOAT}),
            ("Add", "f f", "g"),
            ("Mul", "g s", "m"),
            ("Floor", "m", "n"),
        ],
        [7.0],
    ),
    "largest": ([("Max", "a b z", "n")], [2, 3]),
    "concat": ([("Concat", "a z b", "n", {"axis": 0})], [2, 3, 0, 2, 2]),
    "gather": ([("Gather", "a z", "n")], [2]),
    "slice": ([("Slice", "a z o", "n")], [2]),
    "split": ([("Split", "a", "q n")], [3]),
    "cast": (
        [
            ("Cast", "a", "f", {"to": FLOAT}),
            ("Sqrt", "f", "s"),
            ("Ceil", "s", "c"),
            ("Cast", "c", "n", {"to": INT64}),
        ],
        [2, 2],
    ),
    "cast like": ([("CastLike", "a z", "n")], [2, 3]),
    "clip": ([("Clip", "a - o", "n")], [1, 1]),
    "range": ([("Squeeze", "z", "s"), ("Range", "s five o", "n")], [0, 1, 2, 3, 4]),
    "constant of shape": (
        [
            ("ConstantOfShape", "a", "c", {"value": ("v", [1], INT64, [7])}),
            ("Reshape", "c minus", "n"),
        ],
        [7] * 6,
    ),
    "zeros": ([("ConstantOfShape", "o", "c"), ("Cast", "c", "n", {"to": INT64})], [0]),
    "places": ([("NonZero", "a", "p"), ("Squeeze", "p", "n")], [0, 1]),
    "product": ([("ReduceProd", "a", "n")], [6]),
    "total": (
        [("ReduceSum", "a", "t", {"keepdims": 0}), ("Unsqueeze", "t z", "n")],
        [5],
    ),
    "running total": ([("CumSum", "a z", "n")], [2, 5]),
    "where": ([("Equal", "a b", "m"), ("Where", "m a five", "n")], [2, 5]),
    "masks": (
        [
            ("Less", "a b", "l"),
            ("Not", "l", "m"),
            ("Xor", "l m", "k"),
            ("Cast", "k", "n", {"to": INT64}),
        ],
        [1, 1],
    ),
    "transpose": ([("Transpose", "a", "n")], [2, 3]),
    "expand": ([("Expand", "z a", "e"), ("Shape", "e", "n")], [2, 3]),
    "tile": ([("Tile", "a two", "n")], [2, 3, 2, 3]),
    "scatter": ([("Unsqueeze", "o o", "i"), ("ScatterND", "a i five", "n")], [2, 5]),
    "negative": ([("Neg", "a", "m"), ("Sign", "m", "s"), ("Relu", "s", "n")], [0, 0]),
}


@pytest.mark.parametrize("name", ARITHMETIC)
def test_arithmetic_on_sizes(name):
    """Sizes that exporters compute within the graph are followed number by number."""
    nodes, expected = ARITHMETIC[name]
    numbers = {"a": [2, 3], "b": [2, 2], "z": [0], "o": [1], "five": [5], "two": [2]}
    nodes = [*nodes, ("Relu", "x", "y")]
    numbers |= {"minus": [-1], "hundred": [100], "large": [2049]}
    _, values = traced(file_of(nodes, ROWS, {}, numbers))

    assert expected == list(values["n"].numbers)


def test_numbers_that_are_not_worth_knowing():
    """Very many numbers, and rules that no size needs, are left to the operator's."""
    nodes = [
        ("Unsqueeze", "z z", "zz"),
        ("Expand", "o many", "a"),
        ("Tile", "o many", "b"),
        ("Pow", "two hundred", "c"),
        ("Expand", "o table", "d"),
        ("ReduceSum", "d o", "e"),
        ("CumSum", "o z", "f", {"reverse": 1}),
        ("ScatterND", "d z o", "g"),
        ("ScatterND", "o zz o", "i", {"reduction": "add"}),
        ("QuantizeLinear", "two scale", "j"),
        ("Mul", "huge huge", "h"),
        ("Relu", "x", "y"),
    ]
    numbers = {"o": [1], "many": [30_000], "two": [2], "hundred": [100], "z": [0]}
    numbers["scale"] = (FLOAT, [0.5])
    more = {"table": [3, 3], "huge": [1 << 40]}
    _, values = traced(file_of(nodes, ROWS, {}, {**numbers, **more}))

    assert [1] * 9 == values["d"].numbers
    assert [None] * 8 == [values[name].numbers for name in "abcefhij"]
    assert values["g"].numbers is None


def test_sequences_that_grow_too_long():
    """A sequence has a thousand values at most."""
    nodes = [("SplitToSequence", "x", "s", {"axis": 1})]
    nodes += [("SequenceInsert", "s x", "t"), ("ConcatFromSequence", "t", "y")]
    net = read(nodes, {"x": (1, 1000, 2)})

    assert "longer than 1000" in str(net.unknown.reasons)


@pytest.mark.parametrize(
    ("nodes", "reason", "shape"),
    [
        ([("NonMaxSuppression", "x x", "y")], "how many values it puts out", None),
        ([("StringSplit", "x", "y")], "works on text", None),
        ([("SoftmaxCrossEntropyLoss", "x x", "y")], "is a loss", None),
        ([("RoiAlign", "x r i", "y", {"output_height": 2})], "parts of a map", None),
        (
            [("MaxRoiPool", "x r", "y", {"pooled_shape": [2, 2]})],
            "parts of a map",
            None,
        ),
        (
            [("Squeeze", "x z", "s"), ("STFT", "s t - q", "y")],
            "Fourier transform",
            None,
        ),
        (
            [("Squeeze", "x z", "s"), ("STFT", "s t w", "y", {"onesided": 0})],
            "Fourier transform",
            None,
        ),
        (
            [("Squeeze", "z", "zero"), ("SplitToSequence", "x zero", "y", {"axis": 1})],
            "parts of 0",
            None,
        ),
        ([("Einsum", "x x", "y", {"equation": "ab"})], "is of other inputs", None),
        ([("Einsum", "x", "y", {"equation": "ab"})], "of another number of axes", None),
        (
            [("Einsum", "x x", "y", {"equation": "abcd,abcd->"})],
            "a single number",
            None,
        ),
        ([("MatMul", "x u", "y")], "do not fit", None),
        ([("Resize", "x - - n4", "y")], "resizes channels", None),
        ([("ConvTranspose", "x x", "y")], "its weights are computed", None),
        ([("Swoosh", "x", "y")], "no operator that is known here", None),
        ([("Det", "x", "y")], "is a determinant", "3"),
        ([("Multinomial", "x", "y", {"sample_size": 4})], "draws samples", "4"),
        ([("DFT", "x", "y", {"axis": 1, "onesided": 1})], "Fourier transform", None),
        ([("DFT", "x k", "y", {"axis": 1})], "Fourier transform", None),
        ([("If", "x", "y")], "which branch runs depends on data", None),
        ([("Loop", "x x", "y")], "how often its loop runs depends on data", None),
        ([("Scan", "x", "y", {"body": b""})], "scans as no version", None),
        ([("Reshape", "x x", "y")], "the numbers of its input 2 depend on data", None),
        ([("Reshape", "x", "y")], "its shape is not told", None),
        ([("Reshape", "x n", "y")], "does not become", None),
        ([("Reshape", "x bad", "y")], "its shape [-1, -1] is none", None),
        ([("Transpose", "x", "y", {"perm": [0, 0, 1, 2]})], "is not of 4 axes", None),
        ([("Concat", "x", "y", {"axis": 9})], "its axis 9 is none of 4", None),
        ([("Concat", "x", "y", {"axis": "h"})], "'axis' is of another type", None),
        (
            [("Relu", "x", "a z"), ("MatMul", "z x", "y")],
            "its input 1 is missing",
            None,
        ),
        ([("SequenceAt", "x n", "y")], "no sequence that is known", None),
        (
            [
                ("SequenceEmpty", "", "s"),
                ("ConcatFromSequence", "s", "c"),
                ("Add", "x c", "y"),
            ],
            "empty",
            None,
        ),
        ([("SequenceConstruct", "x", "s"), ("Relu", "s", "y")], "is a sequence", None),
        ([("Conv", "x n", "y")], "do not fit together", None),
        ([("MaxPool", "x", "y", {"kernel_shape": [3]})], "its window of 1 axes", None),
        (
            [("MaxPool", "x", "y", {"kernel_shape": [3, 3], "strides": [1]})],
            "its strides, dilations",
            None,
        ),
        (
            [("MaxUnpool", "x x", "y", {"kernel_shape": [2, 2], "auto_pad": "VALID"})],
            "its padding is not told",
            None,
        ),
        ([("Resize", "x", "y")], "its scales are not known", None),
        ([("Pad", "x", "y")], "its pads are not told", None),
        ([("Pad", "x p", "y", {"mode": "odd"})], "its mode is 'odd'", None),
        ([("TopK", "x k", "y")], "takes the 900 largest of 8", None),
        ([("TopK", "x p", "y")], "its input 2 is not one number", None),
        ([("Gather", "x k", "y")], "takes a position that none of 1 is", None),
        ([("Gather", "n x", "y")], "its table has 1 axes", None),
        (
            [("RandomNormal", "", "t", {"shape": [4, 2]}), ("Gather", "t x", "y")],
            "looks up in no table",
            None,
        ),
        ([("GatherND", "x p", "y")], "at 8 coordinates of 4 axes", None),
        (
            [
                ("Constant", "", "i", {"value": ("i", [1, 2, 3, 3], INT64, [0] * 18)}),
                ("GatherElements", "x i", "y", {"axis": 1}),
            ],
            "here and there",
            None,
        ),
        ([("ScatterND", "n n x", "y")], "writes what flows into constants", None),
        ([("OneHot", "x z n", "y")], "its depth is 0", None),
        ([("SplitToSequence", "x k", "y")], "do not make up", None),
        ([("Squeeze", "x one", "y")], "takes an axis away", None),
        ([("Slice", "x", "y")], "where it starts or ends is missing", None),
        (
            [("Constant", "", "c", {"value_string": "a"}), ("Add", "x c", "y")],
            "of text",
            None,
        ),
        (
            [("Optional", "", "o"), ("Relu", "o", "z"), ("Add", "x z", "y")],
            "Relu: its input 1 is missing",
            None,
        ),
        ([(MS + "MatMulNBits", "x w", "y", {"K": 5, "N": 4})], "of another size", None),
        ([(MS + "MultiHeadAttention", "x", "y")], "are packed", None),
        ([(MS + "Attention", "x w - - x", "y")], "packed into one", None),
        ([("LSTM", "x w w w - - - w", "y")], "peepholes", None),
        (
            [("ConstantOfShape", "minus", "c"), ("Add", "x c", "y")],
            "its shape [-3] is none",
            None,
        ),
        ([("SequenceMap", "x", "y", {"body": b""})], "no sequence that is known", None),
        ([("Range", "z k x", "r"), ("Add", "x r", "y")], "depend on data", None),
    ],
)
def test_what_cannot_be_followed(nodes, reason, shape):
    """An operator that is not known is so with a reason, and totals are bounds."""
    numbers = {
        "n": [2, 3],
        "k": [900],
        "z": [0],
        "p": [0, 0, 0, 0, 0, 0, 0, 1],
        "bad": [-1, -1],
        "one": [2],
        "minus": [-3],
        "t": [2],
        "q": [4],
        "n4": [1, 4, 8, 8],
    }
    weights = {"w": (2, 3, 8, 8), "r": (5, 4), "i": (5,), "u": (2, 7, 2)}
    net = read(nodes, MAP, weights, numbers)
    reasons = " ".join(net.unknown.reasons.values())

    assert reason in reasons
    assert str(net.macs).startswith("≥")
    assert shape is None or shape == str(net.output)
