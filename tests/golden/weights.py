"""Narrow VGGs as files of weights, in every format that is taken without a graph, with the scores that the format's own
library finds.

    python weights.py torch    # .pth in both forms, .safetensors; scores by PyTorch
    python weights.py keras    # .h5, .weights.h5, .keras; scores by Keras
    python weights.py caffe    # .caffemodel; scores by OpenCV

Each needs its own requirements: requirements.txt (with safetensors), requirements-keras.txt, requirements-caffe.txt. All
weights are seeded. The input is that of nets.py: a fixed sequence, as one image of three planes.
"""

import json
import struct
import sys
from pathlib import Path

import numpy as np

OUT = Path(__file__).resolve().parent / "weights"
WIDTHS = {
    "A": [2, "M", 4, "M", 8, 8, "M", 16, 16, "M", 16, 16, "M"],
    "A-LRN": [2, "N", "M", 4, "M", 8, 8, "M", 16, 16, "M", 16, 16, "M"],
    "B": [2, 2, "M", 4, 4, "M", 8, 8, "M", 16, 16, "M", 16, 16, "M"],
    "D": [2, 2, "M", 4, 4, "M", 8, 8, 8, "M", 16, 16, 16, "M", 16, 16, 16, "M"],
}
HIDDEN, CLASSES = 12, 10


def sequence(shape):
    i = np.arange(np.prod(shape), dtype=np.uint64)
    return (((i * 2654435761) % 2**32) / 2**31 - 1).astype(np.float32).reshape(shape)


def expect(name, logits):
    path = OUT / "scores.json"
    known = json.loads(path.read_text()) if path.exists() else {}
    known[name] = [float(value) for value in np.asarray(logits).reshape(-1)]
    path.write_text(json.dumps(dict(sorted(known.items())), indent=1) + "\n")


# ---------------------------------------------------------------- PyTorch


def torch_net(cfg, norm=False, side=7):
    import torch
    from torch import nn

    layers, below = [], 3
    for width in cfg:
        if width == "M":
            layers.append(nn.MaxPool2d(2, 2))
            continue
        layers.append(nn.Conv2d(below, width, 3, padding=1))
        if norm:
            layers.append(nn.BatchNorm2d(width))
        layers.append(nn.ReLU(True))
        below = width

    class Vgg(nn.Module):
        def __init__(self):
            super().__init__()
            self.features = nn.Sequential(*layers)
            self.classifier = nn.Sequential(
                nn.Linear(below * side * side, HIDDEN), nn.ReLU(True), nn.Dropout(),
                nn.Linear(HIDDEN, HIDDEN), nn.ReLU(True), nn.Dropout(),
                nn.Linear(HIDDEN, CLASSES),
            )

        def forward(self, x):
            return self.classifier(torch.flatten(self.features(x), 1))

    net = Vgg().eval()
    gen = torch.Generator().manual_seed(11)
    for name, tensor in net.state_dict().items():
        if tensor.dtype != torch.float32:
            continue
        if name.endswith("running_var"):
            tensor.uniform_(0.5, 1.5, generator=gen)
        elif tensor.dim() > 1:
            tensor.normal_(0, (2 / tensor[0].numel()) ** 0.5, generator=gen)
        else:
            tensor.uniform_(-0.2, 0.3, generator=gen)
    return net


