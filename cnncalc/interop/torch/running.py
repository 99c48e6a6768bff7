"""A run of a PyTorch module, on a copy without weights. It needs PyTorch.

The copy runs on the meta device, where tensors have shapes and no numbers. What looks
at numbers runs on zeros on the CPU instead. The module that was given stays as it is.
"""

from __future__ import annotations

import copy
from collections import OrderedDict
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from itertools import product
from typing import Any

from cnncalc.checks import for_message, is_count
from cnncalc.errors import CnncalcError, ConfigError
from cnncalc.interop.torch.recording import Recording, tensors_in
from cnncalc.interop.torch.trace import Trace

__all__ = ["traced"]


def traced(module: Any, given: Any, device: str) -> Trace:
    """Return what a module calls on such inputs.

    Args:
        module: The module.
        given: Shapes without a batch, or tensors: one, several, or a dict by names.
        device: "meta" or "cpu".

    Raises:
        ConfigError: If it does not run on these, or cannot be followed.
    """
    module = _plain_module(module)
    try:
        try:
            return _tried(module, given, device)
        except Exception as error:
            if device != "meta" or not _needs_numbers(error):
                raise
            trace = _tried(module, given, "cpu")
            note = "the module looks at numbers: it ran on zeros on the CPU"
            return trace._replace(notes=(note,))
    except CnncalcError:
        raise
    except Exception as error:
        line = str(error).strip().partition("\n")[0]
        why = f"the module does not run on that: {type(error).__name__}: {line}"
        fix = "Give shapes as it takes them, (3, 224, 224), or tensors, to input="
        raise ConfigError(why, fix) from error


# Where PyTorch keeps the modules that convert() puts in the place of others.
_QUANTISED = (
    *("torch.ao.nn.quantized", "torch.ao.nn.intrinsic.quantized"),
    *("torch.nn.quantized", "torch.nn.intrinsic.quantized"),
)


def _plain_module(module: Any) -> Any:
    """Return what is within wrappers; what cannot be followed is refused."""
    torch: Any = import_module("torch")
    if isinstance(module, torch.export.ExportedProgram):
        module = module.module()
    if not isinstance(module, torch.nn.Module):
        why = f"{for_message(module)} is no torch.nn.Module"
        raise ConfigError(why, "Pass the model itself: from_torch(model)")
    parallel = (torch.nn.DataParallel, torch.nn.parallel.DistributedDataParallel)
    while True:
        if isinstance(module, parallel):
            module = module.module
        elif "_orig_mod" in module._modules:  # of torch.compile
            module = module._orig_mod
        else:
            break
    kinds = {type(part): name for name, part in module.named_modules()}
    for kind, name in kinds.items():
        if issubclass(kind, torch.jit.ScriptModule):
            why = f"{name or 'the module'} is a ScriptModule, whose calls are hidden"
            raise ConfigError(why, "Pass the Python module that it was made of")
        quantised = kind.__module__.startswith(_QUANTISED)
        if quantised and kind.__name__ != "FloatFunctional":  # which is of floats
            why = f"{name or 'the module'} is a quantised {kind.__name__}"
            fix = "Pass the model before convert(), or export it to ONNX with QDQ"
            raise ConfigError(why, fix)
    return module


def _needs_numbers(error: Exception) -> bool:
    text = f"{type(error).__name__} {error}".lower()
    return any(word in text for word in ("meta", "item()", "data-dependent", "nonzero"))


def _tried(module: Any, given: Any, device: str) -> Trace:
    """Return a trace on the first of the ways to take an input on which it runs."""
    found: Exception | None = None
    for args, kwargs, batched in _inputs(given, device):
        try:
            trace = _followed(_copied(module, device), args, kwargs, device)
            return trace._replace(batched=batched)
        except Exception as error:  # noqa: BLE001 - a module may raise anything
            if found is None or _wants_integers(found):
                found = error
    assert found is not None
    raise found


def _wants_integers(error: Exception) -> bool:
    text = str(error)
    return any(word in text for word in ("indices", "Long", "Int", "integer"))


def _copied(module: Any, device: str) -> Any:
    """Return a copy for inference, on the meta device without its weights."""
    memo = {id(x): _stand_in(x, device) for x in _own_tensors(module)}
    for part in module.modules():  # most of it are empty dicts, of hooks and the like
        for value in vars(part).values():
            if type(value) in _DICTS and not value:
                memo[id(value)] = type(value)()
    try:
        found = copy.deepcopy(module, memo)
    except Exception as error:
        why = f"the module cannot be copied: {type(error).__name__}: {error}"
        raise ConfigError(why, "Leave out of it what copy.deepcopy refuses") from error
    return found.eval().requires_grad_(False)


