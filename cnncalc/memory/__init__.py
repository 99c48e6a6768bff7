"""Bytes: data types, liveness, order and plan, training."""
