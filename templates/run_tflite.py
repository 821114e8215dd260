"""Runs a TFLite model for `blnet accuracy` in the runtime that this Python has: TFLite Micro, LiteRT or TensorFlow.

Usage: run_tflite.py MODEL. It says on one line of JSON what it is and what the model's ends are. Then it takes frames on
standard input, in the type of the model's input, and answers each with all outputs as float64, one after the other.
"""

import importlib.metadata
import json
import sys

import numpy as np


def end(detail):
    """Type, scale and zero point of an end; no scale for reals."""
    scales, zeros = (detail["quantization_parameters"][key] for key in ("scales", "zero_points"))
    size = int(np.prod(detail["shape"]))
    kind = np.dtype(detail["dtype"]).name
    return dict(type=kind, size=size, scale=float(scales[0]) if len(scales) else 0.0, zeroPoint=int(zeros[0]) if len(zeros) else 0)


class Micro:
    name, package = "TFLite Micro", "tflite-micro"

    def __init__(self, path):
        from tflite_micro.python.tflite_micro import runtime

        self.interpreter = runtime.Interpreter.from_file(path, arena_size=1 << 26)
        self.details = [self.interpreter.get_input_details(0)]
        self.outputs = []
        while True:
            try:
                self.outputs.append(self.interpreter.get_output_details(len(self.outputs)))
            except Exception:
                break

    def run(self, frame):
        self.interpreter.set_input(frame, 0)
        self.interpreter.invoke()
        return [self.interpreter.get_output(i) for i in range(len(self.outputs))]


class Lite:
    def __init__(self, name, package, interpreter, path):
        self.name, self.package = name, package
        self.interpreter = interpreter(model_path=path, num_threads=1)
        self.interpreter.allocate_tensors()
        self.details, self.outputs = self.interpreter.get_input_details(), self.interpreter.get_output_details()

    def run(self, frame):
        self.interpreter.set_tensor(self.details[0]["index"], frame)
        self.interpreter.invoke()
        return [self.interpreter.get_tensor(o["index"]) for o in self.outputs]


def runtime_of(path):
    try:
        return Micro(path)
    except ImportError:
        pass
    try:
        from ai_edge_litert.interpreter import Interpreter

        return Lite("LiteRT", "ai-edge-litert", Interpreter, path)
    except ImportError:
        pass
    try:
        from tflite_runtime.interpreter import Interpreter

        return Lite("TFLite", "tflite-runtime", Interpreter, path)
    except ImportError:
        import tensorflow

        return Lite("TensorFlow Lite", "tensorflow", tensorflow.lite.Interpreter, path)


def main(path):
    answers = sys.stdout.buffer
    # Runtimes print what they like.
    sys.stdout = sys.stderr
    model = runtime_of(path)
    (detail,) = model.details
    version = importlib.metadata.version(model.package)
    head = dict(name=model.name, version=version, input=end(detail), outputs=[end(o) for o in model.outputs])
    answers.write(json.dumps(head).encode() + b"\n")
    answers.flush()
    dtype = np.dtype(detail["dtype"])
    size = int(np.prod(detail["shape"])) * dtype.itemsize
    while len(data := sys.stdin.buffer.read(size)) == size:
        frame = np.frombuffer(data, dtype=dtype).reshape(detail["shape"])
        for values in model.run(frame):
            answers.write(np.ascontiguousarray(values, dtype="<f8").tobytes())
        answers.flush()


main(sys.argv[1])
