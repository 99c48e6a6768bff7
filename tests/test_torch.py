"""PyTorch modules as networks: recorded runs, against what PyTorch says of each."""

import json
import sys
from types import SimpleNamespace

import pytest
from facts_torch import differences
from peers import EXPORTED
from traces import read, restored, saved

from cnncalc import Activation, ConfigError, from_torch, interop
from cnncalc.interop.registry import TABLES, USERS
from cnncalc.interop.torch import module
from cnncalc.interop.torch.reader import network_of
from cnncalc.interop.torch.trace import Called, Ref, Trace

FACTS = {fact["name"]: fact for fact in read()}


def network(name):
    """Return the network that a kept run is."""
    return network_of(restored(FACTS[name]["trace"]))


@pytest.mark.parametrize("name", FACTS)
def test_a_run_is_a_network(name):
    """Counts, those of each module, and what each leaf puts out, are PyTorch's."""
    net = network(name)

    assert [] == differences(FACTS[name], net)
    assert not any(row.macs is None for row in net.nodes)
    assert not any("counter" in note for note in net.notes)


@pytest.mark.parametrize("name", FACTS)
def test_paths_are_those_of_the_modules(name):
    """What multiplies stands at its module's path, with dots for some slashes.

    So do parts of lists that others run between: no list has a number for that.
    """
    paths = [f"{row.path}/".replace("/", ".") for row in network(name).nodes]
    told = FACTS[name]["modules"].items()
    modules = [path for path, macs in told if macs and "/" not in path]
    away = [m for m in modules if not any(p.startswith(f"{m}.") for p in paths)]

    assert [] == away


@pytest.mark.parametrize("name", sorted(EXPORTED.keys() & FACTS.keys()))
def test_what_onnx_tool_says_of_the_export(name):
    """It is the preset's number, and what the network has no nodes for."""
    said, more = EXPORTED[name]

    assert said - more == network(name).operations("onnx-tool")


def test_parts_of_a_list_that_others_run_between():
    """The first stands in the list, and those that come later have its name and theirs."""
    paths = [row.path for row in network("timm/crossvit_9_240").nodes]

    assert "blocks/0/fusion/0/attn/proj" in paths
    assert "blocks/0/fusion.1/attn/proj" in paths


def test_kept_runs_are_many():
    """There are models of torchvision and timm, and odd ones, some told apart."""
    assert len(FACTS) >= 70
    assert sum("split" in fact for fact in FACTS.values()) >= 25


@pytest.mark.parametrize("name", ["resnet18", "transformer", "timm/halonet26t"])
def test_a_run_is_kept_whole(name):
    """A trace that was saved and restored is the same."""
    kept = restored(FACTS[name]["trace"])

    assert kept == restored(json.loads(json.dumps(saved(kept))))


def test_names_fold_as_modules_do():
    """A node has the path of its module, and groups are modules'."""
    net = network("resnet18")

    assert 64 * 64 * 9 == net["layer1/0/conv1"].params
    assert 147_968 == net["layer1"].params
    assert "layer4/1/relu_2" in {row.path for row in net.nodes}
    folded = str(net.summary(depth=1)).splitlines()
    first = [line.split()[0] for line in folded if line.split()]
    modules = ["conv1", "bn1", "relu", "maxpool", "layer1", "layer2", "layer3"]
    assert modules == [name for name in first if name in modules]


def test_what_never_runs_is_there():
    """Auxiliary heads are parameters that nothing uses at inference."""
    net = network("googlenet")

    assert 3_188_968 + 3_191_016 == 6_379_984
    assert "3,188,968 parameters of aux1 are never used" in net.notes
    assert 13_004_888 == net.params


# Traces by hand: a shape of what entered, and calls of functions on it.


def ref(key, *shape, sort="value", name="", dtype="float32"):
    return Ref(key, shape, dtype, sort, name)


def call(name, args, outputs, module="", visit=0, several=False, **kwargs):
    refs = [x for x in (*args, *kwargs.values()) if isinstance(x, Ref)]
    return Called(module, visit, name, args, kwargs, outputs, several, refs)


def trace(calls, inputs, outputs, **fields):
    weights = {
        ref.name: ref.shape
        for called in calls
        for ref in called.refs
        if ref.sort == "weight"
    }
    known = {"leaves": frozenset(), "weights": weights, "buffers": {}, "flops": 0}
    return Trace("Net", "2.13.0", calls, inputs, outputs, **(known | fields))


