"""Models that PyTorch exports to ONNX, against PyTorch's own counter.

``python tests/live/onnx_exports.py`` exports networks of torchvision and timm by the
older exporter, each at the next of opsets 9 to 20, and reads the file: MACs are those
of ``torch.utils.flop_counter``, nothing is unknown, and with norms kept the parameters
are PyTorch's. ``--dynamo`` takes the newer exporter, which needs ``onnxscript``; names
after it are exported alone: ``resnet18 timm:levit_128s``.

``--keep tests/data/onnx`` exports the networks of KEPT and keeps the files, without
their weights, and the facts of them: MACs by PyTorch's counter, the numbers of float tensors, and shapes
by ONNX's own inference; with ``--dynamo`` those of KEPT_DYNAMO.
"""

from __future__ import annotations

import argparse
import contextlib
import gzip
import io
import json
import time
import warnings
from pathlib import Path
from typing import Any

import schemas  # noqa: F401 - before torchvision
import timm
import torch
import torchvision
from torch.utils.flop_counter import FlopCounterMode

from cnncalc import CnncalcError, from_onnx

CLASSIFICATION = (
    *("alexnet", "convnext_tiny", "densenet121", "efficientnet_b0", "googlenet"),
    *("efficientnet_v2_s", "inception_v3", "maxvit_t", "mnasnet0_5", "mobilenet_v2"),
    *("mobilenet_v3_small", "regnet_x_400mf", "regnet_y_400mf", "resnet18"),
    *("resnext50_32x4d", "shufflenet_v2_x0_5", "squeezenet1_0", "swin_t", "swin_v2_t"),
    *("vgg11_bn", "vit_b_32", "wide_resnet50_2"),
)
SEGMENTATION = (
    "fcn_resnet50",
    "deeplabv3_mobilenet_v3_large",
    "lraspp_mobilenet_v3_large",
)
VIDEO = ("r3d_18", "mc3_18", "r2plus1d_18", "s3d", "swin3d_t")
TIMM = (
    *("beit_base_patch16_224", "cait_xxs24_224", "coat_tiny", "convmixer_768_32"),
    *(
        "convnextv2_atto",
        "crossvit_9_240",
        "cspresnet50",
        "davit_tiny",
        "deit3_small_patch16_224",
    ),
    *("dla34", "dpn68", "edgenext_xx_small", "efficientformer_l1", "efficientvit_b0"),
    *("eva02_tiny_patch14_224", "focalnet_tiny_srf", "gcresnet33ts", "gernet_s"),
    *("ghostnet_100", "gmlp_s16_224", "hardcorenas_a", "hgnet_tiny", "hrnet_w18_small"),
    *(
        "inception_next_tiny",
        "lcnet_050",
        "levit_128s",
        "mixer_s32_224",
        "mobilevit_xxs",
    ),
    *("mobilevitv2_050", "mobileone_s0", "mvitv2_tiny", "nfnet_l0", "pit_ti_224"),
    *("poolformer_s12", "pvt_v2_b0", "regnety_002", "repvgg_a0", "res2net50_14w_8s"),
    *("resmlp_12_224", "resnest14d", "rexnet_100", "sebotnet33ts_256", "selecsls42b"),
    *("skresnet18", "tf_efficientnet_b0", "tinynet_e", "tiny_vit_5m_224", "tresnet_m"),
    *("twins_svt_small", "vit_tiny_patch16_224", "volo_d1_224", "xcit_nano_12_p16_224"),
)
# Networks without products of activations that the suite reads, and their opsets.
KEPT = {
    "alexnet": 9,
    "squeezenet1_0": 10,
    "resnet18": 11,
    "mobilenet_v2": 12,
    "convnext_tiny": 13,
    "densenet121": 14,
    "shufflenet_v2_x0_5": 15,
    "mnasnet0_5": 16,
    "regnet_y_400mf": 17,
    "efficientnet_b0": 18,
    "vgg11_bn": 19,
    "googlenet": 20,
}
# Those that the newer exporter writes for the suite, and their opsets.
KEPT_DYNAMO = {
    "squeezenet1_0": 21,
    "mobilenet_v3_small": 22,
    "shufflenet_v2_x0_5": 24,
}
OPSETS = (17, 9, 10, 11, 12, 13, 14, 15, 16, 18, 19, 20)
DYNAMO_OPSETS = (18, 20, 21, 22, 23, 24)


