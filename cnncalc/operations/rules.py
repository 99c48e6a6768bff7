"""Counting conventions: rules over the roles that layers tell of themselves.

The presets stand in `conventions`. No layer class is named here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fnmatch import fnmatchcase
from inspect import getdoc, isabstract
from sys import maxsize
from typing import Any, NamedTuple

from attrs import frozen

from cnncalc._typing import override
from cnncalc.answers.answer import Answer
from cnncalc.answers.table import Column, Table
from cnncalc.checks import SYMBOLIC, for_message, integer
from cnncalc.cost.asked import AnyNetwork
from cnncalc.cost.batch import times_run
from cnncalc.cost.deployed import foldable
from cnncalc.cost.totals import AtLeast, costs
from cnncalc.door import guarded
from cnncalc.errors import ConfigError, raise_noted, unknown_name
from cnncalc.graph.call import Call, described
from cnncalc.layers.base import Layer
from cnncalc.layers.facts import Facts
from cnncalc.layers.roles import ROLES
from cnncalc.sizes.number import without_terms

__all__ = ["RUNS", "Convention", "Counted", "Rule", "counted"]

_EVERY = ("*",)
# What a pattern of `module_less` may say behind an "as" of how PyTorch's code runs a
# node, if it is neither a module of PyTorch's own nor a function.
RUNS = {
    "own module": "within a module of another class than PyTorch's",
    "module": "as a module of PyTorch's, which is several nodes here",
    "MultiheadAttention": "within nn.MultiheadAttention",
    "matmul": "as products by torch.matmul",
    "second matmul": "as a product by @, and one by torch.matmul",
    "operator": "by an operator, as @, or a method of a tensor",
    "einsum": "as two products by torch.einsum",
    "softmax": "with a softmax by F.softmax",
    "timm's Attention": "within timm's Attention",
    **{f"batch at {axis}": f"with its axis {axis} as a batch" for axis in range(4)},
}
# What may be said of any, and of a module of PyTorch's, too.
_BESIDES = {word for word in RUNS if word.startswith(("batch", "timm"))}
_KNOWN = frozenset(ROLES)


class Counted(NamedTuple):
    """A node as conventions see it.

    Attributes:
        path: What it is called.
        call: What it does.
        runs: How PyTorch's code runs it, in words of `RUNS`: as a module of PyTorch's,
            if there are none, or as a "function".
        folded: Whether it is a convolution and a batch norm directly after it, or that
            norm, which an export makes one.
        times: How often it runs for a batch.
    """

    path: str
    call: Call
    runs: tuple[str, ...] = ()
    folded: bool = False
    times: int = 1

    @property
    def functional(self) -> bool:
        """Whether torchvision runs it as a function, and not as a module."""
        return "function" in self.runs


@guarded
@frozen
class Rule:
    """A quantity that counts of the nodes of some roles.

    Attributes:
        label: What it is called where conventions are compared.
        roles: Patterns of roles: of those in `cnncalc.layers.roles`, or of those that
            a layer class of your own has, once there is such a class.
        quantity: What is counted of a node; None if that is unknown.
        times: How often.
        functional: Count only nodes that torchvision runs as functions (True), or as
            modules (False); None counts both.
        folded: Count only convolutions and batch norms that an export makes one
            (True), or only what stays as it is (False); None counts both.
        runs: Count only nodes that PyTorch's code runs in one of these ways, words of
            `RUNS`, "function", or "" for a module of PyTorch's; () counts all.

    Raises:
        UnknownNameError: If a pattern is that of no role.
    """

    label: str
    roles: tuple[str, ...]
    quantity: Callable[[Call], int | None]
    times: int = 1
    functional: bool | None = None
    folded: bool | None = None
    runs: tuple[str, ...] = ()

    def __attrs_post_init__(self) -> None:
        for pattern in self.roles:
            # Of a role that does not exist it would count nothing, without a word.
            if pattern not in _KNOWN and not _is_role(pattern):
                raise unknown_name("role", pattern, (*ROLES, *_own_roles()))

    def counts(self, node: Counted) -> bool:
        """Tell whether it counts that node."""
        if self.functional not in {None, node.functional}:
            return False
        if self.functional is not None and "operator" in node.runs:
            return False  # neither a function nor a module
        if self.folded not in {None, node.folded}:
            return False
        if self.runs and not {*self.runs} & _ways(node):
            return False
        role = node.call.layer.role
        return self.roles == _EVERY or any(
            fnmatchcase(role, pattern) for pattern in self.roles
        )

    def number(self, node: Counted) -> int | None:
        """Return what it counts of a node that it applies to; None if it is unknown.

        Raises:
            ConfigError: If its quantity is neither an integer nor None.
        """
        call = node.call
        try:
            value: Any = self.quantity(call) if call.is_known else None
        except Exception as error:  # noqa: BLE001 - of somebody's own rule
            raise_noted(error, node.path, described(call.layer, call.shapes))
        if value is None or type(value) is int or isinstance(value, AtLeast):
            return value
        number: Any = integer(value)
        if isinstance(number, int):
            return int(number)
        if type(number) in SYMBOLIC:
            column: int = number
            return column
        why = f"its quantity is {for_message(value)} for {node.path}"
        fix = "It must be an integer, or None"
        raise ConfigError(why, fix, f"Rule {self.label!r}")


_COLUMNS = (
    Column("label", "called", "text"),
    Column("roles", "of nodes with the role", "text"),
    Column("only", "only where", "text"),
    Column("times", "times", "number"),
    Column("quantity", "counts", "text"),
)
_WHERE = {
    ("functional", True): "torchvision runs them as functions",
    ("functional", False): "torchvision runs them as modules",
    ("folded", True): "an export folds a batch norm into them",
    ("folded", False): "an export does not fold them away",
}


@guarded
@frozen(repr=False)
class Convention(Answer):
    """A convention: which operations count, and how often.

    Attributes:
        name: What it is called.
        about: What it counts, in a sentence.
        rules: What counts of which nodes; where several apply, all do.
    """

    name: str
    about: str
    rules: tuple[Rule, ...]

    @property
    @override
    def table(self) -> Table:
        """A line for each rule: of which nodes it counts what, and how often."""
        lines = [
            (
                rule.label,
                "all" if rule.roles == _EVERY else ", ".join(rule.roles),
                " and ".join(_conditions(rule)),
                rule.times,
                (getdoc(rule.quantity) or "").partition("\n")[0],
            )
            for rule in self.rules
        ]
        return Table(f"{self.name}: {self.about}", _COLUMNS, tuple(lines), ())

    def lines(self, nodes: Iterable[Counted]) -> dict[str, int]:
        """Return the sums of its rules by label, in their order.

        What torchvision runs as functions has lines of its own.

        Args:
            nodes: The nodes of a network, as `counted` returns them.
        """
        sums = {rule.label: 0 for rule in self.rules}
        for node, rules in self._applied(nodes):
            apart = next((_APART[run] for run in node.runs if run in _APART), "")
            for rule in rules:
                label = apart + rule.label
                times = rule.times * node.times
                number = times * without_terms(rule.number(node) or 0)
                sums[label] = sums.get(label, 0) + number
        return sums

    def unknown(self, nodes: Iterable[Counted]) -> list[str]:
        """Return the paths of nodes of which it cannot tell what they count.

        That is a kind whose multiply-accumulates are unknown; if it counts more than
        these, a kind whose role is none that it could have a rule for, unless it states
        0 of everything; and a node of which a rule's quantity is None, or a lower
        bound.

        Args:
            nodes: The nodes of a network, as `counted` returns them.
        """
        more = any(rule.roles != _EVERY for rule in self.rules)
        return [
            node.path
            for node, rules in self._applied(nodes)
            if _is_open(costs(node.call).macs)
            or (more and not _is_known(node.call))
            or any(_is_open(rule.number(node)) for rule in rules)
        ]

    def _applied(
        self, nodes: Iterable[Counted]
    ) -> Iterator[tuple[Counted, list[Rule]]]:
        """Give each node that does work with the rules that count it."""
        known: dict[tuple[str, tuple[str, ...], bool], list[Rule]] = {}
        for node in nodes:
            if node.call.idle:
                continue
            key = (node.call.layer.role, node.runs, node.folded)
            if key not in known:
                known[key] = [rule for rule in self.rules if rule.counts(node)]
            yield node, known[key]


def _conditions(rule: Rule) -> Iterator[str]:
    """Give in words what else than its role a rule asks of a node."""
    for (field, kind), words in _WHERE.items():
        if getattr(rule, field) is kind:
            yield words
    if rule.runs:
        said = [_RUN_AS.get(word) or RUNS[word] for word in rule.runs]
        yield f"PyTorch runs them {', or '.join(said)}"


def _ways(node: Counted) -> set[str]:
    """Return how a node runs, in words; "" is as a module of PyTorch's."""
    words = {*node.runs}
    return words if words - _BESIDES else words | {""}


