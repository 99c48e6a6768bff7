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
