"""Make EgoMemoria-Sim's videos on this machine, and check that they are the ones the questions were made for."""

from __future__ import annotations

import platform
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, Literal

from tqdm import tqdm

from mmego.bench.data.folder import ABOUT, QUESTIONS, Benchmark, save_benchmark
from mmego.bench.egomemoria_sim.questions import FPS, SIZE, TICKS, Shipped, ShippedVideo, SimVideo
from mmego.errors import InputError, MmegoError, require_extra
from mmego.files import atomic_path, file_hash, read_object, require_folder, write_json
from mmego.records import Narration
from mmego.scratch import folder_lock
from mmego.sim.actors.episode import Moment, run_episode
from mmego.sim.story import narrations_of, story_hash
from mmego.sim.workers import work
from mmego.video.write import VideoWriter

OTHER_BYTES = "other-bytes"
"""Folder with a note for each video that was accepted for its story though its bytes differ."""


_BATCH = 4
"""Videos per process: they last up to an hour."""


@dataclass(frozen=True, slots=True)
class Made:
    """The result of making a video."""

    narrations: list[Narration]
    frames: int
    bytes: int
    sha256: str


def draw_video(video: SimVideo, path: Path, progress: Callable[[float], None]) -> Made:
    """Simulate a video's house and write what the wearer sees to `path`; `progress` gets the seconds done."""
    from mmego.sim.house.generator import make_house
    from mmego.sim.render.renderer import Renderer

    house = make_house(video.seed)
    every = TICKS // FPS
    with closing(Renderer(house, size=SIZE, ids=False)) as camera, VideoWriter(path, SIZE, SIZE, FPS) as file:

        def on_frame(now: Moment) -> None:
            file.add(camera.image())
            progress(1.0 / FPS)

        events = run_episode(house, video.seed, video.seconds, camera, TICKS, on_frame, every, every // 2)
    narrations = narrations_of(video.seed, video.seconds, TICKS, events)
    return Made(narrations, file.frames, path.stat().st_size, file_hash(path))


def make_benchmark(shipped: Shipped, out: Path, workers: int = 2, accept_other_bytes: bool = False) -> Benchmark:
    """Make the videos that `out` lacks, check every one, and write the questions beside them.

    A stopped run continues with the missing videos; one with other bytes is made anew. The questions come last: a
    folder that has them is complete.

    Args:
        shipped: what to make, `load_shipped()` or its `mini()`.
        out: folder to write to; made if it does not exist.
        workers: processes side by side, 1 to 256.
        accept_other_bytes: keep a video with other bytes if the same things happen in it at the same times.

    Raises:
        InputError: `workers` is out of bounds, `out` holds another benchmark, or another run is at work in it.
        MissingExtraError: Panda3D is not installed.
        MmegoError: a video came out differently (the message says which, what was expected and found), or a worker
            process died.
    """
    if not 1 <= workers <= 256:
        raise InputError(f"workers must be from 1 to 256, got {workers}")
    _refuse_another(out, shipped.benchmark)
    with folder_lock(out):
        return _make_benchmark(shipped, out, workers, accept_other_bytes)


def _make_benchmark(shipped: Shipped, out: Path, workers: int, accept_other_bytes: bool) -> Benchmark:
    """Do the work of `make_benchmark` in a folder that no other run works in."""
    missing = [v for v in tqdm(shipped.videos, desc="check", disable=None, leave=False) if not is_there(v, out)]
    if missing:
        require_extra("panda3d", "sim")
    total, left = (sum(v.seconds for v in videos) for videos in (shipped.videos, missing))
    # Longest first, so that no worker is alone with an hour of video at the end.
    missing.sort(key=lambda v: -v.seconds)
    make = partial(_make, out, accept_other_bytes, shipped.made_with)
    with tqdm(total=total, initial=total - left, unit="s", desc="simulate", disable=None) as bar:
        work(missing, make, workers, bar.update, _BATCH)
    about = {"videos": len(shipped.videos), "other_bytes": other_bytes(out)}
    return save_benchmark(out, shipped.benchmark.name, shipped.benchmark.questions, about)


def is_there(video: ShippedVideo, out: Path) -> bool:
    """Return True if the video is in `out` with the expected bytes, or with those that were accepted instead."""
    path, note = _path(out, video), _note(out, video)
    if not path.exists():
        return False
    if video.sha256 is None:
        return True  # it was put there only after its story was checked
    digest = file_hash(path)
    return digest == video.sha256 or (note.exists() and bool(digest == read_object(note)["sha256"]))


def other_bytes(out: Path) -> list[str]:
    """Return the videos in `out` that were accepted with other bytes than those of the package."""
    return sorted(path.stem for path in (out / OTHER_BYTES).glob("*.json"))


def _refuse_another(out: Path, benchmark: Benchmark) -> None:
    require_folder(out)
    if (out / QUESTIONS).exists() and not (out / ABOUT).exists():
        raise InputError(f"{out} holds a {QUESTIONS} that this command did not write; give another folder")
    if (out / ABOUT).exists():
        # Questions of an earlier version have the same name: they are replaced, and the videos are checked anyway.
        name = read_object(out / ABOUT).get("name")
        if name != benchmark.name:
            raise InputError(f"{out} holds the benchmark {name!r}, not {benchmark.name!r}; give another folder")


def _path(out: Path, video: SimVideo) -> Path:
    return out / "videos" / f"{video.video}.mp4"


def _note(out: Path, video: SimVideo) -> Path:
    return out / OTHER_BYTES / f"{video.video}.json"


def _make(
    out: Path,
    accept_other_bytes: bool,
    made_with: dict[str, str],
    video: ShippedVideo,
    progress: Callable[[float], None],
) -> None:
    """Make one video and put it in place only if it is right."""
    note = _note(out, video)
    with atomic_path(_path(out, video)) as path:
        made = draw_video(video, path, progress)
        difference = differs(video, made)
        if difference == "story" or (difference == "bytes" and not accept_other_bytes):
            raise MmegoError(mismatch(video, made, difference, made_with))
        if difference == "bytes":
            write_json(note, {"expected": video.sha256, "sha256": made.sha256, "made_with": versions()})
        else:
            note.unlink(missing_ok=True)


def differs(video: ShippedVideo, made: Made) -> Literal["story", "bytes"] | None:
    """Return what differs in a video: what happens in it, or only its bytes; None if nothing does."""
    if story_hash(made.narrations) != video.story or made.frames != video.frames:
        return "story"
    return None if video.sha256 in (None, made.sha256) else "bytes"


def mismatch(video: ShippedVideo, made: Made, difference: str, made_with: dict[str, str]) -> str:
    """Return which video differs, what was expected and found, and the likely cause."""
    here = versions()
    other = [f"{name} {here[name]} here, {there} there" for name, there in made_with.items() if here.get(name) != there]
    cause = "; ".join(other) if other else "the same versions are installed, so perhaps another kind of processor"
    if difference == "bytes":
        found = f"{made.bytes} bytes with SHA-256 {made.sha256}, expected {video.bytes} with {video.sha256}"
        advice = "the same things happen in it, so --accept-other-bytes can keep it"
    else:
        story = story_hash(made.narrations)
        found = f"{made.frames} frames and story {story}, expected {video.frames} and {video.story}"
        advice = "other things happen in it than the questions ask about, so it cannot be used"
    return f"{video.video} (house {video.seed}) came out differently: {found}; {advice}. May come from: {cause}"


def versions() -> dict[str, str]:
    """Return the machine and package versions that influence the bytes."""
    found = {"machine": platform.machine()}
    for package in ("panda3d", "av", "numpy"):
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "none"
    return found


def draw_all(videos: Sequence[SimVideo], out: Path, workers: int) -> None:
    """Make the videos that `out` lacks without checking them: this is how the package's own are made.

    The result of each goes to ``made/<video>.json``, which also marks it as done.
    """
    missing = [video for video in videos if read_made(video, out) is None]
    with tqdm(total=sum(v.seconds for v in missing), unit="s", desc="simulate", disable=None) as bar:
        work(missing, partial(_draw, out), workers, bar.update, _BATCH)


def read_made(video: SimVideo, out: Path) -> dict[str, Any] | None:
    """Return what `draw_all` noted of a video (frames, bytes, sha256, story), or None if it is not made yet."""
    path = out / "made" / f"{video.video}.json"
    return read_object(path) if path.exists() else None


def _draw(out: Path, video: SimVideo, progress: Callable[[float], None]) -> None:
    with atomic_path(_path(out, video)) as path:
        made = draw_video(video, path, progress)
    row = {"frames": made.frames, "bytes": made.bytes, "sha256": made.sha256, "story": story_hash(made.narrations)}
    write_json(out / "made" / f"{video.video}.json", row)
