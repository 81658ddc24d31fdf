"""The folder of a data set: the files of each stage, the options it was begun with, and its locks."""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from mmego.errors import InputError
from mmego.files import read_object, read_records, write_json
from mmego.qa.data.clip_qa import ClipQA
from mmego.records import NarratedClip
from mmego.scratch import folder_lock, sweep, write_lock_owner

NAMED = 3
"""Number of names that an error message lists before it counts the rest."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The clips that were cut: made once, and the same for every later start.

    `tasks` has the number of clips of each task. `narrations` counts the sentences in a clip, `dropped` those in none,
    by reason; together they are all sentences read. `videos_dropped` counts whole videos, whose sentences are also in
    `dropped`. `examples` has examples of both.
    """

    dataset: str
    tasks: list[int]
    videos: int
    narrations: int
    dropped: dict[str, int] = field(default_factory=dict)
    examples: dict[str, list[str]] = field(default_factory=dict)
    videos_dropped: dict[str, int] = field(default_factory=dict)

    @property
    def clips(self) -> int:
        """The number of clips of all tasks."""
        return sum(self.tasks)


@dataclass(frozen=True, slots=True)
class TaskProblem:
    """Why a task failed: the error's name and its message on one line. `fatal`: a retry cannot fix it."""

    task: int
    error: str
    message: str
    fatal: bool


@dataclass(frozen=True)
class DatasetFolder:
    """The folder OUT of a data set (docs/reference/data-folders.md lists its files)."""

    root: Path

    @property
    def options(self) -> Path:
        return self.root / "options.json"

    @property
    def clips(self) -> Path:
        return self.root / "clips"

    @property
    def logs(self) -> Path:
        return self.root / "logs"

    @property
    def work(self) -> Path:
        """Small files of a run in progress: counters, problems, locks."""
        return self.root / "logs" / "run"

    @property
    def qa(self) -> Path:
        return self.root / "qa.jsonl"

    @property
    def dropped(self) -> Path:
        return self.root / "dropped.jsonl"

    @property
    def stats(self) -> Path:
        return self.root / "stats.json"

    @property
    def stop(self) -> Path:
        """A file that tells all tasks to stop, because of a fatal problem."""
        return self.work / "stop"

    def clips_of(self, task: int) -> Path:
        return self.clips / f"{task:05d}.jsonl"

    def written(self, task: int) -> Path:
        return self.root / "written" / f"{task:05d}.jsonl"

    def journal(self, task: int, what: str = "") -> Path:
        return self.root / "journal" / f"{task:05d}{what}.jsonl"

    def counter(self, task: int) -> Path:
        return self.work / f"{task:05d}.count.json"

    def problem(self, task: int) -> Path:
        return self.work / f"{task:05d}.fault.json"

    def marker(self, task: int) -> Path:
        """Return the path of datatrove's completion marker."""
        return self.logs / "completions" / f"{task:05d}"

    # Reading ------------------------------------------------------------------------------------------------

    def plan(self) -> Plan | None:
        """Return the clips that were cut, None if there are none so far."""
        path = self.clips / "plan.json"
        return Plan(**read_object(path)) if path.exists() else None

    def seed(self) -> int:
        """Return the seed that the data set was made with, 0 if it was not begun."""
        return int(read_object(self.options).get("make", {}).get("seed", 0)) if self.options.exists() else 0

    def missing(self, plan: Plan) -> list[int]:
        """Return the tasks whose questions are not written."""
        return [task for task in range(len(plan.tasks)) if not self.written(task).exists()]

    def read_clips(self, task: int) -> Iterator[NarratedClip]:
        """Yield the clips of a task, one in memory at a time."""
        return (NarratedClip.from_json(row) for row in read_records(self.clips_of(task)))

    def read_written(self, plan: Plan) -> Iterator[ClipQA]:
        """Yield every written clip in the order of the tasks. Raises InputError for a file with too few or too many."""
        for task, expected in enumerate(plan.tasks):
            found = 0
            for row in read_records(self.written(task)):
                found += 1
                yield ClipQA.from_json(row)
            if found != expected:
                raise InputError(
                    f"{self.written(task)} has {found} clips, {expected} were cut: delete the file and start "
                    "`mmego qa make` again with the same options"
                )

    def problems(self) -> list[TaskProblem]:
        """Return why tasks failed since their last start."""
        found = []
        for path in sorted(self.work.glob("*.fault.json")):
            # A task that is started again may remove its old file at any moment.
            try:
                found.append(TaskProblem(**read_object(path)))
            except InputError:
                continue
        return found

    def write_problem(self, problem: TaskProblem) -> None:
        """Record why a task failed. A fatal problem stops the other tasks, too."""
        write_json(self.problem(problem.task), asdict(problem))
        if problem.fatal:
            self.stop.touch()

    # Locks and options ----------------------------------------------------------------------------------------

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Lock the folder against other runs. The operating system ends the lock with this process in any case.

        Raises InputError if another run has the lock, or if the path cannot be a folder. Incomplete files of a killed
        run are removed.
        """
        try:
            self.root.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError) as error:
            raise InputError(f"{self.root}: a data set is a folder, but there is a file of that name") from error
        with folder_lock(self.root):
            for folder in (self.root, self.written(0).parent, self.work):
                sweep(folder)
            yield

    @contextmanager
    def task_lock(self, task: int) -> Iterator[None]:
        """Wait until no other process works on the task (a worker may outlive its killed main process for a moment)."""
        self.work.mkdir(parents=True, exist_ok=True)
        with (self.work / f"{task:05d}.lock").open("a+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            write_lock_owner(file)
            yield

    def begin(self, options: dict[str, dict[str, Any]]) -> None:
        """Record the options that influence the data set. Raises InputError if it was begun with other options.

        The data set is begun when its clips are cut: until then you can correct a wrong path in the same folder.
        """
        given = json.loads(json.dumps(options))
        if self.plan() is None or not self.options.exists():
            write_json(self.options, given)
            return
        recorded = read_object(self.options)
        words = {
            "make": ("begun", "choose another folder for these"),
            "filter": ("last filtered", "`mmego qa filter` filters it anew"),
        }
        for part, values in given.items():
            different = _differences(recorded.get(part, {}), values)
            if different:
                done, hint = words[part]
                raise InputError(f"{self.root} was {done} with other options ({'; '.join(different)}): {hint}")

    def replace_options(self, part: str, options: dict[str, Any]) -> None:
        """Record new options of a part that is made again."""
        write_json(self.options, read_object(self.options) | {part: options})


def _differences(old: dict[str, Any], new: dict[str, Any], prefix: str = "") -> list[str]:
    """Return "seed was 0, is 1" for every option that differs; for lists the added and removed values only."""
    found = []
    for name in sorted(old.keys() | new.keys()):
        before, now = old.get(name), new.get(name)
        if isinstance(before, dict) and isinstance(now, dict):
            found += _differences(before, now, f"{prefix}{name}.")
        elif isinstance(before, list) and isinstance(now, list) and sorted(before) != sorted(now):
            gone, come = (_listed([x for x in a if x not in b]) for a, b in ((before, now), (now, before)))
            changes = [f"without {gone}"] * bool(gone) + [f"with {come}"] * bool(come)
            found.append(f"{prefix}{name} now {' and '.join(changes) or 'with other repeats'}")
        elif before != now:
            found.append(f"{prefix}{name} was {json.dumps(before)}, is {json.dumps(now)}")
    return found


def _listed(names: list[str]) -> str:
    """Return the first few names, and how many more there are."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
