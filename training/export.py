#!/usr/bin/env python3
"""Write a checkpoint as a float ONNX file (opset 13).

    export.py --spec ../models/specs/NAME.json --checkpoint runs/NAME/checkpoint.pt --out ../models/NAME.onnx

Tensor `input`: float (batch, channels, height, width), (pixel - mean) / std.
Tensor `logits`: float (batch, classes). Batch norm stays a node of its own
unless --fold-batch-norm is given.
"""

import argparse
import inspect
import io
import os
import sys

import onnx
import torch

from blnet_training.checkpoint import load_weights
from blnet_training.command import run
from blnet_training.data import dataset_of
from blnet_training.network import build_network
from blnet_training.onnx_names import rename_graph
from blnet_training.spec import load_spec


def parse(arguments):
    cli = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    cli.add_argument("--spec", required=True, help="network spec, a JSON file")
    cli.add_argument("--checkpoint", required=True, help="checkpoint.pt of train.py")
    cli.add_argument("--out", required=True, help="the ONNX file to write")
    cli.add_argument("--raw", action="store_true", help="the raw weights in place of the averaged ones")
    cli.add_argument("--fold-batch-norm", action="store_true", help="fold batch norm into the convolutions")
    return cli.parse_args(arguments)


def metadata_of(spec):
    """The metadata_props a reader of the file needs; numbers as short decimals."""
    return {
        "blnet.input.mean": f"{spec.input.mean:g}",
        "blnet.input.std": f"{spec.input.std:g}",
        "blnet.classes": ",".join(dataset_of(spec.classes).classes),
        "blnet.spec": spec.name,
    }


def onnx_of(network, spec, fold=False):
    """The onnx.ModelProto of a network in eval mode, checked."""
    mode = torch.onnx.TrainingMode
    buffer = io.BytesIO()
    example = torch.zeros(1, spec.input.channels, spec.input.height, spec.input.width)
    # torch 2.5 and newer has a second exporter, which names and fuses in its own way
    legacy = {"dynamo": False} if "dynamo" in inspect.signature(torch.onnx.export).parameters else {}
    torch.onnx.export(
        network.eval(),
        example,
        buffer,
        opset_version=13,
        input_names=["input"],
        output_names=["logits"],
        dynamic_axes={"input": {0: "batch"}, "logits": {0: "batch"}},
        training=mode.EVAL if fold else mode.PRESERVE,
        do_constant_folding=fold,
        **legacy,
    )
    model = onnx.load_from_string(buffer.getvalue())
    model.graph.name = spec.name
    rename_graph(model.graph)
    onnx.helper.set_model_props(model, metadata_of(spec))
    model = onnx.shape_inference.infer_shapes(model, check_type=True, strict_mode=True)
    del model.graph.value_info[:]
    onnx.checker.check_model(model, full_check=True)
    return model


def main(options):
    spec = load_spec(options.spec)
    network, state = load_weights(options.checkpoint, build_network(spec), options.raw)
    model = onnx_of(network, spec, options.fold_batch_norm)
    onnx.save(model, f"{options.out}.tmp")
    os.replace(f"{options.out}.tmp", options.out)
    print(f"{options.out}: epoch {state['epoch']}, {os.path.getsize(options.out)} bytes, {len(model.graph.node)} nodes")


if __name__ == "__main__":
    run(main, parse(sys.argv[1:]))
