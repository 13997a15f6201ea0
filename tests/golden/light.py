"""Copy onnx's nine light models here and check that onnxruntime finds the expected outputs.

    python light.py
"""

import hashlib
import shutil
from pathlib import Path

import numpy as np
import onnx
import onnxruntime as ort
from onnx import numpy_helper

SOURCE = Path(onnx.__file__).parent / "backend/test/data/light"
OUT = Path(__file__).resolve().parent / "light"
RTOL = {"light_densenet121": 2e-3}
ATOL = 1e-7


def feed(value):
    """What onnx.backend.test.runner.Runner.generate_dummy_data makes for an input."""
    dims = value.type.tensor_type.shape.dim
    shape = tuple(d.dim_value if d.HasField("dim_value") else 1 for d in dims)
    n = np.prod(shape)
    return (np.arange(n).reshape(shape) / n).astype(np.float32)


def main():
    OUT.mkdir(exist_ok=True)
    for path in sorted(SOURCE.glob("light_*")):
        shutil.copyfile(path, OUT / path.name)
        print(f"{hashlib.sha256(path.read_bytes()).hexdigest()}  {path.name}")
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    options.log_severity_level = 3
    for path in sorted(OUT.glob("*.onnx")):
        graph = onnx.load(path).graph
        fixed = {i.name for i in graph.initializer}
        feeds = {i.name: feed(i) for i in graph.input if i.name not in fixed}
        session = ort.InferenceSession(path, options, providers=["CPUExecutionProvider"])
        (found,) = session.run(None, feeds)
        expected = onnx.TensorProto()
        expected.ParseFromString(path.with_name(f"{path.stem}_output_0.pb").read_bytes())
        expected = numpy_helper.to_array(expected)
        rtol = RTOL.get(path.stem, 1e-3)
        np.testing.assert_allclose(found, expected, rtol=rtol, atol=ATOL)
        error = np.abs(found - expected).max()
        print(f"{path.stem}: {list(found.shape)}, largest difference {error:.1e}")


if __name__ == "__main__":
    main()
