"""From the name that a question gives a video to the file, in a folder of the user's."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path, PurePosixPath

from mmego.errors import InputError, VideoError

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
