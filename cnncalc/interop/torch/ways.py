"""The ways that PyTorch's code runs what it calls: tools see modules, or functions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from cnncalc.interop.torch.trace import Called, Trace
from cnncalc.interop.values import Value

__all__ = ["Ways"]

_SUMS = {"add", "iadd", "radd", "mul", "imul", "rmul", "multiply"}
_AXES = range(4)  # which a module may take for a batch
_MODULES = {"", "own module"}


class Ways:
    """The ways in which a run's calls ran, in words of `cnncalc.operations.rules.RUNS`.

    Args:
        trace: The run.
    """

    def __init__(self, trace: Trace) -> None:
        self._trace = trace
        self._convolving = {
            called.visit for called in trace.calls if called.name.startswith("conv")
        }

    def of(self, called: Called, values: Mapping[int, Value]) -> Iterator[str]:
        """Yield how a call ran, if it was none of a module of PyTorch's.

        Args:
            called: The call.
            values: What reaches it, as it is here. A module takes the first axis for a
                batch, as one of windows that is an axis here.
        """
        way = self._way(called)
        if way:
            yield way
        if {called.module, called.module.rpartition(".")[0]} & self._trace.timm:
            yield "timm's Attention"
        x = values.get(called.refs[0].key) if called.refs else None
        place = x.axes[0] if x and x.shape and x.shape[0] > 1 else None
        if way in _MODULES and place in _AXES:
            yield f"batch at {place}"

    def _way(self, called: Called) -> str:
        name, own = called.name.strip("_"), called.module in self._trace.own
        if name in _SUMS:
            seen = called.name in {"add", "mul"} and not called.operator
            return "function" if seen else ""
        if called.operator:
            return "operator"
        if own:
            return (
                "MultiheadAttention" if name == "multi_head_attention_forward" else ""
            )
        # A convolution that standardises its weights is a convolution, and no norm.
        weighs = name.startswith("conv")
        weighs |= name.endswith("norm") and called.visit not in self._convolving
        kind = weighs and called.module in self._trace.leaves
        return "own module" if kind else "function"
