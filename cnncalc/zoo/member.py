"""Members of the zoo: functions of keyword settings, with the facts of a network.

A function that builds one network becomes its member where it is decorated:

    @member("avgpool")
    def mobilenet_v2(name, input=(224, 224, 3), *, classes=1000) -> Sequential:

One that builds several takes besides a design, which tells them apart:

    @members()
    def _vgg(name, design, input=(224, 224, 3), *, classes=1000) -> Sequential: ...
    vgg16 = _vgg("vgg16", "VGG of 16 weighted layers.", _D)
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import partial
from itertools import takewhile
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from cnncalc._typing import Concatenate, NamedTuple, ParamSpec, override
from cnncalc.checks import REAL, for_message, integer
from cnncalc.door import briefly, guarded
from cnncalc.errors import ConfigError
from cnncalc.layers.fields import FROM_0, Metadata, count, flag, optional, share
from cnncalc.layers.interned import PLAIN_TYPES
from cnncalc.network import Network
from cnncalc.refusals import NoNumber, NoSequence
from cnncalc.sizes.shape import ShapeLike

if TYPE_CHECKING:
    from cnncalc.zoo.claim import Claim

__all__ = ["Family", "Member", "Setting", "member", "members"]

D = TypeVar("D")
N_co = TypeVar("N_co", bound=Network, covariant=True)
P = ParamSpec("P")

# Settings: their defaults, and what they may be.

_MOST = 1e300  # of factors: thousands of filters times one are a float still


def _is_factor(value: Any) -> bool:
    return type(value) in REAL and 0 < value < _MOST


_SHAPE = {
    "good": lambda _: True,  # a shape has checks of its own
    "expected": "a shape: sizes and channels, as in 224×224×3",
}
_FACTOR = {"good": _is_factor, "expected": "a positive number"}

# What scales a network rather than counts or drops; how its default is written tells
# all else, but for a default of 0, which counts too.
_FACTORS = {"width", "depth"}
_FLAGS = {"true": True, "yes": True, "false": False, "no": False}


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(map(int, re.split("[x×,]", text.lower())))


def _size(text: str) -> int | tuple[int, ...]:
    sizes = _numbers(text)
    return sizes[0] if len(sizes) == 1 else sizes


def _optional(text: str) -> float | None:
    return None if text.lower() == "none" else float(text)


def _kind(name: str, default: Any) -> tuple[Metadata, Callable[[str], Any]]:
    """Return what a setting may be, by its name and default, and what reads a text."""
    if name == "input":
        return _SHAPE, _size
    match default:
        case bool():
            return flag(), lambda text: _FLAGS[text.lower()]
        case int():
            return count("") if default else FROM_0, int
        case float():
            return _FACTOR if name in _FACTORS else share(), float
        case tuple():
            from cnncalc.blocks.chain import counts  # which few networks need

            return counts(len(default)), _numbers
        case _:
            return optional(share()), _optional


def _converted(value: Any) -> Any:
    """Return *value* with numbers of other packages as Python's, in tuples too."""
    if isinstance(value, (tuple, list)):
        return tuple(map(integer, value))
    if type(value) in PLAIN_TYPES or type(value) is float:
        return value
    whole = integer(value)
    return _real(value) if whole is value else whole


def _real(value: Any) -> Any:
    from numbers import Real

    try:
        return float(value) if isinstance(value, Real) else value
    except OverflowError:  # of a fraction
        return value


class Setting(NamedTuple):
    """A keyword argument of a network of the zoo.

    Attributes:
        network: The network's name.
        name: Its own.
        default: Its value where it is left out.
        expected: What it may be, as a message says it: "a positive integer".
        good: Tells whether a value is that.
        read: Makes a value of a text; it fails with a `ValueError` or a `KeyError`.
    """

    network: str
    name: str
    default: Any
    expected: str
    good: Callable[[Any], bool]
    read: Callable[[str], Any]

    @property
    def about(self) -> str:
        """A sentence of what it may be, and its default."""
        expected = self.expected[0].upper() + self.expected[1:]
        return f"{expected}; by default {self.default!r}."

    def checked(self, value: Any) -> Any:
        """Return a value as it is used.

        Raises:
            ConfigError: If it is not what it may be.
        """
        converted = value if self.name == "input" else _converted(value)
        if not self.good(converted):
            raise self._refused(value)
        return converted

    def parsed(self, text: str) -> Any:
        """Return the value that is written as text.

        Raises:
            ConfigError: If it is not what it may be.
        """
        try:
            value = self.read(text)
        except (KeyError, ValueError):
            raise self._refused(text) from None
        return self.checked(value)

    def _refused(self, value: Any) -> ConfigError:
        why = f"{self.name} is {for_message(value)}"
        return ConfigError(why, f"It must be {self.expected}", self.network)


