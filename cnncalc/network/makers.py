"""Makers of layers that have methods of their own: kinds with something fixed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from cnncalc import layers

if TYPE_CHECKING:
    from cnncalc.checks import IntLike
    from cnncalc.layers import Activation, Norm, Pool
    from cnncalc.sizes.axes import AxesLike, PadsLike

__all__ = [
    "avg_pool",
    "group_norm",
    "max_pool",
    "normalises",
    "prelu",
]


class _MakeNorm(Protocol):
    def __call__(
        self,
        *,
        axes: AxesLike | None = None,
        affine: bool = True,
        scale: bool = True,
        shift: bool = True,
        statistics: bool | None = None,
        frozen: bool = False,
        name: str | None = None,
        trainable: bool = True,
    ) -> Norm: ...


def prelu(
    *,
    shared: bool = False,
    per_value: bool = False,
    name: str | None = None,
    trainable: bool = True,
) -> Activation:
    """Apply prelu to each value; see `Activation`."""
    return layers.Activation(
        "prelu", shared=shared, per_value=per_value, name=name, trainable=trainable
    )


# What others call a layer of ours with something fixed. The errors and the names of
# nodes are the layer's.


def max_pool(
    kernel: AxesLike,
    stride: AxesLike | None = None,
    *,
    padding: PadsLike = 0,
    dilation: AxesLike = 1,
    ceil: bool = False,
    name: str | None = None,
) -> Pool:
    """Put out the largest value of each window; see `Pool`."""
    return layers.Pool(
        kernel, stride, padding=padding, dilation=dilation, ceil=ceil, name=name
    )


def avg_pool(
    kernel: AxesLike,
    stride: AxesLike | None = None,
    *,
    padding: PadsLike = 0,
    ceil: bool = False,
    name: str | None = None,
) -> Pool:
    """Put out the mean of each window; see `Pool`."""
    return layers.Pool(
        kernel, stride, padding=padding, mode="average", ceil=ceil, name=name
    )


def normalises(kind: str, about: str) -> _MakeNorm:
    """Return what makes norms of one kind."""

    def make(
        *,
        axes: AxesLike | None = None,
        affine: bool = True,
        scale: bool = True,
        shift: bool = True,
        statistics: bool | None = None,
        frozen: bool = False,
        name: str | None = None,
        trainable: bool = True,
    ) -> Norm:
        return layers.Norm(
            kind,
            axes=axes,
            affine=affine,
            scale=scale,
            shift=shift,
            statistics=statistics,
            frozen=frozen,
            name=name,
            trainable=trainable,
        )

    make.__doc__ = f"Normalise {about}; see `Norm`."
    return make


def group_norm(
    groups: IntLike = 32,
    *,
    affine: bool = True,
    scale: bool = True,
    shift: bool = True,
    name: str | None = None,
    trainable: bool = True,
) -> Norm:
    """Normalise each group of channels; see `Norm`."""
    return layers.Norm(
        "group",
        groups=groups,
        affine=affine,
        scale=scale,
        shift=shift,
        name=name,
        trainable=trainable,
    )
