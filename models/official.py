#!/usr/bin/env python3
"""Exports torchvision's VGGs to ONNX, with everything that the page wants to know inside, and checks the file.

    python official.py vgg16 --precision int8

`cargo xtask models` makes the Python environment and calls this. What it writes: README.md, "The official networks".
"""

import argparse
import copy
import sys
import urllib.error
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torchvision import models

import build
from onnx_graph import PRECISIONS, Graph, rounded, sha256

HERE = Path(__file__).resolve().parent
SAMPLES = HERE.parent / "www" / "photos"

NAMES = [f"vgg{depth}{norm}" for depth in (11, 13, 16, 19) for norm in ("", "_bn")]
SIZE = build.SIZE
MEAN, DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # preset `torchvision`: of RGB in 0..1
SEED = 0
# float32 sums of another order; seen are some 1e-6 of the largest logit.
TOLERANCE = 1e-4

LICENCE_TEXT = "Code and weights: torchvision, BSD-3-Clause, https://github.com/pytorch/vision/blob/main/LICENSE"


def official_weights(name):
    return models.get_model_weights(name).IMAGENET1K_V1


def load(args):
    """The network in PyTorch, and what the file will say of where its weights come from and what they hash to."""
    torch.manual_seed(SEED)
    if args.random_init:
        network = models.get_model(args.name, weights=None)
        source = f"{args.name} of torchvision, not trained: random weights of seed {SEED}."
        checksum = sha256(b"".join(tensor.numpy().tobytes() for tensor in network.state_dict().values()))
    else:
        weights = official_weights(args.name)
        file = Path(torch.hub.get_dir()) / "checkpoints" / weights.url.rsplit("/", 1)[1]
        try:
            network = models.get_model(args.name, weights=weights)
        except (urllib.error.URLError, OSError) as error:
            sys.exit(
                f"The official weights could not be loaded: {error}\n"
                f"  tried: {weights.url}\n"
                f"  and, before it, the file {file}\n"
                "Put the file there by hand and run this again, or take --random-init for a network that was never trained."
            )
        source = f"{args.name} of torchvision, weights IMAGENET1K_V1, {weights.url}"
        checksum = sha256(file.read_bytes())
    if args.num_classes is not None:
        head = nn.Linear(network.classifier[-1].in_features, args.num_classes)
        nn.init.xavier_uniform_(head.weight)
        nn.init.zeros_(head.bias)
        network.classifier[-1] = head
        source += f" The last layer is new: {args.num_classes} classes, Xavier uniform weights, not trained."
    if args.features_only:
        network = network.features
        source += " Without the classifier."
    return network.eval(), source, checksum


def layers(network):
    """[(name, module), ...]: conv1_1, bn1_1, relu1_1, ... pool5, fc6, relu6, fc7, relu7, fc8, as in the paper's own files."""
    features = getattr(network, "features", network)
    block, index = 1, 0
    for module in features:
        if isinstance(module, nn.Conv2d):
            index += 1
            yield f"conv{block}_{index}", module
        elif isinstance(module, nn.BatchNorm2d):
            yield f"bn{block}_{index}", module
        elif isinstance(module, nn.ReLU):
            yield f"relu{block}_{index}", module
        else:
            yield f"pool{block}", module
            block, index = block + 1, 0
    # The adaptive average pool between the two leaves the 7x7 maps of a 224x224 photo as they are.
    at = 5
    for module in getattr(network, "classifier", []):
        if isinstance(module, nn.Linear):
            at += 1
            yield f"fc{at}", module
        elif isinstance(module, nn.ReLU):
            yield f"relu{at}", module


