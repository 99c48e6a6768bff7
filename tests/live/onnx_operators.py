"""ONNX' own tests of each operator: the shapes of what they put out.

``python tests/live/onnx_operators.py`` takes the tests that the ``onnx`` package has of
each operator (of 1.23: 1,884), and reads the file of each. Inputs of which only the
shape is known at run time stay inputs; whole numbers, as axes and sizes are, become
tensors of the file. It prints what is another shape than the test's, what is not known
by operator and reason, and how many are right.

``--write tests/data/onnx/operators.json.gz`` keeps the list of the standard's operators
to opset 26: of each version how many inputs it has at least and at most, which
attributes, and of which type those are that must be there.
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx.backend.test.case.node import collect_testcases

sys.path.insert(0, str(Path(__file__).parents[1]))  # onnx_files.py

from onnx_files import traced

from cnncalc import CnncalcError

_FEW = 64  # numbers of an input that may be sizes
_SIZES = ("scales", "constant_value", "min", "max", "delta", "limit")


def cases() -> Iterator[tuple[str, bytes, dict[str, Any]]]:
    """Yield the name of each test, its file, and the shapes of its outputs."""
    for case in collect_testcases(None):
        if case.model is None:
            continue
        inputs, outputs = case.data_sets[0]
        made = onnx.ModelProto()
        made.CopyFrom(case.model)
        names = [each.name for each in made.graph.input]
        for name, array in zip(names, inputs, strict=False):
            whole = isinstance(array, np.ndarray) and array.dtype.kind in "iub"
            if name in _SIZES or (whole and array.size <= _FEW and name != names[0]):
                tensor = onnx.numpy_helper.from_array(np.asarray(array), name)
                made.graph.initializer.append(tensor)
        ends = [each.name for each in made.graph.output]
        shapes = [getattr(array, "shape", None) for array in outputs]
        yield case.name, made.SerializeToString(), dict(zip(ends, shapes, strict=False))


def verdict(data: bytes, shapes: dict[str, Any]) -> str:
    """Return what came of a file: "right", or what did not."""
    try:
        net, values = traced(data)
    except CnncalcError as error:
        return f"refused: {error.why}"
    found = {name: getattr(values.get(name), "shape", None) for name in shapes}
    if all(shapes[name] in {None, found[name]} for name in shapes):
        return "right"
    if net.unknown.reasons:
        return f"unknown: {next(iter(net.unknown.reasons.values()))}"
    return f"{found} are {shapes}"


def changelog() -> dict[str, dict[int, Any]]:
    """Return the versions of each operator, as ONNX' own changelog has them."""
    found: dict[str, dict[int, Any]] = {}
    for schema in onnx.defs.get_all_schemas_with_history():
        if schema.domain or schema.since_version > _LAST:
            continue
        sorts = schema.attributes.items()
        must = {name: each.type.name for name, each in sorts if each.required}
        told: Any = [schema.min_input, schema.max_input, [name for name, _ in sorts]]
        told = None if schema.deprecated else [*told, must]
        found.setdefault(schema.name, {})[schema.since_version] = told
    return {name: dict(sorted(each.items())) for name, each in sorted(found.items())}


_LAST = 26  # opset


def main() -> None:
    """Read them all, and report."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", type=Path, help="keep the list of operators here")
    kept = parser.parse_args().write
    if kept:
        text = json.dumps(changelog(), separators=(",", ":"))
        kept.write_bytes(gzip.compress(text.encode(), mtime=0))
        return
    said: Counter[str] = Counter()
    number = 0
    for name, data, shapes in cases():
        number += 1
        what = verdict(data, shapes)
        said[what[:100]] += 1
        if what.startswith("{"):
            print(f"{name}: {what}")
    for what, count in said.most_common():
        print(f"{count:5,}  {what}")
    print(f"{said['right']:,} of {number:,} are right")


if __name__ == "__main__":
    main()
