"""The multiply-accumulates of a network on an input of any size."""

from __future__ import annotations

from cnncalc.cost.asked import AnyNetwork
from cnncalc.errors import CnncalcError
from cnncalc.explain.derivation import Phrase, Step
from cnncalc.sizes.arithmetic import substituted
from cnncalc.symbolic.answer import symbolic
from cnncalc.symbolic.writing import tree

__all__ = ["on_any_input"]

_FEW = 8  # terms that are still read


def on_any_input(net: AnyNetwork, batch: int) -> tuple[Step, ...]:
    """Return a step with the MACs in symbols of the input, if these are few terms.

    Args:
        net: The network.
        batch: How many inputs are run at once.

    Example:
        >>> from cnncalc import Sequential
        >>> net = Sequential(input=(32, 32, 3)).conv(3, 8)
        >>> print(on_any_input(net, 1)[0].general)
        216×H×W - 432×H - 432×W + 864
    """
    try:
        found = symbolic(net, batch=batch)
    except CnncalcError:  # of rules that take numbers alone
        return ()
    macs, table = found.macs.polynomial, net.graph.table
    if macs.is_constant or found.macs.is_bound or len(macs.terms) > _FEW:
        return ()
    own = [table.calls[node].output for node in table.entries()]
    sizes = {
        str(name): size
        for named, shape in zip(found.inputs, own, strict=True)
        for name, size in zip(named, shape, strict=True)
    }
    formula = substituted(tree(macs), sizes)
    words = ", ".join(map(str, found.conditions))
    notes = (Phrase("it holds for {}", (words,)),) if words else ()
    return (Step("MACs on any input", formula.value, "count", formula, notes=notes),)
