"""The names that other tools have for what layers tell: each says what is ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.door import Elsewhere, NoNumber, not_called

__all__ = ["CalledElsewhere", "PutElsewhere"]

_PARAMS, _OUTPUT = "layer.params((32, 32, 3))", "layer.output((32, 32, 3))"
_ADDED = f"{_OUTPUT}, or g.add(layer, x) in a Builder"
_IN = "layer.output((32, 32, 3)); what comes in is the network's"
_NET = "Sequential(input=(32, 32, 3)).add(layer)"
_OF = _NET.replace("layer", "block")


class CalledElsewhere(NoNumber):
    """The base of layers, without what other libraries' layers have."""

    __slots__ = ()

    _instead = f"{_PARAMS}, or {_NET}.add(other) to put layers together"

    if not TYPE_CHECKING:  # which tells of wrong names itself
        kernel_size = pool_size = ksize = filter_size = Elsewhere("layer.kernel")
        strides = Elsewhere("layer.stride")
        pad = pads = Elsewhere("layer.padding")
        dilation_rate = Elsewhere("layer.dilation")
        out_channels = num_filters = n_filters = Elsewhere("layer.filters")
        out_features = Elsewhere("layer.units")
        use_bias = Elsewhere("layer.bias")
        in_channels = in_features = num_features = Elsewhere(_IN)
        input = input_shape = Elsewhere(_IN)
        num_params = count_params = num_parameters = numel = Elsewhere(_PARAMS)
        total_params = param_count = n_params = Elsewhere(_PARAMS)
        parameters = weight = weights = get_weights = Elsewhere(_PARAMS)
        trainable_weights = Elsewhere(_PARAMS.replace("params", "trainable_params"))
        output_shape = output_size = out_shape = Elsewhere(_OUTPUT)
        compute_output_shape = get_output_shape = forward = call = Elsewhere(_OUTPUT)
        flops = Elsewhere(f"{_NET}.flops")
        mult_adds = mac = Elsewhere("layer.macs((32, 32, 3))")
        memory = Elsewhere(f"{_NET}.memory()")
        explain = Elsewhere(f"{_NET}.explain()")
        formula = formulas = Elsewhere(f"{_NET}[0].formula")
        receptive_field = Elsewhere(f"{_NET}.receptive_field")
        summary = Elsewhere(f"{_NET}.summary()")
        __call__ = not_called(_ADDED)


class PutElsewhere(NoNumber):
    """The base of blocks, without what layers have: a block has its parts' numbers."""

    __slots__ = ()

    _instead = f"{_OF}.params, or {_OF}.add(other) to put parts together"

    if not TYPE_CHECKING:  # which tells of wrong names itself
        params = num_params = count_params = parameters = Elsewhere(f"{_OF}.params")
        total_params = weight = weights = Elsewhere(f"{_OF}.params")
        output = output_shape = forward = call = Elsewhere(f"{_OF}.output")
        macs = mult_adds = Elsewhere(f"{_OF}.macs")
        flops = Elsewhere(f"{_OF}.flops")
        nodes = layers = children = modules = Elsewhere(f"{_OF}.nodes")
        summary = explain = draw = memory = Elsewhere(f"{_OF}.summary()")
        receptive_field = Elsewhere(f"{_OF}.receptive_field")
        __call__ = not_called(f"{_OF}.summary(), or g.add(block, x) in a Builder")
