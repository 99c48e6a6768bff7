"""Residual blocks, and one that is repeated."""

from cnncalc import Sequential

body = Sequential().conv(3, 64, padding=1, bias=False).norm().relu()
net = (
    Sequential(input=(32, 32, 3), name="residual")
    .conv(3, 64, padding=1)
    .residual(body.conv(3, 64, padding=1, bias=False).norm())
    .relu()
    .repeat(2, body)
    .pool(2)
    .inception(64, (96, 128), (16, 32), 32)
    .global_pool()
    .fc(10)
)
