"""Facts of single operations along any number of axes, and the same as our layers.

A fact is a call as PyTorch or Keras has it, on an input with channels last and no batch,
with what came of it: ``{"op": "torch.Conv1d", "args": {...}, "input": [20, 3], "output":
[18, 4], "params": 40, "buffers": 0, "macs": 648}``, or ``"refused"`` with the message.
"""

import gzip
import json
import re
from pathlib import Path

import cnncalc

# What the frameworks call the arguments, and what they are called here; None: here it
# is a fact of the input, and no argument.
NAMES = {
    "center": "shift",
    "cropping": "padding",
    "depth_multiplier": "multiplier",
    "dilation_rate": "dilation",
    "elementwise_affine": "affine",
    "ceil_mode": "ceil",
    "in_channels": None,
    "in_features": None,
    "keepdims": "keep_map",
    "kernel_size": "kernel",
    "normalized_shape": None,
    "num_channels": None,
    "num_features": None,
    "num_groups": "groups",
    "out_channels": "filters",
    "out_features": "units",
    "output_size": "size",
    "pool_size": "kernel",
    "scale_factor": "scale",
    "strides": "stride",
    "use_bias": "bias",
}
MODES = {"replicate": "edge", "circular": "wrap"}

# Which layer it is, # being the number of axes, and what the framework leaves unsaid.
LAYERS = {
    "torch.Conv#d": ("Conv#d", {}),
    "torch.ConvTranspose#d": ("ConvTranspose#d", {}),
    "torch.MaxPool#d": ("Pool", {"mode": "max"}),
    "torch.AvgPool#d": ("Pool", {"mode": "average"}),
    "torch.AdaptiveAvgPool#d": ("AdaptivePool", {"mode": "average"}),
    "torch.AdaptiveMaxPool#d": ("AdaptivePool", {"mode": "max"}),
    "torch.Upsample": ("Upsample", {}),
    "torch.ZeroPad#d": ("Pad", {}),
    "torch.ReflectionPad#d": ("Pad", {"padding_mode": "reflect"}),
    "torch.ReplicationPad#d": ("Pad", {"padding_mode": "edge"}),
    "torch.CircularPad#d": ("Pad", {"padding_mode": "wrap"}),
    "torch.BatchNorm#d": ("Norm", {"kind": "batch"}),
    "torch.InstanceNorm#d": ("Norm", {"kind": "instance", "affine": False}),
    "torch.GroupNorm": ("Norm", {"kind": "group"}),
    "torch.LayerNorm": ("Norm", {"kind": "layer"}),
    "torch.Linear": ("FC", {"flatten": False}),
    "torch.Flatten": ("Flatten", {}),
    "torch.ReLU": ("Activation", {}),
    "keras.Conv#D": ("Conv#d", {}),
    "keras.Conv#DTranspose": ("ConvTranspose#d", {"padding": "valid"}),
    "keras.DepthwiseConv#D": ("DepthwiseConv#d", {}),
    "keras.SeparableConv#D": ("SeparableConv#d", {}),
    "keras.MaxPooling#D": ("Pool", {"mode": "max"}),
    "keras.AveragePooling#D": ("Pool", {"mode": "average"}),
    "keras.GlobalMaxPooling#D": ("GlobalPool", {"mode": "max"}),
    "keras.GlobalAveragePooling#D": ("GlobalPool", {"mode": "average"}),
    "keras.AdaptiveMaxPooling#D": ("AdaptivePool", {"mode": "max"}),
    "keras.AdaptiveAveragePooling#D": ("AdaptivePool", {"mode": "average"}),
    "keras.UpSampling#D": ("Upsample", {}),
    "keras.ZeroPadding#D": ("Pad", {}),
    "keras.Cropping#D": ("Crop", {}),
    "keras.BatchNormalization": ("Norm", {"kind": "batch"}),
    "keras.LayerNormalization": ("Norm", {"kind": "layer"}),
    "keras.GroupNormalization": ("Norm", {"kind": "group"}),
    "keras.Dense": ("FC", {"flatten": False}),
    "keras.Flatten": ("Flatten", {}),
}

