"""Members of the zoo: functions of keyword settings, with the facts of a network.

A family is one function that builds all its networks from what tells them apart. Each
network is that function with these things fixed:

    vgg16 = member(_vgg, "vgg16", "VGG-16 (configuration D).", convolutions=_D)
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any, Generic, TypeVar

from cnncalc._typing import override
from cnncalc.errors import ConfigError
from cnncalc.network import Graph, Network
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.claim import Claim
from cnncalc.zoo.settings import checks_of, settled

__all__ = ["Member", "member"]

N_co = TypeVar("N_co", bound=Network, covariant=True)


class Member(Generic[N_co]):
    """A network of the zoo, built afresh at each call.

    Attributes:
        settings: The keyword arguments that it takes, with their defaults.
        claims: What papers and articles print of it.
    """

    def __init__(
        self,
        build: Callable[..., N_co],
        name: str,
        doc: str,
        module_less: tuple[str, ...],
        claims: tuple[Claim, ...],
        fixed: dict[str, Any],
    ) -> None:
        self._build, self._module_less, self._fixed = build, module_less, fixed
        self.claims = claims
        self.__name__ = self.__qualname__ = name
        self.__doc__ = doc
        defaults = build.__kwdefaults__ or {}
        self.settings = {k: v for k, v in defaults.items() if k not in fixed}
        self._checks = checks_of(self.settings)

    def __call__(self, *input: ShapeLike, **settings: Any) -> N_co:
        """Build the network; the input shape may come without its name.

        Raises:
            ConfigError: If it has no such setting, or one is not what it may be.
        """
        settings = self._settled(*input, **settings)
        net: Any = self._build(self.__name__, **self._fixed, **settings)
        named: Any = net.calling_as_functions(*self._module_less)
        if isinstance(named, Graph):
            others = {name: v for name, v in settings.items() if name != "input"}
            named = named.remade_by(partial(_again, self.__name__, others))
        made: N_co = named
        return made

    def _settled(self, *input: Any, **settings: Any) -> dict[str, Any]:
        """Return the settings that were given, all of them checked."""
        if len(input) + ("input" in settings) > 1:
            why = "it has more than one input shape"
            fix = "Pass one, as a tuple (height, width, channels)"
            raise ConfigError(why, fix, self.__name__)
        for name, value in settings.items():
            if name not in self.settings:
                why = f"it has no setting {name!r}"
                fix = f"It has: {', '.join(self.settings)}{self._meant(name, value)}"
                raise ConfigError(why, fix, self.__name__)
            if name != "input":
                settings[name] = settled(self.__name__, name, value, self._checks[name])
        return settings | {"input": input[0]} if input else settings

    def _meant(self, name: str, value: Any) -> str:
        """Return how a message goes on about a setting that others have."""
        from cnncalc.words.table import word_of

        for row in word_of(name, "argument", "left out"):
            if row.ours in self.settings:
                return f". Write {self.__name__}({row.ours}={value!r})"
            if row.note:
                return f". {name} is left out: {row.note}. Write {self.__name__}()"
        return ""

    @property
    def __signature__(self) -> Any:
        """The settings, for `inspect.signature` and for editors."""
        from inspect import Parameter, Signature

        return Signature(
            [
                Parameter(name, Parameter.KEYWORD_ONLY, default=default)
                for name, default in self.settings.items()
            ]
        )

    @override
    def __repr__(self) -> str:
        settings = ", ".join(f"{k}={v!r}" for k, v in self.settings.items())
        return f"<zoo network {self.__name__}({settings})>"


def _again(name: str, settings: dict[str, Any], shape: ShapeLike) -> Any:
    """Return a network of the zoo for another input shape."""
    from cnncalc import zoo

    return zoo.build(name, input=shape, **settings)


def member(
    build: Callable[..., N_co],
    name: str,
    doc: str,
    *,
    module_less: tuple[str, ...] = (),
    claims: tuple[Claim, ...] = (),
    **fixed: Any,
) -> Member[N_co]:
    """Return a network of the zoo.

    Args:
        build: Builds the networks of the family, from a name and keyword arguments.
        name: The network's name.
        doc: What it is.
        module_less: Patterns of the paths of nodes that torchvision's code runs as
            functions, not as modules.
        claims: What papers and articles print of it.
        fixed: What tells it apart from its family.
    """
    return Member(build, name, doc, module_less, claims, fixed)
