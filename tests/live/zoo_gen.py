"""Networks of the zoo that no framework ships, built there as they are described.

``python tests/live/zoo_gen.py`` builds each in PyTorch on the meta device, or in Keras,
after its paper and its authors' code, runs it, and compares every layer with cnncalc's,
and the totals. ``--write FILE`` keeps what the frameworks said, gzipped.

A layer is its class, its output with channels last, its parameters with their state in
Keras and without it in PyTorch, and its MACs: half of what PyTorch's counter tells.
"""

from __future__ import annotations

import argparse
import gzip
import json
import math
import os
import sys
from collections import Counter
from itertools import pairwise
from pathlib import Path
from typing import Any

os.environ.setdefault("KERAS_BACKEND", "torch")
sys.path.insert(0, str(Path(__file__).parents[1]))  # facts_zoo.py

import keras
import torch
from facts_zoo import differences
from keras import layers
from torch import nn
from torch.nn.utils import weight_norm
from torch.utils.flop_counter import FlopCounterMode

torch.set_num_threads(1)

LAST = (nn.Linear, nn.LSTM, nn.GRU, nn.Embedding)  # whose channels come last


def dcgan_generator() -> Any:
    parts, before = [], 100
    for place, after in enumerate((512, 256, 128, 64)):
        step = (4, 2, 1) if place else (4, 1, 0)
        parts += [nn.ConvTranspose2d(before, after, *step, bias=False)]
        parts += [nn.BatchNorm2d(after), nn.ReLU()]
        before = after
    parts += [nn.ConvTranspose2d(64, 3, 4, 2, 1, bias=False), nn.Tanh()]
    return nn.Sequential(*parts), (100, 1, 1)


def dcgan_discriminator() -> Any:
    parts, before = [], 3
    for after in (64, 128, 256, 512):
        parts += [nn.Conv2d(before, after, 4, 2, 1, bias=False)]
        parts += [nn.BatchNorm2d(after)] if before > 3 else []
        parts += [nn.LeakyReLU(0.2)]
        before = after
    parts += [nn.Conv2d(512, 1, 4, 1, 0, bias=False), nn.Sigmoid()]
    return nn.Sequential(*parts), (3, 64, 64)


class UNetLevel(nn.Module):
    """A level of pix2pix' U-Net, which has the deeper ones within."""

    def __init__(self, outer: int, inner: int, within: Any, dropout: bool) -> None:
        super().__init__()
        down = [nn.LeakyReLU(0.2), nn.Conv2d(outer, inner, 4, 2, 1, bias=False)]
        if within:
            down.append(nn.BatchNorm2d(inner))
        up = [nn.ReLU()]
        wide = 2 * inner if within else inner
        up += [nn.ConvTranspose2d(wide, outer, 4, 2, 1, bias=False)]
        up += [nn.BatchNorm2d(outer)] + [nn.Dropout(0.5)] * dropout
        self.net = nn.Sequential(*down, *([within] if within else []), *up)

    def forward(self, x: Any) -> Any:
        first, *others = self.net
        x = y = first(x)
        for part in others:
            y = part(y)
        return torch.cat([x, y], 1)


def pix2pix_generator() -> Any:
    within = UNetLevel(512, 512, None, False)
    for _ in range(3):
        within = UNetLevel(512, 512, within, True)
    for outer in (256, 128, 64):
        within = UNetLevel(outer, 2 * outer, within, False)
    first = nn.Conv2d(3, 64, 4, 2, 1, bias=False)
    last = nn.ConvTranspose2d(128, 3, 4, 2, 1)
    return nn.Sequential(first, within, nn.ReLU(), last, nn.Tanh()), (3, 256, 256)


def pix2pix_discriminator() -> Any:
    parts = [nn.Conv2d(6, 64, 4, 2, 1), nn.LeakyReLU(0.2)]
    for before, stride in ((64, 2), (128, 2), (256, 1)):
        parts += [nn.Conv2d(before, 2 * before, 4, stride, 1, bias=False)]
        parts += [nn.BatchNorm2d(2 * before), nn.LeakyReLU(0.2)]
    return nn.Sequential(*parts, nn.Conv2d(512, 1, 4, 1, 1)), (6, 256, 256)


def srcnn() -> Any:
    first, second = nn.Conv2d(1, 64, 9), nn.Conv2d(64, 32, 1)
    net = nn.Sequential(first, nn.ReLU(), second, nn.ReLU(), nn.Conv2d(32, 1, 5))
    return net, (1, 33, 33)


