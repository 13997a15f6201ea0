#!/usr/bin/env python3
"""Times native onnxruntime: of each MODEL:SIDE:THREADS, so many runs, as JSON lists of milliseconds.

    python native.py ROUNDS MODEL:SIDE:THREADS...
"""

import json
import sys
import time

import numpy as np
import onnxruntime


def runs(model, side, threads, rounds):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    size = 3 * side * side
    photo = (2 * np.sin(np.arange(size, dtype=np.float32) / 9)).reshape(1, 3, side, side)
    feed = {session.get_inputs()[0].name: photo}
    session.run(None, feed)
    milliseconds = []
    for _ in range(rounds):
        start = time.perf_counter()
        session.run(None, feed)
        milliseconds.append((time.perf_counter() - start) * 1e3)
    return milliseconds


def main():
    onnxruntime.set_default_logger_severity(3)
    rounds, *cases = sys.argv[1:]
    found = []
    for case in cases:
        model, side, threads = case.rsplit(":", 2)
        found.append(runs(model, int(side), int(threads), int(rounds)))
    print(json.dumps(found))


if __name__ == "__main__":
    main()