# What a framework refuses for reasons of its own: which, its message, and the reason.
ALONE = (
    ("torch", "'same' is not supported for strided", "'same' only with a stride of 1"),
    (
        "",
        "^input image .T: .* smaller than kernel",
        "a volume's average pool without its padding",
    ),
    ("torch.Instance", "more than 1 spatial element", "one position has no variance"),
    ("torch.Group", "more than 1 value per channel", "one value has no variance"),
    (
        "torch.ConvTranspose",
        "^could not create a primitive|^dimensions are invalid",
        "by the library that runs it: a dilation of 0 with groups",
    ),
    (
        "keras",
        "`strides > 1` not supported in conjunction",
        "a stride or a dilation, not both",
    ),
)


def read(path: Path) -> list[dict]:
    """Return the facts of a file, with tuples where the frameworks take them."""
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line, object_hook=_tupled) for line in file]


def _tupled(values: dict) -> dict:
    return {name: _tuple(value) for name, value in values.items()}


def _tuple(value):
    return tuple(map(_tuple, value)) if isinstance(value, list) else value


def layer(op: str, args: dict):
    """Return the layer that an operation is."""
    kind, rank = (
        re.sub(r"(?<=[a-z])[123](?=[dD])", "#", op),
        re.findall(r"[123](?=[dD])", op),
    )
    name, given = LAYERS[kind]
    given = given | {NAMES.get(key, key): value for key, value in args.items()}
    given.pop(None, None)
    if name == "Pad" and kind != "keras.ZeroPadding#D":
        name, given["padding"] = _sides(name, given["padding"])
    if kind in {"keras.ZeroPadding#D", "keras.Cropping#D"} and rank == ["1"]:
        padding = given["padding"]
        given["padding"] = (padding,) if isinstance(padding, tuple) else padding
    if kind == "keras.UpSampling#D":
        given["scale"] = given.pop("size")
    if kind == "torch.LayerNorm" and "bias" in given:
        given["shift"] = given.pop("bias")
    if kind == "keras.GroupNormalization" and given["groups"] == -1:
        given = {**given, "kind": "instance", "groups": 1}  # one a channel
    if kind == "torch.ReLU":
        given = {"function": "relu"}
    if "padding_mode" in given:
        given["padding_mode"] = MODES.get(given["padding_mode"], given["padding_mode"])
    return getattr(cnncalc, name.replace("#", *rank or "#"))(**given)


def _sides(name: str, padding):
    """Return what PyTorch pads by axis; it tells the last axis first, and crops by < 0."""
    if isinstance(padding, int):
        return name, padding
    if min(padding) < 0 >= max(padding):
        name, padding = "Crop", tuple(-side for side in padding)
    return name, tuple(zip(padding[-2::-2], padding[::-2], strict=True))


def answer(fact: dict):
    """Return output, parameters, buffers and MACs; None where it is refused."""
    try:
        x = cnncalc.Shape.of(tuple(fact["input"]))
        made = layer(fact["op"], fact["args"])
        y = made.output(x)
    except cnncalc.CnncalcError:
        return None
    return tuple(y), made.params(x), made.buffers(x), made.macs(x)


def expected(fact: dict):
    """Return the same as the framework has it."""
    if "refused" in fact:
        return None
    return tuple(fact["output"]), fact["params"], fact["buffers"], fact["macs"]


def needless(fact: dict) -> str:
    """Return why the framework alone has it so; nothing where it is so for all."""
    if _leads_nowhere(fact):
        return (
            "on PyTorch; TensorFlow refuses a size from which no convolution leads back"
        )
    negative = fact["op"].startswith("torch.Conv") and fact["args"].get("padding") == -1
    if negative and "refused" not in fact:
        return "a negative padding crops, but with zeros"
    for op, message, reason in ALONE:
        if fact["op"].startswith(op) and re.search(message, fact.get("refused", "")):
            return reason
    return ""


def _leads_nowhere(fact: dict) -> bool:
    """Tell whether Keras' transposed "same" gives a size that "same" does not undo."""
    args = fact["args"]
    if (
        "Transpose" not in fact["op"]
        or args.get("padding") != "same"
        or not fact.get("output")
    ):
        return False
    strides = args.get("strides", 1)
    space = fact["input"][:-1]
    steps = (strides,) * len(space) if isinstance(strides, int) else strides
    return any(-(-y // step) != x for x, y, step in zip(space, fact["output"], steps))
