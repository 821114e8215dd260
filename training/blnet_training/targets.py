"""What a network is trained towards: a distribution over the classes for each image.

It comes from the labels, smoothed if asked for, and can be blended with soft
labels: the mean answer of trained networks to several views of the image.
Unlike a Teacher they cost nothing during training. For an image that is hard
to tell they also say what else it might be (label refinery, Bagherinezhad et
al., 2018).
"""

import hashlib
import os
import zipfile
from itertools import islice

import numpy as np
import torch
from torch.nn import functional

from .steps import folded_weights, run_float, steps_of
from .trainer import to_network


def smoothed(labels, classes, smoothing=0.0):
    """float32 (N, classes) of labels int64 (N,); `smoothing` 0..1 is spread over all classes."""
    return functional.one_hot(labels, classes).float() * (1 - smoothing) + smoothing / classes


def blend(targets, soft, weight):
    """(1 - weight) * targets + weight * soft, for as many images as `targets` has (the first ones)."""
    if len(soft) < len(targets) or soft.shape[1:] != targets.shape[1:]:
        raise ValueError(f"soft labels of shape {tuple(soft.shape)} for targets of shape {tuple(targets.shape)}")
    return (1 - weight) * targets + weight * soft[: len(targets)]


def views_of(images, shift=2):
    """Yields the images, their mirror images, then both moved by `shift` pixels to two corners; edges repeat."""
    padded = functional.pad(images.float(), (shift,) * 4, mode="replicate").to(images.dtype)
    height, width = images.shape[2:]
    for down, right in ((1, 1), (0, 2), (2, 0)):
        view = padded[:, :, down * shift : down * shift + height, right * shift : right * shift + width]
        yield view
        yield view.flip(3)


@torch.no_grad()
def soft_labels(networks, images, temperature=1.0, views=6):
    """float32 (N, classes): the mean softmax of the networks over the first views_of the images uint8 (N, C, H, W).

    networks: functions from such images to logits. Logits are divided by the temperature: above 1 an answer says more
    about the classes that it is not. The student needs no temperature, since its last layer can scale its logits as
    well.
    """
    seen = islice(views_of(images), views)
    return torch.stack([functional.softmax(logits(view) / temperature, 1) for view in seen for logits in networks]).mean(0)


def folded_network(network, spec):
    """The network of a spec as a function from images uint8 (N, C, H, W) to logits, its batch norms folded."""
    steps = steps_of(spec)
    weights = folded_weights(network, steps)
    return lambda images: run_float(steps, weights, to_network(images, spec))


def add_options(cli, smoothing):
    """The command-line options that targets_of reads."""
    cli.add_argument("--label-smoothing", type=float, default=smoothing, help="0..1 (%(default)s)")
    cli.add_argument("--soft-labels", help="file of soften.py: answers of trained networks, learnt beside the labels")
    cli.add_argument("--soft-weight", type=float, default=0.7, help="their share of the target, 0..1 (%(default)s)")


def targets_of(labels, classes, options):
    """What the options ask for: float32 (N, classes) for the labels int64 of all training images; N is --train-images, or all."""
    targets = smoothed(labels, classes, options.label_smoothing)[: getattr(options, "train_images", 0) or None]
    if options.soft_labels:
        targets = blend(targets, read_soft_labels(options.soft_labels, labels), options.soft_weight)
    return targets


def digest_of(labels):
    """Tells one order of images from another."""
    return hashlib.sha256(labels.numpy().astype(np.uint8).tobytes()).hexdigest()


def write_soft_labels(path, soft, labels, networks=1):
    """An .npz file of float16 with the digest of the images' labels and the number of networks; written to a temporary name, then renamed."""
    with open(f"{path}.tmp", "wb") as file:
        np.savez(file, soft=soft.numpy().astype(np.float16), labels=digest_of(labels), networks=networks)
    os.replace(f"{path}.tmp", path)


def read_soft_labels(path, labels):
    """float32 (N, classes), each row with the sum 1. ValueError unless they are those of the first N images, of these labels."""
    return counted_soft_labels(path, labels)[0]


def counted_soft_labels(path, labels):
    """(read_soft_labels, how many networks' mean they are)."""
    try:
        with np.load(path) as file:
            soft, digest, networks = torch.from_numpy(file["soft"].astype(np.float32)), str(file["labels"]), int(file["networks"])
    except (KeyError, TypeError, AttributeError, zipfile.BadZipFile) as error:
        raise ValueError(f"{path}: no file of soften.py ({error})") from error
    if digest != digest_of(labels[: len(soft)]):
        raise ValueError(f"{path}: made for other images, or for these in another order: make it again with soften.py")
    return soft / soft.sum(1, keepdim=True), networks


def classes_in(path):
    """How many classes a file of soft labels tells apart."""
    with np.load(path) as file:
        return file["soft"].shape[1]


def mean_soft_labels(parts):
    """(mean, number of networks) of (soft labels, number of networks) pairs: every network counts alike."""
    total = sum(networks for _, networks in parts)
    return sum(soft * (networks / total) for soft, networks in parts), total