def espcn() -> Any:
    first, second = nn.Conv2d(1, 64, 5, padding=2), nn.Conv2d(64, 32, 3, padding=1)
    last = nn.Conv2d(32, 9, 3, padding=1)
    net = nn.Sequential(first, nn.Tanh(), second, nn.Tanh(), last, nn.PixelShuffle(3))
    return net, (1, 17, 17)


class Plus(nn.Sequential):
    """What its parts make of its input, added to that."""

    def forward(self, x: Any) -> Any:
        return x + super().forward(x)


def edsr_baseline() -> Any:
    def conv(before: int, after: int) -> Any:
        return nn.Conv2d(before, after, 3, padding=1)

    blocks = [Plus(conv(64, 64), nn.ReLU(), conv(64, 64)) for _ in range(16)]
    up = [conv(64, 256), nn.PixelShuffle(2)]
    body = Plus(*blocks, conv(64, 64))
    return nn.Sequential(conv(3, 64), body, *up, conv(64, 3)), (3, 48, 48)


class SegNet(nn.Module):
    """VGG-16's convolutions with norms, and the way back."""

    def __init__(self) -> None:
        super().__init__()
        stages, before = ((2, 64), (2, 128), (3, 256), (3, 512), (3, 512)), 3
        down, up = [], []
        for count, after in stages:
            sizes = [before] + [after] * count
            down.append(self.convolutions(sizes))
            up.append(self.convolutions(sizes[::-1]))
            before = after
        up[0] = nn.Sequential(*up[0][:3], nn.Conv2d(64, 11, 3, padding=1))
        self.down, self.up = nn.ModuleList(down), nn.ModuleList(up)
        self.pool = nn.MaxPool2d(2, 2, return_indices=True, ceil_mode=True)
        self.unpool = nn.MaxUnpool2d(2, 2)

    @staticmethod
    def convolutions(sizes: Any) -> Any:
        parts = []
        for before, after in pairwise(sizes):
            parts += [nn.Conv2d(before, after, 3, padding=1)]
            parts += [nn.BatchNorm2d(after), nn.ReLU()]
        return nn.Sequential(*parts)

    def forward(self, x: Any) -> Any:
        places = []
        for stage in self.down:
            x = stage(x)
            size = x.shape
            x, found = self.pool(x)
            places.append((found, size))
        for stage in reversed(self.up):
            found, size = places.pop()
            x = stage(self.unpool(x, found, size))
        return x


class M5(nn.Module):
    """PyTorch's tutorial on raw audio."""

    def __init__(self) -> None:
        super().__init__()
        parts, before = [], 1
        for kernel, stride, after in ((80, 16, 32), (3, 1, 32), (3, 1, 64), (3, 1, 64)):
            parts += [nn.Conv1d(before, after, kernel, stride), nn.BatchNorm1d(after)]
            parts += [nn.ReLU(), nn.MaxPool1d(4)]
            before = after
        self.net, self.last = nn.Sequential(*parts), nn.Linear(64, 35)
        self.end = nn.LogSoftmax(dim=-1)

    def forward(self, x: Any) -> Any:
        x = self.net(x)
        x = nn.functional.avg_pool1d(x, x.shape[-1])
        return self.end(self.last(x.flatten(1)))


class Past(nn.Conv1d):
    """A convolution that sees what came before only."""

    def forward(self, x: Any) -> Any:
        return super().forward(
            nn.functional.pad(x, ((self.kernel_size[0] - 1) * self.dilation[0], 0))
        )


class Gated(nn.Module):
    """A layer of WaveNet."""

    def __init__(self, dilation: int, last: bool) -> None:
        super().__init__()
        self.filter, self.gate = (Past(32, 32, 2, dilation=dilation) for _ in "fg")
        self.tanh, self.sigmoid = nn.Tanh(), nn.Sigmoid()
        self.skip = nn.Conv1d(32, 512, 1)
        self.dense = None if last else nn.Conv1d(32, 32, 1)

    def forward(self, x: Any) -> Any:
        y = self.tanh(self.filter(x)) * self.sigmoid(self.gate(x))
        skip = self.skip(y)
        return (x + self.dense(y) if self.dense else x), skip


class WaveNet(nn.Module):
    """WaveNet as in ibab/tensorflow-wavenet, but for what nothing reads."""

    def __init__(self) -> None:
        super().__init__()
        self.first = Past(256, 32, 2, bias=False)
        layers = [Gated(2 ** (place % 10), place == 49) for place in range(50)]
        self.layers = nn.ModuleList(layers)
        ends = [nn.Conv1d(512, 512, 1), nn.ReLU(), nn.Conv1d(512, 256, 1)]
        self.end = nn.Sequential(nn.ReLU(), *ends)

    def forward(self, x: Any) -> Any:
        x, total = self.first(x), 0
        for layer in self.layers:
            x, skip = layer(x)
            total = total + skip
        return self.end(total)


