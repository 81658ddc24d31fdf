"""``mmego qa make``: make a data set of question-answer pairs from narrations."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from mmego.commands.common import INTERRUPTED, parse, refuse_secrets, wrong_usage
from mmego.commands.qa.make_flags import VERB, MakeOptions, help_text, usage_fault, wanted_help
from mmego.commands.qa.summary import print_summary
from mmego.files import file_hash, read_object
from mmego.llm.options import CallOptions, check_key_variable, read_key
from mmego.narrations.clean import Drops
from mmego.narrations.sources import open_source
from mmego.narrations.split import choose_videos, read_exclusions
from mmego.qa.data.folder import DatasetFolder
from mmego.qa.pipeline.cutting import ClipOptions
from mmego.qa.pipeline.options import RunOptions
from mmego.qa.pipeline.progress import Prices
from mmego.qa.pipeline.run import Recipe, make_dataset
from mmego.qa.writing.factories import JudgeByModel, WriteByModel, WriteByRules, Writing
from mmego.records import Narration, VideoMeta

HASHED = 2_000_000_000
"""Bytes up to which a source is hashed (a second or two); a larger one is identified by its size."""


def run(arguments: Sequence[str]) -> int:
    """Make the data set or continue it; print what is kept; return the exit code."""
    topic = wanted_help(arguments)
    if topic is not None:
        print(help_text(topic))
        raise SystemExit(0)  # as tyro does for the other verbs
    options = parse(MakeOptions, VERB, arguments)
    fault = usage_fault(options)
    if fault:
        return wrong_usage(VERB, fault)
    folder = DatasetFolder(options.out)
    try:
        recipe = recipe_of(options)
        _print_models_asked(options)
        stats = make_dataset(folder, recipe, run_of(options))
    except KeyboardInterrupt:
        print(f"mmego {VERB}: {_stopped(folder, options)}", file=sys.stderr)
        return INTERRUPTED
    if stats is None:
        print(f"{options.out} is finished, nothing to do:")
        stats = read_object(folder.stats)
    return print_summary(VERB, options.out, stats, _prices(options))


def recipe_of(options: MakeOptions) -> Recipe:
    """Return what shapes the data set; raise InputError for flags that cannot work, before anything is read."""
    _check_keys(options)
    source = open_source(options.sources, options.format, options.videos, options.dataset, options.trust_pickle)
    excluded = read_exclusions(options.exclude) if options.exclude is not None else frozenset()

    def read(drops: Drops) -> Iterator[tuple[VideoMeta, list[Narration]]]:
        chosen: Iterator[tuple[VideoMeta, list[Narration]]] = choose_videos(
            source.read(drops), drops, options.split, excluded
        )
        return chosen

    if options.judge.model:
        options.judge.check()
    shape = shape_of(options)
    refuse_secrets([shape, asdict(options.cluster)])
    return Recipe(
        source.dataset,
        read,
        ClipOptions(options.clips_per_class, options.min_narrations, options.seed),
        _writing(options),
        JudgeByModel(options.judge, options.seed) if options.judge.model else None,
        options.filtering.finish_options(options.seed),
        shape,
        options.tasks,
        options.limit_videos,
    )


def _check_keys(options: MakeOptions) -> None:
    """Raise InputError for a missing key if the calls are made here; a cluster's nodes have their own keys.

    A folder whose questions are all written needs none.
    """
    if _is_to_write(options):
        for calls in _asked(options).values():
            calls.check()
            check_key_variable(calls)
            if options.executor == "local":
                read_key(calls)


def _is_to_write(options: MakeOptions) -> bool:
    """Return False if all questions of the folder are written, so that no model will be asked."""
    folder = DatasetFolder(options.out)
    plan = folder.plan()
    return plan is None or options.retry_failed or bool(folder.missing(plan))


def _asked(options: MakeOptions) -> dict[str, CallOptions]:
    """Return the models that are asked, by their task."""
    asked: dict[str, CallOptions] = {"questions": options.llm} if options.generator == "llm" else {}
    return asked | ({"judge": options.judge} if options.judge.model else {})


def _print_models_asked(options: MakeOptions) -> None:
    """Print, before the first call, which model on which host gets the narrations."""
    if not _is_to_write(options):
        return
    for what, calls in _asked(options).items():
        key = f"the key in {calls.key_variable}" if os.environ.get(calls.key_variable, "").strip() else "no key"
        if options.executor != "local":
            key = f"the nodes' {calls.key_variable}"
        print(f"{what}: calls go to {urlsplit(calls.base_url).netloc}, model {calls.model}, {key}", file=sys.stderr)


def _writing(options: MakeOptions) -> Writing:
    if options.generator == "rules":
        return WriteByRules(options.seed, options.turns)
    options.llm.check()
    return WriteByModel(options.llm, options.seed)


def run_of(options: MakeOptions) -> RunOptions:
    """Return where and with how many workers to run."""
    # Calls to a language model only wait: one worker has all of them in flight.
    waits = options.generator == "llm" or bool(options.judge.model)
    default = 1 if options.executor == "local" and waits else None
    workers = options.workers if options.workers is not None else default
    return RunOptions(options.executor, workers, options.cluster, _prices(options), options.retry_failed)


def _prices(options: MakeOptions) -> Prices:
    return Prices(options.price_in, options.price_out, options.judge_price_in, options.judge_price_out)


def shape_of(options: MakeOptions) -> dict[str, Any]:
    """Return every flag that shapes what is cut and written; a later start must have the same values."""
    plain = ("format", "dataset", "split", "limit_videos", "clips_per_class", "min_narrations", "seed", "tasks")
    shape: dict[str, Any] = {name: getattr(options, name) for name in plain}
    shape["sources"] = [_file(path) for path in options.sources]
    shape["videos"], shape["exclude"] = _file(options.videos), _file(options.exclude)
    shape["generator"] = options.generator
    shape |= {"turns": options.turns} if options.generator == "rules" else {"llm": options.llm.shape()}
    shape["judge"] = options.judge.shape() if options.judge.model else None
    return shape


def _file(path: Path | None) -> str | None:
    """Return a file's name with size and hash, so that a changed file counts as another source."""
    if path is None or not path.is_file():
        return None if path is None else str(path)
    size = path.stat().st_size
    return f"{path} ({size} bytes{f', {file_hash(path)[:12]}' if size < HASHED else ''})"


def _stopped(folder: DatasetFolder, options: MakeOptions) -> str:
    """Return the message after Ctrl-C."""
    plan = folder.plan()
    if plan is None:
        return "stopped before the clips were cut; nothing is written"
    done = sum(clips for task, clips in enumerate(plan.tasks) if folder.written(task).exists())
    more = "; the Slurm job goes on" if options.executor == "slurm" else ""
    kept = f"; every answer that came is kept in {folder.root / 'journal'} and not paid again" * bool(_asked(options))
    return f"stopped; {done:,} of {plan.clips:,} clips are finished{kept}{more}. The same command goes on from here"
