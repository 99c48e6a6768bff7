"""Fluent methods: layer classes as methods of a network, written once.

``conv = fluent(Conv2d)`` gives a class the method ``net.conv(...)`` with the
signature and the documentation of `Conv2d`, for type checkers and for people.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from types import MethodType
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, cast, overload

from cnncalc._lazy import later
from cnncalc._typing import ParamSpec, Self
from cnncalc.cache import Memo
from cnncalc.errors import CnncalcError
from cnncalc.graph.block import Block
from cnncalc.layers.base import Layer
from cnncalc.layers.fields import argument_pieces
from cnncalc.layers.interned import PLAIN, exact

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

    # What its longer networks are remembered by: equal calls make equal ones. None
    # where they are not, as of a network with an input, which is checked as it grows.
    origin: Any

    def add(self, *parts: Layer | Block) -> Self: ...

    def next_name(self, name: Any, stem: str) -> str: ...


N = TypeVar("N", bound=_Fluent)


class fluent(Generic[P]):  # noqa: N801 - reads as a keyword at its one use
    """Expose a layer class, or what makes a layer, as a method of a network.

    What equal arguments make is made once: then what is built from it again can be
    told by its identity.

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
        key: Any = self
        if args or kwargs:
            values = (*args, *kwargs.values())
            types = tuple(map(type, values))
            key = (self, *kwargs, *values, *types)
            if not PLAIN.issuperset(types):
                inner = exact((args, *kwargs.items()))
                key = inner and (self, inner)
        origin = net.origin
        if origin is not None:
            longer: N | None = _GROWN.get((origin, key))
            if longer is None:
                longer = net.add(self._make(net, args, kwargs))
                if key is not None:
                    _GROWN.put((origin, key), longer)
            return longer
        part: Any = _PARTS.get(key)
        if part is None:
            part = self._make(net, args, kwargs)
            if key is not None:
                _PARTS.put(key, part)
        return net.add(part)

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


# What fluent methods made of which arguments; and which open networks, of which origin,
# they made longer how.
_PARTS = Memo(most=4096)
_GROWN = Memo(most=8192)


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
