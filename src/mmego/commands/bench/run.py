"""``mmego bench run``: ask a model every question, with one setting or many."""

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
"""Folder below RUNS with the first questions, for --limit."""
Switch = Annotated[tyro.conf.FlagCreatePairsOff[bool], tyro.conf.arg(help_behavior_hint="")]
Selects = Annotated[tuple[SelectMode, ...], tyro.conf.arg(metavar="pointer|uniform ...", help_behavior_hint="")]
Integers = Annotated[tuple[int, ...], tyro.conf.arg(metavar="INT ...", help_behavior_hint="")]
Floats = Annotated[tuple[float, ...], tyro.conf.arg(metavar="FLOAT ...", help_behavior_hint="")]
OptionalInt = Annotated[int | None, tyro.conf.arg(metavar="INT", help_behavior_hint="")]


@dataclass(frozen=True)
class BenchRunOptions:
    """Ask a model every question of a benchmark.

    Each setting (every combination of --select, --keep and --alpha) gets a folder RUNS/SETTING; every video is encoded
    once for all of them. The same command continues a stopped run.
    """

    bench: Annotated[tyro.conf.Positional[Path], tyro.conf.arg(metavar="BENCH", help_behavior_hint="")]
    """Benchmark: its folder, or a JSON Lines file of questions."""
    out: Annotated[Path, tyro.conf.arg(aliases=["-o"], metavar="RUNS", help_behavior_hint="")]
    """Folder of this model's runs; made if missing."""
    which: Annotated[ModelFlags, tyro.conf.arg(name="")] = field(default_factory=ModelFlags)
    videos: Annotated[Path | None, tyro.conf.arg(metavar="FOLDER", help_behavior_hint="")] = None
    """Folder of the videos, also in folders below it. Default: BENCH/videos."""
    blind: Switch = False
    """Ask without pictures, as MDA needs it: alone, or in addition to --select, --keep, --alpha, --frames."""
    select: Selects = ()
    """How frames are chosen. Default: by the pointer if the checkpoint has one."""
    keep: Integers = ()
    """Frames that each answer is read from. Default: the model's."""
    alpha: Floats = ()
    """Exploration bonus of the pointer. Default: the checkpoint's."""
    frames: OptionalInt = None
    """Most frames glimpsed per video. Default: the checkpoint's."""
    limit: OptionalInt = None
    """For a try: ask only this many questions, the first ones. They become a benchmark, RUNS/benchmark."""
    retry_failed: Switch = False
    """Ask again what failed before (missing videos, failed calls)."""
    max_pixels: int = MAX_PIXELS
    """Most pixels of a picture (width times height); videos with larger pictures fail."""


def run(arguments: Sequence[str]) -> int:
    """Run or continue; print accuracy and failures of each setting; return the exit code."""
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
    """Return what is wrong with the combination of flags, None if nothing is."""
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
    """Return every setting asked for; only the blind one if no other flag is given."""
    seen = bool(options.select or options.keep or options.alpha or options.frames)
    if options.which.model.startswith(BASELINE) and not seen:
        return [RunSettings(blind=True)]
    wanted = []
    if seen or not options.blind:
        product = itertools.product(options.select or (None,), options.keep or (None,), options.alpha or (None,))
        # Uniform selection has no alpha.
        wanted = [
            RunSettings(select=select, keep=keep, alpha=None if select == "uniform" else alpha, frames=options.frames)
            for select, keep, alpha in product
        ]
    return list(dict.fromkeys([*wanted, *([RunSettings(blind=True)] if options.blind else [])]))


def _first(options: BenchRunOptions, bench: Benchmark) -> Benchmark:
    """Return the benchmark, or with --limit a small one; a run on it is whole and can be scored like any other."""
    if options.limit is None or options.limit >= len(bench.questions):
        return bench
    about = {"first_questions_of": {"name": bench.name, "sha256": bench.sha256}}
    name = f"{bench.name}-first{options.limit}"
    return save_benchmark(options.out / FIRST, name, bench.questions[: options.limit], about)


def summary(bench: Benchmark, model: str, outcomes: Sequence[Outcome]) -> str:
    """Return what was run and what failed, in a few lines."""
    lines = [f"{model} on {bench.name}: {len(bench.questions):,} questions on {len(bench.videos):,} videos"]
    width = max(len(str(outcome.folder)) for outcome in outcomes)
    for outcome in outcomes:
        lines.append(
            f"  {outcome.folder!s:<{width}}  accuracy {outcome.right / outcome.questions:6.1%} "
            f"({outcome.right:,} of {outcome.questions:,})"
        )
        if outcome.errors:
            failed = sum(outcome.errors.values())
            reasons = ", ".join(f"{reason} {count:,}" for reason, count in outcome.errors.items())
            lines.append(f"  {'':<{width}}  {failed:,} without an answer, counted as wrong: {reasons}")
    lacking = {video: gaps for outcome in outcomes for video, gaps in outcome.lacking.items()}
    if lacking:
        video, gaps = max(lacking.items(), key=lambda item: sum(gap.length for gap in item[1]))
        lost = sum(gap.length for gap in gaps)
        lines.append(f"  {len(lacking):,} videos could not be decoded whole, most of {video} ({lost:.0f} s are lost)")
    if any(outcome.errors for outcome in outcomes):
        lines.append("  predictions.jsonl says which; the same command with --retry-failed asks them again")
    return "\n".join(lines)
