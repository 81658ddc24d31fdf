"""Whether a video file is still the one that a memory was made from: by size and time, and by hash if they differ."""

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
        """Read them for the file at `path`; raise VideoError if that fails."""
        try:
            found = path.stat()
        except FileNotFoundError as error:
            raise VideoError(f"the memory's video is no longer there: {path}") from error
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or error
            raise VideoError(f"the memory's video cannot be read: {path}: {reason}") from error
        if not path.is_file():
            raise VideoError(f"the memory's video is no longer there: {path} is not a file")
        return cls(found.st_size, found.st_mtime_ns)


def hash_video(path: Path, stat: FileStat | None = None) -> str:
    """Return the SHA-256 of the video, computed once in a process for each path, size and time.

    Args:
        path: the file.
        stat: of the file, if you have it.

    Raises:
        VideoError: the file is missing or cannot be read.
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
    """Raise VideoError unless the file at `path` exists and has these properties.

    If size and time equal `stat`, nothing is read; otherwise (a copy, a touched file) the content decides.
    """
    now = FileStat.of(path)
    if now != stat and hash_video(path, now) != sha256:
        raise VideoError(f"{path} is no longer the video of this memory")
