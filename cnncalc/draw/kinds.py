"""The kinds of pictures, the styles of an architecture, and what they may be called."""

from __future__ import annotations

__all__ = ["ARRANGEMENTS", "KINDS", "SPELLED", "STYLE_NAMES"]

# What can be drawn, and what each shows.
KINDS = {
    "architecture": "architecture",
    "params": "parameters by layer",
    "macs": "multiply-accumulates by layer",
    "activations": "activations by layer",
    "receptive_field": "growth of the receptive field",
    "memory": "memory timeline",
}

# What people also call them.
SPELLED = {
    **{kind: kind for kind in KINDS},
    "parameters": "params",
    "num_params": "params",
    "mult_adds": "macs",
    "activation_size": "activations",
    "timeline": "memory",
}

# How the boxes of an architecture look, and where they stand; the usual one first.
STYLE_NAMES = ("boxes", "flat", "lenet", "graph")
ARRANGEMENTS = ("auto", "rows", "u")
