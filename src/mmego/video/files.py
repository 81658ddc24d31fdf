"""The file of a video, found by its name in a folder."""

from __future__ import annotations

import os
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path, PurePosixPath

from mmego.errors import InputError, VideoError
from mmego.files import VIDEO_ENDINGS, is_file
from mmego.video.folders import files_below

SHOWN = 80


class VideoFiles:
    """The videos of a folder, found by name.

    A name is a path inside the folder or a file name in any folder below, with or without ending. Nothing is read
    before the first name is looked up.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = Path(folder)

    def find(self, name: str) -> Path:
        """Return the file of video `name`; raise VideoError if no file or more than one fits."""
        if not _is_inside(name):
            raise VideoError(f"no such video: {_shown(name)} is not a name inside a folder")
        found = self._meant(name)
        if len(found) > 1:
            raise VideoError(f"two files for one video: {name!r} is {' and '.join(found[:2])} in {self.folder}")
        if not found:
            raise VideoError(f"no such video: {_shown(name)} in {self.folder}{self._locked()}")
        return self.folder / found[0]

    def path_of(self, name: str) -> str | None:
        """Return the path inside the folder, with forward slashes; None if there is none.

        Raises:
            InputError: two files have the video's name.
        """
        found = self._meant(name) if _is_inside(name) else []
        if len(found) > 1:
            raise InputError(f"video {name!r} is more than one file in {self.folder}: {', '.join(found[:3])}")
        return found[0] if found else None

    def require_folder(self) -> None:
        """Raise InputError if the folder is not there."""
        if not self._is_there():
            raise InputError(f"no such folder of videos: {self.folder}")

    def check(self, names: tuple[str, ...]) -> None:
        """Raise InputError if the folder is missing or holds none of the videos: it is then the wrong folder."""
        if not self._is_there():
            raise InputError(f"no folder of videos at {self.folder}; name it with --videos")
        for name in names:
            try:
                self.find(name)
                return
            except VideoError:
                continue
        raise InputError(
            f"{self.folder} holds none of the {len(names)} videos, such as {_shown(names[0])}; see --videos"
            + self._locked()
        )

    @property
    def names(self) -> Iterable[str]:
        """Every name of every file: its path inside the folder and its file name, with and without ending."""
        return self._named.keys()

    def _meant(self, name: str) -> list[str]:
        # An exact path is found without listing a large folder.
        exact = [inside for inside in (name, *(name + ending for ending in VIDEO_ENDINGS)) if self._is_file(inside)]
        if len(exact) > 1:  # "v.mkv" may be a link to "v.mp4"
            exact = list({(self.folder / inside).resolve(): inside for inside in reversed(exact)}.values())[::-1]
        return exact or self._named.get(name) or self._named.get(PurePosixPath(name).name, [])

    def _is_file(self, inside: str) -> bool:
        return is_file(self.folder / inside)

    def _is_there(self) -> bool:
        """Return whether the folder exists; raise InputError if the system cannot say."""
        try:
            return self.folder.is_dir()
        except (OSError, ValueError) as error:
            reason = error.strerror if isinstance(error, OSError) else str(error)
            raise InputError(f"{self.folder}: cannot be looked up: {reason}") from error

    def _locked(self) -> str:
        """Return a note if the folder cannot be listed: its videos may be there all the same."""
        allowed = not os.path.exists(self.folder) or os.access(self.folder, os.R_OK | os.X_OK)
        return "" if allowed else ", a folder that cannot be looked into: permission denied"

    @cached_property
    def _named(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = {}
        real: set[tuple[str, Path]] = set()
        for path in files_below(self.folder):
            # A folder may be listed although its files cannot be opened.
            if path.suffix.lower() in VIDEO_ENDINGS and is_file(path):
                inside, file = path.relative_to(self.folder), path.resolve()
                for name in {inside.as_posix(), inside.with_suffix("").as_posix(), path.name, path.stem}:
                    # A link beside its target is not a second file of the video.
                    if (name, file) not in real:
                        real.add((name, file))
                        found.setdefault(name, []).append(inside.as_posix())
        return found


def _is_inside(name: str) -> bool:
    parts = PurePosixPath(name).parts
    return bool(parts) and ".." not in parts and not name.startswith("/") and "\0" not in name


def _shown(name: str) -> str:
    """Return a name for an error message, cut to its first characters."""
    return repr(name if len(name) <= SHOWN else f"{name[:SHOWN]}...")
