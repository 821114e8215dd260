"""Runs TFLite models in TFLite Micro, for tests: jobs as JSON on stdin, tensors as float64 in files.

A job is {"model": PATH, "input": PATH, "images": N, "tensors": [INDEX ...], "output": PATH}. The input file holds N
images in the model's own type; the output file gets, image by image, the named tensors one after the other.
"""

import json
import sys

import numpy as np
from tflite_micro.python.tflite_micro import runtime


def run(job):
    keep_all = runtime.InterpreterConfig.kPreserveAllTensors
    interpreter = runtime.Interpreter.from_file(
        job["model"], arena_size=1 << 24, intrepreter_config=keep_all
    )
    detail = interpreter.get_input_details(0)
    images = np.fromfile(job["input"], dtype=detail["dtype"])
    images = images.reshape([job["images"], *detail["shape"]])
    with open(job["output"], "wb") as out:
        for image in images:
            interpreter.set_input(image, 0)
            interpreter.invoke()
            for t in job["tensors"]:
                values = interpreter.GetTensor(t, 0)["tensor_data"]
                out.write(np.ascontiguousarray(values, dtype="<f8").tobytes())


for request in json.load(sys.stdin):
    run(request)
