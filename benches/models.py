#!/usr/bin/env python3
"""Makes the networks that the benchmark runs: VGGs of the paper's table 1 with random float32 weights.

    python models.py FOLDER

vgg11.onnx, vgg13.onnx, vgg16.onnx, vgg19.onnx are the whole networks (columns A, B, D, E), three dense layers included: some
half a gigabyte each. open.onnx is column D with a mean of each map and one dense layer, whose input may have any size.
Files that are there already are kept.
"""

import sys
from pathlib import Path

import numpy as np
from onnx import TensorProto, helper, numpy_helper, save

CONVOLUTIONS = {
    "vgg11": [1, 1, 2, 2, 2],
    "vgg13": [2, 2, 2, 2, 2],
    "vgg16": [2, 2, 3, 3, 3],
    "vgg19": [2, 2, 4, 4, 4],
}
CHANNELS = [64, 128, 256, 512, 512]
CLASSES = 1000
SIDE = 224


class Graph:
    def __init__(self):
        self.nodes, self.tensors, self.last = [], [], "photo"
        self.random = np.random.default_rng(0)

    def add(self, operator, *tensors, name, **attributes):
        self.nodes.append(helper.make_node(operator, [self.last, *tensors], [name], name=name, **attributes))
        self.last = name

    def weights(self, name, *shape):
        """Normal weights that keep the values' size from layer to layer (He et al. 2015), and zero biases."""
        fan_in = np.prod(shape[1:])
        values = self.random.standard_normal(shape, dtype=np.float32) * np.float32(np.sqrt(2 / fan_in))
        self.tensors.append(numpy_helper.from_array(values, f"{name}.weight"))
        self.tensors.append(numpy_helper.from_array(np.zeros(shape[0], np.float32), f"{name}.bias"))
        return f"{name}.weight", f"{name}.bias"

    def convolutions(self, counts):
        below = 3
        for block, (count, channels) in enumerate(zip(counts, CHANNELS), 1):
            for index in range(1, count + 1):
                name = f"conv{block}_{index}"
                self.add("Conv", *self.weights(name, channels, below, 3, 3), name=name, kernel_shape=[3, 3], pads=[1] * 4)
                self.add("Relu", name=f"relu{block}_{index}")
                below = channels
            self.add("MaxPool", name=f"pool{block}", kernel_shape=[2, 2], strides=[2, 2])

    def dense(self, name, outputs, features):
        self.add("Gemm", *self.weights(name, outputs, features), name=name, transB=1)

    def save(self, path, sides):
        photo = helper.make_tensor_value_info("photo", TensorProto.FLOAT, [1, 3, *sides])
        scores = helper.make_tensor_value_info(self.last, TensorProto.FLOAT, [1, CLASSES])
        graph = helper.make_graph(self.nodes, path.stem, [photo], [scores], self.tensors)
        save(helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8), path)


def whole(counts):
    graph = Graph()
    graph.convolutions(counts)
    graph.add("Flatten", name="flat")
    for name, outputs, features in [("fc6", 4096, 25088), ("fc7", 4096, 4096)]:
        graph.dense(name, outputs, features)
        graph.add("Relu", name=name.replace("fc", "relu"))
    graph.dense("fc8", CLASSES, 4096)
    return graph, [SIDE, SIDE]


def of_any_size(counts):
    graph = Graph()
    graph.convolutions(counts)
    graph.add("GlobalAveragePool", name="mean")
    graph.add("Flatten", name="flat")
    graph.dense("fc", CLASSES, CHANNELS[-1])
    return graph, ["height", "width"]


def main():
    folder = Path(sys.argv[1])
    folder.mkdir(parents=True, exist_ok=True)
    networks = {name: lambda counts=counts: whole(counts) for name, counts in CONVOLUTIONS.items()}
    networks["open"] = lambda: of_any_size(CONVOLUTIONS["vgg16"])
    for name, make in networks.items():
        path = folder / f"{name}.onnx"
        if not path.exists():
            graph, sides = make()
            part = path.with_suffix(".part")
            graph.save(part, sides)
            part.rename(path)


if __name__ == "__main__":
    main()
