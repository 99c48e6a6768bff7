"""What a counting convention is: rules over the roles that layers tell of themselves.

The presets stand in `conventions`. No layer class is named here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from fnmatch import fnmatchcase
from typing import NamedTuple

from attrs import frozen

from cnncalc.analysis.cost import facts
from cnncalc.analysis.deploy import foldable
from cnncalc.graph.table import Call, Table

__all__ = ["Convention", "Counted", "Rule", "counted", "known"]


class Counted(NamedTuple):
    """A node as conventions see it.

    Attributes:
        call: What it does.
        functional: Whether torchvision runs it as a function, and not as a module.
        folded: Whether it is a convolution and a batch norm directly after it, or that
            norm, which an export makes one.
    """

    call: Call
    functional: bool = False
    folded: bool = False


class Rule(NamedTuple):
    """What counts of the nodes of some roles.

    Attributes:
        label: What it is called where conventions are compared.
        roles: Patterns of roles.
        quantity: What is counted of a node.
        times: How often.
        functional: Count only nodes that torchvision runs as functions (True), or as
            modules (False); None counts both.
        folded: Count only convolutions and batch norms that an export makes one
            (True), or only what stays as it is (False); None counts both.
    """

    label: str
    roles: tuple[str, ...]
    quantity: Callable[[Call], int | None]
    times: int = 1
    functional: bool | None = None
    folded: bool | None = None

    def counts(self, node: Counted) -> bool:
        """Tell whether it counts that node."""
        if self.functional not in {None, node.functional}:
            return False
        if self.folded not in {None, node.folded}:
            return False
        role = node.call.layer.role
        return any(fnmatchcase(role, pattern) for pattern in self.roles)


@frozen
class Convention:
    """Which operations count, and how often.

    Attributes:
        name: What it is called.
        about: What it counts, in a sentence.
        rules: What counts of which nodes; where several apply, all do.
    """

    name: str
    about: str
    rules: tuple[Rule, ...]

    def lines(self, nodes: Iterable[Counted]) -> dict[str, int]:
        """Return the sums of its rules by label, in their order.

        Args:
            nodes: The nodes of a network, as `counted` returns them.
        """
        sums = {rule.label: 0 for rule in self.rules}
        applied: dict[tuple[str, bool, bool], list[Rule]] = {}
        for node in nodes:
            if node.call.idle:
                continue
            key = (node.call.layer.role, node.functional, node.folded)
            if key not in applied:
                applied[key] = [rule for rule in self.rules if rule.counts(node)]
            for rule in applied[key]:
                sums[rule.label] += rule.times * (rule.quantity(node.call) or 0)
        return sums


def counted(
    table: Table, outputs: Sequence[int], functional: Sequence[str] = ()
) -> list[Counted]:
    """Return the nodes of a network as conventions see them.

    Args:
        table: The nodes.
        outputs: Those that the network puts out.
        functional: Patterns of the paths of those that torchvision runs as functions.

    Source:
        PyTorch folds a batch norm for ONNX if it alone uses what a convolution puts
        out: `fuseConvBatchNorm` of torch/csrc/jit/passes/onnx/eval_peephole.cpp.
    """
    pairs = foldable(table, outputs, into={"conv"})
    folded = {*pairs, *pairs.values()}
    return [
        Counted(
            call,
            any(fnmatchcase(table.path(index), pattern) for pattern in functional),
            index in folded,
        )
        for index, call in enumerate(table.calls)
    ]


def known(nodes: Iterable[Counted]) -> bool:
    """Tell whether the number of every node is known that runs in evaluation."""
    calls = [node.call for node in nodes]
    return all(call.idle or facts(call).macs is not None for call in calls)