def _setting_of(network: str, name: str, default: Any) -> Setting:
    """Return a setting; what it may be follows from its name and its default.

    Example:
        >>> _setting_of("all_cnn", "dropout", 0.5).parsed("0.25")
        0.25
    """
    facts, read = _kind(name, default)
    return Setting(network, name, default, facts["expected"], facts["good"], read)


# Members.

_DOC = """\
{about}

Args:
{settings}

Returns:
    The network, built afresh at each call.

Raises:
    ConfigError: If there is no such setting, or a value is not what it may be.
"""


@guarded
class Member(NoNumber, NoSequence, Generic[P, N_co]):
    """A network of the zoo, built afresh at each call.

    Attributes:
        about: What it is, in a sentence.
        settings: What it takes, as a `Setting` for each keyword argument.

    Example:
        >>> from cnncalc import zoo
        >>> width = zoo.mobilenet_v2.settings["width"]
        >>> width.default, width.expected
        (1.0, 'a positive number')
    """

    _instead = "zoo.resnet18().params: a call builds the network"

    if not TYPE_CHECKING:  # which tells of this itself

        def __getattr__(self, name: str) -> Any:
            if name.startswith("_"):
                raise AttributeError(name)
            from cnncalc.words.lookup import missing_from_network

            own = self.__name__
            error = missing_from_network("Member", name, dir(Network))
            error.fix = error.fix.replace("net.", f"zoo.{own}().")
            error.why = f"{own} is a function, which builds a network"
            raise error

    def __init__(
        self,
        build: Callable[..., N_co],
        name: str,
        about: str,
        *design: Any,
        module_less: tuple[str, ...] = (),
        input: ShapeLike | None = None,
        **fixed: Any,
    ) -> None:
        self._build = partial(build, name, *design, **fixed)
        self._module_less, self.about = module_less, about
        self.__name__ = self.__qualname__ = name
        self.__module__ = build.__module__
        function: Any = build
        (usual,) = function.__defaults__
        defaults = {"input": input or usual, **(function.__kwdefaults__ or {})}
        self.settings = {
            key: _setting_of(name, key, default)
            for key, default in defaults.items()
            if key not in fixed
        }
        lines = (f"    {key}: {its.about}" for key, its in self.settings.items())
        self.__doc__ = _DOC.format(about=about, settings="\n".join(lines))

    @briefly
    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> N_co:
        """Build the network; the input shape may come without its name.

        Raises:
            ConfigError: If it has no such setting, or one is not what it may be.
        """
        net: Any = self._build(**self._settled(*args, **kwargs))
        made: N_co = net.calling_as_functions(*self._module_less)
        return made

    def _settled(self, *input: Any, **settings: Any) -> dict[str, Any]:
        """Return the settings that were given and the input, all of them checked."""
        if len(input) + ("input" in settings) > 1:
            why = "it has more than one input shape"
            fix = "Pass one, as a tuple (height, width, channels)"
            raise ConfigError(why, fix, self.__name__)
        if input:
            settings["input"] = input[0]
        given = dict(settings)
        settings.setdefault("input", self.settings["input"].default)
        for key, value in given.items():
            settings[key] = self._setting(key, given).checked(value)
        return settings

    def _setting(self, name: str, given: Mapping[str, Any] | None = None) -> Setting:
        if name in self.settings:
            return self.settings[name]
        why, fix = f"it has no setting {name!r}", f"It has: {', '.join(self.settings)}"
        error = ConfigError(why, fix, self.__name__)
        error.hint = self._meant(dict(given)) if given else ""
        raise error

    def _meant(self, given: dict[str, Any]) -> str:
        """Return what is meant by settings that others have; "" if nobody knows."""
        from cnncalc.words.lookup import meant_settings

        with_head = given.pop("include_top", True)
        usual = {name: its.default for name, its in self.settings.items()}
        hint = meant_settings(self.__name__, given, usual)
        nodes: Any = () if with_head or not hint else self._build(**usual).nodes
        head = list(takewhile(lambda row: row.output.positions == 1, reversed(nodes)))
        return f"{hint}[:-{len(head)}]" if head else hint

    def parsed(self, name: str, text: str) -> Any:
        """Return the value of a setting that is written as text, checked.

        Args:
            name: The setting's name.
            text: Its value: ``10``, ``0.5``, ``true``, ``none``, ``4,8,4``,
                ``224x224x3``.

        Raises:
            ConfigError: If it has no such setting, or the text is not what that may
                be; the message says what it may.

        Example:
            >>> from cnncalc import zoo
            >>> zoo.mobilenet_v2.parsed("width", "0.5")
            0.5
        """
        return self._setting(name).parsed(text)

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The claims that papers and articles print of it."""
        from cnncalc.zoo.claim import claims_of

        return claims_of(self.__name__)

    @property
    def __signature__(self) -> Any:
        """The settings, for `inspect.signature` and for editors."""
        from inspect import signature

        whole = signature(self._build)
        parameters = [
            whole.parameters[name].replace(default=its.default)
            for name, its in self.settings.items()
        ]
        return whole.replace(parameters=parameters)

    def variant(self, name: str, about: str, **fixed: Any) -> Member[P, N_co]:
        """Return a network of its own that fixes some of the settings.

        Raises:
            ConfigError: If it has no such setting.
        """
        for key in fixed:
            self._setting(key)
        build, (_, *design) = self._build.func, self._build.args
        fixed = {"input": self.settings["input"].default, **fixed}
        less = self._module_less
        return Member(build, name, about, *design, module_less=less, **fixed)

    @override
    def __reduce__(self) -> str:
        return self.__name__  # of its module, where `pickle` finds it

    @override
    def __repr__(self) -> str:
        settings = ", ".join(f"{k}={s.default!r}" for k, s in self.settings.items())
        return f"<zoo network {self.__name__}({settings})>"


class Family(Generic[D, P, N_co]):
    """A builder of several networks, which are members: each is a call of this."""

    def __init__(
        self,
        build: Callable[Concatenate[str, D, P], N_co],
        module_less: tuple[str, ...],
    ) -> None:
        self._build, self._module_less = build, module_less

    def __call__(
        self, name: str, about: str, design: D, **more: Any
    ) -> Member[P, N_co]:
        """Return a network of the family.

        Args:
            name: The network's name.
            about: What it is, in a sentence.
            design: What tells it apart from its family.
            more: As of a `Member`: ``input=``, with which it is published, and
                ``module_less=``, if they are not the family's; and settings of the
                family that it does not have, with their values.
        """
        more = {"module_less": self._module_less, **more}
        return Member(self._build, name, about, design, **more)


def members(
    *module_less: str,
) -> Callable[[Callable[Concatenate[str, D, P], N_co]], Family[D, P, N_co]]:
    """Return what makes a `Family` of a function that builds several networks.

    The function takes a name, a design, the input shape, and settings by name.

    Args:
        module_less: Patterns of the paths of nodes that torchvision's code runs as
            functions, not as modules.
    """
    return lambda build: Family(build, module_less)


def member(
    *module_less: str,
) -> Callable[[Callable[Concatenate[str, P], N_co]], Member[P, N_co]]:
    """Return what makes a member of a function that builds one network.

    The function takes its own name, the input shape, and settings by name; what the
    network is stands in its documentation.

    Args:
        module_less: As of `members`.
    """

    def made(build: Callable[Concatenate[str, P], N_co]) -> Member[P, N_co]:
        about = " ".join(str(build.__doc__).split())
        return Member(build, build.__name__, about, module_less=module_less)

    return made
