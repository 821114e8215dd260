#!/usr/bin/env python3
"""Train wide networks on CIFAR-10 or CIFAR-100 to learn from, one after the other, on a GPU where torch finds one.

    train_wide.py --data CIFAR_DIR --out runs/wide --threads 2 --precision bf16 --count 2

Leaves wide.pt, which soften.py takes, and a log in the folder; of several networks, in OUT/seedN for each.
With --resume it goes on where it was stopped, in whichever of them.
"""

import argparse
import os
import sys
import time
from functools import partial

import torch
from torch.nn import functional

from blnet_training.checkpoint import read_state, write_state
from blnet_training.command import at_least, run
from blnet_training.data import DATASETS, add_data, dataset_of, held_out, measured_images
from blnet_training.parts import Parts
from blnet_training.state import load_state
from blnet_training.trainer import note, top1
from blnet_training.wide import LOOK_EVERY, PRECISIONS, WIDTHS, LookAhead, WideNetwork, look_decay, make_optimiser, moved, set_rate
from train import choose_device, keep_freed_memory


def parse(arguments):
    cli = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    cli.add_argument("--classes", type=int, choices=[len(d.classes) for d in DATASETS], default=10, help="10: CIFAR-10, 100: CIFAR-100 (%(default)s)")
    add_data(cli)
    cli.add_argument("--out", required=True, help="folder for wide.pt and train.log")
    cli.add_argument("--epochs", type=at_least(1), default=8, help="whole length of the training (%(default)s)")
    cli.add_argument("--batch", type=at_least(1), default=500, help="images per step (%(default)s)")
    cli.add_argument("--widths", type=at_least(1), nargs="+", default=list(WIDTHS), help="channels of the three groups of layers (%(default)s)")
    cli.add_argument("--precision", choices=PRECISIONS, default="float32", help="of activations and products; weights are float32 (%(default)s)")
    cli.add_argument("--label-smoothing", type=float, default=0.1, help="0..1 (%(default)s)")
    cli.add_argument("--bias-epochs", type=at_least(0), default=3, help="epochs in which the fixed first layer's biases learn (%(default)s)")
    cli.add_argument("--seed", type=at_least(0), default=1, help="of initialisation, order and augmentation (%(default)s)")
    cli.add_argument("--count", type=at_least(0), default=0, help="so many networks, of --seed and the seeds after it, each in OUT/seedN (0: one, in OUT)")
    cli.add_argument("--device", default="auto", help="auto: a GPU where torch finds one, else the CPU (%(default)s)")
    cli.add_argument("--threads", type=at_least(1), default=1, help="CPU threads; each batch is cut into as many parts (%(default)s)")
    cli.add_argument("--train-images", type=at_least(0), default=0, help="use only the first N, for trials (0: all)")
    cli.add_argument("--resume", action="store_true", help="go on where there is a wide.pt")
    return cli.parse_args(arguments)


class State:
    """Everything that changes during the training, and its file."""

    def __init__(self, options, images):
        self.network = WideNetwork(options.classes, options.widths, precision=PRECISIONS[options.precision])
        self.network.whiten(images[:5000])
        self.network.to(choose_device(options.device), memory_format=torch.channels_last)
        self.parts = Parts(self.network, options.threads)
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
        for key, slow in self.look.slow.items():
            slow.copy_(state["slow"][key])
        self.mirrored, self.epoch = state["flip"], state["epoch"]


def train_epoch(state, images, labels, options):
    """(mean loss an image, top-1 on what was trained on). An image is mirrored every other epoch."""
    network, total, right = state.network, 0.0, 0
    loss_of = partial(functional.cross_entropy, label_smoothing=options.label_smoothing, reduction="sum")
    network.first.bias.requires_grad = state.epoch < options.bias_epochs
    steps = max(1, len(images) // options.batch)
    order = torch.randperm(len(images), generator=state.generator)[: steps * options.batch]
    for step, chosen in enumerate(order.split(options.batch)):
        mirror, chosen = (state.mirrored[chosen] ^ bool(state.epoch & 1)).to(images.device), chosen.to(images.device)
        batch = moved(torch.where(mirror.view(-1, 1, 1, 1), images[chosen].flip(3), images[chosen]), state.generator)
        done = state.epoch * steps + step
        set_rate(state.optimiser, done / (steps * options.epochs))
        loss, logits = state.parts.gradients(batch, labels[chosen], loss_of)
        state.optimiser.step()
        if (done + 1) % LOOK_EVERY == 0:
            state.look.update(network, look_decay((done + 1) / (steps * options.epochs)))
        total += loss
        right += int((logits.argmax(1) == labels[chosen]).sum())
        if sys.stderr.isatty():
            print(f"\repoch {state.epoch + 1}, step {step + 1} of {steps} ", end="", file=sys.stderr)
    state.epoch += 1
    if state.epoch == options.epochs:
        state.look.update(network, 1.0)
    return total / len(order), right / len(order)


def train(options):
    """As many networks as asked for."""
    if not options.count:
        return train_one(options)
    for seed in range(options.seed, options.seed + options.count):
        each = argparse.Namespace(**{**vars(options), "seed": seed, "out": os.path.join(options.out, f"seed{seed}")})
        train_one(each)


def train_one(options):
    torch.set_num_threads(1)
    torch.set_flush_denormal(True)
    torch.manual_seed(options.seed)
    dataset = dataset_of(options.classes)
    images, labels = dataset.training(options.data)
    kept = ~held_out(len(images), options.hold_out)
    images, labels = (part[kept][: options.train_images or None] for part in (images, labels))
    name, *measured = measured_images(dataset, options)
    state, path = State(options, images), os.path.join(options.out, "wide.pt")
    os.makedirs(options.out, exist_ok=True)
    goes_on = options.resume and os.path.exists(path)
    if goes_on:
        state.restore(path)
    images, labels = images.to(choose_device(options.device)), labels.to(choose_device(options.device))
    settings = {k: v for k, v in vars(options).items() if k not in ("data", "out", "resume", "count")}
    with open(os.path.join(options.out, "train.log"), "a" if goes_on else "w", encoding="utf-8") as log:
        note(log, f"# from epoch {state.epoch + 1}: " + " ".join(f"{k}={v}" for k, v in sorted(settings.items())) + f" torch={torch.__version__}")
        while state.epoch < options.epochs:
            started = time.monotonic()
            loss, trained = train_epoch(state, images, labels, options)
            state.save(path)
            line = f"epoch {state.epoch} loss {loss:.4f} train {trained:.4f} seconds {time.monotonic() - started:.1f}"
            if options.hold_out or state.epoch == options.epochs:
                line += f" {name} {top1(state.network.eval(), *measured):.4f}"
            note(log, line)


if __name__ == "__main__":
    keep_freed_memory()
    run(train, parse(sys.argv[1:]))
