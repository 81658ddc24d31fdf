"""``mmego bench score``: print the tables of finished runs, as Markdown or JSON."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import tyro

from mmego.commands.common import parse

if TYPE_CHECKING:
    from mmego.bench.scoring.scores import Scores
    from mmego.bench.scoring.table import ScoreTable

Bench = Annotated[tyro.conf.Positional[Path], tyro.conf.arg(metavar="BENCH", help_behavior_hint="")]
Runs = Annotated[tyro.conf.Positional[tuple[Path, ...]], tyro.conf.arg(metavar="RUNS...", help_behavior_hint="")]
Panel = Annotated[tuple[str, ...] | None, tyro.conf.arg(metavar="MODEL...", help_behavior_hint="(default: all)")]
Against = Annotated[str | None, tyro.conf.arg(metavar="RUN", help_behavior_hint="(default: the first)")]


@dataclass(frozen=True)
class ScoreOptions:
    """Print accuracy, MDA, differences and key-frame recall with their intervals, for finished runs of a benchmark.

    MDA needs the blind runs, too: give them with the others.
    """

    bench: Bench
    """The benchmark's folder, or a JSON Lines file of questions."""
    runs: Runs
    """Run folders, or folders that hold them, in the order of the tables. Runs of other questions are left out."""
    panel: Panel = None
    """Models whose blind runs are the panel of MDA."""
    against: Against = None
    """Run that the others are compared with: its label, folder or folder's name."""
    level: float = 0.95
    """The intervals' level."""
    seed: int = 0
    """Of the bootstrap."""
    rounds: int = 2000
    """Number of resampled benchmarks in the bootstrap."""
    json: Annotated[bool, tyro.conf.arg(help_behavior_hint="")] = False
    """Print one JSON object, with shares from 0 to 1."""


def run(arguments: Sequence[str]) -> int:
    """Print the tables; return the exit code."""
    options = parse(ScoreOptions, "bench score", arguments)
    scores = open_scores(options)
    tables = tables_of(scores, options.against)
    if options.json:
        print(json.dumps(to_json(scores, tables), ensure_ascii=False, allow_nan=False))
    else:
        from mmego.bench.report.heading import heading

        print("\n\n".join([heading(scores), *(table.to_markdown() for table in tables)]))
    return 0


def open_scores(options: ScoreOptions) -> Scores:
    """Read the benchmark and its runs; runs of other questions are left out with a warning on stderr."""
    from mmego.bench.data.folder import load_benchmark
    from mmego.bench.data.runs import load_own_runs
    from mmego.bench.scoring.scores import Scores

    benchmark = load_benchmark(options.bench)
    runs, others = load_own_runs(options.runs, benchmark)
    for line in others:
        print(f"mmego: warning: {line}: left out", file=sys.stderr)
    return Scores(benchmark, runs, options.panel, options.seed, options.rounds, options.level)


def tables_of(scores: Scores, against: str | None) -> list[ScoreTable]:
    """Return all tables, compared with the run named `against`."""
    from mmego.bench.scoring.tables import all_tables

    return all_tables(scores, None if against is None else scores.find(against))


def to_json(scores: Scores, tables: Sequence[ScoreTable]) -> dict[str, object]:
    """Return what ``--json`` prints."""
    bench = scores.benchmark
    about = {"name": bench.name, "sha256": bench.sha256, "questions": len(bench.questions), "videos": len(bench.videos)}
    runs = [
        {"label": label, "folder": str(run.folder), "model": run.model, "settings": run.settings.to_json()}
        for label, run in zip(scores.labels, scores.runs, strict=True)
    ]
    return {
        "schema": 1,
        "benchmark": about,
        "level": scores.level,
        "chance": scores.chance,
        "panel": [scores.labels[m] for m in scores.panel],
        "runs": runs,
        "tables": {table.key: table.to_json() for table in tables},
    }
