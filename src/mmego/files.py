"""Files: JSON and JSON Lines, whole-or-nothing writes, checks of output paths, content hashes, video file endings."""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import reprlib
import stat
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NoReturn

import platformdirs

from mmego.errors import InputError, system_error
from mmego.scratch import put_in_place, scratch_folder, sync_to_disk

VIDEO_ENDINGS = (
    *(".mp4", ".mkv", ".webm", ".mov", ".m4v", ".avi", ".mpg", ".mpeg", ".ts", ".wmv", ".flv", ".3gp"),
    *(".mts", ".m2ts", ".vob", ".mxf", ".h264", ".hevc", ".m2v"),
)
HALF_CHARACTER = re.compile("[\ud800-\udfff]")
r"""A lone surrogate: legal in JSON (``"\ud83d"``) and in file names that are not UTF-8, but it cannot be written."""
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO, errno.EROFS)
_PROOF = b"mmego\n" * 700
"""A little more than one block of a disk, which a full disk refuses."""
_SHOWN = 80


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Give a temporary path (same name, in a scratch folder beside `path`) whose file or folder then replaces `path`.

    Create a file or a folder at the path you get. It is synced to the disk before it replaces `path`, with the
    permissions of the umask; on an error it is removed.

    Raises:
        OSError: `path` cannot be written (a full disk, a folder without permission); names `path`.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    with scratch_folder(path.parent, path.name) as scratch, naming_path(path, scratch):
        temporary = scratch / "new" / path.name
        temporary.parent.mkdir()
        yield temporary
        sync_to_disk(temporary, scratch)
        put_in_place(temporary, path, scratch)


@contextmanager
def naming_path(path: Path, scratch: Path | None = None) -> Iterator[None]:
    """Make a failed write in the block name `path`, if it names no file (a full disk) or one in `scratch`.

    Raises:
        OSError: naming `path`, in place of the original error.
    """
    try:
        yield
    except Exception as error:
        number = system_error(error)
        named = getattr(error, "filename", None)
        if number is None or (named is None and number not in _FULL):
            raise
        if named is not None and (scratch is None or str(scratch) not in str(named)):
            raise
        raise OSError(number, os.strerror(number), str(path)) from error


def require_folder(path: Path) -> None:
    """Raise InputError if no folder can be written at `path`, for example because a file is there or above it."""
    _require(Path(path), Path(path).absolute(), "a folder")


def require_file(path: Path) -> None:
    """Raise InputError if no file can be written at `path`; call it before the work whose result goes there."""
    path = Path(path)
    _require(path, path.absolute().parent, "a file")
    if path.is_dir():
        raise InputError(f"{path}: a file is to be written there, and it is a folder: name a file in it")
    if path.exists() and not path.is_file():
        raise InputError(f"{path}: a file is to be written there, and it is a device or a pipe")


def _require(path: Path, folder: Path, kind: str) -> None:
    """Raise InputError, naming `path`, unless `folder` can be made and written to; a test file is written."""
    try:
        standing = next(place for place in (folder, *folder.parents) if place.exists())
        is_folder = standing.is_dir()
        path.exists()
    except (OSError, ValueError) as error:  # a folder that cannot be looked into, a name too long or with a NUL
        raise InputError(f"{path}: {kind} is to be written there: {_reason(error)}") from error
    if not is_folder:
        raise InputError(f"{path}: {kind} is to be written there, and {standing} is a file")
    locked = f"{path}: {kind} is to be written there, and {standing} is a folder you cannot write to"
    if not os.access(standing, os.W_OK | os.X_OK):
        raise InputError(locked)
    try:
        with scratch_folder(standing, path.name) as scratch:
            (scratch / ((path.name.strip(".") and path.name) or "proof")).write_bytes(_PROOF)
    except PermissionError as error:
        raise InputError(locked) from error
    except OSError as error:
        raise InputError(f"{path}: {kind} is to be written there: {_reason(error)}") from error
    if _is_anothers(path, standing):
        raise InputError(f"{path}: {kind} is to be written there, and the one that is there is not yours to replace")


def _is_anothers(path: Path, folder: Path) -> bool:
    """Return whether a file is another user's in a folder like /tmp, where you may write but not replace it."""
    if os.geteuid() == 0 or not path.exists() or not folder.stat().st_mode & stat.S_ISVTX:
        return False
    return os.geteuid() not in (path.stat().st_uid, folder.stat().st_uid)


def _reason(error: Exception) -> str:
    """Return what is wrong with a file or its name, without the name."""
    return error.strerror or str(error) if isinstance(error, OSError) else str(error)


def is_file(path: Path) -> bool:
    """Return whether there is a file; False also for a name that is too long or broken, or in a locked folder."""
    try:
        return Path(path).is_file()
    except (OSError, ValueError):
        return False


