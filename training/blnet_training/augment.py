"""Augmentation of whole batches: crops, mirror images, cutout."""

import torch
from torch.nn import functional

from .command import at_least


def pick(images, rows, columns):
    """Own rows (N, h) and columns (N, w) of each image (N, C, H, W), by one gather: (N, C, h, w)."""
    rows, columns = rows.to(images.device), columns.to(images.device)
    batch = torch.arange(len(images), device=images.device)[:, None, None, None]
    channel = torch.arange(images.shape[1], device=images.device)[:, None, None]
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
