"""Rules of modules that tools take for others, for `presets`."""

from __future__ import annotations

from functools import partial

from cnncalc.operations import quantities as of
from cnncalc.operations.rules import Rule

__all__ = ["BY_BATCH", "TIMM_ATTENTION"]

_LINEAR, _ATTENTION = ("linear", "rbf"), ("attention",)
_NORMS = ("layer norm", "group norm", "instance norm")

# torchinfo multiplies by the first axis of what a module puts out, a batch or not.
BY_BATCH = tuple(
    Rule(
        "parameters for each of a batch",
        ("* norm", *_LINEAR),
        partial(of.params_along, axis=axis),
        runs=(f"batch at {axis}",),
    )
    for axis in range(4)
)

# ptflops takes timm's Attention for one that has no modules, of which it counts none.
_TIMM = partial(Rule, runs=("timm's Attention",))
TIMM_ATTENTION = (
    _TIMM("multiply-adds", _LINEAR, of.macs, -1),
    _TIMM("bias", _LINEAR, of.bias_uses, -1),
    _TIMM("layer norm", _NORMS, of.inputs, -1),
    _TIMM("product", _ATTENTION, of.macs),
    _TIMM("softmax", _ATTENTION, of.scores),
    _TIMM("scaled queries", _ATTENTION, of.queries),
)
