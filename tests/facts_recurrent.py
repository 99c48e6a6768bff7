"""Facts of recurrent layers, and the same as ours: see tests/live/recurrent.py."""

from cnncalc import GRU, LSTM, RNN, CnncalcError, ConvLSTM2d, Sequential, Shape

NAMES = {
    "dilation_rate": "dilation",
    "hidden_size": "units",
    "kernel_size": "kernel",
    "merge_mode": "merge",
    "nonlinearity": "function",
    "num_layers": "layers",
    "proj_size": "projection",
    "return_sequences": "sequences",
    "strides": "stride",
    "use_bias": "bias",
}
KINDS = {"LSTM": LSTM, "GRU": GRU, "RNN": RNN, "SimpleRNN": RNN}


def layer(fact):
    """Return the layer that a fact is of."""
    framework, kind = fact["op"].split(".")
    given = {NAMES.get(key, key): value for key, value in fact["args"].items()}
    if kind == "ConvLSTM2D":
        kernel = tuple(given.pop("kernel"))
        return ConvLSTM2d(kernel, **given)
    if framework == "keras":
        given["bias"] = "keras" if given["bias"] else "none"
        given["bidirectional"] = "merge" in given
    return KINDS[kind](**given)


def answer(fact):
    """Return output, parameters, MACs and, of PyTorch, what else a fact has."""
    x = Shape(*fact["input"])
    try:
        made = layer(fact)
        net = Sequential(input=x).add(made)
    except CnncalcError:
        return None
    found = [tuple(net.output), net.params, net.macs]
    if "last" in fact:
        given = {"sequences": False, "bidirectional": made.bidirectional}
        last = KINDS[fact["op"].split(".")[1]](made.width, **given).output(x)
        saved = made.saves(x, net.output)
        values = saved.extra + x.size
        found += [tuple(last), values, net.backward_flops.inputs // 2]
    return found


def expected(fact):
    """Return the same as the framework has it."""
    if "refused" in fact:
        return None
    found = [tuple(fact["output"]), fact["params"], steps(fact)]
    if "last" in fact:
        found += [(fact["last"],), fact["saved"], fact["inputs"]]
    return found


def steps(fact):
    """Return MACs without the step that Keras runs once more, to learn its shape."""
    length = fact["input"][0]
    again = fact["op"] in {"keras.SimpleRNN", "keras.ConvLSTM2D"}
    again = again or not fact["args"].get("reset_after", True)
    return fact["macs"] * length // (length + 1) if again else fact["macs"]


def tools_of(fact):
    """Give the tools that count something else than the preset of their name."""
    for tool, number in fact.get("tools", {}).items():
        ours = Sequential(input=Shape(*fact["input"])).add(layer(fact)).operations(tool)
        if number != ours:
            yield tool, number, ours