X = ref(1, 1, 3, 8, 8)


def test_an_unknown_function_is_said():
    """It is unknown with its name; its weights are counted, and totals are bounds."""
    weight = ref(2, 5, 3, sort="weight", name="w")
    y, z = ref(3, 1, 3, 8, 8), ref(4, 7)
    calls = [call("wavelet", (X, weight), [y, z], several=True)]
    net = network_of(trace(calls, [X], [y, z]))

    assert 15 == net.params
    assert "≥ 0" == str(net.macs)
    reasons = set(net.unknown.reasons.values())
    assert any("wavelet: it is no function that is known here" in r for r in reasons)


def test_a_rule_that_fails_makes_an_unknown_node():
    """Arguments that a rule does not expect are no traceback."""
    y = ref(2, 3, 1, 8, 8)
    net = network_of(trace([call("permute", (X, "a word"), [y])], [X], [y]))

    assert ["unknown1"] == [row.path for row in net.nodes]


def test_what_a_rule_makes_is_compared():
    """A shape that is not PyTorch's makes the node unknown, with both."""
    y = ref(2, 1, 3, 9, 9)
    net = network_of(trace([call("relu", (X,), [y])], [X], [y]))

    assert "[1, 3, 9, 9]" in net.unknown.reasons["unknown1"]


def test_a_scale_is_kept():
    """What is made twice as large is so on another input, as PyTorch's module is."""
    net = network("resized")

    assert "16×16×4" == str(net.output)
    assert "20×24×4" == str(net.on((10, 12, 4)).output)


def test_constants_are_no_nodes():
    """What depends on neither input nor weights is not there until it is used."""
    mask, twice, y = ref(2, 8, sort="constant"), ref(3, 8), ref(4, 1, 3, 8, 8)
    calls = [call("mul", (mask, 2), [twice]), call("add", (X, twice), [y])]
    net = network_of(trace(calls, [X], [y]))

    assert [(8, 8, 3)] == [tuple(row.output) for row in net.nodes]


def test_products_of_constants_are_nodes():
    """PyTorch multiplies fixed tables anew in each run, and counts it; what follows is fixed."""
    table, steps = ref(2, 4, 1, sort="buffer"), ref(3, 1, 6, sort="constant")
    angles, waves, y = ref(4, 4, 6), ref(5, 4, 6), ref(6, 1, 3, 8, 8)
    calls = [
        call("__matmul__", (table, steps), [angles], "rotary"),
        call("cos", (angles,), [waves], "rotary"),
        call("mm", (table,), [ref(7, 4, 6)]),  # which no version writes
        call("relu", (X,), [y]),
    ]
    net = network_of(trace(calls, [X], [y], flops=2 * 24))

    assert (24, 24, 0) == (net.macs, net.constant_macs, net.params)
    assert (8, 8, 3) == tuple(net.output)
    assert () == net.notes


def test_windows_of_a_map_are_a_group():
    """What an unfold becomes stands in its name, and the last of it is what comes out."""
    y = ref(2, 1, 12, 25)
    calls = [call("unfold", (X, 2), [y], "cut", 1, padding=1, stride=2)]
    net = network_of(trace(calls, [X], [y], leaves=frozenset({"cut"})))

    assert {"cut"} == {row.path.partition("/")[0] for row in net.nodes}
    assert (12, 25) == tuple(net.nodes[-1].output)


def test_no_output_depends_on_the_input():
    """Such a module is refused, with what to do."""
    y = ref(2, 3)
    with pytest.raises(ConfigError, match="nothing that Net puts out depends"):
        network_of(trace([call("zeros", (3,), [y])], [X], [y]))


def test_another_count_is_noted():
    """Where PyTorch's counter says something else, both numbers are said."""
    y = ref(2, 1, 3, 8, 8)
    net = network_of(trace([call("relu", (X,), [y])], [X], [y], flops=246))

    assert ("PyTorch's own counter says 123 MACs, and this is 0",) == net.notes


def test_a_run_on_the_cpu_is_noted():
    """Its count is not compared, as PyTorch misses some there; notes come first."""
    y = ref(2, 1, 3, 8, 8)
    calls = [call("relu", (X,), [y])]
    net = network_of(trace(calls, [X], [y], flops=None, notes=("on zeros",)))

    assert "on zeros" == net.notes[0]
    assert "was not asked" in net.notes[1]


