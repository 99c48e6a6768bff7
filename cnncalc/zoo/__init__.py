"""Known networks: one file for each family, one function for each network.

Every function builds its network afresh. `build` and `names` serve tools, which have
a network's name as text.

Example:
    >>> from cnncalc import zoo
    >>> zoo.lenet().params, zoo.build("lenet", classes=26).params
    (61706, 63066)
"""

from __future__ import annotations

import sys
from importlib import import_module
from typing import TYPE_CHECKING, Any

from cnncalc.answers.answer import Report
from cnncalc.door import guarded
from cnncalc.errors import unknown_name
from cnncalc.network import Network
from cnncalc.refusals import Catalogue

if TYPE_CHECKING:
    from cnncalc.zoo.families.alexnet import *
    from cnncalc.zoo.families.audio import *
    from cnncalc.zoo.families.c3d import *
    from cnncalc.zoo.families.coatnet import *
    from cnncalc.zoo.families.convnext import *
    from cnncalc.zoo.families.crnn import *
    from cnncalc.zoo.families.densenet import *
    from cnncalc.zoo.families.ecg import *
    from cnncalc.zoo.families.efficientnet import *
    from cnncalc.zoo.families.efficientnet_keras import *
    from cnncalc.zoo.families.fpn import *
    from cnncalc.zoo.families.gan import *
    from cnncalc.zoo.families.ghostnet import *
    from cnncalc.zoo.families.googlenet import *
    from cnncalc.zoo.families.inception import *
    from cnncalc.zoo.families.lenet import *
    from cnncalc.zoo.families.maxvit import *
    from cnncalc.zoo.families.mlperf_tiny import *
    from cnncalc.zoo.families.mnasnet import *
    from cnncalc.zoo.families.mobilenet import *
    from cnncalc.zoo.families.mobilevit import *
    from cnncalc.zoo.families.mvit import *
    from cnncalc.zoo.families.nasnet import *
    from cnncalc.zoo.families.nfnet import *
    from cnncalc.zoo.families.regnet import *
    from cnncalc.zoo.families.repvgg import *
    from cnncalc.zoo.families.resnet import *
    from cnncalc.zoo.families.resnet_cifar import *
    from cnncalc.zoo.families.resnet_v2 import *
    from cnncalc.zoo.families.segmentation import *
    from cnncalc.zoo.families.segnet import *
    from cnncalc.zoo.families.shufflenet import *
    from cnncalc.zoo.families.squeezenet import *
    from cnncalc.zoo.families.ssd import *
    from cnncalc.zoo.families.super_resolution import *
    from cnncalc.zoo.families.swin import *
    from cnncalc.zoo.families.tcn import *
    from cnncalc.zoo.families.textcnn import *
    from cnncalc.zoo.families.unet import *
    from cnncalc.zoo.families.unet3d import *
    from cnncalc.zoo.families.vgg import *
    from cnncalc.zoo.families.video import *
    from cnncalc.zoo.families.vit import *
    from cnncalc.zoo.families.wrn import *
    from cnncalc.zoo.families.xception import *

__all__ = ["build", "claims", "names"]

