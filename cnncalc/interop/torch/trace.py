"""One run of a PyTorch module: every call of PyTorch's functions, and whose it was.

The module runs on the meta device, where tensors have shapes and no numbers, under a
function mode. That sees what the author wrote: ``F.conv2d(x, w, padding="same")``
arrives once, and not as the operations that it becomes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

__all__ = ["Called", "Ref", "Trace", "traced"]

# Questions about a tensor, which compute nothing.
_QUESTIONS = {
    *("size", "dim", "ndimension", "numel", "nelement", "stride", "storage_offset"),
    *("__get__", "__set__", "__len__", "__bool__", "__contains__", "__format__"),
    *("__repr__", "__hash__", "element_size", "get_device", "data_ptr", "type"),
    *("requires_grad_", "has_names", "_assert", "tolist", "item", "__index__"),
    *("__int__", "__float__", "has_torch_function", "untyped_storage", "record_stream"),
    *("__deepcopy__", "share_memory_", "register_hook", "is_contiguous"),
}


class Ref(NamedTuple):
    """A tensor in the trace.

    Attributes:
        key: Its number; what is changed in place gets a new one.
        shape: Its sizes.
        dtype: The type of its numbers.
        sort: "value", "weight", "buffer", or "constant": one that nothing computed.
        name: Of a weight or buffer.
    """

    key: int
    shape: tuple[int, ...]
    dtype: str
    sort: str = "value"
    name: str = ""


class Called(NamedTuple):
    """A call of a function.

    Attributes:
        module: The path of the module in which it was called.
        visit: Which of the calls of modules that was.
        name: What the function is called.
        args: Its arguments, tensors as `Ref`.
        kwargs: Those by name.
        outputs: The tensors that it returned.
        several: Whether it returned a tuple or list.
    """

    module: str
    visit: int
    name: str
    args: Sequence[Any]
    kwargs: dict[str, Any]
    outputs: list[Ref]
    several: bool


class Trace(NamedTuple):
    """What a run showed.

    Attributes:
        calls: Its calls, in order.
        inputs: What entered.
        outputs: What came out.
        leaves: The paths of modules without children.
        flops: What PyTorch's own counter says.
    """

    calls: list[Called]
    inputs: list[Ref]
    outputs: list[Ref]
    leaves: set[str]
    flops: int | None


def traced(module: Any, inputs: Sequence[Any], device: str) -> Trace:
    """Return what a module calls on some inputs.

    Args:
        module: A copy of the module, which may be changed.
        inputs: Tensors on the device.
        device: "meta" or "cpu".
    """
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    record = _recorder()(module, device)
    counter = FlopCounterMode(display=False)
    entries = [record.ref(x) for x in inputs]
    with torch.no_grad(), record.watching(), torch.device(device), counter, record:
        output = module(*inputs)
    refs = [record.ref(x) for x in _tensors(output)]
    leaves = {name for name, part in module.named_modules() if not any(part.children())}
    return Trace(record.calls, entries, refs, leaves, counter.get_total_flops())


def _tensors(value: Any) -> list[Any]:
    import torch
    from torch.utils._pytree import tree_flatten

    return [x for x in tree_flatten(value)[0] if isinstance(x, torch.Tensor)]


def _recorder() -> Any:
    """Return the mode's class, which needs PyTorch to be made."""
    import torch
    from torch.nn.modules import module as hooks
    from torch.overrides import TorchFunctionMode
    from torch.utils._pytree import tree_map

    class Record(TorchFunctionMode):
        def __init__(self, module: Any, device: str) -> None:
            super().__init__()
            self.calls: list[Called] = []
            self._device = device
            self._kept: list[Any] = []  # a tensor's id is its own while it lives
            self._keys: dict[int, int] = {}
            self._named: dict[int, tuple[str, str]] = {}
            self._paths = {part: name for name, part in module.named_modules()}
            self._stack: list[tuple[str, int]] = []
            self._visits = 0
            for name, x in module.named_buffers():
                self._named[id(x)] = ("buffer", name)
            for name, x in module.named_parameters():  # tied ones: the first name
                self._named[id(x)] = ("weight", name)
            self._computed: set[int] = set()

        @contextmanager
        def watching(self) -> Iterator[None]:
            """Follow which module runs."""
            before = hooks.register_module_forward_pre_hook(self._entered)
            behind = hooks.register_module_forward_hook(self._left)
            try:
                yield
            finally:
                before.remove()
                behind.remove()

        def _entered(self, part: Any, _: Any) -> None:
            self._visits += 1
            outer = self._stack[-1][0] if self._stack else ""
            self._stack.append((self._paths.get(part, outer), self._visits))

        def _left(self, *_: Any) -> None:
            self._stack.pop()

        def ref(self, x: Any) -> Ref:
            known = self._named.get(id(x))
            key = self._keys.get(id(x))
            if key is None:
                key = self._new(x)
            dtype = str(x.dtype).rpartition(".")[2]
            if known is not None:
                return Ref(key, tuple(x.shape), dtype, *known)
            sort = "value" if key in self._computed else "constant"
            return Ref(key, tuple(x.shape), dtype, sort)

        def _new(self, x: Any) -> int:
            self._kept.append(x)
            self._keys[id(x)] = len(self._kept)
            return len(self._kept)

        def _put_out(self, x: Any) -> Ref:
            self._named.pop(id(x), None)
            key = self._new(x)
            self._computed.add(key)
            return Ref(key, tuple(x.shape), str(x.dtype).rpartition(".")[2])

        def _argument(self, x: Any) -> Any:
            return self.ref(x) if isinstance(x, torch.Tensor) else x

        def _moved(self, x: Any) -> Any:
            """Return a tensor that was made before, on the device of this run."""
            if isinstance(x, torch.Tensor) and x.device.type != self._device:
                return x.to(self._device)
            return x

        def __torch_function__(
            self, function: Any, types: Any, args: Any = (), kwargs: Any = None
        ) -> Any:
            kwargs = kwargs or {}
            name = getattr(function, "__name__", str(function))
            if name in _QUESTIONS or name.startswith("is_"):
                owner = getattr(getattr(function, "__self__", None), "__name__", "")
                if name != "__get__" or owner not in _ATTRIBUTES:
                    return function(*args, **kwargs)
                name = owner
            given = tree_map(self._argument, (args, kwargs))
            args, kwargs = tree_map(self._moved, (args, kwargs))
            result = function(*args, **kwargs)
            found = [args[0]] if name == "__setitem__" else _tensors(result)
            if found:
                module, visit = self._stack[-1] if self._stack else ("", 0)
                several = isinstance(result, (tuple, list))
                outputs = [self._put_out(x) for x in found]
                self.calls.append(Called(module, visit, name, *given, outputs, several))
            return result

    return Record


# Attributes of a tensor that are tensors.
_ATTRIBUTES = {"T", "mT", "H", "mH", "real", "imag", "data"}
