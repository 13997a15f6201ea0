"""The values onnxruntime finds in the project's default network on one photograph.

    python vgg16.py          # needs ../../models/vgg16.onnx
    python vgg16.py cat      # makes cat-224.png again; needs scikit-image

Run it again whenever models/vgg16.onnx changes.
"""

import sys
from pathlib import Path

import numpy as np
import onnx
from PIL import Image

import expect
from photos import centre

HERE = Path(__file__).resolve().parent
MODEL = HERE.parent.parent / "models" / "vgg16.onnx"
CAT = HERE / "cat-224.png"
MEAN_BGR = np.array([103.939, 116.779, 123.68], np.float32)
SHOWN = ("relu", "pool", "gap", "logits")


def cat():
    from skimage import data

    centre(Image.fromarray(data.chelsea())).save(CAT, optimize=True)


def batch():
    rgb = np.asarray(Image.open(CAT).convert("RGB")).astype(np.float32)
    bgr = rgb[:, :, ::-1] - MEAN_BGR
    return np.ascontiguousarray(bgr.transpose(2, 0, 1)[None])


def main():
    model = onnx.load(MODEL)
    wanted = [
        output
        for node in model.graph.node
        for output in node.output
        if output.startswith(SHOWN)
    ]
    x = batch()
    values = expect.run(MODEL, x, wanted)
    logits = values["logits"][0].astype(np.float64)
    odds = np.exp(logits - logits.max())
    odds /= odds.sum()
    top5 = [
        [int(i), expect.short(logits[i]), float(f"{odds[i]:.9g}")]
        for i in np.argsort(-logits, kind="stable")[:5]
    ]
    result = {
        "model": MODEL.name,
        "input_shape": list(x.shape),
        "tensors": [expect.describe(name, values[name]) for name in wanted],
        "output": expect.describe("logits", values["logits"]),
        "top5": top5,
    }
    (HERE / "vgg16.json").write_text(expect.dump(result))
    print(top5)


if __name__ == "__main__":
    cat() if sys.argv[1:] == ["cat"] else main()
