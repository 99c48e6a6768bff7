"""What users write, for the type checkers; it is read, not run."""

from typing_extensions import assert_type

import cnncalc
from cnncalc import Builder, Conv2d, Graph, Sequential, Shape, zoo
from cnncalc.report.rows import Row
from cnncalc.report.summary import Summary

net = Sequential(input=(32, 32, 1), name="net")
net = net.conv(5, 6).pool(2, stride=(2, 2)).relu(name="r").conv(3, 8, padding="same")
assert_type(net, Sequential)
assert_type(net.conv((3, 5), 8, padding=((0, 1), (0, 1)), bias=False), Sequential)
assert_type(net.output, Shape)
assert_type(net.input, Shape | None)
assert_type(net.params, int)
assert_type(net.memory("int8"), int)
assert_type(net.nodes, tuple[Row, ...])
assert_type(net[1:3], Sequential)
assert_type(net.graph, Graph)
assert_type(net.graph[0], Row)
assert_type(net.graph[0:2], Graph)
assert_type(net.summary(columns=["layer"]), Summary)
assert_type(net.add(Conv2d(3, 8), Sequential().fc(3)), Sequential)
assert_type(Shape.of((3, 3, 1)), Shape)

row = net.nodes[0]
assert_type(row.params, int | None)
assert_type(row.output, Shape)
assert_type(str(row.formula), str)

builder = Builder()
x = builder.input((8, 8, 3))
assert_type(builder.graph(x), Graph)

# What is wrong is told by the checkers.
net.conv("5", 6)  # type: ignore[arg-type]
net.conv(5)  # type: ignore[call-arg]
net.conv(5, 6, strides=2)  # type: ignore[call-arg]
net.pool(2.5)  # type: ignore[arg-type]
Conv2d(5, 6, padding=1.5)  # type: ignore[arg-type]
net.summary(columns=3)  # type: ignore[arg-type]

zoo.build("lenet")
cnncalc.zoo.names()