def test_a_batch_is_left_out():
    """A run of several is the network for one, and the count is compared with all."""
    x, y = ref(1, 4, 3, 8, 8), ref(3, 4, 5, 6, 6)
    weight = ref(2, 5, 3, 3, 3, sort="weight", name="conv.weight")
    macs = 6 * 6 * 5 * 27
    calls = [call("conv2d", (x, weight), [y], "conv", 1)]
    net = network_of(trace(calls, [x], [y], flops=2 * 4 * macs))

    assert macs == net.macs
    assert ("it ran with a batch of 4, and this is for one",) == net.notes


@pytest.mark.parametrize(
    ("name", "shape", "extra", "batched", "expected"),
    [
        ("conv2d", (3, 8, 8), (), True, (8, 8, 3)),  # no batch: one axis too few
        ("relu", (3, 8, 8), (), False, (8, 8, 3)),
        ("linear", (7, 3), (), False, (7, 3)),
        ("linear", (1, 7, 3), (), True, (7, 3)),
        ("relu", (1, 3, 7), (), True, (7, 3)),
        ("lstm", (5, 3), (), True, (5, 3)),
        ("gru", (5, 1, 3), (0,) * 7 + (False,), True, (5, 3)),
        ("gru", (1, 5, 3), (0,) * 7 + (True,), True, (5, 3)),
        ("relu", (3,), (), True, (3,)),
    ],
)
def test_inputs_are_channels_last(name, shape, extra, batched, expected):
    """The first function that tells says which axes are channels, and the batch."""
    x, y = Ref(1, shape, "float32"), Ref(2, shape, "float32")
    calls = [call("neg", (x,), [y]), call(name, (y, *extra), [y])]
    net = network_of(trace(calls, [x], [y], batched=batched))

    assert expected == tuple(net.input)


def test_inputs_have_the_names_of_arguments():
    """Those of a dict are the names of the inputs."""
    y = ref(2, 1, 3, 8, 8)
    net = network_of(trace([call("relu", (X,), [y])], [X], [y], names=("image",)))

    assert "image" in repr(net.to_python())


@pytest.fixture
def _no_rules_left():
    rules, users = dict(TABLES["torch"]), set(USERS["torch"])
    yield
    TABLES["torch"].clear()
    TABLES["torch"].update(rules)
    USERS["torch"].clear()
    USERS["torch"].update(users)


@pytest.mark.usefixtures("_no_rules_left")
@pytest.mark.parametrize("shape", [(1, 3, 8, 8), (1, 8, 3), (1, 3)])
def test_users_add_functions(shape):
    """A function of a user's tells a layer, and reads what it was called with."""
    seen = []

    @interop.operator("torch", "mypkg.swoosh")
    def swoosh(node):
        seen.append((node.name, node.shapes, node.get("a"), node.get("b", default=3)))
        return Activation("silu")

    x, y = Ref(1, shape, "float32"), Ref(2, shape, "float32")
    calls = [call("mypkg.swoosh", (x,), [y], a=2.0)]
    net = network_of(trace(calls, [x], [y]))

    assert [("mypkg.swoosh", (net.input,), 2.0, 3)] == seen
    assert ["silu"] == [row.layer.function for row in net.nodes]


@pytest.mark.usefixtures("_no_rules_left")
def test_a_users_layer_of_another_shape_is_unknown():
    """What it makes is compared with what PyTorch made."""

    @interop.operator("torch", "mypkg.half")
    def half(_):
        return Activation("relu")

    y = ref(2, 1, 3, 4, 4)
    net = network_of(trace([call("mypkg.half", (X,), [y])], [X], [y]))

    assert "it makes [1, 3, 4, 4]" in net.unknown.reasons["unknown1"]


def test_pytorch_is_asked_for_when_it_is_needed(monkeypatch):
    """Without it the message says what to do."""
    monkeypatch.setitem(sys.modules, "torch", None)

    with pytest.raises(ConfigError, match="PyTorch is not installed here"):
        from_torch(object())


