"""What layers have elsewhere: asked for here, it says what it is called."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

__all__ = ["CalledElsewhere"]


class _Elsewhere:
    """An attribute of layers elsewhere."""

    def __init__(self, cure: str) -> None:
        self.cure = cure

    def __set_name__(self, owner: Any, name: str) -> None:
        self.name = name

    def __get__(self, layer: Any, owner: Any) -> Any:
        from cnncalc.words.lookup import missing_from_layer

        raise missing_from_layer(owner.__name__, self.name, self.cure)


class CalledElsewhere:
    """The base of layers, without what other libraries' layers have.

    They are named one by one: a ``__getattr__`` would make every rule slower, which
    reads a layer's fields.
    """

    __slots__ = ()

    if not TYPE_CHECKING:  # which tells of wrong names itself
        kernel_size = _Elsewhere("layer.kernel")
        pool_size = _Elsewhere("layer.kernel")
        strides = _Elsewhere("layer.stride")
        out_channels = _Elsewhere("layer.filters")
        out_features = _Elsewhere("layer.units")
        use_bias = _Elsewhere("layer.bias")
        num_params = _Elsewhere("layer.params((32, 32, 3))")
        count_params = _Elsewhere("layer.params((32, 32, 3))")
        output_shape = _Elsewhere("layer.output((32, 32, 3))")
        compute_output_shape = _Elsewhere("layer.output((32, 32, 3))")
        flops = _Elsewhere("Sequential(input=(32, 32, 3)).add(layer).flops")
