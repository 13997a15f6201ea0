"""Whether a network with a head that was trained here is the same network elsewhere.

    python check.py

Makes photos of three classes, has `cargo run -p vggscope-engine --example train` train heads on them (on the default model and on
weights of PyTorch, linear and of three layers) and write every kind of file, and compares: onnxruntime must find the logits that the
engine finds, to 1e-5 of the largest for 32-bit floats; the PyTorch program must run, and be as sure of the same class.
`cargo xtask test --exports` calls it, with models/official-requirements.txt.
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
from PIL import Image

ROOT = Path(__file__).resolve().parents[2]
MODELS = ["models/vgg16.onnx", "tests/golden/weights/vgg11-stream.pth"]
HEADS = [[], ["--units", "16"]]
# Of the largest logit. Eight bits are as coarse as they are: the default model has them already, the other loses digits.
WITHIN = {"float32.onnx": 1e-5, "float16.onnx": 5e-3, "int8.onnx": 2e-1}
EACH, SIDE = 6, 96


def photos(folder):
    """Checks, discs and stripes, each of other colours and sizes."""
    rows, columns = np.mgrid[:SIDE, :SIDE]
    for number in range(EACH):
        period, ink, paper = 8 + 2 * number, [40 + 30 * number, 90, 160], [220, 200 - 20 * number, 60]
        pictures = {
            "checks \"x\"": (rows // period + columns // period) % 2 == 0,
            "disc": (rows - 48) ** 2 + (columns - 40 - 2 * number) ** 2 < (14 + 3 * number) ** 2,
            "stripes": columns // 3 % 2 == 0,
        }
        for name, where in pictures.items():
            (folder / name).mkdir(exist_ok=True)
            pixels = np.where(where[..., None], ink, paper).astype(np.uint8)
            Image.fromarray(pixels).save(folder / name / f"{number}.png")


def check(folder):
    said = json.loads((folder / "said.json").read_text())
    logits = np.array(said["logits"], np.float32)
    for name, within in WITHIN.items():
        onnx.checker.check_model(str(folder / name), full_check=True)
        session = onnxruntime.InferenceSession(folder / name, providers=["CPUExecutionProvider"])
        shape = [size if isinstance(size, int) else 1 for size in session.get_inputs()[0].shape]
        tensor = np.array(said["input"], np.float32).reshape(shape)
        found = session.run(None, {session.get_inputs()[0].name: tensor})[0].ravel()
        off = float(np.abs(found - logits).max() / np.abs(logits).max())
        print(f"{name}: {off:.1e} of the largest logit")
        assert off <= within, name
    program = [sys.executable, "trained.py", Path(said["photo"]).resolve()]
    printed = subprocess.run(program, cwd=folder, capture_output=True, text=True, check=True).stdout
    first, name = printed.splitlines()[0].split("  ")
    meta = {entry.key: entry.value for entry in onnx.load(folder / "float32.onnx").metadata_props}
    assert name == meta["vggscope.labels.en"].split("\n")[int(logits.argmax())], printed
    shares = np.exp(logits - logits.max())
    assert abs(float(first) - float(shares.max() / shares.sum())) < 0.01, printed


def main():
    with tempfile.TemporaryDirectory() as scratch:
        scratch = Path(scratch)
        (scratch / "photos").mkdir()
        photos(scratch / "photos")
        for model in MODELS:
            for head in HEADS:
                print(model, *head)
                out = scratch / f"{Path(model).stem}{len(head)}"
                train = ["cargo", "run", "-q", "-p", "vggscope-engine", "--example", "train", "--", model, scratch / "photos"]
                subprocess.run([*train, *head, "--epochs", "20", "--out", out], cwd=ROOT, check=True, stdout=subprocess.DEVNULL)
                check(out)


if __name__ == "__main__":
    main()
