"""Answers that all tasks of a run share, so that equal calls of different tasks are paid once.

The journal of each task stays complete without it. A task that is about to pay for a call claims it by a lock of the
operating system. The lock ends with its process in any case, so a killed task does not block the others.
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
"""How long another process may lock the file before this one goes on without it."""


class SharedAnswers:
    """Rows by key, for many processes.

    Where the file cannot be used (damaged, a file system without locks) the run goes on without it. Then each task pays
    for equal calls.
    """

    def __init__(self, path: Path) -> None:
        self.path = Path(path)
        self._file = self.path.with_suffix(".lock").open("a+b")
        self._rows: sqlite3.Connection | None = None
        try:
            rows = sqlite3.connect(self.path, timeout=BUSY_SECONDS, isolation_level=None, check_same_thread=False)
            # A killed process loses nothing. A power failure may destroy this file, but no journal.
            rows.execute("PRAGMA synchronous = OFF")
            rows.execute("CREATE TABLE IF NOT EXISTS answers (key BLOB PRIMARY KEY, row TEXT) WITHOUT ROWID")
            self._rows = rows
        except sqlite3.Error:
            self._rows = None

    def __enter__(self) -> SharedAnswers:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._rows is not None:
            self._rows.close()
        self._file.close()

    def get(self, key: str) -> Any | None:
        """Return the row that any task has put under `key` (64 hex digits), or None."""
        found = self._execute("SELECT row FROM answers WHERE key = ?", bytes.fromhex(key))
        try:
            return json.loads(found[0][0]) if found else None
        except ValueError:
            return None

    def put(self, key: str, row: Any) -> None:
        """Store a row for the other tasks."""
        self._execute("INSERT OR IGNORE INTO answers VALUES (?, ?)", bytes.fromhex(key), json.dumps(row))

    @asynccontextmanager
    async def claim(self, key: str) -> AsyncIterator[Any | None]:
        """Yield the row of `key`, or None once only this process may ask for it. The claim ends with the block.

        Claim a key once at a time within one process: the locks do not distinguish its coroutines.
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
            yield self.get(key)  # It may have come before the lock.
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
        """Lock one byte, which need not exist. Return True if it is locked, or if locks do not work here."""
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
