"""Random single operations of PyTorch and Keras along one axis or three.

A draw is the framework's own call: the name of its class, its arguments, and an input
shape with channels last and no batch. Many draws are wrong on purpose, for what a
framework refuses is a fact, too.
"""

from __future__ import annotations

from random import Random
from typing import Any

CHANNELS = (1, 2, 3, 4, 6, 8, 12)
LONGEST = {1: 40, 2: 14, 3: 9}  # sides, so that all maps are of about one size
SPOILT = 0.04  # share of draws in which a number becomes 0 or -1
# What only repeats the input's channels, so that another number is no operation at all.
REPEATED = {
    "in_channels",
    "in_features",
    "normalized_shape",
    "num_channels",
    "num_features",
}


def shape(rng: Random, rank: int) -> tuple[int, ...]:
    """Return sizes along *rank* axes, and channels."""
    sides = [rng.randint(1, LONGEST[rank]) for _ in range(rank)]
    return (*sides, rng.choice(CHANNELS))


def axes(rng: Random, rank: int, low: int, high: int) -> Any:
    """Return one number for all axes, or one for each."""
    if rng.random() < 0.5:
        return rng.randint(low, high)
    return tuple(rng.randint(low, high) for _ in range(rank))


def often(rng: Random, arguments: dict[str, Any], chance: float = 0.5) -> dict:
    """Return some of the arguments; the others keep their defaults."""
    return {name: v for name, v in arguments.items() if rng.random() < chance}


def spoil(rng: Random, name: str, arguments: dict[str, Any]) -> dict[str, Any]:
    """Put a 0 or a -1 in place of a number, now and then."""
    numbers = {name for name, value in arguments.items() if type(value) is int}
    sizes = sorted(numbers - REPEATED)
    if "Pad" in name:  # it crops by a negative number, which is drawn apart
        return arguments
    if sizes and rng.random() < SPOILT:
        arguments[rng.choice(sizes)] = rng.choice((0, -1))
    return arguments


def groups(rng: Random, channels: int) -> int:
    """Return a number of groups, which mostly divides the channels."""
    if rng.random() < 0.1:
        return rng.randint(1, 6)
    return rng.choice([g for g in range(1, channels + 1) if channels % g == 0])


# PyTorch: (rng, rank, input) -> name, arguments.


def torch_conv(rng: Random, rank: int, x: tuple[int, ...]) -> Any:
    arguments: dict[str, Any] = {
        "in_channels": x[-1],
        "kernel_size": axes(rng, rank, 1, 5),
    }
    grouped = groups(rng, x[-1]) if rng.random() < 0.4 else 1
    filters = grouped * rng.randint(1, 4) if rng.random() < 0.95 else rng.randint(1, 9)
    arguments |= {"out_channels": filters} | (
        {"groups": grouped} if grouped > 1 else {}
    )
    padding = rng.choice(
        (axes(rng, rank, 0, 3), axes(rng, rank, 1, 2), "same", "valid")
    )
    arguments |= often(rng, {"padding": padding}, 0.7)
    arguments |= often(rng, {"dilation": axes(rng, rank, 1, 3)}, 0.3)
    stride = {"stride": axes(rng, rank, 1, 3)}
    arguments |= often(rng, stride, 0.05 if padding == "same" else 0.6)
    modes = ("zeros", "reflect", "replicate", "circular")
    arguments |= often(rng, {"padding_mode": rng.choice(modes)}, 0.4)
    arguments |= often(rng, {"bias": rng.random() < 0.5})
    return f"Conv{rank}d", arguments


def torch_depthwise(rng: Random, rank: int, x: tuple[int, ...]) -> Any:
    name, arguments = torch_conv(rng, rank, x)
    arguments |= {"groups": x[-1], "out_channels": x[-1] * rng.randint(1, 3)}
    return name, arguments


def torch_transposed(rng: Random, rank: int, x: tuple[int, ...]) -> Any:
    arguments: dict[str, Any] = {
        "in_channels": x[-1],
        "kernel_size": axes(rng, rank, 1, 4),
    }
    grouped = groups(rng, x[-1]) if rng.random() < 0.4 else 1
    filters = grouped * rng.randint(1, 3) if rng.random() < 0.95 else rng.randint(1, 9)
    arguments |= {"out_channels": filters} | (
        {"groups": grouped} if grouped > 1 else {}
    )
    arguments |= often(rng, {"stride": axes(rng, rank, 1, 3)}, 0.8)
    arguments |= often(rng, {"padding": axes(rng, rank, 0, 2)})
    arguments |= often(rng, {"output_padding": axes(rng, rank, 0, 2)}, 0.35)
    arguments |= often(rng, {"dilation": axes(rng, rank, 1, 3)}, 0.3)
    return f"ConvTranspose{rank}d", arguments | often(rng, {"bias": rng.random() < 0.5})


