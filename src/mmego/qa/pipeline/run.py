"""A run of the data engine: cut once, write what is missing, filter and balance. You may kill it and start it again."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from tqdm import tqdm

from mmego.errors import InputError, MmegoError, require_extra
from mmego.files import atomic_path, json_text, read_records, write_json
from mmego.narrations.clean import Drops
from mmego.narrations.readers.lines import NOT_LISTED
from mmego.qa.data.folder import DatasetFolder, Plan, TaskProblem
from mmego.qa.pipeline.cutting import GIVEN_TWICE, IN_NO_CLIP, WITHOUT_CLIP, ClipOptions, cut_clips, in_no_clip
from mmego.qa.pipeline.finish import FinishOptions, finish
from mmego.qa.pipeline.options import RunOptions
from mmego.qa.pipeline.progress import Progress
from mmego.qa.writing.factories import Judging, Writing
from mmego.records import NarratedClip, Narration, VideoMeta

Videos = Iterator[tuple[VideoMeta, list[Narration]]]
CLIPS_A_TASK = 500
GIVEN_UP = ("timeout", "rate_limited", "server_error")
"""Reasons of failures (`llm.failure.Failure`) that a later retry may fix."""
BUFFERED_CHARACTERS = 32_000_000


@dataclass(frozen=True)
class Recipe:
    """Everything that determines a data set.

    `read` yields the chosen videos and counts what it drops. `shape` is the JSON of all options behind this recipe: a
    later start must have the same. `tasks` None makes as many tasks as the clips need.
    """

    dataset: str
    read: Callable[[Drops], Videos]
    clips: ClipOptions
    writing: Writing
    judging: Judging | None
    finish: FinishOptions
    shape: dict[str, Any]
    tasks: int | None = None
    limit_videos: int | None = None


def make_dataset(folder: DatasetFolder, recipe: Recipe, run: RunOptions) -> dict[str, Any] | None:
    """Make the data set, or continue. Return its statistics, None if it was finished already.

    Raises:
        InputError: the folder was begun with other options, another run works in it, no clip can be cut, or an error
            that a retry cannot fix (a wrong key).
        MmegoError: tasks failed. The others are written, and the same call continues.
    """
    require_extra("datatrove", "data")
    if run.executor == "ray":
        require_extra("ray", "scale")
    with folder.lock():
        folder.begin({"make": recipe.shape, "filter": recipe.finish.to_json()})
        plan = folder.plan() or make_plan(folder, recipe)
        if run.retry_failed:
            forget_given_up(folder, plan)
        missing = folder.missing(plan)
        if not missing and folder.stats.exists() and folder.qa.exists():
            return None
        if missing:
            folder.stats.unlink(missing_ok=True)
            write_questions(folder, plan, recipe, run)
        return finish(folder, plan, recipe.finish)


def filter_again(folder: DatasetFolder, options: FinishOptions) -> dict[str, Any]:
    """Make qa.jsonl and stats.json again with other filters. Return the statistics.

    Raises:
        InputError: the folder is not a data set, its questions are not all written, or another run works in it.
    """
    if not folder.options.exists():
        raise InputError(f"{folder.root} is not a data set: `mmego qa make` makes one")
    with folder.lock():
        plan = folder.plan()
        missing = folder.missing(plan) if plan is not None else [0]
        if plan is None or missing:
            raise InputError(f"{folder.root}: {len(missing)} tasks are not written yet: finish `mmego qa make` first")
        folder.replace_options("filter", options.to_json())
        return finish(folder, plan, options)


# Cutting ----------------------------------------------------------------------------------------------------


def make_plan(folder: DatasetFolder, recipe: Recipe) -> Plan:
    """Read, clean, choose and cut. Write the clips of all tasks and the plan, whole or not at all."""
    drops = Drops()
    in_clips = 0
    videos: set[str] = set()

    def clips() -> Iterator[NarratedClip]:
        nonlocal in_clips
        for meta, narrations in tqdm(
            islice(recipe.read(drops), recipe.limit_videos), desc="read", unit=" videos", disable=None
        ):
            if meta.video in videos:
                _drop_video(drops, GIVEN_TWICE, meta, narrations)
                continue
            videos.add(meta.video)
            found = cut_clips(meta, narrations, recipe.dataset, recipe.clips)
            if not found:
                _drop_video(drops, WITHOUT_CLIP, meta, narrations)
                continue
            outside = in_no_clip(narrations, found)
            for narration in outside:
                drops.add(IN_NO_CLIP, f"{meta.video} {narration.span.start:g} {narration.text}")
            in_clips += len(narrations) - len(outside)
            yield from found

    with atomic_path(folder.clips) as temporary:
        temporary.mkdir()
        tasks = _write_clips(temporary, clips(), recipe.tasks)
        if not tasks:
            reasons = ", ".join(f"{reason}: {count}" for reason, count in drops.counts.most_common()) or "none given"
            raise InputError(
                f"no clip can be cut from {len(videos)} videos (dropped: {reasons}). A clip has at least "
                f"{recipe.clips.min_narrations} narrations in 30 seconds or more; `mmego qa inspect` shows what is read"
                + _not_listed(drops)
            )
        plan = Plan(
            recipe.dataset,
            tasks,
            len(videos),
            in_clips,
            drops.of_lines(),
            drops.examples,
            videos_dropped=drops.of_videos(),
        )
        write_json(temporary / "plan.json", _plan_json(plan))
    return plan


def _not_listed(drops: Drops) -> str:
    """Return a hint for narrations whose videos are not in the video list, else ""."""
    if not drops.counts[NOT_LISTED]:
        return ""
    return f"; the narrations are about {', '.join(drops.examples[NOT_LISTED][:3])}: has the list these names?"


def _drop_video(drops: Drops, reason: str, meta: VideoMeta, narrations: list[Narration]) -> None:
    """Count a whole video, and its narrations."""
    example = f"{meta.video}, {len(narrations)} narrations"
    drops.add(reason, example)
    if narrations:
        drops.add(f"in a {reason}", example, count=len(narrations))


def _plan_json(plan: Plan) -> dict[str, Any]:
    return {name: getattr(plan, name) for name in Plan.__slots__}


def _write_clips(folder: Path, clips: Iterable[NarratedClip], tasks: int | None) -> list[int]:
    """Deal the clips to `tasks` files in turn, or fill one file after another. Return the clips of each."""
    counts: list[int] = []
    buffer: dict[int, list[str]] = {}
    buffered = 0
    for number, clip in enumerate(clips):
        task = number // CLIPS_A_TASK if tasks is None else number % tasks
        if task == len(counts):
            counts.append(0)
        counts[task] += 1
        line = json_text(clip.to_json()) + "\n"
        buffer.setdefault(task, []).append(line)
        buffered += len(line)
        if buffered >= BUFFERED_CHARACTERS:
            _flush(folder, buffer)
            buffered = 0
    _flush(folder, buffer)
    return counts


def _flush(folder: Path, buffer: dict[int, list[str]]) -> None:
    # Each file is opened again for each flush: a process may not have a thousand files open.
    for task, lines in buffer.items():
        with (folder / f"{task:05d}.jsonl").open("a", encoding="utf-8") as file:
            file.writelines(lines)
    buffer.clear()


# Writing ----------------------------------------------------------------------------------------------------


def write_questions(folder: DatasetFolder, plan: Plan, recipe: Recipe, run: RunOptions) -> None:
    """Run the tasks whose questions are not written. Raises the same errors as `make_dataset`."""
    from mmego.qa.pipeline.steps import writing_steps

    _prepare(folder, plan)
    pipeline = writing_steps(folder, recipe.writing, recipe.judging)
    with Progress(folder, plan, run.prices):
        _execute(folder, plan, pipeline, run)
    problems = folder.problems()
    fatal = next((problem for problem in problems if problem.fatal), None)
    if fatal is not None:
        raise InputError(fatal.message)
    missing = folder.missing(plan)
    if missing:
        raise MmegoError(_failed(problems, missing, folder))


def _prepare(folder: DatasetFolder, plan: Plan) -> None:
    """Remove completion markers of tasks without a file, and the problems of an earlier start."""
    for path in [*folder.work.glob("*.fault.json"), folder.stop]:
        path.unlink(missing_ok=True)
    for task in folder.missing(plan):
        # datatrove trusts its marker. It would skip a task with a marker but without its file (deleted, not copied).
        folder.marker(task).unlink(missing_ok=True)


def forget_given_up(folder: DatasetFolder, plan: Plan) -> None:
    """Delete the written files with calls that were given up after all attempts, so that their tasks run again."""
    for task in range(len(plan.tasks)):
        path = folder.written(task)
        if path.exists() and any(f["reason"] in GIVEN_UP for row in read_records(path) for f in row["failures"]):
            path.unlink()


def _execute(folder: DatasetFolder, plan: Plan, pipeline: list[Any], run: RunOptions) -> None:
    tasks = len(plan.tasks)
    if run.executor == "local":
        from mmego.qa.pipeline.local import LocalExecutor

        workers = run.workers or os.cpu_count() or 1
        LocalExecutor(pipeline, folder, tasks, min(workers, len(folder.missing(plan)))).run()
        return
    from mmego.qa.pipeline.clusters import run_ray, run_slurm
    from mmego.qa.pipeline.local import quiet_output

    start = run_slurm if run.executor == "slurm" else run_ray
    with quiet_output(folder):
        start(pipeline, folder, plan, run.workers or -1, run.cluster)


def _failed(problems: list[TaskProblem], missing: list[int], folder: DatasetFolder) -> str:
    """Return one line with the number of failed tasks and each different reason once."""
    kinds: dict[str, list[int]] = {}
    for problem in problems:
        kinds.setdefault(f"{problem.error}: {problem.message}", []).append(problem.task)
    reasons = [
        f"task {', '.join(map(str, tasks[:5]))}{'...' if len(tasks) > 5 else ''}: {what}"
        for what, tasks in kinds.items()
    ]
    listed = "; ".join(reasons[:5]) or "without a message"
    return f"{len(missing)} tasks failed ({listed}). Logs are in {folder.logs}; run the same command again to continue"
