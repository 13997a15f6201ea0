#!/usr/bin/env python3
"""Second step: fits the head to the teachers' answers on the features that extract.py kept.

    python train.py FEATURES_FOLDER --judge            # by folds: what heads say of photos and classes they never saw
    python train.py FEATURES_FOLDER --out head.npz     # the head, made of all photos
"""

import argparse
import json
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch

from photos import FOLDS, UNLABELLED

HERE = Path(__file__).resolve().parent
CLASSES = HERE.parent / "imagenet-classes.tsv"

POOL5 = 1  # of the two features that extract.py keeps: the mean of relu5_3, the mean of pool5
RIDGE = 0.03  # penalty of the regression, in units of the standardised features' variance
SCALE = 4.0  # the regression's answers are too timid: it is shrunk, and means are
TEMPERATURE = 0.7
RATE, BATCH, EPOCHS = 2e-4, 256, 20
# Share of the log prior that is taken off the biases, and share of the label in the target of a labelled crop.
ADJUST, TRUST = 0.15, 0.4


@dataclass
class Data:
    """One row a picture."""

    features: np.ndarray  # float32 [n, 512]
    logits: np.ndarray  # float32 [n, 1000]: the teachers' mean, centred
    labels: np.ndarray  # class of the photo, where the picture shows one photo and that has a label; else -1
    folds: np.ndarray
    centre: np.ndarray  # whether it is a photo's centre crop, as the page feeds it
    alone: np.ndarray  # whether no photo of another fold shows its class


def read(folder: Path) -> Data:
    about = json.loads((folder / "about.json").read_text())
    rows = [line.split("\t") for line in CLASSES.read_text(encoding="utf-8").splitlines()[1:]]
    number = {row[1]: int(row[0]) for row in rows}
    wnids = [wnid for _, wnid, _ in about["photos"]]
    label = np.array([number.get(wnid, -1) for wnid in wnids])
    fold = np.array([fold for _, _, fold in about["photos"]])
    homes = {}
    for wnid, home in zip(wnids, fold, strict=True):
        homes.setdefault(wnid, set()).add(home)
    alone = np.array([wnid != UNLABELLED and len(homes[wnid]) == 1 for wnid in wnids])

    files = sorted(folder.glob("*.npz"))
    parts = [np.load(file) for file in files]
    members = np.concatenate([part["members"] for part in parts])
    logits = np.concatenate([part["logits"] for part in parts]).astype(np.float32).mean(1)
    first = members[:, 0]
    whole = np.arange(len(members)) < 2 * len(wnids)
    return Data(
        features=np.concatenate([part["features"] for part in parts])[:, POOL5],
        logits=logits - logits.mean(1, keepdims=True),
        labels=np.where(members[:, 1] < 0, label[first], -1),
        folds=fold[first],
        centre=whole & (np.arange(len(members)) % 2 == 0),
        alone=alone[first],
    )


def ridge(x, y):
    """weight [512, 1000] and bias of the linear regression of y on x, with a penalty."""
    gram = x.T @ x / len(x) + RIDGE * np.eye(x.shape[1], dtype=np.float32)
    weight = np.linalg.solve(gram, x.T @ (y - y.mean(0)) / len(x))
    return weight.astype(np.float32), y.mean(0)


def fit(data: Data, rows: np.ndarray, say=lambda line: None):
    """weight [1000, 512] and bias [1000] for the raw features, from the pictures `rows`."""
    torch.manual_seed(0)
    x, logits, labels = data.features[rows], data.logits[rows], data.labels[rows]
    mean, deviation = x.mean(0), x.std(0) + 1e-6
    x = (x - mean) / deviation
    weight, bias = (torch.from_numpy(SCALE * part).requires_grad_() for part in ridge(x, logits))
    x, logits = torch.from_numpy(x), torch.from_numpy(logits)
    labels = torch.from_numpy(labels)

    steps = len(x) // BATCH
    optimiser = torch.optim.AdamW([weight, bias], lr=RATE)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, RATE, total_steps=EPOCHS * steps, pct_start=0.05)
    for epoch in range(EPOCHS):
        order, total = torch.randperm(len(x)), 0.0
        for batch in order[: steps * BATCH].reshape(steps, BATCH):
            loss = divergence(x[batch] @ weight + bias, logits[batch], labels[batch])
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
            total += loss.item()
        say(f"epoch {epoch + 1} of {EPOCHS}: loss {total / steps:.4f}")
    weight, bias = weight.detach().numpy(), bias.detach().numpy()
    # Classes of which the photos show many must not be answered more often for it (Menon et al. 2021).
    bias = bias - ADJUST * np.log(torch.softmax(logits, 1).mean(0).numpy())
    # The raw features' mean and deviation go into the weights, so that the head stays one linear layer.
    weight = weight / deviation[:, None]
    return weight.T.copy(), bias - mean @ weight


def divergence(answers, logits, labels):
    """Kullback-Leibler divergence, but for a constant, from the teachers' answers (Hinton et al. 2015) and the labels."""
    target = torch.softmax(logits / TEMPERATURE, 1)
    known = labels >= 0
    target[known] *= 1 - TRUST
    target[known, labels[known]] += TRUST
    return -(target * torch.log_softmax(answers / TEMPERATURE, 1)).sum(1).mean() * TEMPERATURE**2


def score(data: Data, rows: np.ndarray, answers: np.ndarray) -> str:
    order = np.argsort(-answers, axis=1, kind="stable")[:, :5]
    right = order == data.labels[rows, None]
    return f"top-1 {right[:, 0].mean():.1%}, top-5 {right.any(1).mean():.1%} of {len(rows)}"


def judge(data: Data):
    """Trains without each fold in turn, and asks for the centre crops of its photos."""
    answers = np.zeros((len(data.labels), 1000), np.float32)
    for fold in range(FOLDS):
        weight, bias = fit(data, np.flatnonzero(data.folds != fold))
        held = np.flatnonzero(data.centre & (data.folds == fold) & (data.labels >= 0))
        answers[held] = data.features[held] @ weight.T + bias
        print(f"fold {fold + 1} of {FOLDS}", flush=True)
    for name, alone in (("classes never seen", True), ("other photos of classes seen", False)):
        rows = np.flatnonzero(data.centre & (data.labels >= 0) & (data.alone == alone))
        if len(rows):
            print(f"{name}: {score(data, rows, answers[rows])}; the teachers: {score(data, rows, data.logits[rows])}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("features", type=Path)
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("--judge", action="store_true", help="print what can be expected of photos never seen")
    what.add_argument("--out", type=Path, metavar="NPZ", help="write the head")
    args = parser.parse_args()
    data = read(args.features)
    print(f"{len(data.labels)} pictures")
    if args.judge:
        judge(data)
        return
    weight, bias = fit(data, np.arange(len(data.labels)), say=lambda line: print(line, flush=True))
    np.savez(args.out, weight=weight, bias=bias)


if __name__ == "__main__":
    main()
