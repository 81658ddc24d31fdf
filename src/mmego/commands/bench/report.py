"""``mmego bench report``: write tables, plots and a page to browse the questions."""

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
    """Write the scores of finished runs as Markdown with plots, and as an HTML page to browse all questions.

    MDA needs the blind runs, too: give them with the others.
    """

    bench: Bench
    """The benchmark's folder, or a JSON Lines file of questions."""
    runs: Runs
    """Run folders, or folders that hold them. Tables keep this order."""
    out: Annotated[Path, tyro.conf.arg(aliases=["-o"], metavar="FOLDER")] = Path("report")
    """Folder for report.md, plots/ and index.html."""
    videos: Annotated[Path | None, tyro.conf.arg(metavar="FOLDER", help_behavior_hint="")] = None
    """Folder of the videos, for pictures of key frames. Default: BENCH/videos, if it exists."""
    pictures: int = 300
    """Most pictures, about 6 kB each; the best key frame of each question comes first."""
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


def run(arguments: Sequence[str]) -> int:
    """Write the report; return the exit code."""
    options = parse(ReportOptions, "bench report", arguments)
    if options.pictures < 0:
        raise InputError(f"--pictures must be 0 or more, got {options.pictures}")
    from mmego.bench.report.folder import PAGE, TEXT, write_report
    from mmego.bench.report.thumbnails import Thumbnails, thumbnails

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
