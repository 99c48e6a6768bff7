"""Fluent methods: layer classes as methods of a network, written once.

``conv = fluent(lambda: layers.Conv2d)`` gives a class the method ``net.conv(...)`` with
the signature and the documentation of `Conv2d`, for type checkers and for people. The
lambda lets a kind be imported when its method is first used.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, cached_property
from types import FunctionType, MethodType
from typing import TYPE_CHECKING, Any, Generic, Protocol, TypeVar, overload

from cnncalc import blocks, layers
from cnncalc._lazy import modules
from cnncalc._typing import ParamSpec, Self
from cnncalc.cache import Memo
from cnncalc.door import Asked, Uncalled, never_made
from cnncalc.errors import CnncalcError
from cnncalc.graph.block import Block
from cnncalc.layers.base import Layer
from cnncalc.layers.facts import snake_case
from cnncalc.layers.fields import arguments, rank_of
from cnncalc.layers.interned import identity_key
from cnncalc.network.question import question

if TYPE_CHECKING:
    from cnncalc.layers import Activation
    from cnncalc.network import makers

    class _Fluent(Protocol):
        """A network with fluent methods."""

        # What equal calls make equal networks of; None where a network has an input,
        # which is checked as it grows.
        @property
        def _origin(self) -> Any: ...

        @property
        def _link(self) -> Any: ...

        def add(self, *parts: Layer | Block) -> Self: ...

        def next_name(self, name: Any, prefix: str) -> str: ...

    class _MakeActivation(Protocol):
        def __call__(
            self, *, name: str | None = None, trainable: bool = True
        ) -> Activation: ...

else:  # imported when one of them is used
    globals().update(modules("cnncalc.network", "makers"))


__all__ = ["FluentMethods", "activates", "fluent", "method_call"]

P = ParamSpec("P")
N = TypeVar("N", bound="_Fluent")


@cache
def _methods_of(owner: Any) -> list[str]:
    """Return the names of what networks are asked by calls."""
    found = {name: value for cls in owner.__mro__ for name, value in vars(cls).items()}
    callable_ = (fluent, question, Asked, FunctionType)
    return [n for n, of in found.items() if n[0] != "_" and isinstance(of, callable_)]


class fluent(Generic[P]):  # noqa: N801 - reads as a keyword at its one use
    """Expose a layer class, or what makes a layer, as a method of a network.

    Args:
        find: Returns what makes the layer; the method has its signature.
        prefix: What the automatic name of its node begins with; None if that is the
            method's name.
    """

    def __init__(
        self, find: Callable[[], Callable[P, Layer | Block]], prefix: str | None = None
    ) -> None:
        self._find, self._prefix = find, prefix
        self._names: list[str] = []

    __doc__: Any = property(lambda self: self.make.__doc__)

    @cached_property
    def make(self) -> Callable[P, Layer | Block]:
        """The class or function that makes the layer."""
        return self._find()

    @property
    def __signature__(self) -> Any:
        """The signature of the layer, with the network before it, as of any method."""
        from inspect import Parameter, signature

        made = signature(self.make)
        net = Parameter("self", Parameter.POSITIONAL_ONLY)
        parameters = [net, *made.parameters.values()]
        return made.replace(parameters=parameters, return_annotation="Sequential")

    def __set_name__(self, owner: type[Any], name: str) -> None:
        self.__name__ = self.__qualname__ = name
        self._names.append(name)

    @cached_property
    def method(self) -> Callable[..., Any]:
        """The method of a network: a function, which Python calls faster than others.

        It is the layer's signature that `inspect` finds of it, when somebody asks.
        """
        make = self.make

        def call(net: Any = None, /, *args: Any, **kwargs: Any) -> Any:
            try:
                origin = net._origin
            except AttributeError:
                given = args if net is None else (net, *args)
                raise never_made(f"net.{self.__name__}", given, kwargs) from None
            key: Any = None
            if origin is not None:
                key = (origin, self)
                if args or kwargs:
                    key = identity_key(key, args, kwargs)
                known: tuple[Any, Any] | None = _OPEN.get(key)
                if known is not None:
                    return known[0]
            try:
                longer = net.add(make(*args, **kwargs))
            except (CnncalcError, TypeError) as error:
                raise self._helped(error, net, args, kwargs) from None
            if key is not None:
                _OPEN.put(key, (longer, net))  # whose identity may be in the key
            return longer

        name = self.__name__
        call.__name__, call.__qualname__, call.__doc__ = name, name, self.__doc__
        call.__wrapped__ = self  # type: ignore[attr-defined]
        return call

    if TYPE_CHECKING:  # which takes what a class has for this, and not for its method

        def __call__(self, net: N, /, *args: P.args, **kwargs: P.kwargs) -> N:
            """Add the layer to *net*."""
            ...

    def _helped(self, error: Exception, net: _Fluent, args: Any, kwargs: Any) -> Any:
        """Return the error of a call with its place, and with what may be meant."""
        from cnncalc.words.calls import helped

        x = net._link.shape
        name, channels = self.__name__, x.channels if x else None
        found = helped(error, self.make, name, args, kwargs, channels=channels)
        if not isinstance(found, CnncalcError):
            return found
        place = net.next_name(kwargs.get("name"), self._prefix or name)
        return found.at_place(place).at_door()

    @overload
    def __get__(self, net: None, owner: type[Any]) -> Self: ...
    @overload
    def __get__(self, net: N, owner: type[Any]) -> Callable[P, N]: ...
    def __get__(self, net: Any, owner: Any) -> Any:
        # From now on Python finds the function itself: to ask a descriptor at each call
        # makes a sweep of plain calls take a tenth longer.
        for name in self._names:
            setattr(owner, name, self.method)
        # A function cannot tell of a name that it lacks: it has those that are called.
        told = Uncalled(f"net.{self.__name__}", self.make)
        vars(self.method).update(dict.fromkeys(_methods_of(owner), told))
        return self.method if net is None else MethodType(self.method, net)


# What open networks became by which calls. Those that are made of equal calls, such as
# the bodies of residual blocks, so are one value, and are lowered once: without it a
# sweep of networks made of plain calls takes eight times as long.
_OPEN = Memo(most=8192)


def activates(function: str) -> _MakeActivation:
    """Return what makes activations of one function."""

    def make(*, name: str | None = None, trainable: bool = True) -> Activation:
        return layers.Activation(function, name=name, trainable=trainable)

    make.__doc__ = f"Apply {function} to each value; see `Activation`."
    return make


class FluentMethods:
    """The layers and blocks that a network has as methods."""

    __slots__ = ()

    conv1d = fluent(lambda: layers.Conv1d)
    conv2d = fluent(lambda: layers.Conv2d)
    conv = conv2d
    conv3d = fluent(lambda: layers.Conv3d)
    depthwise1d = fluent(lambda: layers.DepthwiseConv1d)
    depthwise = fluent(lambda: layers.DepthwiseConv2d)
    depthwise3d = fluent(lambda: layers.DepthwiseConv3d)
    separable1d = fluent(lambda: layers.SeparableConv1d)
    separable = fluent(lambda: layers.SeparableConv2d)
    conv_transpose1d = fluent(lambda: layers.ConvTranspose1d)
    conv_transpose = fluent(lambda: layers.ConvTranspose2d)
    conv_transpose3d = fluent(lambda: layers.ConvTranspose3d)
    partial_conv = fluent(lambda: layers.PartialConv2d)
    max_pool = fluent(lambda: makers.max_pool, "pool")
    avg_pool = fluent(lambda: makers.avg_pool, "pool")
    pool = fluent(lambda: layers.Pool)
    global_pool = fluent(lambda: layers.GlobalPool)
    adaptive_pool = fluent(lambda: layers.AdaptivePool)
    locally_connected1d = fluent(lambda: layers.LocallyConnected1d)
    locally_connected2d = fluent(lambda: layers.LocallyConnected2d)
    embedding = fluent(lambda: layers.Embedding)
    quantize = fluent(lambda: layers.Quantize)
    dequantize = fluent(lambda: layers.Dequantize)
    linear = dense = fc = fluent(lambda: layers.FC)
    lstm = fluent(lambda: layers.LSTM)
    gru = fluent(lambda: layers.GRU)
    rnn = fluent(lambda: layers.RNN)
    conv_lstm = fluent(lambda: layers.ConvLSTM2d)
    rbf = fluent(lambda: layers.RBF)
    batch_norm = fluent(lambda: makers.normalises("batch", "over a batch"), "norm")
    layer_norm = fluent(lambda: makers.normalises("layer", "over the channels"), "norm")
    group_norm = fluent(lambda: makers.group_norm, "norm")
    instance_norm = fluent(
        lambda: makers.normalises("instance", "each channel"), "norm"
    )
    norm = fluent(lambda: layers.Norm)
    layer_scale = fluent(lambda: layers.LayerScale)
    activation = fluent(lambda: layers.Activation)
    relu = fluent(lambda: activates("relu"))
    relu6 = fluent(lambda: activates("relu6"))
    leaky_relu = fluent(lambda: activates("leaky_relu"))
    prelu = fluent(lambda: makers.prelu)
    elu = fluent(lambda: activates("elu"))
    celu = fluent(lambda: activates("celu"))
    selu = fluent(lambda: activates("selu"))
    gelu = fluent(lambda: activates("gelu"))
    silu = fluent(lambda: activates("silu"))
    mish = fluent(lambda: activates("mish"))
    softplus = fluent(lambda: activates("softplus"))
    softsign = fluent(lambda: activates("softsign"))
    sigmoid = fluent(lambda: activates("sigmoid"))
    log_sigmoid = fluent(lambda: activates("log_sigmoid"))
    hardsigmoid = fluent(lambda: activates("hardsigmoid"))
    hardswish = fluent(lambda: activates("hardswish"))
    hardtanh = fluent(lambda: activates("hardtanh"))
    tanh = fluent(lambda: activates("tanh"))
    softmax = fluent(lambda: activates("softmax"))
    log_softmax = fluent(lambda: activates("log_softmax"))
    identity = fluent(lambda: activates("identity"))
    flatten = fluent(lambda: layers.Flatten)
    dropout = fluent(lambda: layers.Dropout)
    stochastic_depth = fluent(lambda: layers.StochasticDepth)
    pad = fluent(lambda: layers.Pad)
    crop = fluent(lambda: layers.Crop)
    upsample = fluent(lambda: layers.Upsample)
    split = fluent(lambda: layers.Split)
    permute = fluent(lambda: layers.Permute)
    channel_shuffle = fluent(lambda: layers.ChannelShuffle)
    reshape = fluent(lambda: layers.Reshape)
    expand = fluent(lambda: layers.Expand)
    slice = fluent(lambda: layers.Slice)
    select = fluent(lambda: layers.Select)
    roll = fluent(lambda: layers.Roll)
    gather = fluent(lambda: layers.Gather)
    pixel_shuffle = fluent(lambda: layers.PixelShuffle)
    space_to_depth = fluent(lambda: layers.PixelUnshuffle)
    pixel_unshuffle = space_to_depth
    max_unpool = fluent(lambda: layers.MaxUnpool)
    reduce = fluent(lambda: layers.Reduce)
    function = fluent(lambda: layers.Function)
    add_parameter = fluent(lambda: blocks.WithParameter)
    branch = fluent(lambda: blocks.branch)
    residual = fluent(lambda: blocks.Residual)
    repeat = fluent(lambda: blocks.Repeat)
    attention = fluent(lambda: blocks.MultiHeadAttention)
    einsum = fluent(lambda: layers.Einsum)
    inception = fluent(lambda: blocks.Inception)


def method_call(step: Any) -> str:
    """Return the call that adds *step*: ``.conv(5, 6)``."""
    kind: Any = type(step)
    # A method is called as its kind calls nodes, or else as the kind, with the number
    # of axes where there are several such. To look for it so imports no other kinds.
    stem = getattr(kind, "_name_stem", "") or getattr(kind, "stem", "")
    prefix = stem or snake_case(kind.__name__)
    for name in (prefix, f"{prefix}{rank_of(kind)}d"):
        method = vars(FluentMethods).get(name)
        if isinstance(method, fluent) and method.make is kind:
            return f".{name}({', '.join(arguments(step))})"
    return f".add({step!r})"
