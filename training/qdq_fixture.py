#!/usr/bin/env python3
"""Write the small QDQ model and its integer logits that the compiler's tests hold themselves against.

    qdq_fixture.py ../test/frontend/onnx/golden/small.qdq

Writes PREFIX.onnx, and PREFIX.json with images and, per tensor, the integers that IntegerNetwork computes.
"""

import json
import sys

import onnx
import torch

from blnet_training.data import normalise
from blnet_training.integer import IntegerNetwork, calibrate
from blnet_training.network import build_network
from blnet_training.qdq import qdq_model
from blnet_training.spec import spec_from
from blnet_training.steps import folded_weights, steps_of
from export import metadata_of

DOCUMENT = {
    "name": "small", "input": {"channels": 3, "height": 16, "width": 16, "mean": 128, "std": 64}, "classes": 10,
    "stages": [
        {"type": "conv", "name": "stem", "out": 7, "kernel": 3, "stride": 2},
        {"type": "block", "name": "a", "expand": 0, "out": 7, "stride": 1},
        {"type": "block", "name": "b", "expand": 9, "out": 7, "stride": 1, "residual": False},
        {"type": "bigLittle", "name": "m",
         "big": [{"expand": 5, "out": 11, "stride": 2}, {"expand": 13, "out": 11, "stride": 1}],
         "little": [{"expand": 0, "out": 11, "stride": 1}]},
        {"type": "conv", "name": "head", "out": 12, "kernel": 1, "stride": 1},
        {"type": "classifier", "name": "classifier"},
    ],
}


@torch.no_grad()
def small_integer_network(seed=5, images=2):
    """(spec, IntegerNetwork, uint8 images): seeded weights, scales and statistics away from their first values."""
    torch.manual_seed(seed)
    spec = spec_from(DOCUMENT)
    network = build_network(spec)
    for name, tensor in list(network.named_parameters()) + list(network.named_buffers()):
        if name.endswith(("norm.weight", "running_var")):
            tensor.uniform_(0.5, 2.0)
        elif name.endswith(("norm.bias", "running_mean", "linear.weight", "linear.bias")):
            tensor.uniform_(-1.0, 1.0)
    steps = steps_of(spec)
    weights = folded_weights(network.eval(), steps)
    pixels = torch.randint(0, 256, (64, 3, 16, 16), dtype=torch.uint8)
    formats = calibrate(steps, weights, normalise(pixels, spec.input), spec.input)
    return spec, IntegerNetwork(steps, weights, formats), pixels[:images]


@torch.no_grad()
def integers(network, pixels):
    """{step: list per image of q, channel-major} of every tensor that is quantised."""
    seen = {}
    network(pixels, lambda name, t: seen.__setitem__(name, (t + network.formats[name].zero_point).int().flatten(1).tolist()))
    return seen


def main(prefix):
    spec, network, pixels = small_integer_network()
    onnx.save(qdq_model(network, spec, metadata_of(spec)), f"{prefix}.onnx")
    with open(f"{prefix}.json", "w", encoding="utf-8") as file:
        lines = [f'"images": {json.dumps(pixels.flatten(1).tolist())}']
        lines += [f"{json.dumps(name)}: {json.dumps(values)}" for name, values in integers(network, pixels).items()]
        file.write("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main(sys.argv[1])
