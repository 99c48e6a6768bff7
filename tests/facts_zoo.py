"""Networks as frameworks build and count them, beside those of the zoo."""

from __future__ import annotations

from collections import Counter
from typing import Any

from cnncalc import zoo

# The roles of the frameworks' classes. What is left out moves, joins or ends nothing
# that is counted: it has none of our nodes to itself.
ROLES = {
    **dict.fromkeys(["Conv1d", "Conv2d", "Conv3d", "Conv1D", "Conv2D"], "conv"),
    "DepthwiseConv2D": "conv",
    **dict.fromkeys(["ConvTranspose2d", "ConvTranspose3d"], "transposed conv"),
    **dict.fromkeys(["Linear", "Dense"], "linear"),
    **dict.fromkeys([f"BatchNorm{rank}d" for rank in (1, 2, 3)], "batch norm"),
    "BatchNormalization": "batch norm",
    **dict.fromkeys([f"MaxPool{rank}d" for rank in (1, 2, 3)], "max pool"),
    "MaxPooling1D": "max pool",
    "MaxUnpool2d": "max unpool",
    "LSTM": "lstm",
    "GRU": "gru",
    "Embedding": "embedding",
    "Dropout": "dropout",
    "ReLU": "activation: relu",
    "ReLU6": "activation: relu6",
    "LeakyReLU": "activation: leaky_relu",
    "Tanh": "activation: tanh",
    "Sigmoid": "activation: sigmoid",
    "LogSoftmax": "activation: log_softmax",
}


def differences(name: str, fact: dict[str, Any]) -> list[str]:
    """Return in words where a network of the zoo has other numbers than a framework.

    Args:
        name: Its name.
        fact: What the framework says: totals, and its layers. Keras lists them by
            depth, and counts the state of norms among their parameters.
    """
    net = zoo.build(name)
    of_keras = any(kind == "InputLayer" for kind, *_ in fact["layers"])
    roles = {ROLES[kind] for kind, *_ in fact["layers"] if kind in ROLES}
    there = [
        (ROLES[kind], tuple(sizes), params, macs)
        for kind, sizes, params, macs in fact["layers"]
        if kind in ROLES
    ]
    here = [
        (row.role, tuple(row.output), row.params + of_keras * row.buffers, row.macs)
        for row in net.nodes
        if row.role in roles
    ]
    totals = [
        f"{measure} {getattr(net, measure):,}, and there {fact[measure]:,}"
        for measure in ("params", "buffers", "macs")
        if getattr(net, measure) != fact[measure]
    ]
    if of_keras:
        more, less = Counter(here) - Counter(there), Counter(there) - Counter(here)
        return totals + [f"more {x}" for x in more] + [f"less {x}" for x in less]
    if len(here) != len(there):
        totals.append(f"{len(here)} layers, and there {len(there)}")
    return totals + [
        f"layer {place}: {ours}, and there {theirs}"
        for place, (ours, theirs) in enumerate(zip(here, there, strict=False))
        if ours != theirs
    ]
