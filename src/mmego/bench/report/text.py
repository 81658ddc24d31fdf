"""A report as Markdown."""

from __future__ import annotations

from mmego.bench.scoring.scores import Scores
from mmego.bench.scoring.tables import panel_name
from mmego.reporting.markdown import label


def heading(scores: Scores) -> str:
    """The title and what was scored."""
    return f"# {label(title(scores))}\n\n{label(facts(scores))}"


def title(scores: Scores) -> str:
    """The report's title."""
    return f"{scores.benchmark.name}: scores"


def facts(scores: Scores) -> str:
    """One line: how much was asked, of how many runs, and which blind runs make the panel."""
    bench = scores.benchmark
    parts = [f"{len(bench.questions):,} questions on {len(bench.videos):,} videos", f"{len(scores.runs)} runs"]
    names = ", ".join(panel_name(scores, m) for m in scores.panel)
    parts.append(f"panel of MDA: {names}" if names else "no blind run, so no MDA")
    parts.append(f"questions {bench.sha256[:12]}")
    return " · ".join(parts)
