"""PyTorch modules as networks."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from math import prod
from typing import Any

from cnncalc.checks import for_message, is_count
from cnncalc.errors import CnncalcError, ConfigError
from cnncalc.interop.names import Path, path_of
from cnncalc.interop.reading import Reading, Unread, natural_order
from cnncalc.interop.registry import TABLES
from cnncalc.interop.source import Source
from cnncalc.interop.torch import ops as ops  # noqa: PLC0414 - which fills the table
from cnncalc.interop.torch.call import Call
from cnncalc.interop.torch.trace import Called, Ref, Trace, traced
from cnncalc.interop.values import Value, fixed
from cnncalc.network.graph import Graph

__all__ = ["from_torch"]


def from_torch(module: Any, input: Any = (3, 224, 224), device: str = "meta") -> Graph:  # noqa: A002
    """Return the network that a PyTorch module is, as it runs once for inference.

    A copy of the module without its weights runs on the meta device, where nothing is
    computed: the module itself stays as it is. What it calls becomes nodes, under the
    names of its modules; the result is checked against PyTorch's own count of FLOPs,
    and ``net.notes`` says if they differ.

    Args:
        module: The module.
        input: The shape of its input as PyTorch has it, without the batch, (3, 224,
            224); of several a list of shapes; or tensors, with their batch.
        device: "meta", or "cpu" for modules that look at numbers: these are zeros then.

    Raises:
        ConfigError: If that is no module, or it does not run on such inputs.

    Source:
        https://pytorch.org/docs/stable/torch.overrides.html

    Example:
        >>> import torchvision
        >>> net = from_torch(torchvision.models.resnet18())  # doctest: +SKIP
    """
    torch = _torch()
    if not isinstance(module, torch.nn.Module):
        why = f"{for_message(module)} is no torch.nn.Module"
        raise ConfigError(why, "Pass the model itself: from_torch(model)")
    trace, copy, notes = _run(module, input, device)
    return _read(trace, copy, type(module).__name__, notes)


def _torch() -> Any:
    try:
        import torch
    except ImportError:
        why = "PyTorch is not installed here"
        raise ConfigError(why, "Install it, or export the model to ONNX") from None
    return torch


def _run(module: Any, given: Any, device: str) -> tuple[Trace, Any, list[str]]:
    """Return a trace; if the meta device does not do, one on zeros, and a note."""
    torch = _torch()
    fast = torch.backends.mha.get_fastpath_enabled()
    torch.backends.mha.set_fastpath_enabled(False)  # which hides what attention does
    try:
        try:
            return (*_tried(module, given, device), [])
        except Exception as error:
            if device != "meta" or not _needs_numbers(error):
                raise
            note = "the module looks at numbers: it ran on zeros on the CPU"
            return (*_tried(module, given, "cpu"), [note])
    except CnncalcError:
        raise
    except Exception as error:
        line = str(error).strip().split("\n")[0]
        why = f"the module does not run on that: {type(error).__name__}: {line}"
        fix = "Give the shapes of its inputs, or tensors: input=(3, 224, 224)"
        raise ConfigError(why, fix) from error
    finally:
        torch.backends.mha.set_fastpath_enabled(fast)


def _needs_numbers(error: Exception) -> bool:
    text = f"{type(error).__name__} {error}".lower()
    return any(word in text for word in ("meta", "item()", "data-dependent", "nonzero"))


def _tried(module: Any, given: Any, device: str) -> tuple[Trace, Any]:
    """Return a trace on the first of the ways to take an input on which it runs."""
    errors: list[Exception] = []
    for inputs in _inputs(given, device):
        copy = _copied(module, device)
        try:
            return traced(copy, inputs, device), copy
        except Exception as error:  # noqa: PERF203 - a few ways at most
            errors.append(error)
    raise errors[0]


def _copied(module: Any, device: str) -> Any:
    """Return a copy for inference, on the meta device without its weights."""
    import copy

    torch = _torch()
    memo: dict[int, Any] = {}
    if device == "meta":
        for x in module.parameters():
            weight = torch.nn.Parameter(torch.empty_like(x, device="meta"), False)
            memo[id(x)] = weight if not hasattr(x, "materialize") else _lazy()
        for x in module.buffers():
            memo[id(x)] = torch.empty_like(x, device="meta")
    found = copy.deepcopy(module, memo)
    return found.eval().requires_grad_(False)


def _lazy() -> Any:
    why = "the module has parameters that get their shape at its first run"
    raise ConfigError(why, "Run it once before: model(example)")


def _inputs(given: Any, device: str) -> Any:
    """Yield the ways in which what was given may be meant, as tensors."""
    torch = _torch()
    several = (
        given if isinstance(given, (list, tuple)) and not _is_shape(given) else [given]
    )
    if any(isinstance(x, torch.Tensor) for x in several):
        yield [x.to(device) for x in several]
        return
    for x in several:
        if not _is_shape(x):
            why = f"input is {for_message(given)}"
            raise ConfigError(
                why, "Give a shape, (3, 224, 224), a list of such, or tensors"
            )
    for dtype in (torch.float32, torch.int64):
        for batch in ((1,), ()):
            yield [
                torch.zeros((*batch, *x), dtype=dtype, device=device) for x in several
            ]


def _is_shape(value: Any) -> bool:
    return (
        isinstance(value, (tuple, list)) and bool(value) and all(map(is_count, value))
    )


def _read(trace: Trace, module: Any, name: str, notes: list[str]) -> Graph:
    r = Reading()
    r.uses = dict(_uses(trace.calls))
    r.notes += notes
    values: dict[int, Value] = {}
    entries = _entries(trace)
    for ref in trace.inputs:
        shape = ref.shape
        if len(shape) > 1:
            order = natural_order(len(shape), ref.key in entries)
        else:
            order = list(range(len(shape)))
        values[ref.key] = r.input(shape, order).but(dtype=ref.dtype)
    once = _single_calls(trace)
    for called in trace.calls:
        _follow(r, called, values)
        path = _path_of(called, once)
        with r.at(path):
            found = _translated(r, called, values)
        for ref, value in zip(called.outputs, found, strict=False):
            values[ref.key] = value
    _unused(r, module, trace)
    outputs = [values[ref.key] for ref in trace.outputs if ref.key in values]
    net = r.graph([x for x in outputs if not x.is_constant], name)
    if trace.flops is not None and trace.flops != 2 * net.macs:
        r.notes.append(
            f"PyTorch's own counter says {trace.flops // 2:,} MACs, and this is {net.macs:,}"
        )
    torch = _torch()
    return net.read_from(
        Source("torch", name, f"PyTorch {torch.__version__}", "", "", r.notes)
    )


def _refs(given: Any) -> Any:
    if isinstance(given, Ref):
        yield given
    elif isinstance(given, (list, tuple)):
        for each in given:
            yield from _refs(each)
    elif isinstance(given, dict):
        yield from _refs(list(given.values()))


def _uses(calls: Sequence[Called]) -> Counter[str]:
    """Return how often each weight is used."""
    return Counter(
        ref.name
        for called in calls
        for ref in _refs([called.args, called.kwargs])
        if ref.sort == "weight"
    )


def _follow(r: Reading, called: Called, values: dict[int, Value]) -> None:
    """Give values to the tensors of a call that nothing computed."""
    for ref in _refs([called.args, called.kwargs]):
        if ref.key in values:
            continue
        if ref.sort == "weight":
            values[ref.key] = r.weight(ref.name, ref.shape, ref.dtype)
        else:
            values[ref.key] = fixed(ref.shape, None, ref.dtype)


def _single_calls(trace: Trace) -> set[int]:
    """Return the visits of modules that called one function: it has the module's name."""
    counts = Counter(called.visit for called in trace.calls)
    return {
        called.visit
        for called in trace.calls
        if counts[called.visit] == 1 and called.module in trace.leaves
    }


