"""What PyTorch says of dense layers in training: training.json.

    python training.py

Weights, inputs and classes follow from the formulas below, so that no numbers need be kept for them. For one dense layer and for
three with ReLUs between them: the cross-entropy of a batch, its gradient, and the weights after STEPS steps of torch.optim's SGD
(momentum 0.9) and Adam, both with weight decay.
"""

import json
from pathlib import Path

import torch
from torch import nn

HERE = Path(__file__).resolve().parent
BATCH, STEPS, RATE, DECAY = 7, 5, 0.05, 0.01
NETS = {"linear": [6, 3], "dense": [8, 5, 5, 3]}


def numbers(count, start):
    """From -1 to 1, as the tests' `sequence` from a place on."""
    return torch.tensor([((i * 2654435761) % 2**32) / 2**31 - 1 for i in range(start, start + count)])


def network(widths):
    layers = []
    for place, (inputs, units) in enumerate(zip(widths, widths[1:])):
        layer = nn.Linear(inputs, units)
        with torch.no_grad():
            layer.weight.copy_(numbers(units * inputs, 1000 * place).reshape(units, inputs))
            layer.bias.copy_(numbers(units, 1000 * place + 500))
        layers += [layer, nn.ReLU()]
    return nn.Sequential(*layers[:-1])


def flat(tensors):
    return [float(number) for tensor in tensors for number in tensor.detach().reshape(-1)]


def main():
    found = {"rate": RATE, "decay": DECAY, "steps": STEPS}
    for name, widths in NETS.items():
        inputs = 2 * numbers(BATCH * widths[0], 5000).reshape(BATCH, widths[0])
        classes = torch.arange(BATCH) % widths[-1]
        net = network(widths)
        scores = net(inputs)
        loss = nn.functional.cross_entropy(scores, classes)
        loss.backward()
        right = int((scores.argmax(1) == classes).sum())
        gradient = flat(parameter.grad for parameter in net.parameters())
        entry = {"widths": widths, "loss": float(loss), "right": right, "gradient": gradient}
        for key, optimiser in [("sgd", lambda p: torch.optim.SGD(p, RATE, 0.9, weight_decay=DECAY)),
                               ("adam", lambda p: torch.optim.Adam(p, RATE, weight_decay=DECAY))]:
            net = network(widths)
            descent = optimiser(net.parameters())
            for _ in range(STEPS):
                descent.zero_grad()
                nn.functional.cross_entropy(net(inputs), classes).backward()
                descent.step()
            entry[key] = flat(net.parameters())
        found[name] = entry
    (HERE / "training.json").write_text(json.dumps(found) + "\n")


if __name__ == "__main__":
    torch.set_default_dtype(torch.float32)
    main()