def made(name: str) -> tuple[Any, tuple[int, ...]]:
    """Return a model without training, and its input."""
    if name.startswith("timm:"):
        model = timm.create_model(name[5:]).eval()
        return model, (1, *model.default_cfg["input_size"])
    if name in SEGMENTATION:
        build = getattr(torchvision.models.segmentation, name)
        return build(weights=None, weights_backbone=None).eval(), (1, 3, 128, 160)
    if name in VIDEO:
        size = 224 if name == "s3d" else 112
        return getattr(torchvision.models.video, name)().eval(), (1, 3, 16, size, size)
    more = {"init_weights": False} if name in {"googlenet", "inception_v3"} else {}
    size = 299 if name == "inception_v3" else 224
    return getattr(torchvision.models, name)(**more).eval(), (1, 3, size, size)


def counted(model: Any, shape: tuple[int, ...]) -> int:
    """Return the MACs that PyTorch counts, on the meta device."""
    with torch.device("meta"):
        x = torch.empty(shape)
    with FlopCounterMode(display=False) as counter, torch.no_grad():
        model.to("meta")(x)
    return counter.get_total_flops() // 2


def verdict(name: str, opset: int, asked: Any) -> str:
    """Return what came of a model: "right", or what did not."""
    model, shape = made(name)
    raw, opset = exported(model, shape, opset, asked)
    params = sum(p.numel() for p in model.parameters())
    start = time.process_time()
    try:
        net = from_onnx(raw)
        took = time.process_time() - start
    except CnncalcError as error:
        return f"refused: {error}"
    said = [] if net.macs == (own := counted(model, shape)) else [f"{net.macs} ≠ {own}"]
    said += [f"{place}: {why}" for place, why in net.unknown.reasons.items()][:3]
    said += [note for note in net.notes if "batch of" in note or "scale" in note]
    right = "" if said else "right "
    return f"{right}opset {opset}, {took:.2f} s, {net.params - params:+,} parameters {'; '.join(said)}"


def exported(
    model: Any, shape: tuple[int, ...], opset: int, asked: Any
) -> tuple[bytes, int]:
    """Return the file of a model, and its opset."""
    file = io.BytesIO()
    options: dict[str, Any] = {"opset_version": opset, "input_names": ["x"]}
    options |= {"dynamo": asked.dynamo}
    if asked.training and not asked.dynamo:  # which keeps norms apart
        options |= {"training": torch.onnx.TrainingMode.PRESERVE}
        options |= {"do_constant_folding": False}
    if asked.open:
        name = "dynamic_shapes" if asked.dynamo else "dynamic_axes"
        options |= {name: {"x": {0: "batch"}}}
    model.requires_grad_(requires_grad=False)
    with torch.no_grad(), contextlib.redirect_stdout(io.StringIO()):
        try:
            torch.onnx.export(model, (torch.zeros(shape),), file, **options)
        except torch.onnx.errors.UnsupportedOperatorError:  # before some opset
            options["opset_version"] = opset = max(OPSETS[0], opset)
            torch.onnx.export(model, (torch.zeros(shape),), file, **options)
    return file.getvalue(), opset


