"""Shapes and windows: pure arithmetic, which knows no layer."""
