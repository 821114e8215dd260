"""CIFAR-10 and CIFAR-100 in their official binary layout, and the training images that are held out.

Source: https://www.cs.toronto.edu/~kriz/cifar.html, "binary version". A record
is 1 label byte, in CIFAR-100 2 of them, coarse and fine, and 3072 pixel bytes:
32x32 red, then green, then blue, each row-major. The last label byte counts.
"""

import os
from dataclasses import dataclass

import numpy as np
import torch

from .classes import CIFAR10_CLASSES, CIFAR100_CLASSES
from .command import at_least

SIDE = 32
PIXELS = 3 * SIDE * SIDE


@dataclass(frozen=True)
class Dataset:
    """Where its records are, and what they hold."""

    name: str
    folder: str
    label_bytes: int
    classes: tuple
    train_files: tuple
    test_files: tuple

    def read(self, path):
        """(images uint8 (N, 3, 32, 32), labels int64 (N,)) of one binary file."""
        raw, record = np.fromfile(path, dtype=np.uint8), self.label_bytes + PIXELS
        if raw.size == 0 or raw.size % record:
            raise ValueError(f"{path}: {raw.size} bytes is no multiple of {record}, a record of {self.name}")
        raw = raw.reshape(-1, record)
        labels = torch.from_numpy(raw[:, self.label_bytes - 1].astype(np.int64))
        if labels.max() >= len(self.classes):
            raise ValueError(f"{path}: label {int(labels.max())} found, {self.name} has 0 to {len(self.classes) - 1}")
        return torch.from_numpy(raw[:, self.label_bytes :].reshape(-1, 3, SIDE, SIDE).copy()), labels

    def write(self, path, images, labels):
        """The inverse of read, coarse labels 0; written to a temporary name, then renamed."""
        flat = np.asarray(images, dtype=np.uint8).reshape(len(images), -1)
        head = np.zeros((len(flat), self.label_bytes), dtype=np.uint8)
        head[:, -1] = np.asarray(labels, dtype=np.uint8)
        np.concatenate([head, flat], axis=1).tofile(f"{path}.tmp")
        os.replace(f"{path}.tmp", path)

    def load(self, folder, files):
        """Images and labels of some of the files, joined in order, from `folder` or the dataset's own folder in it."""
        inner = os.path.join(folder, self.folder)
        folder = inner if os.path.isdir(inner) else folder
        absent = [name for name in files if not os.path.isfile(os.path.join(folder, name))]
        if absent:
            raise FileNotFoundError(f"{folder} has no {', '.join(absent)}: name a folder of {self.name}'s binary version")
        parts = [self.read(os.path.join(folder, name)) for name in files]
        return torch.cat([p[0] for p in parts]), torch.cat([p[1] for p in parts])

    def training(self, folder):
        return self.load(folder, self.train_files)

    def test(self, folder):
        return self.load(folder, self.test_files)


CIFAR10 = Dataset("CIFAR-10", "cifar-10-batches-bin", 1, CIFAR10_CLASSES, tuple(f"data_batch_{i}.bin" for i in range(1, 6)), ("test_batch.bin",))
CIFAR100 = Dataset("CIFAR-100", "cifar-100-binary", 2, CIFAR100_CLASSES, ("train.bin",), ("test.bin",))
DATASETS = (CIFAR10, CIFAR100)


def dataset_of(classes):
    """The dataset with so many classes."""
    for dataset in DATASETS:
        if len(dataset.classes) == classes:
            return dataset
    raise ValueError(f"no dataset here has {classes} classes; " + ", ".join(f"{d.name} has {len(d.classes)}" for d in DATASETS))


def held_out(total, count):
    """bool (total,): which `count` of the training images are held out, the same ones in every script and version of NumPy."""
    if count > total:
        raise ValueError(f"{count} images cannot be held out of {total}")
    mask = torch.zeros(total, dtype=torch.bool)
    mask[torch.from_numpy(np.random.RandomState(19).permutation(total)[:count])] = True
    return mask


def add_data(cli, required=True, hold_out=0):
    """The command-line options that measured_images reads."""
    cli.add_argument("--data", required=required, help="folder of CIFAR-10's or CIFAR-100's binary version, or one that holds that folder")
    cli.add_argument("--hold-out", type=at_least(0), default=hold_out,
                     help="training images that are measured on in place of the test images and not trained on (%(default)s)")


def measured_images(dataset, options):
    """(what they are called, images, labels) that top-1 is measured on: the held-out ones where there are any, else the test images."""
    if not options.hold_out:
        return ("test", *dataset.test(options.data))
    images, labels = dataset.training(options.data)
    mask = held_out(len(images), options.hold_out)
    return "held-out", images[mask], labels[mask]


def normalise(images, image_spec):
    """uint8 pixels (N, C, H, W) to the reals the network sees."""
    return (images.float() - image_spec.mean) / image_spec.std
