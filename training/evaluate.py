#!/usr/bin/env python3
"""Top-1 accuracy of a checkpoint on the 10,000 test images, the training images, or any records.

    evaluate.py --spec ../models/specs/NAME.json --checkpoint runs/NAME/checkpoint.pt --data CIFAR_DIR
    evaluate.py --spec ... --checkpoint ... --records FILE.bin --logits FILE.logits.json
"""

import argparse
import json
import os
import sys

import torch

from blnet_training.checkpoint import load_weights
from blnet_training.command import run
from blnet_training.data import add_data, dataset_of, measured_images
from blnet_training.network import build_network
from blnet_training.spec import load_spec
from blnet_training.trainer import to_network


def parse(arguments):
    cli = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    cli.add_argument("--spec", required=True, help="network spec, a JSON file")
    cli.add_argument("--checkpoint", required=True, help="checkpoint.pt of train.py")
    add_data(cli, required=False)
    cli.add_argument("--records", help="one file of records in that layout, in place of --data")
    cli.add_argument("--training-images", action="store_true", help="all training images of --data in place of the test images")
    cli.add_argument("--raw", action="store_true", help="the raw weights in place of the averaged ones")
    cli.add_argument("--logits", help="write the float logits here, a JSON list per image")
    return cli.parse_args(arguments)


def images_of(dataset, options):
    """(images, labels) that the options name."""
    if (options.data is None) == (options.records is None):
        raise ValueError("name either a folder with --data or a file with --records")
    if options.records:
        return dataset.read(options.records)
    return dataset.training(options.data) if options.training_images else measured_images(dataset, options)[1:]


@torch.no_grad()
def all_logits(network, spec, images, batch=250):
    """Logits (N, classes) of uint8 images (N, C, H, W)."""
    return torch.cat([network(to_network(part, spec)) for part in images.split(batch)])


def write_logits(path, logits):
    """One JSON list per line and image, six decimals."""
    lines = ",\n".join(json.dumps([round(v, 6) for v in row]) for row in logits.tolist())
    with open(f"{path}.tmp", "w", encoding="utf-8") as file:
        file.write(f"[\n{lines}\n]\n")
    os.replace(f"{path}.tmp", path)


def main(options):
    torch.set_num_threads(1)
    spec = load_spec(options.spec)
    network, state = load_weights(options.checkpoint, build_network(spec), options.raw)
    dataset = dataset_of(spec.classes)
    images, labels = images_of(dataset, options)
    logits = all_logits(network, spec, images)
    right = logits.argmax(1) == labels
    print(f"epoch {state['epoch']}, {'raw' if options.raw else 'averaged'} weights")
    print(f"top-1 {right.float().mean():.4f} ({int(right.sum())} of {len(labels)})")
    for index, name in enumerate(dataset.classes):
        print(f"{name:11} {int(right[labels == index].sum())} of {int((labels == index).sum())}")
    if options.logits:
        write_logits(options.logits, logits)


if __name__ == "__main__":
    run(main, parse(sys.argv[1:]))
