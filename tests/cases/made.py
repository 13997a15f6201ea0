"""Networks of models/ that enlarge their maps or compute with rounded numbers; the others were made one by one.

    python made.py              # needs ../golden/requirements.txt; expect.py says what is in them
"""

from pathlib import Path

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

HERE = Path(__file__).resolve().parent / "models"


class Graph:
    """Nodes and weights, drawn from a seed."""

    def __init__(self, seed=7):
        self.rng = np.random.default_rng(seed)
        self.nodes, self.weights, self.count = [], [], 0

    def constant(self, values, kind=np.float32):
        self.count += 1
        name = f"c{self.count}"
        self.weights.append(numpy_helper.from_array(np.asarray(values, kind), name))
        return name

    def random(self, *shape):
        return self.constant(self.rng.normal(0, 1 / np.sqrt(np.prod(shape[1:])), shape))

    def add(self, operator, *inputs, domain="", outputs=1, **attributes):
        self.count += 1
        names = [f"{operator}_{self.count}" + (f"_{at}" if at else "") for at in range(outputs)]
        self.nodes.append(helper.make_node(operator, list(inputs), names, domain=domain, **attributes))
        return names[0] if outputs == 1 else names

    def conv(self, x, inputs, outputs, kernel=3, stride=1, relu=True, pad=None):
        pad = kernel // 2 if pad is None else pad
        made = self.add("Conv", x, self.random(outputs, inputs, kernel, kernel), self.random(outputs), strides=[stride] * 2, pads=[pad] * 4)
        return self.add("Relu", made) if relu else made

    def scores(self, maps, count):
        """Ten scores of maps, each value of which counts."""
        flat = [self.add("Flatten", one) for one in maps]
        joined = self.add("Concat", *flat, axis=1) if len(flat) > 1 else flat[0]
        return self.add("Gemm", joined, self.random(10, count), self.random(10), transB=1)

    def save(self, name, output, opset=18, shape=(1, 3, 32, 32), kind=TensorProto.FLOAT, ir=8):
        domains = {node.domain for node in self.nodes} - {""}
        graph = helper.make_graph(
            self.nodes,
            name,
            [helper.make_tensor_value_info("input", kind, list(shape))],
            [helper.make_empty_tensor_value_info(one) for one in ([output] if isinstance(output, str) else output)],
            self.weights,
        )
        imports = [helper.make_opsetid("", opset)] + [helper.make_opsetid(one, 1) for one in sorted(domains)]
        model = helper.make_model(graph, opset_imports=imports, ir_version=ir, producer_name="vggscope")
        onnx.save(model, HERE / f"{name}.onnx")


def resize_modes():
    """Every mode of Resize, larger and smaller, by whole and by broken scales and to sizes."""
    places = ["half_pixel", "pytorch_half_pixel", "align_corners", "asymmetric"]
    for mode in ["nearest", "linear", "cubic"]:
        roundings = ["round_prefer_floor", "round_prefer_ceil", "floor", "ceil"] if mode == "nearest" else [None]
        for rounding in roundings:
            graph = Graph()
            x = graph.conv("input", 3, 2, stride=2)
            maps, count = [], 0
            for place in places + ["half_pixel_symmetric"]:
                given = dict(mode=mode, coordinate_transformation_mode=place)
                if rounding:
                    given["nearest_mode"] = rounding
                for scales in [(2, 2), (1.5, 3), (0.59, 0.5), (1, 2.3)]:
                    if place == "align_corners" and rounding and scales != (2, 2):
                        continue  # whether a unit is half way between two is a matter of the last bit there
                    maps.append(graph.add("Resize", x, "", graph.constant([1, 1, *scales]), **given))
                    count += 2 * int(16 * np.float32(scales[0])) * int(16 * np.float32(scales[1]))
                for sizes in [(25, 32), (7, 1)]:
                    if place == "align_corners" and rounding:
                        continue
                    maps.append(graph.add("Resize", x, "", "", graph.constant([1, 2, *sizes], np.int64), **given))
                    count += 2 * sizes[0] * sizes[1]
            name = "Z-" + "-".join(["resize", mode] + ([rounding.replace("_", "-")] if rounding else []))
            graph.save(name, graph.scores(maps, count), opset=19, ir=9)
    graph = Graph()
    x = graph.conv("input", 3, 2, stride=2)
    given = dict(mode="cubic", cubic_coeff_a=-0.5, exclude_outside=1)
    maps = [graph.add("Resize", x, "", graph.constant([1, 1, *by]), **given) for by in [(2, 2), (0.5, 1.5)]]
    maps.append(graph.add("Resize", x, "", graph.constant([2, 2]), axes=[2, -1], mode="linear"))
    graph.save("Z-resize-cubic-outside", graph.scores(maps, 2 * (32 * 32 + 8 * 24 + 32 * 32)))


def old_resizes():
    """Upsample of operator sets 7 and 9 and Resize of 10, which round in a way of their own."""
    graph = Graph()
    x = graph.conv("input", 3, 2, stride=2)
    maps = [graph.add("Upsample", x, mode=mode, scales=[1.0, 1.0, 3.0, 2.0]) for mode in ["nearest", "linear"]]
    graph.save("Z-upsample-7", graph.scores(maps, 4 * 48 * 32), opset=7, ir=3)
    graph = Graph()
    x = graph.conv("input", 3, 2, stride=2)
    maps = [graph.add("Upsample", x, graph.constant([1, 1, 1.5, 3]), mode=mode) for mode in ["nearest", "linear"]]
    graph.save("Z-upsample-9", graph.scores(maps, 4 * 24 * 48), opset=9, ir=4)
    graph = Graph()
    x = graph.conv("input", 3, 2, stride=2)
    maps = [
        graph.add("Resize", x, graph.constant([1, 1, *by]), mode=mode)
        for mode in ["nearest", "linear"]
        for by in [(3, 3), (0.6, 0.6)]
    ]
    graph.save("Z-resize-10", graph.scores(maps, 4 * (48 * 48 + 9 * 9)), opset=10, ir=5)
    graph = Graph()
    x = graph.conv("input", 3, 2, stride=2)
    empty = graph.constant(np.zeros(0))
    given = dict(mode="nearest", coordinate_transformation_mode="tf_half_pixel_for_nn", nearest_mode="floor")
    maps = [graph.add("Resize", x, empty, graph.constant([1, 1, 2, 2]), **given)]
    maps.append(graph.add("Resize", x, empty, empty, graph.constant([1, 2, 40, 24], np.int64), mode="linear"))
    graph.save("Z-resize-11", graph.scores(maps, 2 * (32 * 32 + 40 * 24)), opset=11, ir=6)


