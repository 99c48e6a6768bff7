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
from cnncalc.analysis.flops import PER_VALUE
from cnncalc.graph.table import Call, Table

__all__ = ["Convention", "Counted", "Rule", "counted"]

_EVERY = ("*",)


class Counted(NamedTuple):
    """A node as conventions see it.

    Attributes:
        path: What it is called.
        call: What it does.
        functional: Whether torchvision runs it as a function, and not as a module.
        folded: Whether it is a convolution and a batch norm directly after it, or that
            norm, which an export makes one.
    """

    path: str
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
        return self.roles == _EVERY or any(
            fnmatchcase(role, pattern) for pattern in self.roles
        )


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

        What torchvision runs as functions has lines of its own.

        Args:
            nodes: The nodes of a network, as `counted` returns them.
        """
        sums = {rule.label: 0 for rule in self.rules}
        applied: dict[tuple[str, bool, bool], list[tuple[str, Rule]]] = {}
        for node in nodes:
            if node.call.idle:
                continue
            key = (node.call.layer.role, node.functional, node.folded)
            if key not in applied:
                apart = "functional " if node.functional else ""
                applied[key] = [
                    (apart + rule.label, rule)
                    for rule in self.rules
                    if rule.counts(node)
                ]
            for label, rule in applied[key]:
                number = rule.times * (rule.quantity(node.call) or 0)
                sums[label] = sums.get(label, 0) + number
        return sums

    def unknown(self, nodes: Iterable[Counted]) -> list[str]:
        """Return the paths of nodes of which it cannot tell what they count.

        That is a kind whose multiply-accumulates are unknown; and, if it counts more
        than these, a kind whose role is none that it could have a rule for.

        Args:
            nodes: The nodes of a network, as `counted` returns them.
        """
        more = any(rule.roles != _EVERY for rule in self.rules)
        return [
            node.path
            for node in nodes
            if not node.call.idle
            and (
                facts(node.call).macs is None
                or (more and node.call.layer.role not in PER_VALUE)
            )
        ]


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
    paths = [table.path(index) for index in range(len(table))]
    return [
        Counted(
            path,
            call,
            any(fnmatchcase(path, pattern) for pattern in functional),
            index in folded,
        )
        for index, (path, call) in enumerate(zip(paths, table.calls, strict=True))
    ]