def torch_pool(rng: Random, rank: int, x: tuple[int, ...]) -> Any:
    mode = rng.choice(("Max", "Avg"))
    arguments: dict[str, Any] = {"kernel_size": axes(rng, rank, 1, 4)}
    arguments |= often(rng, {"stride": axes(rng, rank, 1, 4)}, 0.6)
    arguments |= often(rng, {"padding": axes(rng, rank, 0, 2)}, 0.4)
    arguments |= often(rng, {"ceil_mode": rng.random() < 0.8})
    if mode == "Max":
        arguments |= often(rng, {"dilation": axes(rng, rank, 1, 3)}, 0.3)
    return f"{mode}Pool{rank}d", arguments


def torch_adaptive(rng: Random, rank: int, x: tuple[int, ...]) -> Any:
    size = 1 if rng.random() < 0.2 else axes(rng, rank, 1, 9)
    return f"Adaptive{rng.choice(('Avg', 'Max'))}Pool{rank}d", {"output_size": size}


def torch_upsample(rng: Random, rank: int, x: tuple[int, ...]) -> Any:
    linear = {1: "linear", 2: "bilinear", 3: "trilinear"}[rank]
    size = {"scale_factor": axes(rng, rank, 1, 4)}
    if rng.random() < 0.4:
        size = {"size": axes(rng, rank, 1, 12)}
    return "Upsample", size | often(rng, {"mode": rng.choice(("nearest", linear))})


def torch_pad(rng: Random, rank: int, x: tuple[int, ...]) -> Any:
    kind = rng.choice(("Zero", "Reflection", "Replication", "Circular"))
    padding = rng.randint(0, 4)
    if rng.random() < 0.7:
        padding = tuple(rng.randint(0, 4) for _ in range(2 * rank))
    return f"{kind}Pad{rank}d", {"padding": padding}


def torch_crop(rng: Random, rank: int, x: tuple[int, ...]) -> Any:
    return f"ZeroPad{rank}d", {
        "padding": tuple(-rng.randint(0, 3) for _ in range(2 * rank))
    }


def torch_norm(rng: Random, rank: int, x: tuple[int, ...]) -> Any:
    kind = rng.choice(("Batch", "Instance", "Group", "Layer"))
    flag = rng.random() < 0.5
    if kind == "Group":
        arguments = {"num_groups": groups(rng, x[-1]), "num_channels": x[-1]}
        return "GroupNorm", arguments | often(rng, {"affine": flag})
    if kind == "Layer":
        arguments = {"normalized_shape": x[-1]}
        which = rng.choice(("elementwise_affine", "bias"))
        return "LayerNorm", arguments | often(rng, {which: flag})
    return f"{kind}Norm{rank}d", {"num_features": x[-1]} | often(rng, {"affine": flag})


def torch_linear(rng: Random, rank: int, x: tuple[int, ...]) -> Any:
    arguments = {"in_features": x[-1], "out_features": rng.randint(1, 20)}
    return "Linear", arguments | often(rng, {"bias": rng.random() < 0.5})


def torch_flatten(rng: Random, rank: int, x: tuple[int, ...]) -> Any:
    return "Flatten", {}


# Keras.


def keras_window(rng: Random, rank: int, *words: str) -> dict[str, Any]:
    arguments: dict[str, Any] = often(rng, {"padding": rng.choice(words)}, 0.7)
    # Keras refuses both at once, which is drawn, but not for half of all draws.
    if rng.random() < 0.6:
        arguments["strides"] = axes(rng, rank, 1, 3)
    if rng.random() < (0.05 if "strides" in arguments else 0.5):
        arguments["dilation_rate"] = axes(rng, rank, 1, 3)
    return arguments | often(rng, {"use_bias": rng.random() < 0.5})


def keras_conv(rng: Random, rank: int, x: tuple[int, ...]) -> Any:
    grouped = groups(rng, x[-1]) if rng.random() < 0.4 else 1
    filters = grouped * rng.randint(1, 4) if rng.random() < 0.95 else rng.randint(1, 9)
    arguments = {"filters": filters, "kernel_size": axes(rng, rank, 1, 5)}
    arguments |= {"groups": grouped} if grouped > 1 else {}
    words = ("same", "valid", "causal") if rank == 1 else ("same", "valid")
    return f"Conv{rank}D", arguments | keras_window(rng, rank, *words)


def keras_transposed(rng: Random, rank: int, x: tuple[int, ...]) -> Any:
    filters = rng.randint(1, 6)
    arguments = {"filters": filters, "kernel_size": axes(rng, rank, 1, 4)}
    arguments |= often(rng, {"output_padding": axes(rng, rank, 0, 2)}, 0.3)
    return f"Conv{rank}DTranspose", arguments | keras_window(rng, rank, "same", "valid")


