#!/usr/bin/env python3
"""Compare pruning methods at equal MACs: top-1 right after pruning and after a short fine-tuning, as a Markdown table.

Of the fine-tuning's seeds the mean and the standard deviation of one seed are given. Measured on held-out images.

    compare.py --spec ../models/specs/DENSE.json --weights checkpoints/SPARSE.pt --data CIFAR_DIR --max-macs 9900000 5000000
"""

import argparse
import os
import statistics
import sys
import tempfile

import torch

import prune
import train
from blnet_training.checkpoint import read_weights, save_weights
from blnet_training.command import at_least, run
from blnet_training.data import add_data, dataset_of, measured_images
from blnet_training.network import build_network
from blnet_training.rebuild import rebuild
from blnet_training.select_channels import METHODS
from blnet_training.spec import load_spec, save_spec
from blnet_training.trainer import accuracy, note


def parse(arguments):
    cli = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    cli.add_argument("--spec", required=True, help="spec of the trained network")
    cli.add_argument("--weights", required=True, help="its checkpoint or ONNX file, after sparse training")
    add_data(cli, hold_out=5000)
    cli.add_argument("--max-macs", type=at_least(1), nargs="+", required=True, help="limits to compare at")
    cli.add_argument("--methods", nargs="+", choices=sorted(METHODS), default=list(METHODS), help="(all)")
    cli.add_argument("--images", type=at_least(1), default=6400, help="training images of the fine-tuning (%(default)s)")
    cli.add_argument("--epochs", type=at_least(1), default=2, help="of the fine-tuning (%(default)s)")
    cli.add_argument("--lr", type=float, default=0.05, help="its peak learning rate (%(default)s)")
    cli.add_argument("--seeds", type=at_least(0), nargs="+", default=[1], help="of its order and augmentation (%(default)s)")
    cli.add_argument("--log", help="write the table here too")
    return cli.parse_args(arguments)


def fine_tuned(spec, network, folder, measured, seed, options):
    """Top-1 after the short fine-tuning, with the raw weights: the schedule ends at 0."""
    spec_path, start, out = (os.path.join(folder, name) for name in ("spec.json", "start.pt", "run"))
    save_spec(spec_path, spec)
    save_weights(start, network)
    train.train(train.parse([
        "--spec", spec_path, "--init", start, "--out", out, "--data", options.data, "--epochs", str(options.epochs),
        "--lr", str(options.lr), "--train-images", str(options.images), "--label-smoothing", "0", "--warmup", "0.25",
        "--weight-decay", "2e-4", "--test-every", "0", "--device", "cpu",
        "--hold-out", str(options.hold_out), "--seed", str(seed)]))
    return accuracy(read_weights(os.path.join(out, "checkpoint.pt"), build_network(spec), raw=True), spec, *measured)


def spread(values):
    """Mean, and the standard deviation of one value where there are several."""
    mean = statistics.mean(values)
    return f"{mean:.4f}" if len(values) == 1 else f"{mean:.4f} ± {statistics.stdev(values):.4f}"


def main(options):
    torch.set_num_threads(1)
    spec = load_spec(options.spec)
    name, *measured = measured_images(dataset_of(spec.classes), options)
    with open(options.log or os.devnull, "w", encoding="utf-8") as log:
        network = read_weights(options.weights, build_network(spec))
        note(log, f"Top-1 of {len(measured[0])} {name} images; before pruning {accuracy(network, spec, *measured):.4f}. Fine-tuned for"
             f" {options.epochs} epochs over {options.images} images, seeds {', '.join(map(str, options.seeds))}.\n")
        note(log, "| Method | Parameters | MACs | Top-1 pruned | Top-1 fine-tuned |")
        note(log, "| ------ | ---------: | ---: | -----------: | ---------------: |")
        for limit in options.max_macs:
            for method in options.methods:
                arguments = prune.parse(["--spec", options.spec, "--method", method, "--max-macs", str(limit), "--out-spec", "-"])
                _, plan = prune.plan_for(network, spec, arguments)
                small_spec, small = rebuild(network, plan, method)
                parameters, macs = prune.totals(small_spec)
                before = accuracy(small, small_spec, *measured)
                with tempfile.TemporaryDirectory() as folder:
                    after = [fine_tuned(small_spec, small, folder, measured, seed, options) for seed in options.seeds]
                note(log, f"| {method} | {parameters:,} | {macs:,} | {before:.4f} | {spread(after)} |")


if __name__ == "__main__":
    train.keep_freed_memory()
    run(main, parse(sys.argv[1:]))
