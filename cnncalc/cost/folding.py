"""Rows of groups that are folded: each is one row, with the sums of its rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, cast

from cnncalc.cost.rows import Row
from cnncalc.cost.totals import Costs
from cnncalc.layers.base import Layer
from cnncalc.sizes.unknown import stated

__all__ = ["folded"]


def folded(rows: Sequence[Row], depth: int) -> list[Row]:
    """Return the rows, but for each group that is deeper than *depth* only one.

    Its numbers are the sums of its rows', its inputs those from outside. Rows behind
    it are connected to the group, whose rows are not to be seen.
    """
    result: list[Row] = []
    groups: dict[str, str] = {}  # for each row that is hidden, the path of its group
    for scope, run in groupby(rows, lambda row: row.scope[:depth]):
        whole = list(run)
        if len(scope) == depth:
            result.append(_fold(scope, whole, groups))
            groups |= dict.fromkeys((row.path for row in whole), "/".join(scope))
        else:
            result += [_linked(row, groups) for row in whole]
    return result


def _linked(row: Row, groups: Mapping[str, str]) -> Row:
    """Return a row that is connected to groups where their rows are hidden."""
    inputs = tuple([groups.get(path, path) for path in row.inputs])
    return row if inputs == row.inputs else row._replace(inputs=inputs)


def _fold(scope: tuple[str, ...], rows: list[Row], groups: Mapping[str, str]) -> Row:
    paths = {row.path for row in rows}
    inputs = dict.fromkeys(
        (groups.get(path, path), shape)
        for row in rows
        for path, shape in zip(row.inputs, row.shapes, strict=True)
        if path not in paths
    )
    shapes = tuple(shape for _, shape in inputs)

    def summed(column: str) -> Any:
        values = [getattr(row, column) for row in rows]
        return None if None in values else sum(values)

    return Row(
        name=scope[-1],
        scope=scope[:-1],
        inputs=tuple(path for path, _ in inputs),
        kind="Group",
        layer=cast("Layer", None),  # nothing that is asked of a group asks for it
        input=stated(shapes[0] if len(shapes) == 1 else shapes),
        output=rows[-1].output,
        kernel=None,
        stride=None,
        padding=None,
        formula=None,
        receptive_field=rows[-1].receptive_field,
        effective_stride=rows[-1].effective_stride,
        effective_padding=rows[-1].effective_padding,
        aligned=rows[-1].aligned,
        period=rows[-1].period,
        members=tuple(rows),
        **{column: summed(column) for column in Costs._fields},
    )
