"""The memory of a node step by step: of what it puts out, and of its parameters."""

from __future__ import annotations

from cnncalc.cost.totals import costs
from cnncalc.explain.derivation import Phrase, Step
from cnncalc.formula import shape_terms
from cnncalc.graph.call import Call
from cnncalc.memory.types import DataType, bits
from cnncalc.memory.types import stored as memory_of
from cnncalc.sizes.arithmetic import Arithmetic, made
from cnncalc.sizes.bound import AtLeast
from cnncalc.sizes.term import leaf

__all__ = ["stored_params", "storing_steps", "type_name"]


def storing_steps(
    call: Call,
    out: DataType = "float32",
    weights: DataType = "float32",
    batch: int = 1,
) -> tuple[Step, ...]:
    """Return the memory of the output and of the parameters.

    Args:
        call: What a node does.
        out: The data type of what it puts out, or the bits of a value.
        weights: That of its parameters.
        batch: How many inputs are run at once.
    """
    y, known = call.output, costs(call)
    weighed = (stored_params(known.params, weights),) if known.params else ()
    if known.activation_size is None:
        return weighed
    notes = (
        (Phrase("a view of its input's, no new values"),) if call.layer.is_view else ()
    )
    if call.layer.is_parameter and known.params:
        notes = (Phrase("these are the parameters themselves"),)
    many = () if batch == 1 else (leaf(batch, "B"),)
    sizes = made("×", *many, *shape_terms(y, "{}_out".format))
    unheld = call.idle or call.layer.is_parameter
    formula = None if unheld else _in_bytes(sizes, out)
    size = memory_of(known.activation_size * batch, out)
    what = f"memory of the output ({type_name(out)})"
    return (Step(what, size, "bytes", formula, notes=notes), *weighed)


def stored_params(params: int, dtype: DataType = "float32") -> Step:
    """Return the memory that parameters take."""
    known = not isinstance(params, AtLeast)
    product = _in_bytes(leaf(params, "P"), dtype) if known else None
    what = f"memory of the parameters ({type_name(dtype)})"
    return Step(what, memory_of(params, dtype), "bytes", product)


def type_name(dtype: DataType) -> str:
    """Return what a data type is called, or how many bits a value has."""
    return dtype if isinstance(dtype, str) else f"{dtype} bit"


def _in_bytes(values: Arithmetic, dtype: DataType) -> Arithmetic:
    """Return how many bytes so many values take, packed without gaps."""
    width = bits(dtype)
    factors = values.parts if values.op == "×" else (values,)
    if width % 8 == 0:
        return made("×", *factors, leaf(width // 8))
    return made("⌈", made("×", *factors, leaf(width)), leaf(8))
