"""A data set of simulated houses: many houses, worker processes, resumable (`mmego simulate`)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from tqdm import tqdm

from mmego.errors import InputError, MmegoError, require_extra
from mmego.files import atomic_path, json_text, read_object, require_folder, write_json, write_text
from mmego.scratch import folder_lock, sweep
from mmego.sim.record import STORED_IDS_SIDE, ArraySink, narration_entry, record, uid, video_entry
from mmego.sim.workers import work
from mmego.video.write import VideoWriter

FORMAT = 1
"""Version of the parts' format; a folder begun with another version is not continued."""


@dataclass(frozen=True)
class SimulateOptions:
    """What to simulate, and where to write it."""

    out: Path
    """Folder to write to; made if missing, continued if it was begun with the same values."""
    houses: int = 1
    """Number of houses: one video each, of the seeds seed, seed + 1, ..."""
    minutes: float = 3.0
    """Length of each video in minutes, 0.1 to 240."""
    seed: int = 0
    """Seed of the first house. Houses from 9,000,000 on are test houses: never train on them."""
    fps: int = 10
    """Frames per second of the videos, an even number from 4 to 60; the simulation ticks as fast."""
    size: int = 384
    """Width and height of the frames in pixels, an even number from 32 to 2048."""
    frames_only: bool = False
    """Write the frames at 0.5 s, 1.5 s, ... as arrays instead of a video: fast, for training."""
    workers: int = 2
    """Processes that run at the same time, 1 to 256."""
    ids: bool = True
    """With --frames-only, also write which instance fills each pixel (32 x 32); --no-ids leaves it out."""


def simulate(options: SimulateOptions) -> None:
    """Simulate houses and write their videos or frames, annotations and truth under `options.out`.

    A house is done when its part (`parts/<uid>.json`) exists; a run that was stopped continues with the missing
    houses. At the end, narrations.json, ego4d.json and truth.jsonl are made of the parts of all houses in the folder.
    Only one run at a time may use a folder.

    Raises:
        InputError: an option is out of bounds, the folder was begun with other options, or another run uses it.
        MissingExtraError: Panda3D is not installed.
        MmegoError: a worker process died.
    """
    check(options)
    require_folder(options.out)
    require_extra("panda3d", "sim")
    with folder_lock(options.out):
        _simulate(options, options.out / "parts")


def _simulate(options: SimulateOptions, parts: Path) -> None:
    """Make the missing houses and join all parts."""
    parts.mkdir(exist_ok=True)
    _remember(options, parts / "options.json")
    for folder in ("parts", "frames", "videos"):
        sweep(options.out / folder)
    seeds = range(options.seed, options.seed + options.houses)
    missing = [seed for seed in seeds if not (parts / f"{uid(seed)}.json").exists()]
    done = options.houses - len(missing)
    total = round(options.houses * options.minutes * 60)
    with tqdm(total=total, initial=round(done * options.minutes * 60), unit="s", desc="simulate", disable=None) as bar:
        work(missing, partial(_make, options), options.workers, bar.update)
    merge(options.out)


def check(options: SimulateOptions) -> None:
    """Raise InputError for a value that is not allowed; the message says what is allowed."""
    _within("houses", options.houses, 1, 1_000_000)
    _within("minutes", options.minutes, 0.1, 240)
    _within("seed", options.seed, 0, 9_999_999)
    _within("workers", options.workers, 1, 256)
    for name, value, low, high in (("fps", options.fps, 4, 60), ("size", options.size, 32, 2048)):
        _within(name, value, low, high)
        if value % 2:
            raise InputError(f"{name} must be an even number from {low} to {high}, got {value}")
    if options.seed + options.houses > 10_000_000:
        raise InputError(f"seeds end at 9,999,999, got {options.houses} houses from {options.seed} on")


def _within(name: str, value: float, low: float, high: float) -> None:
    if not low <= value <= high:
        raise InputError(f"{name} must be from {low} to {high}, got {value}")


def _remember(options: SimulateOptions, path: Path) -> None:
    """Store the options that shape the files; raise InputError if the folder was begun with others."""
    mine = {
        "format": FORMAT,
        "minutes": options.minutes,
        "fps": options.fps,
        "size": options.size,
        "frames_only": options.frames_only,
        "ids": options.ids,
    }
    if not path.exists():
        write_json(path, mine)
        return
    theirs = read_object(path)
    changed = [f"{k} {theirs.get(k)} (now {v})" for k, v in mine.items() if theirs.get(k) != v]
    if changed:
        raise InputError(
            f"{path.parent.parent} was begun with {', '.join(changed)}: use these values or another folder"
        )


def _make(options: SimulateOptions, seed: int, progress: Callable[[float], None]) -> None:
    """Call `make_one`; its errors name the house."""
    try:
        make_one(options, seed, progress)
    except MmegoError as error:
        raise MmegoError(f"house {seed}: {error}") from error


def make_one(options: SimulateOptions, seed: int, progress: Callable[[float], None]) -> None:
    """Make one house's files; the part is last, and shows that they are complete."""
    from mmego.sim.house.generator import make_house
    from mmego.sim.render.renderer import Renderer

    house = make_house(seed)
    seconds = options.minutes * 60
    name, size = uid(seed), options.size
    with ExitStack() as files:
        camera = files.enter_context(closing(Renderer(house, size=options.size)))
        if options.frames_only:
            count = sum(1 for _ in _middles(seconds, options.fps))
            folder = options.out / "frames"
            frames = files.enter_context(ArraySink(folder / f"{name}.frames.npy", (count, size, size, 3)))
            ids = None
            if options.ids:
                shape = (count, STORED_IDS_SIDE, STORED_IDS_SIDE)
                ids = files.enter_context(ArraySink(folder / f"{name}.ids.npy", shape))
            truth = record(house, camera, seconds, options.fps, frames, ids, False, progress)
        else:
            path = options.out / "videos" / f"{name}.mp4"
            video = files.enter_context(VideoWriter(path, size, size, options.fps))
            truth = record(house, camera, seconds, options.fps, video, None, True, progress)
    part = {
        "truth": truth,
        "narrations": narration_entry(seed, seconds, options.fps, truth["events"]),
        "video": video_entry(seed, seconds, options.fps, size),
    }
    write_text(options.out / "parts" / f"{name}.json", json_text(part))


def _middles(seconds: float, fps: int) -> Iterator[float]:
    """Yield the times i + 0.5 that are on a tick before the end."""
    ticks = int(seconds * fps + 1e-6)
    for tick in range(fps // 2, ticks, fps):
        yield tick / fps


def merge(out: Path) -> None:
    """Make narrations.json, ego4d.json and truth.jsonl of all parts in `out`, in order of seed.

    One part is read at a time: a data set of many thousand houses does not fit into memory at once.
    """
    paths = sorted((out / "parts").glob("sim-*.json"))
    videos: list[Any] = []
    with (
        atomic_path(out / "truth.jsonl") as truth_path,
        atomic_path(out / "narrations.json") as narrations_path,
        truth_path.open("w", encoding="utf-8") as truth,
        narrations_path.open("w", encoding="utf-8") as narrations,
    ):
        narrations.write("{")
        for number, path in enumerate(paths):
            part = read_object(path)
            truth.write(json_text(part["truth"]) + "\n")
            entry = json_text(part["narrations"])
            narrations.write(f'{"," if number else ""}\n"{path.stem}": {entry}')
            videos.append(part["video"])
        narrations.write("\n}\n")
    write_json(out / "ego4d.json", {"version": "simulated", "videos": videos})