def torch_files():
    import torch
    from safetensors.torch import save_file
    from torch import nn

    def scores(name, net, side=224):
        with torch.no_grad():
            expect(name, net(torch.from_numpy(sequence((1, 3, side, side)))))

    net = torch_net(WIDTHS["A"])
    torch.save(net.state_dict(), OUT / "vgg11-stream.pth", _use_new_zipfile_serialization=False)
    scores("vgg11-stream.pth", net)

    net = torch_net(WIDTHS["B"], norm=True)
    torch.save(net.state_dict(), OUT / "vgg13bn-zip.pth")
    scores("vgg13bn-zip.pth", net)

    # What a training script saves: a wrapped module, in a layout of its own, beside other things.
    net = torch_net(WIDTHS["D"])
    wrapped = {f"module.{name}": tensor for name, tensor in net.state_dict().items()}
    wrapped["module.features.2.weight"] = wrapped["module.features.2.weight"].to(memory_format=torch.channels_last)
    torch.save({"epoch": 3, "lr": 1e-3, "state_dict": wrapped, "best": None}, OUT / "vgg16-checkpoint.pt")
    scores("vgg16-checkpoint.pt", net)

    # For photos of 32 pixels, with pools at other places.
    net = torch_net([4, "M", 8, 8, 8, "M", 8, "M"], side=4)
    torch.save(net.state_dict(), OUT / "vgg-32.pth")
    scores("vgg-32.pth", net, side=32)

    # Biases of which all elements are one number of the file.
    for layer in net.modules():
        if isinstance(layer, (nn.Conv2d, nn.Linear)):
            layer.bias.data = torch.tensor([0.25]).expand(layer.bias.shape)
    torch.save(net.state_dict(), OUT / "vgg-32-expanded.pth")
    scores("vgg-32-expanded.pth", net, side=32)

    # timm's names: the first dense layers are convolutions.
    net = torch_net(WIDTHS["D"])
    state = net.state_dict()
    timm = {name: tensor for name, tensor in state.items() if name.startswith("features.")}
    timm["pre_logits.fc1.weight"] = state["classifier.0.weight"].reshape(HIDDEN, -1, 7, 7)
    timm["pre_logits.fc1.bias"] = state["classifier.0.bias"]
    timm["pre_logits.fc2.weight"] = state["classifier.3.weight"].reshape(HIDDEN, HIDDEN, 1, 1)
    timm["pre_logits.fc2.bias"] = state["classifier.3.bias"]
    timm["head.fc.weight"] = state["classifier.6.weight"]
    timm["head.fc.bias"] = state["classifier.6.bias"]
    save_file({name: tensor.contiguous() for name, tensor in timm.items()}, OUT / "vgg16-timm.safetensors")
    scores("vgg16-timm.safetensors", net)

    bad_torch_files(torch_net(WIDTHS["A"]))
    half = net.half()
    save_file(half.state_dict(), OUT / "vgg16-half.safetensors")
    scores("vgg16-half.safetensors", half.float())


def bad_torch_files(net):
    """What a person may take for the weights of a VGG."""
    import pickle
    import zipfile

    import torch
    from torch import nn

    bad = OUT / "bad"
    bad.mkdir(exist_ok=True)
    state = net.state_dict()
    few = {name: tensor for name, tensor in state.items() if name.startswith(("features.0.", "features.3."))}

    # A whole module, a program of TorchScript, and a pickle that would run a command.
    torch.save(nn.Sequential(nn.Conv2d(3, 2, 3)), bad / "module.pth")
    torch.jit.script(nn.Sequential(nn.Conv2d(3, 2, 3))).save(str(bad / "torchscript.pt"))

    class Command:
        def __reduce__(self):
            import os

            return os.system, ("true",)

    torch.save({"features.0.weight": Command()}, bad / "command.pth", _use_new_zipfile_serialization=False)

    # Weights of other networks.
    resnet = {"conv1.weight": torch.zeros(4, 3, 7, 7), "layer1.0.conv1.weight": torch.zeros(4, 4, 3, 3)}
    torch.save(resnet, bad / "resnet.pth")
    alexnet = {"features.0.weight": torch.zeros(4, 3, 11, 11), "features.0.bias": torch.zeros(4)}
    torch.save(alexnet, bad / "alexnet.pth")
    torch.save({"epoch": 3, "steps": torch.arange(4)}, bad / "no-floats.pth")

    # One tensor of another shape; rectifiers and pools that do not fit between the indices.
    torch.save({**state, "classifier.0.weight": torch.zeros(HIDDEN, 700)}, bad / "classifier.pth")
    torch.save({**few, "features.3.bias": torch.zeros(5)}, bad / "bias.pth")
    torch.save({name.replace("features.3", "features.5"): tensor for name, tensor in few.items()}, bad / "gap.pth")

    # Numbers of eight bits.
    torch.save({name: tensor.to(torch.float8_e4m3fn) for name, tensor in few.items()}, bad / "float8.pth")

    # Archives that no library writes: compressed, and with two members of one name.
    torch.save(few, bad / "stored.pth")
    with zipfile.ZipFile(bad / "stored.pth") as stored:
        with zipfile.ZipFile(bad / "compressed.pth", "w", zipfile.ZIP_DEFLATED) as packed:
            for name in stored.namelist():
                packed.writestr(name, stored.read(name))
        with zipfile.ZipFile(bad / "twice.pth", "w") as packed:
            for name in [*stored.namelist(), *stored.namelist()]:
                packed.writestr(name, stored.read(name))
    (bad / "stored.pth").unlink()

    # Pickles made by hand: tuples in each other, a list in itself, more elements than the storage has, an absurd size.
    magic = pickle.dumps(0x1950A86A20F9469CFC6C, protocol=2)
    begin = magic + pickle.dumps(1001, protocol=2) + pickle.dumps({}, protocol=2)
    (bad / "nested.pth").write_bytes(begin + b"\x80\x02N" + b"\x85" * 100_000 + b"." + b"\x80\x02].")
    (bad / "itself.pth").write_bytes(begin + b"\x80\x02]q\x00h\x00a." + b"\x80\x02].")
    storage = b"(X\x07\x00\x00\x00storagectorch\nFloatStorage\nX\x01\x00\x00\x000X\x03\x00\x00\x00cpu%stQ"
    tensor = b"ctorch._utils\n_rebuild_tensor_v2\n(" + storage + b"K\x00%s%s\x89NtR"
    entry = b"}X\x11\x00\x00\x00features.0.weight" + tensor + b"s."

    def stream(count, dims, strides, numbers):
        large = lambda number: b"\x8a\x08" + number.to_bytes(8, "little")
        pack = lambda sizes: b"(" + b"".join(large(size) for size in sizes) + b"t"
        keys = b"\x80\x02]X\x01\x00\x00\x000a."
        data = count.to_bytes(8, "little") + bytes(4 * numbers)
        return begin + b"\x80\x02" + entry % (large(count), pack(dims), pack(strides)) + keys + data

    (bad / "beyond.pth").write_bytes(stream(108, [4, 3, 3, 4], [36, 12, 4, 1], 108))
    (bad / "absurd.pth").write_bytes(stream(2**61, [2**20, 2**20, 3, 3], [9 * 2**20, 9, 3, 1], 108))
    # One number that is a billion elements.
    (bad / "same.pth").write_bytes(stream(108, [2**15, 2**15, 3, 3], [0, 0, 0, 0], 108))


