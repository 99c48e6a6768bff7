"""The names that other tools have for what layers tell: each says what is ours."""

from __future__ import annotations

from typing import TYPE_CHECKING

from cnncalc.door import Elsewhere, not_called

__all__ = ["CalledElsewhere"]

_PARAMS, _OUTPUT = "layer.params((32, 32, 3))", "layer.output((32, 32, 3))"
_ADDED = f"{_OUTPUT}, or g.add(layer, x) in a Builder"
_IN = "layer.output((32, 32, 3)); what comes in is the network's"


class CalledElsewhere:
    """The base of layers, without what other libraries' layers have."""

    __slots__ = ()

    if not TYPE_CHECKING:  # which tells of wrong names itself
        kernel_size = pool_size = Elsewhere("layer.kernel")
        strides = Elsewhere("layer.stride")
        out_channels = Elsewhere("layer.filters")
        out_features = Elsewhere("layer.units")
        use_bias = Elsewhere("layer.bias")
        in_channels = in_features = num_features = Elsewhere(_IN)
        num_params = count_params = num_parameters = numel = Elsewhere(_PARAMS)
        parameters = weight = get_weights = Elsewhere(_PARAMS)
        output_shape = output_size = out_shape = Elsewhere(_OUTPUT)
        compute_output_shape = get_output_shape = forward = call = Elsewhere(_OUTPUT)
        flops = Elsewhere("Sequential(input=(32, 32, 3)).add(layer).flops")
        __call__ = not_called(_ADDED)
