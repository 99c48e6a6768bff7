"""LeNet, layer by layer."""

from cnncalc import Sequential

net = (
    Sequential(input=(32, 32, 1), name="LeNet")
    .conv(5, 6)
    .pool(2)
    .conv(5, 16)
    .pool(2)
    .fc(120)
    .fc(84)
    .fc(10)
)
