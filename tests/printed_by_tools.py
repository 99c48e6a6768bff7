"""What torchvision, Keras, ptflops, convnet-burden and ST Edge AI print of networks."""

from __future__ import annotations

from typing import Any

from printed import Figure, Row, Source, Term, call, functions, norms, table

from cnncalc import Convention, Rule, zoo
from cnncalc.operations import quantities as of

BURDEN = Convention(
    "convnet-burden",
    "FLOPs as convnet-burden prints them",
    (
        Rule("multiply-adds", ("conv", "linear"), of.macs),
        Rule("bias", ("conv", "linear"), of.bias_uses, 2),
        Rule("activations", functions("relu", "relu6"), of.outputs),
        Rule("batch norm", ("batch norm",), of.outputs),
        Rule("pools", ("max pool", "average pool"), of.taps),
    ),
)


# torchvision.

_ALIASES = {"ssd300_vgg16": "ssd300"}
_AUX = (9 * 1024 * 256 + 2 * 256 + 257 * 21, 65 * 65 * (9 * 1024 * 256 + 256 * 21))
_AUXILIARY = (
    "an auxiliary head on 65×65×1024: a 3×3 convolution of 256 filters, a norm, and a"
    " convolution to 21 classes"
)
_FROZEN = "its 53,120 factors and offsets of frozen norms are no parameters"


def torchvision() -> Source:
    """What torchvision publishes with its weights."""
    printed = table("torchvision.csv")
    rows = []
    for each in printed:
        name = each["model"].removeprefix("quantized_")
        name = _ALIASES.get(name, name)
        if name not in zoo.names():
            continue
        settings: dict[str, Any] = {"aux": True} if name == "inception_v3" else {}
        # Of videos it prints height and width, "(112, 112)".
        size = int(each["crop"].strip("()").partition(",")[0] or 0)
        usual = getattr(zoo, name).settings["input"].default
        if size and len(usual) == len("hwc") and usual[0] != size:
            settings["input"] = (size, size, 3)
        its = call(name, **settings)
        more = [(), ()]
        if name in {"fcn_resnet50", "deeplabv3_resnet50"}:
            more = [(Term(number, _AUXILIARY),) for number in _AUX]
        elif name == "retinanet_resnet50_fpn":
            more = [(Term(-2 * norms(its.net), _FROZEN),), ()]
        figures = (
            Figure("parameters", each["params"], its.net.params, terms=more[0]),
            # Python leaves zeros at the end of three decimals out.
            Figure(
                "GMACs", f"{float(each['gmacs']):.3f}", its.net.macs, 10**9, more[1]
            ),
        )
        rows.append(Row(f"{each['model']} {each['weights']}", its, figures))
    about = "Parameters, and multiply-adds in G, of each set of weights."
    return Source("torchvision 0.29.1", about, len(printed), tuple(rows))


# Keras.

_KERAS = {
    "Xception": "xception",
    "VGG16": "vgg16",
    "VGG19": "vgg19",
    "ResNet50": "resnet50_keras",
    "InceptionV3": "inception_v3",
    "InceptionResNetV2": "inception_resnet_v2",
    "NASNetMobile": "nasnet_mobile",
    "MobileNet": "mobilenet",
    "MobileNetV2": "mobilenet_v2",
    **{f"ResNet{n}V2": f"resnet{n}_v2" for n in (50, 101, 152)},
    **{f"DenseNet{n}": f"densenet{n}" for n in (121, 169, 201)},
    **{f"EfficientNetB{n}": f"efficientnet_b{n}" for n in range(8)},
}


def keras() -> Source:
    """What Keras counts of its applications."""
    printed = table("keras.csv")
    rows = []
    for each in printed:
        if each["model"] not in _KERAS:
            continue
        its = call(_KERAS[each["model"]])
        terms = []
        if its.net.buffers:
            why = "running means and variances count as parameters"
            terms.append(Term(its.net.buffers, why))
        if its.name.startswith("efficientnet"):
            why = "mean, variance and a count of the layer that normalises images"
            terms.append(Term(7, why))
        if its.name == "inception_v3":
            terms.append(Term(-norms(its.net), "its norms have no factors"))
        figure = Figure("parameters", each["params"], its.net.params, 1, tuple(terms))
        rows.append(Row(each["model"], its, (figure,)))
    about = "`count_params()` of Keras' applications."
    return Source("Keras", about, len(printed), tuple(rows))


# ptflops.