def test_a_module_is_run_and_read(monkeypatch):
    """A run, where PyTorch is there, is read; another device is refused."""
    asked = []

    def run(*given):
        asked.append(given)
        return restored(FACTS["resnet18"]["trace"])

    stand_in = SimpleNamespace(traced=run)
    monkeypatch.setitem(sys.modules, "torch", SimpleNamespace())
    monkeypatch.setitem(sys.modules, "cnncalc.interop.torch.running", stand_in)

    assert 11_689_512 == from_torch("a module", (3, 64, 64)).params
    assert [("a module", (3, 64, 64), "meta")] == asked
    with pytest.raises(ConfigError, match="nothing is computed elsewhere"):
        from_torch("a module", device="cuda")
    assert module.from_torch is from_torch


def weight(key, *shape, name="w"):
    return ref(key, *shape, sort="weight", name=name)


MASK = ref(8, 1, 3, 8, 8, dtype="bool")
Q = ref(1, 5, 1, 16)
VECTOR = ref(1, 8)
OWN = [weight(5, 48, 16), None, None, None, False, 0.0, weight(6, 16, 16, name="o")]


@pytest.mark.parametrize(
    ("name", "args", "shape", "reason"),
    [
        ("relu", (3, X), (1, 3, 8, 8), "its first argument is no tensor"),
        ("sum", (X, MASK), (1, 3), "it reduces two tensors"),
        ("transpose", (X, 1), (1, 3, 8, 8), "its argument dim1 is missing"),
        ("where", (MASK,), (9, 4), "how many it finds is data"),
        ("repeat_interleave", (X, MASK), (9, 3), "how often it repeats is data"),
        ("gather", (X, 1, MASK), (1, 2, 4, 4), "of several axes here and there"),
        ("embedding_bag", (VECTOR, weight(5, 3)), (9, 4), "where its bags begin"),
        ("__getitem__", (X, 1.5), (1, 3), "it takes values by a mask"),
        ("conv2d", (ref(1, 1, 8), weight(5, 3, 4, 1, 1)), (1, 3), "it has 2 axes"),
    ],
)
def test_what_cannot_be_followed_says_why(name, args, shape, reason):
    """A node is unknown where its arguments are data, or of another kind."""
    x = next(x for x in args if isinstance(x, Ref))
    y = ref(9, *shape)
    inputs = [x, *[each for each in args if each is MASK and x is not MASK]]
    net = network_of(trace([call(name, args, [y])], inputs, [y]))
    words = reason.replace("it has 2 axes", "what reaches it has 2 axes")

    assert words in net.unknown.reasons["unknown1"]


def test_attention_without_its_weights():
    """What it attends to is unknown, and only where something asks for it."""
    y, scores = ref(9, 5, 1, 16), ref(10, 1, 5, 5)
    args = (Q, Q, Q, 16, 2, *OWN[:2], None, None, False, 0.0, OWN[-1], None)
    calls = [call("multi_head_attention_forward", args, [y, scores], several=True)]
    known = network_of(trace(calls, [Q], [y]))
    asked = network_of(trace(calls, [Q], [y, scores]))

    assert 3 * 16 * 16 + 16 * 16 == known.params == asked.params
    assert 5 * known.params + 2 * 5 * 5 * 16 == known.macs
    assert ["unknown1"] == list(asked.unknown.reasons)


def test_attention_with_a_key_of_its_own_is_unknown():
    """Keys that are added are not known here; its weights are."""
    y = ref(9, 5, 1, 16)
    args = (Q, Q, Q, 16, 2, *OWN[:2], weight(7, 1, 1, 16, name="k"), None)
    args = (*args, False, 0.0, OWN[-1], None)
    net = network_of(trace([call("multi_head_attention_forward", args, [y])], [Q], [y]))

    assert 48 * 16 + 16 * 16 + 16 == net.params
    assert "a key of its own" in net.unknown.reasons["unknown1"]


def test_a_bag_before_its_table():
    """The torch function has the table first, the functional one the numbers."""
    bag = ref(1, 1, 10, dtype="int64")
    y = ref(9, 1, 16)
    calls = [call("embedding_bag", (weight(5, 100, 16), bag), [y])]
    net = network_of(trace(calls, [bag], [y]))

    assert (1600, (16,)) == (net.params, tuple(net.output))


