"""The data engine's run: cut once, write what is missing, then filter and balance. Safe to kill and to start again."""

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
from mmego.qa.data.folder import Fault, Folder, Plan
from mmego.qa.pipeline.clips import IN_NO_CLIP, TOLD_TWICE, WITHOUT_CLIP, ClipOptions, cut_clips, in_no_clip
from mmego.qa.pipeline.finish import FinishOptions, finish
from mmego.qa.pipeline.options import RunOptions
from mmego.qa.pipeline.progress import Progress
from mmego.qa.writing.generators import Judging, Writing
from mmego.records import NarratedClip, Narration, VideoMeta

Videos = Iterator[tuple[VideoMeta, list[Narration]]]
CLIPS_A_TASK = 500
GIVEN_UP = ("timeout", "rate_limited", "server_error")
"""Failures that another day may mend (`qa.data.clip.Failure`)."""
BUFFERED_CHARACTERS = 32_000_000


@dataclass(frozen=True)
class Recipe:
    """All that shapes a data set.

    `read` gives the chosen videos and counts what it drops; `shape` is the JSON of every option behind this recipe,
    which a later start is held to; `tasks` None makes as many tasks as the clips need.
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


def make_dataset(folder: Folder, recipe: Recipe, run: RunOptions) -> dict[str, Any] | None:
    """Make the data set, or go on with it; returns its statistics, None if it was finished already.

    Raises:
        InputError: the folder was begun with other options, another run is at work in it, nothing can be cut, or a
            fault that no retry mends (a wrong key).
        MmegoError: tasks failed; the others are written, and the same call goes on.
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


def filter_again(folder: Folder, options: FinishOptions) -> dict[str, Any]:
    """Make qa.jsonl and stats.json anew with other filters; returns the statistics.

    Raises:
        InputError: the folder is no data set whose questions are all written, or another run is at work in it.
    """
    if not folder.options.exists():
        raise InputError(f"{folder.root} is no data set: `mmego qa make` makes one")
    with folder.lock():
        plan = folder.plan()
        missing = folder.missing(plan) if plan is not None else [0]
        if plan is None or missing:
            raise InputError(f"{folder.root}: {len(missing)} tasks are not written yet: finish `mmego qa make` first")
        folder.replace_options("filter", options.to_json())
        return finish(folder, plan, options)


# Cutting ----------------------------------------------------------------------------------------------------


def make_plan(folder: Folder, recipe: Recipe) -> Plan:
    """Read, clean, choose and cut; writes the clips of all tasks and the plan, whole or not at all."""
    drops = Drops()
    told = 0
    videos: set[str] = set()

    def clips() -> Iterator[NarratedClip]:
        nonlocal told
        for meta, narrations in tqdm(
            islice(recipe.read(drops), recipe.limit_videos), desc="read", unit=" videos", disable=None
        ):
            if meta.video in videos:
                _drop_video(drops, TOLD_TWICE, meta, narrations)
                continue
            videos.add(meta.video)
            found = cut_clips(meta, narrations, recipe.dataset, recipe.clips)
            if not found:
                _drop_video(drops, WITHOUT_CLIP, meta, narrations)
                continue
            outside = in_no_clip(narrations, found)
            for narration in outside:
                drops.add(IN_NO_CLIP, f"{meta.video} {narration.span.start:g} {narration.text}")
            told += len(narrations) - len(outside)
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
            recipe.dataset, tasks, len(videos), told, drops.of_lines(), drops.examples, videos_dropped=drops.of_videos()
        )
        write_json(temporary / "plan.json", _plan_json(plan))
    return plan


def _not_listed(drops: Drops) -> str:
    """What to say where no video of the narrations is in the video list."""
    if not drops.counts[NOT_LISTED]:
        return ""
    return f"; the narrations tell of {', '.join(drops.examples[NOT_LISTED][:3])}: does the list name them so?"


def _drop_video(drops: Drops, reason: str, meta: VideoMeta, narrations: list[Narration]) -> None:
    """Count a whole video, and its narrations."""
    told = f"{meta.video}, {len(narrations)} narrations"
    drops.add(reason, told)
    if narrations:
        drops.add(f"in a {reason}", told, count=len(narrations))


def _plan_json(plan: Plan) -> dict[str, Any]:
    return {name: getattr(plan, name) for name in Plan.__slots__}


def _write_clips(folder: Path, clips: Iterable[NarratedClip], tasks: int | None) -> list[int]:
    """Deal the clips to `tasks` files in turn, or fill one file after another; returns the clips of each."""
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
    # Opened anew each time: a thousand tasks are more files than a process may have open.
    for task, lines in buffer.items():
        with (folder / f"{task:05d}.jsonl").open("a", encoding="utf-8") as file:
            file.writelines(lines)
    buffer.clear()


# Writing ----------------------------------------------------------------------------------------------------


def write_questions(folder: Folder, plan: Plan, recipe: Recipe, run: RunOptions) -> None:
    """Run the tasks whose questions are not written; raises as `make_dataset` does."""
    from mmego.qa.pipeline.steps import steps

    _prepare(folder, plan)
    pipeline = steps(folder, recipe.writing, recipe.judging)
    with Progress(folder, plan, run.prices):
        _execute(folder, plan, pipeline, run)
    faults = folder.faults()
    fatal = next((fault for fault in faults if fault.fatal), None)
    if fatal is not None:
        raise InputError(fatal.message)
    missing = folder.missing(plan)
    if missing:
        raise MmegoError(_failed(faults, missing, folder))


def _prepare(folder: Folder, plan: Plan) -> None:
    """Make the files that say what is done agree with what is done; forget the faults of an earlier start."""
    for path in [*folder.work.glob("*.fault.json"), folder.stop]:
        path.unlink(missing_ok=True)
    for task in folder.missing(plan):
        # datatrove believes its marker. A marker without its file (deleted, lost, never copied) would lose the task.
        folder.marker(task).unlink(missing_ok=True)


def forget_given_up(folder: Folder, plan: Plan) -> None:
    """Delete the written files that hold calls given up after all attempts, so that their tasks run again."""
    for task in range(len(plan.tasks)):
        path = folder.written(task)
        if path.exists() and any(f["reason"] in GIVEN_UP for row in read_records(path) for f in row["failures"]):
            path.unlink()


def _execute(folder: Folder, plan: Plan, pipeline: list[Any], run: RunOptions) -> None:
    tasks = len(plan.tasks)
    if run.executor == "local":
        from mmego.qa.pipeline.local import LocalExecutor

        workers = run.workers or os.cpu_count() or 1
        LocalExecutor(pipeline, folder, tasks, min(workers, len(folder.missing(plan)))).run()
        return
    from mmego.qa.pipeline.clusters import run_ray, run_slurm
    from mmego.qa.pipeline.local import quiet

    start = run_slurm if run.executor == "slurm" else run_ray
    with quiet(folder):
        start(pipeline, folder, plan, run.workers or -1, run.cluster)


def _failed(faults: list[Fault], missing: list[int], folder: Folder) -> str:
    """One line: how many tasks failed, and the reason of each kind once."""
    kinds: dict[str, list[int]] = {}
    for fault in faults:
        kinds.setdefault(f"{fault.error}: {fault.message}", []).append(fault.task)
    said = [
        f"task {', '.join(map(str, tasks[:5]))}{'...' if len(tasks) > 5 else ''}: {what}"
        for what, tasks in kinds.items()
    ]
    reasons = "; ".join(said[:5]) or "without saying why"
    return f"{len(missing)} tasks failed ({reasons}). Logs are in {folder.logs}; the same command goes on from here"
