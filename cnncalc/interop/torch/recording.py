"""Following a run of a PyTorch module, call by call. It needs PyTorch.

The module runs under a function mode, which sees what the author wrote:
``F.conv2d(x, w, padding="same")`` arrives once, and not as the operations that it
becomes. A stack of the modules that run tells whose call it was.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import fields, is_dataclass
from importlib import import_module
from inspect import signature
from opcode import opname
from sys import _getframe
from typing import Any

from cnncalc.interop.torch.trace import Called, Ref

__all__ = ["Recording", "tensors_in"]

# Questions about a tensor, which compute nothing.
_QUESTIONS = {
    *("size", "dim", "ndimension", "numel", "nelement", "stride", "storage_offset"),
    *("__get__", "__set__", "__len__", "__bool__", "__contains__", "__format__"),
    *("__repr__", "__hash__", "element_size", "get_device", "data_ptr", "type"),
    *("requires_grad_", "has_names", "_assert", "tolist", "item", "__index__"),
    *("__int__", "__float__", "has_torch_function", "untyped_storage", "record_stream"),
    *("__deepcopy__", "share_memory_", "register_hook", "backward", "broadcast_shapes"),
}
# Attributes of a tensor that are tensors.
_ATTRIBUTES = {"T", "mT", "H", "mH", "real", "imag", "data"}
_NORMS = {"batch_norm", "layer_norm"}
_ALIKE = {"dropout", "gelu", "silu", "softmax"}  # unless an argument says otherwise
_PAIRS = {"add", "mul", "sub"}  # of two tensors that are laid out alike
_OPERATORS = {"matmul", "add", "mul"}
_METHODS = {"relu", "sigmoid", "softmax", "tanh"}
_FUNCTIONAL = "torch.nn.functional"
_ATOMS = {bool, int, float, complex, str, type(None), type(Ellipsis)}


class Recording:
    """The calls of a module while it runs.

    Args:
        module: The module.
        device: The device on which it runs; tensors from elsewhere are moved there.

    Attributes:
        calls: The calls of functions, in order.
        flops: What the formulas of PyTorch's flop counter say of the operations that
            these become.
    """

    def __init__(self, module: Any, device: str) -> None:
        torch: Any = import_module("torch")
        flop_registry = import_module("torch.utils.flop_counter").flop_registry
        self.calls: list[Called] = []
        self.flops = 0
        self._formulas = flop_registry
        known = signature(flop_registry[torch.ops.aten.mm], follow_wrapped=False)
        # As formulas call what an operation puts out, from version 2.3 on and before.
        self._result = "out_val" if "out_val" in known.parameters else "out"
        self._like = torch.empty_like
        self._addmm = torch.ops.aten.addmm.default
        self._tensor = torch.Tensor
        self._device = device
        self._kept: list[Any] = []  # a tensor's id is its own while it lives
        self._refs: dict[int, Ref] = {}
        self._paths: dict[Any, list[str]] = {}
        for name, part in module.named_modules(remove_duplicate=False):
            self._paths.setdefault(part, []).append(name)
        self._stack: list[tuple[str, int]] = []
        self._visits = 0
        for name, x in module.named_buffers():
            self._new(x, "buffer", name)
        for name, x in module.named_parameters():  # tied ones: the first name
            self._new(x, "weight", name)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Follow which module runs, and what is called, until the end of this."""
        every = import_module("torch.nn.modules.module")
        hooks = [
            every.register_module_forward_pre_hook(self._entered),
            every.register_module_forward_hook(self._left, always_call=True),
        ]
        operations = import_module("torch.utils._python_dispatch").TorchDispatchMode
        functions = import_module("torch.overrides").TorchFunctionMode
        try:
            with (
                _mode(operations, "__torch_dispatch__", self._operated),
                _mode(functions, "__torch_function__", self._called),
            ):
                yield
        finally:
            for hook in hooks:
                hook.remove()

    def _entered(self, part: Any, _: Any) -> None:
        self._visits += 1
        outer = self._stack[-1][0] if self._stack else ""
        paths = self._paths.get(part, [outer])
        # A module that is in several others has the path in that which calls it.
        within = [path for path in paths if path.startswith(f"{outer}.")]
        self._stack.append(((within or paths)[0], self._visits))

    def _left(self, *_: Any) -> None:
        self._stack.pop()

    def ref(self, x: Any) -> Ref:
        """Return what a tensor is in the trace."""
        known = self._refs.get(id(x))
        return self._new(x, "constant") if known is None else known

    def _new(self, x: Any, sort: str, name: str = "") -> Ref:
        self._kept.append(x)
        dtype = str(x.dtype).rpartition(".")[2]
        ref = Ref(len(self._kept), tuple(x.shape), dtype, sort, name)
        self._refs[id(x)] = ref
        return ref

    def _plain(self, given: Any, refs: list[Ref]) -> Any:
        """Return an argument in plain data, and add its tensors to a list."""
        if type(given) in _ATOMS:
            return given
        if isinstance(given, self._tensor):
            refs.append(self.ref(given))
            return refs[-1]
        if isinstance(given, (list, tuple)):
            several = [self._plain(each, refs) for each in given]
            return several if isinstance(given, list) else tuple(several)
        if isinstance(given, dict):
            return {name: self._plain(each, refs) for name, each in given.items()}
        if isinstance(given, slice):
            ends = (given.start, given.stop, given.step)
            return slice(*[self._plain(each, refs) for each in ends])
        return str(given)

    def _moved(self, given: Any) -> Any:
        """Return an argument with its tensors on the device of this run."""
        if isinstance(given, self._tensor):
            return given if given.device.type == self._device else self._here(given)
        if type(given) in {list, tuple}:
            return type(given)(map(self._moved, given))
        return given

    def _here(self, x: Any) -> Any:
        """Return a tensor that was made elsewhere, on the device of this run."""
        moved = x.to(self._device)
        self._refs[id(moved)] = self.ref(x)
        self._kept.append(moved)
        return moved

    def _operated(self, function: Any, args: Sequence[Any], kwargs: Any) -> Any:
        """Run an operation, and add up what PyTorch's formula says of it."""
        if function is self._addmm and self._device == "meta" and not kwargs:
            result = _multiplied(function, *args)
        else:
            result = function(*args, **kwargs)
        formula = self._formulas.get(function._overloadpacket)
        if formula is not None:
            self.flops += formula(*args, **kwargs, **{self._result: result})
        return result

    def _keeps_shape(
        self, name: str, refs: Sequence[Ref], args: Sequence[Any], kwargs: Any
    ) -> bool:
        """Tell whether a call puts out what has its input's shape, and need not run.

        On the meta device a batch norm takes as long as forty convolutions.
        """
        if self._device != "meta" or name not in _NORMS | _ALIKE | _PAIRS:
            return False
        if name in _PAIRS:
            if kwargs or not len(refs) == len(args) == 2:  # noqa: PLR2004
                return False
            return len({(x.shape, x.dtype, x.stride()) for x in args}) == 1
        x, *weights = refs
        if name in _ALIKE:
            said = (*args[1:], *kwargs.values())
            return all(each is not True and type(each) in _ATOMS for each in said)
        along = x.shape[1:2] if name == "batch_norm" else x.shape
        return all(along[-len(ref.shape) :] == ref.shape for ref in weights)

    def _called(self, function: Any, args: Sequence[Any], kwargs: Any) -> Any:
        name = _name_of(function)
        if name in _QUESTIONS or name.startswith("is_"):
            owner = getattr(getattr(function, "__self__", None), "__name__", "")
            if name != "__get__" or owner not in _ATTRIBUTES:
                return function(*args, **kwargs)
            name = owner
        refs: list[Ref] = []
        name, written = _written(function, name, tuple(args))
        given, named = self._plain(written, refs), self._plain(kwargs, refs)
        args = tuple(map(self._moved, args))
        kwargs = {key: self._moved(each) for key, each in kwargs.items()}
        if self._keeps_shape(name, refs, args, kwargs):
            result = self._like(args[0])
        else:
            result = function(*args, **kwargs)
        found = [args[0]] if name == "__setitem__" else tensors_in(result)
        if found:
            module, visit = self._stack[-1] if self._stack else ("", 0)
            several = isinstance(result, (tuple, list))
            outputs = [self._new(x, "value") for x in found]
            operator = name in _OPERATORS and _is_operator(_getframe(2))
            home = getattr(function, "__module__", None)
            method = name in _METHODS and home != _FUNCTIONAL
            what = (name, given, named, outputs, several, refs, operator or method)
            self.calls.append(Called(module, visit, *what))
        return result