class TCNLevel(nn.Module):
    """A residual block of the TCN."""

    def __init__(self, before: int, dilation: int) -> None:
        super().__init__()
        parts = []
        for channels in (before, 25):
            conv = weight_norm(Past(channels, 25, 7, dilation=dilation))
            parts += [conv, nn.ReLU(), nn.Dropout(0.05)]
        self.net, self.relu = nn.Sequential(*parts), nn.ReLU()
        self.shortcut = nn.Conv1d(before, 25, 1) if before != 25 else None

    def forward(self, x: Any) -> Any:
        y = self.net(x)
        return self.relu(y + (self.shortcut(x) if self.shortcut else x))


class TCN(nn.Module):
    """The TCN for MNIST pixel by pixel; no work is done that is then cut off."""

    def __init__(self) -> None:
        super().__init__()
        levels = [TCNLevel(25 if level else 1, 2**level) for level in range(8)]
        self.net = nn.Sequential(*levels)
        self.last, self.end = nn.Linear(25, 10), nn.LogSoftmax(dim=-1)

    def forward(self, x: Any) -> Any:
        return self.end(self.last(self.net(x)[:, :, -1]))


class TextCNN(nn.Module):
    """Kim's network."""

    def __init__(self) -> None:
        super().__init__()
        self.words = nn.Embedding(18_766, 300)
        windows = [nn.Conv1d(300, 100, kernel) for kernel in (3, 4, 5)]
        self.windows = nn.ModuleList(windows)
        self.relu, self.dropout = nn.ReLU(), nn.Dropout(0.5)
        self.last = nn.Linear(300, 2)

    def forward(self, x: Any) -> Any:
        x = self.words(x).transpose(1, 2)
        found = [self.relu(conv(x)).amax(-1) for conv in self.windows]
        return self.last(self.dropout(torch.cat(found, 1)))


class CRNN(nn.Module):
    """CRNN as its authors' code has it."""

    def __init__(self, kind: Any) -> None:
        super().__init__()
        parts, before = [], 1
        wide = ((2, 2), (2, 1), (0, 1))
        pools = ((2, 2), (2, 2), None, wide, None, wide)
        for place, after in enumerate((64, 128, 256, 256, 512, 512)):
            parts.append(nn.Conv2d(before, after, 3, 1, 1))
            parts += [nn.BatchNorm2d(after)] * (pools[place] is None) + [nn.ReLU()]
            parts += [nn.MaxPool2d(*pools[place])] if pools[place] else []
            before = after
        parts += [nn.Conv2d(512, 512, 2), nn.BatchNorm2d(512), nn.ReLU()]
        self.net = nn.Sequential(*parts)
        self.one, self.two = (
            kind(inputs, 256, bidirectional=True, batch_first=True)
            for inputs in (512, 256)
        )
        self.between, self.last = nn.Linear(512, 256), nn.Linear(512, 37)

    def forward(self, x: Any) -> Any:
        x = self.net(x).squeeze(2).transpose(1, 2)
        x = self.between(self.one(x)[0])
        return self.last(self.two(x)[0])


def c3d() -> Any:
    parts, before = [], 3
    for place, (count, after) in enumerate(
        ((1, 64), (1, 128), (2, 256), (2, 512), (2, 512))
    ):
        for _ in range(count):
            parts += [nn.Conv3d(before, after, 3, padding=1), nn.ReLU()]
            before = after
        parts += [nn.MaxPool3d(2 if place else (1, 2, 2), ceil_mode=True)]
    parts += [nn.Flatten(), nn.Linear(8192, 4096), nn.ReLU(), nn.Dropout()]
    parts += [nn.Linear(4096, 4096), nn.ReLU(), nn.Dropout(), nn.Linear(4096, 487)]
    return nn.Sequential(*parts), (3, 16, 112, 112)


