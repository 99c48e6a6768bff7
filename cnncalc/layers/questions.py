"""The questions that people ask of a layer, and the rules that answer them.

A rule has its question's name and ``_of`` behind it. A class that answers a question
itself, as classes of 0.1 do, is given the rule.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cnncalc.refusals import (
    Elsewhere,
    NamedElsewhere,
    NoNumber,
    NoSequence,
    missing,
    not_called,
    refused,
)
from cnncalc.sizes.shape import Shape

__all__ = [
    "QUESTIONS",
    "WORK",
    "CalledElsewhere",
    "PutElsewhere",
    "RowElsewhere",
    "answered",
    "arity_of",
    "rule_of",
]

# What people ask of a layer; and which of these rules are given its output.
WORK = ("connections", "macs")
QUESTIONS = ("output", "params", "trainable_params", "buffers", *WORK)


def answered(cls: type[Any], question: str) -> Callable[..., Any]:
    """Return the rule of a class that answers a question itself.

    Its answer may want the output as the rules do, ``macs(self, x, y)``, or not.
    """
    from inspect import Parameter, signature

    given: list[Parameter] = list(signature(vars(cls)[question]).parameters.values())
    several = any(p.kind is Parameter.VAR_POSITIONAL for p in given)
    wants_output = not several and len(given) - 1 > cls.arity[1]

    def rule(layer: Any, *shapes: Shape, **_: Any) -> Any:
        known = question in WORK and not wants_output
        return getattr(layer, question)(*(shapes[:-1] if known else shapes))

    rule.answers = True  # type: ignore[attr-defined]
    return rule


def arity_of(methods: Mapping[str, Any], otherwise: tuple[int, int]) -> tuple[int, int]:
    """Return how many inputs a class takes, by what tells its output.

    Args:
        methods: What the class has of its own.
        otherwise: What the classes above it take.
    """
    from inspect import Parameter, signature

    rule = methods.get("output_of") or methods.get("output")
    if not callable(rule):
        return otherwise
    _, *given = signature(rule).parameters.values()
    if any(p.kind is Parameter.VAR_POSITIONAL for p in given):
        return otherwise if otherwise != (1, 1) else (1, sys.maxsize)
    plain = [p for p in given if p.kind in {p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD}]
    needed = [p for p in plain if p.default is Parameter.empty]
    return len(needed), len(plain)


# Without it `layer.macs(x)` takes a third longer.
@lru_cache(maxsize=1024)
def rule_of(cls: type[Any], question: str) -> Callable[..., Any]:
    """Return the rule by which `Layer` answers a question.

    Where a class answers it itself, `Layer` is asked by its `super()` only: then the
    rule is that of the classes above, else each would ask the other for ever.
    """
    rules: Any = (vars(kind).get(f"{question}_of") for kind in cls.__mro__)
    found: Callable[..., Any] = next(
        rule for rule in rules if rule and not hasattr(rule, "answers")
    )
    return found


# The names that other tools have for what layers and rows tell: each says what is ours.

_NET = "Sequential(input=(32, 32, 3))"
_PARAMS, _OUTPUT = "layer.params((32, 32, 3))", "layer.output((32, 32, 3))"


class CalledElsewhere(NoNumber, NoSequence, NamedElsewhere):
    """The base of layers, without what other libraries' layers have."""

    __slots__ = ()

    _instead = f"{_PARAMS}, or {_NET}.add(layer).add(other) to put layers together"

    if not TYPE_CHECKING:  # which tells of wrong names itself
        __call__ = not_called(f"{_OUTPUT}, or g.add(layer, x) in a Builder")


# What other libraries' layers have, and what people ask networks for.
_OF_LAYERS = """
    kernel_size pool_size ksize filter_size strides pad pads dilation_rate out_channels
    num_filters n_filters filters out_features units use_bias in_channels in_features
    num_features hidden_size num_layers num_heads num_embeddings embedding_dim eps
    momentum p inplace gamma beta input input_shape num_params count_params numel
    num_parameters total_params param_count n_params parameters weight weights
    get_weights trainable_weights trainable_variables output_shape output_size out_shape
    shape size forward compute_output_shape get_output_shape call input_size input_dim
    in_dim flops mult_adds madds mac memory explain
    formulas receptive_field summary draw to_json nodes layers children state_dict
    named_parameters get_config
    add append conv conv1d conv2d conv3d depthwise pool max_pool avg_pool global_pool
    fc linear dense flatten norm batch_norm layer_norm relu sigmoid tanh gelu softmax
    activation dropout residual upsample
"""
for _name in _OF_LAYERS.split():
    setattr(CalledElsewhere, _name, Elsewhere(_name, tell="missing_from_layer"))


class PutElsewhere(NoNumber, NoSequence):
    """The base of blocks, without what layers have: a block has its parts' numbers."""

    __slots__ = ()

    _instead = f"{_NET}.add(block).params, or .add(other) to put parts together"

    if not TYPE_CHECKING:  # which tells of wrong names itself
        __getattr__ = missing("missing_from_block")
        __call__ = not_called(
            f"{_NET}.add(block).summary(), or g.add(block, x) in a Builder"
        )


# What to write for what other tools' rows have.
_WORDS = {
    "row._asdict()": "get to_dict asdict as_dict",
    "row.params": "num_params count_params n_params numel nelement parameters"
    " total_params",
    "row.params, or row.layer.filters_of(row.input)": "weight weights",
    "row.trainable": "trainable_params trainable_weights",
    "row.output": "output_shape output_size shape out_shape outputs",
    "row.output.channels": "filters out_channels out_features units channels",
    "row.input": "input_shape input_size in_shape",
    "row.input.channels": "in_channels in_features",
    "row.kernel": "kernel_size ksize filter_size window",
    "row.stride": "strides",
    "row.padding": "pad pads",
    "row.layer.bias, for what a layer is made of": "bias groups dilation dilation_rate",
    "row.macs": "mult_adds mac macc madds",
    "row.macs / 1e9": "gmacs",
    "row.flops": "flop num_flops total_flops",
    "row.flops / 1e9": "gflops",
    "row.activation_size": "activations activation size",
    "row.receptive_fields": "rf field",
    "row.kind": "type layer_type op class_name",
    "row.layer": "module",
    "print(row)": "summary",
}


class RowElsewhere(NamedElsewhere):
    """The base of rows, without what other tools' rows have."""

    __slots__ = ()

    if not TYPE_CHECKING:  # which tells of wrong names itself
        keys = items = values = refused("a row is a tuple", "row._asdict()")


for _cure, _names in _WORDS.items():
    for _name in _names.split():
        setattr(RowElsewhere, _name, Elsewhere(_name, _cure))
