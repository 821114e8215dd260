"""One epoch of training, and evaluation."""

import torch
from torch.nn import functional

from .data import augment, normalise
from .optimise import add_sparsity, learning_rate, scales_of


def epoch_generator(seed, epoch):
    """The generator of an epoch's order and augmentation."""
    return torch.Generator().manual_seed(seed * 100_003 + epoch)


def to_network(images, spec):
    """uint8 (N, C, H, W) to normalised floats, channels last in memory."""
    return normalise(images, spec.input).contiguous(memory_format=torch.channels_last)


def train_epoch(network, optimiser, average, spec, images, labels, epoch, options, native=None):
    """Train one epoch; returns the mean loss in nats.

    images uint8 (N, C, H, W), labels int64 (N,). Epochs count from 0. The last
    incomplete batch is dropped; every epoch shuffles anew. `native` computes the
    gradients in place of torch where it is given.
    """
    network.train()
    generator = epoch_generator(options.seed, epoch)
    order = torch.randperm(len(images), generator=generator)
    steps = max(1, len(images) // options.batch)
    scales, total = scales_of(network), 0.0
    for step in range(steps):
        chosen = order[step * options.batch : (step + 1) * options.batch]
        batch = augment(images[chosen], generator, cutout=options.cutout)
        rate = learning_rate(options.lr, (epoch + step / steps) / options.epochs, options.warmup / options.epochs, options.lr_end)
        for group in optimiser.param_groups:
            group["lr"] = rate
        if native:
            loss = native(batch, labels[chosen], options.label_smoothing)
        else:
            logits = network(to_network(batch, spec))
            loss = functional.cross_entropy(logits, labels[chosen], label_smoothing=options.label_smoothing)
            optimiser.zero_grad(set_to_none=True)
            loss.backward()
        if options.sparsity:
            add_sparsity(scales, options.sparsity)
        optimiser.step()
        average.update(network)
        total += float(loss)
    return total / steps


@torch.no_grad()
def accuracy(network, spec, images, labels, batch=250):
    """Top-1 accuracy 0..1 of the network in eval mode."""
    was_training = network.training
    network.eval()
    right = 0
    for start in range(0, len(images), batch):
        logits = network(to_network(images[start : start + batch], spec))
        right += int((logits.argmax(1) == labels[start : start + batch]).sum())
    network.train(was_training)
    return right / len(images)


def note(log, line):
    """Print a line and, where there is a log file, write it there at once."""
    print(line, flush=True)
    if log:
        log.write(line + "\n")
        log.flush()
