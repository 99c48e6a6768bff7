"""Small models in the format of Ultralytics' YAML, written for the tests."""

# A backbone that halves a picture four times, on three levels of which heads stand.
_LEVELS = """
nc: 6
backbone:
  - [-1, 1, Conv, [16, 3, 2]]
  - [-1, 1, Conv, [32, 3, 2]]
  - [-1, 1, Conv, [32, 3, 2]]
  - [-1, 1, Conv, [64, 3, 2]]
head:
  - [-1, 1, Conv, [64, 3, 2]]
"""
# The same with a block that heads of later versions go with.
_MODERN = _LEVELS + "  - [-1, 1, C3k2, [64, False]]\n"


def _headed(head, settings="", levels=_LEVELS):
    last = 5 if levels is _MODERN else 4
    return f"{settings}{levels}  - [[2, 3, {last}], 1, {head}]\n"


TEXTS = {
    "plain": """
nc: 10
activation: torch.nn.ReLU()
backbone:
  - [-1, 1, Focus, [12, 3]]
  - [-1, 2, Conv, [16, 3, 1]]
  - [-1, 1, nn.MaxPool2d, [2, 2, 0]]
  - [-1, 1, DWConv, [32, 3, 2, 1, False]]
  - [-1, 1, Conv, [32, [1, 3], 1, null, 2, 1, False]]
  - [-1, 1, nn.ZeroPad2d, [[0, 1, 0, 1]]]
  - [-1, 1, nn.AvgPool2d, [2, 1, 0]]
  - [-1, 1, nn.BatchNorm2d, []]
  - [-1, 1, nn.Identity, []]
head:
  - [-1, 1, nn.ConvTranspose2d, [16, 2, 2, 0]]
  - [[-1, 2], 1, Concat, [1]]
  - [-1, 1, nn.Upsample, [null, 2, bilinear]]
  - [-1, 1, nn.Upsample, [20, null, nearest]]
  - [-1, 1, nn.AdaptiveAvgPool2d, [4]]
  - [-1, 1, nn.Dropout, [0.2]]
  - [-1, 1, Classify, [nc]]
""",
    "csp": """
nc: 4
depth_multiple: 0.5
width_multiple: 0.5
backbone:
  - [-1, 1, Conv, [32, 3, 2]]
  - [-1, 1, Bottleneck, [32, True]]
  - [-1, 4, C3, [64]]
  - [-1, 2, C3, [64, False]]
  - [-1, 3, C2f, [64, True]]
  - [-1, 2, C2, [64]]
  - [-1, 2, C1, [64]]
  - [-1, 2, C3x, [64]]
  - [-1, 2, BottleneckCSP, [64]]
  - [-1, 1, SPP, [64, [3, 5]]]
  - [-1, 1, SPPF, [64, 5]]
  - [-1, 1, SPPF, [64, 3, 2, True]]
head:
  - [-1, 1, Classify, [nc]]
""",
    "ghosts": """
nc: 4
backbone:
  - [-1, 1, GhostConv, [16, 3, 2]]
  - [-1, 2, C3Ghost, [32]]
  - [-1, 1, GhostBottleneck, [32, 3, 1]]
  - [-1, 1, GhostBottleneck, [48, 3, 2]]
head:
  - [-1, 1, Classify, [nc]]
""",
    "rep": """
nc: 4
backbone:
  - [-1, 1, nn.Identity, []]
  - [-1, 1, Conv, [32, 3, 2]]
  - [-1, 1, RepNCSPELAN4, [64, 32, 16, 2]]
  - [-1, 1, ADown, [64]]
  - [-1, 1, ELAN1, [64, 32, 16]]
  - [-1, 1, AConv, [96]]
  - [-1, 1, SPPELAN, [96, 48]]
  - [2, 1, CBLinear, [[32]]]
  - [4, 1, CBLinear, [[32, 64]]]
  - [0, 1, Conv, [32, 3, 2]]
  - [[7, 8, -1], 1, CBFuse, [[0, 0]]]
  - [-1, 1, Conv, [64, 3, 2]]
  - [[8, -1], 1, CBFuse, [[1]]]
  - [-1, 2, RepC3, [48]]
  - [-1, 2, RepC3, [48, 0.5]]
head:
  - [-1, 1, Classify, [nc]]
""",
    "resnet": """
nc: 5
backbone:
  - [-1, 1, ResNetLayer, [3, 16, 1, True, 1]]
  - [-1, 1, ResNetLayer, [16, 16, 1, False, 2]]
  - [-1, 1, ResNetLayer, [64, 24, 2, False, 2]]
head:
  - [-1, 1, Classify, [nc]]
""",
    "attention": """
nc: 4
scales:
  n: [0.5, 0.5, 1024]
  l: [1.0, 1.0, 512]
backbone:
  - [-1, 1, Conv, [64, 3, 2]]
  - [-1, 2, C3k2, [128, False, 0.25]]
  - [-1, 2, C3k2, [128, True]]
  - [-1, 1, SCDown, [256, 3, 2]]
  - [-1, 2, C3k2, [256, True, 0.5, True]]
  - [-1, 2, C2fCIB, [256, True]]
  - [-1, 2, C2fCIB, [256, True, True]]
  - [-1, 1, PSA, [256]]
  - [-1, 2, C2PSA, [256]]
  - [-1, 2, C2fPSA, [256]]
  - [-1, 4, A2C2f, [256, True, 4]]
  - [-1, 2, A2C2f, [256, False, -1]]
head:
  - [-1, 1, Classify, [nc]]
""",
    "detect": _headed("Detect, [nc]"),
    "detect modern": _headed("Detect, [nc]", levels=_MODERN),
    "detect twice": _headed("Detect, [nc]", "end2end: True\nreg_max: 1\n", _MODERN),
    "detect v10": _headed("v10Detect, [nc]"),
    "segment": _headed("Segment, [nc, 8, 32]"),
    "segment 26": _headed(
        "Segment26, [nc, 8, 32]", "end2end: True\nreg_max: 1\n", _MODERN
    ),
    "pose": _headed("Pose, [nc, kpt_shape]", "kpt_shape: [5, 3]\n"),
    "pose 26": _headed(
        "Pose26, [nc, kpt_shape]",
        "end2end: True\nreg_max: 1\nkpt_shape: [5, 3]\n",
        _MODERN,
    ),
    "oriented": _headed("OBB, [nc, 1]"),
    "oriented 26": _headed("OBB26, [nc, 1]", "end2end: True\nreg_max: 1\n", _MODERN),
    "semantic": f"{_LEVELS}  - [[2, 3], 1, SemanticSegment, [nc]]\n",
    "semantic alone": f"{_LEVELS}  - [[2], 1, SemanticSegment, [nc]]\n",
    "depth": _headed("Depth, [64]"),
    "words": """
nc: 7
scales:
  n: [0.34, 0.5, 512]
backbone:
  - [-1, 1, Conv, [32, 3, 2]]
  - [-1, 1, Conv, [64, 3, 2]]
  - [-1, 3, C2fAttn, [64, 64, 2]]
  - [-1, 1, Conv, [128, 3, 2]]
  - [-1, 3, C2fAttn, [128, 128, 4]]
  - [[2, 4], 1, ImagePoolingAttn, [64]]
  - [4, 3, C2fAttn, [128, 128, 1]]
head:
  - [[2, 4, 6], 1, WorldDetect, [nc, 512, False]]
""",
    "words normed": _headed("WorldDetect, [nc, 512, True]"),
    "open words": _headed("YOLOEDetect, [nc, 512, True]"),
    "open masks": _headed("YOLOESegment, [nc, 8, 32, 512, True]", levels=_MODERN),
    "rt-detr": """
nc: 6
backbone:
  - [-1, 1, HGStem, [16, 24]]
  - [-1, 3, HGBlock, [16, 48, 3]]
  - [-1, 1, DWConv, [48, 3, 2, 1, False]]
  - [-1, 2, HGBlock, [16, 64, 5, True, False]]
  - [-1, 2, HGBlock, [16, 64, 5, True, True]]
  - [-1, 1, DWConv, [64, 3, 2, 1, False]]
head:
  - [-1, 1, Conv, [256, 1, 1, null, 1, 1, False]]
  - [-1, 1, AIFI, [256, 8]]
  - [[1, 4, 7], 1, RTDETRDecoder, [nc, 256, 300, 4, 8, 3]]
""",
}
# With one layer there is none whose classes are told in training alone.
TEXTS["rt-detr of a layer"] = TEXTS["rt-detr"].replace("8, 3]]", "8, 1]]")