# ---------------------------------------------------------------- Keras


def keras_files():
    import keras

    def net(names):
        layers, block, number, dense = [keras.Input((224, 224, 3))], 1, 0, iter(["fc1", "fc2", "predictions"])
        for width in WIDTHS["D"]:
            if width == "M":
                layers.append(keras.layers.MaxPooling2D(2, 2))
                block, number = block + 1, 0
                continue
            number += 1
            name = f"block{block}_conv{number}" if names else None
            layers.append(keras.layers.Conv2D(width, 3, padding="same", activation="relu", name=name))
        layers.append(keras.layers.Flatten())
        for units in [HIDDEN, HIDDEN, CLASSES]:
            # The scores before softmax, as the page shows them.
            kind = None if units == CLASSES else "relu"
            layers.append(keras.layers.Dense(units, activation=kind, name=next(dense) if names else None))
        model = keras.Sequential(layers)
        gen = np.random.default_rng(5)
        model.set_weights(
            [
                gen.normal(0, (2 / np.prod(w.shape[:-1])) ** 0.5, w.shape) if w.ndim > 1 else gen.uniform(-0.2, 0.3, w.shape)
                for w in model.get_weights()
            ]
        )
        return model

    def scores(name, model):
        image = sequence((1, 3, 224, 224)).transpose(0, 2, 3, 1)
        expect(name, model.predict(image, verbose=0))

    for file, names in [("vgg16.h5", True), ("vgg16.weights.h5", True), ("vgg16-unnamed.weights.h5", False), ("vgg16.keras", True)]:
        keras.utils.clear_session()
        model = net(names)
        if file.endswith(".weights.h5"):
            model.save_weights(OUT / file)
        else:
            model.save(OUT / file)
        scores(file, model)


    # Whole models that say more than their weights: the side of photos, the pool of whole maps, the functions.
    def small(side, top):
        keras.utils.clear_session()
        x = image = keras.Input((side, side, 3))
        for block, width in enumerate([2, 4, 8, 8, 8], 1):
            x = keras.layers.Conv2D(width, 3, padding="same", activation="relu", name=f"block{block}_conv1")(x)
            x = keras.layers.MaxPooling2D(2, 2)(x)
        model = keras.Sequential([keras.Model(image, x), *top])
        gen = np.random.default_rng(6)
        model.set_weights([gen.normal(0, 0.4, w.shape) for w in model.get_weights()])
        return model

    def dense(*functions):
        return [keras.layers.Dense(units, activation=function) for units, function in functions]

    flat = [keras.layers.Flatten(), *dense((6, "relu")), keras.layers.Dropout(0.5), *dense((1, "sigmoid"))]
    means = [keras.layers.GlobalAveragePooling2D(), *dense((6, "tanh"), (3, None)), keras.layers.Softmax()]
    for files, side, top in [(["keras-sigmoid.h5", "keras-sigmoid.keras"], 70, flat), (["keras-means.h5", "keras-means.keras"], 64, means)]:
        model = small(side, top)
        for file in files:
            model.save(OUT / file)
        # The numbers before the function that ends it.
        if isinstance(top[-1], keras.layers.Softmax):
            model.pop()
        model.layers[-1].activation = keras.activations.linear
        logits = model.predict(sequence((1, 3, side, side)).transpose(0, 2, 3, 1), verbose=0)
        for file in files:
            expect(file, logits)


# ---------------------------------------------------------------- Caffe


