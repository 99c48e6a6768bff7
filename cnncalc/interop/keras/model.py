"""Keras models as networks."""

from __future__ import annotations

from typing import Any

from cnncalc.door import guarded
from cnncalc.interop.inputs import sized_one
from cnncalc.interop.keras import ops as ops  # noqa: PLC0414 - which fills the table
from cnncalc.interop.keras.calls import as_dict
from cnncalc.interop.keras.config import config_of, path_from
from cnncalc.interop.keras.reader import Models
from cnncalc.interop.names import cleaned
from cnncalc.interop.reading import Reading
from cnncalc.interop.source import Source
from cnncalc.network.graph import Graph

__all__ = ["from_keras"]


@guarded
def from_keras(source: Any, input: Any = None) -> Graph:
    """Return the network that a Keras model is, of version 3 or 2.

    Its configuration alone is read; nothing that it names is imported, and no code in
    it is run. Keras need not be there. What is not known becomes `Unknown`.

    Args:
        source: A live model; the text of its ``to_json()``, or the path of that; the
            path of a .keras file, or of an .h5 file if pyfive or h5py is there. A
            subclass of Model, whose layers code joins, has no graph: export it to ONNX.
        input: The shape of the input without its batch, where the model leaves sizes
            open, (224, 224, 3); of several a list, or a dict by name.

    Raises:
        ConfigError: If that is no such model, or a size is open.

    Source:
        https://keras.io/api/models/model_saving_apis/

    Example:
        >>> from cnncalc import from_keras
        >>> net = from_keras("model.keras")  # doctest: +SKIP
    """
    config = config_of(source)
    r = Reading()
    outputs = Models(r, sized_one(input)).read(config)
    name = cleaned(str(as_dict(config["config"]).get("name") or ""))
    net = r.graph(outputs, name or None, in_order=True)
    producer = f"Keras {cleaned(str(config.get('keras_version') or ''))}".strip()
    return net.read_from(Source("keras", path_from(source), producer, "", "", r.notes))
