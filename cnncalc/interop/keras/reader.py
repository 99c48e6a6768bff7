"""Keras models, layer by layer: chains, graphs, and models within models."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from cnncalc.errors import CnncalcError, ConfigError
from cnncalc.interop.keras.layer import Call
from cnncalc.interop.names import Path, cleaned
from cnncalc.interop.reading import Reading, Unread
from cnncalc.interop.registry import TABLES
from cnncalc.interop.values import Value, fixed
from cnncalc.layers import Layer

__all__ = ["Models"]

_MOST_CALLS = 200_000  # of layers, which models within models may become
_DEEPEST = 50

# Where Keras' own layers and operations come from; a class of another module is not ours.
_OWN = ("keras", "tf_keras", "tensorflow.keras", "tensorflow.python.keras")


class Models:
    """The models of a configuration while they are read.

    Args:
        r: The network in the making.
        given: What the user says of inputs: a function from name and stated shape.
    """

    def __init__(self, r: Reading, given: Any) -> None:
        self.r, self._given = r, given
        self._calls = 0

    def run(
        self,
        config: Mapping[str, Any],
        xs: Sequence[Value] | None = None,
        groups: tuple[str, ...] = (),
        lead: int = 1,
    ) -> list[Value]:
        """Read a model, and return what it puts out."""
        if len(groups) > _DEEPEST:
            why = f"its models nest more than {_DEEPEST} deep"
            raise ConfigError(why, "Check that the file was saved by Keras")
        inner = config.get("config")
        if config.get("class_name") == "Sequential":
            return self._chain(inner, xs, groups, lead)
        if isinstance(inner, dict) and "output_layers" in inner:
            return self._graph(inner, xs, groups, lead)
        why = f"{cleaned(str(config.get('class_name')))} does not say how its layers are joined"
        fix = "A subclass of Model has no graph: export it to ONNX, and read that"
        raise ConfigError(why, fix)

    def _chain(
        self, inner: Any, xs: Sequence[Value] | None, groups: tuple[str, ...], lead: int
    ) -> list[Value]:
        layers = inner.get("layers", []) if isinstance(inner, dict) else inner
        built = inner.get("build_input_shape") if isinstance(inner, dict) else None
        current = list(xs or [])
        for layer in _listed(layers):
            config = _dict(layer.get("config"))
            shape = (
                config.get("batch_shape") or config.get("batch_input_shape") or built
            )
            if not current:
                if shape is None:
                    why = "it is a Sequential without an input shape"
                    raise ConfigError(why, "Give it: input=(28, 28, 1)")
                current = [self._input(_name(layer), shape, config)]
            if layer.get("class_name") != "InputLayer":
                current = self._apply(layer, current, [], {}, groups, lead, None)
        return current

    def _graph(
        self, inner: Any, xs: Sequence[Value] | None, groups: tuple[str, ...], lead: int
    ) -> list[Value]:
        layers = _listed(inner.get("layers"))
        by_name = {_name(layer): layer for layer in layers}
        values: dict[Any, Value] = {}
        entries = [ref[:1] for ref in _refs_in(inner.get("input_layers"))]
        for place, (name,) in enumerate(entries):
            config = _dict(by_name.get(name, {}).get("config"))
            shape = config.get("batch_shape") or config.get("batch_input_shape")
            given = xs[place] if xs is not None and place < len(xs) else None
            values[name, 0, 0] = given or self._input(name, shape, config)
        todo = [
            (_name(layer), call, layer, node)
            for layer in layers
            if layer.get("class_name") != "InputLayer"
            for call, node in enumerate(layer.get("inbound_nodes") or [])
        ]
        hints = dict(_stated(todo))
        for name, call, layer, node in _in_order(todo, values):
            inputs, rest, kwargs = _given_to(node, values)
            found = self._apply(
                layer, inputs, rest, kwargs, groups, lead, hints.get((name, call, 0))
            )
            for place, value in enumerate(found):
                values[name, call + _first_call(layer), place] = value
                values[name, call, place] = value
        outputs = _refs_in(inner.get("output_layers"))
        missing = [ref for ref in outputs if tuple(ref) not in values]
        if missing:
            why = f"its output {cleaned(str(missing[0][0]))!r} is put out by no layer"
            raise ConfigError(why, "Check that the file was saved by Keras")
        return [values[tuple(ref)] for ref in outputs]

    def _input(self, name: str, shape: Any, config: Mapping[str, Any]) -> Value:
        sizes = self._given(name, shape)
        dtype = config.get("dtype")
        rank = len(sizes)
        order = range(1, rank) if rank > 1 else range(rank)
        x = self.r.input(sizes, list(order), cleaned(name) or None)
        return x.but(dtype=dtype if isinstance(dtype, str) else "float32")

    def _apply(
        self,
        layer: Mapping[str, Any],
        xs: list[Value],
        rest: list[Any],
        kwargs: dict[str, Any],
        groups: tuple[str, ...],
        lead: int,
        hint: Any,
    ) -> list[Value]:
        """Return what a layer puts out."""
        self._calls += 1
        if self._calls > _MOST_CALLS:
            why = f"its models become more than {_MOST_CALLS:,} layers"
            raise ConfigError(why, "Check that the file was saved by Keras")
        kind, name = str(layer.get("class_name")), _name(layer)
        nodes = len(layer.get("inbound_nodes") or [])
        if kind in {"Functional", "Model", "Sequential"}:
            with self._repeated(nodes):
                return self.run(layer, xs, (*groups, cleaned(name) or kind), lead)
        path = "/".join((*groups, name))
        if nodes > 1 or self._within_repeated:
            self.r.uses[path] = 2
        config = _dict(layer.get("config"))
        call = Call(self.r, kind, config, xs, rest, lead, path, kwargs, self)
        with self.r.at(Path(groups, cleaned(name) or None)):
            return self._computed(layer, call, hint)

    def apply_within(
        self, call: Call, layer: Mapping[str, Any], lead: int
    ) -> list[Value]:
        """Return what a layer within a layer puts out, behind as many axes more."""
        around = tuple(filter(None, call.path.split("/")))
        once = {**layer, "inbound_nodes": []}
        return self._apply(once, call.xs, [], {}, around, lead, None)

    _within_repeated = 0

    def _repeated(self, nodes: int) -> Any:
        from contextlib import contextmanager

        @contextmanager
        def inside() -> Iterator[None]:
            self._within_repeated += nodes > 1
            try:
                yield
            finally:
                self._within_repeated -= nodes > 1

        return inside()

    def _computed(self, layer: Mapping[str, Any], call: Call, hint: Any) -> list[Value]:
        try:
            rule = TABLES["keras"].get(call.kind)
            registered = str(layer.get("registered_name") or "")
            module = str(layer.get("module") or "keras")
            own = module.startswith(_OWN) and ">" not in registered
            if rule is None or not (own or getattr(rule, "of_user", False)):
                raise Unread("it is no layer that is known here")
            found = rule(call)
            if isinstance(found, Value):
                found = [found]
            elif not isinstance(found, (list, tuple)):
                found = [call.put(found)]
            return list(found)
        except (Unread, CnncalcError) as error:
            why = error.why if isinstance(error, CnncalcError) else str(error)
        except (TypeError, KeyError, ValueError, IndexError, AttributeError):
            why = "its configuration is damaged"
        shape = None
        if hint is not None:
            shape = (
                (*(x for x in (call.x.shape or ())[:1]), *hint[1:]) if call.xs else None
            )
        return [self.r.unknown(call.kind, call.xs, why, shape, channels_first=False)]


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _listed(value: Any) -> list[dict[str, Any]]:
    return (
        [layer for layer in value if isinstance(layer, dict)]
        if isinstance(value, list)
        else []
    )


def _name(layer: Mapping[str, Any]) -> str:
    return str(layer.get("name") or _dict(layer.get("config")).get("name") or "")


def _first_call(layer: Mapping[str, Any]) -> int:
    """Return from where on Keras 2 counts the calls of a model that was built before."""
    return 1 if layer.get("class_name") in {"Functional", "Model", "Sequential"} else 0


def _refs_in(value: Any) -> list[tuple[Any, ...]]:
    """Return references, each of a name and two numbers; Keras writes one alone, too."""
    if not isinstance(value, list):
        return []
    every = value if value and isinstance(value[0], list) else [value]
    return [tuple(ref[:3]) for ref in every if isinstance(ref, list) and len(ref) > 2]  # noqa: PLR2004


def _tensors(value: Any, depth: int = 0) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Yield what Keras 3 refers to within the arguments of a call, and its shape."""
    if depth > _DEEPEST:
        return
    if isinstance(value, dict):
        if value.get("class_name") == "__keras_tensor__":
            config = _dict(value.get("config"))
            history = config.get("keras_history")
            if isinstance(history, list) and len(history) == 3:  # noqa: PLR2004
                yield tuple(history), config.get("shape")
        else:
            for each in value.values():
                yield from _tensors(each, depth + 1)
    elif isinstance(value, list):
        for each in value:
            yield from _tensors(each, depth + 1)


