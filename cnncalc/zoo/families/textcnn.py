"""Convolutions over sentences: the network of Kim.

Kim 2014, "Convolutional neural networks for sentence classification",
https://arxiv.org/abs/1408.5882, as in its author's code on movie reviews: sentences of
up to 56 words between four zeros on both sides, and vectors for 18,765 words and the
zero, which are trained.
"""

from __future__ import annotations

from cnncalc.network.sequential import Sequential
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.member import member

__all__ = ["textcnn"]


@member()
def textcnn(
    name: str,
    input: ShapeLike = (64, 1),
    *,
    classes: int = 2,
    words: int = 18_766,
    features: int = 300,
    kernels: tuple[int, int, int] = (3, 4, 5),
    filters: int = 100,
    dropout: float = 0.5,
) -> Sequential:
    """Kim's text CNN, with one channel of word vectors."""
    net = Sequential(input, name=name).embedding(words, features, name="words")
    arms = [
        Sequential().conv1d(kernel, filters).relu().global_pool(mode="max")
        for kernel in kernels
    ]
    return net.branch(*arms, name="windows").dropout(dropout).fc(classes)
