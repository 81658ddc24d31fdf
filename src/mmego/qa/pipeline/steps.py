"""datatrove's steps of the writing stage: read clips, write questions, judge, save. Only a run imports this module.

Each worker process makes its own generator, so a run sends only small values: the folder's path, and how to make the
generator. datatrove writes these values to the logs; they never contain a key.
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

# Before the first import of loguru (by datatrove): otherwise its tracebacks show values of variables, also keys.
os.environ["LOGURU_DIAGNOSE"] = "NO"

from datatrove.pipeline.base import PipelineStep
from datatrove.utils.logging import logger

from mmego.errors import InputError, MmegoError
from mmego.files import write_jsonl
from mmego.qa.data.clip_qa import ClipQA
from mmego.qa.data.folder import DatasetFolder, TaskProblem
from mmego.qa.pipeline.progress import Counts
from mmego.qa.writing.factories import Judging, Writing
from mmego.records import NarratedClip

COUNT_SECONDS = 0.5
"""How often a worker writes its counters and checks if it must stop."""


class TaskFailedError(MmegoError):
    """A task failed. The folder has its `TaskProblem`."""


class ReadClips(PipelineStep):  # type: ignore[misc]
    """Reads the clips of the task's file."""

    name, type = "Clips", "📖 - READER"

    def __init__(self, root: str) -> None:
        super().__init__()
        self.root = root

    def run(self, data: None, rank: int = 0, world_size: int = 1) -> Iterator[NarratedClip]:
        """Yield the task's clips."""
        for clip in DatasetFolder(Path(self.root)).read_clips(rank):
            self.stat_update("clips")
            yield clip


class WriteQuestions(PipelineStep):  # type: ignore[misc]
    """Passes the clips to the generator."""

    name, type = "Questions", "✍️ - WRITE"

    def __init__(self, root: str, writing: Writing) -> None:
        super().__init__()
        self.root, self.writing = root, writing

    def run(self, data: Iterable[NarratedClip], rank: int = 0, world_size: int = 1) -> Iterator[ClipQA]:
        """Yield the written clips, in any order."""
        journal = DatasetFolder(Path(self.root)).journal(rank)
        journal.parent.mkdir(parents=True, exist_ok=True)
        yield from self.writing().write(data, journal)


class JudgeTurns(PipelineStep):  # type: ignore[misc]
    """Passes the written clips to the judge."""

    name, type = "Verdicts", "⚖️ - JUDGE"

    def __init__(self, root: str, judging: Judging) -> None:
        super().__init__()
        self.root, self.judging = root, judging

    def run(self, data: Iterable[ClipQA], rank: int = 0, world_size: int = 1) -> Iterator[ClipQA]:
        """Yield the clips with their verdicts, in any order."""
        yield from self.judging(data, DatasetFolder(Path(self.root)).journal(rank, ".judge"))


class SaveWritten(PipelineStep):  # type: ignore[misc]
    """Writes the task's file, whole or not at all, each clip once and in the order of cutting.

    The earlier steps do nothing until this one asks them, so a task with a file costs nothing. If another process works
    on the task, this step waits for it.
    """

    name, type = "Written", "💽 - WRITER"

    def __init__(self, root: str) -> None:
        super().__init__()
        self.root = root

    def run(self, data: Iterable[ClipQA], rank: int = 0, world_size: int = 1) -> None:
        """Save the task. On any error, write a `TaskProblem` and raise TaskFailedError."""
        folder = DatasetFolder(Path(self.root))
        with folder.task_lock(rank):
            if folder.written(rank).exists():
                return
            if folder.stop.exists():
                raise TaskFailedError(f"task {rank}: not begun, because of a fatal error in another task")
            folder.problem(rank).unlink(missing_ok=True)
            try:
                self._save(folder, data, rank)
            except Exception as error:  # noqa: BLE001  (raised again, without its content)
                message = " ".join(str(error).split()) or "no message"
                problem = TaskProblem(rank, type(error).__name__, message, isinstance(error, InputError))
                folder.write_problem(problem)
                if not isinstance(error, MmegoError):
                    logger.error("".join(traceback.format_exception(error, chain=False)))
                # Not "from error": a server's message about a wrong key may contain the key, and would go to the logs.
                raise TaskFailedError(f"task {rank}: {problem.error}: {message}") from None

    def _save(self, folder: DatasetFolder, data: Iterable[ClipQA], rank: int) -> None:
        ids = [row["id"] for row in map(json.loads, folder.clips_of(rank).open(encoding="utf-8"))]
        counter = TaskCounter(folder, rank)
        saved = write_jsonl(folder.written(rank), (s.to_json() for s in in_clip_order(counter.watch(data), ids)))
        counter.write()
        self.stat_update("written clips", value=saved, unit="task")
        for name, value in asdict(counter.counts).items():
            self.stat_update(name, value=value, unit="task")


class TaskCounter:
    """Counts clips into a small file for the main process, and stops the task if another one had a fatal error."""

    def __init__(self, folder: DatasetFolder, task: int) -> None:
        self.folder, self.task = folder, task
        self.counts = Counts()
        self.last = 0.0

    def watch(self, samples: Iterable[ClipQA]) -> Iterator[ClipQA]:
        """Yield the samples, and count them. Raises MmegoError if another task had a fatal error."""
        for sample in samples:
            self.counts.add(sample)
            now = time.monotonic()
            if now - self.last >= COUNT_SECONDS:
                self.last = now
                self.write()
                if self.folder.stop.exists():
                    raise MmegoError("stopped by a fatal error in another task")
            yield sample

    def write(self) -> None:
        """Replace the counter file. Its reader never sees an incomplete one."""
        path = self.folder.counter(self.task)
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary = path.with_suffix(f".{os.getpid()}")
        temporary.write_text(json.dumps(asdict(self.counts)), encoding="utf-8")
        temporary.replace(path)


def in_clip_order(samples: Iterable[ClipQA], ids: list[str]) -> Iterator[ClipQA]:
    """Yield the samples in the order of `ids`; early ones wait. Raises MmegoError unless each comes exactly once."""
    place = {clip_id: index for index, clip_id in enumerate(ids)}
    early: dict[int, ClipQA] = {}
    next_one = 0
    for sample in samples:
        index = place.pop(sample.clip.id, None)
        if index is None:
            raise MmegoError(f"the generator returned clip {sample.clip.id!r} twice, or without being asked for it")
        early[index] = sample
        while next_one in early:
            yield early.pop(next_one)
            next_one += 1
    if place:
        raise MmegoError(f"the generator left out {len(place)} of {len(ids)} clips, first {next(iter(place))!r}")


def writing_steps(folder: DatasetFolder, writing: Writing, judging: Judging | None) -> list[Any]:
    """Return all steps of the writing stage."""
    root = str(folder.root.resolve())
    judge = [JudgeTurns(root, judging)] if judging is not None else []
    return [ReadClips(root), WriteQuestions(root, writing), *judge, SaveWritten(root)]
