"""Answers that all tasks of a run share, so that equal calls of different tasks are paid once.

Each task's journal stays whole by itself; this is a look-up beside them. Who is about to pay for a call claims it by a
lock of the operating system, which lets go when its process ends, however it does: a killed task keeps nobody waiting.
"""

from __future__ import annotations

import asyncio
import fcntl
import json
import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

POLL_SECONDS = 0.05
BUSY_SECONDS = 30.0
"""How long another process may hold the file before this one goes on without it."""


class CommonAnswers:
    """Rows by key, for many processes.

    Where the file cannot be used (damaged, a file system without locks) the run goes on without it: then equal calls
    are paid once a task.
    """

    def __init__(self, path: Path) -> None:
        self.path = Path(path)
        self._file = self.path.with_suffix(".lock").open("a+b")
        self._rows: sqlite3.Connection | None = None
        try:
            rows = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
            # A killed process loses nothing; a machine that loses power may lose this file, but no journal.
            rows.execute("PRAGMA synchronous = OFF")
            rows.execute("CREATE TABLE IF NOT EXISTS answers (key BLOB PRIMARY KEY, row TEXT) WITHOUT ROWID")
            self._rows = rows
        except sqlite3.Error:
            self._rows = None

    def __enter__(self) -> CommonAnswers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._rows is not None:
            self._rows.close()
        self._file.close()

    def get(self, key: str) -> Any | None:
        """The row that some task has put under `key` (64 hex digits), or None."""
        found = self._execute("SELECT row FROM answers WHERE key = ?", bytes.fromhex(key))
        try:
            return json.loads(found[0][0]) if found else None
        except ValueError:
            return None

    def put(self, key: str, row: Any) -> None:
        """Keep a row for the other tasks."""
        self._execute("INSERT OR IGNORE INTO answers VALUES (?, ?)", bytes.fromhex(key), json.dumps(row))

    @asynccontextmanager
    async def claim(self, key: str) -> AsyncIterator[Any | None]:
        """Give the row of `key`, or None once it is this process alone that may ask for it, until the block ends.

        Within one process a key is claimed once at a time (the locks do not tell its coroutines apart).
        """
        place = int(key[:15], 16)
        while True:
            row = self.get(key)
            if row is not None or self._lock(place):
                break
            await asyncio.sleep(POLL_SECONDS)
        if row is not None:
            yield row
            return
        try:
            yield self.get(key)  # it may have come between the look and the lock
        finally:
            self._unlock(place)

    def _execute(self, command: str, *values: Any) -> list[Any]:
        if self._rows is None:
            return []
        try:
            return self._rows.execute(command, values).fetchall()
        except sqlite3.Error:
            self._rows.close()
            self._rows = None
            return []

    def _lock(self, place: int) -> bool:
        """Lock one byte, which need not exist; True as well where nothing can be locked."""
        try:
            fcntl.lockf(self._file, fcntl.LOCK_EX | fcntl.LOCK_NB, 1, place)
        except (BlockingIOError, PermissionError):
            return False
        except OSError:
            return True
        return True

    def _unlock(self, place: int) -> None:
        try:
            fcntl.lockf(self._file, fcntl.LOCK_UN, 1, place)
        except OSError:
            return