@pytest.mark.parametrize("bias", [None, weight(4, 32)])
def test_a_linear_layer_on_what_is_computed(bias):
    """Its weight is a value here: a product of two activations, 8 × 16 × 32."""
    x, other, y = ref(1, 1, 8, 16), ref(2, 1, 32, 16), ref(3, 1, 8, 32)
    kernel = ref(5, 32, 16)
    calls = [
        call("squeeze", (other, 0), [kernel]),
        call("linear", (x, kernel, bias), [y]),
    ]
    net = network_of(trace(calls, [x, other], [y]))

    assert (8 * 16 * 32, {}) == (net.macs, net.unknown.reasons)
    assert (8, 32) == net.output


def test_a_bilinear_layer():
    """Its products are those of all three factors: out × in × in, and out × in."""
    x, y = ref(1, 1, 8), ref(9, 1, 4)
    args = (x, x, weight(5, 4, 8, 8), weight(6, 4, name="b"))
    net = network_of(trace([call("bilinear", args, [y], "mix", 1)], [x], [y]))

    assert (4 * 8 * 8 + 4, 4 * 8 * 8 + 4 * 8) == (net.params, net.macs)


def test_affine_positions():
    """Each of the positions is multiplied by a matrix of 2×3."""
    x, y = ref(1, 1, 2, 3), ref(9, 1, 5, 7, 2)
    calls = [call("affine_grid", (x, (1, 1, 5, 7)), [y])]
    net = network_of(trace(calls, [x], [y]))

    assert (5 * 7 * 2 * 3, (5, 7, 2)) == (net.macs, tuple(net.output))


@pytest.mark.parametrize("wanted", [False, True])
def test_a_sequence_without_a_batch(wanted):
    """It has two axes; a state that was projected is not put out, and is unknown."""
    x, y = ref(1, 5, 4), ref(9, 5, 3)
    own = [weight(2, 32, 4), weight(3, 32, 3, name="u"), weight(4, 3, 8, name="p")]
    states = [ref(10, 1, 3), ref(11, 1, 8)]
    args = (x, None, own, False, 1, 0.0, False, False, True)
    made = call("lstm", args, [y, *states], several=True)
    made = made._replace(refs=[x, *own])
    outputs = [y, *states] if wanted else [y]
    net = network_of(trace([made], [x], outputs))

    assert 32 * 4 + 32 * 3 + 3 * 8 == net.params
    assert int(wanted) == len(net.unknown.reasons)


@pytest.mark.parametrize(
    ("kernel", "stride", "dilation", "flops"),
    [
        (3, 3, 1, 0),  # windows side by side: nothing meets
        (2, 1, 1, 81 * 5 * 4),  # 2×2 of them at a place
        ((3, 2), (1, 2), 1, 81 * 5 * 3),  # 3 along one axis
        (3, 2, 2, 81 * 5 * 9),  # taps 2 apart, windows 2 apart: all meet
        (3, 2, 3, 81 * 5 * 4),  # every other tap meets
    ],
)
def test_windows_put_together(kernel, stride, dilation, flops):
    """What overlaps at a place is added up; parts that do not are only moved."""
    taps = 9 if kernel == 3 else 4 if kernel == 2 else 6
    x, y = ref(1, 1, 5 * taps, 7), ref(2, 1, 5, 9, 9)
    args = (x, (9, 9), kernel, dilation, 0, stride)
    net = network_of(trace([call("fold", args, [y])], [x], [y]))

    assert [5, 9, 9] == sorted(net.output)
    assert flops == net.flops
    assert 0 == net.macs


def test_windows_without_a_batch():
    """What has no batch gets none."""
    x, y = ref(1, 20, 7), ref(2, 5, 9, 9)
    made = trace([call("fold", (x, 9, 2), [y])], [x], [y], batched=False)

    assert 9 * 9 * 5 == network_of(made).output.size


def test_samples_over_a_batch():
    """Maps that a module has put into the batch are side by side."""
    x, grid = ref(1, 1, 8, 6, 6), ref(2, 1, 4, 9, 9, 2)
    maps, places = ref(3, 4, 2, 6, 6), ref(4, 4, 9, 9, 2)
    y = ref(5, 4, 2, 9, 9)
    calls = [
        call("reshape", (x, 4, 2, 6, 6), [maps]),
        call("reshape", (grid, 4, 9, 9, 2), [places]),
        call("grid_sample", (maps, places), [y]),
    ]
    net = network_of(trace(calls, [x, grid], [y]))

    assert (4, 9, 9, 2) == tuple(net.output)
    assert not net.unknown.reasons


