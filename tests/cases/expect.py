"""What onnxruntime finds in the networks of models/: their outputs, and what the middle unit of every map sees.

    python expect.py            # all of them; needs ../golden/requirements.txt
    python expect.py Z-unet     # that one again

The input is that of golden/nets.py. A field is found by impulses: a row or a column of the input is replaced by noise, and
the unit sees it if any channel of it changes in one of three tries. What onnxruntime refuses has its reason in place of both.
"""

import json
import re
import sys
from pathlib import Path

import numpy as np
import onnx
import onnxruntime

# A file that shows what a dropout left in training mode does: its scores are drawn anew in each run.
RANDOM = ["M32c"]
HERE = Path(__file__).resolve().parent
OPEN = 64
TRIES = 3
SAMPLES = 12
onnxruntime.set_default_logger_severity(4)


def sequence(shape):
    i = np.arange(np.prod(shape), dtype=np.uint64)
    return (((i * 2654435761) % 2**32) / 2**31 - 1).astype(np.float32).reshape(shape)


def session(model, path):
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    options.intra_op_num_threads = 1
    options.log_severity_level = 4
    # Files beside it are found by the path.
    whole = path.with_suffix(".whole.onnx")
    try:
        onnx.save(model, whole)
        return onnxruntime.InferenceSession(str(whole), options, providers=["CPUExecutionProvider"])
    finally:
        whole.unlink(missing_ok=True)


def dims(value):
    """The dimensions of the input; open ones as the tests choose them."""
    sizes = [dim.dim_value if dim.HasField("dim_value") and dim.dim_value > 0 else 0 for dim in value.type.tensor_type.shape.dim]
    if len(sizes) != 4:
        sizes = [0, 0, 0, 0]
    last = sizes[3] in (1, 3) and sizes[1] not in (1, 3)
    defaults = [1, OPEN, OPEN, 3] if last else [1, 3, OPEN, OPEN]
    return [1] + [size or default for size, default in zip(sizes[1:], defaults[1:])], last


def feed(run, inputs, shape, values):
    kinds = {"tensor(float)": np.float32, "tensor(float16)": np.float16, "tensor(double)": np.float64, "tensor(uint8)": np.uint8}
    fed = {}
    for one in inputs:
        if one is inputs[0]:
            kind = kinds[one.type]
            fed[one.name] = (np.abs(values) * 255).astype(kind) if kind is np.uint8 else values.astype(kind)
            batch = one.shape[0] if isinstance(one.shape[0], int) and one.shape[0] > 1 else 1
            fed[one.name] = np.repeat(fed[one.name], batch, 0)
    return run.run(None, fed)


def about(path):
    model = onnx.load(path)
    names = {tensor.name for tensor in model.graph.initializer}
    first = next(value for value in model.graph.input if value.name not in names)
    shape, last = dims(first)
    known = [output.name for output in model.graph.output]
    made = [name for node in model.graph.node for name in node.output if name and name not in known]
    whole = session(model, path)
    image = sequence(shape)
    kind = first.type.tensor_type.elem_type
    half = any(tensor.data_type == onnx.TensorProto.FLOAT16 for tensor in model.graph.initializer)
    rounded = any(re.search("Quantize|QLinear|QGemm|Integer", node.op_type) for node in model.graph.node)
    found = {"input": shape, "bytes": kind == onnx.TensorProto.UINT8, "half": half, "rounded": rounded, "outputs": {}}
    for value, result in zip(whole.get_outputs(), feed(whole, whole.get_inputs(), shape, image)):
        flat = np.asarray(result, np.float64)[:1].reshape(-1)
        places = sorted(set(np.linspace(0, flat.size - 1, min(SAMPLES, flat.size)).astype(int).tolist()))
        found["outputs"][value.name] = {"shape": list(np.asarray(result)[:1].shape), "samples": [[at, float(flat[at])] for at in places]}
    for name in made:
        model.graph.output.append(onnx.helper.make_empty_tensor_value_info(name))
    open_ = session(model, path)
    inputs = open_.get_inputs()

    def maps(values):
        results = zip([value.name for value in open_.get_outputs()], feed(open_, inputs, shape, values))
        return {
            name: result[0, :, result.shape[2] // 2, result.shape[3] // 2].astype(np.float64)
            for name, result in results
            if isinstance(result, np.ndarray) and result.ndim == 4 and result.dtype.kind == "f" and result.size
        }

    sizes = {
        value.name: list(result.shape)
        for value, result in zip(open_.get_outputs(), feed(open_, inputs, shape, image))
        if isinstance(result, np.ndarray) and result.ndim == 4
    }
    before = maps(image)
    seen = {name: [[], []] for name in before}
    rng = np.random.default_rng(3)
    for axis in (0, 1):
        place = axis + (1 if last else 2)
        for at in range(shape[place]):
            for _ in range(TRIES):
                changed = image.copy()
                index = [slice(None)] * 4
                index[place] = at
                changed[tuple(index)] = rng.normal(0, 3, changed[tuple(index)].shape)
                for name, values in maps(changed).items():
                    if not np.allclose(values, before[name], rtol=1e-6, atol=1e-9) and at not in seen[name][axis]:
                        seen[name][axis].append(at)
    found["fields"] = {
        name: {"shape": sizes[name][1:], "rows": [rows[0], rows[-1]], "columns": [columns[0], columns[-1]]}
        for name, (rows, columns) in seen.items()
        if rows and columns
    }
    return found


def main():
    wanted = sys.argv[1:]
    everything = json.loads((HERE / "expected.json").read_text()) if wanted else {}
    for path in sorted((HERE / "models").glob("*.onnx")):
        if wanted and path.stem not in wanted:
            continue
        if path.stem in RANDOM:
            everything[path.stem] = {"refused": "not the same twice"}
            continue
        try:
            everything[path.stem] = about(path)
        except Exception as error:  # whatever a peer says
            text = re.sub(r"\s+", " ", str(error))
            everything[path.stem] = {"refused": text[:160]}
        print(path.stem, everything[path.stem].get("refused", "")[:100], flush=True)
    lines = [f"{json.dumps(name)}: {json.dumps(value)}" for name, value in sorted(everything.items())]
    (HERE / "expected.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
