"""Networks on inputs of other sizes than their files', and the paper's protocols at test time (Simonyan and Zisserman, section
3.2): what PyTorch and onnxruntime say of them.

    python sizes.py    # needs requirements.txt with torch and safetensors, as weights.py

Networks are run by onnxruntime with the size in their files changed, where that can be. The dense layers of a VGG are made
convolutions by PyTorch: the first as large as the maps that it was trained on, the others 1x1; its scores are the means of
the maps of scores. The input is that of nets.py; the photo is crops/source.png.
"""

import json
import os
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import torch
from PIL import Image
from torch.nn import functional as F

from weights import WIDTHS, sequence, torch_net

HERE = Path(__file__).resolve().parent
MEAN, STD = np.float32([0.485, 0.456, 0.406]), np.float32([0.229, 0.224, 0.225])
SCALES = (256, 384, 512)
LONGEST = 1024


def loaded(name):
    """The network of weights/NAME."""
    if name == "vgg-32.pth":
        net = torch_net([4, "M", 8, 8, 8, "M", 8, "M"], side=4)
    else:
        net = torch_net(WIDTHS["A"])
    net.load_state_dict(torch.load(HERE / "weights" / name, weights_only=True))
    return net


def dense(net, image):
    """Its map of scores."""
    maps = net.features(image)
    for layer in net.classifier:
        if not isinstance(layer, torch.nn.Linear):
            maps = layer(maps)
            continue
        below = maps.shape[1]
        side = int((layer.in_features / below) ** 0.5)
        maps = F.conv2d(maps, layer.weight.reshape(layer.out_features, below, side, side), layer.bias)
    return maps


def resized(path, size=None):
    """onnxruntime's scores of a file whose input is of this size, or a little larger than the file says; none where the
    graph cannot be."""
    model = onnx.load(path)
    inputs = [one for one in model.graph.input if one.name not in {tensor.name for tensor in model.graph.initializer}]
    dims = inputs[0].type.tensor_type.shape.dim
    if len(inputs) != 1 or len(dims) != 4 or dims[1].dim_value not in (1, 3):
        return None
    if not dims[2].dim_value or not dims[3].dim_value:
        return None
    if any(tensor.data_type == onnx.TensorProto.FLOAT16 for tensor in model.graph.initializer):
        return None  # rounded on the way in onnxruntime, and not here
    if any(mark in node.op_type for node in model.graph.node for mark in ("Quantize", "QLinear", "Integer")):
        return None  # a tie may be rounded either way
    size = size or (dims[2].dim_value + 32, dims[3].dim_value + 16)
    dims[0].dim_value, dims[2].dim_value, dims[3].dim_value = 1, *size
    for output in model.graph.output:
        output.type.tensor_type.ClearField("shape")
    del model.graph.value_info[:]
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 4
    try:
        session = onnxruntime.InferenceSession(model.SerializeToString(), options, providers=["CPUExecutionProvider"])
        scores = session.run(None, {inputs[0].name: sequence((1, dims[1].dim_value, *size))})[0]
    except Exception:
        return None
    return {"size": size, "scores": floats(scores)} if scores.ndim == 2 and scores.shape[0] == 1 else None


def floats(values):
    return [float(value) for value in np.asarray(values).reshape(-1)]


# ---------------------------------------------------------------- protocols


def normalised(picture):
    values = np.asarray(picture, dtype=np.float32) / 255
    return torch.from_numpy(((values - MEAN) / STD).transpose(2, 0, 1)[None].copy())


def part(photo, scale, size, left, top):
    """A rectangle of the photo whose shorter side has `scale` pixels; left and top are shares of the room there is."""
    step = min(photo.size) / scale
    width, height = (min(side * step, whole) for side, whole in zip(size[::-1], photo.size))
    x, y = (photo.size[0] - width) * left, (photo.size[1] - height) * top
    return photo.resize(size[::-1], Image.BICUBIC, box=(x, y, x + width, y + height))


def mirrored(picture):
    return picture.transpose(Image.FLIP_LEFT_RIGHT)


def dense_posteriors(net, photo, scale):
    step = min(photo.size) / scale
    size = [min(int(side / step + 0.5), LONGEST) for side in photo.size[::-1]]
    whole = part(photo, scale, size, 0.5, 0.5)
    maps = [dense(net, normalised(one)) for one in (whole, mirrored(whole))]
    both = torch.stack([one.mean((2, 3)).softmax(1) for one in maps]).mean(0)
    return size, maps[0].softmax(1)[0], both[0]


def crop_posteriors(net, photo, scale, side):
    shares = [0, 0.25, 0.5, 0.75, 1]
    crops = [part(photo, scale, [side, side], left, top) for top in shares for left in shares]
    crops += [mirrored(crop) for crop in crops]
    return torch.stack([net(normalised(crop)).softmax(1)[0] for crop in crops]).mean(0)


def main():
    sizes, protocols = {}, {}
    with torch.no_grad():
        for name, size in [("vgg11-stream.pth", (256, 320)), ("vgg-32.pth", (40, 48))]:
            maps = dense(loaded(name), torch.from_numpy(sequence((1, 3, *size))))
            sizes[f"weights/{name}"] = {"size": size, "map": list(maps.shape[2:]), "scores": floats(maps.mean((2, 3)))}
        files = sorted([*HERE.glob("nets/*.onnx"), *HERE.glob("../cases/models/*.onnx")])
        sizes["../../models/vgg16.onnx"] = resized(HERE / "../../models/vgg16.onnx", (256, 192))
        sizes |= {os.path.relpath(path, HERE): resized(path) for path in files}

        net = loaded("vgg11-stream.pth")
        photo = Image.open(HERE / "crops" / "source.png").convert("RGB")
        dense_all, crops_all = [], []
        for scale in SCALES:
            size, places, both = dense_posteriors(net, photo, scale)
            dense_all.append(both)
            crops_all.append(crop_posteriors(net, photo, scale, 224))
            protocols[f"dense {scale}"] = {
                "size": size, "map": list(places.shape[1:]), "first": floats(places[0]), "probabilities": floats(both)
            }
            protocols[f"crops {scale}"] = {"probabilities": floats(crops_all[-1])}
        dense_mean, crops_mean = torch.stack(dense_all).mean(0), torch.stack(crops_all).mean(0)
        protocols["dense"] = {"probabilities": floats(dense_mean)}
        protocols["crops"] = {"probabilities": floats(crops_mean)}
        protocols["both"] = {"probabilities": floats((dense_mean + crops_mean) / 2)}
    (HERE / "sizes.json").write_text(json.dumps({"sizes": {name: one for name, one in sizes.items() if one}, "protocols": protocols}, indent=1) + "\n")


if __name__ == "__main__":
    main()
