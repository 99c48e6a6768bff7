"""The Chinese words of reports, by their English."""

# ruff: noqa: RUF001, RUF002 - Chinese has its own punctuation

from __future__ import annotations

import re
from collections.abc import Mapping

from cnncalc.report.words_zh_sources import SOURCES

__all__ = ["WORDS", "source_in_chinese"]

WORDS: Mapping[str, str] = {
    **SOURCES,
    # Headings of columns and totals.
    "parameters": "参数量",
    "Operations as counted by": "运算量，计数约定",
    "kind": "类型",
    "role": "作用",
    "filter": "卷积核",
    "weight shape": "权重形状",
    "kernel": "窗口",
    "stride": "步幅",
    "padding": "填充",
    "dilation": "膨胀",
    "groups": "分组数",
    "formula": "公式",
    "output formula": "输出公式",
    "connections formula": "连接数公式",
    "MACs formula": "乘加次数公式",
    "activation size": "激活值数",
    "activation size %": "激活值数 %",
    "activation memory": "激活内存",
    "effective stride": "有效步幅",
    "effective padding": "有效填充",
    "batch size": "批大小",
    "Total params": "总参数量",
    "Trainable params": "可训练参数量",
    "Non-trainable params": "不可训练参数量",
    "Buffers": "缓冲区",
    "Connections": "连接数",
    "Total mult-adds (MACs)": "总乘加次数 (MACs)",
    "Activations": "激活值数",
    "Input size": "输入大小",
    "Forward pass size": "前向传播大小",
    "Params size": "参数大小",
    "Estimated total size": "估计总大小",
    "Rows counted but not shown": "已计入但未显示的行",
    # Steps of explanations.
    "{}: {}": "{}：{}",
    "{}; {}": "{}；{}",
    "{}, {}": "{}（{}）",
    "{} on {}": "{}，输入 {}",
    "{} from {}": "{}（来自 {}）",
    "{} and {}": "{}、{}",
    "{} at {}": "{} 处为 {}",
    ", ": "、",
    "; ": "；",
    "what": "项目",
    "in general": "一般公式",
    "with numbers": "代入数值",
    "result": "结果",
    "in all": "合计",
    "unknown": "未知",
    "output size": "输出尺寸",
    "of these trainable": "其中可训练",
    "of these trainable: {}": "其中可训练：{}",
    "kernels": "卷积核个数",
    "memory of the output (float32)": "输出占用内存（float32）",
    "memory of the parameters (float32)": "参数占用内存（float32）",
    "height": "高",
    "width": "宽",
    "length": "长",
    "depth": "深",
    "height and width": "高和宽",
    "depth and height": "深和高",
    "depth and width": "深和宽",
    "depth, height and width": "深、高和宽",
    "all axes": "所有轴",
    "size along an axis": "沿一轴的大小",
    "shared with {}, and counted there": "与 {} 共享，在该处计数",
    "a node outside": "此部分以外的节点",
    "state, not parameters": "是状态，不是参数",
    "{} does not state it": "{} 没有给出",
    "a view of its input's, no new values": "是输入的视图，不产生新值",
    "output maps × input maps that each sees, one kernel for each link": (
        "输出图数 × 每个输出图所连接的输入图数，每条连接一个卷积核"
    ),
    "which input maps (rows) each output map (columns) sees": (
        "各输出图（列）与哪些输入图（行）相连"
    ),
    "runs in training only: at inference it does no work": (
        "只在训练时运行：推理时没有运算"
    ),
    "at inference it passes on what reaches it": "推理时原样传递输入",
    "the whole input": "整个输入",
    "each output sees every position": "每个输出都看到所有位置",
    "as that of {}": "与 {} 的相同",
    "the layer does not state what it sees": "该层没有说明它看到的范围",
    "that of {} is unknown": "{} 的感受野未知",
    "nothing": "无",
    "parameters alone are behind it": "其后只有参数",
    "these are the parameters themselves": "这就是参数本身",
    "it has other axes than what is before it": "它的轴与前面的不同",
    "gates, which are spread, are left out": "被扩展的门控支路不计入",
    "the effective strides differ: {}, {}": "有效步幅不同：{}、{}",
    "the gate, which sees everything, is left out": "看到全部输入的门控支路不计入",
    "the hull of its inputs' fields": "各输入感受野的外包范围",
    "Source": "来源",
    "Source of {}: {}": "{}的来源：{}",
    "Symbols: {}": "符号：{}",
    (
        "Subscripts: l, r on one side; in, out of the input and the output; i of one "
        "input of several"
    ): "下标：l、r 表示左、右侧；in、out 表示输入、输出；i 表示多个输入之一",
    (
        "Subscripts: h, w along height and width; t, b, l, r on one side; in, out of "
        "the input and the output; i of one input of several"
    ): (
        "下标：h、w 表示高、宽方向；t、b、l、r 表示上、下、左、右侧；in、out 表示输入、"
        "输出；i 表示多个输入之一"
    ),
    (
        "Subscripts: d, h, w along depth, height and width; front, back, t, b, l, r on "
        "one side; in, out of the input and the output; i of one input of several"
    ): (
        "下标：d、h、w 表示深、高、宽方向；front、back、t、b、l、r 表示前、后、上、下、"
        "左、右侧；in、out 表示输入、输出；i 表示多个输入之一"
    ),
    (
        "Subscripts: 1, 2, ... along axes; a, z on one side; in, out of the input and "
        "the output; i of one input of several"
    ): (
        "下标：1、2、... 表示各轴方向；a、z 表示前、后侧；in、out 表示输入、输出；"
        "i 表示多个输入之一"
    ),
    "channels": "通道数",
    "reach of the window": "窗口跨度",
    "upsampling factor": "上采样倍数",
    "filters": "卷积核个数",
    "multiplier": "每通道卷积核个数",
    "units": "全连接单元数",
    "output padding": "输出填充",
    "size": "大小",
    "scale": "缩放倍数",
    "parts": "份数",
    # Sources of rules: those that layers name, and those of explanations.
    "LeCun et al. 1998, §II.B: a connection is a link into an output unit.": (
        "LeCun 等，1998，§II.B：一条连接是进入一个输出单元的一条链路。"
    ),
    "LeCun et al. 1998, §II.B.": "LeCun 等，1998，§II.B。",
    "LeCun et al. 1998, table I.": "LeCun 等，1998，表 I。",
    (
        "LeCun et al. 1998, §II.B; "
        "PyTorch's MaxPool2d for ceil and the limit of the padding."
    ): ("LeCun 等，1998，§II.B；向上取整和填充上限依照 PyTorch 的 MaxPool2d。"),
    "Dumoulin & Visin 2016, https://arxiv.org/abs/1603.07285, relationship 6.": (
        "Dumoulin 和 Visin，2016，https://arxiv.org/abs/1603.07285，关系式 6。"
    ),
    "Dumoulin & Visin 2016, https://arxiv.org/abs/1603.07285, relationship 14.": (
        "Dumoulin 和 Visin，2016，https://arxiv.org/abs/1603.07285，关系式 14。"
    ),
    (
        "TensorFlow, "
        "https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2."
    ): (
        "TensorFlow，"
        "https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2。"
    ),
    "Keras, compute_conv_transpose_output_shape.": (
        "Keras，compute_conv_transpose_output_shape。"
    ),
    "Dumoulin & Visin 2016, https://arxiv.org/abs/1603.07285, §4.": (
        "Dumoulin 和 Visin，2016，https://arxiv.org/abs/1603.07285，§4。"
    ),
    (
        "Araujo, Norris & Sim 2019, "
        "https://distill.pub/2019/computing-receptive-fields."
    ): (
        "Araujo、Norris 和 Sim，2019，"
        "https://distill.pub/2019/computing-receptive-fields。"
    ),
    (
        "van den Oord et al. 2016, https://arxiv.org/abs/1609.03499, §2.1, for "
        "\"causal\"; Keras' and PyTorch's Conv1d."
    ): (
        "van den Oord 等，2016，https://arxiv.org/abs/1609.03499，§2.1，因果填充；"
        "Keras 和 PyTorch 的 Conv1d。"
    ),
    (
        "Howard et al. 2017, https://arxiv.org/abs/1704.04861, §3.1; Keras' "
        "DepthwiseConv1D."
    ): (
        "Howard 等，2017，https://arxiv.org/abs/1704.04861，§3.1；Keras 的 "
        "DepthwiseConv1D。"
    ),
    "Chollet 2016, https://arxiv.org/abs/1610.02357; Keras' SeparableConv1D.": (
        "Chollet，2016，https://arxiv.org/abs/1610.02357；Keras 的 SeparableConv1D。"
    ),
    "Chollet 2016, https://arxiv.org/abs/1610.02357; Keras' SeparableConv2D.": (
        "Chollet，2016，https://arxiv.org/abs/1610.02357；Keras 的 SeparableConv2D。"
    ),
    "Lin et al. 2013, https://arxiv.org/abs/1312.4400, §3.2.": (
        "Lin 等，2013，https://arxiv.org/abs/1312.4400，§3.2。"
    ),
    "Touvron et al. 2021, https://arxiv.org/abs/2103.17239, §2.": (
        "Touvron 等，2021，https://arxiv.org/abs/2103.17239，§2。"
    ),
    "He et al. 2015, https://arxiv.org/abs/1502.01852, §2.1, for prelu.": (
        "prelu 见 He 等，2015，https://arxiv.org/abs/1502.01852，§2.1。"
    ),
    "Szegedy et al. 2014, https://arxiv.org/abs/1409.4842, figure 2.": (
        "Szegedy 等，2014，https://arxiv.org/abs/1409.4842，图 2。"
    ),
    "Ma et al. 2018, https://arxiv.org/abs/1807.11164, §3: channel split.": (
        "Ma 等，2018，https://arxiv.org/abs/1807.11164，§3：通道拆分。"
    ),
    (
        "Ronneberger et al. 2015, https://arxiv.org/abs/1505.04597, §2; "
        "Keras' Cropping2D."
    ): (
        "Ronneberger 等，2015，https://arxiv.org/abs/1505.04597，§2；"
        "Keras 的 Cropping2D。"
    ),
    "Keras' and PyTorch's layers of that name.": "Keras 和 PyTorch 的同名层。",
    "Keras' and PyTorch's padding; NumPy's words for the modes.": (
        "Keras 和 PyTorch 的填充；各模式用 NumPy 的名称。"
    ),
    # Comparisons.
    "network": "网络",
    "of": "部分",
    "measure": "指标",
    "printed": "文献值",
    "counted": "计算值",
    "agrees": "相符",
    "yes": "是",
    "no": "否",
    "source": "出处",
    "why not": "不符原因",
    "input": "输入",
    "output": "输出",
    "layers": "层数",
    "layer": "层",
    "trainable": "可训练",
    "buffers": "缓冲区",
    "connections": "连接数",
    "MACs": "乘加次数",
    "FLOPs": "浮点运算次数",
    "activations": "激活值数",
    "padding MACs": "填充上的乘加次数",
    "peak memory": "峰值内存",
    "parameter memory": "参数内存",
    "receptive field": "感受野",
    "parameters %": "参数量 %",
    "MACs %": "乘加次数 %",
    "operations ({})": "运算次数 ({})",
    "{} networks": "{} 个网络",
    "{} networks, % of {}": "{} 个网络, % 以 {} 为基准",
    "node": "节点",
    "no difference": "没有差异",
    "change": "变化",
    "{} added": "新增 {}",
    "{} removed": "删除 {}",
    "{} changed": "改变 {}",
    "{} unchanged": "未变 {}",
    "{} renamed": "改名 {}",
    "connected to": "连接到",
    "counted otherwise": "计数不同",
}

# Sources that are written alike, part by part: a library's name for it, or a paper.
_ALIKE = (
    (r"(\w+)'s functions of these names", r"\1 的同名函数"),
    (r"(\w+)'s (\w+)", r"\1 的 \2"),
    (
        r"([\w ]+) et al\. (\d+), (https://\S+?)(?:, (§[\d.]+|equation \d+))?",
        r"\1 等，\2，\3，\4",
    ),
)


def source_in_chinese(text: str) -> str:
    """Return the source of a layer in Chinese; as it is where no pattern has it.

    Example:
        >>> source_in_chinese("Shi et al. 2016, https://arxiv.org/abs/1, equation 4.")
        'Shi 等，2016，https://arxiv.org/abs/1，式 4。'
        >>> source_in_chinese("PyTorch's reshape.")
        'PyTorch 的 reshape。'
    """
    parts = []
    for part in text.removesuffix(".").split("; "):
        found = [re.fullmatch(like, part) for like, _ in _ALIKE]
        match = next((m for m in found if m), None)
        if match is None:
            return text
        chinese = _ALIKE[found.index(match)][1]
        filled = match.expand(chinese).replace("equation ", "式 ")
        parts.append(filled.removesuffix("，"))
    return "；".join(parts) + "。"
