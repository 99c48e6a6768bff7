"""CRNN: text in an image, read by convolutions and recurrent layers.

Shi, Bai & Yao 2015, "An end-to-end trainable neural network for image-based sequence
recognition and its application to scene text recognition",
https://arxiv.org/abs/1507.05717, as in its authors' code: three batch norms, and pools
of 2×2 that step over rows but not over columns, where table 1 has windows of 1×2. Its
36 classes and the blank are put out for each column; ``crnn_gru`` has GRUs for LSTMs.
"""

from __future__ import annotations

from cnncalc.layers import GRU, LSTM, Pool
from cnncalc.network.sequential import Sequential
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.member import members

__all__ = ["crnn", "crnn_gru"]

_HALF = Pool(2)
_LOW = Pool(2, stride=(2, 1), padding=(0, 1))
# Table 1: filters, and the pool behind, or else a norm.
_CONVOLUTIONS: tuple[tuple[int, Pool | None], ...] = (
    (64, _HALF),
    (128, _HALF),
    (256, None),
    (256, _LOW),
    (512, None),
    (512, _LOW),
)


@members()
def _crnn(
    name: str,
    recurrent: type[GRU | LSTM],
    input: ShapeLike = (32, 100, 1),
    *,
    classes: int = 37,
    hidden: int = 256,
) -> Sequential:
    net = Sequential(input, name=name)
    for filters, pool in _CONVOLUTIONS:
        net = net.conv(3, filters, padding=1)
        net = net.relu().add(pool) if pool else net.norm().relu()
    net = net.conv(2, 512).norm().relu()
    height, _, channels = net.output
    net = net.permute((1, 0, 2)).reshape((-1, height * channels), name="columns")
    for number, units in enumerate((hidden, classes), 1):
        net = net.add(recurrent(hidden, bidirectional=True))
        net = net.fc(units, axis=-1, name=f"embedding{number}")
    return net


crnn = _crnn("crnn", "CRNN of two bidirectional LSTMs, of the paper.", LSTM)
crnn_gru = _crnn("crnn_gru", "CRNN of two bidirectional GRUs.", GRU)
