"""One epoch of training, and evaluation."""

import torch
from torch import nn
from torch.nn import functional

from .augment import augmented
from .data import normalise
from .optimise import add_sparsity, learning_rate, scales_of


def epoch_generator(seed, epoch):
    """The generator of an epoch's order and augmentation."""
    return torch.Generator().manual_seed(seed * 100_003 + epoch)


def device_of(network):
    return next(network.parameters()).device


def to_network(images, spec, device="cpu"):
    """uint8 (N, C, H, W) to normalised floats on the device, channels last in memory."""
    return normalise(images.to(device, non_blocking=True), spec.input).contiguous(memory_format=torch.channels_last)


class Teacher:
    """Distillation (Hinton et al., 2015): a larger network's soft answers beside the labels.

    loss = (1 - weight) * cross-entropy + weight * T^2 * KL(teacher at T, student at T)
    """

    def __init__(self, network, weight, temperature):
        self.network, self.weight, self.temperature = network.eval(), weight, temperature

    def loss(self, batch, logits, hard):
        with torch.no_grad():
            target = functional.log_softmax(self.network(batch) / self.temperature, 1)
        own = functional.log_softmax(logits / self.temperature, 1)
        soft = functional.kl_div(own, target, reduction="batchmean", log_target=True) * self.temperature**2
        return (1 - self.weight) * hard + self.weight * soft


def torch_step(network, optimiser, spec, images, targets, teacher=None):
    """Leaves gradients in the parameters; returns the loss."""
    batch = to_network(images, spec, device_of(network))
    logits = network(batch)
    loss = functional.cross_entropy(logits, targets.to(logits.device))
    if teacher:
        loss = teacher.loss(batch, logits, loss)
    optimiser.zero_grad(set_to_none=True)
    loss.backward()
    return loss.item()


def train_epoch(network, optimiser, average, spec, images, targets, epoch, options, native=None, teacher=None):
    """Train one epoch; returns the mean loss in nats.

    images uint8 (N, C, H, W), targets float (N, classes), see targets.py. Epochs count from 0. The last
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
        batch = augmented(images[chosen], generator, options)
        rate = learning_rate(options.lr, (epoch + step / steps) / options.epochs, options.warmup / options.epochs, options.lr_end)
        for group in optimiser.param_groups:
            group["lr"] = rate
        if native:
            total += native(batch, targets[chosen])
        else:
            total += torch_step(network, optimiser, spec, batch, targets[chosen], teacher)
        if options.sparsity:
            add_sparsity(scales, options.sparsity)
        optimiser.step()
        average.update(network)
    return total / steps


@torch.no_grad()
def refresh_statistics(network, spec, images, epoch, options, batches=100):
    """Measure the batch-norm statistics anew, as the mean over batches of augmented images (uint8, as for train_epoch).

    Averaged weights need it: they make other activations than those whose statistics were averaged with them
    (stochastic weight averaging, Izmailov et al., 2018).
    """
    norms = [m for m in network.modules() if isinstance(m, nn.BatchNorm2d)]
    momentum = [m.momentum for m in norms]
    was_training = network.training
    for m in norms:
        m.reset_running_stats()
        m.momentum = None  # the mean of all batches
    network.train()
    generator = epoch_generator(options.seed, epoch)
    for chosen in torch.randperm(len(images), generator=generator).split(options.batch)[:batches]:
        network(to_network(augmented(images[chosen], generator, options), spec, device_of(network)))
    for m, before in zip(norms, momentum):
        m.momentum = before
    network.train(was_training)


@torch.no_grad()
def top1(logits, images, labels, batch=250):
    """Top-1 accuracy 0..1 of a function from images uint8 (N, C, H, W) to logits."""
    parts = zip(images.split(batch), labels.split(batch))
    return sum(int((logits(x).argmax(1).cpu() == y).sum()) for x, y in parts) / len(images)


def accuracy(network, spec, images, labels):
    """Top-1 accuracy 0..1 of the network in eval mode."""
    was_training = network.training
    network.eval()
    found = top1(lambda x: network(to_network(x, spec, device_of(network))), images, labels)
    network.train(was_training)
    return found


def note(log, line):
    """Print a line and, where there is a log file, write it there at once."""
    print(line, flush=True)
    if log:
        log.write(line + "\n")
        log.flush()
