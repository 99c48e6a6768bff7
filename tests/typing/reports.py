"""A user's code that asks for every report, for the type checkers; it is not run."""

import pickle
from pathlib import Path

import pandas as pd
from typing_extensions import assert_type

from cnncalc import (
    Convention,
    Device,
    Rule,
    Sequential,
    check,
    compare,
    devices,
    fit,
    paddings,
    sweep,
    windows,
    zoo,
)
from cnncalc.answers.answer import Answer, Record, Report
from cnncalc.answers.table import Column, Fact, Style, Table, columns
from cnncalc.budget.checking import Check
from cnncalc.cost.complexity import Complexities, Complexity
from cnncalc.cost.lints import Lint, Lints
from cnncalc.cost.region import Region
from cnncalc.cost.rows import Row
from cnncalc.cost.seen import Fields, Regions
from cnncalc.cost.totals import Totals
from cnncalc.devices.boards import Boards
from cnncalc.devices.fits import Fits
from cnncalc.draw import Drawing
from cnncalc.explain import Explanation
from cnncalc.memory.flash import Flash, flash
from cnncalc.memory.patches import Patches
from cnncalc.memory.plan import MemoryPlan, Moment, Slot
from cnncalc.memory.saved import Saved, saved_tensors
from cnncalc.memory.training import TrainingMemory
from cnncalc.memory.types import Sums
from cnncalc.operations import quantities
from cnncalc.operations.flops import Backward
from cnncalc.operations.reconcile import Reconciliation
from cnncalc.operations.roofline import Bound, Roofline
from cnncalc.operations.unknown import Unknowns
from cnncalc.report.compare import Comparison
from cnncalc.report.diff import Difference
from cnncalc.report.summary import Summary
from cnncalc.sweeping import Sweep, Variant
from cnncalc.symbolic.answer import Symbolic
from cnncalc.symbolic.backwards import Inputs
from cnncalc.symbolic.batches import LargestBatch
from cnncalc.symbolic.fitting import Fit
from cnncalc.symbolic.largest import LargestInput
from cnncalc.symbolic.windows import Paddings, Windows

net = Sequential(input=(32, 32, 1), name="mine").conv(5, 6).relu().pool(2).fc(10)
folder = Path("reports")


def written(answer: Answer, name: str) -> list[str]:
    """Write an answer in every format, and return the texts."""
    assert_type(answer.to_csv(folder / f"{name}.csv"), None)
    assert_type(answer.to_json(f"{name}.json"), None)
    assert_type(answer.to_latex(f"{name}.tex"), None)
    assert_type(answer.to_markdown(f"{name}.md"), None)
    assert_type(answer.to_html(f"{name}.html"), None)
    assert_type(answer.to_text(f"{name}.txt", width=80, box=True), None)
    assert_type(answer.to_pandas(), pd.DataFrame)
    assert_type(answer.table, Table)
    assert_type(answer.styled(units="Mi", byte_units="decimal"), Report)
    return [
        answer.to_csv(),
        answer.to_json(),
        answer.to_latex(),
        answer.to_markdown(),
        answer.to_html(),
        answer.to_text(color=False),
    ]


# Summaries, comparisons, differences, sweeps: the same options.
summary = net.summary(
    columns=["layer", "flops", "peak"],
    totals=False,
    input_row=True,
    dtype={"weights": "int4", "activations": 8},
    batch=2,
    units="Mi",
    byte_units="decimal",
    layout="CHW",
    language="zh",
)
assert_type(summary, Summary)
compared = compare(
    net, zoo.lenet(), columns=["arena", "depth"], dtype="int8", batch=2, units="G"
)
assert_type(compared, Comparison)
difference = net.diff(zoo.lenet(), dtype="int8", layout="CHW", totals=False)
assert_type(difference, Difference)
assert_type(bool(difference), bool)


def build(filters: int) -> Sequential:
    """Return a network of a sweep."""
    return Sequential(input=(8, 8, 1)).conv(3, filters)


found = sweep(build, {"filters": [2, 4]}, dtype="int8", batch=8, max_params=1_000)
assert_type(found, Sweep)
assert_type(found.rows(), tuple[Variant, ...])
again = sweep(build, {"filters": [2, 4, 8]}, resume=found.rows())
again = sweep(build, {"filters": [2, 4, 8]}, resume=pickle.loads(b""))
written(found, "sweep")

# Explanations and rows.
explanation = net.explain("conv1", dtype="int8", language="zh")
assert_type(explanation, Explanation)
assert_type(explanation.to_text(), str)
row = net.nodes[0]
assert_type(row, Row)
assert_type(row.flops, int | None)
assert_type(row.memory("int8"), int | None)
assert_type(row.explain(dtype=8).to_markdown(), str)

