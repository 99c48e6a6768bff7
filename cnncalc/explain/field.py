"""The steps in which the receptive field of a node comes about."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from cnncalc.cost.periods import positions_in
from cnncalc.cost.receptive_field import NOTHING, VECTOR, Field, Seen, gates_among
from cnncalc.explain.counts import alike
from cnncalc.explain.derivation import Phrase, Step
from cnncalc.explain.writing import strung
from cnncalc.graph.table import Table
from cnncalc.sizes.arithmetic import Arithmetic, made
from cnncalc.sizes.axes import subscripts
from cnncalc.sizes.window import GLOBAL, LOCAL, Window

__all__ = ["seen_by"]

SOURCE = (
    "Araujo, Norris & Sim 2019, https://distill.pub/2019/computing-receptive-fields."
)

_FIELD, _STRIDE = "receptive field", "effective stride"
_HULL = Phrase("the hull of its inputs' fields")


def seen_by(table: Table, seen: Sequence[Seen], index: int) -> tuple[Step, ...]:
    """Return the steps to the receptive field of a node.

    Args:
        table: All nodes.
        seen: The field of each, as `cnncalc.cost.receptive_field.fields` has it.
        index: The node.
    """
    call = table.calls[index]
    behind = [index + link for link in table.links[index]]
    field = seen[index]
    (reach,) = call.reach
    notes: tuple[Phrase, ...] = ()
    if field == NOTHING:
        return (_words("nothing", Phrase("parameters alone are behind it")),)
    if isinstance(field, str):
        return (_everything(table, seen, index, reach),)
    if field is None:
        return (_unknown(table, seen, behind, reach),)
    gates = gates_among([seen[i] for i in behind], call)
    if gates:
        every = all(seen[behind[n]] == GLOBAL for n in gates)
        text = "the gate, which sees everything, is left out"
        notes = (Phrase(text if every else "gates, which are spread, are left out"),)
        behind = [i for n, i in enumerate(behind) if n not in gates]
    below = dict.fromkeys(known for i in behind if isinstance(known := seen[i], Field))
    varied = any(other.period for other in (field, *below))
    if len(below) > 1:
        if varied:
            return _by_position(field, (_HULL, *notes))
        return _joined(list(below), field, reach, notes)
    kernel, rank = call.geometry.kernel, call.output.rank
    window = (
        "k" if reach.along(rank).size == kernel else "w"
    )  # w: with its dilation, and others
    steps = _through(next(iter(below)), field, reach, window, notes)
    return _checked(steps, field, notes) if varied else steps


def _words(result: str, *notes: Phrase) -> Step:
    return Step(_FIELD, Phrase(result), "words", notes=notes, source=SOURCE)


def _everything(table: Table, seen: Sequence[Seen], index: int, reach: Any) -> Step:
    """Return the step of a unit that sees the whole input, and why it does."""
    behind = [index + link for link in table.links[index]]
    if reach == GLOBAL:
        call, x = table.calls[index], table.calls[behind[0]].output
        first = call.layer.input_positions(x, (range(1),) * call.output.rank)
        each = first == tuple(map(range, x.space))
        seen_by = (
            "each output sees every position"
            if each
            else "no output sees more, and together they see every position"
        )
        return _words("the whole input", Phrase(seen_by))
    if seen[index] == VECTOR:
        return _words("the whole input", Phrase("it has no positions"))
    whole = next((i for i in behind if seen[i] == GLOBAL), behind[0])
    return _words("the whole input", Phrase("as that of {}", (table.path(whole),)))


def _unknown(table: Table, seen: Sequence[Seen], behind: list[int], reach: Any) -> Step:
    """Return the step of a unit of which the field is not known, and why not."""
    if not all(table.calls[i].output for i in behind):
        return _words("unknown", Phrase("the shape that reaches it is unknown"))
    if reach is None:
        return _words("unknown", Phrase("the layer does not state what it sees"))
    for i in behind:
        if seen[i] is None:
            return _words("unknown", Phrase("that of {} is unknown", (table.path(i),)))
    first, *others = [(i, f) for i in behind if isinstance(f := seen[i], Field)]
    other = next((o for o in others if o[1].stride != first[1].stride), None)
    rank = len(first[1].size)
    if other is None and any(type(n) is tuple and len(n) != rank for n in reach[:4]):
        return _words("unknown", Phrase("it has other axes than what is before it"))
    if other is None:
        text = "its numbers have more than 300 digits, or it repeats after 10,000 units"
        return _words("unknown", Phrase(text))
    sides = [
        Phrase("{} at {}", ("×".join(map(str, field.stride)), table.path(i)))
        for i, field in (first, other)
    ]
    return _words(
        "unknown", Phrase("the effective strides differ: {}, {}", tuple(sides))
    )


def _checked(
    steps: tuple[Step, ...], field: Field, notes: tuple[Phrase, ...]
) -> tuple[Step, ...]:
    """Return steps through a window without the arithmetic of what it does not tell.

    Where something was enlarged, its units may see more than that, or less.
    """
    told = [
        step
        if step.formula and step.formula.value == step.result
        # Of what each unit sees, and not of sizes and distances.
        else step._replace(formula=None)
        for step in steps
    ]
    least, most = field.sizes
    if least == most:
        return tuple(told)
    others = [step for step in told if step.what != _FIELD]
    return (*_by_position(field, notes), *others)


def _by_position(field: Field, notes: tuple[Phrase, ...]) -> tuple[Step, ...]:
    """Return the steps of a field that depends on the position: how many see how far.

    Axes along which that is the same have one step.
    """
    period = field.period or [(range(size),) for size in field.size]
    every = [sorted(Counter(map(positions_in, units)).items()) for units in period]
    return tuple([_sizes(every[axis], name, notes) for axis, name in alike(every)])


def _sizes(seen: list[tuple[int, int]], axis: str, notes: tuple[Phrase, ...]) -> Step:
    """Return the step of the sizes along some axes, each with how many units see it."""
    (least, _), (most, _) = seen[0], seen[-1]
    if least == most:
        return Step(_FIELD, most, "count", axis=axis, notes=notes, source=SOURCE)
    parts = [Phrase("{} see {}", (units, size)) for size, units in seen]
    if len(parts) <= _MOST_SIZES:
        every = sum(units for _, units in seen)
        told = Phrase(
            "of {} units one after another {}", (every, strung("{}, {}", parts))
        )
        notes = (told, *notes)
    notes = (Phrase("it depends on the position"), *notes)
    result = Phrase("{} to {}", (least, most))
    return Step(_FIELD, result, "words", axis=axis, notes=notes, source=SOURCE)


_MOST_SIZES = 8  # that are told one by one


def _joined(
    below: list[Field], field: Field, reach: Any, notes: tuple[Phrase, ...]
) -> tuple[Step, ...]:
    """Return the steps to the hull of several fields."""
    if reach != LOCAL:
        return (Step(_FIELD, field.size, "pair", notes=(_HULL, *notes), source=SOURCE),)

    def padding(axis: int, suffix: str) -> Arithmetic:
        pads = dict.fromkeys(f.padding[axis] for f in below)
        return made("max", *(Arithmetic(pad, symbol=f"p_i{suffix}") for pad in pads))

    def size(axis: int, suffix: str) -> Arithmetic:
        ends = [
            _less(
                Arithmetic(size, symbol=f"r_i{suffix}"),
                Arithmetic(pad, symbol=f"p_i{suffix}"),
            )
            for size, pad in dict.fromkeys(
                (f.size[axis], f.padding[axis]) for f in below
            )
        ]
        return made("+", padding(axis, suffix), made("max", *ends))

    steps = _by_axis(_FIELD, field.size, size)
    steps[-1] = steps[-1]._replace(notes=(_HULL, *notes))
    return (*steps, *_by_axis("effective padding", field.padding, padding))


def _less(whole: Arithmetic, part: Arithmetic) -> Arithmetic:
    return made("+", whole, made("-", part))


def _through(
    before: Field, field: Field, reach: Window, name: str, notes: tuple[Phrase, ...]
) -> tuple[Step, ...]:
    """Return the steps through a layer's window, of that name, over one field."""
    rank = len(field.size)
    along = reach.along(rank)

    def of(sizes: Any, symbol: str) -> Callable[[int, str], Arithmetic]:
        return lambda axis, suffix: Arithmetic(sizes[axis], symbol=symbol + suffix)

    r, j = of(before.size, "r_in"), of(before.stride, "j_in")
    window, s, u = of(along.size, name), of(along.stride, "s"), of(along.up, "u")
    p_in, p = of(before.padding, "p_in"), of(along.padding, "p")

    def size(*axis: Any) -> Arithmetic:
        steps = _less(window(*axis), Arithmetic(1))
        return made("+", r(*axis), made("×", steps, j(*axis)))

    def stride(*axis: Any) -> Arithmetic:
        moved, up = made("×", j(*axis), s(*axis)), u(*axis)
        return moved if up.value == 1 else made("/", moved, up)

    def padding(*axis: Any) -> Arithmetic:
        return made("+", p_in(*axis), made("×", p(*axis), j(*axis)))

    local = along == LOCAL.along(rank)  # a padding of 0 is local, too
    steps = _by_axis(_FIELD, field.size, r if local else size)
    steps[-1] = steps[-1]._replace(notes=notes)
    if not local:
        steps += _by_axis(_STRIDE, field.stride, stride)
        steps += _by_axis("effective padding", field.padding, padding)
    return tuple(steps)


def _by_axis(
    what: str, result: Any, make: Callable[[int, str], Arithmetic]
) -> list[Step]:
    """Return a step for each axis, or for several at once along which it is the same.

    What stands for all axes has no subscripts.
    """
    suffixes = subscripts(len(result))
    found = [make(axis, suffix) for axis, suffix in enumerate(suffixes)]
    groups = alike(found)
    if len(groups) == 1:
        found[0] = make(0, "")
    return [
        Step(what, result[first], "count", found[first], name, source=SOURCE)
        for first, name in groups
    ]