# The networks of each family. A family is imported when one of its networks is used.
_FAMILIES = {
    "lenet": "lenet lenet5 coursera_lenet",
    "alexnet": "alexnet alexnet_2012 alexnet_merged",
    "vgg": "vgg11 vgg13 vgg16 vgg19 vgg11_bn vgg13_bn vgg16_bn vgg19_bn",
    "repvgg": "repvgg_a0",
    "googlenet": "googlenet_2014 googlenet",
    "inception": "inception_v3 inception_resnet_v2",
    "resnet": "resnet18 resnet34 resnet50 resnet101 resnet152 "
    "resnet50_v1 resnet101_v1 resnet152_v1 resnext50_32x4d resnext101_32x8d "
    "resnext101_64x4d wide_resnet50_2 wide_resnet101_2",
    "resnet_v2": "resnet50_v2 resnet101_v2 resnet152_v2 resnet50_keras",
    "resnet_cifar": "resnet20_cifar resnet32_cifar resnet44_cifar resnet56_cifar "
    "resnet110_cifar",
    "wrn": "wrn_28_10",
    "nfnet": "nfnet_f0",
    "densenet": "densenet40 densenet121 densenet161 densenet169 densenet201",
    "squeezenet": "squeezenet1_0 squeezenet1_1",
    "xception": "xception",
    "mobilenet": "mobilenet mobilenet_v2 mobilenet_v3_small mobilenet_v3_large",
    "mnasnet": "mnasnet0_5 mnasnet0_75 mnasnet1_0 mnasnet1_3",
    "nasnet": "nasnet_mobile",
    "shufflenet": "shufflenet_v2_x0_5 shufflenet_v2_x1_0 shufflenet_v2_x1_5 "
    "shufflenet_v2_x2_0",
    "ghostnet": "ghostnet",
    "efficientnet": "efficientnet_b0 efficientnet_b1 efficientnet_b2 efficientnet_b3 "
    "efficientnet_b4 efficientnet_b5 efficientnet_b6 efficientnet_b7 "
    "efficientnet_v2_s efficientnet_v2_m efficientnet_v2_l",
    "efficientnet_keras": "efficientnet_v2_b0 efficientnet_v2_b1 efficientnet_v2_b2 "
    "efficientnet_v2_b3",
    "regnet": "regnet_x_400mf regnet_x_800mf regnet_x_1_6gf regnet_x_3_2gf "
    "regnet_x_8gf regnet_x_16gf regnet_x_32gf regnet_y_400mf regnet_y_800mf "
    "regnet_y_1_6gf regnet_y_3_2gf regnet_y_8gf regnet_y_16gf regnet_y_32gf "
    "regnet_y_128gf",
    "convnext": "convnext_tiny convnext_small convnext_base convnext_large",
    "vit": "vit_b_16 vit_b_32 vit_l_16 vit_l_32",
    "swin": "swin_t swin_s swin_b swin_v2_t swin_v2_s swin_v2_b",
    "maxvit": "maxvit_t",
    "mvit": "mvit_v1_b mvit_v2_s",
    "video": "r3d_18 mc3_18 r2plus1d_18 s3d",
    "coatnet": "coatnet_0",
    "mobilevit": "mobilevit_s",
    "segmentation": "fcn_resnet50 deeplabv3_resnet50 lraspp_mobilenet_v3_large",
    "segnet": "segnet",
    "unet": "unet",
    "fpn": "fpn_resnet50 retinanet_resnet50_fpn",
    "ssd": "ssd300",
    "unet3d": "unet3d",
    "super_resolution": "srcnn espcn edsr_baseline",
    "gan": "dcgan_generator dcgan_discriminator pix2pix_generator "
    "pix2pix_discriminator",
    "audio": "m5 wavenet",
    "tcn": "tcn",
    "textcnn": "textcnn",
    "ecg": "ecg_resnet",
    "crnn": "crnn crnn_gru",
    "c3d": "c3d",
    "mlperf_tiny": "kws_ds_cnn vww_mobilenet ic_resnet8 ad_autoencoder person_detect",
}
_FAMILY = {name: family for family, its in _FAMILIES.items() for name in its.split()}


@guarded
def names() -> list[str]:
    """Return the names of all networks, family by family."""
    return list(_FAMILY)


@guarded
def build(name: str, **settings: Any) -> Network:
    """Build the network of that name.

    Args:
        name: One of `names`.
        settings: What its function takes: ``input=``, ``classes=`` and the family's
            own.

    Raises:
        UnknownNameError: If there is no such network; the message has the nearest.
        ConfigError: If it has no such setting, or one is not what it may be.
        CnncalcError: If a layer cannot take what reaches it with these settings.
    """
    network: Network = _member(name)(**settings)
    return network


@guarded
def claims(name: str) -> Report:
    """Return what papers and articles print of a network, beside our numbers.

    Raises:
        UnknownNameError: If there is no such network.

    Example:
        >>> from cnncalc import zoo
        >>> for claim in zoo.claims("lenet5").table.lines[:2]:
        ...     print(*claim[1:5])
        trainable_params 60,000 60000 yes
        connections 340,908 340908 yes
    """
    from cnncalc.zoo.claim import claims_table

    return Report(claims_table(_member(name)))


def _member(name: Any) -> Any:
    if not isinstance(name, str) or name not in _FAMILY:
        raise unknown_name("network", str(name), _FAMILY)
    return getattr(import_module(f"{__name__}.families.{_FAMILY[name]}"), name)


if not TYPE_CHECKING:  # which reads the imports above

    def __getattr__(name: str) -> Any:
        if name in _FAMILY:
            return _member(name)
        from cnncalc.words.lookup import missing_from_module

        raise missing_from_module(__name__, name, _FAMILY)

    sys.modules[__name__].__class__ = Catalogue


_example = "zoo.resnet18(), or zoo.build(name)"


def _asked(name: Any) -> str:
    _member(name)
    return f"zoo.{name}()"


def __dir__() -> list[str]:
    return [*globals(), *_FAMILY]
