"""A network without batch norm as a list of steps: what calibration, integer arithmetic and QDQ export walk over.

Steps are named like the modules (`m1.big.0.expand`), tensors like the steps
that make them; the input is `input`.
"""

from dataclasses import dataclass

import torch
from torch.nn import functional


@dataclass(frozen=True)
class Step:
    """op: conv | add | upsample | pool | linear. `act`: ReLU6 behind a conv."""

    op: str
    name: str
    inputs: tuple
    kernel: int = 1
    stride: int = 1
    depthwise: bool = False
    act: bool = False


def steps_of(spec):
    """The Steps of a spec; the last one makes the logits."""
    made = []

    def add(*fields, **more):
        made.append(Step(*fields, **more))
        return made[-1].name

    def block(name, body, x):
        y = add("conv", f"{name}.expand", (x,), act=True) if body.expand else x
        y = add("conv", f"{name}.depthwise", (y,), kernel=3, stride=body.stride, depthwise=True, act=True)
        y = add("conv", f"{name}.project", (y,))
        return add("add", f"{name}.add", (x, y)) if body.residual else y

    x = "input"
    for stage in spec.stages:
        if stage.kind == "conv":
            x = add("conv", stage.name, (x,), kernel=stage.body[0], stride=stage.body[1], act=True)
        elif stage.kind == "block":
            x = block(stage.name, stage.body, x)
        elif stage.kind == "bigLittle":
            ends = []
            for side, blocks in zip(("big", "little"), stage.body):
                y = x
                for index, body in enumerate(blocks):
                    y = block(f"{stage.name}.{side}.{index}", body, y)
                ends.append(y)
            up = add("upsample", f"{stage.name}.upsample", (ends[0],))
            x = add("add", f"{stage.name}.add", (up, ends[1])) if stage.body[1] else up
        else:
            x = add("pool", f"{stage.name}.pool", (x,))
            x = add("linear", f"{stage.name}.linear", (x,))
    return made


@torch.no_grad()
def folded_weights(network, steps):
    """{step name: (weight, bias)} of convolutions with batch norm folded in, and of the linear layer."""
    folded = {}
    for step in steps:
        if step.op == "conv":
            module = network.get_submodule(step.name)
            norm = module.norm
            gain = norm.weight.double() / torch.sqrt(norm.running_var.double() + norm.eps)
            weight = module.conv.weight.double() * gain[:, None, None, None]
            folded[step.name] = (weight.float(), (norm.bias.double() - norm.running_mean.double() * gain).float())
        elif step.op == "linear":
            module = network.get_submodule(step.name)
            folded[step.name] = (module.weight.detach()[:, :, None, None].clone(), module.bias.detach().clone())
    return folded


def convolve(x, weight, bias, step):
    groups = weight.shape[0] if step.depthwise else 1
    return functional.conv2d(x, weight, bias, step.stride, step.kernel // 2, groups=groups)


def run_float(steps, weights, images, visit=None):
    """Float logits (N, classes) of normalised images; visit(name, tensor) sees every tensor behind its activation."""
    values = {"input": images}
    for step in steps:
        x = values[step.inputs[0]]
        if step.op in ("conv", "linear"):
            y = convolve(x, *weights[step.name], step)
            y = y.clamp(0, 6) if step.act else y
        elif step.op == "add":
            y = x + values[step.inputs[1]]
        elif step.op == "upsample":
            y = functional.interpolate(x, scale_factor=2, mode="nearest")
        else:
            y = x.mean((2, 3), keepdim=True)
        values[step.name] = y
        if visit:
            visit(step.name, y)
    return y.flatten(1)
