"""ONNX models as networks."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from cnncalc.checks import checked_batch
from cnncalc.door import guarded
from cnncalc.interop.files import check_sort, hash_of, opened
from cnncalc.interop.inputs import input_shapes
from cnncalc.interop.names import cleaned
from cnncalc.interop.onnx import ops as ops  # noqa: PLC0414 - which fills the table
from cnncalc.interop.onnx.entry import GraphInput, entries_of, sizes_of
from cnncalc.interop.onnx.names import Naming
from cnncalc.interop.onnx.notes import notes_of
from cnncalc.interop.onnx.reader import Graphs, versions_of
from cnncalc.interop.onnx.schema import MODEL
from cnncalc.interop.onnx.survey import functions_of, surveyed
from cnncalc.interop.onnx.wire import decoded, no_model
from cnncalc.interop.reading import Reading
from cnncalc.interop.source import Source
from cnncalc.interop.values import Dims, Series, Value
from cnncalc.network.graph import Graph

__all__ = ["from_onnx"]

_MOST_CHECKED = 20_000  # nodes of a file that is read a second time, with two inputs


@guarded
def from_onnx(source: Any, input: Any = None, batch: int = 1) -> Graph:
    """Return the network that an ONNX file holds.

    Only its structure is read: no weight, nothing of another file. What is not known
    becomes `Unknown`, and totals print as ``≥ n``; ``net.notes`` says what there is to
    know, and ``net.source`` where it comes from.

    Args:
        source: A path, or the bytes of a file.
        input: The shape of the input, in the file's order or with its channels last,
            with the batch or without; of several a list, or a dict by name. A dict may
            also give sizes to axes that the file only names: ``{"height": 480}``. None
            takes the file's; space may have another size than that.
        batch: The size of a batch that the file leaves open. Counts are of one input;
            of what does not scale with the batch, of all of it, which is noted.

    Raises:
        ConfigError: If it is no such file, or an axis has no size.
        OptionError: If *batch* is no positive integer.

    Source:
        https://onnx.ai/onnx/operators/

    Example:
        >>> from cnncalc import from_onnx
        >>> net = from_onnx("model.onnx", input=(3, 224, 224))  # doctest: +SKIP
    """
    batch = checked_batch(batch)
    with opened(source) as b:
        message = _message(b)
        hashed = hash_of(b)
        is_path = not isinstance(source, (bytes, bytearray, memoryview))
        path = os.fsdecode(source) if is_path else ""
        net, notes = _Model(message, path).network(input, batch)
    producer = " ".join(
        filter(None, map(message.get, ("producer", "version")))  # as many tools say
    )
    version = f"opset {versions_of(message['opsets']).get('', 0)}"
    return net.read_from(Source("onnx", path, producer, version, hashed, notes))


def _message(b: Any) -> dict[str, Any]:
    """Return the message of a model.

    Raises:
        ConfigError: If it is none; of what is another format, by its name.
    """
    check_sort(bytes(b[:64]), "ONNX model", "onnx")
    message: dict[str, Any] = decoded(b, 0, len(b), MODEL)
    if "graph" not in message or not message.get("ir"):
        raise no_model("there is no graph in it")
    return message


class _Read(NamedTuple):
    """The reading of a model with inputs of given shapes.

    Attributes:
        net: The network.
        graphs: What read it.
    """

    net: Graph
    graphs: Graphs

    @property
    def lacks(self) -> int:
        """The number of nodes that are not known."""
        return self.graphs.unknown.total()

    def grows(self, whole: _Read, times: int) -> bool:
        """Tell whether so many inputs at once are counted as one is, so often."""
        one, all_ = self.net, whole.net
        return (
            whole.lacks == self.lacks
            and one.weight_macs * times == all_.weight_macs
            and one.product_macs * times == all_.product_macs
            and one.params == all_.params
            # What is computed of weights alone may be so once, or for each input.
            and all_.constant_macs in {one.constant_macs, one.constant_macs * times}
        )


class _Model:
    """A model's message, read as often as its batch asks for."""

    def __init__(self, message: Mapping[str, Any], path: str) -> None:
        self.message = message
        self.graph: Mapping[str, Any] = message["graph"]
        name = Path(path).stem or self.graph.get("name", "")
        self.name = cleaned(name) or None
        self.survey = surveyed(self.graph, functions_of(message))
        tensors = {t.get("name", "") for t in self.graph["tensors"]}
        self.entries = entries_of(self.graph, tensors)
        self.naming = Naming(self.graph)

    def network(self, given: Any, batch: int) -> tuple[Graph, list[str]]:
        """Return the network, and what there is to know of it.

        A batch is left out of what flows. That all scales with it is tried out: by
        reading the model once more with an axis for it.
        """
        shapes = input_shapes([entry.stated for entry in self.entries], given, batch)
        ones = self._batched(shapes, 1)
        found = self._read(ones)
        together = max(map(GraphInput.batch_of, self.entries, shapes), default=1)
        if together == 1:
            shapes = self._batched(shapes, 2)
        alone = together == 1 and shapes == ones  # the file has a batch of 1
        if alone or self.survey.nodes > _MOST_CHECKED:
            return found.net, self._notes(found, ones)
        times = max(together, 2)
        whole = self._read(shapes, kept=True)
        if found.grows(whole, times):
            return found.net, self._notes(found, ones)
        if together == 1 or whole.lacks > found.lacks:
            note = f"it does not scale with the batch: at {times} counts differ"
            return found.net, [*self._notes(found, ones), note]
        note = f"counts are of all {times} of its batch, which mix, or do not scale"
        return whole.net, [*self._notes(whole, shapes), note]

    def _notes(self, found: _Read, shapes: Sequence[Dims]) -> list[str]:
        return notes_of(self.graph, found.graphs, self.entries, shapes)

    def _batched(self, shapes: Sequence[Dims], batch: int) -> list[Dims]:
        """Return shapes with that batch wherever the model leaves it open."""
        pairs = zip(self.entries, shapes, strict=True)
        return [entry.batched(shape, batch) for entry, shape in pairs]

    def _read(self, shapes: Sequence[Dims], *, kept: bool = False) -> _Read:
        """Return the network that it is with inputs of these shapes.

        Args:
            shapes: These, with their batch.
            kept: Whether the batch is an axis of what flows, and all of it counts.
        """
        r = Reading()
        r.uses = Counter(self.survey.uses)
        pairs = list(zip(self.entries, shapes, strict=True))
        graphs = Graphs(self.message, r, sizes_of(pairs), self.naming)
        known: dict[str, Any] = {**graphs.constants(self.graph)}
        for entry, shape in pairs:
            name = cleaned(entry.stated.name) or None
            x = r.input(shape, entry.kept if kept else entry.order, name)
            known[entry.stated.name] = x.but(dtype=entry.dtype)
        found = graphs.run(self.graph, known)
        outputs = [found.get(v.get("name", "")) for v in self.graph["outputs"]]
        flowing = list(_flowing(outputs))
        if not flowing:
            raise no_model("it puts out nothing that depends on an input")
        return _Read(r.graph(flowing, self.name), graphs)


def _flowing(outputs: Sequence[Any]) -> Iterator[Value]:
    """Yield the values of outputs that depend on an input; some have several."""
    for x in outputs:
        if isinstance(x, Series):
            yield from _flowing(x.values)
        elif x is not None and not x.is_constant:
            yield x
