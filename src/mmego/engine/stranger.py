"""Telling of videos that are not of the world that a model knows, and of frames far apart."""

from __future__ import annotations

import statistics
import warnings
from itertools import pairwise
from pathlib import Path

from mmego.engine.loading import Loaded
from mmego.memory.store import Memory
from mmego.model.familiarity import Watcher, load


class Stranger:
    """Watches what a model reads, if its checkpoint has statistics of its training pictures; otherwise does nothing."""

    def __init__(self, loaded: Loaded) -> None:
        known = load(loaded.folder)
        self._watcher = None if known is None else Watcher(known)
        loaded.processor.watcher = self._watcher
        self._told: set[Path] = set()

    def forget(self) -> None:
        """Drop what was measured since the last call of `note`: key frames read again are measured already."""
        if self._watcher is not None:
            self._watcher.take()

    def note(self, memory: Memory) -> None:
        """Add to the memory what was measured of the pictures read since the last call: they are its own."""
        if self._watcher is not None:
            memory.grains = self._watcher.take(memory.grains)

    def warning(self, memory: Memory) -> str | None:
        """What there is to say against answers about this memory; None where there is nothing, or none can tell."""
        if self._watcher is None or not memory.grains or self._watcher.known.knows(memory.grains):
            return None
        return self._watcher.known.warning

    def tell(self, memory: Memory) -> None:
        """Warn, once for each video."""
        said = self.warning(memory)
        if said is not None and memory.video not in self._told:
            self._told.add(memory.video)
            warnings.warn(f"{memory.video.name}: {said}", stacklevel=4)


def spacing(memory: Memory) -> float:
    """How far apart a memory's frames are, in seconds: the median, or the part sampled where there is one frame."""
    steps = [later - earlier for earlier, later in pairwise(memory.times)]
    return round(statistics.median(steps) if steps else memory.span.length, 3)
