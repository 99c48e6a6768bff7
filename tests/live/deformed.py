"""torchvision's deformable convolution, also where its kernels cannot be loaded.

What is kept for the backward pass is said by its Python; kernels only make the numbers,
of which nothing is compared, and there are none here.
"""

import schemas  # noqa: F401 - before torchvision
from torch import library as operators
from torchvision import _autograd_registrations as theirs
from torchvision import _meta_registrations as meta
from torchvision import extension
from torchvision.ops import deform_conv2d

__all__ = ["deform_conv2d"]

NAME = "torchvision::deform_conv2d"
TENSORS = ("input", "weight", "offset", "mask", "bias")
SIZES = ("stride", "pad", "dilation")

if not extension._has_ops():
    given = [f"Tensor {name}" for name in TENSORS]
    given += [f"int {name}_{axis}" for name in SIZES for axis in "hw"]
    given += ["int groups", "int offset_groups", "bool use_mask"]
    operators.define(NAME, f"({', '.join(given)}) -> Tensor")
    operators.impl(NAME, "cpu", meta.meta_deform_conv2d)
    operators.register_autograd(
        NAME,
        theirs._deform_conv2d_backward,
        setup_context=theirs._deform_conv2d_setup_context,
    )
    extension._has_ops = lambda: True
