"""Whether what was saved of a trained network is the same network elsewhere.

    python check.py FOLDER

FOLDER is what `cargo run -p vggscope-engine --example train -- MODEL PHOTOS --out FOLDER` has written: the network as ONNX of
three precisions and as weights with a PyTorch program, and what the engine says of a photo (said.json). onnxruntime must find the
same logits, to 1e-5 of the largest for 32-bit floats; the program must run and name the likeliest class.
"""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

WITHIN = {"float32.onnx": 1e-5, "float16.onnx": 5e-3, "int8.onnx": 2e-1}


def main(folder):
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
    photo = Path(said["photo"]).resolve()
    printed = subprocess.run([sys.executable, "trained.py", photo], cwd=folder, capture_output=True, text=True, check=True).stdout
    print(printed)
    meta = {entry.key: entry.value for entry in onnx.load(folder / "float32.onnx").metadata_props}
    names = meta["vggscope.labels.en"].split("\n")
    assert printed.split("\n")[0].split("  ")[1] == names[int(logits.argmax())]
    probability = float(np.exp(logits - logits.max()).max() / np.exp(logits - logits.max()).sum())
    assert abs(float(printed.split("  ")[0]) - probability) < 0.01


if __name__ == "__main__":
    main(Path(sys.argv[1]))
