"""Giving freed memory back to the system while a long video is read."""

from __future__ import annotations

import ctypes
import sys


class Heap:
    """Trims glibc's heap now and then; elsewhere does nothing.

    FFmpeg asks for aligned blocks of ever other sizes (packets), between which glibc keeps unusable holes: some tens
    of KB for every keyframe read, hundreds of MB over a day of video, though nothing leaks.
    """

    def __init__(self, every: int = 64) -> None:
        """`every`: calls of `tick` between two trims; one trim takes some milliseconds."""
        self._every = every
        self._ticks = 0
        self._trim = None
        if sys.platform == "linux":
            try:
                self._trim = ctypes.CDLL(None).malloc_trim
            except AttributeError:  # musl has none and needs none
                self._trim = None

    def tick(self) -> None:
        """Count one picture; trim when it is time."""
        self._ticks += 1
        if self._trim is not None and self._ticks % self._every == 0:
            self._trim(0)
