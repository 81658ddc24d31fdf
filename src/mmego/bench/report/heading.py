"""Title and facts of a report, for the Markdown and for the page."""

from __future__ import annotations

from mmego.bench.scoring.scores import Scores
from mmego.bench.scoring.tables import panel_name
from mmego.reporting.markdown import label


def heading(scores: Scores) -> str:
    """Return title and facts as Markdown."""
    return f"# {label(title(scores))}\n\n{label(facts(scores))}"


def title(scores: Scores) -> str:
    """Return the report's title."""
    return f"{scores.benchmark.name}: scores"


def facts(scores: Scores) -> str:
    """Return one line: the questions asked, the number of runs, and the blind runs of the panel."""
    bench = scores.benchmark
    parts = [f"{len(bench.questions):,} questions on {len(bench.videos):,} videos", f"{len(scores.runs)} runs"]
    names = ", ".join(panel_name(scores, m) for m in scores.panel)
    parts.append(f"panel of MDA: {names}" if names else "no blind run, so no MDA")
    parts.append(f"questions {bench.sha256[:12]}")
    return " · ".join(parts)
