"""JSON Lines, whole-or-nothing writes, content hashes, and how video files end."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from mmego.errors import InputError

VIDEO_ENDINGS = (".mp4", ".mkv", ".webm", ".mov", ".m4v", ".avi", ".mpg", ".mpeg", ".ts", ".wmv", ".flv", ".3gp")


@contextmanager
def atomic_path(path: Path) -> Iterator[Path]:
    """Give a temporary path beside `path` (same ending); on success it replaces `path`, on an error it vanishes.

    Works for a file and for a folder: create whichever you need at the path given.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    scratch = Path(tempfile.mkdtemp(prefix=f".{path.name}.", dir=path.parent))
    temporary = scratch / path.name
    try:
        yield temporary
        if temporary.is_dir() and path.is_dir():
            os.replace(path, scratch / "replaced")
        os.replace(temporary, path)
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def require_folder(path: Path) -> None:
    """Raise InputError if no folder can be written at `path`: a file stands there or above it, or it is locked."""
    _require(Path(path), Path(path).absolute(), "a folder")


def require_file(path: Path) -> None:
    """Raise InputError if no file can be written at `path`: before the work whose result it is to hold, not after."""
    path = Path(path)
    _require(path, path.absolute().parent, "a file")
    if path.is_dir():
        raise InputError(f"{path}: a file is to be written there, and it is a folder: name a file in it")
    if path.exists() and not path.is_file():
        raise InputError(f"{path}: a file is to be written there, and it is a device or a pipe")


def _require(path: Path, folder: Path, kind: str) -> None:
    """Raise InputError, naming `path`, unless `folder` is one that can be written to or made."""
    try:
        standing = next(place for place in (folder, *folder.parents) if place.exists())
        is_folder = standing.is_dir()
        path.exists()
    except OSError as error:  # a folder that cannot be looked into, a name that is too long
        raise InputError(f"{path}: {kind} is to be written there: {error.strerror}") from error
    if not is_folder:
        raise InputError(f"{path}: {kind} is to be written there, and {standing} is a file")
    if not os.access(standing, os.W_OK | os.X_OK):
        raise InputError(f"{path}: {kind} is to be written there, and {standing} is a folder you cannot write to")


def write_text(path: Path, text: str) -> None:
    """Write `text` to `path` whole or not at all."""
    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def write_json(path: Path, value: Any) -> None:
    """Write `value` as indented JSON, whole or not at all."""
    write_text(path, json.dumps(value, indent=1, ensure_ascii=False) + "\n")


def read_json(path: Path) -> Any:
    """Read a JSON file; raises InputError naming the file and the line of a fault."""
    try:
        return json.loads(Path(path).read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise InputError(f"no such file: {path}") from error
    except json.JSONDecodeError as error:
        raise InputError(f"{path}:{error.lineno}: not JSON: {error.msg}") from error


def write_jsonl(path: Path, rows: Iterable[Any]) -> int:
    """Write one JSON value a line, whole or not at all; returns the number of lines."""
    count = 0
    with atomic_path(path) as temporary, temporary.open("w", encoding="utf-8") as file:
        for row in rows:
            file.write(json.dumps(row, ensure_ascii=False) + "\n")
            count += 1
    return count


def read_jsonl(path: Path) -> Iterator[Any]:
    """Read one JSON value a line, skipping empty lines; raises InputError naming file and line of a fault."""
    if not Path(path).is_file():
        raise InputError(f"no such file: {path}")
    with Path(path).open(encoding="utf-8") as file:
        for number, line in enumerate(file, 1):
            if not line.strip():
                continue
            try:
                yield json.loads(line)
            except json.JSONDecodeError as error:
                raise InputError(f"{path}:{number}: not JSON: {error.msg}") from error


def file_hash(path: Path) -> str:
    """SHA-256 of a file's bytes, in hex."""
    with Path(path).open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
