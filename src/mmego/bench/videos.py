"""From the name that a question gives a video to the file, and how frames are shared out over several."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path, PurePosixPath

from mmego.errors import InputError, VideoError
from mmego.records import Span

ENDINGS = (".mp4", ".mkv", ".webm", ".mov", ".m4v", ".avi", ".mpg", ".mpeg", ".ts", ".wmv", ".flv", ".3gp")


class VideoFinder:
    """Finds ``NAME``, ``NAME.mp4`` (or another ending) in a folder, or anywhere below it."""

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)

    def find(self, name: str) -> Path:
        """The file of video `name`; raises VideoError if there is none, or two that could be meant."""
        parts = PurePosixPath(name).parts
        if not parts or ".." in parts or name.startswith("/"):
            raise VideoError(f"no such video: {name!r} is not a name inside a folder")
        exact = self.folder / name
        if exact.is_file():
            return exact
        for ending in ENDINGS:
            file = exact.with_name(exact.name + ending)
            if file.is_file():
                return file
        below = self._below.get(parts[-1], [])
        if len(below) > 1:
            raise VideoError(f"two files for one video: {name!r} is {below[0]} and {below[1]}")
        if not below:
            raise VideoError(f"no such video: {name!r} in {self.folder}")
        return below[0]

    def check(self, names: tuple[str, ...]) -> None:
        """Raise InputError if the folder is not there or holds none of the videos: it is then the wrong one."""
        if not self.folder.is_dir():
            raise InputError(f"no folder of videos at {self.folder}; name it with --videos")
        for name in names:
            try:
                self.find(name)
                return
            except VideoError:
                continue
        raise InputError(f"{self.folder} holds none of the {len(names)} videos, such as {names[0]!r}; see --videos")

    @cached_property
    def _below(self) -> dict[str, list[Path]]:
        """Video files in all folders below, by name with and without ending."""
        found: dict[str, list[Path]] = {}
        for file in sorted(self.folder.rglob("*")):
            if file.suffix.lower() in ENDINGS and file.is_file():
                for name in (file.name, file.stem):
                    found.setdefault(name, []).append(file)
        return found


def share_frames(lengths: Sequence[float], most: int) -> list[int]:
    """`most` frames over several videos: one each, the rest by their lengths in seconds (largest remainder).

    Raises:
        InputError: there are more videos than frames.
    """
    if most < len(lengths):
        raise InputError(f"{len(lengths)} videos need {len(lengths)} frames or more, got {most}")
    total, spare = sum(lengths), most - len(lengths)
    if total == 0:
        return [1] * len(lengths)
    exact = [spare * length / total for length in lengths]
    shares = [math.floor(share) for share in exact]
    order = sorted(range(len(exact)), key=lambda index: shares[index] - exact[index])
    for index in order[: spare - sum(shares)]:
        shares[index] += 1
    return [1 + share for share in shares]


def shown_length(clip: Span | None, duration: float) -> float:
    """Seconds of a video of `duration` that `clip` shows."""
    return duration if clip is None else max(0.0, min(clip.end, duration) - max(clip.start, 0.0))