def _path_of(called: Called, once: set[int]) -> Path:
    path = path_of(called.module)
    if called.visit in once or path.name is None:
        return path
    return Path((*path.groups, path.name), None)


def _translated(
    r: Reading, called: Called, values: Mapping[int, Value]
) -> Sequence[Value]:
    """Return what a call puts out here."""
    call = Call(r, called, values)
    shapes = [ref.shape for ref in called.outputs]
    try:
        given = call.values
        if not any(x.roots or not x.is_constant for x in given):
            return [fixed(ref.shape, None, ref.dtype) for ref in called.outputs]
        rule = TABLES["torch"].get(called.name)
        if rule is None:
            raise Unread("it is no function that is known here")
        found = rule(call)
        if isinstance(found, Value):
            found = [found]
        for value, shape in zip(found, shapes, strict=False):
            if value.shape != shape:
                raise Unread(f"it makes {shape}, and {value.shape} here")
        return [
            value.but(dtype=ref.dtype)
            for value, ref in zip(found, called.outputs, strict=False)
        ]
    except (Unread, CnncalcError) as error:
        why = error.why if isinstance(error, CnncalcError) else str(error)
        return [r.unknown(called.name, call.values, why, shape) for shape in shapes]


# Functions of which the second axis is the channels, and those that say it is not.
_FIRST = ("conv", "max_pool", "avg_pool", "adaptive", "batch_norm", "instance_norm")
_FIRST += ("group_norm", "pixel_", "interpolate", "lp_pool")
_LAST = {"linear", "layer_norm", "lstm", "gru", "rnn_tanh", "rnn_relu", "embedding"}
_LAST |= {"multi_head_attention_forward", "permute", "transpose"}


def _entries(trace: Trace) -> set[int]:
    """Return the inputs whose second axis is the channels, by what uses them."""
    names = {ref.key: ref.key for ref in trace.inputs}
    known: dict[int, bool] = {}
    for called in trace.calls:
        keys = {
            names[ref.key]
            for ref in _refs([called.args, called.kwargs])
            if ref.key in names
        }
        for key in keys:
            if called.name.startswith(_FIRST):
                known.setdefault(key, True)
            elif called.name in _LAST:
                known.setdefault(key, False)
            for ref in called.outputs:
                names.setdefault(ref.key, key)
        if len(known) == len(trace.inputs):
            break
    return {ref.key for ref in trace.inputs if known.get(ref.key, True)}


def _unused(r: Reading, module: Any, trace: Trace) -> None:
    """Add the weights that nothing read: they are parameters all the same."""
    read = {
        ref.name
        for called in trace.calls
        for ref in _refs([called.args, called.kwargs])
        if ref.sort in {"weight", "buffer"}
    }
    groups: dict[str, list[int]] = {}
    for place, named in enumerate((module.named_parameters(), module.named_buffers())):
        for name, x in named:
            kept = place == 0 or name.endswith(("running_mean", "running_var"))
            if name not in read and kept:
                top = name.partition(".")[0]
                groups.setdefault(top, [0, 0])[place] += prod(x.shape)
    for top, (params, buffers) in groups.items():
        r.unused(top, params, buffers)