class UNet3d(nn.Module):
    """U-Net along three axes."""

    def __init__(self) -> None:
        super().__init__()
        self.pool, self.last = nn.MaxPool3d(2), nn.Conv3d(64, 3, 1)
        downs = ((3, 32, 64), (64, 64, 128), (128, 128, 256), (256, 256, 512))
        ups = ((768, 256, 256), (384, 128, 128), (192, 64, 64))
        self.downs, self.ups = (
            nn.ModuleList(map(self.double, s)) for s in (downs, ups)
        )
        larger = [nn.ConvTranspose3d(n, n, 2, 2, bias=False) for n in (512, 256, 128)]
        self.larger = nn.ModuleList(larger)

    @staticmethod
    def double(sizes: Any) -> Any:
        parts = []
        for before, after in pairwise(sizes):
            norm = nn.BatchNorm3d(after, affine=False)
            parts += [nn.Conv3d(before, after, 3), norm, nn.ReLU()]
        return nn.Sequential(*parts)

    def forward(self, x: Any) -> Any:
        maps = []
        for level, down in enumerate(self.downs):
            x = down(self.pool(x) if level else x)
            maps.append(x)
        for larger, up in zip(self.larger, self.ups):
            maps.pop()
            x, across = larger(x), maps[-1]
            cut = [(a - b) // 2 for a, b in zip(across.shape[2:], x.shape[2:])]
            for axis, start in enumerate(cut, 2):
                across = across.narrow(axis, start, x.shape[axis])
            x = up(torch.cat([across, x], 1))
        return self.last(x)


TORCH = {
    "segnet": lambda: (SegNet(), (3, 360, 480)),
    "unet3d": lambda: (UNet3d(), (3, 132, 132, 116)),
    "srcnn": srcnn,
    "espcn": espcn,
    "edsr_baseline": edsr_baseline,
    "dcgan_generator": dcgan_generator,
    "dcgan_discriminator": dcgan_discriminator,
    "pix2pix_generator": pix2pix_generator,
    "pix2pix_discriminator": pix2pix_discriminator,
    "m5": lambda: (M5(), (1, 8000)),
    "wavenet": lambda: (WaveNet(), (256, 16000)),
    "tcn": lambda: (TCN(), (1, 784)),
    "textcnn": lambda: (TextCNN(), (64,)),
    "crnn": lambda: (CRNN(nn.LSTM), (1, 32, 100)),
    "crnn_gru": lambda: (CRNN(nn.GRU), (1, 32, 100)),
    "c3d": c3d,
}


def run_torch(build: Any) -> dict:
    """Return what PyTorch says of a network: totals, and its leaves as they are run."""
    found: list = []
    with torch.device("meta"):
        net, size = build()
        kind = torch.long if len(size) == 1 else torch.float
        x = torch.zeros(1, *size, dtype=kind)
    net.eval()
    seen: set = set()

    def before(module: Any, _: Any) -> None:
        module.started = counter.get_total_flops()

    def after(module: Any, _: Any, y: Any) -> None:
        y = y[0] if isinstance(y, tuple) else y
        sizes = list(y.shape[1:])
        if not isinstance(module, LAST):
            sizes = sizes[1:] + sizes[:1]
        params = sum(p.numel() for p in module.parameters()) * (module not in seen)
        seen.add(module)
        macs = (counter.get_total_flops() - module.started) // 2
        name = "Conv1d" if type(module) is Past else type(module).__name__
        found.append([name, sizes, params, macs])

    for module in net.modules():
        if not list(module.children()):
            module.register_forward_pre_hook(before)
            module.register_forward_hook(after)
    with torch.no_grad(), FlopCounterMode(display=False) as counter:
        net(x)
    buffers = [b.numel() for b in net.buffers() if b.is_floating_point()]
    return {
        "params": sum(p.numel() for p in net.parameters()),
        "buffers": sum(buffers),
        "macs": counter.get_total_flops() // 2,
        "layers": found,
    }


def norm_relu(x: Any) -> Any:
    return layers.Activation("relu")(layers.BatchNormalization()(x))


def separable(x: Any, filters: int, stride: int = 1) -> Any:
    x = norm_relu(layers.DepthwiseConv2D(3, strides=stride, padding="same")(x))
    return norm_relu(layers.Conv2D(filters, 1, padding="same")(x))


def classified(x: Any, classes: int) -> Any:
    x = layers.Flatten()(layers.AveragePooling2D(tuple(x.shape[1:3]))(x))
    return layers.Dense(classes, activation="softmax")(x)


def kws_ds_cnn() -> Any:
    x = start = layers.Input((49, 10, 1))
    x = norm_relu(layers.Conv2D(64, (10, 4), strides=2, padding="same")(x))
    x = layers.Dropout(0.2)(x)
    for _ in range(4):
        x = separable(x, 64)
    return keras.Model(start, classified(layers.Dropout(0.4)(x), 12))


def vww_mobilenet() -> Any:
    x = start = layers.Input((96, 96, 3))
    filters = 8
    x = norm_relu(layers.Conv2D(filters, 3, strides=2, padding="same")(x))
    doubling = (1, 2, 4, 6, 12)  # those that stride, and the first
    for place in range(1, 14):
        filters *= 2 if place in doubling else 1
        x = separable(x, filters, 2 if place in doubling[1:] else 1)
    return keras.Model(start, classified(x, 2))


def ic_resnet8() -> Any:
    x = start = layers.Input((32, 32, 3))
    x = norm_relu(layers.Conv2D(16, 3, padding="same")(x))
    for filters, stride in ((16, 1), (32, 2), (64, 2)):
        y = norm_relu(layers.Conv2D(filters, 3, strides=stride, padding="same")(x))
        y = layers.BatchNormalization()(layers.Conv2D(filters, 3, padding="same")(y))
        if stride > 1:
            x = layers.Conv2D(filters, 1, strides=stride, padding="same")(x)
        x = layers.Activation("relu")(layers.Add()([x, y]))
    return keras.Model(start, classified(x, 10))


def ad_autoencoder() -> Any:
    x = start = layers.Input((640,))
    for units in (128, 128, 128, 128, 8, 128, 128, 128, 128):
        x = norm_relu(layers.Dense(units)(x))
    return keras.Model(start, layers.Dense(640)(x))


def person_detect() -> Any:
    """Return Keras' MobileNet, which TensorFlow's has the layers of."""
    return keras.applications.MobileNet((96, 96, 1), 0.25, weights=None, classes=2)


def ecg_resnet() -> Any:
    def conv(x: Any, filters: int, stride: int = 1) -> Any:
        return layers.Conv1D(filters, 16, strides=stride, padding="same")(x)

    x = start = layers.Input((5888, 1))
    x = norm_relu(conv(x, 32))
    for block in range(16):
        filters, stride = 32 * 2 ** (block // 4), 1 + block % 2
        short = layers.MaxPooling1D(stride)(x) if stride > 1 else x
        if block and block % 4 == 0:
            short = layers.Concatenate()([short, layers.Subtract()([short, short])])
        y = norm_relu(x) if block else x
        y = layers.Dropout(0.2)(norm_relu(conv(y, filters, stride)))
        x = layers.Add()([short, conv(y, filters)])
    x = layers.Dense(12, activation="softmax")(norm_relu(x))
    return keras.Model(start, x)


KERAS = {
    "ecg_resnet": ecg_resnet,
    "kws_ds_cnn": kws_ds_cnn,
    "vww_mobilenet": vww_mobilenet,
    "ic_resnet8": ic_resnet8,
    "ad_autoencoder": ad_autoencoder,
    "person_detect": person_detect,
}


def run_keras(build: Any) -> dict:
    """Return what Keras says of a network; MACs are its kernels' sizes, at each place."""
    model, found = build(), []
    for layer in model.layers:
        _, *sizes = layer.output.shape
        kernel = getattr(layer, "kernel", None)
        macs = 0 if kernel is None else math.prod(kernel.shape) * math.prod(sizes[:-1])
        name = type(layer).__name__
        name += "6" * (getattr(layer, "max_value", None) == 6)  # of a ReLU
        found.append([name, sizes, layer.count_params(), macs])
    return {
        "params": sum(math.prod(w.shape) for w in model.trainable_weights),
        "buffers": sum(math.prod(w.shape) for w in model.non_trainable_weights),
        "macs": sum(layer[-1] for layer in found),
        "layers": found,
    }


def main() -> None:
    """Build, run and compare."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--write", type=Path)
    chosen = parser.parse_args()
    facts = {name: run_torch(build) for name, build in TORCH.items()}
    facts |= {name: run_keras(build) for name, build in KERAS.items()}
    wrong = 0
    for name, fact in facts.items():
        found = differences(name, fact)
        wrong += bool(found)
        print(f"{name}: {len(fact['layers'])} layers", *found[:5], sep="\n    ")
    print(
        f"torch {torch.__version__}, Keras {keras.__version__}: {len(facts)} networks,"
    )
    print(f"{sum(len(f['layers']) for f in facts.values())} layers, {wrong} disagree")
    kinds = Counter(kind for f in facts.values() for kind, *_ in f["layers"])
    print(dict(kinds))
    if chosen.write:
        text = json.dumps(facts, separators=(",", ":"))
        chosen.write.write_bytes(gzip.compress(text.encode(), mtime=0))
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
