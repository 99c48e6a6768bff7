"""Known networks: one file for each family, one function for each network.

Every function builds its network afresh. `build` and `names` serve tools, which have
a network's name as text.

Example:
    >>> from cnncalc import zoo
    >>> zoo.lenet().params, zoo.build("lenet", classes=26).params
    (61706, 63066)
"""

from __future__ import annotations

from importlib import import_module
from typing import Any

from cnncalc.network import Network, unknown_name

__all__ = ["build", "names"]

# The networks of each family. A family is imported when one of its networks is used.
_FAMILIES = {
    "lenet": ("lenet", "lenet5", "coursera_lenet"),
    "alexnet": ("alexnet", "alexnet_2012", "alexnet_merged"),
    "vgg": (
        *("vgg11", "vgg13", "vgg16", "vgg19"),
        *("vgg11_bn", "vgg13_bn", "vgg16_bn", "vgg19_bn"),
    ),
}
_FAMILY = {network: family for family, all_ in _FAMILIES.items() for network in all_}


def names() -> list[str]:
    """Return the names of all networks, family by family."""
    return list(_FAMILY)


def build(name: str, **settings: Any) -> Network:
    """Build the network of that name.

    Args:
        name: One of `names`.
        settings: What its function takes: ``input=``, ``classes=`` and the family's
            own.

    Raises:
        UnknownNameError: If there is no such network; the message has the nearest.
        ConfigError: If it has no such setting.
        CnncalcError: If a layer cannot take what reaches it with these settings.
    """
    network: Network = _member(name)(**settings)
    return network


def _member(name: Any) -> Any:
    if not isinstance(name, str) or name not in _FAMILY:
        raise unknown_name("network", str(name), _FAMILY)
    return getattr(import_module(f"{__name__}.families.{_FAMILY[name]}"), name)


def __getattr__(name: str) -> Any:
    if name in _FAMILY:
        return _member(name)
    msg = f"module {__name__!r} has no attribute {name!r}"
    raise AttributeError(msg)


def __dir__() -> list[str]:
    return [*globals(), *_FAMILY]
