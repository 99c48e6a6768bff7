"""A trace of a PyTorch module as a network. It does not need PyTorch."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from math import prod

from cnncalc.errors import CnncalcError, ConfigError
from cnncalc.graph.block import Block
from cnncalc.interop.names import Path, path_of
from cnncalc.interop.reading import UNFIT, Reading, Unread
from cnncalc.interop.registry import TABLES, reason_of
from cnncalc.interop.source import Source
from cnncalc.interop.torch import ops as ops  # noqa: PLC0414 - which fills the table
from cnncalc.interop.torch.call import Call
from cnncalc.interop.torch.trace import Called, Trace
from cnncalc.interop.torch.ways import Ways
from cnncalc.interop.values import Value, fixed, natural_order, placed_axes
from cnncalc.layers.base import Layer
from cnncalc.network.graph import Graph

__all__ = ["network_of"]


def network_of(trace: Trace) -> Graph:
    """Return the network that a run showed.

    Raises:
        ConfigError: If nothing that it put out depends on what entered.
    """
    r = Reading()
    r.uses = Counter(
        ref.name
        for called in trace.calls
        for ref in called.refs
        if ref.sort == "weight"
    )
    r.notes += trace.notes
    values, batch = _entered(r, trace)
    single, used, ways = _single_calls(trace), _used(trace), Ways(trace)
    for called in trace.calls:
        _follow(r, called, values)
        r.visit = called.visit
        r.runs = ", ".join(ways.of(called, values if batch == 1 else {}))
        with r.at(_path_of(called, single)):
            found = _translated(r, called, Call(r, called, values, used))
        for ref, value in zip(called.outputs, found, strict=True):
            values[ref.key] = value
    _unused(r, trace)
    outputs = [values[ref.key] for ref in trace.outputs if ref.key in values]
    flowing = [x for x in outputs if not x.is_constant]
    if not flowing:
        why = f"nothing that {trace.name} puts out depends on its input"
        raise ConfigError(why, "Pass a module that returns tensors it computes")
    net = r.graph(flowing, trace.name)
    _check(r, net, trace.flops, batch)
    version = f"PyTorch {trace.version}"
    return net.read_from(Source("torch", trace.name, version, "", "", tuple(r.notes)))


def _check(r: Reading, net: Graph, flops: int | None, batch: int) -> None:
    """Note where PyTorch's own counter says something else, or was not asked."""
    if batch > 1:
        r.notes.append(f"it ran with a batch of {batch}, and this is for one")
    if flops is None:
        r.notes.append("PyTorch's own counter was not asked: it misses some on the CPU")
    elif flops != 2 * batch * net.macs:
        said = f"PyTorch's own counter says {flops // 2:,} MACs"
        r.notes.append(f"{said}, and this is {net.macs:,}")


def _entered(r: Reading, trace: Trace) -> tuple[dict[int, Value], int]:
    """Return what enters, as it is here, channels last and no batch; and the batch."""
    users, batches = _users(trace), {1}
    values: dict[int, Value] = {}
    names = trace.names or (None,) * len(trace.inputs)
    for ref, name in zip(trace.inputs, names, strict=True):
        order = _order(len(ref.shape), users.get(ref.key), trace.batched)
        values[ref.key] = r.input(ref.shape, order, name).but(dtype=ref.dtype)
        batches |= {n for axis, n in enumerate(ref.shape) if axis not in order}
    return values, max(batches)


# Functions of which the second axis is the channels; those that say it is not; and of
# these such as may have the batch there.
_FIRST = (
    *("conv", "max_pool", "avg_pool", "adaptive", "batch_norm", "instance_norm"),
    *("group_norm", "pixel_", "interpolate", "lp_pool"),
)
_LAST = {"linear", "layer_norm", "embedding", "permute", "transpose"}
_STEPS = {"lstm": 8, "gru": 8, "rnn_tanh": 8, "rnn_relu": 8}  # where batch_first is
_STEPS |= {"multi_head_attention_forward": 99, "_pack_padded_sequence": 2}


def _order(rank: int, user: Called | None, batched: bool) -> list[int]:
    """Return which axes of an input are here, in order."""
    name = "" if user is None else user.name
    first = not name or name.startswith(_FIRST)
    if rank <= 1:
        return [*range(rank)]
    if not batched or f"{rank - 1}d" in name or (name in _STEPS and rank == 2):  # noqa: PLR2004
        return [*range(1, rank), 0] if first else [*range(rank)]
    if name in _STEPS and rank == 3:  # noqa: PLR2004 - L×N×C, or N×L×C
        assert user is not None
        given = user.args[_STEPS[name] : _STEPS[name] + 1]
        return [1, 2] if any(given) else [0, 2]
    return natural_order(rank, first)


