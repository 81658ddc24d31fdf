"""Warnings about videos that do not look like the videos a checkpoint was trained on."""

from __future__ import annotations

import warnings
from pathlib import Path

from mmego.engine.loading import LoadedModel
from mmego.memory.memory import Memory
from mmego.model.familiarity import GrainRecorder, load_familiarity


class FamiliarityCheck:
    """Measures the pictures that a model reads and warns about unfamiliar videos.

    It does nothing if the checkpoint has no statistics of its training pictures.
    """

    def __init__(self, loaded: LoadedModel) -> None:
        known = load_familiarity(loaded.folder)
        self._recorder = None if known is None else GrainRecorder(known)
        loaded.processor.grain_recorder = self._recorder
        self._warned: set[Path] = set()

    def discard(self) -> None:
        """Drop the measurements since the last `record`: key frames that are read again were measured before."""
        if self._recorder is not None:
            self._recorder.take()

    def record(self, memory: Memory) -> None:
        """Add the measurements since the last call to the memory whose pictures were read."""
        if self._recorder is not None:
            memory.grains = self._recorder.take(memory.grains)

    def warning(self, memory: Memory) -> str | None:
        """Return the warning for answers about this memory; None if it is familiar or unmeasured."""
        if self._recorder is None or not memory.grains or self._recorder.known.knows(memory.grains):
            return None
        return self._recorder.known.warning

    def warn(self, memory: Memory) -> None:
        """Warn about an unfamiliar video, once for each video."""
        text = self.warning(memory)
        if text is not None and memory.video not in self._warned:
            self._warned.add(memory.video)
            warnings.warn(f"{memory.video.name}: {text}", stacklevel=4)