def export(network, precision, name, metadata):
    """The network as ONNX. The weights of `network` itself are rounded to what the file then holds."""
    graph = Graph()
    x, shape = "photo", None
    for layer, module in layers(network):
        if isinstance(module, (nn.Conv2d, nn.Linear)):
            weight = module.weight.detach().numpy()
            inputs = [graph.weight(f"{layer}.weight", weight, precision), graph.store(f"{layer}.bias", module.bias.detach().numpy())]
            module.weight.data = torch.from_numpy(rounded(weight, precision))
        if isinstance(module, nn.Conv2d):
            x = graph.node("Conv", layer, [x, *inputs], kernel_shape=[3, 3], pads=[1, 1, 1, 1], strides=[1, 1])
            shape = [1, module.out_channels, SIZE // 32, SIZE // 32]
        elif isinstance(module, nn.BatchNorm2d):
            parts = {"scale": module.weight, "shift": module.bias, "mean": module.running_mean, "variance": module.running_var}
            stored = [graph.store(f"{layer}.{key}", value.detach().numpy()) for key, value in parts.items()]
            x = graph.node("BatchNormalization", layer, [x, *stored], epsilon=module.eps)
        elif isinstance(module, nn.ReLU):
            x = graph.node("Relu", layer, [x])
        elif isinstance(module, nn.MaxPool2d):
            x = graph.node("MaxPool", layer, [x], kernel_shape=[2, 2], strides=[2, 2])
        else:
            if len(shape) == 4:
                x = graph.node("Flatten", "flatten", [x], axis=1)
            x = graph.node("Gemm", layer, [x, *inputs], transB=1)
            shape = [1, module.out_features]
    return graph.model(name, {"photo": [1, 3, SIZE, SIZE]}, {x: shape}, metadata)


def preprocess(path):
    pixels = (build.photo_pixels(path) / 255 - np.float32(MEAN)) / np.float32(DEVIATION)
    return np.ascontiguousarray(pixels.transpose(2, 0, 1)[None], np.float32)


def answers(network, session, x):
    with torch.inference_mode():
        return network(torch.from_numpy(x)).numpy().reshape(-1), session.run(None, {"photo": x})[0].reshape(-1)


def top5(scores):
    return np.argsort(-scores, kind="stable")[:5].tolist()


def check(args, file, full, same):
    """The file against PyTorch: `same` holds the same rounded weights, `full` those before they were rounded."""
    session = build.session(str(file), args.threads)
    worst, kept = 0.0, []
    photos = sorted(SAMPLES.glob("*.jpg"))
    for path in photos:
        x = preprocess(path)
        wanted, found = answers(same, session, x)
        worst = max(worst, float(np.max(np.abs(found - wanted)) / np.max(np.abs(wanted))))
        if args.features_only:
            continue
        if top5(wanted) != top5(found):
            sys.exit(f"{file.name}: {path.name}: onnxruntime's first five {top5(found)} are not PyTorch's {top5(wanted)}")
        with torch.inference_mode():
            kept.append(top5(full(torch.from_numpy(x)).numpy()[0]) == top5(found))
    what = "feature map" if args.features_only else "logit"
    print(f"against PyTorch on {len(photos)} photos: largest {what} error {worst:.1e} of the largest {what}", end="")
    print("" if args.features_only else f"; first five equal on all; equal to float32's on {sum(kept)}")
    if worst > TOLERANCE:
        sys.exit(f"{file.name}: the error is above {TOLERANCE:.0e}")


def agreement(args, file, full):
    """How often the file's first answer is the float32 network's, on the labelled photos of a listing."""
    session = build.session(str(file), args.threads)
    rows = build.labelled(args.photos, build.load_labels()["wnid"], args.part)
    firsts = np.array([[int(np.argmax(a)) for a in answers(full, session, preprocess(path))] for path, _ in rows])
    truth = np.array([index for _, index in rows])
    for name, column in zip(("float32", args.precision), firsts.T, strict=True):
        print(f"{name}: top-1 {np.mean(column == truth):.2%} of {len(rows)} photos")
    print(f"top-1 agreement {args.precision} / float32: {np.mean(firsts[:, 0] == firsts[:, 1]):.2%}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", choices=NAMES)
    parser.add_argument("--precision", choices=PRECISIONS, default="f32", help="of the weights in the file")
    parser.add_argument("--random-init", action="store_true", help="weights that were never trained, for tests")
    head = parser.add_mutually_exclusive_group()
    head.add_argument("--features-only", action="store_true", help="drop the classifier")
    head.add_argument("--num-classes", type=int, metavar="N", help="a new last layer of N classes, not trained")
    parser.add_argument("--photos", type=Path, metavar="TSV", help="labelled photos on which to compare with float32")
    parser.add_argument("--part", default="one-per-class/", help="how the paths to take begin")
    parser.add_argument("--out", type=Path, default=HERE / "local", help="the folder to write to")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    args = parser.parse_args()
    if args.num_classes is not None and not 1 <= args.num_classes <= 65535:
        parser.error("--num-classes: between 1 and 65535")
    if args.photos and (args.features_only or args.num_classes is not None):
        parser.error("--photos needs the 1,000 classes")

    network, source, checksum = load(args)
    metadata = {
        "name": args.name.upper().replace("VGG", "VGG-").replace("_BN", " (batch norm)"),
        "preset": "torchvision",
        "source": source,
        "licence": LICENCE_TEXT,
        "checksum": checksum,
    }
    if not args.features_only and args.num_classes is None:
        metadata |= {f"labels.{key}": "\n".join(names) for key, names in build.load_labels().items()}
    marks = [
        args.name.replace("_", "-"),
        *(["random"] if args.random_init else []),
        *(["features"] if args.features_only else []),
        *([f"{args.num_classes}-classes"] if args.num_classes is not None else []),
        *([args.precision] if args.precision != "f32" else []),
    ]
    args.out.mkdir(parents=True, exist_ok=True)
    file = args.out / f"{'-'.join(marks)}.onnx"
    full = copy.deepcopy(network)
    data = export(network, args.precision, args.name, metadata).SerializeToString(deterministic=True)
    part = file.with_suffix(".part")
    part.write_bytes(data)
    check(args, part, full, network)
    if args.photos:
        agreement(args, part, full)
    part.rename(file)
    print(f"{file}: {len(data)} bytes, sha256 {sha256(data)}")


if __name__ == "__main__":
    main()
