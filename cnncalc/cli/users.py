"""The networks in modules of the user's, which a command names as module:attribute."""

from __future__ import annotations

import importlib
import os
import sys
from contextlib import redirect_stdout, suppress
from typing import Any

from cnncalc.checks import for_message
from cnncalc.cli.output import told
from cnncalc.cli.settings import checked_settings
from cnncalc.errors import CnncalcError, ConfigError
from cnncalc.network import Network

__all__ = ["attribute_of"]


def attribute_of(
    module: str,
    attribute: str,
    settings: dict[str, Any],
    shape: Any,
    flags: tuple[str, ...],
) -> Network:
    """Return the network that an attribute of a module is, or returns for settings."""
    if module.endswith(".py"):
        why = f"{module} is a file, and a module is called without its suffix"
        folder, name = os.path.split(module.removesuffix(".py"))
        where = f", in the folder {folder}" if folder else ""
        raise ConfigError(why, f"Write {name}:{attribute}{where}")
    found = _imported(module, attribute, settings)
    if isinstance(found, Network):
        return found if shape is None else found.on(shape)
    from cnncalc.cli.models import framework_network

    net = framework_network(found, shape, flags)
    if net is None:
        why = f"{module}:{attribute} is {for_message(found)}"
        raise ConfigError(why, "It must be a network, or a function that returns one")
    return net


def _imported(module: str, attribute: str, settings: dict[str, Any]) -> Any:
    """Return what an attribute of a module is, or returns for settings.

    What the module prints goes to the standard error: the output is the command's.
    """
    from inspect import signature

    here = os.getcwd()  # noqa: PTH109 - where the user stands
    path = sys.path
    path.insert(0, here)
    try:
        with redirect_stdout(sys.stderr):
            found: Any = importlib.import_module(module)
            for name in attribute.split("."):
                found = getattr(found, name)
            if _makes(found):
                takes = signature(found).parameters
                if all(p.kind is not p.VAR_KEYWORD for p in takes.values()):
                    checked_settings(settings, takes)
                found = found(**settings)
            else:
                checked_settings(settings, ())
    except CnncalcError:
        raise
    except (Exception, SystemExit) as error:  # noqa: BLE001 - whatever it does
        why = f"{module}:{attribute} cannot be had: {told(error)}"
        fix = "Name a module and, in it, a network or a function that returns one"
        raise ConfigError(why, fix) from None
    finally:
        sys.path = path  # whatever the module made of it
        with suppress(ValueError):
            path.remove(here)
    return found


def _makes(found: Any) -> bool:
    """Tell whether something returns a network or a model, and is none itself."""
    is_model = hasattr(found, "forward") or hasattr(found, "to_json")
    return callable(found) and (
        isinstance(found, type) or not (isinstance(found, Network) or is_model)
    )