def ptflops() -> Source:
    """What the readme of ptflops prints of torchvision's networks."""
    printed = table("ptflops.csv")
    rows = []
    for each in printed:
        name = each["model"]
        if name not in zoo.names():
            continue
        size, note = int(each["input"].partition("x")[0]), ""
        if name == "inception_v3":
            size, note = (
                299,
                "its input is 299×299, not 224×224, on which its auxiliary head is larger than its map",
            )
        settings: dict[str, Any] = {"input": (size, size, 3)}
        if name in {"googlenet", "inception_v3"}:
            settings["aux"] = True
        its = call(name, **settings)
        figures = [Figure("M parameters", each["params"], its.net.params, 10**6)]
        for backend, preset in (("pytorch", "ptflops"), ("aten", "ptflops-aten")):
            value, _, wrong = each[backend].partition(" ")
            if wrong:
                note = f"{value} of the backend `pytorch` is marked as wrong there"
            elif value:
                work = its.net.operations(preset)
                figures.append(Figure(f"GMACs, {backend}", value, work, 10**9))
        rows.append(Row(name, its, tuple(figures), note))
    about = (
        "GMACs by the conventions `ptflops` and `ptflops-aten`, for its two backends."
    )
    return Source("ptflops' readme", about, len(printed), tuple(rows))


# convnet-burden.

_BURDEN = {
    "alexnet": call("alexnet_2012"),
    "googlenet": call("googlenet_2014", aux=True),
    **{f"squeezenet1-{n}": call(f"squeezenet1_{n}") for n in (0, 1)},
    **{f"vgg-vd-{n}": call(f"vgg{n}") for n in (16, 19)},
    **{f"resnet{n}": call(f"resnet{n}") for n in (18, 34)},
    **{f"resnet-{n}": call(f"resnet{n}_v1") for n in (50, 101, 152)},
    "resnext-50-32x4d": call("resnext50_32x4d"),
    "resnext-101-32x4d": call("resnet101", groups=32, width_per_group=4),
    "resnext-101-64x4d": call("resnext101_64x4d"),
    "inception-v3": call("inception_v3"),
    **{f"densenet{n}": call(f"densenet{n}") for n in (121, 161, 169, 201)},
    "mcn-mobilenet": call("mobilenet"),
    "ssd-pascal-vggvd-300": call("ssd300", classes=21),
}


def burden() -> Source:
    """What convnet-burden prints: bytes of parameters and features, and FLOPs."""
    printed = table("burden.csv")
    rows = []
    for each in printed:
        if each["model"] not in _BURDEN:
            continue
        its = _BURDEN[each["model"]]
        params, _ = each["params"].split()
        flops, unit = each["flops"].upper().removesuffix("FLOPS").split()
        state: tuple[Term, ...] = ()
        if its.net.buffers:
            state = (Term(4 * its.net.buffers, "running means and variances"),)
        work = its.net.operations(BURDEN)
        figures = (
            Figure("MiB of parameters", params, 4 * its.net.params, 2**20, state),
            Figure(f"{unit}FLOPs", flops, work, {"M": 10**6, "G": 10**9}[unit]),
        )
        rows.append(Row(each["model"], its, figures))
    about = (
        "MB there are MiB. FLOPs are multiply-adds, one for each value of a ReLU and of"
        " a batch norm, one for each tap of a pool, and two for each bias, to which its"
        " figures lead. What it calls feature memory is not compared: which outputs are"
        " kept differs from network to network."
    )
    return Source("convnet-burden", about, len(printed), tuple(rows))


# ST Edge AI.

_ST = {"person_detect.tflite": "person_detect", "kws.tflite": "kws_ds_cnn"}


def st_edge_ai() -> Source:
    """What ST's tool tells of two files of int8."""
    printed = table("st_edge_ai.csv")
    rows = []
    for each in printed:
        its = call(_ST[each["model"]])
        types = {"weights": "int8", "biases": "int32"}
        weights = its.net.deployed("tflite").memory(types)
        figures = (
            Figure("MACC", each["macc"], its.net.operations("st-edge-ai")),
            Figure("KiB of weights", each["weights_kib"], weights, 2**10),
        )
        rows.append(Row(each["model"], its, figures))
    about = (
        "MACC by the convention `st-edge-ai`; weights of int8 and biases of int32 of"
        ' `deployed("tflite")`. Its flash and RAM are not compared: they have its own'
        " library, and values in place by rules that are not published."
    )
    return Source("ST Edge AI", about, len(printed), tuple(rows))
