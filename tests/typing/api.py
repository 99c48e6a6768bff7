"""What users write, for the type checkers; it is read, not run."""

from collections.abc import Callable
from typing import Any, Literal

from attrs import field, frozen
from typing_extensions import assert_type, override

import cnncalc
from cnncalc import (
    Builder,
    CnncalcError,
    Conv2d,
    Graph,
    Layer,
    Sequential,
    Shape,
    ShapeError,
    zoo,
)
from cnncalc.cost.lints import Lint
from cnncalc.cost.rows import Row
from cnncalc.draw import Drawing
from cnncalc.explain import Explanation
from cnncalc.memory.plan import MemoryPlan
from cnncalc.memory.training import TrainingMemory
from cnncalc.network import Network
from cnncalc.operations.flops import Backward
from cnncalc.operations.roofline import Bound, Roofline
from cnncalc.report.compare import Comparison
from cnncalc.report.diff import Difference
from cnncalc.report.summary import Summary
from cnncalc.sweeping import Sweep, Variant

net = Sequential(input=(32, 32, 1), name="net")
net = net.conv(5, 6).pool(2, stride=(2, 2)).relu(name="r").conv(3, 8, padding="same")
assert_type(net, Sequential)
assert_type(net.conv((3, 5), 8, padding=((0, 1), (0, 1)), bias=False), Sequential)
assert_type(net.prelu(shared=True).celu().log_softmax(name="p"), Sequential)
assert_type(net.max_pool(2, 2).avg_pool(3, padding=1).pool(2, 2), Sequential)
assert_type(net.batch_norm().layer_norm().group_norm(4).dense(3), Sequential)
net.conv(3, 64, 7)  # type: ignore[call-arg, arg-type]
net.max_pool(2, mode="average")  # type: ignore[call-arg]
net.num_params  # type: ignore[attr-defined]
Sequential(input_shape=(8, 8, 3))  # type: ignore[arg-type]
assert_type(net.branch(Sequential().relu(), Conv2d(1, 8)), Sequential)
assert_type(net.residual(Sequential().relu()).repeat(2, Conv2d(1, 8)), Sequential)
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

# Reports: text where there is no path, nothing where a file is written.
summary = net.summary(
    columns="layer,params",
    depth=2,
    sort="-macs",
    where=lambda row: row.macs != 0,
    batch=8,
    units="auto",
    layout="CHW",
    language="zh",
    convention="fvcore",
)
assert_type(summary, Summary)
assert_type(summary.to_html(), str)
assert_type(summary.to_html("net.html"), None)
assert_type(summary.to_text(box=True, color=False), str)
assert_type(net.explain("C1", language="zh"), Explanation)
assert_type(net.explain().to_markdown(), str)
assert_type(net.draw("memory", depth=1), Drawing)
assert_type(net.draw().to_svg(), str)
assert_type(net.diff(net.relu()), Difference)
assert_type(cnncalc.compare(net, zoo.vgg16(), columns=["params", "fvcore"]), Comparison)

# Numbers.
assert_type(net.operations("fvcore"), int)
assert_type(net.peak_memory("int8", inplace=False, batch=2), int)
assert_type(net.memory_plan(), MemoryPlan)
assert_type(net.deployed(), Graph)
assert_type(net.flops, int)
assert_type(net.roofline("T4", "int8", batch=4), Roofline)
assert_type(net.bounds("T4")["conv1"], Bound | None)
assert_type(net.receptive_field, tuple[int, ...] | Literal["whole input"] | None)
assert_type(net.backward_macs, Backward)
assert_type(net.graph.padding_share, float | None)
assert_type(net.lint()[0], Lint)
assert_type(net.unknown["params"], tuple[str, ...])
assert_type(net.training_memory("adam", mixed=True), TrainingMemory)
assert_type(net.module_less, tuple[str, ...])
assert_type(Network.peak_memory(net, batch=2), int)
asked: Callable[[str], int] = net.memory

# Saving.
assert_type(net.to_json(), str)
assert_type(net.to_python("net.py"), None)
assert_type(net.graph.to_json(path="net.json"), None)
assert_type(cnncalc.from_json("{}"), Graph)

# Sweeps.
found = cnncalc.sweep(zoo.mobilenet_v2, {"width": [0.5, 1.0]}, max_params=3_000_000)
assert_type(found, Sweep)
assert_type(found.pareto("params", "-macs"), list[Variant])
for variant in found:
    assert_type(variant, Variant)


@frozen(eq=False, repr=False)
class Swish(Layer):
    """A layer of somebody's own."""

    beta: float = field(default=1.0)

    @override
    def output(self, x: Shape, /) -> Shape:
        return x


assert_type(net.add(Swish(2.0, name="swish")), Sequential)
assert_type(Sequential().add(net.graph), Sequential)
assert_type(zoo.build("resnet18", classes=10), Network)
assert_type(zoo.resnet50(), Sequential)
assert_type(zoo.lenet((28, 28, 1), classes=3).params, int)
assert_type(zoo.mnasnet0_5(classes=10), Sequential)
assert_type(zoo.regnet_y_128gf(input=(224, 224, 3)), Sequential)
assert_type(zoo.efficientnet_b7(dropout=None), Sequential)
assert_type(zoo.unet(depth=3), Graph)
assert_type(zoo.mobilenet_v2.about, str)
assert_type(zoo.mobilenet_v2.settings["width"].expected, str)
assert_type(zoo.lenet5.claims[0].holds(zoo.lenet5()), bool)

try:
    net.conv(99, 1)
except ShapeError as error:
    assert_type(error.why, str)
    partial: Any = error.network
except CnncalcError as error:
    assert_type(error.place, str)

# What is wrong is told by the checkers.
net.explain(3)  # type: ignore[arg-type]
net.draw(depth="1")  # type: ignore[arg-type]
net.operations(None)  # type: ignore[arg-type]
net.diff("vgg16")  # type: ignore[arg-type]
zoo.lenet(width=3)  # type: ignore[call-arg]
zoo.lenet(classes="3")  # type: ignore[arg-type]
zoo.resnet51()  # type: ignore[attr-defined]
net.peak_memory(dtype=None)  # type: ignore[arg-type]
net.peak_memory(inplac=True)  # type: ignore[call-arg]
net.peak_memory("int8", True)  # type: ignore[call-arg]
net.bit_operations(8)  # type: ignore[call-arg]
net.summary(column="layer")  # type: ignore[call-arg]
net.roofline(3)  # type: ignore[arg-type]
net.to_json(3)  # type: ignore[call-overload]
net.flops()  # type: ignore[operator]
net.flops = 3  # type: ignore[assignment]
cnncalc.sweep(3, {})  # type: ignore[arg-type]
Swish("2")  # type: ignore[arg-type]
net.conv("5", 6)  # type: ignore[arg-type]
net.conv(5)  # type: ignore[call-arg]
net.conv(5, 6, strides=2)  # type: ignore[call-arg]
net.pool(2.5)  # type: ignore[arg-type]
net.pool()  # type: ignore[call-arg]
net.fc(10, "sigmoid")  # type: ignore[call-arg]
net.relu(shared=True)  # type: ignore[call-arg]
net.prelu(shared="all")  # type: ignore[arg-type]
net.log_softmax(axis=1)  # type: ignore[call-arg]
net.residual()  # type: ignore[call-arg]
net.branch(3)  # type: ignore[arg-type]
net.repeat(2, "relu")  # type: ignore[arg-type]
Conv2d(5, 6, padding=1.5)  # type: ignore[arg-type]
net.summary(columns=3)  # type: ignore[arg-type]

zoo.build("lenet")
cnncalc.zoo.names()
