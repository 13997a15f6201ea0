"""The values onnxruntime finds in a network, in the form that the tests read."""

import json

import numpy as np
import onnx
import onnxruntime as ort

SHOWN = {
    "Conv",
    "Relu",
    "Clip",
    "BatchNormalization",
    "MaxPool",
    "AveragePool",
    "GlobalAveragePool",
    "Gemm",
    "MatMul",
    "Add",
}
SAMPLES = 16


def ramp(shape):
    """A fixed scatter over [-1, 1): Knuth's multiplicative hash of the flat index."""
    i = np.arange(int(np.prod(shape)), dtype=np.uint64)
    hashed = (i * np.uint64(2654435761)) % np.uint64(2**32)
    x = hashed.astype(np.float64) / 2.0**32 * 2.0 - 1.0
    return x.astype(np.float32).reshape(shape)


def short(x):
    """The shortest decimal that reads back as the same float32."""
    return float(str(np.float32(x)))


def describe(name, array):
    flat = np.ascontiguousarray(array).reshape(-1)
    last = flat.size - 1
    steps = SAMPLES - 1
    at = sorted({(k * last + steps // 2) // steps for k in range(SAMPLES)})
    return {
        "name": name,
        "shape": list(array.shape),
        "mean": float(f"{flat.mean(dtype=np.float64):.10g}"),
        "min": short(flat.min()),
        "max": short(flat.max()),
        "samples": [[i, short(flat[i])] for i in at],
    }


def run(path, x, wanted):
    """Run without any graph optimisation, with `wanted` tensors as extra outputs."""
    model = onnx.load(path)
    fixed = {i.name for i in model.graph.initializer}
    feed = next(i.name for i in model.graph.input if i.name not in fixed)
    outputs = {o.name for o in model.graph.output}
    for name in wanted:
        if name not in outputs:
            model.graph.output.append(onnx.helper.make_empty_tensor_value_info(name))
    options = ort.SessionOptions()
    options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    session = ort.InferenceSession(
        model.SerializeToString(), options, providers=["CPUExecutionProvider"]
    )
    names = [o.name for o in session.get_outputs()]
    return dict(zip(names, session.run(names, {feed: x})))


def write(path, shape):
    """Write NAME.json beside NAME.onnx and return how many tensors it describes."""
    model = onnx.load(path)
    onnx.checker.check_model(model, full_check=True)
    wanted = [n.output[0] for n in model.graph.node if n.op_type in SHOWN]
    output = model.graph.output[0].name
    values = run(path, ramp(shape), wanted)
    tensors = []
    for name in wanted:
        value = values[name]
        if value.dtype == np.float32:
            assert np.isfinite(value).all(), name
            tensors.append(describe(name, value))
    result = {
        "model": path.name,
        "input_shape": shape,
        "tensors": tensors,
        "output": describe(output, values[output]),
    }
    path.with_suffix(".json").write_text(dump(result))
    return len(tensors)


def dump(result):
    """JSON with a line for each tensor, so that a change of one shows as one line."""
    parts = []
    for key, value in result.items():
        if key == "tensors":
            lines = ",\n  ".join(json.dumps(t) for t in value)
            parts.append(f' "tensors": [\n  {lines}\n ]')
        else:
            parts.append(f" {json.dumps(key)}: {json.dumps(value)}")
    return "{\n" + ",\n".join(parts) + "\n}\n"
