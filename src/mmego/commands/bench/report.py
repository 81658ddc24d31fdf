"""``mmego bench report``: tables, plots and a page to browse the questions."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import tyro

from mmego.commands.bench.score import Against, Bench, Panel, Runs, ScoreOptions, open_scores, tables_of
from mmego.commands.common import parse
from mmego.errors import InputError


@dataclass(frozen=True)
class ReportOptions:
    """Write the scores of finished runs as Markdown with plots, and as one HTML page with a browser of all questions.

    MDA needs the blind runs too: give them with the others."""

    bench: Bench
    """The benchmark's folder, or a JSON Lines file of questions."""
    runs: Runs
    """Run folders, or folders of them. Tables keep this order."""
    out: Annotated[Path, tyro.conf.arg(aliases=["-o"], metavar="FOLDER")] = Path("report")
    """Where to write: report.md, plots/ and index.html."""
    videos: Annotated[Path | None, tyro.conf.arg(metavar="FOLDER", help_behavior_hint="")] = None
    """The videos: the page shows key frames as pictures. Default: BENCH/videos, if it is there."""
    pictures: int = 300
    """At most so many pictures, about 6 kB each; the best key frame of each question first."""
    panel: Panel = None
    """The models whose blind runs make the panel of MDA."""
    against: Against = None
    """The run that the others are compared with: its label, folder or folder's name."""
    level: float = 0.95
    """The intervals' level."""
    seed: int = 0
    """Of the bootstrap."""
    rounds: int = 2000
    """Resampled benchmarks of the bootstrap."""


def run(arguments: Sequence[str]) -> int:
    """Write the report; returns the exit code."""
    options = parse(ReportOptions, "bench report", arguments)
    if options.pictures < 0:
        raise InputError(f"--pictures is 0 or more, got {options.pictures}")
    from mmego.bench.report.thumbnails import Thumbnails, thumbnails
    from mmego.bench.report.write import PAGE, TEXT, write_report

    about = (options.bench, options.runs, options.panel, options.against, options.level, options.seed, options.rounds)
    scores = open_scores(ScoreOptions(*about))
    tables = tables_of(scores, options.against)
    shown = Thumbnails()
    own = scores.benchmark.video_folder
    videos = options.videos or (own if own.is_dir() else None)
    if videos is not None and options.pictures:
        shown = thumbnails(scores, videos, options.pictures)
    write_report(options.out, scores, tables, shown.pictures, shown.missing)
    if shown.missing:
        video, why = next(iter(shown.missing.items()))
        print(f"no pictures of {len(shown.missing)} videos, first {video}: {why}", file=sys.stderr)
    print(f"{options.out / PAGE} ({len(shown.pictures)} pictures)\n{options.out / TEXT}")
    return 0
