"""Freed memory, given back to the system while a long video is read."""

from __future__ import annotations

import ctypes
import sys


class HeapTrimmer:
    """Trims glibc's heap from time to time; does nothing on other systems.

    FFmpeg asks for aligned blocks of many sizes (packets), and glibc keeps unusable holes between them: tens of KB for
    each keyframe, hundreds of MB over a day of video, although nothing leaks.
    """

    def __init__(self, every: int = 64) -> None:
        """Trim once in `every` calls of `tick`; one trim takes some milliseconds."""
        self._every = every
        self._ticks = 0
        self._trim = None
        if sys.platform == "linux":
            try:
                self._trim = ctypes.CDLL(None).malloc_trim
            except AttributeError:  # musl has none and needs none
                self._trim = None

    def tick(self) -> None:
        """Count one picture and trim if it is time."""
        self._ticks += 1
        if self._trim is not None and self._ticks % self._every == 0:
            self._trim(0)
