"""The kinds of pictures."""

from __future__ import annotations

__all__ = ["KINDS", "SPELLED"]

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
