"""Scratch: what kernels need while they run, and give back.

Source:
    TensorFlow Lite Micro's kernels; CMSIS-NN's ``*_get_buffer_size`` functions, with
    which `tests/live/cmsis.py` compares.
"""

from __future__ import annotations

from math import prod

from cnncalc.checks import for_message
from cnncalc.errors import OptionError
from cnncalc.memory.program import Operator, Program, Window2d
from cnncalc.sizes.number import ceil_div

__all__ = ["CORES", "KERNELS", "requests", "scratch_of"]

KERNELS = ("reference", "cmsis-nn")
CORES = ("c", "dsp", "mve")

_INT = 4  # bytes of a sum, and of a number of an axis
_BLOCK = 124  # channels that Helium takes at once of a depthwise convolution


def requests(
    program: Program, kernels: str = "reference", core: str = "c"
) -> list[tuple[int, int]]:
    """Return the bytes that operators ask for, each with its step, counted from 1.

    Args:
        program: What the runtime executes.
        kernels: Whose: "reference" are TFLM's own, "cmsis-nn" Arm's.
        core: For what these are built: "c" is any, "dsp" a Cortex-M4, M7 or M33, and
            "mve" one with Helium: M52, M55, M85.

    Raises:
        OptionError: If there are no such kernels, or no such core.
    """
    for what, given, known in (("kernels", kernels, KERNELS), ("core", core, CORES)):
        if given not in known:
            why = f"{what} is {for_message(given)}"
            raise OptionError(why, f"Use one of {', '.join(known)}")
    whole = program.dtype == "int8"
    found = []
    for step, op in enumerate(program.operators, 1):
        sizes = _reference(op, whole)
        if kernels == "cmsis-nn" and whole:
            sizes = [*sizes, scratch_of(op, core)]
        found += [(step, size) for size in sizes if size]
    return found


def _reference(op: Operator, whole: bool) -> list[int]:
    """Return what the kernels ask for that CMSIS-NN leaves to TFLM, and others have.

    Args:
        op: The operator.
        whole: Whether its numbers are whole.
    """
    axes = _INT * (len(op.input) + 1)  # of the batch, too
    if op.name in {"MEAN", "SUM"}:
        sums = [_INT * prod(op.output)] if whole else []
        return [*sums, axes, _INT * max(len(op.input) - 1, 1)]
    if op.name in {"REDUCE_MAX", "REDUCE_MIN"}:
        return [axes, _INT * max(len(op.input) - 1, 1)]
    if op.name == "MIRROR_PAD":
        return [axes, axes]
    if op.name == "TRANSPOSE_CONV" and whole:
        return [_INT * prod(op.output)]
    return []


def scratch_of(op: Operator, core: str) -> int:
    """Return the bytes of scratch of an int8 kernel of CMSIS-NN.

    Args:
        op: The operator.
        core: As of `requests`.
    """
    if op.name == "FULLY_CONNECTED":
        return _INT * op.output[-1] if core == "mve" else 0
    if op.name == "AVERAGE_POOL_2D":
        return _INT * op.input[-1] if core == "dsp" else 0
    if op.name == "CONV_2D" and op.window:
        return _conv(op, op.window, core)
    if op.name == "DEPTHWISE_CONV_2D" and op.window:
        return _depthwise(op, op.window, core)
    return 0


def _conv(op: Operator, window: Window2d, core: str) -> int:
    """Return the bytes of scratch of an int8 convolution of CMSIS-NN.

    Args:
        op: It, or a depthwise convolution of one channel that is run as one.
        window: Its window.
        core: As of `requests`.

    Source:
        `arm_convolve_wrapper_s8_get_buffer_size`, ``_dsp`` and ``_mve``.
    """
    (kernel_h, kernel_w), seen = window.kernel, op.input[-1]
    if window.kernel == window.dilation == (1, 1) and not any(window.padding):
        return 0
    taps = seen * kernel_h * kernel_w
    if core != "mve":
        return 4 * ceil_div(taps, 4) * 4
    one_row = op.input[-3] == kernel_h == window.dilation[1] == 1
    if one_row and window.stride[1] * seen % 4 == 0:
        found = _one_row(op, window)
        if found is not None:
            return found
    return 4 * ceil_div(taps, 16) * 16


def _one_row(op: Operator, window: Window2d) -> int | None:
    """Return what Helium needs of a convolution along a row; None if it takes others.

    Source:
        `arm_convolve_1_x_n_s8_get_buffer_size_mve`.
    """
    kernel, seen = window.kernel[1], op.input[-1]
    stride, before, out = window.stride[1], window.padding[1], op.output[-2]
    total = (out - 1) * stride + kernel - op.input[-2]
    # As C has it, the rest of a negative number is negative.
    odd = total % 2 if total >= 0 else -(-total % 2)
    right = max(1, (before + odd + stride - 1) // stride) if before + odd else 0
    left = max(1, (before + stride - 1) // stride) if before else 0
    # What the padding behind its input takes is never more than what that before does.
    return None if left + right > out else (kernel + before) * seen


def _depthwise(op: Operator, window: Window2d, core: str) -> int:
    """Return the bytes of scratch of an int8 depthwise convolution of CMSIS-NN.

    Args:
        op: It.
        window: Its window.
        core: As of `requests`.

    Source:
        `arm_depthwise_conv_wrapper_s8_get_buffer_size`, ``_dsp`` and ``_mve``.
    """
    taps, seen = prod(window.kernel), op.input[-1]
    plain = op.filters == 1 and window.dilation == (1, 1)
    if core == "mve":
        size = _INT * _BLOCK * taps if plain else 0
        if seen == 1 and op.output[-1] > 1:
            size = max(size, _conv(op, window, core) + taps * op.output[-1])
        return size
    fast = window.kernel == (3, 3) and max(window.padding) <= 1
    return 2 * seen * taps if plain and core == "dsp" and not fast else 0