def packed(batch, kept, padded, first=True):
    """Return a trace of an LSTM over packed sequences of 10 steps of 4 values."""
    shape = (batch, 10, 4) if first else (10, batch, 4)
    x, data, counts = ref(1, *shape), ref(2, batch * kept, 4), ref(3, kept)
    lengths = ref(4, batch, dtype="int64")
    y, h, c = ref(5, batch * kept, 8), ref(6, 1, batch, 8), ref(7, 1, batch, 8)
    state = ref(10, 1, batch, 8)
    own = [weight(11, 32, 4), weight(12, 32, 8, name="u")]
    z = ref(8, batch, padded, 8) if first else ref(8, padded, batch, 8)
    args = (data, counts, (state, state), own, False, 1, 0.0, False, False)
    made = call("lstm", args, [y, h, c], several=True)
    made = made._replace(refs=[data, counts, state, state, *own])
    calls = [
        call("_pack_padded_sequence", (x, lengths, first), [data, counts]),
        call("zeros", (1, counts, 8), [state]),
        made,
        call("_pad_packed_sequence", (y, counts, first, 0.0, padded), [z, ref(9, 1)]),
    ]
    return trace(calls, [x, lengths], [z])


@pytest.mark.parametrize(("kept", "padded"), [(10, 10), (7, 7), (7, 10)])
@pytest.mark.parametrize("first", [True, False])
def test_a_packed_sequence(kept, padded, first):
    """It has as many steps as were packed: each multiplies all weights once."""
    net = network_of(packed(1, kept, padded, first))

    assert kept * (32 * 4 + 32 * 8) == net.macs
    assert (padded, 8) == tuple(net.output)


def test_several_packed_sequences_are_unknown():
    """How long each of them is is data."""
    net = network_of(packed(3, 7, 10))

    assert any("a batch of 1" in why for why in net.unknown.reasons.values())


def test_relu6_is_told_by_its_ends():
    """PyTorch's own module calls a hardtanh between 0 and 6."""
    y, z = ref(2, 1, 3, 8, 8), ref(3, 1, 3, 8, 8)
    calls = [
        call("hardtanh", (X,), [y], min_val=0.0, max_val=6.0),
        call("hardtanh", (y, -1.0, 1.0), [z]),
    ]
    net = network_of(trace(calls, [X], [z]))

    assert ["relu6", "hardtanh"] == [row.layer.function for row in net.nodes]


def test_functions_are_told_from_modules():
    """What a module of PyTorch's own calls is that module; sums are functions if named."""
    refs = [X, *[ref(n, 1, 3, 8, 8) for n in range(2, 8)]]
    names = ["relu", "relu", "relu", "add", "add", "add_"]
    modules = ["act", "", "own", "", "", ""]
    calls = [
        call(name, (before,) if name == "relu" else (before, X), [after], path, n)
        for n, (name, path, before, after) in enumerate(
            zip(names, modules, refs, refs[1:], strict=False)
        )
    ]
    calls[4] = calls[4]._replace(operator=True)
    net = network_of(trace(calls, [X], refs[-1:], own=frozenset(["act"])))

    assert ("relu1", "own/relu1", "add1") == net.module_less


def test_attention_and_modules_of_others_are_told():
    """A multi-head attention is one module; one made of PyTorch's is of its own kind."""
    q, y, z = ref(1, 1, 8, 16), ref(2, 1, 8, 16), ref(3, 1, 3, 14)
    args = (q, q, q, 16, 2, *OWN[:2], None, None, False, 0.0, OWN[-1], None)
    heads = call("multi_head_attention_forward", args, [y], "heads")
    taps = weight(8, 3, 8, 3, name="taps")
    x = ref(4, 1, 8, 16)
    kernel = call("conv1d", (x, taps), [z], "mine")
    known = {"own": frozenset(["heads"]), "leaves": frozenset(["mine"])}
    out = ref(5, 1, 3, 3)
    back = ref(6, 1, 14, 3)
    turned = call("transpose", (z, 1, 2), [back])
    square = call("matmul", (z, back), [out])._replace(operator=True)
    calls = [heads, kernel, turned, square]
    said = network_of(trace(calls, [q, x], [y, out], **known)).module_less

    assert {"MultiheadAttention"} == {
        words.rpartition(" as ")[2] for words in said[:-2]
    }
    assert ("mine/conv1 as own module", "matmul1 as operator") == said[-2:]


