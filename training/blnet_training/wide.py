"""A wide network to learn from, trained in some ten epochs. It isn't meant for hardware.

Network and recipe follow K. Jordan, "94% on CIFAR-10 in 3.29 Seconds on a
Single GPU" (arXiv 2404.00498): a first layer fixed to the principal
components of 2x2 patches, 3x3 convolutions that begin as identities, batch
norm without scales whose biases learn faster, Nesterov SGD on summed losses
with decay decoupled from the rate, and a look-ahead average.
"""

import torch
from torch import nn

from .augment import padded, pick
from .checkpoint import read_state

WIDTHS = (64, 256, 256)
PRECISIONS = {"float32": torch.float32, "bf16": torch.bfloat16}
MEAN, STD = (125.3, 123.0, 113.9), (63.0, 62.1, 66.7)  # of CIFAR-10's red, green and blue, in pixel units; CIFAR-100's are near
MOMENTUM = 0.85
RATE = 11.5  # per 1024 images and unit of 1 + 1 / (1 - momentum), for losses summed over a batch
DECAY = 0.0153  # in the same unit
BIAS_FACTOR = 64  # how much faster batch norms' biases learn
START, PEAK, END = 0.2, 0.23, 0.07  # the rate rises from START to 1 until PEAK of the steps, then falls to END
LOOK_EVERY, LOOK_DECAY = 10, 0.95**5


def batch_norm(channels):
    norm = nn.BatchNorm2d(channels, eps=1e-12, momentum=0.4)
    norm.weight.requires_grad = False
    return norm


class Convolution(nn.Conv2d):
    """Computes in the precision of its input; its own weights, and their gradients, stay float32."""

    def forward(self, images):
        return self._conv_forward(images, self.weight.to(images.dtype), None if self.bias is None else self.bias.to(images.dtype))


def convolution(inputs, outputs):
    """3x3; its first filters begin by passing the input on."""
    layer = Convolution(inputs, outputs, 3, padding=1, bias=False)
    nn.init.dirac_(layer.weight.data[:inputs])
    return layer


class WideNetwork(nn.Module):
    """Pixels 0..255 (N, 3, 32, 32) -> float logits (N, classes); 118 M MACs an image at the default widths."""

    def __init__(self, classes=10, widths=WIDTHS, precision=torch.float32):
        super().__init__()
        self.classes, self.precision = classes, precision
        layers, inputs = [Convolution(3, 24, 2), nn.GELU()], 24
        for width in widths:
            layers += [convolution(inputs, width), nn.MaxPool2d(2), batch_norm(width), nn.GELU(),
                       convolution(width, width), batch_norm(width), nn.GELU()]
            inputs = width
        self.layers = nn.Sequential(*layers, nn.MaxPool2d(3), nn.Flatten())
        self.last = nn.Linear(inputs, classes, bias=False)
        self.first.weight.requires_grad = False
        nn.init.zeros_(self.first.bias)
        last = self.last.weight.data
        last /= last.std()
        for name, values in (("mean", MEAN), ("std", STD)):
            self.register_buffer(name, torch.tensor(values).view(3, 1, 1), persistent=False)

    @property
    def first(self):
        return self.layers[0]

    def normalise(self, images):
        return (images.to(self.mean.device).float() - self.mean) / self.std

    def forward(self, images):
        features = self.layers(self.normalise(images).to(self.precision).contiguous(memory_format=torch.channels_last))
        return self.last(features.float()) / 9

    @torch.no_grad()
    def whiten(self, images, eps=5e-4):
        """Fix the first layer's filters: the principal components of these images' 2x2 patches, each at unit variance, and their negatives."""
        patches = self.normalise(images).unfold(2, 2, 1).unfold(3, 2, 1).permute(0, 2, 3, 1, 4, 5).reshape(-1, 12).double()
        values, vectors = torch.linalg.eigh(patches.T @ patches / len(patches))
        filters = (vectors / (values + eps).sqrt()).T.flip(0).reshape(12, 3, 2, 2).float()
        self.first.weight.copy_(torch.cat([filters, -filters]))


def make_optimiser(network, batch):
    """SGD whose rates are those of the schedule's peak; its loss is the sum over a batch."""
    scale = 1024 * (1 + 1 / (1 - MOMENTUM))
    rate, decay = RATE / scale, DECAY * batch / scale
    fast = [m.bias for m in network.modules() if isinstance(m, nn.BatchNorm2d)]
    known = set(map(id, fast))
    others = [p for p in network.parameters() if p.requires_grad and id(p) not in known]
    groups = [{"params": params, "lr": own, "weight_decay": decay / own, "peak": own}
              for params, own in ((fast, rate * BIAS_FACTOR), (others, rate))]
    return torch.optim.SGD(groups, momentum=MOMENTUM, nesterov=True)


def set_rate(optimiser, progress):
    """Rates at `progress` 0..1 of the training."""
    factor = START + (1 - START) * progress / PEAK if progress < PEAK else 1 + (END - 1) * (progress - PEAK) / (1 - PEAK)
    for group in optimiser.param_groups:
        group["lr"] = group["peak"] * factor


class LookAhead:
    """A slow average of the network, to which the network returns every few steps (Zhang et al., 2019)."""

    def __init__(self, network):
        self.slow = {key: value.clone() for key, value in network.state_dict().items() if value.is_floating_point()}

    @torch.no_grad()
    def update(self, network, decay):
        for key, slow in self.slow.items():
            value = network.state_dict()[key]
            slow.lerp_(value, 1 - decay)
            value.copy_(slow)


def look_decay(progress):
    """How slow the average is: not at all at first, most at the end."""
    return LOOK_DECAY * progress**3


def moved(images, generator, reach=2):
    """Each image moved by up to `reach` pixels, its border mirrored into the gap. uint8 (N, C, H, W), returned as such."""
    count, _, *sides = images.shape
    rows, columns = (torch.randint(0, 2 * reach + 1, (count, 1), generator=generator) + torch.arange(side) for side in sides)
    return pick(padded(images, reach, "mirror"), rows, columns)


def load_wide(path, precision=torch.float32):
    """The network of train_wide.py's checkpoint, in eval mode."""
    state = read_state(path, "network", "slow")["network"]
    _, *convolutions, last = (value for value in state.values() if value.dim() > 1)
    network = WideNetwork(len(last), [len(value) for value in convolutions[::2]], precision)
    network.load_state_dict(state)
    return network.eval().to(memory_format=torch.channels_last)
