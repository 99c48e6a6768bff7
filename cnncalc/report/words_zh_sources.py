"""The Chinese words for the sources of what multiplies activations, and others."""

# ruff: noqa: RUF001 - Chinese has its own punctuation

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["SOURCES"]

_JACOB = "Jacob et al. 2017, https://arxiv.org/abs/1712.05877, §2.1; ONNX' {}."
_JACOB_ZH = "Jacob 等，2017，https://arxiv.org/abs/1712.05877，§2.1；ONNX 的 {}。"
_VASWANI = "Vaswani et al. 2017, https://arxiv.org/abs/1706.03762, equation 1"
_VASWANI_ZH = "Vaswani 等，2017，https://arxiv.org/abs/1706.03762，式 1"

SOURCES: Mapping[str, str] = {
    f"{_VASWANI}; PyTorch's scaled_dot_product_attention.": (
        f"{_VASWANI_ZH}；PyTorch 的 scaled_dot_product_attention。"
    ),
    f"PyTorch's and NumPy's matmul; {_VASWANI}.": (
        f"PyTorch 和 NumPy 的 matmul；{_VASWANI_ZH}。"
    ),
    "PyTorch's einsum, which does the same without opt_einsum.": (
        "PyTorch 的 einsum，不用 opt_einsum 时相同。"
    ),
    (
        "Yang et al. 2019, https://arxiv.org/abs/1904.04971, §3, for filters of its "
        "own; Qiao et al. 2019, https://arxiv.org/abs/1903.10520, §3, for weights."
    ): (
        "每个输入自有滤波器见 Yang 等，2019，https://arxiv.org/abs/1904.04971，§3；"
        "权重见 Qiao 等，2019，https://arxiv.org/abs/1903.10520，§3。"
    ),
    (
        "Dai et al. 2017, https://arxiv.org/abs/1703.06211, §2.1; Zhu et al. 2018, "
        "https://arxiv.org/abs/1811.11168, §3.2, for the mask; torchvision's "
        "deform_conv2d."
    ): (
        "Dai 等，2017，https://arxiv.org/abs/1703.06211，§2.1；掩码见 Zhu 等，2018，"
        "https://arxiv.org/abs/1811.11168，§3.2；torchvision 的 deform_conv2d。"
    ),
    (
        "Ioffe & Szegedy 2015, https://arxiv.org/abs/1502.03167, algorithm 1; "
        'Krizhevsky et al. 2012, §3.3, for "local"; Zhang & Sennrich 2019, '
        'https://arxiv.org/abs/1910.07467, equation 4, for "rms".'
    ): (
        "Ioffe 和 Szegedy，2015，https://arxiv.org/abs/1502.03167，算法 1；"
        "局部响应归一化见 Krizhevsky 等，2012，§3.3；均方根归一化见 Zhang 和 "
        "Sennrich，2019，https://arxiv.org/abs/1910.07467，式 4。"
    ),
    _JACOB.format("QuantizeLinear"): _JACOB_ZH.format("QuantizeLinear"),
    _JACOB.format("DequantizeLinear"): _JACOB_ZH.format("DequantizeLinear"),
    "Kim 2014, https://arxiv.org/abs/1408.5882, §2; PyTorch's and Keras' Embedding.": (
        "Kim，2014，https://arxiv.org/abs/1408.5882，§2；"
        "PyTorch 和 Keras 的 Embedding。"
    ),
    "Keras 2's LocallyConnected1D.": "Keras 2 的 LocallyConnected1D。",
    "Taigman et al. 2014, DeepFace, figure 2; Keras 2's LocallyConnected2D.": (
        "Taigman 等，2014，DeepFace，图 2；Keras 2 的 LocallyConnected2D。"
    ),
    # What symbols of their formulas stand for.
    "heads": "头数",
    "kv heads": "键和值的头数",
    "rows": "行数",
    "features": "特征数",
    "offset groups": "偏移组数",
}
