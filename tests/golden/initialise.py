"""What PyTorch finds of the spread of activations in an untrained network: initialise.json.

    python initialise.py

The network is a narrow VGG (NET below, as `vgg::build` writes it), the photo cat-224.png, normalised as torchvision does. For
each rule of torch.nn.init, over SEEDS networks: the mean of the logarithm of each layer's standard deviation (behind its ReLU,
over all channels and places; of the last layer, of its scores), and the standard deviation of that logarithm between networks;
of gradients of the largest score with respect to the layers, the same. And of a network with weights, weights/vgg11-stream.pth, each
standard deviation itself.
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
            elif rule == "orthogonal":
                nn.init.orthogonal_(module.weight, nn.init.calculate_gain("relu"))
            elif rule == "kaiming" and isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
            else:
                nn.init.normal_(module.weight, 0, 0.01)


def spreads(net, x):
    """Of activations, and of gradients with respect to them, but for the scores."""
    layers = []
    for module in net:
        x = module(x)
        if isinstance(module, nn.ReLU):
            x.retain_grad()
            layers.append(x)
    x.max().backward()

    def deviation(values):
        return values.detach().double().std(correction=0).item()

    return [deviation(one) for one in layers] + [deviation(x)], [deviation(one.grad) for one in layers]


def stored():
    """The network of weights.py's first file, without its dropouts."""
    state = torch.load(HERE / "weights/vgg11-stream.pth")
    layers, channels = [], 3
    for entry in [2, "M", 4, "M", 8, 8, "M", 16, 16, "M", 16, 16, "M"]:
        if entry == "M":
            layers.append(nn.MaxPool2d(2, 2))
        else:
            layers += [nn.Conv2d(channels, entry, 3, padding=1), nn.ReLU()]
            channels = entry
    shapes = [state[f"classifier.{at}.weight"].shape for at in (0, 3, 6)]
    dense = [nn.Linear(shape[1], shape[0]) for shape in shapes]
    net = nn.Sequential(*layers, nn.Flatten(), dense[0], nn.ReLU(), dense[1], nn.ReLU(), dense[2])
    with torch.no_grad():
        for own, value in zip(net.parameters(), state.values(), strict=True):
            own.copy_(value)
    return net


def main():
    photo = np.asarray(Image.open(HERE / "cat-224.png").convert("RGB"), np.float32) / 255
    mean, deviation = np.float32([0.485, 0.456, 0.406]), np.float32([0.229, 0.224, 0.225])
    x = torch.from_numpy(((photo - mean) / deviation).transpose(2, 0, 1)[None].copy())
    rules = {}
    for rule in ["xavier", "kaiming", "normal", "orthogonal"]:
        all_logs, all_gradients = [], []
        for seed in range(SEEDS):
            torch.manual_seed(seed)
            net = network()
            initialise(net, rule)
            activations, gradients = spreads(net, x)
            all_logs.append(np.log(activations))
            all_gradients.append(np.log(gradients))
        logs, gradients = np.array(all_logs), np.array(all_gradients)
        rules[rule] = {
            name: [round(v, 5) for v in values]
            for name, values in [
                ("mean", logs.mean(0)),
                ("deviation", logs.std(0)),
                ("gradient_mean", gradients.mean(0)),
                ("gradient_deviation", gradients.std(0)),
            ]
        }
    activations, gradients = spreads(stored(), x)
    found = {"net": NET, "hidden": HIDDEN, "classes": CLASSES, "rules": rules}
    found["stored"] = {"activations": activations, "gradients": gradients}
    (HERE / "initialise.json").write_text(json.dumps(found) + "\n")


if __name__ == "__main__":
    main()
