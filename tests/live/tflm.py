"""Random small networks: TensorFlow's converter and TensorFlow Lite Micro, and cnncalc.

``python tests/live/tflm.py --count 60 --seed 13`` draws networks of convolutions, norms,
pools, branches and residuals, builds them in Keras, converts them to float32 and to
int8, and asks TFLM for the head and the tail of its arena. ``--write FILE`` keeps what
they told, a network a line, for the tests; without it they are compared. ``--more``
draws transposed convolutions, reshapings, slices and other functions, too; ``--each``
takes functions, norms and sequences one by one, of which the converter makes several
operators, or reshapings. Each file is compared as it is read, besides.

It takes tensorflow 2.21 and tflite-micro (with ``--tflm``, the path of a Python that has
it, if both do not stand in one environment).
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import io
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from random import Random
from typing import Any

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
sys.path.insert(0, str(Path(__file__).parents[1]))  # tflm_facts.py

import numpy as np
import tensorflow as tf
from tflm_facts import built, written

import cnncalc
from cnncalc import CnncalcError, Sequential
from cnncalc.interop.tflite.schema import parsed

keras: Any = tf.keras
layers: Any = keras.layers

ASK = """
import sys
from tflite_micro.python.tflite_micro import runtime
runtime.Interpreter.from_file(sys.argv[1], arena_size=1 << 26).print_allocations()
"""
TOLD = re.compile(r"head (\d+) bytes.*?tail (\d+) bytes", re.DOTALL)


def arena(model: bytes, python: str) -> dict[str, int]:
    """Return the head and the tail that TFLM tells of a model."""
    with tempfile.NamedTemporaryFile(suffix=".tflite") as file:
        file.write(model)
        file.flush()
        done = subprocess.run(
            [python, "-c", ASK, file.name], capture_output=True, text=True, check=False
        )
    found = TOLD.search(done.stdout + done.stderr)
    if found is None:  # it refuses what it has no kernel for
        return {"head": None, "tail": None}
    return {"head": int(found[1]), "tail": int(found[2])}


def converted(model: Any, rng: np.random.Generator, *, whole: bool) -> bytes:
    """Return a model as the converter makes it, with int8 if it is to have whole numbers."""
    converter = tf.lite.TFLiteConverter.from_keras_model(model)
    shapes = [x.shape for x in model.inputs]
    if whole:
        converter.optimizations = [tf.lite.Optimize.DEFAULT]
        converter.representative_dataset = lambda: (
            [rng.random(shape, dtype=np.float32) for shape in shapes] for _ in range(4)
        )
        converter.target_spec.supported_ops = [tf.lite.OpsSet.TFLITE_BUILTINS_INT8]
        converter.inference_input_type = converter.inference_output_type = tf.int8
    with (
        contextlib.redirect_stdout(io.StringIO()),
        contextlib.redirect_stderr(io.StringIO()),
    ):
        made: bytes = converter.convert()
    return made


# A call: its name, its arguments, and its options.
Call = tuple[str, list[Any], dict[str, Any]]


def run(x: Any, calls: list[Call]) -> Any:
    """Return what calls of a `Sequential` make, in Keras."""
    for name, args, how in calls:
        if name == "residual":
            x = layers.Add()([run(x, args[0]), x])
        elif name == "branch":
            x = layers.Concatenate()([run(x, path) for path in args])
        elif name == "prelu":  # a slope for each channel
            x = layers.PReLU(shared_axes=list(range(1, len(x.shape) - 1)))(x)
        elif name == "slice":
            places = [slice(None)] * 4
            places[how["axis"] + 1] = slice(*args)
            x = x[tuple(places)]
        else:
            x = layer(name, args, how)(x)
    return x


def layer(name: str, args: list[Any], how: dict[str, Any]) -> Any:
    """Return the layer of Keras that is what a call makes."""
    words = {"padding": how["padding"]} if "padding" in how else {}
    if "stride" in how:
        words["strides"] = how["stride"]
    bias = how.get("bias", True)
    largest = how.get("mode", "max") == "max"
    made = {
        "conv": lambda: layers.Conv2D(args[1], args[0], use_bias=bias, **words),
        "conv_transpose": lambda: layers.Conv2DTranspose(
            args[1], args[0], use_bias=bias, **words
        ),
        "depthwise": lambda: layers.DepthwiseConv2D(args[0], **words),
        "separable": lambda: layers.SeparableConv2D(args[1], args[0], **words),
        "pool": lambda: (layers.MaxPool2D if largest else layers.AveragePooling2D)(
            args[0], **words
        ),
        "fc": lambda: layers.Dense(args[0]),
        "pad": lambda: layers.ZeroPadding2D(args[0]),
        "reshape": lambda: layers.Reshape(args[0]),
        "norm": layers.BatchNormalization,
        "relu": layers.ReLU,
        "relu6": lambda: layers.ReLU(6.0),
        "silu": lambda: layers.Activation("silu"),
        "sigmoid": lambda: layers.Activation("sigmoid"),
        "tanh": lambda: layers.Activation("tanh"),
        "hardswish": lambda: layers.Activation("hard_silu"),
        "leaky_relu": lambda: layers.LeakyReLU(0.1),
        "flatten": layers.Flatten,
        "softmax": layers.Softmax,
        "softplus": lambda: layers.Activation("softplus"),
        "softsign": lambda: layers.Activation("softsign"),
        "selu": lambda: layers.Activation("selu"),
        "celu": lambda: layers.Activation("celu"),
        "elu": layers.ELU,
        "mish": lambda: layers.Activation("mish"),
        "log_sigmoid": lambda: layers.Activation("log_sigmoid"),
        "hardsigmoid": lambda: layers.Activation("hard_sigmoid"),
        "hardtanh": lambda: layers.Activation("hard_tanh"),
        "layer_norm": layers.LayerNormalization,
        "group_norm": lambda: layers.GroupNormalization(args[0]),
        "conv1d": lambda: layers.Conv1D(args[1], args[0], **words),
        "conv_transpose1d": lambda: layers.Conv1DTranspose(args[1], args[0], **words),
        "function": lambda: layers.Lambda(FUNCTIONS[args[0]]),
        "global_pool": layers.GlobalAveragePooling2D,
    }
    return made[name]()


FUNCTIONS: dict[str, Any] = {
    "abs": keras.ops.abs,
    "clip": lambda x: keras.ops.clip(x, -2, 3),
    "exp": keras.ops.exp,
    "floor": keras.ops.floor,
    "negative": lambda x: -x,
    "scale": lambda x: 2.0 * x,
    "shift": lambda x: x + 2.0,
    "sin": keras.ops.sin,
    "square": keras.ops.square,
}


def each() -> list[tuple[list[int], list[Call]]]:
    """Return small networks with one thing each that becomes several operators."""
    same = {"padding": "same"}
    conv: Call = ("conv", [3, 8], same)
    row: Call = ("conv1d", [3, 6], same)
    end: Call = ("conv", [1, 4], {})
    wide: Call = ("conv_transpose1d", [3, 6], {"stride": 2, **same})
    causal: Call = ("conv1d", [3, 6], {"padding": "causal"})
    words = "softplus softsign selu celu elu mish log_sigmoid hardsigmoid hardtanh"
    relu, norm = ("relu", [], {}), ("norm", [], {})
    maps: list[list[Call]] = [
        [conv, (word, [], {}), end] for word in words.split()[:-2]
    ]
    maps += [[(word, [], {})] for word in words.split()]
    maps += [[("function", [name], {})] for name in FUNCTIONS]
    maps += [
        [("layer_norm", [], {})],
        [conv, ("layer_norm", [], {}), relu, end],
        [conv, ("group_norm", [4], {}), relu, end],
        [("group_norm", [2], {}), conv],
        [conv, ("elu", [], {}), ("residual", [[conv, ("elu", [], {})]], {})],
        [conv, ("hardsigmoid", [], {}), ("pool", [2], {"mode": "max"})],
        [("conv_transpose", [3, 6], {"stride": 2, "bias": False, **same})],
    ]
    rows: list[list[Call]] = [
        [row, relu, ("residual", [[row, relu, row]], {}), relu],
        [row, norm, relu, ("residual", [[row, norm, relu, row, norm]], {}), relu],
        [row, ("residual", [[norm, relu, row]], {})],
        [row, ("residual", [[causal, relu]], {})],
        [row, relu, ("branch", [[row, relu], [("conv1d", [5, 6], same), relu]], {})],
        [row, ("elu", [], {}), row],
        [row, ("tanh", [], {}), ("layer_norm", [], {})],
        [row, ("group_norm", [2], {}), relu, row],
        [wide],
        [row, relu, wide, relu, row],
    ]
    return [([8, 8, 4], calls) for calls in maps] + [([16, 4], calls) for calls in rows]


def drawn(rng: Random, *, more: bool = False) -> tuple[list[int], list[Call]]:
    """Draw the input and the calls of a network."""
    side = rng.choice((15, 16, 20, 24, 28, 32))
    net: Any = Sequential(input=(side, side, 3))
    calls: list[Call] = []
    for _ in range(rng.randint(3, 9)):
        step = _step(rng, net.output.channels, net.output.height)
        if more and rng.random() < 0.6:
            step = _other(rng, net.output)
        with contextlib.suppress(CnncalcError):  # of what does not fit, nothing
            net, calls = built(net, step), calls + step
    if rng.random() < 0.7:
        calls += [(rng.choice(("global_pool", "flatten")), [], {}), ("fc", [10], {})]
        calls += [("softmax", [], {})] if rng.random() < 0.5 else []
    return [side, side, 3], calls


def _step(rng: Random, channels: int, size: int) -> list[Call]:
    """Draw a few calls that belong together."""
    filters, kernel = rng.choice((4, 8, 12, 16)), rng.choice((1, 3, 3, 5))
    stride = rng.choice((1, 1, 2)) if size > 4 else 1
    how = {"stride": stride, "padding": rng.choice(("same", "same", "valid"))}
    same = {"padding": "same"}
    relu: Call = (rng.choice(("relu", "relu", "relu6")), [], {})
    norm: Call = ("norm", [], {})
    body: list[Call] = [("conv", [3, channels], same), relu]
    arms: list[list[Call]] = [
        [("conv", [1, filters], same), relu],
        [("conv", [3, 4], same), relu],
    ]
    ends = rng.choice(([[1, 1], [1, 1]], [[0, 1], [0, 1]], [[2, 2], [2, 2]]))
    steps: list[list[Call]] = [
        [("conv", [kernel, filters], how), relu],
        [("conv", [kernel, filters], {**how, "bias": False}), norm, relu],
        [("conv", [kernel, filters], how), ("silu", [], {})],
        [("depthwise", [3], how), relu],
        [("separable", [3, filters], how), norm, relu],
        [("pool", [2], {"mode": rng.choice(("max", "average"))})],
        [("residual", [[*body, ("conv", [3, channels], same)]], {}), relu],
        [("branch", arms, {})],
        [("pad", [ends], {}), ("conv", [3, filters], {"stride": stride}), relu],
        [norm, relu],
    ]
    return rng.choice(steps)


def _other(rng: Random, x: Any) -> list[Call]:
    """Draw calls of other kinds."""
    height, width, channels = x
    kernel, stride = rng.choice(((2, 2), (3, 2), (3, 1), (4, 2)))
    up = {"stride": stride, "padding": "same"}
    function: Call = (rng.choice(("tanh", "hardswish", "leaky_relu", "prelu")), [], {})
    line: Call = ("reshape", [[height * width, channels]], {})
    back: Call = ("reshape", [[height, width, channels]], {})
    same = ("conv", [3, channels], {"padding": "same"})
    relu: Call = (rng.choice(("relu", "sigmoid", "tanh")), [], {})
    steps: list[list[Call]] = [
        [("conv_transpose", [kernel, 8], up), relu],
        [("conv_transpose", [kernel, 4], up), ("norm", [], {}), function],
        [same, function],
        [("slice", [1, height, rng.choice((1, 2))], {"axis": rng.choice((0, 1))})],
        [line, relu, back],
        [same, line, function, back],
        [same, ("softmax", [], {})],
        [("residual", [[same, function]], {}), relu],
    ]
    return rng.choice(steps)


def asked(size: list[int], calls: list[Call], python: str) -> dict[str, Any]:
    """Return what the converter and TFLM tell of a network."""
    x = keras.Input(batch_shape=(1, *size))
    model = keras.Model(x, run(x, calls))
    rng = np.random.default_rng(1)
    # Numbers of all kinds: what is 0 or 1 everywhere, the converter makes less of.
    model.set_weights([rng.random(w.shape) / 2 + 0.25 for w in model.get_weights()])
    found: dict[str, Any] = {"input": size, "calls": calls}
    for dtype in ("float32", "int8"):
        file = converted(model, rng, whole=dtype == "int8")
        graph = parsed(file).subgraphs[0]
        found[dtype] = arena(file, python)
        found[dtype]["operators"] = [
            [op.name, *graph.tensors[op.outputs[0]].shape[1:]] for op in graph.operators
        ]
        found[dtype]["file"] = len(file)
        plan = cnncalc.from_tflite(file).memory_plan(planner="tflm")
        found[dtype]["read"] = [plan.arena_size, plan.persistent_size]
    return found


def compared(fact: dict[str, Any]) -> str:
    """Return what differs from what cnncalc says, if anything does."""
    net = written(fact)
    wrong = []
    for dtype in ("float32", "int8"):
        # This converter gives each unit of a linear layer a scale.
        plan = net.memory_plan(dtype, planner="tflm", linear_scales="unit")
        told = fact[dtype]
        if told["head"] is None:
            continue
        if plan.arena_size != told["head"]:
            wrong.append(f"{dtype} head {plan.arena_size}, told {told['head']}")
        if told["read"] != [told["head"], told["tail"]]:
            wrong.append(f"{dtype} file {told['read']}, told {told}")
        total = told["head"] + told["tail"]
        if abs(plan.total_size - total) > 0.03 * total:
            wrong.append(f"{dtype} arena {plan.total_size}, told {total}")
    return "; ".join(wrong)


def main() -> int:
    """Draw, ask and compare, or keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=60)
    parser.add_argument("--seed", type=int, default=13)
    parser.add_argument("--tflm", default=sys.executable)
    parser.add_argument("--more", action="store_true")
    parser.add_argument("--each", action="store_true")
    parser.add_argument("--write", type=Path)
    chosen = parser.parse_args()
    rng = Random(chosen.seed)
    facts = []
    differing = 0
    some = each() if chosen.each else iter(lambda: drawn(rng, more=chosen.more), None)
    for size, calls in some:
        if len(facts) >= chosen.count:
            break
        if not calls:
            continue
        fact = asked(size, calls, chosen.tflm)
        facts.append(fact)
        wrong = compared(fact)
        differing += bool(wrong)
        if wrong:
            print(f"{json.dumps(fact['input'])} {json.dumps(calls)}: {wrong}")
    print(
        f"cnncalc {cnncalc.__version__}, {tf.__version__}: {differing} of {len(facts)}"
    )
    if chosen.write:
        with gzip.open(chosen.write, "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(fact) + "\n" for fact in facts)
    return differing > 0


if __name__ == "__main__":
    sys.exit(main())
