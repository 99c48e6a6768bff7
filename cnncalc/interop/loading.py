"""Models of any format, known by what is in the file."""

from __future__ import annotations

__all__ = ["REFUSED"]

# What is refused, and what to do instead.
REFUSED = {
    "zip": (
        "a zip archive, as .keras, .pt and .npz files are",
        "Use load(), or export it",
    ),
    "hdf5": ("an HDF5 file, as Keras wrote before version 3", "Use from_keras"),
    "lfs": (
        "a Git LFS pointer, in whose place the file was not downloaded",
        "Run git lfs pull",
    ),
    "pickle": (
        "a pickle, which could run any code, and is never loaded",
        "Pass the module to from_torch, or save it as ONNX",
    ),
    "gguf": ("a GGUF file, which has weights and no graph", "Read the model it is of"),
    "ort": ("onnxruntime's own .ort format", "Read the ONNX file that it was made of"),
    "tflite": ("a TFLite model", "Use from_tflite"),
    "page": ("a page of HTML or XML", "Download the file itself"),
    "json": ("a text of JSON", "Use from_json or from_keras"),
}