def whole_text(text: str) -> str:
    """Return `text` with U+FFFD in place of every lone surrogate, so that it can be written."""
    return HALF_CHARACTER.sub("\ufffd", text)


def write_text(path: Path, text: str) -> None:
    """Write `text` to `path` in UTF-8, whole or not at all; lone surrogates as in `whole_text`."""
    with atomic_path(path) as temporary:
        temporary.write_text(whole_text(text), encoding="utf-8")


def json_text(value: Any, indent: int | None = None) -> str:
    """Return `value` as JSON for UTF-8: text as it is, or in escapes if the value has a lone surrogate."""
    text = json.dumps(value, indent=indent, ensure_ascii=False)
    if text.isascii() or not HALF_CHARACTER.search(text):
        return text
    return json.dumps(value, indent=indent)


def write_json(path: Path, value: Any) -> None:
    """Write `value` as indented JSON, whole or not at all."""
    write_text(path, json_text(value, indent=1) + "\n")


def write_jsonl(path: Path, rows: Iterable[Any]) -> int:
    """Write one JSON value per line, whole or not at all; return the number of lines."""
    count = 0
    with atomic_path(path) as temporary, temporary.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json_text(row) + "\n")
            count += 1
    return count


def read_json(path: Path) -> Any:
    """Read a JSON file; raise InputError naming the file and the line of a fault."""
    with _readable(path) as file:
        text = file.read()
    return _parsed(text, str(path), counting=True)


def read_object(path: Path) -> dict[str, Any]:
    """Read a JSON file that holds one object; raise InputError as `read_json` does, and for any other value."""
    return _object(read_json(path), str(path))


def read_jsonl(path: Path) -> Iterator[Any]:
    """Read one JSON value per line, skipping empty lines; raise InputError naming file and line of a fault."""
    with _readable(path) as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield _parsed(line, f"{path}:{number}")


def read_records(path: Path) -> Iterator[dict[str, Any]]:
    """Read one JSON object per line; raise InputError as `read_jsonl` does, and for any other value."""
    with _readable(path) as file:
        for number, line in enumerate(file, 1):
            if line.strip():
                yield _object(_parsed(line, f"{path}:{number}"), f"{path}:{number}")


@contextmanager
def _readable(path: Path) -> Iterator[Any]:
    """Open the file for reading, without its byte order mark.

    Bytes that are not UTF-8 are read as lone surrogates, which no UTF-8 file has, so that the line of a fault is known.
    """
    try:
        with Path(path).open(encoding="utf-8-sig", errors="surrogateescape") as file:
            yield file
    except (OSError, ValueError) as error:
        raise unreadable(path, error) from error


def unreadable(path: Path, error: Exception) -> InputError:
    """Return an error that says in one line why `path` cannot be read, from the system's error."""
    if isinstance(error, FileNotFoundError):
        return InputError(f"no such file: {path}")
    if isinstance(error, IsADirectoryError):
        return InputError(f"{path}: a file is to be read, and it is a folder")
    return InputError(f"{path}: cannot be read: {_reason(error)}")


def _parsed(text: str, place: str, counting: bool = False) -> Any:
    """Parse a JSON value strictly; `counting` adds the line of a fault to `place`."""
    half = None if text.isascii() else HALF_CHARACTER.search(text)
    if half is not None:
        line = f":{text.count(chr(10), 0, half.start()) + 1}" if counting else ""
        raise InputError(f"{place}{line}: not JSON: not text in UTF-8 (byte 0x{ord(half.group()) & 0xFF:02x})")
    try:
        return json.loads(text, parse_constant=_refuse)
    except json.JSONDecodeError as error:
        line = f":{error.lineno}" if counting else ""
        raise InputError(f"{place}{line}: not JSON: {error.msg}") from error
    except ValueError as error:  # NaN, or more digits than Python turns into a number
        reason = str(error) if str(error) in _CONSTANTS else "a number of too many digits"
        raise InputError(f"{place}: not JSON: {reason}") from error
    except RecursionError as error:
        raise InputError(f"{place}: not JSON: nested too deeply") from error


_CONSTANTS = ("NaN", "Infinity", "-Infinity")


def _refuse(constant: str) -> NoReturn:
    raise ValueError(constant)


def _object(value: Any, place: str) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise InputError(f"{place}: must be an object with keys, got {reprlib.repr(value)[:_SHOWN]}")
    return value


def cache_folder() -> Path | None:
    """Return the cache folder: ``$MMEGO_CACHE``, else the user's; None if there is none."""
    own = os.environ.get("MMEGO_CACHE")
    if own:
        return Path(own)
    try:
        path = platformdirs.user_cache_path("mmego", appauthor=False)
    except RuntimeError:  # a user without a home; earlier versions of platformdirs return a folder "~"
        return None
    return path if path.is_absolute() else None


def file_hash(path: Path) -> str:
    """Return the SHA-256 of a file's bytes, in hex."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
