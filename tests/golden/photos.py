"""Pictures in every format a person may hand over, and PIL's resizing as reference.

    python photos.py

Every picture is computed here; nothing comes from a photograph.
"""

import io
import math
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw

OUT = Path(__file__).resolve().parent / "photos"
CROPS = Path(__file__).resolve().parent / "crops"
LIMIT = 60_000
SIDE = 224
CROP = 0.875
GROUND = (124, 116, 104)
SVG = """\
<svg xmlns="http://www.w3.org/2000/svg" width="300" height="200" viewBox="0 0 300 200">
  <defs>
    <linearGradient id="sky" x2="0" y2="1">
      <stop offset="0" stop-color="#3c78c8"/>
      <stop offset="1" stop-color="#f5d7b4"/>
    </linearGradient>
  </defs>
  <rect width="300" height="200" fill="url(#sky)"/>
  <circle cx="225" cy="52" r="24" fill="#fff0a0"/>
  <path d="M0 140 Q75 90 150 135 T300 120 V200 H0 Z" fill="#4b8246"/>
  <rect x="66" y="104" width="66" height="56" fill="#b42823"/>
  <path d="M57 106 L99 72 L141 106 Z" fill="#5a2d1e"/>
</svg>
"""


def scene(width, height):
    """A landscape with a barn and a fence, [height, width, 3] in 0..1, colours in float."""
    ys, xs = np.mgrid[0:height, 0:width]
    x, y = (xs + 0.5) / width, (ys + 0.5) / height
    edge = 1.0 / min(width, height)

    def mix(base, colour, cover):
        cover = np.clip(cover, 0.0, 1.0)[..., None]
        return base * (1.0 - cover) + np.asarray(colour) * cover

    sky = np.stack([0.24 + 0.72 * y, 0.47 + 0.37 * y, 0.78 - 0.07 * y], axis=-1)
    image = sky + 0.03 * np.sin(9 * x + 14 * y * y)[..., None]
    distance = np.hypot((x - 0.75) * width / height, y - 0.26)
    image = mix(image, [1.0, 0.94, 0.63], (0.12 - distance) / edge)
    image = mix(image, [1.0, 0.9, 0.6], 0.5 * np.exp(-((distance / 0.22) ** 2)))

    far = 0.56 + 0.07 * np.sin(7 * x + 1) + 0.02 * np.sin(23 * x)
    image = mix(image, [0.42, 0.51, 0.55], (y - far) / edge)
    near = 0.70 + 0.06 * np.sin(4.2 * x + 4)
    grass = np.stack([0.27 + 0.1 * y, 0.52 - 0.15 * y, 0.2 + 0.05 * x], axis=-1)
    grass += 0.05 * (np.sin(60 * x + 25 * y) * np.sin(70 * y))[..., None]
    cover = np.clip((y - near) / edge, 0, 1)[..., None]
    image = image * (1 - cover) + grass * cover

    def box(left, top, right, bottom):
        return np.minimum(np.minimum(x - left, right - x), np.minimum(y - top, bottom - y)) / edge

    image = mix(image, [0.7, 0.16, 0.14], box(0.22, 0.52, 0.44, 0.80))
    boards = 0.35 * (np.sin(2 * np.pi * 18 * x) > 0.6)
    image = mix(image, [0.4, 0.08, 0.08], np.clip(box(0.22, 0.52, 0.44, 0.80), 0, 1) * boards)
    roof = (0.17 - np.abs(x - 0.33) - 0.6 * np.maximum(0.53 - y, 0)) / edge
    image = mix(image, [0.35, 0.18, 0.12], np.minimum(roof, box(0.0, 0.36, 1.0, 0.53)))
    image = mix(image, [0.95, 0.9, 0.8], box(0.30, 0.62, 0.36, 0.80))
    fence = (np.sin(2 * np.pi * 24 * x) > 0.5) & (y > 0.86) & (y < 0.95)
    rail = (np.abs(y - 0.89) < 0.008) | (np.abs(y - 0.93) < 0.008)
    image = mix(image, [0.88, 0.86, 0.82], (fence | rail).astype(float))
    return np.clip(image, 0.0, 1.0)


def picture(width, height):
    return Image.fromarray(np.rint(scene(width, height) * 255).astype(np.uint8))


def png(path, width, height, depth, colour, rows):
    """A PNG file of a kind that Pillow does not write, or not without unpacking all of it."""
    packer = zlib.compressobj(9)
    data = b"".join(packer.compress(b"\0" + row) for row in rows) + packer.flush()

    def chunk(kind, body):
        check = zlib.crc32(kind + body)
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", check)

    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    parts = [chunk(b"IHDR", header), chunk(b"IDAT", data), chunk(b"IEND", b"")]
    path.write_bytes(b"\x89PNG\r\n\x1a\n" + b"".join(parts))


