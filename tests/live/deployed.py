"""Branches that are merged: what timm re-parameterises, beside `deployed()`.

``python tests/live/deployed.py`` reads timm's RepVGG, MobileOne, RepViT and FastViT, and compares
parameters and MACs of what is deployed with those of timm's own merged modules.
"""

from __future__ import annotations

import sys
import warnings

import frameworks
import timm
import torch
from timm.utils import reparameterize_model
from torch.utils.flop_counter import FlopCounterMode

import cnncalc

MODELS = """
repvgg_a0 repvgg_a1 repvgg_a2 repvgg_b0 repvgg_b1 repvgg_b1g4 repvgg_b2 repvgg_b3
repvgg_d2se mobileone_s0 mobileone_s1 mobileone_s2 mobileone_s3 mobileone_s4
repvit_m0_9 repvit_m1_0 repvit_m1_1 repvit_m1_5 repvit_m2_3
fastvit_t8 fastvit_t12 fastvit_s12 fastvit_sa12 fastvit_sa24 fastvit_sa36 fastvit_ma36
""".split()  # noqa: SIM905 - they read best so


def main() -> None:
    """Read, deploy and compare."""
    warnings.simplefilter("ignore")
    print(f"{frameworks.versions()}, timm {timm.__version__}")
    wrong = 0
    for name in sys.argv[1:] or MODELS:
        module = timm.create_model(name).eval()
        x = module.default_cfg["input_size"]
        small = cnncalc.from_torch(module, input=x).deployed()
        there = reparameterize_model(module).eval().to("meta")
        norms = [m for m in there.modules() if isinstance(m, torch.nn.BatchNorm2d)]
        # timm leaves some norms behind convolutions: here those are their biases.
        folded = sum(norm.num_features for norm in norms)
        folded -= sum(
            row.params // 2 for row in small.nodes if row.role == "batch norm"
        )
        params = sum(p.numel() for p in there.parameters()) - folded
        with torch.no_grad(), FlopCounterMode(display=False) as counter:
            there(torch.empty(1, *x, device="meta"))
        macs = counter.get_total_flops() // 2
        wrong += (params, macs) != (small.params, small.macs)
        print(f"{name}: {small.params:,} of {params:,}, {small.macs:,} of {macs:,}")
    print(f"{wrong} disagree")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
