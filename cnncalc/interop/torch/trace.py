"""The trace of one run of a PyTorch module: every call, and whose it was.

A trace is plain data. What records it needs PyTorch (`recording` and `running`); what
reads it (`reader`) does not.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from cnncalc.interop.values import Dims

__all__ = ["Called", "Ref", "Trace"]


class Ref(NamedTuple):
    """A tensor in a trace.

    Attributes:
        key: Its number; what is changed in place gets a new one.
        shape: Its sizes.
        dtype: The type of its numbers.
        sort: "value", "weight", "buffer", or "constant": one that nothing computed.
        name: Of a weight or buffer.
    """

    key: int
    shape: Dims
    dtype: str
    sort: str = "value"
    name: str = ""


class Called(NamedTuple):
    """A call of a function.

    Attributes:
        module: The path of the module in which it was called.
        visit: Which of the calls of modules that was.
        name: What the function is called.
        args: Its arguments, tensors as `Ref`.
        kwargs: Those by name.
        outputs: The tensors that it returned.
        several: Whether it returned a tuple or list.
        refs: The tensors among its arguments, in order.
        operator: Whether it was written as an operator, ``x + y`` or ``x @ y``, or as a
            method, ``x.softmax(-1)``.
    """

    module: str
    visit: int
    name: str
    args: Sequence[Any]
    kwargs: Mapping[str, Any]
    outputs: Sequence[Ref]
    several: bool
    refs: Sequence[Ref]
    operator: bool = False


class Trace(NamedTuple):
    """The trace of a run.

    Attributes:
        name: The class of the module.
        version: PyTorch's.
        calls: Its calls, in order.
        inputs: What entered.
        outputs: What came out.
        leaves: The paths of modules without children.
        weights: The sizes of each parameter, by its name.
        buffers: The sizes of running means and variances, by their names.
        flops: What PyTorch's own counter says; None if it cannot be asked.
        notes: What the user should know of the run, a line each.
        names: The names of its inputs, if they have any.
        batched: Whether the first axis of each input is a batch.
        own: The paths of those leaves that are of PyTorch's own classes, and of its
            multi-head attention.
        timm: The paths of modules of timm's class of attention, which ptflops knows.
    """

    name: str
    version: str
    calls: Sequence[Called]
    inputs: Sequence[Ref]
    outputs: Sequence[Ref]
    leaves: frozenset[str]
    weights: Mapping[str, Dims]
    buffers: Mapping[str, Dims]
    flops: int | None
    notes: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    batched: bool = True
    own: frozenset[str] = frozenset()
    timm: frozenset[str] = frozenset()
