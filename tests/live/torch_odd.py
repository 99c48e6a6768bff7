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


# Functions of tensors, of maps 4×8×8, sequences 6×4 and vectors of 6.
MAP, SEQUENCE, VECTOR = (4, 8, 8), (6, 4), (6,)
FUNCTIONS: dict[str, tuple[Callable[..., Any], Any]] = {
    "glu": (lambda x: F.glu(x, 1), MAP),
    "largest": (lambda x: torch.max(x, torch.zeros(8)), MAP),
    "largest_along": (lambda x: x.max(1)[0], MAP),
    "smallest_of_two": (lambda x, y: torch.min(x, y), [MAP, MAP]),
    "turned": (lambda x: x[0].T + x[0].mT.t(), (4, 4)),
    "moved": (lambda x: x.movedim(1, -1).movedim((-1, 1), (1, 2)), MAP),
    "transposed": (lambda x: x.swapaxes(1, 2).transpose(-1, -2), MAP),
    "repeated": (lambda x: x.repeat(1, 2, 1, 3).repeat_interleave(2, 1), MAP),
    "repeated_wider": (lambda x: x[0].repeat(2, 1, 1, 1)[1], MAP),
    "stacked": (lambda x: torch.stack([x, x], 2).flatten(1, 2), MAP),
    "beside": (lambda x: torch.hstack([x, x]), MAP),
    "above": (lambda x: torch.vstack([x[0], x[0]]), MAP),
    "behind": (lambda x: torch.dstack([x[0], x[0]]), MAP),
    "columns": (lambda x: torch.column_stack([x[0], x[0]]), SEQUENCE),
    "at_least": (lambda x: torch.atleast_3d(x), SEQUENCE),
    "spread": (lambda x, y: sum(torch.broadcast_tensors(x, y)), [MAP, (4, 1, 1)]),
    "expanded": (lambda x: x.mean((2, 3), keepdim=True).expand(-1, -1, 8, 8), MAP),
    "selected": (lambda x: x.select(2, 3) + x[..., -1], MAP),
    "narrowed": (lambda x: x.narrow(1, 1, 2)[:, None], MAP),
    "indexed": (lambda x: x.index_select(1, torch.tensor([0, 2])), MAP),
    "fancy": (lambda x: x[:, [0, 2]] + x[:, torch.tensor([1, 3])], MAP),
    "gathered": (lambda x: x.gather(1, x.argmax(1, keepdim=True)), MAP),
    "flipped": (lambda x: x.flip(1) + x.roll((1, 2), (2, 3)), MAP),
    "rolled_batch": (lambda x: x.roll(1, 0), MAP),
    "viewed_as_type": (lambda x: x.view(torch.int32).view(1, 4, 64), MAP),
    "windows_along": (lambda x: x.unfold(2, 4, 2), MAP),
    "unbound": (lambda x: x.unbind(1)[0] + x.split(1, 2)[0][:, 0], MAP),
    "spreads": (lambda x: sum(torch.var_mean(x, (2, 3))), MAP),
    "norms": (lambda x: x.norm(2, 1) + x.std(1) + x.logsumexp(1), MAP),
    "sorted": (lambda x: x.sort(-1)[0] + x.topk(8, -1)[0] + x.argsort(-1), MAP),
    "median": (lambda x: x.kthvalue(2, 1)[0] + x.msort().amax(1), MAP),
    "filled": (lambda x: torch.zeros_like(x) + x.new_ones(8) + x, MAP),
    "in_place": (lambda x: x.clone().add_(1).relu_().mul_(x), MAP),
    "instance": (lambda x: F.instance_norm(x), MAP),
    "local": (lambda x: F.local_response_norm(x, 3), MAP),
    "mean_square": (lambda x: F.rms_norm(x, (4,)), SEQUENCE),
    "area": (lambda x: F.interpolate(x, size=4, mode="area"), MAP),
    "resized": (lambda x: F.interpolate(x, scale_factor=2, mode="bicubic"), MAP),
    "shuffled": (lambda x: F.channel_shuffle(x, 2), MAP),
    "norm_pooled": (lambda x: F.lp_pool2d(x, 2.0, 2), MAP),
    "pooled_to": (lambda x: F.adaptive_max_pool2d(x, (3, 2)), MAP),
    "pooled_unbatched": (lambda x: F.avg_pool2d(x[0], 2), MAP),
    "padded": (lambda x: F.pad(x, (1, 2, -1, 3), mode="constant"), MAP),
    "padded_edge": (lambda x: F.pad(x, (1, 1, 1, 1), mode="replicate"), MAP),
    "sampled": (lambda x, at: F.grid_sample(x, at), [MAP, (5, 7, 2)]),
    "similar": (lambda x, y: F.cosine_similarity(x, y, 2), [SEQUENCE, SEQUENCE]),
    "listed": (lambda x, y: torch.einsum("bij,bkj->bik", [x, y]), [SEQUENCE] * 2),
    "added": (lambda x, y: torch.baddbmm(x, x, y), [(4, 4), (4, 4)]),
    "reflected": (lambda x: torch.ones(1, 3, 6) @ x, SEQUENCE),
    "attended": (lambda x: F.scaled_dot_product_attention(x, x, x), SEQUENCE),
    "compared": (lambda x: ((x > 0) & (x.lt(x.flip(1)))).float(), MAP),
    "powers": (lambda x: 2**x + x**2 - 1 / x.exp(), MAP),
}
PARTS: dict[str, tuple[Callable[[], nn.Module], Any]] = {
    "up_1d": (lambda: nn.ConvTranspose1d(4, 6, 3, 2, output_padding=1), (4, 8)),
    "up_2d": (lambda: nn.ConvTranspose2d(4, 6, 4, 2, 1, groups=2), MAP),
    "same_3d": (lambda: nn.Conv3d(4, 6, 3, padding="same"), (4, 3, 8, 8)),
    "tracked": (
        lambda: nn.InstanceNorm2d(4, affine=True, track_running_stats=True),
        MAP,
    ),
    "grouped": (lambda: nn.GroupNorm(2, 4), MAP),
    "one_way": (lambda: nn.GRU(4, 8, batch_first=True), SEQUENCE),
    "plain": (lambda: nn.RNN(4, 8, nonlinearity="relu", batch_first=True), SEQUENCE),
    "projected": (
        lambda: Call(
            lambda x, a: a(x)[0], nn.LSTM(4, 8, proj_size=3, batch_first=True)
        ),
        SEQUENCE,
    ),
    "dropped": (
        lambda: nn.Sequential(nn.Dropout(0.1), nn.Hardswish(inplace=True)),
        MAP,
    ),
    "no_bias": (lambda: nn.Linear(4, 6, bias=False), SEQUENCE),
    "computed_linear": (
        lambda: Call(lambda x, a: F.linear(x, a.weight * 2, a.bias), nn.Linear(4, 6)),
        SEQUENCE,
    ),
    "product": (lambda: Call(lambda x, a: a.weight @ x.mT, nn.Linear(4, 6)), SEQUENCE),
}
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
ODD |= PARTS | {
    name: ((lambda run=run: Call(run)), shape)
    for name, (run, shape) in FUNCTIONS.items()
}
