"""A sequence: one axis, and layers that look back."""

from cnncalc import Sequential

net = (
    Sequential(input=(16_000, 1), name="sequence")
    .conv1d(64, 32, stride=16)
    .relu()
    .conv1d(3, 64, stride=2)
    .relu()
    .lstm(128)
)
