"""The list of photos, and how it is split into folds."""

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

FOLDS = 5
UNLABELLED = "-"


@dataclass(frozen=True)
class Photo:
    path: Path
    wnid: str  # WordNet id of its class, or UNLABELLED
    fold: int  # no crop is ever composed of photos of different folds


def read_photos(listing: Path) -> list[Photo]:
    """The rows of a TSV file with the columns path (relative to the file) and wnid, under a header line.

    A class of few photos lies in one fold as a whole: a head trained on the other folds has never seen that class.
    """
    rows = [line.split("\t") for line in listing.read_text(encoding="utf-8").splitlines()[1:]]
    counts = Counter(wnid for _, wnid, *_ in rows)
    rare = sorted(wnid for wnid in counts if counts[wnid] < 2 * FOLDS)
    place = {wnid: at for at, wnid in enumerate(rare)}
    seen = Counter()
    photos = []
    for path, wnid, *_ in rows:
        at = seen[wnid] if wnid == UNLABELLED else place.get(wnid, seen[wnid])
        seen[wnid] += 1
        photos.append(Photo(listing.parent / path, wnid, at % FOLDS))
    return photos


def chances(photos: list[Photo]) -> list[float]:
    """How often each photo is to be drawn: one of a crowded class, or of the unlabelled, less often than one alone."""
    counts = Counter(photo.wnid for photo in photos)
    return [counts[photo.wnid] ** -0.35 for photo in photos]
