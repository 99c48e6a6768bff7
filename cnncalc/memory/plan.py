"""A plan of memory: when each tensor is alive, where it lies, which order is best."""

from __future__ import annotations

from cnncalc._typing import Unpack
from cnncalc.answers.answer import Written
from cnncalc.checks import checked_batch, checked_flag, for_message
from cnncalc.cost.asked import AnyNetwork
from cnncalc.errors import OptionError
from cnncalc.memory.arena import Slot, arena
from cnncalc.memory.liveness import Storage, bytes_alive, peak, storages, works
from cnncalc.memory.lowered import own_program
from cnncalc.memory.order import best_order
from cnncalc.memory.planned import MemoryPlan, Moment
from cnncalc.memory.runtime import ORDERS, PLANNERS, Machine, runtime_plan
from cnncalc.memory.types import DataTypes, bounded, first_unknown, tensor_bytes
from cnncalc.sizes.bound import AtLeast

__all__ = ["MemoryPlan", "Moment", "Slot", "arena_size", "memory_plan"]

Step = Moment  # its name in 0.1


def memory_plan(  # noqa: PLR0913 - each is a choice of its own
    net: AnyNetwork,
    dtype: DataTypes | None = None,
    *,
    inplace: bool = True,
    batch: int = 1,
    planner: str | None = None,
    order: str = "given",
    kernels: str = "reference",
    core: str = "c",
    target: str = "x86-64",
    linear_scales: str = "layer",
    **how: Unpack[Written],
) -> MemoryPlan:
    """Return what is alive at each step, the best order, and a packed arena.

    A tensor, the input too, dies after its last use; a node's inputs and its output
    are alive while it runs. All inputs are there from the beginning, one that nothing
    uses only then. Nodes that run in training only are left out, inputs too.

    The planner "tflm" is TensorFlow Lite Micro's. It plans the operators that the
    converter makes of the network, those of ``deployed("tflite")``, where nothing is in
    place; of a network that was read from a TFLite file, the file's own tensors in
    their order. The planner "best" looks for places of these that need less, down to
    *peak*, below which none can be.

    Args:
        dtype: As of `peak_memory`; None is float32, or what the file has.
        inplace: As of `peak_memory`, for "greedy".
        batch: How many inputs are run at once.
        planner: None is "tflm" of a network that was read from a TFLite file, where its
            own type and batch are asked for, and "greedy" of any other. "greedy" puts
            the tensors of the network as it is into an arena without any alignment, the
            largest first. "tflm" and "best" as above.
        order: With these two, "given", or "best": the order that *best_order* names.
        kernels: With these two, whose scratch is in the arena: "reference", TFLM's own,
            or "cmsis-nn", Arm's for int8.
        core: What CMSIS-NN is built for: "c" is any, "dsp" a Cortex-M4, M7 or M33,
            "mve" one with Helium.
        target: Where TFLM runs, for what it keeps besides: "x86-64", "32-bit", or
            "wasm32".
        linear_scales: What TFLM keeps of linear layers of int8: "layer", one scale for
            all weights, as in the files of MLPerf Tiny, or "unit", one for each unit,
            as TensorFlow 2.21's converter makes them. A file has its own.
        how: As of `Written`: ``units=``, ``byte_units=``, ``layout=``, ``language=``.

    Raises:
        OptionError: As of `peak_memory`, or there is no such planner, order, kernels,
            core, target or scales; or a file's tensors have another type.
        UnknownNameError: If no node, group or kind has a name in the mapping.

    Source:
        TensorFlow Lite Micro, ``greedy_memory_planner.cc``, for "tflm".

    Example:
        >>> from cnncalc import Sequential
        >>> net = Sequential(input=(32, 32, 1)).conv(5, 6).relu().pool(2).fc(10)
        >>> plan = net.memory_plan()
        >>> plan.peak, plan.at, plan.tensors
        (23520, 'pool1', ('conv1', 'pool1'))
        >>> plan.arena_size, plan.overhead, plan.exact
        (23520, 0, True)
        >>> from cnncalc import zoo
        >>> vww = zoo.vww_mobilenet()
        >>> vww.memory_plan("int8", planner="tflm").arena_size
        73728
        >>> vww.memory_plan("int8", planner="best").arena_size
        55296
    """
    inplace = checked_flag("inplace", inplace)
    batch = checked_batch(batch)
    if planner is None:
        own = own_program(net)
        as_it_is = own is not None and (dtype is None or dtype == own.dtype)
        planner = "tflm" if as_it_is and batch == 1 else "greedy"
    if planner not in {"greedy", *PLANNERS}:
        why = f"there is no planner {for_message(planner)}"
        raise OptionError(why, f"Use greedy, {' or '.join(PLANNERS)}")
    if order not in ORDERS or (planner == "greedy" and order != "given"):
        why = f"order is {for_message(order)} with the planner {planner}"
        raise OptionError(why, 'Use "given", or "best" with the planner best or tflm')
    if planner == "greedy":
        plan = _greedy(net, "float32" if dtype is None else dtype, inplace, batch)
    else:
        machine = Machine(kernels, core, target, linear_scales)
        plan = runtime_plan(net, dtype, batch, planner, order, machine)
    return plan._written(how)


def _greedy(net: AnyNetwork, dtype: DataTypes, inplace: bool, batch: int) -> MemoryPlan:
    """Return the plan of the network as it is; arguments as of `memory_plan`."""
    table, outputs = net.graph.table, net.graph.outputs
    sizes = tensor_bytes(table, dtype, batch)
    held = storages(table, outputs, sizes, inplace=inplace)
    paths = [table.path(node) for node in range(len(table))]
    given = [node for node in range(len(table)) if not table.calls[node].idle]
    unknown = first_unknown(table)
    timeline = _timeline(held, given, paths, unknown)
    highest = max(timeline, key=lambda step: int(step.bytes))
    work = works(table, inplace=inplace)
    order, best, bound = best_order(table.links, work, outputs, sizes, peak(held))
    slots = arena(held, paths)
    return MemoryPlan(
        timeline,
        bounded(table, int(highest.bytes)),
        highest.node,
        highest.tensors,
        tuple([paths[node] for node in order or given]),
        bounded(table, best),
        bounded(table, bound),
        best == bound and unknown == len(table),
        slots,
        bounded(table, max(slot.offset + slot.size for slot in slots)),
    )


def arena_size(net: AnyNetwork, dtype: DataTypes = "float32", batch: int = 1) -> int:
    """Return the bytes of the arena of `memory_plan`, without looking for an order."""
    table, outputs = net.graph.table, net.graph.outputs
    sizes = tensor_bytes(table, dtype, batch)
    held = storages(table, outputs, sizes, inplace=True)
    slots = arena(held, [""] * len(table))
    return bounded(table, max(slot.offset + slot.size for slot in slots))


def _timeline(
    held: list[Storage], given: list[int], paths: list[str], unknown: int
) -> tuple[Moment, ...]:
    begins: dict[int, list[Storage]] = {}
    ends: dict[int, list[Storage]] = {}
    for storage in held:
        begins.setdefault(storage.first, []).append(storage)
        ends.setdefault(storage.last, []).append(storage)
    sums = bytes_alive(held, len(paths))
    alive: dict[int, str] = {}
    steps = []
    for node in given:
        alive |= {storage.node: paths[storage.node] for storage in begins.get(node, ())}
        size = sums[node] if node < unknown else AtLeast(sums[node])
        steps.append(Moment(paths[node], tuple(alive.values()), size))
        for storage in ends.get(node, ()):
            del alive[storage.node]
    return tuple(steps)
