"""Operators that torchvision names when it is imported, and that nothing here calls.

They are missing where torchvision has no kernels for the PyTorch that is installed.
"""

import torch
from torch import library as operators

for name in ("nms", "qnms"):
    if not hasattr(torch.ops.torchvision, name):
        schema = "(Tensor dets, Tensor scores, float threshold) -> Tensor"
        operators.define(f"torchvision::{name}", schema)
