"""Is a video file still the one that a memory was made from? Size and time say it; the hash only where they differ."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass
from pathlib import Path

from mmego.errors import VideoError
from mmego.files import file_hash

MOST_HASHES = 1024
STALE_OK = "--stale-ok (in Python: stale_ok=True)"
_known: OrderedDict[tuple[str, FileStat], str] = OrderedDict()


@dataclass(frozen=True, slots=True)
class FileStat:
    """A file's size in bytes and the time of its last change in nanoseconds."""

    size: int
    mtime_ns: int

    @classmethod
    def of(cls, path: Path) -> FileStat:
        """Of the file at `path`; raises VideoError where there is none that can be looked at."""
        try:
            found = path.stat()
        except FileNotFoundError as error:
            raise VideoError(f"the memory's video is no longer there: {path}") from error
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise VideoError(f"the memory's video cannot be looked at: {path}: {reason}") from error
        if not path.is_file():
            raise VideoError(f"the memory's video is no longer there: {path} is no file")
        return cls(found.st_size, found.st_mtime_ns)


def hash_video(path: Path, stat: FileStat | None = None) -> str:
    """SHA-256 of the video, computed once in a process for each path, size and time.

    Args:
        path: the file.
        stat: of the file, if the caller has it.

    Raises:
        VideoError: it is not there, or cannot be read.
    """
    stat = FileStat.of(path) if stat is None else stat
    key = (str(path.absolute()), stat)
    if key not in _known:
        try:
            _known[key] = file_hash(path)
        except OSError as error:
            raise VideoError(f"{path} cannot be read: {error.strerror}") from error
        if len(_known) > MOST_HASHES:
            _known.popitem(last=False)
    return _known[key]


def check_video(path: Path, sha256: str, stat: FileStat | None) -> None:
    """Raise VideoError unless the file at `path` is there and is the one with these properties.

    Where size and time are still `stat`'s nothing is read; otherwise (a copy, a touched file) the content decides.
    """
    now = FileStat.of(path)
    if now != stat and hash_video(path, now) != sha256:
        raise VideoError(f"{path} is not the video of this memory any more")