def _used(node: Any) -> list[tuple[Any, ...]]:
    """Return what a call refers to, in the form of Keras 3 or 2."""
    if isinstance(node, dict):
        return [ref for ref, _ in _tensors([node.get("args"), node.get("kwargs")])]
    if not isinstance(node, list) or not node:
        return []
    if isinstance(node[0], str):
        return [tuple(node[:3])]
    found = []
    for edge in node:
        if not isinstance(edge, list) or len(edge) < 3:  # noqa: PLR2004
            continue
        found.append(tuple(edge[:3]))
        for more in _dict(edge[3] if len(edge) > 3 else None).values():  # noqa: PLR2004
            if isinstance(more, list) and len(more) > 2 and isinstance(more[0], str):  # noqa: PLR2004
                found.append(tuple(more[:3]))
    return found


def _given_to(
    node: Any, values: Mapping[Any, Value]
) -> tuple[list[Value], list[Any], dict[str, Any]]:
    """Return the values, numbers and named arguments that a call is given."""
    inputs = [values[ref] for ref in _used(node)]
    if isinstance(node, dict):
        args = node.get("args")
        plain = (
            [a for a in args if not list(_tensors(a))] if isinstance(args, list) else []
        )
        return inputs, plain, _dict(node.get("kwargs"))
    kwargs: dict[str, Any] = {}
    if (
        isinstance(node, list)
        and node
        and isinstance(node[0], list)
        and len(node[0]) > 3
    ):  # noqa: PLR2004
        kwargs = _dict(node[0][3])
    return inputs, [], kwargs


