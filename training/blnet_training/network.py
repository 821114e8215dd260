"""The torch module of a spec.

Building blocks are those of MobileNetV2 (Sandler et al., 2018, inverted
residuals with linear bottlenecks) arranged in Big-Little modules (Chen et al.,
2019): a deep branch at half resolution beside a shallow one at full
resolution, merged by addition.

Input: float (N, channels, height, width), already (pixel - mean) / std.
Output: float logits (N, classes).
"""

from collections import OrderedDict

from torch import nn


class ConvNorm(nn.Sequential):
    """Convolution without bias, batch norm and, unless linear, ReLU6."""

    def __init__(self, inputs, out, kernel, stride=1, groups=1, linear=False):
        conv = nn.Conv2d(inputs, out, kernel, stride, kernel // 2, groups=groups, bias=False)
        layers = [("conv", conv), ("norm", nn.BatchNorm2d(out))]
        super().__init__(OrderedDict(layers if linear else layers + [("act", nn.ReLU6(inplace=True))]))


class InvertedResidual(nn.Module):
    """(N, inputs, H, W) -> (N, out, ceil(H/stride), ceil(W/stride))."""

    def __init__(self, block):
        super().__init__()
        hidden = block.hidden
        self.residual = block.residual
        self.expand = ConvNorm(block.inputs, hidden, 1) if block.expand else None
        self.depthwise = ConvNorm(hidden, hidden, 3, block.stride, groups=hidden)
        self.project = ConvNorm(hidden, block.out, 1, linear=True)

    def forward(self, x):
        y = x if self.expand is None else self.expand(x)
        y = self.project(self.depthwise(y))
        return x + y if self.residual else y


class BigLittle(nn.Module):
    """(N, inputs, H, W) -> (N, out, H, W), H and W even. Without little blocks the big branch is alone."""

    def __init__(self, big, little):
        super().__init__()
        self.big = nn.Sequential(*map(InvertedResidual, big))
        self.little = nn.Sequential(*map(InvertedResidual, little))
        self.upsample = nn.Upsample(scale_factor=2, mode="nearest")

    def forward(self, x):
        y = self.upsample(self.big(x))
        return y + self.little(x) if len(self.little) else y


class Classifier(nn.Module):
    """Global average pool and a fully connected layer: (N, C, H, W) -> (N, classes)."""

    def __init__(self, inputs, classes):
        super().__init__()
        self.pool = nn.AdaptiveAvgPool2d(1)
        self.flatten = nn.Flatten(1)
        self.linear = nn.Linear(inputs, classes)

    def forward(self, x):
        return self.linear(self.flatten(self.pool(x)))


def module_of(stage):
    """The module of one Stage."""
    if stage.kind == "conv":
        kernel, stride = stage.body
        return ConvNorm(stage.inputs, stage.out, kernel, stride)
    if stage.kind == "block":
        return InvertedResidual(stage.body)
    if stage.kind == "bigLittle":
        return BigLittle(*stage.body)
    return Classifier(stage.inputs, stage.out)


def build_network(spec):
    """The whole network, initialised: He normal (fan out) for convolutions."""
    network = nn.Sequential(OrderedDict((stage.name, module_of(stage)) for stage in spec.stages))
    for module in network.modules():
        if isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
        elif isinstance(module, nn.Linear):
            nn.init.normal_(module.weight, std=0.01)
            nn.init.zeros_(module.bias)
    return network
