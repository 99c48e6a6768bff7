"""Fluent methods: layer classes as methods of a network, written once.

``conv = fluent(Conv2d)`` gives a class the method ``net.conv(...)`` with the
signature and the documentation of `Conv2d`, for type checkers and for people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, overload

from typing_extensions import ParamSpec, Self

from cnncalc.errors import CnncalcError
from cnncalc.graph.block import Block
from cnncalc.later import later
from cnncalc.layers.base import Layer
from cnncalc.layers.fields import argument_pieces

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

__all__ = ["FluentMethods", "activates", "fluent", "spelled"]

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

    def __set_name__(self, owner: type[Any], name: str) -> None:
        self.__name__ = name

    def __call__(self, net: N, /, *args: P.args, **kwargs: P.kwargs) -> N:
        """Add the layer to *net*: what the method does, called on the class."""
        longer: N = _Method(self, net)(*args, **kwargs)
        return longer

    @overload
    def __get__(self, net: None, owner: type[Any]) -> Self: ...
    @overload
    def __get__(self, net: N, owner: type[Any]) -> Callable[P, N]: ...
    def __get__(self, net: Any, owner: type[Any]) -> Any:
        return self if net is None else _Method(self, net)


class _Method:
    """A fluent method, bound to its network."""

    __slots__ = ("__self__", "_fluent")

    __doc__: Any = property(lambda self: self._fluent.__doc__)

    def __init__(self, of: Any, net: Any) -> None:
        self._fluent, self.__self__ = of, net

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        net, make = self.__self__, self._fluent.make
        try:
            part = make(*args, **kwargs)
        except CnncalcError as error:
            place = net.next_name(kwargs.get("name"), self.__name__)
            raise error.at_place(place) from None
        return net.add(part)

    def __getattr__(self, attribute: str) -> Any:
        # What `inspect` and editors ask for: __name__, __doc__, __wrapped__, ...
        if attribute == "__wrapped__":
            return self._fluent.find()
        return getattr(self._fluent, attribute)


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


def spelled(step: Any) -> Iterator[Any]:
    """Give the call that adds *step*, ``.conv(5, 6)``, in pieces: see `Value`."""
    method = _METHODS.get(type(step).__name__)
    if method is None or vars(FluentMethods)[method].find() is not type(step):
        yield from (".add(", step, ")")
    else:
        yield f".{method}("
        yield from argument_pieces(step)
        yield ")"