def _stated(todo: Sequence[Any]) -> Iterator[tuple[Any, Any]]:
    """Yield the shapes that edges of Keras 3 state of what they carry."""
    for *_, node in todo:
        if isinstance(node, dict):
            for ref, shape in _tensors([node.get("args"), node.get("kwargs")]):
                if isinstance(shape, list):
                    yield ref, tuple(shape)


def _in_order(todo: Sequence[Any], values: Mapping[Any, Any]) -> Iterator[Any]:
    """Yield calls such that each comes after those whose values it uses.

    Raises:
        ConfigError: If there is a cycle, or a value is missing.
    """
    waiting: dict[Any, list[int]] = {}
    missing: dict[int, int] = {}
    ready = deque(range(len(todo)))
    producers = {(name, call) for name, call, _, _ in todo}
    while ready:
        place = ready.popleft()
        name, call, layer, node = todo[place]
        needed = {ref[:2] for ref in _used(node) if ref not in values}
        if needed:
            missing[place] = len(needed)
            for ref in needed:
                shifted = (ref[0], ref[1] - 1)
                known = ref if ref in producers else shifted
                waiting.setdefault(known, []).append(place)
            continue
        yield todo[place]
        for other in waiting.pop((name, call), ()):
            missing[other] -= 1
            if not missing[other]:
                del missing[other]
                ready.append(other)
    if missing:
        name = todo[min(missing)][0]
        why = f"its layer {cleaned(str(name))!r} waits for what no layer puts out"
        raise ConfigError(why, "Check that the file was saved by Keras")
