"""``mmego bench run``: a model is asked every question, under one setting or many."""

from __future__ import annotations

import itertools
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Annotated

import tyro

from mmego.bench.data.folder import Benchmark, load_benchmark, save_benchmark
from mmego.bench.data.runs import RunSettings
from mmego.bench.run.run import Outcome, run_benchmark
from mmego.commands.bench.models import BASELINE, ModelFlags, open_model
from mmego.commands.common import INTERRUPTED, parse, wrong_usage
from mmego.records import SelectMode
from mmego.video.container.limits import MAX_PIXELS, set_max_pixels

VERB = "bench run"
FIRST = "benchmark"
"""Folder below RUNS that holds the first questions with --limit."""
Switch = Annotated[tyro.conf.FlagCreatePairsOff[bool], tyro.conf.arg(help_behavior_hint="")]
Selects = Annotated[tuple[SelectMode, ...], tyro.conf.arg(metavar="pointer|uniform ...", help_behavior_hint="")]
Integers = Annotated[tuple[int, ...], tyro.conf.arg(metavar="INT ...", help_behavior_hint="")]
Floats = Annotated[tuple[float, ...], tyro.conf.arg(metavar="FLOAT ...", help_behavior_hint="")]
OptionalInt = Annotated[int | None, tyro.conf.arg(metavar="INT", help_behavior_hint="")]


@dataclass(frozen=True)
class BenchRunOptions:
    """Ask a model every question of a benchmark. Each setting (the product of --select, --keep and --alpha) becomes a
    folder RUNS/SETTING; every video is encoded once for all of them. Killed and started again with the same flags it
    goes on where it stopped."""

    bench: Annotated[tyro.conf.Positional[Path], tyro.conf.arg(metavar="BENCH", help_behavior_hint="")]
    """Benchmark: its folder, or a JSON Lines file of questions."""
    out: Annotated[Path, tyro.conf.arg(aliases=["-o"], metavar="RUNS", help_behavior_hint="")]
    """Folder of the runs of this model; made if it is not there."""
    which: Annotated[ModelFlags, tyro.conf.arg(name="")] = field(default_factory=ModelFlags)
    videos: Annotated[Path | None, tyro.conf.arg(metavar="FOLDER", help_behavior_hint="")] = None
    """Where the videos are, also in folders below. Default: BENCH/videos."""
    blind: Switch = False
    """Without any picture: the run that MDA needs. Alone, or beside those of --select, --keep, --alpha, --frames."""
    select: Selects = ()
    """Who chooses the frames that are read. Default: the pointer where the checkpoint has one."""
    keep: Integers = ()
    """Frames that an answer is read from. Default: the model's own."""
    alpha: Floats = ()
    """Exploration bonus of the pointer. Default: the checkpoint's own."""
    frames: OptionalInt = None
    """Most frames glimpsed of a video. Default: the checkpoint's own."""
    limit: OptionalInt = None
    """For a try: the first so many questions only. They become a benchmark of their own, RUNS/benchmark."""
    retry_failed: Switch = False
    """Ask again what failed in an earlier start (a video that was not there, calls that were given up)."""
    max_pixels: int = MAX_PIXELS
    """Largest picture that is decoded, in pixels (width times height); videos of larger ones fail."""


def run(arguments: Sequence[str]) -> int:
    """Run, or go on; prints accuracy and failures of each setting."""
    options = parse(BenchRunOptions, VERB, arguments)
    fault = _usage_fault(options)
    if fault:
        return wrong_usage(VERB, fault)
    set_max_pixels(options.max_pixels)
    try:
        bench = _first(options, load_benchmark(options.bench))
        videos = options.videos if options.videos is not None else load_benchmark(options.bench).video_folder
        model = open_model(options.which, bench, options.out)
        outcomes = run_benchmark(
            bench, model, settings_of(options), options.out, videos, options.retry_failed, progress=True
        )
    except KeyboardInterrupt:
        print(f"mmego {VERB}: stopped; what is answered is kept. The same command goes on from here", file=sys.stderr)
        return INTERRUPTED
    print(summary(bench, model.name, outcomes))
    return 0


def _usage_fault(options: BenchRunOptions) -> str | None:
    """What is wrong with the flags taken together."""
    for name in ("frames", "limit"):
        value = getattr(options, name)
        if value is not None and value < 1:
            return f"--{name} must be at least 1, got {value}"
    if any(keep < 1 for keep in options.keep):
        return f"--keep must be at least 1, got {min(options.keep)}"
    if any(not 0 <= alpha < float("inf") for alpha in options.alpha):
        return f"--alpha must be 0 or more, got {' '.join(f'{alpha:g}' for alpha in options.alpha)}"
    if options.alpha and "pointer" not in (options.select or ("pointer",)):
        return "--alpha has no effect on --select uniform: it is the pointer's"
    return None


def settings_of(options: BenchRunOptions) -> list[RunSettings]:
    """Every setting asked for; the blind one alone if nothing else is said."""
    seen = bool(options.select or options.keep or options.alpha or options.frames)
    if options.which.model.startswith(BASELINE) and not seen:
        return [RunSettings(blind=True)]
    wanted = []
    if seen or not options.blind:
        product = itertools.product(options.select or (None,), options.keep or (None,), options.alpha or (None,))
        # A select of uniform knows no alpha.
        wanted = [
            RunSettings(select=select, keep=keep, alpha=None if select == "uniform" else alpha, frames=options.frames)
            for select, keep, alpha in product
        ]
    return list(dict.fromkeys([*wanted, *([RunSettings(blind=True)] if options.blind else [])]))


def _first(options: BenchRunOptions, bench: Benchmark) -> Benchmark:
    """The benchmark, or with --limit a small one of its own: a run on it is whole and can be scored like any other."""
    if options.limit is None or options.limit >= len(bench.questions):
        return bench
    about = {"first_questions_of": {"name": bench.name, "sha256": bench.sha256}}
    name = f"{bench.name}-first{options.limit}"
    return save_benchmark(options.out / FIRST, name, bench.questions[: options.limit], about)


def summary(bench: Benchmark, model: str, outcomes: Sequence[Outcome]) -> str:
    """What was run, and what failed, in a few lines."""
    lines = [f"{model} on {bench.name}: {len(bench.questions):,} questions on {len(bench.videos):,} videos"]
    width = max(len(str(outcome.folder)) for outcome in outcomes)
    for outcome in outcomes:
        lines.append(
            f"  {outcome.folder!s:<{width}}  accuracy {outcome.right / outcome.questions:6.1%} "
            f"({outcome.right:,} of {outcome.questions:,})"
        )
        if outcome.errors:
            failed = sum(outcome.errors.values())
            said = ", ".join(f"{reason} {count:,}" for reason, count in outcome.errors.items())
            lines.append(f"  {'':<{width}}  {failed:,} without an answer, counted as wrong: {said}")
    lacking = {video: gaps for outcome in outcomes for video, gaps in outcome.lacking.items()}
    if lacking:
        video, gaps = max(lacking.items(), key=lambda item: sum(gap.length for gap in item[1]))
        lost = sum(gap.length for gap in gaps)
        lines.append(f"  {len(lacking):,} videos could not be decoded whole, most of {video} ({lost:.0f} s are lost)")
    if any(outcome.errors for outcome in outcomes):
        lines.append("  predictions.jsonl says which; the same command with --retry-failed asks them again")
    return "\n".join(lines)
