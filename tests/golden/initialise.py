"""What PyTorch finds of the spread of activations in an untrained network: initialise.json.

    python initialise.py

The network is a narrow VGG (NET below, as `vgg::build` writes it), the photo cat-224.png, normalised as torchvision does. For
each rule of torch.nn.init, over SEEDS networks: the mean of the logarithm of each layer's standard deviation (behind its ReLU,
over all channels and places; of the last layer, of its scores), and the standard deviation of that logarithm between networks.
"""

import json
from pathlib import Path

import numpy as np
import torch
from PIL import Image
from torch import nn

HERE = Path(__file__).resolve().parent
NET = "16,M,32,M,64,64,M,64,64,M,64,64,M"
HIDDEN, CLASSES, SEEDS = 64, 10, 40


def network():
    layers, channels = [], 3
    for entry in NET.split(","):
        if entry == "M":
            layers.append(nn.MaxPool2d(2, 2))
        else:
            layers += [nn.Conv2d(channels, int(entry), 3, padding=1), nn.ReLU()]
            channels = int(entry)
    dense = [nn.Linear(channels * 49, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, HIDDEN), nn.ReLU(), nn.Linear(HIDDEN, CLASSES)]
    return nn.Sequential(*layers, nn.Flatten(), *dense)


def initialise(net, rule):
    for module in net:
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            nn.init.zeros_(module.bias)
            if rule == "xavier":
                nn.init.xavier_uniform_(module.weight)
            elif rule == "kaiming" and isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
            else:
                nn.init.normal_(module.weight, 0, 0.01)


@torch.no_grad()
def spreads(net, x):
    found = []
    for module in net:
        x = module(x)
        if isinstance(module, nn.ReLU):
            found.append(x.double().std(correction=0).item())
    return found + [x.double().std(correction=0).item()]


def main():
    photo = np.asarray(Image.open(HERE / "cat-224.png").convert("RGB"), np.float32) / 255
    mean, deviation = np.float32([0.485, 0.456, 0.406]), np.float32([0.229, 0.224, 0.225])
    x = torch.from_numpy(((photo - mean) / deviation).transpose(2, 0, 1)[None].copy())
    rules = {}
    for rule in ["xavier", "kaiming", "normal"]:
        all_logs = []
        for seed in range(SEEDS):
            torch.manual_seed(seed)
            net = network()
            initialise(net, rule)
            all_logs.append(np.log(spreads(net, x)))
        logs = np.array(all_logs)
        rules[rule] = {"mean": [round(v, 5) for v in logs.mean(0)], "deviation": [round(v, 5) for v in logs.std(0)]}
    (HERE / "initialise.json").write_text(json.dumps({"net": NET, "hidden": HIDDEN, "classes": CLASSES, "rules": rules}) + "\n")


if __name__ == "__main__":
    main()
