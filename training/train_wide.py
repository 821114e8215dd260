#!/usr/bin/env python3
"""Train a wide network on CIFAR-10 to learn from: some four minutes an epoch on two CPU cores.

    train_wide.py --data CIFAR_DIR --out runs/wide --threads 2

Leaves wide.pt, which soften.py takes, and a log in the folder.
"""

import argparse
import os
import sys
import time

import torch
from torch.nn import functional

from blnet_training.checkpoint import read_state, write_state
from blnet_training.command import at_least, run
from blnet_training.data import TEST_FILES, TRAIN_FILES, load_split
from blnet_training.state import load_state
from blnet_training.trainer import note, top1
from blnet_training.wide import LOOK_EVERY, WIDTHS, LookAhead, WideNetwork, look_decay, make_optimiser, moved, set_rate
from train import keep_freed_memory


def parse(arguments):
    cli = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    cli.add_argument("--data", required=True, help="folder of the CIFAR-10 binary version")
    cli.add_argument("--out", required=True, help="folder for wide.pt and train.log")
    cli.add_argument("--epochs", type=at_least(1), default=8, help="whole length of the training (%(default)s)")
    cli.add_argument("--batch", type=at_least(1), default=500, help="images per step (%(default)s)")
    cli.add_argument("--widths", type=at_least(1), nargs="+", default=list(WIDTHS), help="channels of the three groups of layers (%(default)s)")
    cli.add_argument("--label-smoothing", type=float, default=0.1, help="0..1 (%(default)s)")
    cli.add_argument("--bias-epochs", type=at_least(0), default=3, help="epochs in which the fixed first layer's biases learn (%(default)s)")
    cli.add_argument("--seed", type=at_least(0), default=1, help="of initialisation, order and augmentation (%(default)s)")
    cli.add_argument("--threads", type=at_least(1), default=1, help="torch threads (%(default)s)")
    cli.add_argument("--train-images", type=at_least(0), default=0, help="use only the first N, for trials (0: all)")
    cli.add_argument("--resume", action="store_true", help="go on from OUT/wide.pt")
    return cli.parse_args(arguments)


class State:
    """Everything that changes during the training, and its file."""

    def __init__(self, options, images):
        self.network = WideNetwork(widths=options.widths).to(memory_format=torch.channels_last)
        self.network.whiten(images[:5000])
        self.optimiser = make_optimiser(self.network, options.batch)
        self.look = LookAhead(self.network)
        self.generator = torch.Generator().manual_seed(options.seed)
        self.mirrored = torch.randint(0, 2, (len(images),), generator=self.generator).bool()
        self.epoch = 0  # epochs finished

    def save(self, path):
        write_state(path, {
            "network": self.network.state_dict(), "opt": self.optimiser.state_dict(), "slow": self.look.slow,
            "gen": self.generator.get_state(), "flip": self.mirrored, "epoch": self.epoch})

    def restore(self, path):
        state = read_state(path, "network", "opt", "slow", "gen", "flip", "epoch")
        load_state(path, self.network, state["network"])
        self.optimiser.load_state_dict(state["opt"])
        self.generator.set_state(state["gen"])
        self.look.slow, self.mirrored, self.epoch = state["slow"], state["flip"], state["epoch"]


def train_epoch(state, images, labels, options):
    """(mean loss an image, top-1 on what was trained on). An image is mirrored every other epoch."""
    network, total, right = state.network.train(), 0.0, 0
    network.first.bias.requires_grad = state.epoch < options.bias_epochs
    steps = max(1, len(images) // options.batch)
    order = torch.randperm(len(images), generator=state.generator)[: steps * options.batch]
    for step, chosen in enumerate(order.split(options.batch)):
        mirror = (state.mirrored[chosen] ^ bool(state.epoch & 1)).view(-1, 1, 1, 1)
        batch = moved(torch.where(mirror, images[chosen].flip(3), images[chosen]), state.generator)
        done = state.epoch * steps + step
        set_rate(state.optimiser, done / (steps * options.epochs))
        logits = network(batch)
        loss = functional.cross_entropy(logits, labels[chosen], label_smoothing=options.label_smoothing, reduction="sum")
        state.optimiser.zero_grad(set_to_none=True)
        loss.backward()
        state.optimiser.step()
        if (done + 1) % LOOK_EVERY == 0:
            state.look.update(network, look_decay((done + 1) / (steps * options.epochs)))
        total += loss.item()
        right += int((logits.argmax(1) == labels[chosen]).sum())
        if sys.stderr.isatty():
            print(f"\repoch {state.epoch + 1}, step {step + 1} of {steps} ", end="", file=sys.stderr)
    state.epoch += 1
    if state.epoch == options.epochs:
        state.look.update(network, 1.0)
    return total / len(order), right / len(order)


def train(options):
    torch.set_num_threads(options.threads)
    torch.set_flush_denormal(True)
    torch.manual_seed(options.seed)
    images, labels = (part[: options.train_images or None] for part in load_split(options.data, TRAIN_FILES))
    test = load_split(options.data, TEST_FILES)
    state, path = State(options, images), os.path.join(options.out, "wide.pt")
    os.makedirs(options.out, exist_ok=True)
    if options.resume:
        state.restore(path)
    settings = {k: v for k, v in vars(options).items() if k not in ("data", "out", "resume")}
    with open(os.path.join(options.out, "train.log"), "a" if options.resume else "w", encoding="utf-8") as log:
        note(log, f"# from epoch {state.epoch + 1}: " + " ".join(f"{k}={v}" for k, v in sorted(settings.items())) + f" torch={torch.__version__}")
        while state.epoch < options.epochs:
            started = time.monotonic()
            loss, trained = train_epoch(state, images, labels, options)
            state.save(path)
            note(log, f"epoch {state.epoch} loss {loss:.4f} train {trained:.4f} seconds {time.monotonic() - started:.1f} test {top1(state.network.eval(), *test):.4f}")


if __name__ == "__main__":
    keep_freed_memory()
    run(train, parse(sys.argv[1:]))
