"""Images that a network itself takes for a class, optimised from noise.

Activation maximisation (Erhan et al., 2009) with what keeps the images smooth:
an image is a sum of resolutions in decorrelated colours, seen under random
shifts (Olah et al., 2017), with little total variation and contrast.
"""

import torch
from torch.nn import functional

from .data import normalise

PYRAMID = (4, 8, 16, 32)  # sides in pixels of the layers an image is summed from
# Rows red, green, blue; columns brightness and two colour contrasts, by how far
# each varies in photographs (the colour matrix of the Lucid library, times 3.6).
COLOURS = torch.tensor([[0.94, 0.32, 0.07], [0.97, 0.00, -0.18], [0.97, -0.32, 0.11]])


def paint(layers):
    """Layers (N, 3, s, s) of every side s to pixels 0..255, (N, 3, 32, 32)."""
    whole = sum(functional.interpolate(l, size=PYRAMID[-1], mode="bilinear", align_corners=False) for l in layers)
    return 255 * torch.sigmoid(torch.einsum("rc,nchw->nrhw", COLOURS, whole))


def shifted(images, generator, reach=3):
    """All images moved by one random shift, edges repeated, perhaps mirrored."""
    dy, dx = torch.randint(0, 2 * reach + 1, (2,), generator=generator).tolist()
    size = images.shape[-1]
    moved = functional.pad(images, [reach] * 4, mode="replicate")[..., dy : dy + size, dx : dx + size]
    return moved.flip(-1) if torch.rand(1, generator=generator) < 0.5 else moved


def margins(logits, labels):
    """Logit of the label minus the highest other logit, (N,)."""
    own = logits.gather(1, labels[:, None])[:, 0]
    return own - logits.scatter(1, labels[:, None], float("-inf")).max(1).values


def contrast(images):
    """Mean square distance from mid grey, as a share of the largest, 0..1."""
    return ((images / 127.5 - 1) ** 2).mean()


def total_variation(images):
    """Mean absolute step between neighbouring pixels, as a share of 255."""
    return ((images[..., 1:, :] - images[..., :-1, :]).abs().mean() + (images[..., 1:] - images[..., :-1]).abs().mean()) / 255


def synthesise(network, spec, labels, options):
    """uint8 images (N, 3, 32, 32) whose margins come near the target."""
    generator = torch.Generator().manual_seed(options.seed)
    layers = [0.1 * torch.randn(len(labels), 3, side, side, generator=generator) for side in PYRAMID]
    rates = [{"params": [l.requires_grad_()], "lr": 0.4 / side**0.5} for l, side in zip(layers, PYRAMID)]
    optimiser = torch.optim.Adam(rates)
    for parameter in network.parameters():
        parameter.requires_grad_(False)
    for _ in range(options.steps):
        images = paint(layers)
        logits = network(normalise(shifted(images, generator), spec.input))
        loss = functional.relu(options.margin - margins(logits, labels)).mean()
        optimiser.zero_grad()
        (loss + options.smoothness * total_variation(images) + options.dullness * contrast(images)).backward()
        optimiser.step()
    return paint(layers).detach().round().to(torch.uint8)
