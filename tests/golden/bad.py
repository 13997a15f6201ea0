"""Files that a person may drop on the page and that are not an ordinary image network.

    python bad.py

Most must be refused with a clear word; a few are valid but awkward. The table
in README.md says which is which.
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OUT = Path(__file__).resolve().parent / "bad"
FLOAT = TensorProto.FLOAT
HTML = "<img src=x onerror=alert(1)>"
LONG = 10_000


def info(name, shape, kind=FLOAT):
    return helper.make_tensor_value_info(name, kind, shape)


class Graph:
    """A graph under construction; `label` turns plain names into the file's own."""

    def __init__(self, seed, label=lambda name: name):
        self.rng = np.random.default_rng(seed)
        self.label = label
        self.nodes, self.weights = [], []

    def const(self, name, array):
        self.weights.append(numpy_helper.from_array(np.asarray(array), self.label(name)))
        return self.label(name)

    def random(self, name, *shape):
        std = (2.0 / max(1, int(np.prod(shape[1:])))) ** 0.5
        return self.const(name, self.rng.normal(0.0, std, shape).astype(np.float32))

    def node(self, op, inputs, output, **attributes):
        name = self.label(output)
        self.nodes.append(helper.make_node(op, inputs, [name], name=name, **attributes))
        return name

    def conv(self, x, name, inside, outside, kernel=3, stride=1):
        w = self.random(name + ".weight", outside, inside, kernel, kernel)
        b = self.random(name + ".bias", outside)
        pads = [0 if kernel == stride else kernel // 2] * 4
        size, step = [kernel, kernel], [stride, stride]
        return self.node("Conv", [x, w, b], name, kernel_shape=size, strides=step, pads=pads)

    def gemm(self, x, name, inside, outside):
        w = self.random(name + ".weight", outside, inside)
        b = self.random(name + ".bias", outside)
        return self.node("Gemm", [x, w, b], name, transB=1)

    def cnn(self, x, inside, classes):
        """Two convolutions and a classifier: the smallest network that has every stage."""
        x = self.node("Relu", [self.conv(x, "conv1", inside, 4)], "relu1")
        x = self.node("MaxPool", [x], "pool1", kernel_shape=[2, 2], strides=[2, 2])
        x = self.node("Relu", [self.conv(x, "conv2", 4, 8)], "relu2")
        return self.head(x, 8, classes)

    def head(self, x, inside, classes):
        x = self.node("GlobalAveragePool", [x], "gap")
        x = self.node("Flatten", [x], "flat", axis=1)
        return self.gemm(x, "logits", inside, classes)

    def attention(self, x, width):
        """One head of self-attention over x: [1, tokens, width]."""
        q, k, v = (
            self.node("MatMul", [x, self.random(f"attn.{n}.weight", width, width)], f"attn.{n}")
            for n in "qkv"
        )
        k = self.node("Transpose", [k], "attn.kt", perm=[0, 2, 1])
        s = self.node("MatMul", [q, k], "attn.scores")
        s = self.node("Mul", [s, self.const("scale", np.float32(width**-0.5))], "attn.scaled")
        s = self.node("Softmax", [s], "attn.weights", axis=-1)
        s = self.node("MatMul", [s, v], "attn.mixed")
        s = self.node("MatMul", [s, self.random("attn.out.weight", width, width)], "attn.out")
        x = self.node("Add", [x, s], "attn.residual")
        h = self.node("MatMul", [x, self.random("mlp.1.weight", width, 2 * width)], "mlp.1")
        h = self.node("Relu", [h], "mlp.relu")
        h = self.node("MatMul", [h, self.random("mlp.2.weight", 2 * width, width)], "mlp.2")
        return self.node("Add", [x, h], "mlp.residual")

    def model(self, inputs, outputs, domains=(), **metadata):
        body = helper.make_graph(self.nodes, self.label("graph"), inputs, outputs, self.weights)
        imports = [helper.make_opsetid("", 17), *(helper.make_opsetid(d, 1) for d in domains)]
        model = helper.make_model(body, ir_version=8, opset_imports=imports)
        if metadata:
            helper.set_model_props(model, metadata)
        return model


def write(name, content, valid=True):
    if isinstance(content, onnx.ModelProto):
        if valid:
            onnx.checker.check_model(content, full_check=True)
        content = content.SerializeToString(deterministic=True)
    (OUT / name).write_bytes(content)
    print(f"{name}: {len(content)} bytes")


def gray():
    g = Graph(1)
    return g.model([info("image", [1, 1, 28, 28])], [info(g.cnn("image", 1, 10), [1, 10])])


def image_cnn(seed, label=lambda name: name, **metadata):
    g = Graph(seed, label)
    x = info(label("image"), [1, 3, 32, 32])
    return g.model([x], [info(g.cnn(x.name, 3, 3), [1, 3])], **metadata)


def transformer():
    g = Graph(2)
    x = g.conv("image", "patch_embed", 3, 16, kernel=8, stride=8)
    x = g.node("Reshape", [x, g.const("tokens", np.array([1, 16, 16], np.int64))], "tokens.flat")
    x = g.node("Transpose", [x], "tokens.last", perm=[0, 2, 1])
    x = g.node("Add", [x, g.random("position", 1, 16, 16)], "tokens.placed")
    x = g.attention(x, 16)
    x = g.node("ReduceMean", [x], "mean", axes=[1], keepdims=0)
    x = g.gemm(x, "logits", 16, 10)
    return g.model([info("image", [1, 3, 32, 32])], [info(x, [1, 10])])


def bert():
    g = Graph(3)
    ids = info("input_ids", [1, 16], TensorProto.INT64)
    x = g.node("Gather", [g.random("embedding", 100, 16), "input_ids"], "embedded", axis=0)
    x = g.attention(x, 16)
    x = g.node("MatMul", [x, g.random("decoder.weight", 16, 100)], "logits")
    return g.model([ids], [info(x, [1, 16, 100])])


def mlp():
    g = Graph(4)
    x = g.node("Flatten", ["image"], "flat", axis=1)
    x = g.node("Relu", [g.gemm(x, "fc1", 3 * 32 * 32, 8)], "relu1")
    x = g.gemm(x, "fc2", 8, 10)
    return g.model([info("image", [1, 3, 32, 32])], [info(x, [1, 10])])


def unsupported():
    g = Graph(5)
    x = g.node("Relu", [g.conv("image", "conv1", 3, 4)], "relu1")
    x = g.node("FrobnicateV2", [x], "frobnicated", domain="com.example")
    x = g.head(x, 4, 3)
    out = [info(x, [1, 3])]
    return g.model([info("image", [1, 3, 32, 32])], out, domains=["com.example"])


def unsupported_std():
    g = Graph(6)
    x = g.node("Relu", [g.conv("image", "conv1", 3, 4)], "relu1")
    x = g.node("Optional", [x], "wrapped")
    x = g.node("OptionalGetElement", [x], "unwrapped")
    x = g.head(x, 4, 3)
    return g.model([info("image", [1, 3, 32, 32])], [info(x, [1, 3])])


def wrong_dims():
    model = gray()
    weight = next(i for i in model.graph.initializer if i.name == "conv1.weight")
    weight.dims[:] = [1_000_000, 1_000_000]
    weight.raw_data = weight.raw_data[:16]
    return model


def external_data():
    """As the newer PyTorch exporter writes it, without the .data file that belongs to it."""
    model = gray()
    weight = next(i for i in model.graph.initializer if i.name == "conv2.weight")
    length = len(weight.raw_data)
    weight.ClearField("raw_data")
    weight.data_location = TensorProto.EXTERNAL
    for key, value in {"location": "model.onnx.data", "offset": 0, "length": length}.items():
        weight.external_data.add(key=key, value=str(value))
    return model


def bomb():
    g = Graph(8)
    shape = g.const("shape", np.array([200_000, 200_000], np.int64))
    zero = helper.make_tensor("value", FLOAT, [1], [0.5])
    big = g.node("ConstantOfShape", [shape], "big", value=zero)
    most = g.node("ReduceMax", [big], "most", keepdims=0)
    x = g.cnn("image", 3, 3)
    x = g.node("Add", [x, most], "sum")
    return g.model([info("image", [1, 3, 32, 32])], [info(x, [1, 3])])


def two_inputs():
    g = Graph(9)
    x = g.node("Concat", ["image", "mask"], "both", axis=1)
    x = g.cnn(x, 4, 3)
    inputs = [info("image", [1, 3, 32, 32]), info("mask", [1, 1, 32, 32])]
    return g.model(inputs, [info(x, [1, 3])])


def main():
    OUT.mkdir(exist_ok=True)
    whole = gray().SerializeToString(deterministic=True)
    words = "This is a text file. Someone gave it the name of a network by mistake.\n"
    write("empty.onnx", b"")
    write("text.onnx", (words * 8).encode())
    write("truncated.onnx", whole[: len(whole) // 2])
    write("transformer.onnx", transformer())
    write("bert.onnx", bert())
    write("mlp.onnx", mlp())
    write("unsupported.onnx", unsupported())
    write("unsupported-std.onnx", unsupported_std())
    write("wrong-dims.onnx", wrong_dims(), valid=False)
    write("external-data.onnx", external_data(), valid=False)
    write("bomb.onnx", bomb())
    write("two-inputs.onnx", two_inputs())
    write("gray.onnx", gray())

    html = {"vggscope.labels.en": "\n".join(f"{HTML}{n}" for n in range(3))}
    write("html-names.onnx", image_cnn(10, lambda name: HTML + name, **html))
    long = {"vggscope.labels.en": "\n".join(str(n) * LONG for n in range(3))}
    write("long-names.onnx", image_cnn(11, lambda name: name.ljust(LONG, "_"), **long))
    unit = {"vggscope.preset": "unit", "vggscope.labels.en": "circle\nsquare\ntriangle"}
    write("labels-in-metadata.onnx", image_cnn(12, **unit))


if __name__ == "__main__":
    main()
