"""The networks beyond maps of which tests/live/conventions.py asks counting tools."""

from functools import partial

from cnncalc import Sequential, zoo


def m5():
    """Return M5 with biases, and a pool of one value before a linear layer."""
    net = Sequential(input=(32000, 1))
    for kernel, filters, step in ((80, 128, 4), (3, 128, 1), (3, 256, 1), (3, 512, 1)):
        net = net.conv1d(kernel, filters, stride=step).batch_norm().relu().pool(4)
    return net.adaptive_pool(1).flatten().fc(10)


def lstm():
    """Return two layers of an LSTM in both directions, and a linear layer on steps."""
    net = Sequential(input=(100, 40)).lstm(64, layers=2, bidirectional=True)
    return net.linear(10, axis=-1)


NAMES = """
vit_b_16 vit_b_32 swin_t swin_v2_t maxvit_t r3d_18 mc3_18 r2plus1d_18 s3d mvit_v1_b
mvit_v2_s
""".split()  # noqa: SIM905 - they read best so
OURS = {name: partial(zoo.build, name) for name in NAMES} | {"m5": m5, "lstm": lstm}

# What a tool says more, for reasons that no convention over nodes can know.
BEYOND = {
    # torch-scan takes a window of three equal sides, written as a tuple, for its volume.
    ("s3d", "torchscan"): (
        (27 - 3)
        * (8 * 28 * 28 * (192 + 256) + 4 * 14 * 14 * (480 + 480 + 3 * 512 + 528))
        + (27 - 3) * 2 * 7 * 7 * 2 * 832
        + (8 - 2) * 2 * 7 * 7 * 832
    ),
    # It passes over a pool whose window is a list.
    **dict.fromkeys(
        [("mvit_v1_b", "torchscan"), ("mvit_v2_s", "torchscan")],
        -8 * 8 * (28 * 28 * 192 + 14 * 14 * 384 + 7 * 7 * 768),
    ),
    # onnx-tool counts the arithmetic on shapes, of 12 attentions that PyTorch's export
    # writes with 3 roots of 24, a quotient of 4, an addition and a remainder; of 22.
    **dict.fromkeys(
        [("vit_b_16", "onnx-tool"), ("vit_b_32", "onnx-tool")],
        12 * (3 * 24 + 4 + 1 + 1) + 2 * 3,
    ),
    ("maxvit_t", "onnx-tool"): 22 * 8,
    # It counts how Swin's masks are made, and in the second version how queries and
    # keys are made as long as one: 25 a value, and 4 for the quotient.
    ("swin_t", "onnx-tool"): 888_451,
    ("swin_v2_t", "onnx-tool"): 112_282_363,
}

# What onnx-tool 1.0.1 says of PyTorch's export, and what of it is more than the preset
# says of the network that `from_torch` reads: that has no nodes for sizes, for tables
# that no parameter is in, and for a number that values are multiplied by.
ROOT, QUOTIENT = 24, 4
ATTENTION = 3 * ROOT + QUOTIENT  # on sizes, of each that PyTorch runs as one function
QUERIES = 49 * (
    64 * 96 * 2 + 16 * 192 * 2 + 4 * 384 * 6 + 768 * 2
)  # of Swin, in windows
PADDED = 64 * (49 * 96 * 2 + 16 * 192 * 2 + 4 * 384 * 6 + 768 * 2)  # of the second
MASKED = 64 * 3 + 16 * 6 + 4 * 12 * 3  # windows × heads to whose scores a mask is added
PADDED_MASKED = 49 * 3 + 16 * 6 + 4 * 12 * 3
ITEMS = 12 * 2 * 4 * 32 * 196  # queries and keys of XCiT, which are made as long as one
EXPORTED = {
    "alexnet": (715_979_944, 0),
    "convnext_tiny": (4_786_443_572, 0),
    "densenet121": (3_184_545_768, 0),
    "efficientnet_b0": (600_987_584, 0),
    "googlenet": (1_517_437_192, 0),
    "mobilenet_v2": (319_949_192, 0),
    "regnet_y_400mf": (411_811_760, 0),
    "resnet18": (1_821_452_264, 0),
    # Each channel shuffle works out two sizes.
    "shufflenet_v2_x1_0": (149_074_867, 13 * (QUOTIENT + 1 + 2)),
    "timm/coatnet_0_rw_224": (5_097_295_436, 9 * (ATTENTION + QUOTIENT + 3 + 1)),
    "timm/twins_svt_small": (3_193_840_506, 18 * ATTENTION + 9),
    "timm/mobilevit_s": (2_533_468_244, 9 * ATTENTION),
    # The mean of two classifiers is a quotient,
    "timm/repvit_m0_9": (975_682_776, QUOTIENT * 1000),
    # here besides scores that are multiplied by a number;
    "timm/levit_128s": (
        354_377_956,
        QUOTIENT * 1000
        + (2 * 4 * 196**2 + 8 * 49 * 196 + 3 * 6 * 49**2)
        + (16 * 16 * 49 + 4 * 8 * 16**2),
    ),
    # as are those of a class token, of two sizes of patches.
    "timm/crossvit_9_240": (
        2_043_846_456,
        12 * ATTENTION + 2 * (3 + 3) + 3 * 4 * (401 + 197),
    ),
    # Queries are multiplied by a number, and windows have sizes;
    "maxvit_t": (
        6_458_494_085,
        2 * 49 * (2 * 64 * 64 + 2 * 16 * 128 + 5 * 4 * 256 + 2 * 512) + 22 * 8,
    ),
    # and masks are made, and added.
    "swin_t": (4_812_226_605, QUERIES + 49**2 * MASKED + 888_451),
    # In the second version queries and keys are made as long as one, by 25 a value and
    # a quotient, and biases are 16 sigmoids.
    "swin_v2_t": (
        5_424_776_805,
        2 * PADDED * (25 + QUOTIENT)
        + 24 * 2
        + 64**2 * PADDED_MASKED
        + (6 + 12 + 72 + 48) * (32 + 64**2)
        + 1_266_871,
    ),
    # Sines and cosines are a table without parameters.
    "timm/xcit_nano_12_p16_224": (
        656_245_271,
        ITEMS * (25 + QUOTIENT) + 24 * 2 + 541_538,
    ),
    # Weights are standardised, of which the batch norm is in the preset: three means, a
    # difference and a product of each. 36 times values are multiplied by a number.
    "timm/nfnet_f0": (8_981_767_848, 5 * 46_480_304 + 8_257_536),
    # The mean of a single position.
    "s3d": (18_086_047_456, 400),
}
