"""Keras models, read from their configuration, beside Keras itself.

``python tests/live/keras_models.py`` builds every model below and all of Keras
Applications, without weights, and compares what `from_keras` says of their JSON: total,
trainable and other parameters, the shape of every value that the JSON states, the
shapes of outputs, and MACs. ``--write FILE`` writes the configurations and what Keras
tells of them, for the suite; names after that choose models.

MACs are half of what PyTorch's flop counter sees while the model runs: the small ones
on zeros, Applications on the meta device.
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import sys
from collections.abc import Callable, Iterator
from functools import partial
from math import prod
from types import SimpleNamespace
from typing import Any, ClassVar

os.environ["KERAS_BACKEND"] = "torch"

import keras
import torch
from keras import layers as kl
from keras import ops
from torch.nn.attention import SDPBackend, sdpa_kernel
from torch.utils.flop_counter import FlopCounterMode

from cnncalc import from_keras
from cnncalc.interop.keras import reader

torch.set_num_threads(1)
BUILDERS: dict[str, Callable[[], keras.Model]] = {}
# Of Applications, those whose configurations are written for the suite.
WRITTEN = (
    *("ConvNeXtTiny", "DenseNet121", "EfficientNetB0", "EfficientNetV2B0"),
    *("InceptionResNetV2", "InceptionV3", "MobileNet", "MobileNetV3Small"),
    *("NASNetMobile", "ResNet50V2", "VGG16", "Xception"),
)

# Keras' loops over steps run the first of them twice, to learn what it puts out.
TWICE = {
    *("gru", "simple_rnn", "bidirectional", "cells", "conv_lstm_1d", "conv_lstm_2d"),
    *("embedded", "states", "states_of_both", "lstm"),
}


def model(build: Callable[[], keras.Model]) -> Callable[[], keras.Model]:
    """Add a model to those that are compared."""
    BUILDERS[build.__name__] = build
    return build


def chained(name: str, shape: tuple[int, ...], *layers: Callable[[], Any]) -> None:
    """Add a model that is a chain of layers."""
    BUILDERS[name] = lambda: keras.Sequential(
        [keras.Input(shape), *[layer() for layer in layers]]
    )


def applied(name: str, shape: tuple[int, ...], function: Callable[[Any], Any]) -> None:
    """Add a model that is a function of one input."""

    def build() -> keras.Model:
        x = keras.Input(shape)
        return keras.Model(x, function(x))

    BUILDERS[name] = build


# Windows.
chained(
    "lenet",
    (28, 28, 1),
    lambda: kl.Conv2D(6, 5, padding="same", activation="tanh"),
    lambda: kl.AveragePooling2D(2),
    lambda: kl.Conv2D(16, 5, activation="tanh"),
    lambda: kl.MaxPool2D(2),
    kl.Flatten,
    lambda: kl.Dense(120),
    lambda: kl.Dense(10, activation="softmax"),
)
chained(
    "conv_1d",
    (64, 3),
    lambda: kl.Conv1D(8, 5, 2, "causal", activation="relu"),
    lambda: kl.Conv1D(8, 3, dilation_rate=4, padding="causal"),
    lambda: kl.MaxPooling1D(3, 2, padding="same"),
    lambda: kl.ZeroPadding1D((1, 2)),
    lambda: kl.Cropping1D(1),
    lambda: kl.UpSampling1D(3),
    kl.GlobalMaxPooling1D,
)
chained(
    "conv_3d",
    (10, 12, 14, 2),
    lambda: kl.Conv3D(4, (1, 3, 3), (1, 2, 2), "same"),
    lambda: kl.AveragePooling3D((2, 2, 1)),
    lambda: kl.ZeroPadding3D(1),
    lambda: kl.Cropping3D(((1, 0), (0, 1), (1, 1))),
    lambda: kl.UpSampling3D(2),
    lambda: kl.Conv3DTranspose(3, 2, 2),
    kl.GlobalAveragePooling3D,
)
chained(
    "grouped",
    (16, 16, 8),
    lambda: kl.Conv2D(16, 3, groups=4, use_bias=False),
    lambda: kl.DepthwiseConv2D(3, 2, "same", depth_multiplier=2),
    lambda: kl.SeparableConv2D(12, 3, depth_multiplier=2, activation="relu"),
    lambda: kl.Conv2D(5, 3, dilation_rate=(2, 1)),
)
chained(
    "depthwise_1d",
    (32, 4),
    lambda: kl.DepthwiseConv1D(3, depth_multiplier=3),
    lambda: kl.SeparableConv1D(6, 5, 2, "same"),
)
chained(
    "transposed_2d",
    (7, 7, 8),
    lambda: kl.Conv2DTranspose(4, 3, 2, "same"),
    lambda: kl.Conv2DTranspose(4, 4, 2),
    lambda: kl.Conv2DTranspose(3, 3, 3, "valid"),
    lambda: kl.Conv2DTranspose(2, 3, 2, "same", output_padding=1),
    lambda: kl.Conv2DTranspose(2, 3, 2, output_padding=(1, 0)),
)
chained(
    "transposed_1d",
    (9, 4),
    lambda: kl.Conv1DTranspose(4, 5, 3, "same"),
    lambda: kl.Conv1DTranspose(4, 2, 3),
    lambda: kl.Conv1DTranspose(3, 5, 2, "same", output_padding=0),
    lambda: kl.Conv1DTranspose(3, 4, 2, dilation_rate=1, output_padding=1),
)
chained(
    "channels_first",
    (3, 16, 18),
    lambda: kl.Conv2D(8, 3, data_format="channels_first", padding="same"),
    lambda: kl.BatchNormalization(axis=1),
    lambda: kl.MaxPooling2D(2, data_format="channels_first"),
    lambda: kl.DepthwiseConv2D(3, data_format="channels_first"),
    lambda: kl.ZeroPadding2D(((1, 0), (2, 3)), data_format="channels_first"),
    lambda: kl.UpSampling2D(2, data_format="channels_first"),
    lambda: kl.GlobalAveragePooling2D(data_format="channels_first"),
    lambda: kl.Dense(4),
)
chained(
    "channels_first_1d",
    (4, 32),
    lambda: kl.Conv1D(8, 3, data_format="channels_first"),
    lambda: kl.AveragePooling1D(2, data_format="channels_first"),
    kl.Flatten,
)
chained(
    "pools",
    (17, 19, 6),
    lambda: kl.MaxPooling2D(3, 2, "same"),
    lambda: kl.AveragePooling2D((2, 3), 1),
    lambda: kl.AdaptiveAveragePooling2D(4),
    lambda: kl.GlobalMaxPooling2D(keepdims=True),
    kl.Flatten,
)
chained(
    "resized",
    (12, 12, 3),
    lambda: kl.UpSampling2D((2, 3), interpolation="bilinear"),
    lambda: kl.Resizing(20, 10),
    lambda: kl.Cropping2D(((1, 2), (3, 0))),
    lambda: kl.CenterCrop(8, 6),
)
chained(
    "prelu",
    (8, 8, 4),
    kl.PReLU,
    lambda: kl.PReLU(shared_axes=[1, 2]),
    lambda: kl.PReLU(shared_axes=[1, 2, 3]),
)
# Norms.
chained(
    "norms",
    (8, 8, 16),
    kl.BatchNormalization,
    lambda: kl.LayerNormalization(axis=[1, 2, 3]),
    lambda: kl.LayerNormalization(center=False),
    lambda: kl.GroupNormalization(4),
    lambda: kl.GroupNormalization(-1, scale=False),
    kl.RMSNormalization,
    kl.UnitNormalization,
    lambda: kl.BatchNormalization(scale=False, center=False),
)
chained(
    "norms_other_axes",
    (6, 8, 16),
    lambda: kl.GroupNormalization(3, axis=1),
    lambda: kl.BatchNormalization(axis=2),
    lambda: kl.GroupNormalization(1, axis=-1),
)
chained(
    "normalization",
    (8, 8, 3),
    kl.Normalization,
    lambda: kl.Normalization(mean=[1.0, 2.0, 3.0], variance=[1.0, 1.0, 1.0]),
    lambda: kl.Normalization(axis=None),
    lambda: kl.Rescaling(1 / 255.0, 0.5),
)
chained(
    "spectral",
    (8, 8, 3),
    lambda: kl.SpectralNormalization(kl.Conv2D(4, 3)),
    kl.Flatten,
    lambda: kl.SpectralNormalization(kl.Dense(5), power_iterations=2),
)
chained(
    "frozen",
    (8, 8, 3),
    lambda: kl.Conv2D(4, 3, trainable=False),
    lambda: kl.BatchNormalization(trainable=False),
    kl.Flatten,
    lambda: kl.Dense(2),
)
# Preprocessing, and what is off at inference.
chained(
    "augmented",
    (32, 32, 3),
    lambda: kl.RandomFlip("horizontal"),
    lambda: kl.RandomRotation(0.1),
    lambda: kl.RandomZoom(0.1),
    lambda: kl.RandomContrast(0.1),
    lambda: kl.RandomBrightness(0.1),
    lambda: kl.RandomTranslation(0.1, 0.1),
    lambda: kl.GaussianNoise(0.1),
    lambda: kl.Dropout(0.2),
    lambda: kl.SpatialDropout2D(0.2),
    lambda: kl.GaussianDropout(0.1),
    lambda: kl.ActivityRegularization(0.1),
    kl.Identity,
    lambda: kl.Conv2D(2, 3),
)
chained("cropped", (32, 32, 3), lambda: kl.RandomCrop(28, 24))
chained("categories", (4,), lambda: kl.CategoryEncoding(10), lambda: kl.Dense(3))
chained(
    "activations",
    (6, 8),
    *[
        partial(kl.Activation, word)
        for word in (
            "relu",
            "elu",
            "selu",
            "gelu",
            "silu",
            "mish",
            "tanh",
            "sigmoid",
            "softplus",
            "softsign",
            "hard_sigmoid",
            "hard_silu",
            "exponential",
            "leaky_relu",
            "log_softmax",
            "softmax",
            "linear",
            "relu6",
            "celu",
        )
    ],
    kl.LeakyReLU,
    kl.ELU,
    lambda: kl.ReLU(6.0),
    kl.Softmax,
)
# Sequences.
chained(
    "lstm",
    (12, 5),
    lambda: kl.LSTM(7, return_sequences=True),
    lambda: kl.LSTM(4, use_bias=False),
    lambda: kl.Dense(2),
)
chained(
    "gru",
    (12, 5),
    lambda: kl.GRU(7, return_sequences=True),
    lambda: kl.GRU(4, reset_after=False),
)
chained("simple_rnn", (9, 3), lambda: kl.SimpleRNN(6))
chained(
    "bidirectional",
    (12, 5),
    lambda: kl.Bidirectional(kl.LSTM(7, return_sequences=True)),
    lambda: kl.Bidirectional(kl.GRU(4, return_sequences=True), merge_mode="sum"),
    lambda: kl.Bidirectional(kl.SimpleRNN(3), merge_mode="mul"),
)
chained(
    "cells",
    (12, 5),
    lambda: kl.RNN(kl.LSTMCell(7), return_sequences=True),
    lambda: kl.RNN(kl.GRUCell(6), return_sequences=True),
    lambda: kl.RNN([kl.LSTMCell(5), kl.SimpleRNNCell(4)]),
)
chained(
    "conv_lstm_2d",
    (4, 9, 9, 2),
    lambda: kl.ConvLSTM2D(3, 3, padding="same", return_sequences=True),
    lambda: kl.ConvLSTM2D(4, (3, 2), strides=2),
)
chained(
    "conv_lstm_1d",
    (4, 12, 2),
    lambda: kl.ConvLSTM1D(3, 3, padding="same", return_sequences=True),
    lambda: kl.ConvLSTM1D(4, 3),
)
chained(
    "time_distributed",
    (5, 16, 16, 3),
    lambda: kl.TimeDistributed(kl.Conv2D(4, 3, 2, activation="relu")),
    lambda: kl.TimeDistributed(kl.BatchNormalization()),
    lambda: kl.TimeDistributed(kl.MaxPooling2D(2)),
    lambda: kl.TimeDistributed(kl.Flatten()),
    lambda: kl.TimeDistributed(kl.Dense(6)),
    lambda: kl.LSTM(3),
)
chained(
    "time_distributed_model",
    (5, 12, 12, 3),
    lambda: kl.TimeDistributed(
        keras.Sequential(
            [
                keras.Input((12, 12, 3)),
                kl.Conv2D(4, 3),
                kl.GlobalAveragePooling2D(),
                kl.Dense(4),
            ]
        )
    ),
)
chained(
    "embedded",
    (20,),
    lambda: kl.Embedding(100, 8, mask_zero=True),
    lambda: kl.Bidirectional(kl.LSTM(6)),
    lambda: kl.Dense(1, activation="sigmoid"),
)
chained(
    "repeated",
    (6,),
    lambda: kl.Dense(4),
    lambda: kl.RepeatVector(5),
    lambda: kl.Permute((2, 1)),
    lambda: kl.Reshape((2, -1)),
    lambda: kl.Masking(0.0),
)
# Attention.
applied("self_attention", (10, 16), lambda x: kl.MultiHeadAttention(4, 5)(x, x))
applied(
    "cross_attention",
    (10, 16),
    lambda x: kl.MultiHeadAttention(2, 8, value_dim=3, output_shape=7, use_bias=False)(
        value=kl.Dense(12)(x), query=kl.Conv1D(6, 3)(x)
    ),
)
applied("attention_2d", (6, 5, 8), lambda x: kl.MultiHeadAttention(2, 4)(x, x))
applied(
    "attention_one_axis",
    (6, 5, 8),
    lambda x: kl.MultiHeadAttention(2, 4, attention_axes=(2,))(x, x),
)
applied("grouped_attention", (10, 16), lambda x: kl.GroupQueryAttention(8, 6, 2)(x, x))
applied("dot_attention", (10, 16), lambda x: kl.Attention(use_scale=True)([x, x]))
applied(
    "additive_attention",
    (10, 16),
    lambda x: kl.AdditiveAttention()([x, kl.Dense(16)(x)]),
)
applied(
    "einsum_dense",
    (10, 16),
    lambda x: kl.EinsumDense("abc,cde->abde", (None, 4, 5), bias_axes="de")(x),
)
applied(
    "einsum_dense_dots",
    (10, 16),
    lambda x: kl.EinsumDense("...x,xy->...y", 12, bias_axes="y", activation="relu")(x),
)
applied(
    "einsum_dense_axis",
    (10, 16),
    lambda x: kl.EinsumDense("abc,bd->adc", (7, None), bias_axes="d")(x),
)
# Graphs.
applied(
    "operators",
    (8, 16),
    lambda x: [
        x[:, 0],
        x[:, 1:5:2],
        x[..., -1],
        x[:, None],
        (x + 1.0) * x - 2 * x,
        x / 3,
        2 - x,
        x**2,
        -x,
        abs(x),
        x @ ops.transpose(x, (0, 2, 1)),
    ],
)
applied(
    "operations",
    (8, 16),
    lambda x: [
        ops.reshape(x, (-1, 4, 32)),
        ops.mean(x, axis=1),
        ops.split(x, 4, axis=-1)[2],
        ops.split(x, [3, 5], axis=1)[1],
        ops.concatenate([x, x], axis=1),
        ops.stack([x, x], axis=1),
        ops.squeeze(ops.expand_dims(x, 1), 1),
        ops.einsum("bij,bkj->bik", x, x),
        ops.softmax(x, axis=1),
        ops.relu(x),
        ops.max(x, axis=-1, keepdims=True),
        ops.swapaxes(x, 1, 2),
        ops.clip(x, 0, 1),
        ops.pad(x, ((0, 0), (1, 2), (0, 0))),
        ops.tile(x, (1, 2, 1)),
        ops.std(x, axis=2),
        ops.where(x > 0, x, 0.0),
        ops.moveaxis(x, 1, 2),
        ops.sum(x, axis=(1, 2)),
        ops.maximum(x, 0.5),
        ops.logsumexp(x, axis=-1),
        ops.repeat(x, 2, axis=1),
        ops.cast(x, "float16"),
        ops.sqrt(ops.square(x)),
        ops.unstack(x, axis=1)[3],
    ],
)
applied(
    "merged",
    (6, 8),
    lambda x: kl.Concatenate(axis=1)(
        [
            kl.Add()([x, x, kl.Dense(8)(x)]),
            kl.Subtract()([x, kl.Dense(8)(x)]),
            kl.Multiply()([x, x]),
            kl.Average()([x, x]),
            kl.Maximum()([x, x]),
            kl.Minimum()([x, x]),
        ]
    ),
)
applied(
    "dots",
    (6, 8),
    lambda x: [
        kl.Dot(2)([x, x]),
        kl.Dot((1, 1))([x, x]),
        kl.Dot(1)([x[:, 0], x[:, 1]]),
        kl.Dot((1, 2))([x[:, 0], x]),
    ],
)
applied(
    "broadcast",
    (8, 8, 16),
    lambda x: kl.Multiply()(
        [x, kl.Dense(16)(kl.GlobalAveragePooling2D(keepdims=True)(x))]
    ),
)
applied(
    "squeeze_excite",
    (8, 8, 16),
    lambda x: kl.Multiply()(
        [
            x,
            kl.Reshape((1, 1, 16))(
                kl.Dense(16, activation="sigmoid")(
                    kl.Dense(4)(kl.GlobalAveragePooling2D()(x))
                )
            ),
        ]
    ),
)
applied("dense_of_maps", (4, 5, 6), lambda x: kl.Dense(7)(x))
applied(
    "shuffle",
    (6, 6, 12),
    lambda x: kl.Reshape((6, 6, 12))(
        kl.Permute((1, 2, 4, 3))(kl.Reshape((6, 6, 3, 4))(x))
    ),
)
applied(
    "patches",
    (32, 32, 3),
    lambda x: kl.LayerNormalization()(
        kl.Reshape((16, 192))(
            kl.Permute((1, 3, 2, 4, 5))(kl.Reshape((4, 8, 4, 8, 3))(x))
        )
    ),
)
applied(
    "states", (6, 5), lambda x: kl.LSTM(4, return_sequences=True, return_state=True)(x)
)
applied(
    "states_of_both",
    (6, 5),
    lambda x: kl.Bidirectional(kl.GRU(4, return_state=True))(x),
)


@model
def shared_layer() -> keras.Model:
    a, b, dense = keras.Input((6,)), keras.Input((6,)), kl.Dense(4)
    return keras.Model([a, b], kl.Subtract()([dense(a), dense(b)]))


def tower() -> keras.Model:
    x = keras.Input((16, 16, 3))
    y = kl.GlobalAveragePooling2D()(kl.BatchNormalization()(kl.Conv2D(4, 3)(x)))
    return keras.Model(x, y, name="tower")


@model
def siamese() -> keras.Model:
    a, b, inner = keras.Input((16, 16, 3)), keras.Input((16, 16, 3)), tower()
    return keras.Model([a, b], kl.Dense(1)(ops.abs(inner(a) - inner(b))))


@model
def siamese_outputs() -> keras.Model:
    a, b, inner = keras.Input((16, 16, 3)), keras.Input((16, 16, 3)), tower()
    return keras.Model([a, b], [inner(a), inner(b)])


@model
def two_sizes() -> keras.Model:
    a, b = keras.Input((16, 16, 3)), keras.Input((24, 20, 3))
    layers = [kl.Conv2D(4, 3), kl.Conv2D(2, 3), kl.GlobalMaxPooling2D()]
    inner = keras.Sequential([keras.Input((None, None, 3)), *layers])
    return keras.Model([a, b], kl.Concatenate()([inner(a), inner(b)]))


@model
def nested_thrice() -> keras.Model:
    x = keras.Input((16, 16, 3))
    inner = keras.Sequential([keras.Input((16, 16, 3)), tower(), kl.Dense(5)])
    middle = keras.Model(x, kl.Dropout(0.1)(inner(x)))
    return keras.Sequential([keras.Input((16, 16, 3)), middle, kl.Dense(2)])


@model
def frozen_inside() -> keras.Model:
    inner = tower()
    inner.trainable = False
    return keras.Sequential([keras.Input((16, 16, 3)), inner, kl.Dense(2)])


@model
def inputs_by_name() -> keras.Model:
    a, b = keras.Input((6,), name="a"), keras.Input((4,), name="b")
    return keras.Model(
        {"a": a, "b": b}, {"sum": kl.Add()([kl.Dense(3)(a), kl.Dense(3)(b)])}
    )


@model
def several_outputs() -> keras.Model:
    x = keras.Input((16, 16, 3))
    y = kl.Conv2D(4, 3, activation="relu")(x)
    return keras.Model(x, [kl.Conv2D(2, 1)(y), kl.Dense(3)(kl.Flatten()(y)), y])


@model
def masked() -> keras.Model:
    x, m = keras.Input((8, 16)), keras.Input((8, 8), dtype="bool")
    return keras.Model([x, m], kl.MultiHeadAttention(2, 8)(x, x, attention_mask=m))


@model
def transformer() -> keras.Model:
    x = keras.Input((12,), dtype="int32")
    y = kl.Embedding(50, 16)(x) + kl.Embedding(12, 16)(ops.arange(12))
    for _ in range(2):
        z = kl.LayerNormalization()(y)
        y = y + kl.MultiHeadAttention(2, 8)(z, z)
        z = kl.Dense(32, activation="gelu")(kl.LayerNormalization()(y))
        y = y + kl.Dense(16)(z)
    return keras.Model(x, kl.Dense(3)(y[:, 0]))


@model
def unet() -> keras.Model:
    x = y = keras.Input((32, 32, 1))
    kept = []
    for width in (4, 8):
        y = kl.Conv2D(width, 3, padding="same", activation="relu")(y)
        kept.append(y)
        y = kl.MaxPooling2D(2)(y)
    y = kl.Conv2D(16, 3, padding="same")(y)
    for width, skip in zip((8, 4), kept[::-1], strict=True):
        y = kl.Concatenate()([kl.Conv2DTranspose(width, 2, 2)(y), skip])
        y = kl.Conv2D(width, 3, padding="same", activation="relu")(y)
    return keras.Model(x, kl.Conv2D(1, 1, activation="sigmoid")(y))


def build(name: str) -> keras.Model:
    """Return a model of those above, or of Applications, without weights."""
    keras.backend.clear_session()
    if name in BUILDERS:
        return BUILDERS[name]()
    if name.startswith("NASNet"):  # refused with PyTorch, whose numbers do not differ
        from keras.src.applications import nasnet

        other = {**vars(nasnet.backend), "backend": lambda: "another"}
        nasnet.backend = SimpleNamespace(**other)
    return getattr(keras.applications, name)(weights=None)


def size(weights: Any) -> int:
    """Return how many numbers weights are."""
    return sum(prod(weight.shape) for weight in weights)


def zeros(shape: Any, dtype: Any, device: str) -> torch.Tensor:
    """Return a batch of one input; what is open of it is 224."""
    return torch.zeros(1, *[n or 224 for n in shape], dtype=dtype, device=device)


def facts(name: str, net: keras.Model) -> dict[str, Any]:
    """Return what Keras tells of a model."""
    found: dict[str, Any] = {
        "params": net.count_params(),
        "trainable": size(net.trainable_weights),
        "outputs": [list(y.shape[1:]) for y in net.outputs],
    }
    # Applications run on no numbers at all, but the small ones' loops need some.
    device = "cpu" if name in BUILDERS else "meta"
    xs = [zeros(x.shape[1:], getattr(torch, x.dtype), device) for x in net.inputs]
    given = xs if len(xs) > 1 else xs[0]
    if name == "inputs_by_name":
        given = dict(zip("ab", xs, strict=True))
    counter = FlopCounterMode(display=False)
    # The fast attention of CPUs is not seen.
    attention = sdpa_kernel(SDPBackend.MATH)
    with keras.device(device), counter, torch.no_grad(), attention:
        net.to(device)(given, training=False)
    found["macs"] = counter.get_total_flops() // 2
    return found


class Seen(reader.Models):
    """A reading that compares each value with the shape that the JSON states of it."""

    wrong: ClassVar[list[str]] = []

    def apply(self, node, xs, named, place, hint=None):
        found = super().apply(node, xs, named, place, hint)
        shape = found[0].shape
        if hint and (shape is None or tuple(hint[1:]) != shape[1:]):
            fits = shape and all(
                n in {None, m} for n, m in zip(hint, shape, strict=True)
            )
            if not fits:
                self.wrong.append(f"{node.key}: {hint} is stated, not {shape}")
        return found


def compare(name: str, model: keras.Model, told: dict[str, Any]) -> list[str]:
    """Return in what a model differs."""
    Seen.wrong = []
    is_open = any(None in x.shape[1:] for x in model.inputs)
    net = from_keras(model, input=(224, 224, 3) if is_open else None)
    ours: dict[str, Any] = {
        "params": net.params + net.buffers,
        "trainable": net.trainable_params,
    }
    if "macs" in told and name not in TWICE:
        ours["macs"] = net.macs
    found = [f"{k}: {told[k]}, not {v}" for k, v in ours.items() if told[k] != v]
    found += [f"{path}: {why}" for path, why in net.unknown.reasons.items()]
    return found + Seen.wrong


def main() -> Iterator[tuple[str, dict[str, Any]]]:
    """Compare all models that are asked for, and yield those for the suite."""
    from cnncalc.interop.keras import model as door

    door.Models = Seen
    every = [n for n in dir(keras.applications) if n[0].isupper()]
    names = asked.names or [*BUILDERS, *every]
    different = 0
    for name in names:
        net = build(name)
        told = facts(name, net)
        wrong = compare(name, net, told)
        different += bool(wrong)
        print(
            "differs" if wrong else "equal", name, told["params"], *wrong[:6], sep="\t"
        )
        if name in BUILDERS or name in WRITTEN:
            yield name, {"config": json.loads(net.to_json()), **told}
    print(f"{len(names) - different} of {len(names)} models are equal")


parser = argparse.ArgumentParser(description=__doc__)
parser.add_argument("--write", metavar="FILE")
parser.add_argument("names", nargs="*")
asked = parser.parse_args()
written = dict(main())
if asked.write:
    with gzip.GzipFile(asked.write, "wb", mtime=0) as file:
        file.write(json.dumps(written, sort_keys=True).encode())
sys.exit(0)
