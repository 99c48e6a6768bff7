"""ONNX files, read without the `onnx` package."""