def windows():
    """Return a run on four windows: of a linear layer, a norm, and timm's attention."""
    x, y, z, out = ref(1, 1, 4, 9, 8), ref(2, 4, 9, 8), ref(3, 4, 9, 8), ref(4, 4, 9, 8)
    w, b = weight(5, 8, 8, name="attn.qkv.weight"), weight(6, 8, name="attn.qkv.bias")
    scale, shift = weight(7, 8, name="norm.weight"), weight(8, 8, name="norm.bias")
    calls = [
        call("view", (x, 4, 9, 8), [y]),
        call("layer_norm", (y, (8,), scale, shift), [z], "norm", 1),
        call("linear", (z, w, b), [ref(9, 4, 9, 8)], "attn.qkv", 2),
        call("scaled_dot_product_attention", (z, z, z), [out], "attn", 3),
    ]
    known = {"own": frozenset(["norm", "attn.qkv"]), "timm": frozenset(["attn"])}
    return trace(calls, [x], [out, ref(9, 4, 9, 8)], **known)


def test_tools_that_go_by_modules():
    """torchinfo takes a first axis for a batch; ptflops takes timm's attention whole."""
    net = network_of(windows())
    linear, products, norm = 4 * 9 * 8 * 8, 2 * 4 * 9 * 9 * 8, 4 * 9 * 8

    assert linear + products == net.macs
    assert 4 * (8 * 8 + 8) + 4 * (8 + 8) == net.operations("torchinfo")
    assert linear + 4 * norm == net.operations("thop")
    # Its hook: products, a softmax and scaled queries, and no linear layer within.
    assert products + 4 * 9 * 9 + norm + norm == net.operations("ptflops")


def test_norms_that_are_functions():
    """A norm in a class of its own is none that hooks know; a leaf has parameters."""
    x, y, z, out = X, ref(2, 1, 3, 8, 8), ref(3, 1, 3, 8, 8), ref(4, 1, 3, 8, 8)
    named = [weight(n, 3, name=f"{n}.weight") for n in range(5, 9)]
    calls = [
        call("batch_norm", (x, None, None, *named[:2], True), [y], "leaf", 1),
        call("batch_norm", (y, None, None, *named[2:], True), [z], "whole", 2),
        call("relu", (z,), [out], "whole.act", 3),
    ]
    net = network_of(trace(calls, [x], [out], leaves=frozenset(["leaf", "whole.act"])))
    values = 3 * 8 * 8

    assert 12 == net.params
    assert 6 == net.operations("torchinfo")
    assert 0 == net.operations("thop")
    assert values == net.operations("ptflops")  # of the relu, a function here
    assert 2 * 5 * values == net.operations("fvcore")  # each finds its statistics
    assert 2 * 5 * values + values == net.operations("calflops")


def test_a_product_the_other_way_round():
    """``__rmatmul__`` has its factors reversed."""
    x, y = ref(1, 1, 6, 4), ref(9, 1, 3, 4)
    calls = [call("__rmatmul__", (x, weight(5, 3, 6)), [y])]
    net = network_of(trace(calls, [x], [y]))

    assert 3 * 6 * 4 == net.macs


def test_arguments_by_name():
    """What may be one argument or several may be told by its name, too."""
    y = ref(9, 1, 8, 8, 3)
    calls = [call("permute", (X,), [y], dims=(0, 2, 3, 1))]
    net = network_of(trace(calls, [X], [y]))

    assert [] == list(net.nodes)


def test_a_sum_of_everything():
    """Without axes all are reduced, to a single number."""
    y = Ref(9, (), "float32")
    net = network_of(trace([call("sum", (X,), [y])], [X], [y]))

    assert 1 == net.output.size


@pytest.mark.parametrize("name", ["__radd__", "add", "__iadd__"])
def test_a_sum_begins_with_nothing(name):
    """0 + x is x, as MobileOne adds up its branches; another number is a node."""
    y = ref(9, 1, 3, 8, 8)
    kinds = [
        [row.kind for row in network_of(trace([call(name, (X, n), [y])], [X], [y]))]
        for n in (0, 1)
    ]

    assert [[], ["Function"]] == kinds
