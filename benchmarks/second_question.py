"""What the second question about a memory without V costs beside the first: nothing is hashed or decoded again.

    python benchmarks/second_question.py --out out/second-question

asks one question twice, and a third time from a folder that was saved; prints seconds, and how often the video was
hashed and opened for decoding. Give a video of your own with --video; else ten minutes of moving noise are made.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np

from mmego import Engine, Memory
from mmego.memory import on_demand, video_file
from mmego.video.write import VideoWriter

QUESTION = "Where did I put the red mug?"


def make(path: Path, minutes: float) -> Path:
    """Return a video of noise that drifts: no two frames are alike."""
    if path.exists():
        return path
    noise = np.random.default_rng(0).integers(0, 256, (360, 1280, 3), np.uint8)
    path.parent.mkdir(parents=True, exist_ok=True)
    with VideoWriter(path, 640, 360, fps=10, keyframe_seconds=5) as video:
        for number in range(int(minutes * 600)):
            start = number % 640
            video.add(np.ascontiguousarray(noise[:, start : start + 640]))
    return path


def main() -> None:
    """Ask, count, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=Path("out/second-question"))
    parser.add_argument("--video", type=Path)
    parser.add_argument("--model", default="nano")
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--keep", type=int, default=32)
    given = parser.parse_args()

    counts = {"hashed": 0, "decoded": 0}
    decode, file_hash = on_demand.decode_frames, video_file.file_hash

    def count(name: str) -> None:
        counts[name] += 1

    on_demand.decode_frames = lambda *a, **k: count("decoded") or decode(*a, **k)
    video_file.file_hash = lambda path: count("hashed") or file_hash(path)
    video = given.video or make(given.out / f"noise-{given.minutes:g}.mp4", given.minutes)
    engine = Engine.from_pretrained(given.model)
    engine.ask(None, QUESTION)  # the first call of a process warms torch up
    memory = engine.index(video, tokens="compressed")
    memory.save(given.out / "kept")
    engine.ask(memory, QUESTION, keep=1)  # builds the prefix, which is no part of this
    memory.some_V.trim(())
    spent = []
    for name, source in (("first", memory), ("second", memory), ("saved", Memory.load(given.out / "kept"))):
        if name == "saved":
            source.prefix = memory.prefix
        counts.update(hashed=0, decoded=0)
        started = time.perf_counter()
        engine.ask(source, QUESTION, keep=given.keep)
        spent.append(time.perf_counter() - started)
        done = f"hashed {counts['hashed']} times, decoded {counts['decoded']} times"
        print(f"{name:>7} question {spent[-1]:7.3f} s   {done}")
    print(f"second / first: {spent[1] / spent[0]:.3f}")


if __name__ == "__main__":
    main()
