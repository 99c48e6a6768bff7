"""Networks that were saved, read back."""

from __future__ import annotations

from collections.abc import Iterable

from cnncalc.errors import CnncalcError
from cnncalc.layers.base import Layer
from cnncalc.network.graph import Graph, show
from cnncalc.saving.from_json import opened, read

__all__ = ["from_json"]


def from_json(text: str, *, kinds: Iterable[type[Layer]] = ()) -> Graph:
    """Return the network that a text holds, as ``net.to_json()`` wrote it.

    Any text is safe to read: no code runs but that of the layers, and time and memory
    are in proportion to its length. At most 100,000,000 characters are read, 1,000,000
    nodes, 10,000 groups within one another and numbers of 300 digits
    (`cnncalc.saving.limits`).

    Args:
        text: The text; a file's is ``Path("net.json").read_text("utf-8")``.
        kinds: The classes of layers of your own to accept, by their names.

    Returns:
        A graph equal to the network that was saved.

    Raises:
        ConfigError: If the text holds no network, or is too large.
        ShapeError: If a layer cannot take what reaches it; the message says which.
        GraphError: If the nodes are put together in a way that cannot be.

    Source:
        RFC 8259 for JSON; names within an object must differ, and numbers be finite.

    Example:
        >>> from cnncalc import from_json, zoo
        >>> net = zoo.lenet()
        >>> from_json(net.to_json()) == net
        True
    """
    document = opened(text)
    try:
        return Graph(*read(document, kinds))
    except CnncalcError as error:
        show(error, document["name"])
        raise