def rgb16(path):
    """Sixteen bits a channel, with low bytes that are not a copy of the high ones."""
    # Fewer pixels than plain.jpg: the low bytes of a gradient hardly compress.
    values = np.rint(scene(96, 64) * 65535).astype(np.uint16)
    raw = values.astype(">u2").tobytes()
    step = 96 * 6
    png(path, 96, 64, 16, 2, (raw[i : i + step] for i in range(0, len(raw), step)))


def transparent(path):
    """A disc on nothing. The invisible pixels are magenta, to show where alpha is ignored."""
    rgb = np.asarray(picture(300, 200)).copy()
    ys, xs = np.mgrid[0:200, 0:300]
    alpha = np.clip((90 - np.hypot(xs - 149.5, ys - 99.5)) / 12, 0, 1)
    rgb[alpha == 0] = (255, 0, 255)
    alpha = np.rint(alpha * 255).astype(np.uint8)
    Image.fromarray(np.dstack([rgb, alpha])).save(path, optimize=True)


def animated(path):
    frames = []
    for n, colour in enumerate([(220, 20, 20), (20, 160, 40), (30, 60, 210)]):
        frame = Image.new("RGB", (120, 80), colour)
        ImageDraw.Draw(frame).ellipse((10 + 30 * n, 20, 50 + 30 * n, 60), fill=(255, 255, 255))
        frames.append(frame.quantize(16))
    frames[0].save(path, save_all=True, append_images=frames[1:], duration=200, loop=0)


def photos():
    plain = picture(300, 200)
    buffer = io.BytesIO()
    plain.save(buffer, "JPEG", quality=88)
    jpeg = buffer.getvalue()
    (OUT / "plain.jpg").write_bytes(jpeg)
    (OUT / "truncated.jpg").write_bytes(jpeg[: len(jpeg) // 2])
    (OUT / "empty.jpg").write_bytes(b"")
    (OUT / "not-an-image.jpg").write_text("This is a text file with the name of a picture.\n" * 4)

    # Orientation 6: a viewer turns the stored picture a quarter turn clockwise.
    exif = Image.Exif()
    exif[0x0112] = 6
    stored = plain.transpose(Image.Transpose.ROTATE_90)
    stored.save(OUT / "exif6.jpg", quality=88, exif=exif)

    plain.convert("CMYK").save(OUT / "cmyk.jpg", quality=88)
    plain.convert("L").save(OUT / "grey.jpg", quality=88)
    plain.quantize(64).save(OUT / "palette.png", optimize=True)
    rgb16(OUT / "rgb16.png")
    transparent(OUT / "transparent.png")
    animated(OUT / "animated.gif")
    plain.save(OUT / "webp.webp", quality=85, method=6)
    (OUT / "drawing.svg").write_text(SVG)
    Image.new("RGB", (1, 1), (200, 100, 50)).save(OUT / "one.png")
    png(OUT / "huge.png", 20_000, 20_000, 1, 0, (b"\0" * 2_500 for _ in range(20_000)))


def half_up(x):
    return math.floor(x + 0.5)


def centre(image):
    w, h = image.size
    side = CROP * min(w, h)
    left, top = (w - side) / 2, (h - side) / 2
    box = (left, top, left + side, top + side)
    return image.resize((SIDE, SIDE), Image.Resampling.BICUBIC, box=box)


def squeeze(image):
    return image.resize((SIDE, SIDE), Image.Resampling.BICUBIC)


def letterbox(image):
    w, h = image.size
    scale = SIDE / max(w, h)
    inner = (max(1, half_up(w * scale)), max(1, half_up(h * scale)))
    result = Image.new("RGB", (SIDE, SIDE), GROUND)
    at = ((SIDE - inner[0]) // 2, (SIDE - inner[1]) // 2)
    result.paste(image.resize(inner, Image.Resampling.BICUBIC), at)
    return result


def crops():
    for name, size in {"source": (301, 197), "tall": (120, 400), "small": (37, 41)}.items():
        image = picture(*size)
        image.save(CROPS / f"{name}.png", optimize=True)
        for mode in (centre, squeeze, letterbox):
            mode(image).save(CROPS / f"{name}-{mode.__name__}.png", optimize=True)


def main():
    OUT.mkdir(exist_ok=True)
    CROPS.mkdir(exist_ok=True)
    photos()
    crops()
    for path in sorted([*OUT.iterdir(), *CROPS.iterdir()]):
        size = path.stat().st_size
        print(f"{path.parent.name}/{path.name}: {size} bytes")
        assert path.parent == CROPS or size < LIMIT, path.name


if __name__ == "__main__":
    main()