def keep(folder: Path, asked: Any) -> None:
    """Write the files of KEPT, and what is known of them."""
    facts_file = folder / "facts.json.gz"
    facts = json.loads(gzip.decompress(facts_file.read_bytes()))
    kept = KEPT_DYNAMO if asked.dynamo else KEPT
    for name, opset in kept.items():
        model, shape = made(name)
        raw, opset = exported(model, shape, opset, asked)
        told = f"{name}_dyn_op{opset}" if asked.dynamo else f"{name}_op{opset}"
        facts[told], stripped = fact_of(raw, model, shape)
        if asked.dynamo:
            facts[told]["exporter"] = "torch.onnx, dynamo=True"
        _write(folder / f"{told}.onnx.gz", stripped)
        print(told, len(stripped), flush=True)
    text = json.dumps(dict(sorted(facts.items())), separators=(",", ":"))
    _write(facts_file, text.encode())


def _write(path: Path, data: bytes) -> None:
    with gzip.GzipFile(path, "wb", mtime=0) as file:
        file.write(data)


def fact_of(raw: bytes, model: Any, shape: tuple[int, ...]) -> tuple[Any, bytes]:
    """Return what ONNX and PyTorch say of a file, and the file without its weights."""
    import onnx

    known = onnx.load_from_string(raw)
    inferred = onnx.shape_inference.infer_shapes(known, strict_mode=True).graph
    shapes = {
        value.name: [size.dim_value for size in value.type.tensor_type.shape.dim]
        for value in (*inferred.value_info, *inferred.output)
    }
    shapes = {name: sizes for name, sizes in shapes.items() if all(sizes)}  # known ones
    tensors = [
        t for t in known.graph.initializer if t.data_type == onnx.TensorProto.FLOAT
    ]
    sizes = [torch.Size(tensor.dims).numel() for tensor in tensors]
    for tensor, size in zip(tensors, sizes, strict=True):
        if size > 1:
            tensor.ClearField("raw_data")
            tensor.ClearField("float_data")
    fact = {
        "input": {"x": shape},
        "exporter": "torch.onnx, TorchScript (dynamo=False)",
        "opset": {"ai.onnx": known.opset_import[0].version},
        "macs": [counted(model, shape), 0, 0],
        "float": sum(s for s, t in zip(sizes, tensors, strict=True) if t.dims),
        "bytes": 0,
        "torch_params": sum(p.numel() for p in model.parameters()),
        "shapes": shapes,
    }
    for each in (known.graph, *known.graph.node, *known.graph.value_info):
        each.doc_string = ""
        told = [(x.key, x.value) for x in each.metadata_props if x.key == _SCOPES]
        del each.metadata_props[:]  # where in the code it was called, and the like
        for key, text in told:
            each.metadata_props.add(key=key, value=text)
    return fact, known.SerializeToString()


_SCOPES = "pkg.torch.onnx.name_scopes"


def main() -> None:
    """Export and read them, and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*")
    parser.add_argument("--dynamo", action="store_true")
    parser.add_argument("--training", action="store_true", help="keep norms apart")
    parser.add_argument("--open", action="store_true", help="leave the batch open")
    parser.add_argument("--keep", type=Path, help="write files for the suite here")
    asked = parser.parse_args()
    warnings.simplefilter("ignore")
    torch.set_num_threads(1)
    torch.backends.mha.set_fastpath_enabled(False)
    if asked.keep:
        keep(asked.keep, asked)
        return
    every = [*CLASSIFICATION, *SEGMENTATION, *VIDEO, *(f"timm:{name}" for name in TIMM)]
    right = number = refused = 0
    for place, name in enumerate(asked.names or every):
        opsets = DYNAMO_OPSETS if asked.dynamo else OPSETS
        opset = opsets[place % len(opsets)]
        try:
            what = verdict(name, opset, asked)
        except Exception as error:  # noqa: BLE001 - the exporter's, which has limits
            refused += 1
            print(
                f"{name}, opset {opset}: not exported: {str(error)[:80]!r}", flush=True
            )
            continue
        number, right = number + 1, right + what.startswith("right")
        print(f"{name}: {what}", flush=True)
    print(f"{right} of {number} are right, {refused} were not exported")


if __name__ == "__main__":
    main()
