"""CIFAR-10 in its official binary layout, and augmentation of whole batches.

Source: https://www.cs.toronto.edu/~kriz/cifar.html, "binary version". A record
is 1 label byte 0..9 and 3072 pixel bytes: 32x32 red, then green, then blue,
each row-major.
"""

import os

import numpy as np
import torch
from torch.nn import functional

from .command import at_least

CLASSES = ("airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck")
SIDE = 32
RECORD = 1 + 3 * SIDE * SIDE
TRAIN_FILES = tuple(f"data_batch_{i}.bin" for i in range(1, 6))
TEST_FILES = ("test_batch.bin",)


def read_records(path):
    """(images uint8 (N, 3, 32, 32), labels int64 (N,)) of one binary file."""
    raw = np.fromfile(path, dtype=np.uint8)
    if raw.size == 0 or raw.size % RECORD:
        raise ValueError(f"{path}: {raw.size} bytes is no multiple of {RECORD}")
    raw = raw.reshape(-1, RECORD)
    return torch.from_numpy(raw[:, 1:].reshape(-1, 3, SIDE, SIDE).copy()), torch.from_numpy(raw[:, 0].astype(np.int64))


def write_records(path, images, labels):
    """The inverse of read_records; written to a temporary name, then renamed."""
    flat = np.asarray(images, dtype=np.uint8).reshape(len(images), -1)
    head = np.asarray(labels, dtype=np.uint8).reshape(-1, 1)
    np.concatenate([head, flat], axis=1).tofile(f"{path}.tmp")
    os.replace(f"{path}.tmp", path)


def load_split(folder, files):
    """Images and labels of some of the dataset's files, joined in order.

    `folder` may hold the files or a `cifar-10-batches-bin` folder with them.
    """
    inner = os.path.join(folder, "cifar-10-batches-bin")
    folder = inner if os.path.isdir(inner) else folder
    absent = [name for name in files if not os.path.isfile(os.path.join(folder, name))]
    if absent:
        raise FileNotFoundError(f"{folder} has no {', '.join(absent)}: name a folder of CIFAR-10's binary version")
    parts = [read_records(os.path.join(folder, name)) for name in files]
    return torch.cat([p[0] for p in parts]), torch.cat([p[1] for p in parts])


def normalise(images, image_spec):
    """uint8 pixels (N, C, H, W) to the reals the network sees."""
    return (images.float() - image_spec.mean) / image_spec.std


def pick(images, rows, columns):
    """Own rows (N, h) and columns (N, w) of each image (N, C, H, W), by one gather: (N, C, h, w)."""
    batch, channel = torch.arange(len(images))[:, None, None, None], torch.arange(images.shape[1])[:, None, None]
    return images[batch, channel, rows[:, None, :, None], columns[:, None, None, :]]


def padded(images, reach, edge):
    """uint8 (N, C, H, W) with `reach` pixels more on each side: "grey", 128, or "mirror", the image's own."""
    if edge == "mirror":
        if reach >= min(images.shape[2:]):
            raise ValueError(f"crops cannot reach {reach} pixels over a mirrored edge of images of {images.shape[2]}x{images.shape[3]}: try --reach 2")
        return functional.pad(images.float(), (reach,) * 4, mode="reflect").to(images.dtype)
    return functional.pad(images, (reach,) * 4, value=128)


def augment(images, generator, reach=4, edge="grey", cutout=0):
    """Random crop after padding by `reach`, random mirror and, if asked for, cutout.

    images: uint8 (N, C, H, W), returned in the same shape. The square of `cutout` pixels is 128, the mean pixel.
    """
    n, _, h, w = images.shape
    whole = padded(images, reach, edge)

    def draw(high):
        return torch.randint(0, high, (n, 1), generator=generator)

    rows = draw(2 * reach + 1) + torch.arange(h)
    columns = torch.arange(w).expand(n, w)
    columns = draw(2 * reach + 1) + torch.where(draw(2) == 1, columns.flip(1), columns)
    out = pick(whole, rows, columns)
    if cutout:
        inside_y = (torch.arange(h) - draw(h)).abs() * 2 < cutout
        inside_x = (torch.arange(w) - draw(w)).abs() * 2 < cutout
        out.masked_fill_((inside_y[:, :, None] & inside_x[:, None, :])[:, None], 128)
    return out


def add_augmentation(cli):
    """The command-line options that augmented reads."""
    cli.add_argument("--reach", type=at_least(0), default=4, help="how far crops reach over the image's edge, in pixels (%(default)s)")
    cli.add_argument("--edge", choices=("grey", "mirror"), default="grey", help="what they find there (%(default)s)")
    cli.add_argument("--cutout", type=at_least(0), default=0, help="side of the square cut out, in pixels (%(default)s)")


def augmented(images, generator, options):
    """augment as the options ask."""
    return augment(images, generator, options.reach, options.edge, options.cutout)