def keras_depthwise(rng: Random, rank: int, x: tuple[int, ...]) -> Any:
    arguments = {"kernel_size": axes(rng, 1, 1, 5)}
    arguments |= often(rng, {"depth_multiplier": rng.randint(1, 3)})
    return "DepthwiseConv1D", arguments | keras_window(rng, 1, "same", "valid")


def keras_separable(rng: Random, rank: int, x: tuple[int, ...]) -> Any:
    _, arguments = keras_depthwise(rng, 1, x)
    return "SeparableConv1D", {"filters": rng.randint(1, 9)} | arguments


def keras_pool(rng: Random, rank: int, x: tuple[int, ...]) -> Any:
    arguments = {"pool_size": axes(rng, rank, 1, 4)}
    arguments |= often(rng, {"strides": axes(rng, rank, 1, 4)}, 0.6)
    arguments |= often(rng, {"padding": rng.choice(("same", "valid"))}, 0.7)
    return f"{rng.choice(('Max', 'Average'))}Pooling{rank}D", arguments


def keras_global(rng: Random, rank: int, x: tuple[int, ...]) -> Any:
    kind = rng.choice(("Max", "Average"))
    return f"Global{kind}Pooling{rank}D", often(rng, {"keepdims": rng.random() < 0.8})


def keras_adaptive(rng: Random, rank: int, x: tuple[int, ...]) -> Any:
    kind = rng.choice(("Max", "Average"))
    return f"Adaptive{kind}Pooling{rank}D", {"output_size": axes(rng, rank, 1, 9)}


def keras_upsampling(rng: Random, rank: int, x: tuple[int, ...]) -> Any:
    return f"UpSampling{rank}D", {
        "size": axes(rng, rank, 1, 4) if rank > 1 else rng.randint(1, 4)
    }


def keras_sides(rng: Random, rank: int, high: int) -> Any:
    """Return what Keras takes at the sides: a number, one an axis, or two an axis."""
    form = rng.randrange(3)
    if form == 0:
        return rng.randint(0, high)
    if rank == 1:
        return (rng.randint(0, high), rng.randint(0, high))
    if form == 1:
        return tuple(rng.randint(0, high) for _ in range(rank))
    return tuple((rng.randint(0, high), rng.randint(0, high)) for _ in range(rank))


def keras_pad(rng: Random, rank: int, x: tuple[int, ...]) -> Any:
    return f"ZeroPadding{rank}D", {"padding": keras_sides(rng, rank, 4)}


def keras_crop(rng: Random, rank: int, x: tuple[int, ...]) -> Any:
    return f"Cropping{rank}D", {"cropping": keras_sides(rng, rank, 3)}


def keras_norm(rng: Random, rank: int, x: tuple[int, ...]) -> Any:
    kind = rng.choice(("Batch", "Layer", "Group"))
    flags = {name: rng.random() < 0.5 for name in ("center", "scale")}
    arguments = {"groups": groups(rng, x[-1])} if kind == "Group" else {}
    return f"{kind}Normalization", arguments | often(rng, flags)


def keras_dense(rng: Random, rank: int, x: tuple[int, ...]) -> Any:
    arguments = {"units": rng.randint(1, 20)}
    return "Dense", arguments | often(rng, {"use_bias": rng.random() < 0.5})


def keras_flatten(rng: Random, rank: int, x: tuple[int, ...]) -> Any:
    return "Flatten", {}


# How often each is drawn; by 1, 2 and 3 axes where it is not the same for all.
WEIGHTS = {
    "torch": {
        torch_conv: 30,
        torch_depthwise: 8,
        torch_transposed: 18,
        torch_pool: 18,
        torch_adaptive: 4,
        torch_upsample: 5,
        torch_pad: 8,
        torch_crop: 2,
        torch_norm: 5,
        torch_linear: 3,
        torch_flatten: 1,
    },
    "keras": {
        keras_conv: 28,
        keras_transposed: 18,
        keras_depthwise: 8,
        keras_separable: 8,
        keras_pool: 15,
        keras_global: 3,
        keras_adaptive: 3,
        keras_upsampling: 2,
        keras_pad: 5,
        keras_crop: 5,
        keras_norm: 4,
        keras_dense: 3,
        keras_flatten: 1,
    },
}
ONE_AXIS = {keras_depthwise, keras_separable}


def operation(rng: Random, framework: str, rank: int) -> Any:
    """Return one operation: the name of its class, arguments, and an input shape."""
    weights = {
        draw: weight
        for draw, weight in WEIGHTS[framework].items()
        if rank == 1 or draw not in ONE_AXIS
    }
    (draw,) = rng.choices(list(weights), list(weights.values()))
    x = shape(rng, rank)
    name, arguments = draw(rng, rank, x)
    return name, spoil(rng, name, arguments), x