_DICTS = {dict, OrderedDict}


def _own_tensors(module: Any) -> Iterator[Any]:
    """Yield the tensors of a module: weights, state, and plain attributes."""
    torch: Any = import_module("torch")
    yield from module.parameters()
    yield from module.buffers()
    for part in module.modules():
        for x in vars(part).values():
            if isinstance(x, torch.Tensor):
                yield x


def _stand_in(x: Any, device: str) -> Any:
    """Return what takes the place of a tensor in a copy."""
    torch: Any = import_module("torch")
    if torch.nn.parameter.is_lazy(x):
        why = "the module has parameters that get their shape at its first run"
        raise ConfigError(why, "Run it once before: model(example)")
    if device == "meta":
        found = torch.empty(x.shape, dtype=x.dtype, device=device)
    elif x.is_meta:
        found = torch.zeros_like(x, device=device, requires_grad=False)
    else:
        found = x.detach().to(device).clone()
    if isinstance(x, torch.nn.Parameter):
        return torch.nn.Parameter(found, requires_grad=False)
    return found


def _inputs(
    given: Any, device: str
) -> Iterator[tuple[list[Any], dict[str, Any], bool]]:
    """Yield the ways in which what was given may be meant: arguments, and if batched.

    Shapes may be of floating-point numbers or of integers, with a batch or without.
    """
    torch: Any = import_module("torch")
    if isinstance(given, Mapping):
        names, several = list(given), list(given.values())
    else:
        names, several = [], list(_listed(given))
    for x in several:
        if not isinstance(x, torch.Tensor) and not _is_shape(x):
            why = f"input is {for_message(given)}"
            fix = "Give a shape, (3, 224, 224), a list or dict of such, or tensors"
            raise ConfigError(why, fix)
    open_ones = sum(not isinstance(x, torch.Tensor) for x in several)
    for batch, dtypes in product(((1,), ()), _types(open_ones)):
        left = iter(dtypes)
        made = [
            x.detach().to(device)
            if isinstance(x, torch.Tensor)
            else torch.zeros((*batch, *x), dtype=next(left), device=device)
            for x in several
        ]
        named = dict(zip(names, made, strict=True)) if names else {}
        yield [] if names else made, named, bool(batch)
        if not open_ones:
            break


_MOST_MIXED = 3


def _types(count: int) -> list[tuple[Any, ...]]:
    """Return the types that so many inputs may have, those with few integers first."""
    torch: Any = import_module("torch")
    both = (torch.float32, torch.int64)
    if count > _MOST_MIXED:
        return [(dtype,) * count for dtype in both]
    every = product(both, repeat=count)
    return sorted(every, key=lambda dtypes: dtypes.count(torch.int64))


def _listed(given: Any) -> Sequence[Any]:
    several = isinstance(given, (list, tuple)) and not _is_shape(given)
    return list(given) if several else [given]


def _is_shape(value: Any) -> bool:
    return isinstance(value, (tuple, list)) and all(map(is_count, value))


def _followed(
    module: Any, args: Sequence[Any], kwargs: Mapping[str, Any], device: str
) -> Trace:
    """Return what a copy calls on some tensors."""
    torch: Any = import_module("torch")
    record = Recording(module, device)
    every = list(module.named_modules())
    leaves = {name: part for name, part in every if not part._modules}
    entries = [record.ref(x) for x in (*args, *kwargs.values())]
    with torch.no_grad(), record.watching():
        output = module(*args, **kwargs)
    return Trace(
        type(module).__name__,
        str(torch.__version__),
        record.calls,
        entries,
        [record.ref(x) for x in tensors_in(output)],
        frozenset(leaves),
        {name: tuple(x.shape) for name, x in module.named_parameters()},
        {
            name: tuple(x.shape)
            for name, x in module.named_buffers()
            if name.endswith(("running_mean", "running_var"))
        },
        # On the CPU the counter misses fused attention and recurrent layers.
        record.flops if device == "meta" else None,
        names=tuple(kwargs),
        own=frozenset(
            name
            for name, part in every
            if _is_own(part) and (name in leaves or hasattr(part, "out_proj"))
        ),
        timm=frozenset(name for name, part in every if _is_attention(part)),
    )


def _is_own(part: Any) -> bool:
    """Tell whether a module is of a class of PyTorch's, and not of one made of it."""
    return type(part).__module__.startswith("torch.nn.modules.")


def _is_attention(part: Any) -> bool:
    """Tell whether a module is of timm's class of attention, which has moved."""
    kind = type(part)
    return kind.__name__ == "Attention" and kind.__module__ in _PLACES


_PLACES = {"timm.layers.attention", "timm.models.vision_transformer"}