def _users(trace: Trace) -> dict[int, Called]:
    """Return the first call that tells which axes of an input are its channels."""
    origins = {ref.key: ref.key for ref in trace.inputs}
    known: dict[int, Called] = {}
    for called in trace.calls:
        telling = called.name.startswith(_FIRST) or called.name in {*_LAST, *_STEPS}
        for key in {origins[ref.key] for ref in called.refs if ref.key in origins}:
            if telling:
                known.setdefault(key, called)
            for ref in called.outputs:
                origins.setdefault(ref.key, key)
        if len(known) == len(trace.inputs):
            break
    return known


def _single_calls(trace: Trace) -> set[int]:
    """Return the visits of modules that called one function, which has their name."""
    counts = Counter(called.visit for called in trace.calls)
    return {
        called.visit
        for called in trace.calls
        if counts[called.visit] == 1 and called.module in trace.leaves
    }


def _used(trace: Trace) -> set[int]:
    """Return the keys of the tensors that something is done with."""
    used = {ref.key for called in trace.calls for ref in called.refs}
    return used | {ref.key for ref in trace.outputs}


def _path_of(called: Called, single: set[int]) -> Path:
    path = path_of(called.module)
    if called.visit in single or path.name is None:
        return path
    return Path((*path.groups, path.name), None)


def _follow(r: Reading, called: Called, values: dict[int, Value]) -> None:
    """Give values to the tensors of a call that nothing computed."""
    for ref in called.refs:
        if ref.key not in values:
            if ref.sort == "weight":
                values[ref.key] = r.weight(ref.name, ref.shape, ref.dtype)
            else:
                values[ref.key] = fixed(ref.shape, None, ref.dtype)


def _translated(r: Reading, called: Called, call: Call) -> Sequence[Value]:
    """Return what a call puts out here: unknown values, if it cannot be followed."""
    refs, given = called.outputs, call.values
    if not any(x.roots or not x.is_constant for x in given):
        if called.name in _PRODUCTS:
            _multiplied_anew(r, call)
        return [fixed(ref.shape, None, ref.dtype) for ref in refs]
    try:
        found = _found(call)
        for value, ref in zip(found, refs, strict=True):
            if value.shape != ref.shape:
                raise Unread(f"it makes {list(ref.shape)}, and {value.shape} here")
        return [
            value if value.dtype == ref.dtype else value.but(dtype=ref.dtype)
            for value, ref in zip(found, refs, strict=True)
        ]
    except (Unread, CnncalcError, *UNFIT) as error:
        why = reason_of(error, "torch", called.name)
        weights = [x for x in given if x.roots]  # which the first of them owns
        found = []
        for ref in refs:
            found.append(r.unknown(called.name, given, why, ref.shape, weights=weights))
            weights = []
        return found


_PRODUCTS = {"matmul", "__matmul__", "bmm", "mm"}


def _multiplied_anew(r: Reading, call: Call) -> None:
    """Add a product of matrices that are fixed: each run multiplies them again."""
    with suppress(Unread, CnncalcError, *UNFIT):
        r.tensor(r.here(_found(call)[0]))


def _found(call: Call) -> Sequence[Value]:
    rule = TABLES["torch"].get(call.name)
    if rule is None:
        raise Unread("it is no function that is known here")
    found = rule(call)
    if isinstance(found, (Value, Sequence)):
        return [found] if isinstance(found, Value) else found
    return [_applied(call, found)]  # a layer or block, of a user's rule


def _applied(call: Call, part: Layer | Block) -> Value:
    """Return what a user's layer makes of all that reaches a call."""
    shape = call.outputs[0]
    here = call.r.put(part, *[call.r.here(x) for x in call.values if not x.roots])
    order = natural_order(len(shape))
    if [shape[axis] for axis in order] != [*here.shape]:
        order = [*range(1, len(shape))]
    if [shape[axis] for axis in order] != [*here.shape]:
        raise Unread(f"it makes {list(shape)}, and {here.shape} here")
    return Value(shape, placed_axes(len(shape), order), here)


def _unused(r: Reading, trace: Trace) -> None:
    """Add the weights that nothing read: they are parameters all the same."""
    read = {ref.name for called in trace.calls for ref in called.refs if ref.name}
    sizes: dict[str, list[int]] = {}
    for place, owned in enumerate((trace.weights, trace.buffers)):
        for name, shape in owned.items():
            if name not in read:
                top = name.partition(".")[0]
                sizes.setdefault(top, [0, 0])[place] += prod(shape)
    for top, (params, buffers) in sizes.items():
        r.unused(top, params, buffers)
