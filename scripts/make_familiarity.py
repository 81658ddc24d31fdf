"""Make the statistics by which a checkpoint recognises videos unlike its training, and put them into its folder.

    python scripts/make_familiarity.py src/mmego/assets/nano --out out/familiarity

draws a minute of 48 training houses (seeds from 0 on: the statistics) and of 48 validation houses (seeds from 900,000
on, in three sizes: the thresholds), one frame a second, as video files, and reads them like any video. It does not use
the test houses: benchmarks/familiarity.py counts false alarms on them. A stopped run continues.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

from tqdm import tqdm

from mmego.bench.egomemoria_sim.questions import TICKS
from mmego.files import atomic_path
from mmego.model.configuration import MmEgoConfig
from mmego.model.familiarity import fit_familiarity, measure_grain, save_familiarity
from mmego.sim.actors.episode import Moment, run_episode
from mmego.sim.record import uid
from mmego.sim.workers import work
from mmego.video.decode import decode_frames
from mmego.video.write import VideoWriter

SECONDS = 60
TRAINING = {256: range(48)}
VALIDATION = {256: range(900_000, 900_032), 128: range(900_032, 900_040), 384: range(900_040, 900_048)}
"""Seeds by the pictures' width in pixels."""
WORLD = "the simulated houses that nano knows"


def draw(folder: Path, size: int, seed: int, progress: Callable[[float], None]) -> None:
    """Write one house's video, whole or not at all."""
    from mmego.sim.house.generator import make_house
    from mmego.sim.render.renderer import Renderer

    house = make_house(seed)
    with (
        atomic_path(folder / f"{uid(seed)}.mp4") as path,
        closing(Renderer(house, size=size, ids=False)) as camera,
        VideoWriter(path, size, size, 1) as file,
    ):

        def on_frame(now: Moment) -> None:
            file.add(camera.image())
            progress(1.0)

        run_episode(house, seed, SECONDS, camera, TICKS, on_frame, TICKS, TICKS // 2)


def videos(folder: Path, plan: dict[int, range], workers: int) -> list[Path]:
    """Return the houses' videos; draw the missing ones."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for size, seeds in plan.items():
        made = [folder / f"{uid(seed)}.mp4" for seed in seeds]
        missing = [seed for seed, path in zip(seeds, made, strict=True) if not path.exists()]
        with tqdm(total=len(missing) * SECONDS, desc=f"houses from {seeds.start}", unit="s", disable=None) as bar:
            work(missing, partial(draw, folder, size), workers, bar.update)
        paths += made
    return paths


def grains(paths: list[Path], side: int) -> list[list[float]]:
    """Return one picture a second of each video, as the checkpoint sees them."""
    times = [second + 0.5 for second in range(SECONDS)]
    read = (decode_frames(path, times, size=(side, side)) for path in tqdm(paths, desc="read", disable=None))
    return [measure_grain([frame.image for frame in frames]) for frames in read]


def main() -> None:
    """Draw, read, fit, save."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--out", type=Path, default=Path("out/familiarity"))
    parser.add_argument("--workers", type=int, default=2)
    given = parser.parse_args()
    training = videos(given.out / "training", TRAINING, given.workers)
    validation = videos(given.out / "validation", VALIDATION, given.workers)
    side = MmEgoConfig.from_pretrained(given.checkpoint).image_size
    usual = [value for video in grains(training, side) for value in video]
    save_familiarity(fit_familiarity(usual, grains(validation, side), WORLD), given.checkpoint)


if __name__ == "__main__":
    main()
