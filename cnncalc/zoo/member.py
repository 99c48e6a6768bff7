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

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from cnncalc._typing import Concatenate, ParamSpec, override
from cnncalc.door import NoNumber, guarded
from cnncalc.errors import ConfigError
from cnncalc.network import Network
from cnncalc.sizes.shape import ShapeLike
from cnncalc.zoo.settings import Setting, setting

if TYPE_CHECKING:
    from cnncalc.zoo.claim import Claim

__all__ = ["Family", "Member", "member", "members"]

D = TypeVar("D")
N_co = TypeVar("N_co", bound=Network, covariant=True)
P = ParamSpec("P")

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
class Member(NoNumber, Generic[P, N_co]):
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

    _instead = "its network's, which a call builds: zoo.resnet18().params"

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
            key: setting(name, key, default)
            for key, default in defaults.items()
            if key not in fixed
        }
        lines = (f"    {key}: {its.about}" for key, its in self.settings.items())
        self.__doc__ = _DOC.format(about=about, settings="\n".join(lines))

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> N_co:
        """Build the network; the input shape may come without its name.

        Raises:
            ConfigError: If it has no such setting, or one is not what it may be.
        """
        settings = self._settled(*args, **kwargs)
        net: Any = self._build(**settings)
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
        settings.setdefault("input", self.settings["input"].default)
        for key, value in settings.items():
            try:
                setting = self._setting(key)
            except ConfigError as error:
                error.hint = self._meant(key, value)
                raise
            settings[key] = setting.checked(value)
        return settings

    def _setting(self, name: str) -> Setting:
        if name not in self.settings:
            why = f"it has no setting {name!r}"
            raise ConfigError(why, f"It has: {', '.join(self.settings)}", self.__name__)
        return self.settings[name]

    def _meant(self, name: str, value: Any) -> str:
        """Return what is meant by a setting that others have; "" if nobody knows."""
        from cnncalc.words.table import word_of

        for row in word_of(name, "argument", "left out"):
            if row.ours in self.settings:
                return f"Write {self.__name__}({row.ours}={value!r})"
            if row.note:
                return f"{name} is left out: {row.note}. Write {self.__name__}()"
        return ""

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
