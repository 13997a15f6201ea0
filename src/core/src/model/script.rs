//! A PyTorch program that loads a network's weights and classifies a photo as the page does.

use crate::image::Preprocessing;
use crate::nn::labels::Label;
use crate::vgg::build::Build;

/// The program of a network, whose weights stand in this file beside it.
pub fn script(build: &Build, weights: &str, preprocessing: Preprocessing, classes: &[Label]) -> String {
    let Preprocessing { bgr, divisor, mean, deviation } = preprocessing;
    let names: Vec<String> = classes.iter().map(|label| literal(&label.en)).collect();
    let names = if names.is_empty() {
        format!("list(range({}))", build.classes)
    } else {
        format!("[{}]", names.join(", "))
    };
    let list = |[a, b, c]: [f32; 3]| format!("[{a}, {b}, {c}]");
    let order = if bgr { "pixels = pixels.flip(2)  # blue first\n    " } else { "" };
    format!(
        "# Needs torch, safetensors and pillow. Use: python THIS_FILE PHOTO\n\
         # Photos are cropped as the page does at first: 0.875 of the shorter side, in the middle.\n\
         import sys\n\n\
         import torch\n\
         from PIL import Image, ImageOps\n\
         from safetensors.torch import load_file\n\
         from torch import nn\n\n\
         SIDE = {side}\n\
         CLASSES = {names}\n\n\
         {code}\n\
         weights = load_file({weights})\n\
         for name, module in [(\"features.\", features), (\"classifier.\", classifier)]:\n    \
             own = {{key[len(name):]: value for key, value in weights.items() if key.startswith(name)}}\n    \
             module.load_state_dict(own)\n\
         model.eval()\n\n\n\
         def photo(path):\n    \
             image = ImageOps.exif_transpose(Image.open(path)).convert(\"RGB\")\n    \
             part = 0.875 * min(image.size)\n    \
             left, top = (image.width - part) / 2, (image.height - part) / 2\n    \
             image = image.resize((SIDE, SIDE), Image.Resampling.BICUBIC, (left, top, left + part, top + part))\n    \
             pixels = torch.frombuffer(bytearray(image.tobytes()), dtype=torch.uint8).reshape(SIDE, SIDE, 3).float()\n    \
             {order}\
             pixels = (pixels / {divisor} - torch.tensor({mean})) / torch.tensor({deviation})\n    \
             return pixels.permute(2, 0, 1)[None]\n\n\n\
         with torch.no_grad():\n    \
             probabilities = model(photo(sys.argv[1])).softmax(1)[0]\n\
         for probability, place in zip(*probabilities.topk(min(5, len(CLASSES)))):\n    \
             print(f\"{{probability:.4f}}  {{CLASSES[place]}}\")\n",
        side = build.side,
        code = build.pytorch(),
        weights = literal(weights),
        mean = list(mean),
        deviation = list(deviation),
    )
}

/// A text as Python writes it.
fn literal(text: &str) -> String {
    let plain: String = text.chars().filter(|c| !c.is_control()).collect();
    format!("\"{}\"", plain.replace('\\', "\\\\").replace('"', "\\\""))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_no_code() {
        assert_eq!(literal("a\"]; import os\n\\"), "\"a\\\"]; import os\\\\\"");
        let build: Build = "8,M/xavier/1/2/0/32".parse().unwrap();
        let label = Label { en: "cat".into(), zh: None, id: None };
        let preprocessing = Preprocessing { bgr: true, divisor: 1.0, mean: [1.0; 3], deviation: [1.0; 3] };
        let code = script(&build, "x.safetensors", preprocessing, &[label]);
        assert!(code.contains("CLASSES = [\"cat\"]") && code.contains("flip(2)"), "{code}");
        assert!(code.contains("\n    image = ImageOps.exif_transpose(Image.open(path))"), "{code}");
    }
}
