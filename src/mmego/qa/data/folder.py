"""The folder of a data set: where each stage's files are, what was begun with which options, and who works in it."""

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
from mmego.qa.data.clip import ClipQA
from mmego.records import NarratedClip
from mmego.scratch import folder_lock, sign, sweep

NAMED = 3
"""Names of a list that an error message gives before it counts the rest."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What was cut: made once, and the same for every later start.

    `tasks` holds the number of clips of each task, `narrations` how many sentences are in a clip, `dropped` how many
    are in none, by reason: together they are all that was read. `videos_dropped` counts whole videos; their sentences
    are in `dropped` too. `examples` has some of both.
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
        """Clips of all tasks."""
        return sum(self.tasks)


@dataclass(frozen=True, slots=True)
class Fault:
    """Why a task failed: the error's name and its message on one line; `fatal` if no retry mends it."""

    task: int
    error: str
    message: str
    fatal: bool


@dataclass(frozen=True)
class Folder:
    """A data set's folder OUT (docs/data-engine.md lists its files)."""

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
        """Small files of a run under way: counters, faults, locks."""
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
        """There while all tasks shall stop: a fault that no retry mends."""
        return self.work / "stop"

    def clips_of(self, task: int) -> Path:
        return self.clips / f"{task:05d}.jsonl"

    def written(self, task: int) -> Path:
        return self.root / "written" / f"{task:05d}.jsonl"

    def journal(self, task: int, what: str = "") -> Path:
        return self.root / "journal" / f"{task:05d}{what}.jsonl"

    def counter(self, task: int) -> Path:
        return self.work / f"{task:05d}.count.json"

    def fault(self, task: int) -> Path:
        return self.work / f"{task:05d}.fault.json"

    def marker(self, task: int) -> Path:
        """datatrove's completion marker."""
        return self.logs / "completions" / f"{task:05d}"

    # What there is ------------------------------------------------------------------------------------------

    def plan(self) -> Plan | None:
        """What was cut, None if nothing was yet."""
        path = self.clips / "plan.json"
        return Plan(**read_object(path)) if path.exists() else None

    def seed(self) -> int:
        """The seed that the data set was made with; 0 where nothing was begun."""
        return int(read_object(self.options).get("make", {}).get("seed", 0)) if self.options.exists() else 0

    def missing(self, plan: Plan) -> list[int]:
        """The tasks whose questions are not written."""
        return [task for task in range(len(plan.tasks)) if not self.written(task).exists()]

    def read_clips(self, task: int) -> Iterator[NarratedClip]:
        """The clips of a task, one in memory at a time."""
        return (NarratedClip.from_json(row) for row in read_records(self.clips_of(task)))

    def read_written(self, plan: Plan) -> Iterator[ClipQA]:
        """Every written clip in the order of the tasks; raises InputError naming a file that holds too few or many."""
        for task, expected in enumerate(plan.tasks):
            found = 0
            for row in read_records(self.written(task)):
                found += 1
                yield ClipQA.from_json(row)
            if found != expected:
                raise InputError(
                    f"{self.written(task)} holds {found} clips, {expected} were cut: delete the file and start "
                    "`mmego qa make` again with the same options"
                )

    def faults(self) -> list[Fault]:
        """Why tasks failed, since their last start."""
        found = []
        for path in sorted(self.work.glob("*.fault.json")):
            # A task that is started again removes its old fault at any moment.
            try:
                found.append(Fault(**read_object(path)))
            except InputError:
                continue
        return found

    def write_fault(self, fault: Fault) -> None:
        """Say why a task failed; a fatal one stops the others too."""
        write_json(self.fault(fault.task), asdict(fault))
        if fault.fatal:
            self.stop.touch()

    # One run at a time, with one set of options ----------------------------------------------------------------

    @contextmanager
    def lock(self) -> Iterator[None]:
        """Keep other runs out of the folder; the system lets go when this process ends, however it does.

        Raises InputError if another run holds it, or if there can be no such folder. Half files that a killed run left
        are removed.
        """
        try:
            self.root.mkdir(parents=True, exist_ok=True)
        except (FileExistsError, NotADirectoryError) as error:
            raise InputError(f"{self.root}: a data set is a folder, and there is a file of that name") from error
        with folder_lock(self.root):
            for folder in (self.root, self.written(0).parent, self.work):
                sweep(folder)
            yield

    @contextmanager
    def task_lock(self, task: int) -> Iterator[None]:
        """Wait until no other process works on the task (one whose main process was killed may need a moment)."""
        self.work.mkdir(parents=True, exist_ok=True)
        with (self.work / f"{task:05d}.lock").open("a+", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            sign(file)
            yield

    def begin(self, options: dict[str, dict[str, Any]]) -> None:
        """Record what shapes each part of the data set; raises InputError if it was begun with other options.

        Until the clips are cut nothing is begun: a wrong path can be mended in the same folder.
        """
        given = json.loads(json.dumps(options))
        if self.plan() is None or not self.options.exists():
            write_json(self.options, given)
            return
        recorded = read_object(self.options)
        said = {
            "make": ("begun", "choose another folder for these"),
            "filter": ("last filtered", "`mmego qa filter` filters it anew"),
        }
        for part, values in given.items():
            different = _differences(recorded.get(part, {}), values)
            if different:
                done, hint = said[part]
                raise InputError(f"{self.root} was {done} with other options ({'; '.join(different)}): {hint}")

    def replace_options(self, part: str, options: dict[str, Any]) -> None:
        """Record new options of a part that is made anew."""
        write_json(self.options, read_object(self.options) | {part: options})


def _differences(old: dict[str, Any], new: dict[str, Any], prefix: str = "") -> list[str]:
    """ "seed was 0, is 1" for every option that is not the same; of lists only what came and went."""
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
    """The first few names, and how many more there are."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more
