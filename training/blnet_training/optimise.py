"""Optimiser, learning-rate schedule and the moving average of the weights."""

import copy
import math

import torch
from torch import nn


def parameter_groups(network, weight_decay):
    """Two groups: decayed dense weights; undecayed norms, biases, depthwise.

    A depthwise filter has nine weights and a batch norm behind it, so decay
    only pulls it towards the noise (MobileNet v1 paper, section 4).
    """
    decayed, free = [], []
    for module in network.modules():
        for key, parameter in module.named_parameters(recurse=False):
            depthwise = isinstance(module, nn.Conv2d) and module.groups > 1
            (free if depthwise or key == "bias" or isinstance(module, nn.BatchNorm2d) else decayed).append(parameter)
    return [{"params": decayed, "weight_decay": weight_decay}, {"params": free, "weight_decay": 0.0}]


def make_optimiser(network, weight_decay):
    """SGD with Nesterov momentum 0.9; the learning rate is set at each step."""
    groups = parameter_groups(network, weight_decay)
    return torch.optim.SGD(groups, lr=0.0, momentum=0.9, nesterov=True, foreach=True)


def learning_rate(peak, progress, warmup, end=0.0):
    """Linear warm-up from 0 to peak, then half a cosine down to `end`.

    progress and warmup are fractions 0..1 of the whole training.
    """
    if progress < warmup:
        return peak * progress / warmup
    return end + (peak - end) * 0.5 * (1 + math.cos(math.pi * (progress - warmup) / (1 - warmup)))


def scales_of(network):
    """The scale (gamma) of every batch norm."""
    return [m.weight for m in network.modules() if isinstance(m, nn.BatchNorm2d)]


@torch.no_grad()
def add_sparsity(scales, strength):
    """Add the gradient of strength * sum |scale|, as network slimming does (Liu et al., 2017)."""
    torch._foreach_add_([s.grad for s in scales], [s.sign() for s in scales], alpha=strength)


class MovingAverage:
    """Exponential moving average of every float tensor of the state.

    Batch-norm statistics are averaged too, so the averaged network can be
    evaluated as it is. The decay starts low, min(decay, (1 + n) / (10 + n)).
    """

    def __init__(self, network, decay):
        self.network = copy.deepcopy(network).eval()
        self.decay = decay
        self.updates = 0

    @torch.no_grad()
    def update(self, network):
        self.updates += 1
        decay = min(self.decay, (1 + self.updates) / (10 + self.updates))
        pairs = zip(self.network.state_dict().values(), network.state_dict().values())
        mine, theirs = zip(*((m, t) for m, t in pairs if m.is_floating_point()))
        torch._foreach_mul_(mine, decay)
        torch._foreach_add_(mine, theirs, alpha=1 - decay)
