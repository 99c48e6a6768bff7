"""Every single operation that PyTorch and Keras ran, or refused, in tests/data."""

import csv
import gzip
from pathlib import Path

import pytest
from facts import answer as answer_to
from facts import expected as facts_of
from facts import needless, read

from cnncalc import (
    AdaptivePool,
    CnncalcError,
    Conv2d,
    ConvTranspose2d,
    DepthwiseConv2d,
    Pool,
    SeparableConv2d,
    Shape,
)

DATA = Path(__file__).parent / "data"


def cases(name):
    with gzip.open(DATA / name, "rt", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def number(text):
    return int(text) if text else None


def pair(case, key):
    return number(case[f"{key}h"]), number(case[f"{key}w"])


def window(case):
    word = case.get("padding_mode_string") or case.get("padding")
    return {
        "stride": pair(case, "s"),
        "dilation": pair(case, "d"),
        "padding": word or pair(case, "p"),
    }


def pool(case, mode):
    ceil = case.get("ceil_mode") == "1"
    return Pool(pair(case, "k"), mode=mode, ceil=ceil, **window(case))


def conv(case):
    return Conv2d(
        pair(case, "k"),
        number(case["c_out"]),
        groups=number(case["groups"]),
        bias=case["bias"] == "1",
        **window(case),
    )


def torch_transposed(case):
    extra = number(case["output_padding"])
    width = number(case["output_padding_w"])
    return ConvTranspose2d(
        pair(case, "k"),
        number(case["c_out"]),
        groups=number(case["groups"]),
        bias=case["bias"] == "1",
        output_padding=(extra, extra if width is None else width),
        **window(case),
    )


def keras_transposed(case):
    height, width = (number(case[f"output_padding_{axis}"]) for axis in "hw")
    return ConvTranspose2d(
        pair(case, "k"),
        number(case["c_out"]),
        bias=case["bias"] == "1",
        output_padding=None if height is None else (height, width),
        **window(case),
    )


def keras_depthwise(case):
    return DepthwiseConv2d(
        pair(case, "k"),
        multiplier=number(case["depth_multiplier"]),
        bias=case["bias"] == "1",
        **window(case),
    )


def keras_separable(case):
    return SeparableConv2d(
        pair(case, "k"),
        number(case["c_out"]),
        multiplier=number(case["depth_multiplier"]),
        bias=case["bias"] == "1",
        **window(case),
    )


MAKE = {
    "conv2d": conv,
    "conv_transpose2d": torch_transposed,
    "conv2d_transpose": keras_transposed,
    "depthwise_conv2d": keras_depthwise,
    "separable_conv2d": keras_separable,
    "maxpool2d": lambda case: pool(case, "max"),
    "avgpool2d": lambda case: pool(case, "average"),
    "adaptive_avgpool2d": lambda case: AdaptivePool(pair(case, "out_")),
    "adaptive_maxpool2d": lambda case: AdaptivePool(pair(case, "out_"), "max"),
}


def answer(case):
    """Return channels, height, width and parameters; None where it is refused."""
    try:
        x = Shape(number(case["h"]), number(case["w"]), number(case["c_in"]))
        layer = MAKE[case["op"]](case)
        y = layer.output(x)
    except CnncalcError:
        return None
    return y.channels, y.height, y.width, layer.params(x)


def expected(case):
    if case["ok"] == "0":
        return None
    sizes = [number(case[f"out_{axis}"]) for axis in "chw"]
    return (*sizes, number(case["params"]) or 0)


@pytest.mark.no_cover
@pytest.mark.parametrize(
    ("name", "count"), [("ops_torch.csv.gz", 19_417), ("ops_tf.csv.gz", 2_773)]
)
def test_agrees_on_every_operation(name, count):
    """Shapes and parameters are the framework's; what it refuses is refused."""
    rows = cases(name)
    wrong = [
        (expected(case), answer(case), case)
        for case in rows
        if expected(case) != answer(case)
    ]

    assert count == len(rows)
    assert [] == wrong[:5]


def test_agrees_along_one_axis_and_three():
    """Sequences and volumes are the framework's, but for what it has so alone."""
    facts = read(DATA / "ops_nd.jsonl.gz")
    compared = [fact for fact in facts if not needless(fact)]
    wrong = [
        (facts_of(fact), answer_to(fact), fact)
        for fact in compared
        if facts_of(fact) != answer_to(fact)
    ]

    assert (2_000, 28) == (len(facts), len(facts) - len(compared))
    assert [] == wrong[:5]
