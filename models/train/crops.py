"""What the networks are shown: whole photos, pieces of them, and pictures composed of several.

A recipe is a list of pieces, painted one over the other. It knows no size: the same recipe is painted once at each
network's own resolution, straight from the photos.
"""

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from PIL import Image

from networks import build
from photos import FOLDS, Photo, chances

WHOLE = (0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True)
class Piece:
    photo: int
    source: tuple  # left, top, right, bottom in the photo, in pixels
    target: tuple  # the same in the picture, as shares of its side
    mirrored: bool
    opacity: float = 1.0


@lru_cache(maxsize=8192)
def load(path) -> Image.Image:
    return Image.open(path).convert("RGB")


def centre(photos: list[Photo], index: int, mirrored: bool) -> list[Piece]:
    """The crop that the page makes."""
    return [Piece(index, build.centre_square(*load(photos[index].path).size), WHOLE, mirrored)]


class Composer:
    """Draws recipes by chance. Recipe number n of one seed is always the same."""

    def __init__(self, photos: list[Photo], seed: int):
        self.photos, self.seed = photos, seed
        weight = np.array(chances(photos))
        fold = np.array([photo.fold for photo in photos])
        self.folds = [np.flatnonzero(fold == at) for at in range(FOLDS)]
        self.weights = [weight[members] / weight[members].sum() for members in self.folds]
        self.fold_weights = np.array([weight[members].sum() for members in self.folds]) / weight.sum()

    def recipe(self, number: int) -> list[Piece]:
        rng = np.random.default_rng([self.seed, number])
        fold = rng.choice(FOLDS, p=self.fold_weights)

        def piece(target=WHOLE, opacity=1.0):
            index = int(rng.choice(self.folds[fold], p=self.weights[fold]))
            shape = (target[2] - target[0]) / (target[3] - target[1])
            source = self._window(rng, load(self.photos[index].path).size, shape)
            return Piece(index, source, target, bool(rng.random() < 0.5), opacity)

        kind = rng.random()
        if kind < 0.25:
            return [piece()]
        if kind < 0.5:  # mixup, Zhang et al. 2018
            return [piece(), piece(opacity=rng.uniform(0.3, 0.5))]
        if kind < 0.75:  # CutMix, Yun et al. 2019
            width, height = np.sqrt(rng.uniform(0.15, 0.6)) * np.exp(rng.uniform(-0.25, 0.25) * np.array([1, -1]))
            left, top = rng.uniform(0, 1 - width), rng.uniform(0, 1 - height)
            return [piece(), piece((left, top, left + width, top + height))]
        x, y = rng.uniform(0.35, 0.65, 2)  # mosaic of four, Bochkovskiy et al. 2020
        return [piece(box) for box in ((0, 0, x, y), (x, 0, 1, y), (0, y, x, 1), (x, y, 1, 1))]

    @staticmethod
    def _window(rng, size, shape):
        """A window of 25 to 100 % of a photo's area, about as wide to its height as `shape` says (Szegedy et al. 2015)."""
        width, height = size
        shape *= np.exp(rng.uniform(np.log(3 / 4), np.log(4 / 3)))
        area = rng.uniform(0.25, 1.0) * width * height
        w, h = np.sqrt(area * shape), np.sqrt(area / shape)
        shrink = min(1.0, width / w, height / h)
        w, h = min(w * shrink, width), min(h * shrink, height)
        left, top = rng.uniform(0, width - w), rng.uniform(0, height - h)
        return (left, top, left + w, top + h)


def paint(photos: list[Photo], recipe: list[Piece], size: int) -> np.ndarray:
    """The picture as RGB bytes [size, size, 3]."""
    picture = np.zeros((size, size, 3), np.float32)
    for piece in recipe:
        left, top, right, bottom = (round(edge * size) for edge in piece.target)
        image = load(photos[piece.photo].path)
        resized = image.resize((right - left, bottom - top), Image.Resampling.BICUBIC, box=piece.source)
        pixels = np.asarray(resized, np.float32)
        if piece.mirrored:
            pixels = pixels[:, ::-1]
        area = picture[top:bottom, left:right]
        area += piece.opacity * (pixels - area)
    return np.rint(picture).astype(np.uint8)
