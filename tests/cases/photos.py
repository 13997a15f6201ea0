"""What Pillow finds in the photos of photos/: their sizes, upright, and the mean colour of each of 4x4 parts.

    python photos.py            # needs ../golden/requirements.txt

Photos without their end mark are read as far as they go.
"""

import json
from pathlib import Path

import numpy as np
from PIL import Image, ImageFile, ImageOps

HERE = Path(__file__).resolve().parent
PARTS = 4
ImageFile.LOAD_TRUNCATED_IMAGES = True


def about(path):
    image = ImageOps.exif_transpose(Image.open(path)).convert("RGB")
    rows = np.array_split(np.asarray(image, np.float64), PARTS)
    parts = [part for row in rows for part in np.array_split(row, PARTS, axis=1)]
    return {"size": list(image.size), "parts": [[round(value, 1) for value in part.mean((0, 1))] for part in parts]}


def main():
    paths = sorted(path for path in (HERE / "photos").iterdir() if path.suffix in (".jpg", ".png", ".webp"))
    lines = [f"{json.dumps(path.name)}: {json.dumps(about(path))}" for path in paths]
    (HERE / "photos.json").write_text("{\n" + ",\n".join(lines) + "\n}\n")


if __name__ == "__main__":
    main()
