"""The network in the compiler's integer arithmetic, exactly, and trainable: straight-through gradients.

Activations are int8 per tensor, weights int8 per output channel, accumulators
and requantisation as in requant.py. Forward values are the integers the
hardware computes, so what training optimises is what will run. A float32
convolution of integers is exact while sums stay below 2^24, which is checked.
"""

import numpy as np
import torch
from torch import nn
from torch.nn import functional

from .requant import Format, choose_requant, choose_shift, clamp_bounds, format_for, js_round
from .steps import convolve, run_float

EXACT = 2**24  # integers that float32 represents


def quantile_range(values, tail):
    """Range of all but the share `tail` of the values at each end."""
    ordered, cut = np.sort(values), int(tail * len(values))
    return float(ordered[cut]), float(ordered[len(values) - 1 - cut])


@torch.no_grad()
def calibrate(steps, weights, images, image_spec, percentile=99.99, samples=2_000_000):
    """{tensor: Format} from normalised images; `percentile` of the values are covered, both tails cut alike."""
    seen = {}

    def visit(name, tensor):
        seen[name] = tensor.reshape(-1)

    run_float(steps, weights, images, visit)
    formats = {"input": Format(float(np.float32(1 / image_spec.std)), int(image_spec.mean), signed=False)}
    for step in steps:
        if step.op == "upsample":
            formats[step.name] = formats[step.inputs[0]]
            continue
        values = seen[step.name].numpy()
        low, high = quantile_range(values[:: max(1, len(values) // samples)], (100 - percentile) / 200)
        formats[step.name] = format_for(low, high)
    return formats


def through(exact, smooth):
    """The value of `exact` with the gradient of `smooth`."""
    return smooth + (exact - smooth).detach()


def rounded_shift(total, shift, low, high):
    """floor((total + half) / 2^s) within low..high as float32; overwrites `total`, float64."""
    return total.add_(2.0 ** (shift - 1)).mul_(2.0**-shift).floor_().clamp_(low, high).float()


class Requantised(torch.autograd.Function):
    """Exact floor((total * m + half) / 2^s) within low..high; the gradient is that of total * factor clamped there."""

    @staticmethod
    def forward(ctx, total, factors, multipliers, shift, low, high):
        smooth = total * factors
        ctx.save_for_backward((smooth >= low) & (smooth <= high), factors)
        return rounded_shift(total.double().mul_(multipliers), shift, low, high)

    @staticmethod
    def backward(ctx, gradient):
        inside, factors = ctx.saved_tensors
        return gradient * inside * factors, None, None, None, None, None


class IntegerNetwork(nn.Module):
    """pixels uint8 (N, C, H, W) -> logits (N, classes), real values of the integer results.

    Inside, a tensor holds q - zero_point, so padding is zero and zero points vanish.
    """

    def __init__(self, steps, weights, formats):
        super().__init__()
        self.steps, self.formats = steps, formats
        self.weights = nn.ParameterList(nn.Parameter(t.clone()) for pair in weights.values() for t in pair)
        self.index = {name: 2 * i for i, name in enumerate(weights)}

    def layer_integers(self, step):
        """(weights, bias as integers with straight-through gradients, scales float64 of float32 values)."""
        weight, bias = self.weights[self.index[step.name]], self.weights[self.index[step.name] + 1]
        peak = weight.detach().abs().amax((1, 2, 3)).double()
        x = self.formats[step.inputs[0]].scale
        least = bias.detach().abs().double() / (x * 2.0**22)  # a scale in which the bias fits
        scales = torch.maximum(peak / 127, least).clamp(min=1e-12).float()
        whole = weight / scales[:, None, None, None]
        integers = through(torch.floor(whole.detach().double() + 0.5).clamp(-127, 127).float(), whole)
        unit = scales.double() * x
        share = (bias.double() / unit).float()
        return integers, through(torch.floor(bias.detach().double() / unit + 0.5).float(), share), scales.double()

    def layer(self, step, x):
        y = self.formats[step.name]
        weight, bias, scales = self.layer_integers(step)
        factors = scales * self.formats[step.inputs[0]].scale / y.scale
        sums = (bias.detach().double() - self.formats[step.inputs[0]].zero_point * weight.detach().double().sum((1, 2, 3)))
        multipliers, shift = choose_requant(factors.numpy(), sums.numpy())
        low, high = clamp_bounds(y, *((0.0, 6.0) if step.act else (-np.inf, np.inf)))
        total = convolve(x, weight, bias, step)
        if not total.detach().abs().max() < EXACT:
            raise ValueError(f"{step.name}: a sum beyond 2^24")
        column = lambda t: torch.as_tensor(t).view(1, -1, 1, 1)
        return Requantised.apply(
            total, column(factors).float(), column(multipliers), shift, low - y.zero_point, high - y.zero_point)

    def merge(self, step, a, b):
        y = self.formats[step.name]
        factors = [self.formats[name].scale / y.scale for name in step.inputs]
        shift = choose_shift(factors)
        ma, mb = (float(js_round(f * 2.0**shift)) for f in factors)
        low, high = (bound - y.zero_point for bound in clamp_bounds(y, -np.inf, np.inf))
        total = (a.detach().double() * ma).add_(b.detach().double(), alpha=mb)
        return through(rounded_shift(total, shift, low, high), (a * factors[0] + b * factors[1]).clamp(low, high))

    def pool(self, step, x):
        y, of = self.formats[step.name], self.formats[step.inputs[0]]
        pixels = x.shape[2] * x.shape[3]
        factor = of.scale / (pixels * y.scale)
        multipliers, shift = choose_requant([factor], [-of.zero_point * pixels])
        total = x.sum((2, 3), keepdim=True)
        low, high = clamp_bounds(y, -np.inf, np.inf)
        return Requantised.apply(
            total, torch.tensor(factor).float(), float(multipliers[0]), shift, low - y.zero_point, high - y.zero_point)

    def forward(self, pixels, visit=None):
        values = {"input": pixels.float() - self.formats["input"].zero_point}
        for step in self.steps:
            x = values[step.inputs[0]]
            if step.op in ("conv", "linear"):
                y = self.layer(step, x)
            elif step.op == "add":
                y = self.merge(step, x, values[step.inputs[1]])
            elif step.op == "upsample":
                y = functional.interpolate(x, scale_factor=2, mode="nearest")
            else:
                y = self.pool(step, x)
            values[step.name] = y
            if visit:
                visit(step.name, y)
        return y.flatten(1) * self.formats[self.steps[-1].name].scale

    def float_weights(self):
        """{step name: (weight, bias)} as they are now."""
        return {name: (self.weights[i].detach(), self.weights[i + 1].detach()) for name, i in self.index.items()}