# Memory.
plan = net.memory_plan("int8", batch=2, byte_units="decimal", language="zh")
assert_type(plan, MemoryPlan)
assert_type(plan.timeline, tuple[Moment, ...])
assert_type(plan.arena, tuple[Slot, ...])
assert_type(plan.overhead, int)
timeline, peak, *_ = plan
assert_type(peak, int)
assert_type(net.memory_report(), Sums)
parameters, buffers, outputs = net.memory_report()
assert_type(buffers, int)
training = net.training_memory("adam", mask_bytes=4)
assert_type(training, TrainingMemory)
assert_type(training.total, int)
assert_type(net.saved_for_backward(mask_bytes=4), int)
assert_type(saved_tensors(net.graph.table), Saved)

# Operations.
roofline = net.roofline(Device("mine", 10**9, 10**9, "me"), batch=2)
assert_type(roofline, Roofline)
assert_type(roofline["conv1"], Bound | None)
assert_type(roofline.seconds, float)
for path, bound in roofline.items():
    if bound is not None:
        assert_type((path, bound.limit), tuple[str, str])
reconciled = net.reconcile("fvcore")
assert_type(reconciled, Reconciliation)
assert_type(reconciled.total, int)
own = Convention("own", "MACs.", (Rule("macs", ("*",), quantities.macs),))
assert_type(own.to_markdown(), str)
assert_type(net.backward_macs, Backward)
assert_type(net.unknown, Unknowns)
assert_type(net.unknown["macs"], tuple[str, ...])

# Geometry and costs.
assert_type(net.fields(), Fields)
assert_type(net.lint(), Lints)
assert_type([lint.text for lint in net.lint()], list[str])
first: Lint | None = next(iter(net.lint()), None)
assert_type(net.complexity(), Complexities)
assert_type(net.complexity()["conv1"], Complexity)
assert_type(net.totals, Totals)
assert_type(net.totals.macs, int)
assert_type(zoo.claims("lenet5"), Report)
region: Region = net.region("conv1", 0, 0, layout="CHW")
assert_type(region.rows, range)
assert_type(net.roofline("T4", units="G"), Roofline)
assert_type(net.explain(batch=2, units="auto", byte_units="decimal"), Explanation)
picture = net.draw("macs", batch=2, units="K", language="zh")
assert_type(picture, Drawing)

for name, answer in {
    "summary": summary,
    "comparison": compared,
    "difference": difference,
    "plan": plan,
    "sums": net.memory_report(),
    "training": training,
    "roofline": roofline,
    "row": row,
    "conv": own,
    "check": check(net, max_macs="1G"),
    "patches": net.patches("256 KiB"),
    "fields": net.fields(),
    "lint": net.lint(),
}.items():
    written(answer, name)


# Questions backwards, on letters, and of devices.
symbolic = net.symbolic(height="H", width="W")
assert_type(symbolic, Symbolic)
assert_type(symbolic.macs.at(H=64, W=64), int)
assert_type(net.largest_input(macs="1M"), LargestInput)
assert_type(net.largest_batch(memory="1 GiB"), LargestBatch)
assert_type(net.inputs_for(output=10), Inputs)
assert_type(fit(build, "filters", params=500), Fit)
assert_type(windows(224, 55), Windows)
assert_type(paddings(224, kernel=3), Paddings)
fits = net.fits("stm32h743")
assert_type(fits, Fits)
assert_type(fits.fits, bool)
assert_type(net.patches("256 KiB"), Patches)
assert_type(devices.table(), Boards)
assert_type(flash(net, "int8"), Flash)
regions: Regions = net.region("conv1", 0, 0)
assert_type(check(net, max_macs="1G"), Check)
for name, backwards in {
    "symbolic": symbolic,
    "largest": net.largest_input(params="1M"),
    "windows": windows(224, 55),
    "fits": fits,
    "devices": devices.table(),
}.items():
    written(backwards, name)


class Widest(Answer, dict[str, int]):
    """An answer of somebody's own."""

    @property
    def table(self) -> Table:  # type: ignore[explicit-override]
        """A line for each node."""
        heads = Column("layer", "layer", "text"), *columns("count", channels="C")
        most = Fact("most", "Most", max(self.values()), "count")
        return Table(
            "widths", heads, tuple(self.items()), (most,), style=Style(batch=2)
        )


written(Widest({"conv1": 6}), "widest")
assert issubclass(Sums, Record)

# What is wrong is told by the checkers.
net.memory_plan(unit="K")  # type: ignore[call-arg]
net.lint(language=3)  # type: ignore[arg-type]
net.summary(totals="no")  # type: ignore[arg-type]
compare(net, net, unit="G")  # type: ignore[call-arg]
plan.to_csv(3)  # type: ignore[call-overload]
plan.styled(batch=2)  # type: ignore[call-arg]
row.memory(None)  # type: ignore[arg-type]
sweep(build, {"filters": [2]}, resume=3)  # type: ignore[arg-type]