_RUN_AS = {"": "as a module of its own", "function": "as a function"}
# How lines of what is run so are told apart.
_APART = {
    "function": "functional ",
    "MultiheadAttention": "MultiheadAttention's ",
    "own module": "own modules' ",
    "timm's Attention": "timm's ",
}


def _is_known(call: Call) -> bool:
    """Tell whether a node has a role of ours, or states that it does nothing."""
    cost = costs(call)
    nothing = (cost.params, cost.buffers, cost.connections, cost.macs) == (0, 0, 0, 0)
    return call.layer.role in _KNOWN or nothing


def _is_role(pattern: str) -> bool:
    """Tell whether a pattern is that of a role of ours, or of a class of a user's."""
    roles = (*ROLES, *_own_roles())
    return "" in roles or any(fnmatchcase(role, pattern) for role in roles)


def _own_roles() -> Iterator[str]:
    """Give the roles of the layer classes that are not cnncalc's; "" may be any."""
    kinds: list[Any] = [Layer]
    while kinds:
        kind = kinds.pop()
        kinds += kind.__subclasses__()
        told_by = next(base for base in kind.__mro__ if "role" in vars(base))
        if told_by not in {Layer, Facts} and _is_ours(told_by):
            continue  # it has the roles of a kind of ours
        if not _is_ours(kind) and not isabstract(kind):
            try:
                yield str(object.__new__(kind).role)
            except AttributeError:  # it depends on fields
                yield ""