def _multiplied(addmm: Any, bias: Any, x: Any, weight: Any) -> Any:
    """Return what a linear layer's product puts out on the meta device.

    There PyTorch takes the bias apart in Python, which is most of a transformer's time.
    """
    if bias.shape == weight.shape[1:] and bias.dtype == x.dtype:
        return x.mm(weight)
    return addmm(bias, x, weight)


def _name_of(function: Any) -> str:
    """Return a function's name; of another library's than PyTorch with that."""
    function = getattr(function, "_overloadpacket", function)  # of torch.export
    library, _, name = getattr(function, "_qualified_op_name", "").rpartition("::")
    if name:
        return name if library == "aten" else f"{library}.{name}"
    return getattr(function, "__name__", "") or str(function)


def _written(
    function: Any, name: str, args: tuple[Any, ...]
) -> tuple[str, tuple[Any, ...]]:
    """Return name and arguments as an author writes a call that torch.export wrote."""
    if hasattr(function, "_overloadpacket"):
        if name == "batch_norm":
            x, weight, bias, mean, variance, *others = args
            return name, (x, mean, variance, weight, bias, *others)
        if name == "slice":
            x, axis, *ends = args
            before = (slice(None),) * (axis % x.dim())
            return "__getitem__", (x, (*before, slice(*ends)))
        if name == "index":
            x, keys = args
            every = [slice(None) if key is None else key for key in keys]
            return "__getitem__", (x, tuple(every))
    return name, args


def _is_operator(frame: Any) -> bool:
    """Tell whether a line of the author's is at an operator, `x @ y`, and no call.

    PyTorch hands both on as the same method, and tools see calls alone.
    """
    word: str = opname[frame.f_code.co_code[frame.f_lasti]]
    return word.startswith("BINARY")


def _mode(base: Any, method: str, called: Any) -> Any:
    """Return a mode of PyTorch's that hands each call on."""

    def handed(
        _: Any, function: Any, __: Any, args: Any = (), kwargs: Any = None
    ) -> Any:
        return called(function, args, kwargs or {})

    return type("Mode", (base,), {method: handed})()


def tensors_in(value: Any) -> list[Any]:
    """Return the tensors in what a function or module returned, in order."""
    torch: Any = import_module("torch")
    if isinstance(value, torch.Tensor):
        return [value]
    if isinstance(value, Mapping):
        value = list(value.values())
    elif is_dataclass(value):
        value = [getattr(value, field.name) for field in fields(value)]
    if isinstance(value, (list, tuple)):
        return [x for each in value for x in tensors_in(each)]
    return []
