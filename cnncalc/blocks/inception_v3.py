"""The modules of Inception v3."""

from __future__ import annotations

from cnncalc.blocks.chain import Chain, conv_norm_act
from cnncalc.blocks.combine import Branch
from cnncalc.graph.block import Block
from cnncalc.layers.base import Layer
from cnncalc.layers.pool import Pool

__all__ = ["inception_a", "inception_b", "inception_c", "inception_d", "inception_e"]

_ROW, _COLUMN = (1, 7), (7, 1)


def _mixed(*arms: tuple[Layer | Block, ...]) -> Branch:
    return Branch(tuple([Chain(*arm) for arm in arms]))


def _average(filters: int) -> tuple[Layer | Block, ...]:
    return Pool(3, stride=1, padding=1, mode="average"), conv_norm_act(filters)


def _halved(filters: int) -> Chain:
    return conv_norm_act(filters, 3, stride=2, padding=0)


def _forked(filters: int) -> Branch:
    return Branch((conv_norm_act(filters, (1, 3)), conv_norm_act(filters, (3, 1))))


def inception_a(pool_filters: int) -> Branch:
    """Return the module of the 35×35 maps, in which two 3×3 stand for a 5×5.

    Args:
        pool_filters: 1×1 filters after the pool.

    Source:
        Szegedy et al. 2015, https://arxiv.org/abs/1512.00567, figure 5; one 5×5 is
        still there in the network that was released.
    """
    return _mixed(
        (conv_norm_act(64),),
        (conv_norm_act(48), conv_norm_act(64, 5)),
        (conv_norm_act(64), conv_norm_act(96, 3), conv_norm_act(96, 3)),
        _average(pool_filters),
    )


def inception_b() -> Branch:
    """Return the module that brings 35×35 maps to 17×17.

    Source:
        Szegedy et al. 2015, https://arxiv.org/abs/1512.00567, figure 10.
    """
    return _mixed(
        (_halved(384),),
        (conv_norm_act(64), conv_norm_act(96, 3), _halved(96)),
        (Pool(3, stride=2),),
    )


def inception_c(width: int) -> Branch:
    """Return the module of the 17×17 maps, with 7×7 as rows and columns.

    Args:
        width: Filters of the convolutions before the last of a branch.

    Source:
        Szegedy et al. 2015, https://arxiv.org/abs/1512.00567, figure 6.
    """
    across, down = conv_norm_act(width, _ROW), conv_norm_act(width, _COLUMN)
    return _mixed(
        (conv_norm_act(192),),
        (conv_norm_act(width), across, conv_norm_act(192, _COLUMN)),
        (conv_norm_act(width), down, across, down, conv_norm_act(192, _ROW)),
        _average(192),
    )


def inception_d() -> Branch:
    """Return the module that brings 17×17 maps to 8×8.

    Source:
        Szegedy et al. 2015, https://arxiv.org/abs/1512.00567, figure 10, deeper.
    """
    return _mixed(
        (conv_norm_act(192), _halved(320)),
        (
            conv_norm_act(192),
            conv_norm_act(192, _ROW),
            conv_norm_act(192, _COLUMN),
            _halved(192),
        ),
        (Pool(3, stride=2),),
    )


def inception_e() -> Branch:
    """Return the module of the 8×8 maps, in which branches fork.

    Source:
        Szegedy et al. 2015, https://arxiv.org/abs/1512.00567, figure 7.
    """
    return _mixed(
        (conv_norm_act(320),),
        (conv_norm_act(384), _forked(384)),
        (conv_norm_act(448), conv_norm_act(384, 3), _forked(384)),
        _average(192),
    )
