"""Facts of moves, joins, reductions and functions, and the same as our layers.

A fact is a case that was run on PyTorch, with channels last and no batch: the kind and
its fields, the shapes that reach it, whether a gradient reaches each (``learns``), and
whether its square is taken, for which PyTorch saves what comes out. What came of it is
the shape, with the parameters, MACs and bytes that are saved, or the positions of each
input that have a gradient (``seen``); or why it was ``refused``.
"""

import cnncalc
from cnncalc import (
    Builder,
    CnncalcError,
    Function,
    Multiply,
    Parameter,
    Shape,
)


def tupled(value):
    return tuple(map(tupled, value)) if isinstance(value, list) else value


def layer(kind, fields):
    """Return the layer of a fact."""
    name, _, operation = kind.removeprefix("With").partition(".")
    fields = {key: tupled(value) for key, value in fields.items()}
    if kind.startswith("With"):
        fields = {}
    if operation:
        fields["operation"] = operation
    return getattr(cnncalc, name)(**fields)


def network(fact):
    """Return the network of a fact: inputs, scaled where they learn, and its layer."""
    g, entering = Builder(), []
    for x, learns in zip(fact["inputs"], fact["learns"], strict=True):
        tensor = g.input(Shape(*x))
        if learns:
            tensor = g.add(Multiply(), tensor, g.add(Parameter(1)))
        entering.append(tensor)
    if fact["kind"].startswith("With"):
        entering.append(g.add(Parameter(tupled(fact["fields"]["shape"]))))
    y = end = g.add(layer(fact["kind"], fact["fields"]), *entering, name="asked")
    if fact["squared"]:
        end = g.add(Function("square"), y, name="square")
    return g.graph(end)


def answer(fact):
    """Return what is here of a fact, by the same names; "refused" where it is."""
    try:
        net = network(fact)
    except CnncalcError:
        return "refused"
    found = {
        "output": list(net["asked"].output),
        "params": net.params,
        "macs": net.macs,
    }
    if not fact["seen"]:
        return found | {"saved": net.saved_for_backward(inplace=False)}
    if fact.get("seen"):
        return found | {"seen": seen(net, fact)}
    return found


def seen(net, fact):
    """Return the unit that is asked for, and the hull of what it sees of each input."""
    told = fact.get("seen")
    if not isinstance(told, list):
        return told
    unit, there = told
    region = net.region(net.nodes[-1], *unit, gates=True)
    names = [f"input{n}" for n in range(1, len(fact["inputs"]) + 1)]
    if region is not None and not isinstance(region, dict):
        region = {names[0]: region}
    found = []
    for name, x, gradient in zip(names, fact["inputs"], there, strict=True):
        part = None if region is None else region.get(name)
        if part is None:
            found.append(None if region is not None else gradient)
        elif len(x) == 1:
            found.append([])
        else:
            found.append([[axis.start, axis.stop] for axis in part])
    return [unit, found]
