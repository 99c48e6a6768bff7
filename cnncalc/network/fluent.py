"""Fluent methods: layer classes as methods of a network, written once.

``conv = fluent(Conv2d)`` gives a class the method ``net.conv(...)`` with the
signature and the documentation of `Conv2d`, for type checkers and for people.
"""

from __future__ import annotations

from collections.abc import Callable
from types import MethodType
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, cast, overload

from cnncalc._lazy import later
from cnncalc._typing import ParamSpec, Self
from cnncalc.errors import CnncalcError
from cnncalc.graph.block import Block
from cnncalc.layers.base import Layer
from cnncalc.layers.fields import arguments

if TYPE_CHECKING:
    from cnncalc.blocks import Inception, Repeat, Residual, branch
    from cnncalc.layers import (
        FC,
        RBF,
        Activation,
        AdaptivePool,
        ChannelShuffle,
        Conv2d,
        ConvTranspose2d,
        Crop,
        DepthwiseConv2d,
        Dropout,
        Flatten,
        GlobalPool,
        LayerScale,
        Norm,
        Pad,
        PartialConv2d,
        Permute,
        Pool,
        SeparableConv2d,
        Split,
        StochasticDepth,
        Upsample,
    )
else:  # each kind is imported when it is used
    Inception, Repeat, Residual, branch = later(
        "cnncalc.blocks", "Inception", "Repeat", "Residual", "branch"
    )
    (
        FC,
        RBF,
        Activation,
        AdaptivePool,
        ChannelShuffle,
        Conv2d,
        ConvTranspose2d,
        Crop,
        DepthwiseConv2d,
        Dropout,
        Flatten,
        GlobalPool,
        LayerScale,
        Norm,
        Pad,
        PartialConv2d,
        Permute,
        Pool,
        SeparableConv2d,
        Split,
        StochasticDepth,
        Upsample,
    ) = later(
        "cnncalc.layers",
        "FC",
        "RBF",
        "Activation",
        "AdaptivePool",
        "ChannelShuffle",
        "Conv2d",
        "ConvTranspose2d",
        "Crop",
        "DepthwiseConv2d",
        "Dropout",
        "Flatten",
        "GlobalPool",
        "LayerScale",
        "Norm",
        "Pad",
        "PartialConv2d",
        "Permute",
        "Pool",
        "SeparableConv2d",
        "Split",
        "StochasticDepth",
        "Upsample",
    )

__all__ = ["FluentMethods", "activates", "fluent", "method_call"]

P = ParamSpec("P")


class _Fluent(Protocol):
    """What has fluent methods."""

    def add(self, *parts: Layer | Block) -> Self: ...

    def next_name(self, name: Any, stem: str) -> str: ...


N = TypeVar("N", bound=_Fluent)


class fluent(Generic[P]):  # noqa: N801 - reads as a keyword at its one use
    """Expose a layer class, or what makes a layer, as a method of a network.

    Args:
        make: What makes the layer; the method has its signature.
    """

    def __init__(self, make: Callable[P, Layer | Block]) -> None:
        self.make = make

    __doc__: Any = property(lambda self: self.find().__doc__)

    def find(self) -> Any:
        """Return the class or function itself that makes the layer."""
        return getattr(self.make, "find", lambda: self.make)()

    @property
    def __signature__(self) -> Any:
        """That of the layer, with the network before it, as of any method."""
        from inspect import Parameter, signature

        made = signature(self.find())
        net = Parameter("self", Parameter.POSITIONAL_ONLY)
        return made.replace(parameters=[net, *made.parameters.values()])

    def __set_name__(self, owner: type[Any], name: str) -> None:
        self.__name__ = self.__qualname__ = name

    def __call__(self, net: N, /, *args: P.args, **kwargs: P.kwargs) -> N:
        """Add the layer to *net*: what the method does, called on the class."""
        return net.add(self._make(net, args, kwargs))

    def _make(self, net: Any, args: Any, kwargs: Any) -> Layer | Block:
        make: Any = self.make
        try:
            return cast("Layer | Block", make(*args, **kwargs))
        except CnncalcError as error:
            place = net.next_name(kwargs.get("name"), self.__name__)
            raise error.at_place(place) from None

    @overload
    def __get__(self, net: None, owner: type[Any]) -> Self: ...
    @overload
    def __get__(self, net: N, owner: type[Any]) -> Callable[P, N]: ...
    def __get__(self, net: Any, owner: type[Any]) -> Any:
        return self if net is None else MethodType(self, net)


class _MakeActivation(Protocol):
    def __call__(
        self, *, name: str | None = None, trainable: bool = True
    ) -> Activation: ...


def activates(function: str) -> _MakeActivation:
    """Return what makes activations of one function."""

    def make(*, name: str | None = None, trainable: bool = True) -> Activation:
        return Activation(function, name=name, trainable=trainable)

    make.__doc__ = f"Apply {function} to each value; see `Activation`."
    return make


class FluentMethods:
    """The layers and blocks that a network has as methods."""

    __slots__ = ()

    conv = fluent(Conv2d)
    depthwise = fluent(DepthwiseConv2d)
    separable = fluent(SeparableConv2d)
    conv_transpose = fluent(ConvTranspose2d)
    partial_conv = fluent(PartialConv2d)
    pool = fluent(Pool)
    global_pool = fluent(GlobalPool)
    adaptive_pool = fluent(AdaptivePool)
    fc = fluent(FC)
    rbf = fluent(RBF)
    norm = fluent(Norm)
    layer_scale = fluent(LayerScale)
    activation = fluent(Activation)
    relu = fluent(activates("relu"))
    relu6 = fluent(activates("relu6"))
    leaky_relu = fluent(activates("leaky_relu"))
    prelu = fluent(activates("prelu"))
    elu = fluent(activates("elu"))
    selu = fluent(activates("selu"))
    gelu = fluent(activates("gelu"))
    silu = fluent(activates("silu"))
    mish = fluent(activates("mish"))
    sigmoid = fluent(activates("sigmoid"))
    hardsigmoid = fluent(activates("hardsigmoid"))
    hardswish = fluent(activates("hardswish"))
    tanh = fluent(activates("tanh"))
    softmax = fluent(activates("softmax"))
    flatten = fluent(Flatten)
    dropout = fluent(Dropout)
    stochastic_depth = fluent(StochasticDepth)
    pad = fluent(Pad)
    crop = fluent(Crop)
    upsample = fluent(Upsample)
    split = fluent(Split)
    permute = fluent(Permute)
    channel_shuffle = fluent(ChannelShuffle)
    branch = fluent(branch)
    residual = fluent(Residual)
    repeat = fluent(Repeat)
    inception = fluent(Inception)


_METHODS = {
    getattr(method.make, "name", ""): name
    for name, method in vars(FluentMethods).items()
    if isinstance(method, fluent)
}


def method_call(step: Any) -> str:
    """Return the call that adds *step*: ``.conv(5, 6)``."""
    method = _METHODS.get(type(step).__name__)
    if method is None or vars(FluentMethods)[method].find() is not type(step):
        return f".add({step!r})"
    return f".{method}({', '.join(arguments(step))})"
