"""The journal of paid calls: one JSON line per answer, written before the answer is used.

A task that was killed and started again finds its answers here and pays for none of them twice. Only offsets are kept
in memory, so a journal of gigabytes needs a few hundred bytes per answer.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from pathlib import Path
from types import TracebackType
from typing import Any

from mmego.errors import InputError
from mmego.files import json_text, naming_path

SYNC_SECONDS = 5.0
"""Time between two syncs. A killed process loses nothing that was written, a power failure what was not synced."""


class Journal:
    """An append-only file of rows by key. Open it in one process at a time, and use it in one thread.

    Raises InputError if another process has it open.
    """

    def __init__(self, path: Path) -> None:
        self.path = Path(path)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self._file = self.path.open("a+b", buffering=0)
        try:
            _lock(self._file.fileno(), self.path)
            self._offsets: dict[str, int] = {}
            self.damaged = 0
            """Number of complete lines that are not rows of a journal. They are skipped."""
            self._read()
        except BaseException:
            self._file.close()
            raise
        self._synced = time.monotonic()

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def __len__(self) -> int:
        return len(self._offsets)

    def __contains__(self, key: str) -> bool:
        return key in self._offsets

    def get(self, key: str) -> Any | None:
        """Return the last row written under `key`, or None."""
        offset = self._offsets.get(key)
        if offset is None:
            return None
        # A second file object, so that the position of the appending one does not change.
        with self.path.open("rb") as file:
            file.seek(offset)
            return json.loads(file.readline())["row"]

    def put(self, key: str, row: Any) -> None:
        """Append a row. The operating system has it when this returns."""
        line = json_text({"key": key, "row": row}).encode() + b"\n"
        offset = self._file.seek(0, os.SEEK_END)
        # An unbuffered write may be short (a full disk then raises on the next one).
        rest = memoryview(line)
        with naming_path(self.path):
            while rest:
                rest = rest[self._file.write(rest) :]
        self._offsets[key] = offset
        if time.monotonic() - self._synced > SYNC_SECONDS:
            self._sync()

    def close(self) -> None:
        """Sync and close; may be called twice."""
        if not self._file.closed:
            self._sync()
            self._file.close()

    def _sync(self) -> None:
        os.fsync(self._file.fileno())
        self._synced = time.monotonic()

    def _read(self) -> None:
        """Find every row. Cut off an incomplete last line, so that the next row begins a new line."""
        offset = 0
        with self.path.open("rb") as file:
            for line in file:
                if not line.endswith(b"\n"):
                    break
                key = _key_of(line)
                if key is None:
                    self.damaged += 1
                else:
                    self._offsets[key] = offset
                offset += len(line)
        self._file.truncate(offset)


def _key_of(line: bytes) -> str | None:
    """Return the key of a journal line, None for any other line (a torn block of the file system, an edit by hand)."""
    try:
        value = json.loads(line)
    except ValueError:
        return None
    key = value.get("key") if isinstance(value, dict) and "row" in value else None
    return key if isinstance(key, str) else None


def _lock(descriptor: int, path: Path) -> None:
    """Lock the open file against other processes, if the file system can (some network file systems cannot)."""
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError as error:
        raise InputError(f"{path} is in use by another run; wait for it or end it first") from error
    except OSError:
        return
