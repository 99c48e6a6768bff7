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
