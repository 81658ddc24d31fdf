"""Contact sheets of simulated houses: frames evenly spread over each video, one sheet a house, to look at.

    python scripts/contact_sheets.py OUT [--houses 10] [--seed 0] [--minutes 3] [--size 384] [--frames 50]

Writes OUT/sim-SEED.jpg. Never use seeds of 9,000,000 and above: do not look at the test houses.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image

from mmego.errors import InputError
from mmego.sim.dataset import SimulateOptions, simulate
from mmego.sim.record import TEST_SEEDS, uid

COLUMNS = 10


def sheet(frames: np.ndarray, count: int, shown: int) -> Image.Image:
    """Put `count` of the frames (N, S, S, 3), evenly spread, each `shown` pixels wide, in rows of COLUMNS."""
    chosen = np.linspace(0, len(frames) - 1, count).round().astype(int)
    rows = -(-count // COLUMNS)
    page = Image.new("RGB", (COLUMNS * shown, rows * shown))
    for place, index in enumerate(chosen):
        picture = Image.fromarray(frames[index]).resize((shown, shown), Image.Resampling.BICUBIC)
        page.paste(picture, (place % COLUMNS * shown, place // COLUMNS * shown))
    return page


def main() -> None:
    """Render the houses, frames only, and write a sheet of each."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out", type=Path)
    parser.add_argument("--houses", type=int, default=10)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--minutes", type=float, default=3.0)
    parser.add_argument("--size", type=int, default=384)
    parser.add_argument("--frames", type=int, default=50)
    parser.add_argument("--shown", type=int, default=192, help="width of a frame on the sheet, in pixels")
    given = parser.parse_args()
    if given.seed + given.houses > TEST_SEEDS:
        raise InputError(f"seeds must stay below {TEST_SEEDS}, got {given.houses} houses from {given.seed} on")
    given.out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as scratch:
        options = SimulateOptions(
            Path(scratch), given.houses, given.minutes, given.seed, size=given.size, frames_only=True, ids=False
        )
        simulate(options)
        for seed in range(given.seed, given.seed + given.houses):
            frames = np.load(Path(scratch) / "frames" / f"{uid(seed)}.frames.npy", mmap_mode="r")
            sheet(frames, given.frames, given.shown).save(given.out / f"{uid(seed)}.jpg", quality=88)


if __name__ == "__main__":
    main()
