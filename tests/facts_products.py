"""Facts of what multiplies activations, of norms and of other kinds, and our answers.

A fact is a layer as cnncalc has it, with what PyTorch or Keras does of it: ``{"kind":
"MatMul", "args": {}, "inputs": [[5, 6], [6, 7]], "output": [5, 7], "params": 0,
"buffers": 0, "macs": 210, "saved": 936}``. Channels are last, and there is no batch;
*saved* are the bytes that are kept for the backward pass of a batch of two, where that
was asked.
"""

import cnncalc

BATCH = 2


def made(fact: dict):
    """Return the layer or block of a fact."""
    args = {
        name: tuple(value) if isinstance(value, list) else value
        for name, value in fact["args"].items()
    }
    return getattr(cnncalc, fact["kind"])(**args)


def network(fact: dict, before=None):
    """Return the network of that alone, or with something before each of its inputs."""
    g = cnncalc.Builder()
    xs = [g.input(tuple(shape)) for shape in fact["inputs"]]
    if before is not None:
        xs = [g.add(before, x) for x in xs]
    return g.graph(g.add(made(fact), *xs))


def answer(fact: dict) -> dict:
    """Return what cnncalc says of all that a fact has."""
    net = network(fact)
    found = {
        "output": list(net.output),
        "params": net.params,
        "buffers": net.buffers,
        "macs": net.macs,
    }
    if "saved" in fact:
        found["saved"] = saved(fact)
    return found


def saved(fact: dict) -> int:
    """Return the bytes that are kept where all inputs have gradients.

    A factor for each channel stands before each input, so that it has one, and what
    that keeps itself is left out. Integers have no gradients.
    """
    if fact["kind"] == "Embedding":
        return network(fact).saved_for_backward(batch=BATCH)
    net = network(fact, cnncalc.LayerScale())
    values = sum(cnncalc.Shape.of(tuple(x)).size for x in fact["inputs"])
    return net.saved_for_backward(batch=BATCH) - 4 * BATCH * values


def expected(fact: dict) -> dict:
    """Return the same as the framework has it."""
    return {
        name: fact[name]
        for name in ("output", "params", "buffers", "macs", "saved")
        if name in fact
    }