def transposed():
    """ConvTranspose: cut, extended, "same", to a size, in groups, dilated."""
    graph = Graph()
    x = graph.conv("input", 3, 4, stride=2)
    maps, count = [], 0
    for kernel, group, size, given in [
        (2, 1, 32, dict(strides=[2, 2])),
        (3, 1, 32, dict(strides=[2, 2], pads=[1, 1, 1, 1], output_padding=[1, 1])),
        (4, 2, 32, dict(strides=[2, 2], pads=[1, 1, 1, 1])),
        (4, 4, 31, dict(strides=[2, 2], pads=[1, 2, 2, 1])),
        (5, 1, 32, dict(strides=[2, 2], auto_pad="SAME_UPPER")),
        (5, 1, 32, dict(strides=[2, 2], auto_pad="SAME_LOWER")),
        (3, 1, 33, dict(strides=[2, 2], auto_pad="VALID")),
        (4, 1, 31, dict(strides=[2, 2], output_shape=[31, 31])),
        (4, 1, 31, dict(strides=[2, 2], output_shape=[31, 31], auto_pad="SAME_UPPER")),
        (3, 2, 18, dict(dilations=[2, 2], pads=[1, 1, 1, 1])),
        (1, 1, 31, dict(strides=[2, 2])),
        (3, 1, 50, dict(strides=[3, 3], output_padding=[2, 2])),
    ]:
        weights = graph.random(4, 4 // group, kernel, kernel)
        bias = [graph.random(4)] if kernel != 2 else []
        maps.append(graph.add("ConvTranspose", x, weights, *bias, group=group, kernel_shape=[kernel] * 2, **given))
        count += 4 * size * size
    graph.save("Z-transposed", graph.scores(maps, count))


def networks():
    """A U-Net of transposed convolutions, one of bilinear ones on odd sizes, a segmentation and a detector's neck."""
    graph = Graph()
    one = graph.conv("input", 3, 6)
    two = graph.conv(graph.add("MaxPool", one, kernel_shape=[2, 2], strides=[2, 2]), 6, 8)
    three = graph.conv(graph.add("MaxPool", two, kernel_shape=[2, 2], strides=[2, 2]), 8, 12)
    up = graph.add("ConvTranspose", three, graph.random(12, 8, 2, 2), graph.random(8), kernel_shape=[2, 2], strides=[2, 2])
    two = graph.conv(graph.add("Concat", two, up, axis=1), 16, 8)
    up = graph.add("ConvTranspose", two, graph.random(8, 6, 4, 4), graph.random(6), kernel_shape=[4, 4], strides=[2, 2], pads=[1] * 4)
    one = graph.conv(graph.add("Concat", one, graph.add("Relu", up), axis=1), 12, 6)
    graph.save("Z-unet", graph.add("Sigmoid", graph.conv(one, 6, 1, kernel=1, relu=False)))

    graph = Graph()
    one = graph.conv("input", 3, 6)
    two = graph.conv(graph.add("AveragePool", one, kernel_shape=[2, 2], strides=[2, 2]), 6, 8)
    three = graph.conv(graph.add("AveragePool", two, kernel_shape=[2, 2], strides=[2, 2]), 8, 12)
    for skip, channels in [(two, 8), (one, 6)]:
        # As PyTorch writes interpolate(x, size=skip.shape[2:], align_corners=True).
        sides = graph.add("Slice", graph.add("Shape", skip), graph.constant([2], np.int64), graph.constant([4], np.int64), graph.constant([0], np.int64))
        ends = graph.add("Slice", graph.add("Shape", three), graph.constant([0], np.int64), graph.constant([2], np.int64), graph.constant([0], np.int64))
        sizes = graph.add("Concat", ends, graph.add("Cast", sides, to=TensorProto.INT64), axis=0)
        up = graph.add("Resize", three, "", "", sizes, mode="linear", coordinate_transformation_mode="align_corners")
        joined = graph.add("Concat", skip, up, axis=1)
        three = graph.conv(joined, channels + (12 if channels == 8 else 8), channels)
    graph.save("Z-unet-bilinear-odd", graph.conv(three, 6, 2, kernel=1, relu=False), shape=(1, 3, 37, 50))

    graph = Graph()
    x = graph.conv(graph.conv("input", 3, 8, stride=2), 8, 16, stride=2)
    pooled = graph.conv(graph.add("GlobalAveragePool", x), 16, 4, kernel=1)
    pooled = graph.add("Resize", pooled, "", "", graph.constant([1, 4, 8, 8], np.int64), mode="linear", coordinate_transformation_mode="half_pixel")
    x = graph.conv(graph.add("Concat", x, pooled, axis=1), 20, 21, kernel=1, relu=False)
    x = graph.add("Resize", x, "", "", graph.constant([1, 21, 32, 32], np.int64), mode="linear", coordinate_transformation_mode="half_pixel")
    graph.save("Z-segmentation", x)

    # A stack whose every unit can be followed.
    graph = Graph()
    x = graph.conv("input", 3, 4, stride=2)
    given = dict(kernel_shape=[4, 4], strides=[2, 2], pads=[1] * 4, group=2)
    x = graph.add("Relu", graph.add("ConvTranspose", x, graph.random(4, 3, 4, 4), graph.random(6), **given))
    x = graph.add("ConvTranspose", x, graph.random(6, 5, 3, 3), dilations=[2, 2], pads=[1, 0, 2, 1])
    x = graph.add("GlobalAveragePool", graph.conv(x, 5, 8, stride=2))
    graph.save("Z-decoder", graph.scores([x], 8))

    graph = Graph()
    small = graph.conv("input", 3, 8, stride=2)
    smaller = graph.conv(small, 8, 8, stride=2)
    up = graph.add("Resize", smaller, "", graph.constant([1, 1, 2, 2]), mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor")
    merged = graph.conv(graph.add("Add", small, up), 8, 8)
    maps = [graph.conv(one, 8, 4, kernel=1, relu=False) for one in (merged, smaller)]
    graph.save("Z-pyramid", [graph.add("Sigmoid", one) for one in maps])


class Photos:
    """What a quantiser sees to learn ranges."""

    def __init__(self, size):
        rng = np.random.default_rng(5)
        self.left = iter([{"input": rng.uniform(-1, 1, size).astype(np.float32)} for _ in range(8)])

    def get_next(self):
        return next(self.left, None)


def quantised():
    """As onnxruntime's quantiser writes them: pairs of QuantizeLinear and DequantizeLinear, operators on whole numbers, ranges
    at hand; and rounding that was learnt with the weights."""
    from onnxruntime.quantization import QuantFormat, QuantType, quantize_dynamic, quantize_static

    graph = Graph()
    x = graph.conv("input", 3, 8, stride=2)
    x = graph.add("MaxPool", x, kernel_shape=[2, 2], strides=[2, 2])
    x = graph.add("Relu", graph.add("Add", x, graph.conv(x, 8, 8, relu=False)))
    wide = graph.add("Concat", x, graph.conv(x, 8, 4), axis=1)
    wide = graph.add("LeakyRelu", graph.conv(wide, 12, 16, relu=False), alpha=0.125)
    wide = graph.add("AveragePool", wide, kernel_shape=[2, 2], strides=[2, 2])
    graph.save("float", graph.scores([graph.add("GlobalAveragePool", wide)], 16), opset=13, ir=8)
    source = HERE / "float.onnx"
    signed, unsigned = QuantType.QInt8, QuantType.QUInt8
    for name, form, activations, weights, channels in [
        ("Z-qdq", QuantFormat.QDQ, signed, signed, True),
        ("Z-qlinear", QuantFormat.QOperator, unsigned, unsigned, False),
        ("Z-qlinear-channels", QuantFormat.QOperator, unsigned, signed, True),
    ]:
        given = dict(quant_format=form, activation_type=activations, weight_type=weights, per_channel=channels)
        quantize_static(source, HERE / f"{name}.onnx", Photos((1, 3, 32, 32)), **given)
    quantize_dynamic(source, HERE / "Z-dynamic.onnx", weight_type=QuantType.QUInt8)
    source.unlink()

    graph = Graph()

    def rounded(x, scale, zero, axis=None):
        given = {} if axis is None else {"axis": axis}
        made = graph.add("QuantizeLinear", x, scale, zero, **given)
        return graph.add("DequantizeLinear", made, scale, zero, **given)

    def weights(*shape):
        scale = graph.constant(np.full(shape[0], 0.01))
        return rounded(graph.random(*shape), scale, graph.constant(np.zeros(shape[0]), np.int8), axis=0)

    x = rounded("input", graph.constant(1 / 127), graph.constant(0, np.int8))
    x = graph.add("Relu", graph.add("Conv", x, weights(8, 3, 3, 3), graph.random(8), strides=[2, 2]))
    x = rounded(x, graph.constant(0.02), graph.constant(-128, np.int8))
    x = graph.add("Conv", x, weights(8, 8, 3, 3), graph.random(8))
    # Rounded before the rectifier and behind it.
    x = graph.add("Relu", rounded(x, graph.constant(0.02), graph.constant(0, np.int8)))
    x = graph.add("Flatten", graph.add("GlobalAveragePool", rounded(x, graph.constant(0.01), graph.constant(-128, np.int8))))
    x = graph.add("Gemm", x, weights(10, 8), graph.random(10), transB=1)
    graph.save("Z-trained", rounded(x, graph.constant(0.01), graph.constant(0, np.int8)))

    # Bytes that stand for a photo.
    graph = Graph()
    x = graph.add("DequantizeLinear", "input", graph.constant(1 / 64), graph.constant(128, np.uint8))
    x = graph.add("GlobalAveragePool", graph.conv(x, 3, 8, stride=2))
    graph.save("Z-bytes", graph.scores([x], 8), kind=TensorProto.UINT8)


def branches():
    """A squeeze as If, an expand with its sizes worked out, and a fused residual sum."""
    graph = Graph()
    x = graph.add("GlobalAveragePool", graph.conv("input", 3, 16))
    for axis in (3, 2):
        side = graph.add("Gather", graph.add("Shape", x), graph.constant(axis, np.int64))
        asked = graph.add("Equal", side, graph.constant(1, np.int64))
        given = []
        for operator, inputs in [("Squeeze", [x, graph.constant([axis], np.int64)]), ("Identity", [x])]:
            made = helper.make_empty_tensor_value_info("made")
            given.append(helper.make_graph([helper.make_node(operator, inputs, ["made"])], operator, [], [made]))
        x = graph.add("If", asked, then_branch=given[0], else_branch=given[1])
    graph.save("Z-if", graph.add("Gemm", x, graph.random(10, 16), graph.random(10), transB=1), opset=13)

    graph = Graph()
    x = graph.conv("input", 3, 4, stride=2)
    # As PyTorch writes gain.expand(4, 16, -1), with -1 for what stays.
    wanted = graph.constant([4, 16, -1], np.int64)
    ones = graph.add("ConstantOfShape", graph.constant([3], np.int64), value=numpy_helper.from_array(np.ones(1, np.int64)))
    asked = graph.add("Equal", wanted, graph.add("Mul", ones, graph.constant([-1], np.int64)))
    gain = graph.add("Expand", graph.random(4, 1, 1), graph.add("Where", asked, ones, wanted))
    graph.save("Z-expand", graph.scores([graph.add("Mul", x, gain)], 4 * 16 * 16), opset=13)

    graph = Graph()
    x = graph.conv("input", 3, 8, stride=2)
    weights = [graph.random(8, 8, 3, 3), graph.random(8)]
    x = graph.add("FusedConv", x, *weights, x, domain="com.microsoft", activation="Relu", pads=[1] * 4)
    weights = [graph.random(4, 8, 1, 1), graph.random(4)]
    given = dict(activation="LeakyRelu", activation_params=[0.25])
    x = graph.add("FusedConv", x, *weights, domain="com.microsoft", **given)
    x = graph.add("Flatten", graph.add("GlobalAveragePool", x))
    given = dict(activation="Relu", transB=1)
    x = graph.add("FusedGemm", x, graph.random(6, 4), graph.random(6), domain="com.microsoft", **given)
    graph.save("Z-fused", graph.add("Gemm", x, graph.random(10, 6), graph.random(10), transB=1), opset=13)


def endings():
    """What comes behind a softmax or a sigmoid, and both spelt out; a cast of floats; a group norm as PyTorch exports it."""

    def probabilities(graph, classes=5, x="input"):
        x = graph.add("Flatten", graph.add("GlobalAveragePool", graph.conv(x, 3, 8, stride=2)))
        return graph.add("Gemm", x, graph.random(classes, 8), graph.random(classes), transB=1)

    graph = Graph()
    x = graph.add("Softmax", probabilities(graph), axis=1)
    graph.save("Z-softmax-clip", graph.add("Clip", x, graph.constant(0.05), graph.constant(0.5)), opset=13)

    graph = Graph()
    sides = [graph.add("Softmax", probabilities(graph), axis=1) for _ in range(2)]
    graph.save("Z-softmax-mean", graph.add("Div", graph.add("Add", *sides), graph.constant(2.0)), opset=13)

    graph = Graph()
    x = graph.add("Sigmoid", probabilities(graph, 1))
    graph.save("Z-sigmoid-both", graph.add("Concat", graph.add("Sub", graph.constant(1.0), x), x, axis=1), opset=13)

    graph = Graph()
    below = graph.add("Add", graph.constant(1.0), graph.add("Exp", graph.add("Neg", probabilities(graph, 1))))
    graph.save("Z-sigmoid-spelt", graph.add("Div", graph.constant(1.0), below), opset=13)

    graph = Graph()
    graph.save("Z-exp-log-softmax", graph.add("Exp", graph.add("LogSoftmax", probabilities(graph), axis=1)), opset=13)

    graph = Graph()
    x = graph.add("Softplus", probabilities(graph))
    total = graph.add("ReduceSum", x, graph.constant([1], np.int64), keepdims=1)
    graph.save("Z-parts", graph.add("Div", x, total), opset=13)

    graph = Graph()
    x = graph.add("Cast", "input", to=TensorProto.FLOAT)
    graph.save("Z-cast", probabilities(graph, x=x), opset=13)

    graph = Graph()
    x = graph.conv("input", 3, 8, stride=2)
    shape = graph.add("Shape", x)
    x = graph.add("Reshape", x, graph.constant([0, 4, -1], np.int64))
    x = graph.add("InstanceNormalization", x, graph.constant([1.0] * 4), graph.constant([0.0] * 4))
    x = graph.add("Reshape", x, shape)
    x = graph.add("Add", graph.add("Mul", x, graph.random(8, 1, 1)), graph.random(8, 1, 1))
    x = graph.add("Flatten", graph.add("GlobalAveragePool", x))
    graph.save("Z-group-norm", graph.add("Gemm", x, graph.random(5, 8), graph.random(5), transB=1), opset=13)


def several_outputs():
    """The answer beside what is none: an objectness, boxes, features."""

    def named(graph, x, name):
        graph.nodes.append(helper.make_node("Identity", [x], [name]))
        return name

    for name in ["objectness", "boxes", "features"]:
        graph = Graph()
        features = graph.add("Flatten", graph.add("GlobalAveragePool", graph.conv("input", 3, 8, stride=2)))
        logits = graph.add("Gemm", features, graph.random(10, 8), graph.random(10), transB=1)
        other = graph.add("Gemm", features, graph.random(4, 8), graph.random(4), transB=1)
        if name == "objectness":
            outputs = [named(graph, logits, "class_logits"), named(graph, graph.add("Sigmoid", other), name)]
        elif name == "boxes":
            answer = graph.add("Softmax", logits, axis=1)
            outputs = [named(graph, graph.add("Sigmoid", other), name), named(graph, answer, "cls")]
        else:
            outputs = [named(graph, features, name), named(graph, logits, "logits")]
        graph.save(f"Z-outputs-{name}", outputs, opset=13)


def vectors():
    """Ends without a dense layer, of features and of classes; lengths of one that are spelt out; sigmoids that are scaled."""

    def save(graph, x, name):
        graph.save(name, x, opset=13)

    def pooled(graph, x):
        return graph.add("Flatten", graph.add("GlobalAveragePool", x))

    graph = Graph()
    save(graph, pooled(graph, graph.conv("input", 3, 10, stride=2)), "Z-features")

    graph = Graph()
    x = graph.conv("input", 3, 10, stride=2)
    x = graph.add("Relu", graph.add("Add", x, graph.conv(x, 10, 10, kernel=1, relu=False)))
    save(graph, graph.add("ReduceMean", x, axes=[2, 3], keepdims=0), "Z-features-sum")

    graph = Graph()
    x = graph.add("MaxPool", graph.conv("input", 3, 10, stride=2), kernel_shape=[2, 2], strides=[2, 2])
    save(graph, graph.add("Flatten", x), "Z-features-flat")

    # Each map is a class.
    graph = Graph()
    save(graph, pooled(graph, graph.conv(graph.conv("input", 3, 8, stride=2), 8, 10, kernel=1)), "Z-maps-of-classes")
    graph = Graph()
    save(graph, pooled(graph, graph.conv("input", 3, 10, stride=2, relu=False)), "Z-maps-of-any")

    def dense(graph, count):
        x = pooled(graph, graph.conv("input", 3, 8, stride=2))
        return graph.add("Gemm", x, graph.random(count, 8), graph.random(count), transB=1)

    graph = Graph()
    x = dense(graph, 6)
    squares = graph.add("ReduceSum", graph.add("Pow", x, graph.constant(2.0)), graph.constant([1], np.int64), keepdims=1)
    save(graph, graph.add("Div", x, graph.add("Sqrt", graph.add("Add", squares, graph.constant(1e-12)))), "Z-length-root")

    # As TensorFlow writes l2_normalize.
    graph = Graph()
    x = dense(graph, 6)
    squares = graph.add("ReduceSum", graph.add("Mul", x, x), graph.constant([1], np.int64), keepdims=1)
    root = graph.add("Sqrt", graph.add("Max", graph.constant(1e-12), squares))
    save(graph, graph.add("Mul", x, graph.add("Reciprocal", root)), "Z-length-inverse")

    for name, scale, shift in [("percent", 100.0, 0.0), ("rating", 4.0, 1.0)]:
        graph = Graph()
        x = graph.add("Mul", graph.add("Sigmoid", dense(graph, 1)), graph.constant(scale))
        save(graph, graph.add("Add", graph.constant(shift), x), f"Z-sigmoid-{name}")
    graph = Graph()
    save(graph, graph.add("Mul", graph.add("Softmax", dense(graph, 5)), graph.constant(100.0)), "Z-softmax-percent")
    graph = Graph()
    save(graph, graph.add("Log", graph.add("Sigmoid", dense(graph, 5))), "Z-log-sigmoid")
    graph = Graph()
    save(graph, graph.add("Neg", graph.add("Softplus", graph.add("Neg", dense(graph, 5)))), "Z-log-sigmoid-softplus")

    # Of outputs without names, the head's of a hidden layer, and a list rather than maps.
    graph = Graph()
    hidden = graph.add("Relu", dense(graph, 6))
    save(graph, [hidden, graph.add("Gemm", hidden, graph.random(10, 6), graph.random(10), transB=1)], "Z-outputs-hidden")
    graph = Graph()
    maps = graph.conv("input", 3, 4, relu=False)
    save(graph, [maps, graph.add("Gemm", pooled(graph, graph.conv(maps, 4, 8)), graph.random(10, 8), transB=1)], "Z-outputs-maps")


def rearranged():
    """Rows and columns taken apart, exchanged and put together by Reshape and Transpose, repeated and picked."""

    def save(graph, x, name, shape=(1, 3, 32, 32)):
        x = graph.add("Flatten", graph.add("GlobalAveragePool", graph.conv(x, 4, 8)))
        graph.save(name, graph.add("Gemm", x, graph.random(5, 8), graph.random(5), transB=1), opset=13, shape=shape)

    def reshape(graph, x, *shape):
        return graph.add("Reshape", x, graph.constant(shape, np.int64))

    graph = Graph()
    x = reshape(graph, graph.conv("input", 3, 16, stride=2), 1, 4, 2, 2, 16, 16)
    x = graph.add("Transpose", x, perm=[0, 1, 4, 2, 5, 3])
    save(graph, reshape(graph, x, 1, 4, 32, 32), "Z-pixel-shuffle")

    graph = Graph()
    x = reshape(graph, graph.conv("input", 3, 1, relu=False), 1, 1, 16, 2, 16, 2)
    x = graph.add("Transpose", x, perm=[0, 1, 3, 5, 2, 4])
    save(graph, reshape(graph, x, 1, 4, 16, 16), "Z-space-to-depth")

    graph = Graph()
    x = reshape(graph, graph.conv("input", 3, 4, stride=2), 1, 4, 16, 1, 16, 1)
    x = graph.add("Expand", x, graph.constant([1, 4, 16, 2, 16, 3], np.int64))
    save(graph, reshape(graph, x, 1, 4, 32, 48), "Z-repeated")

    graph = Graph()
    x = reshape(graph, graph.conv("input", 3, 4), 1, 4, 8, 4, 32)
    save(graph, graph.add("ReduceMax", x, axes=[3], keepdims=0), "Z-groups-of-rows")

    graph = Graph()
    x = reshape(graph, graph.conv("input", 3, 4), 1, 4, 2, 16, 32)
    save(graph, graph.add("ReduceMean", x, axes=[2], keepdims=0), "Z-halves")

    graph = Graph()
    x = graph.conv("input", 3, 4)
    for axis in [2, 3]:
        x = graph.add("Gather", x, graph.constant(range(0, 32, 2), np.int64), axis=axis)
    save(graph, x, "Z-gather-rows")

    graph = Graph()
    x = graph.conv("input", 3, 4)
    x = graph.add("Add", x, graph.random(1, 1, 4, 1, 1))
    save(graph, graph.add("Squeeze", x, graph.constant([0], np.int64)), "Z-more-axes")

    # A window that leaves pixels out, with padding behind it.
    graph = Graph()
    x = graph.conv("input", 3, 4, stride=3, pad=0)
    save(graph, graph.conv(x, 4, 4), "Z-left-over", shape=(1, 3, 11, 12))

    graph = Graph()
    x = graph.conv("input", 3, 4)
    x = graph.add("Softmax", x)
    x = graph.add("Flatten", graph.add("GlobalAveragePool", graph.conv(x, 4, 8)))
    graph.save("Z-softmax-11", graph.add("Gemm", x, graph.random(5, 8), graph.random(5), transB=1), opset=11)


def computed_kernels():
    """Kernels that are worked out: given a length, a spread, a spectral norm, or one kernel for all channels."""

    def save(graph, kernels, name, opset=13):
        x = graph.add("Relu", graph.add("Conv", "input", kernels, graph.random(8), pads=[1] * 4))
        x = graph.add("Flatten", graph.add("GlobalAveragePool", graph.conv(x, 8, 8)))
        graph.save(name, graph.add("Gemm", x, graph.random(5, 8), graph.random(5), transB=1), opset=opset)

    graph = Graph()
    v = graph.random(8, 3, 3, 3)
    length = graph.add("ReduceL2", v, axes=[1, 2, 3], keepdims=1)
    save(graph, graph.add("Mul", graph.add("Div", v, length), graph.random(8, 1, 1, 1)), "Z-weight-norm")

    graph = Graph()
    w = graph.random(8, 3, 3, 3)
    w = graph.add("Sub", w, graph.add("ReduceMean", w, axes=[1, 2, 3], keepdims=1))
    variance = graph.add("ReduceMean", graph.add("Mul", w, w), axes=[1, 2, 3], keepdims=1)
    save(graph, graph.add("Div", w, graph.add("Sqrt", graph.add("Add", variance, graph.constant(1e-5)))), "Z-weight-spread")

    graph = Graph()
    w = graph.random(1, 8, 27)
    ones = graph.constant(np.ones(8)), graph.constant(np.zeros(8)), graph.constant(np.zeros(8)), graph.constant(np.ones(8))
    w, _, _ = graph.add("BatchNormalization", w, *ones, outputs=3, training_mode=1)
    save(graph, graph.add("Reshape", w, graph.constant([8, 3, 3, 3], np.int64)), "Z-weight-batch-norm", opset=15)

    # Wide enough that its numbers stay in the file; the norm's statistics are written out.
    graph = Graph()
    w = graph.add("Reshape", graph.random(640, 3, 3, 3), graph.constant([1, 640, 27], np.int64))
    mean = graph.add("ReduceMean", w, axes=[0, 2], keepdims=1)
    less = graph.add("Sub", w, mean)
    variance = graph.add("ReduceMean", graph.add("Mul", less, less), axes=[0, 2], keepdims=0)
    mean = graph.add("Squeeze", mean, graph.constant([0, 2], np.int64))
    w = graph.add("BatchNormalization", w, graph.constant(np.ones(640)), graph.constant(np.zeros(640)), mean, variance, epsilon=1e-6)
    x = graph.add("Conv", "input", graph.add("Reshape", w, graph.constant([640, 3, 3, 3], np.int64)), graph.random(640), pads=[1] * 4)
    x = graph.add("Flatten", graph.add("GlobalAveragePool", graph.add("Relu", x)))
    graph.save("Z-weight-norm-wide", graph.add("Gemm", x, graph.random(5, 640), graph.random(5), transB=1), opset=15)

    graph = Graph()
    w = graph.random(8, 3, 3, 3)
    size = graph.add("Concat", graph.add("Unsqueeze", graph.constant(8, np.int64), graph.constant([0], np.int64)), graph.constant([-1], np.int64), axis=0)
    flat = graph.add("Reshape", w, size)
    count = graph.add("ReduceProd", graph.add("Cast", graph.add("Shape", flat), to=TensorProto.FLOAT), keepdims=0)
    sigma = graph.add("MatMul", graph.random(8), graph.add("MatMul", flat, graph.random(27)))
    save(graph, graph.add("Div", w, graph.add("Mul", sigma, graph.add("Sqrt", count))), "Z-spectral-norm-made")

    graph = Graph()
    w = graph.random(8, 3, 3, 3)
    flat = graph.add("Reshape", w, graph.constant([8, -1], np.int64))
    sigma = graph.add("MatMul", graph.random(8), graph.add("MatMul", flat, graph.random(27)))
    save(graph, graph.add("Div", w, sigma), "Z-spectral-norm")

    graph = Graph()
    kernel = graph.constant(np.outer([1, 2, 1], [1, 2, 1])[None, None] / 16)
    kernels = graph.add("Expand", kernel, graph.constant([8, 1, 3, 3], np.int64))
    x = graph.add("Conv", graph.conv("input", 3, 8), kernels, strides=[2, 2], pads=[1] * 4, group=8)
    x = graph.add("Flatten", graph.add("GlobalAveragePool", graph.conv(x, 8, 8)))
    graph.save("Z-blur", graph.add("Gemm", x, graph.random(5, 8), graph.random(5), transB=1), opset=13)


def without_a_batch():
    """Layers whose values are one list, or of several vectors."""
    graph = Graph()
    x = graph.add("Squeeze", graph.add("GlobalAveragePool", graph.conv("input", 3, 8, stride=2)), graph.constant([0, 2, 3], np.int64))
    x = graph.add("MatMul", x, graph.random(8, 5))
    graph.save("Z-squeezed", graph.add("Unsqueeze", graph.add("Add", x, graph.random(5)), graph.constant([0], np.int64)), opset=13)

    graph = Graph()
    x = graph.add("Reshape", graph.conv("input", 3, 8, stride=4), graph.constant([1, 8, 64], np.int64))
    x = graph.add("Add", x, graph.add("Relu", graph.add("MatMul", x, graph.random(64, 64))))
    x = graph.add("ReduceMean", x, axes=[2], keepdims=0)
    graph.save("Z-tokens", graph.add("Gemm", x, graph.random(5, 8), graph.random(5), transB=1), opset=13)


def beginnings():
    """Photos turned and shifted inside the graph: of blue, green and red, of bytes, of another size."""

    def save(graph, x, name, **given):
        x = graph.add("Flatten", graph.add("GlobalAveragePool", graph.conv(x, 3, 8, stride=2)))
        graph.save(name, graph.add("Gemm", x, graph.random(5, 8), graph.random(5), transB=1), **{"opset": 13, **given})

    blue_first = np.array([103.939, 116.779, 123.68]).reshape(1, 3, 1, 1)
    graph = Graph()
    save(graph, graph.add("Sub", "input", graph.constant(blue_first)), "Z-blue-first")

    graph = Graph()
    x = graph.add("Gather", "input", graph.constant([2, 1, 0], np.int64), axis=1)
    save(graph, graph.add("Sub", x, graph.constant(blue_first)), "Z-turned")

    graph = Graph()
    x = graph.add("Div", "input", graph.constant(255.0))
    save(graph, graph.add("Sub", x, graph.constant(np.array([0.406, 0.456, 0.485]).reshape(3, 1, 1))), "Z-blue-first-unit")

    graph = Graph()
    x = graph.add("DequantizeLinear", "input", graph.constant(1 / 255), graph.constant(0, np.uint8))
    save(graph, x, "Z-bytes-scaled", kind=TensorProto.UINT8)

    graph = Graph()
    x = graph.add("Resize", "input", "", graph.constant([1, 1, 2, 2]), mode="linear")
    save(graph, graph.add("Sub", x, graph.constant(blue_first[:, ::-1])), "Z-resized-first")


def more_beginnings():
    """What stands before the first layer of networks that take numbers of other ranges than their own photos have."""

    mean, deviation = np.array([0.485, 0.456, 0.406]), np.array([0.229, 0.224, 0.225])
    blue_first = np.array([103.939, 116.779, 123.68])

    def maps(values):
        return np.asarray(values).reshape(1, 3, 1, 1)

    def chain(name, *steps, last=False):
        """Operators in turn, each with what it reads beside the photo."""
        graph = Graph()
        x = "input"
        for operator, *others in steps:
            given = others.pop() if others and isinstance(others[-1], dict) else {}
            names = [graph.constant(one, np.int64 if isinstance(one, list) else np.float32) for one in others]
            x = graph.add(operator, x, *names, **given)
        x = graph.add("Transpose", x, perm=[0, 3, 1, 2]) if last else x
        x = graph.add("Flatten", graph.add("GlobalAveragePool", graph.conv(x, 3, 8, stride=2)))
        x = graph.add("Gemm", x, graph.random(5, 8), graph.random(5), transB=1)
        graph.save(f"Z-first-{name}", x, opset=13, shape=(1, 32, 32, 3) if last else (1, 3, 32, 32))

    turn = [[-1], [-9999], [1], [-1]]
    chain("slice", ("Slice", *turn), ("Sub", maps(blue_first)))
    chain("slice-last", ("Slice", [0, -1], [9999, -9999], [0, 3], [1, -1]), ("Add", -blue_first), last=True)
    chain("half", ("Add", 1.0), ("Div", 2.0))
    chain("half-first", ("Mul", 0.5), ("Add", 0.5))
    chain("twice", ("Mul", 2.0), ("Sub", 1.0))
    chain("bytes", ("Mul", 255.0), ("Sub", maps(255 * mean)))
    chain("perceptual", ("Sub", maps([-0.03, -0.088, -0.188])), ("Div", maps([0.458, 0.448, 0.45])))
    chain("undone", ("Mul", maps(deviation)), ("Add", maps(mean)))
    chain("house-numbers", ("Sub", maps([0.4377, 0.4438, 0.4728])), ("Div", maps([0.198, 0.201, 0.197])))
    chain("norm", ("BatchNormalization", np.ones(3), np.full(3, 0.2), 255 * mean, (255 * deviation) ** 2))
    chain("norm-unit", ("BatchNormalization", np.ones(3), np.zeros(3), mean, deviation**2))
    chain("norm-learnt", ("BatchNormalization", np.ones(3), np.zeros(3), np.array([0.02, -0.05, 0.1]), np.ones(3)))
    chain("depthwise", ("Conv", (1 / (255 * deviation)).reshape(3, 1, 1, 1), -mean / deviation, dict(group=3)))
    turned = np.zeros((3, 3, 1, 1))
    turned[0, 2] = turned[1, 1] = turned[2, 0] = 255
    chain("turning", ("Conv", turned, -blue_first))
    chain("learnt", ("Conv", np.array([0.5, -2.0, 1.0]).reshape(3, 1, 1, 1), np.array([3.0, 0.1, -1.0]), dict(group=3)))
    chain("clip", ("Clip", 0.0, 255.0))
    chain("image", ("Sub", np.linspace(100, 130, 3 * 32 * 32).reshape(1, 3, 32, 32)))

    for name, scale in [("split", 1.0), ("split-unit", 255.0)]:
        graph = Graph()
        parts = graph.add("Split", graph.add("Mul", "input", graph.constant(scale)), axis=1, outputs=3)
        parts = [graph.add("Sub", one, graph.constant(of)) for one, of in zip(reversed(parts), blue_first)]
        x = graph.add("Concat", *parts, axis=1)
        x = graph.add("Flatten", graph.add("GlobalAveragePool", graph.conv(x, 3, 8, stride=2)))
        x = graph.add("Gemm", x, graph.random(5, 8), graph.random(5), transB=1)
        graph.save(f"Z-first-{name}", x, opset=13)


def small_operators():
    """What stands in networks now and then, between layers that are shown."""

    def save(graph, x, name, channels=8, **given):
        x = graph.add("Flatten", graph.add("GlobalAveragePool", x))
        graph.save(name, graph.add("Gemm", x, graph.random(5, channels), graph.random(5), transB=1), **{"opset": 13, **given})

    graph = Graph()
    x = graph.conv("input", 3, 8, stride=2, relu=False)
    cube = graph.add("Mul", graph.add("Mul", graph.add("Mul", x, x), x), graph.constant(0.044715))
    inner = graph.add("Mul", graph.add("Add", x, cube), graph.constant(0.7978846))
    x = graph.add("Mul", graph.add("Mul", x, graph.constant(0.5)), graph.add("Add", graph.add("Tanh", inner), graph.constant(1.0)))
    save(graph, x, "Z-gelu-spelt")

    graph = Graph()
    x = graph.conv("input", 3, 8, stride=2)
    y = graph.add("Squeeze", graph.add("GlobalAveragePool", x), graph.constant([-1], np.int64))
    y = graph.add("Transpose", y, perm=[0, 2, 1])
    y = graph.add("Conv", y, graph.random(1, 1, 3), kernel_shape=[3], pads=[1, 1])
    y = graph.add("Unsqueeze", graph.add("Transpose", y, perm=[0, 2, 1]), graph.constant([-1], np.int64))
    save(graph, graph.add("Mul", x, graph.add("Sigmoid", y)), "Z-channel-attention")

    graph = Graph()
    x = graph.conv("input", 3, 8)
    save(graph, graph.add("Mean", x, graph.conv(x, 8, 8), graph.conv(x, 8, 8, kernel=1)), "Z-mean")

    graph = Graph()
    x = graph.add("Flatten", graph.add("GlobalAveragePool", graph.conv("input", 3, 8, stride=2)))
    answer = graph.add("Softmax", graph.add("Gemm", x, graph.random(10, 8), graph.random(10), transB=1), axis=1)
    graph.save("Z-top-k", [answer, *graph.add("TopK", answer, graph.constant([3], np.int64), outputs=2)], opset=13)

    for count in [10, 128]:
        graph = Graph()
        x = graph.add("Flatten", graph.add("GlobalAveragePool", graph.conv("input", 3, 8, stride=2)))
        x = graph.add("Gemm", x, graph.random(count, 8), graph.random(count), transB=1)
        learnt = [graph.constant(np.full(count, value)) for value in [1.0, 0.5, 0.1, 2.0]]
        graph.save(f"Z-norm-last-{count}", graph.add("BatchNormalization", x, *learnt), opset=13)

    graph = Graph()
    x = graph.add("Flatten", graph.conv(graph.conv("input", 3, 8, stride=2), 8, 4, stride=2))
    graph.save("Z-open-dense", graph.add("Gemm", x, graph.random(5, 256), graph.random(5), transB=1), opset=13, shape=("n", 3, "h", "w"))


def sizes():
    """Networks that follow another size of input in ways of their own, and one that does not."""

    def save(graph, x, name, channels=8):
        x = graph.add("Flatten", graph.add("GlobalAveragePool", x))
        graph.save(name, graph.add("Gemm", x, graph.random(5, channels), graph.random(5), transB=1), opset=13)

    # torchvision's transform_input.
    graph = Graph()
    planes = []
    for channel in range(3):
        one = graph.add("Gather", "input", graph.constant(channel, np.int64), axis=1)
        one = graph.add("Unsqueeze", one, graph.constant([1], np.int64))
        planes.append(graph.add("Add", graph.add("Mul", one, graph.constant(0.458)), graph.constant(-0.03)))
    save(graph, graph.conv(graph.add("Concat", *planes, axis=1), 3, 8, stride=2), "Z-transform-input")

    # YOLO's Focus, and the half of the channels that is left.
    graph = Graph()
    parts = []
    for row in range(2):
        for column in range(2):
            ends = graph.constant([2**31 - 1] * 2, np.int64)
            parts.append(graph.add("Slice", "input", graph.constant([row, column], np.int64), ends, graph.constant([2, 3], np.int64), graph.constant([2, 2], np.int64)))
    x = graph.conv(graph.add("Concat", *parts, axis=1), 12, 16)
    half = graph.add("Slice", x, graph.constant([0], np.int64), graph.constant([8], np.int64), graph.constant([1], np.int64))
    save(graph, half, "Z-focus")

    # Enlarged to a size that the exporter wrote down.
    graph = Graph()
    x = graph.conv("input", 3, 8, stride=2)
    size = graph.add("Concat", graph.add("Slice", graph.add("Shape", x), graph.constant([0], np.int64), graph.constant([2], np.int64)), graph.constant([32, 32], np.int64), axis=0)
    y = graph.add("Resize", x, "", "", size, mode="nearest", coordinate_transformation_mode="asymmetric", nearest_mode="floor")
    save(graph, graph.add("Add", y, graph.conv("input", 3, 8)), "Z-written-size")


if __name__ == "__main__":
    sizes()
    beginnings()
    more_beginnings()
    small_operators()
    rearranged()
    computed_kernels()
    without_a_batch()
    several_outputs()
    vectors()
    endings()
    resize_modes()
    old_resizes()
    transposed()
    networks()
    branches()
    quantised()
