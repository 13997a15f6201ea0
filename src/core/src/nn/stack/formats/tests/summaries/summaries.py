"""Writes summaries.txt: summaries of small networks by torchinfo and torchsummary, each with the stack that its modules are.

Made by `python summaries.py > summaries.txt`, with torch 2.7.1, torchinfo 1.8.0 and torchsummary 1.5.1.
"""

import contextlib
import io

import torch
import torch.nn.functional as F
import torchinfo
import torchsummary
from torch import nn


def vgg11():
    layers, channels = [], 3
    for width in [64, "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"]:
        if width == "M":
            layers.append(nn.MaxPool2d(2, 2))
        else:
            layers += [nn.Conv2d(channels, width, 3, padding=1), nn.ReLU(True)]
            channels = width
    head = nn.Sequential(nn.Linear(2048, 64), nn.ReLU(True), nn.Dropout(), nn.Linear(64, 10))
    return nn.Sequential(nn.Sequential(*layers), nn.AdaptiveAvgPool2d(2), nn.Flatten(), head)


def lenet():
    return nn.Sequential(
        nn.Conv2d(1, 6, 5), nn.Sigmoid(), nn.AvgPool2d(2),
        nn.Conv2d(6, 16, 5), nn.Sigmoid(), nn.AvgPool2d(2),
        nn.Flatten(), nn.Linear(400, 120), nn.Sigmoid(), nn.Linear(120, 10),
    )  # fmt: skip


def alexnet():
    return nn.Sequential(
        nn.Conv2d(3, 64, 11, 4, 2), nn.ReLU(True), nn.MaxPool2d(3, 2),
        nn.Conv2d(64, 192, 5, padding=2), nn.ReLU(True), nn.MaxPool2d(3, 2),
        nn.Conv2d(192, 384, 3, padding=1), nn.ReLU(True),
        nn.Conv2d(384, 256, 3, padding=1), nn.ReLU(True), nn.MaxPool2d(3, 2),
        nn.AdaptiveAvgPool2d(6),
    )  # fmt: skip


def strided():
    return nn.Sequential(
        nn.Conv2d(3, 32, 3, 2, 1, bias=False), nn.BatchNorm2d(32), nn.ReLU(),
        nn.Conv2d(32, 64, 5, 2, 2, bias=False), nn.BatchNorm2d(64), nn.ReLU(),
        nn.Conv2d(64, 16, 1, bias=False), nn.BatchNorm2d(16), nn.ReLU(),
        nn.ConvTranspose2d(16, 8, 2, 2), nn.ReLU(), nn.ConvTranspose2d(8, 3, 4, 2, 1), nn.Tanh(),
    )  # fmt: skip


def depthwise():
    return nn.Sequential(nn.Conv2d(3, 32, 3, 2, 1), nn.Conv2d(32, 32, 3, padding=1, groups=32), nn.Conv2d(32, 64, 1))


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.stem = nn.Conv2d(3, 8, 3, padding=1)
        self.conv = nn.Conv2d(8, 16, 3, stride=2, padding=1)
        self.shortcut = nn.Conv2d(8, 16, 1, stride=2)

    def forward(self, x):
        x = self.stem(x)
        return self.conv(x) + self.shortcut(x)


class Functional(nn.Module):
    """As many write it: with pools that are no modules."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(3, 8, 3, padding=1)
        self.conv2 = nn.Conv2d(8, 16, 3, padding=1)
        self.fc = nn.Linear(1024, 10)

    def forward(self, x):
        x = F.max_pool2d(F.relu(self.conv1(x)), 2)
        x = F.max_pool2d(F.relu(self.conv2(x)), 2)
        return self.fc(torch.flatten(x, 1))


class Block(nn.Module):
    def __init__(self, channels, width):
        super().__init__()
        self.conv = nn.Conv2d(channels, width, 3, padding=1)

    def forward(self, x):
        return F.max_pool2d(self.conv(x), 2)


def blocks():
    return nn.Sequential(Block(3, 8), Block(8, 8))


KINDS = {nn.Conv2d: "", nn.ConvTranspose2d: "t", nn.MaxPool2d: "m", nn.AvgPool2d: "a"}


def stack(model, size):
    text = f"{size}x{size}"
    for module in model.modules():
        if type(module) in KINDS:
            numbers = [module.kernel_size, module.stride, module.padding]
            numbers = [number[0] if isinstance(number, tuple) else number for number in numbers]
            text += ";" + KINDS[type(module)] + ",".join(map(str, numbers))
    return text


ALL = ("kernel_size", "input_size", "num_params", "params_percent", "output_size", "mult_adds", "trainable")
for name, model, channels, size in [
    ("vgg11", vgg11(), 3, 64),
    ("lenet", lenet(), 1, 32),
    ("alexnet", alexnet(), 3, 224),
    ("strided", strided(), 3, 96),
    ("depthwise", depthwise(), 3, 64),
    ("residual", Residual(), 3, 64),
    ("functional", Functional(), 3, 32),
    ("blocks", blocks(), 3, 32),
]:
    shape = (channels, size, size)
    for by, columns in [("torchinfo", ("output_size", "num_params")), ("columns", ALL)]:
        print("####", name, by, stack(model, size))
        rows = ("depth",) if by == "torchinfo" else ("depth", "var_names", "ascii_only")
        print(torchinfo.summary(model, (1, *shape), col_names=columns, row_settings=rows, verbose=0))
    out = io.StringIO()
    with contextlib.redirect_stdout(out):
        torchsummary.summary(model, shape, device="cpu")
    print("####", name, "torchsummary", stack(model, size))
    print(out.getvalue())
