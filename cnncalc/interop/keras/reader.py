"""Keras models, layer by layer: chains, graphs, and models within models."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from cnncalc.errors import CnncalcError, ConfigError
from cnncalc.interop.keras.calls import (
    FIX,
    MODELS,
    CallNode,
    ValueRef,
    as_dict,
    calls_in_order,
    layer_name,
    nodes_of,
    times_of,
)
from cnncalc.interop.keras.layer import KerasCall
from cnncalc.interop.names import Path, cleaned
from cnncalc.interop.reading import UNFIT, Reading, Unread
from cnncalc.interop.registry import TABLES, USERS, reason_of
from cnncalc.interop.values import Dims, Value

__all__ = ["Models", "Spot"]

_MOST_CALLS = 20_000  # of layers, which models within models may become
_DEEPEST = 50

# Where Keras' own layers and operations come from; one of another module is not known,
# whatever it is called.
_OWN = ("keras", "tf_keras", "tensorflow.keras", "tensorflow.python.keras", "builtins")

# What reaches a layer by these names decides what counts, and changes no number here.
_MASKS = {"mask", "attention_mask", "query_mask", "value_mask", "key_mask", "training"}


class Spot(NamedTuple):
    """The place where a layer is read.

    Attributes:
        groups: The names of the models and layers around it, outermost first.
        lead: How many axes are before its own: the batch, and those of TimeDistributed.
        shared: Whether what is around it is called several times, with one set of
            weights.
    """

    groups: tuple[str, ...] = ()
    lead: int = 1
    shared: bool = False

    def within(self, name: str, shared: bool = False, more: int = 0) -> Spot:
        """Return a place in a group of this, behind as many axes more."""
        return Spot((*self.groups, name), self.lead + more, self.shared or shared)


class Models:
    """The models of a configuration while they are read.

    Args:
        r: The network in the making.
        shape_of: What gives an input its shape, of its name and what is stated.
    """

    def __init__(self, r: Reading, shape_of: Callable[[str, Any], Dims]) -> None:
        self.r, self._shape_of = r, shape_of
        self._seen: set[str] = set()

    def first(self, path: str) -> bool:
        """Tell whether a weight or state is met for the first time."""
        new = path not in self._seen
        self._seen.add(path)
        return new

    def read(self, model: Mapping[str, Any]) -> list[Value]:
        """Return what a model puts out of inputs of its own.

        Raises:
            ConfigError: If its configuration does not say how its layers are joined, or
                they are too many.
        """
        if _calls_in(model) > _MOST_CALLS:
            why = f"its models become more than {_MOST_CALLS:,} layers"
            raise ConfigError(why, FIX)
        outputs = self.run(model)
        if all(x.here is None for x in outputs):
            raise ConfigError("it puts nothing out", FIX)
        return outputs

    def run(
        self,
        model: Mapping[str, Any],
        xs: Sequence[Value] | None = None,
        place: Spot = Spot(),  # noqa: B008 - which does not change
    ) -> list[Value]:
        """Return what a model puts out of what reaches it; None makes inputs.

        Raises:
            ConfigError: If its configuration does not say how its layers are joined.
        """
        inner = model.get("config")
        if model.get("class_name") == "Sequential":
            return self._chain(inner, xs, place)
        if isinstance(inner, dict) and "output_layers" in inner:
            return self._graph(inner, xs, place)
        why = f"{_kind(model)} does not say how its layers are joined"
        fix = "A subclass of Model has no graph: export it to ONNX, and read that"
        raise ConfigError(why, fix)

    def _chain(
        self, inner: Any, xs: Sequence[Value] | None, place: Spot
    ) -> list[Value]:
        layers = _layers(
            inner if isinstance(inner, list) else as_dict(inner).get("layers")
        )
        current = list(xs or ())
        for layer in layers:
            config = as_dict(layer.get("config"))
            if not current:
                built = as_dict(inner).get("build_input_shape")
                current = [
                    self._input(layer_name(layer), _stated(config) or built, config)
                ]
            if layer.get("class_name") != "InputLayer":
                node = CallNode(layer, 0, [], {}, [], {}, {})
                current = self.apply(node, current, {}, place)
        return current

    def _graph(
        self, inner: Mapping[str, Any], xs: Sequence[Value] | None, place: Spot
    ) -> list[Value]:
        layers = _layers(inner.get("layers"))
        nodes, outputs = nodes_of(layers, inner.get("output_layers"))
        by_name = {layer_name(layer): layer for layer in layers}
        values: dict[ValueRef, Value] = {}
        _, entries = nodes_of((), inner.get("input_layers"))
        for number, (name, _, _) in enumerate(entries):
            config = as_dict(as_dict(by_name.get(name)).get("config"))
            given = xs[number : number + 1] if xs is not None else ()
            values[name, 0, 0] = (
                given[0] if given else self._input(name, _stated(config), config)
            )
        stated = {ref: shape for node in nodes for ref, shape in node.stated.items()}
        for node in calls_in_order(nodes, {ref[:2] for ref in values}):
            named = {name: self._taken(values, ref) for name, ref in node.named.items()}
            masks = {ref for name, ref in node.named.items() if name in _MASKS}
            reach = [self._taken(values, ref) for ref in node.refs if ref not in masks]
            hint = stated.get((*node.key, 0))
            found = self.apply(node, reach, named, place, hint)
            values.update({(*node.key, n): value for n, value in enumerate(found)})
        return [self._taken(values, ref) for ref in outputs]

    def _taken(self, values: dict[ValueRef, Value], ref: ValueRef) -> Value:
        """Return what a call puts out; what else than is known here, is unknown.

        Raises:
            ConfigError: If there is no such call.
        """
        name, call, place = ref
        if ref not in values:
            if (name, call, 0) not in values:
                why = f"its layer {cleaned(name)!r} has no call {call}"
                raise ConfigError(why, FIX)
            why = f"its output {place} is not known here"
            values[ref] = self.r.unknown(cleaned(name), [values[name, call, 0]], why)
        return values[ref]

    def _input(self, name: str, shape: Any, config: Mapping[str, Any]) -> Value:
        sizes = self._shape_of(name, shape)
        order = list(range(min(1, len(sizes) - 1), len(sizes)))
        x = self.r.input(sizes, order, cleaned(name) or None)
        dtype = config.get("dtype")
        return x.but(dtype=dtype if isinstance(dtype, str) else "float32")

    def apply(
        self,
        node: CallNode,
        xs: list[Value],
        named: dict[str, Value],
        place: Spot,
        hint: Any = None,
    ) -> list[Value]:
        """Return what a call of a layer puts out.

        Args:
            node: The call.
            xs: The values that it is given.
            named: Those of them that are given by name.
            place: Where it stands.
            hint: The shape that is stated of what it puts out, if one is.
        """
        layer, kind = node.layer, _kind(node.layer)
        name = cleaned(layer_name(layer)) or None
        several = times_of(layer) > 1
        if kind in MODELS and not USERS["keras"].intersection({kind}):
            return self.run(layer, xs, place.within(name or kind, several))
        call = KerasCall(self, node, xs, named, place)
        if several or place.shared:
            self.r.uses[call.path] = 2
        with self.r.at(Path(place.groups, name)):
            return self._computed(call, hint)

    def _computed(self, call: KerasCall, hint: Any) -> list[Value]:
        try:
            found = _rule(call)(call)
            if isinstance(found, Value):
                return [found]
            # A layer or block is what a user's operator returns.
            return found if isinstance(found, list) else [call.put(found)]
        except (Unread, CnncalcError, *UNFIT) as error:
            why = reason_of(error, "keras", call.kind, "its configuration is damaged")
        shape = None
        if hint and call.xs and call.xs[0].shape:
            shape = (call.xs[0].shape[0], *hint[1:])
        return [self.r.unknown(call.kind, call.xs, why, shape, channels_first=False)]


def _rule(call: KerasCall) -> Any:
    """Return what knows a layer: a user, or the table, if it is Keras' own."""
    rule = TABLES["keras"].get(call.kind)
    layer = call.node.layer
    registered, module = str(layer.get("registered_name")), layer.get("module")
    own = str(module or "keras").startswith(_OWN) and ">" not in registered
    if rule is None or not (own or call.kind in USERS["keras"]):
        raise Unread("it is no layer that is known here")
    if call.config.get("lora_rank") and call.kind not in USERS["keras"]:
        raise Unread("its weights of low rank (LoRA) are not known here")
    return rule


def _kind(layer: Mapping[str, Any]) -> str:
    return cleaned(str(layer.get("class_name") or "")) or "layer"


def _calls_in(layer: Mapping[str, Any], depth: int = 0) -> int:
    """Return how many calls a layer becomes, with all that are within it.

    Raises:
        ConfigError: If models nest too deeply.
    """
    if depth > _DEEPEST:
        raise ConfigError(f"its models nest more than {_DEEPEST} deep", FIX)
    config = layer.get("config")
    config = {"layers": config} if isinstance(config, list) else as_dict(config)
    within = [*_layers(config.get("layers")), *_layers([config.get("layer")])]
    count = sum(_calls_in(each, depth + 1) for each in within)
    return max(times_of(layer), 1) * (count + 1)


def _layers(value: Any) -> list[dict[str, Any]]:
    found = value if isinstance(value, list) else ()
    return [layer for layer in found if isinstance(layer, dict)]


def _stated(config: Mapping[str, Any]) -> Any:
    """Return the shape that an input states, as Keras 3 or 2 calls it."""
    return config.get("batch_shape") or config.get("batch_input_shape")
