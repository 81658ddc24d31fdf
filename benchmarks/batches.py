"""Does a result depend on what it was computed beside? Nano on the demo video, in batches of several sizes.

    OMP_NUM_THREADS=2 OMP_WAIT_POLICY=passive python benchmarks/batches.py

Prints for frames (high-resolution tokens) and for questions (the glimpse's scores) how far each size is from the one in
use, and the seconds. Questions of a benchmark are asked one at a time because of the second table.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from mmego.engine.engine import Engine
from mmego.engine.loading import find_asset
from mmego.memory.encode import FRAMES_AT_ONCE, encode_pictures
from mmego.memory.prefix import build_prefix
from mmego.model import pointer
from mmego.video.decode import decode_frames, probe
from mmego.video.sampling import frame_times

SIZES = (1, 2, 4, 8, 16)
WORDS = "Where did I put the red mug after I picked it up from the desk in the kitchen before I opened the drawer"


def in_batches(items: Sequence[object], size: int, work: Callable[[Sequence[object]], Tensor]) -> tuple[Tensor, float]:
    """Return the rows of all batches, and the seconds they took."""
    started = time.perf_counter()
    rows = torch.cat([work(items[start : start + size]) for start in range(0, len(items), size)])
    return rows, time.perf_counter() - started


def table(title: str, items: Sequence[object], used: int, work: Callable[[Sequence[object]], Tensor]) -> None:
    """Print each size's greatest difference from the batches of `used`."""
    work(items[:used])  # the first call pays for what is set up once
    expected, _ = in_batches(items, used, work)
    print(f"| {title} | greatest difference from batches of {used} | seconds |\n|---|---|---|")
    for size in SIZES:
        rows, seconds = in_batches(items, size, work)
        print(f"| {size} | {float((rows - expected).abs().max()):.1e} | {seconds:.2f} |")
    print()


def main() -> None:
    """Encode, glimpse, compare."""
    engine = Engine.from_pretrained("nano", device="cpu")
    model, processor = engine.model, engine.processor
    video = next(iter(sorted(find_asset("demo").glob("*.mp4"))))
    times = frame_times(probe(video).duration, model.config.max_frames, model.config.frames_per_second)
    frames = list(decode_frames(video, times, size=processor.frame_size))
    print(f"{torch.get_num_threads()} threads, {len(frames)} frames\n")
    table("frames at once", frames, FRAMES_AT_ONCE, lambda some: encode_pictures(model, processor, list(some)))
    V_NTC = encode_pictures(model, processor, frames)
    prefix = build_prefix(model, pointer.compress(V_NTC))
    asked = [processor.question_ids(" ".join(WORDS.split()[: 4 + n]) + "?") for n in range(16)]
    table("questions at once", asked, 1, lambda some: pointer.probabilities(prefix.logits(model, list(some))))


if __name__ == "__main__":
    main()
