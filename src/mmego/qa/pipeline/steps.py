"""datatrove's steps of the writing stage: clips in, questions written, judged, saved. Imported only by a run.

Each worker process makes its generator itself, so nothing but small values travels: the folder's path, and how to make
the generator. datatrove writes these values to the logs; a key is never among them.
"""

from __future__ import annotations

import json
import os
import time
import traceback
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

# Before the first import of loguru (by datatrove): else its tracebacks show the values of variables, keys among them.
os.environ["LOGURU_DIAGNOSE"] = "NO"

from datatrove.pipeline.base import PipelineStep
from datatrove.utils.logging import logger

from mmego.errors import InputError, MmegoError
from mmego.files import write_jsonl
from mmego.qa.data.clip import ClipQA
from mmego.qa.data.folder import Fault, Folder
from mmego.qa.pipeline.progress import Counts
from mmego.qa.writing.generators import Judging, Writing
from mmego.records import NarratedClip

COUNT_SECONDS = 0.5
"""How often a worker writes its counters and looks whether it shall stop."""


class TaskFailedError(MmegoError):
    """A task failed; the folder holds its `Fault`."""


class ReadClips(PipelineStep):  # type: ignore[misc]
    """Reads the clips of the task's own file."""

    name, type = "Clips", "📖 - READER"

    def __init__(self, root: str) -> None:
        super().__init__()
        self.root = root

    def run(self, data: None, rank: int = 0, world_size: int = 1) -> Iterator[NarratedClip]:
        """The task's clips."""
        for clip in Folder(Path(self.root)).read_clips(rank):
            self.stat_update("clips")
            yield clip


class WriteQuestions(PipelineStep):  # type: ignore[misc]
    """Gives the clips to the generator."""

    name, type = "Questions", "✍️ - WRITE"

    def __init__(self, root: str, writing: Writing) -> None:
        super().__init__()
        self.root, self.writing = root, writing

    def run(self, data: Iterable[NarratedClip], rank: int = 0, world_size: int = 1) -> Iterator[ClipQA]:
        """The written clips, in any order."""
        journal = Folder(Path(self.root)).journal(rank)
        journal.parent.mkdir(parents=True, exist_ok=True)
        yield from self.writing().write(data, journal)


class JudgeTurns(PipelineStep):  # type: ignore[misc]
    """Gives the written clips to the judge."""

    name, type = "Verdicts", "⚖️ - JUDGE"

    def __init__(self, root: str, judging: Judging) -> None:
        super().__init__()
        self.root, self.judging = root, judging

    def run(self, data: Iterable[ClipQA], rank: int = 0, world_size: int = 1) -> Iterator[ClipQA]:
        """The clips with their verdicts, in any order."""
        yield from self.judging(data, Folder(Path(self.root)).journal(rank, ".judge"))


class SaveWritten(PipelineStep):  # type: ignore[misc]
    """Writes the task's file, whole or not at all, each clip once and in the order they were cut in.

    The steps before it do nothing until this one asks them, so a task whose file is there costs nothing, and one that
    another process still works on is waited for.
    """

    name, type = "Written", "💽 - WRITER"

    def __init__(self, root: str) -> None:
        super().__init__()
        self.root = root

    def run(self, data: Iterable[ClipQA], rank: int = 0, world_size: int = 1) -> None:
        """Save the task; raises TaskFailedError and leaves a `Fault` for whatever went wrong."""
        folder = Folder(Path(self.root))
        with folder.task_lock(rank):
            if folder.written(rank).exists():
                return
            if folder.stop.exists():
                raise TaskFailedError(f"task {rank}: not begun, for another task met a fault that no retry mends")
            folder.fault(rank).unlink(missing_ok=True)
            try:
                self._save(folder, data, rank)
            except Exception as error:  # noqa: BLE001  (raised again, without what it holds)
                message = " ".join(str(error).split()) or "no message"
                fault = Fault(rank, type(error).__name__, message, isinstance(error, InputError))
                folder.write_fault(fault)
                if not isinstance(error, MmegoError):
                    logger.error("".join(traceback.format_exception(error, chain=False)))
                # Not "from error": what a server said to a wrong key, which may hold the key, would go to the logs.
                raise TaskFailedError(f"task {rank}: {fault.error}: {message}") from None

    def _save(self, folder: Folder, data: Iterable[ClipQA], rank: int) -> None:
        ids = [row["id"] for row in map(json.loads, folder.clips_of(rank).open(encoding="utf-8"))]
        counter = Counter(folder, rank)
        saved = write_jsonl(folder.written(rank), (s.to_json() for s in in_order(counter.watch(data), ids)))
        counter.write()
        self.stat_update("written clips", value=saved, unit="task")
        for name, value in asdict(counter.counts).items():
            self.stat_update(name, value=value, unit="task")


class Counter:
    """Counts what passes, into a small file that the main process reads; stops the task when it shall stop."""

    def __init__(self, folder: Folder, task: int) -> None:
        self.folder, self.task = folder, task
        self.counts = Counts()
        self.last = 0.0

    def watch(self, samples: Iterable[ClipQA]) -> Iterator[ClipQA]:
        """The samples, counted. Raises MmegoError if another task met a fault that no retry mends."""
        for sample in samples:
            self.counts.add(sample)
            now = time.monotonic()
            if now - self.last >= COUNT_SECONDS:
                self.last = now
                self.write()
                if self.folder.stop.exists():
                    raise MmegoError("stopped by the fault of another task")
            yield sample

    def write(self) -> None:
        """Replace the counter file; its reader never sees half of it."""
        path = self.folder.counter(self.task)
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(f".{os.getpid()}")
        temporary.write_text(json.dumps(asdict(self.counts)), encoding="utf-8")
        temporary.replace(path)


def in_order(samples: Iterable[ClipQA], ids: list[str]) -> Iterator[ClipQA]:
    """The samples in the order of `ids`: those that come early wait. Raises MmegoError unless each comes just once."""
    place = {clip_id: index for index, clip_id in enumerate(ids)}
    early: dict[int, ClipQA] = {}
    next_one = 0
    for sample in samples:
        index = place.pop(sample.clip.id, None)
        if index is None:
            raise MmegoError(f"the generator gave clip {sample.clip.id!r} twice, or was not asked for it")
        early[index] = sample
        while next_one in early:
            yield early.pop(next_one)
            next_one += 1
    if place:
        raise MmegoError(f"the generator left out {len(place)} of {len(ids)} clips, first {next(iter(place))!r}")


def steps(folder: Folder, writing: Writing, judging: Judging | None) -> list[Any]:
    """The whole pipeline of the writing stage."""
    root = str(folder.root.resolve())
    judge = [JudgeTurns(root, judging)] if judging is not None else []
    return [ReadClips(root), WriteQuestions(root, writing), *judge, SaveWritten(root)]
