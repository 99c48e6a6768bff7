"""PyTorch modules as networks."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from cnncalc.checks import for_message
from cnncalc.door import guarded
from cnncalc.errors import ConfigError
from cnncalc.network.graph import Graph

__all__ = ["from_torch"]


@guarded
def from_torch(module: Any, input: Any = (3, 224, 224), device: str = "meta") -> Graph:
    """Return the network that a PyTorch module is, as it runs once for inference.

    A copy of the module without its weights runs on the meta device, where nothing is
    computed: the module itself stays as it is. What it calls becomes nodes, under the
    names of its modules; the result is checked against PyTorch's own count of FLOPs,
    and ``net.notes`` says if they differ.

    Args:
        module: The module, or a program of torch.export.
        input: The shape of its input as PyTorch has it, without the batch, (3, 224,
            224); of several a list of shapes, or a dict by the names of `forward`'s
            arguments; or tensors, with their batch. Where a shape of floating-point
            numbers does not do, integers are tried.
        device: "meta", or "cpu" for modules that look at numbers: these are zeros then.

    Raises:
        ConfigError: If PyTorch is not installed, that is no module, it does not run on
            such inputs, or it is one whose calls are hidden.

    Source:
        https://pytorch.org/docs/stable/torch.overrides.html

    Example:
        >>> import torchvision  # doctest: +SKIP
        >>> net = from_torch(torchvision.models.resnet18())  # doctest: +SKIP
        >>> net.params, net.macs  # doctest: +SKIP
        (11689512, 1814073344)
    """
    try:
        import_module("torch")
    except ImportError:
        why = "PyTorch is not installed here"
        raise ConfigError(why, "Install it, or export the model to ONNX") from None
    from cnncalc.interop.torch.reader import network_of
    from cnncalc.interop.torch.running import traced

    if device not in _DEVICES:
        why = f"device is {for_message(device)}"
        raise ConfigError(why, 'Say "meta" or "cpu": nothing is computed elsewhere')
    return network_of(traced(module, input, device))


_DEVICES = ("meta", "cpu")
