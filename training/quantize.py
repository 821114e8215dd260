#!/usr/bin/env python3
"""Quantise a trained network in the compiler's integer arithmetic, fine-tune it so, and write QDQ ONNX.

    quantize.py --spec SPEC.json --weights runs/NAME/checkpoint.pt --data CIFAR_DIR --steps 600 --out ../models/NAME.qdq.onnx

--steps 0 calibrates only. With --hold-out it prints top-1 of the float network, after calibration and after
fine-tuning; without, that of the finished network on the test images.
"""

import argparse
import math
import os
import sys
import time

import onnx
import torch
from torch.nn import functional

from blnet_training.augment import add_augmentation, augmented
from blnet_training.checkpoint import read_weights
from blnet_training.command import at_least, run
from blnet_training.data import add_data, dataset_of, held_out, measured_images, normalise
from blnet_training.integer import IntegerNetwork, calibrate
from blnet_training.network import build_network
from blnet_training.qdq import qdq_model
from blnet_training.spec import load_spec
from blnet_training.steps import folded_weights, run_float, steps_of
from blnet_training.targets import add_options, targets_of
from blnet_training.trainer import note, top1
from export import metadata_of
from train import keep_freed_memory


def parse(arguments):
    cli = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    cli.add_argument("--spec", required=True, help="network spec, a JSON file")
    cli.add_argument("--weights", required=True, help="checkpoint.pt or float ONNX file")
    cli.add_argument("--raw", action="store_true", help="the raw weights of the checkpoint in place of the averaged ones")
    add_data(cli)
    cli.add_argument("--out", required=True, help="the ONNX file to write")
    cli.add_argument("--log", help="write the printed lines here too")
    cli.add_argument("--calibration-images", type=at_least(1), default=500, help="training images that set the ranges (%(default)s)")
    cli.add_argument("--percentile", type=float, default=99.99, help="of values covered by a range (%(default)s)")
    cli.add_argument("--steps", type=at_least(0), default=600, help="of fine-tuning (%(default)s)")
    cli.add_argument("--batch", type=at_least(1), default=64, help="images per step (%(default)s)")
    cli.add_argument("--lr", type=float, default=2e-4, help="of Adam at the start; half a cosine to 0 (%(default)s)")
    add_augmentation(cli)
    add_options(cli, smoothing=0.0)
    cli.add_argument("--seed", type=at_least(0), default=1, help="of order and augmentation (%(default)s)")
    cli.add_argument("--measured-images", type=at_least(0), default=0, help="measure on the first N only, for trials (0: all)")
    return cli.parse_args(arguments)


def fine_tune(network, images, targets, options, log):
    """Adam on folded weights and biases through the exact integer forward pass."""
    generator = torch.Generator().manual_seed(options.seed)
    optimiser = torch.optim.Adam(network.parameters(), lr=options.lr)
    started, total, order = time.monotonic(), 0.0, torch.empty(0, dtype=torch.long)
    for step in range(options.steps):
        if len(order) < options.batch:
            order = torch.randperm(len(images), generator=generator)
        chosen, order = order[: options.batch], order[options.batch :]
        optimiser.param_groups[0]["lr"] = options.lr * 0.5 * (1 + math.cos(math.pi * step / options.steps))
        loss = functional.cross_entropy(network(augmented(images[chosen], generator, options)), targets[chosen])
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        optimiser.step()
        total += loss.item()
        if (step + 1) % 100 == 0 or step + 1 == options.steps:
            count = (step % 100) + 1
            note(log, f"step {step + 1} loss {total / count:.4f} seconds {time.monotonic() - started:.1f}")
            total = 0.0


def main(options):
    torch.set_num_threads(1)
    spec = load_spec(options.spec)
    steps = steps_of(spec)
    weights = folded_weights(read_weights(options.weights, build_network(spec), options.raw), steps)
    dataset = dataset_of(spec.classes)
    images, labels = dataset.training(options.data)
    kept = ~held_out(len(images), options.hold_out)
    images, targets = images[kept], targets_of(labels, spec.classes, options)[kept]
    name, *test = measured_images(dataset, options)
    measured = (name, *(part[: options.measured_images or None] for part in test))
    some = torch.randperm(len(images), generator=torch.Generator().manual_seed(options.seed))[: options.calibration_images]
    formats = calibrate(steps, weights, normalise(images[some], spec.input), spec.input, options.percentile)
    network = IntegerNetwork(steps, weights, formats)
    with open(options.log or os.devnull, "w", encoding="utf-8") as log:
        report(network, spec, weights, (images, targets), measured, options, log)


def report(network, spec, weights, training, measured, options, log):
    """Measure, fine-tune, measure again, write the model."""
    note(log, f"# {spec.name}: calibration_images={options.calibration_images} percentile={options.percentile} steps={options.steps}"
         f" batch={options.batch} lr={options.lr} reach={options.reach} edge={options.edge} cutout={options.cutout}"
         f" soft_weight={options.soft_weight if options.soft_labels else 0} seed={options.seed} hold_out={options.hold_out} torch={torch.__version__}")
    name, *test = measured

    def look(what, network, last):
        if last or options.hold_out:
            note(log, f"{what} {name} top-1 {top1(network, *test):.4f} of {len(test[0])}")

    look("float", lambda x: run_float(network.steps, weights, normalise(x, spec.input)), False)
    look("calibrated integer", network, options.steps == 0)
    if options.steps:
        fine_tune(network, *training, options, log)
        look("fine-tuned integer", network, True)
    onnx.save(qdq_model(network, spec, metadata_of(spec)), f"{options.out}.tmp")
    os.replace(f"{options.out}.tmp", options.out)
    note(log, f"wrote {os.path.basename(options.out)}")


if __name__ == "__main__":
    keep_freed_memory()
    run(main, parse(sys.argv[1:]))
