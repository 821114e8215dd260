"""ONNX's own node tests whose first input has four axes, as models of one input.

Writes NAME.onnx, whose other inputs are initializers, and cases.json: a list of {name, operator, input, outputs}, the
values of the input and of every output in the order of the file. Needs the Python package onnx (Debian: python3-onnx).

    python3 onnx_node_tests.py FOLDER
"""

import json
import os
import sys
import warnings

import numpy as np

warnings.filterwarnings("ignore")
# onnx 1.12 names types that numpy 1.24 no longer has.
for name, kind in (("float", float), ("int", int), ("bool", bool), ("object", object)):
    if name not in np.__dict__:
        setattr(np, name, kind)

from onnx import numpy_helper  # noqa: E402
from onnx.backend.test.case.node import collect_testcases  # noqa: E402


def main(folder):
    cases = {}
    for case in collect_testcases(""):
        inputs, outputs = case.data_sets[0] if case.data_sets else ([], [])
        if not inputs or not isinstance(inputs[0], np.ndarray) or inputs[0].ndim != 4:
            continue
        model = case.model
        names = [i.name for i in model.graph.input]
        for name, value in zip(names[1:], inputs[1:]):
            model.graph.initializer.append(numpy_helper.from_array(np.asarray(value), name))
        for value in list(model.graph.input)[1:]:
            model.graph.input.remove(value)
        with open(os.path.join(folder, case.name + ".onnx"), "wb") as file:
            file.write(model.SerializeToString())
        cases[case.name] = {
            "name": case.name,
            "operator": next(n.op_type for n in model.graph.node if n.op_type != "Constant"),
            "type": str(inputs[0].dtype),
            "input": inputs[0].astype(float).ravel().tolist(),
            "outputs": [np.asarray(o).astype(float).ravel().tolist() for o in outputs],
        }
    with open(os.path.join(folder, "cases.json"), "w") as file:
        json.dump(list(cases.values()), file)


if __name__ == "__main__":
    main(sys.argv[1])
