"""The value of a polynomial, for values of its symbols."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cnncalc.symbolic.atoms import Atom, Compound
from cnncalc.symbolic.polynomial import Polynomial

__all__ = ["evaluated"]


def evaluated(polynomial: Polynomial, values: Mapping[str, Any]) -> Any:
    """Return what comes out for some values of its symbols.

    They may be whatever does ``+ * //``: integers, polynomials, arrays.
    """
    known: dict[Compound, Any] = {}

    def of(p: Polynomial) -> Any:
        total: Any = 0
        for monomial, factor in p.terms.items():
            product: Any = factor
            for atom in monomial:
                product = product * of_atom(atom)
            total = total + product
        return total

    def of_atom(atom: Atom) -> Any:
        if isinstance(atom, str):
            return values[atom]
        if atom not in known:
            known[atom] = atom.of(of)
        return known[atom]

    return of(polynomial)
