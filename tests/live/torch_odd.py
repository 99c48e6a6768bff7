"""Small PyTorch modules that do what is unusual; with the shapes of their inputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import torch
from torch import nn
from torch.nn import functional as F  # noqa: N812 - as everybody calls it
from torch.nn.utils import parametrizations


class Call(nn.Module):
    """A function of tensors and modules as a module."""

    def __init__(self, run: Callable[..., Any], *parts: nn.Module) -> None:
        super().__init__()
        self.run = run
        self.parts = nn.ModuleList(parts)

    def forward(self, *xs: Any) -> Any:
        return self.run(*xs, *self.parts)


class Tied(nn.Module):
    """Two layers with one table."""

    def __init__(self) -> None:
        super().__init__()
        self.table = nn.Embedding(50, 8)
        self.out = nn.Linear(8, 50, bias=False)
        self.out.weight = self.table.weight

    def forward(self, x: Any) -> Any:
        return self.out(self.table(x))


class Standardised(nn.Conv2d):
    """A convolution whose weights are standardised first."""

    def forward(self, x: Any) -> Any:
        flat = self.weight.flatten(1)
        weight = (flat - flat.mean(1, keepdim=True)) / flat.std(1, keepdim=True)
        return F.conv2d(x, weight.view_as(self.weight), self.bias, padding="same")


def windows(x: Any, linear: Any) -> Any:
    """Weigh in windows of 4×4, which are a batch meanwhile."""
    parts = x.view(1, 3, 2, 4, 2, 4).permute(0, 2, 4, 3, 5, 1).reshape(4, 16, 3)
    back = linear(parts).view(1, 2, 2, 4, 4, 5).permute(0, 5, 1, 3, 2, 4)
    return back.reshape(1, 5, 8, 8)


def steps(x: Any, cell: Any) -> Any:
    """Go through a sequence with a cell, by hand."""
    state = None
    for n in range(x.shape[1]):
        state = cell(x[:, n], state)
    return state[0] if isinstance(state, tuple) else state


def hostile() -> nn.Module:
    """Return a module with a name that would break a table, or a page."""
    net = nn.Sequential()
    net.add_module("<b>x\n/y</b>" * 50, nn.Linear(4, 4))
    return net


def encoder() -> nn.Module:
    return nn.TransformerEncoder(nn.TransformerEncoderLayer(64, 4, batch_first=True), 2)


ODD: dict[str, tuple[Callable[[], nn.Module], Any]] = {
    "tied": (Tied, (7,)),
    "shared": (
        lambda: Call(lambda x, c: c(c(x)), nn.Conv2d(3, 3, 3, padding=1)),
        (3, 8, 8),
    ),
    "standardised": (lambda: Standardised(3, 8, 3), (3, 8, 8)),
    "weight_norm": (
        lambda: parametrizations.weight_norm(nn.Conv2d(3, 8, 3)),
        (3, 8, 8),
    ),
    "old_weight_norm": (lambda: nn.utils.weight_norm(nn.Conv1d(3, 8, 3)), (3, 8)),
    "spectral_norm": (lambda: parametrizations.spectral_norm(nn.Linear(8, 4)), (8,)),
    "unused": (
        lambda: Call(lambda x, a, _: a(x), nn.Conv2d(3, 8, 3), nn.Linear(7, 7)),
        (3, 8, 8),
    ),
    "parallel": (lambda: nn.DataParallel(nn.Sequential(nn.Conv2d(3, 8, 3))), (3, 8, 8)),
    "made": (
        lambda: Call(
            lambda x, c: c(x) + torch.arange(8.0).view(8, 1, 1), nn.Conv2d(3, 8, 3)
        ),
        (3, 8, 8),
    ),
    "batch_joined": (
        lambda: Call(
            lambda x, c: torch.cat([c(x), c(x)], 0).chunk(2)[0], nn.Conv2d(3, 8, 3)
        ),
        (3, 8, 8),
    ),
    "windows": (lambda: Call(windows, nn.Linear(3, 5)), (3, 8, 8)),
    "masks": (
        lambda: Call(lambda x, c: torch.where(c(x) > 0, c(x), 0.0), nn.Conv2d(3, 8, 3)),
        (3, 8, 8),
    ),
    "lstm": (lambda: nn.LSTM(8, 16, 2, batch_first=True, bidirectional=True), (5, 8)),
    "lstm_cells": (lambda: Call(steps, nn.LSTMCell(8, 16)), (5, 8)),
    "gru_cells": (lambda: Call(steps, nn.GRUCell(8, 16)), (5, 8)),
    "rnn_cells": (lambda: Call(steps, nn.RNNCell(8, 16)), (5, 8)),
    "encoder": (encoder, (16, 64)),
    "transformer": (
        lambda: nn.Transformer(32, 2, 1, 1, 64, batch_first=True),
        [(6, 32), (5, 32)],
    ),
    "einsum": (
        lambda: Call(
            lambda q, k: torch.einsum("b i d, b j d -> b i j", q, k).softmax(-1)
        ),
        [(6, 8), (5, 8)],
    ),
    "unpool": (
        lambda: Call(
            lambda x: F.max_unpool2d(*F.max_pool2d(x, 2, return_indices=True), 2)
        ),
        (3, 8, 8),
    ),
    "unfolded": (
        lambda: Call(lambda x, c: c(F.unfold(x, 3)), nn.Linear(36, 4)),
        (3, 8, 8),
    ),
    "pixels": (
        lambda: nn.Sequential(nn.PixelShuffle(2), nn.PixelUnshuffle(2)),
        (8, 4, 4),
    ),
    "bag": (lambda: nn.EmbeddingBag(100, 16), (10,)),
    "prelu": (lambda: nn.Sequential(nn.Conv2d(3, 8, 3), nn.PReLU(8)), (3, 8, 8)),
    "hostile": (hostile, (4,)),
}
