#!/usr/bin/env python3
"""First step: shows crops of photos to the frozen convolutions and to the teachers, and keeps what they say.

    python extract.py PHOTOS.tsv FEATURES_FOLDER --crops 50000

Writes one file for every 256 pictures and skips those that are there already: stop it and start it again at will.
The first pictures are the centre crop of every photo and its mirror image; the others are drawn by chance.
"""

import argparse
import json
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch

from crops import Composer, centre, paint
from networks import TEACHERS, Features, Teacher, ready, to_input
from photos import read_photos

SHARD = 256
BATCH = 16


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("photos", type=Path, help="TSV with a header line: path (relative to it), WordNet id or '-'")
    parser.add_argument("out", type=Path, help="folder for the features")
    parser.add_argument("--crops", type=int, default=50_000, help="pictures drawn by chance")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=torch.get_num_threads())
    parser.add_argument("--cache", type=Path, default=Path(__file__).resolve().parents[1] / ".cache")
    parser.add_argument("--precision", choices=["auto", "f32", "bf16"], default="auto", help="auto: bf16 where the CPU multiplies it")
    args = parser.parse_args()

    torch.set_num_threads(args.threads)
    half = args.precision == "bf16" or args.precision == "auto" and torch.cpu._is_avx512_bf16_supported()
    dtype = torch.bfloat16 if half else torch.float32
    networks = [Features(args.cache), *(Teacher(name) for name in TEACHERS)]
    networks = [ready(network, dtype) for network in networks]

    photos = read_photos(args.photos)
    composer = Composer(photos, args.seed)
    centres = 2 * len(photos)

    def recipe(number):
        return centre(photos, number // 2, number % 2 == 1) if number < centres else composer.recipe(number)

    args.out.mkdir(parents=True, exist_ok=True)
    about = {"photos": [[p.path.as_posix(), p.wnid, p.fold] for p in photos], "seed": args.seed, "precision": str(dtype)}
    about_file = args.out / "about.json"
    if about_file.exists() and json.loads(about_file.read_text()) != about:
        parser.error(f"{args.out} holds features of other photos, another seed or precision; name another folder")
    about_file.write_text(json.dumps(about))

    total = centres + args.crops
    missing = [at for at in range(0, total, SHARD) if not (args.out / f"{at:08}.npz").exists()]
    started = time.monotonic()
    with ThreadPoolExecutor(1) as painter, torch.inference_mode():

        def batch(numbers):
            recipes = [recipe(number) for number in numbers]
            return recipes, [to_input([paint(photos, r, network.side) for r in recipes]) for network in networks]

        def batches(first):
            last = min(first + SHARD, total)
            return [range(at, min(at + BATCH, last)) for at in range(first, last, BATCH)]

        queue = [(first, numbers) for first in missing for numbers in batches(first)]
        upcoming = painter.submit(batch, queue[0][1]) if queue else None
        kept = []
        for at, (first, _) in enumerate(queue):
            recipes, inputs = upcoming.result()
            ending = at + 1 == len(queue) or queue[at + 1][0] != first
            upcoming = painter.submit(batch, queue[at + 1][1]) if at + 1 < len(queue) else None
            features, *logits = (network(x).numpy() for network, x in zip(networks, inputs, strict=True))
            members = np.full((len(recipes), 4), -1, np.int32)
            for row, pieces in zip(members, recipes, strict=True):
                row[: len(pieces)] = [piece.photo for piece in pieces]
            kept.append((features, np.stack(logits, 1).astype(np.float16), members))
            if ending:
                save(args.out / f"{first:08}.npz", kept)
                kept = []
                done = sum(f <= first for f in missing)
                each = (time.monotonic() - started) / done
                print(f"{done} of {len(missing)} files, {each * (len(missing) - done) / 60:.0f} min left", flush=True)


def save(path: Path, kept):
    features, logits, members = (np.concatenate(column) for column in zip(*kept, strict=True))
    part = path.with_suffix(".part")
    with part.open("wb") as file:
        np.savez(file, features=features, logits=logits, members=members)
    part.rename(path)


if __name__ == "__main__":
    main()
