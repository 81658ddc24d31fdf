"""A report of runs as a folder: report.md with its plots, and index.html, which needs no other file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from mmego.bench.report.heading import heading
from mmego.bench.report.page import render_page
from mmego.bench.report.plots import Plot, draw_plots
from mmego.bench.scoring.scores import Scores
from mmego.bench.scoring.table import ScoreTable
from mmego.files import atomic_path, require_folder, write_text
from mmego.reporting.markdown import label

PAGE = "index.html"
TEXT = "report.md"


def write_report(
    folder: Path,
    scores: Scores,
    tables: Sequence[ScoreTable],
    pictures: Mapping[tuple[str, float], bytes],
    missing: Mapping[str, str],
) -> None:
    """Write the report into `folder`, which is made; other files in it stay.

    Args:
        folder: gets ``report.md``, ``plots/*.png`` and ``index.html``.
        scores: the scores to report.
        tables: of these scores.
        pictures: key frames for the page, JPEG bytes by video and time in seconds.
        missing: videos without pictures, and why.

    Raises:
        InputError: `folder` is a file.
    """
    require_folder(folder)
    plots = draw_plots(scores)
    for plot in plots:
        with atomic_path(Path(folder) / "plots" / f"{plot.name}.png") as path:
            path.write_bytes(plot.png)
    write_text(Path(folder) / TEXT, markdown(scores, tables, plots, missing))
    write_text(Path(folder) / PAGE, render_page(scores, tables, plots, pictures))


def markdown(scores: Scores, tables: Sequence[ScoreTable], plots: Sequence[Plot], missing: Mapping[str, str]) -> str:
    """Return the report as Markdown, with links to the plots."""
    parts = [heading(scores), *(table.to_markdown() for table in tables)]
    parts += [f"## {plot.caption}\n\n![{plot.caption}](plots/{plot.name}.png)" for plot in plots]
    if missing:
        lines = [f"- {label(video)}: {label(why)}" for video, why in missing.items()]
        parts.append("\n".join(["## Videos without pictures", "", *lines]))
    return "\n\n".join(parts) + "\n"
