"""Blind screening: leave out what a panel of models answers right without any video."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from mmego.bench.build.history import begin, history_of, save_step
from mmego.bench.data.folder import Benchmark
from mmego.bench.data.letters import deal_letters
from mmego.bench.data.runs import Run, find_runs, load_run
from mmego.errors import InputError
from mmego.files import file_hash
from mmego.records import MCQ
from mmego.review.verdicts import group_rank


@dataclass(frozen=True)
class Screened:
    """The screened benchmark, the step that made it, and whether it existed before this call."""

    benchmark: Benchmark
    step: dict[str, Any]
    was_there: bool = False


def blind_panel(paths: Sequence[Path], benchmark: Benchmark) -> list[Run]:
    """Return the blind runs on `benchmark` among `paths`; in a folder of runs, those with video are skipped.

    Raises:
        InputError: a path that is itself a run with video, no blind run, one model twice, or a run that is unfinished
            or of another benchmark.
    """
    panel: list[Run] = []
    for folder in find_runs(paths):
        run = load_run(folder, benchmark)
        if run.settings.blind:
            panel.append(run)
        elif folder in map(Path, paths):
            raise InputError(f"{folder} is a run with video ({run.settings}); screening takes blind ones")
    if not panel:
        raise InputError(f"no blind run among {', '.join(map(str, paths))}: `mmego bench run --blind` makes one")
    twice = [name for name, count in Counter(run.fingerprint for run in panel).items() if count > 1]
    if twice:
        named = " and ".join(str(run.folder) for run in panel if run.fingerprint == twice[0])
        raise InputError(f"{named} are runs of one model, which would count twice in the panel")
    return panel


def right_blind(panel: Sequence[Run], benchmark: Benchmark) -> dict[str, int]:
    """Return how many models of the panel answer each question right, by id; a missing answer is not right."""
    verdicts = [run.correct(benchmark) for run in panel]
    return {q.id: sum(read_verdict[q.id] for read_verdict in verdicts) for q in benchmark.questions}


def by_luck(questions: Iterable[MCQ], panel: int, most: int) -> float:
    """Return how many of `questions` more than `most` of `panel` models would answer right if all guessed evenly."""
    total = 0.0
    for question in questions:
        p = 1 / len(question.options)
        total += sum(math.comb(panel, k) * p**k * (1 - p) ** (panel - k) for k in range(most + 1, panel + 1))
    return total


def screen_benchmark(
    benchmark: Benchmark, paths: Sequence[Path], out: Path, name: str, most: int | None = None, seed: int = 0
) -> Screened:
    """Write to `out` the benchmark without the questions that more than `most` of the panel answer right blind.

    Letters are dealt again: screening against a model that prefers one letter would leave them uneven.

    Args:
        benchmark: what the panel ran on.
        paths: finished blind runs, or folders with runs.
        out: the new benchmark's folder.
        name: what it is called.
        most: how many of the panel may be right; by default all but one (only what all answer right is left out).
        seed: deals the letters.
    """
    panel = blind_panel(paths, benchmark)
    most = len(panel) - 1 if most is None else most
    if not 0 <= most < len(panel):
        raise InputError(f"--screen-max should be 0 to {len(panel) - 1} for a panel of {len(panel)}, got {most}")
    models = [
        {"model": run.model, "fingerprint": run.fingerprint, "predictions": file_hash(run.folder / "predictions.jsonl")}
        for run in panel
    ]
    shape = {"name": name, "benchmark": benchmark.sha256, "panel": models, "screen_max": most, "seed": seed}
    finished = begin(out, shape)
    if finished is not None:
        return Screened(finished, history_of(finished)[-1], was_there=True)
    right = right_blind(panel, benchmark)
    kept = [q for q in benchmark.questions if right[q.id] <= most]
    step = {
        "step": "screen",
        "panel": [
            {
                **model,
                "right": sum(run.correct(benchmark).values()),
                "errors": len(run.errors),
                "right_of_kept": sum(run.correct(benchmark)[q.id] for q in kept),
            }
            for model, run in zip(models, panel, strict=True)
        ],
        "screen_max": most,
        "seed": seed,
        "questions": {"seen": len(benchmark.questions), "left_out": len(benchmark.questions) - len(kept)},
        "left_out_by_luck": round(by_luck(benchmark.questions, len(panel), most), 1),
        "right_by": [sum(count == k for count in right.values()) for k in range(len(panel) + 1)],
        "left_out": {
            "length_class": _counts(benchmark.questions, kept, "length_class"),
            "category": _counts(benchmark.questions, kept, "category"),
        },
    }
    return Screened(save_step(out, name, deal_letters(kept, seed), step, benchmark), step)


def _counts(before: Sequence[MCQ], after: Sequence[MCQ], by: str) -> dict[str, list[int]]:
    """Return the questions before screening and left out, by length class or category."""
    seen, kept = (Counter(getattr(q, by) for q in questions) for questions in (before, after))
    return {name: [seen[name], seen[name] - kept[name]] for name in sorted(seen, key=group_rank)}


def rule_text(panel: int, most: int) -> str:
    """Return what was left out, in words: "what all of 3 models answered right without video"."""
    who = "the one model of the panel" if panel == 1 else f"all of {panel} models"
    return f"what {who if most == panel - 1 else f'more than {most} of {panel} models'} answered right without video"