def _is_ours(kind: type[Any]) -> bool:
    return kind.__module__.startswith("cnncalc.")


def _is_open(number: int | None) -> bool:
    """Tell whether a number is unknown, or a lower bound."""
    return number is None or isinstance(number, AtLeast)


def counted(net: AnyNetwork, batch: int = 1) -> list[Counted]:
    """Return the nodes of a network as conventions see them, for a batch.

    Source:
        PyTorch folds a batch norm for ONNX if it alone uses what a convolution puts
        out: `fuseConvBatchNorm` of torch/csrc/jit/passes/onnx/eval_peephole.cpp.
    """
    table = net.graph.table
    pairs = foldable(table, net.graph.outputs, into={"conv"})
    folded = {*pairs, *pairs.values()}
    paths = [table.path(index) for index in range(len(table))]
    runs = _Runs(net.module_less)
    return [
        Counted(
            path,
            call,
            runs.of(path),
            index in folded,
            times,
        )
        for index, (path, call, times) in enumerate(
            zip(paths, table.calls, times_run(table, batch), strict=True)
        )
    ]


class _Runs:
    """The ways that nodes run, each by the first pattern that means it."""

    def __init__(self, patterns: Iterable[str]) -> None:
        # Of a network that was read each node may have a line: these are looked up.
        self._named: dict[str, tuple[int, tuple[str, ...]]] = {}
        self._meant: list[tuple[int, str, tuple[str, ...]]] = []
        for place, pattern in enumerate(patterns):
            path, cut, said = pattern.rpartition(" as ")
            words = tuple(said.split(", "))
            if not cut or not {*words} - {"function"} <= RUNS.keys():
                path, words = pattern, ("function",)
            if {*path} & {*"*?["}:
                self._meant.append((place, path, words))
            else:
                self._named.setdefault(path, (place, words))

    def of(self, path: str) -> tuple[str, ...]:
        first, found = self._named.get(path, (maxsize, ()))
        for place, pattern, words in self._meant:
            if place < first and fnmatchcase(path, pattern):
                return words
        return found
