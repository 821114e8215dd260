#!/usr/bin/env python3
"""Synthesise sample images from a trained network, two per class.

    samples.py --spec ../models/specs/NAME.json --checkpoint runs/NAME/checkpoint.pt --out ../models/samples/class-prototypes.bin

The datasets' images are not redistributed here, so the demo shows what the network
itself takes for a class. The output is in the official binary layout,
see blnet_training/data.py; how the images come about, blnet_training/prototypes.py.
"""

import argparse
import os
import sys

import torch

from blnet_training.checkpoint import load_weights
from blnet_training.command import at_least, run
from blnet_training.data import dataset_of, normalise
from blnet_training.network import build_network
from blnet_training.prototypes import margins, synthesise
from blnet_training.spec import load_spec


def parse(arguments):
    cli = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    cli.add_argument("--spec", required=True, help="network spec, a JSON file")
    cli.add_argument("--checkpoint", required=True, help="checkpoint.pt of train.py")
    cli.add_argument("--out", required=True, help="the binary file to write")
    cli.add_argument("--per-class", type=at_least(1), default=2, help="images per class (%(default)s)")
    cli.add_argument("--steps", type=at_least(0), default=250, help="of Adam (%(default)s)")
    cli.add_argument("--margin", type=float, default=5.0, help="target logit margin over the runner-up (%(default)s)")
    cli.add_argument("--smoothness", type=float, default=22.0, help="weight of the total variation (%(default)s)")
    cli.add_argument("--dullness", type=float, default=6.0, help="weight of the contrast (%(default)s)")
    cli.add_argument("--seed", type=at_least(0), default=1, help="of the noise and shifts (%(default)s)")
    return cli.parse_args(arguments)


def main(options):
    torch.set_num_threads(1)
    spec = load_spec(options.spec)
    dataset = dataset_of(spec.classes)
    network, state = load_weights(options.checkpoint, build_network(spec))
    labels = torch.arange(spec.classes).repeat_interleave(options.per_class)
    images = synthesise(network, spec, labels, options)
    with torch.no_grad():
        logits = network(normalise(images, spec.input))
    os.makedirs(os.path.dirname(options.out) or ".", exist_ok=True)
    dataset.write(options.out, images, labels)
    print(f"{options.out}: {len(images)} records, network of epoch {state['epoch']}")
    shares = logits.softmax(1).gather(1, labels[:, None])[:, 0]
    for label, margin, share in zip(labels.tolist(), margins(logits, labels).tolist(), shares.tolist()):
        print(f"{dataset.classes[label]:11} margin {margin:6.2f} softmax {share:.3f}")


if __name__ == "__main__":
    run(main, parse(sys.argv[1:]))
