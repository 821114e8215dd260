"""Small classics of PyTorch with seeded weights, as torch.onnx.export writes them, for tests: one file a net, opset and batch.

Usage: export_torch_models.py FOLDER
"""

import sys
import warnings

import torch
from torch import nn
from torch.nn import functional

warnings.filterwarnings("ignore")


class LeNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.a = nn.Conv2d(1, 6, 5, padding=2)
        self.b = nn.Conv2d(6, 16, 5)
        self.dense = nn.ModuleList([nn.Linear(400, 60), nn.Linear(60, 30), nn.Linear(30, 10)])

    def forward(self, x):
        x = functional.max_pool2d(functional.relu(self.a(x)), 2)
        x = functional.max_pool2d(functional.relu(self.b(x)), 2)
        x = x.view(x.size(0), -1)
        for layer in self.dense[:-1]:
            x = functional.relu(layer(x))
        return functional.log_softmax(self.dense[-1](x), 1)


class InvertedResidual(nn.Module):
    def __init__(self, inputs, outputs, stride, expansion):
        super().__init__()
        inner = inputs * expansion
        self.adds = stride == 1 and inputs == outputs
        self.layers = nn.Sequential(
            nn.Conv2d(inputs, inner, 1, bias=False),
            nn.BatchNorm2d(inner),
            nn.ReLU6(True),
            nn.Conv2d(inner, inner, 3, stride, 1, groups=inner, bias=False),
            nn.BatchNorm2d(inner),
            nn.ReLU6(True),
            nn.Conv2d(inner, outputs, 1, bias=False),
            nn.BatchNorm2d(outputs),
        )

    def forward(self, x):
        return x + self.layers(x) if self.adds else self.layers(x)


class MobileNetV2(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 8, 3, 2, 1, bias=False),
            nn.BatchNorm2d(8),
            nn.ReLU6(),
            InvertedResidual(8, 8, 1, 1),
            InvertedResidual(8, 12, 2, 4),
            InvertedResidual(12, 12, 1, 4),
        )
        self.classifier = nn.Sequential(nn.Dropout(0.2), nn.Linear(12, 10))

    def forward(self, x):
        x = functional.adaptive_avg_pool2d(self.features(x), (1, 1))
        return self.classifier(torch.flatten(x, 1))


class BasicBlock(nn.Module):
    def __init__(self, inputs, outputs, stride):
        super().__init__()
        self.a = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.norm_a = nn.BatchNorm2d(outputs)
        self.b = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.norm_b = nn.BatchNorm2d(outputs)
        short = nn.Conv2d(inputs, outputs, 1, stride, bias=False)
        self.short = nn.Sequential(short, nn.BatchNorm2d(outputs)) if stride > 1 else nn.Identity()

    def forward(self, x):
        y = self.norm_b(self.b(functional.relu(self.norm_a(self.a(x)))))
        return functional.relu(y + self.short(x))


class ResNet(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 7, 2, 3, bias=False), nn.BatchNorm2d(8), nn.ReLU(), nn.MaxPool2d(3, 2, 1))
        self.blocks = nn.Sequential(BasicBlock(8, 8, 1), BasicBlock(8, 16, 2))
        self.classifier = nn.Linear(16, 10)

    def forward(self, x):
        return self.classifier(self.blocks(self.stem(x)).mean([2, 3]))


class Normalizing(nn.Module):
    """Takes pixels 0 to 255 and normalizes them itself; odd kernels and a resize by 4."""

    def __init__(self):
        super().__init__()
        self.register_buffer("mean", torch.tensor([123.0, 117.0, 104.0]).view(1, 3, 1, 1))
        self.register_buffer("std", torch.tensor([58.0, 57.0, 57.0]).view(1, 3, 1, 1))
        self.a = nn.Conv2d(3, 4, (1, 5), padding=(0, 2))
        self.b = nn.Conv2d(4, 4, 3, padding=2, dilation=2)
        self.up = nn.Upsample(scale_factor=4)

    def forward(self, x):
        return self.up(functional.relu(self.b(self.a((x - self.mean) / self.std))))


class Vgg(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(
            nn.Conv2d(3, 8, 3, padding=1),
            nn.ReLU(True),
            nn.MaxPool2d(2, 2, ceil_mode=True),
            nn.Conv2d(8, 8, 3, padding=1, groups=2),
            nn.ReLU(True),
            nn.AdaptiveAvgPool2d((2, 2)),
        )
        self.classifier = nn.Sequential(
            nn.Flatten(), nn.Linear(32, 16), nn.ReLU(), nn.Dropout(), nn.Linear(16, 5), nn.Softmax(1)
        )

    def forward(self, x):
        return self.classifier(self.features(x))


NETS = {
    "lenet": (LeNet, (1, 1, 28, 28)),
    "mobilenet-v2": (MobileNetV2, (1, 3, 32, 32)),
    "resnet": (ResNet, (1, 3, 64, 64)),
    "normalizing": (Normalizing, (1, 3, 9, 7)),
    "vgg": (Vgg, (1, 3, 16, 16)),
}


def main():
    for name, (build, shape) in NETS.items():
        torch.manual_seed(1)
        net = build().eval()
        for module in net.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.running_mean.normal_()
                module.running_var.uniform_(0.5, 2)
        for opset, is_dynamic in ((11, True), (13, False), (17, True)):
            axes = {"in": {0: "N"}, "out": {0: "N"}} if is_dynamic else None
            path = f"{sys.argv[1]}/{name}-{opset}.onnx"
            names = {"input_names": ["in"], "output_names": ["out"], "dynamic_axes": axes}
            torch.onnx.export(net, torch.randn(*shape), path, opset_version=opset, **names)


main()
