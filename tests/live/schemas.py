"""Operators that torchvision names when it is imported, and that nothing here calls.

They are missing where torchvision has no kernels for the PyTorch that is installed.
"""

import torch

LIBRARY = torch.library.Library("torchvision", "FRAGMENT")
for name in ("nms", "qnms"):
    if not hasattr(torch.ops.torchvision, name):
        LIBRARY.define(f"{name}(Tensor dets, Tensor scores, float threshold) -> Tensor")
