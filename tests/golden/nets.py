"""Tiny networks as real exporters write them, with the values onnxruntime finds in them.

    python nets.py            # every network
    python nets.py NAME...    # only these

Each network keeps the structure of its model family and is only narrower, so
that the file stays small. The Keras network needs TensorFlow and tf2onnx
(requirements-keras.txt); the others need requirements.txt.
"""

import re
import sys
import warnings
from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

import expect

warnings.filterwarnings("ignore")
OUT = Path(__file__).resolve().parent / "nets"
LIMIT = 150_000

# torchvision's cfgs A, B, D and E; a number is a width before division.
CFG = {
    "A": [64, "M", 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"],
    "B": [64, 64, "M", 128, 128, "M", 256, 256, "M", 512, 512, "M", 512, 512, "M"],
    "D": [64, 64, "M", 128, 128, "M", 256, 256, 256, "M", 512, 512, 512, "M", 512, 512, 512, "M"],
    "E": [64, 64, "M", 128, 128, "M", 256, 256, 256, 256, "M"]
    + [512, 512, 512, 512, "M", 512, 512, 512, 512, "M"],
}


# ---------------------------------------------------------------- torch


def seeded(module, seed):
    """Weights that keep every layer alive and every channel different."""
    import torch
    from torch import nn

    gen = torch.Generator().manual_seed(seed)
    for m in module.modules():
        if isinstance(m, (nn.Conv2d, nn.Linear)):
            fan_in = m.weight[0].numel()
            m.weight.data.normal_(0.0, (2.0 / fan_in) ** 0.5, generator=gen)
            if m.bias is not None:
                m.bias.data.uniform_(-0.1, 0.2, generator=gen)
        elif isinstance(m, nn.BatchNorm2d):
            m.weight.data.uniform_(0.7, 1.3, generator=gen)
            m.bias.data.uniform_(-0.2, 0.3, generator=gen)
            m.running_mean.uniform_(-0.2, 0.2, generator=gen)
            m.running_var.uniform_(0.5, 1.5, generator=gen)
    return module.eval()


def vgg(cfg, divide, batch_norm=False, hidden=48, classes=10):
    """torchvision.models.VGG, narrower.

    At 64x64 the features end at 2x2, so AdaptiveAvgPool2d((2, 2)) is the same
    no-op that AdaptiveAvgPool2d((7, 7)) is at 224x224.
    """
    import torch
    from torch import nn

    class VGG(nn.Module):
        def __init__(self):
            super().__init__()
            layers, channels = [], 3
            for v in CFG[cfg]:
                if v == "M":
                    layers.append(nn.MaxPool2d(kernel_size=2, stride=2))
                    continue
                width = v // divide
                layers.append(nn.Conv2d(channels, width, kernel_size=3, padding=1))
                if batch_norm:
                    layers.append(nn.BatchNorm2d(width))
                layers.append(nn.ReLU(inplace=True))
                channels = width
            self.features = nn.Sequential(*layers)
            self.avgpool = nn.AdaptiveAvgPool2d((2, 2))
            self.classifier = nn.Sequential(
                nn.Linear(channels * 2 * 2, hidden),
                nn.ReLU(True),
                nn.Dropout(p=0.5),
                nn.Linear(hidden, hidden),
                nn.ReLU(True),
                nn.Dropout(p=0.5),
                nn.Linear(hidden, classes),
            )

        def forward(self, x):
            x = self.features(x)
            x = self.avgpool(x)
            x = torch.flatten(x, 1)
            return self.classifier(x)

    return VGG()


def resnet(classes=10):
    """torchvision.models.ResNet with BasicBlock, one or two blocks a stage."""
    import torch
    from torch import nn

    class BasicBlock(nn.Module):
        def __init__(self, inplanes, planes, stride):
            super().__init__()
            self.conv1 = nn.Conv2d(inplanes, planes, 3, stride, 1, bias=False)
            self.bn1 = nn.BatchNorm2d(planes)
            self.relu = nn.ReLU(inplace=True)
            self.conv2 = nn.Conv2d(planes, planes, 3, 1, 1, bias=False)
            self.bn2 = nn.BatchNorm2d(planes)
            self.downsample = None
            if stride != 1 or inplanes != planes:
                self.downsample = nn.Sequential(
                    nn.Conv2d(inplanes, planes, 1, stride, bias=False),
                    nn.BatchNorm2d(planes),
                )

        def forward(self, x):
            identity = x if self.downsample is None else self.downsample(x)
            out = self.relu(self.bn1(self.conv1(x)))
            out = self.bn2(self.conv2(out))
            return self.relu(out + identity)

    class ResNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1 = nn.Conv2d(3, 8, 7, 2, 3, bias=False)
            self.bn1 = nn.BatchNorm2d(8)
            self.relu = nn.ReLU(inplace=True)
            self.maxpool = nn.MaxPool2d(3, 2, 1)
            self.layer1 = nn.Sequential(BasicBlock(8, 8, 1), BasicBlock(8, 8, 1))
            self.layer2 = nn.Sequential(BasicBlock(8, 16, 2), BasicBlock(16, 16, 1))
            self.layer3 = nn.Sequential(BasicBlock(16, 24, 2))
            self.avgpool = nn.AdaptiveAvgPool2d((1, 1))
            self.fc = nn.Linear(24, classes)

        def forward(self, x):
            x = self.maxpool(self.relu(self.bn1(self.conv1(x))))
            x = self.layer3(self.layer2(self.layer1(x)))
            return self.fc(torch.flatten(self.avgpool(x), 1))

    return ResNet()


def small_cnn(classes=5):
    from torch import nn

    return nn.Sequential(
        nn.Conv2d(3, 8, 3, padding=1),
        nn.ReLU6(),
        nn.MaxPool2d(2, 2),
        nn.Conv2d(8, 16, 3, padding=1),
        nn.ReLU(),
        nn.AvgPool2d(2, 2),
        nn.Conv2d(16, 24, 3, padding=1),
        nn.ReLU(),
        nn.AdaptiveAvgPool2d((1, 1)),
        nn.Flatten(),
        nn.Linear(24, classes),
    )


def torchscript(path, module, shape, dynamic=None, preserve=False):
    import torch

    torch.set_num_threads(1)
    training = torch.onnx.TrainingMode
    torch.onnx.export(
        module,
        torch.zeros(shape),
        str(path),
        dynamo=False,
        opset_version=17,
        input_names=["input"],
        output_names=["output"],
        dynamic_axes=dynamic,
        # PRESERVE leaves BatchNormalization nodes; EVAL folds them into the convolutions.
        training=training.PRESERVE if preserve else training.EVAL,
    )


def dynamo(path, module, shape):
    import torch

    torch.set_num_threads(1)
    program = torch.onnx.export(module, (torch.zeros(shape),), dynamo=True, verbose=False)
    program.save(str(path), external_data=False)
    strip(path)


def strip(path):
    """Drop the stack traces that the exporter leaves: they hold the folder it ran in."""
    model = onnx.load(path)
    for part in [*model.graph.node, *model.graph.value_info, *model.graph.input]:
        del part.metadata_props[:]
    for part in [*model.graph.output, *model.graph.initializer, model.graph]:
        del part.metadata_props[:]
    for function in model.functions:
        for node in function.node:
            del node.metadata_props[:]
    onnx.save(model, path)


def vgg11_torchscript(path):
    torchscript(path, seeded(vgg("A", 32), 11), [1, 3, 64, 64])
    return [1, 3, 64, 64]


def vgg16bn_torchscript(path):
    # 1000 classes, as the ImageNet originals have; a batch axis with a name.
    net = seeded(vgg("D", 32, batch_norm=True, hidden=16, classes=1000), 16)
    batch = {"input": {0: "batch"}, "output": {0: "batch"}}
    torchscript(path, net, [1, 3, 64, 64], dynamic=batch)
    return [1, 3, 64, 64]


def vgg13_dynamo(path):
    dynamo(path, seeded(vgg("B", 32), 13), [1, 3, 64, 64])
    return [1, 3, 64, 64]


def vgg19bn_dynamo(path):
    dynamo(path, seeded(vgg("E", 32, batch_norm=True), 19), [1, 3, 64, 64])
    return [1, 3, 64, 64]


def resnet_torchscript(path):
    torchscript(path, seeded(resnet(), 50), [1, 3, 64, 64], preserve=True)
    return [1, 3, 64, 64]


def dynamic_size(path):
    free = {"input": {0: "batch", 2: "height", 3: "width"}, "output": {0: "batch"}}
    torchscript(path, seeded(small_cnn(), 7), [1, 3, 64, 64], dynamic=free)
    return [1, 3, 48, 64]


# ---------------------------------------------------------------- by hand


class Graph:
    """A graph under construction, in the style of the Caffe2 converter."""

    def __init__(self, seed):
        self.rng = np.random.default_rng(seed)
        self.nodes, self.weights = [], []

    def weight(self, name, array):
        self.weights.append(numpy_helper.from_array(np.asarray(array), name))
        return name

    def node(self, op, inputs, output, **attributes):
        self.nodes.append(helper.make_node(op, inputs, [output], name="", **attributes))
        return output

    def conv(self, x, name, inside, outside, kernel, pads=0, stride=1, group=1):
        shape = (outside, inside // group, kernel, kernel)
        std = (2.0 / np.prod(shape[1:])) ** 0.5
        w = self.rng.normal(0.0, std, shape).astype(np.float32)
        b = self.rng.uniform(-0.1, 0.2, outside).astype(np.float32)
        inputs = [x, self.weight(name + "_w_0", w), self.weight(name + "_b_0", b)]
        return self.node(
            "Conv",
            inputs,
            name + "_1",
            kernel_shape=[kernel, kernel],
            pads=[pads] * 4,
            strides=[stride, stride],
            group=group,
        )

    def relu(self, x, name):
        return self.node("Relu", [x], name)

    def gemm(self, x, name, inside, outside):
        std = (2.0 / inside) ** 0.5
        w = self.rng.normal(0.0, std, (outside, inside)).astype(np.float32)
        b = self.rng.uniform(-0.1, 0.2, outside).astype(np.float32)
        inputs = [x, self.weight(name + "_w_0", w), self.weight(name + "_b_0", b)]
        return self.node("Gemm", inputs, name + "_1", transB=1)


def save(path, graph, name, x, y, opset, ir):
    """The model, its weights also listed as graph inputs, as IR version 3 demanded."""
    listed = [x]
    for w in graph.weights:
        listed.append(helper.make_tensor_value_info(w.name, w.data_type, w.dims))
    body = helper.make_graph(graph.nodes, name, listed, [y], graph.weights)
    model = helper.make_model(
        body,
        producer_name="onnx-caffe2",
        ir_version=ir,
        opset_imports=[helper.make_opsetid("", opset)],
    )
    onnx.checker.check_model(model)
    onnx.save(model, path)


def alexnet_old(path):
    g = Graph(2012)
    x = g.conv("data_0", "conv1", 3, 8, 11, stride=4)
    x = g.relu(x, "conv1_2")
    # AlexNet has alpha = 1e-4; on weights this small that would hide a wrong LRN.
    lrn = dict(size=5, alpha=0.25, beta=0.75, bias=1.0)
    x = g.node("LRN", [x], "norm1_1", **lrn)
    pool = dict(kernel_shape=[3, 3], strides=[2, 2])
    x = g.node("MaxPool", [x], "pool1_1", pads=[0, 0, 0, 0], **pool)
    x = g.conv(x, "conv2", 8, 16, 5, pads=2, group=2)
    x = g.relu(x, "conv2_2")
    x = g.node("LRN", [x], "norm2_1", **lrn)
    x = g.node("MaxPool", [x], "pool2_1", pads=[0, 0, 1, 1], **pool)
    x = g.relu(g.conv(x, "conv3", 16, 24, 3, pads=1), "conv3_2")
    x = g.relu(g.conv(x, "conv4", 24, 24, 3, pads=1, group=2), "conv4_2")
    x = g.relu(g.conv(x, "conv5", 24, 16, 3, pads=1, group=2), "conv5_2")
    x = g.node("MaxPool", [x], "pool5_1", pads=[0, 0, 1, 1], **pool)
    x = g.node("Reshape", [x, g.weight("OC2_DUMMY_1", np.array([1, 16], np.int64))], "OC2_DUMMY_0")
    x = g.relu(g.gemm(x, "fc6", 16, 64), "fc6_2")
    x = g.node("Dropout", [x], "fc6_3", ratio=0.5)
    x = g.relu(g.gemm(x, "fc7", 64, 64), "fc7_2")
    x = g.node("Dropout", [x], "fc7_3", ratio=0.5)
    x = g.gemm(x, "fc8", 64, 10)
    g.node("Softmax", [x], "prob_1", axis=1)
    data = helper.make_tensor_value_info("data_0", TensorProto.FLOAT, [1, 3, 64, 64])
    prob = helper.make_tensor_value_info("prob_1", TensorProto.FLOAT, [1, 10])
    save(path, g, "alexnet", data, prob, opset=8, ir=3)
    return [1, 3, 64, 64]


def squeezenet_old(path):
    g = Graph(2016)

    def fire(x, name, inside, squeeze, expand):
        s = g.relu(g.conv(x, name + "/squeeze1x1", inside, squeeze, 1), name + "/squeeze1x1_2")
        a = g.relu(g.conv(s, name + "/expand1x1", squeeze, expand, 1), name + "/expand1x1_2")
        b = g.conv(s, name + "/expand3x3", squeeze, expand, 3, pads=1)
        b = g.relu(b, name + "/expand3x3_2")
        return g.node("Concat", [a, b], name + "/concat_1", axis=1)

    def pool(x, name):
        # ceil_mode came with opset 10 and is what torchvision's SqueezeNet has.
        shape = dict(kernel_shape=[3, 3], strides=[2, 2], pads=[0, 0, 0, 0])
        return g.node("MaxPool", [x], name, ceil_mode=1, **shape)

    x = g.relu(g.conv("data_0", "conv1", 3, 8, 3, stride=2), "conv1_2")
    x = pool(x, "pool1_1")
    x = fire(x, "fire2", 8, 4, 8)
    x = fire(x, "fire3", 16, 4, 8)
    x = pool(x, "pool3_1")
    x = fire(x, "fire4", 16, 6, 12)
    x = fire(x, "fire5", 24, 6, 12)
    x = pool(x, "pool5_1")
    x = fire(x, "fire6", 24, 8, 16)
    x = g.node("Dropout", [x], "fire6/concat_2", ratio=0.5)
    x = g.relu(g.conv(x, "conv10", 32, 10, 1), "conv10_2")
    x = g.node("GlobalAveragePool", [x], "pool10_1")
    g.node("Softmax", [x], "softmaxout_1", axis=1)
    data = helper.make_tensor_value_info("data_0", TensorProto.FLOAT, [1, 3, 64, 64])
    out = helper.make_tensor_value_info("softmaxout_1", TensorProto.FLOAT, [1, 10, 1, 1])
    save(path, g, "squeezenet", data, out, opset=10, ir=3)
    return [1, 3, 64, 64]


# ---------------------------------------------------------------- keras


def vgg16_keras_tf2onnx(path):
    """keras.applications.VGG16, narrower: same layers, same layer names."""
    import tensorflow as tf
    import tf2onnx

    layers = tf.keras.layers
    widths = [4, 4, 8, 12, 16]
    repeats = [2, 2, 3, 3, 3]
    image = layers.Input((64, 64, 3), name="input_1")
    x = image
    for block, (width, count) in enumerate(zip(widths, repeats), 1):
        for i in range(1, count + 1):
            name = f"block{block}_conv{i}"
            x = layers.Conv2D(width, 3, activation="relu", padding="same", name=name)(x)
        x = layers.MaxPooling2D(2, strides=2, name=f"block{block}_pool")(x)
    x = layers.Flatten(name="flatten")(x)
    x = layers.Dense(48, activation="relu", name="fc1")(x)
    x = layers.Dense(48, activation="relu", name="fc2")(x)
    x = layers.Dense(10, activation="softmax", name="predictions")(x)
    net = tf.keras.Model(image, x, name="vgg16")
    rng = np.random.default_rng(1600)
    values = []
    for w in net.get_weights():
        if w.ndim == 1:
            values.append(rng.uniform(-0.1, 0.2, w.shape).astype(np.float32))
        else:
            std = (2.0 / np.prod(w.shape[:-1])) ** 0.5
            values.append(rng.normal(0.0, std, w.shape).astype(np.float32))
    net.set_weights(values)
    signature = [tf.TensorSpec((None, 64, 64, 3), tf.float32, name="input_1")]
    tf2onnx.convert.from_keras(net, input_signature=signature, opset=13, output_path=str(path))
    renumber(path)
    return [1, 64, 64, 3]


def renumber(path):
    """Number tf2onnx's helpers by first use: its own counters differ from run to run."""
    model = onnx.load(path)
    graph = model.graph
    seen = {}

    def stable(text):
        return re.sub(r"__\d+", lambda m: f"__{seen.setdefault(m[0], len(seen) + 1)}", text)

    for value in [*graph.input, *graph.output]:
        for dim in value.type.tensor_type.shape.dim:
            if dim.dim_param:
                dim.dim_param = stable(dim.dim_param)
    for node in graph.node:
        node.name = stable(node.name)
        node.input[:] = [stable(i) for i in node.input]
        node.output[:] = [stable(o) for o in node.output]
    for weight in graph.initializer:
        weight.name = stable(weight.name)
    weights = sorted(graph.initializer, key=lambda w: w.name)
    del graph.initializer[:]
    graph.initializer.extend(weights)
    onnx.save(model, path)


NETS = {
    "vgg11-torchscript": vgg11_torchscript,
    "vgg16bn-torchscript": vgg16bn_torchscript,
    "resnet-torchscript": resnet_torchscript,
    "dynamic-size": dynamic_size,
    "alexnet-old": alexnet_old,
    "squeezenet-old": squeezenet_old,
    "vgg13-dynamo": vgg13_dynamo,
    "vgg19bn-dynamo": vgg19bn_dynamo,
    "vgg16-keras-tf2onnx": vgg16_keras_tf2onnx,
}


def main(names):
    OUT.mkdir(exist_ok=True)
    for name in names or NETS:
        path = OUT / f"{name}.onnx"
        shape = NETS[name](path)
        size = path.stat().st_size
        assert size <= LIMIT, f"{path.name} takes {size} bytes"
        tensors = expect.write(path, shape)
        print(f"{name}: {size} bytes, {tensors} tensors")


if __name__ == "__main__":
    main(sys.argv[1:])
