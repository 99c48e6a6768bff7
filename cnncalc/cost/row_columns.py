"""The columns that a row prints, and what rows of other tools call things."""

from __future__ import annotations

from operator import attrgetter
from typing import TYPE_CHECKING, Any

from cnncalc.answers.table import Column, columns
from cnncalc.cost.receptive_field import in_cell
from cnncalc.door import Elsewhere, refused
from cnncalc.sizes.unknown import shown

__all__ = ["ROW_COLUMNS", "RowElsewhere", "line_of"]

ROW_COLUMNS = (
    *columns("text", path="layer", kind="kind"),
    *columns("shape", input="input", output="output"),
    *columns("pair", kernel="kernel", stride="stride", padding="padding"),
    Column("formula", "formula", "formula"),
    *columns(
        "count",
        params="parameters",
        trainable="trainable",
        buffers="buffers",
        connections="connections",
        macs="MACs",
        flops="FLOPs",
        activation_size="activation size",
    ),
    Column("receptive_fields", "receptive field", "field"),
    *columns(
        "pair",
        effective_stride="effective stride",
        effective_padding="effective padding",
    ),
)
_LAYER = "row.layer.bias, for what a layer is made of"
_values = attrgetter(*[column.key for column in ROW_COLUMNS])


def line_of(row: Any) -> tuple[Any, ...]:
    """Return of a row what each of these has."""
    path, kind, *ends, fields, stride, padding = _values(row)
    known = (*map(shown, ends[:2]), *ends[2:])
    return path, kind, *known, in_cell(fields), stride, padding


class RowElsewhere:
    """The base of rows, without what other tools' rows have."""

    __slots__ = ()

    if not TYPE_CHECKING:  # which tells of wrong names itself
        keys = items = values = refused("a row is a tuple", "row._asdict()")
        get = to_dict = asdict = as_dict = Elsewhere("row._asdict()")
        num_params = count_params = n_params = Elsewhere("row.params")
        numel = parameters = Elsewhere("row.params")
        output_shape = output_size = Elsewhere("row.output")
        input_shape = input_size = Elsewhere("row.input")
        weight = weights = Elsewhere("row.params, or row.layer.filters_of(row.input)")
        total_params = param_count = Elsewhere("row.params")
        trainable_params = trainable_weights = Elsewhere("row.trainable")
        shape = out_shape = outputs = Elsewhere("row.output")
        in_shape = inputs_shape = Elsewhere("row.input")
        kernel_size = ksize = filter_size = window = Elsewhere("row.kernel")
        strides = Elsewhere("row.stride")
        pad = pads = Elsewhere("row.padding")
        dilation = dilation_rate = groups = bias = Elsewhere(_LAYER)
        filters = out_channels = out_features = units = Elsewhere("row.output.channels")
        channels = Elsewhere("row.output.channels")
        in_channels = in_features = Elsewhere("row.input.channels")
        mac = macc = mult_adds = madds = Elsewhere("row.macs")
        gmacs, mmacs = Elsewhere("row.macs / 1e9"), Elsewhere("row.macs / 1e6")
        flop = num_flops = total_flops = Elsewhere("row.flops")
        gflops, mflops = Elsewhere("row.flops / 1e9"), Elsewhere("row.flops / 1e6")
        activations = activation = size = Elsewhere("row.activation_size")
        rf = field = Elsewhere("row.receptive_fields")
        type = layer_type = op = class_name = Elsewhere("row.kind")
        module = Elsewhere("row.layer")
        summary = Elsewhere("print(row)")
