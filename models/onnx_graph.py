"""Writes ONNX graphs node by node, with weights in float32, float16 or int8; everything is computed in float32."""

import hashlib

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

PRECISIONS = ("f32", "f16", "int8")


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def to_int8(weight):
    """int8 values and one float32 scale per output channel: weight is about values * scale. Largest magnitude = 127."""
    rows = weight.reshape(len(weight), -1)
    largest = np.max(np.abs(rows), axis=1)
    scale = np.where(largest > 0, largest, np.float32(127)) / np.float32(127)
    values = np.clip(np.rint(rows / scale[:, None]), -127, 127).astype(np.int8)
    return values.reshape(weight.shape), scale


def rounded(weight, precision):
    """The float32 weight that a file of that precision stands for."""
    if precision == "f16":
        return weight.astype(np.float16).astype(np.float32)
    if precision == "int8":
        values, scale = to_int8(weight)
        return values.astype(np.float32) * scale.reshape(-1, *[1] * (weight.ndim - 1))
    return weight


class Graph:
    """Nodes and tensors in the order in which they are added."""

    def __init__(self):
        self.nodes, self.tensors = [], []

    def store(self, name, array):
        self.tensors.append(numpy_helper.from_array(np.ascontiguousarray(array), name))
        return name

    def node(self, kind, name, inputs, output=None, **attributes):
        self.nodes.append(helper.make_node(kind, inputs, [output or name], name=name, **attributes))
        return output or name

    def weight(self, name, array, precision):
        if precision == "f16":
            stored = self.store(f"{name}.float16", array.astype(np.float16))
            return self.node("Cast", name, [stored], to=TensorProto.FLOAT)
        if precision == "int8":
            values, scale = to_int8(array)
            stored = [self.store(f"{name}.int8", values), self.store(f"{name}.scale", scale)]
            stored.append(self.store(f"{name}.zero", np.zeros(len(scale), np.int8)))
            return self.node("DequantizeLinear", name, stored, axis=0)
        return self.store(name, array)

    def model(self, name, inputs, outputs, metadata):
        """`inputs` and `outputs`: {name: shape}, all of them float32."""
        values = [
            [helper.make_tensor_value_info(key, TensorProto.FLOAT, shape) for key, shape in side.items()]
            for side in (inputs, outputs)
        ]
        graph = helper.make_graph(self.nodes, name, *values, self.tensors)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
        model.producer_name = "vggscope"
        for key, value in metadata.items():
            model.metadata_props.add(key=f"vggscope.{key}", value=value)
        onnx.checker.check_model(model, full_check=True)
        return model
