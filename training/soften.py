#!/usr/bin/env python3
"""Soft labels of the training images: what several trained networks answer to several views of each.

    soften.py --network SPEC.json WEIGHTS --wide runs/wide/wide.pt --data CIFAR_DIR --out runs/soft.npz

train.py --soft-labels takes the file. With --hold-out it prints the mean answer's top-1 on the held-out images, which
the teachers must not have been trained on: their quality. The test images are not looked at.
"""

import argparse
import os
import sys
import time

import torch

from blnet_training.checkpoint import read_weights
from blnet_training.command import at_least, run
from blnet_training.data import add_data, dataset_of, held_out
from blnet_training.network import build_network
from blnet_training.spec import load_spec
from blnet_training.targets import classes_in, counted_soft_labels, folded_network, mean_soft_labels, soft_labels, write_soft_labels
from blnet_training.wide import PRECISIONS, load_wide


def parse(arguments):
    cli = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    cli.add_argument("--network", nargs=2, action="append", default=[], metavar=("SPEC", "WEIGHTS"),
                     help="a spec and its weights, ONNX file or checkpoint; may be given several times")
    cli.add_argument("--wide", action="append", default=[], metavar="WEIGHTS", help="a network of train_wide.py; may be given several times")
    add_data(cli)
    cli.add_argument("--out", required=True, help="the .npz file to write")
    cli.add_argument("--with", dest="earlier", action="append", default=[], metavar="FILE",
                     help="soft labels made before, to be averaged with these, every network alike; may be given several times")
    cli.add_argument("--temperature", type=float, default=1.0, help="divides the logits; above 1 answers are softer (%(default)s)")
    cli.add_argument("--views", type=int, choices=(1, 2, 4, 6), default=6, help="of each image: it, its mirror image, both moved (%(default)s)")
    cli.add_argument("--precision", choices=PRECISIONS, default="float32", help="of the wide networks' activations and products (%(default)s)")
    cli.add_argument("--images", type=at_least(0), default=0, help="only the first N training images, for trials (0: all)")
    cli.add_argument("--threads", type=at_least(1), default=1, help="torch threads (%(default)s)")
    return cli.parse_args(arguments)


def networks_of(options):
    """(functions from images to logits, number of classes, which is None where there are none)."""
    specs = [load_spec(spec) for spec, _ in options.network]
    wide = [load_wide(path, PRECISIONS[options.precision]) for path in options.wide]
    if not specs and not wide and not options.earlier:
        raise ValueError("no network is given: name one with --network or --wide, or earlier answers with --with")
    if any(spec.input != specs[0].input for spec in specs) or len({n.classes for n in [*specs, *wide]}) > 1:
        raise ValueError("the networks differ in their input or their classes")
    if not specs and not wide:
        return [], None
    narrow = [folded_network(read_weights(weights, build_network(spec)), spec) for spec, (_, weights) in zip(specs, options.network)]
    return narrow + wide, [*specs, *wide][0].classes


def of_split(networks, images, options, batch=100):
    """soft_labels of many images, with progress on stderr."""
    found, started = [], time.monotonic()
    for part in images.split(batch):
        found.append(soft_labels(networks, part, options.temperature, options.views))
        done = sum(map(len, found))
        print(f"\r{done} of {len(images)} images, {time.monotonic() - started:.0f} s", end="", file=sys.stderr)
    print(file=sys.stderr)
    return torch.cat(found)


def main(options):
    torch.set_num_threads(options.threads)
    networks, classes = networks_of(options)
    dataset = dataset_of(classes or classes_in(options.earlier[0]))
    images, labels = dataset.training(options.data)
    mask = held_out(len(images), options.hold_out)
    images, labels, mask = (part[: options.images or None] for part in (images, labels, mask))
    parts = [counted_soft_labels(path, labels) for path in options.earlier]
    if networks:
        parts.append((of_split(networks, images, options), len(networks)))
    if len({part.shape for part, _ in parts}) > 1:
        raise ValueError(f"soft labels of shapes {', '.join(str(tuple(part.shape)) for part, _ in parts)} cannot be averaged")
    soft, count = mean_soft_labels(parts)
    right, chance = (soft.argmax(1) == labels).float(), soft[torch.arange(len(labels)), labels]
    for name, chosen in (("held-out", mask), ("training", ~mask)):
        if chosen.any():
            print(f"{name} images: top-1 {right[chosen].mean():.4f}, mean probability of the label {chance[chosen].mean():.4f}", flush=True)
    os.makedirs(os.path.dirname(options.out) or ".", exist_ok=True)
    write_soft_labels(options.out, soft, labels, count)


if __name__ == "__main__":
    run(main, parse(sys.argv[1:]))