def caffe_files():
    import cv2

    def varint(number):
        out = bytearray()
        while number > 127:
            out.append(number & 127 | 128)
            number >>= 7
        return bytes(out + bytes([number]))

    def field(number, value):
        if isinstance(value, int):
            return varint(number << 3) + varint(value)
        value = value.encode() if isinstance(value, str) else value
        return varint(number << 3 | 2) + varint(len(value)) + value

    def old_blob(values):
        dims = (1,) * (4 - values.ndim) + values.shape
        sizes = b"".join(field(at + 1, dim) for at, dim in enumerate(dims))
        return sizes + field(5, values.astype("<f4").tobytes())

    def blob(values):
        shape = field(1, b"".join(varint(dim) for dim in values.shape))
        return field(7, shape) + field(5, values.astype("<f4").tobytes())

    # Numbers of layer types in caffe.proto's V1LayerParameter.
    convolution, inner_product, lrn = 4, 14, 15
    for file, cfg, old in [
        ("vgg16.caffemodel", "D", True),
        ("vgg16-new.caffemodel", "D", False),
        ("vgg11-lrn.caffemodel", "A-LRN", True),
        ("vgg11-lrn-new.caffemodel", "A-LRN", False),
    ]:
        gen = np.random.default_rng(7)
        text = ['name: "VGG"', 'input: "data"', "input_dim: 1", "input_dim: 3", "input_dim: 224", "input_dim: 224"]
        layers, below, block, number, last = b"", 3, 1, 0, "data"

        def layer(name, kind, weights, parameters, activated=True):
            nonlocal layers, last
            values = [
                gen.normal(0, (2 / np.prod(weights[1:])) ** 0.5, weights).astype(np.float32),
                gen.uniform(-0.2, 0.3, weights[0]).astype(np.float32),
            ]
            if old:
                blobs = b"".join(field(6, old_blob(one)) for one in values)
                layers += field(2, field(2, last) + field(3, name) + field(4, name) + field(5, kind) + blobs)
            else:
                word = "Convolution" if kind == convolution else "InnerProduct"
                blobs = b"".join(field(7, blob(one)) for one in values)
                layers += field(100, field(1, name) + field(2, word) + field(3, last) + field(4, name) + blobs)
            word = "Convolution" if kind == convolution else "InnerProduct"
            text.append(f'layer {{ name: "{name}" type: "{word}" bottom: "{last}" top: "{name}" {parameters} }}')
            if activated:
                text.append(f'layer {{ name: "{name}_relu" type: "ReLU" bottom: "{name}" top: "{name}" }}')
            last = name

        for width in WIDTHS[cfg]:
            if width == "N":
                # OpenCV does not read k, and takes Caffe's default, 1.
                name = "norm1"
                numbers = field(1, 5) + b"".join(varint(at << 3 | 5) + struct.pack("<f", one) for at, one in [(2, 0.5), (5, 1)])
                head = field(2, last) + field(3, name) + field(4, name) + field(5, lrn) if old else (
                    field(1, name) + field(2, "LRN") + field(3, last) + field(4, name))
                layers += field(2 if old else 100, head + field(18 if old else 118, numbers))
                text.append(
                    f'layer {{ name: "{name}" type: "LRN" bottom: "{last}" top: "{name}"'
                    " lrn_param { local_size: 5 alpha: 0.5 beta: 0.75 k: 1 } }"
                )
                last = name
                continue
            if width == "M":
                name = f"pool{block}"
                text.append(
                    f'layer {{ name: "{name}" type: "Pooling" bottom: "{last}" top: "{name}"'
                    " pooling_param { pool: MAX kernel_size: 2 stride: 2 } }"
                )
                last, block, number = name, block + 1, 0
                continue
            number += 1
            parameters = f"convolution_param {{ num_output: {width} pad: 1 kernel_size: 3 }}"
            layer(f"conv{block}_{number}", convolution, (width, below, 3, 3), parameters)
            below = width
        below *= 7 * 7
        for name, units in [("fc6", HIDDEN), ("fc7", HIDDEN), ("fc8", CLASSES)]:
            parameters = f"inner_product_param {{ num_output: {units} }}"
            layer(name, inner_product, (units, below), parameters, units != CLASSES)
            below = units
        (OUT / file).write_bytes(field(1, "VGG") + layers)
        net = cv2.dnn.readNetFromCaffe(np.frombuffer("\n".join(text).encode(), np.uint8), np.fromfile(OUT / file, np.uint8))
        net.setInput(sequence((1, 3, 224, 224)))
        expect(file, net.forward())


if __name__ == "__main__":
    OUT.mkdir(exist_ok=True)
    {"torch": torch_files, "keras": keras_files, "caffe": caffe_files}[sys.argv[1]]()
