"""What TensorFlow's converter, its Micro runtime and CMSIS-NN were asked about."""

import gzip
import json
from pathlib import Path

from cnncalc import Sequential
from cnncalc.memory.program import Operator, Window2d

DATA = Path(__file__).parent / "data" / "tflite"
NETWORKS = json.loads((DATA / "networks.json").read_text("utf-8"))
with gzip.open(DATA.with_name("tflm.jsonl.gz"), "rt", encoding="utf-8") as file:
    FACTS = [json.loads(line) for line in file]
with gzip.open(DATA.with_name("tflm_each.jsonl.gz"), "rt", encoding="utf-8") as file:
    EACH = [json.loads(line) for line in file]


def written(fact):
    """Return the network that TensorFlow's was made like, from the same calls."""
    return built(Sequential(input=tuple(fact["input"])), fact["calls"])


def built(net, calls):
    """Return a network with the calls that TensorFlow's was made of."""
    for name, args, how in calls:
        if name in {"residual", "branch"}:
            net = getattr(net, name)(*[built(Sequential(), path) for path in args])
        elif name == "pad":
            net = net.pad(tuple(tuple(side) for side in args[0]))
        elif name == "reshape":
            net = net.reshape(tuple(args[0]))
        else:
            net = getattr(net, name)(*args, **how)
    return net


def operator_of(case):
    """Return the operator that CMSIS-NN was asked about."""
    names = {"conv": "CONV_2D", "depthwise": "DEPTHWISE_CONV_2D"}
    names |= {"pool": "AVERAGE_POOL_2D", "linear": "FULLY_CONNECTED"}
    filters = {"conv": 8, "depthwise": case["channels"] * case["multiplier"]}
    pairs = [
        (case[f"{what}_h"], case[f"{what}_w"])
        for what in ("kernel", "stride", "pad", "dilation")
    ]
    x = (case["height"], case["width"], case["channels"])
    y = (case["out_h"], case["out_w"], filters.get(case["kind"], case["channels"]))
    window = Window2d(*pairs)
    return Operator(names[case["kind"]], "", x, y, window, 0, case["multiplier"])
